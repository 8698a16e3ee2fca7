package checkout_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/checkout"
)

// The book's part about paper. The real one has tests of its own; this holds the same promises.

// paper adds a print job of the one sale of the book, or of none.
func (b *book) paper(doc pos.Document, state pos.PrintState) *pos.PrintView {
	v := pos.PrintView{Job: pos.PrintJob{ID: int64(len(b.jobs) + 1), Document: doc, State: state}}
	switch doc {
	case pos.DocSale, pos.DocReprint, pos.DocRefund:
		v.Job.Sale, v.Receipt = 1, pos.ReceiptNo{Shop: "S001", Till: "T1", Day: 20261120, Epoch: 1, Seq: 1}
	case pos.DocZ:
		v.Title = "0001"
	}
	if state == pos.PrintQueued || state == pos.PrintFailed {
		v.Job.Code = pos.CodePaper
	}
	b.jobs = append(b.jobs, v)
	return &b.jobs[len(b.jobs)-1]
}

func (b *book) Prints(_ context.Context, recent int) ([]pos.PrintView, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.listed++
	if b.blind != nil {
		return nil, b.blind
	}
	var all []pos.PrintView
	for _, v := range slices.Backward(b.jobs) {
		done := v.Job.State == pos.PrintDone
		if done {
			recent--
		}
		if v.Open() || done && recent >= 0 {
			all = append(all, v)
		}
	}
	return all, nil
}

// job finds a job that stands as it must; the caller holds the lock.
func (b *book) job(id int64, states ...pos.PrintState) (*pos.PrintView, error) {
	switch {
	case b.trouble != nil:
		return nil, b.trouble
	case id < 1 || int(id) > len(b.jobs):
		return nil, pos.E(pos.CodeNotFound, "print job", nil)
	case !slices.Contains(states, b.jobs[id-1].Job.State):
		return nil, pos.E(pos.CodeConflict, "print job", nil)
	}
	return &b.jobs[id-1], nil
}

func (b *book) RetryJob(_ context.Context, id int64, other bool, _ time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	v, err := b.job(id, pos.PrintQueued, pos.PrintFailed)
	if err == nil {
		v.Job.State, v.Job.Other, v.Job.Code = pos.PrintQueued, other, pos.CodeNone
	}
	return err
}

func (b *book) ReprintJob(_ context.Context, id int64, other bool, by string, _ time.Time) (int64, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	v, err := b.job(id, pos.PrintUnconfirmed)
	if err != nil {
		return 0, err
	}
	v.Job.State = pos.PrintSuperseded
	again := *v
	again.Job.ID, again.Job.State, again.Job.Other = int64(len(b.jobs)+1), pos.PrintQueued, other
	again.Job.Copy++
	b.jobs = append(b.jobs, again)
	b.reprints = append(b.reprints, by)
	return again.Job.ID, b.lies
}

func (b *book) EndJob(_ context.Context, id int64, state pos.PrintState, by string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	from := []pos.PrintState{pos.PrintUnconfirmed, state}
	if state == pos.PrintCancelled {
		from = append(from, pos.PrintQueued, pos.PrintFailed)
	}
	v, err := b.job(id, from...)
	if err == nil {
		v.Job.State, v.Job.Code = state, pos.CodeNone
		b.ended = append(b.ended, fmt.Sprint(state, " by ", by))
	}
	return err
}

func (b *book) QueuePaper(_ context.Context, doc pos.Document, facts any, _ time.Time) (int64, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.trouble != nil {
		return 0, b.trouble
	}
	b.papers = append(b.papers, facts)
	b.paper(doc, pos.PrintQueued).Job.Code = pos.CodeNone
	return int64(len(b.jobs)), nil
}

// spools moves a job as its spool does, and tells the till.
func (c *counter) spools(id int64, state pos.PrintState, code pos.Code) pos.Snapshot {
	c.book.mu.Lock()
	j := &c.book.jobs[id-1].Job
	j.State, j.Code = state, code
	job := *j
	c.book.mu.Unlock()
	c.till.Printed(job)
	return c.snap()
}

// prints is what a snapshot shows of the jobs: number, state and printer, newest first.
func prints(s pos.Snapshot) string {
	var all []string
	for _, v := range s.Prints {
		all = append(all, fmt.Sprint(v.Job.ID, " ", v.Job.State, map[bool]string{true: " other"}[v.Job.Other]))
	}
	return strings.Join(all, ", ")
}

