package staff

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"guitai/pos"
	"guitai/pos/i18n"
)

var (
	chen = pos.Person{ID: 1, Name: "陈刚", Role: pos.RoleOwner, Active: true}
	li   = pos.Person{ID: 2, Name: "李明", Role: pos.RoleCashier, Active: true}
	gone = pos.Person{ID: 3, Name: "张三", Role: pos.RoleManager}
)

type everybody struct {
	all []pos.Person
	err error
}

func (e *everybody) People(context.Context) ([]pos.Person, error) { return e.all, e.err }

type bench struct {
	*Presenter
	books everybody
	given []pos.Command
	what  string
	then  func()
	asks  bool // somebody else has to allow it first
}

func newBench(people ...pos.Person) *bench {
	b := &bench{books: everybody{all: people}}
	b.Presenter = NewPresenter(Config{
		Words: i18n.For(i18n.English), People: &b.books, Changed: func() {},
		Give: func(c pos.Command, what string, then func()) {
			b.given, b.what, b.then = append(b.given, c), what, then
			if !b.asks {
				then()
			}
		},
		Go: func(work func(context.Context) func()) { work(context.Background())() },
	})
	var here []pos.Person
	for _, x := range people {
		if x.Active {
			here = append(here, x)
		}
	}
	b.Show(pos.Snapshot{Staff: pos.StaffView{People: here}})
	return b
}

func (b *bench) types(words string) {
	for _, r := range words {
		b.Typed(r)
	}
}

func (b *bench) expect(t *testing.T, want ...pos.Command) {
	t.Helper()
	if len(b.given) != len(want) {
		t.Fatalf("given %v, want %v", b.given, want)
	}
	for i := range want {
		if b.given[i] != want[i] {
			t.Errorf("given %+v, want %+v", b.given[i], want[i])
		}
	}
	b.given = nil
}

func TestAdd_TheFirstIsAnOwner(t *testing.T) {
	b := newBench()
	b.Enter()
	if m := b.Model(); !m.First || m.Does == "" {
		t.Errorf("%+v", m)
	}
	b.SetRole(pos.RoleCashier)
	b.types(" 陈  刚")
	b.Enter()
	if !b.Private() {
		t.Fatal("after the name the PIN is next")
	}
	b.types("482617")
	b.Enter()
	b.types("482617")
	b.Enter()
	b.expect(t, pos.AddPerson{Name: "陈 刚", Role: pos.RoleOwner, PIN: "482617"})
	if b.Mode() != ModeList {
		t.Error("the form stays")
	}
}

func TestAdd_SaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		name, who, pin, again string
		bad                   string
	}{
		{"no name", "  ", "4826", "4826", "1 to 20"},
		{"a name that is taken", "李明", "4826", "4826", "Somebody else"},
		{"the name of one who has left is free", "张三", "4826", "4826", ""},
		{"too short", "王芳", "482", "482", "4 to 8 digits"},
		{"easy", "王芳", "1234", "1234", "Too easy"},
		{"all the same", "王芳", "0000", "0000", "Too easy"},
		{"two different ones", "王芳", "4826", "4827", "not the same"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(chen, li, gone)
			b.Start(ModeAdd)
			b.types(c.who)
			b.Fill(FieldPIN)
			b.types(c.pin)
			b.Fill(FieldAgain)
			b.types(c.again)
			b.Enter()
			m := b.Model()
			if c.bad == "" {
				b.expect(t, pos.AddPerson{Name: c.who, Role: pos.RoleCashier, PIN: pos.PIN(c.pin)})
				return
			}
			b.expect(t)
			if !strings.Contains(m.Bad, c.bad) {
				t.Errorf("it says %q", m.Bad)
			}
			if all := fmt.Sprintf("%+v", m); strings.Contains(all, c.pin) {
				t.Errorf("what is drawn has the PIN: %s", all)
			}
		})
	}
}

