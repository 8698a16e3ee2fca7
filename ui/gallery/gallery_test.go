package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos/bubble"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui"
	"guitai/ui/customer"
	"guitai/ui/widgets"
)

// TestStates_NothingIsCut lays every state out in both languages at both sizes and finds words that do not fit. Names of
// goods and of the shop may give way; what the till itself says may not.
func TestStates_NothingIsCut(t *testing.T) {
	mayGiveWay := map[string]bool{shop.Name + " · " + shop.Till: true}
	for _, it := range items {
		mayGiveWay[it.Name] = true
	}
	app := test.NewTempApp(t)
	for name, snap := range states() {
		for _, lang := range []string{i18n.Chinese, i18n.English} {
			for _, size := range []fyne.Size{fyne.NewSize(1366, 768), fyne.NewSize(1024, 768)} {
				// With one thing waiting at most, the queue is as long as the test lets it grow.
				queue := make(chan func(), 100)
				s := shop
				s.Practice = true
				shell := ui.New(app, ui.Config{
					Shop: s, Lang: lang, Version: "1", Catalogue: shelf{}, Phone: noPhone{},
					Post: func(pos.Command) {}, Do: func(f func()) { queue <- f }, Now: func() time.Time { return shownAt },
				})
				shell.Window().Resize(size)
				shell.Show(snap)
				for range 2 { // the tiles and the snapshot
					(<-queue)()
				}
				if got := shell.Window().Content().MinSize(); got.Width > size.Width || got.Height > size.Height {
					t.Errorf("%s %s %v: the window asks for %v", name, lang, size, got)
				}
				for _, x := range smallTargets(shell.Window().Content()) {
					t.Errorf("%s %s %v: %s", name, lang, size, x)
				}
				for _, text := range inSight(shell.Window().Content()) {
					if text.Cut() && !mayGiveWay[text.Words()] {
						t.Errorf("%s %s %v: %q is cut at %v", name, lang, size, text.Words(), text.Size())
					}
				}
				shell.Quit()
			}
		}
	}
}

// opening is a state and what keys open over it.
type opening struct{ name, state, keys string }

