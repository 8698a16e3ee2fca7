package pos

import (
	"context"
	"fmt"
	"io"
	"time"
)

// Mille is money in 1/1000 fen: what WeChat's bill counts fees in (手续费, five decimals of a yuan).
type Mille int64

// Fen rounds half away from zero.
func (m Mille) Fen() Fen {
	if m < 0 {
		return -(-m).Fen()
	}
	return Fen((m + 500) / 1000)
}

// String gives decimal yuan with five places: "0.00810".
func (m Mille) String() string {
	sign := ""
	if m < 0 {
		sign, m = "-", -m
	}
	return fmt.Sprintf("%s%d.%05d", sign, m/100_000, m%100_000)
}

// BillZone is the zone of WeChat's bills: its days are calendar days there, wherever the shop is.
var BillZone = time.FixedZone("UTC+8", 8*60*60)

// BillDay is the day of the bill that an instant belongs to. It is a calendar day in UTC+8, not the shop's business day.
func BillDay(t time.Time) Day { return dayOf(t.In(BillZone)) }

// BillSpan is the first moment of a bill's day, and the first one after it.
func BillSpan(d Day) (from, to time.Time) {
	from = d.midnight().Add(-8 * time.Hour)
	return from, from.AddDate(0, 0, 1)
}

// BillKind is which of WeChat's statements a file is.
type BillKind string

const (
	BillTrade BillKind = "trade" // 交易账单: payments and refunds of a day
	BillFund  BillKind = "fund"  // 资金账单: what moved on the merchant's balance
)

// BillItemKind is what one row of a trade bill, or what stands against it in our books, is about.
type BillItemKind string

const (
	BillPayment  BillItemKind = "payment"
	BillRefund   BillItemKind = "refund"
	BillReversal BillItemKind = "reversal" // 撤销 of a payment code
)

// BillItem is money as one side sees it: a row of WeChat's bill, or a payment, refund or reversal of ours.
type BillItem struct {
	Kind          BillItemKind `json:"kind,omitempty"`
	OutTradeNo    string       `json:"out_trade_no,omitempty"`   // 商户订单号
	TransactionID string       `json:"transaction_id,omitempty"` // 微信订单号; of ours empty while nobody told it
	OutRefundNo   string       `json:"out_refund_no,omitempty"`  // 商户退款单号
	RefundID      string       `json:"refund_id,omitempty"`      // 微信退款单号
	Amount        Fen          `json:"amount_fen"`               // 订单金额 of a payment, 申请退款金额 of a refund
	Settlement    Fen          `json:"settlement_fen"`           // of it, what the shop gets or gives: 应结订单金额, 退款金额
	Currency      string       `json:"currency,omitempty"`
	State         string       `json:"state,omitempty"` // theirs: 交易状态, of a refund 退款状态; ours: [State] or [RefundState]
	Fee           Mille        `json:"fee_mille,omitempty"`
	At            time.Time    `json:"at,omitzero"` // zero when nobody told

	// Only ours:
	Payment PaymentID `json:"-"`
	Refund  RefundID  `json:"-"`
	// Only theirs:
	Line int `json:"line,omitempty"` // of the file, from 1
}

// FindingClass is how a row of the bill and our books stand to each other.
type FindingClass string

const (
	FindMatch  FindingClass = "match"
	FindOurs   FindingClass = "ours-only"
	FindTheirs FindingClass = "theirs-only"
	FindDiffer FindingClass = "differs" // in amount, state or fee
)

// FindingClasses lists them.
var FindingClasses = []FindingClass{FindMatch, FindOurs, FindTheirs, FindDiffer}

// FindingCause says more closely what is the matter; the gravest of several.
type FindingCause string

const (
	CauseNone     FindingCause = ""
	CauseUnknown  FindingCause = "unknown"   // WeChat has money for this till that these books do not know
	CauseMissing  FindingCause = "missing"   // these books have money that the bill does not
	CauseCrossDay FindingCause = "cross-day" // near midnight, or when it came is not known: the bill of the next or last day has it
	CauseAmount   FindingCause = "amount"    // the amounts differ
	CauseCoupon   FindingCause = "coupon"    // what the shop gets of it differs (应结订单金额)
	CauseCurrency FindingCause = "currency"
	CauseState    FindingCause = "state"  // WeChat says paid or given back, our books do not yet, or not at all
	CauseFee      FindingCause = "fee"    // the fee is not what its own rate makes, or the two bills disagree about the day's fees
	CauseShared   FindingCause = "shared" // a payout to the bank that is of several tills, so that none of them books it
)

