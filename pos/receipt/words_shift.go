package receipt

import (
	"fmt"

	"guitai/pos"
)

// ShiftWords is what reports of shifts and slips of cash say by themselves, in one language.
type ShiftWords struct {
	X, Z                               string // Z takes its number
	Opened, Closed, AsOf, SignedBy     string
	Gross, Net, AfterRefunds, Receipts string
	Tenders                            map[pos.Tender]string

	Outside string // takes the name of a tender that is taken outside: booked on the cashier's word
	Parts   string // of cash: parts of sales that another tender closed

	Drawer, Start, Float, CashSales, CashRefunds, In, Dropped, PaidOut, HandedBack string
	Expected, Counted, NotCounted, Other, Kept, ToSafe                             string
	Even, Over, Short                                                              string // of a difference

	Arrived, WentBack             string // money without its sale
	DrawerOpened, Reprints, Voids string
	Late, Open                    string
	Entries                       map[pos.EntryKind]string
	OpenItems                     map[string]string
	Journal, Head, Entry          string
	SignCashier, SignManager      string

	Slip              map[pos.CashKind]string
	SlipNo, Signature string

	Number    string // takes the business day and the shift's number within it
	Times     string // takes a count of sales or refunds
	Often     string // takes how often something happened
	Recounted string // takes how often
}

var chineseShift = ShiftWords{
	X: "当班报表 X", Z: "交班单 Z%s", Opened: "开班", Closed: "交班", AsOf: "截至", SignedBy: "签字确认",
	Gross: "销售", Net: "实收", AfterRefunds: "退款后净额", Receipts: "小票号",
	Tenders: map[pos.Tender]string{pos.TenderCash: "现金", pos.TenderNative: "微信扫码", pos.TenderCode: "微信付款码", pos.TenderJSAPI: "微信小程序", pos.TenderApp: "微信App支付", pos.TenderExchange: "换货抵扣"},
	Outside: "%s·人工", Parts: "分开付收的现金",
	Drawer: "钱箱", Start: "接班余额", Float: "备用金增减", CashSales: "现金销售", CashRefunds: "现金退款", In: "放入零钱", Dropped: "取出存保险柜",
	PaidOut: "支出", HandedBack: "现金退还异常款", Expected: "应有现金", Counted: "实点现金", NotCounted: "未清点", Other: "其他", Kept: "留作备用金",
	ToSafe: "存入保险柜", Even: "差额 无", Over: "差额 长款", Short: "差额 短款",
	Arrived: "异常款 收到", WentBack: "异常款 已了结", DrawerOpened: "无销售开钱箱", Reprints: "补打小票", Voids: "清空或放弃",
	Late: "上一班交班后入账（更正）", Open: "未了结",
	Entries: map[pos.EntryKind]string{
		pos.EntrySale: "销售", pos.EntryException: "异常款", pos.EntryReversed: "异常款已退回", pos.EntryHanded: "异常款现金退还", pos.EntryNoted: "异常款平台已退",
		pos.EntryRefundTaken: "退款已受理", pos.EntryRefundDone: "退款到账", pos.EntryRefundClosed: "退款未成", pos.EntryRefundCash: "现金退款",
		pos.EntryCashIn: "放入零钱", pos.EntryCashDrop: "取出存保险柜", pos.EntryCashPaidOut: "支出", pos.EntryFees: "微信手续费", pos.EntryPayout: "微信结算到银行",
		pos.EntryDrawer: "开钱箱", pos.EntryReprint: "补打", pos.EntryVoid: "清空或放弃", pos.EntryStaff: "员工变动", pos.EntryCut: "打折", pos.EntryPrice: "改价",
		pos.EntryPart: "分开付", pos.EntryPartBack: "分开付退还", pos.EntryRefundOther: "原方式退款", pos.EntryExchange: "换货",
	},
	OpenItems: map[string]string{"parked": "挂起的付款", "payment": "待确认付款", "exception": "待处理异常", "refund": "途中的退款", "part": "未收完的一单，已收", "held": "挂单"},
	Journal:   "账本分录", Head: "账本链（截至本单）", Entry: "本单入账",
	SignCashier: "收银员签名", SignManager: "店长签名",
	Slip:   map[pos.CashKind]string{pos.CashIn: "放入零钱", pos.CashDrop: "现金取出", pos.CashPaidOut: "现金支出"},
	SlipNo: "编号", Signature: "签名",
	Number: "营业日 %s 第%d班", Times: "%d笔", Often: "%d次", Recounted: "共清点 %d 次，每次都有记录",
}

