package reconcile

import (
	"io"
	"strings"
)

// Empty is the bill of a day on which WeChat says there was no trade: it makes none then. Match needs to be told its day.
func Empty() io.Reader {
	return strings.NewReader("交易时间,商户号,微信订单号,商户订单号,交易状态,货币种类,应结订单金额,微信退款单号,商户退款单号,退款金额,退款状态,手续费,订单金额,申请退款金额\n" +
		"总交易单数,应结订单总金额,退款总金额,手续费总金额,订单总金额,申请退款总金额\n`0,`0.00,`0.00,`0.00,`0.00,`0.00\n")
}
