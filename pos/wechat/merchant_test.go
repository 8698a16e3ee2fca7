package wechat

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"guitai/pos"
)

const testKey = "192006250b4c09247ec02edce69f6a2d" // the key of the documentation's own signing example

func TestAPIKey_HidesHoweverItIsPrinted(t *testing.T) {
	type inner struct{ key APIKey }
	type outer struct {
		in inner
		M  Merchant
	}
	o := outer{inner{NewAPIKey(testKey)}, Merchant{AppID: "wx8888888888888888", Key: NewAPIKey(testKey)}}
	var text bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%p", "%T"} {
		fmt.Fprintf(&text, verb, o)
		fmt.Fprintf(&text, verb, &o)
		fmt.Fprintf(&text, verb, o.M.Key)
		fmt.Fprintf(&text, verb, o.in)
	}
	slog.New(slog.NewTextHandler(&text, nil)).Info("m", "merchant", o.M, "key", o.M.Key)
	slog.New(slog.NewJSONHandler(&text, nil)).Info("m", "merchant", o.M, "key", o.M.Key)
	js, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	text.Write(js)
	text.WriteString(o.M.Key.String() + o.M.Key.GoString())
	if out := text.String(); strings.Contains(out, testKey) || strings.Contains(out, fmt.Sprintf("%x", testKey)) {
		t.Error("the key shows somewhere")
	}
	if !strings.Contains(text.String(), `"Key":"[hidden]"`) {
		t.Error("JSON does not say that something is hidden")
	}
	if o.M.Key.Reveal() != testKey || (APIKey{}).Reveal() != "" {
		t.Error("Reveal does not give the secret itself")
	}
}

func TestMerchant_Check(t *testing.T) {
	good := Merchant{AppID: "wx8888888888888888", MchID: "1900000109", Key: NewAPIKey(testKey), SignType: HMACSHA256}
	if err := good.Check(); err != nil {
		t.Fatalf("a good merchant: %v", err)
	}
	for name, change := range map[string]func(*Merchant){
		"no appid":           func(m *Merchant) { m.AppID = "" },
		"appid with markup":  func(m *Merchant) { m.AppID = "wx<a>" },
		"appid too long":     func(m *Merchant) { m.AppID = strings.Repeat("w", 33) },
		"no mch_id":          func(m *Merchant) { m.MchID = "" },
		"mch_id with letter": func(m *Merchant) { m.MchID = "19000001O9" },
		"no key":             func(m *Merchant) { m.Key = APIKey{} },
		"short key":          func(m *Merchant) { m.Key = NewAPIKey(testKey[:31]) },
		"key with newline":   func(m *Merchant) { m.Key = NewAPIKey(testKey[:31] + "\n") },
		"no sign type":       func(m *Merchant) { m.SignType = "" },
		"unknown sign type":  func(m *Merchant) { m.SignType = "SHA1" },
	} {
		t.Run(name, func(t *testing.T) {
			m := good
			change(&m)
			err := m.Check()
			if pos.CodeOf(err) != pos.CodeConfig {
				t.Errorf("got %v, want a configuration error", err)
			}
			if err != nil && strings.Contains(err.Error(), testKey[:20]) {
				t.Error("the error shows the key")
			}
		})
	}
}
