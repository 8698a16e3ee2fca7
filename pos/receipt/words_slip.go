package receipt

import "fmt"

// SlipWords is what the exceptions slip and the labels say by themselves.
type SlipWords struct {
	Exceptions       string // the title
	NoExceptions     string
	More             string // how many there are beyond those on the paper
	Sum              string
	RefundsAt, Waits string // what becomes of one
	Per              string // of a price: for one of what
	ScanToPay        string // under a code to pay by
	PriceThen        string // in the place of a price
}

// per says for one of what a price is.
func (w SlipWords) per(unit string) string { return fmt.Sprintf(w.Per, unit) }

var chineseSlip = SlipWords{
	Exceptions: "异常款清单", NoExceptions: "没有待处理的异常款", More: "另有 %d 笔没有印出", Sum: "合计",
	RefundsAt: "自动退款", Waits: "等待处理", Per: "元/%s",
	ScanToPay: "微信扫码付款", PriceThen: "价格以支付页面为准",
}

var englishSlip = SlipWords{
	Exceptions: "EXCEPTIONS", NoExceptions: "Nothing to decide", More: "%d more are not on this paper", Sum: "Total",
	RefundsAt: "Refunds itself", Waits: "Waits for a decision", Per: "per %s",
	ScanToPay: "WeChat: scan to pay", PriceThen: "Price as shown when paying",
}
