package main

import (
	"errors"
	"syscall"
	"testing"
	"time"
)

// longEnough is how long a test waits for what other goroutines, other programs and the system bring. It is no measure of anything, and a
// test that works waits for a small part of it: it is for a machine that does much beside.
const longEnough = 2 * time.Minute

// listenAgain calls listen until the address is free: while nobody listens there, the system may give its port to any program, for a
// moment mostly.
func listenAgain(t *testing.T, listen func() error) {
	t.Helper()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for until := time.Now().Add(longEnough); ; <-look.C {
		err := listen()
		if err == nil {
			return
		}
		if !errors.Is(err, syscall.EADDRINUSE) || time.Now().After(until) {
			t.Fatal(err)
		}
	}
}