// opened are the sheets over the states, by the keys that open them; after a key with a star everything that is done beside the window
// is done, and on it.
var opened = []opening{
	{"inbox", "exceptions", "ctrl+E*"},
	{"inbox, stuck", "exceptions", "ctrl+E* Down*"},
	{"inbox, closed", "exceptions", "ctrl+E* Down* Down*"},
	{"inbox, another currency", "exceptions", "ctrl+E* Down* Down* Down*"},
	{"inbox, unknown", "exceptions", "ctrl+E* Down* Down* Down* Down* Down* Down*"},
	{"inbox, undone", "exceptions", "ctrl+E* Down* Down* Down* Down* Down* Down* Down* Down*"},
	{"inbox, no certificate", "no-certificate", "ctrl+E*"},
	{"inbox, cash", "exceptions", "ctrl+E* 3 Down"},
	{"inbox, note", "exceptions", "ctrl+E* 4 Return"},
	{"inbox, hold", "exceptions", "ctrl+E* 1"},
	{"inbox, nothing", "cart", "ctrl+E"},
	{"pending", "watched", "F10 Return"},
	{"pending, nothing", "cart", "F10 Return"},
	{"health", "cart", "ctrl+H"},
	{"health, broken", "broken", "ctrl+H"},
	{"refund", "cart", "F7"},
	{"refund, not there", "cart", "F7 4 3 Return*"},
	{"refund, pieces", "cart", "F7 4 2 Return* Right"},
	{"refund, too much", "cart", "F7 4 2 Return* Tab 9 9"},
	{"refund, no certificate", "no-certificate", "F7 4 2 Return* Tab"},
	{"refund, why", "cart", "F7 4 2 Return* F4 Return Return"},
	{"takings", "cart", "ctrl+D*"},
	{"takings, exceptions", "watched", "ctrl+D*"},
	{"takings, before", "cart", "ctrl+D* Left* Down*"},
	{"takings, month", "cart", "ctrl+D* Tab* Up"},
	{"takings, month before", "watched", "ctrl+D* Tab* Prior*"},
	{"takings, calendar", "cart", "ctrl+D* F2"},
	{"takings, saved", "cart", "ctrl+D* ctrl+S*"},
	{"takings, nothing", "empty", "ctrl+D*"},
	{"takings, nothing in a month", "empty", "ctrl+D* Tab*"},
	{"takings, huge", "huge", "ctrl+D* Left*"},
	{"takings, unread", "broken", "ctrl+D*"},
	{"inbox, cash, no staff", "no-staff", "ctrl+E* 3 Down"},
	{"refund, why, no staff", "no-staff", "F7 4 2 Return* F4 Return Return"},
	{"staff, none", "no-staff", "F12*"},
	{"staff, first", "no-staff", "F12* Return Return"},
	{"staff", "cart", "F10 Right Down Down Down Return*"},
	{"staff, add", "cart", "F10 Right Down Down Down Return* Return A Return Return 1 1 1 1 Return"},
	{"staff, leave", "cart", "F10 Right Down Down Down Return* Down 4"},
	{"staff, PIN", "cart", "F10 Right Down Down Down Return* 3 1"},
	{"staff, last owner", "cart", "F10 Right Down Down Down Return* Down Down Down 4 Return"},
	{"shift", "cart", "ctrl+J"},
	{"shift, none", "shift-none", "ctrl+J"},
	{"shift, blocked", "shift-blocked", "ctrl+J"},
	{"shift, old", "shift-old", "ctrl+J"},
	{"shift, count", "cart", "ctrl+J Return 3 Return Return 4 F4"},
	{"shift, count nothing", "cart", "ctrl+J Return F4"},
	{"shift, exact", "shift-exact", "ctrl+J*"},
	{"shift, short", "shift-short", "ctrl+J*"},
	{"shift, short, why", "shift-short", "ctrl+J* Return Return"},
	{"shift, short, sign", "shift-short", "ctrl+J* Down Return"},
	{"shift, cash in", "cart", "ctrl+J 2 2 0 0 Tab Down"},
	{"shift, paid out", "cart", "ctrl+J 4 Return Return"},
	{"shift, drawer", "cart", "ctrl+O Return"},
	{"shift, X", "cart", "ctrl+J 5*"},
	{"shift, X for a cashier", "cashier", "ctrl+J 5 1 4 2"},
	{"shift, Zs", "cart", "ctrl+J 6*"},
	{"shift, Z", "cart", "ctrl+J 6* Return Down Down Down Down Down Down"},
	{"locked, PIN", "locked", "2 4 8 2"},
	{"locked, too short", "locked", "2 4 8 2 Return"},
	{"locked, forgot", "forgot", "F4 a b c d Return"},
	{"locked, no code", "locked", "F4"},
	{"sales", "cart", "ctrl+F*"},
	{"sales, refunded", "cart", "ctrl+F* Down* Down* Down*"},
	{"sales, cash", "cart", "ctrl+F* Down* Down*"},
	{"sales, found", "cart", "ctrl+F* 1 8 0 Return*"},
	{"sales, not found", "cart", "ctrl+F* 9 9 9 9 Return*"},
	{"sales, none", "empty", "ctrl+F*"},
	{"sales, unread", "broken", "ctrl+F*"},
	{"sales, calendar", "cart", "ctrl+F* F2"},
	{"sales, filtered", "cart", "ctrl+F* F3* F6* F8*"},
	{"help", "cart", "F1"},
	{"help, looked up", "waiting", "F1 c a s h"},
	{"help, nothing found", "cart", "F1 q q q"},
	{"settings, keys", "cart", "ctrl+G* Next Next Next Next Next Return Down Down Return F8"},
	{"settings, keys of pages", "cart", "ctrl+G* Next Next Next Next Next Return End Return F3"},
	{"books, export", "cart", "ctrl+B* Tab"},
	{"books, exported", "cart", "ctrl+B* Tab Return*"},
	{"books, days typed", "cart", "ctrl+B* Tab 2 0 2 6 1 1 0 1 2 0 2 6"},
	{"books, journal", "cart", "ctrl+B* Tab Down Down Down"},
	{"books, export failed", "broken", "ctrl+B* Tab Return*"},
	{"books, backup", "cart", "ctrl+B* Tab Tab"},
	{"books, backed up", "cart", "ctrl+B* Tab Tab Return*"},
	{"books, backup old", "watched", "ctrl+B* Tab Tab"},
	{"books, no backup", "empty", "ctrl+B* Tab Tab"},
	{"books, backup failed", "broken", "ctrl+B* Tab Tab Return*"},
	{"books, restore", "cart", "ctrl+B* Tab Tab Down ctrl+R 1 1"},
	{"books, restore, another day", "cart", "ctrl+B* Tab Tab ctrl+R 1 Return"},
	{"bills, none yet", "empty", "ctrl+B*"},
	{"bills, not today's yet", "cart", "ctrl+B*"},
	{"bills, clean", "watched", "ctrl+B* Down*"},
	{"bills, differences", "cart", "ctrl+B* Down*"},
	{"bills, looked through", "cart", "ctrl+B* Down* Down* Down*"},
	{"bills, no keys", "no-key", "ctrl+B*"},
	{"bills, a part only", "no-key", "ctrl+B* F2* Return*"},
	{"bills, refused", "cart", "ctrl+B* F2* Return*"},
	{"bills, not fetched", "broken", "ctrl+B* F5*"},
	{"bills, fetching", "long", "ctrl+B* F5*"},
	{"bills, a long file", "long", "ctrl+B* F2* Return"},
	{"bills, files", "cart", "ctrl+B* F2*"},
	{"bills, calendar", "cart", "ctrl+B* F3"},
	{"bills, saved", "cart", "ctrl+B* Down* ctrl+S*"},
	{"bills, printed", "cart", "ctrl+B* Down* ctrl+P*"},
	{"bills, only theirs", "cart", "ctrl+B* Down* Return"},
	{"bills, amount", "cart", "ctrl+B* Down* Return Down"},
	{"bills, state", "cart", "ctrl+B* Down* Return Down Down"},
	{"bills, coupon", "cart", "ctrl+B* Down* Return Down Down Down"},
	{"bills, currency", "cart", "ctrl+B* Down* Return Down Down Down Down"},
	{"bills, fee", "cart", "ctrl+B* Down* Return Down Down Down Down Down"},
	{"bills, refund", "cart", "ctrl+B* Down* Return Down Down Down Down Down Down"},
	{"bills, only ours", "cart", "ctrl+B* Down* Return Down Down Down Down Down Down Down"},
	{"bills, another day's", "cart", "ctrl+B* Down* Return Down Down Down Down Down Down Down Down"},
	{"bills, decided", "cart", "ctrl+B* Down* Down* Down* Right"},
	{"bills, book", "cart", "ctrl+B* Down* Return Return Return Return"},
	{"bills, note, no staff", "no-staff", "ctrl+B* Down* Return 4 Return"},
	{"settings, ready", "cart", "ctrl+G* F5*"},
	{"settings, no-paper", "cart", "ctrl+G* F5*"},
	{"settings, silent", "cart", "ctrl+G* F5*"},
	{"settings, absent", "cart", "ctrl+G* F6*"},
	{"settings, logo", "cart", "ctrl+G*"},
	{"settings, narrow", "cart", "ctrl+G* Right"},
	{"settings, bare", "cart", "ctrl+G* Right Left Left Left Left"},
	{"settings, reading", "cart", "ctrl+G* F6* a c"},
	{"settings, found", "cart", "ctrl+G* F6* a Return"},
	{"settings, not found", "cart", "ctrl+G* F6* Return"},
	{"settings, second printer", "cart", "ctrl+G* Right Down Down Down Down Down Down Down Down Right Right Right"},
	{"settings, fault", "cart", "ctrl+G* Right Down End BackSpace BackSpace BackSpace BackSpace BackSpace BackSpace BackSpace x y z : Down ctrl+S"},
	{"settings, receipt", "cart", "ctrl+G* Next Right"},
	{"settings, drawer", "cart", "ctrl+G* Next Next F8 Return*"},
	{"settings, scanner", "cart", "ctrl+G* Next Next Next"},
	{"settings, serial scanner", "cart", "ctrl+G* Next Next Next Right Right"},
	{"settings, display", "cart", "ctrl+G* Next Next Next Next Right Down Down Right"},
	{"settings, sound", "cart", "ctrl+G* Next Next Next Next Next Next F8"},
	{"settings, leave", "cart", "ctrl+G* Next Next Next Next Next Next Right Right Escape Escape"},
	{"settings, changed", "cart", "ctrl+G* Next Next Next Next Next Next Right Right ctrl+S*"},
	{"settings, full", "cart", "ctrl+G* Next Next Next Next Next Next Right Right ctrl+S*"},
	{"settings, shop", "real", "ctrl+G* Next Next Next Next Next Next Next Right"},
	{"settings, shop limit", "real", "ctrl+G* Next Next Next Next Next Next Next Right Down Down Down Down Down x ctrl+S"},
	{"settings, anew", "real", "ctrl+G* Next Next Next Next Next Next Next"},
	{"settings, wechat", "real", "ctrl+G* Next Next Next Next Next Next Next Next F5*"},
	{"settings, absent", "real", "ctrl+G* Next Next Next Next Next Next Next Next F5*"},
	{"settings, wechat key", "real", "ctrl+G* Next Next Next Next Next Next Next Next Right Down Down a b ctrl+S"},
	{"settings, orders", "real", "ctrl+G* Next Next Next Next Next Next Next Next Next Right"},
	{"settings, tenders", "real", "ctrl+G* Next Next Next Next Next Next Next Next Next Next Right Down Right"},
	{"settings, labels", "real", "ctrl+G* Next Next Next Next Next Next Next Next Next Next Next Right"},
	{"settings, backups", "real", "ctrl+G* Next Next Next Next Next Next Next Next Next Next Next Next Right Down Down Down slash x F5*"},
	{"settings, apis", "real", "ctrl+G* Next Next Next Next Next Next Next Next Next Next Next Next Next Right"},
	{"menu", "cart", "F10"},
	{"prints, waiting", "printer-many", "ctrl+R"},
	{"prints, failed", "printer-many", "ctrl+R Down Down"},
	{"prints, unconfirmed", "printer-many", "ctrl+R Down Down Down"},
	{"prints, printed", "printer-many", "ctrl+R Down Down Down Down"},
	{"prints, a refund that printed", "printer-many", "ctrl+R Down Down Down Down Down"},
	{"prints, asked", "printer-many", "ctrl+R Return"},
	{"prints, no other printer", "printer-paper", "ctrl+R"},
	{"prints, only printed", "printer-low", "ctrl+R"},
	{"prints, nothing", "cart", "ctrl+R"},
	{"health, printer", "printer-paper", "ctrl+H"},
	{"health, paper low", "printer-low", "ctrl+H"},
	{"labels", "empty", "ctrl+L*"},
	{"labels, found", "empty", "ctrl+L 3* 3*"},
	{"labels, none found", "empty", "ctrl+L z* z*"},
	{"labels, list", "empty", "ctrl+L 3* Return* 1* Down Return Right Right"},
	{"labels, unknown", "empty", "ctrl+L 9* 9* Return*"},
	{"labels, asked", "empty", "ctrl+L 3* Return* ctrl+P"},
	{"labels, no relay", "empty", "ctrl+L 3* Return* F4"},
	{"labels, codes", "relay-empty", "ctrl+L 3* Return* F4 1* Return*"},
	{"labels, no code", "relay-empty", "ctrl+L 7* 5* 0* Return* F4 ctrl+P"},
	{"pending, phones", "phone-orders", "ctrl+K Down"},
	{"pending, phone over", "phone-orders", "ctrl+K End"},
	{"pending, end", "phone-orders", "ctrl+K Down Delete"},
	{"health, relay", "relay", "ctrl+H"},
	{"health, no relay", "relay-down", "ctrl+H"},
	{"settings, ready", "cart", "ctrl+G* Prior Prior F5"},
	{"settings, full", "cart", "ctrl+G* Prior Prior Right h t t p s : / / x . y F5*"},
	{"settings, paired", "relay", "ctrl+G* Prior Prior F5*"},
	{"settings, paired", "relay", "ctrl+G* Prior Prior F6"},
	{"settings, paired", "relay", "ctrl+G* Prior Prior F8"},
	{"settings, paired", "relay", "ctrl+G* Prior"},
	{"settings, paired", "relay", "ctrl+G* Prior F7"},
	{"settings, paired", "relay", "ctrl+G* Prior F7 F4*"},
	{"settings, ready", "cart", "ctrl+G* Prior"},
	{"settings, cut-off", "relay-down", "ctrl+G* Prior Prior F5*"},
	{"slip asked", "trouble", "F4"},
	{"discount", "discounts", "F3"},
	{"discount, typed", "discounts", "F3 8 5"},
	{"discount, too much", "discounts", "F3 Tab 9 9 9 9 Return"},
	{"discount, whole", "discount-whole", "ctrl+F3"},
	{"discount, down to", "thirty", "ctrl+F3 Tab Tab"},
	{"price", "discounts", "shift+F3"},
	{"price, changed", "discounts", "Down shift+F3 5"},
	{"price, a label", "discounts", "Down Down shift+F3"},
	{"note", "discounts", "ctrl+N"},
	{"note, noted", "discounts", "Down ctrl+N"},
	{"held", "held", "shift+F6"},
	{"held, nothing in the cart", "held-free", "shift+F6 Down"},
	{"held, thrown away", "held", "shift+F6 Down Delete"},
	{"held, none", "cart", "shift+F6"},
	{"price asked, nothing", "want-price", "0 Return"},
	{"weight typed", "want-weight", "0 . 5 3 5"},
	{"weight, too much", "want-weight", "9 9 9 9 Return"},
	{"new item, typed", "want-item", "m i Return 1 2 Right* Right"},
	{"tenders", "discounts", "shift+F8"},
	{"tenders, second", "parts", "shift+F8 2"},
	{"tenders, a part", "parts", "ctrl+U 1 0"},
	{"tenders, its tender", "parts", "ctrl+U 1 0 Return 3"},
	{"tenders, too much", "discounts", "ctrl+U 9 9 9 9 Return"},
	{"tenders, given back", "parts", "shift+F8 Delete"},
	{"tenders, none", "tenders-none", "shift+F8"},
	{"tenders, a code is out", "waiting", "shift+F8"},
	{"tenders, unsure", "trouble", "shift+F8"},
	{"cash, rounded", "discounts", "F8"},
	{"cash, short", "discounts", "F8 5"},
	{"cash, a part", "discounts", "F8 5 ctrl+U"},
	{"cash, more than all", "discounts", "F8 ctrl+U 9 9 9"},
	{"cash, the part of a code", "part-code", "F8 2 0"},
	{"cash, owed", "owed", "F8"},
	{"charging, asked", "charging", "Escape"},
	{"waiting, asked WeChat", "waiting", "F5"},
}

