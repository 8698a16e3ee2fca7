package printer

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/printer/printertest"
)

// longEnough is how long a test waits for what other goroutines, other programs and the system bring. It is no measure of anything, and a
// test that works waits for a small part of it: it is for a machine that does much beside.
const longEnough = 2 * time.Minute

// onTerminal is a printer behind a pseudo-terminal, and how the till names it.
func onTerminal(t *testing.T, m made) (fake *printertest.Printer, path string) {
	t.Helper()
	fake = printertest.New(m)
	path, stop, err := fake.Pty()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return fake, path
}

// TestDevices_OnATerminal goes through what a printer does behind the two kinds of device files that Linux has for them.
func TestDevices_OnATerminal(t *testing.T) {
	for _, scheme := range []string{"usb://", "serial://"} {
		open := func(t *testing.T, path string, o Options) pos.Printer {
			t.Helper()
			url := scheme + path
			if scheme == "serial://" {
				url += "?baud=921600"
			}
			p, err := Open(url, o)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		t.Run(scheme+" prints and says so", func(t *testing.T) {
			fake, path := onTerminal(t, made{Chatter: true})
			p := open(t, path, Options{Ask: AskRequire})
			for _, name := range []string{"A", "B"} {
				if began, err := p.Print(t.Context(), receiptOf(name, true)); !began || err != nil {
					t.Fatal(began, err)
				}
			}
			if papers := fake.Papers(); len(papers) != 2 || string(papers[0]) != string(trimAck(receiptOf("A", true))) {
				t.Errorf("%q", papers)
			}
			fake.Set(func(s *printertest.State) { s.PaperOut = true })
			status, err := p.Status(t.Context())
			if err != nil || status.Code != pos.CodePaper || status.Silent {
				t.Errorf("%+v, %v", status, err)
			}
			if began, err := p.Print(t.Context(), receiptOf("C", true)); began || pos.CodeOf(err) != pos.CodePaper {
				t.Error(began, err)
			}
			if len(fake.Faults()) > 0 || fake.Count("C\n") > 0 {
				t.Error(fake.Faults(), "C came out")
			}
		})
		t.Run(scheme+" silent", func(t *testing.T) {
			fake, path := onTerminal(t, made{Silent: true})
			if began, err := open(t, path, Options{}).Print(t.Context(), receiptOf("A", true)); !began || err != nil {
				t.Fatal(began, err)
			}
			wantSoon(t, func() bool { return fake.Count("A\n") == 1 })
		})
		t.Run(scheme+" at the wrong speed", func(t *testing.T) {
			fake, path := onTerminal(t, made{Noise: true})
			if began, err := open(t, path, Options{}).Print(t.Context(), receiptOf("A", true)); began || pos.CodeOf(err) != pos.CodePrinterPort {
				t.Error(began, err)
			}
			if n := fake.Count("A\n"); n > 0 {
				t.Error("it printed")
			}
		})
		t.Run(scheme+" hangs in the middle", func(t *testing.T) {
			_, path := onTerminal(t, made{HangAfter: 200})
			big := append([]byte("\x1b@"), make([]byte, 64<<10)...)
			began, err := open(t, path, Options{ChunkTimeout: 300 * time.Millisecond}).Print(t.Context(), big)
			if !began || err == nil {
				t.Error(began, err)
			}
		})
		t.Run(scheme+" is plugged out in the middle", func(t *testing.T) {
			fake, path := onTerminal(t, made{Pause: 20 * time.Millisecond})
			p := open(t, path, Options{Ask: AskNone})
			big := append([]byte("\x1b@"), make([]byte, 256<<10)...)
			go func() {
				for fake.Torn() == nil && fake.Count("\x1b@") == 0 {
					time.Sleep(time.Millisecond)
				}
				fake.Restart() // which closes its end
			}()
			if began, err := p.Print(t.Context(), big); !began || pos.CodeOf(err) != pos.CodePrinterOff {
				t.Error(began, err, pos.CodeOf(err))
			}
		})
		t.Run(scheme+" a drawer kick", func(t *testing.T) {
			fake, path := onTerminal(t, made{})
			if err := Kick(t.Context(), open(t, path, Options{}), []byte("\x1bp\x00\x19\xfa")); err != nil {
				t.Fatal(err)
			}
			wantSoon(t, func() bool { return fake.Kicks() == 1 })
		})
		t.Run(scheme+" is no device", func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "file")
			if err := os.WriteFile(file, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			for path, code := range map[string]pos.Code{
				file: pos.CodePrinterPort, file + "-none": pos.CodePrinterPort, "/dev/usb/lp63": pos.CodePrinterOff, "/dev/ttyUSB63": pos.CodePrinterOff,
			} {
				if _, err := open(t, path, Options{}).Status(t.Context()); pos.CodeOf(err) != code {
					t.Errorf("%s: %v is %s", path, err, pos.CodeOf(err))
				}
			}
		})
	}
}

// wantSoon waits for what a printer does after the till is through with it.
func wantSoon(t *testing.T, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(longEnough); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it does not come")
		}
	}
}

// plugIn makes a printer known to a system of the test's own.
func plugIn(t *testing.T, sys, dev, name, serial, id string) {
	t.Helper()
	device := filepath.Join(sys, "devices", "usb-"+name)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.MkdirAll(filepath.Join(device, "interface"), 0o700))
	must(os.WriteFile(filepath.Join(device, "serial"), []byte(serial+"\n"), 0o600))
	must(os.WriteFile(filepath.Join(device, "interface", "ieee1284_id"), []byte(id+"\n"), 0o600))
	class := filepath.Join(sys, "class", "usbmisc", name)
	must(os.MkdirAll(class, 0o700))
	must(os.Symlink(filepath.Join(device, "interface"), filepath.Join(class, "device")))
	must(os.MkdirAll(dev, 0o700))
	must(os.WriteFile(filepath.Join(dev, name), nil, 0o600))
}

