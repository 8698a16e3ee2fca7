package i18n

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"guitai/assets/words"
	"guitai/pos"
)

var place = regexp.MustCompile(`\{(\d+|key:[a-z_]*)\}`)

func TestLanguages_SayTheSameThings(t *testing.T) {
	zh, en := read(t, Chinese), read(t, English)
	for id, c := range zh {
		e, ok := en[id]
		if !ok {
			t.Errorf("%s has no English", id)
			continue
		}
		if c == "" || e == "" {
			t.Errorf("%s is empty in a language", id)
		}
		a, b := place.FindAllString(c, -1), place.FindAllString(e, -1)
		slices.Sort(a)
		slices.Sort(b)
		if !slices.Equal(a, b) {
			t.Errorf("%s: places %v in Chinese, %v in English", id, a, b)
		}
	}
	for id := range en {
		if _, ok := zh[id]; !ok {
			t.Errorf("%s has no Chinese", id)
		}
	}
}

func read(t *testing.T, lang string) map[string]string {
	t.Helper()
	files, err := fs.Glob(words.Files, lang+"/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no words of %s: %v", lang, err)
	}
	all, whose := map[string]string{}, map[string]string{}
	for _, name := range files {
		raw, err := words.Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		m := map[string]string{}
		if err := json.Unmarshal(raw, &m); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for id, s := range m {
			if other, twice := whose[id]; twice {
				t.Errorf("%s is in %s and in %s", id, other, name)
			}
			all[id], whose[id] = s, name
		}
	}
	return all
}

// TestEnums_HaveWords reads the constants of package pos, so that a new one without words is found.
func TestEnums_HaveWords(t *testing.T) {
	prefix := map[string]string{
		"Code": "trouble.", "PayPhase": "phase.", "State": "state.", "Tender": "tender.", "PrintState": "print.",
		"ExceptionKind": "exception.", "Light": "light.",
		"ExceptionState": "standing.", "Action": "action.", "RefundState": "giving.", "Evidence": "proof.",
		"Role": "role.", "Deed": "deed.", "CashKind": "cash-kind.",
		"ExportKind": "export-kind.", "FigureName": "figure.",
		"FindingClass": "finding-class.", "FindingCause": "finding-cause.", "FindingAction": "finding-action.",
		"BillKind": "bill-kind.", "BillItemKind": "bill-item.", "Document": "paper-kind.",
		"KeyAction": "key.", "KeyGroup": "key.group.",
	}
	seen := map[string]int{}
	for typ, values := range constants(t, "..") {
		p, ok := prefix[typ]
		if !ok {
			continue
		}
		for _, v := range values {
			seen[typ]++
			ids := []string{p + v}
			switch {
			case typ == "Code":
				if v == "" {
					v = "none"
				}
				ids = []string{p + v + ".what", p + v + ".money", p + v + ".todo"}
				if v != "none" && !slices.Contains(Codes, pos.Code(v)) {
					t.Errorf("Codes lacks %q", v)
				}
			case v == "":
				continue
			case typ == "PayPhase", typ == "RefundState":
				ids = append(ids, p+v+".todo")
			case typ == "KeyAction":
				ids = append(ids, p+v+".help")
			case typ == "Action", typ == "FindingAction":
				ids = append(ids, p+v+".money")
			case typ == "ExceptionKind":
				ids = append(ids, p+v+".money", p+v+".todo")
			}
			for _, id := range ids {
				for _, lang := range []string{Chinese, English} {
					if !For(lang).Has(id) {
						t.Errorf("%s: no words for %s", lang, id)
					}
				}
			}
		}
	}
	for typ := range prefix {
		if seen[typ] < 2 {
			t.Errorf("found %d constants of pos.%s; the test no longer reads them", seen[typ], typ)
		}
	}
}

// constants returns the string constants of a package's files by their type's name.
func constants(t *testing.T, dir string) map[string][]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
				continue
			}
			for _, s := range g.Specs {
				v := s.(*ast.ValueSpec)
				typ, ok := v.Type.(*ast.Ident)
				if !ok || len(v.Values) != 1 {
					continue
				}
				if lit, ok := v.Values[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
					s, err := strconv.Unquote(lit.Value)
					if err != nil {
						t.Fatal(err)
					}
					found[typ.Name] = append(found[typ.Name], s)
				}
			}
		}
	}
	return found
}

