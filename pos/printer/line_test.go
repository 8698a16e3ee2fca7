package printer

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
	"guitai/pos/printer/printertest"
)

// receiptOf is a job as the till makes them: text, a picture, the cut, and the question whether it came so far.
func receiptOf(name string, ack bool) []byte {
	var b bytes.Buffer
	b.WriteString("\x1b@\x1c&" + name + "\n")
	for range 20 {
		b.WriteString("a line of it\n")
	}
	b.WriteString("\x1dv0\x00\x08\x00\x40\x00")
	b.Write(bytes.Repeat([]byte{0xf0}, 8*64))
	b.WriteString("\x1dVB\x00")
	if ack {
		b.WriteString("\x1dr\x01")
	}
	return b.Bytes()
}

// inMemory is a network printer without a network.
func inMemory(t *testing.T, fake *printertest.Printer, o Options) *line {
	t.Helper()
	o.Dial = fake.Dial
	p, err := Open("tcp://printer.invalid:9100", o)
	if err != nil {
		t.Fatal(err)
	}
	return p.(*line)
}

type made = printertest.Manner

func TestLine_WhatCountsAsPrinted(t *testing.T) {
	for name, c := range map[string]struct {
		ask   Ask
		made  made
		noAck bool // the job does not end in GS r
		code  pos.Code
		took  time.Duration
	}{
		"auto: it says so":                 {},
		"auto: with chatter":               {made: made{Chatter: true}},
		"auto: it says so and stays":       {made: made{KeepsOpen: true}, took: 2 * time.Second},
		"auto: silent":                     {made: made{Silent: true}, took: firstReply},
		"auto: silent, stays":              {made: made{Silent: true, KeepsOpen: true}, took: firstReply + 2*time.Second},
		"auto: knows no GS r":              {made: made{NoAck: true}, took: healthy},
		"auto: slow":                       {made: made{Pause: time.Second}, took: 7 * time.Second},
		"auto: a job without GS r":         {noAck: true},
		"auto: a job without GS r, silent": {noAck: true, made: made{Silent: true}, took: firstReply},
		"auto: a web server":               {made: made{Web: true}, code: pos.CodePrinterPort, took: firstReply},
		"auto: noise":                      {made: made{Noise: true}, code: pos.CodePrinterPort, took: firstReply},
		"auto: the paper ends in it":       {made: made{RunsOutLine: 10}, code: pos.CodePaper, took: lookAgain},
		"auto: the same, with chatter":     {made: made{RunsOutLine: 10, Chatter: true}, code: pos.CodePaper},
		"auto: reset in the middle":        {made: made{ResetAfter: 200}, code: pos.CodePrinterOff},
		"auto: hangs in the middle":        {made: made{HangAfter: 200}, code: pos.CodePrinterOff, took: 10 * time.Second},
		"require: it says so":              {ask: AskRequire},
		"require: knows no GS r":           {ask: AskRequire, made: made{NoAck: true}, code: pos.CodePrinter, took: 30 * time.Second},
		"require: silent":                  {ask: AskRequire, made: made{Silent: true}, code: pos.CodePrinterPort, took: firstReply},
		"require: a job without GS r":      {ask: AskRequire, noAck: true, code: pos.CodePrinter},
		"none: silent":                     {ask: AskNone, made: made{Silent: true}},
		"none: silent, stays":              {ask: AskNone, made: made{Silent: true, KeepsOpen: true}, took: 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake := printertest.New(c.made)
				p := inMemory(t, fake, Options{Ask: c.ask})
				from := time.Now()
				began, err := p.Print(t.Context(), receiptOf("A", !c.noAck))
				took := time.Since(from)
				if pos.CodeOf(err) != c.code {
					t.Errorf("%v, %v", began, err)
				}
				if took < c.took || took > c.took+2*time.Second {
					t.Errorf("after %v", took)
				}
				if err != nil && !strings.Contains(err.Error(), "printer.invalid") {
					t.Errorf("it does not say which printer: %v", err)
				}
				synctest.Wait()
				if n := fake.Count("A\n"); !began && n > 0 || err == nil && n != 1 {
					t.Errorf("began %v, on paper %d times", began, n)
				}
			})
		})
	}
}

