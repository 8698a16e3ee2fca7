package sell

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

const (
	lineHeight  = 62
	foundHeight = 58
	tileWidth   = 138
	tileHeight  = 100
	barRoom     = 8 // under the categories, for the bar that says there are more
)

// View draws the selling screen.
type View struct {
	p      *Presenter
	w      *i18n.Words
	post   func(pos.Command)
	field  *widgets.Field
	times  *widgets.Text
	tabs   *fyne.Container
	tabBar *container.Scroll
	tiles  *widgets.Tiles
	shelf  fyne.CanvasObject // tabs and tiles
	none   fyne.CanvasObject // said instead of tiles
	hits   *widgets.List
	what   *widgets.Text
	todo   *widgets.Text
	search fyne.CanvasObject // results
	notice *widgets.Notice
	keys   map[string]*widgets.Button
	left   fyne.CanvasObject

	pieces *widgets.Text
	phones *widgets.Button // how many phones may still pay; hidden while none
	lines  *widgets.List
	empty  fyne.CanvasObject
	total  *widgets.Text
	cash   *widgets.Button
	wechat *widgets.Button
	right  fyne.CanvasObject
	mark   *widgets.Text
	head   *fyne.Container // of the cart

	prompt *quantityPrompt
	chosen int // tile the keyboard was on when last drawn
}

// New makes the screen. cfg.Changed is taken over by the view; practice puts the practice mark on it.
func New(cfg Config, sink *widgets.Sink, practice bool) *View {
	v := &View{w: cfg.Words, post: cfg.Post, chosen: -1}
	cfg.Changed = v.changed
	v.p = NewPresenter(cfg)
	v.buildLeft(sink)
	v.buildRight(practice)
	v.prompt = newQuantityPrompt(v.p, v.w)
	v.drawCart()
	v.drawTiles()
	return v
}

// Left is the zone of items and search.
func (v *View) Left() fyne.CanvasObject { return v.left }

// Right is the zone of the cart.
func (v *View) Right() fyne.CanvasObject { return v.right }

// Layer is what this screen lays over the whole window: its prompt.
func (v *View) Layer() fyne.CanvasObject { return v.prompt.layer.Object() }

// Show takes the till's newest state.
func (v *View) Show(s pos.Snapshot) {
	v.p.Show(s)
	selling := s.Pay == nil
	v.cash.SetDisabled(v.p.Empty())
	v.wechat.SetDisabled(v.p.Empty() || !selling)
	if words := v.p.Phones(); words != v.phones.Label() {
		v.phones.SetLabel(words)
		show(v.phones, words != "")
		v.head.Refresh()
	}
	v.wechat.SetDimmed(s.Health.WeChat.Light == pos.LightOff && s.Health.WeChat.Cause != pos.CodeNone)
}

// Say shows a message.
func (v *View) Say(tone widgets.Tone, words string) { v.notice.Say(tone, words) }

// Leave gives the keyboard back, because another screen comes to the front.
func (v *View) Leave() {
	v.field.Leave()
	v.p.close()
}

// Asking reports whether the quantity prompt is open.
func (v *View) Asking() bool { return v.p.asking }

// Scanned is for the sink.
func (v *View) Scanned(code string, back int) { v.p.Scanned(code, back) }

// Typed is for the sink.
func (v *View) Typed(r rune) { v.p.Typed(r) }

// Pressed is for the sink.
func (v *View) Pressed(k widgets.Key) bool {
	p := v.p
	switch {
	case k.Ctrl && k.Name == fyne.KeyDelete:
		p.Clear()
	case k.Ctrl && k.Name == fyne.KeyZ:
		p.Undo()
	case k.Ctrl:
		return false
	case k.Name == fyne.KeyF2:
		p.close()
		v.field.Open()
	case k.Name == fyne.KeyF4:
		p.AskQuantity()
	case k.Name == fyne.KeyF8:
		p.Cash()
	case k.Name == fyne.KeyF9:
		p.WeChat()
	case k.Name == fyne.KeyDelete:
		p.Remove()
	case k.Name == fyne.KeyBackspace:
		p.Backspace()
	case k.Name == fyne.KeyReturn, k.Name == fyne.KeyEnter:
		p.Enter()
		if p.Field() == "" {
			v.field.Leave()
		}
	case k.Name == fyne.KeyTab:
		p.Tiles()
	case k.Name == fyne.KeyEscape:
		if p.Escape() {
			if p.Field() == "" {
				v.field.Leave()
			}
			return true
		}
		was := v.field.Focused()
		v.field.Leave()
		return was
	case k.Name == fyne.KeyUp:
		p.Move(0, -1)
	case k.Name == fyne.KeyDown:
		p.Move(0, 1)
	case k.Name == fyne.KeyLeft:
		p.Move(-1, 0)
	case k.Name == fyne.KeyRight:
		p.Move(1, 0)
	case k.Name == fyne.KeyPageUp:
		p.Move(0, -6)
	case k.Name == fyne.KeyPageDown:
		p.Move(0, 6)
	default:
		return false
	}
	return true
}

