package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"guitai/pos"
	"guitai/pos/wechat/sim"
)

// judge holds everything that a till does against what it knows by itself: what WeChat truly has (the simulator's orders), what
// truly passed on the wire, and what was committed. It shares no rule with the till. What it demands, at every change of the
// books, every snapshot, every call and every pause:
//
//	I1  what is committed is there after any stop, and the till follows it again
//	I2  money that WeChat took is in exactly one place: it settles one sale, or is an exception
//	I3  no order is made, and no cash taken, while an older code of the sale is on the glass, or before the older order was
//	    asked about and asked to close (or the till waited for that as long as it may)
//	I4  nothing is paid without WeChat's word for that order, sum and currency; nothing is over without WeChat's word
//	I5  what WeChat did not sign moves nothing and is never accepted; nor is a notice whose money is not on disk
//	I6  a live payment is always asked about again in time, and what is over is not asked about for ever; no till goes round and
//	    round with nothing to do
//	I7  the screen says what the books say, and shows every live payment; in calm weather every customer is served
//	I8  a sale is settled once, by money that needs it; receipt numbers have no gaps; postings sum to zero
type judge struct {
	l *life

	mu         sync.Mutex
	orders     map[string]*dossier // by out_trade_no
	sales      map[pos.SaleID]*affair
	live       map[string]*dossier
	places     map[string]string // transaction_id -> where its money is
	receipts   map[pos.Day]int
	exceptions int
	refunds    map[string]pos.Refund    // by out_refund_no
	endedCases map[pos.ExceptionID]bool // exceptions that have ended
	sums       map[pos.Account]pos.Fen
	history    []string // every change of the books, and when

	up       time.Time // the program runs since; zero while it does not
	trouble  time.Time // the last refused write
	behind   time.Time // the last write that was done and answered with an error
	checking time.Time // the screen says since then that an older code is being checked
	unshown  pos.SaleID
	screen   pos.Snapshot
	wishes   int
	settled  atomic.Int64
	calls    int
	faults   atomic.Int32
}

// dossier is what the judge knows of one payment.
type dossier struct {
	p       pos.Payment // as last committed
	opened  time.Time   // by the bubble's clock, which never jumps
	left    time.Time   // when it left the glass
	asked   time.Time   // the last call about it
	calls   int         // since it left the glass
	queried bool        // likewise
	closing bool        // it was asked to close, likewise

	told    string          // WeChat's word, not yet acted on: how it ended
	toldAt  time.Time       // when the till heard it
	refused bool            // the till was told that no such order was made
	ended   bool            // WeChat has said that it ended without money
	heard   map[string]bool // transactions that the till was told of
	after   int             // calls about it since it was over
	wishes  int             // the cashier's questions up to its end
	hints   int             // notices about it
}

// affair is one sale.
type affair struct {
	sale   pos.Sale
	state  pos.SaleState
	orders []*dossier
}

func newJudge(l *life) *judge {
	return &judge{
		l: l, orders: map[string]*dossier{}, sales: map[pos.SaleID]*affair{}, live: map[string]*dossier{}, places: map[string]string{},
		receipts: map[pos.Day]int{}, refunds: map[string]pos.Refund{}, endedCases: map[pos.ExceptionID]bool{}, sums: map[pos.Account]pos.Fen{},
	}
}

// fault reports a broken demand. Only the first few of a life are told: the rest follows from them.
func (j *judge) fault(demand, format string, args ...any) {
	if j.faults.Add(1) > 3 {
		return
	}
	j.l.t.Errorf("judge %s (seed %d, after %s, %d sales): %s", demand, j.l.seed, time.Since(j.l.began), j.settled.Load(), fmt.Sprintf(format, args...))
}

func (j *judge) trace(format string, args ...any) {
	if *yearsLog {
		j.l.t.Logf("%s %s", time.Since(j.l.began), fmt.Sprintf(format, args...))
	}
}

func (j *judge) wrote(what string, id int64, state pos.State) {
	j.l.tally.add("changes", 1)
	j.history = append(j.history, fmt.Sprintf("%v: %s %d %s", time.Since(j.l.began), what, id, state))
}

// started and stopped tell when the program runs.
func (j *judge) started() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.up, j.trouble, j.behind, j.checking, j.screen = time.Now(), time.Time{}, time.Time{}, time.Time{}, pos.Snapshot{}
	j.trace("start")
}

func (j *judge) stopped() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.up, j.unshown = time.Time{}, 0
	j.forget(j.orders) // also of those at their end: an answer about other money may be lost with the program
	j.trace("stop")
}

