package deals

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"guitai/ui/widgets"
)

const (
	headLine  = 20
	columnGap = 20
	entryHigh = 52
)

// formView draws the form.
type formView struct {
	v       *View
	inputs  map[Field]*input
	columns [2]*fyne.Container
	scrolls [2]*container.Scroll
	pairs   []*fyne.Container // fields that stand side by side
	title   *widgets.Text
	listed  *widgets.Text
	list    *widgets.List
	entries []Entry
	says    *widgets.Text
	tryHead *widgets.Text
	trials  []*trial
	side    *fyne.Container
	keypad  *widgets.Button
	save    *widgets.Button
	all     fyne.CanvasObject
}

// input is one field: one of entry, choice and days.
type input struct {
	field  Field
	entry  *widgets.Entry
	choice *widgets.Choice
	days   *days
	note   *widgets.Note
	object *fyne.Container
}

func (in *input) keys() fyne.Focusable {
	switch {
	case in.entry != nil:
		return in.entry
	case in.choice != nil:
		return in.choice
	}
	return in.days
}

// beside are fields that share a line.
var beside = [][]Field{{FieldN, FieldPrice, FieldPercent}, {FieldFrom, FieldTo}, {FieldStarts, FieldEnds}}

var columnsOf = [2][]Field{
	{FieldName, FieldKind, FieldN, FieldMixed, FieldWho},
	{FieldFrom, FieldStarts, FieldDays, FieldFor, FieldFind},
}

func newFormView(v *View) *formView {
	f := &formView{v: v, inputs: map[Field]*input{}}
	t := v.w.T
	columns := make([]fyne.CanvasObject, 2)
	for i, fields := range columnsOf {
		rows := widgets.Rows(4, nil)
		for _, k := range fields {
			f.inputs[k] = f.newInput(k)
			row := f.inputs[k].object
			for _, pair := range beside {
				if pair[0] != k {
					continue
				}
				all := []fyne.CanvasObject{row}
				for _, also := range pair[1:] {
					f.inputs[also] = f.newInput(also)
					all = append(all, f.inputs[also].object)
				}
				row = widgets.Even(widgets.Gap, all...)
				f.pairs = append(f.pairs, row)
			}
			rows.Add(row)
		}
		f.columns[i] = rows
		f.scrolls[i] = container.NewVScroll(container.New(narrow{}, container.NewThemeOverride(widgets.Inset(6, 4, rows), widgets.FormTheme{})))
		columns[i] = widgets.Wheel(f.scrolls[i])
	}
	f.title = text(widgets.SizeStrong, true, widgets.Ink, widgets.FitElide)
	f.listed = text(widgets.SizeDetail+1, false, widgets.InkSoft, widgets.FitShrink)
	f.list = widgets.NewList(entryHigh, func() widgets.Row { return newEntryRow(f) })
	f.says = wrapped(widgets.SizeBody, true, widgets.Ink, 2)
	f.tryHead = text(widgets.SizeDetail+1, false, widgets.InkSoft, widgets.FitShrink)
	f.tryHead.Set(t("deals.try"))
	try := widgets.Rows(2, nil, f.tryHead, f.says)
	for range mostTrials {
		x := newTrial()
		f.trials = append(f.trials, x)
		try.Add(x.all)
	}
	box := widgets.NewPanel(widgets.Paper, widgets.Radius, 2, f.list).Border(widgets.Line)
	tried := widgets.NewPanel(widgets.Ground, widgets.Radius, 10, widgets.Sized(0, 148, try))
	upper := widgets.Rows(2, widgets.Grow(box), widgets.Sized(0, headLine, f.listed), box)
	f.side = widgets.Inset(0, 4, widgets.Rows(8, widgets.Grow(upper), upper, tried))
	body := widgets.Even(columnGap, columns[0], columns[1], f.side)
	f.save = widgets.NewButton(t("goods.save"), "Ctrl+S", widgets.Primary, v.p.Save).Sized(widgets.SizeStrong, 56)
	back := widgets.NewButton(t("ask.back"), "Esc", widgets.Plain, func() { v.p.Escape() }).Sized(widgets.SizeBody, 56)
	hint := widgets.NewText(t("deals.form.keys"), widgets.Style{Size: widgets.SizeDetail, Color: widgets.InkSoft, Fit: widgets.FitShrink})
	f.keypad = widgets.NewButton(t("keypad.open"), "", widgets.Plain, f.openKeypad).Sized(widgets.SizeBody, 56)
	foot := widgets.Columns(widgets.Space, widgets.Grow(hint), hint, widgets.Sized(130, 0, f.keypad), widgets.Sized(120, 0, back), widgets.Sized(280, 0, f.save))
	f.all = widgets.NewPanel(widgets.Paper, widgets.Radius, 12, widgets.Rows(8, widgets.Grow(body), widgets.Sized(0, 28, f.title), body, foot))
	f.all.Hide()
	return f
}

