package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"

	"guitai/pos"
)

// counterLedger has a closed sale of two pieces by WeChat; an open one of 6.00 with a part in cash, a part outside and a part by WeChat, of
// which 1.00 is due, with an order for that on the glass; and the writes that a full counter adds to those of a plain one.
func counterLedger(t *testing.T) (*Store, map[string]func() (any, error)) {
	t.Helper()
	ctx := context.Background()
	o := practice(t.TempDir())
	o.Clock = still{}
	Blank(t, o)
	s, err := Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	order := func(no string, sale pos.SaleID, asked pos.Fen, part bool) pos.Payment {
		return pos.Payment{OutTradeNo: no, Sale: sale, Tender: pos.TenderNative, State: pos.Opened, Asked: asked, Part: part, Request: []byte("<xml/>"), OpenedAt: faultDay}
	}
	paidBy := func(p pos.Payment) pos.Change {
		sig := pos.Signal{
			Kind: pos.SigPaid, Source: pos.ByPoll, Stands: true,
			Trade: pos.Trade{TransactionID: "42" + p.OutTradeNo, Amount: p.Asked, Currency: pos.Currency, PaidAt: faultDay},
		}
		to, _ := pos.Step(p, sig, faultDay)
		return pos.Change{From: p, To: to, Signal: sig, At: faultDay}
	}
	sl, _ := cashSale(0)
	sl.OpenedAt = faultDay
	byHand := func(no string, sale pos.SaleID, tender pos.Tender, asked pos.Fen, part bool) func() (any, error) {
		of := sl
		of.ID = sale
		return func() (any, error) {
			return s.SellCash(ctx, of, pos.Payment{OutTradeNo: no, Tender: tender, Asked: asked, Tendered: asked + 5, Part: part})
		}
	}
	_, q, err := s.BeginSale(ctx, sl, order("OLD", 0, 600, false))
	must(err)
	old, err := s.Apply(ctx, paidBy(q))
	must(err)

	_, err = byHand("C1", 0, pos.TenderCash, 200, true)()
	must(err)
	first, err := s.Payment(ctx, "C1")
	must(err)
	_, err = byHand("O1", first.Sale, "other:Alipay", 100, true)()
	must(err)
	q, err = s.AddPayment(ctx, order("W1", first.Sale, 200, true))
	must(err)
	_, err = s.Apply(ctx, paidBy(q))
	must(err)
	last, err := s.AddPayment(ctx, order("W2", first.Sale, 100, false))
	must(err)
	half, err := s.AddPayment(ctx, order("W3", first.Sale, 50, true))
	must(err)

	exchange := sl
	exchange.Credits = []pos.Credit{{
		Number: "X1", Sale: old.Payment.Sale, Payment: old.Payment.ID, Lines: []pos.RefundLine{{N: 1, Quantity: 1, Amount: 300}}, Goods: "可口可乐", Amount: 300, Reason: "换",
	}}
	smaller, _ := cashSale(0)
	smaller.OpenedAt, smaller.Lines[0].Quantity, smaller.Gross = faultDay, 1, 300
	owing := func(no string, back pos.Refund) func() (any, error) {
		of := smaller
		of.Credits = []pos.Credit{{
			Number: "X" + no, Sale: old.Payment.Sale, Payment: old.Payment.ID, Lines: []pos.RefundLine{{N: 1, Quantity: 2, Amount: 300}}, Goods: "可口可乐", Amount: 300, Reason: "换",
		}}
		back.OutRefundNo, back.Payment, back.Amount, back.Reason = "B"+no, old.Payment.ID, 300, "换"
		of.Owed = []pos.Refund{back}
		return func() (any, error) { return s.SellCash(ctx, of, pos.Payment{OutTradeNo: no, Tender: pos.TenderCash}) }
	}
	return s, map[string]func() (any, error){
		"an exchange that owes cash":   owing("E4", pos.Refund{Tender: pos.TenderCash}),
		"an exchange that owes WeChat": owing("E5", pos.Refund{Request: []byte("<r/>")}),
		"a part in cash":               byHand("C2", first.Sale, pos.TenderCash, 40, true),
		"a part outside":               byHand("O2", first.Sale, "other:Alipay", 40, true),
		"a part of a new sale":         byHand("C3", 0, pos.TenderCash, 40, true),
		"the rest in cash":             byHand("C4", first.Sale, pos.TenderCash, 100, false),
		"the rest as a part":           byHand("C5", first.Sale, pos.TenderCash, 100, true),
		"all of a new sale outside":    byHand("O3", 0, "other:银行卡", 600, false),
		"a part by WeChat":             func() (any, error) { return s.Apply(ctx, paidBy(half)) },
		"the rest by WeChat":           func() (any, error) { return s.Apply(ctx, paidBy(last)) },
		"give back":                    func() (any, error) { return s.GiveBack(ctx, first.Sale, "王芳", faultDay, true) },
		"an exchange that begins": func() (any, error) {
			a, b, err := s.BeginSale(ctx, exchange, order("E1", 0, 300, false))
			return []any{a, b}, err
		},
		"an exchange that is paid": func() (any, error) {
			return s.SellCash(ctx, exchange, pos.Payment{OutTradeNo: "E2", Tender: pos.TenderCash, Asked: 300, Tendered: 300})
		},
		"an exchange paid in part": func() (any, error) {
			return s.SellCash(ctx, exchange, pos.Payment{OutTradeNo: "E3", Tender: pos.TenderCash, Asked: 200, Tendered: 300, Part: true})
		},
		"goods back without a receipt": func() (any, error) {
			return s.BeginRefund(ctx, pos.Refund{OutRefundNo: "L1", Amount: 600, Goods: sl.Lines, Reason: "没有小票"})
		},
		"a wish of two refunds": func() (any, error) {
			return s.BeginRefunds(ctx, []pos.Refund{
				{OutRefundNo: "W1", Payment: old.Payment.ID, Amount: 300, Lines: []pos.RefundLine{{N: 1, Quantity: 1, Amount: 300}}, Request: []byte("<r/>"), Reason: "退"},
				{OutRefundNo: "W2", Payment: old.Payment.ID, Amount: 100, Tender: pos.TenderCash, Reason: "退"},
			})
		},
		"promotions with their numbers": func() (any, error) { return s.SaveDeals(ctx, nil, "店长", faultDay) },
	}
}

