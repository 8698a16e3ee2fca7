package pay

import (
	"slices"
	"testing"
	"time"

	"guitai/pos"
)

func TestPresenter_ThePaidPanelSaysWhyItsReceiptWaits(t *testing.T) {
	job := func(sale pos.SaleID, doc pos.Document, state pos.PrintState, code pos.Code) []pos.PrintView {
		return []pos.PrintView{{Job: pos.PrintJob{ID: 3, Sale: sale, Document: doc, State: state, Code: code}}}
	}
	for _, c := range []struct {
		name   string
		state  pos.PrintState
		prints []pos.PrintView
		says   string
		failed bool
	}{
		{"in the queue", pos.PrintQueued, nil, "Receipt is queued", false},
		{"no paper", pos.PrintQueued, job(9, pos.DocSale, pos.PrintQueued, pos.CodePaper), "Receipt waits: no paper. It prints by itself (Ctrl+R)", true},
		{"gave up", pos.PrintFailed, job(9, pos.DocSale, pos.PrintFailed, pos.CodePrinterOff), "Receipt did not print: not there · press Ctrl+R", true},
		{"not confirmed", pos.PrintUnconfirmed, job(9, pos.DocSale, pos.PrintUnconfirmed, ""), "Receipt may be incomplete. Press Ctrl+R", true},
		{"another sale's", pos.PrintSending, job(8, pos.DocSale, pos.PrintQueued, pos.CodePaper), "Receipt is printing…", false},
		{"a reprint of it", pos.PrintDone, job(9, pos.DocReprint, pos.PrintFailed, pos.CodePaper), "Receipt printed", false},
	} {
		b := newBench()
		b.Show(pos.Snapshot{Done: &pos.Done{Sale: 9, Print: c.state}})
		b.Show(pos.Snapshot{Done: &pos.Done{Sale: 9, Print: c.state}, Prints: c.prints})
		if got, _ := b.Done(); got.Print != c.says || got.Failed != c.failed {
			t.Errorf("%s: %q, %v", c.name, got.Print, got.Failed)
		}
		if want := 2; c.says != "Receipt is queued" && len(c.prints) > 0 && c.prints[0].Job.Sale == 9 && c.prints[0].Job.Document == pos.DocSale && b.drawn != want {
			t.Errorf("%s: drawn %d times", c.name, b.drawn)
		}
	}
}

// Without a printer a job is done as soon as it is there; whoever waits for "printed" paper waits for ever.
func TestPresenter_WithoutAPrinterNothingIsPrinted(t *testing.T) {
	b := newBench()
	b.Show(pos.Snapshot{Done: &pos.Done{Sale: 9, Print: pos.PrintDone}})
	b.Show(pos.Snapshot{Done: &pos.Done{Sale: 9, Print: pos.PrintDone}, Health: pos.Health{Printer: pos.Part{Light: pos.LightOff}}})
	if got, _ := b.Done(); got.Print != "No printer: no receipt" || got.Failed || b.drawn != 2 {
		t.Errorf("%q, %v, drawn %d times", got.Print, got.Failed, b.drawn)
	}
	b.Show(pos.Snapshot{Done: &pos.Done{Sale: 9, Print: pos.PrintDone}, Health: pos.Health{Printer: pos.Part{Light: pos.LightOK}}})
	if got, _ := b.Done(); got.Print != "Receipt printed" {
		t.Errorf("%q", got.Print)
	}
}

func TestPresenter_ASlipForWhoSaysToHavePaid(t *testing.T) {
	order := func(phase pos.PayPhase, cause pos.Code) *pos.PayView {
		v := view(phase)
		v.OutTradeNo, v.Cause = "S001-T1-X", cause
		return v
	}
	slip := []pos.Command{pos.PrintPending{Payment: 7}}
	for _, c := range []struct {
		name string
		pay  *pos.PayView
		ask  bool
		want []pos.Command
	}{
		{"all is well", order(pos.PayWaiting, ""), false, nil},
		{"the customer says so", order(pos.PayWaiting, ""), true, slip},
		{"no answer", order(pos.PayWaiting, pos.CodeNoAnswer), false, slip},
		{"off the glass", order(pos.PayExpired, pos.CodeExpired), false, slip},
		{"charging", order(pos.PayCharging, ""), false, slip},
		{"no code yet", order(pos.PayFetching, pos.CodeNoAnswer), true, nil},
		{"nobody can pay it any more", order(pos.PayEnded, ""), false, nil},
	} {
		b := newBench()
		if c.pay.Phase == pos.PayFetching {
			c.pay.Shown = false
		}
		b.Show(pos.Snapshot{Pay: c.pay})
		if c.ask {
			b.Ask()
			b.posted = nil
		}
		b.Slip()
		b.Slip() // a hand that strikes twice
		if !slices.Equal(b.posted, c.want) {
			t.Errorf("%s: posted %v", c.name, b.posted)
		}
		if m := b.Model(); m.MaySlip != (c.want != nil) || m.Slipping != m.MaySlip {
			t.Errorf("%s: may %v, just asked %v", c.name, m.MaySlip, m.Slipping)
		}
	}
	b := newBench()
	b.Show(pos.Snapshot{Pay: order(pos.PayCharging, "")})
	b.Slip()
	if m := b.Model(); m.Tip != "Pending slip handed to the printer" {
		t.Errorf("it says %q", m.Tip)
	}
	b.now = b.now.Add(slipRest + time.Millisecond)
	b.Slip()
	if len(b.posted) != 2 {
		t.Errorf("posted %v: a lost slip cannot be had again", b.posted)
	}
}
