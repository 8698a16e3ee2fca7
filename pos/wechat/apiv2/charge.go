package apiv2

import (
	"bytes"
	"context"
	"strings"

	"guitai/pos"
	"guitai/pos/wechat"
)

// Charge sends a composed request with the customer's payment code (micropay, 付款码支付), once, to the first host alone, over a
// new connection: a charge that may have arrived must not be sent again by anybody. It takes at most [ChargeTime]. Never repeat
// it. SigRejected without anything sent when the request is not one of this number by this merchant (CodeConfig, CodeInternal) or
// the code is none of WeChat's (CodeInvalid).
func (c *Client) Charge(ctx context.Context, outTradeNo string, request []byte, code pos.PaymentCode) pos.Signal {
	why := c.checkStored(request, "out_trade_no", outTradeNo, "trade_type", "")
	switch {
	case !validNo(outTradeNo):
		why = pos.CodeInternal
	case why == pos.CodeNone && !validCode(string(code)):
		why = pos.CodeInvalid
	}
	if why != pos.CodeNone {
		return pos.Signal{Kind: pos.SigRejected, To: pos.DoCharge, Code: why}
	}
	ctx, cancel := context.WithTimeout(ctx, ChargeTime)
	defer cancel()
	withCode := append(make([]byte, 0, len(request)+64), bytes.TrimSuffix(request, []byte(rootClose))...)
	withCode = append(appendField(withCode, "auth_code", string(code)), rootClose...)
	a := c.post(ctx, &c.lines.once, c.base+"/pay/micropay", withCode, false)
	c.explain(ctx, &a)
	s := c.judge(a, "out_trade_no", outTradeNo, c.readCharge, byCode(wechat.ChargeError))
	s.Detail = strings.ReplaceAll(s.Detail, string(code), code.String()) // should WeChat's words repeat it
	return byReply(s, pos.DoCharge)
}

// validCode tells whether a text is a WeChat payment code (付款码): 18 digits that begin with 10 to 15.
func validCode(s string) bool {
	return len(s) == 18 && s[0] == '1' && s[1] <= '5' && numeric([]byte(s))
}

// readCharge reads the answer to a charge. Other documents carry our key's signature too, so it must be one that nothing but a
// charge has.
func (c *Client) readCharge(d *document, outTradeNo string) pos.Signal {
	switch {
	case !d.is("out_trade_no", outTradeNo):
		return uncertain(pos.CodeNotOurs, "")
	case !d.is("trade_type", "MICROPAY"), d.get("trade_state") != nil, d.get("refund_id") != nil:
		return uncertain(pos.CodeBadAnswer, "trade_type")
	}
	t, whole := readMoney(d)
	if !whole {
		return uncertain(pos.CodeBadAnswer, "total_fee, fee_type or transaction_id")
	}
	if t.PaidAt.IsZero() {
		t.PaidAt = c.now()
	}
	return pos.Signal{Kind: pos.SigPaid, Trade: t}
}

// Reverse asks WeChat to undo an order of a payment code (reverse, 撤销订单). Safe to repeat. Without the client certificate it
// is SigRejected with CodeSecret, and nothing is sent.
func (c *Client) Reverse(ctx context.Context, outTradeNo string) pos.Signal {
	if !c.hasSecret() {
		return pos.Signal{Kind: pos.SigRejected, To: pos.DoReverse, Code: pos.CodeSecret}
	}
	s := c.askAbout(ctx, &c.lines.secret, "/secapi/pay/reverse", outTradeNo, readReverse, reverseError)
	s.To = pos.DoReverse
	return s
}

// readReverse reads whether WeChat wants to be asked again (recall).
func readReverse(d *document, _ string) pos.Signal {
	switch {
	case d.is("recall", "Y"):
		return pos.Signal{Kind: pos.SigRecall}
	case d.is("recall", "N"):
		return pos.Signal{Kind: pos.SigReversed}
	}
	return uncertain(pos.CodeBadAnswer, "recall")
}

// reverseError is what a refused reversal means. Where the code says nothing definite, recall=Y still says to come again.
func reverseError(d *document) wechat.Outcome {
	o := wechat.ReverseError(string(d.get("err_code")), string(d.get("err_code_des")))
	if o.Kind == pos.SigUncertain && d.is("recall", "Y") {
		o.Kind = pos.SigRecall
	}
	return o
}
