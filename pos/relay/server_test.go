package relay

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
	"guitai/pos/relay/relaytest"
)

func TestNotice_TillConnected_ItsAnswerGoesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, token := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		s := w.connect(token)
		if h := <-s.hello; h.HeartbeatMS != 15000 || h.Relay == "" || h.Rotate || h.Keys || !h.Now.Equal(time.Now()) {
			t.Errorf("hello %+v", h)
		}
		began := time.Now()
		posted := w.later("POST", "/n/"+till.Route, http.Header{"Content-Type": {"text/xml"}, "Cookie": {"no"}}, v2Notice)
		r := s.take(t)
		if r.Kind != pos.RelayNotice || string(r.Body) != v2Notice || r.Header["Content-Type"] != "text/xml" || len(r.Header) != 1 ||
			r.Within != Wait || r.Stored || r.Method != "POST" || !r.ReceivedAt.Equal(began) {
			t.Errorf("request %+v", r)
		}
		if got := w.answer(token, ok2(r.ID)); got.status != 204 {
			t.Fatal(got)
		}
		if got := <-posted; got.status != 200 || got.body != "<xml>till</xml>" || got.header.Get("Content-Type") != "text/xml" {
			t.Errorf("WeChat got %+v", got)
		}
		if time.Since(began) > 100*time.Millisecond || len(central.Kept()) != 0 {
			t.Errorf("took %v and kept %d", time.Since(began), len(central.Kept()))
		}
	})
}

func TestNotice_TillAway_KeptAndHandedDownWhenItIsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, token := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		if got := w.do("POST", "/n/"+till.Route, nil, v2Notice); got.status != 200 || got.body != v2Success {
			t.Fatalf("WeChat got %+v", got)
		}
		kept := central.Kept()
		if len(kept) != 1 || kept[0].Till != till.ID || string(kept[0].Request.Body) != v2Notice {
			t.Fatalf("kept %+v", kept)
		}
		bubble.Sleep(time.Hour)
		s := w.connect(token)
		r := s.take(t)
		if !r.Stored || r.Within != 0 || string(r.Body) != v2Notice || time.Since(r.ReceivedAt) < time.Hour {
			t.Errorf("request %+v", r)
		}
		w.answer(token, ok2(r.ID))
		if kept := central.Kept(); kept[0].Outcome != 200 {
			t.Errorf("outcome %d", kept[0].Outcome)
		}
		s.none(t, time.Minute)
		// The same notice again is known, and nothing is handed down.
		s.cancel()
		<-s.closed
		synctest.Wait()
		if got := w.do("POST", "/n/"+till.Route, nil, v2Notice); got.status != 200 || got.body != v2Success {
			t.Errorf("WeChat got %+v", got)
		}
		s = w.connect(token)
		s.none(t, time.Minute)
	})
}

func TestNotice_TillSilent_KeptAfterThreeSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, token := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		s := w.connect(token)
		began := time.Now()
		got := w.do("POST", "/n/"+till.Route, nil, v2Notice)
		if got.status != 200 || got.body != v2Success || time.Since(began) != Wait {
			t.Fatalf("WeChat got %+v after %v", got, time.Since(began))
		}
		r := s.take(t)
		if r.Stored {
			t.Error("the first was handed down as stored")
		}
		// Its answer counts for the stored copy, though nobody waits any more.
		s.none(t, 5*time.Second)
		w.answer(token, ok2(r.ID))
		if kept := central.Kept(); len(kept) != 1 || kept[0].Outcome != 200 {
			t.Errorf("kept %+v", kept)
		}
		s.none(t, time.Minute)
	})
}

// A notice that the till has, and that was kept a moment ago, is not handed to it as a stored one as well.
func TestNotice_TillSilent_NotHandedDownTwiceWhileItIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, token := addTill(t, central, "", "T1")
		w := newWorld(t, central, func(c *Config) { c.Central = &lingering{central} })
		s := w.connect(token)
		at := time.Now()
		if got := w.do("POST", "/n/"+till.Route, nil, v2Notice); got.body != v2Success {
			t.Fatalf("WeChat got %+v", got)
		}
		first := s.take(t)
		s.none(t, 5*time.Second)
		if again := s.take(t); again.ID != first.ID || !again.Stored || time.Since(at) < Wait+Redeliver {
			t.Errorf("after %v: %+v", time.Since(at), again)
		}
	})
}

