package main

import (
	"context"
	"crypto/rand"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/checkout"
	"guitai/pos/config"
	"guitai/pos/printer/printertest"
	"guitai/pos/receipt"
	"guitai/store"
)

// onTheCounter is a till's books and printers, without the till's window: what it prints is printed for sales in the books.
type onTheCounter struct {
	*printing
	e *engine

	mu     sync.Mutex
	health pos.Part
}

func newOnTheCounter(t *testing.T, change func(*config.Config)) *onTheCounter {
	t.Helper()
	c := config.Default()
	c.Shop.Name, c.Shop.ID, c.Shop.Till = "柜台便利店", "S001", "T1"
	change(&c)
	dir := t.TempDir()
	e := &engine{shop: shopOf(c, false), config: c, folder: config.Folder(dir), log: slog.New(slog.DiscardHandler)}
	var err error
	if e.store, err = store.Open(t.Context(), store.Options{Dir: dir, Shop: e.shop, Clock: systemClock{}}); err != nil {
		t.Fatal(err)
	}
	if err := e.openPrinting(); err != nil {
		t.Fatal(err)
	}
	o := &onTheCounter{printing: e.printing, e: e}
	e.till = checkout.New(checkout.Config{
		Shop: e.shop, Ledger: e.store, Returns: e.store, Staff: e.store, Shifts: e.store, Catalogue: e.store, Clock: systemClock{}, Random: rand.Reader,
		Log: e.log, Prints: e.store, Poke: o.poke, Publish: func(s pos.Snapshot) {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.health = s.Health.Printer
		},
	})
	ctx, cancel := context.WithCancel(context.Background())
	e.alive = ctx
	e.running.Go(func() { o.run(ctx) })
	e.running.Go(func() {
		if err := e.till.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		cancel()
		e.running.Wait()
		if err := e.store.Close(); err != nil {
			t.Error(err)
		}
	})
	return o
}

// slip queues a document to print that a mark tells from any other.
func (o *onTheCounter) slip(t *testing.T, mark string) {
	t.Helper()
	facts := pos.PendingFacts{OutTradeNo: mark, Tender: pos.TenderNative, State: pos.Waiting, Asked: 1350, At: time.Now()}
	if _, err := o.e.store.QueuePaper(t.Context(), pos.DocPending, facts, time.Now()); err != nil {
		t.Fatal(err)
	}
	o.poke()
}

func onThePort(t *testing.T, m printertest.Manner) (*printertest.Printer, string) {
	t.Helper()
	p := printertest.New(m)
	url, stop, err := p.Listen()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return p, url
}

// soon waits for what another goroutine brings.
func soon(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(longEnough); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it does not come: %s", what)
		}
	}
}

