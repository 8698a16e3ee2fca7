package config

import (
	"encoding/json"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"guitai/pos"
)

var (
	shopID      = regexp.MustCompile(`^[A-Z0-9]{1,8}$`)
	tillID      = regexp.MustCompile(`^[A-Z0-9]{1,4}$`)
	appID       = regexp.MustCompile(`^w[xw][0-9A-Za-z]{6,30}$`) // ww: the corpid of WeCom (企业微信) serves as an appid
	mchID       = regexp.MustCompile(`^[0-9]{8,32}$`)
	areaCode    = regexp.MustCompile(`^[0-9]{6}$`)
	dayTime     = regexp.MustCompile(`^([01][0-9]|2[0-3]):([0-5][0-9])$`)
	wholeNumber = regexp.MustCompile(`^[+-]?(0|[1-9](_?[0-9])*)$`)
	hostName    = regexp.MustCompile(`^[0-9A-Za-z]([0-9A-Za-z_.-]{0,251}[0-9A-Za-z])?$`)
)

// maxNotifyURL bytes and maxSceneInfo bytes are WeChat's limits for those fields.
const (
	maxNotifyURL = 256
	maxSceneInfo = 256
)

// maxShopName characters fit the head of a receipt in two lines of 58 mm paper.
const maxShopName = 32

func oneOf[T comparable](value T, choices ...T) *fault {
	texts := make([]string, 0, len(choices))
	for _, c := range choices {
		if value == c {
			return nil
		}
		if text, ok := any(c).(string); ok {
			texts = append(texts, quote(text))
		} else {
			texts = append(texts, fmt.Sprint(c))
		}
	}
	return &fault{problem: NotOneOf, want: strings.Join(texts, ", ")}
}

// maxVarianceLimit is a limit that still is one.
const maxVarianceLimit pos.Fen = 10_000_00

func within[T ~int | ~int64](value, low, high T, limits string) *fault {
	if value < low || value > high {
		return &fault{problem: Range, want: limits}
	}
	return nil
}

// matching is the rule of a text that must be set (example says how) and have a form.
func matching(value string, form *regexp.Regexp, want, example string) *fault {
	switch {
	case value == "" && example != "":
		return &fault{problem: Missing, want: example}
	case !form.MatchString(value):
		return &fault{problem: Format, want: want}
	}
	return nil
}

func optional(value string, rule func(string) *fault) *fault {
	if value == "" {
		return nil
	}
	return rule(value)
}

func mandatory(value string, rule func(string) *fault, example string) *fault {
	if value == "" {
		return &fault{problem: Missing, want: example}
	}
	return rule(value)
}

// plainText is the rule of every text: one line of UTF-8 without control characters.
func plainText(value string) *fault {
	if !utf8.ValidString(value) || strings.ContainsFunc(value, unicode.IsControl) {
		return &fault{problem: Format, want: "one line of text without control characters"}
	}
	return nil
}

func atMost(value string, bytes int) *fault {
	if len(value) > bytes {
		return &fault{problem: TooLong, want: fmt.Sprintf("%d bytes of UTF-8", bytes)}
	}
	return nil
}

func shopName(c *Config) *fault {
	name := c.Shop.Name
	switch {
	case strings.TrimSpace(name) == "":
		return &fault{problem: Missing, want: `"柜台便利店"`}
	case utf8.RuneCountInString(name) > maxShopName:
		return &fault{problem: TooLong, want: strconv.Itoa(maxShopName) + " characters"}
	}
	return nil
}

func timezone(name string) *fault {
	// "Local" would make the business day depend on the machine, and move it with the till.
	if name != "" && name != "Local" {
		if _, err := time.LoadLocation(name); err == nil {
			return nil
		}
	}
	return &fault{problem: Format, want: `the name of a time zone, like "Asia/Shanghai"`}
}

func apiGeneration(c *Config) *fault {
	if c.WeChat.API == "v3" {
		return &fault{problem: Later, want: `"v2"`}
	}
	return oneOf(c.WeChat.API, "v2")
}

