package wechat

import (
	"slices"
	"strings"
	"testing"

	"guitai/pos"
)

// No table may say what the port's contract (pos.Gateway) does not have for its call.
func TestTables_EveryRow(t *testing.T) {
	doubt := []pos.Code{
		pos.CodeUncertain, pos.CodeNoAnswer, pos.CodeServerFault, pos.CodeTooMany, pos.CodeConfig,
	}
	for _, table := range []struct {
		name    string
		rows    []row
		lookup  func(string) Outcome
		allowed []pos.SignalKind
	}{
		{"order", orderErrors, OrderError, []pos.SignalKind{pos.SigRefused, pos.SigNumberUsed, pos.SigHint, pos.SigUncertain}},
		{"query", queryErrors, QueryError, []pos.SignalKind{pos.SigNotExist, pos.SigUncertain}},
		{"close", closeErrors, CloseError, []pos.SignalKind{
			pos.SigCloseDone, pos.SigCloseDenied, pos.SigNotExist, pos.SigHint, pos.SigUncertain,
		}},
		{"charge", chargeErrors, ChargeError, []pos.SignalKind{
			pos.SigPaying, pos.SigRefused, pos.SigNumberUsed, pos.SigHint, pos.SigUncertain,
		}},
		{"reverse", reverseErrors, func(code string) Outcome { return ReverseError(code, "") }, []pos.SignalKind{
			pos.SigReversed, pos.SigRecall, pos.SigNotExist, pos.SigHint, pos.SigUncertain,
		}},
	} {
		seen := map[string]bool{}
		for _, r := range table.rows {
			t.Run(table.name+" "+r.code, func(t *testing.T) {
				if seen[plain(r.code)] {
					t.Error("a second row for this code")
				}
				seen[plain(r.code)] = true
				if !slices.Contains(table.allowed, r.Kind) {
					t.Errorf("%s is no answer to this call", r.Kind)
				}
				spaced := strings.ReplaceAll(r.code, "ORDER", "ORDER_")
				for _, spelling := range []string{r.code, strings.ToLower(r.code), strings.ReplaceAll(r.code, "_", ""), spaced} {
					if got := table.lookup(spelling); got != r.Outcome {
						t.Errorf("%q: got %v, want %v", spelling, got, r.Outcome)
					}
				}
				switch r.Kind {
				case pos.SigUncertain:
					if !slices.Contains(doubt, r.Code) && (table.name != "reverse" || r.Code != pos.CodeRefused) {
						t.Errorf("uncertain because of %q", r.Code)
					}
				case pos.SigRefused, pos.SigCloseDenied:
					if r.Code != pos.CodeRefused && r.Code != pos.CodeConfig {
						t.Errorf("refused because of %q", r.Code)
					}
				}
			})
		}
	}
}

