package settings

import (
	"fyne.io/fyne/v2"

	"guitai/ui/widgets"
)

// mostFacts is how many facts a part has at most.
const mostFacts = 5

// actWidth is a button's.
const actWidth float32 = 250

// actKind is how a button of a fact stands out.
var actKind = map[Act]widgets.Kind{ActPair: widgets.Primary, ActUnpair: widgets.Grave}

// facts is what a part says beside what it asks for: some words above its fields, and names with values and buttons below.
type facts struct {
	intro *widgets.Text
	above fyne.CanvasObject // intro with its room
	rows  [mostFacts]*factRow
}

// factRow is a fact.
type factRow struct {
	name, value, hint *widgets.Text
	acts              map[Act]*widgets.Button // only the one that it has is seen
	buttons           *fyne.Container
	room              fyne.CanvasObject // theirs
	column, object    *fyne.Container
}

// factActs are what can be done about the facts of a part.
var factActs = map[Part][]Act{
	PartRelay: {ActPair, ActRelay, ActCallback, ActUnpair},
	PartPhone: {ActPrepay, ActPhoneKey, ActCopyKey},
	PartShop:  {},
}

// newFacts makes the words of a part; nil for one that has none.
func (v *View) newFacts(part Part) *facts {
	if factActs[part] == nil {
		return nil
	}
	f := &facts{intro: text(widgets.SizeBody, false, widgets.Ink, 6)}
	f.above = widgets.Inset(0, 6, f.intro)
	for i := range f.rows {
		r := &factRow{
			name:  text(widgets.SizeBody, false, widgets.InkSoft, 2),
			value: text(widgets.SizeBody, true, widgets.Ink, 4),
			hint:  text(widgets.SizeDetail, false, widgets.InkSoft, 5),
			acts:  map[Act]*widgets.Button{},
		}
		r.buttons = widgets.Rows(0, nil)
		for _, a := range factActs[part] {
			b := widgets.NewButton(v.w.T("settings.act."+string(a)), string(keysOf[a]), actKind[a], func() { v.p.Try(a) }).Sized(widgets.SizeBody, widgets.Target)
			r.acts[a] = b
			r.buttons.Add(b)
		}
		gap := widgets.Spring()
		r.room = widgets.Inset(0, 4, widgets.Columns(0, widgets.Grow(gap), widgets.Sized(actWidth, 0, r.buttons), gap))
		r.column = widgets.Rows(2, nil, r.value, r.hint, r.room)
		r.object = widgets.Columns(widgets.Gap, widgets.Grow(r.column), widgets.Sized(labelWidth, 0, widgets.Rows(0, nil, r.name)), r.column)
		f.rows[i] = r
	}
	return f
}

// draw says what the presenter does.
func (f *facts) draw(p *Presenter) {
	put(f.intro, p.Intro())
	show(f.above, p.Intro() != "")
	all := p.Facts()
	_, busy, _ := p.Trial()
	for i, r := range f.rows {
		show(r.object, i < len(all))
		if i >= len(all) {
			continue
		}
		x := all[i]
		r.name.Set(x.Name)
		ink := widgets.Ink
		switch {
		case x.Bad:
			ink = widgets.DangerInk
		case x.Good:
			ink = widgets.AccentInk
		}
		r.value.SetColor(ink)
		put(r.value, x.Value)
		put(r.hint, x.Hint)
		for a, b := range r.acts {
			show(b, a == x.Act)
			b.SetDisabled(busy)
		}
		show(r.room, x.Act != "")
		r.buttons.Refresh()
		r.column.Refresh()
	}
}