func apiKey(c *Config) *fault {
	if c.WeChat.Set() && c.WeChat.APIKey.IsZero() {
		return &fault{problem: Missing, want: `"keyring:guitai/api_key"`}
	}
	return nil
}

func clientCert(c *Config) *fault {
	if c.WeChat.ClientCert != "" && c.WeChat.ClientKey.IsZero() {
		return &fault{problem: Needs, want: clientKeyKey}
	}
	return atMost(c.WeChat.ClientCert, 1024)
}

func clientKey(c *Config) *fault {
	if !c.WeChat.ClientKey.IsZero() && c.WeChat.ClientCert == "" {
		return &fault{problem: Needs, want: clientCertKey}
	}
	return nil
}

// webURL is the rule of an address we call: https, or http to this machine only.
func webURL(value string) *fault {
	bad := &fault{problem: Format, want: "https://HOST, with a path at most: no query, no user (http:// only to this machine)"}
	u, err := url.Parse(value)
	switch {
	case err != nil || u.Opaque != "" || u.User != nil || strings.ContainsAny(value, "?# "):
		return bad
	case !isHost(u.Hostname()) || !isPort(u.Port(), strings.HasSuffix(u.Host, ":")):
		return bad
	case u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())):
		return bad
	}
	return nil
}

func notifyURL(c *Config) *fault {
	if f := mandatory(c.WeChat.NotifyURL, webURL, `"https://notify.invalid/"`); f != nil {
		return f
	}
	return atMost(c.WeChat.NotifyURL, maxNotifyURL)
}

func orderExpires(c *Config) *fault {
	d := c.WeChat.OrderExpires
	if d < 2*time.Minute || d > 2*time.Hour || d%time.Second != 0 {
		return &fault{problem: Range, want: "2m to 2h, in whole seconds"}
	}
	return nil
}

func autoLock(c *Config) *fault {
	d := c.Staff.AutoLock
	if d != 0 && (d < time.Minute || d > 8*time.Hour || d%time.Second != 0) {
		return &fault{problem: Range, want: "1m to 8h, in whole seconds, or 0s for never"}
	}
	return nil
}

func ipAddress(value string) *fault {
	if addr, err := netip.ParseAddr(value); err != nil || addr.Zone() != "" {
		return &fault{problem: Format, want: "an IPv4 or IPv6 address"}
	}
	return nil
}

// storeAddress keeps what is known of the store within one scene_info field.
func storeAddress(c *Config) *fault {
	if c.WeChat.StoreAddress == "" && c.WeChat.StoreArea == "" {
		return nil
	}
	type store struct {
		ID      string `json:"id"`
		Name    string `json:"name"`
		Area    string `json:"area_code"`
		Address string `json:"address"`
	}
	scene, err := json.Marshal(map[string]store{
		"store_info": {c.Shop.ID, c.Shop.Name, c.WeChat.StoreArea, c.WeChat.StoreAddress},
	})
	if err != nil || len(scene) > maxSceneInfo {
		room := max(0, maxSceneInfo-(len(scene)-len(c.WeChat.StoreAddress)))
		return &fault{problem: TooLong, want: fmt.Sprintf("%d bytes of UTF-8 beside this shop name", room)}
	}
	return nil
}

func hostPort(value string) *fault {
	host, port, err := net.SplitHostPort(value)
	if err != nil || host != "" && !isHost(host) || port == "" || !isPort(port, false) {
		return &fault{problem: Format, want: `HOST:PORT, like "127.0.0.1:8787"`}
	}
	return nil
}

func relayURL(c *Config) *fault {
	return optional(c.Relay.URL, webURL)
}

// otherApp is the form of an appid beside the shop's own; empty is the same one.
func otherApp(value string) *fault {
	return optional(value, func(s string) *fault {
		return matching(s, appID, "wx (or ww) and 16 letters or digits", `"wx8888888888888888"`)
	})
}

// maxReceiptText bytes are some six lines of Chinese.
const maxReceiptText = 512

