package receipt

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"guitai/pos"
)

// back adds a refund of pieces, by line, to a sale; of an amount when there are none.
func back(t *testing.T, r pos.SaleRecord, tender pos.Tender, state pos.RefundState, amount pos.Fen, pieces map[int]int) pos.SaleRecord {
	t.Helper()
	p := r.Payments[0]
	f := pos.Refund{
		ID: pos.RefundID(len(r.Refunds) + 1), OutRefundNo: "S001-T1-R26112015QZ8MNB40" + string(rune('A'+len(r.Refunds))), Payment: p.ID, Sale: r.Sale.ID,
		OutTradeNo: p.OutTradeNo, TransactionID: p.TransactionID, Tender: tender, State: state, Amount: amount, Total: p.Amount,
		Reason: "包装破损", Cashier: "王芳", Approver: "李强", AskedAt: closedAt.Add(28 * time.Minute),
	}
	if len(pieces) > 0 {
		lines, sum, err := pos.PriceLines(r.Sale, r.Refunds, pieces)
		if err != nil {
			t.Fatal(err)
		}
		f.Lines, f.Amount = lines, sum
	}
	if tender != pos.TenderCash && state != pos.RefundAsked && state != pos.RefundRefused {
		f.RefundID = "50300000012026112000000000001"
	}
	if state == pos.RefundDone {
		f.DoneAt = f.AskedAt.Add(9 * time.Second)
	}
	r.Refunds = append(r.Refunds[:len(r.Refunds):len(r.Refunds)], f)
	return r
}

func stray(t *testing.T) pos.SaleRecord {
	t.Helper()
	r := wechat(small)
	r.Sale.State, r.Sale.Receipt, r.Sale.ClosedAt, r.Sale.Lines = pos.SaleAbandoned, pos.ReceiptNo{}, time.Time{}, nil
	r = back(t, r, pos.TenderCode, pos.RefundAccepted, 1350, nil)
	f := &r.Refunds[0]
	f.Exception, f.Reason, f.Approver, f.Cashier = 3, string(pos.ExceptTwice), "", ""
	return r
}

func refundCases(t *testing.T) []goldenCase {
	t.Helper()
	job := func(n pos.RefundID) pos.PrintJob { return pos.PrintJob{Document: pos.DocRefund, Refund: n} }
	none := func(*Setup, *pos.Shop) {}
	portal := back(t, wechat(small), pos.TenderNative, pos.RefundDone, 1350, nil)
	portal.Refunds[0].Portal, portal.Refunds[0].Approver, portal.Refunds[0].Cashier, portal.Refunds[0].Reason = true, "", "", ""
	twice := back(t, back(t, wechat(discounted(small, 150)), pos.TenderNative, pos.RefundDone, 0, map[int]int{1: 1}), pos.TenderNative, pos.RefundAccepted, 500, nil)
	twice = back(t, twice, pos.TenderNative, pos.RefundRefused, 100, nil)
	return []goldenCase{
		{"refund-accepted", back(t, wechat(small), pos.TenderNative, pos.RefundAccepted, 0, map[int]int{1: 1}), job(1), none},
		{"refund-done", back(t, wechat(discounted(small, 150)), pos.TenderNative, pos.RefundDone, 0, map[int]int{1: 2, 2: 1}), job(1), none},
		{"refund-by-amount", back(t, wechat(small), pos.TenderCode, pos.RefundAsked, 500, nil), job(1), none},
		{"refund-stuck", back(t, wechat(small), pos.TenderNative, pos.RefundStuck, 500, nil), job(1), none},
		{"refund-closed", back(t, wechat(small), pos.TenderNative, pos.RefundClosed, 500, nil), job(1), none},
		{"refund-cash", back(t, cash(small, 2000), pos.TenderCash, pos.RefundDone, 0, map[int]int{2: 1}), job(1), none},
		{"refund-cash-copies", back(t, cash(small, 2000), pos.TenderCash, pos.RefundDone, 0, map[int]int{2: 1}), job(1), func(s *Setup, _ *pos.Shop) { s.Copies = 2 }},
		{"refund-practice", back(t, wechat(small), pos.TenderNative, pos.RefundDone, 500, nil), job(1), func(_ *Setup, s *pos.Shop) { s.Practice = true }},
		{"refund-exception", stray(t), job(1), none},
		{"refund-portal", portal, job(1), none},
		{"given-back", twice, pos.PrintJob{Document: pos.DocReprint, Copy: 1, QueuedAt: closedAt.Add(49 * time.Minute)}, none},
	}
}

