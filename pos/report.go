package pos

import (
	"context"
	"time"
)

// Span is business days from From to To, both included.
type Span struct{ From, To Day }

// DayTakings is what the shop took on one business day, read from the day's totals.
type DayTakings struct {
	Day      Day
	Sales    int // closed sales
	Gross    Fen
	Discount Fen
	Rounding Fen // what rounding cash took off; negative when it added
	Net      Fen // Gross - Discount - Rounding; equals the sum of Tenders
	Refunds  int // entries of sales:returns
	Refunded Fen // given back of sales on this day, accepted by WeChat or out of the drawer
	Tenders  []TenderTakings
	Excepted Fen // real money that arrived on this day without a sale and has not gone back
}

// TenderTakings is the part of a day or shift that one tender took for sales, or gave back.
type TenderTakings struct {
	Tender Tender `json:"tender"`
	Count  int    `json:"count"`
	Fen    Fen    `json:"fen"`
}

// HourTakings is what was taken in one hour of the shop's clock, net of discounts.
type HourTakings struct {
	Count int
	Net   Fen
}

// CashierTakings is what one person took, net of discounts.
type CashierTakings struct {
	Cashier string // "" without staff
	Count   int
	Net     Fen
}

// ItemTakings is what one item sold for, less discounts on its lines and before those on the whole sale. What came back is not taken off: refunds are a figure
// of their own, and often no goods.
type ItemTakings struct {
	Item   ItemID
	Name   string // as it was called last, in the newest of these sales
	Pieces int    // what was weighed counts as one
	Fen    Fen
}

// Basket is the average of a sale: Net / Sales, rounded half up; 0 without sales.
func (d DayTakings) Basket() Fen {
	if d.Sales == 0 {
		return 0
	}
	return (d.Net*2 + Fen(d.Sales)) / Fen(2*d.Sales)
}

// DayReport is a business day at a glance.
type DayReport struct {
	DayTakings
	Before   DayTakings      // the same weekday a week before
	Hours    [24]HourTakings // by the shop's clock; with day_starts 04:00, hour 2 is the end of the night
	Cashiers []CashierTakings
	Top      []ItemTakings // best first, by what they sold for
}

// MonthReport is a calendar month of business days.
type MonthReport struct {
	Month    int          // 202611
	Days     []DayTakings // one for each day of the month, in order
	Total    DayTakings   // their sum; Day is the first of them
	Before   DayTakings   // the sum of the month before
	Cashiers []CashierTakings
	Top      []ItemTakings
}

// SaleHit is a closed sale that a search found, newest first.
type SaleHit struct {
	Sale     Sale // Lines are not filled
	Tender   Tender
	Order    string // out_trade_no of the payment that settled it
	Pieces   int
	First    string // name of its first line; "" for a sale without lines
	Lines    int
	Refunded Fen // proven to have gone back or on its way
}

// LineRow is one line of a closed sale in an export.
type LineRow struct {
	Day      Day
	Receipt  ReceiptNo
	ClosedAt time.Time
	N        int
	Line     Line
	Share    Share // of what is taken off the whole sale, by [Sale.Shares]: they sum to the sale's figures
	Returned int   // pieces given back, proven or on their way
	Cashier  string
	Shift    int
}

// ShiftRow is one closed shift in an export; Z is zero for shifts closed before there were Z reports.
type ShiftRow struct {
	Shift  Shift
	Report ShiftReport
	Hash   string // SHA-256 of the report's JSON, as the journal has it
}

// PaymentRow is one order in an export, from the moment it is on disk.
type PaymentRow struct {
	Day Day // the business day it was booked on, or was opened on while nothing was taken
	// Payment has what it is (ID, Sale, OutTradeNo, Tender, State, Asked, Part, Cashier) and what of its money there is (Amount,
	// Settlement, Currency, TransactionID, Evidence, PaidAt). Nothing else is filled: a million rows are read for an export.
	Payment  Payment
	Receipt  ReceiptNo // of the sale it settled; zero while it settled none
	Shift    int       // the shift's number within its day, of the closed sale it was opened for; 0 for none
	Refunded Fen       // proven to have gone back; what was taken in exchange did not
}