// FindingAction is the one thing that is proposed for a finding.
type FindingAction string

const (
	FindBook   FindingAction = "book"   // take the money into the books: as an exception, that a person then settles or gives back
	FindRefund FindingAction = "refund" // give it back through WeChat
	FindAsk    FindingAction = "ask"    // ask WeChat what became of it; the answer is booked as any other
	FindNote   FindingAction = "note"   // write down that it was looked at
)

// FindingActions lists them.
var FindingActions = []FindingAction{FindBook, FindRefund, FindAsk, FindNote}

// Deed is what somebody must be allowed to do for an action. The leave to look at the books is none to decide about money.
func (a FindingAction) Deed() Deed {
	switch a {
	case FindBook, FindRefund:
		return DeedDecide
	case FindAsk, FindNote:
	}
	return DeedBooks
}

// Finding is one difference between WeChat's bill and our books, with one proposed action. A side that is not there is nil.
type Finding struct {
	ID      int64         `json:"id,omitempty"` // in the books; 0 while it was not kept
	Bill    BillKind      `json:"bill"`
	Day     Day           `json:"day"` // of the bill: a calendar day, UTC+8
	Class   FindingClass  `json:"class"`
	Cause   FindingCause  `json:"cause,omitempty"`
	Action  FindingAction `json:"action,omitempty"`
	Ours    *BillItem     `json:"ours,omitempty"`
	Theirs  *BillItem     `json:"theirs,omitempty"`
	FoundAt time.Time     `json:"found_at,omitzero"`
	// Resolved is when and how it went away without a person: the bill of another day had it, or the same day read again agreed.
	// Zero while it stands.
	Resolved   time.Time         `json:"resolved_at,omitzero"`
	ResolvedBy Day               `json:"resolved_by,omitempty"` // the day of the bill that did; 0 while it stands
	Decisions  []FindingDecision `json:"decisions,omitempty"`   // oldest first
}

// Open reports whether somebody still has to look at it.
func (f Finding) Open() bool {
	return f.Class != FindMatch && f.Resolved.IsZero() && len(f.Decisions) == 0
}

// Item is their side, else ours.
func (f Finding) Item() BillItem {
	switch {
	case f.Theirs != nil:
		return *f.Theirs
	case f.Ours != nil:
		return *f.Ours
	}
	return BillItem{}
}

// Difference is what their side is more than ours, in what it does to the balance: refunds count negative.
func (f Finding) Difference() Fen { return f.Theirs.signed() - f.Ours.signed() }

// Moved is how much money an item stands for: nothing in another currency, nor while or after nothing came or went.
func (i BillItem) Moved() Fen {
	if i.Currency != Currency && i.Currency != "" {
		return 0
	}
	switch i.State {
	case string(Opened), string(Waiting), string(Closing), string(Reversing), string(Closed), string(Refused),
		string(RefundAsked), // RefundClosed and RefundRefused are called as those of payments
		"CHANGE", "FAIL", "CLOSED", "REFUNDCLOSE":
		return 0
	}
	return i.Amount
}

func (i *BillItem) signed() Fen {
	switch {
	case i == nil:
		return 0
	case i.Kind == BillPayment:
		return i.Moved()
	}
	return -i.Moved()
}

// FindingDecision is what somebody did about a finding, and why. Decisions are only ever added.
type FindingDecision struct {
	Action FindingAction `json:"action"`
	By     string        `json:"by,omitempty"`
	Reason string        `json:"reason,omitempty"`
	At     time.Time     `json:"at"`
}

// BillSums are the figures of one side.
type BillSums struct {
	Payments int `json:"payments"`
	Paid     Fen `json:"paid_fen"`
	Refunds  int `json:"refunds"` // and reversals
	Back     Fen `json:"back_fen"`
}

// Net is what came less what went back.
func (s BillSums) Net() Fen { return s.Paid - s.Back }

// Add counts an item that money moved for, and one of another currency, which adds nothing.
func (s *BillSums) Add(i BillItem) {
	amount := i.Moved()
	switch {
	case amount == 0 && i.Currency == Currency:
	case i.Kind == BillPayment:
		s.Payments, s.Paid = s.Payments+1, s.Paid+amount
	default:
		s.Refunds, s.Back = s.Refunds+1, s.Back+amount
	}
}