var englishShift = ShiftWords{
	X: "X REPORT", Z: "Z REPORT %s", Opened: "Opened", Closed: "Closed", AsOf: "As of", SignedBy: "Signed for by",
	Gross: "Sales", Net: "Taken", AfterRefunds: "After refunds", Receipts: "Receipts",
	Tenders: map[pos.Tender]string{pos.TenderCash: "Cash", pos.TenderNative: "WeChat QR", pos.TenderCode: "WeChat pay code", pos.TenderJSAPI: "WeChat mini-program", pos.TenderApp: "WeChat in the app", pos.TenderExchange: "Exchange"},
	Outside: "%s (cashier's word)", Parts: "Cash parts of sales",
	Drawer: "Drawer", Start: "Carried over", Float: "Float counted in", CashSales: "Cash sales", CashRefunds: "Cash refunds", In: "Change in",
	Dropped: "To the safe", PaidOut: "Paid out", HandedBack: "Exceptions handed back", Expected: "Should be there", Counted: "Counted",
	NotCounted: "not counted", Other: "Other", Kept: "Left as float", ToSafe: "To the safe at the close",
	Even: "Difference", Over: "Over", Short: "Short",
	Arrived: "Exceptions in", WentBack: "Exceptions settled", DrawerOpened: "Drawer without a sale", Reprints: "Reprints", Voids: "Voids",
	Late: "Booked after the last close (corrections)", Open: "Unfinished",
	Entries: map[pos.EntryKind]string{
		pos.EntrySale: "Sale", pos.EntryException: "Exception", pos.EntryReversed: "Exception returned", pos.EntryHanded: "Exception handed back",
		pos.EntryNoted: "Exception refunded elsewhere", pos.EntryRefundTaken: "Refund accepted", pos.EntryRefundDone: "Refund arrived",
		pos.EntryRefundClosed: "Refund not made", pos.EntryRefundCash: "Cash refund", pos.EntryCashIn: "Change in", pos.EntryCashDrop: "To the safe",
		pos.EntryCashPaidOut: "Paid out", pos.EntryFees: "WeChat fees", pos.EntryPayout: "WeChat payout",
		pos.EntryDrawer: "Drawer opened", pos.EntryReprint: "Reprint", pos.EntryVoid: "Void", pos.EntryStaff: "Staff change", pos.EntryCut: "Discount", pos.EntryPrice: "Price given",
		pos.EntryPart: "Part of a sale", pos.EntryPartBack: "Part handed back", pos.EntryRefundOther: "Refund outside", pos.EntryExchange: "Exchange",
	},
	OpenItems: map[string]string{"parked": "Parked payment", "payment": "Payment pending", "exception": "Exception to decide", "refund": "Refund on its way", "part": "Part paid, sale open", "held": "Held cart"},
	Journal:   "Journal entries", Head: "Chain head up to here", Entry: "Entry of this close",
	SignCashier: "Cashier", SignManager: "Manager",
	Slip:   map[pos.CashKind]string{pos.CashIn: "CHANGE IN", pos.CashDrop: "CASH TO THE SAFE", pos.CashPaidOut: "CASH PAID OUT"},
	SlipNo: "No.", Signature: "Signature",
	Number: "Day %s shift %d", Times: "%d x", Often: "%d x", Recounted: "Counted %d times, all on record",
}

func (w ShiftWords) title(r pos.ShiftReport) string {
	if r.Z == 0 {
		return w.X
	}
	return fmt.Sprintf(w.Z, r.ZNo())
}

func (w ShiftWords) number(r pos.ShiftReport) string { return fmt.Sprintf(w.Number, r.Day, r.Number) }

func (w ShiftWords) times(n int) string { return fmt.Sprintf(w.Times, n) }

func (w ShiftWords) recounted(n int) string { return fmt.Sprintf(w.Recounted, n) }

// tender tells the ways of paying apart, which a customer's receipt need not; one without a word names itself.
func (w ShiftWords) tender(t pos.Tender) string {
	if word, ok := w.Tenders[t]; ok {
		return word
	}
	if name, outside := t.Other(); outside {
		return fmt.Sprintf(w.Outside, name)
	}
	return string(t)
}