func TestPrints_AreShownAsTheyMoveAndReadOnlyThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		sellOnce(b)
		b.paper(pos.DocZ, pos.PrintUnconfirmed)
		b.paper(pos.DocSale, pos.PrintDone)
		c := open(t, b, nil)
		defer c.close()
		s := c.snap()
		if got := prints(s); got != "2 printed, 1 unconfirmed" || !s.HasOther {
			t.Errorf("at start: %q", got)
		}
		read := b.listed
		for range 20 {
			c.do(scanCola)
		}
		c.do(pos.PayCash{Tendered: 10000})
		if b.listed != read {
			t.Errorf("read %d times for scans and a sale", b.listed-read)
		}
		b.paper(pos.DocSale, pos.PrintQueued).Job.Code = pos.CodeNone // the sale's own
		c.spools(3, pos.PrintSending, pos.CodeNone)
		if b.listed != read {
			t.Error("read for a job that is merely being sent")
		}
		if got := prints(c.spools(3, pos.PrintDone, pos.CodeNone)); got != "3 printed, 2 printed, 1 unconfirmed" {
			t.Errorf("after it printed: %q", got)
		}
		b.paper(pos.DocSale, pos.PrintQueued)
		if got := prints(c.spools(4, pos.PrintQueued, pos.CodeCover)); !strings.HasPrefix(got, "4 queued, ") {
			t.Errorf("one that waits with trouble: %q", got)
		}
		if got := prints(c.spools(4, pos.PrintSending, pos.CodeNone)); strings.Contains(got, "4 ") {
			t.Errorf("it is on its way: %q", got)
		}
		if s := c.spools(4, pos.PrintFailed, pos.CodeCover); s.Message.ID != "printer-trouble" || s.Message.Args[0] != string(pos.CodeCover) || s.Message.Kind != pos.MsgWarn {
			t.Errorf("%+v", s.Message)
		}
		if s := c.spools(4, pos.PrintUnconfirmed, pos.CodeNone); s.Message.Args[0] != string(pos.CodePrinter) {
			t.Errorf("%+v", s.Message)
		}
	})
}

func TestPrints_ThatCannotBeReadKeepNobodyFromSelling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		sellOnce(b)
		b.paper(pos.DocZ, pos.PrintUnconfirmed)
		c := open(t, b, nil)
		defer c.close()
		b.mu.Lock()
		b.blind = errors.New("the disk")
		b.mu.Unlock()
		b.paper(pos.DocSale, pos.PrintFailed)
		if got := prints(c.spools(2, pos.PrintFailed, pos.CodePaper)); got != "1 unconfirmed" {
			t.Errorf("%q", got)
		}
		read := b.listed
		if s := c.do(scanCola, pos.PayCash{}); s.Done == nil {
			t.Error("not sold")
		}
		if b.listed != read {
			t.Error("it is read again with every command")
		}
		b.mu.Lock()
		b.blind = nil
		b.mu.Unlock()
		if got := prints(c.wait(6 * time.Second)); got != "2 failed, 1 unconfirmed" {
			t.Errorf("once it can be read: %q", got)
		}
	})
}

