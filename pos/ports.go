package pos

import (
	"context"
	"io"
	"time"
)

// Clock tells the time for records. Waiting goes by the runtime's timers, which tests make virtual.
type Clock interface{ Now() time.Time }

// Order is what the till wants from WeChat for a sale; the gateway turns it into the exact request.
type Order struct {
	OutTradeNo string
	Sale       Sale
	Amount     Fen
	OpenedAt   time.Time // corrected by WeChat's clock (time_start)
	ExpiresAt  time.Time // likewise (time_expire)

	Tender    Tender // TenderNative when empty
	OpenID    string // with TenderJSAPI: the payer; with TenderNative of a product code whoever scanned it
	ProductID string // product_id of a product code; empty: worked out from the sale
}

// Gateway is the provider. All methods are safe for concurrent use and, but for what the sale itself forbids, safe to
// repeat. They return what was proven as a [Signal]; its To field names the call. A Gateway holds no state that matters.
type Gateway interface {
	// Compose builds the exact request for a Native order, without nonce and signature. Pure. CodeInvalid when the order
	// cannot be expressed.
	Compose(o Order) ([]byte, error)
	// Prepay sends a composed request (unifiedorder). Repeating it is safe: it returns a new code_url for the same order,
	// and the older code dies. SigOrdered, SigRefused, SigNumberUsed, SigHint, SigRejected or SigUncertain.
	Prepay(ctx context.Context, outTradeNo string, request []byte) Signal
	// Query asks for the trade as it is now (orderquery). Any signal but SigOrdered.
	Query(ctx context.Context, outTradeNo string) Signal
	// Close asks WeChat to close the order (closeorder). SigCloseDone, SigCloseDenied, SigNotExist, SigHint, SigRejected
	// or SigUncertain.
	Close(ctx context.Context, outTradeNo string) Signal
	// Ours reports whether a composed request was made for the app and merchant that this gateway speaks for. Asked about an
	// order of another merchant, WeChat would truthfully say that there is none, so such an order must not be asked about.
	Ours(request []byte) bool
	// Skew is our clock against WeChat's, by its last Date header; ok is false before the first answer.
	Skew() (ahead time.Duration, ok bool)
	// RoundTrip is how long the last answered call took; 0 before the first.
	RoundTrip() time.Duration
}

// RefundOrder is what the till wants given back; the gateway turns it into the exact request.
type RefundOrder struct {
	OutRefundNo   string
	TransactionID string
	Total, Amount Fen
	Reason        string // shown to the customer (refund_desc); cut to fit
}

// Charger charges and reverses the customers' own payment codes. It exists only with the merchant's client certificate,
// since without reverse such a payment cannot be ended. Safe for concurrent use.
type Charger interface {
	// ComposeCharge builds the exact request without nonce, signature and payment code. Pure. CodeInvalid.
	ComposeCharge(o Order) ([]byte, error)
	// Charge sends it with the code (micropay). Never repeat it: after anything but a proven end, query, then reverse.
	// SigPaid, SigPaying, SigRefused, SigNumberUsed, SigHint, SigRejected or SigUncertain.
	Charge(ctx context.Context, outTradeNo string, request []byte, code PaymentCode) Signal
	// Reverse asks WeChat to undo the order (撤销). Safe to repeat. SigReversed, SigRecall, SigNotExist, SigHint, SigRejected or
	// SigUncertain.
	Reverse(ctx context.Context, outTradeNo string) Signal
}

// Refunder gives money back and follows it. Safe for concurrent use.
type Refunder interface {
	// ComposeRefund builds the exact request without nonce and signature. Pure. CodeInvalid.
	ComposeRefund(o RefundOrder) ([]byte, error)
	// Refund sends a composed request. Repeating it is safe: the same number is the same refund. RefTaken, RefRefused,
	// RefLater, RefRejected or RefUncertain. Without the client certificate it is RefRejected with CodeSecret and nothing is sent.
	Refund(ctx context.Context, outRefundNo string, request []byte) RefundSignal
	// QueryRefund asks what became of one refund (refundquery). amount is what was asked for; another one is RefUncertain with
	// CodeNotOurs. Needs no certificate.
	QueryRefund(ctx context.Context, outRefundNo string, amount Fen) RefundSignal
	// Refunds asks for every refund of an order, also those made in the merchant platform. The second result is RefUncertain or
	// RefRejected when there was no verified answer, RefNotExist when there are none, else RefSuccess.
	Refunds(ctx context.Context, outTradeNo string) ([]RefundSignal, RefundSignal)
	// CanRefund is CodeNone when the client certificate is there, else why not.
	CanRefund() Code
}

