package setup

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"guitai/pos/config"
)

// aKey has WeChat's form and is nobody's.
const aKey = "TestOnlyKeyTestOnlyKeyTestOnly01"

func good() Form {
	return Form{
		ShopName: "柜台便利店", ShopID: "S001", Till: "T1", Language: "zh-CN",
		AppID: "wx8888888888888888", MchID: "1900000109", APIKey: aKey,
		Printer: PrinterNone, Folder: "receipts", Paper: "80",
	}
}

func with(change func(*Form)) Form {
	f := good()
	change(&f)
	return f
}

var errNoRing = errors.New("no keyring on this system")

// ring is a keyring in memory; with broken it is one that never answers.
type ring struct {
	mu     sync.Mutex
	kept   map[string]string
	broken error
	// asked, when set, hears of a Set, which then waits for its context to end.
	asked chan struct{}
}

func (r *ring) Get(_ context.Context, service, user string) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.broken != nil {
		return "", r.broken
	}
	value, ok := r.kept[service+"/"+user]
	if !ok {
		return "", config.ErrNoSecret
	}
	return value, nil
}

func (r *ring) Set(ctx context.Context, service, user, value string) error {
	if r.asked != nil {
		close(r.asked)
		<-ctx.Done()
		return ctx.Err()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.broken != nil {
		return r.broken
	}
	if r.kept == nil {
		r.kept = map[string]string{}
	}
	r.kept[service+"/"+user] = value
	return nil
}

func TestForm_SavedAndReadBackSaysTheSame(t *testing.T) {
	for _, c := range []struct {
		name       string
		form       Form
		url, lang  string
		paper      int
		shop, till string
	}{
		{"without a printer", good(), "none:", "zh-CN", 80, "S001", "T1"},
		{
			"with a network printer",
			with(func(f *Form) {
				f.Printer, f.Address, f.Paper, f.Language = PrinterNetwork, "192.168.1.50:9101", "58", "en"
			}),
			"tcp://192.168.1.50:9101", "en", 58, "S001", "T1",
		},
		{"without a port", with(func(f *Form) { f.Printer, f.Address = PrinterNetwork, "printer.shop" }), "tcp://printer.shop:9100", "zh-CN", 80, "S001", "T1"},
		{"an IPv6 printer", with(func(f *Form) { f.Printer, f.Address = PrinterNetwork, "fe80::1" }), "tcp://[fe80::1]:9100", "zh-CN", 80, "S001", "T1"},
		{"an IPv6 printer in brackets", with(func(f *Form) { f.Printer, f.Address = PrinterNetwork, "[fe80::1]" }), "tcp://[fe80::1]:9100", "zh-CN", 80, "S001", "T1"},
		{"an address off a Chinese keyboard", with(func(f *Form) { f.Printer, f.Address = PrinterNetwork, " tcp://１９２。168.1.50：9100" }), "tcp://192.168.1.50:9100", "zh-CN", 80, "S001", "T1"},
		{"with a folder", with(func(f *Form) { f.Printer, f.Folder = PrinterFolder, " 小票 本" }), "file:小票 本", "zh-CN", 80, "S001", "T1"},
		{"ids in small and wide letters", with(func(f *Form) { f.ShopID, f.Till = " ｓ001", "t 1" }), "none:", "zh-CN", 80, "S001", "T1"},
		{"values pasted with their blanks", with(func(f *Form) { f.AppID, f.MchID, f.APIKey = " wx8888888888888888\n", "1900 0001 09", aKey+" \t" }), "none:", "zh-CN", 80, "S001", "T1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := config.Folder(filepath.Join(t.TempDir(), "new", "till"))
			kept := &ring{}
			saved, err := c.form.Save(t.Context(), folder, config.Resolver{Keyring: kept})
			if err != nil {
				t.Fatal(err)
			}
			loaded, err := config.Load(folder.ConfigFile())
			if err != nil || !loaded.Equal(saved) {
				t.Fatalf("read back %+v, %v; saved %+v", loaded, err, saved)
			}
			got := []any{loaded.Shop.Name, loaded.Shop.ID, loaded.Shop.Till, loaded.Shop.Language, loaded.WeChat.AppID, loaded.WeChat.MchID, loaded.Printer.URL, loaded.Printer.Paper}
			want := []any{"柜台便利店", c.shop, c.till, c.lang, "wx8888888888888888", "1900000109", c.url, c.paper}
			if !slices.Equal(got, want) {
				t.Errorf("settings %v, want %v", got, want)
			}
			value, err := loaded.WeChat.APIKey.Resolve(t.Context(), config.Resolver{Dir: string(folder), Keyring: kept})
			if err != nil || value != aKey {
				t.Errorf("the key does not come back: %v", err)
			}
			if got, want := loaded.WeChat.APIKey.String(), "keyring:guitai/api_key-1900000109"; got != want {
				t.Errorf("the key is at %s, want %s", got, want)
			}
			holdsNoKey(t, folder, "")
		})
	}
}

