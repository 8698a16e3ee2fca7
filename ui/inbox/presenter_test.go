package inbox

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// books tells one story about every payment.
type books struct {
	events []pos.PaymentEvent
	err    error
	asked  []pos.PaymentID
}

func (b *books) Evidence(_ context.Context, id pos.PaymentID) ([]pos.PaymentEvent, error) {
	b.asked = append(b.asked, id)
	return b.events, b.err
}

type bench struct {
	*Presenter
	books  books
	posted []pos.Command
	waits  []func() // answers on their way
	now    time.Time
	asks   bool   // somebody else has to allow it first
	what   string // what he is asked for
	then   func()
}

func newBench(cashier string) *bench {
	b := &bench{now: noon}
	b.Presenter = NewPresenter(Config{
		Words: i18n.For(i18n.English), Zone: time.UTC, Evidence: &b.books,
		Post: func(c pos.Command) { b.posted = append(b.posted, c) }, Now: func() time.Time { return b.now },
		Give: func(c pos.Command, what string, then func()) {
			b.posted, b.what = append(b.posted, c), what
			if b.then = then; !b.asks {
				then()
			}
		},
		Go: func(work func(context.Context) func()) { b.waits = append(b.waits, work(context.Background())) }, Changed: func() {},
	})
	b.by = cashier
	return b
}

func (b *bench) answer() {
	for _, f := range b.waits {
		f()
	}
	b.waits = nil
}

func (b *bench) types(words string) {
	for _, r := range words {
		b.Typed(r)
	}
}

func (b *bench) expect(t *testing.T, want ...pos.Command) {
	t.Helper()
	if !slices.Equal(b.posted, want) {
		t.Errorf("posted %+v, want %+v", b.posted, want)
	}
	b.posted = nil
}

func late(id pos.ExceptionID) pos.ExceptionCase {
	return pos.ExceptionCase{
		ID: id, Payment: pos.PaymentID(id), OutTradeNo: "S001-T1-X", Reason: pos.ExceptLate, Asked: 1350, Amount: 1350, Currency: pos.Currency,
		TransactionID: "4200002468202611201234567890", At: noon.Add(-3 * time.Minute), PaidAt: noon.Add(-3 * time.Minute), State: pos.ExceptionOpen,
	}
}

func snapshot(cases ...pos.ExceptionCase) pos.Snapshot { return pos.Snapshot{Exceptions: cases} }

func TestPresenter_ListsWithReasonAgeAndWhatHappensByItself(t *testing.T) {
	auto, foreign, stuck, unknown := late(1), late(2), late(3), late(4)
	auto.RefundAt = noon.Add(42 * time.Second)
	foreign.Reason, foreign.Amount, foreign.Currency = pos.ExceptCurrency, 190, "USD"
	stuck.State, stuck.Refund, stuck.At = pos.ExceptionGiving, &pos.Refund{State: pos.RefundStuck}, noon.Add(-50*time.Hour)
	unknown.Reason, unknown.Amount, unknown.At = pos.ExceptReturning, 0, noon
	b := newBench("")
	b.Show(snapshot(auto, foreign, stuck, unknown))
	for i, want := range []Row{
		{Amount: "¥13.50", Why: "paid after cancel or expiry", When: "3 min ago", Next: "refunds itself in 00:42", Chosen: true},
		{Amount: "1.90 USD", Why: "another currency", When: "3 min ago"},
		{Amount: "¥13.50", Why: "paid after cancel or expiry", When: "2 days ago", Next: "The customer's account does not take it"},
		{Amount: "Unknown sum", Why: "paid, and a refund was asked for elsewhere", When: "just now"},
	} {
		if got := b.Row(i); got != want {
			t.Errorf("row %d: %+v, want %+v", i, got, want)
		}
	}
	if !b.Tick() {
		t.Error("nothing counts down")
	}
	b.now = noon.Add(12 * time.Second)
	if got := b.Row(0).Next; got != "refunds itself in 00:30" {
		t.Errorf("later: %q", got)
	}
}

