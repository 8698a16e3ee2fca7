package setup

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guitai/pos/config"
	"guitai/pos/i18n"
)

// desk is a presenter with a person at it.
type desk struct {
	*Presenter
	do        chan func()
	drawn     int
	practised int
	done      []config.Config
	spoken    []string
	folder    config.Folder
}

func newDesk(t *testing.T, folder config.Folder, kept *ring) *desk {
	t.Helper()
	d := &desk{do: make(chan func(), 1), folder: folder}
	d.Presenter = NewPresenter(Options{
		Folder: folder, Lang: i18n.Chinese, Resolver: config.Resolver{Keyring: kept},
		OnPractice: func() { d.practised++ },
		OnDone:     func(c config.Config) { d.done = append(d.done, c) },
		OnLanguage: func(lang string) { d.spoken = append(d.spoken, lang) },
		Do:         func(f func()) { d.do <- f },
	}, func() { d.drawn++ }, func() {})
	t.Cleanup(d.Close)
	return d
}

// fill types a form that can be saved.
func (d *desk) fill() {
	f := good()
	for _, field := range f.fields() {
		d.Set(field, *f.at(field))
	}
}

// answer waits for what comes back to the goroutine that draws.
func (d *desk) answer() { (<-d.do)() }

func TestPresenter_PracticeIsOneKeyAway(t *testing.T) {
	d := newDesk(t, config.Folder(filepath.Join(t.TempDir(), "till")), &ring{})
	d.Confirm()
	if d.practised != 1 || d.Stage() != Welcome {
		t.Errorf("practised %d times, stage %d", d.practised, d.Stage())
	}
	if _, err := os.Stat(string(d.folder)); err == nil {
		t.Error("a folder was made for practice")
	}
	d.Pick(true)
	d.Confirm()
	if d.practised != 1 || d.Stage() != Filling {
		t.Errorf("Enter at the other choice: practised %d times, stage %d", d.practised, d.Stage())
	}
}

func TestPresenter_EnterGoesThroughTheFormAndSaves(t *testing.T) {
	kept := &ring{}
	d := newDesk(t, config.Folder(t.TempDir()), kept)
	d.Begin()
	f := with(func(f *Form) { f.Printer, f.Address = PrinterNetwork, "10.0.0.9" })
	var asked []Field
	for d.Stage() == Filling {
		asked = append(asked, d.At())
		d.Set(d.At(), *f.at(d.At()))
		d.Confirm()
		if len(asked) > 20 {
			t.Fatal("the form has no end")
		}
	}
	if want := f.fields(); !slices.Equal(asked, want) {
		t.Errorf("asked for %v, want %v", asked, want)
	}
	if d.Stage() != Saving {
		t.Fatalf("stage %d", d.Stage())
	}
	d.answer()
	if d.Stage() != Done || len(d.done) != 1 {
		t.Fatalf("stage %d, done %d times", d.Stage(), len(d.done))
	}
	loaded, err := config.Load(d.folder.ConfigFile())
	if err != nil || !loaded.Equal(d.done[0]) || loaded.Printer.URL != "tcp://10.0.0.9:9100" {
		t.Errorf("%+v, %v", loaded, err)
	}
	if d.Text(FieldAPIKey) != "" {
		t.Error("the form still holds the key")
	}
	d.Save()
	d.Back()
	if d.Stage() != Done {
		t.Error("something happened after the end")
	}
}

func TestPresenter_JudgesAFieldWhenItIsLeft(t *testing.T) {
	d := newDesk(t, config.Folder(t.TempDir()), &ring{})
	d.Begin()
	d.Enter(FieldID)
	d.Set(FieldID, "s-1")
	if got := d.Problem(FieldID); got != "" {
		t.Errorf("judged while it is typed: %q", got)
	}
	d.Move(1)
	if d.Problem(FieldID) == "" || d.Text(FieldID) != "S-1" {
		t.Errorf("left: %q says %q", d.Text(FieldID), d.Problem(FieldID))
	}
	d.Move(-1)
	d.Set(FieldID, "S1")
	if got := d.Problem(FieldID); got != "" {
		t.Errorf("put right, still: %q", got)
	}
	d.Enter(FieldTill)
	d.Leave(FieldTill)
	if got := d.Problem(FieldTill); got != "" {
		t.Errorf("an empty field that was passed: %q", got)
	}
	d.Save()
	if d.Stage() != Filling || d.At() != FieldName {
		t.Errorf("stage %d at %s, want the first field that is wrong", d.Stage(), d.At())
	}
	for _, field := range []Field{FieldName, FieldTill} {
		if got := d.Problem(field); got != i18n.For(i18n.Chinese).T("setup.field.missing") {
			t.Errorf("%s: %q", field, got)
		}
	}
	text, trouble := d.Notice()
	if !trouble || !strings.Contains(text, "2") {
		t.Errorf("notice %q", text)
	}
}

func TestPresenter_AFaultKeepsWhatWasTypedAndSaysWhy(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	d := newDesk(t, config.Folder(file), &ring{})
	d.Begin()
	d.fill()
	d.Save()
	d.answer()
	text, trouble := d.Notice()
	if d.Stage() != Filling || !trouble || !strings.Contains(text, file) || strings.Contains(text, aKey) {
		t.Errorf("stage %d, notice %q", d.Stage(), text)
	}
	if d.Text(FieldName) != good().ShopName || d.Text(FieldAPIKey) != aKey {
		t.Error("what was typed is gone")
	}
	// The same form saves once the file is out of the way.
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	d.Save()
	d.answer()
	if d.Stage() != Done {
		text, _ := d.Notice()
		t.Errorf("stage %d, notice %q", d.Stage(), text)
	}
}

