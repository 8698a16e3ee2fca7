package store_test

import (
	"context"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store"
)

var shanghai = time.FixedZone("CST", 8*3600)

func shop() pos.Shop {
	return pos.Shop{
		Name: "柜台便利店", ID: "S001", Till: "T1", MchID: "1900000109", Practice: true,
		Calendar: pos.Calendar{Zone: shanghai, Starts: 4 * time.Hour},
	}
}

// clock is a clock that a test moves by hand.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, shanghai)

func mustOpen(tb testing.TB, dir string) *store.Store {
	tb.Helper()
	o := store.Options{Dir: dir, Shop: shop(), Clock: &clock{noon}}
	store.Blank(tb, o)
	s, err := store.Open(context.Background(), o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	return s
}

func lines(n int) []pos.Line {
	all := make([]pos.Line, n)
	for i := range all {
		all[i] = pos.Line{Item: pos.ItemID(i + 1), Barcode: "6901234567892", Name: "可口可乐 330ml", Unit: "瓶", Category: "饮料", Price: pos.Fen(300 + i), Quantity: i%3 + 1, TaxRate: 1300}
	}
	return all
}

func sale(n int) pos.Sale {
	l := lines(n)
	return pos.Sale{State: pos.SaleOpen, Lines: l, Gross: pos.Cart{Lines: l}.Total(), Cashier: "王芳", OpenedAt: noon}
}

func native(no string, s pos.Sale) pos.Payment {
	return pos.Payment{
		Sale: s.ID, OutTradeNo: no, Tender: pos.TenderNative, State: pos.Opened, Asked: s.Net(), Request: []byte("<xml>" + no + "</xml>"),
		OpenedAt: noon, ExpiresAt: noon.Add(5 * time.Minute), Cashier: s.Cashier,
	}
}

func cash(no string, s pos.Sale, tendered pos.Fen) pos.Payment {
	return pos.Payment{Sale: s.ID, OutTradeNo: no, Tender: pos.TenderCash, Asked: s.Net(), Tendered: tendered, OpenedAt: noon, Cashier: s.Cashier}
}

// change steps p by a signal as the till does.
func change(p pos.Payment, s pos.Signal, at time.Time) pos.Change {
	to, _ := pos.Step(p, s, at)
	return pos.Change{From: p, To: to, Signal: s, At: at, Second: pos.SecondTransaction(p, s)}
}

func paid(trans string, amount pos.Fen, stands bool) pos.Signal {
	return pos.Signal{
		Kind: pos.SigPaid, To: pos.DoQuery, Source: pos.ByPoll, Stands: stands,
		Trade: pos.Trade{TransactionID: trans, Amount: amount, Currency: pos.Currency, PaidAt: noon.Add(time.Second)},
	}
}
