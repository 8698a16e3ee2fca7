package printer

import (
	"context"
	"log/slog"
	"time"

	"guitai/pos"
)

// printerCode is the code of a printer's error; what has none of its own is trouble with the printer all the same.
func printerCode(err error) pos.Code {
	if c := pos.CodeOf(err); c != pos.CodeInternal {
		return c
	}
	return pos.CodePrinter
}

// givesReason reports whether a code is the printer's own word for what a person has to do: such a printer is waited for.
func givesReason(c pos.Code) bool {
	switch c {
	case pos.CodePaper, pos.CodeCover, pos.CodeCutter, pos.CodePrinterError:
		return true
	}
	return false
}

// reach reports whether a code is about the way to the printer, which a printer that says nothing can be seen to have again.
func reach(c pos.Code) bool {
	switch c {
	case pos.CodePrinterOff, pos.CodePrinterPort, pos.CodePrinterAccess, pos.CodePrinterBusy:
		return true
	}
	return false
}

// due reports whether the printer is to be looked at before anything else: always while something is wrong, and from time to time
// when there is nothing to do, so that a roll that ends shows before a customer waits for it. A folder is not looked at.
func (s *Spool) due(idle bool) bool {
	_, watched := s.out.Printer.(watched)
	return watched && (s.trouble != pos.CodeNone || idle && time.Since(s.looked) >= s.o.Watch)
}

// look asks the printer how it is; s.trouble and the health say it afterwards. waits tells that a job does. The error is what
// the trouble is in words; nil when it prints.
func (s *Spool) look(ctx context.Context, waits bool) error {
	status, err := s.out.Printer.Status(ctx)
	s.looked = time.Now()
	code := status.Code
	if err != nil {
		code = printerCode(err)
	}
	switch {
	case ctx.Err() != nil: // stopped in the middle of it
		return err
	case !prints(code):
		if err == nil {
			err = saysSo(code)
		}
		if s.trouble != code {
			s.say(ctx, slog.LevelWarn, "the printer does not print", err, "code", code)
		}
		s.bad(code)
		return err
	case status.Silent && s.trouble != pos.CodeNone && (waits || !reach(s.trouble)):
		// It takes a connection and says nothing: whether it prints shows with the next job, and until then what was told stands.
		s.trouble = pos.CodeNone
		return nil
	}
	s.well(code)
	return nil
}

// bad notes trouble and tells of it if that is news.
func (s *Spool) bad(code pos.Code) {
	s.trouble = code
	if givesReason(code) {
		s.answered = s.o.Clock.Now()
	}
	if s.told.Light != pos.LightBad || s.told.Cause != code {
		s.health(pos.Part{Light: pos.LightBad, Cause: code})
	}
}

// well notes that the printer prints, perhaps with little paper left, and tells of it if that is news.
func (s *Spool) well(code pos.Code) {
	s.trouble, s.said = pos.CodeNone, ""
	if s.told.Light != pos.LightOK || s.told.Cause != code {
		s.health(pos.Part{Light: pos.LightOK, Cause: code})
	}
}

// worked notes a success.
func (s *Spool) worked() {
	s.trouble, s.said, s.lastOK = pos.CodeNone, "", s.o.Clock.Now()
	code := pos.CodeNone
	if w, ok := s.out.Printer.(watched); ok && w.lastStatus().Code == pos.CodePaperLow {
		code = pos.CodePaperLow
	}
	s.health(pos.Part{Light: pos.LightOK, Cause: code})
}

// health tells how the printer does. That there is none is the first thing and the last to be said of one that is off.
func (s *Spool) health(p pos.Part) {
	if s.off() && p.Light != pos.LightOff {
		return
	}
	p.At = s.lastOK
	s.told = p
	if s.o.OnHealth != nil {
		s.o.OnHealth(p)
	}
}