// made are the ids that are put together from parts in this package.
var made = regexp.MustCompile(`^(trouble|phase|origin|state|tender|print|exception|light|msg|code|standing|action|giving|proof|next|role|deed|cash-kind|export-kind|figure|finding-class|finding-cause|finding-action|bill-kind|bill-item|bill|paper-kind|item-fault|item-field|item-fact|item-hint|item-note|item-choice|price-source|label-since|deal-field|deal-list|deal-hint|deal-choice|goods-page|brief|book-kind|book-format|book-part|key|settings\.(part|side|relay|phone|printer|receipt|scanner|display|sound|hint|example|format|act|busy|done|drawer))\.`)

// madeOfSettings are those that the settings' window puts together of its parts and fields.
var madeOfSettings = regexp.MustCompile(`^settings\.(idle|shop|staff|wechat|notify|backup|apiv1|tenders|barcodes|keys)\.`)

func TestSource_AsksOnlyForWordsThatExist_AndForAll(t *testing.T) {
	used := map[string]bool{}
	zh := For(Chinese)
	heads := map[string]bool{}
	for id := range zh.words {
		heads[id[:strings.Index(id, ".")]] = true
	}
	id := regexp.MustCompile(`^[a-z]+(\.[a-z][a-z-]*)+$`) // tenders.other looks like one and is a key of config.toml
	for _, dir := range []string{"../../ui", "../receipt", "../export", "../../cmd", "."} {
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if os.IsNotExist(err) {
				return nil // a room that is not built yet says nothing
			}
			if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(f, func(n ast.Node) bool {
				lit, ok := n.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING {
					return true
				}
				s, err := strconv.Unquote(lit.Value)
				if err != nil {
					return true
				}
				used[s] = true
				if head, _, _ := strings.Cut(s, "."); dir != "../../cmd" && s != "tenders.other" && id.MatchString(s) && heads[head] && !zh.Has(s) {
					t.Errorf("%s asks for %q, which has no words", path, s)
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for w := range zh.words {
		if !used[w] && !made.MatchString(w) && !madeOfSettings.MatchString(w) {
			t.Errorf("nothing says %q", w)
		}
		if m, ok := strings.CutPrefix(w, "msg."); ok {
			if _, known := readings[m]; !known {
				t.Errorf("message %q is not among the till's messages", m)
			}
		}
	}
	for m := range readings {
		if !zh.Has("msg." + m) {
			t.Errorf("message %q has no words", m)
		}
	}
}

func TestT_FillsPlacesAndShowsUnknownIDs(t *testing.T) {
	w := For(English)
	for _, c := range []struct{ name, got, want string }{
		{"filled", w.T("done.line", "Cash", 128, "0042"), "Cash · No. 128 today · ends 0042"},
		{"missing argument", w.T("head.pending"), "Pending "},
		{"unknown id", w.T("no.such"), "no.such"},
		{"money argument", w.T("cash.hint", pos.Fen(1350)), "Enter alone: exactly ¥13.50"},
		{"braces in an argument", w.T("msg.unknown-code", "{1}"), "Unknown code: {1}. Check it, or press F2 to find the item by name"},
		{"money", w.Money(1350), "¥13.50"},
		{"negative money", w.Money(-7), "-¥0.07"},
		{"span", w.Span(71*time.Second + 1), "01:12"},
		{"span over", w.Span(-time.Second), "00:00"},
		{"clock", w.Clock(time.Date(2026, 11, 20, 15, 4, 0, 0, time.UTC)), "2026-11-20 15:04"},
		{"date", For(Chinese).Date(time.Date(2026, 11, 20, 15, 4, 0, 0, time.UTC)), "2026年11月20日"},
		{"unknown language", For("tlh").Lang(), Chinese},
		{"other language", w.Other().Lang(), Chinese},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
}

// A place for the forms of a word has both, and goes with a number that is written: {0} {0:sale|sales}.
func TestT_OneIsNotMany(t *testing.T) {
	w := For(English)
	for _, c := range []struct{ got, want string }{
		{w.T("sell.pieces", 1), "1 pc"},
		{w.T("sell.pieces", 3), "3 pcs"},
		{w.T("sell.pieces", 0), "0 pcs"},
		{w.T("sell.pieces"), " "},
		{w.T("recon.facts", 11, 1, 2, 3, 1), "11 rows: 1 agrees, 2 only here, 3 only at WeChat, 1 differs"},
		{w.Message(pos.Message{N: 1, Kind: pos.MsgInfo, ID: "held", Args: []string{"Wang", "1"}}), `Held as "Wang", 1 piece. Shift+F6 recalls it when the customer is back`},
		{For(Chinese).T("sell.pieces", 1), "1 件"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
	forms, whole := regexp.MustCompile(`\{(\d+):([^}]*)\}`), regexp.MustCompile(`^[a-z A-Z]+\|[a-z A-Z]+$`)
	found := 0
	for _, lang := range []string{Chinese, English} {
		for id, s := range read(t, lang) {
			for _, m := range forms.FindAllStringSubmatch(s, -1) {
				if found++; !whole.MatchString(m[2]) || !strings.Contains(s, "{"+m[1]+"}") {
					t.Errorf("%s: %s has a word for no number: %q", lang, id, s)
				}
			}
		}
	}
	if found < 2 {
		t.Error("no word has two forms; the test no longer reads them")
	}
}

// What is counted may be one: a number in front of a word in the plural has its other form beside it. What is never one is named here.
func TestEnglish_CountsOne(t *testing.T) {
	counted := regexp.MustCompile(`\{\d+\} (?:\p{L}+ )?(?:rows|items|pieces|pcs|days|sales|entries|orders|labels|copies|characters|differences|minutes|columns|times|lines|receipts|carts|places)\b`)
	always := []string{ // limits, and what is only said of several
		"msg.note-invalid", "msg.hold-name", "msg.labels-copies", "goods.bad.long", "labels.most", "setup.want.tenders", "takings.against.times", "takings.change.times", "goods.labels.many",
	}
	for id, s := range read(t, English) {
		if at := counted.FindString(s); at != "" && !slices.Contains(always, id) {
			t.Errorf("%s cannot say one: %q", id, at)
		}
	}
}

func TestMessage_ReadsCodesAndKinds(t *testing.T) {
	w := For(English)
	for _, c := range []struct {
		name string
		m    pos.Message
		want string
	}{
		{"none", pos.Message{}, ""},
		{"a cause", pos.Message{Kind: pos.MsgWarn, ID: "wechat-off", Args: []string{"secret"}}, "WeChat Pay is off: A key or certificate is missing. Cash still works"},
		{"a kind", pos.Message{Kind: pos.MsgAlarm, ID: "exception", Args: []string{"13.50", "twice", "S001-T1-X"}}, "A WeChat payment of ¥13.50 needs a decision: paid twice, order S001-T1-X"},
		{"a printer's own words", pos.Message{Kind: pos.MsgWarn, ID: "printer-trouble", Args: []string{"connection refused"}}, "Printer: connection refused. Payments are not affected"},
		{"a code of a later version", pos.Message{Kind: pos.MsgWarn, ID: "unknown-code", Args: []string{"690"}}, "Unknown code: 690. Check it, or press F2 to find the item by name"},
	} {
		if got := w.Message(c.m); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// A way that nothing goes is not told of: nobody hands over "¥0.00 of other tenders".
func TestMessage_TellsOnlyTheWaysThatMoneyGoes(t *testing.T) {
	for _, c := range []struct {
		id   string
		args []string
		want string
	}{
		{"refund-split", []string{"18.30", "13.30", "0.00", "5.00"}, "¥18.30 goes back: hand over ¥13.30 in cash; ¥5.00 goes back through WeChat, not in cash"},
		{"refund-split", []string{"8.00", "0.00", "3.00", "5.00"}, "¥8.00 goes back: give ¥3.00 back the way it was paid; ¥5.00 goes back through WeChat, not in cash"},
		{"exchange-owed", []string{"4.00", "0.00", "4.00"}, "The customer gets ¥4.00 back for this exchange: ¥4.00 goes back through WeChat, not in cash"},
		{"parts-given-back", []string{"5.00", "0.00", "0.00"}, "This sale was given up: hand over ¥5.00 in cash. The goods are still in the cart"},
	} {
		if got := For(English).Message(pos.Message{N: 1, Kind: pos.MsgInfo, ID: c.id, Args: c.args}); got != c.want {
			t.Errorf("%s %v:\n got %s\nwant %s", c.id, c.args, got, c.want)
		}
	}
}

func TestRefusal_ReadsTheReasonInFrontOfWeChatsWords(t *testing.T) {
	w := For(English)
	for detail, want := range map[string]string{
		"AUTHCODEEXPIRE: 二维码已过期，请用户在微信上刷新后再试": "The customer's code has expired",
		"AUTH_CODE_INVALID: x": "That is no valid WeChat payment code",
		"NOTENOUGH: 余额不足":      "Customer's balance too small",
		"NOTSUPORTCARD: x":     "The customer's card cannot be used here",
		"BANKERROR: NOTENOUGH": "This payment code was not taken",
		"":                     "This payment code was not taken",
	} {
		what, todo, known := w.Refusal(detail)
		if what != want || todo == "" || strings.HasPrefix(todo, "code.") || known != (want != "This payment code was not taken") {
			t.Errorf("%q: %q / %q / %v", detail, what, todo, known)
		}
	}
}

func TestNext_OnlyOfWhatIsWatched(t *testing.T) {
	w := For(Chinese)
	for _, s := range pos.States {
		got := w.Next(pos.PendingView{State: s})
		if s.Live() != (got != "") || strings.HasPrefix(got, "next.") {
			t.Errorf("%s: %q", s, got)
		}
	}
	if got := w.Next(pos.PendingView{State: pos.Waiting, Parked: true}); got != w.T("next.parked") {
		t.Errorf("parked: %q", got)
	}
}

func TestTrouble_HasThreePartsForAnyCode(t *testing.T) {
	for _, code := range append(slices.Clone(Codes), "from-a-later-version") {
		what, money, todo := For(Chinese).Trouble(code)
		if what == "" || money == "" || todo == "" || strings.Contains(what+money+todo, "trouble.") {
			t.Errorf("%q: %q / %q / %q", code, what, money, todo)
		}
	}
}

// A key among words is one that there is, in every word.
func TestWords_NameOnlyKeysThatThereAre(t *testing.T) {
	key := regexp.MustCompile(`\{key:([^}]*)\}`)
	found := 0
	for _, lang := range []string{Chinese, English} {
		for id, s := range read(t, lang) {
			for _, m := range key.FindAllStringSubmatch(s, -1) {
				if found++; pos.KeyAction(m[1]).Place() == 0 {
					t.Errorf("%s: %s names the key of %q", lang, id, m[1])
				}
			}
		}
	}
	if found < 2 {
		t.Error("no word names a key; the test no longer reads them")
	}
}

func TestWords_SpeakOfTheKeysTheyAreGiven(t *testing.T) {
	keys := pos.Keymap{}.With(pos.KeyUndo, pos.KeyChord{Key: "F5"})
	w := For(English).With(keys)
	if got := w.T("key.clear.help"); got != "Clear the cart; F5 brings it back" {
		t.Errorf("says %q", got)
	}
	if got := w.Other().KeyHelp(pos.KeyClear); got != "清空购物车；F5 找回" || w.Other().Keys() != keys || w.Other().Key(pos.KeyUndo) != "F5" {
		t.Errorf("the other language says %q", got)
	}
	if got := For(English).KeyHelp(pos.KeyClear); got != "Clear the cart; Ctrl+Z brings it back" || For(English).KeyAction(pos.KeyHold) != "Hold" {
		t.Errorf("by default it says %q", got)
	}
}
