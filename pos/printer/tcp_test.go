package printer

import (
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
)

var receipt = bytes.Repeat([]byte("receipt "), 1500)

// onWire prints a job to a printer that far plays, in virtual time, and tells how long it took.
func onWire(ctx context.Context, t *testing.T, o Options, job []byte, far func(*testing.T, *wire)) (took time.Duration, began bool, err error) {
	t.Helper()
	near, end := newWire()
	o.Dial = func(context.Context, string, string) (net.Conn, error) { return near, nil }
	p, err := Open("tcp://printer.invalid:9100", o)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer end.Close()
		far(t, end)
	}()
	from := time.Now()
	began, err = p.Print(ctx, job)
	took = time.Since(from)
	<-done
	if err != nil && (pos.CodeOf(err) != pos.CodePrinter || !strings.Contains(err.Error(), "printer.invalid")) {
		t.Errorf("%v is %s", err, pos.CodeOf(err))
	}
	return took, began, err
}

// What printers do, from the far end of a wire.

func closesAtEnd(t *testing.T, c *wire) {
	got, err := io.ReadAll(c)
	if err != nil || !bytes.Equal(got, receipt) {
		t.Errorf("the printer got %d bytes of %d, %v", len(got), len(receipt), err)
	}
}

func staysOpen(t *testing.T, c *wire) {
	closesAtEnd(t, c)
	_, _ = io.Copy(io.Discard, c.out) // until the till has closed altogether
}

func hangsUp(t *testing.T, c *wire) {
	if _, err := io.ReadFull(c, make([]byte, len(receipt))); err != nil {
		t.Error(err)
	}
}

func says(reply ...byte) func(*testing.T, *wire) {
	return func(t *testing.T, c *wire) {
		hangsUp(t, c)
		if _, err := c.Write(reply); err != nil {
			t.Error(err)
		}
		_, _ = io.Copy(io.Discard, c)
	}
}

func TestTCP_WhatCountsAsPrinted(t *testing.T) {
	for name, c := range map[string]struct {
		confirm Confirm
		far     func(*testing.T, *wire)
		printed bool
		took    time.Duration
	}{
		"close: it closes":                    {ConfirmClose, closesAtEnd, true, 0},
		"close: it hangs up by itself":        {ConfirmClose, hangsUp, true, 0},
		"close: it stays":                     {ConfirmClose, staysOpen, false, 2 * time.Second},
		"close: it replies":                   {ConfirmClose, says(0x00), true, 0},
		"close: the paper ended":              {ConfirmClose, says(0x0c), false, 0},
		"reply: it replies":                   {ConfirmReply, says(0x00), true, 0},
		"reply: the roll is near its end":     {ConfirmReply, says(0x03), true, 0},
		"reply: the paper ended":              {ConfirmReply, says(0x0c), false, 0},
		"reply: it hangs up":                  {ConfirmReply, hangsUp, false, 0},
		"reply: it stays":                     {ConfirmReply, staysOpen, false, 32 * time.Second},
		"reply: flow control and status come": {ConfirmReply, says(0x13, 0x11, 0x14, 0x0c, 0x00, 0x0f, 0x00), true, 0},
		"reply: only a status comes":          {ConfirmReply, says(0x14, 0x00, 0x00, 0x0f), false, 30 * time.Second},
		"write: it stays":                     {ConfirmWrite, staysOpen, true, 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				took, began, err := onWire(t.Context(), t, Options{Confirm: c.confirm}, receipt, c.far)
				if !began || (err == nil) != c.printed || took != c.took {
					t.Errorf("began %v, %v, after %v", began, err, took)
				}
			})
		})
	}
}

func TestTCP_SlowPaperIsNoTrouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		took, began, err := onWire(t.Context(), t, Options{Confirm: ConfirmReply}, receipt, func(t *testing.T, c *wire) {
			var got []byte
			buf := make([]byte, 2048)
			for len(got) < len(receipt) {
				n, err := c.Read(buf)
				if err != nil {
					t.Error(err)
					return
				}
				got = append(got, buf[:n]...)
				<-time.After(4 * time.Second) // virtual: a chunk takes 8 s, the whole more than any one limit
			}
			if !bytes.Equal(got, receipt) {
				t.Error("something else came out")
			}
			if _, err := c.Write([]byte{0}); err != nil {
				t.Error(err)
			}
			_, _ = io.Copy(io.Discard, c)
		})
		if !began || err != nil || took != 24*time.Second {
			t.Errorf("began %v, %v, after %v", began, err, took)
		}
	})
}

