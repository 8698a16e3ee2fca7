package checkout

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"guitai/pos"
)

// maxPrepays is how many orders of phones are sent at once, beside the calls that ask about what is pending: a customer with a phone in
// the hand waits for no slow answer about another order.
const maxPrepays = 8

// maxRef is the longest Ref, in bytes.
const maxRef = 128

var _ pos.PhoneDesk = (*Till)(nil)

// phoneAsked is a phone's order on its way to the till's goroutine.
type phoneAsked struct {
	order  pos.PhoneOrder
	waiter phoneWaiter
}

// phoneWaiter is somebody who waits for a prepay_id.
type phoneWaiter struct {
	gone   <-chan struct{} // nobody waits any more
	answer chan<- phoneAnswer
}

type phoneAnswer struct {
	ticket pos.PhoneTicket
	err    error
}

func (w phoneWaiter) left() bool {
	select {
	case <-w.gone:
		return true
	default:
		return false
	}
}

// OrderByPhone implements [pos.PhoneDesk].
func (t *Till) OrderByPhone(ctx context.Context, o pos.PhoneOrder) (pos.PhoneTicket, error) {
	const op = "order by phone"
	answer := make(chan phoneAnswer, 1)
	if err := ctx.Err(); err != nil {
		return pos.PhoneTicket{}, pos.E(pos.CodeNoAnswer, op, err)
	}
	if !t.box.put(phoneAsked{o, phoneWaiter{ctx.Done(), answer}}) {
		return pos.PhoneTicket{}, pos.E(pos.CodeNoAnswer, op, errStopping)
	}
	select {
	case a := <-answer:
		return a.ticket, a.err
	case <-ctx.Done():
		return pos.PhoneTicket{}, pos.E(pos.CodeNoAnswer, op, ctx.Err())
	}
}

var errStopping = errors.New("the till is stopping")

// PhoneOrder implements [pos.PhoneDesk]. It reads what is on disk.
func (t *Till) PhoneOrder(ctx context.Context, ref string) (pos.PhoneTicket, error) {
	found, err := t.cfg.Ledger.PhoneSale(ctx, ref)
	if err != nil {
		return pos.PhoneTicket{}, err
	}
	if len(found.Payments) == 0 {
		return pos.PhoneTicket{}, pos.E(pos.CodeCorrupt, "find phone order", errors.New("an order without its payment"))
	}
	return ticketOf(found.Sale, found.Payments[0]), nil
}

// ticketOf is an order as its phone may know it. A prepay_id is shown only while it may be paid by.
func ticketOf(s pos.Sale, p pos.Payment) pos.PhoneTicket {
	k := pos.PhoneTicket{OutTradeNo: p.OutTradeNo, Amount: p.Asked, State: p.State, ExpiresAt: p.ExpiresAt}
	if p.State == pos.Waiting {
		k.PrepayID = p.PrepayID
	}
	if p.State == pos.Paid {
		k.Receipt = s.Receipt
	}
	return k
}

func (e phoneAsked) handle(t *Till) {
	const op = "order by phone"
	if t.work.Err() != nil || e.waiter.left() { // whoever is gone asks again, if it is still wanted
		e.waiter.answer <- phoneAnswer{err: pos.E(pos.CodeNoAnswer, op, errors.New("nothing was done"))}
		return
	}
	t.dirty = true
	w, done, err := t.takePhone(e.order)
	switch {
	case err != nil:
		t.cfg.Log.Warn(op, "origin", e.order.Origin, "code", pos.CodeOf(err), "err", err)
		e.waiter.answer <- phoneAnswer{err: err}
	case done != nil:
		e.waiter.answer <- phoneAnswer{ticket: *done}
	default:
		w.waiters = append(slices.DeleteFunc(w.waiters, phoneWaiter.left), e.waiter)
		t.tellPhones(w)
	}
}

