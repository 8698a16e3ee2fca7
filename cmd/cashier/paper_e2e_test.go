//go:build e2e

package main

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guitai/pos"
	"guitai/pos/printer/printertest"
)

// paperWorld is a shop whose printer can have every trouble.
func paperWorld(t *testing.T) (*world, *printerCable) {
	t.Helper()
	w, c := newWorld(t), newCable(t, printertest.Manner{})
	w.configure(c.url())
	return w, c
}

// sellCash sells one thing for cash, exactly, and returns its receipt number once the books have it: nobody waits for paper.
func (w *world) sellCash() string {
	w.t.Helper()
	before := len(w.jobs())
	w.keys("6901234567892", "Return")
	w.keys("", "F8", "Return")
	w.eventually("it is sold", func() bool { return len(w.jobs()) > before })
	return w.jobs()[before].receipt
}

// jobs reads the print jobs of the books.
func (w *world) jobs() []printJob {
	w.t.Helper()
	return printJobs(w.t, w.data)
}

// job waits until print job i is in a state, for a reason.
func (w *world) job(i int, state pos.PrintState, code pos.Code) printJob {
	w.t.Helper()
	var j printJob
	w.eventually("print job "+string(state)+" "+string(code), func() bool {
		j = printJob{}
		if all := w.jobs(); i < len(all) {
			j = all[i]
		}
		return j.state == string(state) && j.code == string(code)
	})
	return j
}

// warns reports whether the line on top has something in the colour of a warning: how the printer does.
func (w *world) warns() bool {
	w.t.Helper()
	f, err := os.Open(w.shoot("header"))
	if err != nil {
		return false
	}
	defer f.Close()
	picture, err := png.Decode(f)
	if err != nil {
		return false
	}
	red := 0
	for y := range 44 {
		for x := range picture.Bounds().Dx() {
			if r, g, b, _ := picture.At(x, y).RGBA(); r>>8 > 140 && g>>8 < 90 && b>>8 < 90 {
				red++
			}
		}
	}
	return red > 20
}

// onPapers insists on how many papers a receipt is, and on how many of them it is marked as a reprint.
func (w *world) onPapers(c *printerCable, receipt string, papers, again int) {
	w.t.Helper()
	if p, a := papersOf(c.fake, receipt); p != papers || a != again {
		w.t.Errorf("%s is on %d papers and marked on %d, want %d and %d", receipt, p, a, papers, again)
	}
}

// done closes the till and holds the books to their law and the printer to its manners.
func (w *world) done(c *printerCable) {
	w.t.Helper()
	w.till.end(w.t)
	w.ledger("verify")
	if f := c.fake.Faults(); len(f) > 0 {
		w.t.Error(f)
	}
}

// A receipt and the drawer, once each; then the roll is out, the next sale waits for no paper, and comes out by itself when there is some.
func TestE2E_PaperWaitsForTheRoll(t *testing.T) {
	w, c := paperWorld(t)
	w.open()
	first := w.sellCash()
	w.job(0, pos.PrintDone, "")
	w.eventually("the drawer is open", func() bool { return c.fake.Kicks() == 1 })
	papers := c.fake.Papers()
	if len(papers) != 1 {
		t.Fatalf("%d papers", len(papers))
	}
	for _, want := range []string{"柜台便利店", "可口可乐 330ml", "3.00", first} {
		if text := onPaper(papers[0]); !strings.Contains(text, want) {
			t.Errorf("the receipt lacks %q:\n%s", want, text)
		}
	}
	if w.warns() {
		t.Error("the header warns of a printer that prints")
	}

	c.fake.Set(func(s *printertest.State) { s.PaperOut = true })
	second := w.sellCash()
	w.job(1, pos.PrintQueued, pos.CodePaper)
	w.eventually("the header warns", w.warns)
	rows := w.payments()
	if len(rows) != 2 || rows[1]["receipt_no"] != second || rows[1]["state"] != "paid" || rows[1]["amount_fen"] != "300" {
		t.Errorf("the sale is not closed: %v", rows)
	}
	w.onPapers(c, second, 0, 0)

	c.fake.Set(func(s *printertest.State) { s.PaperOut = false })
	w.job(1, pos.PrintDone, "")
	w.onPapers(c, second, 1, 0)
	w.eventually("the header is calm again", func() bool { return !w.warns() })
	third := w.sellCash()
	w.job(2, pos.PrintDone, "")
	for _, receipt := range []string{first, second, third} {
		w.onPapers(c, receipt, 1, 0)
	}
	w.eventually("the drawer is open", func() bool { return c.fake.Kicks() == 3 })
	w.done(c)
	if n := len(c.sent()); n != 3 {
		t.Errorf("%d jobs were sent", n)
	}
}

