package ui

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// counter is a shell on the test driver. What it wants drawn waits in a queue that the test works off, as Fyne's loop does.
type counter struct {
	*Shell
	t      *testing.T
	queue  chan func()
	posted []pos.Command
	langs  []string
	at     time.Time
	alarms []alarm
	slow   bool // the till does not answer by itself
}

// alarm is what the window wants to do later. None goes off by itself: a machine that stands still for a while is no reason.
type alarm struct {
	at time.Time
	f  func()
}

// longEnough is how long a test waits for what other goroutines, other programs and the system bring. It is no measure of anything, and a
// test that works waits for a small part of it: it is for a machine that does much beside.
const longEnough = 2 * time.Minute

func newCounter(t *testing.T, change func(*Config)) *counter {
	t.Helper()
	app := test.NewTempApp(t)
	c := &counter{t: t, queue: make(chan func(), 1000), at: time.Date(2026, 11, 20, 15, 4, 0, 0, time.UTC)}
	cfg := Config{
		Shop: pos.Shop{Name: "柜台便利店", ID: "S001", Till: "T1", Practice: true}, Lang: i18n.Chinese, Version: "test",
		Catalogue: shelf{}, Post: func(p pos.Command) {
			c.posted = append(c.posted, p)
			if !c.slow {
				c.snap.Taken++ // the till answers at once
			}
		},
		Do: func(f func()) { c.queue <- f }, Now: func() time.Time { return c.at },
		OnLanguage: func(l string) { c.langs = append(c.langs, l) }, Phone: shelf{},
	}
	if change != nil {
		change(&cfg)
	}
	c.Shell = New(app, cfg)
	c.bg.timer = func(d time.Duration, f func()) func() bool {
		c.alarms = append(c.alarms, alarm{c.at.Add(d), f})
		return func() bool { return true } // what was stopped does nothing when it goes off
	}
	t.Cleanup(c.bg.stop)
	c.work(func() bool { return len(c.queue) == 0 && c.sell.Left().Visible() })
	return c
}

// work draws what waits until done says enough; it fails when nothing comes any more.
func (c *counter) work(done func() bool) {
	c.t.Helper()
	for !done() {
		select {
		case f := <-c.queue:
			f()
		case <-time.After(longEnough):
			c.t.Fatal("nothing more is drawn")
		}
	}
}

// wait lets time pass until d is over, and does what the window wanted to do meanwhile.
func (c *counter) wait(d time.Duration) {
	c.t.Helper()
	for end := c.at.Add(d); ; {
		next := slices.IndexFunc(c.alarms, func(a alarm) bool { return !a.at.After(end) })
		if next < 0 {
			c.at = end
			return
		}
		for i, a := range c.alarms {
			if a.at.Before(c.alarms[next].at) {
				next = i
			}
		}
		due := c.alarms[next]
		c.alarms = slices.Delete(c.alarms, next, next+1)
		if due.at.After(c.at) {
			c.at = due.at
		}
		due.f()
		c.work(func() bool { return len(c.queue) == 0 })
	}
}

func (c *counter) show(s pos.Snapshot) {
	c.t.Helper()
	s.Taken = max(s.Taken, c.snap.Taken)
	c.Show(s)
	c.work(func() bool { return c.snap.Seq == s.Seq })
}

func (c *counter) key(names ...fyne.KeyName) {
	for _, n := range names {
		c.at = c.at.Add(time.Second)
		c.win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: n})
	}
}

func (c *counter) scan(code string) {
	for _, r := range code {
		c.at = c.at.Add(time.Millisecond)
		c.win.Canvas().Focused().TypedRune(r)
	}
	c.win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
}

func (c *counter) expect(want ...pos.Command) {
	c.t.Helper()
	if !slices.Equal(c.posted, want) {
		c.t.Errorf("posted %v, want %v", c.posted, want)
	}
	c.posted = nil
}

