package printer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"guitai/pos"
)

// SpoolOptions is what a spool works with. Outbox, Printer and Render are required; the times have defaults.
type SpoolOptions struct {
	Outbox  pos.Outbox
	Printer pos.Printer

	// Render makes the bytes of a job whose Bytes are nil. An error, or a panic, fails that job and no other.
	Render func(ctx context.Context, job pos.PrintJob) ([]byte, error)
	// Name names a job's file for a file: printer, best after its receipt number. nil, or an empty
	// name, names it after the job. Reprints get
	// "-r" and their count behind the name.
	Name func(ctx context.Context, job pos.PrintJob) string
	// Drawer is the command that opens the cash drawer; nil when there is none.
	Drawer []byte

	// OnState hears of every state of every job after the outbox committed it; the job comes without its Bytes. OnHealth
	// hears how the printer does. Both are called from the spool's goroutine and must not wait for the spool.
	OnState  func(job pos.PrintJob)
	OnHealth func(pos.Part)

	Clock pos.Clock    // for the age of jobs; nil is the system's
	Log   *slog.Logger // nil logs nothing

	Retry  time.Duration // between tries: 3 s
	GiveUp time.Duration // the age from which a job that cannot be sent is failed: 10 min
	Look   time.Duration // between looks at the outbox when nobody pokes: 15 s
	Grace  time.Duration // for the job in hand when the spool is stopped: 5 s
}

// Spool works print jobs, oldest first, one at a time:
//
//	queued -> sending -> printed       the printer confirmed it
//	                  -> unconfirmed   bytes may have reached paper; never sent again
//	                  -> queued        nothing reached the printer: tried again every 3 s …
//	                  -> failed        … until the job is 10 minutes old
//	queued -> failed                   it cannot be rendered, or it waited 10 minutes before this spool started
//
// A job that was sending when the program stopped is unconfirmed at the next start.
//
// All methods are safe for concurrent use.
type Spool struct {
	o       SpoolOptions
	poke    chan struct{}
	kicks   chan *kick
	running atomic.Bool
	done    chan struct{}

	// Of Run's goroutine alone:
	started   time.Time
	recovered bool
	owed      *pos.PrintJob // a state that the outbox has not taken yet
	lastOK    time.Time     // when the printer last worked
	said      string        // the trouble that was logged last, so that it is logged once
}

// markTime is how long a state may take to be committed.
const markTime = 5 * time.Second

// NewSpool makes a spool; [Spool.Run] works it.
func NewSpool(o SpoolOptions) *Spool {
	o.Retry = cmp.Or(o.Retry, 3*time.Second)
	o.GiveUp = cmp.Or(o.GiveUp, 10*time.Minute)
	o.Look = cmp.Or(o.Look, 15*time.Second)
	o.Grace = cmp.Or(o.Grace, 5*time.Second)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = systemClock{}
	}
	return &Spool{o: o, poke: make(chan struct{}, 1), kicks: make(chan *kick, 1), done: make(chan struct{})}
}

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

// Poke tells the spool that there may be a job. It never waits.
func (s *Spool) Poke() {
	select {
	case s.poke <- struct{}{}:
	default: // it will look anyway
	}
}

// Run works jobs until ctx ends; then it lets the job in hand finish, for the time of Grace at most, and returns nil.
// CodeConflict at a second call.
func (s *Spool) Run(ctx context.Context) error {
	if !s.running.CompareAndSwap(false, true) {
		return pos.E(pos.CodeConflict, "run spool", errors.New("it runs or ran already"))
	}
	defer close(s.done)
	hand, release := outlive(ctx, s.o.Grace)
	defer release()
	s.started = s.o.Clock.Now()
	if _, off := s.o.Printer.(none); off {
		s.health(pos.LightOff, pos.CodeNone)
	}
	for {
		s.kickWaiting(hand)
		if ctx.Err() != nil {
			return nil
		}
		next, trouble := s.turn(hand)
		if next > 0 && !s.wait(ctx, hand, next, trouble) {
			return nil
		}
	}
}

// outlive returns a context that ends grace after ctx does, or when it is released.
func outlive(ctx context.Context, grace time.Duration) (_ context.Context, release func()) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	gone := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(gone)
		timer := time.NewTimer(grace)
		defer timer.Stop()
		select {
		case <-timer.C:
			cancel()
		case <-longer.Done():
		}
	})
	return longer, func() {
		cancel()
		if !stop() {
			<-gone
		}
	}
}

// wait waits until there may be something to do, opening the drawer meanwhile. After trouble a poke changes nothing: the
// next look is near. It reports false when the spool is to stop.
func (s *Spool) wait(ctx, hand context.Context, d time.Duration, trouble bool) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	pokes := s.poke
	if trouble {
		pokes = nil
	}
	for {
		select {
		case <-ctx.Done():
			return false
		case k := <-s.kicks:
			s.open(hand, k)
		case <-pokes:
			return true
		case <-timer.C:
			return true
		}
	}
}

