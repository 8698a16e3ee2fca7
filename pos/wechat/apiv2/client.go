package apiv2

import (
	"crypto/rand"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"guitai/pos"
	"guitai/pos/wechat"
)

// Config says who asks, where, and what every order of this till carries. Lengths are in bytes of UTF-8.
type Config struct {
	Merchant wechat.Merchant

	// The other apps of the merchant, each of the same mch_id; empty is Merchant.AppID. Orders of a mini-program or a page in WeChat
	// carry the one, orders of an app the other: an openid and a second signature are good for one app only.
	MiniAppID string // appid of the mini-program or official account (小程序, 公众号)
	AppAppID  string // appid of the shop's own app (开放平台应用)

	BaseURL   string // https, or http to loopback; a path prefix is allowed
	BackupURL string // the second host, likewise; empty for none

	NotifyURL      string // notify_url, 通知地址; required by WeChat, at most 256, no query; see [Client.SetNotifyURL]
	DeviceInfo     string // device_info, 设备号: the till; at most 32
	SpbillCreateIP string // spbill_create_ip, 终端IP: this machine's address; empty sends 127.0.0.1
	Attach         string // attach, 附加数据: comes back in queries and notices; at most 127
	GoodsTag       string // goods_tag, 订单优惠标记; at most 32
	LimitPay       string // limit_pay, 指定支付方式: "no_credit" or empty
	Receipt        bool   // receipt, 电子发票入口开放标识
	Store          Store

	// Cert is the merchant's client certificate (商户证书, wechat.LoadCertificate): it is shown to reverse and refund (/secapi), to
	// the fund-flow bill and to no other call. Without it these are off, and NoCert says why; empty means CodeSecret.
	Cert   *tls.Certificate
	NoCert pos.Code
	// Practice says that the other side is our own simulator, which takes /secapi without a certificate: Cert may be nil then.
	// Only with http to loopback, where no certificate could be shown, or with a Transport.
	Practice bool

	// Transport carries every call, and then shows the certificate itself, if any. nil: the system's roots, TLS 1.2 or later,
	// the proxy of the environment.
	Transport http.RoundTripper
	Clock     pos.Clock // nil: the system's
	Random    io.Reader // for nonces; nil: crypto/rand
}

// Store is where the till stands (scene_info.store_info, 门店信息). Nothing is sent when ID is empty. Together at most 256
// bytes of JSON: the address, then the name are cut to fit.
type Store struct {
	ID       string // 门店id, at most 32
	Name     string // 门店名称, at most 64
	AreaCode string // 门店行政区划码, 6 digits
	Address  string // 门店详细地址, at most 128
}

// Reasons a configuration is refused. Each comes with CodeConfig.
var (
	ErrURL       = errors.New("a base URL is https, or http to loopback, without user, query or fragment")
	ErrNotifyURL = errors.New("notify_url is an absolute http or https URL of at most 256 bytes without a query")
	ErrIP        = errors.New("spbill_create_ip is an IP address")
	ErrLimitPay  = errors.New("limit_pay is no_credit or empty")
	ErrPractice  = errors.New("practice is http to loopback")
	ErrLong      = errors.New("device_info, goods_tag and the store id have at most 32 bytes, attach 127, the area code 6 digits")
)

// Client is a merchant's connection to WeChat Pay. Safe for concurrent use.
type Client struct {
	config       Config
	scene        string // scene_info, the same for every order
	base, backup string
	signer       *signer
	hmac         *signer // the same key by HMAC-SHA256, for the call that takes no other
	md5          *signer // the same key by MD5, for product codes, whose protocol knows no sign_type
	notify       atomic.Pointer[string]
	clock        pos.Clock
	skew         skew
	trip         atomic.Int64 // RoundTrip, nanoseconds
	order        hostOrder
	lines        lines
	seen         seen
	addresses    func() ([]net.Addr, error) // this machine's

	mu     sync.Mutex
	random io.Reader // under mu
}

var (
	_ pos.Gateway  = (*Client)(nil)
	_ pos.Charger  = (*Client)(nil)
	_ pos.Refunder = (*Client)(nil)
	_ pos.Finder   = (*Client)(nil)
	_ pos.Biller   = (*Client)(nil)
	_ pos.Notices  = (*Client)(nil)

	_ pos.PhoneSigner = (*Client)(nil)
)

