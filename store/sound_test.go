package store

import (
	"bytes"
	"os"
	"testing"
	"time"

	"guitai/pos"
)

func TestSound_FindsADamagedPage(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	o := practice(t.TempDir())
	s, err := Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Fill(ctx, 400, fiveLines(), time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	if err := s.Sound(ctx); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	path := s.Path()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const pages = 2 * 4096
	asked := 0
	for at := pages; at+pages < len(whole); at += len(whole) / 16 / 4096 * 4096 {
		damaged := bytes.Clone(whole)
		copy(damaged[at:], bytes.Repeat([]byte{0xA5}, pages))
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		if s, err = Open(ctx, o); err != nil {
			continue // opening looks at a few pages only, and found it
		}
		asked++
		if err := s.Sound(ctx); pos.CodeOf(err) != pos.CodeCorrupt {
			t.Errorf("noise at %d of %d: %v", at, len(whole), err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if asked < 4 {
		t.Errorf("only %d damaged files came as far as Sound", asked)
	}
}
