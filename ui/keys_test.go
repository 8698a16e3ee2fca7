package ui

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"guitai/pos"
	"guitai/pos/i18n"
)

// chord presses a key as Fyne brings it: with Ctrl or Alt as a shortcut, else as a key.
func (c *counter) chord(m fyne.KeyModifier, k fyne.KeyName) {
	c.win.Canvas().Focused().(fyne.Shortcutable).TypedShortcut(&desktop.CustomShortcut{KeyName: k, Modifier: m})
}

// legends is every text that can be seen; a key stands alone in its own.
func legends(o fyne.CanvasObject) map[string]bool {
	all := map[string]bool{}
	for _, words := range said(o) {
		all[words] = true
	}
	return all
}

func TestKeys_AChangedKeyWorksAndIsSaidAtOnce(t *testing.T) {
	m := pos.Keymap{}.With(pos.KeyWeChat, pos.KeyChord{Key: "W", Ctrl: true}).With(pos.KeyTakings, pos.KeyChord{Key: "T", Alt: true}).
		With(pos.KeyMore, pos.KeyChord{Key: "F5"})
	c, _ := bookCounter(t, nil)
	c.show(pos.Snapshot{Seq: 1, Cart: someCart()})
	c.SetKeys(m)
	said := legends(c.win.Content())
	if !said["Ctrl+W"] || said["F9"] || !said["F8"] {
		t.Errorf("the buttons say %v", said)
	}
	c.posted = nil
	c.key(fyne.KeyF9)
	c.expect()
	c.ctrl(fyne.KeyW)
	c.expect(pos.PayWeChat{})
	c.key(fyne.KeyF5)
	c.expect(pos.SetQuantity{Line: 0, N: 2})
	c.ctrl(fyne.KeyD)
	if c.page != nil {
		t.Error("the old key still opens the takings")
	}
	c.chord(fyne.KeyModifierAlt, fyne.KeyT)
	if c.page == nil || c.page.name != "takings" {
		t.Fatal("the new key does not open the takings")
	}
	c.key(fyne.KeyF10)
	if said := legends(c.sheets.Object()); !said["Alt+T"] || said["Ctrl+D"] {
		t.Errorf("the menu says %v", said)
	}
	c.SetKeys(pos.Keymap{})
	if c.page == nil || c.sheet == nil {
		t.Error("other keys put away what was open")
	}
	if said := legends(c.win.Content()); !said["F9"] || said["Ctrl+W"] {
		t.Errorf("back at the defaults the buttons say %v", said)
	}
}

func someCart() pos.Cart {
	return pos.Cart{Lines: []pos.Line{{Item: 1, Name: "可口可乐", Quantity: 1, Price: 300}}}
}

func TestKeys_PlusAndMinusAreKeysOnlyWhileNothingIsTyped(t *testing.T) {
	c := newCounter(t, nil)
	c.show(pos.Snapshot{Seq: 1, Cart: someCart()})
	c.posted = nil
	c.types("+")
	c.expect(pos.SetQuantity{Line: 0, N: 2})
	c.types("＋")
	c.expect(pos.SetQuantity{Line: 0, N: 2})
	c.types("-") // the last piece stays
	c.expect()
	c.types("A-1+2")
	c.expect()
	c.key(fyne.KeyEscape, fyne.KeyF2) // the field itself has the keyboard
	c.types("+")
	c.expect(pos.SetQuantity{Line: 0, N: 2})
	c.types("a+")
	c.expect()
	c.key(fyne.KeyEscape)
	c.scan("+A123BJC5D6E71") // as the codes of medical goods begin
	c.expect(pos.ScanText{Text: "+A123BJC5D6E71"})
	c.scan("+6901234567892") // no code of goods begins so
	c.expect(pos.SetQuantity{Line: 0, N: 2}, pos.ScanText{Text: "6901234567892"})
	c.key(fyne.KeyF10)
	c.types("+")
	c.expect()
}