// TestOpened_NothingIsCut does the same for what keys open.
func TestOpened_NothingIsCut(t *testing.T) {
	mayGiveWay := map[string]bool{shop.Name + " · " + shop.Till: true}
	for _, it := range items {
		mayGiveWay[it.Name] = true
	}
	for _, x := range crew {
		mayGiveWay[x.Name] = true
	}
	for _, h := range aside(shownAt) {
		var goods []string
		for _, l := range h.Cart.Lines {
			goods = append(goods, l.Name)
		}
		from := 1
		if h.Name != "" {
			from = 0
		}
		for _, comma := range []string{"、", ", "} {
			mayGiveWay[strings.Join(goods[from:], comma)] = true
		}
	}
	app := test.NewTempApp(t)
	for _, o := range opened {
		for _, lang := range []string{i18n.Chinese, i18n.English} {
			look(t, app, o, lang, fyne.NewSize(1024, 768), func(words string) bool { return mayGiveWay[words] })
		}
	}
}

// look opens a state in a window of some size, presses the keys, and finds what is cut or too small for a finger, but for words that may
// give way. It does so in a bubble, where it is known when nothing is done beside the window any more.
func look(t *testing.T, app fyne.App, o opening, lang string, size fyne.Size, mayGiveWay func(words string) bool) {
	t.Run(fmt.Sprintf("%s %s %v", o.name, lang, size.Width), func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) { lookAt(t, app, o, lang, size, mayGiveWay) })
	})
}

