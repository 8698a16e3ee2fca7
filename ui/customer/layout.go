package customer

import (
	"math"

	"fyne.io/fyne/v2"

	"guitai/ui/widgets"
)

// What the screen is drawn for, and the least it is drawn in, in device-independent pixels.
const (
	bestWidth, bestHeight   = 1366, 768
	leastWidth, leastHeight = 480, 360
)

// stage gives the faces the whole window, and makes them anew when the window is so much larger or smaller that letters should be.
type stage struct{ v *View }

func (s *stage) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	if scale := scaleFor(size); scale != s.v.scale {
		s.v.build(scale)
	}
	for _, o := range s.v.stage.Objects {
		o.Move(fyne.Position{})
		o.Resize(size)
	}
}

// MinSize is what the window may be shrunk to; letters follow.
func (s *stage) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(leastWidth, leastHeight)
}

// scaleFor is how much larger than at its best size everything is, in steps, so that a window that is being pulled larger is not made
// anew for every pixel.
func scaleFor(size fyne.Size) float32 {
	wide, high := size.Width, size.Height
	if high > wide { // on its side the goods stand above what is to be paid
		wide, high = high, wide*1.1
	}
	wide, high = wide/bestWidth, high/bestHeight
	// On a narrower screen names give way before letters do: it is read from as far.
	s := min(high, float32(math.Sqrt(float64(wide*high))), wide*1.25)
	const steps = 16
	return max(0.4, min(3, float32(int(s*steps))/steps))
}

// table lays the goods beside what is to be paid, or above it where the screen stands on end.
type table struct{ v *View }

func (t *table) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	goods, pay := objects[0], objects[1]
	goods.Move(fyne.Position{})
	if size.Height > size.Width {
		h := float32(int(size.Height * 0.44))
		goods.Resize(fyne.NewSize(size.Width, h))
		pay.Move(fyne.NewPos(0, h))
		pay.Resize(fyne.NewSize(size.Width, size.Height-h))
		return
	}
	w := float32(int(size.Width * 0.54))
	goods.Resize(fyne.NewSize(w, size.Height))
	pay.Move(fyne.NewPos(w, 0))
	pay.Resize(fyne.NewSize(size.Width-w, size.Height))
}

func (t *table) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// shelf lays lines below each other, as many as there is room for; its first object says how many there are besides.
type shelf struct {
	v    *View
	row  float32
	room int
}

func (s *shelf) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	if room := int(size.Height / s.row); room != s.room {
		s.room = room
		s.v.drawLines()
	}
	for i, o := range objects[1:] {
		o.Move(fyne.NewPos(0, float32(i)*s.row))
		o.Resize(fyne.NewSize(size.Width, s.row))
	}
	objects[0].Move(fyne.NewPos(0, float32(max(0, s.room-1))*s.row))
	objects[0].Resize(fyne.NewSize(size.Width, s.row))
}

func (s *shelf) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// drawLines draws the lines that there is room for.
func (v *View) drawLines() {
	lines, room := v.shown.Lines, v.shelf.room
	whole := v.shown.Others <= room
	if !whole {
		lines = lines[:max(0, min(len(lines), room-1))]
		v.more.Set(v.p.More(v.shown.Others - len(lines)))
	}
	show(v.more, !whole && room > 0)
	for i, r := range v.rows {
		show(r.all, i < len(lines))
		if i >= len(lines) {
			continue
		}
		changed := set(r.name, lines[i].Name)
		changed = set(r.count, joined(lines[i].Count, lines[i].Off)) || changed
		if set(r.amount, lines[i].Amount) || changed {
			r.all.Refresh() // the columns are as wide as what stands in them
		}
	}
}

// set changes the words of a text and reports whether they are others.
func set(t *widgets.Text, words string) bool {
	if t.Words() == words {
		return false
	}
	t.Set(words)
	return true
}

func show(o fyne.CanvasObject, on bool) {
	switch {
	case on && !o.Visible():
		o.Show()
	case !on && o.Visible():
		o.Hide()
	}
}

// joined is the words that there are, with room between them.
func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "   ·   " + b
}
