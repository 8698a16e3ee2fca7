package config

import (
	"fmt"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // Windows has no zone files of its own

	"guitai/pos"
)

// Config is every setting of one till. The zero value is of no use: start from [Default], or get one from [Load].
// A Config is a value: copies share nothing that changes, and it is safe for concurrent reading.
type Config struct {
	Shop    Shop
	Staff   Staff
	WeChat  WeChat
	Notify  Notify
	Relay   Relay
	Phone   Phone
	APIv1   APIv1
	Printer Printer
	Receipt Receipt
	Scanner Scanner
	Display Display
	Sound   Sound
	Backup  Backup
	Keys    Keys

	Barcodes Barcodes
	Tenders  Tenders

	origin *origin
}

// origin remembers where each key stood, so that a fault found later (a secret that is missing at start) can still name
// its line.
type origin struct {
	file  string
	lines map[string]int
}

// Shop is who sells, where, and by which calendar.
type Shop struct {
	Name      string  // as on the receipt; 1 to 32 characters
	ID        string  // 1 to 8 of A-Z 0-9; part of every receipt number and out_trade_no
	Till      string  // 1 to 4 of A-Z 0-9; part of every receipt number and out_trade_no
	Language  string  // "zh-CN" or "en"
	Timezone  string  // an IANA name; see Location
	DayStarts DayTime // when a business day begins, on that zone's clock
	Shifts    string  // "auto": opened by its first sale; "required": opened by a person

	VarianceLimit pos.Fen // over or short by more than this, a close of a shift is signed for; 0.00 to 10000.00
}

// Location is the shop's time zone. It answers for every Shop that passed [Config.Check]; one that did not and names no
// zone gets UTC.
func (s Shop) Location() *time.Location {
	loc, err := time.LoadLocation(s.Timezone)
	if err != nil {
		return time.UTC
	}
	return loc
}

// Staff is how the people at the till are known. Who they are is in the ledger, not here.
type Staff struct {
	AutoLock time.Duration // without a command for this long the till asks for a PIN: 1 minute to 8 hours, whole seconds; 0: never
}

// WeChat is the merchant's account with WeChat Pay (微信支付) and what every order carries.
type WeChat struct {
	API       string // "v2"
	BaseURL   string // a path prefix is allowed, with or without a slash at its end
	BackupURL string // empty: there is none
	AppID     string // appid, 公众账号ID
	MchID     string // mch_id, 商户号
	SignType  string // "HMAC-SHA256" or "MD5"
	APIKey    Secret // the v2 key (API密钥)

	ClientCert string // PEM path (apiclient_cert.pem), see [Config.ClientPEM]; empty: no refunds, no payment codes
	ClientKey  Secret // PEM, belongs to ClientCert

	APIv3Key       Secret
	MerchantSerial string
	MerchantKey    Secret
	PublicKeyID    string
	PublicKey      string // PEM path

	NotifyURL            string        // notify_url; the provider demands one even where none is reached
	OrderExpires         time.Duration // how long a code may be paid: 2 minutes to 2 hours, whole seconds
	AutoRefundExceptions bool          // give stray money back without being asked

	GoodsTag       string // goods_tag (订单优惠标记), at most 32 bytes
	LimitPay       string // limit_pay: "" or "no_credit"
	Receipt        bool   // receipt=Y: offer an e-invoice on the payer's result page
	SpbillCreateIP string // spbill_create_ip; empty: worked out at start
	StoreArea      string // area_code (行政区划码), six digits
	StoreAddress   string // address of the store in scene_info
}

// Barcodes is how the shop's own codes (店内码, 称重码) are made up.
type Barcodes struct {
	Layouts string // as [pos.ParseLayouts] reads them, the first that matches wins; empty: they are goods codes like any other
}

// Tenders is how people pay beside WeChat.
type Tenders struct {
	Other     string // names of what is taken outside ("支付宝 银行卡"), parted by blanks, in the order they are offered
	RoundCash string // one of [pos.Roundings]
}

// Others are the names of the tenders that are taken outside.
func (t Tenders) Others() []string { return strings.Fields(t.Other) }

