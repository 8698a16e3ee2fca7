package pos_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"guitai/pos"
)

func ea(item pos.ItemID, price pos.Fen, n int) pos.Line {
	return pos.Line{Item: item, Name: fmt.Sprintf("货 %d", item), Category: "饮料", Price: price, Quantity: n, TaxRate: 1300}
}

func TestCartPriced_Promotions(t *testing.T) {
	half := pos.Deal{Name: "第二件半价", Kind: pos.DealNth, N: 2, Percent: 50_00, Items: []pos.ItemID{1}}
	three := pos.Deal{Name: "3 件 10 元", Kind: pos.DealBundle, N: 3, Price: 10_00, Category: "饮料", Mixed: true}
	member := pos.MemberDeal("会员价")
	cheap := ea(2, 500, 2)
	cheap.Member = 450
	weighed := pos.Line{Item: 9, Name: "苹果", Unit: "kg", Price: 12_80, Weight: 535, Quantity: 1, Category: "饮料"}
	for _, c := range []struct {
		what   string
		lines  []pos.Line
		member bool
		deals  []pos.Deal
		off    []pos.Fen // of each line
		deal   []string
	}{
		{"one piece has no second", []pos.Line{ea(1, 301, 1)}, false, []pos.Deal{half}, []pos.Fen{0}, []string{""}},
		{"the second at half, rounded half up for the shop", []pos.Line{ea(1, 301, 2)}, false, []pos.Deal{half}, []pos.Fen{150}, []string{"第二件半价"}},
		{"five pieces have two seconds", []pos.Line{ea(1, 300, 5)}, false, []pos.Deal{half}, []pos.Fen{300}, []string{"第二件半价"}},
		{"another item has none", []pos.Line{ea(2, 300, 2)}, false, []pos.Deal{half}, []pos.Fen{0}, []string{""}},
		{"three of different kinds for ten yuan, shared by price", []pos.Line{ea(1, 500, 1), ea(2, 400, 1), ea(3, 400, 1)}, false, []pos.Deal{three}, []pos.Fen{115, 92, 93}, []string{"3 件 10 元", "3 件 10 元", "3 件 10 元"}},
		{"the dearest three of four", []pos.Line{ea(1, 300, 1), ea(2, 400, 3)}, false, []pos.Deal{three}, []pos.Fen{0, 200}, []string{"", "3 件 10 元"}},
		{"a bundle that is dearer than its pieces takes nothing off", []pos.Line{ea(1, 300, 3)}, false, []pos.Deal{three}, []pos.Fen{0}, []string{""}},
		{"a line has the first promotion that takes something off", []pos.Line{ea(1, 500, 3)}, false, []pos.Deal{half, three}, []pos.Fen{250}, []string{"第二件半价"}},
		{"members' price for members", []pos.Line{cheap}, true, []pos.Deal{member}, []pos.Fen{100}, []string{"会员价"}},
		{"and for nobody else", []pos.Line{cheap}, false, []pos.Deal{member}, []pos.Fen{0}, []string{""}},
		{"what is weighed has no promotion", []pos.Line{weighed}, false, []pos.Deal{{Name: "九折", Kind: pos.DealCut, Percent: 10_00}}, []pos.Fen{0}, []string{""}},
		{"ten percent", []pos.Line{ea(1, 333, 1)}, false, []pos.Deal{{Name: "九折", Kind: pos.DealCut, Percent: 10_00}}, []pos.Fen{33}, []string{"九折"}},
		{"a price that is higher than the shelf's takes nothing off", []pos.Line{ea(1, 300, 1)}, false, []pos.Deal{{Name: "特价", Kind: pos.DealPrice, Price: 350}}, []pos.Fen{0}, []string{""}},
	} {
		t.Run(c.what, func(t *testing.T) {
			got := pos.Cart{Lines: c.lines, Member: c.member}.Priced(c.deals, pos.ShopTime{Day: 20261128, Minute: 600})
			for i, l := range got.Lines {
				if l.DealOff != c.off[i] || l.Deal != c.deal[i] {
					t.Errorf("line %d: %s off by %q, want %s by %q", i+1, l.DealOff, l.Deal, c.off[i], c.deal[i])
				}
			}
		})
	}
}

