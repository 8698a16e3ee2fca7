//go:build !linux && !windows

package main

// workBehind has nothing to say here: the system knows no single thread's priority.
func workBehind() {}
