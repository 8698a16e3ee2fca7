package pos

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// Account names one side of the books. A posting to it is positive for a debit, negative for a credit, in fen.
type Account string

const (
	Sales            Account = "sales"
	DiscountGiven    Account = "discount"
	RoundingGiven    Account = "rounding"      // what rounding the cash took off, or added
	SaleDeposits     Account = "sale:deposits" // parts of sales that are not closed yet, and goods that come back for others
	CashDrawer       Account = "cash:drawer"
	WeChatReceivable Account = "wechat:receivable"
	WeChatExceptions Account = "wechat:exceptions"
	WeChatCoupons    Account = "wechat:coupons"
	WeChatRefunding  Account = "wechat:refunding" // WeChat took a refund on; the money is not back yet
	SalesReturns     Account = "sales:returns"
	CashSafe         Account = "cash:safe"       // where floats come from and drops go
	CashExpense      Account = "cash:expense"    // paid out of the drawer
	CashOverShort    Account = "cash:over_short" // credit: too much was in the drawer; debit: money is missing
	WeChatFees       Account = "wechat:fees"     // what WeChat keeps, by its own bill
	Bank             Account = "bank"            // what WeChat paid out, by its fund-flow bill
)

// Posting is one side of an entry.
type Posting struct {
	Account Account `json:"account"`
	Fen     Fen     `json:"fen"`
}

// EntryKind says what an entry of the journal records.
type EntryKind string

const (
	EntryOpened    EntryKind = "ledger-opened" // the first entry of a ledger; no money
	EntrySale      EntryKind = "sale"
	EntryException EntryKind = "exception"
	EntryReversed  EntryKind = "exception-returned" // an exception's money is proven to have gone back
	EntryHanded    EntryKind = "exception-cash"     // an exception's money was handed back from the drawer
	EntryNoted     EntryKind = "exception-noted"    // a person says that it was refunded in the merchant platform

	EntryRefundTaken  EntryKind = "refund-accepted" // WeChat took the refund of a sale on
	EntryRefundDone   EntryKind = "refund-done"     // it is proven to have gone back
	EntryRefundClosed EntryKind = "refund-closed"   // nothing went back after all
	EntryRefundCash   EntryKind = "refund-cash"     // given back from the drawer
	EntryRefundOther  EntryKind = "refund-other"    // given back outside, on the cashier's word
	EntryExchange     EntryKind = "refund-exchange" // goods came back and count towards the sale that closes next

	EntryPart     EntryKind = "sale-part"      // a part of an open sale was paid
	EntryPartBack EntryKind = "sale-part-back" // and given back, since the sale was given up

	EntryShiftOpened EntryKind = "shift-opened" // the float was counted
	EntryShiftClosed EntryKind = "shift-closed" // the drawer was counted; carries the hash of the Z report
	EntryCashIn      EntryKind = "cash-in"
	EntryCashDrop    EntryKind = "cash-drop"
	EntryCashPaidOut EntryKind = "cash-expense"

	// Without money: who did it, and why.
	EntryDrawer  EntryKind = "drawer-opened" // without a sale
	EntryReprint EntryKind = "reprint"
	EntryVoid    EntryKind = "void"           // a cart with goods in it was cleared, or a sale that money was asked for was given up
	EntryStaff   EntryKind = "staff"          // a person was added or changed, or a PIN was set
	EntryCut     EntryKind = "discount-given" // on a line or the whole of a cart, by whose leave
	EntryPrice   EntryKind = "price-given"    // another price than the catalogue's, by whose leave

	EntryFees   EntryKind = "fees"   // of one bill day
	EntryPayout EntryKind = "payout" // WeChat paid out to the bank
)

// Entry is one thing that happened to the shop's money. Entries are only ever added; a correction is a new one.
type Entry struct {
	Kind       EntryKind `json:"kind"`
	At         int64     `json:"at"`  // UTC, ms
	Day        Day       `json:"day"` // the business day it was booked on
	Sale       SaleID    `json:"sale,omitempty"`
	Receipt    string    `json:"receipt,omitempty"`
	Payment    PaymentID `json:"payment,omitempty"`
	OutTradeNo string    `json:"out_trade_no,omitempty"`
	Trans      string    `json:"transaction_id,omitempty"`
	Refund     string    `json:"out_refund_no,omitempty"`
	By         string    `json:"by,omitempty"`      // who decided or allowed it
	Cashier    string    `json:"cashier,omitempty"` // at the till, when somebody else allowed it
	Note       string    `json:"note,omitempty"`
	Shift      int64     `json:"shift,omitempty"`           // of an opening, a close, a movement of cash
	Z          int       `json:"z,omitempty"`               // of a close, and of a reprint of its report
	Document   string    `json:"document_sha256,omitempty"` // of a close: the Z report's JSON; of a PIN: what it is proven with
	Bill       Day       `json:"bill,omitempty"`            // of fees and payouts: the day of WeChat's bill (a calendar day, UTC+8)
	Parts      []PartOf  `json:"parts,omitempty"`           // of a sale: what settled it before the payment that closed it
	Postings   []Posting `json:"postings"`
}

