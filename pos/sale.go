package pos

import (
	"slices"
	"time"
)

// SaleID names a sale in the ledger of one till; 0 is no sale.
type SaleID int64

// SaleState is where a sale stands.
type SaleState string

const (
	SaleOpen      SaleState = "open"      // money was asked for, none has settled it
	SaleClosed    SaleState = "closed"    // settled: it has a receipt number and is in the books
	SaleAbandoned SaleState = "abandoned" // the cart changed or was cleared before anybody paid; nothing is owed
)

// Sale is a cart that somebody asked money for.
type Sale struct {
	ID       SaleID
	State    SaleState
	Lines    []Line
	Gross    Fen // sum of the lines
	Discount Fen // taken off Gross, never negative: what is taken off the lines ([Line.Off]), and off the whole
	Rounding Fen // what rounding the cash took off besides; negative when it went up. Known when cash closes it
	Cut      Cut // how what is taken off the whole is meant; only while open
	Member   bool
	Credits  []Credit // goods of earlier sales that come back and count towards it
	Paid     Fen      // what parts of it took before the payment that closes it, net of what was handed back ([Payment.Part])
	Cashier  string
	OpenedAt time.Time
	Parked   bool // put aside with its payment; only while open
	Origin   Origin
	Ref      string // what makes a phone's repetition the same sale ([PhoneOrder]); empty at the counter
	Held     int64  // of a new sale: the [Held] cart that it was, which ends with the write that puts the sale on disk; else 0

	// Owed is, of a new sale that is closed by hand with nothing to pay, what the customer gets back of what comes back for it beyond Credits: it
	// begins with the write that closes the sale, or neither does.
	Owed []Refund

	// Only once closed:
	Receipt  ReceiptNo
	Shift    int64
	ClosedAt time.Time
}

// Net is what the sale comes to: Gross less Discount and Rounding.
func (s Sale) Net() Fen { return s.Gross - s.Discount - s.Rounding }

// Due is what is still to be paid of an open sale: Net less what came in parts and what goods that come back count for.
func (s Sale) Due() Fen { return s.Net() - s.Paid - s.Credit() }

// Credit is what goods that come back count for.
func (s Sale) Credit() Fen { return Cart{Credits: s.Credits}.Credit() }

// OffLines is the part of Discount that is taken off the lines; the rest is taken off the whole.
func (s Sale) OffLines() Fen {
	var off Fen
	for _, l := range s.Lines {
		off += l.Off()
	}
	return off
}

// Share is one line's part of a sale's figures: they sum to the sale's, to the fen.
type Share struct {
	Whole    Fen // of what is taken off the whole sale, rounding included
	Rounding Fen // of Whole, what rounding the cash took; negative when it went up, or by a fen that the shares of the discount took before
	Net      Fen // what the customer paid for the line
	Tax      Fen // that Net includes, by [Tax]
}

// Shares is what each line has of what is taken off the whole, shared by what the lines come to.
func (s Sale) Shares() []Share {
	all := make([]Share, len(s.Lines))
	base := s.Gross - s.OffLines()
	whole := base - s.Net()
	var upTo, given, cut Fen
	for i, l := range s.Lines {
		upTo += l.Net()
		part := portion(whole, upTo, base) - given
		given += part
		off := portion(whole-s.Rounding, upTo, base) - cut // first, so that no discount is below zero for a fen of the rounding
		cut += off
		net := l.Net() - part
		all[i] = Share{Whole: part, Rounding: part - off, Net: net, Tax: Tax(net, l.TaxRate)}
	}
	return all
}

// portion is how much of a whole falls on the first part of a base, so that all of the base has all of the whole.
func portion(whole, part, base Fen) Fen {
	if base == 0 {
		return 0
	}
	return part - Fen(int64(part)*int64(base-whole)/int64(base))
}

// Credit is goods of an earlier sale that come back and count towards this one (换货). It is a refund of that sale that goes out as
// [TenderExchange]: written down with the open sale, done when it closes, void when it is given up.
type Credit struct {
	Refund   RefundID     `json:"refund,omitempty"` // once it is on disk
	Number   string       `json:"number,omitempty"` // out_refund_no; minted before it is on disk
	Sale     SaleID       `json:"sale"`
	Receipt  string       `json:"receipt"` // of that sale, for people
	Payment  PaymentID    `json:"payment"`
	Lines    []RefundLine `json:"lines"`  // never changed in place
	Goods    string       `json:"goods"`  // what comes back, for people: its first name
	Amount   Fen          `json:"amount"` // what it counts for here: at most what the lines come to
	Reason   string       `json:"reason"`
	Approver string       `json:"approver,omitempty"`
}

func (c Credit) same(d Credit) bool {
	return c.Sale == d.Sale && c.Payment == d.Payment && c.Amount == d.Amount && slices.Equal(c.Lines, d.Lines)
}

// Held is a cart that was put aside (挂单).
type Held struct {
	ID      int64  // never given out again
	Name    string // what the cashier called it; "" goes by its time
	At      time.Time
	Cashier string
	Cart    Cart
}

// SaleRecord is a sale with everything the paper and the screen say about it.
type SaleRecord struct {
	Sale     Sale
	Payments []Payment // those that took money for it, in order
	Nth      int       // how many sales were closed this business day up to and with this one
	Refunds  []Refund  // money that went back or is on its way, in order; Request is not filled
}

