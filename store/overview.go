package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"guitai/pos"
)

const (
	sqlHours = `SELECT account, fen, n FROM day_total WHERE day = ? AND account GLOB '` + hourPrefix + `*'`
	// By one person in some days.
	sqlCashiers = `SELECT account, sum(fen), sum(n) FROM day_total WHERE day BETWEEN ? AND ? AND account GLOB '` + cashierPrefix + `*'
		GROUP BY account ORDER BY 2 DESC, 1`

	// A day's best are summed from its lines, which one till can only ring up so many of; a month's from what its days left.
	sqlBestOfDay = `SELECT l.item, sum(l.quantity), sum(` + lineNet + `) AS fen, max(s.id)
		FROM sale s INDEXED BY sale_receipt CROSS JOIN sale_line l ON l.sale = s.id WHERE s.day = ? GROUP BY l.item ORDER BY fen DESC, l.item LIMIT ?`
	sqlBestOfMonth = `SELECT item, pieces, fen, last FROM month_item WHERE month = ? ORDER BY fen DESC, item`
	// What the days after the last whole one sold, with what the month has of the same items.
	sqlOpenItems = `SELECT o.item, o.pieces + coalesce(m.pieces, 0), o.fen + coalesce(m.fen, 0), max(o.last, coalesce(m.last, 0))
		FROM (SELECT l.item AS item, sum(l.quantity) AS pieces, sum(` + lineNet + `) AS fen, max(s.id) AS last
			FROM sale s INDEXED BY sale_receipt CROSS JOIN sale_line l ON l.sale = s.id WHERE s.day > ? AND s.day <= ? GROUP BY l.item) AS o
		LEFT JOIN month_item m ON m.month = ? AND m.item = o.item`
	sqlNameThen = `SELECT name FROM sale_line WHERE sale = ? AND item = ? ORDER BY n DESC LIMIT 1`
)

// Day implements [pos.Overview].
func (s *Store) Day(ctx context.Context, day pos.Day, top int) (pos.DayReport, error) {
	const op = "read day"
	if !day.Real() {
		return pos.DayReport{}, invalid(op, "there is no such day")
	}
	var r pos.DayReport
	err := s.view(ctx, op, func(v handle) error {
		for _, of := range []struct {
			day  pos.Day
			into *pos.DayTakings
		}{{day, &r.DayTakings}, {day.Add(-7), &r.Before}} {
			all, err := takings(ctx, v, pos.Span{From: of.day, To: of.day})
			if err != nil {
				return err
			}
			*of.into = all[0]
		}
		var err error
		if r.Hours, err = hours(ctx, v, day); err != nil {
			return err
		}
		if r.Cashiers, err = cashiers(ctx, v, pos.Span{From: day, To: day}); err != nil {
			return err
		}
		r.Top, err = bestOfDay(ctx, v, day, top)
		return err
	})
	if err != nil {
		return pos.DayReport{}, err
	}
	return r, nil
}

// Month implements [pos.Overview].
func (s *Store) Month(ctx context.Context, month, top int) (pos.MonthReport, error) {
	const op = "read month"
	span := pos.MonthSpan(month)
	if !span.From.Real() || !span.To.Real() {
		return pos.MonthReport{}, invalid(op, "there is no such month")
	}
	r := pos.MonthReport{Month: month}
	err := s.view(ctx, op, func(v handle) (err error) {
		if r.Days, err = takings(ctx, v, span); err != nil {
			return err
		}
		before, err := takings(ctx, v, pos.MonthSpan(pos.MonthAfter(month, -1)))
		if err != nil {
			return err
		}
		r.Total, r.Before = sumOf(r.Days), sumOf(before)
		if r.Cashiers, err = cashiers(ctx, v, span); err != nil {
			return err
		}
		r.Top, err = bestOfMonth(ctx, v, month, top)
		return err
	})
	if err != nil {
		return pos.MonthReport{}, err
	}
	return r, nil
}

