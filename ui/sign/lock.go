package sign

import (
	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// LockConfig is what the lock works with.
type LockConfig struct {
	Config
	Shop     string // its name and the till's
	Practice bool
	Language func() // says everything in the other language
	// Recover has a recovery code tried; the answer is the next Proof of the snapshot. nil knows none.
	Recover func(r pos.Recovering)
}

// Lock covers the window while nobody is signed in: of the sale nothing is seen but that a payment goes on.
type Lock struct {
	p      *Presenter
	w      *i18n.Words
	body   *body
	layer  *widgets.Layer
	clock  *widgets.Text
	state  *widgets.Text
	locked bool
	last   pos.StaffID // who was at the till
	staff  pos.StaffView

	forgot *forgot // nil where there is no way back
	title  *widgets.Text
	lost   *widgets.Button
}

// NewLock makes an open lock. cfg.Changed is taken over by the view.
func NewLock(cfg LockConfig) *Lock {
	l := &Lock{w: cfg.Words}
	cfg.Changed = l.draw
	l.p = NewPresenter(cfg.Config)
	t := l.w.T
	l.body = newBody(l.p, t("sign.enter"), nil)
	name := widgets.NewText(cfg.Shop, widgets.Style{Size: widgets.SizeStrong, Bold: true, Fit: widgets.FitElide})
	l.clock = widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Color: widgets.InkSoft})
	language := widgets.NewButton(t("head.language"), "", widgets.Quiet, cfg.Language)
	top := widgets.Inset(24, 12, widgets.Columns(widgets.Space, widgets.Grow(name), name, l.clock, language))
	l.title = widgets.NewText(t("sign.title"), widgets.Style{Size: widgets.SizeTitle, Bold: true})
	l.lost = widgets.NewButton(t("recovery.forgot"), string(keyForgot), widgets.Quiet, l.startForgot)
	gap := widgets.Spring()
	head := widgets.Columns(widgets.Gap, widgets.Grow(gap), l.title, gap, l.lost)
	inside := fyne.CanvasObject(l.body.all)
	if cfg.Recover != nil {
		cfg.Config.Changed = l.draw
		l.forgot = newForgot(cfg)
		inside = widgets.Over(l.body.all, l.forgot.all)
	}
	l.state = widgets.NewText("", widgets.Style{Size: widgets.SizeBody, Align: fyne.TextAlignCenter, Fit: widgets.FitShrink})
	card := widgets.NewPanel(widgets.Paper, 16, 24, widgets.Rows(widgets.Space, nil, head, inside)).Border(widgets.Line)
	middle := widgets.Middle(widgets.Rows(widgets.Space, nil, card, widgets.Sized(0, 28, l.state)))
	rows := widgets.Rows(0, widgets.Grow(middle), top, middle)
	if cfg.Practice {
		rows = widgets.Rows(0, widgets.Grow(middle), top, widgets.NewHatch(t("head.practice")), middle)
	}
	l.layer = widgets.NewLayer(widgets.Over(widgets.NewPanel(widgets.Ground, 0, 0, nil).OnTap(nil), rows))
	return l
}

// Layer is what the lock lays over the window.
func (l *Lock) Layer() fyne.CanvasObject { return l.layer.Object() }

// Show takes the till's newest state. It reports whether the lock has just fallen.
func (l *Lock) Show(s pos.Snapshot) (fell bool) {
	fell = s.Staff.Locked && !l.locked
	if s.Staff.Who.ID != 0 {
		l.last = s.Staff.Who.ID
	}
	l.locked, l.staff = s.Staff.Locked, s.Staff
	if !l.locked {
		l.p.forget()
		if l.forgot != nil {
			l.forgot.show(s.Staff) // it was the right code
			l.forgot.stop()
		}
		l.layer.Close()
		return false
	}
	l.state.Set(l.meanwhile(s))
	if fell {
		l.p.Begin(s.Staff, l.last, func(pos.Person) bool { return true })
	} else {
		l.p.Show(s.Staff)
	}
	if l.forgot != nil {
		l.forgot.show(s.Staff)
		l.draw()
	}
	l.layer.Open()
	return fell
}

// meanwhile says what goes on under the lock, without any amount.
func (l *Lock) meanwhile(s pos.Snapshot) string {
	switch {
	case s.Done != nil:
		return l.w.T("sign.paid")
	case s.Pay != nil:
		state, _ := l.w.Phase(s.Pay.Phase)
		return l.w.T("sign.paying", state)
	}
	return ""
}

// Clock shows the time.
func (l *Lock) Clock(words string) { l.clock.Set(words) }

// keyForgot is for an owner who forgot the PIN.
const keyForgot = fyne.KeyF4

// startForgot asks for the recovery code.
func (l *Lock) startForgot() {
	if l.forgot == nil || l.p.sent {
		return
	}
	l.p.forget()
	l.forgot.start(l.staff)
	l.draw()
}

func (l *Lock) forgetting() bool { return l.forgot != nil && l.forgot.open }

// Tick lets a wait count down; call it every second.
func (l *Lock) Tick() {
	if l.locked && (l.p.Tick() || l.forgetting()) {
		l.draw()
	}
}

// Checking reports whether a PIN is being looked at.
func (l *Lock) Checking() bool { return l.p.sent && !l.forgetting() }

// Private is for the sink.
func (l *Lock) Private() bool { return l.p.Private() || l.forgetting() }

// Scanned is for the sink: nothing is sold here, and a scan is no PIN.
func (l *Lock) Scanned(string, int) {
	if !l.forgetting() {
		l.p.Scanned()
	}
}

// Typed is for the sink.
func (l *Lock) Typed(r rune) {
	if l.forgetting() {
		l.forgot.typed(r)
		return
	}
	l.p.Typed(r)
}

// Pressed is for the sink. Nothing but signing in has a key here.
func (l *Lock) Pressed(k widgets.Key) bool {
	switch {
	case l.forgetting():
		return l.forgot.pressed(k)
	case k.Name == keyForgot && l.forgot != nil:
		l.startForgot()
		return true
	}
	return l.body.pressed(k)
}

func (l *Lock) draw() {
	l.body.draw()
	if l.forgot == nil {
		l.lost.Hide()
		return
	}
	open := l.forgetting()
	title := "sign.title"
	if open {
		title = "recovery.forgot"
		l.body.all.Hide()
		l.forgot.all.Show()
		l.lost.Hide()
		l.forgot.draw()
	} else {
		l.forgot.all.Hide()
		l.body.all.Show()
		l.lost.Show()
	}
	l.title.Set(l.w.T(title))
}
