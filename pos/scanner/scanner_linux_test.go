package scanner

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"guitai/pos"
)

// longEnough is how long a test waits for what other goroutines, other programs and the system bring. It is no measure of anything, and a
// test that works waits for a small part of it: it is for a machine that does much beside.
const longEnough = 2 * time.Minute

// cable is a scanner on a pseudo-terminal, whose device comes and goes under one name, as /dev/ttyACM0 does.
type cable struct {
	t      *testing.T
	device string
	end    *os.File
}

func (c *cable) plug() {
	c.t.Helper()
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		c.t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = os.Symlink(fmt.Sprintf("/dev/pts/%d", n), c.device)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	c.end = os.NewFile(uintptr(fd), "/dev/ptmx")
}

func (c *cable) unplug() {
	os.Remove(c.device)
	c.end.Close()
}

func (c *cable) send(text string) {
	c.t.Helper()
	if _, err := c.end.WriteString(text); err != nil {
		c.t.Fatal(err)
	}
}

// open runs a reader on a cable that is plugged in.
func open(t *testing.T, cfg Config) (c *cable, codes chan string, parts chan pos.Part) {
	t.Helper()
	c = &cable{t: t, device: filepath.Join(t.TempDir(), "ttyACM0")}
	codes, parts = make(chan string, 20_000), make(chan pos.Part, 100)
	cfg.Device, cfg.Baud, cfg.Changed = c.device, 9600, func(p pos.Part) { parts <- p }
	c.plug()
	ctx, stop := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() { New(cfg).Run(ctx, func(code string) { codes <- code }); close(over) }()
	t.Cleanup(func() {
		stop()
		<-over
		c.unplug()
	})
	light(t, parts, pos.LightOK)
	return c, codes, parts
}

func next[T any](t *testing.T, from chan T) (v T) {
	t.Helper()
	select {
	case v = <-from:
	case <-time.After(longEnough):
		t.Fatal("nothing more comes")
	}
	return v
}

func light(t *testing.T, parts chan pos.Part, want pos.Light) pos.Part {
	t.Helper()
	for {
		if p := next(t, parts); p.Light == want {
			return p
		}
	}
}

func TestReader_ReadsWhatTheScannerSends(t *testing.T) {
	c, codes, _ := open(t, Config{Prefix: "]E0"})
	for text, want := range map[string][]string{
		"]E06901234567892\r\n":               {"6901234567892"},
		"96385074\r1111111111116\r":          {"96385074", "1111111111116"},
		"９６３８５０７４\n":                         {"96385074"},
		"\x00\xff\xfe\r134567890123456789\t": {"134567890123456789"},
	} {
		c.send(text)
		for _, code := range want {
			if got := next(t, codes); got != code {
				t.Errorf("%q came as %q", text, got)
			}
		}
	}
	select {
	case code := <-codes:
		t.Errorf("and %q", code)
	default:
	}
}

func TestReader_SilenceEndsACode(t *testing.T) {
	c, codes, _ := open(t, Config{Silent: true})
	c.send("96385074")
	if got := next(t, codes); got != "96385074" {
		t.Errorf("%q", got)
	}
}

// Unplugged in the middle of a code, and plugged in again: half a code is none, and the next one is whole.
func TestReader_FindsTheScannerAgain(t *testing.T) {
	c, codes, parts := open(t, Config{})
	c.send("96385074\r")
	next(t, codes)
	c.send("690123")
	c.unplug()
	if p := light(t, parts, pos.LightBad); p.Cause != pos.CodeScanner || p.At.IsZero() {
		t.Errorf("%+v", p)
	}
	c.plug()
	light(t, parts, pos.LightOK)
	c.send("4567892\r6901234567892\r")
	if a, b := next(t, codes), next(t, codes); a != "4567892" || b != "6901234567892" {
		t.Errorf("%q, %q", a, b)
	}
}

func TestReader_SaysThatWhatComesIsNoise(t *testing.T) {
	c, codes, parts := open(t, Config{})
	c.send("\x86\xF8\x9E\r")
	light(t, parts, pos.LightBad)
	c.send("96385074\r")
	next(t, codes)
	light(t, parts, pos.LightOK)
}

func TestReader_TenThousandCodes(t *testing.T) {
	c, codes, _ := open(t, Config{})
	go func() {
		var all strings.Builder
		for i := range 10_000 {
			fmt.Fprintf(&all, "%013d\r", i*i)
		}
		left := all.String()
		for len(left) > 0 {
			n, err := c.end.WriteString(left[:min(700, len(left))]) // a terminal takes no more than it has room for
			if err != nil {
				return
			}
			left = left[n:]
		}
	}()
	for i := range 10_000 {
		if got := next(t, codes); got != fmt.Sprintf("%013d", i*i) {
			t.Fatalf("code %d came as %q", i, got)
		}
	}
}

func TestReader_StopsWhileThereIsNoScanner(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	parts := make(chan pos.Part, 9)
	over := make(chan struct{})
	go func() {
		New(Config{Device: filepath.Join(t.TempDir(), "none"), Baud: 9600, Changed: func(p pos.Part) { parts <- p }}).Run(ctx, func(string) {})
		close(over)
	}()
	light(t, parts, pos.LightBad)
	stop()
	next(t, over)
}

func TestParse(t *testing.T) {
	for name, want := range map[string]string{
		"serial:///dev/ttyACM0": "/dev/ttyACM0 9600", "serial:///dev/ttyUSB0?baud=115200": "/dev/ttyUSB0 115200", "serial://COM3": "COM3 9600",
		"keyboard": "", "serial://": "", "serial:///": "", "serial://COM3?baud=x": "", "serial://COM3?baud=1": "",
	} {
		c, err := Parse(name)
		if got := fmt.Sprint(c.Device, " ", c.Baud); (err == nil) != (want != "") || err == nil && got != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if err != nil && pos.CodeOf(err) != pos.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
