package checkout_test

import (
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/checkout"
)

// anyCounter gives random commands of a whole counter: some make no sense at the moment they are given.
type anyCounter struct {
	r    *mathrand.Rand
	b    *book
	deal pos.DealID
}

func (a *anyCounter) some(n int) int      { return a.r.IntN(n) }
func (a *anyCounter) fen(max int) pos.Fen { return pos.Fen(1 + a.r.IntN(max)) }
func (a *anyCounter) oneOf(of ...any) any { return of[a.r.IntN(len(of))] }
func (a *anyCounter) part(due pos.Fen) pos.Fen {
	if due <= 1 || a.some(3) == 0 {
		return 0
	}
	return a.fen(int(due) + 50)
}

// cut is a discount of any kind, or none.
func (a *anyCounter) cut() pos.Cut {
	return a.oneOf(
		pos.Cut{},
		pos.Cut{Kind: pos.CutAmount, N: int64(a.fen(900))},
		pos.Cut{Kind: pos.CutPercent, N: int64(a.fen(100_00))},
		pos.Cut{Kind: pos.CutTo, N: int64(a.some(2000))},
	).(pos.Cut)
}

// goods is something that puts goods into the cart, or asks about them.
func (a *anyCounter) goods() pos.Command {
	return a.oneOf(
		scanCola, scanCola, pos.ScanText{Text: "3*"}, pos.AddItem{Item: pos.ItemID(1 + a.some(8))},
		pos.AddWeighed{Item: 4, Weight: 1 + a.some(3000)}, pos.AddPriced{Item: 5, Price: a.fen(3000)},
		pos.ScanText{Text: ean(fmt.Sprintf("2100012%05d", a.some(4000)))},
		pos.ScanText{Text: ean(fmt.Sprintf("2200012%05d", a.some(4000)))},
		pos.ScanText{Text: "6900000000007"},
		pos.NewItem{Item: pos.Item{Name: "杂货", Price: a.fen(500)}, Once: a.some(2) == 0},
	).(pos.Command)
}

// change is something that changes the cart.
func (a *anyCounter) change(s pos.Snapshot) pos.Command {
	line := a.some(len(s.Cart.Lines) + 1)
	return a.oneOf(
		pos.SetQuantity{Line: line, N: a.some(6)}, pos.RemoveLine{Line: line}, pos.CutLine{Line: line, Cut: a.cut()}, pos.CutCart{Cut: a.cut()},
		pos.SetPrice{Line: line, Price: pos.Fen(a.some(900))}, pos.SetNote{Line: line, Note: "冰的"}, pos.SetMember{On: a.some(2) == 0},
		pos.Undo{}, pos.Undo{}, pos.ClearCart{}, pos.SelectLine{Line: line}, pos.DismissWant{},
	).(pos.Command)
}

// pay is something about money.
func (a *anyCounter) pay(s pos.Snapshot) pos.Command {
	part := a.part(s.Due)
	c := a.oneOf(
		pos.PayCash{}, pos.PayCash{Part: part}, pos.PayCash{Part: part, Tendered: part + a.fen(500)}, pos.PayCash{Tendered: s.CashDue + 100},
		pos.PayOther{Name: "支付宝", Part: part}, pos.PayOther{Name: "银行卡"},
		pos.PayWeChat{}, pos.PayWeChat{Part: part}, pos.PayWeChat{Part: part}, pos.ChargeCode{Code: custCode},
		pos.LeaveCode{}, pos.NewCode{}, pos.AskNow{}, pos.DismissPay{}, pos.Park{}, pos.GiveBack{},
	).(pos.Command)
	return c
}

// aside is something about carts and sales that are not in front.
func (a *anyCounter) aside(s pos.Snapshot) pos.Command {
	held := int64(a.some(6))
	if n := len(s.Held); n > 0 && a.some(3) > 0 {
		held = s.Held[a.some(n)].ID
	}
	parked := pos.PaymentID(0)
	if n := len(s.Pending); n > 0 {
		parked = s.Pending[a.some(n)].Payment
	}
	return a.oneOf(
		pos.HoldCart{}, pos.HoldCart{Name: "阿姨"}, pos.RecallCart{ID: held}, pos.RecallCart{ID: held}, pos.DropHeld{ID: held}, pos.Unpark{Payment: parked},
	).(pos.Command)
}

