package main

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"guitai/ui/widgets"
)

// mayBeSmall are the targets that may be smaller than a finger needs, and why.
var mayBeSmall = map[string]string{
	"widget.scrollBarArea": "Fyne's own bar: whatever scrolls goes by keys, too, or by buttons of its own",
	"shift.entryRow":       "a line of a report: a tap on it does nothing",
}

// smallTargets are the things in sight that take a tap and are smaller than a finger needs in a side, but for those that may be.
func smallTargets(o fyne.CanvasObject) (all []string) {
	if !o.Visible() {
		return nil
	}
	if _, ok := o.(fyne.Tappable); ok {
		size := o.Size()
		drawn := size.Width > 0 && size.Height > 0 // a row of a list that is not in sight yet has no size
		if kind := kindOf(o); drawn && (size.Width < widgets.Target-0.5 || size.Height < widgets.Target-0.5) && mayBeSmall[kind] == "" {
			var words []string
			for _, t := range inSight(o) {
				words = append(words, t.Words())
			}
			all = append(all, fmt.Sprintf("%s %q is %v by %v", kind, strings.Join(words, " "), size.Width, size.Height))
		}
	}
	switch x := o.(type) {
	case *fyne.Container:
		for _, c := range x.Objects {
			all = append(all, smallTargets(c)...)
		}
	case fyne.Widget:
		for _, c := range test.WidgetRenderer(x).Objects() {
			all = append(all, smallTargets(c)...)
		}
	}
	return all
}

// kindOf is the type of a widget, as "widgets.Button" or "shift.entryRow".
func kindOf(o fyne.CanvasObject) string { return strings.TrimPrefix(fmt.Sprintf("%T", o), "*") }

func TestSmallTargets_FindsOne(t *testing.T) {
	test.NewTempApp(t)
	small := widgets.NewButton("x", "", widgets.Plain, func() {}).Sized(widgets.SizeBody, 30)
	large := widgets.NewButton("y", "", widgets.Plain, func() {})
	small.Resize(fyne.NewSize(60, 30))
	large.Resize(fyne.NewSize(60, 48))
	if got := smallTargets(widgets.Over(small, large)); len(got) != 1 { // Over lays both out anew
		small.Resize(fyne.NewSize(60, 30))
		if got = append(smallTargets(small), smallTargets(large)...); len(got) != 1 {
			t.Errorf("found %v", got)
		}
	}
}
