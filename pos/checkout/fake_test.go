package checkout_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
	"guitai/pos/checkout"
)

// book is a ledger in memory that holds the same promises as the real one: compare-and-swap, a sale closes once.
type book struct {
	mu         sync.Mutex
	sales      map[pos.SaleID]pos.Sale
	payments   map[pos.PaymentID]pos.Payment
	notices    []pos.Verdict
	exceptions []*pos.ExceptionCase
	refunds    []pos.Refund
	reprints   []string      // who wanted each
	restored   pos.PaymentID // the newest payment of a backup
	told       bool          // that it was restored
	below      pos.PaymentID // WeChat was asked about every order from this one on
	trouble    error         // what every write answers while it is set
	lies       error         // what every write answers although it was done
	dies       bool          // the next write is the last: so every one after it answers

	code       pos.RecoveryCode
	recovery   pos.RecoveryState
	people     []*person
	proofs     int
	booked     func() // happens when cash moved, before anybody hears of it
	proved     func() // happens when a PIN was proven, before anybody hears of it
	shifts     []*pos.Shift
	counts     []pos.Counted
	drawer     pos.Fen
	signer     string // of the last float
	moves      int    // of cash
	countMoves int    // as of the last count
	cash       []pos.CashMovement
	zs         []pos.ShiftReport
	notes      []pos.Happening
	printed    []string
	blind      error // what reading people and shifts answers while it is set

	held  []pos.Held
	holds int64 // that there ever were
	deals []pos.Deal
	items []pos.Item // made at the till
	saved []string   // by whom
	rev   uint64     // of the catalogue, beyond the first

	jobs   []pos.PrintView
	ended  []string // who ended each, and how
	papers []any    // facts that were queued
	listed int      // how often the jobs were read
}

func newBook() *book {
	return &book{sales: map[pos.SaleID]pos.Sale{}, payments: map[pos.PaymentID]pos.Payment{}}
}

func (b *book) BeginSale(_ context.Context, s pos.Sale, p pos.Payment) (pos.Sale, pos.Payment, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.trouble != nil {
		return s, p, b.trouble
	}
	if _, known := b.phoneSale(s.Ref); known && s.Origin != pos.OriginProduct {
		return s, p, pos.E(pos.CodeConflict, "begin sale", nil)
	}
	if err := b.credits(&s); err != nil {
		return s, p, err
	}
	b.begin(&s)
	p.Sale = s.ID
	if p = b.keep(p); b.lies != nil {
		return s, p, b.lies
	}
	return s, p, nil
}

// phoneSale finds the order of a mini-program or app.
func (b *book) phoneSale(ref string) (pos.Sale, bool) {
	for _, s := range b.sales {
		if s.Ref == ref && (s.Origin == pos.OriginMini || s.Origin == pos.OriginApp) {
			return s, true
		}
	}
	return pos.Sale{}, false
}

func (b *book) PhoneSale(_ context.Context, ref string) (pos.OpenSale, error) {
	b.mu.Lock()
	s, known := b.phoneSale(ref)
	err := b.blind
	b.mu.Unlock()
	switch {
	case err != nil:
		return pos.OpenSale{}, err
	case !known:
		return pos.OpenSale{}, pos.E(pos.CodeNotFound, "phone sale", nil)
	}
	return pos.OpenSale{Sale: s, Payments: b.list(func(p pos.Payment) bool { return p.Sale == s.ID })}, nil
}

func (b *book) AddPayment(_ context.Context, p pos.Payment) (pos.Payment, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.trouble != nil {
		return p, b.trouble
	}
	if b.sales[p.Sale].State != pos.SaleOpen {
		return p, pos.E(pos.CodeConflict, "add payment", nil)
	}
	return b.keep(p), nil
}

func (b *book) keep(p pos.Payment) pos.Payment {
	p.ID, p.Version = pos.PaymentID(len(b.payments)+1), 1
	b.payments[p.ID] = p
	return p
}

