package pos_test

import (
	"testing"
	"time"

	"guitai/pos"
)

// BenchmarkStep is one decision about a payment: an answer that changes nothing, as nearly all are, and one that settles it.
//
// Its floor is BenchmarkStepFloor: a payment handed over and back, undecided.
func BenchmarkStep(b *testing.B) {
	p, now := in(pos.Waiting), noon.Add(20*time.Second)
	unpaid, paid := signal(pos.SigUnpaid), signal(pos.SigPaid)
	for b.Loop() {
		if q, effects := pos.Step(p, unpaid, now); q.State != pos.Waiting || len(effects) != 1 {
			b.Fatal(q.State)
		}
		if q, _ := pos.Step(p, paid, now); q.State != pos.Paid {
			b.Fatal(q.State)
		}
	}
	b.ReportMetric(2*float64(b.N)/b.Elapsed().Seconds(), "decisions/s")
}

func BenchmarkStepFloor(b *testing.B) {
	p := in(pos.Waiting)
	for b.Loop() {
		for range 2 {
			if q := undecided(p); q.State != pos.Waiting {
				b.Fatal(q.State)
			}
		}
	}
}

//go:noinline
func undecided(p pos.Payment) pos.Payment { return p }
