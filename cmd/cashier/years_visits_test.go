package main

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"guitai/pos"
	"guitai/pos/wechat/sim"
)

// visit is one customer at the till. A way of paying that is added to the till is a line here.
type visit struct {
	name   string
	weight int
	run    func(l *life)
}

// visits are what customers and cashiers do, with how often they do it.
var visits = []visit{
	{"cash", 14, func(l *life) { l.fill(); l.cash() }},
	{"paid", 40, func(l *life) { l.fill(); l.code(); l.pay(sim.PayNow, 0); l.await(40 * time.Second) }},
	{"paid at once", 6, func(l *life) {
		l.fill()
		l.script(sim.Act{Kind: sim.PayNow, ScanAfter: l.some(20 * time.Second)})
		l.code()
		l.await(40 * time.Second)
	}},
	{"wrong password", 3, func(l *life) { l.fill(); l.code(); l.pay(sim.WrongPassword, 0); l.await(40 * time.Second) }},
	{"coupon", 3, func(l *life) { l.fill(); l.code(); l.pay(sim.PayCoupon, 0); l.await(40 * time.Second) }},
	{"walks away", 3, func(l *life) { l.fill(); l.code(); l.pay(sim.WalkAway, 0); l.await(20 * time.Second); l.give() }},
	{"another amount", 1, func(l *life) { l.fill(); l.code(); l.pay(sim.OtherAmount, 0); l.await(40 * time.Second); l.give() }},
	{"another currency", 1, func(l *life) { l.fill(); l.code(); l.pay(sim.OtherCurrency, 0); l.await(40 * time.Second); l.give() }},
	{"pays twice", 2, func(l *life) { l.fill(); l.code(); l.pay(sim.PayTwice, 0); l.await(40 * time.Second) }},
	{"pays after the close", 1, func(l *life) { l.fill(); l.code(); l.pay(sim.PayLate, 0); l.pause(l.some(20 * time.Second)); l.give() }},
	{"cancelled, then paid", 4, func(l *life) {
		l.fill()
		l.code()
		l.pay(sim.PayNow, 5*time.Second)
		l.post(pos.LeaveCode{})
		l.await(20 * time.Second)
		l.give()
	}},
	{"cancelled and changed, then paid", 3, func(l *life) {
		l.fill()
		l.code()
		l.pay(sim.PayNow, 8*time.Second)
		l.post(pos.LeaveCode{})
		l.fill()
		l.await(20 * time.Second)
		l.code()
		l.pay(sim.PayNow, 0)
		l.await(30 * time.Second)
	}},
	{"cancelled, cash, then paid", 3, func(l *life) {
		l.fill()
		l.code()
		l.pay(sim.PayNow, 8*time.Second)
		l.post(pos.LeaveCode{})
		l.cash()
	}},
	{"cash over the code", 3, func(l *life) {
		l.fill()
		l.code()
		if l.r.IntN(2) == 0 {
			l.pay(sim.PayNow, 6*time.Second)
		}
		l.pause(l.some(8 * time.Second))
		l.cash()
	}},
	{"next customer served first", 3, func(l *life) {
		l.fill()
		l.code()
		l.pay(sim.PayNow, 15*time.Second)
		l.post(pos.LeaveCode{}, pos.ClearCart{})
		l.fill()
		l.code()
		l.pay(sim.PayNow, 0)
		l.await(40 * time.Second)
	}},
	{"new code", 3, func(l *life) {
		l.fill()
		l.code()
		l.pay(sim.PayNow, 3*time.Second)
		l.post(pos.NewCode{})
		l.code()
		l.pay(sim.PayNow, 0)
		l.await(40 * time.Second)
	}},
	{"expired", 2, func(l *life) { l.fill(); l.code(); l.outlive(); l.give() }},
	{"expired, then paid", 2, func(l *life) {
		l.fill()
		l.code()
		if v := l.seen().Pay; v != nil { // in the password dialog when the time runs out
			left := v.ExpiresAt.Sub(l.clock.Now()) - time.Second
			if left > 0 && left < time.Hour {
				l.act(sim.Act{Kind: sim.PayNow, ScanAfter: left, TypeFor: time.Second + l.some(12*time.Second)})
			}
		}
		l.outlive()
		l.await(20 * time.Second)
		l.give()
	}},
	{"expired, new code, both paid", 2, func(l *life) {
		l.fill()
		l.code()
		if v := l.seen().Pay; v != nil {
			left := v.ExpiresAt.Sub(l.clock.Now()) - 2*time.Second
			if left > 0 && left < time.Hour {
				l.act(sim.Act{Kind: sim.PayNow, ScanAfter: left, TypeFor: 2*time.Second + l.some(10*time.Second)})
			}
		}
		l.outlive()
		l.post(pos.NewCode{})
		l.code()
		l.pay(sim.PayNow, 0)
		l.await(40 * time.Second)
	}},
	{"payment code", 10, func(l *life) { l.fill(); l.charge(""); l.await(75 * time.Second); l.give() }},
	{"payment code over the code", 3, func(l *life) {
		l.fill()
		l.code()
		if l.r.IntN(2) == 0 {
			l.pay(sim.PayNow, 3*time.Second)
		}
		l.pause(l.some(5 * time.Second))
		l.charge(sim.PayNow)
		l.await(75 * time.Second)
		l.give()
	}},
	{"payment code given up", 3, func(l *life) {
		l.fill()
		l.charge("")
		l.pause(l.some(20 * time.Second))
		l.post(pos.LeaveCode{})
		l.give()
	}},
	{"put aside", 4, func(l *life) {
		l.fill()
		l.code()
		l.pay(sim.PayNow, 10*time.Second)
		l.post(pos.Park{})
		l.fill()
		l.code()
		l.pay(sim.PayNow, 0)
		l.await(40 * time.Second)
		if p := l.seen().Pending; len(p) > 0 && l.r.IntN(2) == 0 {
			l.post(pos.Unpark{Payment: p[l.r.IntN(len(p))].Payment})
			l.await(20 * time.Second)
		}
	}},
	{"goods come back", 5, func(l *life) {
		s := l.seen()
		if s.Last == 0 {
			return
		}
		for range 1 + l.r.IntN(3) {
			if l.r.IntN(2) == 0 {
				l.post(pos.RefundSale{Sale: s.Last, Pieces: map[int]int{1: 1 + l.r.IntN(2)}, Reason: "broken", Approver: "Li"})
			} else {
				l.post(pos.RefundSale{Sale: s.Last, Amount: pos.Fen(1 + l.r.IntN(900)), Reason: "late", Approver: "Li"})
			}
		}
	}},
	{"somebody decides", 3, func(l *life) {
		cases := l.seen().Exceptions
		if len(cases) == 0 {
			return
		}
		actions := []pos.Action{pos.ActRefund, pos.ActHold, pos.ActSettle, pos.ActCash, pos.ActNote}
		l.post(pos.DecideException{ID: cases[l.r.IntN(len(cases))].ID, Action: actions[l.r.IntN(len(actions))], By: "Li", Reason: "seen"})
	}},
	{"in and out", 2, func(l *life) {
		l.fill()
		for range 2 + l.r.IntN(4) {
			l.post([]pos.Command{pos.PayWeChat{}, pos.LeaveCode{}, pos.NewCode{}, pos.AskNow{}, pos.PayCash{}, pos.PayWeChat{}}[l.r.IntN(6)])
			if l.r.IntN(3) == 0 {
				l.pay(sim.PayNow, 0)
			}
		}
		l.await(l.some(10 * time.Second))
	}},
	{"anything", 2, func(l *life) {
		for range 10 + l.r.IntN(15) {
			switch l.r.IntN(5) {
			case 0:
				l.pay(sim.Acts()[l.r.IntN(len(sim.Acts()))].Name, 0)
			case 1:
				l.pause(l.some(20 * time.Second))
			default:
				l.post(anything[l.r.IntN(len(anything))])
			}
		}
	}},
}

