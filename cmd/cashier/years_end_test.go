package main

import (
	"database/sql"
	"net/url"
	"path/filepath"
	"slices"
	"time"

	"guitai/pos"
	"guitai/pos/wechat/sim"
	"guitai/store"
)

// finish ends all trouble, lets everything come to its end, and audits the books.
func (l *life) finish() {
	l.calm.Store(true)
	l.heal()
	l.wire.set(func(w *wire) { w.flat = true })
	l.sim.SetSkew(0)
	l.clock.jump(0)
	l.pause(time.Minute)
	l.tidy()
	l.endRefunds()
	for range 27 { // WeChat repeats a notice for a day
		l.pause(time.Hour)
	}
	for range 60 * 24 { // an order that never reached WeChat, made while the clock was days ahead
		if !l.judge.unexpired() {
			break
		}
		l.pause(time.Hour)
	}
	l.endRefunds()
	l.pause(3 * time.Hour)
	before := l.judge.asked()
	l.pause(3 * time.Hour)
	if n := l.judge.asked() - before; n > 0 {
		l.judge.fault("I6", "when everything should be over %d more questions were asked", n)
	}
	for _, c := range l.sim.Calls() {
		if len(c.Unknown) > 0 {
			l.judge.fault("I5", "%s was sent fields that WeChat does not have: %v", c.Path, c.Unknown)
		}
	}
	l.quit()
	l.judge.reconcile()
	l.judge.audit(l.store, l.dir)
	l.tally.history = l.judge.history
}

// unexpired tells whether a live payment's time, and what is added to it, is not over yet by the till's clock.
func (j *judge) unexpired() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, d := range j.live {
		if j.l.clock.Now().Before(d.p.ExpiresAt.Add(2 * time.Hour)) {
			return true
		}
	}
	return false
}

func (j *judge) asked() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.calls
}

// reconcile holds all that WeChat took against where it is in the books: I2, when everything is at its end.
func (j *judge) reconcile() {
	j.mu.Lock()
	defer j.mu.Unlock()
	for no, d := range j.live {
		j.fault("I6", "%s is still %s (WeChat said over: %v)", no, d.p.State, d.ended)
	}
	j.reconcileRefunds()
	for _, o := range j.l.sim.Orders() {
		d := j.orders[o.OutTradeNo]
		if d == nil {
			j.fault("I1", "WeChat has an order %s that the books never had", o.OutTradeNo)
			continue
		}
		booked := 0
		for _, p := range o.Payments {
			if j.places[p.TransactionID] != "" {
				booked++
			}
		}
		for _, p := range o.Payments {
			switch {
			case j.places[p.TransactionID] != "":
			case !p.Reversed.IsZero(): // it went back by the reversal that the till asked for
			case !d.heard[p.TransactionID] && (booked > 0 || d.ended):
				// A second transaction, or one after WeChat's own "closed", of which every notice was lost: no question to
				// WeChat would show it. It is in the next day's bill.
				j.l.tally.add("unseen", 1)
			default:
				j.fault("I2", "WeChat took %d fen of %s by %s, the books say %s (heard of it: %v)", p.TotalFee, o.OutTradeNo, p.TransactionID, d.p.State, d.heard[p.TransactionID])
			}
		}
		if len(o.Payments) > 1 && o.TradeType == "MICROPAY" && !slices.ContainsFunc(o.Events, func(e sim.Event) bool { return e.What == sim.EventPaid }) {
			j.fault("I3", "a payment code was charged twice as %s", o.OutTradeNo)
		}
		if len(o.Payments) == 0 && d.p.State.Took() {
			j.fault("I4", "the books have money for %s that WeChat never took", o.OutTradeNo)
		}
	}
}

// audit reads the closed books as a stranger would, from the file, and lets the ledger prove itself.
func (j *judge) audit(s *store.Store, dir string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	verdict, err := s.Verify(j.l.t.Context())
	if err != nil || !verdict.OK() {
		j.fault("I8", "verify: %v %v", verdict.Faults[:min(3, len(verdict.Faults))], err)
	}
	if int64(verdict.Sales) != j.settled.Load() {
		j.fault("I8", "%d sales in the books, %d were settled", verdict.Sales, j.settled.Load())
	}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(dir, store.File))}).String()+"?mode=ro")
	if err != nil {
		j.l.t.Fatal(err)
	}
	defer db.Close()
	j.auditSums(db)
	j.auditPlaces(db)
	j.auditPayments(s)
	j.auditReceipts(s)
}

