package pos_test

import (
	"testing"
	"time"

	"guitai/pos"
)

func TestRelaxed_OnlyTheTablesQueryOfWhatANoticeComesFor(t *testing.T) {
	query := func(after time.Duration) pos.Effect { return pos.Effect{Kind: pos.DoQuery, After: after} }
	for _, state := range pos.States {
		for _, tender := range []pos.Tender{pos.TenderNative, pos.TenderJSAPI, pos.TenderApp, pos.TenderCode, pos.TenderCash} {
			p := pos.Payment{State: state, Tender: tender}
			want := 2 * time.Second
			if (state == pos.Opened || state == pos.Waiting) && tender != pos.TenderCode && tender != pos.TenderCash {
				want = pos.RelaxedPoll
			}
			if got := pos.Relaxed(p, query(2*time.Second)).After; got != want {
				t.Errorf("%s %s: %s, want %s", state, tender, got, want)
			}
		}
	}
	p := in(pos.Waiting)
	if got := pos.Relaxed(p, query(0)).After; got != 0 {
		t.Errorf("due at once: %s", got)
	}
	if got := pos.Relaxed(p, query(time.Minute)).After; got != time.Minute {
		t.Errorf("later than that anyway: %s", got)
	}
	if got := pos.Relaxed(p, pos.Effect{Kind: pos.DoOrder, After: time.Second}).After; got != time.Second {
		t.Errorf("an order that is sent again: %s", got)
	}
	p.Cause = pos.CodeNoAnswer
	if got := pos.Relaxed(p, query(2*time.Second)).After; got != 2*time.Second {
		t.Errorf("after an answer that was none: %s", got)
	}
}