func lookAt(t *testing.T, app fyne.App, o opening, lang string, size fyne.Size, mayGiveWay func(words string) bool) {
	queue := make(chan func(), 100)
	s := shop
	s.Practice = o.state != "real"
	at := shownAt
	var goods pos.Goods
	ofGoods := strings.HasPrefix(o.name, "goods, ")
	if ofGoods {
		goods = stockOf(o.state)
	}
	shell := ui.New(app, ui.Config{
		Shop: s, Lang: lang, Version: "1", Catalogue: shelf{}, Reports: books{}, Shifts: books{}, People: everybody{o.state}, Phone: noPhone{},
		ProductCode: productCode,
		Settings:    counter{strings.TrimPrefix(o.name, "settings, "), lang},
		Exporter:    files{o.state}, Backups: copies{o.state},
		Reconciler: bills{o.state}, SaveFindings: saveFindings, BillFiles: billFiles,
		Goods: goods, GoodsDesk: goodsDesk(o.state),
		Overview: figuresOf(o.state), Finder: finderOf(o.state), SaveReport: save,
		Post: func(pos.Command) {}, Do: func(f func()) { queue <- f }, Now: func() time.Time { return at },
	})
	shell.Window().Resize(size)
	snap := states()[o.state]
	snap.Taken = 1 << 40 // the till answers everything at once
	shell.Show(snap)
	settle(queue)
	for _, k := range strings.Fields(o.keys) {
		k, wait := strings.CutSuffix(k, "*")
		at = at.Add(time.Second)
		if k != "" {
			press(shell.Window().Canvas().Focused(), k)
		}
		if wait {
			settle(queue)
			bubble.Sleep(time.Second) // of virtual time: some answers come after a pause in the typing
			settle(queue)
		}
	}
	for _, x := range smallTargets(shell.Window().Content()) {
		t.Error(x)
	}
	if ofGoods {
		for _, words := range spilled(shell.Window().Content()) {
			t.Errorf("%q is wider than its button", words)
		}
	}
	for _, text := range inSight(shell.Window().Content()) {
		if text.Cut() && !mayGiveWay(text.Words()) {
			t.Errorf("%q is cut at %v", text.Words(), text.Size())
		}
	}
	shell.Run() // the driver of tests has no loop: it ends at once, and what is done beside the window with it
}