func TestCounter_RepeatedAfterADiskErrorIsAnsweredAsTheFirstTime(t *testing.T) {
	repeatedAfterADiskError(t, counterLedger)
}

// Wherever a write of the counter fails, nothing of it is left, and it goes through afterwards.
func TestCounter_FailsWholeWhereverItFails(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct{ name, point string }{
		{"a part of a new sale", "INSERT ON sale"},
		{"a part of a new sale", "INSERT ON sale_part"},
		{"a part in cash", "INSERT ON payment_event"},
		{"a part in cash", "INSERT ON journal"},
		{"a part by WeChat", "INSERT ON sale_part"},
		{"a part by WeChat", "UPDATE ON payment"},
		{"the rest by WeChat", "INSERT ON print_job"},
		{"the rest in cash", "UPDATE ON sale"},
		{"give back", "INSERT ON print_job"},
		{"give back", "UPDATE ON sale_part"},
		{"give back", "INSERT ON journal"},
		{"give back", "UPDATE ON payment"},
		{"give back", "INSERT ON exception"},
		{"give back", "UPDATE ON sale"},
		{"give back", "INSERT ON payment_event"},
		{"an exchange that begins", "INSERT ON sale_credit"},
		{"an exchange that begins", "INSERT ON payment"},
		{"an exchange that is paid", "UPDATE ON refund"},
		{"an exchange that is paid", "INSERT ON print_job"},
		{"an exchange that owes cash", "INSERT ON sale_credit"},
		{"an exchange that owes cash", "INSERT ON payment"},
		{"an exchange that owes WeChat", "INSERT ON refund WHEN new.tender = 'exchange'"},
		{"an exchange that owes WeChat", "INSERT ON print_job"},
		{"a wish of two refunds", "INSERT ON refund WHEN new.tender = 'cash'"},
		{"a wish of two refunds", "INSERT ON journal"},
		{"goods back without a receipt", "INSERT ON refund_goods"},
		{"goods back without a receipt", "INSERT ON print_job"},
	} {
		t.Run(c.name+", "+c.point, func(t *testing.T) {
			t.Parallel()
			s, all := counterLedger(t)
			before, err := s.Verify(ctx)
			if err != nil || !before.OK() {
				t.Fatalf("%+v %v", before, err)
			}
			trigger := fmt.Sprintf(`CREATE TEMP TRIGGER broken BEFORE %s BEGIN SELECT RAISE(ABORT, 'broken'); END`, strings.Replace(c.point, "ON ", "ON main.", 1))
			if _, err := s.writer.conn.ExecContext(ctx, trigger); err != nil {
				t.Fatal(err)
			}
			if _, err := all[c.name](); err == nil {
				t.Fatal("it went through")
			}
			if after, err := s.Verify(ctx); err != nil || fmt.Sprint(after) != fmt.Sprint(before) {
				t.Fatalf("%+v %v, before %+v", after, err, before)
			}
			if _, err := s.writer.conn.ExecContext(ctx, `DROP TRIGGER broken`); err != nil {
				t.Fatal(err)
			}
			if _, err := all[c.name](); err != nil {
				t.Fatal(err)
			}
			if after, err := s.Verify(ctx); err != nil || !after.OK() {
				t.Fatalf("%+v %v", after, err)
			}
		})
	}
}

