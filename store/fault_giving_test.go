package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"syscall"
	"testing"
	"time"

	"guitai/pos"
)

var faultDay = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

type still struct{}

func (still) Now() time.Time { return faultDay }

// returnsLedger has a paid sale, an exception, an accepted refund and nothing else.
func returnsLedger(t *testing.T) (s *Store, p pos.Payment, x pos.ExceptionCase, r pos.Refund) {
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
	for i := range 2 {
		sl, _ := cashSale(i)
		sl.OpenedAt = faultDay
		q := pos.Payment{
			OutTradeNo: fmt.Sprintf("Q%d", i), Tender: pos.TenderNative, State: pos.Opened, Asked: 600, Request: []byte("<xml/>"),
			OpenedAt: faultDay, ExpiresAt: faultDay.Add(5 * time.Minute),
		}
		sl, q, err = s.BeginSale(ctx, sl, q)
		must(err)
		if i == 1 {
			must(s.AbandonSale(ctx, sl.ID))
		}
		sig := pos.Signal{
			Kind: pos.SigPaid, Source: pos.ByPoll, Stands: i == 0,
			Trade: pos.Trade{TransactionID: fmt.Sprintf("42%d", i), Amount: 600, Currency: pos.Currency, PaidAt: faultDay},
		}
		to, _ := pos.Step(q, sig, faultDay)
		out, err := s.Apply(ctx, pos.Change{From: q, To: to, Signal: sig, At: faultDay})
		must(err)
		if i == 0 {
			p = out.Payment
		}
	}
	all, err := s.Exceptions(ctx)
	must(err)
	begun, err := s.BeginRefund(ctx, pos.Refund{OutRefundNo: "R0", Payment: p.ID, Amount: 100, Request: []byte("<r/>"), AskedAt: faultDay})
	must(err)
	return s, p, all[0], begun.Refund
}

// The writes that give money back, each with an answer that is the same whenever it is asked for the same thing.
func givingBack(ctx context.Context, s *Store, p pos.Payment, x pos.ExceptionCase, r pos.Refund) map[string]func() (any, error) {
	done, _ := pos.StepRefund(r, pos.RefundSignal{Kind: pos.RefSuccess, Source: pos.ByPoll}, faultDay)
	decide := func(a pos.Action) func() (any, error) {
		return func() (any, error) {
			out, after, err := s.Decide(ctx, x.ID, pos.Decision{Action: a, By: "店长", Reason: "问过顾客"})
			return []any{out, after}, err
		}
	}
	return map[string]func() (any, error){
		"begin refund": func() (any, error) {
			return s.BeginRefund(ctx, pos.Refund{OutRefundNo: "R1", Payment: p.ID, Amount: 500, Request: []byte("<r/>")})
		},
		"begin refund in cash": func() (any, error) {
			return s.BeginRefund(ctx, pos.Refund{OutRefundNo: "R1", Payment: p.ID, Amount: 500, Tender: pos.TenderCash})
		},
		"begin refund of an exception": func() (any, error) {
			return s.BeginRefund(ctx, pos.Refund{OutRefundNo: "R1", Payment: x.Payment, Exception: x.ID, Amount: 600, Request: []byte("<r/>")})
		},
		"apply refund": func() (any, error) {
			return s.ApplyRefund(ctx, pos.RefundChange{From: r, To: done, Signal: pos.RefundSignal{Kind: pos.RefSuccess, Source: pos.ByPoll}, At: faultDay})
		},
		"schedule refund": func() (any, error) {
			return s.ScheduleRefund(ctx, x.ID, faultDay.Add(time.Minute), pos.Decision{Action: pos.ActRefund})
		},
		"settle":        decide(pos.ActSettle),
		"hand out cash": decide(pos.ActCash),
		"note":          decide(pos.ActNote),
		"adopt": func() (any, error) {
			return s.Adopt(ctx, pos.Payment{OutTradeNo: "LOST", Tender: pos.TenderNative},
				pos.Signal{Kind: pos.SigPaid, Source: pos.ByNotify, Trade: pos.Trade{TransactionID: "77", Amount: 5, Currency: pos.Currency}}, faultDay)
		},
	}
}

func TestGivingBack_RepeatedAfterADiskErrorIsAnsweredAsTheFirstTime(t *testing.T) {
	repeatedAfterADiskError(t, func(t *testing.T) (*Store, map[string]func() (any, error)) {
		s, p, x, r := returnsLedger(t)
		return s, givingBack(context.Background(), s, p, x, r)
	})
}

