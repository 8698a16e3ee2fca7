package apiv2

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
	"guitai/pos/wechat/sim"
)

const (
	billDay  = pos.Day(20261120)
	billText = "交易时间,公众账号ID,商户号\r\n`2026-11-20 12:00:00,`wx8888888888888888,`可乐, `大`瓶 <\"冰\">\r\n总交易单数\r\n`1\r\n"
)

func packed(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text)) // a buffer takes everything
	_ = z.Close()
	return b.String()
}

// fetch is a trade bill to its end.
func fetch(ctx context.Context, c *Client) (string, error) {
	r, err := c.TradeBill(ctx, billDay)
	if err != nil {
		return "", err
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	return string(text), err
}

func TestBill_TellsAFileFromWhatStandsInItsPlace(t *testing.T) {
	const mark = "\uFEFF"
	fail := func(code, message string) string {
		return unsigned(fields{"return_code", "FAIL", "return_msg", message, "error_code", code})
	}
	for _, c := range []struct {
		name, body string
		text       string // of a bill
		code       pos.Code
	}{
		{"packed", packed(billText), billText, ""},
		{"packed, with a mark", packed(mark + billText), mark + billText, ""},
		{"plain", billText, billText, ""},
		{"plain, with a mark", mark + billText, mark + billText, ""},
		{"plain, short", "`", "`", ""},
		{"white space before", "\r\n" + billText, "\r\n" + billText, ""},
		{"two packings, one after the other", packed(billText) + packed("`2"), billText + "`2", ""},

		{"no bill", fail("20002", "No Bill Exist"), "", pos.CodeNotFound},
		{"no bill, as documented", fail("20002", "NO Bill Exist"), "", pos.CodeNotFound},
		{"no bill, with a mark", mark + fail("20002", "no bill exist"), "", pos.CodeNotFound},
		{"no bill, packed", packed(fail("20002", "No Bill Exist")), "", pos.CodeNotFound},
		{"no bill, with an err_code", unsigned(good.with("result_code", "FAIL", "err_code", "NO_BILL_EXIST", "err_code_des", "账单不存在")), "", pos.CodeNotFound},
		{"in the making", fail("20002", "Bill Creating"), "", pos.CodeNotYet},
		{"signature", fail("20001", "SIGN ERROR"), "", pos.CodeConfig},
		{"request", fail("20001", "invalid bill_date"), "", pos.CodeRejected},
		{"system", fail("20100", "SYSTEMERROR"), "", pos.CodeServerFault},
		{"busy", unsigned(fields{"return_code", "FAIL", "return_msg", "系统繁忙，请稍后再试"}), "", pos.CodeServerFault},
		{"success without a file", unsigned(good), "", pos.CodeBadAnswer},
		{"an external entity", `<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]><xml><return_code>FAIL</return_code><return_msg>&x;</return_msg></xml>`, "", pos.CodeBadAnswer},
		{"a document without end", "<xml>" + strings.Repeat("<a>1</a>", maxBody/4), "", pos.CodeBadAnswer},
		{"a page", "\r\n<!DOCTYPE html><html>请登录</html>", "", pos.CodeCaptive},
		{"a page, packed", packed("<html>"), "", pos.CodeCaptive},

		{"nothing", "", "", pos.CodeBadAnswer},
		{"nothing, packed", packed(""), "", pos.CodeBadAnswer},
		{"only a mark", mark, "", pos.CodeBadAnswer},
		{"JSON", `{"code":"NO_STATEMENT_EXIST"}`, "", pos.CodeBadAnswer},
		{"a picture", "\x00\x01\x02", "", pos.CodeBadAnswer},
		{"half a magic number", "\x1f", "", pos.CodeBadAnswer},
		{"packed otherwise", "\x1f\x8b\x07" + packed(billText)[3:], "", pos.CodeBadAnswer},
		{"a wrong checksum", strings.Replace(packed(billText), packed(billText)[len(packed(billText))-8:], "12345678", 1), "", pos.CodeBadAnswer},
		{"more behind it", packed(billText) + "and so on", "", pos.CodeBadAnswer},
	} {
		client, n := newClient(t, reply(200, c.body), nil)
		text, err := fetch(t.Context(), client)
		if pos.CodeOf(err) != c.code || err == nil && text != c.text {
			t.Errorf("%s: got %q and %v, want %q %q", c.name, text, err, c.text, c.code)
		}
		if len(n.calls) != 1 || n.calls[0].url != testBase+"/pay/downloadbill" {
			t.Errorf("%s: %+v", c.name, n.calls)
		}
	}
}

func TestBill_StatusesAreThoseOfEveryCall(t *testing.T) {
	for status, code := range map[int]pos.Code{
		404: pos.CodeBadAnswer, 429: pos.CodeTooMany, 500: pos.CodeServerFault, 502: pos.CodeServerFault, 511: pos.CodeCaptive, 204: pos.CodeBadAnswer,
	} {
		client, _ := newClient(t, reply(status, packed(billText)), nil)
		if text, err := fetch(t.Context(), client); pos.CodeOf(err) != code || text != "" {
			t.Errorf("%d: %q, %v, want %q", status, text, err, code)
		}
	}
}

// dribble is a body that comes in pieces, each after a while, and ends as it is told to.
type dribble struct {
	req   *http.Request
	text  string
	piece int
	every time.Duration
	end   error // nil is a proper end
}

func (d *dribble) Read(p []byte) (int, error) {
	if d.text == "" && d.end == nil {
		return 0, io.EOF
	}
	if d.text == "" {
		return 0, d.end
	}
	select {
	case <-time.After(d.every):
	case <-d.req.Context().Done():
		return 0, d.req.Context().Err()
	}
	n := copy(p, d.text[:min(d.piece, len(d.text))])
	d.text = d.text[n:]
	return n, nil
}

func dribbles(d dribble) host {
	return func(req *http.Request, _ []byte) (*http.Response, error) {
		d := d
		d.req = req
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(&d)}, nil
	}
}

