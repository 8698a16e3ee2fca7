package sim

import (
	"net/http"
	"strings"
)

// The languages of the page.
const (
	langZh = "zh-CN"
	langEn = "en"
)

// in is the description in a language, as a label.
func (a About) in(lang string) string {
	if lang == langEn {
		return strings.ToUpper(a.En[:1]) + a.En[1:]
	}
	return a.Zh
}

// language decides what the page speaks: ?lang= first, then the option, then the browser, Chinese when nothing is said.
func (s *Sim) language(r *http.Request) string {
	switch asked := r.FormValue("lang"); asked {
	case langZh, langEn:
		return asked
	}
	if s.opts.Lang != "" {
		return s.opts.Lang
	}
	for tag := range strings.SplitSeq(strings.ToLower(r.Header.Get("Accept-Language")), ",") {
		switch tag = strings.TrimSpace(tag); {
		case strings.HasPrefix(tag, "zh"):
			return langZh
		case strings.HasPrefix(tag, "en"):
			return langEn
		}
	}
	return langZh
}

// words are the texts of the page by language.
var words = map[string]map[string]string{
	langZh: {
		"title": "顾客的手机", "practice": "练习用 · 没有真钱", "other-lang": "English", "open": "待付款", "ended": "已结束",
		"nothing": "还没有待付款的订单", "nothing-hint": "在收银台按 F9，二维码会出现在这里。",
		"expires": "有效至", "pay": "付款", "more": "其他做法", "faults": "故障", "faults-hint": "让微信、网络或通知出错。", "once": "一次",
		"always": "一直", "off": "关", "on": "已开", "left": "还剩 %d 次", "notices": "通知记录", "no-notices": "还没有发出通知。",
		"next": "下次", "number": "商户订单号", "refresh": "此页自动刷新", "clear": "全部关闭", "merchant": "商户", "at": "时间",
		"tries": "次数", "answer": "回答", "state": "状态",
		"unpaid": "没付成", "by-MICROPAY": "付款码", "by-JSAPI": "小程序", "by-APP": "App", "code": "付款码", "code-hint": "让收银员扫这个码，或把数字输入收银台。一次有效，一分钟过期。",
		"show": "出示付款码", "new-code": "换一个码", "when-charged": "扣款时", "show-as": "出示一个这样的码", "refund-all": "在商户平台全额退款",
		"returned": "已退", "refund": "退款", "refund-PROCESSING": "处理中", "refund-SUCCESS": "已到账", "refund-REFUNDCLOSE": "已关闭", "refund-CHANGE": "异常",
		"REFUND": "有退款", "REVOKED": "已撤销", "PAYERROR": "支付失败",
		"NOTPAY": "等待付款", "USERPAYING": "输入密码中", "SUCCESS": "已付款", "CLOSED": "已关闭",
		"waiting": "待送达", "delivered": "已送达", "given-up": "已放弃", "undeliverable": "无法送达", "lost": "已丢失",
		"notice": "通知", "refund-notice": "退款通知", "forged-sign": "伪造：签名", "forged-merchant": "伪造：别的商户", "forged-amount": "伪造：金额",
		"no-order": "没有这个订单", "bad-act": "不能这样付", "bad-fault": "没有这种故障", "code-dead": "二维码已失效，请重新扫码",
		"order-closed": "订单已关闭", "expired": "订单已过期", "order-paid": "订单已支付", "other-payer": "已有别人扫过这个码",
		"not-scanned": "这个订单用付款码付，不能扫", "inside": "这个订单在小程序或 App 里付", "bad-product": "不是商品码", "no-callback": "商户没有设置回调地址",
		"shop-silent": "获取商户订单信息超时或者商户返回的httpcode非200", "shop-answer": "商户返回的数据有误", "shop-refused": "商户没有要付的订单", "bad-shop": "不是商户的地址", "not-for-codes": "付款码不能这样付", "bad-refund": "不能这样退款",
		"bills": "账单", "bills-hint": "下载下来，可以对账。", "trade-bill": "交易账单", "fund-bill": "资金账单",
		"phone": "手机", "mini": "小程序", "app": "商家 App", "product": "商品码", "product-hint": "扫货架上印好的商品码，或把码里的文字贴在这里。", "scan-and-pay": "扫码付款", "pay-there": "到那里付款",
		"basket": "购物篮", "basket-hint": "价格由收银台定。", "more-codes": "其他商品：编码*数量，用空格隔开", "login": "用登录码（wx.login），由收银台换成 openid",
		"v1": "用 2014 年的旧接口下单", "order": "下单", "orders": "订单", "ref": "商家单号", "again": "同一单号再下一次", "no-orders": "还没有下过单。",
		"not-ordered": "没下成单", "no-till": "商家的服务器还没有接通收银台",
		"no-till-hint": "用 wxsim --prepay 地址 --phone-key 文件 启动，就能在这里下单。",
		"bad-basket":   "没有能下单的商品：选上数量，或填“编码*数量”", "no-shop": "商家的服务器还没有接通收银台", "bad-pay": "微信不认商家签的支付参数", "no-app": "没有这个 appid",
		"bad-difference": "账单不能这样改", "stopped": "模拟器已停止", "internal": "内部错误",
	},
	langEn: {
		"title": "The customer’s phone", "practice": "practice · no real money", "other-lang": "中文", "open": "To pay", "ended": "Ended",
		"nothing": "Nothing to pay yet", "nothing-hint": "Press F9 at the till and the code appears here.",
		"expires": "valid until", "pay": "Pay", "more": "Do something else", "faults": "Faults", "faults-hint": "Make WeChat, the network or the notices misbehave.",
		"once": "Once", "always": "Always", "off": "Off", "on": "on", "left": "%d left", "notices": "Notices", "no-notices": "No notice was sent yet.",
		"next": "next", "number": "out_trade_no", "refresh": "this page refreshes by itself", "clear": "All off", "merchant": "Merchant", "at": "At",
		"tries": "Tries", "answer": "Answer", "state": "State",
		"unpaid": "not paid", "by-MICROPAY": "payment code", "by-JSAPI": "mini-program", "by-APP": "app", "code": "Payment code", "code-hint": "Let the cashier scan this, or type the digits at the till. It works once, for a minute.",
		"show": "Show my payment code", "new-code": "Another code", "when-charged": "when charged", "show-as": "Show a code that does this", "refund-all": "Refund all in the platform",
		"returned": "given back", "refund": "Refund", "refund-PROCESSING": "on its way", "refund-SUCCESS": "arrived", "refund-REFUNDCLOSE": "closed", "refund-CHANGE": "in trouble",
		"REFUND": "refunds", "REVOKED": "reversed", "PAYERROR": "failed",
		"NOTPAY": "waiting", "USERPAYING": "typing the password", "SUCCESS": "paid", "CLOSED": "closed",
		"waiting": "waiting", "delivered": "delivered", "given-up": "given up", "undeliverable": "undeliverable", "lost": "lost",
		"notice": "notice", "refund-notice": "refund notice", "forged-sign": "forged: signature", "forged-merchant": "forged: other merchant", "forged-amount": "forged: amount",
		"no-order": "No such order", "bad-act": "Nobody can pay like that", "bad-fault": "No such fault", "code-dead": "This code no longer works: scan the new one",
		"order-closed": "The order is closed", "expired": "The order has expired", "order-paid": "The order is already paid", "other-payer": "Somebody else scanned this code first",
		"not-scanned": "This order is paid by payment code, not by scanning", "inside": "This order is paid in the mini-program or app", "bad-product": "Not a product code",
		"no-callback": "The merchant gave WeChat no callback address", "shop-silent": "The merchant did not answer in time", "shop-answer": "WeChat cannot use the merchant’s answer",
		"shop-refused": "The merchant has nothing to pay", "bad-shop": "Not an address of a shop", "not-for-codes": "A payment code cannot do that", "bad-refund": "No such refund can be made",
		"bills": "Bills", "bills-hint": "Download one and reconcile it.", "trade-bill": "trade bill", "fund-bill": "fund flow",
		"phone": "Phone", "mini": "Mini-program", "app": "The shop’s app", "product": "Product code", "product-hint": "Scan a code printed on a shelf, or paste its text here.", "scan-and-pay": "Scan and pay", "pay-there": "Pay it there",
		"basket": "Basket", "basket-hint": "The till sets the prices.", "more-codes": "Other items: code*quantity, parted by blanks", "login": "Send a login code (wx.login); the till asks for the openid",
		"v1": "Order by the retired interface of 2014", "order": "Order", "orders": "Orders", "ref": "shop’s number", "again": "Order again, same number", "no-orders": "Nothing was ordered yet.",
		"not-ordered": "not ordered", "no-till": "The shop’s server knows no till yet",
		"no-till-hint": "Start wxsim with --prepay URL --phone-key FILE to order here.",
		"bad-basket":   "Nothing to order: set a quantity, or type code*quantity", "no-shop": "The shop’s server knows no till yet", "bad-pay": "WeChat does not take what the shop signed", "no-app": "No such appid",
		"bad-difference": "A bill cannot be wrong like that", "stopped": "The simulator has stopped", "internal": "Internal error",
	},
}
