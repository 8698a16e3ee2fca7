package apiv1

import (
	"errors"
	"strings"
	"testing"

	"guitai/pos"
	"guitai/pos/wechat"
)

// The package of the customer's note and its MD5 are published; the two SHA-1 are recomputed, because what is printed beside them is none.
const (
	demoKey     = "8934e7d15453e97507ef794cf7b0519d"
	demoPackage = "bank_type=WX&body=%E6%94%AF%E4%BB%98%E6%B5%8B%E8%AF%95&fee_type=1&input_charset=UTF-8&notify_url=http%3A%2F%2Fweixin.qq.com&" +
		"out_trade_no=7240b65810859cbf2a8d9f76a638c0a3&partner=1900000109&spbill_create_ip=196.168.1.1&total_fee=1&sign=7F77B507B755B3262884291517E380F8"
	demoSignKey = "L8LrMqqeGRxST5reouB0K66CaYAWpqhAVsq7ggKkxHCOastWksvuX1uvmvQclxaHoYd3ElNBrNO2DHnnzgfVG9Qs473M3DTOZug5er46FhuGofumV8H2FVR9qkjSlC5K"
)

func TestSign_Vectors(t *testing.T) {
	f := fields{
		"bank_type": "WX", "body": "支付测试", "fee_type": "1", "input_charset": "UTF-8", "notify_url": "http://weixin.qq.com",
		"out_trade_no": "7240b65810859cbf2a8d9f76a638c0a3", "partner": "1900000109", "spbill_create_ip": "196.168.1.1", "total_fee": "1", "attach": "",
	}
	if got := f.pack(demoKey); got != demoPackage {
		t.Errorf("package\n%s, want\n%s", got, demoPackage)
	}
	if back, err := readFields(demoPackage); err != nil || !back.signed(demoKey) || back["body"] != "支付测试" {
		t.Errorf("%v, %v", back, err)
	}
	order := fields{
		"appid": "wxd930ea5d5a258f4f", "noncestr": "e7d161ac8d8a76529d39d9f5b4249ccb", "package": demoPackage, "timestamp": "1399514976",
		"traceid": "test_1399514976",
	}
	if got := order.sha1(demoSignKey); got != "8893870b9004ead28691b60db97a8d2c80dbfdc6" {
		t.Errorf("app_signature %s", got)
	}
	c := &Client{config: Config{AppID: "wxd930ea5d5a258f4f", PartnerID: "1900000109", PaySignKey: wechat.NewAPIKey(demoSignKey)}}
	pay := c.signApp("1101000000140429eb40476f8896f4c9", "e7d161ac8d8a76529d39d9f5b4249ccb", "1399514976")
	if pay["sign"] != "b81b200eea70a965d0ea135228b1b949a9ddb731" {
		t.Errorf("second signing %s", pay["sign"])
	}
}

func TestReadFields_RefusesWhatIsNoList(t *testing.T) {
	for name, text := range map[string]string{
		"nothing": "", "no value": "a", "a name twice": "a=1&a=2", "no name": "=1", "half an escape": "a=%4", "too many": strings.Repeat("a=1&", 100) + "b=2",
	} {
		if f, err := readFields(text); !errors.Is(err, errFields) {
			t.Errorf("%s: %v, %v", name, f, err)
		}
	}
	if f, err := readFields("a=x+y%20z&b="); err != nil || f["a"] != "x y z" || f["b"] != "" {
		t.Errorf("%v, %v", f, err)
	}
}

func good() Config {
	return Config{
		AppID: "wx8888888888880003", AppSecret: wechat.NewAPIKey("secret"), PartnerID: "1900000108", PartnerKey: wechat.NewAPIKey(demoKey),
		PaySignKey: wechat.NewAPIKey(demoSignKey), BaseURL: "https://api.weixin.qq.com", NotifyURL: "https://relay.example/n/abc",
	}
}

func TestNew_RefusesWhatCannotWork(t *testing.T) {
	if _, err := New(good()); err != nil {
		t.Fatal(err)
	}
	for want, changes := range map[error][]func(*Config){
		ErrAppID:      {func(c *Config) { c.AppID = "" }, func(c *Config) { c.AppID = "wx 1" }},
		ErrAppSecret:  {func(c *Config) { c.AppSecret = wechat.APIKey{} }},
		ErrPartner:    {func(c *Config) { c.PartnerID = "12a" }, func(c *Config) { c.PartnerID = "" }},
		ErrPartnerKey: {func(c *Config) { c.PartnerKey = wechat.NewAPIKey("short") }},
		ErrPaySignKey: {func(c *Config) { c.PaySignKey = wechat.NewAPIKey("short") }},
		ErrURL: {
			func(c *Config) { c.BaseURL = "http://api.weixin.qq.com" }, func(c *Config) { c.BaseURL = "https://u:p@api.weixin.qq.com" },
			func(c *Config) { c.BaseURL = "https://api.weixin.qq.com?x" },
		},
		ErrNotifyURL: {func(c *Config) { c.NotifyURL = "https://relay.example/n?x" }, func(c *Config) { c.NotifyURL = "ftp://x" }},
		ErrIP:        {func(c *Config) { c.SpbillCreateIP = "here" }},
	} {
		for i, change := range changes {
			c := good()
			change(&c)
			if _, err := New(c); !errors.Is(err, want) || pos.CodeOf(err) != pos.CodeConfig {
				t.Errorf("%v, %d: %v", want, i, err)
			}
		}
	}
}

func FuzzReadNotice(f *testing.F) {
	c, err := New(good())
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte("a=1&sign=x\n<xml><AppId>x</AppId></xml>"))
	f.Add(Raw(fields{"partner": "1900000108", "out_trade_no": "S001-T1-1", "trade_state": "0", "trade_mode": "1"}.pack(demoKey), nil))
	f.Fuzz(func(t *testing.T, raw []byte) {
		n, err := c.ReadNotice(raw)
		if err == nil && n.Success && (n.Trade.Amount <= 0 || n.Trade.TransactionID == "" || n.OutTradeNo == "") {
			t.Errorf("money without its facts: %+v", n)
		}
	})
}
