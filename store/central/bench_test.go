package central_test

import (
	"bytes"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"guitai/pos"
)

var benchBody = bytes.Repeat([]byte("<xml>"), 180) // 900 bytes, as a notice has

// benchKeep measures notices acknowledged per second by callers who each have one on its way, against a keeper that stores nothing.
func benchKeep(b *testing.B, url func(*testing.B) string) {
	for _, callers := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			c := open(b, url(b))
			till := paired(b, c, "", "T1").ID
			var n atomic.Int64
			run(b, callers, func() error {
				_, _, err := c.Keep(b.Context(), till, benchNotice(n.Add(1)))
				return err
			})
		})
		b.Run(fmt.Sprintf("nothing/callers=%d", callers), func(b *testing.B) {
			var mu sync.Mutex
			kept := map[string]bool{}
			var n atomic.Int64
			run(b, callers, func() error {
				r := benchNotice(n.Add(1))
				mu.Lock()
				defer mu.Unlock()
				kept[r.ID] = true
				return nil
			})
		})
	}
}

func benchNotice(n int64) pos.RelayRequest {
	r := notice(0)
	r.ID, r.Body = fmt.Sprintf("%016x", uint64(n)*0x9e3779b97f4a7c15), benchBody // in no order, as the hash of a body is
	return r
}

func run(b *testing.B, callers int, do func() error) {
	var left atomic.Int64
	left.Store(int64(b.N))
	var wg sync.WaitGroup
	b.ResetTimer()
	for range callers {
		wg.Go(func() {
			for left.Add(-1) >= 0 {
				if err := do(); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "notices/s")
}

func BenchmarkKeepSQLite(b *testing.B) {
	benchKeep(b, func(b *testing.B) string { return b.TempDir() + "/relay.db" })
}
