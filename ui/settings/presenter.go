// Package settings is the page of what stands on the counter: the printer and its paper, the drawer, the scanner, the
// customer's displays, and what is heard. Everything can be tried before it is saved, and what is saved is in force at once.
//
// Nothing here writes a file or speaks to a device: that is the [Desk].
package settings

import (
	"context"
	"errors"
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
	// Problem says in words what is wrong with a setting.
	Problem func(w *i18n.Words, e *config.Error) string
	// Allow asks for leave where the one at the till may not do it himself, and calls then with whose leave it is done by.
	Allow func(d pos.Deed, what string, then func(by string))
	// Give hands a command to the till once it is allowed, and calls then.
	Give func(c pos.Command, what string, then func())
	// Go runs work elsewhere and then, on the drawing goroutine, what it returns. After calls f there after a pause.
	Go    func(work func(context.Context) (then func()))
	After func(d time.Duration, f func()) (stop func())
	// Changed hears that something is to be drawn again; Focus that the keyboard is to go to the field At; Leave that the page is
	// to be closed.
	Changed, Focus, Leave func()
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
}

// NewPresenter begins at the printer, or where draft was left.
func NewPresenter(cfg Config, old *Draft) *Presenter {
	p := &Presenter{cfg: cfg, desk: cfg.Desk, part: PartPrinter, left: map[Field]bool{}}
	if p.desk == nil {
		p.desk = noDesk{}
	}
	p.was = p.desk.Config()
	p.d = draftOf(p.was)
	if old != nil {
		p.was, p.d, p.part, p.back = old.was, old.d.clone(), old.part, true
	}
	p.judge()
	return p
}

// Open looks for devices and draws the first preview.
func (p *Presenter) Open() {
	p.lookAround()
	p.redraw()
}

// Close ends what goes on by itself. What was changed and not saved comes back as a draft.
func (p *Presenter) Close() *Draft {
	p.closed = true
	p.preview.stop()
	p.desk.Settle()
	if !p.Dirty() {
		return nil
	}
	return &Draft{was: p.was, d: p.d.clone(), part: p.part}
}

// Dirty reports whether something was changed and not saved.
func (p *Presenter) Dirty() bool { return !p.d.config().Equal(p.was) }

// Part is the part in front; At is the field that the keyboard is at, "" for the list of parts.
func (p *Presenter) Part() Part { return p.part }

// At is the field that the keyboard is at, "" for the list of parts.
func (p *Presenter) At() Field { return p.at }

// Text is what a field says.
func (p *Presenter) Text(f Field) string { return p.d.get(f) }

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
	p.part, p.at = part, ""
	p.trial.forget()
	p.changed()
	p.cfg.Focus()
}

// Page goes to the next part (1) or the one before (-1), round and round.
func (p *Presenter) Page(by int) {
	n := len(Parts)
	p.Turn(Parts[(slices.Index(Parts, p.part)+by+n)%n])
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
	if p.saving || p.d.get(f) == text {
		return
	}
	p.d.set(f, text)
	p.saved, p.fault, p.back = false, nil, false
	p.trial.forget()
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
	p.d, p.question = draftOf(p.was), AskNothing
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
		p.d, p.question = draftOf(p.was), AskNothing
		p.cfg.Leave()
	case AskMerge:
		p.question = AskNothing
		p.reload(func(theirs config.Config) {
			p.was, p.d = theirs, draftOf(theirs)
			p.judge()
			p.redraw()
		})
	case AskNothing:
	}
}

// Save writes the settings when nothing is wrong with them and somebody who may allows it; otherwise it goes to the first field
// that needs a hand.
func (p *Presenter) Save() {
	if p.saving || p.question != AskNothing {
		return
	}
	p.leave()
	p.tried, p.saved, p.fault = true, false, nil
	for _, part := range Parts {
		for _, f := range p.d.fields(part) {
			if p.problems[f] != nil {
				p.part = part
				p.goTo(f)
				return
			}
		}
	}
	if len(p.problems) > 0 || !p.Dirty() {
		p.saved = len(p.problems) == 0
		p.changed()
		return
	}
	p.cfg.Allow(pos.DeedSettings, p.cfg.Words.T("settings.what"), p.write)
}

func (p *Presenter) write(by string) {
	if p.saving || p.closed {
		return
	}
	p.saving = true
	was, now := p.was, p.d.config()
	p.cfg.Go(func(ctx context.Context) func() {
		err := p.desk.Save(ctx, was, now, by)
		return func() {
			p.saving = false
			switch {
			case errors.Is(err, config.ErrChanged):
				p.question, p.at = AskMerge, ""
			case err != nil:
				p.fault = err
			default:
				p.was, p.saved, p.tried, p.left = now, true, false, map[Field]bool{}
				if p.cfg.Saved != nil {
					p.cfg.Saved()
				}
			}
			p.judge()
			p.changed()
			p.cfg.Focus()
		}
	})
	p.changed()
}

// merge puts what was changed here upon what was changed elsewhere, and saves that.
func (p *Presenter) merge() {
	p.question = AskNothing
	p.reload(func(theirs config.Config) {
		both := config.Merge(p.was, p.d.config(), theirs)
		p.was, p.d = theirs, draftOf(both)
		p.judge()
		p.redraw()
		p.Save()
	})
}