// repeatedAfterADiskError does each of the writes that a ledger is made for, on a disk that fails once at the commit: it is booked or it is
// not, the ledger proves itself, and the same again is answered as if nothing had happened.
func repeatedAfterADiskError(t *testing.T, ledger func(t *testing.T) (*Store, map[string]func() (any, error))) {
	t.Helper()
	ctx := context.Background()
	_, all := ledger(t)
	for name := range all {
		for trouble, lands := range map[string]bool{"the commit is lost": false, "the commit lands and its answer is lost": true} {
			t.Run(name+", "+trouble, func(t *testing.T) {
				t.Parallel()
				_, calm := ledger(t)
				want, err := calm[name]()
				if err != nil {
					t.Fatal(err)
				}
				s, all := ledger(t)
				do := all[name]
				before, err := s.Verify(ctx)
				if err != nil {
					t.Fatal(err)
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
				if _, err := do(); !errors.Is(err, syscall.EIO) {
					t.Fatalf("%v", err)
				}
				if after, err := s.Verify(ctx); err != nil || !after.OK() || !lands && !reflect.DeepEqual(after, before) {
					t.Fatalf("%+v %v, before %+v", after, err, before)
				}
				for range 2 {
					if got, err := do(); err != nil || !reflect.DeepEqual(got, want) {
						t.Fatalf("got\n%+v %v, want\n%+v", got, err, want)
					}
				}
				if after, err := s.Verify(ctx); err != nil || !after.OK() {
					t.Fatalf("%+v %v", after, err)
				}
			})
		}
	}
}

func TestGivingBack_OnAFullDiskRefusesAndRecovers(t *testing.T) {
	ctx := context.Background()
	s, p, _, _ := returnsLedger(t)
	var pages, most int
	if err := one(ctx, s.writer, `PRAGMA page_count`, nil, &pages); err != nil {
		t.Fatal(err)
	}
	if err := one(ctx, s.writer, fmt.Sprintf(`PRAGMA max_page_count = %d`, pages), nil, &most); err != nil {
		t.Fatal(err)
	}
	begin := func(i int) (pos.RefundSettled, error) {
		return s.BeginRefund(ctx, pos.Refund{OutRefundNo: fmt.Sprintf("F%d", i), Payment: p.ID, Amount: 1, Request: make([]byte, 3000), AskedAt: faultDay})
	}
	begun := 0
	var err error
	for ; err == nil; begun++ {
		_, err = begin(begun)
	}
	begun--
	if pos.CodeOf(err) != pos.CodeFull {
		t.Fatalf("%v", err)
	}
	if all, err := s.LiveRefunds(ctx); err != nil || len(all) != begun+1 {
		t.Fatalf("%d are there, %d were told %v", len(all), begun+1, err)
	}
	mustBeSound(t, s, 1)
	if err := one(ctx, s.writer, `PRAGMA max_page_count = 1000000`, nil, &most); err != nil {
		t.Fatal(err)
	}
	if out, err := begin(begun); err != nil || out.Refund.ID == 0 {
		t.Fatalf("%+v %v", out, err)
	}
	mustBeSound(t, s, 1)
}

// A page that goes bad under a till that runs is found by the check that the till makes now and then.
func TestSound_FindsAPageThatGoesBadWhileTheLedgerIsOpen(t *testing.T) {
	ctx := t.Context()
	s, err := Open(ctx, practice(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if err := s.Fill(ctx, 400, fiveLines(), faultDay); err != nil {
		t.Fatal(err)
	}
	if err := run(ctx, s.writer, `PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		t.Fatal(err)
	}
	if err := s.Sound(ctx); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(s.Path(), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	noise := make([]byte, 8*4096)
	for i := range noise {
		noise[i] = 0xA5
	}
	_, err = f.WriteAt(noise, 20*4096)
	if err = errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	for range readerCount { // whichever connection answers, sooner or later it looks at the file
		err = errors.Join(err, s.Sound(ctx))
	}
	if pos.CodeOf(err) != pos.CodeCorrupt && codeOf(err) != pos.CodeCorrupt {
		t.Errorf("%v", err)
	}
	if file, err := s.AutoBackup(ctx, Keep{}); err == nil {
		t.Errorf("a damaged ledger was backed up to %s", file)
	}
}
