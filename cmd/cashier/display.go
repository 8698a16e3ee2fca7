package main

import (
	"context"
	"log/slog"
	"sync"

	"guitai/pos"
	"guitai/pos/config"
	poledisplay "guitai/pos/display" // the program has a display of its own, the one that windows are on
)

// poleDesk keeps the customer's pole display in use that the settings name, if they name one. Safe for concurrent use; nothing in here
// waits but stop.
type poleDesk struct {
	log    *slog.Logger
	report func(pos.Part) // hears of every change of its health

	mu      sync.Mutex
	stopped bool
	running sync.WaitGroup
	setting config.Display    // that is in use
	pole    *poledisplay.Pole // nil for none
	end     func()
	ended   <-chan struct{} // closed once the one before has let go of its port; nil when there was none
	last    *pos.Snapshot
}

// show takes the till's newest state.
func (d *poleDesk) show(s pos.Snapshot) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.last = &s
	if d.pole != nil {
		d.pole.Show(s)
	}
}

// apply takes the display of the settings into use, in place of the one before. The error is about the settings; a display that is not
// there is no error, but its health. After stop it does nothing.
func (d *poleDesk) apply(c config.Config) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	var wanted config.Display
	if c.Display.Pole != "" {
		wanted = config.Display{Pole: c.Display.Pole, PoleType: c.Display.PoleType, Welcome: c.Display.Welcome}
	}
	if d.stopped || wanted == d.setting {
		return nil
	}
	var pole *poledisplay.Pole
	if wanted.Pole != "" {
		var err error
		pole, err = poledisplay.New(poledisplay.Config{
			URL: wanted.Pole, Kind: poledisplay.Kind(wanted.PoleType), Welcome: wanted.Welcome, Log: d.log,
			Report: func(p pos.Part) { d.heard(pole, p) },
		})
		if err != nil {
			return err
		}
	}
	if d.pole != nil {
		d.end()
	}
	d.setting, d.pole = wanted, pole
	if pole == nil {
		d.report(pos.Part{Light: pos.LightOff})
		return nil
	}
	d.report(pos.Part{Light: pos.LightBusy})
	if d.last != nil {
		pole.Show(*d.last)
	}
	d.start(pole)
	return nil
}

// start runs a pole once the one before has let go of its port, which may be the same.
func (d *poleDesk) start(pole *poledisplay.Pole) {
	ctx, cancel := context.WithCancel(context.Background())
	before, ended := d.ended, make(chan struct{})
	d.end, d.ended = cancel, ended
	d.running.Go(func() {
		defer close(ended)
		if before != nil {
			<-before
		}
		pole.Run(ctx)
	})
}

// heard passes the health on of the display that is in use. What one that was replaced says at its end is nobody's concern.
func (d *poleDesk) heard(pole *poledisplay.Pole, p pos.Part) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if pole == d.pole && !d.stopped {
		d.report(p)
	}
}

// test shows every digit for a few seconds. It reports whether there is a display.
func (d *poleDesk) test() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.pole == nil {
		return false
	}
	d.pole.Test()
	return true
}

// health is how the display is, and of one that is not reached why, in the system's own words. Without a display it is LightOff.
func (d *poleDesk) health() (pos.Part, error) {
	d.mu.Lock()
	pole := d.pole
	d.mu.Unlock()
	if pole == nil {
		return pos.Part{Light: pos.LightOff}, nil
	}
	return pole.Health()
}

// stop clears the display and waits until it has let go of its port. Safe to repeat.
func (d *poleDesk) stop() {
	d.mu.Lock()
	d.stopped = true
	if d.pole != nil {
		d.end()
	}
	d.mu.Unlock()
	d.running.Wait()
}
