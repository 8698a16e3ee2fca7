// Command bench runs the project's benchmarks and prints each figure as a ratio to a floor measured in the same run. Only
// ratios carry over from one machine to another; the absolute figures beside them are for reading.
//
//	go run ./.ci/bench [NAME...]      all groups, or those named: ledger takings search goods reconcile wechat scan glass notice step qr relay tills exports start
package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// line is one figure of a Go benchmark: name, unit, the values of all its runs.
type figures map[string]map[string][]float64

// best is the least of a figure's runs: noise only ever adds.
func (f figures) best(name, unit string) (float64, bool) {
	v := f[name][unit]
	if len(v) == 0 {
		return 0, false
	}
	return slices.Min(v), true
}

// row is one line of the report.
type row struct {
	what             string
	name, unit       string
	floor, floorUnit string
	aim              float64 // 0: only for reading
}

type group struct {
	name, pkg, pattern string
	args               []string
	rows               []row
}

var groups = []group{
	{"ledger", "./store", "Benchmark(SaleCommit|Floor)$", []string{"-timeout=40m"}, []row{
		{"sale commit p50 / write+fdatasync", "BenchmarkSaleCommit/new", "p50-µs", "BenchmarkFloor", "p50-µs", 1.7},
		{"sale commit p99 / write+fdatasync", "BenchmarkSaleCommit/new", "p99-µs", "BenchmarkFloor", "p99-µs", 0},
		{"sale commit p50 at 1,000,000 sales / new ledger", "BenchmarkSaleCommit/1000000", "p50-µs", "BenchmarkSaleCommit/new", "p50-µs", 1.1},
	}},
	{"takings", "./store", "BenchmarkOverview$", []string{"-timeout=60m", "-benchtime=200x"}, append(
		against("BenchmarkOverview/", 0, "day/takings", "day/hours", "day/cashiers", "day/best", "month/takings", "month/cashiers", "month/best", "month/best-so-far"),
		row{"a day, all panels, p99 / 10 ms", "BenchmarkOverview/day", "p99-µs", "BenchmarkOverview/day", "limit-µs", 1},
		row{"a month, all panels, p99 / 10 ms", "BenchmarkOverview/month", "p99-µs", "BenchmarkOverview/month", "limit-µs", 1},
	)},
	{"search", "./store", "BenchmarkFindSales$", []string{"-timeout=60m", "-benchtime=25x"}, against("BenchmarkFindSales/", 0,
		"newest", "page", "receipt", "tail", "tail/none", "order", "transaction", "amount/day", "amount/month", "amount/everywhere", "amount/none",
		"item/day", "item/month", "item/everywhere", "item/none", "cashier/day", "tender/month", "minutes/month",
	)},
	{"goods", "./pos/goods", "Benchmark(Find|Build)$", []string{"-timeout=20m", "-benchtime=5x"}, append(
		keys("name/1", "name/2", "name/3", "name/4", "initials/1", "initials/2", "initials/3", "initials/4", "initials/5", "initials/6", "pinyin", "code", "words", "nothing"),
		row{"index of 200,000 items built / 2 s", "BenchmarkBuild", "build-µs", "BenchmarkBuild", "limit-µs", 1},
		row{"memory it keeps / 50 MiB", "BenchmarkBuild", "kept-bytes", "BenchmarkBuild", "limit-bytes", 1},
	)},
	{"reconcile", "./cmd/ledger", "BenchmarkReconcile$", []string{"-timeout=60m", "-benchtime=3x"}, []row{
		{"1,000,000 rows matched / read from the ledger and split", "BenchmarkReconcile", "match-ns", "BenchmarkReconcile", "bound-ns", 1.5},
		{"peak memory of ledger reconcile / 32 MiB", "BenchmarkReconcile", "peak-bytes", "BenchmarkReconcile", "limit-bytes", 1},
	}},
	{"wechat", "./pos/wechat/apiv2", "Benchmark(SignEncode|DecodeVerify|RawHash)", []string{"-count=6", "-cpu=1"}, []row{
		{"sign+encode MD5 / hash", "BenchmarkSignEncode/MD5", "ns/op", "BenchmarkRawHash/SignEncode/MD5", "ns/op", 2.5},
		{"sign+encode HMAC-SHA256 / hash", "BenchmarkSignEncode/HMAC-SHA256", "ns/op", "BenchmarkRawHash/SignEncode/HMAC-SHA256", "ns/op", 2.5},
		{"decode+verify MD5 / hash", "BenchmarkDecodeVerify/MD5", "ns/op", "BenchmarkRawHash/DecodeVerify/MD5", "ns/op", 3},
		{"decode+verify HMAC-SHA256 / hash", "BenchmarkDecodeVerify/HMAC-SHA256", "ns/op", "BenchmarkRawHash/DecodeVerify/HMAC-SHA256", "ns/op", 3},
	}},
	{"scan", "./cmd/cashier", "BenchmarkScan", []string{"-count=3"}, []row{
		{"scan to snapshot, 200,000 items / look-up alone", "BenchmarkScanToSnapshot", "ns/op", "BenchmarkScanFloor", "ns/op", 0},
	}},
	{"glass", "./cmd/cashier", "Benchmark(ScanToLine|KeyToResults)$", []string{"-timeout=20m", "-benchtime=100x"}, []row{
		{"scan to the cart's line, 200,000 items, p50 / 60 Hz frame", "BenchmarkScanToLine", "tree-p50-µs", "BenchmarkScanToLine", "frame-µs", 1},
		{"scan to the cart's line, 200,000 items, p99 / 60 Hz frame", "BenchmarkScanToLine", "tree-p99-µs", "BenchmarkScanToLine", "frame-µs", 1},
		{"the same, drawn in software, p50 / 60 Hz frame", "BenchmarkScanToLine", "p50-µs", "BenchmarkScanToLine", "frame-µs", 1},
		{"the same, drawn in software, p99 / 60 Hz frame", "BenchmarkScanToLine", "p99-µs", "BenchmarkScanToLine", "frame-µs", 1},
		{"search key to results drawn, 200,000 items, p50 / frame", "BenchmarkKeyToResults", "p50-µs", "BenchmarkKeyToResults", "frame-µs", 1},
		{"search key to results drawn, 200,000 items, p99 / frame", "BenchmarkKeyToResults", "p99-µs", "BenchmarkKeyToResults", "frame-µs", 1},
	}},
	{"notice", "./cmd/cashier", "BenchmarkNotice", []string{"-benchtime=300x", "-count=3"}, []row{
		{"notice verified and booked / two fsyncs of its bytes", "BenchmarkNotice/1", "ns/op", "BenchmarkNoticeFloor", "ns/op", 0},
		{"the same, 64 at once, each / two fsyncs", "BenchmarkNotice/64", "ns/op", "BenchmarkNoticeFloor", "ns/op", 0},
	}},
	{"step", "./pos", "BenchmarkStep", []string{"-count=3"}, []row{
		{"two decisions about a payment / copying it twice", "BenchmarkStep", "ns/op", "BenchmarkStepFloor", "ns/op", 0},
	}},
	{"qr", "./ui/widgets", "BenchmarkQR", []string{"-count=3"}, []row{
		{"QR to pixels / the library's PNG, decoded", "BenchmarkQR_ToPixels", "ns/op", "BenchmarkQR_PNGFloor", "ns/op", 0.2},
	}},
}

