package sign

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

var crew = []pos.Person{
	{ID: 2, Name: "李明", Role: pos.RoleCashier, Active: true},
	{ID: 3, Name: "王芳", Role: pos.RoleManager, Active: true},
	{ID: 1, Name: "Chen Gang", Role: pos.RoleOwner, Active: true},
}

type sent struct {
	who pos.StaffID
	pin pos.PIN
}

type bench struct {
	*Presenter
	sent   []sent
	proven int
	now    time.Time
	staff  pos.StaffView
}

func newBench() *bench {
	b := &bench{now: noon, staff: pos.StaffView{People: crew, Locked: true}}
	b.Presenter = NewPresenter(Config{
		Words: i18n.For(i18n.English), Now: func() time.Time { return b.now }, Changed: func() {},
		Send: func(who pos.StaffID, pin pos.PIN) { b.sent = append(b.sent, sent{who, pin}) }, Proven: func() { b.proven++ },
	})
	b.Begin(b.staff, 0, func(pos.Person) bool { return true })
	return b
}

func (b *bench) types(words string) {
	for _, r := range words {
		b.Typed(r)
	}
}

func (b *bench) answer(code pos.Code, until time.Time) {
	b.staff.Answer = pos.Proof{N: b.staff.Answer.N + 1, Code: code, Until: until}
	b.Show(b.staff)
}

func (b *bench) expect(t *testing.T, want ...sent) {
	t.Helper()
	if len(b.sent) != len(want) {
		t.Fatalf("%d PINs were sent, want %d", len(b.sent), len(want))
	}
	for i := range want {
		if b.sent[i] != want[i] {
			t.Errorf("PIN %d is of %d, want %d, or is another PIN", i, b.sent[i].who, want[i].who)
		}
	}
	b.sent = nil
}

func TestPick_ByDigitArrowAndName(t *testing.T) {
	for _, c := range []struct {
		name string
		pick func(b *bench)
		who  string
	}{
		{"a digit", func(b *bench) { b.types("2") }, "王芳"},
		{"a full-width digit", func(b *bench) { b.types("２") }, "王芳"},
		{"arrows", func(b *bench) { b.Move(1); b.Move(1); b.Move(-1); b.Enter() }, "王芳"},
		{"past the end", func(b *bench) { b.Move(9); b.Enter() }, "Chen Gang"},
		{"a character of the name", func(b *bench) { b.types("芳"); b.Enter() }, "王芳"},
		{"the beginning of the name", func(b *bench) { b.types("chen"); b.Enter() }, "Chen Gang"},
		{"a name after nonsense", func(b *bench) { b.types("xg"); b.Enter() }, "Chen Gang"},
		{"a finger", func(b *bench) { b.Choose(1) }, "王芳"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench()
			if b.Private() {
				t.Error("a name is nobody's secret")
			}
			c.pick(b)
			if m := b.Model(); m.Name != c.who || !m.PIN || !b.Private() {
				t.Errorf("chosen %q, PIN %v", m.Name, m.PIN)
			}
		})
	}
	b := newBench()
	b.types("9")
	b.Enter()
	if m := b.Model(); m.Name != "李明" {
		t.Errorf("a digit of nobody chose %q", m.Name)
	}
}

func TestPIN_IsSentOnceAndForgotten(t *testing.T) {
	b := newBench()
	b.types("2")
	b.types("48")
	b.Enter()
	b.expect(t)
	if m := b.Model(); !m.Bad || m.Dots != "●●" {
		t.Errorf("two digits are a PIN: %+v", m)
	}
	b.types("2x6🙂173599")
	if m := b.Model(); m.Dots != "●●●●●●●●" {
		t.Errorf("%q", m.Dots)
	}
	b.Backspace()
	b.Enter()
	b.Enter()
	b.types("1")
	b.expect(t, sent{3, "4826173"})
	if all := fmt.Sprintf("%+v %#v", *b.Presenter, b.Model()); strings.Contains(all, "4826") || b.pin != "" {
		t.Error("the PIN is still there")
	}
	if m := b.Model(); !m.Busy || m.Dots != "" {
		t.Errorf("%+v", m)
	}
	b.Show(b.staff) // something else happened meanwhile
	if m := b.Model(); !m.Busy {
		t.Error("another state is taken for the answer")
	}
	b.answer(pos.CodeNone, time.Time{})
	if b.proven != 1 || b.Model().Busy {
		t.Errorf("proven %d", b.proven)
	}
}

