// Package refund gives back a sale or a part of it: find it by its receipt, choose pieces or an amount, say why and who allows
// it. How much can go back, and where it goes, is the till's to say; this screen shows it before anything is asked for.
package refund

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"guitai/pos"
	"guitai/pos/i18n"
)

// Sales finds closed sales. Safe for concurrent use.
type Sales interface {
	SaleByReceipt(ctx context.Context, no pos.ReceiptNo) (pos.SaleRecord, error)
}

// Config is what the screen works with. All functions are called on the goroutine that draws.
type Config struct {
	Words *i18n.Words
	Shop  pos.Shop
	Sales Sales // nil finds nothing
	// Give hands a command to the till once it is allowed, and calls then.
	Give func(c pos.Command, what string, then func())
	Now  func() time.Time // in the shop's zone
	// Go runs work elsewhere and then, on the drawing goroutine, what it returns.
	Go func(work func(context.Context) (then func()))
	// Close puts the screen away.
	Close func()
	// Changed hears that something is to be drawn again.
	Changed func()
}

// Step is how far it has got.
type Step int

// The steps.
const (
	StepFind Step = iota // which sale
	StepWhat             // which pieces, or how much
	StepWhy              // why, and who allows it
)

// Presenter is the screen without its looks. It belongs to the goroutine that draws.
type Presenter struct {
	cfg   Config
	can   pos.Code // why WeChat refunds do not work here
	staff pos.StaffView
	step  Step
	typed string // of the receipt number
	busy  bool
	asked int // generation: an answer to an older question is dropped
	bad   trouble

	record pos.SaleRecord
	at     int
	pieces map[int]int // by line number from 1
	fresh  bool        // the next digit replaces the pieces of the line
	trail  []int       // so many pieces of the line before each digit that is not forgotten
	money  bool        // by amount instead of pieces
	amount string

	way     Way
	outside bool // what was taken outside goes back there, and not in cash
	cart    pos.Cart

	by, reason string
	field      Field
	lacks      bool
}

// trouble is why Enter did nothing.
type trouble int

const (
	noTrouble trouble = iota
	badNumber         // no receipt number
	several           // more than one receipt ends so
	notFound
	unread    // the books cannot be read
	nothing   // nothing was chosen
	notOnSale // what was scanned is not among the lines, or all of it is chosen
)

// NewPresenter makes a presenter that asks for a receipt.
func NewPresenter(cfg Config) *Presenter { return &Presenter{cfg: cfg} }

// Show takes the till's newest state.
func (p *Presenter) Show(s pos.Snapshot) {
	p.can, p.staff, p.cart = s.CanRefund, s.Staff, s.Cart
	if p.step == StepWhy && p.way == WayReturn && p.cart.Total() <= 0 {
		p.step = StepFind
	}
	if p.known() {
		p.field = FieldReason
	}
	p.cfg.Changed()
}

// known reports whether the till knows its people: then nobody types a name, whoever is at the till or allows it counts.
func (p *Presenter) known() bool { return len(p.staff.People) > 0 }

// Typed takes a character.
func (p *Presenter) Typed(r rune) {
	if r >= '！' && r <= '～' {
		r -= 0xFEE0
	}
	p.bad = noTrouble
	switch p.step {
	case StepFind:
		if utf8.RuneCountInString(p.typed) < 40 {
			p.typed += strings.ToUpper(string(r))
		}
	case StepWhat:
		p.typeWhat(r)
	case StepWhy:
		p.typeWhy(r)
	}
	p.cfg.Changed()
}

// Backspace takes back the last character.
func (p *Presenter) Backspace() {
	p.bad = noTrouble
	switch line := p.line(); {
	case line != nil:
		_, n := utf8.DecodeLastRuneInString(*line)
		*line = (*line)[:len(*line)-n]
	case p.step == StepWhat:
		p.take(p.pieces[p.at+1] / 10)
	}
	p.cfg.Changed()
}

// line is the text that characters go to; nil while pieces are chosen.
func (p *Presenter) line() *string {
	switch {
	case p.step == StepFind:
		return &p.typed
	case p.step == StepWhat && p.money:
		return &p.amount
	case p.step == StepWhat:
		return nil
	case p.field == FieldBy:
		return &p.by
	}
	return &p.reason
}

