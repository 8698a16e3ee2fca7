package store_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store"
)

// closedRefund is an exception of a refund that WeChat closed, so that somebody may do something else with the money.
func closedRefund(tb testing.TB, s *store.Store, i int, kind pos.RefundSignalKind) (pos.ExceptionCase, pos.Refund) {
	tb.Helper()
	x := excepted(tb, s, i)
	r := mustRefund(tb, s, refundOf(i, x, x.Amount)).Refund
	r = mustLearn(tb, s, r, kind).Refund
	if r.State.Live() {
		tb.Fatalf("%+v", r)
	}
	return exceptionOf(tb, s, no(i)), r
}

// WeChat said that nothing went back, the money was used otherwise, and then it went back after all.
func TestRefund_ThatWentThroughAfterItsMoneyWasSpent(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for _, tt := range []struct {
		action pos.Action
		want   string
	}{
		{pos.ActSettle, "sales|-300\nsales:returns|300\nwechat:exceptions|0\nwechat:receivable|0\nwechat:refunding|0\n"},
		{pos.ActCash, "cash:drawer|-300\nsales:returns|300\nwechat:exceptions|0\nwechat:receivable|0\nwechat:refunding|0\n"},
		{pos.ActNote, "wechat:exceptions|0\nwechat:receivable|0\n"}, // which is what was noted
	} {
		for _, through := range [][]pos.RefundSignalKind{{pos.RefClose, pos.RefSuccess}, {pos.RefRefused, pos.RefProcessing, pos.RefChange, pos.RefSuccess}} {
			dir := t.TempDir()
			s := mustOpen(t, dir)
			x, r := closedRefund(t, s, 1, through[0])
			if _, _, err := s.Decide(ctx, x.ID, pos.Decision{Action: tt.action, By: "店长", Reason: "x", At: noon.Add(3 * time.Hour)}); err != nil {
				t.Fatal(err)
			}
			mustVerify(t, s)
			for _, kind := range through[1:] {
				r = mustLearn(t, s, r, kind).Refund
				mustVerify(t, s)
				p := mustPayment(t, s, no(1))
				rec, err := s.Record(ctx, p.Sale)
				if err != nil || tt.action == pos.ActSettle && (len(rec.Refunds) != 1 || pos.Refundable(p, rec.Refunds) != 0) {
					t.Errorf("%s %s: %+v %v", tt.action, kind, rec, err)
				}
				rows, err := s.PendingRows(ctx)
				if want := r.State.Live() && tt.action != pos.ActNote; err != nil || (len(rows) == 1) != want {
					t.Errorf("%s %s: %+v %v", tt.action, kind, rows, err)
				}
			}
			got := rowsOf(t, raw(t, dir), balances)
			if want := tt.want; got != want && got+"wechat:refunding|0\n" != want {
				t.Errorf("%s\n got %s want %s", tt.action, got, want)
			}
			if _, err := s.BeginRefund(ctx, refund(9, mustPayment(t, s, no(1)), 1)); err == nil {
				t.Error("more goes back than came")
			}
		}
	}
}

func TestApply_RevokedAfterCashIsTheShops(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	x := excepted(t, s, 1)
	if _, _, err := s.Decide(context.Background(), x.ID, pos.Decision{Action: pos.ActCash, By: "店长", At: noon}); err != nil {
		t.Fatal(err)
	}
	mustApply(t, s, change(mustPayment(t, s, no(1)), pos.Signal{Kind: pos.SigRevoked, Source: pos.ByPoll}, noon))
	if got := rowsOf(t, raw(t, dir), balances); got != "cash:drawer|-300\nsales:returns|300\nwechat:exceptions|0\nwechat:receivable|0\n" {
		t.Error(got)
	}
	mustVerify(t, s)
}

func TestRefund_SaysWhoDecidedIt(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ cashier, approver string }{
		{"", "店长"}, // a person did, without staff set up
		{"王芳", ""}, // the till itself did, while somebody was signed in
	} {
		s := mustOpen(t, t.TempDir())
		x := excepted(t, s, 1)
		r := refundOf(1, x, x.Amount)
		r.Cashier, r.Approver = tt.cashier, tt.approver
		mustRefund(t, s, r)
		if got := exceptionOf(t, s, no(1)).Decided.By; got != tt.approver {
			t.Errorf("%+v: the books say that %q decided", tt, got)
		}
	}
}