// TestPrinting_OfOneShop goes through a day at the printer: the second takes over, the settings try and change it.
func TestPrinting_OfOneShop(t *testing.T) {
	first, url := onThePort(t, printertest.Manner{})
	second, other := onThePort(t, printertest.Manner{})
	o := newOnTheCounter(t, func(c *config.Config) { c.Printer.URL, c.Printer.Other, c.Printer.DrawerSensor = url, other, "high" })
	c := o.config()

	o.slip(t, "T1PENDING0001")
	soon(t, "the first slip", func() bool { return first.Count("T1PENDING0001") == 1 && len(first.Papers()) == 1 })

	// The drawer, by the tender rule and by its button.
	o.drawer(pos.TenderNative)
	o.drawer(pos.TenderCash)
	soon(t, "the drawer", func() bool { return first.Kicks() == 1 })
	if !o.hasDrawer() || !o.hasOther() {
		t.Error("no drawer, or no second printer")
	}

	// Without paper the till says so, and the settings see it too.
	first.Set(func(s *printertest.State) { s.PaperOut, s.DrawerHigh = true, true })
	o.slip(t, "T1PENDING0002")
	soon(t, "word of the paper", func() bool {
		o.mu.Lock()
		defer o.mu.Unlock()
		return o.health.Light == pos.LightBad && o.health.Cause == pos.CodePaper
	})
	if s, err := o.status(t.Context(), c); err != nil || s.Code != pos.CodePaper || s.Drawer != pos.DrawerOpen {
		t.Errorf("%+v, %v", s, err)
	}
	if err := o.print(t.Context(), c, []byte("\x1b@test page\n\x1dVB\x00\x1dr\x01")); pos.CodeOf(err) != pos.CodePaper {
		t.Error(err)
	}
	onOther := c
	onOther.Printer.URL = other
	if err := o.print(t.Context(), onOther, []byte("\x1b@test page\n\x1dVB\x00\x1dr\x01")); err != nil || second.Count("test page") != 1 {
		t.Error(err)
	}

	// A person moves the receipt to the second printer.
	job, err := o.e.store.NextJobOf(t.Context(), false)
	if err != nil || job == nil {
		t.Fatal(job, err)
	}
	if err := o.e.store.RetryJob(t.Context(), job.ID, true, time.Now()); err != nil {
		t.Fatal(err)
	}
	o.poke()
	soon(t, "the moved slip", func() bool { return second.Count("T1PENDING0002") == 1 })

	// The settings try a drawer of another printer, then take that printer for the first, without a second.
	trial := onOther
	trial.Printer.Other, trial.Printer.DrawerPin = "", 5
	o.tryDrawer(trial)
	o.openDrawer()
	soon(t, "the drawer that is tried", func() bool { return second.Kicks() == 1 })
	o.slip(t, "T1PENDING0003")
	bad := trial
	bad.Printer.URL = "nowhere"
	if err := o.apply(bad); pos.CodeOf(err) != pos.CodeInvalid {
		t.Error(err)
	}
	if err := o.apply(trial); err != nil {
		t.Fatal(err)
	}
	soon(t, "what waited for the old printer", func() bool { return second.Count("T1PENDING0003") == 1 })
	o.openDrawer()
	soon(t, "the drawer of the new one", func() bool { return second.Kicks() == 2 })
	if o.hasOther() || first.Count("T1PENDING0002")+first.Count("T1PENDING0003") > 0 || first.Kicks() != 1 {
		t.Errorf("the old printer got something: %q", first.Papers())
	}
	soon(t, "word that all is well", func() bool {
		o.mu.Lock()
		defer o.mu.Unlock()
		return o.health.Light == pos.LightOK
	})
	for _, p := range []*printertest.Printer{first, second} {
		if f := p.Faults(); len(f) > 0 {
			t.Error(f)
		}
	}
}

func TestPrinting_ToAFolder(t *testing.T) {
	o := newOnTheCounter(t, func(c *config.Config) { c.Printer.URL, c.Printer.Drawer = "file:receipts", "always" })
	kept := func(t *testing.T, ending, begins string) {
		t.Helper()
		o.slip(t, "T1PENDING0001")
		soon(t, "a file", func() bool {
			files, err := filepath.Glob(filepath.Join(string(o.e.folder), "receipts", "*"+ending))
			if err != nil || len(files) != 1 {
				return false
			}
			b, err := os.ReadFile(files[0])
			return err == nil && strings.HasPrefix(string(b), begins)
		})
	}
	kept(t, ".bin", "\x1b@")
	pdf := o.config()
	pdf.Printer.URL = "pdf:receipts"
	if err := o.apply(pdf); err != nil {
		t.Fatal(err)
	}
	kept(t, ".pdf", "%PDF-")
	if o.hasDrawer() || o.hasOther() {
		t.Error("a folder has no drawer")
	}
	o.drawer(pos.TenderCash)
	c := o.config()
	c.Printer.URL = "usb:///dev/usb/lp63"
	if _, err := o.status(t.Context(), c); pos.CodeOf(err) != pos.CodePrinterOff && pos.CodeOf(err) != pos.CodePrinterPort {
		t.Error(err)
	}
}

func TestPrinting_AsksOnlyWhoCanAnswer(t *testing.T) {
	o := newOnTheCounter(t, func(*config.Config) {})
	for _, c := range []struct {
		url, status, profile string
		asks                 bool
	}{
		{"tcp://192.168.1.50:9100", "auto", "generic", true},
		{"serial:///dev/ttyUSB0", "auto", "generic", true},
		{"usb:///dev/usb/lp0", "require", "star", true},
		{"usb:///dev/usb/lp0", "auto", "star", false}, // knows no GS r
		{"tcp://192.168.1.50:9100", "none", "generic", false},
		{"queue:Kasse", "auto", "generic", false},
		{"file:receipts", "require", "generic", false},
	} {
		cfg := o.config()
		cfg.Printer.Status, cfg.Printer.Profile = c.status, c.profile
		job, _, err := o.setup(cfg, c.url).TestPage()
		if err != nil || o.setup(cfg, c.url).Device.Acknowledge != c.asks || len(job) == 0 {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if strings.Contains(string(receipt.Kick(2, 50*time.Millisecond)), "\x10") {
		t.Error("a kick is no real-time command")
	}
}
