package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"guitai/pos"
)

const saleColumns = `s.id, s.state, s.gross, s.discount, s.cashier, s.opened_at, s.parked, s.origin, s.ref,
	coalesce(s.shop, ''), coalesce(s.till, ''), coalesce(s.day, 0), coalesce(s.epoch, 0), coalesce(s.seq, 0), coalesce(s.shift, 0), s.closed_at`

func saleFields(s *pos.Sale) []any {
	r := &s.Receipt
	return []any{
		&s.ID, &s.State, &s.Gross, &s.Discount, &s.Cashier,
		instant{&s.OpenedAt},
		&s.Parked, &s.Origin, &s.Ref,
		&r.Shop, &r.Till, &r.Day, &r.Epoch, &r.Seq, &s.Shift,
		instant{&s.ClosedAt},
	}
}

const (
	sqlSaleByID     = `SELECT ` + saleColumns + ` FROM sale s WHERE s.id = ?`
	sqlSaleByNo     = `SELECT s.id FROM sale s WHERE s.day = ? AND s.epoch = ? AND s.seq = ? AND s.shop = ? AND s.till = ?`
	sqlLastOpenSale = `SELECT id FROM sale WHERE state = 'open' ORDER BY id DESC LIMIT 1`
	sqlOpenSales    = `SELECT id FROM sale WHERE state = 'open' ORDER BY id`
	sqlLastSale     = `SELECT body FROM journal WHERE kind = 'sale' ORDER BY seq DESC LIMIT 1`
	sqlNextSaleID   = `SELECT coalesce(max(id), 0) + 1 FROM sale`
	sqlAddSale      = `INSERT INTO sale (id, state, gross, discount, cashier, opened_at, parked, origin, ref) VALUES (?, 'open', ?, ?, ?, ?, ?, ?, ?)`
	sqlPhoneSale    = `SELECT id FROM sale WHERE ref = ? AND (origin = 'mini' OR origin = 'app')` // as the index sale_ref has it
	sqlAddClosed    = `INSERT INTO sale (id, state, gross, discount, cashier, opened_at, shop, till, day, epoch, seq, shift, closed_at, entry, payment, job, hour)
		VALUES (?, 'closed', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlCloseSale = `UPDATE sale SET state = 'closed', shop = ?, till = ?, day = ?, epoch = ?, seq = ?, shift = ?, closed_at = ?, entry = ?,
		payment = ?, job = ?, hour = ?, parked = 0 WHERE id = ? AND state <> 'closed'`
	sqlAbandonSale = `UPDATE sale SET state = 'abandoned', parked = 0 WHERE id = ? AND state = 'open'`
	sqlParkSale    = `UPDATE sale SET parked = ?1 WHERE id = ?2 AND state = 'open' AND parked <> ?1 AND origin = ''`
	sqlAddLine     = `INSERT INTO sale_line (sale, n, item, barcode, name, unit, category, price, quantity, tax_rate) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlSaleLines   = `SELECT item, barcode, name, unit, category, price, quantity, tax_rate FROM sale_line WHERE sale = ? ORDER BY n`
	sqlNextReceipt = `SELECT coalesce(max(seq), 0) + 1 FROM sale WHERE day = ? AND epoch = ?`
	sqlEarlier     = `SELECT coalesce(sum(n), 0) FROM (SELECT max(seq) AS n FROM sale WHERE day = ? AND epoch < ? GROUP BY epoch)`
)

// BeginSale implements [pos.Ledger]. Repeating it with the same order is answered with what is stored; CodeConflict when
// that out_trade_no is another order's, or the Ref of a mini-program or app another sale's.
func (s *Store) BeginSale(ctx context.Context, sale pos.Sale, p pos.Payment) (pos.Sale, pos.Payment, error) {
	err := s.write(ctx, "begin sale", func(t *tx) error {
		err := checkSale(sale)
		switch {
		case err != nil:
			return err
		case sale.Parked != (sale.Origin != pos.OriginCounter) || (sale.Ref == "") != (sale.Origin == pos.OriginCounter):
			return invalid("begin sale", "a phone's order has a reference and is put aside from the first, and no other is")
		}
		stored, found, err := t.repeated(p, sale)
		switch {
		case err != nil:
			return err
		case found:
			sale.ID, p = stored.Sale, stored
			return nil
		}
		if sale.ID, err = t.addSale(sale); err != nil {
			return err
		}
		p.Sale = sale.ID
		p, err = t.addPayment(p, s.day(p.OpenedAt))
		return err
	})
	if err != nil {
		return pos.Sale{}, pos.Payment{}, err
	}
	sale.State, sale.OpenedAt = pos.SaleOpen, whole(sale.OpenedAt)
	return sale, p, nil
}

