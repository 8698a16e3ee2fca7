//go:build windowless

package main

import (
	"fmt"
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

func init() { runtime.LockOSThread() } // the main goroutine, which opens the books

// ownThread gives the calling goroutine a thread of its own for good, so that a tracer which counts the system calls of a
// thread counts those of one job. It says which thread that is, and, when GUITAI_STOP names the job, stops the program
// there until it is continued, so that a tracer can attach before the first of them.
func ownThread(job string) {
	runtime.LockOSThread()
	fmt.Printf(`{"job":%q,"thread":%d}`+"\n", job, unix.Gettid())
	if os.Getenv("GUITAI_STOP") == job {
		_ = unix.Prctl(unix.PR_SET_PTRACER, ^uintptr(0), 0, 0, 0) // any tracer of this user's; where Yama is not asked, in vain
		_ = unix.Kill(unix.Getpid(), unix.SIGSTOP)                // without it the program merely goes on
	}
}