// PartOf is what one tender had settled of a sale before the payment that closed it.
type PartOf struct {
	Tender Tender `json:"tender"`
	Fen    Fen    `json:"fen"`
}

// Balanced reports whether the postings sum to zero, as they must.
func (e Entry) Balanced() bool {
	var sum Fen
	for _, p := range e.Postings {
		sum += p.Fen
	}
	return sum == 0
}

// SaleEntry books a sale that p settles: the tender is debited, sales are credited; a discount is shown, not hidden, and so
// is a coupon at WeChat that the shop bears. parts is what had settled it before p, goods that came back included: the deposits of
// that come off.
func SaleEntry(s Sale, p Payment, parts []PartOf, at time.Time, day Day) Entry {
	e := Entry{
		Kind: EntrySale, At: at.UnixMilli(), Day: day, Sale: s.ID, Receipt: s.Receipt.String(),
		Payment: p.ID, OutTradeNo: p.OutTradeNo, Trans: p.TransactionID,
	}
	e.take(p)
	e.settle(s, parts)
	return e
}

// take debits what p took to where its tender is kept.
func (e *Entry) take(p Payment) {
	if p.Tender.Handed() {
		e.add(p.Tender.Account(), p.Amount)
		return
	}
	e.add(WeChatReceivable, p.Settlement)
	e.add(WeChatCoupons, p.Amount-p.Settlement)
}

// settle credits the sale, less what came off it and what settled it before.
func (e *Entry) settle(s Sale, parts []PartOf) {
	e.Parts = parts
	for _, d := range parts {
		e.add(SaleDeposits, d.Fen)
	}
	e.add(DiscountGiven, s.Discount)
	e.add(RoundingGiven, s.Rounding)
	e.add(Sales, -s.Gross)
}

// PartEntry books a part of an open sale that p paid.
func PartEntry(p Payment, at time.Time, day Day) Entry {
	e := Entry{Kind: EntryPart, At: at.UnixMilli(), Day: day, Sale: p.Sale, Payment: p.ID, OutTradeNo: p.OutTradeNo, Trans: p.TransactionID}
	e.take(p)
	e.add(SaleDeposits, -p.Amount)
	return e
}

// PartBackEntry gives back a part that was taken by hand, since its sale was given up: the way it came. What came through WeChat
// is an exception ([ExceptPart]) instead.
func PartBackEntry(p Payment, by string, at time.Time, day Day) Entry {
	e := Entry{Kind: EntryPartBack, At: at.UnixMilli(), Day: day, Sale: p.Sale, Payment: p.ID, OutTradeNo: p.OutTradeNo, By: by}
	e.add(SaleDeposits, p.Amount)
	e.add(p.Tender.Account(), -p.Amount)
	return e
}

// ExceptionEntry books p's money that no sale needs: WeChat owes it to us, we owe it to somebody. Money of another currency
// or of unknown amount has no posting and no entry: ok is false.
func ExceptionEntry(p Payment, at time.Time, day Day) (e Entry, ok bool) {
	if p.Currency != Currency || p.Amount == 0 {
		return Entry{}, false
	}
	e = Entry{
		Kind: EntryException, At: at.UnixMilli(), Day: day, Sale: p.Sale,
		Payment: p.ID, OutTradeNo: p.OutTradeNo, Trans: p.TransactionID, Note: string(p.Reason),
	}
	if p.Reason == ExceptPart { // it is in the books as a part
		e.add(SaleDeposits, p.Amount)
	} else {
		e.take(p)
	}
	e.add(WeChatExceptions, -p.Amount)
	return e, true
}

// ReturnedEntry takes an exception's money out of the books again, once it is proven to have gone back.
func ReturnedEntry(p Payment, at time.Time, day Day) (e Entry, ok bool) {
	e, ok = ExceptionEntry(p, at, day)
	if e.Kind, e.Postings = EntryReversed, nil; !ok {
		return e, false
	}
	e.take(p)
	e.add(WeChatExceptions, -p.Amount)
	for i := range e.Postings {
		e.Postings[i].Fen = -e.Postings[i].Fen
	}
	return e, ok
}

// SettledEntry books a sale that an exception's money settles after all: the money is no longer owed to anybody.
func SettledEntry(s Sale, p Payment, parts []PartOf, d Decision, at time.Time, day Day) Entry {
	e := SaleEntry(s, p, parts, at, day)
	e.By, e.Note = d.By, d.Reason
	e.Postings = nil
	e.add(WeChatExceptions, p.Amount)
	e.settle(s, parts)
	return e
}