// The meanings that money hangs on, written out a second time: a slip in a table must not be a slip here.
func TestTables_Meanings(t *testing.T) {
	for _, c := range []struct {
		call   string
		lookup func(string) Outcome
		codes  string
		want   Outcome
	}{
		{"order", OrderError, "NOTENOUGH NOT_ENOUGH PARAM_ERROR LACK_PARAMS", Outcome{pos.SigRefused, pos.CodeRefused}},
		{"order", OrderError, "NOAUTH NO_AUTH APPID_NOT_EXIST MCHID_NOT_EXIST APPID_MCHID_NOT_MATCH SIGNERROR SIGN_ERROR", Outcome{pos.SigRefused, pos.CodeConfig}},
		{"order", OrderError, "SYSTEMERROR SYSTEM_ERROR", Outcome{pos.SigUncertain, pos.CodeServerFault}},
		{"order", OrderError, "FREQUENCY_LIMITED FREQUENCY_LIMIT_EXCEED", Outcome{pos.SigUncertain, pos.CodeTooMany}},
		{"order", OrderError, "ORDERPAID ORDER_PAID ORDERCLOSED ORDER_CLOSED", Outcome{pos.SigHint, pos.CodeNone}},
		{"order", OrderError, "OUT_TRADE_NO_USED INVALID_REQUEST 201", Outcome{pos.SigNumberUsed, pos.CodeNumberUsed}},
		{"order", OrderError, "NEVER_HEARD_OF ORDERNOTEXIST BANKERROR", Outcome{pos.SigUncertain, pos.CodeUncertain}},
		{"order", OrderError, "", Outcome{pos.SigUncertain, pos.CodeUncertain}},
		{"query", QueryError, "ORDERNOTEXIST ORDER_NOT_EXIST", Outcome{pos.SigNotExist, pos.CodeNone}},
		{"query", QueryError, "SYSTEMERROR", Outcome{pos.SigUncertain, pos.CodeServerFault}},
		{"query", QueryError, "ORDERCLOSED ORDERPAID PARAM_ERROR NEVER_HEARD_OF", Outcome{pos.SigUncertain, pos.CodeUncertain}},
		{"close", CloseError, "ORDERCLOSED ORDER_CLOSED", Outcome{pos.SigCloseDone, pos.CodeNone}},
		{"close", CloseError, "ORDERPAID ORDER_PAID", Outcome{pos.SigHint, pos.CodeNone}},
		{"close", CloseError, "ORDERNOTEXIST", Outcome{pos.SigNotExist, pos.CodeNone}},
		{"charge", ChargeError, "USERPAYING USER_PAYING", Outcome{pos.SigPaying, pos.CodeNone}},
		{"charge", ChargeError, "SYSTEMERROR SYSTEM_ERROR BANKERROR BANK_ERROR", Outcome{pos.SigUncertain, pos.CodeServerFault}},
		{"charge", ChargeError, "AUTHCODEEXPIRE AUTH_CODE_EXPIRE 101 AUTH_CODE_INVALID AUTHCODEINVALID AUTH_CODE_ERROR NOTENOUGH", Outcome{pos.SigRefused, pos.CodeRefused}},
		{"charge", ChargeError, "NOTSUPORTCARD NOT_SUPORT_CARD NOTSUPPORTCARD TRADE_ERROR RULELIMIT RULE_LIMIT PARAM_ERROR LACK_PARAMS", Outcome{pos.SigRefused, pos.CodeRefused}},
		{"charge", ChargeError, "XML_FORMAT_ERROR NOT_UTF8 REQUIRE_POST_METHOD POST_DATA_EMPTY", Outcome{pos.SigRefused, pos.CodeRefused}},
		{"charge", ChargeError, "ORDERPAID ORDER_PAID ORDERCLOSED ORDER_CLOSED ORDERREVERSED ORDER_REVERSED", Outcome{pos.SigHint, pos.CodeNone}},
		{"charge", ChargeError, "OUT_TRADE_NO_USED INVALID_REQUEST BUYER_MISMATCH 201", Outcome{pos.SigNumberUsed, pos.CodeNumberUsed}},
		{"charge", ChargeError, "NOAUTH NO_AUTH APPID_NOT_EXIST MCHID_NOT_EXIST APPID_MCHID_NOT_MATCH SIGNERROR SIGN_ERROR", Outcome{pos.SigRefused, pos.CodeConfig}},
		{"charge", ChargeError, "FREQUENCY_LIMITED RATELIMIT_EXCEEDED", Outcome{pos.SigUncertain, pos.CodeTooMany}},
		{"charge", ChargeError, "NEVER_HEARD_OF ORDERNOTEXIST SUCCESS", Outcome{pos.SigUncertain, pos.CodeUncertain}},
		{"charge", ChargeError, "", Outcome{pos.SigUncertain, pos.CodeUncertain}},
		{"reverse", reverseCode, "SYSTEMERROR SYSTEM_ERROR BANKERROR", Outcome{pos.SigRecall, pos.CodeServerFault}},
		{"reverse", reverseCode, "USERPAYING USER_PAYING", Outcome{pos.SigRecall, pos.CodeNone}},
		{"reverse", reverseCode, "REVERSE_EXPIRE REVERSEEXPIRE", Outcome{pos.SigReversed, pos.CodeExpired}},
		{"reverse", reverseCode, "TRADE_ERROR INVALID_TRANSACTIONID INVALID_REQUEST PARAM_ERROR LACK_PARAMS", Outcome{pos.SigUncertain, pos.CodeRefused}},
		{"reverse", reverseCode, "XML_FORMAT_ERROR REQUIRE_POST_METHOD NOT_UTF8", Outcome{pos.SigUncertain, pos.CodeRefused}},
		{"reverse", reverseCode, "SIGNERROR CERT_ERROR NOAUTH APPID_NOT_EXIST MCHID_NOT_EXIST", Outcome{pos.SigUncertain, pos.CodeConfig}},
		{"reverse", reverseCode, "ORDERNOTEXIST ORDER_NOT_EXIST", Outcome{pos.SigNotExist, pos.CodeNone}},
		{"reverse", reverseCode, "ORDERREVERSED ORDERCLOSED", Outcome{pos.SigHint, pos.CodeNone}},
		{"reverse", reverseCode, "NEVER_HEARD_OF ORDERPAID", Outcome{pos.SigUncertain, pos.CodeUncertain}},
		{"close", CloseError, "SYSTEMERROR", Outcome{pos.SigUncertain, pos.CodeServerFault}},
		{"close", CloseError, "TRADE_STATE_ERROR PARAM_ERROR NEVER_HEARD_OF", Outcome{pos.SigCloseDenied, pos.CodeRefused}},
	} {
		for code := range strings.SplitSeq(c.codes, " ") {
			if got := c.lookup(code); got != c.want {
				t.Errorf("%s %q: got %v, want %v", c.call, code, got, c.want)
			}
		}
	}
}