func (b *book) Apply(_ context.Context, c pos.Change) (pos.Settled, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.trouble != nil {
		return pos.Settled{}, b.trouble
	}
	if b.payments[c.From.ID].Version != c.From.Version {
		return pos.Settled{}, pos.E(pos.CodeConflict, "apply", nil)
	}
	p := c.To
	p.Version++
	got := pos.Settled{}
	if p.State == pos.Paid && c.From.State != pos.Paid {
		var err error
		if got.Sale, err = b.take(p, 0); err != nil {
			return pos.Settled{}, err
		}
	}
	if c.Second {
		b.except(p, true, c.Signal.Trade)
	}
	if p.State == pos.Exception && c.From.State != pos.Exception {
		b.except(p, false, pos.Trade{})
	}
	b.payments[p.ID] = p
	got.Payment = p
	if b.lies != nil {
		return pos.Settled{}, b.lies
	}
	return got, nil
}

func (b *book) SellCash(_ context.Context, s pos.Sale, p pos.Payment) (pos.Settled, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.trouble != nil {
		return pos.Settled{}, b.trouble
	}
	for _, known := range b.payments {
		if known.OutTradeNo != p.OutTradeNo {
			continue
		}
		if known.Tender != p.Tender || known.Asked != p.Asked || known.Part != p.Part {
			return pos.Settled{}, pos.E(pos.CodeConflict, "sell cash", nil)
		}
		got := pos.Settled{Payment: known}
		for _, r := range s.Owed {
			r, err := b.beginRefund(r)
			if err != nil {
				return pos.Settled{}, err
			}
			got.Owed = append(got.Owed, r)
		}
		if s := b.sales[known.Sale]; s.State == pos.SaleClosed && !known.Part {
			got.Sale = &pos.SaleRecord{Sale: s, Payments: b.took(s.ID), Nth: 1}
		}
		return got, nil
	}
	if p.Tender != pos.TenderCash && s.Rounding != 0 || p.Part && s.Rounding != 0 || !p.Tender.Handed() {
		return pos.Settled{}, pos.E(pos.CodeInvalid, "sell cash", nil)
	}
	rounding := s.Rounding
	s.Rounding = 0
	owed, err := b.beginRefunds(s.Owed)
	if err != nil {
		return pos.Settled{}, err
	}
	if len(s.Owed) > 0 && (s.ID != 0 || p.Asked != 0) {
		return pos.Settled{}, pos.E(pos.CodeInvalid, "sell cash", nil)
	}
	if s.Owed = nil; s.ID == 0 {
		if err := b.credits(&s); err != nil {
			b.refunds = b.refunds[:len(b.refunds)-len(owed)]
			for _, g := range owed {
				if g.Refund.Tender == pos.TenderCash {
					b.move(g.Refund.Amount)
				}
			}
			return pos.Settled{}, err
		}
		b.begin(&s)
	}
	p.Sale = s.ID
	if b.sales[s.ID].State != pos.SaleOpen {
		return pos.Settled{}, pos.E(pos.CodeConflict, "sell cash", nil)
	}
	if p.Amount != p.Asked || p.Tender == pos.TenderCash && p.Tendered < p.Asked {
		return pos.Settled{}, pos.E(pos.CodeInvalid, "sell cash", nil)
	}
	p = b.keep(p)
	rec, err := b.take(p, rounding)
	if err != nil {
		delete(b.payments, p.ID)
		return pos.Settled{}, err
	}
	got := pos.Settled{Payment: p, Sale: rec, Owed: owed}
	if b.lies != nil {
		return pos.Settled{}, b.lies
	}
	b.wrote()
	return got, nil
}

// wrote ends a write; the caller holds the lock.
func (b *book) wrote() {
	if b.dies {
		b.trouble, b.dies = errDisk, false
	}
}

// take books money for an open sale: a part of what is due, or all of it, which closes it. The caller holds the lock.
func (b *book) take(p pos.Payment, rounding pos.Fen) (*pos.SaleRecord, error) {
	s := b.sales[p.Sale]
	if s.State != pos.SaleOpen {
		return nil, pos.E(pos.CodeConflict, "take", nil)
	}
	s.Rounding = rounding
	switch due := s.Due(); {
	case p.Part && p.Amount > 0 && p.Amount < due:
		s.Paid += p.Amount
		b.sales[s.ID] = s
		if p.Tender == pos.TenderCash {
			b.move(p.Amount)
		}
		return nil, nil
	case p.Amount != due:
		return nil, pos.E(pos.CodeInvalid, "take", fmt.Errorf("%s is due, %s was taken", due, p.Amount))
	}
	b.sales[s.ID] = s
	return b.close(p), nil
}

