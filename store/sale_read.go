package store

import (
	"context"
	"database/sql"

	"guitai/pos"
)

// LastOpen implements [pos.Ledger].
func (s *Store) LastOpen(ctx context.Context) (*pos.OpenSale, error) {
	open, err := s.openSales(ctx, sqlLastOpenSale)
	if err != nil || len(open) == 0 {
		return nil, err
	}
	return &open[0], nil
}

// OpenSales implements [pos.Ledger].
func (s *Store) OpenSales(ctx context.Context) ([]pos.OpenSale, error) {
	return s.openSales(ctx, sqlOpenSales)
}

func (s *Store) openSales(ctx context.Context, query string, args ...any) (all []pos.OpenSale, err error) {
	err = s.view(ctx, "read open sales", func(v handle) error {
		var ids []pos.SaleID
		err := each(ctx, v, query, args, func(rows *sql.Rows) error {
			var id pos.SaleID
			err := rows.Scan(&id)
			ids = append(ids, id)
			return err
		})
		if err != nil {
			return err
		}
		for _, id := range ids {
			open := pos.OpenSale{}
			if open.Sale, err = saleBy(ctx, v, id); err != nil {
				return err
			}
			if open.Payments, err = payments(ctx, v, sqlSalePayments, int64(id)); err != nil {
				return err
			}
			all = append(all, open)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// PhoneSale implements [pos.Ledger].
func (s *Store) PhoneSale(ctx context.Context, ref string) (pos.OpenSale, error) {
	all, err := s.openSales(ctx, sqlPhoneSale, ref)
	switch {
	case err != nil:
		return pos.OpenSale{}, err
	case len(all) == 0:
		return pos.OpenSale{}, pos.E(pos.CodeNotFound, "find phone order", nil)
	}
	return all[0], nil
}

// LastClosed implements [pos.Ledger]. The newest is the one the journal booked last, whatever the clock did.
func (s *Store) LastClosed(ctx context.Context) (pos.SaleID, error) {
	var l pos.Link
	err := s.read(ctx, "read last sale", func(h handle) error { return one(ctx, h, sqlLastSale, nil, &l.Body) })
	switch {
	case pos.CodeOf(err) == pos.CodeNotFound:
		return 0, nil
	case err != nil:
		return 0, err
	}
	e, err := l.Entry()
	return e.Sale, err
}

// Record implements [pos.Ledger]. Of the payments it has those that settled the sale, in the order in which they did; of one that is
// open, its parts.
func (s *Store) Record(ctx context.Context, id pos.SaleID) (pos.SaleRecord, error) {
	var rec pos.SaleRecord
	err := s.view(ctx, "read sale", func(v handle) (err error) {
		rec, err = record(ctx, v, id)
		return err
	})
	return rec, err
}

func record(ctx context.Context, h handle, id pos.SaleID) (rec pos.SaleRecord, err error) {
	if rec.Sale, err = saleBy(ctx, h, id); err != nil {
		return rec, err
	}
	if rec.Payments, err = payments(ctx, h, sqlTookPayments, int64(id)); err != nil {
		return rec, err
	}
	if rec.Sale.State == pos.SaleClosed {
		if rec.Refunds, err = refunds(ctx, h, sqlSaleRefunds, int64(id)); err != nil {
			return rec, err
		}
		rec.Refunds = unsent(rec.Refunds)
		rec.Nth, err = nth(ctx, h, rec.Sale.Receipt)
	}
	return rec, err
}

// nth counts the sales of r's day up to r. Receipt numbers have no gaps, so they count themselves.
func nth(ctx context.Context, h handle, r pos.ReceiptNo) (int, error) {
	earlier, err := earlierReceipts(ctx, h, r.Day, r.Epoch)
	return earlier + r.Seq, err
}

// earlierReceipts counts the sales that a day had before the epoch.
func earlierReceipts(ctx context.Context, h handle, day pos.Day, epoch int) (n int, err error) {
	if epoch > 1 {
		err = one(ctx, h, sqlEarlier, []any{int64(day), epoch}, &n)
	}
	return n, err
}

func saleBy(ctx context.Context, h handle, id pos.SaleID) (s pos.Sale, err error) {
	if err := one(ctx, h, sqlSaleByID, []any{int64(id)}, saleFields(&s)...); err != nil {
		return s, err
	}
	if s.Lines, err = linesBy(ctx, h, sqlSaleLines, int64(id)); err != nil {
		return s, err
	}
	if s.State == pos.SaleOpen {
		if s.Cut, err = cutOf(ctx, h, id); err != nil {
			return s, err
		}
	}
	if s.Credits, err = credits(ctx, h, id); err != nil {
		return s, err
	}
	return s, one(ctx, h, sqlSalePaid, []any{int64(id)}, &s.Paid)
}
