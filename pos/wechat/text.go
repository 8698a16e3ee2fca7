package wechat

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"guitai/pos"
)

// Clean makes text fit for a field: control characters, characters XML cannot carry, invisible ones and those of four
// bytes (emoji, which bills and some phones garble) go; runs of white space become one space. It is applied before
// signing, so that what is signed is what is parsed.
func Clean(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			space = b.Len() > 0
			continue
		case r == utf8.RuneError, r > 0xFFFD, unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Co, unicode.Variation_Selector):
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Cut shortens s to at most limit bytes without cutting a character in two.
func Cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return strings.TrimRight(s[:limit], " ")
}

// Wordy reports whether s has from shortest to longest bytes, all of them letters, digits or of others.
func Wordy(s string, shortest, longest int, others string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') && strings.IndexByte(others, c) < 0 {
			return false
		}
	}
	return len(s) >= shortest && len(s) <= longest
}

// MaxBody is the most that the description of an order has (body, 商品描述), in bytes.
const MaxBody = 127

// Body is what the payer reads of an order (body, 商品描述): the first item, and how many pieces there are in all.
func Body(lines []pos.Line) string {
	name, pieces := "", 0
	for _, l := range lines {
		if name == "" {
			name = Clean(l.Name)
		}
		pieces += l.Quantity
	}
	if name == "" {
		name = "商品"
	}
	tail := ""
	if pieces > 1 {
		tail = "等" + strconv.Itoa(pieces) + "件"
	}
	return Cut(name, MaxBody-len(tail)) + tail
}