// Wherever a bill is cut, it never ends as if it were whole.
func TestBill_CutAtEveryByteIsNeverWhole(t *testing.T) {
	file := packed(billText)
	for n := range len(file) + 1 {
		for name, c := range map[string]struct {
			end  error
			code pos.Code
		}{"ended": {nil, pos.CodeBadAnswer}, "dropped": {reset, pos.CodeNoAnswer}} {
			client, _ := newClient(t, dribbles(dribble{text: file[:n], piece: 7, end: c.end}), nil)
			text, err := fetch(t.Context(), client)
			if n == len(file) && c.end == nil {
				if err != nil || text != billText {
					t.Errorf("whole: %q, %v", text, err)
				}
				continue
			}
			if pos.CodeOf(err) != c.code {
				t.Errorf("%s after %d of %d bytes: %q, %v, want %q", name, n, len(file), text, err, c.code)
			}
			if c.end != nil && !strings.Contains(err.Error(), "reset by peer") {
				t.Errorf("%s after %d bytes: %v", name, n, err)
			}
		}
	}
	// A plain file has no end of its own; a connection that drops is heard of all the same.
	for n := range len(billText) {
		client, _ := newClient(t, dribbles(dribble{text: billText[:n], piece: 7, end: io.ErrUnexpectedEOF}), nil)
		if text, err := fetch(t.Context(), client); pos.CodeOf(err) != pos.CodeNoAnswer {
			t.Errorf("plain, dropped after %d bytes: %q, %v", n, text, err)
		}
	}
}

func TestBill_TakesAsLongAsItComes(t *testing.T) {
	long := strings.Repeat(billText, 40_000) // some 7 MB
	for _, c := range []struct {
		name  string
		body  host
		takes time.Duration
		code  pos.Code
	}{
		{"8 KiB every 29 s", dribbles(dribble{text: long, piece: billPiece, every: 29 * time.Second}), time.Duration((len(long)+billPiece-1)/billPiece) * 29 * time.Second, ""},
		{"a short one in 29 s", dribbles(dribble{text: billText, piece: len(billText), every: 29 * time.Second}), 29 * time.Second, ""},
		{"a byte a second", dribbles(dribble{text: long, piece: 1, every: time.Second}), billStall, pos.CodeNoAnswer},
		{"silence after the first piece", dribbles(dribble{text: long[:billPiece], piece: billPiece, end: nil}), 0, ""},
		{"never answers", silent, billAnswer, pos.CodeNoAnswer},
		{"stops after the first bytes", slowBill, billStall, pos.CodeNoAnswer},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, _ := newClient(t, c.body, nil)
				began := time.Now()
				text, err := fetch(t.Context(), client)
				if took := time.Since(began); pos.CodeOf(err) != c.code || took != c.takes {
					t.Errorf("%v after %v, want %q after %v", err, took, c.code, c.takes)
				}
				if err != nil && !strings.Contains(err.Error(), errStalled.Error()) {
					t.Errorf("the reason is %v", err)
				}
				if err == nil && !strings.HasPrefix(long, text) {
					t.Errorf("%d bytes of something else", len(text))
				}
			})
		})
	}
}

