package store_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store"
)

// busyReturns makes a ledger in which money went back in every way.
func busyReturns(tb testing.TB, dir string) *store.Store {
	tb.Helper()
	ctx := context.Background()
	s := mustOpen(tb, dir)
	must := func(err error) {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
	}
	rec, p := sold(tb, s, 1, 2)
	lines, amount, err := pos.PriceLines(rec.Sale, nil, map[int]int{2: 1})
	must(err)
	r := refund(1, p, amount) // 1: by line, done
	r.Lines = lines
	r = mustLearn(tb, s, mustRefund(tb, s, r).Refund, pos.RefTaken).Refund
	mustLearn(tb, s, r, pos.RefSuccess)
	mustLearn(tb, s, mustRefund(tb, s, refund(2, p, 100)).Refund, pos.RefTaken)                                       // 2: on its way
	mustLearn(tb, s, mustLearn(tb, s, mustRefund(tb, s, refund(3, p, 50)).Refund, pos.RefTaken).Refund, pos.RefClose) // 3: closed
	mustRefund(tb, s, refund(4, p, 20))                                                                               // 4: asked
	sl := sale(1)
	out, err := s.SellCash(ctx, sl, cash(no(20), sl, 1000))
	must(err)
	mustRefund(tb, s, refund(5, out.Payment, 200)) // 5: cash

	x := excepted(tb, s, 2) // exception 1: returned by refund 6
	mustLearn(tb, s, mustRefund(tb, s, refundOf(6, x, 300)).Refund, pos.RefSuccess)
	x = excepted(tb, s, 3) // 2: refunding by refund 7
	mustRefund(tb, s, refundOf(7, x, 300))
	x = excepted(tb, s, 4) // 3: settled
	_, _, err = s.Decide(ctx, x.ID, pos.Decision{Action: pos.ActSettle, By: "店长", Reason: "货已拿走", At: noon})
	must(err)
	x = excepted(tb, s, 5) // 4: in cash
	_, _, err = s.Decide(ctx, x.ID, pos.Decision{Action: pos.ActCash, By: "店长", Reason: "退现金", At: noon})
	must(err)
	x = excepted(tb, s, 6) // 5: a part by the portal with refund 8, the rest noted
	_, err = s.FoundRefund(ctx, pos.Refund{OutRefundNo: "portal|1", Payment: x.Payment, Amount: 100, State: pos.RefundDone, RefundID: "P1"},
		pos.RefundSignal{Kind: pos.RefSuccess, Source: pos.ByPoll, RefundID: "P1"}, noon)
	must(err)
	_, _, err = s.Decide(ctx, x.ID, pos.Decision{Action: pos.ActNote, By: "店长", Reason: "平台已退", At: noon})
	must(err)
	mustApply(tb, s, change(mustPayment(tb, s, no(1)), paid("4200000099", 902, false), noon))                             // 6: second, open
	_, err = s.Adopt(ctx, pos.Payment{OutTradeNo: no(7), Tender: pos.TenderNative}, paid("4200000007", 500, false), noon) // 7: unknown
	must(err)
	_, c, err := s.BeginSale(ctx, sale(1), code(8, sale(1))) // being reversed, and its money seen
	must(err)
	must(s.AbandonSale(ctx, c.Sale))
	for _, sig := range []pos.Signal{{Kind: pos.SigCancel}, {Kind: pos.SigReverseNow}, paid("4200000008", 300, false)} {
		c = mustApply(tb, s, change(c, sig, noon.Add(time.Minute))).Payment
	}
	_, d, err := s.BeginSale(ctx, sale(1), code(9, sale(1))) // 8: reversed
	must(err)
	must(s.AbandonSale(ctx, d.Sale))
	for _, sig := range []pos.Signal{{Kind: pos.SigCancel}, {Kind: pos.SigReverseNow}, paid("4200000009", 300, false), {Kind: pos.SigRevoked, Source: pos.ByPoll}} {
		d = mustApply(tb, s, change(d, sig, noon.Add(time.Minute))).Payment
	}
	if c.State != pos.Reversing || c.Amount == 0 || d.State != pos.Refunded {
		tb.Fatalf("%+v %+v", c, d)
	}
	return s
}

