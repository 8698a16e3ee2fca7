package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"guitai/pos/config"
)

// An installation is one user of one machine. It has a random id outside the data folder, made at the first start, and the
// folder remembers whose it is: a till that finds another's id has been copied or moved, and asks which. Two tills on copies
// of one ledger would print the same receipt numbers, and each would miss what the other one took. A machine that was cloned
// with its user's settings cannot be told from the one it came from.

// markFile holds, in the data folder, the id of the installation that the folder belongs to.
const markFile = "installation"

// installationEnv names another file for the installation's id, for tests and for users without a configuration directory.
const installationEnv = "GUITAI_INSTALLATION"

// idBytes is how much chance is in an id. It is written in hexadecimal, with a line end.
const idBytes = 16

var errNoID = errors.New("this is no installation id")

// installationPath is where the installation's id is kept.
func installationPath(getenv func(string) string, configDir func() (string, error)) (string, error) {
	if file := getenv(installationEnv); file != "" {
		return filepath.Abs(file)
	}
	dir, err := configDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "guitai", "installation"), nil
}

// installationID is the id in file, made when there is none. What cannot be read as an id is replaced; then every folder
// asks, as it does on any other machine. The error says that there is no place for an id.
func installationID(file string) (string, error) {
	id, err := readID(file)
	switch {
	case err == nil:
		return id, nil
	case errors.Is(err, errNoID):
		if err := os.Remove(file); err != nil {
			return "", fmt.Errorf("replace installation id: %w", err)
		}
	case !errors.Is(err, fs.ErrNotExist):
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return "", fmt.Errorf("make installation id: %w", err)
	}
	chance := make([]byte, idBytes)
	rand.Read(chance) //nolint:errcheck // it never fails
	id = hex.EncodeToString(chance)
	err = writeID(file, id, os.Link)
	if errors.Is(err, fs.ErrExist) { // another till of this user, started at the same moment, was first
		return readID(file)
	}
	if err != nil { // not every file system has links
		err = writeID(file, id, os.Rename)
	}
	return id, err
}

// readID reads an id. fs.ErrNotExist when there is no file, errNoID when something else is in it.
func readID(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", fmt.Errorf("read installation id: %w", err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	raw, err := io.ReadAll(io.LimitReader(f, 1024))
	if err != nil {
		return "", fmt.Errorf("read installation id: %w", err)
	}
	id := strings.TrimSpace(string(raw))
	if b, err := hex.DecodeString(id); err != nil || len(b) != idBytes || id != strings.ToLower(id) {
		return "", fmt.Errorf("read installation id: %s: %w", file, errNoID)
	}
	return id, nil
}

// writeID writes an id beside file, syncs it and puts it in place, so that a crash leaves all of it or nothing.
func writeID(file, id string, place func(from, to string) error) error {
	dir := filepath.Dir(file)
	f, err := os.CreateTemp(dir, "."+filepath.Base(file)+".*.tmp") // mode 0600
	if err != nil {
		return fmt.Errorf("write installation id: %w", err)
	}
	defer os.Remove(f.Name()) //nolint:errcheck // a rename has taken it away
	_, err = f.WriteString(id + "\n")
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = place(f.Name(), file)
	}
	if err != nil {
		return fmt.Errorf("write installation id: %w", err)
	}
	return syncFolder(dir)
}

// syncFolder makes a new name durable. Windows cannot sync a folder, and journals the rename itself.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// owner is whose a data folder is.
type owner int

const (
	ours    owner = iota
	nobodys       // never opened by a till that asks
	others
	unread // there is a mark that cannot be read
)

// ownerOf finds out whose the folder is, seen from the installation with that id. The error, with unread, says why.
func ownerOf(folder config.Folder, id string) (owner, error) {
	marked, err := readID(markOf(folder))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nobodys, nil
	case err != nil:
		return unread, err
	case marked != id:
		return others, nil
	}
	return ours, nil
}

// adopt makes the folder the installation's own. Safe to repeat.
func adopt(folder config.Folder, id string) error { return writeID(markOf(folder), id, os.Rename) }

func markOf(folder config.Folder) string { return filepath.Join(string(folder), markFile) }
