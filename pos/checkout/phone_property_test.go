package checkout_test

import (
	"context"
	mathrand "math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/checkout"
)

// crowd is customers with phones: what each was told of its order.
type crowd struct {
	mu      sync.Mutex
	calls   sync.WaitGroup
	tickets map[string][]pos.PhoneTicket // by Ref
}

// order asks for an order and waits as long as a phone does.
func (f *crowd) order(t *testing.T, till *checkout.Till, o pos.PhoneOrder) {
	f.calls.Go(func() {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		k, err := till.OrderByPhone(ctx, o)
		if err != nil {
			return
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		f.tickets[o.Ref] = append(f.tickets[o.Ref], k)
	})
}

// judge holds the book against what WeChat has and what phones were told: no order is lost, none is there twice, and the money of a phone
// settles the sale of that phone and no other.
func (f *crowd) judge(t *testing.T, b *book, wx *wechat, old *wechat) {
	t.Helper()
	byNo, ofRef := map[string]pos.Payment{}, map[string]pos.SaleID{}
	for _, p := range b.payments {
		s := b.sales[p.Sale]
		byNo[p.OutTradeNo] = p
		phone := s.Origin != pos.OriginCounter
		if (p.Tender == pos.TenderJSAPI || p.Tender == pos.TenderApp) && !phone || phone && p.Tender == pos.TenderCash || p.API == pos.APIv1 && s.Origin != pos.OriginApp {
			t.Errorf("sale %d of %q has a payment by %s", s.ID, s.Origin, p.Tender)
		}
		if phone && p.Asked != s.Net() || phone && p.State == pos.Paid && s.State != pos.SaleClosed {
			t.Errorf("%+v of %+v", p, s)
		}
	}
	for id, s := range b.sales {
		if s.Origin != pos.OriginMini && s.Origin != pos.OriginApp {
			continue
		}
		if other, twice := ofRef[s.Ref]; twice {
			t.Errorf("%s is sale %d and sale %d", s.Ref, other, id)
		}
		ofRef[s.Ref] = id
	}
	for _, side := range []*wechat{wx, old} {
		for no, o := range side.orders {
			p, known := byNo[no]
			if !known || (side == old) != (p.API == pos.APIv1) {
				t.Errorf("WeChat has %s, the book %+v", no, p)
			}
			if o.state == pos.SigPaid && !p.State.Took() && p.State != pos.Refunded {
				t.Errorf("WeChat took %s, the book says %s", no, p.State)
			}
		}
	}
	for ref, told := range f.tickets {
		for _, k := range told {
			p, known := byNo[k.OutTradeNo]
			if !known || b.sales[p.Sale].Ref != ref || k.Amount != p.Asked {
				t.Errorf("%s was told %+v, the book has %+v", ref, k, p)
			}
			if s := b.sales[p.Sale]; s.Origin != pos.OriginProduct && k.OutTradeNo != told[0].OutTradeNo {
				t.Errorf("%s was told %s and %s", ref, told[0].OutTradeNo, k.OutTradeNo)
			}
		}
	}
}

func TestAnyDay_PhonesAndTheCounter(t *testing.T) {
	for seed := range uint64(16) {
		in(t, func(t *testing.T) {
			r := mathrand.New(mathrand.NewPCG(seed, 17))
			b, wx, old := newBook(), newWeChat(), newWeChat()
			stormy, storm := true, mathrand.New(mathrand.NewPCG(seed, 18)) // used by the callers of one gateway, one at a time
			oldStorm := mathrand.New(mathrand.NewPCG(seed, 19))
			faults := func(r *mathrand.Rand) func(pos.EffectKind) (bool, bool) {
				return func(pos.EffectKind) (bool, bool) { return !stormy || r.IntN(6) > 0, stormy && r.IntN(5) == 0 }
			}
			wx.faulty, old.faulty = faults(storm), faults(oldStorm)
			wx.minAge = time.Duration(r.IntN(2)) * 5 * time.Minute
			with := func(cfg *checkout.Config) { cfg.V1, cfg.AutoRefund = old, r.IntN(2) == 0 }
			c := open(t, b, wx, with)
			f := &crowd{tickets: map[string][]pos.PhoneTicket{}}
			commands := []pos.Command{
				scanCola,
				pos.AddItem{Item: 2},
				pos.PayWeChat{},
				pos.PayWeChat{},
				pos.PayCash{},
				pos.LeaveCode{},
				pos.NewCode{},
				pos.AskNow{},
				pos.ClearCart{},
				pos.Park{},
				pos.DismissPay{},
				pos.ReprintLast{},
			}
			for range 120 {
				switch k := r.IntN(24); {
				case k < 8:
					c.do(commands[r.IntN(len(commands))])
				case k < 13:
					o := []pos.PhoneOrder{mini("M" + strconv.Itoa(r.IntN(12))), product("P" + strconv.Itoa(r.IntN(4))), oldApp("A" + strconv.Itoa(r.IntN(6)))}[r.IntN(3)]
					for range 1 + r.IntN(2) {
						f.order(t, c.till, o)
					}
					c.wait(time.Duration(r.IntN(8)) * time.Second)
				case k < 17:
					for _, p := range b.list(func(pos.Payment) bool { return r.IntN(5) == 0 }) {
						wx.pay(p.OutTradeNo)
						old.pay(p.OutTradeNo)
					}
				case k == 17:
					ps := b.list(func(pos.Payment) bool { return r.IntN(3) == 0 })
					for _, p := range ps {
						c.do(pos.EndPhoneOrder{Payment: p.ID}, pos.Unpark{Payment: p.ID})
					}
				case k == 18:
					c.close()
					c = open(t, b, wx, with)
				case k == 19:
					b.fail(pos.E(pos.CodeFull, "write", nil))
					c.wait(time.Duration(r.IntN(20)) * time.Second)
					b.fail(nil)
				default:
					c.wait(time.Duration(r.IntN(90)) * time.Second)
				}
				if pay := c.snap().Pay; pay != nil {
					b.mu.Lock()
					origin := b.sales[b.payments[pay.Payment].Sale].Origin
					b.mu.Unlock()
					if pay.Payment != 0 && origin != pos.OriginCounter {
						t.Fatalf("seed %d: a phone's order is in front of the cashier", seed)
					}
				}
			}
			wx.mu.Lock()
			old.mu.Lock()
			stormy = false
			old.mu.Unlock()
			wx.mu.Unlock()
			c.do(pos.DismissPay{})
			s := c.wait(6 * time.Hour)
			f.calls.Wait()
			if len(s.Pending) != 0 {
				t.Errorf("still pending: %+v", s.Pending)
			}
			c.close()
			c.audit()
			f.judge(t, b, wx, old)
			if closed := slices.DeleteFunc(b.list(func(p pos.Payment) bool { return p.State == pos.Paid }), func(p pos.Payment) bool { return b.sales[p.Sale].Origin == pos.OriginCounter }); len(closed) == 0 {
				t.Error("no phone paid: the test tries nothing")
			}
			if t.Failed() {
				t.Fatalf("seed %d", seed)
			}
		})
	}
}
