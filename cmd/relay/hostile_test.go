package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guitai/pos/relay"
)

// hostileFor is how long the relay is attacked at least: long enough for memory to grow, if it does. On a busy machine it goes on until as
// much has happened as makes a test.
const (
	hostileFor      = 4 * time.Second
	hostileRequests = 200
	hostileGood     = 5 // good notices meanwhile
)

// TestHostile_UnderLoadGoodNoticesComeThrough: everything that a stranger can think of at once, against the program: notices that are forged,
// replayed, oversized or slow, routes that are none, another till's token, paths that mean something else. Its memory stays, and a till
// meanwhile gets its notices.
func TestHostile_UnderLoadGoodNoticesComeThrough(t *testing.T) {
	f := newFleet(t, filepath.Join(t.TempDir(), "relay.db"), 1, 4, false)
	base, victim, thief := f.doors[0].url(), f.tills[1], f.tills[2]
	direct := f.procs[0].listen
	putKey(t, base, victim.token)
	before := resident(t, f.procs[0].cmd.Process.Pid)

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var attacking sync.WaitGroup
	var n, wrong, served atomic.Int64
	attack := func(name string, callers int, do func(client *http.Client, n int64) (status int, err error), want ...int) {
		for range callers {
			attacking.Go(func() {
				client := &http.Client{Transport: &http.Transport{}, Timeout: longEnough}
				defer client.CloseIdleConnections()
				for ctx.Err() == nil {
					status, err := do(client, n.Add(1))
					served.Add(1)
					good := err != nil || status == http.StatusTooManyRequests // cut, or told to be slower
					for _, w := range want {
						good = good || status == w
					}
					if !good && wrong.Add(1) < 5 {
						t.Errorf("%s: %d", name, status)
					}
				}
			})
		}
	}
	posting := func(path, token, body string, change func(*http.Request)) func(*http.Client, int64) (int, error) {
		return func(client *http.Client, n int64) (int, error) {
			r, err := http.NewRequestWithContext(ctx, http.MethodPost, base+strings.ReplaceAll(path, "{n}", fmt.Sprintf("%032x", n)), strings.NewReader(body))
			if err != nil {
				return 0, err
			}
			if token != "" {
				r.Header.Set("Authorization", "Bearer "+token)
			}
			if change != nil {
				change(r)
			}
			resp, err := client.Do(r)
			if err != nil {
				return 0, err
			}
			defer resp.Body.Close() //nolint:errcheck // it was read
			_, err = io.Copy(io.Discard, resp.Body)
			return resp.StatusCode, err
		}
	}
	away := f.tills[3] // of the same shop as the key; nobody is connected for it
	away.end()
	v3 := `{"id":"EV-2018022511223320873","resource":{"ciphertext":"abc"}}`
	signed := func(at time.Time) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Set("Wechatpay-Timestamp", fmt.Sprint(at.Unix()))
			r.Header.Set("Wechatpay-Nonce", "593BEC0C930BF1AFEB40B4A08C8FB242")
			r.Header.Set("Wechatpay-Serial", hostileSerial)
			r.Header.Set("Wechatpay-Signature", base64.StdEncoding.EncodeToString(make([]byte, 256)))
		}
	}
	attack("forged", 2, posting("/n/"+away.route, "", v3, signed(time.Now())), 401)
	attack("replayed", 1, posting("/n/"+away.route, "", v3, signed(time.Now().Add(-time.Hour))), 401)
	attack("oversized", 2, posting("/n/"+away.route, "", "<"+strings.Repeat("x", relay.MaxBody), nil), 413)
	attack("unknown routes", 4, posting("/n/{n}", "", v3, nil), 404)
	attack("no such token", 1, posting(relay.PathAnswer, "not-"+thief.token, `{"answers":[]}`, nil), 401)
	// It may answer what it likes: the notice is another's.
	other := fmt.Sprintf(`{"answers":[{"id":%q,"status":500},{"id":"2=%064x","status":500}]}`, victim.id+"~x", 7)
	attack("another till's answers", 1, posting(relay.PathAnswer, thief.token, other, nil), 204)
	attack("path tricks", 2, posting("/n//"+victim.route+"/../{n}", "", v3, nil), 404)
	for range 200 { // bodies that never end
		attacking.Go(func() {
			for ctx.Err() == nil {
				trickle(ctx, direct, away.route)
			}
		})
	}

	// The good ones meanwhile: as many as a busy till has.
	good := &fleetGood{f: f, till: victim}
	attacking.Go(func() { good.post(ctx) })
	half := func(what string) {
		time.Sleep(hostileFor / 2)
		requests, notices := served.Load()+hostileRequests/2, good.count.Load()+hostileGood/2+1
		until(t, what, func() bool { return served.Load() >= requests && good.count.Load() >= notices || ctx.Err() != nil })
	}
	half("the first half of the attack")
	between := resident(t, f.procs[0].cmd.Process.Pid)
	half("the second half of the attack")
	stop()
	attacking.Wait()
	after := resident(t, f.procs[0].cmd.Process.Pid)
	t.Logf("%d hostile requests; good notices: %s; memory %d MiB before, %d MiB in between, %d MiB after", served.Load(), quantiles(good.took),
		before>>20, between>>20, after>>20)
	if len(good.took) < hostileGood {
		t.Fatalf("only %d good notices", len(good.took))
	}
	until(t, "every good notice is with its till", func() bool {
		victim.mu.Lock()
		defer victim.mu.Unlock()
		return len(victim.at) == len(good.took)
	})
	if after > between+48<<20 || after > before+192<<20 { // what the race detector adds is in it
		t.Error("the memory grows")
	}
}