// Finder finds an order by WeChat's own number for the trade.
type Finder interface {
	// QueryTransaction asks for a trade by its transaction_id (交易单号). outTradeNo is empty unless the answer is verified and
	// names one; the signal is as of Gateway.Query.
	QueryTransaction(ctx context.Context, transactionID string) (outTradeNo string, s Signal)
}

// Biller fetches WeChat's own statements; optional: it needs keys, and a file from the merchant platform does as well. day is
// the day of the bill, a calendar day in UTC+8; the answer is the file as text, unpacked, not yet believed: its summary row is
// checked by who reads it. Close it. CodeNotYet while WeChat has not made it (before 10:00 of the next day), CodeNotFound when there
// is none (no trade on that day, or older than three months), CodeRejected, CodeConfig, CodeSecret (the fund flow needs the client
// certificate), or that of an uncertain answer. Safe to repeat and for concurrent use.
type Biller interface {
	// TradeBill is every payment and refund of a day (交易账单, ALL).
	TradeBill(ctx context.Context, day Day) (io.ReadCloser, error)
	// FundFlow is what moved on the merchant's balance (资金账单, Basic).
	FundFlow(ctx context.Context, day Day) (io.ReadCloser, error)
}

// Notices reads what WeChat posts to the notify_url.
type Notices interface {
	// ReadNotice verifies a raw body. CodeBadSign, CodeNotOurs or CodeBadAnswer; never anything of the body in the error.
	ReadNotice(body []byte) (Notice, error)
	// Reply is the answer WeChat expects. ok false makes it send the notice again; reason is for its log.
	Reply(ok bool, reason string) (contentType string, body []byte)
}

// Change is one step of a payment, to be stored as one transaction.
type Change struct {
	From   Payment // as read: ID and Version are compared
	To     Payment // as Step decided
	Signal Signal  // what made it; becomes a line of evidence when it says anything new
	At     time.Time
	// Second is set when the signal brought money of a second transaction for this order: an exception of its own.
	Second bool
}

// Settled is what a change brought about.
type Settled struct {
	Payment Payment         // with its new Version
	Sale    *SaleRecord     // the sale it closed; nil if it closed none
	Job     int64           // the print job of that sale; 0 for none
	Owed    []RefundSettled // what was given back with it ([Sale.Owed]), in that order
}

// OpenSale is an open sale with its payments, as found at start.
type OpenSale struct {
	Sale     Sale
	Payments []Payment
}

