package printer

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"guitai/pos"
)

// work takes one job as far as it goes now.
func (s *Spool) work(ctx context.Context, job pos.PrintJob) (time.Duration, bool) {
	if !job.QueuedAt.IsZero() && s.started.Sub(job.QueuedAt) > s.o.GiveUp {
		// A receipt of yesterday that comes out in front of today's first customer helps nobody.
		return s.fail(ctx, job, job.Code, fmt.Sprintf("it waited longer than %v and the program was stopped meanwhile", s.o.GiveUp))
	}
	if job.Bytes == nil || s.rendered != job.ID {
		rendered, err := s.render(ctx, job)
		if ctx.Err() != nil {
			return s.o.Retry, true // stopped in the middle of it: nothing is known of the job
		}
		if err != nil {
			s.o.Log.Error("a receipt cannot be rendered", "job", job.ID, "sale", int64(job.Sale), "err", err)
			return s.fail(ctx, job, pos.CodeOf(err), err.Error())
		}
		if !bytes.Equal(rendered, job.Bytes) {
			err := s.o.Outbox.StoreBytes(ctx, job.ID, rendered)
			if taken(err) {
				return 0, false
			}
			if err != nil {
				return s.stuck(ctx, "store print bytes", err)
			}
		}
		job.Bytes, s.rendered = rendered, job.ID
	}
	return s.send(ctx, job)
}

// taken reports whether a person took the job away meanwhile, to another printer or altogether.
func taken(err error) bool {
	c := pos.CodeOf(err)
	return c == pos.CodeConflict || c == pos.CodeNotFound
}

// patience is how long a job has been waiting for a printer that cannot be reached.
func (s *Spool) patience(job pos.PrintJob) time.Duration {
	since := job.QueuedAt
	if since.IsZero() {
		since = s.started
	}
	if s.answered.After(since) {
		since = s.answered
	}
	return s.o.Clock.Now().Sub(since)
}

// render guards against a fault in the rendering of one sale: paper must not take the till down.
func (s *Spool) render(ctx context.Context, job pos.PrintJob) (rendered []byte, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = pos.E(pos.CodeInternal, "render print job", fmt.Errorf("%v", fault))
		}
	}()
	rendered, err = s.out.Render(ctx, job)
	if err == nil && len(rendered) == 0 {
		err = pos.E(pos.CodeInternal, "render print job", errors.New("nothing was rendered"))
	}
	return rendered, err
}

// send commits that bytes will leave, lets them, and commits what came of it.
func (s *Spool) send(ctx context.Context, job pos.PrintJob) (time.Duration, bool) {
	was := job
	job.State, job.Tries, job.Code, job.Cause = pos.PrintSending, job.Tries+1, pos.CodeNone, ""
	if err := s.o.Outbox.MarkJob(ctx, job.ID, job.State, job.Tries, job.Code, job.Cause); err != nil {
		if taken(err) {
			return 0, false
		}
		// It may be committed all the same, and then nobody would look at the job again.
		was.Cause = err.Error()
		s.owed = &was
		return s.stuck(ctx, "mark print job", err)
	}
	s.tell(job)
	began, err := s.print(ctx, job)
	s.looked = time.Now()
	if err == nil {
		job.State = pos.PrintDone
		s.worked()
		return s.settle(ctx, job)
	}
	code := printerCode(err)
	s.bad(code)
	switch job.Code, job.Cause = code, err.Error(); {
	case began:
		job.State = pos.PrintUnconfirmed
	case !givesReason(code) && s.patience(job) >= s.o.GiveUp:
		job.State = pos.PrintFailed
	default:
		job.State = pos.PrintQueued
	}
	s.say(ctx, slog.LevelWarn, "receipt not printed", err, "job", job.ID, "sale", int64(job.Sale), "state", job.State)
	return s.settle(ctx, job)
}

func (s *Spool) print(ctx context.Context, job pos.PrintJob) (began bool, err error) {
	p, ok := s.out.Printer.(named)
	if !ok {
		return s.out.Printer.Print(ctx, job.Bytes)
	}
	name := ""
	if s.out.Name != nil {
		name = s.out.Name(ctx, job)
	}
	name = cmp.Or(name, fmt.Sprintf("job-%06d", job.ID))
	if job.Copy > 0 {
		name = fmt.Sprintf("%s-r%d", name, job.Copy)
	}
	return p.printNamed(ctx, name, job.Bytes)
}

// hold leaves a job in the queue because the printer was looked at and does not print: what people see of the job says why. One that
// cannot be reached is not waited for for ever.
func (s *Spool) hold(ctx context.Context, job *pos.PrintJob, reason error) (time.Duration, bool) {
	if job == nil {
		return s.o.Retry, true
	}
	if !givesReason(s.trouble) && s.patience(*job) >= s.o.GiveUp {
		return s.fail(ctx, *job, s.trouble, reason.Error())
	}
	if job.Code == s.trouble {
		return s.o.Retry, true
	}
	held := *job
	held.Code, held.Cause = s.trouble, reason.Error()
	return s.settle(ctx, held)
}

func (s *Spool) fail(ctx context.Context, job pos.PrintJob, code pos.Code, cause string) (time.Duration, bool) {
	job.State, job.Code, job.Cause = pos.PrintFailed, code, cause
	return s.settle(ctx, job)
}

// settle commits a job's state. What the outbox does not take is owed and tried again before any other job; it is given
// its own time, so that the end of a job which was cut short is still written down.
func (s *Spool) settle(ctx context.Context, job pos.PrintJob) (time.Duration, bool) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), markTime)
	defer cancel()
	s.owed = &job
	err := s.o.Outbox.MarkJob(ctx, job.ID, job.State, job.Tries, job.Code, job.Cause)
	if err != nil && !taken(err) {
		return s.stuck(ctx, "mark print job", err)
	}
	s.owed = nil
	if err != nil {
		return 0, false // the job is gone, and its state with it
	}
	s.tell(job)
	if job.State == pos.PrintQueued {
		return s.o.Retry, true
	}
	return 0, false
}

func (s *Spool) tell(job pos.PrintJob) {
	s.o.Log.Debug("print job", "job", job.ID, "sale", int64(job.Sale), "state", job.State, "try", job.Tries)
	if s.o.OnState != nil {
		job.Bytes = nil
		s.o.OnState(job)
	}
}

// stuck is an outbox that does not answer: nothing can be known or done before it does.
func (s *Spool) stuck(ctx context.Context, op string, err error) (time.Duration, bool) {
	s.say(ctx, slog.LevelError, "the print jobs cannot be worked", fmt.Errorf("%s: %w", op, err))
	return s.o.Retry, true
}

// say logs trouble once, however often it comes back.
func (s *Spool) say(ctx context.Context, level slog.Level, text string, err error, args ...any) {
	if s.said == err.Error() {
		return
	}
	s.said = err.Error()
	s.o.Log.Log(ctx, level, text, append(args, "err", err)...)
}
