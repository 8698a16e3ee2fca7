package pos_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"guitai/pos"
)

var noon = time.Date(2026, 11, 20, 4, 0, 0, 0, time.UTC)

// tables reads the state x signal tables from a comment, so that the comment cannot lie: one after another, each with the
// word "signal" over its first column.
func tables(t *testing.T, file string) []map[string]map[string]string {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]map[string]string
	var columns []string
	for line := range strings.Lines(string(src)) {
		text, ok := strings.CutPrefix(line, "//\t")
		if !ok || !strings.Contains(text, "|") {
			continue
		}
		row := strings.Split(text, "|")
		for i := range row {
			row[i] = strings.TrimSpace(row[i])
		}
		if row[0] == "signal" {
			columns = row
			all = append(all, map[string]map[string]string{})
			continue
		}
		m := map[string]string{}
		for i, cell := range row[1:] {
			m[strings.ToLower(columns[i+1])] = cell
		}
		all[len(all)-1][row[0]] = m
	}
	return all
}

// tenders are the tenders whose payments Step moves, in the order of its tables, with the state that theirs never has.
var tenders = []struct {
	tender pos.Tender
	never  pos.State
}{{pos.TenderNative, pos.Reversing}, {pos.TenderCode, pos.Closing}}

// in builds a payment that has been in a state for a while.
func in(s pos.State) pos.Payment {
	p := pos.Payment{
		ID: 7, Sale: 3, OutTradeNo: "S001-T1-261120AAAAAAAAAAAA", Tender: pos.TenderNative, State: s, Asked: 1350,
		OpenedAt: noon, ExpiresAt: noon.Add(5 * time.Minute), Version: 4, Asks: 1,
	}
	switch s {
	case pos.Waiting:
		p.CodeURL, p.MayExist = "weixin://wxpay/bizpayurl?pr=x", true
	case pos.Closing:
		p.ClosingSince, p.MayExist = noon.Add(10*time.Second), true
	case pos.Reversing:
		p.ClosingSince, p.MayExist, p.MayReverse = noon.Add(10*time.Second), true, true
	case pos.Paid, pos.Exception, pos.Refunded:
		p.Amount, p.Currency, p.TransactionID, p.Evidence = 1350, pos.Currency, "42000001", pos.ByPoll
	}
	return p
}

// cases are payments of a table's tender: of the one with a code on the glass also what a phone pays, by a prepay_id alone.
func cases(tender pos.Tender, s pos.State) []pos.Payment {
	p := in(s)
	p.Tender = tender
	if tender != pos.TenderNative {
		return []pos.Payment{p}
	}
	all := []pos.Payment{p}
	for _, byPhone := range []pos.Tender{pos.TenderNative, pos.TenderJSAPI, pos.TenderApp} {
		p.Tender, p.API = byPhone, pos.APIv1
		if p.CodeURL = ""; s == pos.Waiting {
			p.PrepayID = "wx201611201404091"
		}
		all = append(all, p)
	}
	return all
}

func signal(k pos.SignalKind) pos.Signal {
	s := pos.Signal{Kind: k, Source: pos.ByPoll, Stands: true}
	switch k {
	case pos.SigOrdered:
		s.CodeURL, s.PrepayID = "weixin://wxpay/bizpayurl?pr=new", "wx201611201404092"
	case pos.SigPaid, pos.SigReturning:
		s.Trade = pos.Trade{TransactionID: "42000001", Amount: 1350, Currency: pos.Currency, PaidAt: noon}
	case pos.SigUncertain:
		s.Code = pos.CodeNoAnswer
	case pos.SigRejected, pos.SigRefused:
		s.Code = pos.CodeConfig
	}
	return s
}

func show(p pos.Payment, from pos.State, effects []pos.Effect, now time.Time) string {
	out := "="
	if p.State != from {
		out = strings.ToUpper(string(p.State[:1])) + string(p.State[1:])
	}
	for _, e := range effects {
		out += fmt.Sprintf(" %s:%s", e.Kind, e.After)
	}
	return out
}