func (v *View) buildLeft(sink *widgets.Sink) {
	t := v.w.T
	v.field = widgets.NewField(sink, "F2", t("sell.find"))
	v.field.OnChanged = v.p.SetField
	v.times = widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Bold: true, Color: widgets.AccentInk})
	v.times.Hide()

	v.tabs = widgets.Columns(2, nil)
	v.tabBar = container.NewHScroll(widgets.Rows(0, widgets.Grow(v.tabs), v.tabs, widgets.Sized(0, barRoom, widgets.Spring())))
	v.tiles = widgets.NewTiles(tileWidth, tileHeight, func(i int, x *widgets.Tile) {
		name, price, chosen := v.p.Tile(i)
		x.Set(name, price, chosen, func() { v.p.TapTile(i) })
	})
	v.tiles.OnColumns = v.p.SetColumns
	v.none = widgets.Middle(say(t("sell.tiles.none"), t("sell.tiles.todo")))
	v.none.Hide()
	grid := widgets.Over(v.tiles, v.none)
	v.shelf = widgets.Rows(2, widgets.Grow(grid), widgets.Sized(0, widgets.Target+barRoom, v.tabBar), grid)

	v.what = widgets.NewText("", widgets.Style{Size: widgets.SizeBody, Bold: true, Fit: widgets.FitElide})
	v.todo = widgets.NewText("", widgets.Style{Size: widgets.SizeDetail, Color: widgets.InkSoft})
	v.hits = widgets.NewList(foundHeight, func() widgets.Row { return newFoundRow(v.p) })
	head := widgets.Sized(0, widgets.Target, widgets.Columns(widgets.Gap, widgets.Grow(v.what), v.what, v.todo))
	v.search = widgets.Rows(widgets.Gap, widgets.Grow(v.hits), head, v.hits)
	v.search.Hide()

	v.notice = widgets.NewNotice()
	v.keys = map[string]*widgets.Button{}
	legend := widgets.Columns(widgets.Gap, nil)
	for _, k := range []struct {
		id, key string
		do      func()
	}{
		{"sell.key.quantity", "F4", v.p.AskQuantity},
		{"sell.key.remove", "Del", v.p.Remove},
		{"sell.key.clear", "Ctrl+Del", v.p.Clear},
		{"sell.key.undo", "Ctrl+Z", v.p.Undo},
		{"sell.key.reprint", "Ctrl+P", func() { v.post(pos.ReprintLast{}) }},
	} {
		b := widgets.NewButton(t(k.id), k.key, widgets.Plain, k.do).Sized(widgets.SizeBody-1, widgets.Target)
		v.keys[k.id] = b
		legend.Add(b)
	}
	top := widgets.Columns(widgets.Space, widgets.Grow(v.field), v.field, v.times)
	body := widgets.Over(v.shelf, v.search, widgets.Foot(v.notice))
	v.left = widgets.Inset(widgets.Space, 12, widgets.Rows(12, widgets.Grow(body), top, body, legend))
}