// settle lets what is done beside the window be done, and the window hear of it, until there is no more.
func settle(queue <-chan func()) {
	for {
		synctest.Wait()
		select {
		case f := <-queue:
			f()
		default:
			return
		}
	}
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

func TestShelf_Finds(t *testing.T) {
	found, err := shelf{}.Find(context.Background(), "雪碧", 5)
	if err != nil || len(found) != 1 {
		t.Errorf("%v, %v", found, err)
	}
}

// What the gallery shows of a drawer adds up: who looks at the pictures counts.
func TestBooks_AddUp(t *testing.T) {
	for z := range 35 {
		r := shiftReport(0)
		if z > 0 {
			r, _ = books{}.ZReport(context.Background(), z)
		}
		if err := r.Check(); err != nil {
			t.Errorf("Z %d: %v", z, err)
		}
	}
}

// TestCustomer_NothingIsCut lays the customer's window out for every face it has, on the screens that shops have, also small ones and
// one that stands on end. Names of goods may give way.
func TestCustomer_NothingIsCut(t *testing.T) {
	mayGiveWay := map[string]bool{shop.Name: true}
	for _, it := range items {
		mayGiveWay[it.Name] = true
	}
	faces := []string{"empty", "cart", "long", "huge", "fetching", "waiting", "trouble", "paying", "charging", "expired", "paid", "change", "part-paid", "part-change"}
	sizes := []fyne.Size{fyne.NewSize(1366, 768), fyne.NewSize(1024, 768), fyne.NewSize(1920, 1080), fyne.NewSize(1024, 600), fyne.NewSize(800, 480), fyne.NewSize(768, 1366)}
	a := test.NewTempApp(t)
	a.Settings().SetTheme(ui.NewTheme(false))
	for _, lang := range []string{i18n.Chinese, i18n.English} {
		for _, size := range sizes {
			v := customer.New(customer.Config{Words: i18n.For(lang), Shop: shop.Name, Practice: true, Now: func() time.Time { return shownAt }})
			v.Hint(true)
			w := a.NewWindow("")
			w.SetPadded(false)
			w.SetContent(v.Content())
			w.Resize(size)
			for _, name := range faces {
				v.Show(states()[name])
				w.Resize(size.AddWidthHeight(1, 1)) // as Fyne lays out anew before it draws
				w.Resize(size)
				for _, text := range inSight(v.Content()) {
					if text.Cut() && !mayGiveWay[text.Words()] {
						t.Errorf("%s %s %v: %q is cut at %v", name, lang, size, text.Words(), text.Size())
					}
				}
			}
			w.Close()
		}
	}
}