// holdsNoKey fails when a file of the folder, but the one named, holds the key.
func holdsNoKey(t *testing.T, folder config.Folder, but string) {
	t.Helper()
	err := filepath.WalkDir(string(folder), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == but {
			return err
		}
		body, err := os.ReadFile(path)
		if bytes.Contains(body, []byte(aKey)) {
			t.Errorf("%s holds the key", d.Name())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestForm_WithoutAKeyringTheKeyGoesToAPrivateFile(t *testing.T) {
	folder := config.Folder(t.TempDir())
	saved, err := good().Save(t.Context(), folder, config.Resolver{Keyring: &ring{broken: errNoRing}})
	if err != nil {
		t.Fatal(err)
	}
	const name = "api_key-1900000109"
	if got := saved.WeChat.APIKey.String(); got != "file:"+name {
		t.Errorf("the key is at %s", got)
	}
	for _, file := range []string{name, "config.toml"} {
		info, err := os.Stat(filepath.Join(string(folder), file))
		if err != nil {
			t.Fatal(err)
		}
		if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", file, info.Mode())
		}
	}
	if missing := saved.MissingSecrets(t.Context(), config.Resolver{Dir: string(folder), Keyring: &ring{broken: errNoRing}}); len(missing) > 0 {
		t.Errorf("the till would not find the key: %v", missing)
	}
	holdsNoKey(t, folder, name)
}

// badForms has at least one bad value of every field, and what is said of it.
var badForms = []struct {
	name  string
	form  Form
	field Field
	want  config.Problem
}{
	{"no name", with(func(f *Form) { f.ShopName = " 　" }), FieldName, config.Missing},
	{"long name", with(func(f *Form) { f.ShopName = strings.Repeat("店", 33) }), FieldName, config.TooLong},
	{"name with a control character", with(func(f *Form) { f.ShopName = "a\tb" }), FieldName, config.Format},
	{"no id", with(func(f *Form) { f.ShopID = "" }), FieldID, config.Missing},
	{"long id", with(func(f *Form) { f.ShopID = "S00000001" }), FieldID, config.Format},
	{"id with a dash", with(func(f *Form) { f.ShopID = "S-1" }), FieldID, config.Format},
	{"id in hanzi", with(func(f *Form) { f.ShopID = "一店" }), FieldID, config.Format},
	{"no till", with(func(f *Form) { f.Till = "" }), FieldTill, config.Missing},
	{"long till", with(func(f *Form) { f.Till = "TILL1" }), FieldTill, config.Format},
	{"other language", with(func(f *Form) { f.Language = "tlh" }), FieldLanguage, config.NotOneOf},
	{"no appid", with(func(f *Form) { f.AppID = "" }), FieldAppID, config.Missing},
	{"appid without wx", with(func(f *Form) { f.AppID = "8888888888888888" }), FieldAppID, config.Format},
	{"no merchant", with(func(f *Form) { f.MchID = "" }), FieldMchID, config.Missing},
	{"short merchant", with(func(f *Form) { f.MchID = "1900" }), FieldMchID, config.Format},
	{"merchant with a letter", with(func(f *Form) { f.MchID = "190000010O" }), FieldMchID, config.Format},
	{"no key", with(func(f *Form) { f.APIKey = " " }), FieldAPIKey, config.Missing},
	{"short key", with(func(f *Form) { f.APIKey = Key(aKey[1:]) }), FieldAPIKey, config.Format},
	{"long key", with(func(f *Form) { f.APIKey = aKey + "2" }), FieldAPIKey, config.Format},
	{"key with a sign", with(func(f *Form) { f.APIKey = Key("-" + aKey[1:]) }), FieldAPIKey, config.Format},
	{"key that is a reference", with(func(f *Form) { f.APIKey = "keyring:guitai/api_key" }), FieldAPIKey, config.Format},
	{"other printer", with(func(f *Form) { f.Printer = "fax" }), FieldAddress, config.Format},
	{"no address", with(func(f *Form) { f.Printer = PrinterNetwork }), FieldAddress, config.Missing},
	{"port zero", with(func(f *Form) { f.Printer, f.Address = PrinterNetwork, "192.168.1.50:0" }), FieldAddress, config.Format},
	{"port too high", with(func(f *Form) { f.Printer, f.Address = PrinterNetwork, "192.168.1.50:65536" }), FieldAddress, config.Format},
	{"colon without a port", with(func(f *Form) { f.Printer, f.Address = PrinterNetwork, "192.168.1.50:" }), FieldAddress, config.Format},
	{"path for an address", with(func(f *Form) { f.Printer, f.Address = PrinterNetwork, "/dev/usb/lp0" }), FieldAddress, config.Format},
	{"no folder", with(func(f *Form) { f.Printer, f.Folder = PrinterFolder, " " }), FieldAddress, config.Missing},
	{"folder that is the root", with(func(f *Form) { f.Printer, f.Folder = PrinterFolder, "/" }), FieldAddress, config.Format},
	{"other paper", with(func(f *Form) { f.Paper = "76" }), FieldPaper, config.NotOneOf},
	{"paper in words", with(func(f *Form) { f.Paper = "wide" }), FieldPaper, config.NotOneOf},
}

func TestForm_ProblemsNameTheFieldAndNothingIsWritten(t *testing.T) {
	if found := good().Problems(); len(found) > 0 {
		t.Fatalf("a good form has problems: %v", found)
	}
	tested := map[Field]bool{}
	for _, c := range badForms {
		t.Run(c.name, func(t *testing.T) {
			tested[c.field] = true
			found := c.form.Problems()
			if len(found) != 1 || found[c.field] == nil || found[c.field].Problem != c.want {
				t.Fatalf("problems %v, want %s at %s", found, c.want, c.field)
			}
			folder := config.Folder(filepath.Join(t.TempDir(), "till"))
			kept := &ring{}
			_, err := c.form.Save(t.Context(), folder, config.Resolver{Keyring: kept})
			var e *config.Error
			if !errors.As(err, &e) || e.Problem != c.want {
				t.Errorf("saved with %v", err)
			}
			if _, err := os.Stat(string(folder)); !errors.Is(err, fs.ErrNotExist) || len(kept.kept) > 0 {
				t.Errorf("something was written: %v, %d in the keyring", err, len(kept.kept))
			}
			if key := string(c.form.APIKey); len(key) > 3 && strings.Contains(fmt.Sprint(err), key) {
				t.Error("the error holds the key")
			}
		})
	}
	full := with(func(f *Form) { f.Printer = PrinterNetwork })
	for _, field := range full.fields() {
		if !tested[field] && field != FieldPrinter { // its own mistake shows at the address
			t.Errorf("no bad value of %s is tested", field)
		}
	}
}

func TestForm_NeverPrintsTheKey(t *testing.T) {
	f := good()
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("form", "form", f, "key", f.APIKey, "pointer", &f)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("form", "form", f, "key", f.APIKey, "pointer", &f)
	encoded, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	var printed strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&printed, verb+verb, f, f.APIKey)
	}
	for name, text := range map[string]string{"log": log.String(), "json": string(encoded), "print": printed.String()} {
		if strings.Contains(text, aKey) || strings.Contains(text, fmt.Sprintf("%x", aKey)) || !strings.Contains(text, keyShown) {
			t.Errorf("the %s shows the key, or no placeholder", name)
		}
	}
}