// spell replaces the letters of a cell by the durations they stand for.
func spell(cell string, p pos.Payment, now time.Time) string {
	words := strings.Fields(cell)
	for i, w := range words {
		kind, when, ok := strings.Cut(w, ":")
		if !ok {
			continue
		}
		d := map[string]time.Duration{
			"0": 0, "P": pos.PollAfter(p, now), "R": pos.ResendAfter(p), "C": pos.CloseAfter(p, now), "G": pos.Grace,
			"V": pos.ReverseAfter(p, now), "Q": pos.CodeVerify,
		}[when]
		words[i] = kind + ":" + d.String()
	}
	return strings.Join(words, " ")
}

func TestStep_EveryCellOfTheTables(t *testing.T) {
	now := noon.Add(20 * time.Second)
	all := tables(t, "step.go")
	if len(all) != len(tenders) {
		t.Fatalf("%d tables for %d tenders", len(all), len(tenders))
	}
	for i, table := range all {
		if len(table) != len(pos.Signals) {
			t.Fatalf("the table of %s has %d signals, the package %d", tenders[i].tender, len(table), len(pos.Signals))
		}
		for _, kind := range pos.Signals {
			for _, state := range pos.States {
				cell, ok := table[string(kind)][string(state)]
				switch {
				case state == tenders[i].never:
					continue
				case !ok:
					t.Fatalf("%s: no cell for %s x %s", tenders[i].tender, kind, state)
				case len(cell) == 1 && cell != "=":
					continue // a letter: TestStep_Letters
				}
				for _, from := range cases(tenders[i].tender, state) {
					p, effects := pos.Step(from, signal(kind), now)
					if got, want := show(p, state, effects, now), spell(cell, p, now); got != want {
						t.Errorf("%s/%s in %s: got %q, want %q", from.Tender, kind, state, got, want)
					}
					if p.Version != 4 || p.Asked != 1350 || p.OutTradeNo != from.OutTradeNo || p.API != from.API || p.Tender != from.Tender {
						t.Errorf("%s/%s in %s: Step changed what is not its to change", from.Tender, kind, state)
					}
				}
			}
		}
	}
}

