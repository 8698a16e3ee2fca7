package main

import (
	"errors"
	"os"
	"os/exec"
)

// replace runs another program in place of this one and ends with its exit code. It returns only an error.
func replace(name string, args []string) error {
	cmd := exec.Command(name, args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		return err
	}
	os.Exit(cmd.ProcessState.ExitCode())
	return nil
}
