package checkout_test

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
)

// sellPaid sells a cola that is paid by QR, and returns its order number.
func (c *counter) sellPaid() string {
	c.t.Helper()
	pay := c.sellCola()
	c.wx.pay(pay.OutTradeNo)
	c.wait(5 * time.Second)
	c.wait(10 * time.Second)
	return pay.OutTradeNo
}

// restore makes the book one that was restored now.
func (b *book) restore() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.restored = pos.PaymentID(len(b.payments))
	b.below, b.told = b.restored+1, false
}

func TestRecheck_AsksAboutEveryOrderAndFindsWhatWentBackMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		c := open(t, b, wx)
		orders := []string{c.sellPaid(), c.sellPaid(), c.sellPaid()}
		c.close()
		b.restore()
		wx.mu.Lock() // after the backup somebody refunded the second one, and the lost books knew
		wx.orders[orders[1]].state = pos.SigReturning
		wx.refunds = append(wx.refunds, &refundAt{no: "S001-T1-R261120LOST", order: "42" + orders[1], amount: 100, state: pos.RefSuccess})
		wx.mu.Unlock()
		before := wx.count(pos.DoQuery)
		c = open(t, b, wx)
		defer c.close()
		if s := c.wait(10 * time.Second); s.Message.ID != "restored-first" || !slices.Equal(s.Message.Args, []string{"40", "2", "3"}) {
			t.Errorf("said %+v", s.Message)
		}
		s := c.wait(time.Minute)
		if got := wx.count(pos.DoQuery) - before; got != 3+1 { // one is the probe of the line
			t.Errorf("asked %d times", got)
		}
		if b.below != 1 || len(b.refunds) != 1 || b.refunds[0].OutRefundNo != "S001-T1-R261120LOST" || !b.refunds[0].Portal {
			t.Errorf("below %d, refunds %+v", b.below, b.refunds)
		}
		if len(s.Exceptions) != 0 || len(s.Pending) != 0 {
			t.Errorf("%+v %+v", s.Exceptions, s.Pending)
		}
		before = wx.count(pos.DoQuery)
		if c.wait(24 * time.Hour); wx.count(pos.DoQuery) != before {
			t.Error("what was asked about once is asked about again")
		}
	})
}

// restored is a till on a ledger that was restored with three paid orders in it; ten seconds after its start, it has not asked yet.
func restored(t *testing.T, b *book, wx *wechat) *counter {
	t.Helper()
	c := open(t, b, wx)
	for range 3 {
		c.sellPaid()
	}
	c.close()
	b.restore()
	c = open(t, b, wx)
	if c.wait(10 * time.Second); b.below != 4 {
		t.Fatalf("it is at %d before it began", b.below)
	}
	return c
}

func TestRecheck_WaitsForCustomers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		c := restored(t, b, wx)
		defer c.close()
		pay := c.sellCola()
		if c.wait(2 * time.Minute); b.below != 4 {
			t.Error("it asks while a customer pays")
		}
		wx.pay(pay.OutTradeNo)
		if c.wait(time.Minute); b.below != 1 {
			t.Errorf("it stopped at %d", b.below)
		}
	})
}

// What counts is an answer that is in the books: an order is asked about again when none came, and when they did not take it.
func TestRecheck_IsDoneWithAnOrderWhenItsAnswerIsInTheBooks(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault func(b *book) (acted, lost bool)
	}{
		{"no answer comes", func(*book) (bool, bool) { return true, true }},
		{"the line is gone", func(*book) (bool, bool) { return false, true }},
		{"the disk fills while WeChat answers", func(b *book) (bool, bool) {
			b.fail(pos.E(pos.CodeFull, "write", errors.New("full")))
			return true, false
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, wx := newBook(), newWeChat()
				till := restored(t, b, wx)
				defer till.close()
				asked := 0
				wx.mu.Lock()
				wx.faulty = func(pos.EffectKind) (bool, bool) {
					asked++
					return c.fault(b)
				}
				wx.mu.Unlock()
				if till.wait(10 * time.Minute); asked == 0 || b.below != 4 {
					t.Errorf("asked %d times, it is at %d", asked, b.below)
				}
				wx.mu.Lock()
				wx.faulty = nil
				wx.mu.Unlock()
				b.fail(nil)
				if till.wait(time.Hour); b.below != 1 {
					t.Errorf("it stopped at %d", b.below)
				}
			})
		})
	}
}

// An order that was waiting in the backup was paid, and its sale settled, in books that are lost: the goods are gone.
func TestRecheck_MoneyOfTheBackupNeverGivesItselfBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		c := open(t, b, wx)
		pay := c.sellCola()
		wx.minAge = 5 * time.Minute
		c.do(pos.LeaveCode{})
		c.wait(time.Second)
		c.do(pos.ClearCart{})
		c.close()
		b.restore()
		wx.pay(pay.OutTradeNo)
		c = open(t, b, wx)
		defer c.close()
		s := c.wait(time.Hour)
		if len(s.Exceptions) != 1 || !s.Exceptions[0].RefundAt.IsZero() || wx.count(pos.DoRefund) != 0 {
			t.Errorf("%d refunds, %+v", wx.count(pos.DoRefund), s.Exceptions)
		}
	})
}

func TestBackup_ThatIsOldIsSaidOnceADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, newBook(), newWeChat())
		defer c.close()
		said := func() (n int) {
			c.mu.Lock()
			defer c.mu.Unlock()
			for _, id := range c.seen {
				if id == "backup-old" {
					n++
				}
			}
			return n
		}
		at := time.Now()
		for range 6 * 24 * 5 { // five days, looked at every ten minutes
			c.till.Vitals(pos.Vitals{DiskFree: 1 << 40, BackupAt: at})
			c.wait(10 * time.Minute)
		}
		if said() != 2 {
			t.Errorf("said %d times in five days", said())
		}
		c.till.BackupTrouble(pos.E(pos.CodeFull, "back up", nil))
		if s := c.snap(); s.Message.ID != "backup-failed" || s.Health.Ledger.Light != pos.LightOK {
			t.Errorf("%+v", s.Message)
		}
		c.till.CopyTrouble(pos.E(pos.CodeNotFound, "copy", nil))
		if s := c.snap(); s.Message.ID != "backup-copy-failed" {
			t.Errorf("%+v", s.Message)
		}
		c.till.BackupTrouble(pos.E(pos.CodeCorrupt, "back up", nil))
		if s := c.snap(); s.Health.Ledger.Light != pos.LightBad {
			t.Errorf("%+v", s.Health.Ledger)
		}
	})
}

func TestRestored_TheFirstTillThatStartsSaysSoOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		sellOnce(b) // for cash: there is nothing to ask WeChat about
		b.restore()
		c := open(t, b, newWeChat())
		if s := c.wait(time.Second); s.Message.ID != "restored" || s.Message.Kind != pos.MsgWarn || !slices.Equal(s.Message.Args, []string{"40", "2"}) {
			t.Errorf("said %+v", s.Message)
		}
		c.close()
		c = open(t, b, newWeChat())
		if s := c.wait(time.Second); s.Message.ID != "" {
			t.Errorf("said again: %+v", s.Message)
		}
		c.close()
	})
	synctest.Test(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		c := open(t, b, wx)
		c.sellPaid()
		c.close()
		b.restore()
		for _, want := range []string{"restored-first", "restored-asking"} { // it stops before it has asked
			c = open(t, b, wx)
			if s := c.wait(time.Second); s.Message.ID != want {
				t.Errorf("said %+v, want %s", s.Message, want)
			}
			c.close()
		}
	})
}
