package discount

import (
	"slices"
	"testing"

	"guitai/pos"
	"guitai/pos/i18n"
)

// bench is a presenter on a workbench: what it posts and gives is kept.
type bench struct {
	*Presenter
	posted []pos.Command
	asked  []string
	closed int
}

func newBench(lang string) *bench {
	b := &bench{}
	b.Presenter = NewPresenter(Config{
		Words: i18n.For(lang), Post: func(c pos.Command) { b.posted = append(b.posted, c) },
		Give: func(c pos.Command, what string, then func()) {
			b.posted, b.asked = append(b.posted, c), append(b.asked, what)
			then()
		},
		Close: func() { b.closed++ }, Changed: func() {},
	})
	return b
}

// twoLines are 2 × 3.00 and one of 7.50.
func twoLines() pos.Cart {
	var c pos.Cart
	c, _ = c.Add(pos.Item{ID: 1, Name: "可口可乐", Price: 300}, "", 2)
	c, _ = c.Add(pos.Item{ID: 2, Name: "薯片", Price: 750}, "", 1)
	return c
}

func (b *bench) keys(s string) {
	for _, r := range s {
		b.Typed(r)
	}
}

func TestPresenter_WhatIsTypedComesToWhat(t *testing.T) {
	cut := func(k pos.CutKind, n int64) *pos.Cut { return &pos.Cut{Kind: k, N: n} }
	for _, c := range []struct {
		name  string
		lang  string
		what  What
		kind  pos.CutKind
		typed string
		cut   *pos.Cut // nil: Enter is refused
		after string
	}{
		{"八五折", i18n.Chinese, Line, pos.CutPercent, "8.5", cut(pos.CutPercent, 1500), "5.10"},
		{"八五折 without the point", i18n.Chinese, Line, pos.CutPercent, "85", cut(pos.CutPercent, 1500), "5.10"},
		{"九折", i18n.Chinese, Line, pos.CutPercent, "9", cut(pos.CutPercent, 1000), "5.40"},
		{"full-width", i18n.Chinese, Line, pos.CutPercent, "９。５", cut(pos.CutPercent, 500), "5.70"},
		{"十折 is none", i18n.Chinese, Line, pos.CutPercent, "100", nil, ""},
		{"nor is it a tenth of the price", i18n.Chinese, Line, pos.CutPercent, "10", nil, ""},
		{"一折 is", i18n.Chinese, Line, pos.CutPercent, "1", cut(pos.CutPercent, 9000), "0.60"},
		{"零折 is a slip", i18n.Chinese, Line, pos.CutPercent, "0", nil, ""},
		{"percent", i18n.English, Line, pos.CutPercent, "15", cut(pos.CutPercent, 1500), "5.10"},
		{"percent with a point", i18n.English, Line, pos.CutPercent, "2.5", cut(pos.CutPercent, 250), "5.85"},
		{"all of it", i18n.English, Line, pos.CutPercent, "100", cut(pos.CutPercent, 10000), "0.00"},
		{"more than all", i18n.English, Line, pos.CutPercent, "101", nil, ""},
		{"nothing off", i18n.English, Line, pos.CutPercent, "0", nil, ""},
		{"an amount", i18n.English, Line, pos.CutAmount, "1.5", cut(pos.CutAmount, 150), "4.50"},
		{"more than there is", i18n.English, Line, pos.CutAmount, "6.01", nil, ""},
		{"down to", i18n.English, Line, pos.CutTo, "5", cut(pos.CutTo, 500), "5.00"},
		{"down to nothing", i18n.English, Line, pos.CutTo, "0", cut(pos.CutTo, 0), "0.00"},
		{"up to", i18n.English, Line, pos.CutTo, "6", nil, ""},
		{"of the whole", i18n.English, Whole, pos.CutTo, "12", cut(pos.CutTo, 1200), "12.00"},
		{"percent of the whole", i18n.English, Whole, pos.CutPercent, "10", cut(pos.CutPercent, 1000), "12.15"},
		{"nothing typed", i18n.English, Line, pos.CutPercent, "", nil, ""},
		{"a point", i18n.English, Line, pos.CutAmount, ".", nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(c.lang)
			b.Show(pos.Snapshot{Cart: twoLines()})
			b.Open(c.what, 0)
			b.Kind(c.kind)
			b.keys(c.typed)
			m := b.Model()
			if m.After != c.after || m.Ready != (c.cut != nil) {
				t.Errorf("%+v", m)
			}
			b.Enter()
			if c.cut == nil {
				if len(b.posted) > 0 || !b.Model().Bad || b.closed > 0 {
					t.Errorf("posted %v, %+v", b.posted, b.Model())
				}
				return
			}
			var want pos.Command = pos.CutLine{Line: 0, Cut: *c.cut}
			if c.what == Whole {
				want = pos.CutCart{Cut: *c.cut}
			}
			if !slices.Equal(b.posted, []pos.Command{want}) || b.closed != 1 || b.asked[0] == "" {
				t.Errorf("posted %v as %q, closed %d", b.posted, b.asked, b.closed)
			}
			// What the till makes of it is what was shown.
			cart := twoLines()
			if c.what == Whole {
				cart, _ = cart.SetCartCut(*c.cut)
				if got := cart.Priced(nil, pos.ShopTime{}).Total(); got.String() != c.after {
					t.Errorf("the till makes it %v", got)
				}
				return
			}
			cart, _ = cart.SetCut(0, *c.cut)
			if got := cart.Priced(nil, pos.ShopTime{}).Lines[0].Net(); got.String() != c.after {
				t.Errorf("the till makes it %v", got)
			}
		})
	}
}

