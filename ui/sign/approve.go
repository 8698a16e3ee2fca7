package sign

import (
	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// Approve is the prompt in which somebody who may allows a command, in place: what is asked for, name, PIN, Enter. It stands
// over whatever is open, which stays as it is.
type Approve struct {
	p     *Presenter
	w     *i18n.Words
	post  func(pos.Command)
	body  *body
	layer *widgets.Layer
	what  *widgets.Text
	open  bool
	c     pos.Command
	then  func()
}

// NewApprove makes a closed prompt. cfg.Send, cfg.Proven and cfg.Changed are taken over by the view.
func NewApprove(cfg Config, post func(pos.Command)) *Approve {
	a := &Approve{w: cfg.Words, post: post}
	cfg.Changed = a.draw
	cfg.Send = func(who pos.StaffID, pin pos.PIN) { a.post(pos.Approved{Command: a.c, By: who, PIN: pin}) }
	cfg.Proven = a.proven
	a.p = NewPresenter(cfg)
	t := a.w.T
	back := widgets.NewButton(t("ask.back"), "Esc", widgets.Plain, a.Close).Sized(widgets.SizeBody, widgets.TargetPrimary)
	a.body = newBody(a.p, t("sign.allow"), back)
	title := widgets.NewText(t("sign.approve"), widgets.Style{Size: widgets.SizeBody, Color: widgets.InkSoft})
	a.what = widgets.NewText("", widgets.Style{Size: widgets.SizeTitle, Bold: true, Fit: widgets.FitShrink})
	a.layer = widgets.NewLayer(widgets.Sheet(bodyWidth+48, widgets.Rows(12, nil, widgets.Rows(0, nil, title, a.what), a.body.all), nil))
	return a
}

// Layer is what the prompt lays over the window.
func (a *Approve) Layer() fyne.CanvasObject { return a.layer.Object() }

// Ask asks somebody who may do deed to allow c, which what says in words. then is called once it is allowed; it may be nil.
func (a *Approve) Ask(c pos.Command, what string, d pos.Deed, v pos.StaffView, then func()) {
	a.open, a.c, a.then = true, c, then
	a.what.Set(what)
	a.p.Begin(v, 0, func(x pos.Person) bool { return x.Role.May(d) })
	a.layer.Open()
}

// IsOpen reports whether the prompt is in front.
func (a *Approve) IsOpen() bool { return a.open }

// Close puts the prompt away; nothing is allowed. While a PIN is being looked at it stays: the answer decides.
func (a *Approve) Close() {
	if a.open && !a.p.sent {
		a.away()
	}
}

// Drop puts the prompt away whatever goes on: nobody is at the till any more.
func (a *Approve) Drop() {
	if a.open {
		a.away()
	}
}

func (a *Approve) away() {
	a.open, a.c, a.then = false, nil, nil
	a.p.forget()
	a.layer.Close()
}

func (a *Approve) proven() {
	then := a.then
	a.away()
	if then != nil {
		then()
	}
}

// Show takes the till's newest state.
func (a *Approve) Show(v pos.StaffView) {
	if a.open {
		a.p.Show(v)
	}
}

// Tick lets a wait count down; call it every second.
func (a *Approve) Tick() {
	if a.open && a.p.Tick() {
		a.draw()
	}
}

// Checking reports whether a PIN is being looked at.
func (a *Approve) Checking() bool { return a.open && a.p.sent }

// Private is for the sink.
func (a *Approve) Private() bool { return a.p.Private() }

// Scanned is for the sink: a scan is no PIN, and means nothing while somebody is asked.
func (a *Approve) Scanned(string, int) { a.p.Scanned() }

// Typed is for the sink.
func (a *Approve) Typed(r rune) { a.p.Typed(r) }

// Pressed is for the sink.
func (a *Approve) Pressed(k widgets.Key) bool {
	if !a.body.pressed(k) && k.Name == fyne.KeyEscape {
		a.Close()
	}
	return true
}

func (a *Approve) draw() { a.body.draw() }
