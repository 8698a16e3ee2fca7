package main

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// behind is how much nicer a thread is that works behind the counter.
const behind = 10

// workBehind gives the calling goroutine a thread of its own for good, whose work waits for the processor when others want it: to prove a
// copy of the books takes one for a minute or more, and a small till has two. Only the processor: a thread that waits for the disk as well
// makes those wait that need what it writes.
func workBehind() {
	runtime.LockOSThread()
	_ = unix.Setpriority(unix.PRIO_PROCESS, unix.Gettid(), behind) // without it the work is merely done sooner
}
