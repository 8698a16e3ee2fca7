package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"guitai/pos/relay"

	"guitai/store/central"
)

func get(t *testing.T, client *http.Client, url string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(text)
}

// until asks again until good says so: the relay has just started.
func until(t *testing.T, what string, good func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(longEnough); time.Now().Before(end); <-tick.C {
		if good() {
			return
		}
	}
	t.Fatalf("not within %v: %s", longEnough, what)
}

func TestServe_ItsOwnCertificate(t *testing.T) {
	dir := t.TempDir()
	cert, key := writePair(t, dir, testHost, 1)
	h := start(t, nil, "--listen", "127.0.0.1:0", "--cert", cert, "--key", key, "--db", filepath.Join(dir, "relay.db"))
	if want := "https://" + testHost + h.listen[strings.LastIndex(h.listen, ":"):]; h.url != want {
		t.Errorf("it calls itself %s, want %s", h.url, want)
	}
	roots := x509.NewCertPool()
	trust := func() { // the one in the file, beside those before: the relay may still serve the last
		text, err := os.ReadFile(cert)
		if err != nil {
			t.Fatal(err)
		}
		roots.AppendCertsFromPEM(text)
	}
	trust()
	serial := func() int64 {
		resp, body := get(t, visitor(h.listen, roots), h.url+"/healthz")
		if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Strict-Transport-Security") == "" {
			t.Errorf("%d %q %v", resp.StatusCode, body, resp.Header)
		}
		return resp.TLS.PeerCertificates[0].SerialNumber.Int64()
	}
	if n := serial(); n != 1 {
		t.Errorf("certificate %d", n)
	}
	old := tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11} //nolint:gosec // it is to be refused
	if conn, err := tls.Dial("tcp", h.listen, &old); err == nil {
		_ = conn.Close()
		t.Error("TLS 1.1 is accepted")
	}

	writePair(t, dir, testHost, 2)
	trust()
	h.reload <- syscall.SIGHUP
	until(t, "the new certificate", func() bool { return serial() == 2 })

	if err := os.WriteFile(cert, []byte("half a certif"), 0o600); err != nil {
		t.Fatal(err)
	}
	h.reload <- syscall.SIGHUP
	until(t, "the log to tell", func() bool { return strings.Contains(h.stderr.String(), "the last good one stays") })
	if n := serial(); n != 2 {
		t.Errorf("after a spoiled file: certificate %d", n)
	}
}

// TestCertFiles_AreLookedAtAgainByThemselves: not everybody sends SIGHUP.
func TestCertFiles_AreLookedAtAgainByThemselves(t *testing.T) {
	dir := t.TempDir()
	cert, key := writePair(t, dir, testHost, 1)
	now := time.Now()
	c, err := loadCertFiles(cert, key, newProgram(io.Discard, io.Discard, nil).logger("json"), func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	writePair(t, dir, testHost, 2)
	later := time.Now().Add(time.Second)
	if err := os.Chtimes(cert, later, later); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		after time.Duration
		want  int64
	}{{0, 1}, {lookAgain - 1, 1}, {1, 2}} {
		now = now.Add(step.after)
		pair, err := c.certificate(nil)
		if err != nil || pair.Leaf.SerialNumber.Int64() != step.want {
			t.Errorf("after %v: certificate %v, %v", step.after, pair.Leaf.SerialNumber, err)
		}
	}
}

func TestServe_TheFirstStartPrintsALineThatPairs(t *testing.T) {
	db := filepath.Join(t.TempDir(), "relay.db")
	args := []string{"--listen", "127.0.0.1:0", "--db", db, "--lang", "en"}
	h := start(t, nil, args...)
	_, _ = pairingIn(t, h.stdout.String())
	h.stop()

	// Nobody pasted it in time: the next start prints another.
	h = start(t, nil, args...)
	if h.stdout.String() != "" {
		t.Errorf("a code that still works was replaced: %s", h.stdout)
	}
	h.stop()
	h = start(t, func(p *program) { p.now = func() time.Time { return time.Now().Add(relay.CodeLife + time.Minute) } }, args...)
	url, code := pairingIn(t, h.stdout.String())
	if url != h.url {
		t.Errorf("it leads to %s, and the relay is %s", url, h.url)
	}
	until(t, "healthy", func() bool {
		resp, _ := get(t, http.DefaultClient, h.url+"/healthz")
		return resp.StatusCode == http.StatusOK
	})
	if paired := pair(t, url, code); paired.Name != firstTill || !strings.HasPrefix(paired.NotifyURL, url+"/n/") {
		t.Errorf("%+v", paired)
	}
	h.stop()
	h = start(t, func(p *program) { p.now = func() time.Time { return time.Now().Add(time.Hour) } }, args...)
	if h.stdout.String() != "" {
		t.Errorf("another line after the till is paired: %s", h.stdout)
	}
}

