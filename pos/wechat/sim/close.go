package sim

// closeOrder ends an unpaid order. A payer who is typing a password finds it closed.
func (s *Sim) closeOrder(req request) ([]field, *refusal) {
	number := req.fields["out_trade_no"]
	switch {
	case number == "":
		return nil, refuse(codeLack, "缺少参数out_trade_no")
	case len(number) > 32:
		return nil, refuse(codeParam, "out_trade_no参数长度有误")
	}
	o := s.byNumber[orderKey{req.fields["mch_id"], number}]
	if o == nil || o.Absent || !o.answers(req) {
		return nil, refuse(codeOrderNotExist, "订单不存在")
	}
	if o.Micro {
		return nil, refuse(CodeOnlyReverse, "付款码支付的订单不能关单，请调用撤销订单接口")
	}
	switch s.state(o) {
	case StateSuccess, StateRefund:
		return nil, refuse(codePaid, "订单已支付，不能关单")
	case StateClosed:
		return nil, refuse(codeClosed, "订单已关闭，无法重复关闭")
	}
	if s.now().Sub(o.Created) < s.scaled(s.opts.CloseMinAge) {
		return nil, refuse(CodeCloseTooEarly, textTooEarly)
	}
	o.ClosedAt = s.now()
	s.note(o, EventClosed)
	s.payAfterClose(o)
	return []field{{"result_msg", "OK"}}, nil
}

// textTooEarly is what the documentation says of closing.
const textTooEarly = "订单生成后不能马上调用关单接口，最短调用时间间隔为5分钟"
