package sim

import (
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// Why a scanned product code comes to nothing. Decide by errors.Is; the words on the phone are in Refused.
var (
	ErrBadProduct  = errors.New("not a product code of a merchant known here")
	ErrNoCallback  = errors.New("the merchant told WeChat no callback address")
	ErrShopSilent  = errors.New("the merchant did not answer in time, or not with 200")
	ErrShopAnswer  = errors.New("WeChat cannot use the merchant's answer")
	ErrShopRefused = errors.New("the merchant has nothing to pay")
)

// wordsSilent is what a phone says of a merchant that answers late or not with 200.
const wordsSilent = "获取商户订单信息超时或者商户返回的httpcode非200"

// productCode is the text of a printed product code (Native mode 1, 扫码支付模式一), read. Nothing of that protocol has a sign_type, and
// without one it is MD5, whatever Merchant.SignType asks of the API.
type productCode struct {
	merchant  Merchant
	productID string
}

const productPrefix = "weixin://wxpay/bizpayurl?"

var productFields = []string{"appid", "mch_id", "product_id", "time_stamp", "nonce_str"}

var (
	productID   = regexp.MustCompile(`^[0-9A-Za-z_-]{1,32}$`)
	productTime = regexp.MustCompile(`^[0-9]{1,10}$`)
)

// readProduct reads and proves a product code. time_stamp is not held against the clock: such a code is printed.
func (s *Sim) readProduct(text string) (productCode, error) {
	rest, ok := strings.CutPrefix(text, productPrefix)
	query, err := url.ParseQuery(rest)
	if !ok || err != nil || len(query) != len(productFields)+1 || len(query["sign"]) != 1 {
		return productCode{}, refused(ErrBadProduct, "二维码无法识别")
	}
	f := map[string]string{"sign": query.Get("sign")}
	for _, name := range productFields {
		if len(query[name]) != 1 || query.Get(name) == "" {
			return productCode{}, refused(ErrBadProduct, "二维码缺少参数"+name)
		}
		f[name] = query.Get(name)
	}
	known := merchants(s.opts.Merchants)
	m, ok := known.of(f["appid"], f["mch_id"])
	switch {
	case !ok:
		return productCode{}, refused(ErrBadProduct, "appid和mch_id不匹配")
	case !productID.MatchString(f["product_id"]), !productTime.MatchString(f["time_stamp"]), len(f["nonce_str"]) > 32:
		return productCode{}, refused(ErrBadProduct, "二维码参数格式错误")
	}
	if !signed(f, m.Key, signMD5) {
		return productCode{}, refused(ErrBadProduct, "签名错误")
	}
	return productCode{merchant: m, productID: f["product_id"]}, nil
}

// ScanProduct is a payer who scans a printed product code: WeChat asks the merchant what there is to pay, and the payer acts on the
// order as on any that was scanned. It waits for the merchant, for at most Options.NoticeTimeout. The errors are the Err values of
// this package; with a [Refused] comes what the phone says.
func (s *Sim) ScanProduct(text string, act Act) (Order, error) {
	act, err := act.withDefaults()
	if err == nil && !isScanAct(act) {
		err = ErrBadAct
	}
	if err != nil {
		return Order{}, err
	}
	done, err := s.enter()
	if err != nil {
		return Order{}, err
	}
	defer done()
	code, err := s.readProduct(text)
	if err != nil {
		return Order{}, err
	}
	if act.OpenID == "" {
		act.OpenID = s.customerAt(code.merchant.AppID)
	}
	answer, err := s.askShop(code, act.OpenID)
	if err != nil {
		return Order{}, err
	}
	prepayID, err := code.readAnswer(answer)
	if err != nil {
		return Order{}, err
	}
	o, err := s.payProduct(code, prepayID, act)
	if kept := s.flush(); err == nil && kept != nil {
		return Order{}, kept
	}
	return o, err
}

// enter lets something from outside in while the simulator runs; done lets Close go on.
func (s *Sim) enter() (done func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrStopped
	}
	s.wg.Add(1)
	return s.wg.Done, nil
}

