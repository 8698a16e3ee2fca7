package goods

import (
	"math/bits"
	"strings"
	"unicode/utf8"
)

// rank is how well an item matches, the best first.
type rank int

const (
	rankNone  rank = iota
	rankWhole      // a field is the query
	rankFront      // a field begins with it
	rankIn         // it is somewhere in it
)

// separator stands before, between and after the fields of an item's text. No field and no query contains it.
const separator = "\x1f"

// mostSpelled is how long a word may be that is looked for in the spelling of names: its places are the bits of a number.
const mostSpelled = 63

// query is what is looked for.
type query struct {
	whole string // folded
	words []word
}

// word is a part of a query.
type word struct {
	text    string
	ahead   string          // it, as it stands at the beginning of a field
	spelled bool            // it may be the spelling of a name
	places  [symbols]uint64 // of a spelled one: where each letter stands in it
}

func parse(text string) query {
	q := query{whole: fold(text)}
	for f := range strings.FieldsSeq(q.whole) {
		w := word{text: f, ahead: separator + f, spelled: len(f) <= mostSpelled}
		for i, r := range f {
			s, ok := symbol(r)
			if !ok {
				w.spelled = false
				break
			}
			if w.spelled {
				w.places[s] |= 1 << i
			}
		}
		q.words = append(q.words, w)
	}
	return q
}

// rank is how well the fields of an item match, of which the first is its name.
func (q *query) rank(t *readings, fields string) rank {
	best := rankNone
	for i := range q.words {
		r := q.words[i].rank(t, fields)
		if r == rankNone {
			return rankNone
		}
		if i == 0 {
			best = r
		}
	}
	if len(q.words) < 2 {
		return best
	}
	if q.whole != q.words[0].text && strings.Contains(fields, separator+q.whole+separator) {
		return rankWhole
	}
	return max(best, rankFront)
}

func (w *word) rank(t *readings, fields string) rank {
	best := rankNone
	for at := 0; ; {
		i := strings.Index(fields[at:], w.text)
		if i < 0 {
			break
		}
		at += i
		end := at + len(w.text)
		switch {
		case fields[at-1] != separator[0]:
			if best == rankNone {
				best = rankIn
			}
		case fields[end] == separator[0]:
			return rankWhole
		default:
			best = rankFront
		}
		_, n := utf8.DecodeRuneInString(w.text)
		at += n
	}
	if !w.spelled {
		return best
	}
	name, _, _ := strings.Cut(fields[1:], separator)
	if r := w.spells(t, name); r != rankNone && (best == rankNone || r < best) {
		return r
	}
	return best
}

// begins reports whether a field begins with the word, which is told sooner than [word.rank].
func (w *word) begins(t *readings, fields string) bool {
	if strings.Contains(fields, w.ahead) {
		return true
	}
	if !w.spelled {
		return false
	}
	done, front := uint64(1)<<len(w.text), uint64(1)
	for _, r := range fields[1:] {
		if r == rune(separator[0]) {
			return false
		}
		if !spoken(r) {
			continue
		}
		var ended bool
		if front, ended = w.step(t, r, front); ended || front&done != 0 {
			return true
		}
		if front == 0 {
			return false
		}
	}
	return false
}

// spells is how well the word spells characters of a name that follow each other.
//
// It goes through the name once and keeps, as bits, how many letters of the word may be used up: in all, and by spellings that began with
// the name.
func (w *word) spells(t *readings, name string) rank {
	done := uint64(1) << len(w.text)
	all, front := uint64(0), uint64(1)
	best, whole := rankNone, false
	for _, r := range name {
		if !spoken(r) {
			continue
		}
		var ended bool
		if all, ended = w.step(t, r, all|1); best == rankNone && (ended || all&done != 0) {
			best = rankIn
		}
		all &^= done
		if whole = false; front != 0 {
			front, ended = w.step(t, r, front)
			if whole = front&done != 0; whole || ended {
				best = rankFront
			}
			front &^= done
		}
	}
	if whole {
		return rankWhole
	}
	return best
}

// step takes one character of a name: where the word may be now, and whether what is left of it is the beginning of a reading.
func (w *word) step(t *readings, r rune, at uint64) (next uint64, ended bool) {
	if s, ok := symbol(r); ok {
		return (at & w.places[s]) << 1, false
	}
	all := t.at(r)
	if all == nil {
		return 0, false
	}
	for _, n := range all {
		if n == 0 {
			break
		}
		syllable := t.syllables[n]
		here := at & w.places[syllable[0]-'a']
		next |= here << 1
		for ; here != 0; here &= here - 1 {
			p := bits.TrailingZeros64(here)
			rest := w.text[p:]
			switch {
			case strings.HasPrefix(rest, syllable):
				next |= 1 << (p + len(syllable))
			case strings.HasPrefix(syllable, rest):
				ended = true
			}
			if digraph(syllable) && len(rest) > 1 && rest[1] == 'h' {
				next |= 1 << (p + 2)
			}
		}
	}
	return next, ended
}

// digraph reports whether a reading begins with zh, ch or sh.
func digraph(syllable string) bool { return len(syllable) > 1 && syllable[1] == 'h' }
