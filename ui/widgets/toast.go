package widgets

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Toasts are words in the upper right corner about something that nobody was waiting for. They take no key and no focus, and
// let every tap beside them through; a tap on one puts it away. Whoever says one takes it away in time.
type Toasts struct {
	room *fyne.Container
}

// MostToasts is how many stand at once, so that they cover no more than the head of the cart; a further one takes the oldest away.
const MostToasts = 2

// NewToasts makes an empty corner.
func NewToasts() *Toasts { return &Toasts{room: container.New(&corner{})} }

// Object is what to put over the window.
func (t *Toasts) Object() fyne.CanvasObject { return t.room }

// Say puts words into the corner; the returned function takes them away, and may be called again.
func (t *Toasts) Say(tone Tone, words string) (away func()) {
	n := newNotice(3)
	n.Say(tone, words)
	if len(t.room.Objects) >= MostToasts {
		t.room.Objects = t.room.Objects[1:]
	}
	t.room.Objects = append(t.room.Objects, n)
	t.room.Refresh()
	return func() {
		if i := slices.Index(t.room.Objects, fyne.CanvasObject(n)); i >= 0 {
			t.room.Objects = slices.Delete(slices.Clone(t.room.Objects), i, i+1)
			t.room.Refresh()
		}
	}
}

// Words are what stands in the corner, the oldest first.
func (t *Toasts) Words() []string {
	var words []string
	for _, o := range t.room.Objects {
		if n := o.(*Notice); n.Visible() {
			words = append(words, n.Words())
		}
	}
	return words
}

const (
	toastWidth  = 460
	toastShare  = 0.36 // of the window at most, so that it stays over the cart
	toastHeight = 64   // at least
	toastTop    = 64   // below the header
)

// corner stacks its objects in the upper right, the oldest on top.
type corner struct{}

func (corner) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	y := float32(toastTop)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		w := min(toastWidth, float32(int(size.Width*toastShare)))
		h := float32(toastHeight)
		o.Resize(fyne.NewSize(w, h))
		if n, ok := o.(*Notice); ok { // words that wrap know their height only once they have their width
			h = max(h, n.say.MinSize().Height+2*Gap)
			o.Resize(fyne.NewSize(w, h))
		}
		o.Move(fyne.NewPos(size.Width-w-Space, y))
		y += h + Gap
	}
}

func (corner) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }
