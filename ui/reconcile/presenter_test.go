package reconcile

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

// morning is eleven o'clock of the 20th where bills are made: yesterday's is there.
var morning = time.Date(2026, 11, 20, 11, 0, 0, 0, pos.BillZone)

// desk is a reconciler that says what it is told to.
type desk struct {
	off      pos.Code
	bills    []pos.BillSummary
	found    []pos.Finding
	err      error // of reading a bill
	unread   error // of the books
	refuses  error // of deciding
	got      pos.BillResult
	fetched  []pos.Day
	files    []string
	days     []pos.Day // that files were read as
	by       []string
	printed  []int64
	decided  []pos.FindingDecision
	progress pos.BillProgress
}

func (d *desk) CanFetch() pos.Code { return d.off }

func (d *desk) Bills(context.Context, int) ([]pos.BillSummary, error) { return d.bills, d.unread }

func (d *desk) Findings(_ context.Context, day pos.Day, _ bool) (all []pos.Finding, err error) {
	for _, f := range d.found {
		if f.Day == day {
			all = append(all, f)
		}
	}
	return all, d.unread
}

func (d *desk) Fetch(ctx context.Context, day pos.Day, by string, progress func(pos.BillProgress)) (pos.BillResult, error) {
	d.fetched, d.by = append(d.fetched, day), append(d.by, by)
	progress(d.progress)
	if ctx.Err() != nil {
		return pos.BillResult{}, ctx.Err()
	}
	return d.got, d.err
}

func (d *desk) ReconcileFile(_ context.Context, path string, day pos.Day, by string, _ func(pos.BillProgress)) (pos.BillResult, error) {
	d.files, d.days, d.by = append(d.files, path), append(d.days, day), append(d.by, by)
	return d.got, d.err
}

func (d *desk) Reconcile(context.Context, io.Reader, pos.Day, string, func(pos.BillProgress)) (pos.BillResult, error) {
	return pos.BillResult{}, errors.New("not asked for")
}

func (d *desk) PrintBill(_ context.Context, id int64, _ string) error {
	d.printed = append(d.printed, id)
	return d.err
}

func (d *desk) Export(context.Context, io.Writer, pos.Day, string) error { return nil }

func (d *desk) Decide(_ context.Context, id int64, x pos.FindingDecision) (pos.Finding, error) {
	if d.refuses != nil {
		return pos.Finding{}, d.refuses
	}
	d.decided = append(d.decided, x)
	i := slices.IndexFunc(d.found, func(f pos.Finding) bool { return f.ID == id })
	d.found[i].Decisions = append(slices.Clone(d.found[i].Decisions), x)
	return d.found[i], nil
}

type bench struct {
	*Presenter
	desk  desk
	waits []func() func() // work on its way
	now   time.Time
	asked []pos.Deed // leave that was asked for
	leave string     // whose is given; "no" for nobody's
	saved error
}

func newBench(change func(*Config)) *bench {
	b := &bench{now: morning}
	cfg := Config{
		Words: i18n.For(i18n.English), Shop: pos.Shop{ID: "S001", Till: "T1"}, Reconciler: &b.desk, Now: func() time.Time { return b.now },
		Allow: func(d pos.Deed, _ string, then func(string)) {
			if b.asked = append(b.asked, d); b.leave != "no" {
				then(b.leave)
			}
		},
		Save:  func(_ context.Context, d pos.Day) (string, error) { return "exports/" + d.String(), b.saved },
		Files: func(context.Context) []File { return []File{{Path: "/d/new.csv"}, {Path: "/d/old.csv"}} },
		Go: func(work func(context.Context) func()) {
			b.waits = append(b.waits, func() func() { return work(context.Background()) })
		},
		Do: func(f func()) { f() }, Changed: func() {},
	}
	if change != nil {
		change(&cfg)
	}
	b.Presenter = NewPresenter(cfg)
	return b
}

// answer does all the work that waits, and what that asks for.
func (b *bench) answer() {
	for len(b.waits) > 0 {
		work := b.waits[0]
		b.waits = b.waits[1:]
		work()()
	}
}

func (b *bench) open() { b.Open(); b.answer() }

func (b *bench) types(words string) {
	for _, r := range words {
		b.Typed(r)
	}
}

func theirs(id int64, no string) pos.Finding {
	return pos.Finding{
		ID: id, Bill: pos.BillTrade, Day: 20261119, Class: pos.FindTheirs, Cause: pos.CauseUnknown, Action: pos.FindBook, Theirs: &pos.BillItem{
			Kind: pos.BillPayment, OutTradeNo: "S001-T1-" + no, TransactionID: "42" + no, Amount: 1350, Settlement: 1350, Currency: pos.Currency,
			State: "SUCCESS", At: morning.Add(-24 * time.Hour),
		},
	}
}

