package receipt

import "fmt"

// SlipWords is what the exceptions slip, the paper of what is handed back and the labels say by themselves.
type SlipWords struct {
	Exceptions       string // the title
	NoExceptions     string
	More             string // how many there are beyond those on the paper
	Sum              string
	RefundsAt, Waits string // what becomes of one
	Per              string // of a price: for one of what
	Piece            string // that, where nothing else is said
	Member           string // the price for members
	Asked            string // in the place of a price that is asked for at every sale
	ScanToPay        string // under a code to pay by
	PriceThen        string // in the place of a price

	GivenBack, GivenUp                          string // the title, and what happened
	BackCash, BackOutside, BackItself, BackHeld string // which way a part goes
	HandCash, HandOutside                       string // what a person hands over now
}

// per says for one of what a price is.
func (w SlipWords) per(unit string) string { return fmt.Sprintf(w.Per, unit) }

var chineseSlip = SlipWords{
	Exceptions: "异常款清单", NoExceptions: "没有待处理的异常款", More: "另有 %d 笔没有印出", Sum: "合计",
	RefundsAt: "自动退款", Waits: "等待处理", Per: "元/%s", Piece: "件", Member: "会员价", Asked: "时价",
	ScanToPay: "微信扫码付款", PriceThen: "价格以支付页面为准",
	GivenBack: "退还单", GivenUp: "本单没有成交，已收的款退还顾客",
	BackCash: "退现金", BackOutside: "在原来的收款机或手机上手工退回", BackItself: "微信原路退回，自动退款", BackHeld: "微信不自动退回，等店长处理",
	HandCash: "退现金", HandOutside: "手工退回",
}

var englishSlip = SlipWords{
	Exceptions: "EXCEPTIONS", NoExceptions: "Nothing to decide", More: "%d more, not on this paper", Sum: "Total",
	RefundsAt: "Refunds itself", Waits: "Waits for a decision", Per: "per %s", Piece: "piece", Member: "Members", Asked: "Price on request",
	ScanToPay: "WeChat: scan to pay", PriceThen: "Price as shown when paying",
	GivenBack: "MONEY BACK", GivenUp: "The sale was given up. What was paid goes back.",
	BackCash: "in cash, from the drawer", BackOutside: "by hand, on the terminal or app it came by", BackItself: "by WeChat, refunded by itself",
	BackHeld: "not by itself: a manager decides",
	HandCash: "Cash back", HandOutside: "Back by hand",
}
