package goods

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"guitai/ui/widgets"
)

const (
	keyPhoto  = fyne.KeyF6
	tileWide  = 138
	tileHigh  = 100
	headLine  = 20
	columnGap = 22
)

// formView draws the form.
type formView struct {
	v       *View
	inputs  map[Field]*input
	columns [3]*fyne.Container
	scrolls [3]*container.Scroll
	title   *widgets.Text
	tile    *widgets.Tile
	photo   *widgets.Button
	noPhoto *widgets.Button
	keypad  *widgets.Button
	save    *widgets.Button
	all     fyne.CanvasObject
}

// input is one field of the form: one of entry, choice and swatches.
type input struct {
	field    Field
	entry    *widgets.Entry
	choice   *widgets.Choice
	swatches *widgets.Swatches
	rates    []*widgets.Button // of the tax
	note     *widgets.Note
	object   *fyne.Container
}

func (in *input) keys() fyne.Focusable {
	switch {
	case in.entry != nil:
		return in.entry
	case in.choice != nil:
		return in.choice
	}
	return in.swatches
}

// columnsOf is which fields stand in each column.
var columnsOf = [3][]Field{
	{FieldName, FieldPrice, FieldMember, FieldCost, FieldPinyin},
	{FieldCodes, FieldPLU, FieldSold, FieldUnit, FieldCategory},
	{FieldTax, FieldColour, FieldState},
}

func newFormView(v *View) *formView {
	f := &formView{v: v, inputs: map[Field]*input{}}
	t := v.w.T
	f.title = text(widgets.SizeStrong, true, widgets.Ink, leading, widgets.FitElide)
	f.tile = widgets.NewTile()
	f.photo = widgets.NewButton(t("goods.photo.choose"), string(keyPhoto), widgets.Plain, f.choosePhoto).Sized(widgets.SizeDetail+1, widgets.Target)
	f.noPhoto = widgets.NewButton(t("goods.photo.none"), "", widgets.Plain, v.p.NoPhoto).Sized(widgets.SizeDetail+1, widgets.Target)
	columns := make([]fyne.CanvasObject, 3)
	for i, fields := range columnsOf {
		rows := widgets.Rows(5, nil)
		if i == 2 {
			rows.Add(f.buildTile())
		}
		for _, k := range fields {
			in := f.newInput(k)
			f.inputs[k] = in
			rows.Add(in.object)
		}
		f.columns[i] = rows
		f.scrolls[i] = container.NewVScroll(container.New(narrow{}, container.NewThemeOverride(widgets.Inset(6, 4, rows), widgets.FormTheme{})))
		columns[i] = widgets.Wheel(f.scrolls[i])
	}
	body := widgets.Even(columnGap, columns...)
	f.save = widgets.NewButton(t("goods.save"), "Ctrl+S", widgets.Primary, v.p.Save).Sized(widgets.SizeStrong, 56)
	back := widgets.NewButton(t("ask.back"), "Esc", widgets.Plain, func() { v.p.Escape() }).Sized(widgets.SizeBody, 56)
	hint := widgets.NewText(t("goods.form.keys"), widgets.Style{Size: widgets.SizeDetail, Color: widgets.InkSoft, Fit: widgets.FitShrink})
	f.keypad = widgets.NewButton(t("keypad.open"), "", widgets.Plain, f.openKeypad).Sized(widgets.SizeBody, 56)
	foot := widgets.Columns(widgets.Space, widgets.Grow(hint), hint, widgets.Sized(130, 0, f.keypad), widgets.Sized(120, 0, back), widgets.Sized(280, 0, f.save))
	f.all = widgets.NewPanel(widgets.Paper, widgets.Radius, 12, widgets.Rows(8, widgets.Grow(body), widgets.Sized(0, 28, f.title), body, foot))
	f.all.Hide()
	return f
}

// buildTile is the tile as it will be, with its photo to choose.
func (f *formView) buildTile() fyne.CanvasObject {
	label := widgets.NewText(f.v.w.T("goods.tile"), widgets.Style{Size: widgets.SizeDetail + 1, Color: widgets.InkSoft})
	keys := widgets.Rows(6, nil, f.photo, f.noPhoto)
	row := widgets.Columns(12, widgets.Grow(keys), widgets.Sized(tileWide, tileHigh, f.tile), keys)
	return widgets.Rows(2, nil, widgets.Sized(0, headLine, label), row)
}

