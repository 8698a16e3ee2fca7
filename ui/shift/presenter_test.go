package shift

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

type ledger struct {
	x    pos.ShiftReport
	xs   int // how often it was read how the shift stands
	last int
	read []int // the Z reports that were read
	err  error
}

func (l *ledger) XReport(context.Context, time.Time) (pos.ShiftReport, error) {
	l.xs++
	return l.x, l.err
}

func (l *ledger) ZReport(_ context.Context, z int) (pos.ShiftReport, error) {
	l.read = append(l.read, z)
	r := pos.ShiftReport{Z: z, Day: 20261101, Number: z, Cash: pos.CashReport{Variance: pos.Fen(z%3-1) * 10}}
	if z != 43 {
		r.Cash.Counted = new(pos.Fen)
	}
	if z == 45 {
		r.Epoch = 2
	}
	return r, l.err
}

func (l *ledger) LastZ(context.Context) (int, error) { return l.last, l.err }

type bench struct {
	*Presenter
	books  ledger
	given  []pos.Command
	opened []pos.OpenToCount
	what   string
	then   func()
	asks   bool // somebody else has to allow it first
	looks  []func()
	closed int
	snap   pos.Snapshot
	now    time.Time
	later  []func() // what is read elsewhere, while slow
	slow   bool
}

func newBench() *bench {
	b := &bench{now: noon}
	b.Presenter = NewPresenter(Config{
		Words: i18n.For(i18n.English), Books: &b.books, Now: func() time.Time { return b.now }, Changed: func() {}, Close: func() { b.closed++ },
		Give: func(c pos.Command, what string, then func()) {
			if o, ok := c.(pos.OpenToCount); ok {
				b.opened = append(b.opened, o)
				return
			}
			b.given, b.what, b.then = append(b.given, c), what, then
			if !b.asks && then != nil {
				then()
			}
		},
		Look: func(then func()) {
			if b.asks {
				b.looks = append(b.looks, then)
				return
			}
			then()
		},
		Go: func(work func(context.Context) func()) {
			if b.slow {
				b.later = append(b.later, work(context.Background()))
				return
			}
			work(context.Background())()
		},
	})
	b.shows(pos.ShiftView{Current: &pos.Shift{ID: 1, Day: 20261120, Number: 1, OpenedAt: noon.Add(-4 * time.Hour), OpenedBy: "李明", Float: true}})
	return b
}

func (b *bench) shows(v pos.ShiftView) {
	b.snap.Shift = v
	b.Show(b.snap)
}

// counts shows that a count is on disk.
func (b *bench) counts(sum, expected pos.Fen, change func(*pos.ShiftView)) {
	v := b.snap.Shift
	id := int64(1)
	if v.Counted != nil {
		id = v.Counted.ID + 1
	}
	v.Counted = &pos.Counted{ID: id, Sum: sum, Expected: expected, Nth: int(id), Count: pos.DrawerCount{Pieces: []pos.Pieces{{Fen: 100, N: int(sum / 100)}}, Other: sum % 100}}
	if change != nil {
		change(&v)
	}
	b.shows(v)
	b.now = b.now.Add(2 * time.Second) // somebody looks at it
}

func (b *bench) types(words string) {
	for _, r := range words {
		b.Typed(r)
	}
}

func (b *bench) expect(t *testing.T, want ...pos.Command) {
	t.Helper()
	if len(b.given) != len(want) || len(want) > 0 && !reflect.DeepEqual(b.given, want) {
		t.Errorf("given %+v, want %+v", b.given, want)
	}
	b.given = nil
}

