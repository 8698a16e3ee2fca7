package chart

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guitai/assets/fonts"
	"guitai/pos"
)

var update = flag.Bool("update", false, "write the golden pictures anew; look at them")

func pen(t testing.TB) *Pen {
	t.Helper()
	p, err := NewPen(fonts.Regular(), fonts.Bold())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func day() pos.DayReport {
	var r pos.DayReport
	for h, yuan := range map[int]pos.Fen{7: 312, 8: 845, 9: 402, 10: 290, 11: 655, 12: 1240, 13: 780, 14: 360, 15: 95} {
		r.Hours[h] = pos.HourTakings{Count: int(yuan) / 12, Net: yuan * 100}
	}
	return r
}

func month() []pos.DayTakings {
	var days []pos.DayTakings
	for i := range 30 {
		d := pos.DayTakings{Day: pos.Day(20261101 + i)}
		if i < 20 {
			d.Net = pos.Fen(300_000+(i*7919)%250_000) * 1
		}
		days = append(days, d)
	}
	return days
}

func TestStep_IsWholeYuanAndReachesTheTop(t *testing.T) {
	for _, c := range []struct{ most, want pos.Fen }{
		{0, 100},
		{1, 100},
		{400, 100},
		{401, 200},
		{124_000, 50_000},
		{2_000_000, 500_000},
		{9_999_999_900, 5_000_000_000},
	} {
		if got := step(c.most, 4); got != c.want || got%100 != 0 || got*4 < c.most {
			t.Errorf("step for %d is %d, want %d", c.most, got, c.want)
		}
	}
	step(1<<62, 4) // ends
}

func TestHours_BeginWithTheBusinessDayAndShowTheUsualHours(t *testing.T) {
	var r pos.DayReport
	r.Hours[1] = pos.HourTakings{Count: 1, Net: 500} // after midnight: the end of the night
	c := Hours(r, 4*time.Hour, -1)
	var got []string
	for _, b := range c.Bars {
		got = append(got, b.Label)
	}
	if want := "8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 0 1"; strings.Join(got, " ") != want {
		t.Errorf("hours %v", got)
	}
	if c.Chosen != -1 || c.Bars[17].Value != 500 {
		t.Errorf("%+v", c)
	}
	c = Hours(day(), 4*time.Hour, 15)
	if b := c.Bars[c.Chosen]; b.Label != "15" || !b.Going || c.Bars[0].Label != "7" {
		t.Errorf("%+v", c)
	}
	if b := c.Bars[c.Chosen+1]; !b.Absent || c.Bars[c.Chosen-1].Absent {
		t.Errorf("what is to come: %+v", c.Bars)
	}
}

func TestDraw_BarsAreAsHighAsTheirMoney(t *testing.T) {
	p := pen(t)
	c := Chart{Chosen: -1, Bars: []Bar{{"a", 100_000, false, false}, {"b", 50_000, false, false}, {"c", 25_000, false, false}, {"d", 0, false, false}, {"e", 1, false, false}, {"f", -5, false, false}}}
	look := Print(16)
	img := p.Draw(c, 600, 400, look)
	l, _ := p.lay(c, 600, 400, look.Em)
	high := make([]int, len(c.Bars))
	for i := range c.Bars {
		x := l.floor.Min.X + l.floor.Dx()*(2*i+1)/(2*len(c.Bars))
		for y := range 400 {
			if same(img.At(x, y), look.Bar) {
				high[i]++
			}
		}
	}
	if abs(high[0]-2*high[1]) > 2 || abs(high[1]-2*high[2]) > 2 || high[0] < 200 {
		t.Errorf("heights %v", high)
	}
	if high[3] != 0 || high[4] != 2 || high[5] != 0 {
		t.Errorf("nothing, a fen and less than nothing are %v high", high[3:])
	}
}

func TestDraw_NoWordsTouch(t *testing.T) {
	p := pen(t)
	long := Chart{Chosen: 1, Bars: []Bar{{"一个很长很长的名字", 12_345_678_900, false, false}, {"另一个很长的名字", 12_345_678_800, true, false}, {"短", 300, false, false}}}
	for name, c := range map[string]Chart{
		"day": Hours(day(), 4*time.Hour, 15), "month": Days(month(), 20261120, 20261117), "long": long, "empty": Hours(pos.DayReport{}, 0, -1),
		"equal": {Chosen: -1, Bars: make([]Bar, 31)},
	} {
		if name == "equal" {
			for i := range c.Bars {
				c.Bars[i] = Bar{Label: "31", Value: 123_456_700}
			}
		}
		for _, w := range []int{200, 320, 600, 860, 1720} {
			for _, em := range []int{12, 17, 34} {
				const h = 300
				l, ok := p.lay(c, w, h, em)
				if !ok {
					continue
				}
				var all []image.Rectangle
				for _, x := range l.labels {
					all = append(all, x.box)
				}
				for _, x := range l.values {
					all = append(all, x.box)
					for i, r := range l.bars {
						if x.box.Overlaps(r) && x.words != whole(c.Bars[i].Value) {
							t.Errorf("%s %d %d: %s covers a bar", name, w, em, x.words)
						}
					}
				}
				for _, x := range l.ticks {
					all = append(all, x.text.box)
				}
				for i, a := range all {
					if !a.In(image.Rect(0, 0, w, h)) {
						t.Errorf("%s %d %d: words at %v leave the picture", name, w, em, a)
					}
					for _, b := range all[i+1:] {
						if a.Overlaps(b) {
							t.Errorf("%s %d %d: words at %v and %v", name, w, em, a, b)
						}
					}
				}
				if len(l.labels) == 0 && name != "long" {
					t.Errorf("%s %d %d: no label", name, w, em)
				}
			}
		}
	}
}

func TestDraw_TheHourThatIsNotOverIsToldWithoutColour(t *testing.T) {
	p := pen(t)
	c := Hours(day(), 0, 12)
	look := Print(17)
	img := p.Draw(c, 800, 320, look)
	l, _ := p.lay(c, 800, 320, look.Em)
	bar, ground := 0, 0
	r := l.bars[c.Chosen].Inset(6)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		if same(img.At((r.Min.X+r.Max.X)/2, y), look.Bar) {
			bar++
		} else {
			ground++
		}
	}
	if bar < ground/2 || ground < bar/2 {
		t.Errorf("the stripes have %d and %d pixels", bar, ground)
	}
	if !same(img.At(l.plate.Min.X+1, l.plate.Min.Y+1), look.Ink) {
		t.Error("the hour has no plate")
	}
}