// takePhone finds the order that a phone asks for, or writes it down and has it sent. It is answered by its ticket when it is at its end,
// else by the watch that tells when there is a prepay_id.
func (t *Till) takePhone(o pos.PhoneOrder) (*watch, *pos.PhoneTicket, error) {
	const op = "order by phone"
	if err := checkPhone(o); err != nil {
		return nil, nil, err
	}
	if o.Origin == pos.OriginProduct {
		if w := t.productOrder(o); w != nil {
			return w, nil, nil
		}
	} else {
		switch found, err := t.cfg.Ledger.PhoneSale(t.book, o.Ref); {
		case err == nil:
			return t.samePhone(o, found)
		case pos.CodeOf(err) != pos.CodeNotFound:
			t.ledgerTrouble("find phone order", err)
			return nil, nil, err
		}
	}
	switch g := t.gatewayOf(o.API); {
	case g == nil && o.API == pos.APIShop:
		return nil, nil, pos.E(t.cfg.OffCause, op, errors.New("WeChat Pay is off"))
	case g == nil:
		return nil, nil, pos.E(pos.CodeConfig, op, errors.New("the interface "+string(o.API)+" is not set up"))
	case t.needsShift():
		return nil, nil, pos.E(pos.CodeShift, op, errors.New("no shift is open"))
	case t.phoneOrders() >= pos.MaxPhoneOrders:
		return nil, nil, pos.E(pos.CodeTooMany, op, errors.New("too many orders of phones are open"))
	}
	w, err := t.openPhone(o)
	return w, nil, err
}

// checkPhone refuses what cannot be an order.
func checkPhone(o pos.PhoneOrder) error {
	wrong := func(why string) error { return pos.E(pos.CodeInvalid, "order by phone", errors.New(why)) }
	tenders := map[pos.Origin][]pos.Tender{
		pos.OriginProduct: {pos.TenderNative}, pos.OriginMini: {pos.TenderJSAPI}, pos.OriginApp: {pos.TenderApp},
	}
	if !slices.Contains(tenders[o.Origin], o.Tender) {
		return wrong("a " + string(o.Origin) + " order is not paid by " + string(o.Tender))
	}
	if o.API != pos.APIShop && (o.API != pos.APIv1 || o.Tender != pos.TenderApp) {
		return wrong("the interface " + string(o.API) + " takes no such order")
	}
	if o.Ref == "" || len(o.Ref) > maxRef {
		return wrong("an order of a phone has a reference of 1 to 128 bytes")
	}
	if len(o.Lines) == 0 || len(o.Lines) > pos.MaxLines {
		return wrong("an order has 1 to 500 lines")
	}
	for _, l := range o.Lines {
		if l.Quantity < 1 || l.Quantity > pos.MaxQuantity || l.Price < 0 || l.Price > pos.MaxAmount {
			return wrong("a line has 1 to 9999 pieces at a price")
		}
	}
	if sum := (pos.Cart{Lines: o.Lines}).Total(); sum <= 0 || sum > pos.MaxAmount {
		return wrong("there is nothing to pay, or too much")
	}
	return nil
}

// sameGoods reports whether two orders are of the same goods. What they cost is as of the first.
func sameGoods(a, b []pos.Line) bool {
	return slices.EqualFunc(a, b, func(x, y pos.Line) bool { return x.Item == y.Item && x.Quantity == y.Quantity })
}

// productOrder finds the order of a product code that may still be paid: whoever scans twice gets the same.
func (t *Till) productOrder(o pos.PhoneOrder) *watch {
	for _, id := range t.ids() {
		w := t.watches[id]
		aside := t.phoneOf(w.p.Sale)
		if aside != nil && aside.sale.Origin == o.Origin && aside.sale.Ref == o.Ref && w.p.API == o.API && w.p.State.OnGlass() &&
			sameGoods(aside.sale.Lines, o.Lines) && !w.foreign {
			return w
		}
	}
	return nil
}

