//go:build windowless

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/config"
	"guitai/pos/printer/printertest"
	"guitai/store"
)

var (
	paperKills = flag.Int("paper.kills", 120, "at how many bytes of a receipt the till is killed")
	paperSeed  = flag.Uint64("paper.seed", 1, "which bytes, beside those that are always looked at")
)

// TestLines_KilledAtBytesOfAReceipt kills the whole program with SIGKILL when its printer has exactly k bytes of a receipt, for a sample
// of all k and for what lies before and behind them, opens the folder again, and lets it sell on. The first receipt is on paper once at
// most and what the books say of it is true; it comes once more only when a person asks, and is marked then; the next one comes out whole.
func TestLines_KilledAtBytesOfAReceipt(t *testing.T) {
	if args := os.Getenv(aTill); args != "" {
		os.Exit(run(strings.Split(args, "\n"), os.Stdout, os.Stderr))
	}
	s := openPaperShop(t, printertest.Manner{})
	s.start()
	s.sellsWhole()
	whole := len(s.cable.sent()[0])
	s.leave()
	deaths := sampleDeaths(whole, *paperKills, rand.New(rand.NewPCG(*paperSeed, 5)))
	t.Logf("%d deaths in a receipt of %d bytes", len(deaths), whole)
	const shops = 3
	for i := range shops {
		t.Run(fmt.Sprint("shop ", i+1), func(t *testing.T) {
			t.Parallel()
			s := openPaperShop(t, printertest.Manner{Chatter: i == 1})
			s.start()
			s.sellsWhole()
			for n := i; n < len(deaths); n += shops {
				s.diesAt(deaths[n])
			}
			s.leave()
			s.verify()
		})
	}
}

// death is where the till is killed.
type death struct {
	name string
	snip
	waits bool // nothing of the job has left: it waits for paper
}

// sampleDeaths are n of the bytes of a receipt, each with what may come of the rest: it is lost, or the system brings it to the printer
// although the till is dead.
func sampleDeaths(whole, n int, r *rand.Rand) []death {
	at := map[int]bool{}
	for _, k := range []int{0, 1, 2, 3, whole / 2, whole - 4, whole - 3, whole - 2, whole - 1, whole} {
		at[k] = true
	}
	for k := 4096; k < whole; k += 4096 { // what the till writes at once
		at[k-1], at[k], at[k+1] = true, true, true
	}
	for len(at) < min(n, whole+1) {
		at[r.IntN(whole+1)] = true
	}
	all := []death{
		{name: "while it waits for paper", waits: true},
		{name: "with all printed and the answer on its way", snip: snip{at: whole, reply: true}},
		{name: "with all printed and the answer lost", snip: snip{at: whole, mute: true}},
	}
	for k := range whole + 1 {
		if at[k] {
			lost := r.IntN(3) > 0
			all = append(all, death{fmt.Sprintf("after %d bytes, rest lost: %t", k, lost), snip{at: k, lost: lost}, false})
		}
	}
	return all
}

// paperShop is a shop with a printer whose till is killed.
type paperShop struct {
	t     *testing.T
	dir   string
	cable *printerCable
	till  *linesTill
	sold  []string // receipts
	n     int
}

func openPaperShop(t *testing.T, m printertest.Manner) *paperShop {
	t.Helper()
	s := &paperShop{t: t, dir: filepath.Join(t.TempDir(), "shop"), cable: newCable(t, m)}
	written(t, filepath.Join(s.dir, "config.toml"), fmt.Sprintf(`
[shop]
name = "柜台便利店"
id   = "S001"
till = "T1"
[wechat]
base_url = "http://127.0.0.1:1/api"
appid    = "wx8888888888888888"
mch_id   = "1900000109"
api_key  = "env:GUITAI_TEST_NO_KEY"
[receipt]
link = "https://example.invalid/invoice/{receipt}/{amount}"
hint = "扫码开票"
[printer]
url = "%s"
`, s.cable.url()))
	books := s.open()
	if err := stock(t.Context(), books); err != nil {
		t.Fatal(err)
	}
	if err := books.Close(); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *paperShop) open() *store.Store {
	s.t.Helper()
	c, err := config.Load(filepath.Join(s.dir, "config.toml"))
	if err != nil {
		s.t.Fatal(err)
	}
	books, err := store.Open(s.t.Context(), store.Options{Dir: s.dir, Shop: shopOf(c, false), Clock: systemClock{}})
	if err != nil {
		s.t.Fatal(err)
	}
	return books
}

