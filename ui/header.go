package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/health"
	"guitai/ui/widgets"
)

// header is the line on top: who sells, when, and how the till is.
type header struct {
	w                                                  *i18n.Words
	wechat, printer, relay, ledger, pending, odd, held *widgets.Badge
	clock                                              *widgets.Badge
	cashier                                            *widgets.Button // who is at the till; hidden while no staff is set up
	row                                                *fyne.Container
	gives                                              []fyne.CanvasObject // give way, in this order, when there is no room for trouble
	all                                                fyne.CanvasObject
	minute                                             string
	relayed                                            bool // the till has a relay

	paperLong, paperShort string // what the printer's badge says, and says for want of room
	paperSaid             string // all of it as it was drawn last
	sayPaper              func(words string)

	clockLong, clockShort string // date and time, and for want of room the time; or, both, that the clock is wrong
	sayClock              func(words string) (moved bool)

	openLong, openShort string // what the badge of what is pending says, and for want of room: the selling screen counts the phones, too
	sayOpen             func(words string)
}

type headerActions struct {
	menu, language, pending, inbox, health, lock, held func()

	printer func() // the print jobs while there are any to see to, else the health of the till
	phone   func() // nil without one
}

func newHeader(cfg Config, w *i18n.Words, do headerActions) *header {
	h := &header{w: w, sayPaper: func(string) {}, sayOpen: func(string) {}, sayClock: func(string) bool { return false }}
	name := widgets.NewText(cfg.Shop.Name+" · "+cfg.Shop.Till, widgets.Style{Size: widgets.SizeBody, Bold: true, Fit: widgets.FitElide})
	h.wechat, h.printer, h.ledger = widgets.NewBadge(do.health), widgets.NewBadge(do.printer), widgets.NewBadge(do.health)
	h.pending, h.odd, h.clock = widgets.NewBadge(do.pending), widgets.NewBadge(do.inbox), widgets.NewBadge(do.health)
	h.held = widgets.NewBadge(do.held)
	h.held.Hide()
	h.relay = widgets.NewBadge(do.health)
	h.relay.Hide()
	h.ledger.Hide()
	h.cashier = widgets.NewButton("", w.Key(pos.KeyLock), widgets.Quiet, do.lock)
	h.cashier.Hide()
	objects := []fyne.CanvasObject{name, h.cashier}
	objects = append(objects, h.wechat, h.printer, h.relay, h.ledger, h.held, h.pending, h.odd, h.clock)
	buttons := widgets.Columns(0, nil)
	if do.phone != nil {
		buttons.Add(widgets.NewButton(w.T("head.phone"), w.Key(pos.KeyPhone), widgets.Quiet, do.phone))
	}
	language := widgets.NewButton(w.T("head.language"), "", widgets.Quiet, do.language)
	buttons.Add(language)
	h.gives = append(h.gives, h.relay, language, name, h.cashier)
	buttons.Add(widgets.NewButton(w.T("head.menu"), w.Key(pos.KeyMenu), widgets.Quiet, do.menu))
	objects = append(objects, buttons)
	h.row = widgets.Columns(14, widgets.Grow(name), objects...)
	rule := widgets.Sized(0, 1, widgets.NewPanel(widgets.Line, 0, 0, nil))
	bar := widgets.NewPanel(widgets.Paper, 0, 0, widgets.Inset(widgets.Space, 3, container.New(&fitting{h: h}, h.row)))
	h.all = widgets.Rows(0, nil, bar, rule)
	if cfg.Shop.Practice {
		h.all.(*fyne.Container).Add(widgets.NewHatch(w.T("head.practice")))
	}
	return h
}

// show draws health and counts.
func (h *header) show(s pos.Snapshot) {
	moved := h.who(s.Staff)
	moved = h.light(h.wechat, health.Badge(h.w, s.Health.WeChat), s.Health.WeChat) || moved
	moved = h.paper(s) || moved
	if relayed := health.Relayed(s.Health.Relay); relayed != h.relayed {
		h.relayed, moved = relayed, true
	}
	moved = h.light(h.relay, h.w.T("head.relay"), s.Health.Relay) || moved
	bad := s.Health.Ledger.Light == pos.LightBad
	if bad != h.ledger.Visible() {
		moved = true
		if bad {
			h.ledger.Show()
		} else {
			h.ledger.Hide()
		}
	}
	moved = h.light(h.ledger, h.w.T("head.ledger"), s.Health.Ledger) || moved
	moved = h.open(s) || moved
	if on := len(s.Held) > 0; on != h.held.Visible() {
		moved = true
		if on {
			h.held.Show()
		} else {
			h.held.Hide()
		}
	}
	moved = h.held.Say(widgets.Calm, "‖", h.w.T("head.held", len(s.Held))) || moved
	tone := widgets.Calm
	if s.Excepted > 0 {
		tone = widgets.Warning
	}
	moved = h.odd.Say(tone, signOf(s.Excepted > 0, "!", "○"), h.w.T("head.excepted", s.Excepted)) || moved
	if skew := s.Health.Skew.Abs(); skew >= pos.SkewLimit {
		words := h.w.T("head.skew", h.w.Span(skew))
		h.sayClock = func(words string) bool { return h.clock.Say(widgets.Warning, "!", words) }
		h.clockLong, h.clockShort, h.minute = words, words, ""
		moved = h.sayClock(words) || moved
	}
	if moved {
		h.fit()
	}
}

