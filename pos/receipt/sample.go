package receipt

import (
	"time"

	"guitai/pos"
)

// Sample is a sale that never was, with what most receipts have: several goods, a long name, a discount, WeChat Pay. It is for looking
// at before anything is sold.
func Sample(shop pos.Shop, lang string, at time.Time) pos.SaleRecord {
	names := []string{"可口可乐 330ml", "乐事薯片 原味 75g", "三只松鼠每日坚果 750g 礼盒装"}
	cashier, units := "王芳", []string{"瓶", "袋", "盒"}
	if lang == "en" {
		names = []string{"Cola 330 ml", "Potato crisps, salted, 75 g", "Daily nuts, gift box of thirty small bags, 750 g"}
		cashier, units = "Lily", []string{"", "", ""}
	}
	s := pos.Sale{State: pos.SaleClosed, Cashier: cashier, OpenedAt: at.Add(-time.Minute), ClosedAt: at, Discount: 3_00}
	for i, price := range []pos.Fen{3_00, 7_50, 138_00} {
		line := pos.Line{Item: pos.ItemID(i + 1), Name: names[i], Unit: units[i], Price: price, Quantity: 1, TaxRate: 13_00}
		if i == 0 {
			line.Quantity = 2
		}
		s.Lines = append(s.Lines, line)
		s.Gross += line.Amount()
	}
	s.Receipt, _ = pos.ParseReceiptNo(shop.ID + "-" + shop.Till + "-" + at.Format("20060102") + "-0128")
	return pos.SaleRecord{Sale: s, Nth: 128, Payments: []pos.Payment{{
		OutTradeNo: shop.ID + "-" + shop.Till + "-0000000000000000", Tender: pos.TenderNative, State: pos.Paid, Asked: s.Net(), Amount: s.Net(),
		Currency: "CNY", TransactionID: "4200000000000000000000000000", Evidence: pos.ByPoll, PaidAt: at.Add(-2 * time.Second),
	}}}
}
