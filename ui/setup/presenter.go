// Package setup is what the till shows before it has a config.toml: practise with play money, or fill in one page about
// the shop. The form and the presenter know what is asked, what is wrong and what each key means; the view only draws it.
package setup

import (
	"context"
	"errors"
	"slices"
	"sync"

	"guitai/pos/config"
	"guitai/pos/i18n"
)

// Options is what the screen works with. Its functions are called on the goroutine that draws, but for Do, which brings
// others there.
type Options struct {
	Folder     config.Folder       // where the settings go
	Lang       string              // the language to begin with, "zh-CN" or "en"
	Resolver   config.Resolver     // stores the key; an empty Dir is Folder
	OnPractice func()              // the person wants to practise; may come again until something else is shown
	OnDone     func(config.Config) // the settings are on disk, and this is what they say
	OnLanguage func(lang string)   // the screen now speaks this; may be nil
	Do         func(func())        // runs a function on the goroutine that draws, later; it must not wait for it
}

// Stage is where the person is.
type Stage int

// The stages.
const (
	Welcome Stage = iota // practise, or set up?
	Filling              // the form
	Saving               // being written; Esc stops it
	Done                 // written; what comes now is not ours
)

// Presenter is the screen without its looks. It belongs to the goroutine that draws.
type Presenter struct {
	opt   Options
	words *i18n.Words
	stage Stage
	setUp bool // on the welcome screen: Enter would set up rather than practise

	form     Form
	at       Field // the field that the keyboard is at
	language bool  // the shop's language was chosen, and no longer follows the screen's
	problems map[Field]*config.Error
	left     map[Field]bool // was left once, so what is wrong with it may be said
	tried    bool           // saving was tried, so what is missing may be said, too
	shown    bool           // the key can be read
	back     bool           // what was typed before the program ended is there again
	fault    error          // why the last save did not come about

	cancel context.CancelFunc
	saving sync.WaitGroup
	// changed draws anew; focus moves the keyboard to at.
	changed, focus func()
}

// NewPresenter begins at the welcome screen. changed is called when anything may look different, focus when the keyboard is
// to go to the field [Presenter.At] names.
func NewPresenter(opt Options, changed, focus func()) *Presenter {
	p := &Presenter{
		opt: opt, words: i18n.For(opt.Lang), at: FieldName, left: map[Field]bool{},
		cancel: func() {}, changed: changed, focus: focus,
	}
	// Neither id is filled in: two tills that kept the same ones would make the same order numbers.
	p.form = Form{Language: p.words.Lang(), Printer: PrinterNone, Folder: "receipts", Paper: "80"}
	if p.form.recall(opt.Folder) {
		p.stage, p.setUp, p.language, p.back = Filling, true, true, true
	}
	p.judge()
	return p
}

// Words is the language of the screen.
func (p *Presenter) Words() *i18n.Words { return p.words }

// Stage is where the person is.
func (p *Presenter) Stage() Stage { return p.stage }

// At is the field that the keyboard is at.
func (p *Presenter) At() Field { return p.at }

// Text is what a field says.
func (p *Presenter) Text(field Field) string { return *p.form.at(field) }

// KeyShown reports whether the key can be read on the screen.
func (p *Presenter) KeyShown() bool { return p.shown }

// SwitchLanguage changes the language of the screen, and of the shop until that has been chosen by itself.
func (p *Presenter) SwitchLanguage() {
	p.words = p.words.Other()
	if !p.language {
		p.form.Language = p.words.Lang()
	}
	p.changed()
	if p.opt.OnLanguage != nil {
		p.opt.OnLanguage(p.words.Lang())
	}
}

// Pick marks one of the two ways on the welcome screen, for Enter.
func (p *Presenter) Pick(setUp bool) {
	p.setUp = setUp
	p.changed()
}

// Practise leaves for practice mode.
func (p *Presenter) Practise() {
	if p.stage == Welcome {
		p.opt.OnPractice()
	}
}

// Begin opens the form.
func (p *Presenter) Begin() {
	if p.stage != Welcome {
		return
	}
	p.stage, p.setUp = Filling, true
	p.changed()
	p.focus()
}

// Back goes one step back: it stops a save, or leaves the form, which keeps what was typed.
func (p *Presenter) Back() {
	switch p.stage {
	case Saving:
		p.cancel()
	case Filling:
		p.Leave(p.at)
		p.stage, p.shown, p.fault = Welcome, false, nil
		p.changed()
		p.focus()
	case Welcome, Done:
	}
}

// Set takes what a field says now.
func (p *Presenter) Set(field Field, text string) {
	if p.stage != Filling || *p.form.at(field) == text {
		return
	}
	*p.form.at(field) = text
	if field == FieldLanguage {
		p.language = true
	}
	p.fault = nil
	p.judge()
	p.changed()
}

