package sim

import (
	"slices"
	"strconv"
)

// refundsPerAnswer is how many refunds one answer holds; offset asks for those after.
const refundsPerAnswer = 10

// refundLayout is the form of refund_success_time, Beijing time.
const refundLayout = "2006-01-02 15:04:05"

// refundQuery tells the refunds of a payment as they are now, oldest first. refund_id goes before out_refund_no before
// transaction_id before out_trade_no.
func (s *Sim) refundQuery(req request) ([]field, *refusal) {
	o, list, no := s.refundsAsked(req)
	if no != nil {
		return nil, no
	}
	if len(list) == 0 {
		return nil, refuse(codeNoRefund, "退款记录不存在")
	}
	p := o.payment(list[0].TransactionID)
	all := len(list)
	offset, err := strconv.Atoi("0" + req.fields["offset"])
	if err != nil || offset >= all {
		return nil, refuse(codeParam, "offset参数错误")
	}
	list = list[offset:min(all, offset+refundsPerAnswer)]
	sum := int64(0)
	for _, r := range list {
		sum += r.Fee
	}
	answer := []field{
		{"transaction_id", p.TransactionID},
		{"out_trade_no", o.number()},
		{"total_fee", fen(p.TotalFee)},
		{"fee_type", p.FeeType},
		{"cash_fee", fen(p.CashFee)},
		{"cash_fee_type", p.FeeType},
		{"refund_fee", fen(sum)},
		{"total_refund_count", strconv.Itoa(all)},
		{"refund_count", strconv.Itoa(len(list))},
	}
	if len(p.Coupons) > 0 {
		answer = append(answer, field{"settlement_total_fee", fen(p.SettlementFee)})
	}
	for i, r := range list {
		answer = append(answer, refundLines(r, p, strconv.Itoa(i))...)
	}
	return answer, nil
}

// refundsAsked are the refunds that a query is about: of one payment.
func (s *Sim) refundsAsked(req request) (*order, []*refund, *refusal) {
	var one *refund
	switch id, number := req.fields["refund_id"], req.fields["out_refund_no"]; {
	case id != "":
		one = s.refundByID[id]
	case number != "":
		one = s.byRefund[orderKey{req.fields["mch_id"], number}]
	default:
		o, no := s.orderOf(req)
		if no != nil {
			return nil, nil, no
		}
		if o.Absent || len(o.Payments) == 0 {
			return nil, nil, refuse(codeNoRefund, "退款记录不存在")
		}
		p := o.payment(req.fields["transaction_id"])
		list := slices.DeleteFunc(slices.Clone(o.Refunds), func(r *refund) bool { return r.TransactionID != p.TransactionID })
		return o, list, nil
	}
	if one == nil || !one.order.answers(req) {
		return nil, nil, refuse(codeNoRefund, "退款记录不存在")
	}
	return one.order, []*refund{one}, nil
}

// refundLines are the fields of one refund, which end in its place in the answer.
func refundLines(r *refund, p Payment, n string) []field {
	list := []field{
		{"out_refund_no_" + n, r.OutRefundNo},
		{"refund_id_" + n, r.RefundID},
		{"refund_channel_" + n, r.channel()},
		{"refund_fee_" + n, fen(r.Fee)},
		{"refund_status_" + n, r.State},
		{"refund_account_" + n, r.account()},
		{"refund_recv_accout_" + n, r.receiver(p)},
	}
	if coupons := couponRefunds(r, p); len(coupons) > 0 {
		list = append(list, field{"settlement_refund_fee_" + n, fen(r.Settlement)}, field{"coupon_refund_fee_" + n, fen(r.Fee - r.CashFee)},
			field{"coupon_refund_count_" + n, strconv.Itoa(len(coupons))})
		for i, c := range coupons {
			m := n + "_" + strconv.Itoa(i)
			list = append(list, field{"coupon_type_" + m, c.Type}, field{"coupon_refund_id_" + m, c.ID}, field{"coupon_refund_fee_" + m, fen(c.Fee)})
		}
	}
	if r.State == RefundSuccess {
		list = append(list, field{"refund_success_time_" + n, r.Ended.In(beijing).Format(refundLayout)})
	}
	return list
}

// channel is the way the money goes back.
func (r *refund) channel() string {
	if r.Settled {
		return "OTHER_BANKCARD"
	}
	return "ORIGINAL"
}

// account is where the merchant's money for it comes from.
func (r *refund) account() string {
	if a := r.Request["refund_account"]; a != "" {
		return a
	}
	return "REFUND_SOURCE_UNSETTLED_FUNDS"
}

// receiver is where the money goes, in words.
func (r *refund) receiver(p Payment) string {
	switch {
	case r.Settled:
		return "招商银行借记卡0403"
	case p.BankType == "OTHERS":
		return "支付用户零钱"
	}
	return "用户银行卡0403"
}