// Set reports whether there is a merchant at all. A shop may sell for cash first: without appid, merchant and key WeChat Pay is off.
func (w WeChat) Set() bool { return w.AppID != "" || w.MchID != "" || !w.APIKey.IsZero() }

// Notify is the till's own listener for payment notices.
type Notify struct {
	Listen string // host:port; empty: there is none
}

// Relay is the notify relay this till is paired with.
type Relay struct {
	URL   string // empty: there is none
	Token Secret
}

// Phone is what customers' own phones may ask of the till: the shop's mini-program and app.
type Phone struct {
	Key        Secret // signs what the shop's own server asks (HMAC-SHA256); made by the till; none: nothing is taken from there
	MiniAppID  string // appid of the mini-program or official account, where it is not wechat.appid; of the same mch_id
	MiniSecret Secret // AppSecret, to turn a login code into an openid; none: the shop's server says the openid itself
	AppAppID   string // appid of the app (open platform), where it is not wechat.appid; of the same mch_id
	LoginURL   string // where logins are asked about
}

// KeyNames lists every key there is, dotted, in the order they are saved in.
func KeyNames() (keys []string) {
	for _, s := range settings {
		keys = append(keys, s.key)
	}
	return keys
}

// KeyedSecret is a secret of a Config by its dotted key.
type KeyedSecret struct {
	Key string
	*Secret
}

// Secrets lists every secret that settings have a place for, whether it is set or not, so that what was given can be stored and its
// reference put there.
func (c *Config) Secrets() (all []KeyedSecret) {
	for _, s := range settings {
		if p, ok := s.field(c).(*Secret); ok {
			all = append(all, KeyedSecret{s.key, p})
		}
	}
	return all
}

// OtherApps are the appids beside wechat.appid that the shop's orders may carry, each once.
func (c Config) OtherApps() []string {
	var apps []string
	for _, app := range []string{c.Phone.MiniAppID, c.Phone.AppAppID, c.APIv1.AppID} {
		if app != "" && app != c.WeChat.AppID && !slices.Contains(apps, app) {
			apps = append(apps, app)
		}
	}
	return apps
}

// APIv1 is an account of the retired interface for apps (2014). Off without an appid.
type APIv1 struct {
	AppID      string
	AppSecret  Secret
	PartnerID  string // 商户号 of that account
	PartnerKey Secret // partnerKey, 32 characters
	PaySignKey Secret // paySignKey (appkey), 128 characters
	BaseURL    string
}

// Printer is the receipt printer and the drawer that hangs on it.
type Printer struct {
	URL     string // tcp://HOST:PORT, usb:///DEVICE, serial:///DEVICE?baud=N, queue:NAME, file:DIR, pdf:DIR or none:
	Other   string // a second printer, of the same forms, that a job can be moved to by hand; empty: there is none
	Profile string // the family: "generic", "epson", "xprinter", "gprinter", "star" or "raster" (no Chinese font)
	Paper   int    // width in mm: 58 or 80
	Cut     string // "feed-partial", "partial", "full" or "none"
	QR      string // "raster" or "native"
	Copies  int    // of each receipt, 1 to 3
	Status  string // "auto": ask while it answers; "require": without its answer nothing is printed for sure; "none": it cannot answer

	Drawer       string        // kick it for: "cash", "always" or "never"
	DrawerPin    int           // of the printer's connector: 2 or 5
	DrawerPulse  time.Duration // how long the pulse is: 20 to 500 ms, in steps of 2 ms
	DrawerSensor string        // what the printer reports of an open drawer: "none" (nothing), "high" or "low"
}

// Receipt is what the shop has on its paper beside the sale.
type Receipt struct {
	Logo   string // PNG path, printed in black and white on top; empty: none
	Header string // under the shop's name: telephone, address; lines parted by \n
	Footer string // at the end, in place of the thanks; lines parted by \n
	Tax    bool   // say how much tax is in the sum
	Link   string // a QR for the customer (electronic receipt, invoice); {receipt}, {amount} and {day} are filled in; empty: none
	Hint   string // the line under that QR
}