// kept is yesterday's bill with open differences.
func kept(open int) pos.BillSummary {
	return pos.BillSummary{
		ID: 7, Kind: pos.BillTrade, Day: 20261119, Header: "ALL", Rows: 3, Match: 2, TheirsOnly: open, Open: open, Booked: true, Fee: 1620,
		Ours: pos.BillSums{Payments: 2, Paid: 2700}, Theirs: pos.BillSums{Payments: 2 + open, Paid: 2700 + pos.Fen(open)*1350}, OnlyTheirs: pos.Fen(open) * 1350,
	}
}

func TestPresenter_SaysWhereYesterdaysBillStands(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*bench)
		want   string
	}{
		{"it can be fetched", func(*bench) {}, "Yesterday: not checked yet"},
		{"before ten o'clock", func(b *bench) { b.now = morning.Add(-2 * time.Hour) }, "… Yesterday: no bill yet"},
		{"no keys", func(b *bench) { b.desk.off = pos.CodeSecret }, "! Yesterday: the bill cannot be fetched"},
		{"differences", func(b *bench) { b.desk.bills = []pos.BillSummary{kept(2)} }, "! Yesterday: 2 differences"},
		{"all agrees", func(b *bench) { b.desk.bills = []pos.BillSummary{kept(0)} }, "✓ Yesterday: the bill was checked, everything agrees"},
		{"the till could not", func(b *bench) {
			b.Show(pos.Snapshot{Message: pos.Message{N: 1, Kind: pos.MsgWarn, ID: "bill-trouble", Args: []string{"2026-11-19", "rejected"}}})
		}, "! Yesterday: no bill: WeChat does not accept our requests"},
	} {
		b := newBench(nil)
		c.change(b)
		b.open()
		if got := b.Model().State; got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	nobody := newBench(func(c *Config) { c.Reconciler = nil })
	nobody.open()
	nobody.Enter()
	nobody.Fetch()
	nobody.OpenFiles()
	if m := nobody.Model(); m.Trouble == "" || m.TroubleDo == "" || len(nobody.waits) != 0 {
		t.Errorf("without a reconciler: %+v", m)
	}
}

func TestPresenter_BothSidesInFiguresWithTheirProof(t *testing.T) {
	b := newBench(nil)
	b.desk.bills, b.desk.found = []pos.BillSummary{kept(1)}, []pos.Finding{theirs(1, "AAAAAAAA")}
	b.open()
	m := b.Model()
	want := "WeChat's bill 40.50 + only here 0.00 - only at WeChat 13.50 - differences 0.00 = our books 27.00"
	if m.Proof != want || m.Figures[2].Their != "¥40.50" || m.Figures[2].Our != "¥27.00" || m.Open != "! 1 open" || m.Clean != "" {
		t.Errorf("%q %+v %q", m.Proof, m.Figures, m.Open)
	}
	if d := m.Days[0]; d.State != "! 1" || !d.Open || !d.Chosen || !strings.Contains(d.Facts, "fee ¥0.02") {
		t.Errorf("%+v", d)
	}
	b.desk.bills, b.desk.found = []pos.BillSummary{kept(0)}, nil
	b.open()
	if m := b.Model(); m.Clean == "" || m.Open != "" || m.Main != "" || m.Days[0].State != "✓" {
		t.Errorf("a clean day: %+v", m)
	}
	b.desk.unread = pos.E(pos.CodeCorrupt, "list bills", nil)
	b.open()
	if m := b.Model(); m.Trouble == "" || m.Figures != nil {
		t.Errorf("books that cannot be read: %+v", m)
	}
}

func TestPresenter_AnAnswerToAnOlderQuestionIsDropped(t *testing.T) {
	b := newBench(nil)
	b.desk.bills, b.desk.found = []pos.BillSummary{kept(1)}, []pos.Finding{theirs(1, "AAAAAAAA")}
	b.open()
	b.Day(20261118)
	b.Day(20261119)
	late, newer := b.waits[0], b.waits[1]
	b.waits = nil
	newer()()
	late()()
	if b.at != 20261119 || len(b.found) != 1 {
		t.Errorf("%v has %d differences", b.at, len(b.found))
	}
}

