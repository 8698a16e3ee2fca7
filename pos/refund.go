package pos

import (
	"time"
)

// RefundID names a refund in the ledger of one till.
type RefundID int64

// RefundState is where a refund stands. See [StepRefund] for how it moves.
type RefundState string

const (
	RefundAsked    RefundState = "asked"    // the row and the exact request are on disk; it may or may not have reached WeChat
	RefundAccepted RefundState = "accepted" // WeChat took it on (PROCESSING); the money is not back yet
	RefundDone     RefundState = "done"     // proven: the money went back
	RefundStuck    RefundState = "stuck"    // CHANGE or ABNORMAL: the customer's account does not take it; a person must act at WeChat
	RefundClosed   RefundState = "closed"   // REFUNDCLOSE: nothing went back; only now may a new number be used
	RefundRefused  RefundState = "refused"  // WeChat will not do it; nothing went back
)

// RefundStates lists every state, in the order of the table at [StepRefund].
var RefundStates = []RefundState{RefundAsked, RefundAccepted, RefundDone, RefundStuck, RefundClosed, RefundRefused}

// Live reports whether the refund's end is not known, so it is watched.
func (s RefundState) Live() bool { return s == RefundAsked || s == RefundAccepted || s == RefundStuck }

// Counts reports whether the refund's amount is taken from what can still be refunded.
func (s RefundState) Counts() bool { return s.Live() || s == RefundDone }

// RefundLine is the part of a refund that gives back goods: how many pieces of a line of the sale.
type RefundLine struct {
	N        int // of the sale's lines, from 1
	Quantity int
	Amount   Fen
}

// Refund is money on its way back to a customer: of a sale that was closed, or of an exception.
type Refund struct {
	ID            RefundID
	OutRefundNo   string // out_refund_no, 商户退款单号; minted once, stored before it is sent. For cash a number of the same form
	Payment       PaymentID
	Sale          SaleID
	OutTradeNo    string      // of the payment
	TransactionID string      // of the money that goes back; for a second transaction not the payment's own
	Exception     ExceptionID // the exception it gives back; 0 for a refund of a sale
	Tender        Tender      // how it goes back: the payment's own tender, or cash
	For           SaleID      // of TenderExchange: the sale that it counts towards
	Goods         []Line      // what came back without a receipt; such a refund is of no payment and no sale, and goes out in cash
	Held          int64       // of new Goods: the [Held] cart that they were, which ends with the write that gives money for them; else 0
	Void          bool        // the whole sale was taken back on its own day (作废)
	Portal        bool        // made by somebody else, in the merchant platform; learned from WeChat
	State         RefundState
	Amount        Fen          // refund_fee
	Total         Fen          // total_fee: the whole of the transaction
	Settlement    Fen          // of Amount, what came off the shop; the rest was a coupon's. Known once done
	Lines         []RefundLine // of the sale; empty for a refund by amount
	Reason        string       // a person's words, or the exception's kind
	Cashier       string
	Approver      string // who allowed it
	Request       []byte // the exact request, without nonce and signature; resent from here. nil for cash and Portal
	AskedAt       time.Time
	DoneAt        time.Time
	RefundID      string // refund_id, 微信退款单号
	Cause         Code   // why it has not got on, or why it ended
	Detail        string // what WeChat said
	MayExist      bool   // an earlier send may have made it at WeChat, so a later refusal proves nothing
	Asks          int    // answers in this state that ended nothing
	Sends         int    // how often the request was answered without being taken on
	Version       int64
}

// RefundSignalKind names what was learned about a refund, or what somebody wants of it.
type RefundSignalKind string