// back is something about money or goods that come back.
func (a *anyCounter) back() pos.Command {
	sale := pos.SaleID(1 + a.some(len(a.b.sales)+1))
	pieces := map[int]int{}
	a.b.mu.Lock()
	for i, l := range a.b.sales[sale].Lines {
		if a.some(2) == 0 {
			pieces[i+1] = 1 + a.some(l.Quantity)
		}
	}
	a.b.mu.Unlock()
	const why, who = "不想要了", "李强"
	return a.oneOf(
		pos.RefundSale{Sale: sale, Pieces: pieces, Reason: why, Approver: who, Outside: a.some(2) == 0},
		pos.RefundSale{Sale: sale, Amount: a.fen(600), Reason: why, Approver: who, Outside: a.some(2) == 0},
		pos.RefundSale{Sale: sale, Void: true, Reason: why, Approver: who},
		pos.Exchange{Sale: sale, Pieces: pieces, Reason: why, Approver: who}, pos.Exchange{Sale: sale, Pieces: pieces, Reason: why, Approver: who},
		pos.DropCredit{N: a.some(3)}, pos.ReturnCart{Reason: why, Approver: who},
	).(pos.Command)
}

// rules are any of a shop, with the layouts of [inStore].
func (a *anyCounter) rules() pos.Rules {
	cfg := checkout.Config{}
	inStore(&cfg)
	cfg.Rules.Others = []string{"支付宝", "银行卡"}
	cfg.Rules.Rounding = pos.Roundings[a.some(len(pos.Roundings))]
	return cfg.Rules
}

// deals are any promotions of the shelf's.
func (a *anyCounter) deals() (all []pos.Deal) {
	for range a.some(4) {
		a.deal++
		d := a.oneOf(
			pos.Deal{Kind: pos.DealBundle, N: 2 + a.some(3), Price: a.fen(900), Mixed: a.some(2) == 0},
			pos.Deal{Kind: pos.DealNth, N: 2 + a.some(2), Percent: a.some(100_00)},
			pos.Deal{Kind: pos.DealPrice, Price: a.fen(400)}, pos.Deal{Kind: pos.DealCut, Percent: 1 + a.some(100_00)},
		).(pos.Deal)
		d.ID, d.Name = a.deal, fmt.Sprint("促销 ", a.deal)
		if a.some(2) == 0 {
			d.Items = []pos.ItemID{pos.ItemID(1 + a.some(7))}
		}
		all = append(all, d)
	}
	return all
}

// holds checks what must be true of every snapshot.
func holds(s pos.Snapshot) error {
	var parts pos.Fen
	for _, p := range s.Parts {
		parts += p.Amount
	}
	var net pos.Fen
	for _, l := range s.Cart.Lines {
		if net += l.Net(); l.Net() < 0 || l.DealOff < 0 || l.CutOff < 0 {
			return fmt.Errorf("a line comes to %s: %+v", l.Net(), l)
		}
	}
	switch {
	case s.Due != s.Cart.Due()-parts:
		return fmt.Errorf("%s is due for %s less parts of %s", s.Due, s.Cart.Due(), parts)
	case len(s.Parts) > 0 && s.Due <= 0:
		return fmt.Errorf("%s is due after parts of %s", s.Due, parts)
	case s.CashDue != s.Due-s.Rules.Rounding.Of(s.Due):
		return fmt.Errorf("%s is due in cash for %s", s.CashDue, s.Due)
	case s.Cart.CutOff < 0 || s.Cart.CutOff > net || s.Cart.Total() != net-s.Cart.CutOff:
		return fmt.Errorf("%s off %s comes to %s", s.Cart.CutOff, net, s.Cart.Total())
	case s.Want != nil && len(s.Parts) > 0:
		return errors.New("a question while the cart is fixed")
	}
	return nil
}

