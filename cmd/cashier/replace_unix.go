//go:build unix

package main

import (
	"os"
	"syscall"
)

// replace becomes another program, with the same process number. It returns only an error.
func replace(name string, args []string) error { return syscall.Exec(name, args, os.Environ()) }