func TestPresenter_FetchesTheChosenDayOnceAndCanBeCalledOff(t *testing.T) {
	b := newBench(nil)
	b.staffed(pos.RoleManager)
	b.open()
	b.desk.progress, b.desk.got = pos.BillProgress{Rows: 40}, pos.BillResult{Summary: kept(0)}
	b.desk.bills = []pos.BillSummary{kept(0)}
	b.Enter()
	b.Fetch()
	if m := b.Model(); m.Running == "" || m.CanFetch || !strings.Contains(m.State, "fetching") {
		t.Errorf("on the way: %+v", m)
	}
	b.answer()
	if !slices.Equal(b.desk.fetched, []pos.Day{20261119}) || b.desk.by[0] != "王芳" || b.Model().Clean == "" {
		t.Errorf("fetched %v by %v: %+v", b.desk.fetched, b.desk.by, b.Model())
	}

	b.Fetch()
	for range 2 { // twice is once
		if !b.Escape() {
			t.Error("Esc does not call it off")
		}
	}
	b.desk.err = context.Canceled
	b.answer()
	if m := b.Model(); m.Running != "" || m.Trouble != "" || m.Said != "Called off; the books were not touched" {
		t.Errorf("called off: %+v", m)
	}
}

func TestPresenter_WhatIsNotBelievedIsToldWithItsLineAndChangesNothing(t *testing.T) {
	b := newBench(nil)
	b.open()
	b.desk.err = pos.E(pos.CodeInvalid, "read bill", &pos.BillError{ID: "money", Line: 12, Args: []string{"总金额", "x"}})
	b.ReadFile("/d/bill.csv")
	b.answer()
	m := b.Model()
	if m.Trouble != "The bill was not used; the books were not touched" || m.TroubleMoney != "bill.csv · line 12: 总金额 is no amount: x" || m.TroubleDo == "" {
		t.Errorf("%q / %q / %q", m.Trouble, m.TroubleMoney, m.TroubleDo)
	}
	if !b.Escape() || b.Model().Trouble != "" {
		t.Error("Esc does not put it away")
	}
	for code, words := range map[pos.Code]string{
		pos.CodeNotYet: "after 10:00", pos.CodeSecret: "merchant platform", pos.CodeNotFound: "merchant platform", pos.CodeUnreachable: "F5 again",
		pos.CodeRejected: "merchant platform",
	} {
		b.desk.err = pos.E(code, "fetch bill", nil)
		b.Fetch()
		b.answer()
		if m := b.Model(); m.Trouble == "" || m.TroubleMoney != "The books were not touched" || !strings.Contains(m.TroubleDo, words) {
			t.Errorf("%s: %q / %q / %q", code, m.Trouble, m.TroubleMoney, m.TroubleDo)
		}
	}
	b.desk.err = pos.E(pos.CodeNotFound, "read bill", nil)
	b.ReadFile("/d/gone.csv")
	b.answer()
	if m := b.Model(); m.Trouble != "There is no such file: gone.csv" {
		t.Errorf("%q", m.Trouble)
	}
}

func TestPresenter_ABillThatDoesNotTellItsDayIsReadAsTheChosenOneOnlyWhenAPersonSaysSo(t *testing.T) {
	b := newBench(nil)
	b.open()
	b.desk.err = pos.E(pos.CodeInvalid, "read bill", &pos.BillError{ID: "no-day"})
	b.ReadFile("/d/empty.csv")
	b.answer()
	if !slices.Equal(b.desk.days, []pos.Day{0}) || b.Model().Main != "Read it as the bill of 2026-11-19" {
		t.Fatalf("%v %q", b.desk.days, b.Model().Main)
	}
	b.Enter()
	b.answer()
	if !slices.Equal(b.desk.days, []pos.Day{0, 20261119}) {
		t.Errorf("%v", b.desk.days)
	}
}

func TestPresenter_ABillOfPaymentsAloneIsNotKept(t *testing.T) {
	b := newBench(nil)
	b.open()
	b.desk.got = pos.BillResult{Summary: pos.BillSummary{Kind: pos.BillTrade, Day: 20261119, Header: "SUCCESS", Rows: 3}}
	b.ReadFile("/d/success.csv")
	b.answer()
	if m := b.Model(); !strings.Contains(m.Headline, "was not kept") || m.Figures != nil {
		t.Errorf("%+v", m)
	}
}

