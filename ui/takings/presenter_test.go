package takings

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

var noon20 = time.Date(2026, 11, 20, 12, 30, 0, 0, time.FixedZone("CST", 8*3600))

// ledger answers what it is told to, and remembers what it was asked.
type ledger struct {
	asked []int // days and months
	err   error
	day   func(*pos.DayReport)
}

func (l *ledger) Day(_ context.Context, d pos.Day, _ int) (pos.DayReport, error) {
	l.asked = append(l.asked, int(d))
	r := pos.DayReport{DayTakings: pos.DayTakings{
		Day: d, Sales: 10, Gross: 20_500, Discount: 500, Net: 20_000, Tenders: []pos.TenderTakings{{Tender: pos.TenderCash, Count: 10, Fen: 20_000}},
	}, Before: pos.DayTakings{Day: d.Add(-7), Sales: 8, Gross: 16_000, Net: 16_000}}
	if l.day != nil {
		l.day(&r)
	}
	return r, l.err
}

func (l *ledger) Month(_ context.Context, month, _ int) (pos.MonthReport, error) {
	l.asked = append(l.asked, month)
	m := pos.MonthReport{Month: month}
	span := pos.MonthSpan(month)
	for d := span.From; d <= span.To; d = d.Next() {
		m.Days = append(m.Days, pos.DayTakings{Day: d, Sales: 1, Net: pos.Fen(d % 100 * 100), Gross: pos.Fen(d % 100 * 100)})
		m.Total.Net += pos.Fen(d % 100 * 100)
		m.Total.Sales++
	}
	return m, l.err
}

// bench is a presenter whose work waits until the test lets it be done.
type bench struct {
	*Presenter
	books *ledger
	jobs  []func(context.Context) func()
	saved []Report
	fail  error
	at    time.Time
}

func newBench(change func(*Config)) *bench {
	b := &bench{books: &ledger{}, at: noon20}
	cfg := Config{
		Words: i18n.For(i18n.Chinese), Shop: pos.Shop{Calendar: pos.Calendar{Starts: 4 * time.Hour}}, Figures: b.books,
		Now: func() time.Time { return b.at }, Go: func(f func(context.Context) func()) { b.jobs = append(b.jobs, f) }, Changed: func() {},
		Save: func(_ context.Context, r Report) (string, error) {
			b.saved = append(b.saved, r)
			return "takings.html", b.fail
		},
	}
	if change != nil {
		change(&cfg)
	}
	b.Presenter = NewPresenter(cfg)
	b.Open()
	return b
}

// work does what waits; only the last one's answer counts.
func (b *bench) work() {
	jobs := b.jobs
	b.jobs = nil
	for _, f := range jobs {
		if then := f(context.Background()); then != nil {
			then()
		}
	}
}

func TestPresenter_OpensTodayByTheBusinessDay(t *testing.T) {
	b := newBench(nil)
	if m := b.Model(); !m.Busy || m.Title != "2026年11月20日 星期五" || m.Note != "今天" || !m.Last {
		t.Errorf("%+v", m)
	}
	b.work()
	if m := b.Model(); m.Busy || m.Net != "¥200.00" || m.Against != "已到上周五全天的 125%（¥160.00）" || m.Trouble != "" {
		t.Errorf("%+v", m)
	}
	night := newBench(nil)
	night.at = time.Date(2026, 11, 21, 3, 59, 0, 0, noon20.Location())
	if night.Today(); night.day != 20261120 {
		t.Errorf("at one minute to four it is %v", night.day)
	}
}

func TestPresenter_ComparesInWholeNumbers(t *testing.T) {
	for _, c := range []struct {
		now, before     pos.Fen
		sentence, short string
	}{
		{20_000, 16_000, "▲ 比上周四多 25%（¥40.00）", "▲ 25%"},
		{16_000, 20_000, "▼ 比上周四少 20%（¥40.00）", "▼ 20%"},
		{20_000, 20_000, "与上周四持平", "持平"},
		{20_000, 20_001, "与上周四持平", "持平"},
		{10_050, 10_000, "▲ 比上周四多 1%（¥0.50）", "▲ 1%"}, // half away from zero
		{9_950, 10_000, "▼ 比上周四少 1%（¥0.50）", "▼ 1%"},
		{0, 20_000, "▼ 比上周四少 100%（¥200.00）", "▼ 100%"},
		{20_000, 0, "上周四没有销售，无从比较", ""},
		{0, 0, "上周四没有销售，无从比较", ""},
		{1_000_000, 300, "是上周四的 3333 倍多", "▲ 3333 倍"},
		{9_000_000_000_000, 8_000_000_000_000, "▲ 比上周四多 13%（¥10000000000.00）", "▲ 13%"},
	} {
		b := newBench(nil)
		b.books.day = func(r *pos.DayReport) {
			r.Net, r.Before.Net, r.Gross, r.Before.Gross = c.now, c.before, c.now, c.before
		}
		b.Step(-1)
		b.work()
		m := b.Model()
		if m.Against != c.sentence || m.Figures[2].Change != c.short {
			t.Errorf("%v after %v: %q, %q", c.now, c.before, m.Against, m.Figures[2].Change)
		}
	}
}

