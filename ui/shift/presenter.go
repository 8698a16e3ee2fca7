// Package shift is the turn at the drawer: how it stands, the float it opens with, cash that goes in and out, the count it
// closes with, and the reports. What should be in the drawer is nowhere on it before the count is on disk, but in the X
// report, which not everybody may see.
package shift

import (
	"context"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

// Books reads reports, as pos.Shifts does. Safe for concurrent use.
type Books interface {
	// XReport is how the open shift stands. CodeNotFound when none is open.
	XReport(ctx context.Context, at time.Time) (pos.ShiftReport, error)
	// ZReport returns a frozen report. CodeNotFound.
	ZReport(ctx context.Context, z int) (pos.ShiftReport, error)
	// LastZ is the number of the newest Z report, 0 for none.
	LastZ(ctx context.Context) (int, error)
}

// Config is what the screen works with. All functions are called on the goroutine that draws.
type Config struct {
	Words *i18n.Words
	Books Books // nil reads nothing
	Now   func() time.Time
	// Give hands a command to the till once it is allowed, and calls then.
	Give func(c pos.Command, what string, then func())
	// Look calls then once the one at the till may see the takings.
	Look func(then func())
	// Go runs work elsewhere and then, on the drawing goroutine, what it returns.
	Go func(work func(context.Context) (then func()))
	// Close puts the screen away.
	Close func()
	// Changed hears that something is to be drawn again.
	Changed func()
}

// Mode is what is being done.
type Mode int

// The modes.
const (
	ModeHome   Mode = iota
	ModeCount       // the float, or the drawer
	ModeResult      // what was counted, what should be there, and what is to become of it
	ModeMove        // cash in or out, or the drawer opened without a sale
	ModeList        // the Z reports there are
	ModeReport      // an X or Z report
)

// Presenter is the screen without its looks. It belongs to the goroutine that draws.
type Presenter struct {
	cfg   Config
	shift pos.ShiftView
	staff pos.StaffView
	mode  Mode

	count  count
	result result
	move   move
	list   list
	report report

	counting bool // the count was handed over; the result comes with the next state
	closing  bool // the close was
	opening  bool // the float was
	asked    int  // generation of what is read: an older answer is dropped
}

// NewPresenter makes a screen that knows nothing yet.
func NewPresenter(cfg Config) *Presenter { return &Presenter{cfg: cfg} }

// Show takes the till's newest state.
func (p *Presenter) Show(s pos.Snapshot) {
	before := p.shift
	p.shift, p.staff = s.Shift, s.Staff
	now := s.Shift
	switch {
	case now.Counted != nil && (before.Counted == nil || before.Counted.ID != now.Counted.ID):
		p.begin(*now.Counted)
	case now.Closed != nil && (p.closing || p.mode == ModeResult):
		p.closing = false
		p.showReport(*now.Closed, true)
	case now.Unsigned != nil && before.Unsigned == nil && p.opening:
		p.unsigned(*now.Unsigned)
	case now.Counted == nil && p.mode == ModeResult:
		p.mode = ModeHome // the drawer moved, or the close was left
	case p.counting && now.Counted == nil && before.Counted == nil && p.count.closing && p.mode != ModeCount:
		p.counting = false
	}
	p.cfg.Changed()
}

// Action is something that can be done from the first page.
type Action int

// The actions, and the digits they have while they are not the big button.
const (
	ActNone  Action = iota
	ActFloat        // 1
	ActIn
	ActDrop
	ActOut
	ActX
	ActZ
	ActDrawer
	ActClose
)

// offered are the actions of the first page.
func (p *Presenter) offered() []Action {
	all := []Action{}
	if now := p.shift.Current; now == nil || !now.Float {
		all = append(all, ActFloat)
	}
	all = append(all, ActIn, ActDrop, ActOut)
	if p.shift.Current != nil {
		all = append(all, ActX)
	}
	all = append(all, ActZ, ActDrawer)
	if p.shift.Current != nil {
		all = append(all, ActClose)
	}
	return all
}

// main is what the big button does.
func (p *Presenter) main() Action {
	if p.shift.Current == nil {
		return ActFloat
	}
	return ActClose
}

// Start does what a button of the first page says.
func (p *Presenter) Start(a Action) {
	if p.mode != ModeHome {
		return
	}
	ok := false
	for _, o := range p.offered() {
		ok = ok || o == a
	}
	if !ok {
		return
	}
	switch a {
	case ActFloat:
		p.startCount(false, pos.DrawerCount{})
	case ActClose:
		p.startCount(true, pos.DrawerCount{})
	case ActIn:
		p.startMove(pos.CashIn)
	case ActDrop:
		p.startMove(pos.CashDrop)
	case ActOut:
		p.startMove(pos.CashPaidOut)
	case ActDrawer:
		p.startMove("")
	case ActX:
		p.cfg.Look(p.readX)
	case ActZ:
		p.cfg.Look(p.readList)
	case ActNone:
	}
	p.cfg.Changed()
}

// Typed takes a character.
func (p *Presenter) Typed(r rune) {
	if r >= '！' && r <= '～' && p.mode != ModeMove && p.mode != ModeResult {
		r -= 0xFEE0
	}
	switch p.mode {
	case ModeHome:
		if a := Action(r - '0'); a >= ActFloat && a <= ActDrawer {
			p.Start(a)
		}
	case ModeCount:
		p.count.typed(r)
	case ModeResult:
		p.result.typed(r)
	case ModeMove:
		p.move.typed(r)
	case ModeList, ModeReport:
	}
	p.cfg.Changed()
}

// Number reports whether what is typed is an amount or a count.
func (p *Presenter) Number() bool {
	switch p.mode {
	case ModeCount:
		return true
	case ModeMove:
		return !p.move.why
	case ModeResult:
		return !p.result.why
	case ModeHome, ModeList, ModeReport:
	}
	return false
}

// Backspace takes back the last character.
func (p *Presenter) Backspace() {
	switch p.mode {
	case ModeCount:
		p.count.backspace()
	case ModeResult:
		p.result.backspace()
	case ModeMove:
		p.move.backspace()
	case ModeHome, ModeList, ModeReport:
	}
	p.cfg.Changed()
}

// Move goes up or down.
func (p *Presenter) Move(dy int) {
	switch p.mode {
	case ModeCount:
		p.count.to(p.count.at + dy)
	case ModeResult:
		p.nextReason(dy)
	case ModeMove:
		p.nextWhy(dy)
	case ModeList:
		p.chooseZ(p.list.at + dy)
	case ModeHome, ModeReport:
	}
	p.cfg.Changed()
}

// Aside goes left or right: one piece more or less.
func (p *Presenter) Aside(dx int) {
	if p.mode == ModeCount {
		p.count.more(dx)
		p.cfg.Changed()
	}
}

// Tab goes to the next line.
func (p *Presenter) Tab() {
	switch p.mode {
	case ModeCount:
		p.count.to((p.count.at + 1) % (len(pos.Denominations) + 1))
	case ModeResult:
		p.result.tab()
	case ModeMove:
		p.move.tab()
	case ModeHome, ModeList, ModeReport:
	}
	p.cfg.Changed()
}

// Enter does what the big button says; in a count it goes to the next line first.
func (p *Presenter) Enter() {
	switch p.mode {
	case ModeHome:
		p.Start(p.main())
	case ModeCount:
		if p.count.at < len(pos.Denominations) {
			p.count.to(p.count.at + 1)
			p.cfg.Changed()
			return
		}
		p.Counted()
	case ModeResult:
		p.close()
	case ModeMove:
		p.confirmMove()
	case ModeList:
		p.openZ()
	case ModeReport:
		p.printReport()
	}
}

// Escape takes one step back. It reports whether there was one.
func (p *Presenter) Escape() bool {
	p.asked++ // what is being read is not wanted any more
	switch p.mode {
	case ModeHome:
		return false
	case ModeMove:
		if p.move.alone {
			return false
		}
		p.mode = ModeHome
	case ModeResult:
		p.cfg.Give(pos.LeaveClose{}, "", func() { p.mode = ModeHome })
	case ModeReport:
		if p.report.fromList {
			p.mode = ModeList
		} else if p.report.closed {
			return false
		} else {
			p.mode = ModeHome
		}
	case ModeCount, ModeList:
		p.mode = ModeHome
	}
	p.cfg.Changed()
	return true
}

// Home is the first page in words.
type Home struct {
	Title  string // "no shift is open", or which one is
	State  string // since when, by whom
	Float  string // whether the float was counted
	Alarm  string // why nothing is sold; "" when it is
	Main   Button
	Others []Button
}

// Button is something that can be done.
type Button struct {
	Action Action
	Label  string
	Key    string
}

// Home gives the first page.
func (p *Presenter) Home() Home {
	w := p.cfg.Words
	h := Home{Title: w.T("shift.none"), State: w.T("shift.none.todo")}
	if p.shift.Required {
		h.State = w.T("shift.none.required")
	}
	now := p.shift.Current
	if now != nil {
		h.Title = w.T("shift.title", now.Number, day(now.Day))
		opened := now.OpenedAt.In(p.cfg.Now().Location()).Format(w.T("shift.clock"))
		h.State = w.T("shift.opened", opened, now.OpenedBy)
		if now.OpenedBy == "" {
			h.State = w.T("shift.opened.alone", opened)
		}
		h.Float = w.T("shift.float.none")
		if now.Float {
			h.Float = w.T("shift.float.counted")
		}
	}
	if p.shift.Blocked != pos.CodeNone {
		h.Alarm = blockedWords(w, p.shift)
	}
	main := p.main()
	h.Main = Button{Action: main, Label: p.label(main), Key: "Enter"}
	for _, a := range p.offered() {
		if a != main {
			h.Others = append(h.Others, Button{Action: a, Label: p.label(a), Key: string(rune('0' + a))})
		}
	}
	return h
}

func (p *Presenter) label(a Action) string {
	w := p.cfg.Words
	switch a {
	case ActFloat:
		if p.shift.Current != nil {
			return w.T("shift.declare")
		}
		return w.T("shift.open")
	case ActClose:
		return w.T("shift.close")
	case ActIn:
		return w.CashKind(pos.CashIn)
	case ActDrop:
		return w.CashKind(pos.CashDrop)
	case ActOut:
		return w.CashKind(pos.CashPaidOut)
	case ActX:
		return w.T("shift.x")
	case ActZ:
		return w.T("shift.zs")
	case ActDrawer:
		return w.T("shift.drawer")
	case ActNone:
	}
	return ""
}

// blockedWords say why nothing is sold, and what to do.
func blockedWords(w *i18n.Words, v pos.ShiftView) string {
	if v.Current != nil {
		return w.T("shift.blocked.old", day(v.Current.Day))
	}
	return w.T("shift.blocked")
}

// day writes a business day for people.
func day(d pos.Day) string {
	s := d.String()
	return s
}
