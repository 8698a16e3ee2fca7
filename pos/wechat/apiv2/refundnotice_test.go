package apiv2

import (
	"bytes"
	"crypto/aes"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"guitai/pos"
	"guitai/pos/wechat"
)

// encrypt is what WeChat does with the inside of a refund notice. pad is the last block's filling.
func encrypt(plain, pad []byte, apiKey string) string {
	sum := md5.Sum([]byte(apiKey))
	block, err := aes.NewCipher([]byte(hex.EncodeToString(sum[:])))
	if err != nil {
		panic(err)
	}
	text := append(bytes.Clone(plain), pad...)
	for i := 0; i+aes.BlockSize <= len(text); i += aes.BlockSize {
		block.Encrypt(text[i:], text[i:])
	}
	return base64.StdEncoding.EncodeToString(text)
}

// padding is PKCS#7 for n bytes.
func padding(n int) []byte {
	k := aes.BlockSize - n%aes.BlockSize
	return bytes.Repeat([]byte{byte(k)}, k)
}

func refundNotice(f fields, plain string) string {
	return unsigned(f.with("req_info", encrypt([]byte(plain), padding(len(plain)), testKey)))
}

// outside is a refund notice but for req_info; inside what req_info says.
var (
	outside = fields{"return_code", "SUCCESS", "appid", "wx8888888888888888", "mch_id", "1900000109", "nonce_str", "IITRi8Iabbblz1Jc"}
	inside  = fields{
		"out_refund_no", testRefundNo, "out_trade_no", testNo, "refund_fee", "450", "refund_id", testRefundID, "refund_status", "SUCCESS",
		"success_time", "2026-11-20 15:20:03", "total_fee", "1350", "transaction_id", testTransaction,
	}
)

func rooted(f fields) string {
	return strings.NewReplacer("<xml>", "<root>\n", "</xml>", "</root>").Replace(unsigned(f))
}

func TestRefundNotice_PublishedVectors(t *testing.T) {
	raw, err := os.ReadFile("testdata/refund_vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vs []struct {
		ID      string `json:"id"`
		Key     string `json:"api_key"`
		AES     string `json:"aes_key_ascii"`
		ReqInfo string `json:"req_info"`
		Plain   string `json:"plaintext"`
	}
	if err := json.Unmarshal(raw, &vs); err != nil || len(vs) != 3 {
		t.Fatal(len(vs), err)
	}
	for _, v := range vs {
		if sum := md5.Sum([]byte(v.Key)); hex.EncodeToString(sum[:]) != v.AES {
			t.Errorf("%s: the key is not %s", v.ID, v.AES)
		}
		if v.ReqInfo == "" {
			// No ciphertext comes with it: what the key is good for is shown with one of our own.
			v.Plain = rooted(inside)
			v.ReqInfo = encrypt([]byte(v.Plain), padding(len(v.Plain)), v.Key)
		}
		plain, ok := decrypt([]byte(v.ReqInfo), v.Key)
		if !ok || string(plain) != v.Plain {
			t.Errorf("%s: decrypted %q", v.ID, plain)
		}
		m := testMerchant()
		m.Key = wechat.NewAPIKey(v.Key)
		client, err := New(Config{Merchant: m, BaseURL: testBase, NotifyURL: "https://notify.invalid/"})
		if err != nil {
			t.Fatal(err)
		}
		n, err := client.ReadNotice([]byte(unsigned(outside.with("req_info", v.ReqInfo))))
		if err != nil || !n.Refund || n.Success || !strings.Contains(v.Plain, "["+n.OutRefundNo+"]") || !strings.Contains(v.Plain, "["+n.OutTradeNo+"]") {
			t.Errorf("%s: read %+v, %v", v.ID, n, err)
		}
	}
}