func TestPresenter_WalksByDaysWeeksAndMonthsButNotIntoTheFuture(t *testing.T) {
	b := newBench(nil)
	b.Step(1)
	b.Step(-1)
	b.Page(-1)
	b.Page(1)
	b.Page(9)
	b.Monthly()
	b.Page(-1)
	b.Page(1)
	b.Page(1)
	b.work()
	if want := []int{20261120, 20261119, 20261112, 20261119, 20261120, 202611, 202610, 202611}; !slices.Equal(b.books.asked, want) {
		t.Errorf("asked for %v, want %v", b.books.asked, want)
	}
	b.Page(-9) // 20 February
	b.Step(-20)
	if b.day != 20260131 {
		t.Errorf("at %v", b.day)
	}
	b.Page(1)
	if b.day != 20260228 {
		t.Errorf("a month after 31 January is %v", b.day)
	}
	b.Enter()
	b.work()
	if m := b.Model(); m.Monthly || m.Title != "2026年2月28日 星期六" {
		t.Errorf("%+v", m)
	}
}

func TestPresenter_MovingWithinAMonthAsksNobody(t *testing.T) {
	b := newBench(nil)
	b.Monthly()
	b.work()
	n := len(b.books.asked)
	b.Step(-7)
	if m := b.Model(); m.Chosen != "13日 星期五 · ¥13.00 · 1 笔" || len(b.jobs) != 0 || len(b.books.asked) != n {
		t.Errorf("%q, %d jobs", m.Chosen, len(b.jobs))
	}
	b.Bar(3)
	if b.day != 20261104 {
		t.Errorf("the fourth bar is %v", b.day)
	}
	b.Bar(25) // still to come
	b.Bar(-1)
	b.Bar(99)
	if b.day != 20261104 || !b.monthly {
		t.Errorf("at %v", b.day)
	}
	b.Bar(3)
	if b.monthly {
		t.Error("the chosen bar does not open its day")
	}
}

func TestPresenter_AnAnswerToAnOlderQuestionIsDropped(t *testing.T) {
	b := newBench(nil)
	b.work()
	b.Step(-1)
	b.Step(-1)
	jobs := b.jobs
	b.jobs = nil
	late := jobs[0](context.Background())
	jobs[1](context.Background())()
	late()
	if r, _, ok := b.Hours(); !ok || r.Day != 20261118 {
		t.Errorf("shown is %v", r.Day)
	}
	b.Monthly()
	if _, _, ok := b.Hours(); ok {
		t.Error("a day is shown under a month's name")
	}
}

func TestPresenter_ASaleIsSeenInPlace(t *testing.T) {
	b := newBench(nil)
	b.work()
	b.Show(pos.Snapshot{Last: 1})
	if m := b.Model(); m.Busy || m.Net == "" || len(b.jobs) != 1 {
		t.Errorf("the figures go away: %+v", m)
	}
	b.books.day = func(r *pos.DayReport) { r.Net, r.Refunded = 99_900, 1_234 }
	b.work()
	if m := b.Model(); m.Net != "¥999.00" || m.NetName != "净收款 · 扣退款后 ¥986.66" {
		t.Errorf("%v %v", m.Net, m.NetName)
	}
	b.Show(pos.Snapshot{Last: 1})
	b.Step(-1)
	b.work()
	b.Show(pos.Snapshot{Last: 2}) // another day does not change
	if len(b.jobs) != 0 {
		t.Error("yesterday is read again for a sale of today")
	}
	b.Show(pos.Snapshot{Last: 2, Excepted: 2, Pending: make([]pos.PendingView, 1), Refunds: make([]pos.Refund, 2)})
	if m := b.Model(); m.Exceptions != "待处理的异常 2 笔" || m.Pending != "待确认 3 笔，还没算进来" {
		t.Errorf("%q, %q", m.Exceptions, m.Pending)
	}
}

func TestPresenter_SaysThatTheBooksCannotBeRead(t *testing.T) {
	b := newBench(nil)
	b.books.err = pos.E(pos.CodeCorrupt, "read", errors.New("x"))
	b.work()
	if m := b.Model(); !strings.HasPrefix(m.Trouble, "账本校验不通过。不再往里记") || m.CanSave || m.Busy {
		t.Errorf("%+v", m)
	}
	b.Save()
	if len(b.jobs) != 0 {
		t.Error("nothing is saved as a report")
	}
	none := newBench(func(c *Config) { c.Figures = nil })
	if m := none.Model(); m.Trouble == "" {
		t.Error("without books nothing is said")
	}
}