// A held cart that was brought back ends in the very transaction that puts its sale on disk, gives money for it, or keeps it again: it is in one place, whatever
// becomes of the commit, and in one place after a restart.
func TestHeld_EndsWithTheCommitThatTakesItsPlace(t *testing.T) {
	ctx := context.Background()
	sl, p := cashSale(9)
	sl.OpenedAt = faultDay
	cart := pos.Cart{Lines: sl.Lines}
	half := p
	half.Asked, half.Part = 100, true
	order := pos.Payment{OutTradeNo: "H1", Tender: pos.TenderNative, State: pos.Opened, Asked: sl.Net(), Request: []byte("<xml/>"), OpenedAt: faultDay}
	for name, do := range map[string]func(*Store, int64) error{
		"cash":   func(s *Store, id int64) error { sl.Held = id; _, err := s.SellCash(ctx, sl, p); return err },
		"a part": func(s *Store, id int64) error { sl.Held = id; _, err := s.SellCash(ctx, sl, half); return err },
		"WeChat": func(s *Store, id int64) error { sl.Held = id; _, _, err := s.BeginSale(ctx, sl, order); return err },
		"held": func(s *Store, id int64) error {
			_, err := s.HoldCart(ctx, pos.Held{ID: id, Name: "又", Cart: cart})
			return err
		},
		"goods back without a receipt": func(s *Store, id int64) error {
			_, err := s.BeginRefund(ctx, pos.Refund{OutRefundNo: "L1", Amount: 600, Goods: sl.Lines, Held: id, Reason: "没有小票"})
			return err
		},
	} {
		for trouble, lands := range map[string]bool{"the commit is lost": false, "the commit lands and its answer is lost": true} {
			t.Run(name+", "+trouble, func(t *testing.T) {
				s, _ := counterLedger(t)
				h, err := s.HoldCart(ctx, pos.Held{Cart: cart})
				if err != nil {
					t.Fatal(err)
				}
				sales := func() (n int) { // and what was taken back
					t.Helper()
					if err := one(ctx, s.writer, `SELECT (SELECT count(*) FROM sale) + (SELECT count(*) FROM refund)`, nil, &n); err != nil {
						t.Fatal(err)
					}
					return n
				}
				before := sales()
				places := func() int {
					t.Helper()
					all, err := s.HeldCarts(ctx)
					if err != nil {
						t.Fatal(err)
					}
					return sales() - before + len(all)
				}
				commit, failed := s.writer.seal, false
				s.writer.seal = func() error {
					if failed {
						return commit()
					}
					failed = true
					end := sqlRollback
					if lands {
						end = sqlCommit
					}
					return errors.Join(run(ctx, s.writer, end), syscall.EIO)
				}
				if err := do(s, h.ID); !errors.Is(err, syscall.EIO) {
					t.Fatal(err)
				}
				all, err := s.HeldCarts(ctx)
				if there := err == nil && len(all) == 1 && all[0].ID == h.ID; there == lands || places() != 1 {
					t.Errorf("in %d places, held %+v %v", places(), all, err)
				}
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				o := practice(s.dir)
				o.Clock = still{}
				if s, err = Open(ctx, o); err != nil {
					t.Fatal(err)
				}
				defer func() { _ = s.Close() }()
				if n := places(); n != 1 {
					t.Errorf("after a restart in %d places", n)
				}
				if name != "held" {
					if err := do(s, h.ID); err != nil || sales() != before+1 || places() != 1 {
						t.Errorf("%v, %d more sales, in %d places", err, sales()-before, places())
					}
				}
			})
		}
	}
}

