package store_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"guitai/pos"
	"guitai/store"
)

// busyCounter makes a ledger with all that a full counter adds. Sale 1: three pieces by WeChat, of which one came back for sale 2 and one
// for sale 3, which is open. Sale 2: weighed, with a discount on a line and the whole, settled by goods, outside, a part by WeChat and
// rounded cash. Sale 3: open, with a part in cash. Sale 4: given up; its parts in cash, outside and by WeChat went back. Refund 3: goods
// without a receipt. Refund 4: outside. Two carts are held, an item was given another price, there is a promotion.
func busyCounter(tb testing.TB, dir string) *store.Store {
	tb.Helper()
	ctx := context.Background()
	s := mustOpen(tb, dir)
	must := func(err error) {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
	}
	wechat := func(n int, of pos.SaleID, amount pos.Fen) {
		tb.Helper()
		q := native(no(n), pos.Sale{ID: of})
		q.Asked, q.Part = amount, true
		q, err := s.AddPayment(ctx, q)
		must(err)
		mustApply(tb, s, change(q, paid("4200"+no(n), amount, true), noon))
	}
	old := soldByWeChat(tb, s, 1)
	sl := sale(2)
	sl.Lines[0].Unit, sl.Lines[0].Price, sl.Lines[0].Weight = "斤", 1280, 750 // 19.20
	sl.Lines[1].Cut, sl.Lines[1].CutOff = pos.Cut{Kind: pos.CutAmount, N: 102}, 102
	sl.Gross, sl.Discount, sl.Member = 2522, 202, true // 23.20
	sl.Credits = []pos.Credit{credit(1, old, 1)}
	mustTake(tb, s, sl, part(2, sl, alipay, 500))
	wechat(3, 2, 700)
	sl = openSaleOf(tb, s, 2).Sale
	sl.Rounding = 3
	closing := cash(no(4), sl, 1000)
	closing.Asked = sl.Due()
	rec := *mustTake(tb, s, sl, closing).Sale

	sl = sale(2)
	sl.Credits = []pos.Credit{credit(2, old, 1)}
	sl.Credits[0].Number = "X2"
	mustTake(tb, s, sl, part(5, sl, pos.TenderCash, 100))

	sl = sale(3)
	mustTake(tb, s, sl, part(6, sl, pos.TenderCash, 100))
	sl = openSaleOf(tb, s, 4).Sale
	mustTake(tb, s, sl, part(7, sl, alipay, 110))
	wechat(8, 4, 120)
	_, err := s.GiveBack(ctx, 4, "王芳", noon, true)
	must(err)

	mustRefund(tb, s, pos.Refund{OutRefundNo: "L1", Amount: 300, Goods: lines(1), Reason: "没有小票", Cashier: "王芳", Approver: "店长", AskedAt: noon})
	mustRefund(tb, s, pos.Refund{OutRefundNo: "O1", Payment: rec.Payments[0].ID, Amount: 50, Reason: "不要了", Cashier: "王芳", Approver: "店长", AskedAt: noon})
	for range 2 {
		_, err := s.HoldCart(ctx, pos.Held{Cart: pos.Cart{Lines: lines(2)}})
		must(err)
	}
	it := mustSave(tb, s, apples())
	it.Price++
	mustSave(tb, s, it)
	_, err = s.SaveDeals(ctx, []pos.Deal{{Name: "九折", Kind: pos.DealCut, Percent: 1000}}, "店长", noon)
	must(err)
	return s
}

