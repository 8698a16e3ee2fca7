package checkout_test

import (
	"errors"
	"reflect"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/checkout"
)

func required(cfg *checkout.Config) { cfg.ShiftsRequired = true }

// count is a count that comes to an amount.
func count(fen pos.Fen) pos.DrawerCount { return pos.DrawerCount{Other: fen} }

func TestShift_OpensByItselfWithTheFirstSale(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, newBook(), newWeChat())
		defer c.close()
		if s := c.snap(); s.Shift.Current != nil || s.Shift.Blocked != pos.CodeNone || s.Shift.Required {
			t.Errorf("%+v", s.Shift)
		}
		s := c.do(scanCola, pos.PayCash{})
		if s.Shift.Current == nil || s.Shift.Current.Float || s.Shift.Current.Day != today() {
			t.Errorf("%+v", s.Shift)
		}
		s = c.do(pos.OpenShift{Count: count(50300)})
		if !s.Shift.Current.Float || s.Message.ID != "shift-opened" || c.book.drawer != 50300 {
			t.Errorf("%+v, said %q", s.Shift.Current, s.Message.ID)
		}
		if s := c.do(pos.OpenShift{Count: count(1)}); s.Message.ID != "shift-is-open" || c.book.drawer != 50300 {
			t.Errorf("said %q, %s in the drawer", s.Message.ID, c.book.drawer)
		}
	})
}

// In a shop that wants its shifts opened nothing is asked for before that, by no way of paying.
func TestShift_RequiredRefusesToAskForMoney(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		sellOnce(b)
		b.shifts[0].ClosedAt = time.Now()
		c := open(t, b, withCode(charge{answer: pos.SigPaid, then: pos.SigPaid}), required)
		defer c.close()
		asks := []pos.Command{
			pos.PayCash{},
			pos.PayWeChat{},
			pos.NewCode{},
			pos.ChargeCode{Code: custCode},
			pos.RefundSale{Sale: 1, Amount: 100, Reason: "坏", Approver: "店长"},
			pos.MoveCash{Kind: pos.CashIn, Amount: 1, Reason: "零钱"},
		}
		c.do(scanCola)
		for _, ask := range asks {
			c.do(ask)
			if s := c.wait(time.Second); s.Message.ID != "no-shift" || s.Pay != nil || s.Done != nil || s.Shift.Blocked != pos.CodeShift || len(b.payments) != 1 || len(b.refunds)+len(b.cash) != 0 {
				t.Errorf("%T: said %q, pay %+v, blocked %q", ask, s.Message.ID, s.Pay, s.Shift.Blocked)
			}
		}
		if s := c.do(pos.OpenShift{Count: count(50000)}); s.Shift.Blocked != pos.CodeNone || !s.Shift.Required || len(s.Cart.Lines) != 1 {
			t.Errorf("%+v", s.Shift)
		}
		if s := c.do(pos.PayCash{}); s.Done == nil {
			t.Errorf("said %q", s.Message.ID)
		}
		if s := c.do(asks[4], asks[5]); len(b.refunds) != 1 || len(b.cash) != 1 {
			t.Errorf("said %q", s.Message.ID)
		}
	})
}

