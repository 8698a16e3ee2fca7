package pos

// Command is what a screen asks of the till. Screens post commands and return at once; the answer is the next
// [Snapshot]. The set is sealed: every command is a type of this file.
type Command interface{ command() }

type (
	// ScanText is what a scanner or a person sent, Enter taken off.
	ScanText struct{ Text string }
	// AddItem puts one piece (or the quantity typed before with n*) of a known item into the cart: a tile, a search hit.
	AddItem struct{ Item ItemID }
	// SelectLine moves the selection.
	SelectLine struct{ Line int }
	// SetQuantity makes a line N pieces.
	SetQuantity struct{ Line, N int }
	// RemoveLine takes a line out.
	RemoveLine struct{ Line int }
	// AddPriced puts an item into the cart at a price that was asked for ([WantPrice]); AddWeighed one whose weight was (g).
	AddPriced struct {
		Item    ItemID
		Barcode string
		Price   Fen
	}
	AddWeighed struct {
		Item    ItemID
		Barcode string
		Weight  int
	}
	// NewItem makes a new item and puts it into the cart: most often of a code that nobody knew ([WantItem]). Once sells it without
	// keeping it.
	NewItem struct {
		Item Item
		Once bool
	}
	// DismissWant leaves a question of the till without an answer.
	DismissWant struct{}
	// CutLine gives a line a discount, CutCart the whole; the zero Cut takes it away.
	CutLine struct {
		Line int
		Cut  Cut
	}
	CutCart struct{ Cut Cut }
	// SetPrice sells a line at another price per piece, or per unit of weight.
	SetPrice struct {
		Line  int
		Price Fen
	}
	// SetNote puts words on a line; empty takes them away.
	SetNote struct {
		Line int
		Note string
	}
	// SetMember says whether the customer is a member.
	SetMember struct{ On bool }
	// HoldCart puts the cart aside without asking for money (挂单), under a name or by its time. RecallCart brings one back, when the
	// cart is empty; DropHeld throws one away.
	HoldCart   struct{ Name string }
	RecallCart struct{ ID int64 }
	DropHeld   struct{ ID int64 }
	// ClearCart empties the cart at once; Undo brings it back. What parts of it were paid stays: see GiveBack.
	ClearCart struct{}
	// Undo takes back the last change of the cart.
	Undo struct{}

	// PayWeChat asks for a QR for what is due, or for a part of it.
	PayWeChat struct{ Part Fen }
	// PayCash settles what is due in cash, or a part of it. Tendered 0 means exactly that.
	PayCash struct{ Tendered, Part Fen }
	// PayOther settles what is due, or a part of it, by a tender that is taken outside, on the cashier's word. Name is one of the shop's.
	PayOther struct {
		Name string
		Part Fen
	}
	// GiveBack gives a sale up of which parts were paid: those go back the way they came; the cart stays.
	GiveBack struct{}
	// LeaveCode takes an open QR off the glass and asks WeChat to close the order; the cart keeps its items.
	LeaveCode struct{}
	// AskNow asks WeChat at once what became of the open payment, and of all others that are pending.
	AskNow struct{}
	// NewCode fetches a fresh QR: for the same order while it lives, under a new number once it expired.
	NewCode struct{}
	// ChargeCode charges the customer's own payment code (付款码) for what is due. A scan on the pay screen does the same.
	ChargeCode struct{ Code PaymentCode }
	// Park puts an open payment aside, with its sale, and makes room for the next customer. It is still watched and still wanted:
	// when it is paid, its sale is settled and its receipt prints.
	Park struct{}
	// Unpark brings a parked payment and its sale back, when the cart is empty.
	Unpark struct{ Payment PaymentID }
	// EndPhoneOrder ends a phone's order that nobody has paid: WeChat is asked to close it.
	EndPhoneOrder struct{ Payment PaymentID }
	// RefundSale gives back pieces of a sale's lines (by line number from 1), or an amount when Pieces is empty, to the tender it
	// was paid with. Approver is who allows it, Reason why; both are needed.
	// Void gives back all that is left, on the sale's own day (作废). Outside gives what came by another tender than cash and WeChat back
	// outside, on the cashier's word; else it goes back in cash.
	RefundSale struct {
		Sale     SaleID
		Pieces   map[int]int
		Amount   Fen
		Reason   string
		Approver string
		Void     bool
		Outside  bool
	}
	// Exchange puts pieces of an earlier sale's lines into the cart as what the customer brings back (换货): they count towards what is due.
	// DropCredit takes the n-th of them (from 0) out again, with what came with it: of a sale that was paid in parts each has one.
	Exchange struct {
		Sale     SaleID
		Pieces   map[int]int
		Reason   string
		Approver string
	}
	DropCredit struct{ N int }
	// ReturnCart takes back the goods in the cart without a receipt, and gives their price out in cash.
	ReturnCart struct {
		Reason   string
		Approver string
	}
	// DecideException does something about money without its sale. By is who decides; Reason is needed for everything but
	// ActRefund and ActHold.
	DecideException struct {
		ID     ExceptionID
		Action Action
		By     string
		Reason string
	}
	// AskBilled asks WeChat about what its bill has: what the answer proves is booked as any other. Where there are no keys to ask with, Book
	// takes a payment that these books do not know into them on a person's word, as an exception of [ExceptUnknown] with [ByBill]: a bill
	// is not signed, so it settles no sale and gives nothing back by itself. By and Reason are needed for that.
	AskBilled struct {
		Item   BillItem
		Book   bool
		By     string
		Reason string
	}
	// DismissPay goes back to selling after a payment that did not succeed.
	DismissPay struct{}
	// DismissDone closes the paid panel.
	DismissDone struct{}
	// ReprintLast prints the last receipt again, marked 补打.
	ReprintLast struct{}
	// Reprint prints a sale's receipt again, marked 补打.
	Reprint struct{ Sale SaleID }

	// SignIn makes a person the one at the till, once the PIN is proven. The cart stays.
	SignIn struct {
		Person StaffID
		PIN    PIN
	}
	// Lock asks for a PIN before anything else. A payment that is open goes on.
	Lock struct{}
	// Approved carries a command that the one at the till may not give by himself: By proves with the PIN that he allows it.
	Approved struct {
		Command Command
		By      StaffID
		PIN     PIN
	}
	// Look asks for nothing: inside Approved it proves that somebody lets the one at the till see what Deed is for.
	Look struct{ Deed Deed }
	// AddPerson adds somebody; the first must be an owner. With the first comes the recovery code that counts from then on.
	AddPerson struct {
		Name     string
		Role     Role
		PIN      PIN
		Recovery RecoveryCode // "" makes none
	}
	// ChangePerson renames somebody, gives another role, or lets go (Active false) or come back.
	ChangePerson struct{ Person Person }
	// SetPIN gives somebody a new PIN.
	SetPIN struct {
		Person StaffID
		PIN    PIN
	}

	// NewRecovery makes another recovery code the one that counts.
	NewRecovery struct{ Code RecoveryCode }
	// Recover is given at the lock, by an owner who forgot the PIN: who has the code is signed in with the new PIN.
	Recover struct{ Recovering }
	// OpenDrawer opens the drawer without a sale.
	OpenDrawer struct{ Reason string }
	// OpenToCount opens it for whoever begins to count it, the float or at the close: on record as an opening without a sale.
	OpenToCount struct {
		Float  bool
		Reason string
	}
	// OpenShift opens a shift with a counted float; in a shift that opened by itself it declares the float, once. Of one that misses more
	// than the limit somebody has to sign for what is missing, as at a close.
	OpenShift struct{ Count DrawerCount }
	// MoveCash puts cash into the drawer or takes it out.
	MoveCash struct {
		Kind   CashKind
		Amount Fen
		Reason string
	}
	// CountDrawer begins the close of a shift: only now is shown what should be in the drawer. Counting again replaces the
	// count; both stay on record.
	CountDrawer struct{ Count DrawerCount }
	// LeaveClose goes back to selling from a count.
	LeaveClose struct{}
	// CloseShift closes the shift that was counted. Keep stays in the drawer.
	CloseShift struct {
		Reason string
		Keep   Fen
	}
	// PrintX prints how the shift stands. PrintZ prints a Z report again, marked 补打.
	PrintX struct{}
	PrintZ struct{ Z int }

	// RetryPrint sends a job that failed before anything reached paper, or waits, again at once; to the second printer when Other.
	RetryPrint struct {
		Job   int64
		Other bool
	}
	// ReprintJob prints a job that nobody confirmed again, as a job of its own marked 补打; the old one is superseded.
	ReprintJob struct {
		Job   int64
		Other bool
	}
	// ConfirmPrint says that the paper of an unconfirmed job came out; CancelPrint that nobody needs the paper of a job which is not
	// being sent.
	ConfirmPrint struct{ Job int64 }
	CancelPrint  struct{ Job int64 }
	// PrintPending prints a slip for a customer who says to have paid: the payment on the glass, or the pending one named.
	PrintPending struct{ Payment PaymentID }
	// PrintExceptions prints what waits for a decision.
	PrintExceptions struct{}
	// PrintLabels prints price labels, Copies of each; or, where Codes has one for each of Items, labels with these codes to pay by
	// ([Label.QR]).
	PrintLabels struct {
		Items  []ItemID
		Codes  []string
		Copies int
	}
)

