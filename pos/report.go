package pos

import "context"

// Span is business days from From to To, both included.
type Span struct{ From, To Day }

// DayTakings is what the shop took on one business day, read from the day's totals.
type DayTakings struct {
	Day      Day
	Sales    int // closed sales
	Gross    Fen
	Discount Fen
	Net      Fen // Gross - Discount; equals the sum of Tenders
	Refunds  int // entries of sales:returns
	Refunded Fen // given back of sales on this day, accepted by WeChat or out of the drawer
	Tenders  []TenderTakings
	Excepted Fen // real money that arrived on this day without a sale and has not gone back
}

// TenderTakings is the part of a day that one tender took for sales.
type TenderTakings struct {
	Tender Tender
	Count  int
	Fen    Fen
}

// PaymentRow is one order in an export, from the moment it is on disk.
type PaymentRow struct {
	Day      Day       // the business day it was booked on, or was opened on while nothing was taken
	Payment  Payment   // Request is not filled
	Receipt  ReceiptNo // of the sale it settled; zero while it settled none
	Shift    int       // the shift's number within its day, of the closed sale it was opened for; 0 for none
	Refunded Fen       // proven to have gone back
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
	Sale    Sale // Lines are not filled
	Lines   int
	Tenders []Tender
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
	// SaleByReceipt finds a closed sale. CodeNotFound.
	SaleByReceipt(ctx context.Context, no ReceiptNo) (SaleRecord, error)
}
