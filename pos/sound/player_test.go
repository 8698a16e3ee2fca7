package sound

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
)

var loud = Setup{Volume: 100, Scan: true, Language: "zh-CN"}

var amount = Cue{Kind: Paid, Tender: pos.TenderNative, Amount: 1350}

// fake is a loudspeaker with its troubles. Its fields are safe to read while the bubble waits.
type fake struct {
	opened, closed int
	noDevice       bool // opening fails
	hangs          bool // nothing returns before it must
	dies           int  // after so many writes; 0 for never
	writes         int
	pcm            []int16
	first          time.Time // of the first write
}

func (f *fake) open(ctx context.Context) (Device, error) {
	f.opened++
	if f.noDevice {
		return nil, ErrNoDevice
	}
	return f, nil
}

func (f *fake) Write(ctx context.Context, pcm []int16) error {
	if f.hangs {
		<-ctx.Done()
		return ctx.Err()
	}
	if f.writes++; f.dies > 0 && f.writes > f.dies {
		return errors.New("unplugged")
	}
	if f.first.IsZero() {
		f.first = time.Now()
	}
	f.pcm = append(f.pcm, pcm...)
	return nil
}

func (f *fake) Close() { f.closed++ }

// play runs a player on a device in virtual time, as long as what does.
func play(t *testing.T, open func(context.Context) (Device, error), setup Setup, what func(p *Player, log *bytes.Buffer)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		p := New(open, setup, slog.New(slog.NewTextHandler(&log, nil)))
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { p.Run(ctx) })
		what(p, &log)
		cancel()
		began := time.Now()
		wg.Wait()
		if d := time.Since(began); d > 0 {
			t.Errorf("it took %v to stop", d)
		}
	})
}

func TestPlayer_ScanIsHeardAtOnceAndOnce(t *testing.T) {
	f := &fake{}
	play(t, f.open, loud, func(p *Player, _ *bytes.Buffer) {
		bubble.Sleep(time.Minute)
		if f.opened != 0 {
			t.Error("the device was opened before there was anything to hear")
		}
		at := time.Now()
		p.Play(Cue{Kind: Scan})
		bubble.Sleep(time.Second)
		if late := f.first.Sub(at); late != 0 {
			t.Errorf("the first samples came %v after the scan", late)
		}
		if want := len(scanTone.samples()); len(f.pcm) < want || len(f.pcm) > want+chunk {
			t.Errorf("%d samples for a tone of %d", len(f.pcm), want)
		}
		bubble.Sleep(idle)
		if f.closed != 1 {
			t.Errorf("half a minute later the device was closed %d times", f.closed)
		}
		p.Play(Cue{Kind: Scan})
		bubble.Sleep(time.Second)
		if f.opened != 2 {
			t.Errorf("opened %d times for two scans a minute apart", f.opened)
		}
	})
	if f.closed != 2 {
		t.Errorf("closed %d times of 2", f.closed)
	}
}

func TestPlayer_NextScanWaitsForNone(t *testing.T) {
	f := &fake{}
	play(t, f.open, loud, func(p *Player, _ *bytes.Buffer) {
		tone := len(scanTone.samples())
		for range 10 {
			p.Play(Cue{Kind: Scan})
			bubble.Sleep(50 * time.Millisecond) // sooner than the tone ends
		}
		bubble.Sleep(time.Second)
		if longest := 10*Rate/20 + tone + 2*chunk; len(f.pcm) > longest {
			t.Errorf("ten scans in half a second are heard for %v", length(f.pcm))
		}
		// The last one is whole: cut by nobody.
		end := f.pcm[len(f.pcm)-tone-chunk:]
		if strength(end, 1568) < 0.01 {
			t.Error("the last scan is not heard")
		}
	})
}

func TestPlayer_AmountSurvivesScansAndCutsThem(t *testing.T) {
	alone, mixed := &fake{}, &fake{}
	play(t, alone.open, loud, func(p *Player, _ *bytes.Buffer) {
		p.Play(amount)
		bubble.Sleep(10 * time.Second)
	})
	play(t, mixed.open, loud, func(p *Player, _ *bytes.Buffer) {
		p.Play(Cue{Kind: Scan})
		bubble.Sleep(20 * time.Millisecond)
		p.Play(amount)
		bubble.Sleep(time.Second)
		for range 5 {
			p.Play(Cue{Kind: Scan})
			bubble.Sleep(200 * time.Millisecond)
		}
		bubble.Sleep(10 * time.Second)
	})
	if d := len(mixed.pcm) - len(alone.pcm); d < 0 || d > 6*chunk {
		t.Fatalf("with scans in between the amount takes %v, alone %v", length(mixed.pcm), length(alone.pcm))
	}
	// The end of the amount, behind the last scan, is as it is alone.
	n := Rate / 2
	for shift := 0; ; shift++ {
		if shift > 2*chunk {
			t.Fatal("the end of the amount is not heard")
		}
		a, b := alone.pcm[len(alone.pcm)-n-shift:], mixed.pcm[len(mixed.pcm)-n:]
		same := 0
		for i := range n {
			if a[i] == b[i] {
				same++
			}
		}
		if same == n {
			break
		}
	}
}

func TestPlayer_NextAmountReplacesTheLast(t *testing.T) {
	f := &fake{}
	play(t, f.open, loud, func(p *Player, _ *bytes.Buffer) {
		p.Play(Cue{Kind: Paid, Tender: pos.TenderCash, Amount: 99_999_999})
		bubble.Sleep(time.Second)
		p.Play(amount)
		bubble.Sleep(20 * time.Second)
		if d := length(f.pcm); d > 6*time.Second {
			t.Errorf("both are heard to their end: %v", d)
		}
	})
}

