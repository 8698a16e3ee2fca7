package sim

import (
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"strconv"
	"time"
)

// refundFields are the fields of refund beside the common ones, with the most bytes each may have.
var refundFields = map[string]int{
	"transaction_id": 32, "out_trade_no": 32, "out_refund_no": 64, "total_fee": 10, "refund_fee": 10, "refund_fee_type": 8,
	"refund_desc": 80, "refund_account": 30, "notify_url": 256, "op_user_id": 32, "device_info": 32,
}

// mostRefunds is how many refunds one payment can have, refundYear for how long after it one can be asked for.
const (
	mostRefunds = 50
	refundYear  = 365 * 24 * time.Hour
)

// The states of a refund (refund_status).
const (
	RefundProcessing = "PROCESSING"
	RefundSuccess    = "SUCCESS"
	RefundClosed     = "REFUNDCLOSE" // nothing went back
	RefundChange     = "CHANGE"      // the payer's card is dead: to be settled in the merchant platform
)

// The sources of a refund (refund_request_source).
const (
	FromAPI    = "API"
	FromVendor = "VENDOR_PLATFORM"
)

// Refund is one refund of a payment.
type Refund struct {
	RefundID      string    `json:"refund_id"` // 29 digits
	OutRefundNo   string    `json:"out_refund_no"`
	TransactionID string    `json:"transaction_id"`
	Fee           int64     `json:"refund_fee"`            // fen
	Settlement    int64     `json:"settlement_refund_fee"` // fen, what the merchant gives
	CashFee       int64     `json:"cash_refund_fee"`       // fen, what the payer gets in money
	State         string    `json:"state"`                 // refund_status
	Source        string    `json:"source"`                // refund_request_source
	Created       time.Time `json:"created"`
	Ended         time.Time `json:"ended,omitzero"`
}

// refund is a refund with what the simulator needs to go on with it. Guarded by Sim.mu.
type refund struct {
	Refund
	Request map[string]string // as first sent
	End     string            // the state it is going to have
	Due     time.Time         // and when

	Settled bool `json:",omitempty"` // by a person in the merchant platform, after CHANGE

	order *order
}

// live says whether a refund takes up part of what can be refunded.
func (r *refund) live() bool { return r.State != RefundClosed }

// refundCall takes a refund in. SUCCESS means no more than that it is accepted.
func (s *Sim) refundCall(req request) ([]field, *refusal) {
	f := req.fields
	if no := checkFields(f, refundFields, "out_refund_no", "total_fee", "refund_fee"); no != nil {
		return nil, no
	}
	o, no := s.orderOf(req)
	if no != nil {
		return nil, no
	}
	if r := s.byRefund[orderKey{f["mch_id"], f["out_refund_no"]}]; r != nil {
		if no := r.checkAgain(o, f); no != nil {
			return nil, no
		}
		return refundReply(r), nil
	}
	if len(o.Payments) == 0 || o.Absent {
		return nil, refuse(codeOrderNotExist, "订单不存在或未支付")
	}
	p := o.payment(f["transaction_id"])
	total, _ := strconv.ParseInt(f["total_fee"], 10, 64)
	fee, _ := strconv.ParseInt(f["refund_fee"], 10, 64)
	if total != p.TotalFee {
		return nil, refuse(codeRefundSum, "订单金额或退款金额与之前请求不一致，请核实后再试")
	}
	if t := f["refund_fee_type"]; t != "" && t != p.FeeType {
		return nil, refuse(codeParam, "refund_fee_type参数错误")
	}
	r, no := s.newRefund(o, p, fee, f["out_refund_no"], FromAPI)
	if no != nil {
		return nil, no
	}
	r.Request = f
	s.startRefund(r, s.endingOf(r))
	return refundReply(r), nil
}

// checkAgain lets a number be repeated only for the very same refund.
func (r *refund) checkAgain(o *order, f map[string]string) *refusal {
	same := r.order == o && (f["transaction_id"] == "" || f["transaction_id"] == r.TransactionID)
	if !same || f["refund_fee"] != r.Request["refund_fee"] || f["total_fee"] != r.Request["total_fee"] {
		return refuse(codeRefundSum, "订单金额或退款金额与之前请求不一致，请核实后再试")
	}
	rest := func(m map[string]string) map[string]string {
		m = maps.Clone(m)
		maps.DeleteFunc(m, func(name, v string) bool { return v == "" || name == "transaction_id" || name == "out_trade_no" })
		return m
	}
	if !sameOrder(rest(r.Request), rest(f)) {
		return refuse(codeRequest, "退款单号重复，参数与之前请求不一致")
	}
	return nil
}

