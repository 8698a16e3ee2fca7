package main

import (
	"time"

	"guitai/pos"
)

// weighed are goods as a scale and its labels make them; loose and open are what the till asks about.
var (
	ribs  = pos.Item{ID: 101, Name: "猪小排", Price: 5980, Unit: "kg", Weighed: true, Barcodes: []string{"2100101"}}
	apple = pos.Item{ID: 102, Name: "红富士苹果", Price: 640, Unit: "斤", Weighed: true, Barcodes: []string{"2100102"}}
	bunch = pos.Item{ID: 103, Name: "鲜花", Price: 3500, Open: true, Barcodes: []string{"6900000000103"}}
)

// counterCart is a cart in which everything happened that can happen to a line.
func counterCart() pos.Cart {
	c := cartOf(2, 3, 0, 0, 0, 0, 0, 0, 1)
	add := func(it pos.Item, weight int, label pos.Fen) {
		l := pos.LineOf(it, "")
		l.Weight, l.Label = weight, label
		c, _ = c.AddLine(l, 1) // a few of a few: no limit is near
	}
	add(ribs, 535, 0)
	add(apple, 1240, 1587)
	c, _ = c.SetCut(2, pos.Cut{Kind: pos.CutPercent, N: 1500})
	c, _ = c.SetPrice(3, 5680)
	c, _ = c.SetNote(3, "切小块")
	c.Selected = 2
	return c.Priced([]pos.Deal{{Name: "第二件半价", Kind: pos.DealNth, N: 2, Percent: 5000, Items: []pos.ItemID{1}}}, pos.ShopTime{})
}

// broughtBack is goods of an earlier sale that count towards this one.
func broughtBack(amount pos.Fen) pos.Credit {
	return pos.Credit{Goods: "德芙丝滑牛奶巧克力 43g", Receipt: "S001-T1-20261119-0087", Amount: amount}
}

// onSale are the states of selling and paying beyond a scan and its payment.
func onSale(all map[string]pos.Snapshot, now time.Time) map[string]pos.Snapshot {
	rules := pos.Rules{Rounding: pos.RoundJiao, Others: []string{"支付宝", "银行卡", "墙上的码", "饭卡"}, Member: "会员价"}
	with := func(name, from string, f func(*pos.Snapshot)) {
		s := all[from]
		s.Rules = rules
		f(&s)
		if s.Due == 0 {
			s.Due = s.Cart.Due()
		}
		s.CashDue = s.Due - s.Rules.Rounding.Of(s.Due)
		all[name] = s
	}
	parts := []pos.PartView{
		{Payment: 1, Tender: pos.TenderCash, Amount: 2000}, {Payment: 2, Tender: pos.OtherTender("支付宝"), Amount: 1000},
	}
	with("discounts", "cart", func(s *pos.Snapshot) { s.Cart = counterCart() })
	with("discount-whole", "cart", func(s *pos.Snapshot) {
		s.Cart = counterCart()
		s.Cart, _ = s.Cart.SetCartCut(pos.Cut{Kind: pos.CutPercent, N: 1000})
		s.Cart.Member = true
		s.Cart = s.Cart.Priced(nil, pos.ShopTime{})
	})
	with("thirty", "cart", func(s *pos.Snapshot) {
		s.Cart = counterCart()
		for _, it := range items {
			s.Cart, _ = s.Cart.Add(it, "", 1)
		}
		s.Cart.Lines[28].Note = "要冰的"
	})
	with("exchange", "cart", func(s *pos.Snapshot) { s.Cart.Credits = []pos.Credit{broughtBack(950)} })
	with("owed", "cart", func(s *pos.Snapshot) { s.Cart.Credits = []pos.Credit{broughtBack(950), broughtBack(950)} })
	with("parts", "cart", func(s *pos.Snapshot) { s.Cart, s.Parts, s.Due = counterCart(), parts, counterCart().Due()-3000 })
	with("part-code", "waiting", func(s *pos.Snapshot) {
		s.Cart, s.Parts, s.Due = counterCart(), parts, counterCart().Due()-3000
		pay := *s.Pay
		pay.Amount = 1500
		s.Pay = &pay
	})
	with("part-paid", "paid", func(s *pos.Snapshot) {
		d := *s.Done
		d.Net, d.Amount, d.Parts, d.Told = 5793, 2793, 3000, 1000
		s.Done = &d
	})
	with("part-change", "paid", func(s *pos.Snapshot) {
		d := *s.Done
		d.Tender, d.Net, d.Amount, d.Parts, d.Change = pos.TenderCash, 5793, 2793, 3000, 2207
		s.Done = &d
	})
	with("other-paid", "paid", func(s *pos.Snapshot) {
		d := *s.Done
		d.Tender, d.Net = pos.OtherTender("支付宝"), d.Amount
		s.Done = &d
	})
	with("exchanged", "paid", func(s *pos.Snapshot) {
		d := *s.Done
		d.Tender, d.Net, d.Amount, d.Owed = pos.TenderExchange, 1350, 0, 550
		s.Done = &d
	})
	with("exchanged-even", "paid", func(s *pos.Snapshot) {
		d := *s.Done
		d.Tender, d.Net, d.Amount = pos.TenderCash, 1350, 0
		s.Done = &d
	})
	with("held", "cart", func(s *pos.Snapshot) { s.Held = aside(now) })
	with("held-free", "empty", func(s *pos.Snapshot) { s.Held = aside(now) })
	with("want-price", "cart", func(s *pos.Snapshot) {
		s.Want = &pos.Want{N: 1, Kind: pos.WantPrice, Item: bunch, Code: bunch.Barcode()}
	})
	with("want-weight", "cart", func(s *pos.Snapshot) { s.Want = &pos.Want{N: 1, Kind: pos.WantWeight, Item: ribs, Times: 2} })
	with("want-item", "cart", func(s *pos.Snapshot) {
		s.Want = &pos.Want{N: 1, Kind: pos.WantItem, Code: "6901234567892"}
		s.Message = pos.Message{N: 1, Kind: pos.MsgWarn, ID: "unknown-code", Args: []string{"6901234567892"}}
	})
	with("alipay", "waiting", func(s *pos.Snapshot) {
		s.Rules.Others = nil
		s.Message = pos.Message{N: 1, Kind: pos.MsgWarn, ID: "alipay-code"}
	})
	with("alipay-other", "waiting", func(s *pos.Snapshot) {
		s.Message = pos.Message{N: 1, Kind: pos.MsgWarn, ID: "alipay-code-other", Args: []string{"支付宝"}}
	})
	with("given-back", "discounts", func(s *pos.Snapshot) {
		s.Message = pos.Message{N: 1, Kind: pos.MsgAlarm, ID: "parts-given-back", Args: []string{"20.00", "10.00", "15.00"}}
		s.Excepted = 1
	})
	with("tenders-none", "cart", func(s *pos.Snapshot) { s.Rules.Others = nil })
	return all
}

// aside are carts that were put aside.
func aside(now time.Time) []pos.Held {
	return []pos.Held{
		{ID: 1, At: now.Add(-21 * time.Hour), Cashier: "李明", Cart: cartOf(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2)},
		{ID: 2, At: now.Add(-95 * time.Minute), Cashier: "王芳", Name: "王阿姨", Cart: cartOf(1, 1, 2, 0, 0, 0, 0, 0, 1)},
		{ID: 3, At: now.Add(-4 * time.Minute), Cashier: "王芳", Cart: counterCart()},
		{ID: 4, At: now.Add(-20 * time.Second), Cashier: "王芳", Cart: cartOf(0, 0, 0, 1)},
	}
}