func TestKeys_WhatIsHeldDownMakesAnotherKey(t *testing.T) {
	c, _ := bookCounter(t, nil)
	c.show(pos.Snapshot{Seq: 1, Cart: someCart()})
	c.posted = nil
	c.chord(fyne.KeyModifierShortcutDefault, fyne.KeyF9)
	c.chord(fyne.KeyModifierAlt, fyne.KeyF9)
	c.chord(fyne.KeyModifierShortcutDefault|fyne.KeyModifierShift, fyne.KeyP)
	c.chord(fyne.KeyModifierShortcutDefault|fyne.KeyModifierAlt, fyne.KeyP)
	c.expect()
	c.ctrl(fyne.KeyP)
	c.expect(pos.ReprintLast{})
	c.ctrl(fyne.KeyF)
	if c.page == nil {
		t.Fatal("no page")
	}
	c.SetKeys(pos.Keymap{}.With(pos.KeyTakings, pos.KeyChord{Key: "F3", Alt: true}))
	c.chord(fyne.KeyModifierAlt, fyne.KeyF3) // F3 alone is the page's own
	if c.page.name != "takings" {
		t.Errorf("Alt+F3 went to the page %s", c.page.name)
	}
}

// Every action is on a button or an entry of the menu under the key that it has here, and has its line in the guide in both languages.
func TestKeys_EveryActionIsOnAButton(t *testing.T) {
	var m pos.Keymap
	press := map[pos.KeyAction]func(c *counter){}
	for i, a := range pos.KeyActions() {
		k := pos.KeyChord{Key: string(rune('A' + i%26)), Alt: true, Shift: i >= 26}
		m = m.With(a, k)
		held := fyne.KeyModifierAlt
		if k.Shift {
			held |= fyne.KeyModifierShift
		}
		press[a] = func(c *counter) { c.chord(held, fyne.KeyName(k.Key)) }
	}
	if c := m.Conflicts(); c != nil {
		t.Fatal(c)
	}
	for _, lang := range []string{i18n.Chinese, i18n.English} {
		c := newCounter(t, func(cfg *Config) { cfg.Lang, cfg.Keys, cfg.Reports = lang, m, books{} })
		seen := map[string]bool{}
		look := func() {
			for words := range legends(c.win.Content()) {
				seen[words] = true
			}
		}
		staff := pos.StaffView{Who: pos.Person{ID: 1, Name: "王芳", Role: pos.RoleOwner}, People: []pos.Person{{ID: 1, Name: "王芳", Role: pos.RoleOwner}}}
		c.show(pos.Snapshot{Seq: 1, Cart: someCart(), Staff: staff, CanUndo: true})
		look()
		for _, a := range []pos.KeyAction{pos.KeyCash, pos.KeyDiscount, pos.KeySplit, pos.KeyMenu} {
			press[a](c)
			look()
			c.key(fyne.KeyEscape)
			c.key(fyne.KeyEscape)
		}
		c.show(pos.Snapshot{Seq: 2, Cart: someCart(), Staff: staff, Pay: &pos.PayView{Phase: pos.PayWaiting, Amount: 300, CodeURL: "weixin://wxpay/x", ExpiresAt: c.at.Add(time.Minute)}})
		look()
		c.show(pos.Snapshot{Seq: 3, Cart: someCart(), Staff: staff, Pay: &pos.PayView{
			OutTradeNo: "S001-T1-1", Phase: pos.PayWaiting, Amount: 300, CodeURL: "weixin://wxpay/x", ExpiresAt: c.at.Add(time.Minute), Shown: true, Cause: pos.CodeNoAnswer,
		}}) // with a slip for who says to have paid
		look()
		for _, a := range pos.KeyActions() {
			if !seen[m.Legend(a)] {
				t.Errorf("%s: nothing says the key of %s", lang, a)
			}
			if w := i18n.For(lang); !w.Has("key."+string(a)) || !w.Has("key."+string(a)+".help") {
				t.Errorf("%s: %s has no words", lang, a)
			}
		}
	}
}