// took is what took money for a sale; the caller holds the lock.
func (b *book) took(id pos.SaleID) (all []pos.Payment) {
	for pid := range pos.PaymentID(len(b.payments)) {
		if p := b.payments[pid+1]; p.Sale == id && p.State == pos.Paid {
			all = append(all, p)
		}
	}
	return all
}

func (b *book) GiveBack(_ context.Context, id pos.SaleID, by string, at time.Time, itself bool) (back []pos.Payment, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.trouble != nil {
		return nil, b.trouble
	}
	s := b.sales[id]
	switch {
	case s.State == pos.SaleAbandoned && s.Paid != 0: // again
		return nil, b.lies
	case s.State != pos.SaleOpen:
		return nil, pos.E(pos.CodeConflict, "give back", nil)
	}
	facts := pos.GivenBackFacts{Sale: id, At: at, By: by, Itself: itself}
	handed := false
	for _, p := range b.took(id) {
		facts.Parts = append(facts.Parts, pos.BackPart{OutTradeNo: p.OutTradeNo, Tender: p.Tender, Amount: p.Amount})
		handed = handed || p.Tender.Handed()
		p.Version++
		if p.State = pos.Refunded; p.Tender.WeChat() {
			p.State, p.Reason = pos.Exception, pos.ExceptPart
			b.except(p, false, pos.Trade{})
		} else if p.Tender == pos.TenderCash {
			b.move(-p.Amount)
		}
		b.payments[p.ID] = p
		back = append(back, p)
	}
	s.State, s.Parked = pos.SaleAbandoned, false
	b.sales[id] = s
	b.endCredits(id, pos.RefundClosed)
	if handed {
		b.papers = append(b.papers, facts)
	}
	return back, b.lies
}

// credits refuses goods that do not come back any more; the caller holds the lock.
func (b *book) credits(s *pos.Sale) error {
	was := b.refunds
	defer func() { b.refunds = was }()
	for i, c := range s.Credits {
		if c.Refund != 0 || c.Number == "" || slices.ContainsFunc(b.refunds, func(r pos.Refund) bool { return r.OutRefundNo == c.Number }) {
			return pos.E(pos.CodeConflict, "credits", fmt.Errorf("credit %d is not new", i))
		}
		if c.Amount <= 0 || c.Amount > pos.Refundable(b.payments[c.Payment], b.refunds) {
			return pos.E(pos.CodeInvalid, "credits", fmt.Errorf("%s of payment %d does not come back", c.Amount, c.Payment))
		}
		r := pos.Refund{Payment: c.Payment, Sale: c.Sale, Tender: b.payments[c.Payment].Tender, Amount: c.Amount, Lines: c.Lines}
		if err := b.mayBegin(r); err != nil {
			return err
		}
		r.State, r.TransactionID = pos.RefundAsked, b.payments[c.Payment].TransactionID
		b.refunds = append(slices.Clip(b.refunds), r) // two of one sale hold each other to what is left
	}
	return nil
}

// begin gives a new sale its row, in place of the held cart that it was; the caller holds the lock.
func (b *book) begin(s *pos.Sale) {
	b.dropHeld(s.Held)
	s.ID, s.Held = pos.SaleID(len(b.sales)+1), 0
	b.sales[s.ID] = *s
	b.forSale(*s)
}

// forSale writes a sale's credits down; the caller holds the lock.
func (b *book) forSale(s pos.Sale) {
	s.Credits = slices.Clone(s.Credits)
	for i, c := range s.Credits {
		p := b.payments[c.Payment]
		r := pos.Refund{
			ID: pos.RefundID(len(b.refunds) + 1), OutRefundNo: c.Number, Payment: c.Payment, Sale: c.Sale, OutTradeNo: p.OutTradeNo, TransactionID: p.TransactionID,
			Tender: pos.TenderExchange, For: s.ID, State: pos.RefundAsked, Amount: c.Amount, Total: p.Amount, Lines: c.Lines, Reason: c.Reason, Approver: c.Approver, Version: 1,
		}
		b.refunds = append(b.refunds, r)
		s.Credits[i].Refund = r.ID
	}
	b.sales[s.ID] = s
}

