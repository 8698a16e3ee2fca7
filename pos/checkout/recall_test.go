package checkout_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
)

// disk makes the next writes fail, or lets them through with an error for an answer.
func (b *book) disk(booked bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.lies, b.trouble = nil, errDisk; booked {
		b.lies, b.trouble = errDisk, nil
	}
}

func (b *book) mended() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lies, b.trouble, b.blind = nil, nil, nil
}

// crash ends the program without letting it write anything more, and starts it again.
func (c *counter) crash() *counter {
	c.t.Helper()
	c.book.disk(false)
	c.close()
	c.book.mended()
	return open(c.t, c.book, c.wx)
}

// places is in how many places there is a cola: closed sales, the counter, held carts, parked sales.
func (c *counter) places(s pos.Snapshot) (n int) {
	has := func(lines []pos.Line) int {
		if slices.ContainsFunc(lines, func(l pos.Line) bool { return l.Item == cola.ID }) {
			return 1
		}
		return 0
	}
	n = has(s.Cart.Lines)
	for _, h := range s.Held {
		n += has(h.Cart.Lines)
	}
	c.book.mu.Lock()
	defer c.book.mu.Unlock()
	for _, x := range c.book.sales {
		if x.State == pos.SaleClosed || x.State == pos.SaleOpen && x.Parked {
			n += has(x.Lines)
		}
	}
	return n
}

// Wherever the power goes after a cart was brought back, it is in one place: among the held ones, on the counter, or sold.
func TestRecall_SurvivesACrash(t *testing.T) {
	const minute = time.Minute + time.Second
	sold, back := []int64(nil), []int64{1}
	for name, c := range map[string]struct {
		do     []any // commands, and times that pass
		held   []int64
		lines  int // at the counter after the restart
		closed int
	}{
		"nothing":                           {nil, back, 0, 0},
		"more goods":                        {[]any{pos.AddItem{Item: 2}, pos.CutCart{Cut: pos.Cut{Kind: pos.CutPercent, N: 10_00}}}, back, 0, 0},
		"a line was taken out":              {[]any{pos.AddItem{Item: 2}, pos.RemoveLine{}}, back, 0, 0},
		"a minute passed":                   {[]any{minute}, back, 0, 0},
		"cleared and undone":                {[]any{pos.ClearCart{}, time.Second, pos.Undo{}, minute}, back, 0, 0},
		"cleared a moment ago":              {[]any{pos.ClearCart{}, time.Second}, back, 0, 0},
		"cleared":                           {[]any{pos.ClearCart{}, minute}, sold, 0, 0},
		"emptied line by line":              {[]any{pos.RemoveLine{}, minute}, sold, 0, 0},
		"cleared, and others' goods sold":   {[]any{pos.ClearCart{}, pos.AddItem{Item: 2}, pos.PayCash{}}, sold, 0, 1},
		"cleared, and another brought back": {[]any{pos.AddItem{Item: 2}, pos.HoldCart{}, pos.RecallCart{ID: 2}, pos.ClearCart{}}, []int64{2}, 0, 0},
		"sold in cash":                      {[]any{pos.PayCash{}}, sold, 0, 1},
		"sold outside":                      {[]any{pos.PayOther{Name: "支付宝"}}, sold, 0, 1},
		"paid in part":                      {[]any{pos.PayCash{Part: 100}}, sold, 1, 0},
		"asked for":                         {[]any{pos.PayWeChat{}}, sold, 1, 0},
		"asked for, and Esc":                {[]any{pos.PayWeChat{}, time.Second, pos.LeaveCode{}}, sold, 1, 0},
		"asked for and put aside":           {[]any{pos.PayWeChat{}, time.Second, pos.Park{}}, sold, 0, 0},
		"held again":                        {[]any{pos.HoldCart{}}, []int64{2}, 0, 0},
		"held and brought back again":       {[]any{pos.HoldCart{}, pos.RecallCart{ID: 2}}, []int64{2}, 0, 0},
		"returned":                          {[]any{pos.ReturnCart{Reason: "没带小票", Approver: "李强"}}, sold, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBook()
				b.drawer = 1000
				k := open(t, b, newWeChat(), jiao)
				s := k.do(scanCola, pos.HoldCart{}, pos.RecallCart{ID: 1})
				if s.Due != 300 || len(s.Held) != 0 || s.Message.ID != "recalled" {
					t.Fatalf("due %s, held %+v, said %q", s.Due, s.Held, s.Message.ID)
				}
				for _, x := range c.do {
					if wait, ok := x.(time.Duration); ok {
						k.wait(wait)
					} else {
						k.do(x.(pos.Command))
					}
				}
				k = k.crash()
				defer k.close()
				s = k.snap()
				var held []int64
				for _, h := range s.Held {
					held = append(held, h.ID)
				}
				closed := 0
				for _, x := range b.sales {
					if x.State == pos.SaleClosed {
						closed++
					}
				}
				if !slices.Equal(held, c.held) || len(s.Cart.Lines) != c.lines || closed != c.closed {
					t.Errorf("held %v, at the counter %+v, %d sold", held, s.Cart.Lines, closed)
				}
			})
		})
	}
}

