package store

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"fmt"

	"guitai/pos"
)

// cursor is a query that is read row by row beside another one.
type cursor struct{ rows *sql.Rows }

func (c *verifier) cursor(query string) (cursor, error) {
	st, err := c.stmt(c.ctx, query)
	if err != nil {
		return cursor{}, err
	}
	rows, err := st.QueryContext(c.ctx)
	return cursor{rows}, err
}

// next scans the next row; false after the last one.
func (c cursor) next(dest ...any) (bool, error) {
	if !c.rows.Next() {
		return false, c.rows.Err()
	}
	return true, c.rows.Scan(dest...)
}

func (c cursor) close() { _ = c.rows.Close() } // its error is in rows.Err

const (
	sqlAllPayments = `SELECT id, tender, state, amount, settlement, transaction_id, evidence FROM payment ORDER BY id`
	sqlAllEvents   = `SELECT payment, n, source, from_state, to_state, transaction_id, amount, settlement FROM payment_event ORDER BY payment, n`
)

// line is one row of payment_event as the check needs it.
type line struct {
	payment pos.PaymentID
	n       int
	source  pos.Evidence
	from    pos.State
	to      pos.State
	trans   string
	amount  pos.Fen
	toShop  pos.Fen
}

// evidence follows every payment through its evidence, the two tables side by side.
func (c *verifier) evidence() error {
	side, err := c.cursor(sqlAllEvents)
	if err != nil {
		return err
	}
	defer side.close()
	var e line
	next := func() (bool, error) {
		return side.next(&e.payment, &e.n, &e.source, &e.from, &e.to, &e.trans, &e.amount, &e.toShop)
	}
	more, err := next()
	if err != nil {
		return err
	}
	err = c.each(sqlAllPayments, func(rows *sql.Rows) error {
		var p pos.Payment
		if err := rows.Scan(&p.ID, &p.Tender, &p.State, &p.Amount, &p.Settlement, &p.TransactionID, &p.Evidence); err != nil {
			return err
		}
		c.verdict.Payments++
		state, proven, n := pos.Opened, false, 0
		if p.Tender.Handed() {
			state = ""
		}
		where := fmt.Sprintf("payment %d", p.ID)
		for ; more && e.payment <= p.ID; more, err = next() {
			if n++; e.payment != p.ID || e.n != n {
				c.fault(where, "a line of its evidence is missing")
			}
			if e.from != state {
				c.fault(where, "its evidence goes on from %s where it was %s", e.from, state)
			}
			state = e.to
			// Money is proven by the line that says just this; a second transaction's line says another.
			proven = proven || e.trans == p.TransactionID && e.amount == p.Amount && e.toShop == p.Settlement && e.source == p.Evidence && (e.to.Took() || e.to == pos.Reversing || e.to == pos.Refunded)
		}
		if err != nil {
			return err
		}
		if state != p.State {
			c.fault(where, "is %s and its evidence says %s", p.State, state)
		}
		if (p.State.Took() || p.State == pos.Refunded) && !proven {
			c.fault(where, "nobody is on record as having said that this money came")
		}
		return nil
	})
	if err == nil && more {
		c.fault(fmt.Sprintf("evidence of payment %d", e.payment), "has no payment")
	}
	return err
}

// owner checks that the ledger is whose the journal says it was made for.
func (c *verifier) owner() error {
	shop, till, err := owner(c.ctx, c)
	if err != nil {
		return err
	}
	mode, err := setting(c.ctx, c, settingMode)
	if err == nil && c.opened != stampNote(mode, shop, till) {
		c.fault("ledger", "is stamped as a %s one of shop %s till %s, and its journal was opened for %q", mode, shop, till, c.opened)
	}
	return err
}

// notices checks that bodies are what was received.
func (c *verifier) notices() error {
	return c.each(`SELECT id, sha256, size, body FROM notice ORDER BY id`, func(rows *sql.Rows) error {
		var id, size int
		var sum, body []byte
		if err := rows.Scan(&id, &sum, &size, &body); err != nil {
			return err
		}
		whole := sha256.Sum256(body)
		if len(body) != min(size, MaxNotice) || size <= MaxNotice && !bytes.Equal(sum, whole[:]) {
			c.fault(fmt.Sprintf("notice %d", id), "is not what was received")
		}
		return nil
	})
}

