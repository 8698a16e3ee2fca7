// Command wxsim is the WeChat Pay simulator as a program: WeChat's side of the API and the customer's phone as a web page,
// for training, demonstrations and tests. It never takes real money; its orders live in memory and end with it, unless --state
// names a file that keeps them.
package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"

	"guitai/pos/config"
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
	tls      string        // folder of certificates; empty is plain http
	phoneKey config.Secret // signs what the shop's server asks
	faults   []sim.Fault
	options  sim.Options
}

// run is the program with its surroundings as arguments. It returns the exit code when ctx ends or something fails.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	set, err := parse(args, stdout, stderr)
	if err == nil && !set.phoneKey.IsZero() {
		set.options.Shop.Key, err = set.phoneKey.Resolve(ctx, config.Resolver{Dir: "."})
	}
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitDone
	case err != nil:
		say(stderr, "wxsim: %v. Nothing was started; wxsim --help lists the flags.\n", err)
		return exitUsage
	case set.version:
		say(stdout, "wxsim %s\n", built())
		return exitDone
	}
	simulator, err := newSim(set)
	if err != nil {
		say(stderr, "wxsim: %v. Nothing was started; wxsim --help lists the flags.\n", err)
		if set.options.State != "" {
			return exitFailed // the file is the usual reason
		}
		return exitUsage
	}
	defer simulator.Close()
	if err := serve(ctx, simulator, set, stdout); err != nil {
		say(stderr, "wxsim: %v. No real money is involved; choose another address with --listen, or another folder with --tls.\n", err)
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
	flags.DurationVar(&set.options.ReverseMinAge, "reverse-min-age", 15*time.Second, "")
	flags.DurationVar(&set.options.RefundAfter, "refund-after", 5*time.Second, "")
	flags.StringVar(&set.tls, "tls", "", "")
	flags.StringVar(&set.options.State, "state", "", "")
	flags.Float64Var(&set.options.Scale, "clock-scale", 1, "")
	flags.StringVar(&set.options.Lang, "lang", "", "")
	flags.StringVar(&set.options.Shop.CallbackURL, "callback", "", "")
	flags.StringVar(&set.options.Shop.PrepayURL, "prepay", "", "")
	var phoneKey string // read below: the flag package would print what it is, were it wrong
	flags.StringVar(&phoneKey, "phone-key", "", "")
	flags.BoolVar(&set.options.Bill.Now, "bills-now", false, "")
	flags.BoolVar(&set.options.Bill.Payouts, "payouts", false, "")
	flags.Func("bill-form", "", func(text string) error { return readForm(text, &set.options.Bill) })
	flags.Func("rate", "", func(text string) (err error) {
		set.options.Bill.Rate, err = readRate(text)
		return err
	})
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
	if phoneKey != "" {
		var err error
		if set.phoneKey, err = readReference(phoneKey); err != nil {
			return set, fmt.Errorf("--phone-key: %w", err)
		}
	}
	if set.options.Shop.PrepayURL != "" && set.phoneKey.IsZero() {
		return set, errors.New("--prepay needs --phone-key FILE, the order key that the till made")
	}
	if set.options.Scale <= 0 || set.options.CloseMinAge < 0 {
		return set, errors.New("--clock-scale is above 0 and --close-min-age is not negative")
	}
	if set.options.ReverseMinAge < 0 || set.options.RefundAfter < 0 {
		return set, errors.New("--reverse-min-age and --refund-after are not negative")
	}
	none(&set.options.ReverseMinAge)
	none(&set.options.RefundAfter)
	set.options.RequireCert = set.tls != ""
	set.options.AnyHost = set.anywhere
	return set, checkListen(set.listen, set.anywhere)
}

// readReference reads where a secret is; never the secret itself, which every user of the machine would see in the list of processes.
// A bare name is a file.
func readReference(text string) (config.Secret, error) {
	if form, _, _ := strings.Cut(text, ":"); form != "file" && form != "env" && form != "keyring" {
		if _, err := os.Stat(text); err != nil {
			return config.Secret{}, errors.New("it is the name of a file with the key in it, or env:NAME or keyring:NAME; never the key itself")
		}
		text = "file:" + text
	}
	return config.ParseSecret(text)
}

