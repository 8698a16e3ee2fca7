package pos

import "time"

// SignalKind names what was learned about a payment, or what somebody wants of it.
type SignalKind string

// From WeChat. "Verified" means: signature right, app and merchant ours, the order number the one we asked about.
const (
	SigOrdered     SignalKind = "ordered"      // verified: the order stands, here is its code_url or prepay_id
	SigUnpaid      SignalKind = "unpaid"       // verified: NOTPAY
	SigPaying      SignalKind = "paying"       // verified: USERPAYING or ACCEPT
	SigPaid        SignalKind = "paid"         // verified: SUCCESS, with Trade
	SigReturning   SignalKind = "returning"    // verified: REFUND: it was paid and a refund was asked for; Trade as far as known
	SigClosed      SignalKind = "closed"       // verified: CLOSED
	SigRevoked     SignalKind = "revoked"      // verified: REVOKED
	SigPayError    SignalKind = "payerror"     // verified: PAYERROR
	SigNotExist    SignalKind = "not-exist"    // verified: ORDERNOTEXIST
	SigRefused     SignalKind = "refused"      // verified: a definite no to our order; none was made
	SigNumberUsed  SignalKind = "number-used"  // verified: OUT_TRADE_NO_USED: another order has this number
	SigHint        SignalKind = "hint"         // something may have happened (ORDERPAID, ORDERCLOSED, a notice): ask
	SigCloseDone   SignalKind = "close-done"   // verified: closeorder accepted
	SigCloseDenied SignalKind = "close-denied" // verified: closeorder refused, for example younger than five minutes
	SigRecall      SignalKind = "recall"       // verified: not reversed yet, ask again (recall=Y)
	SigReversed    SignalKind = "reversed"     // verified: nothing (more) to reverse (recall=N, or too old for it): ask for the trade
	SigRejected    SignalKind = "rejected"     // unsigned: our request is not accepted (sign, key, format)
	SigUncertain   SignalKind = "uncertain"    // no verified answer; Code says why
)

// From people and the clock.
const (
	SigCancel  SignalKind = "cancel"   // the cashier does not want it any more
	SigExpire  SignalKind = "expire"   // its time on our screen ran out
	SigAsk     SignalKind = "ask"      // a person wants to know now
	SigNewCode SignalKind = "new-code" // a person wants a fresh QR for the same order
	SigStart   SignalKind = "start"    // the program started and found it in the ledger

	SigReverseNow SignalKind = "reverse-now" // the till is about to ask WeChat to reverse it; on disk before the call leaves
)

// Signals lists every kind, in the order of the table at [Step].
var Signals = []SignalKind{
	SigOrdered, SigUnpaid, SigPaying, SigPaid, SigReturning, SigClosed, SigRevoked, SigPayError, SigNotExist, SigRefused,
	SigNumberUsed, SigHint, SigCloseDone, SigCloseDenied, SigRecall, SigReversed, SigRejected, SigUncertain,
	SigCancel, SigExpire, SigAsk, SigNewCode, SigStart, SigReverseNow,
}

// Signal is what was learned, with what it brings.
type Signal struct {
	Kind    SignalKind
	To      EffectKind // which of our calls this answers; empty for notices, people and the clock
	Source  Evidence   // who said so
	CodeURL string     // with SigOrdered; empty when a phone pays without a QR
	// PrepayID comes with SigOrdered.
	PrepayID string
	Trade    Trade  // with SigPaid and SigReturning
	Code     Code   // with SigUncertain, SigRejected, SigRefused: why
	Detail   string // WeChat's own words; never a secret

	// Stands is the till's word that the sale is still open, unchanged since this order was made, and that nothing else
	// is being asked or was taken for it. Only then can money settle it.
	Stands bool
	// Settled is the till's word that other money has settled the sale already.
	Settled bool
}

// EffectKind names what is to be done.
type EffectKind string

const (
	DoOrder EffectKind = "order" // send the stored request (again): the same number, never another
	DoQuery EffectKind = "query" // ask WeChat for the trade
	DoClose EffectKind = "close" // ask WeChat to close the order

	DoCharge  EffectKind = "charge"  // charge the customer's payment code: once, never again
	DoReverse EffectKind = "reverse" // ask WeChat to undo a payment code's order (撤销)

	DoRefund EffectKind = "refund"       // send the stored refund request (again): the same number, never another
	DoFollow EffectKind = "refund-query" // ask WeChat what became of a refund

	DoAlarm EffectKind = "alarm" // WeChat contradicts itself: a person must look
)

