package settings

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"guitai/ui/widgets"
)

// labelWidth is the room for the name of a field, in device-independent pixels.
const labelWidth float32 = 108

// form is what one part asks for. Fields that have no meaning as things stand are not there.
type form struct {
	part   Part
	inputs map[Field]*input
	scroll *container.Scroll
	rows   *fyne.Container
	facts  *facts // nil for a part that has none
	key    string // that was shown last
	object fyne.CanvasObject
}

// input is one field on the page: one of entry, lines, choice and steps.
type input struct {
	field  Field
	object fyne.CanvasObject
	entry  *widgets.Entry
	lines  *widgets.Lines
	choice *widgets.Choice
	steps  *widgets.Steps
	note   *widgets.Note
	found  *found // nil where no device can stand
}

// keys is what takes the keyboard.
func (in *input) keys() fyne.Focusable {
	switch {
	case in.entry != nil:
		return in.entry
	case in.lines != nil:
		return in.lines
	case in.choice != nil:
		return in.choice
	}
	return in.steps
}

// typing reports whether characters are for it.
func (in *input) typing() bool { return in.entry != nil || in.lines != nil }

// order is every field that a part may ask for, in the order they stand.
func order(part Part) []Field {
	switch part {
	case PartPrinter:
		return []Field{
			FieldKind, FieldAddress, FieldBaud, FieldProfile, FieldPaper, FieldCut, FieldQR, FieldCopies, FieldStatus, FieldOtherKind, FieldOtherAddress, FieldOtherBaud,
		}
	case PartScanner:
		return []Field{FieldScanner, FieldPort, FieldSpeed, FieldPrefix, FieldSuffix, FieldGap}
	case PartDisplay:
		return []Field{FieldWindow, FieldWelcome, FieldPoleKind, FieldPoleType, FieldPole, FieldPoleBaud}
	case PartReceipt, PartDrawer, PartKeys, PartSound, PartRelay, PartPhone, PartShop, PartWeChat, PartOrders, PartTenders, PartLabels, PartBackup, PartOldAPIs:
	}
	d := draft{}
	return d.fields(part)
}

func (v *View) newForm(part Part) *form {
	f := &form{part: part, inputs: map[Field]*input{}, rows: widgets.Rows(10, nil), facts: v.newFacts(part)}
	if f.facts != nil {
		f.rows.Add(f.facts.above)
	}
	for _, field := range order(part) {
		in := v.newInput(field)
		f.inputs[field] = in
		f.rows.Add(in.object)
	}
	if f.facts != nil {
		for _, r := range f.facts.rows {
			f.rows.Add(r.object)
		}
	}
	inside := container.NewThemeOverride(widgets.Inset(16, 14, f.rows), widgets.FormTheme{})
	f.scroll = container.NewVScroll(container.New(narrow{}, inside))
	f.object = widgets.Wheel(f.scroll)
	if part == PartKeys {
		f.object = v.keys.list
	}
	return f
}

// perRow is how many values stand side by side; the others share a line as they are.
var perRow = map[Field]int{FieldKind: 4, FieldOtherKind: 3, FieldProfile: 3, FieldCut: 4, FieldBaud: 4, FieldAutoLock: 3, FieldRoundCash: 2, FieldOtherBaud: 4, FieldSpeed: 4, FieldPoleBaud: 4}

func (v *View) newInput(field Field) *input {
	in := &input{field: field}
	t := v.w.T
	key := "settings." + string(field)
	hint := ""
	if v.w.Has(key + ".hint") {
		hint = t(key + ".hint")
	}
	in.note = widgets.NewNote(hint)
	name := t(key)
	label := widgets.NewText(name, widgets.Style{Size: widgets.SizeBody, Fit: widgets.FitWrap, Lines: 2, Color: widgets.InkSoft})
	column := widgets.Rows(2, nil, v.newBox(in))
	switch field {
	case FieldAddress, FieldOtherAddress, FieldPort, FieldPole:
		in.found = v.newFound(field)
		column.Add(in.found.object)
	}
	column.Add(in.note.Object())
	in.object = widgets.Columns(widgets.Gap, widgets.Grow(column), widgets.Sized(labelWidth, 0, widgets.Rows(0, nil, widgets.Sized(0, 13, widgets.Spring()), label)), column)
	return in
}

