package ui

import (
	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/ui/backup"
	"guitai/ui/export"
	"guitai/ui/reconcile"
	"guitai/ui/widgets"
)

// part is one of the things that the page of the books does.
type part struct {
	name    string
	object  fyne.CanvasObject
	pressed func(widgets.Key) bool
	typed   func(rune)
	update  func()                     // may be nil
	tick    func()                     // may be nil
	leave   func()                     // may be nil
	said    func(widgets.Tone, string) // hears what the till says; may be nil
	dropped func(path string)          // takes a file that was dropped on the window; may be nil
}

// booksPage is what a bookkeeper comes for: parts side by side, one of them in front.
type booksPage struct {
	parts []part
	tabs  []*widgets.Button
	at    int
	all   fyne.CanvasObject
}

// openBooks shows the page of the books.
func (s *Shell) openBooks() {
	s.closeSheet()
	if !s.mayLook(pos.DeedBooks, s.openBooks) {
		return
	}
	p := s.newBooksPage()
	h := &sheet{
		name: "books", deed: pos.DeedBooks, keys: p.pressed,
		typed: func(r rune) { p.parts[p.at].typed(r) },
		update: func() {
			for _, x := range p.parts {
				if x.update != nil {
					x.update()
				}
			}
		},
		tick: func() {
			if tick := p.parts[p.at].tick; tick != nil {
				tick()
			}
		},
		said: func(tone widgets.Tone, words string) {
			for _, x := range p.parts {
				if x.said != nil {
					x.said(tone, words)
				}
			}
		},
		dropped: p.dropped,
		gone: func() {
			for _, x := range p.parts {
				if x.leave != nil {
					x.leave()
				}
			}
		},
	}
	s.openPage(h, p.all)
	h.update()
}

func (s *Shell) newBooksPage() *booksPage {
	t := s.w.T
	p := &booksPage{parts: s.bookParts()}
	title := widgets.NewText(t("books.title"), widgets.Style{Size: widgets.SizeTitle, Bold: true})
	gap := widgets.Spring()
	bar := widgets.Columns(widgets.Gap, widgets.Grow(gap), title, widgets.Sized(16, 0, widgets.Spring()))
	bodies := make([]fyne.CanvasObject, len(p.parts))
	for i, x := range p.parts {
		tab := widgets.NewButton(t("book-part."+x.name), "", widgets.Tab, func() { p.turn(i) }).Sized(widgets.SizeBody, widgets.Target)
		p.tabs = append(p.tabs, tab)
		bar.Add(widgets.Sized(120, 0, tab))
		bodies[i] = x.object
	}
	bar.Add(gap)
	bar.Add(widgets.NewButton(t("books.next"), "Tab", widgets.Plain, func() { p.turn(p.at + 1) }).Sized(widgets.SizeDetail+1, widgets.Target))
	bar.Add(widgets.NewButton(t("takings.leave"), "Esc", widgets.Plain, s.closePage).Sized(widgets.SizeDetail+1, widgets.Target))
	body := widgets.Over(bodies...)
	content := widgets.Inset(12, 10, widgets.Rows(10, widgets.Grow(body), bar, body))
	p.all = widgets.Over(widgets.NewPanel(widgets.Ground, 0, 0, nil).OnTap(nil), content)
	p.turn(0)
	return p
}

// turn puts a part in front.
func (p *booksPage) turn(i int) {
	p.at = (i + len(p.parts)) % len(p.parts)
	for k, x := range p.parts {
		p.tabs[k].SetChosen(k == p.at)
		if k == p.at {
			x.object.Show()
		} else {
			x.object.Hide()
		}
	}
}

// dropped gives a file to the part that takes one.
func (p *booksPage) dropped(path string) {
	for i, x := range p.parts {
		if x.dropped != nil {
			p.turn(i)
			x.dropped(path)
			return
		}
	}
}

func (p *booksPage) pressed(k widgets.Key) bool {
	if p.parts[p.at].pressed(k) {
		return true
	}
	if k.Name == fyne.KeyTab && !k.Ctrl {
		step := 1
		if k.Shift {
			step = -1
		}
		p.turn(p.at + step)
		return true
	}
	return false
}

// bookParts are the parts that this till has.
func (s *Shell) bookParts() []part {
	r := reconcile.New(reconcile.Config{
		Words: s.w, Shop: s.cfg.Shop, Reconciler: s.cfg.Reconciler, Now: s.now, Allow: s.allow, Save: s.cfg.SaveFindings, Files: s.cfg.BillFiles,
		Go: s.bg.run, Do: s.bg.do, Changed: func() {},
	})
	x := export.New(export.Config{
		Words: s.w, Shop: s.cfg.Shop, Exporter: s.cfg.Exporter, Now: s.now, Go: s.bg.run, Do: s.bg.do, Changed: func() {},
	})
	b := backup.New(backup.Config{
		Words: s.w, Backups: s.cfg.Backups, CopyTo: s.cfg.CopyTo, Now: s.now, Give: s.give, Go: s.bg.run, Changed: func() {},
		Who: func() string { return s.snap.Staff.Who.Name },
	})
	return []part{
		{
			name: "reconcile", object: r.Object(), pressed: r.Pressed, typed: r.Typed, update: func() { r.Show(s.snap) }, leave: r.Leave, said: r.Say,
			dropped: r.Dropped,
		},
		{name: "export", object: x.Object(), pressed: x.Pressed, typed: x.Typed, leave: x.Leave},
		{name: "backup", object: b.Object(), pressed: b.Pressed, typed: b.Typed, tick: b.Tick},
	}
}
