// Package printer brings receipts to paper: devices that take bytes ([Open]), and the [Spool], which works the print jobs
// that the ledger committed, in the background, so that no sale ever waits for paper.
//
// The rule of the house is that a job which may have reached paper is never sent again by itself: a customer with two
// receipts is worse than a cashier who presses 补打.
//
// # What counts as printed
//
// A printer that answers is asked before a job how it is (DLE EOT 1 to 4): with paper out, cover open or off line nothing is
// sent, and the job waits. After the job it says itself that it is through: the job ends in GS r 1, which is answered in the
// order of the buffer. A printer that never answers counts as having printed what it took whole; that it is silent is learned
// and costs nothing afterwards. Everything else is unconfirmed.
package printer

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"time"

	"guitai/pos"
)

// Ask says how far a printer's own answers are sought. The values are those of the configuration.
type Ask string

const (
	// AskAuto asks, and takes what comes: a printer that never answers counts as having printed what it took whole.
	AskAuto Ask = "auto"
	// AskRequire takes nothing but the printer's own answer, before a job and after it. The jobs have to end in GS r 1.
	AskRequire Ask = "require"
	// AskNone asks nothing: for printers that print the question.
	AskNone Ask = "none"
)

// Options are for all devices; each reads what concerns it. The zero value is usable.
type Options struct {
	Dir    string // what a relative file: or pdf: path is relative to
	Ask    Ask    // empty is AskAuto
	Sensor Sensor // of the drawer; empty is SensorNone

	// Times of a printer; 0 is the default.
	DialTimeout  time.Duration // to connect: 3 s
	ChunkTimeout time.Duration // to take 4 KiB: 10 s, a printer being slower than a network
	ReplyTimeout time.Duration // to answer GS r 1: 30 s, for it comes after the printing
	CloseTimeout time.Duration // to close after us: 2 s
	QueueTimeout time.Duration // to leave the system's print queue: 60 s

	// Dial makes the connections; nil is the network. Port opens a serial port; nil is the system's. Run runs a program of the print system and
	// returns what it wrote; nil is the system's. They are for tests.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	Port func(name string, baud int) (SerialPort, error)
	Run  func(ctx context.Context, stdin []byte, name string, args ...string) (out []byte, err error)
}

// ErrURL is why a url names no printer.
var ErrURL = errors.New("a printer is none:, file:DIR, pdf:DIR, tcp://HOST:PORT, usb:///DEVICE, serial:///DEVICE?baud=N or queue:NAME")

// Open makes the printer that a url names. Nothing is connected or made before the first job. CodeInvalid when the url names no
// printer; that this system has no such devices is said by the printer, as that the device is not there.
//
//	tcp://HOST:PORT                    a network printer, usually on port 9100
//	usb:///dev/usb/lp0                 a printer of the USB printer class on Linux; ?id= names the device wherever it is plugged in
//	serial:///dev/ttyUSB0?baud=9600    a serial port, also serial://COM3?baud=9600; 8 data bits, no parity, one stop bit
//	queue:NAME                         a print queue of the system, raw
//	file:DIR, pdf:DIR                  a folder that each job is kept in as a file
//	none:                              takes jobs and drops them
func Open(url string, o Options) (pos.Printer, error) {
	if o.Ask == "" {
		o.Ask = AskAuto
	}
	scheme, rest, _ := strings.Cut(url, ":")
	path, slashes := strings.CutPrefix(rest, "//")
	switch scheme {
	case "none":
		if url == "none:" {
			return none{}, nil
		}
	case "file", "pdf":
		if strings.Trim(path, "/") == "" {
			break
		}
		if !filepath.IsAbs(path) {
			path = filepath.Join(o.Dir, path)
		}
		return &file{scheme: scheme, dir: path}, nil
	case "tcp":
		address := strings.TrimSuffix(path, "/")
		host, port, err := net.SplitHostPort(address)
		if err != nil || host == "" || port == "" || !slashes {
			break
		}
		return newTCP(address, o), nil
	case "usb":
		if slashes && strings.Trim(path, "/") != "" {
			return newUSB(path, o)
		}
	case "serial":
		if slashes && strings.Trim(path, "/") != "" {
			return newSerial(path, o)
		}
	case "queue":
		if name := strings.TrimSpace(rest); name != "" {
			return newQueue(name, o), nil
		}
	}
	return nil, badURL(ErrURL, url)
}

func badURL(reason error, url string) error {
	return pos.E(pos.CodeInvalid, "open printer", fmt.Errorf("%w: %q", reason, url))
}

// WantsPDF reports whether the printer of a url keeps documents as PDF: then a job's bytes are to be one.
func WantsPDF(url string) bool { return strings.HasPrefix(url, "pdf:") }

// TakesCommands reports whether what a url names may be a receipt printer, with a drawer on it: not a folder.
func TakesCommands(url string) bool {
	scheme, _, _ := strings.Cut(url, ":")
	switch scheme {
	case "tcp", "usb", "serial", "queue":
		return true
	}
	return false
}

// Answers reports whether there is a way back from the printer of a url, on which GS r 1 can be answered.
func Answers(url string) bool { return TakesCommands(url) && !strings.HasPrefix(url, "queue:") }

// tearable is a printer that may be left in the middle of a command.
type tearable interface {
	mayBeTorn()
	follow(old pos.Printer)
}

// named is a printer that keeps jobs apart by name.
type named interface {
	printNamed(ctx context.Context, name string, job []byte) (began bool, err error)
}

// pulser is a printer that takes a drawer kick differently from a job.
type pulser interface {
	pulse(ctx context.Context, command []byte) error
}

// watched is a printer whose state changes by itself, so that it is worth looking at while there is nothing to print, and which tells
// what it said last.
type watched interface {
	lastStatus() pos.PrinterStatus
}

// none takes everything and drops it.
type none struct{}

func (none) Print(context.Context, []byte) (bool, error) { return false, nil }
func (none) String() string                              { return "none:" }
func (none) Status(context.Context) (pos.PrinterStatus, error) {
	return pos.PrinterStatus{Silent: true, Checked: time.Now()}, nil
}

func (none) pulse(context.Context, []byte) error { return nil }
