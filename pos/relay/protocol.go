package relay

import (
	"time"

	"guitai/pos"
)

// Times of the protocol.
const (
	// Wait is how long WeChat's post waits for the till. With a commit it stays inside the five seconds after which WeChat gives up.
	Wait = 3 * time.Second
	// Heartbeat is how often the relay says something on a stream that has nothing to say.
	Heartbeat = 15 * time.Second
	// Silence is after how long without a heartbeat the till takes the stream for dead.
	Silence = 40 * time.Second
	// LongPoll is how long a till that cannot have a stream waits for one answer.
	LongPoll = 25 * time.Second
	// Redeliver is after how long a stored notice that was handed down and not answered is handed down again.
	Redeliver = 10 * time.Second
	// CodeLife is how long a pairing code works.
	CodeLife = 10 * time.Minute
	// TokenAge is from when a till is told to take a new token.
	TokenAge = 90 * 24 * time.Hour
)

// MaxBody is the largest body taken from outside, in bytes.
const MaxBody = 64 << 10

// Paths of the till's side.
const (
	PathStream = "/v1/stream"
	PathAnswer = "/v1/answer"
	PathPair   = "/v1/pair"
	PathToken  = "/v1/token"
	PathKey    = "/v1/key"
	PathTill   = "/v1/till"
)

// Events of a stream.
const (
	EventHello   = "hello"   // data: [Hello]; the first, and again when something in it changes
	EventRequest = "request" // data: a [pos.RelayRequest]
)

// Hello is what the relay says first.
type Hello struct {
	Relay  string    `json:"relay"` // names the process, for logs
	Now    time.Time `json:"now"`   // the relay's clock
	Rotate bool      `json:"rotate,omitempty"`
	Keys   bool      `json:"keys,omitempty"` // a v3 notice came that no key verifies: upload them
	// Heartbeat in milliseconds, so that a till notices silence whatever the relay's version.
	HeartbeatMS int64 `json:"heartbeat_ms"`
}

// Batch is the answer of a long-poll.
type Batch struct {
	Hello
	Requests []pos.RelayRequest `json:"requests,omitempty"`
}

// Answers is the body of POST /v1/answer; at most 100.
type Answers struct {
	Answers []pos.RelayAnswer `json:"answers"`
}

// PairRequest is the body of POST /v1/pair.
type PairRequest struct {
	Code string `json:"code"` // without dashes and spaces, upper case
}

// Paired is who a till is at the relay.
type Paired struct {
	Token string `json:"token,omitempty"` // only when it is new
	Till  string `json:"till"`
	Name  string `json:"name"`
	Shop  string `json:"shop"` // its name
	// URLs, to be given to WeChat: notify_url of this till's orders, the callback of product codes (支付回调URL, for the whole shop), and
	// where the shop's mini-program or app asks for an order.
	NotifyURL   string `json:"notify_url"`
	CallbackURL string `json:"callback_url"`
	PrepayURL   string `json:"prepay_url"`
}

// Token is the answer of POST /v1/token.
type Token struct {
	Token string `json:"token"` // 43 characters, base64url of 256 random bits
}

// Key is the body of POST /v1/key.
type Key struct {
	ID  string `json:"id"`
	PEM string `json:"pem"`
}
