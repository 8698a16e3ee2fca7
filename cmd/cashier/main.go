// Command cashier is the till.
//
// Exit codes: 0 done; 1 it failed; 2 bad usage or bad configuration; 3 another till is running on this data folder; 4 the
// ledger cannot be opened. The last line on stderr says what happened, what it means for the money, and what to do.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"guitai/pos"
	"guitai/pos/config"
	"guitai/pos/i18n"
)

// version is set by the build (-ldflags "-X main.version=…"); it equals FyneApp.toml's.
var version = "0.6.3"

// Exit codes users rely on.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
	exitInUse  = 3
	exitLedger = 4
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// options are the command line.
type options struct {
	check, practice, fullscreen, moved, version bool
	config, data, lang                          string
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("cashier", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.BoolVar(&o.check, "check-config", false, "check the configuration and its secrets, and stop")
	f.StringVar(&o.config, "config", "", "configuration `FILE` (default: config.toml in the data folder)")
	f.StringVar(&o.data, "data", "", "data folder `DIR` (default: $GUITAI_HOME, else the system's)")
	f.BoolVar(&o.practice, "practice", false, "practice mode: a demo shop and play money, in a folder of its own")
	f.StringVar(&o.lang, "lang", "", "language of the screen, `zh-CN|en` (default: the shop's)")
	f.BoolVar(&o.fullscreen, "fullscreen", false, "start full screen (F11 goes back)")
	f.BoolVar(&o.moved, "moved", false, "this data folder was moved here from another machine, where it is not used any more")
	f.BoolVar(&o.version, "version", false, "print the version and stop")
	f.Usage = func() {
		fmt.Fprintln(stderr, "usage: cashier [--practice] [--data DIR] [--config FILE] [--lang zh-CN|en] [--fullscreen] [--moved] [--check-config] [--version]")
		f.PrintDefaults()
	}
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if f.NArg() > 0 {
		return o, fmt.Errorf("%q is not an option", f.Arg(0))
	}
	if o.lang != "" && o.lang != i18n.Chinese && o.lang != i18n.English {
		return o, fmt.Errorf("--lang is zh-CN or en")
	}
	return o, nil
}

// run is the program. It must be called on the main goroutine, which the window needs.
func run(args []string, stdout, stderr io.Writer) int {
	if told, ok := toldAgain(os.Getenv); ok {
		return told.finish(stderr)
	}
	o, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitDone
	case err != nil:
		fmt.Fprintf(stderr, "%v. Nothing was started; no money is affected. See cashier --help.\n", err)
		return exitUsage
	case o.version:
		fmt.Fprintln(stdout, "guitai cashier", version)
		return exitDone
	}
	folder, err := config.FindFolder(o.data, o.practice)
	if err != nil {
		fmt.Fprintf(stderr, "%v. Nothing was started; no money is affected.\n", err)
		return exitUsage
	}
	if o.check {
		return checkConfig(o, folder, stdout, stderr)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return start(ctx, o, folder, stderr)
}

// configFile is the configuration that counts.
func configFile(o options, folder config.Folder) (string, error) {
	if o.config == "" {
		return folder.ConfigFile(), nil
	}
	return filepath.Abs(o.config)
}

func checkConfig(o options, folder config.Folder, stdout, stderr io.Writer) int {
	file, err := configFile(o, folder)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return exitUsage
	}
	c, err := config.Load(file)
	if err != nil {
		configLines(stderr, o.lang, err)
		return exitUsage
	}
	if missing := c.MissingSecrets(context.Background(), config.Resolver{Dir: string(folder)}); len(missing) > 0 {
		for _, e := range missing {
			fmt.Fprintln(stderr, e)
		}
		fmt.Fprintln(stderr, "A secret is missing, so the part that needs it stays off; cash goes on. Put the secret where the line points.")
		return exitUsage
	}
	fmt.Fprintf(stdout, "%s is good: shop %s, till %s.\n", file, c.Shop.ID, c.Shop.Till)
	return exitDone
}

// configLines says on stderr what is wrong with the configuration, each line in words.
func configLines(stderr io.Writer, lang string, err error) {
	if lang == "" && strings.HasPrefix(os.Getenv("LANG"), "zh") {
		lang = i18n.Chinese
	}
	if problems, ok := errors.AsType[config.Errors](err); ok && lang == i18n.Chinese {
		for _, p := range problems {
			fmt.Fprintln(stderr, problemLine(lang, p))
		}
	} else {
		fmt.Fprintln(stderr, err)
	}
	if errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintln(stderr, "There is no such configuration. No money is affected. Start cashier without --check-config to set up, or name the file with --config.")
	} else {
		fmt.Fprintln(stderr, "The till did not start; no money is affected. Correct the lines above and start again.")
	}
}

// exitOf turns an error of starting into an exit code.
func exitOf(err error) int {
	_, ledger := errors.AsType[*ledgerError](err)
	switch code := pos.CodeOf(err); {
	case code == pos.CodeMode, code == pos.CodeConfig:
		return exitUsage
	case ledger:
		return exitLedger
	case code == pos.CodeInUse:
		return exitInUse
	}
	return exitFailed
}
