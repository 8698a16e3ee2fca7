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
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"guitai/pos/relay"
)

// nothingListens, in the environment, makes this program the handler that keeps nothing: "http", or "https" with files beside it.
const nothingListens = "GUITAI_BENCH_NOTHING"

// process is a server that was started for a measurement.
type process struct {
	cmd          *exec.Cmd
	url, address string
}

func (r *relayBench) nothing(name, scheme string) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(r.ctx, self)
	cmd.Env = append(os.Environ(), nothingListens+"="+scheme)
	cmd.Dir = r.dir
	return r.start(name, scheme, cmd)
}

func (r *relayBench) relay(name, scheme string, args ...string) (*process, error) {
	args = append([]string{"--listen", "127.0.0.1:0", "--log", "json"}, args...)
	if scheme == "https" {
		args = append(args, "--cert", "cert.pem", "--key", "key.pem")
	}
	cmd := exec.CommandContext(r.ctx, r.bin, args...)
	cmd.Dir = r.dir
	return r.start(name, scheme, cmd)
}

// start starts a server and waits until it is healthy. Its log goes to a file, as it does where it runs for real.
func (r *relayBench) start(name, scheme string, cmd *exec.Cmd) (*process, error) {
	if scheme == "https" {
		if err := writeCertificate(r.dir); err != nil {
			return nil, err
		}
	}
	log := filepath.Join(r.dir, name+".log")
	file, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	cmd.Stderr = file
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd: cmd}
	r.servers = append(r.servers, p)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: trusting(), DisableKeepAlives: true}, Timeout: time.Second}
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if p.address == "" {
			p.address = servingAt(log)
			continue
		}
		p.url = scheme + "://" + p.address
		resp, err := client.Get(p.url + "/healthz")
		if err != nil {
			continue
		}
		_ = resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			return p, nil
		}
	}
	text, _ := os.ReadFile(log) // what there is of it
	return nil, fmt.Errorf("%s does not serve: %.2000s", name, text)
}

func servingAt(log string) string {
	text, err := os.ReadFile(log)
	if err != nil {
		return ""
	}
	for line := range bytes.Lines(text) {
		var entry struct{ Msg, Listen string }
		if json.Unmarshal(line, &entry) == nil && entry.Msg == "serving" {
			return entry.Listen
		}
	}
	return ""
}

// stop is safe to repeat.
func (p *process) stop() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// rss is what a process has in memory, in bytes.
func (p *process) rss() (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		var kb float64
		if _, err := fmt.Sscanf(line, "VmRSS: %f kB", &kb); err == nil {
			return kb * 1024, nil
		}
	}
	return 0, errors.New("the system does not say how much memory it has")
}

// used is how long a process has been at work, in the program and for it in the system.
func (p *process) used() (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(text), ") ") // a program's name may have anything in it
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0, errors.New("the system does not say how long it was at work")
	}
	user, err1 := strconv.Atoi(fields[11])
	system, err2 := strconv.Atoi(fields[12])
	return time.Duration(user+system) * (time.Second / 100), errors.Join(err1, err2) // Linux counts in hundredths
}

// beNothing serves until it is killed.
func beNothing(scheme string) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := relay.HTTPServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case relay.PathStream:
			w.Header().Set("Content-Type", "text/event-stream")
			_ = http.NewResponseController(w).SetWriteDeadline(time.Time{})
			_, _ = io.WriteString(w, "event: hello\ndata: {}\n\n")
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		default:
			_, _ = io.Copy(io.Discard, r.Body)
			_, _ = io.WriteString(w, "<xml><return_code>SUCCESS</return_code></xml>")
		}
	}))
	fmt.Fprintf(os.Stderr, "{\"msg\":\"serving\",\"listen\":%q}\n", l.Addr())
	if scheme == "https" {
		return server.ServeTLS(l, "cert.pem", "key.pem")
	}
	return server.Serve(l)
}

func trusting() *tls.Config { return &tls.Config{InsecureSkipVerify: true} } //nolint:gosec // it is our own, made a moment ago

func writeCertificate(dir string) error {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"bench.example"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		return err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(dir, "cert.pem"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600),
		os.WriteFile(filepath.Join(dir, "key.pem"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600),
	)
}

// stormed is what became of a server when all tills came.
type stormed struct {
	each float64       // bytes of memory for each
	took time.Duration // until the last one was connected
	work time.Duration // of the processors, meanwhile
	idle float64       // processors in use while nothing happens
}

// storm connects all tills, as fast as this machine can, and leaves them connected until memory was looked at.
func storm(ctx context.Context, p *process, tills []relayTill) (stormed, error) {
	before, err := p.rss()
	if err != nil {
		return stormed{}, err
	}
	conns, errs := make([]net.Conn, len(tills)), make([]error, len(tills))
	defer func() {
		for _, c := range conns {
			if c != nil {
				_ = c.Close()
			}
		}
	}()
	worked, err := p.used()
	if err != nil {
		return stormed{}, err
	}
	began := time.Now()
	const dialers = 256
	var dialing sync.WaitGroup
	for d := range dialers {
		dialing.Go(func() {
			for i := d; i < len(tills); i += dialers {
				// A server cuts who is too slow for it in the crowd; a till tries again.
				for try := range 5 {
					if conns[i], errs[i] = openStream(ctx, p, tills[i].token); errs[i] == nil || try == 4 {
						break
					}
					if conns[i] != nil {
						_ = conns[i].Close()
					}
				}
			}
		})
	}
	dialing.Wait()
	s := stormed{took: time.Since(began)}
	if err := errors.Join(errs...); err != nil {
		return s, fmt.Errorf("%d tills: %.300w", len(tills), err)
	}
	after, err := p.used()
	if err != nil {
		return s, err
	}
	s.work = after - worked
	time.Sleep(3 * time.Second) // what the storm itself took is collected, and presence told
	held, err := p.rss()
	if err != nil {
		return s, err
	}
	s.each = (held - before) / float64(len(tills))
	used, err := p.used()
	if err != nil {
		return s, err
	}
	const idle = 3 * time.Second
	time.Sleep(idle)
	later, err := p.used()
	s.idle = float64(later-used) / float64(idle)
	return s, err
}

// openStream returns when the server has said hello.
func openStream(ctx context.Context, p *process, token string) (net.Conn, error) {
	d := net.Dialer{Timeout: 30 * time.Second}
	conn, err := d.DialContext(ctx, "tcp", p.address)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(p.url, "https") {
		conn = tls.Client(conn, trusting())
	}
	_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
	if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: bench.example\r\nAuthorization: Bearer %s\r\n\r\n", relay.PathStream, token); err != nil {
		return conn, err
	}
	lines := bufio.NewReaderSize(conn, 512)
	status := ""
	for {
		line, err := lines.ReadString('\n')
		switch {
		case err != nil:
			return conn, fmt.Errorf("%s: %w", strings.TrimSpace(status), err)
		case status == "":
			status = line
		case strings.HasPrefix(line, "event: "+relay.EventHello):
			return conn, conn.SetDeadline(time.Time{})
		}
	}
}
