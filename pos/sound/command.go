package sound

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// command plays a sound by a program that takes the name of a WAV file, one run per sound.
type command struct {
	line []string
	file string
	run  *exec.Cmd
	over chan error // of run
}

// newCommand makes a launcher of a program and its arguments before the file's name.
func newCommand(line ...string) (*command, error) {
	dir, err := os.MkdirTemp("", "guitai-sound-")
	if err != nil {
		return nil, err
	}
	return &command{line: line, file: filepath.Join(dir, "sound.wav")}, nil
}

// Launch also tells what became of the run before: a program that cannot play says so only then.
func (c *command) Launch(ctx context.Context, pcm []int16) error {
	if err := c.end(ctx); err != nil {
		return err
	}
	if err := os.WriteFile(c.file, wav(pcm), 0o600); err != nil {
		return err
	}
	run := exec.Command(c.line[0], append(append([]string(nil), c.line[1:]...), c.file)...)
	run.WaitDelay = time.Second
	if err := run.Start(); err != nil {
		return err
	}
	c.run, c.over = run, make(chan error, 1)
	go func(over chan<- error) { over <- run.Wait() }(c.over) // ends with the program, which end kills
	return nil
}

// end ends the run, if it is still under way; else it returns how it ended.
func (c *command) end(ctx context.Context) error {
	if c.run == nil {
		return nil
	}
	defer func() { c.run = nil }()
	select {
	case err := <-c.over:
		if err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(c.line[0]), err)
		}
		return nil
	default:
	}
	c.run.Process.Kill() //nolint:errcheck // it may just have ended
	select {
	case <-c.over:
		return nil
	case <-ctx.Done():
		return errors.New(filepath.Base(c.line[0]) + " hangs and cannot be ended")
	}
}

// Close ends what is playing and removes the file.
func (c *command) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c.end(ctx)                         //nolint:errcheck // nobody plays on it any more
	os.RemoveAll(filepath.Dir(c.file)) //nolint:errcheck // in the system's folder for such
}

// wav makes a WAV file: RIFF, one fmt chunk, one data chunk.
func wav(pcm []int16) []byte {
	size := uint32(2 * len(pcm))
	b := append(make([]byte, 0, 44+size), "RIFF"...)
	b = binary.LittleEndian.AppendUint32(b, 36+size)
	b = append(b, "WAVEfmt "...)
	b = binary.LittleEndian.AppendUint32(b, 16)
	for _, v := range []any{uint16(1), uint16(1), uint32(Rate), uint32(2 * Rate), uint16(2), uint16(16)} {
		b, _ = binary.Append(b, binary.LittleEndian, v) // fixed sizes: never an error
	}
	b = append(b, "data"...)
	b = binary.LittleEndian.AppendUint32(b, size)
	for _, s := range pcm {
		b = binary.LittleEndian.AppendUint16(b, uint16(s))
	}
	return b
}
