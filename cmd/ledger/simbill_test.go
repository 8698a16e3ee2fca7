package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
	"guitai/pos/reconcile"
	"guitai/pos/wechat"
	"guitai/pos/wechat/apiv2"
	"guitai/pos/wechat/sim"
)

// Here three rooms that do not know each other meet: who makes WeChat's bill, who fetches it and who reads it.

// truth is a merchant's books that are right: what the simulator knows, in the till's words.
type truth struct {
	t *testing.T
	s *sim.Sim
}

func (b truth) EachBillItem(_ context.Context, day pos.Day, f func(*pos.BillItem) error) error {
	rows, err := b.s.BillRows("", day.Compact())
	if err != nil {
		b.t.Fatal(err)
	}
	for _, r := range rows {
		if r.Recharge {
			continue // in no bill but its own
		}
		if err := f(oursOf(r)); err != nil {
			return err
		}
	}
	return nil
}

func oursOf(r sim.BillRow) *pos.BillItem {
	i := &pos.BillItem{
		Kind: pos.BillPayment, OutTradeNo: r.OutTradeNo, TransactionID: r.TransactionID, Amount: pos.Fen(r.Total), Settlement: pos.Fen(r.Settlement),
		Currency: r.FeeType, State: string(pos.Paid), At: r.At,
	}
	switch r.State {
	case sim.StateRefund:
		i.Kind, i.OutRefundNo, i.RefundID, i.State = pos.BillRefund, r.OutRefundNo, r.RefundID, string(pos.RefundDone)
		i.Amount, i.Settlement = pos.Fen(r.RefundTotal), pos.Fen(r.Refund)
	case sim.StateRevoked:
		i.Kind, i.State, i.Amount, i.Settlement = pos.BillReversal, string(pos.Refunded), pos.Fen(r.RefundTotal), pos.Fen(r.Refund)
	}
	return i
}

func (truth) FindBillItem(context.Context, pos.BillItem) (pos.BillItem, error) {
	return pos.BillItem{}, pos.E(pos.CodeNotFound, "find", nil)
}
func (truth) SeenOnBill(context.Context, pos.BillItem) (pos.Day, error) { return 0, nil }
func (truth) Bills(context.Context, int) ([]pos.BillSummary, error)     { return nil, nil }

