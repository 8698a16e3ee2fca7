package settings

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"guitai/pos"
)

func TestStatus_InWords(t *testing.T) {
	for _, c := range []struct {
		name   string
		status pos.PrinterStatus
		err    error
		good   bool
		want   string
	}{
		{"ready", pos.PrinterStatus{}, nil, true, "The printer is ready"},
		{"ready, with a drawer", pos.PrinterStatus{Drawer: pos.DrawerOpen}, nil, true, "The printer is ready; the drawer is open"},
		{"silent", pos.PrinterStatus{Silent: true}, nil, true, "It takes data but does not answer"},
		{"paper low", pos.PrinterStatus{Code: pos.CodePaperLow}, nil, true, "The roll is nearly at its end"},
		{"no paper", pos.PrinterStatus{Code: pos.CodePaper, Drawer: pos.DrawerShut}, nil, false, "The printer is out of paper; the drawer is shut"},
		{"not there", pos.PrinterStatus{}, pos.E(pos.CodePrinterOff, "status", errors.New("x")), false, "The printer is not there"},
		{"not in this build", pos.PrinterStatus{}, errors.New("whatever it is"), false, "whatever it is"},
	} {
		b := newBench(func(d *desk) { d.status, d.err = []pos.PrinterStatus{c.status}, nil })
		b.d.err = c.err
		b.Try(ActStatus)
		b.Try(ActStatus) // one at a time
		if _, busy, _ := b.Trial(); !busy || len(b.jobs) != 1 {
			t.Errorf("%s: busy %v, %d jobs", c.name, busy, len(b.jobs))
		}
		b.work()
		if _, busy, a := b.Trial(); busy || a.Good != c.good || a.Words != c.want {
			t.Errorf("%s: %+v", c.name, a)
		}
		b.Set(FieldPaper, "58")
		if _, _, a := b.Trial(); a.Words != "" {
			t.Errorf("%s: an answer about other settings stays: %+v", c.name, a)
		}
	}
}

func TestTrial_IsOfTheSettingsOnTheScreen(t *testing.T) {
	b := newBench(nil)
	b.Enter(FieldAddress)
	b.Set(FieldAddress, "192.168.1.77")
	b.Try(ActStatus)
	b.Set(FieldAddress, "192.168.1.88:9100") // the answer is about the other one
	b.work()
	if len(b.d.tried) != 1 || b.d.tried[0].Printer.URL != "tcp://192.168.1.77:9100" {
		t.Errorf("asked %+v", b.d.tried)
	}
}

func TestTrial_NeedsSettingsThatCanBeTried(t *testing.T) {
	b := newBench(nil)
	b.Set(FieldKind, KindUSB)
	for _, part := range []Part{PartPrinter, PartDrawer} {
		b.Turn(part)
		b.Try(ActStatus)
		if len(b.jobs) != 0 || b.Part() != PartPrinter || b.At() != FieldAddress || b.Problem(FieldAddress) == "" {
			t.Errorf("%s: %d jobs, at %s %s", part, len(b.jobs), b.Part(), b.At())
		}
	}
}

func TestTrial_IsOfferedWhereThereIsSomethingToTry(t *testing.T) {
	for kind, most := range map[string]int{KindNetwork: 3, KindQueue: 3, KindFolder: 0, KindPDF: 0, KindNone: 0} {
		b := newBench(nil)
		b.Set(FieldKind, kind)
		if got := b.Acts(); len(got) != most {
			t.Errorf("%s: %v", kind, got)
		}
		b.Turn(PartDrawer)
		if got := b.Acts(); len(got) != most || (b.Idle() == "") != (most > 0) {
			t.Errorf("%s: %v, %q", kind, got, b.Idle())
		}
		b.Turn(PartSound)
		if got := b.Acts(); len(got) != 1 || b.Idle() != "" {
			t.Errorf("%s: %v", kind, got)
		}
	}
}

func TestTestPage_FindsTheFamily(t *testing.T) {
	b := newBench(func(d *desk) {
		d.found, d.ok = Printer{Profile: "gprinter", Cut: "partial", QR: "native", Paper: 58}, true
	})
	b.Try(ActTestPage)
	b.work()
	ask, letters, _ := b.Reading()
	if !ask || letters != "ABC" {
		t.Fatalf("asked %v for %s", ask, letters)
	}
	b.Page(1) // the question stands
	for _, r := range "aczba" {
		b.Letter(r)
	}
	if _, _, read := b.Reading(); read != "CB" || b.Part() != PartPrinter {
		t.Errorf("read %q on %s", read, b.Part())
	}
	b.Confirm()
	_, _, a := b.Trial()
	if !a.Good || a.Words != "Found: Gprinter, 58 mm paper" || b.Text(FieldProfile) != "gprinter" || b.Text(FieldCut) != "partial" || b.Text(FieldQR) != "native" || b.Text(FieldPaper) != "58" {
		t.Errorf("%+v; %s %s %s %s", a, b.Text(FieldProfile), b.Text(FieldCut), b.Text(FieldQR), b.Text(FieldPaper))
	}
	b.work()
	b.d.ok = false
	b.Try(ActTestPage)
	b.work()
	b.Confirm()
	if _, _, a := b.Trial(); a.Good || a.Todo == "" || b.Text(FieldProfile) != "gprinter" {
		t.Errorf("nothing read: %+v", a)
	}
	b.Try(ActTestPage)
	b.work()
	b.Escape()
	if ask, _, _ := b.Reading(); ask || b.left != 0 {
		t.Error("Esc does not end the question alone")
	}
}

