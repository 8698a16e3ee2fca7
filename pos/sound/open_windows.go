package sound

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// What winmm (waveOut, mmsystem.h) is called with.
const (
	waveMapper    = 0xFFFFFFFF // the device that the person chose in the system's settings
	waveFormatPCM = 1
	headerDone    = 0x1 // WHDR_DONE: the device is through with a buffer
	buffers       = 8   // of a chunk each: more than lead
)

var (
	winmm           = windows.NewLazySystemDLL("winmm.dll")
	waveOutOpen     = winmm.NewProc("waveOutOpen")
	waveOutPrepare  = winmm.NewProc("waveOutPrepareHeader")
	waveOutWrite    = winmm.NewProc("waveOutWrite")
	waveOutReset    = winmm.NewProc("waveOutReset")
	waveOutUnprep   = winmm.NewProc("waveOutUnprepareHeader")
	waveOutCloseDev = winmm.NewProc("waveOutClose")
)

// waveFormat is WAVEFORMATEX.
type waveFormat struct {
	tag, channels        uint16
	rate, bytesPerSecond uint32
	align, bits, extra   uint16
}

// waveHeader is WAVEHDR.
type waveHeader struct {
	data             *int16
	length, recorded uint32
	user             uintptr
	flags, loops     uint32
	next             *waveHeader
	reserved         uintptr
}

// buffer is a chunk that the device plays while the program goes on.
type buffer struct {
	header waveHeader
	pcm    [chunk]int16
	used   bool
}

// wave is a stream to a waveOut device. Memory that the device plays from is pinned until the device is closed.
type wave struct {
	device  uintptr
	buffers [buffers]*buffer
	turn    int
	pinned  runtime.Pinner
	closed  bool
}

// Open opens the loudspeaker that the system's settings name.
func Open(context.Context) (Device, error) {
	if err := winmm.Load(); err != nil {
		return nil, err
	}
	w := &wave{}
	format := waveFormat{tag: waveFormatPCM, channels: 1, rate: Rate, bytesPerSecond: 2 * Rate, align: 2, bits: 16}
	r, _, _ := waveOutOpen.Call(uintptr(unsafe.Pointer(&w.device)), waveMapper, uintptr(unsafe.Pointer(&format)), 0, 0, 0)
	if r != 0 {
		return nil, waveError("waveOutOpen", r)
	}
	for i := range w.buffers {
		b := &buffer{}
		w.pinned.Pin(b)
		b.header = waveHeader{data: &b.pcm[0], length: 2 * chunk}
		w.buffers[i] = b
		if r, _, _ := waveOutPrepare.Call(w.device, uintptr(unsafe.Pointer(&b.header)), unsafe.Sizeof(b.header)); r != 0 {
			w.Close()
			return nil, waveError("waveOutPrepareHeader", r)
		}
	}
	return w, nil
}

func (w *wave) Write(ctx context.Context, pcm []int16) error {
	b := w.buffers[w.turn]
	for b.used && atomic.LoadUint32(&b.header.flags)&headerDone == 0 {
		select {
		case <-ctx.Done():
			return fmt.Errorf("waveOut: the device does not play: %w", ctx.Err())
		case <-time.After(5 * time.Millisecond):
		}
	}
	n := copy(b.pcm[:], pcm)
	b.header.length = uint32(2 * n)
	b.used = true
	if r, _, _ := waveOutWrite.Call(w.device, uintptr(unsafe.Pointer(&b.header)), unsafe.Sizeof(b.header)); r != 0 {
		b.used = false
		return waveError("waveOutWrite", r)
	}
	w.turn = (w.turn + 1) % buffers
	return nil
}

func (w *wave) Close() {
	if w.closed {
		return
	}
	w.closed = true
	waveOutReset.Call(w.device) //nolint:errcheck // gives every buffer back; nothing can be done about a device that does not
	for _, b := range w.buffers {
		if b != nil {
			waveOutUnprep.Call(w.device, uintptr(unsafe.Pointer(&b.header)), unsafe.Sizeof(b.header)) //nolint:errcheck // as above
		}
	}
	waveOutCloseDev.Call(w.device) //nolint:errcheck // as above
	w.pinned.Unpin()
}

func waveError(what string, code uintptr) error {
	return fmt.Errorf("%s: error %d of winmm", what, code)
}
