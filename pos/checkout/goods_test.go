package checkout_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/checkout"
)

// inStore is the layouts of a shop with a label scale: price, weight, and both.
func inStore(cfg *checkout.Config) {
	layouts, err := pos.ParseLayouts("21PPPPPMMMMMC 22PPPPPWWWWWC 26PPPPPMMMMMWWWWWC")
	if err != nil {
		panic(err)
	}
	cfg.Rules.Layouts = layouts
}

// ean puts the check digit to a code.
func ean(data string) string {
	for d := range 10 {
		if code := fmt.Sprintf("%s%d", data, d); pos.ValidEAN(code) {
			return code
		}
	}
	panic(data)
}

// A label of the shop's own scale is read by its layout; what is printed on it counts, and is never worked out again.
func TestScan_InStoreCodes(t *testing.T) {
	for _, c := range []struct {
		name, text string
		line       pos.Line // what matters of it
		total      pos.Fen
		says       string
	}{
		{"an exact code of the catalogue comes first", "2112345015002", pos.Line{Item: 2}, 750, ""},
		{"a price", ean("210001201599"), pos.Line{Item: 4, Label: 1599}, 1599, ""},
		{"a price, twice", "2*" + ean("210001201599"), pos.Line{Item: 4, Label: 1599}, 3198, ""},
		{"a weight", ean("220001200500"), pos.Line{Item: 4, Weight: 500}, 649, ""},
		{"both: the price counts", ean("26000120080000700"), pos.Line{Item: 4, Label: 800, Weight: 700}, 800, ""},
		{"of something sold by the piece", ean("210007700500"), pos.Line{Item: 7, Label: 500}, 500, ""},
		{"no such PLU", ean("219999901599"), pos.Line{}, 0, "plu-unknown"},
		{"no amount on it", ean("210001200000"), pos.Line{}, 0, "label-empty"},
		{"no weight on it", ean("220001200000"), pos.Line{}, 0, "label-empty"},
		{"a weight of something sold by the piece", ean("220007700500"), pos.Line{}, 0, "not-weighed"},
		{"a weight of something whose price is asked for", ean("220008800500"), pos.Line{}, 0, "not-weighed"},
		{"a price of something whose price is asked for", ean("210008800500"), pos.Line{Item: 8, Label: 500}, 500, ""},
		{"of no layout", ean("250001200500"), pos.Line{}, 0, "in-store-code"},
		{"of no PLU, and an Alipay code as well", ean("26999990080000700"), pos.Line{}, 0, "alipay-code"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				k := open(t, newBook(), nil, inStore)
				defer k.close()
				s := k.do(pos.ScanText{Text: c.text})
				if s.Message.ID != c.says || s.Cart.Total() != c.total || s.Due != c.total {
					t.Fatalf("said %q %v, came to %s", s.Message.ID, s.Message.Args, s.Cart.Total())
				}
				if c.says != "" {
					if len(s.Cart.Lines) != 0 {
						t.Errorf("refused, and in the cart: %+v", s.Cart.Lines)
					}
					return
				}
				l := s.Cart.Lines[0]
				if l.Item != c.line.Item || l.Label != c.line.Label || l.Weight != c.line.Weight {
					t.Errorf("the line is %+v", l)
				}
			})
		})
	}
}

// What has to be asked for is asked for, and stands in nobody's way.
func TestWant_NeverBlocksAScan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, newBook(), nil)
		defer c.close()
		s := c.do(pos.ScanText{Text: "2*"}, pos.ScanText{Text: "12"})
		if s.Want == nil || s.Want.Kind != pos.WantWeight || s.Want.Item.ID != 4 || s.Want.Times != 2 || s.Times != 0 {
			t.Fatalf("want %+v", s.Want)
		}
		if s = c.do(pos.AddWeighed{Item: 4, Weight: 1500}); s.Want != nil || s.Due != 3894 || s.Cart.Lines[0].Quantity != 2 {
			t.Fatalf("want %+v, due %s", s.Want, s.Due)
		}
		if s = c.do(pos.AddItem{Item: 5}); s.Want == nil || s.Want.Kind != pos.WantPrice {
			t.Fatalf("want %+v", s.Want)
		}
		n := s.Want.N
		if s = c.do(scanCola); s.Want != nil || s.Due != 4194 || s.Message.ID != "want-dropped" || s.Message.Args[0] != repair.Name {
			t.Fatalf("want %+v, due %s, said %q", s.Want, s.Due, s.Message.ID)
		}
		if s = c.do(pos.ScanText{Text: "A5"}, pos.AddPriced{Item: 5, Barcode: "A5", Price: 6000}); s.Want != nil || s.Due != 10194 || s.Cart.Lines[2].List != 0 {
			t.Fatalf("want %+v, due %s", s.Want, s.Due)
		}
		if s = c.do(pos.ScanText{Text: "6900000000007"}); s.Want == nil || s.Want.Kind != pos.WantItem || s.Want.Code != "6900000000007" || s.Want.N <= n || s.Message.ID != "unknown-code" {
			t.Fatalf("want %+v, said %q", s.Want, s.Message.ID)
		}
		if s = c.do(pos.DismissWant{}); s.Want != nil {
			t.Errorf("want %+v", s.Want)
		}
		if s = c.do(pos.ScanText{Text: "A6"}); s.Message.ID != "item-retired" || s.Due != 10194 {
			t.Errorf("said %q, due %s", s.Message.ID, s.Due)
		}
	})
}

