package goods

import (
	"slices"
	"unicode/utf8"

	"guitai/pos"
)

// Index ends the building: nothing may be added afterwards.
func (b *Builder) Index() *Index {
	x := b.x
	x.text = string(b.text)
	x.starts = append(slices.Clip(x.starts), uint32(len(x.text)))
	x.ids = slices.Clone(x.ids)
	for _, all := range [][]list{x.start[:], x.next[:], x.front[:], x.one[:], x.lead[:], x.back[:], x.short[:], x.pairs[:]} {
		for i := range all {
			all[i].end()
		}
	}
	for _, all := range []map[rune]*list{x.other, x.first} {
		for _, l := range all {
			l.end()
		}
	}
	for _, l := range x.ends {
		l.end()
	}
	b.x, b.text = nil, nil
	return x
}

// Len is how many items there are.
func (x *Index) Len() int { return len(x.ids) }

// Find returns up to limit items that match, best first.
func (x *Index) Find(text string, limit int) []pos.ItemID {
	q := parse(text)
	var ids []pos.ItemID
	x.find(&q, limit, nil, func(_ rank, n int) { ids = append(ids, x.ids[n]) })
	return ids
}

// find hands over up to limit items that match, best first, but for those that without names; it may be nil.
func (x *Index) find(q *query, limit int, without func(n int) bool, found func(r rank, n int)) {
	t := spellings()
	for want := rankWhole; want <= rankIn && limit > 0 && len(q.words) > 0; want++ {
		var all []int
		for _, c := range x.candidates(q, want) {
			more := limit
			inAll(c, func(n int) bool {
				fields := x.text[x.starts[n]:x.starts[n+1]]
				if (want == rankIn || q.words[0].begins(t, fields)) && q.rank(t, fields) == want && (without == nil || !without(n)) {
					all = append(all, n)
					more--
				}
				return more > 0
			})
		}
		if want == rankWhole { // which has two ways to be found
			slices.Sort(all)
			all = slices.Compact(all)
			all = all[:min(limit, len(all))]
		}
		for _, n := range all {
			found(want, n)
		}
		limit -= len(all)
	}
}

// candidates are groups of lists: every item of a rank is in all lists of one of the groups.
func (x *Index) candidates(q *query, want rank) [][]*list {
	var c candidates
	for i := range q.words {
		x.anywhere(&q.words[i], c.add)
	}
	if want != rankIn {
		x.ahead(&q.words[0], c.add)
	}
	if want != rankWhole {
		return c.groups()
	}
	written, spelled := c, c
	written.all = slices.Clone(c.all)
	last, _ := utf8.DecodeLastRuneInString(q.whole)
	written.add(x.ends[end{last, utf8.RuneCountInString(q.whole)}])
	if len(q.words) > 1 || !q.words[0].spelled {
		return written.groups()
	}
	n := len(q.whole)
	if n <= mostShort {
		spelled.add(&x.short[n])
	}
	if n > 1 {
		a, _ := symbol(rune(q.whole[n-2]))
		b, _ := symbol(rune(q.whole[n-1]))
		spelled.add(&x.back[a*symbols+b])
	}
	return append(written.groups(), spelled.groups()...)
}

// candidates are lists that the items to look at are all in.
type candidates struct {
	all  []*list
	none bool // there are no such items
}

func (c *candidates) add(l *list) {
	switch {
	case l == nil || len(l.blocks) == 0:
		c.none = true
	case !slices.Contains(c.all, l):
		c.all = append(c.all, l)
	}
}

func (c *candidates) groups() [][]*list {
	if c.none {
		return nil
	}
	return [][]*list{c.all}
}

// anywhere adds lists that have all items which match a word.
func (x *Index) anywhere(w *word, add func(*list)) {
	if len(w.text) == 1 && w.spelled {
		s, _ := symbol(rune(w.text[0]))
		add(&x.one[s])
		return
	}
	before, last := rune(blank), -1
	for i, r := range w.text {
		s, ok := symbol(r)
		if !ok {
			s = -1
		}
		switch {
		case i == 0:
			if i+utf8.RuneLen(r) == len(w.text) { // the only one
				add(x.other[r])
			}
		case s < 0 || last < 0:
			add(&x.pairs[bucket(before, r)])
		case i == 1 || !w.spelled:
			add(&x.start[last*symbols+s])
		default:
			add(&x.next[last*symbols+s])
		}
		before, last = r, s
	}
}

// ahead adds lists that have all items of which a field begins with a word.
func (x *Index) ahead(w *word, add func(*list)) {
	r, n := utf8.DecodeRuneInString(w.text)
	s, ok := symbol(r)
	if !ok {
		add(x.first[r])
		return
	}
	second, _ := utf8.DecodeRuneInString(w.text[n:])
	if t, ok := symbol(second); ok && n < len(w.text) {
		add(&x.front[s*symbols+t])
	} else {
		add(&x.lead[s])
	}
}
