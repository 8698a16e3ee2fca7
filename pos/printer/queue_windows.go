package printer

import (
	"context"
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/windows"

	"guitai/pos"
)

// winspool is the print system of Windows (Microsoft, "Print Spooler API Functions"), of which only the part for raw jobs is here.
type winspool struct{}

func newSpooler(Options) spooler { return winspool{} }

var (
	spoolDLL         = windows.NewLazySystemDLL("winspool.drv")
	enumPrinters     = spoolDLL.NewProc("EnumPrintersW")
	openPrinter      = spoolDLL.NewProc("OpenPrinterW")
	closePrinter     = spoolDLL.NewProc("ClosePrinter")
	getPrinter       = spoolDLL.NewProc("GetPrinterW")
	startDocPrinter  = spoolDLL.NewProc("StartDocPrinterW")
	startPagePrinter = spoolDLL.NewProc("StartPagePrinter")
	writePrinter     = spoolDLL.NewProc("WritePrinter")
	endPagePrinter   = spoolDLL.NewProc("EndPagePrinter")
	endDocPrinter    = spoolDLL.NewProc("EndDocPrinter")
	abortPrinter     = spoolDLL.NewProc("AbortPrinter")
	getJob           = spoolDLL.NewProc("GetJobW")
	setJob           = spoolDLL.NewProc("SetJobW")
)

// printerInfo2 is PRINTER_INFO_2.
type printerInfo2 struct {
	server, printer, share, port, driver, comment, location *uint16
	devMode                                                 uintptr
	separator, processor, datatype, parameters              *uint16
	security                                                uintptr
	attributes, priority, defaultPriority                   uint32
	startTime, untilTime, status, jobs, pagesPerMinute      uint32
}

// printerInfo4 is PRINTER_INFO_4.
type printerInfo4 struct {
	printer, server *uint16
	attributes      uint32
}

// docInfo1 is DOC_INFO_1.
type docInfo1 struct{ name, output, datatype *uint16 }

// jobInfo1 is JOB_INFO_1.
type jobInfo1 struct {
	id                                                              uint32
	printer, machine, user, document, datatype, statusText          *uint16
	status, priority, position, totalPages, pagesPrinted            uint32
	year, month, dayOfWeek, day, hour, minute, second, milliseconds uint16
}

const (
	attributeWorkOffline = 0x400

	printerPaused   = 0x1
	printerError    = 0x2
	printerJam      = 0x8
	printerPaperOut = 0x10
	printerOffline  = 0x80
	printerNotAvail = 0x1000
	printerDoorOpen = 0x400000

	jobError    = 0x2
	jobDeleting = 0x4
	jobOffline  = 0x20
	jobPaperOut = 0x40
	jobPrinted  = 0x80
	jobDeleted  = 0x100
	jobBlocked  = 0x200

	jobControlDelete = 5

	enumLocal, enumConnections = 2, 4
)

// call calls a function that answers 0 when it failed.
func call(p *windows.LazyProc, args ...uintptr) (uintptr, error) {
	if err := p.Find(); err != nil {
		return 0, err
	}
	r, _, err := p.Call(args...)
	if r == 0 {
		return 0, fmt.Errorf("%s: %w", p.Name, err)
	}
	return r, nil
}

// spoolHandle is an open queue.
type spoolHandle uintptr

func openQueue(name string) (spoolHandle, error) {
	n, err := windows.UTF16PtrFromString(name)
	if err != nil {
		return 0, err
	}
	var h spoolHandle
	_, err = call(openPrinter, uintptr(unsafe.Pointer(n)), uintptr(unsafe.Pointer(&h)), 0)
	return h, err
}

func (h spoolHandle) close() { _, _ = call(closePrinter, uintptr(h)) }

// buffer asks twice, as these functions want it: for the size, then for the thing. It is aligned as the structures in it need.
func buffer(get func(buf unsafe.Pointer, size uint32, needed *uint32) error) (unsafe.Pointer, error) {
	var needed uint32
	err := get(nil, 0, &needed)
	for range 3 { // it may grow in between
		if err == nil || !errors.Is(err, windows.ERROR_INSUFFICIENT_BUFFER) {
			return nil, err
		}
		words := make([]uint64, needed/8+1)
		buf := unsafe.Pointer(&words[0])
		if err = get(buf, uint32(len(words)*8), &needed); err == nil {
			return buf, nil
		}
	}
	return nil, err
}

func (winspool) state(_ context.Context, queue string) (pos.Code, string, error) {
	h, err := openQueue(queue)
	if err != nil {
		return pos.CodeNone, "", err
	}
	defer h.close()
	return h.state()
}

