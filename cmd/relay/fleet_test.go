package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	mathrand "math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guitai/pos/relay"
	"guitai/store/central"
)

// fleet is relays on one database, as processes that may die at any time, and tills of the real client with the smallest ledger there can be.
type fleet struct {
	t     *testing.T
	dsn   string
	state *central.Central // for what is set up beforehand and looked at afterwards
	procs []*child
	doors []*gate // one for each relay, whichever process that is just then
	any   *gate   // a balancer before all of them
	tills []*fleetTill

	mu      sync.Mutex
	began   map[int]time.Time // when a notice was first posted
	success map[int]int       // which till a notice is for that was answered with success
	quiet   map[int]bool      // it was posted while nothing was wrong
	refused map[int]int       // answers of each status
	calm    atomic.Bool
	moody   bool // tills fail and are slow now and then
}

// newFleet starts relays on a database, with tills that are connected: every third by the balancer, the others to one relay each.
func newFleet(t *testing.T, dsn string, relays, tills int, moody bool) *fleet {
	t.Helper()
	f := &fleet{
		t: t, dsn: dsn, procs: make([]*child, relays), any: newGate(t, relays), moody: moody,
		began: map[int]time.Time{}, success: map[int]int{}, quiet: map[int]bool{}, refused: map[int]int{},
	}
	for i := range relays {
		f.doors = append(f.doors, newGate(t, 1))
		f.spawn(i)
	}
	state, err := central.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	f.state = state
	t.Cleanup(func() { _ = state.Close() })
	dir := t.TempDir()
	for n := range tills {
		k := &fleetTill{f: f, number: n, file: filepath.Join(dir, fmt.Sprint("till", n)), url: f.any.url(), upset: map[int]bool{}}
		if n%3 > 0 {
			k.url = f.doors[n%relays].url()
		}
		secret := make([]byte, 32)
		rand.Read(secret) //nolint:errcheck // never fails
		k.token = base64.RawURLEncoding.EncodeToString(secret)
		code := relay.HashToken(relay.NewCode(nil))
		now := time.Now()
		if _, err := state.AddTill(t.Context(), fmt.Sprint("shop ", n%2), fmt.Sprint("till ", n), code, now.Add(time.Hour), now); err != nil {
			t.Fatal(err)
		}
		till, err := state.Pair(t.Context(), code, relay.HashToken(k.token), now)
		if err != nil {
			t.Fatal(err)
		}
		k.id, k.route = till.ID, till.Route
		f.tills = append(f.tills, k)
		k.start()
	}
	t.Cleanup(func() {
		for _, k := range f.tills {
			k.end()
		}
	})
	// A relay sees within a second that there are tills.
	until(t, "every till is connected, and its route known to every relay", func() bool {
		for _, k := range f.tills {
			for _, door := range f.doors {
				if status, _, err := post(t.Context(), http.DefaultClient, door.url()+"/n/"+k.route, "", "text/plain", "no notice"); err != nil || status != http.StatusBadRequest {
					return false
				}
			}
			if !k.connected.Load() {
				return false
			}
		}
		return true
	})
	f.calm.Store(true)
	return f
}

func (f *fleet) spawn(i int) {
	f.t.Helper()
	c := spawn(f.t, "--listen", "127.0.0.1:0", "--db", f.dsn)
	f.procs[i] = c
	f.doors[i].lead(0, c.listen)
	f.any.lead(i, c.listen)
}

// kill ends a relay as a power cut would, but that its disk stays.
func (f *fleet) kill(i int) {
	f.t.Helper()
	if err := f.procs[i].cmd.Process.Kill(); err != nil {
		f.t.Fatal(err)
	}
	_ = f.procs[i].cmd.Wait() // it was killed
	f.doors[i].lead(0, "")
	f.any.lead(i, "")
}

// post posts a notice to any relay until it is answered with success, as WeChat repeats it, and once in a while again after that.
func (f *fleet) post(client *http.Client, n int, give <-chan struct{}) {
	till := n * 7 % len(f.tills)
	body := fmt.Sprintf("<xml><t>%d</t><n>%d</n></xml>", till, n)
	f.mu.Lock()
	f.began[n] = time.Now()
	f.quiet[n] = f.calm.Load()
	f.mu.Unlock()
	for more := 1 + (n%6)/5; more > 0; {
		to := f.any
		if i := mathrand.IntN(len(f.doors) + 1); i < len(f.doors) {
			to = f.doors[i]
		}
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second) // after which WeChat gives up
		status, text, err := post(ctx, client, to.url()+"/n/"+f.tills[till].route, "", "text/xml", body)
		cancel()
		f.mu.Lock()
		f.refused[status]++
		if err == nil && status == http.StatusOK && strings.Contains(text, "SUCCESS") {
			f.success[n] = till
			more--
		}
		f.mu.Unlock()
		select {
		case <-give:
			return
		case <-time.After(time.Duration(5+mathrand.IntN(100)) * time.Millisecond):
		}
	}
}

