package store

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"guitai/pos"
)

// Rows of day_total that are of no account.
const (
	tenderPrefix  = "tender:"
	hourPrefix    = "hour:"
	cashierPrefix = "cashier:"

	// ofSales tells the rows that are made of the sales alone.
	ofSales = `(account GLOB '` + hourPrefix + `*' OR account GLOB '` + cashierPrefix + `*')`
)

// tenderTotal names the row of day_total that holds what a tender settled.
func tenderTotal(tender pos.Tender) string { return tenderPrefix + string(tender) }

// hourTotal names the row of day_total that holds what was taken in one hour of the shop's clock.
func hourTotal(hour int) string { return fmt.Sprintf(hourPrefix+"%02d", hour) }

// cashierTotal names the row of day_total that holds what one person took.
func cashierTotal(name string) string { return cashierPrefix + name }

// hour is that of the shop's clock.
func (s *Store) hour(t time.Time) int { return t.In(s.shop.Calendar.Zone).Hour() }

const (
	sqlAddSaleTotals = `INSERT INTO day_total (day, account, fen, n) VALUES (?1, ?2, ?3, 1), (?1, ?4, ?5, 1), (?1, ?6, ?5, 1)
		ON CONFLICT (day, account) DO UPDATE SET fen = fen + excluded.fen, n = n + 1`

	sqlItemsThrough    = `SELECT day FROM month_item_through WHERE id = 1`
	sqlMoveThrough     = `UPDATE month_item_through SET day = ? WHERE id = 1`
	sqlAddItemsOfDays  = `INSERT INTO month_item (month, item, pieces, fen, last) ` + sqlItemsOfDays + addItems
	sqlAddItemsOfASale = `INSERT INTO month_item (month, item, pieces, fen, last)
		SELECT s.day / 100, l.item, sum(l.quantity), sum(` + lineNet + `), s.id FROM sale s CROSS JOIN sale_line l ON l.sale = s.id WHERE s.id = ? GROUP BY l.item` + addItems
	sqlItemsOfDays = `SELECT s.day / 100, l.item, sum(l.quantity), sum(` + lineNet + `), max(s.id)` + ofDays
	ofDays         = ` FROM sale s INDEXED BY sale_receipt CROSS JOIN sale_line l ON l.sale = s.id WHERE s.day > ?1 AND s.day <= ?2 GROUP BY s.day / 100, l.item`
	addItems       = ` ON CONFLICT (month, item) DO UPDATE SET pieces = pieces + excluded.pieces, fen = fen + excluded.fen, last = max(last, excluded.last)`
)

// totalSale adds a sale that p closes to its day's totals: by tender, hour and cashier. parts is what settled it before p.
func (t *tx) totalSale(s pos.Sale, p pos.Payment, parts []pos.PartOf) error {
	for _, d := range parts {
		if err := t.total(s.Receipt.Day, tenderTotal(d.Tender), d.Fen); err != nil {
			return err
		}
	}
	_, err := t.exec(sqlAddSaleTotals, int64(s.Receipt.Day), tenderTotal(p.Tender), int64(p.Amount),
		hourTotal(t.s.hour(s.ClosedAt)), int64(s.Net()), cashierTotal(s.Cashier))
	return err
}

// totalItems keeps the months' items as complete as they say they are, now that a sale of a day is in the books. The first sale
// of a day brings in all before it: some milliseconds, once a day. Most sales have nothing to do.
func (t *tx) totalItems(id pos.SaleID, day pos.Day) error {
	through, err := t.itemsThrough()
	if err != nil {
		return err
	}
	if day <= through {
		_, err := t.exec(sqlAddItemsOfASale, int64(id))
		return err
	}
	if before := day.Add(-1); before > through {
		return t.rollItems(sqlAddItemsOfDays, through, before)
	}
	return nil
}

// rollItems brings the lines of the days after from, to the last one, into the months' items.
func (t *tx) rollItems(query string, from, last pos.Day) error {
	if _, err := t.exec(query, int64(from), int64(last)); err != nil {
		return err
	}
	_, err := t.exec(sqlMoveThrough, int64(last))
	t.known.through = last
	return err
}

// itemsThrough is the last day that the months' items have whole.
func (t *tx) itemsThrough() (pos.Day, error) {
	var err error
	if t.known.through == 0 {
		err = t.one(sqlItemsThrough, nil, &t.known.through)
	}
	return t.known.through, err
}

const (
	sqlTriggerText   = `SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name = 'sale_closed'`
	sqlFillHourTotal = `INSERT INTO day_total (day, account, fen, n) SELECT day, printf('` + hourPrefix + `%02d', hour), sum(gross - discount), count(*)
		FROM sale WHERE state = 'closed' GROUP BY day, hour`
	sqlFillCashierTotal = `INSERT INTO day_total (day, account, fen, n) SELECT day, '` + cashierPrefix + `' || cashier, sum(gross - discount), count(*)
		FROM sale WHERE state = 'closed' GROUP BY day, cashier`
	// As lines were then.
	sqlFillItems = `INSERT INTO month_item (month, item, pieces, fen, last) SELECT s.day / 100, l.item, sum(l.quantity), sum(l.price * l.quantity), max(s.id)` + ofDays + addItems
)