func plugOut(t *testing.T, sys, dev, name string) {
	t.Helper()
	for _, path := range []string{filepath.Join(sys, "class", "usbmisc", name), filepath.Join(sys, "devices", "usb-"+name), filepath.Join(dev, name)} {
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
	}
}

func TestUSB_FoundAgainUnderAnotherNumber(t *testing.T) {
	sys, dev := filepath.Join(t.TempDir(), "sys"), filepath.Join(t.TempDir(), "usb")
	const tm, xp = "MFG:EPSON;CMD:ESC/POS;MDL:TM-T20;", "MFG:Xprinter;MDL:XP-80;"
	plugIn(t, sys, dev, "lp0", "J1", tm)
	plugIn(t, sys, dev, "lp1", "", xp)
	at := func(d *usbDevice) string {
		path, err := d.find()
		if err != nil {
			return err.Error()
		}
		return filepath.Base(path)
	}
	first := &usbDevice{path: filepath.Join(dev, "lp0"), sys: sys, dev: dev}
	if at(first) != "lp0" {
		t.Error(at(first))
	}
	first.id = first.identity(first.path) // what open remembers
	named := &usbDevice{path: filepath.Join(dev, "lp7"), id: "J1", sys: sys, dev: dev}
	other := &usbDevice{path: filepath.Join(dev, "lp0"), id: xp, sys: sys, dev: dev}
	if at(named) != "lp0" || at(other) != "lp1" {
		t.Error(at(named), at(other))
	}
	// Plugged in again, they have changed places.
	plugOut(t, sys, dev, "lp0")
	plugOut(t, sys, dev, "lp1")
	plugIn(t, sys, dev, "lp0", "", xp)
	if why := at(first); !strings.Contains(why, "not plugged in") {
		t.Error(why)
	}
	plugIn(t, sys, dev, "lp3", "J1", tm)
	if at(first) != "lp3" || at(named) != "lp3" || at(other) != "lp0" {
		t.Error(at(first), at(named), at(other))
	}
	if _, err := (&usbDevice{path: first.path, id: "J9", sys: sys, dev: dev}).open(t.Context()); codeOfSystem(err) != pos.CodePrinterOff {
		t.Error(err)
	}
	if m := modelOf(tm); m != "EPSON TM-T20" {
		t.Error(m)
	}
	if m := modelOf("MANUFACTURER:Xprinter;MODEL:Xprinter XP-80;"); m != "Xprinter XP-80" {
		t.Error(m)
	}
}

func TestUSB_WhyItCannotBeOpened(t *testing.T) {
	for number, code := range map[syscall.Errno]pos.Code{
		syscall.EACCES: pos.CodePrinterAccess, syscall.EBUSY: pos.CodePrinterBusy, syscall.ENODEV: pos.CodePrinterOff,
		syscall.EIO: pos.CodePrinterOff, syscall.ENOSPC: pos.CodePaper, syscall.EHOSTUNREACH: pos.CodePrinterOff,
		syscall.ECONNREFUSED: pos.CodePrinterPort, syscall.ENOTTY: pos.CodePrinterPort, syscall.ENOMEM: pos.CodePrinter,
	} {
		l := newLine("usb:///dev/usb/lp0", Options{}, func(context.Context) (channel, error) {
			return nil, &os.PathError{Op: "open", Path: "/dev/usb/lp0", Err: number}
		})
		if _, err := l.Status(t.Context()); pos.CodeOf(err) != code {
			t.Errorf("%v is %s", err, pos.CodeOf(err))
		}
	}
}

// portSaying is a USB printer that says nothing itself, but whose port does.
type portSaying struct {
	channel
	status int
}

func (p portSaying) portStatus() (int, bool) { return p.status, true }

func TestUSB_ThePortIsBelievedOnceItWasWell(t *testing.T) {
	for _, c := range []struct {
		name   string
		before int
		now    int
		code   pos.Code
	}{
		{"always the same, and no good", 0x30, 0x30, pos.CodeNone},
		{"no paper", 0x18, 0x30, pos.CodePaper},
		{"a fault", 0x18, 0x10, pos.CodePrinterError},
		{"well", 0x18, 0x18, pos.CodeNone},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake := printertest.New(made{Silent: true})
				status := c.before
				l := newLine("usb:///dev/usb/lp0", Options{}, func(ctx context.Context) (channel, error) {
					ch, err := fake.Dial(ctx, "", "")
					return portSaying{ch, status}, err
				})
				if _, err := l.Print(t.Context(), receiptOf("A", true)); err != nil {
					t.Fatal(err)
				}
				status = c.now
				if began, err := l.Print(t.Context(), receiptOf("B", true)); began != (c.code == pos.CodeNone) || pos.CodeOf(err) != c.code {
					t.Error(began, err)
				}
				if s, err := l.Status(t.Context()); err != nil || s.Code != c.code || !s.Silent {
					t.Errorf("%+v, %v", s, err)
				}
				synctest.Wait()
				if fake.Count("A\n") != 1 {
					t.Errorf("%q", fake.Papers())
				}
			})
		})
	}
}

func TestDevices_NeverFails(t *testing.T) {
	for _, d := range Devices(t.Context()) {
		if _, err := Open(d.URL, Options{}); err != nil || d.Name == "" {
			t.Errorf("%+v: %v", d, err)
		}
	}
}
