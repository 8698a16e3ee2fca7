package reconcile

import (
	"encoding/csv"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"guitai/pos"
)

// slow is one row as the slow reader of the test has it.
type slow struct {
	at                        int64
	order, trans, no, state   string
	amount, settlement        string // of a payment; of a refund what was asked and what came off the shop
	fee                       string
	refundAmount, refundShare string
}

// slowRead reads a bill with the library's reader of CSV, knowing nothing of the fast one: a name that holds ,` is beyond it.
func slowRead(text string) ([]slow, bool) {
	text = strings.TrimPrefix(text, "\ufeff")
	if strings.Contains(text, "\"") { // means something else there
		return nil, false
	}
	head, rest, _ := strings.Cut(text, "\n")
	names := strings.Split(strings.TrimSpace(head), ",")
	var rows []slow
	for line := range strings.SplitSeq(rest, "\n") {
		line = strings.TrimSuffix(line, "\r")
		if strings.HasPrefix(line, "总交易单数") {
			return rows, true
		}
		r := csv.NewReader(strings.NewReader(strings.ReplaceAll(strings.TrimPrefix(line, "`"), ",`", "\x1f")))
		r.Comma, r.LazyQuotes = '\x1f', true
		fields, err := r.Read()
		if err != nil || len(fields) != len(names) {
			return nil, false
		}
		get := func(name string) string {
			for i, n := range names {
				if n == name {
					return fields[i]
				}
			}
			return ""
		}
		t, err := time.ParseInLocation("2006-01-02 15:04:05", strings.ReplaceAll(get("交易时间"), "：", ":"), pos.BillZone)
		if err != nil {
			return nil, false
		}
		rows = append(rows, slow{
			at: t.Unix(), order: get("商户订单号"), trans: get("微信订单号"), no: get("商户退款单号"), state: get("交易状态"), amount: get("订单金额"), settlement: get("应结订单金额"),
			fee: get("手续费"), refundAmount: get("申请退款金额"), refundShare: get("退款金额"),
		})
	}
	return nil, false
}

// same compares a number with a text by exact arithmetic; unit is how many parts a yuan has.
func same(n int64, text string, unit int64) bool {
	if text == "" {
		return n == 0
	}
	r, ok := new(big.Rat).SetString(text)
	return ok && r.Mul(r, big.NewRat(unit, 1)).Cmp(big.NewRat(n, 1)) == 0
}

const fuzzHeader = "交易时间,公众账号ID,商户号,微信订单号,商户订单号,交易状态,货币种类,应结订单金额,微信退款单号,商户退款单号,退款金额,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"