// against is rows of a benchmark that asks SQLite's own shell the same questions in the same run.
func against(benchmark string, aim float64, names ...string) []row {
	rows := make([]row, len(names))
	for i, name := range names {
		rows[i] = row{name + ", 1,000,000 sales / sqlite3 shell", benchmark + name, "p50-µs", benchmark + name, "shell-p50-µs", aim}
	}
	return rows
}

// keys is rows of what is typed to find goods: the time against a frame of the screen, that of a look at every item, and what both found.
func keys(names ...string) []row {
	var rows []row
	for _, name := range names {
		bench := "BenchmarkFind/" + name
		rows = append(rows,
			row{"find " + name + ", 200,000 items, p50 / 60 Hz frame", bench, "p50-µs", bench, "frame-µs", 0},
			row{"find " + name + ", 200,000 items, p99 / 60 Hz frame", bench, "p99-µs", bench, "frame-µs", 0.06},
			row{"find " + name + ", p50 / a look at every item", bench, "p50-µs", bench, "scan-p50-µs", 0},
			row{"find " + name + ", found / by a look at every item", bench, "found-items", bench, "all-items", 1},
		)
	}
	return rows
}

func main() {
	if scheme := os.Getenv(nothingListens); scheme != "" {
		fmt.Fprintln(os.Stderr, beNothing(scheme))
		os.Exit(1)
	}
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(only []string, out io.Writer) error {
	wanted := func(name string) bool { return len(only) == 0 || slices.Contains(only, name) }
	years, err := os.MkdirTemp("", "guitai-bench-years-") // one ledger for all that asks a shop's three years
	if err != nil {
		return err
	}
	defer os.RemoveAll(years)
	if err := os.Setenv("STORE_BENCH_LEDGER", years); err != nil {
		return err
	}
	fmt.Fprintf(out, "%-58s %12s %12s %9s %8s\n", "", "figure", "floor", "ratio", "aim")
	for _, g := range groups {
		if !wanted(g.name) {
			continue
		}
		got, err := measure(g)
		if err != nil {
			return err
		}
		for _, r := range g.rows {
			a, okA := got.best(r.name, r.unit)
			b, okB := got.best(r.floor, r.floorUnit)
			if !okA || !okB {
				return fmt.Errorf("no figures for %s", r.what)
			}
			show(out, r.what, duration(a, r.unit), duration(b, r.floorUnit), a/b, r.aim)
		}
	}
	if wanted("relay") || wanted("tills") {
		if err := relays(out, wanted("relay"), wanted("tills")); err != nil {
			return fmt.Errorf("relay: %w", err)
		}
	}
	if !wanted("exports") && !wanted("start") {
		return nil
	}
	books := filepath.Join(years, "paid") // one for both: it takes longer to make than to measure
	if err := fillPaid(books + "-practice"); err != nil {
		return fmt.Errorf("a ledger of %d sales: %w", manySales, err)
	}
	if wanted("exports") {
		if err := exports(out, books); err != nil {
			return err
		}
	}
	if wanted("start") {
		return start(out, books)
	}
	return nil
}

func show(out io.Writer, what, a, b string, ratio, aim float64) {
	goal := ""
	if aim > 0 {
		goal = fmt.Sprintf("<= %.4g", aim)
	}
	times := fmt.Sprintf("%.2f", ratio)
	if ratio < 0.1 {
		times = fmt.Sprintf("%.2g", ratio)
	}
	fmt.Fprintf(out, "%-58s %12s %12s %8sx %8s\n", what, a, b, times, goal)
}

// duration writes a figure: of a unit of time, bytes, or how many items.
func duration(v float64, unit string) string {
	if strings.HasSuffix(unit, "bytes") {
		return mib(v)
	}
	if strings.HasSuffix(unit, "items") {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	if strings.HasSuffix(unit, "µs") {
		v *= 1000
	}
	return nanos(v)
}

func nanos(v float64) string { return time.Duration(v).Round(max(1, time.Duration(v)/1000)).String() }

// measure runs a group's benchmarks and reads their lines.
func measure(g group) (figures, error) {
	args := append([]string{"test", "-tags", "migrated_fynedo", "-run", "^$", "-bench", g.pattern}, g.args...)
	cmd := exec.Command("go", append(args, g.pkg)...)
	cmd.Env = append(os.Environ(), fmt.Sprint("STORE_BENCH_SALES=", manySales))
	cmd.Stderr = os.Stderr
	text, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", g.name, err, text)
	}
	got := figures{}
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if len(f) < 4 || !strings.HasPrefix(f[0], "Benchmark") {
			continue
		}
		name := f[0]
		if i := strings.LastIndexByte(name, '-'); i > 0 {
			if _, err := strconv.Atoi(name[i+1:]); err == nil && name[i+1:] != "256" {
				name = name[:i] // the number of processors
			}
		}
		if got[name] == nil {
			got[name] = map[string][]float64{}
		}
		for i := 2; i+1 < len(f); i += 2 {
			v, err := strconv.ParseFloat(f[i], 64)
			if err != nil {
				return nil, fmt.Errorf("cannot read %q", line)
			}
			got[name][f[i+1]] = append(got[name][f[i+1]], v)
		}
	}
	return got, nil
}