func TestLine_TroubleBeforeTheJobSendsNothing(t *testing.T) {
	for name, c := range map[string]struct {
		set  func(*printertest.State)
		code pos.Code
	}{
		"paper":            {func(s *printertest.State) { s.PaperOut = true }, pos.CodePaper},
		"cover":            {func(s *printertest.State) { s.Cover = true }, pos.CodeCover},
		"cover, no paper":  {func(s *printertest.State) { s.Cover, s.PaperOut = true, true }, pos.CodeCover},
		"cutter":           {func(s *printertest.State) { s.Cutter = true }, pos.CodeCutter},
		"fault":            {func(s *printertest.State) { s.Fault = true }, pos.CodePrinterError},
		"off line":         {func(s *printertest.State) { s.Offline = true }, pos.CodePrinterOff},
		"paper low":        {func(s *printertest.State) { s.PaperLow = true }, pos.CodePaperLow},
		"low, and no more": {func(s *printertest.State) { s.PaperLow, s.PaperOut = true, true }, pos.CodePaper},
		"nothing":          {func(*printertest.State) {}, pos.CodeNone},
	} {
		for chatter, ask := range map[bool]Ask{false: AskRequire, true: AskAuto} {
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					fake := printertest.New(made{Chatter: chatter})
					fake.Set(c.set)
					p := inMemory(t, fake, Options{Ask: ask, Sensor: SensorHigh})
					from := time.Now()
					status, err := p.Status(t.Context())
					if err != nil || status.Code != c.code || status.Silent || status.Drawer != pos.DrawerShut || time.Since(from) > 2*time.Second {
						t.Errorf("%+v, %v after %v", status, err, time.Since(from))
					}
					began, err := p.Print(t.Context(), receiptOf("A", true))
					if prints(c.code) != (err == nil) || prints(c.code) != began || err != nil && pos.CodeOf(err) != c.code {
						t.Errorf("%v, %v", began, err)
					}
					if last := p.lastStatus(); last.Code != c.code {
						t.Errorf("last %+v", last)
					}
					if n := len(fake.Papers()); (n == 1) != prints(c.code) {
						t.Errorf("%d papers", n)
					}
				})
			})
		}
	}
}

func TestLine_DrawerSensor(t *testing.T) {
	for _, c := range []struct {
		sensor Sensor
		high   bool
		want   pos.DrawerState
	}{
		{SensorHigh, true, pos.DrawerOpen},
		{SensorHigh, false, pos.DrawerShut},
		{SensorLow, true, pos.DrawerShut},
		{SensorLow, false, pos.DrawerOpen},
		{SensorNone, true, pos.DrawerUnknown},
		{"", true, pos.DrawerUnknown},
	} {
		synctest.Test(t, func(t *testing.T) {
			fake := printertest.New(made{})
			fake.Set(func(s *printertest.State) { s.DrawerHigh = c.high })
			status, err := inMemory(t, fake, Options{Sensor: c.sensor}).Status(t.Context())
			if err != nil || status.Drawer != c.want {
				t.Errorf("%+v: %+v, %v", c, status, err)
			}
		})
	}
}

func TestLine_SilenceIsLearnedAndCostsNothingAfterwards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := printertest.New(made{Silent: true})
		p := inMemory(t, fake, Options{})
		for i := range 4 {
			from := time.Now()
			began, err := p.Print(t.Context(), receiptOf("A", true))
			took := time.Since(from)
			if !began || err != nil || i < 2 && took != firstReply || i >= 2 && took != 0 {
				t.Errorf("job %d: %v, %v after %v", i+1, began, err, took)
			}
		}
		status, err := p.Status(t.Context())
		if err != nil || !status.Silent || status.Code != pos.CodeNone {
			t.Errorf("%+v, %v", status, err)
		}
		// A printer in its place that answers is noticed when it is looked at.
		fake.Become(made{})
		if status, err = p.Status(t.Context()); err != nil || status.Silent {
			t.Errorf("%+v, %v", status, err)
		}
		fake.Set(func(s *printertest.State) { s.PaperOut = true })
		if began, err := p.Print(t.Context(), receiptOf("B", true)); began || pos.CodeOf(err) != pos.CodePaper {
			t.Error(began, err)
		}
	})
}