// repeated finds the payment that an earlier, unacknowledged call with the same arguments stored. sale without lines is
// not compared.
func (t *tx) repeated(p pos.Payment, sale pos.Sale) (stored pos.Payment, found bool, err error) {
	stored, err = paymentBy(t.ctx, t, sqlPaymentByNo, p.OutTradeNo)
	if errors.Is(err, sql.ErrNoRows) {
		return stored, false, nil
	}
	if err != nil {
		return stored, false, err
	}
	if p.Sale == 0 {
		p.Sale = stored.Sale
	}
	same := samePayment(stored, p)
	if same && len(sale.Lines) > 0 {
		old, err := t.sale(stored.Sale)
		if err != nil {
			return stored, false, err
		}
		same = old.Gross == sale.Gross && old.Discount == sale.Discount && old.Origin == sale.Origin && old.Ref == sale.Ref && slices.Equal(old.Lines, sale.Lines)
	}
	if !same {
		return stored, false, conflict("store payment", "this order number belongs to another order")
	}
	return stored, true, nil
}

// AddPayment implements [pos.Ledger]. Repeating it with the same order is answered with what is stored.
func (s *Store) AddPayment(ctx context.Context, p pos.Payment) (pos.Payment, error) {
	err := s.write(ctx, "add payment", func(t *tx) error {
		stored, found, err := t.repeated(p, pos.Sale{})
		switch {
		case err != nil:
			return err
		case found:
			p = stored
			return nil
		}
		if _, err := t.openSale(p.Sale); err != nil {
			return err
		}
		p, err = t.addPayment(p, s.day(p.OpenedAt))
		return err
	})
	if err != nil {
		return pos.Payment{}, err
	}
	return p, nil
}

// SellCash implements [pos.Ledger]. The payment's time is the commit's unless it brings one of the same business day. Repeating it with the same
// out_trade_no is answered with the sale it closed, and takes nothing twice.
func (s *Store) SellCash(ctx context.Context, sale pos.Sale, p pos.Payment) (pos.Settled, error) {
	var out pos.Settled
	err := s.write(ctx, "sell for cash", func(t *tx) (err error) {
		var known int64
		err = t.one(sqlKnownOrder, []any{p.OutTradeNo}, &known)
		switch {
		case err == nil:
			out, err = t.soldAlready(sale, p, known)
		case errors.Is(err, sql.ErrNoRows):
			if !p.PaidAt.IsZero() {
				p.PaidAt = s.booked(p.PaidAt)
			}
			out, err = t.sellCash(sale, p)
		}
		return err
	})
	if err != nil {
		return pos.Settled{}, err
	}
	return out, nil
}

// sellCash closes a new or open sale against a new cash payment.
func (t *tx) sellCash(sale pos.Sale, p pos.Payment) (out pos.Settled, err error) {
	fresh := sale.ID == 0
	if fresh {
		if err := checkSale(sale); err != nil {
			return out, err
		}
		sale.ID, err = t.nextSale()
	} else {
		sale, err = t.openSale(sale.ID)
	}
	if err != nil {
		return out, err
	}
	if sale.Origin != pos.OriginCounter {
		return out, invalid("sell for cash", "a phone's order is paid by that phone")
	}
	if p.Tender != pos.TenderCash || p.Asked != sale.Net() || p.Tendered < p.Asked {
		return out, invalid("sell for cash", "cash covers what is due, and at least that is tendered")
	}
	p = t.s.counted(p, sale.ID)
	if sale.OpenedAt.IsZero() {
		sale.OpenedAt = p.OpenedAt // it was opened and closed in one go
	}
	if p.ID, err = t.nextPayment(); err != nil {
		return out, err
	}
	return t.close(sale, p, fresh, p.PaidAt, saleEntry(p), func(day pos.Day, _ int64) (err error) {
		if p, err = t.addPayment(p, day); err != nil {
			return err
		}
		return t.addEvent(p, pos.Signal{Kind: pos.SigPaid, Source: pos.ByCashier, Trade: pos.Trade{Amount: p.Amount}}, "", p.PaidAt)
	})
}