func (w ShiftWords) entry(k pos.EntryKind) string {
	if word, ok := w.Entries[k]; ok {
		return word
	}
	return string(k)
}

func (w ShiftWords) openItem(kind string) string {
	if word, ok := w.OpenItems[kind]; ok {
		return word
	}
	return kind
}

// difference says in a word what a difference is.
func (w ShiftWords) difference(f pos.Fen) string {
	switch {
	case f > 0:
		return w.Over
	case f < 0:
		return w.Short
	}
	return w.Even
}

// BillWords is what the paper of a match with WeChat's bill says by itself, in one language.
type BillWords struct {
	Title, Theirs, Ours, Match    string
	OursOnly, TheirsOnly, Differs string
	Fee, Payout                   string
	Others, Elsewhere             string // of other tills; of numbers that none of our tills makes
	Findings, Clean               string
	More                          string // takes how many are not on the paper
	AtWeChat, InBooks             string
	Proposed, Decided, Resolved   string
	Classes                       map[pos.FindingClass]string
	Causes                        map[pos.FindingCause]string
	Actions                       map[pos.FindingAction]string
	Kinds                         map[pos.BillItemKind]string
}

var chineseBill = BillWords{
	Title: "微信对账单", Theirs: "微信账单", Ours: "本机账本", Match: "一致", OursOnly: "只有账本有", TheirsOnly: "只有微信有", Differs: "不一致",
	Fee: "手续费（元）", Payout: "结算到银行", Others: "其他收银台", Elsewhere: "其他来源", Findings: "差异", Clean: "全部一致", More: "另有 %d 条未打印",
	AtWeChat: "微信", InBooks: "账本", Proposed: "建议", Decided: "已处理", Resolved: "已自动对上",
	Classes: map[pos.FindingClass]string{pos.FindMatch: "一致", pos.FindOurs: "只有账本有", pos.FindTheirs: "只有微信有", pos.FindDiffer: "不一致"},
	Causes: map[pos.FindingCause]string{
		pos.CauseUnknown: "账本不知道", pos.CauseMissing: "账单里没有", pos.CauseCrossDay: "跨日", pos.CauseAmount: "金额", pos.CauseCoupon: "优惠券",
		pos.CauseCurrency: "币种", pos.CauseState: "状态", pos.CauseFee: "手续费", pos.CauseShared: "多台共用",
	},
	Actions: map[pos.FindingAction]string{pos.FindBook: "入账", pos.FindRefund: "退款", pos.FindAsk: "问微信", pos.FindNote: "备注"},
	Kinds:   map[pos.BillItemKind]string{pos.BillPayment: "付款", pos.BillRefund: "退款", pos.BillReversal: "撤销"},
}

var englishBill = BillWords{
	Title: "WECHAT BILL", Theirs: "WeChat's bill", Ours: "These books", Match: "Match", OursOnly: "Only ours", TheirsOnly: "Only theirs",
	Differs: "Differ", Fee: "Fees (yuan)", Payout: "To the bank", Others: "Other till", Elsewhere: "elsewhere", Findings: "Differences",
	Clean: "Everything matches", More: "%d more, not on this paper",
	AtWeChat: "WeChat", InBooks: "Books", Proposed: "Proposed:", Decided: "Done:", Resolved: "Has been found since",
	Classes: map[pos.FindingClass]string{pos.FindMatch: "Match", pos.FindOurs: "Only ours", pos.FindTheirs: "Only theirs", pos.FindDiffer: "Differs"},
	Causes: map[pos.FindingCause]string{
		pos.CauseUnknown: "not in the books", pos.CauseMissing: "not on the bill", pos.CauseCrossDay: "another day", pos.CauseAmount: "amount",
		pos.CauseCoupon: "coupon", pos.CauseCurrency: "currency", pos.CauseState: "state", pos.CauseFee: "fee", pos.CauseShared: "several tills",
	},
	Actions: map[pos.FindingAction]string{pos.FindBook: "book", pos.FindRefund: "refund", pos.FindAsk: "ask WeChat", pos.FindNote: "note"},
	Kinds:   map[pos.BillItemKind]string{pos.BillPayment: "payment", pos.BillRefund: "refund", pos.BillReversal: "reversal"},
}
