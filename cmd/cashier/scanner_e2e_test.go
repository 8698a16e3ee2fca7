//go:build e2e

package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// wedge sends a code and Enter as a scanner does, so many milliseconds apart.
func (w *world) wedge(code, delay string) {
	w.t.Helper()
	w.focus()
	w.xdotool("type", "--delay", delay, "--args", "1", code, "key", "Return")
}

// Real keys in the real window: each scan is one piece in the cart, and whatever has the focus, at the pace of a quick and of a slow scanner, it
// sells. So does what comes from a scanner on a serial port, which is a pseudo-terminal here.
func TestE2E_Scanner(t *testing.T) {
	const cola = "6901234567892" // 3.00
	w := newWorld(t)
	end, path := cable(t)
	defer end.Close()
	config := filepath.Join(w.data, "config.toml")
	said, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	w.write(config, append(said, "\n[scanner]\nmode = \"serial://"+path+"\"\n"...))
	defer func() {
		if t.Failed() {
			t.Logf("on paper:\n%s", strings.Join(w.receipts(), "\n"))
		}
	}()
	w.open()
	for range 8 {
		w.wedge(cola, "1")
	}
	w.keys("", "F8")
	w.keys("50", "Return")
	w.eventually("eight pieces are on paper", func() bool {
		all := w.receipts()
		return len(all) == 1 && strings.Contains(all[0], "24.00")
	})
	for what, scan := range map[string]func(){
		"from the search":  func() { w.keys("", "F2"); w.wedge(cola, "2") },
		"over the menu":    func() { w.keys("", "F10"); w.wedge(cola, "2") },
		"over the takings": func() { w.keys("", "ctrl+d"); w.wedge(cola, "2") },
		"at 40 ms":         func() { w.wedge(cola, "40") },
		"over the cable": func() {
			if _, err := end.WriteString(cola + "\r\n"); err != nil {
				t.Fatal(err)
			}
		},
	} {
		before, tries := len(w.receipts()), 0
		w.eventually("it is sold "+what, func() bool {
			if len(w.receipts()) > before {
				return true
			}
			if tries++; tries%30 == 1 { // xdotool on a busy machine is no scanner: it may take longer between two keys than one does
				w.keys("", "Escape", "Escape")
				scan()
			}
			w.keys("", "F8", "Return")
			return false
		})
	}
	if code := w.till.end(t); code != exitDone {
		t.Errorf("exit %d\n%s", code, w.till.out)
	}
	w.ledger("verify")
}

// cable is both ends of a pseudo-terminal: the scanner's, and the path of the till's.
func cable(t *testing.T) (*os.File, string) {
	t.Helper()
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	return os.NewFile(uintptr(fd), "/dev/ptmx"), filepath.Join("/dev/pts", strconv.Itoa(n))
}