// Ledger is the till's book. Every method that writes is one transaction, durable when it returns (synchronous=FULL).
//
// After an error of the disk or a crash nobody may know whether a write was booked. So BeginSale, AddPayment, Apply and
// SellCash may be repeated with identical arguments, as often as it takes: what is in the books already is answered as it was
// the first time, and nothing is booked twice. What tells a repetition is the out_trade_no, for Apply the payment's version;
// the same one with other arguments is CodeConflict.
//
// Safe for concurrent use. Errors: CodeFull, CodeReadOnly, CodeCorrupt, CodeInternal, and those named.
type Ledger interface {
	// BeginSale stores an open sale and its first payment, before a byte goes to WeChat. A phone's is put aside (Parked) from the first.
	// CodeConflict when the Ref of a mini-program or app is another sale's.
	BeginSale(ctx context.Context, s Sale, p Payment) (Sale, Payment, error)
	// AddPayment stores another payment of an open sale. CodeConflict if the sale is not open.
	AddPayment(ctx context.Context, p Payment) (Payment, error)
	// Apply stores a step. When To is Paid and From was not, the sale closes in the same transaction: receipt number,
	// shift, journal entry, totals, print job, and the credits that count towards it; a part ([Payment.Part]) is booked as that and leaves it open, unless it is all that was due. When To is Exception, the exception is booked likewise. CodeConflict when
	// the payment or its sale is no longer as From says; nothing is written then.
	Apply(ctx context.Context, c Change) (Settled, error)
	// SellCash takes money by hand, cash or a tender that is taken outside, in one transaction: what is due closes the sale, with
	// s.Rounding of cash; p.Part takes a part of it and leaves the sale open. s.ID 0 stores a new sale; else the open one goes on
	// (CodeConflict if it is not open). What is s.Owed begins with it, as BeginRefunds says.
	SellCash(ctx context.Context, s Sale, p Payment) (Settled, error)
	// GiveBack gives up an open sale of which parts were paid: what was taken by hand goes back the way it came, what WeChat took becomes an
	// exception ([ExceptPart]), credits are void. When something was taken by hand, the paper that says what to hand back ([DocGivenBack]) is
	// queued with it; itself says that what WeChat took is refunded without a person. CodeConflict when it is not open. Safe to repeat: there
	// is one paper.
	GiveBack(ctx context.Context, id SaleID, by string, at time.Time, itself bool) (back []Payment, err error)
	// AbandonSale marks an open sale as given up. Its payments stay watched. A sale that is not open is left as it is.
	AbandonSale(ctx context.Context, id SaleID) error
	// ParkSale notes that an open sale was put aside, or brought back. A sale that is not open, or a phone's, is left as it is. Safe to repeat.
	ParkSale(ctx context.Context, id SaleID, parked bool) error
	// Payment finds a payment by out_trade_no. CodeNotFound.
	Payment(ctx context.Context, outTradeNo string) (Payment, error)
	// Live returns every payment whose end is not known, oldest first.
	Live(ctx context.Context) ([]Payment, error)
	// LastOpen returns the newest sale that is still open, nil for none.
	LastOpen(ctx context.Context) (*OpenSale, error)
	// OpenSales returns every sale that is still open, oldest first: all but the newest were parked.
	OpenSales(ctx context.Context) ([]OpenSale, error)
	// PhoneSale returns the sale of a Ref of a mini-program or app, open or not, with its payments. CodeNotFound.
	PhoneSale(ctx context.Context, ref string) (OpenSale, error)
	// Record returns a sale with its payments. CodeNotFound.
	Record(ctx context.Context, id SaleID) (SaleRecord, error)
	// LastClosed returns the newest closed sale, 0 for none.
	LastClosed(ctx context.Context) (SaleID, error)
	// Undecided counts the exceptions nobody decided.
	Undecided(ctx context.Context) (int, error)
	// KeepNotice stores a raw notice and its verdict. The same body again only counts.
	KeepNotice(ctx context.Context, at time.Time, body []byte, outTradeNo string, v Verdict) error
	// Reprint queues the sale's receipt again, marked with its count, and puts on record who wanted it.
	Reprint(ctx context.Context, id SaleID, by string, at time.Time) (job int64, err error)
}

// RefundChange is one step of a refund, to be stored as one transaction.
type RefundChange struct {
	From   Refund // as read: ID and Version are compared
	To     Refund // as StepRefund decided
	Signal RefundSignal
	At     time.Time
}

// RefundSettled is what a change of a refund brought about.
type RefundSettled struct {
	Refund    Refund         // with its new Version
	Payment   Payment        // as it is now: the exception's becomes Refunded when its money is back
	Exception *ExceptionCase // as it is now; nil for a refund of a sale
	Job       int64          // the print job of the refund receipt; 0 for none
}

// Holds is the carts that were put aside. Bringing one back is no write: it stays until its sale is on disk ([Sale.Held]), it is put aside
// again, or it is dropped, so that a crash in between loses nothing. What [Ledger] says about transactions and errors holds here too.
type Holds interface {
	// HoldCart keeps a cart, in place of the one with its ID if that is not 0. Not safe to repeat.
	HoldCart(ctx context.Context, h Held) (Held, error)
	// HeldCarts returns them, oldest first.
	HeldCarts(ctx context.Context) ([]Held, error)
	// DropHeld forgets one. Safe to repeat: of one that is not there it does nothing.
	DropHeld(ctx context.Context, id int64) error
}

