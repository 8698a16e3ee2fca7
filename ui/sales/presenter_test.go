package sales

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.FixedZone("CST", 8*3600))

// books have so many sales, the newest with the highest number, and remember what they were asked.
type books struct {
	n     int
	asked []pos.SaleQuery
	read  []pos.SaleID
	err   error
}

func (b *books) FindSales(_ context.Context, q pos.SaleQuery) (hits []pos.SaleHit, more bool, err error) {
	b.asked = append(b.asked, q)
	for id := b.n; id > 0 && b.err == nil; id-- {
		if q.Before != 0 && pos.SaleID(id) >= q.Before || q.Tail != 0 && q.Tail != id || q.Receipt.Seq != 0 && q.Receipt.Seq != id {
			continue
		}
		if len(hits) == q.Limit {
			return hits, true, nil
		}
		r, _ := b.Record(context.Background(), pos.SaleID(id))
		hits = append(hits, pos.SaleHit{Sale: r.Sale, Tender: pos.TenderNative, First: "可乐", Lines: 2, Refunded: 100})
	}
	b.read = nil
	return hits, false, b.err
}

func (b *books) Record(_ context.Context, id pos.SaleID) (pos.SaleRecord, error) {
	b.read = append(b.read, id)
	s := pos.Sale{
		ID: id, State: pos.SaleClosed, Gross: 1400, Discount: 50, Cashier: "王芳", ClosedAt: noon.Add(-time.Hour),
		Receipt: pos.ReceiptNo{Shop: "S001", Till: "T1", Day: 20261120, Epoch: 1, Seq: int(id)},
		Lines:   []pos.Line{{Name: "可乐", Price: 300, Quantity: 3}, {Name: "薯片", Price: 500, Quantity: 1}},
	}
	p := pos.Payment{
		ID: pos.PaymentID(id), State: pos.Paid, Tender: pos.TenderNative, Amount: 1350, OutTradeNo: "S001-T1-261120AAAAAAAAAAAA",
		TransactionID: "4200002468202611201234567890",
	}
	r := pos.Refund{Amount: 300, State: pos.RefundStuck, Tender: pos.TenderNative, OutRefundNo: "S001-T1-261120RRRRRRRRRRRR", Reason: "坏了", Approver: "李建国", AskedAt: noon}
	return pos.SaleRecord{Sale: s, Payments: []pos.Payment{p}, Refunds: []pos.Refund{r}, Nth: int(id)}, b.err
}

func (b *books) Evidence(context.Context, pos.PaymentID) ([]pos.PaymentEvent, error) {
	return []pos.PaymentEvent{
		{At: noon, To: pos.Opened},
		{At: noon, Source: pos.ByPoll, From: pos.Waiting, To: pos.Waiting},
		{At: noon.Add(time.Second), Source: pos.ByNotify, From: pos.Waiting, To: pos.Paid, Amount: 1350, TransactionID: "4200002468202611201234567890"},
	}, nil
}

type bench struct {
	*Presenter
	books    *books
	jobs     []func(context.Context) func()
	posted   []pos.Command
	refunded []pos.ReceiptNo
}

func newBench(n int, s pos.Snapshot, text string) *bench {
	b := &bench{books: &books{n: n}}
	b.Presenter = NewPresenter(Config{
		Words: i18n.For(i18n.Chinese), Shop: pos.Shop{ID: "S001", Till: "T1"}, Finder: b.books, Now: func() time.Time { return noon },
		Post:   func(c pos.Command) { b.posted = append(b.posted, c) },
		Refund: func(no pos.ReceiptNo) { b.refunded = append(b.refunded, no) },
		Go:     func(f func(context.Context) func()) { b.jobs = append(b.jobs, f) }, Changed: func() {},
	})
	b.Open(s, text)
	return b
}

// work does what waits, and what that brings about.
func (b *bench) work() {
	for len(b.jobs) > 0 {
		f := b.jobs[0]
		b.jobs = b.jobs[1:]
		if then := f(context.Background()); then != nil {
			then()
		}
	}
}

