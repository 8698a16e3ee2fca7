package sim

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// codeLife is how long a code_url can be scanned; the order itself may live longer.
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

// order is a prepay order and everything that happened to it. Guarded by Sim.mu.
type order struct {
	request  map[string]string // as first sent
	key      string            // the merchant's API key
	signType string
	total    int64
	created  time.Time
	expires  time.Time
	prepayID string
	code     string // the code_url that works; earlier ones are dead
	codeFrom time.Time
	closedAt time.Time // by closeorder; zero while not
	payer    string    // openid that scanned first
	typing   int       // payers in the password dialog
	late     *Act      // the payer who waits for the close
	payments []Payment
	events   []Event
}

// unifiedOrder creates an order, or refreshes the code of an identical one.
func (s *Sim) unifiedOrder(req request) ([]field, *refusal) {
	if no := checkOrder(req.fields); no != nil {
		return nil, no
	}
	key := orderKey{req.fields["mch_id"], req.fields["out_trade_no"]}
	o, again := s.byNumber[key]
	if again {
		if no := s.checkAgain(o, req); no != nil {
			return nil, no
		}
	} else {
		var no *refusal
		if o, no = s.newOrder(req); no != nil {
			return nil, no
		}
		s.byNumber[key] = o
		s.orders = append(s.orders, o)
	}
	o.code = "weixin://wxpay/bizpayurl?pr=" + rand.Text()[:9] + "zz"
	o.codeFrom = s.now()
	s.byCode[o.code] = o
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
	return append(list, field{"trade_type", "NATIVE"}, field{"prepay_id", o.prepayID}, field{"code_url", o.code}), nil
}

