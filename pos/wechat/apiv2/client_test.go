package apiv2

import (
	"fmt"
	"strings"
	"testing"

	"guitai/pos"
	"guitai/pos/wechat"
)

func TestNew_ChecksTheConfiguration(t *testing.T) {
	good := Config{Merchant: testMerchant(), BaseURL: "https://api.mch.weixin.qq.com", NotifyURL: "https://notify.invalid/"}
	for name, change := range map[string]func(*Config){
		"as it is":              func(*Config) {},
		"backup":                func(c *Config) { c.BackupURL = "https://api2.mch.weixin.qq.com" },
		"path prefix":           func(c *Config) { c.BaseURL = "https://proxy.invalid/wx/v2/" },
		"http to loopback":      func(c *Config) { c.BaseURL = "http://127.0.0.1:8080/api" },
		"http to IPv6 loopback": func(c *Config) { c.BaseURL = "http://[::1]:8080" },
		"http to localhost":     func(c *Config) { c.BaseURL = "http://localhost:8080" },
		"no_credit":             func(c *Config) { c.LimitPay = "no_credit" },
		"MD5":                   func(c *Config) { c.Merchant.SignType = wechat.MD5 },
		"practice": func(c *Config) {
			c.Practice, c.BaseURL, c.BackupURL = true, "http://127.0.0.1:8080/api", "http://[::1]:8080/api2"
		},
		"practice in process": func(c *Config) { c.Practice, c.Transport = true, &network{} },
	} {
		c := good
		change(&c)
		if _, err := New(c); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, change := range map[string]func(*Config){
		"no merchant":           func(c *Config) { c.Merchant = wechat.Merchant{} },
		"no base":               func(c *Config) { c.BaseURL = "" },
		"base without host":     func(c *Config) { c.BaseURL = "https://" },
		"http":                  func(c *Config) { c.BaseURL = "http://api.mch.weixin.qq.com" },
		"http, almost loopback": func(c *Config) { c.BaseURL = "http://127.0.0.1.evil.invalid" },
		"ftp":                   func(c *Config) { c.BaseURL = "ftp://127.0.0.1" },
		"base with user":        func(c *Config) { c.BaseURL = "https://me:secret@x.invalid" },
		"base with query":       func(c *Config) { c.BaseURL = "https://x.invalid/?a=b" },
		"base with fragment":    func(c *Config) { c.BaseURL = "https://x.invalid/#a" },
		"http backup":           func(c *Config) { c.BackupURL = "http://api2.mch.weixin.qq.com" },
		"practice at WeChat":    func(c *Config) { c.Practice = true },
		"practice, half of it": func(c *Config) {
			c.Practice, c.BaseURL, c.BackupURL = true, "http://127.0.0.1:8080", "https://api2.mch.weixin.qq.com"
		},
		"no notify_url":         func(c *Config) { c.NotifyURL = "" },
		"relative notify_url":   func(c *Config) { c.NotifyURL = "/notify" },
		"notify_url with query": func(c *Config) { c.NotifyURL = "https://notify.invalid/?a=b" },
		"odd notify_url":        func(c *Config) { c.NotifyURL = "gopher://notify.invalid/" },
		"long notify_url":       func(c *Config) { c.NotifyURL = "https://notify.invalid/" + strings.Repeat("x", 234) },
		"odd address":           func(c *Config) { c.SpbillCreateIP = "till.local" },
		"address with zone":     func(c *Config) { c.SpbillCreateIP = "fe80::1%eth0" },
		"odd limit_pay":         func(c *Config) { c.LimitPay = "no_debit" },
		"long device_info":      func(c *Config) { c.DeviceInfo = strings.Repeat("店", 11) },
		"long goods_tag":        func(c *Config) { c.GoodsTag = strings.Repeat("x", 33) },
		"long attach":           func(c *Config) { c.Attach = strings.Repeat("x", 128) },
		"long store id":         func(c *Config) { c.Store.ID = strings.Repeat("x", 33) },
		"odd area code":         func(c *Config) { c.Store.AreaCode = "44030" },
	} {
		c := good
		change(&c)
		_, err := New(c)
		if pos.CodeOf(err) != pos.CodeConfig {
			t.Errorf("%s: got %v, want a configuration error", name, err)
		}
		if err != nil && (strings.Contains(err.Error(), testKey) || strings.Contains(err.Error(), "secret")) {
			t.Errorf("%s: the error shows a secret", name)
		}
	}
}

func TestClient_KeepsItsKey(t *testing.T) {
	c, _ := newClient(t, nil, nil)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, x := range []any{c, c.config, c.signer.kind, Config{Merchant: testMerchant()}} {
			if out := fmt.Sprintf(verb, x); strings.Contains(out, testKey) || strings.Contains(out, fmt.Sprintf("%x", testKey)) {
				t.Errorf("%s of %T shows the key", verb, x)
			}
		}
	}
}