// A scanner and a quick hand are faster than a commit: F8 and the amount after a scan must find the cart that it made.
func TestKeys_WaitForWhatTheOnesBeforeBroughtAbout(t *testing.T) {
	c := newCounter(t, nil)
	c.slow = true
	c.scan("6901234567892")
	c.key(fyne.KeyF8)
	c.win.Canvas().Focused().TypedRune('5')
	c.key(fyne.KeyReturn)
	c.expect(pos.ScanText{Text: "6901234567892"})
	c.show(pos.Snapshot{Seq: 90, Taken: 1, Cart: pos.Cart{Lines: []pos.Line{{Item: 1, Name: "可口可乐", Price: 300, Quantity: 1}}}})
	c.expect(pos.PayCash{Tendered: 500})
	c.key(fyne.KeyF9) // the till has not answered the cash yet …
	c.expect()
	c.wait(aheadMost - time.Millisecond)
	c.expect()
	c.wait(time.Millisecond) // … and does not: keys go on after a moment
	c.expect(pos.PayWeChat{})
}

type shelf struct{}

func (shelf) Pay(context.Context, string) error                           { return nil }
func (shelf) Item(context.Context, ...string) (pos.Item, error)           { return pos.Item{}, nil }
func (shelf) ItemByID(context.Context, pos.ItemID) (pos.Item, error)      { return pos.Item{}, nil }
func (shelf) Find(context.Context, string, int) ([]pos.Item, error)       { return nil, nil }
func (shelf) Categories(context.Context) ([]string, error)                { return []string{"饮料"}, nil }
func (shelf) InCategory(context.Context, string, int) ([]pos.Item, error) { return nil, nil }
func (shelf) Revision(context.Context) (uint64, error)                    { return 1, nil }

func oneCoke() pos.Cart {
	c, _ := pos.Cart{}.Add(pos.Item{ID: 1, Name: "可口可乐", Price: 300}, "", 1)
	return c
}

func waiting() *pos.PayView {
	return &pos.PayView{Payment: 1, Phase: pos.PayWaiting, Amount: 300, CodeURL: "weixin://wxpay/bizpayurl?pr=x"}
}

func TestShell_KeysGoToWhatTheSnapshotShows(t *testing.T) {
	c := newCounter(t, nil)
	c.scan("6901028028412")
	c.expect(pos.ScanText{Text: "6901028028412"})
	c.show(pos.Snapshot{Seq: 1, Cart: oneCoke()})
	c.key(fyne.KeyF9)
	c.expect(pos.PayWeChat{})

	c.show(pos.Snapshot{Seq: 2, Cart: oneCoke(), Pay: waiting()})
	if c.sell.Left().Visible() || !c.pay.Left().Visible() {
		t.Error("the pay screen is not in front")
	}
	c.key(fyne.KeyDelete, fyne.KeyF4, fyne.KeyReturn)
	c.expect()
	c.scan("134567890123456789")
	c.expect(pos.ScanText{Text: "134567890123456789"})
	c.key(fyne.KeyF5, fyne.KeyF9)
	c.expect(pos.AskNow{}, pos.NewCode{})
	c.key(fyne.KeyEscape)
	c.scan("6901028028412")
	c.expect(pos.ScanText{Text: "6901028028412"}) // and its Enter confirmed nothing
	c.key(fyne.KeyReturn)
	c.expect(pos.LeaveCode{})

	c.key(fyne.KeyF8)
	c.win.Canvas().Focused().TypedRune('5')
	c.key(fyne.KeyReturn)
	c.expect(pos.PayCash{Tendered: 500})

	c.show(pos.Snapshot{Seq: 3, Done: &pos.Done{Amount: 300, Tender: pos.TenderCash}})
	c.key(fyne.KeyEscape)
	c.expect(pos.DismissDone{})
	c.scan("6901028028412")
	c.expect(pos.ScanText{Text: "6901028028412"})
	c.show(pos.Snapshot{Seq: 4, Cart: oneCoke()})
	if !c.sell.Left().Visible() || c.pay.Left().Visible() {
		t.Error("the selling screen is not in front")
	}
}

