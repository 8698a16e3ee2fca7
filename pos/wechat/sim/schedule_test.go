package sim

import (
	"net/http"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos/bubble"
)

// The whole schedule of 24 h 4 min a thousand times faster, with the simulator stopped and started in its midst: every repetition comes,
// in its time, and none twice.
func TestNotice_AWholeDayScaledAndRestarted(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state")
	synctest.Test(t, func(t *testing.T) {
		h := &shop{answer: func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }}
		open := func() *Sim {
			s, err := New(Options{Scale: 1000, State: state, Transport: InProcess(h)})
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		s := open()
		_, code := ordered(t, s, map[string]string{"notify_url": "https://shop.example/n"})
		if _, err := s.Pay(code, Act{Kind: PayNow}); err != nil {
			t.Fatal(err)
		}
		for range 11 {
			bubble.Sleep(8 * time.Second)
			s.Close()
			s = open()
		}
		bubble.Sleep(2 * time.Second)
		defer s.Close()
		if c := s.CountNotices(); c != (NoticeCount{GivenUp: 1, Attempts: 16}) {
			t.Errorf("%+v", c)
		}
		if n := len(h.at); n != 16 || h.at[n-1].Sub(h.at[0]).Round(10*time.Millisecond) != 86_640*time.Millisecond {
			t.Errorf("%d tries in %v", n, h.at[n-1].Sub(h.at[0]))
		}
	})
}

func TestNotice_CountsThoseThatAreLetGo(t *testing.T) {
	s := newSim(t, Options{})
	s.mu.Lock()
	waiting := &Delivery{State: DeliveryWaiting, Attempts: make([]Attempt, 2)}
	s.keepDelivery(waiting)
	for range logLimit + 5 {
		s.keepDelivery(&Delivery{State: DeliveryDone, Attempts: make([]Attempt, 1)})
	}
	s.mu.Unlock()
	if c := s.CountNotices(); c != (NoticeCount{Waiting: 1, Delivered: logLimit + 5, Attempts: logLimit + 7}) {
		t.Errorf("%+v", c)
	}
	if list := s.Deliveries(); len(list) != logLimit || list[0].State != DeliveryWaiting {
		t.Errorf("%d kept, the first is %s", len(list), list[0].State)
	}
}