// Effect is something to do, as data: effects can be derived again from the state after a crash, so none is stored.
type Effect struct {
	Kind  EffectKind
	After time.Duration
}

// NeverSeen is how long after an order's expiry WeChat's "no such order" counts as its end: by then no request of ours
// can still be on its way, and WeChat would refuse one.
const NeverSeen = time.Minute

// CloseAge is the age from which WeChat closes an order without argument (closeorder documentation: not before five
// minutes after unifiedorder).
const CloseAge = 5 * time.Minute

// Grace is how long after expiry we ask before we tell WeChat to close: a customer inside the password dialog at the
// last moment may still finish.
const Grace = 8 * time.Second

// Step is the one place where a payment changes its state. It is pure: no clock, no randomness, no I/O.
//
// Rows are signals, columns states; the cell is the next state and what to do when. "=" keeps the state. P is the poll
// table ([PollAfter]), R the resend table ([ResendAfter]), C the close table ([CloseAfter]), V the reverse table
// ([ReverseAfter]), G is [Grace], Q is [CodeVerify], 0 is at once. The test reads these tables.
//
// An order with a QR, or one that a phone pays by its prepay_id:
//
//	signal       | Opened                  | Waiting                 | Closing           | Paid      | Exception | Closed          | Refused         | Refunded
//	ordered      | Waiting query:P         | = query:P               | = close:0         | =         | =         | Closing close:0 | Closing close:0 | =
//	unpaid       | = order:R               | = query:P               | = query:P close:C | =         | =         | =               | =               | =
//	paying       | = query:P               | = query:P               | = query:P         | =         | =         | =               | =               | =
//	paid         | A                       | A                       | A                 | B         | B         | C               | C               | B
//	returning    | A                       | A                       | A                 | B         | B         | C               | C               | B
//	closed       | Closed                  | Closed                  | Closed            | = alarm:0 | = alarm:0 | =               | =               | =
//	revoked      | Closed                  | Closed                  | Closed            | = alarm:0 | Refunded  | =               | =               | =
//	payerror     | Refused                 | Refused                 | Refused           | = alarm:0 | = alarm:0 | =               | =               | =
//	not-exist    | = order:R               | = query:P               | D                 | = alarm:0 | = alarm:0 | =               | =               | =
//	refused      | E                       | = query:P               | = query:P         | =         | =         | =               | =               | =
//	number-used  | Closing query:0         | = query:P               | = query:P         | =         | =         | =               | =               | =
//	hint         | = query:0               | = query:0               | = query:0         | =         | = query:0 | = query:0       | = query:0       | =
//	close-done   | = query:0               | = query:0               | = query:0         | =         | =         | =               | =               | =
//	close-denied | = query:P               | = query:P               | = query:P close:C | =         | =         | =               | =               | =
//	recall       | = query:P               | = query:P               | = query:P         | =         | =         | =               | =               | =
//	reversed     | = query:P               | = query:P               | = query:P         | =         | =         | =               | =               | =
//	rejected     | Closing query:P         | = query:P               | = query:P close:C | =         | =         | =               | =               | =
//	uncertain    | = order:R               | = query:P               | = query:P close:C | =         | =         | =               | =               | =
//	cancel       | Closing close:0         | Closing close:0         | =                 | =         | =         | =               | =               | =
//	expire       | Closing query:0 close:G | Closing query:0 close:G | =                 | =         | =         | =               | =               | =
//	ask          | = query:0               | = query:0               | = query:0         | =         | = query:0 | = query:0       | = query:0       | =
//	new-code     | =                       | Opened order:0          | =                 | =         | =         | =               | =               | =
//	start        | = query:0               | = query:0               | = query:0 close:C | =         | =         | =               | =               | =
//	reverse-now  | =                       | =                       | =                 | =         | =         | =               | =               | =
//
// The customer's own payment code:
//
//	signal       | Opened                      | Waiting                     | Reversing           | Paid      | Exception | Closed    | Refused   | Refunded
//	ordered      | =                           | =                           | =                   | =         | =         | =         | =         | =
//	unpaid       | Waiting query:P             | = query:P                   | H                   | =         | =         | =         | =         | =
//	paying       | Waiting query:P             | = query:P                   | = query:P reverse:V | =         | =         | =         | =         | =
//	paid         | A                           | A                           | F                   | B         | B         | C         | C         | B
//	returning    | A                           | A                           | F                   | B         | B         | C         | C         | B
//	closed       | Closed                      | Closed                      | I                   | = alarm:0 | = alarm:0 | =         | =         | =
//	revoked      | Closed                      | Closed                      | I                   | = alarm:0 | Refunded  | =         | =         | =
//	payerror     | Refused                     | Refused                     | I                   | = alarm:0 | = alarm:0 | =         | =         | =
//	not-exist    | Waiting query:P             | = query:P                   | H                   | = alarm:0 | = alarm:0 | =         | =         | =
//	refused      | Reversing query:Q reverse:V | Reversing query:Q reverse:V | = query:P reverse:V | =         | =         | =         | =         | =
//	number-used  | Waiting query:0             | = query:0                   | = query:P reverse:V | =         | =         | =         | =         | =
//	hint         | Waiting query:0             | = query:0                   | = query:0           | =         | = query:0 | = query:0 | = query:0 | =
//	close-done   | = query:P                   | = query:P                   | = query:P reverse:V | =         | =         | =         | =         | =
//	close-denied | = query:P                   | = query:P                   | = query:P reverse:V | =         | =         | =         | =         | =
//	recall       | = query:P                   | = query:P                   | = query:P reverse:V | =         | =         | =         | =         | =
//	reversed     | = query:P                   | = query:P                   | = query:0           | =         | =         | =         | =         | =
//	rejected     | Waiting query:P             | = query:P                   | K                   | =         | =         | =         | =         | =
//	uncertain    | Waiting query:P             | = query:P                   | = query:P reverse:V | =         | =         | =         | =         | =
//	cancel       | Reversing query:0 reverse:V | Reversing query:0 reverse:V | =                   | =         | =         | =         | =         | =
//	expire       | Reversing query:0 reverse:V | Reversing query:0 reverse:V | =                   | =         | =         | =         | =         | =
//	ask          | = query:0                   | = query:0                   | = query:0           | =         | = query:0 | = query:0 | = query:0 | =
//	new-code     | =                           | =                           | =                   | =         | =         | =         | =         | =
//	start        | Waiting query:0             | = query:0                   | = query:0 reverse:V | =         | =         | =         | =         | =
//	reverse-now  | =                           | =                           | = reverse:0         | =         | =         | =         | =         | =
//
//	A  paid: the sale stands, amount and currency equal: Paid. Else Exception, with its reason. Nothing more to ask.
//	   returning: Exception: somebody is already giving it back.
//	B  the same transaction again is a replay: no change, but for what an exception did not know of its money. Another transaction, or a refund that we did not ask for: alarm,
//	   and [SecondTransaction] tells the caller to book the other money.
//	C  real money after the end: Exception and alarm.
//	D  from NeverSeen after expiry: Closed. Before: = query:P, since our request may still be on its way.
//	E  Refused if this was the first send; else the order may exist all the same: Closing query:0.
//	F  paid: before WeChat was asked to reverse, as A if the sale stands and the money is equal. Else it is kept in mind and
//	   goes back: = query:P reverse:V; after "nothing more to reverse" and [StaleAnswers] it is an Exception and an alarm.
//	   returning: Exception.
//	H  after "nothing more to reverse": Closed; an Exception and an alarm if it had been paid. Before: = query:P reverse:V,
//	   and no such order from NeverSeen after expiry is its end, as in D. What WeChat had refused ends as Refused, and already
//	   when a second query finds no such order.
//	K  = query:P reverse:V; an Exception if its money was seen and there is no certificate to reverse it with.
//	   H and I ask once more after [LateLook] when WeChat was asked to reverse.
//	I  Closed, Closed, Refused, or Refused all of them when WeChat had refused the charge; if its money was seen: revoked is Refunded, the others are an Exception and an alarm.
//
// Every query of a live payment is followed by another until WeChat itself ends the order; nothing else stops it.
func Step(p Payment, s Signal, now time.Time) (Payment, []Effect) {
	if p.State.Live() {
		switch s.Kind {
		case SigUnpaid, SigPaying, SigNotExist, SigUncertain, SigRejected:
			if s.Source != ByQuery { // a person's question must not put off the next one
				p.Asks++
			}
		}
		if s.To == DoClose || s.To == DoReverse {
			p.Closes++
		}
		p = remember(p, s)
	}
	if p.Tender == TenderCode {
		return stepCode(p, s, now)
	}
	switch s.Kind {
	case SigPaid, SigReturning:
		return stepMoney(p, s)
	case SigClosed, SigRevoked, SigPayError:
		return stepEnd(p, s)
	case SigCancel, SigExpire, SigAsk, SigNewCode, SigStart, SigHint, SigReverseNow:
		return stepWish(p, s, now)
	}
	switch p.State {
	case Opened:
		return stepOpened(p, s, now)
	case Waiting:
		return stepWaiting(p, s, now)
	case Closing:
		return stepClosing(p, s, now)
	case Closed, Refused:
		if s.Kind == SigOrdered { // an order stands that nobody wants
			return leave(p, now), []Effect{{DoClose, 0}}
		}
	case Paid, Exception:
		if s.Kind == SigNotExist {
			return p, []Effect{{DoAlarm, 0}}
		}
	}
	return p, nil
}

