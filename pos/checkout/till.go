package checkout

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"

	"guitai/pos"
)

// Config is what a till needs. All fields but those marked optional must be set.
type Config struct {
	Shop      pos.Shop
	Ledger    pos.Ledger
	Catalogue pos.Catalogue
	Gateway   pos.Gateway   // optional: nil turns WeChat off
	OffCause  pos.Code      // why Gateway is nil, for the screen
	V1        pos.Gateway   // optional: the retired interface, for payments of [pos.APIv1]
	V1Notices pos.Notices   // optional: its notices, each read as its query, a line feed, and what was posted
	Notices   pos.Notices   // optional: nil refuses every notice
	Returns   pos.Returns   // the part of the ledger about money going back
	Rechecks  pos.Rechecks  // optional: what a restored ledger has to ask WeChat about
	Recovery  pos.Recoverer // how an owner who forgot the PIN gets another; optional
	Staff     pos.Staff     // the part of the ledger about people; optional: nil keeps none, and everybody may do everything
	Shifts    pos.Shifts    // the part of the ledger about the drawer; optional: nil keeps no shifts by hand and no happenings
	Holds     pos.Holds     // carts that were put aside; optional: nil keeps none
	Goods     pos.Goods     // promotions, and items made at the till; optional: nil has neither
	Rules     pos.Rules     // the shop's own, to begin with ([Till.SetRules])
	Prints    pos.Prints    // the part of the ledger about paper; optional: nil shows no print jobs, and prints nothing but what is booked

	// Optional, with Gateway: customers' own payment codes, refunds, and finding an order by WeChat's number. Charger is nil
	// without the client certificate; then ChargeOff says why.
	Charger   pos.Charger
	ChargeOff pos.Code
	Refunder  pos.Refunder
	Finder    pos.Finder
	// AutoRefund gives back money without its sale by itself, after a minute in which a person may stop it.
	AutoRefund bool

	// AutoLock is how long after the last command the till asks for a PIN; 0 for never.
	AutoLock time.Duration
	// ShiftsRequired lets nothing be sold before a person opened a shift of the day.
	ShiftsRequired bool
	// VarianceLimit is the most that may be over or short at a close before somebody has to sign for it.
	VarianceLimit pos.Fen

	Clock  pos.Clock
	Random io.Reader     // cryptographic
	Life   time.Duration // of an order, from opening to expiry
	Log    *slog.Logger

	// Publish gets every new snapshot, on the till's goroutine. It must not block and must not call the till.
	Publish func(pos.Snapshot)
	// Poke tells the spool that a print job was committed. It must not block.
	Poke func()
	// Drawer hears of every tender that settled the sale at the counter, not of one that was put aside, and of cash that is given back,
	// after the commit; optional. It must not block.
	Drawer func(pos.Tender)
	// OpenDrawer opens the drawer for other reasons, which are on record by then; optional: nil when there is none that the
	// till can open. It must not block.
	OpenDrawer func()
	// HasDrawer says whether there is one just now; optional: nil is that there always is one when OpenDrawer is there. It must not block.
	HasDrawer func() bool
	// ShiftClosed hears of every Z report, after the commit; optional. It must not block.
	ShiftClosed func(pos.ShiftReport)
	// HasOther says whether there is a second printer just now, that a job can be moved to; optional: nil is none. It must not block.
	HasOther func() bool
	// Jitter spreads a delay; optional, for tests.
	Jitter func(time.Duration) time.Duration
}

// Limits and timings of the till itself; those of payments stand in pos.
const (
	maxOverpay    pos.Fen = 100_000         // cash given above what is due: more is a typing error
	doneFor               = 6 * time.Second // the paid panel closes itself
	catalogueTick         = 3 * time.Second // how often an import from the terminal is looked for
	checkCash             = 3 * time.Second // how long cash waits for the answer about an older code of the same sale
	checkCode             = 5 * time.Second // how long a new code waits for it
	retryLedger           = 5 * time.Second // after a commit failed, WeChat is asked again and the truth learned anew
	staleCount            = time.Hour       // an older count of the drawer is not gone on with after a restart: who knows what was in it since
	doublePress           = time.Second     // the same count again so soon is a finger that trembled
	staleCart             = 12 * time.Hour  // an older open sale that nobody can pay any more is not put back on screen
	maxCalls              = 4               // calls under way for payments that are not in front of the cashier
	maxUndo               = 50
	probeFirst            = 20 * time.Second // after which a bad line is tried again; doubles …
	probeLast             = 10 * time.Minute // … up to this
)