func (f *formView) newInput(k Field) *input {
	in := &input{field: k, note: widgets.NewNote("")}
	label := widgets.NewText(f.v.w.T("item-field."+string(k)), widgets.Style{Size: widgets.SizeDetail + 1, Color: widgets.InkSoft, Fit: widgets.FitShrink})
	if k == FieldTax { // its column is the fullest
		label = widgets.NewText(label.Words(), widgets.Style{Size: widgets.SizeDetail + 1, Color: widgets.InkSoft})
		head := widgets.Columns(widgets.Space, widgets.Grow(in.note.Object()), label, in.note.Object())
		in.object = widgets.Rows(2, nil, widgets.Sized(0, headLine, head), f.newBox(in))
		return in
	}
	in.object = widgets.Rows(2, nil, widgets.Sized(0, headLine, label), f.newBox(in), in.note.Object())
	return in
}

func (f *formView) newBox(in *input) fyne.CanvasObject {
	k, p := in.field, f.v.p
	entered, left := func() { p.Arrive(k) }, func() { p.Left(k) }
	if k == FieldColour {
		in.swatches = widgets.NewSwatches(f.v.sink, func(c string) { p.Set(k, c) })
		in.swatches.Entered, in.swatches.Left = entered, left
		return in.swatches
	}
	if values := Choices(k); values != nil {
		labels := make([]string, len(values))
		for i, x := range values {
			labels[i] = f.v.w.T("item-choice." + string(k) + "." + x)
		}
		in.choice = widgets.NewChoice(f.v.sink, values, labels, 0, func(x string) { p.Set(k, x) })
		in.choice.Entered, in.choice.Left = entered, left
		return in.choice
	}
	in.entry = widgets.NewEntry(f.v.sink)
	in.entry.OnChanged = func(s string) { p.Set(k, s) }
	in.entry.OnEntered, in.entry.OnLeft = entered, left
	if id := "item-hint." + string(k); f.v.w.Has(id) {
		in.entry.SetPlaceHolder(f.v.w.T(id))
	}
	box := widgets.Box(widgets.BoxHeight, in.entry)
	switch k {
	case FieldTax:
		rates := make([]fyne.CanvasObject, len(taxRates))
		for i, r := range taxRates {
			b := widgets.NewButton(r, "", widgets.Tab, func() { p.Set(k, r) }).Sized(widgets.SizeBody, widgets.Target)
			in.rates = append(in.rates, b)
			rates[i] = b
		}
		return widgets.Rows(2, nil, box, widgets.Even(1, rates...))
	case FieldCategory:
		b := widgets.NewButton(f.v.w.T("goods.category.pick"), string(keyCategory), widgets.Plain, p.Categories).Sized(widgets.SizeDetail+1, widgets.BoxHeight)
		return widgets.Columns(6, widgets.Grow(box), box, b)
	}
	return box
}

// lastKeys is what the key left of zero is on the pad, for the fields that are of digits; 0 for none.
var lastKeys = map[Field]rune{FieldPrice: '.', FieldMember: '.', FieldCost: '.', FieldTax: '.', FieldPLU: 0, FieldCodes: 0}

// openKeypad gives a finger digits for the field that the keyboard was at last. A barcode is one more of them.
func (f *formView) openKeypad() {
	f.heed()
	p := f.v.p
	k := p.At()
	last, digits := lastKeys[k]
	if !digits || p.Leaving() {
		return
	}
	if c := f.v.canvas(); c != nil {
		c.Focus(f.v.sink)
	}
	title, text, take := f.v.w.T("item-field."+string(k)), p.Text(k), func(s string) { p.Set(k, s) }
	if k == FieldCodes {
		text, take = "", func(s string) {
			if s != "" {
				p.Scanned(s)
			}
		}
	}
	f.v.keypad.Open(title, text, last, take)
}

func (f *formView) choosePhoto() {
	if f.v.p.cfg.TakePhoto == nil || f.v.p.Leaving() {
		return
	}
	if c := f.v.canvas(); c != nil {
		c.Focus(f.v.sink)
	}
	f.v.pictures.Open()
}

