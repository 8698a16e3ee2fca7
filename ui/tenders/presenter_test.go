package tenders

import (
	"slices"
	"testing"

	"guitai/pos"
	"guitai/pos/i18n"
)

type bench struct {
	*Presenter
	posted []pos.Command
	cash   []pos.Fen
	closed int
}

func newBench() *bench {
	b := &bench{}
	b.Presenter = NewPresenter(Config{
		Words: i18n.For(i18n.English), Post: func(c pos.Command) { b.posted = append(b.posted, c) },
		Cash: func(part pos.Fen) { b.cash = append(b.cash, part) }, Close: func() { b.closed++ }, Changed: func() {},
	})
	return b
}

func (b *bench) keys(s string) {
	for _, r := range s {
		b.Typed(r)
	}
}

// due is a sale of 13.50 in a shop that takes two tenders outside.
func due(f func(*pos.Snapshot)) pos.Snapshot {
	cart, _ := pos.Cart{}.Add(pos.Item{ID: 1, Name: "x", Price: 1350}, "", 1)
	s := pos.Snapshot{Cart: cart, Due: 1350, CashDue: 1350, Rules: pos.Rules{Others: []string{"支付宝", "银行卡"}}}
	if f != nil {
		f(&s)
	}
	return s
}

func partPaid(s *pos.Snapshot) {
	s.Due, s.Parts = 850, []pos.PartView{{Payment: 1, Tender: pos.TenderCash, Amount: 500}}
}

func TestPresenter_Keys(t *testing.T) {
	other := func(name string, part pos.Fen) pos.Command { return pos.PayOther{Name: name, Part: part} }
	for _, c := range []struct {
		name   string
		snap   pos.Snapshot
		split  bool
		do     func(*bench)
		want   []pos.Command
		cash   []pos.Fen
		closed int
	}{
		{"Enter books the first", due(nil), false, func(b *bench) { b.Enter() }, []pos.Command{other("支付宝", 0)}, nil, 1},
		{"a digit chooses and books nothing", due(nil), false, func(b *bench) { b.keys("2") }, nil, nil, 0},
		{"a digit, Enter", due(nil), false, func(b *bench) { b.keys("2"); b.Enter() }, []pos.Command{other("银行卡", 0)}, nil, 1},
		{"a digit of nobody", due(nil), false, func(b *bench) { b.keys("7"); b.Enter() }, []pos.Command{other("支付宝", 0)}, nil, 1},
		{"arrows", due(nil), false, func(b *bench) { b.Move(1); b.Move(1); b.Enter() }, []pos.Command{other("银行卡", 0)}, nil, 1},
		{"a part, its tender", due(nil), true, func(b *bench) { b.keys("5"); b.Enter(); b.keys("2"); b.Enter() }, []pos.Command{other("银行卡", 500)}, nil, 1},
		{"a part in cash", due(nil), true, func(b *bench) { b.keys("5"); b.Cash() }, nil, []pos.Fen{500}, 1},
		{"a part by WeChat", due(nil), true, func(b *bench) { b.keys("8.5"); b.WeChat() }, []pos.Command{pos.PayWeChat{Part: 850}}, nil, 1},
		{"all in cash", due(nil), false, func(b *bench) { b.Cash() }, nil, []pos.Fen{0}, 1},
		{"a part that is all", due(nil), true, func(b *bench) { b.keys("13.5"); b.WeChat() }, []pos.Command{pos.PayWeChat{}}, nil, 1},
		{"more than all", due(nil), true, func(b *bench) { b.keys("13.51"); b.Enter(); b.WeChat(); b.Cash() }, nil, nil, 0},
		{"nothing typed", due(nil), true, func(b *bench) { b.Enter(); b.WeChat() }, nil, nil, 0},
		{"half, the odd fen later", due(func(s *pos.Snapshot) { s.Due, s.Parts = 851, []pos.PartView{{Amount: 499}} }), false, func(b *bench) { b.Half(); b.WeChat() }, []pos.Command{pos.PayWeChat{Part: 425}}, nil, 1},
		{"back to all", due(nil), true, func(b *bench) { b.keys("5"); b.Split(); b.Enter() }, []pos.Command{other("支付宝", 0)}, nil, 1},
		{"the pad types a part", due(nil), false, func(b *bench) { b.Digit('5'); b.Enter(); b.Enter() }, []pos.Command{other("支付宝", 500)}, nil, 1},
		{"a tender by a finger while the part is typed", due(nil), true, func(b *bench) { b.keys("5"); b.Choose(1); b.Enter() }, []pos.Command{other("银行卡", 500)}, nil, 1},
		{"… and none is typed", due(nil), true, func(b *bench) { b.Choose(1); b.Enter() }, nil, nil, 0},
		{"the rest after a part", due(partPaid), false, func(b *bench) { b.Enter() }, []pos.Command{other("支付宝", 0)}, nil, 1},
		{"more than the rest", due(partPaid), true, func(b *bench) { b.keys("9"); b.Enter() }, nil, nil, 0},
		{"giving back is asked", due(partPaid), false, func(b *bench) { b.Back(); b.Back(); b.keys("2"); b.Cash() }, nil, nil, 0},
		{"and done", due(partPaid), false, func(b *bench) { b.Back(); b.Enter() }, []pos.Command{pos.GiveBack{}}, nil, 1},
		{"and not done", due(partPaid), false, func(b *bench) { b.Back(); b.Escape(); b.Enter() }, []pos.Command{other("支付宝", 0)}, nil, 1},
		{"nothing to give back", due(nil), false, func(b *bench) { b.Back(); b.Enter() }, []pos.Command{other("支付宝", 0)}, nil, 1},
		{"nothing taken outside", due(func(s *pos.Snapshot) { s.Rules.Others = nil }), false, func(b *bench) { b.Enter() }, nil, nil, 0},
		{"Esc goes back to the part", due(nil), true, func(b *bench) { b.keys("5"); b.Enter(); b.Escape(); b.keys(".5"); b.WeChat() }, []pos.Command{pos.PayWeChat{Part: 550}}, nil, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench()
			b.Show(c.snap)
			b.Open(c.split)
			c.do(b)
			if !slices.Equal(b.posted, c.want) || !slices.Equal(b.cash, c.cash) || b.closed != c.closed {
				t.Errorf("posted %v, cash %v, closed %d", b.posted, b.cash, b.closed)
			}
		})
	}
}

