package sim

import "time"

// Money is one payment and what became of it: the truth for whoever judges a till.
type Money struct {
	TransactionID string    `json:"transaction_id"`
	OutTradeNo    string    `json:"out_trade_no"`
	MchID         string    `json:"mch_id"`
	TradeType     string    `json:"trade_type"`
	FeeType       string    `json:"fee_type"`
	TotalFee      int64     `json:"total_fee"`            // fen taken from the payer, with coupons
	SettlementFee int64     `json:"settlement_total_fee"` // fen, what the merchant receives
	Refunded      int64     `json:"refunded"`             // fen, by refunds that succeeded
	Refunding     int64     `json:"refunding"`            // fen, by refunds that were accepted and are not proven
	Reversed      bool      `json:"reversed"`             // a reversal gave it all back
	GivenBack     int64     `json:"given_back"`           // fen: all of it when reversed, else Refunded
	TimeEnd       time.Time `json:"time_end"`
}

// Money returns every payment ever taken, in the order of their orders.
func (s *Sim) Money() []Money {
	_ = s.flush() // nothing is told that a restart could take back; what fails here, the next request says
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []Money{}
	for _, o := range s.orders {
		list = append(list, s.moneyOf(o)...)
	}
	return list
}

// moneyOf are the payments of an order. Call with s.mu held.
func (s *Sim) moneyOf(o *order) []Money {
	var list []Money
	for _, p := range o.Payments {
		m := Money{
			TransactionID: p.TransactionID, OutTradeNo: o.number(), MchID: o.Request["mch_id"], TradeType: o.tradeType(),
			FeeType: p.FeeType, TotalFee: p.TotalFee, SettlementFee: p.SettlementFee, Reversed: !p.Reversed.IsZero(), TimeEnd: p.TimeEnd,
		}
		for _, r := range o.Refunds {
			switch {
			case r.TransactionID != p.TransactionID:
			case r.State == RefundSuccess:
				m.Refunded += r.Fee
			case r.live():
				m.Refunding += r.Fee
			}
		}
		if m.GivenBack = m.Refunded; m.Reversed {
			m.GivenBack = p.TotalFee
		}
		list = append(list, m)
	}
	return list
}