func (b *bench) types(s string) {
	for _, r := range s {
		b.Typed(r)
	}
}

// last is the newest question, without what the day and the page make of it.
func (b *bench) last() pos.SaleQuery {
	q := b.books.asked[len(b.books.asked)-1]
	q.Limit = 0
	return q
}

var staff = pos.StaffView{People: []pos.Person{{ID: 1, Name: "王芳", Role: pos.RoleCashier, Active: true}, {ID: 2, Name: "李建国", Role: pos.RoleManager, Active: true}}}

func at(who int) pos.Snapshot {
	s := pos.Snapshot{Staff: staff}
	s.Staff.Who = staff.People[who]
	return s
}

func TestPresenter_BeginsWithTodayAndTellsAllAboutTheNewest(t *testing.T) {
	b := newBench(3, pos.Snapshot{}, "")
	if m := b.Model(); !m.Busy || m.None == "" || m.Person != "" {
		t.Errorf("%+v", m)
	}
	b.work()
	if q := b.last(); q != (pos.SaleQuery{Span: pos.Span{From: 20261120, To: 20261120}}) {
		t.Errorf("asked %+v", q)
	}
	if r := b.Row(0); r != (Row{"可乐 和另外 1 种", "0003 · 11:00 · 微信支付 · 王芳", "¥13.50", "已退 1.00", true}) {
		t.Errorf("%+v", r)
	}
	d, ok := b.Detail()
	var got []string
	for _, l := range d.Lines {
		got = append(got, strings.Join([]string{fmt.Sprint(l.Kind), l.A, l.B, l.C}, "|"))
	}
	want := []string{
		"1|可乐|3 × 3.00|9.00", "1|薯片|1 × 5.00|5.00", "2|优惠||-0.50",
		"0|微信支付 收款||13.50", "2|商户单号 S001-T1-261120AAAAAAAAAAAA||", "2|交易单号 4200002468202611201234567890||",
		"3|12:00:00|本机|已下单，等结果", "3|12:00:01|微信通知|已收款 · ¥13.50 · …567890",
	}
	if !ok || !d.Ready || d.Receipt != "S001-T1-20261120-0003" || !slices.Equal(got[:len(want)], want) {
		t.Errorf("%+v\n%q", d, got)
	}
	if rest := strings.Join(got[len(want):], "\n"); !strings.Contains(rest, "-3.00") || !strings.Contains(rest, "坏了 · 李建国 批准") || !strings.Contains(rest, "S001-T1-261120RRRRRRRRRRRR") {
		t.Errorf("of the refund: %s", rest)
	}
}

func TestPresenter_UnderstandsWhatAPersonHasInHand(t *testing.T) {
	day := pos.Span{From: 20261120, To: 20261120}
	no := pos.ReceiptNo{Shop: "S001", Till: "T1", Day: 20261101, Epoch: 1, Seq: 2}
	for text, want := range map[string]pos.SaleQuery{
		"42":                           {Span: day, Tail: 42},
		"４２":                           {Span: day, Tail: 42},
		"13.50":                        {Span: day, Amount: 1350},
		"￥13":                          {Span: day, Amount: 1300},
		"可乐":                           {Span: day, Item: "可乐"},
		"6901028000412":                {Span: day, Item: "6901028000412"},
		no.String():                    {Receipt: no},
		"4200002468202611201234567890": {Trans: "4200002468202611201234567890"},
		"S001-T1-2611207K2M9QX4TB8W":   {Order: "S001-T1-2611207K2M9QX4TB8W"},
	} {
		b := newBench(3, pos.Snapshot{}, "")
		b.types(text)
		b.Enter()
		b.work()
		if q := b.last(); q != want {
			t.Errorf("%s: %+v, want %+v", text, q, want)
		}
	}
}