func TestStep_Letters(t *testing.T) {
	now := noon.Add(20 * time.Second)
	yuan := func(amount pos.Fen, currency, trans string, stands, settled bool) pos.Signal {
		return pos.Signal{
			Kind: pos.SigPaid, Source: pos.ByNotify, Stands: stands, Settled: settled,
			Trade: pos.Trade{TransactionID: trans, Amount: amount, Currency: currency, PaidAt: noon},
		}
	}
	returning := signal(pos.SigReturning)
	late := noon.Add(5*time.Minute + pos.NeverSeen)
	first := in(pos.Opened)
	again := in(pos.Opened)
	again.MayExist = true
	code := func(s pos.State, change func(*pos.Payment)) pos.Payment {
		p := in(s)
		p.Tender = pos.TenderCode
		change(&p)
		return p
	}
	plain := func(*pos.Payment) {}
	unasked := func(p *pos.Payment) { p.MayReverse = false }
	declined := func(p *pos.Payment) { p.Declined, p.Asks = true, 0 }
	declinedAsked := func(p *pos.Payment) { p.Declined, p.Asks = true, 1 }
	stale := func(p *pos.Payment) { p.Reversed, p.Asks = true, pos.StaleAnswers }
	noCert := pos.Signal{Kind: pos.SigRejected, To: pos.DoReverse, Code: pos.CodeSecret}
	unknown := in(pos.Exception)
	unknown.Amount, unknown.TransactionID, unknown.Reason = 0, "", pos.ExceptReturning
	undone := func(p *pos.Payment) { p.Reversed = true }
	seen := func(p *pos.Payment) {
		p.Amount, p.Currency, p.TransactionID, p.Evidence = 1350, "CNY", "t1", pos.ByPoll
	}
	seenUndone := func(p *pos.Payment) { seen(p); undone(p) }
	tests := []struct {
		name   string
		p      pos.Payment
		s      pos.Signal
		now    time.Time
		want   string
		reason pos.ExceptionKind
	}{
		{"A opened, paid before the code came", in(pos.Opened), yuan(1350, "CNY", "t1", true, false), now, "Paid", ""},
		{"A waiting, paid", in(pos.Waiting), yuan(1350, "CNY", "t1", true, false), now, "Paid", ""},
		{"A closing, the sale still stands", in(pos.Closing), yuan(1350, "CNY", "t1", true, false), now, "Paid", ""},
		{"A closing, the cart changed", in(pos.Closing), yuan(1350, "CNY", "t1", false, false), now, "Exception", pos.ExceptLate},
		{"A closing, paid in cash meanwhile", in(pos.Closing), yuan(1350, "CNY", "t1", false, true), now, "Exception", pos.ExceptTwice},
		{"A one fen less", in(pos.Waiting), yuan(1349, "CNY", "t1", true, false), now, "Exception", pos.ExceptAmount},
		{"A one fen more", in(pos.Waiting), yuan(1351, "CNY", "t1", true, false), now, "Exception", pos.ExceptAmount},
		{"A dollars", in(pos.Waiting), yuan(1350, "USD", "t1", true, false), now, "Exception", pos.ExceptCurrency},
		{"A returning", in(pos.Waiting), returning, now, "Exception", pos.ExceptReturning},
		{"B paid, replay", in(pos.Paid), yuan(1350, "CNY", "42000001", false, true), now, "=", ""},
		{"B paid, second transaction", in(pos.Paid), yuan(1350, "CNY", "42000002", false, true), now, "= alarm:0s", ""},
		{"B paid, refund not ours", in(pos.Paid), returning, now, "= alarm:0s", ""},
		{"B exception, replay", in(pos.Exception), yuan(1350, "CNY", "42000001", false, true), now, "=", ""},
		{"B exception, second transaction", in(pos.Exception), yuan(1350, "CNY", "42000002", false, true), now, "= alarm:0s", ""},
		{"B exception, returning", in(pos.Exception), returning, now, "=", ""},
		{"B refunded, late notice", in(pos.Refunded), yuan(1350, "CNY", "42000001", true, false), now, "=", ""},
		{"C closed, then paid", in(pos.Closed), yuan(1350, "CNY", "t1", true, false), now, "Exception alarm:0s", pos.ExceptAfterEnd},
		{"C refused, then paid", in(pos.Refused), yuan(1350, "CNY", "t1", true, false), now, "Exception alarm:0s", pos.ExceptAfterEnd},
		{"C closed, then returning", in(pos.Closed), returning, now, "Exception alarm:0s", pos.ExceptAfterEnd},
		{"D before its time", in(pos.Closing), signal(pos.SigNotExist), late.Add(-time.Millisecond), "= query:3s", ""},
		{"D after its time", in(pos.Closing), signal(pos.SigNotExist), late, "Closed", ""},
		{"E first send", first, signal(pos.SigRefused), now, "Refused", ""},
		{"E later send", again, signal(pos.SigRefused), now, "Closing query:0s", ""},
		{"code: A", code(pos.Opened, plain), yuan(1350, "CNY", "t1", true, false), now, "Paid", ""},
		{"code: A one fen less", code(pos.Waiting, plain), yuan(1349, "CNY", "t1", true, false), now, "Exception", pos.ExceptAmount},
		{"code: C", code(pos.Refused, plain), yuan(1350, "CNY", "t1", true, false), now, "Exception alarm:0s", pos.ExceptAfterEnd},
		{"code: F before WeChat was asked", code(pos.Reversing, unasked), yuan(1350, "CNY", "t1", true, false), now, "Paid", ""},
		{"code: F before, the cart changed", code(pos.Reversing, unasked), yuan(1350, "CNY", "t1", false, false), now, "= query:2s reverse:0s", ""},
		{"code: F it goes back", code(pos.Reversing, plain), yuan(1350, "CNY", "t1", true, false), now, "= query:2s reverse:0s", ""},
		{"code: F after the reverse, one of WeChat's machines is behind", code(pos.Reversing, undone), yuan(1350, "CNY", "t1", true, false), now, "= query:3s", ""},
		{"code: F after the reverse", code(pos.Reversing, stale), yuan(1350, "CNY", "t1", true, false), now, "Exception alarm:0s", pos.ExceptUndone},
		{"code: H after WeChat refused, no such order yet", code(pos.Reversing, declined), signal(pos.SigNotExist), now, "= query:2s reverse:0s", ""},
		{"code: H after WeChat refused, no such order again", code(pos.Reversing, declinedAsked), signal(pos.SigNotExist), now, "Refused query:10m0s", ""},
		{"code: H after WeChat refused, unpaid", code(pos.Reversing, declined), signal(pos.SigUnpaid), now, "= query:2s reverse:0s", ""},
		{"code: I after WeChat refused", code(pos.Reversing, declined), signal(pos.SigRevoked), now, "Refused query:10m0s", ""},
		{"code: F seven days later", code(pos.Reversing, plain), yuan(1350, "CNY", "t1", true, false), noon.Add(pos.ReverseLife + time.Hour), "Exception", pos.ExceptLate},
		{"code: K", code(pos.Reversing, plain), noCert, now, "= query:3s reverse:5s", ""},
		{"code: K its money was seen", code(pos.Reversing, seen), noCert, now, "Exception", pos.ExceptLate},
		{"B what REFUND had not told", unknown, yuan(1350, "CNY", "t1", false, false), now, "=", pos.ExceptReturning},
		{"code: F returning", code(pos.Reversing, plain), returning, now, "Exception", pos.ExceptReturning},
		{"code: F returning, its money was seen", code(pos.Reversing, seen), returning, now, "Exception", pos.ExceptReturning},
		{"code: F a second transaction", code(pos.Reversing, seen), yuan(1350, "CNY", "t2", true, false), now, "= alarm:0s query:2s reverse:0s", ""},
		{"code: H before", code(pos.Reversing, plain), signal(pos.SigUnpaid), now, "= query:3s reverse:0s", ""},
		{"code: H nothing was taken", code(pos.Reversing, undone), signal(pos.SigUnpaid), now, "Closed query:10m0s", ""},
		{"code: H no such order", code(pos.Reversing, undone), signal(pos.SigNotExist), now, "Closed query:10m0s", ""},
		{"code: H no such order, long after", code(pos.Reversing, plain), signal(pos.SigNotExist), late, "Closed query:10m0s", ""},
		{"code: H it had been paid", code(pos.Reversing, seenUndone), signal(pos.SigUnpaid), now, "Exception alarm:0s", pos.ExceptUndone},
		{"code: I", code(pos.Reversing, plain), signal(pos.SigRevoked), now, "Closed query:10m0s", ""},
		{"code: I its money was seen", code(pos.Reversing, seen), signal(pos.SigRevoked), now, "Refunded", pos.ExceptReversed},
		{"code: I closed, its money was seen", code(pos.Reversing, seen), signal(pos.SigClosed), now, "Exception alarm:0s", pos.ExceptUndone},
		{"code: I failed", code(pos.Reversing, plain), signal(pos.SigPayError), now, "Refused", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, effects := pos.Step(tt.p, tt.s, tt.now)
			if got := show(p, tt.p.State, effects, tt.now); got != tt.want || p.Reason != tt.reason {
				t.Errorf("got %q %q, want %q %q", got, p.Reason, tt.want, tt.reason)
			}
			if p.State == pos.Paid && tt.p.State.Live() && (p.Amount != p.Asked || p.TransactionID == "" || p.Evidence == "") {
				t.Errorf("paid without proof: %+v", p)
			}
		})
	}
}