func TestPresenter_ShowsWhoSaidWhat(t *testing.T) {
	b := newBench("")
	b.books.events = []pos.PaymentEvent{
		{At: noon.Add(-9 * time.Minute), To: pos.Opened},
		{At: noon.Add(-8 * time.Minute), Source: pos.ByPoll, From: pos.Closing, To: pos.Closing, Code: pos.CodeNoAnswer},
		{At: noon.Add(-7 * time.Minute), Source: pos.ByPoll, From: pos.Closing, To: pos.Closing, Code: pos.CodeNoAnswer},
		{At: noon.Add(-6 * time.Minute), Source: pos.ByPoll, From: pos.Closing, To: pos.Closing},
		{At: noon.Add(-3 * time.Minute), Source: pos.ByNotify, From: pos.Closing, To: pos.Exception, Amount: 1350, TransactionID: "4200002468202611201234567890"},
		{At: noon.Add(-150 * time.Second), Signal: "decided:refund", From: pos.Exception, To: pos.Exception},
		{At: noon.Add(-140 * time.Second), Signal: "decided:refund", From: pos.Exception, To: pos.Exception, Detail: "王芳: amount"},
		{At: noon.Add(-2 * time.Minute), Signal: "decided:refund", From: pos.Exception, To: pos.Exception, Detail: "王芳: 多付"},
		{At: noon.Add(-2 * time.Minute), Source: pos.ByReply, Signal: "refund:taken", From: "asked", To: "accepted", Amount: 1350},
		{At: noon.Add(-time.Minute), Source: pos.ByPoll, Signal: "refund:processing", From: "accepted", To: "accepted", Amount: 1350},
	}
	b.Show(snapshot(late(1)))
	if d, _ := b.Detail(); d.None == "" || len(d.Events) != 0 {
		t.Errorf("before the books answered: %+v", d)
	}
	b.answer()
	d, _ := b.Detail()
	want := []Event{
		{"11:51:00", "This till", "Ordered, answer awaited"},
		{"11:52:00", "Automatic query", "Closing, still being checked · No answer from WeChat"},
		{"11:57:00", "WeChat's notice", "Exception, to be decided · ¥13.50 · …567890"},
		{"11:57:30", "This till", "Decides: Refund"},
		{"11:57:40", "A person", "Refund · 王芳 · another amount"},
		{"11:58:00", "A person", "Refund · 王芳 · 多付"},
		{"11:58:00", "WeChat's answer", "Accepted by WeChat, on its way · ¥13.50"},
	}
	if !slices.Equal(d.Events, want) || d.None != "" {
		t.Errorf("%+v", d.Events)
	}
	if facts := strings.Join(d.Facts, "\n"); !strings.Contains(facts, "S001-T1-X") || !strings.Contains(facts, "4200002468202611201234567890") || !strings.Contains(facts, "2026-11-20 11:57:00") {
		t.Errorf("facts %q", facts)
	}

	b.Show(snapshot(late(1))) // nothing new
	moved := late(1)
	moved.State, moved.Refund = pos.ExceptionGiving, &pos.Refund{State: pos.RefundAsked}
	b.Show(snapshot(moved))
	if !slices.Equal(b.books.asked, []pos.PaymentID{1, 1}) {
		t.Errorf("read for %v", b.books.asked)
	}
	b.books.err = errors.New("disk")
	b.Show(snapshot(late(2)))
	b.Show(snapshot(late(3))) // before the books answered
	b.answer()
	if d, _ := b.Detail(); d.None != "The books cannot be read" || len(d.Events) != 0 {
		t.Errorf("%+v", d)
	}
}