func TestServe_MetricsAreOffUnlessAskedForAndNameNobody(t *testing.T) {
	db := filepath.Join(t.TempDir(), "relay.db")
	var h *host
	var address string
	for h == nil || h.listen == "" { // another program may take the port before the relay does
		free, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		address = free.Addr().String()
		_ = free.Close()
		h = tryStart(t, nil, "--listen", "127.0.0.1:0", "--db", db, "--metrics", address, "--lang", "en")
		if h.listen == "" && !strings.Contains(h.stderr.String(), "taken by another program") {
			t.Fatal(h.stderr)
		}
	}
	if resp, _ := get(t, http.DefaultClient, h.url+"/metrics"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("the world may ask for metrics: %d", resp.StatusCode)
	}
	url, code := pairingIn(t, h.stdout.String())
	paired := pair(t, url, code)
	status, body, err := post(t.Context(), http.DefaultClient, paired.NotifyURL, "", "text/xml", "<xml><a>1</a></xml>")
	if err != nil || status != http.StatusOK {
		t.Fatalf("%d %s %v", status, body, err)
	}
	_, text := get(t, http.DefaultClient, "http://"+address+"/metrics")
	for _, want := range []string{
		`guitai_relay_requests_total{kind="notice",outcome="stored"} 1`, "guitai_relay_request_seconds_bucket", "guitai_relay_tills 0",
		"guitai_relay_mailbox_age_seconds", "guitai_relay_info{", "go_goroutines", "process_resident_memory_bytes",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
	if route := paired.NotifyURL[strings.LastIndex(paired.NotifyURL, "/")+1:]; strings.Contains(text, route) || strings.Contains(text, paired.Till) {
		t.Error("the metrics name a till")
	}
}

func TestServe_TwoRelaysGetOneCertificateFromTheCA(t *testing.T) {
	dir := t.TempDir()
	ca := newAuthority(t, "tls-alpn-01", "http-01")
	ca.ready = make(chan struct{})
	own := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(own, ca.own(), 0o600); err != nil {
		t.Fatal(err)
	}
	begin := func() *host {
		return start(t, nil, "--host", testHost, "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--db", filepath.Join(dir, "relay.db"),
			"--acme-directory", ca.directory(), "--acme-ca", own, "--acme-email", "owner@example.cn")
	}
	a := begin()
	ca.https = a.listen
	close(ca.ready)
	if a.url != "https://"+testHost {
		t.Errorf("it calls itself %s", a.url)
	}
	first, _ := get(t, visitor(a.listen, ca.roots()), a.url+"/healthz")
	until(t, "the certificate is kept", func() bool { // it is shown to visitors a moment before
		state, err := central.Open(t.Context(), filepath.Join(dir, "relay.db"))
		if err != nil {
			return false
		}
		defer state.Close()
		_, err = state.Blob(t.Context(), acmePrefix+testHost)
		return err == nil
	})
	b := begin()
	second, _ := get(t, visitor(b.listen, ca.roots()), b.url+"/healthz")
	if issued, _ := ca.count(); issued != 1 || !first.TLS.PeerCertificates[0].Equal(second.TLS.PeerCertificates[0]) {
		t.Errorf("%d certificates for two relays", issued)
	}
	a.stop()
	b.stop()
	c := begin() // a restart asks the CA nothing
	if resp, _ := get(t, visitor(c.listen, ca.roots()), c.url+"/healthz"); resp.Header.Get("Strict-Transport-Security") == "" {
		t.Error("no HSTS")
	}
	if issued, _ := ca.count(); issued != 1 {
		t.Errorf("%d certificates after a restart", issued)
	}
}

// TestSIGTERM_WhatIsUnderWayIsAnswered: WeChat's request waits for a till that is slow; the relay is told to end meanwhile.
func TestSIGTERM_WhatIsUnderWayIsAnswered(t *testing.T) {
	db := filepath.Join(t.TempDir(), "relay.db")
	c := spawn(t, "--listen", "127.0.0.1:0", "--db", db)
	until(t, "the first line", func() bool { return strings.Contains(c.stdout.String(), "/pair#") }) // by another pipe than the log
	url, code := pairingIn(t, c.stdout.String())
	paired := pair(t, url, code)
	requests, closed := events(t, url, paired.Token)
	type answer struct {
		status int
		body   string
		err    error
	}
	answered := make(chan answer, 1)
	go func() {
		status, body, err := post(t.Context(), http.DefaultClient, paired.NotifyURL, "", "text/xml", "<xml><n>under way</n></xml>")
		answered <- answer{status, body, err}
	}()
	select {
	case <-requests: // the till has it, and says nothing
	case <-time.After(longEnough):
		t.Fatal("it did not come down")
	}
	began := time.Now()
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	a := <-answered
	if a.err != nil || a.status != http.StatusOK || !strings.Contains(a.body, "SUCCESS") {
		t.Errorf("WeChat was told %d %q %v", a.status, a.body, a.err)
	}
	<-closed
	if err := c.cmd.Wait(); err != nil || time.Since(began) > longEnough {
		t.Errorf("it ended with %v after %v: %s", err, time.Since(began), c.stderr)
	}
	// What was answered with success is there after the restart.
	h := start(t, nil, "--listen", "127.0.0.1:0", "--db", db)
	again, _ := events(t, h.url, paired.Token)
	select {
	case r := <-again:
		if !r.Stored || !strings.Contains(string(r.Body), "under way") {
			t.Errorf("%+v", r)
		}
	case <-time.After(longEnough):
		t.Error("the notice was answered with success, and is gone")
	}
}

// TestSIGTERM_WhileTheDatabaseDoesNotAnswer: a server that takes the connection and says nothing must not hold up the end.
func TestSIGTERM_WhileTheDatabaseDoesNotAnswer(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close() //nolint:errcheck // nothing is written
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		conn, err := silent.Accept()
		cancel()
		if err == nil {
			_, _ = io.Copy(io.Discard, conn)
		}
	}()
	var errs bytes.Buffer
	p := newProgram(io.Discard, &errs, nil)
	p.getenv = func(string) string { return "" }
	began := time.Now()
	code := p.run(ctx, []string{"--listen", "127.0.0.1:0", "--db", "postgres://relay:hunter2@" + silent.Addr().String() + "/relay?sslmode=disable"})
	if code != exitDone || time.Since(began) > longEnough || errs.Len() > 0 {
		t.Errorf("exit code %d after %v: %s", code, time.Since(began), errs.String())
	}
}

