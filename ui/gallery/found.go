package main

import (
	"context"
	"strings"
	"time"

	"guitai/pos"
)

// soldToday is how many sales the made-up shop closed.
const soldToday = 183

// saleAt makes up the nth sale of the day; the same is always the same.
func saleAt(n int) (pos.SaleRecord, pos.SaleHit) {
	pieces := make([]int, len(items))
	pieces[n*7%14] = 1 + n%3
	if n%2 == 0 {
		pieces[n*5%len(items)]++
	}
	if n%5 == 0 {
		pieces[n*3%len(items)]++
	}
	c := cartOf(pieces...)
	who := people[n%3].name
	at := shownAt.Add(-time.Duration(soldToday-n) * 3 * time.Minute).Add(-time.Duration(n*37%60) * time.Second)
	s := pos.Sale{
		ID: pos.SaleID(n), State: pos.SaleClosed, Lines: c.Lines, Gross: c.Total(), Cashier: who, ClosedAt: at,
		Receipt: pos.ReceiptNo{Shop: "S001", Till: "T1", Day: 20261120, Epoch: 1, Seq: n},
	}
	if n%9 == 0 {
		s.Discount = s.Gross % 100
	}
	p := pos.Payment{
		ID: pos.PaymentID(n), Sale: s.ID, State: pos.Paid, Tender: pos.TenderNative, OutTradeNo: someOrder, Amount: s.Net(), Currency: pos.Currency,
		TransactionID: "4200002468202611201234567890", Evidence: pos.ByPoll, PaidAt: at,
	}
	switch n % 4 {
	case 1:
		p.Tender, p.Evidence, p.TransactionID, p.Tendered = pos.TenderCash, pos.ByCashier, "", (s.Net()/1000+1)*1000
	case 2:
		p.Tender = pos.TenderCode
	}
	r := pos.SaleRecord{Sale: s, Payments: []pos.Payment{p}, Nth: n}
	if n == 182 {
		r = livelySale(r)
		s, p = r.Sale, r.Payments[len(r.Payments)-1]
		c.Lines = s.Lines
	}
	if n == 180 {
		r.Refunds = []pos.Refund{{
			ID: 1, OutRefundNo: "S001-T1-261120R9C7WQ2ZK4MD", Payment: p.ID, Tender: p.Tender, State: pos.RefundDone, Amount: s.Lines[0].Price,
			Reason: "包装破了", Approver: "李建国", AskedAt: at.Add(5 * time.Minute), DoneAt: at.Add(6 * time.Minute),
		}}
	}
	h := pos.SaleHit{Sale: s, Tender: p.Tender, Order: p.OutTradeNo, First: c.Lines[0].Name, Lines: len(c.Lines), Pieces: c.Pieces()}
	h.Sale.Lines = nil
	for _, x := range r.Refunds {
		h.Refunded += x.Amount
	}
	return r, h
}

// livelySale makes a sale one of everything a counter does.
func livelySale(r pos.SaleRecord) pos.SaleRecord {
	c := cartOf(2, 0, 0, 0, 0, 0, 0, 0, 1)
	c.Lines[0].Deal, c.Lines[0].DealOff = "第二件半价", 150
	c.Lines[1].List, c.Lines[1].Note, c.Lines[1].Cut = c.Lines[1].Price+200, "包装破损", pos.Cut{Kind: pos.CutPercent, N: 10_00}
	c.Lines = append(c.Lines, pos.Line{Item: 90, Name: "红富士苹果", Unit: "kg", Price: 12_80, Weight: 1535, Quantity: 1})
	c.Cut, c.Member = pos.Cut{Kind: pos.CutAmount, N: 1_00}, true
	c.Credits = []pos.Credit{{Goods: "男袜 黑 42", Receipt: "S001-T1-20261119-0042", Amount: 5_00}}
	c.Lines[1].CutOff, c.CutOff = c.Lines[1].Cut.Of(c.Lines[1].Amount()), 1_00
	s := &r.Sale
	s.Lines, s.Gross, s.Discount, s.Member, s.Credits = c.Lines, c.Gross(), c.Off(), true, c.Credits
	part := r.Payments[0]
	part.Tender, part.Part, part.Amount, part.Evidence, part.TransactionID = pos.OtherTender("支付宝"), true, 10_00, pos.ByCashier, ""
	s.Paid, s.Rounding = part.Amount, pos.RoundJiao.Of(c.Due()-part.Amount)
	last := part
	last.Tender, last.Part, last.Amount, last.Tendered = pos.TenderCash, false, s.Net()-s.Credit()-part.Amount, 20_00
	r.Payments = []pos.Payment{part, last}
	return r
}

// finder is what is found in the made-up ledger: "empty" has nothing, "broken" cannot be read.
type finder struct {
	books
	kind string
}

func (f finder) FindSales(_ context.Context, q pos.SaleQuery) (hits []pos.SaleHit, more bool, err error) {
	switch f.kind {
	case "broken":
		return nil, false, pos.E(pos.CodeCorrupt, "find sales", nil)
	case "empty":
		return nil, false, nil
	}
	for n := soldToday; n > 0; n-- {
		_, h := saleAt(n)
		fits := (q.Before == 0 || h.Sale.ID < q.Before) && (q.Tail == 0 || q.Tail == n) && (q.Receipt.Seq == 0 || q.Receipt.Seq == n) &&
			strings.Contains(h.First, q.Item) && (q.Amount == 0 || q.Amount == h.Sale.Net()) && (q.Tender == "" || q.Tender == h.Tender) &&
			(q.Cashier == "" || q.Cashier == h.Sale.Cashier)
		if !fits {
			continue
		}
		if len(hits) == q.Limit {
			return hits, true, nil
		}
		hits = append(hits, h)
	}
	return hits, false, nil
}

func (f finder) Record(_ context.Context, id pos.SaleID) (pos.SaleRecord, error) {
	r, _ := saleAt(int(id))
	return r, nil
}

func (f finder) Evidence(_ context.Context, id pos.PaymentID) ([]pos.PaymentEvent, error) {
	r, _ := saleAt(int(id))
	p := r.Payments[0]
	at := func(d time.Duration) time.Time { return p.PaidAt.Add(d) }
	if p.Tender.Handed() {
		return []pos.PaymentEvent{{At: p.PaidAt, Source: pos.ByCashier, From: "", To: pos.Paid, Amount: p.Amount}}, nil
	}
	said := []pos.PaymentEvent{
		{At: at(-40 * time.Second), From: "", To: pos.Opened},
		{At: at(-39 * time.Second), Source: pos.ByReply, From: pos.Opened, To: pos.Waiting},
		{At: at(-20 * time.Second), Source: pos.ByPoll, From: pos.Waiting, To: pos.Waiting, Code: pos.CodeNoAnswer},
		{At: p.PaidAt, Source: pos.ByNotify, From: pos.Waiting, To: pos.Paid, Amount: p.Amount, TransactionID: p.TransactionID},
	}
	for _, x := range r.Refunds {
		said = append(said, pos.PaymentEvent{At: x.AskedAt, Source: pos.ByReply, Signal: "refund:taken", From: "asked", To: "accepted", Amount: x.Amount},
			pos.PaymentEvent{At: x.DoneAt, Source: pos.ByPoll, Signal: "refund:done", From: "accepted", To: "done", Amount: x.Amount})
	}
	return said, nil
}

// finderOf is that which goes with a state.
func finderOf(state string) finder {
	f := figuresOf(state)
	return finder{kind: f.kind}
}
