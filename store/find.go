package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"guitai/pos"
)

// pageSize is how many sales a search returns that does not say.
const pageSize = 50

const (
	sqlFoundSales = `SELECT ` + saleColumns + `, p.tender, p.out_trade_no,
			(SELECT count(*) FROM sale_line l WHERE l.sale = s.id), (SELECT coalesce(sum(l.quantity), 0) FROM sale_line l WHERE l.sale = s.id),
			coalesce((SELECT l.name FROM sale_line l WHERE l.sale = s.id ORDER BY l.n LIMIT 1), ''),
			(SELECT coalesce(sum(f.amount), 0) FROM (SELECT s.payment AS id UNION ALL SELECT q.payment FROM sale_part q WHERE q.sale = s.id) AS o
				CROSS JOIN refund f ON f.payment = o.id WHERE f.state <> 'closed' AND f.state <> 'refused'
				AND (f.exception IS NULL OR 'settled' = (SELECT x.state FROM exception x WHERE x.id = f.exception)))
		FROM (%s) AS k CROSS JOIN sale s ON s.id = k.id CROSS JOIN payment p ON p.id = s.payment ` + newestFirst

	// Receipt numbers are handed out at the close, so their order is that of the closes.
	newestFirst = `ORDER BY s.day DESC, s.epoch DESC, s.seq DESC`

	sqlPageEnd  = `SELECT day, epoch, seq FROM sale WHERE id = ? AND state = 'closed'`
	sqlSaleDays = `SELECT coalesce((SELECT min(day) FROM sale WHERE day IS NOT NULL), 0), coalesce((SELECT max(day) FROM sale WHERE day IS NOT NULL), 0)`

	// The sales that an order number, or that of a refund, belongs to. Money may have come for a sale that other money settled.
	salesOfOrder = `SELECT q.sale AS id FROM payment q WHERE q.out_trade_no = ?
		UNION SELECT q.sale FROM refund f CROSS JOIN payment q ON q.id = f.payment WHERE f.out_refund_no = ?
		UNION SELECT f.for_sale FROM refund f WHERE f.out_refund_no = ? AND f.for_sale IS NOT NULL`
	salesOfTrans = `SELECT q.sale AS id FROM payment q WHERE q.transaction_id = ? AND q.transaction_id <> ''
		UNION SELECT q.sale FROM exception x CROSS JOIN payment q ON q.id = x.payment WHERE x.transaction_id = ? AND x.transaction_id <> ''
		UNION SELECT q.sale FROM refund f CROSS JOIN payment q ON q.id = f.payment WHERE f.refund_id = ? AND f.refund_id <> ''`

	// The sales of a number on every day that has any: one look-up a day and epoch, not one a sale.
	salesOfTail = `WITH RECURSIVE
		d(day) AS (SELECT (SELECT max(o.day) FROM sale o WHERE o.day >= ?1 AND o.day <= ?2)
			UNION ALL SELECT (SELECT max(o.day) FROM sale o WHERE o.day >= ?1 AND o.day < d.day) FROM d WHERE d.day IS NOT NULL),
		e(epoch) AS (SELECT 1 UNION ALL SELECT e.epoch + 1 FROM e WHERE e.epoch < (SELECT CAST(value AS INTEGER) FROM setting WHERE key = 'epoch'))
		SELECT o.id AS id FROM d CROSS JOIN e CROSS JOIN sale o ON o.day = d.day AND o.epoch = e.epoch AND o.seq = ?3
		UNION ALL SELECT o.id FROM d CROSS JOIN e CROSS JOIN sale o ON o.day = d.day AND o.epoch = e.epoch AND o.seq > 9999 AND o.seq % 10000 = ?3 AND o.seq <> ?3`
)

