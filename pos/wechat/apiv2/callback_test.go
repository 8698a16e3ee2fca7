package apiv2

import (
	"reflect"
	"strings"
	"testing"

	"guitai/pos"
	"guitai/pos/wechat"
)

// scanned is a callback of a product code as WeChat posts it.
var scanned = fields{
	"appid", "wx8888888888888888", "openid", testPayer, "mch_id", "1900000109", "is_subscribe", "Y",
	"nonce_str", "f6808210402125e30663234f94c87a8c", "product_id", "6901939621608",
}

func byMD5() wechat.Merchant {
	m := testMerchant()
	m.SignType = wechat.MD5
	return m
}

func TestReadCallback_Verified(t *testing.T) {
	client, _ := phoneClient(t, nil, nil)
	want := pos.ProductCallback{OpenID: testPayer, ProductID: "6901939621608"}
	for name, body := range map[string]string{
		"MD5":                signedBy(byMD5(), scanned),
		"the configured":     signed(scanned),
		"fields of tomorrow": signedBy(byMD5(), scanned.with("new_field", "新", "empty", "")),
		"sign_type":          signed(scanned.with("sign_type", "HMAC-SHA256")),
	} {
		if got, err := client.ReadCallback([]byte(body)); err != nil || got != want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestReadCallback_Refused(t *testing.T) {
	client, _ := phoneClient(t, nil, nil)
	good := signedBy(byMD5(), scanned)
	foreign := byMD5()
	foreign.Key = wechat.NewAPIKey(strings.Repeat("k", 32))
	ourOrder, err := client.seal(composed(t, client, orderOf(pos.TenderNative, testPayer, "6901939621608")), client.signer)
	if err != nil {
		t.Fatal(err)
	}
	_, ourReply := client.CallbackReply(prepayID)
	for _, c := range []struct {
		name, body string
		code       pos.Code
	}{
		{"nothing", "", pos.CodeBadAnswer},
		{"not XML", "hello", pos.CodeBadAnswer},
		{"XXE", `<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]>` + good, pos.CodeBadAnswer},
		{"a field twice", strings.Replace(good, "</xml>", "<product_id>1</product_id></xml>", 1), pos.CodeBadAnswer},
		{"too large", strings.Replace(good, "<xml>", "<xml>"+strings.Repeat(" ", 64<<10), 1), pos.CodeBadAnswer},
		{"no sign", unsigned(scanned), pos.CodeBadSign},
		{"another key", signedBy(foreign, scanned), pos.CodeBadSign},
		{"another product", strings.Replace(good, "6901939621608", "6901939621609", 1), pos.CodeBadSign},
		{"a field more", strings.Replace(good, "</xml>", "<x>1</x></xml>", 1), pos.CodeBadSign},
		{"another merchant", signedBy(byMD5(), scanned.with("mch_id", "1900000108")), pos.CodeNotOurs},
		{"another app", signedBy(byMD5(), scanned.with("appid", "wx7777777777777777")), pos.CodeNotOurs},
		{"our mini-program, whose openid is another", signedBy(byMD5(), scanned.with("appid", miniApp)), pos.CodeNotOurs},
		{"no openid", signedBy(byMD5(), scanned.with("openid", "-")), pos.CodeBadAnswer},
		{"no product", signedBy(byMD5(), scanned.with("product_id", "-")), pos.CodeBadAnswer},
		{"an odd product", signedBy(byMD5(), scanned.with("product_id", "' OR 1=1")), pos.CodeBadAnswer},
		{"a notice of a payment", signed(notice.with("product_id", "1")), pos.CodeBadAnswer},
		{"our own order, reflected", string(ourOrder), pos.CodeBadAnswer},
		{"our own reply, reflected", string(ourReply), pos.CodeBadAnswer},
	} {
		got, err := client.ReadCallback([]byte(c.body))
		if pos.CodeOf(err) != c.code || got != (pos.ProductCallback{}) {
			t.Errorf("%s: %+v, %v, want %s", c.name, got, err, c.code)
		}
		if err != nil && (strings.Contains(err.Error(), testPayer) || strings.Contains(err.Error(), "6901939621608")) {
			t.Errorf("%s: the error tells what was in it: %v", c.name, err)
		}
	}
}

func TestCallbackReply_IsSigned(t *testing.T) {
	client, _ := phoneClient(t, nil, nil)
	for _, c := range []struct {
		name string
		make func() (string, []byte)
		want map[string]string
	}{
		{"an order", func() (string, []byte) { return client.CallbackReply(prepayID) }, map[string]string{"result_code": "SUCCESS", "prepay_id": prepayID}},
		{"a refusal", func() (string, []byte) { return client.CallbackRefusal("店铺还没开门") }, map[string]string{"result_code": "FAIL", "err_code_des": "店铺还没开门"}},
		{"markup", func() (string, []byte) { return client.CallbackRefusal("a <b> & \x00 c]]>") }, map[string]string{"result_code": "FAIL", "err_code_des": "a <b> & c]]>"}},
		{"long words", func() (string, []byte) { return client.CallbackRefusal(strings.Repeat("错", 100)) }, map[string]string{"result_code": "FAIL", "err_code_des": strings.Repeat("错", 42)}},
		{"no words", func() (string, []byte) { return client.CallbackRefusal("") }, map[string]string{"result_code": "FAIL"}},
	} {
		mime, body := c.make()
		got := valuesOf(t, body)
		sign := got["sign"]
		delete(got, "sign")
		if !newSigner(byMD5()).verify(documentOf(t, got, sign)) {
			t.Errorf("%s: the signature does not verify", c.name)
		}
		c.want["return_code"], c.want["appid"], c.want["mch_id"], c.want["nonce_str"] = "SUCCESS", "wx8888888888888888", "1900000109", got["nonce_str"]
		if mime != "application/xml; charset=utf-8" || len(got["nonce_str"]) != 32 || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %s\ngot  %v\nwant %v", c.name, mime, got, c.want)
		}
	}
	broken, _ := phoneClient(t, nil, func(c *Config) { c.Random = failing{} })
	for name, make := range map[string]func() (string, []byte){
		"no prepay_id":  func() (string, []byte) { return client.CallbackReply("") },
		"no randomness": func() (string, []byte) { return broken.CallbackReply(prepayID) },
		"nor for no":    func() (string, []byte) { return broken.CallbackRefusal("x") },
	} {
		if _, body := make(); valuesOf(t, body)["return_code"] != "FAIL" {
			t.Errorf("%s: %s", name, body)
		}
	}
}

// Whatever comes, a callback that is believed carries our key's signature over every field.
func FuzzReadCallback(f *testing.F) {
	client, _ := phoneClient(f, nil, nil)
	f.Add([]byte(signedBy(byMD5(), scanned)))
	f.Add([]byte(signed(scanned)))
	f.Add([]byte(unsigned(scanned)))
	f.Add([]byte(sampleNotice))
	f.Add([]byte("<xml><sign></sign></xml>"))
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := client.ReadCallback(body)
		if err != nil {
			if code := pos.CodeOf(err); got != (pos.ProductCallback{}) || code != pos.CodeBadAnswer && code != pos.CodeBadSign && code != pos.CodeNotOurs {
				t.Fatalf("%+v, %v", got, err)
			}
			return
		}
		list, err := readByTheBook(body)
		if err != nil {
			t.Fatalf("believed, and no XML: %q", body)
		}
		values := map[string]string{}
		for _, field := range list {
			values[field[0]] = field[1]
		}
		sign := values["sign"]
		delete(values, "sign")
		if sign != client.md5.signValues(values) && sign != client.signer.signValues(values) {
			t.Fatalf("believed without our signature: %q", body)
		}
		if got.OpenID != values["openid"] || got.ProductID != values["product_id"] || got.OpenID == "" || got.ProductID == "" {
			t.Fatalf("%+v of %q", got, body)
		}
	})
}