// Scanner is how goods codes come in.
type Scanner struct {
	Mode   string        // "keyboard" or serial:///DEVICE?baud=N
	Prefix string        // what it sends before each code; taken off
	Suffix string        // how it ends a code: "enter", "tab" or "none" (a pause)
	Gap    time.Duration // a longer pause between two characters is a person's: 30 to 150 ms
}

// Display is what the customer sees.
type Display struct {
	Window   bool   // a second window for another monitor, opened at start
	Welcome  string // what stands on it while nobody is served; empty: the words for it
	Pole     string // a pole display: serial:///DEVICE?baud=N; empty: none
	PoleType string // "vfd" (two lines of twenty) or "led8" (eight digits)
}

// Sound is what the till is heard saying.
type Sound struct {
	Volume int    // 0 to 100; 0 is silence
	Scan   bool   // a short sound for every scan
	Voice  string // which language says the amount paid: "shop" (the shop's), "zh-CN", "en" or "none"
}

// Backup is the rule by which automatic backups stay, and where else they are copied.
type Backup struct {
	Days   int    // the newest daily ones, 1 to 60
	Months int    // of older ones the newest of each month, 0 to 120
	Shifts int    // the newest that were made at the close of a shift, 1 to 200
	CopyTo string // a folder, best on another disk; empty: none
}

// DayTime is a time on the wall clock, in minutes after midnight.
type DayTime int

// Duration is the DayTime as an offset from midnight on a day without a clock change.
func (t DayTime) Duration() time.Duration { return time.Duration(t) * time.Minute }

// String is the DayTime as HH:MM.
func (t DayTime) String() string { return fmt.Sprintf("%02d:%02d", int(t)/60, int(t)%60) }

// Default is a Config with every setting that has a sensible value without knowing the shop. It does not pass
// [Config.Check] yet: shop name, id and till, appid, mch_id and the API key are the shop's own.
func Default() Config {
	return Config{
		Shop:  Shop{Language: "zh-CN", Timezone: "Asia/Shanghai", DayStarts: 4 * 60, Shifts: "auto", VarianceLimit: 10_00},
		Staff: Staff{AutoLock: 10 * time.Minute},
		WeChat: WeChat{
			API:                  "v2",
			BaseURL:              "https://api.mch.weixin.qq.com",
			BackupURL:            "https://api2.mch.weixin.qq.com",
			SignType:             "HMAC-SHA256",
			NotifyURL:            "https://notify.invalid/",
			OrderExpires:         5 * time.Minute,
			AutoRefundExceptions: true,
		},
		Relay: Relay{Token: Secret{form: formKeyring, name: "guitai/relay_token"}},
		Phone: Phone{LoginURL: "https://api.weixin.qq.com"},
		APIv1: APIv1{BaseURL: "https://api.weixin.qq.com"},
		Printer: Printer{
			URL: "none:", Profile: "generic", Paper: 80, Cut: "feed-partial", QR: "raster", Copies: 1, Status: "auto",
			Drawer: "cash", DrawerPin: 2, DrawerPulse: 50 * time.Millisecond, DrawerSensor: "none",
		},
		Scanner: Scanner{Mode: "keyboard", Suffix: "enter", Gap: 60 * time.Millisecond},
		Display: Display{PoleType: "vfd"},
		Sound:   Sound{Volume: 70, Scan: true, Voice: "shop"},
		Backup:  Backup{Days: 7, Months: 12, Shifts: 14},
		Tenders: Tenders{RoundCash: string(pos.RoundNone)},
	}
}

// Check reports everything that is wrong with a Config made or changed in code, as [Errors] without lines. A Config that
// came from [Load] or [Parse] has passed it.
func (c Config) Check() error {
	var found Errors
	for _, s := range settings {
		if f := s.fault(&c); f != nil {
			found = append(found, f.at("", s.key, 0))
		}
	}
	return found.orNil()
}

// Equal tells whether two Configs say the same, wherever they were read from.
func (c Config) Equal(d Config) bool {
	for _, s := range settings {
		if !s.same(&c, &d) {
			return false
		}
	}
	return true
}

// line is where key stands in the file the Config was read from; 0 when it was not in a file.
func (c Config) line(key string) (file string, line int) {
	if c.origin == nil {
		return "", 0
	}
	return c.origin.file, c.origin.lines[key]
}