// market is a simulator with two days of sales and a client of it. In a bubble the first day is 1 January 2000, from eight o'clock on.
func market(t *testing.T, form sim.BillOptions) (*sim.Sim, *apiv2.Client) {
	t.Helper()
	s, err := sim.New(sim.Options{Bill: form, ReverseMinAge: -1, Transport: sim.InProcess(http.NotFoundHandler())})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	p := sim.Practice()
	c, err := apiv2.New(apiv2.Config{
		Merchant: wechat.Merchant{AppID: p.AppID, MchID: p.MchID, Key: wechat.NewAPIKey(p.Key), SignType: wechat.HMACSHA256},
		BaseURL:  "https://api.mch.weixin.qq.com", NotifyURL: "https://notify.invalid/", DeviceInfo: "T1", Attach: "S001/T1,`x", Transport: s.RoundTripper(), Practice: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	goods := []string{"可口可乐 330ml", "薯片,`原味`, \"大\"包", "`,`", "牛肉面"}
	for i := range 60 {
		o := pos.Order{
			OutTradeNo: fmt.Sprintf("S001-T1-%012d", i), Amount: pos.Fen(1 + i*i*7%2000), OpenedAt: time.Now(), ExpiresAt: time.Now().Add(time.Hour),
			Sale: pos.Sale{Lines: []pos.Line{{Item: 1, Name: goods[i%len(goods)], Price: 1, Quantity: 1}}},
		}
		sold := false
		if i%5 == 4 {
			request, err := c.ComposeCharge(o)
			if err != nil {
				t.Fatal(err)
			}
			sold = c.Charge(t.Context(), o.OutTradeNo, request, pos.PaymentCode(fmt.Sprintf("1345678901234%03d99", i))).Kind == pos.SigPaid
			if i%10 == 4 {
				bubble.Sleep(time.Minute)
				sold = c.Reverse(t.Context(), o.OutTradeNo).Kind == pos.SigReversed
			}
		} else {
			request, err := c.Compose(o)
			if err != nil {
				t.Fatal(err)
			}
			c.Prepay(t.Context(), o.OutTradeNo, request)
			act := sim.Act{Kind: sim.PayNow}
			if i%7 == 3 && o.Amount > 3 {
				act = sim.Act{Kind: sim.PayCoupon, Coupons: []sim.Coupon{{ID: "1", Type: sim.CouponNoCash, Fee: 2}, {ID: "2", Type: sim.CouponCash, Fee: 1}}}
			}
			_, err = s.Pay(o.OutTradeNo, act)
			sold = err == nil
			if i%6 == 0 {
				if _, err := s.VendorRefund(o.OutTradeNo, int64(o.Amount+1)/2, sim.RefundAct{}); err != nil {
					t.Fatal(err)
				}
			}
		}
		if !sold {
			t.Fatalf("order %d was not sold", i)
		}
		bubble.Sleep(20 * time.Minute)
	}
	bubble.Sleep(2 * 24 * time.Hour)
	return s, c
}

// held fetches a bill and holds the books against it.
func held(t *testing.T, s *sim.Sim, fetch func(context.Context, pos.Day) (io.ReadCloser, error), day pos.Day) (pos.BillResult, error) {
	t.Helper()
	r, err := fetch(t.Context(), day)
	if err != nil {
		return pos.BillResult{}, err
	}
	defer func() { _ = r.Close() }() // everything wanted of it is read
	return reconcile.Match(t.Context(), r, truth{t, s}, reconcile.Options{
		Shop: pos.Shop{Name: "柜台便利店", ID: "S001", Till: "T1", MchID: sim.PracticeMchID}, AppID: sim.PracticeAppID, Day: day,
	})
}

var forms = map[string]sim.BillOptions{
	"plain": {}, "as fetched": {BOM: true, CRLF: true, Payouts: true}, "old": {Old: true, BOM: true, CRLF: true}, "old, plain": {Old: true},
	"another rate": {Rate: 38, CRLF: true}, "no fees": {Rate: -1},
}

const firstDay = pos.Day(20000101)

func TestSimBill_TheTruthIsFoundToBeTrueInEveryForm(t *testing.T) {
	for name, form := range forms {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, c := market(t, form)
				var payments, refunds int
				for _, day := range []pos.Day{firstDay, firstDay.Next()} {
					rows, err := s.BillRows("", day.Compact())
					if err != nil {
						t.Fatal(err)
					}
					got, err := held(t, s, c.TradeBill, day)
					if err != nil {
						t.Fatalf("%s: %v", day, err)
					}
					fee := int64(0)
					for _, r := range rows {
						fee += r.Fee
					}
					sum := got.Summary
					if !sum.Clean() || !sum.Balanced() || sum.Match != len(rows) || sum.Rows != len(rows) || int64(sum.Fee) != fee || len(sum.Others) > 0 {
						t.Errorf("%s: %+v of %d rows\n%+v", day, sum, len(rows), got.Findings)
					}
					payments, refunds = payments+sum.Theirs.Payments, refunds+sum.Theirs.Refunds
					funds, err := held(t, s, c.FundFlow, day)
					if err != nil || funds.Summary.Fee != pos.Mille(sum.Fee.Fen()*1000) || form.Payouts != (len(funds.Summary.Payouts) == 1) && day != firstDay {
						t.Errorf("%s: fund flow %+v, %v, fees of the trade bill %v", day, funds.Summary, err, sum.Fee)
					}
				}
				if payments != 60 || refunds != 14 {
					t.Errorf("%d payments, %d refunds", payments, refunds)
				}
			})
		})
	}
}

func TestSimBill_ExactlyWhatWasPlantedIsFound(t *testing.T) {
	for name, form := range forms {
		if form.Rate < 0 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, c := market(t, form)
				refund := ""
				rows, err := s.BillRows("", firstDay.Compact())
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range rows {
					if r.State == sim.StateRefund {
						refund = r.OutRefundNo
					}
				}
				planted := map[string]string{} // what is found, by number
				for _, d := range []struct {
					kind, row string
					is        int64
					want      string
				}{
					{sim.WrongLacks, "S001-T1-000000000007", 0, "ours-only missing"},
					{sim.WrongLacks, refund, 0, "ours-only missing"},
					{sim.WrongForeign, "S001-T1-999999999999", 1234, "theirs-only unknown"},
					{sim.WrongAmount, "S001-T1-000000000010", 9999, "differs amount"},
					{sim.WrongFee, "S001-T1-000000000011", 99_000, "differs fee"},
				} {
					p, err := s.Plant(sim.Difference{Day: firstDay.Compact(), Kind: d.kind, Row: d.row, Is: d.is})
					if err != nil {
						t.Fatal(err)
					}
					planted[p.OutTradeNo+" "+p.OutRefundNo] = d.want
				}
				got, err := held(t, s, c.TradeBill, firstDay)
				if err != nil {
					t.Fatal(err)
				}
				found := map[string]string{}
				for _, f := range got.Findings {
					i := f.Item()
					found[i.OutTradeNo+" "+i.OutRefundNo] = fmt.Sprint(f.Class, " ", f.Cause)
				}
				if fmt.Sprint(found) != fmt.Sprint(planted) || len(planted) != 5 || !got.Summary.Balanced() {
					t.Errorf("found   %v\nplanted %v\n%+v", found, planted, got.Summary)
				}
			})
		})
	}
}