// New checks the configuration and makes a client. It does not connect. CodeConfig.
func New(config Config) (*Client, error) {
	for _, appID := range []string{config.Merchant.AppID, config.MiniAppID, config.AppAppID} {
		m := config.Merchant
		if appID != "" {
			m.AppID = appID
		}
		if err := m.Check(); err != nil {
			return nil, err
		}
	}
	config, err := tidy(config)
	if err != nil {
		return nil, pos.E(pos.CodeConfig, "set up WeChat Pay", err)
	}
	c := &Client{config: config, signer: newSigner(config.Merchant), clock: config.Clock, random: config.Random}
	c.hmac, c.md5 = c.signerBy(wechat.HMACSHA256), c.signerBy(wechat.MD5)
	c.notify.Store(&config.NotifyURL)
	if c.base, err = address(config.BaseURL); err != nil {
		return nil, pos.E(pos.CodeConfig, "set up WeChat Pay", err)
	}
	if config.BackupURL != "" {
		if c.backup, err = address(config.BackupURL); err != nil {
			return nil, pos.E(pos.CodeConfig, "set up the backup of WeChat Pay", err)
		}
	}
	c.scene = sceneInfo(config.Store)
	if c.clock == nil {
		c.clock = systemClock{}
	}
	if c.random == nil {
		c.random = rand.Reader
	}
	if config.Practice && config.Transport == nil && !(plainHTTP(c.base) && (c.backup == "" || plainHTTP(c.backup))) {
		return nil, pos.E(pos.CodeConfig, "set up practice", ErrPractice)
	}
	c.lines, c.addresses = newLines(config), net.InterfaceAddrs
	return c, nil
}

// signerBy is the one signer, or another with the same key.
func (c *Client) signerBy(kind wechat.SignType) *signer {
	m := c.config.Merchant
	if m.SignType == kind {
		return c.signer
	}
	m.SignType = kind
	return newSigner(m)
}

// SetNotifyURL changes the notify_url of what is composed from now on, as pairing with a relay does. What was composed stays as it is.
// CodeConfig. Safe for concurrent use.
func (c *Client) SetNotifyURL(notifyURL string) error {
	if !validNotifyURL(notifyURL) {
		return pos.E(pos.CodeConfig, "set notify_url", ErrNotifyURL)
	}
	c.notify.Store(&notifyURL)
	return nil
}

// CloseIdleConnections lets go of connections that are kept for the next call. The client stays usable.
func (c *Client) CloseIdleConnections() { c.lines.closeIdle() }

// RoundTrip is how long the last verified answer took, 0 before the first.
func (c *Client) RoundTrip() time.Duration { return time.Duration(c.trip.Load()) }

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

// tidy cleans the texts that go into every order and checks them.
func tidy(c Config) (Config, error) {
	c.DeviceInfo, c.Attach, c.GoodsTag = wechat.Clean(c.DeviceInfo), wechat.Clean(c.Attach), wechat.Clean(c.GoodsTag)
	c.Store.ID, c.Store.Name, c.Store.Address = wechat.Clean(c.Store.ID), wechat.Clean(c.Store.Name), wechat.Clean(c.Store.Address)
	if c.SpbillCreateIP == "" {
		c.SpbillCreateIP = "127.0.0.1"
	}
	ip, err := netip.ParseAddr(c.SpbillCreateIP)
	switch {
	case err != nil || ip.Zone() != "":
		return c, ErrIP
	case !validNotifyURL(c.NotifyURL):
		return c, ErrNotifyURL
	case c.LimitPay != "" && c.LimitPay != "no_credit":
		return c, ErrLimitPay
	case len(c.DeviceInfo) > 32, len(c.GoodsTag) > 32, len(c.Store.ID) > 32, len(c.Attach) > 127,
		c.Store.AreaCode != "" && (len(c.Store.AreaCode) != 6 || !numeric([]byte(c.Store.AreaCode))):
		return c, ErrLong
	}
	return c, nil
}

func validNotifyURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil &&
		!strings.ContainsAny(s, "?#") && len(s) <= 256 && s == wechat.Clean(s)
}

// address checks a base URL and takes the slash off its end.
func address(s string) (string, error) {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.Opaque != "" || strings.ContainsAny(s, "?#") {
		return "", ErrURL
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return "", ErrURL
	}
	return strings.TrimRight(u.String(), "/"), nil
}

func plainHTTP(base string) bool { return strings.HasPrefix(base, "http://") }

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}
