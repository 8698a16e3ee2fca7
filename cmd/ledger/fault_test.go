package main

import (
	"bytes"
	"database/sql"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/store"
)

// tamper changes the books behind the till's back, as somebody with a database tool would.
func (s *till) tamper(statements ...string) {
	s.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(s.books.Path())+"?_pragma=busy_timeout(5000)")
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, st := range statements {
		if _, err := db.ExecContext(s.t.Context(), st); err != nil {
			s.t.Fatal(st, err)
		}
	}
}

func TestVerify_ProvesWholeBooksWhileTheTillIsOpen(t *testing.T) {
	s := busyShop(t)
	s.run("verify").want(t, exitDone, "The ledger proves itself", "")
	s.run("verify", "--lang", "zh-CN").want(t, exitDone, "账本核验通过", "")
	newTill(t, false).run("verify").want(t, exitDone, "sales 0, payments 0", "")
}

func TestVerify_AnyTamperingIsExit4(t *testing.T) {
	for _, c := range []struct {
		name       string
		statements []string
	}{
		{"an amount in the journal", []string{
			`DROP TRIGGER journal_no_update`,
			`UPDATE journal SET body = replace(body, '1350', '1340') WHERE kind = 'sale'`,
		}},
		{"a posting", []string{`DROP TRIGGER posting_no_update`, `UPDATE posting SET fen = fen + 1 WHERE account = 'cash:drawer'`}},
		{"a day's total", []string{`UPDATE day_total SET fen = fen - 100 WHERE account = 'sales'`}},
		{"a receipt taken away", []string{`DROP TRIGGER sale_closed`, `UPDATE sale SET seq = seq + 5 WHERE day = 20261120 AND seq = 2`}},
		{"the amount of a payment", []string{`DROP TRIGGER payment_fixed`, `UPDATE payment SET amount = amount + 1 WHERE state = 'exception'`}},
		{"the last entry cut off", []string{
			`PRAGMA foreign_keys = 0`, `DROP TRIGGER journal_no_delete`, `DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)`,
		}},
		{"a guard taken away", []string{`DROP TRIGGER journal_no_update`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := busyShop(t)
			s.tamper(c.statements...)
			r := s.run("verify")
			r.want(t, exitLedger, "", "the ledger ")
			if strings.Contains(r.out, "proves itself") {
				t.Errorf("stdout %q", r.out)
			}
		})
	}
}

func TestRun_ADamagedLedgerIsExit4(t *testing.T) {
	for _, c := range []struct {
		name   string
		damage func(file []byte) []byte
	}{
		{"another file in its place", func([]byte) []byte { return []byte("day,total\n2026-11-20,12.00\n") }},
		{"an empty file", func([]byte) []byte { return nil }},
		{"cut in half", func(b []byte) []byte { return b[:len(b)/2/4096*4096] }},
		{"its header overwritten", func(b []byte) []byte { return append(bytes.Repeat([]byte{0xff}, 100), b[100:]...) }},
		{"every page but the first overwritten", func(b []byte) []byte {
			return append(b[:4096:4096], bytes.Repeat([]byte{0x5a}, len(b)-4096)...)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := busyShop(t)
			if err := s.books.Close(); err != nil {
				t.Fatal(err)
			}
			path := s.books.Path()
			whole, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			damaged := c.damage(whole)
			s.write(path, string(damaged))
			backup := filepath.Join(t.TempDir(), "b.db")
			items := filepath.Join(t.TempDir(), "items.csv")
			s.write(items, "barcode,name,price_yuan\n6901234567892,Cola,3.00\n")
			for _, args := range [][]string{
				{"verify"},
				{"takings"},
				{"pending"},
				{"export", "payments", "--from", "2026-11-20", "--to", "2026-11-20"},
				{"receipt", "S001-T1-20261120-0001"},
				{"backup", backup},
				{"import", "items", items},
			} {
				r := s.run(args...)
				if r.code != exitLedger || !strings.HasPrefix(r.last(), "ledger: ") {
					t.Errorf("%q: %+v", args, r)
				}
			}
			if after, _ := os.ReadFile(path); !bytes.Equal(after, damaged) {
				t.Error("a damaged ledger was written to")
			}
			if _, err := os.Stat(backup); !errors.Is(err, fs.ErrNotExist) {
				t.Error("a backup of a damaged ledger was kept")
			}
		})
	}
}

func TestRun_AClosedPipeIsNotDone(t *testing.T) {
	s := busyShop(t)
	no := s.cash(100, 0, 100).String()
	for _, args := range [][]string{
		{"export", "payments", "--from", "2026-11-20", "--to", "2026-11-21"},
		{"export", "sales", "--from", "2026-11-20", "--to", "2026-11-21", "--format", "jsonl"},
		{"takings"},
		{"takings", "--format", "csv"},
		{"takings", "--format", "json"},
		{"pending"},
		{"verify"},
		{"receipt", no},
		{"help"},
		{"--version"},
	} {
		r, w := io.Pipe()
		_ = r.Close()
		var errs bytes.Buffer
		now := func() time.Time { return noon }
		code := newProgram(w, &errs, now).run(t.Context(), append([]string{"--data", s.dir}, args...))
		result{code, "", errs.String()}.want(t, exitFailed, "", "the output was cut short")
	}
}

