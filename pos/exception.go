package pos

import "time"

// ExceptionID names an exception in the ledger of one till.
type ExceptionID int64

// ExceptionState is where an exception stands.
type ExceptionState string

const (
	ExceptionOpen     ExceptionState = "open"      // nobody decided; RefundAt says when it refunds itself
	ExceptionGiving   ExceptionState = "refunding" // a refund is on its way
	ExceptionReturned ExceptionState = "returned"  // the money is proven to have gone back
	ExceptionSettled  ExceptionState = "settled"   // it settled its sale after all
	ExceptionCash     ExceptionState = "cash"      // a person handed it back in cash
	ExceptionNoted    ExceptionState = "noted"     // a person says that it was refunded in the merchant platform
)

// Ended reports whether nothing is to be done any more.
func (s ExceptionState) Ended() bool { return s != ExceptionOpen && s != ExceptionGiving }

// ExceptionCase is real money without its sale, with what is to be done about it.
type ExceptionCase struct {
	ID            ExceptionID
	Payment       PaymentID
	Sale          SaleID
	OutTradeNo    string
	Tender        Tender
	Second        bool // money of another transaction than the payment's own
	Reason        ExceptionKind
	Asked         Fen
	Amount        Fen // 0 when WeChat has not told it
	Returned      Fen // of it, proven to have gone back
	Settlement    Fen
	Currency      string
	TransactionID string
	At            time.Time // when we learned of it
	PaidAt        time.Time
	State         ExceptionState
	RefundAt      time.Time // when it refunds itself; zero for never
	Decided       Decision  // the last one
	Refund        *Refund   // the newest of it; nil for none. Request is not filled
}

// Left is what of an exception's money has not gone back.
func (x ExceptionCase) Left() Fen { return x.Amount - x.Returned }

// Action is what can be done about an exception.
type Action string

const (
	ActRefund Action = "refund" // give it back through WeChat
	ActHold   Action = "hold"   // stop the automatic refund; it waits for a person
	ActSettle Action = "settle" // it settles its sale after all: the customer has the goods
	ActCash   Action = "cash"   // handed back in cash
	ActNote   Action = "note"   // refunded in the merchant platform, and this is written down
	ActWait   Action = "wait"   // somebody is already giving it back: ask WeChat what became of it
)

// Decision is who decided what about an exception, and why.
type Decision struct {
	Action Action
	By     string // a person; empty for the till itself
	Reason string
	At     time.Time
}

// AutoRefundAfter is how long a person may stop an automatic refund.
const AutoRefundAfter = time.Minute

// Proposed is the one action that is proposed for an exception. refundable tells whether this till can refund.
func (x ExceptionCase) Proposed(refundable bool) Action {
	switch {
	case x.State == ExceptionGiving, x.Reason == ExceptReturning && x.Amount == 0:
		return ActWait
	case x.Reason == ExceptUnknown:
		return ActSettle
	case !refundable, x.Currency != Currency:
		return ActNote
	case x.Reason == ExceptReturning && x.Returned == 0:
		return ActWait
	}
	return ActRefund
}

// RefundsItself reports whether an exception is of a kind that is given back without a person: not a sale that happened and
// that only this ledger does not know, not what somebody else is giving back, and not another currency, whose refund is not
// worth what was paid.
func (k ExceptionKind) RefundsItself(currency string) bool {
	return k != ExceptUnknown && k != ExceptReturning && k != ExceptReversed && currency == Currency
}

// Allowed reports whether an action makes sense now.
func (x ExceptionCase) Allowed(a Action) bool {
	if x.State != ExceptionOpen {
		return false
	}
	returning := x.Reason == ExceptReturning && x.Returned == 0 // somebody else is at it; the rest of what they left is ours to do
	switch a {
	case ActRefund:
		return x.Left() > 0 && x.Currency == Currency && x.TransactionID != "" && !returning
	case ActHold:
		return !x.RefundAt.IsZero()
	case ActSettle:
		return !x.Second && x.Returned == 0 && x.Amount > 0 && x.Currency == Currency && x.Reason != ExceptTwice && x.Reason != ExceptReturning && x.Reason != ExceptPart && x.Amount == x.Asked
	case ActCash:
		return x.Left() > 0 && x.Currency == Currency && !returning
	case ActNote:
		return true
	}
	return false
}