// verify holds the closed books to their own law, and each sale to be in them once.
func (s *paperShop) verify() {
	books := s.open()
	defer books.Close()
	v, err := books.Verify(s.t.Context())
	if err != nil || !v.OK() || v.Sales != len(s.sold) {
		s.t.Errorf("%d sales, of which the books have %d: %v %v", len(s.sold), v.Sales, v.Faults, err)
	}
	if f := s.cable.fake.Faults(); len(f) > 0 {
		s.t.Error(f)
	}
	if n := s.cable.fake.Kicks(); n > len(s.sold) {
		s.t.Errorf("the drawer opened %d times for %d sales", n, len(s.sold))
	}
}

// start opens the till, and waits until it has looked at its printer, so that the next conversation which asks is a job's.
func (s *paperShop) start() {
	s.t.Helper()
	before := s.cable.looked()
	s.till = startLines(s.t, s.dir)
	s.soon("the till has looked at its printer", func() bool { return s.cable.looked() > before })
}

func (s *paperShop) leave() {
	s.t.Helper()
	s.till.in.Close()
	s.soon("the till closes", s.till.ended)
	if code := s.till.cmd.ProcessState.ExitCode(); code != exitDone {
		s.t.Errorf("exit %d: %s", code, s.till.errs.String())
	}
}

// soon waits for something that other programs do.
func (s *paperShop) soon(what string, f func() bool) {
	s.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(longEnough)
	for !f() {
		select {
		case <-tick.C:
		case <-limit:
			s.t.Fatalf("never happened: %s\n%+v\n%s", what, printJobs(s.t, s.dir), s.till.errs.String())
		}
	}
}

// sells sells something for cash and returns the receipt's number.
func (s *paperShop) sells() string {
	s.t.Helper()
	s.till.do("ScanText", map[string]any{"Text": "6901234567892"})
	receipt := s.till.do("PayCash", nil).Receipt
	if s.till.ended() { // perhaps before it told anybody; the books know
		for _, j := range printJobs(s.t, s.dir) {
			receipt = j.receipt
		}
	}
	if receipt == "" || slices.Contains(s.sold, receipt) {
		s.t.Fatalf("the sale is not done: receipt %q\n%s", receipt, s.till.errs.String())
	}
	s.sold = append(s.sold, receipt)
	return receipt
}

// sellsWhole sells, and the paper comes out whole, once, whatever is left in the printer of the one before.
func (s *paperShop) sellsWhole() {
	s.t.Helper()
	kicks := s.cable.fake.Kicks()
	receipt := s.sells()
	s.soon("the drawer opens", func() bool { return s.cable.fake.Kicks() > kicks })
	s.soon("the receipt is printed", func() bool { return s.jobOf(receipt).state == "printed" })
	sent, papers := s.cable.sent(), s.cable.fake.Papers()
	job := sent[len(sent)-1]
	if n, _ := papersOf(s.cable.fake, receipt); n != 1 || !bytes.Contains(job, []byte(receipt)) || !bytes.HasSuffix(job, []byte(endOfJob)) ||
		!bytes.HasSuffix(papers[len(papers)-1], bytes.TrimSuffix(job, []byte(endOfJob))) {
		s.t.Errorf("%s is on %d papers, or not whole", receipt, n)
	}
}

// jobOf is the newest print job of a receipt.
func (s *paperShop) jobOf(receipt string) (job printJob) {
	s.t.Helper()
	for _, j := range printJobs(s.t, s.dir) {
		if j.receipt == receipt {
			job = j
		}
	}
	return job
}

// diesAt sells, is killed, is opened again and sells on, and judges what came of the first receipt.
func (s *paperShop) diesAt(d death) {
	s.t.Helper()
	s.n++
	before := len(s.cable.sent())
	if d.waits {
		s.cable.fake.Set(func(p *printertest.State) { p.PaperOut = true })
	} else {
		d.then = s.till.kill
		s.cable.arm(d.snip)
	}
	receipt := s.sells()
	if d.waits {
		s.soon("the books say why it waits", func() bool { return s.jobOf(receipt).code == string(pos.CodePaper) })
		s.till.kill()
		s.cable.fake.Set(func(p *printertest.State) { p.PaperOut = false })
	}
	s.soon("the till is dead", s.till.ended)
	dead := s.jobOf(receipt)
	if d.waits { // and so the next look is a job's
		s.till = startLines(s.t, s.dir)
	} else {
		s.start()
	}
	s.sellsWhole()
	sent := s.cable.sent()[before:]
	job := s.jobOf(receipt)
	papers, again := papersOf(s.cable.fake, receipt)
	want := map[string]bool{"unconfirmed": !d.waits, "printed": d.waits || d.reply}
	switch {
	case !want[job.state], job.tries != 1 && !d.waits, job.copy != 0:
		s.t.Errorf("%s: it was %+v, and is %+v", d.name, dead, job)
	case papers > 1, again > 0, job.state == "printed" && papers != 1:
		s.t.Errorf("%s: %s, and on %d papers", d.name, job.state, papers)
	case len(sent) != 2 && (d.at > 0 || d.waits), len(sent) > 2: // this receipt's and the next one's
		s.t.Errorf("%s: %d jobs were sent", d.name, len(sent))
	case d.at > 0 && d.lost && len(sent[0]) != d.at:
		s.t.Errorf("%s: %d bytes came", d.name, len(sent[0]))
	}
	if job.state == "unconfirmed" {
		s.takeInHand(d, job, papers)
	}
}

