package relay

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
	"guitai/pos/relay/relaytest"
)

// Also over HTTP/2, whose server ends a stream when a deadline passes, though nobody reads or writes.
func TestStream_LivesAndSaysSomethingEveryHeartbeat(t *testing.T) {
	for _, http2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("HTTP2=%v", http2), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				central := relaytest.NewCentral()
				till, token := addTill(t, central, "", "T1")
				w := newWorldOver(t, http2, central)
				s := w.connect(token)
				bubble.Sleep(time.Hour + time.Second)
				if n := len(s.comments); n != int(time.Hour/Heartbeat) {
					t.Errorf("%d in an hour", n)
				}
				posted := w.later("POST", "/n/"+till.Route, nil, v2Notice)
				w.answer(token, ok2(s.take(t).ID))
				if got := <-posted; got.body != "<xml>till</xml>" {
					t.Errorf("%+v", got)
				}
				if got := w.do("GET", PathStream+"?wait=25", bearer(token), ""); got.status != 200 {
					t.Errorf("long-poll: %+v", got)
				}
			})
		})
	}
}

func TestStream_AThirdClosesTheOldest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, token := addTill(t, central, "", "T1")
		_, other := addTill(t, central, "", "T2")
		w := newWorld(t, central)
		neighbour := w.connect(other)
		var streams []*tillStream
		for range 3 {
			streams = append(streams, w.connect(token))
			synctest.Wait()
		}
		<-streams[0].closed
		synctest.Wait()
		posted := w.later("POST", "/n/"+till.Route, nil, v2Notice)
		r := streams[2].take(t) // the newest has it
		w.answer(token, ok2(r.ID))
		<-posted
		for _, s := range []*tillStream{streams[1], neighbour} {
			select {
			case <-s.closed:
				t.Error("closed too")
			case r := <-s.requests:
				t.Errorf("got %s", r.ID)
			default:
			}
		}
		// The newest breaks: the one before takes over.
		streams[2].cancel()
		<-streams[2].closed
		synctest.Wait()
		posted = w.later("POST", "/n/"+till.Route, nil, v2Notice+" ")
		w.answer(token, ok2(streams[1].take(t).ID))
		if got := <-posted; got.body != "<xml>till</xml>" {
			t.Errorf("%+v", got)
		}
	})
}

func TestStream_ATillThatDoesNotReadIsCutAndHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		deaf, deafToken := addTill(t, central, "", "T1")
		till, token := addTill(t, central, "", "T2")
		w := newWorld(t, central)
		// It asks for its stream, reads the hello and never again. A pipe has no buffer: the first event blocks.
		conn, err := w.client.Transport.(*http.Transport).DialContext(t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close() //nolint:errcheck // cut already
		go fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: relay.test\r\nAuthorization: Bearer %s\r\n\r\n", PathStream, deafToken)
		in := bufio.NewReader(conn)
		for {
			line, err := in.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(line, "data: ") {
				break
			}
		}
		s := w.connect(token)
		synctest.Wait()
		for i := range 50 {
			if got := w.later("POST", "/n/"+deaf.Route, nil, fmt.Sprint("<xml>", i)); i%10 == 0 {
				posted := w.later("POST", "/n/"+till.Route, nil, fmt.Sprint("<xml>", i))
				began := time.Now()
				w.answer(token, ok2(s.take(t).ID))
				if (<-posted).status != 200 || time.Since(began) > time.Second {
					t.Errorf("the other till waited %v", time.Since(began))
				}
				if r := <-got; r.status != 200 || r.body != v2Success {
					t.Errorf("%+v", r)
				}
			}
		}
		bubble.Sleep(writeLimit + time.Second)
		if st := w.server.Stats(); st.Tills != 1 || st.Queued != 0 {
			t.Errorf("%+v", st)
		}
		if len(central.Kept()) != 50 {
			t.Errorf("%d kept", len(central.Kept()))
		}
	})
}

func TestStream_WhatWaitsInMemoryIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHub()
		st, _, err := h.join(pos.RelayTill{ID: "T1"}, pos.TokenHash{1})
		if err != nil {
			t.Fatal(err)
		}
		l := st.line
		for h.push(l, &parcel{data: make([]byte, 10)}) {
		}
		if len(l.queue) != maxQueue {
			t.Errorf("%d small ones", len(l.queue))
		}
		for {
			if out, _ := h.next(st, 1); len(out) == 0 {
				break
			}
		}
		if h.bytes != 0 || l.bytes != 0 {
			t.Errorf("%d and %d bytes of nothing", h.bytes, l.bytes)
		}
		for h.push(l, &parcel{data: make([]byte, 90<<10)}) {
		}
		if l.bytes > maxQueued || l.bytes < maxQueued/2 {
			t.Errorf("%d bytes", l.bytes)
		}
		h.leave(st, false)
		if h.bytes != 0 || len(h.lines) != 0 || len(h.tokens) != 0 {
			t.Errorf("left behind: %+v", h)
		}
	})
}

func TestStream_RevokedEndsWithinASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, token := addTill(t, central, "", "T1")
		_, other := addTill(t, central, "", "T2")
		w := newWorld(t, central)
		s, stays := w.connect(token), w.connect(other)
		synctest.Wait()
		began := time.Now()
		if err := central.RevokeTill(t.Context(), till.ID, time.Now()); err != nil {
			t.Fatal(err)
		}
		<-s.closed
		if took := time.Since(began); took > time.Second {
			t.Errorf("took %v", took)
		}
		synctest.Wait()
		if got := w.connect(token).status; got != 401 {
			t.Errorf("connects again: %d", got)
		}
		if got := w.answer(token); got.status != 401 {
			t.Errorf("answers: %d", got.status)
		}
		if got := w.do("POST", "/n/"+till.Route, nil, v2Notice); got.status != 404 {
			t.Errorf("route: %d", got.status)
		}
		select {
		case <-stays.closed:
			t.Error("the other's stream ended too")
		default:
		}
	})
}

func TestStream_RevokedWhileTheDatabaseStumbles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, token := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		s := w.connect(token)
		synctest.Wait()
		for _, op := range []string{"TillByToken", "Tills", "Routes"} {
			central.FailWith(func(called string) error {
				if called == op {
					return errors.New("no database")
				}
				return nil
			})
			if err := central.PutKey(t.Context(), pos.RelayKey{Shop: till.Shop, ID: op}, time.Now()); err != nil { // a change
				t.Fatal(err)
			}
			bubble.Sleep(2 * time.Second)
		}
		central.FailWith(func(op string) error {
			if op == "TillByToken" {
				return errors.New("no database")
			}
			return nil
		})
		if err := central.RevokeTill(t.Context(), till.ID, time.Now()); err != nil {
			t.Fatal(err)
		}
		bubble.Sleep(3 * time.Second)
		select {
		case <-s.closed:
			t.Fatal("ended, though nothing was known")
		default:
		}
		central.FailWith(nil)
		began := time.Now()
		<-s.closed
		if took := time.Since(began); took > time.Second {
			t.Errorf("took %v", took)
		}
	})
}

func TestStream_PairedAgain_TheOldTokensStreamEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, token := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		s := w.connect(token)
		synctest.Wait()
		code, renewed := NewCode(nil), newToken(nil)
		if _, err := central.RenewCode(t.Context(), till.ID, HashToken(code), time.Now().Add(time.Minute), time.Now()); err != nil {
			t.Fatal(err)
		}
		bubble.Sleep(time.Minute / 2)
		began := time.Now()
		if _, err := central.Pair(t.Context(), HashToken(code), HashToken(renewed), time.Now()); err != nil { // at another relay
			t.Fatal(err)
		}
		<-s.closed
		if took := time.Since(began); took > time.Second {
			t.Errorf("took %v", took)
		}
		if s := w.connect(renewed); s.status != 200 {
			t.Error(s.status)
		}
	})
}

