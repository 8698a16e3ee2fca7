package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Rows stacks objects from top to bottom with a gap; those named in grow share the height that is left over.
func Rows(gap float32, grow []fyne.CanvasObject, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&line{gap: gap, grow: grow, down: true}, objects...)
}

// Columns lays objects from left to right with a gap; those named in grow share the width that is left over.
func Columns(gap float32, grow []fyne.CanvasObject, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&line{gap: gap, grow: grow}, objects...)
}

// Grow names the objects that take the room that is left over.
func Grow(objects ...fyne.CanvasObject) []fyne.CanvasObject { return objects }

// Spring is an empty object for Grow.
func Spring() fyne.CanvasObject { return container.New(&fixed{}) }

// Even lays objects side by side in equal widths.
func Even(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&line{gap: gap, grow: objects, even: true}, objects...)
}

// Sized gives an object at least this size.
func Sized(w, h float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(&fixed{min: fyne.NewSize(w, h)}, o)
}

// Middle puts an object in the middle at its own least size.
func Middle(o fyne.CanvasObject) *fyne.Container { return container.New(&middle{}, o) }

// Inset keeps a margin around an object.
func Inset(x, y float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(&inset{x: x, y: y}, o)
}

// Zones lays two objects side by side, the left one taking the given share of the width in percent.
func Zones(leftPercent float32, left, right fyne.CanvasObject) *fyne.Container {
	return container.New(&zones{left: leftPercent}, left, right)
}

// Over lays objects upon each other, the last on top.
func Over(objects ...fyne.CanvasObject) *fyne.Container { return container.NewStack(objects...) }

// Unseen keeps an object on the window without any room of its own, so that no tap ever hits it.
func Unseen(o fyne.CanvasObject) *fyne.Container { return container.NewWithoutLayout(o) }

type line struct {
	gap  float32
	grow []fyne.CanvasObject
	down bool
	even bool
}

func (l *line) along(s fyne.Size) float32 {
	if l.down {
		return s.Height
	}
	return s.Width
}

func (l *line) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	left, growing, n := l.along(size), 0, 0
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		n++
		if l.down {
			// Text that wraps knows its height only once it has its width.
			o.Resize(fyne.NewSize(size.Width, o.Size().Height))
		}
		if l.grows(o) {
			growing++
		}
		if !l.even || !l.grows(o) {
			left -= l.along(o.MinSize())
		}
	}
	left -= l.gap * float32(max(0, n-1))
	share := float32(0)
	if growing > 0 {
		share = max(0, left/float32(growing))
	}
	at := float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		length := l.along(o.MinSize())
		switch {
		case l.even:
			length = share
		case l.grows(o):
			// Squeezed, what can grow gives way, so that what must be seen whole is.
			length = max(0, length+left/float32(growing))
		}
		if l.down {
			o.Move(fyne.NewPos(0, at))
			o.Resize(fyne.NewSize(size.Width, length))
		} else {
			o.Move(fyne.NewPos(at, 0))
			o.Resize(fyne.NewSize(length, size.Height))
		}
		at += length + l.gap
	}
}

func (l *line) grows(o fyne.CanvasObject) bool {
	for _, g := range l.grow {
		if g == o {
			return true
		}
	}
	return false
}

func (l *line) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var along, across float32
	n := 0
	widest := float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		n++
		m := o.MinSize()
		widest = max(widest, l.along(m))
		along += l.along(m)
		if l.down {
			across = max(across, m.Width)
		} else {
			across = max(across, m.Height)
		}
	}
	if l.even {
		along = widest * float32(n)
	}
	along += l.gap * float32(max(0, n-1))
	if l.down {
		return fyne.NewSize(across, along)
	}
	return fyne.NewSize(along, across)
}

type fixed struct{ min fyne.Size }

func (f *fixed) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.Position{})
		o.Resize(size)
	}
}

func (f *fixed) MinSize(objects []fyne.CanvasObject) fyne.Size {
	m := f.min
	for _, o := range objects {
		m = m.Max(o.MinSize())
	}
	return m
}

type middle struct{}

func (middle) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		m := o.MinSize()
		m = fyne.NewSize(min(m.Width, size.Width), min(m.Height, size.Height))
		o.Resize(m)
		// Whole numbers keep small text and the QR sharp.
		o.Move(fyne.NewPos(float32(int((size.Width-m.Width)/2)), float32(int((size.Height-m.Height)/2))))
	}
}

func (middle) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var m fyne.Size
	for _, o := range objects {
		m = m.Max(o.MinSize())
	}
	return m
}

type inset struct{ x, y float32 }

func (i *inset) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.NewPos(i.x, i.y))
		o.Resize(fyne.NewSize(max(0, size.Width-2*i.x), max(0, size.Height-2*i.y)))
	}
}

func (i *inset) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var m fyne.Size
	for _, o := range objects {
		m = m.Max(o.MinSize())
	}
	return m.Add(fyne.NewSize(2*i.x, 2*i.y))
}

type zones struct{ left float32 }

func (z *zones) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	w := float32(int(size.Width * z.left / 100))
	objects[0].Move(fyne.Position{})
	objects[0].Resize(fyne.NewSize(w, size.Height))
	objects[1].Move(fyne.NewPos(w, 0))
	objects[1].Resize(fyne.NewSize(size.Width-w, size.Height))
}

func (z *zones) MinSize(objects []fyne.CanvasObject) fyne.Size {
	a, b := objects[0].MinSize(), objects[1].MinSize()
	// A window that is too small cuts; one that outgrows its screen hides the button to pay.
	return fyne.NewSize(min(a.Width+b.Width, 960), min(max(a.Height, b.Height), 560))
}

// Beside lays a square left of an object, as large as the height and half the width allow, but never below least.
func Beside(least, gap float32, square, o fyne.CanvasObject) *fyne.Container {
	return container.New(&beside{least: least, gap: gap}, square, o)
}

type beside struct{ least, gap float32 }

func (b *beside) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	side := float32(int(max(b.least, min(size.Height, size.Width*0.53))))
	objects[0].Move(fyne.Position{})
	objects[0].Resize(fyne.NewSquareSize(side))
	objects[1].Move(fyne.NewPos(side+b.gap, 0))
	objects[1].Resize(fyne.NewSize(max(0, size.Width-side-b.gap), size.Height))
}

func (b *beside) MinSize(objects []fyne.CanvasObject) fyne.Size {
	m := objects[1].MinSize()
	return fyne.NewSize(b.least+b.gap+m.Width, max(b.least, m.Height))
}

// Foot keeps an object at the bottom of the room it is given, at its own height.
func Foot(o fyne.CanvasObject) *fyne.Container {
	if n, ok := o.(*Notice); ok {
		n.foot = container.New(&foot{}, n.spark, n)
		return n.foot
	}
	return container.New(&foot{}, o)
}

type foot struct{}

func (foot) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		h := o.MinSize().Height
		o.Resize(fyne.NewSize(size.Width, h))
		o.Move(fyne.NewPos(0, size.Height-h))
	}
}

func (foot) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var m fyne.Size
	for _, o := range objects {
		m = m.Max(o.MinSize())
	}
	return m
}
