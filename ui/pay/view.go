package pay

import (
	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// codeSide is the least side of the code in device-independent pixels: 9 for each of the 37 modules that a code_url and its
// quiet zone come to.
const codeSide = 346

// View draws the pay screen and the paid panel.
type View struct {
	p    *Presenter
	w    *i18n.Words
	post func(pos.Command)

	pay                         fyne.CanvasObject
	title, amount, before       *widgets.Text
	qr                          *widgets.QR
	wait                        *widgets.Text // stands where the code will be
	frame                       fyne.CanvasObject
	state, todo                 *widgets.Text
	count                       *widgets.Countdown
	trouble                     fyne.CanvasObject
	what, money, act, detail    *widgets.Text
	order                       *widgets.Text
	tip                         *widgets.Text
	advice                      fyne.CanvasObject // the line that tip is on
	own                         *widgets.Text     // the customer's own code is welcome
	ask, renew, cash            *widgets.Button
	park, cancel, slip          *widgets.Button
	buttons, question           fyne.CanvasObject
	asks, leaving               *widgets.Text
	stay                        *widgets.Button
	paid                        fyne.CanvasObject
	doneTitle, doneAmount       *widgets.Text
	doneLine, doneChange, paper *widgets.Text
	doneNote                    *widgets.Text   // what is said while the panel stands
	head                        *fyne.Container // its title, and what part of the whole it is
	other                       *widgets.Button
	word                        *widgets.Text // on the paid panel: that nobody but the cashier vouches for it
	calm                        string        // said in the tip's place: a calm word must not stand on the code
	notice                      *widgets.Notice
	layer                       fyne.CanvasObject
}

// New makes the screen. cfg.Changed is called after the view has drawn.
func New(cfg Config) *View {
	v := &View{w: cfg.Words, post: cfg.Post}
	after := cfg.Changed
	cfg.Changed = func() { v.draw(); after() }
	v.p = NewPresenter(cfg)
	v.buildPay()
	v.buildDone()
	v.layer = widgets.Over(v.pay, v.paid)
	v.draw()
	return v
}

// Left is the zone of the payment.
func (v *View) Left() fyne.CanvasObject { return v.layer }

// Show takes the till's newest state.
func (v *View) Show(s pos.Snapshot) { v.p.Show(s) }

// Say shows a message.
func (v *View) Say(tone widgets.Tone, words string) {
	v.calm = words
	note := words
	if tone != widgets.Calm {
		v.calm, note = "", "⚠ "+words
	}
	if v.calm != "" {
		v.notice.Say(tone, "")
	} else {
		v.notice.Say(tone, words)
	}
	v.doneNote.Set(note)
	v.drawTip()
	v.paid.Refresh()
}

// drawTip shows the advice to the customer, or for its while a calm word.
func (v *View) drawTip() {
	m := v.p.Model()
	words := m.Tip
	if v.calm != "" {
		words = v.calm
	}
	v.tip.Set(words)
	show(v.slip, m.MaySlip)
	v.slip.SetDisabled(m.Slipping)
	show(v.advice, words != "" || m.MaySlip)
	v.pay.Refresh()
}

// Tick lets the countdown go on; call it every second.
func (v *View) Tick() {
	m := v.p.Model()
	if v.slip.Disabled() != m.Slipping {
		v.drawTip()
	}
	switch {
	case m.Left == "":
	case v.count.Visible():
		v.count.Say(m.Left, m.Share)
	default:
		v.draw() // the last third begins
	}
}

// Scanned is for the sink: the till knows what a scan means while a code is out.
func (v *View) Scanned(code string, back int) { v.p.Scanned(code, back) }

// Acts is for the sink: while nothing is typed some characters may be keys.
func (v *View) Acts(r rune) bool { return v.p.Idle() && v.w.Keys().Types(r, pos.KeysPaying) != "" }

// Typed is for the sink.
func (v *View) Typed(r rune) {
	if v.Acts(r) {
		v.do(v.w.Keys().Types(r, pos.KeysPaying))
		return
	}
	v.p.Typed(r)
}

// Pressed is for the sink.
func (v *View) Pressed(k widgets.Key) bool {
	a := v.w.Keys().Does(k.Chord(), pos.KeysPaying)
	if a == "" && (k.Ctrl || k.Alt) {
		return false
	}
	switch k.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeyBackspace:
	default:
		v.p.Forget()
	}
	if a != "" {
		return v.do(a)
	}
	switch k.Name {
	case fyne.KeyBackspace:
		v.p.Backspace()
	case fyne.KeyEscape:
		v.p.Escape()
	case fyne.KeyReturn, fyne.KeyEnter:
		v.p.Enter()
	default:
		return false
	}
	return true
}

// do is what a person does by a key that has an action. It reports whether this screen knows the action.
func (v *View) do(a pos.KeyAction) bool {
	switch a {
	case pos.KeySlip:
		v.p.Slip()
	case pos.KeyHold:
		v.p.Park()
	case pos.KeyAsk:
		v.p.Ask()
	case pos.KeyCash:
		v.p.Cash()
	case pos.KeyWeChat:
		v.p.Renew()
	case pos.KeyTenders:
		v.p.Other()
	default:
		return v.p.cfg.Act(a)
	}
	return true
}

