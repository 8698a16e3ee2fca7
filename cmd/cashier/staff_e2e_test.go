//go:build e2e

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// entries counts the lines of the journal that say all of this.
func (w *world) entries(words ...string) int {
	w.t.Helper()
	file := filepath.Join(w.t.TempDir(), "journal.csv")
	w.ledger("export", "journal", "-o", file)
	raw, err := os.ReadFile(file)
	if err != nil {
		w.t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(raw)) {
		all := true
		for _, s := range words {
			all = all && strings.Contains(line, s)
		}
		if all {
			n++
		}
	}
	return n
}

// covered reports whether the lock covers the window: its ground is not quite as white as the cart.
func (w *world) covered() bool {
	r, _, _ := w.pixel("lock", 1300, 300)
	return r > 200 && r < 250
}

// hire sets up Boss, an owner, and Lily, a cashier, and locks the till. The recovery code is the first paper of such a day.
func (w *world) hire(bossPIN, lilyPIN string) {
	w.t.Helper()
	w.keys("", "F12", "Return")
	w.keys("Boss", "Return")
	w.keys(bossPIN, "Return")
	w.keys(bossPIN, "Return")
	w.eventually("the owner is in the books", func() bool { return w.entries("staff", "Boss", "owner") == 1 })
	w.eventually("there is a recovery code", func() bool { return w.entries("staff", "recovery code made") == 1 })
	w.rest() // the code stands for a second at least, and no picture of it is taken faster: an Enter struck twice does not take it away
	w.keys("", "Return", "Return")
	w.keys("Lily", "Return")
	w.keys(lilyPIN, "Return")
	w.keys(lilyPIN, "Return")
	w.eventually("the cashier is in the books", func() bool { return w.entries("staff", "Lily", "cashier") == 1 })
	w.keys("", "Escape", "F12")
	w.eventually("the window is locked", w.covered)
}

// A day with staff by keys alone: an owner and a cashier are set up, the cashier signs in with a PIN typed as fast as a scanner
// sends, an owner allows in place what the cashier may not do, and the shift is closed by a count that differs.
func TestE2E_StaffAndShift(t *testing.T) {
	// Not 00000001: the zeros that the chain begins with stand in the file right before the first hash, which may begin with a 1.
	const bossPIN, lilyPIN, wrongPIN = "48261735", "75318642", "90817263"
	w := newWorld(t)
	w.open()
	w.hire(bossPIN, lilyPIN)

	w.focus()
	w.xdotool("type", "--delay", "2", "--args", "1", "6901234567892", "key", "Return") // a scan sells nothing here, and is no PIN
	w.keys("", "F9", "F8", "Escape")
	w.eventually("Lily is chosen", func() bool { // not by a digit, which on a busy machine comes in one burst with the PIN
		if r, g, _ := w.pixel("lock", 285, 296); g > r+50 {
			return true
		}
		w.keys("", "Down") // does nothing while the scan is still being looked at as a PIN
		return false
	})
	w.keys("", "Return")
	w.keys(lilyPIN, "Return")
	w.eventually("the cashier is at the till", func() bool { return !w.covered() })
	w.keys("6901234567892", "Return", "F8")
	w.keys("5", "Return")
	w.eventually("the receipt is on paper", func() bool { return len(w.receipts()) == 2 }) // the recovery code was the first paper
	if paper := w.receipts()[1]; !strings.Contains(paper, "Lily") || !strings.Contains(paper, "3.00") {
		t.Errorf("the receipt does not say who sold:\n%s", paper)
	}

	w.keys("", "ctrl+o", "Down", "Return") // why; and somebody has to allow it
	w.keys(wrongPIN, "Return")
	w.keys(bossPIN, "Return")
	tries := 0
	w.eventually("the drawer is on record", func() bool {
		if w.entries("drawer-opened", "Boss", "Lily") == 1 {
			return true
		}
		if tries++; tries%20 == 0 && w.dimmed() {
			w.keys(bossPIN, "Return") // the wrong PIN was still being looked at, and the question still stands there
		}
		return false
	})

	w.eventually("nobody is asked any more", func() bool { return !w.dimmed() }) // or the prompt takes the next key

	w.keys("", "ctrl+j", "Return", "Down", "Down", "Down", "Down", "Down")
	w.keys("2", "F4") // two of the three yuan
	w.keys("", "Down")
	w.eventually("the shift is closed", func() bool {
		if w.entries("shift-closed") == 0 {
			w.keys("", "Return") // at first it wants to be looked at
		}
		return w.entries("shift-closed", "Lily") == 1
	})
	w.eventually("the Z report is on paper", func() bool {
		last := w.receipts()
		return len(last) > 1 && strings.Contains(last[len(last)-1], "Z0001")
	})
	w.keys("", "Return")
	w.till.end(t)
	w.ledger("verify")
	w.noSecrets()
	w.never(bossPIN, lilyPIN, wrongPIN)
}

// never looks for what nobody may find in anything the till wrote or said.
func (w *world) never(secrets ...string) {
	w.t.Helper()
	for _, secret := range secrets {
		err := filepath.Walk(w.data, func(path string, info os.FileInfo, err error) error {
			if err != nil || info.IsDir() {
				return err
			}
			raw, err := os.ReadFile(path)
			if i := bytes.Index(raw, []byte(secret)); i >= 0 {
				w.t.Errorf("%s has the PIN %s in it: %q", path, secret, raw[max(0, i-60):min(len(raw), i+60)])
			}
			return err
		})
		if err != nil {
			w.t.Error(err)
		}
		if strings.Contains(w.till.out.String(), secret) {
			w.t.Error("a PIN was printed")
		}
	}
}
