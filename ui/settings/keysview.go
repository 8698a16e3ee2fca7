package settings

import (
	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/ui/widgets"
)

const (
	keyRowHeight      = 52
	keyColumn         = 132
	keyDefaults       = fyne.KeyF8
	keyDefaultOfOne   = fyne.KeyDelete
	keyDefaultsLegend = "F8"
)

// keyView draws the part of the keys: the list of actions, and beside it the chosen one.
type keyView struct {
	p    *Presenter
	rows []KeyRow
	list *widgets.List

	name, help, key, was *widgets.Text
	ask, bad, todo       *widgets.Text
	change, stop, swap   *widgets.Button
	one, all             *widgets.Button
	answers, defaults    *fyne.Container
	side                 *fyne.Container
}

func (v *View) newKeyView() *keyView {
	t, p := v.w.T, v.p
	k := &keyView{p: p}
	k.list = widgets.NewList(keyRowHeight, func() widgets.Row { return newKeyRow(k) })
	k.name, k.help = text(widgets.SizeTitle, true, widgets.Ink, 2), text(widgets.SizeBody, false, widgets.InkSoft, 3)
	k.key, k.was = text(widgets.SizeLarge, true, widgets.AccentInk, 0), text(widgets.SizeBody, false, widgets.InkSoft, 0)
	k.ask, k.bad, k.todo = text(widgets.SizeStrong, false, widgets.Ink, 4), text(widgets.SizeStrong, true, widgets.DangerInk, 4), text(widgets.SizeBody, false, widgets.Ink, 4)
	k.change = widgets.NewButton(t("settings.keys.change"), "Enter", widgets.Primary, p.AskKey)
	k.swap = widgets.NewButton(t("settings.keys.swap"), "Enter", widgets.Primary, p.SwapKey)
	k.stop = widgets.NewButton(t("settings.keys.keep"), "Esc", widgets.Plain, func() { p.KeepKey() }).Sized(widgets.SizeBody, widgets.TargetPrimary)
	k.one = widgets.NewButton(t("settings.keys.default"), "Del", widgets.Plain, p.ResetKey).Sized(widgets.SizeDetail+1, widgets.Target)
	k.all = widgets.NewButton(t("settings.keys.defaults"), keyDefaultsLegend, widgets.Plain, p.ResetKeys).Sized(widgets.SizeDetail+1, widgets.Target)
	gap := widgets.Spring()
	k.answers = widgets.Columns(widgets.Gap, widgets.Grow(k.swap), k.stop, k.swap)
	k.defaults = widgets.Even(widgets.Gap, k.one, k.all)
	k.side = widgets.Rows(10, widgets.Grow(gap), k.name, k.help, widgets.NewPanel(widgets.Ground, widgets.Radius, 10, k.key), k.was, k.ask, k.bad, k.todo, k.answers, k.change, gap, k.defaults)
	return k
}

func (k *keyView) draw() {
	k.rows = k.p.KeyRows()
	k.list.Update(len(k.rows))
	for i, r := range k.rows {
		if r.Chosen {
			k.list.Reveal(i)
		}
	}
	m := k.p.KeySide()
	put(k.name, m.Name)
	put(k.help, m.Help)
	k.key.Set(m.Key)
	put(k.was, m.Was)
	put(k.ask, m.Ask)
	put(k.bad, m.Bad)
	put(k.todo, m.Todo)
	show(k.swap, m.Swap)
	show(k.change, !m.Asking)
	show(k.answers, m.Asking)
	show(k.defaults, !m.Asking)
	k.one.SetDisabled(!m.Changed)
	k.all.SetDisabled(!m.AnyChanged)
	k.answers.Refresh()
	k.side.Refresh()
}

// typed takes a character while a key is asked for; it reports whether one was.
func (k *keyView) typed(r rune) bool {
	if !k.p.AskingKey() {
		return k.p.Part() == PartKeys
	}
	if c, err := pos.ParseKey(pos.ASCII(string(r))); err == nil {
		k.p.PressKey(c)
	}
	return true
}

// pressed takes a key of the part, and every key while one is asked for. It reports whether it took it.
func (k *keyView) pressed(key widgets.Key) bool {
	p := k.p
	if p.Part() != PartKeys || p.Asked() != AskNothing {
		return false
	}
	enter := key.Name == fyne.KeyReturn || key.Name == fyne.KeyEnter
	if p.AskingKey() {
		switch {
		case key.Name == fyne.KeyEscape:
			p.KeepKey()
		case enter && p.MaySwap():
			p.SwapKey()
		default:
			p.PressKey(key.Chord())
		}
		return true
	}
	if key.Ctrl || key.Alt {
		return false
	}
	in, at := p.keys.in, p.keys.at
	switch {
	case key.Name == keyDefaults:
		p.ResetKeys()
	case !in && (enter || key.Name == fyne.KeyRight || key.Name == fyne.KeyTab && !key.Shift):
		p.ChooseKey(at)
	case !in:
		return false
	case enter:
		p.AskKey()
	case key.Name == keyDefaultOfOne || key.Name == fyne.KeyBackspace:
		p.ResetKey()
	case key.Name == fyne.KeyUp && at == 0, key.Name == fyne.KeyEscape, key.Name == fyne.KeyLeft, key.Name == fyne.KeyTab:
		p.KeepKey()
	case key.Name == fyne.KeyUp:
		p.ChooseKey(at - 1)
	case key.Name == fyne.KeyDown:
		p.ChooseKey(at + 1)
	case key.Name == fyne.KeyHome:
		p.ChooseKey(0)
	case key.Name == fyne.KeyEnd:
		p.ChooseKey(pos.KeyCount - 1)
	default:
		return false
	}
	return true
}

// keyRow is a heading, or an action and its key.
type keyRow struct {
	widgets.TapRow
	k                     *keyView
	head, name, help, key *widgets.Text
	entry                 fyne.CanvasObject
	at                    int
}

func newKeyRow(k *keyView) *keyRow {
	r := &keyRow{
		k: k, head: text(widgets.SizeBody, true, widgets.InkSoft, 0),
		name: text(widgets.SizeBody, false, widgets.Ink, 0), help: text(widgets.SizeDetail, false, widgets.InkSoft, 0),
		key: widgets.NewText("", widgets.Style{Size: widgets.SizeBody, Bold: true, Color: widgets.AccentInk, Align: fyne.TextAlignTrailing, Fit: widgets.FitShrink}),
	}
	left := widgets.Rows(0, nil, r.name, r.help)
	r.entry = widgets.Columns(widgets.Gap, widgets.Grow(left), left, widgets.Sized(keyColumn, 0, r.key))
	r.Init(r, 8, 2, widgets.Over(r.head, r.entry))
	return r
}

// Draw shows row i.
func (r *keyRow) Draw(i int) {
	row := r.k.rows[i]
	r.at = row.Index
	put(r.head, row.Heading)
	show(r.entry, row.Heading == "")
	r.name.Set(row.Name)
	r.help.Set(row.Help)
	words := row.Key
	if row.Changed {
		words = "✎ " + words
	}
	r.key.Set(words)
	r.Choose(row.Chosen)
}

// Tapped chooses the action; tapped again it asks for its key.
func (r *keyRow) Tapped(*fyne.PointEvent) {
	switch {
	case r.at < 0:
	case r.k.p.keys.in && r.k.p.keys.at == r.at:
		r.k.p.AskKey()
	default:
		r.k.p.ChooseKey(r.at)
	}
}
