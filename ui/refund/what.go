package refund

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"guitai/pos"
)

// Field is a line of the last step.
type Field int

// The lines of the last step.
const (
	FieldReason Field = iota
	FieldBy
)

const mostTyped = 60 // characters of a name or a reason

// Usual are the reasons that come up most, by message id.
var usual = []string{"why.faulty", "why.wrong", "why.unwanted", "why.overcharged"}

// may is how many pieces of the chosen line can still go back.
func (p *Presenter) may(i int) int {
	return p.record.Sale.Lines[i].Quantity - pos.Returned(p.record.Refunds)[i+1]
}

// take makes n pieces of the chosen line go back, as far as there are so many.
func (p *Presenter) take(n int) {
	if n = max(0, min(n, p.may(p.at))); n == 0 {
		delete(p.pieces, p.at+1)
		return
	}
	p.pieces[p.at+1] = n
}

// Choose goes to a line.
func (p *Presenter) Choose(i int) {
	if p.step != StepWhat || p.money || len(p.record.Sale.Lines) == 0 {
		return
	}
	p.at, p.fresh, p.bad = max(0, min(i, len(p.record.Sale.Lines)-1)), true, noTrouble
	p.cfg.Changed()
}

// Move goes up or down: to another line, or to another of the usual reasons.
func (p *Presenter) Move(dy int) {
	if p.step == StepWhy {
		p.nextReason(dy)
		return
	}
	p.Choose(p.at + dy)
}

// More gives back one piece more of the chosen line, or one less.
func (p *Presenter) More(n int) {
	if p.step == StepWhat && !p.money {
		p.take(p.pieces[p.at+1] + n)
		p.fresh, p.bad = true, noTrouble
		p.cfg.Changed()
	}
}

// All gives back everything that is left; again, nothing.
func (p *Presenter) All() {
	if p.step != StepWhat {
		return
	}
	p.bad = noTrouble
	if p.money {
		p.allMoney()
		return
	}
	all := map[int]int{}
	for i := range p.record.Sale.Lines {
		if n := p.may(i); n > 0 {
			all[i+1] = n
		}
	}
	if _, worth, err := pos.PriceLines(p.record.Sale, p.record.Refunds, all); err == nil && worth > p.left() {
		p.allMoney() // some went back by amount before, and the pieces are worth more than is left
		return
	}
	same := len(all) == len(p.pieces)
	for k, n := range all {
		same = same && p.pieces[k] == n
	}
	if same {
		all = map[int]int{}
	}
	p.pieces = all
	p.cfg.Changed()
}

// allMoney gives back everything that is left as an amount.
func (p *Presenter) allMoney() {
	p.money, p.amount = true, strings.TrimSuffix(p.left().String(), ".00")
	p.cfg.Changed()
}

// Tab goes from pieces to an amount and back, or to the other line.
func (p *Presenter) Tab() {
	switch p.step {
	case StepWhat:
		p.money, p.bad = !p.money, noTrouble
	case StepWhy:
		p.Fill(1 - p.field)
		return
	case StepFind:
		return
	}
	p.cfg.Changed()
}

func (p *Presenter) typeWhat(r rune) {
	switch {
	case p.money:
		p.typeAmount(r)
	case r == '+':
		p.More(1)
	case r == '-':
		p.More(-1)
	case r >= '0' && r <= '9' && len(p.record.Sale.Lines) > 0:
		n := int(r - '0')
		if p.fresh {
			p.trail = p.trail[:0]
		} else {
			n += p.pieces[p.at+1] * 10
		}
		p.trail = append(p.trail, p.pieces[p.at+1])
		p.take(n)
		p.fresh = false
	}
}

func (p *Presenter) typeAmount(r rune) {
	if r == '。' {
		r = '.' // the same key under a Chinese input method
	}
	point := strings.IndexByte(p.amount, '.')
	switch {
	case r == '.' && point < 0:
	case r < '0' || r > '9', len(p.amount) >= 10, point >= 0 && len(p.amount)-point > 2:
		return
	}
	p.amount += string(r)
}

