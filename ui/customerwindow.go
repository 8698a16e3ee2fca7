package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"github.com/go-gl/glfw/v3.3/glfw"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/customer"
	"guitai/ui/widgets"
)

// Customer is how the customer's window is set up.
type Customer struct {
	Open    bool   // shown from the start
	Welcome string // what stands on it while nobody is served; "" takes the words for it
	Lang    string // the shop's language, whatever the cashier's window speaks
}

const (
	customerAfter = 300 * time.Millisecond // the till's own window comes first
	fillAfter     = 250 * time.Millisecond // a window manager takes its time to move a window
)

// customerWindow is the customer's own screen. Its keys go to the till, so that nothing is lost when somebody clicked on it, and
// closing it closes nothing else.
type customerWindow struct {
	s      *Shell
	win    fyne.Window
	view   *customer.View
	native *glfw.Window // nil where the window system keeps its side to itself
	where  place
	known  bool // where is a place

	away bool  // its monitor is gone today: where it stands meanwhile is not worth remembering,
	lent place // … unless somebody moves it from there
}

// openCustomer shows the customer's window, or brings it to the front.
func (s *Shell) openCustomer() {
	if s.customer != nil {
		s.customer.win.RequestFocus()
		return
	}
	c := &customerWindow{s: s, win: s.app.NewWindow(s.customerTitle())}
	s.customer = c
	c.win.SetPadded(false)
	c.win.SetOnClosed(c.closed)
	c.build()
	c.open()
}

// showCustomer is for the menu.
func (s *Shell) showCustomer() {
	s.closeSheet()
	s.openCustomer()
}

// customerAtStart opens it without taking the keyboard from the till.
func (s *Shell) customerAtStart() {
	if s.customer == nil {
		s.openCustomer()
		s.win.RequestFocus()
	}
}

// SetCustomer takes other settings into use. Opening and closing go by the setting only when it changed: whoever closed or opened the
// window by hand wanted it so.
func (s *Shell) SetCustomer(set Customer) {
	opened, shut := set.Open && !s.cfg.Customer.Open, !set.Open && s.cfg.Customer.Open
	s.cfg.Customer = set
	if shut && s.customer != nil {
		s.customer.win.Close()
	}
	if s.customer != nil {
		s.customer.win.SetTitle(s.customerTitle())
		s.customer.build()
	}
	if opened {
		s.customerAtStart()
	}
}

func (s *Shell) customerTitle() string {
	return i18n.For(s.cfg.Customer.Lang).T("customer.title") + " · " + s.cfg.Shop.Name
}

func (c *customerWindow) build() {
	s := c.s
	hint := !s.app.Preferences().Bool(placeTold)
	c.view = customer.New(customer.Config{
		Words: i18n.For(s.cfg.Customer.Lang).With(s.w.Keys()), Shop: s.cfg.Shop.Name, Welcome: s.cfg.Customer.Welcome, Practice: s.cfg.Shop.Practice, Now: s.cfg.Now,
	})
	c.view.Hint(hint && !c.win.FullScreen())
	keys := widgets.NewForward(s.sink, c.pressed)
	c.win.SetContent(widgets.Over(c.view.Content(), keys))
	keys.Attach(c.win)
	c.show()
}

// open puts the window where it stood the last time, if that is in sight.
func (c *customerWindow) open() {
	c.where, c.known = placeFrom(c.s.app.Preferences())
	size := fyne.NewSize(customerWidth, customerHeight)
	if c.known {
		size = c.where.size
	}
	c.win.Resize(size)
	c.win.Show()
	if c.native = handle(c.win); c.native == nil || !c.known {
		return
	}
	at, ok := c.where.where(monitorsNow())
	if !ok {
		c.away = true
		return // and does not fill what may be the till's own monitor
	}
	c.native.SetPos(at.X, at.Y)
	if c.where.full {
		c.s.bg.after(fillAfter, func() {
			if c.s.customer == c {
				c.win.SetFullScreen(true)
			}
		})
	}
}

// pressed is the keys that are the window's own: the key of the full screen fills its monitor, Esc goes back.
func (c *customerWindow) pressed(k widgets.Key) bool {
	switch {
	case c.s.w.Keys().Does(k.Chord(), pos.KeysEverywhere) == pos.KeyFull:
		c.fill(!c.win.FullScreen())
	case k.Name == fyne.KeyEscape && c.win.FullScreen():
		c.fill(false)
	default:
		return false
	}
	return true
}

func (c *customerWindow) fill(on bool) {
	c.away = false
	c.remember()
	c.win.SetFullScreen(on)
	if on {
		c.told()
	}
	c.remember()
}

// told ends telling how the window is moved, for good.
func (c *customerWindow) told() {
	c.view.Hint(false)
	c.s.app.Preferences().SetBool(placeTold, true)
}

// show draws the till's newest state.
func (c *customerWindow) show() {
	before := c.view.Hinting()
	c.view.Show(c.s.snap)
	if before && !c.view.Hinting() {
		c.told()
	}
}

// tick lets the countdown go on and remembers where the window was moved: a till that is switched off at the wall closes nothing.
func (c *customerWindow) tick() {
	c.view.Tick()
	c.remember()
}

func (c *customerWindow) remember() {
	if c.native == nil {
		return
	}
	now := placeNow(c.native, c.win, c.where)
	if c.away && (c.lent == place{} || now == c.lent) {
		c.lent = now
		return
	}
	if now == c.where {
		return
	}
	c.where, c.known, c.away = now, true, false
	now.keep(c.s.app.Preferences())
}

func (c *customerWindow) closed() {
	c.remember()
	c.native = nil
	if c.s.customer == c {
		c.s.customer = nil
	}
}
