package note

import (
	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// Width is the sheet's, in device-independent pixels.
const Width = 640

// View draws the screen, for a sheet of the shell.
type View struct {
	p      *Presenter
	w      *i18n.Words
	item   *widgets.Text
	note   *widgets.Blank
	clear  *widgets.Button
	object *fyne.Container
}

// New makes the screen. cfg.Changed is called after the view has drawn.
func New(cfg Config) *View {
	v := &View{w: cfg.Words}
	after := cfg.Changed
	cfg.Changed = func() { v.draw(); after() }
	v.p = NewPresenter(cfg)
	t := v.w.T
	v.item = widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Bold: true, Fit: widgets.FitElide})
	v.note = widgets.NewBlank(t("note.label"), t("note.hint"), nil)
	chips := make([]fyne.CanvasObject, 0, len(usual))
	for i, words := range v.p.Usual() {
		chips = append(chips, widgets.NewButton(words, "", widgets.Plain, func() { v.p.Fill(i) }).Sized(widgets.SizeBody, widgets.Target))
	}
	tip := widgets.NewText(t("note.keys"), widgets.Style{Size: widgets.SizeDetail + 1, Color: widgets.InkSoft, Fit: widgets.FitShrink})
	v.clear = widgets.NewButton(t("note.clear"), "Del", widgets.Plain, v.p.Clear).Sized(widgets.SizeBody, widgets.TargetPrimary)
	ok := widgets.NewButton(t("note.ok"), "Enter", widgets.Primary, v.p.Enter)
	v.object = widgets.Rows(12, nil, v.item, v.note, widgets.Even(widgets.Gap, chips...), tip,
		widgets.Columns(widgets.Gap, widgets.Grow(ok), v.clear, ok))
	return v
}

// Object is the screen.
func (v *View) Object() fyne.CanvasObject { return v.object }

// Open begins with what is noted on a line.
func (v *View) Open(line int) { v.p.Open(line) }

// Show takes the till's newest state.
func (v *View) Show(s pos.Snapshot) { v.p.Show(s) }

// Typed is for the sink.
func (v *View) Typed(r rune) { v.p.Typed(r) }

// Pressed is for the sink.
func (v *View) Pressed(k widgets.Key) bool {
	switch k.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		v.p.Enter()
	case fyne.KeyBackspace:
		v.p.Backspace()
	case fyne.KeyDelete:
		v.p.Clear()
	case fyne.KeyUp:
		v.p.Move(-1)
	case fyne.KeyDown:
		v.p.Move(1)
	default:
		return false
	}
	return true
}

func (v *View) draw() {
	v.item.Set(v.p.Item())
	v.note.Set(v.p.Note(), true)
	v.clear.SetDisabled(v.p.Note() == "")
}
