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
	if !s.shop.Practice {
		return pos.E(pos.CodeMode, "fill ledger", errors.New("only a practice ledger is filled"))
	}
	sale := pos.Sale{Lines: lines, Gross: pos.Cart{Lines: lines}.Total(), Cashier: "fill"}
	for first := 0; first < n; first += fillBatch {
		err := s.write(ctx, "fill ledger", func(t *tx) error {
			for i := first; i < min(first+fillBatch, n); i++ {
				at := from.AddDate(0, 0, i/1000).Add(time.Duration(i%1000) * 40 * time.Second)
				sale.OpenedAt = at
				p := pos.Payment{OutTradeNo: fmt.Sprintf("FILL-%012d", i), Tender: pos.TenderCash, Asked: sale.Net(), Tendered: sale.Net(), OpenedAt: at, PaidAt: at}
				if _, err := t.sellCash(sale, p); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
