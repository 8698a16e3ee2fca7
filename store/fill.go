package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"guitai/pos"
)

// fillBatch is how many sales Fill commits at once.
const fillBatch = 2000

// Fill puts n cash sales of lines into a practice ledger, a thousand a day from a given day on: a shop's years, for
// measuring. The rows are those of [Store.SellCash], written by the same statements, so the ledger proves itself
// afterwards; only many sales share one commit. A real ledger is refused with CodeMode.
func (s *Store) Fill(ctx context.Context, n int, lines []pos.Line, from time.Time) error {
	sale := pos.Sale{Lines: lines, Gross: pos.Cart{Lines: lines}.Gross(), Discount: pos.Cart{Lines: lines}.Off(), Cashier: "fill"}
	return s.FillAs(ctx, n, func(i int) (pos.Sale, pos.Payment) {
		at := from.AddDate(0, 0, i/1000).Add(time.Duration(i%1000) * 40 * time.Second)
		sale.OpenedAt = at
		return sale, pos.Payment{OutTradeNo: fmt.Sprintf("FILL-%012d", i), Tender: pos.TenderCash, Asked: sale.Net(), Tendered: sale.Net(), OpenedAt: at, PaidAt: at}
	})
}

// FillAs is Fill with n sales and what settles each as next makes them, cash or WeChat: one with a transaction_id is written as an
// order that was paid at once.
func (s *Store) FillAs(ctx context.Context, n int, next func(i int) (pos.Sale, pos.Payment)) error {
	if !s.shop.Practice {
		return pos.E(pos.CodeMode, "fill ledger", errors.New("only a practice ledger is filled"))
	}
	for first := 0; first < n; first += fillBatch {
		err := s.write(ctx, "fill ledger", func(t *tx) (err error) {
			for i := first; i < min(first+fillBatch, n) && err == nil; i++ {
				if sale, p := next(i); p.Tender.Handed() {
					_, err = t.sellCash(sale, p)
				} else {
					err = t.fillPaid(sale, p)
				}
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// fillPaid closes a new sale with an order that WeChat's first answer said was paid.
func (t *tx) fillPaid(sale pos.Sale, p pos.Payment) (err error) {
	if err := checkSale(sale); err != nil {
		return err
	}
	if sale.ID, err = t.nextSale(); err != nil {
		return err
	}
	if p.ID, err = t.nextPayment(); err != nil {
		return err
	}
	p.Sale, p.State, p.Evidence = sale.ID, pos.Paid, pos.ByPoll
	p.Amount, p.Settlement, p.Currency = p.Asked, p.Asked, pos.Currency
	_, err = t.close(sale, p, true, p.PaidAt, saleEntry(p), func(day pos.Day, _ int64) error {
		stored, err := t.addPayment(p, day)
		if err != nil {
			return err
		}
		sig := pos.Signal{Kind: pos.SigPaid, Source: pos.ByPoll, Trade: pos.Trade{TransactionID: p.TransactionID, Amount: p.Amount, Currency: p.Currency}}
		return t.addEvent(stored, sig, pos.Opened, p.PaidAt)
	})
	return err
}
