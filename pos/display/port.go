package display

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"go.bug.st/serial"

	"guitai/pos"
)

// Kind is the family of a pole display.
type Kind string

// The families.
const (
	VFD  Kind = "vfd"  // two lines of twenty characters
	LED8 Kind = "led8" // eight digits and four lamps
)

// speed is what displays of a family are delivered with, in baud.
func (k Kind) speed() int {
	if k == LED8 {
		return 2400
	}
	return 9600
}

// Port is a serial port, as far as a display needs one.
type Port interface {
	Write(p []byte) (n int, err error)
	// Interrupt ends a Write that hangs. Nothing is written after it.
	Interrupt()
	SetDTR(on bool) error
	SetRTS(on bool) error
	Close() error
}

// mode is eight data bits, no parity and one stop bit.
func mode(baud int) *serial.Mode {
	return &serial.Mode{BaudRate: baud, DataBits: 8, Parity: serial.NoParity, StopBits: serial.OneStopBit}
}

var errURL = errors.New("a pole display is serial:///DEVICE?baud=N")

// parse reads serial:///dev/ttyS0?baud=9600 or serial://COM3; without a speed it is the family's own.
func parse(address string, k Kind) (device string, baud int, err error) {
	rest, ok := strings.CutPrefix(address, "serial://")
	device, query, _ := strings.Cut(rest, "?")
	if plain := strings.TrimPrefix(device, "/"); strings.HasPrefix(strings.ToUpper(plain), "COM") {
		device = plain // serial:///COM3, too
	}
	if !ok || strings.Trim(device, "/") == "" {
		return "", 0, pos.E(pos.CodeInvalid, "pole display", errURL)
	}
	baud = k.speed()
	values, err := url.ParseQuery(query)
	if err == nil && values.Has("baud") {
		baud, err = strconv.Atoi(values.Get("baud"))
	}
	if err != nil || baud <= 0 {
		return "", 0, pos.E(pos.CodeInvalid, "pole display", errURL)
	}
	return device, baud, nil
}
