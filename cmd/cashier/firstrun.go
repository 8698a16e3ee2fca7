//go:build !windowless

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"

	"guitai/pos"
	"guitai/pos/config"
	"guitai/pos/i18n"
	"guitai/ui"
	"guitai/ui/setup"
)

// firstRun asks what to do where there is no configuration: practise, or set up this shop. Then the program starts again
// with the answer: a window system is started once in a process.
func firstRun(ctx context.Context, o options, folder config.Folder, stderr io.Writer) int {
	lang := o.lang
	if lang == "" {
		lang = i18n.Chinese
	}
	a := newApp()
	var next []string
	again := func(more ...string) {
		next = append([]string{"--lang", lang}, more...)
		a.Quit()
	}
	ui.SetUp(a, a.Preferences().Bool(preferDark), setup.Options{
		Folder: folder, Lang: lang,
		OnPractice: func() { again("--practice") },
		OnDone:     func(config.Config) { again() },
		OnLanguage: func(l string) { lang = l },
	})
	if next == nil || ctx.Err() != nil {
		return exitDone
	}
	if o.data != "" {
		next = append(next, "--data", o.data)
	}
	if o.fullscreen {
		next = append(next, "--fullscreen")
	}
	self, err := os.Executable()
	if err == nil {
		err = replace(self, slices.Insert(next, 0, self))
	}
	fmt.Fprintf(stderr, "%v. What was set up is saved; no money is affected. Start cashier again.\n", err)
	return exitFailed
}

// beginning leads a new shop to its first sale; nil in practice, and once there was one.
func beginning(s *session) func(context.Context) ui.Beginning {
	sold := func(ctx context.Context) bool {
		hits, _, err := s.engine.store.FindSales(ctx, pos.SaleQuery{Limit: 1})
		return err != nil || len(hits) > 0
	}
	if s.engine.shop.Practice || sold(context.Background()) {
		return nil
	}
	return func(ctx context.Context) ui.Beginning {
		revision, err := s.engine.store.Revision(ctx)
		c := s.engine.printing.config()
		return ui.Beginning{Goods: err == nil && revision > 0, Printer: c.Printer.URL != "none:", WeChat: s.engine.config.WeChat.Set(), Sold: sold(ctx)}
	}
}
