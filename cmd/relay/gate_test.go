package main

import (
	"context"
	"io"
	mathrand "math/rand/v2"
	"net"
	"slices"
	"sync"
	"testing"
)

// gate passes connections on to one of some addresses, and is where it is whatever becomes of them.
type gate struct {
	listener net.Listener
	mu       sync.Mutex
	to       []string
}

func newGate(t *testing.T, places int) *gate {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{listener: l, to: make([]string, places)}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { g.pass(t.Context(), conn) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		all.Wait()
	})
	return g
}

func (g *gate) url() string { return "http://" + g.listener.Addr().String() }

func (g *gate) lead(place int, address string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.to[place] = address
}

// pass carries one connection, to whichever relay takes it, as a balancer does. It is cut when either side is.
func (g *gate) pass(ctx context.Context, conn net.Conn) {
	defer conn.Close() //nolint:errcheck // cut
	g.mu.Lock()
	to := slices.Clone(g.to)
	g.mu.Unlock()
	mathrand.Shuffle(len(to), func(i, k int) { to[i], to[k] = to[k], to[i] })
	for _, address := range to {
		if address == "" {
			continue
		}
		var d net.Dialer
		other, err := d.DialContext(ctx, "tcp", address)
		if err != nil {
			continue
		}
		cut := context.AfterFunc(ctx, func() { _, _ = conn.Close(), other.Close() })
		defer cut()
		back := make(chan struct{})
		go func() {
			defer close(back)
			_, _ = io.Copy(conn, other)
			_ = conn.Close()
		}()
		_, _ = io.Copy(other, conn)
		_ = other.Close()
		<-back
		return
	}
}
