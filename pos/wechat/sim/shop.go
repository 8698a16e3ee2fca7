package sim

import (
	"errors"
	"fmt"
	"net/url"
)

// Shop is what the merchant told WeChat, and what the shop's own server knows, so that customers can buy without a cashier.
type Shop struct {
	// CallbackURL is where WeChat asks what a scanned product code costs (支付回调URL, Native mode 1).
	CallbackURL string
	// PrepayURL is where the shop's server asks the till for an order; /jsapi, /app and /app-v1 are added to it.
	PrepayURL string
	// Key signs what the shop's server asks.
	Key string
	// The appids of the mini-program and of the app; empty means the practice ones.
	MiniAppID, AppAppID string
}

// ErrBadShop is an address of a shop that cannot be one.
var ErrBadShop = errors.New("not an address of a shop")

func (sh Shop) check() error {
	for _, text := range []string{sh.CallbackURL, sh.PrepayURL} {
		if text == "" {
			continue
		}
		u, err := url.Parse(text)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
			return fmt.Errorf("%w: %q: it is http:// or https://, without a query", ErrBadShop, text)
		}
	}
	return nil
}

// withDefaults names the apps.
func (sh Shop) withDefaults() Shop {
	if sh.MiniAppID == "" {
		sh.MiniAppID = PracticeMiniAppID
	}
	if sh.AppAppID == "" {
		sh.AppAppID = PracticeAppAppID
	}
	return sh
}

// SetShop changes what is known of the shop from now on. It returns ErrBadShop.
func (s *Sim) SetShop(sh Shop) error {
	if err := sh.check(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shop = sh.withDefaults()
	return nil
}

// Refused is why a customer's phone shows that there is nothing to pay: one of the Err values, and what the phone says.
type Refused struct {
	Err   error
	Words string // on the phone, mostly Chinese: WeChat's own, or the merchant's
}

func (r *Refused) Error() string {
	if r.Words == "" {
		return r.Err.Error()
	}
	return r.Err.Error() + ": " + r.Words
}

func (r *Refused) Unwrap() error { return r.Err }

func refused(err error, words string) error { return &Refused{err, words} }
