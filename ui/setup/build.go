package setup

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// The keys of this screen, besides Enter, Esc, Tab and the arrows.
const (
	keySetUp    = fyne.KeyF2
	keyLanguage = fyne.KeyF3
	keyShow     = fyne.KeyF4
	keySave     = fyne.KeyF9 // where the till has its main key, too
)

// build makes every object in the language of words.
func (s *Setup) build() {
	w := s.words
	s.inputs = map[Field]*input{}
	s.welcome, s.form = s.buildWelcome(w), s.buildForm(w)
	s.root.Objects = []fyne.CanvasObject{widgets.Over(widgets.NewPanel(widgets.Ground, 0, 0, nil), s.welcome, s.form)}
	s.root.Refresh()
}

// bar is the line on top: whose program it is, and the other language.
func (s *Setup) bar(title string) fyne.CanvasObject {
	name := widgets.NewText(title, widgets.Style{Size: widgets.SizeStrong, Bold: true})
	other := widgets.NewButton(s.words.T("head.language"), string(keyLanguage), widgets.Quiet, s.p.SwitchLanguage)
	spring := widgets.Spring()
	line := widgets.Inset(24, 4, widgets.Columns(widgets.Gap, widgets.Grow(spring), name, spring, other))
	return widgets.Rows(0, nil, widgets.NewPanel(widgets.Paper, 0, 0, line), rule())
}

func rule() fyne.CanvasObject { return widgets.Sized(0, 1, widgets.NewPanel(widgets.Line, 0, 0, nil)) }

func (s *Setup) buildWelcome(w *i18n.Words) fyne.CanvasObject {
	centred := fyne.TextAlignCenter
	title := widgets.NewText(w.T("setup.welcome"), widgets.Style{Size: widgets.SizeLarge, Bold: true, Align: centred})
	todo := widgets.NewText(w.T("setup.welcome.todo"), widgets.Style{Color: widgets.InkSoft, Align: centred})
	s.practise = widgets.NewButton(w.T("setup.practice.go"), "Enter", widgets.Primary, s.p.Practise)
	s.setUp = widgets.NewButton(w.T("setup.shop.go"), string(keySetUp), widgets.Plain, s.p.Begin).Sized(widgets.SizeStrong, widgets.TargetPrimary)
	s.cards[0] = card(s.practise, w.T("setup.practice"), w.T("setup.practice.shop"), w.T("setup.practice.money"), w.T("setup.practice.safe"))
	s.cards[1] = card(s.setUp, w.T("setup.shop"), w.T("setup.shop.page"), w.T("setup.shop.need"), w.T("setup.shop.here"))
	both := widgets.Even(24, s.cards[0], s.cards[1])
	middle := atMost(cardWidth, widgets.Rows(0, nil, title, space(6), todo, space(36), both))
	return widgets.Rows(0, widgets.Grow(middle), s.bar(w.T("app.name")), middle)
}

func space(height float32) fyne.CanvasObject { return widgets.Sized(0, height, widgets.Spring()) }

// card is one of the two ways: a title, three lines about it, and the button that takes it.
func card(button *widgets.Button, title string, lines ...string) *widgets.Panel {
	rows := widgets.Rows(0, nil, widgets.NewText(title, widgets.Style{Size: widgets.SizeTitle, Bold: true}), space(14))
	for _, line := range lines {
		rows.Add(widgets.NewText(line, widgets.Style{Fit: widgets.FitShrink, Color: widgets.InkSoft}))
		rows.Add(space(8))
	}
	rows.Add(space(20))
	rows.Add(button)
	return widgets.NewPanel(widgets.Paper, 16, 28, rows).Border(widgets.Line)
}

func (s *Setup) buildForm(w *i18n.Words) fyne.CanvasObject {
	shop := widgets.Rows(0, nil,
		part(w.T("setup.part.shop")),
		s.text(FieldName, w.T("setup.name"), w.T("setup.name.hint"), "柜台便利店"),
		widgets.Even(widgets.Space,
			s.text(FieldID, w.T("setup.id"), w.T("setup.id.hint"), "S001"),
			s.text(FieldTill, w.T("setup.till"), w.T("setup.till.hint"), "T1")),
		s.choose(FieldLanguage, w.T("setup.language"), w.T("setup.language.hint"), w.T("setup.language.chinese"), w.T("setup.language.english")),
	)
	wechat := widgets.Rows(0, nil,
		part(w.T("setup.part.wechat")),
		s.text(FieldAppID, w.T("setup.appid"), w.T("setup.appid.hint"), "wx8888888888888888"),
		s.text(FieldMchID, w.T("setup.mch-id"), w.T("setup.mch-id.hint"), "1900000109"),
		s.secret(w),
	)
	printer := s.choose(FieldPrinter, w.T("setup.printer"), "", w.T("setup.printer.none"), w.T("setup.printer.network"), w.T("setup.printer.folder"))
	address := s.text(FieldAddress, w.T("setup.address"), "", "")
	paper := widgets.Sized(168, 0, s.choose(FieldPaper, w.T("setup.paper"), w.T("setup.paper.hint"), "80", "58"))
	s.inputs[FieldPaper].object = paper
	right := widgets.Columns(widgets.Space, widgets.Grow(address), address, paper)
	paperPart := widgets.Rows(0, nil, part(w.T("setup.part.printer")), widgets.Even(partGap, printer, right))
	fields := container.NewThemeOverride(widgets.Rows(10, nil, widgets.Even(partGap, shop, wechat), paperPart), widgets.FormTheme{})
	middle := atMost(pageWidth, fields)
	body := widgets.Inset(24, 4, middle)
	return widgets.Rows(0, widgets.Grow(body), s.bar(w.T("setup.shop")), body, s.foot(w))
}

// foot has the way back on the left, what there is to say, and the one primary action in the corner.
func (s *Setup) foot(w *i18n.Words) fyne.CanvasObject {
	s.back = widgets.NewButton(w.T("setup.back"), "Esc", widgets.Plain, s.p.Back).Sized(widgets.SizeBody, 60)
	s.save = widgets.NewButton(w.T("setup.save"), string(keySave), widgets.Primary, s.p.Save).Sized(widgets.SizeStrong, 60)
	s.notice = widgets.NewNotice()
	room := widgets.Over(s.notice) // kept while there is nothing to say
	line := widgets.Columns(widgets.Space, widgets.Grow(room), widgets.Sized(132, 0, s.back), room, widgets.Sized(240, 0, s.save))
	return widgets.Rows(0, nil, rule(), widgets.NewPanel(widgets.Paper, 0, 0, widgets.Inset(24, 10, line)))
}

func part(title string) fyne.CanvasObject {
	return widgets.Rows(0, nil, widgets.NewText(title, widgets.Style{Size: widgets.SizeStrong, Bold: true, Color: widgets.AccentInk}), space(8))
}
