package settings

import (
	"context"
	"errors"
	"image"
	"slices"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/config"
	"guitai/pos/i18n"
)

// desk is a counter that does what the test says, and remembers what was asked of it.
type desk struct {
	c, file  config.Config // in force, and what the file says by now
	err      error         // of everything but Save
	saveErr  error
	status   []pos.PrinterStatus // one for each time it is asked; the last one stays
	devices  []Device
	found    Printer
	ok       bool
	saved    []config.Config
	by       []string
	drawn    []config.Config
	tried    []config.Config
	settled  int
	pictures int
	keeps    func(*config.Config) // stores secrets; nil leaves them
}

func (d *desk) Config() config.Config { return d.c }

func (d *desk) Save(_ context.Context, was, now config.Config, by string) error {
	if d.saveErr != nil {
		return d.saveErr
	}
	if !was.Equal(d.file) {
		return config.ErrChanged
	}
	if d.keeps != nil {
		d.keeps(&now)
	}
	d.saved, d.by = append(d.saved, now), append(d.by, by)
	d.c, d.file = now, now
	return nil
}
func (d *desk) Reload(context.Context) (config.Config, error) { return d.file, d.err }
func (d *desk) Devices(context.Context) []Device              { return d.devices }
func (d *desk) Preview(_ context.Context, c config.Config) (image.Image, error) {
	d.drawn = append(d.drawn, c)
	if d.err != nil {
		return nil, d.err
	}
	d.pictures++
	return image.NewGray(image.Rect(0, 0, d.pictures, 1)), nil
}

func (d *desk) Status(_ context.Context, c config.Config) (pos.PrinterStatus, error) {
	d.tried = append(d.tried, c)
	if d.err != nil || len(d.status) == 0 {
		return pos.PrinterStatus{}, d.err
	}
	s := d.status[0]
	if len(d.status) > 1 {
		d.status = d.status[1:]
	}
	return s, nil
}

func (d *desk) TestPage(_ context.Context, c config.Config) error {
	d.tried = append(d.tried, c)
	return d.err
}
func (d *desk) Letters() string                 { return "ABC" }
func (d *desk) Diagnose(string) (Printer, bool) { return d.found, d.ok }
func (d *desk) TryDrawer(c config.Config)       { d.tried = append(d.tried, c) }
func (d *desk) ShowPole(_ context.Context, c config.Config) error {
	d.tried = append(d.tried, c)
	return d.err
}

func (d *desk) PlaySounds(_ context.Context, c config.Config) error {
	d.tried = append(d.tried, c)
	return d.err
}
func (d *desk) Settle() { d.settled++ }

// bench is a presenter whose work and pauses wait until the test lets them be done.
type bench struct {
	*Presenter
	d       *desk
	jobs    []func(context.Context) func()
	pauses  []func()
	given   []pos.Command
	allowed []func()
	asked   []pos.Deed
	refuse  bool // nobody allows anything
	left    int
	shops   *shops   // the desk as one that has the shop's settings; nil for one that has not
	relays  *relays  // the desk as one that can pair; nil for one that cannot
	health  pos.Part // of the line to the relay
	copied  []string
	drawn   int

	practice     bool
	openPayments int
}

func shopConfig() config.Config {
	c := config.Default()
	c.Shop.Name, c.Shop.ID, c.Shop.Till = "柜台便利店", "S001", "T1"
	c.WeChat.AppID, c.WeChat.MchID, c.WeChat.APIKey = "wx8888888888888888", "1900000109", config.GivenSecret("x")
	c.Printer.URL = "tcp://192.168.1.50:9100"
	return c
}

func newBench(change func(*desk)) *bench {
	b := &bench{d: &desk{c: shopConfig()}}
	if change != nil {
		change(b.d)
	}
	b.d.file = b.d.c
	b.open(nil)
	return b
}