func TestPresenter_ProposesOneThingAndOffersTheRest(t *testing.T) {
	twice, unknown, giving, auto, foreign := late(1), late(1), late(1), late(1), late(1)
	twice.Reason, twice.Second = pos.ExceptTwice, true
	unknown.Reason = pos.ExceptUnknown
	giving.State = pos.ExceptionGiving
	auto.RefundAt = noon.Add(time.Minute)
	foreign.Reason, foreign.Currency = pos.ExceptCurrency, "USD"
	for _, c := range []struct {
		name   string
		x      pos.ExceptionCase
		can    pos.Code
		main   pos.Action
		others []pos.Action
	}{
		{"late", late(1), pos.CodeNone, pos.ActRefund, []pos.Action{pos.ActSettle, pos.ActCash, pos.ActNote}},
		{"late, about to go back", auto, pos.CodeNone, pos.ActRefund, []pos.Action{pos.ActHold, pos.ActSettle, pos.ActCash, pos.ActNote}},
		{"twice", twice, pos.CodeNone, pos.ActRefund, []pos.Action{pos.ActCash, pos.ActNote}},
		{"without a certificate", late(1), pos.CodeSecret, pos.ActNote, []pos.Action{pos.ActSettle, pos.ActCash}},
		{"unknown", unknown, pos.CodeNone, pos.ActSettle, []pos.Action{pos.ActCash, pos.ActNote, pos.ActRefund}},
		{"going back", giving, pos.CodeNone, pos.ActWait, nil},
		{"another currency", foreign, pos.CodeNone, pos.ActNote, nil},
	} {
		b := newBench("")
		s := snapshot(c.x)
		s.CanRefund = c.can
		b.Show(s)
		d, ok := b.Detail()
		var others []pos.Action
		for _, o := range d.Others {
			others = append(others, o.Action)
		}
		if !ok || d.Main.Action != c.main || !slices.Equal(others, c.others) {
			t.Errorf("%s: %s, then %v", c.name, d.Main.Action, others)
		}
		if (d.Cannot != "") != (c.can != pos.CodeNone) {
			t.Errorf("%s: %q", c.name, d.Cannot)
		}
	}
}

func TestPresenter_AsksWhoAndWhyBeforeAnythingIsDone(t *testing.T) {
	b := newBench("")
	b.Show(snapshot(late(7)))
	b.types("3") // cash
	f, ok := b.Form()
	if !ok || f.Does != "¥13.50 leaves the drawer for the customer; WeChat's money stays in the shop" || !f.Needed || f.Field != FieldBy {
		t.Fatalf("%+v", f)
	}
	b.Enter()
	if f, _ := b.Form(); !f.Lacks || f.Field != FieldBy {
		t.Errorf("without a name: %+v", f)
	}
	b.types("王芳x")
	b.Backspace()
	b.Enter()
	if f, _ := b.Form(); f.Lacks || f.Field != FieldReason {
		t.Errorf("without a reason: %+v", f)
	}
	b.Enter()
	if f, _ := b.Form(); !f.Lacks {
		t.Errorf("still without one: %+v", f)
	}
	b.expect(t)
	b.types("急")
	b.Enter()
	b.expect(t, pos.DecideException{ID: 7, Action: pos.ActCash, By: "王芳", Reason: "急"})
	if _, ok := b.Form(); ok {
		t.Error("the question stays")
	}

	b.types("2") // the name stays for the next one
	b.Move(1)
	b.Enter()
	b.expect(t, pos.DecideException{ID: 7, Action: pos.ActSettle, By: "王芳", Reason: "The customer has the goods"})
}

func TestPresenter_RefundAndHoldNeedNoReason(t *testing.T) {
	auto := late(1)
	auto.RefundAt = noon.Add(time.Minute)
	b := newBench("王芳")
	b.Show(snapshot(auto))
	b.Enter()
	b.expect(t) // one Enter moves no money
	b.Enter()
	b.expect(t, pos.DecideException{ID: 1, Action: pos.ActRefund, By: "王芳"})
	b.types("1")
	b.Enter()
	b.expect(t, pos.DecideException{ID: 1, Action: pos.ActHold, By: "王芳"})
}

