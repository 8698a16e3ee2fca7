package sim

import (
	"fmt"
	"strconv"
	"testing"
	"time"
)

func TestRefundQuery_ByEveryNameAndInPages(t *testing.T) {
	s, id := paid(t, Options{RefundAfter: -1}, Act{Kind: PayNow})
	var refundIDs []string
	for n := range 12 {
		answer := call(t, s, pathRefund, refundRequest(map[string]string{"out_refund_no": fmt.Sprintf("R%02d", n), "refund_fee": strconv.Itoa(n + 1)}))
		refundIDs = append(refundIDs, answer["refund_id"])
	}
	ask := func(f map[string]string) map[string]string {
		return call(t, s, "/pay/refundquery", with(numberRequest(""), with(map[string]string{"out_trade_no": ""}, f)))
	}
	for name, c := range map[string]struct {
		ask               map[string]string
		count, all, first string
	}{
		"refund_id":                 {map[string]string{"refund_id": refundIDs[3]}, "1", "1", "R03"},
		"refund_id before the rest": {map[string]string{"refund_id": refundIDs[3], "out_refund_no": "R05", "out_trade_no": "x"}, "1", "1", "R03"},
		"out_refund_no":             {map[string]string{"out_refund_no": "R05", "transaction_id": id}, "1", "1", "R05"},
		"transaction_id":            {map[string]string{"transaction_id": id}, "10", "12", "R00"},
		"out_trade_no":              {map[string]string{"out_trade_no": "S001T1-000001"}, "10", "12", "R00"},
		"offset":                    {map[string]string{"out_trade_no": "S001T1-000001", "offset": "10"}, "2", "12", "R10"},
	} {
		t.Run(name, func(t *testing.T) {
			q := ask(c.ask)
			if q["refund_count"] != c.count || q["total_refund_count"] != c.all || q["out_refund_no_0"] != c.first {
				t.Errorf("query %v", q)
			}
			for name, value := range map[string]string{
				"transaction_id": id, "out_trade_no": "S001T1-000001", "total_fee": "1350", "cash_fee": "1350", "refund_status_0": RefundSuccess,
				"refund_account_0": "REFUND_SOURCE_UNSETTLED_FUNDS", "refund_recv_accout_0": "支付用户零钱", "refund_channel_0": "ORIGINAL",
			} {
				if q[name] != value {
					t.Errorf("%s is %q, want %q", name, q[name], value)
				}
			}
			if _, err := time.ParseInLocation(refundLayout, q["refund_success_time_0"], beijing); err != nil {
				t.Error(err)
			}
		})
	}
	for name, c := range map[string]struct {
		ask  map[string]string
		code string
	}{
		"nothing named":      {nil, codeLack},
		"no such refund_id":  {map[string]string{"refund_id": "1"}, codeNoRefund},
		"no such number":     {map[string]string{"out_refund_no": "R99"}, codeNoRefund},
		"no such order":      {map[string]string{"out_trade_no": "S001T1-000009"}, codeOrderNotExist},
		"offset beyond":      {map[string]string{"transaction_id": id, "offset": "12"}, codeParam},
		"offset of letters":  {map[string]string{"transaction_id": id, "offset": "x"}, codeParam},
		"offset below zero":  {map[string]string{"transaction_id": id, "offset": "-1"}, codeParam},
		"bad transaction_id": {map[string]string{"transaction_id": "1"}, codeBadTrade},
	} {
		if q := ask(c.ask); q["err_code"] != c.code {
			t.Errorf("%s: %v", name, q)
		}
	}
	number, _ := ordered(t, s, map[string]string{"out_trade_no": "S001T1-000002"})
	if q := ask(map[string]string{"out_trade_no": number}); q["err_code"] != codeNoRefund {
		t.Errorf("unpaid: %v", q)
	}
}