// "Verified" means: signature right, app and merchant ours, the refund number the one we asked about, the amount equal.
const (
	RefTaken      RefundSignalKind = "taken"      // verified: the refund call's SUCCESS: accepted, not yet back
	RefProcessing RefundSignalKind = "processing" // verified: PROCESSING
	RefSuccess    RefundSignalKind = "success"    // verified: SUCCESS: the money went back
	RefChange     RefundSignalKind = "change"     // verified: CHANGE or ABNORMAL
	RefClose      RefundSignalKind = "close"      // verified: REFUNDCLOSE
	RefNotExist   RefundSignalKind = "not-exist"  // verified: REFUNDNOTEXIST
	RefRefused    RefundSignalKind = "refused"    // verified: a definite no (too old, account closed, not our order)
	RefLater      RefundSignalKind = "later"      // verified: not now (balance too small, too many): the same number again
	RefRejected   RefundSignalKind = "rejected"   // unsigned, or not sent: our request is not accepted (sign, key, certificate)
	RefUncertain  RefundSignalKind = "uncertain"  // no verified answer; Code says why
	RefHint       RefundSignalKind = "hint"       // a notice says that something happened: ask
	RefAsk        RefundSignalKind = "ask"        // a person wants to know now
	RefStart      RefundSignalKind = "start"      // the program started and found it in the ledger
)

// RefundSignals lists every kind, in the order of the table at [StepRefund].
var RefundSignals = []RefundSignalKind{
	RefTaken, RefProcessing, RefSuccess, RefChange, RefClose, RefNotExist, RefRefused, RefLater, RefRejected, RefUncertain,
	RefHint, RefAsk, RefStart,
}

// RefundSignal is what was learned about a refund, with what it brings.
type RefundSignal struct {
	Kind        RefundSignalKind
	To          EffectKind // DoRefund or DoFollow; empty for notices, people and the clock
	Source      Evidence
	OutRefundNo string // as WeChat has it; for refunds that were found rather than asked about
	RefundID    string
	Amount      Fen
	// Of the order it belongs to, when the answer is about all of its refunds: total_fee and transaction_id.
	Total         Fen
	TransactionID string
	Settlement    Fen // settlement_refund_fee; 0 when WeChat sends none
	At            time.Time
	Code          Code
	Detail        string
}

// ToShop is what came off the shop: Settlement, or all of it when WeChat sends none or one that makes no sense.
func (s RefundSignal) ToShop(amount Fen) Fen {
	if s.Settlement <= 0 || s.Settlement > amount {
		return amount
	}
	return s.Settlement
}

