package main

import (
	"context"
	"log/slog"
	"time"

	"guitai/pos"
	"guitai/pos/config"
	"guitai/pos/sound"
)

// bell makes the till heard: it listens to the snapshots and plays what happened.
type bell struct {
	player *sound.Player
	last   pos.Snapshot  // of the till's goroutine
	asked  chan struct{} // a person wants to hear everything; holds one
}

// newBell makes one that has opened nothing yet.
func newBell(c config.Config, log *slog.Logger) *bell {
	return &bell{player: sound.New(openSound, heardAs(c), log), asked: make(chan struct{}, 1)}
}

// heardAs is how the settings want the till heard.
func heardAs(c config.Config) sound.Setup {
	language := c.Sound.Voice
	if language == "shop" {
		language = c.Shop.Language
	}
	return sound.Setup{Volume: c.Sound.Volume, Scan: c.Sound.Scan, Language: language}
}

// hear is given every snapshot, on the till's goroutine. It never waits.
func (b *bell) hear(s pos.Snapshot) {
	b.player.Play(sound.Cues(b.last, s)...)
	b.last = s
}

// apply takes new settings, from the next sound on. Safe for concurrent use.
func (b *bell) apply(c config.Config) { b.player.Set(heardAs(c)) }

// test has everything played once, one after another, as the settings are now; it does not wait for it. Safe for concurrent use.
func (b *bell) test() {
	select {
	case b.asked <- struct{}{}:
	default: // asked for already
	}
}

// tested is what test plays, and how long each is listened to.
var tested = []struct {
	cue  sound.Cue
	last time.Duration
}{
	{sound.Cue{Kind: sound.Scan}, 600 * time.Millisecond},
	{sound.Cue{Kind: sound.Unknown}, 900 * time.Millisecond},
	{sound.Cue{Kind: sound.Attention}, 1500 * time.Millisecond},
	{sound.Cue{Kind: sound.Paid, Tender: pos.TenderNative, Amount: 13_50}, 0},
}

// soundEnds is how long a driver of the system may take to let go of its device. A worse one does not keep the books open.
const soundEnds = 2 * time.Second

// run plays until ctx ends.
func (b *bell) run(ctx context.Context) {
	over := make(chan struct{})
	go func() {
		defer close(over)
		b.player.Run(ctx)
	}()
	defer func() {
		select {
		case <-over:
		case <-time.After(soundEnds):
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return
		case <-b.asked:
		}
		for _, t := range tested {
			b.player.Play(t.cue)
			select {
			case <-ctx.Done():
				return
			case <-time.After(t.last):
			}
		}
	}
}
