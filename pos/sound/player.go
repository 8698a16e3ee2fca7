package sound

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// Setup is how the till is heard.
type Setup struct {
	Volume   int    // 0 to 100; 0 is silence
	Scan     bool   // every scan is heard; a refused one always is
	Language string // of the spoken amount: "zh-CN" or "en"; anything else speaks none
}

// gain is the factor of the samples. The ear hears half as loud where the samples are a quarter.
func (s Setup) gain() float64 {
	v := float64(max(0, min(100, s.Volume))) / 100
	return v * v
}

// Device is a way to a loudspeaker: a [Stream] or a [Launcher]. Used by one goroutine.
type Device interface {
	// Close lets go of the device at once, also in the middle of a sound. Safe to repeat.
	Close()
}

// Stream is a device that takes samples as they are made. It plays them as soon as a chunk is there.
type Stream interface {
	Device
	// Write hands on samples. It may wait for room until ctx ends, and must return then. After an error the stream is of no more use.
	Write(ctx context.Context, pcm []int16) error
}

// Launcher is a device that takes a whole sound.
type Launcher interface {
	Device
	// Launch plays pcm in place of what it plays and does not wait for its end. It must return when ctx ends.
	Launch(ctx context.Context, pcm []int16) error
}

// ErrNoDevice is what opening returns where there is nothing to play on.
var ErrNoDevice = errors.New("no sound server and no player on this computer")

// Timings of the player.
const (
	chunk     = Rate / 50              // 20 ms: a new cue is heard no later than lead after it
	lead      = 60 * time.Millisecond  // how far the device is ahead of what is heard
	patience  = time.Second            // what a device has for one write, and for opening
	idle      = 30 * time.Second       // how long a device is kept open for the next sound
	retry     = 15 * time.Second       // after a failure; doubles …
	retryLast = 5 * time.Minute        // … up to this
	tellAgain = time.Hour              // how often trouble is logged at most
	stale     = 700 * time.Millisecond // an older answer to a scan would be taken for that of the next
)

// Player plays cues. Play and Set are safe for concurrent use and never wait.
type Player struct {
	open func(context.Context) (Device, error)
	log  *slog.Logger

	mu      sync.Mutex
	setup   Setup
	waiting map[Kind]waiting
	trouble error         // why nothing was heard the last time; nil while it was
	wake    chan struct{} // holds one

	// Of Run's goroutine.
	mix     mixer
	device  Device
	heard   time.Time // until when a stream has something to play
	tones   map[Kind][]int16
	voice   voice
	retryAt time.Time
	pause   time.Duration
	toldAt  time.Time
}

type waiting struct {
	cue Cue
	at  time.Time
}

// New makes a player; nothing is opened before Run. open gets a second and may be called again and again; [Open] is this computer's.
func New(open func(context.Context) (Device, error), setup Setup, log *slog.Logger) *Player {
	return &Player{
		open: open, log: log, setup: setup, waiting: map[Kind]waiting{}, wake: make(chan struct{}, 1),
		tones: map[Kind][]int16{}, voice: voice{},
	}
}

// Set changes how the till is heard, from the next sound on.
func (p *Player) Set(s Setup) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.setup = s
}

// Play has cues heard as soon as may be. Of those of a kind that still wait, the newest is.
func (p *Player) Play(cues ...Cue) {
	if len(cues) == 0 {
		return
	}
	p.mu.Lock()
	for _, c := range cues {
		if p.setup.Volume > 0 && (c.Kind != Scan || p.setup.Scan) {
			p.waiting[c.Kind] = waiting{c, time.Now()}
		}
	}
	some := len(p.waiting) > 0
	p.mu.Unlock()
	if !some {
		return
	}
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// Run plays until ctx ends, and has let go of the device when it returns.
func (p *Player) Run(ctx context.Context) {
	defer p.close()
	rest := time.NewTimer(idle)
	defer rest.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-rest.C:
			p.close()
			continue
		case <-p.wake:
		}
		if !p.ready(ctx) {
			p.drop()
			continue
		}
		if err := p.sound(ctx); err != nil && ctx.Err() == nil {
			p.failed(err)
		}
		rest.Reset(idle)
	}
}

// ready opens the device unless it is open, or was tried a moment ago.
func (p *Player) ready(ctx context.Context) bool {
	if p.device != nil {
		return true
	}
	if time.Now().Before(p.retryAt) {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	d, err := p.open(ctx)
	if err != nil {
		p.failed(err)
		return false
	}
	p.device = d
	p.tell(nil)
	return true
}

// tell keeps why nothing is heard, nil when something is.
func (p *Player) tell(trouble error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.trouble = trouble
}

// Trouble is why nothing was heard the last time something was to be played; nil when it was, or before the first time. Safe for
// concurrent use.
func (p *Player) Trouble() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.trouble
}