// FindSales implements [pos.SaleFinder]. Numbers are found by their indexes, the last digits by one look-up a day; what else is
// asked for is looked for among the sales of the span, newest first and no further than the page is long. ctx ends it at once.
func (s *Store) FindSales(ctx context.Context, q pos.SaleQuery) (hits []pos.SaleHit, more bool, err error) {
	const op = "find sales"
	limit := q.Limit
	if limit == 0 {
		limit = pageSize
	}
	if err := checkQuery(q); err != nil {
		return nil, false, err
	}
	err = s.view(ctx, op, func(v handle) error {
		all, end, err := s.stretches(ctx, v, q)
		for i := 0; err == nil && i < len(all) && len(hits) <= limit; i++ {
			var c *conditions
			if c, err = s.conditions(ctx, v, q, all[i], end); err != nil {
				return err
			}
			query := fmt.Sprintf(sqlFoundSales, c.query(limit+1-len(hits)))
			err = each(ctx, v, query, c.args, func(rows *sql.Rows) error {
				var h pos.SaleHit
				err := rows.Scan(append(saleFields(&h.Sale), &h.Tender, &h.Order, &h.Lines, &h.Pieces, &h.First, &h.Refunded)...)
				hits = append(hits, h)
				return err
			})
		}
		return err
	})
	if err != nil {
		return nil, false, err
	}
	if more = len(hits) > limit; more {
		hits = hits[:limit]
	}
	return hits, more, nil
}

func checkQuery(q pos.SaleQuery) error {
	minute := func(m int) bool { return m >= 0 && m < 24*60 }
	real := func(d pos.Day) bool { return d == 0 || d.Real() }
	if q.Limit < 0 || q.Tail < 0 || q.Amount < 0 || !minute(q.From) || !minute(q.To) || !real(q.Span.From) || !real(q.Span.To) {
		return invalid("find sales", "there are no such sales")
	}
	return nil
}

// stretch is days that are searched at once: one sale after another from the newest, until the page is full, or, where so much is
// left that what is looked for must be rare, all of them in the order in which they lie on disk, which is many times faster.
type stretch struct {
	pos.Span
	all bool
}

// firstDays is how many days are searched first.
const firstDays = 31

// stretches are the days that a query asks for, newest first, each stretch twice as long as the one before, and where the page
// before ended.
func (s *Store) stretches(ctx context.Context, h handle, q pos.SaleQuery) (all []stretch, end pos.ReceiptNo, err error) {
	from, to := q.Span.From, q.Span.To
	if to == 0 {
		to = 99991231
	}
	if q.Before != 0 {
		err := one(ctx, h, sqlPageEnd, []any{int64(q.Before)}, &end.Day, &end.Epoch, &end.Seq)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, end, pos.E(pos.CodeNotFound, "find sales", errors.New("the page before ended with no closed sale"))
		}
		if err != nil {
			return nil, end, err
		}
		to = min(to, end.Day) // so that nothing newer is walked through
	}
	var oldest, newest pos.Day
	if err := one(ctx, h, sqlSaleDays, nil, &oldest, &newest); err != nil || newest == 0 {
		return nil, end, err
	}
	if from, to = max(from, oldest), min(to, newest); q.Receipt.Seq != 0 || q.Order != "" || q.Trans != "" {
		return []stretch{{pos.Span{From: from, To: to}, false}}, end, nil
	}
	for days := cmp.Or(s.firstDays, firstDays); from <= to; days *= 2 {
		part := stretch{pos.Span{From: max(from, to.Add(1-days)), To: to}, false}
		if part.all = q.Tail == 0 && len(all) == 2 && part.From > from; part.all {
			part.From = from
		}
		all = append(all, part)
		to = part.From.Add(-1)
	}
	return all, end, nil
}

// conditions are what the sales of a query have in common, as SQL. No word of the caller's stands in it.
type conditions struct {
	from  []string // selects of sales' ids, each with few rows; none for a walk through the days
	where []string
	args  []any
	all   bool // in the order on disk
}

// query gives the ids of at most so many.
func (c *conditions) query(limit int) string {
	source := `sale s INDEXED BY sale_receipt`
	if c.all {
		source = `sale s NOT INDEXED`
	}
	where := c.where
	for i, ids := range c.from {
		if i == 0 {
			source = `(` + ids + `) AS i CROSS JOIN sale s ON s.id = i.id`
		} else {
			where = append(where, `s.id IN (`+ids+`)`)
		}
	}
	return `SELECT s.id FROM ` + source + ` WHERE ` + strings.Join(where, ` AND `) + ` ` + newestFirst + ` LIMIT ` + c.arg(limit)
}

// arg adds a value and gives its place. Places are numbered, since a select may name one more than once.
func (c *conditions) arg(v any) string {
	c.args = append(c.args, v)
	return fmt.Sprintf("?%d", len(c.args))
}

func (c *conditions) and(format string, values ...any) {
	places := make([]any, len(values))
	for i, v := range values {
		places[i] = c.arg(v)
	}
	c.where = append(c.where, fmt.Sprintf(format, places...))
}

