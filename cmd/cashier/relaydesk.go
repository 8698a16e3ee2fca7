//go:build !windowless

package main

import (
	"context"
	"errors"

	"guitai/pos"
	"guitai/pos/config"
	"guitai/pos/relay"
	"guitai/ui/settings"
)

var _ settings.RelayDesk = (*settingsDesk)(nil)

// Pair implements [settings.RelayDesk]. The code is used up once the relay has answered, so what can go wrong on this side is looked at before,
// and what was got is kept first of all.
func (d *settingsDesk) Pair(ctx context.Context, text, by string) (settings.RelayInfo, error) {
	base, _, err := relay.ParsePairing(text)
	if err != nil {
		return settings.RelayInfo{}, &config.Error{Key: "relay.url", Problem: config.Format, Want: "https://…/pair#ABCD-EFGH-JKMN-PQRS"}
	}
	if err := d.mayPair(); err != nil {
		return settings.RelayInfo{}, err
	}
	paired, err := relay.Pair(ctx, nil, text)
	if err != nil {
		d.e.log.Warn("pair with a relay", "code", pos.CodeOf(err), "err", err)
		return settings.RelayInfo{}, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*secretTime)
	defer cancel()
	d.mu.Lock()
	defer d.mu.Unlock()
	resolver := d.e.relay.resolver
	old, _ := d.now.Relay.Token.Resolve(ctx, resolver) // there may be none
	token, err := resolver.Store(ctx, relayToken, paired.Token)
	if err != nil {
		return settings.RelayInfo{}, saveError(err)
	}
	now := d.now
	now.Relay.URL, now.Relay.Token, now.WeChat.NotifyURL = base, token, paired.NotifyURL
	if err := d.amend(now); err != nil {
		if old != "" && d.now.Relay.Token.Equal(token) {
			_, back := resolver.Store(ctx, relayToken, old)
			d.e.log.Warn("the former relay's token was put back", "err", back)
		}
		return settings.RelayInfo{}, err
	}
	d.e.relay.again()
	d.e.log.Info("paired with a relay", "by", by, "url", base, "till", paired.Till)
	return infoOf(base, paired), nil
}

// errPractice is what the practice shop does not do: its relay is its own.
var errPractice = errors.New("the practice shop has a relay of its own")

// mayPair looks at what would keep a pairing from being kept, before the code is used up.
func (d *settingsDesk) mayPair() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.e.shop.Practice {
		return pos.E(pos.CodeMode, "pair with a relay", errPractice)
	}
	found, err := config.LoadOver(d.file, d.base)
	if err == nil && !found.Equal(d.now) {
		err = config.ErrChanged
	}
	if err != nil {
		return saveError(err)
	}
	return nil
}

// amend writes settings of relay and phone into config.toml, and then puts them into force. mu is held.
func (d *settingsDesk) amend(now config.Config) error {
	if err := config.Amend(d.file, d.base, d.now, now); err != nil {
		d.e.log.Error("settings of the relay not saved", "err", err)
		return saveError(err)
	}
	d.now = now
	if err := d.e.relay.apply(now); err != nil { // Amend has checked what could be wrong with it
		d.e.log.Error("settings of the relay are in force from the next start", "err", err)
	}
	return nil
}

// Unpair implements [settings.RelayDesk].
func (d *settingsDesk) Unpair(_ context.Context, by string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.e.shop.Practice {
		return pos.E(pos.CodeMode, "leave the relay", errPractice)
	}
	if d.now.Relay.URL == "" {
		return nil
	}
	now, fresh := d.now, config.Default()
	now.Relay, now.WeChat.NotifyURL = fresh.Relay, fresh.WeChat.NotifyURL
	if err := d.amend(now); err != nil {
		return err
	}
	d.e.log.Info("no relay any more", "by", by)
	return nil
}

// RelayInfo implements [settings.RelayDesk].
func (d *settingsDesk) RelayInfo(ctx context.Context) (settings.RelayInfo, error) {
	url := d.Config().Relay.URL
	if url == "" {
		return settings.RelayInfo{}, nil
	}
	known := settings.RelayInfo{URL: url, NotifyURL: d.Config().WeChat.NotifyURL}
	client := d.e.relay.line()
	if client == nil {
		return known, pos.E(pos.CodeSecret, "ask the relay", nil)
	}
	who, err := client.Who(ctx)
	if err != nil {
		return known, err
	}
	return infoOf(url, who), nil
}

func infoOf(url string, p relay.Paired) settings.RelayInfo {
	return settings.RelayInfo{URL: url, Name: p.Name, Shop: p.Shop, NotifyURL: p.NotifyURL, CallbackURL: p.CallbackURL, PrepayURL: p.PrepayURL}
}

// phoneKey is the name under which the shop key is kept.
const phoneKey = "phone_key"

// NewPhoneKey implements [settings.RelayDesk].
func (d *settingsDesk) NewPhoneKey(ctx context.Context, by string) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.e.shop.Practice {
		return "", pos.E(pos.CodeMode, "make a shop key", errPractice)
	}
	key := newSecret()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), secretTime)
	defer cancel()
	place, err := d.e.relay.resolver.Store(ctx, phoneKey, key)
	if err != nil {
		return "", saveError(err)
	}
	if place.Equal(d.now.Phone.Key) {
		d.e.relay.newKey()
	} else {
		now := d.now
		now.Phone.Key = place
		if err := d.amend(now); err != nil {
			return "", err
		}
	}
	d.e.log.Info("a new shop key", "by", by)
	return key, nil
}

// again starts the line anew although its settings are the same: there is another token in the same place.
func (l *relayLine) again() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.start()
}

// newKey puts another shop key into force, in the same place.
func (l *relayLine) newKey() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.shop.Store(l.open(l.now))
}

// line is the client in force; nil for none.
func (l *relayLine) line() *relay.Client {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.client
}
