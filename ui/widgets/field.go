package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Field shows what is being typed, and becomes an [Entry] when a person asks for it. Until then nothing blinks and no key
// is held: characters reach it through the sink.
type Field struct {
	widget.BaseWidget
	sink  *Sink
	hint  string
	key   string
	words string
	entry *Entry
	// OnChanged hears what a person typed into the field itself.
	OnChanged func(string)
	focused   bool
}

// NewField makes a field; key is the key that opens it, hint what it says while empty.
func NewField(sink *Sink, key, hint string) *Field {
	f := &Field{sink: sink, key: key, hint: hint}
	f.ExtendBaseWidget(f)
	return f
}

// Set shows words.
func (f *Field) Set(words string) {
	if words == f.words {
		return
	}
	f.words = words
	if f.entry != nil && f.entry.Text != words {
		f.entry.SetText(words)
		f.entry.CursorColumn = len([]rune(words))
	}
	f.Refresh()
}

// SetHint changes what it says while empty.
func (f *Field) SetHint(hint string) { f.hint = hint; f.Refresh() }

// Open gives the field the keyboard.
func (f *Field) Open() {
	if f.entry == nil {
		f.entry = NewEntry(f.sink)
		f.entry.OnChanged = func(s string) {
			if s == f.words {
				return
			}
			f.words = s
			if f.OnChanged != nil {
				f.OnChanged(s)
			}
		}
		f.entry.OnLeft = func() { f.focused = false; f.Refresh() }
	}
	f.focused = true
	f.entry.SetPlaceHolder(f.hint)
	f.entry.SetText(f.words)
	f.entry.CursorColumn = len([]rune(f.words))
	f.Refresh()
	if c := fyne.CurrentApp().Driver().CanvasForObject(f); c != nil {
		c.Focus(f.entry)
	}
}

// Leave gives the keyboard back to the sink.
func (f *Field) Leave() {
	if !f.focused {
		return
	}
	f.focused = false
	if c := fyne.CurrentApp().Driver().CanvasForObject(f); c != nil {
		c.Focus(f.sink)
	}
	f.Refresh()
}

// Focused reports whether it has the keyboard.
func (f *Field) Focused() bool { return f.focused }

// Tapped is for Fyne.
func (f *Field) Tapped(*fyne.PointEvent) { f.Open() }

// Cursor is for Fyne.
func (f *Field) Cursor() desktop.Cursor { return desktop.TextCursor }

// CreateRenderer is for Fyne.
func (f *Field) CreateRenderer() fyne.WidgetRenderer {
	r := &fieldRenderer{
		f:    f,
		back: NewPanel(Paper, Radius, 0, nil).Border(Line),
		key:  NewText(f.key, Style{Size: SizeDetail, Bold: true, Color: InkSoft}),
		say:  NewText(f.hint, Style{Size: SizeStrong, Color: InkSoft, Fit: FitElide}),
	}
	r.look()
	return r
}

type fieldRenderer struct {
	f        *Field
	back     *Panel
	key, say *Text
}

func (r *fieldRenderer) look() {
	words, ink := r.f.words, Ink
	if words == "" {
		words, ink = r.f.hint, InkSoft
	}
	r.say.Set(words)
	r.say.SetColor(ink)
	stroke := Line
	if r.f.focused {
		stroke = Accent
	}
	if r.back.stroke != stroke {
		r.back.stroke = stroke
		r.back.Refresh()
	}
}

func (r *fieldRenderer) Refresh() {
	r.look()
	r.Layout(r.f.Size())
	r.key.Refresh()
	r.say.Refresh()
}

func (r *fieldRenderer) Layout(size fyne.Size) {
	r.back.Resize(size)
	k := r.key.MinSize()
	r.key.Move(fyne.NewPos(Space, 0))
	r.key.Resize(fyne.NewSize(k.Width, size.Height))
	x := Space + k.Width + 12
	r.say.Move(fyne.NewPos(x, 0))
	r.say.Resize(fyne.NewSize(max(0, size.Width-x-Space), size.Height))
	if e := r.f.entry; e != nil {
		m := e.MinSize()
		e.Move(fyne.NewPos(x-12, float32(int((size.Height-m.Height)/2))))
		e.Resize(fyne.NewSize(max(0, size.Width-x), m.Height))
	}
}

func (r *fieldRenderer) MinSize() fyne.Size { return fyne.NewSize(200, 52) }

func (r *fieldRenderer) Objects() []fyne.CanvasObject {
	if r.f.focused && r.f.entry != nil {
		return []fyne.CanvasObject{r.back, r.key, r.f.entry}
	}
	return []fyne.CanvasObject{r.back, r.key, r.say}
}

func (r *fieldRenderer) Destroy() {}
