package printer

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"guitai/pos"
)

// SpoolOptions is what a spool works with. Outbox, Printer and Render are required; the times have defaults. Printer, Render, Name,
// Drawer and Both are the [Output] it begins with.
type SpoolOptions struct {
	Outbox  pos.Outbox
	Other   bool      // it works the jobs of the second printer
	Recover *Recovery // shared by the spools of one outbox; nil when there is only this one

	Printer pos.Printer
	Render  func(ctx context.Context, job pos.PrintJob) ([]byte, error)
	Name    func(ctx context.Context, job pos.PrintJob) string
	Drawer  []byte
	Both    bool

	// OnState hears of every state of every job after the outbox committed it; the job comes without its Bytes. OnHealth
	// hears how the printer does. Both are called from the spool's goroutine and must not wait for the spool.
	OnState func(job pos.PrintJob)
	// OnRecover hears that jobs which were being sent when the program stopped are unconfirmed now; optional. It must not block.
	OnRecover func()
	OnHealth  func(pos.Part)

	Clock pos.Clock    // for the age of jobs; nil is the system's
	Log   *slog.Logger // nil logs nothing

	Retry  time.Duration // from one try to the next while something is wrong: 1.5 s
	GiveUp time.Duration // how long a job waits for a printer that cannot be reached: 10 min
	Look   time.Duration // between looks at the outbox when nobody pokes: 15 s
	Watch  time.Duration // between looks at the printer when there is nothing to print: 30 s
	Grace  time.Duration // for the job in hand when the spool is stopped: 5 s
}

// Output is what a spool prints on, and how: what changes with the settings.
type Output struct {
	// Printer is the device; nil is none, and then no job is taken.
	Printer pos.Printer
	// Render makes a job's bytes for this printer. An error, or a panic, fails that job and no other.
	Render func(ctx context.Context, job pos.PrintJob) ([]byte, error)
	// Name names a job's file for a file: printer, best after its receipt number. nil, or an empty
	// name, names it after the job. Reprints get
	// "-r" and their count behind the name.
	Name func(ctx context.Context, job pos.PrintJob) string
	// Drawer is the command that opens the cash drawer; nil when there is none.
	Drawer []byte
	// Both lets it take the jobs of the other printer, too: there is only one.
	Both bool
}

// Spool works print jobs, oldest first, one at a time:
//
//	queued -> sending -> printed       the printer confirmed it
//	                  -> unconfirmed   bytes may have reached paper; never sent again
//	                  -> queued        nothing reached the printer: tried again every 1.5 s …
//	                  -> failed        … until it could not be reached for 10 minutes
//	queued -> failed                   it cannot be rendered, or it waited 10 minutes before this spool started
//
// A printer that says itself why it does not print (no paper, cover open, a fault) is waited for as long as it says so: whoever
// comes with the roll gets the receipts. A job that was sending when the program stopped is unconfirmed at the next start. A job
// that a person took out of the queue is let go.
//
// Bytes are stored before they are sent, and belong to the output they were rendered for: what is still queued after a restart or a
// [Spool.Switch] is rendered anew, which is safe since nothing of a queued job ever reached a printer.
//
// All methods are safe for concurrent use.
type Spool struct {
	o        SpoolOptions
	poke     chan struct{}
	kicks    chan *kick
	desk     chan *errand
	switched chan struct{}
	wanted   atomic.Pointer[Output] // what to print on from the next turn on
	running  atomic.Bool
	done     chan struct{}

	// Of Run's goroutine alone:
	out       *Output
	started   time.Time
	recovered bool
	owed      *pos.PrintJob // a state that the outbox has not taken yet
	rendered  int64         // the job that was rendered last, for this output
	lastOK    time.Time     // when the printer last worked
	said      string        // the trouble that was logged last, so that it is logged once
	trouble   pos.Code      // why nothing is sent now; looked at before anything is
	answered  time.Time     // when the printer last said itself why it does not print
	looked    time.Time     // when it was last looked at, or used
	told      pos.Part      // what OnHealth heard last
}

// Recovery settles once what was being sent when the program stopped, before any spool of the outbox sends anything. The zero value is
// ready.
type Recovery struct {
	mu   sync.Mutex
	done bool
	n    int // jobs that were being sent
}

func (r *Recovery) run(ctx context.Context, outbox pos.Outbox) (n int, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.done {
		return r.n, nil
	}
	r.n, err = outbox.RecoverJobs(ctx)
	r.done = err == nil
	return r.n, err
}

// markTime is how long a state may take to be committed.
const markTime = 5 * time.Second

