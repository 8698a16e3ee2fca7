package relay

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/relay/relaytest"
)

// world is a relay with its http.Server, reached by pipes, so that time in it is virtual.
type world struct {
	t       *testing.T
	central *relaytest.Central
	server  *Server
	client  *http.Client
	base    string
	logs    *logBuffer
	stop    func()
}

// logBuffer is everything that was logged.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// pipeListener hands out the server's ends of pipes.
type pipeListener struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newPipeListener() *pipeListener {
	return &pipeListener{conns: make(chan net.Conn), done: make(chan struct{})}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error { l.once.Do(func() { close(l.done) }); return nil }

func (l *pipeListener) Addr() net.Addr { return pipeAddr{} }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "pipe" }

func (l *pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case l.conns <- theirs:
		return ours, nil
	case <-l.done:
		return nil, errors.New("connection refused")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// newWorld starts a relay inside a synctest bubble. It ends with the test.
func newWorld(t *testing.T, central *relaytest.Central, change ...func(*Config)) *world {
	t.Helper()
	return newWorldOver(t, false, central, change...)
}

// newWorldOver is newWorld, over HTTP/2 if http2 is set.
func newWorldOver(t *testing.T, http2 bool, central *relaytest.Central, change ...func(*Config)) *world {
	t.Helper()
	w := &world{t: t, central: central, base: "http://relay.test", logs: &logBuffer{}}
	cfg := Config{Central: central, BaseURL: "https://pay.example.cn", Log: slog.New(slog.NewJSONHandler(w.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	for _, c := range change {
		c(&cfg)
	}
	w.server = NewServer(cfg)
	l := newPipeListener()
	hs := HTTPServer(w.server)
	served := make(chan error, 1)
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- w.server.Run(ctx) }()
	transport := &http.Transport{DialContext: l.dial, DisableCompression: true}
	if http2 {
		protocols := new(http.Protocols)
		protocols.SetUnencryptedHTTP2(true)
		hs.Protocols, transport.Protocols = protocols, protocols
	}
	w.client = &http.Client{Transport: transport}
	go func() { served <- hs.Serve(l) }()
	var once sync.Once
	w.stop = func() {
		once.Do(func() {
			cancel()
			if err := <-ran; err != nil {
				t.Errorf("run: %v", err)
			}
			transport.CloseIdleConnections()
			if err := hs.Shutdown(context.Background()); err != nil {
				t.Errorf("shutdown: %v", err)
			}
			if err := <-served; !errors.Is(err, http.ErrServerClosed) {
				t.Errorf("serve: %v", err)
			}
		})
	}
	t.Cleanup(w.stop)
	synctest.Wait()
	return w
}

// addTill adds a till to the central state and pairs it there.
func addTill(t *testing.T, c *relaytest.Central, shop, name string) (pos.RelayTill, string) {
	t.Helper()
	code, token := NewCode(nil), newToken(nil)
	if _, err := c.AddTill(t.Context(), shop, name, HashToken(code), time.Now().Add(time.Hour), time.Now()); err != nil {
		t.Fatal(err)
	}
	till, err := c.Pair(t.Context(), HashToken(code), HashToken(token), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return till, token
}

// result is an HTTP answer.
type result struct {
	status int
	header http.Header
	body   string
}

func (w *world) do(method, path string, header http.Header, body string) result {
	w.t.Helper()
	r, err := w.try(method, path, header, body)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

func (w *world) try(method, path string, header http.Header, body string) (result, error) {
	req, err := http.NewRequest(method, w.base+path, strings.NewReader(body))
	if err != nil {
		return result{}, err
	}
	for k, v := range header {
		req.Header[k] = v
	}
	res, err := w.client.Do(req)
	if err != nil {
		return result{}, err
	}
	defer res.Body.Close() //nolint:errcheck // read to its end
	data, err := io.ReadAll(res.Body)
	return result{res.StatusCode, res.Header, string(data)}, err
}

func bearer(token string) http.Header {
	return http.Header{"Authorization": {"Bearer " + token}}
}

// answer posts answers as a till.
func (w *world) answer(token string, answers ...pos.RelayAnswer) result {
	w.t.Helper()
	data, err := json.Marshal(Answers{Answers: answers})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.do(http.MethodPost, PathAnswer, bearer(token), string(data))
}

// tillStream is a till's open stream.
type tillStream struct {
	hello    chan Hello
	requests chan pos.RelayRequest
	comments chan struct{}
	closed   chan struct{}
	cancel   func()
	status   int
}

// connect opens a till's stream and reads it. Only what the relay refused has a status other than 200.
func (w *world) connect(token string) *tillStream {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.base+PathStream, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header = bearer(token)
	res, err := w.client.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	s := &tillStream{
		hello: make(chan Hello, 1000), requests: make(chan pos.RelayRequest, 10000), comments: make(chan struct{}, 10000), closed: make(chan struct{}),
		cancel: cancel, status: res.StatusCode,
	}
	if res.StatusCode == http.StatusOK && res.Header.Get("X-Accel-Buffering") != "no" {
		w.t.Error("a stream that nginx would hold back")
	}
	w.t.Cleanup(cancel)
	go s.read(w.t, res.Body)
	return s
}

func (s *tillStream) read(t *testing.T, body io.ReadCloser) {
	defer close(s.closed)
	defer body.Close() //nolint:errcheck // nothing more to read
	var event string
	in := bufio.NewReader(body)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, ":"):
			s.comments <- struct{}{}
		case strings.HasPrefix(line, "event: "):
			event = line[len("event: "):]
		case strings.HasPrefix(line, "data: "):
			data := []byte(line[len("data: "):])
			switch event {
			case EventHello:
				var h Hello
				if err := json.Unmarshal(data, &h); err != nil {
					t.Error(err)
				}
				s.hello <- h
			case EventRequest:
				var r pos.RelayRequest
				if err := json.Unmarshal(data, &r); err != nil {
					t.Error(err)
				}
				s.requests <- r
			default:
				t.Errorf("event %q", event)
			}
		}
	}
}

// take waits for a request.
func (s *tillStream) take(t *testing.T) pos.RelayRequest {
	t.Helper()
	select {
	case r := <-s.requests:
		return r
	case <-s.closed:
		t.Fatal("the stream ended")
	case <-time.After(time.Minute):
		t.Fatal("no request in a minute")
	}
	panic("unreachable")
}

// none fails when a request comes within d.
func (s *tillStream) none(t *testing.T, d time.Duration) {
	t.Helper()
	select {
	case r := <-s.requests:
		t.Fatalf("got %s %s", r.Kind, r.ID)
	case <-time.After(d):
	}
}

// later runs a request in the background.
func (w *world) later(method, path string, header http.Header, body string) <-chan result {
	out := make(chan result, 1)
	go func() {
		r, err := w.try(method, path, header, body)
		if err != nil {
			w.t.Errorf("%s: %v", path[:3], err)
		}
		out <- r
	}()
	return out
}

const (
	v2Notice  = "<xml><out_trade_no>S001T1X20261120000001</out_trade_no><openid>oUpF8uMuAJO_M2pxb1Q9zNjWeS6o</openid></xml>"
	v2Success = "<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>"
)

func ok2(id string) pos.RelayAnswer {
	return pos.RelayAnswer{ID: id, Status: 200, ContentType: "text/xml", Body: []byte("<xml>till</xml>")}
}