func TestDeal_RunsByTheShopsClock(t *testing.T) {
	night := pos.Deal{Starts: 21 * 60, Ends: 2 * 60}
	for minute, want := range map[int]bool{0: true, 119: true, 120: false, 20*60 + 59: false, 21 * 60: true, 1439: true} {
		if got := night.Runs(pos.ShopTime{Day: 20261128, Minute: minute}); got != want {
			t.Errorf("minute %d: %v", minute, got)
		}
	}
	weekend := pos.Deal{From: 20261127, To: 20261130, Days: 1<<time.Saturday | 1<<time.Sunday}
	for day, want := range map[pos.Day]bool{20261126: false, 20261127: false, 20261128: true, 20261129: true, 20261130: false, 20261205: false} {
		zone := time.FixedZone("CST", 8*3600)
		at := pos.Calendar{Zone: zone}.At(time.Date(int(day/10000), time.Month(day/100%100), int(day%100), 12, 0, 0, 0, zone))
		if got := weekend.Runs(at); got != want {
			t.Errorf("%s: %v", day, got)
		}
	}
	late := pos.Calendar{Zone: time.UTC, Starts: 4 * time.Hour}.At(time.Date(2026, 11, 29, 1, 30, 0, 0, time.UTC))
	if late != (pos.ShopTime{Day: 20261128, Minute: 90, Weekday: time.Saturday}) {
		t.Errorf("half past one at night is %+v", late)
	}
}

func TestLine_WhatIsWeighedAndLabelled(t *testing.T) {
	for _, c := range []struct {
		l    pos.Line
		want pos.Fen
	}{
		{pos.Line{Price: 12_80, Unit: "kg", Weight: 535, Quantity: 1}, 685},             // 6.848
		{pos.Line{Price: 6_40, Unit: "斤", Weight: 535, Quantity: 1}, 685},               // the same, by the jin
		{pos.Line{Price: 1, Unit: "kg", Weight: 500, Quantity: 1}, 1},                   // half a fen is up
		{pos.Line{Price: 12_80, Unit: "kg", Weight: 535, Label: 700, Quantity: 1}, 700}, // what is printed counts
		{pos.Line{Price: 12_80, Label: 700, Quantity: 3}, 2100},
		{pos.Line{Price: 300, Quantity: 3}, 900},
	} {
		if got := c.l.Amount(); got != c.want {
			t.Errorf("%+v comes to %s, want %s", c.l, got, c.want)
		}
	}
}

