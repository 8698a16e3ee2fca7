package pos

import "time"

// Snapshot is everything the screens show of the till at one moment, taken after the ledger committed. It is never
// changed once published, so it is safe for concurrent use. Screens draw the newest and may miss any other.
type Snapshot struct {
	Seq        uint64
	Taken      uint64 // how many commands the till has carried out: a screen that posted more is ahead of what it shows
	Cart       Cart
	Due        Fen        // what is still to be paid for the cart: [Cart.Due] less what parts of it took; negative when the customer is owed something
	CashDue    Fen        // the same in cash, rounded as the shop rounds
	OwedOnline Fen        // of what the customer is owed, what will go back through WeChat and is not to be handed out; 0 while nothing is owed
	Parts      []PartView // what was paid of it already
	Times      int        // n of a typed "n*" that waits for goods; 0 is none
	Want       *Want      // what the till has to know before it can go on with a scan; nil for nothing
	Held       []Held     // carts that were put aside, oldest first
	Rules      Rules
	CanUndo    bool
	Pay        *PayView // the payment in front of the cashier; nil while selling
	Done       *Done    // the sale just paid; nil once its panel closed
	Last       SaleID   // the last closed sale of this session or day; 0 is none
	Pending    []PendingView
	Excepted   int             // exceptions that have not ended
	Exceptions []ExceptionCase // those, oldest first
	Refunds    []Refund        // refunds of sales that are not at their end, oldest first; Request is not filled
	CanCharge  Code            // CodeNone when customers' payment codes can be charged, else why not
	CanRefund  Code            // CodeNone when refunds through WeChat can be asked for, else why not
	Message    Message
	Health     Health
	Items      uint64 // grows when the catalogue changed: reload tiles
	Staff      StaffView
	Shift      ShiftView
	Prints     []PrintView // newest first: every one that is Open, and the last few that printed
	HasOther   bool        // there is a second printer that a job can be moved to
}

// StaffView is who is at the till.
type StaffView struct {
	People  []Person // the active ones, by name; empty while no staff is set up
	Who     Person   // at the till; zero without staff, and while locked
	Locked  bool     // staff is set up and nobody is signed in: nothing is sold
	Proving bool     // a PIN is being looked at
	Answer  Proof    // to the last SignIn, Approved or Recover

	Recovery RecoveryView
}

// RecoveryView is what is known of the recovery code.
type RecoveryView struct {
	RecoveryState
	N    uint64 // grows with every code that was to be made, so that the screen that made it knows when it counts
	Code Code   // CodeNone: it does. Else it does not, and the one before is as it was
}

// May reports whether the one at the till may do something without anybody else.
func (v StaffView) May(d Deed) bool { return len(v.People) == 0 || !v.Locked && v.Who.Role.May(d) }

// Proof is what became of the last PIN.
type Proof struct {
	N      uint64 // grows with every one, so that the same answer twice is seen twice
	Person StaffID
	// CodeNone: proven. CodeWrongPIN; CodePINWait; CodeNotFound (nobody of that number works here); CodeForbidden (proven, but may not
	// allow this, or the till is locked); CodeInvalid (nobody has to allow that); or trouble of the ledger.
	Code  Code
	Until time.Time // with CodePINWait, and after a wrong PIN that has a wait: when the next one is looked at
}

// ShiftView is the turn at the drawer.
type ShiftView struct {
	Current  *Shift   // nil while none is open
	Required bool     // the shop wants a person to open a shift before anything is sold
	Blocked  Code     // CodeShift: nothing is sold before a shift is opened, or yesterday's is closed; else CodeNone
	Counted  *Counted // the close is under way: count, what should be there, difference
	// NeedsSign tells that somebody who may sign has to allow the close: a difference over the limit, or exceptions nobody decided.
	NeedsSign bool
	Open      []OpenItem   // what is not at its end, for the close
	Closed    *ShiftReport // the Z report just made; nil once something else is done
	// Unsigned is a float that was just counted and not taken, because somebody has to sign for what is missing; nil for none.
	Unsigned *UnsignedFloat
}

// UnsignedFloat is a float that misses more than the limit of what the books have in the drawer.
type UnsignedFloat struct {
	Count   DrawerCount
	Missing Fen // positive
}

// Rules are the shop's own, as the till goes by them.
type Rules struct {
	Rounding Rounding
	Others   []string // names of the tenders that are taken outside, in the shop's order
	Layouts  []Layout // of the shop's own codes, the first that matches wins
	Member   string   // what the members' price is called on the line and on paper
}

// PartView is a part of the sale in front of the cashier that was paid.
type PartView struct {
	Payment PaymentID
	Tender  Tender
	Amount  Fen
}

// WantKind says what the till has to know.
type WantKind string

// What the till can want of the cashier.
const (
	WantPrice  WantKind = "price"  // of an item without a fixed price
	WantWeight WantKind = "weight" // of an item that is sold by weight
	WantItem   WantKind = "item"   // what a code is that nobody knows
)

// Want is a question that came up with a scan or a tile.
type Want struct {
	N     uint64 // grows with every question
	Kind  WantKind
	Item  Item   // of price and weight
	Code  string // as it was scanned
	Times int    // pieces that were asked for before ("n*"); 0 is one
}

// PayPhase is what the pay screen says in words.
type PayPhase string

