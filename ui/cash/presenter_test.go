package cash

import (
	"slices"
	"testing"

	"guitai/pos"
	"guitai/pos/i18n"
)

func TestPresenter_WhatIsTyped(t *testing.T) {
	for _, c := range []struct {
		name   string
		due    pos.Fen
		typed  string
		change string
		hint   string
		bad    bool
		posted *pos.PayCash
	}{
		{"nothing: exact", 1350, "", "¥0.00", "Enter alone: exactly ¥13.50", false, &pos.PayCash{}},
		{"a note", 1350, "20", "¥6.50", "", false, &pos.PayCash{Tendered: 2000}},
		{"to the fen", 1350, "13.51", "¥0.01", "", false, &pos.PayCash{Tendered: 1351}},
		{"exactly", 1350, "13.5", "¥0.00", "", false, &pos.PayCash{Tendered: 1350}},
		{"full-width", 1350, "２０。５", "¥7.00", "", false, &pos.PayCash{Tendered: 2050}},
		{"a third decimal is not taken", 1350, "13.509", "¥0.00", "", false, &pos.PayCash{Tendered: 1350}},
		{"too little", 1350, "13.49", "", "¥0.01 short; Ctrl+U: only this", true, nil},
		{"nothing at all", 1350, "0", "", "¥13.50 short", true, nil},
		{"a thousand over", 1350, "1013.50", "¥1000.00", "", false, &pos.PayCash{Tendered: 101350}},
		{"a slip of the finger", 1350, "1013.51", "", "At most ¥1013.50", true, nil},
		{"letters are not money", 1350, "2a0", "¥6.50", "", false, &pos.PayCash{Tendered: 2000}},
		{"a leading zero", 1350, "020", "¥6.50", "", false, &pos.PayCash{Tendered: 2000}},
		{"a point alone", 1350, ".", "", "At most ¥1013.50", true, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var posted []pos.Command
			p := NewPresenter(Config{Words: i18n.For(i18n.English), Post: func(c pos.Command) { posted = append(posted, c) }, Changed: func() {}})
			p.Show(pos.Snapshot{Pay: &pos.PayView{Amount: c.due}})
			p.Open()
			for _, r := range c.typed {
				p.Typed(r)
			}
			m := p.Model()
			if m.Change != c.change || m.Hint != c.hint || m.Ready != (c.posted != nil) {
				t.Errorf("%+v", m)
			}
			p.Enter()
			if c.posted == nil {
				if len(posted) != 0 || !p.IsOpen() || !p.Model().Bad {
					t.Errorf("posted %v, open %v, %+v", posted, p.IsOpen(), p.Model())
				}
				return
			}
			if len(posted) != 1 || posted[0] != *c.posted || p.IsOpen() {
				t.Errorf("posted %v, open %v", posted, p.IsOpen())
			}
		})
	}
}

func TestPresenter_AnotherSumTakesBackWhatWasTyped(t *testing.T) {
	p := NewPresenter(Config{Words: i18n.For(i18n.English), Post: func(pos.Command) { t.Error("posted") }, Changed: func() {}})
	p.Open()
	if p.IsOpen() {
		t.Error("open with nothing due")
	}
	p.Show(pos.Snapshot{Pay: &pos.PayView{Amount: 1350}})
	p.Open()
	p.Typed('2')
	p.Typed('0')
	p.Show(pos.Snapshot{Pay: &pos.PayView{Amount: 1650}})
	if m := p.Model(); m.Tendered != "" || m.Due != "¥16.50" || !p.IsOpen() {
		t.Errorf("%+v", m)
	}
	p.Show(pos.Snapshot{Done: &pos.Done{}})
	if p.IsOpen() {
		t.Error("open after the sale was paid")
	}
}

func TestPresenter_TakesAScanBack(t *testing.T) {
	p := NewPresenter(Config{Words: i18n.For(i18n.English), Post: func(pos.Command) {}, Changed: func() {}})
	p.Show(pos.Snapshot{Pay: &pos.PayView{Amount: 1350}})
	p.Open()
	for _, r := range "206901" {
		p.Typed(r)
	}
	p.TakeBack(4)
	if m := p.Model(); m.Tendered != "20" {
		t.Errorf("%+v", m)
	}
	p.TakeBack(13)
	p.Backspace()
	if m := p.Model(); m.Tendered != "" {
		t.Errorf("%+v", m)
	}
}

func TestNotes(t *testing.T) {
	for due, want := range map[pos.Fen][]pos.Fen{
		1350:  {1350, 1500, 2000, 5000, 10000, 20000},
		2000:  {2000, 5000, 10000, 20000, 30000, 40000},
		1:     {1, 500, 1000, 2000, 5000, 10000},
		98765: {98765, 99000, 100000, 110000, 120000, 130000},
	} {
		p := NewPresenter(Config{Changed: func() {}})
		p.Show(pos.Snapshot{Pay: &pos.PayView{Amount: due}})
		got := p.Notes()
		if !slices.Equal(got, want) {
			t.Errorf("%v: %v, want %v", due, got, want)
		}
		if len(got) != NoteCount || !slices.IsSorted(got) || got[0] != due {
			t.Errorf("%v: %v", due, got)
		}
	}
}

