package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guitai/store"
)

// backedUp is a shop that sold, was backed up, sold again, and was closed.
func backedUp(t *testing.T, practice bool) (s *till, file string) {
	t.Helper()
	s = newTill(t, practice)
	s.cash(2000, 0, 1350)
	file = filepath.Join(t.TempDir(), "b.db")
	if err := s.books.Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	s.cash(500, 0, 300)
	if err := s.books.Close(); err != nil {
		t.Fatal(err)
	}
	return s, file
}

func TestRestore_GoesOnFromTheBackupAndKeepsWhatItReplaced(t *testing.T) {
	s, file := backedUp(t, false)
	r := s.run("restore", file)
	r.want(t, exitDone, "a new epoch: 2", "")
	_, aside, found := strings.Cut(r.out, "is kept in ")
	aside, _, _ = strings.Cut(aside, "\n")
	if info, err := os.Stat(aside); !found || err != nil || info.Size() == 0 {
		t.Errorf("what was replaced is not in %q: %v\n%s", aside, err, r.out)
	}
	s.run("verify").want(t, exitDone, "sales 1, payments 1", "")
	s.run("receipt", "S001-T1-20261120-0001").want(t, exitDone, "13.50", "")
	s.run("receipt", "S001-T1-20261120-0002").want(t, exitFailed, "", "no receipt")

	again := s.run("restore", aside, "--lang", "zh-CN")
	again.want(t, exitDone, "现在是第 3 代", "")
	s.run("verify").want(t, exitDone, "sales 2, payments 2", "")
}

func TestRestore_WhileTheTillIsOpenIsExit3(t *testing.T) {
	s, file := backedUp(t, false)
	release, err := store.Lock(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	s.run("restore", file).want(t, exitInUse, "", "Close the till")
	release()
	s.run("verify").want(t, exitDone, "sales 2", "")
	s.run("restore", file).want(t, exitDone, "", "")
}

func TestRestore_WhatCannotBeRestoredLeavesTheBooksAsTheyWere(t *testing.T) {
	s, file := backedUp(t, false)
	_, practice := backedUp(t, true)
	torn, none, text := filepath.Join(t.TempDir(), "torn.db"), filepath.Join(t.TempDir(), "none.db"), filepath.Join(t.TempDir(), "x.csv")
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s.write(torn, string(append(whole[:8192:8192], bytes.Repeat([]byte{0x5a}, len(whole)-8192)...)))
	s.write(text, "day,total\n")
	path := s.books.Path()
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		file string
		code int
		want string
	}{
		{none, exitFailed, "cannot be read"},
		{torn, exitLedger, "is of no use"},
		{text, exitLedger, "is of no use"},
		{practice, exitUsage, "is a practice one"},
	} {
		s.run("restore", c.file).want(t, c.code, "", c.want)
		if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, before) {
			t.Errorf("%s changed the books: %v", c.file, err)
		}
	}
	s.write(filepath.Join(s.dir, "config.toml"), strings.Replace(settings, `"T1"`, `"T2"`, 1))
	s.run("restore", file).want(t, exitUsage, "", "belongs to shop S001 till T1")

	other, real := filepath.Join(t.TempDir(), "misspelt"), newTill(t, true)
	start(t, noon, "restore", file, "--data", other, "--lang", "en").want(t, exitFailed, "", "there is no folder")
	if _, err := os.Stat(other); !os.IsNotExist(err) {
		t.Error("a misspelt folder was made")
	}
	_ = real.books.Close()
	real.run("restore", file, "--practice").want(t, exitUsage, "", "real one")
}

func TestRestore_ToAnEmptyFolder(t *testing.T) {
	_, file := backedUp(t, false)
	dir := t.TempDir()
	r := start(t, noon, "restore", file, "--data", dir, "--lang", "en")
	r.want(t, exitDone, "a new epoch: 2", "")
	if strings.Contains(r.out, "replaced") {
		t.Errorf("nothing was replaced: %s", r.out)
	}
	start(t, noon, "verify", "--data", dir, "--lang", "en").want(t, exitDone, "sales 1", "")
}

// The till adds -practice to the name of a folder that holds practice books: what is restored has to be where it will look.
func TestRestore_PracticeBooksGoWhereThePracticeTillLooks(t *testing.T) {
	s, file := backedUp(t, true)
	into := filepath.Join(t.TempDir(), "restored")
	r := s.run("restore", file, "--practice", "--into", into)
	r.want(t, exitDone, "a new epoch: 2", "")
	if !strings.Contains(r.out, "--practice --data "+into+";") && !strings.Contains(r.out, "--practice --data "+into+"\n") {
		t.Errorf("it does not say how to go on: %s", r.out)
	}
	start(t, noon, "verify", "--practice", "--data", into, "--lang", "en").want(t, exitDone, "sales 1", "")
}

func TestRestore_IntoANewFolderLeavesTheBooksInUseAlone(t *testing.T) {
	s, file := backedUp(t, false)
	release, err := store.Lock(s.dir) // a till may be open on them
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	into := filepath.Join(t.TempDir(), "restored")
	r := s.run("restore", file, "--into", into)
	r.want(t, exitDone, "a new epoch: 2", "")
	if !strings.Contains(r.out, "--data "+into) {
		t.Errorf("it does not say how to go on: %s", r.out)
	}
	s.run("verify").want(t, exitDone, "sales 2", "")
	start(t, noon, "verify", "--data", into, "--lang", "en").want(t, exitDone, "sales 1", "")
	if _, err := os.Stat(filepath.Join(into, "config.toml")); err != nil {
		t.Errorf("the settings did not come along: %v", err)
	}
	s.run("restore", file, "--into", into).want(t, exitUsage, "", "is not empty")
	s.run("restore", file, "--into", filepath.Join(into, "config.toml")).want(t, exitFailed, "", "cannot be used")

	release() // an epoch that the books in use had is not used again elsewhere
	s.run("restore", file).want(t, exitDone, "a new epoch: 2", "")
	s.run("restore", file, "--into", filepath.Join(t.TempDir(), "third")).want(t, exitDone, "a new epoch: 3", "")
}
