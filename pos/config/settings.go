package config

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2/unstable"

	"guitai/pos"
)

// setting is one key of config.toml.
type setting struct {
	key     string               // dotted
	field   func(c *Config) any  // *string, *int, *bool, *time.Duration, *DayTime, *pos.Fen or *Secret
	rule    func(*Config) *fault // nil: whatever its type can hold
	with    []string             // keys whose values rule reads too: while those are wrong, rule has no opinion
	lines   bool                 // a text of several lines
	comment string               // saved behind it
}

// settings is every key there is, in the order they are saved in.
var settings = append([]setting{
	{key: "shop.name", field: func(c *Config) any { return &c.Shop.Name }, rule: shopName},
	{
		key: "shop.id", field: func(c *Config) any { return &c.Shop.ID }, comment: "1-8 of A-Z 0-9",
		rule: func(c *Config) *fault { return matching(c.Shop.ID, shopID, "1 to 8 of A-Z 0-9", `"S001"`) },
	},
	{
		key: "shop.till", field: func(c *Config) any { return &c.Shop.Till }, comment: "1-4 of A-Z 0-9",
		rule: func(c *Config) *fault { return matching(c.Shop.Till, tillID, "1 to 4 of A-Z 0-9", `"T1"`) },
	},
	{
		key: "shop.language", field: func(c *Config) any { return &c.Shop.Language }, comment: "or en",
		rule: func(c *Config) *fault { return oneOf(c.Shop.Language, "zh-CN", "en") },
	},
	{
		key: "shop.timezone", field: func(c *Config) any { return &c.Shop.Timezone },
		rule: func(c *Config) *fault { return timezone(c.Shop.Timezone) },
	},
	{
		key: "shop.day_starts", field: func(c *Config) any { return &c.Shop.DayStarts }, comment: "business day, in that zone",
		rule: func(c *Config) *fault { return within(c.Shop.DayStarts, 0, 12*60, "00:00 to 12:00") },
	},
	{
		key: "shop.shifts", field: func(c *Config) any { return &c.Shop.Shifts },
		comment: `a shift opens with its first sale; "required": it must be opened by a person`,
		rule:    func(c *Config) *fault { return oneOf(c.Shop.Shifts, "auto", "required") },
	},
	{
		key: "shop.variance_limit", field: func(c *Config) any { return &c.Shop.VarianceLimit },
		comment: "yuan; over or short by more than this, a close is signed for",
		rule: func(c *Config) *fault {
			return within(c.Shop.VarianceLimit, 0, maxVarianceLimit, "0.00 to "+maxVarianceLimit.String())
		},
	},

	{
		key: "staff.auto_lock", field: func(c *Config) any { return &c.Staff.AutoLock }, rule: autoLock,
		comment: "asks for a PIN after this long without a key; 1m to 8h, 0s: never",
	},

	{key: "wechat.api", field: func(c *Config) any { return &c.WeChat.API }, rule: apiGeneration},
	{
		key: "wechat.base_url", field: func(c *Config) any { return &c.WeChat.BaseURL }, comment: "a path prefix is allowed",
		rule: func(c *Config) *fault { return mandatory(c.WeChat.BaseURL, webURL, `"https://api.mch.weixin.qq.com"`) },
	},
	{
		key: "wechat.backup_url", field: func(c *Config) any { return &c.WeChat.BackupURL }, comment: "may be empty",
		rule: func(c *Config) *fault { return optional(c.WeChat.BackupURL, webURL) },
	},
	{
		key: "wechat.appid", field: func(c *Config) any { return &c.WeChat.AppID },
		rule: func(c *Config) *fault {
			if !c.WeChat.Set() {
				return nil
			}
			return matching(c.WeChat.AppID, appID, "wx (or ww) and 16 letters or digits", `"wx8888888888888888"`)
		},
	},
	{
		key: "wechat.mch_id", field: func(c *Config) any { return &c.WeChat.MchID },
		rule: func(c *Config) *fault {
			if !c.WeChat.Set() {
				return nil
			}
			return matching(c.WeChat.MchID, mchID, "8 to 32 digits", `"1900000109"`)
		},
	},
	{
		key: "wechat.sign_type", field: func(c *Config) any { return &c.WeChat.SignType }, comment: "v2: or MD5",
		rule: func(c *Config) *fault { return oneOf(c.WeChat.SignType, "HMAC-SHA256", "MD5") },
	},
	{
		key: "wechat.api_key", field: func(c *Config) any { return &c.WeChat.APIKey }, rule: apiKey,
		comment: "v2 key. A secret is keyring:NAME, env:NAME or file:PATH, never the value itself",
	},
	{
		key: clientCertKey, field: func(c *Config) any { return &c.WeChat.ClientCert }, rule: clientCert,
		with: []string{clientKeyKey}, comment: "v2 refund and reverse",
	},
	{
		key: clientKeyKey, field: func(c *Config) any { return &c.WeChat.ClientKey }, rule: clientKey,
		with: []string{clientCertKey},
	},
	{key: "wechat.api_v3_key", field: func(c *Config) any { return &c.WeChat.APIv3Key }, comment: "v3"},
	{
		key: "wechat.merchant_serial", field: func(c *Config) any { return &c.WeChat.MerchantSerial },
		rule: func(c *Config) *fault { return atMost(c.WeChat.MerchantSerial, 64) },
	},
	{key: "wechat.merchant_key", field: func(c *Config) any { return &c.WeChat.MerchantKey }},
	{
		key: "wechat.public_key_id", field: func(c *Config) any { return &c.WeChat.PublicKeyID },
		rule: func(c *Config) *fault { return atMost(c.WeChat.PublicKeyID, 64) },
	},
	{
		key: "wechat.public_key", field: func(c *Config) any { return &c.WeChat.PublicKey },
		rule: func(c *Config) *fault { return atMost(c.WeChat.PublicKey, 1024) },
	},
	{
		key: "wechat.notify_url", field: func(c *Config) any { return &c.WeChat.NotifyURL }, rule: notifyURL,
		comment: "required by the provider; set by pairing with a relay, never reached without one",
	},
	{
		key: "wechat.order_expires", field: func(c *Config) any { return &c.WeChat.OrderExpires }, rule: orderExpires,
		comment: "2m to 2h",
	},
	{key: "wechat.auto_refund_exceptions", field: func(c *Config) any { return &c.WeChat.AutoRefundExceptions }},
	{
		key: "wechat.goods_tag", field: func(c *Config) any { return &c.WeChat.GoodsTag }, comment: "promotion tag of every order",
		rule: func(c *Config) *fault { return atMost(c.WeChat.GoodsTag, 32) },
	},
	{
		key: "wechat.limit_pay", field: func(c *Config) any { return &c.WeChat.LimitPay }, comment: "no_credit: no credit cards",
		rule: func(c *Config) *fault { return oneOf(c.WeChat.LimitPay, "", "no_credit") },
	},
	{
		key: "wechat.receipt", field: func(c *Config) any { return &c.WeChat.Receipt },
		comment: "offer an e-invoice on the payer's result page",
	},
	{
		key: "wechat.create_ip", field: func(c *Config) any { return &c.WeChat.SpbillCreateIP },
		comment: "this machine's address; empty: worked out at start",
		rule:    func(c *Config) *fault { return optional(c.WeChat.SpbillCreateIP, ipAddress) },
	},
	{
		key: "wechat.store_area", field: func(c *Config) any { return &c.WeChat.StoreArea }, comment: "six digits, as 440305",
		rule: func(c *Config) *fault {
			return optional(c.WeChat.StoreArea, func(s string) *fault { return matching(s, areaCode, "six digits", "") })
		},
	},
	{
		key: "wechat.store_address", field: func(c *Config) any { return &c.WeChat.StoreAddress }, rule: storeAddress,
		with: []string{"shop.id", "shop.name", "wechat.store_area"},
	},

	{
		key: "notify.listen", field: func(c *Config) any { return &c.Notify.Listen },
		comment: `e.g. "127.0.0.1:8787": take WeChat's notices here, on the path of notify_url, behind your own https proxy or tunnel`,
		rule:    func(c *Config) *fault { return optional(c.Notify.Listen, hostPort) },
	},

	{key: "relay.url", field: func(c *Config) any { return &c.Relay.URL }, rule: relayURL},
	{key: "relay.token", field: func(c *Config) any { return &c.Relay.Token }},

	{key: "phone.key", field: func(c *Config) any { return &c.Phone.Key }, comment: "signs what the shop's own server asks; made by the till"},
	{
		key: "phone.mini_appid", field: func(c *Config) any { return &c.Phone.MiniAppID }, rule: func(c *Config) *fault { return otherApp(c.Phone.MiniAppID) },
		comment: "of the mini-program, where it is not wechat.appid",
	},
	{key: "phone.mini_secret", field: func(c *Config) any { return &c.Phone.MiniSecret }, comment: "AppSecret; only where the till does the login"},
	{
		key: "phone.app_appid", field: func(c *Config) any { return &c.Phone.AppAppID }, rule: func(c *Config) *fault { return otherApp(c.Phone.AppAppID) },
		comment: "of the shop's app, where it is not wechat.appid",
	},
	{
		key: "phone.login_url", field: func(c *Config) any { return &c.Phone.LoginURL },
		rule: func(c *Config) *fault { return mandatory(c.Phone.LoginURL, webURL, `"https://api.weixin.qq.com"`) },
	},

	{
		key: "apiv1.appid", field: func(c *Config) any { return &c.APIv1.AppID }, comment: "the retired interface for apps; empty: off",
		rule: func(c *Config) *fault { return otherApp(c.APIv1.AppID) },
	},
	{key: "apiv1.app_secret", field: func(c *Config) any { return &c.APIv1.AppSecret }},
	{
		key: "apiv1.partner_id", field: func(c *Config) any { return &c.APIv1.PartnerID },
		rule: func(c *Config) *fault {
			return optional(c.APIv1.PartnerID, func(s string) *fault { return matching(s, mchID, "8 to 32 digits", `"1900000109"`) })
		},
	},
	{key: "apiv1.partner_key", field: func(c *Config) any { return &c.APIv1.PartnerKey }},
	{key: "apiv1.pay_sign_key", field: func(c *Config) any { return &c.APIv1.PaySignKey }},
	{
		key: "apiv1.base_url", field: func(c *Config) any { return &c.APIv1.BaseURL },
		rule: func(c *Config) *fault { return mandatory(c.APIv1.BaseURL, webURL, `"https://api.weixin.qq.com"`) },
	},

	{
		key: "printer.url", field: func(c *Config) any { return &c.Printer.URL },
		rule:    func(c *Config) *fault { return printerURL(c.Printer.URL) },
		comment: "tcp://192.168.1.50:9100 usb:///dev/usb/lp0 serial:///dev/ttyUSB0?baud=9600 queue:NAME file:DIR pdf:DIR none:",
	},
	{
		key: "printer.other", field: func(c *Config) any { return &c.Printer.Other }, comment: "a second printer, for when the first does not print",
		rule: func(c *Config) *fault { return optional(c.Printer.Other, printerURL) },
	},
	{
		key: "printer.profile", field: func(c *Config) any { return &c.Printer.Profile }, comment: "epson, xprinter, gprinter, star; raster: it has no Chinese font",
		rule: func(c *Config) *fault {
			return oneOf(c.Printer.Profile, "generic", "epson", "xprinter", "gprinter", "star", "raster")
		},
	},
	{
		key: "printer.paper", field: func(c *Config) any { return &c.Printer.Paper }, comment: "or 58 (mm)",
		rule: func(c *Config) *fault { return oneOf(c.Printer.Paper, 58, 80) },
	},
	{
		key: "printer.cut", field: func(c *Config) any { return &c.Printer.Cut }, comment: "none, full, partial",
		rule: func(c *Config) *fault { return oneOf(c.Printer.Cut, "feed-partial", "none", "full", "partial") },
	},
	{
		key: "printer.qr", field: func(c *Config) any { return &c.Printer.QR }, comment: "or native",
		rule: func(c *Config) *fault { return oneOf(c.Printer.QR, "raster", "native") },
	},
	{
		key: "printer.copies", field: func(c *Config) any { return &c.Printer.Copies },
		rule: func(c *Config) *fault { return within(c.Printer.Copies, 1, 3, "1 to 3") },
	},
	{
		key: "printer.status", field: func(c *Config) any { return &c.Printer.Status }, comment: "require: only its own answer counts as printed; none: it cannot answer",
		rule: func(c *Config) *fault { return oneOf(c.Printer.Status, "auto", "require", "none") },
	},
	{
		key: "printer.drawer", field: func(c *Config) any { return &c.Printer.Drawer }, comment: "kick for: cash, always, never",
		rule: func(c *Config) *fault { return oneOf(c.Printer.Drawer, "cash", "always", "never") },
	},
	{
		key: "printer.drawer_pin", field: func(c *Config) any { return &c.Printer.DrawerPin }, comment: "or 5",
		rule: func(c *Config) *fault { return oneOf(c.Printer.DrawerPin, 2, 5) },
	},
	{key: "printer.drawer_pulse", field: func(c *Config) any { return &c.Printer.DrawerPulse }, rule: drawerPulse, comment: "20ms to 500ms"},
	{
		key: "printer.drawer_sensor", field: func(c *Config) any { return &c.Printer.DrawerSensor }, comment: "high, low: what the printer reports of an open drawer",
		rule: func(c *Config) *fault { return oneOf(c.Printer.DrawerSensor, "none", "high", "low") },
	},

	{
		key: "receipt.logo", field: func(c *Config) any { return &c.Receipt.Logo }, comment: "PNG; black and white, on top",
		rule: func(c *Config) *fault { return atMost(c.Receipt.Logo, 1024) },
	},
	{
		key: "receipt.header", field: func(c *Config) any { return &c.Receipt.Header }, lines: true, comment: "under the name",
		rule: func(c *Config) *fault { return atMost(c.Receipt.Header, maxReceiptText) },
	},
	{
		key: "receipt.footer", field: func(c *Config) any { return &c.Receipt.Footer }, lines: true, comment: "at the end; empty: thanks",
		rule: func(c *Config) *fault { return atMost(c.Receipt.Footer, maxReceiptText) },
	},
	{
		key: "receipt.tax", field: func(c *Config) any { return &c.Receipt.Tax }, comment: "say how much tax is in the sum",
	},
	{
		key: "receipt.link", field: func(c *Config) any { return &c.Receipt.Link }, rule: receiptLink,
		comment: "a QR for the customer, as https://example.com/r/{receipt}; {amount} and {day} too",
	},
	{
		key: "receipt.hint", field: func(c *Config) any { return &c.Receipt.Hint }, comment: "under that QR",
		rule: func(c *Config) *fault { return atMost(c.Receipt.Hint, 256) },
	},

	{key: "scanner.mode", field: func(c *Config) any { return &c.Scanner.Mode }, rule: scannerMode, comment: "or serial:///dev/ttyACM0?baud=9600"},
	{
		key: "scanner.prefix", field: func(c *Config) any { return &c.Scanner.Prefix }, comment: "what it sends before each code",
		rule: func(c *Config) *fault { return atMost(c.Scanner.Prefix, 8) },
	},
	{
		key: "scanner.suffix", field: func(c *Config) any { return &c.Scanner.Suffix }, comment: "tab, none",
		rule: func(c *Config) *fault { return oneOf(c.Scanner.Suffix, "enter", "tab", "none") },
	},
	{
		key: "scanner.gap", field: func(c *Config) any { return &c.Scanner.Gap }, comment: "between two characters; 30ms to 150ms",
		rule: func(c *Config) *fault {
			return within(c.Scanner.Gap, 30*time.Millisecond, 150*time.Millisecond, "30ms to 150ms")
		},
	},

	{key: "display.window", field: func(c *Config) any { return &c.Display.Window }, comment: "a second window, for the customer"},
	{
		key: "display.welcome", field: func(c *Config) any { return &c.Display.Welcome },
		rule: func(c *Config) *fault { return atMost(c.Display.Welcome, 128) },
	},
	{
		key: "display.pole", field: func(c *Config) any { return &c.Display.Pole }, comment: "serial:///dev/ttyS0?baud=9600",
		rule: func(c *Config) *fault { return optional(c.Display.Pole, serialURL) },
	},
	{
		key: "display.pole_type", field: func(c *Config) any { return &c.Display.PoleType }, comment: "or led8",
		rule: func(c *Config) *fault { return oneOf(c.Display.PoleType, "vfd", "led8") },
	},

	{
		key: "sound.volume", field: func(c *Config) any { return &c.Sound.Volume }, comment: "0 to 100",
		rule: func(c *Config) *fault { return within(c.Sound.Volume, 0, 100, "0 to 100") },
	},
	{key: "sound.scan", field: func(c *Config) any { return &c.Sound.Scan }, comment: "heard for every scan"},
	{
		key: "sound.voice", field: func(c *Config) any { return &c.Sound.Voice }, comment: "says what was paid: shop (its language), zh-CN, en, none",
		rule: func(c *Config) *fault { return oneOf(c.Sound.Voice, "shop", "zh-CN", "en", "none") },
	},

	{
		key: "backup.days", field: func(c *Config) any { return &c.Backup.Days }, comment: "daily backups that stay",
		rule: func(c *Config) *fault { return within(c.Backup.Days, 1, 60, "1 to 60") },
	},
	{
		key: "backup.months", field: func(c *Config) any { return &c.Backup.Months }, comment: "of older ones, one of each month",
		rule: func(c *Config) *fault { return within(c.Backup.Months, 0, 120, "0 to 120") },
	},
	{
		key: "backup.shifts", field: func(c *Config) any { return &c.Backup.Shifts }, comment: "backups made at a close that stay",
		rule: func(c *Config) *fault { return within(c.Backup.Shifts, 1, 200, "1 to 200") },
	},
	{
		key: "backup.copy_to", field: func(c *Config) any { return &c.Backup.CopyTo },
		comment: "a folder that exists, best on another disk; each backup is copied there, too",
		rule:    func(c *Config) *fault { return atMost(c.Backup.CopyTo, 1024) },
	},

	{
		key: "barcodes.layouts", field: func(c *Config) any { return &c.Barcodes.Layouts }, rule: layouts,
		comment: "of the shop's own codes, e.g. 21PPPPPMMMMMC 26PPPPPMMMMMWWWWWC: P of the PLU, M fen, W grams, X nothing, C check digit",
	},

	{
		key: "tenders.other", field: func(c *Config) any { return &c.Tenders.Other }, rule: otherTenders,
		comment: "taken outside and booked on the cashier's word; names parted by blanks",
	},
	{
		key: "tenders.round_cash", field: func(c *Config) any { return &c.Tenders.RoundCash }, comment: "jiao (down), jiao-half (nearest), yuan (down)",
		rule: func(c *Config) *fault { return oneOf(c.Tenders.RoundCash, "none", "jiao", "jiao-half", "yuan") },
	},
}, keySettings()...)