// catalogue checks that every item is found by what it is.
func (c *verifier) catalogue() error {
	return c.each(`SELECT i.search, `+itemColumns+` FROM item i ORDER BY i.id`, func(rows *sql.Rows) error {
		var it pos.Item
		var search, barcodes string
		if err := rows.Scan(append([]any{&search}, itemFields(&it, &barcodes)...)...); err != nil {
			return err
		}
		it.Barcodes = split(barcodes)
		if search != searchText(it) {
			c.fault(fmt.Sprintf("item %d", it.ID), "is searched for as something else than it is")
		}
		return nil
	})
}

// statements are checks that one query can make. Each gives a noun and its number for everything that is wrong.
func (c *verifier) statements() error {
	for _, q := range verifyQueries {
		err := c.each(q.sql, func(rows *sql.Rows) error {
			var where string
			if err := rows.Scan(&where); err != nil {
				return err
			}
			c.fault(where, "%s", q.what)
			return nil
		})
		if err != nil {
			return fmt.Errorf("%s: %w", q.what, err)
		}
	}
	return nil
}

// noPart leaves out the payments that settled a part of their sale.
const noPart = `AND NOT EXISTS (SELECT 1 FROM sale_part q WHERE q.payment = p.id AND q.sale = p.sale)`

var verifyQueries = []struct{ what, sql string }{
	{"its lines do not make its sum", `SELECT 'sale ' || s.id FROM sale s
		WHERE s.gross IS NOT (SELECT sum(` + lineAmount + `) FROM sale_line l WHERE l.sale = s.id)
			AND (EXISTS (SELECT 1 FROM sale_line l WHERE l.sale = s.id) OR s.state = 'open' OR s.discount <> 0
				OR 1 <> (SELECT count(*) FROM payment p JOIN exception x ON x.payment = p.id AND x.second = 0 AND x.reason IN ('unknown', 'returning') WHERE p.sale = s.id AND p.tender <> 'cash'))`},
	{"takes off more than there is, or less than is taken off its lines", `SELECT 'sale ' || s.id FROM (SELECT l.sale AS id, sum(` + lineOff + `) AS off,
			max(coalesce(l.more ->> '$.deal_off', 0) < 0 OR coalesce(l.more ->> '$.cut_off', 0) < 0 OR ` + lineNet + ` < 0) AS wrong
			FROM sale_line l WHERE l.more IS NOT NULL GROUP BY l.sale) AS k CROSS JOIN sale s ON s.id = k.id WHERE k.wrong OR s.discount < k.off
		UNION SELECT 'sale ' || id FROM sale WHERE discount > gross OR gross - discount - rounding < 0`},
	{"rounds what is no cash", `SELECT 'sale ' || s.id FROM sale s LEFT JOIN payment p ON p.id = s.payment WHERE s.rounding <> 0
		AND (p.tender IS NOT 'cash' OR s.rounding NOT BETWEEN -99 AND 99)`},
	{"a line is missing", `SELECT 'sale ' || sale FROM sale_line GROUP BY sale HAVING count(*) <> max(n)`},
	{"is closed and not settled by exactly one payment", `SELECT 'sale ' || s.id FROM sale s LEFT JOIN payment p ON p.id = s.payment
		WHERE s.state = 'closed' AND (p.sale IS NOT s.id OR p.state IS NOT 'paid')
		UNION SELECT 'sale ' || s.id FROM payment p JOIN sale s ON s.id = p.sale WHERE p.state = 'paid' AND s.payment IS NOT p.id ` + noPart + `
		UNION SELECT 'sale ' || s.id FROM sale s JOIN sale_part q ON q.payment = s.payment`},
	{"is not closed, and money was taken for it", `SELECT 'sale ' || s.id FROM payment p JOIN sale s ON s.id = p.sale
		WHERE p.state = 'paid' AND s.state <> 'closed' AND NOT (s.state = 'open' AND EXISTS (SELECT 1 FROM sale_part q WHERE q.payment = p.id))`},
	{"is a part and contradicts that", `SELECT 'payment ' || q.payment FROM sale_part q JOIN payment p ON p.id = q.payment JOIN sale s ON s.id = q.sale
		WHERE p.sale <> q.sale OR p.part <> 1 OR p.day <> q.day OR (p.state = 'paid') <> (q.back_at IS NULL) OR p.state NOT IN ('paid', 'exception', 'refunded')
			OR (q.back_entry IS NOT NULL) <> (q.back_at IS NOT NULL AND p.tender NOT GLOB 'wechat-*') OR s.state = 'abandoned' AND p.state = 'paid' OR s.state = 'open' AND q.back_entry IS NOT NULL
			OR p.state <> 'paid' AND p.reason <> 'part'
			OR p.tender GLOB 'wechat-*' AND (q.back_at IS NOT NULL) <> EXISTS (SELECT 1 FROM exception x WHERE x.payment = p.id AND x.second = 0 AND x.reason = 'part')`},
	{"says that it paid a part of a sale, and did not", `SELECT 'payment ' || p.id FROM payment p WHERE p.reason = 'part' AND NOT EXISTS (SELECT 1 FROM sale_part q WHERE q.payment = p.id)
		UNION SELECT 'exception ' || x.id FROM exception x WHERE x.reason = 'part' AND NOT EXISTS (SELECT 1 FROM sale_part q WHERE q.payment = x.payment)`},
	{"parts are not counted from one", `SELECT 'sale ' || sale FROM sale_part GROUP BY sale HAVING min(n) <> 1 OR count(*) <> max(n)`},
	{"was paid in another shift than its entry is in", `SELECT 'payment ' || q.payment FROM sale_part q JOIN shift h ON h.id = q.shift
		WHERE h.day <> q.day OR q.entry < h.opened_seq OR q.entry >= h.last_seq AND h.z IS NOT NULL OR q.entry > h.last_seq`},
	{"has goods in exchange that do not stand as it does", `SELECT 'sale ' || c.sale FROM sale_credit c JOIN refund f ON f.id = c.refund JOIN sale s ON s.id = c.sale
		WHERE f.tender <> 'exchange' OR f.for_sale IS NOT c.sale OR f.state <> CASE s.state WHEN 'closed' THEN 'done' WHEN 'open' THEN 'asked' ELSE 'closed' END
		UNION SELECT 'sale ' || sale FROM sale_credit GROUP BY sale HAVING min(n) <> 1 OR count(*) <> max(n)`},
	{"counts towards no sale", `SELECT 'refund ' || f.id FROM refund f WHERE (f.tender = 'exchange') <> EXISTS (SELECT 1 FROM sale_credit c WHERE c.refund = f.id)
		OR (f.tender = 'exchange') <> (f.for_sale IS NOT NULL)`},
	{"gives more for goods than they cost, or for none", `SELECT 'refund ' || f.id FROM refund f WHERE (f.payment IS NULL) <> EXISTS (SELECT 1 FROM refund_goods l WHERE l.refund = f.id)
		OR f.payment IS NULL AND f.amount > (SELECT sum(` + lineNet + `) FROM refund_goods l WHERE l.refund = f.id)`},
	{"goods are missing", `SELECT 'refund ' || refund FROM refund_goods GROUP BY refund HAVING count(*) <> max(n)`},
	{"costs something else than it was given last", `SELECT 'item ' || i.id FROM item i JOIN price_change c ON c.item = i.id AND c.n = (SELECT max(n) FROM price_change WHERE item = i.id)
		WHERE c.price_to <> i.price OR c.member_to <> i.member
		UNION SELECT 'item ' || item FROM price_change GROUP BY item HAVING count(*) <> max(n)`},
	{"has no entry of its own in the journal", `SELECT 'sale ' || s.id FROM sale s LEFT JOIN journal j ON j.seq = s.entry
		WHERE s.state = 'closed' AND j.kind IS NOT 'sale'`},
	{"receipt numbers have a gap", `SELECT 'day ' || day FROM sale WHERE day IS NOT NULL
		GROUP BY day, epoch HAVING min(seq) <> 1 OR count(*) <> max(seq)`},
	{"is of another epoch than its entry", `SELECT 'sale ' || s.id FROM sale s JOIN journal j ON j.seq = s.entry WHERE j.epoch <> s.epoch`},
	{"its shift is of another day", `SELECT 'sale ' || s.id FROM sale s JOIN shift h ON h.id = s.shift WHERE h.day <> s.day`},
	{"shifts are not counted from one", `SELECT 'day ' || day FROM shift GROUP BY day HAVING min(number) <> 1 OR count(*) <> max(number)`},
	{"was sold in another shift than its entry is in", `SELECT 'sale ' || s.id FROM sale s JOIN shift h ON h.id = s.shift WHERE s.entry < h.opened_seq OR s.entry >= h.last_seq AND h.z IS NOT NULL
		OR s.entry > h.last_seq`},
	{"was not opened by the first that was booked in it", `SELECT 'shift ' || h.id FROM shift h LEFT JOIN (SELECT shift, min(entry) AS first FROM
			(SELECT shift, entry FROM sale WHERE state = 'closed' UNION ALL SELECT shift, entry FROM sale_part UNION ALL SELECT shift, entry FROM cash_movement
				UNION ALL SELECT s.shift, e.entry FROM sale_credit c JOIN sale s ON s.id = c.sale AND s.state = 'closed' JOIN refund_event e ON e.refund = c.refund AND e.entry IS NOT NULL
				UNION ALL SELECT id, float_entry FROM shift WHERE float_entry IS NOT NULL)
			GROUP BY shift) f ON f.shift = h.id WHERE f.first IS NOT h.opened_seq
			AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.seq = h.opened_seq AND j.kind IN ('refund-cash', 'exception-cash', 'sale-part-back') AND coalesce(f.first, j.seq) >= j.seq)`},
	{"contradicts itself", `SELECT 'shift ' || id FROM shift WHERE (float_entry IS NULL) <> (float_count IS NULL) OR (closed_at IS NULL) <> (last_seq IS NULL)
		OR (closed_at IS NULL) <> (closed_by IS NULL) OR (z IS NULL) <> (report IS NULL) OR (z IS NULL) <> (report_hash IS NULL) OR z IS NOT NULL AND closed_at IS NULL`},
	{"is a phone's order and contradicts that", `SELECT 'sale ' || s.id FROM sale s WHERE s.origin <> '' AND (s.ref = '' OR s.state = 'open' AND s.parked = 0
			OR (SELECT count(*) FROM payment p WHERE p.sale = s.id AND p.tender <> 'cash') <> 1)
		UNION SELECT 'sale ' || s.id FROM payment p JOIN sale s ON s.id = p.sale WHERE s.origin = '' AND (p.tender IN ('wechat-jsapi', 'wechat-app') OR p.api <> '' OR p.prepay_id <> '')
			AND EXISTS (SELECT 1 FROM sale_line l WHERE l.sale = s.id)`},
	{"is neither of a sale nor brings its facts", `SELECT 'job ' || id FROM print_job WHERE document <> 'refund' AND (document IN ('sale', 'reprint')) <> (sale IS NOT NULL)
		OR (sale IS NULL) <> (facts IS NOT NULL) OR (document = 'z') <> (z IS NOT NULL) OR NOT json_valid(coalesce(facts, '{}'))
		OR document = 'cash' AND copy = 0 AND NOT EXISTS (SELECT 1 FROM cash_movement m WHERE m.job = print_job.id)`},
	{"was handed back, and no paper says so", `SELECT 'payment ' || q.payment FROM sale_part q WHERE q.back_entry IS NOT NULL AND q.back_job IS NULL
		OR q.back_job IS NOT NULL AND q.back_at IS NULL`},
	{"is not a copy of what it says", `SELECT 'job ' || j.id FROM print_job j LEFT JOIN print_job f ON f.id = j.first
		WHERE (j.copy > 0) <> (j.first IS NOT NULL) OR j.copy > 0 AND j.document = 'sale' OR j.copy = 0 AND j.document = 'reprint'
			OR j.first IS NOT NULL AND (f.copy IS NOT 0 OR f.id >= j.id OR f.sale IS NOT j.sale OR f.refund IS NOT j.refund OR f.z IS NOT j.z OR f.facts IS NOT j.facts
				OR j.document <> CASE f.document WHEN 'sale' THEN 'reprint' ELSE f.document END)`},
	{"another one is said to have taken its place, and there is none", `SELECT 'job ' || j.id FROM print_job j WHERE j.state = 'superseded'
		AND NOT EXISTS (SELECT 1 FROM print_job k WHERE k.first = coalesce(j.first, j.id) AND k.copy > j.copy)`},
	{"contradicts itself", `SELECT 'job ' || id FROM print_job WHERE other = 1 AND ahead = 0 OR code <> '' AND state NOT IN ('queued', 'sending', 'unconfirmed', 'failed')`},
	{"was counted and closed, and has nothing to print", `SELECT 'shift ' || id FROM shift h WHERE h.report ->> '$.cash.counted_fen' IS NOT NULL
		AND NOT EXISTS (SELECT 1 FROM print_job j WHERE j.z = h.z AND j.copy = 0)`},
	{"has not exactly one receipt to print", `SELECT 'sale ' || s.id FROM sale s LEFT JOIN print_job j ON j.id = s.job
		WHERE s.state = 'closed' AND (j.sale IS NOT s.id OR j.copy IS NOT 0 OR j.document IS NOT 'sale')
		UNION SELECT 'sale ' || s.id FROM print_job j JOIN sale s ON s.id = j.sale WHERE j.document = 'sale' AND (s.job IS NOT j.id OR s.state <> 'closed')`},
	{"is not closed, and is said to be settled or printed", `SELECT 'sale ' || id FROM sale
		WHERE state <> 'closed' AND (payment IS NOT NULL OR job IS NOT NULL)`},
	{"is not where the print queue goes on", `SELECT 'job ' || first FROM print_queue
		WHERE first > (SELECT coalesce(max(id), 0) + 1 FROM print_job) OR EXISTS (SELECT 1 FROM print_job j WHERE j.id < print_queue.first AND j.state IN ('queued', 'sending') AND j.ahead = 0)
		UNION ALL SELECT 'job 1' WHERE NOT EXISTS (SELECT 1 FROM print_queue)`},
	{"copies are not counted from one", `SELECT 'job ' || first FROM print_job WHERE first IS NOT NULL GROUP BY first HAVING min(copy) <> 1 OR count(*) <> max(copy)`},
	{"was taken by hand, and its sale is not closed by it", `SELECT 'payment ' || p.id FROM payment p JOIN sale s ON s.id = p.sale
		WHERE p.tender NOT GLOB 'wechat-*' AND s.payment IS NOT p.id ` + noPart + ``},
	{"is real money without its sale and is no exception", `SELECT 'payment ' || p.id FROM payment p WHERE p.state IN ('exception', 'refunded')
		AND NOT EXISTS (SELECT 1 FROM exception x WHERE x.payment = p.id AND x.second = 0) AND (p.tender GLOB 'wechat-*' OR p.state <> 'refunded')`},
	{"nobody is on record as having said that this money came", `SELECT 'exception ' || x.id FROM exception x WHERE x.second = 1
		AND NOT EXISTS (SELECT 1 FROM payment_event e WHERE e.payment = x.payment AND e.transaction_id = x.transaction_id AND e.amount = x.amount AND e.settlement = x.settlement
			AND e.signal NOT GLOB 'decided:*')`},
	{"the order as it was sent is not on record", `SELECT 'payment ' || p.id FROM payment p WHERE p.tender GLOB 'wechat-*'
		AND NOT EXISTS (SELECT 1 FROM payment_request r WHERE r.payment = p.id) AND EXISTS (SELECT 1 FROM sale_line l WHERE l.sale = p.sale)`},
	{"contradicts itself", `SELECT 'payment ' || id FROM payment
		WHERE state = 'paid' AND (currency <> 'CNY' OR amount <> asked) OR tender NOT GLOB 'wechat-*' AND (tendered < amount OR settlement <> amount OR evidence <> 'cashier' OR state NOT IN ('paid', 'refunded')) OR part <> 0 AND asked <= 0
		OR settlement < 0 OR settlement > amount
		OR (state IN ('exception', 'refunded')) <> (reason <> '') OR state NOT IN ('paid', 'exception', 'refunded', 'reversing') AND (amount <> 0 OR transaction_id <> '')`},
	{"is for another amount than its sale", `SELECT 'payment ' || p.id FROM payment p JOIN sale s ON s.id = p.sale
		WHERE p.asked <> s.gross - s.discount - iif(s.payment IS p.id, s.rounding, 0) AND (p.asked > s.gross - s.discount - iif(s.payment IS p.id, s.rounding, 0)
			OR p.part = 0 AND NOT EXISTS (SELECT 1 FROM sale_part q WHERE q.sale = s.id) AND NOT EXISTS (SELECT 1 FROM sale_credit c WHERE c.sale = s.id))`},
	{"is booked twice", `SELECT 'exception ' || x.id FROM exception x WHERE x.second = 1
		AND (EXISTS (SELECT 1 FROM payment p WHERE p.transaction_id = x.transaction_id AND p.transaction_id <> '')
			OR EXISTS (SELECT 1 FROM exception y WHERE y.second = 1 AND y.transaction_id = x.transaction_id AND y.id <> x.id))`},
	{"is there twice under another number", `SELECT 'refund ' || max(id) FROM refund WHERE refund_id <> '' GROUP BY refund_id HAVING count(*) > 1`},
	// What somebody gives back in the merchant platform of money that went back here in cash, or for other goods, is no fault of the books.
	{"more went back than came", `SELECT 'payment ' || f.payment FROM refund f LEFT JOIN exception x ON x.id = f.exception
		WHERE f.payment IS NOT NULL AND f.state IN ('accepted', 'stuck', 'done') AND x.amount IS NOT 0 GROUP BY f.payment, f.transaction_id
		HAVING sum(iif(f.portal, 0, f.amount)) > max(f.total) OR sum(iif(f.tender GLOB 'wechat-*', f.amount, 0)) > max(f.total)`},
	{"is not of the money it names", `SELECT 'refund ' || f.id FROM refund f JOIN payment p ON p.id = f.payment LEFT JOIN exception x ON x.id = f.exception
		WHERE f.exception IS NULL AND (p.state <> 'paid' OR f.transaction_id <> p.transaction_id OR f.total <> p.amount)
		OR f.exception IS NOT NULL AND (x.payment IS NOT f.payment OR x.transaction_id IS NOT f.transaction_id OR x.amount > 0 AND x.amount <> f.total)
		OR f.tender <> 'cash' AND f.tender <> 'exchange' AND f.tender <> p.tender`},
	{"the refund as it was sent is not on record", `SELECT 'refund ' || f.id FROM refund f WHERE (f.tender GLOB 'wechat-*' AND f.portal = 0)
		<> EXISTS (SELECT 1 FROM refund_request r WHERE r.refund = f.id)`},
	{"its lines do not make its amount", `SELECT 'refund ' || f.id FROM refund f WHERE f.amount <> (SELECT sum(l.amount) FROM refund_line l WHERE l.refund = f.id)`},
	{"gives back more pieces than were sold", `SELECT 'sale ' || q.sale FROM refund f JOIN payment q ON q.id = f.payment JOIN refund_line l ON l.refund = f.id
		LEFT JOIN sale_line s ON s.sale = q.sale AND s.n = l.n WHERE f.state NOT IN ('closed', 'refused')
		GROUP BY q.sale, l.n HAVING sum(l.quantity) > coalesce(max(s.quantity), 0)`},
	{"has not exactly one paper to print", `SELECT 'refund ' || f.id FROM refund f WHERE f.exception IS NULL AND f.portal = 0 AND f.tender <> 'exchange' AND f.state IN ('accepted', 'done')
			AND NOT EXISTS (SELECT 1 FROM print_job j WHERE j.refund = f.id AND j.copy = 0)
		UNION SELECT 'job ' || j.id FROM print_job j LEFT JOIN refund f ON f.id = j.refund LEFT JOIN payment q ON q.id = f.payment
			WHERE (j.document = 'refund') <> (j.refund IS NOT NULL) OR j.document = 'refund' AND (q.sale IS NOT j.sale OR f.exception IS NOT NULL OR f.portal <> 0 OR f.tender = 'exchange')`},
	{"contradicts itself", `SELECT 'refund ' || id FROM refund WHERE (state = 'done') <> (done_at IS NOT NULL) OR amount <= 0 OR total < amount
		OR settlement < 0 OR settlement > amount OR tender NOT GLOB 'wechat-*' AND tender <> 'exchange' AND (state <> 'done' OR settlement <> amount OR exception IS NOT NULL OR portal <> 0)
		OR payment IS NULL AND (tender <> 'cash' OR exception IS NOT NULL OR void <> 0 OR total <> amount) OR void <> 0 AND exception IS NOT NULL`},
	{"contradicts itself", `SELECT 'exception ' || id FROM exception WHERE (action = '') <> (decided_at IS NULL) OR refund_at IS NOT NULL AND state <> 'open'
		OR state NOT IN ('open', 'refunding', 'returned', 'settled', 'cash', 'noted') OR second <> 0 AND (transaction_id = '' OR state = 'settled')`},
	{"decisions are not counted from one", `SELECT 'finding ' || finding FROM finding_decision GROUP BY finding HAVING count(*) <> max(n)`},
	{"is not of its bill", `SELECT 'finding ' || f.id FROM finding f JOIN bill b ON b.id = f.bill WHERE b.kind <> f.kind OR b.day <> f.day`},
	{"has no code to be sold by", `SELECT 'item ' || i.id FROM item i
		WHERE i.plu = '' AND NOT EXISTS (SELECT 1 FROM item_barcode b WHERE b.item = i.id)`},
}
