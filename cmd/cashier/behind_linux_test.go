package main

import (
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

func TestWorkBehind_IsForOneThreadAlone(t *testing.T) {
	nice := func() int {
		t.Helper()
		n, err := unix.Getpriority(unix.PRIO_PROCESS, unix.Gettid()) // 20 less than nothing, as the kernel has it
		if err != nil {
			t.Fatal(err)
		}
		return 20 - n
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before := nice()
	lowered := make(chan int)
	go func() { // its thread ends with it
		workBehind()
		lowered <- nice()
	}()
	if got := <-lowered; got < behind {
		t.Errorf("it works at %d, want %d", got, behind)
	}
	if got := nice(); got != before {
		t.Errorf("the caller works at %d, not at %d any more", got, before)
	}
}
