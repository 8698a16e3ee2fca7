package trouble

import (
	"strconv"

	"fyne.io/fyne/v2"

	"guitai/ui/widgets"
)

// Ask asks in a window whether the till was moved here, and returns what a person said. Closing the window in whatever way
// says that nothing is to be done. Call it on the main goroutine, once in a process.
func Ask(a fyne.App, lang string, q Question) Answer {
	p := &asked{q: q}
	newFrame(a, lang, p).run()
	return p.said()
}

type asked struct {
	asking
	q Question
}

func (p *asked) build(f *frame) fyne.CanvasObject {
	if p.how {
		return p.buildHow(f)
	}
	w := f.words
	middle := widgets.Style{Align: fyne.TextAlignCenter, Lines: 3}
	title, soft := middle, middle
	title.Size, title.Bold = widgets.SizeLarge, true
	soft.Color = widgets.InkSoft
	moved := p.card(f, Moved, "1", w.T("copied.moved.go"), w.T("copied.moved"), w.T("copied.moved.old"), w.T("copied.moved.goes-on"))
	second := p.card(f, Second, "2", w.T("copied.second.go"), w.T("copied.second"), w.T("copied.second.old"), w.T("copied.second.needs"))
	leave := widgets.NewButton(w.T("copied.leave"), "Esc", widgets.Quiet, p.on(f, p.back))
	return widgets.Rows(0, nil,
		wrapped(w.T("copied.title"), title), space(12),
		wrapped(p.q.origin(w), soft), space(10),
		wrapped(w.T("copied.money"), middle), space(26),
		widgets.Even(24, moved, second), space(18),
		widgets.Middle(leave),
	)
}

// card is one of the two answers; the one that Enter would give has the edge and the key.
func (p *asked) card(f *frame, a Answer, digit, do, title string, lines ...string) fyne.CanvasObject {
	edge, kind, key := widgets.Line, widgets.Plain, digit
	if p.chosen == a {
		edge, kind, key = widgets.Accent, widgets.Primary, "Enter"
	}
	rows := widgets.Rows(0, nil, wrapped(title, widgets.Style{Size: widgets.SizeStrong + 2, Bold: true, Lines: 2}), space(12))
	for _, l := range lines {
		rows.Add(wrapped(l, widgets.Style{Color: widgets.InkSoft, Lines: 2}))
		rows.Add(space(8))
	}
	spring := widgets.Spring()
	button := widgets.NewButton(do, key, kind, p.on(f, func() { p.take(a) })).Sized(widgets.SizeStrong, widgets.TargetPrimary)
	all := widgets.Rows(0, widgets.Grow(spring), rows, spring, space(14), button)
	return widgets.NewPanel(widgets.Paper, 16, 26, all).Border(edge)
}

// buildHow says how a second till is opened.
func (p *asked) buildHow(f *frame) fyne.CanvasObject {
	w, soft := f.words, widgets.Style{Color: widgets.InkSoft}
	rows := widgets.Rows(0, nil,
		wrapped(w.T("copied.how"), widgets.Style{Size: widgets.SizeLarge, Bold: true, Lines: 2}), space(12),
		wrapped(w.T("copied.money"), soft), space(4), wrapped(w.T("copied.how.none"), soft), space(18),
	)
	for i, step := range p.q.steps(w) {
		text := wrapped(step, widgets.Style{Size: widgets.SizeStrong, Lines: 3})
		number := widgets.Sized(28, 0, wrapped(strconv.Itoa(i+1), widgets.Style{Size: widgets.SizeStrong, Bold: true, Color: widgets.AccentInk, Lines: 1}))
		rows.Add(widgets.Columns(widgets.Gap, widgets.Grow(text), number, text))
		rows.Add(space(12))
	}
	spring := widgets.Spring()
	rows.Add(space(14))
	rows.Add(widgets.Columns(widgets.Gap, widgets.Grow(spring), spring,
		widgets.NewButton(w.T("copied.back"), "Esc", widgets.Quiet, p.on(f, p.back)),
		widgets.Sized(220, 0, widgets.NewButton(w.T("start.close"), "Enter", widgets.Primary, p.on(f, p.confirm)))))
	return widgets.NewPanel(widgets.Paper, 16, 32, rows).Border(widgets.Line)
}

// on does a step and shows what came of it.
func (p *asked) on(f *frame, step func()) func() {
	return func() {
		step()
		if p.over {
			f.app.Quit()
			return
		}
		f.draw()
	}
}

func (p *asked) pressed(f *frame, k fyne.KeyName) bool {
	step := map[fyne.KeyName]func(){
		fyne.KeyReturn: p.confirm, fyne.KeyEnter: p.confirm, fyne.KeyEscape: p.back, fyne.KeyTab: p.next,
		fyne.KeyLeft: func() { p.choose(Moved) }, fyne.KeyRight: func() { p.choose(Second) },
		fyne.KeyUp: func() { p.choose(Moved) }, fyne.KeyDown: func() { p.choose(Second) },
	}[k]
	if step == nil {
		return false
	}
	p.on(f, step)()
	return true
}

func (p *asked) typed(f *frame, r rune) {
	switch r {
	case '1':
		p.on(f, func() { p.choose(Moved) })()
	case '2':
		p.on(f, func() { p.choose(Second) })()
	}
}

// scanned takes back what the digits of a scan have marked.
func (p *asked) scanned(f *frame) { p.on(f, func() { p.choose(Left) })() }