func (b *bench) open(old *Draft) {
	b.Presenter = NewPresenter(Config{
		Practice: b.practice, Open: func() int { return b.openPayments },
		Health: func() pos.Part { return b.health }, Copy: func(words string) { b.copied = append(b.copied, words) },
		Words: i18n.For(i18n.English), Desk: b.desk(), Problem: func(_ *i18n.Words, e *config.Error) string { return string(e.Problem) + " " + e.Want },
		Allow: func(d pos.Deed, _ string, then func(string)) {
			if b.asked = append(b.asked, d); !b.refuse {
				then("李强")
			}
		},
		Give: func(c pos.Command, _ string, then func()) {
			b.given, b.allowed = append(b.given, c), append(b.allowed, then)
		},
		Go: func(f func(context.Context) func()) { b.jobs = append(b.jobs, f) },
		After: func(_ time.Duration, f func()) func() {
			i := len(b.pauses)
			b.pauses = append(b.pauses, f)
			return func() { b.pauses[i] = nil }
		},
		Changed: func() { b.drawn++ }, Focus: func() {}, Leave: func() { b.left++ },
	}, old)
	b.Open()
	b.work()
}

func (b *bench) desk() Desk {
	if b.shops != nil {
		return b.shops
	}
	if b.relays != nil {
		return b.relays
	}
	return b.d
}

// work does what was begun, and what waited for a pause.
func (b *bench) work() {
	for len(b.jobs)+len(b.pauses) > 0 {
		if len(b.jobs) > 0 {
			f := b.jobs[0]
			b.jobs = b.jobs[1:]
			b.done(f(context.Background()))
			continue
		}
		f := b.pauses[0]
		if b.pauses = b.pauses[1:]; f != nil {
			f()
		}
	}
}

func (b *bench) done(then func()) {
	if then != nil {
		then()
	}
}

func TestPage_EveryFieldOfEveryPartHasWords(t *testing.T) {
	for _, lang := range []string{i18n.Chinese, i18n.English} {
		w := i18n.For(lang)
		for _, part := range Parts {
			for _, id := range []string{"settings.part." + string(part), "settings.side." + string(part)} {
				if !w.Has(id) {
					t.Errorf("%s: no words for %s", lang, id)
				}
			}
			for _, f := range order(part) {
				if !w.Has("settings." + string(f)) {
					t.Errorf("%s: no name for %s", lang, f)
				}
				if _, ok := spanOf(f); ok && !w.Has("settings."+string(f)+".value") {
					t.Errorf("%s: no words for the value of %s", lang, f)
				}
			}
			for _, a := range slices.Concat(acts[part], factActs[part]) {
				for _, id := range []string{"settings.act.", "settings.busy.", "settings.done."} {
					if copies := a == ActCallback || a == ActPrepay || a == ActCopyKey; id == "settings.busy." && copies {
						continue // it takes no time
					}
					if !w.Has(id + string(a)) {
						t.Errorf("%s: no words for %s%s", lang, id, a)
					}
				}
			}
		}
	}
}

func TestPage_AsksForEveryKeyOfItsSections(t *testing.T) {
	b := newBench(func(d *desk) {
		d.c.Printer.URL, d.c.Printer.Other = "serial:///dev/ttyUSB0?baud=19200", "serial:///dev/ttyUSB1"
		d.c.Display.Pole = "serial:///dev/ttyS0"
	})
	asked := map[Field]bool{}
	for _, part := range Parts {
		listed := b.d2fields(part)
		for _, f := range listed {
			asked[f] = true
		}
	}
	for _, key := range []string{
		"printer.url", "printer.other", "printer.profile", "printer.paper", "printer.cut", "printer.qr", "printer.copies", "printer.status", "printer.drawer",
		"printer.drawer_pin", "printer.drawer_pulse", "printer.drawer_sensor", "receipt.logo", "receipt.header", "receipt.footer", "receipt.link", "receipt.hint",
		"scanner.prefix", "scanner.suffix", "scanner.gap", "display.window", "display.welcome", "display.pole", "display.pole_type", "sound.volume", "sound.scan", "sound.voice", "phone.mini_appid", "phone.app_appid",
	} {
		if !asked[Field(key)] {
			t.Errorf("%s is not asked for", key)
		}
	}
	if !asked[FieldScanner] || asked[FieldPort] {
		t.Error("a keyboard scanner is asked for its port")
	}
	b.Turn(PartScanner)
	b.Set(FieldScanner, KindSerial)
	if f := b.Fields(); len(f) != 5 || f[1] != FieldPort || b.Text(FieldSpeed) != "9600" {
		t.Errorf("a serial one: %v", f)
	}
}

