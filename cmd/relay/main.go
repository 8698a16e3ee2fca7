// Command relay is the notify relay: on a public host it takes WeChat's notices and hands them to tills behind shop routers, so that a paid
// code turns green at once. It holds no key of a merchant: whoever takes it over can delay a payment's notice, never fake or take one, and
// tills find every payment without it by asking WeChat.
package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // --db postgres://
)

// The exit codes every program of this house shares.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// version is set by the build.
var version string

func main() {
	// A reader that leaves early (relay till list | head) is told like any other failure, not by a signal.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	reload := make(chan os.Signal, 1)
	signal.Notify(reload, syscall.SIGHUP)
	os.Exit(newProgram(os.Stdout, os.Stderr, reload).run(ctx, os.Args[1:]))
}

// program is one run, with its surroundings. It is used by one goroutine.
type program struct {
	stdout, stderr io.Writer
	reload         <-chan os.Signal // the certificate's files may have changed
	now            func() time.Time
	getenv         func(string) string

	// The flags that stand before or after a subcommand.
	db   string
	lang string
	help bool
}

func newProgram(stdout, stderr io.Writer, reload <-chan os.Signal) *program {
	return &program{stdout: stdout, stderr: stderr, reload: reload, now: time.Now, getenv: os.Getenv}
}

// run returns the exit code when ctx ends, the command is done or something fails.
func (p *program) run(ctx context.Context, args []string) int {
	p.lang = langIn(args)
	err := p.dispatch(ctx, args)
	if errors.Is(err, flag.ErrHelp) {
		err = say(p.stdout, "%s", p.words().label("usage"))
	}
	if err == nil {
		return exitDone
	}
	code, line := p.explain(err)
	_ = say(p.stderr, "%s\n", line) // there is nobody else to tell
	return code
}

func (p *program) dispatch(ctx context.Context, args []string) error {
	var set settings
	flags := p.flags("relay")
	set.define(flags)
	showVersion := flags.Bool("version", false, "")
	if err := flags.Parse(args); err != nil {
		return flagError(err)
	}
	if err := p.checkLang(); err != nil {
		return err
	}
	name, rest := flags.Arg(0), flags.Args()
	switch {
	case *showVersion:
		return say(p.stdout, "relay %s\n", programVersion())
	case p.help && name == "", name == "help":
		return flag.ErrHelp
	case name == "till":
		return p.till(ctx, rest[1:])
	case name == "guide":
		return p.guide(rest[1:])
	case name != "":
		return usage("unknown-command", name)
	}
	if len(args) == 0 {
		_ = say(p.stderr, "%s\n", p.words().label("usage"))
	}
	if err := set.check(); err != nil {
		return err
	}
	return p.serve(ctx, set)
}

// flags begins a flag set with the flags that every subcommand takes.
func (p *program) flags(name string) *flag.FlagSet {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(io.Discard) // explain says what is wrong
	flags.Usage = func() {}
	flags.StringVar(&p.db, "db", p.db, "")
	flags.StringVar(&p.lang, "lang", p.lang, "")
	flags.BoolVar(&p.help, "help", p.help, "")
	flags.BoolVar(&p.help, "h", p.help, "")
	return flags
}

// parse reads a subcommand's arguments: flags may stand before, between and after the others, which it returns.
func (p *program) parse(flags *flag.FlagSet, args []string) (others []string, err error) {
	for {
		if err := flags.Parse(args); err != nil {
			return nil, flagError(err)
		}
		if flags.NArg() == 0 {
			break
		}
		others = append(others, flags.Arg(0))
		args = flags.Args()[1:]
	}
	if p.help {
		return nil, flag.ErrHelp
	}
	return others, p.checkLang()
}

// flagError is what the flag package says, as our bad usage.
func flagError(err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	return usage("flag", strings.TrimPrefix(err.Error(), "flag "))
}

func programVersion() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}
