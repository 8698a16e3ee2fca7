package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestDisk_KeepsWhatWasSyncedAndMayLoseTheRest(t *testing.T) {
	d := &disk{names: map[string]*inode{}, fresh: map[string]*inode{}}
	const file = "/shop/ledger.db-wal"
	read := func(how cut) (string, bool) {
		dir := t.TempDir()
		if err := d.image(dir, how, newRandom(1, 1)); err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(filepath.Join(dir, filepath.Base(file)))
		return string(raw), err == nil
	}
	d.apply(op{kind: opCreate, path: file})
	d.apply(op{kind: opWrite, path: file, data: []byte("one")})
	d.apply(op{kind: opSync, path: file})
	if _, there := read(cutNone); there {
		t.Error("a name outlived the power before its folder was synced")
	}
	d.apply(op{kind: opSync, path: "/shop"})
	d.apply(op{kind: opWrite, path: file, off: 3, data: []byte("two")})
	if got, _ := read(cutNone); got != "one" {
		t.Errorf("all lost: %q", got)
	}
	if got, _ := read(cutAll); got != "onetwo" {
		t.Errorf("nothing lost: %q", got)
	}
	d.apply(op{kind: opSync, path: file})
	d.apply(op{kind: opTruncate, path: file, off: 1})
	if got, _ := read(cutAll); got != "o" || d.unsure() == false {
		t.Errorf("cut short: %q", got)
	}
}

func TestChange_TearsAtSectors(t *testing.T) {
	old := bytes.Repeat([]byte("a"), 3*sector)
	n := 0
	got := change(bytes.Clone(old), op{kind: opWrite, off: 100, data: bytes.Repeat([]byte("b"), 2*sector)}, func() bool { n++; return n == 2 })
	want := append(append(bytes.Repeat([]byte("a"), sector), bytes.Repeat([]byte("b"), sector)...), bytes.Repeat([]byte("a"), sector)...)
	if n != 3 || !bytes.Equal(got, want) {
		t.Errorf("%d sectors, %q", n, got)
	}
}
