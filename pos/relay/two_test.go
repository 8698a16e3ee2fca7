package relay

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
	"guitai/pos/relay/relaytest"
)

// two are relays on one database, with a till connected to the second.
func two(t *testing.T) (central *relaytest.Central, a, b *world, till pos.RelayTill, token string, s *tillStream) {
	t.Helper()
	central = relaytest.NewCentral()
	till, token = addTill(t, central, "", "T1")
	a, b = newWorld(t, central), newWorld(t, central)
	s = b.connect(token)
	bubble.Sleep(time.Second) // it is known who is where
	return central, a, b, till, token, s
}

func TestTwoRelays_NoticeHere_TillThere(t *testing.T) {
	for _, name := range []string{"answered where its stream is", "answered where the notice came"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				central, a, b, till, token, s := two(t)
				began := time.Now()
				if got := a.do("POST", "/n/"+till.Route, nil, v2Notice); got.status != 200 || got.body != v2Success {
					t.Fatalf("%+v", got)
				}
				r := s.take(t)
				if took := time.Since(began); !r.Stored || took > 2*sweepEvery {
					t.Errorf("after %v: %+v", took, r)
				}
				to := b
				if name != "answered where its stream is" {
					to = a
				}
				if got := to.answer(token, ok2(r.ID)); got.status != 204 {
					t.Error(got)
				}
				if k := central.Kept(); k[0].Outcome != 200 {
					t.Errorf("%+v", k)
				}
				s.none(t, time.Hour)
			})
		})
	}
}

// Behind a balancer the answer may come to another relay than the stream is at.
func TestTwoRelays_NoticeAndTillThere_AnsweredHere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central, a, b, till, token, s := two(t)
		began := time.Now()
		posted := b.later("POST", "/n/"+till.Route, nil, v2Notice)
		if got := a.answer(token, ok2(s.take(t).ID)); got.status != 204 {
			t.Error(got)
		}
		if got := <-posted; got.body != "<xml>till</xml>" || time.Since(began) > 3*tryEvery {
			t.Errorf("after %v: %+v", time.Since(began), got)
		}
		if len(central.Kept()) != 0 {
			t.Error("kept")
		}
	})
}

func TestTwoRelays_Callback(t *testing.T) {
	for _, tt := range []struct {
		name             string
		postedTo, answer int // 0: the first relay, 1: the one with the stream
	}{
		{"posted here, answered there", 0, 1},
		{"posted and answered here", 0, 0},
		{"posted there, answered here", 1, 0},
		{"posted and answered there", 1, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				central, a, b, till, token, s := two(t)
				worlds := []*world{a, b}
				began := time.Now()
				posted := worlds[tt.postedTo].later("POST", "/m/"+till.ShopPath, nil, "<xml/>")
				r := s.take(t)
				if r.Kind != pos.RelayCallback || r.Within <= 2*time.Second || r.Within > Wait {
					t.Errorf("%+v", r)
				}
				if got := worlds[tt.answer].answer(token, pos.RelayAnswer{ID: r.ID, Status: 200, ContentType: "text/xml", Body: []byte("<prepay/>")}); got.status != 204 {
					t.Error(got)
				}
				if got := <-posted; got.body != "<prepay/>" || time.Since(began) > 500*time.Millisecond {
					t.Errorf("after %v: %+v", time.Since(began), got)
				}
				if len(central.Kept()) != 0 {
					t.Error("kept")
				}
			})
		})
	}
}

func TestTwoRelays_TheOtherDies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, a, b, till, token, s := two(t)
		b.stop()
		<-s.closed
		// The till goes over to the first, which is asked at the same moment.
		posted := a.later("POST", "/m/"+till.ShopPath, nil, "<xml/>")
		bubble.Sleep(500 * time.Millisecond)
		s = a.connect(token)
		r := s.take(t)
		a.answer(token, pos.RelayAnswer{ID: r.ID, Status: 200, Body: []byte("x")})
		if got := <-posted; got.body != "x" {
			t.Errorf("%+v", got)
		}
	})
}