func TestPresenter_EmptyDaysSaySo(t *testing.T) {
	b := newBench(nil)
	b.books.day = func(r *pos.DayReport) { r.DayTakings = pos.DayTakings{Day: r.Day}; r.Before = pos.DayTakings{} }
	b.work()
	if m := b.Model(); m.Empty != "今天还没有销售" || m.Net != "¥0.00" {
		t.Errorf("%+v", m)
	}
	b.Step(-1)
	b.work()
	if m := b.Model(); m.Empty != "这一天没有销售" {
		t.Errorf("%q", m.Empty)
	}
}

func TestPresenter_SavesWhatIsShown(t *testing.T) {
	b := newBench(nil)
	b.Save() // not read yet
	b.work()
	b.Save()
	b.Save() // one at a time
	if b.Model().CanSave {
		t.Error("it can be saved twice at once")
	}
	b.work()
	if m := b.Model(); len(b.saved) != 1 || b.saved[0].Day.Day != 20261120 || m.Said != "报表已存到 takings.html" || m.Sour || !m.CanSave {
		t.Errorf("%+v, %v", m, b.saved)
	}
	b.fail = pos.E(pos.CodeFull, "save", nil)
	b.Save()
	b.work()
	if m := b.Model(); !m.Sour || !strings.Contains(m.Said, "账不受影响") {
		t.Errorf("%q", m.Said)
	}
	b.Step(-1)
	if m := b.Model(); m.Said != "" {
		t.Errorf("another day still says %q", m.Said)
	}
}

func TestLists_AddUpAndFit(t *testing.T) {
	b := newBench(nil)
	b.books.day = func(r *pos.DayReport) {
		r.Tenders = nil
		for i := range 7 {
			r.Tenders = append(r.Tenders, pos.TenderTakings{Tender: "other:卡", Count: 1, Fen: pos.Fen(100 * (i + 1))})
			r.Cashiers = append(r.Cashiers, pos.CashierTakings{Cashier: "王芳", Count: 1, Net: 100})
			r.Top = append(r.Top, pos.ItemTakings{Name: "可乐", Pieces: 2, Fen: 600})
		}
	}
	b.work()
	for _, lines := range []int{0, 5, 10, 12, 15, 20, 40} {
		all, n := b.Lists(lines), 0
		for _, s := range all {
			n += 1 + len(s.Rows)
		}
		if lines >= 10 && n > lines {
			t.Errorf("%d lines in the room of %d", n, lines)
		}
		if last := all[0].Rows[len(all[0].Rows)-1]; lines >= 13 && (last != Row{"其他 4 项", "4 笔", "22.00"}) {
			t.Errorf("the rest is %+v", last)
		}
	}
	b.books.day = func(r *pos.DayReport) { r.Cashiers = []pos.CashierTakings{{Count: 3, Net: 5}} }
	b.Open()
	b.work()
	if all := b.Lists(20); len(all) != 1 {
		t.Errorf("without staff nobody is listed: %+v", all)
	}
}

func TestCalendar_GoesByKeysAndStaysInThePast(t *testing.T) {
	b := newBench(nil)
	b.work()
	b.Calendar()
	b.Point(1, false)
	b.Point(-2, false)
	b.Point(-1, true)
	if d, open := b.Picking(); !open || d != 20261018 {
		t.Errorf("at %v, open %v", d, open)
	}
	b.Enter()
	if d, open := b.Picking(); open || b.day != 20261018 || d != 20261018 {
		t.Errorf("took %v", b.day)
	}
	b.Calendar()
	b.Pick(20261121)
	if _, open := b.Picking(); !open {
		t.Error("a day to come is taken")
	}
	if !b.Escape() || b.Escape() {
		t.Error("Esc closes the calendar, and then the screen")
	}
}

func TestModel_SaysWhatRoundingTookAndWhoseWordATenderIs(t *testing.T) {
	b := newBench(nil)
	b.books.day = func(r *pos.DayReport) {
		r.Gross, r.Discount, r.Rounding, r.Net = 10_084, 50, 34, 10_000
		r.Tenders = []pos.TenderTakings{{Tender: pos.TenderCash, Count: 2, Fen: 7_000}, {Tender: pos.OtherTender("支付宝"), Count: 1, Fen: 3_000}}
	}
	b.work()
	if f := b.Model().Figures[3]; f.Before != "另抹零 0.34" || f.Value != "0.50" {
		t.Errorf("%+v", f)
	}
	if rows := b.Lists(20)[0].Rows; len(rows) != 2 || rows[1].Name != "支付宝·人工" {
		t.Errorf("%+v", rows)
	}
	b.books.day = nil
	b.Open()
	b.work()
	if f := b.Model().Figures[3]; f.Before != "上周五 0.00" {
		t.Errorf("%+v", f)
	}
}
