package pos

import (
	"strconv"
	"strings"
)

// Typing is a number while a person types it, digit by digit. The zero Typing is empty and takes whole numbers.
type Typing struct {
	Text   string
	Places int  // digits after the point; 0 takes no point
	Most   int  // characters in all; 0 is 10
	Fresh  bool // the next character replaces what stands there
}

// TypedFen is an amount as it stands in a field before anybody has typed: the next digit replaces it. Nothing is an empty field.
func TypedFen(f Fen) Typing {
	t := Typing{Places: 2, Fresh: true}
	if f > 0 {
		t.Text = strings.TrimSuffix(f.String(), ".00")
	}
	return t
}

// Type takes a character, also the full-width ones of a Chinese input method, and reports whether it became part of the number.
func (t *Typing) Type(r rune) bool {
	if r >= '！' && r <= '～' {
		r -= 0xFEE0
	}
	if r == '。' {
		r = '.' // the same key under a Chinese input method
	}
	text := t.Text
	if t.Fresh {
		text = ""
	}
	most := t.Most
	if most == 0 {
		most = 10
	}
	point := strings.IndexByte(text, '.')
	switch {
	case r == '.' && t.Places > 0 && point < 0:
	case r < '0' || r > '9', point >= 0 && len(text)-point > t.Places:
		return false
	}
	if len(text) >= most {
		return false
	}
	if text == "0" && r != '.' {
		text = ""
	}
	t.Text, t.Fresh = text+string(r), false
	return true
}

// Back takes back the last character.
func (t *Typing) Back() {
	t.Text, t.Fresh = t.Text[:max(0, len(t.Text)-1)], false
}

// TakeBack takes back n characters, which were a scan.
func (t *Typing) TakeBack(n int) {
	if n > 0 {
		t.Text, t.Fresh = t.Text[:max(0, len(t.Text)-n)], false
	}
}

// Value is the number in units of its last place: fen of an amount, g of kilograms with three places. ok is false while nothing, or
// only a point, stands there.
func (t Typing) Value() (n int64, ok bool) {
	whole, frac, _ := strings.Cut(t.Text, ".")
	if whole == "" && frac == "" {
		return 0, false
	}
	n, err := strconv.ParseInt("0"+whole+frac+strings.Repeat("0", max(0, t.Places-len(frac))), 10, 64)
	return n, err == nil
}

// Fen is the number as an amount, of a Typing with two places.
func (t Typing) Fen() (Fen, bool) {
	n, ok := t.Value()
	return Fen(n), ok
}