func TestAnotherTill_CannotSeeTakeOrAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, token := addTill(t, central, "", "T1")
		_, thief := addTill(t, central, "", "T2")
		_, stranger := addTill(t, central, "another shop", "T1")
		a, b := newWorld(t, central), newWorld(t, central)
		s := a.connect(token)
		others := []*tillStream{a.connect(thief), a.connect(stranger), b.connect(thief)}
		bubble.Sleep(time.Second)
		forge := func(id string) {
			for _, w := range []*world{a, b} {
				for _, token := range []string{thief, stranger} {
					w.answer(token, pos.RelayAnswer{ID: id, Status: 200, Body: []byte("forged")}, pos.RelayAnswer{ID: till.ID + "!" + id, Status: 200, Body: []byte("forged")})
				}
			}
		}
		notice := a.later("POST", "/n/"+till.Route, nil, v2Notice)
		r := s.take(t)
		forge(r.ID)
		bubble.Sleep(time.Second)
		a.answer(token, ok2(r.ID))
		if got := <-notice; got.body != "<xml>till</xml>" {
			t.Errorf("the notice's answer is %q", got.body)
		}
		callback := b.later("POST", "/m/"+till.ShopPath, nil, "<xml/>")
		// The second till of the shop has its stream there, so it is the one that is asked.
		r = others[2].take(t)
		for _, w := range []*world{a, b} {
			w.answer(token, pos.RelayAnswer{ID: r.ID, Status: 200, Body: []byte("forged")})
			w.answer(stranger, pos.RelayAnswer{ID: r.ID, Status: 200, Body: []byte("forged")})
		}
		bubble.Sleep(time.Second)
		b.answer(thief, pos.RelayAnswer{ID: r.ID, Status: 200, Body: []byte("its own")})
		if got := <-callback; got.body != "its own" {
			t.Errorf("the callback's answer is %q", got.body)
		}
		// And stored.
		s.cancel()
		<-s.closed
		synctest.Wait()
		a.do("POST", "/n/"+till.Route, nil, v2Notice+"2")
		kept := central.Kept()
		forge(kept[0].Request.ID)
		if kept = central.Kept(); len(kept) != 1 || kept[0].Outcome != 0 {
			t.Errorf("%+v", kept)
		}
		for i, o := range others {
			o.none(t, 20*time.Second)
			if i == 1 && len(o.requests) > 0 {
				t.Error("another shop saw something")
			}
		}
		if again := a.connect(token).take(t); again.ID != kept[0].Request.ID {
			t.Errorf("%+v", again)
		}
	})
}

func TestShop_FirstTillByPosition(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, first := addTill(t, central, "", "T1")
		_, second := addTill(t, central, "", "T2")
		w := newWorld(t, central)
		two := w.connect(second)
		ask := func(s *tillStream, token string) {
			t.Helper()
			posted := w.later("POST", "/m/"+till.ShopPath, http.Header{}, "<xml/>")
			w.answer(token, pos.RelayAnswer{ID: s.take(t).ID, Status: 200, Body: []byte(token)})
			if got := <-posted; got.body != token {
				t.Errorf("%+v", got)
			}
		}
		ask(two, second)
		one := w.connect(first)
		ask(one, first)
		one.cancel()
		<-one.closed
		synctest.Wait()
		ask(two, second)
	})
}

// One notice that the till does not answer must not hold up those that another relay stored.
func TestTwoRelays_OneNoticeUnanswered_TheOthersCome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, a, _, till, token, s := two(t)
		a.do("POST", "/n/"+till.Route, nil, v2Notice)
		stuck := s.take(t)
		for i := range 5 {
			began := time.Now()
			a.do("POST", "/n/"+till.Route, nil, v2Notice+strings.Repeat(" ", i+1))
			r := s.take(t)
			if took := time.Since(began); took > 1500*time.Millisecond || r.ID == stuck.ID {
				t.Errorf("%d after %v", i, took)
			}
			a.answer(token, ok2(r.ID))
		}
	})
}