func TestLine_WhoAnsweredAndIsSilentGetsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := printertest.New(made{})
		p := inMemory(t, fake, Options{})
		if _, err := p.Print(t.Context(), receiptOf("A", true)); err != nil {
			t.Fatal(err)
		}
		fake.Become(made{Silent: true})
		from := time.Now()
		if _, err := p.Status(t.Context()); pos.CodeOf(err) != pos.CodePrinterOff || time.Since(from) > 2*time.Second {
			t.Errorf("%v after %v", err, time.Since(from))
		}
		if began, err := p.Print(t.Context(), receiptOf("B", true)); began || pos.CodeOf(err) != pos.CodePrinterOff {
			t.Error(began, err)
		}
	})
}

func TestLine_ASilentPrinterThatClosedBeforeAndDoesNotIsNotBelieved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := printertest.New(made{Silent: true})
		p := inMemory(t, fake, Options{})
		if _, err := p.Print(t.Context(), receiptOf("A", true)); err != nil {
			t.Fatal(err)
		}
		fake.Become(made{Silent: true, KeepsOpen: true})
		if began, err := p.Print(t.Context(), receiptOf("B", true)); !began || pos.CodeOf(err) != pos.CodePrinter {
			t.Error(began, err)
		}
	})
}

func TestLine_GSrIsNotAwaitedFromWhoNeverGaveIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := printertest.New(made{NoAck: true})
		p := inMemory(t, fake, Options{})
		for i := range 2 {
			from := time.Now()
			if began, err := p.Print(t.Context(), receiptOf("A", true)); !began || err != nil || i == 1 && time.Since(from) > time.Second {
				t.Errorf("%v, %v after %v", began, err, time.Since(from))
			}
		}
		fake.Become(made{NoAck: true, RunsOutLine: 50}) // in the middle of the third
		if began, err := p.Print(t.Context(), receiptOf("A", true)); !began || pos.CodeOf(err) != pos.CodePaper {
			t.Error(began, err)
		}
	})
}

// deaf is a way to a printer that still takes everything when the printer hears nothing any more, as a network does.
type deaf struct {
	net.Conn
	hears int // bytes until then
}

func (d *deaf) CloseWrite() error { return d.Conn.(halfCloser).CloseWrite() }

func (d *deaf) Write(p []byte) (int, error) {
	n := min(len(p), d.hears)
	d.hears -= n
	if n > 0 {
		if n, err := d.Conn.Write(p[:n]); err != nil {
			return n, err
		}
	}
	return len(p), nil
}

// overNetwork is a printer that hears so many bytes of a conversation.
func overNetwork(t *testing.T, fake *printertest.Printer, hears *int) *line {
	t.Helper()
	p, err := Open("tcp://printer.invalid:9100", Options{Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := fake.Dial(ctx, network, address)
		return &deaf{c, *hears}, err
	}})
	if err != nil {
		t.Fatal(err)
	}
	return p.(*line)
}

