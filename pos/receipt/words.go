package receipt

import (
	"strconv"

	"guitai/pos"
)

// Words is everything a receipt says by itself, in one language.
type Words struct {
	ReceiptNo, Time, Till, Cashier string
	Item, Price, Quantity, Amount  string
	Times                          string // between a quantity and a price
	Pieces, Subtotal, Discount     string
	Due                            string
	Cash, WeChat                   string
	Tendered, Change               string
	MchID, OutTradeNo              string
	TransactionID, PaidAt          string
	Status, Succeeded, Practised   string
	Returned                       string // the state of money that has gone back
	Thanks                         string

	NotProof string // 非付款凭证: this paper proves no payment
	Practice string
	Pending  string // 支付结果待确认: nobody knows yet
	Asked    string // the amount that is not confirmed
	Wait     string // what to do until it is
	Reprint  func(n int) string
	Copies   [3]string // whose copy, when more than one is printed
}

// Chinese is the words in zh-CN.
var Chinese = Words{
	ReceiptNo: "单号", Time: "时间", Till: "机号", Cashier: "收银员",
	Item: "品名", Price: "单价", Quantity: "数量", Amount: "金额", Times: "×",
	Pieces: "件数", Subtotal: "小计", Discount: "优惠", Due: "应收",
	Cash: "现金", WeChat: "微信支付", Tendered: "实收", Change: "找零",
	MchID: "商户号", OutTradeNo: "商户单号", TransactionID: "微信支付单号", PaidAt: "支付时间",
	Status: "支付状态", Succeeded: "支付成功", Practised: "练习支付", Returned: "已退款",
	Thanks:   "谢谢惠顾",
	NotProof: "非付款凭证", Practice: "练习", Pending: "支付结果待确认", Asked: "待确认金额",
	Wait:    "结果确认前请勿重复付款",
	Reprint: func(n int) string { return "补打 第" + strconv.Itoa(n) + "次" },
	Copies:  [3]string{"顾客联", "商户联", "存根联"},
}

// English is the words in en. 非付款凭证 stays beside its translation: whoever checks the paper knows it by that name.
var English = Words{
	ReceiptNo: "No.", Time: "Time", Till: "Till", Cashier: "Cashier",
	Item: "Item", Price: "Price", Quantity: "Qty", Amount: "Amount", Times: "x",
	Pieces: "Pieces", Subtotal: "Subtotal", Discount: "Discount", Due: "Total",
	Cash: "Cash", WeChat: "WeChat Pay", Tendered: "Received", Change: "Change",
	MchID: "Merchant", OutTradeNo: "Order no.", TransactionID: "WeChat Pay no.", PaidAt: "Paid at",
	Status: "Status", Succeeded: "Paid", Practised: "Practice payment", Returned: "Refunded",
	Thanks:   "Thank you",
	NotProof: "NOT PROOF OF PAYMENT 非付款凭证", Practice: "PRACTICE", Pending: "PAYMENT NOT CONFIRMED", Asked: "Unconfirmed",
	Wait:    "Please do not pay again yet.",
	Reprint: func(n int) string { return "REPRINT no. " + strconv.Itoa(n) },
	Copies:  [3]string{"Customer copy", "Merchant copy", "File copy"},
}

// WordsOf returns the words of a language: English for "en", Chinese for every other.
func WordsOf(language string) Words {
	if language == "en" {
		return English
	}
	return Chinese
}

// tender names a way of paying; one that has no word of its own names itself.
func (w Words) tender(t pos.Tender) string {
	switch t {
	case pos.TenderCash:
		return w.Cash
	case pos.TenderNative:
		return w.WeChat
	}
	return string(t)
}