func TestPresenter_AskedTwiceWhileTheCustomerMayHavePaid(t *testing.T) {
	w := i18n.For(i18n.English)
	for _, c := range []struct {
		name  string
		pay   *pos.PayView
		over  string
		twice bool
	}{
		{"selling", nil, "", false},
		{"a code is out", &pos.PayView{Phase: pos.PayWaiting, Shown: true}, w.T("cash.withdrawn"), false},
		{"no answer", &pos.PayView{Phase: pos.PayWaiting, Shown: true, Cause: pos.CodeNoAnswer}, w.T("cash.unsure"), true},
		{"being paid", &pos.PayView{Phase: pos.PayPaying, Shown: true}, w.T("cash.unsure"), true},
		{"expired", &pos.PayView{Phase: pos.PayExpired, Shown: true, Cause: pos.CodeExpired}, w.T("cash.unsure"), true},
		{"the last code is being checked", &pos.PayView{Phase: pos.PayChecking, Shown: true}, w.T("cash.unsure"), true},
		{"no code came", &pos.PayView{Phase: pos.PayFetching, Cause: pos.CodeUnreachable}, "", false},
		{"ended", &pos.PayView{Phase: pos.PayEnded, Shown: true, Cause: pos.CodeExpired}, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var posted []pos.Command
			p := NewPresenter(Config{Words: w, Post: func(c pos.Command) { posted = append(posted, c) }, Changed: func() {}})
			cart, _ := pos.Cart{}.Add(pos.Item{ID: 1, Price: 1350}, "", 1)
			if c.pay != nil {
				c.pay.Amount = 1350
			}
			p.Show(pos.Snapshot{Cart: cart, Pay: c.pay})
			p.Open()
			if m := p.Model(); m.Over != c.over || m.Unsure != c.twice {
				t.Errorf("%+v", m)
			}
			p.Enter()
			if (len(posted) == 0) != c.twice {
				t.Fatalf("the first Enter posted %v", posted)
			}
			if !c.twice {
				return
			}
			if m := p.Model(); m.Take != w.T("cash.ok.sure") {
				t.Errorf("%+v", m)
			}
			p.Typed('2') // another amount: it is asked again
			p.Backspace()
			p.Enter()
			p.Enter()
			if !slices.Equal(posted, []pos.Command{pos.PayCash{}}) || p.IsOpen() {
				t.Errorf("posted %v, open %v", posted, p.IsOpen())
			}
		})
	}
}

func TestPresenter_NewsOfThePaymentTakesTheFirstEnterBack(t *testing.T) {
	var posted []pos.Command
	p := NewPresenter(Config{Words: i18n.For(i18n.English), Post: func(c pos.Command) { posted = append(posted, c) }, Changed: func() {}})
	show := func(cause pos.Code) {
		p.Show(pos.Snapshot{Pay: &pos.PayView{Phase: pos.PayWaiting, Shown: true, Cause: cause, Amount: 1350}})
	}
	show(pos.CodeNoAnswer)
	p.Open()
	p.Typed('5')
	p.Typed('0')
	p.Enter()
	show(pos.CodeNone)
	show(pos.CodeNoAnswer)
	p.Enter()
	if len(posted) != 0 || p.Model().Tendered != "50" {
		t.Errorf("posted %v, typed %q", posted, p.Model().Tendered)
	}
}

// sale is a snapshot of a cart of so much.
func sale(amount pos.Fen, f func(*pos.Snapshot)) pos.Snapshot {
	cart, _ := pos.Cart{}.Add(pos.Item{ID: 1, Price: amount}, "", 1)
	s := pos.Snapshot{Cart: cart, Due: amount, CashDue: amount}
	if f != nil {
		f(&s)
	}
	return s
}

