package storefront

import (
	"strings"
	"testing"
	"time"
)

// Whoever knows the callback's address, or took the relay over, can send the same scan again and again. The log is on the till's disk, which is
// the ledger's too.
func TestLog_AFloodDoesNotFillTheDisk(t *testing.T) {
	w := newWorld(nil)
	lines := func() int { return strings.Count(w.log.String(), "\n") }
	flood := func() {
		for range 2000 {
			w.scan(t, "bad", cola)
			w.scan(t, testPayer, cola)
			r := w.asks("GET", "/order/a", "")
			r.Header[headerSignature] = "0"
			w.Handle(t.Context(), r)
		}
	}
	flood()
	if n := lines(); n < 100 || n > logMost {
		t.Errorf("%d lines of 6000 requests", n)
	}
	before := lines()
	w.clock.move(10 * time.Second)
	flood()
	if n := lines() - before; n < 5 || n > 11 {
		t.Errorf("%d lines more, ten seconds later", n)
	}
	w.clock.move(time.Hour)
	before = lines()
	w.scan(t, testPayer, cola)
	if lines() != before+1 || len(w.desk.orders) == 0 {
		t.Error("an hour later it is silent still")
	}
	w.clock.move(-2 * time.Hour) // somebody set the clock
	w.scan(t, testPayer, cola)
	if lines() != before+2 {
		t.Error("it is silent because the clock was set back")
	}
}
