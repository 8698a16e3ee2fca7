package printertest

import (
	"fmt"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// Pty lets the printer answer at a pseudo-terminal, as one on a serial port does. path is the till's end; stop ends it.
func (p *Printer) Pty() (path string, stop func(), err error) {
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return "", nil, err
	}
	master := os.NewFile(uintptr(fd), "/dev/ptmx")
	fail := func(err error) (string, func(), error) {
		master.Close()
		return "", nil, err
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		return fail(err)
	}
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		return fail(err)
	}
	path = fmt.Sprintf("/dev/pts/%d", n)
	// An end of our own stays open, so that the terminal does not hang up between two jobs; and it is made to pass bytes as they are.
	own, err := os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return fail(err)
	}
	if err := raw(int(own.Fd())); err != nil {
		own.Close()
		return fail(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() { p.Serve(master) })
	return path, func() {
		p.Restart()
		master.Close()
		own.Close()
		serving.Wait()
	}, nil
}

func raw(fd int) error {
	t, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return err
	}
	t.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON
	t.Oflag &^= unix.OPOST
	t.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
	return unix.IoctlSetTermios(fd, unix.TCSETS, t)
}
