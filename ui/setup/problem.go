package setup

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"guitai/pos/config"
	"guitai/pos/i18n"
)

// problems has the sentence of every [config.Problem]; {0} is what [config.Error.Want] says.
var problems = map[config.Problem]string{
	config.Syntax:         "setup.problem.syntax",
	config.UnknownKey:     "setup.problem.unknown-key",
	config.UnknownSection: "setup.problem.unknown-section",
	config.Later:          "setup.problem.later",
	config.Duplicate:      "setup.problem.duplicate",
	config.WrongType:      "setup.problem.wrong-type",
	config.SecretWritten:  "setup.problem.secret-written",
	config.Unreadable:     "setup.problem.unreadable",
	config.TooLarge:       "setup.problem.too-large",
	config.NotUTF8:        "setup.problem.not-text",

	config.Missing:  "setup.problem.missing",
	config.NotOneOf: "setup.problem.not-one-of",
	config.Range:    "setup.problem.range",
	config.Format:   "setup.problem.format",
	config.TooLong:  "setup.problem.too-long",
	config.Needs:    "setup.problem.needs",
	config.Taken:    "setup.problem.taken",
	config.Given:    "setup.problem.given",

	config.EnvUnset:           "setup.problem.env-unset",
	config.FileUnreadable:     "setup.problem.file-unreadable",
	config.FileOpen:           "setup.problem.file-open",
	config.FileEmpty:          "setup.problem.file-empty",
	config.FileTooLarge:       "setup.problem.file-too-large",
	config.KeyringEmpty:       "setup.problem.keyring-empty",
	config.KeyringUnavailable: "setup.problem.keyring-unavailable",
}

// wants has the words for what [config.Error.Want] says in English; what is captured fills {0} and {1}. A Want that none
// of them matches reads the same in any language: an example, a list of keys or values, a path, a command.
var wants = []struct {
	form *regexp.Regexp
	id   string
}{
	{regexp.MustCompile(`^column (\d+)$`), "setup.want.column"},
	{regexp.MustCompile(`^text$`), "setup.want.text"},
	{regexp.MustCompile(`^a whole number$`), "setup.want.number"},
	{regexp.MustCompile(`^true or false$`), "setup.want.bool"},
	{regexp.MustCompile(`^a section$`), "setup.want.section"},
	{regexp.MustCompile(`^a section: (.+)$`), "setup.want.section-named"},
	{regexp.MustCompile(`^keyring:NAME, env:NAME or file:PATH$`), "setup.want.secret"},
	{regexp.MustCompile(`^one line of text without control characters$`), "setup.want.line"},
	{regexp.MustCompile(`^(\d+) characters$`), "setup.want.characters"},
	{regexp.MustCompile(`^(\d+) bytes of UTF-8$`), "setup.want.bytes"},
	{regexp.MustCompile(`^(\d+) bytes of UTF-8 beside this shop name$`), "setup.want.bytes-beside"},
	{regexp.MustCompile(`^(\d+) to (\d+) of A-Z 0-9$`), "setup.want.capitals"},
	{regexp.MustCompile(`^wx \(or ww\) and (\d+) letters or digits$`), "setup.want.appid"},
	{regexp.MustCompile(`^(\d+) letters or digits$`), "setup.want.letters"},
	{regexp.MustCompile(`^(\d+) to (\d+) digits$`), "setup.want.digits"},
	{regexp.MustCompile(`^six digits$`), "setup.want.six-digits"},
	{regexp.MustCompile(`^the name of a time zone, like (.+)$`), "setup.want.timezone"},
	{regexp.MustCompile(`^https://HOST, with a path at most: no query, no user \(http:// only to this machine\)$`), "setup.want.url"},
	{regexp.MustCompile(`^HOST:PORT, like (.+)$`), "setup.want.host-port"},
	{regexp.MustCompile(`^tcp://HOST:PORT, usb:///DEVICE, serial:///DEVICE\?baud=N, queue:NAME, file:DIR, pdf:DIR or none:$`), "setup.want.printer"},
	{regexp.MustCompile(`^serial:///DEVICE\?baud=N, like (.+) or (.+)$`), "setup.want.serial"},
	{regexp.MustCompile(`^20ms to 500ms, in steps of 2ms$`), "setup.want.pulse"},
	{regexp.MustCompile(`^\{receipt\}, \{amount\} and \{day\} are what can be filled in$`), "setup.want.link"},
	{regexp.MustCompile(`^F1 to F12, Del, Ins, \+ or -, or one of them or a letter with Ctrl, Alt or Shift, like (.+) or (.+)$`), "setup.want.chord"},
	{regexp.MustCompile(`^a key that neither the scanner nor the text fields need: .+$`), "setup.want.chord-free"},
	{regexp.MustCompile(`^a key that no page has for itself: .+$`), "setup.want.chord-page"},
	{regexp.MustCompile(`^layouts like (\S+), 13 places or 18 that begin with 26, parted by blanks$`), "setup.want.layouts"},
	{regexp.MustCompile(`^different names of at most (\d+) characters, parted by blanks$`), "setup.want.tenders"},
	{regexp.MustCompile(`^at most (\d+) names$`), "setup.want.names-most"},
	{regexp.MustCompile(`^an IPv4 or IPv6 address$`), "setup.want.ip"},
	{regexp.MustCompile(`^2m to 2h, in whole seconds$`), "setup.want.expires"},
	{regexp.MustCompile(`^1m to 8h, in whole seconds, or 0s for never$`), "setup.want.auto-lock"},
	{regexp.MustCompile(`^an amount in yuan, like (.+)$`), "setup.want.yuan"},
	{regexp.MustCompile(`^a number and its unit, like "5m" or "90s"$`), "setup.want.duration"},
	{regexp.MustCompile(`^HH:MM, like (.+)$`), "setup.want.time"},
	{regexp.MustCompile(`^a certificate in PEM form: the file (\S+)$`), "setup.want.cert"},
	{regexp.MustCompile(`^a whole certificate: fetch (\S+) again$`), "setup.want.cert-whole"},
	{regexp.MustCompile(`^a private key in PEM form: what is in (\S+)$`), "setup.want.key"},
	{regexp.MustCompile(`^the private key that belongs to the certificate of (.*)$`), "setup.want.key-pair"},
	{regexp.MustCompile(`^(\S+) to (\S+)$`), "setup.want.range"},
}