// The day ends while the till stands: the old shift is to be closed first, without anybody pressing a key.
func TestShift_RequiredOverTheEndOfTheDay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		c := open(t, b, newWeChat(), required)
		defer c.close()
		c.do(pos.OpenShift{Count: count(50000)}, scanCola, pos.PayCash{})
		c.wait(24*time.Hour - time.Since(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)) - time.Second)
		if s := c.snap(); s.Shift.Blocked != pos.CodeNone {
			t.Fatalf("blocked before midnight: %+v", s.Shift)
		}
		if s := c.wait(5 * time.Second); s.Shift.Blocked != pos.CodeShift || s.Shift.Current == nil {
			t.Errorf("not blocked after midnight: %+v", s.Shift)
		}
		s := c.do(scanCola, pos.PayCash{})
		if s.Message.ID != "shift-close-first" || s.Done != nil {
			t.Errorf("said %q", s.Message.ID)
		}
		if s := c.do(pos.OpenShift{Count: count(50300)}); s.Message.ID != "shift-close-first" {
			t.Errorf("said %q", s.Message.ID)
		}
		s = c.do(pos.CountDrawer{Count: count(50300)}, pos.CloseShift{Keep: 50000})
		if s.Shift.Closed == nil || s.Shift.Closed.Day != 20000101 || s.Shift.Current != nil || s.Shift.Blocked != pos.CodeShift {
			t.Errorf("%+v, said %q", s.Shift, s.Message.ID)
		}
		s = c.do(pos.OpenShift{Count: count(50000)}, pos.PayCash{})
		if s.Done == nil || s.Shift.Current.Day != 20000102 {
			t.Errorf("%+v, said %q", s.Shift.Current, s.Message.ID)
		}
	})
}

// A clock that is set back a day, and then forward over the end of the day, in the middle of a shift: nothing is sold that the
// books would put into another shift, and when it is right again all goes on.
func TestShift_TheClockMovesDuringAShift(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var by atomic.Int64
		c := open(t, newBook(), newWeChat(), required, func(cfg *checkout.Config) { cfg.Clock = setBack{&by} })
		defer c.close()
		c.do(pos.OpenShift{Count: count(0)})
		for _, wrong := range []time.Duration{26 * time.Hour, -26 * time.Hour} {
			by.Store(int64(wrong))
			c.wait(5 * time.Second)
			if s := c.do(scanCola, pos.PayCash{}); s.Done != nil || s.Message.ID != "shift-close-first" || s.Shift.Blocked != pos.CodeShift || s.Shift.Current == nil {
				t.Errorf("wrong by %v: said %q, %+v", wrong, s.Message.ID, s.Shift)
			}
			if s := c.do(pos.CountDrawer{}, pos.LeaveClose{}); s.Shift.Counted != nil || len(c.book.shifts) != 1 {
				t.Errorf("wrong by %v: said %q, %d shifts", wrong, s.Message.ID, len(c.book.shifts))
			}
		}
		by.Store(0) // and right again
		c.wait(5 * time.Second)
		if s := c.do(pos.PayCash{}); s.Done == nil || s.Shift.Blocked != pos.CodeNone {
			t.Errorf("set right: said %q, %+v", s.Message.ID, s.Shift)
		}
	})
}

// Money that comes late settles its sale, shift or no shift; that a shift opened by itself for it lets nobody sell.
func TestShift_RequiredLateMoneySettlesWithoutAShift(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		c := open(t, b, wx, required)
		defer c.close()
		c.do(pos.OpenShift{Count: count(0)})
		pay := c.sellCola()
		c.do(pos.Park{})
		if s := c.do(pos.CountDrawer{}, pos.CloseShift{}); s.Shift.Closed == nil || !slices.Equal(kinds(s.Shift.Closed.Open), []string{"parked"}) || s.Shift.Closed.Open[0].Name != pay.OutTradeNo {
			t.Fatalf("%+v, said %q", s.Shift.Closed, s.Message.ID)
		}
		wx.pay(pay.OutTradeNo)
		s := c.wait(10 * time.Second)
		if p, _ := b.Payment(t.Context(), pay.OutTradeNo); p.State != pos.Paid || b.sales[p.Sale].State != pos.SaleClosed || s.Message.ID != "parked-paid" {
			t.Errorf("%s, said %q", p.State, s.Message.ID)
		}
		if s.Shift.Current == nil || s.Shift.Blocked != pos.CodeShift {
			t.Errorf("%+v", s.Shift)
		}
		if s := c.do(scanCola, pos.PayCash{}); s.Message.ID != "no-shift" {
			t.Errorf("said %q", s.Message.ID)
		}
		if s := c.do(pos.OpenShift{}, pos.PayCash{}); s.Done == nil {
			t.Errorf("said %q", s.Message.ID)
		}
		c.audit()
	})
}

