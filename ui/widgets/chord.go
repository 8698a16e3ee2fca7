package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"guitai/pos"
)

// Chord is the key as the keymap knows it. A key that nobody could give a meaning to is one that means nothing.
func (k Key) Chord() pos.KeyChord {
	c := pos.KeyChord{Key: string(k.Name), Ctrl: k.Ctrl, Alt: k.Alt, Shift: k.Shift}
	switch k.Name {
	case fyne.KeyDelete:
		c.Key = "Del"
	case fyne.KeyInsert:
		c.Key = "Ins"
	case fyne.KeyReturn, fyne.KeyEnter:
		c.Key = "Enter"
	case fyne.KeyEscape:
		c.Key = "Esc"
	case fyne.KeyBackspace:
		c.Key = "Backspace"
	case fyne.KeyPageUp:
		c.Key = "PgUp"
	case fyne.KeyPageDown:
		c.Key = "PgDn"
	}
	return c
}

// alone reports whether no modifier is held but Shift, by which a key of a page is the same key.
func (k Key) alone() bool { return !k.Ctrl && !k.Alt }

// keyOf is a shortcut as a key; ok is false for one that is none of ours.
func keyOf(sc fyne.Shortcut) (k Key, ok bool) {
	switch c := sc.(type) {
	case *fyne.ShortcutUndo:
		return Key{Name: fyne.KeyZ, Ctrl: true}, true
	case *fyne.ShortcutRedo:
		return Key{Name: fyne.KeyY, Ctrl: true}, true
	case *fyne.ShortcutCopy:
		return Key{Name: fyne.KeyC, Ctrl: true}, true
	case *fyne.ShortcutCut:
		return Key{Name: fyne.KeyX, Ctrl: true}, true
	case *fyne.ShortcutSelectAll:
		return Key{Name: fyne.KeyA, Ctrl: true}, true
	case *desktop.CustomShortcut:
		k = Key{
			Name: c.KeyName, Ctrl: c.Modifier&fyne.KeyModifierShortcutDefault != 0, Alt: c.Modifier&fyne.KeyModifierAlt != 0,
			Shift: c.Modifier&fyne.KeyModifierShift != 0,
		}
		return k, k.Ctrl || k.Alt || k.Shift
	}
	return Key{}, false
}

// shortcuts are all that a chord of ours can be: Fyne hands a canvas only those that it was told of.
func shortcuts() (all []fyne.Shortcut) {
	names := []fyne.KeyName{fyne.KeyDelete, fyne.KeyInsert, fyne.KeyBackspace}
	for c := 'A'; c <= 'Z'; c++ {
		names = append(names, fyne.KeyName(c))
	}
	names = append(names, fyne.KeyF1, fyne.KeyF2, fyne.KeyF3, fyne.KeyF4, fyne.KeyF5, fyne.KeyF6, fyne.KeyF7, fyne.KeyF8, fyne.KeyF9,
		fyne.KeyF10, fyne.KeyF11, fyne.KeyF12)
	held := []fyne.KeyModifier{fyne.KeyModifierShortcutDefault, fyne.KeyModifierAlt}
	for _, name := range names {
		for _, m := range held {
			all = append(all, &desktop.CustomShortcut{KeyName: name, Modifier: m}, &desktop.CustomShortcut{KeyName: name, Modifier: m | fyne.KeyModifierShift})
		}
	}
	return append(all, &fyne.ShortcutUndo{}, &fyne.ShortcutPaste{})
}
