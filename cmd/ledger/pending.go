package main

import (
	"context"
	"io"
	"time"

	"guitai/pos"
)

// pending lists what is not at its end, each with what happens next.
func (p *program) pending(ctx context.Context, args []string) error {
	others, err := p.parse(p.flags("pending"), args)
	if err != nil {
		return err
	}
	if len(others) > 0 {
		return usage("extra", "pending", others[0])
	}
	books, at, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = books.Close() }() // it only read
	rows, err := books.PendingRows(ctx)
	if err != nil {
		return err
	}
	cases, err := books.Exceptions(ctx)
	if err != nil {
		return err
	}
	return p.into(ctx, "", func(w io.Writer) error {
		p.printPending(w, at.shop, rows, cases)
		return nil
	})
}

func (p *program) printPending(w io.Writer, shop pos.Shop, rows []pos.PendingRow, cases []pos.ExceptionCase) {
	l := p.words()
	if len(rows) == 0 {
		printf(w, "%s\n", plain(l.heading(shop, l.label("nothing-pending"))))
		return
	}
	printf(w, "%s\n\n", plain(l.heading(shop, l.label("pending", len(rows)))))
	g := &grid{left: []bool{true, true, true, true, false, false, true}}
	g.add(l.label("opened-at"), l.label("number"), l.label("tender"), l.label("state"), l.label("asked"), l.label("taken"), l.label("next"))
	for _, r := range rows {
		if r.Refund != nil {
			g.add(l.refundCells(shop, r)...)
			continue
		}
		g.add(l.paymentCells(shop, r, cases)...)
	}
	g.print(w)
}

func (w words) paymentCells(shop pos.Shop, r pos.PendingRow, cases []pos.ExceptionCase) []string {
	pay := r.Payment
	state, next := w.State(pay.State), w.next(r.Next)
	if pay.State == pos.Exception {
		state = w.label("exception-of", w.Exception(pay.Reason))
		switch x := caseOf(pay, cases); {
		case !x.RefundAt.IsZero():
			next = w.label("refund-at", wall(shop, x.RefundAt))
		case x.Proposed(true) == pos.ActWait:
			next = w.label("wait")
		}
	}
	taken := pay.Amount.String()
	if pay.Currency != "" && pay.Currency != pos.Currency {
		taken += " " + pay.Currency
	}
	return []string{wall(shop, pay.OpenedAt), pay.OutTradeNo, w.tender(pay.Tender), state, pay.Asked.String(), taken, next}
}

// caseOf finds the exception of a payment's own or second money; the zero case when it has ended meanwhile.
func caseOf(p pos.Payment, cases []pos.ExceptionCase) pos.ExceptionCase {
	for _, x := range cases {
		if x.Payment == p.ID && x.TransactionID == p.TransactionID {
			return x
		}
	}
	return pos.ExceptionCase{}
}

// refundCells tells of money on its way back. Why it has not got on is in the words of who said so.
func (w words) refundCells(shop pos.Shop, r pos.PendingRow) []string {
	f := *r.Refund
	state := w.label("refund-state-" + string(f.State))
	if f.Exception != 0 {
		state = w.label("exception-of", w.Exception(r.Payment.Reason)) + " · " + state
	}
	switch {
	case f.Detail != "":
		state += " (" + f.Detail + ")"
	case f.Cause != pos.CodeNone:
		what, _, _ := w.Trouble(f.Cause)
		state += " (" + what + ")"
	}
	return []string{wall(shop, f.AskedAt), f.OutRefundNo, w.tender(f.Tender), state, (-f.Amount).String(), "", w.next(r.Next)}
}

// wall is a time as the shop's wall clock shows it.
func wall(shop pos.Shop, t time.Time) string {
	return t.In(shop.Calendar.Zone).Format("2006-01-02 15:04:05")
}