// newRefund holds a refund against what the payment still has.
func (s *Sim) newRefund(o *order, p Payment, fee int64, number, source string) (*refund, *refusal) {
	before, count := int64(0), 0
	for _, r := range o.Refunds {
		if r.TransactionID != p.TransactionID {
			continue
		}
		count++
		if r.live() {
			before += r.Fee
		}
	}
	switch {
	case !p.Reversed.IsZero():
		return nil, refuse(codeRequest, "订单已撤销，不能退款")
	case s.now().Sub(p.TimeEnd) > refundYear:
		return nil, refuse(codeOverdue, "订单已经超过退款期限")
	case before+fee > p.TotalFee:
		return nil, refuse(codeRequest, "申请退款金额大于订单可退金额")
	case count >= mostRefunds:
		return nil, refuse(codeRequest, "部分退款次数超过50次")
	}
	s.serial++
	now := s.now()
	r := &refund{order: o, Refund: Refund{
		RefundID:    fmt.Sprintf("5030%03d%s%06d%08d", now.UnixNano()/1e6%1e3, now.Format("20060102"), now.Unix()%1e6, s.serial%1e8),
		OutRefundNo: number, TransactionID: p.TransactionID, Fee: fee, State: RefundProcessing, Source: source, Created: now,
		Settlement: share(before+fee, p.SettlementFee, p.TotalFee) - share(before, p.SettlementFee, p.TotalFee),
		CashFee:    share(before+fee, p.CashFee, p.TotalFee) - share(before, p.CashFee, p.TotalFee),
	}}
	for s.refundByID[r.RefundID] != nil {
		s.serial++
		r.RefundID = fmt.Sprintf("50309999999%018d", s.serial)
	}
	return r, nil
}

// share is part x of y when y stands for all of whole, rounded down; with part = whole it is y. No product overflows.
func share(part, y, whole int64) int64 {
	hi, lo := bits.Mul64(uint64(part), uint64(y))
	quotient, _ := bits.Div64(hi, lo, uint64(whole))
	return int64(quotient)
}

// refundReply is the answer to a refund that is accepted.
func refundReply(r *refund) []field {
	p := r.order.payment(r.TransactionID)
	list := []field{
		{"transaction_id", r.TransactionID},
		{"out_trade_no", r.order.number()},
		{"out_refund_no", r.OutRefundNo},
		{"refund_id", r.RefundID},
		{"refund_channel", ""},
		{"refund_fee", fen(r.Fee)},
		{"coupon_refund_fee", fen(r.Fee - r.CashFee)},
		{"total_fee", fen(p.TotalFee)},
		{"fee_type", p.FeeType},
		{"cash_fee", fen(p.CashFee)},
		{"cash_fee_type", p.FeeType},
		{"cash_refund_fee", fen(r.CashFee)},
	}
	if len(p.Coupons) == 0 {
		return append(list, field{"coupon_refund_count", "0"})
	}
	list = append(list, field{"settlement_refund_fee", fen(r.Settlement)}, field{"settlement_total_fee", fen(p.SettlementFee)})
	coupons := couponRefunds(r, p)
	list = append(list, field{"coupon_refund_count", strconv.Itoa(len(coupons))})
	for i, c := range coupons {
		n := strconv.Itoa(i)
		list = append(list, field{"coupon_type_" + n, c.Type}, field{"coupon_refund_id_" + n, c.ID}, field{"coupon_refund_fee_" + n, fen(c.Fee)})
	}
	return list
}

// couponRefunds are the coupons that go back with a refund, as far as its part without cash reaches.
func couponRefunds(r *refund, p Payment) []Coupon {
	left := r.Fee - r.CashFee
	list := slices.Clone(p.Coupons)
	for i := range list {
		list[i].Fee = min(list[i].Fee, left)
		left -= list[i].Fee
	}
	return slices.DeleteFunc(list, func(c Coupon) bool { return c.Fee == 0 })
}

func fen(v int64) string { return strconv.FormatInt(v, 10) }
