package apiv2

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/bits"
	"strings"
	"unicode/utf8"
)

// Why a document is not read. They say nothing of its content.
var (
	errTooLarge  = errors.New("the document is larger than 64 KiB")
	errTooMany   = errors.New("the document has more than 256 fields")
	errDuplicate = errors.New("a field comes twice")
	errNotUTF8   = errors.New("the document is not UTF-8")
	errNotFlat   = errors.New("not one flat <xml> document")
	errCharacter = errors.New("a character or reference that XML does not allow")
)

// read reads the one form of document that API v2 has, and nothing else:
//
//	[BOM] [<?xml version="1.0" encoding="UTF-8"?>] <xml> { <name>text, CDATA, references</name> | <name/> } </xml>
//
// with white space between the parts. There is no DOCTYPE, no other processing instruction, no comment, no attribute, no
// namespace, no nesting, no text between fields and no field twice; the only entities are the five that XML predefines
// and character references. So nothing can be included, expanded or hidden. What it accepts, every XML reader reads
// alike.
func (d *document) read(body []byte) error { return d.readAs(rootName, body) }

// readAs is read for a document with another root than <xml>: what is inside a refund notice has <root>.
func (d *document) readAs(root, body []byte) error {
	d.reset()
	if len(body) > maxBody {
		return errTooLarge
	}
	if !utf8.Valid(body) {
		return errNotUTF8
	}
	b := bytes.TrimPrefix(body, []byte("\xEF\xBB\xBF"))
	i, ok := declaration(b)
	if !ok {
		return errNotFlat
	}
	name, i, empty, ok := startTag(b, skipSpace(b, i))
	if !ok || empty || string(name) != string(root) {
		return errNotFlat
	}
	for {
		i = skipSpace(b, i)
		if len(b)-i > 1 && b[i+1] == '/' {
			if i, ok = endTag(b, i, root); !ok || skipSpace(b, i) != len(b) {
				return errNotFlat
			}
			return nil
		}
		name, i, empty, ok = startTag(b, i)
		if !ok {
			return errNotFlat
		}
		var value []byte
		if !empty {
			var err error
			if value, i, err = d.value(b, i); err != nil {
				return err
			}
			if i, ok = endTag(b, i, name); !ok {
				return errNotFlat
			}
		}
		if err := d.add(name, value); err != nil {
			return err
		}
	}
}

// declaration skips an XML declaration, if there is one.
func declaration(b []byte) (next int, ok bool) {
	if !bytes.HasPrefix(b, []byte("<?")) {
		return 0, true
	}
	end := bytes.Index(b, []byte("?>"))
	if end < 0 || !bytes.HasPrefix(b, []byte("<?xml")) {
		return 0, false
	}
	inside := b[len("<?xml"):end]
	if len(inside) == 0 || classes[inside[0]]&isSpace == 0 {
		return 0, false
	}
	parts := strings.Fields(strings.ReplaceAll(string(inside), "'", `"`))
	if len(parts) == 0 || parts[0] != `version="1.0"` {
		return 0, false
	}
	parts = parts[1:]
	if len(parts) > 0 && strings.HasPrefix(parts[0], "encoding=") {
		if !strings.EqualFold(parts[0], `encoding="utf-8"`) {
			return 0, false
		}
		parts = parts[1:]
	}
	if len(parts) > 0 && (parts[0] == `standalone="yes"` || parts[0] == `standalone="no"`) {
		parts = parts[1:]
	}
	return end + len("?>"), len(parts) == 0
}

// What a byte may be in a tag or between tags.
const (
	isSpace    = 1 << iota // space, tab, line feed, carriage return
	isName                 // may stand in a name
	isNotFirst             // with isName: may not begin a name
)

var classes = func() (t [256]uint8) {
	for c := range 256 {
		switch {
		case c == ' ', c == '\t', c == '\n', c == '\r':
			t[c] = isSpace
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_':
			t[c] = isName
		case c >= '0' && c <= '9', c == '-', c == '.':
			t[c] = isName | isNotFirst
		}
	}
	return t
}()

func skipSpace(b []byte, i int) int {
	for i < len(b) && classes[b[i]]&isSpace != 0 {
		i++
	}
	return i
}

// startTag reads <name> or <name/>.
func startTag(b []byte, i int) (name []byte, next int, empty, ok bool) {
	if i >= len(b) || b[i] != '<' {
		return nil, i, false, false
	}
	i++
	from := i
	for i < len(b) && classes[b[i]]&isName != 0 {
		i++
	}
	name = b[from:i]
	if len(name) == 0 || len(name) > maxName || classes[name[0]]&isNotFirst != 0 {
		return nil, i, false, false
	}
	i = skipSpace(b, i)
	if i < len(b) && b[i] == '/' {
		empty = true
		i++
	}
	if i >= len(b) || b[i] != '>' {
		return nil, i, false, false
	}
	return name, i + 1, empty, true
}

var rootName = []byte("xml")

// endTag reads </name>.
func endTag(b []byte, i int, name []byte) (next int, ok bool) {
	at := i + len("</") + len(name)
	if at >= len(b) || b[i] != '<' || b[i+1] != '/' || string(b[i+2:at]) != string(name) {
		return i, false
	}
	if b[at] != '>' {
		if at = skipSpace(b, at); at == len(b) || b[at] != '>' {
			return i, false
		}
	}
	return at + 1, true
}

var (
	cdataOpen  = []byte("<![CDATA[")
	cdataClose = []byte("]]>")
)