// A short code that is typed by hand after a sale is the next sale's, Enter and all.
func TestShell_TypingClosesThePaidPanelAndKeepsItsEnter(t *testing.T) {
	for name, answers := range map[string]bool{"the till answers": true, "the panel still stands": false} {
		t.Run(name, func(t *testing.T) {
			c := newCounter(t, nil)
			c.show(pos.Snapshot{Seq: 1, Done: &pos.Done{Sale: 1, Amount: 300, Tender: pos.TenderCash}})
			for i, r := range "1001" {
				c.at = c.at.Add(time.Second)
				c.win.Canvas().Focused().TypedRune(r)
				if i == 0 {
					c.expect(pos.DismissDone{})
					if answers {
						c.show(pos.Snapshot{Seq: 2})
					}
				}
			}
			c.key(fyne.KeyReturn)
			c.expect(pos.ScanText{Text: "1001"})
		})
	}
	c := newCounter(t, nil)
	c.show(pos.Snapshot{Seq: 1, Done: &pos.Done{Sale: 1}})
	c.scan("6901028028412")
	c.expect(pos.DismissDone{}, pos.ScanText{Text: "6901028028412"})
	c.show(pos.Snapshot{Seq: 2, Done: &pos.Done{Sale: 2}})
	c.key(fyne.KeyReturn)
	c.expect(pos.DismissDone{}) // and what was typed over the panel before is not meant
}

func TestShell_CashPromptOverSelling(t *testing.T) {
	c := newCounter(t, nil)
	c.show(pos.Snapshot{Seq: 1, Cart: oneCoke()})
	c.key(fyne.KeyF8)
	c.scan("6901028028412")
	c.expect(pos.ScanText{Text: "6901028028412"})
	c.key(fyne.KeyReturn)
	c.expect(pos.PayCash{})
}

func TestShell_SheetsTakeKeysButNotScans(t *testing.T) {
	c := newCounter(t, nil)
	c.show(pos.Snapshot{Seq: 1, Cart: oneCoke()})
	for _, open := range []fyne.KeyName{fyne.KeyF10} {
		c.key(open, fyne.KeyF9, fyne.KeyDelete)
		c.expect()
		if c.sheet == nil {
			t.Fatalf("%s opened nothing", open)
		}
		c.key(fyne.KeyEscape)
		if c.sheet != nil {
			t.Errorf("Esc did not close what %s opened", open)
		}
		c.key(open)
		c.scan("6901028028412")
		c.expect(pos.ScanText{Text: "6901028028412"})
		if c.sheet != nil {
			t.Error("the sheet stays after a scan")
		}
	}
	c.show(pos.Snapshot{Seq: 2, Cart: oneCoke(), Pending: []pos.PendingView{{Payment: 3, OutTradeNo: "S001-T1-X", Amount: 5, State: pos.Closing}}})
	c.key(fyne.KeyF10, fyne.KeyReturn)
	if c.sheet == nil || c.sheet.name != "pending" {
		t.Fatal("the menu's first entry is not the list of pending payments")
	}
	c.key(fyne.KeyReturn)
	c.expect(pos.AskNow{})
}

func TestShell_CountdownAppearsByItself(t *testing.T) {
	c := newCounter(t, func(cfg *Config) { cfg.Lang = i18n.English })
	v := waiting()
	v.ExpiresAt, v.Life = c.at.Add(5*time.Minute), 5*time.Minute
	c.show(pos.Snapshot{Seq: 1, Cart: oneCoke(), Pay: v})
	has := func(words string) bool { return strings.Contains(strings.Join(said(c.win.Content()), "\n"), words) }
	c.tick()
	if has("left") {
		t.Error("the countdown runs from the start")
	}
	c.at = c.at.Add(4 * time.Minute)
	c.tick()
	if !has("01:00 left") {
		t.Errorf("it says %q", said(c.win.Content()))
	}
	c.at = c.at.Add(time.Second)
	c.tick()
	if !has("00:59 left") {
		t.Errorf("it says %q", said(c.win.Content()))
	}
}

func TestShell_ReprintsByKeyOnEveryScreen(t *testing.T) {
	c := newCounter(t, nil)
	print := &desktop.CustomShortcut{KeyName: fyne.KeyP, Modifier: fyne.KeyModifierShortcutDefault}
	for i, s := range []pos.Snapshot{{}, {Pay: waiting()}, {Done: &pos.Done{}}} {
		s.Seq = uint64(i + 1)
		c.show(s)
		c.sink.TypedShortcut(print)
		c.sink.TypedShortcut(print) // a key that is leaned on makes one copy
		c.expect(pos.ReprintLast{})
		c.at = c.at.Add(3 * time.Second)
	}
}