// OtherTill is what a merchant's bill has of another till or another program: rows whose order numbers do not begin with ours.
// They are counted and named, and are no findings.
type OtherTill struct {
	Prefix string `json:"prefix"` // "S001-T2-"; "" for numbers that none of our tills makes
	BillSums
	Fee Mille `json:"fee_mille"`
}

// BillSummary is a match in figures. For a trade bill: Theirs.Net + OnlyOurs - OnlyTheirs - Differ = Ours.Net.
type BillSummary struct {
	ID     int64     `json:"id,omitempty"` // in the books; 0 while it was not kept
	Kind   BillKind  `json:"kind"`
	Day    Day       `json:"day"`
	MchID  string    `json:"mch_id,omitempty"`
	Header string    `json:"header"` // ALL, SUCCESS, REFUND, RECHARGE_REFUND; FUND
	SHA256 string    `json:"sha256"` // of the file as text, unpacked
	Rows   int       `json:"rows"`
	ReadAt time.Time `json:"read_at,omitzero"`
	ReadBy string    `json:"read_by,omitempty"` // "" for the till itself
	Booked bool      `json:"booked"`            // fees and payouts of it are in the journal

	Match      int         `json:"match"`
	OursOnly   int         `json:"ours_only"`
	TheirsOnly int         `json:"theirs_only"`
	Differs    int         `json:"differs"`
	CrossDay   int         `json:"cross_day"` // of Match: rows that our books have on the day before or after
	Ours       BillSums    `json:"ours"`      // what stands against Theirs: cross-day rows count with the bill
	Theirs     BillSums    `json:"theirs"`    // of this till
	OnlyOurs   Fen         `json:"only_ours_fen"`
	OnlyTheirs Fen         `json:"only_theirs_fen"`
	Differ     Fen         `json:"differ_fen"` // theirs less ours, of those that differ
	Others     []OtherTill `json:"others,omitempty"`

	Fee     Mille    `json:"fee_mille"` // of this till's rows; for a fund-flow bill, of the merchant
	Payouts []Payout `json:"payouts,omitempty"`

	Open int `json:"open"` // findings nobody looked at yet; only of a kept one
}

// Clean reports whether nothing differs.
func (s BillSummary) Clean() bool { return s.OursOnly+s.TheirsOnly+s.Differs == 0 }

// Balanced proves the summary's own identity.
func (s BillSummary) Balanced() bool {
	return s.Theirs.Net()+s.OnlyOurs-s.OnlyTheirs-s.Differ == s.Ours.Net()
}

// Payout is money that WeChat paid out to the bank, by its fund-flow bill (提现).
type Payout struct {
	Number string    `json:"number"` // 资金流水单号
	At     time.Time `json:"at"`
	Amount Fen       `json:"amount_fen"`
	Line   int       `json:"line"`
}

// BillResult is a match with everything that it found, in the order of the bill, ours-only ones last.
type BillResult struct {
	Summary  BillSummary `json:"summary"`
	Findings []Finding   `json:"findings"`
}

// BillFacts is what the paper of a match shows ([DocBill]): the facts of its print job.
type BillFacts struct {
	Shop     string      `json:"shop"` // id
	Till     string      `json:"till"`
	Summary  BillSummary `json:"summary"`
	Findings []Finding   `json:"findings"` // at most [MaxPrinted]
	More     int         `json:"more"`     // how many there are beyond them
	By       string      `json:"by,omitempty"`
	At       time.Time   `json:"at"`
}

// MaxPrinted is how many findings one paper takes.
const MaxPrinted = 200

// FeesEntry books what WeChat keeps of a bill day, or, when a corrected bill says another sum, the difference to what was
// booked before. ok is false for nothing.
func FeesEntry(day Day, fee Fen, by, note string, at time.Time, booked Day) (e Entry, ok bool) {
	e = Entry{Kind: EntryFees, At: at.UnixMilli(), Day: booked, Bill: day, By: by, Note: note}
	e.add(WeChatFees, fee)
	e.add(WeChatReceivable, -fee)
	return e, fee != 0
}

// PayoutEntry books what WeChat paid out to the bank. ok is false for nothing.
func PayoutEntry(day Day, p Payout, by string, at time.Time, booked Day) (e Entry, ok bool) {
	e = Entry{Kind: EntryPayout, At: at.UnixMilli(), Day: booked, Bill: day, By: by, Note: p.Number}
	e.add(Bank, p.Amount)
	e.add(WeChatReceivable, -p.Amount)
	return e, p.Amount != 0
}

