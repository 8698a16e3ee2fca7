package store_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store"
)

// busyDay makes a ledger with a row in every table.
func busyDay(tb testing.TB, dir string) *store.Store {
	tb.Helper()
	ctx := context.Background()
	s := mustOpen(tb, dir)
	must := func(err error) {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
	}
	_, _, err := s.ImportItems(ctx, []pos.Item{{Name: "可口可乐 330ml", Barcodes: []string{"6901234567892"}, Price: 300, PLU: "12", Pinyin: "kkkl"}})
	must(err)
	for i := range 3 {
		sl := sale(i + 1)
		sl.Discount = pos.Fen(i * 10)
		_, err := s.SellCash(ctx, sl, cash(no(i), sl, 5000))
		must(err)
	}
	sl, p := mustBegin(tb, s, no(10), 2)
	p = mustApply(tb, s, change(p, pos.Signal{Kind: pos.SigOrdered, Source: pos.ByReply, CodeURL: "weixin://1"}, noon)).Payment
	p = mustApply(tb, s, change(p, withCoupon("4200000001", sl.Net(), sl.Net()-20, true), noon)).Payment
	mustApply(tb, s, change(p, paid("4200000002", sl.Net(), false), noon))
	_, p = mustBegin(tb, s, no(11), 1)
	mustApply(tb, s, change(p, paid("4200000003", 5, true), noon))
	_, p = mustBegin(tb, s, no(12), 1)
	p = mustApply(tb, s, change(p, paid("4200000004", 6, true), noon)).Payment
	mustApply(tb, s, change(p, pos.Signal{Kind: pos.SigRevoked, Source: pos.ByPoll}, noon.Add(time.Hour)))
	mustBegin(tb, s, no(13), 1)
	must(s.KeepNotice(ctx, noon, []byte("<xml>1</xml>"), no(10), pos.NoticeSettles))
	_, err = s.Reprint(ctx, 1, "王芳", noon)
	must(err)
	return s
}

// tamper does to the file what the ledger itself never would: triggers and checks are off meanwhile, and back after.
func tamper(tb testing.TB, dir string, statements ...string) {
	tb.Helper()
	db := raw(tb, dir)
	must := func(_ sql.Result, err error) {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
	}
	triggers := strings.Split(strings.TrimSpace(rowsOf(tb, db, `SELECT name || '~' || replace(sql, char(10), ' ') FROM sqlite_schema WHERE type = 'trigger'`)), "\n")
	body := func(name string) (text string) {
		if err := db.QueryRow(`SELECT sql FROM sqlite_schema WHERE name = ?`, name).Scan(&text); err != nil {
			tb.Fatal(err)
		}
		return text
	}
	texts := map[string]string{}
	for _, t := range triggers {
		name, _, _ := strings.Cut(t, "~")
		texts[name] = body(name)
	}
	must(db.Exec(`PRAGMA foreign_keys = OFF`))
	must(db.Exec(`PRAGMA ignore_check_constraints = ON`))
	must(db.Exec(`BEGIN`)) // the disk is waited for once
	for name := range texts {
		must(db.Exec(`DROP TRIGGER ` + name))
	}
	for _, st := range statements {
		res, err := db.Exec(st)
		must(res, err)
		if n, _ := res.RowsAffected(); n == 0 && !strings.HasPrefix(st, "DROP") && !strings.HasPrefix(st, "CREATE") {
			tb.Fatalf("%s touched nothing", st)
		}
	}
	for _, text := range texts {
		must(db.Exec(text))
	}
	must(db.Exec(`COMMIT`))
}

