//go:build e2e || windowless

package main

import (
	"bufio"
	"bytes"
	"database/sql"
	"io"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"guitai/pos/printer/printertest"
	"guitai/store"
)

// printerCable is the way to a fake printer on a port of the loopback. It carries one byte at a time, knows which of them are a print job's, and
// lets something happen at a byte to order, while the printer has exactly those before it.
type printerCable struct {
	fake *printertest.Printer
	addr string

	mu      sync.Mutex
	plugged net.Listener // nil while it is pulled
	serving sync.WaitGroup
	jobs    [][]byte // what each conversation brought of a job; those without one are not here
	looks   int      // conversations in which the till only asked, that ended
	armed   *snip
}

// snip is what happens at a byte.
type snip struct {
	at    int  // so many bytes of the next job have come
	reply bool // and the printer's answer to the whole of it has left
	mute  bool // answers do not get through from then on
	lost  bool // what comes after it does not get through
	then  func()
	after int // of the jobs there were
}

func newCable(t *testing.T, m printertest.Manner) *printerCable {
	t.Helper()
	c := &printerCable{fake: printertest.New(m), addr: "127.0.0.1:0"}
	c.plug(t)
	t.Cleanup(c.pull)
	return c
}

func (c *printerCable) url() string { return "tcp://" + c.addr }

// plug lets the till reach the printer, at the address that it always had.
func (c *printerCable) plug(t *testing.T) {
	t.Helper()
	var l net.Listener
	listenAgain(t, func() (err error) {
		l, err = net.Listen("tcp", c.addr)
		return err
	})
	c.mu.Lock()
	defer c.mu.Unlock()
	c.plugged, c.addr = l, l.Addr().String()
	c.serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s := &strand{Conn: conn, cable: c, in: bufio.NewReader(conn), job: -1}
			c.fake.Serve(s)
			c.mu.Lock()
			if s.asked > 0 && s.job < 0 && s.dead == nil {
				c.looks++
			}
			c.mu.Unlock()
		}
	})
}

// pull is the plug out of the wall.
func (c *printerCable) pull() {
	c.mu.Lock()
	l := c.plugged
	c.plugged = nil
	c.mu.Unlock()
	if l != nil {
		l.Close()
		c.fake.Restart()
		c.serving.Wait()
	}
}

// arm lets something happen once, in the next job.
func (c *printerCable) arm(s snip) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s.after = len(c.jobs)
	c.armed = &s
}

// sent is what came of each job.
func (c *printerCable) sent() [][]byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make([][]byte, len(c.jobs))
	for i, job := range c.jobs {
		out[i] = bytes.Clone(job)
	}
	return out
}

// strand is one conversation.
type strand struct {
	net.Conn
	cable *printerCable
	in    *bufio.Reader
	asked int   // questions of the till
	other int   // bytes to come that are no job's
	job   int   // its place in the cable's jobs, -1 while none began
	dead  *snip // it happened here
}

// Read gives the printer the next byte.
func (s *strand) Read(p []byte) (int, error) {
	if s.happens(false) && s.dead.lost {
		return 0, io.EOF
	}
	b, err := s.in.ReadByte()
	if err != nil {
		return 0, err
	}
	p[0] = b
	if s.other == 0 {
		s.other = s.notOfJob(b)
	}
	if s.other > 0 {
		s.other--
		return 1, nil
	}
	c := s.cable
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.job < 0 {
		s.job = len(c.jobs)
		c.jobs = append(c.jobs, nil)
	}
	c.jobs[s.job] = append(c.jobs[s.job], b)
	return 1, nil
}

// notOfJob is how many bytes from b on are not of a job: a question (DLE EOT n), the drawer's (ESC p m t1 t2), or what fills up a job
// that broke off.
func (s *strand) notOfJob(b byte) int {
	next := func() byte {
		if more, err := s.in.Peek(1); err == nil {
			return more[0]
		}
		return 0
	}
	switch {
	case b == 0x10 && next() == 0x04:
		s.asked++
		return 3
	case s.job < 0 && b == 0x1b && next() == 'p':
		return 5
	case s.job < 0 && b == 0:
		return 1
	}
	return 0
}

// happens lets happen what is due now, and reports whether it has.
func (s *strand) happens(replied bool) bool {
	c := s.cable
	c.mu.Lock()
	snip := c.armed
	if !s.meant(snip) || snip.reply != replied || s.length() != snip.at || s.asked < 4 || s.other > 0 {
		c.mu.Unlock()
		return s.dead != nil
	}
	c.armed, s.dead = nil, snip
	c.mu.Unlock()
	snip.then()
	return true
}

// meant reports whether this is the conversation of the next job. The cable is locked.
func (s *strand) meant(snip *snip) bool { return snip != nil && (s.job < 0 || s.job >= snip.after) }

// length is how much of a job has come. The cable is locked.
func (s *strand) length() int {
	if s.job < 0 {
		return 0
	}
	return len(s.cable.jobs[s.job])
}

// Write carries the printer's answers.
func (s *strand) Write(p []byte) (int, error) {
	c := s.cable
	c.mu.Lock()
	gone := s.meant(c.armed) && c.armed.mute && s.job >= 0 && s.length() >= c.armed.at
	c.mu.Unlock()
	if gone {
		return len(p), nil
	}
	n, err := s.Conn.Write(p)
	if s.answersJob() {
		s.happens(true)
	}
	return n, err
}

func (s *strand) answersJob() bool {
	s.cable.mu.Lock()
	defer s.cable.mu.Unlock()
	return s.job >= 0 && bytes.HasSuffix(s.cable.jobs[s.job], []byte(endOfJob))
}

// endOfJob is how a job ends: with the question whether it has come so far (GS r 1).
const endOfJob = "\x1dr\x01"

// onPaper is what a paper says.
func onPaper(paper []byte) string {
	text, _ := simplifiedchinese.GBK.NewDecoder().Bytes(paper)
	return string(text)
}

// printJob is a row of the books' print jobs.
type printJob struct {
	id             int64
	document       string
	state, code    string
	copy, tries    int
	other          bool
	receipt, cause string
}

// printJobs reads them beside the till, and changes nothing.
func printJobs(t *testing.T, dir string) (all []printJob) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, store.File)+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(`SELECT j.id, j.document, j.state, j.code, j.copy, j.tries, j.other, j.cause,
		coalesce(printf('%s-%s-%d-%04d', s.shop, s.till, s.day, s.seq), '') FROM print_job j LEFT JOIN sale s ON s.id = j.sale ORDER BY j.id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var j printJob
		if err := rows.Scan(&j.id, &j.document, &j.state, &j.code, &j.copy, &j.tries, &j.other, &j.cause, &j.receipt); err != nil {
			t.Fatal(err)
		}
		all = append(all, j)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// papersOf are those, whole or torn, on which a receipt is; again how many of them are marked as a reprint.
func papersOf(fake *printertest.Printer, receipt string) (papers, again int) {
	for _, paper := range slices.Concat(fake.Papers(), [][]byte{fake.Torn()}) {
		if !bytes.Contains(paper, []byte(receipt)) {
			continue
		}
		papers++
		if strings.Contains(onPaper(paper), "补打") {
			again++
		}
	}
	return papers, again
}