func TestPrints_WhatAPersonDoesIsSaidAndPoked(t *testing.T) {
	for _, x := range []struct {
		name  string
		doc   pos.Document
		state pos.PrintState
		other bool // it is at the second printer
		give  pos.Command
		said  string
		args  string
		now   pos.PrintState
		poked bool
	}{
		{"failed, again", pos.DocSale, pos.PrintFailed, false, pos.RetryPrint{Job: 1}, "print-again", "sale S001-T1-20261120-0001", pos.PrintQueued, true},
		{"waits, moved", pos.DocZ, pos.PrintQueued, false, pos.RetryPrint{Job: 1, Other: true}, "print-moved", "z 0001", pos.PrintQueued, true},
		{"failed at the second, back", pos.DocX, pos.PrintFailed, true, pos.RetryPrint{Job: 1}, "print-moved-back", "x ", pos.PrintQueued, true},
		{"failed at the second, again", pos.DocX, pos.PrintFailed, true, pos.RetryPrint{Job: 1, Other: true}, "print-again", "x ", pos.PrintQueued, true},
		{"unconfirmed, again", pos.DocSale, pos.PrintUnconfirmed, false, pos.RetryPrint{Job: 1}, "print-maybe", "sale S001-T1-20261120-0001", pos.PrintUnconfirmed, false},
		{"printed, again", pos.DocSale, pos.PrintDone, false, pos.RetryPrint{Job: 1}, "print-over", "", pos.PrintDone, false},
		{"no such job", pos.DocSale, pos.PrintFailed, false, pos.RetryPrint{Job: 9}, "print-over", "", pos.PrintFailed, false},
		{"unconfirmed, copy", pos.DocSale, pos.PrintUnconfirmed, false, pos.ReprintJob{Job: 1}, "print-copy", "sale S001-T1-20261120-0001", pos.PrintSuperseded, true},
		{"unconfirmed, copy at the second", pos.DocRefund, pos.PrintUnconfirmed, false, pos.ReprintJob{Job: 1, Other: true}, "print-copy-moved", "refund S001-T1-20261120-0001", pos.PrintSuperseded, true},
		{"failed, copy", pos.DocSale, pos.PrintFailed, false, pos.ReprintJob{Job: 1}, "print-over", "", pos.PrintFailed, false},
		{"unconfirmed, it came out", pos.DocSale, pos.PrintUnconfirmed, false, pos.ConfirmPrint{Job: 1}, "print-confirmed", "sale S001-T1-20261120-0001", pos.PrintDone, true},
		{"failed, it came out", pos.DocSale, pos.PrintFailed, false, pos.ConfirmPrint{Job: 1}, "print-over", "", pos.PrintFailed, false},
		{"waits, not needed", pos.DocLabel, pos.PrintQueued, false, pos.CancelPrint{Job: 1}, "print-cancelled", "label ", pos.PrintCancelled, true},
		{"unconfirmed, not needed", pos.DocLabel, pos.PrintUnconfirmed, false, pos.CancelPrint{Job: 1}, "print-cancelled", "label ", pos.PrintCancelled, true},
	} {
		t.Run(x.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBook()
				sellOnce(b)
				b.paper(x.doc, x.state).Job.Other = x.other
				c := open(t, b, nil)
				defer c.close()
				s := c.do(x.give)
				if s.Message.ID != x.said || strings.Join(s.Message.Args, " ") != x.args || b.jobs[0].Job.State != x.now || (c.pokes > 0) != x.poked {
					t.Errorf("said %+v, now %s, %d pokes", s.Message, b.jobs[0].Job.State, c.pokes)
				}
			})
		})
	}
}

// The spool begins while a finger is on its way: the truth is said, and nothing is done twice.
func TestPrints_TheSpoolIsQuicker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		sellOnce(b)
		b.paper(pos.DocSale, pos.PrintQueued)
		c := open(t, b, nil)
		defer c.close()
		b.mu.Lock() // it has not told yet
		b.jobs[0].Job.State = pos.PrintSending
		b.mu.Unlock()
		for _, give := range []pos.Command{pos.RetryPrint{Job: 1, Other: true}, pos.CancelPrint{Job: 1}} {
			if s := c.do(give); s.Message.ID != "print-busy" || b.jobs[0].Job.State != pos.PrintSending || c.pokes != 0 {
				t.Errorf("%T: %+v", give, s.Message)
			}
		}
		c.spools(1, pos.PrintUnconfirmed, pos.CodePaper)
		c.do(pos.ReprintJob{Job: 1}, pos.ReprintJob{Job: 1}) // pressed twice
		if s := c.snap(); len(b.jobs) != 2 || s.Message.ID != "print-over" {
			t.Errorf("%d jobs, %+v", len(b.jobs), s.Message)
		}
	})
}

func TestPrints_WithoutASecondPrinterNothingIsMovedToIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		sellOnce(b)
		b.paper(pos.DocSale, pos.PrintFailed)
		b.paper(pos.DocSale, pos.PrintUnconfirmed)
		c := open(t, b, nil)
		defer c.close()
		c.alone = true // the settings changed
		c.till.PrinterHealth(pos.Part{})
		if s := c.snap(); s.HasOther {
			t.Error("it is still shown")
		}
		for _, give := range []pos.Command{pos.RetryPrint{Job: 1, Other: true}, pos.ReprintJob{Job: 2, Other: true}} {
			if s := c.do(give); s.Message.ID != "print-no-other" || b.jobs[0].Job.State != pos.PrintFailed || b.jobs[1].Job.State != pos.PrintUnconfirmed {
				t.Errorf("%T: %+v", give, s.Message)
			}
		}
	})
}