func (j *judge) auditSums(db *sql.DB) {
	got := map[pos.Account]pos.Fen{}
	j.rows(db, `SELECT account, sum(fen) FROM posting GROUP BY account`, func(rows *sql.Rows) error {
		var a pos.Account
		var f pos.Fen
		err := rows.Scan(&a, &f)
		got[a] = f
		return err
	})
	accounts := []pos.Account{pos.Sales, pos.CashDrawer, pos.WeChatExceptions}
	if len(j.refunds) == 0 {
		accounts = append(accounts, pos.WeChatReceivable, pos.WeChatCoupons)
	}
	for _, a := range accounts {
		if got[a] != j.sums[a] {
			j.fault("I8", "account %s has %d fen, what was booked comes to %d", a, got[a], j.sums[a])
		}
	}
	j.rows(db, `SELECT seq, sum(fen) FROM posting GROUP BY seq HAVING sum(fen) <> 0`, func(rows *sql.Rows) error {
		var seq, sum int64
		err := rows.Scan(&seq, &sum)
		j.fault("I8", "entry %d sums to %d", seq, sum)
		return err
	})
}

// auditPlaces counts every transaction in the file: each is there once.
func (j *judge) auditPlaces(db *sql.DB) {
	n := map[string]int{}
	j.rows(db, `SELECT transaction_id FROM payment WHERE transaction_id <> '' UNION ALL SELECT transaction_id FROM exception WHERE second = 1`,
		func(rows *sql.Rows) error {
			var id string
			err := rows.Scan(&id)
			n[id]++
			return err
		})
	for id, times := range n {
		if times != 1 || j.places[id] == "" {
			j.fault("I2", "transaction %s is in the books %d times, booked for %q", id, times, j.places[id])
		}
	}
	for id, no := range j.places {
		if n[id] == 0 && no != "drawer" {
			j.fault("I2", "transaction %s was booked for %s and is not in the books", id, no)
		}
	}
}

func (j *judge) rows(db *sql.DB, query string, f func(*sql.Rows) error) {
	rows, err := db.QueryContext(j.l.t.Context(), query)
	if err != nil {
		j.l.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows); err != nil {
			j.l.t.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil {
		j.l.t.Fatal(err)
	}
}

var allDays = pos.Span{From: 19700101, To: 99991231}

func (j *judge) auditPayments(s *store.Store) {
	seen := 0
	err := s.EachPayment(j.l.t.Context(), allDays, func(r pos.PaymentRow) error {
		if r.Payment.Tender == pos.TenderCash {
			return nil
		}
		d := j.orders[r.Payment.OutTradeNo]
		if id := r.Payment.TransactionID; d != nil && id != d.p.TransactionID && j.places[id] == r.Payment.OutTradeNo {
			return nil // the row of a second transaction
		}
		seen++
		if d == nil || d.p.State != r.Payment.State || d.p.Amount != r.Payment.Amount {
			j.fault("I1", "the export has %s as %s", r.Payment.OutTradeNo, r.Payment.State)
		}
		return nil
	})
	if err != nil || seen != len(j.orders) {
		j.fault("I1", "the export has %d orders, %d were opened (%v)", seen, len(j.orders), err)
	}
}

func (j *judge) auditReceipts(s *store.Store) {
	last := map[pos.Day]int{}
	err := s.EachSale(j.l.t.Context(), allDays, func(r pos.SaleRow) error {
		last[r.Day]++
		if r.Sale.Receipt.Seq != last[r.Day] {
			j.fault("I8", "receipt %s follows number %d", r.Sale.Receipt, last[r.Day]-1)
		}
		return nil
	})
	if err != nil {
		j.l.t.Fatal(err)
	}
	for day, n := range j.receipts {
		if last[day] != n {
			j.fault("I8", "%s has %d receipts, %d were given", day, last[day], n)
		}
	}
}