// Returns is the part of the till's book that is about money going back. What [Ledger] says about transactions, repeating
// and errors holds here too; what tells a repetition of BeginRefunds is the out_refund_no.
type Returns interface {
	// BeginRefunds stores refunds before a byte goes to WeChat: all that one person wants back at once, or none of it, in the order that they
	// come in. A cash refund of a sale is done with it: journal entry and print
	// job in the same transaction. A refund of an exception makes that ExceptionGiving. CodeInvalid when it is more than what is
	// left of the payment's money, CodeConflict when the payment or exception is not in a state for it. Without a payment it is of Goods
	// that came back without a receipt, in cash. What is given back outside ([OtherTender]) is done with it, as cash is.
	BeginRefunds(ctx context.Context, all []Refund) ([]RefundSettled, error)
	// ApplyRefund stores a step: evidence, journal entries by [RefundEntry] or [ReturnedEntry], the exception's and payment's
	// state; when the money is accepted or, at the latest, done, the refund receipt's print job, once. CodeConflict.
	ApplyRefund(ctx context.Context, c RefundChange) (RefundSettled, error)
	// LiveRefunds returns every refund whose end is not known, oldest first.
	LiveRefunds(ctx context.Context) ([]Refund, error)
	// Refund finds one by out_refund_no. CodeNotFound.
	Refund(ctx context.Context, outRefundNo string) (Refund, error)
	// RefundsOf returns the refunds of a payment, oldest first.
	RefundsOf(ctx context.Context, p PaymentID) ([]Refund, error)
	// FoundRefund stores a refund that somebody else made and WeChat told of, as it stands. A number that is known is
	// CodeReplay.
	FoundRefund(ctx context.Context, r Refund, s RefundSignal, at time.Time) (RefundSettled, error)

	// Exceptions returns every exception that has not ended, oldest first.
	Exceptions(ctx context.Context) ([]ExceptionCase, error)
	// ScheduleRefund says when an open exception refunds itself; the zero time stops it. d is who decided that.
	ScheduleRefund(ctx context.Context, id ExceptionID, at time.Time, d Decision) (ExceptionCase, error)
	// Decide ends an open exception by ActSettle, ActCash or ActNote: journal entry, evidence and, when it settles its sale, all
	// that closing a sale is. CodeConflict when it is not open or, for ActSettle, its sale was settled or is another amount.
	Decide(ctx context.Context, id ExceptionID, d Decision) (Settled, ExceptionCase, error)
	// Adopt stores an order that WeChat signed for our shop and till and this ledger does not know, as an exception
	// (ExceptUnknown) with an abandoned sale without lines of the same amount. Repeating it is answered as the first time.
	Adopt(ctx context.Context, p Payment, s Signal, at time.Time) (Payment, error)
	// PaymentByTransaction finds a payment by transaction_id, also of a second transaction. CodeNotFound.
	PaymentByTransaction(ctx context.Context, transactionID string) (Payment, error)
}

// Staff is the people of a till, kept in its book. What [Ledger] says about transactions and errors holds here too. by is who
// does it, for the record; every change is an entry of the journal. No method returns or stores a PIN, only what it can be
// proven with. Not safe to repeat, but for People and a Prove that succeeds.
type Staff interface {
	// People returns everybody, the active ones first, by name.
	People(ctx context.Context) ([]Person, error)
	// Prove looks at a PIN; that takes a tenth of a second of work on purpose. CodeWrongPIN, CodePINWait (nothing was looked at), CodeNotFound
	// (also for who has left). With an error the person comes too, for Wait.
	Prove(ctx context.Context, id StaffID, pin PIN, at time.Time) (Person, error)
	// AddPerson adds somebody. The first must be an owner. CodeInvalid with [ErrName], [ErrTaken], [ErrRole], [ErrNoOwner], [ErrPIN], [ErrEasyPIN].
	AddPerson(ctx context.Context, name string, role Role, pin PIN, by string, at time.Time) (Person, error)
	// ChangePerson stores name, role and whether somebody is active. CodeInvalid as AddPerson, CodeNotFound.
	ChangePerson(ctx context.Context, p Person, by string, at time.Time) (Person, error)
	// SetPIN gives somebody a new PIN and forgets the wrong ones. CodeInvalid, CodeNotFound.
	SetPIN(ctx context.Context, id StaffID, pin PIN, by string, at time.Time) error
}

// Recoverer is the part of the ledger about the recovery code: what the code is proven with, never the code.
type Recoverer interface {
	// Recovery says what is known of the code.
	Recovery(ctx context.Context) (RecoveryState, error)
	// SetRecovery makes a code the one that counts; the one before is void.
	SetRecovery(ctx context.Context, code RecoveryCode, by string, at time.Time) (RecoveryState, error)
	// Recover proves a code, gives the owner the new PIN and makes the next code the one that counts, all of it or nothing. CodeWrongPIN for
	// another code, CodePINWait (nothing was looked at), CodeNotFound (no code, or no such owner), CodeInvalid ([ErrRecoveryCode],
	// [ErrPIN], [ErrEasyPIN]: no try was counted). Wrong codes are counted and slowed as PINs are, and are on record.
	Recover(ctx context.Context, r Recovering, at time.Time) (Person, error)
}

