package ui

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"guitai/assets/guide"
	"guitai/pos"
	"guitai/pos/i18n"
)

func TestHelp_LosesNothing(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1, Cart: someCart()})
	c.posted = nil
	c.key(fyne.KeyF8)
	c.types("20")
	before := said(c.cash.Layer())
	c.key(fyne.KeyF1)
	if !c.helping() || !c.cash.IsOpen() {
		t.Fatal("the guide is not over the prompt")
	}
	if id := c.helpPage(); id != "tenders" {
		t.Errorf("the page of cash is %s", id)
	}
	c.types("change")
	c.key(fyne.KeyEscape, fyne.KeyEscape) // what is looked for, then the guide
	if c.helping() || !c.cash.IsOpen() || !slices.Equal(said(c.cash.Layer()), before) || !slices.Contains(before, "20") {
		t.Error("the amount is lost")
	}
	c.key(fyne.KeyF1, fyne.KeyF1)
	if c.helping() {
		t.Error("the key that opened it does not close it")
	}
	c.key(fyne.KeyReturn)
	if len(c.posted) != 1 {
		t.Errorf("posted %v", c.posted)
	}
}

func TestHelp_KeepsTheCountBelow(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1})
	c.ctrl(fyne.KeyJ)
	sheet := c.sheet
	c.key(fyne.KeyF1)
	if !c.helping() || c.sheet != sheet || c.helpPage() != "staff-and-shifts" {
		t.Fatal("the guide put the shift away")
	}
	c.key(fyne.KeyDown, fyne.KeyF1)
	if c.helping() || c.sheet != sheet {
		t.Error("closing it put the shift away")
	}
}

func TestHelp_AScanGoesOn(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1})
	c.key(fyne.KeyF1)
	c.posted = nil
	c.scan("6901234567892")
	c.expect(pos.ScanText{Text: "6901234567892"})
	if c.helping() {
		t.Error("the guide covers what was scanned")
	}
	// What sells does nothing below the guide; what leads elsewhere goes there.
	c.show(pos.Snapshot{Seq: 2, Cart: someCart()})
	c.posted = nil
	c.key(fyne.KeyF1, fyne.KeyF9, fyne.KeyF7, fyne.KeyDelete)
	c.expect()
	c.key(fyne.KeyF10)
	if c.helping() || c.sheet == nil || c.sheet.name != "menu" {
		t.Error("the menu does not open over the guide")
	}
}

func TestHelp_GoesWhenTheLockFalls(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1})
	c.key(fyne.KeyF1)
	c.show(pos.Snapshot{Seq: 2, Staff: pos.StaffView{Locked: true, People: []pos.Person{{ID: 1, Name: "Wang"}}}})
	if c.helping() {
		t.Error("it stands over the lock")
	}
}

// What is opened from the menu and has a page of the guide of its own, has one that there is.
func TestHelp_EveryPageIsThere(t *testing.T) {
	for _, lang := range []string{i18n.Chinese, i18n.English} {
		var ids []string
		for _, p := range guide.Pages(lang) {
			ids = append(ids, p.ID)
		}
		for name, id := range helpPages {
			if !slices.Contains(ids, id) {
				t.Errorf("%s: the page %q of %s is not there", lang, id, name)
			}
		}
		for _, id := range []string{"selling", "tenders"} {
			if !slices.Contains(ids, id) {
				t.Errorf("%s: the page %q is not there", lang, id)
			}
		}
	}
}