// printerURL is the form of a printer's url. Whether the thing is there is found when something is printed.
func printerURL(value string) *fault {
	bad := &fault{
		problem: Format,
		want:    "tcp://HOST:PORT, usb:///DEVICE, serial:///DEVICE?baud=N, queue:NAME, file:DIR, pdf:DIR or none:",
	}
	scheme, rest, found := strings.Cut(value, ":")
	good := found
	switch scheme {
	case "none":
		good = good && rest == ""
	case "file", "pdf":
		good = strings.Trim(rest, "/") != ""
	case "tcp":
		host, port, err := net.SplitHostPort(strings.TrimSuffix(strings.TrimPrefix(rest, "//"), "/"))
		good = err == nil && strings.HasPrefix(rest, "//") && isHost(host) && port != "" && isPort(port, false)
	case "usb":
		good = strings.HasPrefix(rest, "//") && strings.Trim(rest, "/") != ""
	case "serial":
		return serialURL(value)
	case "queue":
		good = strings.Trim(rest, " /") != ""
	default:
		good = false
	}
	if !good {
		return bad
	}
	return nil
}

// serialURL is the form of a serial port: a device, and perhaps its speed.
func serialURL(value string) *fault {
	bad := &fault{problem: Format, want: `serial:///DEVICE?baud=N, like "serial:///dev/ttyUSB0?baud=9600" or "serial://COM3?baud=9600"`}
	rest, ok := strings.CutPrefix(value, "serial://")
	device, query, _ := strings.Cut(rest, "?")
	if !ok || strings.Trim(device, "/") == "" {
		return bad
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return bad
	}
	for key := range values {
		if baud, err := strconv.Atoi(values.Get(key)); key != "baud" || err != nil || baud < 300 || baud > 921600 {
			return bad
		}
	}
	return nil
}

func drawerPulse(c *Config) *fault {
	d := c.Printer.DrawerPulse
	if d < 20*time.Millisecond || d > 500*time.Millisecond || d%(2*time.Millisecond) != 0 {
		return &fault{problem: Range, want: "20ms to 500ms, in steps of 2ms"}
	}
	return nil
}

// placeholder is what stands in braces in the customer's link.
var placeholder = regexp.MustCompile(`\{[^}]*\}`)

func receiptLink(c *Config) *fault {
	link := c.Receipt.Link
	if f := atMost(link, 256); f != nil {
		return f
	}
	for _, name := range placeholder.FindAllString(link, -1) {
		if name != "{receipt}" && name != "{amount}" && name != "{day}" {
			return &fault{problem: Format, want: "{receipt}, {amount} and {day} are what can be filled in"}
		}
	}
	return nil
}

func scannerMode(c *Config) *fault {
	if strings.HasPrefix(c.Scanner.Mode, "serial:") {
		return serialURL(c.Scanner.Mode)
	}
	return oneOf(c.Scanner.Mode, "keyboard")
}

func isHost(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil || hostName.MatchString(host)
}

// isPort accepts no port at all, unless a colon announced one.
func isPort(port string, announced bool) bool {
	if port == "" {
		return !announced
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n > 0
}

func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback() || strings.EqualFold(host, "localhost")
}

// maxOthers is how many tenders that are taken outside have a button of their own.
const maxOthers = 6

func layouts(c *Config) *fault {
	if _, err := pos.ParseLayouts(c.Barcodes.Layouts); err != nil {
		return &fault{problem: Format, want: `layouts like "21PPPPPMMMMMC", 13 places or 18 that begin with 26, parted by blanks`}
	}
	return atMost(c.Barcodes.Layouts, 512)
}

func otherTenders(c *Config) *fault {
	names := c.Tenders.Others()
	for i, n := range names {
		if utf8.RuneCountInString(n) > pos.MaxTenderName || strings.ContainsAny(n, ":+\"',;") || slices.Contains(names[:i], n) {
			return &fault{problem: Format, want: fmt.Sprintf("different names of at most %d characters, parted by blanks", pos.MaxTenderName)}
		}
	}
	if len(names) > maxOthers {
		return &fault{problem: Range, want: fmt.Sprintf("at most %d names", maxOthers)}
	}
	return nil
}
