package storefront

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"time"

	"guitai/pos"
)

const (
	// window is how far the time of a request may be from the relay's, either way.
	window = 5 * time.Minute
	// maxNonces is how many requests may come within twice that. Only a request that is signed counts.
	maxNonces = 20_000
)

// The headers that sign a request.
const (
	headerTime      = "Guitai-Time"
	headerNonce     = "Guitai-Nonce"
	headerSignature = "Guitai-Signature"
)

// Sign is the signature of a request for an order: HMAC-SHA256 in lower-case hex. path is what stands after the route.
func Sign(key, method, path, unixSeconds, nonce string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(key))
	_, _ = io.WriteString(mac, method+"\n"+path+"\n"+unixSeconds+"\n"+nonce+"\n")
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// admit looks whether a request is from who has the key, is of now and comes for the first time; ok false comes with the refusal.
func (s *Shop) admit(r pos.RelayRequest) (refusal pos.RelayAnswer, ok bool) {
	now := s.config.Clock.Now()
	seconds, nonce := r.Header[headerTime], r.Header[headerNonce]
	want := Sign(s.config.Key, r.Method, r.Path, seconds, nonce, r.Body)
	switch at, err := strconv.ParseInt(seconds, 10, 64); {
	case err != nil, !wordy(nonce, 16, 64):
		return refuse(401, errSignature, "Guitai-Time is unix seconds, Guitai-Nonce 16 to 64 of 0-9 A-Z a-z _ -"), false
	case !hmac.Equal([]byte(want), []byte(r.Header[headerSignature])):
		return refuse(401, errSignature, "Guitai-Signature is wrong: lower-case hex of HMAC-SHA256 of METHOD, PATH, TIME, NONCE and BODY joined by line feeds, by the order key"), false
	case !near(at, r.ReceivedAt, now):
		return refuse(401, errTime, "Guitai-Time is more than five minutes off"), false
	}
	switch _, is := s.nonces.put(nonce, struct{}{}, now); is {
	case known:
		return refuse(401, errNonce, "this Guitai-Nonce was used before: take a new one for every request, also for a repetition"), false
	case full:
		return refuse(429, errTooMany, "too many requests: later, with the same ref"), false
	}
	return pos.RelayAnswer{}, true
}

// SignAnswer is the signature of an answer to the request of a nonce: HMAC-SHA256 in lower-case hex. No request has the method ANSWER, so
// neither can be taken for the other.
func SignAnswer(key, nonce string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(key))
	_, _ = io.WriteString(mac, "ANSWER\n"+nonce+"\n")
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// sealed is an answer with its signature as the last member. The relay passes answers on and has no key: without this a stolen one could tell
// the shop's server that an order is paid.
func (s *Shop) sealed(a pos.RelayAnswer, nonce string) pos.RelayAnswer {
	if open, ok := bytes.CutSuffix(a.Body, []byte("}")); ok && len(open) > 1 {
		a.Body = fmt.Appendf(nil, `%s,"signature":"%s"}`, open, SignAnswer(s.config.Key, nonce, a.Body))
	}
	return a
}

// near holds the time of a request against the relay's clock: the till's own may be wrong without anybody noticing, the relay's is that
// of a server. A relay that lies about it can have a request repeated, and that is the same order.
func near(seconds int64, received, now time.Time) bool {
	if received.IsZero() {
		received = now
	}
	off := received.Unix() - seconds
	return off >= -int64(window/time.Second) && off <= int64(window/time.Second)
}

// wordy reports whether s has from shortest to longest letters, digits, "_" and "-".
func wordy(s string, shortest, longest int) bool {
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') && c != '_' && c != '-' {
			return false
		}
	}
	return len(s) >= shortest && len(s) <= longest
}
