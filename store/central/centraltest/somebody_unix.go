//go:build unix

package centraltest

import (
	"errors"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// somebody is who runs the server where we are root; nil where we are not.
func somebody() *syscall.Credential {
	if os.Geteuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errUser := strconv.ParseUint(u.Uid, 10, 32)
		gid, errGroup := strconv.ParseUint(u.Gid, 10, 32)
		if errUser == nil && errGroup == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		}
	}
	return nil
}

func becomeSomebody(c *exec.Cmd) {
	if who := somebody(); who != nil {
		c.SysProcAttr = &syscall.SysProcAttr{Credential: who}
	}
}

// giveAway makes files somebody's.
func giveAway(paths ...string) error {
	who := somebody()
	if who == nil {
		return nil
	}
	var errs []error
	for _, path := range paths {
		errs = append(errs, os.Chown(path, int(who.Uid), int(who.Gid)))
	}
	return errors.Join(errs...)
}