func TestDrawer_OpensByTheTillAsItIsSetHere(t *testing.T) {
	b := newBench(nil)
	b.Turn(PartDrawer)
	b.Set(FieldPin, "5")
	b.Try(ActDrawer)
	if len(b.given) != 1 || len(b.d.tried) != 1 || b.d.tried[0].Printer.DrawerPin != 5 {
		t.Fatalf("given %v, tried %v", b.given, b.d.tried)
	}
	if c, ok := b.given[0].(pos.OpenDrawer); !ok || c.Reason == "" {
		t.Errorf("%#v", b.given[0])
	}
	if _, _, a := b.Trial(); a.Words != "" {
		t.Errorf("an answer before it is allowed: %+v", a)
	}
	b.allowed[0]()
	if _, _, a := b.Trial(); !a.Good || a.Todo == "" {
		t.Errorf("%+v", a)
	}
}

func TestCalibrate_LearnsWhatOpenIs(t *testing.T) {
	state := func(d pos.DrawerState) pos.PrinterStatus { return pos.PrinterStatus{Drawer: d} }
	for _, c := range []struct {
		name       string
		shut, open pos.DrawerState
		want       string
		good       bool
	}{
		{"high", pos.DrawerShut, pos.DrawerOpen, "high", true},
		{"low", pos.DrawerOpen, pos.DrawerShut, "low", true},
		{"nothing moves", pos.DrawerOpen, pos.DrawerOpen, "none", false},
		{"no word of it", pos.DrawerUnknown, pos.DrawerUnknown, "none", false},
	} {
		b := newBench(func(d *desk) { d.status = []pos.PrinterStatus{state(c.shut), state(c.open)} })
		b.Turn(PartDrawer)
		b.Try(ActCalibrate)
		if b.Calibrating() != 1 {
			t.Fatalf("%s: step %d", c.name, b.Calibrating())
		}
		b.Confirm()
		b.Confirm() // it is still being asked
		b.work()
		if b.Calibrating() == 2 {
			b.Confirm()
			b.work()
		}
		_, _, a := b.Trial()
		if b.Calibrating() != 0 || b.Text(FieldSensor) != c.want || a.Good != c.good || a.Words == "" {
			t.Errorf("%s: sensor %s, %+v", c.name, b.Text(FieldSensor), a)
		}
		for _, tried := range b.d.tried {
			if tried.Printer.DrawerSensor != "high" {
				t.Errorf("%s: asked with sensor %q", c.name, tried.Printer.DrawerSensor)
			}
		}
	}
	b := newBench(nil)
	b.Turn(PartDrawer)
	b.Try(ActCalibrate)
	b.Escape()
	if b.Calibrating() != 0 || b.left != 0 {
		t.Error("Esc does not end it alone")
	}
}

func TestPoleAndSounds_SayWhatCameOfIt(t *testing.T) {
	for part, act := range map[Part]Act{PartDisplay: ActPole, PartSound: ActSounds} {
		b := newBench(nil)
		b.Turn(part)
		b.Try(act)
		b.work()
		if _, _, a := b.Trial(); !a.Good || a.Words == "" {
			t.Errorf("%s: %+v", act, a)
		}
		b.d.err = pos.E(pos.CodePrinterAccess, "open", errors.New("x"))
		b.Try(act)
		b.work()
		if _, _, a := b.Trial(); a.Good || a.Todo == "" {
			t.Errorf("%s: %+v", act, a)
		}
	}
}

func TestScans_AreShownAsTheyCame(t *testing.T) {
	b := newBench(nil)
	b.Turn(PartScanner)
	for _, c := range []struct {
		scan        Scan
		code, kind  string
		check, pace string
		bad         bool
	}{
		{Scan{Text: "6901028000000", Took: 96 * time.Millisecond}, "6901028000000", "A goods code", "The check digit holds", "13 characters in 96 ms; 8 ms each", false},
		{Scan{Text: "6901028240414", Took: 480 * time.Millisecond}, "6901028240414", "A goods code, misread", "The check digit is wrong: scan again", "13 characters in 480 ms; 40 ms each; slow: it may be taken for a person", true},
		{Scan{Text: "６９０１０２８２４０４１３", Serial: true}, "6901028240413", "A goods code", "The check digit holds", "From the serial port", false},
		{Scan{Text: "134567890123456789"}, "…6789", "A customer's WeChat payment code (last four shown)", "", "18 characters", false},
		{Scan{Text: "287654321098765432"}, "…5432", "A customer's Alipay payment code (last four shown)", "", "18 characters", false},
	} {
		b.Scanned(c.scan)
		v := b.LastScan()
		if v == nil || v.Code != c.code || v.Kind != c.kind || v.Check != c.check || v.Pace != c.pace || v.Bad != c.bad {
			t.Errorf("%s: %+v", c.scan.Text, v)
		}
	}
	b.Scanned(Scan{Text: "ABC-1", Serial: true})
	if v := b.LastScan(); v.Code != "ABC-1" || v.N != 6 || v.Check != "It has no check digit" {
		t.Errorf("%+v", v)
	}
	b.Turn(PartSound)
	b.Scanned(Scan{Text: "134567890123456789"})
	if words, _ := b.Notice(); !strings.Contains(words, "…6789") || strings.Contains(words, "1345") {
		t.Errorf("%q", words)
	}
}

func TestNoDesk_SaysSo(t *testing.T) {
	b := newBench(nil)
	b.cfg.Desk = nil
	p := NewPresenter(b.cfg, nil)
	p.Try(ActStatus)
	b.work()
	if _, _, a := p.Trial(); a.Good || a.Words == "" || a.Todo == "" {
		t.Errorf("%+v", a)
	}
	if (noDesk{}).Save(context.Background(), p.was, p.was, "") == nil {
		t.Error("it says that it saves")
	}
}
