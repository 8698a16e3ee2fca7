package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// What is wrong with the address of a database is told without the password, however it was written.
func TestRun_AMistypedDatabaseIsNotTold(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, db := range []string{
		"postgres://u:4711/secret@127.0.0.1:1/x", "postgres://u:4711#secret@127.0.0.1:1/x", "postgres://u:4711?secret@127.0.0.1:1/x",
		"postgres://u:4711%zzsecret@127.0.0.1:1/x", "host=127.0.0.1 port=1 user=u password=4711secret", "password = 4711secret dbname=x",
		"postgres//u:4711secret@127.0.0.1/x", "postgres:/u:4711secret@127.0.0.1/x", "Postgresql:u:4711secret@h",
	} {
		for _, lang := range []string{chinese, english} {
			for _, args := range [][]string{{"till", "list"}, {"--listen", "127.0.0.1:0"}} {
				r := command(t, append(args, "--db", db, "--lang", lang)...)
				if r.code != exitUsage && r.code != exitFailed || strings.Contains(r.out+r.errors, "4711") || strings.Contains(r.out+r.errors, "secret") || strings.Contains(r.errors, "%!") {
					t.Errorf("%s: %d %s %s", db, r.code, r.out, r.errors)
				}
			}
		}
	}
	if r := command(t, "--listen", "127.0.0.1:0", "--db", filepath.Join(dir, "typo", "relay.db"), "--lang", english); r.code != exitUsage || !strings.Contains(r.errors, "folder of --db") {
		t.Errorf("a folder that is not there: %d %s", r.code, r.errors)
	}
	if made, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(made) > 0 {
		t.Errorf("made %q %v", made, err)
	}
	// These are fine, and fail for want of a server only.
	for _, db := range []string{"postgres://u:p%2Fq%23@127.0.0.1:1/x", "postgres://127.0.0.1:1/x?user=a@b&password=c", "postgres://u@127.0.0.1:1/x", "postgres://u:p@q@127.0.0.1:1/x"} {
		if r := command(t, "till", "list", "--db", db, "--lang", english); !strings.Contains(r.errors, "is not reached") {
			t.Errorf("%s: %s", db, r.errors)
		}
	}
}