func TestForm_AFolderThatCannotBeUsedIsNamed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	kept := &ring{}
	_, err := good().Save(t.Context(), config.Folder(filepath.Join(file, "till")), config.Resolver{Keyring: kept})
	var fe *config.FolderError
	if !errors.As(err, &fe) || fe.Problem != config.FolderIsFile || fe.Path != file {
		t.Errorf("%v", err)
	}
	if len(kept.kept) > 0 {
		t.Error("the key was stored for settings that were not")
	}
}

func TestForm_WhatIsInTheWayOfTheSettingsIsNamedWithoutTheKey(t *testing.T) {
	folder := config.Folder(t.TempDir())
	if err := os.MkdirAll(filepath.Join(folder.ConfigFile(), "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := good().Save(t.Context(), folder, config.Resolver{Keyring: &ring{}})
	if err == nil || strings.Contains(err.Error(), aKey) {
		t.Fatalf("saved with %v", err)
	}
	entries, err := os.ReadDir(string(folder))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".tmp") {
			t.Errorf("%s was left behind", e.Name())
		}
	}
	// Out of the way, the same form saves.
	if err := os.RemoveAll(folder.ConfigFile()); err != nil {
		t.Fatal(err)
	}
	if _, err := good().Save(t.Context(), folder, config.Resolver{Keyring: &ring{}}); err != nil {
		t.Error(err)
	}
}

