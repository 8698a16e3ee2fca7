package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// listener is an HTTP server on an address of this machine, with its goroutine.
type listener struct {
	server *http.Server
	addr   string
	done   chan struct{}
}

// listen serves h on addr. Slow and idle clients are cut off.
func listen(addr string, h http.Handler, log *slog.Logger) (*listener, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	s := &listener{
		server: &http.Server{
			Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second,
			IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		},
		addr: l.Addr().String(),
		done: make(chan struct{}),
	}
	go func() {
		defer close(s.done)
		if err := s.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			log.Error("listener", "addr", addr, "err", err)
		}
	}()
	return s, nil
}

// stop takes no new request, gives those under way a moment, and waits for the goroutine.
func (s *listener) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	if s.server.Shutdown(ctx) != nil {
		s.server.Close() //nolint:errcheck // what is still open is cut
	}
	<-s.done
}