// The cable comes out in the middle of a picture, and the system has taken the rest. The next receipt is whole, also by settings that were
// saved meanwhile.
func TestLine_AReceiptThatTheNetworkCutsDoesNotSwallowTheNext(t *testing.T) {
	for name, saved := range map[string]bool{"same settings": false, "settings saved": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake := printertest.New(made{})
				hears := 4*3 + len(receiptOf("A", true)) - 100
				p := overNetwork(t, fake, &hears)
				box := newOutbox(pos.PrintJob{})
				whole := func(_ context.Context, j pos.PrintJob) ([]byte, error) { return receiptOf(rendered(j.ID), true), nil }
				s, _ := start(t, SpoolOptions{Outbox: box, Printer: p, Render: whole})
				bubble.Sleep(time.Minute)
				if j := box.job(1); j.State != pos.PrintUnconfirmed {
					t.Fatalf("%+v", j)
				}
				hears = 1 << 20
				if saved {
					s.Switch(Output{Printer: overNetwork(t, fake, &hears), Render: whole})
				}
				box.add(pos.PrintJob{})
				bubble.Sleep(time.Minute)
				start := "\x00\x1b@\x1c&" + rendered(2) + "\n" // behind NULs that fill the picture up, and not dots of it
				if j := box.job(2); j.State != pos.PrintDone || fake.Count(start) != 1 {
					t.Errorf("%+v, on paper %d times", j, fake.Count(start))
				}
			})
		})
	}
}

// A printer without GS r that was well before a job and says nothing after it may hang in the middle of it.
func TestLine_WhoGivesNoGSrAndFallsSilentIsNotBelieved(t *testing.T) {
	for name, ack := range map[string]bool{"a job without GS r": false, "no answer to GS r": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				hears := 1 << 20
				fake := printertest.New(made{NoAck: true})
				p := overNetwork(t, fake, &hears)
				if began, err := p.Print(t.Context(), receiptOf("A", ack)); !began || err != nil {
					t.Fatal(began, err)
				}
				hears = 4 * 3 // the questions before the job
				if began, err := p.Print(t.Context(), receiptOf("B", ack)); !began || pos.CodeOf(err) != pos.CodePrinter {
					t.Error(began, err)
				}
				if fake.Count("B\n") != 0 {
					t.Error("it printed after all")
				}
			})
		})
	}
}

func TestLine_ADrawerOpensWithoutPaper(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := printertest.New(made{KeepsOpen: true})
		p := inMemory(t, fake, Options{})
		if err := p.pulse(t.Context(), []byte("\x1bp\x00\x19\xfa")); err != nil || fake.Kicks() != 1 {
			t.Error(err, fake.Kicks())
		}
		// Whether it opens while the printer has stopped is up to the printer; the till sends it.
		fake.Set(func(s *printertest.State) { s.PaperOut = true })
		if err := p.pulse(t.Context(), []byte("\x1bp\x00\x19\xfa")); err != nil {
			t.Error(err)
		}
	})
}

// TestLine_AKickAfterAJobThatBrokeOff is about a printer that waits for the rest of the head of a picture: what comes next is its size.
func TestLine_AKickAfterAJobThatBrokeOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := printertest.New(made{ResetAfter: 5})
		p := inMemory(t, fake, Options{Ask: AskNone})
		if began, err := p.Print(t.Context(), []byte("\x1dv0\x00\x40\x00\x10\x00"+strings.Repeat("\xf0", 1024))); !began || err == nil {
			t.Fatal(began, err)
		}
		fake.Become(made{})
		if err := p.pulse(t.Context(), []byte("\x1bp\x00\x19\xfa")); err != nil || fake.Kicks() != 1 {
			t.Error(err, fake.Kicks())
		}
		if _, err := p.Print(t.Context(), receiptOf("A", false)); err != nil || len(fake.Papers()) != 1 || fake.Count("A\n") != 1 {
			t.Error(err, len(fake.Papers()))
		}
	})
}

func TestLine_StopsWhenTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		p := inMemory(t, printertest.New(made{HangAfter: 100}), Options{})
		from := time.Now()
		began, err := p.Print(ctx, receiptOf("A", true))
		if !began || err == nil || time.Since(from) != 3*time.Second {
			t.Errorf("began %v, %v, after %v", began, err, time.Since(from))
		}
	})
}

func TestLine_OneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := inMemory(t, printertest.New(made{Pause: time.Second}), Options{})
		go func() { _, _ = p.Print(t.Context(), receiptOf("A", true)) }()
		synctest.Wait()
		if _, err := p.Status(t.Context()); pos.CodeOf(err) != pos.CodePrinterBusy {
			t.Error(err)
		}
		if began, err := p.Print(t.Context(), receiptOf("B", true)); !began || err != nil { // waits
			t.Error(began, err)
		}
	})
}