func TestCut_Of(t *testing.T) {
	for _, c := range []struct {
		cut  pos.Cut
		of   pos.Fen
		want pos.Fen
	}{
		{pos.Cut{}, 1000, 0},
		{pos.Cut{Kind: pos.CutAmount, N: 250}, 1000, 250},
		{pos.Cut{Kind: pos.CutAmount, N: 2500}, 1000, 1000},
		{pos.Cut{Kind: pos.CutPercent, N: 15_00}, 333, 50}, // 49.95
		{pos.Cut{Kind: pos.CutTo, N: 800}, 1000, 200},
		{pos.Cut{Kind: pos.CutTo, N: 1800}, 1000, 0},
	} {
		if got := c.cut.Of(c.of); got != c.want {
			t.Errorf("%+v of %s: %s, want %s", c.cut, c.of, got, c.want)
		}
	}
	for _, bad := range []pos.Cut{{Kind: pos.CutAmount}, {Kind: pos.CutPercent, N: 100_01}, {Kind: "what", N: 1}, {Kind: pos.CutTo, N: -1}, {N: 5}} {
		if bad.Check() == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}

func TestRounding_Of(t *testing.T) {
	for _, c := range []struct {
		r         pos.Rounding
		due, want pos.Fen
	}{
		{pos.RoundNone, 1357, 0},
		{pos.RoundJiao, 1357, 7},
		{pos.RoundHalf, 1354, 4},
		{pos.RoundHalf, 1355, -5},
		{pos.RoundYuan, 1357, 57},
		{pos.RoundYuan, 57, 57},
		{pos.RoundHalf, 0, 0},
		{pos.RoundJiao, -3, 0},
	} {
		if got := c.r.Of(c.due); got != c.want {
			t.Errorf("%s of %s: %s, want %s", c.r, c.due, got, c.want)
		}
	}
}

func TestTax_IsInThePriceRoundedHalfUp(t *testing.T) {
	for _, c := range []struct {
		amount pos.Fen
		rate   int
		want   pos.Fen
	}{{1130, 1300, 130}, {100, 1300, 12}, {1, 1300, 0}, {5, 10000, 3}, {-1130, 1300, -130}, {1000, 0, 0}, {103, 300, 3}} {
		if got := pos.Tax(c.amount, c.rate); got != c.want {
			t.Errorf("%s at %d: %s, want %s", c.amount, c.rate, got, c.want)
		}
	}
}

// deals are promotions of every kind that a random cart may meet.
func deals(r *rand.Rand) []pos.Deal {
	all := []pos.Deal{
		pos.MemberDeal("会员价"),
		{Name: "半价", Kind: pos.DealNth, N: 2, Percent: r.IntN(100_00), Items: []pos.ItemID{1, 2}, Mixed: r.IntN(2) == 0},
		{Name: "一组", Kind: pos.DealBundle, N: 2 + r.IntN(3), Price: pos.Fen(1 + r.IntN(1500)), Category: "饮料", Mixed: r.IntN(2) == 0},
		{Name: "折", Kind: pos.DealCut, Percent: 1 + r.IntN(100_00), Items: []pos.ItemID{3, 4}},
		{Name: "特价", Kind: pos.DealPrice, Price: pos.Fen(1 + r.IntN(900)), Items: []pos.ItemID{5}, Starts: 600, Ends: 601},
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:r.IntN(len(all)+1)]
}

func anyCut(r *rand.Rand, most int) pos.Cut {
	switch r.IntN(6) {
	case 0:
		return pos.Cut{Kind: pos.CutAmount, N: 1 + r.Int64N(int64(most))}
	case 1:
		return pos.Cut{Kind: pos.CutPercent, N: 1 + r.Int64N(100_00)}
	case 2:
		return pos.Cut{Kind: pos.CutTo, N: r.Int64N(int64(most))}
	}
	return pos.Cut{}
}

// act is something that a cashier does to a cart; what is refused leaves it as it was.
func act(r *rand.Rand, c pos.Cart) pos.Cart {
	line := r.IntN(len(c.Lines) + 1)
	d, err := c, error(nil)
	switch r.IntN(9) {
	case 0, 1, 2:
		l := ea(pos.ItemID(1+r.IntN(6)), pos.Fen(r.IntN(1200)), 1)
		l.TaxRate = []int{0, 100, 300, 900, 1300}[r.IntN(5)]
		switch r.IntN(5) {
		case 0:
			l.Unit, l.Weight = []string{"kg", "斤"}[r.IntN(2)], 1+r.IntN(5000)
		case 1:
			l.Label = pos.Fen(1 + r.IntN(5000))
		case 2:
			l.Member = l.Price / 2
		}
		d, err = c.AddLine(l, 1+r.IntN(5))
	case 3:
		d, err = c.SetQuantity(line, r.IntN(12))
	case 4:
		d, err = c.Remove(line)
	case 5:
		d, err = c.SetCut(line, anyCut(r, 2000))
	case 6:
		d, err = c.SetCartCut(anyCut(r, 5000))
	case 7:
		d, err = c.SetPrice(line, pos.Fen(r.IntN(1500)))
	case 8:
		d.Member = !d.Member
	}
	if err != nil && !d.Same(c) {
		panic("a refused change changed something")
	}
	return d
}

// TestCartPriced_AlwaysSums: whatever is done to a cart in whatever order, and undone, each discount is between nothing and what it is taken
// off, pricing twice changes nothing, and the shares of the lines and their taxes sum to the sale's figures to the fen, for all that cash can
// be rounded.
func TestCartPriced_AlwaysSums(t *testing.T) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 7))
		rules, at := deals(r), pos.ShopTime{Day: 20261128, Minute: 599 + r.IntN(3)}
		cart := pos.Cart{}
		var undo []pos.Cart
		for range 40 {
			if n := len(undo); n > 0 && r.IntN(6) == 0 {
				back := undo[n-1]
				if again := back.Priced(rules, at); !again.Same(back) {
					t.Fatalf("seed %d: what comes back from undo is priced otherwise", seed)
				}
				cart, undo = back, undo[:n-1]
				continue
			}
			undo = append(undo, cart)
			before := slices.Clone(cart.Lines)
			cart = act(r, cart).Priced(rules, at)
			if !slices.Equal(before, undo[len(undo)-1].Lines) {
				t.Fatalf("seed %d: the cart before was changed", seed)
			}
			if again := cart.Priced(rules, at); !again.Same(cart) {
				t.Fatalf("seed %d: pricing twice is not pricing once", seed)
			}
			sums(t, seed, cart)
		}
	}
}