// StepRefund is the one place where a refund changes its state. It is pure.
//
// Rows are signals, columns states. "=" keeps the state, P is [FollowAfter], R is [SendAfter], 0 is at once. The test reads
// this table.
//
//	signal     | Asked                  | Accepted                 | Done      | Stuck            | Closed                   | Refused
//	taken      | Accepted refund-query:P | = refund-query:P        | =         | = refund-query:P | = alarm:0                | Accepted alarm:0 refund-query:P
//	processing | Accepted refund-query:P | = refund-query:P        | = alarm:0 | Accepted refund-query:P | = alarm:0         | Accepted alarm:0 refund-query:P
//	success    | Done                   | Done                     | =         | Done             | Done alarm:0             | Done alarm:0
//	change     | Stuck refund-query:P   | Stuck refund-query:P     | = alarm:0 | = refund-query:P | = alarm:0                | Stuck alarm:0 refund-query:P
//	close      | Closed                 | Closed                   | = alarm:0 | Closed           | =                        | =
//	not-exist  | = refund:R             | = alarm:0 refund-query:P | = alarm:0 | = alarm:0 refund-query:P | =                | =
//	refused    | A                      | = refund-query:P         | =         | = refund-query:P | =                        | =
//	later      | = refund:R             | = refund-query:P         | =         | = refund-query:P | =                        | =
//	rejected   | = refund:R             | = refund-query:P         | =         | = refund-query:P | =                        | =
//	uncertain  | = refund-query:P       | = refund-query:P         | =         | = refund-query:P | =                        | =
//	hint       | = refund-query:0       | = refund-query:0         | =         | = refund-query:0 | = refund-query:0         | = refund-query:0
//	ask        | = refund-query:0       | = refund-query:0         | =         | = refund-query:0 | = refund-query:0         | = refund-query:0
//	start      | = refund-query:0       | = refund-query:0         | =         | = refund-query:0 | =                        | =
//
//	A  Refused refund-query:P if no earlier send may have made it, since one question costs nothing; else = refund-query:0:
//	   WeChat says which.
//
// A refund that may have reached WeChat is never given a new number; only Closed and Refused allow one.
func StepRefund(r Refund, s RefundSignal, now time.Time) (Refund, []Effect) {
	if r.State.Live() {
		r = rememberRefund(r, s)
	}
	follow := func(r Refund) []Effect { return []Effect{{DoFollow, FollowAfter(r)}} }
	move := func(to RefundState) (Refund, []Effect) {
		from := r.State
		r.State, r.Asks = to, 0
		if to == RefundDone {
			r.Settlement, r.DoneAt, r.Cause, r.Detail = s.ToShop(r.Amount), s.At, CodeNone, ""
			if r.DoneAt.IsZero() {
				r.DoneAt = now
			}
		}
		var effects []Effect
		if !from.Live() {
			effects = append(effects, Effect{DoAlarm, 0})
		}
		if to.Live() {
			effects = append(effects, follow(r)...)
		}
		return r, effects
	}
	alarm := []Effect{{DoAlarm, 0}}
	switch s.Kind {
	case RefTaken, RefProcessing:
		switch r.State {
		case RefundAsked, RefundRefused:
			return move(RefundAccepted)
		case RefundStuck:
			if s.Kind == RefProcessing {
				return move(RefundAccepted)
			}
		case RefundClosed:
			return r, alarm
		case RefundDone:
			if s.Kind == RefProcessing {
				return r, alarm
			}
		}
	case RefSuccess:
		if r.State != RefundDone {
			return move(RefundDone)
		}
	case RefChange:
		switch r.State {
		case RefundAsked, RefundAccepted, RefundRefused:
			return move(RefundStuck)
		case RefundDone, RefundClosed:
			return r, alarm
		}
	case RefClose:
		switch {
		case r.State.Live():
			return move(RefundClosed)
		case r.State == RefundDone:
			return r, alarm
		}
		return r, nil
	case RefNotExist:
		switch r.State {
		case RefundAsked:
			return r, []Effect{{DoRefund, SendAfter(r)}}
		case RefundAccepted, RefundStuck:
			return r, append(alarm, follow(r)...)
		case RefundDone:
			return r, alarm
		}
	case RefRefused:
		if r.State == RefundAsked {
			if r.MayExist {
				return r, []Effect{{DoFollow, 0}}
			}
			r.State, r.Asks = RefundRefused, 0
			return r, follow(r)
		}
	case RefLater, RefRejected:
		if r.State == RefundAsked {
			return r, []Effect{{DoRefund, SendAfter(r)}}
		}
	case RefHint, RefAsk:
		if r.State != RefundDone {
			return r, []Effect{{DoFollow, 0}}
		}
	case RefStart:
		if r.State.Live() {
			r.MayExist = r.MayExist || r.State == RefundAsked // the program may have stopped after the request left
			return r, []Effect{{DoFollow, 0}}
		}
	}
	if r.State.Live() {
		return r, follow(r)
	}
	return r, nil
}

// rememberRefund keeps what the screen says about the last answer, and what it proves about earlier sends.
func rememberRefund(r Refund, s RefundSignal) Refund {
	switch s.Kind {
	case RefTaken, RefProcessing, RefSuccess:
		r.MayExist, r.Cause, r.Detail = true, CodeNone, ""
	case RefChange, RefClose:
		r.MayExist, r.Cause, r.Detail = true, s.Code, s.Detail
	case RefNotExist:
		r.MayExist = false // our calls follow one another, so nothing of ours is on its way
	case RefRefused, RefLater, RefRejected, RefUncertain:
		r.Cause, r.Detail = s.Code, s.Detail
		if s.To == DoRefund {
			r.Sends++
			r.MayExist = r.MayExist || s.Kind == RefUncertain
		}
	}
	switch s.Kind {
	case RefProcessing, RefChange, RefUncertain, RefRejected, RefNotExist:
		if s.Source != ByQuery { // a person's question must not put off the next one
			r.Asks++
		}
	}
	if s.RefundID != "" {
		r.RefundID = s.RefundID
	}
	return r
}

