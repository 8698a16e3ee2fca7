package wechat

import (
	"slices"
	"strings"
	"testing"

	"guitai/pos"
)

// No table may say what the port's contract (pos.Refunder) does not have for its call.
func TestRefundTables_EveryRow(t *testing.T) {
	for _, table := range []struct {
		name    string
		rows    []refundRow
		lookup  func(string) RefundOutcome
		allowed []pos.RefundSignalKind
	}{
		{"refund", refundErrors, refundCode, []pos.RefundSignalKind{pos.RefRefused, pos.RefLater, pos.RefRejected, pos.RefUncertain}},
		{"query", refundQueryErrors, RefundQueryError, []pos.RefundSignalKind{pos.RefNotExist, pos.RefUncertain}},
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
				if (r.Code == pos.CodeNone) != (r.Kind == pos.RefNotExist) {
					t.Errorf("%s because of %q", r.Kind, r.Code)
				}
				for _, spelling := range []string{r.code, strings.ToLower(r.code), strings.ReplaceAll(r.code, "_", ""), strings.ReplaceAll(r.code, "NOT", "_NOT_")} {
					if got := table.lookup(spelling); got != r.RefundOutcome {
						t.Errorf("%q: got %v, want %v", spelling, got, r.RefundOutcome)
					}
				}
			})
		}
	}
}

func refundCode(code string) RefundOutcome { return RefundError(code, "") }

// What money hangs on, written out a second time.
func TestRefundTables_Meanings(t *testing.T) {
	for _, c := range []struct {
		call   string
		lookup func(string) RefundOutcome
		codes  string
		want   RefundOutcome
	}{
		{"refund", refundCode, "SYSTEMERROR SYSTEM_ERROR BIZERR_NEED_RETRY BIZERRNEEDRETRY", RefundOutcome{pos.RefUncertain, pos.CodeServerFault}},
		{"refund", refundCode, "REFUND_FEE_MISMATCH", RefundOutcome{pos.RefUncertain, pos.CodeNumberUsed}},
		{"refund", refundCode, "NOTENOUGH NOT_ENOUGH", RefundOutcome{pos.RefLater, pos.CodeRefused}},
		{"refund", refundCode, "FREQUENCY_LIMITED FREQUENCYLIMITED INVALID_REQ_TOO_MUCH RATELIMIT_EXCEEDED", RefundOutcome{pos.RefLater, pos.CodeTooMany}},
		{"refund", refundCode, "TRADE_OVERDUE USER_ACCOUNT_ABNORMAL ORDERNOTEXIST ORDER_NOT_EXIST INVALID_TRANSACTIONID ERROR PARAM_ERROR", RefundOutcome{pos.RefRefused, pos.CodeRefused}},
		{"refund", refundCode, "XML_FORMAT_ERROR REQUIRE_POST_METHOD LACK_PARAMS NOT_UTF8 INVALID_REQUEST", RefundOutcome{pos.RefRefused, pos.CodeRefused}},
		{"refund", refundCode, "SIGNERROR SIGN_ERROR CERT_ERROR APPID_NOT_EXIST MCHID_NOT_EXIST NOAUTH NO_AUTH", RefundOutcome{pos.RefRejected, pos.CodeConfig}},
		{"refund", refundCode, "NEVER_HEARD_OF REFUNDNOTEXIST SUCCESS", RefundOutcome{pos.RefUncertain, pos.CodeUncertain}},
		{"refund", refundCode, "", RefundOutcome{pos.RefUncertain, pos.CodeUncertain}},
		{"query", RefundQueryError, "REFUNDNOTEXIST REFUND_NOT_EXIST", RefundOutcome{pos.RefNotExist, pos.CodeNone}},
		{"query", RefundQueryError, "SYSTEMERROR", RefundOutcome{pos.RefUncertain, pos.CodeServerFault}},
		{"query", RefundQueryError, "ORDERNOTEXIST PARAM_ERROR INVALID_TRANSACTIONID", RefundOutcome{pos.RefUncertain, pos.CodeRefused}},
		{"query", RefundQueryError, "SIGNERROR NOAUTH", RefundOutcome{pos.RefUncertain, pos.CodeConfig}},
		{"query", RefundQueryError, "FREQUENCY_LIMITED", RefundOutcome{pos.RefUncertain, pos.CodeTooMany}},
		{"query", RefundQueryError, "NEVER_HEARD_OF ERROR", RefundOutcome{pos.RefUncertain, pos.CodeUncertain}},
	} {
		for code := range strings.SplitSeq(c.codes, " ") {
			if got := c.lookup(code); got != c.want {
				t.Errorf("%s %q: got %v, want %v", c.call, code, got, c.want)
			}
		}
	}
}

