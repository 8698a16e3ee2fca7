package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// minimal is the least a shop has to write.
const minimal = `[shop]
name = "柜台便利店"
id = "S001"
till = "T1"
[wechat]
appid = "wx8888888888888888"
mch_id = "1900000109"
api_key = "env:GUITAI_API_KEY"
`

func TestLoad_TheDocumentedFile(t *testing.T) {
	got, err := Load(filepath.Join("testdata", "sample.toml"))
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.Shop.Name, want.Shop.ID, want.Shop.Till = "柜台便利店", "S001", "T1"
	w := &want.WeChat
	w.AppID, w.MchID, w.ClientCert = "wx8888888888888888", "1900000109", "apiclient_cert.pem"
	w.APIKey, w.APIv3Key = reference(t, "keyring:guitai/api_key"), reference(t, "keyring:guitai/api_v3_key")
	w.ClientKey, w.MerchantKey = reference(t, "file:apiclient_key.pem"), reference(t, "file:apiclient_key.pem")
	w.MerchantSerial, w.PublicKeyID, w.PublicKey = "...", "PUB_KEY_ID_...", "wechatpay_public_key.pem"
	want.Printer.URL = "tcp://192.168.1.50:9100"
	if !got.Equal(want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if got.Shop.DayStarts.Duration() != 4*time.Hour || got.WeChat.OrderExpires != 5*time.Minute || got.Printer.Paper != 80 {
		t.Errorf("day starts %v, orders expire after %v, paper %d mm", got.Shop.DayStarts, got.WeChat.OrderExpires, got.Printer.Paper)
	}
	if got.Shop.Location().String() != "Asia/Shanghai" {
		t.Errorf("zone %v", got.Shop.Location())
	}
}

func TestParse_TheLeastFileTakesEveryDefault(t *testing.T) {
	got, err := Parse("config.toml", []byte(minimal))
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.Shop.Name, want.Shop.ID, want.Shop.Till = "柜台便利店", "S001", "T1"
	want.WeChat.AppID, want.WeChat.MchID = "wx8888888888888888", "1900000109"
	want.WeChat.APIKey = reference(t, "env:GUITAI_API_KEY")
	if !got.Equal(want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestParse_EveryWayTOMLSpellsASection(t *testing.T) {
	want, err := Parse("config.toml", []byte(minimal))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"windows":  "\ufeff" + strings.ReplaceAll(minimal, "\n", "\r\n"),
		"dotted":   "shop.name = '柜台便利店'\nshop.id = 'S001'\n\"shop\".till = 'T1'\n" + minimal[strings.Index(minimal, "[wechat]"):],
		"inline":   `shop = { name = "柜台便利店", id = "S001", till = "T1" }` + "\n" + minimal[strings.Index(minimal, "[wechat]"):],
		"no break": strings.TrimSuffix(minimal, "\n"),
		"escaped":  strings.Replace(minimal, "柜", `\u67dc`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Parse("config.toml", []byte(text))
			if err != nil || !got.Equal(want) {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

func TestParse_OptionalKeys(t *testing.T) {
	got, err := Parse("config.toml", []byte(minimal+`goods_tag = "WXG"
limit_pay = "no_credit"
receipt = true
create_ip = "2001:db8::1"
store_area = "440305"
store_address = "深南大道 1 号"
backup_url = ""
base_url = "http://127.0.0.1:8089/sandboxnew"
order_expires = "90m"
[notify]
listen = ":8787"
[printer]
url = "file:paper"
paper = 58
copies = +3
`))
	if err != nil {
		t.Fatal(err)
	}
	w := got.WeChat
	if w.GoodsTag != "WXG" || w.LimitPay != "no_credit" || !w.Receipt || w.SpbillCreateIP != "2001:db8::1" || w.StoreArea != "440305" ||
		w.StoreAddress != "深南大道 1 号" || w.BackupURL != "" || w.BaseURL != "http://127.0.0.1:8089/sandboxnew" || w.OrderExpires != 90*time.Minute {
		t.Errorf("wechat: %+v", w)
	}
	if got.Notify.Listen != ":8787" || got.Printer.URL != "file:paper" || got.Printer.Paper != 58 || got.Printer.Copies != 3 {
		t.Errorf("notify: %+v, printer: %+v", got.Notify, got.Printer)
	}
}

func TestParse_TheThingsOnTheCounter(t *testing.T) {
	got, err := Parse("config.toml", []byte(minimal+`[printer]
other = "usb:///dev/usb/lp1"
profile = "star"
status = "require"
drawer_pin = 5
drawer_pulse = "500ms"
drawer_sensor = "high"
[receipt]
logo = 'C:\shop\logo.png'
header = """
电话 020-12345678
人民路 1 号"""
footer = "七日内凭票退换\n谢谢惠顾"
link = "https://example.com/r/{receipt}"
hint = "扫码开票"
[scanner]
mode = "serial://COM4"
prefix = "]C1"
suffix = "tab"
gap = "30ms"
[display]
window = true
welcome = "欢迎光临"
pole = "serial:///dev/ttyS0"
pole_type = "led8"
[sound]
volume = 0
scan = false
voice = "none"
`))
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.Shop, want.WeChat = got.Shop, got.WeChat
	p := &want.Printer
	p.Other, p.Profile, p.Status = "usb:///dev/usb/lp1", "star", "require"
	p.DrawerPin, p.DrawerPulse, p.DrawerSensor = 5, 500*time.Millisecond, "high"
	want.Receipt = Receipt{
		Logo: `C:\shop\logo.png`, Header: "电话 020-12345678\n人民路 1 号", Footer: "七日内凭票退换\n谢谢惠顾",
		Link: "https://example.com/r/{receipt}", Hint: "扫码开票",
	}
	want.Scanner = Scanner{Mode: "serial://COM4", Prefix: "]C1", Suffix: "tab", Gap: 30 * time.Millisecond}
	want.Display = Display{Window: true, Welcome: "欢迎光临", Pole: "serial:///dev/ttyS0", PoleType: "led8"}
	want.Sound = Sound{Voice: "none"}
	if !got.Equal(want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestParse_AmountsAndLocks(t *testing.T) {
	for text, want := range map[string]struct {
		limit int64
		lock  time.Duration
	}{
		"variance_limit = \"0\"\n[staff]\nauto_lock = \"0s\"\n":          {0, 0},
		"variance_limit = \"7.5\"\n[staff]\nauto_lock = \"1m\"\n":        {750, time.Minute},
		"variance_limit = \"10000.00\"\n[staff]\nauto_lock = \"480m\"\n": {1_000_000, 8 * time.Hour},
		"": {1000, 10 * time.Minute},
	} {
		got, err := Parse("config.toml", []byte(minimal[strings.Index(minimal, "[wechat]"):]+minimal[:strings.Index(minimal, "[wechat]")]+text))
		if err != nil || int64(got.Shop.VarianceLimit) != want.limit || got.Staff.AutoLock != want.lock {
			t.Errorf("%q: limit %v, lock %v, %v", text, got.Shop.VarianceLimit, got.Staff.AutoLock, err)
		}
	}
}

// broken is a file and what must be said about it, as "LINE KEY PROBLEM".
var broken = []struct {
	name string
	text string
	want []string
}{
	// The whole file.
	{"empty", "", []string{"1 shop.name missing", "1 shop.id missing", "1 shop.till missing"}},
	{
		"missing keys belong to their section", "# till\n\n[wechat]\nappid = \"wx8888888888888888\"\nmch_id = \"1900000109\"\n\n[shop]\nname = \"a\"\nid = \"A\"\n",
		[]string{"3 wechat.api_key missing", "7 shop.till missing"},
	},
	{"not UTF-8", minimal + "goods_tag = \"\xb9\xf1\"\n", []string{"9  not_utf8"}},
	{"UTF-16", "\xff\xfe[\x00s\x00", []string{"1  not_utf8"}},
	{"too large", strings.Repeat("#\n", 40<<10), []string{"1  too_large"}},

	// Syntax.
	{"text without quotes", minimal + "backup_url = abc\n", []string{"9 wechat.backup_url syntax"}},
	{"quotes not closed", minimal + "backup_url = \"https://\ngoods_tag=\"x\"\n", []string{"9 wechat.backup_url syntax"}},
	{"text over lines not closed", minimal + "merchant_key = \"\"\"\n-----BEGIN PRIVATE KEY-----\n\n[printer]\npaper = 80\n", []string{"9 wechat.merchant_key syntax"}},
	{"literal over lines not closed", minimal + "merchant_key = '''\nMII\n", []string{"9 wechat.merchant_key syntax"}},
	{"list not closed", minimal + "goods_tag = [\n\"a\",\n\n", []string{"11 wechat syntax"}},
	{"table not closed", minimal + "goods_tag = { a = 1\n", []string{"9 wechat.goods_tag syntax"}},
	{"header that ends the file", minimal + "[printer]\n\n[", []string{"11 printer syntax"}},
	{"header that ends the file, and a line", minimal + "[printer]\n\n[\n", []string{"11 printer syntax"}},
	{"nothing behind the sign", minimal + "goods_tag =", []string{"9 wechat.goods_tag syntax"}},
	{"no sign", minimal + "goods_tag\n", []string{"9 wechat syntax"}},
	{"header not closed", minimal + "[printer\npaper = 80\n", []string{"9 wechat syntax"}},
	{"two on a line", minimal + "receipt = true goods_tag = \"x\"\n", []string{"9 wechat.receipt syntax"}},
	{
		"syntax after other faults", "[shop]\nname = \"a\"\nid = \"a\"\ntill = \"T 1\"\ncolour = 1\nlanguage = en\n",
		[]string{"3 shop.id format", "4 shop.till format", "5 shop.colour unknown_key", "6 shop.language syntax"},
	},

	// Keys and sections.
	{"unknown key", minimal + "apikey = \"env:X\"\n", []string{"9 wechat.apikey unknown_key"}},
	{"key in capitals", "[shop]\nName = \"a\"\n" + minimal[len("[shop]\n"):], []string{"2 shop.Name unknown_key"}},
	{"unknown section, once", minimal + "[shops]\nname = 1\nid = 2\n", []string{"9 shops unknown_section"}},
	{"key before any section", "language = \"en\"\n" + minimal, []string{"1 language unknown_section"}},
	{"section in a section", minimal + "[wechat.v3]\nkey = 1\n", []string{"9 wechat.v3 unknown_key"}},
	{"key as a section", minimal + "[printer.paper]\nwidth = 80\n", []string{"9 printer.paper wrong_type"}},
	{"key under a key", minimal + "receipt.kind = true\n", []string{"9 wechat.receipt.kind unknown_key"}},
	{"array of sections", minimal + "[[printer]]\npaper = 80\n", []string{"9 printer wrong_type"}},
	{"section as a value", "printer = 80\n" + minimal, []string{"1 printer wrong_type"}},
	{"key twice", minimal + "mch_id = \"1900000110\"\n", []string{"9 wechat.mch_id duplicate"}},
	{"section twice", minimal + "[shop]\nlanguage = \"en\"\n", []string{"9 shop duplicate"}},
	{"dotted, then a section", "shop.language = \"en\"\n" + minimal, []string{"2 shop duplicate"}},
	{"inline, then a section", "shop = { language = \"en\" }\n" + minimal, []string{"2 shop duplicate"}},
	{"inline, then dotted", "printer = { paper = 80 }\nprinter.copies = 1\n" + minimal, []string{"2 printer duplicate"}},
	{"inline twice", "printer = { paper = 80 }\nprinter = { copies = 1 }\n" + minimal, []string{"2 printer duplicate"}},
	{"inline with an unknown key", "printer = { papers = 80 }\n" + minimal, []string{"1 printer.papers unknown_key"}},

	// Types.
	{"number for text", minimal + "goods_tag = 7\n", []string{"9 wechat.goods_tag wrong_type"}},
	{"text for number", minimal + "[printer]\npaper = \"80\"\n", []string{"10 printer.paper wrong_type"}},
	{"fraction for number", minimal + "[printer]\ncopies = 1.0\n", []string{"10 printer.copies wrong_type"}},
	{"number out of this world", minimal + "[printer]\ncopies = 99999999999999999999\n", []string{"10 printer.copies wrong_type"}},
	{"octal", minimal + "[printer]\npaper = 0o120\n", []string{"10 printer.paper wrong_type"}},
	{"text for truth", minimal + "receipt = \"true\"\n", []string{"9 wechat.receipt wrong_type"}},
	{"date for text", minimal + "goods_tag = 2026-11-20\n", []string{"9 wechat.goods_tag wrong_type"}},
	{"list for text", minimal + "goods_tag = [\n  \"a\",\n]\nlimit_pay = \"x\"\n", []string{"9 wechat.goods_tag wrong_type", "12 wechat.limit_pay not_one_of"}},
	{"number for duration", minimal + "order_expires = 5\n", []string{"9 wechat.order_expires wrong_type"}},

	// Secrets written out.
	{"secret as text", minimal + "api_v3_key = \"0123456789abcdef0123456789abcdef\"\n", []string{"9 wechat.api_v3_key secret_written"}},
	{"secret as a number", minimal + "api_v3_key = 12345678901234567890123456789012\n", []string{"9 wechat.api_v3_key secret_written"}},
	{
		"secret over lines", minimal + "merchant_key = \"\"\"\n-----BEGIN PRIVATE KEY-----\nMIIE\n\"\"\"\nlimit_pay = \"x\"\n",
		[]string{"9 wechat.merchant_key secret_written", "13 wechat.limit_pay not_one_of"},
	},
	{"reference to nothing", minimal + "api_v3_key = \"env:\"\n", []string{"9 wechat.api_v3_key secret_written"}},
	{"reference of another kind", minimal + "api_v3_key = \"vault:abc\"\n", []string{"9 wechat.api_v3_key secret_written"}},
	{"secret behind env:", minimal + "api_v3_key = \"env:not a name\"\n", []string{"9 wechat.api_v3_key secret_written"}},

	// Rules.
	{
		"shop", "[shop]\nname = \" \"\nid = \"s001\"\ntill = \"T1234\"\nlanguage = \"zh\"\ntimezone = \"Asia/Peking\"\nday_starts = \"4:00\"\nshifts = \"\"\n" + minimal[strings.Index(minimal, "[wechat]"):],
		[]string{"2 shop.name missing", "3 shop.id format", "4 shop.till format", "5 shop.language not_one_of", "6 shop.timezone format", "7 shop.day_starts format", "8 shop.shifts not_one_of"},
	},
	{"day starts in the afternoon", replaced("till = \"T1\"", "till = \"T1\"\nday_starts = \"12:01\""), []string{"5 shop.day_starts range"}},
	{"day starts past midnight", replaced("till = \"T1\"", "till = \"T1\"\nday_starts = \"24:00\""), []string{"5 shop.day_starts format"}},
	{"limit below nothing", replaced("till = \"T1\"", "till = \"T1\"\nvariance_limit = \"-1.00\""), []string{"5 shop.variance_limit format"}},
	{"limit with a third decimal", replaced("till = \"T1\"", "till = \"T1\"\nvariance_limit = \"1.005\""), []string{"5 shop.variance_limit format"}},
	{"limit of a number", replaced("till = \"T1\"", "till = \"T1\"\nvariance_limit = 10"), []string{"5 shop.variance_limit wrong_type"}},
	{"limit of an empty text", replaced("till = \"T1\"", "till = \"T1\"\nvariance_limit = \"\""), []string{"5 shop.variance_limit format"}},
	{"limit in a sentence", replaced("till = \"T1\"", "till = \"T1\"\nvariance_limit = \" 10 \""), []string{"5 shop.variance_limit format"}},
	{"limit that is none", replaced("till = \"T1\"", "till = \"T1\"\nvariance_limit = \"10000.01\""), []string{"5 shop.variance_limit range"}},
	{"locks at once", minimal + "[staff]\nauto_lock = \"59s\"\n", []string{"10 staff.auto_lock range"}},
	{"locks the next day", minimal + "[staff]\nauto_lock = \"8h1s\"\n", []string{"10 staff.auto_lock range"}},
	{"locks before it was used", minimal + "[staff]\nauto_lock = \"-1m\"\n", []string{"10 staff.auto_lock range"}},
	{"locks in fractions", minimal + "[staff]\nauto_lock = \"1m0.5s\"\n", []string{"10 staff.auto_lock range"}},
	{"locks without unit", minimal + "[staff]\nauto_lock = \"10\"\n", []string{"10 staff.auto_lock format"}},
	{"a person in the settings", minimal + "[staff]\nname = \"王芳\"\n", []string{"10 staff.name unknown_key"}},
	{"zone of the machine", replaced("till = \"T1\"", "till = \"T1\"\ntimezone = \"Local\""), []string{"5 shop.timezone format"}},
	{"zone outside the zones", replaced("till = \"T1\"", "till = \"T1\"\ntimezone = \"../../etc/passwd\""), []string{"5 shop.timezone format"}},
	{"long name", replaced("柜台便利店", strings.Repeat("店", 33)), []string{"2 shop.name too_long"}},
	{"name over lines", replaced("柜台便利店", `a\nb`), []string{"2 shop.name format"}},
	{
		"account", "[wechat]\nappid = \"1900000109\"\nmch_id = \"wx8888888888888888\"\napi_key = \"\"\n" + minimal[:strings.Index(minimal, "[wechat]")],
		[]string{"2 wechat.appid format", "3 wechat.mch_id format", "4 wechat.api_key missing"},
	},
	{"v3", minimal + "api = \"v3\"\n", []string{"9 wechat.api later"}},
	{"v4", minimal + "api = \"v4\"\n", []string{"9 wechat.api not_one_of"}},
	{"sign type", minimal + "sign_type = \"SHA1\"\n", []string{"9 wechat.sign_type not_one_of"}},
	{"certificate without key", minimal + "client_cert = \"c.pem\"\n", []string{"9 wechat.client_cert needs"}},
	{"key without certificate", minimal + "client_key = \"file:k.pem\"\n", []string{"9 wechat.client_key needs"}},
	{"certificate with a bad key", minimal + "client_cert = \"c.pem\"\nclient_key = \"k.pem\"\n", []string{"10 wechat.client_key secret_written"}},
	{"no base", minimal + "base_url = \"\"\n", []string{"9 wechat.base_url missing"}},
	{"expires too soon", minimal + "order_expires = \"1m59s\"\n", []string{"9 wechat.order_expires range"}},
	{"expires too late", minimal + "order_expires = \"2h1s\"\n", []string{"9 wechat.order_expires range"}},
	{"expires in fractions", minimal + "order_expires = \"2m0.5s\"\n", []string{"9 wechat.order_expires range"}},
	{"expires without unit", minimal + "order_expires = \"5\"\n", []string{"9 wechat.order_expires format"}},
	{"long goods tag", minimal + "goods_tag = \"" + strings.Repeat("t", 33) + "\"\n", []string{"9 wechat.goods_tag too_long"}},
	{"address of a machine", minimal + "create_ip = \"shop.example\"\n", []string{"9 wechat.create_ip format"}},
	{"area", minimal + "store_area = \"4403\"\n", []string{"9 wechat.store_area format"}},
	{"long address", minimal + "store_address = \"" + strings.Repeat("路", 70) + "\"\n", []string{"9 wechat.store_address too_long"}},
	{"long notify_url", minimal + "notify_url = \"https://n.example/" + strings.Repeat("a", 240) + "\"\n", []string{"9 wechat.notify_url too_long"}},
	{"notify_url with a query", minimal + "notify_url = \"https://n.example/?till=1\"\n", []string{"9 wechat.notify_url format"}},
	{"notify_url in the clear", minimal + "notify_url = \"http://n.example/\"\n", []string{"9 wechat.notify_url format"}},
	{"relay in the clear", minimal + "[relay]\nurl = \"http://relay.example\"\n", []string{"10 relay.url format"}},
	{"phone", minimal + "[phone]\nmini_appid = \"1\"\napp_appid = \"2\"\nlogin_url = \"\"\n", []string{"10 phone.mini_appid format", "11 phone.app_appid format", "12 phone.login_url missing"}},
	{"retired interface", minimal + "[apiv1]\nappid = \"1\"\npartner_id = \"x\"\nbase_url = \"api.weixin.qq.com\"\n", []string{"10 apiv1.appid format", "11 apiv1.partner_id format", "12 apiv1.base_url format"}},
	{
		"printer", minimal + "[printer]\nurl = \"lpt1\"\npaper = 57\ncut = \"\"\nqr = \"svg\"\ndrawer = \"yes\"\ncopies = 0\n",
		[]string{"10 printer.url format", "11 printer.paper not_one_of", "12 printer.cut not_one_of", "13 printer.qr not_one_of", "14 printer.drawer not_one_of", "15 printer.copies range"},
	},
	{"backups nobody keeps", minimal + "[backup]\ndays = 0\nmonths = -1\nshifts = 0\n", []string{"10 backup.days range", "11 backup.months range", "12 backup.shifts range"}},
	{"four copies", minimal + "[printer]\ncopies = 4\n", []string{"10 printer.copies range"}},
	{
		"printer of no family", minimal + "[printer]\nprofile = \"tsp100\"\nstatus = \"maybe\"\nother = \"lpt2\"\n",
		[]string{"10 printer.profile not_one_of", "11 printer.status not_one_of", "12 printer.other format"},
	},
	{
		"drawer", minimal + "[printer]\ndrawer_pin = 3\ndrawer_pulse = \"18ms\"\ndrawer_sensor = \"open\"\n",
		[]string{"10 printer.drawer_pin not_one_of", "11 printer.drawer_pulse range", "12 printer.drawer_sensor not_one_of"},
	},
	{"pulse too long", minimal + "[printer]\ndrawer_pulse = \"502ms\"\n", []string{"10 printer.drawer_pulse range"}},
	{"pulse between two steps", minimal + "[printer]\ndrawer_pulse = \"51ms\"\n", []string{"10 printer.drawer_pulse range"}},
	{"pulse without unit", minimal + "[printer]\ndrawer_pulse = 50\n", []string{"10 printer.drawer_pulse wrong_type"}},
	{
		"receipt too long", minimal + "[receipt]\nlogo = \"" + strings.Repeat("l", 1025) + "\"\nheader = \"" + strings.Repeat("路", 171) + "\"\nfooter = \"" +
			strings.Repeat("谢", 171) + "\"\nlink = \"https://s.example/" + strings.Repeat("a", 240) + "\"\nhint = \"" + strings.Repeat("扫", 86) + "\"\n",
		[]string{"10 receipt.logo too_long", "11 receipt.header too_long", "12 receipt.footer too_long", "13 receipt.link too_long", "14 receipt.hint too_long"},
	},
	{
		"receipt of other than text", minimal + "[receipt]\nlogo = \"a\\nb\"\nheader = \"a\\tb\"\nfooter = \"a\\u001bpb\"\nlink = \"a\\nb\"\nhint = \"a\\nb\"\n",
		[]string{"10 receipt.logo format", "11 receipt.header format", "12 receipt.footer format", "13 receipt.link format", "14 receipt.hint format"},
	},
	{"link with what nobody fills in", minimal + "[receipt]\nlink = \"https://s.example/{receipt}?s={shop}\"\n", []string{"10 receipt.link format"}},
	{"link with braces around nothing", minimal + "[receipt]\nlink = \"https://s.example/{}\"\n", []string{"10 receipt.link format"}},
	{"scanner", minimal + "[scanner]\nmode = \"camera\"\n", []string{"10 scanner.mode not_one_of"}},
	{
		"scanner that ends in nothing", minimal + "[scanner]\nprefix = \"123456789\"\nsuffix = \"\"\ngap = \"29ms\"\n",
		[]string{"10 scanner.prefix too_long", "11 scanner.suffix not_one_of", "12 scanner.gap range"},
	},
	{"scanner as slow as a person", minimal + "[scanner]\ngap = \"151ms\"\n", []string{"10 scanner.gap range"}},
	{
		"display", minimal + "[display]\nwindow = \"yes\"\nwelcome = \"" + strings.Repeat("迎", 43) + "\"\npole = \"COM3\"\npole_type = \"lcd\"\n",
		[]string{"10 display.window wrong_type", "11 display.welcome too_long", "12 display.pole format", "13 display.pole_type not_one_of"},
	},
	{
		"sound", minimal + "[sound]\nvolume = 101\nscan = 1\nvoice = \"fr\"\n",
		[]string{"10 sound.volume range", "11 sound.scan wrong_type", "12 sound.voice not_one_of"},
	},
	{"quieter than silence", minimal + "[sound]\nvolume = -1\n", []string{"10 sound.volume range"}},
}

func replaced(old, new string) string { return strings.Replace(minimal, old, new, 1) }

func TestParse_NamesEveryKeyAndItsLine(t *testing.T) {
	for _, c := range broken {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse("config.toml", []byte(c.text))
			got := found(t, err)
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n  %s\nwant\n  %s\nin\n%s\nsaid\n%v", strings.Join(got, "\n  "), strings.Join(c.want, "\n  "), c.text, err)
			}
		})
	}
}

// found is the faults in err as "LINE KEY PROBLEM".
func found(t *testing.T, err error) []string {
	t.Helper()
	var es Errors
	if !errors.As(err, &es) || len(es) == 0 {
		t.Fatalf("%#v is no list of faults", err)
	}
	var all []string
	for _, e := range es {
		all = append(all, fmt.Sprintf("%d %s %s", e.Line, e.Key, e.Problem))
	}
	return all
}

func TestParse_Addresses(t *testing.T) {
	good := func(string) []string { return nil }
	bad := func(key string) []string { return []string{"10 " + key + " format"} }
	for _, c := range []struct {
		key, value string
		want       func(key string) []string
	}{
		{"wechat.base_url", "https://api.mch.weixin.qq.com/sandboxnew/", good},
		{"wechat.base_url", "https://10.0.0.7:8443", good},
		{"wechat.base_url", "http://localhost:1", good},
		{"wechat.base_url", "http://[::1]:8089/pay", good},
		{"wechat.base_url", "http://127.9.9.9", good},
		{"wechat.base_url", "http://api.mch.weixin.qq.com", bad},
		{"wechat.base_url", "http://127.0.0.1.example", bad},
		{"wechat.base_url", "http://192.168.1.7", bad},
		{"wechat.base_url", "ftp://127.0.0.1", bad},
		{"wechat.base_url", "https:api.mch.weixin.qq.com", bad},
		{"wechat.base_url", "https://", bad},
		{"wechat.base_url", "https://h:0", bad},
		{"wechat.base_url", "https://h:65536", bad},
		{"wechat.base_url", "https://h:", bad},
		{"wechat.base_url", "https://h/a b", bad},
		{"wechat.base_url", "https://h/?", bad},
		{"wechat.base_url", "https://h/#top", bad},
		{"wechat.base_url", "https://user:hush@h/", bad},
		{"wechat.base_url", "https://h/%zz", bad},
		{"wechat.backup_url", "api2.mch.weixin.qq.com", bad},
		{"notify.listen", "127.0.0.1:8787", good},
		{"notify.listen", "[::]:8787", good},
		{"notify.listen", "till.local:8787", good},
		{"notify.listen", "8787", bad},
		{"notify.listen", "127.0.0.1:", bad},
		{"notify.listen", "127.0.0.1:0", bad},
		{"notify.listen", "127.0.0.1:http", bad},
		{"notify.listen", "http://127.0.0.1:8787", bad},
		{"printer.url", "none:", good},
		{"printer.url", "tcp://printer-1.local:9100", good},
		{"printer.url", "tcp://[fe80::1]:9100", good},
		{"printer.url", `file:C:\\paper`, good},
		{"printer.url", "file:///var/paper", good},
		{"printer.url", "", bad},
		{"printer.url", "none", bad},
		{"printer.url", "none:really", bad},
		{"printer.url", "file:", bad},
		{"printer.url", "tcp:192.168.1.50:9100", bad},
		{"printer.url", "tcp://192.168.1.50", bad},
		{"printer.url", "tcp://user@192.168.1.50:9100", bad},
		{"printer.url", "tcp://192.168.1.50:9100/raw", bad},
		{"printer.url", "usb:///dev/usb/lp0", good},
		{"printer.url", "usb:///", bad},
		{"printer.url", "usb:/dev/usb/lp0", bad},
		{"printer.url", "serial:///dev/ttyUSB0?baud=9600", good},
		{"printer.url", "serial:///dev/ttyUSB0", good},
		{"printer.url", "serial://COM3?baud=115200", good},
		{"printer.url", "serial:COM3", bad},
		{"printer.url", "serial://", bad},
		{"printer.url", "serial:///?baud=9600", bad},
		{"printer.url", "serial:///dev/ttyUSB0?baud=", bad},
		{"printer.url", "serial:///dev/ttyUSB0?baud=fast", bad},
		{"printer.url", "serial:///dev/ttyUSB0?baud=299", bad},
		{"printer.url", "serial:///dev/ttyUSB0?baud=921601", bad},
		{"printer.url", "serial:///dev/ttyUSB0?parity=even", bad},
		{"printer.url", "serial:///dev/ttyUSB0?%zz", bad},
		{"printer.url", "queue:XP-80", good},
		{"printer.url", "queue:前台 小票", good},
		{"printer.url", "queue:", bad},
		{"printer.url", "queue: ", bad},
		{"printer.url", "pdf:paper", good},
		{"printer.url", "pdf:", bad},
		{"printer.other", "", good},
		{"printer.other", "tcp://192.168.1.51:9100", good},
		{"printer.other", "usb://", bad},
		{"scanner.mode", "keyboard", good},
		{"scanner.mode", "serial:///dev/ttyACM0", good},
		{"scanner.mode", "serial://COM4?baud=9600", good},
		{"scanner.mode", "serial:", bad},
		{"display.pole", "", good},
		{"display.pole", "serial:///dev/ttyS0?baud=2400", good},
		{"display.pole", "tcp://192.168.1.60:9100", bad},
		{"receipt.link", "", good},
		{"receipt.link", "https://example.com/r/{receipt}?fen={amount}&d={day}", good},
		{"receipt.link", "{receipt}", good},
	} {
		t.Run(c.key+" "+c.value, func(t *testing.T) {
			section, key, _ := strings.Cut(c.key, ".")
			text := minimal + fmt.Sprintf("[%s]\n%s = \"%s\"\n", section, key, c.value)
			if section == "wechat" {
				text = minimal + fmt.Sprintf("\n%s = \"%s\"\n", key, c.value)
			}
			_, err := Parse("config.toml", []byte(text))
			want := c.want(c.key)
			if want == nil {
				if err != nil {
					t.Error(err)
				}
			} else if got := found(t, err); !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestErrors_ReadAsOneLineEach(t *testing.T) {
	_, err := Parse("/shop/config.toml", []byte(minimal+"api = \"v3\"\npaper = 80\napi_v3_key = \"hush\"\nmch_id = \"1\"\n[printer]\npaper = 57\n[keys]\nhold = \"F3\"\n"))
	want := `/shop/config.toml:9: wechat.api: comes with a later version; now: "v2"
/shop/config.toml:10: wechat.paper: there is no such key; here it can be ` + strings.Join(keysOf("wechat"), ", ") + `
/shop/config.toml:11: wechat.api_v3_key: must not hold the secret itself; keep it elsewhere and write keyring:NAME, env:NAME or file:PATH
/shop/config.toml:12: wechat.mch_id: is set twice, first on line 7
/shop/config.toml:14: printer.paper: must be one of 58, 80
/shop/config.toml:16: keys.hold: cannot be the same as keys.discount (F3), which works in the same places`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestErrors_SyntaxNamesTheColumn(t *testing.T) {
	for text, want := range map[string]string{
		"backup_url = abc\n":          "f:9: wechat.backup_url: not readable as TOML at column 14",
		"# 柜台\nreceipt = true 柜\n":    "f:10: wechat.receipt: not readable as TOML at column 16",
		"backup_url = \"柜台":           "f:9: wechat.backup_url: not readable as TOML at column 17",
		"goods_tag = \"\"\"\nabc\n\n": "f:9: wechat.goods_tag: not readable as TOML at column 13",
	} {
		if _, err := Parse("f", []byte(minimal+text)); err == nil || !strings.HasPrefix(err.Error(), want+": ") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestProblems_AllHaveWords(t *testing.T) {
	for _, p := range []Problem{
		Syntax, UnknownKey, UnknownSection, Later, Duplicate, WrongType, SecretWritten, Unreadable, TooLarge, NotUTF8, Missing, NotOneOf,
		Range, Format, TooLong, Needs, Taken, Given, EnvUnset, FileUnreadable, FileOpen, FileEmpty, FileTooLarge, KeyringEmpty, KeyringUnavailable,
	} {
		if sentences[p] == "" {
			t.Errorf("%s has no sentence", p)
		}
	}
	if len(sentences) != 25 {
		t.Errorf("%d sentences; this test knows 25 problems", len(sentences))
	}
}

func TestLoad_NoFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.toml")
	_, err := Load(path)
	if !errors.Is(err, fs.ErrNotExist) || strings.Count(err.Error(), path) != 1 {
		t.Errorf("%v", err)
	}
	if _, err := Load(filepath.Dir(path)); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder for a file: %v", err)
	}
}

func TestLoad_AFileWithoutEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, make([]byte, maxFile*2), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Load(path)
	if got := found(t, err); !slices.Equal(got, []string{"1  too_large"}) {
		t.Errorf("got %v", got)
	}
}

func TestCheck_AConfigMadeInCode(t *testing.T) {
	c := Default()
	if got := found(t, c.Check()); !slices.Equal(got, []string{
		"0 shop.name missing", "0 shop.id missing", "0 shop.till missing",
	}) {
		t.Errorf("a bare default: %v", got)
	}
	c = practice()
	if err := c.Check(); err != nil {
		t.Errorf("practice: %v", err)
	}
	c.Shop.DayStarts, c.Shop.Name = -1, "a\x00b"
	if got := found(t, c.Check()); !slices.Equal(got, []string{"0 shop.name format", "0 shop.day_starts range"}) {
		t.Errorf("impossible values: %v", got)
	}
}

// practice is a Config as a program makes one for its simulator.
func practice() Config {
	c := Default()
	c.Shop.Name, c.Shop.ID, c.Shop.Till = "练习店", "DEMO", "T1"
	c.WeChat.AppID, c.WeChat.MchID = "wx8888888888888888", "1900000109"
	c.WeChat.APIKey = GivenSecret("a secret of the simulator")
	c.WeChat.BaseURL, c.WeChat.BackupURL = "http://127.0.0.1:40123", ""
	return c
}

func reference(t *testing.T, text string) Secret {
	t.Helper()
	s, err := ParseSecret(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(minimal))
	for _, c := range broken {
		if len(c.text) < 1<<12 {
			f.Add([]byte(c.text))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse("f", data)
		if err != nil {
			lines := 1 + strings.Count(strings.TrimSuffix(string(data), "\n"), "\n")
			var es Errors
			if !errors.As(err, &es) || len(es) == 0 {
				t.Fatalf("%T is no list of faults", err)
			}
			for _, e := range es {
				if e.Line < 1 || e.Line > lines {
					t.Errorf("line %d of %d: %v", e.Line, lines, e)
				}
			}
			return
		}
		text, err := c.render()
		if err != nil {
			t.Fatalf("cannot be saved: %v", err)
		}
		if back, err := Parse("g", text); err != nil || !back.Equal(c) {
			t.Errorf("saved as\n%s\nread as %+v, %v", text, back, err)
		}
	})
}
