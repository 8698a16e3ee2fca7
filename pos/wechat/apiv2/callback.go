package apiv2

import (
	"errors"

	"guitai/pos"
	"guitai/pos/wechat"
)

var errCallback = errors.New("no callback of a product code")

// ReadCallback verifies the callback of a product code (Native mode 1, 扫码支付模式一: 回调商户支付URL) as WeChat posted it. CodeBadAnswer
// when it does not parse, CodeBadSign, CodeNotOurs; no error says anything of the body.
//
// The protocol has no sign_type, and without one WeChat signs by MD5; the configured type is taken as well. It moves no money: the
// worst that a callback can do is to make an order.
func (c *Client) ReadCallback(body []byte) (pos.ProductCallback, error) {
	const op = "read callback"
	d := newDocument()
	defer d.release()
	if err := d.read(body); err != nil {
		return pos.ProductCallback{}, pos.E(pos.CodeBadAnswer, op, err)
	}
	switch {
	case !c.md5.verify(d) && !c.signer.verify(d):
		return pos.ProductCallback{}, pos.E(pos.CodeBadSign, op, errSign)
	case !d.is("appid", c.appOf(typeNative)), !d.is("mch_id", c.config.Merchant.MchID): // the app whose appid is in the codes
		return pos.ProductCallback{}, pos.E(pos.CodeNotOurs, op, errOurs)
	// Other documents carry our key's signature too, our own orders among them.
	case d.get("return_code") != nil, d.get("out_trade_no") != nil, d.get("total_fee") != nil:
		return pos.ProductCallback{}, pos.E(pos.CodeBadAnswer, op, errCallback)
	}
	cb := pos.ProductCallback{OpenID: string(d.get("openid")), ProductID: string(d.get("product_id"))}
	if !validOpenID(cb.OpenID) || !validProduct(cb.ProductID) {
		return pos.ProductCallback{}, pos.E(pos.CodeBadAnswer, op, errCallback)
	}
	return cb, nil
}

// CallbackReply is the signed answer to a callback: what to pay.
func (c *Client) CallbackReply(prepayID string) (contentTypeOf string, body []byte) {
	if !validPrepay(prepayID) { // nothing that WeChat could do anything with
		return c.Reply(false, "no prepay_id")
	}
	return c.callbackAnswer("prepay_id", prepayID, "result_code", "SUCCESS")
}

// CallbackRefusal is the signed answer to a callback that there is nothing to pay; the payer reads words (err_code_des), which are cut
// at 127 bytes.
func (c *Client) CallbackRefusal(words string) (contentTypeOf string, body []byte) {
	return c.callbackAnswer("err_code_des", wechat.Cut(wechat.Clean(words), 127), "result_code", "FAIL")
}

// callbackAnswer signs by MD5, since nothing names another type. own is the fields of this answer (name, value, …).
func (c *Client) callbackAnswer(own ...string) (contentTypeOf string, body []byte) {
	b := append(make([]byte, 0, 512), rootOpen...)
	b = appendField(b, "return_code", "SUCCESS")
	b = appendField(b, "appid", c.appOf(typeNative))
	b = appendField(b, "mch_id", c.config.Merchant.MchID)
	for i := 0; i < len(own); i += 2 {
		if own[i+1] != "" {
			b = appendField(b, own[i], own[i+1])
		}
	}
	sealed, err := c.seal(append(b, rootClose...), c.md5)
	if err != nil { // the random source; nothing can be signed then
		return c.Reply(false, "internal")
	}
	return contentType, sealed
}
