package widgets

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

type testRow struct {
	TapRow
	say   *Text
	drawn *int
}

func (r *testRow) Draw(i int) {
	*r.drawn++
	r.say.Set(fmt.Sprint("row ", i))
}

func newTestList(drawn, made *int) *List {
	return NewList(50, func() Row {
		*made++
		r := &testRow{say: NewText("", Style{}), drawn: drawn}
		r.Init(r, 0, 0, r.say)
		return r
	})
}

func shown(l *List) (first, last string) {
	var at []float32
	words := map[float32]string{}
	for _, r := range l.rows {
		if r.Visible() {
			y := r.Position().Y
			at = append(at, y)
			words[y] = r.(*testRow).say.Words()
		}
	}
	lo, hi := at[0], at[0]
	for _, y := range at {
		lo, hi = min(lo, y), max(hi, y)
	}
	return words[lo], words[hi]
}

func TestList_MakesOnlyRowsInSightAndRevealsTheRest(t *testing.T) {
	test.NewTempApp(t)
	var drawn, made int
	l := newTestList(&drawn, &made)
	w := test.NewTempWindow(t, l)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(300, 200))
	l.Update(500)
	if made > 6 {
		t.Errorf("%d rows made for a window of four", made)
	}
	l.Reveal(499)
	if first, last := shown(l); last != "row 499" || first != "row 496" && first != "row 495" {
		t.Errorf("shows %s to %s", first, last)
	}
	drawn = 0
	l.Reveal(498)
	if drawn != 0 {
		t.Errorf("%d rows drawn although the row was in sight", drawn)
	}
	l.Update(2)
	if first, last := shown(l); first != "row 0" || last != "row 1" {
		t.Errorf("after shrinking it shows %s to %s", first, last)
	}
	l.Top()
	if made > 6 {
		t.Errorf("%d rows made", made)
	}
}

func TestText_FitsItsRoom(t *testing.T) {
	test.NewTempApp(t)
	long := "三只松鼠每日坚果 750g 礼盒装，一整句很长的品名"
	for _, c := range []struct {
		name  string
		style Style
		lines int
	}{
		{"elided", Style{Fit: FitElide}, 1},
		{"shrunk", Style{Fit: FitShrink, Size: 40}, 1},
		{"wrapped to two lines", Style{Fit: FitWrap, Lines: 2}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := NewText(long, c.style)
			w := test.NewTempWindow(t, x)
			w.SetPadded(false)
			w.Resize(fyne.NewSize(160, 80))
			r := test.WidgetRenderer(x).(*textRenderer)
			if len(r.shown) != c.lines {
				t.Errorf("%d lines", len(r.shown))
			}
			for i := range r.shown {
				if got := r.lines[i].MinSize().Width; got > 161 {
					if c.name != "shrunk" || r.lines[i].TextSize > 12 {
						t.Errorf("%q is %v wide", r.lines[i].Text, got)
					}
				}
			}
		})
	}
}

func TestList_EntriesOfDifferentHeights(t *testing.T) {
	test.NewTempApp(t)
	var drawn, made int
	heights := map[int]float32{0: 50, 1: 90, 2: 50, 3: 120, 4: 50}
	l := newTestList(&drawn, &made).Tall(func(i int) float32 { return heights[i] })
	w := test.NewTempWindow(t, l)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(300, 200))
	l.Update(5)
	at := func(i int) (y, h float32) {
		for _, r := range l.rows {
			if r.Visible() && r.(*testRow).say.Words() == fmt.Sprint("row ", i) {
				return r.Position().Y, r.Size().Height
			}
		}
		return -1, -1
	}
	for i, want := range []float32{0, 50, 140, 190} {
		if y, h := at(i); y != want || h != heights[i] {
			t.Errorf("row %d at %v, %v high", i, y, h)
		}
	}
	l.Reveal(3)
	if y := l.scroll.Offset.Y; y != 110 {
		t.Errorf("scrolled to %v", y)
	}
	l.Reveal(4)
	if y := l.scroll.Offset.Y; y != 160 {
		t.Errorf("scrolled to %v", y)
	}
	heights[3] = 50 // something is not taken off any more
	l.Update(5)
	l.Reveal(4)
	if y, h := at(4); y != 240 || h != 50 {
		t.Errorf("the last row at %v, %v high", y, h)
	}
	l.Reveal(0)
	if y, _ := at(0); y != 0 || l.scroll.Offset.Y != 0 {
		t.Errorf("row 0 at %v, scrolled to %v", y, l.scroll.Offset.Y)
	}
	l.Update(0)
	if y, _ := at(0); y != -1 {
		t.Error("an entry of an empty list")
	}
}
