package sell

import (
	"reflect"
	"slices"
	"testing"

	"guitai/pos"
)

// full is a cart with everything that a line can have, and goods that come back.
func full() pos.Cart {
	return pos.Cart{
		Lines: []pos.Line{
			{Item: 1, Name: "可口可乐", Price: 300, Quantity: 2, Deal: "第二件半价", DealOff: 150, Cut: pos.Cut{Kind: pos.CutPercent, N: 1000}, CutOff: 45, Note: "要冰的"},
			{Item: 2, Name: "排骨", Price: 1280, Quantity: 1, Weight: 535},
			{Item: 3, Name: "薯片", Price: 700, List: 750, Quantity: 1},
			{Item: 4, Name: "苹果", Price: 880, Quantity: 1, Label: 685, Weight: 778},
		},
		Cut: pos.Cut{Kind: pos.CutAmount, N: 100}, CutOff: 100, Member: true,
		Credits: []pos.Credit{{Goods: "雪碧", Receipt: "S001-T1-20261119-0042", Amount: 400}},
	}
}

func TestPresenter_EveryLineInWords(t *testing.T) {
	b := newBench()
	b.Show(pos.Snapshot{Cart: full(), Items: 1})
	for i, want := range []Line{
		{Name: "可口可乐", Calc: "2 × 3.00", Gross: "6.00", Amount: "4.05", Offs: []Off{{"第二件半价", "-1.50"}, {"10% off", "-0.45"}}, Note: "要冰的", Chosen: true},
		{Name: "排骨", Calc: "0.535 kg × 12.80", Amount: "6.85"},
		{Name: "薯片", Calc: "1 × 7.00 · listed 7.50", Amount: "7.00"},
		{Name: "苹果", Calc: "0.778 kg · label 6.85", Amount: "6.85"},
		{Name: "Back: 雪碧", Calc: "Receipt S001-T1-20261119-0042", Amount: "-4.00"},
	} {
		if got := b.Line(i); !reflect.DeepEqual(got, want) {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	if b.Lines() != 5 || b.Extra(0) != 3 || b.Extra(1) != 0 || b.Extra(4) != 0 || !b.Member() {
		t.Errorf("%d lines, %d and %d extra", b.Lines(), b.Extra(0), b.Extra(1))
	}
}

func TestPresenter_WhatLeadsToTheTotal(t *testing.T) {
	part := func(n int) (all []pos.PartView) {
		for range n {
			all = append(all, pos.PartView{Tender: pos.TenderCash, Amount: 100})
		}
		return append(all, pos.PartView{Tender: pos.OtherTender("支付宝"), Amount: 200})
	}
	for _, c := range []struct {
		name  string
		snap  pos.Snapshot
		sums  []Off
		due   string
		total string
	}{
		{"nothing", pos.Snapshot{Cart: pos.Cart{Lines: []pos.Line{{Price: 300, Quantity: 1}}}}, nil, "Total", "¥3.00"},
		{"everything", pos.Snapshot{Cart: full()}, []Off{{"Off · sale 1.00 off", "-2.95"}}, "Total", "¥19.75"},
		{"parts", pos.Snapshot{Cart: full(), Due: 1675, Parts: part(1)}, []Off{{"Off · sale 1.00 off", "-2.95"}, {"Paid: Cash", "-1.00"}, {"Paid: 支付宝", "-2.00"}}, "Left", "¥16.75"},
		{"many parts", pos.Snapshot{Cart: full(), Due: 1375, Parts: part(4)}, []Off{{"Off · sale 1.00 off", "-2.95"}, {"Paid: Cash · 支付宝", "-6.00"}}, "Left", "¥13.75"},
		{"rounded in cash", pos.Snapshot{Cart: pos.Cart{Lines: []pos.Line{{Price: 303, Quantity: 1}}}, CashDue: 300}, []Off{{"In cash, rounded", "3.00"}}, "Total", "¥3.03"},
		{"owed", pos.Snapshot{Cart: pos.Cart{Credits: []pos.Credit{{Amount: 400}}}}, nil, "To give", "¥4.00"},
	} {
		b := newBench()
		c.snap.Items = 1
		b.Show(c.snap)
		name, total := b.Total()
		if got := b.Sums(); !slices.Equal(got, c.sums) || name != c.due || total != c.total {
			t.Errorf("%s: %v, %s %s", c.name, got, name, total)
		}
	}
}

func TestPresenter_GoodsThatComeBack(t *testing.T) {
	b := newBench()
	b.Show(pos.Snapshot{Cart: full(), Items: 1})
	for range 9 {
		b.Move(0, 1)
	}
	if _, line := b.At(); line || b.Chosen() != 4 {
		t.Fatalf("chosen %d", b.Chosen())
	}
	b.posted = nil
	b.Show(pos.Snapshot{Cart: full(), Items: 1, Seq: 2}) // the till chose none of them
	b.Step(1)
	b.AskQuantity()
	b.Remove()
	if b.Chosen() != 4 || b.Prompt().Open || !slices.Equal(b.posted, []pos.Command{pos.DropCredit{N: 0}}) {
		t.Errorf("chosen %d, posted %v", b.Chosen(), b.posted)
	}
	only := full()
	only.Lines = nil
	b.Show(pos.Snapshot{Cart: only, Items: 1})
	b.posted = nil
	b.Remove()
	if !slices.Equal(b.posted, []pos.Command{pos.DropCredit{N: 0}}) {
		t.Errorf("posted %v", b.posted)
	}
	b.Show(pos.Snapshot{Items: 1})
	b.Show(pos.Snapshot{Cart: full(), Items: 1})
	if b.Chosen() != 0 {
		t.Errorf("chosen %d", b.Chosen())
	}
}

func TestPresenter_HoldsUnderTheNameThatIsTyped(t *testing.T) {
	b := newBench()
	b.Hold() // nothing to hold
	b.Show(b.with(1))
	b.Hold()
	b.typed("王阿姨 ")
	b.Hold()
	b.settle()
	if !slices.Equal(b.posted, []pos.Command{pos.HoldCart{}, pos.HoldCart{Name: "王阿姨"}}) || b.Field() != "" || b.Finding() {
		t.Errorf("posted %v, %q typed", b.posted, b.Field())
	}
}

func TestPresenter_MembersOnAndOff(t *testing.T) {
	b := newBench()
	b.Members()
	b.Show(pos.Snapshot{Cart: pos.Cart{Member: true}, Items: 1})
	b.Members()
	if !slices.Equal(b.posted, []pos.Command{pos.SetMember{On: true}, pos.SetMember{On: false}}) {
		t.Errorf("posted %v", b.posted)
	}
}

func TestPresenter_DrawsAgainWhatTheTillSays(t *testing.T) {
	base := pos.Snapshot{Cart: full(), Items: 1, Due: 100, CashDue: 100}
	for name, change := range map[string]func(*pos.Snapshot){
		"a part":            func(s *pos.Snapshot) { s.Parts, s.Due = []pos.PartView{{Amount: 100}}, 1875 },
		"the rounding":      func(s *pos.Snapshot) { s.CashDue = 90 },
		"one put aside":     func(s *pos.Snapshot) { s.Held = []pos.Held{{ID: 1}} },
		"a discount":        func(s *pos.Snapshot) { s.Cart.CutOff = 200 },
		"what comes back":   func(s *pos.Snapshot) { s.Cart.Credits = nil },
		"members' prices":   func(s *pos.Snapshot) { s.Cart.Member = false },
		"something to undo": func(s *pos.Snapshot) { s.CanUndo = true },
	} {
		b := newBench()
		b.Show(base)
		b.drawn = nil
		b.Show(base)
		if slices.Contains(b.drawn, PartCart) {
			t.Errorf("%s: drawn without need", name)
		}
		next := base
		change(&next)
		b.Show(next)
		if !slices.Contains(b.drawn, PartCart) {
			t.Errorf("%s is not drawn", name)
		}
	}
}

func TestPresenter_TilesSayHowTheyAreSold(t *testing.T) {
	b := newBench()
	b.shop[0].Weighed, b.shop[0].Unit = true, "斤"
	b.shop[1].Open = true
	b.Load()
	b.settle()
	for i, want := range []string{"3.00/jin", "Ask", "5.00"} {
		if _, price, _ := b.Tile(i); price != want {
			t.Errorf("tile %d: %q", i, price)
		}
	}
}
