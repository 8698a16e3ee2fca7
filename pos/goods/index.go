package goods

import (
	"math/bits"
	"slices"

	"guitai/pos"
)

// mostShort is up to which length there are lists of the items whose name may be spelled whole in so many letters.
const mostShort = 15

// Index finds items by what is typed; the package says how. It is never changed once it is built. Safe for concurrent use.
type Index struct {
	ids    []pos.ItemID
	text   string   // the fields of all items, folded: of each a separator before every field and one at the end
	starts []uint32 // where an item's fields begin in it; one more than there are items

	lists
}

// lists are the numbers of the items in which something occurs. What is spelled counts as its letters, as [word.spells] matches them.
type lists struct {
	start [symbols * symbols]list // the pair can be the first two letters of a match
	next  [symbols * symbols]list // it can be two later ones; never fewer items than in start
	front [symbols * symbols]list // it can be the first two, and a field begins with the match
	one   [symbols]list           // the letter can be the first of a match
	lead  [symbols]list           // and a field begins with it
	pairs [buckets]list           // two characters of which not both are letters or digits follow each other in a field, by [bucket]
	other map[rune]*list          // the character, neither letter nor digit, is in a field
	first map[rune]*list          // a field begins with it
	ends  map[end]*list           // a field ends so
	back  [symbols * symbols]list // a spelling of the whole name can end in the pair
	short [mostShort + 1]list     // it can have so many letters
}

// Builder builds an index. It is not safe for concurrent use.
type Builder struct {
	x    *Index
	t    *readings
	text []byte

	start, next, front, back set // of the item that is being added
	one, lead                uint64
}

// set is a set of letter pairs.
type set [(symbols*symbols + 63) / 64]uint64

func (s *set) add(pair int) { s[pair>>6] |= 1 << (pair & 63) }

// empty moves the set to lists.
func (s *set) empty(to []list, n int) {
	for i, x := range s {
		for ; x != 0; x &= x - 1 {
			to[i<<6|bits.TrailingZeros64(x)].add(n)
		}
		s[i] = 0
	}
}

// NewBuilder begins an index without items.
func NewBuilder() *Builder {
	return &Builder{x: &Index{lists: lists{other: map[rune]*list{}, first: map[rune]*list{}, ends: map[end]*list{}}}, t: spellings()}
}

// Add adds an item after the others in the shop's order. Nothing of it is kept but its id and copies of its texts. One that is not sold
// any more is left out.
func (b *Builder) Add(it pos.Item) {
	if it.Retired {
		return
	}
	n := len(b.x.ids)
	b.x.ids = append(b.x.ids, it.ID)
	b.x.starts = append(b.x.starts, uint32(len(b.text)))
	name := fold(it.Name)
	if name == "" { // the first field is the name in any case
		b.text = append(b.text, separator...)
	}
	b.field(n, name)
	b.spelled(n, name)
	if p := fold(it.Pinyin); p != "" && !b.initials(p, name) {
		b.field(n, p)
	}
	b.field(n, fold(it.PLU))
	for _, code := range it.Barcodes {
		b.field(n, fold(code))
	}
	b.text = append(b.text, separator...)
	b.start.empty(b.x.start[:], n)
	b.next.empty(b.x.next[:], n)
	b.front.empty(b.x.front[:], n)
	b.back.empty(b.x.back[:], n)
	for s := range symbols {
		if b.one>>s&1 != 0 {
			b.x.one[s].add(n)
		}
		if b.lead>>s&1 != 0 {
			b.x.lead[s].add(n)
		}
	}
	b.one, b.lead = 0, 0
}

// initials reports whether a pinyin is nothing but the initials of the name, which are found without it.
func (b *Builder) initials(pinyin, name string) bool {
	rest := pinyin
	for _, r := range name {
		if !spoken(r) {
			continue
		}
		if rest == "" {
			return false
		}
		if _, ok := symbol(r); ok {
			if rune(rest[0]) != r {
				return false
			}
		} else if !b.begins(r, rest[0]) {
			return false
		}
		rest = rest[1:]
	}
	return rest == "" && len(pinyin) <= mostSpelled
}

func (b *Builder) begins(r rune, letter byte) bool {
	all := b.t.at(r)
	if all == nil {
		return false
	}
	for _, n := range all {
		if n != 0 && b.t.syllables[n][0] == letter {
			return true
		}
	}
	return false
}