// forget makes the judge forget what the till has heard of these and not written down. Call with j.mu held.
func (j *judge) forget(of map[string]*dossier) {
	for _, d := range of {
		d.told = ""
		for id := range d.heard {
			if j.places[id] == "" {
				delete(d.heard, id)
			}
		}
	}
}

// troubled tells that a write was refused: what the till has heard it must learn again.
func (j *judge) troubled() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.trouble = time.Now()
	j.forget(j.live)
}

// unsure tells that a write was done and the till does not know it: until it asked again, its screen is behind the books.
func (j *judge) unsure() {
	j.troubled()
	j.mu.Lock()
	defer j.mu.Unlock()
	j.behind = j.trouble
}

// resumed holds what a started till is given against what was committed.
func (j *judge) resumed(all []pos.Payment) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, p := range all {
		if d := j.live[p.OutTradeNo]; d == nil || d.p.State != p.State {
			j.fault("I1", "%s is %s in the books, which nobody wrote", p.OutTradeNo, p.State)
		}
		j.l.tally.cell(p, pos.SigStart)
	}
	if len(all) != len(j.live) {
		j.fault("I1", "%d live payments in the books, %d were written", len(all), len(j.live))
	}
}

func (j *judge) begun(s pos.Sale, p pos.Payment) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.sales[s.ID] != nil {
		if d := j.orders[p.OutTradeNo]; d == nil || d.p.Sale != s.ID {
			j.fault("I8", "sale %d was begun twice", s.ID)
		}
		return
	}
	j.sales[s.ID] = &affair{sale: s, state: pos.SaleOpen}
	j.begunByPhone(s)
	j.open(p)
}

func (j *judge) added(p pos.Payment) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.orders[p.OutTradeNo] == nil {
		j.mayCharge(p.Sale)
		j.open(p)
	}
}

func (j *judge) open(p pos.Payment) {
	a := j.sales[p.Sale]
	switch {
	case j.orders[p.OutTradeNo] != nil:
		j.fault("I8", "the number %s was used again", p.OutTradeNo)
	case a == nil || a.state != pos.SaleOpen:
		j.fault("I8", "an order for sale %d, which is not open", p.Sale)
		return
	case p.Asked != a.sale.Net():
		j.fault("I8", "%s asks %d fen for a sale of %d", p.OutTradeNo, p.Asked, a.sale.Net())
	}
	now := time.Now()
	d := &dossier{p: p, opened: now, asked: now, heard: map[string]bool{}}
	j.orders[p.OutTradeNo], j.live[p.OutTradeNo] = d, d
	a.orders = append(a.orders, d)
	j.wrote("open", int64(p.ID), p.State)
	j.trace("open %s for sale %d, %d fen", p.OutTradeNo, p.Sale, p.Asked)
}

// mayCharge is I3, for a new order or for cash. Call with j.mu held.
func (j *judge) mayCharge(id pos.SaleID) {
	a := j.sales[id]
	if a == nil {
		return
	}
	waited := !j.checking.IsZero() && time.Since(j.checking) >= 2990*time.Millisecond
	for _, d := range a.orders {
		switch {
		case d.p.State.OnGlass():
			j.fault("I3", "sale %d is charged again while %s is %s", id, d.p.OutTradeNo, d.p.State)
		case d.p.State.Live() && !d.refused && !(d.queried && d.closing) && !waited:
			j.fault("I3", "sale %d is charged again; since %s left the glass: asked about %v, asked to close %v", id, d.p.OutTradeNo, d.queried, d.closing)
		}
	}
}

// charging tells of cash for a sale, or of an order that is being sent.
func (j *judge) charging(sale pos.SaleID, no string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if no == "" {
		j.mayCharge(sale)
		return
	}
	if d := j.orders[no]; d == nil {
		j.fault("I1", "%s is sent and is not on disk", no)
	}
}

