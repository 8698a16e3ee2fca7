package backup

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

var noon20 = time.Date(2026, 11, 20, 12, 30, 0, 0, time.FixedZone("CST", 8*3600))

// shelf is backups that do what the test says.
type shelf struct {
	list     []pos.BackupFile
	err      error
	restored []string
}

func (s *shelf) Backups(context.Context) ([]pos.BackupFile, error) { return s.list, s.err }

func (s *shelf) BackUp(context.Context) (pos.BackupFile, error) {
	if s.err != nil {
		return pos.BackupFile{}, s.err
	}
	b := pos.BackupFile{Path: "/data/backups/by-hand-20261120-123000.db", At: noon20, Bytes: 1 << 20}
	s.list = append([]pos.BackupFile{b}, s.list...)
	return b, nil
}

func (s *shelf) Restore(file, by string) { s.restored = append(s.restored, file+" by "+by) }

// bench is a presenter whose work waits until the test lets it be done, and whose deeds wait to be allowed.
type bench struct {
	*Presenter
	s       *shelf
	jobs    []func(context.Context) func()
	at      time.Time
	asked   []pos.Command
	allowed []func()
}

func newBench(list ...pos.BackupFile) *bench {
	b := &bench{s: &shelf{list: list}, at: noon20}
	b.Presenter = NewPresenter(Config{
		Words: i18n.For(i18n.English), Backups: b.s, Now: func() time.Time { return b.at }, Who: func() string { return "李强" },
		Go: func(f func(context.Context) func()) { b.jobs = append(b.jobs, f) }, Changed: func() {},
		Give: func(c pos.Command, _ string, then func()) {
			b.asked, b.allowed = append(b.asked, c), append(b.allowed, then)
		},
	})
	b.Open()
	b.work()
	return b
}

func (b *bench) work() {
	for len(b.jobs) > 0 {
		f := b.jobs[0]
		b.jobs = b.jobs[1:]
		f(context.Background())()
	}
}

func (b *bench) typed(s string) {
	for _, r := range s {
		b.Typed(r)
	}
}

func file(name string, age time.Duration) pos.BackupFile {
	return pos.BackupFile{Path: "/data/backups/" + name, At: noon20.Add(-age), Bytes: 3<<20 + 1<<19}
}

func TestBackup_SaysHowOldTheNewestIs(t *testing.T) {
	for _, c := range []struct {
		age  time.Duration
		want string
		old  bool
	}{
		{20 * time.Second, "just now", false},
		{40 * time.Minute, "40 min ago", false},
		{25 * time.Hour, "25 h ago", false},
		{27 * time.Hour, "27 h ago", true},
		{75 * time.Hour, "3 days ago", true},
	} {
		m := newBench(file("auto-20261120.db", c.age), file("shift-Z0003.db", 200*time.Hour)).Model()
		if m.Age != c.want || m.Old != c.old || len(m.Rows) != 2 || m.Rows[0].Size != "3.5 MB" || !strings.Contains(m.Rows[1].Name, "Z0003") {
			t.Errorf("%v: %+v", c.age, m)
		}
	}
	if m := newBench().Model(); !m.Old || m.None == "" || !strings.Contains(m.Age, "No backup") {
		t.Errorf("none: %+v", m)
	}
}

func TestBackup_MakesOneAndListsIt(t *testing.T) {
	b := newBench(file("auto-20261118.db", 50*time.Hour))
	b.Enter()
	b.Enter() // once is enough
	if m := b.Model(); !m.Making || len(b.jobs) != 1 {
		t.Errorf("%+v, %d jobs", m, len(b.jobs))
	}
	b.Ask() // nothing is restored meanwhile
	b.work()
	if m := b.Model(); m.Making || m.Asking || len(m.Rows) != 2 || m.Old || !strings.Contains(m.Made, "by-hand-20261120-123000.db") {
		t.Errorf("%+v", m)
	}
	b.s.err = pos.E(pos.CodeFull, "back up", errors.New("full"))
	b.Enter()
	b.work()
	if m := b.Model(); m.Trouble == "" || m.Made != "" || !strings.Contains(m.TroubleMoney, "No half backup") || m.TroubleDo == "" {
		t.Errorf("%+v", m)
	}
}

func TestBackup_GoesBackOnlyOnPurposeAndWithLeave(t *testing.T) {
	b := newBench(file("shift-Z0004.db", time.Hour), file("auto-20261119.db", 30*time.Hour))
	b.typed("1119") // means nothing yet
	b.Move(1)
	b.Ask()
	m := b.Model()
	if !m.Asking || len(m.Means) != 4 || !strings.Contains(m.Means[0], "2026-11-19") || m.Typed != "" {
		t.Fatalf("%+v", m)
	}
	b.Move(-1) // the question is about the one that was chosen
	b.Enter()
	if m := b.Model(); !m.Wrong || len(b.asked) != 0 {
		t.Errorf("it goes on without the day: %+v %v", m, b.asked)
	}
	b.typed("1120")
	if b.Enter(); len(b.asked) != 0 {
		t.Error("it goes on with another day")
	}
	for range 5 {
		b.Backspace()
	}
	b.typed("11199")
	b.Enter()
	if len(b.asked) != 1 || b.asked[0] != (pos.Look{Deed: pos.DeedRestore}) || len(b.s.restored) != 0 {
		t.Fatalf("asked %v, restored %v", b.asked, b.s.restored)
	}
	b.allowed[0]()
	if len(b.s.restored) != 1 || b.s.restored[0] != "/data/backups/auto-20261119.db by 李强" || b.Model().Gone == "" {
		t.Errorf("restored %v: %+v", b.s.restored, b.Model())
	}
	b.Enter()
	b.Ask()
	if len(b.jobs) != 0 || b.Model().Asking {
		t.Error("something is begun while the till closes")
	}
}

func TestBackup_EscapeGoesOneStepBack(t *testing.T) {
	b := newBench(file("auto-20261119.db", 30*time.Hour))
	if b.Escape() {
		t.Error("there is no step back")
	}
	b.Ask()
	b.typed("1119")
	if !b.Escape() || b.Model().Asking {
		t.Error("the question stands")
	}
	b.Ask()
	if m := b.Model(); m.Typed != "" {
		t.Errorf("what was typed is still there: %q", m.Typed)
	}
}

func TestBackup_TroubleInWords(t *testing.T) {
	b := newBench()
	b.s.err = pos.E(pos.CodeReadOnly, "list", errors.New("x"))
	b.Open()
	b.work()
	if m := b.Model(); m.Trouble == "" || m.TroubleDo == "" {
		t.Errorf("%+v", m)
	}
	p := NewPresenter(Config{Words: i18n.For(i18n.English), Now: func() time.Time { return noon20 }, Changed: func() {}})
	p.Open()
	p.Enter()
	if p.Model().Trouble == "" {
		t.Error("a till without backups does not say so")
	}
}