func kinds(items []pos.OpenItem) []string {
	var all []string
	for _, i := range items {
		all = append(all, i.Kind)
	}
	return all
}

func TestShift_NothingIsSoldBetweenTheCountAndTheClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		sellOnce(b)
		oneStray(b)
		c := open(t, b, withCode(charge{answer: pos.SigPaid, then: pos.SigPaid}), func(cfg *checkout.Config) { cfg.AutoRefund = false })
		defer c.close()
		s := c.do(scanCola, pos.CountDrawer{Count: count(299)})
		if n := s.Shift.Counted; n == nil || n.Expected != 300 || n.Variance() != -1 || len(s.Cart.Lines) != 1 {
			t.Fatalf("%+v", s.Shift)
		}
		for _, sell := range []pos.Command{
			scanCola, scanCode(),
			pos.ScanText{Text: "3*"},
			pos.AddItem{Item: 1},
			pos.SetQuantity{N: 2},
			pos.RemoveLine{},
			pos.ClearCart{},
			pos.Undo{},
			pos.PayCash{},
			pos.PayWeChat{},
			pos.NewCode{},
			pos.ChargeCode{Code: custCode},
			pos.Unpark{Payment: 1},
			pos.RefundSale{Sale: 1, Amount: 100, Reason: "坏", Approver: "店长"},
			pos.MoveCash{Kind: pos.CashIn, Amount: 1, Reason: "零钱"},
			pos.DecideException{ID: 1, Action: pos.ActCash, By: "店长", Reason: "给了现金"},
			pos.OpenShift{Count: count(1)},
		} {
			s := c.do(sell)
			if s.Message.ID != "close-under-way" || s.Shift.Counted == nil || s.Cart.Total() != 300 || s.Pay != nil || s.Done != nil || b.drawer != 300 {
				t.Errorf("%T: said %q, cart %s, drawer %s", sell, s.Message.ID, s.Cart.Total(), b.drawer)
			}
		}
		c.do(pos.LeaveClose{})
		b.fail(pos.E(pos.CodeFull, "open shift", nil))
		c.do(pos.OpenShift{Count: count(600)}) // after trouble the books are read again, and they still have the count
		b.fail(nil)
		s = c.do(pos.PayCash{})
		if s.Done == nil || s.Shift.Counted != nil || b.drawer != 600 {
			t.Errorf("said %q, drawer %s", s.Message.ID, b.drawer)
		}
		if s := c.do(pos.CloseShift{Reason: "短一分"}); s.Message.ID != "count-first" || len(b.zs) != 0 {
			t.Errorf("a count that was left closed the shift: said %q", s.Message.ID)
		}
		if s := c.do(pos.CountDrawer{Count: count(600)}); s.Shift.Counted == nil || s.Shift.Counted.Nth != 2 {
			t.Errorf("%+v", s.Shift.Counted)
		}
	})
}

func TestShift_ACountWaitsForWhoIsPaying(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		sellOnce(b)
		c := open(t, b, wx)
		defer c.close()
		pay := c.sellCola()
		if s := c.do(pos.CountDrawer{Count: count(300)}); s.Message.ID != "count-not-now" || s.Shift.Counted != nil || len(b.counts) != 0 {
			t.Errorf("said %q", s.Message.ID)
		}
		wx.mu.Lock()
		wx.delay = 2 * time.Second
		wx.mu.Unlock()
		c.do(pos.LeaveCode{}, pos.PayCash{}) // the cash waits for the answer about the code
		if s := c.do(pos.CountDrawer{Count: count(300)}); s.Message.ID != "count-not-now" || len(b.counts) != 0 {
			t.Errorf("said %q, %d counts, done %+v", s.Message.ID, len(b.counts), s.Done)
		}
		c.wait(10 * time.Second)
		if s := c.do(pos.CountDrawer{Count: count(600)}); s.Shift.Counted == nil || s.Done != nil {
			t.Errorf("said %q", s.Message.ID)
		}
		if p, _ := b.Payment(t.Context(), pay.OutTradeNo); p.State.OnGlass() {
			t.Errorf("still %s", p.State)
		}
	})
}

