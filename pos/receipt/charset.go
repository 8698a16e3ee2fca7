package receipt

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/unicode/norm"
)

// missing stands for a character that neither the printer nor our font can draw. It is two columns wide, as the one it
// stands for is counted, so a line keeps its shape.
const missing = '□'

// twins are written as something every GBK printer has. Without the first, U+00A5 would leave as a four-byte sequence of
// which printers make "0 6"; x/text writes the euro as the single byte 80, which belongs to no character on a printer.
var twins = strings.NewReplacer(
	"¥", "￥", "€", "EUR", "\u00a0", " ", "\u202f", " ", "\u2009", " ", "–", "-", "‑", "-", "−", "-",
	"®", "(R)", "™", "(TM)", "©", "(C)", "•", "·", "〜", "～",
)

// clean makes a text from outside fit for paper: composed, on one line, without control characters (a name could carry
// ESC p and open the drawer), invisible marks or invalid bytes.
func clean(s string) string {
	s = norm.NFC.String(strings.ToValidUTF8(s, string(missing)))
	s = twins.Replace(s)
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) && r != '\u3000':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Mn, r), unicode.Is(unicode.Me, r):
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// gbk writes a character the way printers read it: one byte for ASCII, two for everything else they have. ok is false
// for a character that is only in the four-byte part of GB18030, in a private area, or not there at all.
func gbk(dst []byte, r rune) (_ []byte, ok bool) {
	if r >= 0x20 && r < 0x7f {
		return append(dst, byte(r)), true
	}
	if r < 0x80 {
		return dst, false
	}
	var src, out [utf8.UTFMax]byte
	n, _, err := simplifiedchinese.GBK.NewEncoder().Transformer.Transform(out[:], src[:utf8.EncodeRune(src[:], r)], true)
	if err != nil || n != 2 || out[0] < 0x81 || out[1] < 0x40 {
		return dst, false
	}
	return append(dst, out[:2]...), true
}

// runeColumns is the width of a character: one for ASCII, two for every other, also for those that will be missing.
func runeColumns(r rune) int {
	if r < 0x80 {
		return 1
	}
	return 2
}

// columns is the width of a clean text.
func columns(s string) int {
	n := 0
	for _, r := range s {
		n += runeColumns(r)
	}
	return n
}

// unprintable counts the characters of a clean text that GBK does not have.
func unprintable(s string) int {
	n := 0
	var buf [2]byte
	for _, r := range s {
		if _, ok := gbk(buf[:0], r); !ok {
			n++
		}
	}
	return n
}

// encode writes a clean text in GBK, with [missing] for what it does not have.
func encode(dst []byte, s string) []byte {
	for _, r := range s {
		var ok bool
		if dst, ok = gbk(dst, r); !ok {
			dst, _ = gbk(dst, missing)
		}
	}
	return dst
}