func sums(t *testing.T, seed uint64, c pos.Cart) {
	t.Helper()
	var gross, off pos.Fen
	for i, l := range c.Lines {
		if l.DealOff < 0 || l.CutOff < 0 || l.Net() < 0 || (l.Deal == "") != (l.DealOff == 0) {
			t.Fatalf("seed %d: line %d takes off %s and %s of %s", seed, i+1, l.DealOff, l.CutOff, l.Amount())
		}
		gross, off = gross+l.Amount(), off+l.Off()
	}
	if c.CutOff < 0 || c.CutOff > gross-off || c.Total() != gross-off-c.CutOff || c.Total() < 0 {
		t.Fatalf("seed %d: %s, %s off the lines, %s off the whole", seed, gross, off, c.CutOff)
	}
	for _, rounding := range pos.Roundings {
		s := pos.Sale{Lines: c.Lines, Gross: c.Gross(), Discount: c.Off(), Rounding: rounding.Of(c.Total())}
		var net, whole, rounded pos.Fen
		for i, share := range s.Shares() {
			l := c.Lines[i]
			if share.Net != l.Net()-share.Whole || share.Tax != pos.Tax(share.Net, l.TaxRate) || share.Tax > max(0, share.Net) || share.Whole < share.Rounding {
				t.Fatalf("seed %d: line %d has %+v of %s", seed, i+1, share, l.Net())
			}
			net, whole, rounded = net+share.Net, whole+share.Whole, rounded+share.Rounding
		}
		if net != s.Net() || whole != c.CutOff+s.Rounding || rounded != s.Rounding {
			t.Fatalf("seed %d, %s: the lines come to %s, the sale to %s; %s of %s off the whole", seed, rounding, net, s.Net(), whole, c.CutOff+s.Rounding)
		}
	}
}

// TestPriceLines_PieceByPieceGivesBackWhatWasPaid: however a sale is given back, piece by piece in any order, it is never less than nothing,
// and all of it is what the customer paid.
func TestPriceLines_PieceByPieceGivesBackWhatWasPaid(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 11))
		rules, at := deals(r), pos.ShopTime{Day: 20261128, Minute: 600}
		cart := pos.Cart{}
		for range 12 {
			cart = act(r, cart).Priced(rules, at)
		}
		s := pos.Sale{Lines: cart.Lines, Gross: cart.Gross(), Discount: cart.Off(), Rounding: pos.Roundings[r.IntN(4)].Of(cart.Total())}
		left := map[int]int{}
		for i, l := range s.Lines {
			left[i+1] = l.Quantity
		}
		var back []pos.Refund
		var total pos.Fen
		for len(left) > 0 {
			pieces := map[int]int{}
			for n, q := range left {
				if k := r.IntN(q + 1); k > 0 {
					pieces[n] = k
				}
			}
			if len(pieces) == 0 {
				continue
			}
			lines, amount, err := pos.PriceLines(s, back, pieces)
			if err != nil {
				t.Fatal(err)
			}
			var sum pos.Fen
			for _, l := range lines {
				if l.Amount < 0 {
					t.Fatalf("seed %d: %+v", seed, l)
				}
				sum += l.Amount
				if left[l.N] -= l.Quantity; left[l.N] == 0 {
					delete(left, l.N)
				}
			}
			if sum != amount {
				t.Fatalf("seed %d: lines of %s for %s", seed, sum, amount)
			}
			total += amount
			back = append(back, pos.Refund{State: pos.RefundDone, Lines: lines, Amount: amount})
		}
		if total != s.Net() {
			t.Fatalf("seed %d: %s given back of %s", seed, total, s.Net())
		}
	}
}

func TestLayouts(t *testing.T) {
	all, err := pos.ParseLayouts(" 21pppppmmmmmc 22PPPPPWWWWWC\t26PPPPPMMMMMWWWWWC 2XPPPPPMMMMMC")
	if err != nil || len(all) != 4 {
		t.Fatal(all, err)
	}
	for _, c := range []struct {
		code string
		want pos.InStore
		plus []string
	}{
		{"2100123006857", pos.InStore{PLU: "00123", Amount: 685}, []string{"00123", "123"}},
		{"2200123005358", pos.InStore{PLU: "00123", Weight: 535}, []string{"00123", "123"}},
		{"261000100685005358", pos.InStore{PLU: "10001", Amount: 685, Weight: 535}, []string{"10001"}},
		{"2912345006850", pos.InStore{PLU: "12345", Amount: 685}, []string{"12345"}},
	} {
		in, ok := pos.ReadInStore(all, c.code)
		if !ok || in != c.want || !slices.Equal(in.PLUs(), c.plus) {
			t.Errorf("%s: %+v %v, %q", c.code, in, ok, in.PLUs())
		}
	}
	for _, code := range []string{"6901234567892", "210012300685", "21001230068579", "21001X3006857", ""} {
		if in, ok := pos.ReadInStore(all, code); ok {
			t.Errorf("%q is %+v", code, in)
		}
	}
	for _, bad := range []string{"21PPPPPMMMMM", "21PPPPPMMMMMM", "11PPPPPMMMMMC", "21PPPPPPPPPPC", "27PPPPPMMMMMWWWWWC", "21PPPPPMMMMMZ", "21MMMMMMMMMMC", "2CPPPPPMMMMMC"} {
		if got, err := pos.ParseLayouts(bad); pos.CodeOf(err) != pos.CodeInvalid {
			t.Errorf("%s: %v, %v", bad, got, err)
		}
	}
}