// Till is the engine of one till. Post, SetRules, Notice, TakeNotice, Printed, PrinterHealth, DisplayHealth and RelayHealth are safe for concurrent use;
// everything else happens on the goroutine of Run.
type Till struct {
	cfg  Config
	box  *mailbox
	work context.Context // for calls to WeChat: ends when the till stops
	book context.Context // for the ledger: a commit that began is finished
	kids sync.WaitGroup

	cart     pos.Cart
	undo     []pos.Cart
	most     pos.Fen // that it came to since it was empty
	times    int
	question *pos.Want // replaced whole, since snapshots share it
	sale     *pos.Sale // the open sale that the cart is, once money was asked for it; nil before
	newest   pos.PaymentID
	parts    []pos.PartView         // of the sale; replaced whole, likewise
	parked   map[pos.SaleID]*parked // open sales put aside with their payments
	tender   *tender                // a tender that waits until older codes of the sale were checked
	cashTry  *cashTry               // money by hand whose commit failed, so that trying again is no second one
	orderTry *orderTry              // a sale's first order whose commit failed
	pay      pos.PaymentID
	done     *pos.Done
	doneOff  time.Time
	last     pos.SaleID
	lastHere pos.SaleID // the last at the counter, when phones' orders closed after it; else 0
	watches  map[pos.PaymentID]*watch
	calls    int
	prepays  int       // calls under way for orders of phones that nobody can pay yet
	nextCall time.Time // calls leave one after another

	rules     pos.Rules
	list      []pos.Deal // the shop's promotions
	deals     []pos.Deal // those, with the members' prices before them
	questions uint64
	held      held

	refunds    map[pos.RefundID]*refundWatch
	refundTry  *refundTry                  // a refund whose commit failed, so that trying again is no second one
	lastRefund map[pos.PaymentID]time.Time // when a refund of a payment was last sent
	inbox      inbox
	recheck    recheck

	staff     staff
	shift     shift
	prints    prints
	cashDoubt *cashDoubt      // cash whose movement failed, so that trying again is no second one
	owed      []pos.Happening // what happened and could not be written down yet
	owedAt    time.Time       // when that is tried again

	message   pos.Message
	health    pos.Health
	items     uint64
	lookAgain time.Time // when the catalogue's revision is read next
	probeAt   time.Time // when the line to WeChat is tried next; zero while it is known to be fine
	probeWait time.Duration
	probing   bool
	strays    bucket
	reminded  time.Time // that the newest backup is old
	seq       uint64
	taken     uint64
	dirty     bool
}

// New makes a till; nothing happens before Run.
func New(cfg Config) *Till {
	if cfg.Jitter == nil {
		cfg.Jitter = jitter
	}
	if cfg.Drawer == nil {
		cfg.Drawer = func(pos.Tender) {}
	}
	t := &Till{
		cfg: cfg, box: newMailbox(), watches: map[pos.PaymentID]*watch{}, parked: map[pos.SaleID]*parked{},
		refunds: map[pos.RefundID]*refundWatch{}, lastRefund: map[pos.PaymentID]time.Time{}, inbox: newInbox(),
	}
	t.setRules(cfg.Rules)
	t.health.Ledger = pos.Part{Light: pos.LightOK, At: cfg.Clock.Now()}
	t.health.DiskFree, t.health.Relay = -1, pos.Part{Light: pos.LightOff}
	t.health.WeChat = pos.Part{Light: pos.LightOff, Cause: cfg.OffCause}
	if cfg.Gateway != nil {
		t.health.WeChat = pos.Part{Light: pos.LightBusy}
		t.probeAt = time.Now()
	}
	return t
}

// Post hands a command to the till and returns at once. After the till stopped it does nothing.
func (t *Till) Post(c pos.Command) { t.box.put(command{c}) }

// Printed tells the till how a print job is getting on.
func (t *Till) Printed(job pos.PrintJob) { t.box.put(printed{job}) }

// PrintsMoved tells the till that print jobs moved in the ledger: at the start those that were being sent when the program stopped.
func (t *Till) PrintsMoved() { t.box.put(moved{}) }

// Vitals tells the till how the machine is that keeps the books.
func (t *Till) Vitals(v pos.Vitals) { t.box.put(vitals{v}) }

// PrinterHealth tells the till how the printer is.
func (t *Till) PrinterHealth(p pos.Part) { t.box.put(printer{p}) }

// DisplayHealth tells the till how the customer's pole display is.
func (t *Till) DisplayHealth(p pos.Part) { t.box.put(display{p}) }

// BackupTrouble tells the till, and by it the people, that a backup was not made; CopyTrouble that one was made and not copied to
// the other place.
func (t *Till) BackupTrouble(err error) { t.box.put(backupTrouble{err: err}) }

// CopyTrouble is as [Till.BackupTrouble] says.
func (t *Till) CopyTrouble(err error) { t.box.put(backupTrouble{copied: true, err: err}) }

// PostBy is [Till.Post] for a command that is given in somebody's name: by is at the till, or allowed it there a moment ago ([Till.Leave]).
// Else it does nothing and says so.
func (t *Till) PostBy(c pos.Command, by string) { t.box.put(named{c, by}) }