// Words only soften a broad no: they never make one, and never touch what the code says definitely.
func TestRefundError_Words(t *testing.T) {
	for _, c := range []struct {
		code, words string
		want        RefundOutcome
	}{
		{"ERROR", "订单已全额退款", RefundOutcome{pos.RefRefused, pos.CodeRefused}},
		{"ERROR", "账户余额不足，请稍后再试", RefundOutcome{pos.RefLater, pos.CodeRefused}},
		{"ERROR", "操作过于频繁", RefundOutcome{pos.RefLater, pos.CodeTooMany}},
		{"ERROR", "系统繁忙", RefundOutcome{pos.RefUncertain, pos.CodeServerFault}},
		{"INVALID_REQUEST", "订单金额或退款金额与之前请求不一致，请核实后再试", RefundOutcome{pos.RefUncertain, pos.CodeNumberUsed}},
		{"INVALID_REQUEST", "退款单号重复", RefundOutcome{pos.RefUncertain, pos.CodeNumberUsed}},
		{"INVALID_REQUEST", "申请退款金额大于订单可退金额", RefundOutcome{pos.RefRefused, pos.CodeRefused}},
		{"PARAM_ERROR", "参数与之前请求不一致", RefundOutcome{pos.RefUncertain, pos.CodeNumberUsed}},
		{"TRADE_OVERDUE", "请稍后再试", RefundOutcome{pos.RefRefused, pos.CodeRefused}},
		{"CERT_ERROR", "系统", RefundOutcome{pos.RefRejected, pos.CodeConfig}},
		{"NEVER_HEARD_OF", "余额不足", RefundOutcome{pos.RefUncertain, pos.CodeUncertain}},
	} {
		if got := RefundError(c.code, c.words); got != c.want {
			t.Errorf("%s %s: got %v, want %v", c.code, c.words, got, c.want)
		}
	}
	for _, r := range refundWords {
		if r.Kind != pos.RefUncertain && r.Kind != pos.RefLater {
			t.Errorf("the words %q make %s", r.code, r.Kind)
		}
	}
}

func TestRefundState(t *testing.T) {
	want := map[string]RefundOutcome{
		"SUCCESS":     {pos.RefSuccess, pos.CodeNone},
		"PROCESSING":  {pos.RefProcessing, pos.CodeNone},
		"REFUNDCLOSE": {pos.RefClose, pos.CodeRefused},
		"CLOSED":      {pos.RefClose, pos.CodeRefused},
		"CHANGE":      {pos.RefChange, pos.CodeRefused},
		"ABNORMAL":    {pos.RefChange, pos.CodeRefused},
	}
	if len(refundStates) != len(want) {
		t.Errorf("%d rows, want %d", len(refundStates), len(want))
	}
	for state, o := range want {
		if got, ok := RefundState(state); !ok || got != o {
			t.Errorf("%s: got %v, want %v", state, got, o)
		}
	}
	for _, s := range []string{"", "success", "SUCCESS ", "FAIL", "NOTSURE", "REFUND_CLOSE"} {
		if got, ok := RefundState(s); ok {
			t.Errorf("%q means %v; an unknown state must mean nothing", s, got)
		}
	}
}