// The cover is opened in the middle of one receipt, the printer hangs in the middle of the next, and then the till dies. Neither is
// sent again, not by a restart either; people take both in hand by keys.
func TestE2E_PaperThatNobodyConfirmedIsLeftToPeople(t *testing.T) {
	w, c := paperWorld(t)
	w.open()
	c.arm(snip{at: 400, then: func() { c.fake.Set(func(s *printertest.State) { s.Cover = true }) }})
	opened := w.sellCash()
	w.job(0, pos.PrintUnconfirmed, pos.CodeCover)
	w.eventually("the header warns", w.warns)
	c.fake.Set(func(s *printertest.State) { s.Cover = false }) // and what it has already comes out
	w.onPapers(c, opened, 1, 0)

	hangs, dead := make(chan struct{}), make(chan struct{})
	c.arm(snip{at: 400, lost: true, then: func() { close(hangs); <-dead }})
	hung := w.sellCash()
	w.eventually("the printer has half of it", func() bool {
		select {
		case <-hangs:
			return true
		default:
			return false
		}
	})
	w.till.kill()
	close(dead)
	for range 2 {
		w.open()
		w.job(0, pos.PrintUnconfirmed, pos.CodeCover)
		w.job(1, pos.PrintUnconfirmed, "")
		w.eventually("the header warns", w.warns)
		w.till.end(t)
	}
	if sent := c.sent(); len(sent) != 2 || len(sent[1]) != 400 {
		t.Fatalf("%d jobs were sent", len(sent))
	}

	w.open()
	w.eventually("the header warns", w.warns)
	w.keys("", "ctrl+r", "F5") // the newest is chosen: print it again
	if j := w.job(2, pos.PrintDone, ""); j.document != "reprint" || j.copy != 1 || j.receipt != hung {
		t.Errorf("%+v", j)
	}
	w.job(1, pos.PrintSuperseded, "")
	if n := len(c.sent()); n != 3 {
		t.Errorf("%d jobs were sent", n)
	}
	papers := c.fake.Papers()
	if last := papers[len(papers)-1]; !strings.Contains(onPaper(last), "补打") || bytes.Count(last, []byte(hung)) == 0 {
		t.Errorf("the reprint is not marked:\n%s", onPaper(last))
	}
	w.rest()                     // a busy window shows later what became of it
	w.keys("", "Down", "Return") // the other one: it came out
	w.job(0, pos.PrintDone, "")
	w.eventually("the header is calm again", func() bool { return !w.warns() })
	w.keys("", "Escape")
	next := w.sellCash()
	w.job(3, pos.PrintDone, "")
	w.onPapers(c, next, 1, 0)
	w.onPapers(c, opened, 1, 0)
	if n := len(c.sent()); n != 4 {
		t.Errorf("%d jobs were sent", n)
	}
	w.done(c)
}

// The printer is gone: what waits for it is moved to the second one by a key, and the first never prints it.
func TestE2E_PaperMovesToTheSecondPrinter(t *testing.T) {
	w, c := paperWorld(t)
	folder := filepath.Join(t.TempDir(), "second printer")
	config, err := os.ReadFile(filepath.Join(w.data, "config.toml"))
	if err != nil {
		t.Fatal(err)
	}
	w.write(filepath.Join(w.data, "config.toml"), append(config, "other = \"file:"+folder+"\"\n"...))
	w.open()
	w.sellCash()
	w.job(0, pos.PrintDone, "")
	c.pull()
	moved := w.sellCash()
	w.job(1, pos.PrintQueued, pos.CodePrinterBusy) // it was reached before: somebody else seems to be with it
	w.eventually("the header warns", w.warns)
	w.keys("", "ctrl+r", "F6")
	if j := w.job(1, pos.PrintDone, ""); !j.other {
		t.Errorf("%+v", j)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*"+moved+"*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v %v", files, err)
	}
	raw, err := os.ReadFile(files[0])
	if text := onPaper(raw); err != nil || !strings.Contains(text, moved) || !strings.Contains(text, "3.00") || strings.Contains(text, "补打") {
		t.Errorf("%v\n%s", err, text)
	}
	w.keys("", "Escape")
	c.plug(t)
	next := w.sellCash()
	w.job(2, pos.PrintDone, "")
	w.eventually("the header is calm again", func() bool { return !w.warns() })
	w.onPapers(c, next, 1, 0)
	w.onPapers(c, moved, 0, 0)
	if all, err := filepath.Glob(filepath.Join(folder, "*")); err != nil || len(all) != 1 {
		t.Errorf("%v %v", all, err)
	}
	w.done(c)
}
