package sim

import "time"

// The trade states (trade_state) of an order.
const (
	StateNotPay   = "NOTPAY"
	StateTyping   = "USERPAYING"
	StateSuccess  = "SUCCESS"
	StateRefund   = "REFUND"
	StateClosed   = "CLOSED"
	StateRevoked  = "REVOKED"
	StatePayError = "PAYERROR"
)

// state is the trade state of an order now. Money that came after a reversal makes a reversed order a paid one again: it is
// there, and nobody gave it back. Call with s.mu held.
func (s *Sim) state(o *order) string {
	now := s.now()
	switch {
	case !o.Revoked.IsZero() && !s.holdsMoney(o):
		return StateRevoked
	case len(o.Refunds) > 0:
		return StateRefund
	case len(o.Payments) > 0:
		return StateSuccess
	case !o.ClosedAt.IsZero():
		return StateClosed
	case o.Failed:
		return StatePayError
	case o.Typing > 0 && now.Before(o.Expires.Add(max(0, s.opts.Grace))):
		return StateTyping
	case s.opts.ClosedAfter >= 0 && !now.Before(o.Expires.Add(s.opts.ClosedAfter)):
		return StateClosed
	}
	return StateNotPay
}

// describe is the trade_state_desc of a state.
func describe(state string) string {
	return map[string]string{
		StateNotPay: "订单未支付", StateTyping: "需要用户输入支付密码", StateSuccess: "支付成功", StateClosed: "订单已关闭",
		StateRefund: "订单发生过退款，退款详情请查询退款单", StateRevoked: "订单已撤销", StatePayError: "支付失败，请重新下单支付",
	}[state]
}

// Event is something that happened to an order.
type Event struct {
	At   time.Time `json:"at"`
	What string    `json:"what"`
}

// What can happen to an order.
const (
	EventOrdered       = "ordered"
	EventNewCode       = "new-code"
	EventScanned       = "scanned"
	EventRefused       = "refused"
	EventWrong         = "wrong-password"
	EventWalked        = "walked-away"
	EventPaid          = "paid"
	EventTooLate       = "too-late"
	EventClosed        = "closed"
	EventWaitsForClose = "waits-for-close"
	EventCharged       = "charged" // a micropay came with a payment code
	EventDeclined      = "declined"
	EventFailed        = "failed"
	EventReversed      = "reversed"
	EventRefundAsked   = "refund-asked"
	EventRefundEnded   = "refund-ended"
	EventDelivered     = "delivered" // the goods, says delivernotify
)

// note adds an event. Call with s.mu held.
func (s *Sim) note(o *order, what string) {
	o.Events = append(o.Events, Event{s.now(), what})
	s.touch(o)
}
