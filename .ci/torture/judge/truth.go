package judge

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
)

// Money is one transaction that WeChat took. Amounts are in fen.
type Money struct {
	TransactionID string `json:"transaction_id"`
	OutTradeNo    string `json:"out_trade_no"`
	Currency      string `json:"fee_type"`
	Amount        int64  `json:"total_fee"`
	GivenBack     int64  `json:"given_back"`
}

// Order is an order as WeChat has it.
type Order struct {
	OutTradeNo string `json:"out_trade_no"`
	State      string `json:"state"`
	TotalFee   int64  `json:"total_fee"`
	CodeURL    string `json:"code_url"`
	Events     []struct {
		What string `json:"what"`
	} `json:"events"`
}

// closedFirst reports whether WeChat had closed the order when it took money for it all the same. Nobody who was told that
// it is closed asks again, so only a notice can tell of that money.
func (o Order) closedFirst() bool {
	for _, e := range o.Events {
		switch e.What {
		case "paid":
			return false
		case "closed":
			return true
		}
	}
	return false
}

// Ended reports whether WeChat has ended the order: from then on the till must not wait for it any more.
func (o Order) Ended() bool {
	return slices.Contains([]string{"SUCCESS", "REFUND", "CLOSED", "REVOKED", "PAYERROR"}, o.State)
}

// Truth is what WeChat did, as the simulator tells it.
type Truth struct {
	Orders map[string]Order
	Taken  []Money
	Told   map[string]bool // transactions of which the till has accepted a notice
}

// ReadTruth asks the simulator at base (https://HOST:PORT).
func ReadTruth(client *http.Client, base string) (Truth, error) {
	t := Truth{Orders: map[string]Order{}, Told: map[string]bool{}}
	var all struct {
		Orders     []Order `json:"orders"`
		Money      []Money `json:"money"`
		Deliveries []struct {
			TransactionID string `json:"transaction_id"`
			Kind          string `json:"kind"`
			Attempts      []struct {
				Answer string `json:"answer"`
			} `json:"attempts"`
		} `json:"deliveries"`
	}
	for _, path := range []string{"/sim/orders", "/sim/money", "/sim/deliveries"} {
		if err := get(client, base+path, &all); err != nil {
			return t, fmt.Errorf("ask the simulator for %s: %w", path, err)
		}
	}
	t.Taken = all.Money
	for _, o := range all.Orders {
		t.Orders[o.OutTradeNo] = o
	}
	for _, d := range all.Deliveries {
		for _, a := range d.Attempts {
			t.Told[d.TransactionID] = t.Told[d.TransactionID] || d.Kind == "notice" && a.Answer == "SUCCESS"
		}
	}
	return t, nil
}

func get(client *http.Client, url string, into any) error {
	res, err := client.Get(url)
	if err != nil {
		return err
	}
	defer res.Body.Close() //nolint:errcheck // it was read
	return json.NewDecoder(res.Body).Decode(into)
}
