package main

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/url"
	"time"

	"guitai/pos"
	"guitai/pos/config"
	"guitai/pos/wechat"
	"guitai/pos/wechat/apiv2"
)

// secretTime is how long a keyring may take at start: it may stand before a password dialog.
const secretTime = 5 * time.Second

// shopOf is the shop as the rest of the program knows it.
func shopOf(c config.Config, practice bool) pos.Shop {
	return pos.Shop{
		Name: c.Shop.Name, ID: c.Shop.ID, Till: c.Shop.Till, MchID: c.WeChat.MchID, Practice: practice,
		Calendar: pos.Calendar{Zone: c.Shop.Location(), Starts: c.Shop.DayStarts.Duration()},
	}
}

// errNoMerchant is a shop that sells for cash first.
var errNoMerchant = errors.New("no merchant is set up: the till takes cash")

// gatewayOf connects to WeChat Pay. When a secret cannot be had the till goes on without: off says why, err the details.
// Without the client certificate only payment codes and refunds are off.
func gatewayOf(ctx context.Context, c config.Config, r config.Resolver, practice bool, log *slog.Logger) (client *apiv2.Client, off pos.Code, err error) {
	ctx, cancel := context.WithTimeout(ctx, secretTime)
	defer cancel()
	if !c.WeChat.Set() {
		return nil, pos.CodeSecret, errNoMerchant
	}
	key, err := c.WeChat.APIKey.Resolve(ctx, r)
	if err != nil {
		return nil, pos.CodeSecret, err
	}
	cert, noCert, err := certificateOf(ctx, c, r)
	if err != nil && !practice {
		log.Warn("payment codes and refunds are off", "code", noCert, "err", err)
	}
	ip := c.WeChat.SpbillCreateIP
	if ip == "" {
		ip = ownIP(c.WeChat.BaseURL)
	}
	client, err = apiv2.New(apiv2.Config{
		Merchant: wechat.Merchant{
			AppID: c.WeChat.AppID, MchID: c.WeChat.MchID, Key: wechat.NewAPIKey(key), SignType: wechat.SignType(c.WeChat.SignType),
		},
		MiniAppID: c.Phone.MiniAppID, AppAppID: c.Phone.AppAppID,
		BaseURL: c.WeChat.BaseURL, BackupURL: c.WeChat.BackupURL, NotifyURL: c.WeChat.NotifyURL,
		DeviceInfo: c.Shop.Till, SpbillCreateIP: ip, GoodsTag: c.WeChat.GoodsTag, LimitPay: c.WeChat.LimitPay,
		Receipt: c.WeChat.Receipt,
		Store:   apiv2.Store{ID: c.Shop.ID, Name: c.Shop.Name, AreaCode: c.WeChat.StoreArea, Address: c.WeChat.StoreAddress},
		Cert:    cert, NoCert: noCert, Practice: practice,
	})
	if err != nil {
		return nil, pos.CodeConfig, err
	}
	return client, pos.CodeNone, nil
}

// certificateOf loads the merchant's client certificate; code says why there is none.
func certificateOf(ctx context.Context, c config.Config, r config.Resolver) (cert *tls.Certificate, code pos.Code, err error) {
	certPEM, keyPEM, err := c.ClientPEM(ctx, r)
	if err != nil {
		return nil, pos.CodeSecret, err
	}
	if cert, err = wechat.LoadCertificate(certPEM, keyPEM, time.Now()); err != nil {
		return nil, pos.CodeOf(err), err
	}
	return cert, pos.CodeNone, nil
}

// ownIP is the address this machine calls WeChat from (spbill_create_ip). Connecting a UDP socket asks the routing table
// and sends nothing.
func ownIP(base string) string {
	const unknown = "127.0.0.1"
	u, err := url.Parse(base)
	if err != nil {
		return unknown
	}
	conn, err := net.DialTimeout("udp", net.JoinHostPort(u.Hostname(), "443"), time.Second)
	if err != nil {
		return unknown
	}
	defer conn.Close() //nolint:errcheck // nothing was sent
	host, _, err := net.SplitHostPort(conn.LocalAddr().String())
	if err != nil {
		return unknown
	}
	return host
}

// noticePath is where the till's own listener takes notices.
func noticePath(notifyURL string) string {
	u, err := url.Parse(notifyURL)
	if err != nil || u.Path == "" {
		return "/"
	}
	return u.Path
}
