package receipt

import (
	"fmt"
	"strconv"
	"strings"

	"guitai/pos"
)

// Words is everything a receipt says by itself, in one language.
type Words struct {
	ReceiptNo, Time, Till, Cashier, ByPhone string
	Item, Price, Quantity, Amount           string
	Times                                   string // between a quantity and a price
	NoGoods                                 string // of a sale whose goods the ledger does not know
	Pieces, Subtotal, Discount              string
	Due                                     string
	Cash, WeChat                            string
	Tendered, Change                        string
	MchID, OutTradeNo                       string
	TransactionID, PaidAt                   string
	Status, Succeeded, Practised            string
	Returned                                string // the state of money that has gone back
	Thanks                                  string

	LinesOff, WholeOff, Rounding string                 // what comes off the lines, off the whole, and by rounding cash
	ListPrice, Note              string                 // under a line: the catalogue's price of one that was changed, a person's words
	Cut                          func(c pos.Cut) string // how a discount was meant, "" when its amount says it all
	Exchange                     string                 // goods that come back and count towards others
	OnWord                       string                 // under a tender that is taken outside: nobody but the cashier vouches for it
	TaxRate, Tax, Sum            string

	// Of a refund.
	RefundTitle, RefundAmount           string
	OriginalNo, SoldAt                  string // of the sale
	RefundedAt                          string // when it was asked for
	ByAmount                            string // instead of goods
	RefundWay, SameWay                  string // 原路退回: to where it was paid from
	RefundOf                            string // what the whole payment was
	OutRefundNo, RefundID               string
	RefundStatus, BackAt                string
	PaidOut                             string // the states
	Accepted, AcceptedHint              string
	Back                                string
	NotTaken, NotTakenHint              string
	Stuck, StuckHint                    string
	NotRefunded                         string
	PractisedRefund                     string
	Reason, Approver, Signature         string
	ByPortal                            string
	Exceptions                          map[pos.ExceptionKind]string // as reasons of a refund
	HasRefunds, GivenBack, AfterRefunds string                       // on the sale's own receipt
	Voided                              string                       // the same when all of it was taken back on its day
	VoidTitle, ExchangeTitle            string
	ReturnTitle, NoReceipt              string // of goods that came back without a receipt
	GivenOutside                        string // more states: handed back outside, counted towards a new sale
	Credited, NotCredited               string
	Apart                               string // what the goods are worth beyond a refund: it goes back by itself

	Shift ShiftWords // of X and Z reports and slips of cash
	Bill  BillWords  // of a match with WeChat's bill
	Slip  SlipWords  // of slips of exceptions, and of labels
	Test  TestWords  // of the printer's test page

	NotProof string // 非付款凭证: this paper proves no payment
	Practice string
	Pending  string // 支付结果待确认: nobody knows yet
	Asked    string // the amount that is not confirmed
	Wait     string // what to do until it is
	Undoing  string // the same while a payment code is being reversed
	Reprint  func(n int) string
	Copies   [3]string // whose copy, when more than one is printed
}