// counted is a cash payment as the books have it.
func (s *Store) counted(p pos.Payment, sale pos.SaleID) pos.Payment {
	p.Sale, p.State, p.Amount, p.Settlement, p.Currency, p.Evidence = sale, pos.Paid, p.Asked, p.Asked, pos.Currency, pos.ByCashier
	if p.PaidAt.IsZero() {
		p.PaidAt = s.clock.Now()
	}
	if p.OpenedAt.IsZero() {
		p.OpenedAt = p.PaidAt
	}
	p.Version = 1
	return asStored(p)
}

// soldAlready answers a repeated SellCash.
func (t *tx) soldAlready(sale pos.Sale, p pos.Payment, known int64) (pos.Settled, error) {
	done, err := paymentBy(t.ctx, t, sqlPaymentByID, known)
	if err != nil {
		return pos.Settled{}, err
	}
	rec, err := record(t.ctx, t, done.Sale)
	if err != nil {
		return pos.Settled{}, err
	}
	other := sale.ID != 0 && sale.ID != done.Sale || sale.ID == 0 && !slices.Equal(sale.Lines, rec.Sale.Lines)
	if other || done.Tender != p.Tender || done.Asked != p.Asked || done.Tendered != p.Tendered {
		return pos.Settled{}, conflict("sell for cash", "this order number belongs to another payment")
	}
	return t.settledBy(done, rec)
}

// saleEntry makes the entry of a sale that p settles.
func saleEntry(p pos.Payment) func(pos.Sale, time.Time, pos.Day) pos.Entry {
	return func(s pos.Sale, at time.Time, day pos.Day) pos.Entry { return pos.SaleEntry(s, p, at, day) }
}

// close settles a sale by a payment: receipt number, shift, journal entry as made by entry, totals and print job. store writes
// the payment once day and entry are known; it runs after the sale's row exists. fresh tells that the sale has no row yet.
func (t *tx) close(sale pos.Sale, p pos.Payment, fresh bool, at time.Time, entry func(pos.Sale, time.Time, pos.Day) pos.Entry,
	store func(day pos.Day, seq int64) error,
) (pos.Settled, error) {
	at = whole(at)
	day := t.s.day(at)
	none := pos.Settled{}
	seq, nth, err := t.nextReceipt(day)
	if err != nil {
		return none, err
	}
	r := pos.ReceiptNo{Shop: t.s.shop.ID, Till: t.s.shop.Till, Day: day, Epoch: t.s.epoch, Seq: seq}
	shift, err := t.shift(day, at)
	if err != nil {
		return none, err
	}
	sale.State, sale.Parked, sale.Receipt, sale.Shift, sale.ClosedAt, sale.OpenedAt = pos.SaleClosed, false, r, shift, at, whole(sale.OpenedAt)
	booked, err := t.book(entry(sale, at, day))
	if err != nil {
		return none, err
	}
	if err := t.totalSale(sale, p); err != nil {
		return none, err
	}
	if sale.Gross == 0 { // it has no posting to be counted by
		if err := t.total(day, string(pos.Sales), 0); err != nil {
			return none, err
		}
	}
	job, err := t.nextJob()
	if err != nil {
		return none, err
	}
	if err := t.storeClosed(sale, fresh, booked, p.ID, job); err != nil {
		return none, err
	}
	if err := t.totalItems(sale.ID, day); err != nil {
		return none, err
	}
	if err := store(day, booked); err != nil {
		return none, err
	}
	if err := t.queue(job, sale.ID, at); err != nil {
		return none, err
	}
	p.Version = max(p.Version, 1)
	rec := &pos.SaleRecord{Sale: sale, Payments: []pos.Payment{p}, Nth: nth}
	return pos.Settled{Payment: p, Sale: rec, Job: job}, nil
}