// newBox makes what is filled in or chosen.
func (v *View) newBox(in *input) fyne.CanvasObject {
	f := in.field
	entered, left := func() { v.p.Enter(f); v.forms[v.p.Part()].reveal(in) }, func() { v.p.Left(f) }
	if _, ok := spanOf(f); ok {
		in.steps = widgets.NewSteps(v.sink, func(by int) { v.p.Shift(f, by) }, func(share float32) { v.p.Slide(f, share) })
		in.steps.Entered, in.steps.Left = entered, left
		return widgets.Sized(0, widgets.BoxHeight, in.steps)
	}
	if values := Choices(f); values != nil {
		in.choice = widgets.NewChoice(v.sink, values, v.labels(f, values), perRow[f], func(value string) { v.p.Set(f, value) })
		in.choice.Entered, in.choice.Left = entered, left
		return in.choice
	}
	if f == FieldHeader || f == FieldFooter {
		in.lines = widgets.NewLines(v.sink, 3)
		in.lines.OnChanged = func(text string) { v.p.Set(f, text) }
		in.lines.OnLeft = left
		return widgets.Box(96, in.lines)
	}
	in.entry = widgets.NewEntry(v.sink)
	if secretField(f) {
		in.entry.Password = true
		in.entry.ActionItem = widgets.Spring() // in place of Fyne's own eye: what was typed here is never shown
	}
	in.entry.OnChanged = func(text string) { v.p.Set(f, text) }
	in.entry.OnLeft = left
	return widgets.Box(widgets.BoxHeight, in.entry)
}

// labels are the words for the values of a field.
func (v *View) labels(f Field, values []string) []string {
	words := make([]string, len(values))
	for i, value := range values {
		words[i] = value
		key := "settings." + string(f) + "." + value
		if value == "" {
			key += "none"
		}
		switch f {
		case FieldOtherKind, FieldPoleKind:
			if value != KindNone {
				key = "settings.printer.url.kind." + value
			}
		case FieldWindow, FieldScan, FieldAutoRefund, FieldInvoice, FieldTax:
			key = map[string]string{on: "settings.on", off: "settings.off"}[value]
		}
		if v.w.Has(key) {
			words[i] = v.w.T(key)
		}
	}
	return words
}

// reveal scrolls as little as needed to show a field whole.
func (f *form) reveal(in *input) {
	const margin = 14
	top := in.object.Position().Y
	bottom, height, y := top+in.object.Size().Height+2*margin, f.scroll.Size().Height, f.scroll.Offset.Y
	switch {
	case height == 0:
		return
	case top < y:
		y = top
	case bottom > y+height:
		y = bottom - height
	}
	if f.facts != nil && f.last() == in { // below it is what no key goes to
		y = min(top, max(y, f.rows.Size().Height+2*margin-height))
	}
	if y == f.scroll.Offset.Y {
		return
	}
	f.scroll.ScrollToOffset(fyne.NewPos(0, y))
}

// last is the last field that is seen; nil for none.
func (f *form) last() (last *input) {
	for _, field := range order(f.part) {
		if in := f.inputs[field]; in.object.Visible() {
			last = in
		}
	}
	return last
}

func (f *form) draw(p *Presenter) {
	there := map[Field]bool{}
	for _, field := range p.Fields() {
		there[field] = true
	}
	for field, in := range f.inputs {
		show(in.object, there[field])
		if there[field] {
			in.draw(p)
		}
	}
	if f.facts != nil {
		f.facts.draw(p)
	}
	f.rows.Refresh()
	f.scroll.Refresh()
	if f.facts != nil && f.key != p.relay.key { // what is shown once is to be seen
		f.key = p.relay.key
		f.scroll.ScrollToBottom()
	}
}

