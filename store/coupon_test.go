package store_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"guitai/pos"
)

// withCoupon is a payment of which the shop gets less, because it bears a coupon.
func withCoupon(trans string, amount, settlement pos.Fen, stands bool) pos.Signal {
	s := paid(trans, amount, stands)
	s.Trade.Settlement = settlement
	return s
}

func TestWalk_ACouponIsBookedApart(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	db := raw(t, dir)
	sl := sale(2)
	sl.Discount = 100
	sl, p, err := s.BeginSale(ctx, sl, native(no(1), sl)) // 9.02 less 1.00
	if err != nil {
		t.Fatal(err)
	}
	out := mustApply(t, s, change(p, withCoupon("4200000001", 802, 702, true), noon))
	rec, err := s.Record(ctx, sl.ID)
	if err != nil || !reflect.DeepEqual(rec, *out.Sale) || rec.Payments[0].Settlement != 702 || rec.Payments[0].Amount != 802 {
		t.Fatalf("record %+v %v, told %+v", rec, err, *out.Sale)
	}
	events, err := s.Evidence(ctx, p.ID)
	if err != nil || len(events) != 1 || events[0].Amount != 802 || events[0].Settlement != 702 {
		t.Errorf("evidence %+v %v", events, err)
	}

	second := change(out.Payment, withCoupon("4200000002", 802, 800, false), noon) // paid twice, with a coupon again
	mustApply(t, s, second)
	_, p = mustBegin(t, s, no(2), 1)
	p = mustApply(t, s, change(p, withCoupon("4200000003", 50, 40, true), noon)).Payment // another amount
	pending, err := s.PendingRows(ctx)
	if err != nil || len(pending) != 2 || pending[0].Payment.Settlement != 800 || pending[1].Payment.Settlement != 40 {
		t.Errorf("pending %+v %v", pending, err)
	}
	mustVerify(t, s)
	mustApply(t, s, change(p, pos.Signal{Kind: pos.SigRevoked, Source: pos.ByPoll}, noon.Add(time.Hour)))
	for query, want := range map[string]string{
		`SELECT seq, account, fen FROM posting ORDER BY seq, n`: "2|wechat:receivable|702\n2|wechat:coupons|100\n2|discount|100\n2|sales|-902\n" +
			"3|wechat:receivable|800\n3|wechat:coupons|2\n3|wechat:exceptions|-802\n" +
			"4|wechat:receivable|40\n4|wechat:coupons|10\n4|wechat:exceptions|-50\n" +
			"5|wechat:receivable|-40\n5|wechat:coupons|-10\n5|wechat:exceptions|50\n",
		`SELECT account, fen, n FROM day_total WHERE account LIKE 'tender:%' OR account = 'wechat:coupons' ORDER BY account`: "tender:wechat-native|802|1\nwechat:coupons|102|4\n",
		`SELECT second, amount, settlement FROM exception ORDER BY id`:                                                       "1|802|800\n0|50|40\n",
	} {
		if got := rowsOf(t, db, query); got != want {
			t.Errorf("%s\n got %s want %s", query, got, want)
		}
	}
	day, err := s.Takings(ctx, pos.Span{From: 20261120, To: 20261120})
	if err != nil || day[0].Net != 802 || len(day[0].Tenders) != 1 || day[0].Tenders[0].Fen != 802 || day[0].Excepted != 802 {
		t.Errorf("takings %+v %v", day, err)
	}
	mustVerify(t, s)
}

func TestApply_ASettlementThatMakesNoSenseIsNotBooked(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, t.TempDir())
	_, p := mustBegin(t, s, no(1), 1)
	for _, settlement := range []pos.Fen{-1, 301} {
		c := change(p, paid("4200000001", 300, true), noon)
		c.To.Settlement = settlement
		_, err := s.Apply(context.Background(), c)
		wantCode(t, err, pos.CodeInvalid)
	}
	p = mustApply(t, s, change(p, paid("4200000001", 300, true), noon)).Payment
	c := pos.Change{From: p, To: p, Signal: paid("4200000001", 300, true), At: noon}
	c.To.Settlement = 200 // it is in the books already
	_, err := s.Apply(context.Background(), c)
	wantCode(t, err, pos.CodeInvalid)
	mustVerify(t, s)
}
