package ui

import (
	"context"
	"io"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/storage"

	"guitai/pos"
	"guitai/pos/i18n"
)

// billed is a reconciler with one difference of yesterday.
type billed struct {
	printed chan int64
	decided chan pos.FindingDecision
}

const billedDay = pos.Day(20261119)

func (billed) CanFetch() pos.Code { return pos.CodeNone }

func (billed) Bills(context.Context, int) ([]pos.BillSummary, error) {
	s := pos.BillSummary{ID: 7, Kind: pos.BillTrade, Day: billedDay, Header: "ALL", Rows: 1, TheirsOnly: 1, OnlyTheirs: 1350, Open: 1}
	s.Theirs = pos.BillSums{Payments: 1, Paid: 1350}
	return []pos.BillSummary{s}, nil
}

func (billed) difference() pos.Finding {
	return pos.Finding{ID: 3, Bill: pos.BillTrade, Day: billedDay, Class: pos.FindTheirs, Cause: pos.CauseUnknown, Action: pos.FindBook, Theirs: &pos.BillItem{
		Kind: pos.BillPayment, OutTradeNo: "S001-T1-261119AAAAAAAAAAAA", TransactionID: "4200001", Amount: 1350, Settlement: 1350, Currency: pos.Currency, State: "SUCCESS",
	}}
}

func (b billed) Findings(_ context.Context, d pos.Day, _ bool) ([]pos.Finding, error) {
	if d != billedDay {
		return nil, nil
	}
	return []pos.Finding{b.difference()}, nil
}

func (billed) Reconcile(context.Context, io.Reader, pos.Day, string, func(pos.BillProgress)) (pos.BillResult, error) {
	return pos.BillResult{}, nil
}

func (billed) ReconcileFile(context.Context, string, pos.Day, string, func(pos.BillProgress)) (pos.BillResult, error) {
	return pos.BillResult{}, pos.E(pos.CodeInvalid, "read bill", &pos.BillError{ID: "empty"})
}

func (billed) Fetch(context.Context, pos.Day, string, func(pos.BillProgress)) (pos.BillResult, error) {
	return pos.BillResult{}, pos.E(pos.CodeNotYet, "fetch bill", nil)
}

func (b billed) PrintBill(_ context.Context, id int64, _ string) error {
	b.printed <- id
	return nil
}

func (billed) Export(context.Context, io.Writer, pos.Day, string) error { return nil }

func (b billed) Decide(_ context.Context, _ int64, d pos.FindingDecision) (pos.Finding, error) {
	b.decided <- d
	f := b.difference()
	d.At = time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)
	f.Decisions = []pos.FindingDecision{d}
	return f, nil
}

func billCounter(t *testing.T) (*counter, billed) {
	b := billed{make(chan int64, 9), make(chan pos.FindingDecision, 9)}
	return newCounter(t, func(c *Config) {
		c.Lang, c.Reconciler = i18n.English, b
		c.Shop.Practice = false
	}), b
}

func TestBooks_KeysReachTheBillInFrontBeforeTheTill(t *testing.T) {
	c, b := billCounter(t)
	c.show(pos.Snapshot{Seq: 1})
	c.ctrl(fyne.KeyB)
	c.work(c.tells("! 1 open"))
	c.ctrl(fyne.KeyP)
	if id := <-b.printed; id != 7 {
		t.Errorf("printed %d", id)
	}
	c.expect() // and not the last receipt
	c.key(fyne.KeyF5)
	c.work(c.tells("WeChat has not made this bill yet"))
	c.key(fyne.KeyEscape, fyne.KeyReturn)
	c.work(c.tells("Book it ¥13.50"))
	c.key(fyne.KeyEscape)
	c.key(fyne.KeyTab, fyne.KeyTab, fyne.KeyTab) // the other parts, and back
	c.work(c.tells("! 1 open"))
	c.key(fyne.KeyEscape)
	if c.page != nil {
		t.Error("Esc does not go back to selling")
	}
}

func TestBooks_WhoIsLetLookAtThemIsNotLetDecide(t *testing.T) {
	c, b := billCounter(t)
	people := []pos.Person{{ID: 1, Name: "李明", Role: pos.RoleCashier, Active: true}, {ID: 2, Name: "王芳", Role: pos.RoleManager, Active: true}}
	who := pos.StaffView{People: people, Who: people[0]}
	proven := func(n uint64) {
		t.Helper()
		c.win.Canvas().Focused().TypedRune('1')
		for _, r := range "482" {
			c.at = c.at.Add(time.Second)
			c.win.Canvas().Focused().TypedRune(r)
		}
		c.key(fyne.KeyReturn)
		who.Answer = pos.Proof{N: n, Person: 2}
		c.show(pos.Snapshot{Seq: 10 + n, Staff: who})
	}
	c.show(pos.Snapshot{Seq: 1, Staff: who})
	c.ctrl(fyne.KeyB)
	if c.page != nil || !c.approve.IsOpen() {
		t.Fatal("a cashier sees the books by himself")
	}
	proven(1)
	c.work(c.tells("! 1 open"))
	c.posted = nil
	c.key(fyne.KeyReturn, fyne.KeyReturn, fyne.KeyDown, fyne.KeyReturn)
	if !c.approve.IsOpen() || len(b.decided) != 0 {
		t.Fatal("the leave to look is taken for one to book money")
	}
	c.key(fyne.KeyEscape)
	if len(b.decided) != 0 {
		t.Fatal("decided without leave")
	}
	c.key(fyne.KeyReturn)
	proven(2)
	if len(c.posted) != 1 || c.posted[0].(pos.Approved).Command != (pos.Look{Deed: pos.DeedDecide}) {
		t.Errorf("asked for %+v", c.posted)
	}
	c.work(func() bool { return len(b.decided) > 0 })
	d := <-b.decided
	if want := (pos.FindingDecision{Action: pos.FindBook, By: "王芳", Reason: "Sold before the backup was restored"}); d != want {
		t.Errorf("%+v", d)
	}
}

func TestBooks_AFileDroppedOnThePageIsReadAndElsewhereNot(t *testing.T) {
	c, _ := billCounter(t)
	c.show(pos.Snapshot{Seq: 1})
	file := []fyne.URI{dropped("/d/bill.csv")}
	c.dropped(file)
	if c.page != nil {
		t.Fatal("a file opens a page")
	}
	c.ctrl(fyne.KeyB)
	c.work(c.tells("! 1 open"))
	c.key(fyne.KeyTab)
	c.dropped(file)
	c.work(func() bool {
		return slices.ContainsFunc(said(c.win.Content()), func(s string) bool { return s == "× The bill was not used; the books were not touched" })
	})
}

// dropped is where a file is.
func dropped(path string) fyne.URI { return storage.NewFileURI(path) }