// askShop posts the callback, as the fault in force bends it, and returns the fields of the answer.
func (s *Sim) askShop(code productCode, openID string) (map[string]string, error) {
	s.mu.Lock()
	to := s.shop.CallbackURL
	fault := s.takeLocked(func(f Fault) bool { return strings.HasPrefix(f.Name, "callback-") })
	s.mu.Unlock()
	if to == "" {
		return nil, refused(ErrNoCallback, wordsSilent)
	}
	m := code.merchant
	ask := func(kind, appID, mchID, key string) (map[string]string, error) {
		return s.postCallback(Callback{Kind: kind, URL: to, OpenID: openID, ProductID: code.productID}, writeCallback(code, appID, mchID, key, openID))
	}
	switch fault.Name {
	case FaultCallbackForged:
		if fault.Path != "merchant" {
			_, _ = ask(CallbackForgedSign, m.AppID, m.MchID, rand.Text()) // its answer is in the log
		}
		if fault.Path != "sign" {
			_, _ = ask(CallbackForgedMerchant, otherAppID, otherMchID, otherKey) // likewise
		}
	case FaultCallbackTwice:
		s.later(0, func() { _, _ = ask(CallbackTwin, m.AppID, m.MchID, m.Key) })
	case FaultCallbackLate:
		s.later(s.opts.NoticeTimeout+s.scaled(arrivesAfter), func() { _, _ = ask(CallbackLate, m.AppID, m.MchID, m.Key) })
		if !s.wait(s.opts.NoticeTimeout, nil) {
			return nil, ErrStopped
		}
		return nil, refused(ErrShopSilent, wordsSilent)
	}
	return ask(CallbackTrue, m.AppID, m.MchID, m.Key)
}

// later runs f when d has passed, unless the simulator is closed before.
func (s *Sim) later(d time.Duration, f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spawn(func() {
		if s.wait(d, nil) {
			f()
		}
	})
}

// writeCallback is what WeChat posts: who scanned what.
func writeCallback(code productCode, appID, mchID, key, openID string) []byte {
	list := []field{
		{"appid", appID},
		{"openid", openID},
		{"mch_id", mchID},
		{"is_subscribe", "N"},
		{"nonce_str", nonce()},
		{"product_id", code.productID},
	}
	return writeXML(append(list, field{"sign", signature(fieldMap(list), key, signMD5)}))
}

// readAnswer proves the merchant's answer and returns its prepay_id.
func (c productCode) readAnswer(f map[string]string) (string, error) {
	switch m := c.merchant; {
	case f["return_code"] != codeSuccess:
		return "", refused(ErrShopAnswer, f["return_msg"])
	case !signed(f, m.Key, signMD5):
		return "", refused(ErrShopAnswer, "商户返回的签名错误")
	case f["appid"] != m.AppID, f["mch_id"] != m.MchID:
		return "", refused(ErrShopAnswer, "商户返回的appid或mch_id不匹配")
	case f["nonce_str"] == "":
		return "", refused(ErrShopAnswer, "商户返回的数据缺少参数nonce_str")
	case f["result_code"] != codeSuccess:
		return "", refused(ErrShopRefused, f["err_code_des"])
	case f["prepay_id"] == "":
		return "", refused(ErrShopAnswer, "商户返回的数据缺少参数prepay_id")
	}
	return f["prepay_id"], nil
}

// payProduct lets the payer act on the order that the merchant answered with; it must be one for this product.
func (s *Sim) payProduct(code productCode, prepayID string, act Act) (Order, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return Order{}, ErrStopped
	}
	o := s.byPrepay[prepayID]
	if o == nil || o.Request["mch_id"] != code.merchant.MchID || o.Request["appid"] != code.merchant.AppID ||
		o.tradeType() != tradeNative || o.Request["product_id"] != code.productID {
		return Order{}, refused(ErrShopAnswer, "商户返回的prepay_id无效")
	}
	return s.actOn(o, o.Code, act)
}

// postCallback posts a callback and notes in the log what came of it.
func (s *Sim) postCallback(c Callback, body []byte) (map[string]string, error) {
	s.mu.Lock()
	c.At = s.now()
	s.mu.Unlock()
	status, fields, problem := s.postXML(c.URL, body)
	c.Status, c.PrepayID = status, fields["prepay_id"]
	switch {
	case problem != "":
		c.Answer = problem
	case fields["return_code"] == codeSuccess:
		c.Answer = fields["result_code"]
	default:
		c.Answer = fields["return_code"]
	}
	s.logCallback(c)
	switch {
	case status != http.StatusOK:
		return nil, refused(ErrShopSilent, wordsSilent)
	case problem != "":
		return nil, refused(ErrShopAnswer, "商户返回的数据格式错误")
	}
	return fields, nil
}
