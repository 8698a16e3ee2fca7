package goods

import (
	"context"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// Sizes in device-independent pixels: all of it fits the smaller of the two windows.
const (
	rowHeight    = 56
	factHeight   = 26
	changeHeight = 44
	listPercent  = 60
	chooseWidth  = 420
	chooseHeight = 380
	labelsWidth  = 620
	pageOfRows   = 8
	mostFacts    = 8
)

// The keys of the list.
const (
	keyFind     = fyne.KeyF2
	keyCategory = fyne.KeyF3
	keyRetired  = fyne.KeyF4
	keyNew      = fyne.KeyF5
	keyCopy     = fyne.KeyF6
	keyMark     = fyne.KeyF8
	keyLabels   = fyne.KeyF9
)

// View draws the screen, for a part of the goods page.
type View struct {
	p    *Presenter
	w    *i18n.Words
	sink *widgets.Sink
	shut bool // it was put away

	what                     *widgets.Blank
	category, retired, mark  *widgets.Button
	count                    *widgets.Text
	list                     *widgets.List
	none, todo               *widgets.Text
	nothing                  *fyne.Container
	name, price, per, off    *widgets.Text
	facts                    []*fact
	historyHead, historyNone *widgets.Text
	history                  *widgets.List
	detail, right            *fyne.Container
	shown                    Detail
	enter, copyItem, labels  *widgets.Button
	browse                   fyne.CanvasObject
	form                     *formView
	pictures                 *widgets.Files
	keypad                   *widgets.Keypad
	choices                  *widgets.List
	choose, ask, print       fyne.CanvasObject
	prints                   []*widgets.Button
	layer                    *widgets.Layer
	said                     *widgets.Notice
	all                      *fyne.Container
}

// New makes the screen, with the form that was left before; nil for none. cfg.Changed is called after the view has drawn; pictures lists files
// that may be of goods, it is called elsewhere, and may be nil.
func New(cfg Config, sink *widgets.Sink, old *Draft, pictures func(context.Context) []widgets.File) *View {
	v := &View{w: cfg.Words, sink: sink}
	after := cfg.Changed
	cfg.Changed = func() {
		if v.all != nil {
			v.draw()
		}
		after()
	}
	cfg.Focus = v.focus
	v.p = NewPresenter(cfg, old)
	v.pictures = widgets.NewFiles(widgets.FilesConfig{
		Words: cfg.Words, Title: cfg.Words.T("goods.photo.which"), List: pictures, Go: cfg.Go, Take: v.p.Photo, Zone: zoneOf(cfg.Now),
	})
	v.keypad = widgets.NewKeypad(cfg.Words, v.focus)
	v.build()
	v.p.Open()
	v.draw()
	return v
}

func zoneOf(now func() time.Time) *time.Location { return now().Location() }

// Object is the screen.
func (v *View) Object() fyne.CanvasObject { return v.all }

// Show takes the till's newest state.
func (v *View) Show(s pos.Snapshot) {
	v.p.Show(s)
	v.draw()
}

// Say shows what the till says.
func (v *View) Say(tone widgets.Tone, words string) {
	if words != "" {
		v.p.Tell(words, tone != widgets.Calm)
	}
}

// Close gives what was changed in the form and not saved; nil for nothing.
func (v *View) Close() *Draft {
	v.shut = true
	return v.p.Close()
}

// Number reports whether an amount is typed, so that digits are no scan of a slow scanner.
func (v *View) Number() bool {
	if !v.p.Editing() {
		return false
	}
	switch v.p.At() {
	case FieldPrice, FieldMember, FieldCost, FieldTax, FieldPLU:
		return true
	}
	return false
}

// Dropped takes a file that was dropped on the window: in the form it can only be the photo. It reports whether it was one.
func (v *View) Dropped(path string) bool {
	if !v.p.Editing() {
		return false
	}
	v.pictures.Close()
	v.p.Photo(path)
	return true
}

// Typed is for the sink.
func (v *View) Typed(r rune) {
	switch {
	case v.pictures.IsOpen():
		v.pictures.Typed(r)
	case v.keypad.IsOpen():
		v.keypad.Typed(r)
	case v.p.Labelling() && r >= '1' && r <= '9':
		v.p.TakeLabels(int(r - '1'))
	case v.p.Editing() && !v.p.Leaving():
		v.form.typed(r)
	default:
		v.p.Typed(r)
	}
}

// Scanned is for the sink: here a scan finds goods, or is one more barcode of those in the form.
func (v *View) Scanned(code string, back int) {
	if back > 0 && !v.p.Editing() {
		v.p.search(strings.TrimSuffix(v.p.typed, code))
	}
	v.pictures.Close()
	v.keypad.Close()
	v.p.Scanned(code)
}

// Pressed is for the sink.
func (v *View) Pressed(k widgets.Key) bool {
	_, at, choosing := v.p.Choosing()
	switch {
	case v.pictures.IsOpen():
		return v.pictures.Pressed(k)
	case v.keypad.IsOpen():
		return v.keypad.Pressed(k)
	case choosing:
		return v.pressedChoice(k, at)
	case v.p.Labelling():
		return v.pressedLabels(k)
	case v.p.Editing():
		return v.form.pressed(k)
	case k.Ctrl || k.Alt:
		return false
	}
	switch k.Name {
	case fyne.KeyEscape:
		return v.p.Escape()
	case fyne.KeyReturn, fyne.KeyEnter:
		v.p.Enter()
	case fyne.KeyBackspace:
		v.p.Backspace()
	case keyFind:
		v.p.search("")
	case keyCategory:
		v.p.Categories()
	case keyRetired:
		v.p.Retired()
	case keyNew:
		v.p.New()
	case keyCopy:
		v.p.Copy()
	case keyMark:
		v.p.Mark()
	case keyLabels:
		v.p.AskLabels()
	default:
		return v.pressedArrow(k.Name)
	}
	return true
}

func (v *View) pressedArrow(k fyne.KeyName) bool {
	switch k {
	case fyne.KeyUp:
		v.p.Move(-1)
	case fyne.KeyDown:
		v.p.Move(1)
	case fyne.KeyPageUp:
		v.p.Move(-pageOfRows)
	case fyne.KeyPageDown:
		v.p.Move(pageOfRows)
	case fyne.KeyHome:
		v.p.Choose(0)
	case fyne.KeyEnd:
		v.p.End()
	default:
		return false
	}
	return true
}

func (v *View) pressedChoice(k widgets.Key, at int) bool {
	switch {
	case k.Ctrl:
		return false
	case k.Name == fyne.KeyEscape:
		v.p.Escape()
	case k.Name == keyCategory:
		v.p.Categories()
	case k.Name == fyne.KeyUp:
		v.p.Point(at - 1)
	case k.Name == fyne.KeyDown, k.Name == fyne.KeyTab:
		v.p.Point(at + 1)
	case k.Name == fyne.KeyPageUp:
		v.p.Point(at - pageOfRows)
	case k.Name == fyne.KeyPageDown:
		v.p.Point(at + pageOfRows)
	case k.Name == fyne.KeyReturn, k.Name == fyne.KeyEnter:
		v.p.Take()
	}
	return true
}

func (v *View) pressedLabels(k widgets.Key) bool {
	switch {
	case k.Ctrl:
		return false
	case k.Name == fyne.KeyEscape, k.Name == keyLabels:
		v.p.AskLabels()
	case k.Name == fyne.KeyReturn, k.Name == fyne.KeyEnter:
		v.p.TakeLabels(0)
	}
	return true
}

func (v *View) canvas() fyne.Canvas {
	if v.all == nil || v.shut || !v.all.Visible() {
		return nil
	}
	return fyne.CurrentApp().Driver().CanvasForObject(v.all)
}

// focus gives the keyboard to the field of the form that it belongs to, else to the sink.
func (v *View) focus() {
	c := v.canvas()
	if c == nil {
		return
	}
	_, _, choosing := v.p.Choosing()
	if v.p.Editing() && !v.p.Leaving() && !choosing {
		if in := v.form.inputs[v.p.At()]; in != nil {
			c.Focus(in.keys())
			if v.Number() { // what is typed takes its place
				in.entry.TypedShortcut(&fyne.ShortcutSelectAll{})
			}
			return
		}
	}
	c.Focus(v.sink)
}

// Focus gives the keyboard to where the presenter is.
func (v *View) Focus() { v.focus() }

func text(size float32, bold bool, ink fyne.ThemeColorName, align fyne.TextAlign, fit widgets.Fit) *widgets.Text {
	return widgets.NewText("", widgets.Style{Size: size, Bold: bold, Color: ink, Align: align, Fit: fit})
}

const (
	leading  = fyne.TextAlignLeading
	center   = fyne.TextAlignCenter
	trailing = fyne.TextAlignTrailing
)

func show(o fyne.CanvasObject, on bool) {
	switch {
	case on && !o.Visible():
		o.Show()
	case !on && o.Visible():
		o.Hide()
	}
}

func put(t *widgets.Text, words string) {
	t.Set(words)
	show(t, words != "")
}

func (v *View) build() {
	v.buildBrowse()
	v.form = newFormView(v)
	v.said = widgets.NewNotice()
	v.layer = widgets.NewLayer(nil)
	v.buildSheets()
	v.all = widgets.Over(v.browse, v.form.all, widgets.Inset(widgets.Space, 84, widgets.Foot(v.said)), v.layer.Object(), v.pictures.Layer(), v.keypad.Layer())
}

// buildBrowse is the list and what is known of the chosen item.
func (v *View) buildBrowse() {
	t := v.w.T
	v.what = widgets.NewBlank(t("goods.find"), t("goods.find.hint"), nil)
	button := func(id string, key fyne.KeyName, do func()) *widgets.Button {
		return widgets.NewButton(t(id), string(key), widgets.Plain, do).Sized(widgets.SizeDetail+1, widgets.Target)
	}
	fresh := button("goods.new", keyNew, v.p.New).Sized(widgets.SizeBody, widgets.Target)
	v.category, v.retired = button("goods.category.all", keyCategory, v.p.Categories), button("goods.retired", keyRetired, v.p.Retired)
	v.count = text(widgets.SizeDetail+1, false, widgets.InkSoft, trailing, widgets.FitShrink)
	bar := widgets.Columns(widgets.Gap, widgets.Grow(v.what), v.what, widgets.Foot(v.category), widgets.Foot(v.retired), widgets.Foot(fresh))

	v.list = widgets.NewList(rowHeight, func() widgets.Row { return newItemRow(v.p) })
	v.none = widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Bold: true, Align: center, Fit: widgets.FitWrap, Lines: 3})
	v.todo = widgets.NewText("", widgets.Style{Color: widgets.InkSoft, Align: center, Fit: widgets.FitWrap, Lines: 4})
	above, below := widgets.Spring(), widgets.Spring()
	v.nothing = widgets.Inset(24, 0, widgets.Rows(6, widgets.Grow(above, below), above, v.none, v.todo, below))
	left := widgets.NewPanel(widgets.Paper, widgets.Radius, 6, widgets.Over(v.list, v.nothing))
	right := widgets.NewPanel(widgets.Paper, widgets.Radius, 14, v.buildDetail())
	body := widgets.Zones(listPercent, widgets.Columns(0, widgets.Grow(left), left, widgets.Sized(10, 0, widgets.Spring())), right)
	v.browse = widgets.Rows(10, widgets.Grow(body), bar, body)
}

