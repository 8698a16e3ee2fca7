package reconcile_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"guitai/pos"
)

// TestProperty_WhatIsPlantedIsFoundAndNothingElse makes days of money at random, plants differences in them, and takes the rows of the
// bill in any order and the window of any size.
func TestProperty_WhatIsPlantedIsFoundAndNothingElse(t *testing.T) {
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 7))
		rows, b, want := randomDay(random)
		if random.IntN(2) == 0 {
			random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		}
		if random.IntN(3) == 0 {
			slices.Reverse(rows)
		}
		o := options()
		o.Day = day // a shuffled bill may begin with a refund
		if o.Window = random.IntN(40); o.Window > 0 {
			o.TempDir = t.TempDir()
		}
		r := mustMatch(t, write("ALL", rows, "\r\n"), b, o)
		got := map[string]string{}
		for _, f := range r.Findings {
			got[string(f.Item().Kind)+f.Item().OutTradeNo] = fmt.Sprintf("%s %s %s", f.Class, f.Cause, f.Action)
		}
		if len(got) != len(r.Findings) || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("seed %d, window %d: found %v, planted %v", seed, o.Window, got, want)
		}
		if !slices.IsSortedFunc(r.Findings, func(a, b pos.Finding) int {
			if a.Theirs == nil || b.Theirs == nil {
				return 0
			}
			return a.Theirs.Line - b.Theirs.Line
		}) {
			t.Fatalf("seed %d: findings are not in the bill's order", seed)
		}
	}
}

// randomDay is a bill, our books, and what differs between them.
func randomDay(random *rand.Rand) (rows []tr, b *books, want map[string]string) {
	b, want = &books{}, map[string]string{}
	n := random.IntN(60) + 1
	for i := range n {
		when := at(0, 20, 0).Add(time.Duration(random.IntN(23*3600)) * time.Second)
		r := pay(i, when, pos.Fen(random.IntN(100_000)+100))
		r.goods = []string{"可乐", "薯片,`原味", "a,b", "`", ",`,`", "名\"字"}[random.IntN(6)]
		if random.IntN(5) == 0 {
			r.coupon = pos.Fen(random.IntN(90) + 1)
			r.settlement -= r.coupon
			r.fee = pos.Mille(r.settlement) * 6
		}
		o := ours(r)
		has, on := true, true
		key := "payment" + r.no
		switch random.IntN(12) {
		case 0:
			has, want[key] = false, "theirs-only unknown book"
		case 1:
			on, want[key] = false, "ours-only missing ask"
		case 2:
			o.Amount += pos.Fen(random.IntN(5) + 1)
			want[key] = "differs amount ask"
		case 3:
			if r.coupon > 0 {
				o.Settlement = o.Amount
				want[key] = "differs coupon ask"
			}
		case 4:
			r.fee += pos.Mille(random.IntN(9000) + 1001)
			want[key] = "differs fee note"
		case 5: // open here still
			has = false
			b.hidden = append(b.hidden, pos.BillItem{Kind: pos.BillPayment, OutTradeNo: r.no, State: string(pos.Closing)})
			want[key] = "differs state ask"
		case 6: // booked so late that the day does not show it
			has = false
			b.hidden = append(b.hidden, o)
		}
		if on {
			rows = append(rows, r)
		}
		if has {
			b.items = append(b.items, o)
		}
		if random.IntN(6) == 0 && on && has && want[key] == "" {
			f := back(i, when.Add(time.Minute), r.amount/2)
			g := ours(f)
			switch random.IntN(4) {
			case 0:
				g.State = string(pos.RefundAccepted)
				want["refund"+r.no] = "differs state ask"
			case 1:
				g.Amount--
				want["refund"+r.no] = "differs amount ask"
			}
			rows, b.items = append(rows, f), append(b.items, g)
		}
		if random.IntN(10) == 0 { // a code that was reversed
			p := pay(i+1000, when, 300)
			v := tr{at: when.Add(time.Minute), no: p.no, trans: p.trans, state: "REVOKED", refunded: 300, refundedAsked: 300, rate: "0.60%"}
			if random.IntN(2) == 0 {
				rows = append(rows, p)
			}
			rows, b.items = append(rows, v), append(b.items, ours(p), ours(v))
		}
		if random.IntN(8) == 0 { // of the till beside
			p := pay(i, when, 700)
			p.no = "S001-T9" + p.no[7:]
			rows = append(rows, p)
		}
	}
	slices.SortStableFunc(rows, func(a, b tr) int { return a.at.Compare(b.at) })
	slices.SortStableFunc(b.items, func(a, b pos.BillItem) int { return a.At.Compare(b.At) })
	return rows, b, want
}