// Shifts is the part of the till's book that is about the drawer. What [Ledger] says about transactions and errors holds here
// too. After an error of the disk: read with Shift what is in the books before anything is repeated.
type Shifts interface {
	// Shift returns the open shift, nil for none.
	Shift(ctx context.Context) (*Shift, error)
	// LastCount returns the newest count of the open shift, nil for none or when the drawer moved since.
	LastCount(ctx context.Context) (*Counted, error)
	// OpenShift opens a shift with a counted float, or declares the float of one that opened by itself. What is more in the drawer than by
	// by the books came from the safe; what is less is missing (cash:over_short), and signer is who signs for that, empty when nobody has
	// to. CodeConflict when today's is open and has a float, or an older one is open.
	OpenShift(ctx context.Context, c DrawerCount, by, signer string, at time.Time) (Shift, error)
	// Drawer is what the books have in the drawer. Not for the eyes of who is about to count it.
	Drawer(ctx context.Context) (Fen, error)
	// MoveCash books cash that goes in or out, opening a shift if none is open, and queues its slip. CodeInvalid for more than is in the drawer, or
	// without a reason.
	MoveCash(ctx context.Context, m CashMovement) (CashMovement, error)
	// CountDrawer stores a count of the open shift. CodeConflict when none is open, CodeInvalid.
	CountDrawer(ctx context.Context, c DrawerCount, by string, at time.Time) (Counted, error)
	// CloseShift closes the open shift: what is over or short and what goes to the safe are booked, the Z report is numbered, frozen, hashed
	// into the journal and queued for printing, in one transaction. CodeConflict when the count is not the newest or the drawer moved
	// since; CodeInvalid without a reason for a difference, or for keeping more than was counted.
	CloseShift(ctx context.Context, c ShiftClose) (ShiftReport, error)
	// XReport is how the open shift stands. CodeNotFound when none is open.
	XReport(ctx context.Context, at time.Time) (ShiftReport, error)
	// ZReport returns a frozen report, byte for byte as it was stored. CodeNotFound.
	ZReport(ctx context.Context, z int) (ShiftReport, error)
	// LastZ is the number of the newest Z report, 0 for none.
	LastZ(ctx context.Context) (int, error)
	// Note puts something without money on record.
	Note(ctx context.Context, h Happening) error
	// PrintX queues an X report as it stands, PrintZ a Z report again, marked with its count: on record as a reprint, but for the first
	// paper of one that closed by itself. CodeNotFound.
	PrintX(ctx context.Context, at time.Time, by string) (job int64, err error)
	PrintZ(ctx context.Context, z int, at time.Time, by string) (job int64, err error)
}

// Rechecks is what a restored ledger has to ask WeChat about: what happened to its orders after the backup was made. What
// [Ledger] says about transactions and errors holds here too.
type Rechecks interface {
	// Restored tells what is known of the last restore; the zero value when there was none.
	Restored(ctx context.Context) (Restoration, error)
	// RestoreTold notes that people were told of it. Safe to repeat.
	RestoreTold(ctx context.Context) error
	// NextRecheck returns the newest order that is still to be asked about, nil for none. What is live is not among them: it is asked about
	// anyway.
	NextRecheck(ctx context.Context) (*Payment, error)
	// Rechecked notes that an order was asked about, and with it all newer ones. Safe to repeat.
	Rechecked(ctx context.Context, id PaymentID) error
}

// Restoration is what a ledger knows of having been restored.
type Restoration struct {
	Newest  PaymentID // that the backup knew
	Left    int       // orders still to be asked about
	Epoch   int       // that began with it: receipt numbers show it
	Entries int       // of the backup's journal, until people know of it
	Told    bool      // people know of it
}

// Backups is what a window can do about backups. Safe for concurrent use.
type Backups interface {
	// Backups lists what can be restored, newest first.
	Backups(ctx context.Context) ([]BackupFile, error)
	// BackUp makes one now, proven before it takes its name; it takes as long as proving the ledger. CodeFull, CodeReadOnly, CodeCorrupt.
	BackUp(ctx context.Context) (BackupFile, error)
	// Restore closes the till, makes a backup its ledger, keeps the one it replaces, and starts the till again. It returns at once; what
	// went wrong is said by the till that starts. by is who wants it, for the log.
	Restore(file, by string)
}