// slowBill begins a file and never goes on.
func slowBill(req *http.Request, _ []byte) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(io.MultiReader(
		strings.NewReader(strings.Repeat(billText, 2)), endless{req},
	))}, nil
}

// What the reader does in between takes as long as it takes.
func TestBill_WaitsForASlowReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		text := strings.Repeat(billText, 2000)
		client, _ := newClient(t, dribbles(dribble{text: packed(text), piece: 100, every: time.Second}), nil)
		r, err := client.TradeBill(t.Context(), billDay)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		var got strings.Builder
		for err == nil {
			_, err = io.CopyN(&got, r, 10_000)
			bubble.Sleep(time.Minute)
		}
		if !errors.Is(err, io.EOF) || got.String() != text {
			t.Errorf("%v after %d of %d bytes", err, got.Len(), len(text))
		}
	})
}

func TestBill_EndsWithItsContextAndWithClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, ctx := range map[string]func() (context.Context, context.CancelFunc){
			"before the answer": func() (context.Context, context.CancelFunc) { return context.WithTimeout(t.Context(), time.Second) },
			"cancelled": func() (context.Context, context.CancelFunc) {
				ctx, stop := context.WithCancel(t.Context())
				stop()
				return ctx, stop
			},
		} {
			ctx, stop := ctx()
			client, _ := newClient(t, silent, silent)
			_, err := fetch(ctx, client)
			if pos.CodeOf(err) != pos.CodeNoAnswer || !errors.Is(err, ctx.Err()) {
				t.Errorf("%s: %v", name, err)
			}
			stop()
		}
		ctx, stop := context.WithCancel(t.Context())
		client, _ := newClient(t, slowBill, nil)
		r, err := client.TradeBill(ctx, billDay)
		if err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(5*time.Second, stop)
		began := time.Now()
		_, err = io.Copy(io.Discard, r)
		if pos.CodeOf(err) != pos.CodeNoAnswer || !errors.Is(err, context.Canceled) || time.Since(began) != 5*time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		if _, again := r.Read(make([]byte, 1)); again != err { // the very same
			t.Errorf("then %v", again)
		}
		_ = r.Close()

		client, _ = newClient(t, slowBill, nil)
		if r, err = client.TradeBill(t.Context(), billDay); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(r.Close(), r.Close()); err != nil {
			t.Error(err)
		}
		if n, err := r.Read(make([]byte, 1)); n != 0 || err == nil || errors.Is(err, io.EOF) {
			t.Errorf("after Close: %d, %v", n, err)
		}
	})
}

func TestBill_IsNotUnpackedWithoutEnd(t *testing.T) {
	text := strings.Repeat(billText, 1000)
	for left, whole := range map[int64]bool{int64(len(text)): true, int64(len(text)) - 1: false, 1: false} {
		b := &bill{op: "test", ctx: t.Context(), stop: func(error) {}, left: left, body: newPatient(io.NopCloser(strings.NewReader(packed(text))), func(error) {})}
		if document, err := b.begin(); document || err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(b)
		if whole != (err == nil) || int64(len(got)) > left || !whole && !errors.Is(err, errBillSize) {
			t.Errorf("at most %d: %d bytes, %v", left, len(got), err)
		}
	}
}

