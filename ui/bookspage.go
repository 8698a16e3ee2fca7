package ui

import (
	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/ui/backup"
	"guitai/ui/export"
	"guitai/ui/reconcile"
	"guitai/ui/widgets"
)

// part is one of the things that a page of several does.
type part struct {
	name    string
	object  fyne.CanvasObject
	pressed func(widgets.Key) bool
	typed   func(rune)
	scanned func(string, int)          // takes scans; of a page none of whose parts does, they close it and go to the till
	number  func() bool                // whether an amount or a count is typed; nil for never
	focus   func()                     // gives the keyboard to where it belongs when the part comes to the front; nil for the sink
	update  func()                     // may be nil
	tick    func()                     // may be nil
	leave   func()                     // may be nil
	said    func(widgets.Tone, string) // hears what the till says; may be nil
	dropped func(path string) bool     // takes a file that was dropped on the window, and reports whether it did; may be nil
}

// partsPage is a page of parts side by side, one of them in front: what a bookkeeper comes for, what the shop sells.
type partsPage struct {
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
	s.openParts("books", pos.DeedBooks, s.newPartsPage("books.title", "book-part.", s.bookParts()))
}

// openParts shows a page of parts.
func (s *Shell) openParts(name string, deed pos.Deed, p *partsPage) {
	h := &sheet{
		name: name, deed: deed, keys: p.pressed,
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
		mute: func() bool { return p.parts[p.at].said == nil },
		number: func() bool {
			number := p.parts[p.at].number
			return number != nil && number()
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
	for _, x := range p.parts {
		if x.scanned != nil {
			h.scanned = p.scanned
		}
	}
	s.openPage(h, p.all)
	h.update()
	p.focus()
}

// newPartsPage makes a page of parts, whose names are the words of prefix and theirs.
func (s *Shell) newPartsPage(heading, prefix string, parts []part) *partsPage {
	t := s.w.T
	p := &partsPage{parts: parts}
	title := widgets.NewText(t(heading), widgets.Style{Size: widgets.SizeTitle, Bold: true})
	gap := widgets.Spring()
	bar := widgets.Columns(widgets.Gap, widgets.Grow(gap), title, widgets.Sized(16, 0, widgets.Spring()))
	bodies := make([]fyne.CanvasObject, len(p.parts))
	for i, x := range p.parts {
		tab := widgets.NewButton(t(prefix+x.name), "", widgets.Tab, func() { p.turn(i); s.focus(); p.focus() }).Sized(widgets.SizeBody, widgets.Target)
		p.tabs = append(p.tabs, tab)
		bar.Add(widgets.Sized(120, 0, tab))
		bodies[i] = x.object
	}
	bar.Add(gap)
	bar.Add(widgets.NewButton(t("books.next"), "Tab", widgets.Plain, func() { p.turn(p.at + 1); s.focus(); p.focus() }).Sized(widgets.SizeDetail+1, widgets.Target))
	bar.Add(widgets.NewButton(t("takings.leave"), "Esc", widgets.Plain, s.closePage).Sized(widgets.SizeDetail+1, widgets.Target))
	body := widgets.Over(bodies...)
	content := widgets.Inset(12, 10, widgets.Rows(10, widgets.Grow(body), bar, body))
	p.all = widgets.Over(widgets.NewPanel(widgets.Ground, 0, 0, nil).OnTap(nil), content)
	p.turn(0)
	return p
}

// scanned gives a scan to the part in front, else to the first that takes one.
func (p *partsPage) scanned(code string, back int) {
	at := p.at
	for i := 0; p.parts[at].scanned == nil; i++ {
		at = i
	}
	p.turn(at)
	p.parts[at].scanned(code, back)
}

// focus gives the keyboard to where the part in front wants it.
func (p *partsPage) focus() {
	if focus := p.parts[p.at].focus; focus != nil {
		focus()
	}
}

// turn puts a part in front.
func (p *partsPage) turn(i int) {
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

// dropped gives a file to a part that takes it.
func (p *partsPage) dropped(path string) {
	order := []int{p.at}
	for i := range p.parts {
		order = append(order, i)
	}
	for _, i := range order { // the one in front first
		if x := p.parts[i]; x.dropped != nil && x.dropped(path) {
			p.turn(i)
			return
		}
	}
}

func (p *partsPage) pressed(k widgets.Key) bool {
	if p.parts[p.at].pressed(k) {
		return true
	}
	if k.Name == fyne.KeyTab && !k.Ctrl {
		step := 1
		if k.Shift {
			step = -1
		}
		p.turn(p.at + step)
		p.focus()
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
			dropped: func(path string) bool { r.Dropped(path); return true },
		},
		{name: "export", object: x.Object(), pressed: x.Pressed, typed: x.Typed, leave: x.Leave},
		{name: "backup", object: b.Object(), pressed: b.Pressed, typed: b.Typed, tick: b.Tick},
	}
}
