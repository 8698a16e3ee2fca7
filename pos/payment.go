package pos

import (
	"log/slog"
	"strings"
	"time"
)

// PaymentID names a payment in the ledger of one till.
type PaymentID int64

// Tender is a way of paying.
type Tender string

const (
	TenderCash   Tender = "cash"
	TenderNative Tender = "wechat-native" // our QR on the glass, scanned by the customer
	TenderCode   Tender = "wechat-code"   // the customer's own payment code (付款码), scanned by us
	TenderJSAPI  Tender = "wechat-jsapi"  // from the shop's mini-program, or a page in WeChat (小程序, JSAPI)
	TenderApp    Tender = "wechat-app"    // from the shop's own app (APP支付)

	// TenderExchange is how goods that come back pay for others (换货). No payment has it, only refunds and what a sale was settled with.
	TenderExchange Tender = "exchange"

	otherPrefix = "other:"
)

// OtherTender is money that is taken outside of this program (Alipay, a bank's terminal, a code on the wall): booked on the cashier's
// word, and named as such.
func OtherTender(name string) Tender { return Tender(otherPrefix + name) }

// Other is the name of a tender that is taken outside.
func (t Tender) Other() (name string, ok bool) { return strings.CutPrefix(string(t), otherPrefix) }

// WeChat reports whether WeChat proves the money of the tender.
func (t Tender) WeChat() bool { return strings.HasPrefix(string(t), "wechat-") }

// Handed reports whether a person's word is all the proof there is: cash and what is taken outside. It has no order at WeChat.
func (t Tender) Handed() bool { return !t.WeChat() }

// Account is where the books keep what the tender took.
func (t Tender) Account() Account {
	if _, other := t.Other(); other {
		return Account(t)
	}
	switch t {
	case TenderCash:
		return CashDrawer
	case TenderExchange:
		return SaleDeposits
	}
	return WeChatReceivable
}

// MaxTenderName is the longest name of a tender that is taken outside, in characters.
const MaxTenderName = 12

// State is where a payment stands. See [Step] for how it moves.
type State string

const (
	Opened    State = "opened"    // the row and the exact request are on disk; it may or may not have reached WeChat
	Waiting   State = "waiting"   // a code is on the glass, or the customer's code was charged and the result is not known
	Closing   State = "closing"   // nobody wants it any more; watched until WeChat itself ends it
	Reversing State = "reversing" // a payment code whose result nobody waits for any more: WeChat is asked to undo it
	Paid      State = "paid"      // verified, equal, and the sale needed it
	Exception State = "exception" // real money that no open sale needs, or of another amount or currency
	Closed    State = "closed"    // WeChat ended it; nothing was taken
	Refused   State = "refused"   // WeChat said no; nothing was taken
	Refunded  State = "refunded"  // all of it is proven to have gone back
)

// States lists every state, in the order of the table at [Step].
var States = []State{Opened, Waiting, Closing, Reversing, Paid, Exception, Closed, Refused, Refunded}

// Live reports whether the payment's end is not known: money may still move, so it is watched.
func (s State) Live() bool { return s == Opened || s == Waiting || s.Left() }

// Left reports whether the payment left the screen and is watched until WeChat ends it.
func (s State) Left() bool { return s == Closing || s == Reversing }

// OnGlass reports whether the payment may be in front of the customer.
func (s State) OnGlass() bool { return s == Opened || s == Waiting }

// Took reports whether the payment is real money that has not gone back.
func (s State) Took() bool { return s == Paid || s == Exception }

// Evidence says who proved that money was taken; the first that did is kept.
type Evidence string

const (
	ByNobody  Evidence = ""
	ByReply   Evidence = "reply"   // the answer to our own order
	ByPoll    Evidence = "poll"    // our automatic query
	ByQuery   Evidence = "query"   // a query that a person asked for
	ByNotify  Evidence = "notify"  // a verified notice from WeChat
	ByBill    Evidence = "bill"    // WeChat's own bill
	ByCashier Evidence = "cashier" // the cashier's word: cash, and what is taken outside
)

