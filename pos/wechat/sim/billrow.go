package sim

import (
	"slices"
	"time"
)

// BillRow is one row of a trade bill (交易账单), as it should be: the truth that a bill with planted differences is held against. A
// payment has State SUCCESS, a refund REFUND, a reversal that gave money back REVOKED. The two last have no order amounts.
type BillRow struct {
	At            time.Time `json:"at"` // when it was paid, the refund was accepted, or it was reversed
	AppID         string    `json:"appid"`
	MchID         string    `json:"mch_id"`
	Device        string    `json:"device_info,omitempty"`
	TransactionID string    `json:"transaction_id"`
	OutTradeNo    string    `json:"out_trade_no"`
	OpenID        string    `json:"openid"`
	TradeType     string    `json:"trade_type"`
	State         string    `json:"state"`
	Bank          string    `json:"bank_type"`
	FeeType       string    `json:"fee_type"`
	Total         int64     `json:"total_fee"`            // fen, 订单金额
	Settlement    int64     `json:"settlement_total_fee"` // fen, 应结订单金额: without the coupons that nobody paid for
	Coupon        int64     `json:"coupon_fee"`           // fen, 代金券金额: by coupons that somebody paid for

	RefundID     string    `json:"refund_id,omitempty"`
	OutRefundNo  string    `json:"out_refund_no,omitempty"`
	RefundTotal  int64     `json:"refund_fee,omitempty"`            // fen, 申请退款金额
	Refund       int64     `json:"settlement_refund_fee,omitempty"` // fen, 退款金额: what the merchant gives
	RefundCoupon int64     `json:"coupon_refund_fee,omitempty"`     // fen, 充值券退款金额
	RefundState  string    `json:"refund_status,omitempty"`         // as the bill was made
	RefundEnded  time.Time `json:"refund_ended,omitzero"`
	Recharge     bool      `json:"recharge,omitempty"` // paid from the merchant's own deposit: in no bill but RECHARGE_REFUND

	Body   string `json:"body"`
	Attach string `json:"attach,omitempty"`
	Fee    int64  `json:"fee"` // 1/1000 fen, 手续费; what comes back of it is negative
}

// back says whether a row is of money that goes back.
func (r *BillRow) back() bool { return r.State != StateSuccess }

// billRows are the rows of a merchant from one moment to another, in the order of their time, as they stood at asOf. Call with s.mu held.
func (s *Sim) billRows(mchID string, from, to, asOf time.Time) []BillRow {
	within := func(t time.Time) bool { return !t.Before(from) && t.Before(to) && !t.After(asOf) }
	var list []BillRow
	for _, o := range s.orders {
		if o.Request["mch_id"] != mchID {
			continue
		}
		for i := range o.Payments {
			p := &o.Payments[i]
			if within(p.TimeEnd) {
				list = append(list, s.paymentRow(o, p))
			}
			if within(p.Reversed) {
				list = append(list, s.reversalRow(o, p))
			}
		}
		for _, r := range o.Refunds {
			closed := r.State == RefundClosed && !r.Ended.After(asOf) // nothing went back
			if within(r.Created) && !closed {
				list = append(list, s.refundRow(r, asOf))
			}
		}
	}
	slices.SortStableFunc(list, func(a, b BillRow) int { return a.At.Compare(b.At) })
	return list
}

func orderRow(o *order, p *Payment) BillRow {
	f := o.Request
	return BillRow{
		AppID: f["appid"], MchID: f["mch_id"], Device: f["device_info"], TransactionID: p.TransactionID, OutTradeNo: o.number(),
		OpenID: p.OpenID, TradeType: o.tradeType(), Bank: p.BankType, FeeType: p.FeeType, Body: f["body"], Attach: f["attach"],
	}
}

func (s *Sim) paymentRow(o *order, p *Payment) BillRow {
	row := orderRow(o, p)
	row.At, row.State = p.TimeEnd, StateSuccess
	row.Total, row.Settlement = p.TotalFee, p.SettlementFee
	row.Coupon = p.SettlementFee - p.CashFee
	row.Fee = s.feeOf(p.SettlementFee)
	return row
}

func (s *Sim) refundRow(r *refund, asOf time.Time) BillRow {
	p := r.order.payment(r.TransactionID)
	row := orderRow(r.order, &p)
	row.At, row.State = r.Created, StateRefund
	row.RefundID, row.OutRefundNo = r.RefundID, r.OutRefundNo
	row.RefundTotal, row.Refund, row.RefundCoupon = r.Fee, r.Settlement, r.Settlement-r.CashFee
	row.Recharge = r.Request["refund_account"] == "REFUND_SOURCE_RECHARGE_FUNDS"
	row.Fee = -s.feeOf(r.Settlement)
	if row.RefundState = RefundProcessing; !r.Ended.IsZero() && !r.Ended.After(asOf) {
		row.RefundState, row.RefundEnded = r.State, r.Ended
	}
	return row
}

// reversalRow is of money that a reversal gave back. WeChat makes a refund of its own for that, without a number of the merchant's.
func (s *Sim) reversalRow(o *order, p *Payment) BillRow {
	row := orderRow(o, p)
	row.At, row.State = p.Reversed, StateRevoked
	row.RefundID = "5" + p.TransactionID
	row.RefundTotal, row.Refund, row.RefundCoupon = p.TotalFee, p.SettlementFee, p.SettlementFee-p.CashFee
	row.RefundState, row.RefundEnded = RefundSuccess, p.Reversed
	row.Fee = -s.feeOf(p.SettlementFee)
	return row
}

// feeOf is what WeChat keeps of an amount, in 1/1000 fen, rounded half up.
func (s *Sim) feeOf(settlement int64) int64 { return (settlement*s.opts.Bill.Rate + 5) / 10 }

// BillRows returns what the trade bill of a day (yyyyMMdd, a day in UTC+8) of a merchant should have, whatever was planted in it, in
// the order of time. It does not wait for ten o'clock. mchID may be empty when there is one merchant.
func (s *Sim) BillRows(mchID, day string) ([]BillRow, error) {
	_ = s.flush() // nothing is told that a restart could take back; what fails here, the next request says
	s.mu.Lock()
	defer s.mu.Unlock()
	from, err := parseBillDay(day)
	if err != nil {
		return nil, err
	}
	return s.billRows(s.merchantOr(mchID), from, from.AddDate(0, 0, 1), s.billAsOf(from)), nil
}

// merchantOr is the mch_id, or the first merchant's.
func (s *Sim) merchantOr(mchID string) string {
	if mchID == "" {
		return s.opts.Merchants[0].MchID
	}
	return mchID
}
