package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"guitai/pos"
)

const saleColumns = `s.id, s.state, s.gross, s.discount, s.rounding, s.member, s.cashier, s.opened_at, s.parked, s.origin, s.ref,
	coalesce(s.shop, ''), coalesce(s.till, ''), coalesce(s.day, 0), coalesce(s.epoch, 0), coalesce(s.seq, 0), coalesce(s.shift, 0), s.closed_at`

func saleFields(s *pos.Sale) []any {
	r := &s.Receipt
	return []any{
		&s.ID, &s.State, &s.Gross, &s.Discount, &s.Rounding, &s.Member, &s.Cashier,
		instant{&s.OpenedAt},
		&s.Parked, &s.Origin, &s.Ref,
		&r.Shop, &r.Till, &r.Day, &r.Epoch, &r.Seq, &s.Shift,
		instant{&s.ClosedAt},
	}
}

const (
	sqlSaleByID     = `SELECT ` + saleColumns + ` FROM sale s WHERE s.id = ?`
	sqlSalesBySeq   = `SELECT count(*), coalesce(max(s.id), 0) FROM sale s WHERE s.day = ? AND s.seq = ? AND s.shop = ? AND s.till = ?`
	sqlSaleByNo     = `SELECT s.id FROM sale s WHERE s.day = ? AND s.epoch = ? AND s.seq = ? AND s.shop = ? AND s.till = ?`
	sqlLastOpenSale = `SELECT id FROM sale WHERE state = 'open' ORDER BY id DESC LIMIT 1`
	sqlOpenSales    = `SELECT id FROM sale WHERE state = 'open' ORDER BY id`
	sqlLastSale     = `SELECT body FROM journal WHERE kind = 'sale' ORDER BY seq DESC LIMIT 1`
	sqlNextSaleID   = `SELECT coalesce(max(id), 0) + 1 FROM sale`
	sqlAddSale      = `INSERT INTO sale (id, state, gross, discount, member, cashier, opened_at, parked, origin, ref) VALUES (?, 'open', ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlPhoneSale    = `SELECT id FROM sale WHERE ref = ? AND (origin = 'mini' OR origin = 'app')` // as the index sale_ref has it
	sqlAddClosed    = `INSERT INTO sale (id, state, gross, discount, rounding, member, cashier, opened_at, shop, till, day, epoch, seq, shift, closed_at, entry, payment, job, hour)
		VALUES (?, 'closed', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlCloseSale = `UPDATE sale SET state = 'closed', shop = ?, till = ?, day = ?, epoch = ?, seq = ?, shift = ?, closed_at = ?, entry = ?,
		payment = ?, job = ?, hour = ?, rounding = ?, parked = 0 WHERE id = ? AND state <> 'closed'`
	sqlSaleClosing = `SELECT coalesce(payment, 0), coalesce(job, 0) FROM sale WHERE id = ?`
	sqlAbandonSale = `UPDATE sale SET state = 'abandoned', parked = 0 WHERE id = ? AND state = 'open'`
	sqlParkSale    = `UPDATE sale SET parked = ?1 WHERE id = ?2 AND state = 'open' AND parked <> ?1 AND origin = ''`
	sqlNextReceipt = `SELECT coalesce(max(seq), 0) + 1 FROM sale WHERE day = ? AND epoch = ?`
	sqlEarlier     = `SELECT coalesce(sum(n), 0) FROM (SELECT max(seq) AS n FROM sale WHERE day = ? AND epoch < ? GROUP BY epoch)`
)

// BeginSale implements [pos.Ledger]. Repeating it with the same order is answered with what is stored; CodeConflict when
// that out_trade_no is another order's, or the Ref of a mini-program or app another sale's.
func (s *Store) BeginSale(ctx context.Context, sale pos.Sale, p pos.Payment) (pos.Sale, pos.Payment, error) {
	if len(sale.Owed) > 0 {
		return pos.Sale{}, pos.Payment{}, invalid("begin sale", "who is owed something is asked for nothing")
	}
	err := s.write(ctx, "begin sale", func(t *tx) (err error) {
		sale, err = t.newSale(sale)
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
			sale.Credits, err = credits(t.ctx, t, sale.ID)
			return err
		}
		if sale, err = t.addSale(sale); err != nil {
			return err
		}
		if err := mayAsk(sale, p); err != nil {
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

// mayAsk refuses an order for an open sale that is not for what is due, or for a part of it.
func mayAsk(sale pos.Sale, p pos.Payment) error {
	due := sale.Due()
	switch {
	case p.Part && (p.Asked <= 0 || p.Asked > due), !p.Part && p.Asked != due:
		return invalid("ask for money", "an order is for what is due, or for a part of it")
	case p.Part && sale.Origin != pos.OriginCounter:
		return invalid("ask for money", "a phone pays its order whole")
	}
	return nil
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
		same = sameSale(old, sale) && old.Origin == sale.Origin && old.Ref == sale.Ref
	}
	if !same {
		return stored, false, conflict("store payment", "this order number belongs to another order")
	}
	return stored, true, nil
}

// sameSale reports whether a sale is stored as it is asked for.
func sameSale(stored, asked pos.Sale) bool {
	return stored.Gross == asked.Gross && stored.Discount == asked.Discount && stored.Member == asked.Member && slices.Equal(stored.Lines, asked.Lines) &&
		slices.EqualFunc(stored.Credits, asked.Credits, func(a, b pos.Credit) bool { return a.Number == b.Number && a.Amount == b.Amount })
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
		sale, err := t.openSale(p.Sale)
		if err != nil {
			return err
		}
		if err := mayAsk(sale, p); err != nil {
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
// out_trade_no is answered with the sale it closed, and takes nothing twice, nor gives it.
func (s *Store) SellCash(ctx context.Context, sale pos.Sale, p pos.Payment) (pos.Settled, error) {
	var out pos.Settled
	err := s.write(ctx, "take by hand", func(t *tx) (err error) {
		var known int64
		err = t.one(sqlKnownOrder, []any{p.OutTradeNo}, &known)
		again := err == nil
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if !again && !p.PaidAt.IsZero() {
			p.PaidAt = s.booked(p.PaidAt)
		}
		owed, err := t.giveOwed(sale, p, again) // first: what counts towards the sale is held to what is left then
		switch {
		case err != nil:
			return err
		case again:
			out, err = t.soldAlready(sale, p, known)
		default:
			out, err = t.sellCash(sale, p)
		}
		out.Owed = owed
		return err
	})
	if err != nil {
		return pos.Settled{}, err
	}
	return out, nil
}

// giveOwed begins what the customer of a new sale gets back ([pos.Sale.Owed]), or finds it when the sale is in the books already.
func (t *tx) giveOwed(sale pos.Sale, p pos.Payment, again bool) (out []pos.RefundSettled, err error) {
	const op = "give what is owed"
	switch {
	case len(sale.Owed) == 0:
		return nil, nil
	case sale.ID != 0 || p.Part || p.Asked != 0:
		return nil, invalid(op, "who is owed something gives nothing")
	case !again: // it goes out in the sale's own shift
		at := p.PaidAt
		if at.IsZero() {
			at = t.s.clock.Now()
		}
		if _, err := t.shift(t.s.day(at), at); err != nil {
			return nil, err
		}
	}
	for _, r := range sale.Owed {
		if r.Payment == 0 || r.Exception != 0 {
			return nil, invalid(op, "what is owed is of an earlier sale")
		}
		if again {
			if _, err := refundBy(t.ctx, t, sqlRefundByNo, r.OutRefundNo); errors.Is(err, sql.ErrNoRows) {
				return nil, conflict(op, "this order number belongs to another payment")
			} else if err != nil {
				return nil, err
			}
		}
		got, err := t.beginRefund(r)
		if err != nil {
			return nil, err
		}
		out = append(out, got)
	}
	return out, nil
}

// sellCash takes money by hand for a new or open sale: all that is due, which closes it, or a part.
func (t *tx) sellCash(sale pos.Sale, p pos.Payment) (out pos.Settled, err error) {
	fresh, rounding := sale.ID == 0, sale.Rounding
	if fresh {
		sale, err = t.newSale(sale)
	} else {
		sale, err = t.openSale(sale.ID)
	}
	if err != nil {
		return out, err
	}
	if err := mayTake(sale, p, rounding); err != nil {
		return out, err
	}
	part := p.Part && p.Asked < sale.Due()
	p = t.s.counted(p, sale.ID)
	if sale.OpenedAt.IsZero() {
		sale.OpenedAt = p.OpenedAt // it was opened and closed in one go
	}
	switch {
	case !fresh:
	case part || len(sale.Credits) > 0: // it stays open, or was for as long as its credits needed one
		if sale, err = t.addSale(sale); err != nil {
			return out, err
		}
		fresh = false
	default:
		if sale.ID, err = t.nextSale(); err != nil {
			return out, err
		}
	}
	p.Sale = sale.ID
	if p.ID, err = t.nextPayment(); err != nil {
		return out, err
	}
	store := func(day pos.Day, _ int64) (err error) {
		if p, err = t.addPayment(p, day); err != nil {
			return err
		}
		return t.addEvent(p, pos.Signal{Kind: pos.SigPaid, Source: pos.ByCashier, Trade: pos.Trade{Amount: p.Amount}}, "", p.PaidAt)
	}
	if part {
		day := t.s.day(p.PaidAt)
		if err := store(day, 0); err != nil {
			return out, err
		}
		return pos.Settled{Payment: p}, t.bookPart(p, p.PaidAt, day)
	}
	sale.Rounding = rounding
	return t.close(sale, p, fresh, p.PaidAt, saleEntry(p), store)
}

// mayTake refuses what cannot be taken by hand for a sale. rounding is what rounding the cash takes off.
func mayTake(sale pos.Sale, p pos.Payment, rounding pos.Fen) error {
	const op = "take by hand"
	due := sale.Due()
	_, other := p.Tender.Other()
	switch {
	case sale.Origin != pos.OriginCounter:
		return invalid(op, "a phone's order is paid by that phone")
	case p.Tender != pos.TenderCash && !other:
		return invalid(op, "cash, or what is taken outside, is taken by hand")
	case rounding != 0 && (other || rounding <= -100 || rounding >= 100 || rounding > due):
		return invalid(op, "cash alone is rounded, by less than a yuan")
	case p.Part && rounding == 0 && p.Asked > 0 && p.Asked < due:
	case p.Asked < 0 || p.Asked+rounding != due:
		return invalid(op, "what is taken covers what is due, or is a part of it")
	}
	if !other && p.Tendered < p.Asked {
		return invalid(op, "at least what is asked for is tendered")
	}
	return nil
}

// counted is a payment that is taken by hand as the books have it.
func (s *Store) counted(p pos.Payment, sale pos.SaleID) pos.Payment {
	p.Sale, p.State, p.Amount, p.Settlement, p.Currency, p.Evidence = sale, pos.Paid, p.Asked, p.Asked, pos.Currency, pos.ByCashier
	if p.Tender != pos.TenderCash {
		p.Tendered = p.Asked
	}
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
	other := sale.ID != 0 && sale.ID != done.Sale || sale.ID == 0 && !sameSale(rec.Sale, sale)
	if other || done.Tender != p.Tender || done.Asked != p.Asked || done.Part != p.Part || done.Tender == pos.TenderCash && done.Tendered != p.Tendered {
		return pos.Settled{}, conflict("take by hand", "this order number belongs to another payment")
	}
	return t.settledBy(done, rec)
}

// entryOf makes the entry of a sale that closes; parts is what settled it before.
type entryOf func(s pos.Sale, parts []pos.PartOf, at time.Time, day pos.Day) pos.Entry

// saleEntry makes the entry of a sale that p settles.
func saleEntry(p pos.Payment) entryOf {
	return func(s pos.Sale, parts []pos.PartOf, at time.Time, day pos.Day) pos.Entry {
		return pos.SaleEntry(s, p, parts, at, day)
	}
}

// close settles a sale by a payment: receipt number, shift, the credits that count towards it, journal entry as made by entry, totals and
// print job. store writes the payment once day and entry are known; it runs after the sale's row exists. fresh tells that the sale has no
// row yet.
func (t *tx) close(sale pos.Sale, p pos.Payment, fresh bool, at time.Time, entry entryOf, store func(day pos.Day, seq int64) error) (pos.Settled, error) {
	at = whole(at)
	day := t.s.day(at)
	none := pos.Settled{}
	sale.Cut = pos.Cut{} // nobody changes it any more
	seq, nth, err := t.nextReceipt(day)
	if err != nil {
		return none, err
	}
	r := pos.ReceiptNo{Shop: t.s.shop.ID, Till: t.s.shop.Till, Day: day, Epoch: t.s.epoch, Seq: seq}
	shift, err := t.shift(day, at)
	if err != nil {
		return none, err
	}
	var before []pos.Payment
	var parts []pos.PartOf
	if !fresh {
		if before, parts, err = t.settledBefore(sale, at); err != nil {
			return none, err
		}
	}
	sale.State, sale.Parked, sale.Receipt, sale.Shift, sale.ClosedAt, sale.OpenedAt = pos.SaleClosed, false, r, shift, at, whole(sale.OpenedAt)
	booked, err := t.book(entry(sale, parts, at, day))
	if err != nil {
		return none, err
	}
	if err := t.totalSale(sale, p, parts); err != nil {
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
	rec := &pos.SaleRecord{Sale: sale, Payments: append(before, p), Nth: nth}
	return pos.Settled{Payment: p, Sale: rec, Job: job}, nil
}

// settledBefore is what settled an open sale before the payment that closes it, in order: the goods that came back for it, which are
// booked now, and its parts.
func (t *tx) settledBefore(sale pos.Sale, at time.Time) (paid []pos.Payment, parts []pos.PartOf, err error) {
	if parts, err = t.endCredits(sale, pos.RefundDone, at); err != nil || sale.Paid == 0 {
		return nil, parts, err
	}
	all, err := partPayments(t.ctx, t, sale.ID)
	for _, p := range all {
		if p.State == pos.Paid {
			paid, parts = append(paid, p), append(parts, pos.PartOf{Tender: p.Tender, Fen: p.Amount})
		}
	}
	return paid, parts, err
}

// storeClosed writes the row of a sale that is closed now.
func (t *tx) storeClosed(s pos.Sale, fresh bool, entry int64, p pos.PaymentID, job int64) error {
	r := s.Receipt
	if !fresh {
		_, err := t.exec(sqlCloseSale, r.Shop, r.Till, int64(r.Day), r.Epoch, r.Seq, s.Shift, ms(s.ClosedAt), entry, int64(p), job, t.s.hour(s.ClosedAt),
			int64(s.Rounding), int64(s.ID))
		return err
	}
	_, err := t.exec(sqlAddClosed, int64(s.ID), int64(s.Gross), int64(s.Discount), int64(s.Rounding), s.Member, s.Cashier, ms(s.OpenedAt),
		r.Shop, r.Till, int64(r.Day), r.Epoch, r.Seq, s.Shift, ms(s.ClosedAt), entry, int64(p), job, t.s.hour(s.ClosedAt))
	if err != nil {
		return err
	}
	return t.addLines(sqlAddLine, int64(s.ID), s.Lines, s.Cut)
}

// settledBy is what the change that made p paid brought about: rec's sale closed, or a part of it settled.
func (t *tx) settledBy(p pos.Payment, rec pos.SaleRecord) (pos.Settled, error) {
	out := pos.Settled{Payment: p}
	var closing pos.PaymentID
	err := t.one(sqlSaleClosing, []any{int64(rec.Sale.ID)}, &closing, &out.Job)
	if err != nil || closing != p.ID {
		return pos.Settled{Payment: p}, err
	}
	out.Sale = &rec
	return out, nil
}

// newSale is a sale that is about to be stored, with nothing taken for it. The held cart that it was ends in the same transaction.
func (t *tx) newSale(s pos.Sale) (pos.Sale, error) {
	held := s.Held
	s.Rounding, s.Paid, s.Held, s.Owed = 0, 0, 0, nil
	if err := checkSale(s); err != nil {
		return s, err
	}
	return s, t.dropHeld(held)
}

// addSale stores an open sale with its lines and what counts towards it, and returns it as it is stored.
func (t *tx) addSale(s pos.Sale) (pos.Sale, error) {
	var err error
	if s.ID, err = t.nextSale(); err != nil {
		return s, err
	}
	if s.Origin == pos.OriginMini || s.Origin == pos.OriginApp {
		var other int64
		if err := t.one(sqlPhoneSale, []any{s.Ref}, &other); !errors.Is(err, sql.ErrNoRows) {
			return s, errors.Join(err, conflict("begin sale", "this reference belongs to another order"))
		}
	}
	_, err = t.exec(sqlAddSale, int64(s.ID), int64(s.Gross), int64(s.Discount), s.Member, s.Cashier, ms(s.OpenedAt), s.Parked, string(s.Origin), s.Ref)
	if err != nil {
		return s, err
	}
	if err := t.addLines(sqlAddLine, int64(s.ID), s.Lines, s.Cut); err != nil || len(s.Credits) == 0 {
		return s, err
	}
	s.Credits, err = t.addCredits(s)
	return s, err
}

// checkSale refuses a sale whose sums are not its lines'.
func checkSale(s pos.Sale) error {
	const op = "check sale"
	c := pos.Cart{Lines: s.Lines}
	switch {
	case !checkLines(s.Lines) || s.Cut.Check() != nil:
		return invalid(op, "a sale has lines that make sense")
	case s.Gross != c.Gross() || s.Gross > pos.MaxAmount || s.Discount < c.Off() || s.Discount > s.Gross:
		return invalid(op, "the sum of a sale is that of its lines, and no more is taken off than there is")
	case s.Credit() > s.Gross-s.Discount || len(s.Credits) > 0 && s.Origin != pos.OriginCounter:
		return invalid(op, "goods in exchange count for no more than what is bought")
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

// AbandonSale implements [pos.Ledger]. CodeConflict when parts of it were paid: they must be given back. Safe to repeat.
func (s *Store) AbandonSale(ctx context.Context, id pos.SaleID) error {
	const op = "abandon sale"
	return s.write(ctx, op, func(t *tx) error {
		sale, err := t.sale(id)
		switch {
		case errors.Is(err, sql.ErrNoRows) || err == nil && sale.State != pos.SaleOpen:
			return nil
		case err != nil:
			return err
		case sale.Paid > 0:
			return conflict(op, "parts of the sale were paid")
		}
		return t.abandon(sale, whole(s.clock.Now()))
	})
}

// ParkSale implements [pos.Ledger].
func (s *Store) ParkSale(ctx context.Context, id pos.SaleID, parked bool) error {
	return s.write(ctx, "park sale", func(t *tx) error {
		_, err := t.exec(sqlParkSale, parked, int64(id))
		return err
	})
}