// A cart that was brought back and cleared does not come back because the shop closes.
func TestRecall_ClearedAndClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		c := open(t, b, nil)
		c.do(scanCola, pos.HoldCart{}, pos.AddItem{Item: 2}, pos.HoldCart{}, pos.RecallCart{ID: 1}, pos.ClearCart{})
		c.close()
		c = open(t, b, nil)
		if s := c.do(pos.RecallCart{ID: 2}); s.Due != 750 || len(s.Held) != 0 {
			t.Errorf("held %+v", s.Held)
		}
		c.close()
		c = open(t, b, nil)
		defer c.close()
		if s := c.snap(); len(s.Held) != 1 || s.Held[0].ID != 2 || !s.Cart.Empty() {
			t.Errorf("what stood at the counter is gone: %+v", s.Held)
		}
	})
}

// A till that is stopped puts the cart at the counter aside; one that is killed cannot.
func TestStopped_HoldsTheCart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		c := open(t, b, nil)
		c.do(scanCola, pos.AddItem{Item: 2})
		c.close()
		c = open(t, b, nil)
		s := c.snap()
		if len(s.Held) != 1 || !s.Cart.Empty() {
			t.Fatalf("held %+v", s.Held)
		}
		if s = c.do(pos.RecallCart{ID: s.Held[0].ID}); s.Due != 1050 || len(s.Held) != 0 {
			t.Errorf("due %s, held %+v", s.Due, s.Held)
		}
		c.do(pos.PayCash{})
		c.close()
		c = open(t, b, nil)
		defer c.close()
		if s := c.snap(); len(s.Held) != 0 {
			t.Errorf("what was paid is held: %+v", s.Held)
		}
	})
}

// Money was given for the goods at the counter, and the disk's answer to that was an error: a till that is stopped then does not keep them to be
// given money for once more.
func TestStopped_KeepsNoGoodsThatWerePaidFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		c := open(t, b, nil)
		c.do(scanCola)
		b.mu.Lock()
		b.lies = errDisk
		b.mu.Unlock()
		c.till.Post(pos.ReturnCart{Reason: "没带小票", Approver: "李强"})
		synctest.Wait()
		b.lies = nil
		c.close()
		c = open(t, b, nil)
		defer c.close()
		if s := c.snap(); len(b.refunds) != 1 || len(s.Held) != 0 {
			t.Errorf("%d refunds, held %+v", len(b.refunds), s.Held)
		}
	})
}