// flood posts notices, in no order, until there were so many and done is closed. It returns when all of them were answered with success.
func (f *fleet) flood(posters, least int, done <-chan struct{}) (all *sync.WaitGroup) {
	all = &sync.WaitGroup{}
	var next atomic.Int64
	give, cancel := context.WithTimeout(f.t.Context(), longEnough)
	var posting sync.WaitGroup
	for range posters {
		posting.Go(func() {
			client := &http.Client{Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			for give.Err() == nil {
				n := int(next.Add(1))
				select {
				case <-done:
					if n > least {
						return
					}
				default:
				}
				f.post(client, n, give.Done())
			}
		})
	}
	all.Go(func() {
		defer cancel()
		posting.Wait()
	})
	return all
}

// judge waits until what was answered with success is where it belongs and no notice waits any more, and says how long it took them.
func (f *fleet) judge(least int) {
	t := f.t
	t.Helper()
	missing := func() (lost []string) {
		f.mu.Lock()
		defer f.mu.Unlock()
		for n, till := range f.success {
			k := f.tills[till]
			k.mu.Lock()
			if len(k.at[n]) == 0 {
				lost = append(lost, strconv.Itoa(n))
			}
			k.mu.Unlock()
		}
		return lost
	}
	// A till whose relay broke again and again waits longer each time, up to most of a minute: the tills are started anew.
	for _, k := range f.tills {
		k.end()
		k.start()
	}
	waiting := -1
	for end := time.Now().Add(longEnough); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		tills, err := f.state.Tills(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		waiting = 0
		for _, k := range tills {
			waiting += k.Waiting
		}
		if waiting == 0 && len(missing()) == 0 {
			break
		}
	}
	if lost := missing(); len(lost) > 0 {
		t.Errorf("%d notices that were answered with success did not reach their tills: %.200s", len(lost), strings.Join(lost, " "))
	}
	if waiting != 0 {
		t.Errorf("%d notices still wait", waiting)
	}
	var quiet, stormy []time.Duration
	again := 0
	for _, k := range f.tills {
		k.end()
		if k.wrong > 0 {
			t.Errorf("till %d was handed %d notices of others", k.number, k.wrong)
		}
		again += k.again
		for n, at := range k.at {
			if len(at) != 1 {
				t.Errorf("payment %d was applied %d times: it had several ids", n, len(at))
			}
			switch took := at[0].Sub(f.began[n]); {
			case k.upset[n]: // that was the till
			case f.quiet[n]:
				quiet = append(quiet, took)
			default:
				stormy = append(stormy, took)
			}
		}
		k.checkFile()
	}
	if len(f.success) < least || len(f.success) < len(f.began) {
		t.Errorf("%d notices of %d were answered with success, want %d at least", len(f.success), len(f.began), least)
	}
	t.Logf("%d notices to %d tills, %d handed down again; answers by status %v (0: the relay died)", len(f.success), len(f.tills), again, f.refused)
	t.Logf("from POST to the till: %s; while relays die: %s", quantiles(quiet), quantiles(stormy))
}

func quantiles(d []time.Duration) string {
	if len(d) == 0 {
		return "none"
	}
	slices.Sort(d)
	at := func(q float64) time.Duration { return d[int(q*float64(len(d)-1))].Round(100 * time.Microsecond) }
	return fmt.Sprintf("p50 %v, p99 %v, most %v (%d)", at(0.5), at(0.99), at(1), len(d))
}

// TestFleet_OneRelayOnAFileDiesAgainAndAgain: tills come and go too.
func TestFleet_OneRelayOnAFileDiesAgainAndAgain(t *testing.T) {
	f := newFleet(t, filepath.Join(t.TempDir(), "relay.db"), 1, 6, false)
	done := make(chan struct{})
	const least = 300
	posting := f.flood(8, least, done)
	for round := range 3 {
		time.Sleep(time.Duration(300+mathrand.IntN(400)) * time.Millisecond)
		f.calm.Store(false)
		f.tills[round].end()
		f.kill(0)
		time.Sleep(time.Duration(mathrand.IntN(300)) * time.Millisecond)
		f.spawn(0)
		f.tills[round].start()
	}
	close(done)
	posting.Wait()
	f.judge(least)
}
