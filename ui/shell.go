// Package ui is the till's window: it puts the screens together, decides by the till's snapshot which of them is in front,
// and hands keys and snapshots on. Screens know nothing of each other, and nothing in here decides about money.
//
// What happens elsewhere comes to the goroutine that draws through onGlass, the only call of fyne.Do of the program.
package ui

import (
	"context"
	"sync"
	"time"

	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/cash"
	"guitai/ui/deals"
	"guitai/ui/goods"
	"guitai/ui/help"
	"guitai/ui/labels"
	"guitai/ui/pay"
	"guitai/ui/reconcile"
	"guitai/ui/sell"
	"guitai/ui/settings"
	"guitai/ui/shift"
	"guitai/ui/sign"
	"guitai/ui/staff"
	"guitai/ui/takings"
	"guitai/ui/widgets"
)

// Config is what the window works with.
type Config struct {
	Shop      pos.Shop
	Lang      string // i18n.Chinese or i18n.English
	Keys      pos.Keymap
	Dark      bool
	Version   string
	Catalogue pos.Catalogue
	// Goods is the catalogue as people change it; nil is a till at which nobody can.
	Goods pos.Goods
	// GoodsDesk is what the goods pages need of the disk; see [GoodsDesk].
	GoodsDesk GoodsDesk
	// Reports finds the sale of a receipt, and when it is an inbox.Evidence also who said what about a payment. nil finds
	// nothing.
	Reports pos.Reports
	// Overview is the figures at a glance, Finder finds closed sales. nil shows that the books cannot be read.
	Overview pos.Overview
	Finder   pos.SaleFinder
	// SaveReport writes takings as a report, in the language of the window, and returns its name for people. It is called elsewhere
	// than on the goroutine that draws. nil is a till that saves none.
	SaveReport func(ctx context.Context, r takings.Report, w *i18n.Words) (name string, err error)
	// Exporter writes the books as files, Backups copies them and goes back to a copy. nil says that it cannot.
	Exporter pos.Exporter
	Backups  pos.Backups
	CopyTo   string // where each backup is copied, too; "" for nowhere
	// Reconciler holds the books against WeChat's bills. nil says that it cannot.
	Reconciler pos.Reconciler
	// SaveFindings writes the differences of a bill's day as a workbook and returns its name for people; BillFiles lists files that may be
	// bills, newest first. Both are called elsewhere than on the goroutine that draws. nil is a till without.
	SaveFindings func(ctx context.Context, day pos.Day) (name string, err error)
	BillFiles    func(ctx context.Context) []reconcile.File
	// ProductCode is the code by which a customer's phone pays for goods; see labels.Config. nil is a till without.
	ProductCode func(pos.Item) (string, error)
	// Settings is what stands on the counter, to be set and tried; nil says that this build has none of it.
	Settings settings.Desk
	// OnSettings hears that the settings were saved, on the goroutine that draws, so that the window can follow. May be nil.
	OnSettings func()
	// Beginning says how far a new shop is; it is called elsewhere than on the goroutine that draws. nil is a shop that has sold before.
	Beginning func(ctx context.Context) Beginning
	// PrintRecovery prints a recovery code, once, leaving it nowhere; it is called elsewhere than on the goroutine that draws. nil is a till
	// that cannot.
	PrintRecovery func(ctx context.Context, code pos.RecoveryCode, w *i18n.Words) error
	// MakeRecovery makes a recovery code; nil makes it of the system's random numbers, as every till does. Pictures need the same one each time.
	MakeRecovery func() (pos.RecoveryCode, error)
	// Shifts reads how the turn at the drawer stands and what earlier ones were; nil reads nothing.
	Shifts shift.Books
	// People reads everybody who ever was set up, also who has left; nil shows only who is there.
	People staff.Everybody
	// Post hands a command to the till. It must not wait.
	Post func(pos.Command)
	// OnQuit hears that a person wants to leave. It must not wait; whoever hears it ends the work and calls Quit. nil quits
	// at once.
	OnQuit func()
	// OnLanguage and OnDark hear what a person chose, so that it can be kept. May be nil.
	OnLanguage func(lang string)
	OnDark     func(dark bool)
	// Chime hears that something came that nobody was waiting for, so that it can be heard, too. May be nil.
	Chime func(kind pos.MessageKind)
	// Scanner is how the shop's scanner sends when it types like a keyboard.
	Scanner widgets.Rule
	// Known reports whether a code is one of the catalogue's. It must not wait. nil knows none.
	Known func(code string) bool
	// Phone is the practice customer; nil but in practice. One that is a phone.Payer can do more than pay.
	Phone pos.Phone
	// Customer is the customer's own window.
	Customer Customer
	// Trace hears of the first frame and of the first state of the till on the glass, once each, for measuring; may be nil.
	Trace func(what string)
	// Do calls f on the goroutine that draws, soon, in order. nil is Fyne's own; tests give a queue of theirs.
	Do func(f func())
	// Now is the clock; nil is the system's.
	Now func() time.Time
}