// storeClosed writes the row of a sale that is closed now.
func (t *tx) storeClosed(s pos.Sale, fresh bool, entry int64, p pos.PaymentID, job int64) error {
	r := s.Receipt
	if !fresh {
		_, err := t.exec(sqlCloseSale, r.Shop, r.Till, int64(r.Day), r.Epoch, r.Seq, s.Shift, ms(s.ClosedAt), entry, int64(p), job, t.s.hour(s.ClosedAt), int64(s.ID))
		return err
	}
	_, err := t.exec(sqlAddClosed, int64(s.ID), int64(s.Gross), int64(s.Discount), s.Cashier, ms(s.OpenedAt),
		r.Shop, r.Till, int64(r.Day), r.Epoch, r.Seq, s.Shift, ms(s.ClosedAt), entry, int64(p), job, t.s.hour(s.ClosedAt))
	if err != nil {
		return err
	}
	return t.addLines(s)
}

// settledBy is what the change that closed rec's sale with p brought about.
func (t *tx) settledBy(p pos.Payment, rec pos.SaleRecord) (pos.Settled, error) {
	out := pos.Settled{Payment: p, Sale: &rec}
	err := t.one(sqlSaleJob, []any{int64(rec.Sale.ID)}, &out.Job)
	return out, err
}

// addSale stores an open sale with its lines.
func (t *tx) addSale(s pos.Sale) (pos.SaleID, error) {
	var err error
	if s.ID, err = t.nextSale(); err != nil {
		return 0, err
	}
	if s.Origin == pos.OriginMini || s.Origin == pos.OriginApp {
		var other int64
		if err := t.one(sqlPhoneSale, []any{s.Ref}, &other); !errors.Is(err, sql.ErrNoRows) {
			return 0, errors.Join(err, conflict("begin sale", "this reference belongs to another order"))
		}
	}
	_, err = t.exec(sqlAddSale, int64(s.ID), int64(s.Gross), int64(s.Discount), s.Cashier, ms(s.OpenedAt), s.Parked, string(s.Origin), s.Ref)
	if err != nil {
		return 0, err
	}
	return s.ID, t.addLines(s)
}

func (t *tx) addLines(s pos.Sale) error {
	for i, l := range s.Lines {
		_, err := t.exec(sqlAddLine, int64(s.ID), i+1, int64(l.Item), l.Barcode, l.Name, l.Unit, l.Category, int64(l.Price), l.Quantity, l.TaxRate)
		if err != nil {
			return err
		}
	}
	return nil
}

// checkSale refuses a sale whose sums are not its lines'.
func checkSale(s pos.Sale) error {
	if gross := (pos.Cart{Lines: s.Lines}).Total(); len(s.Lines) == 0 || s.Gross != gross || s.Discount < 0 || s.Discount > s.Gross {
		return invalid("check sale", "a sale has lines, and its sum is theirs")
	}
	return nil
}

// openSale reads a sale that must be open.
func (t *tx) openSale(id pos.SaleID) (pos.Sale, error) {
	s, err := t.sale(id)
	if errors.Is(err, sql.ErrNoRows) || err == nil && s.State != pos.SaleOpen {
		return s, conflict("read sale", "the sale is not open")
	}
	return s, err
}

func (t *tx) sale(id pos.SaleID) (pos.Sale, error) { return saleBy(t.ctx, t, id) }

// AbandonSale implements [pos.Ledger]. Safe to repeat.
func (s *Store) AbandonSale(ctx context.Context, id pos.SaleID) error {
	return s.write(ctx, "abandon sale", func(t *tx) error {
		_, err := t.exec(sqlAbandonSale, int64(id))
		return err
	})
}

// ParkSale implements [pos.Ledger].
func (s *Store) ParkSale(ctx context.Context, id pos.SaleID, parked bool) error {
	return s.write(ctx, "park sale", func(t *tx) error {
		_, err := t.exec(sqlParkSale, parked, int64(id))
		return err
	})
}
