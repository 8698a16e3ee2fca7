package printer

import (
	"context"
	"path/filepath"
	"runtime"
	"time"

	"go.bug.st/serial"
)

// Device is a printer, or a port that a printer may hang on, that is there now.
type Device struct {
	URL  string // as [Open] takes it
	Name string // for people: maker and model, the port, the queue
}

// devicesTime is how long looking for devices may take.
const devicesTime = 2 * time.Second

// Devices lists what is there: printers on USB, serial ports, the system's print queues. What does not answer in two seconds, or in the
// time of ctx, is left out. Nothing is printed, but a serial port may see its lines move. Safe for concurrent use.
func Devices(ctx context.Context) []Device {
	ctx, cancel := context.WithTimeout(ctx, devicesTime)
	defer cancel()
	looks := []func(context.Context) []Device{
		func(context.Context) []Device { return usbDevices() },
		func(context.Context) []Device { return serialDevices() },
		func(ctx context.Context) []Device { return queueDevices(ctx, nil) },
	}
	answers := make([]chan []Device, len(looks))
	for i, look := range looks {
		answers[i] = make(chan []Device, 1)
		go func() { answers[i] <- look(ctx) }() // a driver that hangs holds up this one alone
	}
	var all []Device
	for _, answer := range answers {
		select {
		case some := <-answer:
			all = append(all, some...)
		case <-ctx.Done():
		}
	}
	return all
}

func serialDevices() []Device {
	names, err := serial.GetPortsList()
	if err != nil {
		return nil
	}
	var found []Device
	for _, name := range names {
		if runtime.GOOS == "darwin" && filepath.Base(name)[:4] == "tty." { // the same port as cu., which waits for a carrier
			continue
		}
		found = append(found, Device{URL: "serial://" + name + "?baud=9600", Name: filepath.Base(name)})
	}
	return found
}