func TestHome_OffersWhatFits(t *testing.T) {
	for _, c := range []struct {
		name   string
		v      pos.ShiftView
		main   Action
		others []Action
		alarm  bool
	}{
		{"none open", pos.ShiftView{}, ActFloat, []Action{ActIn, ActDrop, ActOut, ActZ, ActDrawer}, false},
		{"one that a person has to open", pos.ShiftView{Required: true, Blocked: pos.CodeShift}, ActFloat, []Action{ActIn, ActDrop, ActOut, ActZ, ActDrawer}, true},
		{"opened by itself", pos.ShiftView{Current: &pos.Shift{Day: 20261120, OpenedAt: noon}}, ActClose, []Action{ActFloat, ActIn, ActDrop, ActOut, ActX, ActZ, ActDrawer}, false},
		{"with its float", pos.ShiftView{Current: &pos.Shift{Day: 20261120, OpenedAt: noon, Float: true}}, ActClose, []Action{ActIn, ActDrop, ActOut, ActX, ActZ, ActDrawer}, false},
		{"yesterday's", pos.ShiftView{Current: &pos.Shift{Day: 20261119, OpenedAt: noon, Float: true}, Blocked: pos.CodeShift}, ActClose, []Action{ActIn, ActDrop, ActOut, ActX, ActZ, ActDrawer}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench()
			b.shows(c.v)
			h := b.Home()
			var others []Action
			for _, o := range h.Others {
				others = append(others, o.Action)
			}
			if h.Main.Action != c.main || !reflect.DeepEqual(others, c.others) || (h.Alarm != "") != c.alarm {
				t.Errorf("main %v, others %v, alarm %q", h.Main, others, h.Alarm)
			}
		})
	}
}

func TestCount_ByDigitsAndArrows(t *testing.T) {
	b := newBench()
	b.shows(pos.ShiftView{})
	b.Enter()
	b.types("12") // 100
	b.Enter()
	b.types("７") // 50, from an input method
	b.Backspace()
	b.Move(1)
	b.Aside(1)
	b.Aside(1)
	b.Aside(-1) // 20
	b.Point(len(pos.Denominations))
	b.types("0.375")
	if m := b.Count(); m.Sum != "¥1220.37" || m.Lines[0].Amount != "1200.00" || m.Lines[1].N != "" || !m.Lines[8].Chosen {
		t.Errorf("%+v", m)
	}
	b.Enter()
	b.expect(t, pos.OpenShift{Count: pos.DrawerCount{Pieces: []pos.Pieces{{Fen: 10000, N: 12}, {Fen: 2000, N: 1}}, Other: 37}})
	if !strings.Contains(b.what, "1220.37") || b.mode != ModeHome {
		t.Errorf("asked for %q, mode %d", b.what, b.mode)
	}
}

// The drawer opens for whoever begins to count it, once each time.
func TestCount_OpensTheDrawer(t *testing.T) {
	b := newBench()
	b.shows(pos.ShiftView{})
	b.Enter()
	b.Enter()
	b.Escape()
	b.shows(pos.ShiftView{Current: &pos.Shift{ID: 1, Day: 20261120, Number: 1, OpenedAt: noon}})
	b.Enter()
	b.counts(300, 500, nil)
	b.Recount()
	want := []pos.OpenToCount{{Float: true, Reason: "Count the float"}, {Reason: "Count the drawer"}, {Reason: "Count the drawer"}}
	if !reflect.DeepEqual(b.opened, want) {
		t.Errorf("%+v", b.opened)
	}
}

// The till says no to a float that misses something: the same float is asked for again, now with what has to be signed for.
func TestCount_OfAFloatThatMissesIsSignedFor(t *testing.T) {
	b := newBench()
	b.shows(pos.ShiftView{})
	b.Enter()
	b.types("1")
	b.Counted()
	want := pos.OpenShift{Count: pos.DrawerCount{Pieces: []pos.Pieces{{Fen: 10000, N: 1}}}}
	b.expect(t, want)
	b.asks = true
	b.shows(pos.ShiftView{Unsigned: &pos.UnsignedFloat{Count: want.Count, Missing: 20000}})
	b.expect(t, want)
	if b.mode != ModeCount || b.Count().Lines[0].N != "1" || !strings.Contains(b.what, "¥100.00") || !strings.Contains(b.what, "¥200.00") {
		t.Errorf("asked for %q, mode %d, %+v", b.what, b.mode, b.Count())
	}
	b.shows(b.snap.Shift) // is the same refusal still
	b.expect(t)
	b.then()
	if b.mode != ModeHome {
		t.Error("signed for, the count stays")
	}
}