func TestStream_Rotate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		code, token := NewCode(nil), newToken(nil)
		if _, err := central.AddTill(t.Context(), "", "T1", HashToken(code), time.Now(), time.Now()); err != nil {
			t.Fatal(err)
		}
		long := time.Now().Add(time.Hour - TokenAge)
		if _, err := central.Pair(t.Context(), HashToken(code), HashToken(token), long); err != nil {
			t.Fatal(err)
		}
		w := newWorld(t, central)
		s := w.connect(token)
		if h := <-s.hello; h.Rotate {
			t.Error("at once")
		}
		bubble.Sleep(time.Hour - time.Second)
		if len(s.hello) != 0 {
			t.Error("before its time")
		}
		bubble.Sleep(recheckEvery + time.Minute + time.Second)
		if h := <-s.hello; !h.Rotate {
			t.Error("is not asked")
		}
		got := w.do("POST", PathToken, bearer(token), "")
		var fresh Token
		if err := json.Unmarshal([]byte(got.body), &fresh); err != nil || len(fresh.Token) != 43 || fresh.Token == token {
			t.Fatalf("%+v", got)
		}
		if got := w.answer(token); got.status != 204 { // both work
			t.Error(got)
		}
		n := w.connect(fresh.Token)
		if h := <-n.hello; h.Rotate {
			t.Error("again")
		}
		<-s.closed // the first use of the new one ended the old
		synctest.Wait()
		if got := w.answer(token); got.status != 401 {
			t.Error(got)
		}
	})
}

func TestStream_UnknownKey_TheTillsAreAskedForKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx, central := newWeChat(), relaytest.NewCentral()
		till, token := addTill(t, central, "", "T1")
		_, other := addTill(t, central, "another shop", "T1")
		keep(t, central, till.Shop, &wechat{testKeys()[1], "PUB_KEY_ID_OLD"})
		w := newWorld(t, central)
		s, stranger := w.connect(token), w.connect(other)
		if h := <-s.hello; h.Keys {
			t.Error("at once")
		}
		post := func() result {
			return w.do("POST", "/n/"+till.Route, wx.sign(v3Body("EV1"), time.Now()), v3Body("EV1"))
		}
		for range 3 { // it is said once
			if got := post(); got.status != 401 {
				t.Fatal(got)
			}
		}
		if h := <-s.hello; !h.Keys {
			t.Error("is not asked")
		}
		if len(s.hello) != 0 || len(stranger.hello) != 1 {
			t.Errorf("%d more, %d to another shop", len(s.hello), len(stranger.hello)-1)
		}
		// One that connects later hears it too.
		if h := <-w.connect(token).hello; !h.Keys {
			t.Error("is not asked when it comes")
		}
		body, _ := json.Marshal(Key{ID: wx.serial, PEM: string(wx.pem())}) //nolint:errchkjson // two strings
		if got := w.do("POST", PathKey, bearer(token), string(body)); got.status != 204 {
			t.Fatal(got)
		}
		for len(s.requests) > 0 {
			<-s.requests
		}
		if got := post(); got.status != 200 || len(central.Kept()) != 1 {
			t.Errorf("with the key: %+v, kept %d", got, len(central.Kept()))
		}
		if h := <-w.connect(token).hello; h.Keys {
			t.Error("is asked still")
		}
	})
}

func TestPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, token := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		poll := func(wait string) (Batch, time.Duration) {
			t.Helper()
			began := time.Now()
			got := w.do("GET", PathStream+"?wait="+wait, bearer(token), "")
			var b Batch
			if err := json.Unmarshal([]byte(got.body), &b); err != nil || got.status != 200 || b.HeartbeatMS == 0 {
				t.Fatalf("%+v", got)
			}
			return b, time.Since(began)
		}
		if b, took := poll("25"); len(b.Requests) != 0 || took != LongPoll {
			t.Errorf("%d after %v", len(b.Requests), took)
		}
		if _, took := poll("1000"); took != LongPoll {
			t.Errorf("1000 s: %v", took)
		}
		if _, took := poll("0"); took != 0 {
			t.Errorf("0 s: %v", took)
		}
		// Between two polls it counts as connected.
		posted := w.later("POST", "/n/"+till.Route, nil, v2Notice)
		bubble.Sleep(time.Second)
		b, took := poll("25")
		if len(b.Requests) != 1 || took != 0 || b.Requests[0].Stored {
			t.Fatalf("%+v after %v", b, took)
		}
		w.answer(token, ok2(b.Requests[0].ID))
		if got := <-posted; got.body != "<xml>till</xml>" {
			t.Errorf("%+v", got)
		}
		// Within a poll it gets it at once.
		go func() {
			time.Sleep(10 * time.Second)
			<-w.later("POST", "/n/"+till.Route, nil, v2Notice+"1")
		}()
		b, took = poll("25")
		if len(b.Requests) != 1 || took > 10*time.Second+10*time.Millisecond {
			t.Fatalf("%+v after %v", b, took)
		}
		w.answer(token, ok2(b.Requests[0].ID))
		// Gone for long, and the mailbox is there with its first poll, also without waiting.
		bubble.Sleep(linger + time.Second)
		w.do("POST", "/n/"+till.Route, nil, v2Notice+"2")
		if b, _ = poll("0"); len(b.Requests) != 1 || !b.Requests[0].Stored {
			t.Fatalf("%+v", b)
		}
		if b, took = poll("5"); len(b.Requests) != 0 || took != 5*time.Second {
			t.Errorf("handed down again after %v", took)
		}
		w.answer(token, ok2(central.Kept()[0].Request.ID))
		for _, bad := range []string{"-1", "x", "1e3", "99999999999999999999"} {
			if got := w.do("GET", PathStream+"?wait="+bad, bearer(token), ""); got.status != 400 {
				t.Errorf("wait=%s: %d", bad, got.status)
			}
		}
		bubble.Sleep(time.Minute)
		if st := w.server.Stats(); st.Tills != 0 {
			t.Errorf("%+v", st)
		}
	})
}

func TestRun_Ends_StreamsGoAndNoticesUnderWayAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, token := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		s := w.connect(token)
		posted := w.later("POST", "/n/"+till.Route, nil, v2Notice)
		s.take(t)
		began := time.Now()
		w.stop()
		<-s.closed
		if got := <-posted; got.status != 200 || got.body != v2Success {
			t.Errorf("%+v", got)
		}
		if len(central.Kept()) != 1 || time.Since(began) > time.Second {
			t.Errorf("kept %d in %v", len(central.Kept()), time.Since(began))
		}
		if where, err := central.Connected(t.Context(), []string{till.ID}, time.Now()); err != nil || len(where) != 0 {
			t.Errorf("still present: %v %v", where, err)
		}
	})
}

func TestStream_RefusedCallers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		_, token := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		for name, h := range map[string]http.Header{
			"none":           nil,
			"another":        bearer(newToken(nil)),
			"short":          bearer(token[:42]),
			"long":           bearer(token + "A"),
			"not base64":     bearer(strings.Repeat("%", 43)),
			"another scheme": {"Authorization": {"Basic " + token}},
			"no scheme":      {"Authorization": {token}},
		} {
			for _, path := range []string{PathStream, PathTill} {
				if got := w.do("GET", path, h, ""); got.status != 401 || got.header.Get("WWW-Authenticate") != "Bearer" {
					t.Errorf("%s %s: %d", name, path, got.status)
				}
			}
			for _, path := range []string{PathAnswer, PathToken, PathKey} {
				if got := w.do("POST", path, h, "{}"); got.status != 401 {
					t.Errorf("%s %s: %d", name, path, got.status)
				}
			}
		}
		if got := w.do("GET", PathTill+"?token="+token+"&access_token="+token, nil, ""); got.status != 401 {
			t.Errorf("a token in the URL: %d", got.status)
		}
		if strings.Contains(w.logs.String(), token) {
			t.Error("a token in the log")
		}
	})
}