func TestLine_NobodyThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, err := Open("tcp://printer.invalid:9100", Options{Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}})
		if err != nil {
			t.Fatal(err)
		}
		from := time.Now()
		began, err := p.Print(t.Context(), receiptOf("A", true))
		if took := time.Since(from); began || pos.CodeOf(err) != pos.CodePrinterOff || took != 3*time.Second {
			t.Errorf("began %v, %v, after %v", began, err, took)
		}
		from = time.Now()
		if _, err := p.Status(t.Context()); pos.CodeOf(err) != pos.CodePrinterOff || time.Since(from) > 2*time.Second {
			t.Errorf("%v after %v", err, time.Since(from))
		}
	})
}

func TestLine_XOFFIsHeeded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		p := newLine("serial:///dev/x", Options{Ask: AskNone}, func(context.Context) (channel, error) { return near, nil })
		p.piece = 100
		var at []time.Duration
		go func() {
			from := time.Now()
			buf := make([]byte, 100)
			for i := range 4 {
				if _, err := io.ReadFull(far, buf); err != nil {
					return
				}
				at = append(at, time.Since(from))
				if i == 1 {
					_, _ = far.Write([]byte{xoff})
					time.Sleep(4 * time.Second)
					_, _ = far.Write([]byte{xon})
				}
			}
		}()
		if _, err := p.Print(t.Context(), make([]byte, 400)); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if len(at) != 4 || at[3] < 4*time.Second { // one piece may have been on its way
			t.Errorf("%v", at)
		}
	})
}