func (p *Presenter) reload(then func(config.Config)) {
	p.saving = true
	p.cfg.Go(func(ctx context.Context) func() {
		theirs, err := p.desk.Reload(ctx)
		return func() {
			p.saving = false
			if err != nil {
				p.fault = err
			} else {
				then(theirs)
			}
			p.changed()
		}
	})
	p.changed()
}

func (p *Presenter) judge() {
	p.problems = map[Field]*config.Error{}
	c := p.d.config()
	if all, ok := c.Check().(config.Errors); ok {
		for _, e := range all {
			p.problems[fieldOf(e.Key)] = e
		}
	}
	for _, f := range []Field{FieldAddress, FieldOtherAddress, FieldPort, FieldPole} {
		if e := p.problems[f]; e != nil && p.d.get(f) == "" {
			p.problems[f] = &config.Error{Key: e.Key, Problem: config.Missing, Want: e.Want}
		}
	}
}

// Problem says what is wrong with a field, "" while there is nothing to say: a field is not judged before it was left.
func (p *Presenter) Problem(f Field) string {
	e := p.problems[f]
	if e == nil || !p.tried && (!p.left[f] || p.d.get(f) == "") {
		return ""
	}
	w := p.cfg.Words
	if e.Problem == config.Missing {
		return w.T("settings.missing")
	}
	if at := p.d.place(f); at != nil && e.Problem == config.Format && w.Has("settings.format."+at.kind) {
		return w.T("settings.format." + at.kind)
	}
	return p.cfg.Problem(w, e)
}

// Notice is the line beside the buttons; trouble tells how it is meant.
func (p *Presenter) Notice() (words string, trouble bool) {
	w := p.cfg.Words
	switch {
	case p.saving:
		return w.T("settings.saving"), false
	case p.fault != nil:
		return w.T("settings.not-saved", p.cause(p.fault)), true
	case p.tried && len(p.problems) > 0:
		for f, e := range p.problems {
			if _, shown := p.d.partOf(f); !shown { // of a part of the settings that this page does not have
				return e.Key + ": " + p.cfg.Problem(w, e), true
			}
		}
		return w.T("settings.left", len(p.problems)), true
	case p.saved:
		return w.T("settings.saved"), false
	case p.back:
		return w.T("settings.back"), false
	case p.scans.elsewhere != "":
		return w.T("settings.scan.elsewhere", p.scans.elsewhere), false
	case p.Dirty():
		return w.T("settings.dirty"), false
	}
	return "", false
}

// cause says an error in words.
func (p *Presenter) cause(err error) string {
	w := p.cfg.Words
	var fault *Fault
	if errors.As(err, &fault) {
		return w.T(fault.ID, fault.Args...)
	}
	var setting *config.Error
	if errors.As(err, &setting) {
		words := p.cfg.Problem(w, setting)
		if setting.Key != "" {
			words = setting.Key + ": " + words
		}
		return words
	}
	if code := pos.CodeOf(err); code != pos.CodeInternal {
		what, _, todo := w.Trouble(code)
		return w.T("settings.two", what, todo)
	}
	return err.Error()
}

func (p *Presenter) changed() {
	if !p.closed {
		p.cfg.Changed()
	}
}

// lookAround asks what is there.
func (p *Presenter) lookAround() {
	p.cfg.Go(func(ctx context.Context) func() {
		found := p.desk.Devices(ctx)
		return func() {
			p.devices, p.looked = found, true
			p.changed()
		}
	})
}

// Found lists what could stand in the address that a field belongs to; chosen is the one that does, -1 for none. looked is false
// while nobody has looked yet.
func (p *Presenter) Found(f Field) (names []string, chosen int, looked bool) {
	chosen = -1
	at := p.d.place(f)
	if at == nil {
		return nil, chosen, p.looked
	}
	for _, d := range p.devices {
		if there := placeOf(d.URL); there.kind == at.kind {
			if there.at[there.kind] == at.at[at.kind] {
				chosen = len(names)
			}
			names = append(names, d.Name)
		}
	}
	return names, chosen, p.looked
}

// Take fills in a device that was found.
func (p *Presenter) Take(f Field, i int) {
	at := p.d.place(f)
	for _, d := range p.devices {
		if there := placeOf(d.URL); at != nil && there.kind == at.kind {
			if i == 0 {
				p.Set(f, there.at[there.kind])
				p.Left(f)
				return
			}
			i--
		}
	}
}

// TakeNext fills in the next device that was found for the address the keyboard is at, or the first of the part.
func (p *Presenter) TakeNext() {
	at := p.at
	if p.d.place(at) == nil {
		at = FieldAddress
		switch p.part {
		case PartScanner:
			at = FieldPort
		case PartDisplay:
			at = FieldPole
		case PartPrinter:
		case PartReceipt, PartDrawer, PartSound:
			return
		}
	}
	switch at {
	case FieldKind, FieldBaud:
		at = FieldAddress
	case FieldOtherKind, FieldOtherBaud:
		at = FieldOtherAddress
	case FieldScanner, FieldSpeed:
		at = FieldPort
	case FieldPoleKind, FieldPoleBaud:
		at = FieldPole
	}
	if names, chosen, _ := p.Found(at); len(names) > 0 {
		p.Take(at, (chosen+1)%len(names))
	}
}
