package settings

import (
	"image"
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"guitai/ui/widgets"
)

// side is what is seen of the settings: the receipt, what came of a trial, the last scan.
type side struct {
	v       *View
	head    *widgets.Text
	picture *canvas.Image
	paper   *paper
	scroll  *container.Scroll
	error   *widgets.Text
	drawn   image.Image

	scan                               *fyne.Container
	code, kind, says, check, pace, ask *widgets.Text

	reading *fyne.Container
	letters map[string]*widgets.Button

	words, todo, more *widgets.Text
	checks            [mostChecks]*widgets.Text
	answer            *fyne.Container
	acts              map[Act]*widgets.Button
	buttons           *fyne.Container
	gap               fyne.CanvasObject
	rows              *fyne.Container
	object            fyne.CanvasObject
}

func text(size float32, bold bool, ink fyne.ThemeColorName, lines int) *widgets.Text {
	s := widgets.Style{Size: size, Bold: bold, Color: ink, Fit: widgets.FitShrink}
	if lines > 0 {
		s.Fit, s.Lines = widgets.FitWrap, lines
	}
	return widgets.NewText("", s)
}

func put(t *widgets.Text, words string) {
	t.Set(words)
	show(t, words != "")
}

func (v *View) newSide() *side {
	s := &side{v: v, letters: map[string]*widgets.Button{}, acts: map[Act]*widgets.Button{}}
	t := v.w.T
	s.head = text(widgets.SizeDetail+1, true, widgets.InkSoft, 0)
	s.picture = canvas.NewImageFromImage(nil)
	s.picture.FillMode, s.picture.ScaleMode = canvas.ImageFillStretch, canvas.ImageScaleSmooth
	s.paper = &paper{}
	s.scroll = container.NewVScroll(container.New(s.paper, canvas.NewRectangle(color.White), s.picture))
	s.error = text(widgets.SizeBody, true, widgets.DangerInk, 4)

	s.ask, s.code = text(widgets.SizeStrong, true, widgets.Ink, 3), text(widgets.SizeTitle, true, widgets.Ink, 3)
	s.kind, s.check, s.pace = text(widgets.SizeStrong, false, widgets.Ink, 2), text(widgets.SizeStrong, true, widgets.AccentInk, 2), text(widgets.SizeBody, false, widgets.InkSoft, 3)
	s.says = text(widgets.SizeStrong, true, widgets.Ink, 3)
	s.scan = widgets.Rows(14, nil, s.ask, s.code, s.kind, s.says, s.check, s.pace)

	s.reading = s.newReading()
	s.words, s.todo, s.more = text(widgets.SizeStrong, true, widgets.Ink, 3), text(widgets.SizeBody, false, widgets.Ink, 7), text(widgets.SizeDetail, false, widgets.InkSoft, 2)
	s.answer = widgets.Rows(6, nil, s.words)
	for i := range s.checks {
		s.checks[i] = text(widgets.SizeBody, false, widgets.Ink, 4)
		s.answer.Add(s.checks[i])
	}
	s.answer.Add(s.todo)
	s.answer.Add(s.more)
	for _, a := range []Act{ActStatus, ActDrawer, ActTestPage, ActCalibrate, ActPole, ActSounds, ActWeChat, ActCopyTo, ActRestart} {
		s.acts[a] = widgets.NewButton(t("settings.act."+string(a)), string(keysOf[a]), widgets.Plain, func() { v.p.Try(a) }).Sized(widgets.SizeDetail+1, widgets.Target)
	}
	s.buttons = widgets.Rows(6, nil, widgets.Even(6, s.acts[ActStatus], s.acts[ActDrawer]))
	for _, a := range []Act{ActTestPage, ActCalibrate, ActPole, ActSounds, ActWeChat, ActCopyTo, ActRestart} {
		s.buttons.Add(s.acts[a])
	}
	s.gap = widgets.Spring()
	s.rows = widgets.Rows(10, widgets.Grow(s.scroll, s.gap, v.keys.side), s.head, v.keys.side, s.error, s.scroll, s.scan, s.reading, s.buttons, s.answer, s.gap)
	s.object = widgets.NewPanel(widgets.Paper, widgets.Radius, 14, s.rows)
	return s
}

