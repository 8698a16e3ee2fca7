package setup

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"guitai/pos/config"
	"guitai/pos/i18n"
)

// source calls visit for every node of package config.
func source(t *testing.T, visit func(ast.Node)) {
	t.Helper()
	files, err := filepath.Glob("../../pos/config/*.go")
	if err != nil || len(files) < 5 {
		t.Fatalf("package config is not there: %v, %v", files, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if n != nil {
				visit(n)
			}
			return true
		})
	}
}

func TestProblems_AllHaveWords(t *testing.T) {
	seen := 0
	source(t, func(n ast.Node) {
		v, ok := n.(*ast.ValueSpec)
		if !ok || len(v.Values) != 1 {
			return
		}
		typ, ok := v.Type.(*ast.Ident)
		lit, isLit := v.Values[0].(*ast.BasicLit)
		if !ok || !isLit {
			return
		}
		value, err := strconv.Unquote(lit.Value)
		if err != nil {
			return
		}
		var id string
		switch typ.Name {
		case "Problem":
			id = problems[config.Problem(value)]
		case "FolderProblem":
			id = folderProblems[config.FolderProblem(value)]
		default:
			return
		}
		seen++
		for _, lang := range []string{i18n.Chinese, i18n.English} {
			if !i18n.For(lang).Has(id) {
				t.Errorf("%s: no words for %s %s", lang, typ.Name, value)
			}
		}
	})
	if seen < len(problems)+len(folderProblems) {
		t.Errorf("found %d problems in the source, fewer than have words; the test no longer reads them", seen)
	}
}

// english is a phrase that has no place in a Chinese sentence.
var english = regexp.MustCompile(`\b[a-z]{2,} (?:[a-z]+ )*[a-z]{2,}\b`)

// TestWants_AreWordedInChinese reads what package config says goes where, so that a new rule without words is found.
func TestWants_AreWordedInChinese(t *testing.T) {
	zh := i18n.For(i18n.Chinese)
	phrases := map[string]bool{}
	source(t, func(n ast.Node) {
		if call, ok := n.(*ast.CallExpr); ok {
			if name, ok := call.Fun.(*ast.Ident); ok && (name.Name == "matching" || name.Name == "within") {
				collect(call, phrases)
			}
		}
		if kv, ok := n.(*ast.KeyValueExpr); ok {
			if name, ok := kv.Key.(*ast.Ident); ok && name.Name == "want" {
				collect(kv.Value, phrases)
			}
		}
		if c, ok := n.(*ast.ValueSpec); ok && (c.Names[0].Name == "secretForms" || c.Names[0].Name == "now") {
			collect(c, phrases)
		}
		if r, ok := n.(*ast.FuncDecl); ok && r.Name.Name == "typeName" {
			collect(r.Body, phrases)
		}
	})
	if len(phrases) < 20 {
		t.Fatalf("found %d wants; the test no longer reads them", len(phrases))
	}
	for want := range phrases {
		if got := wantText(zh, want); english.MatchString(strings.ReplaceAll(got, "true 或 false", "")) {
			t.Errorf("%q is told as %q", want, got)
		}
	}
}

// collect gathers the texts under a node, with numbers and names where they are filled in.
func collect(n ast.Node, into map[string]bool) {
	fill := strings.NewReplacer("%d", "12", "%s", "x")
	ast.Inspect(n, func(n ast.Node) bool {
		lit, ok := n.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return true
		}
		text, err := strconv.Unquote(lit.Value)
		if err != nil {
			return true
		}
		switch text { // parts that are put together
		case "column ":
			text += "5"
		case " characters":
			text = "32" + text
		case "a section: [":
			text += "shop]"
		case "chmod 600 ": // a command is the same in any language
			return true
		}
		into[fill.Replace(text)] = true
		return true
	})
}

func TestProblemText_SaysItInTheShopsWords(t *testing.T) {
	for _, c := range []struct {
		name, zh, en string
		e            config.Error
	}{
		{
			"a form", "config.toml:4: shop.id: 应该是 1 到 8 位大写字母或数字", "config.toml:4: shop.id: Must be 1 to 8 of A-Z 0-9",
			config.Error{File: "config.toml", Line: 4, Key: "shop.id", Problem: config.Format, Want: "1 to 8 of A-Z 0-9"},
		},
		{
			"the file itself", "config.toml: 读不了：找不到", "config.toml: Cannot be read: it is not there",
			config.Error{File: "config.toml", Problem: config.Unreadable, Err: fs.ErrNotExist},
		},
		{
			"not yet", "relay.url: 以后的版本才有；现在可以用：\"\"", "relay.url: Comes with a later version; now: \"\"",
			config.Error{Key: "relay.url", Problem: config.Later, Want: `""`},
		},
		{
			"a section not yet", "keys: 以后的版本才有", "keys: Comes with a later version",
			config.Error{Key: "keys", Problem: config.Later},
		},
		{
			"where TOML ends", "c.toml:7: 第 12 列起看不懂：文字要加英文双引号，一行只写一个设置",
			"c.toml:7: Not readable as TOML at column 12: text needs double quotes, and each key a line of its own",
			config.Error{File: "c.toml", Line: 7, Problem: config.Syntax, Want: "column 12"},
		},
		{
			"a forbidden file", "wechat.api_key: 文件 /k 读不了：没有权限", "wechat.api_key: File /k cannot be read: no permission",
			config.Error{Key: "wechat.api_key", Problem: config.FileUnreadable, Want: "/k", Err: fs.ErrPermission},
		},
		{
			"a cause without words", "wechat.api_key: 系统钥匙串没有给出 guitai/api_key：dbus: gone", "wechat.api_key: The system's keyring gave no answer for guitai/api_key: dbus: gone",
			config.Error{Key: "wechat.api_key", Problem: config.KeyringUnavailable, Want: "guitai/api_key", Err: errors.New("dbus: gone")},
		},
		{
			"a problem of a later version", "shop.id: ; now: told plainly", "shop.id: ; now: told plainly",
			config.Error{Key: "shop.id", Problem: "new", Want: "told plainly"},
		},
	} {
		if got := ProblemLine(i18n.For(i18n.Chinese), &c.e); got != c.zh {
			t.Errorf("%s: %q, want %q", c.name, got, c.zh)
		}
		if got := ProblemLine(i18n.For(i18n.English), &c.e); got != c.en {
			t.Errorf("%s: %q, want %q", c.name, got, c.en)
		}
	}
}

func TestFaultText_NamesTheFolderAndSaysNothingIsLost(t *testing.T) {
	for _, lang := range []string{i18n.Chinese, i18n.English} {
		w := i18n.For(lang)
		for problem := range folderProblems {
			e := &config.FolderError{Path: "/till", Problem: problem, Err: errors.New("why")}
			text := faultText(w, e)
			if !strings.Contains(text, "/till") || !strings.Contains(text, w.T("setup.kept")) || strings.Contains(text, "setup.") {
				t.Errorf("%s %s: %q", lang, problem, text)
			}
		}
		if text := faultText(w, errors.New("why")); !strings.Contains(text, "why") || !strings.Contains(text, w.T("setup.kept")) {
			t.Errorf("%s: %q", lang, text)
		}
	}
}
