package main

import (
	"context"
	"fmt"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/wechat/sim"
)

// phoneVisits are customers who order with their phones, alone and beside one who stands at the counter.
var phoneVisits = []visit{
	{"by phone", 6, func(l *life) {
		k := l.phone(l.newRef())
		l.payByPhone(k, sim.PayNow)
		l.pause(l.some(40 * time.Second))
	}},
	{"by phone beside the counter", 5, func(l *life) {
		l.fill()
		k := l.phone(l.newRef())
		l.code()
		l.payByPhone(k, []string{sim.PayNow, sim.PayCoupon, sim.PayTwice, sim.OtherAmount, sim.WalkAway}[l.r.IntN(5)])
		l.pay(sim.PayNow, 0)
		l.await(40 * time.Second)
	}},
	{"by phone, asked again and again", 3, func(l *life) {
		ref := l.newRef()
		for range 2 + l.r.IntN(3) {
			k := l.phone(ref)
			l.payByPhone(k, []string{sim.PayNow, sim.WalkAway}[l.r.IntN(2)])
			l.pause(l.some(3 * time.Minute))
			if l.r.IntN(4) == 0 {
				l.quit()
				l.revive()
			}
		}
	}},
	{"by phone, and ended at the till", 3, func(l *life) {
		k := l.phone(l.newRef())
		l.payByPhone(k, sim.PayNow)
		l.pause(l.some(20 * time.Second))
		for _, p := range l.seen().Pending {
			if p.Origin != pos.OriginCounter && l.r.IntN(2) == 0 {
				l.post(pos.Unpark{Payment: p.Payment}, pos.EndPhoneOrder{Payment: p.Payment})
			}
		}
	}},
}

func init() { visits = append(visits, phoneVisits...) }

// newRef is a number that the shop's app gives to an order.
func (l *life) newRef() string {
	l.refs++
	return fmt.Sprintf("A%d-%d", l.seed, l.refs)
}

// phone orders one item by the shop's app and waits as long as that does. Of a ref it is always the same item.
func (l *life) phone(ref string) (k pos.PhoneTicket) {
	till := l.running()
	if till == nil {
		return k
	}
	it, err := l.store.ItemByID(l.t.Context(), pos.ItemID(1+len(ref)*7+int(ref[len(ref)-1])))
	if err != nil {
		l.t.Fatal(err)
	}
	cart, err := pos.Cart{}.Add(it, "", 1+int(ref[len(ref)-1])%3)
	if err != nil {
		l.t.Fatal(err)
	}
	o := pos.PhoneOrder{Origin: pos.OriginApp, Tender: pos.TenderApp, Ref: ref, Lines: cart.Lines}
	ctx, cancel := context.WithTimeout(context.Background(), 8*time.Second+time.Duration(l.r.Int64N(int64(time.Millisecond))))
	defer cancel()
	got := make(chan pos.PhoneTicket, 1)
	go func() {
		k, err := till.OrderByPhone(ctx, o)
		if err != nil {
			l.tally.add("visit by phone, answered "+string(pos.CodeOf(err)), 1)
		}
		got <- k
	}()
	synctest.Wait() // or whether an answer that is there at once is seen at once hangs on which goroutine ran first
	l.until(20*time.Second, func(pos.Snapshot) bool {
		select {
		case k = <-got:
			return true
		default:
			return false
		}
	})
	if k.OutTradeNo != "" {
		l.judge.ticket(ref, k)
	}
	return k
}

// payByPhone lets the customer pay in the shop's app, with what the till signed.
func (l *life) payByPhone(k pos.PhoneTicket, kind string) {
	if k.PrepayID == "" {
		return
	}
	signed, err := l.signer.SignPhone(pos.TenderApp, k.PrepayID)
	if err != nil {
		l.judge.fault("I5", "sign %s: %v", k.OutTradeNo, err)
		return
	}
	pay := map[string]any{}
	for name, value := range signed {
		pay[name] = value
	}
	l.tally.add("visit payer by phone "+kind, 1)
	act := sim.Act{Kind: kind, ScanAfter: l.some(25 * time.Second)}
	if kind == sim.OtherAmount {
		act.Amount = int64(k.Amount) + 7
	}
	if _, err := l.sim.PayInside(sim.ShopOrder{Way: sim.WayApp, Pay: pay}, act); err != nil { // a payer who is refused is part of life
		l.tally.add("visit payer by phone refused: "+err.Error(), 1)
	}
}

// tenDigits is a clock of today: a phone takes no other, and virtual time begins in 2000.
type tenDigits struct{ pos.Clock }

func (c tenDigits) Now() time.Time { return c.Clock.Now().AddDate(20, 0, 0) }

// ticket is what a phone was told of an order: it is that phone's own, on disk, and for a ref always the same.
func (j *judge) ticket(ref string, k pos.PhoneTicket) {
	j.mu.Lock()
	defer j.mu.Unlock()
	d := j.orders[k.OutTradeNo]
	if d == nil {
		j.fault("I1", "a phone was told of %s, which is not on disk", k.OutTradeNo)
		return
	}
	if a := j.sales[d.p.Sale]; a.sale.Ref != ref || k.Amount != a.sale.Net() {
		j.fault("I8", "%s was told %+v, which is sale %d of %q", ref, k, d.p.Sale, a.sale.Ref)
	}
}

// begunByPhone holds a new sale of a phone against those before it. Call with j.mu held.
func (j *judge) begunByPhone(s pos.Sale) {
	if s.Origin == pos.OriginCounter {
		return
	}
	for _, a := range j.sales {
		if a.sale.Ref == s.Ref && a.sale.ID != s.ID {
			j.fault("I8", "the order %s is sale %d and sale %d", s.Ref, a.sale.ID, s.ID)
		}
	}
}

// phoneIsAside is a demand on every snapshot: a phone's order is never in front of the cashier. Call with j.mu held.
func (j *judge) phoneIsAside(s pos.Snapshot) {
	if s.Pay == nil || s.Pay.OutTradeNo == "" {
		return
	}
	if d := j.orders[s.Pay.OutTradeNo]; d != nil && j.sales[d.p.Sale].sale.Origin != pos.OriginCounter {
		j.fault("I7", "%s is in front of the cashier, and a phone ordered it", s.Pay.OutTradeNo)
	}
}