// Chinese is the words in zh-CN.
var Chinese = Words{
	ReceiptNo: "单号", Time: "时间", Till: "机号", Cashier: "收银员", ByPhone: "手机下单",
	Item: "品名", Price: "单价", Quantity: "数量", Amount: "金额", Times: "×", NoGoods: "账本中没有商品明细",
	Pieces: "件数", Subtotal: "小计", Discount: "优惠", Due: "应收",
	Cash: "现金", WeChat: "微信支付", Tendered: "实收", Change: "找零",
	MchID: "商户号", OutTradeNo: "商户单号", TransactionID: "微信支付单号", PaidAt: "支付时间",
	Status: "支付状态", Succeeded: "支付成功", Practised: "练习支付", Returned: "已退款",
	Thanks:   "谢谢惠顾",
	LinesOff: "商品优惠", WholeOff: "整单优惠", Rounding: "抹零", ListPrice: "改价，标价", Note: "备注", Cut: chineseCut,
	Exchange: "换货抵扣", OnWord: "由收银员确认收款", TaxRate: "税率", Tax: "其中税额", Sum: "合计",
	RefundTitle: "退款单", GivenBack: "退款", RefundAmount: "退款金额", OriginalNo: "原单号", SoldAt: "原单时间", RefundedAt: "退款时间",
	ByAmount: "按金额退款", RefundWay: "退款方式", SameWay: "原路退回", RefundOf: "原付金额",
	OutRefundNo: "退款单号", RefundID: "微信退款单号", RefundStatus: "退款状态", BackAt: "到账时间",
	PaidOut:  "已退现金",
	Accepted: "微信已受理，款项退回途中", AcceptedHint: "将原路退回付款账户：零钱几分钟，银行卡1-3工作日",
	Back:     "已退款",
	NotTaken: "已提交，待微信受理", NotTakenHint: "微信受理后原路退回付款账户",
	Stuck: "微信退款异常，款项未退到", StuckHint: "付款账户收不了这笔退款，请联系本店处理",
	NotRefunded: "未退款", PractisedRefund: "练习退款，没有真实款项",
	Reason: "原因", Approver: "授权人", Signature: "顾客签名", ByPortal: "由微信商户平台退款",
	Exceptions: map[pos.ExceptionKind]string{
		pos.ExceptLate: "取消或超时后付款", pos.ExceptTwice: "重复付款", pos.ExceptAmount: "金额不符", pos.ExceptCurrency: "币种不符",
		pos.ExceptAfterEnd: "关单后付款", pos.ExceptReturning: "已在退款", pos.ExceptReversed: "已撤销", pos.ExceptUndone: "撤销后仍付款",
		pos.ExceptUnknown: "账本中没有的订单", pos.ExceptPart: "分开付后取消",
	},
	Shift: chineseShift, Bill: chineseBill, Slip: chineseSlip, Test: chineseTest,
	HasRefunds: "有退款，见下", AfterRefunds: "退款后实付", Voided: "已作废",
	VoidTitle: "作废单", ExchangeTitle: "换货单", ReturnTitle: "退货单", NoReceipt: "没有原小票",
	GivenOutside: "由收银员按原方式退还", Credited: "已抵扣新购商品", NotCredited: "待新单结账时抵扣", Apart: "另行退还",
	NotProof: "非付款凭证", Practice: "练习", Pending: "支付结果待确认", Asked: "待确认金额",
	Wait:    "结果确认前请勿重复付款",
	Undoing: "正在撤销：若已付款，会原路退回",
	Reprint: func(n int) string { return "补打 第" + strconv.Itoa(n) + "次" },
	Copies:  [3]string{"顾客联", "商户联", "存根联"},
}

