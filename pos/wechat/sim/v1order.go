package sim

import (
	"crypto/rand"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// v1Needed are the fields that every package has.
var v1Needed = []string{"bank_type", "body", "fee_type", "input_charset", "notify_url", "out_trade_no", "partner", "spbill_create_ip", "total_fee"}

// v1Prepay is POST /pay/genprepay: an order of the app, and its prepayid. The same package again is the same order.
func (s *Sim) v1Prepay(req v1Request) (any, *apiError) {
	p, no := s.provePackage(req["package"], v1Needed)
	if no != nil {
		return nil, no
	}
	if req["traceid"] == "" || req["noncestr"] == "" || !unixSeconds.MatchString(req["timestamp"]) {
		return nil, &apiError{errV1Format, "traceid, noncestr and timestamp are needed"}
	}
	switch {
	case p["bank_type"] != "WX":
		return nil, badPackage("bank_type")
	case p["fee_type"] != "1":
		return nil, badPackage("fee_type")
	case p["input_charset"] != "UTF-8": // GBK is documented as well; nobody here has a use for it
		return nil, badPackage("input_charset")
	case !v1Sums(p):
		return nil, badPackage("transport_fee and product_fee")
	}
	f := v1Fields(p)
	f["appid"] = s.opts.V1.AppID
	if no := checkFields(f, orderFields); no != nil {
		return nil, badPackage(no.text)
	}
	if o := s.byNumber[orderKey{s.opts.V1.PartnerID, f["out_trade_no"]}]; o != nil {
		if no := s.checkAgain(o, request{fields: f}); no != nil {
			return nil, &apiError{errV1Repeated, no.text}
		}
		return prepaid(o), nil
	}
	o, refusal := s.newOrder(request{fields: f, signType: signMD5})
	if refusal != nil {
		return nil, badPackage(refusal.text)
	}
	o.V1 = true
	o.PrepayID, o.CodeFrom = v1PrepayID(o.Created), o.Created
	s.keep(o)
	s.note(o, EventOrdered)
	return prepaid(o), nil
}

func prepaid(o *order) any {
	return map[string]any{"prepayid": o.PrepayID, "errcode": 0, "errmsg": "Success"}
}

func badPackage(what string) *apiError { return &apiError{errV1Package, "invalid package: " + what} }

// provePackage reads a package and proves its sign: MD5 over what is not empty, as it was before it was escaped, by partnerKey.
func (s *Sim) provePackage(text string, needed []string) (map[string]string, *apiError) {
	p, err := readPackage(text)
	if err != nil {
		return nil, badPackage(err.Error())
	}
	for _, name := range needed {
		if p[name] == "" {
			return nil, badPackage("no " + name)
		}
	}
	switch {
	case p["partner"] != s.opts.V1.PartnerID:
		return nil, badPackage("partner")
	case !signed(p, s.opts.V1.PartnerKey, signMD5):
		return nil, badPackage("sign")
	}
	return p, nil
}

// v1Sums says whether the fees of a package add up, where they are told apart.
func v1Sums(p map[string]string) bool {
	total, err := strconv.ParseInt(p["total_fee"], 10, 64)
	transport, err1 := strconv.ParseInt("0"+p["transport_fee"], 10, 64)
	product, err2 := strconv.ParseInt("0"+p["product_fee"], 10, 64)
	if err != nil || err1 != nil || err2 != nil {
		return false
	}
	return p["product_fee"] == "" && p["transport_fee"] == "" || transport+product == total
}

// v1Fields are the fields of a package by the names of API v2, so that an order is an order whoever made it.
func v1Fields(p map[string]string) map[string]string {
	f := maps.Clone(p)
	for _, name := range []string{"sign", "partner", "bank_type", "input_charset", "fee_type"} {
		delete(f, name)
	}
	f["mch_id"], f["fee_type"], f["trade_type"] = p["partner"], "CNY", tradeApp
	return f
}

// v1PrepayID is 32 digits: a beginning, the day, and hexadecimal.
func v1PrepayID(now time.Time) string {
	var random [8]byte
	_, _ = rand.Read(random[:]) // never fails
	return "1101000000" + now.Format("060102") + hex.EncodeToString(random[:])
}

// checkAppV1 proves what an app of the retired interface hands over (PayReq of the open SDK). The documentation prints the signature in
// small and in capital letters.
func (s *Sim) checkAppV1(pay map[string]any) (*order, error) {
	f, err := textsOf(pay, "appid", "partnerid", "prepayid", "package", "noncestr", "timestamp", "sign")
	if err != nil {
		return nil, err
	}
	sign := f["sign"]
	delete(f, "sign")
	a := s.opts.V1
	o := s.byPrepay[f["prepayid"]]
	want := a.sha1(f)
	switch {
	case o == nil, !unixSeconds.MatchString(f["timestamp"]), f["noncestr"] == "" || len(f["noncestr"]) > 32:
		return nil, refused(ErrBadPay, wordsBadOrder)
	case f["appid"] != a.AppID, o.Request["appid"] != a.AppID, f["partnerid"] != a.PartnerID:
		return nil, refused(ErrBadPay, "appid、partnerid与prepayid不匹配")
	case !o.V1:
		return nil, refused(ErrBadPay, wordsBadScene)
	case f["package"] != "Sign=WXPay", !sameText(sign, want) && !sameText(sign, strings.ToUpper(want)):
		return nil, refused(ErrBadPay, wordsBadSign)
	}
	return o, nil
}

// v1Query is POST /pay/orderquery: package names the order. The documentation has trade_state 0 for paid and no number for anything else:
// here 1 is an order that may still be paid, 2 one that no longer can be. An unknown one has a ret_code.
func (s *Sim) v1Query(req v1Request) (any, *apiError) {
	p, no := s.provePackage(req["package"], []string{"out_trade_no", "partner"})
	if no != nil {
		return nil, no
	}
	info := map[string]string{"ret_code": "0", "ret_msg": "", "input_charset": "UTF-8", "partner": p["partner"], "out_trade_no": p["out_trade_no"]}
	o := s.byNumber[orderKey{p["partner"], p["out_trade_no"]}]
	switch {
	case o == nil:
		info["ret_code"], info["ret_msg"] = v1NotExist, "订单不存在"
	case len(o.Payments) == 0:
		info["trade_state"] = v1Unpaid
		if s.state(o) == StateClosed {
			info["trade_state"] = v1Ended
		}
	default:
		for _, f := range s.v1Trade(o, o.payment("")) {
			info[f.name] = f.value
		}
		info["is_split"], info["is_refund"] = "false", strconv.FormatBool(len(o.Refunds) > 0)
		info["rmb_total_fee"] = ""
	}
	return map[string]any{"errcode": 0, "errmsg": "ok", "order_info": info}, nil
}

const (
	v1NotExist = "88221009"
	v1Unpaid   = "1"
	v1Ended    = "2"
)

// v1Trade are the fields of a paid trade, the same in a query's answer and in a notice.
func (s *Sim) v1Trade(o *order, p Payment) []field {
	or0 := func(v string) string {
		if v == "" {
			return "0"
		}
		return v
	}
	product := o.Request["product_fee"]
	if product == "" {
		product = fen(p.TotalFee)
	}
	feeType := "1"
	if p.FeeType != "CNY" {
		feeType = p.FeeType
	}
	return []field{
		{"trade_mode", "1"},
		{"trade_state", "0"},
		{"partner", s.opts.V1.PartnerID},
		{"bank_type", "WX"},
		{"bank_billno", p.TransactionID[8:]},
		{"total_fee", fen(p.TotalFee)},
		{"fee_type", feeType},
		{"transaction_id", p.TransactionID},
		{"out_trade_no", o.number()},
		{"attach", o.Request["attach"]},
		{"time_end", stamp(p.TimeEnd)},
		{"transport_fee", or0(o.Request["transport_fee"])},
		{"product_fee", product},
		{"discount", fen(p.TotalFee - p.CashFee)},
	}
}

// v1Deliver is POST /pay/delivernotify: the goods of a payment went out.
func (s *Sim) v1Deliver(req v1Request) (any, *apiError) {
	o := s.byNumber[orderKey{s.opts.V1.PartnerID, req["out_trade_no"]}]
	switch {
	case req["deliver_status"] != "0" && req["deliver_status"] != "1", !unixSeconds.MatchString(req["deliver_timestamp"]), req["deliver_msg"] == "":
		return nil, &apiError{errV1Format, "deliver_status, deliver_timestamp or deliver_msg"}
	case o == nil || !slices.ContainsFunc(o.Payments, func(p Payment) bool {
		return p.TransactionID == req["transid"] && p.OpenID == req["openid"]
	}):
		return nil, &apiError{errV1NoTrade, "no such trade"}
	}
	s.note(o, EventDelivered)
	return &apiError{0, "ok"}, nil
}