func TestVerify_NamesEveryTampering(t *testing.T) {
	t.Parallel()
	source := t.TempDir()
	s := busyDay(t, source)
	sl, p := phoneOrder(no(14), pos.OriginMini, "R1")
	if _, _, err := s.BeginSale(context.Background(), sl, p); err != nil {
		t.Fatal(err)
	}
	v := mustVerify(t, s)
	if v.Entries != 10 || v.Sales != 4 || v.Payments != 8 {
		t.Fatalf("%+v", v)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	image, err := os.ReadFile(filepath.Join(source, store.File))
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string][]string{
		"nothing":                        nil,
		"journal body":                   {`UPDATE journal SET body = replace(body, '"at":1', '"at":2') WHERE seq = 3`},
		"journal body that unbalances":   {`UPDATE journal SET body = json_set(body, '$.postings[0].fen', 1) WHERE seq = 3`},
		"journal kind":                   {`UPDATE journal SET kind = 'note' WHERE seq = 3`},
		"journal epoch":                  {`UPDATE journal SET epoch = 2 WHERE seq = 3`},
		"journal hash":                   {`UPDATE journal SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE seq = 3`},
		"journal prev_hash":              {`UPDATE journal SET prev_hash = hash WHERE seq = 3`},
		"journal row gone":               {`DELETE FROM journal WHERE seq = 3`},
		"journal rows swapped":           {`UPDATE journal SET seq = 100 WHERE seq = 3`, `UPDATE journal SET seq = 3 WHERE seq = 4`, `UPDATE journal SET seq = 4 WHERE seq = 100`},
		"posting fen":                    {`UPDATE posting SET fen = fen + 1 WHERE seq = 3 AND n = 1`},
		"posting account":                {`UPDATE posting SET account = 'bank' WHERE seq = 3 AND n = 1`},
		"posting gone":                   {`DELETE FROM posting WHERE seq = 3 AND n = 1`},
		"posting added":                  {`INSERT INTO posting VALUES (3, 9, 'bank', 5)`},
		"posting of no entry":            {`INSERT INTO posting VALUES (99, 1, 'bank', 5)`},
		"chain head":                     {`UPDATE chain SET seq = seq - 1`},
		"day_total fen":                  {`UPDATE day_total SET fen = fen + 1 WHERE account = 'cash:drawer'`},
		"day_total n":                    {`UPDATE day_total SET n = n + 1 WHERE account = 'sales'`},
		"day_total of a tender":          {`UPDATE day_total SET fen = fen - 1 WHERE account = 'tender:wechat-native'`},
		"day_total gone":                 {`DELETE FROM day_total WHERE account = 'discount'`},
		"day_total added":                {`INSERT INTO day_total VALUES (20261121, 'sales', 1, 1)`},
		"shift day":                      {`UPDATE shift SET day = 20261121`},
		"shift number":                   {`UPDATE shift SET number = 2`},
		"shift gone":                     {`DELETE FROM shift`},
		"sale gross":                     {`UPDATE sale SET gross = gross + 1 WHERE id = 1`},
		"sale discount":                  {`UPDATE sale SET discount = discount + 1 WHERE id = 2`},
		"sale receipt":                   {`UPDATE sale SET seq = 9 WHERE id = 4`},
		"sale shop":                      {`UPDATE sale SET shop = 'S002' WHERE id = 1`},
		"sale day":                       {`UPDATE sale SET day = 20261121, seq = 1 WHERE id = 4`},
		"sale epoch":                     {`UPDATE sale SET epoch = 2, seq = 1 WHERE id = 4`},
		"sale state":                     {`UPDATE sale SET state = 'open' WHERE id = 1`},
		"sale reopened whole":            {`UPDATE sale SET state='open', shop=NULL, till=NULL, day=NULL, epoch=NULL, seq=NULL, shift=NULL, closed_at=NULL, entry=NULL WHERE id = 4`},
		"sale closed_at":                 {`UPDATE sale SET closed_at = closed_at + 1 WHERE id = 1`},
		"sale entry":                     {`UPDATE sale SET entry = 1 WHERE id = 1`},
		"sale entry of another":          {`UPDATE sale SET entry = 3 WHERE id = 1`},
		"sale shift":                     {`UPDATE sale SET shift = 9 WHERE id = 1`},
		"sale gone":                      {`DELETE FROM sale WHERE id = 1`},
		"last sale gone with its rows":   {`DELETE FROM sale WHERE id = 3`, `DELETE FROM sale_line WHERE sale = 3`, `DELETE FROM payment_event WHERE payment = 3`, `DELETE FROM payment WHERE sale = 3`, `DELETE FROM print_job WHERE sale = 3`},
		"sale_line price":                {`UPDATE sale_line SET price = price + 1 WHERE sale = 2 AND n = 1`},
		"sale_line quantity":             {`UPDATE sale_line SET quantity = quantity + 1 WHERE sale = 2 AND n = 1`},
		"sale_line gone":                 {`DELETE FROM sale_line WHERE sale = 2 AND n = 1`},
		"sale_line of an open sale":      {`UPDATE sale_line SET price = price + 1 WHERE sale = 7`},
		"payment amount":                 {`UPDATE payment SET amount = amount + 1, asked = asked + 1 WHERE id = 1`},
		"payment asked":                  {`UPDATE payment SET asked = asked + 1 WHERE id = 7`},
		"payment out_trade_no":           {`UPDATE payment SET out_trade_no = 'X' WHERE id = 1`},
		"payment tender":                 {`UPDATE payment SET tender = 'wechat-app' WHERE id = 1`},
		"payment transaction":            {`UPDATE payment SET transaction_id = '42' WHERE id = 4`},
		"payment transaction of except":  {`UPDATE payment SET transaction_id = '42' WHERE id = 5`},
		"payment settlement":             {`UPDATE payment SET settlement = settlement + 1 WHERE id = 4`},
		"payment settlement all":         {`UPDATE payment SET settlement = amount WHERE id = 4`, `UPDATE payment_event SET settlement = amount WHERE payment = 4`},
		"payment settlement of cash":     {`UPDATE payment SET settlement = 0 WHERE id = 1`},
		"payment settlement of except":   {`UPDATE payment SET settlement = 1 WHERE id = 5`},
		"payment settlement negative":    {`UPDATE payment SET settlement = -1 WHERE id = 7`},
		"payment_event settlement":       {`UPDATE payment_event SET settlement = settlement + 1 WHERE payment = 4 AND to_state = 'paid' AND n = 2`},
		"exception settlement":           {`UPDATE exception SET settlement = settlement - 1 WHERE id = 2`},
		"exception settlement second":    {`UPDATE exception SET settlement = settlement - 1 WHERE id = 1`},
		"payment of a phone, sale not":   {`UPDATE sale SET origin = '', ref = '' WHERE id = 8`},
		"payment prepaid at the counter": {`UPDATE payment SET prepay_id = 'wx1' WHERE id = 7`},
		"payment of another interface":   {`UPDATE payment SET api = 'v1' WHERE id = 4`},
		"phone order on the counter":     {`UPDATE sale SET parked = 0 WHERE id = 8`},
		"phone order without a number":   {`UPDATE sale SET ref = '' WHERE id = 8`},
		"phone order paid for twice":     {`UPDATE payment SET sale = 8, tender = 'wechat-jsapi', asked = 300 WHERE id = 7`},
		"payment currency":               {`UPDATE payment SET currency = 'USD' WHERE id = 4`},
		"payment tendered":               {`UPDATE payment SET tendered = 1 WHERE id = 1`},
		"payment reason":                 {`UPDATE payment SET reason = 'late' WHERE id = 1`},
		"payment evidence":               {`UPDATE payment SET evidence = 'bill' WHERE id = 4`},
		"payment state":                  {`UPDATE payment SET state = 'closed' WHERE id = 7`},
		"payment day":                    {`UPDATE payment SET day = 20261119 WHERE id = 4`},
		"payment day of exception":       {`UPDATE payment SET day = 20261119 WHERE id = 5`},
		"payment of another sale":        {`UPDATE payment SET sale = 1 WHERE id = 4`},
		"payment gone":                   {`DELETE FROM payment WHERE id = 7`},
		"payment_request gone":           {`DELETE FROM payment_request WHERE payment = 7`},
		"payment_event state":            {`UPDATE payment_event SET to_state = 'closing' WHERE payment = 4 AND n = 1`},
		"payment_event amount":           {`UPDATE payment_event SET amount = 1 WHERE payment = 5`},
		"payment_event source":           {`UPDATE payment_event SET source = 'notify' WHERE payment = 1`},
		"payment_event gone":             {`DELETE FROM payment_event WHERE payment = 4 AND n = 1`},
		"payment_event of second gone":   {`DELETE FROM payment_event WHERE payment = 4 AND n = 3`},
		"payment_event of no payment":    {`INSERT INTO payment_event VALUES (99, 1, 1, 'poll', 'paid', 'opened', 'paid', '1', 1, 1, '', '')`},
		"exception amount":               {`UPDATE exception SET amount = amount + 1 WHERE id = 2`},
		"exception reason":               {`UPDATE exception SET reason = 'late' WHERE id = 2`},
		"exception transaction":          {`UPDATE exception SET transaction_id = '42' WHERE id = 1`},
		"exception day":                  {`UPDATE exception SET day = 20261119 WHERE id = 2`},
		"exception entry":                {`UPDATE exception SET entry = NULL WHERE id = 2`},
		"exception returned":             {`UPDATE exception SET returned_at = 1 WHERE id = 2`},
		"exception returned entry":       {`UPDATE exception SET returned_entry = NULL WHERE id = 3`},
		"exception gone":                 {`DELETE FROM exception WHERE id = 2`},
		"exception second gone":          {`DELETE FROM exception WHERE id = 1`},
		"sale payment":                   {`UPDATE sale SET payment = 2 WHERE id = 1`},
		"sale payment swapped":           {`UPDATE sale SET payment = 3 - payment WHERE id IN (1, 2)`},
		"sale payment of an open sale":   {`UPDATE sale SET payment = 7 WHERE id = 7`},
		"sale job":                       {`UPDATE sale SET job = 2 WHERE id = 1`},
		"sale job of an open sale":       {`UPDATE sale SET job = 1 WHERE id = 7`},
		"cash payment of another sale":   {`UPDATE payment SET sale = 2 WHERE id = 1`},
		"print_queue late":               {`UPDATE print_queue SET first = 2`},
		"print_queue far":                {`UPDATE print_queue SET first = 99`},
		"print_queue gone":               {`DELETE FROM print_queue`},
		"print_job gone":                 {`DELETE FROM print_job WHERE sale = 4`},
		"print_job of an open sale":      {`INSERT INTO print_job (sale, document, copy, state, tries, cause, queued_at) VALUES (7, 'sale', 0, 'queued', 0, '', 1)`},
		"print_job copy":                 {`UPDATE print_job SET copy = 5 WHERE copy = 1`},
		"notice body":                    {`UPDATE notice SET body = x'00'`},
		"item search":                    {`UPDATE item SET search = 'x'`},
		"item name":                      {`UPDATE item SET name = 'x'`},
		"item_barcode gone":              {`DELETE FROM item_barcode`},
		"setting epoch":                  {`UPDATE setting SET value = '0' WHERE key = 'epoch'`},
		"setting shop":                   {`UPDATE setting SET value = 'S002' WHERE key = 'shop'`},
		"setting till with its sales":    {`UPDATE setting SET value = 'T2' WHERE key = 'till'`, `UPDATE sale SET till = 'T2' WHERE till = 'T1'`},
		"setting till gone":              {`DELETE FROM setting WHERE key = 'till'`},
		"setting mode gone":              {`DELETE FROM setting WHERE key = 'mode'`},
		"table added":                    {`CREATE TABLE extra (a)`},
		"index gone":                     {`DROP INDEX payment_live`},
	}
	tamperEach(t, image, tests)
}

