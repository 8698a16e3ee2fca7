package printer

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"go.bug.st/serial"

	"guitai/pos"
)

// comPort is a serial port whose other end a test plays, in virtual time.
type comPort struct {
	mu       sync.Mutex
	bits     *serial.ModemStatusBits // nil: no such lines, as on a pseudo-terminal
	dtr, rts bool
	got      bytes.Buffer
	answer   []byte // what is read next
	timeout  time.Duration
	closed   bool
	fail     error // of a write
}

func (c *comPort) Read(p []byte) (int, error) {
	c.mu.Lock()
	n := copy(p, c.answer)
	c.answer = c.answer[n:]
	wait := c.timeout
	c.mu.Unlock()
	if n == 0 {
		<-time.After(wait)
	}
	return n, nil
}

func (c *comPort) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return 0, errors.New("written after the close")
	}
	if c.fail != nil {
		return 0, c.fail
	}
	if len(p) == 3 && p[0] == 0x10 {
		c.answer = append(c.answer, 0x12)
		return 3, nil
	}
	if bytes.HasSuffix(p, []byte("\x1dr\x01")) {
		c.answer = append(c.answer, 0)
	}
	return c.got.Write(p)
}

func (c *comPort) SetReadTimeout(t time.Duration) error { c.timeout = t; return nil }
func (c *comPort) SetDTR(on bool) error                 { c.dtr = on; return nil }
func (c *comPort) SetRTS(on bool) error                 { c.rts = on; return nil }
func (c *comPort) ResetInputBuffer() error              { return nil }
func (c *comPort) ResetOutputBuffer() error             { return nil }

func (c *comPort) GetModemStatusBits() (*serial.ModemStatusBits, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.bits == nil {
		return nil, syscall.ENOTTY
	}
	b := *c.bits
	return &b, nil
}

func (c *comPort) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	return nil
}

func (c *comPort) ready(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bits = &serial.ModemStatusBits{CTS: on}
}

func openCOM(t *testing.T, c *comPort, url string, o Options) pos.Printer {
	t.Helper()
	o.Port = func(string, int) (SerialPort, error) { return c, nil }
	p, err := Open(url, o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestSerial_NoFasterThanTheWire(t *testing.T) {
	job := append(make([]byte, 9597), "\x1dr\x01"...) // ten seconds at 9600
	for name, c := range map[string]struct {
		url   string
		bits  *serial.ModemStatusBits
		least time.Duration
		most  time.Duration
	}{
		"9600":              {"serial:///dev/ttyUSB0?baud=9600", nil, 9 * time.Second, 11 * time.Second},
		"not said":          {"serial:///dev/ttyUSB0", nil, 9 * time.Second, 11 * time.Second},
		"115200":            {"serial://COM3?baud=115200", nil, 700 * time.Millisecond, 1200 * time.Millisecond},
		"held back by CTS":  {"serial:///dev/ttyUSB0?baud=9600", &serial.ModemStatusBits{CTS: true}, 9 * time.Second, 11 * time.Second},
		"no line is driven": {"serial:///dev/ttyUSB0?baud=9600", &serial.ModemStatusBits{}, 9 * time.Second, 11 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				port := &comPort{bits: c.bits}
				from := time.Now()
				began, err := openCOM(t, port, c.url, Options{}).Print(t.Context(), job)
				if took := time.Since(from); !began || err != nil || took < c.least || took > c.most {
					t.Errorf("%v, %v after %v", began, err, took)
				}
				if !bytes.Equal(port.got.Bytes(), job) || !port.dtr || !port.rts || !port.closed {
					t.Errorf("%d bytes, %+v", port.got.Len(), port)
				}
			})
		})
	}
}

func TestSerial_WaitsForAPrinterThatIsNotReady(t *testing.T) {
	job := append(make([]byte, 1000), "\x1dr\x01"...)
	synctest.Test(t, func(t *testing.T) {
		port := &comPort{}
		port.ready(true)
		p := openCOM(t, port, "serial:///dev/ttyUSB0?baud=9600", Options{ReplyTimeout: 20 * time.Second})
		go func() {
			<-time.After(time.Millisecond)
			port.ready(false)
			<-time.After(6 * time.Second)
			port.ready(true)
		}()
		from := time.Now()
		// The port is held before anything leaves, so that the wait is for all of it.
		if _, err := p.Print(t.Context(), job); err != nil || time.Since(from) > 8*time.Second {
			t.Errorf("%v after %v", err, time.Since(from))
		}
		if port.got.Len() != len(job) {
			t.Errorf("%d bytes", port.got.Len())
		}
	})
	synctest.Test(t, func(t *testing.T) { // and not for ever
		port := &comPort{}
		port.ready(true)
		c, err := newPort(port, 9600)
		if err != nil {
			t.Fatal(err)
		}
		port.ready(false)
		if err := c.SetWriteDeadline(time.Now().Add(3 * time.Second)); err != nil {
			t.Fatal(err)
		}
		from := time.Now()
		if n, err := c.Write(job); n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(from) != 3*time.Second {
			t.Errorf("%d, %v after %v", n, err, time.Since(from))
		}
		go func() {
			<-time.After(time.Second)
			c.Close()
		}()
		from = time.Now()
		if _, err := c.Write(job); !errors.Is(err, os.ErrClosed) || time.Since(from) > 2*time.Second {
			t.Errorf("%v after %v", err, time.Since(from))
		}
		if _, err := c.Write(job); err == nil || port.got.Len() > 0 {
			t.Error(err, port.got.Len())
		}
	})
}

func TestSerial_WhyAPortCannotBeOpened(t *testing.T) {
	for device, c := range map[string]struct {
		err  error
		code pos.Code
	}{
		"/dev/ttyUSB0": {&fs.PathError{Op: "open", Path: "/dev/ttyUSB0", Err: syscall.ENOENT}, pos.CodePrinterOff},
		"/dev/ttyUSB1": {syscall.ENOENT, pos.CodePrinterOff},
		"/dev/printer": {syscall.ENOENT, pos.CodePrinterPort},
		"/dev/ttyUSB2": {syscall.EACCES, pos.CodePrinterAccess},
		"/dev/ttyS9":   {syscall.EIO, pos.CodePrinterOff},
		"/dev/null":    {syscall.ENOTTY, pos.CodePrinterPort},
	} {
		p, err := Open("serial://"+device, Options{Port: func(string, int) (SerialPort, error) { return nil, c.err }})
		if err != nil {
			t.Fatal(err)
		}
		if began, err := p.Print(t.Context(), []byte("x")); began || pos.CodeOf(err) != c.code {
			t.Errorf("%s: %v is %s", device, err, pos.CodeOf(err))
		}
	}
}
