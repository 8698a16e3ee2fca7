package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// filled is a Config in which no setting has its default.
func filled(t *testing.T) Config {
	t.Helper()
	return Config{
		Shop:  Shop{Name: `老王 "生鲜" \ 店`, ID: "S9", Till: "T2", Language: "en", Timezone: "Asia/Urumqi", DayStarts: 5*60 + 30, Shifts: "required", VarianceLimit: 5_50},
		Staff: Staff{AutoLock: 90 * time.Second},
		WeChat: WeChat{
			API: "v2", BaseURL: "https://proxy.example/wx", BackupURL: "", AppID: "wxd930ea5d5a258f4f", MchID: "10000100", SignType: "MD5",
			APIKey: reference(t, "keyring:guitai/api_key"), ClientCert: "cert.pem", ClientKey: reference(t, "file:密 钥.pem"),
			APIv3Key: reference(t, "env:V3"), MerchantSerial: "5157F09EFDC096DE15EBE81A47057A7232F1B8E1", MerchantKey: reference(t, "file:m.pem"),
			PublicKeyID: "PUB_KEY_ID_01", PublicKey: "wx.pem", NotifyURL: "https://n.example/t1", OrderExpires: 2 * time.Hour, AutoRefundExceptions: false,
			GoodsTag: "WXG", LimitPay: "no_credit", Receipt: true, SpbillCreateIP: "203.0.113.7", StoreArea: "650102", StoreAddress: "解放路 1 号",
		},
		Notify: Notify{Listen: "127.0.0.1:8787"},
		Relay:  Relay{URL: "https://relay.example/r", Token: reference(t, "file:token")},
		Phone: Phone{
			Key: reference(t, "env:PHONE"), MiniAppID: "wx1111111111111111", MiniSecret: reference(t, "env:MINI"), AppAppID: "wx2222222222222222",
			LoginURL: "https://login.example",
		},
		APIv1: APIv1{
			AppID: "wx3333333333333333", AppSecret: reference(t, "env:SECRET"), PartnerID: "1900000107", PartnerKey: reference(t, "env:PARTNER"),
			PaySignKey: reference(t, "env:SIGN"), BaseURL: "https://old.example",
		},
		Printer: Printer{
			URL: "tcp://192.168.1.50:9100", Other: "usb:///dev/usb/lp0", Profile: "epson", Paper: 58, Cut: "none", QR: "native", Copies: 2, Status: "require",
			Drawer: "never", DrawerPin: 5, DrawerPulse: 100 * time.Millisecond, DrawerSensor: "low",
		},
		Receipt: Receipt{
			Logo: "logo.png", Header: "电话 020-12345678\n人民路 1 号", Footer: "七日内凭票退换", Tax: true, Link: "https://example.com/r/{receipt}", Hint: "扫码开票",
		},
		Display: Display{Window: true, Welcome: "欢迎光临", Pole: "serial:///dev/ttyS0?baud=2400", PoleType: "led8"},
		Sound:   Sound{Volume: 30, Voice: "en"},
		Backup:  Backup{Days: 3, Months: 0, Shifts: 200, CopyTo: "/media/usb/guitai"},
		Scanner: Scanner{Mode: "serial:///dev/ttyACM0", Prefix: "]E0", Suffix: "none", Gap: 100 * time.Millisecond},

		Barcodes: Barcodes{Layouts: "21PPPPPMMMMMC 22PPPPPWWWWWC"},
		Tenders:  Tenders{Other: "支付宝 银行卡", RoundCash: "jiao"},
		Keys:     otherKeys(),
	}
}

// otherKeys is no action where it comes.
func otherKeys() (k Keys) {
	for i := range k {
		k[i] = "Alt+" + strings.Repeat("Shift+", i/26) + string(rune('A'+i%26))
	}
	return k
}

func TestSave_LoadsAsItWas(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.toml")
	want := filled(t)
	for range 2 { // the second replaces the first
		if err := Save(path, want); err != nil {
			t.Fatal(err)
		}
		got, err := Load(path)
		if err != nil || !got.Equal(want) {
			t.Errorf("got %+v, %v\nwant %+v", got, err, want)
		}
		want = got
	}
	only(t, filepath.Dir(path), "config.toml")
	private(t, path)
}

