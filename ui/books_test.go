package ui

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/takings"
)

// figures are books with one sale.
type figures struct{ days *atomic.Int64 } // how many days were asked for

func (f figures) Day(_ context.Context, d pos.Day, _ int) (pos.DayReport, error) {
	f.days.Add(1) // two pages may read at the same time
	return pos.DayReport{DayTakings: pos.DayTakings{Day: d, Sales: 1, Gross: 4242, Net: 4242}}, nil
}

func (f figures) Month(_ context.Context, month, _ int) (pos.MonthReport, error) {
	return pos.MonthReport{Month: month, Total: pos.DayTakings{Net: 777_700}}, nil
}

func (f figures) FindSales(_ context.Context, q pos.SaleQuery) ([]pos.SaleHit, bool, error) {
	s := oneSale()
	if q.Receipt != (pos.ReceiptNo{}) && q.Receipt != s.Receipt {
		return nil, false, nil
	}
	return []pos.SaleHit{{Sale: s, First: "可口可乐", Lines: 1}}, false, nil
}

func (f figures) Record(context.Context, pos.SaleID) (pos.SaleRecord, error) {
	return pos.SaleRecord{Sale: oneSale(), Nth: 7, Payments: []pos.Payment{{ID: 1, State: pos.Paid, Tender: pos.TenderCash, Amount: 300, Asked: 300}}}, nil
}

func (f figures) Evidence(context.Context, pos.PaymentID) ([]pos.PaymentEvent, error) {
	return nil, nil
}

func oneSale() pos.Sale {
	return pos.Sale{
		ID: 7, State: pos.SaleClosed, Gross: 300, Lines: oneCoke().Lines,
		Receipt: pos.ReceiptNo{Shop: "S001", Till: "T1", Day: 20261120, Epoch: 1, Seq: 7},
	}
}

// bySale finds that sale for the refund.
type bySale struct{ pos.Reports }

func (bySale) SaleByReceipt(context.Context, pos.ReceiptNo) (pos.SaleRecord, error) {
	return figures{}.Record(context.Background(), 7)
}

// bookCounter is a counter with books to look into.
func bookCounter(t *testing.T, change func(*Config)) (c *counter, days *atomic.Int64) {
	days = new(atomic.Int64)
	return newCounter(t, func(cfg *Config) {
		cfg.Lang, cfg.Overview, cfg.Finder, cfg.Reports = i18n.English, figures{days}, figures{days}, bySale{}
		if change != nil {
			change(cfg)
		}
	}), days
}

func (c *counter) tells(words string) func() bool {
	return func() bool { return strings.Contains(strings.Join(said(c.win.Content()), "\n"), words) }
}

func TestTakings_OpenOverSellingAndGoAwayWithEscOrAScan(t *testing.T) {
	c, _ := bookCounter(t, nil)
	c.show(pos.Snapshot{Seq: 1, Cart: oneCoke()})
	c.ctrl(fyne.KeyD)
	c.work(c.tells("¥42.42"))
	c.key(fyne.KeyF9, fyne.KeyF8, fyne.KeyDelete) // nothing is sold behind it
	c.expect()
	c.key(fyne.KeyEscape)
	if c.page != nil {
		t.Fatal("Esc does not close it")
	}
	c.key(fyne.KeyF9)
	c.expect(pos.PayWeChat{})

	c.ctrl(fyne.KeyD)
	c.scan("6901234567892")
	c.expect(pos.ScanText{Text: "6901234567892"})
	if c.page != nil || c.sell.Left().Visible() != true {
		t.Error("a scan does not go back to selling")
	}
}

func TestTakings_SheetsOpenOverThemAndGoBackToThem(t *testing.T) {
	c, _ := bookCounter(t, nil)
	c.show(pos.Snapshot{Seq: 1, Excepted: 1, Pending: make([]pos.PendingView, 1)})
	c.ctrl(fyne.KeyD)
	for _, open := range []func(){func() { c.ctrl(fyne.KeyE) }, func() { c.ctrl(fyne.KeyK) }, func() { c.key(fyne.KeyF10) }} {
		open()
		if c.sheet == nil || c.page == nil {
			t.Fatal("no sheet over the page")
		}
		c.key(fyne.KeyEscape)
		if c.sheet != nil || c.page == nil {
			t.Fatal("Esc does not go back to the page")
		}
	}
	c.ctrl(fyne.KeyD)
	if c.page != nil {
		t.Error("the key that opened it does not close it")
	}
}

