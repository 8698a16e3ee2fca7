package main

import (
	"context"
	"errors"
	"time"

	"guitai/pos"
	"guitai/pos/config"
	"guitai/ui/settings"
)

// The counter is paired when its state is paired or cut-off; new when it was never; deaf when no relay answers.
const galleryRelay = "https://relay.guitai.example"

func (c counter) withRelay(s config.Config) config.Config {
	if c.state == "paired" || c.state == "cut-off" {
		s.Relay.URL = galleryRelay
		s.Phone.Key, _ = config.ParseSecret("keyring:guitai/phone_key")
		s.Phone.MiniAppID = "wx9999999999999999"
	}
	return s
}

var relayInfo = settings.RelayInfo{
	URL: galleryRelay, Name: "收银台 1", Shop: "柜台便利店 人民路店", NotifyURL: galleryRelay + "/n/7KQ2M9XTB8WZPV4C",
	CallbackURL: galleryRelay + "/m/ZZ40PAQ7N1CD3HRM", PrepayURL: galleryRelay + "/p/ZZ40PAQ7N1CD3HRM",
}

func (c counter) Pair(_ context.Context, text, _ string) (settings.RelayInfo, error) {
	switch {
	case c.state == "full":
		return settings.RelayInfo{}, pos.E(pos.CodeRelay, "pair", errors.New("no route to host"))
	case len(text) < 20:
		return settings.RelayInfo{}, pos.E(pos.CodeInvalid, "pair", nil)
	}
	return settings.RelayInfo{}, pos.E(pos.CodePairing, "pair", nil)
}

func (counter) Unpair(context.Context, string) error { return nil }

func (c counter) RelayInfo(context.Context) (settings.RelayInfo, error) {
	switch c.state {
	case "paired":
		return relayInfo, nil
	case "cut-off":
		return relayInfo, pos.E(pos.CodeRelay, "ask the relay", errors.New("no route to host"))
	}
	return settings.RelayInfo{}, nil
}

func (counter) NewPhoneKey(context.Context, string) (string, error) {
	return "GTPK-k7Qw2mZx9TbR4vLpYc8NsHd3FgJ6aEuW5XiKoM1rVtB", nil
}

// byPhone are orders of customers' phones, one of them no longer to be paid.
func byPhone(now time.Time) []pos.PendingView {
	return []pos.PendingView{
		{
			Payment: 11, OutTradeNo: "S001-T1-2611204WQ8MM7KZ1XB", Amount: 1800, State: pos.Waiting, Tender: pos.TenderJSAPI, Origin: pos.OriginMini, Parked: true,
			Goods: "三只松鼠每日坚果 750g 礼盒装", Pieces: 4, OpenedAt: now.Add(-48 * time.Second), ExpiresAt: now.Add(4*time.Minute + 12*time.Second), NextAsk: now.Add(3 * time.Second),
		},
		{
			Payment: 12, OutTradeNo: "S001-T1-261120HD02CVB7QQPL", Amount: 300, State: pos.Waiting, Tender: pos.TenderNative, Origin: pos.OriginProduct, Parked: true,
			Goods: "可口可乐 330ml", Pieces: 1, OpenedAt: now.Add(-10 * time.Second), ExpiresAt: now.Add(4*time.Minute + 50*time.Second), NextAsk: now.Add(time.Second),
		},
		{
			Payment: 13, OutTradeNo: "S001-T1-261120X9N3LLD8TT0A", Amount: 2250, State: pos.Closing, Tender: pos.TenderApp, Origin: pos.OriginApp,
			Goods: "青岛啤酒 经典 500ml", Pieces: 3, OpenedAt: now.Add(-6 * time.Minute), ExpiresAt: now.Add(-time.Minute), NextAsk: now.Add(20 * time.Second),
		},
	}
}

// onTheLine adds the states of what has to do with a relay.
func onTheLine(all map[string]pos.Snapshot, now time.Time) map[string]pos.Snapshot {
	from := func(name string, f func(*pos.Snapshot)) pos.Snapshot {
		s := all[name]
		s.Health.Relay = pos.Part{Light: pos.LightOK, At: now}
		f(&s)
		return s
	}
	down := pos.Part{Light: pos.LightBad, Cause: pos.CodeRelay, At: now.Add(-9 * time.Minute)}
	all["relay"] = from("cart", func(*pos.Snapshot) {})
	all["relay-empty"] = from("empty", func(*pos.Snapshot) {})
	all["relay-down"] = from("cart", func(s *pos.Snapshot) { s.Health.Relay = down })
	all["relay-offline"] = from("offline", func(s *pos.Snapshot) { s.Health.Relay = down })
	all["phone-orders"] = from("cart", func(s *pos.Snapshot) { s.Pending = append(byPhone(now), watched(now)...) })
	all["phone-waiting"] = from("waiting", func(s *pos.Snapshot) { s.Pending = byPhone(now)[:1] })
	all["phone-paid"] = from("waiting", func(s *pos.Snapshot) {
		s.Message = pos.Message{N: 1, Kind: pos.MsgInfo, ID: "phone-paid", Args: []string{"18.00", "S001-T1-20261120-0043"}}
	})
	return all
}

// productCode is as long as WeChat's own are. Goods above a price have none.
func productCode(it pos.Item) (string, error) {
	if it.Price > 10000 {
		return "", pos.E(pos.CodeInvalid, "sign a product code", nil)
	}
	return "weixin://wxpay/bizpayurl?sign=0123456789ABCDEF0123456789ABCDEF&appid=wx8888888888888888&mch_id=1900000109&product_id=" + it.Barcode() +
		"&time_stamp=1795158750&nonce_str=kH3vQ9sX2mB7nC5tR8yL1pW4", nil
}