func TestConfig_OtherAppsAreEachToldOnce(t *testing.T) {
	c := filled(t)
	if got, want := c.OtherApps(), []string{"wx1111111111111111", "wx2222222222222222", "wx3333333333333333"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	c.Phone.MiniAppID, c.Phone.AppAppID, c.APIv1.AppID = c.WeChat.AppID, "wx3333333333333333", "wx3333333333333333"
	if got, want := c.OtherApps(), []string{"wx3333333333333333"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	d := Default()
	if got := d.OtherApps(); len(got) != 0 {
		t.Errorf("of nothing: %v", got)
	}
}

func TestSave_EverySettingIsTold(t *testing.T) {
	// A setting that filled leaves at its default, or that Equal does not see, could be lost by Save unnoticed.
	full, plain := filled(t), Default()
	for _, s := range settings {
		switch s.key {
		case "wechat.api": // has one value only so far
			continue
		}
		if s.same(&full, &plain) {
			t.Errorf("%s has its default in the test", s.key)
		}
	}
	text, err := full.render()
	if err != nil {
		t.Fatal(err)
	}
	for _, section := range sections {
		if strings.Count(string(text), "["+section+"]\n") != 1 {
			t.Errorf("[%s] is not there once:\n%s", section, text)
		}
	}
	if !strings.Contains(string(text), "\napi_key = \"keyring:guitai/api_key\"  # v2 key. A secret is keyring:NAME, env:NAME or file:PATH, never the value itself\n") {
		t.Errorf("comments are lost:\n%s", text)
	}
}

func TestSave_DurationsAsAPersonWritesThem(t *testing.T) {
	for d, want := range map[time.Duration]string{
		5 * time.Minute: "5m", 2 * time.Hour: "2h", 90 * time.Minute: "1h30m", 150 * time.Second: "2m30s", time.Hour + time.Second: "1h0m1s",
		10 * time.Minute: "10m", 20 * time.Hour: "20h",
	} {
		if got := shortDuration(d); got != want {
			t.Errorf("%v is written %s, want %s", d, got, want)
		}
	}
}

func TestSave_RefusesWhatCouldNotBeLoaded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.toml")
	bad := filled(t)
	bad.Printer.Copies = 7
	if got := found(t, Save(path, bad)); !slices.Equal(got, []string{"0 printer.copies range"}) {
		t.Errorf("got %v", got)
	}
	only(t, filepath.Dir(path))
}

func TestSave_WhatFailsLeavesNothingBehind(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "config.toml")
	if err := os.MkdirAll(filepath.Join(path, "full"), 0o700); err != nil { // a rename over it must fail
		t.Fatal(err)
	}
	err := Save(path, filled(t))
	var le *os.LinkError
	if !errors.As(err, &le) || !strings.HasPrefix(err.Error(), "save settings: ") {
		t.Errorf("%v", err)
	}
	only(t, dir, "config.toml")
	only(t, path, "full")

	if err := Save(filepath.Join(dir, "nowhere", "config.toml"), filled(t)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
}

func TestWriteSecretFile(t *testing.T) {
	dir := t.TempDir()
	for _, value := range []string{"first", "second", "-----BEGIN-----\r\nMII\r\n-----END-----", " spaces "} {
		s, err := WriteSecretFile(dir, "api_key", value+"\n")
		if err != nil || s.String() != "file:api_key" {
			t.Fatalf("%v, %v", s, err)
		}
		if got, err := s.Resolve(t.Context(), Resolver{Dir: dir}); err != nil || got != value {
			t.Errorf("kept as %q, %v", got, err)
		}
		private(t, filepath.Join(dir, "api_key"))
	}
	only(t, dir, "api_key")

	const hush = "HUSH0123456789abcdef"
	for name, value := range map[string]string{
		"": hush, ".": hush, "..": hush, "../api_key": hush, `a\b`: hush, "a:b": hush, "a\nb": hush, "/etc/passwd": hush,
		"empty": "\r\n", "binary": hush + "\x00", "latin": hush + "\xe9", "large": strings.Repeat(hush, maxSecret/10),
	} {
		s, err := WriteSecretFile(dir, name, value)
		if err == nil || !s.IsZero() {
			t.Errorf("%q: %v", name, s)
			continue
		}
		silent(t, name, err.Error(), hush)
	}
	if err := os.MkdirAll(filepath.Join(dir, "taken", "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := WriteSecretFile(dir, "taken", hush); err == nil {
		t.Error("wrote over a folder")
	} else {
		silent(t, "rename", err.Error(), hush)
	}
	only(t, dir, "api_key", "taken")
}

// only fails when dir holds anything else than names, a forgotten temporary file above all.
func only(t *testing.T, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if !slices.Equal(got, names) {
		t.Errorf("%s holds %v, want %v", dir, got, names)
	}
}

// private fails when others may read the file. Windows has no bits to ask.
func private(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%s has mode %v", path, info.Mode())
	}
}
