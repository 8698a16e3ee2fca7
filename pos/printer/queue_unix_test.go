//go:build !windows

package printer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
)

// fakeCUPS answers as the programs of CUPS do.
type fakeCUPS struct {
	printer string        // what lpstat -l -p says
	takes   time.Duration // how long a job stays; negative: for ever
	ended   string        // what cancel says of a job that has left; empty: that it is completed
	fail    map[string]error
	asked   []string
	printed []string
	taken   int // out of the queue
	since   time.Time
}

func (f *fakeCUPS) run(_ context.Context, stdin []byte, name string, args ...string) ([]byte, error) {
	f.asked = append(f.asked, strings.Join(append([]string{name}, args...), " "))
	if err := f.fail[name]; err != nil {
		return nil, err
	}
	switch {
	case name == "lp":
		f.printed, f.since = append(f.printed, string(stdin)), time.Now()
		return []byte("request id is Kasse-7 (1 file(s))\n"), nil
	case name == "lpstat" && args[0] == "-l":
		return []byte(f.printer), nil
	case name == "lpstat" && args[0] == "-e":
		return []byte("Kasse\nBuero\n"), nil
	case name == "cancel" && (f.waits() || f.ended == back):
		f.taken++
		return nil, nil
	case name == "cancel":
		said := fmt.Sprintf("cancel: cancel-job failed: Job #7 %s.", cmp.Or(f.ended, "is already completed - can't cancel"))
		return nil, errors.Join(errors.New(said), errors.New("exit status 1"))
	case name == "lpstat" && f.waits():
		return []byte("Kasse-7   anna   1024   Sat Nov 28 02:00:00 2026\n"), nil
	}
	return nil, nil
}

func (f *fakeCUPS) waits() bool { return f.takes < 0 || time.Since(f.since) < f.takes }

// back is for a job that somebody restarted after it had left.
const back = "back"

const (
	idle     = "printer Kasse is idle.  enabled since Sat Nov 28 02:00:00 2026\n\tForm mounted:\n\tAlerts: none\n"
	disabled = "printer Kasse disabled since Sat Nov 28 02:00:00 2026 -\n\tPaused\n\tAlerts: paused\n"
)

func alert(word string) string { return strings.Replace(idle, "none", word, 1) }