// Document names a kind of paper.
type Document string

const (
	DocSale    Document = "sale"    // the customer's receipt
	DocReprint Document = "reprint" // the same again, marked 补打 with its count
	DocRefund  Document = "refund"  // the customer's paper about money that goes back
	DocX       Document = "x"       // how the shift stands
	DocZ       Document = "z"       // the shift's close, frozen
	DocCash    Document = "cash"    // cash put into the drawer or taken out, for whoever signs for it
	DocBill    Document = "bill"    // what a match with WeChat's bill found

	DocPending    Document = "pending"    // for a customer who says to have paid while nobody knows: a [PendingFacts]
	DocExceptions Document = "exceptions" // money without its sale, for whoever decides: an [ExceptionsFacts]
	DocLabel      Document = "label"      // what goods cost, for the shelf: a [LabelFacts]
	DocGivenBack  Document = "given-back" // what is handed back of a sale that was given up, for whoever gets it to sign: a [GivenBackFacts]
)

// PrintState is where a print job stands. A job that may have reached paper is never sent again by itself.
type PrintState string

const (
	PrintQueued      PrintState = "queued"      // committed with its sale; not yet sent
	PrintSending     PrintState = "sending"     // bytes are leaving; a crash here makes it unconfirmed
	PrintDone        PrintState = "printed"     // the printer took all of it
	PrintUnconfirmed PrintState = "unconfirmed" // all or some bytes left, nobody confirmed; a person may reprint
	PrintFailed      PrintState = "failed"      // gave up before anything could have reached paper
	PrintCancelled   PrintState = "cancelled"   // a person or the setting said not to print
	PrintSuperseded  PrintState = "superseded"  // nobody confirmed it, and a person had it printed again: that is another job, marked 补打
)

// PrintJob is one document on its way to paper: of a sale, or one that brings its facts with it.
type PrintJob struct {
	ID       int64
	Document Document
	Sale     SaleID   // 0 for a document that is not of a sale
	Facts    []byte   // of such a document, as JSON: a [ShiftPaper], a [CashMovement], a [GivenBackFacts], or what a match with a bill found
	Refund   RefundID // for DocRefund
	Copy     int      // 0 for the first print, 1 for the first 补打, …; a Z report's too
	State    PrintState
	Bytes    []byte // as rendered for the printer; nil until rendered
	Tries    int
	Cause    string // why it waits or failed, for the log and the screen's detail; who ended it, when a person did
	QueuedAt time.Time
	Other    bool // it goes to the second printer
	Code     Code // what Cause is, of a job that waits or failed
}

// PrintView is a print job that a person may have to do something about: one that waits with trouble, was not confirmed, or
// failed; and the newest that printed. Bytes and Facts are not filled.
type PrintView struct {
	Job     PrintJob
	Receipt ReceiptNo // of its sale; zero for none
	Title   string    // what else names it: the number of a Z report, an out_trade_no; "" for nothing
}

// Open reports whether a person may still have to do something about it.
func (v PrintView) Open() bool {
	switch v.Job.State {
	case PrintQueued, PrintSending:
		return v.Job.Code != CodeNone
	case PrintUnconfirmed, PrintFailed:
		return true
	}
	return false
}

// PendingFacts is the facts of a pending slip, as they were when it was asked for.
type PendingFacts struct {
	OutTradeNo string    `json:"out_trade_no"`
	Tender     Tender    `json:"tender"`
	State      State     `json:"state"`
	Asked      Fen       `json:"asked"`
	Cashier    string    `json:"cashier,omitempty"`
	At         time.Time `json:"at"`
}

// ExceptionsFacts is the facts of an exceptions slip.
type ExceptionsFacts struct {
	At    time.Time       `json:"at"`
	By    string          `json:"by,omitempty"`
	Cases []ExceptionFact `json:"cases"` // oldest first
	More  int             `json:"more,omitempty"`
}

// ExceptionFact is one exception on paper.
type ExceptionFact struct {
	Kind          ExceptionKind `json:"kind"`
	OutTradeNo    string        `json:"out_trade_no"`
	TransactionID string        `json:"transaction_id,omitempty"`
	Amount        Fen           `json:"amount"`
	Currency      string        `json:"currency,omitempty"`
	At            time.Time     `json:"at"`
	RefundAt      time.Time     `json:"refund_at,omitzero"` // when it refunds itself; zero: it waits for a person
}

// LabelFacts is the facts of price labels: one for each, cut apart.
type LabelFacts struct {
	Labels []Label `json:"labels"`
}

// MaxLabelCopies is how many of one label are printed at once.
const MaxLabelCopies = 20

// Label is a price label for the shelf (价签), or a code to pay by (商品收款码).
type Label struct {
	Name    string `json:"name"`
	Unit    string `json:"unit,omitempty"`
	Price   Fen    `json:"price"`
	Member  Fen    `json:"member,omitempty"` // for members; 0: they pay the same
	Asked   bool   `json:"asked,omitempty"`  // the price is asked for at every sale: there is none to print
	Barcode string `json:"barcode,omitempty"`
	Copies  int    `json:"copies"` // 1 to [MaxLabelCopies]
	// QR is what a customer's phone scans to pay (Native mode 1); empty on a price label. It says which goods they are and pays what they
	// cost on that day, so such a label has no price on it.
	QR string `json:"qr,omitempty"`
}
