package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/relay"
)

// longEnough is how long a test waits for what other goroutines, other programs and the system bring. It is no measure of anything, and a
// test that works waits for a small part of it: it is for a machine that does much beside.
const longEnough = 2 * time.Minute

// childArgs makes the test binary be the program, so that it can be killed as one.
const childArgs = "RELAY_TEST_ARGS"

func TestMain(m *testing.M) {
	if args := os.Getenv(childArgs); args != "" {
		os.Args = append(os.Args[:1], strings.Split(args, "\n")...)
		main()
	}
	os.Exit(m.Run())
}

// output is what a program writes, and tells of each line.
type output struct {
	mu    sync.Mutex
	text  bytes.Buffer
	rest  []byte
	lines chan string
}

func newOutput() *output { return &output{lines: make(chan string, 1000)} }

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text.Write(b)
	o.rest = append(o.rest, b...)
	for {
		line, after, found := bytes.Cut(o.rest, []byte("\n"))
		if !found {
			return len(b), nil
		}
		select {
		case o.lines <- string(line):
		default:
		}
		o.rest = after
	}
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// serving waits for the log's line that it serves, and returns where; nowhere if it ended first, which who has no ended does not hear.
func (o *output) serving(t *testing.T, ended chan int) (url, listen string) {
	t.Helper()
	end := time.After(longEnough)
	for {
		select {
		case code := <-ended:
			ended <- code
			return "", ""
		case line := <-o.lines:
			var entry struct{ Msg, URL, Listen string }
			if json.Unmarshal([]byte(line), &entry) == nil && entry.Msg == "serving" {
				return entry.URL, entry.Listen
			}
		case <-end:
			t.Fatalf("it does not serve: %s", o)
		}
	}
}

// host is a relay that serves in this process.
type host struct {
	t              *testing.T
	stdout, stderr *output
	url, listen    string
	reload         chan os.Signal
	cancel         context.CancelFunc
	ended          chan int
}

func start(t *testing.T, prepare func(*program), args ...string) *host {
	t.Helper()
	h := tryStart(t, prepare, args...)
	if h.listen == "" {
		t.Fatalf("it does not serve: %s", h.stderr)
	}
	return h
}

// tryStart is start, for one that may end at once: then it listens nowhere.
func tryStart(t *testing.T, prepare func(*program), args ...string) *host {
	t.Helper()
	h := &host{t: t, stdout: newOutput(), stderr: newOutput(), reload: make(chan os.Signal), ended: make(chan int, 1)}
	ctx, cancel := context.WithCancel(t.Context())
	h.cancel = cancel
	p := newProgram(h.stdout, h.stderr, h.reload)
	p.getenv = func(string) string { return "" }
	if prepare != nil {
		prepare(p)
	}
	go func() { h.ended <- p.run(ctx, args) }()
	if h.url, h.listen = h.stderr.serving(t, h.ended); h.listen == "" {
		cancel()
		return h
	}
	t.Cleanup(func() { h.stop() })
	ready(t, h.listen, args)
	return h
}

// ready waits until a relay has read its routes; one of https is asked by whoever has its certificate.
func ready(t *testing.T, listen string, args []string) {
	t.Helper()
	if slices.Contains(args, "--cert") || slices.Contains(args, "--host") {
		return
	}
	until(t, "ready", func() bool {
		resp, _ := get(t, http.DefaultClient, "http://"+listen+"/healthz")
		return resp.StatusCode == http.StatusOK
	})
}

// stop is SIGTERM. Safe to repeat.
func (h *host) stop() {
	h.t.Helper()
	h.cancel()
	select {
	case code := <-h.ended:
		h.ended <- code
		if code != exitDone {
			h.t.Errorf("exit code %d: %s", code, h.stderr)
		}
	case <-time.After(longEnough):
		h.t.Errorf("it does not end within %v: %s", longEnough, h.stderr)
	}
}

// result is what a command did.
type result struct {
	code        int
	out, errors string
}

func command(t *testing.T, args ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	p := newProgram(&out, &errs, nil)
	p.getenv = func(string) string { return "" }
	code := p.run(t.Context(), args)
	return result{code, out.String(), errs.String()}
}

