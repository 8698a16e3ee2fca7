package main

import (
	"bufio"
	"context"
	"fmt"
	mathrand "math/rand/v2"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"guitai/pos"
	"guitai/pos/relay"
)

// fleetTill is a till: a client, and a ledger that is a set of ids in a file.
type fleetTill struct {
	f      *fleet
	number int
	id     string
	token  string
	route  string
	url    string // where its relay is
	file   string

	connected atomic.Bool

	mu    sync.Mutex
	taken map[string]bool // by the relay's id
	at    map[int][]time.Time
	upset map[int]bool // it failed over this one, or was slow
	again int
	wrong int

	stop func()
}

// start begins a till's life with what its ledger holds.
func (k *fleetTill) start() {
	t := k.f.t
	k.mu.Lock()
	k.taken, k.at = map[string]bool{}, map[int][]time.Time{}
	text, err := os.ReadFile(k.file)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var id string
		var n int
		var at int64
		if _, err := fmt.Sscan(line, &id, &n, &at); err != nil {
			t.Fatal(err)
		}
		k.taken[id] = true
		k.at[n] = append(k.at[n], time.Unix(0, at))
	}
	k.mu.Unlock()
	file, err := os.OpenFile(k.file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	c, err := relay.NewClient(relay.ClientConfig{URL: k.url, Token: k.token})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = c.Run(ctx, func(ctx context.Context, r pos.RelayRequest) pos.RelayAnswer { return k.handle(ctx, file, r) }, func(p pos.Part) { k.connected.Store(p.Light == pos.LightOK) })
	}()
	k.stop = func() {
		cancel()
		<-ended
		_ = file.Close()
	}
}

// end is safe to repeat.
func (k *fleetTill) end() {
	if k.stop != nil {
		k.stop()
		k.stop = nil
	}
}

// handle writes a payment down once, by the relay's id, and has it on disk before it says so. Now and then a till fails, or is slower than
// WeChat waits.
func (k *fleetTill) handle(ctx context.Context, file *os.File, r pos.RelayRequest) pos.RelayAnswer {
	var till, n int
	if _, err := fmt.Sscanf(string(r.Body), "<xml><t>%d</t><n>%d</n></xml>", &till, &n); err != nil || r.Kind != pos.RelayNotice {
		k.f.t.Errorf("till %d was handed %+v", k.number, r)
		return pos.RelayAnswer{Status: http.StatusBadRequest}
	}
	chance := mathrand.IntN(300)
	if k.f.moody && chance < 5 {
		k.mu.Lock()
		k.upset[n] = true
		k.mu.Unlock()
	}
	switch {
	case !k.f.moody:
	case chance == 0:
		select {
		case <-time.After(relay.Wait + 200*time.Millisecond):
		case <-ctx.Done():
		}
	case chance < 5:
		return pos.RelayAnswer{Status: http.StatusInternalServerError, ContentType: "application/json", Body: []byte(`{"code":"FAIL"}`)}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if till != k.number {
		k.wrong++
	}
	if k.taken[r.ID] {
		k.again++
	} else {
		now := time.Now()
		if _, err := fmt.Fprintln(file, r.ID, n, now.UnixNano()); err != nil {
			return pos.RelayAnswer{Status: http.StatusInternalServerError}
		}
		if err := file.Sync(); err != nil {
			return pos.RelayAnswer{Status: http.StatusInternalServerError}
		}
		k.taken[r.ID] = true
		k.at[n] = append(k.at[n], now)
	}
	return pos.RelayAnswer{Status: http.StatusOK, ContentType: "text/xml", Body: []byte("<xml><return_code>SUCCESS</return_code></xml>")}
}

// checkFile: what is on disk is what the till believes.
func (k *fleetTill) checkFile() {
	file, err := os.Open(k.file)
	if err != nil {
		k.f.t.Error(err)
		return
	}
	defer file.Close() //nolint:errcheck // read
	seen := map[string]bool{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		id, _, _ := strings.Cut(lines.Text(), " ")
		if seen[id] {
			k.f.t.Errorf("till %d wrote %s down twice", k.number, id)
		}
		seen[id] = true
	}
}
