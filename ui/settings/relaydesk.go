package settings

import "context"

// RelayInfo is who this till is at its relay, and the addresses that the relay has for it. It is zero while the till is not paired.
type RelayInfo struct {
	URL  string // of the relay: what relay.url says
	Name string // of this till there
	Shop string // of its shop there

	NotifyURL   string // notify_url of this till's orders
	CallbackURL string // 支付回调URL, for product codes: the shop's
	PrepayURL   string // where the shop's mini-program or app asks for an order
}

// RelayDesk is a [Desk] that can pair the till with a relay, and make the key that phone orders are signed with. A desk that is none has
// no parts for either. Methods are safe for concurrent use and are called elsewhere than on the goroutine that draws; by is whose leave it
// is done by, for the log. Money is touched by none of them.
type RelayDesk interface {
	// Pair takes the line that the relay's keeper gave out, puts the relay into force and writes config.toml; what stood there of another
	// relay is replaced. Nothing is changed when it fails: CodePairing, CodeTooMany, CodeRelay or a code of the network, [*config.Error]
	// for a line that is none, [config.ErrChanged] when config.toml was changed meanwhile and [Desk.Reload] has to come first.
	Pair(ctx context.Context, text, by string) (RelayInfo, error)
	// Unpair takes the relay out of force and out of config.toml; orders from then on have the notify_url of a till without one. The relay
	// is not asked. Safe to repeat.
	Unpair(ctx context.Context, by string) error
	// RelayInfo asks the relay who this till is there, which tries the line and the token. Without a relay it is zero and no error. With
	// an error (CodeRelay, CodeRelayToken or a code of the network) it has what is known here, at least the URL.
	RelayInfo(ctx context.Context) (RelayInfo, error)
	// NewPhoneKey makes another key, puts it where phone.key says and into force: the old one opens nothing from then on. The key is
	// shown once, here, and never logged.
	NewPhoneKey(ctx context.Context, by string) (string, error)
}
