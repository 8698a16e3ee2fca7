package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"time"

	"guitai/pos"
	"guitai/pos/relay"
	"guitai/store/central"
)

// practiceRelay is the relay of the practice shop, on loopback and paired by itself.
type practiceRelay struct {
	base, token, key string
	notifyURL        string
	callbackURL      string
	prepayURL        string

	central *central.Central
	server  *listener
	stop    context.CancelFunc
	gone    chan struct{}
}

// openPracticeRelay starts it. Practice goes on without one.
func openPracticeRelay(dir string, log *slog.Logger) (_ *practiceRelay, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), secretTime)
	defer cancel()
	p := &practiceRelay{token: newSecret(), key: newSecret(), gone: make(chan struct{})}
	if p.central, err = central.Open(ctx, filepath.Join(dir, "relay-practice.db")); err != nil {
		return nil, err
	}
	till, err := p.pair(ctx)
	if err != nil {
		p.central.Close() //nolint:errcheck // the first error counts
		return nil, err
	}
	var server atomic.Pointer[relay.Server] // it has to know its address, which is known only once it is listened on
	answer := func(w http.ResponseWriter, r *http.Request) {
		if s := server.Load(); s != nil {
			s.ServeHTTP(w, r)
			return
		}
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	if p.server, err = listen("127.0.0.1:0", http.HandlerFunc(answer), log); err != nil {
		p.central.Close() //nolint:errcheck // likewise
		return nil, err
	}
	p.base = "http://" + p.server.addr
	p.notifyURL, p.callbackURL, p.prepayURL = p.base+"/n/"+till.Route, p.base+"/m/"+till.ShopPath, p.base+"/p/"+till.ShopPath
	server.Store(relay.NewServer(relay.Config{Central: p.central, BaseURL: p.base, Log: log}))
	run, stop := context.WithCancel(context.Background())
	p.stop = stop
	go func() { // ends in close
		defer close(p.gone)
		if err := server.Load().Run(run); err != nil {
			log.Error("practice relay", "err", err)
		}
	}()
	return p, nil
}

// pair makes the practice till known to its relay, with a token of this run.
func (p *practiceRelay) pair(ctx context.Context) (pos.RelayTill, error) {
	now := time.Now()
	code := relay.HashToken(relay.NewCode(nil))
	tills, err := p.central.Tills(ctx)
	if err != nil {
		return pos.RelayTill{}, err
	}
	if len(tills) == 0 {
		_, err = p.central.AddTill(ctx, "柜台便利店", "T1", code, now.Add(time.Minute), now)
	} else {
		_, err = p.central.RenewCode(ctx, tills[0].ID, code, now.Add(time.Minute), now)
	}
	if err != nil {
		return pos.RelayTill{}, err
	}
	return p.central.Pair(ctx, code, relay.HashToken(p.token), now)
}

// newSecret makes a secret of 256 random bits, as text.
func newSecret() string {
	b := make([]byte, 32)
	rand.Read(b) //nolint:errcheck // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

func (p *practiceRelay) close(log *slog.Logger) {
	p.stop()
	<-p.gone
	p.server.stop()
	if err := p.central.Close(); err != nil {
		log.Error("close the practice relay's file", "err", err)
	}
}
