package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// ear hears every scan that reaches the window, before the window does.
type ear struct {
	*Shell
	codes []string
}

func (e *ear) Scanned(code string, back int) {
	e.codes = append(e.codes, code)
	e.Shell.Scanned(code, back)
}

// wedge types a code and its Enter as a scanner does, gap apart, to whatever has the focus.
func (c *counter) wedge(code string, gap time.Duration) {
	c.at = c.at.Add(time.Second)
	for _, r := range code {
		c.at = c.at.Add(gap)
		c.win.Canvas().Focused().TypedRune(r)
	}
	c.at = c.at.Add(gap)
	c.win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
}

func (c *counter) shortcut(k fyne.KeyName) {
	c.win.Canvas().Focused().(fyne.Shortcutable).TypedShortcut(&desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierShortcutDefault})
}

// front is something that can be in front, and how it is brought there.
type front struct {
	name   string
	snap   pos.Snapshot
	open   func(c *counter)
	number bool // a slow run is typing here
	secret bool // nothing of a code is heard here
}

func fronts() []front {
	cart := pos.Snapshot{Cart: oneCoke()}
	shift := pos.Snapshot{Shift: pos.ShiftView{Current: &pos.Shift{Number: 1, Day: 20261120, OpenedAt: noon}}}
	staffed := pos.Snapshot{Staff: signedIn(chen)}
	press := func(keys ...fyne.KeyName) func(*counter) { return func(c *counter) { c.key(keys...) } }
	ctrl := func(k fyne.KeyName, then ...fyne.KeyName) func(*counter) {
		return func(c *counter) { c.shortcut(k); c.key(then...) }
	}
	return []front{
		{name: "nothing in the cart"},
		{name: "goods in the cart", snap: cart},
		{name: "search", open: press(fyne.KeyF2)},
		{name: "cash", snap: cart, open: press(fyne.KeyF8), number: true},
		{name: "quantity", snap: cart, open: press(fyne.KeyF4), number: true},
		{name: "pay", snap: pos.Snapshot{Cart: oneCoke(), Pay: waiting()}},
		{name: "paid", snap: pos.Snapshot{Done: &pos.Done{Sale: 1, Amount: 300}}},
		{name: "menu", open: press(fyne.KeyF10)},
		{name: "help", open: press(fyne.KeyF1)},
		{name: "health", open: ctrl(fyne.KeyH)},
		{name: "exceptions", open: ctrl(fyne.KeyE)},
		{name: "shift", snap: shift, open: ctrl(fyne.KeyJ)},
		{name: "count", snap: shift, open: ctrl(fyne.KeyJ, fyne.KeyReturn), number: true},
		{name: "drawer", snap: shift, open: ctrl(fyne.KeyO)},
		{name: "refund", open: press(fyne.KeyF7)},
		{name: "takings", open: ctrl(fyne.KeyD)},
		{name: "sales", open: ctrl(fyne.KeyF)},
		{name: "books", open: ctrl(fyne.KeyB)},
		{name: "people", snap: staffed, open: func(c *counter) { c.openStaff() }},
		{name: "a name", snap: staffed, open: func(c *counter) { c.openStaff(); c.key(fyne.KeyReturn) }},
		{name: "a new PIN", snap: staffed, open: func(c *counter) { c.openStaff(); c.types("3") }, secret: true},
		{name: "locked", snap: pos.Snapshot{Staff: pos.StaffView{People: []pos.Person{li}, Locked: true}}, secret: true},
		{name: "approval", snap: pos.Snapshot{Staff: pos.StaffView{People: []pos.Person{li, chen}, Who: li}}, open: func(c *counter) {
			c.give(pos.AddPerson{}, "", nil)
		}, secret: true},
	}
}

// bring makes a front be in front, and nothing else.
func (c *counter) bring(f front, seq uint64) {
	c.t.Helper()
	f.snap.Seq, f.snap.Taken = seq, 1<<40 // whatever an earlier front still looks up
	c.approve.Drop()
	c.closePage()
	c.cash.Close()
	c.sell.Leave()
	c.show(f.snap)
	c.focus()
	if f.open != nil {
		f.open(c)
	}
	c.posted = nil
}