// Nobody gets another price or weight by answering a question that was not asked.
func TestWant_OnlyOfWhatIsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, newBook(), nil)
		defer c.close()
		for _, x := range []struct {
			give pos.Command
			says string
		}{
			{pos.AddPriced{Item: 1, Price: 1}, "price-fixed"},
			{pos.AddPriced{Item: 5, Price: 0}, "price-invalid"},
			{pos.AddPriced{Item: 5, Price: pos.MaxAmount + 1}, "price-invalid"},
			{pos.AddWeighed{Item: 1, Weight: 10}, "not-weighed"},
			{pos.AddWeighed{Item: 8, Weight: 10}, "not-weighed"},
			{pos.AddWeighed{Item: 4, Weight: -1}, "weight-invalid"},
			{pos.AddPriced{Item: 99, Price: 1}, "unknown-code"},
			{pos.AddPriced{Item: 6, Price: 1}, "item-retired"},
			{pos.NewItem{Item: pos.Item{Name: "  ", Price: 100}}, "item-invalid"},
			{pos.NewItem{Item: pos.Item{Name: "雨衣"}, Once: true}, "item-invalid"},
		} {
			if s := c.do(x.give); s.Message.ID != x.says || len(s.Cart.Lines) != 0 {
				t.Errorf("%+v: said %q", x.give, s.Message.ID)
			}
		}
	})
}

// A code that nobody knew becomes an item, on record by who made it, or is sold this once.
func TestNewItem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		c := open(t, b, nil)
		defer c.close()
		made := pos.Item{Barcodes: []string{"6900000000007"}, Name: "雨衣", Price: 1200}
		s := c.do(pos.ScanText{Text: "3*6900000000007"}, pos.NewItem{Item: made})
		if s.Want != nil || s.Due != 3600 || s.Cart.Lines[0].Item == 0 || len(b.items) != 1 {
			t.Fatalf("want %+v, due %s, kept %v", s.Want, s.Due, b.items)
		}
		if s = c.wait(4 * time.Second); s.Message.ID == "catalogue-changed" {
			t.Error("who made it is told of it")
		}
		s = c.do(pos.ScanText{Text: "6900000000007"}, pos.NewItem{Item: made}) // and again, by a finger that trembled
		if s.Due != 6000 || len(b.items) != 1 {
			t.Errorf("due %s, kept %d", s.Due, len(b.items))
		}
		s = c.do(pos.NewItem{Item: pos.Item{Name: "纸箱", Price: 50}, Once: true})
		if s.Due != 6050 || len(b.items) != 1 || s.Cart.Lines[1].Item != 0 {
			t.Errorf("due %s, kept %d", s.Due, len(b.items))
		}
		b.fail(pos.E(pos.CodeFull, "write", nil))
		s = c.do(pos.NewItem{Item: pos.Item{Name: "雨靴", Price: 5000}})
		if s.Due != 6050 || s.Message.ID != "ledger-trouble" {
			t.Errorf("due %s, said %q", s.Due, s.Message.ID)
		}
	})
}