func (f *formView) newInput(k Field) *input {
	in := &input{field: k, note: widgets.NewNote("")}
	label := widgets.NewText(f.v.w.T("deal-field."+string(k)), widgets.Style{Size: widgets.SizeDetail + 1, Color: widgets.InkSoft, Fit: widgets.FitShrink})
	in.object = widgets.Rows(2, nil, widgets.Sized(0, headLine, label), f.newBox(in), in.note.Object())
	return in
}

func (f *formView) newBox(in *input) fyne.CanvasObject {
	k, p := in.field, f.v.p
	entered, left := func() { p.Arrive(k) }, func() { p.Left(k) }
	if k == FieldDays {
		names := make([]string, len(week))
		for i, d := range week {
			names[i] = f.v.w.T(weekWords[d])
		}
		in.days = newDays(f.v.sink, names, p.Day)
		in.days.entered, in.days.left = entered, left
		return in.days
	}
	if values := Choices(k); values != nil {
		labels := make([]string, len(values))
		for i, x := range values {
			labels[i] = f.v.w.T("deal-choice." + string(k) + "." + x)
		}
		perRow := 0
		if k == FieldKind {
			perRow = 3
		}
		in.choice = widgets.NewChoice(f.v.sink, values, labels, perRow, func(x string) { p.Set(k, x) })
		in.choice.Entered, in.choice.Left = entered, left
		return in.choice
	}
	in.entry = widgets.NewEntry(f.v.sink)
	in.entry.OnChanged = func(s string) { p.Set(k, s) }
	in.entry.OnEntered, in.entry.OnLeft = entered, left
	if id := "deal-hint." + string(k); f.v.w.Has(id) {
		in.entry.SetPlaceHolder(f.v.w.T(id))
	}
	return widgets.Box(widgets.BoxHeight, in.entry)
}

// lastKeys is what the key left of zero is on the pad, for the fields that are of digits; 0 for none.
var lastKeys = map[Field]rune{FieldN: 0, FieldPrice: '.', FieldPercent: '.', FieldFrom: '-', FieldTo: '-', FieldStarts: ':', FieldEnds: ':'}