func TestPresenter_WhatHoldsAlreadyStandsThere(t *testing.T) {
	cart, _ := twoLines().SetCut(0, pos.Cut{Kind: pos.CutPercent, N: 1250})
	cart, _ = cart.SetCartCut(pos.Cut{Kind: pos.CutTo, N: 1200})
	cart = cart.Priced(nil, pos.ShopTime{})
	b := newBench(i18n.Chinese)
	b.Show(pos.Snapshot{Cart: cart})
	b.Open(Line, 0)
	if m := b.Model(); m.Typed != "8.75" || !m.Fresh || m.Remove == "" {
		t.Errorf("%+v", m)
	}
	b.Enter() // as it is: nothing to do
	if len(b.posted) > 0 || b.closed != 1 {
		t.Errorf("posted %v", b.posted)
	}
	b.Choose(Whole)
	if m := b.Model(); m.Kind != pos.CutTo || m.Typed != "12" || m.Before != "12.75" {
		t.Errorf("%+v", m)
	}
	b.Remove()
	b.Choose(Line)
	b.Remove()
	if want := []pos.Command{pos.CutCart{}, pos.CutLine{Line: 0}}; !slices.Equal(b.posted, want) {
		t.Errorf("posted %v", b.posted)
	}
	b.Move(1)
	if b.posted = b.posted[2:]; b.Model().Remove != "" || b.Model().Item != "薯片" || !slices.Equal(b.posted, []pos.Command{pos.SelectLine{Line: 1}}) {
		t.Errorf("%+v, posted %v", b.Model(), b.posted)
	}
	b.Remove()
	if len(b.posted) != 1 {
		t.Error("nothing is to be taken away, and is")
	}
}

func TestPresenter_Price(t *testing.T) {
	b := newBench(i18n.English)
	b.Show(pos.Snapshot{Cart: twoLines()})
	b.Open(Price, 0)
	if m := b.Model(); m.Typed != "3" || m.Before != "6.00" {
		t.Errorf("%+v", m)
	}
	b.keys("2.5")
	if m := b.Model(); m.After != "5.00" || !m.Ready {
		t.Errorf("%+v", m)
	}
	b.Enter()
	changed, _ := twoLines().SetPrice(0, 250)
	b.Show(pos.Snapshot{Cart: changed})
	if m := b.Model(); m.Remove == "" || m.Hint != "Listed at ¥3.00" {
		t.Errorf("%+v", m)
	}
	b.Remove()
	if want := []pos.Command{pos.SetPrice{Line: 0, Price: 250}, pos.SetPrice{Line: 0, Price: 300}}; !slices.Equal(b.posted, want) {
		t.Errorf("posted %v", b.posted)
	}
}

func TestPresenter_APrintedLabelStands(t *testing.T) {
	b := newBench(i18n.English)
	b.Show(pos.Snapshot{Cart: pos.Cart{Lines: []pos.Line{{Item: 1, Name: "排骨", Price: 1280, Label: 685, Quantity: 1}}}})
	b.Open(Price, 0)
	b.keys("5")
	b.Enter()
	if m := b.Model(); m.Ready || !m.Bad || len(b.posted) > 0 {
		t.Errorf("%+v, posted %v", m, b.posted)
	}
	b.Choose(Line)
	b.Kind(pos.CutAmount)
	b.keys("0.85")
	if m := b.Model(); m.After != "6.00" {
		t.Errorf("%+v", m)
	}
}

func TestPresenter_APromotionComesFirst(t *testing.T) {
	b := newBench(i18n.English)
	deal := pos.Deal{Name: "第二件半价", Kind: pos.DealNth, N: 2, Percent: 5000}
	b.Show(pos.Snapshot{Cart: twoLines().Priced([]pos.Deal{deal}, pos.ShopTime{})})
	b.Open(Line, 0)
	b.keys("10")
	if m := b.Model(); m.Before != "4.50" || m.After != "4.05" || m.Detail != "2 × 3.00 · 第二件半价 −1.50" {
		t.Errorf("%+v", m)
	}
}

func TestPresenter_GoesAwayWithTheCart(t *testing.T) {
	b := newBench(i18n.English)
	b.Show(pos.Snapshot{Cart: twoLines()})
	b.Open(Line, 1)
	b.keys("10")
	one, _ := twoLines().Remove(1)
	b.Show(pos.Snapshot{Cart: one})
	if m := b.Model(); m.Typed != "" || m.Item != "可口可乐" || b.closed != 0 {
		t.Errorf("%+v", m)
	}
	b.Show(pos.Snapshot{})
	if b.closed != 1 {
		t.Error("it stays over an empty cart")
	}
}

func TestPresenter_UsualFigures(t *testing.T) {
	b := newBench(i18n.English)
	b.Show(pos.Snapshot{Cart: twoLines()})
	b.Open(Whole, 0)
	b.Kind(pos.CutTo)
	if got := b.usual(); !slices.Equal(got, []string{"13", "10"}) {
		t.Errorf("%q", got)
	}
	b.Fill(0)
	b.Enter()
	if !slices.Equal(b.posted, []pos.Command{pos.CutCart{Cut: pos.Cut{Kind: pos.CutTo, N: 1300}}}) {
		t.Errorf("posted %v", b.posted)
	}
	b.Fill(9)
	b.Next(1)
	b.Next(-1)
	b.Next(-1)
	if b.kind != pos.CutAmount {
		t.Errorf("kind %q", b.kind)
	}
}
