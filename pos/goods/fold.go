package goods

import (
	"strings"
	"unicode"
)

// blank stands for everything that separates words.
const blank = ' '

// fold makes texts comparable: lower case, full-width characters as those of ASCII, runs of blanks and control characters as one blank,
// none at the ends.
func fold(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range s {
		switch {
		case han(r):
		case r >= '！' && r <= '～':
			r = unicode.ToLower(r - '！' + '!')
		case unicode.IsSpace(r) || unicode.IsControl(r):
			gap = b.Len() > 0
			continue
		default:
			r = unicode.ToLower(r)
		}
		if gap {
			b.WriteByte(blank)
			gap = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// plain reports whether a text has nothing to fold, as most codes have.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c > '~' || c >= 'A' && c <= 'Z' {
			return false
		}
	}
	return true
}

// han reports whether r is one of the Chinese characters that keyboards write.
func han(r rune) bool { return r >= 0x3400 && r <= 0x9FFF && (r < 0x4DC0 || r >= 0x4E00) }

// symbols is how many letters and digits there are.
const symbols = 36

// symbol numbers a letter of ASCII or a digit.
func symbol(r rune) (int, bool) {
	switch {
	case r >= 'a' && r <= 'z':
		return int(r - 'a'), true
	case r >= '0' && r <= '9':
		return int(r-'0') + 26, true
	}
	return 0, false
}

// spoken reports whether a folded character counts when a name is spelled: punctuation and blanks do not.
func spoken(r rune) bool {
	if r < 0x80 {
		_, ok := symbol(r)
		return ok
	}
	return han(r) || unicode.IsLetter(r) || unicode.IsNumber(r)
}
