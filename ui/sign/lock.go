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
	title := widgets.NewText(t("sign.title"), widgets.Style{Size: widgets.SizeTitle, Bold: true})
	l.state = widgets.NewText("", widgets.Style{Size: widgets.SizeBody, Align: fyne.TextAlignCenter, Fit: widgets.FitShrink})
	card := widgets.NewPanel(widgets.Paper, 16, 24, widgets.Rows(widgets.Space, nil, title, l.body.all)).Border(widgets.Line)
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
	l.locked = s.Staff.Locked
	if !l.locked {
		l.p.forget()
		l.layer.Close()
		return false
	}
	l.state.Set(l.meanwhile(s))
	if fell {
		l.p.Begin(s.Staff, l.last, func(pos.Person) bool { return true })
	} else {
		l.p.Show(s.Staff)
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

// Tick lets a wait count down; call it every second.
func (l *Lock) Tick() {
	if l.locked && l.p.Tick() {
		l.draw()
	}
}

// Private is for the sink.
func (l *Lock) Private() bool { return l.p.Private() }

// Scanned is for the sink: nothing is sold here, and a scan is no PIN.
func (l *Lock) Scanned(string, int) { l.p.Scanned() }

// Typed is for the sink.
func (l *Lock) Typed(r rune) { l.p.Typed(r) }

// Pressed is for the sink. Nothing but signing in has a key here.
func (l *Lock) Pressed(k widgets.Key) bool { return l.body.pressed(k) }

func (l *Lock) draw() { l.body.draw() }