func TestBill_AsksTheOtherHostUntilTheFileHasBegun(t *testing.T) {
	file := reply(200, packed(billText))
	for _, c := range []struct {
		name         string
		first, spare host
		code         pos.Code
		calls        int
		takes        time.Duration
	}{
		{"first answers", file, file, "", 1, 0},
		{"first refuses the connection", fails(refusedDial), file, "", 2, 0},
		{"first drops the connection", fails(reset), file, "", 2, 0},
		{"first drops it before the file", dribbles(dribble{end: reset}), file, "", 2, 0},
		{"first answers 502", reply(502, "<html>"), file, "", 2, 0},
		{"first is silent", silent, file, "", 2, billAnswer},
		{"first says there is none", reply(200, unsigned(fields{"return_code", "FAIL", "return_msg", "No Bill Exist"})), file, pos.CodeNotFound, 1, 0},
		{"first is a page", reply(200, "<html>"), file, pos.CodeCaptive, 1, 0},
		{"first drops it in the file", dribbles(dribble{text: billText[:100], piece: 100, end: reset}), file, pos.CodeNoAnswer, 1, 0},
		{"first silent, second refuses the connection", silent, fails(refusedDial), pos.CodeNoAnswer, 2, billAnswer},
		{"both refuse the connection", fails(refusedDial), fails(noSuchHost), pos.CodeUnreachable, 2, 0},
		{"502 and no bill", reply(502, ""), reply(200, unsigned(fields{"return_code", "FAIL", "return_msg", "No Bill Exist"})), pos.CodeNotFound, 2, 0},
		{"both silent", silent, silent, pos.CodeNoAnswer, 2, 2 * billAnswer},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, n := newClient(t, c.first, c.spare)
				start := time.Now()
				text, err := fetch(t.Context(), client)
				if took := time.Since(start); pos.CodeOf(err) != c.code || err == nil && text != billText || took != c.takes {
					t.Errorf("%q, %v after %v, want %q after %v", text, err, took, c.code, c.takes)
				}
				if len(n.calls) != c.calls {
					t.Fatalf("%d requests, want %d", len(n.calls), c.calls)
				}
				if c.calls == 2 && (!strings.HasPrefix(n.calls[1].url, testSpare+"/pay/downloadbill") || n.calls[0].body == n.calls[1].body) {
					t.Error("the second try goes to the first host, or uses its nonce again")
				}
			})
		})
	}
}

