//go:build windowless

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// aTill makes the test's own program a till with these arguments, one a line.
const aTill = "GUITAI_TEST_TILL"

// TestLines_ACopiedFolder moves a data folder between two machines, with the whole program.
func TestLines_ACopiedFolder(t *testing.T) {
	if args := os.Getenv(aTill); args != "" {
		os.Exit(run(strings.Split(args, "\n"), os.Stdout, os.Stderr))
	}
	dir := t.TempDir()
	old, copied := filepath.Join(dir, "old"), filepath.Join(dir, "copied")
	written(t, filepath.Join(old, "config.toml"), `
[shop]
name = "柜台便利店"
id   = "S001"
till = "T1"
language = "en"
[wechat]
base_url = "http://127.0.0.1:1/api"
appid    = "wx8888888888888888"
mch_id   = "1900000109"
api_key  = "env:GUITAI_TEST_NO_KEY"
[printer]
url = "none:"
`)
	till := func(machine string, args ...string) (int, string) {
		t.Helper()
		cmd := exec.Command(os.Args[0], "-test.run=^TestLines_ACopiedFolder$")
		cmd.Env = append(os.Environ(), aTill+"="+strings.Join(args, "\n"), installationEnv+"="+filepath.Join(dir, machine, "id"))
		var stderr bytes.Buffer
		cmd.Stderr = &stderr // its input ends at once, so it opens and closes
		if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
			t.Fatal(err)
		}
		return cmd.ProcessState.ExitCode(), stderr.String()
	}
	sells := func(machine string, args ...string) {
		t.Helper()
		if code, said := till(machine, args...); code != exitDone {
			t.Fatalf("%s with %q: exit %d\n%s", machine, args, code, said)
		}
	}
	asks := func(machine, folder string) {
		t.Helper()
		before := content(t, filepath.Join(folder, "ledger.db"))
		code, said := till(machine, "--data", folder)
		if code != exitUsage || !strings.Contains(said, folder) || !strings.Contains(said, "--moved") || !strings.Contains(said, "same receipt numbers") {
			t.Fatalf("%s on %s: exit %d\n%s", machine, folder, code, said)
		}
		if content(t, filepath.Join(folder, "ledger.db")) != before {
			t.Errorf("%s has written into the ledger", machine)
		}
	}
	sells("one", "--data", old)
	sells("one", "--data", old)
	if err := os.CopyFS(copied, os.DirFS(old)); err != nil {
		t.Fatal(err)
	}
	asks("two", copied)
	asks("two", copied) // to be asked changes nothing
	sells("two", "--data", copied, "--moved")
	sells("two", "--data", copied)
	sells("one", "--data", old) // where it came from nothing has changed
	asks("one", copied)
}