func (v *View) buildPay() {
	t := v.w.T
	text := func(size float32, bold bool, c fyne.ThemeColorName, lines int) *widgets.Text {
		s := widgets.Style{Size: size, Bold: bold, Color: c, Fit: widgets.FitElide}
		if lines > 0 {
			s.Fit, s.Lines = widgets.FitWrap, lines
		}
		return widgets.NewText("", s)
	}
	v.title = widgets.NewText("", widgets.Style{Size: widgets.SizeTitle, Bold: true, Fit: widgets.FitShrink})
	v.amount = widgets.NewText("", widgets.Style{Size: 60, Bold: true, Align: fyne.TextAlignTrailing, Fit: widgets.FitShrink})
	v.before = widgets.NewText("", widgets.Style{Size: widgets.SizeBody, Bold: true, Color: widgets.AccentInk, Fit: widgets.FitShrink})
	above, below := widgets.Spring(), widgets.Spring()
	v.head = widgets.Rows(0, widgets.Grow(above, below), above, v.title, v.before, below)
	head := widgets.Sized(0, 84, widgets.Even(widgets.Gap, v.head, v.amount))

	v.qr = widgets.NewQR(codeSide)
	v.wait = widgets.NewText("", widgets.Style{Size: widgets.SizeHuge, Color: widgets.InkSoft, Align: fyne.TextAlignCenter, Fit: widgets.FitShrink})
	hold := widgets.NewPanel(widgets.Paper, widgets.Radius, 24, v.wait).Border(widgets.Line)
	v.frame = hold

	v.state = text(widgets.SizeTitle, true, widgets.AccentInk, 3)
	v.todo = text(widgets.SizeBody, false, widgets.InkSoft, 4)
	v.count = widgets.NewCountdown()
	v.what = text(widgets.SizeStrong, true, widgets.DangerInk, 2)
	v.money = text(widgets.SizeBody, true, widgets.Ink, 3)
	v.act = text(widgets.SizeBody, false, widgets.Ink, 4)
	v.detail = text(widgets.SizeDetail, false, widgets.DangerInk, 3)
	v.trouble = widgets.NewPanel(widgets.DangerSoft, widgets.Radius, 12, widgets.Rows(4, nil, v.what, v.money, v.act, v.detail))
	v.order = text(widgets.SizeDetail-1, false, widgets.InkSoft, 2)
	spring := widgets.Spring()
	v.own = text(widgets.SizeBody, true, widgets.AccentInk, 3)
	words := widgets.Rows(12, widgets.Grow(spring), v.state, v.todo, v.count, v.own, v.trouble, spring, v.order)
	middle := widgets.Beside(codeSide, 24, widgets.Over(v.frame, v.qr), words)

	v.tip = widgets.NewText("", widgets.Style{Size: widgets.SizeDetail + 1, Color: widgets.InkSoft, Fit: widgets.FitShrink})
	v.slip = widgets.NewButton(t("pay.key.slip"), v.w.Key(pos.KeySlip), widgets.Plain, v.p.Slip).Sized(widgets.SizeDetail+1, widgets.Target)
	v.advice = widgets.Columns(widgets.Gap, widgets.Grow(v.tip), v.tip, v.slip)
	v.notice = widgets.NewNotice()
	v.ask = widgets.NewButton(t("pay.key.ask"), v.w.Key(pos.KeyAsk), widgets.Plain, v.p.Ask).Sized(widgets.SizeBody, 60).Below()
	v.renew = widgets.NewButton(t("pay.key.new"), v.w.Key(pos.KeyWeChat), widgets.Plain, v.p.Renew).Sized(widgets.SizeBody, 60).Below()
	v.cash = widgets.NewButton(t("pay.key.cash"), v.w.Key(pos.KeyCash), widgets.Plain, v.p.Cash).Sized(widgets.SizeBody, 60).Below()
	v.other = widgets.NewButton(t("sell.key.others"), v.w.Key(pos.KeyTenders), widgets.Plain, v.p.Other).Sized(widgets.SizeBody, 60).Below()
	v.park = widgets.NewButton(t("pay.key.park"), v.w.Key(pos.KeyHold), widgets.Plain, v.p.Park).Sized(widgets.SizeBody, 60).Below()
	v.cancel = widgets.NewButton(t("pay.key.cancel"), "Esc", widgets.Grave, v.p.Escape).Sized(widgets.SizeBody, 60).Below()
	gap := widgets.Spring()
	v.buttons = widgets.Columns(widgets.Gap, widgets.Grow(gap), v.ask, v.renew, v.cash, v.other, v.park, gap, v.cancel)

	v.stay = widgets.NewButton(t("pay.cancel.no"), "Esc", widgets.Plain, v.p.Escape).Sized(widgets.SizeBody, widgets.Target)
	yes := widgets.NewButton(t("pay.cancel.yes"), "Enter", widgets.Grave, v.p.Enter).Sized(widgets.SizeBody, widgets.Target)
	v.leaving = widgets.NewText("", widgets.Style{Size: widgets.SizeDetail + 1, Fit: widgets.FitWrap, Lines: 3})
	v.asks = widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Bold: true, Fit: widgets.FitElide})
	say := widgets.Rows(2, nil, v.asks, v.leaving)
	// The code stays in sight below the question: a customer who is just scanning it can go on.
	gap2 := widgets.Spring()
	v.question = widgets.NewPanel(widgets.Paper, widgets.Radius, 12, widgets.Rows(widgets.Gap, nil,
		say, widgets.Columns(widgets.Gap, widgets.Grow(gap2), v.stay, gap2, yes))).Border(widgets.Danger)
	v.question.Hide()

	body := widgets.Over(middle, widgets.Foot(v.notice))
	foot := widgets.Rows(widgets.Gap, nil, v.advice, v.buttons)
	v.pay = widgets.Over(
		widgets.Inset(24, 12, widgets.Rows(widgets.Gap, widgets.Grow(body), head, body, foot)),
		widgets.Inset(12, 8, widgets.Foot(v.question)))
}

