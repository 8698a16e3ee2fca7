package reconcile

import (
	"context"
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

// form asks who decides about a difference, and why.
type form struct {
	id         int64
	action     pos.FindingAction
	by, reason string
	field      Field
	lacks      bool // Enter met a line that is needed and empty
}

// needsReason reports whether a decision is written down with words: what is asked of WeChat or given back explains itself.
func needsReason(a pos.FindingAction) bool { return a == pos.FindBook || a == pos.FindNote }

// usual are the reasons that come up most, by message id.
func usual(a pos.FindingAction) []string {
	switch a {
	case pos.FindBook:
		return []string{"recon.why.restored", "recon.why.customer"}
	case pos.FindRefund:
		return []string{"why.too-much", "why.wish"}
	case pos.FindAsk:
		return []string{"recon.why.compare", "recon.why.customer"}
	case pos.FindNote:
	}
	return []string{"recon.why.other-day", "recon.why.platform", "recon.why.known"}
}

// actions is what a digit stands for, the same on every difference: what is not offered keeps its place free.
var actions = []pos.FindingAction{pos.FindBook, pos.FindRefund, pos.FindAsk, pos.FindNote}

// finding is the chosen difference; ok is false when there is none.
func (p *Presenter) finding() (f pos.Finding, ok bool) {
	i := p.index()
	if i < 0 {
		return f, false
	}
	return p.found[i], true
}

func (p *Presenter) index() int {
	return slices.IndexFunc(p.found, func(f pos.Finding) bool { return f.ID == p.chosen })
}

// keepChosen chooses the first difference when the chosen one has gone.
func (p *Presenter) keepChosen() {
	if p.index() >= 0 {
		if f, _ := p.finding(); p.form != nil && !p.possible(f, p.form.action) {
			p.form = nil // what it asked about has been done
		}
		return
	}
	p.chosen, p.form = 0, nil
	if len(p.found) > 0 {
		p.chosen = p.found[0].ID
	} else {
		p.inside = false
	}
}

// Choose shows difference i.
func (p *Presenter) Choose(i int) {
	if i < 0 || i >= len(p.found) || p.running != nil {
		return
	}
	if p.inside && p.found[i].ID == p.chosen {
		return
	}
	p.inside, p.refused, p.partial = true, nil, nil
	p.chosen, p.form = p.found[i].ID, nil
	p.cfg.Changed()
}

// possible reports whether an action can be done about a difference.
func (p *Presenter) possible(f pos.Finding, a pos.FindingAction) bool {
	if !f.Resolved.IsZero() {
		return false
	}
	ours := f.Bill == pos.BillTrade && strings.HasPrefix(f.Item().OutTradeNo, p.cfg.Shop.OrderPrefix())
	switch a {
	case pos.FindBook:
		return ours && f.Class == pos.FindTheirs && f.Theirs.Kind == pos.BillPayment && p.exception(f) == nil
	case pos.FindRefund:
		x := p.exception(f)
		return ours && x != nil && x.Allowed(pos.ActRefund) && p.can == pos.CodeNone
	case pos.FindAsk:
		return ours
	case pos.FindNote:
	}
	return true
}

// exception is the money of a difference that the books have as an exception; nil for none.
func (p *Presenter) exception(f pos.Finding) *pos.ExceptionCase {
	i := f.Item()
	for k := range p.cases {
		if x := &p.cases[k]; i.Kind == pos.BillPayment && x.OutTradeNo == i.OutTradeNo && x.TransactionID == i.TransactionID {
			return x
		}
	}
	return nil
}

// proposed is the one thing that the big button does; "" for a difference that somebody looked at, or that has gone.
func (p *Presenter) proposed(f pos.Finding) pos.FindingAction {
	if !f.Open() {
		return ""
	}
	for _, a := range []pos.FindingAction{f.Action, pos.FindAsk} {
		if a != "" && p.possible(f, a) {
			return a
		}
	}
	return pos.FindNote
}

// onward goes to a difference that nobody looked at yet, or back to the day when there is none.
func (p *Presenter) onward() {
	i := slices.IndexFunc(p.found, pos.Finding.Open)
	if i < 0 {
		p.inside = false
		p.cfg.Changed()
		return
	}
	p.Choose(i)
}

// named reports whether the till knows its people: then nobody types a name.
func (p *Presenter) named() bool { return len(p.staff.People) > 0 }

// Start asks who and why before an action about the chosen difference.
func (p *Presenter) Start(a pos.FindingAction) {
	f, ok := p.finding()
	if !ok || !p.inside || p.form != nil || p.running != nil || p.deciding || a == "" || !p.possible(f, a) {
		return
	}
	p.form = &form{id: f.ID, action: a, by: p.by}
	if p.named() {
		p.form.by = "" // whoever allows it, by the till
		if p.staff.May(a.Deed()) {
			p.form.by = p.staff.Who.Name
		}
	}
	if p.form.by != "" || p.named() {
		p.form.field = FieldReason
	}
	p.said = ""
	p.cfg.Changed()
}

// Typed takes a character: of a path, a name or a reason, else the digit of an action.
func (p *Presenter) Typed(r rune) {
	switch {
	case p.files != nil:
		if unicode.IsPrint(r) && utf8.RuneCountInString(p.files.typed) < mostPath {
			p.files.typed += string(r)
			p.cfg.Changed()
		}
	case p.form == nil:
		if i := int(r - '1'); p.inside && i >= 0 && i < len(actions) {
			p.Start(actions[i])
		}
	default:
		line := p.line()
		if unicode.IsPrint(r) && utf8.RuneCountInString(*line) < mostTyped {
			*line += string(r)
			p.form.lacks = false
			p.cfg.Changed()
		}
	}
}

// Backspace takes back the last character.
func (p *Presenter) Backspace() {
	var line *string
	switch {
	case p.files != nil:
		line = &p.files.typed
	case p.form != nil:
		line = p.line()
	default:
		return
	}
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

// Tab goes to the other line of the form. It reports whether there is a form.
func (p *Presenter) Tab() bool {
	if p.form == nil {
		return false
	}
	p.Fill(1 - p.form.field)
	return true
}

// Fill goes to a line.
func (p *Presenter) Fill(f Field) {
	if p.form != nil {
		if p.named() {
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

// confirm decides, once everything needed is filled in and somebody who may allows it.
func (p *Presenter) confirm() {
	f := p.form
	x, _ := p.finding()
	by, reason := strings.TrimSpace(f.by), strings.TrimSpace(f.reason)
	switch {
	case by == "" && !p.named():
		f.field, f.lacks = FieldBy, true
	case reason == "" && needsReason(f.action):
		f.lacks = f.field == FieldReason
		f.field = FieldReason
	default:
		p.by = by
		w := p.cfg.Words
		p.cfg.Allow(f.action.Deed(), w.FindingAction(f.action)+" · "+p.sum(x), func(leave string) {
			if leave == "" {
				leave = by
			}
			p.decide(f, pos.FindingDecision{Action: f.action, By: leave, Reason: reason})
		})
	}
	p.cfg.Changed()
}

// decide puts the decision on record and goes to the next difference that nobody looked at.
func (p *Presenter) decide(f *form, d pos.FindingDecision) {
	if p.deciding {
		return
	}
	p.deciding = true
	p.cfg.Go(func(ctx context.Context) func() {
		got, err := p.cfg.Reconciler.Decide(ctx, f.id, d)
		return func() {
			p.deciding = false
			if err != nil {
				p.undecided(f, err)
				return
			}
			if p.form == f {
				p.form = nil
			}
			if i := slices.IndexFunc(p.found, func(x pos.Finding) bool { return x.ID == got.ID }); i >= 0 {
				p.found[i] = got
				p.next(i)
				p.found = inOrder(p.found)
			}
			p.read()
			p.cfg.Changed()
		}
	})
	p.cfg.Changed()
}

// next chooses the next open difference after the one just decided, if that is still the chosen one.
func (p *Presenter) next(decided int) {
	if p.chosen != p.found[decided].ID {
		return
	}
	for k := range p.found {
		if f := p.found[(decided+1+k)%len(p.found)]; f.Open() {
			p.chosen = f.ID
			return
		}
	}
}

// undecided says why a decision was not taken.
func (p *Presenter) undecided(f *form, err error) {
	switch code := pos.CodeOf(err); {
	case f.action == pos.FindRefund && code == pos.CodeConflict:
		p.say("recon.refund.first", true)
	default:
		what, _, _ := p.cfg.Words.Trouble(code)
		p.said, p.sour = p.cfg.Words.T("recon.undone", what), true
	}
	p.cfg.Changed()
}
