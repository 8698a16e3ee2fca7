package sim

import (
	"encoding/json"
	"strconv"
)

// orderQuery tells the trade as it is now. A transaction_id goes before an out_trade_no. Only for a paid trade are there more
// fields than out_trade_no, attach and the state: nobody may rely on others. A trade with refunds has the fields of its
// payment, as the real service was seen to answer, unless Options.TerseRefund keeps to the letter of the documentation.
func (s *Sim) orderQuery(req request) ([]field, *refusal) {
	byTrade, number := req.fields["transaction_id"], req.fields["out_trade_no"]
	switch {
	case byTrade == "" && number == "":
		return nil, refuse(codeLack, "缺少参数out_trade_no")
	case len(byTrade) > 32 || len(number) > 32:
		return nil, refuse(codeParam, "参数长度有误")
	}
	o := s.byNumber[orderKey{req.fields["mch_id"], number}]
	if byTrade != "" {
		o = s.byTrade[byTrade]
	}
	if o == nil || o.Absent || !o.answers(req) {
		return nil, refuse(codeOrderNotExist, "此交易订单号不存在")
	}
	state := s.state(o)
	if state != StateSuccess && (state != StateRefund || s.opts.TerseRefund) {
		return []field{
			{"out_trade_no", o.Request["out_trade_no"]},
			{"attach", o.Request["attach"]},
			{"trade_state", state},
			{"trade_state_desc", describe(state)},
		}, nil
	}
	p := o.payment(byTrade)
	list := append(tradeFields(o, p), field{"trade_state", state}, field{"trade_state_desc", describe(state)})
	if len(p.Coupons) > 0 {
		list = append(list, field{"promotion_detail", promotionDetail(p)})
	}
	return list, nil
}

// answers says whether an order is of the merchant that asks; whichever of the merchant's appids the request has, the answer then
// carries the order's.
func (o *order) answers(req request) bool {
	if o.Request["mch_id"] != req.fields["mch_id"] {
		return false
	}
	*req.appID = o.Request["appid"]
	return true
}

// payment is the payment with a transaction_id, or else the last one. The order has one at least.
func (o *order) payment(id string) Payment {
	for _, p := range o.Payments {
		if p.TransactionID == id {
			return p
		}
	}
	return o.Payments[len(o.Payments)-1]
}

// tradeFields are the fields of a paid trade, the same in a query's answer and in a notice.
func tradeFields(o *order, p Payment) []field {
	var list []field
	if d := o.Request["device_info"]; d != "" {
		list = append(list, field{"device_info", d})
	}

	list = append(list,
		field{"openid", p.OpenID},
		field{"is_subscribe", "N"},
		field{"trade_type", o.tradeType()},
		field{"bank_type", p.BankType},
		field{"total_fee", fen(p.TotalFee)},
		field{"fee_type", p.FeeType},
		field{"cash_fee", fen(p.CashFee)},
		field{"cash_fee_type", p.FeeType},
	)
	if len(p.Coupons) > 0 {
		list = append(list, field{"settlement_total_fee", fen(p.SettlementFee)}, field{"coupon_fee", fen(p.TotalFee - p.CashFee)},
			field{"coupon_count", strconv.Itoa(len(p.Coupons))})
		for i, c := range p.Coupons {
			n := strconv.Itoa(i)
			list = append(list, field{"coupon_type_" + n, c.Type}, field{"coupon_id_" + n, c.ID}, field{"coupon_fee_" + n, fen(c.Fee)})
		}
	}
	return append(list,
		field{"transaction_id", p.TransactionID},
		field{"out_trade_no", o.Request["out_trade_no"]},
		field{"attach", o.Request["attach"]},
		field{"time_end", stamp(p.TimeEnd)},
	)
}

// promotionDetail is the JSON that a query adds for coupons.
func promotionDetail(p Payment) string {
	type promotion struct {
		ID       string `json:"promotion_id"`
		Name     string `json:"name"`
		Scope    string `json:"scope"`
		Type     string `json:"type"`
		Amount   int64  `json:"amount"`
		WeChat   int64  `json:"wxpay_contribute"`
		Merchant int64  `json:"merchant_contribute"`
		Other    int64  `json:"other_contribute"`
	}
	var doc struct {
		List []promotion `json:"promotion_detail"`
	}
	for _, c := range p.Coupons {
		one := promotion{ID: c.ID, Name: "练习代金券", Scope: "GLOBAL", Type: "COUPON", Amount: c.Fee}
		if c.Type == CouponCash {
			one.WeChat = c.Fee
		} else {
			one.Type, one.Merchant = "DISCOUNT", c.Fee
		}
		doc.List = append(doc.List, one)
	}
	text, err := json.Marshal(doc)
	if err != nil {
		return "" // strings and integers always marshal
	}
	return string(text)
}
