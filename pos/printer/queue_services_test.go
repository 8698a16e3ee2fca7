//go:build services && !windows

package printer

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/printer/printertest"
)

// startCUPS starts a print system of the test's own, which the programs of CUPS ask until the test ends.
func startCUPS(t *testing.T, history string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "cups") // not t.TempDir: where root starts it, its backends are somebody else, who must get in
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	files := ""
	for _, f := range []string{"ServerRoot", "RequestRoot", "CacheDir", "StateDir", "TempDir"} {
		path := filepath.Join(dir, f)
		if err := os.Mkdir(path, 0o755); err != nil {
			t.Fatal(err)
		}
		files += f + " " + path + "\n"
	}
	for _, f := range []string{"AccessLog", "ErrorLog", "PageLog"} {
		files += f + " " + filepath.Join(dir, f) + "\n"
	}
	socket := filepath.Join(dir, "cups.sock")
	conf := "Listen " + socket + "\nLogLevel debug\nBrowsing Off\nWebInterface No\nPreserveJobHistory " + history + `
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  <Limit All>
    Order allow,deny
    Allow all
  </Limit>
</Policy>
`
	for name, text := range map[string]string{"cupsd.conf": conf, "cups-files.conf": files} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("/usr/sbin/cupsd", "-f", "-c", filepath.Join(dir, "cupsd.conf"), "-s", filepath.Join(dir, "cups-files.conf"))
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { cmd.Wait(); close(ended) }()
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM) // it ends its backends
		select {
		case <-ended:
		case <-time.After(longEnough):
			t.Error("cupsd does not stop")
			cmd.Process.Kill()
			<-ended
		}
		if t.Failed() {
			said, _ := os.ReadFile(filepath.Join(dir, "ErrorLog"))
			t.Logf("%s", said)
		}
	})
	t.Setenv("CUPS_SERVER", socket)
	eventually(t, "cupsd answers", func() bool {
		select {
		case <-ended:
			t.Fatal("cupsd ended")
		default:
		}
		return strings.Contains(does(t, "lpstat", "-r"), "is running")
	})
}

// eventually waits for another program: no virtual time there.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(longEnough); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if is() {
			return
		}
	}
	t.Fatalf("not in %v: %s", longEnough, what)
}

// does runs a program of CUPS and returns what it says.
func does(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := runProgram(t.Context(), nil, name, args...)
	if err != nil {
		t.Fatalf("%s %v: %v", name, args, err)
	}
	return string(out)
}