// samePhone answers for an order of a mini-program or app that is in the books.
func (t *Till) samePhone(o pos.PhoneOrder, found pos.OpenSale) (*watch, *pos.PhoneTicket, error) {
	const op = "order by phone"
	if len(found.Payments) == 0 {
		return nil, nil, pos.E(pos.CodeCorrupt, op, errors.New("an order without its payment"))
	}
	s, p := found.Sale, found.Payments[0]
	if s.Origin != o.Origin || p.Tender != o.Tender || p.API != o.API || !sameGoods(s.Lines, o.Lines) {
		return nil, nil, pos.E(pos.CodeConflict, op, errors.New("this reference is another order's"))
	}
	w := t.watches[p.ID]
	if w != nil {
		p = w.p
	}
	switch {
	case p.State.OnGlass() && w == nil: // its first commit answered with an error, and it is in the books all the same
		t.parked[s.ID] = &parked{s, p.ID}
		w = t.watched(p)
		t.apply(w, pos.Signal{Kind: pos.SigStart})
		return w, nil, nil
	case p.State.OnGlass():
		return w, nil, nil
	case mayHaveMoney(p):
		k := ticketOf(s, p)
		return nil, &k, nil
	}
	return nil, nil, phoneEnded(p)
}

// mayHaveMoney reports whether an order that is not to be paid any more was paid, or may have been: one whose prepay_id a phone got is
// told as it stands until WeChat has ended it, so that nobody pays for the same goods again.
func mayHaveMoney(p pos.Payment) bool {
	return p.State.Took() || p.State == pos.Refunded || p.State.Left() && p.PrepayID != ""
}

// phoneEnded says why an order has no prepay_id and gets none. No phone can pay it, whatever WeChat may have to say of it yet.
func phoneEnded(p pos.Payment) error {
	code := pos.CodeExpired
	switch {
	case p.State == pos.Refused:
		code = pos.CodeRefused
	case p.PrepayID != "":
	case p.Cause == pos.CodeConfig, p.Cause == pos.CodeSecret, p.Cause == pos.CodeRejected, p.Cause == pos.CodeRefused: // WeChat did not take the order
		code = p.Cause
	}
	return pos.E(code, "order by phone", errors.New(p.OutTradeNo+" is "+string(p.State)+" "+p.Detail))
}

// openPhone writes a phone's order down, and only then has it sent. It is put aside from the first, in the same commit: whatever happens
// to this program, it is never the next cart.
func (t *Till) openPhone(o pos.PhoneOrder) (*watch, error) {
	now := t.cfg.Clock.Now()
	no, err := pos.NewOutTradeNo(t.cfg.Shop, t.cfg.Shop.Calendar.DayOf(now), t.cfg.Random)
	if err != nil {
		return nil, err
	}
	sale := pos.Sale{
		State: pos.SaleOpen, Lines: slices.Clone(o.Lines), Gross: (pos.Cart{Lines: o.Lines}).Total(), OpenedAt: now,
		Parked: true, Origin: o.Origin, Ref: o.Ref,
	}
	p := pos.Payment{
		OutTradeNo: no, Tender: o.Tender, State: pos.Opened, Asked: sale.Net(), OpenedAt: now, ExpiresAt: now.Add(t.cfg.Life), API: o.API,
	}
	order := t.orderOf(sale, p)
	order.OpenID, order.ProductID = o.OpenID, o.ProductID
	if p.Request, err = t.gatewayOf(o.API).Compose(order); err != nil {
		return nil, err
	}
	sale, p, err = t.cfg.Ledger.BeginSale(t.book, sale, p)
	if err != nil {
		t.ledgerTrouble("open phone order", err)
		return nil, err
	}
	t.ledgerFine()
	t.parked[sale.ID] = &parked{sale, p.ID}
	w := t.watched(p)
	t.schedule(w, []pos.Effect{{Kind: pos.DoOrder}})
	goods, pieces := firstGoods(sale)
	t.mention(pos.MsgInfo, "phone-order", p.Asked.String(), goods, strconv.Itoa(pieces))
	return w, nil
}