func TestPresenter_AFileIsChosenFromTheListOrTyped(t *testing.T) {
	b := newBench(nil)
	b.open()
	b.OpenFiles()
	b.TakeFile() // nothing is listed yet
	b.answer()
	b.PointFile(1)
	b.TakeFile()
	b.answer()
	b.OpenFiles()
	b.answer()
	b.types(`"/x/账单 1.csv"z`)
	b.Backspace()
	b.TakeFile()
	b.answer()
	b.OpenFiles()
	if !b.Escape() || b.Choosing() {
		t.Error("Esc does not close it")
	}
	if want := []string{"/d/old.csv", "/x/账单 1.csv"}; !slices.Equal(b.desk.files, want) {
		t.Errorf("read %q, want %q", b.desk.files, want)
	}
}

func (b *bench) staffed(role pos.Role) {
	who := pos.Person{ID: 3, Name: "王芳", Role: role, Active: true}
	b.Show(pos.Snapshot{Staff: pos.StaffView{People: []pos.Person{who}, Who: who}})
}

func TestPresenter_ADecisionSaysWhoAndWhyAndGoesToTheNextOpenOne(t *testing.T) {
	b := newBench(nil)
	b.desk.bills, b.desk.found = []pos.BillSummary{kept(2)}, []pos.Finding{theirs(1, "AAAAAAAA"), theirs(2, "BBBBBBBB")}
	b.open()
	b.Enter()
	d, ok := b.Detail()
	if !ok || d.Main != "Book it ¥13.50" || !d.Others[pos.FindAsk] || !d.Others[pos.FindNote] || d.Others[pos.FindRefund] {
		t.Fatalf("%+v", d)
	}
	b.Enter()
	b.Enter() // who?
	if f, _ := b.Form(); !f.Lacks || f.Field != FieldBy || !f.Named {
		t.Errorf("%+v", f)
	}
	b.types("陈刚")
	b.Enter()
	b.Enter() // why?
	if f, _ := b.Form(); !f.Lacks || f.Field != FieldReason || len(b.desk.decided) != 0 {
		t.Errorf("%+v", f)
	}
	b.Move(1)
	b.Enter()
	b.Enter() // is on its way: twice is once
	b.answer()
	want := pos.FindingDecision{Action: pos.FindBook, By: "陈刚", Reason: "Sold before the backup was restored"}
	if !slices.Equal(b.desk.decided, []pos.FindingDecision{want}) || !slices.Equal(b.asked, []pos.Deed{pos.DeedDecide}) {
		t.Errorf("%+v, leave for %v", b.desk.decided, b.asked)
	}
	if d, _ := b.Detail(); d.Past || b.chosen != 2 {
		t.Errorf("the next one is not in front: %d %+v", b.chosen, d)
	}
	b.Typed('4')
	b.types("x")
	b.Enter()
	b.answer()
	if len(b.desk.decided) != 2 || b.desk.decided[1].Action != pos.FindNote || b.asked[len(b.asked)-1] != pos.DeedBooks {
		t.Errorf("%+v %v", b.desk.decided, b.asked)
	}
	if d, _ := b.Detail(); d.Main != "Back to the day" || len(d.Log) != 1 {
		t.Errorf("%+v", d)
	}
	b.Enter()
	if b.inside {
		t.Error("Enter does not go back when nothing is left")
	}
}

func TestPresenter_TheLeaveOfSomebodyElseIsInHisNameAndARefusalDecidesNothing(t *testing.T) {
	b := newBench(nil)
	b.staffed(pos.RoleCashier)
	b.desk.bills, b.desk.found = []pos.BillSummary{kept(1)}, []pos.Finding{theirs(1, "AAAAAAAA")}
	b.open()
	b.Enter()
	b.Enter()
	b.Move(1)
	b.leave = "no"
	b.Enter()
	b.answer()
	if f, asked := b.Form(); !asked || f.Named || f.By != "" || len(b.desk.decided) != 0 || !slices.Equal(b.asked, []pos.Deed{pos.DeedDecide}) {
		t.Fatalf("%+v %v %v", f, b.asked, b.desk.decided)
	}
	b.leave = "陈刚"
	b.desk.refuses = pos.E(pos.CodeForbidden, "ask for leave", nil)
	b.Enter()
	b.answer()
	if m := b.Model(); !m.Sour || m.Said == "" || b.form == nil {
		t.Errorf("the till did not let him: %+v", m)
	}
	b.desk.refuses = nil
	b.Enter()
	b.answer()
	if len(b.desk.decided) != 1 || b.desk.decided[0].By != "陈刚" {
		t.Errorf("%+v", b.desk.decided)
	}
}