// newReading is what is asked once the test page is printed: which of its lines can be read.
func (s *side) newReading() *fyne.Container {
	t, p := s.v.w.T, s.v.p
	_, all, _ := p.Reading()
	title := text(widgets.SizeStrong, true, widgets.Ink, 3)
	title.Set(t("settings.reading"))
	grid := widgets.Rows(6, nil)
	const across = 5
	for from := 0; from < len(all); from += across {
		row := make([]fyne.CanvasObject, across)
		for i := range row {
			row[i] = widgets.Spring()
			if at := from + i; at < len(all) {
				letter := all[at : at+1]
				b := widgets.NewButton(letter, "", widgets.Tab, func() { p.Letter(rune(letter[0])) }).Sized(widgets.SizeStrong, widgets.Target)
				s.letters[letter] = b
				row[i] = widgets.NewPanel(widgets.Ground, widgets.Radius, 0, b)
			}
		}
		grid.Add(widgets.Even(6, row...))
	}
	find := widgets.NewButton(t("settings.reading.find"), "Enter", widgets.Primary, p.Confirm)
	stop := widgets.NewButton(t("ask.back"), "Esc", widgets.Plain, p.Escape).Sized(widgets.SizeBody, widgets.TargetPrimary)
	return widgets.Rows(12, nil, title, grid, widgets.Columns(widgets.Gap, widgets.Grow(find), stop, find))
}

func (s *side) draw(p *Presenter) {
	t := p.cfg.Words.T
	part := p.Part()
	reading, _, read := p.Reading()
	preview := (part == PartPrinter || part == PartReceipt) && !reading
	head := t("settings.side." + string(part))
	if reading {
		head = t("settings.act." + string(ActTestPage))
	}
	s.head.Set(head)
	show(s.scroll, preview)
	show(s.gap, !preview && part != PartKeys)
	show(s.v.keys.side, part == PartKeys)
	show(s.error, false)
	if preview {
		s.drawPreview(p)
	}
	scanning := part == PartScanner || part == PartLabels
	show(s.scan, scanning)
	if scanning {
		s.drawScan(p)
	}
	show(s.reading, reading)
	for letter, b := range s.letters {
		on := false
		for _, r := range read {
			on = on || string(r) == letter
		}
		b.SetChosen(on)
	}
	s.drawAnswer(p)
	offered := map[Act]bool{}
	for _, a := range p.Acts() {
		offered[a] = true
	}
	_, busy, _ := p.Trial()
	for a, b := range s.acts {
		show(b, offered[a] && !reading)
		b.SetDisabled(busy)
	}
	for _, c := range []*fyne.Container{s.buttons, s.answer, s.scan, s.rows} {
		c.Refresh() // a panel does not lay out what is in it
	}
}

func (s *side) drawPreview(p *Presenter) {
	picture, words := p.Preview()
	if words != "" {
		words = "⚠ " + words
	}
	put(s.error, words)
	if picture == nil {
		show(s.picture, false)
		return
	}
	if picture != s.drawn {
		s.drawn = picture
		size := picture.Bounds().Size()
		s.paper.dots = fyne.NewSize(float32(size.X), float32(size.Y))
		s.picture.Image = picture
		s.picture.Refresh()
	}
	if width := s.scroll.Size().Width; width > 0 {
		s.paper.width = width
	}
	s.scroll.Refresh()
	show(s.picture, true)
}

