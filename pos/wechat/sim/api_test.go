package sim

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

func TestAPI_PaysScriptsAndReports(t *testing.T) {
	s := newSim(t, Options{})
	number, code := ordered(t, s, nil)
	asJSON := map[string]string{"Content-Type": "application/json; charset=utf-8"}
	var orders struct {
		Orders []struct {
			OutTradeNo string `json:"out_trade_no"`
			State      string `json:"state"`
			TotalFee   int64  `json:"total_fee"`
			CodeURL    string `json:"code_url"`
		} `json:"orders"`
	}
	_, text := visit(t, s, http.MethodGet, "/sim/orders", "", nil)
	if err := json.Unmarshal([]byte(text), &orders); err != nil || len(orders.Orders) != 1 {
		t.Fatalf("%v: %s", err, text)
	}
	if o := orders.Orders[0]; o.OutTradeNo != number || o.State != StateNotPay || o.TotalFee != 1350 || o.CodeURL != code {
		t.Errorf("order %+v", o)
	}
	cases := []struct {
		name, path, body string
		status           int
		want             string
	}{
		{"unknown order", "/sim/pay", `{"order":"nothing"}`, http.StatusNotFound, `"error":"no-order"`},
		{"unknown act", "/sim/pay", `{"order":"` + number + `","act":"steal"}`, http.StatusBadRequest, `"error":"bad-act"`},
		{"unknown field", "/sim/pay", `{"ordr":"x"}`, http.StatusBadRequest, `"error":"json"`},
		{"not JSON", "/sim/pay", `order=x`, http.StatusBadRequest, `"error":"json"`},
		{"another amount", "/sim/pay", `{"order":"` + code + `","act":"other-amount","amount":7}`, http.StatusOK, `"total_fee":7`},
		{"again", "/sim/pay", `{"order":"` + number + `"}`, http.StatusConflict, `"error":"order-paid"`},
		{"a fault", "/sim/faults", `{"fault":"bad-sign=2@orderquery"}`, http.StatusNoContent, ""},
		{"no such fault", "/sim/faults", `{"fault":"rain"}`, http.StatusBadRequest, `"error":"bad-fault"`},
		{"a script", "/sim/script", `{"act":"walk-away","scan_after_ms":1000}`, http.StatusNoContent, ""},
		{"a bad script", "/sim/script", `{"act":"steal"}`, http.StatusBadRequest, `"error":"bad-act"`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			resp, text := visit(t, s, http.MethodPost, c.path, c.body, asJSON)
			if resp.StatusCode != c.status || !strings.Contains(text, c.want) {
				t.Errorf("status %d, want %d: %s", resp.StatusCode, c.status, text)
			}
		})
	}
	for path, want := range map[string]string{
		"/sim/faults": `{"name":"bad-sign","count":2,"path":"orderquery"`, "/sim/calls": `"path":"/pay/unifiedorder","out_trade_no":"` + number,
		"/sim/deliveries": `"state":"undeliverable"`,
	} {
		if _, text := visit(t, s, http.MethodGet, path, "", nil); !strings.Contains(text, want) {
			t.Errorf("%s lacks %s: %s", path, want, text)
		}
	}
}

func TestAPI_CodesRefundsAndMoney(t *testing.T) {
	s, id := paid(t, Options{}, Act{Kind: PayNow})
	asJSON := map[string]string{"Content-Type": "application/json"}
	cases := []struct {
		name, path, body string
		status           int
		want             string
	}{
		{"a code", "/sim/code", `{"act":"password","type_for_ms":1000,"recalls":2}`, http.StatusOK, `"act":"password"`},
		{"a code that pays", "/sim/code", `{}`, http.StatusOK, `"act":"pay"`},
		{"a code of an order", "/sim/code", `{"order":"S001T1-000001"}`, http.StatusBadRequest, `"error":"json"`},
		{"a code that cannot", "/sim/code", `{"act":"expire"}`, http.StatusBadRequest, `"error":"not-for-codes"`},
		{"a code that is nothing", "/sim/code", `{"act":"steal"}`, http.StatusBadRequest, `"error":"bad-act"`},
		{"a scan with the act of a code", "/sim/pay", `{"order":"S001T1-000001","act":"password"}`, http.StatusBadRequest, `"error":"bad-act"`},
		{"a script", "/sim/refund-script", `{"refund":"R1","end":"CHANGE","after_ms":50}`, http.StatusNoContent, ""},
		{"a bad script", "/sim/refund-script", `{"end":"GONE"}`, http.StatusBadRequest, `"error":"bad-act"`},
		{"a refund", "/sim/refund", `{"order":"S001T1-000001","refund_fee":350,"end":"PROCESSING"}`, http.StatusOK, `"refund_fee":350`},
		{"too much", "/sim/refund", `{"order":"` + id + `","refund_fee":1001}`, http.StatusConflict, `"error":"bad-refund"`},
		{"a bad end", "/sim/refund", `{"order":"` + id + `","end":"GONE"}`, http.StatusBadRequest, `"error":"bad-act"`},
		{"no order", "/sim/refund", `{"order":"x"}`, http.StatusNotFound, `"error":"no-order"`},
		{"no refund", "/sim/refund-end", `{"refund":"x","end":"SUCCESS"}`, http.StatusNotFound, `"error":"no-order"`},
		{"no end", "/sim/refund-end", `{"refund":"x"}`, http.StatusBadRequest, `"error":"bad-act"`},
		{"not JSON", "/sim/refund-end", `x`, http.StatusBadRequest, `"error":"json"`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if resp, text := visit(t, s, http.MethodPost, c.path, c.body, asJSON); resp.StatusCode != c.status || !strings.Contains(text, c.want) {
				t.Errorf("status %d, want %d: %s", resp.StatusCode, c.status, text)
			}
		})
	}
	refund := get(t, s, "S001T1-000001").Refunds[0]
	if resp, text := visit(t, s, http.MethodPost, "/sim/refund-end", `{"refund":"`+refund.RefundID+`","end":"SUCCESS"}`, asJSON); resp.StatusCode != http.StatusOK {
		t.Errorf("status %d: %s", resp.StatusCode, text)
	}
	if n := len(s.Codes()); n != 2 {
		t.Errorf("%d codes", n)
	}
	for path, want := range map[string]string{
		"/sim/money":  `{"money":[{"transaction_id":"` + id + `","out_trade_no":"S001T1-000001","mch_id":"1900000109","trade_type":"NATIVE","fee_type":"CNY","total_fee":1350,"settlement_total_fee":1350,"refunded":350,"refunding":0,"reversed":false,"given_back":350,`,
		"/sim/codes":  `"act":"password"`,
		"/sim/orders": `"state":"REFUND"`,
	} {
		if _, text := visit(t, s, http.MethodGet, path, "", nil); !strings.Contains(text, want) {
			t.Errorf("%s lacks %s: %s", path, want, text)
		}
	}
}
