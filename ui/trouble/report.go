package trouble

import (
	"fyne.io/fyne/v2"

	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// Tell says in a window why the till did not start, and returns when a person has closed it. say gives it in a language.
// Call it on the main goroutine, once in a process.
func Tell(a fyne.App, lang string, say func(*i18n.Words) Report) {
	newFrame(a, lang, telling{say}).run()
}

type telling struct{ say func(*i18n.Words) Report }

func (t telling) build(f *frame) fyne.CanvasObject {
	w := f.words
	r := t.say(w)
	sign := widgets.NewText("!", widgets.Style{Size: widgets.SizeLarge, Bold: true, Color: widgets.DangerInk})
	title := wrapped(r.What, widgets.Style{Size: widgets.SizeLarge, Bold: true, Lines: 2})
	rows := widgets.Rows(0, nil,
		widgets.Columns(widgets.Space, widgets.Grow(title), sign, title), space(22),
		labelled(w.T("start.money"), r.Money), space(14),
		labelled(w.T("start.todo"), r.Todo),
	)
	if len(r.Detail) > 0 {
		rows.Add(space(20))
		rows.Add(detail(w, r.Detail))
	}
	rows.Add(space(26))
	spring := widgets.Spring()
	rows.Add(widgets.Columns(0, widgets.Grow(spring), spring,
		widgets.Sized(220, 0, widgets.NewButton(w.T("start.close"), "Enter", widgets.Primary, f.app.Quit))))
	return widgets.NewPanel(widgets.Paper, 16, 32, rows).Border(widgets.Line)
}

// labelled is a sentence with what it is about before it.
func labelled(label, words string) fyne.CanvasObject {
	text := wrapped(words, widgets.Style{Size: widgets.SizeStrong, Lines: 2})
	name := widgets.Sized(labelWidth, 0, wrapped(label, widgets.Style{Size: widgets.SizeStrong, Color: widgets.InkSoft, Lines: 1}))
	return widgets.Columns(widgets.Space, widgets.Grow(text), name, text)
}

// detail is what the terminal would say, for whoever puts it right.
func detail(w *i18n.Words, faults []string) fyne.CanvasObject {
	rows := widgets.Rows(6, nil, widgets.NewText(w.T("start.detail"), widgets.Style{Size: widgets.SizeDetail, Color: widgets.InkSoft}))
	for i, fault := range faults {
		if i == shownDetail {
			rows.Add(widgets.NewText("…", widgets.Style{Size: widgets.SizeDetail}))
			break
		}
		rows.Add(wrapped(fault, widgets.Style{Size: widgets.SizeDetail, Lines: max(1, shownDetail/len(faults))}))
	}
	return widgets.NewPanel(widgets.Ground, widgets.Radius, 14, rows)
}

func (telling) pressed(f *frame, k fyne.KeyName) bool {
	switch k {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeyEscape:
		f.app.Quit()
		return true
	}
	return false
}

func (telling) typed(*frame, rune) {}
func (telling) scanned(*frame)     {}