// openKeypad gives a finger digits for the field that the keyboard was at last.
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
	f.v.keypad.Open(f.v.w.T("deal-field."+string(k)), p.Text(k), last, func(s string) { p.Set(k, s) })
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
		f.v.focus() // the keyboard was at the window: a click beside
		in.entry.TypedRune(r)
	case in.days != nil && r >= '1' && r <= '7':
		f.v.p.Day(int(r - '1'))
	case in.days != nil && r == ' ':
		f.v.p.Day(in.days.at)
	case r == ' ':
		f.v.p.Turn(in.field, 1)
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
		case fyne.KeyF4:
			p.Drop()
		case fyne.KeyEscape:
			p.Escape()
		}
		return true
	}
	in := f.inputs[p.At()]
	finding := p.At() == FieldFind
	switch k.Name {
	case fyne.KeyEscape:
		p.Escape()
	case fyne.KeyReturn, fyne.KeyEnter:
		if !finding || !p.Take() {
			p.Next(1)
		}
	case fyne.KeyDown:
		if finding {
			p.Point(p.Pick() + 1)
		} else {
			p.Next(1)
		}
	case fyne.KeyUp:
		if finding && p.Pick() > 0 {
			p.Point(p.Pick() - 1)
		} else {
			p.Next(-1)
		}
	case fyne.KeyTab:
		if k.Shift {
			p.Next(-1)
		} else {
			p.Next(1)
		}
	case fyne.KeyLeft, fyne.KeyRight:
		by := 1
		if k.Name == fyne.KeyLeft {
			by = -1
		}
		if in != nil && in.days != nil {
			in.days.point(in.days.at + by)
		} else {
			p.Turn(p.At(), by)
		}
	case fyne.KeyDelete:
		if finding {
			p.Out()
		}
	}
	return true // none of them belongs to what lies below the form
}

func (f *formView) draw() {
	p := f.v.p
	f.title.Set(p.Title())
	asks := p.Asks()
	for k, in := range f.inputs {
		show(in.object, slices.Contains(asks, k))
		in.draw(p)
	}
	for _, pair := range f.pairs {
		on := slices.ContainsFunc(pair.Objects, func(o fyne.CanvasObject) bool { return o.Visible() })
		show(pair, on)
		pair.Refresh()
	}
	f.entries = p.Entries()
	id := "deal-list." + p.Text(FieldFor)
	if p.Finding() {
		id = "deal-list.found"
	}
	f.listed.Set(f.v.w.T(id, len(f.entries)))
	f.list.Update(len(f.entries))
	f.list.Reveal(p.Pick())
	says, trials := p.Trials()
	if says == "" {
		says = f.v.w.T("deals.try.not-yet")
	}
	f.says.Set(says)
	drawTrials(f.trials, trials)
	f.save.SetDisabled(p.busy)
	_, digits := lastKeys[p.At()]
	f.keypad.SetDisabled(!digits)
	for i := range f.columns {
		f.columns[i].Refresh()
		f.scrolls[i].Refresh()
	}
	if in := f.inputs[p.At()]; in != nil {
		f.reveal(in)
	}
	f.side.Refresh()
	f.all.Refresh()
}