// d2fields is what a part asks for.
func (b *bench) d2fields(part Part) []Field { return b.Presenter.d.fields(part) }

func TestPlace_TakenApartAndPutTogether(t *testing.T) {
	for _, url := range []string{
		"tcp://192.168.1.50:9100", "tcp://[fe80::1]:9100", "usb:///dev/usb/lp0", "serial:///dev/ttyUSB0?baud=9600", "serial:///dev/ttyUSB0", "serial://COM3?baud=115200",
		"queue:前台 小票", "file:/var/paper", `file:C:\paper`, "pdf:paper", "none:",
	} {
		if got := placeOf(url).url(); got != url {
			t.Errorf("%s comes back as %s", url, got)
		}
	}
	c := shopConfig()
	c.Printer.Other, c.Scanner.Mode, c.Display.Pole = "usb:///dev/usb/lp1", "serial:///dev/ttyACM0", "serial:///dev/ttyS0?baud=2400"
	d := draftOf(c)
	if got := d.config(); !got.Equal(c) {
		t.Errorf("an untouched draft is a change: %+v", got)
	}
}

func TestAddress_KeepsWhatWasTypedForEachKind(t *testing.T) {
	b := newBench(nil)
	b.Set(FieldKind, KindUSB)
	if b.Text(FieldAddress) != "" || b.Problem(FieldAddress) != "" {
		t.Errorf("%q, %q", b.Text(FieldAddress), b.Problem(FieldAddress))
	}
	b.Set(FieldAddress, " /dev/usb/lp0 ")
	b.Left(FieldAddress)
	b.Set(FieldKind, KindNetwork)
	if b.Text(FieldAddress) != "192.168.1.50:9100" || b.Dirty() {
		t.Errorf("%q, changed %v", b.Text(FieldAddress), b.Dirty())
	}
	b.Set(FieldAddress, "１９２。168.1.60")
	b.Left(FieldAddress)
	b.Set(FieldKind, KindUSB)
	b.Set(FieldKind, KindNetwork)
	if got := b.Presenter.d.config().Printer.URL; got != "tcp://192.168.1.60:9100" {
		t.Errorf("as settings: %s", got)
	}
	b.Set(FieldKind, KindSerial)
	b.Set(FieldAddress, "COM3")
	b.Set(FieldBaud, "115200")
	b.Left(FieldAddress)
	if got := b.Presenter.d.config().Printer.URL; got != "serial://COM3?baud=115200" {
		t.Errorf("as settings: %s", got)
	}
}

func TestDevices_AreOneKeyAway(t *testing.T) {
	b := newBench(func(d *desk) {
		d.devices = []Device{{"usb:///dev/usb/lp0", "XP-58"}, {"serial:///dev/ttyUSB0?baud=9600", "ttyUSB0"}, {"usb:///dev/usb/lp1", "TM-T82"}}
	})
	if names, _, _ := b.Found(FieldAddress); len(names) != 0 {
		t.Errorf("for a network printer: %v", names)
	}
	b.Set(FieldKind, KindUSB)
	names, chosen, looked := b.Found(FieldAddress)
	if len(names) != 2 || chosen != -1 || !looked {
		t.Errorf("%v %d %v", names, chosen, looked)
	}
	for _, want := range []string{"/dev/usb/lp0", "/dev/usb/lp1", "/dev/usb/lp0"} {
		b.TakeNext()
		if got := b.Text(FieldAddress); got != want {
			t.Errorf("took %s, want %s", got, want)
		}
	}
	b.Turn(PartScanner)
	b.Set(FieldScanner, KindSerial)
	b.TakeNext()
	if got := b.Text(FieldPort); got != "/dev/ttyUSB0" {
		t.Errorf("the scanner's port is %q", got)
	}
	b.Turn(PartSound)
	b.TakeNext() // nothing has an address here
}