func TestBill_ErrorsTellNoSecret(t *testing.T) {
	for name, body := range map[string]string{
		"in the words": unsigned(fields{"return_code", "FAIL", "return_msg", "bad key " + testKey + strings.Repeat("长", 300)}),
		"in the code":  unsigned(fields{"return_code", "FAIL", "return_msg", "no", "error_code", testKey}),
	} {
		client, _ := newClient(t, reply(200, body), nil)
		_, err := fetch(t.Context(), client)
		if err == nil || strings.Contains(err.Error(), testKey) || !strings.Contains(err.Error(), "[hidden]") || len(err.Error()) > 300 {
			t.Errorf("%s: %v", name, err)
		}
	}
	proxy := errors.New(`invalid proxy address "http://me:secret@proxy:99999"`)
	for name, h := range map[string]host{"before": fails(proxy), "within": dribbles(dribble{text: billText, piece: 9, end: proxy})} {
		client, _ := newClient(t, h, nil)
		if _, err := fetch(t.Context(), client); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBill_ADayThatIsNoneIsNotAskedFor(t *testing.T) {
	client, n := newClient(t, reply(200, billText), nil)
	for _, day := range []pos.Day{0, 20261131, -1, 2026112} {
		if _, err := client.TradeBill(t.Context(), day); pos.CodeOf(err) != pos.CodeInvalid {
			t.Errorf("%d: %v", day, err)
		}
		if _, err := client.FundFlow(t.Context(), day); pos.CodeOf(err) != pos.CodeInvalid {
			t.Errorf("%d: %v", day, err)
		}
	}
	if len(n.calls) != 0 {
		t.Errorf("%d requests", len(n.calls))
	}
}

func TestFundFlow_NeedsTheCertificate(t *testing.T) {
	for want, config := range map[pos.Code]Config{
		pos.CodeSecret: {}, pos.CodeConfig: {NoCert: pos.CodeConfig},
	} {
		n := &network{hosts: map[string]host{"pay.invalid": reply(200, packed(billText))}}
		config.Merchant, config.BaseURL, config.NotifyURL, config.Transport = testMerchant(), testBase, "https://notify.invalid/", n
		c, err := New(config)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.FundFlow(t.Context(), billDay); pos.CodeOf(err) != want || len(n.calls) != 0 {
			t.Errorf("%v after %d requests, want %q", err, len(n.calls), want)
		}
		if text, err := fetch(t.Context(), c); err != nil || text != billText { // which needs none
			t.Errorf("%q, %v", text, err)
		}
	}
}

// Over real TLS, against the simulator, which asks for the certificate: the trade bill shows none, the fund flow does.
func TestBill_OverTLS(t *testing.T) {
	m := testMerchant()
	s, err := sim.New(sim.Options{
		Merchants: []sim.Merchant{{AppID: m.AppID, MchID: m.MchID, Key: testKey}}, RequireCert: true,
		Bill: sim.BillOptions{Now: true, BOM: true, CRLF: true}, Transport: sim.InProcess(http.NotFoundHandler()),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ours := newAuthority(t)
	var shown []string
	address := secure(t, ours.issue(t, wechatHost, -time.Hour, time.Hour), &tls.Config{ClientAuth: tls.VerifyClientCertIfGiven, ClientCAs: ours.pool()},
		func(w http.ResponseWriter, r *http.Request) {
			shown = append(shown, fmt.Sprint(r.URL.Path, " ", len(r.TLS.PeerCertificates)))
			s.ServeHTTP(w, r)
		})
	client := place{tls: address, roots: ours.pool(), cert: ours.issue(t, m.MchID, -time.Hour, time.Hour)}.client(t)
	order := testOrder()
	order.OpenedAt, order.ExpiresAt = time.Now(), time.Now().Add(time.Hour)
	var day pos.Day       // of the sale: midnight may come meanwhile
	for i := range 3000 { // more than any buffer on the way
		order.OutTradeNo = fmt.Sprintf("S001-T1-%08d", i)
		if i == 0 {
			if got := client.Prepay(t.Context(), order.OutTradeNo, composed(t, client, order)); got.Kind != pos.SigOrdered {
				t.Fatalf("%+v", got)
			}
			paid, err := s.Pay(order.OutTradeNo, sim.Act{Kind: sim.PayNow})
			if err != nil {
				t.Fatal(err)
			}
			day = pos.BillDay(paid.Payments[0].TimeEnd)
		}
		if _, err := s.Plant(sim.Difference{Day: day.Compact(), Kind: sim.WrongForeign, Row: order.OutTradeNo}); err != nil {
			t.Fatal(err)
		}
	}
	for name, get := range map[string]func(context.Context, pos.Day) (io.ReadCloser, error){"交易时间": client.TradeBill, "记账时间": client.FundFlow} {
		r, err := get(t.Context(), day)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil || !strings.HasPrefix(string(text), "\uFEFF"+name) || name == "交易时间" && strings.Count(string(text), "\r\n") != 3004 {
			t.Errorf("%s: %v, %d bytes, %.80q", name, err, len(text), text)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	want := map[string]bool{"/pay/unifiedorder 0": true, "/pay/downloadbill 0": true, "/pay/downloadfundflow 1": true}
	for _, got := range shown {
		if !want[got] {
			t.Errorf("%s certificates", got)
		}
	}
	if len(shown) != 3 {
		t.Errorf("%v", shown)
	}
	// A connection that is cut on the way, for real.
	if err := s.SetFault(sim.Fault{Name: sim.FaultBillDrop, Count: 1}); err != nil {
		t.Fatal(err)
	}
	r, err := client.TradeBill(t.Context(), day)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if n, err := io.Copy(io.Discard, r); pos.CodeOf(err) != pos.CodeNoAnswer || n == 0 {
		t.Errorf("cut: %d bytes, %v", n, err)
	}
	bare := place{tls: address, roots: ours.pool()}.client(t)
	if _, err := bare.FundFlow(t.Context(), day); pos.CodeOf(err) != pos.CodeSecret {
		t.Errorf("without a certificate: %v", err)
	}
	theirs := place{tls: address, roots: ours.pool(), cert: ours.issue(t, "1900000110", -time.Hour, time.Hour)}.client(t)
	if _, err := theirs.FundFlow(t.Context(), day); pos.CodeOf(err) != pos.CodeConfig {
		t.Errorf("with another merchant's: %v", err)
	}
}

// Whatever comes in a bill's place: it ends, with a file that begins as one does or with an error that has a code and tells no secret.
func FuzzBill(f *testing.F) {
	for _, seed := range []string{
		billText, packed(billText), packed(billText)[:40], packed(billText) + "x", "<html>", "\uFEFF<xml>", "\x1f\x8b\x08", "`", "",
		unsigned(fields{"return_code", "FAIL", "return_msg", "No Bill Exist", "error_code", "20002"}), packed(packed(billText)),
	} {
		f.Add([]byte(seed), uint8(7))
	}
	f.Fuzz(func(t *testing.T, body []byte, piece uint8) {
		client, _ := newClient(t, dribbles(dribble{text: string(body), piece: int(piece) + 1}), nil)
		text, err := fetch(t.Context(), client)
		switch {
		case err == nil:
			if start := trimStart([]byte(text)[:min(64, len(text))]); len(start) == 0 || !isPlainText(start) {
				t.Errorf("%q is taken for a bill", text)
			}
		case pos.CodeOf(err) == pos.CodeInternal || pos.CodeOf(err) == pos.CodeInvalid:
			t.Errorf("%v", err)
		case strings.Contains(err.Error(), testKey), len(err.Error()) > 400:
			t.Errorf("%.500s", err.Error())
		}
	})
}
