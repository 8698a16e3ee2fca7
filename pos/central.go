package pos

import (
	"context"
	"time"
)

// RelayKind says what a relayed request is.
type RelayKind string

const (
	RelayNotice   RelayKind = "notice"   // of a payment or refund: kept until a till took it
	RelayCallback RelayKind = "callback" // Native mode 1: somebody waits, so it is never kept
	RelayPrepay   RelayKind = "prepay"   // of the shop's mini-program or app: likewise
)

// RelayRequest is a request from outside, as the relay hands it to a till. It is passed on as it came: the till judges it.
type RelayRequest struct {
	ID     string    `json:"id"` // one of the relay's; the same notice again has the same
	Kind   RelayKind `json:"kind"`
	Method string    `json:"method"`
	// Path is what stood after the route, beginning with "/"; empty for none. Of a prepay request it is part of what is signed.
	Path       string            `json:"path,omitempty"`
	Query      string            `json:"query,omitempty"`  // raw, without "?": the retired API's notices come in it
	Header     map[string]string `json:"header,omitempty"` // the few that matter, in canonical form
	Body       []byte            `json:"body,omitempty"`
	ReceivedAt time.Time         `json:"received_at"`       // by the relay's clock
	Within     time.Duration     `json:"within,omitempty"`  // nanoseconds that somebody still waits for the answer; 0: nobody does
	Stored     bool              `json:"stored,omitempty"`  // it was answered by the relay, which keeps it until the till took it
	Attempt    int               `json:"attempt,omitempty"` // how often it was handed to a till before
}

// RelayAnswer is what the till says to a request.
//
// For a notice the status decides what becomes of the relay's copy: 2xx: the till has it on disk; 4xx: it is nothing to the till, now
// and for ever (forged, of another merchant, unknown); anything else: later again.
type RelayAnswer struct {
	ID          string `json:"id"`
	Status      int    `json:"status"`
	ContentType string `json:"type,omitempty"`
	Body        []byte `json:"body,omitempty"`
}

// Inbox is the till's end of the relay.
type Inbox interface {
	// Run keeps the line to the relay until ctx ends. handle is called for each request, several at once, and has come back before Run
	// does; a notice's answer leaves only after handle returned, so what it wrote is on disk. health hears of every change of the line
	// and must not block: LightOK while the stream is healthy, LightBusy before the first time, LightBad with CodeRelay, CodeRelayToken
	// or a code of the network.
	Run(ctx context.Context, handle func(context.Context, RelayRequest) RelayAnswer, health func(Part)) error
}

// TokenHash is the SHA-256 of a token or pairing code. The relay stores no token.
type TokenHash [32]byte

// RelayTill is a till as the relay knows it.
type RelayTill struct {
	ID       string // of the relay's making
	Shop     string // RelayShop.ID
	ShopName string
	Name     string
	Position int    // in its shop: who of several gets what is for the shop
	Route    string // POST /n/Route: notices for this till
	// ShopPath is the shop's route: POST /m/ShopPath callbacks, for the first till of the shop that is connected; /p/ShopPath/… prepay, for the
	// first till of the shop, and no other while that is away.
	ShopPath string

	AddedAt   time.Time
	PairedAt  time.Time // zero: nobody has used its pairing code yet
	TokenAt   time.Time // when its token was made
	SeenAt    time.Time // when it was last connected, to the minute
	RevokedAt time.Time // zero: it may connect
	Waiting   int       // notices that it has not taken; only from Tills
}

// RelayRoute is where a route leads.
type RelayRoute struct {
	Route string
	Shop  string   // RelayShop.ID, for keys
	Tills []string // RelayTill.ID: one for a till's own route, else the shop's tills by Position, unpaired ones last; none that is revoked
	Whole bool     // it is the shop's
}

// RelayKey is a public key of WeChat Pay that a shop's till uploaded, by which v3 notices are verified.
type RelayKey struct {
	Shop string
	ID   string // Wechatpay-Serial: PUB_KEY_ID_… or a certificate's serial number
	PEM  []byte // PUBLIC KEY or CERTIFICATE
}

// NoticeOutcome is what a till said to a stored notice.
type NoticeOutcome struct {
	ID     string
	Status int       // of [RelayAnswer]
	Again  time.Time // for a status that is neither 2xx nor 4xx: not before this
}

// KeepNotices is how long the relay keeps a notice, taken or not: WeChat repeats for 24 h 4 min, and a copy that comes then must still be known.
const KeepNotices = 48 * time.Hour

