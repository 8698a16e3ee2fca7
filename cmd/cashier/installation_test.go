package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// idOne and idTwo are the ids of two machines.
const (
	idOne = "00112233445566778899aabbccddeeff"
	idTwo = "ffeeddccbbaa99887766554433221100"
)

func written(t *testing.T, file, body string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
}

func content(t *testing.T, file string) string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return string(raw)
}

func TestInstallationPath_EnvironmentThenConfigurationDirectory(t *testing.T) {
	dir := func() (string, error) { return "/home/w/.config", nil }
	none := func(string) string { return "" }
	if got, err := installationPath(none, dir); err != nil || got != filepath.Join("/home/w/.config", "guitai", "installation") {
		t.Errorf("%q, %v", got, err)
	}
	named := func(name string) string {
		if name == "GUITAI_INSTALLATION" {
			return filepath.Join(string(filepath.Separator), "x", "id")
		}
		return ""
	}
	if got, err := installationPath(named, dir); err != nil || filepath.Base(got) != "id" {
		t.Errorf("%q, %v", got, err)
	}
	lost := errors.New("$HOME is not defined")
	if _, err := installationPath(none, func() (string, error) { return "", lost }); !errors.Is(err, lost) {
		t.Errorf("without a home: %v", err)
	}
}

func TestInstallationID_IsMadeOnceAndKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new", "guitai", "installation")
	first, err := installationID(file)
	if err != nil {
		t.Fatal(err)
	}
	again, err := installationID(file)
	if err != nil || again != first || content(t, file) != first+"\n" {
		t.Errorf("%q, then %q, %v; the file says %q", first, again, err, content(t, file))
	}
	if info, err := os.Stat(file); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	other, err := installationID(filepath.Join(t.TempDir(), "installation"))
	if err != nil || other == first {
		t.Errorf("another machine has %q, %v", other, err)
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(file), ".*.tmp")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestInstallationID_GarbageIsReplaced(t *testing.T) {
	for name, body := range map[string]string{
		"empty": "", "short": idOne[1:] + "\n", "long": idOne + "00\n", "no hexadecimal": strings.Repeat("g", 32),
		"capitals": strings.ToUpper(idOne), "huge": strings.Repeat("0", 5000),
	} {
		file := filepath.Join(t.TempDir(), "installation")
		written(t, file, body)
		id, err := installationID(file)
		if err != nil || len(id) != 2*idBytes || strings.Contains(body, id) || content(t, file) != id+"\n" {
			t.Errorf("%s: %q, %v", name, id, err)
		}
	}
}

func TestInstallationID_TillsStartedAtOnceAgree(t *testing.T) {
	file := filepath.Join(t.TempDir(), "installation")
	ids := make([]string, 8)
	var all sync.WaitGroup
	for i := range ids {
		all.Go(func() { ids[i], _ = installationID(file) })
	}
	all.Wait()
	for _, id := range ids {
		if id == "" || id != ids[0] {
			t.Fatalf("they have %q", ids)
		}
	}
}

func TestInstallationID_NoPlaceForIt(t *testing.T) {
	blocked := filepath.Join(t.TempDir(), "file")
	written(t, blocked, "")
	if id, err := installationID(filepath.Join(blocked, "guitai", "installation")); err == nil {
		t.Errorf("below a file: %q", id)
	}
	folder := filepath.Join(t.TempDir(), "installation")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if id, err := installationID(folder); err == nil {
		t.Errorf("a folder in its place: %q", id)
	}
}