func TestBackup_IsALedgerThatProvesItself(t *testing.T) {
	s := busyShop(t)
	dir := filepath.Join(t.TempDir(), "moved")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "ledger.db")
	s.run("backup", file).want(t, exitDone, "Backed up and checked: "+file, "")
	s.cash(100, 0, 100) // after the copy, and so not in it
	start(t, noon, "verify", "--data", dir, "--lang", "en").want(t, exitDone, "sales 3", "")
	s.run("backup", filepath.Join(dir, "none", "b.db")).want(t, exitFailed, "", "no backup was made")
	s.run("backup", s.books.Path()).want(t, exitFailed, "", "no backup was made")
	s.run("verify").want(t, exitDone, "sales 4", "")
}

func TestImport_WhileTheTillIsOpen(t *testing.T) {
	s := newTill(t, false)
	file := filepath.Join(t.TempDir(), "items.csv")
	s.write(file, "\uFEFF条码,品名,售价,分类\r\n6901234567892,可口可乐 330ml,3.00,饮料\r\n6991348010209;6991348023438,农夫山泉 550ml,2.00,饮料\r\n")
	s.run("import", "items", file, "--preview").want(t, exitDone, "+ 6901234567892 可口可乐 330ml 3.00", "")
	if _, err := s.books.Item(t.Context(), "6901234567892"); pos.CodeOf(err) != pos.CodeNotFound {
		t.Fatalf("a preview imported: %v", err)
	}
	before, err := s.books.Revision(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.run("import", "items", file).want(t, exitDone, "Imported: 2 added, 0 updated, 0 unchanged", "")
	if it, err := s.books.Item(t.Context(), "6991348023438"); err != nil || it.Price != 200 {
		t.Errorf("the open till finds %+v, %v", it, err)
	}
	if after, err := s.books.Revision(t.Context()); err != nil || after == before {
		t.Errorf("revision %d, before %d, %v", after, before, err)
	}

	s.write(file, "barcode,name,price_yuan,plu\n6901234567892,可口可乐 330ml,3.50,\n6991348010209,农夫山泉 550ml,2.00,\n,鸡蛋,1.20,12\n")
	r := s.run("import", "items", file, "--preview")
	r.want(t, exitDone, "~ 6901234567892 可口可乐 330ml: price 3.00 -> 3.50", "")
	if !strings.HasSuffix(r.out, "Preview: 1 to add, 1 to update, 1 unchanged. Nothing was written\n") {
		t.Errorf("preview %q", r.out)
	}
	s.run("import", "items", file).want(t, exitDone, "Imported: 1 added, 1 updated, 1 unchanged", "")
	s.cash(350, 0, 350)
	s.run("verify").want(t, exitDone, "sales 1", "")
}

// The books stay their till's when the settings name another one: they are read, and nobody writes into them.
func TestRun_SettingsOfAnotherTill(t *testing.T) {
	s := newTill(t, false)
	no := s.cash(100, 0, 100).String()
	file := filepath.Join(t.TempDir(), "items.csv")
	s.write(file, "barcode,name,price_yuan\n6901234567892,Cola,3.00\n")
	s.write(filepath.Join(s.dir, "config.toml"), strings.Replace(settings, `till = "T1"`, `till = "T9"`, 1))
	s.run("verify").want(t, exitDone, "", "")
	s.run("receipt", no).want(t, exitDone, no, "")
	s.run("import", "items", file).want(t, exitUsage, "", "belongs to shop S001 till T1, and the settings say S001 T9")
	if _, err := s.books.Item(t.Context(), "6901234567892"); pos.CodeOf(err) != pos.CodeNotFound {
		t.Errorf("imported: %v", err)
	}
	if err := os.Remove(filepath.Join(s.dir, "config.toml")); err != nil {
		t.Fatal(err)
	}
	s.run("import", "items", file, "--lang", "en").want(t, exitDone, "1 added", "")
}

func TestImport_ABadRowImportsNothing(t *testing.T) {
	s := newTill(t, false)
	file := filepath.Join(t.TempDir(), "items.csv")
	s.write(file, "barcode,name,price_yuan\n6901234567892,Cola,3.00\n6991348010209,Water,2.005\n6901234567891,Tea,4.00\n")
	for _, args := range [][]string{{"import", "items", file}, {"import", "items", "--preview", file}} {
		r := s.run(args...)
		r.want(t, exitFailed, "", ": 2, the first on line 3")
		if !strings.Contains(r.errors, file+":3: ") || !strings.Contains(r.errors, file+":4: ") {
			t.Errorf("stderr %q", r.errors)
		}
		if r = s.run(append(args, "--lang", "zh-CN")...); !strings.Contains(r.errors, ":3: 售价“2.005”不对") || !strings.Contains(r.errors, "第 3 行：售价“2.005”不对") {
			t.Errorf("in Chinese it says %q", r.errors)
		}
	}
	if found, err := s.books.Find(t.Context(), "Cola", 10); err != nil || len(found) != 0 {
		t.Errorf("found %v, %v", found, err)
	}
	s.run("import", "items", file+".missing").want(t, exitFailed, "", "cannot be read")

	s.write(file, "barcode,name,price_yuan\n6901234567892,Cola,3.00\n6991348010209,Water,2.00\n")
	s.run("import", "items", file).want(t, exitDone, "2 added", "")
	s.write(file, "barcode,name,price_yuan\n6901234567892;6991348010209,Both,3.00\n")
	s.run("import", "items", file, "--preview").want(t, exitFailed, "", ": 1, the first on line 2")
	s.run("import", "items", file).want(t, exitFailed, "", ": 1, the first on line 2")
}

func TestImport_FillsTheBooksOfAShopThatIsSetUpAndHasNotSold(t *testing.T) {
	s := newTill(t, false)
	if err := s.books.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ledger.db", "ledger.db-wal", "ledger.db-shm"} {
		if err := os.Remove(filepath.Join(s.dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
	file := filepath.Join(t.TempDir(), "items.csv")
	s.write(file, "barcode,name,price_yuan\n6901234567892,Cola,3.00\n")
	s.run("import", "items", file).want(t, exitDone, "1 added", "")
	s.run("verify").want(t, exitDone, "sales 0", "")
}

func TestPlain_NothingReachesTheTerminalButText(t *testing.T) {
	if got := plain("a\x1b[2Jb\nc\u009b d\x7f王"); got != "a [2Jb c  d 王" {
		t.Errorf("%q", got)
	}
}

var verb = regexp.MustCompile(`%[a-z]`)

// families are labels of which the program names the beginning; the rest comes from the books.
var families = []string{"chain-", "next-", "refund-state-", "fault-"}

func TestVerify_NamesWhatAFaultIsOf(t *testing.T) {
	zh, en := words{i18n.For(i18n.Chinese)}, words{i18n.For(i18n.English)}
	for _, c := range []struct {
		fault  store.Fault
		zh, en string
	}{
		{store.Fault{Where: "refund 4", What: "is there twice"}, "退款 4 对不上：is there twice", "refund 4: is there twice"},
		{store.Fault{Where: "exception 2 returned", What: "differs"}, "异常款 2 returned 对不上：differs", "exception 2 returned: differs"},
		{store.Fault{Where: "evidence of refund 3", What: "has no refund"}, "退款证据 3 对不上：has no refund", "evidence of refund 3: has no refund"},
		{store.Fault{Where: "day 2026-11-20", What: "x"}, "营业日 2026-11-20 对不上：x", "day 2026-11-20: x"},
		{store.Fault{Where: "journal", What: "is cut"}, "journal: is cut", "journal: is cut"},
	} {
		if got := zh.fault(c.fault); got != c.zh {
			t.Errorf("%q, want %q", got, c.zh)
		}
		if got := en.fault(c.fault); got != c.en {
			t.Errorf("%q, want %q", got, c.en)
		}
	}
}

func TestLabels_AreUsedAndSayTheSameInBothLanguages(t *testing.T) {
	used := map[string]bool{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if pair, ok := n.(*ast.KeyValueExpr); ok && name == "words.go" {
				ast.Inspect(pair.Value, func(ast.Node) bool { return false })
				return false // the table itself
			}
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			f := ""
			switch fun := call.Fun.(type) {
			case *ast.Ident:
				f = fun.Name
			case *ast.SelectorExpr:
				f = fun.Sel.Name
			}
			place, ok := map[string]int{"label": 0, "usage": 0, "note": 0, "fault": 1}[f]
			if !ok || place >= len(call.Args) {
				return true
			}
			if lit, ok := call.Args[place].(*ast.BasicLit); ok {
				id, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatal(err)
				}
				used[id] = true
				if _, ok := labels[id]; !ok && !slices.Contains(families, id) {
					t.Errorf("%s asks for %q, which has no words", name, id)
				}
			}
			return true
		})
	}
	for id, l := range labels {
		family := slices.ContainsFunc(families, func(f string) bool { return strings.HasPrefix(id, f) })
		if !used[id] && !family {
			t.Errorf("nothing says %q", id)
		}
		if l.zh == "" || l.en == "" || !slices.Equal(verb.FindAllString(l.zh, -1), verb.FindAllString(l.en, -1)) {
			t.Errorf("%s: %q and %q have other places", id, l.zh, l.en)
		}
	}
	for _, w := range []words{{i18n.For(i18n.Chinese)}, {i18n.For(i18n.English)}} {
		for _, c := range commands {
			if !strings.Contains(w.usage(), "\n  "+c.name) {
				t.Errorf("the usage in %s lacks %s", w.Lang(), c.name)
			}
		}
	}
}
