package pos

import (
	"errors"
	"testing"
)

// What users may rely on: the contract's table of keys, and those that came since.
func TestKeys_DefaultsAreTheContracts(t *testing.T) {
	contract := map[KeyAction]string{
		KeyWeChat: "F9", KeyCash: "F8", KeyHold: "F6", KeyRecall: "Shift+F6", KeyFind: "F2", KeyDiscount: "F3", KeyQuantity: "F4",
		KeyRemove: "Del", KeyClear: "Ctrl+Del", KeyRefund: "F7", KeyAsk: "F5", KeyMenu: "F10", KeyLock: "F12", KeyReprint: "Ctrl+P", KeyHelp: "F1",
		KeyUndo: "Ctrl+Z",

		KeyMore: "+", KeyLess: "-", KeyCartDiscount: "Ctrl+F3", KeyPrice: "Shift+F3", KeyNote: "Ctrl+N", KeyMember: "Ctrl+M", KeySplit: "Ctrl+U",
		KeyTenders: "Shift+F8", KeySlip: "F4", KeyGoods: "Ctrl+I", KeySales: "Ctrl+F", KeyTakings: "Ctrl+D", KeyShift: "Ctrl+J", KeyBooks: "Ctrl+B",
		KeyPending: "Ctrl+K", KeyInbox: "Ctrl+E", KeyPrints: "Ctrl+R", KeyLabels: "Ctrl+L", KeyDrawer: "Ctrl+O", KeyHealth: "Ctrl+H",
		KeySettings: "Ctrl+G", KeyFull: "F11", KeyPhone: "Ctrl+T",
	}
	var m Keymap
	for _, a := range KeyActions() {
		want, ok := contract[a]
		if !ok {
			t.Errorf("%s is new: it needs a line here", a)
		}
		if got := m.Legend(a); got != want || a.Default().String() != want {
			t.Errorf("%s is on %s, want %s", a, got, want)
		}
		if err := a.Takes(a.Default()); err != nil {
			t.Errorf("%s cannot have its own default: %v", a, err)
		}
		if a.Group() == "" || a.Place() == 0 {
			t.Errorf("%s is nowhere", a)
		}
	}
	if len(contract) != KeyCount {
		t.Errorf("%d actions, want %d", KeyCount, len(contract))
	}
	if c := m.Conflicts(); c != nil {
		t.Errorf("the defaults conflict: %v", c)
	}
	if a := KeyAction("nothing"); m.Key(a) != (KeyChord{}) || a.Place() != 0 || a.Group() != "" || !a.Default().IsZero() || m.With(a, KeyChord{Key: "F2"}) != m {
		t.Error("what is no action has something")
	}
}

func TestParseKey(t *testing.T) {
	for _, c := range []struct {
		text, want string
		free       bool
	}{
		{"F9", "F9", true},
		{" f9 ", "F9", true},
		{"F12", "F12", true},
		{"shift+ctrl+f6", "Ctrl+Shift+F6", true},
		{"Control + Shift + F6", "Ctrl+Shift+F6", true},
		{"⇧+F6", "Shift+F6", true},
		{"alt+x", "Alt+X", true},
		{"Alt+Shift+X", "Alt+Shift+X", true},
		{"Ctrl+Delete", "Ctrl+Del", true},
		{"Ins", "Ins", true},
		{"Alt+Insert", "Alt+Ins", true},
		{"+", "+", true},
		{"-", "-", true},

		{"Alt+F4", "Alt+F4", false},
		{"Alt+Shift+F4", "Alt+Shift+F4", false},
		{"Ctrl+Alt+D", "Ctrl+Alt+D", false},
		{"Ctrl++", "Ctrl++", false},
		{"Shift+-", "Shift+-", false},
		{"Shift+Del", "Shift+Del", false},
		{"Shift+Ins", "Shift+Ins", false},
		{"Ctrl+Ins", "Ctrl+Ins", false},
		{"a", "A", false},
		{"Shift+A", "Shift+A", false},
		{"7", "7", false},
		{"Ctrl+7", "Ctrl+7", false},
		{"*", "*", false},
		{"Ctrl+*", "Ctrl+*", false},
		{"/", "/", false},
		{"Enter", "Enter", false},
		{"Ctrl+Return", "Ctrl+Enter", false},
		{"Escape", "Esc", false},
		{"Ctrl+Esc", "Ctrl+Esc", false},
		{"Backspace", "Backspace", false},
		{"Ctrl+Backspace", "Ctrl+Backspace", false},
		{"Tab", "Tab", false},
		{"Alt+Tab", "Alt+Tab", false},
		{"space", "Space", false},
		{"up", "Up", false},
		{"Alt+Left", "Alt+Left", false},
		{"Home", "Home", false},
		{"End", "End", false},
		{"PageUp", "PgUp", false},
		{"Ctrl+PgDn", "Ctrl+PgDn", false},
		{"Right", "Right", false},
		{"Down", "Down", false},
		{"Ctrl+A", "Ctrl+A", false},
		{"Ctrl+C", "Ctrl+C", false},
		{"Ctrl+V", "Ctrl+V", false},
		{"Ctrl+X", "Ctrl+X", false},
		{"Ctrl+Y", "Ctrl+Y", false},
		{"Ctrl+Shift+C", "Ctrl+Shift+C", true},
	} {
		k, err := ParseKey(c.text)
		if err != nil || k.String() != c.want || (k.Free() == nil) != c.free {
			t.Errorf("%q is %q, %v, free %v", c.text, k, err, k.Free())
		}
		if again, err := ParseKey(k.String()); err != nil || again != k {
			t.Errorf("%q is read again as %q, %v", k, again, err)
		}
	}
	for _, text := range []string{"", " ", "F0", "F13", "F99", "Ctrl", "Ctrl+", "Hyper+F6", "F6+F7", "é", "１", "Ctrl+F6+", "#", "€", "++F"} {
		if k, err := ParseKey(text); !errors.Is(err, ErrKeyUnknown) || !k.IsZero() {
			t.Errorf("%q is %q, %v", text, k, err)
		}
	}
}