// heed tells the presenter which field has the keyboard: a person may have clicked into another.
func (f *formView) heed() {
	c := f.v.canvas()
	if c == nil {
		return
	}
	for k, in := range f.inputs {
		if c.Focused() == in.keys() {
			f.v.p.Arrive(k)
			return
		}
	}
}

// typed is a character that no text field took.
func (f *formView) typed(r rune) {
	f.heed()
	in := f.inputs[f.v.p.At()]
	switch {
	case in == nil:
	case in.entry != nil:
		f.v.focus() // the keyboard was at the window: a choice that closed, a click beside
		in.entry.TypedRune(r)
	case r == ' ':
		f.v.p.Shift(in.field, 1)
	}
}

func (f *formView) pressed(k widgets.Key) bool {
	f.heed()
	p := f.v.p
	switch {
	case k.Ctrl && k.Name == fyne.KeyS:
		p.Save()
		return true
	case k.Ctrl || k.Alt:
		return false
	case p.Leaving():
		switch k.Name {
		case fyne.KeyReturn, fyne.KeyEnter:
			p.Save()
		case keyRetired:
			p.Drop()
		case fyne.KeyEscape:
			p.Escape()
		}
		return true
	}
	switch k.Name {
	case fyne.KeyEscape:
		p.Escape()
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeyDown:
		p.Next(1)
	case fyne.KeyUp:
		p.Next(-1)
	case fyne.KeyTab:
		if k.Shift {
			p.Next(-1)
		} else {
			p.Next(1)
		}
	case fyne.KeyLeft:
		p.Shift(p.At(), -1)
	case fyne.KeyRight:
		p.Shift(p.At(), 1)
	case keyCategory:
		p.Categories()
	case keyPhoto:
		f.choosePhoto()
	}
	return true // none of them belongs to what lies below the form
}

func (f *formView) draw() {
	p := f.v.p
	m := p.Form()
	f.title.Set(m.Title)
	for _, in := range f.inputs {
		in.draw(p)
	}
	f.tile.Set(m.Item.Name, m.Price, false, nil)
	f.tile.Dress(m.Item.Colour, nil)
	if m.Photo && p.cfg.Photo != nil {
		f.tile.Dress(m.Item.Colour, p.cfg.Photo(m.Item.Photo))
	}
	f.noPhoto.SetDisabled(!m.Photo)
	f.photo.SetDisabled(p.cfg.TakePhoto == nil)
	f.save.SetDisabled(m.Saving)
	_, digits := lastKeys[p.At()]
	f.keypad.SetDisabled(!digits)
	for i := range f.columns {
		f.columns[i].Refresh()
		f.scrolls[i].Refresh()
	}
	if in := f.inputs[p.At()]; in != nil {
		f.reveal(in)
	}
	f.all.Refresh()
}

// reveal scrolls as little as needed to show a field whole.
func (f *formView) reveal(in *input) {
	for i, fields := range columnsOf {
		for _, k := range fields {
			if k != in.field {
				continue
			}
			s := f.scrolls[i]
			top, high, y := in.object.Position().Y, s.Size().Height, s.Offset.Y
			bottom := top + in.object.Size().Height + 8
			switch {
			case high == 0 || top >= y && bottom <= y+high:
			case top < y:
				s.ScrollToOffset(fyne.NewPos(0, top))
			default:
				s.ScrollToOffset(fyne.NewPos(0, bottom-high))
			}
		}
	}
}

func (in *input) draw(p *Presenter) {
	words := p.Text(in.field)
	switch {
	case in.choice != nil:
		in.choice.Choose(words)
	case in.swatches != nil:
		in.swatches.Choose(words)
	case in.entry.Text != words:
		in.entry.SetText(words)
		in.entry.CursorColumn = len([]rune(words))
		in.entry.Refresh()
	}
	for i, b := range in.rates {
		b.SetChosen(taxRates[i] == words)
	}
	in.note.SetHint(p.Note(in.field))
	in.note.Judge(p.Problem(in.field))
	show(in.note.Object(), in.note.Words() != "")
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