func reverseCode(code string) Outcome { return ReverseError(code, "") }

// No error means that something was reversed, but for the one that says it is too late to; and no words make it so.
func TestReverseError_NeverClaims(t *testing.T) {
	for _, r := range reverseErrors {
		for _, words := range []string{"", "支付中不能撤销", "订单已撤销", "撤销成功", "REVERSE_EXPIRE"} {
			got := ReverseError(r.code, words)
			if (got.Kind == pos.SigReversed) != (r.code == "REVERSE_EXPIRE") {
				t.Errorf("%s %s means %s", r.code, words, got.Kind)
			}
		}
	}
	for code, want := range map[string]Outcome{
		"TRADE_ERROR":    {pos.SigRecall, pos.CodeNone},
		"NEVER_HEARD_OF": {pos.SigRecall, pos.CodeNone},
		"CERT_ERROR":     {pos.SigUncertain, pos.CodeConfig},
		"ORDERNOTEXIST":  {pos.SigNotExist, pos.CodeNone},
	} {
		if got := ReverseError(code, "支付中不能撤销"); got != want {
			t.Errorf("%s while the customer is paying: got %v, want %v", code, got, want)
		}
	}
}

func TestTradeState(t *testing.T) {
	want := map[string]pos.SignalKind{
		"NOTPAY": pos.SigUnpaid, "USERPAYING": pos.SigPaying, "ACCEPT": pos.SigPaying, "SUCCESS": pos.SigPaid,
		"REFUND": pos.SigReturning, "CLOSED": pos.SigClosed, "REVOKED": pos.SigRevoked, "PAYERROR": pos.SigPayError,
	}
	if len(tradeStates) != len(want) {
		t.Errorf("%d rows, want %d", len(tradeStates), len(want))
	}
	for _, r := range tradeStates {
		got, ok := TradeState(r.code)
		if !ok || got != r.Outcome || got.Kind != want[r.code] {
			t.Errorf("%s: got %v, want %s", r.code, got, want[r.code])
		}
	}
	for _, s := range []string{"", "success", "SUCCESS ", "PAID", "REFUNDED", "USER_PAYING"} {
		if got, ok := TradeState(s); ok {
			t.Errorf("%q means %v; an unknown state must mean nothing", s, got)
		}
	}
}

func TestRejection_IsAtMostNotAccepted(t *testing.T) {
	for _, r := range rejections {
		got := Rejection("x" + strings.ToLower(r.code) + "x")
		if got.Kind != pos.SigRejected && got.Kind != pos.SigUncertain {
			t.Errorf("%q: an unsigned answer means %s", r.code, got.Kind)
		}
		if got != r.Outcome {
			t.Errorf("%q: got %v, want %v", r.code, got, r.Outcome)
		}
	}
	for message, want := range map[string]Outcome{
		"签名错误":                  {pos.SigRejected, pos.CodeConfig},
		"证书校验错误":                {pos.SigRejected, pos.CodeConfig},
		"appid不存在":              {pos.SigRejected, pos.CodeConfig},
		"商户号mch_id或appid不正确":    {pos.SigRejected, pos.CodeConfig},
		"商户号该产品权限未开通":           {pos.SigRejected, pos.CodeConfig},
		"XML格式错误":               {pos.SigRejected, pos.CodeRejected},
		"缺少参数total_fee":         {pos.SigRejected, pos.CodeRejected},
		"":                      {pos.SigRejected, pos.CodeRejected},
		"系统繁忙,请稍后再试":            {pos.SigUncertain, pos.CodeServerFault},
		"SYSTEMERROR":           {pos.SigUncertain, pos.CodeServerFault},
		"请求过于频繁":                {pos.SigUncertain, pos.CodeTooMany},
		"invalid spbill_create": {pos.SigRejected, pos.CodeRejected},
	} {
		if got := Rejection(message); got != want {
			t.Errorf("%q: got %v, want %v", message, got, want)
		}
	}
}