// A cart is priced anew with every change, and by the list as it stands.
func TestPrice_DealsAndDiscounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		b.deals = []pos.Deal{{ID: 1, Name: "第二件半价", Kind: pos.DealNth, Items: []pos.ItemID{1}, N: 2, Percent: 50_00}}
		c := open(t, b, nil)
		defer c.close()
		steps := []struct {
			give pos.Command
			due  pos.Fen
		}{
			{scanCola, 300},
			{scanCola, 450},
			{pos.SetMember{On: true}, 560}, // the members' price comes first, and a line has one promotion
			{pos.SetMember{On: false}, 450},
			{pos.CutLine{Line: 0, Cut: pos.Cut{Kind: pos.CutPercent, N: 1000}}, 405},
			{pos.CutCart{Cut: pos.Cut{Kind: pos.CutTo, N: 400}}, 400},
			{pos.AddItem{Item: 2}, 1150}, // what was agreed on was for what was there
			{pos.CutCart{}, 1155},
			{pos.SetPrice{Line: 1, Price: 700}, 1105},
			{pos.SetNote{Line: 1, Note: " 包装\n破损 "}, 1105},
			{pos.Undo{}, 1105},
			{pos.Undo{}, 1155},
			{pos.Undo{}, 1150},
			{pos.CutLine{Line: 0, Cut: pos.Cut{Kind: pos.CutPercent, N: 200_00}}, 1150},
		}
		for i, x := range steps {
			s := c.do(x.give)
			if s.Due != x.due || s.Due != s.Cart.Due() {
				t.Fatalf("step %d, %+v: due %s, want %s; said %q", i, x.give, s.Due, x.due, s.Message.ID)
			}
		}
		if s := c.do(pos.SetPrice{Line: 7, Price: 1}); s.Message.ID != "no-line" {
			t.Errorf("said %q", s.Message.ID)
		}
		// The shop ends its promotion: a cart that nobody has asked money for goes by that.
		if _, err := (shelf{b}).SaveDeals(t.Context(), nil, "", time.Now()); err != nil {
			t.Fatal(err)
		}
		c.do(pos.ClearCart{}, scanCola)
		if s := c.do(scanCola); s.Due != 450 {
			t.Errorf("due %s before the list is read", s.Due)
		}
		if s := c.wait(4 * time.Second); s.Due != 600 {
			t.Errorf("due %s after it", s.Due)
		}
	})
}

// While money is asked for, and while parts are paid, every figure stays.
func TestEdit_FixedWhileMoneyIsAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, newBook(), newWeChat())
		defer c.close()
		c.do(scanCola, scanCola, pos.AddItem{Item: 2})
		edits := []pos.Command{
			scanCola,
			pos.AddItem{Item: 4},
			pos.AddPriced{Item: 5, Price: 1},
			pos.AddWeighed{Item: 4, Weight: 5},
			pos.NewItem{Item: pos.Item{Name: "雨衣", Price: 5}},
			pos.SetQuantity{N: 9},
			pos.RemoveLine{},
			pos.CutLine{Cut: pos.Cut{Kind: pos.CutAmount, N: 5}},
			pos.CutCart{Cut: pos.Cut{Kind: pos.CutAmount, N: 5}},
			pos.SetPrice{Price: 1},
			pos.SetNote{Note: "x"},
			pos.SetMember{On: true},
			pos.ClearCart{},
			pos.Undo{},
			pos.HoldCart{},
		}
		refused := func(says ...string) {
			t.Helper()
			before := c.snap()
			for _, e := range edits {
				s := c.do(e)
				if !s.Cart.Same(before.Cart) || s.Due != before.Due || !slices.Contains(says, s.Message.ID) || s.Want != nil {
					t.Errorf("%+v: due %s after %s, said %q", e, s.Due, before.Due, s.Message.ID)
				}
			}
		}
		c.do(pos.PayWeChat{})
		c.wait(100 * time.Millisecond)
		refused("code-on-glass")
		c.do(pos.LeaveCode{}, pos.PayCash{Part: 500})
		c.wait(10 * time.Second)
		refused("parts-paid", "parts-stay")
	})
}

// Other rules hold from the moment they are set.
func TestSetRules_AtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, newBook(), nil)
		defer c.close()
		s := c.do(pos.AddItem{Item: 4}, pos.AddWeighed{Item: 4, Weight: 333}, pos.SetMember{On: true}, scanCola) // 4.32 + 2.80
		if s.Due != 712 || s.CashDue != 712 || s.Cart.Lines[1].Deal != "会员价" {
			t.Fatalf("due %s, cash %s, %+v", s.Due, s.CashDue, s.Cart.Lines)
		}
		if s = c.do(pos.PayOther{Name: "支付宝"}); s.Message.ID != "tender-unknown" {
			t.Errorf("said %q", s.Message.ID)
		}
		c.till.SetRules(pos.Rules{Rounding: pos.RoundJiao, Others: []string{"支付宝"}, Member: "Member price"})
		if s = c.snap(); s.Due != 712 || s.CashDue != 710 || s.Rules.Others[0] != "支付宝" || s.Cart.Lines[1].Deal != "Member price" {
			t.Errorf("due %s, cash %s, %+v", s.Due, s.CashDue, s.Rules)
		}
		if s = c.do(pos.ScanText{Text: "281234567890123456"}); s.Message.ID != "alipay-code-other" {
			t.Errorf("said %q", s.Message.ID)
		}
		if s = c.do(pos.PayOther{Name: "支付宝"}); s.Done == nil || s.Done.Amount != 712 || s.Done.Tender != pos.OtherTender("支付宝") {
			t.Errorf("done %+v", s.Done)
		}
	})
}