func TestLine_OnARealSocket(t *testing.T) {
	listen := func(t *testing.T, m made) (*printertest.Printer, pos.Printer) {
		t.Helper()
		fake := printertest.New(m)
		url, stop, err := fake.Listen()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(stop)
		chunk := time.Duration(0)
		if m.HangAfter > 0 {
			chunk = 200 * time.Millisecond
		}
		p, err := Open(url, Options{ChunkTimeout: chunk, CloseTimeout: 500 * time.Millisecond})
		if err != nil || p.String() != url {
			t.Fatal(p, err)
		}
		return fake, p
	}
	big := func() []byte { // more than any socket buffer holds
		var b bytes.Buffer
		b.WriteString("\x1b@B\n")
		for range 1 << 9 {
			b.WriteString("\x1dv0\x00\x40\x00\x80\x00")
			b.Write(bytes.Repeat([]byte{0xf0}, 64*128))
		}
		b.WriteString("\x1dVB\x00\x1dr\x01")
		return b.Bytes()
	}()
	t.Run("each job has a connection of its own", func(t *testing.T) {
		fake, p := listen(t, made{})
		for _, job := range [][]byte{receiptOf("A", true), big} {
			if began, err := p.Print(t.Context(), job); !began || err != nil {
				t.Fatal(began, err)
			}
		}
		if papers := fake.Papers(); len(papers) != 2 || !bytes.Equal(papers[1], big[:len(big)-3]) {
			t.Errorf("%d papers", len(papers))
		}
	})
	t.Run("nobody listens", func(t *testing.T) {
		p, err := Open("tcp://127.0.0.1:1", Options{}) // a free port may be another program's by now
		if err != nil {
			t.Fatal(err)
		}
		if began, err := p.Print(t.Context(), big); began || pos.CodeOf(err) != pos.CodePrinterPort {
			t.Error(began, err)
		}
	})
	t.Run("refused by one that took us before", func(t *testing.T) {
		fake := printertest.New(made{})
		url, stop, err := fake.Listen()
		if err != nil {
			t.Fatal(err)
		}
		gone := false
		p, err := Open(url, Options{Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			if gone {
				address = "127.0.0.1:1" // its own port may be another program's by now
			}
			return new(net.Dialer).DialContext(ctx, network, address)
		}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = p.Status(t.Context())
		stop()
		gone = true
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Status(t.Context()); pos.CodeOf(err) != pos.CodePrinterBusy {
			t.Error(err)
		}
	})
	t.Run("reset in the middle", func(t *testing.T) {
		_, p := listen(t, made{ResetAfter: 5000})
		if began, err := p.Print(t.Context(), big); !began || pos.CodeOf(err) != pos.CodePrinterOff {
			t.Error(began, err)
		}
	})
	t.Run("hangs in the middle", func(t *testing.T) {
		_, p := listen(t, made{HangAfter: 5000})
		if began, err := p.Print(t.Context(), big); !began || pos.CodeOf(err) != pos.CodePrinterOff {
			t.Error(began, err)
		}
	})
	t.Run("a web server", func(t *testing.T) {
		fake, p := listen(t, made{Web: true})
		for _, job := range [][]byte{receiptOf("A", true), big} {
			if began, err := p.Print(t.Context(), job); began || pos.CodeOf(err) != pos.CodePrinterPort {
				t.Error(began, err)
			}
		}
		if len(fake.Papers()) != 0 {
			t.Error("it printed")
		}
	})
	t.Run("a drawer kick", func(t *testing.T) {
		fake, p := listen(t, made{})
		if err := p.(pulser).pulse(t.Context(), []byte("\x1bp\x00\x19\xfa")); err != nil || fake.Kicks() != 1 {
			t.Error(err, fake.Kicks())
		}
	})
	t.Run("there is no such host", func(t *testing.T) {
		p, err := Open("tcp://printer.invalid:9100", Options{Dial: func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", IsNotFound: true}}
		}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Status(t.Context()); pos.CodeOf(err) != pos.CodePrinterOff || errors.Is(err, io.EOF) {
			t.Error(err)
		}
	})
}

// What GS r answers with enough paper is a NUL. Of a printer that fills every reply up with NULs one more is no proof.
func TestReplies_NULsThatFillUpAreNoAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		before []byte
		acked  bool
	}{
		"none":                 {[]byte{0x12, 0x12, 0x12, 0x12}, true},
		"one, by some noise":   {[]byte{0x12, 0x12, 0, 0x12, 0x12}, true},
		"behind every reply":   {[]byte{0x12, 0, 0x12, 0, 0x12, 0, 0x12}, false},
		"automatic status":     {[]byte{0x10, 0, 0, 0, 0x12, 0x12, 0x12, 0x12, 0x10, 0, 0, 0}, true},
		"rows behind a report": {[]byte{0x12, 0x12, 0x12, 0x12, 0, 0, 0}, false},
	} {
		r := newReplies()
		for _, b := range c.before {
			if b == 0x12 {
				r.owe(1)
			}
			r.hear([]byte{b})
		}
		r.oweAck()
		r.hear([]byte{0})
		if h := r.now(); h.acked != c.acked {
			t.Errorf("%s: %v", name, h.acked)
		}
	}
}

// Who keeps every conversation open delays neither the receipt behind the drawer nor the next one for it.
func TestLine_ThatItStaysIsLearned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, m := range []made{{KeepsOpen: true}, {KeepsOpen: true, Silent: true}} {
			fake := printertest.New(m)
			p := inMemory(t, fake, Options{})
			for i := range 4 {
				from := time.Now()
				if err := Kick(t.Context(), p, []byte("\x1bp\x00\x19\xfa")); err != nil {
					t.Error(err)
				}
				if took := time.Since(from); (took > time.Second) != (i < 2) {
					t.Errorf("silent %v: kick %d took %v", m.Silent, i+1, took)
				}
			}
			from := time.Now()
			if began, err := p.Print(t.Context(), receiptOf("A", true)); !began || err != nil || !m.Silent && time.Since(from) > time.Second {
				t.Errorf("silent %v: %v, %v after %v", m.Silent, began, err, time.Since(from))
			}
			synctest.Wait()
			if fake.Kicks() != 4 || fake.Count("A\n") != 1 {
				t.Errorf("%d kicks, %d receipts", fake.Kicks(), fake.Count("A\n"))
			}
		}
	})
}