// Late WeChat money settles while the drawer is counted, and the count stands: the drawer did not move.
func TestShift_LateMoneyLeavesTheCountAsItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		sellOnce(b)
		c := open(t, b, wx)
		defer c.close()
		pay := c.sellCola()
		c.do(pos.Park{}, pos.CountDrawer{Count: count(300)})
		wx.pay(pay.OutTradeNo)
		s := c.wait(10 * time.Second)
		if p, _ := b.Payment(t.Context(), pay.OutTradeNo); p.State != pos.Paid || s.Shift.Counted == nil || len(s.Shift.Open) != 0 {
			t.Errorf("%s, %+v", p.State, s.Shift)
		}
		if s := c.do(pos.CloseShift{Keep: 300}); s.Shift.Closed == nil {
			t.Errorf("said %q", s.Message.ID)
		}
		c.audit()
	})
}

func TestShift_ADrawerThatMovedVoidsTheCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		sellOnce(b)
		c := open(t, b, newWeChat())
		defer c.close()
		c.do(pos.CountDrawer{Count: count(300)})
		b.mu.Lock()
		b.move(100) // by whoever
		b.mu.Unlock()
		s := c.do(pos.CloseShift{Keep: 300})
		if s.Message.ID != "count-void" || s.Message.Kind != pos.MsgAlarm || s.Shift.Counted != nil || s.Shift.Closed != nil || len(b.zs) != 0 {
			t.Errorf("said %q, %+v", s.Message.ID, s.Shift)
		}
		if s := c.do(pos.CountDrawer{Count: count(400)}, pos.CloseShift{Keep: 400}); s.Shift.Closed == nil {
			t.Errorf("said %q", s.Message.ID)
		}
	})
}

// What moved the drawer is found with the next thing that is booked, before anybody signs for the count.
func TestShift_ADrawerThatMovedIsFoundBeforeTheClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		sellOnce(b)
		c := open(t, b, wx)
		defer c.close()
		pay := c.sellCola()
		c.do(pos.Park{}, pos.CountDrawer{Count: count(300)})
		b.mu.Lock()
		b.move(100)
		b.mu.Unlock()
		wx.pay(pay.OutTradeNo)
		if s := c.wait(10 * time.Second); s.Shift.Counted != nil || !slices.Contains(c.seen, "count-void") {
			t.Errorf("said %v, %+v", c.seen, s.Shift)
		}
	})
}

// Late money of the next day closes the counted shift by itself: its count is void, and that is said without anybody asking.
func TestShift_TheDayEndsBetweenTheCountAndTheClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		sellOnce(b)
		c := open(t, b, wx)
		defer c.close()
		c.wait(24*time.Hour - time.Since(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)) - time.Minute)
		pay := c.sellCola()
		c.do(pos.Park{}, pos.CountDrawer{Count: count(300)})
		c.wait(90 * time.Second)
		wx.pay(pay.OutTradeNo)
		s := c.wait(10 * time.Second)
		if !slices.Contains(c.seen, "count-void") || s.Shift.Counted != nil || s.Shift.Current == nil || s.Shift.Current.Day != 20000102 {
			t.Errorf("said %v, %+v", c.seen, s.Shift)
		}
	})
}

