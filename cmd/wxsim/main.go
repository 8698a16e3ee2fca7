// Command wxsim is the WeChat Pay simulator as a program: WeChat's side of the API and the customer's phone as a web page,
// for training, demonstrations and tests. It never takes real money; its orders live in memory and end with it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"guitai/pos/wechat/sim"
)

// The exit codes every program of this house shares.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// settings are the flags.
type settings struct {
	listen   string
	anywhere bool
	version  bool
	faults   []sim.Fault
	options  sim.Options
}

// run is the program with its surroundings as arguments. It returns the exit code when ctx ends or something fails.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	set, err := parse(args, stdout, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitDone
	case err != nil:
		say(stderr, "wxsim: %v. Nothing was started; wxsim --help lists the flags.\n", err)
		return exitUsage
	case set.version:
		say(stdout, "wxsim %s\n", version())
		return exitDone
	}
	simulator, err := newSim(set)
	if err != nil {
		say(stderr, "wxsim: %v. Nothing was started; wxsim --help lists the flags.\n", err)
		return exitUsage
	}
	defer simulator.Close()
	if err := serve(ctx, simulator, set, stdout); err != nil {
		say(stderr, "wxsim: %v. No real money is involved; choose another address with --listen.\n", err)
		return exitFailed
	}
	return exitDone
}

// parse reads the flags. On --help it prints and returns flag.ErrHelp.
func parse(args []string, stdout, stderr io.Writer) (settings, error) {
	var set settings
	flags := flag.NewFlagSet("wxsim", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // run says what is wrong
	flags.Usage = func() {}
	flags.StringVar(&set.listen, "listen", "127.0.0.1:8088", "")
	flags.BoolVar(&set.anywhere, "listen-anywhere", false, "")
	flags.BoolVar(&set.version, "version", false, "")
	flags.DurationVar(&set.options.CloseMinAge, "close-min-age", 0, "")
	flags.Float64Var(&set.options.Scale, "clock-scale", 1, "")
	flags.StringVar(&set.options.Lang, "lang", "", "")
	flags.Func("fault", "", func(text string) error {
		f, err := sim.ParseFault(text)
		set.faults = append(set.faults, f)
		return err
	})
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			help(stdout)
		}
		return set, err
	}
	if flags.NArg() > 0 {
		return set, fmt.Errorf("%q is not a flag", flags.Arg(0))
	}
	if set.options.Scale <= 0 || set.options.CloseMinAge < 0 {
		return set, errors.New("--clock-scale is above 0 and --close-min-age is not negative")
	}
	set.options.AnyHost = set.anywhere
	return set, checkListen(set.listen, set.anywhere)
}

// checkListen keeps a simulator, whose key is public, on this machine unless that is asked for.
func checkListen(listen string, anywhere bool) error {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return fmt.Errorf("--listen %q is HOST:PORT, such as 127.0.0.1:8088", listen)
	}
	ip := net.ParseIP(host)
	if !anywhere && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("--listen %q is reachable from other machines; add --listen-anywhere if that is wanted", listen)
	}
	return nil
}

// newSim is the simulator the flags describe; its errors are of the flags.
func newSim(set settings) (*sim.Sim, error) {
	simulator, err := sim.New(set.options)
	if err != nil {
		return nil, err
	}
	for _, f := range set.faults {
		if err := simulator.SetFault(f); err != nil {
			return nil, err
		}
	}
	return simulator, nil
}

// serve answers until ctx ends.
func serve(ctx context.Context, simulator *sim.Sim, set settings, stdout io.Writer) error {
	listener, err := net.Listen("tcp", set.listen)
	if err != nil {
		return err
	}
	greet(stdout, listener.Addr(), set)

	server := &http.Server{Handler: simulator, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	simulator.Close() // lets go what hangs on purpose; then only the last bytes of answers are on their way
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 500*time.Millisecond)
	defer cancel()
	if err := server.Shutdown(stop); err != nil {
		_ = server.Close() // what is left are connections that never asked anything
	}
	<-ended
	say(stdout, "wxsim stopped. Its orders are forgotten.\n")
	return nil
}

// greet says where the simulator is and which merchant to configure.
func greet(w io.Writer, addr net.Addr, set settings) {
	base := "http://" + addr.String()
	say(w, "WeChat Pay simulator  %s\n\n", version())
	say(w, "  customer's phone    %s/\n", base)
	say(w, "  base_url            %s/api\n", base)
	say(w, "  backup_url          %s/api2\n", base)
	say(w, "  appid               %s\n", sim.PracticeAppID)
	say(w, "  mch_id              %s\n", sim.PracticeMchID)
	say(w, "  api_key             %s  (a practice key: public, for no real account)\n", sim.PracticeKey)
	for _, f := range set.faults {
		say(w, "  fault               %s\n", f)
	}
	say(w, "\nNo real money. Orders are kept in memory only. Ctrl+C stops it.\n")
}

func help(w io.Writer) {
	say(w, `wxsim is WeChat Pay's side of the counter: the API v2 a till talks to, and the
customer's phone as a web page. It takes no real money and keeps everything in memory.

Usage: wxsim [flags]

  --listen HOST:PORT      where to answer (default 127.0.0.1:8088; port 0 picks one)
  --listen-anywhere       allow an address that other machines can reach
  --fault NAME=COUNT[@PATH]
                          make something fail, COUNT times or "always"; repeatable
  --close-min-age 5m      refuse closeorder on orders younger than this (default 0)
  --clock-scale N         notice retries and payers wait N times shorter (default 1)
  --lang zh-CN|en         language of the page (default: the browser's)
  --version               print the version
  --help                  print this

Faults (PATH is unifiedorder, orderquery, closeorder, or notify for the spoiled answers):

`)
	for _, f := range sim.Faults() {
		say(w, "  %-18s %s\n", f.Name, f.En)
	}
	say(w, `
Examples:
  wxsim --listen 127.0.0.1:0
  wxsim --fault answer-lost=1@unifiedorder --fault notice-duplicate=always
  wxsim --fault host-down=always@api --clock-scale 60

Exit codes: 0 stopped as asked; 1 it failed; 2 bad usage.
`)
}

// version is what the build recorded about itself.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

// say prints; a terminal that is gone is no reason to stop.
func say(w io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) }