func TestShell_NewestSnapshotWins(t *testing.T) {
	c := newCounter(t, nil)
	for i := range 50 {
		c.Show(pos.Snapshot{Seq: uint64(i + 1)})
	}
	if len(c.queue) != 1 {
		t.Errorf("%d drawings wait for 50 snapshots", len(c.queue))
	}
	c.Show(pos.Snapshot{Seq: 3, Cart: oneCoke()}) // late
	c.work(func() bool { return c.snap.Seq == 50 })
	if !c.snap.Cart.Empty() {
		t.Error("an old snapshot was drawn")
	}
}

func TestShell_ShowIsSafeFromAnyGoroutine(t *testing.T) {
	c := newCounter(t, nil)
	done := make(chan bool)
	for range 4 {
		go func() {
			for i := range 100 {
				c.Show(pos.Snapshot{Seq: uint64(i + 1), Cart: oneCoke()})
			}
			done <- true
		}()
	}
	for range 4 {
		<-done
	}
	c.work(func() bool { return c.snap.Seq == 100 })
}

func TestShell_SwitchesLanguageWhileRunning(t *testing.T) {
	c := newCounter(t, nil)
	title := c.win.Title()
	c.show(pos.Snapshot{Seq: 1, Cart: oneCoke(), Pay: waiting(), Message: pos.Message{N: 1, Kind: pos.MsgWarn, ID: "code-on-glass"}})
	before := strings.Join(said(c.win.Content()), "\n")
	c.switchLanguage()
	after := strings.Join(said(c.win.Content()), "\n")
	for _, zh := range []string{"等待付款", "现金", "购物车", "收款码还在屏幕上"} {
		if !strings.Contains(before, zh) || strings.Contains(after, zh) {
			t.Errorf("%q: before %v, after %v", zh, strings.Contains(before, zh), strings.Contains(after, zh))
		}
	}
	if !strings.Contains(after, "Waiting for payment") || !strings.Contains(after, "A code is on the screen") {
		t.Errorf("in English it says %q", after)
	}
	if c.win.Title() != title || !slices.Equal(c.langs, []string{i18n.English}) {
		t.Errorf("title %q, told %q", c.win.Title(), c.langs)
	}
	c.key(fyne.KeyF5)
	c.expect(pos.AskNow{})
}

// said gathers all words in sight.
func said(o fyne.CanvasObject) []string {
	var words []string
	for _, text := range inSight(o) {
		words = append(words, text.Words())
	}
	return words
}

// inSight gathers the texts that are drawn.
func inSight(o fyne.CanvasObject) []*widgets.Text {
	if !o.Visible() {
		return nil
	}
	var found []*widgets.Text
	switch x := o.(type) {
	case *widgets.Text:
		return []*widgets.Text{x}
	case *fyne.Container:
		for _, c := range x.Objects {
			found = append(found, inSight(c)...)
		}
	case fyne.Widget:
		for _, c := range test.WidgetRenderer(x).Objects() {
			found = append(found, inSight(c)...)
		}
	}
	return found
}

func TestShell_MessagesComeAndGo(t *testing.T) {
	c := newCounter(t, func(cfg *Config) { cfg.Lang = i18n.English })
	has := func(words string) bool { return strings.Contains(strings.Join(said(c.win.Content()), "\n"), words) }
	warn := pos.Message{N: 1, Kind: pos.MsgWarn, ID: "unknown-code", Args: []string{"6901"}}
	c.show(pos.Snapshot{Seq: 1, Message: warn})
	if !has("Unknown code: 6901") {
		t.Fatal("the unknown code is not shown")
	}
	c.show(pos.Snapshot{Seq: 2, Message: warn, Health: pos.Health{Skew: time.Second}})
	if !has("Unknown code: 6901") {
		t.Error("the unknown code did not stay")
	}
	c.show(pos.Snapshot{Seq: 3, Message: warn, Cart: oneCoke()})
	if has("Unknown code: 6901") {
		t.Error("the unknown code stays although the sale went on")
	}
	warn.N = 2
	c.show(pos.Snapshot{Seq: 4, Message: warn, Cart: oneCoke()})
	if !has("Unknown code: 6901") {
		t.Error("the same code again was not shown again")
	}
	c.show(pos.Snapshot{Seq: 5, Cart: oneCoke()})
	if has("Unknown code: 6901") {
		t.Error("it stays although the till took it back")
	}
}