func TestPresenter_AScanIsFoundWhateverIsTyped(t *testing.T) {
	b := newBench(3, pos.Snapshot{}, "")
	b.work()
	b.types("xyzS001")
	b.Calendar()
	b.Scanned("S001-T1-20261120-0002", 4)
	b.work()
	if q := b.last(); q.Receipt.Seq != 2 || b.Len() != 1 || b.Model().Typed != "S001-T1-20261120-0002" {
		t.Errorf("%+v, %d found", q, b.Len())
	}
	n := len(b.books.asked)
	b.Scanned("134567890123456789", 18)
	b.work()
	m := b.Model()
	if len(b.books.asked) != n || m.Typed != "" || strings.Contains(fmt.Sprintf("%+v", m), "1345678") {
		t.Errorf("a payment code is looked for or shown: %+v", m)
	}
}

func TestPresenter_PagesAsOneScrolls(t *testing.T) {
	b := newBench(120, pos.Snapshot{}, "")
	b.work()
	if b.Len() != 50 || b.Model().Count != "50 笔以上" {
		t.Fatalf("%d, %q", b.Len(), b.Model().Count)
	}
	b.Reach(20) // far from the end
	if len(b.jobs) != 0 {
		t.Error("a page too many is read")
	}
	b.Reach(41)
	b.Reach(42) // it is on its way
	b.work()
	if b.Len() != 100 || b.books.asked[1].Before != 71 || len(b.books.asked) != 2 {
		t.Fatalf("%d after %+v", b.Len(), b.books.asked)
	}
	b.Move(99)
	b.work()
	b.Move(99)
	b.work()
	if b.Len() != 120 || b.At() != 119 || b.Model().Count != "120 笔" {
		t.Errorf("%d at %d, %q", b.Len(), b.At(), b.Model().Count)
	}
	ids := map[pos.SaleID]bool{}
	for _, h := range b.hits {
		ids[h.Sale.ID] = true
	}
	if len(ids) != 120 {
		t.Errorf("%d different sales", len(ids))
	}
}

func TestPresenter_AnAnswerToAnOlderQuestionIsDropped(t *testing.T) {
	b := newBench(3, pos.Snapshot{}, "")
	late := b.jobs[0](context.Background())
	b.jobs = nil
	b.types("2")
	b.Enter()
	b.work()
	late()
	if b.Len() != 1 {
		t.Errorf("%d are listed", b.Len())
	}
	b.Escape()
	b.work()
	b.Move(1)
	first := b.jobs[0](context.Background())
	b.jobs = nil
	b.Move(1)
	b.work()
	first()
	if d, _ := b.Detail(); d.Receipt != "S001-T1-20261120-0001" {
		t.Errorf("shown is %s", d.Receipt)
	}
}

func TestFilter_GoesRoundByKeys(t *testing.T) {
	b := newBench(3, at(1), "")
	b.work()
	for _, want := range []pos.Span{{From: 20261119, To: 20261119}, {From: 20261114, To: 20261120}, {From: 20261101, To: 20261120}, {}, {From: 20261120, To: 20261120}} {
		b.Days()
		b.work()
		if q := b.last(); q.Span != want {
			t.Errorf("days %+v, want %+v", q.Span, want)
		}
	}
	b.Person()
	b.Tender()
	b.Part()
	b.work()
	if q := b.last(); q.Cashier != "王芳" || q.Tender != pos.TenderNative || q.From != 300 || q.To != 719 {
		t.Errorf("%+v", q)
	}
	b.Person()
	b.Person()
	b.Part()
	b.Part()
	b.work()
	if q := b.last(); q.Cashier != "" || q.From != 1080 || q.To != 299 {
		t.Errorf("%+v", q)
	}
	b.Calendar()
	b.Point(-1, true)
	b.Point(4, false)
	b.Enter()
	b.work()
	if q := b.last(); q.Span != (pos.Span{From: 20261005, To: 20261005}) || b.Model().Days != "2026-10-05" {
		t.Errorf("%+v", q)
	}
}

