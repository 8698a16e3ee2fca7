package config

import (
	"fmt"
	"slices"
	"strings"
)

// Error is one thing that is wrong with the settings. It never holds a secret.
type Error struct {
	File    string  // as it was given to Load or Parse; empty for a Config made in code
	Key     string  // dotted, as in "wechat.api_key"; empty when the file as a whole is meant
	Line    int     // from 1; 0 when there is no line to name
	Problem Problem // what is wrong; translations go by this
	Want    string  // what Problem says goes here: the argument of its sentence
	Err     error   // the system's own error, where there is one
}

// Problem is a stable name for one kind of fault. Its comment says what [Error.Want] holds.
type Problem string

// What can be wrong with the text of the file.
const (
	Syntax         Problem = "syntax"          // not TOML; Want: "column N"
	UnknownKey     Problem = "unknown_key"     // Want: the keys that section has
	UnknownSection Problem = "unknown_section" // Want: the sections there are
	Later          Problem = "later"           // planned, not in this version; Want: what works now, may be empty
	Duplicate      Problem = "duplicate"       // Want: the line of the first, as a number
	WrongType      Problem = "wrong_type"      // Want: "text", "a whole number", "true or false" or "a section"
	SecretWritten  Problem = "secret_written"  // the secret itself stands in the file; Want: the forms of a reference
	Unreadable     Problem = "unreadable"      // the file itself; Err says why
	TooLarge       Problem = "too_large"       // the file itself; Want: the limit
	NotUTF8        Problem = "not_utf8"        // the file itself
)

// What can be wrong with a value.
const (
	Missing  Problem = "missing"    // must be set; Want: an example
	NotOneOf Problem = "not_one_of" // Want: the choices
	Range    Problem = "range"      // Want: the limits
	Format   Problem = "format"     // Want: the form it must have
	TooLong  Problem = "too_long"   // Want: the limit
	Needs    Problem = "needs"      // of no use alone; Want: the key it goes with
	Taken    Problem = "taken"      // two keys of the file cannot have the same; Want: the other one
	Given    Problem = "given"      // a secret of the running program cannot be saved
)

// What can be wrong with the place a secret is kept in, found when it is resolved.
const (
	EnvUnset           Problem = "env_unset"           // Want: the variable
	FileUnreadable     Problem = "file_unreadable"     // Want: the path; Err says why
	FileOpen           Problem = "file_open"           // others may read it; Want: the command that ends that
	FileEmpty          Problem = "file_empty"          // Want: the path
	FileTooLarge       Problem = "file_too_large"      // Want: the path
	KeyringEmpty       Problem = "keyring_empty"       // Want: the name
	KeyringUnavailable Problem = "keyring_unavailable" // Want: the name; Err says why
)

// sentences puts each Problem into English; %s is Error.Want.
var sentences = map[Problem]string{
	Syntax:         "not readable as TOML at %s: text needs double quotes, and each key stands on a line of its own",
	UnknownKey:     "there is no such key; here it can be %s",
	UnknownSection: "there is no such section; the sections are %s",
	Later:          "comes with a later version",
	Duplicate:      "is set twice, first on line %s",
	WrongType:      "must be %s",
	SecretWritten:  "must not hold the secret itself; keep it elsewhere and write %s",
	Unreadable:     "cannot be read",
	TooLarge:       "is larger than %s",
	NotUTF8:        "is not UTF-8 text; save it as UTF-8",

	Missing:  "must be set, for example %s",
	NotOneOf: "must be one of %s",
	Range:    "must be %s",
	Format:   "must be %s",
	TooLong:  "must be at most %s",
	Needs:    "is of no use without %s",
	Taken:    "cannot be the same as %s, which works in the same places",
	Given:    "is known to the running program only and cannot be saved",

	EnvUnset:           "environment variable %s is not set, or empty",
	FileUnreadable:     "file %s cannot be read",
	FileOpen:           "other users may read the file; run: %s",
	FileEmpty:          "file %s is empty",
	FileTooLarge:       "file %s is too large for a secret",
	KeyringEmpty:       "the system's keyring holds nothing under %s",
	KeyringUnavailable: "the system's keyring gave no answer for %s",
}

// Error is one line: file, line, key, and an English sentence.
func (e *Error) Error() string {
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File)
		if e.Line > 0 {
			fmt.Fprintf(&b, ":%d", e.Line)
		}
		b.WriteString(": ")
	}
	if e.Key != "" {
		b.WriteString(e.Key + ": ")
	}
	sentence := sentences[e.Problem]
	if strings.Contains(sentence, "%s") {
		sentence = fmt.Sprintf(sentence, e.Want)
	} else if e.Want != "" {
		sentence += "; now: " + e.Want
	}
	b.WriteString(sentence)
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap is the system's own error, so that errors.Is(err, fs.ErrNotExist) tells a file that is not there.
func (e *Error) Unwrap() error { return e.Err }

// Errors is everything that is wrong, by line. It is never empty when it is an error.
type Errors []*Error

// Error is one line for each.
func (es Errors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.Is and errors.As look at each.
func (es Errors) Unwrap() []error {
	all := make([]error, len(es))
	for i, e := range es {
		all[i] = e
	}
	return all
}

// orNil sorts by line and keeps an empty list from becoming a non-nil error.
func (es Errors) orNil() error {
	if len(es) == 0 {
		return nil
	}
	slices.SortStableFunc(es, func(a, b *Error) int { return a.Line - b.Line })
	return es
}

// fault is an Error before it is known where it stands.
type fault struct {
	problem Problem
	want    string
	err     error
}

func (f *fault) at(file, key string, line int) *Error {
	return &Error{File: file, Key: key, Line: line, Problem: f.problem, Want: f.want, Err: f.err}
}