// endCredits ends the credits of a sale with it; the caller holds the lock.
func (b *book) endCredits(id pos.SaleID, state pos.RefundState) {
	for i, r := range b.refunds {
		if r.For == id && r.State == pos.RefundAsked {
			b.refunds[i].State = state
		}
	}
}

func (b *book) close(p pos.Payment) *pos.SaleRecord {
	s := b.sales[p.Sale]
	n := 1
	for _, o := range b.sales {
		if o.State == pos.SaleClosed {
			n++
		}
	}
	s.State, s.Parked, s.Receipt = pos.SaleClosed, false, pos.ReceiptNo{Shop: "S001", Till: "T1", Day: 20261120, Epoch: 1, Seq: n}
	s.ClosedAt = time.Now()
	b.sales[s.ID] = s
	b.endCredits(s.ID, pos.RefundDone)
	b.turn()
	if p.Tender == pos.TenderCash {
		b.move(p.Amount)
	}
	all := b.took(s.ID)
	if !slices.ContainsFunc(all, func(o pos.Payment) bool { return o.ID == p.ID }) {
		all = append(all, p)
	}
	return &pos.SaleRecord{Sale: s, Payments: all, Nth: n}
}

func (b *book) AbandonSale(_ context.Context, id pos.SaleID) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.trouble != nil {
		return b.trouble
	}
	if s := b.sales[id]; s.State == pos.SaleOpen {
		if s.Paid != 0 {
			return pos.E(pos.CodeConflict, "abandon", fmt.Errorf("parts of sale %d are paid", id))
		}
		s.State, s.Parked = pos.SaleAbandoned, false
		b.sales[id] = s
		b.endCredits(id, pos.RefundClosed)
	}
	return nil
}

func (b *book) ParkSale(_ context.Context, id pos.SaleID, parked bool) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.trouble != nil {
		return b.trouble
	}
	if s := b.sales[id]; s.State == pos.SaleOpen && s.Origin == pos.OriginCounter {
		s.Parked = parked
		b.sales[id] = s
	}
	return nil
}

func (b *book) Payment(_ context.Context, no string) (pos.Payment, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.payments {
		if p.OutTradeNo == no {
			return p, nil
		}
	}
	return pos.Payment{}, pos.E(pos.CodeNotFound, "payment", nil)
}

func (b *book) Live(context.Context) ([]pos.Payment, error) {
	return b.list(func(p pos.Payment) bool { return p.State.Live() }), nil
}

func (b *book) list(want func(pos.Payment) bool) []pos.Payment {
	b.mu.Lock()
	defer b.mu.Unlock()
	var ps []pos.Payment
	for id := range pos.PaymentID(len(b.payments)) {
		if p := b.payments[id+1]; want(p) {
			ps = append(ps, p)
		}
	}
	return ps
}

func (b *book) LastOpen(context.Context) (*pos.OpenSale, error) {
	b.mu.Lock()
	var last *pos.OpenSale
	for id := pos.SaleID(len(b.sales)); id > 0 && last == nil; id-- {
		if s := b.sales[id]; s.State == pos.SaleOpen {
			last = &pos.OpenSale{Sale: s}
		}
	}
	b.mu.Unlock()
	if last != nil {
		last.Payments = b.list(func(p pos.Payment) bool { return p.Sale == last.Sale.ID })
	}
	return last, nil
}

func (b *book) OpenSales(context.Context) ([]pos.OpenSale, error) {
	b.mu.Lock()
	var all []pos.OpenSale
	for id := range pos.SaleID(len(b.sales)) {
		if s := b.sales[id+1]; s.State == pos.SaleOpen {
			all = append(all, pos.OpenSale{Sale: s})
		}
	}
	b.mu.Unlock()
	for i := range all {
		all[i].Payments = b.list(func(p pos.Payment) bool { return p.Sale == all[i].Sale.ID })
	}
	return all, nil
}

