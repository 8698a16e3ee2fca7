package store_test

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store"
)

// sameRows holds the quick reading of payments to the plain one, row by row, and returns them.
func sameRows(t *testing.T, s *store.Store, span pos.Span) []pos.PaymentRow {
	t.Helper()
	ctx := context.Background()
	var got, want []pos.PaymentRow
	err := s.EachPayment(ctx, span, func(r pos.PaymentRow) error { got = append(got, r); return nil })
	if err != nil {
		t.Fatal(err)
	}
	if err := s.EachPaymentSlowly(ctx, span, func(r pos.PaymentRow) { want = append(want, r) }); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Fatalf("%d rows, not %d", len(got), len(want))
	}
	for i := range got {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("row %d is\n%+v, not\n%+v", i, got[i], want[i])
		}
	}
	return got
}

func TestEachPayment_ReadsWhatThePlainQueryReads(t *testing.T) {
	t.Parallel()
	s := busyDay(t, t.TempDir())
	for _, span := range []pos.Span{{From: 20261119, To: 20261121}, {From: 20261120, To: 20261120}, {From: 20261121, To: 20261122}, {From: 20261122, To: 20261119}} {
		sameRows(t, s, span)
	}
}

// The cells of a row come as one text. A name that has in it what stands between them moves none of them.
func TestEachPayment_IsNotMovedByWhatIsInANameOrNumber(t *testing.T) {
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	for i, name := range []string{"", "王\x1f芳", "\x1f", "\x1f\x1f9", "a,b\n\"c", "nul\x00after", "none", "-1", "\xff\xfe", strings.Repeat("芳", 5000)} {
		sl := sale(1)
		sl.Cashier = name
		p := cash(no(2*i), sl, 300)
		p.PaidAt = noon
		if _, err := s.SellCash(ctx, sl, p); err != nil {
			t.Fatal(err)
		}
		_, other := mustBegin(t, s, no(2*i+1), 1)
		sig := paid("42"+no(i)+name, other.Asked, true)
		sig.Trade.PaidAt = time.UnixMilli([]int64{0, -1, 1, 1763611200000}[i%4]) // WeChat's clock says what it likes
		mustApply(t, s, change(other, sig, noon))
	}
	rows := sameRows(t, s, pos.Span{From: 20261120, To: 20261120})
	if len(rows) != 20 || rows[2].Payment.Cashier != "王\x1f芳" || rows[3].Payment.TransactionID != "42"+no(1)+"王\x1f芳" || rows[3].Receipt.Seq != 4 {
		t.Errorf("%d rows: %+v", len(rows), rows[2:4])
	}
}
