package printer

import (
	"net/url"
	"regexp"
	"strings"

	"guitai/pos"
)

// newUSB is a printer of the USB printer class, as Linux has them under /dev/usb (usblp). Their numbers change when they are plugged
// in again, so the device is known by what it says of itself: what ?id= names, else what was there when it was first opened.
func newUSB(rest string, o Options) (pos.Printer, error) {
	device, query, _ := strings.Cut(rest, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, badURL(ErrURL, "usb://"+rest)
	}
	d := &usbDevice{path: device, id: values.Get("id")}
	return newLine("usb://"+device, o, d.open), nil
}

// usbDevice is where a printer is plugged in.
type usbDevice struct {
	path string
	id   string // empty until it is known
	sys  string // where the system tells of devices; empty is /sys
	dev  string // where they are; empty is /dev/usb
}

// plugged are the names of devices that come and go with a plug.
var plugged = regexp.MustCompile(`(?i)^(/dev/usb/lp\d+|/dev/(ttyUSB|ttyACM|rfcomm|cu\.).*|(\\\\\.\\)?COM\d+)$`)

// Bits of the port status of the printer class, as LPGETSTATUS returns them (USB Printer Class 1.1, GET_PORT_STATUS).
const (
	lpPaperOut = 0x20
	lpNoError  = 0x08
)
