package refund

import (
	"slices"
	"strings"

	"guitai/pos"
)

// Way is what is done with what comes back.
type Way int

// The ways.
const (
	WayRefund   Way = iota // the money goes back the way it came
	WayVoid                // all of it, on the sale's own day (作废)
	WayExchange            // it counts towards the next goods (换货)
	WayReturn              // the goods in the cart come back without a receipt
)

// payments are what settled the sale, parts and all.
func (p *Presenter) payments() []pos.Payment {
	return slices.DeleteFunc(slices.Clone(p.record.Payments), func(x pos.Payment) bool { return x.State != pos.Paid })
}

// paid is what they took.
func (p *Presenter) paid() (sum pos.Fen) {
	for _, x := range p.payments() {
		sum += x.Amount
	}
	return sum
}

// left is what can still go back.
func (p *Presenter) left() (sum pos.Fen) {
	for _, x := range p.payments() {
		sum += pos.Refundable(x, p.record.Refunds)
	}
	return sum
}

// share is what goes back of one payment.
type share struct {
	paid   pos.Payment
	amount pos.Fen
}

// shares is where an amount goes, as the till does it: WeChat's money first, then what was taken outside, then cash.
func (p *Presenter) shares(amount pos.Fen) (all []share) {
	rank := func(x pos.Payment) int {
		switch {
		case x.Tender.WeChat():
			return 0
		case x.Tender == pos.TenderCash:
			return 2
		}
		return 1
	}
	paid := p.payments()
	slices.SortStableFunc(paid, func(a, b pos.Payment) int { return rank(a) - rank(b) })
	for _, x := range paid {
		if take := min(amount, pos.Refundable(x, p.record.Refunds)); take > 0 {
			all = append(all, share{x, take})
			amount -= take
		}
	}
	return all
}