// unscan takes back what the digits of a scan did to the chosen line before they were known as one.
func (p *Presenter) unscan(code string, back int) {
	digits := 0
	for _, r := range code {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	if back > 0 && digits > 0 && !p.fresh && len(p.trail) > 0 {
		p.take(p.trail[max(0, len(p.trail)-digits)])
		p.fresh = true
	}
}

// scanGoods gives back one piece of what was scanned.
func (p *Presenter) scanGoods(scan pos.Scan) {
	codes := scan.Codes()
	for i, l := range p.record.Sale.Lines {
		if slices.Contains(codes, l.Barcode) && p.pieces[i+1] < p.may(i) {
			p.at, p.bad = i, noTrouble
			p.take(p.pieces[i+1] + 1)
			return
		}
	}
	p.bad = notOnSale
}

// total is what goes back; CodeInvalid when nothing was chosen.
func (p *Presenter) total() (pos.Fen, error) {
	if p.money {
		f, err := pos.ParseYuan(p.amount)
		if err == nil && f <= 0 {
			err = pos.E(pos.CodeInvalid, "read amount", nil)
		}
		return f, err
	}
	_, f, err := pos.PriceLines(p.record.Sale, p.record.Refunds, p.pieces)
	return f, err
}

// settle goes on to the reason, if something is chosen that can go back.
func (p *Presenter) settle() {
	total, err := p.total()
	switch {
	case p.blocked() != "":
		return
	case err != nil:
		p.bad = nothing
	case total > p.left():
		return // the screen says so already
	default:
		p.ask(WayRefund)
		return
	}
	p.cfg.Changed()
}

func (p *Presenter) typeWhy(r rune) {
	line := p.line()
	if unicode.IsPrint(r) && utf8.RuneCountInString(*line) < mostTyped {
		*line += string(r)
		p.lacks = false
	}
}

// Fill goes to a line of the last step.
func (p *Presenter) Fill(f Field) {
	if p.known() {
		f = FieldReason
	}
	p.field, p.lacks = f, false
	p.cfg.Changed()
}

// Reason takes one of the usual reasons.
func (p *Presenter) Reason(i int) {
	if p.step == StepWhy && i >= 0 && i < len(usual) {
		p.reason, p.field, p.lacks = p.cfg.Words.T(usual[i]), FieldReason, false
		p.cfg.Changed()
	}
}

func (p *Presenter) nextReason(dy int) {
	at := slices.IndexFunc(usual, func(id string) bool { return p.cfg.Words.T(id) == p.reason })
	if at < 0 && dy < 0 {
		at = 0
	}
	p.Reason((at + dy + len(usual)) % len(usual))
}

// confirm gives it back, once both lines are filled in.
func (p *Presenter) confirm() {
	by, reason := strings.TrimSpace(p.by), strings.TrimSpace(p.reason)
	if p.known() {
		by = "" // whoever allows it, by the till
		if p.staff.May(pos.DeedRefund) {
			by = p.staff.Who.Name
		}
	}
	sum, blocked := p.sum(), ""
	if p.way == WayRefund || p.way == WayVoid {
		blocked = p.blocked()
	}
	switch {
	case reason == "":
		p.lacks, p.field = p.field == FieldReason, FieldReason
	case by == "" && !p.known():
		p.lacks, p.field = p.field == FieldBy, FieldBy
	case p.way != WayReturn && (sum <= 0 || sum > p.left()) || blocked != "":
		p.step = StepWhat
	default:
		title, _ := p.named()
		p.cfg.Give(p.command(by, reason), title, p.cfg.Close)
		return
	}
	p.cfg.Changed()
}

// number of pieces in words, for a line that gives some back.
func count(n int) string {
	if n == 0 {
		return "–"
	}
	return strconv.Itoa(n)
}