// Enter goes on: finds the sale, goes to the reason, gives it back.
func (p *Presenter) Enter() {
	switch p.step {
	case StepFind:
		p.find(p.typed)
	case StepWhat:
		p.settle()
	case StepWhy:
		p.confirm()
	}
}

// Escape takes one step back. It reports whether there was one.
func (p *Presenter) Escape() bool {
	switch {
	case p.step == StepWhy && p.way == WayReturn:
		p.step, p.lacks = StepFind, false
	case p.step == StepWhy:
		p.step, p.lacks = StepWhat, false
	case p.step == StepWhat:
		p.step, p.typed = StepFind, ""
	case p.typed != "" || p.bad != noTrouble:
		p.typed = ""
		p.asked++ // and an answer on its way is not wanted
		p.busy = false
	default:
		return false
	}
	p.bad = noTrouble
	p.cfg.Changed()
	return true
}

// Scanned takes a whole scan; back characters of it came through Typed before. A receipt is looked up in every step; goods
// are one piece of theirs.
func (p *Presenter) Scanned(code string, back int) {
	if p.step == StepFind {
		p.typed = ""
		p.find(code)
		return
	}
	scan := pos.Classify(code)
	if scan.Kind == pos.ScanReceipt {
		p.find(code)
		return
	}
	if line := p.line(); line != nil {
		r := []rune(*line)
		*line = string(r[:max(0, len(r)-back)])
	}
	if p.step == StepWhat && !p.money {
		p.unscan(code, back)
		p.scanGoods(scan)
	}
	p.cfg.Changed()
}

// find reads the sale of a receipt. A few digits are the last ones of today's.
func (p *Presenter) find(text string) {
	p.bad = noTrouble
	no, ok := p.number(text)
	switch {
	case strings.TrimSpace(text) == "":
		return
	case !ok:
		p.bad = badNumber
	case p.cfg.Sales == nil:
		p.bad = unread
	}
	if p.bad != noTrouble {
		p.cfg.Changed()
		return
	}
	p.asked++
	mine := p.asked
	p.busy = true
	p.cfg.Changed()
	p.cfg.Go(func(ctx context.Context) func() {
		record, err := p.cfg.Sales.SaleByReceipt(ctx, no)
		return func() {
			if mine == p.asked {
				p.found(record, err)
			}
		}
	})
}

func (p *Presenter) found(record pos.SaleRecord, err error) {
	p.busy = false
	switch pos.CodeOf(err) {
	case pos.CodeNone:
		p.record, p.step, p.typed = record, StepWhat, ""
		p.at, p.pieces, p.fresh, p.money, p.amount = 0, map[int]int{}, true, false, ""
	case pos.CodeNotFound:
		p.bad = notFound
	case pos.CodeConflict:
		p.bad = several
	default:
		p.bad = unread
	}
	p.cfg.Changed()
}

// number reads a receipt number: in full, or only its last digits for one of this till and business day, with the epoch in front (R2-0001) or
// without.
func (p *Presenter) number(text string) (pos.ReceiptNo, bool) {
	text = strings.ToUpper(strings.TrimSpace(text))
	if no, ok := pos.ParseReceiptNo(text); ok {
		return no, true
	}
	epoch := 0 // whichever
	if r, rest, ok := strings.Cut(text, "-"); ok {
		e, err := strconv.Atoi(strings.TrimPrefix(r, "R"))
		if err != nil || e < 1 {
			return pos.ReceiptNo{}, false
		}
		text, epoch = rest, e
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || len(text) > 4 {
		return pos.ReceiptNo{}, false
	}
	now := p.cfg.Now()
	day := pos.Calendar{Zone: now.Location(), Starts: p.cfg.Shop.Calendar.Starts}.DayOf(now)
	return pos.ReceiptNo{Shop: p.cfg.Shop.ID, Till: p.cfg.Shop.Till, Day: day, Epoch: epoch, Seq: n}, true
}
