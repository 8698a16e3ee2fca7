package main

import (
	"context"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui"
	"guitai/ui/widgets"
)

// TestStates_NothingIsCut lays every state out in both languages at both sizes and finds words that do not fit. Names of
// goods and of the shop may give way; what the till itself says may not.
func TestStates_NothingIsCut(t *testing.T) {
	mayGiveWay := map[string]bool{shop.Name + " · " + shop.Till: true}
	for _, it := range items {
		mayGiveWay[it.Name] = true
	}
	for name, snap := range states() {
		for _, lang := range []string{i18n.Chinese, i18n.English} {
			for _, size := range []fyne.Size{fyne.NewSize(1366, 768), fyne.NewSize(1024, 768)} {
				app := test.NewTempApp(t)
				// With one thing waiting at most, the queue is as long as the test lets it grow.
				queue := make(chan func(), 100)
				s := shop
				s.Practice = true
				shell := ui.New(app, ui.Config{
					Shop: s, Cashier: "王芳", Lang: lang, Version: "1", Catalogue: shelf{}, Phone: noPhone{},
					Post: func(pos.Command) {}, Do: func(f func()) { queue <- f }, Now: func() time.Time { return shownAt },
				})
				shell.Window().Resize(size)
				shell.Show(snap)
				for range 2 { // the tiles and the snapshot
					(<-queue)()
				}
				if got := shell.Window().Content().MinSize(); got.Width > size.Width || got.Height > size.Height {
					t.Errorf("%s %s %v: the window asks for %v", name, lang, size, got)
				}
				for _, text := range inSight(shell.Window().Content()) {
					if text.Cut() && !mayGiveWay[text.Words()] {
						t.Errorf("%s %s %v: %q is cut at %v", name, lang, size, text.Words(), text.Size())
					}
				}
				shell.Quit()
			}
		}
	}
}

// inSight gathers the texts that are drawn.
func inSight(o fyne.CanvasObject) []*widgets.Text {
	if !o.Visible() {
		return nil
	}
	var found []*widgets.Text
	switch x := o.(type) {
	case *widgets.Text:
		return []*widgets.Text{x}
	case *fyne.Container:
		for _, c := range x.Objects {
			found = append(found, inSight(c)...)
		}
	case fyne.Widget:
		for _, c := range test.WidgetRenderer(x).Objects() {
			found = append(found, inSight(c)...)
		}
	}
	return found
}

func TestShelf_Finds(t *testing.T) {
	found, err := shelf{}.Find(context.Background(), "雪碧", 5)
	if err != nil || len(found) != 1 {
		t.Errorf("%v, %v", found, err)
	}
}