func TestPresenter_AskingWeChatNeedsNoWords(t *testing.T) {
	x := late(1)
	x.State = pos.ExceptionGiving
	b := newBench("")
	b.Show(snapshot(x))
	b.Enter()
	b.expect(t, pos.AskNow{})
	b.types("12345")
	if _, ok := b.Form(); ok {
		t.Error("what is not offered is asked about")
	}
}

func TestPresenter_TheChoiceFollowsItsCase(t *testing.T) {
	b := newBench("王芳")
	b.Show(snapshot(late(1), late(2), late(3)))
	b.Move(1)
	b.Show(snapshot(late(2), late(3)))
	if b.At() != 0 || !b.Row(0).Chosen {
		t.Errorf("at %d", b.At())
	}
	b.types("4")
	b.Show(snapshot(late(3))) // somebody was faster
	if _, ok := b.Form(); ok || b.At() != 0 {
		t.Error("the question stays for another case")
	}
	b.Move(-5)
	b.Move(5)
	b.types("4")
	gone := late(3)
	gone.State = pos.ExceptionGiving
	b.Show(snapshot(gone))
	if _, ok := b.Form(); ok {
		t.Error("the question stays although it was decided")
	}
	b.Show(snapshot())
	if _, ok := b.Detail(); ok || b.Len() != 0 || b.Escape() {
		t.Error("something is shown of nothing")
	}
	b.Enter()
	b.Move(1)
	b.expect(t)
}

func TestPresenter_EscTakesOneStepBack(t *testing.T) {
	b := newBench("王芳")
	b.Show(snapshot(late(1)))
	b.Enter()
	b.Tab()
	if f, _ := b.Form(); f.Field != FieldBy {
		t.Errorf("Tab: %+v", f)
	}
	if !b.Escape() || b.Escape() {
		t.Error("Esc goes from the question to the list, and then closes it")
	}
	b.expect(t)
}

func TestPresenter_SaysWhereTheRefundStandsAndWhoDecided(t *testing.T) {
	closed := late(1)
	closed.Refund = &pos.Refund{State: pos.RefundClosed}
	refused := late(1)
	refused.Refund = &pos.Refund{State: pos.RefundRefused, Cause: pos.CodeConfig}
	held := late(1)
	held.Decided = pos.Decision{Action: pos.ActHold, By: "王芳"}
	for _, c := range []struct {
		x     pos.ExceptionCase
		state string
		bad   bool
	}{
		{late(1), "", false},
		{closed, "WeChat closed the refund: nothing went back", true},
		{refused, "WeChat refused: nothing went back · The merchant settings are wrong", true},
		{held, "Automatic refund stopped · decided by 王芳", false},
	} {
		b := newBench("")
		b.Show(snapshot(c.x))
		d, _ := b.Detail()
		if d.State != c.state || d.Bad != c.bad || c.bad != (d.Next != "") {
			t.Errorf("%+v", d)
		}
	}
}

// With people set up nobody types a name: the one at the till decides, or whoever allows it, and until then the question stays.
func TestDecide_WithStaffAsksForNoName(t *testing.T) {
	b := newBench("")
	people := []pos.Person{{ID: 1, Name: "李明", Role: pos.RoleCashier, Active: true}, {ID: 2, Name: "王芳", Role: pos.RoleManager, Active: true}}
	b.Show(pos.Snapshot{Exceptions: []pos.ExceptionCase{late(1)}, Staff: pos.StaffView{People: people, Who: people[0]}})
	b.asks = true
	b.Start(pos.ActCash)
	if f, _ := b.Form(); f.Named || f.Field != FieldReason {
		t.Errorf("it asks for a name: %+v", f)
	}
	b.Tab()
	b.types("急")
	b.Enter()
	b.expect(t, pos.DecideException{ID: 1, Action: pos.ActCash, Reason: "急"})
	if f, open := b.Form(); !open || f.Reason != "急" || !strings.Contains(b.what, "¥13.50") {
		t.Errorf("while somebody is asked for %q the form is %+v, %v", b.what, f, open)
	}
	b.then()
	if _, open := b.Form(); open {
		t.Error("allowed, the question still stands")
	}
}