// What could not be written yesterday, because the disk was full, is booked on the day it is written: yesterday is closed.
func TestBooks_AreOfTheDayTheyAreWrittenOn(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	yesterday := noon.AddDate(0, 0, -1)
	sl := sale(1)
	c := cash(no(1), sl, 300)
	c.PaidAt = yesterday
	got, err := s.SellCash(ctx, sl, c)
	if err != nil || got.Sale.Sale.Receipt.Day != 20261120 || !got.Sale.Sale.ClosedAt.Equal(noon) || !got.Payment.PaidAt.Equal(noon) {
		t.Fatalf("%+v %v", got.Sale, err)
	}
	if again, err := s.SellCash(ctx, sl, c); err != nil || !reflect.DeepEqual(again, got) {
		t.Errorf("%+v %v", again, err)
	}
	r := refund(1, got.Payment, 300)
	r.AskedAt = yesterday
	first := mustRefund(t, s, r)
	if !first.Refund.AskedAt.Equal(yesterday) || !first.Refund.DoneAt.Equal(noon) {
		t.Errorf("%+v", first.Refund)
	}
	if again := mustRefund(t, s, r); !reflect.DeepEqual(again, first) {
		t.Errorf("%+v", again)
	}
	_, p := mustBegin(t, s, no(2), 1)
	mustApply(t, s, change(p, paid("4200000002", 300, true), yesterday))
	_, p = mustBegin(t, s, no(3), 1)
	mustApply(t, s, change(p, paid("4200000003", 301, true), yesterday))
	x := exceptionOf(t, s, no(3))
	if _, _, err := s.Decide(ctx, x.ID, pos.Decision{Action: pos.ActCash, By: "店长", At: yesterday}); err != nil {
		t.Fatal(err)
	}
	later := noon.Add(30 * time.Hour) // the caller's clock is ahead of this one's: it counts
	sl = sale(1)
	c = cash(no(4), sl, 300)
	c.PaidAt = later
	if got, err = s.SellCash(ctx, sl, c); err != nil || got.Sale.Sale.Receipt.Day != 20261121 {
		t.Fatalf("%+v %v", got.Sale, err)
	}
	db := raw(t, dir)
	want := "sale|20261120\nrefund-cash|20261120\nsale|20261120\nexception|20261120\nexception-cash|20261120\nshift-closed|20261121\nsale|20261121\n"
	if got := rowsOf(t, db, `SELECT kind, json_extract(body, '$.day') FROM journal WHERE seq > 1 ORDER BY seq`); got != want {
		t.Error(got)
	}
	if got := rowsOf(t, db, `SELECT DISTINCT day FROM shift UNION SELECT day FROM day_total UNION SELECT day FROM refund UNION SELECT day FROM exception`); got != "20261120\n20261121\n" {
		t.Error(got)
	}
	mustVerify(t, s)
}