func (r result) want(t *testing.T, code int, parts ...string) {
	t.Helper()
	if r.code != code {
		t.Errorf("exit code %d, want %d: %+v", r.code, code, r)
	}
	for _, p := range parts {
		if !strings.Contains(r.out+r.errors, p) {
			t.Errorf("no %q in %+v", p, r)
		}
	}
}

// pairingIn finds the pairing line in what was printed.
func pairingIn(t *testing.T, text string) (url, code string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if strings.Contains(line, "/pair#") {
			url, code, err := relay.ParsePairing(line)
			if err != nil {
				t.Fatal(err)
			}
			return url, code
		}
	}
	t.Fatalf("no pairing line in %q", text)
	return "", ""
}

// post sends a request and returns the status and the body.
func post(ctx context.Context, client *http.Client, url, token, contentType, body string) (int, string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	r.Header.Set("Content-Type", contentType)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := client.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text), err
}

// pair trades a code for a token. What the relay says is not there yet is asked again for a while.
func pair(t *testing.T, base, code string) relay.Paired {
	t.Helper()
	var paired relay.Paired
	status, body, err := post(t.Context(), http.DefaultClient, base+relay.PathPair, "", "application/json", fmt.Sprintf(`{"code":%q}`, code))
	if err != nil || status != http.StatusOK || json.Unmarshal([]byte(body), &paired) != nil || paired.Token == "" {
		t.Fatalf("pair: %d %s %v", status, body, err)
	}
	return paired
}

// events opens a till's stream and returns the requests that come down, until it ends.
func events(t *testing.T, base, token string) (requests <-chan pos.RelayRequest, closed <-chan struct{}) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+relay.PathStream, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("stream: %d", resp.StatusCode)
	}
	found, end, hello := make(chan pos.RelayRequest, 100_000), make(chan struct{}), make(chan struct{}, 1)
	go func() {
		defer close(end)
		defer resp.Body.Close() //nolint:errcheck // it was read
		lines := bufio.NewScanner(resp.Body)
		lines.Buffer(nil, 1<<20)
		event := ""
		for lines.Scan() {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch {
			case name == "event":
				event = value
			case name == "data" && event == relay.EventHello:
				select {
				case hello <- struct{}{}:
				default:
				}
			case name == "data" && event == relay.EventRequest:
				var q pos.RelayRequest
				if json.Unmarshal([]byte(value), &q) == nil {
					found <- q
				}
			}
		}
	}()
	select {
	case <-hello:
	case <-end:
		t.Fatal("the stream ended before it began")
	case <-time.After(longEnough):
		t.Fatal("no hello")
	}
	return found, end
}

// child is the program as a process.
type child struct {
	cmd            *exec.Cmd
	stdout, stderr *output
	url, listen    string
}

func spawn(t *testing.T, args ...string) *child {
	t.Helper()
	c := &child{cmd: exec.CommandContext(t.Context(), os.Args[0]), stdout: newOutput(), stderr: newOutput()}
	c.cmd.Env = append(os.Environ(), childArgs+"="+strings.Join(args, "\n"), "LANG=C")
	c.cmd.Stdout, c.cmd.Stderr = c.stdout, c.stderr
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // the context kills it too, and does not wait: its folder is emptied next, and must not fill again
		_ = c.cmd.Process.Kill()
		_ = c.cmd.Wait()
	})
	c.url, c.listen = c.stderr.serving(t, nil)
	ready(t, c.listen, args)
	return c
}

// writePair writes a certificate that signs itself, and its key.
func writePair(t *testing.T, dir, name string, serial int64) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), DNSNames: []string{name}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	if serial < 0 { // expired
		template.SerialNumber, template.NotAfter = big.NewInt(-serial), time.Now().Add(-time.Minute)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// visitor is an https client for whom every name leads to one address.
func visitor(listen string, roots *x509.CertPool) *http.Client {
	var d net.Dialer
	return &http.Client{
		Timeout: longEnough,
		Transport: &http.Transport{
			TLSClientConfig:   &tls.Config{RootCAs: roots},
			DisableKeepAlives: true,
			DialContext:       func(ctx context.Context, _, _ string) (net.Conn, error) { return d.DialContext(ctx, "tcp", listen) },
		},
	}
}