// byKey finds the setting of a dotted key.
var byKey = func() map[string]*setting {
	m := make(map[string]*setting, len(settings))
	for i := range settings {
		m[settings[i].key] = &settings[i]
	}
	return m
}()

func (s setting) section() string {
	section, _, _ := strings.Cut(s.key, ".")
	return section
}

func (s setting) name() string {
	_, name, _ := strings.Cut(s.key, ".")
	return name
}

// sections is the name of every section, in the order they are saved in.
var sections = func() (names []string) {
	for _, s := range settings {
		if !slices.Contains(names, s.section()) {
			names = append(names, s.section())
		}
	}
	return names
}()

// keysOf is the name of every key in a section.
func keysOf(section string) []string {
	var names []string
	for _, s := range settings {
		if s.section() == section {
			names = append(names, s.name())
		}
	}
	return names
}

// fault is what is wrong with this setting's value: with any text, and by its own rule.
func (s setting) fault(c *Config) *fault {
	if p, ok := s.field(c).(*string); ok {
		text := *p
		if s.lines {
			text = strings.ReplaceAll(text, "\n", " ")
		}
		if f := plainText(text); f != nil {
			return f
		}
	}
	if s.rule == nil {
		return nil
	}
	return s.rule(c)
}

// set reads a TOML value into the setting's field, which keeps its value when there is a fault.
func (s setting) set(c *Config, n *unstable.Node) *fault {
	field := s.field(c)
	if n.Kind != kindOf(field) {
		if _, secret := field.(*Secret); secret {
			// A bare number or list may well be the secret itself.
			return &fault{problem: SecretWritten, want: secretForms}
		}
		return &fault{problem: WrongType, want: s.typeName(c)}
	}
	text := string(n.Data)
	switch p := field.(type) {
	case *string:
		*p = text
	case *bool:
		*p = text == "true"
	case *int:
		v, err := strconv.Atoi(strings.ReplaceAll(text, "_", ""))
		if err != nil || !wholeNumber.MatchString(text) {
			return &fault{problem: WrongType, want: s.typeName(c)}
		}
		*p = v
	case *Secret:
		ref, f := parseSecret(text)
		if f != nil {
			return f
		}
		*p = ref
	case *time.Duration:
		v, err := time.ParseDuration(text)
		if err != nil {
			return &fault{problem: Format, want: `a number and its unit, like "5m" or "90s"`}
		}
		*p = v
	case *DayTime:
		m := dayTime.FindStringSubmatch(text)
		if m == nil {
			return &fault{problem: Format, want: `HH:MM, like "04:00"`}
		}
		hours, _ := strconv.Atoi(m[1])
		minutes, _ := strconv.Atoi(m[2])
		*p = DayTime(hours*60 + minutes)
	case *pos.Fen:
		v, err := pos.ParseYuan(text)
		if err != nil || strings.TrimSpace(text) != text {
			return &fault{problem: Format, want: `an amount in yuan, like "10.00"`}
		}
		*p = v
	}
	return nil
}

// kindOf is the kind of TOML value a field is read from.
func kindOf(field any) unstable.Kind {
	switch field.(type) {
	case *int:
		return unstable.Integer
	case *bool:
		return unstable.Bool
	}
	return unstable.String
}

// typeName is what the setting's value must be, in words.
func (s setting) typeName(c *Config) string {
	switch kindOf(s.field(c)) {
	case unstable.Integer:
		return "a whole number"
	case unstable.Bool:
		return "true or false"
	}
	return "text"
}

// text is the setting's value as TOML.
func (s setting) text(c *Config) string {
	switch p := s.field(c).(type) {
	case *string:
		return quote(*p)
	case *int:
		return strconv.Itoa(*p)
	case *bool:
		return strconv.FormatBool(*p)
	case *time.Duration:
		return quote(shortDuration(*p))
	case *DayTime:
		return quote(p.String())
	case *pos.Fen:
		return quote(p.String())
	case *Secret:
		return quote(p.String())
	}
	return ""
}

// same tells whether two Configs agree on this setting.
func (s setting) same(c, d *Config) bool {
	if p, ok := s.field(c).(*Secret); ok {
		return p.Equal(*s.field(d).(*Secret))
	}
	return s.text(c) == s.text(d)
}