// fact is a line about the chosen item.
type fact struct {
	name, words *widgets.Text
	all         *fyne.Container
}

func (v *View) buildDetail() fyne.CanvasObject {
	t := v.w.T
	v.name = widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Bold: true, Fit: widgets.FitWrap, Lines: 2})
	v.price = text(widgets.SizeLarge, true, widgets.Ink, leading, widgets.FitShrink)
	v.per = text(widgets.SizeBody, false, widgets.InkSoft, leading, widgets.FitNone)
	v.off = text(widgets.SizeBody, true, widgets.DangerInk, trailing, widgets.FitShrink)
	head := widgets.Columns(widgets.Gap, widgets.Grow(v.off), v.price, v.per, v.off)
	v.detail = widgets.Rows(0, nil, v.name, head)
	for range mostFacts {
		f := &fact{name: text(widgets.SizeDetail+1, false, widgets.InkSoft, leading, widgets.FitShrink), words: text(widgets.SizeDetail+1, false, widgets.Ink, leading, widgets.FitShrink)}
		f.all = widgets.Sized(0, factHeight, widgets.Columns(widgets.Gap, widgets.Grow(f.words), widgets.Sized(76, 0, f.name), f.words))
		v.facts = append(v.facts, f)
		v.detail.Add(f.all)
	}
	v.historyHead = text(widgets.SizeDetail+1, true, widgets.Ink, leading, widgets.FitShrink)
	v.historyHead.Set(t("goods.history"))
	v.historyNone = text(widgets.SizeDetail+1, false, widgets.InkSoft, leading, widgets.FitShrink)
	v.history = widgets.NewList(changeHeight, func() widgets.Row { return newChangeRow(v) })
	past := widgets.Over(v.history, widgets.Rows(0, nil, v.historyNone))

	v.enter = widgets.NewButton(t("goods.change"), "Enter", widgets.Primary, v.p.Enter).Sized(widgets.SizeStrong, 60)
	small := func(id string, key fyne.KeyName, do func()) *widgets.Button {
		return widgets.NewButton(t(id), string(key), widgets.Plain, do).Sized(widgets.SizeDetail+1, widgets.Target)
	}
	v.copyItem, v.mark, v.labels = small("goods.copy", keyCopy, v.p.Copy), small("goods.mark", keyMark, v.p.Mark), small("goods.labels", keyLabels, v.p.AskLabels)
	keys := widgets.Even(6, v.copyItem, v.mark, v.labels)
	v.right = widgets.Rows(8, widgets.Grow(past), v.detail, widgets.Sized(0, 28, v.historyHead), past, keys, v.enter)
	return v.right
}

