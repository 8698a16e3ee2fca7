//go:build windowless && !linux

package main

import "runtime"

// ownThread gives the calling goroutine a thread of its own for good. Only Linux can say which.
func ownThread(string) { runtime.LockOSThread() }