// DeedOf is what somebody must be allowed to do to give a command.
func DeedOf(c Command) Deed {
	switch c := c.(type) {
	case Look:
		return c.Deed
	case RefundSale, Exchange, ReturnCart:
		return DeedRefund
	case CutLine:
		if c.Cut != (Cut{}) {
			return DeedDiscount
		}
	case CutCart:
		if c.Cut != (Cut{}) {
			return DeedDiscount
		}
	case SetPrice:
		return DeedPrice
	case NewItem:
		return DeedGoods
	case DecideException:
		return DeedDecide
	case AskBilled:
		if c.Book {
			return DeedDecide
		}
		return DeedBooks
	case AddPerson, ChangePerson, SetPIN, NewRecovery:
		return DeedStaff
	case OpenDrawer:
		return DeedDrawer
	case OpenToCount:
		if c.Float {
			return DeedOpenShift
		}
		return DeedClose
	case OpenShift:
		return DeedOpenShift
	case MoveCash:
		return DeedCash
	case CountDrawer, LeaveClose, CloseShift:
		return DeedClose
	case PrintX, PrintZ:
		return DeedTakings
	}
	return DeedSell
}

// DeedToSet is what somebody must be allowed to do to make a line so many pieces: more of what goes at less than the shop asks takes what
// it took to let the first ones go.
func DeedToSet(c Cart, q SetQuantity) Deed {
	if q.Line < 0 || q.Line >= len(c.Lines) || q.N <= c.Lines[q.Line].Quantity {
		return DeedSell
	}
	switch l := c.Lines[q.Line]; {
	case l.List != 0:
		return DeedPrice
	case l.Cut != (Cut{}):
		return DeedDiscount
	}
	return DeedSell
}