// sumOf adds days up. Its day is the first of them.
func sumOf(days []pos.DayTakings) pos.DayTakings {
	sum := pos.DayTakings{Day: days[0].Day}
	for _, d := range days {
		sum.Sales += d.Sales
		sum.Gross += d.Gross
		sum.Discount += d.Discount
		sum.Rounding += d.Rounding
		sum.Net += d.Net
		sum.Refunds += d.Refunds
		sum.Refunded += d.Refunded
		sum.Excepted += d.Excepted
		for _, t := range d.Tenders {
			i := slices.IndexFunc(sum.Tenders, func(s pos.TenderTakings) bool { return s.Tender == t.Tender })
			if i < 0 {
				sum.Tenders = append(sum.Tenders, t)
				continue
			}
			sum.Tenders[i].Count += t.Count
			sum.Tenders[i].Fen += t.Fen
		}
	}
	byTender(sum.Tenders)
	return sum
}

func hours(ctx context.Context, v handle, day pos.Day) (all [24]pos.HourTakings, err error) {
	err = each(ctx, v, sqlHours, []any{int64(day)}, func(rows *sql.Rows) error {
		var account string
		var h pos.HourTakings
		if err := rows.Scan(&account, &h.Net, &h.Count); err != nil {
			return err
		}
		hour, err := strconv.Atoi(strings.TrimPrefix(account, hourPrefix))
		if err != nil || hour < 0 || hour >= len(all) {
			return pos.E(pos.CodeCorrupt, "read hours", fmt.Errorf("a day has no %q", account))
		}
		all[hour] = h
		return nil
	})
	return all, err
}

func cashiers(ctx context.Context, v handle, span pos.Span) (all []pos.CashierTakings, err error) {
	err = each(ctx, v, sqlCashiers, []any{int64(span.From), int64(span.To)}, func(rows *sql.Rows) error {
		var account string
		var c pos.CashierTakings
		err := rows.Scan(&account, &c.Net, &c.Count)
		c.Cashier = strings.TrimPrefix(account, cashierPrefix)
		all = append(all, c)
		return err
	})
	return all, err
}

// seller is an item's takings and the sale that has its name.
type seller struct {
	pos.ItemTakings
	last pos.SaleID
}

// bestSellers reads at most so many of what a query gives, without those of except.
func bestSellers(ctx context.Context, v handle, query string, args []any, except map[pos.ItemID]bool, limit int) (all []seller, err error) {
	if limit <= 0 {
		return nil, nil
	}
	st, err := v.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := st.QueryContext(ctx, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // its error is in rows.Err
	for len(all) < limit && rows.Next() {
		var b seller
		if err := rows.Scan(&b.Item, &b.Pieces, &b.Fen, &b.last); err != nil {
			return nil, err
		}
		if !except[b.Item] {
			all = append(all, b)
		}
	}
	return all, rows.Err()
}

func bestOfDay(ctx context.Context, v handle, day pos.Day, top int) ([]pos.ItemTakings, error) {
	best, err := bestSellers(ctx, v, sqlBestOfDay, []any{int64(day), max(0, top)}, nil, top)
	if err != nil {
		return nil, err
	}
	return named(ctx, v, best)
}

// bestOfMonth merges what the month's whole days left, best first, with what was sold since: of these every item is looked at, and
// they are no more than a day's.
func bestOfMonth(ctx context.Context, v handle, month, top int) ([]pos.ItemTakings, error) {
	var through pos.Day
	if err := one(ctx, v, sqlItemsThrough, nil, &through); err != nil {
		return nil, err
	}
	span := pos.MonthSpan(month)
	var open []seller
	seen := map[pos.ItemID]bool{}
	if from := max(through, span.From-1); from < span.To {
		err := each(ctx, v, sqlOpenItems, []any{int64(from), int64(span.To), month}, func(rows *sql.Rows) error {
			var b seller
			err := rows.Scan(&b.Item, &b.Pieces, &b.Fen, &b.last)
			open, seen[b.Item] = append(open, b), true
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	best, err := bestSellers(ctx, v, sqlBestOfMonth, []any{month}, seen, top)
	if err != nil {
		return nil, err
	}
	best = append(best, open...)
	slices.SortFunc(best, func(a, b seller) int { return cmp.Or(cmp.Compare(b.Fen, a.Fen), cmp.Compare(a.Item, b.Item)) })
	return named(ctx, v, best[:min(len(best), max(0, top))])
}

// named looks up what the items were called last.
func named(ctx context.Context, v handle, best []seller) (all []pos.ItemTakings, err error) {
	for _, b := range best {
		if err := one(ctx, v, sqlNameThen, []any{int64(b.last), int64(b.Item)}, &b.Name); err != nil {
			return nil, err
		}
		all = append(all, b.ItemTakings)
	}
	return all, nil
}
