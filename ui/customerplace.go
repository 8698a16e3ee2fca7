package ui

import (
	"image"

	"fyne.io/fyne/v2"
	"github.com/go-gl/glfw/v3.3/glfw"
)

// place is where the customer's window stands: its top left corner and its monitor, in the screen's own pixels, and its size in
// device-independent ones. It is kept in Fyne's preferences, since it is about this machine and not about the shop.
type place struct {
	at      image.Point
	size    fyne.Size
	monitor string // its name
	origin  image.Point
	full    bool
}

// monitor is a monitor that is there.
type monitor struct {
	name string
	area image.Rectangle
}

// where finds the top left corner for a window that stood at a place, on the monitors that are there now; ok is false when its monitor
// is gone, so that the window system should choose. A monitor that was moved to another side of the first takes the window along.
func (p place) where(monitors []monitor) (at image.Point, ok bool) {
	for _, moved := range []bool{false, true} {
		for _, m := range monitors {
			at := p.at
			if moved {
				at = at.Sub(p.origin).Add(m.area.Min)
			}
			// What is in sight of it must be enough to be taken hold of.
			if m.name == p.monitor && at.Add(image.Pt(80, 20)).In(m.area) {
				return at, true
			}
		}
	}
	return image.Point{}, false
}

// The names of the preferences.
const (
	placeX, placeY, placeW, placeH         = "customerWindow.x", "customerWindow.y", "customerWindow.width", "customerWindow.height"
	placeName, placeLeft, placeTop         = "customerWindow.monitor", "customerWindow.monitor.x", "customerWindow.monitor.y"
	placeFull, placeTold                   = "customerWindow.full", "customerWindow.told"
	customerWidth, customerHeight  float32 = 1024, 640
)

// placeFrom reads a place; ok is false when none was kept.
func placeFrom(p fyne.Preferences) (where place, ok bool) {
	where = place{
		at: image.Pt(p.Int(placeX), p.Int(placeY)), size: fyne.NewSize(float32(p.Float(placeW)), float32(p.Float(placeH))),
		monitor: p.String(placeName), origin: image.Pt(p.Int(placeLeft), p.Int(placeTop)), full: p.Bool(placeFull),
	}
	return where, where.size.Width > 0 && where.size.Height > 0
}

// keep writes a place.
func (w place) keep(p fyne.Preferences) {
	p.SetInt(placeX, w.at.X)
	p.SetInt(placeY, w.at.Y)
	p.SetFloat(placeW, float64(w.size.Width))
	p.SetFloat(placeH, float64(w.size.Height))
	p.SetString(placeName, w.monitor)
	p.SetInt(placeLeft, w.origin.X)
	p.SetInt(placeTop, w.origin.Y)
	p.SetBool(placeFull, w.full)
}

// handle finds the window system's side of a window that is shown. Fyne has no call for where a window stands, and what RunNative gives
// is another thing on every system; but it draws with the window as glfw's current one, and glfw can be asked for that, on X11 (and
// XWayland), Windows and macOS alike. Under a Wayland compositor without X11 no program may know or choose where its windows stand:
// there only size and full screen come back. nil when it cannot be found, as in tests.
func handle(w fyne.Window) *glfw.Window {
	drawn, ok := w.(interface{ RunWithContext(f func()) })
	if !ok {
		return nil
	}
	var found *glfw.Window
	drawn.RunWithContext(func() { found = glfw.GetCurrentContext() })
	return found
}

// monitorsNow lists the monitors.
func monitorsNow() []monitor {
	var all []monitor
	for _, m := range glfw.GetMonitors() {
		x, y := m.GetPos()
		mode := m.GetVideoMode()
		if mode == nil {
			continue
		}
		all = append(all, monitor{m.GetName(), image.Rect(x, y, x+mode.Width, y+mode.Height)})
	}
	return all
}

// placeNow is where a window stands. was is where it stood before: while it fills its monitor, that is what it goes back to.
func placeNow(native *glfw.Window, w fyne.Window, was place) place {
	if w.FullScreen() {
		was.full = true
		return was
	}
	now := place{size: w.Canvas().Size()}
	now.at.X, now.at.Y = native.GetPos()
	width, height := native.GetSize()
	middle := now.at.Add(image.Pt(width/2, height/2))
	for _, m := range monitorsNow() {
		if middle.In(m.area) {
			now.monitor, now.origin = m.name, m.area.Min
			return now
		}
	}
	now.monitor, now.origin = was.monitor, was.origin // half out of sight: as well as it is known
	return now
}
