package apiv2

import (
	"errors"

	"guitai/pos"
	"guitai/pos/wechat"
)

var (
	errReturnCode = errors.New("return_code is not SUCCESS")
	errSign       = errors.New("the signature is wrong or missing")
	errOurs       = errors.New("signed, but of another app or merchant")
	errResult     = errors.New("result_code is missing or makes no sense")
	errNumber     = errors.New("out_trade_no is missing or makes no sense")
)

// ReadNotice verifies a payment notice (支付结果通知) or reads a refund notice (退款结果通知) as WeChat posted it. Pure.
// CodeBadAnswer when it does not parse or decrypt, CodeBadSign, CodeNotOurs; no error says anything of the body.
//
// Other documents carry our key's signature too: answers to queries, answers to refunds. Success needs everything that
// only a notice of a payment has, so none of those, posted to us by somebody, counts as money. A verified notice that
// lacks something is no error but says Success false: something happened, WeChat is to be asked.
func (c *Client) ReadNotice(body []byte) (pos.Notice, error) {
	const op = "read notice"
	d := newDocument()
	defer d.release()
	if err := d.read(body); err != nil {
		return pos.Notice{}, pos.E(pos.CodeBadAnswer, op, err)
	}
	if !d.is("return_code", "SUCCESS") {
		return pos.Notice{}, pos.E(pos.CodeBadAnswer, op, errReturnCode)
	}
	if d.get("req_info") != nil {
		return c.readRefundNotice(d)
	}
	switch c.prove(d) {
	case pos.CodeBadSign:
		return pos.Notice{}, pos.E(pos.CodeBadSign, op, errSign)
	case pos.CodeNotOurs:
		return pos.Notice{}, pos.E(pos.CodeNotOurs, op, errOurs)
	}
	n := pos.Notice{OutTradeNo: string(d.get("out_trade_no"))}
	if !validNo(n.OutTradeNo) {
		return pos.Notice{}, pos.E(pos.CodeBadAnswer, op, errNumber)
	}
	switch {
	case d.is("result_code", "FAIL"):
		n.Detail = c.tell(complaint(d))
		return n, nil
	case !d.is("result_code", "SUCCESS"):
		return pos.Notice{}, pos.E(pos.CodeBadAnswer, op, errResult)
	}
	trade, whole := readMoney(d)
	switch {
	case d.get("trade_state") != nil, d.get("refund_id") != nil, d.get("trade_type") == nil:
		n.Detail = "not a notice of a payment"
	case !whole, trade.PaidAt.IsZero():
		n.Detail = "total_fee, fee_type, transaction_id or time_end is missing or makes no sense"
	default:
		n.Success, n.Trade = true, trade
	}
	return n, nil
}

// Reply is the answer to a notice. With ok false WeChat sends it again; reason is cut at 127 bytes.
func (c *Client) Reply(ok bool, reason string) (contentTypeOf string, body []byte) {
	code := "FAIL"
	if ok {
		code, reason = "SUCCESS", "OK"
	}
	b := append(make([]byte, 0, 256), rootOpen...)
	b = appendField(b, "return_code", code)
	b = appendField(b, "return_msg", wechat.Cut(wechat.Clean(reason), 127))
	return contentType, append(b, rootClose...)
}
