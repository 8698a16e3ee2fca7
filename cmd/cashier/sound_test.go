package main

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
	"guitai/pos/config"
	"guitai/pos/sound"
)

// loudspeaker counts what it is given to play.
type loudspeaker struct{ samples int }

func (l *loudspeaker) Write(_ context.Context, pcm []int16) error {
	if slices.ContainsFunc(pcm, func(s int16) bool { return s != 0 }) {
		l.samples += len(pcm)
	}
	return nil
}

func (l *loudspeaker) Close() {}

func TestBell_HearsSnapshotsAndTheTestAsSettingsWant(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &loudspeaker{}
		c := config.Default()
		e := newBell(c, slog.New(slog.DiscardHandler))
		e.player = sound.New(func(context.Context) (sound.Device, error) { return l, nil }, heardAs(c), slog.New(slog.DiscardHandler))
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { e.run(ctx) })
		heard := func() time.Duration {
			bubble.Sleep(20 * time.Second)
			n := l.samples
			l.samples = 0
			return time.Duration(n) * time.Second / sound.Rate
		}

		e.hear(pos.Snapshot{Seq: 1, Done: &pos.Done{Sale: 1, Amount: 100}})
		if d := heard(); d != 0 {
			t.Errorf("what was there at the start is heard for %v", d)
		}
		e.hear(pos.Snapshot{Seq: 2, Done: &pos.Done{Sale: 2, Amount: 1350, Tender: pos.TenderNative}})
		if d := heard(); d < 2*time.Second {
			t.Errorf("an amount is heard for %v", d)
		}
		e.hear(pos.Snapshot{Seq: 3, Done: &pos.Done{Sale: 2, Amount: 1350, Tender: pos.TenderNative}})
		if d := heard(); d != 0 {
			t.Errorf("nothing new is heard for %v", d)
		}
		e.test()
		e.test()
		all := heard()
		if all < 4*time.Second || all > 12*time.Second {
			t.Errorf("everything is heard for %v", all)
		}
		c.Sound.Voice = "none"
		e.apply(c)
		heard() // the second test, if it was one
		e.test()
		if d := heard(); d == 0 || d > all-time.Second {
			t.Errorf("without a voice everything is heard for %v, with it %v", d, all)
		}
		c.Sound.Volume = 0
		e.apply(c)
		e.test()
		if d := heard(); d != 0 {
			t.Errorf("muted it is heard for %v", d)
		}
		cancel()
		wg.Wait()
	})
}

func TestHeardAs_ShopMeansItsLanguage(t *testing.T) {
	c := config.Default()
	for _, x := range [][3]string{{"shop", "zh-CN", "zh-CN"}, {"shop", "en", "en"}, {"en", "zh-CN", "en"}, {"none", "zh-CN", "none"}} {
		c.Sound.Voice, c.Shop.Language = x[0], x[1]
		if got := heardAs(c).Language; got != x[2] {
			t.Errorf("voice %q in a shop of %q speaks %q", x[0], x[1], got)
		}
	}
}
