package sell

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

const (
	lineHeight  = 62
	extraHeight = 22 // of what is taken off a line, and of its note
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
	keys   map[pos.KeyAction]*widgets.Button
	left   fyne.CanvasObject

	pieces *widgets.Text
	phones *widgets.Button // how many phones may still pay; hidden while none
	lines  *widgets.List
	empty  fyne.CanvasObject
	sums   []*widgets.Text // what stands over the total
	takes  []*widgets.Text // and how much that is
	over   *fyne.Container
	due    *widgets.Text
	row    *fyne.Container // what is due, and its name
	total  *widgets.Text
	bottom *fyne.Container
	others *widgets.Button
	cash   *widgets.Button
	wechat *widgets.Button
	member *widgets.Text // that members' prices hold
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

// Redress draws the tiles again: a photo has been read.
func (v *View) Redress() { v.tiles.Update(v.p.TileCount()) }

// Say shows a message.
func (v *View) Say(tone widgets.Tone, words string) { v.notice.Say(tone, words) }

// Leave gives the keyboard back, because another screen comes to the front.
func (v *View) Leave() {
	v.field.Leave()
	v.p.close()
}

// Asking reports whether the quantity prompt is open.
func (v *View) Asking() bool { return v.p.asking }

// Chosen is the line of the cart that is chosen.
func (v *View) Chosen() int { return v.p.Chosen() }

// Scanned is for the sink.
func (v *View) Scanned(code string, back int) { v.p.Scanned(code, back) }

// Acts is for the sink: while nothing is typed some characters are keys.
func (v *View) Acts(r rune) bool { return v.p.Idle() && v.w.Keys().Types(r, pos.KeysSelling) != "" }

// Typed is for the sink.
func (v *View) Typed(r rune) {
	if v.Acts(r) {
		v.do(v.w.Keys().Types(r, pos.KeysSelling))
		return
	}
	v.p.Typed(r)
}

// Pressed is for the sink.
func (v *View) Pressed(k widgets.Key) bool {
	if a := v.w.Keys().Does(k.Chord(), pos.KeysSelling); a != "" {
		return v.do(a)
	}
	return !k.Ctrl && !k.Alt && v.moved(k.Name)
}

// do is what a person does by a key that has an action. It reports whether this screen knows the action.
func (v *View) do(a pos.KeyAction) bool {
	p := v.p
	switch a {
	case pos.KeyFind:
		p.close()
		v.field.Open()
	case pos.KeyQuantity:
		p.AskQuantity()
	case pos.KeyMore:
		p.Step(1)
	case pos.KeyLess:
		p.Step(-1)
	case pos.KeyRemove:
		p.Remove()
	case pos.KeyClear:
		p.Clear()
	case pos.KeyUndo:
		p.Undo()
	case pos.KeyCash:
		p.Cash()
	case pos.KeyWeChat:
		p.WeChat()
	case pos.KeyHold:
		p.Hold()
		v.field.Leave()
	case pos.KeyMember:
		p.Members()
	default:
		p.close()
		return p.cfg.Act(a)
	}
	return true
}

// moved is the keys that nobody gives away.
func (v *View) moved(k fyne.KeyName) bool {
	p := v.p
	switch k {
	case fyne.KeyBackspace:
		p.Backspace()
	case fyne.KeyReturn, fyne.KeyEnter:
		p.Enter()
		if p.Field() == "" {
			v.field.Leave()
		}
	case fyne.KeyTab:
		p.Tiles()
	case fyne.KeyEscape:
		if p.Escape() {
			if p.Field() == "" {
				v.field.Leave()
			}
			return true
		}
		was := v.field.Focused()
		v.field.Leave()
		return was
	case fyne.KeyUp:
		p.Move(0, -1)
	case fyne.KeyDown:
		p.Move(0, 1)
	case fyne.KeyLeft:
		p.Move(-1, 0)
	case fyne.KeyRight:
		p.Move(1, 0)
	case fyne.KeyPageUp:
		p.Move(0, -6)
	case fyne.KeyPageDown:
		p.Move(0, 6)
	default:
		return false
	}
	return true
}

func (v *View) buildLeft(sink *widgets.Sink) {
	t := v.w.T
	v.field = widgets.NewField(sink, v.w.Key(pos.KeyFind), t("sell.find"))
	v.field.OnChanged = v.p.SetField
	v.times = widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Bold: true, Color: widgets.AccentInk})
	v.times.Hide()

	v.tabs = widgets.Columns(2, nil)
	v.tabBar = container.NewHScroll(widgets.Rows(0, widgets.Grow(v.tabs), v.tabs, widgets.Sized(0, barRoom, widgets.Spring())))
	v.tiles = widgets.NewTiles(tileWidth, tileHeight, func(i int, x *widgets.Tile) {
		name, price, chosen := v.p.Tile(i)
		x.Set(name, price, chosen, func() { v.p.TapTile(i) })
		colour, photo := v.p.TileLook(i)
		var picture image.Image
		if v.p.cfg.Photo != nil && photo != "" {
			picture = v.p.cfg.Photo(photo)
		}
		x.Dress(colour, picture)
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
	legend := v.buildLegend()
	top := widgets.Columns(widgets.Space, widgets.Grow(v.field), v.field, v.times)
	body := widgets.Over(v.shelf, v.search, widgets.Foot(v.notice))
	v.left = widgets.Inset(widgets.Space, 12, widgets.Rows(12, widgets.Grow(body), top, body, legend))
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
