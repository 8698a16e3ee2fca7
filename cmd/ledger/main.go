// Command ledger reads the books of a till from a terminal: takings, exports, what is pending, receipts, and the proof
// that the books are whole; it makes and brings back copies of them. It has no window, and all of it but restore and staff pin may run while
// the till is open.
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
)

// The exit codes every program of this house shares.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
	exitInUse  = 3 // a till is open on this data folder
	exitLedger = 4 // the ledger cannot be opened or fails verification
)

// version is set by the build.
var version string

func main() {
	// A reader that leaves early (ledger export … | head) is told like any other failure, not by a signal.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program with its surroundings as arguments. It returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	return newProgram(stdout, stderr, time.Now).run(ctx, args)
}

// program is one run. It is used by one goroutine.
type program struct {
	stdout *pipe
	stderr io.Writer
	now    func() time.Time

	terminal func(io.Writer) bool // whether a person looks at it
	// The flags that stand before or after the subcommand.
	data     string
	practice bool
	lang     string
	help     bool

	place *place // where the books are and whose; nil until somebody asked
}

func newProgram(stdout, stderr io.Writer, now func() time.Time) *program {
	return &program{stdout: &pipe{w: stdout}, stderr: stderr, now: now, terminal: onTerminal}
}

// command is a subcommand. run gets what follows its name.
type command struct {
	name string
	run  func(p *program, ctx context.Context, args []string) error
}

var commands = []command{
	{"takings", (*program).takings},
	{"export", (*program).export},
	{"reconcile", (*program).reconcile},
	{"pending", (*program).pending},
	{"verify", (*program).verify},
	{"receipt", (*program).receipt},
	{"import", (*program).importItems},
	{"backup", (*program).backup},
	{"restore", (*program).restore},
	{"staff", (*program).staff},
}

func (p *program) run(ctx context.Context, args []string) int {
	p.lang = langIn(args)
	err := p.dispatch(ctx, args)
	if errors.Is(err, flag.ErrHelp) {
		err = nil
		printf(p.stdout, "%s", p.words().usage())
	}
	if _, told := errors.AsType[*problem](err); err != nil && !told && ctx.Err() != nil {
		err = ctx.Err() // a reader that is stopped half-way has a name of its own for it
	}
	if p.stdout.err != nil { // whatever else went wrong, it was because nobody listens any more
		err = fault(exitFailed, "output-gone", p.stdout.err)
	}
	if err == nil {
		return exitDone
	}
	code, line := p.explain(err)
	printf(p.stderr, "%s\n", line)
	return code
}

func (p *program) dispatch(ctx context.Context, args []string) error {
	flags := p.flags("ledger")
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
		printf(p.stdout, "ledger %s\n", programVersion())
		return nil
	case p.help, name == "help":
		return flag.ErrHelp
	case name == "":
		printf(p.stderr, "%s\n", p.words().usage())
		return usage("no-command")
	}
	for _, c := range commands {
		if c.name == name {
			return c.run(p, ctx, rest[1:])
		}
	}
	return usage("unknown-command", name)
}

// flags begins a flag set with the flags that every subcommand takes.
func (p *program) flags(name string) *flag.FlagSet {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(io.Discard) // explain says what is wrong
	flags.Usage = func() {}
	flags.StringVar(&p.data, "data", p.data, "")
	flags.BoolVar(&p.practice, "practice", p.practice, "")
	flags.StringVar(&p.lang, "lang", p.lang, "")
	flags.BoolVar(&p.help, "help", false, "")
	flags.BoolVar(&p.help, "h", false, "")
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