// DeedToReprint is what somebody must be allowed to do to have a paper printed again ([ReprintJob]): what it took to have it printed. What
// a customer or the shelf gets is DeedSell, and so are the exceptions: they stand on the glass for everybody.
func DeedToReprint(d Document) Deed {
	switch d {
	case DocX, DocZ:
		return DeedTakings
	case DocCash:
		return DeedCash
	case DocBill:
		return DeedBooks
	}
	return DeedSell
}

func (ScanText) command()        {}
func (AddItem) command()         {}
func (SelectLine) command()      {}
func (SetQuantity) command()     {}
func (RemoveLine) command()      {}
func (AddPriced) command()       {}
func (AddWeighed) command()      {}
func (NewItem) command()         {}
func (DismissWant) command()     {}
func (CutLine) command()         {}
func (CutCart) command()         {}
func (SetPrice) command()        {}
func (SetNote) command()         {}
func (SetMember) command()       {}
func (HoldCart) command()        {}
func (RecallCart) command()      {}
func (DropHeld) command()        {}
func (PayOther) command()        {}
func (GiveBack) command()        {}
func (Exchange) command()        {}
func (DropCredit) command()      {}
func (ReturnCart) command()      {}
func (ClearCart) command()       {}
func (Undo) command()            {}
func (PayWeChat) command()       {}
func (PayCash) command()         {}
func (LeaveCode) command()       {}
func (EndPhoneOrder) command()   {}
func (AskNow) command()          {}
func (NewCode) command()         {}
func (ChargeCode) command()      {}
func (Park) command()            {}
func (Unpark) command()          {}
func (RefundSale) command()      {}
func (DecideException) command() {}
func (AskBilled) command()       {}
func (DismissPay) command()      {}
func (DismissDone) command()     {}
func (ReprintLast) command()     {}
func (Reprint) command()         {}
func (SignIn) command()          {}
func (Lock) command()            {}
func (Approved) command()        {}
func (Look) command()            {}
func (AddPerson) command()       {}
func (ChangePerson) command()    {}
func (SetPIN) command()          {}
func (NewRecovery) command()     {}
func (Recover) command()         {}
func (OpenDrawer) command()      {}
func (OpenToCount) command()     {}
func (OpenShift) command()       {}
func (MoveCash) command()        {}
func (CountDrawer) command()     {}
func (LeaveClose) command()      {}
func (CloseShift) command()      {}
func (PrintX) command()          {}
func (PrintZ) command()          {}
func (RetryPrint) command()      {}
func (ReprintJob) command()      {}
func (ConfirmPrint) command()    {}
func (CancelPrint) command()     {}
func (PrintPending) command()    {}
func (PrintExceptions) command() {}
func (PrintLabels) command()     {}