// Shell is the window. Show and Quit are safe for concurrent use; everything else belongs to the goroutine that draws.
type Shell struct {
	cfg     Config
	app     fyne.App
	win     fyne.Window
	w       *i18n.Words
	bg      *background
	sink    *widgets.Sink
	header  *header
	sell    *sell.View
	pay     *pay.View
	cash    *cash.View
	lock    *sign.Lock
	approve *sign.Approve
	code    *sign.Code
	blocked *shift.Blocked
	sheet   *sheet // menu, help, …; nil when none is open
	sheets  *widgets.Layer
	page    *sheet // takings, sales: in the place of both zones; nil when none is open
	pages   *widgets.Layer
	help    *help.View // the guide; nil until it was opened
	helps   *widgets.Layer
	let     pos.Deed // what somebody else let the one at the till look at; "" for nothing
	toasts  *widgets.Toasts

	unhelped fyne.Focusable // had the keyboard when the guide was opened
	phone    *phoneWindow
	draft    *settings.Draft // settings that were changed and not saved
	wired    bool            // the scan in hand came from a scanner that is no keyboard

	customer *customerWindow

	snap     pos.Snapshot
	method   method
	scanner  pos.Part // of a scanner that is no keyboard
	send     func(pos.Command)
	posted   uint64      // commands handed to the till
	told     time.Time   // when it heard last that somebody is there
	copied   pos.Command // the receipt that was last asked for again
	copying  time.Time   // and when
	stepping bool        // somebody has left the steps of a new shop for one of them
	drawing  bool        // what changes now is the till's doing, not a person's
	ahead    ahead       // keys that wait for its answer
	tail     time.Time   // when the last digit of a PIN came that nothing has ended yet; zero for none
	message  pos.Message // the newest of the till's that was said
	standing pos.Message // what can still be read of what was said; none once it is behind us
	wanted   uint64      // the till's question that was opened last; 0 while it asks nothing
	toasted  uint64      // the last message that came in the corner
	said     uint64      // counts what was said, so that a calm word is silenced only by its own timer

	ordering map[pos.PaymentID]func() // takes away what the corner says of a phone's order that waits to be paid

	photos photos
	items  *goods.Draft  // an item that was being changed when its page was left
	offers *deals.Draft  // a promotion, likewise
	labels []labels.Want // the price labels that were not printed when their page was left

	dismissed bool // the paid panel of snap.Done was told to close
	typedOver bool // something was typed for the next sale while it stood

	mu     sync.Mutex
	next   *pos.Snapshot // newest not yet drawn
	queued bool
}