// Central is the relay's lasting state: one SQLite file, or PostgreSQL that several relays share. Every method that writes is one transaction,
// durable when it returns. Safe for concurrent use, also by several processes. Errors have CodeNotFound, CodeConflict, CodeInvalid, CodeFull,
// CodeReadOnly, CodeUnreachable (the server of the database) or CodeInternal.
type Central interface {
	// AddTill adds a till, and its shop when there is none of that name yet ("" is the first shop). Its pairing code works once, until
	// expires. CodeConflict when the shop has a till of that name that is not revoked.
	AddTill(ctx context.Context, shop, name string, code TokenHash, expires, at time.Time) (RelayTill, error)
	// RenewCode gives a till another pairing code, also one that is paired: the token it has works until the code is used. CodeNotFound.
	RenewCode(ctx context.Context, till string, code TokenHash, expires, at time.Time) (RelayTill, error)
	// Pair takes a pairing code in exchange for a token. CodeNotFound: no such code, used, or too old.
	Pair(ctx context.Context, code, token TokenHash, at time.Time) (RelayTill, error)
	// Tills returns every till, by shop and position.
	Tills(ctx context.Context) ([]RelayTill, error)
	// RevokeTill ends a till's token and routes for ever. Safe to repeat. CodeNotFound.
	RevokeTill(ctx context.Context, till string, at time.Time) error
	// TillByToken finds the till of a token. A token that was offered takes the place of the old one when it is first used. CodeNotFound:
	// none, or revoked.
	TillByToken(ctx context.Context, token TokenHash, at time.Time) (RelayTill, error)
	// OfferToken gives a till a second token; both work until the new one is used. Another offer replaces the first.
	OfferToken(ctx context.Context, till string, token TokenHash, at time.Time) error
	// Revision grows with every change of tills, routes and keys, by any process. Cheap.
	Revision(ctx context.Context) (int64, error)
	// Routes returns every route that leads somewhere.
	Routes(ctx context.Context) ([]RelayRoute, error)
	// PutKey stores a key of a shop. The same again is no change; of more than eight the oldest go.
	PutKey(ctx context.Context, k RelayKey, at time.Time) error
	// Keys returns every key.
	Keys(ctx context.Context) ([]RelayKey, error)

	// Keep stores a notice for a till, once: known tells that it was there already, and taken that the till has taken or refused it.
	Keep(ctx context.Context, till string, r RelayRequest) (known, taken bool, err error)
	// Mailbox returns notices that were not taken and are due, of any of these tills (nil is all), at most limit, of each till those that are due
	// longest first; where limit cannot hold all, each till gets a share. The mailbox is a set: there is no cursor, what was not taken is there again.
	Mailbox(ctx context.Context, tills []string, now time.Time, limit int) (map[string][]RelayRequest, error)
	// Answered notes what a till said to stored notices. Those it does not know, of another till or gone, are passed over. Safe to repeat.
	Answered(ctx context.Context, till string, outcomes []NoticeOutcome, at time.Time) error
	// Prune deletes what is older than [KeepNotices], answers nobody fetched, and lines of relays that are gone.
	Prune(ctx context.Context, now time.Time) error

	// Present says that this relay has the streams of these tills, until then; it replaces what the relay said before.
	Present(ctx context.Context, relay string, tills []string, until time.Time) error
	// Connected tells which of these tills are connected to any relay, and to which.
	Connected(ctx context.Context, tills []string, now time.Time) (map[string]string, error)
	// Ask leaves a request for the relay that has the till's stream. It is gone after the deadline.
	Ask(ctx context.Context, till string, r RelayRequest, deadline time.Time) error
	// Asked takes the requests that were left for these tills: each goes to one relay.
	Asked(ctx context.Context, tills []string, now time.Time) (map[string][]RelayRequest, error)
	// Reply leaves an answer for the relay that waits for it.
	Reply(ctx context.Context, a RelayAnswer, at time.Time) error
	// Replies takes the answers to these requests.
	Replies(ctx context.Context, ids []string) ([]RelayAnswer, error)

	// Blob, PutBlob and DeleteBlob keep what the TLS certificates of the relay are made of, by name. CodeNotFound.
	Blob(ctx context.Context, name string) ([]byte, error)
	PutBlob(ctx context.Context, name string, value []byte) error
	DeleteBlob(ctx context.Context, name string) error
}