// Catalogue is what the shop sells. Safe for concurrent use.
type Catalogue interface {
	// Item finds an item by any of these barcodes or its PLU. CodeNotFound.
	Item(ctx context.Context, codes ...string) (Item, error)
	// ItemByID finds an item. CodeNotFound.
	ItemByID(ctx context.Context, id ItemID) (Item, error)
	// Find returns up to limit items whose name, pinyin, barcode or PLU contains the text, best first.
	Find(ctx context.Context, text string, limit int) ([]Item, error)
	// Categories lists the categories in the order of the shop's list.
	Categories(ctx context.Context) ([]string, error)
	// InCategory returns up to limit items of a category ("" is all), in the order of the shop's list.
	InCategory(ctx context.Context, category string, limit int) ([]Item, error)
	// Revision grows with every import.
	Revision(ctx context.Context) (uint64, error)
}

// Shelf is the catalogue whole, for what searches it in memory. Safe for concurrent use and to repeat.
type Shelf interface {
	// EachItem hands over every item in the order of the shop's list, retired ones too. It reads in parts: an item that is changed
	// meanwhile may come as it was or as it is, twice or not at all; Revision before and after tells. An error of f ends it and is returned.
	EachItem(ctx context.Context, f func(Item) error) error
	// ItemsByID returns those of some items that there are, retired ones too, in the order of ids.
	ItemsByID(ctx context.Context, ids []ItemID) ([]Item, error)
	// ItemsSince returns the items that have changed since a revision of the catalogue, retired ones too. It is not ok when that is not known,
	// or when they are more than limit.
	ItemsSince(ctx context.Context, revision uint64, limit int) (items []Item, ok bool, err error)
}

// Goods is the catalogue as people change it. What [Ledger] says about transactions and errors holds here too; by is who does it. Safe
// for concurrent use.
type Goods interface {
	Catalogue
	// Items returns up to limit items in the shop's order from the offset on, and how many there are; retired ones too when q says so.
	Items(ctx context.Context, q ItemQuery) (items []Item, total int, err error)
	// SaveItem stores an item: with ID 0 a new one at the end of the list. A changed price is on record ([PriceChange]). CodeInvalid with
	// [ItemFaults], whose words are for people.
	SaveItem(ctx context.Context, it Item, by string, at time.Time) (Item, error)
	// Prices is what an item cost, newest first.
	Prices(ctx context.Context, id ItemID, limit int) ([]PriceChange, error)
	// PlanImport reads an items file (CSV or XLSX) and says what it would change, without changing anything. CodeInvalid with
	// [ItemFaults] names the rows.
	PlanImport(ctx context.Context, path string) (ImportPlan, error)
	// Import imports it, all or nothing. CodeConflict when the plan is not true any more.
	Import(ctx context.Context, plan ImportPlan, by string, at time.Time) error
	// Deals returns the promotions, in the order in which they are tried.
	Deals(ctx context.Context) ([]Deal, error)
	// SaveDeals stores the list of promotions whole. CodeInvalid.
	SaveDeals(ctx context.Context, deals []Deal, by string, at time.Time) ([]Deal, error)
}

// ItemQuery says which items to list. Everything that is set must hold.
type ItemQuery struct {
	Text     string // as for Catalogue.Find
	Category string
	Retired  bool      // those that are not sold any more, too
	Repriced time.Time // only those that were given another price since then; zero is any
	Offset   int
	Limit    int // 0 is 100
}

// PriceChange is a price that an item was given.
type PriceChange struct {
	At                   time.Time
	By                   string
	From, To             Fen // From 0 of a new item
	MemberFrom, MemberTo Fen
	Source               string // "edit", "import", "till"
}

// ImportPlan is what an import would change.
type ImportPlan struct {
	Path     string
	SHA256   string // of the file, in hex: what is imported is what was planned
	Revision uint64 // of the catalogue it was planned against
	New      []Item
	Changed  []ItemChange
	Same     int // rows that change nothing
}

// ItemChange is an item as it is and as it would be.
type ItemChange struct{ From, To Item }