func TestPlayer_WhatIsSwitchedOffIsNotHeard(t *testing.T) {
	f := &fake{}
	play(t, f.open, Setup{Volume: 0, Scan: true}, func(p *Player, _ *bytes.Buffer) {
		p.Play(Cue{Kind: Scan}, Cue{Kind: Unknown}, Cue{Kind: Attention}, amount)
		bubble.Sleep(time.Second)
		if f.opened > 0 {
			t.Error("muted, it opens the device")
		}
		p.Set(Setup{Volume: 50})
		p.Play(Cue{Kind: Scan})
		bubble.Sleep(time.Second)
		if f.opened > 0 {
			t.Error("without sounds for scans a scan opens the device")
		}
		p.Play(Cue{Kind: Unknown})
		bubble.Sleep(time.Second)
		if len(f.pcm) == 0 {
			t.Error("without sounds for scans a code that nobody knows is silent")
		}
		half := peak(f.pcm)
		f.pcm = nil
		p.Set(Setup{Volume: 100})
		p.Play(Cue{Kind: Unknown})
		bubble.Sleep(time.Second)
		if full := peak(f.pcm); full < 3*half || full > 5*half {
			t.Errorf("at half the volume it goes up to %d, at all of it to %d", half, full)
		}
		f.pcm = nil
		p.Play(amount)
		bubble.Sleep(10 * time.Second)
		if d := length(f.pcm); d == 0 || d > time.Second {
			t.Errorf("without a language the chime takes %v", d)
		}
	})
}

// Without a device, and with one that hangs, dies or comes back: nobody waits, the log has one line, it is heard again later.
func TestPlayer_TroubleCostsNothing(t *testing.T) {
	for _, c := range []struct {
		name   string
		device fake
	}{
		{"there is none", fake{noDevice: true}},
		{"it hangs", fake{hangs: true}},
		{"it dies in the middle", fake{dies: 3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := c.device
			play(t, f.open, loud, func(p *Player, log *bytes.Buffer) {
				for range 2000 { // half an hour of scans
					began := time.Now()
					p.Play(Cue{Kind: Scan}, amount)
					if d := time.Since(began); d > 0 {
						t.Fatalf("playing takes %v", d)
					}
					bubble.Sleep(900 * time.Millisecond)
				}
				if n := strings.Count(log.String(), "\n"); n != 1 {
					t.Errorf("%d lines in the log:\n%s", n, log)
				}
				if f.opened < 5 || f.opened > 30 {
					t.Errorf("opened %d times in half an hour", f.opened)
				}
				f.noDevice, f.hangs, f.dies, f.pcm = false, false, 0, nil
				bubble.Sleep(retryLast)
				p.Play(amount)
				bubble.Sleep(10 * time.Second)
				if d := length(f.pcm); d < 2*time.Second || d > 5*time.Second {
					t.Errorf("when it is well again %v are heard", d)
				}
			})
			if !f.noDevice && f.closed == 0 {
				t.Error("never closed")
			}
		})
	}
}

func TestPlayer_StopsInTheMiddle(t *testing.T) {
	for name, f := range map[string]*fake{"of a sound": {}, "of a write that hangs": {hangs: true}} {
		t.Run(name, func(t *testing.T) {
			play(t, f.open, loud, func(p *Player, _ *bytes.Buffer) {
				p.Play(amount)
				bubble.Sleep(500 * time.Millisecond)
			})
			if f.closed != 1 {
				t.Errorf("closed %d times", f.closed)
			}
		})
	}
}

func TestPlayer_OldAnswerIsNotHeardForTheNextScan(t *testing.T) {
	f := &fake{}
	slow := func(ctx context.Context) (Device, error) {
		time.Sleep(stale)
		return f.open(ctx)
	}
	play(t, slow, loud, func(p *Player, _ *bytes.Buffer) {
		p.Play(Cue{Kind: Scan})
		bubble.Sleep(5 * time.Second)
		if len(f.pcm) > 0 {
			t.Error("a scan is heard when the next one may be under way")
		}
	})
}

// launcher is a player that takes whole sounds.
type launcher struct {
	fake
	sounds [][]int16
	at     []time.Time
}

func (l *launcher) open(context.Context) (Device, error) { return l.launcherOnly(), nil }

// launcherOnly hides Write.
func (l *launcher) launcherOnly() Device {
	return struct{ Launcher }{l}
}

func (l *launcher) Launch(_ context.Context, pcm []int16) error {
	l.sounds, l.at = append(l.sounds, pcm), append(l.at, time.Now())
	return nil
}

func TestPlayer_LauncherIsGivenTheRestAnew(t *testing.T) {
	l := &launcher{}
	play(t, l.open, loud, func(p *Player, _ *bytes.Buffer) {
		p.Play(amount)
		bubble.Sleep(time.Second)
		p.Play(Cue{Kind: Scan})
		bubble.Sleep(10 * time.Second)
		p.Play(Cue{Kind: Scan})
		bubble.Sleep(time.Second)
	})
	if len(l.sounds) != 3 {
		t.Fatalf("launched %d times", len(l.sounds))
	}
	first, rest, scan := l.sounds[0], l.sounds[1], l.sounds[2]
	if d := len(first) - len(rest); d != Rate {
		t.Errorf("a second later the rest is %d samples shorter", d)
	}
	if tone := scanTone.samples(); len(scan) != len(tone) || strength(rest[:len(tone)], 1568) < 2*strength(first[Rate:Rate+len(tone)], 1568) {
		t.Error("the scan is not in the rest of the amount")
	}
	if tail := rest[Rate:]; !equal(tail, first[2*Rate:]) {
		t.Error("behind the scan the rest of the amount is another one")
	}
}

func equal(a, b []int16) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return len(a) == len(b)
}