func (b *book) Record(_ context.Context, id pos.SaleID) (pos.SaleRecord, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	rec := pos.SaleRecord{Sale: b.sales[id], Payments: b.took(id), Nth: 1}
	for _, r := range b.refunds {
		if r.Sale == id && r.Exception == 0 {
			rec.Refunds = append(rec.Refunds, r)
		}
	}
	return rec, nil
}

func (b *book) LastClosed(context.Context) (pos.SaleID, error) { return 0, nil }

func (b *book) Undecided(ctx context.Context) (int, error) {
	open, err := b.Exceptions(ctx)
	return len(open), err
}

func (b *book) KeepNotice(_ context.Context, _ time.Time, _ []byte, _ string, v pos.Verdict) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.notices = append(b.notices, v)
	return b.trouble
}

func (b *book) Reprint(_ context.Context, _ pos.SaleID, by string, _ time.Time) (int64, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.trouble != nil {
		return 0, b.trouble
	}
	b.reprints = append(b.reprints, by)
	return 1, nil
}

func (b *book) Restored(context.Context) (pos.Restoration, error) {
	left := b.unchecked()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.below == 0 {
		return pos.Restoration{}, nil
	}
	return pos.Restoration{Newest: b.restored, Left: len(left), Epoch: 2, Entries: 40, Told: b.told}, nil
}

// unchecked are the orders of before the restore that WeChat was not asked about yet.
func (b *book) unchecked() []pos.Payment {
	return b.list(func(p pos.Payment) bool { return p.ID < b.below && p.Tender != pos.TenderCash && !p.State.Live() })
}

func (b *book) RestoreTold(context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.told = b.told || b.trouble == nil
	return b.trouble
}

func (b *book) NextRecheck(context.Context) (*pos.Payment, error) {
	left := b.unchecked()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(left) == 0 {
		return nil, b.trouble
	}
	return &left[len(left)-1], b.trouble
}

func (b *book) Rechecked(_ context.Context, id pos.PaymentID) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.trouble == nil {
		b.below = min(b.below, id)
	}
	return b.trouble
}

func (b *book) fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.trouble = err
}

// wechat is WeChat's side in a few lines: orders by number, each with a state.
type wechat struct {
	mu      sync.Mutex
	orders  map[string]*order
	calls   map[pos.EffectKind]int
	at      map[pos.EffectKind][]time.Time
	delay   time.Duration
	foreign bool                                         // the orders in the ledger are of another merchant
	minAge  time.Duration                                // closeorder refuses younger orders
	skew    time.Duration                                // our clock against its own; 0: not measured
	faulty  func(kind pos.EffectKind) (acted, lost bool) // acted false: WeChat never saw the call; lost: no answer came
	verify  func(body []byte) (pos.Notice, error)

	composed   []pos.Order
	impossible error                            // what composing an order answers while it is set
	slow       map[pos.EffectKind]time.Duration // beside delay
	answers    func(no string) *pos.Signal      // to an order, in place of WeChat's own

	codes   map[string]*charge // what happens to a customer's payment code
	charged []string           // out_trade_no of every charge that arrived
	refunds []*refundAt
	poor    bool     // the merchant's balance is too small to refund
	cert    pos.Code // why there is no client certificate
}

type order struct {
	amount  pos.Fen
	state   pos.SignalKind
	trans   string
	codes   int
	created time.Time
	expires time.Time
	charge  *charge
}

func newWeChat() *wechat {
	return &wechat{orders: map[string]*order{}, calls: map[pos.EffectKind]int{}, at: map[pos.EffectKind][]time.Time{}, delay: 50 * time.Millisecond}
}

func (g *wechat) Compose(o pos.Order) ([]byte, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.composed = append(g.composed, o)
	if g.impossible != nil {
		return nil, g.impossible
	}
	return fmt.Appendf(nil, "%d %d", o.Amount, o.ExpiresAt.UnixMilli()), nil
}