// Whatever is in front, codes at the paces of scanners reach it whole, in their order, and nothing of them stays where something
// is typed: the next code is as whole as the first. Neither a character nor the Enter of one presses anything.
func TestScan_IsWholeWhateverIsInFront(t *testing.T) {
	mix := []string{
		"6901028000000", "1111111111111", "96385074", "036000291452", "S001-T1-20261120-0001", "134567890123456789", "281234567890123456", "2112345015002",
	}
	const many = 1000 // ten thousand of them go through each kind of widget where the sink is
	gaps := []time.Duration{1, 8, 16, 40}
	all := fronts()
	c, _ := bookCounter(t, nil)
	e := &ear{Shell: c.Shell}
	c.sink.Point(e)
	seq := uint64(1)
	for n := 0; n < many; {
		for _, f := range all {
			for _, gap := range gaps {
				if gap == 40 && f.number {
					continue // see TestScan_SlowRuns
				}
				seq++
				c.bring(f, seq)
				code := mix[n%len(mix)]
				if gap == 40 && !pos.Certain(code) || f.secret && len(code) <= 8 { // what is as long as a PIN may be one
					code = "6901234567892"
				}
				e.codes = nil
				c.wedge(code, gap*time.Millisecond)
				want := code
				if f.secret {
					want = ""
				}
				if !slices.Equal(e.codes, []string{want}) {
					t.Fatalf("%s, %d ms, code %d: %q came as %q", f.name, gap, n, code, e.codes)
				}
				for _, p := range c.posted {
					if _, dismissed := p.(pos.DismissDone); dismissed && f.name == "paid" {
						continue // the next sale has begun
					}
					if s, scan := p.(pos.ScanText); !scan || s.Text != code {
						t.Fatalf("%s, %d ms: %q gave the till %T %v", f.name, gap, code, p, p)
					}
				}
				n++
			}
		}
		for len(c.queue) > 0 {
			(<-c.queue)()
		}
	}
}

// A run of 40 ms a character that ends in Enter is a scan where text is typed, if its check digit holds or the code is known; never in a
// field of money, of pieces or of a PIN.
func TestScan_SlowRuns(t *testing.T) {
	c, _ := bookCounter(t, func(cfg *Config) { cfg.Known = func(code string) bool { return code == "TEA-100" } })
	e := &ear{Shell: c.Shell}
	c.sink.Point(e)
	for i, f := range fronts() {
		for j, code := range []string{"96385074", "TEA-100", "12345678", "coffee"} {
			c.bring(f, uint64(i*10+j+1))
			e.codes = nil
			c.wedge(code, 40*time.Millisecond)
			scan := j < 2 && !f.number && !f.secret
			if scan != slices.Equal(e.codes, []string{code}) || !scan && len(e.codes) != 0 {
				t.Errorf("%s: %q at 40 ms came as %q", f.name, code, e.codes)
			}
		}
	}
}

// What a code does, by what it is and what is in front.
func TestScan_WhatACodeDoes(t *testing.T) {
	const (
		till  = "till"     // goes to the till, which decides by its own state
		sale  = "sale"     // opens the sale
		look  = "looks up" // what is in front looks for it
		takes = "takes"    // what is in front says what it thinks of it; the till hears nothing
	)
	codes := map[string]string{
		"goods": "6901234567892", "in store": "2112345015002", "misread": "6901234567893", "WeChat": "134567890123456789", "Alipay": "281234567890123456",
		"collision": "260001200012340560", "receipt": "S001-T1-20261120-0007", "transaction": "4200001234567890123456789012",
	}
	does := func(front, kind string) string {
		switch front {
		case "locked", "approval", "a new PIN", "people", "a name", "shift", "count", "drawer":
			return takes
		case "sales", "refund":
			return look
		case "nothing in the cart", "search", "paid", "menu", "help", "health", "exceptions", "takings", "books":
			if kind == "receipt" {
				return sale
			}
		}
		return till
	}
	c, _ := bookCounter(t, nil)
	seq := uint64(0)
	for _, f := range fronts() {
		for kind, code := range codes {
			t.Run(fmt.Sprintf("%s, %s", f.name, kind), func(t *testing.T) {
				seq++
				c.bring(f, seq)
				sheet := ""
				if c.sheet != nil {
					sheet = c.sheet.name
				}
				c.wedge(code, 2*time.Millisecond)
				if f.name == "paid" {
					c.posted = slices.DeleteFunc(c.posted, func(p pos.Command) bool { _, ok := p.(pos.DismissDone); return ok })
				}
				told := slices.Equal(c.posted, []pos.Command{pos.ScanText{Text: code}})
				page := ""
				if c.page != nil {
					page = c.page.name
				}
				ok := len(c.posted) == 0
				switch does(f.name, kind) {
				case till:
					ok = told && c.sheet == nil && page == ""
				case sale:
					ok = ok && c.sheet == nil && page == "sales"
				case look:
					ok = ok && (page == "sales" || c.sheet != nil && c.sheet.name == "refund")
				case takes:
					now := ""
					if c.sheet != nil {
						now = c.sheet.name
					}
					ok = ok && now == sheet
				}
				if !ok {
					t.Errorf("it is to be %q; the till hears %v, page %q, sheet before %q", does(f.name, kind), c.posted, page, sheet)
				}
				for _, words := range said(c.win.Content()) {
					if kind == "WeChat" && strings.Contains(words, code[:14]) {
						t.Errorf("the window shows a payment code: %q", words)
					}
				}
			})
		}
	}
}

