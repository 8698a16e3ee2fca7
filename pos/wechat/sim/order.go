package sim

import (
	"crypto/rand"
	"encoding/json"
	"maps"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// codeLife is how long a code_url can be scanned, and a prepay_id used; the order itself may live longer.
const codeLife = 2 * time.Hour

// minLife is the least time from time_start (or now) to time_expire.
const minLife = time.Minute

// maxFee bounds total_fee: ten digits.
const maxFee = 9_999_999_999

// orderFields are the fields of unifiedorder beside the common ones, with the most bytes each may have.
var orderFields = map[string]int{
	"device_info": 32, "body": 127, "detail": 6000, "attach": 127, "out_trade_no": 32, "fee_type": 16, "total_fee": 10,
	"spbill_create_ip": 64, "time_start": 14, "time_expire": 14, "goods_tag": 32, "notify_url": 256, "trade_type": 16,
	"product_id": 32, "limit_pay": 32, "openid": 128, "receipt": 8, "scene_info": 256, "profit_sharing": 1, "version": 32,
}

var outTradeNo = regexp.MustCompile(`^[0-9A-Za-z_\-*|@]{6,32}$`)

// orderKey is what makes an out_trade_no unique: its merchant.
type orderKey struct{ mchID, outTradeNo string }

// order is an order and everything that happened to it. Guarded by Sim.mu. The exported fields are what Options.State keeps.
type order struct {
	Request  map[string]string // as first sent
	SignType string
	Total    int64
	Created  time.Time
	Expires  time.Time

	PrepayID string    `json:",omitempty"`
	Code     string    `json:",omitempty"` // the code_url that works
	Dead     []string  `json:",omitempty"` // the code_urls before it
	CodeFrom time.Time `json:",omitzero"`  // of the code_url, or of the prepay_id where there is none

	V1      bool      `json:",omitempty"` // of the retired interface
	Micro   bool      `json:",omitempty"` // charged by a payment code (micropay)
	Kind    string    `json:",omitempty"` // of the act that decides a micropay
	Absent  bool      `json:",omitempty"` // a micropay refused for its code: the number is bound, but there is no trade
	Failed  bool      `json:",omitempty"` // PAYERROR
	Recalls int       `json:",omitempty"` // reversals still to be answered recall=Y
	Revoked time.Time `json:",omitzero"`  // by reverse

	ClosedAt time.Time `json:",omitzero"`  // by closeorder
	Payer    string    `json:",omitempty"` // openid that scanned first
	Typing   int       `json:",omitempty"` // payers in the password dialog
	Late     *Act      `json:",omitempty"` // the payer who waits for the end
	Payments []Payment `json:",omitempty"`
	Refunds  []*refund `json:",omitempty"`
	Plans    []*plan   `json:",omitempty"`
	Events   []Event   `json:",omitempty"`

	decided chan struct{} // closed when the micropay that is being answered is decided; nil when there is none
}

func (o *order) number() string { return o.Request["out_trade_no"] }

// The trade types (trade_type) of orders; a micropay has one of its own.
const (
	tradeNative = "NATIVE"
	tradeJSAPI  = "JSAPI"
	tradeApp    = "APP"
	microType   = "MICROPAY"
)

// tradeType is the trade_type of an order.
func (o *order) tradeType() string {
	if o.Micro {
		return microType
	}
	return o.Request["trade_type"]
}

// inside says whether an order is paid inside the shop's mini-program or app, by what the shop signed, and not by scanning.
func (o *order) inside() bool {
	kind := o.tradeType()
	return kind == tradeJSAPI || kind == tradeApp
}

// unifiedOrder creates an order, or refreshes the code of an identical one. Only a NATIVE order has a code; what a mini-program or
// app needs of the others is the prepay_id.
func (s *Sim) unifiedOrder(req request) ([]field, *refusal) {
	no := checkOrder(req.fields)
	if no == nil {
		no = s.checkPayer(req.fields)
	}
	if no != nil {
		return nil, no
	}
	key := orderKey{req.fields["mch_id"], req.fields["out_trade_no"]}
	o, again := s.byNumber[key]
	if again {
		if no := s.checkAgain(o, req); no != nil {
			return nil, no
		}
		if o.Code != "" {
			o.Dead = append(o.Dead, o.Code)
		}
	} else {
		var no *refusal
		if o, no = s.newOrder(req); no != nil {
			return nil, no
		}
		o.PrepayID = "wx" + stamp(o.Created) + strings.ToLower(rand.Text()[:20])
		s.keep(o)
	}
	o.CodeFrom = s.now()
	if o.tradeType() == tradeNative {
		o.Code = "weixin://wxpay/bizpayurl?pr=" + rand.Text()[:9] + "zz"
		s.byCode[o.Code] = o
	}
	if again {
		s.note(o, EventNewCode)
	} else {
		s.note(o, EventOrdered)
		s.startScript(o)
	}
	var list []field
	if d := req.fields["device_info"]; d != "" {
		list = append(list, field{"device_info", d})
	}
	list = append(list, field{"trade_type", o.tradeType()}, field{"prepay_id", o.PrepayID})
	if o.Code != "" {
		list = append(list, field{"code_url", o.Code})
	}
	return list, nil
}

// checkOrder holds a request against the field table of the documentation.
func checkOrder(f map[string]string) *refusal {
	if no := checkFields(f, orderFields, "body", "out_trade_no", "total_fee", "spbill_create_ip", "notify_url", "trade_type"); no != nil {
		return no
	}
	switch f["trade_type"] {
	case tradeNative:
		if f["product_id"] == "" {
			return refuse(codeLack, "trade_type为NATIVE时,缺少参数product_id")
		}
	case tradeJSAPI:
		if f["openid"] == "" {
			return refuse(codeLack, "trade_type为JSAPI时,缺少参数openid")
		}
	case tradeApp:
	case "MWEB":
		return refuse(codeNoAuth, "商户无此接口权限: 模拟器没有H5支付")
	default:
		return refuse(codeParam, "trade_type参数错误")
	}
	return nil
}

// fieldChecks are the forms of fields, applied where a value is present.
var fieldChecks = []struct {
	name string
	good func(string) bool
}{
	{"out_trade_no", outTradeNo.MatchString},
	{"total_fee", isFee},
	{"fee_type", func(v string) bool { return v == "CNY" }},
	{"spbill_create_ip", func(v string) bool { _, err := netip.ParseAddr(v); return err == nil }},
	{"time_start", isStamp},
	{"time_expire", isStamp},
	{"notify_url", isNotifyURL},
	{"limit_pay", func(v string) bool { return v == "no_credit" }},
	{"receipt", func(v string) bool { return v == "Y" || v == "N" }},
	{"profit_sharing", func(v string) bool { return v == "Y" || v == "N" }},
	{"scene_info", isObject},
	{"deposit", func(v string) bool { return v == "Y" || v == "N" }},
	{"refund_fee", isFee},
	{"refund_account", func(v string) bool {
		return v == "REFUND_SOURCE_UNSETTLED_FUNDS" || v == "REFUND_SOURCE_RECHARGE_FUNDS"
	}},
}

func isFee(v string) bool {
	fee, err := strconv.ParseInt(v, 10, 64)
	return err == nil && fee >= 1 && fee <= maxFee && strconv.FormatInt(fee, 10) == v
}

func isStamp(v string) bool {
	_, err := time.ParseInLocation(stampLayout, v, beijing)
	return err == nil && len(v) == len(stampLayout)
}

func isNotifyURL(v string) bool {
	u, err := url.Parse(v)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil &&
		!strings.ContainsAny(v, "?#")
}

func isObject(v string) bool {
	var object map[string]json.RawMessage
	return json.Unmarshal([]byte(v), &object) == nil
}

// newOrder makes the order of a request that checkOrder passed.
func (s *Sim) newOrder(req request) (*order, *refusal) {
	now := s.now()
	o := &order{Request: req.fields, SignType: req.signType, Created: now, Expires: now.Add(s.opts.DefaultLife)}
	o.Total, _ = strconv.ParseInt(req.fields["total_fee"], 10, 64)
	start := now
	if v := req.fields["time_start"]; v != "" {
		start, _ = time.ParseInLocation(stampLayout, v, beijing)
	}
	if v := req.fields["time_expire"]; v != "" {
		o.Expires, _ = time.ParseInLocation(stampLayout, v, beijing)
		if o.Expires.Sub(start) < minLife || !o.Expires.After(now) {
			return nil, refuse(codeParam, "time_expire时间过短,最短失效时间间隔须大于1分钟")
		}
	}
	return o, nil
}

// keep takes a new order in. Call with s.mu held.
func (s *Sim) keep(o *order) {
	s.byNumber[orderKey{o.Request["mch_id"], o.number()}] = o
	if o.PrepayID != "" {
		s.byPrepay[o.PrepayID] = o
	}
	s.orders = append(s.orders, o)
	s.touch(o)
}

// checkAgain decides about an out_trade_no that is known: only an open order with the very same parameters goes on.
func (s *Sim) checkAgain(o *order, req request) *refusal {
	switch {
	case !o.Revoked.IsZero():
		return refuse(codeReversed, "订单已撤销")
	case len(o.Payments) > 0:
		return refuse(codePaid, "该订单已支付")
	case !sameOrder(o.Request, req.fields):
		return refuse(codeUsed, "商户订单号重复")
	case s.state(o) == StateClosed:
		return refuse(codeClosed, "该订单已关闭")
	case !s.now().Before(o.Expires):
		return refuse(codeClosed, "该订单已过期")
	}
	return nil
}

// sameOrder compares everything but what is fresh or free to change with each request.
func sameOrder(a, b map[string]string) bool {
	own := func(m map[string]string) map[string]string {
		m = maps.Clone(m)
		for _, name := range []string{"nonce_str", "sign", "sign_type"} {
			delete(m, name)
		}
		maps.DeleteFunc(m, func(_, v string) bool { return v == "" })
		return m
	}
	return maps.Equal(own(a), own(b))
}
