package main

import (
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/receipt"
)

// givingShop has a refund of every kind: one proven, one on its way, one stuck and one refused, cash out of the drawer, an
// exception that refunds itself and one that is being given back.
func givingShop(t *testing.T) *till {
	t.Helper()
	s := newTill(t, false)
	done := pos.RefundSignal{Kind: pos.RefSuccess, To: pos.DoFollow, Source: pos.ByPoll, RefundID: "5030000001", At: noon.Add(time.Minute)}
	taken := pos.RefundSignal{Kind: pos.RefTaken, To: pos.DoRefund, Source: pos.ByReply, RefundID: "5030000002"}

	sold := s.pay(s.order(750, 600), 1350).Payment
	s.learnRefund(s.giveBack(sold, pos.TenderNative, 600, 0, pos.RefundLine{N: 2, Quantity: 1, Amount: 600}), done)
	s.learnRefund(s.giveBack(sold, pos.TenderNative, 250, 0), taken)
	s.learnRefund(s.giveBack(sold, pos.TenderNative, 100, 0), pos.RefundSignal{
		Kind: pos.RefRefused, To: pos.DoRefund, Source: pos.ByReply, Code: pos.CodeRefused, Detail: "ERROR: 订单已超期",
	})
	taken.RefundID = "5030000003"
	stuck := s.learnRefund(s.giveBack(sold, pos.TenderNative, 50, 0), taken)
	s.learnRefund(stuck, pos.RefundSignal{Kind: pos.RefChange, To: pos.DoFollow, Source: pos.ByPoll, Code: pos.CodeRefused, Detail: "CHANGE"})
	s.cash(2000, 0, 1350)
	cash := s.payment("S001-T1-261120AAAAAAAA0006")
	s.giveBack(cash, pos.TenderCash, 1350, 0, pos.RefundLine{N: 1, Quantity: 1, Amount: 1350})
	s.pay(s.order(470), 600)
	s.pay(s.order(480), 700)
	cases, err := s.books.Exceptions(t.Context())
	if err != nil || len(cases) != 2 {
		t.Fatal(cases, err)
	}
	if _, err := s.books.ScheduleRefund(t.Context(), cases[0].ID, noon.Add(pos.AutoRefundAfter), pos.Decision{Action: pos.ActRefund, At: noon}); err != nil {
		t.Fatal(err)
	}
	s.giveBack(s.payment(cases[1].OutTradeNo), pos.TenderNative, 700, cases[1].ID)
	return s
}