// remember keeps what the screen says about the last answer.
func remember(p Payment, s Signal) Payment {
	switch s.Kind {
	case SigUnpaid, SigOrdered:
		if p.Declined { // why WeChat refused stays on screen
			return p
		}
		p.Paying, p.Cause, p.Detail = false, CodeNone, ""
	case SigPaying:
		p.Paying, p.Cause, p.Detail = true, CodeNone, ""
	case SigUncertain, SigRejected, SigRefused:
		p.Cause, p.Detail = s.Code, s.Detail
	case SigNumberUsed:
		p.Cause, p.Detail = CodeNumberUsed, s.Detail
	}
	return p
}

func stepOpened(p Payment, s Signal, now time.Time) (Payment, []Effect) {
	switch s.Kind {
	case SigOrdered:
		p.State, p.CodeURL, p.PrepayID, p.Asks, p.MayExist = Waiting, s.CodeURL, s.PrepayID, 0, true
		return p, []Effect{{DoQuery, PollAfter(p, now)}}
	case SigUnpaid, SigNotExist, SigUncertain:
		p.MayExist = p.MayExist || s.Kind != SigNotExist
		return p, []Effect{{DoOrder, ResendAfter(p)}}
	case SigPaying, SigCloseDenied, SigRecall, SigReversed:
		return p, []Effect{{DoQuery, PollAfter(p, now)}}
	case SigCloseDone:
		return p, []Effect{{DoQuery, 0}}
	case SigRefused:
		if p.MayExist {
			return leave(p, now), []Effect{{DoQuery, 0}}
		}
		p.State = Refused
		return p, nil
	case SigNumberUsed:
		return leave(p, now), []Effect{{DoQuery, 0}}
	case SigRejected: // neither code_url nor prepay_id reached us, so nobody can pay it: the cart is free, and we keep asking
		p = leave(p, now)
		return p, []Effect{{DoQuery, PollAfter(p, now)}}
	}
	return p, nil
}

