package shift

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"guitai/pos"
)

// move is cash that goes in or out, or the drawer that is opened without a sale.
type move struct {
	kind   pos.CashKind // "" opens the drawer only
	amount string
	reason string
	why    bool // the reason is being typed; else the amount
	lacks  bool
	alone  bool // nothing else of the screen was open
}

const mostTyped = 60 // characters of a reason

// usualWhy are the reasons that come up most, by message id.
func usualWhy(k pos.CashKind) []string {
	switch k {
	case pos.CashIn:
		return []string{"shift.why.change", "shift.why.more"}
	case pos.CashDrop:
		return []string{"shift.why.full", "shift.why.bank"}
	case pos.CashPaidOut:
		return []string{"shift.why.goods", "shift.why.delivery", "shift.why.cleaning"}
	}
	return []string{"shift.why.swap", "shift.why.check", "shift.why.paper"}
}

func (p *Presenter) startMove(k pos.CashKind) {
	p.move, p.mode = move{kind: k, why: k == ""}, ModeMove
}

// Drawer asks why the drawer is to be opened, and nothing else: Esc closes the screen.
func (p *Presenter) Drawer() {
	p.startMove("")
	p.move.alone = true
	p.cfg.Changed()
}

func (m *move) typed(r rune) {
	m.lacks = false
	if !m.why {
		m.amount = typeAmount(m.amount, r, false)
		return
	}
	if unicode.IsPrint(r) && utf8.RuneCountInString(m.reason) < mostTyped {
		m.reason += string(r)
	}
}

func (m *move) backspace() {
	m.lacks = false
	if !m.why {
		m.amount = m.amount[:max(0, len(m.amount)-1)]
		return
	}
	_, n := utf8.DecodeLastRuneInString(m.reason)
	m.reason = m.reason[:len(m.reason)-n]
}

func (m *move) tab() {
	if m.kind != "" {
		m.why, m.lacks = !m.why, false
	}
}

// Fill goes to the amount or the reason.
func (p *Presenter) Fill(why bool) {
	switch p.mode {
	case ModeMove:
		p.move.why, p.move.lacks = why || p.move.kind == "", false
	case ModeResult:
		p.result.why, p.result.lacks = why, false
	case ModeHome, ModeCount, ModeList, ModeReport:
	}
	p.cfg.Changed()
}

// Why takes one of the usual reasons.
func (p *Presenter) Why(i int) {
	ids := p.usual()
	if i < 0 || i >= len(ids) {
		return
	}
	switch words := p.cfg.Words.T(ids[i]); p.mode {
	case ModeMove:
		p.move.reason, p.move.why, p.move.lacks = words, true, false
	case ModeResult:
		p.result.reason, p.result.why, p.result.lacks = words, true, false
	case ModeHome, ModeCount, ModeList, ModeReport:
	}
	p.cfg.Changed()
}

func (p *Presenter) usual() []string {
	if p.mode == ModeResult {
		return usualVariance
	}
	return usualWhy(p.move.kind)
}

func (p *Presenter) nextWhy(dy int) {
	ids := p.usual()
	at := slices.IndexFunc(ids, func(id string) bool { return p.cfg.Words.T(id) == p.move.reason })
	if at < 0 && dy < 0 {
		at = 0
	}
	p.Why((at + dy + len(ids)) % len(ids))
}

// confirmMove hands it over, once everything needed is filled in.
func (p *Presenter) confirmMove() {
	m, w := &p.move, p.cfg.Words
	amount, err := pos.ParseYuan(m.amount)
	reason := strings.TrimSpace(m.reason)
	done := func() {
		if m.alone || m.kind == "" {
			p.cfg.Close()
			return
		}
		p.mode = ModeHome
		p.cfg.Changed()
	}
	switch {
	case m.kind != "" && (err != nil || amount <= 0 || amount > pos.MaxAmount):
		m.lacks = !m.why
		m.why = false
	case reason == "":
		m.lacks = m.why
		m.why = true
	case m.kind == "":
		p.cfg.Give(pos.OpenDrawer{Reason: reason}, w.T("shift.what.drawer", reason), done)
	default:
		p.cfg.Give(pos.MoveCash{Kind: m.kind, Amount: amount, Reason: reason}, w.T("shift.what.move", w.CashKind(m.kind), amount), done)
	}
	p.cfg.Changed()
}

// Form is a question with an amount and a reason in words.
type Form struct {
	Title   string
	Does    string // what happens to the money
	Money   bool   // there is an amount
	Amount  string
	Reason  string
	Why     bool // the reason is being typed
	Lacks   bool // the line being typed is needed
	Usual   []string
	Confirm string
}

// Form gives the question.
func (p *Presenter) Form() Form {
	w, m := p.cfg.Words, p.move
	f := Form{Amount: m.amount, Reason: m.reason, Why: m.why, Lacks: m.lacks, Money: m.kind != ""}
	for _, id := range p.usual() {
		f.Usual = append(f.Usual, w.T(id))
	}
	switch m.kind {
	case pos.CashIn:
		f.Does = w.T("shift.does.in")
	case pos.CashDrop:
		f.Does = w.T("shift.does.drop")
	case pos.CashPaidOut:
		f.Does = w.T("shift.does.out")
	default:
		f.Title, f.Does, f.Confirm = w.T("shift.drawer"), w.T("shift.does.drawer"), w.T("shift.drawer")
		return f
	}
	f.Title, f.Confirm = w.CashKind(m.kind), w.CashKind(m.kind)
	if amount, err := pos.ParseYuan(m.amount); err == nil && amount > 0 {
		f.Confirm += " " + w.Money(amount)
	}
	return f
}