// A calm word that has gone by itself stays gone when the keys or the language change, although the till still has it: "¥98.97 to go" over an
// empty cart would be asked for. What still stands is said in the other words.
func TestShell_WhatIsBehindUsIsNotSaidAgainInOtherWords(t *testing.T) {
	c := newCounter(t, func(cfg *Config) { cfg.Lang = i18n.English })
	has := func(words string) bool { return strings.Contains(strings.Join(said(c.win.Content()), "\n"), words) }
	part := pos.Message{N: 1, Kind: pos.MsgInfo, ID: "part-paid", Args: []string{"900.00", "98.97"}}
	c.show(pos.Snapshot{Seq: 1, Message: part})
	if !has("98.97") {
		t.Fatal("the part is not said")
	}
	c.switchLanguage()
	if !has("98.97") {
		t.Error("what stands is not said in the other language")
	}
	c.show(pos.Snapshot{Seq: 2, Cart: oneCoke(), Pay: waiting(), Message: part})
	c.show(pos.Snapshot{Seq: 3, Message: part})
	if has("98.97") {
		t.Fatal("it stays although the payment came")
	}
	c.SetKeys(pos.Keymap{}.With(pos.KeyWeChat, pos.KeyChord{Key: "W", Ctrl: true}))
	if has("98.97") {
		t.Error("other keys say it again")
	}
	c.switchLanguage()
	if has("98.97") {
		t.Error("the other language says it again")
	}
}

// What was said while selling is not for the customer who looks at the code; an alarm is for whoever is there.
func TestShell_ThePayScreenOpensWithoutOldWords(t *testing.T) {
	for kind, stays := range map[pos.MessageKind]bool{pos.MsgInfo: false, pos.MsgWarn: false, pos.MsgAlarm: true} {
		c := newCounter(t, func(cfg *Config) { cfg.Lang = i18n.English })
		has := func() bool {
			return strings.Contains(strings.Join(said(c.win.Content()), "\n"), "Unknown code: 6901")
		}
		m := pos.Message{N: 1, Kind: kind, ID: "unknown-code", Args: []string{"6901"}}
		c.show(pos.Snapshot{Seq: 1, Cart: oneCoke(), Message: m})
		if !has() {
			t.Fatalf("%s is not shown", kind)
		}
		c.show(pos.Snapshot{Seq: 2, Cart: oneCoke(), Pay: waiting(), Message: m})
		if has() != stays {
			t.Errorf("%s on the pay screen: %v", kind, has())
		}
		m.N = 2
		c.show(pos.Snapshot{Seq: 3, Cart: oneCoke(), Pay: waiting(), Message: m})
		if !has() {
			t.Errorf("%s of the payment itself is not shown", kind)
		}
	}
}

// The question whether to give a payment up stands where the notice does: that waits behind it, and is not seen in halves.
func TestShell_TheQuestionStandsAloneAndTheNoticeComesBack(t *testing.T) {
	c := newCounter(t, func(cfg *Config) { cfg.Lang = i18n.English })
	m := pos.Message{N: 1, Kind: pos.MsgWarn, ID: "code-on-glass"}
	words := i18n.For(i18n.English).Message(m)
	has := func() bool { return strings.Contains(strings.Join(said(c.win.Content()), "\n"), words) }
	c.show(pos.Snapshot{Seq: 1, Cart: oneCoke(), Pay: waiting()})
	c.show(pos.Snapshot{Seq: 2, Cart: oneCoke(), Pay: waiting(), Message: m})
	if !has() {
		t.Fatalf("it says %q", said(c.win.Content()))
	}
	c.key(fyne.KeyEscape)
	if has() {
		t.Error("the notice is seen behind the question")
	}
	c.key(fyne.KeyEscape)
	if !has() {
		t.Error("the notice did not come back")
	}
}