// Outbox is the print jobs as the spool sees them. Safe for concurrent use.
type Outbox interface {
	// NextJob returns the next queued job, whichever printer it is for, nil for none: what a person asked for comes before what waits
	// in turn, else the oldest. It is what a till with one printer works by, so that nothing is left of one that it no longer has.
	NextJob(ctx context.Context) (*PrintJob, error)
	// NextJobOf returns the next queued job of one of the two printers, nil for none.
	NextJobOf(ctx context.Context, other bool) (*PrintJob, error)
	// StoreBytes keeps what was rendered, before it is sent. Of a job that is not to be sent any more it keeps nothing, which is no error.
	StoreBytes(ctx context.Context, id int64, rendered []byte) error
	// MarkJob moves a job on. tries counts attempts; code and cause say why it waits or failed. A job that a person took out of the
	// queue meanwhile (cancelled, moved) is left as it is: CodeConflict.
	//
	// An attempt begins with one more in tries than NextJob said: [PrintSending], committed before a byte leaves. What came of it is said
	// with that number. A job that waits, fails or is dropped without an attempt keeps the number that NextJob said; so does one whose
	// beginning could not be committed for sure, and which is queued again. Whatever a person does to a job that is queued makes the
	// number another, so what was read before is refused. Safe to repeat, but for [PrintSending]:
	// of two spools that read the same job, the second is refused.
	MarkJob(ctx context.Context, id int64, state PrintState, tries int, code Code, cause string) error
	// RecoverJobs makes every job that was being sent when the program stopped unconfirmed, and returns how many. Each spool calls it before
	// it sends anything; only the first call does something, since after it what is being sent is another spool's of this program.
	RecoverJobs(ctx context.Context) (int, error)
}

// Prints is the print jobs as people see them. What [Ledger] says about transactions and errors holds here too.
type Prints interface {
	// Prints returns the jobs that are open (see [PrintView.Open]; at most the newest hundred) and up to recent of those that printed last,
	// newest first.
	Prints(ctx context.Context, recent int) ([]PrintView, error)
	// RetryJob queues a job that failed, or waits, to be sent at once, before what waits in turn; its bytes are rendered anew, and it waits
	// from at on. CodeConflict when it is being sent, may have reached paper or was cancelled, CodeNotFound.
	RetryJob(ctx context.Context, id int64, other bool, at time.Time) error
	// ReprintJob supersedes an unconfirmed job and queues the same document again, marked 补打; on record as a reprint.
	// CodeConflict when it is not unconfirmed, CodeNotFound. Not safe to repeat.
	ReprintJob(ctx context.Context, id int64, other bool, by string, at time.Time) (job int64, err error)
	// EndJob ends a job on a person's word: PrintDone of an unconfirmed one, PrintCancelled of any that is not being sent and has not printed.
	// Who it was is kept as the job's Cause. CodeConflict, CodeNotFound. Safe to repeat.
	EndJob(ctx context.Context, id int64, state PrintState, by string) error
	// QueuePaper queues a document that brings its facts with it: DocPending, DocExceptions or DocLabel, with the facts of that kind.
	QueuePaper(ctx context.Context, doc Document, facts any, at time.Time) (job int64, err error)
}

// PrinterStatus is what a printer says of itself, as far as it can be asked.
type PrinterStatus struct {
	Code    Code   // CodeNone: ready; CodePaperLow: ready; else why it is not, of the printer's codes
	Detail  string // the device's or the system's own words
	Silent  bool   // it takes bytes and answers nothing: Code is about the connection alone
	Drawer  DrawerState
	Checked time.Time
}

// DrawerState is what the sensor of a cash drawer says.
type DrawerState string

// What is known of the drawer.
const (
	DrawerUnknown DrawerState = ""
	DrawerOpen    DrawerState = "open"
	DrawerShut    DrawerState = "shut"
)

// Printer is a device that takes bytes. One thing at a time.
type Printer interface {
	// Print sends a job. The error has one of the printer's codes ([CodePrinter] and those after it); began tells whether any byte may
	// have reached paper.
	Print(ctx context.Context, job []byte) (began bool, err error)
	// Status asks the printer how it is, within two seconds. The error has one of the printer's codes; a printer that cannot answer is
	// no error.
	Status(ctx context.Context) (PrinterStatus, error)
	// String names the device for people.
	String() string
}

// Phone is the practice customer.
type Phone interface {
	// Pay pays an order as the customer would, by its code_url.
	Pay(ctx context.Context, codeURL string) error
}
