package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// law says what each room may import of this module. It is policy: it is not widened to make a build pass, and a new
// room needs a line here. A trailing /* allows every room below.
var law = map[string][]string{
	"pos":                     {},
	"pos/bubble":              {}, // virtual time for tests
	"pos/chart":               {"pos"},
	"pos/checkout":            {"pos"},
	"pos/config":              {"pos"},
	"pos/display":             {"pos"},
	"pos/export":              {"pos", "pos/i18n"},
	"pos/goods":               {"pos"},
	"pos/i18n":                {"pos", "assets/words"},
	"pos/photo":               {"pos"},
	"pos/printer":             {"pos"},
	"pos/printer/printertest": {}, // a printer that may disagree with the till
	"pos/receipt":             {"pos", "pos/i18n", "assets/fonts"},
	"pos/reconcile":           {"pos"},
	"pos/relay":               {"pos"},
	"pos/relay/relaytest":     {"pos"}, // the relay's lasting state in memory
	"pos/scanner":             {"pos"},
	"pos/sound":               {"pos", "assets/sounds"},
	"pos/storefront":          {"pos"},
	"pos/wechat":              {"pos"},
	"pos/wechat/apiv1":        {"pos", "pos/wechat"},
	"pos/wechat/apiv2":        {"pos", "pos/wechat"},
	"pos/wechat/login":        {"pos", "pos/wechat"},
	"pos/wechat/sim":          {},
	"store":                   {"pos"},
	"store/central":           {"pos"},
	"store/storetest":         {"store"}, // new ledgers for tests, made once

	"ui":           {"pos", "pos/i18n", "ui/*", "assets/fonts", "assets/guide", "assets/icon"},
	"ui/backup":    {"pos", "pos/i18n", "ui/widgets"},
	"ui/cash":      {"pos", "pos/i18n", "ui/widgets"},
	"ui/customer":  {"pos", "pos/i18n", "ui/widgets"},
	"ui/discount":  {"pos", "pos/i18n", "ui/widgets"},
	"ui/deals":     {"pos", "pos/i18n", "ui/widgets"},
	"ui/export":    {"pos", "pos/i18n", "ui/widgets"},
	"ui/goods":     {"pos", "pos/i18n", "ui/widgets"},
	"ui/health":    {"pos", "pos/i18n", "ui/widgets"},
	"ui/held":      {"pos", "pos/i18n", "ui/widgets"},
	"ui/ime":       {}, // a system call
	"ui/help":      {"pos", "pos/i18n", "ui/widgets"},
	"ui/inbox":     {"pos", "pos/i18n", "ui/widgets"},
	"ui/itemsfile": {"pos", "pos/i18n", "ui/widgets"},
	"ui/labels":    {"pos", "pos/i18n", "ui/widgets"},
	"ui/note":      {"pos", "pos/i18n", "ui/widgets"},
	"ui/pay":       {"pos", "pos/i18n", "ui/widgets"},
	"ui/pending":   {"pos", "pos/i18n", "ui/widgets"},
	"ui/phone":     {"pos", "pos/i18n", "ui/widgets"},
	"ui/prints":    {"pos", "pos/i18n", "ui/widgets"},
	"ui/reconcile": {"pos", "pos/i18n", "ui/widgets"},
	"ui/refund":    {"pos", "pos/i18n", "ui/widgets"},
	"ui/sales":     {"pos", "pos/i18n", "ui/widgets"},
	"ui/sell":      {"pos", "pos/i18n", "ui/widgets"},
	"ui/shift":     {"pos", "pos/i18n", "ui/widgets"},
	"ui/sign":      {"pos", "pos/i18n", "ui/widgets"},
	"ui/staff":     {"pos", "pos/i18n", "ui/widgets"},
	"ui/settings":  {"pos", "pos/i18n", "pos/config", "ui/widgets"},
	"ui/setup":     {"pos", "pos/i18n", "pos/config", "ui/widgets"},
	"ui/takings":   {"pos", "pos/i18n", "ui/widgets"},
	"ui/tenders":   {"pos", "pos/i18n", "ui/widgets"},
	"ui/trouble":   {"pos", "pos/i18n", "ui/widgets"},
	"ui/want":      {"pos", "pos/i18n", "ui/widgets"},
	"ui/gallery":   {"pos", "pos/i18n", "pos/config", "pos/receipt", "ui", "ui/*", "assets/*"}, // a program: every state of the window, for looking at it
	"ui/widgets":   {"pos", "pos/i18n", "pos/chart"},                                           // what draws the report's chart draws the window's

	"assets/fonts":  {},
	"assets/guide":  {},
	"assets/icon":   {},
	"assets/shop":   {},
	"assets/sounds": {},
	"assets/words":  {},

	"store/central/centraltest": {}, // a PostgreSQL for tests to start

	"cmd/cashier": {"*"},
	"cmd/ledger":  {"*"},
	"cmd/relay":   {"*"},
	"cmd/wxsim":   {"*"},
}

// outside says which rooms are held to the standard library, and which parts of it the glossary does without.
var (
	stdOnly  = []string{"pos", "pos/checkout", "pos/relay", "pos/storefront", "pos/wechat", "pos/wechat/apiv1", "pos/wechat/apiv2", "pos/wechat/login"}
	notInPos = []string{"net", "net/http", "os", "database/sql", "io/fs", "os/exec"}
	noWindow = []string{"pos", "store", "cmd/ledger", "cmd/relay", "cmd/wxsim"} // and every room below
	nameless = []string{"util", "utils", "common", "helper", "helpers", "shared", "core", "base", "misc", "model", "models", "types"}
)

func TestImportLaw(t *testing.T) {
	const root = "../.."
	seen := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == "build" || (strings.HasPrefix(d.Name(), ".") && rel != ".")) {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(rel, ".go") || strings.HasSuffix(rel, "_test.go") {
			return nil
		}
		room := filepath.ToSlash(filepath.Dir(rel))
		seen[room] = true
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if why := broken(room, imported); why != "" {
				t.Errorf("%s imports %s: %s", rel, imported, why)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for room := range seen {
		if _, ok := law[room]; !ok {
			t.Errorf("room %s has no line in the law", room)
		}
		for part := range strings.SplitSeq(room, "/") {
			if slices.Contains(nameless, part) {
				t.Errorf("room %s: %q says nothing about what is in it", room, part)
			}
		}
	}
	for room := range law {
		if !seen[room] {
			t.Errorf("the law has a line for %s, which is not there", room)
		}
	}
}

// broken says which article an import breaks, "" for none.
func broken(room, imported string) string {
	own, ours := strings.CutPrefix(imported, "guitai/")
	if !ours {
		return brokenOutside(room, imported)
	}
	for _, allowed := range law[room] {
		if allowed == own || allowed == "*" {
			return ""
		}
		if prefix, all := strings.CutSuffix(allowed, "/*"); all && strings.HasPrefix(own, prefix+"/") {
			return ""
		}
	}
	return "the law has no such arrow"
}

func brokenOutside(room, imported string) string {
	first, _, _ := strings.Cut(imported, "/")
	foreign := strings.Contains(first, ".")
	switch {
	case foreign && slices.Contains(stdOnly, room):
		return "standard library only"
	case room == "pos" && slices.Contains(notInPos, imported):
		return "the glossary touches neither network nor files"
	case strings.HasPrefix(imported, "fyne.io/") && slices.ContainsFunc(noWindow, func(r string) bool {
		return room == r || strings.HasPrefix(room, r+"/")
	}):
		return "no window here"
	case strings.HasPrefix(room, "assets/") && foreign:
		return "assets embed and do nothing else"
	}
	return ""
}
