package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
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
	for name, snap := range states() {
		for _, lang := range []string{i18n.Chinese, i18n.English} {
			for _, size := range []fyne.Size{fyne.NewSize(1366, 768), fyne.NewSize(1024, 768)} {
				app := test.NewTempApp(t)
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

// opened are the sheets over the states, by the keys that open them; a star means that the key asks the books, one alone that the
// answer asks them again.
var opened = []struct{ name, state, keys string }{
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
	{"sales", "cart", "ctrl+F* *"},
	{"sales, refunded", "cart", "ctrl+F* * Down* Down* Down*"},
	{"sales, cash", "cart", "ctrl+F* * Down* Down*"},
	{"sales, found", "cart", "ctrl+F* * 1 8 0 Return* *"},
	{"sales, not found", "cart", "ctrl+F* * 9 9 9 9 Return*"},
	{"sales, none", "empty", "ctrl+F*"},
	{"sales, unread", "broken", "ctrl+F*"},
	{"sales, calendar", "cart", "ctrl+F* * F2"},
	{"sales, filtered", "cart", "ctrl+F* * F3* * F6* * F8* *"},
	{"help", "cart", "F1"},
	{"books, export", "cart", "ctrl+B* * Tab"},
	{"books, exported", "cart", "ctrl+B* * Tab Return* *"},
	{"books, days typed", "cart", "ctrl+B* * Tab 2 0 2 6 1 1 0 1 2 0 2 6"},
	{"books, journal", "cart", "ctrl+B* * Tab Down Down Down"},
	{"books, export failed", "broken", "ctrl+B* * Tab Return*"},
	{"books, backup", "cart", "ctrl+B* * Tab Tab"},
	{"books, backed up", "cart", "ctrl+B* * Tab Tab Return* *"},
	{"books, backup old", "watched", "ctrl+B* * Tab Tab"},
	{"books, no backup", "empty", "ctrl+B* * Tab Tab"},
	{"books, backup failed", "broken", "ctrl+B* * Tab Tab Return*"},
	{"books, restore", "cart", "ctrl+B* * Tab Tab Down ctrl+R 1 1"},
	{"books, restore, another day", "cart", "ctrl+B* * Tab Tab ctrl+R 1 Return"},
	{"bills, none yet", "empty", "ctrl+B* * *"},
	{"bills, not today's yet", "cart", "ctrl+B* * *"},
	{"bills, clean", "watched", "ctrl+B* * * Down*"},
	{"bills, differences", "cart", "ctrl+B* * * Down*"},
	{"bills, looked through", "cart", "ctrl+B* * * Down* Down* Down*"},
	{"bills, no keys", "no-key", "ctrl+B* * *"},
	{"bills, a part only", "no-key", "ctrl+B* * * F2* Return* *"},
	{"bills, refused", "cart", "ctrl+B* * * F2* Return* *"},
	{"bills, not fetched", "broken", "ctrl+B* * * F5* *"},
	{"bills, fetching", "long", "ctrl+B* * * F5*"},
	{"bills, a long file", "long", "ctrl+B* * * F2* Return"},
	{"bills, files", "cart", "ctrl+B* * * F2*"},
	{"bills, calendar", "cart", "ctrl+B* * * F3"},
	{"bills, saved", "cart", "ctrl+B* * * Down* ctrl+S*"},
	{"bills, printed", "cart", "ctrl+B* * * Down* ctrl+P*"},
	{"bills, only theirs", "cart", "ctrl+B* * * Down* Return"},
	{"bills, amount", "cart", "ctrl+B* * * Down* Return Down"},
	{"bills, state", "cart", "ctrl+B* * * Down* Return Down Down"},
	{"bills, coupon", "cart", "ctrl+B* * * Down* Return Down Down Down"},
	{"bills, currency", "cart", "ctrl+B* * * Down* Return Down Down Down Down"},
	{"bills, fee", "cart", "ctrl+B* * * Down* Return Down Down Down Down Down"},
	{"bills, refund", "cart", "ctrl+B* * * Down* Return Down Down Down Down Down Down"},
	{"bills, only ours", "cart", "ctrl+B* * * Down* Return Down Down Down Down Down Down Down"},
	{"bills, another day's", "cart", "ctrl+B* * * Down* Return Down Down Down Down Down Down Down Down"},
	{"bills, decided", "cart", "ctrl+B* * * Down* Down* Down* Right"},
	{"bills, book", "cart", "ctrl+B* * * Down* Return Return Return Return"},
	{"bills, note, no staff", "no-staff", "ctrl+B* * * Down* Return 4 Return"},
	{"settings, ready", "cart", "ctrl+G* * F5*"},
	{"settings, no-paper", "cart", "ctrl+G* * F5*"},
	{"settings, silent", "cart", "ctrl+G* * F5*"},
	{"settings, absent", "cart", "ctrl+G* * F6*"},
	{"settings, logo", "cart", "ctrl+G* *"},
	{"settings, narrow", "cart", "ctrl+G* * Right"},
	{"settings, bare", "cart", "ctrl+G* * Right Left Left Left Left"},
	{"settings, reading", "cart", "ctrl+G* * F6* a c"},
	{"settings, found", "cart", "ctrl+G* * F6* a Return"},
	{"settings, not found", "cart", "ctrl+G* * F6* Return"},
	{"settings, second printer", "cart", "ctrl+G* * Right Down Down Down Down Down Down Down Down Right Right Right"},
	{"settings, fault", "cart", "ctrl+G* * Right Down End BackSpace BackSpace BackSpace BackSpace BackSpace BackSpace BackSpace x y z : Down ctrl+S"},
	{"settings, receipt", "cart", "ctrl+G* * Next Right"},
	{"settings, drawer", "cart", "ctrl+G* * Next Next F8 Return*"},
	{"settings, scanner", "cart", "ctrl+G* * Next Next Next"},
	{"settings, serial scanner", "cart", "ctrl+G* * Next Next Next Right Right"},
	{"settings, display", "cart", "ctrl+G* * Next Next Next Next Right Down Down Right"},
	{"settings, sound", "cart", "ctrl+G* * Prior Prior Prior F8"},
	{"settings, leave", "cart", "ctrl+G* * Prior Prior Prior Right Right Escape Escape"},
	{"settings, changed", "cart", "ctrl+G* * Prior Prior Prior Right Right ctrl+S*"},
	{"settings, full", "cart", "ctrl+G* * Prior Prior Prior Right Right ctrl+S*"},
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
	{"settings, ready", "cart", "ctrl+G* * Prior Prior F5"},
	{"settings, full", "cart", "ctrl+G* * Prior Prior Right h t t p s : / / x . y F5*"},
	{"settings, paired", "relay", "ctrl+G* * * Prior Prior F5*"},
	{"settings, paired", "relay", "ctrl+G* * * Prior Prior F6"},
	{"settings, paired", "relay", "ctrl+G* * * Prior Prior F8"},
	{"settings, paired", "relay", "ctrl+G* * * Prior"},
	{"settings, paired", "relay", "ctrl+G* * * Prior F7"},
	{"settings, paired", "relay", "ctrl+G* * * Prior F7 F4*"},
	{"settings, ready", "cart", "ctrl+G* * Prior"},
	{"settings, cut-off", "relay-down", "ctrl+G* * * Prior Prior F5*"},
	{"slip asked", "trouble", "F4"},
	{"charging, asked", "charging", "Escape"},
	{"waiting, asked WeChat", "waiting", "F5"},
}

// press presses a key, or types a character.
func press(o fyne.Focusable, k string) {
	ctrl, held := strings.CutPrefix(k, "ctrl+")
	switch {
	case held:
		o.(fyne.Shortcutable).TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyName(ctrl), Modifier: fyne.KeyModifierShortcutDefault})
	case len(k) == 1:
		o.TypedRune(rune(k[0]))
	default:
		o.TypedKey(&fyne.KeyEvent{Name: fyne.KeyName(k)})
	}
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
	for _, o := range opened {
		for _, lang := range []string{i18n.Chinese, i18n.English} {
			app := test.NewTempApp(t)
			queue := make(chan func(), 100)
			s := shop
			s.Practice = true
			at := shownAt
			shell := ui.New(app, ui.Config{
				Shop: s, Lang: lang, Version: "1", Catalogue: shelf{}, Reports: books{}, Shifts: books{}, People: everybody{o.state}, Phone: noPhone{},
				ProductCode: productCode,
				Settings:    counter{strings.TrimPrefix(o.name, "settings, "), lang},
				Exporter:    files{o.state}, Backups: copies{o.state},
				Reconciler: bills{o.state}, SaveFindings: saveFindings, BillFiles: billFiles,
				Overview: figuresOf(o.state), Finder: finderOf(o.state), SaveReport: save,
				Post: func(pos.Command) {}, Do: func(f func()) { queue <- f }, Now: func() time.Time { return at },
			})
			size := fyne.NewSize(1024, 768)
			shell.Window().Resize(size)
			snap := states()[o.state]
			snap.Taken = 1 << 40 // the till answers everything at once
			shell.Show(snap)
			for range 2 {
				(<-queue)()
			}
			for _, k := range strings.Fields(o.keys) {
				k, asks := strings.CutSuffix(k, "*")
				at = at.Add(time.Second)
				if k != "" {
					press(shell.Window().Canvas().Focused(), k)
				}
				if asks {
					select {
					case f := <-queue:
						f()
					case <-time.After(10 * time.Second):
						t.Fatalf("%s: nothing comes of %s", o.name, k)
					}
				}
			}
			for _, text := range inSight(shell.Window().Content()) {
				if text.Cut() && !mayGiveWay[text.Words()] {
					t.Errorf("%s %s: %q is cut at %v", o.name, lang, text.Words(), text.Size())
				}
			}
			shell.Quit()
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
	faces := []string{"empty", "cart", "long", "huge", "fetching", "waiting", "trouble", "paying", "charging", "expired", "paid", "change"}
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
