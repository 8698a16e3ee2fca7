//go:build e2e

package main

import (
	"net"
	"sync"
	"testing"
	"time"
)

// What a network does with what is sent through it.
const (
	netPass  = iota
	netCut   // connections break, and none can be made
	netMute  // nothing arrives and nothing breaks: a router that forgot its connections
	netDelay // everything arrives later
)

// network is the way from the till to the relay.
type network struct {
	to string
	l  net.Listener

	mu    sync.Mutex
	does  int
	late  time.Duration
	open  map[net.Conn]bool
	muted map[net.Conn]bool
}

func newNetwork(t *testing.T, to string) *network {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := &network{to: to, l: l, open: map[net.Conn]bool{}, muted: map[net.Conn]bool{}}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			running.Go(func() { n.join(c) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		n.turn(netCut, 0)
		running.Wait()
	})
	return n
}

func (n *network) url() string { return "http://" + n.l.Addr().String() }

// turn changes what the network does. What was muted breaks when it is not any more: bytes are missing there.
func (n *network) turn(does int, late time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.does, n.late = does, late
	for c := range n.open {
		if does == netCut || n.muted[c] {
			c.Close()
		}
	}
}

// lead makes the network end somewhere else. What goes through it breaks.
func (n *network) lead(to string) {
	n.mu.Lock()
	n.to = to
	n.mu.Unlock()
	n.turn(netCut, 0)
	n.turn(netPass, 0)
}

func (n *network) join(c net.Conn) {
	defer c.Close()
	n.mu.Lock()
	to := n.to
	n.mu.Unlock()
	far, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer far.Close()
	if !n.enter(c, far) {
		return
	}
	defer n.leave(c, far)
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{c, far}, {far, c}} {
		both.Go(func() {
			n.pump(way[0], way[1])
			way[0].Close()
			way[1].Close()
		})
	}
	both.Wait()
}

func (n *network) enter(all ...net.Conn) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range all {
		n.open[c] = true
	}
	return n.does != netCut
}

func (n *network) leave(all ...net.Conn) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range all {
		delete(n.open, c)
		delete(n.muted, c)
	}
}

func (n *network) pump(from, to net.Conn) {
	b := make([]byte, 32<<10)
	for {
		k, err := from.Read(b)
		if k > 0 && n.carry(from, to) {
			if _, err := to.Write(b[:k]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// carry waits as long as the network takes, and says whether it brings what is sent.
func (n *network) carry(from, to net.Conn) bool {
	n.mu.Lock()
	does, late := n.does, n.late
	if does == netMute {
		n.muted[from], n.muted[to] = true, true
	}
	mute := n.muted[from]
	n.mu.Unlock()
	if does == netDelay {
		<-time.After(late)
	}
	return !mute
}