func (in *input) draw(p *Presenter) {
	text := p.Text(in.field)
	w := p.cfg.Words
	switch {
	case in.choice != nil:
		in.choice.Choose(text)
	case in.steps != nil:
		in.steps.Set(p.Share(in.field), w.T("settings."+string(in.field)+".value", p.d.shown(in.field)))
	case in.lines != nil && in.lines.Text != text:
		in.lines.SetText(text)
	case in.entry != nil && in.entry.Text != text:
		in.entry.SetText(text)
		in.entry.CursorColumn = len([]rune(text))
		in.entry.Refresh()
	}
	if id := "settings.hint." + string(in.field) + "." + text; in.choice != nil && w.Has(id) {
		in.note.SetHint(w.T(id))
	}
	if in.found != nil {
		kind := p.Kind(in.field)
		if id := "settings.example." + kind; w.Has(id) {
			in.entry.SetPlaceHolder(w.T("setup.example", w.T(id)))
		}
		if id := "settings.hint.at." + kind; w.Has(id) {
			in.note.SetHint(w.T(id))
		} else {
			in.note.SetHint("")
		}
		in.found.draw(p)
	}
	if kept := p.Kept(in.field); kept != "" {
		in.entry.SetPlaceHolder(kept)
	} else if _, ok := ways[in.field]; ok && in.entry != nil {
		if id := "settings.example." + string(in.field); w.Has(id) {
			in.entry.SetPlaceHolder(w.T("setup.example", w.T(id)))
		}
	}
	problem := p.Problem(in.field)
	in.note.Judge(problem)
	show(in.note.Object(), in.note.Words() != "")
}

// mostFound is how many devices are offered at once.
const mostFound = 3

// found offers devices that are there.
type found struct {
	field   Field
	row     *fyne.Container
	none    *widgets.Text
	buttons [mostFound]*widgets.Button
	object  fyne.CanvasObject
}

func (v *View) newFound(field Field) *found {
	x := &found{field: field, row: widgets.Rows(4, nil)}
	for i := range x.buttons {
		key := ""
		if i == 0 {
			key = string(keyDevice)
		}
		x.buttons[i] = widgets.NewButton("", key, widgets.Plain, func() { v.p.Take(field, i) }).Sized(widgets.SizeDetail+1, widgets.Target).Left()
		x.row.Add(x.buttons[i])
	}
	x.none = widgets.NewText("", widgets.Style{Size: widgets.SizeDetail + 1, Color: widgets.InkSoft, Fit: widgets.FitShrink})
	x.object = widgets.Rows(0, nil, x.row, x.none)
	return x
}

func (x *found) draw(p *Presenter) {
	w := p.cfg.Words
	names, chosen, looked := p.Found(x.field)
	for i, b := range x.buttons {
		show(b, i < len(names))
		if i < len(names) {
			label := w.T("settings.found", names[i])
			if i == chosen {
				label = "✓ " + names[i]
			}
			b.SetLabel(label)
		}
	}
	words := ""
	switch p.Kind(x.field) {
	case KindUSB, KindSerial, KindQueue:
		switch {
		case !looked:
			words = w.T("settings.looking")
		case len(names) == 0:
			words = w.T("settings.found-none")
		case len(names) > mostFound:
			words = w.T("settings.found-more", strconv.Itoa(len(names)-mostFound))
		}
	}
	x.none.Set(words)
	show(x.none, words != "")
	show(x.row, len(names) > 0)
	show(x.object, words != "" || len(names) > 0)
	x.row.Refresh()
}

// narrow gives an object the width there is, whatever it would like.
type narrow struct{}

// Layout is for Fyne.
func (narrow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Resize(size)
	}
}

// MinSize is for Fyne.
func (narrow) MinSize(objects []fyne.CanvasObject) fyne.Size {
	m := fyne.Size{}
	for _, o := range objects {
		m = m.Max(o.MinSize())
	}
	return fyne.NewSize(10, m.Height)
}
