package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// Folder is a till's data folder, as an absolute path: settings, ledger, backups, receipts, exports, log. Practice mode has
// a folder of its own beside the real one.
type Folder string

const practiceSuffix = "-practice"

// FindFolder decides which folder is meant: flag (of --data) when it is not empty, else $GUITAI_HOME, else "guitai" in the
// system's folder for a user's data. For practice, "-practice" is appended to whichever it is. Nothing is made or touched;
// see [Folder.Make].
func FindFolder(flag string, practice bool) (Folder, error) {
	return findFolder(flag, practice, runtime.GOOS, os.Getenv)
}

func findFolder(flag string, practice bool, goos string, getenv func(string) string) (Folder, error) {
	dir := flag
	if dir == "" {
		dir = getenv("GUITAI_HOME")
	}
	if dir == "" {
		var err error
		if dir, err = userData(goos, getenv); err != nil {
			return "", err
		}
		dir = filepath.Join(dir, "guitai")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("find data folder: %w", err)
	}
	if practice {
		dir += practiceSuffix
	}
	return Folder(dir), nil
}

// ErrNoHome is a system that does not say where a user's data belongs.
var ErrNoHome = errors.New("the system names no folder for user data: give one with --data or GUITAI_HOME")

func userData(goos string, getenv func(string) string) (string, error) {
	under := func(name string, path ...string) (string, error) {
		base := getenv(name)
		if base == "" {
			return "", fmt.Errorf("find data folder: %w", ErrNoHome)
		}
		return filepath.Join(append([]string{base}, path...)...), nil
	}
	switch goos {
	case "windows":
		return under("LocalAppData")
	case "darwin":
		return under("HOME", "Library", "Application Support")
	}
	// The XDG rules: a relative path is to be ignored.
	if xdg := getenv("XDG_DATA_HOME"); filepath.IsAbs(xdg) {
		return xdg, nil
	}
	return under("HOME", ".local", "share")
}

// ConfigFile is config.toml.
func (f Folder) ConfigFile() string { return f.join("config.toml") }

// LedgerFile is ledger.db.
func (f Folder) LedgerFile() string { return f.join("ledger.db") }

// Backups is where copies of the ledger go.
func (f Folder) Backups() string { return f.join("backups") }

// Receipts is where rendered receipts go.
func (f Folder) Receipts() string { return f.join("receipts") }

// Exports is where exported books go.
func (f Folder) Exports() string { return f.join("exports") }

// Photos is where the photos of goods are.
func (f Folder) Photos() string { return f.join("photos") }

// Log is where the log files go.
func (f Folder) Log() string { return f.join("log") }

func (f Folder) join(name string) string { return filepath.Join(string(f), name) }

// FolderError is a data folder that cannot be used.
type FolderError struct {
	Path    string // what is in the way, or could not be made
	Problem FolderProblem
	Err     error
}

// FolderProblem is a stable name for one reason a folder cannot be used; translations go by it.
type FolderProblem string

// Why a folder cannot be used.
const (
	FolderForbidden FolderProblem = "folder_forbidden" // this user may not write there, or the disk is read-only
	FolderIsFile    FolderProblem = "folder_is_file"   // a file stands where the folder should be
	FolderNoSpace   FolderProblem = "folder_no_space"  // the disk is full, or the user's share of it
	FolderBroken    FolderProblem = "folder_broken"    // anything else; Err says what
)

var folderSentences = map[FolderProblem]string{
	FolderForbidden: "this user may not write there",
	FolderIsFile:    "there is a file where the folder should be",
	FolderNoSpace:   "the disk is full",
	FolderBroken:    "the folder cannot be used",
}

// Error names the path and the reason.
func (e *FolderError) Error() string {
	return fmt.Sprintf("data folder: %s: %s: %v", e.Path, folderSentences[e.Problem], e.Err)
}

// Unwrap is the system's own error.
func (e *FolderError) Unwrap() error { return e.Err }

// Make makes the folder and those in it, readable by their owner alone, and proves that it can be written to. Folders that
// are there are left as they are. The error is a *[FolderError]. Safe to repeat.
func (f Folder) Make() error {
	for _, dir := range []string{string(f), f.Backups(), f.Receipts(), f.Exports(), f.Log()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return folderError(dir, err)
		}
	}
	return f.prove()
}

// prove writes a file and takes it away: permission bits do not tell of a read-only or a full disk.
func (f Folder) prove() error {
	file, err := os.CreateTemp(string(f), ".probe.*.tmp")
	if err != nil {
		return folderError(string(f), err)
	}
	err = fill(file, make([]byte, 4096))
	if removed := os.Remove(file.Name()); err == nil {
		err = removed
	}
	if err != nil {
		return folderError(string(f), err)
	}
	return nil
}

func folderError(path string, err error) *FolderError {
	var pe *fs.PathError
	if errors.As(err, &pe) && errors.Is(err, syscall.ENOTDIR) {
		path = pe.Path // the file itself, which may stand higher up
	}
	return &FolderError{Path: path, Problem: ProblemOf(err), Err: pathless(err)}
}

// ProblemOf says why the system did not let us write.
func ProblemOf(err error) FolderProblem {
	switch {
	case errors.Is(err, syscall.ENOTDIR):
		return FolderIsFile
	case isNoSpace(err):
		return FolderNoSpace
	case errors.Is(err, fs.ErrPermission) || isReadOnly(err):
		return FolderForbidden
	}
	return FolderBroken
}