// value reads what stands between the tags of a field, up to the "<" of its end tag. Nearly every value is one plain text
// or one CDATA section and is returned as it lies in the body.
func (d *document) value(b []byte, i int) (value []byte, next int, err error) {
	at := i
	if len(b)-at > len(cdataOpen) && string(b[at:at+len(cdataOpen)]) == "<![CDATA[" {
		at += len(cdataOpen)
		from := at
		for {
			at = skipPlain(b, at, ']', ']')
			if len(b)-at > 4 && string(b[at:at+5]) == "]]></" {
				return b[from:at:at], at + len(cdataClose), nil
			}
			if at == len(b) || b[at] != ']' || bytes.HasPrefix(b[at:], cdataClose) {
				return d.pieces(b, i)
			}
			at++ // a bracket of its own, as in JSON
		}
	}
	at = skipPlain(b, at, '<', '&')
	if len(b)-at > 1 && b[at] == '<' && b[at+1] == '/' {
		return b[i:at:at], at, nil
	}
	return d.pieces(b, i)
}

// skipPlain finds the first byte from i on that is one of two, or one that a second look must be taken at: ">", which may
// end a stray "]]>", a control character, or EF, with which U+FFFE and U+FFFF begin. It looks at eight bytes at a time and
// stops short of the last seven: no value can end there, the end of the root follows.
func skipPlain(b []byte, i int, one, two byte) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	first, second := ones*uint64(one), ones*uint64(two)
	for ; len(b)-i >= 8; i += 8 {
		x := binary.LittleEndian.Uint64(b[i:])
		p, q, r, e := x^first, x^second, x^(ones*'>'), x^(ones*0xEF)
		// The lowest high bit that is set marks the first byte that is zero in p, q, r or e, or less than a space in x.
		hit := ((p-ones)&^p | (q-ones)&^q | (r-ones)&^r | (e-ones)&^e | (x-ones*' ')&^x) & highs
		if hit != 0 {
			return i + bits.TrailingZeros64(hit)/8
		}
	}
	return i
}

// pieces is value for everything else: it puts texts, CDATA sections and references together.
func (d *document) pieces(b []byte, i int) (value []byte, next int, err error) {
	from := len(d.scratch)
	for i < len(b) {
		rest := b[i:]
		switch {
		case bytes.HasPrefix(rest, []byte("</")):
			return d.scratch[from:len(d.scratch):len(d.scratch)], i, nil
		case bytes.HasPrefix(rest, cdataOpen):
			rest = rest[len(cdataOpen):]
			end := bytes.Index(rest, cdataClose)
			if end < 0 {
				return nil, i, errNotFlat
			}
			if !d.literal(rest[:end]) {
				return nil, i, errCharacter
			}
			i += len(cdataOpen) + end + len(cdataClose)
		case rest[0] == '<':
			return nil, i, errNotFlat
		case rest[0] == '&':
			n := d.reference(rest)
			if n == 0 {
				return nil, i, errCharacter
			}
			i += n
		default:
			end := bytes.IndexAny(rest, "<&")
			if end < 0 {
				return nil, i, errNotFlat
			}
			if bytes.Contains(rest[:end], cdataClose) || !d.literal(rest[:end]) {
				return nil, i, errCharacter
			}
			i += end
		}
	}
	return nil, i, errNotFlat
}

// literal appends characters as they are, line ends as XML wants them. It reports whether all of them are legal.
func (d *document) literal(s []byte) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\r':
			if i+1 < len(s) && s[i+1] == '\n' {
				continue
			}
			c = '\n'
		case c < ' ' && c != '\t' && c != '\n':
			return false
		case c == 0xEF && i+2 < len(s) && s[i+1] == 0xBF && s[i+2] >= 0xBE: // U+FFFE, U+FFFF
			return false
		}
		d.scratch = append(d.scratch, c)
	}
	return true
}

// reference appends what an entity or character reference at the start of s stands for, and returns its length, 0 if it
// is none that is allowed.
func (d *document) reference(s []byte) int {
	const longest = len("&#x10FFFF;")
	end := bytes.IndexByte(s[:min(len(s), longest)], ';')
	if end < 0 {
		return 0
	}
	switch name := string(s[1:end]); name {
	case "amp":
		d.scratch = append(d.scratch, '&')
	case "lt":
		d.scratch = append(d.scratch, '<')
	case "gt":
		d.scratch = append(d.scratch, '>')
	case "quot":
		d.scratch = append(d.scratch, '"')
	case "apos":
		d.scratch = append(d.scratch, '\'')
	default:
		r, ok := character(name)
		if !ok {
			return 0
		}
		d.scratch = utf8.AppendRune(d.scratch, r)
	}
	return end + 1
}

// character reads "#13" or "#x0D".
func character(s string) (rune, bool) {
	digits, base := strings.TrimPrefix(s, "#"), rune(10)
	if digits == s {
		return 0, false
	}
	if strings.HasPrefix(digits, "x") {
		digits, base = digits[1:], 16
	}
	if digits == "" {
		return 0, false
	}
	var r rune
	for i := range len(digits) {
		c := rune(digits[i])
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case base == 16 && c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		r = r*base + c // at most seven digits: no overflow
	}
	legal := r == '\t' || r == '\n' || r == '\r' || (r >= ' ' && r <= 0xD7FF) || (r >= 0xE000 && r <= 0xFFFD) ||
		(r >= 0x10000 && r <= utf8.MaxRune)
	return r, legal
}
