package ui

import (
	"fyne.io/fyne/v2"

	"guitai/ui/phone"
	"guitai/ui/widgets"
)

// phoneWindow is the practice customer's phone. Its keys go to the till, so that practising needs no change of windows, and
// closing it closes nothing else.
type phoneWindow struct {
	s    *Shell
	win  fyne.Window
	view *phone.View
}

// openPhone shows the phone, or brings it to the front.
func (s *Shell) openPhone() {
	if s.phone != nil {
		s.phone.win.RequestFocus()
		return
	}
	p := &phoneWindow{s: s, win: s.app.NewWindow("")}
	s.phone = p
	p.win.SetPadded(false)
	p.win.SetOnClosed(func() {
		if s.phone == p {
			s.phone = nil
		}
	})
	p.build()
	p.win.Resize(fyne.NewSize(360, 640))
	p.win.Show()
}

func (p *phoneWindow) build() {
	s := p.s
	p.win.SetTitle(s.w.T("phone.title"))
	p.view = phone.New(phone.Config{
		Words: s.w, Shop: s.cfg.Shop.Name, Phone: s.cfg.Phone, Go: s.bg.run,
		Scan: func(code string) { s.Scanned(code, 0) },
	})
	sink := widgets.NewSink(s.cfg.Now)
	sink.Attach(p.win)
	sink.Point(s)
	p.win.SetContent(widgets.Over(widgets.Unseen(sink), p.view.Content()))
	p.win.Canvas().Focus(sink)
	p.view.Show(s.snap)
}
