package store_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store"
)

// TestCrash_EveryAcknowledgedSaleIsWhole kills a till that sells, again and again on the same folder, at moments nobody
// chose, and holds the ledger to every sale that was acknowledged.
func TestCrash_EveryAcknowledgedSaleIsWhole(t *testing.T) {
	if dir := os.Getenv("STORE_TEST_SELL"); dir != "" {
		sellForEver(t, dir, os.Getenv("STORE_TEST_ROUND"))
		return
	}
	t.Parallel()
	const kills = 20
	dir := t.TempDir()
	random := rand.New(rand.NewPCG(1, 2))
	acked := map[string]bool{}
	interrupted := 0
	for round := range kills {
		for _, no := range killSelling(t, dir, round, random.IntN(25)) {
			acked[no] = true
		}
		s := mustOpen(t, dir)
		mustVerify(t, s)
		for no := range acked {
			p, err := s.Payment(context.Background(), no)
			if err != nil || p.State != pos.Paid {
				t.Fatalf("round %d: acknowledged %s is %q (%v)", round, no, p.State, err)
			}
			rec, err := s.Record(context.Background(), p.Sale)
			var took pos.Fen
			for _, p := range rec.Payments {
				took += p.Amount
			}
			if err != nil || rec.Sale.State != pos.SaleClosed || len(rec.Sale.Lines) != 5 || took != rec.Sale.Net() {
				t.Fatalf("round %d: sale of %s: %+v %v", round, no, rec, err)
			}
		}
		interrupted += giveUpParts(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d sales acknowledged in %d lives, %d killed between their parts", len(acked), kills, interrupted)
	if len(acked) < kills || interrupted == 0 {
		t.Fatalf("only %d sales were acknowledged, and %d killed between their parts", len(acked), interrupted)
	}
}

// giveUpParts gives back what was paid of sales that a kill left open, and says how many there were.
func giveUpParts(t *testing.T, s *store.Store) (n int) {
	t.Helper()
	open, err := s.OpenSales(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range open {
		if o.Sale.Paid == 0 {
			continue
		}
		back, err := s.GiveBack(context.Background(), o.Sale.ID, "王芳", noon, true)
		if err != nil || len(back) != 1 || len(o.Payments) != 1 || back[0].State != pos.Refunded || back[0].Amount != o.Sale.Paid {
			t.Fatalf("%+v %v, of %+v", back, err, o)
		}
		n++
	}
	if n > 0 {
		mustVerify(t, s)
	}
	return n
}

// killSelling starts a selling till, takes acks off it, kills it, and returns all that it acknowledged.
func killSelling(t *testing.T, dir string, round, acks int) []string {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestCrash_EveryAcknowledgedSaleIsWhole$")
	cmd.Env = append(os.Environ(), "STORE_TEST_SELL="+dir, fmt.Sprintf("STORE_TEST_ROUND=%d", round))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var all []string
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		no, ok := strings.CutPrefix(lines.Text(), "ack ")
		if ok {
			all = append(all, no)
		}
		if len(all) > acks && (round%2 == 0 || lines.Text() == "part") { // else it is a word of the test runner
			break
		}
	}
	if len(all) <= acks {
		t.Fatalf("the till stopped by itself after %v", all)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() { // what it said before it died
		if no, ok := strings.CutPrefix(lines.Text(), "ack "); ok && len(no) == 32 {
			all = append(all, no)
		}
	}
	_ = cmd.Wait() // it was killed
	return all
}

// sellForEver sells until it is killed. It acknowledges a sale when the ledger says that it is stored.
func sellForEver(t *testing.T, dir, round string) {
	ctx := context.Background()
	s := mustOpen(t, dir)
	for i := 0; ; i++ {
		number := fmt.Sprintf("S001-T1-261120R%s-%0*d", round, 32-len("S001-T1-261120R-")-len(round), i)
		sl := sale(5)
		if i%4 > 1 { // in two parts, or given up after the first
			p := part(0, sl, pos.TenderCash, 700)
			p.OutTradeNo = "P" + number[1:]
			out, err := s.SellCash(ctx, sl, p)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Println("part")
			if sl.ID = out.Payment.Sale; i%4 == 2 {
				if _, err := s.GiveBack(ctx, sl.ID, "王芳", noon, true); err != nil {
					t.Fatal(err)
				}
				continue
			}
			p = cash(number, sl, 5000)
			p.Asked -= 700
			if _, err := s.SellCash(ctx, sl, p); err != nil {
				t.Fatal(err)
			}
		} else if i%2 == 0 {
			if _, err := s.SellCash(ctx, sl, cash(number, sl, 5000)); err != nil {
				t.Fatal(err)
			}
		} else {
			sl, p, err := s.BeginSale(ctx, sl, native(number, sl))
			if err != nil {
				t.Fatal(err)
			}
			p = mustApply(t, s, change(p, pos.Signal{Kind: pos.SigOrdered, Source: pos.ByReply, CodeURL: "weixin://1"}, noon)).Payment
			mustApply(t, s, change(p, paid("42"+number, sl.Net(), true), noon.Add(time.Minute)))
		}
		fmt.Printf("ack %s\n", number)
	}
}

// TestProperty_WhateverStepDecidesTheBooksProveThemselves drives random signals through Step and the ledger.
func TestProperty_WhateverStepDecidesTheBooksProveThemselves(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			ctx := context.Background()
			s := mustOpen(t, t.TempDir())
			r := rand.New(rand.NewPCG(seed, 7))
			m := &shopFloor{t: t, s: s, r: r, at: noon}
			for range 120 {
				m.act(ctx)
			}
			v := mustVerify(t, s)
			sameRows(t, s, pos.Span{From: 20261120, To: m.last()})
			sameRows(t, s, pos.Span{From: m.last(), To: m.last()})
			days, err := s.Takings(ctx, pos.Span{From: 20261120, To: m.last()})
			if err != nil {
				t.Fatal(err)
			}
			var net, excepted pos.Fen
			sales := 0
			for _, d := range days {
				net, excepted, sales = net+d.Net, excepted+d.Excepted, sales+d.Sales
			}
			if net != m.net || sales != m.sales || v.Sales != sales || excepted != m.excepted {
				t.Errorf("books: %d sales of %s, %s excepted; shop: %d of %s, %s", sales, net, excepted, m.sales, m.net, m.excepted)
			}
		})
	}
}

