package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"
)

// Save writes config.toml, every key of it, with the comments of the settings table. Comments a person wrote into an
// earlier file are not kept; [Amend] keeps them.
//
// The file is replaced at once and whole: a crash or a full disk at any instant leaves the old file or the new one. A
// Config that does not pass [Config.Check] is not written, and its [Errors] are returned, since the till could not start
// from it. The file is readable by its owner alone. Safe to repeat.
func Save(path string, c Config) error {
	text, err := c.render()
	if err != nil {
		return err
	}
	if err := writeFile(path, text); err != nil {
		return fmt.Errorf("save settings: %w", err)
	}
	return nil
}

// render is the Config as the text of a config.toml.
func (c Config) render() ([]byte, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	section := ""
	for _, s := range settings {
		if p, ok := s.field(&c).(*Secret); ok && p.given != nil {
			return nil, Errors{{Key: s.key, Problem: Given}}
		}
		if s.section() != section {
			if section != "" {
				b.WriteByte('\n')
			}
			section = s.section()
			fmt.Fprintf(&b, "[%s]\n", section)
		}
		fmt.Fprintf(&b, "%s = %s", s.name(), s.text(&c))
		if s.comment != "" {
			b.WriteString("  # " + s.comment)
		}
		b.WriteByte('\n')
	}
	return b.Bytes(), nil
}

// quote is text as a TOML basic string.
func quote(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range text {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteRune(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c < ' ' || c == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, c)
		default:
			b.WriteRune(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// Short is a span of time as config.toml has it, like 5m or 90s.
func Short(d time.Duration) string { return shortDuration(d) }

// shortDuration drops the zero minutes and seconds that Duration.String adds.
func shortDuration(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// WriteSecretFile keeps a secret in a file of its own in dir and returns the reference to it. The file is readable by its
// owner alone from its first byte on, and replaces an earlier one at once and whole. name is a plain file name. Line breaks
// at the end of value are lost when it is read. Safe to repeat.
func WriteSecretFile(dir, name, value string) (Secret, error) {
	s, f := parseSecret(formFile + ":" + name)
	switch {
	case f != nil || name != filepath.Base(name) || name == "." || name == ".." || strings.ContainsAny(name, `/\:`):
		return Secret{}, fmt.Errorf("write secret file: %q is not a plain file name", name)
	case strings.TrimRight(value, "\r\n") == "":
		return Secret{}, fmt.Errorf("write secret file %s: the secret is empty", name)
	case len(value) >= maxSecret:
		return Secret{}, fmt.Errorf("write secret file %s: the secret is larger than %d KiB", name, maxSecret>>10)
	case !utf8.ValidString(value) || strings.ContainsRune(value, 0):
		return Secret{}, fmt.Errorf("write secret file %s: the secret is not text", name)
	}
	if err := writeFile(filepath.Join(dir, name), []byte(strings.TrimRight(value, "\r\n")+"\n")); err != nil {
		return Secret{}, fmt.Errorf("write secret file %s: %w", name, err)
	}
	return s, nil
}

// writeFile replaces path by body at once: a temporary file beside it, synced, then renamed, then the folder synced. A
// symbolic link at path stays, and what it points to is replaced. The file's mode is 0600.
func writeFile(path string, body []byte) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	dir := filepath.Dir(path)
	file, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*.tmp") // mode 0600
	if err != nil {
		return err
	}
	if err := fill(file, body); err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return syncDir(dir)
}

// fill writes, syncs and closes; the first fault is the one that is told.
func fill(file *os.File, body []byte) error {
	_, err := file.Write(body)
	if err == nil {
		err = file.Sync()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	return err
}

// syncDir makes a rename durable. Windows cannot sync a folder, and journals the rename itself.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if closed := d.Close(); err == nil {
		err = closed
	}
	return err
}

// pathless takes the path out of a system error, for a message that names it already.
func pathless(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