func TestRefundNotice_IsAHintAndNoMore(t *testing.T) {
	client, _ := newClient(t, nil, nil)
	want := pos.Notice{OutTradeNo: testNo, Detail: "SUCCESS", Refund: true, OutRefundNo: testRefundNo}
	// What stands outside is written by anybody, and signing it proves nothing about a refund either.
	everything := outside.with("out_trade_no", "S001-T1-261120ZZZZZZZZZZZZ", "out_refund_no", "X", "result_code", "SUCCESS", "total_fee", "1",
		"transaction_id", testTransaction, "time_end", "20261120151203", "trade_type", "NATIVE", "refund_status", "CHANGE")
	info := encrypt([]byte(rooted(inside)), padding(len(rooted(inside))), testKey)
	for name, body := range map[string]string{
		"as WeChat sends it":           refundNotice(outside, rooted(inside)),
		"with fields outside":          refundNotice(everything, rooted(inside)),
		"with a signature":             signed(everything.with("req_info", info)),
		"with a wrong signature":       unsigned(everything.with("req_info", info, "sign", strings.Repeat("A", 64))),
		"broken into lines":            unsigned(outside.with("req_info", info[:76]+"\n"+info[76:])),
		"with a declaration inside":    refundNotice(outside, `<?xml version="1.0" encoding="UTF-8"?>`+rooted(inside)),
		"a whole block of padding":     refundNotice(outside, rooted(inside)+strings.Repeat(" ", 16-len(rooted(inside))%16)),
		"with fields of tomorrow":      refundNotice(outside, rooted(inside.with("new", "新"))),
		"another amount, known number": refundNotice(outside, rooted(inside.with("refund_fee", "1"))),
	} {
		got, err := client.ReadNotice([]byte(body))
		if err != nil || got != want {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
	got, err := client.ReadNotice([]byte(refundNotice(outside, rooted(inside.with("refund_status", "<b>"+testKey+"\r\n")))))
	if err != nil || got.Detail != "<b>[hidden]" {
		t.Errorf("odd state: %+v, %v", got, err)
	}
}

func TestRefundNotice_Refused(t *testing.T) {
	client, _ := newClient(t, nil, nil)
	plain := rooted(inside)
	info := func(s string) string { return unsigned(outside.with("req_info", s)) }
	bad := func(pad ...byte) string { // a good text, filled otherwise
		text := plain + strings.Repeat(" ", (32-len(plain)%16-len(pad))%16)
		return info(encrypt([]byte(text), pad, testKey))
	}
	seen := map[string]bool{}
	for _, c := range []struct {
		name, body string
		code       pos.Code
		decrypts   bool
	}{
		{"another merchant", refundNotice(outside.with("mch_id", "1900000108"), plain), pos.CodeNotOurs, true},
		{"another app", refundNotice(outside.with("appid", "wx7777777777777777"), plain), pos.CodeNotOurs, true},
		{"no app", refundNotice(outside.with("appid", "-"), plain), pos.CodeNotOurs, true},
		{"return_code FAIL", refundNotice(outside.with("return_code", "FAIL"), plain), pos.CodeBadAnswer, true},
		{"no number", refundNotice(outside, rooted(inside.with("out_trade_no", "-"))), pos.CodeBadAnswer, true},
		{"no refund number", refundNotice(outside, rooted(inside.with("out_refund_no", "-"))), pos.CodeBadAnswer, true},
		{"odd number", refundNotice(outside, rooted(inside.with("out_trade_no", "' OR 1=1"))), pos.CodeBadAnswer, true},
		{"odd refund number", refundNotice(outside, rooted(inside.with("out_refund_no", "' OR 1=1"))), pos.CodeBadAnswer, true},
		{"empty", info(""), pos.CodeBadAnswer, false},
		{"not base64", info("%%%%"), pos.CodeBadAnswer, false},
		{"half a block", info(base64.StdEncoding.EncodeToString(make([]byte, 24))), pos.CodeBadAnswer, false},
		{"another key", info(encrypt([]byte(plain), padding(len(plain)), strings.Repeat("k", 32))), pos.CodeBadAnswer, false},
		{"padding 0", bad(0), pos.CodeBadAnswer, false},
		{"padding 17", bad(bytes.Repeat([]byte{17}, 16)...), pos.CodeBadAnswer, false},
		{"uneven padding", bad(2, 3, 3), pos.CodeBadAnswer, false},
		{"padding too short", bad('x', 2), pos.CodeBadAnswer, false},
		{"padding and nothing else", info(encrypt(nil, padding(0), testKey)), pos.CodeBadAnswer, false},
		{"another root", refundNotice(outside, unsigned(inside)), pos.CodeBadAnswer, false},
		{"XXE inside", refundNotice(outside, `<!DOCTYPE root [<!ENTITY x SYSTEM "file:///etc/passwd">]>`+plain), pos.CodeBadAnswer, false},
		{"number twice", refundNotice(outside, strings.Replace(plain, "</root>", "<out_refund_no>X</out_refund_no></root>", 1)), pos.CodeBadAnswer, false},
		{"nested", refundNotice(outside, "<root><a>"+plain+"</a></root>"), pos.CodeBadAnswer, false},
	} {
		got, err := client.ReadNotice([]byte(c.body))
		if pos.CodeOf(err) != c.code || got != (pos.Notice{}) {
			t.Errorf("%s: got %+v, %v, want %s", c.name, got, err, c.code)
			continue
		}
		if strings.Contains(err.Error(), testNo) || strings.Contains(err.Error(), testRefundNo) || strings.Contains(err.Error(), "passwd") {
			t.Errorf("%s: the error tells what was in it: %v", c.name, err)
		}
		if !c.decrypts {
			seen[err.Error()] = true
		}
	}
	if len(seen) != 1 {
		t.Errorf("what does not decrypt is told apart: %v", seen)
	}
}

// FuzzReadRefundNotice: whatever is inside, a refund notice is at most a hint about numbers that make sense, and they come from
// inside.
func FuzzReadRefundNotice(f *testing.F) {
	f.Add([]byte(rooted(inside)), padding(len(rooted(inside))), []byte(testNo))
	f.Add([]byte("<root/>"), padding(7), []byte(nil))
	f.Add([]byte(""), padding(0), []byte("x"))
	f.Add([]byte(rooted(inside.with("out_refund_no", "<![CDATA["))), []byte{1}, []byte("<xml>"))
	client, err := New(Config{Merchant: testMerchant(), BaseURL: testBase, NotifyURL: "https://notify.invalid/"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, plain, pad, raw []byte) {
		if r := base64.StdEncoding.EncodeToString(raw); len(raw) > 0 {
			if n, err := client.ReadNotice([]byte(unsigned(outside.with("req_info", r)))); err == nil && (!n.Refund || n.Success) {
				t.Fatalf("read %+v of %q", n, raw)
			}
		}
		if (len(plain)+len(pad))%aes.BlockSize != 0 {
			return
		}
		n, err := client.ReadNotice([]byte(unsigned(outside.with("req_info", encrypt(plain, pad, testKey)))))
		if err != nil {
			if n != (pos.Notice{}) {
				t.Fatalf("an error and %+v", n)
			}
			return
		}
		d := newDocument()
		defer d.release()
		all := append(bytes.Clone(plain), pad...)
		k := int(all[len(all)-1])
		if k < 1 || k > aes.BlockSize || !bytes.Equal(all[len(all)-k:], bytes.Repeat([]byte{byte(k)}, k)) {
			t.Fatalf("read with the padding %x", pad)
		}
		if d.readAs([]byte("root"), all[:len(all)-k]) != nil || !d.is("out_trade_no", n.OutTradeNo) || !d.is("out_refund_no", n.OutRefundNo) {
			t.Fatalf("read %+v of %q", n, plain)
		}
		if !n.Refund || n.Success || n.Trade != (pos.Trade{}) || !validNo(n.OutTradeNo) || !validRefundNo(n.OutRefundNo) {
			t.Fatalf("read %+v", n)
		}
	})
}

// FuzzReadNotice: without the key nobody makes a notice that is verified, whatever they change; and a verified one that says
// success says it of an amount, a transaction and a time.
func FuzzReadNotice(f *testing.F) {
	f.Add([]byte(sampleNotice))
	f.Add([]byte(unsigned(notice)))
	f.Add([]byte(signed(notice.with("result_code", "FAIL"))))
	f.Add([]byte(refundNotice(outside, rooted(inside))))
	f.Add([]byte(signed(trade)))
	client, err := New(Config{Merchant: testMerchant(), BaseURL: testBase, NotifyURL: "https://notify.invalid/"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		n, err := client.ReadNotice(body)
		if err != nil {
			if n != (pos.Notice{}) {
				t.Fatalf("an error and %+v", n)
			}
			return
		}
		d := newDocument()
		defer d.release()
		if d.read(body) != nil || !d.is("appid", testMerchant().AppID) || !d.is("mch_id", testMerchant().MchID) {
			t.Fatalf("read %+v of %q", n, body)
		}
		if n.Refund {
			if n.Success || n.Trade != (pos.Trade{}) {
				t.Fatalf("a refund notice brings money: %+v", n)
			}
			return
		}
		if !client.signer.verify(d) || !d.is("out_trade_no", n.OutTradeNo) {
			t.Fatalf("not signed: %+v of %q", n, body)
		}
		if n.Success && (n.Trade.Amount < 1 || n.Trade.TransactionID == "" || n.Trade.Currency == "" || n.Trade.PaidAt.IsZero()) {
			t.Fatalf("success without money: %+v", n)
		}
	})
}

// FuzzAnswers: an answer that is not signed is uncertain or rejected at every call and brings nothing, whatever it says. Signed
// by the fuzzer's own key it is no better.
func FuzzAnswers(f *testing.F) {
	for _, a := range []fields{ordered, trade, charged, taken, followed, good.with("recall", "N"), failed("ORDERNOTEXIST", ""), failed("NOTENOUGH", "")} {
		f.Add([]byte(unsigned(a)))
		f.Add([]byte(signed(a)))
	}
	f.Add([]byte(unsigned(fields{"return_code", "FAIL", "return_msg", "签名错误"})))
	f.Add([]byte("<html>"))
	client, err := New(Config{Merchant: testMerchant(), BaseURL: testBase, NotifyURL: "https://notify.invalid/", Practice: true, Transport: &network{}})
	if err != nil {
		f.Fatal(err)
	}
	request := composedRefund(f, client)
	f.Fuzz(func(t *testing.T, body []byte) {
		d := newDocument()
		defer d.release()
		proven := d.read(body) == nil && d.is("return_code", "SUCCESS") && client.prove(d) == pos.CodeNone
		a := answer{body: body}
		for name, s := range map[string]pos.Signal{
			"order":   client.judge(a, "out_trade_no", testNo, client.readOrder(orderKind{tradeType: typeNative}), byCode(wechat.OrderError)),
			"phone":   client.judge(a, "out_trade_no", testNo, client.readOrder(orderKind{typeJSAPI, true}), byCode(wechat.OrderError)),
			"query":   client.judge(a, "out_trade_no", testNo, client.readTrade, byCode(wechat.QueryError)),
			"close":   client.judge(a, "out_trade_no", testNo, readClose, byCode(wechat.CloseError)),
			"charge":  client.judge(a, "out_trade_no", testNo, client.readCharge, byCode(wechat.ChargeError)),
			"reverse": client.judge(a, "out_trade_no", testNo, readReverse, reverseError),
		} {
			certain := s.Kind != pos.SigUncertain && s.Kind != pos.SigRejected
			if certain && !proven || !certain && (s.Trade != (pos.Trade{}) || s.CodeURL != "" || s.PrepayID != "") {
				t.Fatalf("%s: %+v of %q", name, s, body)
			}
			if s.Kind == pos.SigPaid && (!d.is("out_trade_no", testNo) || s.Trade.Amount < 1 || s.Trade.TransactionID == "") {
				t.Fatalf("%s: %+v of %q", name, s, body)
			}
		}
		refund, follow := client.judgeRefund(a, testRefundNo, request), client.judgeRefundQuery(a, testRefundNo, 450)
		for name, s := range map[string]pos.RefundSignal{"refund": refund, "follow": follow} {
			if s.Kind != pos.RefUncertain && s.Kind != pos.RefRejected && !proven {
				t.Fatalf("%s: %+v of %q", name, s, body)
			}
		}
		if refund.Kind == pos.RefTaken && (!d.is("out_refund_no", testRefundNo) || !d.is("refund_fee", "450") || !d.is("total_fee", "1350")) {
			t.Fatalf("took %+v of %q", refund, body)
		}
		if follow.Kind == pos.RefSuccess && follow.Amount != 450 {
			t.Fatalf("followed %+v of %q", follow, body)
		}
		if page, _, s := client.judgeRefunds(a, testNo); len(page) > 0 && (!proven || s.Kind != "" || !d.is("out_trade_no", testNo)) {
			t.Fatalf("found %+v of %q", page, body)
		}
	})
}