// DecidedEntry books what a person did with an exception's money outside WeChat's refund: handed back in cash ([ActCash]) or
// refunded in the merchant platform ([ActNote]). x.Amount and x.Settlement are what is left of the money: a refund that gave part
// of it back knows best how much of a coupon that took. ok is false for money without posting.
func DecidedEntry(x ExceptionCase, d Decision, at time.Time, day Day) (e Entry, ok bool) {
	if x.Currency != Currency || x.Amount <= 0 {
		return Entry{}, false
	}
	e = Entry{
		Kind: EntryHanded, At: at.UnixMilli(), Day: day, Sale: x.Sale, Payment: x.Payment, OutTradeNo: x.OutTradeNo,
		Trans: x.TransactionID, Note: d.Reason, By: d.By,
	}
	e.add(WeChatExceptions, x.Amount)
	if d.Action == ActNote {
		e.Kind = EntryNoted
		e.add(WeChatReceivable, -x.Settlement)
		e.add(WeChatCoupons, x.Settlement-x.Amount)
	} else {
		e.add(CashDrawer, -x.Amount)
	}
	return e, true
}

// RefundEntry books a refund of a sale that moved to a state; ok is false when the move books nothing. WeChat's acceptance
// takes the amount from the returns; the proof takes it from what WeChat owes us; a close gives it back to the books.
// accepted tells whether the acceptance was booked before.
func RefundEntry(r Refund, accepted bool, at time.Time, day Day) (e Entry, ok bool) {
	e = Entry{
		At: at.UnixMilli(), Day: day, Sale: r.Sale, Payment: r.Payment, OutTradeNo: r.OutTradeNo, Trans: r.TransactionID,
		Refund: r.OutRefundNo, Note: r.Reason,
	}
	e.Allowed(r.Cashier, r.Approver)
	switch {
	case r.Exception != 0:
		return e, false
	case r.Tender.Handed() && r.State == RefundDone:
		switch e.Kind = EntryRefundOther; r.Tender {
		case TenderCash:
			e.Kind = EntryRefundCash
		case TenderExchange:
			e.Kind = EntryExchange
		}
		e.add(SalesReturns, r.Amount)
		e.add(r.Tender.Account(), -r.Amount)
	case r.Tender.Handed():
		return e, false
	case r.State == RefundDone:
		e.Kind = EntryRefundDone
		if accepted {
			e.add(WeChatRefunding, r.Amount)
		} else {
			e.add(SalesReturns, r.Amount)
		}
		e.add(WeChatReceivable, -r.Settlement)
		e.add(WeChatCoupons, r.Settlement-r.Amount)
	case accepted && (r.State == RefundClosed || r.State == RefundRefused):
		e.Kind = EntryRefundClosed
		e.add(WeChatRefunding, r.Amount)
		e.add(SalesReturns, -r.Amount)
	case !accepted && (r.State == RefundAccepted || r.State == RefundStuck):
		e.Kind = EntryRefundTaken
		e.add(SalesReturns, r.Amount)
		e.add(WeChatRefunding, -r.Amount)
	default:
		return e, false
	}
	return e, true
}

func (e *Entry) add(a Account, f Fen) {
	if f != 0 {
		e.Postings = append(e.Postings, Posting{a, f})
	}
}

// Link is an entry in its place in the hash chain.
type Link struct {
	Seq      int64
	Epoch    int
	Kind     EntryKind
	Body     []byte // the Entry as JSON, byte for byte as hashed
	PrevHash string // 64 hex digits; of the first link 64 zeros
	Hash     string
}

// ChainStart is the PrevHash of the first link.
const ChainStart = "0000000000000000000000000000000000000000000000000000000000000000"

// Chain makes the link that follows prev (Seq and Hash of the link before; 0 and [ChainStart] for none).
func Chain(prevSeq int64, prevHash string, epoch int, e Entry) (Link, error) {
	if !e.Balanced() {
		return Link{}, E(CodeInternal, "chain entry", fmt.Errorf("%s entry does not sum to zero", e.Kind))
	}
	body, err := json.Marshal(e)
	if err != nil {
		return Link{}, E(CodeInternal, "chain entry", err)
	}
	l := Link{Seq: prevSeq + 1, Epoch: epoch, Kind: e.Kind, Body: body, PrevHash: prevHash}
	l.Hash = l.Sum()
	return l, nil
}

// Sum computes the hash that the link must have: SHA-256, in hex, over the previous hash, the sequence number, the
// epoch, the kind and the body, each but the last followed by a line feed.
func (l Link) Sum() string {
	h := sha256.New()
	for _, part := range []string{l.PrevHash, strconv.FormatInt(l.Seq, 10), strconv.Itoa(l.Epoch), string(l.Kind)} {
		h.Write([]byte(part))
		h.Write([]byte{'\n'})
	}
	h.Write(l.Body)
	return hex.EncodeToString(h.Sum(nil))
}

// Entry reads the body back.
func (l Link) Entry() (Entry, error) {
	var e Entry
	if err := json.Unmarshal(l.Body, &e); err != nil {
		return Entry{}, E(CodeCorrupt, "read entry", err)
	}
	return e, nil
}
