//go:build !windowless

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"

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