func TestBarAt_IsTheBarUnderTheFinger(t *testing.T) {
	p := pen(t)
	c := Days(month(), 0, 0)
	l, _ := p.lay(c, 900, 300, 17)
	for i, r := range l.bars[:20] {
		if got := p.BarAt(c, (r.Min.X+r.Max.X)/2, 900, 300, 17); got != i {
			t.Errorf("bar %d is said to be %d", i, got)
		}
	}
	for _, x := range []int{-1, 3, 900} {
		if got := p.BarAt(c, x, 900, 300, 17); got != -1 {
			t.Errorf("beside the bars, at %d: %d", x, got)
		}
	}
}

func TestDraw_TakesAnySize(t *testing.T) {
	p := pen(t)
	for _, s := range [][2]int{{0, 0}, {-1, 5}, {1, 1}, {40, 2000}, {2000, 3}} {
		p.Draw(Hours(day(), 0, -1), s[0], s[1], Print(17))
	}
	p.Draw(Chart{}, 300, 300, Print(17))
	p.Draw(Chart{Bars: []Bar{{Value: 1 << 62}}, Chosen: 7}, 300, 300, Print(17))
	if _, err := NewPen(nil, nil); pos.CodeOf(err) != pos.CodeInvalid {
		t.Errorf("no font: %v", err)
	}
}

// A picture is compared by eye once and by pixels ever after; -update writes it anew.
func TestDraw_LooksAsItDid(t *testing.T) {
	p := pen(t)
	for name, c := range map[string]Chart{
		"day": Hours(day(), 4*time.Hour, 15), "month": Days(month(), 20261120, 20261117), "empty": Hours(pos.DayReport{}, 4*time.Hour, -1),
	} {
		file := filepath.Join("testdata", name+".png")
		var got bytes.Buffer
		if err := p.WritePNG(&got, c, 860, 340, Print(17)); err != nil {
			t.Fatal(err)
		}
		if *update {
			if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want, err := png.Decode(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		now, _ := png.Decode(&got)
		for y := range 340 {
			for x := range 860 {
				if !near(want.At(x, y), now.At(x, y)) {
					t.Fatalf("%s differs at %d,%d", name, x, y)
				}
			}
		}
	}
}

func BenchmarkDraw(b *testing.B) {
	p := pen(b)
	c := Hours(day(), 4*time.Hour, 15)
	for b.Loop() {
		p.Draw(c, 860, 340, Print(17))
	}
}

func same(a, b color.Color) bool {
	ar, ag, ab, _ := a.RGBA()
	br, bg, bb, _ := b.RGBA()
	return ar == br && ag == bg && ab == bb
}

// near allows for the rounding of floating point in letters' edges on another machine.
func near(a, b color.Color) bool {
	ar, ag, ab, _ := a.RGBA()
	br, bg, bb, _ := b.RGBA()
	return abs(int(ar)-int(br)) < 0x1000 && abs(int(ag)-int(bg)) < 0x1000 && abs(int(ab)-int(bb)) < 0x1000
}

func abs(n int) int { return max(n, -n) }
