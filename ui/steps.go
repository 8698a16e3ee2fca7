package ui

import (
	"context"
	"slices"
	"strings"

	"guitai/pos"
	"guitai/ui/health"
	"guitai/ui/settings"
	"guitai/ui/widgets"
)

// Beginning is how far a new shop is. Nothing of it has to be done before the first sale.
type Beginning struct {
	Goods   bool // there is something to sell
	Printer bool // there is something to print on
	WeChat  bool // there is a merchant
	Sold    bool // the first sale was made: nobody needs to be led any more
}

// openSteps shows what a new shop may want to do before its first sale, each with the way there. Every step can be left out and done later.
func (s *Shell) openSteps() {
	if s.cfg.Beginning == nil {
		return
	}
	s.bg.run(func(ctx context.Context) func() {
		b := s.cfg.Beginning(ctx)
		return func() { s.showSteps(b) }
	})
}

func (s *Shell) showSteps(b Beginning) {
	if b.Sold || s.guarded() || s.sheet != nil || s.page != nil || s.snap.Pay != nil || s.snap.Done != nil || !s.snap.Cart.Empty() {
		return
	}
	t := s.w.T
	h := &sheet{name: "steps"}
	away := func(do func()) func() {
		return func() {
			s.closeSheet()
			s.stepping = true
			do()
		}
	}
	rows := widgets.Rows(6, nil)
	for _, x := range []struct {
		id, hint string
		done     bool
		do       func()
	}{
		{"steps.goods", "steps.goods.hint", b.Goods, away(s.openGoods)},
		{"steps.printer", "steps.printer.hint", b.Printer, away(s.openSettings)},
		{"steps.wechat", "steps.wechat.hint", b.WeChat, away(func() { s.openSettingsAt(settings.PartWeChat) })},
		{"steps.owner", "steps.owner.hint", len(s.snap.Staff.People) > 0, away(s.openStaff)},
	} {
		sign, hint := "○ ", t(x.hint)
		if x.done {
			sign, hint = "✓ ", t("steps.done")
		}
		button := widgets.NewButton(sign+t(x.id), "", widgets.Tab, x.do).Sized(widgets.SizeStrong, 52).Left()
		h.choices = append(h.choices, button)
		say := widgets.NewText(hint, widgets.Style{Size: widgets.SizeDetail + 1, Color: widgets.InkSoft, Fit: widgets.FitShrink})
		if x.id == "steps.wechat" && x.done { // filled in is not yet answered
			h.update = func() {
				sign, hint := s.merchant()
				button.SetLabel(sign + t(x.id))
				say.Set(hint)
			}
			h.update()
		}
		rows.Add(widgets.Rows(0, nil, button, widgets.Columns(0, widgets.Grow(say), widgets.Sized(42, 0, widgets.Spring()), say)))
	}
	sell := widgets.NewButton(t("steps.sell"), "Esc", widgets.Primary, s.closeSheet)
	why := widgets.NewText(t("steps.why"), widgets.Style{Size: widgets.SizeBody, Fit: widgets.FitWrap, Lines: 3})
	h.at = max(0, slices.IndexFunc(h.choices, func(b *widgets.Button) bool { return strings.HasPrefix(b.Label(), "○") })) // what is to be done next
	s.open(h, 640, t("steps.title"), widgets.Rows(12, nil, why, rows, sell))
}

// merchant is how far a shop is that has filled in its merchant: done is what WeChat has answered.
func (s *Shell) merchant() (sign, hint string) {
	switch p := s.snap.Health.WeChat; {
	case p.Light == pos.LightOK:
		return "✓ ", s.w.T("steps.done")
	case p.Light == pos.LightBad || p.Cause != pos.CodeNone:
		return "× ", s.w.T("steps.wechat.bad", health.Badge(s.w, p))
	}
	return "○ ", s.w.T("steps.wechat.asks")
}

// backToSteps shows them again when somebody comes back from one; call it every second.
func (s *Shell) backToSteps() {
	if s.stepping && s.page == nil && s.sheet == nil && !s.guarded() {
		s.stepping = false
		s.openSteps()
	}
}

// leadsTo reports whether a new shop is to be led: at its first state.
func (s *Shell) leadsTo(snap pos.Snapshot) bool {
	return s.cfg.Beginning != nil && !snap.Staff.Locked && snap.Pay == nil && snap.Cart.Empty() && s.sheet == nil && s.page == nil
}