// What the shop gets is what WeChat says, if that makes sense; else all of it.
func TestStep_Settlement(t *testing.T) {
	for said, want := range map[pos.Fen]pos.Fen{0: 1350, 1: 1, 1250: 1250, 1350: 1350, 1351: 1350, -1: 1350} {
		for _, state := range []pos.State{pos.Waiting, pos.Closed} { // the sale's money, and an exception's
			s := signal(pos.SigPaid)
			s.Stands = true
			s.Trade = pos.Trade{TransactionID: "t1", Amount: 1350, Settlement: said, Currency: "CNY", PaidAt: noon}
			if p, _ := pos.Step(in(state), s, noon); !p.State.Took() || p.Settlement != want || p.Amount != 1350 {
				t.Errorf("%s, WeChat says %d: %d of %d in %s, want %d", state, said, p.Settlement, p.Amount, p.State, want)
			}
		}
	}
	if p, _ := pos.Step(in(pos.Waiting), pos.Signal{Kind: pos.SigReturning, Source: pos.ByPoll}, noon); p.Settlement != 0 || p.Amount != 0 {
		t.Errorf("nothing is known of the money: %+v", p)
	}
}

// TestStep_AnyOrderOfSignals feeds random signals and holds the law: money once seen is never forgotten, nothing is paid
// without equal, verified money while the sale stood, and a live payment always has something coming.
func TestStep_AnyOrderOfSignals(t *testing.T) {
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 1))
		p, now := in(pos.Opened), noon
		p.Asks = 0
		took := false
		due := []pos.Effect{{Kind: pos.DoOrder}} // how the till begins
		calls := []pos.EffectKind{pos.DoQuery, pos.DoOrder, pos.DoClose, ""}
		if seed%4 == 2 { // a phone's
			p.Tender = []pos.Tender{pos.TenderJSAPI, pos.TenderApp}[seed/4%2]
		}
		if seed%2 == 1 {
			p.Tender, due, calls = pos.TenderCode, []pos.Effect{{Kind: pos.DoCharge}}, []pos.EffectKind{pos.DoQuery, pos.DoCharge, pos.DoReverse, ""}
		}
		for i := range 60 {
			now = now.Add(time.Duration(r.IntN(40)) * time.Second)
			s := signal(pos.Signals[r.IntN(len(pos.Signals))])
			s.Stands = r.IntN(3) > 0
			if p.Tender == pos.TenderJSAPI || p.Tender == pos.TenderApp {
				s.CodeURL = ""
			}
			if i := slices.Index(pos.Signals, s.Kind); i < slices.Index(pos.Signals, pos.SigCancel) {
				s.To = calls[r.IntN(4)]
			}
			if r.IntN(5) == 0 {
				s.Trade.Amount++
			}
			if r.IntN(9) == 0 {
				s.Trade.Currency = "HKD"
			}
			before := p
			var effects []pos.Effect
			p, effects = pos.Step(p, s, now)
			due = append(due, effects...)
			switch {
			case before.State.Live() && p.State == pos.Paid:
				if s.Kind != pos.SigPaid || !s.Stands || p.Amount != p.Asked || p.Currency != pos.Currency {
					t.Fatalf("seed %d step %d: paid by %+v", seed, i, s)
				}
			case before.State == pos.Paid && p.State != pos.Paid:
				t.Fatalf("seed %d step %d: left Paid for %s by %s", seed, i, p.State, s.Kind)
			case took && !p.State.Took() && p.State != pos.Refunded:
				t.Fatalf("seed %d step %d: money forgotten: %s by %s", seed, i, p.State, s.Kind)
			case p.State == pos.Refunded && before.State != pos.Refunded && s.Kind != pos.SigRevoked:
				t.Fatalf("seed %d step %d: refunded by %s", seed, i, s.Kind)
			case p.Tender == pos.TenderNative && p.State == pos.Waiting && p.CodeURL == "":
				t.Fatalf("seed %d step %d: waiting without a code", seed, i)
			case p.Tender != pos.TenderCode && p.State == pos.Waiting && p.PrepayID == "", p.State == pos.Opened && p.PrepayID != "":
				t.Fatalf("seed %d step %d: %s with prepay_id %q", seed, i, p.State, p.PrepayID)
			}
			took = took || p.State.Took()
			for _, e := range effects {
				if e.After < 0 || e.After > time.Hour {
					t.Fatalf("seed %d step %d: %+v", seed, i, e)
				}
			}
			if p.State.Live() && len(due) == 0 {
				t.Fatalf("seed %d step %d: a live payment that nobody will ask about", seed, i)
			}
			impossible := p.Tender == pos.TenderCode && s.Kind == pos.SigOrdered // no call of such a payment answers so
			if s.To != "" && before.State.Live() && p.State.Live() && len(effects) == 0 && !impossible {
				t.Fatalf("seed %d step %d: the answer %s to %s in %s leads nowhere", seed, i, s.Kind, s.To, before.State)
			}
		}
	}
}