func TestExportRefunds_FindsEveryOneOnceAndAddsUp(t *testing.T) {
	s := givingShop(t)
	r := s.run("export", "refunds", "--from", "2026-11-20", "--to", "2026-11-20")
	r.want(t, exitDone, "\uFEFFday,asked_at,", "refunds 2026-11-20 to 2026-11-20: rows 6, sum 30.50; back 19.50 + on the way 10.00 + not given back 1.00 = asked for 30.50")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(r.out, "\uFEFF"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{ // receipt_no, tender, state, amount_yuan, lines, origin
		{"S001-T1-20261120-0001", "wechat-native", "done", "6.00", "2x1", "ours"},
		{"S001-T1-20261120-0001", "wechat-native", "accepted", "2.50", "", "ours"},
		{"S001-T1-20261120-0001", "wechat-native", "refused", "1.00", "", "ours"},
		{"S001-T1-20261120-0001", "wechat-native", "stuck", "0.50", "", "ours"},
		{"S001-T1-20261120-0002", "cash", "done", "13.50", "1x1", "ours"},
		{"", "wechat-native", "asked", "7.00", "", "ours"},
	}
	if len(rows) != len(want)+1 {
		t.Fatalf("%d rows: %q", len(rows), rows)
	}
	for i, w := range want {
		g := rows[i+1]
		if got := []string{g[3], g[8], g[9], g[11], g[13], g[17]}; strings.Join(got, "|") != strings.Join(w, "|") {
			t.Errorf("row %d: %q, want %q", i+1, got, w)
		}
	}
	s.run("export", "refunds", "--from", "2026-11-20", "--to", "2026-11-20", "--format", "jsonl", "--lang", "zh-CN").
		want(t, exitDone, `"lines":"2x1","reason":"包装破损"`, "行数 6，合计 30.50；已退回 19.50 + 在途 10.00 + 未退成 1.00 = 申请退款 30.50")
	s.run("export", "refunds", "--from", "2026-11-21", "--to", "2026-11-22").want(t, exitDone, "settlement_fen,kind,goods\r\n", "rows 0, sum 0.00; back 0.00")
}

func TestExportPayments_TellsWhatIsProvenToHaveGoneBack(t *testing.T) {
	s := givingShop(t)
	p := s.pay(s.order(300), 300).Payment
	s.learn(p, pos.Signal{Kind: pos.SigPaid, To: pos.DoQuery, Source: pos.ByPoll, Trade: pos.Trade{
		TransactionID: "4299", Amount: 300, Currency: pos.Currency, PaidAt: noon,
	}})
	r := s.run("export", "payments", "--from", "2026-11-20", "--to", "2026-11-20")
	r.want(t, exitDone, "", "rows 6, sum 46.00; payments 46.00 - refunds 19.50 = net 26.50")
	for _, row := range []string{
		"wechat-native,partly-refunded,1350,13.50,600,poll,王芳,1,1350,CNY",
		"cash,refunded,1350,13.50,1350,cashier,王芳,1,1350,CNY",
		"wechat-native,exception,600,6.00,0,poll,王芳,,470,CNY",
		"4299,wechat-native,exception,300,3.00,0,poll,王芳,",
	} {
		if !strings.Contains(r.out, row) {
			t.Errorf("no row %q in\n%s", row, r.out)
		}
	}
}

func TestTakings_TellWhatWasGivenBack(t *testing.T) {
	s := givingShop(t)
	for name, args := range map[string][]string{
		"takings-refunds-en.txt": {"takings", "--to", "2026-11-21"},
		"takings-refunds-zh.txt": {"takings", "--lang", "zh-CN"},
	} {
		r := s.run(args...)
		if r.code != exitDone {
			t.Fatalf("%+v", r)
		}
		golden(t, name, r.out)
	}
	s.run("takings", "--format", "json").want(t, exitDone, `"refunded_fen": 2250`, "")
	s.run("takings", "--format", "json").want(t, exitDone, `"refunds_not_proven": 3`, "")
	s.run("takings", "--format", "csv").want(t, exitDone, "refunds,refunded_fen,refunded_yuan,rounding_fen,rounding_yuan\r\n", "")
}

func TestPending_TellsOfRefundsAndOfWhatRefundsItself(t *testing.T) {
	s := givingShop(t)
	for _, lang := range []string{"en", "zh-CN"} {
		r := s.run("pending", "--lang", lang)
		if r.code != exitDone {
			t.Fatalf("%+v", r)
		}
		golden(t, "pending-refunds-"+lang+".txt", r.out)
	}
}

func TestReceipt_TellsWhatWasGivenBack(t *testing.T) {
	s := givingShop(t)
	s.run("receipt", "S001-T1-20261120-0001", "--lang", "en").want(t, exitDone, "WITH REFUNDS, SEE BELOW", "")
	s.run("receipt", "S001-T1-20261120-0002", "--lang", "zh-CN").want(t, exitDone, "退款后实付", "")
}

func TestReceipt_EveryRefundThatTheBooksQueueComesOnPaper(t *testing.T) {
	s := givingShop(t)
	setup := receipt.Setup{Language: "zh-CN", Paper: receipt.Paper58}
	shop := pos.Shop{Name: "柜台便利店", ID: "S001", Till: "T1", MchID: "1900000109", Calendar: pos.Calendar{Zone: shanghai}}
	refunds := 0
	for {
		job, err := s.books.NextJob(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if job == nil {
			break
		}
		rec, err := s.books.Record(t.Context(), job.Sale)
		if err != nil {
			t.Fatal(err)
		}
		text, err := setup.Text(*job, rec, shop)
		if err != nil {
			t.Fatalf("job %d, %s of sale %d: %v", job.ID, job.Document, job.Sale, err)
		}
		if job.Document == pos.DocRefund {
			refunds++
			for _, f := range rec.Refunds {
				if f.ID == job.Refund && !(strings.Contains(text, "退款单\n") && strings.Contains(text, f.OutRefundNo) && strings.Contains(text, "￥"+f.Amount.String())) {
					t.Errorf("refund %d:\n%s", job.Refund, text)
				}
			}
		}
		if err := s.books.MarkJob(t.Context(), job.ID, pos.PrintDone, 1, pos.CodeNone, ""); err != nil {
			t.Fatal(err)
		}
	}
	if refunds != 4 { // the refused one and that of an exception have none
		t.Errorf("%d refunds came on paper", refunds)
	}
}

func TestVerify_ProvesRefunds(t *testing.T) {
	givingShop(t).run("verify").want(t, exitDone, "The ledger proves itself", "")
}

func TestVerify_TamperedRefundsAreExit4(t *testing.T) {
	for _, c := range []struct {
		name       string
		statements []string
	}{
		{"an amount", []string{`DROP TRIGGER refund_fixed`, `UPDATE refund SET amount = amount + 1 WHERE state = 'accepted'`}},
		{"a state", []string{`DROP TRIGGER refund_done`, `UPDATE refund SET state = 'closed', done_at = NULL WHERE state = 'done' AND tender <> 'cash'`}},
		{"evidence", []string{`DROP TRIGGER refund_event_no_delete`, `DELETE FROM refund_event WHERE refund = 1 AND n = 2`}},
		{"a line", []string{`DROP TRIGGER refund_line_no_update`, `UPDATE refund_line SET quantity = 9`}},
		{"the drawer", []string{`DROP TRIGGER posting_no_update`, `UPDATE posting SET fen = fen + 1 WHERE account = 'sales:returns'`}},
		{"who is owed", []string{`UPDATE exception SET state = 'noted', action = 'note', decided_at = 1, refund_at = NULL WHERE state = 'open'`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := givingShop(t)
			s.tamper(c.statements...)
			r := s.run("verify", "--lang", "zh-CN")
			if r.code != exitLedger || !strings.HasPrefix(r.out, "! ") || !strings.Contains(r.last(), "核验不通过") {
				t.Errorf("%+v", r)
			}
			if !strings.Contains(r.out, " 对不上：") {
				t.Errorf("no fault has words: %q", r.out)
			}
		})
	}
}