// who names the one at the till, and reports whether the name is another.
func (h *header) who(v pos.StaffView) bool {
	if v.Who.Name == h.cashier.Label() {
		return false
	}
	h.cashier.SetLabel(v.Who.Name)
	return true
}

// fit lets what is only nice to know give way until everything else has room.
func (h *header) fit() {
	for _, o := range h.gives {
		o.Show()
	}
	h.sayPaper(h.paperLong)
	h.sayOpen(h.openLong)
	h.sayClock(h.clockLong)
	if h.cashier.Label() == "" {
		h.cashier.Hide()
	}
	if !h.relayed {
		h.relay.Hide()
	}
	if room := h.row.Size().Width; room > 0 {
		if h.row.MinSize().Width > room {
			h.sayClock(h.clockShort)
		}
		for _, o := range h.gives {
			if h.row.MinSize().Width > room {
				o.Hide()
			}
		}
		if h.row.MinSize().Width > room {
			h.sayPaper(h.paperShort)
		}
		if h.row.MinSize().Width > room {
			h.sayOpen(h.openShort)
		}
	}
	h.row.Refresh()
}

// fitting is the room of the header's row: it may be narrower than the row asks for, and another width is fitted anew.
type fitting struct {
	h     *header
	width float32
}

func (f *fitting) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Move(fyne.Position{})
	objects[0].Resize(size)
	if size.Width != f.width {
		f.width = size.Width
		f.h.fit()
	}
}

func (f *fitting) MinSize(objects []fyne.CanvasObject) fyne.Size {
	m := objects[0].MinSize()
	return fyne.NewSize(min(m.Width, 600), m.Height)
}

func signOf(on bool, yes, no string) string {
	if on {
		return yes
	}
	return no
}

func (h *header) light(b *widgets.Badge, name string, p pos.Part) bool {
	sign, tone := health.SignOf(p), widgets.Calm
	if sign == health.Bad {
		tone = widgets.Warning
	}
	return b.Say(tone, string(sign), name)
}

// paper draws how the printer is and what has not come out of it.
func (h *header) paper(s pos.Snapshot) bool {
	sign, long, short := health.Printer(h.w, s.Health.Printer, openPrints(s))
	tone := widgets.Calm
	if sign == health.Bad || sign == health.Look {
		tone = widgets.Warning
	}
	h.sayPaper = func(words string) { h.printer.Say(tone, string(sign), words) }
	said := string(sign) + long + short
	moved := said != h.paperSaid
	h.paperSaid, h.paperLong, h.paperShort = said, long, short
	return moved
}

// open draws how much is pending, and how much of it phones may still pay.
func (h *header) open(s pos.Snapshot) bool {
	n := len(s.Pending) + len(s.Refunds)
	sign, long, short := signOf(n > 0, "…", "○"), h.w.T("head.pending", n), h.w.T("head.pending", n)
	if phones := s.PhoneOrders(); phones > 0 {
		long = h.w.T("head.pending.phone", n, phones)
	}
	h.sayOpen = func(words string) { h.pending.Say(widgets.Calm, sign, words) }
	moved := long != h.openLong
	h.openLong, h.openShort = long, short
	return moved
}

// openPrints is how many print jobs wait for somebody.
func openPrints(s pos.Snapshot) int {
	n := 0
	for _, v := range s.Prints {
		if v.Open() {
			n++
		}
	}
	return n
}

// tick keeps the clock; only a new minute is drawn.
func (h *header) tick(now time.Time, skewed bool) {
	if minute := h.w.Clock(now); !skewed && minute != h.minute {
		h.minute = minute
		h.sayClock = func(words string) bool { return h.clock.Say(widgets.Calm, "", words) }
		h.clockLong, h.clockShort = minute, now.Format(h.w.T("shift.clock"))
		if h.sayClock(minute) {
			h.fit()
		}
	}
}
