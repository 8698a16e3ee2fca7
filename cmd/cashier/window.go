//go:build !windowless

package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"guitai/assets/icon"
	"guitai/pos"
	"guitai/pos/config"
	"guitai/pos/i18n"
	"guitai/ui"
	"guitai/ui/setup"
	"guitai/ui/widgets"
)

// appID and appName are what FyneApp.toml says; a test compares them.
const (
	appID   = "cn.guitai.till"
	appName = "Guitai"

	preferDark = "dark" // kept outside the data folder: it is no part of the shop
)

// newApp makes the window system's side of the program. Preferences hold only what a person likes, never the shop's data.
func newApp() fyne.App {
	app.SetMetadata(fyne.AppMetadata{ID: appID, Name: appName, Version: version, Build: 1})
	a := app.NewWithID(appID)
	a.SetIcon(fyne.NewStaticResource("icon.png", icon.PNG))
	return a
}

// openFace makes the till's window. customer is nil but in practice mode.
func openFace(s *session, lang string, customer *practice) face {
	a := newApp()
	paper := &reporter{books: s.engine.store, shop: s.engine.shop, dir: s.folder.Exports(), now: time.Now}
	bills := &billDesk{bills: s.engine.bills, exports: s.folder.Exports(), folders: billFolders(string(s.folder))}
	cfg := ui.Config{
		Shop: s.engine.shop, Lang: lang, Dark: a.Preferences().Bool(preferDark), Version: version,
		Catalogue: s.engine.goods, Reports: s.engine.store, Shifts: s.engine.store, People: s.engine.store,
		Goods: s.engine.store, GoodsDesk: newGoodsDesk(s.engine.store, s.folder, lang),
		Exporter: &exporter{books: s.engine.store, shop: s.engine.shop, lang: lang, dir: s.folder.Exports()},
		Backups:  backupDesk{s}, CopyTo: s.engine.config.Backup.CopyTo,
		Reconciler: s.engine.bills, SaveFindings: bills.save, BillFiles: bills.files,
		Overview: s.engine.store, Finder: s.engine.store, SaveReport: paper.save,
		Customer: customerOf(s.engine.config), ProductCode: s.engine.codes,
		Keys: s.engine.config.Keys.Map(), Scanner: scannerRule(s.engine.config.Scanner), Known: s.known.has,
		PrintRecovery: func(ctx context.Context, code pos.RecoveryCode, w *i18n.Words) error {
			return s.engine.printing.printRecovery(ctx, code, w.Lang())
		},
		Post: s.engine.till.Post, OnQuit: s.leave,
		OnDark: func(dark bool) { a.Preferences().SetBool(preferDark, dark) },
	}
	cfg.Beginning = beginning(s)
	var shell *ui.Shell
	if desk, err := newSettingsDesk(s); err != nil {
		s.log.Error("the settings cannot be changed", "err", err)
	} else {
		cfg.Settings, cfg.OnSettings = desk, func() { follow(shell, desk.Config()) }
	}
	if customer != nil {
		cfg.Phone = customer
	}
	if os.Getenv("GUITAI_TRACE") != "" {
		cfg.Trace = func(what string) { fmt.Fprintln(os.Stderr, "trace:", what) }
	}
	shell = ui.New(a, cfg)
	if s.o.fullscreen {
		shell.Window().SetFullScreen(true)
	}
	return shell
}

// customerOf is how the settings want the customer's window.
func customerOf(c config.Config) ui.Customer {
	return ui.Customer{Open: c.Display.Window, Welcome: c.Display.Welcome, Lang: c.Shop.Language}
}

// follow lets the window go by settings that were saved. Call it on the goroutine that draws.
func follow(shell *ui.Shell, c config.Config) {
	shell.SetCustomer(customerOf(c))
	shell.SetKeys(c.Keys.Map())
	shell.SetScanner(scannerRule(c.Scanner))
}

// scannerRule is how the shop's scanner types.
func scannerRule(c config.Scanner) widgets.Rule {
	return widgets.Rule{Prefix: c.Prefix, Suffix: c.Suffix, Gap: c.Gap}
}

// problemLine is a fault of the configuration in the words of the set-up screen.
func problemLine(lang string, p *config.Error) string { return setup.ProblemLine(i18n.For(lang), p) }

// ownThread is for the build whose system calls are counted; a till with a window runs on whatever threads there are.
func ownThread(string) {}
