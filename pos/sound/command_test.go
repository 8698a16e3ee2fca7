//go:build unix

package sound

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// longEnough is how long a test waits for what other goroutines, other programs and the system bring. It is no measure of anything, and a
// test that works waits for a small part of it: it is for a machine that does much beside.
const longEnough = 2 * time.Minute

// script is a player that is a shell script; $2 is the file it is given, $1 a folder to leave things in.
func script(t *testing.T, body string) (c *command, dir string) {
	t.Helper()
	dir = t.TempDir()
	file := filepath.Join(dir, "player")
	if err := os.WriteFile(file, []byte("#!/bin/sh\n"+body+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	c, err := newCommand("/bin/sh", file, dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c, dir
}

func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), longEnough)
	t.Cleanup(cancel)
	return ctx
}

func TestCommand_IsGivenTheWholeSound(t *testing.T) {
	c, dir := script(t, `cp "$2" "$1/heard"`)
	pcm := scanTone.samples()
	if err := c.Launch(within(t), pcm); err != nil {
		t.Fatal(err)
	}
	if err := <-c.over; err != nil {
		t.Fatal(err)
	}
	heard, err := os.ReadFile(filepath.Join(dir, "heard"))
	if err != nil {
		t.Fatal(err)
	}
	got := make([]int16, len(pcm))
	if err := binary.Read(bytes.NewReader(heard[44:]), binary.LittleEndian, got); err != nil || !equal(got, pcm) {
		t.Errorf("another sound: %v", err)
	}
	if head := string(heard[:4]) + string(heard[8:16]); head != "RIFFWAVEfmt " || len(heard) != 44+2*len(pcm) || binary.LittleEndian.Uint32(heard[4:]) != uint32(len(heard)-8) {
		t.Errorf("no WAV file: %q, %d bytes", head, len(heard))
	}
	c.run = nil
}

func TestCommand_NextSoundEndsTheLast(t *testing.T) {
	c, _ := script(t, `exec sleep 600`)
	for range 3 {
		if err := c.Launch(within(t), []int16{0}); err != nil {
			t.Fatal(err)
		}
	}
	c.Close()
	if _, err := os.Stat(filepath.Dir(c.file)); !os.IsNotExist(err) {
		t.Errorf("its file stays: %v", err)
	}
}

func TestCommand_FailureIsToldWithTheNextSound(t *testing.T) {
	c, _ := script(t, `exit 3`)
	if err := c.Launch(within(t), []int16{0}); err != nil {
		t.Fatal(err)
	}
	c.over <- <-c.over // wait for its end
	if err := c.Launch(within(t), []int16{0}); err == nil || !strings.Contains(err.Error(), "exit status 3") {
		t.Errorf("%v", err)
	}
}
