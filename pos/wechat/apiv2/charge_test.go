package apiv2

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
)

const testCode = pos.PaymentCode("134567890123456789")

func composedCharge(t testing.TB, c *Client) []byte {
	t.Helper()
	b, err := c.ComposeCharge(testOrder())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestComposeCharge(t *testing.T) {
	client, _ := newClient(t, nil, nil)
	got := valuesOf(t, composedCharge(t, client))
	native := valuesOf(t, composed(t, client, testOrder()))
	for _, name := range []string{"notify_url", "product_id", "trade_type"} {
		delete(native, name) // a payment code has none of them
	}
	if !reflect.DeepEqual(got, native) {
		t.Errorf("got  %q\nwant %q", got, native)
	}
	short := testOrder()
	short.ExpiresAt = short.OpenedAt.Add(time.Second)
	if _, err := client.ComposeCharge(short); pos.CodeOf(err) != pos.CodeInvalid || !errors.Is(err, ErrLife) {
		t.Errorf("an order that is over at once: %v", err)
	}
}

func TestCharge_Answers(t *testing.T) {
	bad := func(detail string) pos.Signal {
		return pos.Signal{Kind: pos.SigUncertain, Code: pos.CodeBadAnswer, Detail: detail}
	}
	const money = "total_fee, fee_type or transaction_id"
	for _, c := range []struct {
		name   string
		answer fields
		want   pos.Signal
	}{
		{"paid", charged, pos.Signal{Kind: pos.SigPaid, Trade: paidTrade, Source: pos.ByReply}},
		{"paid, no amount", charged.with("total_fee", "-"), bad(money)},
		{"paid, amount in yuan", charged.with("total_fee", "13.50"), bad(money)},
		{"paid, no transaction", charged.with("transaction_id", "-"), bad(money)},
		{"no number", charged.with("out_trade_no", "-"), pos.Signal{Kind: pos.SigUncertain, Code: pos.CodeNotOurs}},
		{"an answer to a query", trade, bad("trade_type")},
		{"an answer to a query of a payment code", charged.with("trade_state", "NOTPAY"), bad("trade_type")},
		{"an answer to a refund", charged.with("refund_id", "50000203702017072601461713166"), bad("trade_type")},
		{"a notice", notice, bad("trade_type")},
		{"an answer to closeorder", good, pos.Signal{Kind: pos.SigUncertain, Code: pos.CodeNotOurs}},
		{"password", failed("USERPAYING", "需要用户输入支付密码"), pos.Signal{Kind: pos.SigPaying, Detail: "USERPAYING: 需要用户输入支付密码", Source: pos.ByReply}},
		{"code too old", failed("AUTHCODEEXPIRE", "二维码已过期"), pos.Signal{Kind: pos.SigRefused, Code: pos.CodeRefused, Detail: "AUTHCODEEXPIRE: 二维码已过期", Source: pos.ByReply}},
		{"bank", failed("BANKERROR", ""), pos.Signal{Kind: pos.SigUncertain, Code: pos.CodeServerFault, Detail: "BANKERROR"}},
		{"paid before", failed("ORDERPAID", ""), pos.Signal{Kind: pos.SigHint, Detail: "ORDERPAID", Source: pos.ByReply}},
		{"number used", failed("OUT_TRADE_NO_USED", ""), pos.Signal{Kind: pos.SigNumberUsed, Code: pos.CodeNumberUsed, Detail: "OUT_TRADE_NO_USED", Source: pos.ByReply}},
		{"unknown code", failed("BRAND_NEW", ""), pos.Signal{Kind: pos.SigUncertain, Code: pos.CodeUncertain, Detail: "BRAND_NEW"}},
		{"words with the customer's code", failed("AUTH_CODE_INVALID", "无效"+string(testCode)), pos.Signal{Kind: pos.SigRefused, Code: pos.CodeRefused, Detail: "AUTH_CODE_INVALID: 无效…6789", Source: pos.ByReply}},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, _ := newClient(t, reply(200, signed(c.answer)), nil)
			c.want.To = pos.DoCharge
			if got := client.Charge(t.Context(), testNo, composedCharge(t, client), testCode); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

// Whatever becomes of it, a charge leaves once and for the first host, and it may take as long as WeChat needs.
func TestCharge_IsSentOnce(t *testing.T) {
	paid := reply(200, signed(charged))
	for _, c := range []struct {
		name  string
		first host
		code  pos.Code
		takes time.Duration
	}{
		{"refuses the connection", fails(refusedDial), pos.CodeUnreachable, 0},
		{"drops the connection", fails(reset), pos.CodeNoAnswer, 0},
		{"drops it in the body", lost, pos.CodeNoAnswer, 0},
		{"502", reply(502, ""), pos.CodeServerFault, 0},
		{"SYSTEMERROR", reply(200, signed(failed("SYSTEMERROR", ""))), pos.CodeServerFault, 0},
		{"silent", silent, pos.CodeNoAnswer, ChargeTime},
		{"stops in the body", slow, pos.CodeNoAnswer, ChargeTime},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, n := newClient(t, c.first, paid)
				client.order.learn(false) // the backup is first for every other call
				start := time.Now()
				s := client.Charge(t.Context(), testNo, composedCharge(t, client), testCode)
				if took := time.Since(start); took != c.takes {
					t.Errorf("took %v, want %v", took, c.takes)
				}
				if s.Kind != pos.SigUncertain || s.Code != c.code {
					t.Errorf("got %s %q, want uncertain %q", s.Kind, s.Code, c.code)
				}
				if len(n.calls) != 1 || n.calls[0].url != testBase+"/pay/micropay" {
					t.Errorf("sent %d times", len(n.calls))
				}
			})
		})
	}
	if ChargeTime < 30*time.Second {
		t.Error("WeChat may take half a minute to try the customer's cards")
	}
}