func chord(t *testing.T, text string) KeyChord {
	t.Helper()
	k, err := ParseKey(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return k
}

func TestKeymap_AKeyMeansOneThingInOnePlace(t *testing.T) {
	var m Keymap
	for _, c := range []struct {
		chord string
		at    KeyPlace
		want  KeyAction
	}{
		{"F4", KeysSelling, KeyQuantity},
		{"F4", KeysPaying, KeySlip},
		{"F4", KeysOnPages, ""},
		{"F6", KeysSelling, KeyHold},
		{"F6", KeysPaying, KeyHold},
		{"Shift+F6", KeysSelling, KeyRecall},
		{"Shift+F6", KeysPaying, ""},
		{"Ctrl+F6", KeysSelling, ""},
		{"F5", KeysSelling, ""},
		{"F5", KeysPaying, KeyAsk},
		{"Ctrl+D", KeysOnPages, KeyTakings},
		{"Ctrl+Shift+D", KeysEverywhere, ""},
		{"F7", KeysOnPages, KeyRefund},
	} {
		if got := m.Does(chord(t, c.chord), c.at); got != c.want {
			t.Errorf("%s in %b does %q, want %q", c.chord, c.at, got, c.want)
		}
	}
	if got := m.Does(KeyChord{}, KeysEverywhere); got != "" {
		t.Errorf("no key does %q", got)
	}
	for r, want := range map[rune]KeyAction{'+': KeyMore, '-': KeyLess, '＋': KeyMore, '－': KeyLess, '*': "", '1': "", 'F': "", '加': ""} {
		if got := m.Types(r, KeysSelling); got != want {
			t.Errorf("%q types %q, want %q", r, got, want)
		}
	}
	if got := m.Types('+', KeysPaying); got != "" {
		t.Errorf("on the pay screen + is %q", got)
	}
}

func TestKeymap_Changed(t *testing.T) {
	m := Keymap{}.With(KeyHold, chord(t, "Ctrl+Q"))
	if m.Legend(KeyHold) != "Ctrl+Q" || m.Does(chord(t, "Ctrl+Q"), KeysPaying) != KeyHold || m.Does(chord(t, "F6"), KeysSelling) != "" {
		t.Errorf("hold is on %s", m.Legend(KeyHold))
	}
	if m.With(KeyHold, chord(t, "F6")) != (Keymap{}) || m.With(KeyHold, KeyChord{}) != (Keymap{}) || m == (Keymap{}) {
		t.Error("a default that is said is another map")
	}
	if c := m.Conflicts(); c != nil {
		t.Errorf("conflicts %v", c)
	}
}

func TestKeymap_ConflictsOnlyWhereTwoMeet(t *testing.T) {
	for _, c := range []struct {
		name   string
		a      KeyAction
		chord  string
		with   KeyAction // who has it; "" for nobody
		takes  error
		swaps  bool
		legend string // of with after the swap
	}{
		{"free", KeyHold, "Ctrl+Q", "", nil, false, ""},
		{"its own", KeyHold, "F6", "", nil, false, ""},
		{"both while selling", KeyHold, "F3", KeyDiscount, nil, true, "F6"},
		{"one selling, one paying", KeyQuantity, "F5", "", nil, false, ""},
		{"one paying, one both", KeyAsk, "F8", KeyCash, nil, true, "F5"},
		{"everywhere meets selling", KeyTakings, "Ctrl+N", KeyNote, nil, true, "Ctrl+D"},
		{"a page has it", KeyTakings, "F3", KeyDiscount, ErrKeyOnPages, false, ""},
		{"a page saves by it", KeyTakings, "Ctrl+S", "", ErrKeyOnPages, false, ""},
		{"what the other is left with is a page's", KeyDiscount, "Ctrl+D", KeyTakings, nil, false, ""},
		{"two have it", KeyHold, "F4", KeyQuantity, nil, false, ""},
		{"a letter alone", KeyHold, "H", "", ErrKeyFixed, false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var m Keymap
			k := chord(t, c.chord)
			if err := c.a.Takes(k); !errors.Is(err, c.takes) {
				t.Errorf("takes: %v, want %v", err, c.takes)
			}
			if got := m.Taken(k, c.a); got != c.with {
				t.Errorf("taken by %q, want %q", got, c.with)
			}
			conflicts := m.With(c.a, k).Conflicts()
			if (len(conflicts) > 0) != (c.with != "") {
				t.Errorf("conflicts %v", conflicts)
			}
			for _, x := range conflicts {
				if x.Chord != k || x.A != c.a && x.B != c.a || x.A == x.B {
					t.Errorf("conflict %v", x)
				}
			}
			swapped, ok := m.Swapped(k, c.a)
			if ok != c.swaps || !ok && swapped != m || ok && (swapped.Legend(c.a) != k.String() || swapped.Legend(c.with) != c.legend) {
				t.Errorf("swapped %v: %s is on %s, %s on %s", ok, c.a, swapped.Legend(c.a), c.with, swapped.Legend(c.with))
			}
		})
	}
}
