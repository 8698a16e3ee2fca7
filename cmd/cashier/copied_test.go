package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guitai/pos/config"
	"guitai/pos/i18n"
)

// moveIn is a till that is about to open its books in a folder with that mark ("" for none), on the machine whose id is in a
// file with that body.
type moveIn struct {
	session
	t      *testing.T
	id     string // the file
	log    strings.Builder
	stderr strings.Builder
	asked  int
	unread bool
	answer moving
}

func newMoveIn(t *testing.T, machine, mark string) *moveIn {
	t.Helper()
	m := &moveIn{t: t, id: filepath.Join(t.TempDir(), "installation")}
	m.folder = config.Folder(t.TempDir())
	m.session.log = slog.New(slog.NewTextHandler(&m.log, nil))
	t.Setenv(installationEnv, m.id)
	if machine != "" {
		written(t, m.id, machine)
	}
	if mark != "" {
		written(t, markOf(m.folder), mark)
	}
	return m
}

func (m *moveIn) start(ctx context.Context) (verdict, int) {
	ask := func(lang string, folder config.Folder, c config.Config, unread bool) moving {
		m.asked++
		m.unread = unread
		if lang != i18n.English || folder != m.folder || c.Shop.Till != "T1" {
			m.t.Errorf("asked in %q about %q, %q", lang, folder, c.Shop.Till)
		}
		return m.answer
	}
	c := config.Config{}
	c.Shop.Till = "T1"
	return m.whose(ctx, i18n.English, c, ask, &m.stderr)
}

func TestWhose_EachFolder(t *testing.T) {
	for name, c := range map[string]struct {
		machine, mark string
		moved         bool
		answer        moving
		asked         bool
		what          verdict
		code          int
		marked        string // in the folder afterwards
	}{
		"new":                       {machine: idOne, what: goOn, marked: idOne},
		"ours":                      {machine: idOne, mark: idOne, what: goOn, marked: idOne},
		"ours, said to be moved":    {machine: idOne, mark: idOne, moved: true, what: goOn, marked: idOne},
		"another's, closed":         {machine: idOne, mark: idTwo, asked: true, answer: leftAlone, what: stop, code: 0, marked: idTwo},
		"another's, moved here":     {machine: idOne, mark: idTwo, asked: true, answer: movedHere, what: again, marked: idTwo},
		"another's, a second till":  {machine: idOne, mark: idTwo, asked: true, answer: secondTill, what: stop, code: 2, marked: idTwo},
		"another's, nobody to ask":  {machine: idOne, mark: idTwo, asked: true, answer: unasked, what: stop, code: 2, marked: idTwo},
		"another's, with --moved":   {machine: idOne, mark: idTwo, moved: true, what: goOn, marked: idOne},
		"garbage":                   {machine: idOne, mark: "garbage", asked: true, answer: unasked, what: stop, code: 2, marked: "garbage"},
		"garbage, with --moved":     {machine: idOne, mark: "garbage", moved: true, what: goOn, marked: idOne},
		"cut short by a power cut":  {machine: idOne, mark: idOne[:7], asked: true, answer: leftAlone, what: stop, code: 0, marked: idOne[:7]},
		"the machine's own garbled": {machine: "garbage", mark: idOne, asked: true, answer: leftAlone, what: stop, code: 0, marked: idOne},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMoveIn(t, c.machine, c.mark)
			m.o.moved, m.answer = c.moved, c.answer
			what, code := m.start(t.Context())
			if what != c.what || code != c.code || (m.asked > 0) != c.asked {
				t.Errorf("it does %d with %d, asked %d times", what, code, m.asked)
			}
			if got := strings.TrimSpace(content(t, markOf(m.folder))); got != c.marked {
				t.Errorf("the folder says %q, want %q", got, c.marked)
			}
			if c.asked && m.unread != (len(c.mark) != len(idOne)) {
				t.Errorf("asked as unread: %v", m.unread)
			}
			said := m.stderr.String()
			if (code == exitUsage) != (said != "") {
				t.Errorf("exit %d says %q", code, said)
			}
			for _, word := range []string{string(m.folder), "same receipt numbers", "--moved", "--data", "Nothing was changed"} {
				if code == exitUsage && !strings.Contains(said, word) {
					t.Errorf("it does not say %q: %s", word, said)
				}
			}
		})
	}
}

func TestWhose_AfterMovingItAsksNoMore(t *testing.T) {
	m := newMoveIn(t, idOne, idTwo)
	m.o.moved = true
	m.start(t.Context())
	m.o.moved = false
	if what, _ := m.start(t.Context()); what != goOn || m.asked != 0 {
		t.Errorf("it does %d, asked %d times", what, m.asked)
	}
	// The copy that stayed behind belongs to the machine it is on.
	t.Setenv(installationEnv, filepath.Join(t.TempDir(), "old"))
	written(t, os.Getenv(installationEnv), idTwo)
	if what, _ := m.start(t.Context()); what != stop || m.asked != 1 {
		t.Errorf("moved back: it does %d, asked %d times", what, m.asked)
	}
}

