package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"guitai/pos"
	"guitai/pos/config"
	"guitai/pos/i18n"
)

// A till that does not start says why on stderr, and, started from an icon, in a window, too: nobody reads its stderr then.
// There is a window when all of this holds: neither stdin nor stderr is a terminal; stderr is no pipe, at whose other end a
// program reads; $GUITAI_NO_WINDOW is empty; there is a display. The exit code and stderr are the same either way.

// noWindowEnv keeps windows about a start that failed from opening, for scripts that run on a machine with a display.
const noWindowEnv = "GUITAI_NO_WINDOW"

// againEnv tells the program that it was started again only to say why the till ended: an ending as JSON.
const againEnv = "GUITAI_TROUBLE"

// ending is how a run of the till ended. With nothing but an exit code, all is said.
type ending struct {
	Exit   int
	Lang   string
	Code   pos.Code // what happened, unless it is the folder
	Folder bool     // it is the folder
	Detail []string

	config error // the configuration's own faults, told by the line
	again  bool  // the program is to start again, the folder being ours
	died   bool  // the till's window was up
}

// words tell it in a language.
func (r ending) words(w *i18n.Words) (what, money, todo string, detail []string) {
	switch {
	case r.config != nil && errors.Is(r.config, fs.ErrNotExist):
		return w.T("start.config.none"), w.T("start.safe"), w.T("start.config.none.todo"), linesOf(r.config)
	case r.config != nil:
		problems, ok := errors.AsType[config.Errors](r.config)
		if !ok {
			detail = linesOf(r.config)
		}
		for _, p := range problems {
			detail = append(detail, problemLine(w.Lang(), p))
		}
		return w.T("start.config"), w.T("start.safe"), w.T("start.config.todo"), detail
	case r.Folder:
		return w.T("start.folder"), w.T("start.safe"), w.T("start.folder.todo"), r.Detail
	}
	what, money, todo = w.Trouble(r.Code)
	return what, money, todo, r.Detail
}

// finish does what is left to do when everything is closed, and returns the exit code. The folder is not locked any more:
// a window may stand for hours, and a backup may have to be restored meanwhile.
func (r ending) finish(stderr io.Writer) int {
	told := r.Code != pos.CodeNone || r.Folder || r.config != nil
	switch {
	case r.again:
		return startAgain(stderr)
	case !told, os.Getenv(noWindowEnv) != "", scripted(os.Stdin, os.Stderr):
	case r.died: // this process has had its window
		r.tellAgain()
	default:
		showEnding(r)
	}
	return r.Exit
}

// tellAgain makes the program one that only tells it. It returns when that does not work; stderr has said it.
func (r ending) tellAgain() {
	told, err := json.Marshal(r)
	if err != nil || os.Setenv(againEnv, string(told)) != nil {
		return
	}
	if self, err := os.Executable(); err == nil {
		_ = replace(self, []string{self})
	}
}

// toldAgain is what a till that ended left to say.
func toldAgain(getenv func(string) string) (r ending, ok bool) {
	told := getenv(againEnv)
	return r, told != "" && json.Unmarshal([]byte(told), &r) == nil
}

// scripted reports whether a person at a terminal or a program reads what the till says on stderr.
func scripted(stdin, stderr *os.File) bool {
	return terminal(stdin) || terminal(stderr) || modeOf(stderr)&fs.ModeNamedPipe != 0
}

// terminal reports whether a file is a terminal: a device of characters that does not swallow them.
func terminal(f *os.File) bool {
	if modeOf(f)&fs.ModeCharDevice == 0 {
		return false
	}
	here, err := f.Stat()
	if err != nil {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(here, null)
}

// modeOf is 0 for a file that is not open: a program that was started without one.
func modeOf(f *os.File) fs.FileMode {
	info, err := f.Stat()
	if err != nil {
		return 0
	}
	return info.Mode()
}

// startTrouble says why the till did not start, in the words that the screen would use.
func startTrouble(stderr io.Writer, lang string, err error) ending {
	w := i18n.For(lang)
	r := ending{Lang: lang, Exit: exitOf(err), Code: pos.CodeOf(err), Detail: linesOf(err)}
	what, money, todo := w.Trouble(r.Code)
	fmt.Fprintln(stderr, err)
	stop := ". "
	if w.Lang() == i18n.Chinese {
		stop = "。"
	}
	fmt.Fprintln(stderr, strings.TrimSpace(what+stop+money+stop+todo+stop))
	return r
}

// folderTrouble says why the data folder cannot be used.
func folderTrouble(stderr io.Writer, lang string, err error) ending {
	fmt.Fprintln(stderr, err)
	fmt.Fprintln(stderr, "The till did not start; no money is affected. Make room or give it a folder it may write to, with --data DIR.")
	return ending{Lang: lang, Exit: exitFailed, Folder: true, Detail: linesOf(err)}
}

// configTrouble says what is wrong with the configuration, and returns the exit code.
func configTrouble(stderr io.Writer, lang string, err error) int {
	configLines(stderr, lang, err)
	return ending{Lang: lang, Exit: exitUsage, config: err}.finish(stderr)
}

// linesOf are an error's lines, without those that only repeat.
func linesOf(err error) []string {
	lines := strings.Split(err.Error(), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return slices.Compact(lines)
}