// manySales is how much the ledger holds that is measured against a new one: three years of a busy shop.
const manySales = 1_000_000

type clock struct{}

func (clock) Now() time.Time { return time.Now() }

// started is one start of a program with a window.
type started struct {
	frame, ready time.Duration
	rss          int64 // bytes, two seconds after
}

// start measures the till from nothing to its first frame and to ready, against an empty window with the same typeface. big is the
// folder of a ledger of many sales.
func start(out io.Writer, big string) error {
	dir, err := os.MkdirTemp("", "guitai-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for name, pkg := range map[string]string{"cashier": "./cmd/cashier", "empty": "./cmd/cashier/testdata/empty"} {
		cmd := exec.Command("go", "build", "-tags", "migrated_fynedo,release", "-ldflags", "-s -w", "-o", filepath.Join(dir, name), pkg)
		if text, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w\n%s", name, err, text)
		}
	}
	var empty, small, large []started
	for range 5 { // interleaved, so that all see the same machine
		for _, p := range []struct {
			into *[]started
			args []string
		}{
			{&empty, []string{filepath.Join(dir, "empty")}},
			{&small, []string{filepath.Join(dir, "cashier"), "--practice", "--data", filepath.Join(dir, "small")}},
			{&large, []string{filepath.Join(dir, "cashier"), "--practice", "--data", big}},
		} {
			s, err := launch(p.args)
			if err != nil {
				return err
			}
			*p.into = append(*p.into, s)
		}
	}
	frame := func(s started) float64 { return float64(s.frame) }
	ready := func(s started) float64 { return float64(s.ready) }
	rss := func(s started) float64 { return float64(s.rss) }
	floor, memory := median(empty, frame), median(empty, rss)
	for _, r := range []struct {
		what string
		runs []started
	}{{"practice shop", small}, {"1,000,000 sales", large}} {
		f, y, m := median(r.runs, frame), median(r.runs, ready), median(r.runs, rss)
		show(out, "start to first frame, "+r.what+" / empty window", nanos(f), nanos(floor), f/floor, 2)
		show(out, "start to ready, "+r.what+" / empty window", nanos(y), nanos(floor), y/floor, 0)
		show(out, "memory, "+r.what+" / empty window", mib(m), mib(memory), m/memory, 1.3)
	}
	return nil
}