const (
	PayChecking PayPhase = "checking" // an older code of this sale is being asked about before a new one is shown
	PayFetching PayPhase = "fetching" // asking WeChat for a code
	PayWaiting  PayPhase = "waiting"  // the code is on the glass
	PayPaying   PayPhase = "paying"   // the customer is entering the password
	PayCharging PayPhase = "charging" // the customer's payment code was scanned; WeChat has not said what became of it
	PayUndoing  PayPhase = "undoing"  // a payment code that nobody waits for any more is being reversed
	PayExpired  PayPhase = "expired"  // off the glass, still being checked
	PayFailed   PayPhase = "failed"   // no code came; nobody can pay it; the cart is free
	PayRefused  PayPhase = "refused"  // WeChat said no
	PayEnded    PayPhase = "ended"    // WeChat closed it
)

// PayView is the payment in front of the cashier.
type PayView struct {
	Payment    PaymentID
	OutTradeNo string
	Tender     Tender
	Phase      PayPhase
	Amount     Fen
	CodeURL    string // empty unless it may be scanned right now
	ExpiresAt  time.Time
	Life       time.Duration // from opening to expiry, for the countdown's last third
	Cause      Code          // trouble while waiting or the reason of the end; CodeNone when all is well
	Detail     string
	Asking     bool // an answer is awaited right now
	Shown      bool // a code of this order was on the glass, so the customer may have paid
}

// Unsure reports whether the customer may have paid without the till knowing: a code was shown, the order is not at its
// end, and the last answer was none, or the code is off the glass, or the password is being typed.
func (v PayView) Unsure() bool {
	switch v.Phase {
	case PayWaiting:
		return v.Shown && v.Cause != CodeNone
	case PayCharging, PayUndoing:
		return true
	case PayChecking, PayFetching, PayPaying, PayExpired:
		return v.Shown
	}
	return false
}

// Done is the sale just paid.
type Done struct {
	Sale    SaleID
	Receipt ReceiptNo
	Nth     int
	Tender  Tender
	Amount  Fen // of the payment that closed it
	Net     Fen // of the whole sale
	Parts   Fen // of Net, what parts of it took before
	Told    Fen // of Parts, what was taken outside: only the cashier vouches for it
	Change  Fen
	Owed    Fen // what goods that came back were worth more than the others: it goes back as well
	Online  Fen // of Owed, what goes back through WeChat; the rest is handed out
	Print   PrintState
	At      time.Time
	Late    bool // it was found paid after its code had left the glass
}

// PendingView is a payment that is watched without being in front of the cashier.
type PendingView struct {
	Payment    PaymentID
	OutTradeNo string
	Amount     Fen
	State      State
	Cause      Code
	OpenedAt   time.Time
	NextAsk    time.Time
	Tender     Tender
	Parked     bool   // put aside with its sale, which it still settles when it is paid
	Origin     Origin // OriginCounter, or whose phone ordered it
	Goods      string // of a phone's order: its first item
	Pieces     int    // of a phone's order: how many pieces in all
	ExpiresAt  time.Time
}

// ByPhone reports whether it is a customer's phone's order that may still be paid.
func (v PendingView) ByPhone() bool {
	return v.Origin != OriginCounter && (v.State == Opened || v.State == Waiting)
}

// PhoneOrders is how many orders of customers' phones may still be paid.
func (s Snapshot) PhoneOrders() int {
	n := 0
	for _, v := range s.Pending {
		if v.ByPhone() {
			n++
		}
	}
	return n
}

// MessageKind says how a message is shown.
type MessageKind string

const (
	MsgNone  MessageKind = ""
	MsgInfo  MessageKind = "info"
	MsgWarn  MessageKind = "warn"
	MsgAlarm MessageKind = "alarm" // stays until something else happens
)

// Message is a line for the cashier. Its words are chosen by ID; Args fill them.
type Message struct {
	N    uint64 // grows with every message, so that the same one twice is seen twice
	Kind MessageKind
	ID   string
	Args []string
}

// Light is a part's state on the header.
type Light string

const (
	LightOff  Light = "off"  // not set up
	LightOK   Light = "ok"   // worked the last time it was used
	LightBusy Light = "busy" // trying
	LightBad  Light = "bad"  // did not work; Cause says why
)

// Part is one part of the till's health.
type Part struct {
	Light Light
	Cause Code
	At    time.Time // of the last success; zero for never
}

// Health is the header's badges and the health panel.
type Health struct {
	WeChat    Part
	Printer   Part
	Ledger    Part
	Display   Part          // the customer's pole display
	Relay     Part          // the line to the relay; off when this till has none
	Scanner   Part          // on a serial port; off for one that types like a keyboard
	Skew      time.Duration // our clock against WeChat's Date header; positive when ours is ahead
	RoundTrip time.Duration // of the last answered call to WeChat; 0 before the first
	Vitals
}

// Vitals is how the machine is that keeps the books.
type Vitals struct {
	DiskFree int64     // bytes left where the ledger is; negative when nobody knows
	BackupAt time.Time // of the newest backup, proven when it was made; zero for never
}

// BackupFile is a backup that the ledger can be restored from.
type BackupFile struct {
	Path  string
	At    time.Time
	Bytes int64
}

// SkewLimit is from where a wrong clock is shown: WeChat refuses, and we refuse, what is five minutes off.
const SkewLimit = 2 * time.Minute

// LowDisk is from where a full disk is warned of, in bytes.
const LowDisk = 500 << 20