func wantText(w *i18n.Words, want string) string {
	for _, known := range wants {
		if m := known.form.FindStringSubmatch(want); m != nil {
			args := make([]any, 0, len(m))
			for _, part := range m[1:] {
				args = append(args, part)
			}
			return w.T(known.id, args...)
		}
	}
	return want
}

// ProblemText says in words what is wrong with a setting, without naming it or its place.
func ProblemText(w *i18n.Words, e *config.Error) string {
	id, ok := problems[e.Problem]
	if !ok {
		bare := config.Error{Problem: e.Problem, Want: e.Want, Err: e.Err}
		return bare.Error() // of a later version: told in its own words
	}
	text := w.T(id, wantText(w, e.Want))
	if e.Problem == config.Later && e.Want != "" {
		text = w.T("setup.problem.later-now", wantText(w, e.Want))
	}
	if e.Err != nil {
		text = w.T("setup.problem.because", text, causeText(w, e.Err))
	}
	return text
}

// ProblemLine is ProblemText behind the file, the line and the key, for a terminal.
func ProblemLine(w *i18n.Words, e *config.Error) string {
	place := e.File
	if place != "" && e.Line > 0 {
		place = fmt.Sprintf("%s:%d", place, e.Line)
	}
	var parts []string
	for _, part := range []string{place, e.Key, ProblemText(w, e)} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ": ")
}

// causeText words the system's errors that a shop may meet; the others are told as the system tells them.
func causeText(w *i18n.Words, err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return w.T("setup.cause.not-there")
	case errors.Is(err, fs.ErrPermission):
		return w.T("setup.cause.forbidden")
	}
	return err.Error()
}

// fieldText is ProblemText under a field of the form, where the field's name and an example stand already.
func fieldText(w *i18n.Words, field Field, printer string, e *config.Error) string {
	switch {
	case e.Problem == config.Missing:
		return w.T("setup.field.missing")
	case field == FieldAddress && printer == PrinterNetwork && e.Problem == config.Format:
		return w.T("setup.field.address")
	}
	return ProblemText(w, e)
}

var folderProblems = map[config.FolderProblem]string{
	config.FolderForbidden: "setup.folder.forbidden",
	config.FolderIsFile:    "setup.folder.is-file",
	config.FolderNoSpace:   "setup.folder.no-space",
	config.FolderBroken:    "setup.folder.broken",
}

// faultText says why the settings were not saved, that nothing is lost, and what to do.
func faultText(w *i18n.Words, err error) string {
	var folder *config.FolderError
	if errors.As(err, &folder) {
		return FolderText(w, folder) + w.T("setup.kept")
	}
	var setting *config.Error
	if errors.As(err, &setting) {
		return ProblemLine(w, setting)
	}
	return w.T("setup.failed", causeText(w, err)) + w.T("setup.kept")
}

// FolderText says in words why a data folder cannot be used, and what to do.
func FolderText(w *i18n.Words, e *config.FolderError) string {
	id, ok := folderProblems[e.Problem]
	if !ok {
		id = "setup.folder.broken"
	}
	return w.T(id, e.Path, causeText(w, e.Err))
}
