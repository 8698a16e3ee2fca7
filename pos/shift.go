package pos

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Shift is a turn at the drawer: from a float to a count. One is open at a time. What is booked between a close and the next
// opening belongs to the next one, so every entry of the journal belongs to one shift, and the entry of its close is a shift's
// last. None takes a sale of another business day: one that is still open then closes by itself, uncounted, when such a sale
// comes or cash is moved or given back; until then somebody may still count and close it.
type Shift struct {
	ID       int64
	Day      Day
	Number   int // counts within the day, from 1
	OpenedAt time.Time
	OpenedBy string    // "" when it opened by itself with its first sale
	Float    bool      // the float was counted
	ClosedAt time.Time // zero while open
	Z        int       // number of its Z report, from 1 and without gaps; 0 while open, and for shifts closed before there were any
}

// Denominations are the notes and coins that a count has a place for, in fen, largest first.
var Denominations = []Fen{100_00, 50_00, 20_00, 10_00, 5_00, 1_00, 50, 10}

// DrawerCount is what somebody counted, denomination by denomination.
type DrawerCount struct {
	Pieces []Pieces `json:"pieces,omitempty"` // in the order of [Denominations], without those of which there are none
	Other  Fen      `json:"other_fen,omitempty"`
}

// Pieces is how many there are of one note or coin.
type Pieces struct {
	Fen Fen `json:"fen"`
	N   int `json:"n"`
}

// MaxPieces is the most pieces of one denomination that a count takes.
const MaxPieces = 99_999

// ErrCount is why a count is refused, with CodeInvalid.
var ErrCount = errors.New("a count has whole pieces of known denominations and comes to at most 1,000,000.00")

// Sum is what a count comes to. CodeInvalid.
func (c DrawerCount) Sum() (Fen, error) {
	sum := c.Other
	seen := map[Fen]bool{}
	for _, p := range c.Pieces {
		if p.N < 1 || p.N > MaxPieces || seen[p.Fen] || !slices.Contains(Denominations, p.Fen) {
			return 0, E(CodeInvalid, "count drawer", ErrCount)
		}
		seen[p.Fen] = true
		sum += p.Fen.Times(p.N)
	}
	if c.Other < 0 || sum > MaxAmount {
		return 0, E(CodeInvalid, "count drawer", ErrCount)
	}
	return sum, nil
}

// CashKind says why cash goes into the drawer or out of it without a sale.
type CashKind string

const (
	CashIn      CashKind = "cash-in"      // change from the safe
	CashDrop    CashKind = "cash-drop"    // to the safe
	CashPaidOut CashKind = "cash-expense" // paid out of the drawer: an expense of the shop
)

// CashKinds lists them.
var CashKinds = []CashKind{CashIn, CashDrop, CashPaidOut}

// CashMovement is cash that goes into the drawer or out of it without a sale.
// As JSON it is the facts of a print job.
type CashMovement struct {
	ID       int64     `json:"id"`
	Kind     CashKind  `json:"kind"`
	Amount   Fen       `json:"amount_fen"` // positive
	Reason   string    `json:"reason"`
	By       string    `json:"by,omitempty"`       // at the till
	Approver string    `json:"approver,omitempty"` // who allowed it
	At       time.Time `json:"at"`
	Shift    int64     `json:"shift"`
}

// Counted is a count of the drawer that is on disk, with what the books say should be in it. It is shown after the count.
// Every count is kept: who counts twice is on record with both.
type Counted struct {
	ID       int64
	Shift    int64
	At       time.Time
	By       string
	Count    DrawerCount
	Sum      Fen
	Expected Fen
	Nth      int // how many counts this shift had, this one included
}

// Variance is what is too much (positive) or missing.
func (c Counted) Variance() Fen { return c.Sum - c.Expected }

// ShiftClose is what somebody wants of the close of a shift that was counted.
type ShiftClose struct {
	Count  int64  // of [Counted]; CodeConflict when the drawer moved since
	Reason string // of a difference; needed when there is one
	Keep   Fen    // stays in the drawer as the next float; the rest goes to the safe. At most what was counted
	By     string
	Signer string // who signs for a difference over the limit and for undecided exceptions; empty when nobody has to
	At     time.Time
	Open   []OpenItem // what was not at its end, by name, as the one who closes has seen it; nil lists what the books have
}

// OpenItem is something that was not at its end when a report was made.
type OpenItem struct {
	Kind   string `json:"kind"` // "parked", "payment", "exception", "refund"
	Name   string `json:"name"` // out_trade_no or out_refund_no
	Amount Fen    `json:"amount_fen"`
	Since  int64  `json:"since"` // UTC, ms
}