// turn does the next thing there is to do and says how long to wait before the one after it, and whether that is because
// of trouble.
func (s *Spool) turn(ctx context.Context) (wait time.Duration, trouble bool) {
	if !s.recovered {
		n, err := s.o.Outbox.RecoverJobs(ctx)
		if err != nil {
			return s.trouble(ctx, "recover print jobs", err)
		}
		s.recovered = true
		if n > 0 {
			s.o.Log.Warn("print jobs were being sent when the program stopped", "unconfirmed", n)
		}
	}
	if s.owed != nil {
		return s.settle(ctx, *s.owed)
	}
	job, err := s.o.Outbox.NextJob(ctx)
	if err != nil {
		return s.trouble(ctx, "read print job", err)
	}
	if job == nil {
		return s.o.Look, false
	}
	return s.work(ctx, *job)
}

// work takes one job as far as it goes now.
func (s *Spool) work(ctx context.Context, job pos.PrintJob) (time.Duration, bool) {
	if job.QueuedAt.Before(s.started) && s.age(job) > s.o.GiveUp {
		// A receipt of yesterday that comes out in front of today's first customer helps nobody.
		return s.fail(ctx, job, fmt.Sprintf("it waited longer than %v and the program was stopped meanwhile", s.o.GiveUp))
	}
	if job.Bytes == nil {
		rendered, err := s.render(ctx, job)
		if ctx.Err() != nil {
			return s.o.Retry, true // stopped in the middle of it: nothing is known of the job
		}
		if err != nil {
			s.o.Log.Error("a receipt cannot be rendered", "job", job.ID, "sale", int64(job.Sale), "err", err)
			return s.fail(ctx, job, err.Error())
		}
		if err := s.o.Outbox.StoreBytes(ctx, job.ID, rendered); err != nil {
			return s.trouble(ctx, "store print bytes", err)
		}
		job.Bytes = rendered
	}
	return s.send(ctx, job)
}

func (s *Spool) age(job pos.PrintJob) time.Duration {
	since := job.QueuedAt
	if since.IsZero() {
		since = s.started
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
	rendered, err = s.o.Render(ctx, job)
	if err == nil && len(rendered) == 0 {
		err = pos.E(pos.CodeInternal, "render print job", errors.New("nothing was rendered"))
	}
	return rendered, err
}

// send commits that bytes will leave, lets them, and commits what came of it.
func (s *Spool) send(ctx context.Context, job pos.PrintJob) (time.Duration, bool) {
	job.State, job.Tries, job.Cause = pos.PrintSending, job.Tries+1, ""
	if err := s.o.Outbox.MarkJob(ctx, job.ID, job.State, job.Tries, job.Code, job.Cause); err != nil {
		// It may be committed all the same, and then nobody would look at the job again.
		job.State, job.Tries, job.Cause = pos.PrintQueued, job.Tries-1, err.Error()
		s.owed = &job
		return s.trouble(ctx, "mark print job", err)
	}
	s.tell(job)
	began, err := s.print(ctx, job)
	switch {
	case err == nil:
		job.State = pos.PrintDone
		s.worked()
	case began:
		job.State, job.Cause = pos.PrintUnconfirmed, err.Error()
	case s.age(job) >= s.o.GiveUp:
		job.State, job.Cause = pos.PrintFailed, err.Error()
	default:
		job.State, job.Cause = pos.PrintQueued, err.Error()
	}
	if err != nil {
		s.health(pos.LightBad, pos.CodePrinter)
		s.say(ctx, slog.LevelWarn, "receipt not printed", err, "job", job.ID, "sale", int64(job.Sale), "state", job.State)
	}
	return s.settle(ctx, job)
}

func (s *Spool) print(ctx context.Context, job pos.PrintJob) (began bool, err error) {
	p, ok := s.o.Printer.(named)
	if !ok {
		return s.o.Printer.Print(ctx, job.Bytes)
	}
	name := ""
	if s.o.Name != nil {
		name = s.o.Name(ctx, job)
	}
	name = cmp.Or(name, fmt.Sprintf("job-%06d", job.ID))
	if job.Copy > 0 {
		name = fmt.Sprintf("%s-r%d", name, job.Copy)
	}
	return p.printNamed(ctx, name, job.Bytes)
}

func (s *Spool) fail(ctx context.Context, job pos.PrintJob, cause string) (time.Duration, bool) {
	job.State, job.Cause = pos.PrintFailed, cause
	return s.settle(ctx, job)
}

// settle commits a job's state. What the outbox does not take is owed and tried again before any other job; it is given
// its own time, so that the end of a job which was cut short is still written down.
func (s *Spool) settle(ctx context.Context, job pos.PrintJob) (time.Duration, bool) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), markTime)
	defer cancel()
	s.owed = &job
	err := s.o.Outbox.MarkJob(ctx, job.ID, job.State, job.Tries, job.Code, job.Cause)
	if err != nil && pos.CodeOf(err) != pos.CodeNotFound {
		return s.trouble(ctx, "mark print job", err)
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

// trouble is an outbox that does not answer: nothing can be known or done before it does.
func (s *Spool) trouble(ctx context.Context, op string, err error) (time.Duration, bool) {
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

func (s *Spool) worked() {
	s.said, s.lastOK = "", s.o.Clock.Now()
	if _, off := s.o.Printer.(none); !off {
		s.health(pos.LightOK, pos.CodeNone)
	}
}

func (s *Spool) health(light pos.Light, cause pos.Code) {
	if s.o.OnHealth != nil {
		s.o.OnHealth(pos.Part{Light: light, Cause: cause, At: s.lastOK})
	}
}
