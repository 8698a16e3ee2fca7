package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/config"
)

// A pole that is not there is tried, said to be missing, replaced while the till runs, and let go of at the end.
func TestPoleDesk_FollowsTheSettings(t *testing.T) {
	heard := make(chan pos.Part, 64)
	d := &poleDesk{log: slog.New(slog.DiscardHandler), report: func(p pos.Part) { heard <- p }}
	d.show(pos.Snapshot{Seq: 1})
	if part, err := d.health(); part.Light != pos.LightOff || err != nil || d.test() {
		t.Errorf("without one: %+v, %v", part, err)
	}
	c := config.Default()
	if err := d.apply(c); err != nil || len(heard) != 0 {
		t.Error("nothing changed, and something happened", err)
	}
	c.Display.Pole = "serial://" + filepath.Join(t.TempDir(), "none")
	if err := d.apply(c); err != nil {
		t.Fatal(err)
	}
	for part := range heard {
		if part.Light == pos.LightBad {
			if part.Cause != pos.CodeDisplay {
				t.Errorf("%+v", part)
			}
			break
		}
	}
	if part, err := d.health(); part.Light != pos.LightBad || !os.IsNotExist(err) {
		t.Errorf("%+v, %v", part, err)
	}
	if !d.test() {
		t.Error("there is a display to test")
	}
	c.Display.Pole = "serial:///"
	if err := d.apply(c); pos.CodeOf(err) != pos.CodeInvalid {
		t.Errorf("%v", err)
	}
	if part, _ := d.health(); part.Light != pos.LightBad {
		t.Error("a setting that is none took the display away")
	}
	c.Display.Pole = ""
	if err := d.apply(c); err != nil {
		t.Fatal(err)
	}
	if part, _ := d.health(); part.Light != pos.LightOff {
		t.Errorf("%+v", part)
	}
	begun := time.Now()
	d.stop()
	d.stop()
	if took := time.Since(begun); took > longEnough {
		t.Errorf("it lets go after %v", took)
	}
	c.Display.Pole = "serial:///dev/null"
	if err := d.apply(c); err != nil || d.pole != nil {
		t.Error("it begins again after its end", err)
	}
}
