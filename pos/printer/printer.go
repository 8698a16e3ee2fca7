// Package printer brings receipts to paper: devices that take bytes ([Open]), and the [Spool], which works the print jobs
// that the ledger committed, in the background, so that no sale ever waits for paper.
//
// The rule of the house is that a job which may have reached paper is never sent again by itself: a customer with two
// receipts is worse than a cashier who presses 补打.
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

// Confirm says what counts as proof that a network printer printed a job of which it was sent every byte. Without the
// proof the job is unconfirmed.
type Confirm int

const (
	// ConfirmClose takes a clean close: after our half-close the printer closes too, without a reset. A status reply counts
	// as well.
	ConfirmClose Confirm = iota
	// ConfirmReply takes only the reply to GS r 1 at the end of the job, and not if it says that the paper ended. The jobs
	// have to carry that command.
	ConfirmReply
	// ConfirmWrite takes the sending alone: for printers that neither answer nor close.
	ConfirmWrite
)

// Options are for all devices; each reads what concerns it. The zero value is usable.
type Options struct {
	Dir     string // what a relative file: path is relative to
	Confirm Confirm

	// Times of a network printer; 0 is the default.
	DialTimeout  time.Duration // to connect: 3 s
	ChunkTimeout time.Duration // to send 4 KiB: 10 s, a printer being slower than a network
	ReplyTimeout time.Duration // to answer GS r 1: 30 s, for it comes after the printing
	CloseTimeout time.Duration // to close after us: 2 s

	// Dial makes the connections; nil is the network.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Reasons a printer cannot be opened, each with CodeInvalid.
var (
	ErrURL   = errors.New("a printer is none:, file:DIR or tcp://HOST:PORT")
	ErrLater = errors.New("this version does not print there yet")
)

// Open makes the printer that a url names: tcp://HOST:PORT, file:DIR, which keeps each job in a file, or none:, which takes
// jobs and drops them. Nothing is connected or made before the first job. CodeInvalid when the url names no printer.
func Open(url string, o Options) (pos.Printer, error) {
	scheme, rest, found := strings.Cut(url, ":")
	if !found {
		return nil, badURL(ErrURL, url)
	}
	switch scheme {
	case "none":
		if rest == "" {
			return none{}, nil
		}
	case "file":
		dir := strings.TrimPrefix(rest, "//")
		if strings.Trim(dir, "/") == "" {
			break
		}
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(o.Dir, dir)
		}
		return &file{dir: dir}, nil
	case "tcp":
		address := strings.TrimSuffix(strings.TrimPrefix(rest, "//"), "/")
		host, port, err := net.SplitHostPort(address)
		if err != nil || host == "" || port == "" || !strings.HasPrefix(rest, "//") {
			break
		}
		return newTCP(address, o), nil
	case "usb", "serial", "queue", "pdf":
		return nil, badURL(ErrLater, url)
	}
	return nil, badURL(ErrURL, url)
}

func badURL(reason error, url string) error {
	return pos.E(pos.CodeInvalid, "open printer", fmt.Errorf("%w: %q", reason, url))
}

// named is a printer that keeps jobs apart by name.
type named interface {
	printNamed(ctx context.Context, name string, job []byte) (began bool, err error)
}

// pulser is a printer that takes a drawer kick differently from a job.
type pulser interface {
	pulse(ctx context.Context, command []byte) error
}

// none takes everything and drops it.
type none struct{}

func (none) Print(context.Context, []byte) (bool, error) { return false, nil }
func (none) String() string                              { return "none:" }
func (none) Status(context.Context) (pos.PrinterStatus, error) {
	return pos.PrinterStatus{Silent: true, Checked: time.Now()}, nil
}

func (none) pulse(context.Context, []byte) error { return nil }
