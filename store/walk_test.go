package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store"
)

// raw opens the file beside the store, as an outsider would.
func raw(tb testing.TB, dir string) *sql.DB {
	tb.Helper()
	db, err := sql.Open("sqlite", "file:"+dir+"/"+store.File+"?_pragma=busy_timeout(5000)")
	if err != nil {
		tb.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	tb.Cleanup(func() { _ = db.Close() })
	return db
}

// rowsOf prints what a query gives, a row a line.
func rowsOf(tb testing.TB, db *sql.DB, query string) string {
	tb.Helper()
	rows, err := db.Query(query)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	cols, err := rows.Columns()
	if err != nil {
		tb.Fatal(err)
	}
	var b strings.Builder
	for rows.Next() {
		vals := make([]any, len(cols))
		ptrs := make([]any, len(cols))
		for i := range vals {
			ptrs[i] = &vals[i]
		}
		if err := rows.Scan(ptrs...); err != nil {
			tb.Fatal(err)
		}
		for i, v := range vals {
			if i > 0 {
				b.WriteByte('|')
			}
			if v != nil {
				fmt.Fprint(&b, v)
			}
		}
		b.WriteByte('\n')
	}
	if err := rows.Err(); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

func mustVerify(tb testing.TB, s *store.Store) store.Verdict {
	tb.Helper()
	v, err := s.Verify(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	if !v.OK() {
		tb.Fatalf("the ledger does not prove itself:\n%v", v.Faults)
	}
	return v
}

func mustBegin(tb testing.TB, s *store.Store, no string, n int) (pos.Sale, pos.Payment) {
	tb.Helper()
	sl, p, err := s.BeginSale(context.Background(), sale(n), native(no, sale(n)))
	if err != nil {
		tb.Fatal(err)
	}
	return sl, p
}

func mustApply(tb testing.TB, s *store.Store, c pos.Change) pos.Settled {
	tb.Helper()
	out, err := s.Apply(context.Background(), c)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

func wantCode(tb testing.TB, err error, want pos.Code) {
	tb.Helper()
	if got := pos.CodeOf(err); got != want {
		tb.Fatalf("code %q (%v), want %q", got, err, want)
	}
}

func no(i int) string { return fmt.Sprintf("S001-T1-261120%012d", i) }

func TestWalk_OneWeChatSaleFillsEveryTable(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	db := raw(t, dir)

	sl := sale(2)
	sl.Discount = 100
	sl, p, err := s.BeginSale(ctx, sl, native(no(1), sl))
	if err != nil {
		t.Fatal(err)
	}
	if live, err := s.Live(ctx); err != nil || len(live) != 1 || !reflect.DeepEqual(live[0], p) {
		t.Fatalf("live %v %v, want %v", live, err, p)
	}
	p = mustApply(t, s, change(p, pos.Signal{Kind: pos.SigOrdered, To: pos.DoOrder, Source: pos.ByReply, CodeURL: "weixin://wxpay/bizpayurl?pr=1"}, noon)).Payment
	for range 3 { // asked and unpaid: the row moves on, the evidence does not grow
		p = mustApply(t, s, change(p, pos.Signal{Kind: pos.SigUnpaid, To: pos.DoQuery, Source: pos.ByPoll}, noon)).Payment
	}
	for range 2 { // the same uncertainty twice is one line
		p = mustApply(t, s, change(p, pos.Signal{Kind: pos.SigUncertain, To: pos.DoQuery, Code: pos.CodeNoAnswer}, noon)).Payment
	}
	open, err := s.LastOpen(ctx)
	if err != nil || open == nil || !reflect.DeepEqual(open.Sale, sl) || !reflect.DeepEqual(open.Payments, []pos.Payment{p}) {
		t.Fatalf("last open %+v %v", open, err)
	}
	out := mustApply(t, s, change(p, paid("4200000001", sl.Net(), true), noon.Add(10*time.Second)))
	if out.Sale == nil || out.Sale.Sale.Receipt.String() != "S001-T1-20261120-0001" || out.Sale.Nth != 1 || out.Job != 1 || out.Payment.Version != 8 {
		t.Fatalf("settled %+v", out)
	}
	rec, err := s.Record(ctx, sl.ID)
	if err != nil || !reflect.DeepEqual(rec, *out.Sale) {
		t.Fatalf("record\n%+v %v, told\n%+v", rec, err, *out.Sale)
	}
	for query, want := range map[string]string{
		`SELECT state, gross, discount, cashier, opened_at, shop, till, day, epoch, seq, shift, closed_at, entry FROM sale`:          "closed|902|100|王芳|1795147200000|S001|T1|20261120|1|1|1|1795147210000|2\n",
		`SELECT n, item, barcode, name, unit, category, price, quantity, tax_rate FROM sale_line ORDER BY n`:                         "1|1|6901234567892|可口可乐 330ml|瓶|饮料|300|1|1300\n2|2|6901234567892|可口可乐 330ml|瓶|饮料|301|2|1300\n",
		`SELECT sale, out_trade_no, state, day, asked, amount, settlement, currency, transaction_id, evidence, version FROM payment`: "1|" + no(1) + "|paid|20261120|802|802|802|CNY|4200000001|poll|8\n",
		`SELECT CAST(body AS TEXT) FROM payment_request`:                                                                             "<xml>" + no(1) + "</xml>\n",
		`SELECT n, source, signal, from_state, to_state, transaction_id, amount, code FROM payment_event ORDER BY n`:                 "1|reply|ordered|opened|waiting||0|\n2||uncertain|waiting|waiting||0|no-answer\n3|poll|paid|waiting|paid|4200000001|802|\n",
		`SELECT seq, epoch, kind FROM journal ORDER BY seq`:                                                                          "1|1|ledger-opened\n2|1|sale\n",
		`SELECT seq, n, account, fen FROM posting ORDER BY seq, n`:                                                                   "2|1|wechat:receivable|802\n2|2|discount|100\n2|3|sales|-902\n",
		`SELECT seq FROM chain`: "2\n",
		`SELECT day, account, fen, n FROM day_total ORDER BY account`:                       "20261120|cashier:王芳|802|1\n20261120|discount|100|1\n20261120|hour:12|802|1\n20261120|sales|-902|1\n20261120|tender:wechat-native|802|1\n20261120|wechat:receivable|802|1\n",
		`SELECT day, number, opened_at, closed_at FROM shift`:                               "20261120|1|1795147210000|\n",
		`SELECT sale, document, copy, state, bytes, tries, cause, queued_at FROM print_job`: "1|sale|0|queued||0||1795147210000\n",
		`SELECT count(*) FROM exception`:                                                    "0\n",
		`SELECT key, value FROM setting ORDER BY key`:                                       "catalogue_revision|0\nepoch|1\nmade_at|1795147200000\nmode|practice\nshop|S001\ntill|T1\n",
	} {
		if got := rowsOf(t, db, query); got != want {
			t.Errorf("%s\n got %s want %s", query, got, want)
		}
	}
	if v := mustVerify(t, s); v.Entries != 2 || v.Sales != 1 || v.Payments != 1 {
		t.Errorf("verified %+v", v)
	}
	if open, err := s.LastOpen(ctx); err != nil || open != nil {
		t.Errorf("still open: %+v %v", open, err)
	}
	if id, err := s.LastClosed(ctx); err != nil || id != sl.ID {
		t.Errorf("last closed %d %v", id, err)
	}
}

func TestWalk_CashSalesCountReceiptsShiftsAndDays(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	c := &clock{noon}
	o := store.Options{Dir: dir, Shop: shop(), Clock: c}
	store.Blank(t, o)
	s, err := store.Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	var got []string
	for i, at := range []time.Time{
		noon, noon.Add(13*time.Hour + 30*time.Minute) /* 01:30: the day before */, noon.Add(17 * time.Hour), noon, /* the clock went back */
	} {
		c.now = at
		sl := sale(1)
		out, err := s.SellCash(ctx, sl, cash(no(i), sl, 1000))
		if err != nil {
			t.Fatal(err)
		}
		if out.Payment.Change() != 700 || out.Payment.Evidence != pos.ByCashier {
			t.Errorf("payment %+v", out.Payment)
		}
		got = append(got, fmt.Sprint(out.Sale.Sale.Receipt, " ", out.Sale.Sale.Shift, " ", out.Sale.Nth))
	}
	want := []string{"S001-T1-20261120-0001 1 1", "S001-T1-20261120-0002 1 2", "S001-T1-20261121-0001 2 1", "S001-T1-20261120-0003 3 3"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
	if id, err := s.LastClosed(ctx); err != nil || id != 4 {
		t.Errorf("last closed %d %v", id, err)
	}
	if got := rowsOf(t, raw(t, dir), `SELECT day, number, closed_at IS NULL FROM shift ORDER BY id`); got != "20261120|1|0\n20261121|1|0\n20261120|2|1\n" {
		t.Errorf("shifts %s", got)
	}
	mustVerify(t, s)
}

func TestSellCash_SettlesAnOpenSaleOnce(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	sl, p := mustBegin(t, s, no(1), 3)
	first, err := s.SellCash(ctx, sl, cash(no(2), sl, sl.Net()))
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.SellCash(ctx, sl, cash(no(2), sl, sl.Net())) // its answer was lost
	if err != nil || !reflect.DeepEqual(again, first) {
		t.Fatalf("repeated\n%+v %v, first\n%+v", again, err, first)
	}
	_, err = s.SellCash(ctx, sl, cash(no(3), sl, sl.Net()))
	wantCode(t, err, pos.CodeConflict)
	_, err = s.SellCash(ctx, sl, cash(no(2), sl, sl.Net()+100))
	wantCode(t, err, pos.CodeConflict)
	_, err = s.AddPayment(ctx, native(no(4), sl))
	wantCode(t, err, pos.CodeConflict)
	_, err = s.Apply(ctx, change(p, paid("4200000001", sl.Net(), true), noon)) // Step did not know yet
	wantCode(t, err, pos.CodeConflict)
	late := paid("4200000001", sl.Net(), false)
	late.Settled = true
	out := mustApply(t, s, change(p, late, noon))
	if out.Payment.State != pos.Exception || out.Payment.Reason != pos.ExceptTwice || out.Sale != nil {
		t.Fatalf("%+v", out)
	}
	if n, err := s.Undecided(ctx); err != nil || n != 1 {
		t.Fatalf("undecided %d %v", n, err)
	}
	mustVerify(t, s)
}

func TestSellCash_RefusesWhatMakesNoSense(t *testing.T) {
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	good := sale(2)
	for name, f := range map[string]func(*pos.Sale, *pos.Payment){
		"too little":       func(_ *pos.Sale, p *pos.Payment) { p.Tendered = p.Asked - 1 },
		"another amount":   func(_ *pos.Sale, p *pos.Payment) { p.Asked++ },
		"no cash":          func(_ *pos.Sale, p *pos.Payment) { p.Tender = pos.TenderNative },
		"a wrong sum":      func(s *pos.Sale, _ *pos.Payment) { s.Gross++ },
		"no lines":         func(s *pos.Sale, _ *pos.Payment) { s.Lines, s.Gross = nil, 0 },
		"discount too big": func(s *pos.Sale, _ *pos.Payment) { s.Discount = s.Gross + 1 },
	} {
		t.Run(name, func(t *testing.T) {
			sl, p := good, cash(no(1), good, 5000)
			f(&sl, &p)
			_, err := s.SellCash(ctx, sl, p)
			wantCode(t, err, pos.CodeInvalid)
		})
	}
	if v := mustVerify(t, s); v.Payments != 0 || v.Entries != 1 {
		t.Errorf("something was written: %+v", v)
	}
}

func TestBeginSale_RepeatedIsAnsweredAndStoredOnce(t *testing.T) {
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	sl, p := mustBegin(t, s, no(1), 2)
	sl2, p2 := mustBegin(t, s, no(1), 2)
	if !reflect.DeepEqual(sl, sl2) || !reflect.DeepEqual(p, p2) {
		t.Fatalf("%+v %+v, first %+v %+v", sl2, p2, sl, p)
	}
	_, _, err := s.BeginSale(ctx, sale(3), native(no(1), sale(3)))
	wantCode(t, err, pos.CodeConflict)
	q := native(no(2), sl)
	a, err := s.AddPayment(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := s.AddPayment(ctx, q); err != nil || !reflect.DeepEqual(a, b) {
		t.Fatalf("%+v %v, first %+v", b, err, a)
	}
	q.Request = []byte("another")
	_, err = s.AddPayment(ctx, q)
	wantCode(t, err, pos.CodeConflict)
	q = native(no(3), sl)
	q.Request = nil
	_, err = s.AddPayment(ctx, q)
	wantCode(t, err, pos.CodeInvalid)
	if v := mustVerify(t, s); v.Payments != 2 {
		t.Fatalf("%+v", v)
	}
}

func TestApply_CompareAndSwap(t *testing.T) {
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	sl, p0 := mustBegin(t, s, no(1), 2)
	ordered := change(p0, pos.Signal{Kind: pos.SigOrdered, Source: pos.ByReply, CodeURL: "weixin://1"}, noon)
	p1 := mustApply(t, s, ordered).Payment
	if p1.Version != 2 {
		t.Fatalf("version %d", p1.Version)
	}
	if again := mustApply(t, s, ordered); !reflect.DeepEqual(again.Payment, p1) {
		t.Fatalf("the same change again: %+v, want %+v", again.Payment, p1)
	}
	_, err := s.Apply(ctx, change(p0, pos.Signal{Kind: pos.SigOrdered, Source: pos.ByReply, CodeURL: "weixin://2"}, noon))
	wantCode(t, err, pos.CodeConflict)

	pay := change(p1, paid("4200000001", sl.Net(), true), noon)
	first := mustApply(t, s, pay)
	if again := mustApply(t, s, pay); !reflect.DeepEqual(again, first) {
		t.Fatalf("the same payment again\n%+v, first\n%+v", again, first)
	}
	byNotice := paid("4200000001", sl.Net(), true)
	byNotice.Source = pos.ByNotify
	_, err = s.Apply(ctx, change(p1, byNotice, noon)) // the poll was faster
	wantCode(t, err, pos.CodeConflict)
	p2, err := s.Payment(ctx, no(1))
	if err != nil || !reflect.DeepEqual(p2, first.Payment) {
		t.Fatalf("%+v %v", p2, err)
	}
	replay := mustApply(t, s, change(p2, byNotice, noon)) // read again and decided again: a replay
	if replay.Sale != nil || replay.Payment.State != pos.Paid || replay.Payment.Evidence != pos.ByPoll {
		t.Fatalf("%+v", replay)
	}
	_, err = s.Apply(ctx, pos.Change{From: pos.Payment{ID: 99}, To: p1, At: noon})
	wantCode(t, err, pos.CodeConflict)
	forged := replay.Payment
	forged.Amount++
	_, err = s.Apply(ctx, pos.Change{From: replay.Payment, To: forged, Signal: byNotice, At: noon})
	wantCode(t, err, pos.CodeInvalid)
	if v := mustVerify(t, s); v.Sales != 1 {
		t.Fatalf("%+v", v)
	}
}

func TestApply_ExceptionIsBookedAndReturned(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	_, p := mustBegin(t, s, no(1), 1)
	p = mustApply(t, s, change(p, paid("4200000001", 999, true), noon)).Payment // another amount
	if p.State != pos.Exception || p.Reason != pos.ExceptAmount {
		t.Fatalf("%+v", p)
	}
	pending, err := s.PendingRows(ctx)
	if err != nil || len(pending) != 1 || pending[0].Next != "decide" || pending[0].Payment.Amount != 999 {
		t.Fatalf("%+v %v", pending, err)
	}
	day, err := s.Takings(ctx, pos.Span{From: 20261120, To: 20261120})
	if err != nil || day[0].Excepted != 999 || day[0].Sales != 0 {
		t.Fatalf("%+v %v", day, err)
	}
	mustVerify(t, s)
	back := change(p, pos.Signal{Kind: pos.SigRevoked, Source: pos.ByQuery}, noon.Add(24*time.Hour))
	p = mustApply(t, s, back).Payment
	if again := mustApply(t, s, back); !reflect.DeepEqual(again.Payment, p) || p.State != pos.Refunded {
		t.Fatalf("%+v %+v", again, p)
	}
	if n, err := s.Undecided(ctx); err != nil || n != 0 {
		t.Fatalf("undecided %d %v", n, err)
	}
	want := "2|exception|2026112\n3|exception-returned|2026112\n"
	if got := rowsOf(t, raw(t, dir), `SELECT seq, kind, json_extract(body, '$.day') / 10 FROM journal WHERE seq > 1 ORDER BY seq`); got != want {
		t.Errorf("journal %s", got)
	}
	if got := rowsOf(t, raw(t, dir), `SELECT account, sum(fen) FROM posting GROUP BY account`); got != "wechat:exceptions|0\nwechat:receivable|0\n" {
		t.Errorf("accounts %s", got)
	}
	mustVerify(t, s)
}

func TestApply_SecondTransactionIsAnExceptionOfItsOwn(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	sl, p := mustBegin(t, s, no(1), 1)
	p = mustApply(t, s, change(p, paid("4200000001", sl.Net(), true), noon)).Payment
	second := change(p, paid("4200000002", sl.Net(), false), noon)
	if !second.Second {
		t.Fatal("Step does not tell a second transaction")
	}
	q := mustApply(t, s, second).Payment
	if q.Version != p.Version+1 || q.TransactionID != "4200000001" {
		t.Fatalf("%+v", q)
	}
	mustApply(t, s, second)                                                       // its answer was lost
	mustApply(t, s, change(q, paid("4200000002", sl.Net(), false), noon))         // seen again by the next query
	mustApply(t, s, change(q, paid("4200000003", 1, false), noon.Add(time.Hour))) // a third one
	want := "1|twice|300|4200000002\n1|twice|1|4200000003\n"
	if got := rowsOf(t, raw(t, dir), `SELECT second, reason, amount, transaction_id FROM exception ORDER BY id`); got != want {
		t.Errorf("exceptions %s", got)
	}
	pending, err := s.PendingRows(ctx)
	if err != nil || len(pending) != 2 || pending[0].Payment.TransactionID != "4200000002" || pending[1].Payment.Amount != 1 {
		t.Errorf("%+v %v", pending, err)
	}
	mustVerify(t, s)
}

func TestApply_ExceptionOfAnotherCurrencyHasNoEntry(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	_, p := mustBegin(t, s, no(1), 1)
	sig := paid("4200000001", 300, true)
	sig.Trade.Currency = "USD"
	p = mustApply(t, s, change(p, sig, noon)).Payment
	if p.Reason != pos.ExceptCurrency {
		t.Fatalf("%+v", p)
	}
	if v := mustVerify(t, s); v.Entries != 1 {
		t.Fatalf("%+v", v)
	}
}

func TestApply_ReturningWithoutAmountHasNoEntry(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	_, p := mustBegin(t, s, no(1), 1)
	p = mustApply(t, s, change(p, pos.Signal{Kind: pos.SigReturning, Source: pos.ByPoll}, noon)).Payment
	if p.State != pos.Exception || p.Reason != pos.ExceptReturning {
		t.Fatalf("%+v", p)
	}
	if v := mustVerify(t, s); v.Entries != 1 {
		t.Fatalf("%+v", v)
	}
	p = mustApply(t, s, change(p, pos.Signal{Kind: pos.SigRevoked, Source: pos.ByPoll}, noon)).Payment
	if p.State != pos.Refunded {
		t.Fatalf("%+v", p)
	}
	mustVerify(t, s)
}

func TestAbandonSale_LeavesItsPaymentsWatched(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	sl, p := mustBegin(t, s, no(1), 1)
	for range 2 {
		if err := s.AbandonSale(ctx, sl.ID); err != nil {
			t.Fatal(err)
		}
	}
	if live, err := s.Live(ctx); err != nil || len(live) != 1 {
		t.Fatalf("live %v %v", live, err)
	}
	_, err := s.Apply(ctx, change(p, paid("4200000001", sl.Net(), true), noon))
	wantCode(t, err, pos.CodeConflict)
	out := mustApply(t, s, change(p, paid("4200000001", sl.Net(), false), noon))
	if out.Payment.Reason != pos.ExceptLate {
		t.Fatalf("%+v", out)
	}
	mustVerify(t, s)
}
