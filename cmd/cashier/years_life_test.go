package main

import (
	"context"
	"encoding/binary"
	"hash/fnv"
	"log/slog"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
	"guitai/pos/checkout"
	"guitai/pos/wechat"
	"guitai/pos/wechat/apiv2"
	"guitai/pos/wechat/sim"
	"guitai/store"
	"guitai/store/storetest"
)

// life is one shop's life in virtual time: the real till, client and ledger against the simulator, with a network, a disk, a
// clock, a cashier and customers that do whatever they like, and a judge who looks at every step.
//
// Whatever happens happens at an instant of its own (every delay has a random part of nanoseconds), or has its luck from what it is
// about, so the runtime has no choice of order that matters and the same seed gives the same life.
type life struct {
	t      *testing.T
	seed   uint64
	temper temper
	r      *rand.Rand // of the script: cashier, customers, mischief
	dir    string
	began  time.Time

	clock *wrongClock
	sim   *sim.Sim
	wire  *wire
	judge *judge
	tally *tally

	store  *store.Store
	books  *books
	client *apiv2.Client
	signer *apiv2.Client // what phones pay with

	mu   sync.Mutex
	till *checkout.Till // nil while the program does not run
	last pos.Snapshot
	stop context.CancelFunc
	over chan error

	calm  atomic.Bool // no mischief now
	turns turns
	refs  int // of orders by phone
}

// temper is what differs from life to life: what WeChat's side is like, and how bad everything is.
type temper struct {
	notices     bool
	closeMinAge time.Duration
	closedAfter time.Duration
	signType    wechat.SignType
	backup      bool
	orderLife   time.Duration
	giveBack    bool // money without its sale goes back by itself
	bad         int  // of 1000 calls, how many go wrong
	mischief    int  // of 1000 pauses, how many bring trouble
}

func newTemper(r *rand.Rand) temper {
	return temper{
		notices:     r.IntN(4) > 0,
		closeMinAge: []time.Duration{0, 5 * time.Minute, 5 * time.Minute}[r.IntN(3)],
		closedAfter: []time.Duration{time.Minute, time.Minute, -1, 20 * time.Minute}[r.IntN(4)],
		signType:    []wechat.SignType{wechat.MD5, wechat.HMACSHA256, wechat.HMACSHA256}[r.IntN(3)],
		backup:      r.IntN(3) > 0,
		orderLife:   []time.Duration{2 * time.Minute, 5 * time.Minute, 5 * time.Minute, 15 * time.Minute}[r.IntN(4)],
		giveBack:    r.IntN(3) > 0,
		bad:         []int{0, 30, 80, 200}[r.IntN(4)],
		mischief:    []int{5, 15, 30, 60}[r.IntN(4)],
	}
}

// wrongClock is the machine's time of day, which jumps. Waiting does not go by it.
type wrongClock struct {
	mu  sync.Mutex
	off time.Duration
}

func (c *wrongClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.off)
}

func (c *wrongClock) jump(off time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.off = off
}

func (c *wrongClock) wrongBy() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.off
}

// stream makes one of the independent random streams of a life.
func stream(seed uint64, name string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(name))
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// randomBytes is a source of random bytes that a seed replays. Safe for concurrent use.
type randomBytes struct {
	mu sync.Mutex
	c  *rand.ChaCha8
}

func newRandomBytes(seed uint64, name string) *randomBytes {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	copy(key[8:], name)
	return &randomBytes{c: rand.NewChaCha8(key)}
}

func (b *randomBytes) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.c.Read(p)
}