// recount is the judge of the fake book's sales, drawer and returns.
func (b *book) recount(front []pos.PartView) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	var drawer pos.Fen
	taken := map[pos.PaymentID]pos.Fen{}
	for _, p := range b.payments {
		if p.State == pos.Paid && p.Tender == pos.TenderCash {
			drawer += p.Amount
		}
		if p.State == pos.Paid {
			taken[p.ID] = p.Amount
		}
	}
	counts := map[pos.SaleID]pos.Fen{}
	pieces := map[pos.SaleID]map[int]int{}
	for _, r := range b.refunds {
		if !r.State.Counts() {
			continue
		}
		if r.Tender == pos.TenderCash {
			drawer -= r.Amount
		}
		if r.Exception != 0 || r.Payment == 0 {
			continue
		}
		if taken[r.Payment] -= r.Amount; taken[r.Payment] < 0 {
			return fmt.Errorf("more went back of payment %d than it took", r.Payment)
		}
		counts[r.For] += r.Amount
		for _, l := range r.Lines {
			if pieces[r.Sale] == nil {
				pieces[r.Sale] = map[int]int{}
			}
			if pieces[r.Sale][l.N] += l.Quantity; pieces[r.Sale][l.N] > b.sales[r.Sale].Lines[l.N-1].Quantity {
				return fmt.Errorf("more pieces of line %d of sale %d came back than were sold", l.N, r.Sale)
			}
		}
		if r.Tender == pos.TenderExchange && (r.State == pos.RefundDone) != (b.sales[r.For].State == pos.SaleClosed) {
			return fmt.Errorf("%s in exchange is %s, its sale is %s", r.Amount, r.State, b.sales[r.For].State)
		}
	}
	for id, s := range b.sales {
		if s.State == pos.SaleClosed && counts[id] != s.Credit() {
			return fmt.Errorf("%s came back for sale %d, which says %s", counts[id], id, s.Credit())
		}
		if s.State == pos.SaleOpen && s.Paid != 0 && !slices.ContainsFunc(front, func(v pos.PartView) bool { return b.payments[v.Payment].Sale == id }) {
			return fmt.Errorf("parts of sale %d are paid, and nobody sees it", id)
		}
		var shares pos.Fen
		for _, x := range s.Shares() {
			shares += x.Net
		}
		if len(s.Lines) > 0 && shares != s.Net() {
			return fmt.Errorf("the shares of sale %d make %s, not %s", id, shares, s.Net())
		}
	}
	if drawer != b.drawer {
		return fmt.Errorf("%s in the drawer, not %s", b.drawer, drawer)
	}
	return nil
}

// brought follows a held cart that was brought back: until a sale of it is on disk, or the cart was emptied, it must survive a crash; from then
// on it must not come back.
type brought struct {
	id    int64 // 0 for none
	sales int   // that there were then
}