func TestFields_AreJudgedWhenTheyAreLeft(t *testing.T) {
	b := newBench(nil)
	b.Move(1)
	b.Move(1)
	if b.At() != FieldAddress {
		t.Fatalf("at %s", b.At())
	}
	b.Set(FieldAddress, "a b:x")
	if b.Problem(FieldAddress) != "" {
		t.Error("judged while it is typed")
	}
	b.Move(1)
	if got := b.Problem(FieldAddress); !strings.Contains(got, "HOST:PORT") {
		t.Errorf("left: %q", got)
	}
	b.Set(FieldAddress, "")
	b.Turn(PartReceipt)
	b.Set(FieldLink, "https://x/{shop}")
	b.Left(FieldLink)
	if got := b.Problem(FieldLink); !strings.HasPrefix(got, "format {receipt}") {
		t.Errorf("link: %q", got)
	}
	b.Save()
	if b.Part() != PartPrinter || b.At() != FieldAddress || b.Problem(FieldAddress) != "Must be filled in" {
		t.Errorf("at %s %s: %q", b.Part(), b.At(), b.Problem(FieldAddress))
	}
	if words, trouble := b.Notice(); words != "To put right: 2" || !trouble || len(b.jobs) > 0 || len(b.asked) > 0 {
		t.Errorf("%q, %v, %d jobs", words, trouble, len(b.jobs))
	}
}

func TestMoreOrLess_StopsAtItsEnds(t *testing.T) {
	b := newBench(func(d *desk) { d.c.Sound.Volume, d.c.Printer.DrawerPulse = 95, 52*time.Millisecond })
	for _, c := range []struct {
		by   int
		want string
	}{{1, "100"}, {1, "100"}, {-1, "90"}, {-1, "80"}} {
		if b.Shift(FieldVolume, c.by); b.Text(FieldVolume) != c.want {
			t.Errorf("by %d: %s, want %s", c.by, b.Text(FieldVolume), c.want)
		}
	}
	for range 12 {
		b.Shift(FieldVolume, -1)
	}
	if b.Text(FieldVolume) != "0" || b.Share(FieldVolume) != 0 {
		t.Errorf("the least is %s", b.Text(FieldVolume))
	}
	b.Slide(FieldVolume, 0.42)
	b.Shift(FieldPulse, -1)
	if b.Text(FieldVolume) != "40" || b.Text(FieldPulse) != "50" {
		t.Errorf("volume %s, pulse %s", b.Text(FieldVolume), b.Text(FieldPulse))
	}
	b.Shift(FieldCopies, -1)
	if b.Text(FieldCopies) != "1" {
		t.Error("fewer than one copy")
	}
}

func TestSave_IsAllowedWrittenAndTold(t *testing.T) {
	b := newBench(nil)
	b.Save()
	if len(b.asked) != 0 {
		t.Error("nothing was changed, and leave is asked for")
	}
	b.Set(FieldPaper, "58")
	b.refuse = true
	b.Save()
	b.work()
	if len(b.d.saved) != 0 || !b.Dirty() || b.asked[0] != pos.DeedSettings {
		t.Fatalf("without leave: %v, asked %v", b.d.saved, b.asked)
	}
	b.refuse = false
	b.Save()
	b.Set(FieldPaper, "80") // not while it is being written
	b.work()
	if len(b.d.saved) != 1 || b.d.saved[0].Printer.Paper != 58 || b.d.by[0] != "李强" || b.Dirty() {
		t.Errorf("saved %v by %v, changed %v", b.d.saved, b.d.by, b.Dirty())
	}
	if words, trouble := b.Notice(); !strings.HasPrefix(words, "Saved") || trouble {
		t.Errorf("%q", words)
	}
}

func TestSave_ThatFailsSaysThatNothingChanged(t *testing.T) {
	b := newBench(func(d *desk) { d.saveErr = pos.E(pos.CodeFull, "save", errors.New("x")) })
	b.Set(FieldPaper, "58")
	b.Save()
	b.work()
	words, trouble := b.Notice()
	what, _, todo := i18n.For(i18n.English).Trouble(pos.CodeFull)
	if !trouble || !strings.HasPrefix(words, "Not saved, nothing has changed") || !strings.Contains(words, what) || !strings.Contains(words, todo) || !b.Dirty() {
		t.Errorf("%q", words)
	}
}

