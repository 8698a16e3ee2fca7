package reconcile_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/reconcile"
)

const (
	mch = "1900000109"
	app = "wx8888888888888888"
	day = pos.Day(20261120)
)

func shop() pos.Shop { return pos.Shop{Name: "柜台便利店", ID: "S001", Till: "T1", MchID: mch} }

func order(i int) string { return fmt.Sprintf("S001-T1-261120%012d", i) }
func trans(i int) string { return fmt.Sprintf("42000029%020d", i) }

// at is a moment of the bill's day, by the clock of the bill.
func at(h, m, s int) time.Time { return time.Date(2026, 11, 20, h, m, s, 0, pos.BillZone).UTC() }

// tr is a row of a trade bill, before it is written down.
type tr struct {
	at                    time.Time
	mch, app              string
	no, trans             string
	state                 string
	settlement, coupon    pos.Fen
	refundID, refundNo    string
	refunded, backCoupon  pos.Fen
	refundState           string
	goods, attach         string
	fee                   pos.Mille
	rate                  string
	amount, refundedAsked pos.Fen
	currency              string
}

// pay is a payment of i for so much, at 0.60 %.
func pay(i int, when time.Time, amount pos.Fen) tr {
	return tr{
		at: when, no: order(i), trans: trans(i), state: "SUCCESS", settlement: amount, amount: amount, goods: "可口可乐 330ml",
		fee: pos.Mille(amount) * 6, rate: "0.60%",
	}
}

// back is a refund of i.
func back(i int, when time.Time, amount pos.Fen) tr {
	return tr{
		at: when, no: order(i), trans: trans(i), state: "REFUND", refundNo: "R" + order(i)[1:], refundID: fmt.Sprintf("50000%023d", i),
		refunded: amount, refundedAsked: amount, refundState: "SUCCESS", goods: "退", fee: -pos.Mille(amount) * 6, rate: "0.60%",
	}
}

var headers = map[string]string{
	"ALL":     "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注",
	"SUCCESS": "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,商品名称,商户数据包,手续费,费率,订单金额,费率备注",
	"REFUND":  "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,退款申请时间,退款成功时间,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注",
	"OLD":     "交易时间,公众账号ID,商户号,子商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,总金额,代金券或立减优惠金额,微信退款单号,商户退款单号,退款金额,代金券或立减优惠退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率",
}

var summaries = map[string]string{
	"ALL": "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额",
	"OLD": "总交易单数,总交易额,总退款金额,总代金券或立减优惠退款金额,手续费总金额",
}

func init() { summaries["SUCCESS"], summaries["REFUND"] = summaries["ALL"], summaries["ALL"] }

// write makes a bill of a style, "\n" for the end of a line.
func write(style string, rows []tr, nl string) string {
	var b strings.Builder
	b.WriteString("\ufeff" + headers[style] + nl)
	var sum tr
	for _, r := range rows {
		if r.mch == "" {
			r.mch = mch
		}
		if r.app == "" {
			r.app = app
		}
		if r.currency == "" {
			r.currency = "CNY"
		}
		zero := func(s string) string {
			if s == "" {
				return "0"
			}
			return s
		}
		when := r.at.In(pos.BillZone).Format(time.DateTime)
		if style == "OLD" {
			when = strings.ReplaceAll(when, ":", "：")
		}
		values := map[string]string{
			"交易时间": when, "公众账号ID": r.app, "商户号": r.mch, "特约商户号": "0", "子商户号": "0", "设备号": "", "微信订单号": r.trans,
			"商户订单号": r.no, "用户标识": "o-mQ9", "交易类型": "NATIVE", "交易状态": r.state, "付款银行": "OTHERS", "货币种类": r.currency,
			"应结订单金额": r.settlement.String(), "代金券金额": r.coupon.String(), "总金额": r.amount.String(), "代金券或立减优惠金额": r.coupon.String(),
			"微信退款单号": zero(r.refundID), "商户退款单号": zero(r.refundNo), "退款金额": r.refunded.String(), "充值券退款金额": r.backCoupon.String(),
			"代金券或立减优惠退款金额": r.backCoupon.String(), "退款类型": "", "退款状态": r.refundState, "商品名称": r.goods, "商户数据包": r.attach,
			"手续费": r.fee.String(), "费率": r.rate, "订单金额": r.amount.String(), "申请退款金额": r.refundedAsked.String(), "费率备注": "",
			"退款申请时间": when, "退款成功时间": when,
		}
		for i, name := range strings.Split(headers[style], ",") {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString("`" + values[name])
		}
		b.WriteString(nl)
		sum.settlement += r.settlement
		sum.amount += r.amount
		sum.refunded += r.refunded
		sum.backCoupon += r.backCoupon
		sum.refundedAsked += r.refundedAsked
		sum.fee += r.fee
	}
	b.WriteString(summaries[style] + nl)
	if style == "OLD" {
		fmt.Fprintf(&b, "`%d,`%s,`%s,`%s,`%s%s", len(rows), sum.amount, sum.refunded, sum.backCoupon, sum.fee, nl)
	} else {
		fmt.Fprintf(&b, "`%d,`%s,`%s,`%s,`%s,`%s,`%s%s", len(rows), sum.settlement, sum.refunded, sum.backCoupon, sum.fee.Fen(), sum.amount, sum.refundedAsked, nl)
	}
	return b.String()
}