func TestVerify_FindsWhatWasDoneToACounter(t *testing.T) {
	dir := t.TempDir()
	s := busyCounter(t, dir)
	mustVerify(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	image, err := os.ReadFile(filepath.Join(dir, store.File))
	if err != nil {
		t.Fatal(err)
	}
	tamperEach(t, image, map[string][]string{
		"a weight":                           {`UPDATE sale_line SET more = json_set(more, '$.weight', 760) WHERE sale = 2 AND n = 1`},
		"a label":                            {`UPDATE sale_line SET more = json_set(more, '$.label', 1919) WHERE sale = 2 AND n = 1`},
		"a unit of weight":                   {`UPDATE sale_line SET unit = 'kg' WHERE sale = 2 AND n = 1`},
		"what is taken off a line":           {`UPDATE sale_line SET more = json_set(more, '$.cut_off', 603) WHERE sale = 2 AND n = 2`},
		"what is taken off a line, too much": {`UPDATE sale_line SET more = json_set(more, '$.cut_off', 203) WHERE sale = 2 AND n = 2`},
		"what is taken off a line, less than nothing": {`UPDATE sale_line SET more = json_set(more, '$.cut_off', -1) WHERE sale = 2 AND n = 2`},
		"a rounding":                          {`UPDATE sale SET rounding = 2 WHERE id = 2`},
		"a rounding of what is no cash":       {`UPDATE sale SET rounding = 1, discount = discount - 1 WHERE id = 1`},
		"a part":                              {`UPDATE payment SET amount = 501, asked = 501, settlement = 501, tendered = 501 WHERE id = 2`},
		"a part's tender":                     {`UPDATE payment SET tender = 'other:银行卡' WHERE id = 2`},
		"a part's entry":                      {`UPDATE sale_part SET entry = entry + 1 WHERE payment = 2`},
		"a part that is gone":                 {`DELETE FROM sale_part WHERE payment = 2`},
		"a part of an open sale that is gone": {`DELETE FROM sale_part WHERE payment = 5`},
		"a part that is no part":              {`UPDATE payment SET part = 0 WHERE id = 2`},
		"a part of another sale":              {`UPDATE sale_part SET sale = 3, n = 2 WHERE payment = 2`},
		"parts in another order":              {`UPDATE sale_part SET n = 9 WHERE payment = 2`, `UPDATE sale_part SET n = 1 WHERE payment = 3`, `UPDATE sale_part SET n = 2 WHERE payment = 2`},
		"parts that are not counted from one": {`UPDATE sale_part SET n = 3 WHERE payment = 3`},
		"a part's day":                        {`UPDATE sale_part SET day = 20261119 WHERE payment = 2`},
		"a part's time":                       {`UPDATE sale_part SET at = at + 1 WHERE payment = 2`},
		"a closing payment as a part":         {`INSERT INTO sale_part (payment, sale, n, shift, day, at, entry) SELECT 4, 2, 3, shift, day, at, entry FROM sale_part WHERE payment = 2`},
		"a part that did not go back":         {`UPDATE payment SET state = 'paid', reason = '' WHERE id = 6`},
		"who gave it back":                    {`UPDATE sale_part SET back_by = '李雷' WHERE payment = 6`},
		"a part back without an entry":        {`UPDATE sale_part SET back_entry = NULL WHERE payment = 7`},
		"a part back by nobody":               {`UPDATE sale_part SET back_entry = NULL, back_at = NULL, back_by = NULL WHERE payment = 7`},
		"a part back without its paper":       {`UPDATE sale_part SET back_job = NULL WHERE payment = 7`},
		"WeChat's part is not on the paper":   {`UPDATE sale_part SET back_job = NULL WHERE payment = 8`},
		"a part back on another paper":        {`UPDATE sale_part SET back_job = 1 WHERE payment = 7`},
		"the paper of what went back":         {`UPDATE print_job SET facts = json_set(facts, '$.parts[0].amount', 101) WHERE document = 'given-back'`},
		"the paper of what went back, who":    {`UPDATE print_job SET facts = json_set(facts, '$.by', '李雷') WHERE document = 'given-back'`},
		"the paper of what went back, gone":   {`DELETE FROM print_job WHERE document = 'given-back'`},
		"a paper of what did not go back":     {`INSERT INTO print_job (document, copy, state, tries, cause, queued_at, facts) SELECT document, 0, 'queued', 0, '', 1, facts FROM print_job WHERE document = 'given-back'`},
		"a part that says late":               {`UPDATE payment SET reason = 'late' WHERE id = 8`, `UPDATE exception SET reason = 'late' WHERE payment = 8`},
		"a given up sale that is open":        {`UPDATE sale SET state = 'open' WHERE id = 4`},
		"an open sale with parts abandoned":   {`UPDATE sale SET state = 'abandoned' WHERE id = 3`},
		"goods in exchange that are done":     {`UPDATE refund SET state = 'done', done_at = 1, settlement = amount WHERE out_refund_no = 'X2'`},
		"goods in exchange that are void":     {`UPDATE refund SET state = 'closed', settlement = 0, done_at = NULL WHERE out_refund_no = 'X1'`},
		"goods in exchange for more":          {`UPDATE refund SET amount = 300 WHERE out_refund_no = 'X1'`, `UPDATE refund_line SET amount = 300 WHERE refund = 1`},
		"goods in exchange for another sale":  {`UPDATE refund SET for_sale = 3 WHERE out_refund_no = 'X1'`},
		"goods in exchange for none":          {`DELETE FROM sale_credit WHERE sale = 2`},
		"goods in exchange as cash":           {`UPDATE refund SET tender = 'cash' WHERE out_refund_no = 'X1'`},
		"goods without a receipt, changed":    {`UPDATE refund_goods SET price = 299`},
		"goods without a receipt, gone":       {`DELETE FROM refund_goods`},
		"what was given for goods":            {`UPDATE refund SET amount = 299, total = 299, settlement = 299 WHERE out_refund_no = 'L1'`},
		"goods with a payment":                {`UPDATE refund SET payment = 1 WHERE out_refund_no = 'L1'`},
		"the paper of goods":                  {`UPDATE print_job SET facts = json_set(facts, '$.Amount', 1) WHERE sale IS NULL AND document = 'refund'`},
		"what went back outside":              {`UPDATE refund SET tender = 'other:银行卡' WHERE out_refund_no = 'O1'`},
		"a total by tender":                   {`UPDATE day_total SET fen = fen + 1 WHERE account = 'tender:other:支付宝'`},
		"a total by goods":                    {`UPDATE day_total SET n = n + 1 WHERE account = 'tender:exchange'`},
		"a total of roundings":                {`DELETE FROM day_total WHERE account = 'rounding'`},
		"a held cart":                         {`UPDATE held_cart SET cart = '{"Lines":[{"Quantity":0}]}' WHERE id = 1`},
		"a held cart of nothing":              {`UPDATE held_cart SET cart = '{}' WHERE id = 1`},
		"a promotion":                         {`UPDATE deal SET body = json_set(body, '$.percent', 0)`},
		"a price":                             {`UPDATE item SET price = price + 1`},
		"a members' price":                    {`UPDATE item SET member = 1`},
		"what an item cost":                   {`DELETE FROM price_change WHERE n = 1`},
	})
}
