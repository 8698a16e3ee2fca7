package apiv2

import (
	"strings"
	"time"

	"guitai/pos"
	"guitai/pos/wechat"
)

// now is the time by WeChat's clock, as well as we know it.
func (c *Client) now() time.Time {
	ahead, _ := c.Skew()
	return c.clock.Now().Add(-ahead).UTC()
}

// readMoney reads what moved. whole is false when amount, currency or transaction are missing or make no sense; what
// does make sense is there all the same. PaidAt is zero when time_end is missing.
func readMoney(d *document) (t pos.Trade, whole bool) {
	amount, okAmount := fen(d.get("total_fee"))
	t.Amount = amount
	t.Settlement, _ = fen(d.get("settlement_total_fee"))
	t.Currency = pos.Currency
	if v := string(d.get("fee_type")); v != "" {
		t.Currency = v
	}
	okCurrency := len(t.Currency) == 3 && wechat.Wordy(t.Currency, 3, 3, "") && strings.ToUpper(t.Currency) == t.Currency
	if !okCurrency {
		t.Currency = ""
	}
	id := string(d.get("transaction_id"))
	okID := wechat.Wordy(id, 1, 32, "_-")
	if okID {
		t.TransactionID = id
	}
	if at, err := time.ParseInLocation(timeForm, string(d.get("time_end")), beijing); err == nil {
		t.PaidAt = at.UTC()
	}
	if bank := string(d.get("bank_type")); wechat.Wordy(bank, 1, 32, "_-") {
		t.Bank = bank
	}
	return t, okAmount && amount > 0 && okCurrency && okID
}

// fen reads an amount: digits and nothing else.
func fen(v []byte) (pos.Fen, bool) {
	const longest = 12 // far more than anybody pays, far less than overflows
	if len(v) == 0 || len(v) > longest || !numeric(v) {
		return 0, false
	}
	var n pos.Fen
	for _, c := range v {
		n = n*10 + pos.Fen(c-'0')
	}
	return n, true
}

func numeric(v []byte) bool {
	for _, c := range v {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}