// BillBook is the part of the till's book about WeChat's bills. What [Ledger] says about transactions and errors holds here too.
// Safe for concurrent use.
type BillBook interface {
	// EachBillItem calls f for what of our money belongs to a bill's day, roughly by time, until f returns an error, which it
	// returns: payments that WeChat took money for and reversals by WeChat's clock, refunds by when they were asked for. An item is only f's
	// until it returns. It reads one moment of the ledger; f must not ask the store.
	EachBillItem(ctx context.Context, day Day, f func(*BillItem) error) error
	// FindBillItem finds what of ours a row is about, of whatever day and also when no money came: by out_trade_no and
	// transaction_id, by out_refund_no or refund_id. CodeNotFound.
	FindBillItem(ctx context.Context, row BillItem) (BillItem, error)
	// SeenOnBill tells on which other day's kept bill an item of ours was, 0 for none.
	SeenOnBill(ctx context.Context, item BillItem) (Day, error)

	// KeepBill stores what a match found, in one transaction: findings that were not there before, those that have gone as
	// resolved, and, unless it is about another merchant's, fees and payouts as entries. Reading the same bill again books nothing twice;
	// a corrected one books the difference. Safe to repeat. It returns what is in the books now.
	KeepBill(ctx context.Context, r BillResult, by string, at time.Time) (BillSummary, error)
	// Bills returns the newest match of each day and kind, newest day first, at most limit.
	Bills(ctx context.Context, limit int) ([]BillSummary, error)
	// Findings returns those of one day (0: of all) that stand, with their decisions; all also what was resolved or matched across days.
	Findings(ctx context.Context, day Day, all bool) ([]Finding, error)
	// DecideFinding adds a decision. CodeNotFound, CodeInvalid without a reason for a note. Not safe to repeat: every one is kept.
	DecideFinding(ctx context.Context, id int64, d FindingDecision) (Finding, error)
	// PrintBill queues the list of a kept bill, [DocBill]. CodeNotFound.
	PrintBill(ctx context.Context, id int64, by string, at time.Time) (job int64, err error)
}

// Reconciler matches the books with WeChat's bill, for a window. Methods that read a bill take their time; they end with ctx.
// Safe for concurrent use.
type Reconciler interface {
	// Reconcile reads a bill and keeps what it found. day is only needed (else 0) for a bill that does not tell its own. progress,
	// if not nil, is called now and then, on the caller's goroutine. CodeInvalid with a [BillError] when the file is not believed.
	Reconcile(ctx context.Context, bill io.Reader, day Day, by string, progress func(BillProgress)) (BillResult, error)
	// ReconcileFile does the same for a file.
	ReconcileFile(ctx context.Context, path string, day Day, by string, progress func(BillProgress)) (BillResult, error)
	// Fetch gets a day's bills from WeChat and reconciles them; the fund-flow bill only where the client certificate allows.
	// CodeNotYet, CodeNotFound (no trade on that day), CodeSecret without keys, and what [Biller] says.
	Fetch(ctx context.Context, day Day, by string, progress func(BillProgress)) (BillResult, error)
	// CanFetch is CodeNone when bills can be fetched, else why not.
	CanFetch() Code
	// Bills, Findings and PrintBill are those of [BillBook].
	Bills(ctx context.Context, limit int) ([]BillSummary, error)
	Findings(ctx context.Context, day Day, all bool) ([]Finding, error)
	PrintBill(ctx context.Context, id int64, by string) error
	// Export writes the findings of a day as "csv", "xlsx" or "json".
	Export(ctx context.Context, w io.Writer, day Day, format string) error
	// Decide puts a decision on record and sets going what it means: book and ask look for the order at WeChat, and what its answer proves is
	// booked; refund gives an exception back. Its outcome is told as a message. d.By is at the till or has just allowed it there ([Look] of
	// the action's deed): CodeForbidden, and nothing is put on record.
	Decide(ctx context.Context, id int64, d FindingDecision) (Finding, error)
}

// BillProgress is how far the reading of a bill is.
type BillProgress struct {
	Rows int
	Read int64 // bytes
	Size int64 // of the file; 0 when nobody knows
}

// BillError is why a bill is not believed, as a message id (bill.*) and what fills it; its code is CodeInvalid.
type BillError struct {
	ID   string   // "truncated", "row", "sum", "merchant", …
	Line int      // of the file, from 1; 0 when it is about the whole
	Args []string // in the order of the words
}

func (e *BillError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("line %d: %s %q", e.Line, e.ID, e.Args)
	}
	return fmt.Sprintf("%s %q", e.ID, e.Args)
}