// fleetGood posts honest notices for a connected till, one after another.
type fleetGood struct {
	f    *fleet
	till *fleetTill
	took []time.Duration

	count atomic.Int64 // of them, for others to look at meanwhile
}

func (g *fleetGood) post(ctx context.Context) {
	t := g.f.t
	for n := 0; ctx.Err() == nil; n++ {
		body := fmt.Sprintf("<xml><t>%d</t><n>%d</n></xml>", g.till.number, n)
		began := time.Now()
		status, text, err := post(t.Context(), http.DefaultClient, g.f.doors[0].url()+"/n/"+g.till.route, "", "text/xml", body)
		if err != nil || status != http.StatusOK || !strings.Contains(text, "SUCCESS") {
			t.Errorf("a good notice: %d %s %v", status, text, err)
			return
		}
		g.took = append(g.took, time.Since(began))
		g.count.Add(1)
		time.Sleep(60 * time.Millisecond) // a route takes 20 a second
	}
}

// trickle sends a body, a byte now and then.
func trickle(ctx context.Context, address, route string) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return
	}
	defer conn.Close()                                                                          //nolint:errcheck // cut
	fmt.Fprintf(conn, "POST /n/%s HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n<", route) //nolint:errcheck // it may be cut
	tick := time.NewTicker(300 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if _, err := conn.Write([]byte("x")); err != nil {
			return
		}
	}
}

const hostileSerial = "PUB_KEY_ID_0114232134912410000000000000"

// putKey gives the relay a key, so that it can tell what is forged.
func putKey(t *testing.T, base, token string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	status, body, err := post(t.Context(), http.DefaultClient, base+relay.PathKey, token, "application/json", fmt.Sprintf(`{"id":%q,"pem":%q}`, hostileSerial, text))
	if err != nil || status/100 != 2 {
		t.Fatalf("put a key: %d %s %v", status, body, err)
	}
}

// resident is how much memory a process has, in bytes; 0 where the system does not say.
func resident(t *testing.T, pid int) int64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Log("the system does not say how much memory it has:", err)
		return 0
	}
	for line := range strings.Lines(string(text)) {
		var kb int64
		if _, err := fmt.Sscanf(line, "VmRSS: %d kB", &kb); err == nil {
			return kb << 10
		}
	}
	return 0
}
