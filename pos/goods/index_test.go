package goods

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"guitai/pos"
)

func build(items []pos.Item) *Index {
	b := NewBuilder()
	for _, it := range items {
		b.Add(it)
	}
	return b.Index()
}

// counter is a small catalogue, one item a line: name, pinyin, PLU, barcodes.
func counter(lines ...string) []pos.Item {
	var all []pos.Item
	for i, l := range lines {
		f := append(strings.Split(l, "|"), "", "", "")
		it := pos.Item{ID: pos.ItemID(i + 1), Name: f[0], Pinyin: f[1], PLU: f[2]}
		if f[3] != "" {
			it.Barcodes = strings.Split(f[3], ",")
		}
		all = append(all, it)
	}
	return all
}

func TestIndex_FindsWhatCashiersType(t *testing.T) {
	items := counter(
		"可口可乐 330ml|kkkl330ml|1001|6901939621608",
		"百事可乐330ML||1002|6901939621609,ABC-12",
		"重庆小面||2001|",
		"长城干红 750ml||33|6920000000001",
		"Coca Cola ｚｅｒｏ||34|",
		"绿茶||35|",
		"女士毛巾（大）||36|",
		"水||7|",
		"中国结||37|",
		"乐", // nothing but a name
		"打折的||38|",
		"Ünïcode Ёж||39|",
	)
	for q, want := range map[string][]pos.ItemID{
		"可":                      {1, 2},
		"可乐":                     {1, 2},
		"乐":                      {10, 1, 2}, // whole before anywhere
		"水":                      {8},
		"7":                      {8},
		"kkkl":                   {1},
		"KKKL330ML":              {1},
		"kekoukele":              {1},
		"kekoukl":                {1},
		"kkoukel":                {1},
		"kl":                     {1, 2},
		"kele":                   {1, 2},
		"bskl":                   {2},
		"cqxm":                   {3}, // 重庆 both ways
		"zqxm":                   {3},
		"chongqing":              {3},
		"zhongqing":              {3},
		"ccgh":                   {4},
		"zcgh":                   {4},
		"changcheng":             {4},
		"lvcha":                  {6},
		"lucha":                  {6},
		"nvshi":                  {7},
		"nsmjd":                  {7}, // the bracket is passed over
		"（大）":                    {7},
		"(大":                     {7},
		"zhg":                    {9},
		"zgj":                    {9},
		"zhguojie":               {9},
		"zero":                   {5},
		"ZERO":                   {5},
		"cocacola":               {5},
		"coca cola":              {5},
		"cola coca":              {5},
		"可乐 330":                 {1, 2},
		"330 百":                  {2},
		"３３０　可乐":                 {1, 2},
		"6901939621608":          {1},
		"690193962":              {1, 2},
		"abc-1":                  {2},
		"c-12":                   {2},
		"1001":                   {1},
		"33":                     {4, 1, 2},
		"ёж":                     {12},
		"ünï":                    {12},
		"可口乐":                    nil,
		"okouke":                 nil, // no spelling begins within a reading
		"":                       nil,
		"   ":                    nil,
		"\x1f":                   nil,
		"\x00可":                  {1, 2},
		"可\x1f330":               {1, 2},
		"%":                      nil,
		"\xff":                   nil,
		"kkkl kkkl":              {1},
		"没有":                     nil,
		strings.Repeat("k", 100): nil,
	} {
		got := build(items).Find(q, 20)
		if q == "7" && len(got) > 0 {
			got = got[:1] // what else has a 7 is of no interest here
		}
		if !slices.Equal(got, want) {
			t.Errorf("Find(%q) = %v, want %v", q, got, want)
		}
		if all, plain := build(items).Find(q, 20), scan(items, q, 20); !slices.Equal(all, plain) {
			t.Errorf("Find(%q) = %v, a look at every item finds %v", q, all, plain)
		}
	}
}

func TestIndex_KeepsToTheLimit(t *testing.T) {
	x := build(counter("水", "水果", "矿泉水", "水"))
	for limit, want := range map[int]string{-1: "[]", 0: "[]", 1: "[1]", 2: "[1 4]", 3: "[1 4 2]", 9: "[1 4 2 3]"} {
		if got := fmt.Sprint(x.Find("水", limit)); got != want {
			t.Errorf("limit %d: %s, want %s", limit, got, want)
		}
	}
}

func TestIndex_Empty(t *testing.T) {
	if got := build(nil).Find("水", 10); got != nil {
		t.Errorf("found %v in nothing", got)
	}
	retired := counter("水")
	retired[0].Retired = true
	if got := build(retired).Find("水", 10); got != nil {
		t.Errorf("found %v, which is not sold any more", got)
	}
	if got := build([]pos.Item{{ID: 1}}).Find("a", 10); got != nil {
		t.Errorf("found %v, which has no texts", got)
	}
}

// letters are few, so that much of what is made of them is alike.
var letters = []rune("可口乐长重庆绿行中可口乐 百a1kKlLeo03９ｋ-（.é〇ひ")

