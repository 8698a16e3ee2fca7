package apiv2_test

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
	"guitai/pos/wechat"
	"guitai/pos/wechat/apiv2"
	"guitai/pos/wechat/sim"
)

// bill is a trade bill to its end.
func (m *meeting) bill(t *testing.T, day pos.Day) (string, error) {
	t.Helper()
	r, err := m.TradeBill(t.Context(), day)
	return toEnd(t, r, err)
}

func (m *meeting) funds(t *testing.T, day pos.Day) (string, error) {
	t.Helper()
	r, err := m.FundFlow(t.Context(), day)
	return toEnd(t, r, err)
}

func toEnd(t *testing.T, r io.ReadCloser, err error) (string, error) {
	t.Helper()
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(r)
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	return string(text), err
}

func dayIs(t *testing.T, s string) pos.Day {
	t.Helper()
	d, err := pos.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// When a bill can be fetched was written down twice, by both sides: here they agree, to the second where it changes.
func TestSimBill_IsThereWhenTheTillExpectsIt(t *testing.T) {
	meet(t, sim.Options{}, nil, func(t *testing.T, m *meeting) {
		first := dayIs(t, "2000-01-01") // a bubble begins at eight in the morning of it, in UTC+8
		m.paid(t, sim.PayNow)
		var said []pos.Code
		ready, old := pos.BillFrom(first), time.Date(2000, 4, 1, 16, 0, 0, 0, time.UTC)
		times := []time.Time{ready.Add(-time.Second), ready, old.Add(-time.Second), old}
		for at := time.Now(); at.Before(old.AddDate(0, 0, 3)); at = at.Add(7 * time.Hour) {
			times = append(times, at)
		}
		slices.SortFunc(times, time.Time.Compare)
		for _, at := range times {
			bubble.Sleep(time.Until(at))
			want := pos.CodeNone
			switch now := time.Now(); {
			case now.Before(pos.BillFrom(first)):
				want = pos.CodeNotYet
			case pos.BillOld(first, now):
				want = pos.CodeNotFound
			}
			if _, err := m.bill(t, first); pos.CodeOf(err) != want {
				t.Fatalf("at %v: %v, want %q", time.Now(), err, want)
			}
			if len(said) == 0 || said[len(said)-1] != want {
				said = append(said, want)
			}
		}
		if !slices.Equal(said, []pos.Code{pos.CodeNotYet, pos.CodeNone, pos.CodeNotFound}) {
			t.Errorf("%q", said)
		}
		if _, err := m.bill(t, dayIs(t, "2000-03-15")); pos.CodeOf(err) != pos.CodeNotFound { // a day without a trade
			t.Errorf("%v", err)
		}
		if _, err := m.bill(t, dayIs(t, "2001-01-01")); pos.CodeOf(err) != pos.CodeRejected { // a day to come
			t.Errorf("%v", err)
		}
	})
}

// Both bills of a day, signed as WeChat wants each, whatever the merchant is set to.
func TestSimBill_BothBillsByBothSignatures(t *testing.T) {
	p := sim.Practice()
	for _, kind := range []wechat.SignType{wechat.MD5, wechat.HMACSHA256} {
		p.SignType = string(kind)
		options := sim.Options{Merchants: []sim.Merchant{p}, Bill: sim.BillOptions{Now: true, BOM: true, CRLF: true, Payouts: true}}
		meet(t, options, func(c *apiv2.Config) { c.Merchant.SignType = kind }, func(t *testing.T, m *meeting) {
			id := m.paid(t, sim.PayNow)
			text, err := m.bill(t, dayIs(t, "2000-01-01"))
			if err != nil || !strings.HasPrefix(text, "\uFEFF交易时间,") || strings.Count(text, "\r\n") != 4 || !strings.Contains(text, ",`"+id+",`"+no+",") {
				t.Errorf("%s: %v\n%s", kind, err, text)
			}
			text, err = m.funds(t, dayIs(t, "2000-01-01"))
			if err != nil || !strings.HasPrefix(text, "\uFEFF记账时间,") || !strings.Contains(text, "`"+id+",`") {
				t.Errorf("%s: %v\n%s", kind, err, text)
			}
			if _, err := m.funds(t, dayIs(t, "1999-12-31")); pos.CodeOf(err) != pos.CodeNotFound {
				t.Errorf("%s: %v", kind, err)
			}
		})
	}
}

// Every fault that can meet a bill: nothing comes of it that is taken for a whole file, but by the second host.
func TestSimBill_EveryFault(t *testing.T) {
	type want struct{ one, two pos.Code }
	both := func(c pos.Code) want { return want{c, c} }
	helped := func(c pos.Code) want { return want{c, ""} } // by the second host
	wants := map[string]want{
		sim.FaultHostDown: helped(pos.CodeNoAnswer), sim.FaultNotActedLost: helped(pos.CodeNoAnswer), sim.FaultNoAnswer: helped(pos.CodeNoAnswer),
		sim.FaultAnswerLost: helped(pos.CodeNoAnswer), sim.FaultArrivesLate: helped(pos.CodeNoAnswer), sim.FaultSlowBody: helped(pos.CodeNoAnswer),
		sim.FaultHTTP502: helped(pos.CodeServerFault), sim.FaultHTTP502Acted: helped(pos.CodeServerFault),
		sim.FaultUnsignedFail: both(pos.CodeServerFault), sim.FaultSystemError: both(pos.CodeServerFault), sim.FaultSystemErrorActed: both(pos.CodeServerFault),
		sim.FaultTruncated: both(pos.CodeBadAnswer), sim.FaultXXE: both(pos.CodeBadAnswer), sim.FaultBadSign: both(""), // a bill is not signed
		sim.FaultBillPacking: both(pos.CodeBadAnswer), sim.FaultBillDrop: both(pos.CodeNoAnswer), sim.FaultBillPage: both(pos.CodeCaptive),
		sim.FaultBillCreating: both(pos.CodeNotYet),
		// These are whole files, to whoever carries them: the sums and the books tell.
		sim.FaultBillSummary: both(""), sim.FaultBillCut: both(""),
		sim.FaultBillLacks: both(""), sim.FaultBillForeign: both(""), sim.FaultBillAmount: both(""), sim.FaultBillFee: both(""),
	}
	for _, about := range sim.Faults() {
		want, ok := wants[about.Name]
		if !ok {
			if (sim.Fault{Name: about.Name}).EveryCall() || strings.HasPrefix(about.Name, "bill-") {
				t.Errorf("%s is not tested", about.Name)
			}
			continue
		}
		for name, c := range map[string]struct {
			change func(*apiv2.Config)
			code   pos.Code
		}{"one host": {nil, want.one}, "two hosts": {withBackup, want.two}} {
			t.Run(about.Name+", "+name, func(t *testing.T) {
				meet(t, sim.Options{Bill: sim.BillOptions{Now: true}}, c.change, func(t *testing.T, m *meeting) {
					m.paid(t, sim.PayNow)
					for i := range 200 {
						d := sim.Difference{Day: "20000101", Kind: sim.WrongForeign, Row: fmt.Sprintf("S001-T2-%016x", i*i*7919)}
						if _, err := m.Plant(d); err != nil {
							t.Fatal(err)
						}
					}
					whole, err := m.bill(t, dayIs(t, "2000-01-01"))
					if err != nil {
						t.Fatal(err)
					}
					fault := sim.Fault{Name: about.Name, Count: 1, Path: "downloadbill"}
					if about.Name == sim.FaultHostDown {
						fault.Path = ""
					}
					if err := m.SetFault(fault); err != nil {
						t.Fatal(err)
					}
					text, err := m.bill(t, dayIs(t, "2000-01-01"))
					if pos.CodeOf(err) != c.code {
						t.Errorf("%v, want %q", err, c.code)
					}
					if bent := strings.HasPrefix(about.Name, "bill-"); err == nil && (text == whole) == bent {
						t.Errorf("%d bytes, %d of the true bill", len(text), len(whole))
					}
					if _, err := m.bill(t, dayIs(t, "2000-01-01")); err != nil {
						t.Errorf("the next time: %v", err)
					}
				})
			})
		}
	}
}
