package trouble

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// Title is the window's, in every language, so that other programs can find it.
const Title = "Guitai 柜台"

// The size of the window in device-independent pixels. It stands on the smallest screen that the till is made for.
const (
	windowWidth, windowHeight float32 = 1000, 680
	cardWidth                 float32 = 880
	labelWidth                float32 = 130
)

const keyLanguage = fyne.KeyF3

// page is what the window shows, and what its keys do. It is built anew for every change.
type page interface {
	build(f *frame) fyne.CanvasObject
	pressed(f *frame, k fyne.KeyName) bool
	typed(f *frame, r rune)
	scanned(f *frame)
}

// frame is the window around a page: whose program it is, and the other language.
type frame struct {
	app   fyne.App
	win   fyne.Window
	words *i18n.Words
	sink  *widgets.Sink
	root  *fyne.Container
	page  page
}

func newFrame(a fyne.App, lang string, p page) *frame {
	f := &frame{app: a, words: i18n.For(lang), sink: widgets.NewSink(time.Now), root: container.NewStack(), page: p}
	f.win = a.NewWindow(Title)
	f.win.SetPadded(false)
	f.win.SetMaster()
	f.win.Resize(fyne.NewSize(windowWidth, windowHeight))
	f.win.CenterOnScreen()
	f.sink.Attach(f.win)
	f.sink.Point(f)
	f.win.SetContent(f.root)
	f.draw()
	return f
}

// run shows the window and returns when it has closed. It must be called on the main goroutine.
func (f *frame) run() { f.win.ShowAndRun() }

func (f *frame) draw() {
	name := widgets.NewText(f.words.T("app.name"), widgets.Style{Size: widgets.SizeStrong, Bold: true})
	other := widgets.NewButton(f.words.T("head.language"), string(keyLanguage), widgets.Quiet, f.switchLanguage)
	spring := widgets.Spring()
	bar := widgets.Inset(24, 4, widgets.Columns(widgets.Gap, widgets.Grow(spring), name, spring, other))
	line := widgets.Sized(0, 1, widgets.NewPanel(widgets.Line, 0, 0, nil))
	middle := container.New(&centred{width: cardWidth}, f.page.build(f))
	all := widgets.Rows(0, widgets.Grow(middle), widgets.NewPanel(widgets.Paper, 0, 0, bar), line, middle)
	f.root.Objects = []fyne.CanvasObject{widgets.NewPanel(widgets.Ground, 0, 0, nil), widgets.Unseen(f.sink), all}
	f.root.Refresh()
	f.win.Canvas().Focus(f.sink)
}

func (f *frame) switchLanguage() {
	f.words = f.words.Other()
	f.draw()
}

// Scanned is for the sink. There is nothing to scan here, and the Enter of a scanner decides nothing.
func (f *frame) Scanned(string, int) { f.page.scanned(f) }

// Typed is for the sink.
func (f *frame) Typed(r rune) { f.page.typed(f, r) }

// Pressed is for the sink.
func (f *frame) Pressed(k widgets.Key) bool {
	if k.Ctrl {
		return false
	}
	if k.Name == keyLanguage {
		f.switchLanguage()
		return true
	}
	return f.page.pressed(f, k.Name)
}

// centred keeps an object in the middle, no wider than width and as high as its words need at that width.
type centred struct{ width float32 }

// Layout is for Fyne.
func (c *centred) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		w := min(c.width, size.Width-2*widgets.Space)
		o.Resize(fyne.NewSize(w, size.Height)) // text that wraps knows its height only once it has its width
		h := min(o.MinSize().Height, size.Height)
		o.Resize(fyne.NewSize(w, h))
		// A little above the middle looks like the middle.
		o.Move(fyne.NewPos(float32(int((size.Width-w)/2)), float32(int((size.Height-h)*0.42))))
	}
}

// MinSize is for Fyne. A window that is too small cuts; one that outgrows its screen hides its buttons.
func (c *centred) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(640, 400) }

func space(height float32) fyne.CanvasObject { return widgets.Sized(0, height, widgets.Spring()) }

func wrapped(words string, s widgets.Style) *widgets.Text {
	s.Fit = widgets.FitWrap
	return widgets.NewText(words, s)
}