// tenders names how the sale was paid.
func (p *Presenter) tenders() string {
	var names []string
	for _, x := range p.payments() {
		if name := p.cfg.Words.Tender(x.Tender); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if p.record.Sale.Credit() > 0 {
		names = append(names, p.cfg.Words.Tender(pos.TenderExchange))
	}
	return strings.Join(names, " + ")
}

// blocked says by a message id why nothing of this sale can go back; "" when it can.
func (p *Presenter) blocked() string {
	left := p.left()
	if left <= 0 {
		return "refund.gone"
	}
	amount := left
	if total, err := p.total(); err == nil && total < left {
		amount = total
	}
	for _, s := range p.shares(amount) {
		if id := p.stuck(s.paid); id != "" {
			return id
		}
	}
	return ""
}

// stuck says why the money of a payment cannot go back the way it came; "" when it can.
func (p *Presenter) stuck(paid pos.Payment) string {
	refunds := 0
	for _, r := range p.record.Refunds {
		if r.Payment == paid.ID && r.State.Counts() {
			refunds++
		}
	}
	switch {
	case !paid.Tender.WeChat():
		return ""
	case p.cfg.Now().Sub(paid.PaidAt) > pos.RefundLife:
		return "refund.too-old"
	case refunds >= pos.MaxRefunds:
		return "refund.too-many"
	case p.can != pos.CodeNone:
		return "refund.cannot"
	}
	return ""
}

// today reports whether the sale was closed on this business day.
func (p *Presenter) today() bool {
	now := p.cfg.Now()
	c := pos.Calendar{Zone: now.Location(), Starts: p.cfg.Shop.Calendar.Starts}
	return c.DayOf(now) == c.DayOf(p.record.Sale.ClosedAt)
}

// MayVoid reports whether all of the sale can be taken back as if it had not been.
func (p *Presenter) MayVoid() bool {
	return p.step == StepWhat && p.today() && p.record.Sale.Credit() == 0 && p.left() > 0
}

// MayExchange reports whether the chosen pieces can count towards the next goods.
func (p *Presenter) MayExchange() bool {
	total, err := p.total()
	return p.step == StepWhat && !p.money && err == nil && total <= p.left()
}

// MayReturn reports whether the goods in the cart can come back without a receipt.
func (p *Presenter) MayReturn() bool {
	return p.step == StepFind && len(p.cart.Lines) > 0 && len(p.cart.Credits) == 0 && p.cart.Total() > 0
}

// Void goes on to take all of the sale back.
func (p *Presenter) Void() {
	if p.MayVoid() && p.blockedAll() == "" {
		p.ask(WayVoid)
		p.reason = p.cfg.Words.T("why.mistake") // that is what it nearly always is; it can be typed over
		p.cfg.Changed()
	}
}

// blockedAll says why not all that is left can go back.
func (p *Presenter) blockedAll() string {
	for _, s := range p.shares(p.left()) {
		if id := p.stuck(s.paid); id != "" {
			return id
		}
	}
	return ""
}

// Exchange goes on to let the chosen pieces count towards the next goods.
func (p *Presenter) Exchange() {
	switch {
	case p.MayExchange():
		p.ask(WayExchange)
	case p.step == StepWhat && !p.money:
		p.bad = nothing
	default:
		return
	}
	p.cfg.Changed()
}

// Return goes on to take the goods in the cart back without a receipt.
func (p *Presenter) Return() {
	if p.MayReturn() {
		p.ask(WayReturn)
	}
}

// ask goes on to why.
func (p *Presenter) ask(w Way) {
	p.way, p.step, p.field, p.lacks, p.bad = w, StepWhy, FieldReason, false, noTrouble
	p.reason, p.outside = "", true
	p.cfg.Changed()
}

// MayOutside reports whether some of the money was taken outside, where it can go back as well.
func (p *Presenter) MayOutside() bool {
	if p.step != StepWhy || p.way != WayRefund && p.way != WayVoid {
		return false
	}
	return slices.ContainsFunc(p.shares(p.sum()), func(s share) bool { _, other := s.paid.Tender.Other(); return other })
}

// Outside gives that back in cash instead, or outside again.
func (p *Presenter) Outside() {
	if p.MayOutside() {
		p.outside = !p.outside
		p.cfg.Changed()
	}
}

// sum is what goes back, whichever way.
func (p *Presenter) sum() pos.Fen {
	switch p.way {
	case WayVoid:
		return p.left()
	case WayReturn:
		return p.cart.Total()
	case WayRefund, WayExchange:
	}
	total, err := p.total()
	if err != nil {
		return 0
	}
	return total
}

// where says where the money goes, each part of it.
func (p *Presenter) where() []string {
	w, sum := p.cfg.Words, p.sum()
	switch p.way {
	case WayExchange:
		return []string{w.T("refund.to-goods", sum)}
	case WayReturn:
		return []string{w.T("refund.to-cash", sum)}
	case WayRefund, WayVoid:
	}
	var all []string
	var cash pos.Fen
	for _, s := range p.shares(sum) {
		name, other := s.paid.Tender.Other()
		switch {
		case s.paid.Tender.WeChat():
			all = append(all, w.T("refund.to-wechat", s.amount))
		case other && p.outside:
			all = append(all, w.T("refund.to-other", s.amount, name))
		default:
			cash += s.amount
		}
	}
	if cash > 0 {
		all = append(all, w.T("refund.to-cash", cash))
	}
	return all
}

// named is what is about to be done, and what Enter does then.
func (p *Presenter) named() (title, confirm string) {
	w, sum := p.cfg.Words, p.sum()
	switch p.way {
	case WayVoid:
		return w.T("refund.void.title", sum), w.T("refund.void.confirm", sum)
	case WayExchange:
		return w.T("refund.exchange.title", sum), w.T("refund.exchange.confirm", sum)
	case WayReturn:
		return w.T("refund.return.title", p.cart.Pieces(), sum), w.T("refund.confirm", sum)
	case WayRefund:
	}
	return w.T("refund.give", sum), w.T("refund.confirm", sum)
}

// command is what the till is asked for.
func (p *Presenter) command(by, reason string) pos.Command {
	id := p.record.Sale.ID
	switch p.way {
	case WayVoid:
		return pos.RefundSale{Sale: id, Void: true, Outside: p.outsides(), Reason: reason, Approver: by}
	case WayExchange:
		return pos.Exchange{Sale: id, Pieces: p.pieces, Reason: reason, Approver: by}
	case WayReturn:
		return pos.ReturnCart{Reason: reason, Approver: by}
	case WayRefund:
	}
	c := pos.RefundSale{Sale: id, Outside: p.outsides(), Reason: reason, Approver: by}
	if p.money {
		c.Amount = p.sum()
	} else {
		c.Pieces = p.pieces
	}
	return c
}

// outsides reports whether something goes back outside.
func (p *Presenter) outsides() bool { return p.outside && p.MayOutside() }