// The code is in the body that leaves, signed, and nowhere else.
func TestCharge_KeepsTheCode(t *testing.T) {
	client, n := newClient(t, reply(200, unsigned(fields{"return_code", "FAIL", "return_msg", "auth_code " + string(testCode) + " 无效"})), nil)
	request := composedCharge(t, client)
	before := bytes.Clone(request)
	s := client.Charge(t.Context(), testNo, request, testCode)
	if s.Kind != pos.SigRejected || !strings.Contains(s.Detail, "…6789") {
		t.Errorf("got %+v", s)
	}
	var text bytes.Buffer
	slog.New(slog.NewTextHandler(&text, nil)).Info("charge", "signal", fmt.Sprintf("%+v", s))
	if strings.Contains(text.String(), string(testCode)) || !bytes.Equal(request, before) || bytes.Contains(request, []byte("auth_code")) {
		t.Error("the code shows in the signal, or was written into the stored request")
	}
	d := newDocument()
	defer d.release()
	if err := d.read([]byte(n.calls[0].body)); err != nil || !client.signer.verify(d) || !d.is("auth_code", string(testCode)) {
		t.Errorf("the body that left: %v, or it lacks the code or its signature does not hold", err)
	}
	head := strings.TrimSuffix(string(request), rootClose)
	if !strings.HasPrefix(n.calls[0].body, head+"<auth_code>") || strings.Count(n.calls[0].body, string(testCode)) != 1 {
		t.Error("the stored request was rebuilt")
	}
	client.lines.once.Transport = failingWith{errors.New("proxy said " + string(testCode))}
	if s := client.Charge(t.Context(), testNo, request, testCode); strings.Contains(s.Detail, string(testCode)) {
		t.Errorf("a transport's error shows the code: %s", s.Detail)
	}
}

type failingWith struct{ err error }

func (f failingWith) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

func TestCharge_SendsNothingItShouldNot(t *testing.T) {
	client, n := newClient(t, reply(200, signed(charged)), nil)
	request := string(composedCharge(t, client))
	for name, x := range map[string]struct {
		no, request string
		payment     pos.PaymentCode
		code        pos.Code
	}{
		"another number":    {"S001-T1-261120ZZZZZZZZZZZZ", request, testCode, pos.CodeInternal},
		"no request":        {testNo, "", testCode, pos.CodeInternal},
		"a Native order":    {testNo, string(composed(t, client, testOrder())), testCode, pos.CodeInternal},
		"a code in it":      {testNo, strings.Replace(request, "<body>", "<auth_code>1</auth_code><body>", 1), testCode, pos.CodeInternal},
		"another merchant":  {testNo, strings.Replace(request, "1900000109", "1900000108", 1), testCode, pos.CodeConfig},
		"no code":           {testNo, request, "", pos.CodeInvalid},
		"Alipay's":          {testNo, request, "284567890123456789", pos.CodeInvalid},
		"too long":          {testNo, request, testCode + "0", pos.CodeInvalid},
		"prefix 16":         {testNo, request, "164567890123456789", pos.CodeInvalid},
		"other digits":      {testNo, request, "13456789012345678٩", pos.CodeInvalid},
		"XML":               {testNo, request, "13<a>8901234567890", pos.CodeInvalid},
		"number and XML":    {"a<b>cdef", request, testCode, pos.CodeInternal},
		"empty number, too": {"", strings.Replace(request, testNo, "", 1), testCode, pos.CodeInternal},
	} {
		s := client.Charge(t.Context(), x.no, []byte(x.request), x.payment)
		if s.Kind != pos.SigRejected || s.Code != x.code || s.To != pos.DoCharge {
			t.Errorf("%s: got %s %q, want %s %q", name, s.Kind, s.Code, pos.SigRejected, x.code)
		}
	}
	if len(n.calls) != 0 {
		t.Errorf("%d requests left all the same", len(n.calls))
	}
}

