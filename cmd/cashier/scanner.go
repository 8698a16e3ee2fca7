package main

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"guitai/pos"
	"guitai/pos/config"
	"guitai/pos/goods"
	"guitai/pos/scanner"
)

// scanning reads the scanner on a serial port, where the shop has one. Safe for concurrent use.
type scanning struct {
	ctx  context.Context
	log  *slog.Logger
	code func(string)   // gets every code
	part func(pos.Part) // hears how the scanner is

	mu   sync.Mutex
	cfg  scanner.Config // of the reader that runs; the zero value for none
	stop context.CancelFunc
	over chan struct{} // closed once it has stopped
}

// newScanning reads nothing yet. What it starts ends with ctx or with close.
func newScanning(ctx context.Context, log *slog.Logger, code func(string), part func(pos.Part)) *scanning {
	return &scanning{ctx: ctx, log: log, code: code, part: part}
}

// apply puts settings into force: another port is read from now on, or none. A scanner that stays the same goes on undisturbed. The error is
// CodeInvalid, and changes nothing.
func (s *scanning) apply(c config.Config) error {
	var cfg scanner.Config
	if c.Scanner.Mode != "keyboard" {
		var err error
		if cfg, err = scanner.Parse(c.Scanner.Mode); err != nil {
			return err
		}
		cfg.Prefix, cfg.Silent = c.Scanner.Prefix, c.Scanner.Suffix == "none"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.same(cfg) {
		return nil
	}
	s.end()
	s.cfg = cfg
	if cfg.Device == "" {
		s.part(pos.Part{Light: pos.LightOff})
		return nil
	}
	cfg.Changed = func(p pos.Part) {
		s.log.Info("scanner", "device", cfg.Device, "light", p.Light, "cause", p.Cause)
		s.part(p)
	}
	ctx, stop := context.WithCancel(s.ctx)
	over := make(chan struct{})
	s.stop, s.over = stop, over
	go func() { // ends with stop, waited for in end
		defer close(over)
		scanner.New(cfg).Run(ctx, s.code)
	}()
	return nil
}

// same reports whether this scanner is read already.
func (s *scanning) same(c scanner.Config) bool {
	return s.cfg.Device == c.Device && s.cfg.Baud == c.Baud && s.cfg.Prefix == c.Prefix && s.cfg.Silent == c.Silent
}

// end stops the reader and waits for it.
func (s *scanning) end() {
	if s.stop != nil {
		s.stop()
		<-s.over
		s.stop = nil
	}
}

// close stops reading. Safe to repeat.
func (s *scanning) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end()
	s.cfg = scanner.Config{}
}

// knownCodes are the codes of the catalogue that nothing but the catalogue tells from words: those without a check digit. has never waits.
type knownCodes struct {
	shelf goods.Shop
	set   atomic.Pointer[map[string]bool]
}

// knownAfter is how long the codes wait at the start, when there is more to do.
const knownAfter = 3 * time.Second

// watch reads the codes, and again when the catalogue has changed, until ctx ends.
func (k *knownCodes) watch(ctx context.Context) {
	read, first := uint64(0), true
	for wait := knownAfter; ; wait = 10 * time.Second {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		revision, err := k.shelf.Revision(ctx)
		if err != nil || revision == read && !first {
			continue
		}
		set := map[string]bool{}
		err = k.shelf.EachItem(ctx, func(it pos.Item) error { // what is not sold any more is known, too: the till says so
			for _, code := range append(slices.Clone(it.Barcodes), it.PLU) {
				if code != "" && !pos.Certain(code) {
					set[code] = true
				}
			}
			return nil
		})
		if err != nil {
			continue
		}
		k.set.Store(&set)
		read, first = revision, false
	}
}

// has reports whether a code is one of them.
func (k *knownCodes) has(code string) bool {
	set := k.set.Load()
	return set != nil && (*set)[code]
}