func TestListen_SaysWhatIsWrongWithAPort(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close() //nolint:errcheck // nothing is written
	db := filepath.Join(t.TempDir(), "relay.db")
	command(t, "--listen", taken.Addr().String(), "--db", db).want(t, exitFailed, "taken by another program", "no payment is lost", "--listen")
	command(t, "--listen", "127.0.0.1:0", "--metrics", taken.Addr().String(), "--db", db).want(t, exitFailed, "taken by another program")
	command(t, "--listen", "203.0.113.9:1", "--base-url", "https://x.example", "--host", "x.example", "--db", db).want(t, exitFailed, "cannot be used")
	if _, err := os.Stat(db); !os.IsNotExist(err) {
		t.Error("a database was made for nothing")
	}
	p := newProgram(io.Discard, io.Discard, nil)
	denied := cannotListen(":443", &net.OpError{Op: "listen", Err: os.NewSyscallError("bind", syscall.EACCES)})
	if code, line := p.explain(denied); code != exitFailed || !strings.Contains(line, "setcap") && !strings.Contains(line, "guitai-relay.service") {
		t.Errorf("%d %s", code, line)
	}
}

func TestDatabase_SaysWhatIsWrongWithIt(t *testing.T) {
	dir := t.TempDir()
	other := filepath.Join(dir, "other.txt")
	const text = "this is somebody's diary, not a database, and it is to stay as it is"
	if err := os.WriteFile(other, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"--listen", "127.0.0.1:0"}, {"till", "list"}} {
		command(t, append([]string{"--db", other}, args...)...).want(t, exitFailed, other, "not touched")
		command(t, append([]string{"--db", "postgres://relay:hunter2@127.0.0.1:1/relay"}, args...)...).want(t, exitFailed, "is not reached", "postgres://127.0.0.1:1/relay")
		if r := command(t, append([]string{"--db", "postgres://relay:hunter2@127.0.0.1:1/relay"}, args...)...); strings.Contains(r.errors+r.out, "hunter2") {
			t.Errorf("the password is shown: %s", r.errors)
		}
	}
	if now, err := os.ReadFile(other); err != nil || string(now) != text {
		t.Errorf("it was touched: %q %v", now, err)
	}
	missing := filepath.Join(dir, "none.db")
	command(t, "till", "list", "--db", missing).want(t, exitFailed, "no database", "Start the relay first")
	if _, err := os.Stat(missing); !os.IsNotExist(err) {
		t.Error("a command made a database")
	}
	command(t, "--listen", "127.0.0.1:0", "--db", "mysql://x").want(t, exitUsage, "mysql://")
}