// memory is a folder in memory where the machine has one: the disk's own failures are not the subject here.
func memory(t *testing.T) string {
	t.Helper()
	if info, err := os.Stat("/dev/shm"); err != nil || !info.IsDir() {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp("/dev/shm", "guitai-years-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// live lets a shop live until it has settled n sales, then lets everything come to its end and audits the books. seen gets what
// was seen.
func live(t *testing.T, seed uint64, n int, seen *tally) {
	dir := memory(t)
	synctest.Test(t, func(t *testing.T) {
		l := &life{t: t, seed: seed, r: stream(seed, "script"), dir: dir, began: time.Now(), clock: &wrongClock{}, tally: seen}
		l.temper = newTemper(l.r)
		l.judge = newJudge(l)
		l.wire = newWire(l)
		wx, err := sim.New(sim.Options{
			CloseMinAge: l.temper.closeMinAge, ClosedAfter: l.temper.closedAfter, Transport: l.wire.notices(),
		})
		if err != nil {
			t.Fatal(err)
		}
		l.sim, l.wire.inner = wx, wx.RoundTripper()
		defer l.wire.wait()
		defer wx.Close()
		l.openBooks()
		defer func() { l.store.Close() }()
		l.connect()
		l.start()
		defer func() { l.kill() }()
		for visits := 0; l.judge.settled.Load() < int64(n); visits++ {
			if visits == 50+10*n {
				l.judge.fault("I7", "%d customers came and %d sales were settled: this shop comes to no end; %s", visits, l.judge.settled.Load(), l.judge.unended())
				t.FailNow()
			}
			l.visit()
		}
		l.finish()
		seen.add("virtual seconds", int(time.Since(l.began)/time.Second))
	})
}

func (l *life) openBooks() {
	var err error
	if l.store, err = storetest.Open(l.t.Context(), store.Options{Dir: l.dir, Shop: testShop, Clock: l.clock}); err != nil {
		l.t.Fatal(err)
	}
	if err := stock(l.t.Context(), l.store); err != nil {
		l.t.Fatal(err)
	}
}

func (l *life) connect() {
	c := apiv2.Config{
		Merchant: wechat.Merchant{
			AppID: sim.PracticeAppID, MchID: sim.PracticeMchID, Key: wechat.NewAPIKey(sim.PracticeKey), SignType: l.temper.signType,
		},
		AppAppID: sim.PracticeAppAppID, BaseURL: "https://api.test", NotifyURL: "https://till.test/notify", DeviceInfo: "T1",
		Practice: true, Store: apiv2.Store{ID: "S001", Name: "柜台便利店"}, Transport: l.wire, Clock: l.clock, Random: newRandomBytes(l.seed, "nonce"),
	}
	if l.temper.backup {
		c.BackupURL = "https://api2.test"
	}
	var err error
	if l.client, err = apiv2.New(c); err != nil {
		l.t.Fatal(err)
	}
	c.Clock = tenDigits{l.clock}
	if l.signer, err = apiv2.New(c); err != nil {
		l.t.Fatal(err)
	}
}

// start starts the program on the ledger as it is.
func (l *life) start() {
	l.books = &books{Ledger: l.store, Returns: l.store, Shifts: l.store, l: l}
	books, hears := l.books, &ear{l.client, l}
	till := checkout.New(checkout.Config{
		Shop: testShop, Ledger: books, Catalogue: shelf{l.store}, Gateway: hears, Charger: hears, Refunder: hears, Finder: hears,
		Notices: l.client, Returns: books, Shifts: books, AutoRefund: l.temper.giveBack, Clock: tillClock{l},
		Random: newRandomBytes(l.seed, "numbers"+time.Since(l.began).String()), Life: l.temper.orderLife,
		Log: slog.New(slog.DiscardHandler), Poke: func() {},
		Jitter: func(d time.Duration) time.Duration { // as the till's own, but that it hangs on the moment alone
			r := stream(l.seed, time.Since(l.began).String()+d.String())
			if d >= 5*time.Second {
				return d - d/5 + time.Duration(r.Int64N(int64(2*d/5)))
			}
			return d + time.Duration(r.Int64N(int64(2*time.Millisecond)))
		},
		Publish: func(s pos.Snapshot) {
			if books.isDead() {
				return // what a program that was killed would have shown
			}
			l.mu.Lock()
			l.last = s
			l.mu.Unlock()
			l.judge.published(s)
		},
	})
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan error, 1)
	l.mu.Lock()
	l.till, l.stop, l.over, l.last = till, cancel, over, pos.Snapshot{}
	l.mu.Unlock()
	l.judge.started()
	go func() { over <- till.Run(ctx) }()
	synctest.Wait()
}

// kill ends the program as a power cut does: from one instant on nothing of it reaches the books or the screen. What is on
// the wire stays on the wire.
func (l *life) kill() {
	if l.running() == nil && !l.books.isDead() {
		return
	}
	l.books.die()
	l.halt()
}

// quit ends the program as its window's close button does.
func (l *life) quit() {
	if l.running() != nil {
		l.halt()
	}
}

// halted takes a program that died at a write off the machine: it makes no call any more.
func (l *life) halted() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.till = nil
	l.stop()
}

func (l *life) halt() {
	l.stop()
	if err := <-l.over; err != nil && !l.books.isDead() {
		l.judge.fault("I1", "the till stopped with %v", err)
	}
	l.mu.Lock()
	l.till = nil
	l.mu.Unlock()
	l.judge.stopped()
}

func (l *life) running() *checkout.Till {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.till
}

func (l *life) seen() pos.Snapshot {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last
}

// post gives the till commands, each at an instant of its own, and returns what is then on the screen.
func (l *life) post(commands ...pos.Command) pos.Snapshot {
	for _, c := range commands {
		if _, ok := c.(pos.AskNow); ok {
			l.judge.wished()
		}
		if till := l.running(); till != nil {
			till.Post(c)
		}
		l.pause(time.Millisecond)
	}
	return l.pause(time.Duration(20+l.r.IntN(200)) * time.Millisecond)
}

// pause lets time pass, and sometimes brings trouble.
func (l *life) pause(d time.Duration) pos.Snapshot {
	bubble.Sleep(d + time.Duration(l.r.Int64N(int64(time.Millisecond))))
	if l.books.isDead() { // it died at a write
		l.halt()
		l.revive()
	}
	l.judge.look()
	if l.t.Failed() {
		l.t.FailNow()
	}
	if !l.calm.Load() && l.r.IntN(1000) < l.temper.mischief {
		l.trouble()
	}
	return l.seen()
}

// revive starts the program again after a while.
func (l *life) revive() {
	bubble.Sleep(time.Duration(l.r.Int64N(int64(20 * time.Second))))
	if l.r.IntN(8) == 0 {
		bubble.Sleep(time.Duration(l.r.Int64N(int64(30 * time.Minute))))
	}
	if l.r.IntN(6) == 0 {
		if err := l.store.Close(); err != nil {
			l.judge.fault("I1", "close the books: %v", err)
		}
		l.openBooks()
	}
	l.start()
}

// until waits until the screen says what is wanted, for at most d.
func (l *life) until(d time.Duration, wanted func(pos.Snapshot) bool) bool {
	for end := time.Now().Add(d); ; {
		if wanted(l.seen()) {
			return true
		}
		if !time.Now().Before(end) {
			return false
		}
		l.pause(time.Duration(200+l.r.IntN(800)) * time.Millisecond)
	}
}

// shelf is the catalogue without its clock-work: nothing is imported here, so its revision need not be read every three seconds.
type shelf struct{ pos.Catalogue }

func (shelf) Revision(context.Context) (uint64, error) { return 1, nil }