// Leave tells whether somebody may do a deed here and now: as the one at the till, or because he proved with his PIN within the last
// minute that he allows this very deed ([pos.Look]). Without staff everybody may. CodeForbidden; ctx's error when the till does not answer.
func (t *Till) Leave(ctx context.Context, by string, d pos.Deed) error {
	answer := make(chan bool, 1)
	t.box.put(leaveAsked{by, d, answer})
	select {
	case may := <-answer:
		if may {
			return nil
		}
		return pos.E(pos.CodeForbidden, "ask for leave", errors.New(string(d)))
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Billed tells the till, and by it the people, how the bill of a day stands to the books that was fetched without being asked for: in how
// many places it differs, or why it was not checked.
func (t *Till) Billed(day pos.Day, differs int, err error) { t.box.put(billed{day, differs, err}) }

// LedgerTrouble tells the till, and by it the people, that something is wrong with the books.
func (t *Till) LedgerTrouble(err error) { t.box.put(troubled{err}) }

// Run is the till. It returns when ctx ends, after every goroutine it started has ended, or with the error that kept it
// from reading the ledger at start.
func (t *Till) Run(ctx context.Context) error {
	work, stop := context.WithCancel(ctx)
	t.work, t.book = work, context.WithoutCancel(ctx)
	defer func() {
		stop()
		t.kids.Wait()
		t.writeOwed()
		for _, e := range t.box.close() {
			if _, wish := e.(command); !wish { // nobody would see what it did; the rest is money knowledge: record it
				e.handle(t)
			}
		}
		t.settleHeld()
		t.keepCart()
		t.endPhones()
	}()
	if err := t.resume(); err != nil {
		return err
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		if t.dirty {
			t.dirty = false
			t.publish()
		}
		timer.Reset(t.wait())
		select {
		case <-ctx.Done():
			return nil
		case <-t.box.wake:
			for _, e := range t.box.take() {
				e.handle(t)
			}
		case <-timer.C:
		}
		t.tick()
	}
}

// wait is how long nothing is due.
func (t *Till) wait() time.Duration {
	next := t.lookAgain
	sooner := func(at time.Time) {
		if !at.IsZero() && at.Before(next) {
			next = at
		}
	}
	if t.done != nil {
		sooner(t.doneOff)
	}
	if t.tender != nil && time.Now().Before(t.tender.deadline) { // after it the answer that is awaited wakes the till
		sooner(t.tender.deadline)
	}
	if !t.probing {
		sooner(t.probeAt)
	}
	for _, w := range t.watches {
		sooner(t.nextOf(w))
	}
	for _, w := range t.refunds {
		sooner(t.nextOfRefund(w))
	}
	sooner(t.nextOfInbox())
	if !t.recheck.busy {
		sooner(t.recheck.at)
	}
	sooner(t.nextOfStaff())
	sooner(t.shift.again)
	sooner(t.prints.again)
	sooner(t.owedAt)
	sooner(t.held.again)
	if t.orderTry != nil {
		sooner(t.orderTry.again)
	}
	return max(0, time.Until(next))
}

// tick does what is due.
func (t *Till) tick() {
	now := time.Now()
	if t.done != nil && !now.Before(t.doneOff) {
		t.dismissDone()
	}
	for _, id := range t.ids() {
		if w := t.watches[id]; w != nil {
			t.advance(w, now)
		}
	}
	t.tryTender()
	t.tickReturns(now)
	t.tickStaff(now)
	t.tickShift(now)
	t.tickPrints(now)
	if !t.owedAt.IsZero() && !now.Before(t.owedAt) {
		t.writeOwed()
	}
	t.tickHeld(now)
	if try := t.orderTry; try != nil && !now.Before(try.again) {
		t.orderSettled()
	}
	t.tickRecheck(now)
	t.probe(now)
	if !now.Before(t.lookAgain) {
		t.lookAgain = now.Add(catalogueTick)
		t.lookAtCatalogue()
	}
}

func (t *Till) lookAtCatalogue() {
	rev, err := t.cfg.Catalogue.Revision(t.book)
	if err != nil || rev == t.items {
		return
	}
	if err := t.readDeals(); err != nil { // it is looked for again in a moment
		t.cfg.Log.Error("read promotions", "err", err)
		return
	}
	t.reprice()
	if t.items != 0 {
		t.mention(pos.MsgInfo, "catalogue-changed")
	}
	t.items, t.dirty = rev, true
}

// say shows a message.
func (t *Till) say(kind pos.MessageKind, id string, args ...string) {
	t.message = pos.Message{N: t.message.N + 1, Kind: kind, ID: id, Args: args}
	t.dirty = true
}

// mention shows a message that nobody at the till caused; it does not replace an alarm.
func (t *Till) mention(kind pos.MessageKind, id string, args ...string) {
	if t.message.Kind != pos.MsgAlarm {
		t.say(kind, id, args...)
	}
}
