package pos_test

import (
	"testing"
	"time"

	"guitai/pos"
)

// BenchmarkStep is one decision about a payment: an answer that changes nothing, as nearly all are, and one that settles it.
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