// failed lets go of the device, to try again later.
func (p *Player) failed(err error) {
	p.close()
	p.tell(err)
	p.mix = mixer{}
	p.pause = min(max(retry, 2*p.pause), retryLast)
	p.retryAt = time.Now().Add(p.pause)
	if p.toldAt.IsZero() || time.Since(p.toldAt) >= tellAgain {
		p.toldAt = time.Now()
		p.log.Info("no sound; tried again when there is something to hear", "err", err)
	}
}

func (p *Player) close() {
	if p.device != nil {
		p.device.Close()
		p.device = nil
	}
}

// sound plays what waits and what comes meanwhile, until there is silence.
func (p *Player) sound(ctx context.Context) error {
	var err error
	if l, whole := p.device.(Launcher); whole {
		err = p.launch(ctx, l)
	} else {
		err = p.stream(ctx, p.device.(Stream))
	}
	if err == nil {
		p.pause = 0
	}
	return err
}

func (p *Player) stream(ctx context.Context, s Stream) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		gain := p.take()
		if p.mix.silent() {
			return nil
		}
		if err := p.write(ctx, s, p.mix.next(chunk, gain)); err != nil {
			return err
		}
		if now := time.Now(); p.heard.Before(now) {
			p.heard = now
		}
		p.heard = p.heard.Add(time.Second * chunk / Rate)
		timer.Reset(time.Until(p.heard) - lead)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
		}
	}
}

func (p *Player) write(ctx context.Context, s Stream, pcm []int16) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return s.Write(ctx, pcm)
}

// launch has the whole rest played anew whenever something comes in: a player that was started cannot be told of it.
func (p *Player) launch(ctx context.Context, l Launcher) error {
	for {
		gain := p.take()
		if p.mix.silent() {
			return nil
		}
		began := time.Now()
		now := p.mix // what is rendered for the device is not yet heard
		now.fading = slices.Clone(now.fading)
		if err := p.launchOnce(ctx, l, now.next(now.left(), gain)); err != nil {
			return err
		}
		end := time.NewTimer(time.Duration(p.mix.left()) * time.Second / Rate)
		select {
		case <-ctx.Done():
			end.Stop()
			return ctx.Err()
		case <-end.C:
			p.mix = mixer{}
		case <-p.wake:
			end.Stop()
			p.mix.next(int(time.Since(began)*Rate/time.Second), gain)
		}
	}
}

func (p *Player) launchOnce(ctx context.Context, l Launcher, pcm []int16) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return l.Launch(ctx, pcm)
}

// take starts what waits, in the order of importance, and returns how loud everything is.
func (p *Player) take() float64 {
	p.mu.Lock()
	setup := p.setup
	var now [Paid + 1]*Cue
	for k, w := range p.waiting {
		if k >= Phone || time.Since(w.at) < stale {
			now[k] = &w.cue
		}
	}
	clear(p.waiting)
	p.mu.Unlock()
	for _, c := range now {
		if c != nil {
			p.begin(*c, setup)
		}
	}
	return setup.gain()
}

// drop forgets what waits: what could not be heard is not heard later.
func (p *Player) drop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.waiting)
}

// begin starts a cue. Paid and Booked take the answer to the scan before it away; nothing takes the amount away but the next one.
func (p *Player) begin(c Cue, setup Setup) {
	switch c.Kind {
	case Scan:
		p.mix.start(answers, p.tone(Scan, scanTone))
	case Unknown:
		p.mix.start(answers, p.tone(Unknown, unknownTone))
	case Phone:
		p.mix.start(orders, p.tone(Phone, phoneTone))
	case Booked:
		p.mix.cut(answers)
		p.mix.start(money, p.tone(Booked, bookedTone))
	case Attention:
		p.mix.start(attention, p.tone(Attention, alarmTone))
	case Paid:
		p.mix.cut(answers)
		p.mix.start(money, p.paid(c, setup.Language))
	}
}

func (p *Player) tone(k Kind, t tone) []int16 {
	if p.tones[k] == nil {
		p.tones[k] = t.samples()
	}
	return p.tones[k]
}

// paid is the chime and, behind it, the amount. Without a voice, or an amount, it is the chime.
func (p *Player) paid(c Cue, language string) []int16 {
	chime := p.tone(Paid, paidTone)
	words := Words(language, c)
	if words == nil {
		return chime
	}
	said, err := p.voice.sentence(language, Recordings(language, words))
	if err != nil { // a test says that there is none
		p.log.Error("say the amount", "err", err)
		return chime
	}
	var m mixer
	m.start(attention, chime)
	m.start(money, append(make([]int16, spoken), said...))
	return m.next(m.left(), 1)
}