// Whatever the disk does at the write that ends a held cart, and whether the till goes on or the power goes: the cart is in one place, or in none
// when it was thrown away. It is never there twice.
func TestRecall_AfterAnError(t *testing.T) {
	wishes := map[string][]any{
		"cash":             {pos.PayCash{}},
		"outside":          {pos.PayOther{Name: "支付宝"}},
		"WeChat":           {pos.PayWeChat{}},
		"a part":           {pos.PayCash{Part: 100}},
		"held again":       {pos.HoldCart{Name: "又来"}},
		"held again, sold": {pos.HoldCart{Name: "又来"}, pos.PayCash{}},
		"more, held again": {pos.AddItem{Item: 2}, pos.HoldCart{Name: "又来"}},
		"held, more":       {pos.HoldCart{Name: "又来"}, pos.AddItem{Item: 2}},
		"held and held":    {pos.HoldCart{Name: "又来"}, pos.HoldCart{Name: "又来"}},
		"cleared":          {pos.ClearCart{}, 2 * time.Minute},
		"held, cleared":    {pos.HoldCart{Name: "又来"}, pos.ClearCart{}, 2 * time.Minute},
		"thrown away":      {pos.HoldCart{}, pos.DropHeld{ID: 2}},
	}
	for name, wish := range wishes {
		for at := range wish {
			for _, booked := range []bool{true, false} {
				for _, blind := range []bool{true, false} {
					for _, crash := range []bool{true, false} {
						t.Run(fmt.Sprintf("%s, fails at %d, booked %t, blind %t, crash %t", name, at, booked, blind, crash), func(t *testing.T) {
							synctest.Test(t, func(t *testing.T) { recallAfterAnError(t, wish, at, booked, blind, crash) })
						})
					}
				}
			}
		}
	}
}

func recallAfterAnError(t *testing.T, wish []any, at int, booked, blind, crash bool) {
	b := newBook()
	c := open(t, b, newWeChat(), jiao)
	defer func() { c.close() }()
	c.do(scanCola, pos.HoldCart{}, pos.RecallCart{ID: 1})
	gone := false // a person wanted it gone
	for i, x := range wish {
		if i == at {
			if b.disk(booked); blind {
				b.mu.Lock()
				b.blind = errDisk
				b.mu.Unlock()
			}
		}
		switch x := x.(type) {
		case time.Duration:
			c.wait(x)
		case pos.Command:
			s := c.snap()
			_, drops := x.(pos.DropHeld)
			_, clears := x.(pos.ClearCart)
			gone = gone || drops && len(s.Held) > 0 || clears && !s.Cart.Empty()
			c.do(x)
		}
		if i == at && crash {
			c = c.crash()
		}
	}
	b.mended()
	s := c.wait(time.Minute)
	if again, ok := wish[at].(pos.Command); ok && !crash && !s.Cart.Empty() { // nobody leaves a cart because of an error
		s = c.do(again)
	}
	if n := c.places(s); n > 1 || n == 0 && !gone {
		t.Fatalf("in %d places: at the counter %+v, held %+v, sales %+v, said %v", n, s.Cart.Lines, s.Held, b.sales, c.seen)
	}
	c = c.crash() // and so it stays
	if n, now := c.places(s), c.places(c.snap()); now > 1 || now == 0 && !gone {
		t.Errorf("in %d places, before it was in %d", now, n)
	}
}

// A cart that was brought back is at the counter: nobody is told that it is held, also not by the Z report.
func TestRecall_IsNotHeldMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		c := open(t, b, nil)
		defer c.close()
		open := func(s pos.Snapshot) (names []string) {
			for _, i := range s.Shift.Open {
				names = append(names, i.Kind+" "+i.Name)
			}
			return names
		}
		s := c.do(scanCola, pos.PayCash{}, scanCola, pos.HoldCart{Name: "阿姨"}, scanCola, pos.HoldCart{Name: "大爷"})
		if got := open(s); !slices.Equal(got, []string{"held 阿姨", "held 大爷"}) {
			t.Errorf("open %v", got)
		}
		s = c.do(pos.RecallCart{ID: 1})
		if got := open(s); !slices.Equal(got, []string{"held 大爷"}) {
			t.Errorf("open %v", got)
		}
		s = c.do(pos.RecallCart{ID: 1})
		if s.Message.ID != "cart-not-empty" {
			t.Errorf("said %q", s.Message.ID)
		}
		if s = c.do(pos.HoldCart{Name: "阿姨"}); !slices.Equal(open(s), []string{"held 大爷", "held 阿姨"}) {
			t.Errorf("open %v", open(s))
		}
	})
}
