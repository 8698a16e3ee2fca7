package sim

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// ErrBadPay is what a mini-program or app hands to WeChat and WeChat cannot take.
var ErrBadPay = errors.New("WeChat does not take what the shop signed")

// What a phone says of it.
const (
	wordsNoPrepay = "调用支付JSAPI缺少参数：total_fee" // no prepay_id, one too old, or an appid in the wrong case
	wordsBadSign  = "支付验证签名失败"
	wordsBadScene = "支付场景非法"
	wordsBadOrder = "商户订单信息有误，请重新下单支付"
	wordsPayer    = "下单账号与支付账号不一致，请核实后再支付"
)

// wordsOfPayer are what a phone says where an order cannot be paid.
var wordsOfPayer = []struct {
	err   error
	words string
}{
	{ErrCodeDead, wordsNoPrepay},
	{ErrExpired, "订单已过期，请重新下单"},
	{ErrOrderClosed, "订单已关闭，请重新下单"},
	{ErrOrderPaid, "该订单已支付"},
	{ErrOtherPayer, wordsPayer},
}

// tillPaid is the state of an order that the till says is paid.
const tillPaid = "paid"

// unixSeconds is a time in seconds: ten digits, but nine in a synctest bubble, whose clock begins in the year 2000.
var unixSeconds = regexp.MustCompile(`^[0-9]{9,10}$`)

// PayInside is the mini-program or app that hands the second-signed parameters (再次签名) of an order to WeChat, which proves them as the
// client on the phone does, and then the payer acts. In an act without OpenID the payer is who is logged in. The errors are the Err
// values of this package; with a [Refused] comes what the phone says.
func (s *Sim) PayInside(o ShopOrder, act Act) (Order, error) {
	act, err := act.withDefaults()
	if err == nil && !isScanAct(act) {
		err = fmt.Errorf("%w: %q needs a payment code", ErrBadAct, act.Kind)
	}
	if err != nil {
		return Order{}, err
	}
	paid, err := s.payInside(o, act)
	s.noteTrouble(o, err)
	if kept := s.flush(); err == nil && kept != nil {
		return Order{}, kept
	}
	return paid, err
}

func (s *Sim) payInside(o ShopOrder, act Act) (Order, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return Order{}, ErrStopped
	}
	if len(o.Pay) == 0 && o.State == tillPaid {
		return Order{}, refused(ErrOrderPaid, "该订单已支付")
	}
	if len(o.Pay) == 0 {
		return Order{}, refused(ErrBadPay, wordsNoPrepay)
	}
	var order *order
	var err error
	switch o.Way {
	case WayMini:
		order, err = s.checkMini(o.Pay)
	case WayApp:
		order, err = s.checkApp(o.Pay)
	case WayAppV1:
		order, err = s.checkAppV1(o.Pay)
	default:
		return Order{}, ErrBadBasket
	}
	if err != nil {
		return Order{}, err
	}
	if o.Amount != 0 && o.Amount != order.Total {
		return Order{}, refused(ErrShopAnswer, "商家显示的金额与订单不一致")
	}
	if act.OpenID == "" && o.Way == WayMini {
		act.OpenID = o.OpenID
	}
	paid, err := s.actOn(order, order.PrepayID, act)
	for _, w := range wordsOfPayer {
		if errors.Is(err, w.err) {
			return paid, refused(err, w.words)
		}
	}
	return paid, err
}

// noteTrouble remembers with an order of the shop what the phone said at last.
func (s *Sim) noteTrouble(o ShopOrder, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if kept := s.shopOrder(o.Way, o.Ref); kept != nil {
		kept.Trouble = wordsOf(err)
		s.mark(kept)
	}
}

