package apiv2

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// clean makes text fit for a field: control characters, characters XML cannot carry, invisible ones and those of four
// bytes (emoji, which bills and some phones garble) go; runs of white space become one space. It is applied before
// signing, so that what is signed is what is parsed.
func clean(s string) string {
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

// cut shortens s to at most limit bytes without cutting a character in two.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return strings.TrimRight(s[:limit], " ")
}

// wordy reports whether s has from shortest to longest bytes, all of them letters, digits or of others.
func wordy(s string, shortest, longest int, others string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') && strings.IndexByte(others, c) < 0 {
			return false
		}
	}
	return len(s) >= shortest && len(s) <= longest
}