var anything = []pos.Command{
	pos.ScanText{Text: "6901234567892"},
	pos.ScanText{Text: "3*"},
	pos.ScanText{Text: "134567890123456789"},
	pos.ScanText{Text: "what"},
	pos.AddItem{Item: 2},
	pos.AddItem{Item: 9999},
	pos.SelectLine{Line: 1},
	pos.SetQuantity{Line: 0, N: 4},
	pos.SetQuantity{Line: 7, N: -1},
	pos.RemoveLine{Line: 0},
	pos.ClearCart{},
	pos.Undo{},
	pos.PayWeChat{},
	pos.PayWeChat{},
	pos.PayCash{},
	pos.PayCash{Tendered: 100},
	pos.LeaveCode{},
	pos.AskNow{},
	pos.NewCode{},
	pos.DismissPay{},
	pos.DismissDone{},
	pos.ReprintLast{},
}

// visit serves one customer, in calm weather one in ten.
func (l *life) visit() {
	l.tally.add("visits", 1)
	if l.r.IntN(10) == 0 {
		l.served()
	} else {
		n := 0
		for _, v := range visits {
			n += v.weight
		}
		n = l.r.IntN(n)
		for _, v := range visits {
			if n -= v.weight; n < 0 {
				l.tally.add("visit "+v.name, 1)
				l.judge.trace("visit: %s", v.name)
				v.run(l)
				break
			}
		}
	}
	l.tidy()
	switch {
	case l.r.IntN(200) == 0:
		l.pause(8 * time.Hour) // the night
	case l.r.IntN(3) == 0:
		l.pause(l.some(2 * time.Minute))
	}
}