func stepWaiting(p Payment, s Signal, now time.Time) (Payment, []Effect) {
	switch s.Kind {
	case SigOrdered:
		p.CodeURL, p.PrepayID = s.CodeURL, s.PrepayID
	case SigCloseDone:
		return p, []Effect{{DoQuery, 0}}
	}
	return p, []Effect{{DoQuery, PollAfter(p, now)}}
}

func stepClosing(p Payment, s Signal, now time.Time) (Payment, []Effect) {
	query := Effect{DoQuery, PollAfter(p, now)}
	switch s.Kind {
	case SigOrdered:
		return p, []Effect{{DoClose, 0}}
	case SigCloseDone:
		return p, []Effect{{DoQuery, 0}}
	case SigCloseDenied:
		if old := p.OpenedAt.Add(CloseAge); now.Before(old) {
			p.CloseFrom = old
		}
		return p, []Effect{query, {DoClose, CloseAfter(p, now)}}
	case SigNotExist:
		if !now.Before(p.ExpiresAt.Add(NeverSeen)) {
			p.State = Closed
			return p, nil
		}
	case SigUnpaid, SigUncertain, SigRejected:
		return p, []Effect{query, {DoClose, CloseAfter(p, now)}}
	}
	return p, []Effect{query}
}

// stepMoney handles verified money: cells A, B and C.
func stepMoney(p Payment, s Signal) (Payment, []Effect) {
	t := s.Trade
	if p.State == Exception && p.Amount == 0 && p.TransactionID == "" && t.TransactionID != "" && t.Amount > 0 {
		return takeMoney(p, s), nil // REFUND had told neither; now it is known what the exception is of
	}
	if p.State.Took() || p.State == Refunded {
		if SecondTransaction(p, s) || (s.Kind == SigReturning && p.State == Paid) {
			return p, []Effect{{DoAlarm, 0}}
		}
		return p, nil // a replay is an outcome, not an error
	}
	ended := !p.State.Live()
	p = takeMoney(p, s)
	p.State, p.Reason = Exception, ExceptLate
	switch {
	case ended:
		p.Reason = ExceptAfterEnd
		return p, []Effect{{DoAlarm, 0}}
	case s.Kind == SigReturning:
		p.Reason = ExceptReturning
	case t.Currency != Currency:
		p.Reason = ExceptCurrency
	case t.Amount != p.Asked:
		p.Reason = ExceptAmount
	case s.Stands:
		p.State, p.Reason = Paid, ExceptNone
	case s.Settled:
		p.Reason = ExceptTwice
	}
	return p, nil
}

