package relay

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
	"guitai/pos/relay/relaytest"
)

// Whoever knows a route can post what looks like a notice of the second API, and a till that is away is a long time away: the mailbox of one
// route must not fill the disk that all share. What has no room is answered 503, and comes again if it was genuine.
func TestHostile_OneRouteDoesNotFillTheDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, _ := addTill(t, central, "", "T1")
		other, _ := addTill(t, central, "", "T2")
		w := newWorld(t, central, func(c *Config) { c.Limits.Kept = 1 << 20 })
		post := func(route string, n int) (kept int) {
			for i := range n {
				body := "<xml>" + time.Now().String() + strings.Repeat(" ", 60<<10) + "</xml>"
				switch got := w.do("POST", "/n/"+route, nil, body); {
				case got.status == 200:
					kept++
				case got.status != 503 || got.header.Get("Retry-After") == "":
					t.Fatalf("post %d: %+v", i, got)
				}
				bubble.Sleep(time.Second)
			}
			return kept
		}
		if kept := post(till.Route, 40); kept < 15 || kept > 18 {
			t.Errorf("kept %d notices of 60 KB, with room for 1 MB", kept)
		}
		if kept := post(other.Route, 5); kept != 5 {
			t.Errorf("of another till only %d", kept)
		}
		bubble.Sleep(3 * time.Hour)
		if kept := post(till.Route, 5); kept < 1 || kept > 3 {
			t.Errorf("three hours later %d", kept)
		}
	})
}

// A till is somebody's, and the relay's name may be somebody else's: what a till answers is no page of the relay.
func TestHostile_WhatATillAnswersIsNoPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for sent, want := range map[string]string{
			"text/html":                        "text/html",
			"text/html\r\nSet-Cookie: a=b\r\n": "text/plain; charset=utf-8",
			"文":                                "text/plain; charset=utf-8",
			strings.Repeat("t", 129):           "text/plain; charset=utf-8",
		} {
			central := relaytest.NewCentral()
			till, token := addTill(t, central, "", "T1")
			w := newWorld(t, central)
			l := w.connect(token)
			got := w.later("GET", "/p/"+till.ShopPath+"/order/a", nil, "")
			r := l.take(t)
			w.answer(token, pos.RelayAnswer{ID: r.ID, Status: 200, ContentType: sent, Body: []byte("<script>")})
			a := <-got
			if a.header.Get("Content-Type") != want || a.header.Get("Set-Cookie") != "" || !strings.Contains(a.header.Get("Content-Security-Policy"), "sandbox") {
				t.Errorf("%.20q: %+v", sent, a)
			}
			w.stop()
		}
	})
}

// While nothing can be kept the relay is not well, though its database can be read.
func TestHealth_NothingCanBeKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, _ := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		central.FailWith(func(op string) error {
			if op == "Keep" {
				return pos.E(pos.CodeFull, op, nil)
			}
			return nil
		})
		health := func() int { return w.do("GET", "/healthz", nil, "").status }
		bubble.Sleep(time.Second)
		if health() != 200 {
			t.Error("ill before anything happened")
		}
		if got := w.do("POST", "/n/"+till.Route, nil, v2Notice); got.status != 503 || health() != 503 {
			t.Errorf("%+v, healthz %d", got, health())
		}
		bubble.Sleep(time.Minute) // nobody has tried again: it may well be over
		if health() != 200 {
			t.Error("ill for ever")
		}
		w.do("POST", "/n/"+till.Route, nil, v2Notice)
		central.FailWith(nil)
		if got := w.do("POST", "/n/"+till.Route, nil, v2Notice); got.status != 200 || health() != 200 {
			t.Errorf("%+v, healthz %d", got, health())
		}
	})
}

// What is asked of the limits when nothing is said.
func TestLimits_KeptGoesByTheRate(t *testing.T) {
	if l := (Limits{}).orDefault(); l.Kept != 64<<20 {
		t.Errorf("%v", l.Kept)
	}
	if l := (Limits{Rate: 2000}).orDefault(); l.Kept != 6400<<20 {
		t.Errorf("%v", l.Kept)
	}
}

// A database that is away for the night is not to be found in a log that is larger than it.
func TestLogs_ADatabaseThatIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		_, token := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		w.connect(token)
		bubble.Sleep(time.Second)
		central.FailWith(func(op string) error { return pos.E(pos.CodeUnreachable, op, nil) })
		bubble.Sleep(10 * time.Minute)
		if n := strings.Count(w.logs.String(), "\n"); n < 20 || n > 160 {
			t.Errorf("%d lines in ten minutes", n)
		}
		central.FailWith(nil)
	})
}