// firstGoods is what a phone's order is called: its first item, and how many pieces there are in all.
func firstGoods(s pos.Sale) (string, int) { return s.Lines[0].Name, pos.Cart{Lines: s.Lines}.Pieces() }

// phoneOf is the open sale of a phone; nil when the sale is none.
func (t *Till) phoneOf(id pos.SaleID) *parked {
	if aside := t.parked[id]; aside != nil && aside.sale.Origin != pos.OriginCounter {
		return aside
	}
	return nil
}

// phoneOrders counts the open sales of phones.
func (t *Till) phoneOrders() (n int) {
	for _, aside := range t.parked {
		if aside.sale.Origin != pos.OriginCounter {
			n++
		}
	}
	return n
}

// hasty reports whether a payment's calls go beside those of others: a phone waits for it, and nobody can have paid it yet.
func (t *Till) hasty(w *watch) bool { return w.p.State == pos.Opened && t.phoneOf(w.p.Sale) != nil }

// tellPhones answers whoever waits for an order, once there is a prepay_id or none is coming.
func (t *Till) tellPhones(w *watch) {
	if len(w.waiters) == 0 || w.p.State == pos.Opened {
		return
	}
	a := phoneAnswer{ticket: ticketOf(pos.Sale{}, w.p)}
	switch {
	case w.p.State == pos.Waiting && w.p.PrepayID == "":
		a = phoneAnswer{err: pos.E(pos.CodeBadAnswer, "order by phone", errors.New("the order stands and has no prepay_id"))}
	case w.p.State == pos.Paid:
		rec, err := t.cfg.Ledger.Record(t.book, w.p.Sale)
		if err != nil {
			a = phoneAnswer{err: err}
			break
		}
		a.ticket = ticketOf(rec.Sale, w.p)
	case w.p.State != pos.Waiting && !mayHaveMoney(w.p):
		a = phoneAnswer{err: phoneEnded(w.p)}
	}
	t.answerPhones(w, a)
}

func (t *Till) answerPhones(w *watch, a phoneAnswer) {
	for _, waiter := range w.waiters {
		waiter.answer <- a // has room for one
	}
	w.waiters = nil
}

// endPhones tells whoever still waits that the till stops; the orders go on at the next start.
func (t *Till) endPhones() {
	for _, w := range t.watches {
		t.answerPhones(w, phoneAnswer{err: pos.E(pos.CodeNoAnswer, "order by phone", errStopping)})
	}
}

// endPhone ends a phone's order on the cashier's word.
func (t *Till) endPhone(id pos.PaymentID) {
	w := t.watches[id]
	if w == nil || t.phoneOf(w.p.Sale) == nil {
		return // it came to its end meanwhile, which was said
	}
	if w.p.State.OnGlass() && t.apply(w, pos.Signal{Kind: pos.SigCancel}) {
		t.say(pos.MsgInfo, "phone-ended", w.p.Asked.String())
	}
}

// gatewayOf is who an order of an interface is made and asked about by; nil when it is not set up.
func (t *Till) gatewayOf(api pos.API) pos.Gateway {
	if api == pos.APIv1 {
		return t.cfg.V1
	}
	return t.cfg.Gateway
}

// orderOf is what a gateway is asked to compose for a payment: the times go by WeChat's own clock, which the retired interface leaves the
// shop's own to measure. By ours an order could be paid long after we called it ended.
func (t *Till) orderOf(sale pos.Sale, p pos.Payment) pos.Order {
	o := pos.Order{OutTradeNo: p.OutTradeNo, Sale: sale, Amount: p.Asked, OpenedAt: p.OpenedAt, ExpiresAt: p.ExpiresAt, Tender: p.Tender}
	ahead, ok := t.gatewayOf(p.API).Skew()
	if !ok && t.cfg.Gateway != nil {
		ahead, ok = t.cfg.Gateway.Skew()
	}
	if ok {
		o.OpenedAt, o.ExpiresAt = p.OpenedAt.Add(-ahead), p.ExpiresAt.Add(-ahead)
	}
	return o
}
