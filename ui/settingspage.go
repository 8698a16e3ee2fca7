package ui

import (
	"guitai/pos"
	"guitai/ui/settings"
	"guitai/ui/setup"
)

// openSettings shows what stands on the counter. What was changed there and not saved, because a payment or the lock came between,
// is there again.
func (s *Shell) openSettings() { s.openSettingsAt("") }

// openSettingsAt shows one part of them; "" is the first, or where somebody was.
func (s *Shell) openSettingsAt(part settings.Part) {
	s.closeSheet()
	if !s.mayLook(pos.DeedSettings, func() { s.openSettingsAt(part) }) {
		return
	}
	v := settings.New(settings.Config{
		Words: s.w, Desk: s.cfg.Settings, Problem: setup.ProblemText, Allow: s.allow, Give: s.give, Go: s.bg.run, After: s.bg.after,
		Changed: s.present, Saved: s.cfg.OnSettings,
		Practice: s.cfg.Shop.Practice, Open: func() int { return len(s.snap.Pending) },
		Health: func() pos.Part { return s.snap.Health.Relay }, Copy: func(words string) { s.app.Clipboard().SetContent(words) },
	}, s.sink, s.draft, s.closePage)
	s.draft = nil
	h := &sheet{
		name: "settings", deed: pos.DeedSettings, keys: v.Pressed, typed: v.Typed, grabs: v.Grabs, dropped: v.Dropped,
		scanned: func(code string, _ int) {
			scan := settings.Scan{Text: code, Serial: s.wired}
			if !s.wired {
				scan.Took = s.sink.Took()
			}
			v.Scanned(scan)
		},
		update: v.Update,
		gone:   func() { s.draft = v.Close() },
	}
	s.openPage(h, v.Object())
	if part != "" {
		v.Turn(part)
	}
	v.Focus()
}
