package sim

import (
	"maps"
	"slices"
)

// microFields are the fields of micropay beside the common ones, with the most bytes each may have.
var microFields = map[string]int{
	"device_info": 32, "body": 127, "detail": 6000, "attach": 127, "out_trade_no": 32, "fee_type": 16, "total_fee": 10,
	"spbill_create_ip": 64, "time_start": 14, "time_expire": 14, "goods_tag": 32, "auth_code": 128, "limit_pay": 32, "receipt": 8,
	"scene_info": 256, "profit_sharing": 1, "deposit": 1, "version": 32,
}

// microPay charges a payment code. It answers when the payer's side has decided; Act.ScanAfter makes that take a while, and a
// reversal that arrives meanwhile wins.
func (s *Sim) microPay(req request) ([]field, *refusal) {
	if no := checkFields(req.fields, microFields, "body", "out_trade_no", "total_fee", "spbill_create_ip", "auth_code"); no != nil {
		return nil, no
	}
	code, number := req.fields["auth_code"], req.fields["out_trade_no"]
	if o := s.byNumber[orderKey{req.fields["mch_id"], number}]; o != nil {
		return s.chargeAgain(o, req)
	}
	if !authCode.MatchString(code) {
		return nil, refuse(codeInvalid, "收银员扫描的不是微信支付的条码")
	}
	o, no := s.newOrder(req)
	if no != nil {
		return nil, no
	}
	act, no := s.actOf(code, number)
	o.Micro, o.Kind, o.Recalls, o.Absent = true, act.Kind, act.Recalls, no != nil
	s.keep(o)
	s.note(o, EventCharged)
	if no != nil {
		return nil, no
	}
	s.useCode(code, number)
	if act.ScanAfter == 0 {
		s.decide(o, act)
		return s.charged(o)
	}
	o.Typing++
	o.decided = make(chan struct{})
	s.plan(o, act.ScanAfter, plan{What: planDecide, Act: act})
	return nil, &refusal{until: o.decided, answer: func() ([]field, *refusal) { return s.charged(o) }}
}

// checkFields holds a request against a field table: what must be there, how long everything may be, and its form.
func checkFields(f map[string]string, most map[string]int, needed ...string) *refusal {
	for _, name := range needed {
		if f[name] == "" {
			return refuse(codeLack, "缺少参数"+name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(most)) {
		if len(f[name]) > most[name] {
			return refuse(codeParam, name+"参数长度有误")
		}
	}
	for _, check := range fieldChecks {
		_, there := most[check.name]
		if v := f[check.name]; there && v != "" && !check.good(v) {
			return refuse(codeParam, check.name+"参数格式错误")
		}
	}
	if f["version"] == "1.0" && f["detail"] != "" && !isObject(f["detail"]) {
		return refuse(codeParam, "detail参数格式错误")
	}
	return nil
}

// chargeAgain answers a micropay whose number is known: it never charges anything.
func (s *Sim) chargeAgain(o *order, req request) ([]field, *refusal) {
	switch {
	case !o.Revoked.IsZero():
		return nil, refuse(codeReversed, "订单已撤销")
	case len(o.Payments) > 0:
		return nil, refuse(codePaid, "订单已支付")
	case !o.Micro, !sameOrder(o.Request, req.fields):
		return nil, refuse(codeUsed, "商户订单号重复")
	case s.state(o) == StateClosed:
		return nil, refuse(codeClosed, "订单已关闭")
	case o.Typing > 0:
		return nil, refuse(codeTyping, "需要用户输入支付密码")
	}
	return nil, refuse(codeAuthError, "每个二维码仅限使用一次，请刷新再试")
}

// decide is the end of WeChat's work on a micropay. Call with s.mu held.
func (s *Sim) decide(o *order, act Act) {
	if o.decided != nil {
		defer func() { close(o.decided); o.decided = nil }()
	}
	s.touch(o)
	kind, _ := codeKindOf(act.Kind)
	switch {
	case !o.Revoked.IsZero():
		if kind.then == endLate {
			s.plan(o, act.TypeFor, plan{What: planLate, Act: act})
		}
		return
	case !s.now().Before(o.Expires):
		s.note(o, EventTooLate)
		return
	}
	switch kind.then {
	case endPaid:
		if act.TypeFor > 0 {
			s.typePassword(o, act)
		} else if s.finishTyping(o, act) != nil {
			s.note(o, EventTooLate)
		}
	case endTyped, endGaveUp, endFailed:
		s.typePassword(o, act)
	case endOpen:
		o.Typing++
	case endLate:
		o.Typing++
		o.Late = &act
		s.note(o, EventWaitsForClose)
		s.watchLate(o)
	case endUnpaid:
		s.note(o, EventFailed)
	case endAbsent:
		o.Absent = true
		s.note(o, EventFailed)
	}
}

// typePassword opens the password dialog for the time the act says.
func (s *Sim) typePassword(o *order, act Act) {
	o.Typing++
	s.plan(o, act.TypeFor, plan{What: planTyped, Act: act})
}

// charged is the answer to a micropay that was decided.
func (s *Sim) charged(o *order) ([]field, *refusal) {
	kind, _ := codeKindOf(o.Kind)
	var no *refusal
	switch {
	case !o.Revoked.IsZero():
		no = refuse(codeReversed, "订单已撤销")
	case kind.code != "":
		no = refuse(kind.code, kind.text)
	case len(o.Payments) == 0 && kind.silent:
		no = refuse(codeSystem, "系统超时") // paid later, and nobody hears of it
	case len(o.Payments) == 0:
		no = refuse(codeTyping, "需要用户输入支付密码")
	}
	if kind.silent {
		if no == nil {
			no = refuse(codeSuccess, "")
		}
		no.fault = FaultNoAnswer
	}
	if no != nil {
		return nil, no
	}
	p := o.Payments[0]
	list := tradeFields(o, p)
	if len(p.Coupons) > 0 {
		list = append(list, field{"promotion_detail", promotionDetail(p)})
	}
	return list, nil
}
