package apiv2

import (
	"errors"
	"maps"
	"slices"
	"strconv"

	"guitai/pos"
)

// ErrPrepayID is why nothing is signed for a phone. It comes with CodeInvalid.
var ErrPrepayID = errors.New("prepay_id is 1 to 64 of 0-9 A-Z a-z _ -")

// SignPhone gives the second-signed parameters (再次签名) by which a mini-program or a page in WeChat (TenderJSAPI: wx.requestPayment,
// getBrandWCPayRequest) or the shop's app (TenderApp: PayReq of the open SDK) starts the payment of a prepay_id. The names differ in
// case and the case is signed. The signature is of the same sign_type as the order and of the same appid. CodeInvalid.
func (c *Client) SignPhone(t pos.Tender, prepayID string) (map[string]string, error) {
	const op = "sign for a phone"
	if !validPrepay(prepayID) {
		return nil, pos.E(pos.CodeInvalid, op, ErrPrepayID)
	}
	nonce, err := c.nonce()
	if err != nil {
		return nil, pos.E(pos.CodeInternal, op, err)
	}
	var params map[string]string
	var sign string
	switch t {
	case pos.TenderJSAPI:
		params, sign = map[string]string{
			"appId": c.appOf(typeJSAPI), "timeStamp": c.stamp(), "nonceStr": string(nonce[:]), "package": "prepay_id=" + prepayID,
			"signType": string(c.config.Merchant.SignType),
		}, "paySign"
	case pos.TenderApp:
		params, sign = map[string]string{
			"appid": c.appOf(typeApp), "partnerid": c.config.Merchant.MchID, "prepayid": prepayID, "package": "Sign=WXPay",
			"noncestr": string(nonce[:]), "timestamp": c.stamp(),
		}, "sign"
	default:
		return nil, pos.E(pos.CodeInvalid, op, ErrTender)
	}
	params[sign] = c.signer.signValues(params)
	return params, nil
}

// ProductCode is the text of a printed code for one item (Native mode 1, 扫码支付模式一). The protocol of these codes has no
// sign_type, and without one WeChat takes MD5. CodeInvalid.
func (c *Client) ProductCode(productID string) (string, error) {
	const op = "sign a product code"
	if !validProduct(productID) {
		return "", pos.E(pos.CodeInvalid, op, ErrProductID)
	}
	nonce, err := c.nonce()
	if err != nil {
		return "", pos.E(pos.CodeInternal, op, err)
	}
	values := map[string]string{
		"appid": c.appOf(typeNative), "mch_id": c.config.Merchant.MchID, "product_id": productID, "time_stamp": c.stamp(), "nonce_str": string(nonce[:]),
	}
	// No value has a character that a URL would escape.
	return "weixin://wxpay/bizpayurl?sign=" + c.md5.signValues(values) + "&appid=" + values["appid"] + "&mch_id=" + values["mch_id"] +
		"&product_id=" + values["product_id"] + "&time_stamp=" + values["time_stamp"] + "&nonce_str=" + values["nonce_str"], nil
}

// stamp is now in seconds, by WeChat's clock.
func (c *Client) stamp() string { return strconv.FormatInt(c.now().Unix(), 10) }

// signValues signs what is no document. There are fewer values than a document has fields.
func (s *signer) signValues(values map[string]string) string {
	d := newDocument()
	defer d.release()
	for _, name := range slices.Sorted(maps.Keys(values)) {
		_ = d.add([]byte(name), []byte(values[name])) // no name comes twice
	}
	return string(s.append(nil, d))
}