// checkOrder holds a request against the field table of the documentation.
func checkOrder(f map[string]string) *refusal {
	for _, name := range []string{"body", "out_trade_no", "total_fee", "spbill_create_ip", "notify_url", "trade_type"} {
		if f[name] == "" {
			return refuse(codeLack, "缺少参数"+name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(orderFields)) {
		if len(f[name]) > orderFields[name] {
			return refuse(codeParam, name+"参数长度有误")
		}
	}
	switch f["trade_type"] {
	case "NATIVE":
		if f["product_id"] == "" {
			return refuse(codeLack, "trade_type为NATIVE时,缺少参数product_id")
		}
	case "JSAPI", "APP", "MWEB":
		return refuse(codeNoAuth, "商户无此接口权限: 模拟器只支持NATIVE")
	default:
		return refuse(codeParam, "trade_type参数错误")
	}
	for _, check := range orderChecks {
		if v := f[check.name]; v != "" && !check.good(v) {
			return refuse(codeParam, check.name+"参数格式错误")
		}
	}
	if f["version"] == "1.0" && f["detail"] != "" && !isObject(f["detail"]) {
		return refuse(codeParam, "detail参数格式错误")
	}
	return nil
}

// orderChecks are the forms of fields, applied where a value is present.
var orderChecks = []struct {
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
	o := &order{request: req.fields, key: req.key, signType: req.signType, created: now, expires: now.Add(s.opts.DefaultLife)}
	o.total, _ = strconv.ParseInt(req.fields["total_fee"], 10, 64)
	start := now
	if v := req.fields["time_start"]; v != "" {
		start, _ = time.ParseInLocation(stampLayout, v, beijing)
	}
	if v := req.fields["time_expire"]; v != "" {
		o.expires, _ = time.ParseInLocation(stampLayout, v, beijing)
		if o.expires.Sub(start) < minLife || !o.expires.After(now) {
			return nil, refuse(codeParam, "time_expire时间过短,最短失效时间间隔须大于1分钟")
		}
	}
	o.prepayID = "wx" + stamp(now) + strings.ToLower(rand.Text()[:20])
	return o, nil
}

// checkAgain decides about an out_trade_no that is known: only an open order with the very same parameters goes on.
func (s *Sim) checkAgain(o *order, req request) *refusal {
	switch {
	case len(o.payments) > 0:
		return refuse(codePaid, "该订单已支付")
	case !sameOrder(o.request, req.fields):
		return refuse(codeUsed, "商户订单号重复")
	case s.state(o) == StateClosed:
		return refuse(codeClosed, "该订单已关闭")
	case !s.now().Before(o.expires):
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

// The trade states (trade_state) of an order.
const (
	StateNotPay  = "NOTPAY"
	StateTyping  = "USERPAYING"
	StateSuccess = "SUCCESS"
	StateClosed  = "CLOSED"
)

// state is the trade state of an order now. Call with s.mu held.
func (s *Sim) state(o *order) string {
	now := s.now()
	switch {
	case len(o.payments) > 0:
		return StateSuccess
	case !o.closedAt.IsZero():
		return StateClosed
	case o.typing > 0 && now.Before(o.expires.Add(max(0, s.opts.Grace))):
		return StateTyping
	case s.opts.ClosedAfter >= 0 && !now.Before(o.expires.Add(s.opts.ClosedAfter)):
		return StateClosed
	}
	return StateNotPay
}

// Event is something that happened to an order.
type Event struct {
	At   time.Time `json:"at"`
	What string    `json:"what"`
}

// What can happen to an order.
const (
	EventOrdered       = "ordered"
	EventNewCode       = "new-code"
	EventScanned       = "scanned"
	EventRefused       = "refused"
	EventWrong         = "wrong-password"
	EventWalked        = "walked-away"
	EventPaid          = "paid"
	EventTooLate       = "too-late"
	EventClosed        = "closed"
	EventWaitsForClose = "waits-for-close"
)

func (s *Sim) note(o *order, what string) { o.events = append(o.events, Event{s.now(), what}) }

// Order is what the simulator knows of an order, a copy.
type Order struct {
	AppID      string    `json:"appid"`
	MchID      string    `json:"mch_id"`
	OutTradeNo string    `json:"out_trade_no"`
	Body       string    `json:"body"`
	Shop       string    `json:"shop,omitempty"` // scene_info.store_info.name
	DeviceInfo string    `json:"device_info,omitempty"`
	Attach     string    `json:"attach,omitempty"`
	TotalFee   int64     `json:"total_fee"` // fen
	State      string    `json:"state"`     // trade_state
	CodeURL    string    `json:"code_url"`  // the one that works while the order is open
	PrepayID   string    `json:"prepay_id"`
	NotifyURL  string    `json:"notify_url"`
	Created    time.Time `json:"created"`
	Expires    time.Time `json:"expires"`
	Payments   []Payment `json:"payments"` // more than one only where a payer paid twice
	Events     []Event   `json:"events"`
}

// Orders returns every order, newest first.
func (s *Sim) Orders() []Order {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Order, 0, len(s.orders))
	for _, o := range slices.Backward(s.orders) {
		list = append(list, s.snapshot(o))
	}
	return list
}

// Order returns the order with this code_url (also one that died) or out_trade_no, or [ErrNoOrder].
func (s *Sim) Order(what string) (Order, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, err := s.find(what)
	if err != nil {
		return Order{}, err
	}
	return s.snapshot(o), nil
}

func (s *Sim) snapshot(o *order) Order {
	f := o.request
	var scene struct {
		Store struct {
			Name string `json:"name"`
		} `json:"store_info"`
	}
	if v := f["scene_info"]; v != "" {
		_ = json.Unmarshal([]byte(v), &scene) // checked when ordered; another shape merely has no name
	}
	return Order{
		AppID: f["appid"], MchID: f["mch_id"], OutTradeNo: f["out_trade_no"], Body: f["body"], Shop: scene.Store.Name,
		DeviceInfo: f["device_info"], Attach: f["attach"], TotalFee: o.total, State: s.state(o), CodeURL: o.code,
		PrepayID: o.prepayID, NotifyURL: f["notify_url"], Created: o.created, Expires: o.expires,
		Payments: slices.Clone(o.payments), Events: slices.Clone(o.events),
	}
}

// find looks an order up by code_url or out_trade_no. Call with s.mu held.
func (s *Sim) find(what string) (*order, error) {
	if o, ok := s.byCode[what]; ok {
		return o, nil
	}
	var found *order
	for _, m := range s.opts.Merchants {
		o, ok := s.byNumber[orderKey{m.MchID, what}]
		if !ok || o == found {
			continue
		}
		if found != nil {
			return nil, fmt.Errorf("%w: two merchants use this number", ErrNoOrder)
		}
		found = o
	}
	if found == nil {
		return nil, ErrNoOrder
	}
	return found, nil
}
