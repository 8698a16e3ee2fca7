package apiv2

import (
	"bytes"
	"encoding/binary"
	"sync"
)

// Limits of a document. The longest that WeChat sends, ten refunds with coupons each, stays below both.
const (
	maxBody   = 64 << 10 // bytes
	maxFields = 256      // as many as order can number
	maxName   = 64       // bytes
)

// document is one flat <xml> document: fields in their order of arrival, and again in the order they are signed in.
// Names and values are slices of the body that was read, so they live as long as it does. Not safe for concurrent use.
type document struct {
	fields  []field
	order   []uint8 // indices into fields, by name
	last    uint64  // the greatest prefix so far
	scratch []byte  // values that had to be put together
	text    []byte  // what is signed
}

type field struct {
	prefix      uint64 // the name's first eight bytes: decides most comparisons
	name, value []byte
}

var documents = sync.Pool{New: func() any {
	return &document{fields: make([]field, 0, 32), order: make([]uint8, 0, 32), text: make([]byte, 0, 2048)}
}}

// newDocument takes a document from the pool; the caller gives it back with release and then keeps nothing of it.
func newDocument() *document { return documents.Get().(*document) }

func (d *document) release() {
	d.reset()
	documents.Put(d)
}

func (d *document) reset() {
	clear(d.fields) // lets go of the body
	d.fields, d.order, d.last, d.scratch, d.text = d.fields[:0], d.order[:0], 0, d.scratch[:0], d.text[:0]
}

// get returns a field's value, nil when it is absent.
func (d *document) get(name string) []byte {
	for i := range d.fields {
		if string(d.fields[i].name) == name {
			return d.fields[i].value
		}
	}
	return nil
}

// is reports whether the field is there with exactly this value.
func (d *document) is(name, value string) bool { return string(d.get(name)) == value }

// add appends a field and keeps the signing order. It refuses a name that is there already.
func (d *document) add(name, value []byte) error {
	n := len(d.fields)
	if n == maxFields {
		return errTooMany
	}
	prefix := prefixOf(name)
	if n < cap(d.fields) {
		d.fields = d.fields[:n+1]
	} else {
		d.fields = append(d.fields, field{})
	}
	f := &d.fields[n]
	f.prefix, f.name, f.value = prefix, name, value
	d.order = append(d.order, uint8(n))
	// WeChat sends its fields nearly sorted, so the place is nearly always the end.
	if n == 0 || d.last < prefix {
		d.last = prefix
		return nil
	}
	at := n
	for ; at > 0; at-- {
		g := &d.fields[d.order[at-1]]
		if g.prefix < prefix {
			break
		}
		if g.prefix == prefix {
			c := bytes.Compare(g.name, name)
			if c == 0 {
				return errDuplicate
			}
			if c < 0 {
				break
			}
		}
	}
	copy(d.order[at+1:], d.order[at:n])
	d.order[at] = uint8(n)
	return nil
}

// prefixOf orders like bytes.Compare on the first eight bytes: names have no zero bytes. Behind a short name lies the rest
// of the body, so that it can be loaded in one piece and what is too much masked off.
func prefixOf(name []byte) uint64 {
	if cap(name) >= 8 {
		p := binary.BigEndian.Uint64(name[:8])
		if n := len(name); n < 8 {
			p &= ^uint64(0) << (64 - 8*n)
		}
		return p
	}
	var p uint64
	for i, c := range name {
		p |= uint64(c) << (56 - 8*i)
	}
	return p
}

// appendField writes one element. The value is escaped; it has no characters that XML cannot carry ([wechat.Clean]).
func appendField(dst []byte, name, value string) []byte {
	dst = append(dst, '<')
	dst = append(dst, name...)
	dst = append(dst, '>')
	dst = appendEscaped(dst, value)
	dst = append(dst, '<', '/')
	dst = append(dst, name...)
	return append(dst, '>')
}

func appendEscaped(dst []byte, value string) []byte {
	from := 0
	for i := range len(value) {
		var entity string
		switch value[i] {
		case '&':
			entity = "&amp;"
		case '<':
			entity = "&lt;"
		case '>':
			entity = "&gt;"
		case '\r':
			entity = "&#13;" // a bare one would be read as a line feed
		default:
			continue
		}
		dst = append(dst, value[from:i]...)
		dst = append(dst, entity...)
		from = i + 1
	}
	return append(dst, value[from:]...)
}
