//go:build !windowless

package main

import (
	"context"
	"errors"
	"image"
	"image/color"
	"io/fs"
	"strings"
	"sync"
	"time"

	"guitai/pos"
	"guitai/pos/config"
	"guitai/pos/printer"
	"guitai/pos/receipt"
	"guitai/ui/settings"
)

// settingsDesk is what the window can set and try of the counter. Safe for concurrent use.
type settingsDesk struct {
	e    *engine
	file string        // config.toml
	base config.Config // what keys mean that it does not have
	// apply puts settings into force, part by part; a part that cannot says so, and nothing is written.
	apply []func(config.Config) error

	mu     sync.Mutex
	now    config.Config // in force
	trying bool          // something else is, for a trial

	replaced []string        // secrets that have another value in the same place since the till started
	restart  func(by string) // starts the till anew
}

var _ settings.Desk = (*settingsDesk)(nil)

func newSettingsDesk(s *session) (*settingsDesk, error) {
	d := &settingsDesk{e: s.engine, file: s.folder.ConfigFile(), base: s.base, now: s.engine.config, restart: s.restartBy}
	d.apply = append(d.apply, s.engine.printing.apply, s.engine.pole.apply, s.engine.relay.apply, func(c config.Config) error { s.engine.bell.apply(c); return nil })
	d.apply = append(d.apply, func(c config.Config) error { s.engine.till.SetRules(rulesOf(c)); return nil })
	d.apply = append(d.apply, func(c config.Config) error {
		if s.scans == nil { // it is read as soon as the window is there
			return nil
		}
		return s.scans.apply(c)
	})
	if s.o.practice {
		return d, nil
	}
	file, err := configFile(s.o, s.folder)
	d.file = file
	return d, err
}

// Config implements [settings.Desk].
func (d *settingsDesk) Config() config.Config {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

// Save implements [settings.Desk]. The parts take the settings first: that costs nothing to take back, a file does.
func (d *settingsDesk) Save(ctx context.Context, was, now config.Config, by string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	old := d.now
	stored, undo, err := d.keepSecrets(ctx, was, &now)
	if err == nil {
		err = d.put(now)
	}
	if err == nil {
		err = config.Amend(d.file, d.base, was, now)
	}
	if err != nil {
		if back := d.put(old); back != nil {
			d.e.log.Error("settings not put back", "err", back)
		}
		undo()
		if !errors.Is(err, config.ErrChanged) {
			d.e.log.Error("settings not saved", "err", err)
		}
		return saveError(err)
	}
	d.now, d.trying = now, false
	d.replaced = append(d.replaced, stored...)
	d.e.log.Info("settings saved", "by", by, "keys", strings.Join(config.Differences(was, now), " "), "secrets", strings.Join(stored, " "))
	return nil
}

// saveError gives trouble with the disk its code; what has words of its own keeps them.
func saveError(err error) error {
	var faults config.Errors
	if errors.Is(err, config.ErrChanged) || errors.As(err, &faults) {
		return err
	}
	return diskError("save settings", err)
}

// put puts settings into force.
func (d *settingsDesk) put(c config.Config) error {
	for _, apply := range d.apply {
		if err := apply(c); err != nil {
			return err
		}
	}
	return nil
}

// Reload implements [settings.Desk].
func (d *settingsDesk) Reload(context.Context) (config.Config, error) {
	c, err := config.LoadOver(d.file, d.base)
	if err != nil {
		return c, &settings.Fault{ID: "settings.file.wrong", Args: []any{strings.TrimPrefix(err.Error(), d.file)}, Err: err}
	}
	return c, nil
}

// Devices implements [settings.Desk].
func (d *settingsDesk) Devices(ctx context.Context) []settings.Device {
	var all []settings.Device
	for _, x := range printer.Devices(ctx) {
		all = append(all, settings.Device{URL: x.URL, Name: x.Name})
	}
	return all
}

// Preview implements [settings.Desk].
func (d *settingsDesk) Preview(_ context.Context, c config.Config) (image.Image, error) {
	p := d.e.printing
	setup := p.setup(c, c.Printer.URL)
	head, logo := p.letterhead(c)
	setup.Letterhead = head
	now := time.Now().In(c.Shop.Location())
	bits, err := setup.Raster(pos.PrintJob{Document: pos.DocSale}, receipt.Sample(d.e.shop, c.Shop.Language, now), d.e.shop)
	if err != nil {
		return nil, err
	}
	return picture(bits), logoFault(c.Receipt.Logo, logo)
}

// logoFault is trouble with a logo in the page's words.
func logoFault(name string, err error) error {
	var path *fs.PathError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return &settings.Fault{ID: "settings.logo.nowhere", Args: []any{name}, Err: err}
	case errors.Is(err, receipt.ErrNotPNG):
		return &settings.Fault{ID: "settings.logo.not-png", Args: []any{name}, Err: err}
	case errors.Is(err, receipt.ErrLogoTooBig):
		return &settings.Fault{ID: "settings.logo.too-big", Args: []any{name}, Err: err}
	case errors.Is(err, receipt.ErrLogoIsBlank):
		return &settings.Fault{ID: "settings.logo.blank", Args: []any{name}, Err: err}
	case errors.As(err, &path):
		return &settings.Fault{ID: "settings.logo.unreadable", Args: []any{path.Err}, Err: err}
	}
	return &settings.Fault{ID: "settings.logo.unreadable", Args: []any{err}, Err: err}
}

