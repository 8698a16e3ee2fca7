package pos

import "time"

// CodeWait is how long a customer may take for the password after a payment code was charged, from WeChat's first answer
// that did not end it (付款码支付, official page of 2025-08: at most 45 s).
const CodeWait = 45 * time.Second

// ReverseAge is the age from which WeChat reverses a payment code's order (撤销订单: not before 15 s after the charge).
const ReverseAge = 15 * time.Second

// CodeVerify is when a payment code that WeChat refused is asked about.
const CodeVerify = time.Second

// LateLook is when an order that was reversed is asked about once more.
const LateLook = 10 * time.Minute

// ReverseLife is how long after the charge WeChat reverses it (撤销订单: within seven days).
const ReverseLife = 7 * 24 * time.Hour

// StaleAnswers is how many times a query may still find money after WeChat said that there is nothing more to reverse, before
// that is believed: one of WeChat's machines may be behind.
const StaleAnswers = 6

// stepCode is [Step] for the customer's own payment code, where it differs from an order with a QR: the charge is sent once
// and never again, and what it did not end is reversed.
func stepCode(p Payment, s Signal, now time.Time) (Payment, []Effect) {
	switch s.Kind {
	case SigPaid, SigReturning:
		if p.State == Reversing {
			return stepMoneyReversing(p, s, now)
		}
		return stepMoney(p, s)
	case SigClosed, SigRevoked, SigPayError:
		switch {
		case p.State == Reversing && p.Amount > 0:
			return stepGone(p, s)
		case p.State == Reversing && s.Kind != SigPayError:
			return endReversing(p)
		}
		return stepEnd(p, s)
	}
	switch p.State {
	case Opened, Waiting:
		return stepCharged(p, s, now)
	case Reversing:
		return stepReversing(p, s, now)
	case Paid, Exception:
		if s.Kind == SigNotExist {
			return p, []Effect{{DoAlarm, 0}}
		}
	}
	if (s.Kind == SigAsk || s.Kind == SigHint) && p.State != Paid && p.State != Refunded {
		return p, []Effect{{DoQuery, 0}}
	}
	return p, nil
}

// stepCharged: the charge is on its way, or its result is awaited.
func stepCharged(p Payment, s Signal, now time.Time) (Payment, []Effect) {
	switch s.Kind {
	case SigRefused:
		// The customer may choose another card on the phone, so the order is taken back as well; the cart is free at once.
		p = leave(p, now)
		p.State, p.Declined = Reversing, true
		return p, []Effect{{DoQuery, CodeVerify}, {DoReverse, ReverseAfter(p, now)}}
	case SigCancel, SigExpire:
		p = leave(p, now)
		p.State = Reversing
		if s.Kind == SigExpire && p.Cause == CodeNone {
			p.Cause = CodeExpired
		}
		return p, []Effect{{DoQuery, 0}, {DoReverse, ReverseAfter(p, now)}}
	case SigStart:
		p.MayExist = true
		return await(p, now), []Effect{{DoQuery, 0}}
	case SigAsk:
		return p, []Effect{{DoQuery, 0}}
	case SigHint, SigNumberUsed: // it is our number, so it is our order
		return await(p, now), []Effect{{DoQuery, 0}}
	case SigUnpaid, SigPaying, SigNotExist, SigRejected, SigUncertain:
		p = await(p, now)
	case SigReverseNow, SigNewCode, SigOrdered:
		return p, nil
	}
	return p, []Effect{{DoQuery, PollAfter(p, now)}}
}

// await puts a charged payment into Waiting, from where its time counts.
func await(p Payment, now time.Time) Payment {
	if p.State == Opened {
		p.State, p.MayExist, p.ExpiresAt = Waiting, true, now.Add(CodeWait)
	}
	return p
}