// textsOf are the parameters as text; WeChat takes no number for one.
func textsOf(pay map[string]any, names ...string) (map[string]string, error) {
	f := make(map[string]string, len(names))
	for _, name := range names {
		switch v := pay[name].(type) {
		case string:
			f[name] = v
		case nil:
			return nil, refused(ErrBadPay, "parameter error: parameter."+name+" should be String instead of Undefined;")
		default:
			return nil, refused(ErrBadPay, "parameter error: parameter."+name+" should be String instead of Number;")
		}
	}
	return f, nil
}

// checkMini proves what a mini-program hands over (wx.requestPayment). The client knows the appid itself; one that is handed over as well,
// as a page in WeChat does, must be it.
func (s *Sim) checkMini(pay map[string]any) (*order, error) {
	f, err := textsOf(pay, "timeStamp", "nonceStr", "package", "signType", "paySign")
	if err != nil {
		return nil, err
	}
	sign := f["paySign"]
	delete(f, "paySign")
	f["appId"] = s.shop.MiniAppID
	prepayID, ok := strings.CutPrefix(f["package"], "prepay_id=")
	o := s.byPrepay[prepayID]
	given, there := pay["appId"]
	_, wrongCase := pay["appid"]
	switch {
	case !unixSeconds.MatchString(f["timeStamp"]), f["nonceStr"] == "" || len(f["nonceStr"]) > 32:
		return nil, refused(ErrBadPay, "调用支付JSAPI缺少参数：timeStamp或nonceStr有误")
	case !ok || o == nil || wrongCase:
		return nil, refused(ErrBadPay, wordsNoPrepay)
	case there && given != f["appId"], o.Request["appid"] != f["appId"]:
		return nil, refused(ErrBadPay, "appId与prepay_id不匹配")
	case o.tradeType() != tradeJSAPI:
		return nil, refused(ErrBadPay, wordsBadScene)
	case f["signType"] != o.SignType, !sameText(sign, signature(f, s.keyOf(o), o.SignType)):
		return nil, refused(ErrBadPay, wordsBadSign)
	}
	return o, nil
}

// checkApp proves what an app hands over (PayReq of the open SDK).
func (s *Sim) checkApp(pay map[string]any) (*order, error) {
	f, err := textsOf(pay, "appid", "partnerid", "prepayid", "package", "noncestr", "timestamp", "sign")
	if err != nil {
		return nil, err
	}
	sign := f["sign"]
	delete(f, "sign")
	o := s.byPrepay[f["prepayid"]]
	switch {
	case o == nil, !unixSeconds.MatchString(f["timestamp"]), f["noncestr"] == "" || len(f["noncestr"]) > 32:
		return nil, refused(ErrBadPay, wordsBadOrder)
	case f["appid"] != s.shop.AppAppID, o.Request["appid"] != f["appid"], f["partnerid"] != o.Request["mch_id"]:
		return nil, refused(ErrBadPay, "appid、partnerid与prepayid不匹配")
	case o.tradeType() != tradeApp:
		return nil, refused(ErrBadPay, wordsBadScene)
	case f["package"] != "Sign=WXPay", !sameText(sign, signature(f, s.keyOf(o), o.SignType)):
		return nil, refused(ErrBadPay, wordsBadSign)
	}
	return o, nil
}

// sameText compares in constant time.
func sameText(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// Mini is a customer who orders in the mini-program and acts on what comes: Ask and PayInside at once. The order of the shop is there
// also where the payment is refused.
func (s *Sim) Mini(b Basket, act Act) (ShopOrder, Order, error) { return s.askAndPay(WayMini, b, act) }

// App is the same in the shop's app; with v1 by the retired interface.
func (s *Sim) App(b Basket, v1 bool, act Act) (ShopOrder, Order, error) {
	way := WayApp
	if v1 {
		way = WayAppV1
	}
	return s.askAndPay(way, b, act)
}

func (s *Sim) askAndPay(way string, b Basket, act Act) (ShopOrder, Order, error) {
	o, err := s.Ask(way, b)
	if err != nil {
		return o, Order{}, err
	}
	paid, err := s.PayInside(o, act)
	return o, paid, err
}