func TestForm_AStoppedSaveWritesNothing(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	slow := &ring{asked: make(chan struct{})}
	go func() {
		<-slow.asked
		stop()
	}()
	folder := config.Folder(t.TempDir())
	_, err := good().Save(ctx, folder, config.Resolver{Keyring: slow})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("saved with %v", err)
	}
	for _, file := range []string{folder.ConfigFile(), filepath.Join(string(folder), "api_key-1900000109")} {
		if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestForm_ProblemsOfSeveralFieldsComeTogether(t *testing.T) {
	found := Form{Language: "zh-CN", Printer: PrinterNetwork, Paper: "80"}.Problems()
	got := slices.Sorted(maps.Keys(found))
	want := []Field{FieldAddress, FieldName, FieldID, FieldTill}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("problems at %v, want %v", got, want)
	}
}

func TestForm_WeChatMayComeLaterButNotByHalves(t *testing.T) {
	cash := good()
	cash.AppID, cash.MchID, cash.APIKey = "", "", ""
	folder := config.Folder(t.TempDir())
	c, err := cash.Save(t.Context(), folder, config.Resolver{})
	if err != nil || c.WeChat.Set() {
		t.Fatalf("cash first: %v", err)
	}
	if missing := c.MissingSecrets(t.Context(), config.Resolver{Dir: string(folder)}); len(missing) != 0 {
		t.Errorf("cash first misses %v", missing)
	}
	for name, half := range map[string]func(*Form){"appid": func(f *Form) { f.AppID = good().AppID }, "merchant": func(f *Form) { f.MchID = good().MchID }, "key": func(f *Form) { f.APIKey = good().APIKey }} {
		f := cash
		half(&f)
		if got := f.Problems(); len(got) != 2 {
			t.Errorf("with the %s alone: %v", name, got)
		}
	}
}

func TestForm_WhatWasTypedIsThereAgainButForTheKey(t *testing.T) {
	folder := config.Folder(filepath.Join(t.TempDir(), "shop"))
	f := good()
	f.keep(folder)
	text, err := os.ReadFile(filepath.Join(string(folder), draftFile))
	if err != nil || strings.Contains(string(text), string(f.APIKey)) {
		t.Fatalf("%v; the draft says %s", err, text)
	}
	var again Form
	f.APIKey = ""
	if !again.recall(folder) || again != f {
		t.Errorf("%+v", again)
	}
	if err := os.WriteFile(filepath.Join(string(folder), draftFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if again.recall(folder) || again != f {
		t.Error("a draft that is torn is taken")
	}
	if _, err := good().Save(t.Context(), folder, config.Resolver{Keyring: &ring{}}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(string(folder), draftFile)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the draft is left: %v", err)
	}
}