// takeMoney writes down what was taken, and who proved it.
func takeMoney(p Payment, s Signal) Payment {
	t := s.Trade
	if p.TransactionID == "" || p.TransactionID != t.TransactionID { // the first that proved it is kept
		p.Evidence = s.Source
	}
	p.Amount, p.Settlement, p.Currency, p.TransactionID, p.PaidAt = t.Amount, t.ToShop(), t.Currency, t.TransactionID, t.PaidAt
	p.Paying, p.Cause, p.Detail = false, CodeNone, ""
	return p
}

// SecondTransaction reports whether a signal brings money of another transaction than the one that paid p: the caller
// records it as an exception of its own.
func SecondTransaction(p Payment, s Signal) bool {
	return s.Kind == SigPaid && p.TransactionID != "" && s.Trade.TransactionID != "" && s.Trade.TransactionID != p.TransactionID
}

// stepEnd handles WeChat's own end states.
func stepEnd(p Payment, s Signal) (Payment, []Effect) {
	switch {
	case p.State.Live():
		p.State, p.Paying = Closed, false
		if s.Kind == SigPayError {
			p.State = Refused
			p.Cause, p.Detail = CodeRefused, s.Detail
		}
	case p.State == Exception && s.Kind == SigRevoked:
		p.State = Refunded
	case p.State.Took():
		return p, []Effect{{DoAlarm, 0}}
	}
	return p, nil
}

// stepWish handles people, the clock and hints.
func stepWish(p Payment, s Signal, now time.Time) (Payment, []Effect) {
	switch s.Kind {
	case SigCancel:
		if p.State.OnGlass() {
			return leave(p, now), []Effect{{DoClose, 0}}
		}
	case SigExpire:
		if p.State.OnGlass() {
			p = leave(p, now)
			if p.Cause == CodeNone {
				p.Cause = CodeExpired
			}
			return p, []Effect{{DoQuery, 0}, {DoClose, Grace}}
		}
	case SigNewCode:
		if p.State == Waiting {
			p.State, p.CodeURL, p.PrepayID, p.Asks = Opened, "", "", 0 // the stored request again: same number, same life, a fresh code
			return p, []Effect{{DoOrder, 0}}
		}
	case SigStart:
		switch {
		case p.State == Closing:
			return p, []Effect{{DoQuery, 0}, {DoClose, CloseAfter(p, now)}}
		case p.State.Live():
			p.MayExist = true // the program may have stopped after the request left
			return p, []Effect{{DoQuery, 0}}
		}
	case SigAsk, SigHint:
		if p.State != Paid && p.State != Refunded {
			return p, []Effect{{DoQuery, 0}}
		}
	}
	return p, nil
}

// leave takes a payment off the glass. Its code is kept out of sight; it is watched until WeChat ends it.
func leave(p Payment, now time.Time) Payment {
	p.State, p.ClosingSince, p.Asks, p.Closes, p.Paying = Closing, now, 0, 0, false
	return p
}