func TestPrints_ALedgerThatCannotBeWrittenSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		sellOnce(b)
		b.paper(pos.DocSale, pos.PrintFailed)
		b.paper(pos.DocSale, pos.PrintUnconfirmed)
		oneStray(b)
		c := open(t, b, nil, func(cfg *checkout.Config) { cfg.AutoRefund = false })
		defer c.close()
		b.fail(pos.E(pos.CodeFull, "write", nil))
		for _, give := range []pos.Command{
			pos.RetryPrint{Job: 1},
			pos.ReprintJob{Job: 2},
			pos.ConfirmPrint{Job: 2},
			pos.CancelPrint{Job: 1},
			pos.PrintExceptions{},
			pos.PrintLabels{Items: []pos.ItemID{1}, Copies: 1},
		} {
			if s := c.do(scanCola, give); s.Message.ID != "ledger-trouble" || s.Message.Args[0] != string(pos.CodeFull) || c.pokes != 0 || s.Health.Ledger.Light != pos.LightBad {
				t.Errorf("%T: %+v", give, s.Message)
			}
		}
		b.fail(nil)
		if s := c.do(pos.RetryPrint{Job: 1}); s.Message.ID != "print-again" || s.Health.Ledger.Light != pos.LightOK {
			t.Errorf("%+v", s.Message)
		}
	})
}

// A till that keeps no print jobs prints what is booked, and nothing else.
func TestPrints_WithoutThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		sellOnce(b)
		oneStray(b)
		c := open(t, b, nil, func(cfg *checkout.Config) { cfg.Prints, cfg.HasOther, cfg.AutoRefund = nil, nil, false })
		defer c.close()
		for give, said := range map[pos.Command]string{
			pos.RetryPrint{Job: 1}: "nothing-to-print", pos.ReprintJob{Job: 1}: "nothing-to-print", pos.ConfirmPrint{Job: 1}: "nothing-to-print",
			pos.CancelPrint{Job: 1}: "nothing-to-print", pos.PrintPending{Payment: 1}: "nothing-to-print", pos.PrintExceptions{}: "exceptions-none",
		} {
			if s := c.do(give); s.Message.ID != said || s.HasOther || s.Prints != nil {
				t.Errorf("%T: %+v", give, s.Message)
			}
		}
	})
}

// The paid panel tells of its receipt, whatever people do with it; other papers of the sale are none of its.
func TestDone_FollowsItsReceipt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		c := open(t, b, nil)
		defer c.close()
		s := c.do(scanCola, pos.PayCash{})
		if s.Done == nil || s.Done.Print != pos.PrintQueued {
			t.Fatalf("%+v", s.Done)
		}
		b.paper(pos.DocSale, pos.PrintQueued).Job.Sale = s.Done.Sale
		want := func(what string, s pos.Snapshot, state pos.PrintState) {
			t.Helper()
			if s.Done == nil || s.Done.Print != state {
				t.Errorf("%s: %+v", what, s.Done)
			}
		}
		want("it waits", c.spools(1, pos.PrintQueued, pos.CodePaper), pos.PrintQueued)
		want("it failed", c.spools(1, pos.PrintFailed, pos.CodePaper), pos.PrintFailed)
		want("it was moved", c.do(pos.RetryPrint{Job: 1, Other: true}), pos.PrintQueued)
		want("it is on its way", c.spools(1, pos.PrintSending, pos.CodeNone), pos.PrintSending)
		want("nobody knows", c.spools(1, pos.PrintUnconfirmed, pos.CodePaper), pos.PrintUnconfirmed)
		want("once more", c.do(pos.ReprintJob{Job: 1}), pos.PrintQueued)
		want("that neither", c.spools(2, pos.PrintUnconfirmed, pos.CodePaper), pos.PrintUnconfirmed)
		want("it came out after all", c.do(pos.ConfirmPrint{Job: 2}), pos.PrintDone)
		b.paper(pos.DocRefund, pos.PrintQueued).Job.Sale = s.Done.Sale
		want("another paper", c.spools(3, pos.PrintFailed, pos.CodePaper), pos.PrintDone)
	})
}