func TestShift_CloseAsksForReasonKeepAndSigner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		people := hireCrew(b)
		sellOnce(b)
		pokes, zs := 0, []int(nil)
		c := open(t, b, newWeChat(), func(cfg *checkout.Config) {
			cfg.VarianceLimit, cfg.AutoRefund = 50, false
			cfg.Poke, cfg.ShiftClosed = func() { pokes++ }, func(z pos.ShiftReport) { zs = append(zs, z.Z) }
		})
		defer c.close()
		c.signIn(people.cashier, cashierPIN)
		says := func(want string, give ...pos.Command) {
			t.Helper()
			if s := c.do(give...); s.Message.ID != want || s.Shift.Closed != nil || len(b.zs) != 0 {
				t.Errorf("said %q, want %q; closed %v", s.Message.ID, want, s.Shift.Closed)
			}
		}
		says("count-first", pos.CloseShift{})
		says("count-invalid", pos.CountDrawer{Count: pos.DrawerCount{Pieces: []pos.Pieces{{Fen: 7, N: 1}}}})
		says("close-needs-reason", pos.CountDrawer{Count: count(250)}, pos.CloseShift{Reason: " "})
		says("close-keep", pos.CloseShift{Reason: "找错钱", Keep: 251})
		says("close-keep", pos.CloseShift{Reason: "找错钱", Keep: -1})
		if c.snap().Shift.NeedsSign {
			t.Error("50 fen at a limit of 50")
		}
		says("forbidden", pos.CountDrawer{Count: count(351)}, pos.CloseShift{Reason: "多了"})
		if !c.snap().Shift.NeedsSign {
			t.Error("51 fen at a limit of 50")
		}
		c.do(pos.Approved{Command: pos.CloseShift{Reason: "多了", Keep: 300}, By: people.cashier, PIN: cashierPIN})
		if s := c.wait(time.Second); s.Staff.Answer.Code != pos.CodeForbidden || len(b.zs) != 0 {
			t.Errorf("%+v", s.Staff.Answer)
		}
		c.do(pos.Approved{Command: pos.CloseShift{Reason: "多了", Keep: 300}, By: people.manager, PIN: managerPIN})
		s := c.wait(time.Second)
		if s.Shift.Closed == nil || len(b.zs) != 1 || pokes == 0 || !slices.Equal(zs, []int{1}) {
			t.Fatalf("%+v, said %q, pokes %d, heard of %v", s.Shift, s.Message.ID, pokes, zs)
		}
		if z := s.Shift.Closed; z.ClosedBy != "王芳" || z.Signer != "李强" || z.Cash.Kept != 300 || z.Cash.ToSafe != 51 || z.Cash.Reason != "多了" || z.Cash.Variance != 51 {
			t.Errorf("%+v", z)
		}
		if s := c.do(pos.AskNow{}); s.Shift.Closed == nil {
			t.Error("looking closes the report")
		}
		if s := c.do(scanCola); s.Shift.Closed != nil {
			t.Error("the report stays when somebody goes on")
		}
	})
}

// An exception that somebody decides meanwhile needs no signature any more.
func TestShift_UndecidedExceptionsAreSignedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		people := hireCrew(b)
		sellOnce(b)
		oneStray(b)
		c := open(t, b, newWeChat(), func(cfg *checkout.Config) { cfg.AutoRefund = false })
		defer c.close()
		c.signIn(people.cashier, cashierPIN)
		s := c.do(pos.CountDrawer{Count: count(300)})
		if !s.Shift.NeedsSign || !slices.Equal(kinds(s.Shift.Open), []string{"exception"}) || s.Shift.Open[0].Amount != 500 || s.Shift.Open[0].Name != "stray" {
			t.Errorf("%+v", s.Shift)
		}
		c.do(pos.Approved{Command: pos.DecideException{ID: 1, Action: pos.ActNote, Reason: "已退"}, By: people.manager, PIN: managerPIN})
		if s := c.wait(time.Second); s.Shift.NeedsSign || len(s.Shift.Open) != 0 || s.Shift.Counted == nil {
			t.Errorf("%+v", s.Shift)
		}
		if s := c.do(pos.CloseShift{Keep: 300}); s.Shift.Closed == nil || s.Shift.Closed.Signer != "" {
			t.Errorf("said %q, %+v", s.Message.ID, s.Shift.Closed)
		}
	})
}