// New builds the window without showing it. Call it from the goroutine that will call Run.
func New(app fyne.App, cfg Config) *Shell {
	if cfg.Do == nil {
		cfg.Do = onGlass
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	s := &Shell{app: app, w: i18n.For(cfg.Lang).With(cfg.Keys), bg: newBackground(cfg.Do), send: cfg.Post, told: cfg.Now(), ordering: map[pos.PaymentID]func(){}}
	cfg.Post = func(c pos.Command) { s.give(c, "", nil) }
	s.cfg = cfg
	wear(app, cfg.Dark)
	s.win = app.NewWindow(Title(cfg.Shop))
	s.win.SetPadded(false)
	s.win.SetMaster()
	fitToScreen(app, s.win)
	s.sink = widgets.NewSink(cfg.Now)
	s.sink.Timer(s.bg.after)
	s.sink.OnFocus = s.chooseInput
	s.sink.SetRule(cfg.Scanner)
	s.sink.Attach(s.win)
	s.sink.Point(s)
	s.win.SetCloseIntercept(s.leave)
	s.win.SetOnDropped(func(_ fyne.Position, files []fyne.URI) { s.dropped(files) })
	s.build()
	return s
}

// dropped gives a file that was dropped on the window to the page that takes one. Nobody else wants any.
func (s *Shell) dropped(files []fyne.URI) {
	if len(files) > 0 && files[0].Scheme() == "file" && !s.guarded() && s.sheet == nil && s.page != nil && s.page.dropped != nil {
		s.page.dropped(files[0].Path())
	}
}

// Title is the window's title. It is the same in every language, so that other programs can find the window by it.
func Title(shop pos.Shop) string { return "Guitai 柜台 — " + shop.ID + " " + shop.Till }

// Window is the till's window, for what only its owner knows: its icon, its size.
func (s *Shell) Window() fyne.Window { return s.win }

// Run shows the window and returns when it has closed. Call it from the main goroutine, once.
func (s *Shell) Run() {
	s.bg.every(time.Second, s.tick)
	s.bg.after(warmAfter, s.warm)
	if s.cfg.Customer.Open {
		s.bg.after(customerAfter, s.customerAtStart)
	}
	s.win.ShowAndRun()
	s.bg.stop()
}

// Quit closes the window, so that Run returns. Safe for concurrent use and to repeat.
//
// It ends the window system's loop and closes no window by itself: Fyne takes SIGTERM too, and on a busy machine it may have ended the
// loop a moment before, after which closing a window panics.
func (s *Shell) Quit() { s.bg.do(s.app.Driver().Quit) }

// Show draws the till's newest state, soon. A snapshot that a newer one overtakes is never drawn; nobody waits. Safe for
// concurrent use.
func (s *Shell) Show(snap pos.Snapshot) {
	s.mu.Lock()
	if s.next == nil || snap.Seq >= s.next.Seq {
		s.next = &snap
	}
	first := !s.queued
	s.queued = true
	s.mu.Unlock()
	if first {
		s.bg.do(s.intake)
	}
}

// intake draws the newest snapshot.
func (s *Shell) intake() {
	s.mu.Lock()
	snap := *s.next
	s.queued = false
	s.mu.Unlock()
	if snap.Seq < s.snap.Seq {
		return
	}
	first := s.snap.Seq == 0 && snap.Seq > 0
	s.draw(snap)
	s.catchUp()
	s.chooseInput()
	if first && s.leadsTo(snap) {
		s.openSteps()
	}
	if first && s.cfg.Trace != nil {
		s.cfg.Trace("ready")
	}
}

func (s *Shell) draw(snap pos.Snapshot) {
	old := s.snap
	snap.Health.Scanner = s.scanner
	s.snap, s.drawing = snap, true
	defer func() { s.drawing = false }()
	if old.Done == nil || snap.Done == nil || old.Done.Sale != snap.Done.Sale {
		s.dismissed, s.typedOver = false, false
	}
	if s.lock.Show(snap) {
		s.hideWork()
	}
	s.approve.Show(snap.Staff)
	if s.code.Show(snap.Staff) {
		s.focus()
	}
	s.blocked.Show(snap.Shift)
	s.sell.Show(snap)
	s.pay.Show(snap)
	s.cash.Show(snap)
	s.header.show(snap)
	s.header.tick(s.now(), snap.Health.Skew.Abs() >= pos.SkewLimit)
	s.route()
	s.wants()
	s.endOrdering()
	switch {
	case snap.Message.N != s.message.N || (snap.Message.Kind == pos.MsgNone) != (s.message.Kind == pos.MsgNone):
		s.message = snap.Message
		if !s.toast(snap.Message) {
			s.say(snap.Message)
		}
	case snap.Message.ID == "exception-auto" && givesBack(old) && !givesBack(snap),
		ofPayment[snap.Message.ID] && movedOn(old.Pay, snap.Pay),
		ofSale[snap.Message.ID] && soldOf(old) != soldOf(snap),
		snap.Message.Kind == pos.MsgWarn && !old.Cart.Same(snap.Cart),
		snap.Message.Kind != pos.MsgAlarm && old.Pay == nil && snap.Pay != nil:
		s.say(pos.Message{}) // what it warned of is behind us
	}
	if s.page != nil && (snap.Pay != nil || snap.Staff.Locked || !s.sees(snap.Staff, s.page.deed)) {
		s.closePage() // a payment comes first, and who may not look sees nothing
	}
	if s.page != nil && s.page.update != nil {
		s.page.update()
	}
	if s.sheet != nil && s.sheet.update != nil {
		s.sheet.update()
	}
	if s.phone != nil {
		s.phone.view.Show(snap)
	}
	if s.customer != nil {
		s.customer.show()
	}
}

// hideWork puts away what was open when the lock fell: the next one to sign in may be somebody else.
func (s *Shell) hideWork() {
	s.closeHelp()
	s.approve.Drop()
	s.closePage()
	s.let = ""
	s.cash.Close()
	s.sell.Leave()
	s.focus()
}

// route puts the screen in front that the snapshot asks for.
func (s *Shell) route() {
	paying := s.snap.Pay != nil || s.snap.Done != nil
	left, other := s.sell.Left(), s.pay.Left()
	if paying {
		left, other = other, left
		if !left.Visible() {
			s.sell.Leave()
		}
	}
	if !left.Visible() || other.Visible() {
		other.Hide()
		left.Show()
		s.focus()
	}
}

// focus gives the keyboard to the sink.
func (s *Shell) focus() { s.win.Canvas().Focus(s.sink) }

const calmFor = 6 * time.Second

// say shows a message on whichever screen is in front. A calm one goes by itself.
func (s *Shell) say(m pos.Message) {
	s.said++
	s.standing = m
	mine := s.said
	tone := toneOf(m.Kind)
	words := s.w.Message(m)
	s.sell.Say(tone, words)
	if s.page != nil && s.page.said != nil {
		s.page.said(tone, words)
	}
	if m.ID == "order-paid" && len(m.Args) == 2 && s.snap.Pay != nil && s.snap.Done == nil { // a number the customer showed, of another sale
		tone, words = widgets.Warning, s.w.T("pay.other-paid", m.Args[0], m.Args[1])
	}
	s.pay.Say(tone, words)
	if m.Kind == pos.MsgInfo {
		s.bg.after(calmFor, func() {
			if mine == s.said {
				s.say(pos.Message{})
			}
		})
	}
}

func (s *Shell) now() time.Time {
	t := s.cfg.Now()
	if z := s.cfg.Shop.Calendar.Zone; z != nil {
		t = t.In(z)
	}
	return t
}

func (s *Shell) tick() {
	s.header.tick(s.now(), s.snap.Health.Skew.Abs() >= pos.SkewLimit)
	s.pay.Tick()
	if s.customer != nil {
		s.customer.tick()
	}
	s.lock.Clock(s.w.Clock(s.now()))
	s.lock.Tick()
	s.approve.Tick()
	s.backToSteps()
	if s.page != nil && s.page.tick != nil {
		s.page.tick()
	}
	if s.sheet != nil && s.sheet.tick != nil {
		s.sheet.tick()
	}
	s.chooseInput()
}

func (s *Shell) leave() {
	if s.cfg.OnQuit == nil {
		s.app.Quit()
		return
	}
	s.cfg.OnQuit()
}

// build makes all screens in the language of the moment and puts them into the window. What the till knows is drawn again
// from its snapshot.
func (s *Shell) build() {
	s.closePage()
	s.sheets, s.pages, s.toasts = widgets.NewLayer(nil), widgets.NewLayer(nil), widgets.NewToasts()
	s.screens()
	s.focus()
}

// SetKeys takes other keys into use, at once and on every button: also while a page is open, which stays.
func (s *Shell) SetKeys(keys pos.Keymap) {
	if keys == s.w.Keys() {
		return
	}
	s.cfg.Keys, s.w = keys, s.w.With(keys)
	was := s.win.Canvas().Focused()
	s.screens()
	if s.phone != nil {
		s.phone.build()
	}
	if s.customer != nil {
		s.customer.build()
	}
	if was != nil && s.page != nil { // a field of the page
		s.win.Canvas().Focus(was)
		return
	}
	s.focus()
}

// screens makes the screens of selling and what is over them, and puts them into the window under the pages and sheets that are open.
func (s *Shell) screens() {
	s.help, s.helps = nil, widgets.NewLayer(nil)
	actions := headerActions{menu: s.openMenu, language: s.switchLanguage, pending: s.openPending, inbox: s.openInbox, health: s.openHealth, lock: s.lockUp, printer: s.openPrinter, held: s.openHeld}
	if s.cfg.Phone != nil {
		actions.phone = s.openPhone
	}
	s.header = newHeader(s.cfg, s.w, actions)
	s.cash = cash.New(cash.Config{Words: s.w, Post: s.cfg.Post, Changed: func() {}})
	s.sell = sell.New(sell.Config{
		Words: s.w, Catalogue: s.cfg.Catalogue, Post: s.cfg.Post, Go: s.bg.run, After: s.bg.after, Cash: s.cash.Open, Act: s.act, Pending: s.openPending, Say: s.say,
		Ahead: func(taken uint64) bool { return s.posted > taken }, Photo: s.photo,
	}, s.sink, s.cfg.Shop.Practice)
	s.pay = pay.New(pay.Config{Words: s.w, Post: s.cfg.Post, Now: s.cfg.Now, Cash: s.cash.Open, Act: s.act, Changed: func() {}})
	s.pay.Left().Hide()
	s.code = sign.NewCode(sign.CodeConfig{Words: s.w, Make: s.newRecovery, Print: s.cfg.PrintRecovery, Go: s.bg.run, Now: s.cfg.Now}, s.code)
	ask := sign.Config{Words: s.w, Now: s.cfg.Now}
	s.approve = sign.NewApprove(ask, s.post)
	ask.Send = func(who pos.StaffID, pin pos.PIN) { s.post(pos.SignIn{Person: who, PIN: pin}) }
	s.lock = sign.NewLock(sign.LockConfig{
		Config: ask, Shop: s.cfg.Shop.Name + " · " + s.cfg.Shop.Till, Practice: s.cfg.Shop.Practice, Language: s.switchLanguage, Recover: s.recoverPIN,
	})
	s.lock.Clock(s.w.Clock(s.now()))
	s.blocked = shift.NewBlocked(s.w, s.openShift)

	left := widgets.Over(s.sell.Left(), s.blocked.Object(), s.pay.Left())
	zones := widgets.Over(widgets.Zones(62, left, s.sell.Right()), s.pages.Object())
	body := widgets.Rows(0, widgets.Grow(zones), s.header.all, zones)
	content := widgets.Over(widgets.Unseen(s.sink), body, s.sell.Layer(), s.cash.Layer(), s.sheets.Object(), s.helps.Object(), s.approve.Layer(), s.code.Layer(), s.toasts.Object(), s.lock.Layer())
	if s.cfg.Trace != nil {
		content.Add(widgets.FirstDraw(func() { s.cfg.Trace("first frame") }))
	}
	s.win.SetContent(content)
	s.message = s.snap.Message // the till still has it, and what is behind us is not news in other words or under other keys
	s.draw(s.snap)
	s.say(s.standing)
}

// switchLanguage says everything in the other language from now on.
func (s *Shell) switchLanguage() {
	s.w = s.w.Other()
	s.build()
	if s.phone != nil {
		s.phone.build()
	}
	if s.cfg.OnLanguage != nil {
		s.cfg.OnLanguage(s.w.Lang())
	}
}

// switchLook goes from light to dark or back.
func (s *Shell) switchLook() {
	s.closeHelp()
	s.help = nil // its page has the colours that it was drawn in
	s.cfg.Dark = !s.cfg.Dark
	wear(s.app, s.cfg.Dark)
	s.closeSheet()
	if s.cfg.OnDark != nil {
		s.cfg.OnDark(s.cfg.Dark)
	}
}