func TestPresenter_MoneyGoesBackOnlyOnceItIsInTheBooks(t *testing.T) {
	b := newBench(nil)
	f := theirs(1, "AAAAAAAA")
	f.Decisions = []pos.FindingDecision{{Action: pos.FindBook, By: "王芳", At: morning}}
	b.desk.bills, b.desk.found = []pos.BillSummary{kept(1)}, []pos.Finding{f}
	b.open()
	b.Inside()
	b.Typed('2')
	if b.form != nil {
		t.Fatal("a refund of what the books do not have")
	}
	x := pos.ExceptionCase{ID: 5, OutTradeNo: f.Theirs.OutTradeNo, TransactionID: f.Theirs.TransactionID, State: pos.ExceptionOpen, Amount: 1350, Currency: pos.Currency}
	b.Show(pos.Snapshot{Exceptions: []pos.ExceptionCase{x}, Excepted: 1})
	b.answer()
	b.Typed('2')
	if b.form == nil || b.form.action != pos.FindRefund {
		t.Fatal("it cannot be given back")
	}
	b.types("w")
	b.desk.refuses = pos.E(pos.CodeConflict, "refund finding", nil)
	b.Enter()
	b.answer()
	if m := b.Model(); !strings.Contains(m.Said, "book it first") {
		t.Errorf("%q", m.Said)
	}
	b.Show(pos.Snapshot{Exceptions: []pos.ExceptionCase{x}, Excepted: 1, CanRefund: pos.CodeSecret})
	b.Escape()
	if d, _ := b.Detail(); d.Others[pos.FindRefund] || d.Cannot == "" {
		t.Errorf("without a certificate: %+v", d)
	}
}

func TestPresenter_PrintsAndSavesTheDay(t *testing.T) {
	b := newBench(nil)
	fund := pos.BillSummary{ID: 8, Kind: pos.BillFund, Day: 20261119, Header: "FUND"}
	b.desk.bills = []pos.BillSummary{kept(0), fund}
	b.open()
	b.Print()
	b.answer()
	b.Save()
	b.answer()
	if m := b.Model(); !slices.Equal(b.desk.printed, []int64{7}) || m.Said != "Saved to exports/2026-11-19" {
		t.Errorf("%v %q", b.desk.printed, m.Said)
	}
	b.saved = pos.E(pos.CodeFull, "save", nil)
	b.Save()
	b.answer()
	if m := b.Model(); !m.Sour || !strings.HasPrefix(m.Said, "Not done: ") {
		t.Errorf("%q", m.Said)
	}
	b.Hush()
	b.Day(20261118)
	b.answer()
	b.Print()
	b.Save()
	if len(b.waits) != 0 || b.Model().Said != "" {
		t.Error("a day without a bill was printed or saved")
	}
}

func TestPresenter_OnlyTheLineThatDiffersIsMarked(t *testing.T) {
	for cause, name := range map[pos.FindingCause]string{pos.CauseAmount: "Amount", pos.CauseState: "State", pos.CauseCoupon: "Settled", pos.CauseFee: "Fee"} {
		b := newBench(nil)
		f := theirs(1, "AAAAAAAA")
		ours := *f.Theirs
		ours.State, ours.Amount, ours.Settlement, ours.Fee, ours.At = string(pos.Paid), 1300, 1200, 8, ours.At.Add(time.Second)
		f.Class, f.Cause, f.Action, f.Ours = pos.FindDiffer, cause, pos.FindAsk, &ours
		b.desk.bills, b.desk.found = []pos.BillSummary{kept(1)}, []pos.Finding{f}
		b.open()
		b.Inside()
		d, _ := b.Detail()
		var marked []string
		for _, s := range d.Sides {
			if s.Differ {
				marked = append(marked, s.Name)
			}
		}
		if !slices.Equal(marked, []string{name}) || d.Money == "" {
			t.Errorf("%s: marked %v", cause, marked)
		}
	}
}

func TestPresenter_ADifferenceOfADaysFeesIsAboutTheFee(t *testing.T) {
	b := newBench(nil)
	b.desk.bills = []pos.BillSummary{kept(1)}
	b.desk.found = []pos.Finding{{
		ID: 1, Bill: pos.BillFund, Day: 20261119, Class: pos.FindDiffer, Cause: pos.CauseFee, Action: pos.FindNote,
		Ours: &pos.BillItem{Fee: 11_700}, Theirs: &pos.BillItem{Fee: 4000},
	}}
	b.open()
	b.Inside()
	d, _ := b.Detail()
	if d.Amount != "¥0.04000" || len(d.Sides) != 1 || d.Sides[0].Our != "¥0.11700" || !d.Sides[0].Differ || d.Others[pos.FindAsk] {
		t.Errorf("%+v", d)
	}
}