func (v *View) buildRight(practice bool) {
	t := v.w.T
	title := widgets.NewText(t("sell.cart"), widgets.Style{Size: widgets.SizeStrong, Bold: true})
	v.pieces = widgets.NewText("", widgets.Style{Size: widgets.SizeBody, Color: widgets.InkSoft, Align: fyne.TextAlignTrailing, Fit: widgets.FitElide})
	v.phones = widgets.NewButton("", "Ctrl+K", widgets.Quiet, func() { v.p.cfg.Pending() }).Sized(widgets.SizeBody, widgets.Target)
	v.phones.Hide()
	// It stands between the two and moves neither: whoever taps beside it hits what he meant.
	v.head = widgets.Columns(widgets.Gap, widgets.Grow(v.pieces), title, v.phones, v.pieces)
	head := widgets.Inset(20, 0, widgets.Sized(0, 52, v.head))

	v.lines = widgets.NewList(lineHeight, func() widgets.Row { return newCartRow(v.p) })
	v.empty = widgets.Middle(say(t("sell.empty.what"), t("sell.empty.todo")))
	layers := []fyne.CanvasObject{v.empty, v.lines}
	if practice {
		v.mark = widgets.NewText(t("mark.practice"), widgets.Style{Size: 92, Bold: true, Color: widgets.Watermark, Align: fyne.TextAlignCenter, Fit: widgets.FitShrink})
		bottom := widgets.Rows(0, nil, widgets.Spring(), widgets.Inset(28, 0, v.mark))
		bottom = widgets.Rows(0, widgets.Grow(bottom.Objects[0]), bottom.Objects...)
		layers = append([]fyne.CanvasObject{bottom}, layers...)
	}
	list := widgets.Over(layers...)

	due := widgets.NewText(t("sell.total"), widgets.Style{Size: widgets.SizeStrong, Color: widgets.InkSoft})
	v.total = widgets.NewText(v.p.Total(), widgets.Style{Size: widgets.SizeTotal, Bold: true, Align: fyne.TextAlignTrailing, Fit: widgets.FitShrink})
	sum := widgets.Inset(20, 0, widgets.Sized(0, 72, widgets.Columns(widgets.Gap, widgets.Grow(v.total), due, v.total)))
	v.cash = widgets.NewButton(t("sell.key.cash"), "F8", widgets.Plain, v.p.Cash).Sized(widgets.SizeStrong, widgets.TargetPrimary)
	v.wechat = widgets.NewButton(t("sell.key.wechat"), "F9", widgets.Primary, v.p.WeChat)
	pay := widgets.Inset(widgets.Space, 0, widgets.Columns(widgets.Gap, widgets.Grow(v.wechat), widgets.Sized(132, 0, v.cash), v.wechat))
	rule := func() fyne.CanvasObject { return widgets.Sized(0, 1, widgets.NewPanel(widgets.Line, 0, 0, nil)) }
	v.right = widgets.NewPanel(widgets.Paper, 0, 0,
		widgets.Rows(0, widgets.Grow(list), head, rule(), list, rule(), sum, pay, widgets.Sized(0, 12, widgets.Spring())))
}

// say is an empty state: what is so, and what to do.
func say(what, todo string) fyne.CanvasObject {
	return widgets.Rows(4, nil,
		widgets.NewText(what, widgets.Style{Size: widgets.SizeStrong, Bold: true, Align: fyne.TextAlignCenter}),
		widgets.NewText(todo, widgets.Style{Size: widgets.SizeBody, Color: widgets.InkSoft, Align: fyne.TextAlignCenter}))
}

func (v *View) changed(part Part) {
	switch part {
	case PartCart:
		v.drawCart()
	case PartField:
		v.field.Set(v.p.Field())
		if times := v.p.Times(); times != v.times.Words() || v.times.Visible() == (times == "") {
			v.times.Set(times)
			show(v.times, times != "")
			v.left.Refresh()
		}
	case PartFound:
		v.drawFound()
	case PartTabs:
		v.drawTabs()
	case PartTiles:
		v.drawTiles()
		v.tiles.Top()
	case PartTile:
		v.tiles.Update(v.p.TileCount())
		if i := v.p.TileChosen(); i >= 0 {
			v.tiles.Reveal(i)
		}
	case PartPrompt:
		v.prompt.draw()
	}
}

func show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

func (v *View) drawCart() {
	v.lines.Update(v.p.Lines())
	v.lines.Reveal(v.p.Chosen())
	v.pieces.Set(v.p.Pieces())
	v.total.Set(v.p.Total())
	empty := v.p.Empty()
	show(v.empty, empty)
	if v.mark != nil {
		show(v.mark, v.p.Lines() < 4)
	}
	v.cash.SetDisabled(empty)
	v.wechat.SetDisabled(empty)
	for _, id := range []string{"sell.key.quantity", "sell.key.remove", "sell.key.clear"} {
		v.keys[id].SetDisabled(empty)
	}
	v.keys["sell.key.undo"].SetDisabled(!v.p.CanUndo())
	v.keys["sell.key.reprint"].SetDisabled(!v.p.CanReprint())
}

func (v *View) drawFound() {
	finding := v.p.Finding()
	show(v.search, finding)
	show(v.shelf, !finding)
	if !finding {
		return
	}
	what, todo := v.p.FoundWords()
	v.what.Set(what)
	v.todo.Set(todo)
	v.search.Refresh()
	v.hits.Update(v.p.Found())
	v.hits.Reveal(v.p.FoundChosen())
}

func (v *View) drawTabs() {
	names, chosen := v.p.Tabs()
	if len(names) != len(v.tabs.Objects) {
		v.tabs.RemoveAll()
		for i := range names {
			v.tabs.Add(widgets.NewButton(names[i], "", widgets.Tab, func() { v.p.ChooseTab(i) }))
		}
	}
	for i, o := range v.tabs.Objects {
		b := o.(*widgets.Button)
		b.SetLabel(names[i])
		b.SetChosen(i == chosen)
	}
	v.tabBar.Refresh()
}

func (v *View) drawTiles() {
	v.tiles.Update(v.p.TileCount())
	show(v.none, v.p.TileCount() == 0 && v.p.loaded)
}
