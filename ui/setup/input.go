package setup

import (
	"fyne.io/fyne/v2"

	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// input is a field on the screen: its name, where it is filled in or chosen, and one line that is a hint until there is
// something wrong. The line's room is always kept, so nothing jumps.
type input struct {
	object fyne.CanvasObject
	label  *widgets.Text
	entry  *widgets.Entry  // either this
	choice *widgets.Choice // or this
	note   *widgets.Note
}

func newInput(label, hint string) *input {
	return &input{
		label: widgets.NewText(label, widgets.Style{Size: widgets.SizeBody, Fit: widgets.FitElide}),
		note:  widgets.NewNote(hint),
	}
}

// text makes a field to type into.
func (s *Setup) text(field Field, label, hint, example string) fyne.CanvasObject {
	in := s.typed(field, label, hint, example)
	in.object = in.stack(in.box())
	return in.object
}

// example marks what stands in an empty field as none of the shop's.
func (s *Setup) example(text string) string {
	if text == "" {
		return ""
	}
	return s.words.T("setup.example", text)
}

func (s *Setup) typed(field Field, label, hint, example string) *input {
	in := newInput(label, hint)
	in.entry = widgets.NewEntry(s.sink)
	in.entry.Scans = true // nothing is sold here: a key that a scanner or a paste tool types is for the field
	in.entry.SetPlaceHolder(s.example(example))
	in.say(s.p.Text(field))
	in.entry.OnChanged = func(text string) { s.p.Set(field, text) }
	in.entry.OnLeft = func() { s.p.Leave(field) }
	s.inputs[field] = in
	return in
}

// secret makes the field for the key, which is not shown unless asked for.
func (s *Setup) secret(w *i18n.Words) fyne.CanvasObject {
	in := s.typed(FieldAPIKey, w.T("setup.api-key"), w.T("setup.api-key.hint"), "")
	in.entry.Password = true
	in.entry.ActionItem = widgets.Spring() // in place of Fyne's own eye, which no key reaches
	s.show = widgets.NewButton(w.T("setup.api-key.show"), string(keyShow), widgets.Plain, s.p.ShowKey).Sized(widgets.SizeBody, widgets.BoxHeight)
	box := in.box()
	in.object = in.stack(widgets.Columns(widgets.Gap, widgets.Grow(box), box, widgets.Sized(112, widgets.BoxHeight, s.show)))
	return in.object
}

// choose makes a field to choose from.
func (s *Setup) choose(field Field, label, hint string, labels ...string) fyne.CanvasObject {
	in := newInput(label, hint)
	in.choice = widgets.NewChoice(s.sink, Choices(field), labels, 0, func(value string) { s.p.Set(field, value) })
	in.choice.Entered = func() { s.p.Enter(field) }
	in.choice.Left = func() { s.p.Leave(field) }
	s.inputs[field] = in
	in.object = in.stack(widgets.Sized(0, widgets.BoxHeight, in.choice))
	return in.object
}

// box is the text field upon its ground.
func (in *input) box() fyne.CanvasObject { return widgets.Box(widgets.BoxHeight, in.entry) }

func (in *input) stack(box fyne.CanvasObject) fyne.CanvasObject {
	return widgets.Rows(4, nil, in.label, box, in.note.Object(), space(6))
}

func (in *input) relabel(label, hint, example string) {
	in.label.Set(label)
	in.note.SetHint(hint)
	if in.entry.PlaceHolder != example {
		in.entry.SetPlaceHolder(example)
	}
}

// say puts a text into the field, and the cursor behind it.
func (in *input) say(text string) {
	in.entry.SetText(text)
	in.entry.CursorColumn = len([]rune(text))
	in.entry.Refresh()
}

// keys is what takes the keyboard.
func (in *input) keys() fyne.Focusable {
	if in.choice != nil {
		return in.choice
	}
	return in.entry
}

func (in *input) draw(p *Presenter, field Field) {
	text, problem := p.Text(field), p.Problem(field)
	switch {
	case in.choice != nil:
		in.choice.Choose(text)
	case in.entry.Text != text:
		in.say(text)
	}
	if in.entry != nil && field == FieldAPIKey && in.entry.Password == p.KeyShown() {
		in.entry.Password = !p.KeyShown()
		in.entry.Refresh()
	}
	in.note.Judge(problem)
}