func TestAnswer_SaysWhatWasWrongAndCountsDown(t *testing.T) {
	for code, want := range map[pos.Code]string{
		pos.CodeWrongPIN: "Wrong PIN. Try again", pos.CodeForbidden: "Not allowed", pos.CodeFull: "disk",
	} {
		b := newBench()
		b.types("24826")
		b.Enter()
		b.answer(code, time.Time{})
		if m := b.Model(); !m.Bad || !strings.Contains(m.Hint, want) || b.proven != 0 {
			t.Errorf("%s: %+v", code, m)
		}
	}
	b := newBench()
	b.types("24826")
	b.Enter()
	b.answer(pos.CodePINWait, noon.Add(30*time.Second))
	if m := b.Model(); !m.Bad || !strings.Contains(m.Hint, "00:30") || m.Can || !b.Tick() {
		t.Errorf("%+v", m)
	}
	b.sent = nil
	b.types("4826")
	b.Enter()
	b.expect(t)
	b.now = noon.Add(12 * time.Second)
	if m := b.Model(); !strings.Contains(m.Hint, "00:18") {
		t.Errorf("%q", m.Hint)
	}
	b.Move(-1) // who did nothing wrong need not wait
	b.types("1357")
	b.Enter()
	b.expect(t, sent{2, "1357"})
}

// A wait that is in the ledger holds after a restart, too, when no answer says so.
func TestWait_IsTakenFromThePerson(t *testing.T) {
	b := newBench()
	people := []pos.Person{{ID: 2, Name: "李明", Role: pos.RoleCashier, Active: true, Wait: noon.Add(time.Minute)}}
	b.Begin(pos.StaffView{People: people, Locked: true}, 0, func(pos.Person) bool { return true })
	b.types("4826")
	b.Enter()
	b.expect(t)
	if m := b.Model(); !strings.Contains(m.Hint, "01:00") || m.Dots != "" {
		t.Errorf("%+v", m)
	}
}

// A wait that was begun under a clock that was years ahead keeps nobody out until then: the ledger knows what is left of it.
func TestWait_OfAnotherClockIsTheLedgersToJudge(t *testing.T) {
	b := newBench()
	people := []pos.Person{{ID: 2, Name: "李明", Role: pos.RoleOwner, Active: true, Wait: noon.AddDate(4, 0, 0)}}
	b.Begin(pos.StaffView{People: people, Locked: true}, 0, func(pos.Person) bool { return true })
	b.types("4826")
	b.Enter()
	b.expect(t, sent{2, "4826"})
	people[0].Wait = noon.Add(longestWait)
	b.Begin(pos.StaffView{People: people, Locked: true}, 0, func(pos.Person) bool { return true })
	b.types("4826")
	b.Enter()
	b.expect(t)
}

func TestEscape_GoesBackStepByStep(t *testing.T) {
	b := newBench()
	b.types("24")
	if !b.Escape() || b.Model().Dots != "" || !b.Private() {
		t.Error("the digits are not taken back first")
	}
	if !b.Escape() || b.Private() {
		t.Error("not back at the names")
	}
	if b.Escape() {
		t.Error("there is nothing further back")
	}
	b.types("24")
	b.Backspace()
	b.Backspace()
	if b.Private() {
		t.Error("taking back past the first digit does not lead to the names")
	}
}

func TestScan_IsNoPIN(t *testing.T) {
	b := newBench()
	b.types("269010280")
	b.Scanned()
	b.Enter()
	b.Enter()
	b.expect(t)
	if m := b.Model(); m.Dots != "" {
		t.Errorf("of the scan stays %q", m.Dots)
	}
}

func TestBegin_AsksOnlyThoseWhoMay(t *testing.T) {
	b := newBench()
	b.Begin(b.staff, 1, func(x pos.Person) bool { return x.Role.May(pos.DeedRefund) })
	if b.Len() != 2 || b.Row(0).Name != "王芳" || b.Row(1).Sign != "C" || b.Model().Name != "Chen Gang" {
		t.Errorf("%d may: %+v, %+v", b.Len(), b.Row(0), b.Row(1))
	}
	b.Begin(b.staff, 0, func(x pos.Person) bool { return x.Role.May(pos.DeedStaff) })
	if !b.Private() {
		t.Error("only one may, and is to be chosen")
	}
	b.staff.People = crew[:2]
	b.Show(b.staff) // and is let go
	if m := b.Model(); !m.Bad || m.Can {
		t.Errorf("%+v", m)
	}
	b.types("4826")
	b.Enter()
	b.expect(t)
}