// English is the words in en. 非付款凭证 stays beside its translation: whoever checks the paper knows it by that name.
var English = Words{
	ReceiptNo: "No.", Time: "Time", Till: "Till", Cashier: "Cashier", ByPhone: "Ordered by phone",
	Item: "Item", Price: "Price", Quantity: "Qty", Amount: "Amount", Times: "x", NoGoods: "No goods listed in the books",
	Pieces: "Pieces", Subtotal: "Subtotal", Discount: "Discount", Due: "Total",
	Cash: "Cash", WeChat: "WeChat Pay", Tendered: "Received", Change: "Change",
	MchID: "Merchant", OutTradeNo: "Order no.", TransactionID: "WeChat Pay no.", PaidAt: "Paid at",
	Status: "Status", Succeeded: "Paid", Practised: "Practice payment", Returned: "Refunded",
	Thanks:   "Thank you",
	LinesOff: "Item discounts", WholeOff: "Discount on all", Rounding: "Rounding", ListPrice: "Changed, shelf price", Note: "Note", Cut: englishCut,
	Exchange: "Exchange", OnWord: "Confirmed by the cashier", TaxRate: "Tax rate", Tax: "of it tax", Sum: "Total",
	RefundTitle: "REFUND", GivenBack: "Refund", RefundAmount: "Refund", OriginalNo: "Receipt", SoldAt: "Sold", RefundedAt: "Refund",
	ByAmount: "Refund by amount", RefundWay: "How", SameWay: "back to", RefundOf: "Paid",
	OutRefundNo: "Refund no.", RefundID: "WeChat refund no.", RefundStatus: "Status", BackAt: "Returned",
	PaidOut:  "Paid out in cash",
	Accepted: "Accepted by WeChat, on its way", AcceptedHint: "The money returns to the account it was paid from: usually minutes, cards 1-3 working days.",
	Back:     "Refunded",
	NotTaken: "Sent, not accepted yet", NotTakenHint: "Once WeChat accepts it, the money returns to the account it was paid from.",
	Stuck: "Not returned: WeChat reports a problem", StuckHint: "The account does not take this refund. Please contact the shop.",
	NotRefunded: "NOT REFUNDED", PractisedRefund: "Practice refund, no real money",
	Reason: "Reason", Approver: "Approved", Signature: "Signature", ByPortal: "Made in WeChat's merchant platform",
	Exceptions: map[pos.ExceptionKind]string{
		pos.ExceptLate: "Paid after cancel or expiry", pos.ExceptTwice: "Paid twice", pos.ExceptAmount: "Another amount",
		pos.ExceptCurrency: "Another currency", pos.ExceptAfterEnd: "Paid after it was closed", pos.ExceptReturning: "Already being refunded",
		pos.ExceptReversed: "Reversed", pos.ExceptUndone: "Paid although reversed", pos.ExceptUnknown: "An order not in these books",
		pos.ExceptPart: "Paid in part, then given up",
	},
	Shift: englishShift, Bill: englishBill, Slip: englishSlip, Test: englishTest,
	HasRefunds: "WITH REFUNDS, SEE BELOW", AfterRefunds: "Paid after refunds", Voided: "VOID",
	VoidTitle: "VOID", ExchangeTitle: "EXCHANGE", ReturnTitle: "RETURN", NoReceipt: "Without a receipt",
	GivenOutside: "Handed back by the cashier", Credited: "Counted towards new goods", NotCredited: "Counts once the new sale is paid", Apart: "Given back separately",
	NotProof: "NOT PROOF OF PAYMENT 非付款凭证", Practice: "PRACTICE", Pending: "PAYMENT NOT CONFIRMED", Asked: "Unconfirmed",
	Wait:    "Please do not pay again yet.",
	Undoing: "Being reversed: if you paid, the money comes back.",
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
	case pos.TenderNative, pos.TenderCode, pos.TenderJSAPI, pos.TenderApp:
		return w.WeChat
	case pos.TenderExchange:
		return w.Exchange
	}
	if name, outside := t.Other(); outside {
		return name
	}
	return string(t)
}

// chineseCut says of a percentage what is left, as shops do: 10 % off is 9折.
func chineseCut(c pos.Cut) string {
	switch c.Kind {
	case pos.CutPercent:
		if c.N == 100_00 {
			return "免费"
		}
		left := fmt.Sprintf("%d.%03d", (100_00-c.N)/1000, (100_00-c.N)%1000)
		return strings.TrimSuffix(strings.TrimRight(left, "0"), ".") + "折"
	case pos.CutTo:
		return "减至 " + pos.Fen(c.N).String()
	case pos.CutAmount, pos.CutNone:
	}
	return ""
}

func englishCut(c pos.Cut) string {
	switch c.Kind {
	case pos.CutPercent:
		return percent(int(c.N)) + " off"
	case pos.CutTo:
		return "to " + pos.Fen(c.N).String()
	case pos.CutAmount, pos.CutNone:
	}
	return ""
}

// refundState says how far the money of a refund is, and what the customer may expect of it.
func (w Words) refundState(f pos.Refund) (state, hint string) {
	switch f.State {
	case pos.RefundDone:
		if _, outside := f.Tender.Other(); outside {
			return w.GivenOutside, ""
		}
		switch f.Tender {
		case pos.TenderCash:
			return w.PaidOut, ""
		case pos.TenderExchange:
			return w.Credited, ""
		}
		return w.Back, ""
	case pos.RefundAccepted:
		return w.Accepted, w.AcceptedHint
	case pos.RefundStuck:
		return w.Stuck, w.StuckHint
	case pos.RefundAsked:
		if f.Tender == pos.TenderExchange {
			return w.NotCredited, ""
		}
		return w.NotTaken, w.NotTakenHint
	}
	return w.NotRefunded, ""
}

// refundReason is a person's words, or those for the kind of exception that is given back.
func (w Words) refundReason(f pos.Refund) string {
	if words, ok := w.Exceptions[pos.ExceptionKind(f.Reason)]; ok && f.Exception != 0 {
		return words
	}
	return f.Reason
}
