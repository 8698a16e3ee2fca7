package printer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// open finds the device and opens it in both directions. Somebody else who holds it is EBUSY: usblp serves one at a time.
func (d *usbDevice) open(context.Context) (channel, error) {
	path, err := d.find()
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	switch {
	case errors.Is(err, fs.ErrNotExist) && plugged.MatchString(path):
		return nil, unplugged{err}
	case err != nil:
		return nil, err
	}
	if info, err := f.Stat(); err != nil || info.Mode()&fs.ModeCharDevice == 0 {
		f.Close()
		return nil, cmp.Or(err, error(&fs.PathError{Op: "open", Path: path, Err: unix.ENOTTY}))
	}
	if d.id == "" {
		d.id = d.identity(path)
	}
	return &usb{File: f}, nil
}

// find is where the device is now: under its path, unless another one took its place there.
func (d *usbDevice) find() (string, error) {
	if d.id == "" || d.is(d.path) {
		return d.path, nil
	}
	for _, path := range d.all() {
		if d.is(path) {
			return path, nil
		}
	}
	if len(d.all()) > 0 || d.identity(d.path) != "" {
		return "", unplugged{fmt.Errorf("%s is not plugged in", d.id)}
	}
	return d.path, nil // the system does not say what is where
}

func (d *usbDevice) is(path string) bool {
	id := d.identity(path)
	return id != "" && (id == d.id || slices.Contains(strings.Split(id, "|"), d.id))
}

// all is every printer of the class.
func (d *usbDevice) all() []string {
	paths, _ := filepath.Glob(filepath.Join(cmp.Or(d.dev, "/dev/usb"), "lp*"))
	return paths
}

// identity is what a device says of itself, as serial number|IEEE 1284 id; empty when the system does not tell.
func (d *usbDevice) identity(path string) string {
	at := filepath.Join(cmp.Or(d.sys, "/sys"), "class", "usbmisc", filepath.Base(path), "device")
	id := line1(filepath.Join(at, "ieee1284_id"))
	// device is the interface; the serial number is its parent's, the device itself. The link must be followed first.
	if real, err := filepath.EvalSymlinks(at); err == nil {
		at = real
	}
	serial := line1(filepath.Join(filepath.Dir(at), "serial"))
	if id == "" && serial == "" {
		return ""
	}
	return serial + "|" + id
}

func line1(path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	text, _, _ := strings.Cut(string(b), "\n")
	return strings.TrimSpace(text)
}

// usb is an open usblp. It is not blocking, so that deadlines hold; a read of nothing is a printer that has nothing to say yet, not an
// end.
type usb struct {
	*os.File
	closed atomic.Bool
}

// quiet is the pause after a read of nothing.
const quiet = 30 * time.Millisecond

func (u *usb) Read(p []byte) (int, error) {
	for {
		n, err := u.File.Read(p)
		if n > 0 || !errors.Is(err, io.EOF) {
			return n, err
		}
		if u.closed.Load() {
			return 0, os.ErrClosed
		}
		<-time.After(quiet)
	}
}

func (u *usb) Close() error {
	u.closed.Store(true)
	return u.File.Close()
}

// flush waits until the device has taken what is under way: usblp drops that when it is closed.
func (u *usb) flush(_ context.Context, limit time.Duration) error {
	if err := u.SetWriteDeadline(time.Now().Add(limit)); err != nil {
		return err
	}
	raw, err := u.SyscallConn()
	if err != nil {
		return err
	}
	return raw.Write(func(fd uintptr) bool {
		fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}
		n, err := unix.Poll(fds, 0)
		return n > 0 || err != nil && !errors.Is(err, unix.EINTR)
	})
}

// lpGetStatus is LPGETSTATUS.
const lpGetStatus = 0x060b

// portStatus is what the printer class itself says, for a printer that answers nothing else. Many say the same always.
func (u *usb) portStatus() (status int, ok bool) {
	raw, err := u.SyscallConn()
	if err != nil {
		return 0, false
	}
	err = errors.Join(raw.Control(func(fd uintptr) {
		var e error
		if status, e = unix.IoctlGetInt(int(fd), lpGetStatus); e == nil {
			ok = true
		}
	}))
	return status, ok && err == nil
}

// usbDevices are the printers of the class that are plugged in.
func usbDevices() []Device {
	var found []Device
	var d usbDevice
	for _, path := range d.all() {
		serial, id, _ := strings.Cut(d.identity(path), "|")
		u := "usb://" + path
		if key := cmp.Or(serial, id); key != "" {
			u += "?id=" + url.QueryEscape(key)
		}
		found = append(found, Device{URL: u, Name: cmp.Or(modelOf(id), filepath.Base(path))})
	}
	return found
}

// modelOf is maker and model of an IEEE 1284 id: "MFG:EPSON;MDL:TM-T20;".
func modelOf(id string) string {
	fields := map[string]string{}
	for part := range strings.SplitSeq(id, ";") {
		if key, value, ok := strings.Cut(part, ":"); ok {
			fields[strings.ToUpper(strings.TrimSpace(key))] = strings.TrimSpace(value)
		}
	}
	maker := cmp.Or(fields["MFG"], fields["MANUFACTURER"])
	model := cmp.Or(fields["MDL"], fields["MODEL"])
	return strings.TrimSpace(maker + " " + strings.TrimPrefix(model, maker+" "))
}