var (
	// The refund's query table: soon at first, since most are back in seconds, then ever less often, for as long as it takes.
	follows = []time.Duration{
		3 * time.Second, 5 * time.Second, 10 * time.Second, 20 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute,
		10 * time.Minute, 30 * time.Minute, time.Hour,
	}
	// The same request again: WeChat limits how fast one order is refunded to about once a minute.
	sends = []time.Duration{2 * time.Second, 10 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour}
)

// RefundApart is how far apart two refunds of one order are sent: WeChat's flow control reports faster ones as errors.
const RefundApart = time.Minute

// MaxRefunds is how many partial refunds WeChat takes for one order.
const MaxRefunds = 50

// RefundLife is how long after the payment WeChat refunds it.
const RefundLife = 365 * 24 * time.Hour

// FollowAfter is how long to wait before the next query of a refund.
func FollowAfter(r Refund) time.Duration {
	if r.State == RefundStuck {
		return follows[len(follows)-1]
	}
	return follows[max(0, min(r.Asks, len(follows)-1))]
}

// SendAfter is how long to wait before the stored request is sent again.
func SendAfter(r Refund) time.Duration { return sends[max(0, min(r.Sends, len(sends)-1))] }

// Refundable is what of a payment can still be given back: what was taken less what went back or is on its way.
func Refundable(p Payment, refunds []Refund) Fen {
	if p.State != Paid {
		return 0
	}
	left := p.Amount
	for _, r := range refunds {
		if r.Payment == p.ID && r.TransactionID == p.TransactionID && r.State.Counts() {
			left -= r.Amount
		}
	}
	return max(0, left)
}

// Returned counts the pieces of each line of a sale that went back or are on their way, by line number.
func Returned(refunds []Refund) map[int]int {
	n := map[int]int{}
	for _, r := range refunds {
		for _, l := range r.Lines {
			if r.State.Counts() {
				n[l.N] += l.Quantity
			}
		}
	}
	return n
}

// PriceLines says what giving back so many pieces (by line number) comes to, and per line: each piece at what the customer
// paid for it, what was taken off the line and the whole shared over it, rounded so that all pieces together are exactly the net. refunds
// are the earlier ones. CodeInvalid when there are no such pieces any more.
func PriceLines(s Sale, refunds []Refund, pieces map[int]int) ([]RefundLine, Fen, error) {
	before := Returned(refunds)
	base := s.Gross - s.OffLines()
	whole := base - s.Net()
	netOf := func(part Fen) Fen { return part - portion(whole, part, base) }
	// What n pieces of a line come to; of all of them it is the line's net.
	worth := func(l Line, n int) Fen {
		if l.Quantity == 0 {
			return 0
		}
		return Fen(int64(l.Net()) * int64(n) / int64(l.Quantity))
	}
	var gone, now, total Fen // of what went back before, and of that with these
	var lines []RefundLine
	for i, l := range s.Lines {
		gone += worth(l, before[i+1])
	}
	now = gone
	for i, l := range s.Lines {
		n := pieces[i+1]
		switch {
		case n == 0:
			continue
		case n < 0 || n > l.Quantity-before[i+1]:
			return nil, 0, E(CodeInvalid, "price refund", nil)
		}
		upTo := now + worth(l, before[i+1]+n) - worth(l, before[i+1])
		amount := netOf(upTo) - netOf(now)
		lines = append(lines, RefundLine{N: i + 1, Quantity: n, Amount: amount})
		total += amount
		now = upTo
	}
	if len(lines) == 0 {
		return nil, 0, E(CodeInvalid, "price refund", nil)
	}
	return lines, total, nil
}