// applied judges a step of a payment that was committed.
func (j *judge) applied(c pos.Change, got pos.Settled) {
	j.mu.Lock()
	defer j.mu.Unlock()
	d := j.orders[c.From.OutTradeNo]
	if d == nil {
		j.fault("I1", "a step of %s, which was never opened", c.From.OutTradeNo)
		return
	}
	if got.Payment.Version == d.p.Version {
		return // said before
	}
	from, to := d.p.State, got.Payment
	if k := c.Signal.Kind; c.Signal.Source == pos.ByNotify || k == pos.SigCancel || k == pos.SigExpire || k == pos.SigNewCode {
		j.l.tally.cell(d.p, k)
	}
	j.wrote(string(c.Signal.Kind), int64(to.ID), to.State)
	j.trace("%s %s -> %s by %s (%s) %s", to.OutTradeNo, from, to.State, c.Signal.Kind, c.Signal.Source, to.Reason)
	d.p = to
	if from.OnGlass() && !to.State.OnGlass() || !from.Live() && to.State.Live() {
		d.left, d.calls, d.queried, d.closing = time.Now(), 0, false, false
	}
	switch {
	case to.State.Took() && !from.Took():
		j.tookMoney(d, pos.Trade{TransactionID: to.TransactionID, Amount: to.Amount, Settlement: to.Settlement, Currency: to.Currency})
		if to.State == pos.Paid {
			j.paid(d, got)
		} else {
			j.excepted(d, to)
		}
	case from.Live() && to.State == pos.Refunded: // taken, seen, and reversed
		j.places[to.TransactionID] = to.OutTradeNo
		if m, ok := j.truth(to.TransactionID); !ok || !m.Reversed {
			j.fault("I4", "%s is given back by a reversal, which WeChat has not done", to.OutTradeNo)
		}
	case from.Took() && to.State != from && !(from == pos.Exception && to.State == pos.Refunded):
		j.fault("I2", "the money of %s went from %s to %s", to.OutTradeNo, from, to.State)
	case from.Live() && !to.State.Live():
		j.over(d)
	}
	if c.Second && j.places[c.Signal.Trade.TransactionID] == "" {
		t := c.Signal.Trade
		t.Settlement = t.ToShop()
		j.tookMoney(d, t)
		to.Amount, to.Settlement, to.Currency = t.Amount, t.Settlement, t.Currency
		j.excepted(d, to)
	}
	if to.State.Live() {
		j.live[to.OutTradeNo] = d
	} else if j.live[to.OutTradeNo] != nil {
		delete(j.live, to.OutTradeNo)
		d.told, d.after, d.wishes, d.hints = "", 0, j.wishes, 0
	}
}

// tookMoney is I2 and I4: money that is booked is WeChat's, to the fen, and is booked once.
func (j *judge) tookMoney(d *dossier, t pos.Trade) {
	no := d.p.OutTradeNo
	if where := j.places[t.TransactionID]; where != "" {
		j.fault("I2", "the money of %s is booked for %s and for %s", t.TransactionID, where, no)
	}
	j.places[t.TransactionID] = no
	o, err := j.l.sim.Order(no)
	if err != nil {
		j.fault("I4", "%s is booked as %d fen taken; WeChat does not know it", no, t.Amount)
		return
	}
	i := slices.IndexFunc(o.Payments, func(p sim.Payment) bool { return p.TransactionID == t.TransactionID })
	if i < 0 {
		j.fault("I4", "%s is booked as %d fen taken by %s; WeChat took nothing by that", no, t.Amount, t.TransactionID)
		return
	}
	if p := o.Payments[i]; p.TotalFee != int64(t.Amount) || p.FeeType != t.Currency || p.SettlementFee != int64(t.Settlement) {
		j.fault("I4", "%s: WeChat took %d %s (%d for the shop), the books say %d %s (%d)", no, p.TotalFee, p.FeeType, p.SettlementFee, t.Amount, t.Currency, t.Settlement)
	}
}

func (j *judge) paid(d *dossier, got pos.Settled) {
	p := got.Payment
	if p.Amount != p.Asked || p.Currency != "CNY" {
		j.fault("I4", "%s is paid with %d %s; asked was %d", p.OutTradeNo, p.Amount, p.Currency, p.Asked)
	}
	if got.Sale == nil {
		j.fault("I8", "%s is paid and closed no sale", p.OutTradeNo)
		return
	}
	if a := j.sales[p.Sale]; j.screen.Seq > 0 && a != nil && !j.aside(p.OutTradeNo) && !(pos.Cart{Lines: a.sale.Lines}).Same(j.screen.Cart) {
		j.fault("I8", "%s settles sale %d, which is not what is in the cart", p.OutTradeNo, p.Sale)
	}
	j.sums["wechat:receivable"] += p.Settlement
	j.sums["wechat:coupons"] += p.Amount - p.Settlement
	j.settle(got)
}

func (j *judge) excepted(d *dossier, p pos.Payment) {
	j.exceptions++
	j.l.tally.add("exceptions", 1)
	j.l.tally.add("exception "+string(p.Reason), 1)
	if p.Currency == "CNY" {
		j.sums["wechat:receivable"] += p.Settlement
		j.sums["wechat:coupons"] += p.Amount - p.Settlement
		j.sums["wechat:exceptions"] -= p.Amount
	}
}