func TestRole_IsChosenByDigitAndArrow(t *testing.T) {
	b := newBench(chen)
	b.Start(ModeAdd)
	b.types("王芳")
	b.Move(1)
	b.types("2")
	if b.Model().Chosen != pos.RoleManager {
		t.Error("2 is no manager")
	}
	b.Aside(1)
	b.Aside(1)
	if b.Model().Chosen != pos.RoleOwner {
		t.Error("right does not lead to the owner")
	}
}

func TestChange_KeepsAnOwner(t *testing.T) {
	b := newBench(chen, li)
	b.Start(ModeChange)
	b.Fill(FieldRole)
	b.SetRole(pos.RoleManager)
	b.Enter()
	b.expect(t)
	if m := b.Model(); !strings.Contains(m.Bad, "owner") {
		t.Errorf("it says %q", m.Bad)
	}
	b.Escape()
	b.Start(ModeLeave)
	b.Enter()
	b.expect(t)
	if m := b.Model(); !strings.Contains(m.Bad, "owner") {
		t.Errorf("it says %q", m.Bad)
	}
	b.Escape()
	b.Choose(1)
	b.Start(ModeChange)
	b.types("月")
	b.Fill(FieldRole)
	b.SetRole(pos.RoleOwner)
	b.Enter()
	b.expect(t, pos.ChangePerson{Person: pos.Person{ID: 2, Name: "李明月", Role: pos.RoleOwner, Active: true}})
}

func TestLeave_AndBack(t *testing.T) {
	b := newBench(chen, li, gone)
	if b.Len() != 3 || b.Row(2).State == "" || b.Row(1).State != "" {
		t.Fatalf("%d, %+v", b.Len(), b.Row(2))
	}
	b.Choose(1)
	b.types("4")
	b.Enter()
	left := li
	left.Active = false
	b.expect(t, pos.ChangePerson{Person: left})
	b.Choose(2)
	b.Start(ModePIN)
	if b.Mode() != ModeList {
		t.Error("who has left needs no PIN")
	}
	b.Start(ModeLeave)
	b.Enter()
	back := gone
	back.Active = true
	b.expect(t, pos.ChangePerson{Person: back})
	if !strings.Contains(b.what, "张三") {
		t.Errorf("asked for %q", b.what)
	}
}

// Until an owner allowed it the form stays as it is; then nothing of the PIN is left.
func TestPIN_StaysUntilItIsAllowed(t *testing.T) {
	b := newBench(chen, li)
	b.asks = true
	b.Choose(1)
	b.types("3")
	b.types("4826")
	b.Enter()
	b.types("4826")
	b.Enter()
	b.expect(t, pos.SetPIN{Person: 2, PIN: "4826"})
	if b.Mode() != ModePIN {
		t.Error("the form did not wait")
	}
	b.then()
	if b.Mode() != ModeList || b.pin != "" || b.again != "" {
		t.Error("the PIN is still there")
	}
}

func TestScan_IsNoNameAndNoPIN(t *testing.T) {
	b := newBench(chen)
	b.Start(ModeAdd)
	b.types("王芳6901028028412")
	b.Scanned(13)
	if m := b.Model(); m.Typed != "王芳" {
		t.Errorf("%q", m.Typed)
	}
	b.Fill(FieldAgain)
	b.types("69010280")
	b.Scanned(13)
	if m := b.Model(); m.Again != "" || m.Field != FieldPIN {
		t.Errorf("%+v", m)
	}
}

func TestList_WithoutTheBooksShowsWhoIsThere(t *testing.T) {
	b := newBench(chen, li, gone)
	b.books.err = errors.New("disk")
	b.Show(pos.Snapshot{Staff: pos.StaffView{People: []pos.Person{chen}}})
	if b.Len() != 1 || b.Row(0).Name != "陈刚" {
		t.Errorf("%d, %+v", b.Len(), b.Row(0))
	}
}
