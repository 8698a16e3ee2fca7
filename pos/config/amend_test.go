package config

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// written puts a config.toml into a folder of its own and reads it.
func written(t *testing.T, text string) (path string, c Config) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, c
}

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAmend_KeepsWhatAPersonWrote(t *testing.T) {
	const before = `# our shop
[printer]
copies = 1   # the customer's
paper=80
url = "none:" # until the printer comes
# nothing below

[shop]
name = "柜台便利店" # over the door
id = 'S001'
till = "T1"
[wechat]
appid = "wx8888888888888888"
mch_id = "1900000109"
api_key = "env:GUITAI_API_KEY"
receipt = false
[receipt]
footer = """
谢谢
再来"""   # by the owner
`
	path, was := written(t, before)
	now := was
	now.Printer.URL, now.Printer.Copies, now.Printer.DrawerPulse = "tcp://192.168.1.50:9100", 2, 100*time.Millisecond
	now.Shop.ID, now.WeChat.Receipt = "S002", true
	now.Receipt.Footer, now.Receipt.Hint = "谢谢惠顾\n\"七日\"内凭票退换", "扫码开票"
	now.Sound.Volume = 30
	if err := Amend(path, Default(), was, now); err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer(
		"copies = 1 ", "copies = 2 ", `"none:" # until the printer comes`, `"tcp://192.168.1.50:9100" # until the printer comes`+"\n"+`drawer_pulse = "100ms"  # 20ms to 500ms`,
		"'S001'", `"S002"`, "false", "true", "\"\"\"\n谢谢\n再来\"\"\"   # by the owner", `"谢谢惠顾\n\"七日\"内凭票退换"   # by the owner`+"\n"+`hint = "扫码开票"  # under that QR`,
	).Replace(before) + "\n[sound]\nvolume = 30  # 0 to 100\n"
	if got := content(t, path); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got, err := Load(path); err != nil || !got.Equal(now) {
		t.Errorf("read as %+v, %v", got, err)
	}
	only(t, filepath.Dir(path), "config.toml")
	private(t, path)
}

func TestAmend_EverySettingAndEveryWayToWriteASection(t *testing.T) {
	for name, text := range map[string]string{
		"plain":    minimal,
		"windows":  "\ufeff" + strings.ReplaceAll(minimal, "\n", "\r\n"),
		"no break": strings.TrimSuffix(minimal, "\n"),
		"dotted":   "shop.name = '柜台便利店'\nshop.id = 'S001'\n\"shop\".till = 'T1'\n" + minimal[strings.Index(minimal, "[wechat]"):],
		"inline":   `shop = { name = "柜台便利店", id = "S001", till = "T1" }` + "\n" + minimal[strings.Index(minimal, "[wechat]"):],
		"empty":    minimal + "[printer]\n[sound]",
	} {
		t.Run(name, func(t *testing.T) {
			path, was := written(t, text)
			for _, now := range []Config{filled(t), was} { // there and back
				if err := Amend(path, Default(), was, now); err != nil {
					t.Fatal(err)
				}
				if got, err := Load(path); err != nil || !got.Equal(now) {
					t.Errorf("written as\n%s\nread as %+v, %v", content(t, path), got, err)
				}
				was = now
			}
			if name == "windows" && strings.Count(content(t, path), "\r\n") != strings.Count(content(t, path), "\n") {
				t.Errorf("line ends are mixed:\n%q", content(t, path))
			}
		})
	}
}

func TestAmend_DoesNotWriteOverWhatSomebodyElseChanged(t *testing.T) {
	path, was := written(t, minimal)
	now := was
	now.Printer.Copies, now.Sound.Volume = 2, 10
	if err := os.WriteFile(path, []byte(minimal+"[printer]\ncopies = 3\npaper = 58\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := content(t, path)
	if err := Amend(path, Default(), was, now); !errors.Is(err, ErrChanged) || content(t, path) != before {
		t.Errorf("%v; the file says\n%s", err, content(t, path))
	}
	theirs, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := Differences(was, theirs); !slices.Equal(got, []string{"printer.paper", "printer.copies"}) {
		t.Errorf("they changed %v", got)
	}
	both := Merge(was, now, theirs)
	if both.Printer.Copies != 2 || both.Printer.Paper != 58 || both.Sound.Volume != 10 {
		t.Errorf("together: %+v", both)
	}
	if err := Amend(path, Default(), theirs, both); err != nil || !strings.Contains(content(t, path), "copies = 2\npaper = 58\n") {
		t.Errorf("%v; the file says\n%s", err, content(t, path))
	}
}

func TestAmend_RefusesAndLeavesTheFile(t *testing.T) {
	path, was := written(t, minimal)
	bad := was
	bad.Printer.Copies = 7
	if got := found(t, Amend(path, Default(), was, bad)); len(got) != 1 || got[0] != "0 printer.copies range" {
		t.Errorf("got %v", got)
	}
	given := was
	given.WeChat.APIKey = GivenSecret("hush")
	if got := found(t, Amend(path, Default(), was, given)); len(got) != 1 || got[0] != "0 wechat.api_key given" {
		t.Errorf("got %v", got)
	}
	if content(t, path) != minimal {
		t.Errorf("the file says\n%s", content(t, path))
	}
	if err := os.WriteFile(path, []byte(minimal+"[printer]\ncopies = 9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	good := was
	good.Printer.Copies = 2
	if got := found(t, Amend(path, Default(), was, good)); len(got) != 1 || got[0] != "10 printer.copies range" {
		t.Errorf("a file that is wrong by now: %v", got)
	}
}

func TestAmend_UponTheSettingsOfPractice(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.toml")
	base := practice()
	was, err := LoadOver(path, base)
	if err != nil || !was.Equal(base) {
		t.Fatalf("%+v, %v", was, err)
	}
	now := was
	now.Printer.Paper, now.Sound.Scan = 58, false
	if err := Amend(path, base, was, now); err != nil {
		t.Fatal(err)
	}
	if got := content(t, path); got != "[printer]\npaper = 58  # or 58 (mm)\n\n[sound]\nscan = false  # heard for every scan\n" {
		t.Errorf("the file says\n%s", got)
	}
	if got, err := LoadOver(path, base); err != nil || !got.Equal(now) {
		t.Errorf("read as %+v, %v", got, err)
	}
	if err := Amend(path, base, was, now); !errors.Is(err, ErrChanged) {
		t.Errorf("twice: %v", err)
	}
}

func FuzzAmend(f *testing.F) {
	f.Add([]byte(minimal))
	f.Add([]byte("shop.name = '店'\n" + minimal))
	f.Add([]byte(minimal + "[receipt]\nfooter = '''\na'''#x\n[sound]\nscan=false"))
	f.Fuzz(func(t *testing.T, data []byte) {
		was, err := Parse("f", data)
		if err != nil {
			return
		}
		now := was
		now.Printer.Copies, now.Receipt.Footer, now.Sound.Scan = 4-was.Printer.Copies, was.Receipt.Footer+"x", !was.Sound.Scan
		if now.Check() != nil {
			return
		}
		text, err := amend([]byte(strings.TrimPrefix(string(data), "\ufeff")), &was, &now)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Parse("g", text); err == nil && !got.Equal(now) {
			t.Errorf("written as\n%s\nread as %+v", text, got)
		}
	})
}
