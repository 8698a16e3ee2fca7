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
	// ClearCart empties the cart at once; Undo brings it back.
	ClearCart struct{}
	// Undo takes back the last change of the cart.
	Undo struct{}

	// PayWeChat asks for a QR for what is due.
	PayWeChat struct{}
	// PayCash settles what is due in cash. Tendered 0 means exactly the amount due.
	PayCash struct{ Tendered Fen }
	// LeaveCode takes an open QR off the glass and asks WeChat to close the order; the cart keeps its items.
	LeaveCode struct{}
	// AskNow asks WeChat at once what became of the open payment, and of all others that are pending.
	AskNow struct{}
	// NewCode fetches a fresh QR: for the same order while it lives, under a new number once it expired.
	NewCode struct{}
	// DismissPay goes back to selling after a payment that did not succeed.
	DismissPay struct{}
	// DismissDone closes the paid panel.
	DismissDone struct{}
	// ReprintLast prints the last receipt again, marked 补打.
	ReprintLast struct{}
)

func (ScanText) command()    {}
func (AddItem) command()     {}
func (SelectLine) command()  {}
func (SetQuantity) command() {}
func (RemoveLine) command()  {}
func (ClearCart) command()   {}
func (Undo) command()        {}
func (PayWeChat) command()   {}
func (PayCash) command()     {}
func (LeaveCode) command()   {}
func (AskNow) command()      {}
func (NewCode) command()     {}
func (DismissPay) command()  {}
func (DismissDone) command() {}
func (ReprintLast) command() {}
