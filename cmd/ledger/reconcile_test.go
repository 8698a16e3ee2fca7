package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guitai/pos"
)

// billFor makes WeChat's bill of the test's day with a row for each payment, fees of one fen each.
func billFor(t *testing.T, items ...pos.BillItem) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("\ufeff交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注\r\n")
	var sum pos.Fen
	for _, i := range items {
		fmt.Fprintf(&b, "`%s,`wx8888888888888888,`1900000109,`0,`,`%s,`%s,`o,`NATIVE,`SUCCESS,`OTHERS,`CNY,`%s,`0.00,`0,`0,`0.00,`0.00,`,`,`可乐,`原味\",`,`0.01000,`,`%s,`0.00,`\r\n",
			i.At.In(pos.BillZone).Format("2006-01-02 15:04:05"), i.TransactionID, i.OutTradeNo, i.Settlement, i.Amount)
		sum += i.Amount
	}
	fmt.Fprintf(&b, "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\r\n`%d,`%s,`0.00,`0.00,`0.%02d,`%s,`0.00\r\n", len(items), sum, len(items), sum)
	name := filepath.Join(t.TempDir(), "bill.csv")
	if err := os.WriteFile(name, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// billed are the rows that WeChat's bill has of two orders that were paid, in the test's shop.
func billed(s *till) []pos.BillItem {
	var all []pos.BillItem
	for _, amount := range []pos.Fen{500, 700} {
		p := s.pay(s.order(amount), amount).Payment
		all = append(all, pos.BillItem{OutTradeNo: p.OutTradeNo, TransactionID: p.TransactionID, Amount: amount, Settlement: amount, At: s.clock.now})
	}
	return all
}

func TestReconcile_ABillThatAgreesIsDone(t *testing.T) {
	s := newTill(t, false)
	bill := billFor(t, billed(s)...)
	r := s.run("reconcile", "--bill", bill)
	r.want(t, exitDone, "At WeChat: payments 2, 12.00", "WeChat's net 12.00 + ours-only 0.00 - theirs-only 0.00 - differences 0.00 = our net 12.00")
	s.run("reconcile", "--bill", bill, "--lang", "zh-CN").want(t, exitDone, "手续费 0.02000，合 0.02 元", "本机净额 12.00")
	if kept, err := s.books.Bills(t.Context(), 10); err != nil || len(kept) != 0 {
		t.Errorf("reading kept something: %+v %v", kept, err)
	}
}

func TestReconcile_WhatDiffersIsNamedAndExit1(t *testing.T) {
	s := newTill(t, false)
	items := billed(s)
	lost := pos.BillItem{OutTradeNo: "S001-T1-261120LST000000001", TransactionID: "4200000000000000000000009901", Amount: 888, Settlement: 888, At: noon}
	beside := lost
	beside.OutTradeNo, beside.TransactionID = "S001-T2-261120XXX000000001", "4200000000000000000000009902"
	bill := billFor(t, items[0], lost, beside) // the second of ours is missing
	r := s.run("reconcile", "--bill", bill)
	r.want(t, exitFailed, "S001-T1-261120LST000000001 4200000000000000000000009901", "Differences: 2, see above. No money was moved.")
	for _, want := range []string{"Book it", "Ask WeChat", "Not of this till: S001-T2- payments 1, 8.88", items[1].OutTradeNo} {
		if !strings.Contains(r.out, want) {
			t.Errorf("the table lacks %q:\n%s", want, r.out)
		}
	}
	if !strings.Contains(r.errors, "WeChat's net 13.88 + ours-only 7.00 - theirs-only 8.88 - differences 0.00 = our net 12.00") {
		t.Errorf("stderr: %s", r.errors)
	}
	out := filepath.Join(t.TempDir(), "findings.json")
	s.run("reconcile", "--bill", bill, "--format", "json", "-o", out).want(t, exitFailed, "", "Differences: 2")
	raw, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var m pos.BillResult
	if err := json.Unmarshal(raw, &m); err != nil || len(m.Findings) != 2 || m.Summary.TheirsOnly != 1 || m.Findings[0].Theirs.Amount != 888 {
		t.Errorf("%s: %v", raw, err)
	}
	csv := s.run("reconcile", "--bill", bill, "--format", "csv")
	csv.want(t, exitFailed, "theirs-only,unknown,book,payment,S001-T1-261120LST000000001", "Differences: 2")
	if lines := strings.Count(csv.out, "\r\n"); lines != 3 {
		t.Errorf("%d lines of CSV:\n%s", lines, csv.out)
	}
	book := filepath.Join(t.TempDir(), "findings.xlsx")
	s.run("reconcile", "--bill", bill, "--format", "xlsx", "-o", book).want(t, exitFailed, "", "Differences: 2")
	if raw, err := os.ReadFile(book); err != nil || !strings.HasPrefix(string(raw), "PK") {
		t.Errorf("no workbook: %v", err)
	}
}

func TestReconcile_BookKeepsAndBooksOnceWhileTheTillIsOpen(t *testing.T) {
	s := newTill(t, false)
	bill := billFor(t, billed(s)...)
	for range 2 {
		s.run("reconcile", "--bill", bill, "--book").want(t, exitDone, "", "the same bill books nothing twice")
	}
	kept, err := s.books.Bills(t.Context(), 10)
	if err != nil || len(kept) != 1 || kept[0].Fee != 2000 || !kept[0].Booked {
		t.Errorf("%+v %v", kept, err)
	}
	s.pay(s.order(300), 300) // the till goes on
	s.run("verify").want(t, exitDone, "", "")
}

func TestReconcile_WhatIsNoBillIsRefusedInWords(t *testing.T) {
	s := newTill(t, false)
	bill := billFor(t, billed(s)...)
	raw, err := os.ReadFile(bill)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ text, want string }{
		"cut":              {string(raw[:len(raw)-60]), "summary"},
		"another merchant": {strings.ReplaceAll(string(raw), "1900000109", "1900000999"), "line 2: this is the bill of merchant 1900000999"},
		"another app":      {strings.ReplaceAll(string(raw), "wx8888888888888888", "wx0000000000000000"), "nothing on the bill is of the shop's app"},
		"empty":            {"", "the file is empty"},
	} {
		file := filepath.Join(t.TempDir(), "x.csv")
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, more := range [][]string{nil, {"--book"}} {
			r := s.run(append([]string{"reconcile", "--bill", file}, more...)...)
			r.want(t, exitFailed, "", c.want)
			if !strings.Contains(r.last(), "The books were not touched") {
				t.Errorf("%s: %s", name, r.last())
			}
		}
	}
	s.run("reconcile", "--bill", filepath.Join(t.TempDir(), "none")).want(t, exitFailed, "", "cannot be read")
	if kept, err := s.books.Bills(t.Context(), 10); err != nil || len(kept) != 0 {
		t.Errorf("%+v %v", kept, err)
	}
}