// some is a while of at most d, short ones more often.
func (l *life) some(d time.Duration) time.Duration {
	return time.Millisecond + time.Duration(l.r.Float64()*l.r.Float64()*float64(d))
}

// fill puts goods into the cart.
func (l *life) fill() {
	for range 1 + l.r.IntN(3) {
		item := pos.ItemID(1 + l.r.IntN(120))
		switch l.r.IntN(6) {
		case 0:
			l.post(pos.ScanText{Text: strconv.Itoa(1+l.r.IntN(12)) + "*"}, pos.AddItem{Item: item})
		case 1: // somebody buys the shop
			l.post(pos.AddItem{Item: item}, pos.SetQuantity{Line: 0, N: 1 + l.r.IntN(4000)})
		default:
			l.post(pos.AddItem{Item: item})
		}
	}
}

// code asks for a code and waits for it.
func (l *life) code() {
	for range 2 {
		l.post(pos.PayWeChat{})
		shown := l.until(15*time.Second, func(s pos.Snapshot) bool {
			return s.Done != nil || s.Pay == nil || s.Pay.CodeURL != "" || s.Pay.Phase == pos.PayRefused || s.Pay.Phase == pos.PayFailed
		})
		if s := l.seen(); shown && s.Pay != nil && s.Pay.CodeURL != "" || s.Done != nil {
			return
		}
	}
}

// pay lets the customer scan the code on the glass, after a moment of at least least.
func (l *life) pay(kind string, least time.Duration) {
	act := sim.Act{Kind: kind, ScanAfter: least + l.some(25*time.Second)}
	if l.r.IntN(2) == 0 {
		act.TypeFor = l.some(10 * time.Second)
	}
	l.act(act)
}

func (l *life) act(act sim.Act) {
	v := l.seen().Pay
	if v == nil || v.CodeURL == "" {
		return
	}
	l.tally.add("payer "+act.Kind, 1)
	if act.Kind == sim.OtherAmount {
		act.Amount = int64(v.Amount) + 7 // so that no false notice says by chance what was asked
	}
	l.sim.Pay(v.CodeURL, act) //nolint:errcheck // a payer who is refused is part of life
}

// charge lets the customer show a payment code, which is scanned. Without a kind it is any.
func (l *life) charge(kind string) {
	if kind == "" {
		kinds := sim.CodeActs()
		kind = kinds[l.r.IntN(len(kinds))].Name
		if l.r.IntN(2) == 0 {
			kind = sim.PayNow
		}
	}
	l.tally.add("payer code "+kind, 1)
	c, err := l.sim.ShowCode(sim.Act{Kind: kind, ScanAfter: l.some(3 * time.Second)})
	if err != nil {
		l.t.Fatal(err)
	}
	if l.r.IntN(2) == 0 {
		l.post(pos.ChargeCode{Code: pos.PaymentCode(c.Code)})
		return
	}
	l.post(pos.PayWeChat{}, pos.ScanText{Text: c.Code})
}