func TestCount_OfNothingWantsToBeMeant(t *testing.T) {
	b := newBench()
	b.Enter()
	b.Counted()
	b.expect(t)
	if b.Count().Bad == "" {
		t.Error("it does not ask")
	}
	b.types("0")
	b.Counted()
	b.expect(t) // something was typed in between: asked again
	b.Counted()
	b.expect(t, pos.CountDrawer{})
}

func TestCount_RefusesWhatIsTooMuch(t *testing.T) {
	b := newBench()
	b.Enter()
	b.types("99999")
	b.types("9")
	if m := b.Count(); m.Lines[0].N != "99999" || m.Bad == "" {
		t.Errorf("%+v", m)
	}
	b.Counted()
	b.expect(t)
}

// What should be there is nowhere before the count is on disk, and nothing is read that would tell.
func TestClose_IsBlind(t *testing.T) {
	b := newBench()
	b.books.x = pos.ShiftReport{Cash: pos.CashReport{Start: 5000, Float: 15000, Expected: 33370}}
	b.Enter()
	b.types("3")
	b.Counted()
	b.expect(t, pos.CountDrawer{Count: pos.DrawerCount{Pieces: []pos.Pieces{{Fen: 10000, N: 3}}}})
	if b.mode != ModeCount {
		t.Error("the result is shown before there is one")
	}
	if m := b.Count(); b.books.xs != 0 || strings.Contains(fmt.Sprint(m), "333.70") {
		t.Errorf("what should be there was read %d times before the count, and is shown: %+v", b.books.xs, m)
	}
	b.counts(33000, 33370, nil)
	m := b.Result()
	if b.mode != ModeResult || m.Off != "-¥3.70" || m.Says != "Missing" || !m.Bad || m.Keep != "200.00" || m.Safe != "¥130.00 goes to the safe" || !m.Why {
		t.Errorf("%+v", m)
	}
	b.Enter()
	b.expect(t)
	if m := b.Result(); !m.Lacks {
		t.Error("a difference needs a reason")
	}
	b.Move(1)
	b.Enter()
	b.expect(t, pos.CloseShift{Reason: "Wrong change", Keep: 20000})
	if !strings.Contains(b.what, "-¥3.70") {
		t.Errorf("asked for %q", b.what)
	}
	b.shows(pos.ShiftView{Closed: &pos.ShiftReport{Z: 4, Day: 20261120, Number: 1}})
	if r := b.Report(); b.mode != ModeReport || r.Title != "Z report 0004" || r.Note == "" {
		t.Errorf("%+v", r)
	}
	b.Enter()
	b.expect(t)
	if b.closed != 1 {
		t.Error("Enter does not put the Z report away")
	}
}

func TestClose_WithoutADifferenceIsOneEnter(t *testing.T) {
	b := newBench()
	b.books.x = pos.ShiftReport{Cash: pos.CashReport{Float: 50000}}
	b.counts(33370, 33370, nil)
	if m := b.Result(); m.Bad || m.Says != "Exact" || m.Why || m.Keep != "333.70" {
		t.Errorf("%+v", m) // less than the float is there, so all of it stays
	}
	b.Move(1)
	b.Tab()
	b.types("300")
	b.Enter()
	b.expect(t, pos.CloseShift{Keep: 30000})
}

