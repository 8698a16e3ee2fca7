package pos

import "context"

// ExportKind is what an export has rows of.
type ExportKind string

const (
	ExportSales    ExportKind = "sales"    // closed sales
	ExportLines    ExportKind = "lines"    // the lines of closed sales
	ExportPayments ExportKind = "payments" // orders, from the moment they are on disk
	ExportRefunds  ExportKind = "refunds"  // refunds, from the moment they are asked for
	ExportShifts   ExportKind = "shifts"   // closed shifts, with their Z reports
	ExportJournal  ExportKind = "journal"  // the journal, whole: a part of a chain proves nothing
	ExportFindings ExportKind = "findings" // what a match with WeChat's bill found; made where the match is
)

// ExportKinds lists those that are of the books alone.
var ExportKinds = []ExportKind{ExportSales, ExportLines, ExportPayments, ExportRefunds, ExportShifts, ExportJournal}

// Whole reports whether an export of a kind is of the whole ledger, whatever days were named.
func (k ExportKind) Whole() bool { return k == ExportJournal }

// ExportFormat is how rows become bytes.
type ExportFormat string

const (
	FormatCSV   ExportFormat = "csv"
	FormatXLSX  ExportFormat = "xlsx"  // a spreadsheet workbook
	FormatJSONL ExportFormat = "jsonl" // one JSON object a line
)

// ExportFormats lists them.
var ExportFormats = []ExportFormat{FormatCSV, FormatXLSX, FormatJSONL}

// ExportRequest is what somebody wants to have as a file.
type ExportRequest struct {
	Kind   ExportKind
	Format ExportFormat
	Span   Span // business days; without meaning for a kind that is [ExportKind.Whole]
}

// ExportProgress is how far an export has come.
type ExportProgress struct {
	Rows     int
	Permille int // of the days; stays 0 where nobody knows how much there is
}

// FigureName names a sum of an export.
type FigureName string

const (
	FigurePayments FigureName = "payments"  // really taken
	FigureRefunds  FigureName = "refunds"   // proven to have gone back
	FigureNet      FigureName = "net"       // what stays of the two above; of sales, gross less discounts and rounding
	FigureGross    FigureName = "gross"     // before discounts
	FigureDiscount FigureName = "discount"  // given
	FigureRounding FigureName = "rounding"  // what rounding cash took off besides
	FigureExchange FigureName = "exchange"  // what goods that came back paid
	FigureBack     FigureName = "back"      // of refunds: proven to have gone back
	FigureOnTheWay FigureName = "on-way"    // asked for, and no end is known
	FigureNotBack  FigureName = "not-back"  // closed or refused: nothing went back
	FigureRefSum   FigureName = "asked-for" // of all refunds
	FigureCash     FigureName = "cash"      // of net, by tender
	FigureWeChat   FigureName = "wechat"
	FigureOther    FigureName = "other"
	FigureExpected FigureName = "expected" // in the drawer, of shifts that were counted
	FigureVariance FigureName = "variance" // too much, or missing when below zero
	FigureCounted  FigureName = "counted"
	FigureDebit    FigureName = "debit" // of the journal's postings
	FigureCredit   FigureName = "credit"
	FigureZero     FigureName = "zero" // the sum of all postings

	// Of a match with WeChat's bill; all are what came less what went back.
	FigureTheirs     FigureName = "theirs"
	FigureOnlyOurs   FigureName = "only-ours"
	FigureOnlyTheirs FigureName = "only-theirs"
	FigureDiffer     FigureName = "differ" // theirs less ours, of what differs
	FigureOurs       FigureName = "ours"
)

// Figure is one sum over the rows of an export.
type Figure struct {
	Name  FigureName
	Minus bool // it is taken off
	Fen   Fen
}

// Identity is an equation that a whole export fulfils: its terms come to its total.
type Identity struct {
	Terms []Figure
	Total Figure
}

// Holds reports whether the terms come to the total.
func (i Identity) Holds() bool {
	var sum Fen
	for _, t := range i.Terms {
		if t.Minus {
			sum -= t.Fen
		} else {
			sum += t.Fen
		}
	}
	return sum == i.Total.Fen
}

// ExportSummary is by what the reader of an export can tell that nothing is missing.
type ExportSummary struct {
	Kind       ExportKind
	Span       Span // zero for a kind that is [ExportKind.Whole]
	Rows       int
	Sum        Fen // of the kind's own column of money: amount, net or debit
	Foreign    int // rows with money of another currency, which no sum counts
	Cut        int // texts that a cell of a workbook has no room for, and that were cut
	Identities []Identity

	// Of the journal.
	First, Last int64
	Head        string // hash of the last entry
}

// ExportFile is an export that is on disk, whole.
type ExportFile struct {
	Path    string
	Size    int64 // bytes
	Summary ExportSummary
}

// Exporter writes the books as files into the till's folder of exports.
type Exporter interface {
	// Export writes a file under a name that says what it is of, and that no file has yet. It appears whole or not at all: an error, the
	// end of ctx and a killed program leave nothing that could be taken for an export. progress is called now and then, on the
	// caller's goroutine; it may be nil. Safe for concurrent use and to repeat: each call makes a file of its own. CodeInvalid for a request
	// that makes no sense; CodeFull and CodeReadOnly of the disk; CodeCorrupt when the rows do not come to the totals of their days; the
	// error of ctx as it is; others are those of [Reports].
	Export(ctx context.Context, r ExportRequest, progress func(ExportProgress)) (ExportFile, error)
}