// A digit that opens something waits until it is known that it is no scan's: the drawer stays shut when a payment code is scanned.
func TestScan_OpensNothingOnTheShiftSheet(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1})
	c.ctrl(fyne.KeyJ)
	c.wedge("134567890123456789", time.Millisecond)
	c.expect()
	if c.sheet == nil || c.sheet.number() {
		t.Fatal("the scan opened a count")
	}
	c.types("1") // the float
	if len(c.posted) != 1 {
		t.Errorf("a person's 1 gave the till %v", c.posted)
	}
}

// What was typed into a field of money before a scan is still there after it.
func TestScan_LeavesAnAmountAsItWas(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1, Cart: oneCoke()})
	c.key(fyne.KeyF8)
	c.types("5")
	for range 3 {
		c.wedge("6901028000000", time.Millisecond)
	}
	c.expect(pos.ScanText{Text: "6901028000000"}, pos.ScanText{Text: "6901028000000"}, pos.ScanText{Text: "6901028000000"})
	c.key(fyne.KeyReturn)
	c.expect(pos.PayCash{Tendered: 500})
}

// A code of a scanner that is no keyboard comes as a typed one does: in turn, on every screen, and as nothing where a PIN is asked for.
func TestScan_FromACableIsAScanInTurn(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1, Cart: oneCoke(), Staff: signedIn(wang)})
	c.slow = true
	c.wedge("6901234567892", time.Millisecond)
	c.Scan("６９０１２３４５６７８９２")
	c.work(func() bool { return len(c.ahead.keys) > 0 })
	c.expect(pos.ScanText{Text: "6901234567892"})
	c.slow = false
	c.show(pos.Snapshot{Seq: 2, Taken: c.Shell.posted, Cart: oneCoke(), Staff: signedIn(wang)})
	c.expect(pos.ScanText{Text: "6901234567892"})
	c.key(fyne.KeyF10)
	c.Scan("6901234567892")
	c.work(func() bool { return len(c.posted) > 0 })
	if c.expect(pos.ScanText{Text: "6901234567892"}); c.sheet != nil {
		t.Error("the menu stands over it")
	}
	c.show(pos.Snapshot{Seq: 3, Staff: locked()})
	c.types("1")
	c.Scan("4826")
	c.work(func() bool { return c.says("scan") || c.says("Scan") || len(c.queue) == 0 })
	c.key(fyne.KeyReturn)
	c.expect()
}

// Silence ends a code where the scanner sends no key.
func TestScan_SilenceEndsACode(t *testing.T) {
	c := newCounter(t, func(cfg *Config) {
		cfg.Lang, cfg.Scanner = i18n.English, widgets.Rule{Prefix: "]E0", Suffix: widgets.EndsInSilence}
	})
	c.show(pos.Snapshot{Seq: 1})
	for _, r := range "]E06901234567892" {
		c.at = c.at.Add(time.Millisecond)
		c.win.Canvas().Focused().TypedRune(r)
	}
	c.expect()
	c.wait(100 * time.Millisecond)
	c.expect(pos.ScanText{Text: "6901234567892"})
	c.SetScanner(widgets.Rule{})
	c.scan("6901234567892")
	c.expect(pos.ScanText{Text: "6901234567892"})
}

// An input method is for words alone.
func TestInput_IsForWordsAlone(t *testing.T) {
	c, _ := bookCounter(t, nil)
	for i, f := range fronts() {
		c.bring(f, uint64(i+1))
		want := false
		switch f.name {
		case "search", "exceptions", "shift", "drawer", "refund", "takings", "sales", "books", "people", "a name", "help":
			want = true
		}
		if got := c.writes(); got != want {
			t.Errorf("%s: an input method %v", f.name, got)
		}
	}
}
