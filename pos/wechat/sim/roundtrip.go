package sim

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"
)

// RoundTripper drives the simulator in process: no sockets, so also inside a testing/synctest bubble. Hosts are told apart by
// the URL's host name as if by DNS.
func (s *Sim) RoundTripper() http.RoundTripper { return InProcess(s) }

// InProcess is a RoundTripper that calls a handler instead of the network. The answer streams; a handler that aborts
// (http.ErrAbortHandler) is a lost connection; a request whose context ends is given up at once. It is safe for concurrent
// use. Also of use as Options.Transport, to bring notices to a handler under test.
func InProcess(h http.Handler) http.RoundTripper { return inProcess{h} }

type inProcess struct{ handler http.Handler }

// errDropped is what the client sees of a connection that dropped.
var errDropped = errors.New("connection reset by peer")

func (t inProcess) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(req.Context())
	in := req.Clone(ctx)
	if in.Host == "" {
		in.Host = req.URL.Host
	}
	if in.Body == nil {
		in.Body = http.NoBody
	}
	in.RequestURI, in.RemoteAddr = req.URL.RequestURI(), "127.0.0.1:0"
	in.Proto, in.ProtoMajor, in.ProtoMinor = "HTTP/1.1", 1, 1

	r, w := io.Pipe()
	out := &pipeWriter{header: make(http.Header), body: w, started: make(chan struct{})}
	dropped := make(chan struct{})
	go func() { // ends with the handler, which the request's context and the body's Close cancel
		defer cancel()
		defer func() { _ = in.Body.Close() }() // as the network would
		defer func() {
			if v := recover(); v == nil {
				out.WriteHeader(http.StatusOK)
				_ = w.CloseWithError(req.Context().Err()) // never fails; a body cut by the context's end is not whole
			} else if v == http.ErrAbortHandler {
				_ = w.CloseWithError(errDropped) // never fails
				close(dropped)
			} else {
				panic(v)
			}
		}()
		t.handler.ServeHTTP(out, in)
	}()

	select {
	case <-out.started:
	case <-dropped:
		return nil, errDropped
	case <-req.Context().Done():
		cancel()
		_ = r.CloseWithError(req.Context().Err()) // never fails
		return nil, req.Context().Err()
	}
	stop := context.AfterFunc(req.Context(), func() { _ = r.CloseWithError(req.Context().Err()) })
	return &http.Response{
		Status: strconv.Itoa(out.status) + " " + http.StatusText(out.status), StatusCode: out.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: out.sent, Body: &pipeBody{r, cancel, stop}, ContentLength: -1, Request: req,
	}, nil
}

// pipeWriter is the handler's side of an answer.
type pipeWriter struct {
	header  http.Header
	body    *io.PipeWriter
	once    sync.Once
	started chan struct{}
	status  int         // set before started is closed
	sent    http.Header // likewise
}

func (w *pipeWriter) Header() http.Header { return w.header }

func (w *pipeWriter) WriteHeader(status int) {
	w.once.Do(func() {
		w.status, w.sent = status, w.header.Clone()
		close(w.started)
	})
}

func (w *pipeWriter) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

// Flush sends the header; the body is never held back.
func (w *pipeWriter) Flush() { w.WriteHeader(http.StatusOK) }

// pipeBody is the client's side of an answer.
type pipeBody struct {
	*io.PipeReader
	cancel context.CancelFunc
	stop   func() bool
}

func (b *pipeBody) Close() error {
	b.stop()
	b.cancel()
	return b.PipeReader.Close()
}
