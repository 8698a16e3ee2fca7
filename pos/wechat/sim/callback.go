package sim

import (
	"slices"
	"time"
)

// The kinds of callback. Forgeries come before the true one.
const (
	CallbackTrue           = "callback"
	CallbackTwin           = "duplicate"       // the same, at the same time
	CallbackLate           = "late"            // when nobody waits for the answer any more
	CallbackForgedSign     = "forged-sign"     // true content, a signature by another key
	CallbackForgedMerchant = "forged-merchant" // another merchant's, correctly signed by that merchant's key
)

// Callback is one time that WeChat asked the merchant what a scanned product costs. The log is not kept in Options.State.
type Callback struct {
	At        time.Time `json:"at"`
	Kind      string    `json:"kind"`
	URL       string    `json:"url"`
	ProductID string    `json:"product_id"`
	OpenID    string    `json:"openid"`
	Status    int       `json:"status,omitempty"`    // HTTP status; 0 without an answer
	Answer    string    `json:"answer"`              // the result_code, the return_code when that is not SUCCESS, or what went wrong
	PrepayID  string    `json:"prepay_id,omitempty"` // as answered; a forgery must get none
}

// Callbacks returns the latest callbacks, oldest first, at most 1000.
func (s *Sim) Callbacks() []Callback {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.callbacks)
}

func (s *Sim) logCallback(c Callback) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.callbacks = append(s.callbacks, c)
	if len(s.callbacks) > logLimit {
		s.callbacks = slices.Delete(s.callbacks, 0, len(s.callbacks)-logLimit)
	}
}
