//go:build e2e

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// before starts the till where it opens another window first. Nothing but stdout is read, as from an icon.
func (w *world) before(env ...string) *process {
	w.t.Helper()
	p := &process{cmd: exec.Command(filepath.Join(w.bin, "cashier"), "--data", w.data, "--lang", "en"), out: &lockedBuffer{}, done: make(chan struct{})}
	p.cmd.Env = append(append(w.env(), noWindowEnv+"="), env...)
	p.cmd.Stdout = p.out
	said, err := os.Create(filepath.Join(w.t.TempDir(), "stderr")) // a file, as a desktop keeps one
	if err != nil {
		w.t.Fatal(err)
	}
	defer said.Close()
	p.cmd.Stderr = said
	if err := p.cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.till = p
	go func() {
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	w.t.Cleanup(p.kill)
	w.eventually("the first window is there", func() bool {
		r, g, b := w.pixel("before", 683, 70) // its upper bar
		return r > 200 && g > 200 && b > 200
	})
	return p
}

func (w *world) ended(p *process) int {
	w.t.Helper()
	w.eventually("it ends by itself", func() bool {
		select {
		case <-p.done:
			return true
		default:
			return false
		}
	})
	return p.cmd.ProcessState.ExitCode()
}

func TestE2E_ACopiedTillAsks(t *testing.T) {
	w := newWorld(t)
	w.open()
	w.keys("6901234567892", "Return")
	w.keys("", "F8", "Return")
	w.eventually("it is sold", func() bool { return len(w.payments()) == 1 })
	w.till.end(t)

	elsewhere := installationEnv + "=" + filepath.Join(t.TempDir(), "other machine", "id")
	mark := filepath.Join(w.data, markFile)
	home := content(t, mark)
	p := w.before(elsewhere)
	w.keys("", "Return", "1", "Escape")
	if code := w.ended(p); code != 0 || content(t, mark) != home {
		t.Errorf("closed: exit %d", code)
	}
	p = w.before(elsewhere)
	w.keys("", "2", "Return", "Return")
	if code := w.ended(p); code != 2 || content(t, mark) != home {
		t.Errorf("a second till: exit %d", code)
	}
	p = w.before(elsewhere)
	w.keys("", "1", "Return")
	w.eventually("the till is drawn", func() bool { return w.ground() > 200 })
	w.keys("6901234567892", "Return")
	w.keys("", "F8", "Return")
	w.eventually("it sells on", func() bool { return len(w.payments()) == 2 })
	if code := p.end(t); code != 0 || content(t, mark) == home {
		t.Errorf("moved: exit %d", code)
	}
	w.ledger("verify")
	if code, _, said := w.run("cashier", "--data", w.data); code != 2 || !strings.Contains(said, w.data) {
		t.Errorf("back home, in a script: exit %d\n%s", code, said)
	}
}

func TestE2E_AnIconSaysWhyItDidNotStart(t *testing.T) {
	w := newWorld(t)
	w.write(filepath.Join(w.data, "config.toml"), []byte("[shop]\nid = \"s 1\"\n"))
	for _, key := range []string{"Return", "Escape"} {
		p := w.before()
		w.keys("", key)
		if code := w.ended(p); code != 2 {
			t.Errorf("a broken configuration, closed with %s: exit %d", key, code)
		}
	}
	p := w.before()
	if code := p.end(t); code != 2 {
		t.Errorf("SIGTERM while it is read: exit %d", code)
	}
}