// FuzzRead holds the fast reader to the slow one, and to never making anything of a file but rows or an error that says why.
func FuzzRead(f *testing.F) {
	pay := "`2026-11-20 10:00:00,`wx,`190,`4200,`S001-T1-1,`SUCCESS,`CNY,`1.00,`0,`0,`0.00,`,`可乐,`,`0.00600,`0.60%,`1.00,`0.00,`"
	refund := "`2026-11-20 11：00：00,`wx,`190,`4200,`S001-T1-1,`REFUND,`CNY,`0.00,`500,`R1,`0.50,`SUCCESS,`可乐,`,`-0.00300,`0.60%,`0.00,`0.50,`"
	sums := "总交易单数,应结订单总金额,退款总金额,手续费总金额,订单总金额,申请退款总金额"
	f.Add("\ufeff" + fuzzHeader + "\n" + pay + "\n" + refund + "\n" + sums + "\n`2,`1.00,`0.50,`0.00300,`1.00,`0.50\n")
	f.Add(fuzzHeader + "\r\n" + pay + "\r\n" + sums + "\r\n`1,`1.00,`0.00,`0.01,`1.00,`0.00\r\n")
	f.Add(fuzzHeader + "\n" + strings.Replace(pay, "可乐", "可,`乐,,", 1) + "\n" + sums + "\n`1,`1.00,`0.00,`0.01,`1.00,`0.00\n")
	f.Add("交易时间")
	f.Add("`")
	f.Fuzz(func(t *testing.T, text string) {
		b, err := open(strings.NewReader(text))
		if err != nil {
			wantBillError(t, err)
			return
		}
		if b.header.name != headerAll {
			return
		}
		want, comparable := slowRead(text)
		var r row
		for i := 0; ; i++ {
			err := b.trade(&r)
			if errors.Is(err, errDone) {
				if comparable && i != len(want) {
					t.Fatalf("%d rows, slowly %d", i, len(want))
				}
				return
			}
			if err != nil {
				wantBillError(t, err)
				return
			}
			if !comparable || i >= len(want) {
				continue
			}
			w := want[i]
			if r.at != w.at || string(r.order) != w.order || string(r.trans) != w.trans || !same(int64(r.fee), w.fee, 100_000) {
				t.Fatalf("row %d: %+v, slowly %+v", i, r, w)
			}
			amount, share := w.amount, w.settlement
			if r.kind != pos.BillPayment {
				amount, share = w.refundAmount, w.refundShare
			}
			if b.header.has(colAmount) && b.header.has(colSettlement) && b.header.has(colRefundAsked) && (!same(int64(r.amount), amount, 100) || !same(int64(r.settlement), share, 100)) {
				t.Fatalf("row %d: %d and %d, slowly %q and %q", i, r.amount, r.settlement, amount, share)
			}
		}
	})
}

func wantBillError(t *testing.T, err error) {
	t.Helper()
	if e, ok := errors.AsType[*pos.BillError](err); !ok || e.ID == "" || pos.CodeOf(err) != pos.CodeInvalid {
		t.Fatalf("%v", err)
	}
}

func TestMilles_ExactOrNothing(t *testing.T) {
	for text, want := range map[string]pos.Mille{
		"0": 0, "0.0": 0, "0.00": 0, "1": 100_000, "1.00": 100_000, "0.00001": 1, "-0.00300": -300, ".5": 50_000, "5.": 500_000, "99999999999.99999": 9_999_999_999_999_999,
	} {
		if got, ok := milles([]byte(text)); !ok || got != want {
			t.Errorf("%q: %d %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "-", ".", "1,00", "1.000001", "1e5", "１.00", "+1", " 1", "1 ", "--1", "1.2.3", "123456789012.00", "￥1"} {
		if got, ok := milles([]byte(text)); ok {
			t.Errorf("%q is read as %d", text, got)
		}
	}
	for text, want := range map[string]int64{"0.60%": 6000, "0.6%": 6000, "1%": 10_000, "0%": 0, "100%": 1_000_000} {
		if got, ok := rate([]byte(text)); !ok || got != want {
			t.Errorf("%q: %d %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "%", "0.60", "-1%", "101%", "x%"} {
		if _, ok := rate([]byte(text)); ok {
			t.Errorf("%q is a rate", text)
		}
	}
}

func TestSummary_FeesMayBeRoundedToFenAndNothingElse(t *testing.T) {
	b := &reader{}
	b.sums[sumFee] = 8100_600
	for value, want := range map[string]bool{
		"81.00600": true, "81.006": true, "81.01": true, "81.00": true, "81": true, "81.02": false, "80.99": false, "81.00601": false, "81.007": false, "x": false, "": false,
	} {
		if got := b.agrees(sumFee, value); got != want {
			t.Errorf("%q: %v", value, got)
		}
	}
}

func TestMille_RoundsHalfUp(t *testing.T) {
	for m, want := range map[pos.Mille]pos.Fen{0: 0, 499: 0, 500: 1, 1499: 1, 1500: 2, -499: 0, -500: -1, -1500: -2} {
		if m.Fen() != want {
			t.Errorf("%d: %d", m, m.Fen())
		}
	}
	if s := pos.Mille(-8100_600).String(); s != "-81.00600" {
		t.Error(s)
	}
}