// reveal scrolls as little as needed to show a field whole.
func (f *formView) reveal(in *input) {
	for i, rows := range f.columns {
		for _, row := range rows.Objects {
			holds := row == fyne.CanvasObject(in.object)
			if c, ok := row.(*fyne.Container); ok && !holds {
				holds = slices.Contains(c.Objects, fyne.CanvasObject(in.object))
			}
			if !holds {
				continue
			}
			s := f.scrolls[i]
			top, high, y := row.Position().Y, s.Size().Height, s.Offset.Y
			bottom := top + row.Size().Height + 8
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
	case in.days != nil:
		in.days.set(p.Days())
	case in.entry.Text != words:
		in.entry.SetText(words)
		in.entry.CursorColumn = len([]rune(words))
		in.entry.Refresh()
	}
	in.note.SetHint(p.Note(in.field))
	in.note.Judge(p.Problem(in.field))
	show(in.note.Object(), in.note.Words() != "")
}

// days is the seven days of the week, each on or off. It takes the keyboard like a text field and hands every key to the sink, whose screen
// knows the arrows.
type days struct {
	widget.BaseWidget
	sink          *widgets.Sink
	names         []string
	buttons       []*widgets.Button
	ring          *widgets.Panel
	inside        fyne.CanvasObject
	at            int
	bits          uint8
	here          bool
	entered, left func()
}

func newDays(sink *widgets.Sink, names []string, turn func(int)) *days {
	d := &days{sink: sink, names: names, ring: widgets.NewPanel(widgets.Paper, widgets.Radius, 0, nil).Border(widgets.Line)}
	row := make([]fyne.CanvasObject, 8)
	row[7] = widgets.Spring()
	for i := range names {
		b := widgets.NewButton(names[i], "", widgets.Tab, func() {
			if c := fyne.CurrentApp().Driver().CanvasForObject(d); c != nil {
				c.Focus(d)
			}
			d.at = i
			turn(i)
		}).Sized(widgets.SizeBody, widgets.Target)
		d.buttons = append(d.buttons, b)
		row[i] = b
	}
	d.inside = widgets.Inset(3, 3, widgets.Rows(2, nil, widgets.Even(2, row[:4]...), widgets.Even(2, row[4:]...))) // a finger needs room
	d.ExtendBaseWidget(d)
	return d
}

func (d *days) set(bits uint8) {
	d.bits = bits
	for i, b := range d.buttons {
		b.SetChosen(bits&(1<<week[i]) != 0)
		label := d.names[i]
		if d.here && i == d.at {
			label = "[" + label + "]"
		}
		b.SetLabel(label)
	}
}

func (d *days) point(i int) {
	d.at = max(0, min(len(d.buttons)-1, i))
	d.set(d.bits)
}

// FocusGained is for Fyne.
func (d *days) FocusGained() {
	d.here = true
	d.ring.Border(widgets.Accent).Refresh()
	d.set(d.bits)
	d.entered()
}

// FocusLost is for Fyne.
func (d *days) FocusLost() {
	d.here = false
	d.ring.Border(widgets.Line).Refresh()
	d.set(d.bits)
	d.left()
}

// TypedRune is for Fyne.
func (d *days) TypedRune(r rune) { d.sink.TypedRune(r) }

// TypedKey is for Fyne.
func (d *days) TypedKey(k *fyne.KeyEvent) { d.sink.TypedKey(k) }

// TypedShortcut is for Fyne.
func (d *days) TypedShortcut(s fyne.Shortcut) { d.sink.TypedShortcut(s) }

// AcceptsTab keeps Tab a key of the screen.
func (d *days) AcceptsTab() bool { return true }

// Cursor is for Fyne.
func (d *days) Cursor() desktop.Cursor { return desktop.DefaultCursor }

// CreateRenderer is for Fyne.
func (d *days) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(widgets.Over(d.ring, d.inside))
}

// entryRow is goods, or a category, beside the form.
type entryRow struct {
	widgets.TapRow
	f                  *formView
	at                 int
	sign, name, detail *widgets.Text
}

func newEntryRow(f *formView) *entryRow {
	r := &entryRow{
		f: f, sign: text(widgets.SizeBody, true, widgets.AccentInk, widgets.FitNone), name: text(widgets.SizeBody, false, widgets.Ink, widgets.FitElide),
		detail: text(widgets.SizeDetail, false, widgets.InkSoft, widgets.FitElide),
	}
	words := widgets.Rows(0, nil, r.name, r.detail)
	r.Init(r, 2, 0, widgets.Columns(6, widgets.Grow(words), widgets.Sized(18, 0, r.sign), words))
	return r
}

// Draw shows entry i.
func (r *entryRow) Draw(i int) {
	if r.at = i; i >= len(r.f.entries) {
		return
	}
	e := r.f.entries[i]
	sign := ""
	if e.In {
		sign = "✓"
	}
	r.sign.Set(sign)
	r.name.Set(e.Name)
	put(r.detail, e.Detail)
	r.Choose(e.Chosen)
	r.Refresh()
}

// Tapped takes the entry; of goods that are in already it goes to them, and a second time takes them out.
func (r *entryRow) Tapped(*fyne.PointEvent) {
	p := r.f.v.p
	again := p.Pick() == r.at && p.At() == FieldFind
	p.Arrive(FieldFind)
	p.Point(r.at)
	if !p.Take() && again {
		p.Out()
	}
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