func TestSave_BringsTogetherWhatWasChangedElsewhere(t *testing.T) {
	for _, both := range []bool{true, false} {
		b := newBench(nil)
		b.Set(FieldPaper, "58")
		b.d.file.Sound.Volume = 10
		b.Save()
		b.work()
		if b.Asked() != AskMerge || len(b.d.saved) != 0 {
			t.Fatalf("asked %v, saved %v", b.Asked(), b.d.saved)
		}
		b.Set(FieldPaper, "58")
		if both {
			b.Confirm()
			b.work()
			if len(b.d.saved) != 1 || b.d.saved[0].Printer.Paper != 58 || b.d.saved[0].Sound.Volume != 10 || b.Dirty() {
				t.Errorf("together: %+v", b.d.saved)
			}
			continue
		}
		b.Drop()
		b.work()
		if len(b.d.saved) != 0 || b.Text(FieldPaper) != "80" || b.Text(FieldVolume) != "10" || b.Dirty() {
			t.Errorf("the file's: paper %s, volume %s", b.Text(FieldPaper), b.Text(FieldVolume))
		}
	}
}

func TestEscape_GoesOneStepBackAndAsksBeforeSomethingIsLost(t *testing.T) {
	b := newBench(nil)
	b.Move(1)
	b.Escape()
	if b.At() != "" || b.left != 0 {
		t.Fatalf("at %q, left %d", b.At(), b.left)
	}
	b.Set(FieldCopies, "2")
	b.Escape()
	if b.Asked() != AskLeave || b.left != 0 {
		t.Fatal("left without a word")
	}
	b.Escape()
	if b.Asked() != AskNothing || b.left != 0 {
		t.Fatal("Esc is an answer")
	}
	b.Escape()
	b.Drop()
	if b.left != 1 || b.Close() != nil || b.d.settled != 1 {
		t.Errorf("left %d, settled %d", b.left, b.d.settled)
	}
	b = newBench(nil)
	b.Escape()
	if b.left != 1 {
		t.Error("asks although nothing was changed")
	}
}

func TestDraft_ComesBackWhenThePageWasTakenAway(t *testing.T) {
	b := newBench(nil)
	b.Turn(PartReceipt)
	b.Set(FieldFooter, "谢谢")
	old := b.Close()
	if old == nil {
		t.Fatal("nothing is kept")
	}
	b.open(old)
	words, _ := b.Notice()
	if b.Part() != PartReceipt || b.Text(FieldFooter) != "谢谢" || !b.Dirty() || !strings.Contains(words, "still here") {
		t.Errorf("%s, %q, %q", b.Part(), b.Text(FieldFooter), words)
	}
}

func TestPreview_FollowsAfterAPauseAndDropsWhatIsLate(t *testing.T) {
	b := newBench(nil)
	if len(b.d.drawn) != 1 {
		t.Fatalf("drawn %d times at first", len(b.d.drawn))
	}
	for _, text := range []string{"谢", "谢谢", "谢谢惠顾"} {
		b.Set(FieldFooter, text)
	}
	if len(b.jobs) != 0 {
		t.Error("drawn at every character")
	}
	b.work()
	if len(b.d.drawn) != 2 || b.d.drawn[1].Receipt.Footer != "谢谢惠顾" {
		t.Errorf("drawn %d times", len(b.d.drawn))
	}
	b.drawPreview()
	late := b.jobs[0](context.Background())
	b.drawPreview()
	newest := b.jobs[1](context.Background())
	newest()
	late()
	if picture, _ := b.Preview(); picture.Bounds().Dx() != 4 {
		t.Errorf("shows drawing %d", picture.Bounds().Dx())
	}
	b.jobs, b.d.err = nil, &Fault{ID: "settings.logo.unreadable", Args: []any{"no such file"}}
	b.Set(FieldLogo, "/nowhere.png")
	b.work()
	if picture, words := b.Preview(); words != "The logo cannot be read: no such file" || picture == nil {
		t.Errorf("%q", words)
	}
}