func mustPayment(tb testing.TB, s *store.Store, number string) pos.Payment {
	tb.Helper()
	p, err := s.Payment(context.Background(), number)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

func TestVerify_NamesEveryTamperingWithMoneyThatGoesBack(t *testing.T) {
	t.Parallel()
	source := t.TempDir()
	s := busyReturns(t, source)
	mustVerify(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	image, err := os.ReadFile(filepath.Join(source, store.File))
	if err != nil {
		t.Fatal(err)
	}
	tamperEach(t, image, map[string][]string{
		"nothing":                         nil,
		"refund amount":                   {`UPDATE refund SET amount = amount + 1 WHERE id = 2`},
		"refund amount with its total":    {`UPDATE refund SET amount = amount + 1, total = total + 1 WHERE id = 1`},
		"refund settlement":               {`UPDATE refund SET settlement = settlement - 1 WHERE id = 1`},
		"refund settlement all":           {`UPDATE refund SET settlement = settlement - 1 WHERE id = 1`, `UPDATE refund_event SET settlement = settlement - 1 WHERE refund = 1 AND to_state = 'done'`},
		"refund state":                    {`UPDATE refund SET state = 'closed' WHERE id = 2`},
		"refund state and evidence":       {`UPDATE refund SET state = 'closed' WHERE id = 2`, `UPDATE refund_event SET to_state = 'closed' WHERE refund = 2 AND to_state = 'accepted'`},
		"refund asked said to be done":    {`UPDATE refund SET state = 'done', done_at = 1, settlement = amount WHERE id = 4`},
		"refund asked done with evidence": {`UPDATE refund SET state = 'done', done_at = 1, settlement = amount WHERE id = 4`, `INSERT INTO refund_event VALUES (4, 2, 1, 'poll', 'success', 'asked', 'done', '', 20, '', '', NULL)`},
		"refund done_at":                  {`UPDATE refund SET done_at = NULL WHERE id = 1`},
		"refund number":                   {`UPDATE refund SET out_refund_no = 'X' WHERE id = 1`},
		"refund payment":                  {`UPDATE refund SET payment = 2 WHERE id = 1`},
		"refund transaction":              {`UPDATE refund SET transaction_id = '42' WHERE id = 4`},
		"refund of no exception":          {`UPDATE refund SET exception = NULL WHERE id = 6`},
		"refund of another exception":     {`UPDATE refund SET exception = 2 WHERE id = 6`},
		"refund tender":                   {`UPDATE refund SET tender = 'wechat-code' WHERE id = 4`},
		"refund tender of cash":           {`UPDATE refund SET tender = 'wechat-native' WHERE id = 5`},
		"refund portal":                   {`UPDATE refund SET portal = 1 WHERE id = 1`},
		"refund approver":                 {`UPDATE refund SET approver = 'nobody' WHERE id = 1`},
		"refund reason":                   {`UPDATE refund SET reason = 'x' WHERE id = 5`},
		"refund_id twice":                 {`UPDATE refund SET refund_id = (SELECT refund_id FROM refund WHERE id = 1) WHERE id = 2`},
		"refund more than was paid":       {`UPDATE refund SET amount = 900 WHERE id = 2`},
		"refund gone":                     {`DELETE FROM refund WHERE id = 4`},
		"refund gone with its rows":       {`DELETE FROM refund WHERE id = 3`, `DELETE FROM refund_event WHERE refund = 3`, `DELETE FROM refund_request WHERE refund = 3`},
		"refund_request gone":             {`DELETE FROM refund_request WHERE refund = 4`},
		"refund_request of cash":          {`INSERT INTO refund_request VALUES (5, x'00')`},
		"refund_line quantity":            {`UPDATE refund_line SET quantity = 3`},
		"refund_line amount":              {`UPDATE refund_line SET amount = amount - 1`},
		"refund_line of no line":          {`UPDATE refund_line SET n = 9`},
		"refund_event gone":               {`DELETE FROM refund_event WHERE refund = 1 AND n = 2`},
		"refund_event last gone":          {`DELETE FROM refund_event WHERE refund = 1 AND n = 3`},
		"refund_event state":              {`UPDATE refund_event SET to_state = 'stuck' WHERE refund = 1 AND n = 2`},
		"refund_event of nothing":         {`INSERT INTO refund_event VALUES (99, 1, 1, 'poll', 'success', '', 'done', '', 1, '', '', NULL)`},
		"refund_event without entry":      {`UPDATE refund_event SET entry = NULL WHERE refund = 1 AND n = 2`},
		"refund_event with another entry": {`UPDATE refund_event SET entry = 2 WHERE refund = 1 AND n = 2`},
		"refund_event that books twice":   {`UPDATE refund_event SET entry = 2 WHERE refund = 4 AND n = 1`},
		"refund_event of exception":       {`UPDATE refund_event SET entry = NULL WHERE refund = 6 AND entry IS NOT NULL`},
		"refund_event at":                 {`UPDATE refund_event SET at = at + 1 WHERE refund = 1 AND n = 2`},
		"print_job of a refund gone":      {`DELETE FROM print_job WHERE refund = 1`},
		"print_job of another refund":     {`UPDATE print_job SET refund = 4 WHERE refund = 1`},
		"print_job of no refund":          {`UPDATE print_job SET refund = NULL WHERE refund = 1`},
		"exception state":                 {`UPDATE exception SET state = 'open' WHERE id = 2`},
		"exception said to be back":       {`UPDATE exception SET state = 'returned', returned_at = 1 WHERE id = 6`},
		"exception refunding by nothing":  {`UPDATE exception SET state = 'refunding' WHERE id = 6`},
		"exception said to be in cash":    {`UPDATE exception SET state = 'cash', action = 'cash', decided_at = 1 WHERE id = 6`},
		"exception said to be noted":      {`UPDATE exception SET state = 'noted', action = 'note', decided_at = 1 WHERE id = 6`},
		"exception open after cash":       {`UPDATE exception SET state = 'open' WHERE id = 4`},
		"exception open after settling":   {`UPDATE exception SET state = 'open' WHERE id = 3`},
		"exception without its return":    {`UPDATE exception SET state = 'open', returned_at = NULL, returned_entry = NULL WHERE id = 1`},
		"exception decided by":            {`UPDATE exception SET decided_by = 'x' WHERE id = 4`},
		"exception settled by":            {`UPDATE exception SET decided_why = 'x' WHERE id = 3`},
		"exception decided at":            {`UPDATE exception SET decided_at = decided_at + 1 WHERE id = 5`},
		"exception decided entry":         {`UPDATE exception SET decided_entry = NULL WHERE id = 4`},
		"exception settled entry":         {`UPDATE exception SET decided_entry = NULL WHERE id = 3`},
		"exception another decision":      {`UPDATE exception SET action = 'note' WHERE id = 4`},
		"exception refund_at":             {`UPDATE exception SET refund_at = 1 WHERE id = 4`},
		"exception second twice":          {`UPDATE exception SET transaction_id = '4200000001' WHERE id = 6`, `UPDATE payment_event SET transaction_id = '4200000001' WHERE transaction_id = '4200000099'`},
		"exception reversed":              {`UPDATE exception SET returned_entry = NULL WHERE id = 8`},
		"exception reversed in part":      {`UPDATE exception SET amount = amount - 1, settlement = settlement - 1 WHERE id = 8`},
		"exception unknown gone":          {`DELETE FROM exception WHERE id = 7`},
		"evidence of second gone":         {`DELETE FROM payment_event WHERE transaction_id = '4200000099' AND signal = 'paid'`},
		"evidence of a decision":          {`UPDATE payment_event SET to_state = 'exception' WHERE signal = 'decided:settle'`},
		"payment settled again":           {`UPDATE payment SET state = 'exception', reason = 'late' WHERE out_trade_no = '` + no(4) + `'`},
		"payment refunded by nobody":      {`UPDATE payment SET state = 'refunded' WHERE out_trade_no = '` + no(7) + `'`},
		"payment reversing closed":        {`UPDATE payment SET state = 'closed' WHERE state = 'reversing'`},
		"sale without lines":              {`UPDATE sale SET gross = gross + 1 WHERE NOT EXISTS (SELECT 1 FROM sale_line l WHERE l.sale = sale.id)`},
		"sale whose lines are gone":       {`DELETE FROM sale_line WHERE sale = 2`},
		"day_total of returns":            {`UPDATE day_total SET fen = fen + 1 WHERE account = 'sales:returns'`},
		"day_total of refunding":          {`DELETE FROM day_total WHERE account = 'wechat:refunding'`},
	})
}

func TestTriggers_KeepWhatWentBack(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := busyReturns(t, dir)
	db := raw(t, dir)
	for _, change := range []string{
		`DELETE FROM refund`, `DELETE FROM refund_request`, `DELETE FROM refund_line`, `DELETE FROM refund_event`, `DELETE FROM exception`,
		`UPDATE refund SET amount = 1`, `UPDATE refund SET out_refund_no = 'x' || id`, `UPDATE refund SET state = 'asked', done_at = NULL WHERE state = 'done'`,
		`UPDATE refund_request SET body = x'00'`, `UPDATE refund_line SET quantity = 1`, `UPDATE refund_event SET settlement = 0`,
		`UPDATE exception SET amount = 1`, `UPDATE exception SET state = 'open' WHERE state = 'cash'`, `UPDATE exception SET decided_by = 'x' WHERE state = 'noted'`,
		`UPDATE exception SET state = 'cash' WHERE state = 'open'`, `UPDATE payment SET amount = 5 WHERE state = 'opened' OR state = 'waiting' OR state = 'closed'`,
		`INSERT INTO refund SELECT 99, out_refund_no || 'b', payment, exception, transaction_id, 'cash', portal, 'asked', day, amount, total, settlement, reason, cashier,
			approver, asked_at, NULL, refund_id, cause, detail, may_exist, asks, sends, version FROM refund WHERE id = 1`,
	} {
		res, err := db.Exec(change)
		if err != nil {
			continue
		}
		if n, _ := res.RowsAffected(); n > 0 {
			t.Errorf("went through: %s", change)
		}
	}
	mustVerify(t, s)
}

// Somebody gives back in the merchant platform what went back before in exchange for other goods: the shop gave more than it took, and the
// books say so. That is no fault of theirs. More than came through WeChat, or by this till alone, is.
func TestVerify_MoreMayGoBackInThePlatform(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	old := soldByWeChat(t, s, 1) // 6.00
	sl := sale(2)                // 9.02
	sl.Credits = []pos.Credit{credit(1, old, 2)}
	p := cash(no(2), sl, 1000)
	p.Asked = 502
	if _, err := s.SellCash(ctx, sl, p); err != nil {
		t.Fatal(err)
	}
	paid := old.Payments[0]
	found := pos.Refund{OutRefundNo: "portal-1", Payment: paid.ID, Amount: 600, State: pos.RefundDone, RefundID: "5031"}
	if _, err := s.FoundRefund(ctx, found, pos.RefundSignal{Kind: pos.RefSuccess, Source: pos.ByPoll, RefundID: "5031"}, noon); err != nil {
		t.Fatal(err)
	}
	mustVerify(t, s)
	rows := sameRows(t, s, pos.Span{From: 20261120, To: 20261120})
	if i := slices.IndexFunc(rows, func(r pos.PaymentRow) bool { return r.Payment.ID == paid.ID }); i < 0 || rows[i].Refunded != 600 {
		t.Errorf("%+v", rows)
	}
	found.OutRefundNo, found.RefundID = "portal-2", "5032"
	if _, err := s.FoundRefund(ctx, found, pos.RefundSignal{Kind: pos.RefSuccess, Source: pos.ByPoll, RefundID: "5032"}, noon); err != nil {
		t.Fatal(err)
	}
	if v, err := s.Verify(ctx); err != nil || v.OK() { // WeChat never gives back more than it took
		t.Errorf("%+v %v", v, err)
	}
}