func TestPrintPending_OfAPaymentWhoseEndNobodyKnows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		wx := newWeChat()
		c := open(t, b, wx)
		defer c.close()
		if s := c.do(pos.PrintPending{}); s.Message.ID != "nothing-to-print" {
			t.Errorf("%+v", s.Message)
		}
		pay := c.sellCola()
		s := c.do(pos.PrintPending{})
		if len(b.papers) != 1 || s.Message.ID != "pending-queued" || s.Message.Args[0] != pay.OutTradeNo || c.pokes != 1 {
			t.Fatalf("%v %+v", b.papers, s.Message)
		}
		f, _ := b.papers[0].(pos.PendingFacts)
		if f.OutTradeNo != pay.OutTradeNo || f.Asked != 300 || f.Tender != pos.TenderNative || f.State != pos.Waiting || f.At.IsZero() {
			t.Errorf("%+v", f)
		}
		c.do(pos.LeaveCode{}) // it is off the glass, and still watched
		c.do(pos.PrintPending{Payment: pay.Payment})
		if f, _ := b.papers[1].(pos.PendingFacts); len(b.papers) != 2 || f.State != pos.Closing {
			t.Errorf("%+v", b.papers)
		}
		c.wait(10 * time.Minute) // WeChat ends it
		for _, id := range []pos.PaymentID{pay.Payment, 99, 0} {
			if s := c.do(pos.PrintPending{Payment: id}); len(b.papers) != 2 || s.Message.ID != "nothing-to-print" && s.Message.ID != "pending-ended" {
				t.Errorf("%d: %+v", id, s.Message)
			}
		}
	})
}

// The end of a payment is on the glass, and the customer wants a slip of it all the same.
func TestPrintPending_IsRefusedOnceTheEndIsKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		c := open(t, b, withCode(charge{answer: pos.SigRefused, then: pos.SigUnpaid}))
		defer c.close()
		c.do(scanCola, pos.ChargeCode{Code: custCode})
		s := c.wait(time.Minute)
		if s.Pay == nil || s.Pay.Phase != pos.PayRefused {
			t.Fatalf("%+v", s.Pay)
		}
		if s = c.do(pos.PrintPending{}); s.Message.ID != "pending-ended" || s.Message.Args[0] != string(pos.Refused) || len(b.papers) != 0 {
			t.Errorf("%+v", s.Message)
		}
	})
}

func TestPrintExceptions_WhatNobodyDecided(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		c := open(t, b, nil, func(cfg *checkout.Config) { cfg.AutoRefund = false })
		if s := c.do(pos.PrintExceptions{}); s.Message.ID != "exceptions-none" || len(b.papers) != 0 {
			t.Errorf("%+v", s.Message)
		}
		c.close()
		sellOnce(b)
		for i := range pos.MaxPrinted + 3 {
			p := pos.Payment{
				ID: pos.PaymentID(10 + i), Sale: 1, OutTradeNo: fmt.Sprintf("stray-%d", i), State: pos.Exception, Amount: pos.Fen(500 + i), Currency: pos.Currency,
				Reason: pos.ExceptLate, TransactionID: fmt.Sprintf("42-%d", i), Version: 1,
			}
			b.payments[p.ID] = p
			b.except(p, false, pos.Trade{})
		}
		b.exceptions[1].State = pos.ExceptionGiving
		b.exceptions[2].RefundAt = time.Now().Add(time.Hour)
		c = open(t, b, newWeChat())
		defer c.close()
		s := c.do(pos.PrintExceptions{})
		if len(b.papers) != 1 || s.Message.ID != "exceptions-queued" || s.Message.Args[0] != fmt.Sprint(pos.MaxPrinted+2) {
			t.Fatalf("%d papers, %+v", len(b.papers), s.Message)
		}
		f, _ := b.papers[0].(pos.ExceptionsFacts)
		if len(f.Cases) != pos.MaxPrinted || f.More != 2 || f.At.IsZero() {
			t.Fatalf("%d cases, %d more", len(f.Cases), f.More)
		}
		first, second := f.Cases[0], f.Cases[1]
		if first.OutTradeNo != "stray-0" || first.Amount != 500 || first.Kind != pos.ExceptLate || first.TransactionID != "42-0" || first.Currency != pos.Currency {
			t.Errorf("%+v", first)
		}
		if second.OutTradeNo != "stray-2" || second.RefundAt.IsZero() {
			t.Errorf("what goes back already is no decision: %+v", second)
		}
	})
}

