package main

import (
	"context"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"sync/atomic"

	"guitai/pos"
	"guitai/pos/config"
	"guitai/pos/relay"
	"guitai/pos/storefront"
)

// relayLine is the till's line to its relay, if it has one: notices go to the till, what customers' phones ask to the storefront. Without it
// the till asks WeChat. Safe for concurrent use.
type relayLine struct {
	ctx      context.Context // ends the line
	resolver config.Resolver
	log      *slog.Logger
	notice   func(context.Context, pos.RelayRequest) pos.RelayAnswer
	health   func(pos.Part)
	notify   func(notifyURL string) error                    // of the orders from now on
	open     func(config.Config) *storefront.Shop            // what phones may ask
	shop     atomic.Pointer[storefront.Shop]                 // as it is in force
	dial     func(relay.ClientConfig) (*relay.Client, error) // for tests

	mu     sync.Mutex
	now    config.Config // in force
	client *relay.Client // nil without a relay, or without its token
	stop   context.CancelFunc
	gone   chan struct{} // closed: nothing of the last client is left
}

// newRelayLine makes the line; apply starts it.
func newRelayLine(ctx context.Context, e *engine) *relayLine {
	l := &relayLine{
		ctx: ctx, resolver: config.Resolver{Dir: string(e.folder)}, log: e.log, notice: e.till.TakeNotice, health: e.till.RelayHealth,
		open: func(c config.Config) *storefront.Shop { return openStorefront(e, c) }, dial: relay.NewClient,
	}
	var gateways []interface{ SetNotifyURL(string) error }
	if g, ok := e.signer.(interface{ SetNotifyURL(string) error }); ok {
		gateways = append(gateways, g)
	}
	if e.v1 != nil {
		gateways = append(gateways, e.v1)
	}
	l.notify = func(notifyURL string) error {
		for _, g := range gateways {
			if err := g.SetNotifyURL(notifyURL); err != nil {
				return err
			}
		}
		return nil
	}
	return l
}

// apply puts the settings of relay and phone into force. Of a relay that is as it was, nothing is touched.
func (l *relayLine) apply(c config.Config) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c.WeChat.NotifyURL != l.now.WeChat.NotifyURL {
		if err := l.notify(c.WeChat.NotifyURL); err != nil {
			return err
		}
	}
	if l.shop.Load() == nil || !samePhone(c, l.now) {
		l.shop.Store(l.open(c))
	}
	was := l.now.Relay
	keyed := c.WeChat.PublicKey != l.now.WeChat.PublicKey || c.WeChat.PublicKeyID != l.now.WeChat.PublicKeyID
	if l.now = c; c.Relay.URL != was.URL || !c.Relay.Token.Equal(was.Token) || keyed {
		l.start()
	}
	return nil
}

func samePhone(a, b config.Config) bool {
	return a.Phone.Key.Equal(b.Phone.Key) && a.Phone.MiniSecret.Equal(b.Phone.MiniSecret) && a.Phone.MiniAppID == b.Phone.MiniAppID &&
		a.Phone.AppAppID == b.Phone.AppAppID && a.Phone.LoginURL == b.Phone.LoginURL
}

// start ends the line there was and begins the one there is to be. mu is held.
func (l *relayLine) start() {
	l.end()
	c := l.now
	if c.Relay.URL == "" || l.ctx.Err() != nil {
		l.health(pos.Part{Light: pos.LightOff})
		return
	}
	ctx, cancel := context.WithTimeout(l.ctx, secretTime)
	defer cancel()
	token, err := c.Relay.Token.Resolve(ctx, l.resolver)
	if err != nil {
		l.log.Error("the relay is off", "code", pos.CodeSecret, "err", err)
		l.health(pos.Part{Light: pos.LightBad, Cause: pos.CodeSecret})
		return
	}
	client, err := l.dial(relay.ClientConfig{URL: c.Relay.URL, Token: token, SaveToken: l.keeper(c.Relay.Token), Keys: l.keys(c.WeChat), Log: l.log})
	if err != nil {
		l.log.Error("the relay is off", "code", pos.CodeOf(err), "err", err)
		l.health(pos.Part{Light: pos.LightBad, Cause: pos.CodeOf(err)})
		return
	}
	if !strings.HasPrefix(c.WeChat.NotifyURL, c.Relay.URL+"/") { // somebody wrote it by hand: payments are found by asking, and no sooner
		l.log.Warn("wechat.notify_url does not lead to the relay: pair the till again", "notify_url", c.WeChat.NotifyURL, "relay", c.Relay.URL)
	}
	run, stop := context.WithCancel(l.ctx)
	gone := make(chan struct{})
	l.client, l.stop, l.gone = client, stop, gone
	go func() { // ends in end
		defer close(gone)
		if err := client.Run(run, l.handle, l.health); err != nil && run.Err() == nil {
			l.log.Error("relay", "err", err)
		}
	}()
}

// maxKeyFile bytes are many times a public key.
const maxKeyFile = 64 << 10

// keys are the public keys of WeChat Pay that the settings name: by them the relay tells notices of API v3 from forgeries.
func (l *relayLine) keys(c config.WeChat) []relay.Key {
	if c.PublicKey == "" || c.PublicKeyID == "" {
		return nil
	}
	file, err := os.Open(l.resolver.Path(c.PublicKey))
	if err != nil {
		l.log.Warn("the relay gets no public key of WeChat Pay", "err", err)
		return nil
	}
	defer file.Close() //nolint:errcheck // only read
	text, err := io.ReadAll(io.LimitReader(file, maxKeyFile))
	if err != nil {
		l.log.Warn("the relay gets no public key of WeChat Pay", "err", err)
		return nil
	}
	return []relay.Key{{ID: c.PublicKeyID, PEM: string(text)}}
}

// end ends the line and waits. mu is held.
func (l *relayLine) end() {
	if l.client == nil {
		return
	}
	l.stop()
	<-l.gone
	l.client = nil
}

// close ends the line for good, before the till stops.
func (l *relayLine) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.end()
}

func (l *relayLine) handle(ctx context.Context, r pos.RelayRequest) pos.RelayAnswer {
	if r.Kind == pos.RelayNotice {
		return l.notice(ctx, r)
	}
	return l.shop.Load().Handle(ctx, r)
}

// relayToken is the name under which the token is kept.
const relayToken = "relay_token"

// keeper keeps the tokens that the relay gives out by and by, in the place where the settings say it is; nil for a place that is not the
// till's own, as a variable of the environment: then there is no other token.
func (l *relayLine) keeper(place config.Secret) func(context.Context, string) error {
	if text := place.String(); text != "keyring:guitai/"+relayToken && text != "file:"+relayToken {
		return nil
	}
	return func(ctx context.Context, token string) error {
		kept, err := l.resolver.Store(ctx, relayToken, token)
		if err == nil && !kept.Equal(place) {
			err = pos.E(pos.CodeSecret, "keep the relay's token", nil) // the keyring does not answer any more, and the settings name it
		}
		return err
	}
}