// NewSpool makes a spool; [Spool.Run] works it.
func NewSpool(o SpoolOptions) *Spool {
	o.Retry = cmp.Or(o.Retry, 1500*time.Millisecond)
	o.GiveUp = cmp.Or(o.GiveUp, 10*time.Minute)
	o.Look = cmp.Or(o.Look, 15*time.Second)
	o.Watch = cmp.Or(o.Watch, 30*time.Second)
	o.Grace = cmp.Or(o.Grace, 5*time.Second)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = systemClock{}
	}
	if o.Recover == nil {
		o.Recover = new(Recovery)
	}
	s := &Spool{
		o: o, poke: make(chan struct{}, 1), kicks: make(chan *kick, 1), desk: make(chan *errand), switched: make(chan struct{}, 1),
		done: make(chan struct{}),
	}
	s.wanted.Store(&Output{Printer: o.Printer, Render: o.Render, Name: o.Name, Drawer: o.Drawer, Both: o.Both})
	return s
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

// Switch replaces what is printed on, from the next job on: the one in hand goes on where it began. No job is lost: what waits is
// rendered for the new printer, and a fault of the old one holds nothing up any more. It never waits and cannot fail.
func (s *Spool) Switch(out Output) {
	s.wanted.Store(&out)
	select {
	case s.switched <- struct{}{}:
	default:
	}
}

// adopt takes up what Switch left.
func (s *Spool) adopt() {
	want := s.wanted.Load()
	if want == s.out {
		return
	}
	first := s.out == nil
	if p, ok := want.Printer.(tearable); ok && !first {
		p.follow(s.out.Printer)
	}
	s.out, s.rendered, s.said, s.trouble, s.answered, s.looked = want, 0, "", pos.CodeNone, time.Time{}, time.Time{}
	if s.off() {
		s.health(pos.Part{Light: pos.LightOff})
	} else if !first {
		s.lastOK = time.Time{}
		s.health(pos.Part{Light: pos.LightOK}) // as far as anybody knows
	}
}

// off reports whether there is no printer, so that there is nothing to say of its health.
func (s *Spool) off() bool {
	_, none := s.out.Printer.(none)
	return none || s.out.Printer == nil
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
	for {
		s.adopt()
		s.kickWaiting(hand)
		s.errandWaiting(hand)
		if ctx.Err() != nil {
			return nil
		}
		from := time.Now()
		next, trouble := s.turn(hand)
		if trouble { // from try to try: a printer that takes long to be found away is not found back later for it
			next = max(next-time.Since(from), next/8)
		}
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
		case e := <-s.desk:
			s.run(hand, e)
			return true
		case <-pokes:
			return true
		case <-s.switched:
			return true
		case <-timer.C:
			return true
		}
	}
}

// turn does the next thing there is to do and says how long to wait before the one after it, and whether that is because
// of trouble.
func (s *Spool) turn(ctx context.Context) (wait time.Duration, trouble bool) {
	if s.out.Printer == nil && s.owed == nil {
		return s.o.Look, false
	}
	if !s.recovered {
		n, err := s.o.Recover.run(ctx, s.o.Outbox)
		if err != nil {
			return s.stuck(ctx, "recover print jobs", err)
		}
		if s.recovered = true; n > 0 {
			s.o.Log.Warn("print jobs were being sent when the program stopped", "unconfirmed", n)
			if s.o.OnRecover != nil {
				s.o.OnRecover()
			}
			if p, ok := s.out.Printer.(tearable); ok {
				p.mayBeTorn()
			}
		}
	}
	if s.owed != nil {
		return s.settle(ctx, *s.owed)
	}
	job, err := s.next(ctx)
	if err != nil {
		return s.stuck(ctx, "read print job", err)
	}
	if s.wanted.Load() != s.out {
		return 0, false // a job that was queued after a Switch is the new output's, however close behind it came
	}
	if s.due(job == nil) {
		if err := s.look(ctx, job != nil); !prints(s.trouble) {
			if s.wanted.Load() != s.out {
				return 0, false // switched meanwhile: another spool may have the job by now
			}
			return s.hold(ctx, job, err)
		}
	}
	if job == nil {
		return min(s.o.Look, s.o.Watch), false
	}
	return s.work(ctx, *job)
}

func (s *Spool) next(ctx context.Context) (*pos.PrintJob, error) {
	job, err := s.o.Outbox.NextJobOf(ctx, s.o.Other)
	if err == nil && job == nil && s.out.Both {
		return s.o.Outbox.NextJobOf(ctx, !s.o.Other)
	}
	return job, err
}