// The Enter that ended the count, pressed twice, closes no shift that nobody looked at; nor does one that comes before it is known
// what stays in the drawer by itself.
func TestClose_WantsToBeLookedAt(t *testing.T) {
	b := newBench()
	b.books.x = pos.ShiftReport{Cash: pos.CashReport{Float: 20000}}
	b.slow = true
	b.counts(33370, 33370, nil)
	b.now = b.result.since.Add(settle - 1)
	b.later[0]()
	b.Enter()
	b.expect(t)
	b.now = b.now.Add(1)
	b.Enter()
	b.expect(t, pos.CloseShift{Keep: 20000})
	b.counts(33371, 33371, nil)
	b.Enter()
	b.expect(t)
	b.later[0]() // about the count before
	b.Enter()
	b.expect(t)
	b.books.err = pos.E(pos.CodeInternal, "read", nil)
	b.later[1]()
	b.Enter()
	b.expect(t, pos.CloseShift{Keep: 20000})
}

func TestClose_KeepsNoMoreThanIsThere(t *testing.T) {
	b := newBench()
	b.counts(33370, 33370, nil)
	b.types("334")
	b.Enter()
	b.expect(t)
	if m := b.Result(); !m.Lacks || !strings.Contains(m.Safe, "333.70") {
		t.Errorf("%+v", m)
	}
	b.Backspace()
	b.Backspace()
	b.Backspace()
	b.Enter()
	b.expect(t, pos.CloseShift{})
}

func TestClose_SaysWhoSignsAndWhatIsOpen(t *testing.T) {
	li, wang := pos.Person{ID: 2, Name: "李明", Role: pos.RoleCashier}, pos.Person{ID: 3, Name: "王芳", Role: pos.RoleManager}
	for _, c := range []struct {
		name  string
		staff pos.StaffView
		want  string
	}{
		{"a cashier", pos.StaffView{People: []pos.Person{li, wang}, Who: li}, "A manager has to sign"},
		{"a manager", pos.StaffView{People: []pos.Person{li, wang}, Who: wang}, "王芳 signs for it"},
		{"without staff", pos.StaffView{}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench()
			b.snap.Staff = c.staff
			b.counts(100, 900, func(v *pos.ShiftView) {
				v.NeedsSign = true
				v.Open = []pos.OpenItem{{Kind: "exception", Name: "S001-T1-X", Amount: 1350, Since: noon.UnixMilli()}}
			})
			m := b.Result()
			if !strings.Contains(m.Signer, c.want) || (c.want == "") != (m.Signer == "") {
				t.Errorf("it says %q", m.Signer)
			}
			if len(m.Open) != 1 || m.Open[0].Name != "S001-T1-X" || m.Open[0].What != "Exception to decide" || m.None != "" {
				t.Errorf("%+v", m.Open)
			}
		})
	}
}

func TestRecount_ReplacesTheCountAndSaysSo(t *testing.T) {
	b := newBench()
	b.counts(300, 500, nil)
	b.Recount()
	if m := b.Count(); b.mode != ModeCount || m.Lines[5].N != "3" || m.Sum != "¥3.00" {
		t.Errorf("%+v", m)
	}
	b.Point(5)
	b.types("5")
	b.Counted()
	b.expect(t, pos.CountDrawer{Count: pos.DrawerCount{Pieces: []pos.Pieces{{Fen: 100, N: 5}}}})
	b.counts(500, 500, nil)
	if m := b.Result(); m.Bad || !strings.Contains(m.Nth, "2") {
		t.Errorf("%+v", m)
	}
	b.shows(pos.ShiftView{Current: b.snap.Shift.Current}) // a sale that was late moved the drawer
	if b.mode != ModeHome {
		t.Error("a count that holds no longer is still shown")
	}
}

func TestClose_LeavingItTellsTheTill(t *testing.T) {
	b := newBench()
	b.counts(300, 500, nil)
	b.Escape()
	b.expect(t, pos.LeaveClose{})
	if b.mode != ModeHome || b.Escape() {
		t.Error("not back on the first page")
	}
}

// A count that was begun, and the window locked over it, goes on where it was.
func TestShow_GoesOnWithACount(t *testing.T) {
	b := newBench()
	b.counts(300, 500, nil)
	again := newBench()
	again.snap = b.snap
	again.Show(b.snap)
	if again.mode != ModeResult {
		t.Error("it begins anew")
	}
}

