package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"guitai/pos"
)

const (
	sqlTotals   = `SELECT day, account, fen, n FROM day_total WHERE day BETWEEN ? AND ? AND NOT ` + ofSales
	sqlExcepted = `SELECT x.day, sum(max(0, x.amount - coalesce((SELECT sum(f.amount) FROM refund f WHERE f.exception = x.id AND f.state = 'done'), 0)))
		FROM exception x WHERE x.day BETWEEN ? AND ? AND ` + unended + ` AND x.currency = 'CNY' GROUP BY x.day`
)

// Takings implements [pos.Reports]. It costs the same however many sales a day has.
func (s *Store) Takings(ctx context.Context, span pos.Span) ([]pos.DayTakings, error) {
	var all []pos.DayTakings
	err := s.view(ctx, "read takings", func(v handle) (err error) {
		all, err = takings(ctx, v, span)
		return err
	})
	return all, err
}

// takings reads the days of a span from their totals.
func takings(ctx context.Context, v handle, span pos.Span) ([]pos.DayTakings, error) {
	var all []pos.DayTakings
	at := map[pos.Day]int{}
	for d := span.From; d <= span.To; d = d.Next() {
		if d.Next() <= d {
			return nil, invalid("read takings", "there is no such day")
		}
		at[d] = len(all)
		all = append(all, pos.DayTakings{Day: d})
	}
	days := []any{int64(span.From), int64(span.To)}
	err := each(ctx, v, sqlTotals, days, func(rows *sql.Rows) error {
		var day pos.Day
		var account string
		var fen pos.Fen
		var n int
		if err := rows.Scan(&day, &account, &fen, &n); err != nil {
			return err
		}
		if i, ok := at[day]; ok {
			addTotal(&all[i], account, fen, n)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = each(ctx, v, sqlExcepted, days, func(rows *sql.Rows) error {
		var day pos.Day
		var fen pos.Fen
		if err := rows.Scan(&day, &fen); err != nil {
			return err
		}
		if i, ok := at[day]; ok {
			all[i].Excepted = fen
		}
		return nil
	})
	for i := range all {
		all[i].Net = all[i].Gross - all[i].Discount - all[i].Rounding
		byTender(all[i].Tenders)
	}
	return all, err
}

func byTender(all []pos.TenderTakings) {
	slices.SortFunc(all, func(a, b pos.TenderTakings) int { return strings.Compare(string(a.Tender), string(b.Tender)) })
}

func addTotal(d *pos.DayTakings, account string, fen pos.Fen, n int) {
	switch tender, ok := strings.CutPrefix(account, tenderPrefix); {
	case ok:
		d.Tenders = append(d.Tenders, pos.TenderTakings{Tender: pos.Tender(tender), Count: n, Fen: fen})
	case account == string(pos.Sales):
		d.Sales, d.Gross = n, -fen
	case account == string(pos.DiscountGiven):
		d.Discount = fen
	case account == string(pos.RoundingGiven):
		d.Rounding = fen
	case account == string(pos.SalesReturns):
		d.Refunds, d.Refunded = n, fen
	}
}

// saleByNo finds the sale that a receipt is of, in whichever epoch when none is named.
func saleByNo(ctx context.Context, v handle, no pos.ReceiptNo) (id pos.SaleID, err error) {
	n := 1
	if no.Epoch == 0 {
		err = one(ctx, v, sqlSalesBySeq, []any{int64(no.Day), no.Seq, no.Shop, no.Till}, &n, &id)
	} else {
		err = one(ctx, v, sqlSaleByNo, []any{int64(no.Day), no.Epoch, no.Seq, no.Shop, no.Till}, &id)
	}
	switch {
	case errors.Is(err, sql.ErrNoRows), err == nil && n == 0:
		return 0, pos.E(pos.CodeNotFound, "find receipt", errors.New("no sale has this receipt number"))
	case err == nil && n > 1:
		return 0, pos.E(pos.CodeConflict, "find receipt", errors.New("before and after a restore there is one of this number"))
	}
	return id, err
}

// SaleByReceipt implements [pos.Reports].
func (s *Store) SaleByReceipt(ctx context.Context, no pos.ReceiptNo) (pos.SaleRecord, error) {
	var rec pos.SaleRecord
	err := s.view(ctx, "find receipt", func(v handle) error {
		id, err := saleByNo(ctx, v, no)
		if err != nil {
			return err
		}
		rec, err = record(ctx, v, id)
		return err
	})
	return rec, err
}