// What to hand to one customer must not stand on the paid panel of the next.
func TestShell_WhatASaleOwesGoesWithIt(t *testing.T) {
	owed := pos.Message{N: 1, Kind: pos.MsgAlarm, ID: "exchange-owed", Args: []string{"4.00", "0.00", "4.00"}}
	for id, stays := range map[string]bool{"exchange-owed": false, "paid-late": true} {
		c := newCounter(t, func(cfg *Config) { cfg.Lang = i18n.English })
		m := owed
		m.ID = id
		words := i18n.For(i18n.English).Message(m)
		has := func() bool { return strings.Contains(strings.Join(said(c.win.Content()), "\n"), words) }
		c.show(pos.Snapshot{Seq: 1, Cart: oneCoke()})
		c.show(pos.Snapshot{Seq: 2, Done: &pos.Done{Sale: 1, Owed: 400, Online: 400}, Message: m})
		if !has() {
			t.Fatalf("%s is not said with its own sale", id)
		}
		c.show(pos.Snapshot{Seq: 3, Done: &pos.Done{Sale: 1, Owed: 400, Online: 400}, Message: m})
		if !has() {
			t.Fatalf("%s goes while its sale is in front", id)
		}
		c.show(pos.Snapshot{Seq: 4, Cart: oneCoke(), Message: m})
		if has() != stays {
			t.Errorf("%s over the next cart: %v", id, has())
		}
	}
}

func TestShell_TheReprintIsSaidOnThePaidPanel(t *testing.T) {
	c := newCounter(t, func(cfg *Config) { cfg.Lang = i18n.English })
	c.show(pos.Snapshot{Seq: 1, Done: &pos.Done{Sale: 1}})
	c.show(pos.Snapshot{Seq: 2, Done: &pos.Done{Sale: 1}, Message: pos.Message{N: 1, Kind: pos.MsgInfo, ID: "reprint-queued", Args: []string{"42"}}})
	if !slices.Contains(said(c.win.Content()), "Printing receipt 42 again") {
		t.Errorf("it says %q", said(c.win.Content()))
	}
}

func TestShell_WeChatOffForALackIsTrouble(t *testing.T) {
	c := newCounter(t, func(cfg *Config) { cfg.Lang = i18n.English })
	c.show(pos.Snapshot{Seq: 1, Cart: oneCoke(), Health: pos.Health{WeChat: pos.Part{Light: pos.LightOff}}})
	if got := c.header.wechat.Words(); got != "○ WeChat" {
		t.Errorf("not set up: %q", got)
	}
	c.show(pos.Snapshot{Seq: 2, Cart: oneCoke(), Health: pos.Health{WeChat: pos.Part{Light: pos.LightOff, Cause: pos.CodeSecret}}})
	if got := c.header.wechat.Words(); got != "× WeChat off" {
		t.Errorf("without its key: %q", got)
	}
	c.openHealth()
	if !slices.Contains(said(c.win.Content()), "stopped · A key or certificate is missing") {
		t.Errorf("it says %q", said(c.win.Content()))
	}
	c.key(fyne.KeyEscape, fyne.KeyF9)
	c.expect(pos.PayWeChat{}) // the till says why not
}

func TestShell_PhoneForwardsKeysAndClosesAlone(t *testing.T) {
	c := newCounter(t, nil)
	c.show(pos.Snapshot{Seq: 1, Cart: oneCoke()})
	c.openPhone()
	if c.phone == nil {
		t.Fatal("no phone")
	}
	win := c.phone.win
	c.at = c.at.Add(time.Second)
	win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyF9})
	c.expect(pos.PayWeChat{})
	c.switchLanguage()
	if win.Title() != i18n.For(i18n.English).T("phone.title") {
		t.Errorf("its title is %q", win.Title())
	}
	win.Close()
	if c.phone != nil || c.win.Content() == nil {
		t.Error("the till did not notice that the phone closed")
	}
	c.openPhone()
	if c.phone == nil {
		t.Error("it does not open again")
	}
}

func TestShell_ClosingAsksItsOwner(t *testing.T) {
	quits := 0
	c := newCounter(t, func(cfg *Config) { cfg.OnQuit = func() { quits++ } })
	c.leave()
	if quits != 1 {
		t.Errorf("told %d times", quits)
	}
}