func TestQueue_OfCUPS(t *testing.T) {
	gone := errors.Join(errors.New(`lpstat: Invalid destination name in list "Kasse"`), errors.New("exit status 1"))
	for name, c := range map[string]struct {
		cups      fakeCUPS
		ask       Ask
		began     bool
		code      pos.Code
		took      time.Duration
		withdrawn bool
	}{
		"prints":                {cups: fakeCUPS{printer: idle, takes: time.Second}, ask: AskAuto, began: true, took: time.Second},
		"nobody waits for it":   {cups: fakeCUPS{printer: idle, takes: -1}, ask: AskNone, began: true},
		"that is no proof":      {cups: fakeCUPS{printer: idle}, ask: AskRequire, began: true, code: pos.CodePrinter},
		"stays":                 {cups: fakeCUPS{printer: idle, takes: -1}, ask: AskAuto, began: true, code: pos.CodePrinter, took: time.Minute, withdrawn: true},
		"canceled":              {cups: fakeCUPS{printer: idle, takes: time.Second, ended: "is already canceled - can't cancel"}, ask: AskAuto, began: true, code: pos.CodePrinter, took: time.Second},
		"aborted":               {cups: fakeCUPS{printer: idle, takes: time.Second, ended: "is already aborted - can't cancel"}, ask: AskAuto, began: true, code: pos.CodePrinter, took: time.Second},
		"restarted by a person": {cups: fakeCUPS{printer: idle, takes: time.Second, ended: back}, ask: AskAuto, began: true, code: pos.CodePrinter, took: time.Second, withdrawn: true},
		"no history":            {cups: fakeCUPS{printer: idle, takes: time.Second, ended: "does not exist"}, ask: AskAuto, began: true, took: time.Second},
		"it may not ask":        {cups: fakeCUPS{printer: idle, fail: map[string]error{"cancel": errors.New("cancel: cancel-job failed: Forbidden")}}, ask: AskAuto, began: true},
		"it is not told":        {cups: fakeCUPS{printer: idle, ended: "is gone to the moon"}, ask: AskAuto, began: true, code: pos.CodePrinter, took: time.Minute},
		"stopped":               {cups: fakeCUPS{printer: disabled}, ask: AskAuto, code: pos.CodePrinterOff},
		"no paper":              {cups: fakeCUPS{printer: alert("media-empty-error")}, ask: AskAuto, code: pos.CodePaper},
		"cover":                 {cups: fakeCUPS{printer: alert("media-empty-error cover-open-report")}, ask: AskAuto, code: pos.CodeCover},
		"little paper":          {cups: fakeCUPS{printer: alert("media-low-report"), takes: time.Second}, ask: AskAuto, began: true, took: time.Second},
		"unplugged":             {cups: fakeCUPS{printer: alert("offline-report")}, ask: AskAuto, code: pos.CodePrinterOff},
		"no such queue":         {cups: fakeCUPS{fail: map[string]error{"lpstat": gone}}, ask: AskAuto, code: pos.CodePrinterPort},
		"no CUPS":               {cups: fakeCUPS{fail: map[string]error{"lpstat": exec.ErrNotFound}}, ask: AskAuto, code: pos.CodePrinterPort},
		"the scheduler is down": {cups: fakeCUPS{fail: map[string]error{"lpstat": errors.New("lpstat: Scheduler is not running.")}}, ask: AskAuto, code: pos.CodePrinterOff},
		"it does not take it":   {cups: fakeCUPS{printer: idle, fail: map[string]error{"lp": errors.New("lp: Destination \"Kasse\" is not accepting jobs.")}}, ask: AskAuto, code: pos.CodePrinterOff},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, err := Open("queue:Kasse", Options{Ask: c.ask, Run: c.cups.run})
				if err != nil {
					t.Fatal(err)
				}
				from := time.Now()
				began, err := p.(named).printNamed(t.Context(), "S001-T1-20261120-0001", []byte("receipt"))
				took := time.Since(from)
				if began != c.began || pos.CodeOf(err) != c.code || took < c.took || took > c.took+time.Second {
					t.Errorf("%v, %v after %v", began, err, took)
				}
				if began != slices.Equal(c.cups.printed, []string{"receipt"}) {
					t.Errorf("printed %q", c.cups.printed)
				}
				if began && !slices.Contains(c.cups.asked, "lp -d Kasse -o raw -t S001-T1-20261120-0001") {
					t.Errorf("%q", c.cups.asked)
				}
				if c.withdrawn != (c.cups.taken == 1) || c.withdrawn && !slices.Contains(c.cups.asked, "cancel Kasse-7") {
					t.Errorf("%q", c.cups.asked)
				}
			})
		})
	}
}

func TestQueue_AKickLeavesInItsTimeOrIsTakenOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cups := &fakeCUPS{printer: disabled}
		p, err := Open("queue:Kasse", Options{Run: cups.run})
		if err != nil {
			t.Fatal(err)
		}
		from := time.Now()
		if err := Kick(t.Context(), p, []byte("kick")); err != nil || time.Since(from) > 0 || fmt.Sprint(cups.printed) != "[kick]" {
			t.Error(err, time.Since(from), cups.printed)
		}
		if cups.taken > 0 {
			t.Error("it was taken out")
		}
		cups.takes = -1 // the queue is stopped
		if err := Kick(t.Context(), p, []byte("kick")); err == nil || time.Since(from) != KickLife || cups.taken != 1 {
			t.Error(err, time.Since(from), cups.asked)
		}
		cups.fail = map[string]error{"lp": exec.ErrNotFound}
		if err := Kick(t.Context(), p, []byte("kick")); pos.CodeOf(err) != pos.CodePrinterPort {
			t.Error(err)
		}
	})
}

func TestQueue_AreListed(t *testing.T) {
	cups := &fakeCUPS{}
	got := queueDevices(t.Context(), cups.run)
	if !slices.Equal(got, []Device{{"queue:Kasse", "Kasse"}, {"queue:Buero", "Buero"}}) {
		t.Errorf("%+v", got)
	}
	cups.fail = map[string]error{"lpstat": exec.ErrNotFound}
	if got := queueDevices(t.Context(), cups.run); got != nil {
		t.Errorf("%+v", got)
	}
}