func TestCharge_CallerGivesUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	client, n := newClient(t, func(req *http.Request, body []byte) (*http.Response, error) {
		cancel()
		return silent(req, body)
	}, nil)
	if s := client.Charge(ctx, testNo, composedCharge(t, client), testCode); s.Kind != pos.SigUncertain || s.Code != pos.CodeNoAnswer || len(n.calls) != 1 {
		t.Errorf("got %s %q after %d", s.Kind, s.Code, len(n.calls))
	}
}

// Over real sockets: every charge has a connection of its own, so that none dies while it waits for the next customer, and a
// connection that is dropped after the request arrived is not tried again by the transport.
func TestCharge_RealSockets(t *testing.T) {
	var arrived, connections atomic.Int32
	drop := atomic.Bool{}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		arrived.Add(1)
		if drop.Load() {
			panic(http.ErrAbortHandler)
		}
		_, _ = w.Write([]byte(signed(charged)))
	}))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	client, err := New(Config{Merchant: testMerchant(), BaseURL: server.URL, BackupURL: server.URL + "/two", NotifyURL: "https://notify.invalid/"})
	if err != nil {
		t.Fatal(err)
	}
	defer client.CloseIdleConnections()
	for range 3 {
		if s := client.Charge(t.Context(), testNo, composedCharge(t, client), testCode); s.Kind != pos.SigPaid {
			t.Fatalf("got %+v", s)
		}
	}
	if arrived.Load() != 3 || connections.Load() != 3 {
		t.Errorf("3 charges arrived %d times over %d connections", arrived.Load(), connections.Load())
	}
	drop.Store(true)
	if s := client.Charge(t.Context(), testNo, composedCharge(t, client), testCode); s.Kind != pos.SigUncertain || s.Code != pos.CodeNoAnswer {
		t.Errorf("dropped: got %+v", s)
	}
	if arrived.Load() != 4 {
		t.Errorf("the dropped charge arrived %d times", arrived.Load()-3)
	}
}

func TestReverse_Answers(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer fields
		want   pos.Signal
	}{
		{"done", good.with("recall", "N"), pos.Signal{Kind: pos.SigReversed}},
		{"not yet", good.with("recall", "Y"), pos.Signal{Kind: pos.SigRecall}},
		{"recall missing", good, pos.Signal{Kind: pos.SigUncertain, Code: pos.CodeBadAnswer, Detail: "recall"}},
		{"odd recall", good.with("recall", "n"), pos.Signal{Kind: pos.SigUncertain, Code: pos.CodeBadAnswer, Detail: "recall"}},
		{"system error", failed("SYSTEMERROR", "系统超时").with("recall", "Y"), pos.Signal{Kind: pos.SigRecall, Code: pos.CodeServerFault, Detail: "SYSTEMERROR: 系统超时"}},
		{"while paying", failed("USERPAYING", ""), pos.Signal{Kind: pos.SigRecall, Detail: "USERPAYING"}},
		{"while paying, in words", failed("TRADE_ERROR", "用户支付中，不能撤销").with("recall", "N"), pos.Signal{Kind: pos.SigRecall, Detail: "TRADE_ERROR: 用户支付中，不能撤销"}},
		{"too old", failed("REVERSE_EXPIRE", ""), pos.Signal{Kind: pos.SigReversed, Code: pos.CodeExpired, Detail: "REVERSE_EXPIRE"}},
		{"never made", failed("ORDERNOTEXIST", "").with("recall", "N"), pos.Signal{Kind: pos.SigNotExist, Detail: "ORDERNOTEXIST"}},
		{"a hard error", failed("TRADE_ERROR", "").with("recall", "N"), pos.Signal{Kind: pos.SigUncertain, Code: pos.CodeRefused, Detail: "TRADE_ERROR"}},
		{"a hard error, come again", failed("BRAND_NEW", "").with("recall", "Y"), pos.Signal{Kind: pos.SigRecall, Code: pos.CodeUncertain, Detail: "BRAND_NEW"}},
		{"not a payment code", failed("INVALID_REQUEST", ""), pos.Signal{Kind: pos.SigUncertain, Code: pos.CodeRefused, Detail: "INVALID_REQUEST"}},
		{"settings", failed("CERT_ERROR", ""), pos.Signal{Kind: pos.SigUncertain, Code: pos.CodeConfig, Detail: "CERT_ERROR"}},
		{"another order", good.with("recall", "N", "out_trade_no", "S001-T1-261120ZZZZZZZZZZZZ"), pos.Signal{Kind: pos.SigUncertain, Code: pos.CodeNotOurs}},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, n := newClient(t, reply(200, signed(c.answer)), nil)
			c.want.To = pos.DoReverse
			if got := client.Reverse(t.Context(), testNo); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
			if len(n.calls) != 1 || n.calls[0].url != testBase+"/secapi/pay/reverse" {
				t.Errorf("sent %d times", len(n.calls))
			}
		})
	}
}