// tamperEach does each to a copy of the file, and wants the ledger to say so.
func tamperEach(t *testing.T, image []byte, tests map[string][]string) {
	t.Helper()
	for name, statements := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // each waits for the disk most of the time
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, store.File), image, 0o600); err != nil {
				t.Fatal(err)
			}
			tamper(t, dir, statements...)
			s, err := store.Open(context.Background(), store.Options{Dir: dir, Shop: shop(), Clock: &clock{noon}})
			if pos.CodeOf(err) == pos.CodeMode { // another till's, as it says now: it is read all the same
				s, err = store.OpenReadOnly(context.Background(), store.Options{Dir: dir, Shop: shop(), Clock: &clock{noon}})
			}
			if err != nil { // even better: the quick check at open
				wantCode(t, err, pos.CodeCorrupt)
				return
			}
			defer func() { _ = s.Close() }()
			v, err := s.Verify(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if v.OK() != (statements == nil) {
				t.Errorf("faults: %v", v.Faults)
			}
		})
	}
}

func TestTriggers_KeepWhatIsAppendOnly(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := busyDay(t, dir)
	db := raw(t, dir)
	for _, table := range []string{"journal", "posting", "payment_event", "payment_request", "sale_line", "payment", "sale", "exception"} {
		if _, err := db.Exec(`DELETE FROM ` + table); err == nil {
			t.Errorf("rows of %s can be deleted", table)
		}
	}
	for _, change := range []string{
		`UPDATE journal SET kind = 'x'`, `UPDATE posting SET fen = 1`, `UPDATE payment_event SET amount = 1`, `UPDATE payment_request SET body = x'00'`,
		`UPDATE sale_line SET quantity = 2`, `UPDATE sale SET gross = 1 WHERE state = 'closed'`, `UPDATE payment SET asked = 1`,
		`UPDATE payment SET state = 'nowhere'`, `UPDATE payment SET state = 'paid' WHERE state = 'opened'`, `UPDATE payment SET amount = 5 WHERE state = 'opened'`,
		`UPDATE sale SET discount = gross + 1 WHERE state = 'open'`, `UPDATE sale SET state = 'closed' WHERE state = 'open'`,
		`INSERT INTO posting VALUES (3, 9, 'bank', 0)`, `INSERT INTO sale_line VALUES (7, 2, 1, '', 'x', '', '', 1, 0, 0)`,
		`INSERT INTO payment SELECT 50, sale, out_trade_no || 'b', tender, state, day, asked, opened_at, expires_at, cashier, code_url, paying, cause, detail,
			amount, settlement, currency, transaction_id, evidence, paid_at, tendered, reason, may_exist, closing_since, close_from, asks, closes, version FROM payment WHERE id = 4`,
	} {
		if _, err := db.Exec(change); err == nil {
			t.Errorf("allowed: %s", change)
		}
	}
	mustVerify(t, s)
}
