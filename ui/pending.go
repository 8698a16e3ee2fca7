package ui

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/ui/widgets"
)

// pending is the sheet of everything that is not at its end: exceptions that a person has to decide, then payments that are
// still asked about. The second come with every snapshot, the first are read from the books.
type pending struct {
	s        *Shell
	excepted []pos.PendingRow
	failed   bool // the books could not be read
	read     int  // generation: an answer to an older question is dropped
	readFor  [2]int
	list     *widgets.List
	none     fyne.CanvasObject
	trouble  *widgets.Text
	ask      *widgets.Button
}

func (s *Shell) openPending() {
	t := s.w.T
	p := &pending{s: s}
	p.list = widgets.NewList(86, func() widgets.Row { return newPendingRow(p) })
	p.none = widgets.Middle(widgets.Rows(4, nil,
		widgets.NewText(t("pending.none"), widgets.Style{Size: widgets.SizeStrong, Bold: true, Align: fyne.TextAlignCenter}),
		widgets.Sized(480, 0, widgets.NewText(t("pending.none.todo"), widgets.Style{Color: widgets.InkSoft, Align: fyne.TextAlignCenter, Fit: widgets.FitWrap, Lines: 3}))))
	p.trouble = widgets.NewText("⚠ "+t("pending.unread"), widgets.Style{Bold: true, Color: widgets.DangerInk, Fit: widgets.FitElide})
	p.trouble.Hide()
	p.ask = widgets.NewButton(t("pending.ask"), "Enter", widgets.Primary, func() { s.cfg.Post(pos.AskNow{}) })
	h := &sheet{name: "pending", choices: []*widgets.Button{p.ask}, update: p.update}
	body := widgets.Over(p.list, p.none)
	s.open(h, 860, t("pending.title"), widgets.Rows(widgets.Space, nil, p.trouble, widgets.Sized(0, 360, body), p.ask))
	p.update()
}

// update draws the newest snapshot, and reads the exceptions anew when it may have others.
func (p *pending) update() {
	now := [2]int{p.s.snap.Excepted, len(p.s.snap.Pending)}
	if p.s.cfg.Reports != nil && (p.read == 0 || now != p.readFor) {
		p.readFor = now
		p.load()
	}
	p.draw()
}

// load reads the exceptions off the drawing goroutine.
func (p *pending) load() {
	p.read++
	mine := p.read
	p.s.bg.run(func(ctx context.Context) func() {
		rows, err := p.s.cfg.Reports.PendingRows(ctx)
		rows = slices.DeleteFunc(rows, func(r pos.PendingRow) bool { return r.Next != "decide" })
		return func() {
			if mine != p.read {
				return
			}
			p.failed = err != nil
			if err == nil {
				p.excepted = rows
			}
			p.draw()
		}
	})
}

func (p *pending) draw() {
	n := len(p.excepted) + len(p.s.snap.Pending)
	p.list.Update(n)
	p.ask.SetDisabled(len(p.s.snap.Pending) == 0)
	set := func(o fyne.CanvasObject, on bool) {
		if on {
			o.Show()
		} else {
			o.Hide()
		}
	}
	set(p.none, n == 0 && !p.failed)
	set(p.trouble, p.failed)
}

// pendingRow is an exception, or a payment that is watched without being in front.
type pendingRow struct {
	widgets.TapRow
	p                               *pending
	amount, state, todo, no, detail *widgets.Text
}

func newPendingRow(p *pending) *pendingRow {
	r := &pendingRow{
		p:      p,
		amount: widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Bold: true, Fit: widgets.FitShrink}),
		state:  widgets.NewText("", widgets.Style{Bold: true, Fit: widgets.FitElide}),
		todo:   widgets.NewText("", widgets.Style{Size: widgets.SizeDetail + 1, Fit: widgets.FitShrink}),
		no:     widgets.NewText("", widgets.Style{Size: widgets.SizeDetail, Color: widgets.InkSoft, Fit: widgets.FitElide}),
		detail: widgets.NewText("", widgets.Style{Size: widgets.SizeDetail + 1, Color: widgets.InkSoft, Align: fyne.TextAlignTrailing}),
	}
	words := widgets.Rows(0, nil, r.state, r.todo, r.no)
	r.Init(r, 4, 4, widgets.Columns(widgets.Space, widgets.Grow(words), widgets.Sized(120, 0, r.amount), words, widgets.Sized(172, 0, r.detail)))
	return r
}

// Draw shows row i: exceptions first.
func (r *pendingRow) Draw(i int) {
	n := len(r.p.excepted)
	switch {
	case i < n:
		r.exception(r.p.excepted[i].Payment)
	case i-n < len(r.p.s.snap.Pending):
		r.payment(r.p.s.snap.Pending[i-n])
	}
}

func (r *pendingRow) exception(x pos.Payment) {
	s := r.p.s
	amount := x.Amount
	if amount == 0 {
		amount = x.Asked
	}
	r.amount.Set(s.w.Money(amount))
	if x.Reason == pos.ExceptCurrency {
		r.amount.Set(amount.String() + " " + x.Currency)
	}
	r.state.SetColor(widgets.DangerInk)
	r.state.Set("! " + s.w.Exception(x.Reason))
	_, todo := s.w.Case(x.Reason)
	r.todo.Set(todo)
	r.no.Set(x.OutTradeNo)
	at := x.PaidAt
	if at.IsZero() {
		at = x.OpenedAt
	}
	r.detail.Set(s.w.Clock(at.In(s.now().Location())))
}

func (r *pendingRow) payment(v pos.PendingView) {
	s := r.p.s
	r.amount.Set(s.w.Money(v.Amount))
	r.state.SetColor(widgets.Ink)
	r.state.Set(s.w.State(v.State))
	what := ""
	if v.Cause != pos.CodeNone {
		what, _, _ = s.w.Trouble(v.Cause)
	}
	r.todo.Set(what)
	r.no.Set(v.OutTradeNo)
	r.detail.Set("")
	if !v.NextAsk.IsZero() {
		r.detail.Set(s.w.T("pending.next", v.NextAsk.In(s.now().Location()).Format("15:04:05")))
	}
}