// Payment is one order to collect money for a sale.
type Payment struct {
	ID         PaymentID
	Sale       SaleID
	OutTradeNo string // out_trade_no, 商户订单号; for cash a number of the same form
	Tender     Tender
	State      State
	Asked      Fen
	// Part tells that it is for a part of what was due. When it is paid the sale stays open ([EntryPart]) unless nothing is due any more.
	Part bool
	// Request is the exact order, without nonce and signature; resent from here, never rebuilt. Of a payment code also without
	// the code, which is nowhere on disk. nil for cash.
	Request   []byte
	OpenedAt  time.Time
	ExpiresAt time.Time // time_expire: the last moment to finish paying
	Cashier   string

	API      API    // by which interface it was ordered
	PrepayID string // prepay_id of an order that a phone pays; empty until WeChat answered, and for others
	CodeURL  string // what the QR says (code_url); empty until WeChat answered, and again while a new code is fetched
	Paying   bool   // WeChat says the customer is entering the password (USERPAYING)
	Cause    Code   // why there is no answer, or why it ended; for the screen
	Detail   string // what WeChat said (err_code: err_code_des); for the person who sets the shop up

	Amount        Fen    // what was really taken; 0 while nothing was
	Settlement    Fen    // of Amount, what the shop gets before fees; the rest is a coupon that the shop bears
	Currency      string // of Amount
	TransactionID string // transaction_id, 微信支付单号
	Evidence      Evidence
	PaidAt        time.Time // by WeChat's clock (time_end); for cash the commit
	Tendered      Fen       // cash: what the customer gave; change is Tendered - Amount

	Reason ExceptionKind // why it is an exception; empty otherwise

	MayExist     bool      // an earlier send may have made the order at WeChat, so a later refusal proves nothing
	ClosingSince time.Time // when it left the glass
	CloseFrom    time.Time // not to be asked to close again before this: WeChat found it too young
	Declined     bool      // a payment code whose charge WeChat refused: Refused once WeChat also says that nothing is there
	MayReverse   bool      // WeChat may have been asked to reverse it: money seen from now on is on its way back
	Reversed     bool      // WeChat says that there is nothing (more) to reverse (recall=N)
	Asks         int       // answers in this state that ended nothing; drives the poll table
	Closes       int       // how often WeChat was asked to close or reverse it
	Version      int64     // grows by one with every stored change; the compare half of compare-and-swap
}

// Change is what a cash customer gets back.
func (p Payment) Change() Fen {
	if p.Tender != TenderCash {
		return 0
	}
	return p.Tendered - p.Amount
}

// LogValue keeps a payment's log line short and free of request bodies.
func (p Payment) LogValue() slog.Value {
	return slog.GroupValue(slog.String("no", p.OutTradeNo), slog.String("state", string(p.State)), slog.Int64("fen", int64(p.Asked)))
}

// ExceptionKind says why real money is where it should not be. Each has one proposed action.
type ExceptionKind string

const (
	ExceptNone      ExceptionKind = ""
	ExceptLate      ExceptionKind = "late"      // paid after cancel or expiry, and the sale no longer stands
	ExceptTwice     ExceptionKind = "twice"     // the sale was already settled, or this order was paid by a second transaction
	ExceptAmount    ExceptionKind = "amount"    // another amount than we asked
	ExceptCurrency  ExceptionKind = "currency"  // another currency; in the books it has no posting
	ExceptAfterEnd  ExceptionKind = "after-end" // paid although WeChat had said closed or refused: an alarm
	ExceptReturning ExceptionKind = "returning" // paid, and somebody else has already asked for a refund of it
	ExceptReversed  ExceptionKind = "reversed"  // a payment code that was paid and then reversed: it went back by itself
	ExceptUndone    ExceptionKind = "undone"    // WeChat said that it was reversed, and says now that it is paid: an alarm
	ExceptUnknown   ExceptionKind = "unknown"   // signed for our shop and till, but this ledger does not know the order
	ExceptPart      ExceptionKind = "part"      // it paid a part of a sale that was given up
)

// Trade is what WeChat says about money that moved. It comes only from answers whose signature, app and merchant were
// checked, for the order number it was asked about.
type Trade struct {
	TransactionID string
	Amount        Fen    // total_fee: what the customer was charged for
	Settlement    Fen    // settlement_total_fee: what the shop gets before fees; 0 when WeChat sends none (no coupon)
	Currency      string // "CNY" when fee_type is absent
	PaidAt        time.Time
	Bank          string // bank_type
}

// ToShop is what the shop gets of Amount before fees: Settlement, or all of it when WeChat sends none or one that makes no
// sense.
func (t Trade) ToShop() Fen {
	if t.Settlement <= 0 || t.Settlement > t.Amount {
		return t.Amount
	}
	return t.Settlement
}

// PaymentEvent is one line of evidence: who said what about a payment, when. Events are only ever added.
type PaymentEvent struct {
	Payment       PaymentID
	At            time.Time
	Source        Evidence // ByNobody: the till itself
	Signal        SignalKind
	From, To      State
	TransactionID string
	Amount        Fen
	Settlement    Fen // [Trade.ToShop] of that amount
	Code          Code
	Detail        string
}