func TestRefund_NeverSaysMoreThanIsProven(t *testing.T) {
	for _, w := range []Words{Chinese, English} {
		for _, state := range pos.RefundStates {
			for _, practice := range []bool{false, true} {
				r := back(t, wechat(small), pos.TenderNative, state, 500, nil)
				shop := shop
				shop.Practice = practice
				doc, err := Refund(r, r.Refunds[0], shop, Options{Words: w, Paper: Paper80})
				if err != nil {
					t.Fatal(err)
				}
				text, err := PlainText(doc)
				if err != nil {
					t.Fatal(err)
				}
				done := state == pos.RefundDone
				if strings.Contains(text, "非付款凭证") == (done && !practice) {
					t.Errorf("%s, practice %v: headed wrongly\n%s", state, practice, text)
				}
				said := false
				for line := range strings.Lines(text) {
					said = said || strings.HasPrefix(line, w.RefundStatus) && strings.HasSuffix(line, " "+w.Back+"\n")
				}
				if said != done || strings.Contains(text, w.Succeeded+"\n") {
					t.Errorf("%s, practice %v: says of the money\n%s", state, practice, text)
				}
				if strings.Contains(text, w.AcceptedHint[:12]) != (state == pos.RefundAccepted && !practice) {
					t.Errorf("%s, practice %v: promises\n%s", state, practice, text)
				}
			}
		}
	}
}

func TestRefund_RefusesFiguresThatDoNotAddUp(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*pos.Refund)
		want  error
	}{
		"another amount":    {func(f *pos.Refund) { f.Amount++ }, ErrSum},
		"a line's amount":   {func(f *pos.Refund) { f.Lines[0].Amount-- }, ErrSum},
		"more than it cost": {func(f *pos.Refund) { f.Lines[0].Amount += 5000; f.Amount += 5000 }, ErrSum},
		"no such line":      {func(f *pos.Refund) { f.Lines[0].N = 3 }, ErrRefundLines},
		"line zero":         {func(f *pos.Refund) { f.Lines[0].N = 0 }, ErrRefundLines},
		"too many pieces":   {func(f *pos.Refund) { f.Lines[0].Quantity = 3 }, ErrRefundLines},
		"no pieces":         {func(f *pos.Refund) { f.Lines[0].Quantity = 0 }, ErrRefundLines},
	} {
		r := back(t, wechat(small), pos.TenderNative, pos.RefundAccepted, 0, map[int]int{1: 1})
		c.spoil(&r.Refunds[0])
		_, err := (Setup{Paper: Paper80}).Text(pos.PrintJob{Document: pos.DocRefund, Refund: 1}, r, shop)
		if !errors.Is(err, c.want) || pos.CodeOf(err) != pos.CodePrinter {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRefund_OfAnotherSaleIsNotFound(t *testing.T) {
	r := back(t, wechat(small), pos.TenderNative, pos.RefundAccepted, 500, nil)
	if _, err := (Setup{Paper: Paper80}).Bytes(pos.PrintJob{Document: pos.DocRefund, Refund: 2}, r, shop); pos.CodeOf(err) != pos.CodeNotFound {
		t.Error(err)
	}
}

func TestSale_SaysOnlyWhatWasGivenBackOfIt(t *testing.T) {
	for _, state := range pos.RefundStates {
		for _, exception := range []pos.ExceptionID{0, 4} {
			r := back(t, wechat(small), pos.TenderNative, state, 500, nil)
			r.Refunds[0].Exception = exception
			text, err := (Setup{Paper: Paper58}).Text(pos.PrintJob{Document: pos.DocSale}, r, shop)
			if err != nil {
				t.Fatal(err)
			}
			want := state.Counts() && exception == 0
			for _, words := range []string{Chinese.HasRefunds, "-5.00", "8.50"} {
				if strings.Contains(text, words) != want {
					t.Errorf("%s of exception %d, %q:\n%s", state, exception, words, text)
				}
			}
		}
	}
}

func TestProperty_RefundsReadBackAsLaidOut(t *testing.T) {
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 3))
		rec := randomSale(r)
		if rec.Sale.Net() == 0 {
			continue
		}
		pieces := map[int]int{}
		for i, l := range rec.Sale.Lines {
			pieces[i+1] = r.IntN(l.Quantity + 1)
		}
		pieces[1+r.IntN(len(rec.Sale.Lines))] = 1
		if r.IntN(3) == 0 {
			pieces = nil
		}
		tender := rec.Payments[0].Tender
		rec = back(t, rec, tender, pos.RefundStates[r.IntN(len(pos.RefundStates))], 1+pos.Fen(r.Int64N(int64(rec.Sale.Net()))), pieces)
		f := &rec.Refunds[0]
		f.Reason, f.Approver, f.Cashier = randomText(r, 40), randomText(r, 30), randomText(r, 30)
		check(t, rec, shop, pos.PrintJob{Document: pos.DocRefund, Refund: 1})
		check(t, rec, shop, pos.PrintJob{Document: pos.DocReprint, Copy: 1, QueuedAt: closedAt})
	}
}