func (s *Store) conditions(ctx context.Context, h handle, q pos.SaleQuery, days stretch, end pos.ReceiptNo) (*conditions, error) {
	c := &conditions{all: days.all}
	first, last := c.arg(int64(days.From)), c.arg(int64(days.To))
	c.where = append(c.where, `s.day >= `+first, `s.day <= `+last)
	if q.Before != 0 {
		c.and(`(s.day, s.epoch, s.seq) < (%s, %s, %s)`, int64(end.Day), end.Epoch, end.Seq)
	}
	if r := q.Receipt; r.Seq != 0 {
		c.and(`s.day = %s AND s.epoch = %s AND s.seq = %s AND s.shop = %s AND s.till = %s`, int64(r.Day), r.Epoch, r.Seq, r.Shop, r.Till)
	}
	if q.Order != "" {
		c.from = append(c.from, strings.ReplaceAll(salesOfOrder, `?`, c.arg(q.Order)))
	}
	if q.Trans != "" {
		c.from = append(c.from, strings.ReplaceAll(salesOfTrans, `?`, c.arg(q.Trans)))
	}
	if q.Tail != 0 {
		c.from = append(c.from, strings.NewReplacer(`?1`, first, `?2`, last, `?3`, c.arg(q.Tail)).Replace(salesOfTail))
	}
	if q.Amount != 0 {
		c.and(`s.gross - s.discount - s.rounding = %s`, int64(q.Amount))
	}
	if q.Cashier != "" {
		c.and(`s.cashier = %s`, q.Cashier)
	}
	if q.Tender != "" {
		of, exchange := c.arg(string(q.Tender)), c.arg(string(pos.TenderExchange))
		c.where = append(c.where, `((SELECT p.tender FROM payment p WHERE p.id = s.payment) = `+of+
			` OR EXISTS (SELECT 1 FROM sale_part q CROSS JOIN payment p ON p.id = q.payment WHERE q.sale = s.id AND p.tender = `+of+`)
			OR `+of+` = `+exchange+` AND EXISTS (SELECT 1 FROM sale_credit c WHERE c.sale = s.id))`)
	}
	if q.Item != "" {
		c.and(`EXISTS (SELECT 1 FROM sale_line l WHERE l.sale = s.id AND (l.barcode = %s OR instr(lower(l.name), lower(%s)) > 0))`, q.Item, q.Item)
	}
	if q.From != 0 || q.To != 0 {
		minute, err := s.minuteOf(ctx, h)
		if err != nil {
			return nil, err
		}
		between, from, to := ` BETWEEN `, q.From, q.To
		if from > to {
			between, from, to = ` NOT BETWEEN `, q.To+1, q.From-1
		}
		c.where = append(c.where, minute+between+c.arg(from)+` AND `+c.arg(to))
	}
	return c, nil
}

// minuteOf is the minute of the day, by the shop's clock, at which s was closed, as SQL.
func (s *Store) minuteOf(ctx context.Context, h handle) (string, error) {
	var first, last pos.Day
	err := one(ctx, h, sqlSaleDays, nil, &first, &last)
	return `(` + wallClock(s.shop.Calendar.Zone, `s.closed_at`, first, last) + ` / 60000 % 1440)`, err
}

// wallClock is a moment by the clock on a zone's wall, in milliseconds since 1970, as SQL. It is right for moments from the day
// before first to the day after last.
func wallClock(zone *time.Location, column string, first, last pos.Day) string {
	at := func(d pos.Day) time.Time {
		return time.Date(int(d)/10000, time.Month(int(d)/100%100), int(d)%100, 0, 0, 0, 0, zone)
	}
	t, until := at(first.Add(-1)), at(last.Add(2))
	var cases strings.Builder
	for {
		_, offset := t.Zone()
		_, end := t.ZoneBounds()
		if end.IsZero() || end.After(until) {
			if cases.Len() == 0 {
				return fmt.Sprintf(`(%s + %d)`, column, offset*1000)
			}
			return fmt.Sprintf(`(%s + CASE%s ELSE %d END)`, column, &cases, offset*1000)
		}
		fmt.Fprintf(&cases, ` WHEN %s < %d THEN %d`, column, end.UnixMilli(), offset*1000)
		t = end
	}
}