func TestShift_KilledBetweenTheCountAndTheClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		sellOnce(b)
		c := open(t, b, newWeChat())
		c.do(pos.CountDrawer{Count: count(299)})
		c.close() // nothing of a count is written when a till stops, so a kill leaves the same
		c = open(t, b, newWeChat())
		s := c.snap()
		if s.Shift.Counted == nil || s.Shift.Counted.Sum != 299 || s.Message.ID != "close-resumed" {
			t.Fatalf("%+v, said %q", s.Shift, s.Message.ID)
		}
		if s := c.do(scanCola); s.Message.ID != "close-under-way" {
			t.Errorf("said %q", s.Message.ID)
		}
		s = c.do(pos.CloseShift{Reason: "短一分", Keep: 299})
		if s.Shift.Closed == nil || s.Shift.Current != nil {
			t.Errorf("%+v, said %q", s.Shift, s.Message.ID)
		}
		c.close()
		c = open(t, b, newWeChat())
		if s := c.snap(); s.Shift.Counted != nil || s.Shift.Closed != nil || s.Message.ID != "" {
			t.Errorf("%+v, said %q", s.Shift, s.Message.ID)
		}
		c.close()
	})
}

// The disk answers with an error although the close is in the books: the Z report is shown, and not made twice.
func TestShift_ACloseThatWasBookedAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		sellOnce(b)
		pokes := 0
		c := open(t, b, newWeChat(), func(cfg *checkout.Config) { cfg.Poke = func() { pokes++ } })
		defer c.close()
		b.mu.Lock()
		b.lies = pos.E(pos.CodeInternal, "commit", errors.New("disk I/O error"))
		b.mu.Unlock()
		s := c.do(pos.CountDrawer{Count: count(300)})
		if s.Shift.Counted == nil || s.Shift.Counted.Sum != 300 {
			t.Fatalf("a count that is in the books is not seen: %+v, said %q", s.Shift, s.Message.ID)
		}
		s = c.do(pos.CloseShift{Keep: 300})
		if s.Shift.Closed == nil || s.Shift.Closed.Z != 1 || s.Shift.Counted != nil || pokes == 0 {
			t.Errorf("%+v, said %q", s.Shift, s.Message.ID)
		}
		if c.do(pos.CloseShift{Keep: 300}); len(b.zs) != 1 {
			t.Errorf("%d Z reports", len(b.zs))
		}
	})
}

func TestShift_ADiskThatIsFullClosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		sellOnce(b)
		c := open(t, b, newWeChat())
		defer c.close()
		full := pos.E(pos.CodeFull, "write", nil)
		for _, give := range []pos.Command{
			pos.OpenShift{Count: count(400)}, pos.CountDrawer{Count: count(300)}, pos.MoveCash{Kind: pos.CashDrop, Amount: 100, Reason: "存"}, pos.PrintX{},
		} {
			b.fail(full)
			if s := c.do(give); s.Message.ID != "ledger-trouble" || s.Shift.Counted != nil || s.Shift.Current.Float || b.drawer != 300 || c.kicks != 0 {
				t.Errorf("%T: said %q", give, s.Message.ID)
			}
			b.fail(nil)
		}
		c.do(pos.CountDrawer{Count: count(300)})
		b.fail(full)
		if s := c.do(pos.CloseShift{Keep: 300}); s.Message.ID != "ledger-trouble" || s.Shift.Counted == nil || s.Shift.Closed != nil {
			t.Errorf("said %q, %+v", s.Message.ID, s.Shift)
		}
		b.fail(nil)
		if s := c.do(pos.CloseShift{Keep: 300}); s.Shift.Closed == nil || len(b.zs) != 1 {
			t.Errorf("said %q", s.Message.ID)
		}
	})
}

// A float that is in the books although the disk answered with an error is a float.
func TestShift_AFloatThatWasBookedAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		c := open(t, b, newWeChat(), required)
		defer c.close()
		b.lies = pos.E(pos.CodeInternal, "commit", errors.New("disk I/O error"))
		s := c.do(pos.OpenShift{Count: count(500)})
		b.lies = nil
		if s.Message.ID != "shift-opened" || s.Shift.Blocked != pos.CodeNone || b.drawer != 500 {
			t.Errorf("said %q, %+v", s.Message.ID, s.Shift)
		}
	})
}

