package main

import (
	"runtime"

	"golang.org/x/sys/windows"
)

// belowNormal is THREAD_PRIORITY_BELOW_NORMAL, -1.
const belowNormal = ^uintptr(0)

var setThreadPriority = windows.NewLazySystemDLL("kernel32.dll").NewProc("SetThreadPriority")

// workBehind gives the calling goroutine a thread of its own for good, whose work waits for the processor when others want it: to prove a
// copy of the books takes one for a minute or more, and a small till has two.
func workBehind() {
	runtime.LockOSThread()
	_, _, _ = setThreadPriority.Call(uintptr(windows.CurrentThread()), belowNormal) // without it the work is merely done sooner
}
