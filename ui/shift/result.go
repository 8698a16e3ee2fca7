package shift

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"guitai/pos"
)

// result is what somebody makes of a count: why it differs, what stays in the drawer.
type result struct {
	counted pos.Counted
	reason  string
	keep    string
	fresh   bool // the next digit replaces what stays
	touched bool // somebody typed what stays
	reading bool // what the float was is not known yet
	since   time.Time
	why     bool // the reason is being typed
	lacks   bool
}

// usualVariance are the reasons that come up most, by message id.
var usualVariance = []string{"shift.why.wrong-change", "shift.why.forgot", "shift.why.unknown"}

// settle is how long a result is looked at before Enter closes the shift: the Enter that ended the count, pressed twice, closes
// nothing that nobody has seen.
const settle = time.Second

// begin shows a count that is on disk. Only now is read what the float was, of which the same stays by itself.
func (p *Presenter) begin(c pos.Counted) {
	p.counting = false
	p.result = result{counted: c, fresh: true, why: c.Variance() != 0, since: p.cfg.Now(), reading: p.cfg.Books != nil}
	p.result.keep = pos.Fen(0).String()
	p.mode = ModeResult
	if p.cfg.Books == nil {
		return
	}
	p.asked++
	mine, at := p.asked, p.cfg.Now()
	p.cfg.Go(func(ctx context.Context) func() {
		x, err := p.cfg.Books.XReport(ctx, at)
		return func() {
			if p.result.counted.ID != c.ID {
				return
			}
			p.result.reading = false
			if mine == p.asked && err == nil && !p.result.touched {
				p.result.keep = max(0, min(c.Sum, x.Cash.Start+x.Cash.Float)).String()
				p.cfg.Changed()
			}
		}
	})
}

func (r *result) typed(c rune) {
	r.lacks = false
	if !r.why {
		r.keep = typeAmount(r.keep, c, r.fresh)
		r.fresh, r.touched = false, true
		return
	}
	if unicode.IsPrint(c) && utf8.RuneCountInString(r.reason) < mostTyped {
		r.reason += string(c)
	}
}

func (r *result) backspace() {
	r.lacks = false
	if !r.why {
		r.keep = r.keep[:max(0, len(r.keep)-1)]
		r.fresh, r.touched = false, true
		return
	}
	_, n := utf8.DecodeLastRuneInString(r.reason)
	r.reason = r.reason[:len(r.reason)-n]
}

func (r *result) tab() {
	if r.counted.Variance() != 0 {
		r.why, r.fresh, r.lacks = !r.why, true, false
	}
}

// kept is what stays in the drawer; ok is false for what is no amount, or more than was counted.
func (r *result) kept() (pos.Fen, bool) {
	if r.keep == "" {
		return 0, true
	}
	f, err := pos.ParseYuan(r.keep)
	return f, err == nil && f >= 0 && f <= r.counted.Sum
}

func (p *Presenter) nextReason(dy int) {
	if p.result.counted.Variance() == 0 {
		return
	}
	at := slices.IndexFunc(usualVariance, func(id string) bool { return p.cfg.Words.T(id) == p.result.reason })
	if at < 0 && dy < 0 {
		at = 0
	}
	p.Why((at + dy + len(usualVariance)) % len(usualVariance))
}

// Recount goes back to the count, with what was counted in it. Both counts stay on record.
func (p *Presenter) Recount() {
	if p.mode == ModeResult {
		p.startCount(true, p.result.counted.Count)
		p.cfg.Changed()
	}
}

// close asks for the close, once everything needed is filled in.
func (p *Presenter) close() {
	r, w := &p.result, p.cfg.Words
	reason := strings.TrimSpace(r.reason)
	keep, ok := r.kept()
	off := r.counted.Variance()
	switch {
	case r.reading && !r.touched, p.cfg.Now().Sub(r.since) < settle:
		return
	case !ok:
		r.why, r.lacks = false, true
	case off != 0 && reason == "":
		r.lacks = r.why
		r.why = true
	default:
		what := w.T("shift.what.close")
		if off != 0 {
			what = w.T("shift.what.close.off", variance(w.Money(off), off))
		}
		if off == 0 {
			reason = ""
		}
		p.closing = true
		p.cfg.Give(pos.CloseShift{Reason: reason, Keep: keep}, what, nil)
	}
	p.cfg.Changed()
}

// variance writes a difference with its sign.
func variance(money string, off pos.Fen) string {
	if off > 0 {
		return "+" + money
	}
	return money
}

// Result is a count, with what should be there, in words.
type Result struct {
	Counted  string
	Expected string
	Off      string // the difference, with its sign
	Says     string // what that is in a word
	Sign     string // and as a sign
	Bad      bool   // there is a difference
	Nth      string // how many counts there were; "" for the first
	Reason   string
	Keep     string
	Safe     string // what goes to the safe
	Why      bool   // the reason is being typed
	Lacks    bool   // the line being typed is needed
	Usual    []string
	Signer   string // who signs; "" when nobody has to
	Open     []OpenRow
	None     string // said in place of Open
}

// OpenRow is something that is not at its end.
type OpenRow struct{ What, Name, Amount, Since string }

// Result gives what became of the count.
func (p *Presenter) Result() Result {
	w, r := p.cfg.Words, &p.result
	off := r.counted.Variance()
	m := Result{
		Counted: w.Money(r.counted.Sum), Expected: w.Money(r.counted.Expected), Off: variance(w.Money(off), off),
		Says: w.T("shift.fits"), Sign: "✓", Bad: off != 0, Reason: r.reason, Keep: r.keep, Why: r.why, Lacks: r.lacks,
	}
	switch {
	case off > 0:
		m.Says, m.Sign = w.T("shift.over"), "▲"
	case off < 0:
		m.Says, m.Sign = w.T("shift.short"), "▼"
	}
	if r.counted.Nth > 1 {
		m.Nth = w.T("shift.nth", r.counted.Nth)
	}
	if keep, ok := r.kept(); ok {
		m.Safe = w.T("shift.safe", r.counted.Sum-keep)
	} else {
		m.Safe, m.Lacks = w.T("shift.keep.bad", r.counted.Sum), true
	}
	for _, id := range usualVariance {
		m.Usual = append(m.Usual, w.T(id))
	}
	if p.shift.NeedsSign {
		m.Signer = w.T("shift.sign")
		if p.staff.May(pos.DeedSign) {
			m.Signer = ""
			if who := p.staff.Who.Name; who != "" {
				m.Signer = w.T("shift.sign.self", who)
			}
		}
	}
	for _, o := range p.shift.Open {
		m.Open = append(m.Open, p.openRow(o))
	}
	if len(m.Open) == 0 {
		m.None = w.T("shift.open.none")
	}
	return m
}

func (p *Presenter) openRow(o pos.OpenItem) OpenRow {
	w := p.cfg.Words
	return OpenRow{
		What: openKind(w.T, o.Kind), Name: o.Name, Amount: w.Money(o.Amount),
		Since: time.UnixMilli(o.Since).In(p.cfg.Now().Location()).Format(w.T("shift.clock")),
	}
}

// openKind names the kinds of [pos.OpenItem].
func openKind(t func(string, ...any) string, kind string) string {
	switch kind {
	case "parked":
		return t("shift.open.parked")
	case "exception":
		return t("shift.open.exception")
	case "refund":
		return t("shift.open.refund")
	case "held":
		return t("shift.open.held")
	case "part":
		return t("shift.open.part")
	}
	return t("shift.open.payment")
}
