package inbox

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"guitai/pos"
)

// Field is a line of the form.
type Field int

// The lines of the form.
const (
	FieldBy Field = iota
	FieldReason
)

const mostTyped = 60 // characters of a name or a reason

// form asks who decides and why.
type form struct {
	action     pos.Action
	by, reason string
	field      Field
	lacks      bool // Enter met a line that is needed and empty
}

// needsReason reports whether a decision is written down with words.
func needsReason(a pos.Action) bool { return a != pos.ActRefund && a != pos.ActHold }

// usual are the reasons that come up most, by message id.
func usual(a pos.Action) []string {
	switch a {
	case pos.ActSettle:
		return []string{"why.goods", "why.again"}
	case pos.ActCash:
		return []string{"why.cash", "why.account"}
	case pos.ActNote:
		return []string{"why.platform", "why.elsewhere"}
	case pos.ActHold:
		return []string{"why.ask-first", "why.goods"}
	case pos.ActRefund, pos.ActWait:
	}
	return []string{"why.too-much", "why.wish"}
}

// Typed takes a character: of a name or reason in the form, else the digit of an action.
func (p *Presenter) Typed(r rune) {
	if p.form == nil {
		if i := int(r - '1'); i >= 0 && i < len(actions) {
			p.Start(actions[i])
		}
		return
	}
	line := p.line()
	if !unicode.IsPrint(r) || utf8.RuneCountInString(*line) >= mostTyped {
		return
	}
	*line += string(r)
	p.form.lacks = false
	p.cfg.Changed()
}

// Backspace takes back the last character.
func (p *Presenter) Backspace() {
	if p.form == nil {
		return
	}
	line := p.line()
	_, n := utf8.DecodeLastRuneInString(*line)
	*line = (*line)[:len(*line)-n]
	p.cfg.Changed()
}

func (p *Presenter) line() *string {
	if p.form.field == FieldBy {
		return &p.form.by
	}
	return &p.form.reason
}

// Tab goes to the other line.
func (p *Presenter) Tab() {
	if p.form != nil {
		p.Fill(1 - p.form.field)
	}
}

// Fill goes to a line.
func (p *Presenter) Fill(f Field) {
	if p.form != nil {
		if p.known() {
			f = FieldReason
		}
		p.form.field, p.form.lacks = f, false
		p.cfg.Changed()
	}
}

// Reason takes one of the usual reasons.
func (p *Presenter) Reason(i int) {
	if p.form == nil {
		return
	}
	if ids := usual(p.form.action); i >= 0 && i < len(ids) {
		p.form.reason, p.form.field, p.form.lacks = p.cfg.Words.T(ids[i]), FieldReason, false
		p.cfg.Changed()
	}
}

func (p *Presenter) nextReason(dy int) {
	ids := usual(p.form.action)
	at := slices.IndexFunc(ids, func(id string) bool { return p.cfg.Words.T(id) == p.form.reason })
	if at < 0 && dy < 0 {
		at = 0
	}
	p.Reason((at + dy + len(ids)) % len(ids))
}

// confirm decides, once everything needed is filled in.
func (p *Presenter) confirm(x pos.ExceptionCase) {
	f := p.form
	by, reason := strings.TrimSpace(f.by), strings.TrimSpace(f.reason)
	switch {
	case by == "" && !p.known():
		f.field, f.lacks = FieldBy, true
	case reason == "" && needsReason(f.action):
		f.lacks = f.field == FieldReason
		f.field = FieldReason
	default:
		p.by = by
		name, _ := p.cfg.Words.Action(f.action, "")
		p.cfg.Give(pos.DecideException{ID: x.ID, Action: f.action, By: by, Reason: reason}, name+" · "+p.amount(x), func() {
			p.form = nil
			p.cfg.Changed()
		})
	}
	p.cfg.Changed()
}
