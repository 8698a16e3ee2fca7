package main

import (
	"context"
	"io"

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
	return p.into(ctx, "", func(w io.Writer) error {
		p.printPending(w, at.shop, rows)
		return nil
	})
}

func (p *program) printPending(w io.Writer, shop pos.Shop, rows []pos.PendingRow) {
	l := p.words()
	if len(rows) == 0 {
		printf(w, "%s\n", plain(l.heading(shop, l.label("nothing-pending"))))
		return
	}
	printf(w, "%s\n\n", plain(l.heading(shop, l.label("pending", len(rows)))))
	g := &grid{left: []bool{true, true, true, true, false, false, true}}
	g.add(l.label("opened-at"), "out_trade_no", l.label("tender"), l.label("state"), l.label("asked"), l.label("taken"), l.label("next"))
	for _, r := range rows {
		pay := r.Payment
		state := l.State(pay.State)
		if pay.State == pos.Exception {
			state = l.label("exception-of", l.Exception(pay.Reason))
		}
		taken := pay.Amount.String()
		if pay.Currency != "" && pay.Currency != pos.Currency {
			taken += " " + pay.Currency
		}
		g.add(pay.OpenedAt.In(shop.Calendar.Zone).Format("2006-01-02 15:04:05"), pay.OutTradeNo, l.tender(pay.Tender), state,
			pay.Asked.String(), taken, l.next(r.Next))
	}
	g.print(w)
}