func TestTakings_MakeRoomForAPaymentAndAreNotForEverybody(t *testing.T) {
	c, days := bookCounter(t, nil)
	c.show(pos.Snapshot{Seq: 1, Cart: oneCoke()})
	c.ctrl(fyne.KeyD)
	c.show(pos.Snapshot{Seq: 2, Cart: oneCoke(), Pay: waiting()})
	if c.page != nil {
		t.Error("the page stands over a payment")
	}
	c.ctrl(fyne.KeyD)
	if c.page != nil {
		t.Error("it opens over a payment")
	}
	who := pos.StaffView{People: []pos.Person{{ID: 1, Name: "王芳", Role: pos.RoleCashier, Active: true}}}
	who.Who = who.People[0]
	c.show(pos.Snapshot{Seq: 3, Staff: who})
	n := days.Load()
	c.ctrl(fyne.KeyD)
	if c.page != nil && c.page.name == "takings" || days.Load() != n {
		t.Error("a cashier sees what the shop took")
	}
	c.key(fyne.KeyEscape) // nobody lets her
	who.Who.Role = pos.RoleManager
	c.show(pos.Snapshot{Seq: 4, Staff: who})
	c.ctrl(fyne.KeyD)
	if c.page == nil {
		t.Fatal("a manager does not")
	}
	who.Who.Role = pos.RoleCashier
	c.show(pos.Snapshot{Seq: 5, Staff: who})
	if c.page != nil {
		t.Error("the figures stay for the next one at the till")
	}
}

func TestTakings_SaveAReport(t *testing.T) {
	saved := make(chan takings.Report, 9)
	c, _ := bookCounter(t, func(cfg *Config) {
		cfg.SaveReport = func(_ context.Context, r takings.Report, w *i18n.Words) (string, error) {
			saved <- r
			return "takings-" + w.Lang() + ".html", nil
		}
	})
	c.show(pos.Snapshot{Seq: 1})
	c.ctrl(fyne.KeyD)
	c.work(c.tells("¥42.42"))
	c.win.Canvas().Focused().TypedRune('M')
	c.wait(time.Second) // it is no code's beginning
	c.work(c.tells("¥7777.00"))
	c.ctrl(fyne.KeyS)
	c.work(c.tells("takings-en.html"))
	if r := <-saved; r.Month == nil || r.Month.Month != 202611 {
		t.Errorf("%+v", r)
	}
}

func TestSales_AReceiptIsFoundByAScanWhenNothingIsBeingSold(t *testing.T) {
	const receipt = "S001-T1-20261120-0007"
	c, _ := bookCounter(t, nil)
	c.show(pos.Snapshot{Seq: 1, Cart: oneCoke()})
	c.scan(receipt)
	c.expect(pos.ScanText{Text: receipt}) // with goods in the cart the till says what it is
	c.show(pos.Snapshot{Seq: 2})
	c.scan(receipt)
	c.work(c.tells("sale 7 of the day"))
	c.expect()
	c.scan("S001-T1-20261120-0008") // and so is the next one
	c.work(c.tells("was not found"))
	c.expect()
	c.key(fyne.KeyEscape)
	c.work(c.tells("sale 7 of the day"))
	c.key(fyne.KeyEscape)
	if c.page != nil {
		t.Error("the second Esc does not close it")
	}
}

func TestSales_PrintAgainAndGiveBackTheSaleThatIsShown(t *testing.T) {
	c, _ := bookCounter(t, nil)
	c.show(pos.Snapshot{Seq: 1, Last: 99})
	c.ctrl(fyne.KeyF)
	c.work(c.tells("sale 7 of the day"))
	c.ctrl(fyne.KeyP)
	c.expect(pos.Reprint{Sale: 7}) // not the last one
	c.show(pos.Snapshot{Seq: 2, Last: 99, Message: pos.Message{N: 1, Kind: pos.MsgInfo, ID: "reprint-queued", Args: []string{"0007"}}})
	if !c.tells("Printing receipt 0007 again")() {
		t.Error("it is not said on the screen")
	}
	c.key(fyne.KeyF7)
	c.work(func() bool {
		return c.sheet != nil && slices.Contains(said(c.win.Content()), "Receipt S001-T1-20261120-0007")
	})
	c.key(fyne.KeyEscape, fyne.KeyEscape)
	if c.sheet != nil || c.page == nil || c.page.name != "sales" {
		t.Error("after the refund the sale is gone")
	}
}
