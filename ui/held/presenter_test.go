package held

import (
	"slices"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

var at = time.Date(2026, 11, 20, 15, 12, 0, 0, time.UTC)

type bench struct {
	*Presenter
	posted []pos.Command
	closed int
}

func newBench() *bench {
	b := &bench{}
	b.Presenter = NewPresenter(Config{
		Words: i18n.For(i18n.English), Zone: time.UTC, Post: func(c pos.Command) { b.posted = append(b.posted, c) },
		Close: func() { b.closed++ }, Now: func() time.Time { return at }, Changed: func() {},
	})
	return b
}

func cart(names ...string) pos.Cart {
	var c pos.Cart
	for i, n := range names {
		c, _ = c.Add(pos.Item{ID: pos.ItemID(i + 1), Name: n, Price: 300}, "", 1)
	}
	return c
}

func three() []pos.Held {
	return []pos.Held{
		{ID: 1, At: at.Add(-20 * time.Hour), Cashier: "李明", Cart: cart("可口可乐")},
		{ID: 2, At: at.Add(-3 * time.Hour), Cashier: "王芳", Name: "王阿姨", Cart: cart("雪碧", "薯片")},
		{ID: 3, At: at.Add(-5 * time.Minute), Cashier: "王芳", Cart: cart("薯片", "雪碧", "红牛")},
	}
}

func TestPresenter_Rows(t *testing.T) {
	b := newBench()
	b.Show(pos.Snapshot{Held: three()})
	for i, want := range []Row{
		{Time: "15:07", Ago: "5 min ago", Name: "薯片", Goods: "雪碧, 红牛", Pieces: "3 pcs", Total: "¥9.00", Who: "王芳", Chosen: true},
		{Time: "12:12", Ago: "3 h ago", Name: "王阿姨", Goods: "雪碧, 薯片", Pieces: "2 pcs", Total: "¥6.00", Who: "王芳"},
		{Time: "19:12", Ago: "11-19", Name: "可口可乐", Pieces: "1 pc", Total: "¥3.00", Who: "李明"},
	} {
		if got := b.Row(i); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}

func TestPresenter_Keys(t *testing.T) {
	for _, c := range []struct {
		name   string
		snap   pos.Snapshot
		do     func(*bench)
		want   []pos.Command
		closed int
	}{
		{"Enter brings the newest back", pos.Snapshot{Held: three()}, func(b *bench) { b.Enter() }, []pos.Command{pos.RecallCart{ID: 3}}, 1},
		{"Down, Enter", pos.Snapshot{Held: three()}, func(b *bench) { b.Move(1); b.Enter() }, []pos.Command{pos.RecallCart{ID: 2}}, 1},
		{"what is in the cart goes aside", pos.Snapshot{Held: three(), Cart: cart("红牛")}, func(b *bench) { b.Enter() }, []pos.Command{pos.HoldCart{}, pos.RecallCart{ID: 3}}, 1},
		{"Del asks", pos.Snapshot{Held: three()}, func(b *bench) { b.Drop(); b.Drop() }, nil, 0},
		{"Del, Enter throws away", pos.Snapshot{Held: three()}, func(b *bench) { b.Drop(); b.Enter() }, []pos.Command{pos.DropHeld{ID: 3}}, 0},
		{"Del, Esc keeps", pos.Snapshot{Held: three()}, func(b *bench) { b.Drop(); b.Escape(); b.Enter() }, []pos.Command{pos.RecallCart{ID: 3}}, 1},
		{"asked, nothing else is chosen", pos.Snapshot{Held: three()}, func(b *bench) { b.Drop(); b.Move(1); b.Enter() }, []pos.Command{pos.DropHeld{ID: 3}}, 0},
		{"none", pos.Snapshot{}, func(b *bench) { b.Move(1); b.Drop(); b.Enter() }, nil, 0},
		{"a payment comes first", pos.Snapshot{Held: three(), Pay: &pos.PayView{}}, func(*bench) {}, nil, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench()
			b.Show(c.snap)
			c.do(b)
			if !slices.Equal(b.posted, c.want) || b.closed != c.closed {
				t.Errorf("posted %v, closed %d", b.posted, b.closed)
			}
		})
	}
}

func TestPresenter_TheChoiceStaysWithItsCart(t *testing.T) {
	b := newBench()
	b.Show(pos.Snapshot{Held: three()})
	b.Move(1)
	b.Drop()
	four := append(three(), pos.Held{ID: 4, At: at, Cart: cart("红牛")})
	b.Show(pos.Snapshot{Held: four})
	if b.chosen().ID != 2 || !b.Asking() {
		t.Errorf("chosen %v, asking %v", b.chosen().ID, b.Asking())
	}
	b.Show(pos.Snapshot{Held: slices.Delete(four, 1, 2)}) // somebody else had it
	if b.Asking() || b.chosen().ID == 2 {
		t.Errorf("chosen %v, asking %v", b.chosen().ID, b.Asking())
	}
	if b.Escape() {
		t.Error("Esc means something with nothing asked")
	}
}
