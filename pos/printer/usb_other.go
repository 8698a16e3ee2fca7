//go:build !linux

package printer

import "context"

// open has nothing to open: such a printer is printed to through the system's queue here.
func (d *usbDevice) open(context.Context) (channel, error) { return nil, errNotHere }

// usbDevices are none.
func usbDevices() []Device { return nil }