func (v *View) buildDone() {
	t := v.w.T
	text := func(size float32, bold bool) *widgets.Text {
		return widgets.NewText("", widgets.Style{Size: size, Bold: bold, Color: widgets.OnAccent, Align: fyne.TextAlignCenter, Fit: widgets.FitShrink})
	}
	v.doneTitle, v.doneAmount = text(widgets.SizeLarge, true), text(96, true)
	v.doneLine, v.doneChange, v.paper = text(widgets.SizeStrong, false), text(widgets.SizeHuge, true), text(widgets.SizeStrong, false)
	v.doneNote = text(widgets.SizeStrong, true)
	v.word = text(widgets.SizeStrong, true)
	trust, next := text(widgets.SizeBody, false), text(widgets.SizeStrong, true)
	trust.Set(t("done.trust"))
	next.Set(t("done.next"))
	above, below := widgets.Spring(), widgets.Spring()
	v.paid = widgets.NewPanel(widgets.Accent, 0, 24, widgets.Rows(12, widgets.Grow(above, below),
		above, v.doneTitle, v.doneAmount, v.doneChange, v.doneLine, v.word, v.paper, v.doneNote, below, trust, next)).
		OnTap(func() { v.post(pos.DismissDone{}) })
}

func show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

func (v *View) draw() {
	done, isDone := v.p.Done()
	show(v.paid, isDone)
	show(v.pay, !isDone)
	if isDone {
		v.doneTitle.Set("✓ " + done.Title)
		v.doneAmount.Set(done.Amount)
		show(v.doneAmount, done.Amount != "")
		v.doneLine.Set(done.Line)
		v.doneChange.Set(done.Change)
		show(v.doneChange, done.Change != "")
		v.word.Set(done.Word)
		show(v.word, done.Word != "")
		v.paper.Set(done.Print)
		if done.Failed {
			v.paper.Set("⚠ " + done.Print)
		}
		v.paid.Refresh()
		return
	}
	m := v.p.Model()
	v.title.Set(m.Title)
	v.before.Set(m.Before)
	show(v.before, m.Before != "")
	v.head.Refresh()
	v.amount.Set(m.Amount)
	v.qr.Set(m.Code)
	show(v.qr, m.Code != "")
	show(v.frame, m.Code == "")
	v.wait.Set("…")
	if m.Ended {
		v.wait.Set("×")
	}
	v.state.Set(m.State)
	v.todo.Set(m.Todo)
	show(v.todo, m.Todo != "")
	v.count.Say(m.Left, m.Share)
	bad := m.What != ""
	show(v.count, m.Left != "")
	show(v.trouble, bad)
	v.what.Set(m.What)
	v.money.Set(m.Money)
	v.act.Set(m.Do)
	show(v.money, m.Money != "")
	show(v.act, m.Do != "")
	v.detail.Set(m.Detail)
	show(v.detail, m.Detail != "")
	v.order.Set(m.Order)
	v.drawTip()
	show(v.ask, !m.NoCode)
	v.ask.SetDisabled(!m.MayAsk)
	v.renew.SetDisabled(!m.MayRenew)
	v.own.Set(m.Own)
	show(v.own, m.Own != "" && m.What == "" && m.Left == "") // what is urgent comes before what is handy
	show(v.park, m.MayPark)
	cancel, kind := "pay.key.cancel", widgets.Grave
	if m.Leaves {
		cancel, kind = "pay.key.back", widgets.Plain
	}
	v.cancel.SetKind(kind)
	v.cancel.SetLabel(v.w.T(cancel))
	v.renew.SetLabel(m.Fresh)
	v.asks.Set(m.Question)
	v.leaving.Set(m.Leaving)
	v.stay.SetLabel(m.Stay)
	show(v.question, m.Asking)
	show(v.notice, !m.Asking && v.notice.Words() != "") // they stand in the same place
	v.pay.Refresh()
}