func TestFilter_WhoMayNotSeeTheTakingsSeesToday(t *testing.T) {
	b := newBench(3, at(0), "")
	b.work()
	b.Days()
	b.Calendar()
	if _, open := b.Picking(); open || !b.Model().Only {
		t.Error("other days are offered")
	}
	b.Enter()
	b.work()
	if q := b.last(); q.Span != (pos.Span{From: 20261120, To: 20261120}) {
		t.Errorf("%+v", q)
	}
	b.Scanned("S001-T1-20260101-0002", 0) // somebody brings something back
	b.work()
	if q := b.last(); q.Span != (pos.Span{}) || q.Receipt.Day != 20260101 {
		t.Errorf("%+v", q)
	}
}

func TestFilter_TheNextOneAtTheTillSeesWhatIsHis(t *testing.T) {
	b := newBench(3, at(1), "")
	b.work()
	b.Days()
	b.work()
	b.Calendar()
	b.Show(at(0))
	b.work()
	if q := b.last(); q.Span != (pos.Span{From: 20261120, To: 20261120}) {
		t.Errorf("a cashier still sees %+v", q.Span)
	}
	if _, open := b.Picking(); open {
		t.Error("the calendar stays open")
	}
}

func TestPresenter_PrintsAgainAndGivesBackWhatIsShown(t *testing.T) {
	b := newBench(3, pos.Snapshot{}, "")
	b.Reprint()
	b.Refund()
	if len(b.posted)+len(b.refunded) != 0 {
		t.Error("something is done about a sale that is not known yet")
	}
	b.work()
	b.Move(1)
	b.Reprint() // another is on its way
	b.work()
	b.Reprint()
	b.Refund()
	if !slices.Equal(b.posted, []pos.Command{pos.Reprint{Sale: 2}}) || len(b.refunded) != 1 || b.refunded[0].Seq != 2 {
		t.Errorf("%v, %v", b.posted, b.refunded)
	}
}

func TestPresenter_ANewSaleIsListedAndTheChosenOneStays(t *testing.T) {
	b := newBench(3, pos.Snapshot{Last: 3}, "")
	b.work()
	b.Move(1)
	b.work()
	b.books.n = 4
	b.Show(pos.Snapshot{Last: 4})
	b.work()
	if d, _ := b.Detail(); b.Len() != 4 || b.At() != 2 || d.Receipt != "S001-T1-20261120-0002" {
		t.Errorf("%d listed, at %d, %s", b.Len(), b.At(), d.Receipt)
	}
	n := len(b.books.asked)
	b.Show(pos.Snapshot{Last: 4})
	if len(b.jobs) != 0 || len(b.books.asked) != n {
		t.Error("it is read again for nothing")
	}
	b.Show(pos.Snapshot{Last: 4, Refunds: []pos.Refund{{}}})
	b.work()
	if b.books.read[len(b.books.read)-1] != 2 {
		t.Error("what is shown of a refund is old")
	}
}

func TestPresenter_SaysWhyThereIsNothing(t *testing.T) {
	b := newBench(0, pos.Snapshot{}, "")
	b.work()
	if m := b.Model(); m.None != "没有销售" || m.Busy {
		t.Errorf("%+v", m)
	}
	b.types("9999")
	b.Enter()
	b.work()
	if m := b.Model(); m.None != "没有找到“9999”" {
		t.Errorf("%+v", m)
	}
	b.books.err = pos.E(pos.CodeCorrupt, "read", nil)
	b.Enter()
	b.work()
	if m := b.Model(); m.None != "账本校验不通过" || m.Todo == "" {
		t.Errorf("%+v", m)
	}
	if _, ok := b.Detail(); ok {
		t.Error("something is shown of nothing")
	}
	b.Move(1)
	b.Reach(0)
	b.Backspace()
	if b.Model().Typed != "999" || !b.Escape() || b.Model().Typed != "" || b.Escape() {
		t.Error("Esc clears what is typed, and then closes the screen")
	}
}

