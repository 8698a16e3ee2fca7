package main

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
	"guitai/pos/config"
	"guitai/pos/goods"
)

// rack is a catalogue of a few codes.
type rack struct {
	goods.Shop
	mu       sync.Mutex
	codes    []string
	revision uint64
}

func (r *rack) Revision(context.Context) (uint64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.revision, nil
}

func (r *rack) EachItem(_ context.Context, f func(pos.Item) error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return f(pos.Item{Barcodes: r.codes, PLU: "TEA-100"})
}

func TestKnownCodes_FollowTheCatalogue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		shelf := &rack{codes: []string{"A-1234", "6901234567892"}}
		k := &knownCodes{shelf: shelf}
		go k.watch(ctx)
		if k.has("A-1234") {
			t.Error("it knows before it has read")
		}
		bubble.Sleep(knownAfter)
		if !k.has("A-1234") || !k.has("TEA-100") || k.has("6901234567892") || k.has("") {
			t.Error("it does not know what has no check digit, or knows what has one")
		}
		shelf.mu.Lock()
		shelf.codes, shelf.revision = []string{"B-1234"}, 1
		shelf.mu.Unlock()
		bubble.Sleep(10 * time.Second)
		if k.has("A-1234") || !k.has("B-1234") {
			t.Error("it does not follow the catalogue")
		}
		stop()
	})
}

func TestScanning_ChangesWithTheSettings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parts := make(chan pos.Part, 100)
		s := newScanning(t.Context(), slog.New(slog.DiscardHandler), func(string) {}, func(p pos.Part) { parts <- p })
		defer s.close()
		c := config.Config{Scanner: config.Scanner{Mode: "keyboard", Suffix: "enter"}}
		if err := s.apply(c); err != nil || len(parts) != 0 {
			t.Fatalf("a keyboard: %v, %d news", err, len(parts))
		}
		c.Scanner.Mode = "serial://" + t.TempDir() + "/none"
		if err := s.apply(c); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if busy, bad := <-parts, <-parts; busy.Light != pos.LightBusy || bad.Light != pos.LightBad || bad.Cause != pos.CodeScanner {
			t.Errorf("%+v, %+v", busy, bad)
		}
		if err := s.apply(c); err != nil || len(parts) != 0 {
			t.Errorf("the same again: %v, %d news", err, len(parts))
		}
		c.Scanner.Mode = "serial:"
		if err := s.apply(c); pos.CodeOf(err) != pos.CodeInvalid {
			t.Errorf("%v", err)
		}
		c.Scanner.Mode = "keyboard"
		if err := s.apply(c); err != nil {
			t.Fatal(err)
		}
		if off := <-parts; off.Light != pos.LightOff {
			t.Errorf("%+v", off)
		}
	})
}
