package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"guitai/pos/config"
	"guitai/pos/wechat"
	"guitai/pos/wechat/apiv1"
)

// v1Of is the account of the retired interface, nil when there is none or a key of it cannot be had: that part is off then, and says so.
func v1Of(ctx context.Context, c config.Config, r config.Resolver, log *slog.Logger) *apiv1.Client {
	if c.APIv1.AppID == "" {
		return nil
	}
	client, err := openV1(ctx, c, r)
	if err != nil {
		log.Error("the retired interface is off", "err", err)
		return nil
	}
	return client
}

func openV1(ctx context.Context, c config.Config, r config.Resolver) (*apiv1.Client, error) {
	ctx, cancel := context.WithTimeout(ctx, secretTime)
	defer cancel()
	v1 := c.APIv1
	var keys [3]wechat.APIKey
	for i, s := range []config.Secret{v1.AppSecret, v1.PartnerKey, v1.PaySignKey} {
		key, err := s.Resolve(ctx, r)
		if err != nil {
			return nil, err
		}
		keys[i] = wechat.NewAPIKey(key)
	}
	return apiv1.New(apiv1.Config{
		AppID: v1.AppID, AppSecret: keys[0], PartnerID: v1.PartnerID, PartnerKey: keys[1], PaySignKey: keys[2],
		BaseURL: v1.BaseURL, NotifyURL: c.WeChat.NotifyURL, SpbillCreateIP: c.WeChat.SpbillCreateIP, Tokens: tokenFile(r.Dir),
	})
}

// tokenFile keeps the access_token of the retired interface in a folder, for its owner alone: the day has few of them, and a till may be
// started often.
type tokenFile string

const tokenName = "apiv1_token"

func (f tokenFile) LoadToken(context.Context) (t apiv1.Token, err error) {
	text, err := os.ReadFile(filepath.Join(string(f), tokenName))
	if errors.Is(err, fs.ErrNotExist) {
		return t, nil
	}
	if err != nil {
		return t, err
	}
	return t, json.Unmarshal(text, &t)
}

func (f tokenFile) SaveToken(_ context.Context, t apiv1.Token) error {
	text, err := json.Marshal(t)
	if err != nil {
		return err
	}
	_, err = config.WriteSecretFile(string(f), tokenName, string(text))
	return err
}
