package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

func TestFindFolder_Order(t *testing.T) {
	base := t.TempDir() // absolute on every system
	at := func(path ...string) string { return filepath.Join(append([]string{base}, path...)...) }
	wd, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, flag, goos string
		practice         bool
		env              map[string]string
		want             string
	}{
		{"flag first", at("a"), "linux", false, map[string]string{"GUITAI_HOME": at("b"), "HOME": at("h")}, at("a")},
		{"a relative flag", "till", "linux", false, nil, filepath.Join(wd, "till")},
		{"then GUITAI_HOME", "", "linux", false, map[string]string{"GUITAI_HOME": at("b"), "HOME": at("h")}, at("b")},
		{"then XDG", "", "linux", false, map[string]string{"XDG_DATA_HOME": at("x"), "HOME": at("h")}, at("x", "guitai")},
		{"a relative XDG is ignored", "", "linux", false, map[string]string{"XDG_DATA_HOME": "x", "HOME": at("h")}, at("h", ".local", "share", "guitai")},
		{"then home", "", "freebsd", false, map[string]string{"HOME": at("h")}, at("h", ".local", "share", "guitai")},
		{"macOS", "", "darwin", false, map[string]string{"HOME": at("h"), "XDG_DATA_HOME": at("x")}, at("h", "Library", "Application Support", "guitai")},
		{"Windows", "", "windows", false, map[string]string{"LocalAppData": at("l"), "HOME": at("h")}, at("l", "guitai")},
		{"practice beside the flag", at("a") + string(filepath.Separator), "linux", true, nil, at("a-practice")},
		{"practice beside GUITAI_HOME", "", "linux", true, map[string]string{"GUITAI_HOME": at("b")}, at("b-practice")},
		{"practice beside the default", "", "linux", true, map[string]string{"HOME": at("h")}, at("h", ".local", "share", "guitai-practice")},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := findFolder(c.flag, c.practice, c.goos, func(name string) string { return c.env[name] })
			if err != nil || string(got) != c.want {
				t.Errorf("got %s, %v, want %s", got, err, c.want)
			}
		})
	}
	for _, goos := range []string{"linux", "darwin", "windows"} {
		if f, err := findFolder("", false, goos, func(string) string { return "" }); !errors.Is(err, ErrNoHome) || f != "" {
			t.Errorf("%s without a home: %q, %v", goos, f, err)
		}
	}
	t.Setenv("GUITAI_HOME", at("real"))
	if f, err := FindFolder("", true); err != nil || string(f) != at("real-practice") {
		t.Errorf("from the process: %q, %v", f, err)
	}
}

func TestFolder_Make(t *testing.T) {
	f := Folder(filepath.Join(t.TempDir(), "a", "guitai"))
	for range 2 {
		if err := f.Make(); err != nil {
			t.Fatal(err)
		}
		only(t, string(f), "backups", "exports", "log", "receipts")
	}
	for _, dir := range []string{string(f), f.Backups(), f.Receipts(), f.Exports(), f.Log()} {
		info, err := os.Stat(dir)
		if err != nil || !info.IsDir() || runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
			t.Errorf("%s: %v, %v", dir, info, err)
		}
	}
	for _, file := range []string{f.ConfigFile(), f.LedgerFile()} {
		if filepath.Dir(file) != string(f) {
			t.Errorf("%s is not in %s", file, f)
		}
	}
}

func TestFolder_MakeNamesWhatIsInTheWay(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	inside := Folder(filepath.Join(dir, "inside"))
	if err := os.Mkdir(string(inside), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(inside.Log(), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		folder Folder
		path   string
	}{
		"the folder itself": {Folder(file), file},
		"one above":         {Folder(filepath.Join(file, "guitai")), file},
		"one in it":         {inside, inside.Log()},
	} {
		err := c.folder.Make()
		var fe *FolderError
		if !errors.As(err, &fe) || fe.Problem != FolderIsFile || fe.Path != c.path || strings.Count(err.Error(), c.path) != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFolder_MakeProvesThatItCanWrite(t *testing.T) {
	// A folder that is there, with all that belongs in it, and cannot be written to: one that was taken away.
	f := Folder(filepath.Join(t.TempDir(), "gone"))
	var fe *FolderError
	if err := f.prove(); !errors.As(err, &fe) || fe.Problem != FolderBroken || fe.Path != string(f) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func TestFolderError_Reasons(t *testing.T) {
	full, readOnly := error(syscall.ENOSPC), error(syscall.EROFS)
	if runtime.GOOS == "windows" {
		full, readOnly = syscall.Errno(112), syscall.Errno(19)
	}
	for _, c := range []struct {
		err  error
		want FolderProblem
	}{
		{full, FolderNoSpace},
		{readOnly, FolderForbidden},
		{fs.ErrPermission, FolderForbidden},
		{syscall.ENOTDIR, FolderIsFile},
		{errors.New("the disk hums"), FolderBroken},
	} {
		err := folderError("/till", fmt.Errorf("probe: %w", &fs.PathError{Op: "write", Path: "/till", Err: c.err}))
		if err.Problem != c.want || err.Path != "/till" || !errors.Is(err, c.err) || strings.Count(err.Error(), "/till") != 1 {
			t.Errorf("%v: %v", c.err, err)
		}
		if !strings.Contains(err.Error(), folderSentences[c.want]) || folderSentences[c.want] == "" {
			t.Errorf("%v has no sentence", c.want)
		}
	}
}
