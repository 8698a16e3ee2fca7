package setup

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// Setup is the screen. It belongs to the goroutine that draws.
type Setup struct {
	p      *Presenter
	sink   *widgets.Sink
	window fyne.Window
	root   *fyne.Container
	words  *i18n.Words // what the objects below are written in

	welcome, form    fyne.CanvasObject
	practise, setUp  *widgets.Button
	cards            [2]*widgets.Panel
	inputs           map[Field]*input
	notice           *widgets.Notice
	back, save, show *widgets.Button
}

// New makes the screen. Put Content into a window and call Attach; when it is no longer shown, call Close.
func New(opt Options) *Setup {
	s := &Setup{sink: widgets.NewSink(time.Now), root: container.NewStack()}
	s.p = NewPresenter(opt, s.draw, s.focus)
	s.sink.Point(s)
	s.draw()
	return s
}

// Content is what to show.
func (s *Setup) Content() fyne.CanvasObject { return s.root }

// Attach makes the keys of the window that shows Content come here. Whoever shows something else there next takes them over.
func (s *Setup) Attach(w fyne.Window) {
	s.window = w
	s.sink.Attach(w)
	s.focus()
}

// Close stops a save that is under way and waits for it; the form is not to be used after it. Safe to repeat.
func (s *Setup) Close() { s.p.Close() }

// draw shows the presenter's state. Objects are made anew only for another language.
func (s *Setup) draw() {
	if s.words != s.p.Words() {
		s.words = s.p.Words()
		s.build()
		defer s.focus()
	}
	filling := s.p.Stage() != Welcome
	show(s.welcome, !filling)
	show(s.form, filling)
	if !filling {
		s.drawWelcome()
		return
	}
	for field, in := range s.inputs {
		in.draw(s.p, field)
	}
	s.drawPrinter()
	words, trouble := s.p.Notice()
	tone := widgets.Calm
	if trouble {
		tone = widgets.Warning
	}
	s.notice.Say(tone, words)
	busy := s.p.Stage() != Filling
	s.save.SetDisabled(busy)
	s.show.SetDisabled(busy)
	s.back.SetDisabled(s.p.Stage() == Done)
	label := "setup.api-key.show"
	if s.p.KeyShown() {
		label = "setup.api-key.hide"
	}
	s.show.SetLabel(s.words.T(label))
}

func (s *Setup) drawWelcome() {
	for i, card := range s.cards {
		edge := widgets.Line
		if s.p.setUp == (i == 1) {
			edge = widgets.Accent
		}
		card.Border(edge).Refresh()
	}
}

func (s *Setup) drawPrinter() {
	address, folder := s.inputs[FieldAddress], s.p.Text(FieldPrinter) == PrinterFolder
	label, hint, example := "setup.address", "setup.address.hint", "192.168.1.50:9100"
	if folder {
		label, hint, example = "setup.folder", "setup.folder.hint", "receipts"
	}
	address.relabel(s.words.T(label), s.words.T(hint), s.example(example))
	address.draw(s.p, FieldAddress)
	for _, field := range []Field{FieldAddress, FieldPaper} {
		show(s.inputs[field].object, s.p.Text(FieldPrinter) != PrinterNone)
	}
	kind := map[string]string{
		PrinterNone: "setup.printer.none.hint", PrinterNetwork: "setup.printer.network.hint", PrinterFolder: "setup.printer.folder.hint",
	}
	printer := s.inputs[FieldPrinter]
	printer.note.SetHint(s.words.T(kind[s.p.Text(FieldPrinter)]))
	printer.draw(s.p, FieldPrinter)
}

func show(o fyne.CanvasObject, on bool) {
	switch {
	case on && !o.Visible():
		o.Show()
	case !on && o.Visible():
		o.Hide()
	}
}

// focus gives the keyboard to the field the presenter is at; on the welcome screen to none, so that it comes to the window.
func (s *Setup) focus() {
	if s.window == nil {
		return
	}
	if in := s.inputs[s.p.At()]; in != nil && s.p.Stage() == Filling {
		s.window.Canvas().Focus(in.keys())
		return
	}
	s.window.Canvas().Unfocus()
}

// heed tells the presenter which field has the keyboard: a person may have clicked into another.
func (s *Setup) heed() {
	if s.window == nil {
		return
	}
	for field, in := range s.inputs {
		if s.window.Canvas().Focused() == in.keys() && s.p.At() != field {
			s.p.Enter(field)
		}
	}
}

// Scanned is for the sink: what came as fast as a scan while no text field had the keyboard. Typed has put it into the field,
// where it belongs all the same.
func (s *Setup) Scanned(string, int) {
	s.heed()
	if in := s.inputs[s.p.At()]; s.p.Stage() == Filling && in != nil && in.entry != nil {
		s.p.Confirm()
	}
}

// Typed is for the sink: a character that no text field took.
func (s *Setup) Typed(r rune) {
	s.heed()
	field := s.p.At()
	in := s.inputs[field]
	switch {
	case s.p.Stage() != Filling || in == nil:
	case in.choice != nil && r == ' ':
		s.p.Turn(field, 1)
	case in.entry != nil:
		s.focus()
		in.entry.Entry.TypedRune(r)
	}
}

// Pressed is for the sink.
func (s *Setup) Pressed(k widgets.Key) bool {
	s.heed()
	if k.Ctrl {
		return false
	}
	if k.Name == keyLanguage {
		s.p.SwitchLanguage()
		return true
	}
	if s.p.Stage() == Welcome {
		return s.pressedWelcome(k)
	}
	switch k.Name {
	case fyne.KeyEscape:
		s.p.Back()
	case fyne.KeyReturn, fyne.KeyEnter:
		s.p.Confirm()
	case keySave:
		s.p.Save()
	case keyShow:
		s.p.ShowKey()
	case fyne.KeyTab:
		if k.Shift {
			s.p.Move(-1)
		} else {
			s.p.Move(1)
		}
	case fyne.KeyDown:
		s.p.Move(1)
	case fyne.KeyUp:
		s.p.Move(-1)
	case fyne.KeyRight:
		s.p.Turn(s.p.At(), 1)
	case fyne.KeyLeft:
		s.p.Turn(s.p.At(), -1)
	default:
		return false
	}
	return true
}

func (s *Setup) pressedWelcome(k widgets.Key) bool {
	switch k.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		s.p.Confirm()
	case keySetUp:
		s.p.Begin()
	case fyne.KeyLeft, fyne.KeyUp:
		s.p.Pick(false)
	case fyne.KeyRight, fyne.KeyDown:
		s.p.Pick(true)
	case fyne.KeyTab:
		s.p.Pick(!s.p.setUp)
	default:
		return false
	}
	return true
}
