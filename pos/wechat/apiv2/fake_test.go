package apiv2

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/wechat"
)

const (
	testKey   = "192006250b4c09247ec02edce69f6a2d" // the key of the documentation's own signing example
	testNo    = "S001-T1-261120ABCDEFGHJKMN"
	testBase  = "https://pay.invalid"
	testSpare = "https://spare.invalid"
)

func testMerchant() wechat.Merchant {
	return wechat.Merchant{
		AppID: "wx8888888888888888", MchID: "1900000109", Key: wechat.NewAPIKey(testKey), SignType: wechat.HMACSHA256,
	}
}

// host is what a fake host does with a request.
type host func(req *http.Request, body []byte) (*http.Response, error)

// network is a RoundTripper of fake hosts that remembers what it was asked.
type network struct {
	hosts map[string]host

	mu    sync.Mutex
	calls []call
}

type call struct {
	url, contentType string
	body             string
}

func (n *network) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	n.calls = append(n.calls, call{req.URL.String(), req.Header.Get("Content-Type"), string(body)})
	n.mu.Unlock()
	h := n.hosts[req.URL.Host]
	if h == nil {
		return nil, errors.New("no such host in this test")
	}
	return h(req, body)
}

// newClient makes a client of fake hosts: "pay.invalid" and, unless spare is nil, "spare.invalid".
func newClient(t *testing.T, first, spare host) (*Client, *network) {
	t.Helper()
	n := &network{hosts: map[string]host{"pay.invalid": first, "spare.invalid": spare}}
	config := Config{
		Merchant: testMerchant(), BaseURL: testBase, NotifyURL: "https://notify.invalid/", DeviceInfo: "T1", Transport: n,
		Practice: true,
	}
	if spare != nil {
		config.BackupURL = testSpare
	}
	c, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	return c, n
}

func reply(status int, body string) host {
	return func(*http.Request, []byte) (*http.Response, error) {
		return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
	}
}

func fails(err error) host {
	return func(*http.Request, []byte) (*http.Response, error) { return nil, err }
}

// silent answers nothing until the caller gives up.
func silent(req *http.Request, _ []byte) (*http.Response, error) {
	<-req.Context().Done()
	return nil, req.Context().Err()
}

// slow begins an answer and never finishes it.
func slow(req *http.Request, _ []byte) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(io.MultiReader(
		strings.NewReader("<xml><return_code>SUCC"), endless{req},
	))}, nil
}

type endless struct{ req *http.Request }

func (e endless) Read([]byte) (int, error) {
	<-e.req.Context().Done()
	return 0, e.req.Context().Err()
}

// lost begins an answer and drops the connection.
func lost(*http.Request, []byte) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(io.MultiReader(
		strings.NewReader("<xml><return_code>SUCC"), failing{},
	))}, nil
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// fields is an answer under construction: name, value, name, value, …; a later value replaces an earlier one, and a
// value of "-" takes the field out.
type fields []string

func (f fields) with(more ...string) fields { return append(append(fields{}, f...), more...) }

// signed is an answer with the merchant's own signature.
func signed(f fields) string { return signedBy(testMerchant(), f) }

func signedBy(m wechat.Merchant, f fields) string {
	bare := unsigned(f)
	d := newDocument()
	defer d.release()
	if err := d.read([]byte(bare)); err != nil {
		panic(err)
	}
	sign := string(newSigner(m).append(nil, d))
	return strings.Replace(bare, rootClose, "<sign><![CDATA["+sign+"]]></sign></xml>", 1)
}

func unsigned(f fields) string {
	values := map[string]string{}
	var order []string
	for i := 0; i < len(f); i += 2 {
		if _, ok := values[f[i]]; !ok {
			order = append(order, f[i])
		}
		values[f[i]] = f[i+1]
	}
	var b bytes.Buffer
	b.WriteString("<xml>")
	for _, name := range order {
		if v := values[name]; v != "-" {
			b.WriteString("<" + name + "><![CDATA[" + v + "]]></" + name + ">\n")
		}
	}
	b.WriteString("</xml>")
	return b.String()
}

// good is the head of every good answer.
var good = fields{
	"return_code", "SUCCESS", "return_msg", "OK", "appid", "wx8888888888888888", "mch_id", "1900000109",
	"nonce_str", "IITRi8Iabbblz1Jc", "result_code", "SUCCESS",
}

var (
	ordered = good.with("trade_type", "NATIVE", "prepay_id", "wx20261120", "code_url", "weixin://wxpay/bizpayurl?pr=AbCdEfG")
	trade   = good.with("out_trade_no", testNo, "trade_state", "SUCCESS", "trade_state_desc", "支付成功", "openid", "oUpF8uMEb4qRXf22hE3X68TekukE",
		"bank_type", "CCB_DEBIT", "total_fee", "1350", "fee_type", "CNY", "transaction_id", "4200000015202611200000000001",
		"time_end", "20261120151203", "attach", "", "coupon_fee_0", "10", "settlement_total_fee", "1340", "new_field", "微信")
	charged = trade.with("trade_state", "-", "trade_state_desc", "-", "trade_type", "MICROPAY")
	notice  = trade.with("trade_state", "-", "trade_state_desc", "-", "trade_type", "NATIVE", "cash_fee", "1350")
)

func failed(code, words string) fields {
	return good.with("result_code", "FAIL", "err_code", code, "err_code_des", words)
}

var paidTrade = pos.Trade{
	TransactionID: "4200000015202611200000000001", Amount: 1350, Settlement: 1340, Currency: "CNY",
	PaidAt: time.Date(2026, 11, 20, 7, 12, 3, 0, time.UTC), Bank: "CCB_DEBIT",
}

func testOrder() pos.Order {
	at := time.Date(2026, 11, 20, 7, 10, 0, 0, time.UTC)
	return pos.Order{
		OutTradeNo: testNo, Amount: 1350, OpenedAt: at, ExpiresAt: at.Add(5 * time.Minute),
		Sale: pos.Sale{Gross: 1350, Lines: []pos.Line{
			{Item: 1, Barcode: "6901939621608", Name: "可口可乐 330ml", Price: 300, Quantity: 2},
			{Item: 2, Barcode: "6924743915848", Name: "乐事薯片 原味 75g", Price: 750, Quantity: 1},
		}},
	}
}

func composed(t testing.TB, c *Client, o pos.Order) []byte {
	t.Helper()
	b, err := c.Compose(o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// sampleNotice is a notice as WeChat sends it, for fuzzing.
var sampleNotice = signed(notice)

func cartOf(n int) []pos.Line {
	lines := make([]pos.Line, n)
	for i := range lines {
		lines[i] = pos.Line{
			Item: pos.ItemID(i + 1), Barcode: strconv.Itoa(6900000000000 + i), Name: "统一老坛酸菜牛肉面 桶装 120g", Price: 450, Quantity: 1,
		}
	}
	return lines
}
