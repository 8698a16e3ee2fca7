package widgets

import (
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"

	"guitai/pos/i18n"
)

const (
	keypadWidth = 400
	mostOnPad   = 24 // characters: more than any number that is typed
)

// Keypad is digits for a finger, over a form whose fields have no room for a pad of their own. What is typed on it, or on the keyboard while
// it is open, takes the place of what the field said, once it is taken.
type Keypad struct {
	words  *i18n.Words
	layer  *Layer
	figure *Text
	text   string
	last   rune
	fresh  bool // nothing was typed yet: the first digit takes the place of all
	open   bool
	take   func(string)
	closed func()
}

// NewKeypad makes a closed one; closed hears that it has closed, so that the keyboard goes back to the form.
func NewKeypad(words *i18n.Words, closed func()) *Keypad {
	return &Keypad{words: words, layer: NewLayer(nil), closed: closed}
}

// Layer is what to put over the form.
func (k *Keypad) Layer() fyne.CanvasObject { return k.layer.Object() }

// IsOpen reports whether it is open.
func (k *Keypad) IsOpen() bool { return k.open }

// Open shows it for a field that says text now. last is the key left of zero, as '.' for money; 0 for none. take hears what was typed.
func (k *Keypad) Open(title, text string, last rune, take func(string)) {
	k.text, k.last, k.fresh, k.open, k.take = text, last, true, true, take
	name := NewText(title, Style{Size: SizeStrong, Bold: true, Fit: FitShrink})
	back := NewButton(k.words.T("ask.back"), "Esc", Quiet, k.Close)
	k.figure = NewText(text, Style{Size: SizeLarge, Bold: true, Color: InkSoft, Align: fyne.TextAlignTrailing, Fit: FitShrink})
	panel := NewPanel(Ground, Radius, 0, Inset(14, 6, Sized(0, 52, k.figure)))
	ok := NewButton(k.words.T("keypad.take"), "Enter", Primary, k.enter)
	pad := Numpad(64, last, k.press)
	k.layer.Put(Sheet(keypadWidth, Rows(12, nil, Columns(Gap, Grow(name), name, back), panel, pad, ok), k.Close))
}

// Close puts it away; the field stays as it was.
func (k *Keypad) Close() {
	if k.open {
		k.open = false
		k.layer.Close()
		k.closed()
	}
}

// Typed is for the sink.
func (k *Keypad) Typed(r rune) {
	if r >= '0' && r <= '9' || r == k.last && r != 0 {
		k.press(r)
	}
}

// Pressed is for the sink.
func (k *Keypad) Pressed(key Key) bool {
	switch {
	case key.Ctrl || key.Alt:
	case key.Name == fyne.KeyEscape:
		k.Close()
	case key.Name == fyne.KeyReturn, key.Name == fyne.KeyEnter:
		k.enter()
	case key.Name == fyne.KeyBackspace:
		k.press(NumpadBack)
	}
	return true // none of them belongs to what lies below
}

func (k *Keypad) press(r rune) {
	if k.fresh {
		k.fresh, k.text = false, ""
	}
	switch {
	case r == NumpadBack:
		_, n := utf8.DecodeLastRuneInString(k.text)
		k.text = k.text[:len(k.text)-n]
	case r == '.' && strings.Contains(k.text, "."), utf8.RuneCountInString(k.text) >= mostOnPad:
	default:
		k.text += string(r)
	}
	k.figure.SetColor(Ink)
	k.figure.Set(k.text)
}

func (k *Keypad) enter() {
	if k.open && !k.fresh {
		k.take(k.text)
	}
	k.Close()
}
