package sim

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"
)

// newSim is a simulator that ends with the test.
func newSim(t *testing.T, opts Options) *Sim {
	t.Helper()
	s, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// orderRequest is a good unifiedorder, unsigned; changes replace fields, "" removes one.
func orderRequest(changes map[string]string) map[string]string {
	f := map[string]string{
		"appid": PracticeAppID, "mch_id": PracticeMchID, "nonce_str": "abc", "body": "柜台-可乐等3件", "out_trade_no": "S001T1-000001",
		"total_fee": "1350", "spbill_create_ip": "127.0.0.1", "notify_url": "https://notify.invalid/wx", "trade_type": "NATIVE",
		"product_id": "S001T1-000001", "device_info": "T1", "attach": "till=T1",
	}
	return with(f, changes)
}

func numberRequest(number string) map[string]string {
	return map[string]string{"appid": PracticeAppID, "mch_id": PracticeMchID, "nonce_str": "abc", "out_trade_no": number}
}

func with(f, changes map[string]string) map[string]string {
	f = maps.Clone(f)
	maps.Copy(f, changes)
	maps.DeleteFunc(f, func(_, v string) bool { return v == "" })
	return f
}

// encode signs fields as their sign_type says and writes them.
func encode(f map[string]string) []byte {
	f = maps.Clone(f)
	if _, given := f["sign"]; !given {
		f["sign"] = signature(f, PracticeKey, f["sign_type"])
	}
	var list []field
	for name, value := range f {
		list = append(list, field{name, value})
	}
	return writeXML(list)
}

// send posts a body and returns the answer, or the error of the connection or the body.
func send(t *testing.T, s *Sim, method, url string, body []byte) (int, []byte, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: s.RoundTripper(), Timeout: 10 * time.Second}
	resp, err := client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, text, err
}

// call makes a signed request and returns the answer, whose own signature it proves.
func call(t *testing.T, s *Sim, path string, f map[string]string) map[string]string {
	t.Helper()
	status, text, err := send(t, s, http.MethodPost, "https://api.mch.weixin.qq.com"+path, encode(f))
	if err != nil || status != http.StatusOK {
		t.Fatalf("%s: status %d, %v", path, status, err)
	}
	answer, err := readXML(text)
	if err != nil {
		t.Fatalf("%s: %v\n%s", path, err, text)
	}
	if answer["return_code"] == "SUCCESS" {
		if !signed(answer, PracticeKey, f["sign_type"]) {
			t.Fatalf("%s: the answer is not signed as the request was:\n%s", path, text)
		}
		for _, name := range []string{"appid", "mch_id"} {
			if answer[name] != f[name] {
				t.Errorf("%s: %s is %q, want %q", path, name, answer[name], f[name])
			}
		}
	}
	return answer
}

func ordered(t *testing.T, s *Sim, changes map[string]string) (number, code string) {
	t.Helper()
	f := orderRequest(changes)
	answer := call(t, s, "/pay/unifiedorder", f)
	if answer["code_url"] == "" {
		t.Fatalf("no order: %v", answer)
	}
	return f["out_trade_no"], answer["code_url"]
}

func tradeState(t *testing.T, s *Sim, number string) string {
	t.Helper()
	return call(t, s, "/pay/orderquery", numberRequest(number))["trade_state"]
}

func lastCall(s *Sim) Call {
	list := s.Calls()
	return list[len(list)-1]
}

func TestNew_RefusesImpossibleOptions(t *testing.T) {
	key := strings.Repeat("k", 32)
	cases := map[string]Options{
		"short key":            {Merchants: []Merchant{{AppID: "wx1", MchID: "1", Key: "short"}}},
		"no appid":             {Merchants: []Merchant{{MchID: "1", Key: key}}},
		"two keys":             {Merchants: []Merchant{{AppID: "wx1", MchID: "1", Key: key}, {AppID: "wx2", MchID: "1", Key: PracticeKey}}},
		"unknown sign type":    {Merchants: []Merchant{{AppID: "wx1", MchID: "1", Key: key, SignType: "SHA1"}}},
		"prefix without /":     {Prefixes: []string{"api"}},
		"prefix ending in /":   {Prefixes: []string{"/api/"}},
		"negative scale":       {Scale: -1},
		"unsupported language": {Lang: "fr"},
	}
	for name, opts := range cases {
		t.Run(name, func(t *testing.T) {
			if s, err := New(opts); err == nil {
				s.Close()
				t.Error("accepted")
			}
		})
	}
}

func TestClose_AnswersNothingAfterwardsAndMayBeRepeated(t *testing.T) {
	s := newSim(t, Options{})
	s.Close()
	s.Close()
	status, _, err := send(t, s, http.MethodPost, "https://api.mch.weixin.qq.com/pay/orderquery", encode(numberRequest("S001T1-000001")))
	if err != nil || status != http.StatusServiceUnavailable {
		t.Errorf("status %d, %v; want 503", status, err)
	}
	if _, err := s.Pay("S001T1-000001", Act{Kind: PayNow}); err == nil {
		t.Error("a payer could still pay")
	}
}

func TestServeHTTP_DateIsTheSimulatorsClock(t *testing.T) {
	s := newSim(t, Options{Skew: time.Hour})
	date := func() time.Duration {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://api.mch.weixin.qq.com/pay/orderquery", bytes.NewReader(encode(numberRequest("S001T1-000001"))))
		resp, err := s.RoundTripper().RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		at, err := http.ParseTime(resp.Header.Get("Date"))
		if err != nil {
			t.Fatal(err)
		}
		return time.Until(at).Round(time.Minute)
	}
	if got := date(); got != time.Hour {
		t.Errorf("ahead by %v, want 1h", got)
	}
	s.SetSkew(-2 * time.Hour)
	if got := date(); got != -2*time.Hour {
		t.Errorf("ahead by %v, want -2h", got)
	}
}

func body(f map[string]string) io.Reader { return bytes.NewReader(encode(f)) }