// stepReversing: nobody waits for the result any more.
func stepReversing(p Payment, s Signal, now time.Time) (Payment, []Effect) {
	query, reverse := Effect{DoQuery, PollAfter(p, now)}, Effect{DoReverse, ReverseAfter(p, now)}
	switch s.Kind {
	case SigReverseNow:
		p.MayReverse = true
		return p, []Effect{{DoReverse, 0}}
	case SigReversed:
		p.Reversed, p.Cause, p.Detail, p.Asks = true, CodeNone, "", 0
		return p, []Effect{{DoQuery, 0}}
	case SigUnpaid, SigNotExist:
		switch {
		case p.Reversed && p.Amount > 0: // it was paid a moment ago
			p.State, p.Reason = Exception, ExceptUndone
			return p, []Effect{{DoAlarm, 0}}
		case p.Reversed, s.Kind == SigNotExist && p.Amount == 0 && (!now.Before(p.ExpiresAt.Add(NeverSeen)) || p.Declined && p.Asks > 1):
			return endReversing(p)
		}
	case SigRejected:
		// Nobody here can reverse it, and the money is there.
		if s.To == DoReverse && (s.Code == CodeSecret || s.Code == CodeConfig) && p.Amount > 0 {
			p.State, p.Reason = Exception, ExceptLate
			return p, nil
		}
	case SigCancel, SigExpire, SigNewCode, SigOrdered:
		return p, nil
	case SigStart:
		return p, []Effect{{DoQuery, 0}, reverse}
	case SigAsk, SigHint:
		return p, []Effect{{DoQuery, 0}}
	}
	if p.Reversed {
		return p, []Effect{query}
	}
	return p, []Effect{query, reverse}
}

// stepMoneyReversing handles money that is seen while it is being reversed: before WeChat was asked to, it may still settle
// the sale; afterwards it is on its way back, and what is known of it is kept.
func stepMoneyReversing(p Payment, s Signal, now time.Time) (Payment, []Effect) {
	t := s.Trade
	switch {
	case s.Kind == SigReturning && p.Amount > 0: // what is known of the money is more than REFUND says
		p.State, p.Reason = Exception, ExceptReturning
		return p, nil
	case SecondTransaction(p, s): // booked beside it; this one goes on
		return p, []Effect{{DoAlarm, 0}, {DoQuery, PollAfter(p, now)}, {DoReverse, ReverseAfter(p, now)}}
	case s.Kind == SigReturning, !p.MayReverse && s.Stands && t.Amount == p.Asked && t.Currency == Currency:
		return stepMoney(p, s)
	}
	p = takeMoney(p, s)
	if now.Sub(p.OpenedAt) > ReverseLife {
		p.State, p.Reason = Exception, ExceptLate
		return p, nil
	}
	if p.Reversed {
		if p.Asks++; p.Asks < StaleAnswers {
			return p, []Effect{{DoQuery, PollAfter(p, now)}}
		}
		p.State, p.Reason = Exception, ExceptUndone
		return p, []Effect{{DoAlarm, 0}}
	}
	return p, []Effect{{DoQuery, PollAfter(p, now)}, {DoReverse, ReverseAfter(p, now)}}
}

// endReversing ends a payment of which nothing was taken. What WeChat was asked to reverse is looked at once more later: no
// notice ever tells of a payment code's money.
func endReversing(p Payment) (Payment, []Effect) {
	p.State = Closed
	if p.Declined {
		p.State = Refused
	}
	if p.MayReverse {
		return p, []Effect{{DoQuery, LateLook}}
	}
	return p, nil
}

// stepGone ends a payment whose money was seen while it was being reversed.
func stepGone(p Payment, s Signal) (Payment, []Effect) {
	if s.Kind == SigRevoked {
		p.State, p.Reason, p.Cause, p.Detail = Refunded, ExceptReversed, CodeNone, ""
		return p, nil
	}
	p.State, p.Reason = Exception, ExceptUndone
	return p, []Effect{{DoAlarm, 0}}
}