func TestMove_NeedsAmountAndReason(t *testing.T) {
	for _, c := range []struct {
		key  string
		kind pos.CashKind
	}{{"2", pos.CashIn}, {"3", pos.CashDrop}, {"4", pos.CashPaidOut}} {
		b := newBench()
		b.types(c.key)
		b.Enter()
		if f := b.Form(); !f.Lacks || f.Why || f.Does == "" {
			t.Errorf("%+v", f)
		}
		b.types("50.5")
		b.Enter()
		b.Enter()
		b.expect(t)
		if f := b.Form(); !f.Lacks || !f.Why || !strings.Contains(f.Confirm, "¥50.50") {
			t.Errorf("%+v", f)
		}
		b.Move(-1)
		b.Move(1)
		b.Backspace()
		b.types("！")
		b.asks = true
		b.Enter()
		if len(b.given) != 1 || b.mode != ModeMove {
			t.Fatalf("given %v, mode %d", b.given, b.mode)
		}
		m := b.given[0].(pos.MoveCash)
		if m.Kind != c.kind || m.Amount != 5050 || !strings.HasSuffix(m.Reason, "！") {
			t.Errorf("%+v", m)
		}
		b.then()
		if b.mode != ModeHome {
			t.Error("allowed, the form stays")
		}
	}
}

func TestDrawer_AsksWhyAndNothingElse(t *testing.T) {
	b := newBench()
	b.Drawer()
	b.Enter()
	b.expect(t)
	b.Fill(false)
	b.types("换钱")
	b.Enter()
	b.expect(t, pos.OpenDrawer{Reason: "换钱"})
	if b.closed != 1 {
		t.Error("it stays open")
	}
	b.Drawer()
	if b.Escape() {
		t.Error("there is nothing to go back to")
	}
}

func TestX_IsReadOnlyForWhoMayLook(t *testing.T) {
	b := newBench()
	b.books.x = pos.ShiftReport{Net: 31400, Cash: pos.CashReport{Expected: 33370}}
	b.asks = true
	b.types("5")
	if b.mode != ModeHome || len(b.looks) != 1 {
		t.Fatalf("mode %d, %d asked", b.mode, len(b.looks))
	}
	b.looks[0]()
	if !has(b.Report(), "Should be", "¥333.70") || !has(b.Report(), "Net", "¥314.00") {
		t.Errorf("%+v", b.Report())
	}
	b.asks = false
	b.Enter()
	b.expect(t, pos.PrintX{})
	if b.Report().Note != "Sent to the printer" {
		t.Errorf("%+v", b.Report().Note)
	}
	b.Escape()
	b.books.err = pos.E(pos.CodeInternal, "read", nil)
	b.types("5")
	if r := b.Report(); r.Note == "" || len(r.Entries) != 0 {
		t.Errorf("%+v", r)
	}
}

func has(r Report, label, value string) bool {
	for _, e := range r.Entries {
		if e.Label == label && e.Value == value {
			return true
		}
	}
	return false
}

func TestZ_IsReadPageByPage(t *testing.T) {
	b := newBench()
	b.books.last = 45
	b.types("6")
	if b.Zs() != page || b.Z(0).Z != "Z report 0045-R2" || len(b.books.read) != page {
		t.Fatalf("%d, %+v, read %v", b.Zs(), b.Z(0), b.books.read)
	}
	for range 60 {
		b.Move(1)
	}
	if b.Zs() != 45 || b.Z(44).Z != "Z report 0001" || b.ZAt() != 44 {
		t.Errorf("%d, %+v, at %d", b.Zs(), b.Z(44), b.ZAt())
	}
	if len(b.books.read) != 45 {
		t.Errorf("read %d reports", len(b.books.read))
	}
	b.Move(-60)
	if z := b.Z(1); z.Off != "▲ +¥0.10" || !z.Bad { // 44 % 3 - 1
		t.Errorf("%+v", z)
	}
	if z := b.Z(2); z.Off != "not counted" || !z.Bad { // what nobody counted does not fit
		t.Errorf("%+v", z)
	}
	b.Move(1)
	b.Enter()
	b.Enter()
	b.expect(t, pos.PrintZ{Z: 44})
	b.Escape()
	if b.mode != ModeList || b.ZAt() != 1 {
		t.Error("not back in the list")
	}
}

