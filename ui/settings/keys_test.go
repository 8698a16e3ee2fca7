package settings

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"guitai/pos"
)

// keysPage is the page turned to its keys, with the keyboard at an action.
func keysPage(t *testing.T, a pos.KeyAction) *hands {
	t.Helper()
	h := newHands(t, nil)
	h.p.Turn(PartKeys)
	h.press("Return")
	for i, x := range pos.KeyActions() {
		if x == a {
			for range i {
				h.press("Down")
			}
			return h
		}
	}
	t.Fatalf("no action %s", a)
	return nil
}

// held presses a key with something held down.
func (h *hands) heldDown(m fyne.KeyModifier, k fyne.KeyName) {
	h.window.Canvas().Focused().(fyne.Shortcutable).TypedShortcut(&desktop.CustomShortcut{KeyName: k, Modifier: m})
}

func TestKeys_AnActionGetsAnotherKey(t *testing.T) {
	h := keysPage(t, pos.KeyHold)
	if !h.sees("Put this customer aside") || h.Grabs() {
		t.Fatal("the chosen action is not shown")
	}
	h.press("Return")
	if !h.Grabs() || !h.sees("Press the new key") {
		t.Fatal("no key is asked for")
	}
	h.press("ctrl+Q")
	if h.Grabs() || !h.sees("Ctrl+Q") || !h.sees("The default is F6") || !h.p.Dirty() {
		t.Error("the key was not taken")
	}
	h.press("ctrl+S")
	if got := h.d.c.Keys.Of(pos.KeyHold); got != "Ctrl+Q" || h.p.Dirty() {
		t.Errorf("saved %q", got)
	}
	h.press("Delete")
	if h.p.keymap() != (pos.Keymap{}) {
		t.Error("Del does not bring its own key back")
	}
}

func TestKeys_EveryKeyIsTheAnswerWhileOneIsAskedFor(t *testing.T) {
	for _, c := range []struct {
		name  string
		press func(h *hands)
		bad   string // begins what is said; "" takes it
	}{
		{"a function key that the page has for itself", func(h *hands) { h.press("F8") }, "F8 is \"Cash\""},
		{"one with Ctrl", func(h *hands) { h.press("ctrl+F2") }, ""},
		{"one with Alt", func(h *hands) { h.heldDown(fyne.KeyModifierAlt, fyne.KeyH) }, ""},
		{"what saves the page", func(h *hands) { h.press("ctrl+S") }, ""},
		{"a letter", func(h *hands) { h.press("h") }, "H cannot"},
		{"a digit", func(h *hands) { h.press("7") }, "7 cannot"},
		{"a star", func(h *hands) { h.press("*") }, "* cannot"},
		{"a plus", func(h *hands) { h.press("+") }, "+ is \"One more\""},
		{"Enter", func(h *hands) { h.press("Return") }, "Enter cannot"},
		{"an arrow", func(h *hands) { h.press("Down") }, "Down cannot"},
		{"the key of the next part", func(h *hands) { h.press("Next") }, "PgDn cannot"},
		{"copy", func(h *hands) { h.window.Canvas().Focused().(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutCopy{}) }, "Ctrl+C cannot"},
		{"the menu", func(h *hands) { h.press("F10") }, "F10 is \"Menu\""},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := keysPage(t, pos.KeyHold)
			h.press("Return")
			c.press(h)
			m := h.p.KeySide()
			if !strings.HasPrefix(m.Bad, c.bad) || (m.Bad == "") != (c.bad == "") {
				t.Errorf("it says %q", m.Bad)
			}
			if taken := h.p.Dirty(); taken != (c.bad == "") || h.Grabs() == taken {
				t.Errorf("taken: %v", taken)
			}
			if h.p.Part() != PartKeys || h.left > 0 {
				t.Error("the key did something else, too")
			}
			h.press("Escape")
			if h.Grabs() {
				t.Error("Esc does not stop asking")
			}
		})
	}
}

func TestKeys_AConflictIsSaidAtOnceAndCanBeSwapped(t *testing.T) {
	h := keysPage(t, pos.KeyHold)
	h.press("Return", "F3")
	if !h.sees("F3 is \"Discount\" already") || !h.sees("\"Discount\" gets F6") {
		t.Fatal("the conflict is not said")
	}
	h.press("Return")
	if m := h.p.keymap(); m.Legend(pos.KeyHold) != "F3" || m.Legend(pos.KeyDiscount) != "F6" || len(m.Conflicts()) > 0 || h.Grabs() {
		t.Errorf("hold is on %s, discount on %s", m.Legend(pos.KeyHold), m.Legend(pos.KeyDiscount))
	}
	// What it came with has somebody else now.
	h.press("Delete")
	if !h.Grabs() || !h.sees("F6 is \"Discount\" already") {
		t.Error("its own key is somebody's and that is not said")
	}
	h.press("Escape", "F8")
	if h.p.keymap() != (pos.Keymap{}) || h.p.Dirty() {
		t.Error("F8 does not bring all keys back")
	}
	h.press("Return", "F4") // of two actions
	if h.p.MaySwap() || !h.sees("Give \"Quantity\" another key first") {
		t.Error("a key of two actions can be swapped")
	}
	h.press("Return")
	if h.p.keymap() != (pos.Keymap{}) {
		t.Error("Enter took it")
	}
}

func TestKeys_OfThePages(t *testing.T) {
	h := keysPage(t, pos.KeyTakings)
	h.press("Return", "F3")
	if m := h.p.KeySide(); !strings.HasPrefix(m.Bad, "F3 cannot be used: some pages") || m.Swap {
		t.Errorf("it says %q", m.Bad)
	}
	h.press("F12") // meets everything, and can be swapped
	if !h.p.MaySwap() {
		t.Error("no swap with the lock")
	}
}

func TestKeys_TheKeyboardComesAndGoes(t *testing.T) {
	h := newHands(t, nil)
	h.p.Turn(PartKeys)
	h.press("Right", "Down", "End", "Home", "Up")
	if h.p.keys.in || h.p.Part() != PartKeys {
		t.Error("Up from the first does not go back to the list of parts")
	}
	h.press("Down")
	if h.p.Part() == PartKeys {
		t.Error("Down does not go to the next part")
	}
	h.press("Up", "Right", "Escape")
	if h.p.keys.in || h.left > 0 {
		t.Error("Esc from the list leaves the page")
	}
	h.press("Escape")
	if h.left != 1 {
		t.Error("the second Esc does not leave")
	}
}
