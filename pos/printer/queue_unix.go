//go:build !windows

package printer

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strings"

	"guitai/pos"
)

// cups is the print system of Unix, through its own programs. Raw queues are on their way out of it, so a printer of one's own is
// better reached by usb: or tcp:.
type cups struct {
	run func(ctx context.Context, stdin []byte, name string, args ...string) ([]byte, error)
}

func newSpooler(o Options) spooler {
	if o.Run == nil {
		return cups{runProgram}
	}
	return cups{o.Run}
}

// runProgram runs a program and returns what it wrote, its complaints with the error.
func runProgram(ctx context.Context, stdin []byte, name string, args ...string) ([]byte, error) {
	c := exec.CommandContext(ctx, name, args...)
	c.Env = append(os.Environ(), "LC_ALL=C")
	c.Stdin = bytes.NewReader(stdin)
	var out, complaint bytes.Buffer
	c.Stdout, c.Stderr = &out, &complaint
	err := c.Run()
	if said := strings.TrimSpace(complaint.String()); err != nil && said != "" {
		err = errors.Join(errors.New(said), err)
	}
	return out.Bytes(), err
}

// alerts are what CUPS calls the states of a printer (RFC 8011, printer-state-reasons), in the order they are told in.
var alerts = []struct {
	word string
	code pos.Code
}{
	{"cover-open", pos.CodeCover},
	{"door-open", pos.CodeCover},
	{"media-empty", pos.CodePaper},
	{"media-needed", pos.CodePaper},
	{"media-jam", pos.CodePrinterError},
	{"offline", pos.CodePrinterOff},
	{"connecting-to-device", pos.CodePrinterOff},
	{"timed-out", pos.CodePrinterOff},
	{"shutdown", pos.CodePrinterOff},
	{"media-low", pos.CodePaperLow},
}

func (c cups) state(ctx context.Context, queue string) (pos.Code, string, error) {
	out, err := c.run(ctx, nil, "lpstat", "-l", "-p", queue)
	if err != nil {
		return pos.CodeNone, "", troubleOfCUPS(err)
	}
	text := string(out)
	detail := strings.TrimSpace(strings.SplitN(text, "\n", 2)[0])
	if _, after, ok := strings.Cut(text, "Alerts:"); ok {
		said, _, _ := strings.Cut(after, "\n")
		for _, a := range alerts {
			if strings.Contains(said, a.word) {
				return a.code, strings.TrimSpace(said), nil
			}
		}
	}
	if strings.Contains(detail, "disabled") { // stopped by a person, or by CUPS after an error
		return pos.CodePrinterOff, detail, nil
	}
	return pos.CodeNone, detail, nil
}

// troubleOfCUPS gives a program's failure its code.
func troubleOfCUPS(err error) error {
	said := strings.ToLower(err.Error())
	code := pos.CodePrinter
	switch {
	case strings.Contains(said, "invalid destination"), strings.Contains(said, "does not exist"),
		strings.Contains(said, "unknown destination"), errors.Is(err, exec.ErrNotFound):
		code = pos.CodePrinterPort
	case strings.Contains(said, "scheduler"), strings.Contains(said, "not accepting"), errors.Is(err, context.DeadlineExceeded):
		code = pos.CodePrinterOff
	case strings.Contains(said, "forbidden"), strings.Contains(said, "not authorized"), strings.Contains(said, "unauthorized"),
		strings.Contains(said, "not allowed"):
		code = pos.CodePrinterAccess
	}
	return pos.E(code, "ask CUPS", err)
}

// requestID is in what lp says of a job that it took.
var requestID = regexp.MustCompile(`request id is (\S+-\d+)`)

func (c cups) submit(ctx context.Context, queue, title string, job []byte) (handed, error) {
	out, err := c.run(ctx, job, "lp", "-d", queue, "-o", "raw", "-t", title)
	if err != nil {
		return nil, troubleOfCUPS(err)
	}
	m := requestID.FindSubmatch(out)
	if m == nil {
		return cupsJob{c, queue, ""}, nil
	}
	return cupsJob{c, queue, string(m[1])}, nil
}

// cupsJob is a job by its request id; empty when lp did not tell.
type cupsJob struct {
	cups
	queue, id string
}

func (j cupsJob) left(ctx context.Context) (gone bool, code pos.Code, err error) {
	if j.id == "" {
		return true, pos.CodeNone, nil
	}
	out, err := j.run(ctx, nil, "lpstat", "-W", "not-completed", "-o", j.queue)
	if err != nil {
		return false, pos.CodeNone, err
	}
	for line := range strings.Lines(string(out)) {
		if fields := strings.Fields(line); len(fields) > 0 && fields[0] == j.id {
			code, _, err = j.state(ctx, j.queue)
			return false, code, err
		}
	}
	return j.became(ctx)
}

var (
	errCanceled = errors.New("somebody took it out of the print queue")
	errAborted  = errors.New("the print queue gave it up")
	errCameBack = errors.New("it came back into the print queue, and was taken out")
)

// became tells how a job ended that is not in its queue any more. lpstat does not know: it lists all of them as
// completed, and in CUPS 2.4.2 with "processing-to-stop-point" for the printed and the canceled alike (OpenPrinting/cups pull request
// 832). cancel does: an ended job cannot be canceled, and the reason is how it ended. Should the job be back, as somebody
// restarted it meanwhile, it is canceled indeed: it would come out when nobody expects it.
//
// Where CUPS keeps no history (PreserveJobHistory No), or keeps it from us, how the job ended cannot be known. It counts as printed,
// though it may have been canceled: else no receipt of such a system would ever be.
func (j cupsJob) became(ctx context.Context) (gone bool, code pos.Code, err error) {
	_, err = j.run(ctx, nil, "cancel", j.id)
	if err == nil {
		return true, pos.CodePrinter, errCameBack
	}
	said := strings.ToLower(err.Error())
	switch {
	case strings.Contains(said, "already completed"):
		return true, pos.CodeNone, nil
	case strings.Contains(said, "already canceled"):
		return true, pos.CodePrinter, errCanceled
	case strings.Contains(said, "already aborted"):
		return true, pos.CodePrinter, errAborted
	case strings.Contains(said, "does not exist"), pos.CodeOf(troubleOfCUPS(err)) == pos.CodePrinterAccess:
		return true, pos.CodeNone, nil
	}
	return false, pos.CodeNone, err
}

func (j cupsJob) withdraw(ctx context.Context) error {
	if j.id == "" {
		return nil
	}
	_, err := j.run(ctx, nil, "cancel", j.id)
	return err
}

func (cupsJob) close() {}

// queueDevices are the queues of CUPS. run is nil but in tests.
func queueDevices(ctx context.Context, run func(ctx context.Context, stdin []byte, name string, args ...string) ([]byte, error)) []Device {
	if run == nil {
		run = runProgram
	}
	out, err := run(ctx, nil, "lpstat", "-e")
	if err != nil {
		return nil
	}
	var found []Device
	for line := range strings.Lines(string(out)) {
		if name := strings.TrimSpace(line); name != "" {
			found = append(found, Device{URL: "queue:" + name, Name: name})
		}
	}
	return found
}