// TestKill_NothingThatWasAnsweredIsLost kills the whole program with SIGKILL while notices come in over real sockets, several times over on one
// file: every notice that was answered with success reaches the till, which was away, afterwards.
func TestKill_NothingThatWasAnsweredIsLost(t *testing.T) {
	db := filepath.Join(t.TempDir(), "relay.db")
	args := []string{"--listen", "127.0.0.1:0", "--db", db}
	c := spawn(t, args...)
	until(t, "the first line", func() bool { return strings.Contains(c.stdout.String(), "/pair#") }) // by another pipe than the log
	url, code := pairingIn(t, c.stdout.String())
	paired := pair(t, url, code)
	route := strings.TrimPrefix(paired.NotifyURL, url)
	answered := map[string]bool{}
	for round := range 4 {
		if round > 0 {
			c = spawn(t, args...)
		}
		base := c.url
		until(t, "ready", func() bool {
			resp, _ := get(t, http.DefaultClient, base+"/healthz")
			return resp.StatusCode == http.StatusOK
		})
		bodies := make(chan string)
		const posters = 3
		for poster := range posters {
			go func() {
				defer func() { bodies <- "" }()
				for n := 0; ; n++ {
					body := fmt.Sprintf("<xml><n>%d-%d-%d</n></xml>", round, poster, n)
					status, answer, err := post(t.Context(), http.DefaultClient, base+route, "", "text/xml", body)
					switch {
					case err != nil:
						return // the program is dead
					case status == http.StatusTooManyRequests:
						time.Sleep(20 * time.Millisecond) // as it asks: it takes so many of one till
					case status != http.StatusOK || !strings.Contains(answer, "SUCCESS"):
						t.Errorf("%d %s", status, answer)
						return
					default:
						bodies <- body
					}
				}
			}()
		}
		for ended, count := 0, 0; ended < posters; {
			body := <-bodies
			if body == "" {
				ended++
				continue
			}
			answered[body] = true
			if count++; count == 20+7*round { // what is answered from here on was on its way
				if err := c.cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		_ = c.cmd.Wait() // it was killed
	}
	h := start(t, nil, args...)
	until(t, "ready", func() bool {
		resp, _ := get(t, http.DefaultClient, h.url+"/healthz")
		return resp.StatusCode == http.StatusOK
	})
	requests, _ := events(t, h.url, paired.Token)
	total, came := len(answered), 0
	for end := time.After(longEnough); len(answered) > 0; {
		select {
		case r := <-requests:
			came++
			delete(answered, string(r.Body))
			status, text, err := post(t.Context(), http.DefaultClient, h.url+relay.PathAnswer, paired.Token, "application/json",
				fmt.Sprintf(`{"answers":[{"id":%q,"status":204}]}`, r.ID))
			if err != nil || status != http.StatusNoContent {
				t.Fatalf("answer: %d %s %v", status, text, err)
			}
		case <-end:
			t.Fatalf("%d of %d notices that were answered with success are lost (%d came)", len(answered), total, came)
		}
	}
	if total < 100 {
		t.Errorf("only %d notices", total)
	}
}