// exchange runs one call, with its delay and its faults.
func (g *wechat) exchange(ctx context.Context, kind pos.EffectKind, act func() pos.Signal) pos.Signal {
	g.mu.Lock()
	delay := g.delay + g.slow[kind]
	g.mu.Unlock()
	select {
	case <-time.After(delay):
	case <-ctx.Done():
		return pos.Signal{Kind: pos.SigUncertain, Code: pos.CodeNoAnswer}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.calls[kind]++
	g.at[kind] = append(g.at[kind], time.Now())
	acted, lost := true, false
	if g.faulty != nil {
		acted, lost = g.faulty(kind)
	}
	s := pos.Signal{Kind: pos.SigUncertain, Code: pos.CodeNoAnswer}
	if acted {
		if real := act(); !lost {
			s = real
		}
	}
	return s
}

func (g *wechat) Prepay(ctx context.Context, no string, request []byte) pos.Signal {
	return g.exchange(ctx, pos.DoOrder, func() pos.Signal {
		var amount pos.Fen
		var expires int64
		fmt.Sscan(string(request), &amount, &expires)
		if g.answers != nil {
			if s := g.answers(no); s != nil {
				return *s
			}
		}
		o := g.orders[no]
		switch {
		case o == nil:
			o = &order{amount: amount, state: pos.SigUnpaid, created: time.Now(), expires: time.UnixMilli(expires)}
			g.orders[no] = o
		case o.state != pos.SigUnpaid:
			return pos.Signal{Kind: pos.SigHint}
		}
		o.codes++
		return pos.Signal{Kind: pos.SigOrdered, CodeURL: fmt.Sprintf("weixin://%s/%d", no, o.codes), PrepayID: fmt.Sprintf("wx%s.%d", no, o.codes)}
	})
}

func (g *wechat) Query(ctx context.Context, no string) pos.Signal {
	return g.exchange(ctx, pos.DoQuery, func() pos.Signal {
		o := g.orders[no]
		if o == nil {
			return pos.Signal{Kind: pos.SigNotExist}
		}
		if o.state == pos.SigUnpaid && time.Now().After(o.expires.Add(time.Minute)) {
			o.state = pos.SigClosed
		}
		return pos.Signal{Kind: o.state, Trade: pos.Trade{TransactionID: o.trans, Amount: o.amount, Currency: pos.Currency, PaidAt: time.Now()}}
	})
}

func (g *wechat) Close(ctx context.Context, no string) pos.Signal {
	return g.exchange(ctx, pos.DoClose, func() pos.Signal {
		o := g.orders[no]
		switch {
		case o == nil:
			return pos.Signal{Kind: pos.SigNotExist}
		case o.state == pos.SigPaid:
			return pos.Signal{Kind: pos.SigHint}
		case time.Since(o.created) < g.minAge:
			return pos.Signal{Kind: pos.SigCloseDenied}
		}
		o.state = pos.SigClosed
		return pos.Signal{Kind: pos.SigCloseDone}
	})
}

func (g *wechat) Ours([]byte) bool { return !g.foreign }

func (g *wechat) Skew() (time.Duration, bool) { return g.skew, g.skew != 0 }

func (g *wechat) RoundTrip() time.Duration { return 0 }

func (g *wechat) ReadNotice(body []byte) (pos.Notice, error) { return g.verify(body) }
func (g *wechat) Reply(ok bool, reason string) (string, []byte) {
	return "text/xml", fmt.Appendf(nil, "%t %s", ok, reason)
}

// pay is the customer. It reports whether WeChat took the money.
func (g *wechat) pay(no string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	o := g.orders[no]
	if o == nil || o.state != pos.SigUnpaid {
		return false
	}
	o.state, o.trans = pos.SigPaid, "42"+no
	return true
}

func (g *wechat) count(kind pos.EffectKind) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.calls[kind]
}

// counter is a till at work inside a synctest bubble, with the last snapshot it showed.
type counter struct {
	t    *testing.T
	till *checkout.Till
	book *book
	wx   *wechat
	stop context.CancelFunc
	over chan error

	mu   sync.Mutex
	last pos.Snapshot
	seen []string // message ids

	kicks   int          // of the drawer, without a sale; read it after synctest.Wait
	tenders []pos.Tender // that it was opened for, as far as the settings have it so; likewise
	pokes   int          // of the spools
	alone   bool         // there is one printer
}

type now struct{}

func (now) Now() time.Time { return time.Now() }