func TestCloseAfter_TooYoungWaitsUntilFiveMinutes(t *testing.T) {
	p := in(pos.Closing)
	now := noon.Add(30 * time.Second)
	p, effects := pos.Step(p, pos.Signal{Kind: pos.SigCloseDenied, To: pos.DoClose}, now)
	if want := (pos.Effect{Kind: pos.DoClose, After: 4*time.Minute + 30*time.Second}); effects[1] != want {
		t.Fatalf("got %+v, want %+v", effects[1], want)
	}
	for now.Before(noon.Add(pos.CloseAge)) { // answers in between do not bring it forward
		p, effects = pos.Step(p, pos.Signal{Kind: pos.SigUnpaid, To: pos.DoQuery}, now)
		if at := now.Add(effects[1].After); at.Before(noon.Add(pos.CloseAge)) {
			t.Fatalf("asked to close again at age %s", at.Sub(noon))
		}
		now = now.Add(20 * time.Second)
	}
}

func TestPollTable(t *testing.T) {
	tests := []struct {
		age  time.Duration
		want time.Duration
	}{
		{0, 2 * time.Second},
		{29 * time.Second, 2 * time.Second},
		{30 * time.Second, 3 * time.Second},
		{2 * time.Minute, 5 * time.Second},
		{2 * time.Hour, 5 * time.Second},
	}
	for _, tt := range tests {
		if got := pos.PollAfter(in(pos.Waiting), noon.Add(tt.age)); got != tt.want {
			t.Errorf("at age %s: every %s, want %s", tt.age, got, tt.want)
		}
	}
	p, last := in(pos.Closing), time.Duration(0)
	for p.Asks = 0; p.Asks < 40; p.Asks++ {
		d := pos.PollAfter(p, noon)
		if d < last || d == 0 || d > time.Hour {
			t.Fatalf("closing poll %d after %s, the one before %s", p.Asks, d, last)
		}
		last = d
	}
	if last != time.Hour {
		t.Errorf("back-off ends at %s, want 1h", last)
	}
}

// Who proved first that a payment code was paid stays on record, whoever says it again while it is being reversed.
func TestStep_TheFirstProofIsKept(t *testing.T) {
	p := in(pos.Reversing)
	p.Tender = pos.TenderCode
	s := signal(pos.SigPaid)
	s.Stands, s.Source = false, pos.ByPoll
	p, _ = pos.Step(p, s, noon)
	s.Source = pos.ByQuery
	if p, _ = pos.Step(p, s, noon); p.Evidence != pos.ByPoll {
		t.Errorf("proved by %q", p.Evidence)
	}
}
