package sound

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"guitai/pos"
)

var (
	cola  = pos.Line{Item: 1, Barcode: "6901234567892", Name: "可乐", Price: 350, Quantity: 1}
	water = pos.Line{Item: 2, Barcode: "6901234567885", Name: "水", Price: 200, Quantity: 1}
)

func cart(lines ...pos.Line) pos.Cart { return pos.Cart{Lines: lines} }

func times(l pos.Line, n int) pos.Line {
	l.Quantity = n
	return l
}

func told(n uint64, kind pos.MessageKind, id string, args ...string) pos.Message {
	return pos.Message{N: n, Kind: kind, ID: id, Args: args}
}

func TestCues(t *testing.T) {
	parked := pos.PendingView{Payment: 7, Amount: 1234, Tender: pos.TenderNative, Parked: true}
	ordered := pos.PendingView{Payment: 8, Amount: 900, Tender: pos.TenderJSAPI, Origin: pos.OriginMini, Parked: true, State: pos.Waiting}
	pay := &pos.PayView{Payment: 9, Tender: pos.TenderNative, Amount: 350}
	phonePaid := told(1, pos.MsgInfo, "phone-paid", "9.00", "S001-1")
	done := &pos.Done{Sale: 5, Tender: pos.TenderCash, Amount: 550, Change: 450}
	parts := []pos.PartView{{Payment: 1, Tender: pos.TenderNative, Amount: 100}, {Payment: 2, Tender: pos.OtherTender("支付宝"), Amount: 100}}
	waits := pos.PrintView{Job: pos.PrintJob{ID: 1, State: pos.PrintFailed}}
	for _, c := range []struct {
		name       string
		prev, next pos.Snapshot
		want       []Cue
	}{
		{name: "nothing happened", prev: pos.Snapshot{Cart: cart(cola)}, next: pos.Snapshot{Cart: cart(cola)}},
		{name: "a line was added", next: pos.Snapshot{Cart: cart(cola)}, want: []Cue{{Kind: Scan}}},
		{name: "a line grew", prev: pos.Snapshot{Cart: cart(cola, water)}, next: pos.Snapshot{Cart: cart(times(cola, 2), water)}, want: []Cue{{Kind: Scan}}},
		{name: "a line shrank", prev: pos.Snapshot{Cart: cart(times(cola, 2))}, next: pos.Snapshot{Cart: cart(cola)}},
		{name: "a line was removed", prev: pos.Snapshot{Cart: cart(cola, water)}, next: pos.Snapshot{Cart: cart(water)}},
		{name: "one more, one less", prev: pos.Snapshot{Cart: cart(times(cola, 2))}, next: pos.Snapshot{Cart: cart(cola, water)}, want: []Cue{{Kind: Scan}}},
		{name: "a parked sale was brought back", next: pos.Snapshot{Cart: cart(cola), Message: told(1, pos.MsgInfo, "unparked", "3.50")}},
		{name: "unknown", next: pos.Snapshot{Message: told(1, pos.MsgWarn, "unknown-code", "123")}, want: []Cue{{Kind: Unknown}}},
		{
			name: "unknown, once more",
			prev: pos.Snapshot{Message: told(1, pos.MsgWarn, "unknown-code", "123")}, next: pos.Snapshot{Message: told(2, pos.MsgWarn, "unknown-code", "123")},
			want: []Cue{{Kind: Unknown}},
		},
		{
			name: "unknown still stands there",
			prev: pos.Snapshot{Message: told(1, pos.MsgWarn, "unknown-code", "123")}, next: pos.Snapshot{Message: told(1, pos.MsgWarn, "unknown-code", "123")},
		},
		{name: "misread", next: pos.Snapshot{Message: told(1, pos.MsgWarn, "bad-check", "123")}, want: []Cue{{Kind: Unknown}}},
		{name: "a scan while a code is on the glass", next: pos.Snapshot{Message: told(1, pos.MsgWarn, "code-on-glass")}, want: []Cue{{Kind: Unknown}}},
		{name: "a warning about something else", next: pos.Snapshot{Message: told(1, pos.MsgWarn, "backup-old", "4")}},
		{
			name: "one good and one bad at once", next: pos.Snapshot{Cart: cart(cola), Message: told(1, pos.MsgWarn, "unknown-code", "1")},
			want: []Cue{{Kind: Scan}, {Kind: Unknown}},
		},
		{
			name: "paid in cash", prev: pos.Snapshot{Cart: cart(cola, water)}, next: pos.Snapshot{Done: done, Last: 5},
			want: []Cue{{Kind: Paid, Tender: pos.TenderCash, Amount: 550, Change: 450}},
		},
		{
			name: "taken outside: nothing that sounds like money", prev: pos.Snapshot{Cart: cart(cola)},
			next: pos.Snapshot{Done: &pos.Done{Sale: 5, Tender: pos.OtherTender("支付宝"), Amount: 350}, Last: 5}, want: []Cue{{Kind: Booked}},
		},
		{
			name: "a part by WeChat", prev: pos.Snapshot{Cart: cart(cola), Pay: pay},
			next: pos.Snapshot{Cart: cart(cola), Parts: parts[:1], Message: told(1, pos.MsgInfo, "part-paid", "1.00", "2.50")},
			want: []Cue{{Kind: Paid, Tender: pos.TenderNative, Amount: 100}},
		},
		{
			name: "and one outside", prev: pos.Snapshot{Cart: cart(cola), Parts: parts[:1]}, next: pos.Snapshot{Cart: cart(cola), Parts: parts},
			want: []Cue{{Kind: Booked}},
		},
		{name: "parts that stay", prev: pos.Snapshot{Cart: cart(cola), Parts: parts}, next: pos.Snapshot{Cart: cart(cola), Parts: parts}},
		{name: "parts that were given back", prev: pos.Snapshot{Cart: cart(cola), Parts: parts}, next: pos.Snapshot{Cart: cart(cola)}},
		{
			name: "parts of before the program started", next: pos.Snapshot{Cart: cart(cola), Parts: parts, Message: told(1, pos.MsgAlarm, "recovered-parts", "2.00", "1.50")},
			want: []Cue{{Kind: Attention}},
		},
		{
			name: "the last part closes the sale", prev: pos.Snapshot{Cart: cart(cola), Parts: parts}, next: pos.Snapshot{Done: done, Last: 5},
			want: []Cue{{Kind: Paid, Tender: pos.TenderCash, Amount: 550, Change: 450}},
		},
		{name: "its panel stays", prev: pos.Snapshot{Done: done, Last: 5}, next: pos.Snapshot{Done: &pos.Done{Sale: 5, Amount: 550, Print: pos.PrintDone}, Last: 5}},
		{name: "its panel closes", prev: pos.Snapshot{Done: done, Last: 5}, next: pos.Snapshot{Last: 5}},
		{
			name: "another right after it", prev: pos.Snapshot{Done: done, Last: 5}, next: pos.Snapshot{Done: &pos.Done{Sale: 6, Amount: 100}, Last: 6},
			want: []Cue{{Kind: Paid, Amount: 100}},
		},
		{
			name: "paid late", next: pos.Snapshot{Done: &pos.Done{Sale: 5, Tender: pos.TenderNative, Amount: 550, Late: true}, Last: 5, Message: told(1, pos.MsgInfo, "paid-late")},
			want: []Cue{{Kind: Paid, Tender: pos.TenderNative, Amount: 550}},
		},
		{
			name: "a parked sale was paid", prev: pos.Snapshot{Last: 4, Pending: []pos.PendingView{parked}, Cart: cart(cola)},
			next: pos.Snapshot{Last: 5, Cart: cart(cola), Message: told(1, pos.MsgInfo, "parked-paid", "12.34", "S001-1")},
			want: []Cue{{Kind: Paid, Tender: pos.TenderNative, Amount: 1234}},
		},
		{
			name: "a parked sale was paid, and the scan after it told of something else", prev: pos.Snapshot{Last: 4, Pending: []pos.PendingView{parked}},
			next: pos.Snapshot{Last: 5, Message: told(2, pos.MsgWarn, "unknown-code", "1")},
			want: []Cue{{Kind: Unknown}, {Kind: Paid, Tender: pos.TenderNative, Amount: 1234}},
		},
		{
			name: "a parked sale was not paid", prev: pos.Snapshot{Last: 4, Pending: []pos.PendingView{parked}},
			next: pos.Snapshot{Last: 4, Message: told(1, pos.MsgAlarm, "parked-unpaid", "12.34", "x")}, want: []Cue{{Kind: Attention}},
		},
		{
			name: "paid, and the next customer's goods are scanned already", prev: pos.Snapshot{Last: 4, Cart: cart(cola), Pay: &pos.PayView{Tender: pos.TenderNative, Amount: 350}},
			next: pos.Snapshot{Last: 5, Cart: cart(cola)}, want: []Cue{{Kind: Paid, Tender: pos.TenderNative, Amount: 350}},
		},
		{
			name: "the same, the panel still there", prev: pos.Snapshot{Last: 4, Cart: cart(cola)},
			next: pos.Snapshot{Last: 5, Done: done, Cart: cart(cola)}, want: []Cue{{Kind: Scan}, {Kind: Paid, Tender: pos.TenderCash, Amount: 550, Change: 450}},
		},
		{name: "an exception was settled by a person", prev: pos.Snapshot{Last: 4, Cart: cart(cola)}, next: pos.Snapshot{Last: 3, Cart: cart(cola), Message: told(1, pos.MsgInfo, "exception-settled", "1.00", "n")}},
		{
			name: "cash that was in doubt is in the books", prev: pos.Snapshot{Last: 4}, next: pos.Snapshot{Last: 5, Message: told(1, pos.MsgAlarm, "cash-booked", "5.50", "n")},
			want: []Cue{{Kind: Attention}, {Kind: Paid, Tender: pos.TenderCash, Amount: 550}},
		},
		{name: "a phone ordered", next: pos.Snapshot{Pending: []pos.PendingView{ordered}, Message: told(1, pos.MsgInfo, "phone-order", "9.00")}},
		{
			name: "a phone paid, nobody at the counter", prev: pos.Snapshot{Last: 4, Pending: []pos.PendingView{ordered}}, next: pos.Snapshot{Last: 5, Message: phonePaid},
			want: []Cue{{Kind: Paid, Tender: pos.TenderJSAPI, Amount: 900}},
		},
		{
			name: "a phone paid while goods are scanned", prev: pos.Snapshot{Last: 4, Cart: cart(cola), Pending: []pos.PendingView{ordered}},
			next: pos.Snapshot{Last: 5, Cart: cart(cola), Message: phonePaid}, want: []Cue{{Kind: Phone}},
		},
		{
			name: "a phone paid while a code is on the glass", prev: pos.Snapshot{Last: 4, Pay: pay, Pending: []pos.PendingView{ordered}},
			next: pos.Snapshot{Last: 5, Pay: pay, Message: phonePaid}, want: []Cue{{Kind: Phone}},
		},
		{
			name: "the same, and something else was said at once", prev: pos.Snapshot{Last: 4, Pay: pay, Pending: []pos.PendingView{ordered}},
			next: pos.Snapshot{Last: 5, Pay: pay, Message: told(2, pos.MsgWarn, "code-on-glass")}, want: []Cue{{Kind: Unknown}, {Kind: Phone}},
		},
		{
			name: "a phone's order nobody paid", prev: pos.Snapshot{Last: 4, Pending: []pos.PendingView{ordered}}, next: pos.Snapshot{Last: 4},
		},
		{name: "an alarm", next: pos.Snapshot{Message: told(1, pos.MsgAlarm, "ledger-trouble")}, want: []Cue{{Kind: Attention}}},
		{
			name: "the alarm still stands there", prev: pos.Snapshot{Message: told(1, pos.MsgAlarm, "ledger-trouble")}, next: pos.Snapshot{Message: told(1, pos.MsgAlarm, "ledger-trouble")},
		},
		{
			name: "money without its sale, and its alarm", next: pos.Snapshot{Exceptions: []pos.ExceptionCase{{ID: 1}}, Message: told(1, pos.MsgAlarm, "exception")},
			want: []Cue{{Kind: Attention}},
		},
		{name: "a second one, silently", prev: pos.Snapshot{Exceptions: []pos.ExceptionCase{{ID: 1}}}, next: pos.Snapshot{Exceptions: []pos.ExceptionCase{{ID: 2}}}, want: []Cue{{Kind: Attention}}},
		{name: "one ended", prev: pos.Snapshot{Exceptions: []pos.ExceptionCase{{ID: 1}, {ID: 2}}}, next: pos.Snapshot{Exceptions: []pos.ExceptionCase{{ID: 2}}}},
		{name: "printer trouble", next: pos.Snapshot{Health: pos.Health{Printer: pos.Part{Light: pos.LightBad}}}, want: []Cue{{Kind: Attention}}},
		{
			name: "the next job has the same trouble", prev: pos.Snapshot{Prints: []pos.PrintView{waits}},
			next: pos.Snapshot{Prints: []pos.PrintView{{Job: pos.PrintJob{ID: 2, State: pos.PrintFailed}}, waits}, Message: told(1, pos.MsgWarn, "printer-trouble")},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.prev.Seq, c.next.Seq = 1, 2
			if got := Cues(c.prev, c.next); !slices.Equal(got, c.want) {
				t.Errorf("heard %+v, want %+v", got, c.want)
			}
			c.prev.Seq = 0
			if got := Cues(c.prev, c.next); got != nil {
				t.Errorf("as the first snapshot it is heard: %+v", got)
			}
		})
	}
}

// Messages are named by text, so that nobody is told when one gets another name, or when a scan is refused for a new reason.
func TestRefusals_AreTheTillsOwn(t *testing.T) {
	files, err := filepath.Glob("../checkout/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	var all strings.Builder
	warn := regexp.MustCompile(`t\.say\(pos\.MsgWarn, "([a-z-]+)"`)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		code, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(code)
		if name := filepath.Base(file); name != "cart.go" && name != "pay.go" {
			continue
		}
		for _, found := range warn.FindAllStringSubmatch(string(code), -1) {
			if !slices.Contains(refusals, found[1]) {
				t.Errorf("%s says no with %q, and nothing is heard", file, found[1])
			}
		}
	}
	for _, id := range append([]string{"unparked", "recovered", "parked-paid", "cash-booked", "exception-settled", "printer-trouble"}, refusals...) {
		if !strings.Contains(all.String(), `"`+id+`"`) {
			t.Errorf("the till has no message %q", id)
		}
	}
}