// books is our side, in memory. hidden items are found by their numbers and not on the day.
type books struct {
	items  []pos.BillItem
	hidden []pos.BillItem
	seen   map[string]pos.Day // by order
	kept   []pos.BillSummary
}

func (b *books) EachBillItem(_ context.Context, d pos.Day, f func(*pos.BillItem) error) error {
	for _, i := range b.items {
		if i.At.IsZero() || pos.BillDay(i.At) == d {
			if err := f(&i); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *books) FindBillItem(_ context.Context, row pos.BillItem) (pos.BillItem, error) {
	for _, list := range [][]pos.BillItem{b.items, b.hidden} {
		for _, i := range list {
			if i.Kind != row.Kind || i.OutTradeNo != row.OutTradeNo {
				continue
			}
			if i.Kind == pos.BillPayment && i.TransactionID != "" && i.TransactionID != row.TransactionID {
				continue
			}
			if i.Kind == pos.BillRefund && i.OutRefundNo != row.OutRefundNo {
				continue
			}
			return i, nil
		}
	}
	return pos.BillItem{}, pos.E(pos.CodeNotFound, "find", nil)
}

func (b *books) SeenOnBill(_ context.Context, i pos.BillItem) (pos.Day, error) {
	return b.seen[string(i.Kind)+i.OutTradeNo], nil
}
func (b *books) Bills(context.Context, int) ([]pos.BillSummary, error) { return b.kept, nil }

// ours is what our books say when a row is right.
func ours(r tr) pos.BillItem {
	i := pos.BillItem{
		Kind: pos.BillPayment, OutTradeNo: r.no, TransactionID: r.trans, Amount: r.amount, Settlement: r.settlement, Currency: pos.Currency,
		State: string(pos.Paid), At: r.at,
	}
	switch r.state {
	case "REFUND":
		i.Kind, i.OutRefundNo, i.RefundID, i.Amount, i.Settlement, i.State = pos.BillRefund, r.refundNo, r.refundID, r.refundedAsked, r.refunded, string(pos.RefundDone)
	case "REVOKED":
		i.Kind, i.Amount, i.Settlement, i.State = pos.BillReversal, r.refunded, r.refunded, string(pos.Refunded)
	}
	return i
}

func allOurs(rows []tr) *books {
	b := &books{}
	for _, r := range rows {
		b.items = append(b.items, ours(r))
	}
	return b
}

func options() reconcile.Options { return reconcile.Options{Shop: shop(), AppID: app} }

func mustMatch(tb testing.TB, bill string, b *books, o reconcile.Options) pos.BillResult {
	tb.Helper()
	r, err := reconcile.Match(context.Background(), strings.NewReader(bill), b, o)
	if err != nil {
		tb.Fatal(err)
	}
	if !r.Summary.Balanced() {
		tb.Fatalf("the summary does not add up: %+v", r.Summary)
	}
	return r
}

func zipped(s string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(s))
	_ = w.Close()
	return b.Bytes()
}

func sample() []tr {
	coupon := pay(3, at(12, 0, 0), 1000)
	coupon.settlement, coupon.coupon, coupon.fee = 900, 100, 5400
	odd := pay(4, at(13, 0, 0), 1)
	odd.goods = "乐事薯片,`原味,\"75g\"`,"
	odd.attach = "a,b"
	return []tr{pay(1, at(8, 0, 0), 1350), pay(2, at(9, 30, 5), 700), back(2, at(10, 0, 0), 300), coupon, odd}
}

func TestMatch_SameOnBothSidesIsAMatch(t *testing.T) {
	for _, style := range []string{"ALL", "OLD"} {
		for _, nl := range []string{"\n", "\r\n"} {
			rows := sample()
			r := mustMatch(t, write(style, rows, nl), allOurs(rows), options())
			if !r.Summary.Clean() || r.Summary.Match != 5 || len(r.Findings) != 0 || r.Summary.Day != day {
				t.Errorf("%s %q: %+v %v", style, nl, r.Summary, r.Findings)
			}
			if r.Summary.Fee != (1350+700-300)*6+5400+6 {
				t.Errorf("%s: fees %s", style, r.Summary.Fee)
			}
			if want := (pos.BillSums{Payments: 4, Paid: 1350 + 700 + 1000 + 1, Refunds: 1, Back: 300}); r.Summary.Theirs != want {
				t.Errorf("%s: their sums %+v", style, r.Summary.Theirs)
			}
		}
	}
}

func TestMatch_GzipReadsTheSame(t *testing.T) {
	rows := sample()
	text := write("ALL", rows, "\n")
	plain := mustMatch(t, text, allOurs(rows), options())
	packed, err := reconcile.Match(context.Background(), bytes.NewReader(zipped(text)), allOurs(rows), options())
	if err != nil || packed.Summary.SHA256 != plain.Summary.SHA256 || packed.Summary.Match != 5 {
		t.Errorf("%+v %v", packed.Summary, err)
	}
}

func TestMatch_BillOfPaymentsOrRefundsAloneLooksForNothingElse(t *testing.T) {
	rows := sample()
	var pays, backs []tr
	for _, r := range rows {
		if r.state == "SUCCESS" {
			pays = append(pays, r)
		} else {
			backs = append(backs, r)
		}
	}
	for style, part := range map[string][]tr{"SUCCESS": pays, "REFUND": backs} {
		r := mustMatch(t, write(style, part, "\n"), allOurs(rows), options())
		if !r.Summary.Clean() || r.Summary.Match != len(part) || r.Summary.Header != style {
			t.Errorf("%s: %+v %+v", style, r.Summary, r.Findings)
		}
	}
}

// planted is one difference, how it is made, and what must be found.
var planted = []struct {
	name   string
	plant  func(rows []tr, b *books) []tr // rows is [sample]
	class  pos.FindingClass
	cause  pos.FindingCause
	action pos.FindingAction
	order  int
}{
	{"money that we do not know", func(rows []tr, _ *books) []tr { return append(rows, pay(9, at(14, 0, 0), 500)) }, pos.FindTheirs, pos.CauseUnknown, pos.FindBook, 9},
	{"a refund that we do not know", func(rows []tr, _ *books) []tr { return append(rows, back(1, at(14, 0, 0), 500)) }, pos.FindTheirs, pos.CauseUnknown, pos.FindAsk, 1},
	{"money that the bill does not have", func(rows []tr, _ *books) []tr { return rows[1:] }, pos.FindOurs, pos.CauseMissing, pos.FindAsk, 1},
	{"the same near midnight", func(rows []tr, b *books) []tr {
		b.items = append(b.items, ours(pay(9, at(23, 59, 58), 100)))
		return rows
	}, pos.FindOurs, pos.CauseCrossDay, pos.FindNote, 9},
	{"money of which nobody knows when it came", func(rows []tr, b *books) []tr {
		i := ours(pay(9, time.Time{}, 100))
		b.items = append(b.items, i)
		return rows
	}, pos.FindOurs, pos.CauseCrossDay, pos.FindNote, 9},
	{"another amount", func(rows []tr, b *books) []tr { b.items[0].Amount++; b.items[0].Settlement++; return rows }, pos.FindDiffer, pos.CauseAmount, pos.FindAsk, 1},
	{"another amount of a refund", func(rows []tr, b *books) []tr { b.items[2].Amount--; return rows }, pos.FindDiffer, pos.CauseAmount, pos.FindAsk, 2},
	{"a coupon that we do not know", func(rows []tr, b *books) []tr { b.items[3].Settlement = 1000; return rows }, pos.FindDiffer, pos.CauseCoupon, pos.FindAsk, 3},
	{"another currency", func(rows []tr, b *books) []tr { b.items[0].Currency = "HKD"; return rows }, pos.FindDiffer, pos.CauseCurrency, pos.FindAsk, 1},
	{"a refund that is still on its way here", func(rows []tr, b *books) []tr { b.items[2].State = string(pos.RefundAccepted); return rows }, pos.FindDiffer, pos.CauseState, pos.FindAsk, 2},
	{"a payment that is still open here", func(rows []tr, b *books) []tr {
		i := b.items[0]
		i.State, i.Amount, i.Settlement, i.TransactionID, i.At, i.Currency = string(pos.Waiting), 0, 0, "", time.Time{}, ""
		b.items, b.hidden = b.items[1:], append(b.hidden, i)
		return rows
	}, pos.FindDiffer, pos.CauseState, pos.FindAsk, 1},
	{"a payment that ended without money here", func(rows []tr, b *books) []tr {
		i := b.items[0]
		i.State, i.Amount, i.Settlement, i.TransactionID, i.At, i.Currency = string(pos.Closed), 0, 0, "", time.Time{}, ""
		b.items, b.hidden = b.items[1:], append(b.hidden, i)
		return rows
	}, pos.FindDiffer, pos.CauseState, pos.FindBook, 1},
	{"a refund that was refused here", func(rows []tr, b *books) []tr {
		i := b.items[2]
		i.State = string(pos.RefundRefused)
		b.items, b.hidden = append(b.items[:2:2], b.items[3:]...), append(b.hidden, i)
		return rows
	}, pos.FindDiffer, pos.CauseState, pos.FindAsk, 2},
	{"a fee that its rate does not make", func(rows []tr, _ *books) []tr { rows[0].fee += 2000; return rows }, pos.FindDiffer, pos.CauseFee, pos.FindNote, 1},
	{"a second payment of one order", func(rows []tr, _ *books) []tr {
		r := pay(1, at(15, 0, 0), 1350)
		r.trans = trans(77)
		return append(rows, r)
	}, pos.FindTheirs, pos.CauseUnknown, pos.FindBook, 1},
	{"another transaction than ours", func(rows []tr, b *books) []tr {
		b.items[0].TransactionID = trans(78) // both are there, then, with nothing in common
		rows = append(rows, pay(1, at(15, 0, 0), 1350))
		rows[0].trans, rows[5].trans = trans(78), trans(79)
		return rows
	}, pos.FindTheirs, pos.CauseUnknown, pos.FindBook, 1},
}

func TestMatch_EveryPlantedDifferenceIsFoundAndNothingElse(t *testing.T) {
	for _, p := range planted {
		t.Run(p.name, func(t *testing.T) {
			rows := sample()
			b := allOurs(rows)
			rows = p.plant(rows, b)
			for _, window := range []int{0, 1, 3} { // also out of memory
				o := options()
				o.Window, o.TempDir = window, t.TempDir()
				r := mustMatch(t, write("ALL", rows, "\n"), b, o)
				if len(r.Findings) != 1 {
					t.Fatalf("window %d: %d findings: %+v", window, len(r.Findings), r.Findings)
				}
				f := r.Findings[0]
				if f.Class != p.class || f.Cause != p.cause || f.Action != p.action || f.Item().OutTradeNo != order(p.order) || f.Bill != pos.BillTrade || f.Day != day {
					t.Errorf("window %d: %s %s %s %s", window, f.Class, f.Cause, f.Action, f.Item().OutTradeNo)
				}
				if r.Summary.Clean() {
					t.Error("the summary says that all is well")
				}
			}
		})
	}
}

func TestMatch_SecondPaymentThatWeKnowMatches(t *testing.T) {
	rows := sample()
	second := pay(1, at(15, 0, 0), 1350)
	second.trans = trans(77)
	rows = append(rows, second)
	b := allOurs(rows)
	b.items[5].State = string(pos.Exception)
	if r := mustMatch(t, write("ALL", rows, "\n"), b, options()); !r.Summary.Clean() || r.Summary.Match != 6 {
		t.Errorf("%+v", r.Findings)
	}
}

func TestMatch_ReversalMatchesHoweverTheBillHasIt(t *testing.T) {
	paid := pay(8, at(16, 0, 0), 250)
	undone := tr{at: at(16, 0, 40), no: order(8), trans: trans(8), state: "REVOKED", refunded: 250, refundedAsked: 250, refundID: "50000", refundState: "SUCCESS", rate: "0.60%"}
	closed := pos.BillItem{Kind: pos.BillPayment, OutTradeNo: order(8), State: string(pos.Closed)}
	gone := closed
	gone.Kind = pos.BillReversal
	for name, c := range map[string]struct {
		rows []tr
		b    *books
		n    int
	}{
		"both rows, and we booked it":   {[]tr{paid, undone}, allOurs([]tr{paid, undone}), 2},
		"one row, and we booked it":     {[]tr{undone}, allOurs([]tr{paid, undone}), 2},
		"both rows, and we never did":   {[]tr{paid, undone}, &books{hidden: []pos.BillItem{closed, gone}}, 2},
		"one row, and we never did":     {[]tr{undone}, &books{hidden: []pos.BillItem{closed, gone}}, 1},
		"beside money of somebody else": {[]tr{paid, undone, {at: at(17, 0, 0), no: "other", trans: trans(9), state: "SUCCESS", amount: 5, settlement: 5}}, allOurs([]tr{paid, undone}), 2},
	} {
		rows := append([]tr{pay(1, at(8, 0, 0), 100)}, c.rows...)
		c.b.items = append([]pos.BillItem{ours(rows[0])}, c.b.items...)
		r := mustMatch(t, write("ALL", rows, "\n"), c.b, options())
		if !r.Summary.Clean() || r.Summary.Match != c.n+1 {
			t.Errorf("%s: %+v %+v", name, r.Summary, r.Findings)
		}
	}
	b := allOurs([]tr{pay(1, at(8, 0, 0), 100)})
	b.hidden = []pos.BillItem{closed}
	if r := mustMatch(t, write("ALL", []tr{pay(1, at(8, 0, 0), 100), paid}, "\n"), b, options()); r.Summary.Differs != 1 {
		t.Errorf("money that was not reversed after all: %+v", r.Summary)
	}
}

func TestMatch_OtherTillsAreCountedAndNamedAndNoFindings(t *testing.T) {
	rows := sample()
	b := allOurs(rows)
	for i := range 3 {
		r := pay(i, at(14, 0, i), 200)
		r.no = strings.Replace(order(i), "-T1-", "-T2-", 1)
		rows = append(rows, r)
	}
	web := pay(7, at(15, 0, 0), 999)
	web.no = "20261120150000"
	gone := back(0, at(16, 0, 0), 50)
	gone.no = strings.Replace(order(0), "-T1-", "-T2-", 1)
	r := mustMatch(t, write("ALL", append(rows, web, gone), "\n"), b, options())
	want := []pos.OtherTill{
		{Prefix: "", BillSums: pos.BillSums{Payments: 1, Paid: 999}, Fee: 999 * 6},
		{Prefix: "S001-T2-", BillSums: pos.BillSums{Payments: 3, Paid: 600, Refunds: 1, Back: 50}, Fee: 550 * 6},
	}
	if !r.Summary.Clean() || fmt.Sprint(r.Summary.Others) != fmt.Sprint(want) {
		t.Errorf("%+v %+v", r.Summary.Others, r.Findings)
	}
	if r.Summary.Fee != mustMatch(t, write("ALL", sample(), "\n"), b, options()).Summary.Fee {
		t.Error("another till's fees count as ours")
	}
}

func TestMatch_WhatTheNextDaysBillHasIsNoDifference(t *testing.T) {
	rows := sample()
	late := pay(9, at(23, 59, 59), 800)
	b := allOurs(append(rows, late))

	next := late
	next.at = late.at.Add(3 * time.Second)
	r := mustMatch(t, write("ALL", []tr{next}, "\n"), b, options())
	if !r.Summary.Clean() || r.Summary.CrossDay != 1 || len(r.Findings) != 1 || r.Findings[0].Class != pos.FindMatch || r.Findings[0].Cause != pos.CauseCrossDay {
		t.Errorf("the day after: %+v %+v", r.Summary, r.Findings)
	}
	if r := mustMatch(t, write("ALL", rows, "\n"), b, options()); r.Summary.OursOnly != 1 {
		t.Errorf("the day itself, before the next is known: %+v", r.Summary)
	}
	b.seen = map[string]pos.Day{"payment" + order(9): day.Next()}
	if r := mustMatch(t, write("ALL", rows, "\n"), b, options()); !r.Summary.Clean() {
		t.Errorf("the day itself, once the next is known: %+v", r.Findings)
	}
}