// Choices are the values of a field that is chosen rather than typed, nil for the others.
func Choices(field Field) []string {
	switch field {
	case FieldLanguage:
		return []string{i18n.Chinese, i18n.English}
	case FieldPrinter:
		return []string{PrinterNone, PrinterNetwork, PrinterFolder}
	case FieldPaper:
		return []string{"80", "58"}
	}
	return nil
}

// Turn chooses the next (1) or the previous (-1) of a field's choices; it stops at either end.
func (p *Presenter) Turn(field Field, by int) {
	all := Choices(field)
	to := slices.Index(all, p.Text(field)) + by
	if to >= 0 && to < len(all) {
		p.Set(field, all[to])
	}
}

// Enter takes note that the keyboard has come to a field.
func (p *Presenter) Enter(field Field) {
	p.at = field
	if field != FieldAPIKey && p.shown {
		p.shown = false
		p.changed()
	}
}

// Leave takes note that the keyboard has left a field: what it says is tidied, and judged in the open from now on.
func (p *Presenter) Leave(field Field) {
	if p.stage != Filling {
		return
	}
	p.form.tidy(field)
	p.form.keep(p.opt.Folder)
	p.left[field] = true
	p.judge()
	p.changed()
}

// Move takes the keyboard to the next field (1) or the one before (-1).
func (p *Presenter) Move(by int) {
	all := p.form.fields()
	to := slices.Index(all, p.at) + by
	if p.stage != Filling || to < 0 || to >= len(all) {
		return
	}
	p.goTo(all[to])
}

func (p *Presenter) goTo(field Field) {
	p.Leave(p.at)
	p.Enter(field)
	p.focus()
}

// Confirm is Enter: on to the next field, and from the last one to saving.
func (p *Presenter) Confirm() {
	switch all := p.form.fields(); {
	case p.stage == Welcome && p.setUp:
		p.Begin()
	case p.stage == Welcome:
		p.Practise()
	case p.stage == Filling && p.at == all[len(all)-1]:
		p.Save()
	case p.stage == Filling:
		p.Move(1)
	}
}

// ShowKey shows the key, or hides it again.
func (p *Presenter) ShowKey() {
	if p.stage != Filling {
		return
	}
	p.goTo(FieldAPIKey)
	p.shown = !p.shown
	p.changed()
}

// Save writes the settings when nothing is wrong with them; otherwise it goes to the first field that needs a hand.
func (p *Presenter) Save() {
	if p.stage != Filling {
		return
	}
	p.Leave(p.at)
	p.tried, p.shown, p.fault = true, false, nil
	for _, field := range p.form.fields() {
		if p.problems[field] != nil {
			p.goTo(field)
			return
		}
	}
	p.stage = Saving
	form := p.form
	ctx, cancel := context.WithCancel(context.Background())
	p.cancel = cancel
	p.saving.Go(func() {
		c, err := form.Save(ctx, p.opt.Folder, p.opt.Resolver)
		p.opt.Do(func() { p.saved(c, err) })
	})
	p.changed()
}

func (p *Presenter) saved(c config.Config, err error) {
	p.cancel()
	if err != nil {
		p.stage, p.fault = Filling, err
		p.changed()
		p.focus()
		return
	}
	p.stage = Done
	p.form.APIKey = "" // it has its place now
	p.changed()
	p.opt.OnDone(c)
}

// Close stops a save that is under way and waits for it. Safe to repeat.
func (p *Presenter) Close() {
	p.cancel()
	p.saving.Wait()
}

func (p *Presenter) judge() { p.problems = p.form.Problems() }

// Problem says what is wrong with a field, "" while there is nothing to say: a field is not judged before it was left, and
// an empty one not before saving was tried.
func (p *Presenter) Problem(field Field) string {
	e := p.problems[field]
	if e == nil || !p.tried && (!p.left[field] || p.Text(field) == "") {
		return ""
	}
	return fieldText(p.words, field, p.form.Printer, e)
}

// Notice is the line beside the buttons: what is going on, or why it does not; trouble tells which.
func (p *Presenter) Notice() (text string, trouble bool) {
	switch {
	case p.stage == Saving:
		return p.words.T("setup.saving"), false
	case p.stage == Done:
		return p.words.T("setup.saved"), false
	case errors.Is(p.fault, context.Canceled):
		return p.words.T("setup.stopped"), false
	case p.fault != nil:
		return faultText(p.words, p.fault), true
	case p.tried && len(p.problems) > 0:
		return p.outstanding(), true
	case p.back:
		return p.words.T("setup.back-again"), false
	}
	return "", false
}

// outstanding says how much is left to put right. What is wrong outside the form is told in full, as no field shows it.
func (p *Presenter) outstanding() string {
	fields := p.form.fields()
	for field, e := range p.problems {
		if !slices.Contains(fields, field) {
			return ProblemLine(p.words, e)
		}
	}
	return p.words.T("setup.left", len(p.problems))
}
