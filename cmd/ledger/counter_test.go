package main

import (
	"strings"
	"testing"
	"time"

	"guitai/pos"
)

const alipay pos.Tender = "other:支付宝"

// hand takes money by hand for a sale: all that is due, or a part of it.
func (s *till) hand(sale pos.Sale, tender pos.Tender, asked pos.Fen, part bool) pos.Settled {
	s.t.Helper()
	out, err := s.books.SellCash(s.t.Context(), sale, pos.Payment{
		Sale: sale.ID, OutTradeNo: s.number(), Tender: tender, Asked: asked, Tendered: asked, Part: part, OpenedAt: s.clock.now, Cashier: "王芳",
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

// counterShop is a day of a counter that does everything: a sale in parts with discounts and rounded cash, one that goods of it count
// towards, a sale that is given back outside and one whole, goods without a receipt, and a part of a sale that is still open.
func counterShop(t *testing.T) *till {
	t.Helper()
	s := newTill(t, false)
	c := pos.Cart{Lines: []pos.Line{
		{Item: 1, Name: "可口可乐 330ml", Unit: "罐", Price: 350, Quantity: 3, TaxRate: 13_00},
		{Item: 2, Name: "苹果", Unit: "kg", Price: 1280, Weight: 535, Quantity: 1, TaxRate: 9_00, Note: "要红的", Cut: pos.Cut{Kind: pos.CutPercent, N: 10_00}},
	}, Cut: pos.Cut{Kind: pos.CutAmount, N: 50}}
	c = c.Priced([]pos.Deal{{Name: "第二件半价", Kind: pos.DealNth, N: 2, Percent: 50_00}}, pos.ShopTime{Day: 20261120})
	sale := pos.Sale{State: pos.SaleOpen, Lines: c.Lines, Gross: c.Gross(), Discount: c.Off(), Cashier: "王芳", OpenedAt: s.clock.now} // 14.41
	sale.ID = s.hand(sale, alipay, 500, true).Payment.Sale
	open, err := s.books.LastOpen(t.Context())
	if err != nil || open == nil {
		t.Fatal(open, err)
	}
	sale = open.Sale
	due := sale.Due()
	sale.Rounding = pos.RoundJiao.Of(due)
	first := s.hand(sale, pos.TenderCash, due-sale.Rounding, false).Sale

	back, worth, err := pos.PriceLines(first.Sale, nil, map[int]int{1: 1})
	if err != nil {
		t.Fatal(err)
	}
	next := s.sale(1000)
	next.Credits = []pos.Credit{{
		Number: s.number(), Sale: first.Sale.ID, Payment: first.Payments[1].ID, Lines: back, Goods: "可口可乐 330ml", Amount: worth, Reason: "换口味", Approver: "李强",
	}}
	s.hand(next, pos.TenderCash, next.Due(), false)

	out := s.hand(s.sale(700), alipay, 700, false)
	s.begin(pos.Refund{Payment: out.Payment.ID, Tender: alipay, Amount: 200, Reason: "少找了"})
	whole := s.hand(s.sale(300), pos.TenderCash, 300, false)
	s.begin(pos.Refund{Payment: whole.Payment.ID, Tender: pos.TenderCash, Amount: 300, Void: true, Reason: "打错了", Lines: []pos.RefundLine{{N: 1, Quantity: 1, Amount: 300}}})
	s.begin(pos.Refund{Tender: pos.TenderCash, Amount: 150, Total: 150, Goods: []pos.Line{{Name: "袜子", Price: 150, Quantity: 1}}, Reason: "小票丢了"})
	s.hand(s.sale(900), alipay, 400, true)
	return s
}

func (s *till) begin(r pos.Refund) {
	s.t.Helper()
	r.OutRefundNo, r.State, r.AskedAt, r.Cashier, r.Approver = s.number(), pos.RefundDone, s.clock.now.Add(time.Minute), "王芳", "李强"
	r.DoneAt, r.Settlement = r.AskedAt, r.Amount
	if _, err := s.books.BeginRefund(s.t.Context(), r); err != nil {
		s.t.Fatal(err)
	}
}

func TestCounter_PaperAndExportsSayTheSameAsTheBooks(t *testing.T) {
	s := counterShop(t)
	day := []string{"--from", "2026-11-20", "--to", "2026-11-20"}
	s.run("verify").want(t, exitDone, "", "")

	// 14.41 less 0.01 that rounding the 9.41 of cash took off.
	paper := s.run("receipt", "S001-T1-20261120-0001").out
	for _, want := range []string{"0.535kg", "第二件半价", "-1.75", "10% off", "-0.69", "Discount on all", "-0.50", "Rounding", "-0.01", "￥14.40", "支付宝", "5.00", "Confirmed by the cashier", "9.40", "Note 要红的"} {
		if !strings.Contains(paper, want) {
			t.Errorf("the receipt does not say %q", want)
		}
	}
	if strings.Contains(paper, "非付款凭证") {
		t.Error("the receipt does not believe its own money")
	}
	paper += s.run("receipt", "S001-T1-20261120-0002").out
	if !strings.Contains(paper, "Exchange 可口可乐 330ml") || strings.Contains(paper, "非付款凭证") {
		t.Errorf("of the exchange\n%s", paper)
	}
	if void := s.run("receipt", "S001-T1-20261120-0004").out; !strings.Contains(void, "*** VOID ***") {
		t.Errorf("of the sale that was taken back\n%s", void)
	}
	if t.Failed() {
		t.Log(paper)
	}

	for kind, want := range map[string]string{
		"sales":    "rounding 0.01 = net 34.40",
		"lines":    "= net 34.40",
		"payments": "= net ",
		"refunds":  "asked for",
	} {
		r := s.run(append([]string{"export", kind}, day...)...)
		r.want(t, exitDone, "", "")
		if !strings.Contains(r.errors, want) {
			t.Errorf("%s: %s", kind, r.errors)
		}
	}
	sales := s.run(append([]string{"export", "sales"}, day...)...).out
	if !strings.Contains(sales, ",other:支付宝+cash,王芳,1,1,0.01,") || !strings.Contains(sales, ",exchange+cash,王芳,1,0,0.00,") {
		t.Error(sales)
	}
	refunds := s.run(append([]string{"export", "refunds"}, day...)...).out
	for _, kind := range []string{",exchange,\r\n", ",refund,\r\n", ",void,\r\n", ",no-receipt,1x袜子\r\n"} {
		if !strings.Contains(refunds, kind) {
			t.Errorf("no %q in\n%s", kind, refunds)
		}
	}
	if takings := s.run("takings", "--day", "2026-11-20").out; !strings.Contains(takings, "支付宝 (cashier's word)") || !strings.Contains(takings, "Rounding") || !strings.Contains(takings, "34.40") {
		t.Error(takings)
	}
	if pending := s.run("pending").out; !strings.Contains(pending, "4.00") {
		t.Error(pending)
	}
}
