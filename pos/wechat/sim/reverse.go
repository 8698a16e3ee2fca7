package sim

import "time"

// reverseDays is how long after it a micropay can be reversed; later there is only the refund.
const reverseDays = 7 * 24 * time.Hour

// reverse ends a micropay for good: what was taken goes back, what was not taken can no longer be taken. The documentation
// promises that the order is closed whatever became of it. So a number that has not arrived here yet is refused as
// ORDERNOTEXIST and is reversed all the same: a micropay under it that arrives later is refused with ORDERREVERSED.
func (s *Sim) reverse(req request) ([]field, *refusal) {
	o, no := s.orderOf(req)
	again := func(yes bool, no *refusal) ([]field, *refusal) {
		recall := field{"recall", "N"}
		if yes {
			recall.value = "Y"
		}
		if no != nil {
			no.own = append(no.own, recall)
			return nil, no
		}
		return []field{recall}, nil
	}
	switch {
	case no != nil && no.code != codeOrderNotExist:
		return nil, no
	case no != nil:
		if o == nil && req.fields["transaction_id"] == "" {
			s.reverseUnknown(req)
		}
		return again(false, no)
	case !o.Micro:
		return again(false, refuse(codeRequest, "不是付款码支付的订单，请使用关单或退款"))
	case !o.Revoked.IsZero() && !s.holdsMoney(o):
		return again(false, nil)
	case o.Absent:
		s.revoke(o)
		return again(false, refuse(codeOrderNotExist, "订单不存在"))
	case s.now().Sub(o.Created) < s.scaled(max(0, s.opts.ReverseMinAge)):
		return again(true, refuse(CodeReverseTooEarly, "支付后15秒内不能撤销，请稍后再试"))
	case s.now().Sub(o.Created) > reverseDays:
		return again(false, refuse(codeReverseLate, "订单超过7天，不能撤销，请使用退款"))
	case len(o.Refunds) > 0:
		return again(false, refuse(codeTrade, "订单已发起退款，不能撤销"))
	case o.Recalls > 0:
		o.Recalls--
		s.touch(o)
		return again(true, nil)
	case s.takeLocked(func(f Fault) bool { return f.Name == FaultRecall }).Name != "":
		return again(true, nil)
	}
	s.revoke(o)
	return again(false, nil)
}

// orderOf finds the order that a request names by transaction_id or out_trade_no. Where a number is taken by another
// merchant's order, both the order and the refusal are returned.
func (s *Sim) orderOf(req request) (*order, *refusal) {
	byTrade, number := req.fields["transaction_id"], req.fields["out_trade_no"]
	switch {
	case byTrade == "" && number == "":
		return nil, refuse(codeLack, "缺少参数out_trade_no")
	case len(number) > 32:
		return nil, refuse(codeParam, "out_trade_no参数长度有误")
	case byTrade != "" && !isTransactionID(byTrade):
		return nil, refuse(codeBadTrade, "无效transaction_id")
	}
	o := s.byNumber[orderKey{req.fields["mch_id"], number}]
	if byTrade != "" {
		o = s.byTrade[byTrade]
	}
	if o == nil || !o.answers(req) {
		return o, refuse(codeOrderNotExist, "订单不存在")
	}
	return o, nil
}

func isTransactionID(id string) bool {
	for _, c := range id {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(id) == 28
}

// reverseUnknown keeps a number that never arrived from ever being charged.
func (s *Sim) reverseUnknown(req request) {
	now := s.now()
	o := &order{Request: req.fields, SignType: req.signType, Created: now, Expires: now.Add(s.opts.DefaultLife), Micro: true}
	s.keep(o)
	s.revoke(o)
}

// revoke ends a micropay order and gives back what it took. Call with s.mu held.
func (s *Sim) revoke(o *order) {
	now := s.now()
	if o.Revoked.IsZero() {
		o.Revoked = now
	}
	o.Absent = false
	for i := range o.Payments {
		if o.Payments[i].Reversed.IsZero() {
			o.Payments[i].Reversed = now
		}
	}
	s.note(o, EventReversed)
	s.payAfterClose(o)
}