func TestPresenter_SaysWhatIsPaidAndLeft(t *testing.T) {
	b := newBench()
	b.Show(due(partPaid))
	b.Open(true)
	b.keys("3")
	m := b.Model()
	if m.Due != "¥8.50" || m.Paid != "¥5.00" || m.Left != "¥5.50" || !slices.Equal(m.Parts, []Part{{"Cash", "¥5.00"}}) || !m.MayBack || !m.Ready {
		t.Errorf("%+v", m)
	}
	b.Enter()
	if m = b.Model(); m.Enter != "Received: 支付宝 ¥3.00" || m.Typing {
		t.Errorf("%+v", m)
	}
	b.Show(due(nil)) // the part went back
	if m = b.Model(); m.Due != "¥13.50" || m.Paid != "" || m.MayBack || m.Typed != "" {
		t.Errorf("%+v", m)
	}
	b.Show(pos.Snapshot{Done: &pos.Done{}})
	if b.closed != 1 {
		t.Error("open after the sale was paid")
	}
}

func TestPresenter_AskedTwiceWhileTheCustomerMayHavePaid(t *testing.T) {
	b := newBench()
	waiting := func(cause pos.Code) pos.Snapshot {
		return due(func(s *pos.Snapshot) {
			s.Pay = &pos.PayView{Phase: pos.PayWaiting, Shown: true, Cause: cause, Amount: 1350}
		})
	}
	b.Show(waiting(pos.CodeNone))
	b.Open(false)
	if m := b.Model(); m.Over == "" || m.Unsure || m.ByCode || m.MayBack {
		t.Errorf("%+v", m)
	}
	b.WeChat() // one code at a time
	b.Show(waiting(pos.CodeNoAnswer))
	b.Enter()
	if m := b.Model(); len(b.posted) > 0 || !m.Unsure {
		t.Errorf("posted %v, %+v", b.posted, m)
	}
	b.keys("2") // another tender: it is asked again
	b.Enter()
	b.Enter()
	if !slices.Equal(b.posted, []pos.Command{pos.PayOther{Name: "银行卡"}}) {
		t.Errorf("posted %v", b.posted)
	}
}

func TestPresenter_SaysWhereAGivenBackPartGoes(t *testing.T) {
	b := newBench()
	b.Show(due(func(s *pos.Snapshot) {
		s.Due, s.Parts = 350, []pos.PartView{{Tender: pos.TenderCash, Amount: 500}, {Tender: pos.OtherTender("支付宝"), Amount: 500}}
	}))
	b.Open(false)
	b.Back()
	w := i18n.For(i18n.English)
	if m := b.Model(); m.Means != w.T("outside.back.means", "Cash · "+w.Tender(pos.OtherTender("支付宝")))+w.T("outside.back.other") {
		t.Errorf("%q", m.Means)
	}
}
