// Package settings is the page of what stands on the counter: the printer and its paper, the drawer, the scanner, the
// customer's displays, and what is heard. Everything can be tried before it is saved, and what is saved is in force at once.
//
// Nothing here writes a file or speaks to a device: that is the [Desk].
package settings

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"guitai/pos"
	"guitai/pos/config"
	"guitai/pos/i18n"
)

// Config is what the page works with. All functions are called on the goroutine that draws.
type Config struct {
	Words *i18n.Words
	Desk  Desk // nil has nothing to work with
	// Practice is a shop whose WeChat is its own: what is about that is not asked.
	Practice bool
	// Problem says in words what is wrong with a setting.
	Problem func(w *i18n.Words, e *config.Error) string
	// Allow asks for leave where the one at the till may not do it himself, and calls then with whose leave it is done by.
	Allow func(d pos.Deed, what string, then func(by string))
	// Give hands a command to the till once it is allowed, and calls then.
	Give func(c pos.Command, what string, then func())
	// Go runs work elsewhere and then, on the drawing goroutine, what it returns. After calls f there after a pause.
	Go    func(work func(context.Context) (then func()))
	After func(d time.Duration, f func()) (stop func())
	// Health is how the line to the relay is. Copy puts words where the system keeps what is copied.
	Health func() pos.Part
	Copy   func(words string)
	// Changed hears that something is to be drawn again; Focus that the keyboard is to go to the field At; Leave that the page is
	// to be closed.
	Changed, Focus, Leave func()
	// Open counts the payments that are not at an end yet; nil counts none.
	Open func() int
	// Saved hears that other settings are in force; may be nil.
	Saved func()
}

// Question is what has to be answered before anything else.
type Question int

// The questions.
const (
	AskNothing Question = iota
	AskLeave            // go without saving?
	AskMerge            // config.toml was changed meanwhile: bring both together?
	AskUnpair           // go without the relay?
	AskKey              // make another key, and the one there is of no use?
)

// Draft is what was changed and not saved, so that it is still there when the page comes back. nil is nothing.
type Draft struct {
	was  config.Config
	d    draft
	part Part
}

// Presenter is the page without its looks. It belongs to the goroutine that draws.
type Presenter struct {
	cfg  Config
	desk Desk
	was  config.Config
	d    draft

	part     Part
	at       Field // "": the list of parts
	problems map[Field]*config.Error
	left     map[Field]bool // was left once, so what is wrong with it may be said
	tried    bool           // saving was tried

	saving   bool
	question Question
	closed   bool
	back     bool // there were changes from before
	saved    bool
	fault    error // why the last save did not come about

	devices []Device
	looked  bool
	preview preview
	trial   trial
	scans   scans
	relay   relay
	keys    keyPart
}

// NewPresenter begins at the printer, or where draft was left.
func NewPresenter(cfg Config, old *Draft) *Presenter {
	p := &Presenter{cfg: cfg, desk: cfg.Desk, part: PartPrinter, left: map[Field]bool{}}
	if p.desk == nil {
		p.desk = noDesk{}
	}
	p.was = p.desk.Config()
	p.d = p.fresh(p.was)
	if old != nil {
		p.was, p.d, p.part, p.back = old.was, old.d.clone(), old.part, true
	}
	p.relay.health = cfg.Health()
	p.judge()
	return p
}

// Open looks for devices, draws the first preview and asks the relay who this till is.
func (p *Presenter) Open() {
	p.lookAround()
	p.redraw()
	p.meetRelay()
}

// Close ends what goes on by itself. What was changed and not saved comes back as a draft.
func (p *Presenter) Close() *Draft {
	p.closed = true
	p.preview.stop()
	p.desk.Settle()
	if !p.Dirty() {
		return nil
	}
	d := p.d.clone()
	maps.DeleteFunc(d.typed, func(f Field, _ string) bool { return secretField(f) }) // nobody keeps a secret that was not stored
	return &Draft{was: p.was, d: d, part: p.part}
}

// fresh is settings with nothing changed.
func (p *Presenter) fresh(c config.Config) draft {
	d := draftOf(c)
	d.practice = p.cfg.Practice
	return d
}

// Dirty reports whether something was changed and not saved.
func (p *Presenter) Dirty() bool { return !p.d.config().Equal(p.was) }

// Part is the part in front; At is the field that the keyboard is at, "" for the list of parts.
func (p *Presenter) Part() Part { return p.part }

// At is the field that the keyboard is at, "" for the list of parts.
func (p *Presenter) At() Field { return p.at }

// Text is what a field says.
func (p *Presenter) Text(f Field) string {
	if f == FieldPairing {
		return p.relay.pairing
	}
	return p.d.get(f)
}

// Fields are what the part in front asks for.
func (p *Presenter) Fields() []Field { return p.d.fields(p.part) }

// Kind is the kind of place that a field's address is of.
func (p *Presenter) Kind(f Field) string {
	if at := p.d.place(f); at != nil {
		return at.kind
	}
	return ""
}

// Asked is the question that stands.
func (p *Presenter) Asked() Question { return p.question }

// Turn puts a part in front, with the keyboard at the list.
func (p *Presenter) Turn(part Part) {
	if p.question != AskNothing || p.trial.reading {
		return
	}
	p.leave()
	p.forget()
	p.part, p.at, p.relay.key = part, "", "" // a key is shown once
	p.keys = keyPart{}
	p.changed()
	p.cfg.Focus()
}