func (h spoolHandle) state() (pos.Code, string, error) {
	buf, err := buffer(func(buf unsafe.Pointer, size uint32, needed *uint32) error {
		_, err := call(getPrinter, uintptr(h), 2, uintptr(buf), uintptr(size), uintptr(unsafe.Pointer(needed)))
		return err
	})
	if err != nil {
		return pos.CodeNone, "", err
	}
	info := (*printerInfo2)(buf)
	detail := fmt.Sprintf("%s, status %#x, attributes %#x", windows.UTF16PtrToString(info.driver), info.status, info.attributes)
	return codeOfQueue(info.status, info.attributes), detail, nil
}

func codeOfQueue(status, attributes uint32) pos.Code {
	switch {
	case status&printerDoorOpen != 0:
		return pos.CodeCover
	case status&printerPaperOut != 0:
		return pos.CodePaper
	case status&(printerOffline|printerNotAvail|printerPaused) != 0, attributes&attributeWorkOffline != 0:
		return pos.CodePrinterOff
	case status&(printerError|printerJam) != 0:
		return pos.CodePrinterError
	}
	return pos.CodeNone
}

// submit writes a job into the queue. Drivers of the fourth generation refuse raw data and take it under another name.
func (winspool) submit(_ context.Context, queue, title string, job []byte) (handed, error) {
	h, err := openQueue(queue)
	if err != nil {
		return nil, err
	}
	id, err := h.start(title, "RAW")
	if errors.Is(err, windows.ERROR_INVALID_DATATYPE) {
		id, err = h.start(title, "XPS_PASS")
	}
	if err != nil {
		h.close()
		return nil, err
	}
	if err := h.write(job); err != nil {
		_, _ = call(abortPrinter, uintptr(h))
		h.close()
		return nil, err
	}
	return &spooled{h, uint32(id)}, nil
}

func (h spoolHandle) start(title, datatype string) (uintptr, error) {
	name, err := windows.UTF16PtrFromString(title)
	if err != nil {
		return 0, err
	}
	kind, err := windows.UTF16PtrFromString(datatype)
	if err != nil {
		return 0, err
	}
	doc := docInfo1{name: name, datatype: kind}
	return call(startDocPrinter, uintptr(h), 1, uintptr(unsafe.Pointer(&doc)))
}

// write writes a whole document and ends it: only then does it leave.
func (h spoolHandle) write(job []byte) error {
	if _, err := call(startPagePrinter, uintptr(h)); err != nil {
		return err
	}
	for sent := 0; sent < len(job); {
		var n uint32
		_, err := call(writePrinter, uintptr(h), uintptr(unsafe.Pointer(&job[sent])), uintptr(len(job)-sent), uintptr(unsafe.Pointer(&n)))
		if err != nil {
			return err
		}
		if n == 0 {
			return errNoReply
		}
		sent += int(n)
	}
	if _, err := call(endPagePrinter, uintptr(h)); err != nil {
		return err
	}
	_, err := call(endDocPrinter, uintptr(h))
	return err
}

// spooled is a job in a queue.
type spooled struct {
	spoolHandle
	id uint32
}

func (s *spooled) left(context.Context) (gone bool, code pos.Code, err error) {
	buf, err := buffer(func(buf unsafe.Pointer, size uint32, needed *uint32) error {
		_, err := call(getJob, uintptr(s.spoolHandle), uintptr(s.id), 1, uintptr(buf), uintptr(size), uintptr(unsafe.Pointer(needed)))
		return err
	})
	switch {
	case errors.Is(err, windows.ERROR_INVALID_PARAMETER): // there is no such job any more
		return true, pos.CodeNone, nil
	case err != nil:
		return false, pos.CodeNone, err
	}
	switch status := (*jobInfo1)(buf).status; {
	case status&(jobPrinted|jobDeleted|jobDeleting) != 0:
		return status&jobPrinted != 0, pos.CodePrinter, nil
	case status&jobPaperOut != 0:
		return false, pos.CodePaper, nil
	case status&jobOffline != 0:
		return false, pos.CodePrinterOff, nil
	case status&(jobError|jobBlocked) != 0:
		return false, pos.CodePrinterError, nil
	}
	code, _, err = s.state()
	return false, code, err
}

func (s *spooled) withdraw(context.Context) error {
	_, err := call(setJob, uintptr(s.spoolHandle), uintptr(s.id), 0, 0, jobControlDelete)
	return err
}

// queueDevices are the queues of this machine and those it is connected to.
func queueDevices(context.Context, func(context.Context, []byte, string, ...string) ([]byte, error)) []Device {
	var count uint32
	buf, err := buffer(func(buf unsafe.Pointer, size uint32, needed *uint32) error {
		_, err := call(enumPrinters, enumLocal|enumConnections, 0, 4, uintptr(buf), uintptr(size), uintptr(unsafe.Pointer(needed)), uintptr(unsafe.Pointer(&count)))
		return err
	})
	if err != nil || buf == nil {
		return nil
	}
	var found []Device
	for _, info := range unsafe.Slice((*printerInfo4)(buf), count) {
		name := windows.UTF16PtrToString(info.printer)
		found = append(found, Device{URL: "queue:" + name, Name: name})
	}
	return found
}
