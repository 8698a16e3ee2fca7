package printer

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"syscall"

	"go.bug.st/serial"

	"guitai/pos"
)

// codeOfSystem is what an error of the system means for a printer.
func codeOfSystem(err error) pos.Code {
	if _, gone := errors.AsType[unplugged](err); gone {
		return pos.CodePrinterOff
	}
	if c := codeOfPort(err); c != pos.CodeNone {
		return c
	}
	if c := codeOfNumber(err); c != pos.CodeNone {
		return c
	}
	switch {
	case errors.Is(err, errNotHere):
		return pos.CodePrinterPort
	case errors.Is(err, context.Canceled):
		return pos.CodePrinter // the till stops
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return pos.CodePrinterOff
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrClosedPipe): // it hung up
		return pos.CodePrinterOff
	case errors.Is(err, fs.ErrPermission):
		return pos.CodePrinterAccess
	case errors.Is(err, fs.ErrNotExist):
		return pos.CodePrinterPort
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.Err != "" {
		return pos.CodePrinterOff
	}
	if e, ok := errors.AsType[net.Error](err); ok && e.Timeout() {
		return pos.CodePrinterOff
	}
	return pos.CodePrinter
}

// codeOfNumber goes by the numbers that systems give to their errors.
func codeOfNumber(err error) pos.Code {
	number, ok := errors.AsType[syscall.Errno](err)
	if !ok {
		return pos.CodeNone
	}
	for code, numbers := range numbered {
		for _, n := range numbers {
			if n == number {
				return code
			}
		}
	}
	return pos.CodeNone
}

// codeOfPort goes by the errors of the library for serial ports.
func codeOfPort(err error) pos.Code {
	e, ok := errors.AsType[*serial.PortError](err)
	if !ok {
		return pos.CodeNone
	}
	switch e.Code() {
	case serial.PortBusy:
		return pos.CodePrinterBusy
	case serial.PermissionDenied:
		return pos.CodePrinterAccess
	case serial.PortClosed, serial.PortNotFound:
		return pos.CodePrinterOff // unplugged
	case serial.InvalidSerialPort, serial.InvalidSpeed:
		return pos.CodePrinterPort
	}
	return pos.CodeNone
}

// isRefused reports whether something is at the address and takes no connection there.
func isRefused(err error) bool {
	number, ok := errors.AsType[syscall.Errno](err)
	return ok && number == refused
}

// unplugged is a device that is not there under a name that only plugged-in devices have: it is off, or its cable is out.
type unplugged struct{ err error }

func (u unplugged) Error() string { return u.err.Error() }
func (u unplugged) Unwrap() error { return u.err }

// errNotHere is a kind of device that this system does not have.
var errNotHere = errors.New("this system has no such devices; use a print queue")
