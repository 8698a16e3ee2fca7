package sim

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos/bubble"
)

// TestState_AnyDay runs random days: calls, payers, faults, waiting and restarts in any order. At every moment the books add
// up, and a kill forgets nothing.
func TestState_AnyDay(t *testing.T) {
	for seed := range uint64(4) {
		synctest.Test(t, func(t *testing.T) {
			d := newDay(t, seed)
			for range 120 {
				d.step()
				d.books()
				if d.r.IntN(10) == 0 {
					d.kill()
				}
			}
			if taken := len(d.s.Money()); taken < 5 {
				t.Errorf("seed %d: only %d payments: the day proves little", seed, taken)
			}
		})
	}
}

type day struct {
	t    *testing.T
	seed uint64
	r    *rand.Rand
	opts Options
	s    *Sim
	n    int
	seen map[string]int64 // what was ever said to be taken, by transaction
}

func newDay(t *testing.T, seed uint64) *day {
	opts := Options{State: filepath.Join(t.TempDir(), "state"), ReverseMinAge: -1, Transport: InProcess(&shop{})}
	return &day{t: t, seed: seed, r: rand.New(rand.NewPCG(seed, 7)), opts: opts, s: newSim(t, opts), seen: make(map[string]int64)}
}

// number is a number of the day, most often one that exists.
func (d *day) number() string {
	if d.n == 0 || d.r.IntN(2) == 0 {
		d.n++
		return fmt.Sprintf("S001T1-%06d", d.n)
	}
	return fmt.Sprintf("S001T1-%06d", 1+d.r.IntN(d.n))
}

func (d *day) step() {
	act := func(list []About) Act { return Act{Kind: list[d.r.IntN(len(list))].Name} }
	switch d.r.IntN(12) {
	case 0, 1:
		d.call("/pay/unifiedorder", orderRequest(with(toShop, map[string]string{"out_trade_no": d.number()})))
	case 2, 3:
		c, err := d.s.ShowCode(act(CodeActs()))
		if err != nil {
			d.t.Fatal(err)
		}
		d.call(pathMicroPay, microRequest(map[string]string{"out_trade_no": d.number(), "auth_code": c.Code}))
	case 4, 5:
		_, _ = d.s.Pay(d.number(), act(Acts())) // refusals are part of the day
	case 6:
		d.call(pathReverse, numberRequest(d.number()))
	case 7, 8:
		d.call(pathRefund, refundRequest(map[string]string{
			"out_trade_no": d.number(), "out_refund_no": "R" + strconv.Itoa(d.r.IntN(40)), "refund_fee": strconv.Itoa(1 + d.r.IntN(1350)),
			"notify_url": toShop["notify_url"],
		}))
	case 9:
		_, _ = d.s.VendorRefund(d.number(), int64(d.r.IntN(900)), RefundAct{}) // as above
	case 10:
		list := Faults()
		if err := d.s.SetFault(Fault{Name: list[d.r.IntN(len(list))].Name, Count: 1}); err != nil {
			d.t.Fatal(err)
		}
	default:
		d.call("/pay/closeorder", numberRequest(d.number()))
		bubble.Sleep(time.Duration(d.r.IntN(20)) * time.Second)
	}
	synctest.Wait()
}

// call makes a request whose answer may be anything.
func (d *day) call(path string, f map[string]string) {
	_, _, _ = send(d.t, d.s, http.MethodPost, apiHost+path, encode(f))
}

// books holds what the simulator says of money against itself and against what it said before.
func (d *day) books() {
	d.t.Helper()
	for _, m := range d.s.Money() {
		if before, ok := d.seen[m.TransactionID]; ok && before != m.TotalFee {
			d.t.Errorf("seed %d: %s was %d and is %d", d.seed, m.TransactionID, before, m.TotalFee)
		}
		d.seen[m.TransactionID] = m.TotalFee
		if m.GivenBack > m.TotalFee || m.Refunded+m.Refunding > m.TotalFee || m.Reversed && m.Refunded+m.Refunding > 0 {
			d.t.Errorf("seed %d: %+v", d.seed, m)
		}
	}
	if n := len(d.s.Money()); n != len(d.seen) {
		d.t.Errorf("seed %d: %d payments, %d were told of", d.seed, n, len(d.seen))
	}
}

// kill compares the simulator with one that starts from its file as it is now, and goes on with a restarted one.
func (d *day) kill() {
	d.t.Helper()
	opts := d.opts
	other := killed(d.t, d.opts.State, opts)
	got, want := d.held(other), d.held(d.s)
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			d.t.Errorf("seed %d: line %d:\n%s\nwant\n%s", d.seed, i+1, got[i], want[i])
			break
		}
	}
	if len(got) != len(want) {
		d.t.Errorf("seed %d: %d lines, want %d", d.seed, len(got), len(want))
	}
	other.Close()
	d.s.Close()
	d.s = newSim(d.t, d.opts)
}

// held is what must survive; the time to compare has no part in it.
func (d *day) held(s *Sim) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	lines, err := s.everything()
	if err != nil {
		d.t.Fatal(err)
	}
	all := strings.Split(string(lines), "\n")
	for i, line := range all { // forgeries are given up at a restart
		if strings.Contains(line, `"kind":"forged-`) {
			all[i] = ""
		}
	}
	return all
}

// FuzzCalls sends anything in the fields of every call: nothing panics, every answer can be read, and nobody gets more back
// than was taken.
func FuzzCalls(f *testing.F) {
	f.Add(uint8(0), "S001T1-000001", "134567890123456700", "1350", "R1", "", "0")
	f.Add(uint8(1), microNo, "134567890123456701", "1350", "R1", "4200000000000000000000000000", "10")
	f.Add(uint8(2), "", "", "-1", "", "x", "-1")
	f.Add(uint8(3), "S001T1-000001", "]]>", "9999999999", "R1", "", "99999999999999999999")
	paths := []string{"/pay/unifiedorder", pathMicroPay, "/pay/orderquery", "/pay/closeorder", pathReverse, pathRefund, "/pay/refundquery"}
	f.Fuzz(func(t *testing.T, which uint8, number, code, fee, refundNumber, id, offset string) {
		s, _ := paid(t, Options{RefundAfter: -1, ReverseMinAge: -1}, Act{Kind: PayNow})
		charge(t, s, PayNow)
		for i := range paths {
			request := with(orderRequest(nil), map[string]string{
				"out_trade_no": number, "auth_code": code, "total_fee": fee, "refund_fee": fee, "out_refund_no": refundNumber, "transaction_id": id,
				"offset": offset, "refund_id": "",
			})
			path := paths[(int(which)+i)%len(paths)]
			if neverAnswered(s, code, number, path) {
				continue
			}
			status, text, err := send(t, s, http.MethodPost, apiHost+path, encode(request))
			if err != nil || status != http.StatusOK {
				t.Fatalf("%s: status %d, %v", path, status, err)
			}
			if _, err := readXML(text); err != nil {
				t.Fatalf("%s: %v: %s", path, err, text)
			}
		}
		for _, m := range s.Money() {
			if m.GivenBack > m.TotalFee || m.GivenBack < 0 || m.Refunding < 0 {
				t.Errorf("%+v", m)
			}
		}
	})
}

// neverAnswered says whether a charge of this code is one that is never answered, which only a timeout ends.
func neverAnswered(s *Sim, code, number, path string) bool {
	if path != pathMicroPay || !authCode.MatchString(code) {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	act, no := s.actOf(code, number)
	kind, _ := codeKindOf(act.Kind)
	return no == nil && kind.silent
}
