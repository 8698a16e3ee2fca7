package reconcile_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"guitai/pos"
	"guitai/pos/reconcile"
)

// TestMatch_WhatIsNotWholeIsRefusedAndNamesItsLine has every way in which a file is no bill to believe.
func TestMatch_WhatIsNotWholeIsRefusedAndNamesItsLine(t *testing.T) {
	good := write("ALL", sample(), "\n")
	lines := strings.Split(strings.TrimSuffix(good, "\n"), "\n") // header, five rows, names of the sums, sums
	join := func(l ...string) string { return strings.Join(l, "\n") + "\n" }
	edit := func(line int, from, to string) string {
		l := append([]string(nil), lines...)
		if !strings.Contains(l[line-1], from) {
			t.Fatalf("line %d has no %q", line, from)
		}
		l[line-1] = strings.Replace(l[line-1], from, to, 1)
		return join(l...)
	}
	other := sample()
	other[1].mch = "1900000999"
	apps := sample()
	for i := range apps {
		apps[i].app = "wx0000000000000000"
	}
	days := sample()
	days[1].at = days[1].at.AddDate(0, 0, 1)
	refunds := []tr{back(1, at(1, 0, 0), 5), back(2, at(1, 0, 0).AddDate(0, 0, 1), 5)}
	for _, c := range []struct {
		name, text, id string
		line           int
	}{
		{"nothing", "", "empty", 0},
		{"only a mark", "\ufeff", "empty", 0},
		{"no header", "hello\n", "no-bill", 1},
		{"an answer of WeChat's", "<xml><return_code>FAIL</return_code></xml>", "no-bill", 1},
		{"GBK", string([]byte{0xbd, 0xbb, 0xd2, 0xd7, ',', 0xca, 0xb1, 0xbc, 0xe4}) + "\n", "encoding", 1},
		{"a zip archive", "PK\x03\x04rest", "zip", 0},
		{"a column twice", strings.Replace(good, "费率备注", "费率", 1), "column-twice", 1},
		{"a column missing", strings.Replace(good, "交易状态", "状况", 1), "column-missing", 1},
		{"no amounts", strings.NewReplacer("应结订单金额", "a", ",订单金额", ",b").Replace(good), "column-missing", 1},
		{"cut after a row", join(lines[:4]...), "truncated", 5},
		{"cut in a row", strings.TrimSuffix(join(lines[:4]...), "\n")[:len(join(lines[:4]...))-60], "columns", 4},
		{"cut before the sums", join(lines[:7]...), "truncated", 8},
		{"cut after the header", lines[0], "truncated", 2},
		{"a row gone", join(append(append([]string(nil), lines[:2]...), lines[3:]...)...), "sum", 7},
		{"a row twice", join(append(append([]string(nil), lines[:3]...), lines[2:]...)...), "sum", 9},
		{"an amount changed", edit(2, "`13.50,`0.00,", "`13.51,`0.00,"), "sum", 8},
		{"a fee changed", edit(2, "`0.08100", "`0.18100"), "sum", 8},
		{"a refund changed", edit(4, "`3.00", "`3.01"), "sum", 8},
		{"a time that is none", edit(3, "`2026-11-20 09:30:05", "`2026-11-20 09:61:05"), "time", 3},
		{"an hour too many", edit(3, "09:30:05", "24:30:05"), "time", 3},
		{"a day that is none", edit(3, "2026-11-20", "2026-02-30"), "time", 3},
		{"an amount that is none", edit(2, "`13.50,`0.00,", "`13.5x,`0.00,"), "money", 2},
		{"an amount of half a fen", edit(2, "`13.50,`0.00,", "`13.505,`0.00,"), "money", 2},
		{"an amount below zero", edit(2, "`13.50,`0.00,", "`-13.50,`0.00,"), "money", 2},
		{"a huge amount", edit(2, "`13.50,`0.00,", "`999999999999.50,`0.00,"), "money", 2},
		{"a fee that is none", edit(2, "`0.08100", "`abc"), "money", 2},
		{"a state nobody knows", edit(2, "`SUCCESS", "`SUCCES"), "state", 2},
		{"no order number", edit(2, "`"+order(1), "`"), "number", 2},
		{"a number that a spreadsheet broke", edit(2, "`"+trans(1), "`4.2 E+27"), "number", 2},
		{"a refund without a number", edit(4, "`"+back(2, at(0, 0, 0), 0).refundNo, "`"), "sum", 0},
		{"a column less", edit(2, ",`0.60%", ""), "columns", 2},
		{"the marks gone", strings.ReplaceAll(good, "`", ""), "spreadsheet", 2},
		{"a line of something else", join(append(append([]string(nil), lines[:2]...), "hello")...), "row", 3},
		{"an empty line", join(append(append([]string(nil), lines[:2]...), "", lines[2])...), "blank", 3},
		{"rows after the sums", good + lines[1] + "\n", "after-end", 9},
		{"a second bill behind it", good + good, "after-end", 9},
		{"sums that make no sense", edit(8, ",`", ";`"), "summary", 8},
		{"a line without end", lines[0] + "\n`" + strings.Repeat("x", 70_000), "long", 2},
		{"another merchant", write("ALL", other, "\n"), "merchant", 3},
		{"another app", write("ALL", apps, "\n"), "app", 0},
		{"another day in it", write("ALL", days, "\n"), "day", 3},
		{"nothing tells the day", write("ALL", nil, "\n"), "no-day", 0},
		{"refunds of several days", write("ALL", refunds, "\n"), "no-day", 0},
	} {
		if c.name == "a refund without a number" { // its own number at WeChat is enough
			if _, err := reconcile.Match(context.Background(), strings.NewReader(c.text), allOurs(sample()), options()); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		_, err := reconcile.Match(context.Background(), strings.NewReader(c.text), allOurs(sample()), options())
		e, ok := errors.AsType[*pos.BillError](err)
		if !ok || pos.CodeOf(err) != pos.CodeInvalid || e.ID != c.id || e.Line != c.line {
			t.Errorf("%s: %v, want %q at line %d", c.name, err, c.id, c.line)
		}
	}
}

// A day on which only the mini-program and the app sold is a bill of ours.
func TestMatch_TheMerchantsOtherAppsAreOurs(t *testing.T) {
	rows := sample()
	for i := range rows {
		rows[i].app = []string{"wx1111111111111111", "wx2222222222222222"}[i%2]
	}
	o := options()
	for _, o.Apps = range [][]string{{"wx1111111111111111", "wx2222222222222222"}, {"wx2222222222222222"}} {
		if _, err := reconcile.Match(context.Background(), strings.NewReader(write("ALL", rows, "\n")), allOurs(rows), o); err != nil {
			t.Errorf("%v: %v", o.Apps, err)
		}
	}
	o.Apps = []string{"wx3333333333333333"}
	_, err := reconcile.Match(context.Background(), strings.NewReader(write("ALL", rows, "\n")), allOurs(rows), o)
	if e, ok := errors.AsType[*pos.BillError](err); !ok || e.ID != "app" {
		t.Errorf("another's apps: %v", err)
	}
}

func TestMatch_DamagedGzipIsRefused(t *testing.T) {
	packed := zipped(write("ALL", sample(), "\n"))
	turned := bytes.Clone(packed)
	turned[len(turned)-6] ^= 0xff // of the checksum
	for name, b := range map[string][]byte{"cut short": packed[:len(packed)/2], "only its mark": packed[:4], "turned": turned} {
		_, err := reconcile.Match(context.Background(), bytes.NewReader(b), allOurs(sample()), options())
		if e, ok := errors.AsType[*pos.BillError](err); !ok || e.ID != "gzip" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMatch_BillOfNothingCommonIsNotWorkedThrough(t *testing.T) {
	b := &books{}
	for i := range reconcile.MaxFindings + 1 {
		b.items = append(b.items, ours(pay(i, at(12, 0, 0), 5)))
	}
	_, err := reconcile.Match(context.Background(), strings.NewReader(write("ALL", nil, "\n")), b, reconcile.Options{Shop: shop(), Day: day})
	if e, ok := errors.AsType[*pos.BillError](err); !ok || e.ID != "stranger" {
		t.Errorf("%v", err)
	}
}

func TestMatch_EmptyDayIsABillOfNothing(t *testing.T) {
	b := allOurs(sample()[:1])
	r, err := reconcile.Match(context.Background(), reconcile.Empty(), b, reconcile.Options{Shop: shop(), AppID: app, Day: day})
	if err != nil || r.Summary.OursOnly != 1 || r.Summary.Header != "ALL" || r.Summary.Day != day {
		t.Errorf("%+v %v", r.Summary, err)
	}
	r, err = reconcile.Match(context.Background(), reconcile.Empty(), &books{}, reconcile.Options{Shop: shop(), Day: day})
	if err != nil || !r.Summary.Clean() {
		t.Errorf("%+v %v", r.Summary, err)
	}
}

func TestMatch_AToldDayCounts(t *testing.T) {
	o := options()
	o.Day = day.Add(1)
	_, err := reconcile.Match(context.Background(), strings.NewReader(write("ALL", sample(), "\n")), allOurs(sample()), o)
	if e, ok := errors.AsType[*pos.BillError](err); !ok || e.ID != "day" || e.Line != 2 {
		t.Errorf("%v", err)
	}
	refunds := []tr{back(1, at(1, 0, 0), 5)} // alone, they tell the day if they agree
	if r := mustMatch(t, write("ALL", refunds, "\n"), allOurs(refunds), options()); r.Summary.Day != day || !r.Summary.Clean() {
		t.Errorf("%+v", r.Summary)
	}
}

// broken fails in the middle of a file.
type broken struct{ r *strings.Reader }

var errDisk = errors.New("the disk is gone")

func (b broken) Read(p []byte) (int, error) {
	if b.r.Len() == 0 {
		return 0, errDisk
	}
	return b.r.Read(p)
}

func TestMatch_TroubleOfTheFileOrTheBooksIsNotTheBills(t *testing.T) {
	text := write("ALL", sample(), "\n")
	_, err := reconcile.Match(context.Background(), broken{strings.NewReader(text[:len(text)-200])}, allOurs(sample()), options())
	if _, bill := errors.AsType[*pos.BillError](err); !errors.Is(err, errDisk) || bill {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var rows []tr
	for i := range 5000 {
		rows = append(rows, pay(i, at(12, 0, 0), 5))
	}
	if _, err := reconcile.Match(ctx, strings.NewReader(write("ALL", rows, "\n")), allOurs(rows), options()); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

const fundHeader = "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额（元）,账户结余（元）,资金变更提交申请人,备注,业务凭证号\n"

func flow(n int, name, kind, way, amount string) string {
	return fmt.Sprintf("`2026-11-20 12:00:%02d,`4200%d,`F%d,`%s,`%s,`%s,`%s,`9.99,`system,`a,`b,`V%d\n", n, n, n, name, kind, way, amount, n)
}

func fundBill() string {
	return "\ufeff" + fundHeader +
		flow(1, "交易", "交易", "收入", "13.50") + flow(2, "交易", "扣除交易手续费", "支出", "0.08") + flow(3, "退款", "退款", "支出", "1.00") +
		flow(4, "退款", "退回交易手续费", "收入", "0.01") + flow(5, "自动提现", "提现", "支出", "10.00") +
		"资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额\n`5,`2,`13.51,`3,`11.08\n"
}

func TestMatch_FundFlowTellsFeesAndPayouts(t *testing.T) {
	r := mustMatch(t, fundBill(), &books{}, options())
	s := r.Summary
	if s.Kind != pos.BillFund || s.Day != day || s.Fee != 7000 || len(s.Payouts) != 1 || s.Payouts[0].Amount != 1000 || s.Payouts[0].Number != "F5" || !s.Clean() || s.Match != 1 {
		t.Errorf("%+v %+v", s, r.Findings)
	}
	agrees := &books{kept: []pos.BillSummary{{Kind: pos.BillTrade, Day: day, Fee: 7000}}}
	if r := mustMatch(t, fundBill(), agrees, options()); !r.Summary.Clean() || r.Summary.Match != 2 {
		t.Errorf("%+v", r.Findings)
	}
	differs := &books{kept: []pos.BillSummary{{Kind: pos.BillTrade, Day: day, Fee: 9000}}}
	r = mustMatch(t, fundBill(), differs, options())
	if len(r.Findings) != 1 || r.Findings[0].Cause != pos.CauseFee || r.Findings[0].Ours.Fee != 9000 || r.Findings[0].Theirs.Fee != 7000 || r.Findings[0].Bill != pos.BillFund {
		t.Errorf("%+v", r.Findings)
	}
	shared := &books{kept: []pos.BillSummary{{Kind: pos.BillTrade, Day: day.Add(-3), Others: []pos.OtherTill{{Prefix: "S001-T2-"}}}}}
	r = mustMatch(t, fundBill(), shared, options())
	if len(r.Findings) != 1 || r.Findings[0].Cause != pos.CauseShared || len(r.Summary.Payouts) != 0 {
		t.Errorf("a payout of several tills: %+v %+v", r.Findings, r.Summary.Payouts)
	}
}

func TestMatch_FundFlowThatIsNotWholeIsRefused(t *testing.T) {
	good := fundBill()
	for _, c := range []struct {
		name, text, id string
		line           int
	}{
		{"an amount changed", strings.Replace(good, "`13.50,", "`13.60,", 1), "sum", 8},
		{"a row gone", strings.Replace(good, flow(3, "退款", "退款", "支出", "1.00"), "", 1), "sum", 7},
		{"neither in nor out", strings.Replace(good, "`收入", "`转入", 1), "state", 2},
		{"a time that is none", strings.Replace(good, "12:00:02", "12:00:xx", 1), "time", 3},
		{"another day", strings.Replace(good, "2026-11-20 12:00:02", "2026-11-21 12:00:02", 1), "day", 3},
		{"no number", strings.Replace(good, "`F2,", "`,", 1), "number", 3},
		{"an amount below zero", strings.Replace(good, "`0.08,", "`-0.08,", 1), "money", 3},
		{"cut", good[:len(good)-60], "truncated", 8},
		{"a payout twice", strings.Replace(good, flow(3, "退款", "退款", "支出", "1.00"), flow(5, "自动提现", "提现", "支出", "1.00"), 1), "twice", 6},
	} {
		_, err := reconcile.Match(context.Background(), strings.NewReader(c.text), &books{}, options())
		e, ok := errors.AsType[*pos.BillError](err)
		if !ok || e.ID != c.id || e.Line != c.line {
			t.Errorf("%s: %v, want %q at line %d", c.name, err, c.id, c.line)
		}
	}
}