// lively is a sale of everything a counter does.
func lively() pos.SaleRecord {
	c := pos.Cart{Member: true, Lines: []pos.Line{
		{Item: 1, Name: "可乐", Price: 300, Quantity: 2, Deal: "第二件半价", DealOff: 150},
		{Item: 2, Name: "苹果", Unit: "kg", Price: 1280, Weight: 535, Quantity: 1},
		{Item: 3, Name: "牛奶", Price: 1200, List: 1580, Quantity: 1, Note: "临期", Cut: pos.Cut{Kind: pos.CutPercent, N: 10_00}, CutOff: 120},
	}, CutOff: 18, Credits: []pos.Credit{{Goods: "男袜", Receipt: "S001-T1-20261119-0042", Amount: 200}}}
	s := pos.Sale{
		ID: 1, State: pos.SaleClosed, Lines: c.Lines, Gross: c.Gross(), Discount: c.Off(), Member: true, Credits: c.Credits, ClosedAt: noon,
		Receipt: pos.ReceiptNo{Shop: "S001", Till: "T1", Day: 20261120, Epoch: 1, Seq: 1},
	}
	s.Rounding = pos.RoundJiao.Of(s.Net() - 700 - s.Credit())
	pay := func(n int, t pos.Tender, f pos.Fen, part bool) pos.Payment {
		return pos.Payment{ID: pos.PaymentID(n), State: pos.Paid, Tender: t, Amount: f, Part: part, OutTradeNo: fmt.Sprint("S001-T1-26112000000", n)}
	}
	return pos.SaleRecord{Sale: s, Nth: 1, Payments: []pos.Payment{
		pay(1, pos.OtherTender("支付宝"), 700, true), pay(2, pos.TenderCash, s.Net()-700-s.Credit(), false),
	}, Refunds: []pos.Refund{
		{Tender: pos.TenderExchange, State: pos.RefundDone, Amount: 150, AskedAt: noon},
		{Tender: pos.OtherTender("支付宝"), State: pos.RefundDone, Amount: 700, Void: true, AskedAt: noon},
	}}
}

func TestDetail_TellsHowASaleCameToWhatWasPaid(t *testing.T) {
	b := newBench(1, pos.Snapshot{}, "")
	b.work()
	b.record = lively()
	d, _ := b.Detail()
	var got []string
	for _, l := range d.Lines {
		got = append(got, strings.TrimRight(l.A+"|"+l.B+"|"+l.C, "|"))
	}
	for _, want := range []string{
		"可乐|2 × 3.00|6.00", "优惠 第二件半价||-1.50", "苹果|0.535 kg × 12.80|6.85", "改价，标价 15.80", "备注：临期", "整单优惠||-0.18", "抹零||-0.07",
		"换货抵扣 男袜||2.00", "来自小票 S001-T1-20261119-0042", "支付宝 收款||7.00", "分开付", "由收银员确认收款，本机没有查证", "现金 收款||12.90",
		"换货抵扣 11-20 12:00||-1.50", "作废 11-20 12:00||-7.00", "支付宝·人工 · 已退回顾客",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("nothing says %q", want)
		}
	}
	if t.Failed() {
		t.Log(strings.Join(got, "\n"))
	}
	if !strings.HasSuffix(d.Facts, " · 会员 · 已作废") {
		t.Error(d.Facts)
	}
}

func TestTender_OffersThoseOfTheShop(t *testing.T) {
	s := pos.Snapshot{Rules: pos.Rules{Others: []string{"支付宝", "银行卡"}}}
	b := newBench(1, s, "")
	seen := map[string]pos.Tender{}
	for range 9 {
		b.Tender()
		b.work()
		seen[b.Model().Tender] = b.last().Tender
	}
	if seen["支付宝·人工"] != "other:支付宝" || seen["银行卡·人工"] != "other:银行卡" || seen["各种付款"] != "" || len(seen) != 9 {
		t.Errorf("%v", seen)
	}
	b.filter.tender = "other:支付宝"
	b.Show(pos.Snapshot{}) // the setting is gone
	b.Tender()
	if b.filter.tender != "" {
		t.Errorf("goes on with %q", b.filter.tender)
	}
}
