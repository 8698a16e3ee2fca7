package main

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// openedGoods are the sheets and pages of goods and of promotions, as [opened] has the others.
var openedGoods = []opening{
	{"goods, list", "cart", "ctrl+I*"},
	{"goods, prices it had", "cart", "ctrl+I* Down* Down*"},
	{"goods, category", "cart", "ctrl+I* F3*"},
	{"goods, labels", "cart", "ctrl+I* F4* F8 F9"},
	{"goods, none found", "cart", "ctrl+I* z* z* z*"},
	{"goods, empty", "empty", "ctrl+I*"},
	{"goods, unread", "broken", "ctrl+I*"},
	{"goods, closed", "no-key", "ctrl+I*"},
	{"goods, item", "cart", "ctrl+I* Return*"},
	{"goods, item at a loss", "cart", "ctrl+I* Return* Down Down Down 9 9"},
	{"goods, item with something wrong", "cart", "ctrl+I* Return* Down x Down 9 9 9 Down x Down Down 1 1 Down x Down Down x Down Down x Down"},
	{"goods, new item", "cart", "ctrl+I* F5 ctrl+S"},
	{"goods, photo", "cart", "ctrl+I* Return* F6*"},
	{"goods, leave", "cart", "ctrl+I* Return* Down 9 Escape"},
	{"goods, promotions", "cart", "ctrl+I* Tab Down* Down* Down Down*"},
	{"goods, promotions, none", "empty", "ctrl+I* Tab"},
	{"goods, promotions, unread", "broken", "ctrl+I* Tab"},
	{"goods, promotion, take away", "cart", "ctrl+I* Tab Delete"},
	{"goods, promotion, nth", "cart", "ctrl+I* Tab Return*"},
	{"goods, promotion, bundle", "cart", "ctrl+I* Tab Down* Return"},
	{"goods, promotion, cut", "cart", "ctrl+I* Tab Down* Down* Return*"},
	{"goods, promotion, price", "cart", "ctrl+I* Tab Down* Down* Down Return"},
	{"goods, promotion, member", "cart", "ctrl+I* Tab F5 x Return Right* Right Right Right"},
	{"goods, promotion, with something wrong", "cart", "ctrl+I* Tab F5 ctrl+S Return x Down x Down Down Down x Down x Down x Down x Down"},
	{"goods, promotion, leave", "cart", "ctrl+I* Tab Return* x Escape"},
	{"goods, file", "cart", "ctrl+I* Tab Tab"},
	{"goods, file, which", "cart", "ctrl+I* Tab Tab F2*"},
	{"goods, file, changes", "cart", "ctrl+I* Tab Tab F2* Return*"},
	{"goods, file, new", "cart", "ctrl+I* Tab Tab F2* Return* F3"},
	{"goods, file, bad rows", "cart", "ctrl+I* Tab Tab F2* Down Return*"},
	{"goods, file, taken", "cart", "ctrl+I* Tab Tab F2* Return* Return*"},
	{"goods, file, changed meanwhile", "watched", "ctrl+I* Tab Tab F2* Return* Return*"},
	{"goods, file, exported", "cart", "ctrl+I* Tab Tab F5*"},
	{"goods, file, not exported", "broken", "ctrl+I* Tab Tab F6*"},
}

// TestGoods_NothingIsCut looks at the goods pages, also in the larger of the windows.
func TestGoods_NothingIsCut(t *testing.T) {
	mayGiveWay := func(words string) bool { return words == shop.Name+" · "+shop.Till || namesGoods(words) }
	app := test.NewTempApp(t)
	for _, o := range openedGoods {
		for _, lang := range []string{i18n.Chinese, i18n.English} {
			for _, size := range []fyne.Size{fyne.NewSize(1024, 768), fyne.NewSize(1366, 768)} {
				if lang == i18n.English && size.Width > 1024 { // what fits there in English fits here
					continue
				}
				look(t, app, o, lang, size, mayGiveWay)
			}
		}
	}
}

// spilled are the buttons in sight whose words do not fit into them.
func spilled(o fyne.CanvasObject) (all []string) {
	if !o.Visible() {
		return nil
	}
	if b, ok := o.(*widgets.Button); ok && b.Size().Width > 0 {
		for _, x := range inSight(b) {
			if x.MinSize().Width > b.Size().Width {
				all = append(all, x.Words())
			}
		}
		return all
	}
	switch x := o.(type) {
	case *fyne.Container:
		for _, c := range x.Objects {
			all = append(all, spilled(c)...)
		}
	case fyne.Widget:
		for _, c := range test.WidgetRenderer(x).Objects() {
			all = append(all, spilled(c)...)
		}
	}
	return all
}

// namesGoods reports whether words have the name of something that is sold in them: such names may be of any length.
func namesGoods(words string) bool {
	for _, it := range items {
		if strings.Contains(words, it.Name) {
			return true
		}
	}
	return false
}