// none says "no time at all" as the options do.
func none(d *time.Duration) {
	if *d == 0 {
		*d = -1
	}
}

// readForm reads the words of --bill-form.
func readForm(text string, o *sim.BillOptions) error {
	for word := range strings.SplitSeq(text, ",") {
		switch word {
		case "old":
			o.Old = true
		case "bom":
			o.BOM = true
		case "crlf":
			o.CRLF = true
		default:
			return fmt.Errorf("%q is none of old, bom, crlf", word)
		}
	}
	return nil
}

// readRate reads a percentage with at most two decimals as hundredths of a percent; none is negative, as the options have it.
func readRate(text string) (int64, error) {
	whole, part, _ := strings.Cut(text, ".")
	if len(part) > 2 {
		return 0, errors.New("it has at most two decimals, such as 0.38")
	}
	rate, err := strconv.ParseUint(whole+(part + "00")[:2], 10, 16)
	if err != nil || rate > 10_000 {
		return 0, errors.New("it is a percentage, such as 0.38")
	}
	if rate == 0 {
		return -1, nil
	}
	return int64(rate), nil
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
	var certs *tls.Config
	if set.tls != "" {
		var err error
		if certs, err = loadTLS(set.tls); err != nil {
			return err
		}
	}
	listener, err := net.Listen("tcp", set.listen)
	if err != nil {
		return err
	}
	if certs != nil {
		listener = tls.NewListener(listener, certs)
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
	if set.options.State == "" {
		say(stdout, "wxsim stopped. Its orders are forgotten.\n")
	} else {
		say(stdout, "wxsim stopped. Its orders are in %s.\n", set.options.State)
	}
	return nil
}

// greet says where the simulator is and which merchant to configure.
func greet(w io.Writer, addr net.Addr, set settings) {
	base := "http://" + addr.String()
	if set.tls != "" {
		base = "https://" + addr.String()
	}
	say(w, "WeChat Pay simulator  %s\n\n", built())
	say(w, "  customer's phone    %s/\n", base)
	say(w, "  mini-program        %s/mini\n", base)
	say(w, "  the shop's app      %s/app\n", base)
	say(w, "  base_url            %s/api\n", base)
	say(w, "  backup_url          %s/api2\n", base)
	say(w, "  appid               %s\n", sim.PracticeAppID)
	say(w, "  mini_appid          %s\n", sim.PracticeMiniAppID)
	say(w, "  app_appid           %s\n", sim.PracticeAppAppID)
	say(w, "  mch_id              %s\n", sim.PracticeMchID)
	say(w, "  api_key             %s  (a practice key: public, for no real account)\n", sim.PracticeKey)
	say(w, "  mini_secret         %s  (likewise)\n", sim.PracticeMiniSecret)
	say(w, "  retired interface   appid %s, partner_id %s, and its practice keys:\n", sim.PracticeV1AppID, sim.PracticeV1PartnerID)
	say(w, "    app_secret        %s\n    partner_key       %s\n    pay_sign_key      %s\n", sim.PracticeV1Secret, sim.PracticeV1PartnerKey, sim.PracticeV1PaySignKey)
	if shop := set.options.Shop; shop.CallbackURL != "" {
		say(w, "  callback            %s\n", shop.CallbackURL)
	}
	if shop := set.options.Shop; shop.PrepayURL != "" {
		say(w, "  prepay              %s\n", shop.PrepayURL)
	}
	if set.tls != "" {
		say(w, "  CA to trust         %s\n", filepath.Join(set.tls, fileCA))
		say(w, "  cert_file           %s  (refund and reverse ask for it)\n", filepath.Join(set.tls, fileClientCert))
		say(w, "  key_file            %s\n", filepath.Join(set.tls, fileClientKey))
	}
	if set.options.State != "" {
		say(w, "  state               %s\n", set.options.State)
	}
	for _, f := range set.faults {
		say(w, "  fault               %s\n", f)
	}
	kept := "Orders are kept in memory only."
	if set.options.State != "" {
		kept = "Orders are kept in the state file."
	}
	say(w, "\nNo real money. %s Ctrl+C stops it.\n", kept)
}

func help(w io.Writer) {
	say(w, `wxsim is WeChat Pay's side of the counter: the API v2 a till talks to, and the
customer's phone as a web page: orders to scan, payment codes, reversals, refunds and
notices; the shop's mini-program and app as two more pages. It takes no real money,
and keeps everything in memory without --state.

Usage: wxsim [flags]

  --listen HOST:PORT      where to answer (default 127.0.0.1:8088; port 0 picks one)
  --listen-anywhere       allow an address that other machines can reach
  --fault NAME=COUNT[@PATH]
                          make something fail, COUNT times or "always"; repeatable
  --close-min-age 5m      refuse closeorder on orders younger than this (default 0)
  --reverse-min-age 15s   refuse reverse on younger payments (default 15s)
  --refund-after 5s       how long an accepted refund is PROCESSING (default 5s)
  --state FILE            keep orders, refunds, payment codes and notices there, so
                          that they survive a restart; one wxsim at a time
  --tls DIR               serve https with the certificates in DIR, made if there are
                          none, and ask refund and reverse for the client's
  --callback URL          where to ask what a scanned product code costs (Native
                          mode 1): the address that the till's pairing shows
  --prepay URL            where the shop's mini-program and app ask for an order, the
                          same; needs --phone-key
  --phone-key FILE        the order key that the till made, in a file of yours alone;
                          or env:NAME, keyring:NAME. Never the key itself
  --bills-now             bills are there at once, also today's, not from 10:00 of the
                          next day
  --bill-form old,bom,crlf
                          the columns of old accounts, a byte order mark, CR LF
  --rate 0.60             what WeChat keeps, in percent (default 0.60)
  --payouts               pay the balance out to the bank every morning at four
  --clock-scale N         notice retries and payers wait N times shorter (default 1)
  --lang zh-CN|en         language of the page (default: the browser's)
  --version               print the version
  --help                  print this

Faults (PATH is unifiedorder, orderquery, closeorder, micropay, reverse, refund,
refundquery, downloadbill, downloadfundflow, or notify for the spoiled answers):

`)
	for _, f := range sim.Faults() {
		say(w, "  %-18s %s\n", f.Name, f.En)
	}
	say(w, `
Examples:
  wxsim --listen 127.0.0.1:0
  wxsim --fault answer-lost=1@unifiedorder --fault notice-duplicate=always
  wxsim --fault host-down=always@api --clock-scale 60
  wxsim --state practice.state --tls practice-certs
  wxsim --fault recall=2@reverse --fault refund-change=1
  wxsim --bills-now --fault bill-lacks-row=1 --fault bill-foreign-row=1

From programs (POST bodies are application/json; package sim has the whole list):
  POST /sim/scan-product  a customer scans a printed product code: {"text":CODE}
  POST /sim/mini          a customer orders in the mini-program and pays, /sim/app in
                          the app: {"items":[{"code":"6901234567892","quantity":2}]}
  POST /sim/code          a customer shows a payment code: {"act":"password"}
  GET  /sim/money         every payment: taken, refunded, given back
  POST /sim/refund        refund in the merchant platform: {"order":NUMBER}
  GET  /sim/bill?day=20261120
                          the trade bill as a file; /sim/differences: what is wrong in it

Exit codes: 0 stopped as asked; 1 it failed; 2 bad usage.
`)
}

// version is set by the build (-ldflags "-X main.version=…"), as in the other programs.
var version string

// built is the version, or what Go recorded of a build that was told none.
func built() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

// say prints; a terminal that is gone is no reason to stop.
func say(w io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) }
