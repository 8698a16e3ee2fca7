package pos

import (
	"errors"
	"fmt"
	"strings"
)

// KeyChord is a key and what is held down with it, as "F9", "Ctrl+Shift+F6" or "+". Two chords are the same when they are equal. The
// zero KeyChord is no key.
type KeyChord struct {
	Key              string // "A" to "Z", "0" to "9", "F1" to "F12", "+", "-", or one of keyNames
	Ctrl, Alt, Shift bool
}

// keyNames are the keys with a name of their own, by all the names a person may write.
var keyNames = map[string]string{
	"DEL": "Del", "DELETE": "Del", "INS": "Ins", "INSERT": "Ins", "ENTER": "Enter", "RETURN": "Enter", "ESC": "Esc", "ESCAPE": "Esc",
	"BACKSPACE": "Backspace", "TAB": "Tab", "SPACE": "Space", "HOME": "Home", "END": "End", "UP": "Up", "DOWN": "Down", "LEFT": "Left",
	"RIGHT": "Right", "PGUP": "PgUp", "PAGEUP": "PgUp", "PGDN": "PgDn", "PAGEDOWN": "PgDn",
}

// Why a key cannot be what somebody wants it to be.
var (
	ErrKeyUnknown = errors.New("no key has that name")
	// ErrKeyFixed: the scanner, the text fields or the window system need it as it is.
	ErrKeyFixed = errors.New("that key cannot be given away")
	// ErrKeyOnPages: it has its meaning on some pages and lists, where the action works too.
	ErrKeyOnPages = errors.New("that key has its own meaning on some pages")
)

// ParseKey reads a chord as a person writes it: modifiers in any order, either case, "Control", "Delete" and the like too. It only says
// that there is such a key; whether it can be given away says [KeyChord.Free].
func ParseKey(text string) (KeyChord, error) {
	var k KeyChord
	rest := strings.TrimSpace(text)
	for {
		name, after, more := strings.Cut(rest, "+")
		if !more || after == "" || name == "" { // "+" itself, also in "Ctrl++"
			break
		}
		switch strings.ToUpper(strings.TrimSpace(name)) {
		case "CTRL", "CONTROL":
			k.Ctrl = true
		case "ALT":
			k.Alt = true
		case "SHIFT", "⇧":
			k.Shift = true
		default:
			return KeyChord{}, ErrKeyUnknown
		}
		rest = strings.TrimSpace(after)
	}
	name := strings.ToUpper(rest)
	switch {
	case keyNames[name] != "":
		k.Key = keyNames[name]
	case functionKey(name) > 0, len(name) == 1 && (name[0] >= 'A' && name[0] <= 'Z' || strings.ContainsAny(name, "0123456789+-*/")):
		k.Key = name
	default:
		return KeyChord{}, ErrKeyUnknown
	}
	return k, nil
}

// functionKey is the number of F1 to F12; 0 for any other key.
func functionKey(name string) int {
	for n := 1; n <= 12; n++ {
		if name == fmt.Sprintf("F%d", n) {
			return n
		}
	}
	return 0
}

// String is the chord as it is written on buttons and in config.toml: Ctrl, Alt, Shift, then the key. The zero chord is "".
func (k KeyChord) String() string {
	s := k.Key
	if k.Shift {
		s = "Shift+" + s
	}
	if k.Alt {
		s = "Alt+" + s
	}
	if k.Ctrl {
		s = "Ctrl+" + s
	}
	return s
}

// IsZero reports whether it is no key.
func (k KeyChord) IsZero() bool { return k == KeyChord{} }

// Rune is the character that the chord types; 0 for a key that types none. Such a key means something only where nothing is being typed.
func (k KeyChord) Rune() rune {
	if (k.Key == "+" || k.Key == "-") && !k.Ctrl && !k.Alt && !k.Shift {
		return rune(k.Key[0])
	}
	return 0
}

// Free says whether the chord can be given to an action: nil, or ErrKeyFixed.
//
//	key                                    | alone | Shift | Ctrl, Alt, Ctrl+Shift, Alt+Shift
//	F1 to F12                              | yes   | yes   | yes, but for Alt+F4: the window system's
//	letters                                | no    | no    | yes, but for Ctrl+A, C, V, X and Y: the text fields'
//	+ and -                                | yes   | no    | no
//	Del, Ins                               | yes   | no    | yes, but for Ctrl+Ins: the text fields'
//	digits, *, /, Enter, Esc, Backspace,   | no    | no    | no
//	Tab, Space, arrows, Home, End, PgUp…   |       |       |
//
// A scanner types letters and digits, ends in Enter or Tab, and some of them hold Shift. Ctrl with Alt is AltGr on many keyboards, and
// types characters.
func (k KeyChord) Free() error {
	held := k.Ctrl || k.Alt
	free := false
	switch {
	case k.Ctrl && k.Alt:
	case functionKey(k.Key) > 0:
		free = k != KeyChord{Key: "F4", Alt: true} && k != KeyChord{Key: "F4", Alt: true, Shift: true}
	case k.Key == "+" || k.Key == "-":
		free = k.Rune() != 0
	case k.Key == "Del" || k.Key == "Ins":
		free = held && (k.Key == "Del" || !k.Ctrl) || !k.Shift && !held
	case len(k.Key) == 1 && k.Key[0] >= 'A' && k.Key[0] <= 'Z':
		free = held && (!k.Ctrl || k.Shift || !strings.Contains("ACVXY", k.Key))
	}
	if !free {
		return ErrKeyFixed
	}
	return nil
}

// onPages reports whether some page or list has the chord for itself: its buttons say so.
func (k KeyChord) onPages() bool {
	n := functionKey(k.Key)
	alone := !k.Ctrl && !k.Alt && !k.Shift
	return alone && n >= 2 && n <= 9 && n != 7 || k == KeyChord{Key: "S", Ctrl: true} || alone && (k.Key == "Del" || k.Key == "+" || k.Key == "-")
}
