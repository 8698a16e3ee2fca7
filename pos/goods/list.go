package goods

import (
	"math/bits"
	"slices"
)

// A block of a list is of so many numbers in a row; it is kept as bits from where that takes less.
const (
	blockBits = 16
	blockSize = 1 << blockBits
	fewMost   = blockSize / 16
)

// list is a set of items' numbers. It is built in rising order, and then ended.
type list struct {
	blocks []block
	last   block // the one that is being built
}

// block is a part of a list, by the lower half of the numbers.
type block struct {
	few  []uint16
	bits *[blockSize / 64]uint64 // instead of few
}

// add adds a number that is not smaller than the last one.
func (l *list) add(n int) {
	if n>>blockBits != len(l.blocks) {
		l.turn(n >> blockBits)
	}
	low := uint16(n)
	switch k := len(l.last.few); {
	case l.last.bits != nil:
		l.last.bits[low>>6] |= 1 << (low & 63)
	case k > 0 && l.last.few[k-1] == low:
	case k == fewMost:
		l.last.spread()
		l.last.bits[low>>6] |= 1 << (low & 63)
	default:
		l.last.few = append(l.last.few, low)
	}
}

// turn ends blocks up to a later one.
func (l *list) turn(to int) {
	for len(l.blocks) < to {
		if cap(l.last.few) > len(l.last.few) { // what growing took too much
			l.last.few = append(make([]uint16, 0, len(l.last.few)), l.last.few...)
		}
		l.blocks = append(l.blocks, l.last)
		l.last = block{}
	}
}

// end ends the building.
func (l *list) end() {
	if !l.last.empty() {
		l.turn(len(l.blocks) + 1)
	}
	l.blocks = slices.Clip(l.blocks)
}

// spread writes the numbers as bits.
func (b *block) spread() {
	b.bits = &[blockSize / 64]uint64{}
	for _, x := range b.few {
		b.bits[x>>6] |= 1 << (x & 63)
	}
	b.few = nil
}

func (b *block) empty() bool { return b.bits == nil && len(b.few) == 0 }

// part is a block that is being gone through in rising order.
type part struct {
	*block
	at int // of few: what is before it is smaller than what is asked for
}

// has reports whether low is in it. It may be asked about rising numbers only.
func (p *part) has(low uint16) bool {
	if p.bits != nil {
		return p.bits[low>>6]&(1<<(low&63)) != 0
	}
	few, step := p.few[p.at:], 1
	for step < len(few) && few[step] < low { // the place is near, most often
		step *= 2
	}
	few = few[:min(step+1, len(few))]
	i, ok := slices.BinarySearch(few, low)
	p.at += i
	return ok
}

// inAll calls f with every number that is in all lists, in rising order, until f says no. No list means no number.
func inAll(lists []*list, f func(n int) bool) {
	if len(lists) == 0 {
		return
	}
	most := len(lists[0].blocks)
	for _, l := range lists[1:] {
		most = min(most, len(l.blocks))
	}
	parts := make([]part, len(lists))
	for at := range most {
		for i, l := range lists {
			parts[i] = part{block: &l.blocks[at]}
		}
		if !inBlocks(parts, func(low int) bool { return f(at<<blockBits | low) }) {
			return
		}
	}
}

// inBlocks does it for one block of each list, and reports whether to go on.
func inBlocks(parts []part, f func(low int) bool) bool {
	least := -1
	for i, p := range parts {
		if p.empty() {
			return true
		}
		if p.bits == nil && (least < 0 || len(p.few) < len(parts[least].few)) {
			least = i
		}
	}
	if least < 0 {
		return inBits(parts, f)
	}
	parts[0], parts[least] = parts[least], parts[0]
next:
	for _, low := range parts[0].few {
		for i := 1; i < len(parts); i++ {
			if !parts[i].has(low) {
				continue next
			}
		}
		if !f(int(low)) {
			return false
		}
	}
	return true
}

func inBits(parts []part, f func(low int) bool) bool {
	for i, x := range parts[0].bits {
		for _, p := range parts[1:] {
			x &= p.bits[i]
		}
		for ; x != 0; x &= x - 1 {
			if !f(i<<6 | bits.TrailingZeros64(x)) {
				return false
			}
		}
	}
	return true
}