// picture is a bitmap as what a window can draw.
func picture(b receipt.Bitmap) image.Image {
	img := image.NewPaletted(image.Rect(0, 0, b.W, b.H), color.Palette{color.White, color.Black})
	for y := range b.H {
		for x := range b.W {
			if b.Black(x, y) {
				img.Pix[y*img.Stride+x] = 1
			}
		}
	}
	return img
}

// Status implements [settings.Desk].
func (d *settingsDesk) Status(ctx context.Context, c config.Config) (pos.PrinterStatus, error) {
	return d.e.printing.status(ctx, c)
}

// TestPage implements [settings.Desk].
func (d *settingsDesk) TestPage(ctx context.Context, c config.Config) error {
	job, _, err := d.e.printing.setup(c, c.Printer.URL).TestPage()
	if err != nil {
		return err
	}
	return d.e.printing.print(ctx, c, job)
}

// Letters implements [settings.Desk].
func (d *settingsDesk) Letters() string { return receipt.Answers }

// Diagnose implements [settings.Desk].
func (d *settingsDesk) Diagnose(read string) (settings.Printer, bool) {
	found, ok := receipt.Diagnose(read)
	return settings.Printer{Profile: found.Family, Paper: int(found.Paper), Cut: string(found.Cut), QR: string(found.QR)}, ok
}

// TryDrawer implements [settings.Desk].
func (d *settingsDesk) TryDrawer(c config.Config) { d.e.printing.tryDrawer(c) }

// poleTime is how long a pole display gets to be reached.
const poleTime = 2 * time.Second

// ShowPole implements [settings.Desk].
func (d *settingsDesk) ShowPole(ctx context.Context, c config.Config) error {
	d.tryOut()
	if err := d.e.pole.apply(c); err != nil {
		return err
	}
	d.e.pole.test()
	ctx, cancel := context.WithTimeout(ctx, poleTime)
	defer cancel()
	look := time.NewTicker(poleTime / 20)
	defer look.Stop()
	for {
		switch part, err := d.e.pole.health(); part.Light {
		case pos.LightOK:
			return nil
		case pos.LightBad:
			return pos.E(part.Cause, "show on the pole display", err)
		}
		select {
		case <-ctx.Done():
			return pos.E(pos.CodeDisplay, "show on the pole display", ctx.Err())
		case <-look.C:
		}
	}
}

// soundTime is how long the system may take until it is known whether anything is heard.
const soundTime = 1500 * time.Millisecond

// PlaySounds implements [settings.Desk].
func (d *settingsDesk) PlaySounds(ctx context.Context, c config.Config) error {
	if c.Sound.Volume == 0 {
		return &settings.Fault{ID: "settings.heard.mute"}
	}
	d.tryOut()
	d.e.bell.apply(c)
	d.e.bell.test()
	select {
	case <-ctx.Done():
	case <-time.After(soundTime):
	}
	if err := d.e.bell.player.Trouble(); err != nil {
		return &settings.Fault{ID: "settings.heard.nothing", Args: []any{err}, Err: err}
	}
	return nil
}

func (d *settingsDesk) tryOut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.trying = true
}

// Settle implements [settings.Desk].
func (d *settingsDesk) Settle() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.trying {
		return
	}
	d.trying = false
	if err := d.put(d.now); err != nil {
		d.e.log.Error("settings not put back after a trial", "err", err)
	}
}

// restartBy ends the session to start anew. Safe for concurrent use; it does not wait.
func (s *session) restartBy(by string) {
	s.log.Info("start anew", "by", by)
	s.mu.Lock()
	s.anew = true
	s.mu.Unlock()
	s.leave()
}