// What is wrong with a file or the way to it is told apart: asked for again, or not believed.
func TestSimBill_WhatIsNoWholeBillIsNeverTakenForOne(t *testing.T) {
	for fault, want := range map[string]struct {
		code pos.Code
		why  string
	}{
		sim.FaultBillDrop: {pos.CodeNoAnswer, ""}, sim.FaultBillPacking: {pos.CodeBadAnswer, ""}, sim.FaultTruncated: {pos.CodeBadAnswer, ""},
		sim.FaultBillPage: {pos.CodeCaptive, ""}, sim.FaultBillCreating: {pos.CodeNotYet, ""}, sim.FaultHTTP502: {pos.CodeServerFault, ""},
		sim.FaultBillSummary: {pos.CodeInvalid, "sum"}, sim.FaultBillCut: {pos.CodeInvalid, ""},
	} {
		t.Run(fault, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, c := market(t, sim.BillOptions{})
				fetches := map[string]func(context.Context, pos.Day) (io.ReadCloser, error){"downloadbill": c.TradeBill, "downloadfundflow": c.FundFlow}
				for path, fetch := range fetches {
					if err := s.SetFault(sim.Fault{Name: fault, Count: 1, Path: path}); err != nil {
						t.Fatal(err)
					}
					_, err := held(t, s, fetch, firstDay)
					why, refused := errors.AsType[*pos.BillError](err)
					if pos.CodeOf(err) != want.code || refused != (want.code == pos.CodeInvalid) || refused && want.why != "" && why.ID != want.why {
						t.Errorf("%s: %v, want %q %q", path, err, want.code, want.why)
					}
					if _, err := held(t, s, fetch, firstDay); err != nil {
						t.Errorf("%s, the next time: %v", path, err)
					}
				}
			})
		})
	}
}

// The files that the simulator gives to download are bills too, of every type.
func TestSimBill_DownloadedFilesAreBelieved(t *testing.T) {
	for name, form := range forms {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, _ := market(t, form)
				for kind, rows := range map[string]int{sim.BillAll: 0, sim.BillSuccess: 0, sim.BillRefund: 0} {
					u := url.URL{Scheme: "http", Host: "127.0.0.1", Path: "/sim/bill", RawQuery: "day=" + firstDay.Compact() + "&type=" + kind}
					req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, u.String(), nil)
					if err != nil {
						t.Fatal(err)
					}
					resp, err := s.RoundTripper().RoundTrip(req)
					if err != nil || resp.StatusCode != http.StatusOK {
						t.Fatalf("%s: %v", kind, err)
					}
					text, err := io.ReadAll(resp.Body)
					if err := errors.Join(err, resp.Body.Close()); err != nil {
						t.Fatal(err)
					}
					got, err := reconcile.Match(t.Context(), bytes.NewReader(text), truth{t, s}, reconcile.Options{
						Shop: pos.Shop{ID: "S001", Till: "T1", MchID: sim.PracticeMchID}, AppID: sim.PracticeAppID,
					})
					all, _ := s.BillRows("", firstDay.Compact())
					for _, r := range all {
						if kind == sim.BillAll || (kind == sim.BillSuccess) == (r.State == sim.StateSuccess) {
							rows++
						}
					}
					if old := form.Old && kind == sim.BillRefund; err != nil || got.Summary.Rows != rows || got.Summary.Match < rows && !old || !slices.Contains([]string{kind, "ALL"}, got.Summary.Header) {
						t.Errorf("%s: %v, %+v of %d rows\n%s", kind, err, got.Summary, rows, strings.SplitN(string(text), "\n", 2)[0])
					}
				}
			})
		})
	}
}
