package ui

import (
	"slices"
	"strings"
	"time"

	"guitai/pos"
	"guitai/ui/widgets"
)

// toastFor is how long a toast stands.
const toastFor = 6 * time.Second

// afterthoughts are the messages about something that nobody at the counter was waiting for: they come in the corner, so that
// the sale in front goes on.
var afterthoughts = map[string]bool{
	"parked-paid": true, "parked-unpaid": true, "paid-late": true, "refund-done": true, "refund-stuck": true,
	"refund-closed": true, "refund-refused": true, "phone-order": true, "phone-paid": true, "order-adopted": true, "exception-auto": true, "exception": true,
}

// toast says a message in the corner, if it is one of those, or if a sheet covers where it would stand; it reports whether that is all there
// is to be said. What stays until somebody acts is said in its line alone, for as long as that is in sight: nobody reads the same twice at once.
func (s *Shell) toast(m pos.Message) (done bool) {
	after, goes := afterthoughts[m.ID], m.Kind == pos.MsgInfo
	if m.Kind == pos.MsgNone || !after && (s.sheet == nil || s.asks(m)) {
		return false
	}
	if m.N == s.toasted {
		return goes // in another language now; it was heard once
	}
	s.toasted = m.N
	if (goes || s.covered()) && !s.answers(m) {
		away := s.toasts.Say(toneOf(m.Kind), s.w.Message(m))
		s.bg.after(toastFor, away)
		if order := s.ordered(m); order != 0 {
			s.ordering[order] = away
		}
	}
	if after && s.cfg.Chime != nil {
		s.cfg.Chime(m.Kind)
	}
	if goes && !after {
		s.say(pos.Message{}) // what stood there is behind us
	}
	return goes
}

// answers reports whether the sheet in front says itself what came of what was asked for on it.
func (s *Shell) answers(m pos.Message) bool {
	return s.sheet != nil && s.sheet.name == "prints" && m.Kind == pos.MsgInfo && strings.HasPrefix(m.ID, "print-")
}

// covered reports whether the line in which messages stand is out of sight: behind a sheet, the cash prompt, or a page that has none.
func (s *Shell) covered() bool {
	if s.sheet != nil || s.cash.IsOpen() {
		return true
	}
	return s.page != nil && (s.page.said == nil || s.page.mute != nil && s.page.mute())
}

// asks reports whether a message says no more than the question that is open.
func (s *Shell) asks(m pos.Message) bool {
	return m.ID == "unknown-code" && s.snap.Want != nil && s.snap.Want.Kind == pos.WantItem
}

// ordered is the phone's order that a message says has come in: it does not name it, so it is the newest of its amount. 0 is none.
func (s *Shell) ordered(m pos.Message) (newest pos.PaymentID) {
	if m.ID != "phone-order" || len(m.Args) == 0 {
		return 0
	}
	for _, v := range s.snap.Pending {
		if v.ByPhone() && s.ordering[v.Payment] == nil && v.Amount.String() == m.Args[0] {
			newest = max(newest, v.Payment)
		}
	}
	return newest
}

// endOrdering takes away what the corner says of phones' orders that nobody waits for any more: what is said next is how they ended.
func (s *Shell) endOrdering() {
	for order, away := range s.ordering {
		if !slices.ContainsFunc(s.snap.Pending, func(v pos.PendingView) bool { return v.Payment == order && v.ByPhone() }) {
			away()
			delete(s.ordering, order)
		}
	}
}

// givesBack reports whether money is about to refund itself, unless a person stops it.
func givesBack(s pos.Snapshot) bool {
	return slices.ContainsFunc(s.Exceptions, func(x pos.ExceptionCase) bool {
		return x.State == pos.ExceptionOpen && !x.RefundAt.IsZero()
	})
}

// ofPayment are the refusals that mean the payment in front as it is: they are behind us as soon as it goes on.
var ofPayment = map[string]bool{"payment-code-busy": true, "busy-paying": true, "code-on-glass": true}

// ofSale are the alarms that say what to hand to the customer who stands there: on the paid panel of another sale they would be for the wrong one.
var ofSale = map[string]bool{
	"exchange-owed": true, "parts-given-back": true, "parts-given-back-held": true, "part-late": true, "part-before-cash": true,
}

// soldOf is the sale on the paid panel, 0 while there is none.
func soldOf(s pos.Snapshot) pos.SaleID {
	if s.Done == nil {
		return 0
	}
	return s.Done.Sale
}

// movedOn reports whether the payment in front is another one now, or stands elsewhere.
func movedOn(old, now *pos.PayView) bool {
	if old == nil || now == nil {
		return old != now
	}
	return old.OutTradeNo != now.OutTradeNo || old.Phase != now.Phase
}

func toneOf(k pos.MessageKind) widgets.Tone {
	switch k {
	case pos.MsgWarn:
		return widgets.Warning
	case pos.MsgAlarm:
		return widgets.Alarm
	case pos.MsgNone, pos.MsgInfo:
	}
	return widgets.Calm
}