func (s *side) drawScan(p *Presenter) {
	t := p.cfg.Words.T
	last := p.LastScan()
	if last == nil {
		ask := t("settings.scan.ask")
		if p.Part() == PartLabels {
			ask = t("settings.barcodes.ask")
		}
		put(s.ask, ask)
		for _, x := range []*widgets.Text{s.code, s.kind, s.says, s.check, s.pace} {
			put(x, "")
		}
		return
	}
	put(s.ask, t("settings.scan.n", last.N))
	put(s.code, last.Code)
	put(s.kind, last.Kind)
	put(s.says, last.Says)
	check := last.Check
	ink := widgets.AccentInk
	if last.Bad {
		check, ink = "× "+check, widgets.DangerInk
	} else if check != "" {
		check = "✓ " + check
	}
	s.check.SetColor(ink)
	put(s.check, check)
	put(s.pace, last.Pace)
}

func (s *side) drawAnswer(p *Presenter) {
	t := p.cfg.Words.T
	act, busy, a := p.Trial()
	words, todo, ink := a.Words, a.Todo, widgets.AccentInk
	switch step := p.Calibrating(); {
	case busy:
		words, ink, todo = "… "+t("settings.busy."+string(act)), widgets.Ink, ""
		if p.Eager() {
			todo = t("settings.busy.eager")
		}
	case step == 1:
		words, todo, ink = t("settings.calibrate.shut"), t("settings.calibrate.enter"), widgets.Ink
	case step == 2:
		words, todo, ink = t("settings.calibrate.open"), t("settings.calibrate.enter"), widgets.Ink
	case words == "" && (factActs[p.Part()] != nil || slices.Contains(ofShop, p.Part())): // more than a word: it is to be read
		todo = p.Idle()
	case words == "":
		words, ink = p.Idle(), widgets.InkSoft
	case a.Good:
		words = "✓ " + words
	default:
		words, ink = "× "+words, widgets.DangerInk
	}
	s.words.SetColor(ink)
	put(s.words, words)
	put(s.todo, todo)
	put(s.more, a.More)
	for i, x := range s.checks {
		if i >= len(a.Checks) || busy {
			put(x, "")
			continue
		}
		drawCheck(x, a.Checks[i], t)
	}
	show(s.answer, words != "" || todo != "")
}

// mostChecks is how many things a trial looks at.
const mostChecks = 6

// drawCheck says what came of one of several checks, by sign and word.
func drawCheck(x *widgets.Text, c CheckLine, t func(string, ...any) string) {
	sign, ink := "✓ ", widgets.AccentInk
	switch c.State {
	case CheckBad:
		sign, ink = "× ", widgets.DangerInk
	case CheckNote:
		sign, ink = "– ", widgets.Ink
	case CheckGood:
	}
	words := c.Words
	if c.Todo != "" {
		words = t("settings.then", words, c.Todo)
	}
	x.SetColor(ink)
	put(x, sign+words)
}

// paper lays a receipt as wide as it is on the widest paper, however high that makes it.
type paper struct {
	dots  fyne.Size
	width float32 // the room there is
}

// widestDots is the width of 80 mm paper in dots.
const widestDots float32 = 576

const paperMargin float32 = 10

func (l *paper) scale(width float32) float32 {
	return max(0, width-2*paperMargin) / max(widestDots, l.dots.Width)
}

// Layout is for Fyne.
func (l *paper) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	k := l.scale(size.Width)
	w, h := float32(int(l.dots.Width*k)), float32(int(l.dots.Height*k))
	x := float32(int((size.Width - w) / 2))
	objects[0].Move(fyne.NewPos(x-paperMargin, 0))
	objects[0].Resize(fyne.NewSize(w+2*paperMargin, h+2*paperMargin))
	objects[1].Move(fyne.NewPos(x, paperMargin))
	objects[1].Resize(fyne.NewSize(w, h))
	objects[0].(*canvas.Rectangle).Hidden = l.dots.Height == 0
}

// MinSize is for Fyne. The width is given; the height follows from it.
func (l *paper) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(60, l.dots.Height*l.scale(l.width)+2*paperMargin)
}
