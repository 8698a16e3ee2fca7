package storefront

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"guitai/pos"
)

// Config joins a shop. What is optional may be nil.
type Config struct {
	Desk      pos.PhoneDesk
	Catalogue pos.Catalogue
	Signer    pos.PhoneSigner // optional: without it WeChat Pay is off, and everything is refused
	V1        V1Signer        // optional: without it /app-v1 is refused
	Login     pos.Login       // optional: without it a request of a mini-program has to bring the openid

	// Key is the order key (phone.key), by which requests for an order are signed; empty refuses them all. It is in no error and no log.
	Key string
	// Say gives the words that a payer reads whose scan comes to nothing, at most 127 bytes of UTF-8; more is cut. It is asked for
	// the codes of [Codes] and for no other.
	Say func(pos.Code) string

	Clock pos.Clock
	Log   *slog.Logger
}

// V1Signer signs for an app that pays by the retired interface (pos.APIv1). It reaches nobody. Safe for concurrent use.
type V1Signer interface {
	// SignPhone is as of [pos.PhoneSigner]; the tender is TenderApp.
	SignPhone(t pos.Tender, prepayID string) (map[string]string, error)
}

// Shop answers what customers' own phones ask. Safe for concurrent use.
type Shop struct {
	config Config
	nonces *recent[struct{}]
	logins *logins
	lines  quiet
}

// New makes a shop. It starts nothing and holds nothing that has to be closed.
func New(config Config) *Shop {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	return &Shop{config: config, nonces: newRecent[struct{}](2*window, maxNonces), logins: newLogins()}
}

// onTheWay is what is kept of the time somebody waits, for the answer's own way.
const onTheWay = 200 * time.Millisecond

// Handle answers a callback of a product code (RelayCallback) or a request for an order (RelayPrepay), within the time that
// somebody waits. An order that was begun is watched by the till whatever ctx does. Another kind is answered 404.
func (s *Shop) Handle(ctx context.Context, r pos.RelayRequest) pos.RelayAnswer {
	if r.Within > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, max(r.Within-onTheWay, 0))
		defer cancel()
	}
	var a pos.RelayAnswer
	switch r.Kind {
	case pos.RelayCallback:
		a = s.callback(ctx, r)
	case pos.RelayPrepay:
		a = s.prepay(ctx, r)
	default:
		a = refuse(404, errPath, "nothing here answers that")
	}
	a.ID = r.ID
	return a
}

// note writes a line about an order. There is no openid in it, and nothing that could start a payment.
func (s *Shop) note(ctx context.Context, from string, o pos.PhoneOrder, t pos.PhoneTicket, err error) {
	attrs := []slog.Attr{
		slog.String("from", from), slog.String("ref", o.Ref), slog.Int("lines", len(o.Lines)),
		slog.String("no", t.OutTradeNo), slog.String("state", string(t.State)), slog.Int64("fen", int64(t.Amount)),
	}
	level := slog.LevelInfo
	if err != nil {
		level = slog.LevelWarn
		attrs = append(attrs, slog.String("code", string(pos.CodeOf(err))), slog.Any("err", err))
	}
	s.say(ctx, level, "phone order", attrs...)
}

// logMost is how many lines may be logged at once; one more a second. How often somebody asks is not the till's choice, and the log is on the
// disk that the ledger needs.
const logMost = 600

// quiet bounds the log.
type quiet struct {
	mu   sync.Mutex
	left float64
	at   time.Time
}

func (q *quiet) take(now time.Time) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.at.IsZero() {
		q.left = logMost
	} else {
		q.left = min(logMost, q.left+max(0, now.Sub(q.at).Seconds()))
	}
	if q.at = now; q.left < 1 {
		return false
	}
	q.left--
	return true
}

// say writes a line to the log, unless there were too many.
func (s *Shop) say(ctx context.Context, level slog.Level, text string, attrs ...slog.Attr) {
	if s.lines.take(s.config.Clock.Now()) {
		s.config.Log.LogAttrs(ctx, level, text, attrs...)
	}
}