// buildSheets makes what may lie over the screen.
func (v *View) buildSheets() {
	t := v.w.T
	away := func() { v.p.Escape() }
	v.choices = widgets.NewList(widgets.Target, func() widgets.Row { return newChoiceRow(v.p) })
	title := widgets.NewText(t("goods.category.which"), widgets.Style{Size: widgets.SizeTitle, Bold: true, Fit: widgets.FitShrink})
	back := widgets.NewButton(t("ask.back"), "Esc", widgets.Quiet, away)
	v.choose = widgets.Sheet(chooseWidth, widgets.Rows(10, nil, widgets.Columns(widgets.Gap, widgets.Grow(title), title, back), widgets.Sized(0, chooseHeight, v.choices)), away)

	head := widgets.NewText(t("goods.leave"), widgets.Style{Size: widgets.SizeTitle, Bold: true, Fit: widgets.FitShrink})
	yes := widgets.NewButton(t("goods.leave.save"), "Enter", widgets.Primary, v.p.Save)
	no := widgets.NewButton(t("goods.leave.drop"), string(keyRetired), widgets.Grave, v.p.Drop).Sized(widgets.SizeBody, widgets.TargetPrimary)
	stay := widgets.NewButton(t("ask.back"), "Esc", widgets.Plain, away).Sized(widgets.SizeBody, widgets.TargetPrimary)
	v.ask = widgets.Sheet(620, widgets.Rows(widgets.Space, nil, head, widgets.Columns(widgets.Gap, widgets.Grow(yes), stay, no, yes)), away)

	what := widgets.NewText(t("goods.labels.which"), widgets.Style{Size: widgets.SizeTitle, Bold: true, Fit: widgets.FitShrink})
	close := widgets.NewButton(t("ask.back"), "Esc", widgets.Quiet, away)
	rows := widgets.Rows(6, nil)
	for i := range len(labelDays) + 1 {
		b := widgets.NewButton("", string(rune('1'+i)), widgets.Plain, func() { v.p.TakeLabels(i) }).Sized(widgets.SizeBody, 56).Left()
		v.prints = append(v.prints, b)
		rows.Add(b)
	}
	v.print = widgets.Sheet(labelsWidth, widgets.Rows(10, nil, widgets.Columns(widgets.Gap, widgets.Grow(what), what, close), rows), away)
}

