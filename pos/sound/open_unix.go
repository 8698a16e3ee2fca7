//go:build unix && !darwin

package sound

import (
	"context"
	"os/exec"
)

// Open opens this computer's loudspeaker: the sound server, else a player on the bare device. [ErrNoDevice] where there is neither.
func Open(ctx context.Context) (Device, error) {
	server, err := openPulse(ctx)
	if err == nil {
		return server, nil
	}
	for _, command := range [][]string{{"pw-play"}, {"aplay", "-q"}} {
		if path, notFound := exec.LookPath(command[0]); notFound == nil {
			return newCommand(append([]string{path}, command[1:]...)...)
		}
	}
	return nil, err
}