// A cashier who finds less in the drawer than the last close left, or the sales since put in, cannot book that away as a float.
func TestShift_AFloatThatMissesIsSignedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, people := manned(t, func(cfg *checkout.Config) { cfg.VarianceLimit = 100 })
		defer c.close()
		c.signIn(people.cashier, cashierPIN)
		short := pos.OpenShift{Count: count(100)} // of 3.00
		s := c.do(short)
		if u := s.Shift.Unsigned; u == nil || u.Missing != 200 || !reflect.DeepEqual(u.Count, short.Count) || s.Message.ID != "forbidden" || s.Shift.Current.Float || c.book.drawer != 300 {
			t.Fatalf("%+v, said %q", s.Shift, s.Message.ID)
		}
		c.do(pos.Approved{Command: short, By: people.manager, PIN: managerPIN})
		s = c.wait(2 * proveTime)
		if s.Message.ID != "shift-opened" || !s.Shift.Current.Float || s.Shift.Unsigned != nil || c.book.signer != "李强" || s.Shift.Current.OpenedBy != "王芳" {
			t.Errorf("%+v, said %q, signed by %q", s.Shift, s.Message.ID, c.book.signer)
		}
	})
}

// What is more is nobody's theft, and what cannot be read is not taken for right.
func TestShift_AFloatThatFitsNeedsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, people := manned(t)
		defer c.close()
		c.signIn(people.cashier, cashierPIN)
		c.book.mu.Lock()
		c.book.blind = pos.E(pos.CodeInternal, "read", errors.New("disk I/O error"))
		c.book.mu.Unlock()
		if s := c.do(pos.OpenShift{}); s.Message.ID != "ledger-trouble" || c.book.drawer != 300 {
			t.Errorf("said %q, %s in the drawer", s.Message.ID, c.book.drawer)
		}
		c.book.mu.Lock()
		c.book.blind = nil
		c.book.mu.Unlock()
		if s := c.do(pos.OpenShift{Count: count(50000)}); s.Message.ID != "shift-opened" || c.book.signer != "" || c.book.drawer != 50000 {
			t.Errorf("said %q, signed by %q", s.Message.ID, c.book.signer)
		}
	})
}

// A finger that trembles counts once and closes once, and what was shown stays on the glass.
func TestClose_PressedTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		sellOnce(b)
		c := open(t, b, newWeChat())
		defer c.close()
		if s := c.do(exactly, exactly); len(b.counts) != 1 || s.Shift.Counted == nil {
			t.Errorf("%d counts", len(b.counts))
		}
		c.wait(2 * time.Second)
		if s := c.do(exactly); len(b.counts) != 2 || s.Shift.Counted.Nth != 2 { // that is somebody who counted again
			t.Errorf("%d counts", len(b.counts))
		}
		if s := c.do(pos.CloseShift{Keep: 300}, pos.CloseShift{Keep: 300}); len(b.zs) != 1 || s.Shift.Closed == nil || s.Message.ID != "shift-closed" {
			t.Errorf("%d reports, said %q, %+v", len(b.zs), s.Message.ID, s.Shift.Closed)
		}
		c.do(scanCola)
		if s := c.do(pos.CloseShift{}); s.Message.ID != "count-first" {
			t.Errorf("said %q", s.Message.ID)
		}
	})
}