func TestWhose_ASignalWhileItIsAskedEndsItQuietly(t *testing.T) {
	m := newMoveIn(t, idOne, idTwo)
	m.answer = secondTill
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if what, code := m.start(ctx); what != stop || code != exitDone || m.stderr.String() != "" {
		t.Errorf("it does %d with %d: %s", what, code, m.stderr.String())
	}
}

func TestWhose_WithoutAPlaceForTheIDItGoesOnAndSaysSoInTheLog(t *testing.T) {
	m := newMoveIn(t, "", idTwo)
	blocked := filepath.Join(t.TempDir(), "file")
	written(t, blocked, "")
	t.Setenv(installationEnv, filepath.Join(blocked, "installation"))
	if what, _ := m.start(t.Context()); what != goOn || m.asked != 0 {
		t.Errorf("it does %d, asked %d times", what, m.asked)
	}
	if !strings.Contains(m.log.String(), "a copied folder would not be noticed") || content(t, markOf(m.folder)) != idTwo {
		t.Errorf("the log: %s", m.log.String())
	}
}

func TestWhose_AMarkThatCannotBeReadOrWritten(t *testing.T) {
	m := newMoveIn(t, idOne, "")
	if err := os.Mkdir(markOf(m.folder), 0o700); err != nil { // nothing can be read from it, and nothing put in its place
		t.Fatal(err)
	}
	written(t, filepath.Join(markOf(m.folder), "x"), "")
	m.answer = leftAlone
	if what, code := m.start(t.Context()); what != stop || code != exitDone || !m.unread {
		t.Errorf("it does %d with %d", what, code)
	}
	m.o.moved = true
	if what, _ := m.start(t.Context()); what != goOn || !strings.Contains(m.log.String(), "does not remember whose it is") {
		t.Errorf("it does %d; the log: %s", what, m.log.String())
	}
}

func TestTerminal_OnlyWhatReadsBack(t *testing.T) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	file, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	gone, err := os.Create(filepath.Join(t.TempDir(), "gone"))
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	for name, c := range map[string]struct {
		stdin, stderr *os.File
		want          bool
	}{
		"from an icon":             {null, null, false},
		"an icon, with a log":      {null, file, false},
		"an icon, nothing is open": {gone, gone, false},
		"under a program":          {null, w, true},
	} {
		if got := scripted(c.stdin, c.stderr); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestEnding_HasWordsInBothLanguages(t *testing.T) {
	missing := &fs.PathError{Op: "open", Path: "/x/config.toml", Err: fs.ErrNotExist}
	broken := filepath.Join(t.TempDir(), "config.toml")
	written(t, broken, "[shop]\nid = \"s 1\"\ncolour = \"red\"\n")
	_, faults := config.Load(broken)
	if faults == nil {
		t.Fatal("a broken configuration is good")
	}
	for name, c := range map[string]struct {
		e      ending
		en     string
		detail string
	}{
		"configuration":         {ending{config: faults}, "The settings have mistakes", "config.toml"},
		"no such configuration": {ending{config: missing}, "There is no such settings file", "/x/config.toml"},
		"folder":                {ending{Folder: true, Detail: []string{"disk full"}}, "The data folder cannot be used", "disk full"},
		"code":                  {ending{Code: "in-use", Detail: []string{"lock"}}, "Another till is running on this folder", "lock"},
	} {
		what, money, todo, detail := c.e.words(i18n.For(i18n.English))
		if what != c.en || money == "" || todo == "" || !strings.Contains(strings.Join(detail, "\n"), c.detail) {
			t.Errorf("%s: %q, %q, %q, %q", name, what, money, todo, detail)
		}
		chinese, _, _, _ := c.e.words(i18n.For(i18n.Chinese))
		if chinese == what || chinese == "" {
			t.Errorf("%s in Chinese: %q", name, chinese)
		}
	}
}

func TestEnding_ToldAgainAsItWas(t *testing.T) {
	t.Setenv(noWindowEnv, "1")
	var stderr strings.Builder
	e := startTrouble(&stderr, i18n.English, &ledgerError{errors.New("file is not a database\nfile is not a database")})
	if e.Exit != exitLedger || len(e.Detail) != 1 || e.finish(&stderr) != exitLedger || !strings.Contains(stderr.String(), "not a database") {
		t.Errorf("%+v: %s", e, stderr.String())
	}
	var env string
	t.Setenv(againEnv, "")
	if _, ok := toldAgain(func(string) string { return env }); ok {
		t.Error("nothing was told, and it is told again")
	}
	env = `{"Lang":"en","Exit":4,"Code":"corrupt","Detail":["x"]}`
	if got, ok := toldAgain(func(string) string { return env }); !ok || got.Exit != 4 || got.Code != "corrupt" || got.Lang != "en" {
		t.Errorf("%+v, %v", got, ok)
	}
}
