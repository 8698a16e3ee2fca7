// Package bubble is for tests in virtual time, inside [synctest.Test].
package bubble

import (
	"testing/synctest"
	"time"
)

// Sleep lets d of virtual time pass and then waits until every other goroutine of the bubble is at rest. [time.Sleep] alone only ends at that
// moment: what others do at the same one may still be under way, and nothing orders what they wrote before what the test reads next, so the
// race detector is right to object, once in some hundred runs. For the test's own goroutine, one at a time; what a fake does on behalf of
// the code under test sleeps with time.Sleep.
func Sleep(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}