// saw takes note of what a command did. It reports what must not be.
func (x *brought) saw(b *book, give pos.Command, before, after pos.Snapshot) error {
	has := func(s pos.Snapshot, id int64) bool {
		return slices.ContainsFunc(s.Held, func(h pos.Held) bool { return h.ID == id })
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if c, ok := give.(pos.RecallCart); ok && has(before, c.ID) && !has(after, c.ID) {
		*x = brought{c.ID, len(b.sales)}
	}
	switch {
	case x.id != 0 && len(b.sales) > x.sales:
		if slices.ContainsFunc(b.held, func(h pos.Held) bool { return h.ID == x.id }) {
			return fmt.Errorf("held cart %d is in a sale, and still held", x.id)
		}
		x.id = 0
	case after.Cart.Empty(): // cleared, or held again
		x.id = 0
	}
	return nil
}

// TestAnyDay_AWholeCounter runs random days with everything that a counter does: goods of every kind, discounts, promotions, holds, parts,
// tenders, exchanges, voids and returns, faults of the line and of the disk, and restarts, in any order. Sums hold in every snapshot; at the
// end the books are what WeChat took and what is in the drawer.
func TestAnyDay_AWholeCounter(t *testing.T) {
	did := map[string]int{}
	for seed := range uint64(64) {
		synctest.Test(t, func(t *testing.T) {
			r := mathrand.New(mathrand.NewPCG(seed, 27))
			b, wx := newBook(), withCode(charge{answer: pos.SigPaid, then: pos.SigPaid})
			a := &anyCounter{r: r, b: b}
			wx.minAge = time.Duration(r.IntN(2)) * 5 * time.Minute
			stormy, storm := true, mathrand.New(mathrand.NewPCG(seed, 28)) // used by the callers of wx, one at a time
			wx.faulty = func(pos.EffectKind) (bool, bool) {
				if !stormy {
					return true, false
				}
				return storm.IntN(6) > 0, storm.IntN(5) == 0
			}
			var wrong error
			begin := func() *counter {
				return open(t, b, wx, func(cfg *checkout.Config) {
					cfg.Rules = a.rules()
					show := cfg.Publish
					cfg.Publish = func(s pos.Snapshot) {
						if err := holds(s); err != nil && wrong == nil {
							wrong = err
						}
						show(s)
					}
				})
			}
			c := begin()
			var x brought
			count := func() {
				for _, id := range c.seen {
					did[id]++
				}
			}
			for step := range 250 {
				s := c.snap()
				if n := r.IntN(12); n == 0 { // the next commit fails, or only its answer
					err := pos.E(pos.CodeFull, "write", errors.New("disk"))
					if r.IntN(2) == 0 {
						b.fail(err)
					} else {
						b.mu.Lock()
						b.lies = err
						b.mu.Unlock()
					}
				}
				var give pos.Command
				switch k := r.IntN(40); {
				case k < 10:
					give = a.goods()
				case k < 15:
					give = a.change(s)
				case k < 25:
					give = a.pay(s)
				case k < 28:
					give = a.aside(s)
				case k < 31:
					give = a.back()
				case k < 34:
					for _, p := range b.list(func(pos.Payment) bool { return r.IntN(4) == 0 }) {
						wx.pay(p.OutTradeNo)
					}
				case k == 34:
					c.till.SetRules(a.rules())
				case k == 35:
					if _, err := (shelf{b}).SaveDeals(t.Context(), a.deals(), "", time.Now()); err != nil {
						t.Fatal(err)
					}
				case k == 36:
					if step%2 == 0 { // the power goes: nothing is written any more
						b.fail(errDisk)
					}
					c.close()
					count()
					b.fail(nil)
					b.lies = nil
					c = begin()
					if x.id != 0 {
						did["brought back before a restart"]++
						if now := c.snap(); !slices.ContainsFunc(now.Held, func(h pos.Held) bool { return h.ID == x.id }) {
							t.Fatalf("seed %d, step %d: held cart %d is lost: %+v", seed, step, x.id, now.Held)
						}
						x.id = 0
					}
				default:
					c.wait(time.Duration(r.IntN(40)) * time.Second)
				}
				if give != nil {
					c.do(give)
				}
				if err := x.saw(b, give, s, c.snap()); err != nil {
					t.Fatalf("seed %d, step %d, %T%+v: %v", seed, step, give, give, err)
				}
				b.fail(nil)
				b.mu.Lock()
				b.lies = nil
				b.mu.Unlock()
				if wrong != nil {
					t.Fatalf("seed %d, step %d, %T%+v: %v", seed, step, give, give, wrong)
				}
			}
			wx.mu.Lock()
			stormy = false
			wx.mu.Unlock()
			c.do(pos.DismissPay{})
			c.wait(time.Hour)
			wx.settle(pos.RefSuccess)
			s := c.wait(6 * time.Hour)
			if len(s.Pending) != 0 {
				t.Errorf("still pending: %+v", s.Pending)
			}
			if slices.ContainsFunc(b.held, func(h pos.Held) bool {
				return h.ID != x.id && !slices.ContainsFunc(s.Held, func(o pos.Held) bool { return o.ID == h.ID })
			}) || slices.ContainsFunc(s.Held, func(h pos.Held) bool { return h.ID == x.id }) {
				t.Errorf("%+v are held, the book has %+v, brought back is %d", s.Held, b.held, x.id)
			}
			c.audit()
			if err := b.recount(s.Parts); err != nil {
				t.Error(err)
			}
			c.close()
			count()
			for _, p := range b.payments {
				if p.State == pos.Paid {
					did[string(p.Tender)]++
				}
			}
			if t.Failed() {
				t.Fatalf("seed %d", seed)
			}
		})
	}
	for _, what := range []string{
		"parts-given-back", "part-paid", "part-late", "held", "recalled", "brought back before a restart", "exchange-added", "exchange-owed", "refund-split", "refund-outside", "credit-gone",
		"wechat-native", "wechat-code", "cash", "other:支付宝", "ledger-trouble",
	} {
		if did[what] == 0 {
			t.Errorf("no day had %s", what)
		}
	}
}
