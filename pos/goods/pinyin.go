package goods

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:generate go run readings_gen.go

// readingsText has a line for every place among a character's readings and every syllable: the place, the syllable, the characters.
//
//go:embed readings.txt
var readingsText string

// The characters that have readings: 〇 and these.
const (
	firstHan = 0x3400
	lastHan  = 0x9FFF
)

// mostReadings is how many spellings of a character there are at most: of ü there are two.
const mostReadings = 4

// readings knows how Chinese characters are read. It is never changed once it is made.
type readings struct {
	syllables []string
	of        [lastHan - firstHan + 2][mostReadings]uint16 // numbers of syllables, the usual one first; 0 for no more
}

// spellings makes the readings when they are first needed, in some milliseconds.
var spellings = sync.OnceValue(func() *readings {
	t := &readings{syllables: []string{""}}
	known := map[string]uint16{}
	number := func(s string) uint16 {
		if known[s] == 0 {
			known[s] = uint16(len(t.syllables))
			t.syllables = append(t.syllables, s)
		}
		return known[s]
	}
	for line := range strings.Lines(readingsText) {
		_, line, _ = strings.Cut(line, " ")
		syllable, chars, _ := strings.Cut(strings.TrimSpace(line), " ")
		as := []uint16{number(syllable)}
		if strings.Contains(syllable, "v") {
			as = append(as, number(strings.ReplaceAll(syllable, "v", "u")))
		}
		for _, r := range chars {
			all := t.at(r)
			for _, n := range as {
				if i := slices.Index(all[:], 0); i >= 0 && !slices.Contains(all[:i], n) {
					all[i] = n
				}
			}
		}
	}
	return t
})

// at are the readings of a character, nil for one that has none here.
func (t *readings) at(r rune) *[mostReadings]uint16 {
	switch {
	case r >= firstHan && r <= lastHan:
		return &t.of[r-firstHan]
	case r == '〇':
		return &t.of[len(t.of)-1]
	}
	return nil
}

// Initials is a name's pinyin as cashiers type it: the first letter of each character's usual reading, letters and digits as they are,
// in lower case: "kkkl330ml" of "可口可乐 330ml". Everything else is left out. Safe for concurrent use.
func Initials(name string) string {
	t := spellings()
	var b strings.Builder
	for _, r := range fold(name) {
		if _, ok := symbol(r); ok {
			b.WriteRune(r)
		} else if all := t.at(r); all != nil && all[0] != 0 {
			b.WriteByte(t.syllables[all[0]][0])
		}
	}
	return b.String()
}