// addQueue makes a queue that changes nothing of what it is given, and opens it as the till does.
func addQueue(t *testing.T, name, device, onError string) *queue {
	t.Helper()
	does(t, "lpadmin", "-p", name, "-E", "-v", device, "-o", "printer-error-policy="+onError)
	p, err := Open("queue:"+name, Options{QueueTimeout: 30 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return p.(*queue)
}

// networkPrinter is a printer in the network, with a queue for it.
func networkPrinter(t *testing.T, name string, m printertest.Manner) (*printertest.Printer, *queue) {
	t.Helper()
	fake := printertest.New(m)
	url, stop, err := fake.Listen()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return fake, addQueue(t, name, strings.Replace(url, "tcp:", "socket:", 1), "retry-job")
}

// anyBytes is a job with every byte in it, that looks like a document a print system would convert.
func anyBytes() []byte {
	b := []byte("%!PS-Adobe-3.0\r\n\x1b@\xca\xd5\xbe\xdd\n\x1dv0\x00\x20\x00\x08\x00")
	for i := range 256 {
		b = append(b, byte(i))
	}
	return append(b, "\n\x1dV\x00"...)
}

func TestCUPS_PrintsByteForByte(t *testing.T) {
	for _, history := range []string{"Yes", "No"} {
		t.Run("history "+history, func(t *testing.T) {
			startCUPS(t, history)
			fake, q := networkPrinter(t, "Kasse", printertest.Manner{})
			job := anyBytes()
			if began, err := q.printNamed(t.Context(), "S001-T1-20261120-0001", job); !began || err != nil {
				t.Fatal(began, err)
			}
			if got := fake.Papers(); len(got) != 1 || !bytes.Equal(got[0], job) {
				t.Errorf("printed %q", got)
			}
			if got := queueDevices(t.Context(), nil); !slices.Equal(got, []Device{{"queue:Kasse", "Kasse"}}) {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestCUPS_WhatIsNotPrintedIsNotToldPrinted(t *testing.T) {
	startCUPS(t, "Yes")
	for name, stop := range map[string][]string{"canceled in print": nil, "canceled in a stopped queue": {"cupsdisable", "Kasse"}} {
		t.Run(name, func(t *testing.T) {
			fake, q := networkPrinter(t, "Kasse", printertest.Manner{KeepsOpen: true}) // CUPS waits for it
			type outcome struct {
				began bool
				err   error
			}
			end := make(chan outcome, 1)
			go func() {
				began, err := q.Print(t.Context(), []byte("receipt\n"))
				end <- outcome{began, err}
			}()
			eventually(t, "the printer has it", func() bool { return fake.Count("receipt") > 0 })
			if stop != nil {
				does(t, stop[0], stop[1:]...)
			}
			does(t, "cancel", "-a", "Kasse")
			if o := <-end; !o.began || pos.CodeOf(o.err) != pos.CodePrinter || !strings.Contains(fmt.Sprint(o.err), errCanceled.Error()) {
				t.Errorf("%+v", o)
			}
		})
	}
	t.Run("aborted", func(t *testing.T) {
		q := addQueue(t, "Weg", "socket://127.0.0.1:1/?contimeout=1", "abort-job")
		if began, err := q.Print(t.Context(), []byte("receipt\n")); !began || pos.CodeOf(err) != pos.CodePrinter || !strings.Contains(fmt.Sprint(err), errAborted.Error()) {
			t.Error(began, err)
		}
	})
	t.Run("no such queue", func(t *testing.T) {
		p, err := Open("queue:Nix", Options{})
		if err != nil {
			t.Fatal(err)
		}
		if began, err := p.Print(t.Context(), []byte("receipt\n")); began || pos.CodeOf(err) != pos.CodePrinterPort {
			t.Error(began, err)
		}
		if err := Kick(t.Context(), p, []byte("\x1bp\x00\x19\xfa")); pos.CodeOf(err) != pos.CodePrinterPort {
			t.Error(err)
		}
	})
}

func TestCUPS_AStoppedQueueKeepsNothingForLater(t *testing.T) {
	startCUPS(t, "Yes")
	fake, q := networkPrinter(t, "Kasse", printertest.Manner{})
	does(t, "cupsdisable", "Kasse")
	if began, err := q.Print(t.Context(), []byte("receipt 1\n")); began || pos.CodeOf(err) != pos.CodePrinterOff {
		t.Error(began, err)
	}
	kick := []byte("\x1bp\x00\x19\xfa")
	if err := Kick(t.Context(), q, kick); err == nil {
		t.Error("it was told to have left")
	}
	if left := does(t, "lpstat", "-W", "not-completed", "-o", "Kasse"); left != "" {
		t.Errorf("in the queue: %s", left)
	}
	does(t, "cupsenable", "Kasse")
	if began, err := q.Print(t.Context(), []byte("receipt 2\n")); !began || err != nil {
		t.Error(began, err)
	}
	if fake.Kicks() != 0 || fake.Count("receipt 1") != 0 || fake.Count("receipt 2") != 1 { // one after the other: it would have come before
		t.Errorf("%d kicks, printed %q", fake.Kicks(), fake.Torn())
	}
	if err := Kick(t.Context(), q, kick); err != nil || fake.Kicks() != 1 {
		t.Errorf("%v, %d kicks", err, fake.Kicks())
	}
}