func TestNotice_NotAnswered_HandedDownAgainAfterRedeliver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, token := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		s := w.connect(token)
		w.do("POST", "/n/"+till.Route, nil, v2Notice)
		first := s.take(t)
		at := time.Now()
		again := s.take(t)
		if d := time.Since(at); d < Redeliver || d > Redeliver+2*time.Second || again.ID != first.ID || !again.Stored || string(again.Body) != v2Notice {
			t.Errorf("after %v: %+v", d, again)
		}
		third := s.take(t)
		if third.Attempt != again.Attempt+1 {
			t.Errorf("attempts %d, %d", again.Attempt, third.Attempt)
		}
		w.answer(token, pos.RelayAnswer{ID: first.ID, Status: 500})
		at = time.Now()
		if later := s.take(t); time.Since(at) < Redeliver || later.ID != first.ID {
			t.Errorf("after %v: %+v", time.Since(at), later)
		}
		w.answer(token, pos.RelayAnswer{ID: first.ID, Status: 404})
		s.none(t, time.Hour)
	})
}

func TestCallbackAndPrepay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, token := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		began := time.Now()
		got := w.do("POST", "/m/"+till.ShopPath, nil, "<xml><product_id>1</product_id></xml>")
		if got.status != 200 || got.body != callbackOffline || time.Since(began) > Wait {
			t.Errorf("callback without a till after %v: %+v", time.Since(began), got)
		}
		if got = w.do("POST", "/p/"+till.ShopPath+"/jsapi", nil, "{}"); got.status != 503 || got.body != prepayOffline {
			t.Errorf("prepay without a till: %+v", got)
		}
		s := w.connect(token)
		posted := w.later("GET", "/p/"+till.ShopPath+"/order/A-1?x=%20", http.Header{"Guitai-Sign": {"abc"}}, "")
		r := s.take(t)
		if r.Kind != pos.RelayPrepay || r.Method != "GET" || r.Path != "/order/A-1" || r.Query != "x=%20" || r.Header["Guitai-Sign"] != "abc" || r.Within != Wait {
			t.Errorf("request %+v", r)
		}
		w.answer(token, pos.RelayAnswer{ID: r.ID, Status: 409, ContentType: "application/json", Body: []byte(`{"a":1}`)})
		if got := <-posted; got.status != 409 || got.body != `{"a":1}` || got.header.Get("Content-Type") != "application/json" {
			t.Errorf("the shop got %+v", got)
		}
		if len(central.Kept()) != 0 {
			t.Error("what cannot be kept was kept")
		}
	})
}

// A ref is in the books of one till. Asked about it, another would say that there is no such order, and take it once more.
func TestPrepay_GoesToNoOtherTillWhileTheFirstIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, token := addTill(t, central, "", "T1")
		_, other := addTill(t, central, "", "T2")
		w := newWorld(t, central)
		second := w.connect(other)
		if got := w.do("GET", "/p/"+till.ShopPath+"/order/A-1", nil, ""); got.status != 503 || got.body != prepayOffline {
			t.Errorf("the first till is away: %+v", got)
		}
		second.none(t, time.Second)
		scanned := w.later("POST", "/m/"+till.ShopPath, nil, "<xml/>") // a product code has no ref that would have to be known
		r := second.take(t)
		w.answer(other, pos.RelayAnswer{ID: r.ID, Status: 200})
		<-scanned

		first := w.connect(token)
		posted := w.later("POST", "/p/"+till.ShopPath+"/jsapi", nil, "{}")
		r = first.take(t)
		w.answer(token, pos.RelayAnswer{ID: r.ID, Status: 200})
		if got := <-posted; got.status != 200 {
			t.Errorf("%+v", got)
		}
	})
}