// shopFloor is a model that keeps its own sums.
type shopFloor struct {
	t        *testing.T
	s        *store.Store
	r        *rand.Rand
	at       time.Time
	numbers  []string
	n        int
	net      pos.Fen
	sales    int
	excepted pos.Fen
}

func (m *shopFloor) last() pos.Day { return shop().Calendar.DayOf(m.at) }

func (m *shopFloor) next() string {
	m.n++
	return no(m.n)
}

func (m *shopFloor) act(ctx context.Context) {
	m.t.Helper()
	m.at = m.at.Add(time.Duration(m.r.IntN(3600)) * time.Second)
	switch k := m.r.IntN(12); {
	case k == 0:
		sl := sale(1 + m.r.IntN(4))
		p := cash(m.next(), sl, sl.Net()+pos.Fen(m.r.IntN(500)))
		p.PaidAt = m.at
		out, err := m.s.SellCash(ctx, sl, p)
		m.settled(out, err)
	case k == 1 || len(m.numbers) == 0:
		number := m.next()
		mustBegin(m.t, m.s, number, 1+m.r.IntN(3))
		m.numbers = append(m.numbers, number)
	case k == 2:
		m.tenderOpenSale(ctx)
	default:
		m.signal(ctx, m.numbers[m.r.IntN(len(m.numbers))])
	}
}