func (l *life) script(act sim.Act) {
	if err := l.sim.Script("", act); err != nil {
		l.t.Fatal(err)
	}
}

// await waits until the sale in the cart is settled, asking now and then as cashiers do.
func (l *life) await(d time.Duration) bool {
	if l.r.IntN(4) == 0 {
		l.until(l.some(d), settled)
		l.post(pos.AskNow{})
	}
	return l.until(d, settled)
}

func settled(s pos.Snapshot) bool { return s.Done != nil || s.Cart.Empty() }

// cash sells what is in the cart for cash.
func (l *life) cash() {
	due := l.seen().Cart.Total()
	given := []pos.Fen{0, due, due + 50, due + 10_000, due - 1}[l.r.IntN(5)]
	l.post(pos.PayCash{Tendered: max(0, given)})
	l.until(5*time.Second, settled)
}

// outlive waits until the code is off the glass.
func (l *life) outlive() {
	l.until(l.temper.orderLife+10*time.Second, func(s pos.Snapshot) bool { return s.Pay == nil || s.Pay.CodeURL == "" })
}

// give is what a cashier does with a customer who did not pay by code.
func (l *life) give() {
	if s := l.seen(); s.Cart.Empty() {
		return
	}
	switch l.r.IntN(4) {
	case 0:
		l.post(pos.DismissPay{}, pos.ClearCart{})
	case 1:
		l.cash()
	case 2:
		l.post(pos.DismissPay{}, pos.RemoveLine{Line: 0})
		l.cash()
	default:
		l.code()
		l.pay(sim.PayNow, 0)
		l.await(30 * time.Second)
	}
}

// tidy makes the till ready for the next customer.
func (l *life) tidy() {
	for range 10 {
		s := l.seen()
		if s.Pay == nil && s.Cart.Empty() {
			return
		}
		l.post(pos.DismissPay{}, pos.ClearCart{})
		l.pause(l.some(8 * time.Second))
	}
}

// served is a visit in calm weather: whatever went before, a customer who pays now is served.
func (l *life) served() {
	l.tally.add("visit in calm weather", 1)
	l.calm.Store(true)
	defer l.calm.Store(false)
	l.heal()
	l.pause(12 * time.Second) // what was under way comes to its end
	l.tidy()
	l.fill()
	before, cart := l.seen(), l.seen().Cart
	if cart.Empty() {
		l.judge.fault("I7", "in calm weather nothing goes into the cart: %v", before.Message)
		return
	}
	if l.r.IntN(3) == 0 {
		l.post(pos.PayCash{})
		if !l.until(10*time.Second, settled) || l.seen().Last == before.Last {
			l.judge.fault("I7", "in calm weather cash is not taken: %+v %v", l.seen().Pay, l.seen().Message)
		}
		return
	}
	l.code()
	if l.seen().Last != before.Last {
		return // by a customer who came for an earlier code
	}
	if v := l.seen().Pay; v == nil || v.CodeURL == "" {
		l.judge.fault("I7", "in calm weather there is no code: %+v %v", v, l.seen().Message)
		return
	}
	l.act(sim.Act{Kind: sim.PayNow})
	if !l.until(15*time.Second, settled) || l.seen().Last == before.Last {
		l.judge.fault("I7", "in calm weather a payment is not seen: %+v %v", l.seen().Pay, l.seen().Message)
	}
}

// heal ends every trouble but a wrong clock, which nobody at a till can mend; what comes of it mends itself.
func (l *life) heal() {
	l.sim.ClearFaults()
	l.wire.set(func(w *wire) { w.down, w.deaf = time.Time{}, time.Time{} })
	l.books.set(func(b *books) { b.left, b.refuse, b.unsure = 0, 0, 0 })
}