func TestZ_NoneAndUnread(t *testing.T) {
	b := newBench()
	b.types("6")
	if !strings.Contains(b.ListNone(), "No Z report yet") {
		t.Errorf("%q", b.ListNone())
	}
	b.Enter()
	b.Escape()
	b.books.err = pos.E(pos.CodeInternal, "read", nil)
	b.types("6")
	if !strings.Contains(b.ListNone(), "cannot be read") {
		t.Errorf("%q", b.ListNone())
	}
}

func TestReport_SaysEverythingThatIsThere(t *testing.T) {
	b := newBench()
	counted := pos.Fen(33000)
	r := pos.ShiftReport{
		Z: 4, Day: 20261120, Number: 2, OpenedBy: "李明", ClosedBy: "李明", Signer: "王芳", First: "A", Last: "B", Sales: 3, Gross: 1500, Discount: 150, Net: 1350,
		Tenders: []pos.TenderTakings{{Tender: pos.TenderCash, Count: 3, Fen: 1350}}, Refunds: 1, Refunded: 300,
		Returned: []pos.TenderTakings{{Tender: pos.TenderCash, Count: 1, Fen: 300}},
		Cash: pos.CashReport{
			Start: 100, Float: 200, Sales: 1350, Refunds: 300, In: 400, Dropped: 500, PaidOut: 600, HandedBack: 700, Expected: 33370, Counted: &counted,
			Counts: 2, Variance: -370, Reason: "找错", Kept: 20000, ToSafe: 13000,
		},
		Arrived: 11, WentBack: 12, Drawer: 5, Reprints: 6, Voids: 7, From: 8, To: 9, Head: strings.Repeat("ab", 32),
		Late: []pos.LateFact{{At: noon.UnixMilli(), Name: "LATE", Amount: 13}}, Open: []pos.OpenItem{{Kind: "parked", Name: "OPEN", Amount: 14}},
	}
	b.showReport(r, false)
	m := b.Report()
	for _, want := range [][2]string{
		{"Signed by", "王芳"},
		{"First receipt", "A"},
		{"Last receipt", "B"},
		{"Number of sales", "3"},
		{"Gross", "¥15.00"},
		{"Discounts", "-¥1.50"},
		{"Cash (3)", "¥13.50"},
		{"Net", "¥13.50"},
		{"Cash (1)", "¥3.00"},
		{"Refunded", "¥3.00"},
		{"At the start, by the books", "¥1.00"},
		{"Float counted in", "¥2.00"},
		{"Cash sales", "¥13.50"},
		{"Cash refunds", "-¥3.00"},
		{"Change in", "¥4.00"},
		{"To the safe", "-¥5.00"},
		{"Paid out", "-¥6.00"},
		{"Exceptions handed back", "-¥7.00"},
		{"Should be", "¥333.70"},
		{"Counted (2 times)", "¥330.00"},
		{"Difference", "▼ -¥3.70"},
		{"Reason", "找错"},
		{"Stays in the drawer", "¥200.00"},
		{"Goes to the safe", "¥130.00"},
		{"Money without its sale", "¥0.11"},
		{"Of it given back or settled", "¥0.12"},
		{"Drawer opened without a sale", "5"},
		{"Reprints", "6"},
		{"Voids", "7"},
		{"2026-11-20 12:00 · LATE", "¥0.13"},
		{"Parked payment · OPEN", "¥0.14"},
		{"Entries 8 to 9", ""},
	} {
		if !has(m, want[0], want[1]) {
			t.Errorf("it does not say %q %q", want[0], want[1])
		}
	}
}