func TestTCP_NobodyReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		took, began, err := onWire(t.Context(), t, Options{}, receipt, func(_ *testing.T, c *wire) {
			_, _ = io.Copy(io.Discard, c.out)
		})
		if began || err == nil || took != 10*time.Second {
			t.Errorf("began %v, %v, after %v", began, err, took)
		}
	})
}

func TestTCP_StopsWhenTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		took, began, err := onWire(ctx, t, Options{}, receipt, func(t *testing.T, c *wire) {
			if _, err := io.ReadFull(c, make([]byte, 100)); err != nil {
				t.Error(err)
			}
			_, _ = io.Copy(io.Discard, c.out)
		})
		if !began || err == nil || took != 3*time.Second {
			t.Errorf("began %v, %v, after %v", began, err, took)
		}
	})
}

func TestTCP_NobodyThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, err := Open("tcp://printer.invalid:9100", Options{Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}})
		if err != nil {
			t.Fatal(err)
		}
		from := time.Now()
		began, err := p.Print(t.Context(), receipt)
		if took := time.Since(from); began || pos.CodeOf(err) != pos.CodePrinter || took != 3*time.Second {
			t.Errorf("began %v, %v, after %v", began, err, took)
		}
	})
}

// device listens on loopback and hands each connection to serve.
func device(t *testing.T, serve func(*net.TCPConn)) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			serve(c.(*net.TCPConn))
			c.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return "tcp://" + l.Addr().String()
}

func openTCP(t *testing.T, url string, o Options) pos.Printer {
	t.Helper()
	p, err := Open(url, o)
	if err != nil {
		t.Fatal(err)
	}
	if p.String() != url {
		t.Errorf("it calls itself %s", p)
	}
	return p
}

func TestTCP_OnARealSocket(t *testing.T) {
	big := bytes.Repeat([]byte("0123456789abcdef"), 1<<20) // more than any socket buffer holds

	t.Run("each job has a connection of its own", func(t *testing.T) {
		got := make(chan []byte, 2)
		p := openTCP(t, device(t, func(c *net.TCPConn) {
			b, err := io.ReadAll(c)
			if err != nil {
				t.Error(err)
			}
			got <- b
		}), Options{})
		for _, job := range [][]byte{receipt, big} {
			began, err := p.Print(t.Context(), job)
			if !began || err != nil {
				t.Fatal(began, err)
			}
			if !bytes.Equal(<-got, job) {
				t.Error("another job came out")
			}
		}
	})
	t.Run("refused", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
		began, err := openTCP(t, "tcp://"+l.Addr().String(), Options{}).Print(t.Context(), receipt)
		if began || pos.CodeOf(err) != pos.CodePrinter {
			t.Error(began, err)
		}
	})
	t.Run("reset in the middle", func(t *testing.T) {
		p := openTCP(t, device(t, func(c *net.TCPConn) {
			_, _ = io.ReadFull(c, make([]byte, 1000))
			_ = c.SetLinger(0)
		}), Options{})
		began, err := p.Print(t.Context(), big)
		if !began || pos.CodeOf(err) != pos.CodePrinter {
			t.Error(began, err)
		}
	})
	t.Run("reset after the last byte", func(t *testing.T) {
		p := openTCP(t, device(t, func(c *net.TCPConn) {
			_, _ = io.ReadFull(c, make([]byte, len(receipt)))
			_ = c.SetLinger(0)
		}), Options{})
		began, err := p.Print(t.Context(), receipt)
		if !began || pos.CodeOf(err) != pos.CodePrinter {
			t.Error(began, err)
		}
	})
	t.Run("accepts and never reads", func(t *testing.T) {
		release := make(chan struct{})
		p := openTCP(t, device(t, func(*net.TCPConn) { <-release }), Options{ChunkTimeout: 50 * time.Millisecond})
		began, err := p.Print(t.Context(), big)
		close(release)
		if !began || pos.CodeOf(err) != pos.CodePrinter {
			t.Error(began, err)
		}
	})
	t.Run("a drawer kick", func(t *testing.T) {
		got := make(chan []byte, 1)
		p := openTCP(t, device(t, func(c *net.TCPConn) {
			b, _ := io.ReadAll(c)
			got <- b
		}), Options{Confirm: ConfirmReply})
		if err := p.(pulser).pulse(t.Context(), []byte("kick")); err != nil {
			t.Fatal(err)
		}
		if b := <-got; string(b) != "kick" {
			t.Errorf("%q", b)
		}
	})
}