func TestCounter_OnAFullDiskRefusesAndRecovers(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, _ := counterLedger(t)
	var pages, most int
	if err := one(ctx, s.writer, `PRAGMA page_count`, nil, &pages); err != nil {
		t.Fatal(err)
	}
	if err := one(ctx, s.writer, fmt.Sprintf(`PRAGMA max_page_count = %d`, pages), nil, &most); err != nil {
		t.Fatal(err)
	}
	cart := pos.Cart{}
	for range 200 {
		cart.Lines = append(cart.Lines, pos.Line{Name: "可口可乐", Price: 300, Quantity: 1, Note: "少冰"})
	}
	hold := func() error { _, err := s.HoldCart(ctx, pos.Held{Cart: cart}); return err }
	held := 0
	var err error
	for ; err == nil; held++ {
		err = hold()
	}
	held--
	if pos.CodeOf(err) != pos.CodeFull {
		t.Fatal(err)
	}
	if all, err := s.HeldCarts(ctx); err != nil || len(all) != held {
		t.Fatalf("%d carts are there, %d were told, %v", len(all), held, err)
	}
	mustBeSound(t, s, 1)
	if err := one(ctx, s.writer, `PRAGMA max_page_count = 1000000`, nil, &most); err != nil {
		t.Fatal(err)
	}
	if err := hold(); err != nil {
		t.Fatal(err)
	}
	mustBeSound(t, s, 1)
}

// Wherever the disk breaks while parts are given back, the paper that says what to hand over is there if, and only if, they are given back:
// every statement of the transaction fails once, and so does its commit, which may land all the same.
func TestGiveBack_ThePaperIsThereIffThePartsAreBack(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	papers := func(s *Store) (jobs, back, open int) {
		t.Helper()
		err := one(ctx, s.writer, `SELECT (SELECT count(*) FROM print_job WHERE document = 'given-back'), (SELECT count(*) FROM sale_part WHERE back_job > 0),
			(SELECT count(*) FROM sale WHERE id = 2 AND state = 'open')`, nil, &jobs, &back, &open)
		if err != nil {
			t.Fatal(err)
		}
		return jobs, back, open
	}
	// A trigger after another on every table that there is, before and after each kind of write. What none of them stops, the commit does.
	s, all := counterLedger(t)
	var tables []string
	err := each(ctx, s.writer, `SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*' ORDER BY name`, nil, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		tables = append(tables, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	commit := s.writer.seal
	hit := 0
	for _, table := range tables {
		for _, point := range []string{"BEFORE INSERT", "AFTER INSERT", "BEFORE UPDATE", "AFTER UPDATE"} {
			trigger := fmt.Sprintf(`CREATE TEMP TRIGGER broken %s ON main.%s BEGIN SELECT RAISE(ABORT, 'broken'); END`, point, table)
			if _, err := s.writer.conn.ExecContext(ctx, trigger); err != nil {
				t.Fatal(err)
			}
			s.writer.seal = func() error {
				s.writer.seal = commit
				return errors.Join(run(ctx, s.writer, sqlRollback), syscall.EIO)
			}
			_, err := all["give back"]()
			s.writer.seal = commit
			if _, err := s.writer.conn.ExecContext(ctx, `DROP TRIGGER broken`); err != nil {
				t.Fatal(err)
			}
			if !errors.Is(err, syscall.EIO) {
				hit++
			}
			if jobs, back, open := papers(s); err == nil || jobs != 0 || back != 0 || open != 1 {
				t.Fatalf("%s %s: %v, %d papers of %d parts, the sale open %d", point, table, err, jobs, back, open)
			}
		}
	}
	if hit < 14 { // print_job, sale_part, payment, payment_event, exception, journal, posting, sale
		t.Errorf("only %d places failed", hit)
	}
	for _, lands := range []bool{false, true} {
		s, all := counterLedger(t)
		commit := s.writer.seal
		s.writer.seal = func() error {
			s.writer.seal = commit
			end := sqlRollback
			if lands {
				end = sqlCommit
			}
			return errors.Join(run(ctx, s.writer, end), syscall.EIO)
		}
		if _, err := all["give back"](); !errors.Is(err, syscall.EIO) {
			t.Fatal(err)
		}
		if jobs, back, _ := papers(s); (jobs == 1 && back == 3) != lands || (jobs == 0 && back == 0) == lands {
			t.Errorf("lands %v: %d papers of %d parts", lands, jobs, back)
		}
		for range 2 { // asked for again
			if _, err := all["give back"](); err != nil {
				t.Fatal(err)
			}
		}
		if jobs, back, open := papers(s); jobs != 1 || back != 3 || open != 0 {
			t.Errorf("lands %v: %d papers of %d parts, the sale open %d", lands, jobs, back, open)
		}
		if v, err := s.Verify(ctx); err != nil || !v.OK() {
			t.Errorf("%+v %v", v, err)
		}
	}
}