func anyText(r *rand.Rand, from []rune, most int) string {
	var b strings.Builder
	for range r.IntN(most + 1) {
		b.WriteRune(from[r.IntN(len(from))])
	}
	return b.String()
}

func anyItem(r *rand.Rand, id int) pos.Item {
	it := pos.Item{ID: pos.ItemID(id), Name: anyText(r, letters, 9), Retired: r.IntN(12) == 0}
	switch r.IntN(4) {
	case 0:
		it.Pinyin = Initials(it.Name)
	case 1:
		it.Pinyin = anyText(r, []rune("kzclq3 可"), 4)
	}
	if r.IntN(2) == 0 {
		it.PLU = anyText(r, []rune("0123k"), 4)
	}
	for range r.IntN(3) {
		it.Barcodes = append(it.Barcodes, anyText(r, []rune("0123k-长"), 6))
	}
	return it
}

// anyQuery is a part of an item, a spelling of one, or anything.
func anyQuery(r *rand.Rand, items []pos.Item) string {
	if r.IntN(8) == 0 || len(items) == 0 {
		return anyText(r, append([]rune("hongqiangbvyu"), letters...), 6)
	}
	it := items[r.IntN(len(items))]
	part := func(s string) string {
		all := []rune(s)
		if len(all) == 0 {
			return ""
		}
		i := r.IntN(len(all))
		if r.IntN(3) == 0 {
			i = 0
		}
		j := i + 1 + r.IntN(len(all)-i)
		return string(all[i:j])
	}
	switch r.IntN(6) {
	case 0:
		return part(it.Name)
	case 1:
		return part(it.Name) + " " + part(it.PLU)
	case 2:
		return part(it.Name) + " " + part(items[r.IntN(len(items))].Name)
	case 3:
		return strings.Join(append(it.Barcodes, it.PLU, it.Pinyin)[:1], "")
	}
	var b strings.Builder // a spelling, each character as it comes
	for _, c := range part(it.Name) {
		all := spellings().at(c)
		if all == nil || all[0] == 0 {
			b.WriteRune(c)
			continue
		}
		s := spellings().syllables[all[r.IntN(2)]]
		if s == "" {
			s = spellings().syllables[all[0]]
		}
		b.WriteString(s[:1+r.IntN(len(s))])
	}
	return b.String()
}

func TestIndex_FindsWhatALookAtEveryItemFinds(t *testing.T) {
	found := 0
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 7))
		items := make([]pos.Item, r.IntN(120))
		for i := range items {
			items[i] = anyItem(r, i+1)
		}
		x := build(items)
		for range 150 {
			q, limit := anyQuery(r, items), []int{1, 3, 40, 1000}[r.IntN(4)]
			got, want := x.Find(q, limit), scan(items, q, limit)
			if !slices.Equal(got, want) {
				t.Fatalf("seed %d: Find(%q, %d) = %v, want %v", seed, q, limit, got, want)
			}
			found += len(want)
		}
	}
	if found < 25_000 {
		t.Errorf("only %d items were found in all: the test asks for what is not there", found)
	}
}

// TestIndex_InManyBlocks is with so many items that lists are longer than a block, few and many in one.
func TestIndex_InManyBlocks(t *testing.T) {
	const n = 80_000
	items := make([]pos.Item, n)
	for i := range items {
		name := "可乐"
		switch {
		case i%1000 == 999:
			name = "雪碧"
		case i > 60_000 && i%3 == 0:
			name = "百事可乐"
		}
		items[i] = pos.Item{ID: pos.ItemID(i + 1), Name: name, PLU: fmt.Sprint(i)}
	}
	x := build(items)
	for _, q := range []string{"可乐", "雪碧", "xuebi", "bskl", "kele", "k", "12345", "9999", "89999", "百 99", "雪碧 899", "0", "事可"} {
		want := scan(items, q, n)
		for _, limit := range []int{40, n} {
			if got := x.Find(q, limit); !slices.Equal(got, want[:min(limit, len(want))]) {
				t.Errorf("Find(%q, %d): %d items of %d, or others", q, limit, len(got), len(want))
			}
		}
	}
}

func FuzzFind(f *testing.F) {
	f.Add("可口可乐 330ml|kkkl|1001|690\n重庆小面||2|\nCoca-Cola", "kkkl", 3)
	f.Add("长\n（长）\n〇", "zhang", 1)
	f.Add("a b\na  b\nab", "A　B", 40)
	f.Add("\xff|\x1f|İ|ﬀ\nK", "k", 2)
	f.Fuzz(func(t *testing.T, lines, q string, limit int) {
		if len(lines) > 2000 || len(q) > 100 {
			t.Skip()
		}
		items := counter(strings.Split(lines, "\n")...)
		if got, want := build(items).Find(q, limit), scan(items, q, limit); !slices.Equal(got, want) {
			t.Errorf("Find(%q, %d) = %v, want %v", q, limit, got, want)
		}
	})
}
