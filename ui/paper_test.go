package ui

import (
	"context"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"guitai/pos"
)

func noPaper(seq uint64) pos.Snapshot {
	return pos.Snapshot{
		Seq: seq, Health: pos.Health{Printer: pos.Part{Light: pos.LightBad, Cause: pos.CodePaper}},
		Prints: []pos.PrintView{
			{Job: pos.PrintJob{ID: 7, Document: pos.DocSale, Sale: 5, State: pos.PrintQueued, Code: pos.CodePaper}},
			{Job: pos.PrintJob{ID: 6, Document: pos.DocSale, Sale: 4, State: pos.PrintDone}},
		},
	}
}

func TestPrints_OpenFromTheBadgeByKeyAndFromTheHealthPanel(t *testing.T) {
	c := newCounter(t, english)
	c.show(noPaper(1))
	if got := c.header.printer.Words(); got != "× Printer: no paper · 1" {
		t.Errorf("the badge says %q", got)
	}
	for _, way := range []func(){
		func() { c.header.printer.Tapped(nil) },
		func() { c.ctrl(fyne.KeyR) },
		func() { c.ctrl(fyne.KeyH); c.ctrl(fyne.KeyR) },
	} {
		way()
		if !c.says("Print jobs") || !c.says("The printer is out of paper") {
			t.Fatalf("it says %q", said(c.sheets.Object()))
		}
		c.ctrl(fyne.KeyR)
		if c.sheet != nil {
			t.Fatal("Ctrl+R does not close what it opened")
		}
	}
	c.show(pos.Snapshot{Seq: 2, Health: pos.Health{Printer: pos.Part{Light: pos.LightOK}}})
	c.header.printer.Tapped(nil)
	if c.sheet == nil || c.sheet.name != "health" {
		t.Error("with nothing to see to, the badge does not say how the printer is")
	}
}

func TestPrints_ByKeysAloneAndNeverTwice(t *testing.T) {
	c := newCounter(t, english)
	c.show(noPaper(1))
	c.ctrl(fyne.KeyR)
	c.at = c.at.Add(time.Second)
	for range 2 { // within the same second
		c.win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		c.win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyF5})
	}
	c.expect(pos.RetryPrint{Job: 7})
	c.key(fyne.KeyDown, fyne.KeyF5)
	c.expect(pos.Reprint{Sale: 4})
	c.key(fyne.KeyUp, fyne.KeyUp, fyne.KeyUp, fyne.KeyDelete)
	c.expect(pos.CancelPrint{Job: 7})
	c.key(fyne.KeyEscape)
	if c.sheet != nil {
		t.Error("Esc does not close it")
	}
}

// A scan while the list is open is the next sale, and none of its digits prints anything.
func TestPrints_AScanGoesToTheTill(t *testing.T) {
	c := newCounter(t, english)
	c.show(noPaper(1))
	c.ctrl(fyne.KeyR)
	c.scan("6901234567892")
	c.expect(pos.ScanText{Text: "6901234567892"})
}

// fruit is a catalogue that has one thing.
type fruit struct{ shelf }

func (fruit) Item(_ context.Context, codes ...string) (pos.Item, error) {
	if codes[0] != "6901234567892" {
		return pos.Item{}, pos.E(pos.CodeNotFound, "find item", nil)
	}
	return pos.Item{ID: 9, Name: "苹果", Price: 1280, Unit: "kg"}, nil
}

func TestLabels_TakeScansAndKeepTheirListWhileAPaymentIsInFront(t *testing.T) {
	c := newCounter(t, func(cfg *Config) { english(cfg); cfg.Catalogue = fruit{} })
	c.ctrl(fyne.KeyL)
	c.scan("6901234567892")
	c.until("per kg")
	c.key(fyne.KeyRight)
	if !c.says("2×") || !c.says("Print 2") {
		t.Errorf("it says %q", said(c.pages.Object()))
	}
	c.expect() // nothing was sold
	c.show(pos.Snapshot{Seq: 2, Pay: waiting()})
	if c.page != nil {
		t.Error("labels stand before a payment")
	}
	c.ctrl(fyne.KeyL)
	if c.page != nil {
		t.Error("labels open before a payment")
	}
	c.show(pos.Snapshot{Seq: 3})
	c.ctrl(fyne.KeyL)
	c.until("Print 2")
	c.ctrl(fyne.KeyP)
	if len(c.posted) != 1 {
		t.Fatalf("posted %v", c.posted)
	}
	if got, ok := c.posted[0].(pos.PrintLabels); !ok || got.Copies != 2 || len(got.Items) != 1 || got.Items[0] != 9 {
		t.Errorf("posted %v", c.posted)
	}
	c.posted = nil
	c.scan("6901234567908")
	c.until("No goods have the code 6901234567908")
	c.key(fyne.KeyEscape)
	if c.page != nil {
		t.Error("Esc does not leave")
	}
}

func TestSlips_ByKeyWhereTheyAreNeeded(t *testing.T) {
	c := newCounter(t, english)
	pay := waiting()
	pay.OutTradeNo, pay.Shown, pay.Cause = "S001-T1-X", true, pos.CodeNoAnswer
	c.show(pos.Snapshot{Seq: 1, Pay: pay})
	c.key(fyne.KeyF4)
	c.expect(pos.PrintPending{Payment: 1})

	c.show(pos.Snapshot{Seq: 2, Pending: []pos.PendingView{{Payment: 4, OutTradeNo: "X", State: pos.Closing}}, Exceptions: []pos.ExceptionCase{lateMoney()}})
	c.openPending()
	c.key(fyne.KeyF4)
	c.win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyF4})
	c.expect(pos.PrintPending{Payment: 4})
	c.key(fyne.KeyEscape)
	c.ctrl(fyne.KeyE)
	c.key(fyne.KeyF4)
	c.win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyF4})
	c.expect(pos.PrintExceptions{})
}

func TestHeader_ThePrinterSaysItShortForWantOfRoom(t *testing.T) {
	c := newCounter(t, english)
	c.win.Resize(fyne.NewSize(1024, 768))
	s := noPaper(1)
	s.Excepted, s.Health.Skew = 12, 3*time.Minute
	s.Health.WeChat, s.Health.Ledger = pos.Part{Light: pos.LightBad, Cause: pos.CodeUnreachable}, pos.Part{Light: pos.LightBad, Cause: pos.CodeFull}
	s.Health.Printer.Cause = pos.CodeCutter
	for i := range 11 {
		s.Prints = append(s.Prints, pos.PrintView{Job: pos.PrintJob{ID: int64(20 + i), State: pos.PrintUnconfirmed}})
	}
	s.Health.Relay, s.Pending = pos.Part{Light: pos.LightBad, Cause: pos.CodeRelay}, []pos.PendingView{phoneOrder()}
	c.show(s)
	if got := c.header.printer.Words(); got != "× cutter stuck · 12" || c.header.pending.Words() != "… Pending 1" || c.header.row.MinSize().Width > c.header.row.Size().Width {
		t.Errorf("the badge says %q; the header asks for %v of %v", got, c.header.row.MinSize().Width, c.header.row.Size().Width)
	}
	c.win.Resize(fyne.NewSize(1366, 768))
	if got := c.header.printer.Words(); got != "× Printer: cutter stuck · 12" {
		t.Errorf("with more room the badge says %q", got)
	}
}
