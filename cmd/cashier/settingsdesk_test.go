//go:build !windowless

package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guitai/pos"
	"guitai/pos/config"
	"guitai/ui/settings"
)

// openDesk opens a practice till in a folder of its own, and its settings.
func openDesk(t *testing.T) (*settingsDesk, config.Folder) {
	t.Helper()
	folder := config.Folder(t.TempDir())
	if err := folder.Make(); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	p, err := openPractice(folder, "zh-CN", log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.close)
	c, base, err := p.config(folder, "zh-CN")
	if err != nil {
		t.Fatal(err)
	}
	e, err := openEngine(t.Context(), c, folder, true, log, func(pos.Snapshot) {})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.stop)
	d, err := newSettingsDesk(&session{o: options{practice: true}, folder: folder, base: base, engine: e, log: log})
	if err != nil {
		t.Fatal(err)
	}
	return d, folder
}

func TestSettings_AreKeptAndInForceAtOnce(t *testing.T) {
	d, folder := openDesk(t)
	was := d.Config()
	now := was
	now.Printer.URL, now.Printer.Paper, now.Printer.Copies = "file:"+filepath.Join(t.TempDir(), "paper"), 58, 2
	now.Receipt.Footer = "谢谢\n再来"
	if err := d.Save(t.Context(), was, now, "李强"); err != nil {
		t.Fatal(err)
	}
	if got := d.e.printing.config(); !got.Equal(now) || !d.Config().Equal(now) {
		t.Errorf("the printer goes by %+v", got.Printer)
	}
	text, err := os.ReadFile(folder.ConfigFile())
	if err != nil || !strings.Contains(string(text), "paper = 58") || strings.Contains(string(text), "[wechat]") || strings.Contains(string(text), "api_key") {
		t.Errorf("%v; the file says\n%s", err, text)
	}
	p, err := openPractice(config.Folder(t.TempDir()), "zh-CN", d.e.log)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	again, base, err := p.config(folder, "zh-CN")
	if err != nil || again.Printer != now.Printer || again.Receipt != now.Receipt || base.Printer.Paper != 80 {
		t.Errorf("the next start has %+v, %v", again.Printer, err)
	}
	if again.WeChat.BaseURL != p.page()+"api" {
		t.Errorf("practice speaks to %s", again.WeChat.BaseURL)
	}
}

func TestSettings_ThatCannotBeKeptAreNotInForce(t *testing.T) {
	d, folder := openDesk(t)
	was := d.Config()
	now := was
	now.Printer.Paper = 58
	if err := os.WriteFile(folder.ConfigFile(), []byte("[sound]\nvolume = 10\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.Save(t.Context(), was, now, ""); !errors.Is(err, config.ErrChanged) {
		t.Errorf("over somebody else's: %v", err)
	}
	if got := d.e.printing.config().Printer.Paper; got != 80 || d.Config().Printer.Paper != 80 {
		t.Errorf("printed on %d mm although it was not saved", got)
	}
	theirs, err := d.Reload(t.Context())
	if err != nil || theirs.Sound.Volume != 10 {
		t.Errorf("%+v, %v", theirs.Sound, err)
	}
	if err := d.Save(t.Context(), theirs, config.Merge(was, now, theirs), ""); err != nil || d.e.printing.config().Printer.Paper != 58 {
		t.Errorf("together: %v", err)
	}
	if err := os.WriteFile(folder.ConfigFile(), []byte("[sound]\nvolume = 1000\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Reload(t.Context()); err == nil {
		t.Error("a file with a fault is taken")
	}
	file := folder.ConfigFile()
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(file, "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := d.Save(t.Context(), d.Config(), was, ""); err == nil || d.Config().Printer.Paper != 58 || d.e.printing.config().Printer.Paper != 58 {
		t.Errorf("a file that cannot be replaced: %v", err)
	}
}

func TestPreview_IsTheShopsPaper(t *testing.T) {
	d, folder := openDesk(t)
	c := d.Config()
	wide, err := d.Preview(t.Context(), c)
	if err != nil || wide.Bounds().Dx() != 576 {
		t.Fatalf("%v", err)
	}
	c.Printer.Paper = 58
	c.Receipt.Footer = "一\n二\n三\n四"
	narrow, err := d.Preview(t.Context(), c)
	if err != nil || narrow.Bounds().Dx() != 384 || narrow.Bounds().Dy() <= wide.Bounds().Dy() {
		t.Errorf("%v, %v", narrow.Bounds(), err)
	}
	for name, want := range map[string]string{"nowhere.png": "settings.logo.nowhere", "logo.txt": "settings.logo.not-png", ".": "settings.logo.unreadable"} {
		if name == "logo.txt" {
			if err := os.WriteFile(filepath.Join(string(folder), name), []byte("no picture"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		c.Receipt.Logo = name
		picture, err := d.Preview(t.Context(), c)
		var fault *settings.Fault
		if !errors.As(err, &fault) || fault.ID != want || picture == nil {
			t.Errorf("%s: %v, %v", name, err, picture)
		}
	}
}

func TestTrials_AreOfSettingsThatAreNotInForce(t *testing.T) {
	d, _ := openDesk(t)
	c := d.Config()
	dir := filepath.Join(t.TempDir(), "trial")
	c.Printer.URL = "file:" + dir
	if err := d.TestPage(context.Background(), c); err != nil {
		t.Fatal(err)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
		t.Errorf("the test page is not there: %v, %v", files, err)
	}
	s, err := d.Status(t.Context(), c)
	if err != nil || !s.Silent {
		t.Errorf("a folder that answers: %+v, %v", s, err)
	}
	if p, ok := d.Diagnose("ACGJK"); !ok || p.Paper != 80 || d.Letters() == "" {
		t.Errorf("%+v %v", p, ok)
	}
	c.Printer.URL = "tcp://127.0.0.1:1"
	if _, err := d.Status(t.Context(), c); pos.CodeOf(err) == pos.CodeInternal || err == nil {
		t.Errorf("nobody there: %v", err)
	}
	c.Display.Pole = "serial://" + filepath.Join(dir, "no-port")
	if err := d.ShowPole(t.Context(), c); pos.CodeOf(err) != pos.CodeDisplay {
		t.Errorf("no pole display: %v", err)
	}
	d.Settle()
	if part, _ := d.e.pole.health(); part.Light != pos.LightOff {
		t.Errorf("the tried pole display stays in use: %+v", part)
	}
}

func TestPlaySounds_SaysWhenNothingIsHeard(t *testing.T) {
	d, _ := openDesk(t)
	c := d.Config()
	c.Sound.Volume = 0
	var fault *settings.Fault
	if err := d.PlaySounds(t.Context(), c); !errors.As(err, &fault) || fault.ID != "settings.heard.mute" {
		t.Errorf("silence: %v", err)
	}
}