// settle is I8 for a sale that was just closed.
func (j *judge) settle(got pos.Settled) {
	s := got.Sale.Sale
	a := j.sales[s.ID]
	if a == nil {
		a = &affair{sale: s, state: pos.SaleOpen}
		j.sales[s.ID] = a
	}
	if a.state != pos.SaleOpen {
		j.fault("I8", "sale %d was %s and is settled", s.ID, a.state)
	}
	if s.Net() != a.sale.Net() || got.Payment.Amount != s.Net() {
		j.fault("I8", "sale %d of %d fen is settled as %d with %d", s.ID, a.sale.Net(), s.Net(), got.Payment.Amount)
	}
	day := testShop.Calendar.DayOf(j.l.clock.Now())
	j.receipts[day]++
	if r := s.Receipt; r.Day != day || r.Seq != j.receipts[day] {
		j.fault("I8", "sale %d has receipt %s; the next one of %s is %d", s.ID, r, day, j.receipts[day])
	}
	if u := j.sales[j.unshown]; u != nil && s.Origin == pos.OriginCounter && u.state == pos.SaleClosed && (pos.Cart{Lines: u.sale.Lines}).Same(pos.Cart{Lines: s.Lines}) {
		j.fault("I8", "the same cart was sold as sale %d and again as sale %d", j.unshown, s.ID)
	}
	a.state, a.sale = pos.SaleClosed, s
	if s.Origin == pos.OriginCounter { // what phones order twice is two orders
		j.unshown = s.ID
	}
	j.sums["sales"] -= s.Gross
	j.settled.Add(1)
	j.l.tally.add("sales", 1)
	if s.Origin != pos.OriginCounter {
		j.l.tally.add("paid by phone", 1)
	}
	j.wrote("settle", int64(s.ID), got.Payment.State)
	j.trace("sale %d settled, receipt %s", s.ID, s.Receipt)
}

func (j *judge) soldCash(got pos.Settled) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if a := j.sales[got.Sale.Sale.ID]; a != nil && a.state == pos.SaleClosed && j.places["cash "+got.Payment.OutTradeNo] != "" {
		return // the same again, after an answer that did not come
	}
	j.places["cash "+got.Payment.OutTradeNo] = "drawer"
	j.sums["cash:drawer"] += got.Payment.Amount
	j.settle(got)
}

func (j *judge) abandoned(id pos.SaleID) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if a := j.sales[id]; a != nil && a.state == pos.SaleOpen {
		a.state = pos.SaleAbandoned
		j.wrote("abandon", int64(id), "")
		j.trace("sale %d abandoned", id)
	}
}

// over is the second half of I4: a payment is over when WeChat said so.
func (j *judge) over(d *dossier) {
	no := d.p.OutTradeNo
	o, err := j.l.sim.Order(no)
	made := !errors.Is(err, sim.ErrNoOrder)
	switch {
	case d.ended:
	case d.refused && (!made || d.p.Tender == pos.TenderCode && len(o.Payments) == 0):
	default:
		j.fault("I4", "%s is %s, and WeChat has not said that it is over (at WeChat: %q)", no, d.p.State, o.State)
	}
}

// cell counts a visited cell of Step's table.
func (j *judge) cell(no string, k pos.SignalKind) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if d := j.orders[no]; d != nil {
		j.l.tally.cell(d.p, k)
	}
}

// askedFor is what an order asks for, in fen, as the documents write it.
func (j *judge) askedFor(no string) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	if d := j.orders[no]; d != nil {
		return strconv.FormatInt(int64(d.p.Asked), 10)
	}
	return "100"
}

// anyLive names a live payment, or what is given when there is none.
func (j *judge) anyLive(no string) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	for other := range j.live {
		if other < no || j.live[no] == nil {
			no = other
		}
	}
	return no
}

func (j *judge) youngerThan(no string, age time.Duration) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	d := j.orders[no]
	return d != nil && time.Since(d.opened) < age
}

// truth is what WeChat has of a transaction.
func (j *judge) truth(id string) (sim.Money, bool) {
	for _, m := range j.l.sim.Money() {
		if m.TransactionID == id {
			return m, true
		}
	}
	return sim.Money{}, false
}

// aside tells whether the screen says of an order that it was put aside with its sale. Call with j.mu held.
func (j *judge) aside(no string) bool {
	return slices.ContainsFunc(j.screen.Pending, func(p pos.PendingView) bool { return p.OutTradeNo == no && p.Parked })
}