// fillTotals gives the sales of an older ledger their hours, by the shop's zone as it is set now, and makes the totals from them.
// Closed sales never change: their trigger is away for that one moment, in the same transaction.
func (t *tx) fillTotals() error {
	var first, last pos.Day
	if err := t.one(sqlSaleDays, nil, &first, &last); err != nil || last == 0 {
		return err
	}
	var trigger string
	if err := t.one(sqlTriggerText, nil, &trigger); err != nil {
		return err
	}
	hours := `UPDATE sale SET hour = ` + wallClock(t.s.shop.Calendar.Zone, `closed_at`, first, last) + ` / 3600000 % 24 WHERE state = 'closed'`
	for _, query := range []string{`DROP TRIGGER sale_closed`, hours, trigger, sqlFillHourTotal, sqlFillCashierTotal} {
		if _, err := t.conn.ExecContext(t.ctx, query); err != nil {
			return err
		}
	}
	return t.rollItems(sqlFillItems, 0, last.Add(-1))
}

const (
	sqlSalesByDay = `SELECT s.day, s.hour, s.cashier, s.gross - s.discount - s.rounding FROM sale s INDEXED BY sale_receipt WHERE s.day IS NOT NULL ORDER BY s.day`
	sqlSaleTotals = `SELECT day, account, fen, n FROM day_total WHERE ` + ofSales + ` ORDER BY day, account`

	sqlItemMonths = `SELECT month FROM month_item UNION SELECT day / 100 FROM sale WHERE day IS NOT NULL ORDER BY 1`
	// Rows of only one of the two, kept or made again.
	sqlItemFaults = `SELECT item FROM (SELECT * FROM (SELECT month, item, pieces, fen, last FROM month_item WHERE month = ?3 EXCEPT ` + sqlItemsOfDays + `)
		UNION SELECT * FROM (` + sqlItemsOfDays + ` EXCEPT SELECT month, item, pieces, fen, last FROM month_item WHERE month = ?3)) GROUP BY item ORDER BY item`
)

// saleTotals compares the totals of hours and cashiers with those the sales give, day by day, both in the order of days.
func (c *verifier) saleTotals() error {
	side, err := c.cursor(sqlSaleTotals)
	if err != nil {
		return err
	}
	defer side.close()
	var k totalKey
	var kept totalSum
	more, err := side.next(&k.day, &k.account, &kept.fen, &kept.n)
	if err != nil {
		return err
	}
	day, want := pos.Day(0), map[totalKey]totalSum{}
	compare := func(next pos.Day) error { // everything before next
		for more && (next == 0 || k.day < next) {
			c.sameTotal(k, kept, want)
			if more, err = side.next(&k.day, &k.account, &kept.fen, &kept.n); err != nil {
				return err
			}
		}
		c.missingTotals(want)
		clear(want)
		return nil
	}
	err = c.each(sqlSalesByDay, func(rows *sql.Rows) error {
		var d pos.Day
		var hour int
		var cashier string
		var net pos.Fen
		if err := rows.Scan(&d, &hour, &cashier, &net); err != nil {
			return err
		}
		if d != day {
			if err := compare(d); err != nil {
				return err
			}
			day = d
		}
		for _, account := range []string{hourTotal(hour), cashierTotal(cashier)} {
			t := want[totalKey{d, account}]
			want[totalKey{d, account}] = totalSum{t.fen + net, t.n + 1}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return compare(0)
}

// monthItems makes the items of every month again from the lines and compares.
func (c *verifier) monthItems() error {
	var through pos.Day
	err := one(c.ctx, c, sqlItemsThrough, nil, &through)
	if errors.Is(err, sql.ErrNoRows) {
		c.fault("month_item", "does not say through which day it goes")
		return nil
	}
	if err != nil {
		return err
	}
	var months []int
	err = c.each(sqlItemMonths, func(rows *sql.Rows) error {
		var month int
		err := rows.Scan(&month)
		months = append(months, month)
		return err
	})
	if err != nil {
		return err
	}
	for _, month := range months {
		days := pos.MonthSpan(month)
		err := c.each(sqlItemFaults, func(rows *sql.Rows) error {
			var item int64
			err := rows.Scan(&item)
			c.fault(fmt.Sprintf("month %d", month), "the total of item %d is not what its lines come to", item)
			return err
		}, int64(days.From)-1, int64(min(days.To, through)), month)
		if err != nil {
			return err
		}
	}
	return nil
}