// Page goes to the next part (1) or the one before (-1), round and round.
func (p *Presenter) Page(by int) {
	all := p.Parts()
	p.Turn(all[(slices.Index(all, p.part)+by+len(all))%len(all)])
}

// Enter takes note that the keyboard has come to a field.
func (p *Presenter) Enter(f Field) {
	if p.at != f {
		p.at = f
		p.changed()
	}
}

// Set takes what a field says now.
func (p *Presenter) Set(f Field, text string) {
	if p.saving || p.Text(f) == text {
		return
	}
	if f == FieldPairing {
		p.relay.pairing = text
		p.forget()
		p.changed()
		return
	}
	p.d.set(f, text)
	p.saved, p.fault, p.back = false, nil, false
	p.forget()
	p.judge()
	p.changed()
	p.redraw()
}

// Shift chooses a field's next (1) or previous (-1) value; it stops at either end.
func (p *Presenter) Shift(f Field, by int) {
	if s, ok := spanOf(f); ok {
		v, err := strconv.Atoi(p.d.get(f))
		if err == nil {
			p.Set(f, strconv.Itoa(s.turned(v, by)))
		}
		return
	}
	all := Choices(f)
	if to := slices.Index(all, p.d.get(f)) + by; to >= 0 && to < len(all) {
		p.Set(f, all[to])
	}
}

// Slide sets a field that is more or less of something to a share of its span.
func (p *Presenter) Slide(f Field, share float32) {
	if s, ok := spanOf(f); ok {
		steps := int(share*float32(s.high-s.low)/float32(s.step) + 0.5)
		p.Set(f, strconv.Itoa(max(s.low, min(s.high, s.low+steps*s.step))))
	}
}

// Share is where in its span a field's value is, 0 to 1.
func (p *Presenter) Share(f Field) float32 {
	s, ok := spanOf(f)
	v, err := strconv.Atoi(p.d.get(f))
	if !ok || err != nil {
		return 0
	}
	return float32(v-s.low) / float32(s.high-s.low)
}

// leave tidies and judges the field that the keyboard is at.
func (p *Presenter) leave() { p.Left(p.at) }

// Left takes note that the keyboard has left a field: what it says is tidied, and judged in the open from now on.
func (p *Presenter) Left(f Field) {
	if f == "" || p.closed {
		return
	}
	before := p.d.get(f)
	p.d.tidy(f)
	p.left[f] = true
	p.judge()
	p.changed()
	if p.d.get(f) != before {
		p.redraw()
	}
}

// Move takes the keyboard to the next field (1) or the one before (-1); before the first is the list.
func (p *Presenter) Move(by int) {
	if p.question != AskNothing {
		return
	}
	all := p.Fields()
	to := slices.Index(all, p.at) + by // -1 is the list
	switch {
	case p.at == "" && by < 0, to >= len(all):
		return
	case to < 0:
		p.leave()
		p.at = ""
	default:
		p.goTo(all[to])
		return
	}
	p.changed()
	p.cfg.Focus()
}

func (p *Presenter) goTo(f Field) {
	p.leave()
	p.at = f
	p.changed()
	p.cfg.Focus()
}

// Escape takes one step back: out of a question, from a field to the list, from the list out of the page.
func (p *Presenter) Escape() {
	switch {
	case p.question != AskNothing:
		p.question = AskNothing
	case p.trial.back():
	case p.at != "":
		p.leave()
		p.at = ""
		p.cfg.Focus()
	default:
		p.Quit()
		return
	}
	p.changed()
}

// Quit leaves the page, and asks first when something would be lost.
func (p *Presenter) Quit() {
	p.leave()
	if p.Dirty() && p.question != AskLeave {
		p.question, p.at = AskLeave, ""
		p.trial.back()
		p.changed()
		p.cfg.Focus()
		return
	}
	p.d, p.question = p.fresh(p.was), AskNothing
	p.cfg.Leave()
}

// Confirm is Enter: the answer to a question, the first field of a part, or the next field.
func (p *Presenter) Confirm() {
	switch {
	case p.question == AskLeave:
		p.question = AskNothing
		p.Save()
	case p.question == AskMerge:
		p.merge()
	case p.question != AskNothing: // Enter takes nothing away
		p.Escape()
	case p.at == FieldPairing:
		p.Try(ActPair)
	case p.trial.reading:
		p.diagnose()
	case p.trial.calibrating != 0:
		p.calibrate()
	default:
		p.Move(1)
	}
}

// Drop is the other answer to a question: go without saving, or take what the file says.
func (p *Presenter) Drop() {
	switch p.question {
	case AskLeave:
		p.d, p.question = p.fresh(p.was), AskNothing
		p.cfg.Leave()
	case AskMerge:
		p.question = AskNothing
		p.reload(func(theirs config.Config) {
			p.was, p.d = theirs, p.fresh(theirs)
			p.judge()
			p.redraw()
		})
	case AskUnpair:
		p.question = AskNothing
		p.cfg.Allow(pos.DeedSettings, p.cfg.Words.T("settings.relay.what"), p.unpair)
		p.changed()
	case AskKey:
		p.question = AskNothing
		p.newKey()
		p.changed()
	case AskNothing:
	}
}

func (p *Presenter) changed() {
	if !p.closed {
		p.cfg.Changed()
	}
}