func TestPrintLabels_AsTheCatalogueHasIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		c := open(t, b, nil)
		defer c.close()
		many := make([]pos.ItemID, 201)
		for i := range many {
			many[i] = 1
		}
		for _, x := range []struct {
			give pos.PrintLabels
			said string
		}{
			{pos.PrintLabels{}, "nothing-to-print"},
			{pos.PrintLabels{Items: []pos.ItemID{1}}, "labels-copies"},
			{pos.PrintLabels{Items: []pos.ItemID{1}, Copies: pos.MaxLabelCopies + 1}, "labels-copies"},
			{pos.PrintLabels{Items: many, Copies: 1}, "labels-many"},
			{pos.PrintLabels{Items: []pos.ItemID{1, 99}, Copies: 1}, "labels-gone"},
			{pos.PrintLabels{Items: []pos.ItemID{1, 2}, Codes: []string{"weixin://1"}, Copies: 1}, "nothing-to-print"},
		} {
			if s := c.do(x.give); s.Message.ID != x.said || len(b.papers) != 0 || c.pokes != 0 {
				t.Errorf("%v: %+v", x.give.Copies, s.Message)
			}
		}
		s := c.do(pos.PrintLabels{Items: []pos.ItemID{1, 2}, Copies: 3})
		f, _ := b.papers[0].(pos.LabelFacts)
		want := []pos.Label{{Name: cola.Name, Price: 300, Member: cola.Member, Barcode: cola.Barcode(), Copies: 3}, {Name: chips.Name, Price: 750, Barcode: chips.Barcode(), Copies: 3}}
		if s.Message.ID != "labels-queued" || s.Message.Args[0] != "6" || !slices.Equal(f.Labels, want) || c.pokes != 1 {
			t.Errorf("%+v %+v", s.Message, f)
		}

		b.papers = nil
		c.do(pos.PrintLabels{Items: []pos.ItemID{1, 2}, Codes: []string{"weixin://1", "weixin://2"}, Copies: 3})
		want[0].QR, want[1].QR, want[0].Member = "weixin://1", "weixin://2", 0
		if f, _ := b.papers[0].(pos.LabelFacts); !slices.Equal(f.Labels, want) {
			t.Errorf("codes to pay by: %+v", f)
		}

		// Many are several jobs: each is printed, none keeps the drawer shut for long.
		b.papers = nil
		s = c.do(pos.PrintLabels{Items: many[:200], Copies: pos.MaxLabelCopies})
		total := 0
		for _, p := range b.papers {
			n := 0
			for _, l := range p.(pos.LabelFacts).Labels {
				n += l.Copies
			}
			if total += n; n > 50 {
				t.Errorf("%d labels are one job", n)
			}
		}
		if s.Message.ID != "labels-queued" || s.Message.Args[0] != "4000" || total != 4000 {
			t.Errorf("%+v: %d", s.Message, total)
		}
	})
}

// A Z report that was just made stays on the glass while its paper is seen to.
func TestPrints_LeaveTheReportOnTheGlass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		sellOnce(b)
		c := open(t, b, nil)
		defer c.close()
		if s := c.do(exactly, pos.CloseShift{Keep: 300}); s.Shift.Closed == nil {
			t.Fatal("not closed")
		}
		b.paper(pos.DocZ, pos.PrintUnconfirmed)
		c.spools(1, pos.PrintUnconfirmed, pos.CodePaper)
		for _, give := range []pos.Command{
			pos.ReprintJob{Job: 1, Other: true},
			pos.RetryPrint{Job: 2},
			pos.CancelPrint{Job: 2},
			pos.ConfirmPrint{Job: 2},
			pos.PrintPending{},
			pos.PrintExceptions{},
			pos.PrintLabels{Items: []pos.ItemID{1}, Copies: 1},
		} {
			if s := c.do(give); s.Shift.Closed == nil {
				t.Fatalf("%T takes it away", give)
			}
		}
	})
}
