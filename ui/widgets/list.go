package widgets

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// Row is one line of a [List]. Draw shows entry i; it is called again only when that entry may look different.
type Row interface {
	fyne.CanvasObject
	Draw(i int)
}

// List shows any number of rows; only those in sight exist. All are of one height, unless [List.Tall] says otherwise. It takes no
// keyboard: the screen moves the choice and calls [List.Reveal].
type List struct {
	widget.BaseWidget
	height float32
	tall   func(i int) float32
	tops   []float32 // where each entry begins, and behind the last; with tall only
	make   func() Row
	count  int
	scroll *container.Scroll
	inside *fyne.Container
	rows   []Row
	shows  []int // which entry each of rows shows; -1 for none
}

// NewList makes a list whose rows are height high.
func NewList(height float32, newRow func() Row) *List {
	l := &List{height: height, make: newRow}
	l.inside = container.New(&listInside{l: l})
	l.scroll = container.NewVScroll(l.inside)
	l.scroll.OnScrolled = func(fyne.Position) { l.place() }
	l.ExtendBaseWidget(l)
	return l
}

// Tall gives every entry a height of its own, and returns the list. It is asked at every Update, so it must be quick.
func (l *List) Tall(height func(i int) float32) *List {
	l.tall = height
	return l
}

// top is where entry i begins.
func (l *List) top(i int) float32 {
	if l.tall != nil {
		return l.tops[min(i, len(l.tops)-1)]
	}
	return float32(i) * l.height
}

// at is the entry that a height is in.
func (l *List) at(y float32) int {
	if l.tall == nil {
		return int(y / l.height)
	}
	i, here := slices.BinarySearch(l.tops, y)
	if !here {
		i--
	}
	return i
}

// measure asks every entry for its height. It reports whether they come to another one together.
func (l *List) measure() bool {
	if l.tall == nil {
		return false
	}
	before := float32(0)
	if n := len(l.tops); n > 0 {
		before = l.tops[n-1]
	}
	l.tops = append(l.tops[:0], 0)
	for i := range l.count {
		l.tops = append(l.tops, l.tops[i]+l.tall(i))
	}
	return l.tops[l.count] != before
}

// Update shows n entries, drawing those in sight anew.
func (l *List) Update(n int) {
	grown := n != l.count
	l.count = n
	grown = l.measure() || grown
	for i := range l.shows {
		l.shows[i] = -1
	}
	if grown {
		l.scroll.Refresh() // the bar's length and the offset's limit
	}
	l.place()
}

// Redraw draws the rows in sight again.
func (l *List) Redraw() { l.Update(l.count) }

// Reveal scrolls as little as needed to show entry i whole.
func (l *List) Reveal(i int) {
	if i < 0 || i >= l.count || l.scroll.Size().Height == 0 {
		return
	}
	top, end, y, view := l.top(i), l.top(i+1), l.scroll.Offset.Y, l.scroll.Size().Height
	switch {
	case top < y:
		y = top
	case end > y+view:
		y = end - view
	default:
		return
	}
	l.scroll.ScrollToOffset(fyne.NewPos(0, y))
	l.place()
}

// Top scrolls to the first entry.
func (l *List) Top() {
	l.scroll.ScrollToOffset(fyne.Position{})
	l.place()
}

// place gives every entry in sight a row.
func (l *List) place() {
	size := l.scroll.Size()
	if size.Height <= 0 {
		return
	}
	if l.tall != nil && len(l.tops) != l.count+1 {
		l.measure()
	}
	first := max(0, l.at(l.scroll.Offset.Y))
	last := min(l.count-1, l.at(l.scroll.Offset.Y+size.Height))
	need := last - first + 1
	if need > len(l.rows) {
		for len(l.rows) < need {
			r := l.make()
			r.Hide()
			l.rows = append(l.rows, r)
			l.shows = append(l.shows, -1)
			l.inside.Objects = append(l.inside.Objects, r)
		}
		l.inside.Refresh()
	}
	// Entry i always lives in row i mod n, so scrolling by one line draws one line.
	n := len(l.rows)
	used := make([]bool, n)
	for i := first; i <= last; i++ {
		k := i % n
		used[k] = true
		r := l.rows[k]
		if l.shows[k] != i {
			l.shows[k] = i
			r.Draw(i)
		}
		r.Move(fyne.NewPos(0, l.top(i)))
		r.Resize(fyne.NewSize(size.Width, l.top(i+1)-l.top(i)))
		if !r.Visible() {
			r.Show()
		}
	}
	for k, u := range used {
		if !u && l.rows[k].Visible() {
			l.rows[k].Hide()
			l.shows[k] = -1
		}
	}
}

// CreateRenderer is for Fyne.
func (l *List) CreateRenderer() fyne.WidgetRenderer { return &listRenderer{l} }

type listRenderer struct{ l *List }

func (r *listRenderer) Layout(size fyne.Size) {
	r.l.scroll.Resize(size)
	r.l.place()
}
func (r *listRenderer) MinSize() fyne.Size           { return fyne.NewSize(80, r.l.height) }
func (r *listRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.l.scroll} }
func (r *listRenderer) Destroy()                     {}
func (r *listRenderer) Refresh() {
	for i := range r.l.shows {
		r.l.shows[i] = -1
	}
	r.l.place()
}

type listInside struct{ l *List }

func (i *listInside) Layout([]fyne.CanvasObject, fyne.Size) {}
func (i *listInside) MinSize([]fyne.CanvasObject) fyne.Size {
	if i.l.tall != nil && len(i.l.tops) != i.l.count+1 {
		i.l.measure()
	}
	return fyne.NewSize(10, i.l.top(i.l.count))
}