func TestPresenter_PartsAndRounding(t *testing.T) {
	jiao := func(s *pos.Snapshot) { s.Rules.Rounding = pos.RoundJiao }
	paid := func(s *pos.Snapshot) { s.Due, s.Parts = 850, []pos.PartView{{Amount: 500, Tender: pos.TenderCash}} }
	glass := func(s *pos.Snapshot) { s.Pay = &pos.PayView{Phase: pos.PayWaiting, Amount: 500} }
	back := func(worth pos.Fen) func(*pos.Snapshot) {
		return func(s *pos.Snapshot) { s.Cart.Credits = []pos.Credit{{Amount: worth}} }
	}
	for _, c := range []struct {
		name   string
		snap   pos.Snapshot
		part   pos.Fen // asked for by another screen
		do     func(*Presenter)
		due    string
		change string
		posted *pos.PayCash
	}{
		{"rounded down", sale(1353, jiao), 0, nil, "¥13.50", "¥0.00", &pos.PayCash{}},
		{"rounded, a note", sale(1353, jiao), 0, func(p *Presenter) { write(p, "20") }, "¥13.50", "¥6.50", &pos.PayCash{Tendered: 2000}},
		{"so little that nothing is left", sale(3, jiao), 0, nil, "¥0.00", "¥0.00", &pos.PayCash{}},
		{"a part is not rounded", sale(1353, jiao), 501, nil, "¥5.01", "¥0.00", &pos.PayCash{Part: 501}},
		{"a part, a note", sale(1350, nil), 800, func(p *Presenter) { write(p, "10") }, "¥8.00", "¥2.00", &pos.PayCash{Tendered: 1000, Part: 800}},
		{"a part, too little", sale(1350, nil), 800, func(p *Presenter) { write(p, "7") }, "¥8.00", "", nil},
		{"what is typed is the part", sale(1350, nil), 0, func(p *Presenter) { write(p, "5"); p.Split() }, "¥13.50", "¥8.50", &pos.PayCash{Part: 500}},
		{"the part first", sale(1350, nil), 0, func(p *Presenter) { p.Split(); write(p, "5") }, "¥13.50", "¥8.50", &pos.PayCash{Part: 500}},
		{"a part that is all", sale(1350, nil), 0, func(p *Presenter) { p.Split(); write(p, "13.5") }, "¥13.50", "¥0.00", &pos.PayCash{}},
		{"a part of more than all", sale(1350, nil), 0, func(p *Presenter) { p.Split(); write(p, "14") }, "¥13.50", "", nil},
		{"a part of nothing", sale(1350, nil), 0, func(p *Presenter) { p.Split() }, "¥13.50", "", nil},
		{"split and back", sale(1350, nil), 0, func(p *Presenter) { write(p, "20"); p.Split(); p.Split() }, "¥13.50", "¥6.50", &pos.PayCash{Tendered: 2000}},
		{"the rest", sale(1350, paid), 0, nil, "¥8.50", "¥0.00", &pos.PayCash{}},
		{"a part's code is on the glass", sale(1350, glass), 0, nil, "¥5.00", "¥0.00", &pos.PayCash{Part: 500}},
		{"even", sale(1350, back(1350)), 0, func(p *Presenter) { write(p, "5"); p.Split() }, "¥0.00", "", &pos.PayCash{}},
		{"owed", sale(1350, back(2000)), 0, nil, "¥6.50", "", &pos.PayCash{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var posted []pos.Command
			p := NewPresenter(Config{Words: i18n.For(i18n.English), Post: func(c pos.Command) { posted = append(posted, c) }, Changed: func() {}})
			p.Show(c.snap)
			if c.part > 0 {
				p.OpenFor(c.part)
			} else {
				p.Open()
			}
			if c.do != nil {
				c.do(p)
			}
			if m := p.Model(); m.Due != c.due || m.Change != c.change || m.Ready != (c.posted != nil) {
				t.Errorf("%+v", m)
			}
			p.Enter()
			if c.posted == nil {
				if len(posted) > 0 || !p.Model().Bad || !p.IsOpen() {
					t.Errorf("posted %v, %+v", posted, p.Model())
				}
				return
			}
			if !slices.Equal(posted, []pos.Command{*c.posted}) || p.IsOpen() {
				t.Errorf("posted %v", posted)
			}
		})
	}
}

func write(p *Presenter, s string) {
	for _, r := range s {
		p.Typed(r)
	}
}

func TestPresenter_APartThatCameMeanwhileTakesBackWhatWasTyped(t *testing.T) {
	p := NewPresenter(Config{Words: i18n.For(i18n.English), Post: func(pos.Command) {}, Changed: func() {}})
	p.Show(sale(1350, nil))
	p.Open()
	write(p, "20")
	p.Show(sale(1350, func(s *pos.Snapshot) { s.Due, s.Parts = 850, []pos.PartView{{Amount: 500}} }))
	if m := p.Model(); m.Tendered != "" || m.Due != "¥8.50" || !p.IsOpen() {
		t.Errorf("%+v", m)
	}
}

// What goes back through WeChat must not be handed out of the drawer as well: the sheet says which way before anything is given.
func TestPresenter_OwedWhichWay(t *testing.T) {
	for _, c := range []struct {
		online     pos.Fen
		hint, take string
	}{
		{0, "What came back is worth more: give the rest from the drawer", "Given, close the sale"},
		{650, "What came back is worth more: the rest goes back through WeChat once the sale is closed. Give no cash", "Close the sale, back to WeChat"},
		{200, "Give ¥4.50 from the drawer; ¥2.00 goes back through WeChat, not in cash", "Given, close the sale"},
	} {
		p := NewPresenter(Config{Words: i18n.For(i18n.English), Post: func(pos.Command) {}, Changed: func() {}})
		s := pos.Snapshot{OwedOnline: c.online}
		s.Cart.Lines = []pos.Line{{Name: "Cola", Price: 1350, Quantity: 1}}
		s.Cart.Credits = []pos.Credit{{Amount: 2000}}
		p.Show(s)
		p.Open()
		if m := p.Model(); m.Due != "¥6.50" || m.Hint != c.hint || m.Take != c.take {
			t.Errorf("%s by WeChat: %+v", c.online, m)
		}
	}
}