func open(t *testing.T, b *book, wx *wechat, change ...func(*checkout.Config)) *counter {
	t.Helper()
	c := &counter{t: t, book: b, wx: wx, over: make(chan error, 1)}
	cfg := checkout.Config{
		Shop:   pos.Shop{Name: "柜台便利店", ID: "S001", Till: "T1", Calendar: pos.Calendar{Zone: time.UTC}},
		Ledger: b, Returns: b, Rechecks: b, AutoRefund: true, Catalogue: shelf{b}, Goods: shelf{b}, Holds: b, Clock: now{}, Random: rand.Reader, Life: 5 * time.Minute,
		Log: slog.New(slog.DiscardHandler), Publish: c.show, Poke: func() { c.pokes++ }, Jitter: func(d time.Duration) time.Duration { return d },
		Staff: b, Recovery: b, Shifts: b, OpenDrawer: func() { c.kicks++ }, Drawer: func(x pos.Tender) { c.tenders = append(c.tenders, x) }, Prints: b, HasOther: func() bool { return !c.alone },
	}
	for _, f := range change {
		f(&cfg)
	}
	if wx != nil {
		cfg.Gateway, cfg.Notices, cfg.Refunder, cfg.Finder = wx, wx, wx, wx
		if cfg.ChargeOff = wx.cert; wx.cert == pos.CodeNone {
			cfg.Charger = wx
		}
	} else {
		cfg.OffCause = pos.CodeSecret
	}
	c.till = checkout.New(cfg)
	ctx, cancel := context.WithCancel(t.Context())
	c.stop = cancel
	go func() { c.over <- c.till.Run(ctx) }()
	c.wait(60 * time.Millisecond) // the line has been tried
	return c
}

func (c *counter) show(s pos.Snapshot) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.Message.N != c.last.Message.N && s.Message.ID != "" {
		c.seen = append(c.seen, s.Message.ID)
	}
	c.last = s
}

func (c *counter) snap() pos.Snapshot {
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last
}

func (c *counter) do(commands ...pos.Command) pos.Snapshot {
	for _, cmd := range commands {
		c.till.Post(cmd)
		synctest.Wait()
	}
	return c.snap()
}

// wait lets virtual time pass.
func (c *counter) wait(d time.Duration) pos.Snapshot {
	bubble.Sleep(d)
	return c.snap()
}

func (c *counter) close() {
	c.t.Helper()
	c.stop()
	if err := <-c.over; err != nil {
		c.t.Error(err)
	}
}

// sellCola puts a cola on the counter and asks for a QR.
func (c *counter) sellCola() pos.PayView {
	c.t.Helper()
	c.do(pos.ScanText{Text: "6901234567892"}, pos.PayWeChat{})
	s := c.wait(100 * time.Millisecond)
	if s.Pay == nil {
		c.t.Fatalf("no payment on screen: %+v", s)
	}
	return *s.Pay
}

// audit is the independent judge: what WeChat took must be in the book once, as a sale or as an exception.
func (c *counter) audit() {
	c.t.Helper()
	c.wx.mu.Lock()
	defer c.wx.mu.Unlock()
	settled := map[pos.SaleID]pos.Fen{}
	for _, p := range c.book.list(func(pos.Payment) bool { return true }) {
		o := c.wx.orders[p.OutTradeNo]
		switch {
		case p.State == pos.Paid:
			settled[p.Sale] += p.Amount
		case o != nil && o.state == pos.SigPaid && p.State != pos.Exception && p.State != pos.Refunded:
			c.t.Errorf("WeChat took %s, the book says %s", p.OutTradeNo, p.State)
		}
		if p.Tender == pos.TenderNative && p.State.Took() && (o == nil || o.state != pos.SigPaid) {
			c.t.Errorf("the book has money for %s that WeChat never took", p.OutTradeNo)
		}
	}
	for id, s := range c.book.sales {
		want := s.Paid // of what is open, the parts
		switch s.State {
		case pos.SaleClosed:
			want = s.Net() - s.Credit()
		case pos.SaleAbandoned:
			want = 0
		}
		if settled[id] != want {
			c.t.Errorf("sale %d is %s, %s of it is settled, not %s", id, s.State, settled[id], want)
		}
	}
}
