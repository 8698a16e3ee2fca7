package storefront

import (
	"context"
	"crypto/sha256"
	"time"

	"guitai/pos"
)

// How long an openid is remembered, so that a request whose login code is used up by now finds its order, and of how many requests.
const (
	loginLife = 10 * time.Minute
	maxLogins = 10_000
)

// logins asks about a login code once, however often its request is repeated. Safe for concurrent use.
type logins struct{ byRequest *recent[*login] }

type login struct {
	done   chan struct{} // closed when the rest is there
	openID string
	err    error
}

func newLogins() *logins { return &logins{newRecent[*login](loginLife, maxLogins)} }

// openID is whoever logged in with that code for the order of that ref. What went wrong is not remembered. Errors are of from, and
// CodeNoAnswer.
func (l *logins) openID(ctx context.Context, from pos.Login, ref, code string, now time.Time) (string, error) {
	sum := sha256.Sum256([]byte(ref + "\n" + code)) // a ref has no line feed
	key, mine := string(sum[:]), &login{done: make(chan struct{})}
	for {
		switch asked, is := l.byRequest.put(key, mine, now); is {
		case full:
			l.byRequest.forgetOldest()
		case known:
			select {
			case <-asked.done:
				return asked.openID, asked.err
			case <-ctx.Done():
				return "", pos.E(pos.CodeNoAnswer, "log in", ctx.Err())
			}
		case added:
			defer close(mine.done)
			if mine.openID, mine.err = from.OpenID(ctx, code); mine.err != nil {
				l.byRequest.forget(key)
			}
			return mine.openID, mine.err
		}
	}
}
