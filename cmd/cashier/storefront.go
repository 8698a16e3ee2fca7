package main

import (
	"context"
	"log/slog"

	"guitai/pos"
	"guitai/pos/config"
	"guitai/pos/i18n"
	"guitai/pos/storefront"
	"guitai/pos/wechat"
	"guitai/pos/wechat/login"
)

// payerWords are what a payer reads whose scan comes to nothing, at most 127 bytes.
var payerWords = map[pos.Code]string{
	pos.CodeNotFound:  "storefront.not-found",
	pos.CodeInvalid:   "storefront.invalid",
	pos.CodeShift:     "storefront.no-shift",
	pos.CodeTooMany:   "storefront.too-many",
	pos.CodeConfig:    "storefront.config",
	pos.CodeRefused:   "storefront.refused",
	pos.CodeUncertain: "storefront.uncertain",
}

// openStorefront is what customers' own phones may ask this till, by way of the relay. It starts nothing. A secret that cannot be had
// turns its part off: without phone.key no orders of the shop's own server are taken, without phone.mini_secret it has to say the openid.
func openStorefront(e *engine, set config.Config) *storefront.Shop {
	ctx, cancel := context.WithTimeout(context.Background(), secretTime)
	defer cancel()
	resolver := config.Resolver{Dir: string(e.folder)}
	words := i18n.For(set.Shop.Language)
	c := storefront.Config{
		Desk: e.till, Catalogue: e.store, Signer: e.signer, Clock: systemClock{}, Log: e.log,
		Say: func(code pos.Code) string { return words.T(payerWords[code]) },
	}
	if key := set.Phone.Key; !key.IsZero() {
		text, err := key.Resolve(ctx, resolver)
		if err != nil {
			e.log.Warn("orders of the shop's own server are off", "err", err)
		}
		c.Key = text
	}
	if client := loginOf(ctx, e.log, set, resolver); client != nil { // a nil *Client in the interface would not be nil
		c.Login = client
	}
	if e.v1 != nil { // likewise
		c.V1 = e.v1
	}
	return storefront.New(c)
}

// loginOf asks about the logins of the mini-program; nil when no AppSecret is set, or it cannot be had.
func loginOf(ctx context.Context, log *slog.Logger, set config.Config, r config.Resolver) *login.Client {
	phone := set.Phone
	if phone.MiniSecret.IsZero() {
		return nil
	}
	secret, err := phone.MiniSecret.Resolve(ctx, r)
	if err != nil {
		log.Warn("logins of the mini-program are off", "err", err)
		return nil
	}
	app := phone.MiniAppID
	if app == "" {
		app = set.WeChat.AppID
	}
	client, err := login.New(login.Config{BaseURL: phone.LoginURL, AppID: app, Secret: wechat.NewAPIKey(secret)})
	if err != nil {
		log.Warn("logins of the mini-program are off", "err", err)
		return nil
	}
	return client
}