// takeInHand is a person who looks at the paper: what is there is said to be, what is not is printed again; or nobody looks, and it
// stays as it is.
func (s *paperShop) takeInHand(d death, job printJob, papers int) {
	s.t.Helper()
	switch s.n % 3 {
	case 0:
		s.till.do("ConfirmPrint", map[string]any{"Job": job.id})
		s.soon("it is said to be printed", func() bool { return s.jobOf(job.receipt).state == "printed" })
	case 1:
		s.till.do("ReprintJob", map[string]any{"Job": job.id})
		s.soon("it is printed again", func() bool { j := s.jobOf(job.receipt); return j.document == "reprint" && j.state == "printed" })
		papers++
		if now, again := papersOf(s.cable.fake, job.receipt); now != papers || again != 1 {
			s.t.Errorf("%s, printed again: on %d papers, %d of them marked", d.name, now, again)
		}
		return
	}
	if now, _ := papersOf(s.cable.fake, job.receipt); now != papers {
		s.t.Errorf("%s: on %d papers, then on %d", d.name, papers, now)
	}
}

// linesTill is a running till without a window.
type linesTill struct {
	t    *testing.T
	cmd  *exec.Cmd
	in   io.WriteCloser
	errs bytes.Buffer // to be read once it has ended
	done chan struct{}

	mu    sync.Mutex
	news  *sync.Cond
	last  linesSnapshot
	given uint64
	gone  bool
}

// linesSnapshot is what the script needs of a snapshot.
type linesSnapshot struct {
	Taken   uint64
	Receipt string
}

func startLines(t *testing.T, dir string) *linesTill {
	t.Helper()
	l := &linesTill{t: t, cmd: exec.Command(os.Args[0], "-test.run=^TestLines_KilledAtBytesOfAReceipt$"), done: make(chan struct{})}
	l.news = sync.NewCond(&l.mu)
	l.cmd.Env = append(os.Environ(), aTill+"=--data\n"+dir, installationEnv+"="+dir+"-installation")
	l.cmd.Stderr = &l.errs
	in, err := l.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	l.in = in
	out, err := l.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := l.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.kill)
	go l.listen(out) // ends with the till
	return l
}

func (l *linesTill) listen(out io.Reader) {
	defer func() {
		close(l.done)
		l.mu.Lock()
		defer l.mu.Unlock()
		l.gone = true
		l.news.Broadcast()
	}()
	for in := bufio.NewReader(out); ; {
		line, err := in.ReadBytes('\n')
		var s linesSnapshot
		l.mu.Lock()
		if err == nil && json.Unmarshal(line, &s) == nil {
			l.last = s
			l.news.Broadcast()
		}
		l.mu.Unlock()
		if err != nil {
			_ = l.cmd.Wait() // how it ended is looked at by those who wait for it
			return
		}
	}
}

// do gives a command and waits until it was carried out, or the till is gone.
func (l *linesTill) do(name string, fields map[string]any) linesSnapshot {
	l.t.Helper()
	line := map[string]any{"do": name}
	for k, v := range fields {
		line[k] = v
	}
	text, err := json.Marshal(line)
	if err != nil {
		l.t.Fatal(err)
	}
	if _, err := l.in.Write(append(text, '\n')); err != nil {
		l.t.Fatal(err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.given++; l.last.Taken < l.given && !l.gone; {
		l.news.Wait()
	}
	return l.last
}

// kill is kill -9.
func (l *linesTill) kill() {
	if err := l.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		l.t.Error(err)
	}
	<-l.done
}

func (l *linesTill) ended() bool {
	select {
	case <-l.done:
		return true
	default:
		return false
	}
}

// looked is how often the till has looked at the printer with nothing to print.
func (c *printerCable) looked() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.looks
}
