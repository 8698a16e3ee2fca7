package storefront

import (
	"encoding/json"
	"time"

	"guitai/pos"
)

// What "error" says in a refusal.
const (
	errInvalid     = "invalid"
	errSignature   = "signature"
	errTime        = "time"
	errNonce       = "nonce"
	errPath        = "not-found"
	errMethod      = "method"
	errUnknownItem = "unknown-item"
	errUnknownRef  = "unknown-ref"
	errConflict    = "conflict"
	errExpired     = "expired"
	errNoPrice     = "no-price"
	errLoginCode   = "login-code"
	errRefused     = "refused"
	errTooMany     = "too-many"
	errNotSetUp    = "not-set-up"
	errNoShift     = "no-shift"
	errUncertain   = "uncertain"
)

const jsonType = "application/json; charset=utf-8"

type refusalBody struct {
	Error   string `json:"error"`
	Message string `json:"message"`
}

func refuse(status int, code, message string) pos.RelayAnswer {
	return answer(status, refusalBody{code, message})
}

func answer(status int, body any) pos.RelayAnswer {
	b, _ := json.Marshal(body) // plain data: it does not fail
	return pos.RelayAnswer{Status: status, ContentType: jsonType, Body: b}
}

// told is the answer about an order.
type told struct {
	Ref        string            `json:"ref"`
	OutTradeNo string            `json:"out_trade_no"`
	Amount     pos.Fen           `json:"amount_fen"`
	ExpiresAt  *time.Time        `json:"expires_at,omitempty"` // while it may be paid
	State      string            `json:"state"`
	Receipt    string            `json:"receipt,omitempty"`
	Pay        map[string]string `json:"pay,omitempty"`
}

// tell is what the caller hears of an order; pay is nil unless it is to be paid now.
func (s *Shop) tell(ref string, t pos.PhoneTicket, pay map[string]string) pos.RelayAnswer {
	a := told{Ref: ref, OutTradeNo: t.OutTradeNo, Amount: t.Amount, State: stateOf(t.State), Receipt: t.Receipt.String(), Pay: pay}
	if t.State.OnGlass() && !t.ExpiresAt.IsZero() {
		at := t.ExpiresAt.UTC().Truncate(time.Second) // the last moment to finish, never later
		a.ExpiresAt = &at
	}
	return answer(200, a)
}

// stateOf is a state in the words of the exports.
func stateOf(s pos.State) string {
	switch {
	case s.OnGlass():
		return "waiting"
	case s.Left():
		return "closing"
	}
	return string(s)
}

// refuseOrder says why there is no order, or that nobody knows.
func refuseOrder(err error) pos.RelayAnswer {
	switch pos.CodeOf(err) {
	case pos.CodeConflict:
		return refuse(409, errConflict, "this ref is an order of other items or of another kind: take a new ref, and ask /order/REF for the old one")
	case pos.CodeExpired:
		return refuse(410, errExpired, "nobody paid the order of this ref in time: take a new ref")
	case pos.CodeInvalid:
		return refuse(400, errInvalid, "an order comes to 0.01 to 1,000,000.00 yuan")
	case pos.CodeShift:
		return refuse(503, errNoShift, "nothing is sold at the till before a shift is opened")
	case pos.CodeConfig, pos.CodeSecret, pos.CodeRejected:
		return refuse(503, errNotSetUp, "WeChat Pay, or this way of paying, is not set up at the till, or WeChat does not take its requests")
	case pos.CodeTooMany:
		return refuse(429, errTooMany, "too many orders are open: later, with the same ref")
	case pos.CodeRefused:
		return refuse(422, errRefused, "WeChat refused this order; the till shows why. Take a new ref")
	}
	return refuse(503, errUncertain, "whether the order was made is not known yet. Repeat it with the same ref: it is the same order, never a second one")
}

// refuseLogin says why a login code gave no openid. Nothing was ordered.
func refuseLogin(err error) pos.RelayAnswer {
	switch pos.CodeOf(err) {
	case pos.CodeInvalid:
		return refuse(400, errLoginCode, "the login code is used up, too old or none: call wx.login again and repeat it with the new code and the same ref")
	case pos.CodeConfig, pos.CodeSecret, pos.CodeRejected:
		return refuse(503, errNotSetUp, "the mini-program's login is not set up at the till (phone.mini_appid, phone.mini_secret)")
	case pos.CodeTooMany:
		return refuse(429, errTooMany, "WeChat takes no more logins now: later, with a new code and the same ref")
	}
	return refuse(503, errUncertain, "WeChat did not answer the login; nothing was ordered. Call wx.login again and repeat it with the new code and the same ref")
}
