package ui

import (
	"context"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"guitai/pos"
	"guitai/ui/widgets"
)

// stall is a catalogue of one thing that can be changed.
type stall struct {
	fruit
	saved *[]pos.Item
}

func (stall) Items(context.Context, pos.ItemQuery) ([]pos.Item, int, error) {
	return []pos.Item{{ID: 9, Name: "苹果", PLU: "12", Price: 1280}}, 1, nil
}
func (stall) Prices(context.Context, pos.ItemID, int) ([]pos.PriceChange, error) { return nil, nil }
func (stall) Deals(context.Context) ([]pos.Deal, error)                          { return nil, nil }
func (stall) PlanImport(_ context.Context, path string) (pos.ImportPlan, error) {
	return pos.ImportPlan{Path: path, New: []pos.Item{{Name: "梨"}}}, nil
}
func (stall) Import(context.Context, pos.ImportPlan, string, time.Time) error { return nil }
func (stall) SaveDeals(context.Context, []pos.Deal, string, time.Time) ([]pos.Deal, error) {
	return nil, nil
}

func (s stall) SaveItem(_ context.Context, it pos.Item, _ string, _ time.Time) (pos.Item, error) {
	*s.saved = append(*s.saved, it)
	return it, nil
}

func newStall(t *testing.T) (*counter, *[]pos.Item) {
	saved := &[]pos.Item{}
	c := newCounter(t, func(cfg *Config) {
		english(cfg)
		cfg.Catalogue, cfg.Goods = fruit{}, stall{saved: saved}
	})
	return c, saved
}

// On this page a scan is goods to look at or a new item, and sells nothing.
func TestGoods_ByKeysAndScansAlone(t *testing.T) {
	c, saved := newStall(t)
	c.show(pos.Snapshot{Seq: 1, Cart: oneCoke()})
	c.ctrl(fyne.KeyI)
	c.until("per piece")
	c.scan("6901028042413")
	c.until("No item has the code 6901028042413")
	for _, r := range "Pear" {
		c.at = c.at.Add(time.Second)
		c.win.Canvas().Focused().TypedRune(r)
	}
	c.key(fyne.KeyReturn)
	for _, r := range "3.5" {
		c.at = c.at.Add(time.Second)
		c.win.Canvas().Focused().TypedRune(r)
	}
	c.ctrl(fyne.KeyS)
	c.until("Saved: Pear")
	if len(*saved) != 1 || (*saved)[0].Name != "Pear" || (*saved)[0].Price != 350 || (*saved)[0].Barcode() != "6901028042413" {
		t.Errorf("saved %+v", *saved)
	}
	c.expect() // nothing was sold
	if _, sink := c.win.Canvas().Focused().(*widgets.Sink); !sink {
		t.Error("after the form the keyboard is not the till's")
	}
	c.key(fyne.KeyEscape)
	if c.page != nil {
		t.Error("Esc does not leave")
	}
	c.scan("6901028042413")
	c.expect(pos.ScanText{Text: "6901028042413"})
}

// A payment that comes to the front, or the lock, closes the page; what was typed is there when it opens again.
func TestGoods_NothingTypedIsLostWhenAPaymentComesBetween(t *testing.T) {
	c, _ := newStall(t)
	c.ctrl(fyne.KeyI)
	c.until("per piece")
	c.key(fyne.KeyReturn)
	for _, r := range "X" {
		c.at = c.at.Add(time.Second)
		c.win.Canvas().Focused().TypedRune(r)
	}
	c.show(pos.Snapshot{Seq: 2, Pay: waiting()})
	if c.page != nil {
		t.Fatal("the form stands before a payment")
	}
	c.show(pos.Snapshot{Seq: 3})
	c.ctrl(fyne.KeyI)
	if !c.says("Change: 苹果") || c.items != nil {
		t.Errorf("it says %q", said(c.pages.Object()))
	}
	c.key(fyne.KeyEscape)
	if !c.says("Your changes are not saved") {
		t.Errorf("what was typed is lost: %q", said(c.pages.Object()))
	}
}

// A file that is dropped on the window is a table of goods, whichever part is in front.
func TestGoods_ADroppedFileIsLookedAt(t *testing.T) {
	c, _ := newStall(t)
	c.ctrl(fyne.KeyI)
	c.until("per piece")
	c.page.dropped("/home/shop/goods.csv")
	c.until("goods.csv")
	c.until("Import 1 item")
	c.key(fyne.KeyReturn)
	c.until("Imported")
}

// Who may not change goods sees them only with somebody's leave, and needs it again to save.
func TestGoods_ACashierNeedsLeave(t *testing.T) {
	c, saved := newStall(t)
	cashier, manager := pos.Person{ID: 1, Name: "李明", Role: pos.RoleCashier, Active: true}, pos.Person{ID: 2, Name: "王芳", Role: pos.RoleManager, Active: true}
	c.show(pos.Snapshot{Seq: 1, Staff: pos.StaffView{People: []pos.Person{cashier, manager}, Who: cashier}})
	c.ctrl(fyne.KeyI)
	if c.page != nil || !c.approve.IsOpen() {
		t.Fatal("a cashier sees the goods")
	}
	c.key(fyne.KeyEscape)
	if c.page != nil || len(*saved) > 0 {
		t.Error("without leave the page opens")
	}
}

// A finger alone can type what something costs.
func TestGoods_APriceByTouchAlone(t *testing.T) {
	c, saved := newStall(t)
	tap := func(label string) {
		t.Helper()
		c.at = c.at.Add(time.Second)
		if !tapButton(c.win.Content(), label) {
			t.Fatalf("there is no %q; it says %q", label, said(c.win.Content()))
		}
	}
	c.ctrl(fyne.KeyI)
	c.until("per piece")
	tap("Change this item")
	if tapButton(c.win.Content(), "Keypad") && c.says("OK") {
		t.Error("a keypad for a name")
	}
	entry := entryThatSays(c.win.Content(), "12.80")
	if entry == nil {
		t.Fatal("no field has the price")
	}
	c.win.Canvas().Focus(entry)
	for _, label := range []string{"Keypad", "4", ".", "5", "OK", "Save"} {
		tap(label)
	}
	c.until("Saved: 苹果")
	if len(*saved) != 1 || (*saved)[0].Price != 450 {
		t.Errorf("saved %+v", *saved)
	}
}

// tapButton taps the button in sight that says label, the one on top where there are more, and reports whether there is one.
func tapButton(o fyne.CanvasObject, label string) bool {
	var found *widgets.Button
	inSightOf(o, func(x fyne.CanvasObject) {
		if b, ok := x.(*widgets.Button); ok && b.Label() == label {
			found = b
		}
	})
	if found != nil {
		test.Tap(found)
	}
	return found != nil
}

// entryThatSays finds a text field in sight.
func entryThatSays(o fyne.CanvasObject, words string) (found *widgets.Entry) {
	inSightOf(o, func(x fyne.CanvasObject) {
		if e, ok := x.(*widgets.Entry); ok && e.Text == words {
			found = e
		}
	})
	return found
}

// inSightOf visits all that is drawn, what lies on top last.
func inSightOf(o fyne.CanvasObject, visit func(fyne.CanvasObject)) {
	if !o.Visible() {
		return
	}
	visit(o)
	switch x := o.(type) {
	case *fyne.Container:
		for _, c := range x.Objects {
			inSightOf(c, visit)
		}
	case fyne.Widget:
		for _, c := range test.WidgetRenderer(x).Objects() {
			inSightOf(c, visit)
		}
	}
}
