package apiv2

import (
	"strings"
	"testing"

	"guitai/pos"
)

// Every error code of the documentation's tables at every call, from the signed answer to the signal. A cell is the signal and
// its cause; "-" is uncertain because of an unknown code, which is what a code of another call is. The causes: R refused,
// C config, F server-fault, M too-many, N number-used, X expired; without one there is none.
const protocol = `
code                  | order         | query       | close          | charge        | reverse     | refund      | refund-query
NEVER_HEARD_OF        | -             | -           | close-denied R | -             | -           | -           | -
APPID_MCHID_NOT_MATCH | refused C     | uncertain C | close-denied C | refused C     | uncertain C | rejected C  | uncertain C
APPID_NOT_EXIST       | refused C     | uncertain C | close-denied C | refused C     | uncertain C | rejected C  | uncertain C
AUTHCODEEXPIRE        | -             | -           | close-denied R | refused R     | -           | -           | -
AUTH_CODE_ERROR       | -             | -           | close-denied R | refused R     | -           | -           | -
AUTH_CODE_INVALID     | -             | -           | close-denied R | refused R     | -           | -           | -
BANKERROR             | -             | -           | close-denied R | uncertain F   | recall F    | -           | -
BIZERR_NEED_RETRY     | -             | -           | close-denied R | -             | -           | uncertain F | -
BUYER_MISMATCH        | -             | -           | close-denied R | number-used N | -           | -           | -
CERT_ERROR            | -             | -           | close-denied R | -             | uncertain C | rejected C  | -
ERROR                 | -             | -           | close-denied R | -             | -           | refused R   | -
FREQUENCY_LIMITED     | uncertain M   | uncertain M | uncertain M    | uncertain M   | recall M    | later M     | uncertain M
INVALID_REQUEST       | number-used N | -           | close-denied R | number-used N | uncertain R | refused R   | -
INVALID_REQ_TOO_MUCH  | -             | -           | close-denied R | -             | -           | later M     | uncertain M
INVALID_TRANSACTIONID | -             | -           | close-denied R | -             | uncertain R | refused R   | uncertain R
LACK_PARAMS           | refused R     | -           | close-denied R | refused R     | uncertain R | refused R   | uncertain R
MCHID_NOT_EXIST       | refused C     | uncertain C | close-denied C | refused C     | uncertain C | rejected C  | uncertain C
NOAUTH                | refused C     | uncertain C | close-denied C | refused C     | uncertain C | rejected C  | uncertain C
NOTENOUGH             | refused R     | -           | close-denied R | refused R     | -           | later R     | -
NOTSUPORTCARD         | -             | -           | close-denied R | refused R     | -           | -           | -
NOT_UTF8              | refused R     | -           | close-denied R | refused R     | uncertain R | refused R   | uncertain R
ORDERCLOSED           | hint          | -           | close-done     | hint          | hint        | -           | -
ORDERNOTEXIST         | -             | not-exist   | not-exist      | -             | not-exist   | refused R   | uncertain R
ORDERPAID             | hint          | -           | hint           | hint          | -           | -           | -
ORDERREVERSED         | -             | -           | close-denied R | hint          | hint        | -           | -
OUT_TRADE_NO_USED     | number-used N | -           | close-denied R | number-used N | -           | -           | -
PARAM_ERROR           | refused R     | -           | close-denied R | refused R     | uncertain R | refused R   | uncertain R
POST_DATA_EMPTY       | refused R     | -           | close-denied R | refused R     | uncertain R | refused R   | uncertain R
REFUNDNOTEXIST        | -             | -           | close-denied R | -             | -           | -           | not-exist
REFUND_FEE_MISMATCH   | -             | -           | close-denied R | -             | -           | uncertain N | -
REQUIRE_POST_METHOD   | refused R     | -           | close-denied R | refused R     | uncertain R | refused R   | uncertain R
REVERSE_EXPIRE        | -             | -           | close-denied R | -             | reversed X  | -           | -
RULELIMIT             | -             | -           | close-denied R | refused R     | -           | -           | -
SIGNERROR             | refused C     | uncertain C | close-denied C | refused C     | uncertain C | rejected C  | uncertain C
SYSTEMERROR           | uncertain F   | uncertain F | uncertain F    | uncertain F   | recall F    | uncertain F | uncertain F
TRADE_ERROR           | -             | -           | close-denied R | refused R     | uncertain R | -           | -
TRADE_OVERDUE         | -             | -           | close-denied R | -             | -           | refused R   | -
TRADE_STATE_ERROR     | -             | -           | close-denied R | -             | uncertain R | refused R   | -
USERPAYING            | -             | -           | close-denied R | paying        | recall      | -           | -
USER_ACCOUNT_ABNORMAL | -             | -           | close-denied R | -             | -           | refused R   | -
XML_FORMAT_ERROR      | refused R     | -           | close-denied R | refused R     | uncertain R | refused R   | uncertain R
101                   | -             | -           | close-denied R | refused R     | -           | -           | -
201                   | number-used N | -           | close-denied R | number-used N | -           | -           | -
`

