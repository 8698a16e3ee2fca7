package ui

import (
	"image"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

func TestPlace_NeverOutOfSight(t *testing.T) {
	first, second := monitor{"eDP-1", image.Rect(0, 0, 1366, 768)}, monitor{"HDMI-1", image.Rect(1366, 0, 2390, 768)}
	was := place{at: image.Pt(1466, 60), size: fyne.NewSize(800, 600), monitor: "HDMI-1", origin: image.Pt(1366, 0), full: true}
	for _, c := range []struct {
		name     string
		monitors []monitor
		at       image.Point
		ok       bool
	}{
		{"as it was", []monitor{first, second}, image.Pt(1466, 60), true},
		{"the monitor is gone", []monitor{first}, image.Point{}, false},
		{"no monitor at all", nil, image.Point{}, false},
		{"another monitor in its place", []monitor{first, {"DP-2", second.area}}, image.Point{}, false},
		{
			"on the other side now",
			[]monitor{{"HDMI-1", image.Rect(0, 0, 1024, 768)}, {"eDP-1", image.Rect(1024, 0, 2390, 768)}},
			image.Pt(100, 60), true,
		},
		{"a smaller one of that name, and it does not fit", []monitor{first, {"HDMI-1", image.Rect(1366, 0, 1500, 70)}}, image.Point{}, false},
	} {
		if at, ok := was.where(c.monitors); at != c.at || ok != c.ok {
			t.Errorf("%s: %v, %t", c.name, at, ok)
		}
	}
	twins := []monitor{{"DELL", image.Rect(0, 0, 1366, 768)}, {"DELL", image.Rect(1366, 0, 2732, 768)}}
	was.monitor = "DELL"
	if at, ok := was.where(twins); at != was.at || !ok {
		t.Errorf("between two monitors of a name: %v, %t", at, ok)
	}
}

func TestPlace_IsKept(t *testing.T) {
	p := test.NewTempApp(t).Preferences()
	if _, ok := placeFrom(p); ok {
		t.Error("it knows a place before there was one")
	}
	was := place{at: image.Pt(-1024, 40), size: fyne.NewSize(800, 600), monitor: "HDMI-1", origin: image.Pt(-1024, 0), full: true}
	was.keep(p)
	if got, ok := placeFrom(p); !ok || got != was {
		t.Errorf("%+v, want %+v", got, was)
	}
}

// customerCounter is a till with the customer's window open.
func customerCounter(t *testing.T) *counter {
	t.Helper()
	c := newCounter(t, func(cfg *Config) {
		cfg.Customer = Customer{Lang: i18n.English}
		cfg.Now = func() time.Time { return time.Date(2026, 11, 20, 15, 12, 0, 0, time.UTC) } // any scanner is fast
	})
	c.openCustomer()
	return c
}

func TestCustomerWindow_ItsKeysAreTheTills(t *testing.T) {
	s := customerCounter(t)
	c := s.customer.win.Canvas()
	typeAll := func(code string, end fyne.KeyName) {
		for _, r := range code {
			c.Focused().TypedRune(r)
		}
		c.Focused().TypedKey(&fyne.KeyEvent{Name: end})
	}
	typeAll("6901028075412", fyne.KeyReturn)
	typeAll("6901028075413", fyne.KeyTab)
	scans := 0
	for _, p := range s.posted {
		if _, ok := p.(pos.ScanText); ok {
			scans++
		}
	}
	if scans != 2 {
		t.Errorf("of two scans %d came: %+v", scans, s.posted)
	}
	s.posted = nil
	c.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyF9})
	if len(s.posted) != 1 {
		t.Errorf("F9 became %+v", s.posted)
	}
	// Nothing of the window takes the keyboard away from it.
	test.TapCanvas(c, fyne.NewPos(200, 200))
	if c.Focused() == nil {
		t.Error("a click took the keyboard")
	}
	s.posted = nil
	for _, k := range []fyne.KeyName{fyne.KeyF11, fyne.KeyEscape} {
		c.Focused().TypedKey(&fyne.KeyEvent{Name: k})
		if len(s.posted) != 0 || s.win.FullScreen() {
			t.Errorf("%s reached the till", k)
		}
	}
	if s.customer.win.FullScreen() {
		t.Error("Esc does not go back")
	}
}

func TestCustomerWindow_SaysOnceHowItIsMoved(t *testing.T) {
	s := customerCounter(t)
	if !s.customer.view.Hinting() {
		t.Error("it does not say how it is moved")
	}
	s.customer.pressed(widgets.Key{Name: fyne.KeyF11})
	if s.customer.view.Hinting() {
		t.Error("it still says so")
	}
	s.customer.win.Close()
	if s.customer != nil {
		t.Fatal("it is closed and still there")
	}
	s.openCustomer()
	if s.customer.view.Hinting() {
		t.Error("it says it again")
	}
}

func TestCustomerWindow_FollowsTheTillAndTheSettings(t *testing.T) {
	s := customerCounter(t)
	var cart pos.Cart
	cart, _ = cart.Add(pos.Item{ID: 1, Name: "可口可乐", Price: 300}, "", 2)
	drawn := s.customer.view.Drawn()
	s.draw(pos.Snapshot{Seq: 1, Cart: cart})
	if s.customer.view.Drawn() != drawn+1 || s.customer.view.Hinting() {
		t.Error("goods are not shown")
	}
	drawn = s.customer.view.Drawn()
	s.draw(pos.Snapshot{Seq: 2, Cart: cart, Excepted: 3})
	if s.customer.view.Drawn() != drawn {
		t.Error("it is drawn for what it does not show")
	}
	if got := s.customer.win.Title(); got != "Customer screen · 柜台便利店" {
		t.Errorf("it is called %q", got)
	}
	s.SetCustomer(Customer{Open: true, Lang: i18n.Chinese, Welcome: "你好"})
	if got := s.customer.win.Title(); got != "顾客屏 · 柜台便利店" {
		t.Errorf("it is called %q", got)
	}
	s.customer.win.Close()
	s.SetCustomer(Customer{Open: true, Lang: i18n.Chinese, Welcome: "您好"})
	if s.customer != nil {
		t.Error("what was closed by hand opens by itself")
	}
	s.SetCustomer(Customer{})
	s.SetCustomer(Customer{Open: true})
	if s.customer == nil {
		t.Error("the setting does not open it")
	}
	s.SetCustomer(Customer{})
	if s.customer != nil {
		t.Error("the setting does not close it")
	}
	s.openCustomer()
	s.SetCustomer(Customer{Welcome: "您好"})
	if s.customer == nil {
		t.Error("what was opened by hand closes by itself")
	}
}