// A count that an earlier run left is gone on with while it is fresh; with an old one nobody closes a drawer that was open all night.
func TestShift_AnOldCountIsCountedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		sellOnce(b)
		c := open(t, b, newWeChat())
		c.do(exactly)
		c.close()
		c = open(t, b, newWeChat())
		if s := c.snap(); s.Shift.Counted == nil || s.Message.ID != "close-resumed" {
			t.Errorf("%+v, said %q", s.Shift, s.Message.ID)
		}
		c.wait(2 * time.Hour)
		c.close()
		c = open(t, b, newWeChat())
		defer c.close()
		if s := c.snap(); s.Shift.Counted != nil || s.Message.ID == "count-void" {
			t.Errorf("%+v, said %q", s.Shift, s.Message.ID)
		}
		if s := c.do(pos.CloseShift{Keep: 300}); s.Message.ID != "count-first" || len(b.zs) != 0 {
			t.Errorf("said %q", s.Message.ID)
		}
		if s := c.do(exactly, pos.CloseShift{Keep: 300}); s.Shift.Closed == nil {
			t.Errorf("said %q", s.Message.ID)
		}
	})
}

// While the books cannot be read the view is what was known; it comes right by itself.
func TestShift_IsReadAgainAfterTrouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		c := open(t, b, newWeChat(), required)
		defer c.close()
		b.mu.Lock()
		b.blind = pos.E(pos.CodeInternal, "read", errors.New("disk I/O error"))
		b.mu.Unlock()
		if s := c.do(pos.OpenShift{Count: count(100)}); s.Shift.Current != nil || s.Shift.Blocked != pos.CodeShift {
			t.Errorf("%+v", s.Shift)
		}
		b.mu.Lock()
		b.blind = nil
		b.mu.Unlock()
		if s := c.wait(6 * time.Second); s.Shift.Current == nil || s.Shift.Blocked != pos.CodeNone {
			t.Errorf("%+v", s.Shift)
		}
	})
}

func TestShift_ListsWhatIsOpenByName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		sellOnce(b)
		c := open(t, b, wx)
		defer c.close()
		wx.minAge = 5 * time.Minute
		parked := c.sellCola()
		c.do(pos.Park{})
		left := c.sellCola()
		c.do(pos.LeaveCode{})
		s := c.wait(time.Second)
		if !slices.Equal(kinds(s.Shift.Open), []string{"parked", "payment"}) || s.Shift.Open[0].Name != parked.OutTradeNo || s.Shift.Open[1].Name != left.OutTradeNo || s.Shift.Open[1].Amount != 300 {
			t.Errorf("%+v", s.Shift.Open)
		}
	})
}

func TestShift_Papers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		c := open(t, b, newWeChat())
		defer c.close()
		for _, row := range []struct {
			give pos.Command
			want string
		}{
			{pos.PrintX{}, "shift-none"},
			{pos.PrintZ{Z: 1}, "z-unknown"},
			{pos.CountDrawer{}, "shift-none"},
			{pos.OpenShift{Count: count(-1)}, "count-invalid"},
			{pos.OpenShift{Count: count(100)}, "shift-opened"},
			{pos.PrintX{}, "x-queued"},
			{pos.MoveCash{Kind: pos.CashDrop, Amount: 101, Reason: "存"}, "cash-not-there"},
			{pos.MoveCash{Kind: pos.CashDrop, Amount: 0, Reason: "存"}, "cash-amount"},
			{pos.MoveCash{Kind: pos.CashDrop, Amount: -5, Reason: "存"}, "cash-amount"},
			{pos.MoveCash{Kind: "gift", Amount: 5, Reason: "存"}, "cash-amount"},
			{pos.MoveCash{Kind: pos.CashDrop, Amount: 5, Reason: " "}, "cash-needs-reason"},
			{pos.MoveCash{Kind: pos.CashPaidOut, Amount: 60, Reason: "买水"}, "cash-moved"},
			{pos.CountDrawer{Count: count(40)}, "cash-moved"},
			{pos.CloseShift{Keep: 40}, "shift-closed"},
			{pos.PrintZ{Z: 1}, "z-queued"},
			{pos.LeaveClose{}, "z-queued"},
		} {
			if s := c.do(row.give); s.Message.ID != row.want {
				t.Errorf("%+v: said %q, want %q", row.give, s.Message.ID, row.want)
			}
		}
	})
}