// ShiftReport is an X report (as it stands) or a Z report (frozen at the close). It is what the entries From to To of the
// journal say, so it can be made again from them. A stored one never changes: its JSON is hashed into the entry of the close,
// which follows To at once and ends the shift; what that entry does to the drawer is in Cash (Variance, ToSafe), and Kept is
// what the next one starts with.
type ShiftReport struct {
	Z        int    `json:"z,omitempty"` // 0: an X report
	Shop     string `json:"shop"`        // id
	Till     string `json:"till"`
	Epoch    int    `json:"epoch,omitempty"` // of the ledger, from its first restore on: a lost ledger may have given the same Z out before
	Day      Day    `json:"day"`
	Number   int    `json:"number"` // of the shift within its day
	OpenedAt int64  `json:"opened_at"`
	At       int64  `json:"at"` // of the close, or when the X report was made
	OpenedBy string `json:"opened_by,omitempty"`
	ClosedBy string `json:"closed_by,omitempty"` // "" when it closed by itself; of an X report on paper, who had it printed
	Signer   string `json:"signer,omitempty"`

	First    string          `json:"first_receipt,omitempty"`
	Last     string          `json:"last_receipt,omitempty"`
	Sales    int             `json:"sales"`
	Gross    Fen             `json:"gross_fen"`
	Discount Fen             `json:"discount_fen"`
	Rounding Fen             `json:"rounding_fen,omitempty"` // what rounding cash took off; negative when it added
	Net      Fen             `json:"net_fen"`                // Gross - Discount - Rounding = sum of Tenders
	Tenders  []TenderTakings `json:"tenders,omitempty"`
	Refunds  int             `json:"refunds"`
	Refunded Fen             `json:"refunded_fen"` // sum of Returned
	Returned []TenderTakings `json:"returned,omitempty"`

	Cash     CashReport `json:"cash"`
	Arrived  Fen        `json:"exceptions_fen,omitempty"`      // money without its sale that came
	WentBack Fen        `json:"exceptions_back_fen,omitempty"` // and that was given back, settled or noted
	Drawer   int        `json:"drawer_opened,omitempty"`       // without a sale
	Reprints int        `json:"reprints,omitempty"`
	Voids    int        `json:"voids,omitempty"`
	Late     []LateFact `json:"late,omitempty"` // booked after the close before, before this opening
	Open     []OpenItem `json:"open,omitempty"`

	From int64  `json:"from_entry"` // of the journal, included; greater than To for none
	To   int64  `json:"to_entry"`
	Head string `json:"chain_head"` // hash of entry To
}

// ZNo is a Z report's number as paper, screens and files say it: "0012"; from the ledger's first restore on "0012-R2", as receipts
// do, since a ledger that was lost may have given the same number out.
func (r ShiftReport) ZNo() string {
	if r.Epoch > 1 {
		return fmt.Sprintf("%04d-R%d", r.Z, r.Epoch)
	}
	return fmt.Sprintf("%04d", r.Z)
}

// CashReport is the drawer in a report. Expected = Start + Float + Sales + Parts - Refunds + In - Dropped - PaidOut - HandedBack.
type CashReport struct {
	Start      Fen `json:"start_fen"` // in the drawer, by the books, when the report's entries begin
	Float      Fen `json:"float_fen"` // what counting the float put in (or found missing)
	Sales      Fen `json:"sales_fen"`
	Parts      Fen `json:"parts_fen,omitempty"` // parts of sales that another tender closed, or that are still open, less what was handed back of them
	Refunds    Fen `json:"refunds_fen"`
	In         Fen `json:"in_fen"`
	Dropped    Fen `json:"dropped_fen"`
	PaidOut    Fen `json:"paid_out_fen"`
	HandedBack Fen `json:"handed_back_fen"` // exceptions given back in cash
	Expected   Fen `json:"expected_fen"`

	Counted  *Fen         `json:"counted_fen,omitempty"` // nil: nobody counted
	Count    *DrawerCount `json:"count,omitempty"`
	Counts   int          `json:"counts,omitempty"` // how often it was counted
	Variance Fen          `json:"variance_fen"`     // Counted - Expected
	Reason   string       `json:"reason,omitempty"`
	Kept     Fen          `json:"kept_fen"`    // stays in the drawer; 0 in an X report
	ToSafe   Fen          `json:"to_safe_fen"` // at the close
}

// LateFact is something that was learned after the close of the shift before: a correction on this report.
type LateFact struct {
	Seq    int64     `json:"entry"`
	Kind   EntryKind `json:"kind"`
	At     int64     `json:"at"`
	Name   string    `json:"name,omitempty"` // receipt, out_refund_no or out_trade_no
	Amount Fen       `json:"amount_fen"`
}

// ErrReport is why a report whose figures do not add up is refused, with CodeCorrupt.
var ErrReport = errors.New("the figures of the report do not add up")

// Check proves a report's own identities: tenders sum to net, returns to refunded, the drawer to what is expected and counted.
func (r ShiftReport) Check() error {
	var net, back Fen
	for _, t := range r.Tenders {
		net += t.Fen
	}
	for _, t := range r.Returned {
		back += t.Fen
	}
	c := r.Cash
	switch {
	case r.Net != r.Gross-r.Discount-r.Rounding, net != r.Net, back != r.Refunded, c.Expected != c.Start+c.Moved():
	case c.Counted == nil && (c.Variance != 0 || c.ToSafe != 0):
	case c.Counted != nil && (c.Variance != *c.Counted-c.Expected || c.Kept+c.ToSafe != *c.Counted || c.Kept < 0 || c.ToSafe < 0):
	default:
		return nil
	}
	return E(CodeCorrupt, "check report", ErrReport)
}

// ShiftPaper is the facts of a print job for an X or Z report.
type ShiftPaper struct {
	Report ShiftReport `json:"report"`
	Entry  string      `json:"entry_hash,omitempty"` // hash of the journal's entry of the close; empty for an X report
}

// Happening is something without money that goes on record: who, and why.
type Happening struct {
	Kind     EntryKind // EntryDrawer, EntryVoid, EntryStaff, EntryCut, EntryPrice
	By       string    // at the till
	Approver string    // who allowed it
	Reason   string
	Sale     SaleID // of a void
	At       time.Time
}
