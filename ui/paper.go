package ui

import (
	"slices"

	"guitai/pos"
	"guitai/ui/health"
	"guitai/ui/labels"
	"guitai/ui/prints"
)

// openPrinter is the printer's badge: what has not come out of it, or how it is.
func (s *Shell) openPrinter() {
	if openPrints(s.snap) > 0 {
		s.openPrints()
		return
	}
	s.openHealth()
}

// openPrints lists the print jobs.
func (s *Shell) openPrints() {
	v := prints.New(prints.Config{
		Words: s.w, Zone: s.now().Location(), Now: s.cfg.Now, Post: s.cfg.Post, Changed: func() {},
	})
	h := &sheet{name: "prints", keys: v.Pressed, tick: v.Tick, update: func() { v.Show(s.snap) }}
	s.open(h, prints.Width, s.w.T("menu.prints"), v.Object())
	v.Show(s.snap)
}

// labelsOf makes price labels of goods, beside those that are on the list already.
func (s *Shell) labelsOf(items []pos.Item) {
	for _, it := range items {
		if !slices.ContainsFunc(s.labels, func(x labels.Want) bool { return x.Item.ID == it.ID }) {
			s.labels = append(s.labels, labels.Want{Item: it, Copies: 1})
		}
	}
	s.openLabels()
}

// openLabels makes price labels.
func (s *Shell) openLabels() {
	s.closeSheet()
	if !s.mayLook(pos.DeedSell, s.openLabels) {
		return
	}
	cfg := labels.Config{Words: s.w, Catalogue: s.cfg.Catalogue, Kept: s.labels, Post: s.cfg.Post, Go: s.bg.run, Changed: func() {}}
	if health.Relayed(s.snap.Health.Relay) { // without one a code would be scanned, and nobody would say what to pay
		cfg.ProductCode = s.cfg.ProductCode
	}
	v := labels.New(cfg, s.closePage)
	h := &sheet{
		name: "labels", deed: pos.DeedSell, keys: v.Pressed, typed: v.Typed, scanned: v.Scanned, said: v.Say,
		gone: func() { s.labels = v.Kept() },
	}
	s.openPage(h, v.Object())
}