func (v *View) draw() {
	m := v.p.Model()
	editing := v.p.Editing()
	show(v.browse, !editing)
	show(v.form.all, editing)
	if editing {
		v.form.draw()
	} else {
		v.drawBrowse(m)
	}
	tone := widgets.Calm
	if m.Sour {
		tone = widgets.Warning
	}
	v.said.Say(tone, m.Said)
	names, at, choosing := v.p.Choosing()
	switch {
	case choosing:
		v.choices.Update(len(names))
		v.choices.Reveal(at)
		v.layer.Put(v.choose)
	case v.p.Leaving():
		v.layer.Put(v.ask)
	case v.p.Labelling():
		for i, c := range v.p.LabelChoices() {
			v.prints[i].SetLabel(c.Words)
			v.prints[i].SetDisabled(c.Off)
		}
		v.layer.Put(v.print)
	default:
		v.layer.Close()
	}
	v.all.Refresh()
}

func (v *View) drawBrowse(m Model) {
	v.what.Set(m.Typed, true)
	v.category.SetLabel(m.Category)
	kind := widgets.Plain
	if m.Retired {
		kind = widgets.Tab
	}
	v.retired.SetKind(kind)
	v.retired.SetChosen(m.Retired)
	label := m.Count
	if label == "" {
		label = v.w.T("goods.find")
	} else {
		label = v.w.T("goods.find.of", label)
	}
	v.what.SetLabel(label, widgets.Calm)
	v.list.Update(v.p.Len())
	v.list.Reveal(v.p.at)
	show(v.nothing, m.None != "")
	v.none.Set(m.None)
	put(v.todo, m.Todo)
	v.nothing.Refresh()
	v.drawDetail(m)
}

func (v *View) drawDetail(m Model) {
	d := v.p.Detail()
	v.shown = d
	show(v.detail, d.There)
	show(v.historyHead, d.There)
	v.name.Set(d.Name)
	v.price.Set(d.Price)
	v.per.Set(d.Per)
	v.off.Set(d.Off)
	for i, f := range v.facts {
		show(f.all, i < len(d.Facts))
		if i < len(d.Facts) {
			f.name.Set(d.Facts[i].Name)
			f.words.Set(d.Facts[i].Words)
		}
	}
	v.history.Update(len(d.Changes))
	put(v.historyNone, d.None)
	v.mark.SetLabel(m.Marked)
	for _, b := range []*widgets.Button{v.enter, v.copyItem, v.mark} {
		b.SetDisabled(!d.There)
	}
	v.detail.Refresh()
	v.right.Refresh()
}