func TestPresenter_EscStopsASaveThenLeavesTheForm(t *testing.T) {
	slow := &ring{asked: make(chan struct{})}
	d := newDesk(t, config.Folder(t.TempDir()), slow)
	d.Begin()
	d.fill()
	d.Save()
	<-slow.asked
	d.Set(FieldName, "typed too late")
	d.Practise()
	if text, trouble := d.Notice(); trouble || text == "" || d.practised > 0 {
		t.Errorf("while it saves: notice %q, practised %d", text, d.practised)
	}
	d.Back()
	d.answer()
	text, trouble := d.Notice()
	if d.Stage() != Filling || trouble || text != d.Words().T("setup.stopped") || d.Text(FieldName) != good().ShopName {
		t.Errorf("stage %d, notice %q, name %q", d.Stage(), text, d.Text(FieldName))
	}
	if _, err := os.Stat(d.folder.ConfigFile()); !errors.Is(err, os.ErrNotExist) || len(d.done) > 0 {
		t.Errorf("something was saved: %v", err)
	}
	d.Back()
	if d.Stage() != Welcome {
		t.Errorf("stage %d", d.Stage())
	}
	d.Begin()
	if d.Text(FieldAPIKey) != aKey {
		t.Error("the form forgot what was typed")
	}
}

func TestPresenter_CloseStopsAndWaitsForASave(t *testing.T) {
	slow := &ring{asked: make(chan struct{})}
	d := newDesk(t, config.Folder(t.TempDir()), slow)
	d.Begin()
	d.fill()
	d.Save()
	<-slow.asked
	d.Close()
	if len(d.do) != 1 {
		t.Error("Close did not wait")
	}
	d.answer()
	if len(d.done) > 0 {
		t.Error("a closed form was saved")
	}
}

func TestPresenter_TheShopsLanguageFollowsTheScreensUntilChosen(t *testing.T) {
	d := newDesk(t, config.Folder(t.TempDir()), &ring{})
	d.SwitchLanguage()
	if d.Text(FieldLanguage) != i18n.English || !slices.Equal(d.spoken, []string{i18n.English}) {
		t.Errorf("%s, spoken %v", d.Text(FieldLanguage), d.spoken)
	}
	d.Begin()
	d.Turn(FieldLanguage, -1)
	if d.Text(FieldLanguage) != i18n.Chinese || d.Words().Lang() != i18n.English {
		t.Errorf("shop %s, screen %s", d.Text(FieldLanguage), d.Words().Lang())
	}
	d.SwitchLanguage()
	d.SwitchLanguage()
	if d.Text(FieldLanguage) != i18n.Chinese || d.Words().Lang() != i18n.English {
		t.Errorf("shop %s, screen %s", d.Text(FieldLanguage), d.Words().Lang())
	}
}

func TestPresenter_TheKeyShowsOnlyWhileOneIsAtIt(t *testing.T) {
	for _, c := range []struct {
		name  string
		leave func(*desk)
	}{
		{"asked again", func(d *desk) { d.ShowKey() }},
		{"next field", func(d *desk) { d.Move(1) }},
		{"field before", func(d *desk) { d.Move(-1) }},
		{"a click into another field", func(d *desk) { d.Enter(FieldName) }},
		{"back", func(d *desk) { d.Back() }},
		{"save", func(d *desk) { d.Save() }},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, config.Folder(t.TempDir()), &ring{})
			d.ShowKey()
			if d.KeyShown() {
				t.Fatal("shown before there is a form")
			}
			d.Begin()
			d.ShowKey()
			if !d.KeyShown() || d.At() != FieldAPIKey {
				t.Fatalf("shown %v at %s", d.KeyShown(), d.At())
			}
			c.leave(d)
			if d.KeyShown() {
				t.Error("still shown")
			}
		})
	}
}

func TestPresenter_ChoicesStopAtTheirEnds(t *testing.T) {
	d := newDesk(t, config.Folder(t.TempDir()), &ring{})
	d.Begin()
	d.Turn(FieldPrinter, -1)
	if d.Text(FieldPrinter) != PrinterNone {
		t.Errorf("%s", d.Text(FieldPrinter))
	}
	for range 5 {
		d.Turn(FieldPrinter, 1)
	}
	if d.Text(FieldPrinter) != PrinterFolder || d.Text(FieldAddress) != "receipts" {
		t.Errorf("%s %q", d.Text(FieldPrinter), d.Text(FieldAddress))
	}
	d.Turn(FieldName, 1)
	if d.Text(FieldName) != "" {
		t.Error("a text field was turned")
	}
}

// A fault of a setting that the form does not ask for has no field to stand at: the notice tells it.
func TestPresenter_AProblemOutsideTheFormIsTold(t *testing.T) {
	d := newDesk(t, config.Folder(t.TempDir()), &ring{})
	d.Begin()
	d.fill()
	d.tried = true
	d.problems = map[Field]*config.Error{"shop.timezone": {Key: "shop.timezone", Problem: config.Format, Want: `the name of a time zone, like "Asia/Shanghai"`}}
	if text, trouble := d.Notice(); !trouble || !strings.HasPrefix(text, "shop.timezone: ") {
		t.Errorf("%q", text)
	}
}