func mib(v float64) string { return fmt.Sprintf("%.0f MiB", v/(1<<20)) }

func median(runs []started, of func(started) float64) float64 {
	v := make([]float64, len(runs))
	for i, r := range runs {
		v[i] = of(r)
	}
	slices.Sort(v)
	return v[len(v)/2]
}

// launch starts a program, waits for what it says of itself, reads its memory and ends it.
func launch(args []string) (s started, err error) {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "GUITAI_TRACE=1", "GUITAI_NO_WINDOW=1", "GUITAI_INSTALLATION="+filepath.Join(os.TempDir(), "guitai-bench-installation"))
	said, err := cmd.StderrPipe()
	if err != nil {
		return s, err
	}
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return s, err
	}
	waitsFor := map[string]*time.Duration{"trace: first frame": &s.frame}
	if filepath.Base(args[0]) == "cashier" {
		waitsFor["trace: ready"] = &s.ready
	}
	var heard bytes.Buffer
	lines := bufio.NewScanner(said)
	for len(waitsFor) > 0 && lines.Scan() {
		heard.WriteString(lines.Text() + "\n")
		if d, ok := waitsFor[lines.Text()]; ok {
			*d = time.Since(begin)
			delete(waitsFor, lines.Text())
		}
	}
	if len(waitsFor) > 0 {
		return s, errors.Join(fmt.Errorf("%s never got ready:\n%s", args[0], &heard), cmd.Wait())
	}
	s.ready = max(s.ready, s.frame) // what nobody can see yet is not ready
	go io.Copy(io.Discard, said)    //nolint:errcheck // so that it never waits for us
	time.Sleep(2 * time.Second)
	if s.rss, err = resident(cmd.Process.Pid); err != nil {
		return s, err
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		return s, err
	}
	return s, cmd.Wait()
}

// resident reads a process's resident memory, in bytes.
func resident(pid int) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return kb << 10, err
		}
	}
	return 0, errors.New("the system does not say how much memory a process has")
}
