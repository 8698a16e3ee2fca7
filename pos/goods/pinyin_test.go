package goods

import (
	"strings"
	"testing"
)

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{
		"可口可乐330ml":     "kkkl330ml",
		"可口可乐 330ML":    "kkkl330ml",
		"（新）农夫山泉·５５０ｍＬ": "xnfsq550ml",
		"长城干红":          "ccgh",
		"茄子":            "qz",
		"绿茶":            "lc",
		"二〇二六":          "elel",
		"Coca-Cola":     "cocacola",
		"":              "",
		"（）—":           "",
		"한글 é":          "",
		"\xff水":         "s",
	} {
		if got := Initials(name); got != want {
			t.Errorf("Initials(%q) = %q, want %q", name, got, want)
		}
	}
}

// The readings are data that a program wrote: the commonest goods are read here as people read them.
func TestReadings(t *testing.T) {
	for chars, want := range map[string]string{
		"水酒茶奶米面油盐糖": "shui jiu cha nai mi mian you yan tang",
		"重长行乐":      "zhong,chong,tong chang,zhang xing,hang,heng le,yue",
		"绿女略":       "lv,lu nv,nu,ru lve,lue",
		"参薄":        "can,cen,shen bao,bo,bu",
	} {
		var got []string
		for _, r := range chars {
			var all []string
			for _, n := range spellings().at(r) {
				if n != 0 {
					all = append(all, spellings().syllables[n])
				}
			}
			got = append(got, strings.Join(all, ","))
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s is read %q, want %q", chars, s, want)
		}
	}
	n := 0
	for r := rune(0x4E00); r <= 0x9FA5; r++ {
		if all := spellings().at(r); all[0] != 0 {
			n++
		}
	}
	if n < 20_800 {
		t.Errorf("only %d of the 20,902 characters of the first set are read", n)
	}
	for _, s := range spellings().syllables[1:] {
		if len(s) > longestReading || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") != "" {
			t.Errorf("%q is no reading", s)
		}
	}
}
