package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"guitai/pos"
)

const (
	sqlProvenParts = `SELECT ` + paymentColumns + `, q.at, q.day, q.back_at, coalesce(q.back_by, ''), j.body, coalesce(b.body, ''), s.state
		FROM sale_part q CROSS JOIN payment p ON p.id = q.payment CROSS JOIN sale s ON s.id = q.sale CROSS JOIN journal j ON j.seq = q.entry
		LEFT JOIN journal b ON b.seq = q.back_entry ORDER BY q.entry`
	// Of 0 went back what did before there were such papers.
	sqlBackParts = `SELECT q.back_job, q.sale, q.back_at, coalesce(q.back_by, ''), p.out_trade_no, p.tender, p.amount
		FROM sale_part q JOIN payment p ON p.id = q.payment WHERE q.back_job > 0 ORDER BY q.back_job, q.sale, q.n`
	sqlBackJobs = `SELECT id, facts FROM print_job WHERE document = 'given-back' AND copy = 0 ORDER BY id`
	// What settled a sale before the payment that closed it, in order.
	sqlSettledBefore = `SELECT tender, fen FROM (
			SELECT 1 AS kind, c.n AS n, f.tender AS tender, f.amount AS fen FROM sale_credit c JOIN refund f ON f.id = c.refund WHERE c.sale = ?1 AND f.state = 'done'
			UNION ALL SELECT 2, q.n, p.tender, p.amount FROM sale_part q JOIN payment p ON p.id = q.payment WHERE q.sale = ?1 AND p.state = 'paid')
		ORDER BY kind, n`
)

// givenBack holds every paper of a sale that was given up to what went back: the parts that name it, in their order. Nobody knows afterwards
// whether WeChat's were to go back by themselves, so that is as the paper has it.
func (c *verifier) givenBack() error {
	papers := map[int64]*pos.GivenBackFacts{}
	var jobs []int64
	err := c.each(sqlBackParts, func(rows *sql.Rows) error {
		var job int64
		var f pos.GivenBackFacts
		var p pos.BackPart
		if err := rows.Scan(&job, &f.Sale, instant{&f.At}, &f.By, &p.OutTradeNo, &p.Tender, &p.Amount); err != nil {
			return err
		}
		if papers[job] == nil {
			papers[job], jobs = &f, append(jobs, job)
		}
		want := papers[job]
		if want.Sale != f.Sale || !want.At.Equal(f.At) || want.By != f.By {
			c.fault(fmt.Sprintf("job %d", job), "is said to be the paper of more than went back at once")
		}
		want.Parts = append(want.Parts, p)
		return nil
	})
	if err != nil {
		return err
	}
	err = c.each(sqlBackJobs, func(rows *sql.Rows) error {
		var job int64
		var facts []byte
		if err := rows.Scan(&job, &facts); err != nil {
			return err
		}
		want, told := papers[job], pos.GivenBackFacts{}
		delete(papers, job)
		err := json.Unmarshal(facts, &told)
		if want != nil {
			want.Itself = told.Itself
		}
		if err != nil || want == nil || !reflect.DeepEqual(*want, told) {
			c.fault(fmt.Sprintf("job %d", job), "tells of other parts given back than went back")
		}
		return nil
	})
	for _, job := range jobs {
		if papers[job] != nil {
			c.fault(fmt.Sprintf("job %d", job), "is to say what was given back, and is no such paper")
		}
	}
	return err
}

// settledBefore is what settled a sale before the payment that closed it.
func (c *verifier) settledBefore(id pos.SaleID) (parts []pos.PartOf, sum pos.Fen, err error) {
	err = c.each(sqlSettledBefore, func(rows *sql.Rows) error {
		var p pos.PartOf
		err := rows.Scan(&p.Tender, &p.Fen)
		parts, sum = append(parts, p), sum+p.Fen
		return err
	}, int64(id))
	return parts, sum, err
}

// parts makes the entries of every part of a sale again and compares, and holds what the books keep for open sales to the parts of these.
func (c *verifier) parts() error {
	kinds := map[pos.EntryKind]int{}
	var deposits pos.Fen
	err := c.each(sqlProvenParts, func(rows *sql.Rows) error {
		var p pos.Payment
		var at, backAt time.Time
		var day pos.Day
		var by string
		var came, back pos.Link
		var state pos.SaleState
		err := rows.Scan(append(paymentFields(&p), instant{&at}, &day, instant{&backAt}, &by, &came.Body, &back.Body, &state)...)
		if err != nil {
			return err
		}
		where := fmt.Sprintf("payment %d", p.ID)
		kinds[pos.EntryPart]++
		c.compare(where+" as a part", came, pos.PartEntry(p, at, day))
		if len(back.Body) > 0 {
			kinds[pos.EntryPartBack]++
			c.compareAnyDay(where+" given back", back, pos.PartBackEntry(p, by, backAt, day))
		}
		if state == pos.SaleOpen && p.State == pos.Paid {
			deposits += p.Amount
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, kind := range []pos.EntryKind{pos.EntryPart, pos.EntryPartBack} {
		if c.kinds[kind] != kinds[kind] {
			c.fault("journal", "has %d entries of %s for %d", c.kinds[kind], kind, kinds[kind])
		}
	}
	if c.balance[pos.SaleDeposits] != -deposits {
		c.fault("journal", "keeps %s for open sales, and their parts come to %s", -c.balance[pos.SaleDeposits], deposits)
	}
	return nil
}

// counter checks what lies at the counter and is in no sum: carts that were put aside, promotions, and the papers of goods that came back
// without a receipt.
func (c *verifier) counter() error {
	err := c.each(`SELECT id, cart FROM held_cart ORDER BY id`, func(rows *sql.Rows) error {
		var id int64
		var body []byte
		if err := rows.Scan(&id, &body); err != nil {
			return err
		}
		if cart, err := readCart(body); err != nil || cart.Empty() {
			c.fault(fmt.Sprintf("held cart %d", id), "cannot be taken back: %v", err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = c.each(`SELECT id, body FROM deal ORDER BY id`, func(rows *sql.Rows) error {
		var id int64
		var body []byte
		if err := rows.Scan(&id, &body); err != nil {
			return err
		}
		if _, err := readDeal(id, body); err != nil {
			c.fault(fmt.Sprintf("promotion %d", id), "makes no sense: %v", err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.each(`SELECT id, refund, facts FROM print_job WHERE document = 'refund' AND sale IS NULL ORDER BY id`, func(rows *sql.Rows) error {
		var id, refund int64
		var facts []byte
		if err := rows.Scan(&id, &refund, &facts); err != nil {
			return err
		}
		var told pos.Refund
		r, err := refundBy(c.ctx, c, sqlRefundByID, refund)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(facts, &told); err != nil || told.ID != r.ID || !sameRefund(told, r) {
			c.fault(fmt.Sprintf("job %d", id), "prints another refund than the one it names")
		}
		return nil
	})
}