// field adds a field of item n as it is written.
func (b *Builder) field(n int, text string) {
	if text == "" {
		return
	}
	b.text = append(append(b.text, separator...), text...)
	x := &b.x.lists
	before, last, length := rune(blank), -1, 0
	for i, r := range text {
		length++
		s, ok := symbol(r)
		if !ok {
			s = -1
		}
		switch {
		case r == blank || i > 0 && before == blank:
		case i > 0 && (s < 0 || last < 0):
			x.pairs[bucket(before, r)].add(n)
		case i > 0:
			b.start.add(last*symbols + s)
			b.next.add(last*symbols + s)
			if length == 2 {
				b.front.add(last*symbols + s)
			}
		}
		switch {
		case s >= 0 && i == 0:
			b.lead |= 1 << s
			b.one |= 1 << s
		case s >= 0:
			b.one |= 1 << s
		case r != blank:
			with(x.other, r).add(n)
			if i == 0 {
				with(x.first, r).add(n)
			}
		}
		before, last = r, s
	}
	with(x.ends, end{before, length}).add(n)
}

// end is the last character of a field and how many there are.
type end struct {
	r      rune
	length int
}

// buckets is how many lists the pairs of other characters share.
const buckets = 1 << 13

// bucket is the list that a pair is in.
func bucket(a, b rune) int {
	return int((uint32(a)*0x9E3779B1 ^ uint32(b)*0x85EBCA77) * 0xC2B2AE3D >> (32 - 13))
}

func with[K comparable](m map[K]*list, k K) *list {
	l := m[k]
	if l == nil {
		l = &list{}
		m[k] = l
	}
	return l
}

// spelled adds the spellings of a name: what [word.spells] can match.
func (b *Builder) spelled(n int, name string) {
	var now, before spelling
	length := 0
	for _, r := range name {
		if !spoken(r) {
			continue
		}
		length++
		before, now = now, spelling{}
		b.spell(&now, r)
		for _, s := range now.begin() {
			b.one |= 1 << s
			if length == 1 {
				b.lead |= 1 << s
			}
			for _, p := range before.begin() {
				b.start.add(int(p)*symbols + int(s))
				if length == 2 {
					b.front.add(int(p)*symbols + int(s))
				}
			}
			for _, p := range before.end() {
				b.next.add(int(p)*symbols + int(s))
			}
		}
		for _, syllable := range now.whole() {
			b.inside(b.t.syllables[syllable], length == 1)
		}
	}
	b.close(&before, &now)
	for i := length; i > 0 && i <= min(mostShort, length*longestReading); i++ {
		b.x.short[i].add(n)
	}
}

// close adds the pairs in which a spelling of the whole name can end, by its last two characters.
func (b *Builder) close(before, last *spelling) {
	for _, s := range last.begin() {
		for _, p := range before.end() {
			b.back.add(int(p)*symbols + int(s))
		}
	}
	for _, number := range last.whole() {
		syllable := b.t.syllables[number]
		if n := len(syllable); n > 1 {
			b.back.add(int(syllable[n-2]-'a')*symbols + int(syllable[n-1]-'a'))
		}
		if digraph(syllable) {
			b.back.add(int(syllable[0]-'a')*symbols + int('h'-'a'))
		}
	}
}

// inside adds the pairs within a reading; front is said of the first character of a name.
func (b *Builder) inside(syllable string, front bool) {
	for i := 1; i < len(syllable); i++ {
		pair := int(syllable[i-1]-'a')*symbols + int(syllable[i]-'a')
		b.next.add(pair)
		if i == 1 {
			b.start.add(pair)
		}
		if i == 1 && front {
			b.front.add(pair)
		}
	}
}

// longestReading is the length of the longest reading, "zhuang".
const longestReading = 6

// spelling is how one character of a name may be spelled.
type spelling struct {
	begins, ends    [2*mostReadings + 1]uint8 // the letters with which it begins, and after which the next character may come
	readings        [mostReadings]uint16
	nBegin, nEnd, n int
}

func (s *spelling) begin() []uint8  { return s.begins[:s.nBegin] }
func (s *spelling) end() []uint8    { return s.ends[:s.nEnd] }
func (s *spelling) whole() []uint16 { return s.readings[:s.n] }

func (b *Builder) spell(s *spelling, r rune) {
	if own, ok := symbol(r); ok {
		s.begins[0], s.ends[0], s.nBegin, s.nEnd = uint8(own), uint8(own), 1, 1
		return
	}
	all := b.t.at(r)
	if all == nil {
		return
	}
	s.readings = *all
	for _, number := range all {
		if number == 0 {
			break
		}
		s.n++
		syllable := b.t.syllables[number]
		first, last := syllable[0]-'a', syllable[len(syllable)-1]-'a'
		if !slices.Contains(s.begin(), first) {
			s.begins[s.nBegin] = first
			s.nBegin++
			s.ends[s.nEnd] = first
			s.nEnd++
		}
		if !slices.Contains(s.end(), last) {
			s.ends[s.nEnd] = last
			s.nEnd++
		}
		if digraph(syllable) && !slices.Contains(s.end(), 'h'-'a') {
			s.ends[s.nEnd] = 'h' - 'a'
			s.nEnd++
		}
	}
}
