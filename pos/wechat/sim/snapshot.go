package sim

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Order is what the simulator knows of an order, a copy.
type Order struct {
	AppID      string    `json:"appid"`
	MchID      string    `json:"mch_id"`
	OutTradeNo string    `json:"out_trade_no"`
	Body       string    `json:"body"`
	Shop       string    `json:"shop,omitempty"` // scene_info.store_info.name
	DeviceInfo string    `json:"device_info,omitempty"`
	Attach     string    `json:"attach,omitempty"`
	TradeType  string    `json:"trade_type"`
	AuthCode   string    `json:"auth_code,omitempty"` // MICROPAY: the payment code
	TotalFee   int64     `json:"total_fee"`           // fen
	State      string    `json:"state"`               // trade_state
	CodeURL    string    `json:"code_url"`            // the one that works while the order is open
	PrepayID   string    `json:"prepay_id"`
	NotifyURL  string    `json:"notify_url"`
	Created    time.Time `json:"created"`
	Expires    time.Time `json:"expires"`
	Payments   []Payment `json:"payments"` // more than one only where a payer paid twice
	Refunds    []Refund  `json:"refunds,omitempty"`
	Reversed   time.Time `json:"reversed,omitzero"` // when reverse ended the order
	Taken      int64     `json:"taken"`             // fen, all payments
	GivenBack  int64     `json:"given_back"`        // fen, by reversals and by refunds that succeeded
	Events     []Event   `json:"events"`
}

// Orders returns every order, newest first.
func (s *Sim) Orders() []Order {
	_ = s.flush() // nothing is told that a restart could take back; what fails here, the next request says
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
	if err := s.flush(); err != nil {
		return Order{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o, err := s.find(what)
	if err != nil {
		return Order{}, err
	}
	return s.snapshot(o), nil
}

func (s *Sim) snapshot(o *order) Order {
	f := o.Request
	var scene struct {
		Store struct {
			Name string `json:"name"`
		} `json:"store_info"`
	}
	if v := f["scene_info"]; v != "" {
		_ = json.Unmarshal([]byte(v), &scene) // checked when ordered; another shape merely has no name
	}
	order := Order{
		AppID: f["appid"], MchID: f["mch_id"], OutTradeNo: f["out_trade_no"], Body: f["body"], Shop: scene.Store.Name,
		DeviceInfo: f["device_info"], Attach: f["attach"], TotalFee: o.Total, State: s.state(o), CodeURL: o.Code,
		PrepayID: o.PrepayID, NotifyURL: f["notify_url"], Created: o.Created, Expires: o.Expires,
		Payments: slices.Clone(o.Payments), Events: slices.Clone(o.Events),
		TradeType: o.tradeType(), AuthCode: f["auth_code"], Reversed: o.Revoked,
	}
	for _, r := range o.Refunds {
		order.Refunds = append(order.Refunds, r.Refund)
	}
	for _, m := range s.moneyOf(o) {
		order.Taken += m.TotalFee
		order.GivenBack += m.GivenBack
	}
	return order
}

// find looks an order up by code_url or out_trade_no. Call with s.mu held.
func (s *Sim) find(what string) (*order, error) {
	if o, ok := s.byCode[what]; ok {
		return o, nil
	}
	var found *order
	mchIDs := []string{s.opts.V1.PartnerID}
	for _, m := range s.opts.Merchants {
		mchIDs = append(mchIDs, m.MchID)
	}
	for _, mchID := range mchIDs {
		o, ok := s.byNumber[orderKey{mchID, what}]
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