// mischief is something that goes wrong beside single calls.
type mischief struct {
	name   string
	weight int
	do     func(l *life)
}

var mischiefs = []mischief{
	{"crash", 4, func(l *life) { l.kill(); l.revive() }},
	{"crash at a write", 8, func(l *life) {
		n, after := 1+l.r.IntN(6), l.r.IntN(2) == 0
		l.books.set(func(b *books) { b.left, b.after = n, after })
	}},
	{"quit", 2, func(l *life) { l.quit(); l.revive() }},
	{"ledger refuses", 4, func(l *life) { n := 1 + l.r.IntN(4); l.books.set(func(b *books) { b.refuse = n }) }},
	{"ledger unsure", 4, func(l *life) { l.books.set(func(b *books) { b.unsure = 1 }) }},
	{"clock an hour on", 1, func(l *life) { l.clock.jump(l.clock.wrongBy() + time.Hour) }},
	{"clock an hour back", 1, func(l *life) { l.clock.jump(l.clock.wrongBy() - time.Hour) }},
	{"clock a year back", 1, func(l *life) { l.clock.jump(-365 * 24 * time.Hour) }},
	{"clock to the day's end", 1, func(l *life) {
		now := l.clock.Now()
		end := time.Date(now.Year(), now.Month(), now.Day(), 20, 0, 0, 0, time.UTC) // four in the morning in the shop
		l.clock.jump(l.clock.wrongBy() + end.Sub(now) - l.some(time.Minute))
	}},
	{"clock a little off", 2, func(l *life) { l.clock.jump(l.clock.wrongBy() + l.some(10*time.Second) - 3*time.Second) }},
	{"clock right", 4, func(l *life) { l.clock.jump(0) }},
	{"wechat's clock off", 1, func(l *life) { l.sim.SetSkew(l.some(10*time.Second) - 3*time.Second) }},
	{"line down shortly", 6, func(l *life) { d := l.some(2 * time.Minute); l.wire.set(func(w *wire) { w.down = time.Now().Add(d) }) }},
	{"line down for long", 1, func(l *life) { d := l.some(3 * time.Hour); l.wire.set(func(w *wire) { w.down = time.Now().Add(d) }) }},
	{"notices lost for a while", 2, func(l *life) { d := l.some(time.Hour); l.wire.set(func(w *wire) { w.deaf = time.Now().Add(d) }) }},
	{"simulator's fault", 8, func(l *life) { l.simFault() }},
	{"faults end", 4, func(l *life) { l.heal() }},
	{"somebody asks now", 2, func(l *life) {
		if till := l.running(); till != nil {
			l.judge.wished()
			till.Post(pos.AskNow{})
		}
	}},
}

// trouble brings one mischief.
func (l *life) trouble() {
	n := 0
	for _, m := range mischiefs {
		n += m.weight
	}
	n = l.r.IntN(n)
	for _, m := range mischiefs {
		if n -= m.weight; n < 0 {
			l.tally.add("fault "+m.name, 1)
			m.do(l)
			return
		}
	}
}

// simFault puts one of the simulator's own faults in force a few times.
func (l *life) simFault() {
	names := slices.DeleteFunc(sim.Faults(), func(a sim.About) bool { return a.Name == sim.FaultNoAnswer })
	f := sim.Fault{Name: names[l.r.IntN(len(names))].Name, Count: 1 + l.r.IntN(4)}
	f.Path = []string{"", "unifiedorder", "orderquery", "closeorder", "micropay"}[l.r.IntN(4)]
	if f.Name == sim.FaultNoticeForged {
		f.Path = []string{"sign", "merchant"}[l.r.IntN(2)] // a false amount under WeChat's own signature is WeChat's word
	}
	if f.Name == sim.FaultHostDown {
		f.Path = ""
	}
	l.tally.add("fault sim "+f.Name, 1)
	err := l.sim.SetFault(f)
	if errors.Is(err, sim.ErrBadFault) { // it is of one call only, and knows which
		f.Path = ""
		err = l.sim.SetFault(f)
	}
	if err != nil {
		l.t.Fatal(err)
	}
}