func TestProtocol_EveryCodeAtEveryCall(t *testing.T) {
	causes := map[string]pos.Code{
		"": pos.CodeNone, "R": pos.CodeRefused, "C": pos.CodeConfig, "F": pos.CodeServerFault, "M": pos.CodeTooMany, "N": pos.CodeNumberUsed,
		"X": pos.CodeExpired,
	}
	rows := strings.Split(strings.TrimSpace(protocol), "\n")
	var calls []string
	for call := range strings.SplitSeq(rows[0], "|") {
		calls = append(calls, strings.TrimSpace(call))
	}
	for _, row := range rows[1:] {
		cells := strings.Split(row, "|")
		code := strings.TrimSpace(cells[0])
		t.Run(code, func(t *testing.T) {
			for _, spelling := range []string{code, strings.ReplaceAll(code, "_", ""), strings.ReplaceAll(code, "ORDER", "ORDER_"), strings.ToLower(code)} {
				client, n := newClient(t, reply(200, signed(failed(spelling, "说明"))), nil)
				for i, cell := range cells[1:] {
					kind, cause, _ := strings.Cut(strings.TrimSpace(cell), " ")
					why, known := causes[cause]
					if kind == "-" {
						kind, why = "uncertain", pos.CodeUncertain
					}
					got, gotCode, detail := signalOf(t, client, calls[i+1])
					if !known || got != kind || gotCode != why || detail != spelling+": 说明" {
						t.Errorf("%s at %s: got %s %q (%s), want %s %q", spelling, calls[i+1], got, gotCode, detail, kind, why)
					}
				}
				if len(n.calls) != len(cells)-1 {
					t.Errorf("%d calls", len(n.calls))
				}
			}
		})
	}
}

// signalOf makes a call and tells its signal.
func signalOf(t *testing.T, c *Client, call string) (kind string, code pos.Code, detail string) {
	t.Helper()
	var s pos.Signal
	var r pos.RefundSignal
	switch call {
	case "order":
		s = c.Prepay(t.Context(), testNo, composed(t, c, testOrder()))
	case "query":
		s = c.Query(t.Context(), testNo)
	case "close":
		s = c.Close(t.Context(), testNo)
	case "charge":
		s = c.Charge(t.Context(), testNo, composedCharge(t, c), testCode)
	case "reverse":
		s = c.Reverse(t.Context(), testNo)
	case "refund":
		r = c.Refund(t.Context(), testRefundNo, composedRefund(t, c))
	case "refund-query":
		r = c.QueryRefund(t.Context(), testRefundNo, 450)
	default:
		t.Fatalf("no call %q", call)
	}
	if r.Kind != "" {
		return string(r.Kind), r.Code, r.Detail
	}
	return string(s.Kind), s.Code, s.Detail
}