// tenderOpenSale abandons the newest open sale, asks for its money again, or takes cash for it.
func (m *shopFloor) tenderOpenSale(ctx context.Context) {
	open, err := m.s.LastOpen(ctx)
	if err != nil {
		m.t.Fatal(err)
	}
	if open == nil {
		return
	}
	switch m.r.IntN(3) {
	case 0:
		if err := m.s.AbandonSale(ctx, open.Sale.ID); err != nil {
			m.t.Fatal(err)
		}
	case 1:
		number := m.next()
		if _, err := m.s.AddPayment(ctx, native(number, open.Sale)); err != nil {
			m.t.Fatal(err)
		}
		m.numbers = append(m.numbers, number)
	case 2:
		p := cash(m.next(), open.Sale, 100000)
		p.PaidAt = m.at
		out, err := m.s.SellCash(ctx, open.Sale, p)
		m.settled(out, err)
	}
}

// signal lets something be learned about a payment.
func (m *shopFloor) signal(ctx context.Context, number string) {
	p, err := m.s.Payment(ctx, number)
	if err != nil {
		m.t.Fatal(err)
	}
	rec, err := m.s.Record(ctx, p.Sale)
	if err != nil {
		m.t.Fatal(err)
	}
	sig := pos.Signal{Kind: pos.Signals[m.r.IntN(len(pos.Signals))], Source: pos.ByPoll, Stands: rec.Sale.State == pos.SaleOpen, Settled: rec.Sale.State == pos.SaleClosed}
	switch sig.Kind {
	case pos.SigOrdered:
		sig.CodeURL = "weixin://1"
	case pos.SigUncertain:
		sig.Code = pos.CodeNoAnswer
	case pos.SigPaid, pos.SigReturning:
		sig.Trade = pos.Trade{TransactionID: fmt.Sprintf("42%s-%d", number, m.r.IntN(2)), Amount: p.Asked, Currency: pos.Currency, PaidAt: m.at}
		if m.r.IntN(4) == 0 {
			sig.Trade.Amount++
		}
	}
	c := change(p, sig, m.at)
	before, err := m.s.Undecided(ctx)
	if err != nil {
		m.t.Fatal(err)
	}
	out := mustApply(m.t, m.s, c)
	after, err := m.s.Undecided(ctx)
	if err != nil {
		m.t.Fatal(err)
	}
	switch {
	case after > before:
		m.excepted += sig.Trade.Amount
	case after < before:
		m.excepted -= p.Amount
	}
	m.settled(out, nil)
	if m.r.IntN(3) == 0 && c.From.State != c.To.State { // the answer was lost: the same again moves nothing
		again := mustApply(m.t, m.s, c)
		if (again.Sale == nil) != (out.Sale == nil) || again.Payment.State != out.Payment.State {
			m.t.Fatalf("the same again: %+v, first %+v", again, out)
		}
	}
}

func (m *shopFloor) settled(out pos.Settled, err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
	if out.Sale != nil {
		m.sales++
		m.net += out.Sale.Sale.Net()
	}
}

func TestReaders_SeeWholeSalesWhileTheTillSells(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s := mustOpen(t, t.TempDir())
	failed := make(chan error, 4)
	for i := range 4 {
		go func() {
			failed <- func() error {
				for ctx.Err() == nil {
					days, err := s.Takings(context.Background(), pos.Span{From: 20261120, To: 20261120})
					if err != nil {
						return err
					}
					var sum pos.Fen
					for _, tender := range days[0].Tenders {
						sum += tender.Fen
					}
					if sum != days[0].Net {
						return fmt.Errorf("tenders make %s and sales %s", sum, days[0].Net)
					}
					if i == 0 {
						if v, err := s.Verify(context.Background()); err != nil || !v.OK() {
							return fmt.Errorf("%v %w", v, err)
						}
					}
				}
				return nil
			}()
		}()
	}
	for i := range 60 {
		sl := sale(3)
		if _, err := s.SellCash(context.Background(), sl, cash(no(i), sl, 5000)); err != nil {
			t.Error(err)
		}
	}
	cancel()
	for range 4 {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
}