// RefundRow is one refund in an export.
type RefundRow struct {
	Day     Day // the business day it was asked for on
	Refund  Refund
	Receipt ReceiptNo // of the sale; zero for an exception
}

// SaleRow is one sale in an export. Only closed sales have a day and a receipt number.
type SaleRow struct {
	Day     Day
	Sale    Sale // Lines and Credits are not filled
	Lines   int
	Tenders []Tender // those that settled it, in order and each once; goods that came back for it are [TenderExchange]
	Credit  Fen      // what goods that came back counted for
	Tax     Fen      // that its lines include, by [Sale.Shares]
	Shift   int
}

// PendingRow is something that is not at its end: a live payment or an exception nobody decided.
type PendingRow struct {
	Payment Payment // Request is not filled
	Refund  *Refund // of a refund that is not proven; Request is not filled
	Next    string  // what happens next, as a message id: "close", "ask", "reverse", "decide", "refund", "act"
}

// Reports reads the books. Reading never blocks the till. Safe for concurrent use.
type Reports interface {
	// Takings returns one row a day, also for days without sales, in order.
	Takings(ctx context.Context, span Span) ([]DayTakings, error)
	// EachPayment calls f for every order of the span by day and id, until f returns an error, which it returns.
	EachPayment(ctx context.Context, span Span, f func(PaymentRow) error) error
	// EachSale does the same for closed sales, by receipt number.
	EachSale(ctx context.Context, span Span, f func(SaleRow) error) error
	// EachRefund does the same for refunds, by the day they were asked for and id.
	EachRefund(ctx context.Context, span Span, f func(RefundRow) error) error
	// Evidence tells who said what about a payment, its refunds and what was decided, in the order of time.
	Evidence(ctx context.Context, id PaymentID) ([]PaymentEvent, error)
	// PendingRows lists what is not at its end, oldest first.
	PendingRows(ctx context.Context) ([]PendingRow, error)
	// SaleByReceipt finds a closed sale; an Epoch of 0 is whichever has one, since a person reads only the last digits. CodeNotFound;
	// CodeConflict where several epochs have one.
	SaleByReceipt(ctx context.Context, no ReceiptNo) (SaleRecord, error)
}

// Overview is the figures at a glance, from totals: they cost the same however many sales the ledger has. Safe for concurrent use.
type Overview interface {
	// Day is a business day, with its top best sellers; top 0 is none. CodeInvalid when there is no such day.
	Day(ctx context.Context, day Day, top int) (DayReport, error)
	// Month does the same for a month, 202611. CodeInvalid when there is no such month.
	Month(ctx context.Context, month, top int) (MonthReport, error)
}

// SaleFinder finds closed sales and tells everything about one. Safe for concurrent use.
type SaleFinder interface {
	// FindSales returns closed sales, newest first: by receipt number, which is the order of the closes. At most q.Limit; more tells
	// that there are more behind the last one. CodeInvalid, and CodeNotFound when q.Before is no closed sale.
	FindSales(ctx context.Context, q SaleQuery) (hits []SaleHit, more bool, err error)
	// Record returns a sale with its payments. CodeNotFound.
	Record(ctx context.Context, id SaleID) (SaleRecord, error)
	// Evidence is [Reports.Evidence].
	Evidence(ctx context.Context, id PaymentID) ([]PaymentEvent, error)
}

// Exports reads the books row by row, one row in memory at a time, each span at one moment. Safe for concurrent use.
type Exports interface {
	Reports
	// EachLine calls f for every line of the closed sales of the span, by receipt number, until f returns an error, which it returns.
	EachLine(ctx context.Context, span Span, f func(LineRow) error) error
	// EachShift does the same for shifts that were closed, by day and number.
	EachShift(ctx context.Context, span Span, f func(ShiftRow) error) error
	// EachLink does the same for the journal, whole and by its number: a part of a chain proves nothing.
	EachLink(ctx context.Context, f func(Link) error) error
}