func TestParkSale(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	a, pa := mustBegin(t, s, no(1), 1)
	b, _ := mustBegin(t, s, no(2), 1)
	rec, _ := sold(t, s, 3, 1)
	park := func(id pos.SaleID, parked bool) {
		t.Helper()
		for range 2 {
			if err := s.ParkSale(ctx, id, parked); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, id := range []pos.SaleID{a.ID, b.ID, rec.Sale.ID, 99} { // one is closed, one is not there
		park(id, true)
	}
	park(b.ID, false)
	_ = s.Close()
	s = mustOpen(t, dir)
	open, err := s.OpenSales(ctx)
	if err != nil || len(open) != 2 || !open[0].Sale.Parked || open[1].Sale.Parked {
		t.Fatalf("%+v %v", open, err)
	}
	if last, err := s.LastOpen(ctx); err != nil || last.Sale.Parked {
		t.Errorf("%+v %v", last, err)
	}
	park(b.ID, true)
	if last, err := s.LastOpen(ctx); err != nil || !last.Sale.Parked {
		t.Errorf("%+v %v", last, err)
	}
	if err := s.AbandonSale(ctx, b.ID); err != nil {
		t.Fatal(err)
	}
	out := mustApply(t, s, change(pa, paid("4200000001", 300, true), noon))
	for _, id := range []pos.SaleID{a.ID, b.ID, rec.Sale.ID} {
		if got, err := s.Record(ctx, id); err != nil || got.Sale.Parked || id == a.ID && !reflect.DeepEqual(got, *out.Sale) {
			t.Errorf("%+v %v", got, err)
		}
	}
	if got := rowsOf(t, raw(t, dir), `SELECT sum(parked) FROM sale`); got != "0\n" {
		t.Error(got)
	}
	mustVerify(t, s)
}

func TestPayment_KeepsThatItsCodeWasDeclined(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, t.TempDir())
	_, p, err := s.BeginSale(context.Background(), sale(1), code(1, sale(1)))
	if err != nil {
		t.Fatal(err)
	}
	out := mustApply(t, s, change(p, pos.Signal{Kind: pos.SigRefused, To: pos.DoCharge, Source: pos.ByReply}, noon))
	if got := mustPayment(t, s, no(1)); !got.Declined || !reflect.DeepEqual(got, out.Payment) {
		t.Errorf("%+v", got)
	}
	mustVerify(t, s)
}

func TestVerify_NamesEveryTamperingWithWhatWasLearnedLate(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	source := t.TempDir()
	s := mustOpen(t, source)
	for i, action := range []pos.Action{pos.ActSettle, pos.ActCash} { // exceptions and refunds 1 and 2: spent, and then gone
		x, r := closedRefund(t, s, i+1, pos.RefClose)
		if _, _, err := s.Decide(ctx, x.ID, pos.Decision{Action: action, By: "店长", Reason: "x", At: noon}); err != nil {
			t.Fatal(err)
		}
		mustLearn(t, s, r, pos.RefSuccess)
	}
	x, r := closedRefund(t, s, 3, pos.RefRefused) // 3: spent, and on its way
	if _, _, err := s.Decide(ctx, x.ID, pos.Decision{Action: pos.ActSettle, By: "店长", Reason: "x", At: noon}); err != nil {
		t.Fatal(err)
	}
	mustLearn(t, s, r, pos.RefProcessing)
	x = untold(t, s, 4) // 4: learned, with a refund before
	portal(t, s, "P1", x.Payment, 100, 0, pos.RefundDone)
	mustApply(t, s, change(mustPayment(t, s, no(4)), told("4200000044", 300, 0), noon.Add(time.Hour)))
	x = untold(t, s, 5) // 5: noted and then learned
	if _, _, err := s.Decide(ctx, x.ID, pos.Decision{Action: pos.ActNote, By: "店长", Reason: "x", At: noon}); err != nil {
		t.Fatal(err)
	}
	mustApply(t, s, change(mustPayment(t, s, no(5)), told("4200000055", 300, 0), noon.Add(time.Hour)))
	untold(t, s, 6) // 6: not known
	mustVerify(t, s)
	db := raw(t, source)
	for _, change := range []string{
		`UPDATE exception SET amount = 1`, `UPDATE exception SET amount = 1, settlement = 1 WHERE amount = 0`, `UPDATE exception SET told_at = 1 WHERE id = 1`,
		`UPDATE exception SET decided_entry = 2 WHERE id = 5`, `UPDATE refund SET total = 900`, `UPDATE refund SET transaction_id = '43'`,
		`UPDATE sale SET parked = 1 WHERE state = 'abandoned'`,
	} {
		if res, err := db.Exec(change); err == nil {
			if n, _ := res.RowsAffected(); n > 0 {
				t.Errorf("went through: %s", change)
			}
		}
	}
	if err := errors.Join(db.Close(), s.Close()); err != nil {
		t.Fatal(err)
	}
	image, err := os.ReadFile(filepath.Join(source, store.File))
	if err != nil {
		t.Fatal(err)
	}
	tamperEach(t, image, map[string][]string{
		"nothing":                        nil,
		"refund of a settled one":        {`UPDATE refund_event SET entry = NULL WHERE refund = 1`},
		"refund of cash":                 {`UPDATE refund_event SET entry = NULL WHERE refund = 2`},
		"refund on its way":              {`UPDATE refund_event SET entry = NULL WHERE refund = 3`},
		"refund said to be refused":      {`UPDATE refund SET state = 'refused' WHERE id = 3`, `UPDATE refund_event SET to_state = 'refused', entry = NULL WHERE refund = 3 AND to_state = 'accepted'`},
		"refund of a settled one closed": {`UPDATE refund SET state = 'closed', done_at = NULL, settlement = 0 WHERE id = 1`, `DELETE FROM refund_event WHERE refund = 1 AND to_state = 'done'`},
		"refund before it was decided":   {`UPDATE exception SET decided_entry = (SELECT max(seq) FROM journal) WHERE id = 2`},
		"told_at":                        {`UPDATE exception SET told_at = told_at + 1 WHERE id = 4`},
		"told_at gone":                   {`UPDATE exception SET told_at = NULL WHERE id = 4`},
		"told and not booked":            {`UPDATE exception SET entry = NULL, told_at = NULL WHERE id = 4`},
		"told another amount":            {`UPDATE exception SET amount = 299, settlement = 299 WHERE id = 4`, `UPDATE payment SET amount = 299, settlement = 299 WHERE out_trade_no = '` + no(4) + `'`},
		"told by nobody":                 {`UPDATE exception SET amount = 300, settlement = 300, transaction_id = '46', told_at = 1 WHERE id = 6`, `UPDATE payment SET amount = 300, settlement = 300, transaction_id = '46' WHERE out_trade_no = '` + no(6) + `'`},
		"booked refund gone":             {`DELETE FROM refund_event WHERE signal = 'booked'`},
		"booked refund without entry":    {`UPDATE refund_event SET entry = NULL WHERE signal = 'booked'`},
		"noted entry gone":               {`UPDATE exception SET decided_entry = NULL WHERE id = 5`},
		"learned refund's transaction":   {`UPDATE refund SET transaction_id = '' WHERE out_refund_no = 'P1'`},
		"learned refund's total":         {`UPDATE refund SET total = 100 WHERE out_refund_no = 'P1'`},
	})
}
