//go:build services && !windows

package main

import (
	mathrand "math/rand/v2"
	"net/http"
	"testing"
	"time"

	"guitai/store/central/centraltest"
)

// TestPostgresFleet: two relays that do not know of each other die eight times, and their database is away for a while. What was answered with
// success is with its till, and with no other, once.
func TestPostgresFleet(t *testing.T) {
	server, err := centraltest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	})
	url, err := server.Fresh()
	if err != nil {
		t.Fatal(err)
	}
	f := newFleet(t, url, 2, 12, true)
	done := make(chan struct{})
	const least = 1500
	posting := f.flood(16, least, done)
	pause := func(least, spread int) { time.Sleep(time.Duration(least+mathrand.IntN(spread)) * time.Millisecond) }
	pause(2500, 500)
	f.calm.Store(false)
	for round := range 8 {
		i := mathrand.IntN(2)
		f.kill(i)
		pause(0, 600)
		if round == 3 { // both at once
			f.kill(1 - i)
			pause(0, 300)
			f.spawn(1 - i)
		}
		f.spawn(i)
		pause(300, 700)
		if round == 5 {
			outage(f, server, pause)
		}
	}
	close(done)
	posting.Wait()
	f.judge(least)
	if f.refused[http.StatusServiceUnavailable] == 0 {
		t.Error("nobody was told to come again while the database was away")
	}
}

// outage takes the database away while a till is not there: what comes for it cannot be kept, and must not be answered with success.
func outage(f *fleet, server *centraltest.Postgres, pause func(least, spread int)) {
	t, away := f.t, f.tills[1]
	away.end()
	if err := server.Crash(); err != nil {
		t.Fatal(err)
	}
	status, text, err := post(t.Context(), http.DefaultClient, f.doors[0].url()+"/n/"+away.route, "", "text/xml", "<xml><t>1</t><n>0</n></xml>")
	if err != nil || status != http.StatusServiceUnavailable && status != http.StatusTooManyRequests {
		t.Errorf("without a database: %d %s %v", status, text, err)
	}
	pause(1500, 500)
	if err := server.Up(); err != nil {
		t.Fatal(err)
	}
	away.start()
	pause(500, 500)
}
