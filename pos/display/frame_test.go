package display

import (
	"math/rand/v2"
	"strings"
	"testing"

	"guitai/pos"
)

func cart(t *testing.T, lines ...pos.Line) pos.Cart {
	t.Helper()
	var c pos.Cart
	for i, l := range lines {
		var err error
		if c, err = c.Add(pos.Item{ID: pos.ItemID(i + 1), Name: l.Name, Price: l.Price}, "", l.Quantity); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func one(l pos.Line) pos.Snapshot {
	c := pos.Cart{Lines: []pos.Line{l}}
	return pos.Snapshot{Cart: c, Due: c.Due()}
}

func pay(phase pos.PayPhase, shown bool) *pos.PayView {
	return &pos.PayView{Phase: phase, Amount: 1350, Shown: shown}
}

func TestNext_EveryState(t *testing.T) {
	cola, chips := pos.Line{Name: "可口可乐 330ml", Price: 300, Quantity: 2}, pos.Line{Name: "Lay's 75g", Price: 750, Quantity: 1}
	full := cart(t, cola, chips)
	for _, c := range []struct {
		name  string
		snap  pos.Snapshot
		lines string
		led   string
	}{
		{"nobody", pos.Snapshot{}, "      WELCOME       |                    ", "0 0.00"},
		{"hanzi leave the numbers", pos.Snapshot{Cart: cart(t, cola), Due: 600}, "2 x 3.00        6.00|TOTAL           6.00", "1 3.00"},
		{"a name in ASCII", pos.Snapshot{Cart: full, Due: full.Due()}, "Lay's 75g       7.50|TOTAL          13.50", "1 7.50"},
		{"a code is fetched", pos.Snapshot{Cart: full, Due: full.Due(), Pay: pay(pos.PayFetching, false)}, "TOTAL          13.50|     ONE MOMENT     ", "2 13.50"},
		{"a code is on the glass", pos.Snapshot{Cart: full, Due: full.Due(), Pay: pay(pos.PayWaiting, true)}, "TOTAL          13.50| PLEASE SCAN TO PAY ", "2 13.50"},
		{"password", pos.Snapshot{Cart: full, Due: full.Due(), Pay: pay(pos.PayPaying, true)}, "TOTAL          13.50|     PAYING...      ", "2 13.50"},
		{"charging", pos.Snapshot{Cart: full, Due: full.Due(), Pay: pay(pos.PayCharging, false)}, "TOTAL          13.50|    PLEASE WAIT     ", "2 13.50"},
		{"expired", pos.Snapshot{Cart: full, Due: full.Due(), Pay: pay(pos.PayExpired, true)}, "TOTAL          13.50|    PLEASE WAIT     ", "2 13.50"},
		{"reversing", pos.Snapshot{Cart: full, Due: full.Due(), Pay: pay(pos.PayUndoing, false)}, "TOTAL          13.50|    PLEASE WAIT     ", "2 13.50"},
		{"checking", pos.Snapshot{Cart: full, Due: full.Due(), Pay: pay(pos.PayChecking, true)}, "TOTAL          13.50|    PLEASE WAIT     ", "2 13.50"},
		{"refused", pos.Snapshot{Cart: full, Due: full.Due(), Pay: pay(pos.PayRefused, false)}, "Lay's 75g       7.50|TOTAL          13.50", "1 7.50"},
		{"paid", pos.Snapshot{Done: &pos.Done{Tender: pos.TenderNative, Amount: 1350}}, "PAID           13.50|     THANK YOU      ", "3 13.50"},
		{"the rest of a sale", pos.Snapshot{Done: &pos.Done{Tender: pos.TenderNative, Amount: 535, Net: 1035, Parts: 500}}, "PAID            5.35|     THANK YOU      ", "3 5.35"},
		{"cash", pos.Snapshot{Done: &pos.Done{Tender: pos.TenderCash, Amount: 1350, Change: 650}}, "CASH           20.00|CHANGE          6.50", "4 6.50"},
		{"exact", pos.Snapshot{Done: &pos.Done{Tender: pos.TenderCash, Amount: 1350}}, "CASH           13.50|CHANGE          0.00", "3 13.50"},
		{"locked", pos.Snapshot{Cart: full, Due: full.Due(), Pay: pay(pos.PayWaiting, true), Staff: pos.StaffView{Locked: true}}, "      WELCOME       |                    ", "0 0.00"},
		{
			"a long name",
			pos.Snapshot{Cart: cart(t, pos.Line{Name: "Coca-Cola Zero Sugar 330ml", Price: 99999, Quantity: 3}), Due: 299997},
			"Coca-Cola Ze 2999.97|TOTAL        2999.97", "1 999.99",
		},
		{"taken outside", pos.Snapshot{Done: &pos.Done{Tender: pos.OtherTender("支付宝"), Amount: 1350}}, "TOTAL          13.50|     THANK YOU      ", "2 13.50"},
		{"more came back", pos.Snapshot{Done: &pos.Done{Tender: pos.TenderCash, Owed: 350}}, "REFUND          3.50|     THANK YOU      ", "4 3.50"},
		{"more comes back", pos.Snapshot{Cart: full, Due: -350}, "Lay's 75g       7.50|TOTAL          -3.50", "1 7.50"},
		{
			"a part is paid",
			pos.Snapshot{Cart: full, Due: 850, Parts: []pos.PartView{{Tender: pos.TenderCash, Amount: 500}}},
			"TOTAL          13.50|TO PAY          8.50", "2 8.50",
		},
		{"weighed", one(pos.Line{Name: "苹果", Unit: "kg", Price: 1280, Weight: 535, Quantity: 1}), "0.535kg x 12.80 6.85|TOTAL           6.85", "1 12.80"},
		{"weighed, with no room for the price", one(pos.Line{Name: "苹果", Unit: "kg", Price: 1280, Weight: 10535, Quantity: 1}), "10.535kg      134.85|TOTAL         134.85", "1 12.80"},
		{"weighed by the jin", one(pos.Line{Name: "苹果", Unit: "斤", Price: 640, Weight: 535, Quantity: 1}), "1.070 x 6.40    6.85|TOTAL           6.85", "1 6.40"},
		{"by its label", one(pos.Line{Name: "烤鸡", Unit: "kg", Price: 3600, Label: 2990, Quantity: 2}), "2 x 29.90      59.80|TOTAL          59.80", "1 29.90"},
		{"less a promotion", one(pos.Line{Name: "可乐", Price: 300, Quantity: 2, Deal: "第二件半价", DealOff: 150}), "2 x 3.00        4.50|TOTAL           4.50", "1 3.00"},
		{"a number too long", pos.Snapshot{Done: &pos.Done{Amount: 12345678}}, "PAID       123456.78|     THANK YOU      ", "3 --------"},
		{"a long number without fen", pos.Snapshot{Done: &pos.Done{Amount: 12345600}}, "PAID       123456.00|     THANK YOU      ", "3 123456"},
	} {
		f := Next(Shown{}, c.snap).Frame
		for k, want := range map[Kind]string{VFD: c.lines, LED8: c.led} {
			p := newPanel(k)
			p.Write(encode(k, f, "柜台便利店")) //nolint:errcheck // it takes everything
			if p.says() != want || len(p.faults) > 0 {
				t.Errorf("%s, %s: %q, want %q; %v", c.name, k, p.says(), want, p.faults)
			}
		}
	}
}

func TestNext_ShowsTheLineThatWasJustScanned(t *testing.T) {
	a, b := pos.Item{ID: 1, Name: "A", Price: 100}, pos.Item{ID: 2, Name: "B", Price: 200}
	var c pos.Cart
	var f Shown
	see := func(want string, quantity int) {
		t.Helper()
		f = Next(f, pos.Snapshot{Cart: c, Due: c.Due()})
		if f.Name != want || f.Quantity != quantity {
			t.Errorf("%d x %s, want %d x %s", f.Quantity, f.Name, quantity, want)
		}
	}
	c, _ = c.Add(a, "", 1)
	see("A", 1)
	c, _ = c.Add(b, "", 1)
	see("B", 1)
	c, _ = c.Add(a, "", 1) // more of an earlier line
	see("A", 2)
	c = c.Select(1) // a cashier who walks through the lines scans nothing
	see("A", 2)
	c, _ = c.Remove(1)
	see("A", 2)
	c, _ = c.Remove(0)
	see("", 0)
}

func TestNext_TwoBagsOfTheSameAreTwoLines(t *testing.T) {
	bag := pos.Line{Item: 1, Name: "Apples", Unit: "kg", Price: 1000, Weight: 500}
	var c pos.Cart
	var f Shown
	for _, g := range []int{500, 700, 700, 500} {
		bag.Weight = g
		c, _ = c.AddLine(bag, 1)
		if f = Next(f, pos.Snapshot{Cart: c, Due: c.Due()}); f.Amount != pos.Fen(g) {
			t.Errorf("%d g: shown is %+v", g, f.Frame)
		}
	}
}

func TestLines_WelcomeIsWhatCanBeShownOfIt(t *testing.T) {
	for welcome, want := range map[string]string{
		"":                "      WELCOME       ",
		"欢迎光临":            "      WELCOME       ",
		"欢迎 Hello":        "       Hello        ",
		"A shop\x1b@\x10": "      A shop@       ",
		"A shop with a name longer than the line": "A shop with a name l",
	} {
		if got, _ := (Frame{}).Lines(welcome); got != want {
			t.Errorf("%q: %q, want %q", welcome, got, want)
		}
	}
}

// Whatever a shop calls its goods, what is sent is what the display knows, and nothing in it is an order for a printer.
func TestEncode_NothingButTheDisplaysCommands(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	alphabet := []string{"\x10\x04\x01", "\x10\x14\x01\x00\x01", "\x1d", "\x1b", "\r", "\n", "\x00", "\x7f", "可口", "￥", "😀", "é", "e\u0301", " ", "a", "\x1bQA", "~"}
	for range 5000 {
		var name, welcome strings.Builder
		for range r.IntN(9) {
			name.WriteString(alphabet[r.IntN(len(alphabet))])
			welcome.WriteString(alphabet[r.IntN(len(alphabet))])
		}
		f := Frame{
			What: []What{Idle, Goods, Due, Scan, Paying, Unsure, Paid, Change, Test, Rest, Booked, Back}[r.IntN(12)], Weight: []string{"", "0.535kg"}[r.IntN(2)], Name: name.String(), Quantity: r.IntN(10000),
			Price: pos.Fen(r.Int64N(1e9)), Amount: pos.Fen(r.Int64N(1e12)), Total: pos.Fen(r.Int64N(1e12)), Tendered: pos.Fen(r.Int64N(1e12)), Change: pos.Fen(r.Int64N(1e12)),
		}
		for _, k := range []Kind{VFD, LED8} {
			p := newPanel(k)
			p.Write(encode(k, f, welcome.String())) //nolint:errcheck // it takes everything
			if len(p.faults) > 0 || p.state != "" {
				t.Fatalf("%s, %+v, %q: %v, in the middle of %q", k, f, welcome.String(), p.faults, p.state)
			}
		}
	}
}
