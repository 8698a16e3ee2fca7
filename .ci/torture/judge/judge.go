// Package judge holds a till to its promises from outside. It knows four things and trusts no other: what the simulator of
// WeChat says that it took and ended, what the ledger program says of the books, what came out of the printer, and what the
// till acknowledged before it was killed. It imports nothing of the till, so that it can disagree.
package judge

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Ack is a sale that the till showed as done: from then on it must be in the books, whole.
type Ack struct {
	Receipt string
	Amount  int64 // fen
	Tender  string
	Lines   int // 0 when it is not known
}

// Close is the close of a shift that the till showed: from then on its Z report is in the books.
type Close struct {
	Z       int
	Counted int64 // fen
}

// Case is what one shop was found to be after its till was started once more without faults and left to settle.
type Case struct {
	Books Books
	Truth Truth
	Paper Paper
	Acks  []Ack
	// Closes are in the order in which they were shown.
	Closes []Close

	// Totals are the amounts, in fen, that the script asked for: each is of one sale, so the books may have it closed once.
	Totals map[int64]bool
	// Excused is how many receipts may be missing: the one that was on its way to paper at each kill, for it may have been
	// printed and must not be sent again by itself.
	Excused int
}

// Broken names what promises are broken, none for a good till.
func (c Case) Broken() []string {
	var b broken
	c.verified(&b)
	c.written(&b)
	c.acknowledged(&b)
	c.taken(&b)
	c.invented(&b)
	c.settledOnce(&b)
	c.numbered(&b)
	c.ended(&b)
	c.printed(&b)
	c.shifts(&b)
	return b
}

type broken []string

func (b *broken) say(promise, format string, args ...any) {
	*b = append(*b, promise+": "+fmt.Sprintf(format, args...))
}

// The promises, as the messages name them.
const (
	promiseVerify = "the books prove themselves"
	promiseWrite  = "an order is written down before a byte goes to WeChat"
	promiseAck    = "an acknowledged sale is in the books, whole"
	promiseTaken  = "every fen that WeChat took is in exactly one place"
	promiseBack   = "what went back is in the books, and no more"
	promiseTrue   = "the books have no money that WeChat does not"
	promiseOnce   = "a sale is settled once"
	promiseNumber = "receipt numbers have neither gaps nor doubles"
	promiseEnd    = "what WeChat ended comes to its end"
	promisePaper  = "receipts are neither missing nor doubled"
	promiseShift  = "a shift is closed once, with what was counted, under a number without gaps"
)

func (c Case) verified(b *broken) {
	if c.Books.VerifyCode != 0 {
		b.say(promiseVerify, "ledger verify exits %d: %s", c.Books.VerifyCode, c.Books.VerifyText)
	}
}

func (c Case) written(b *broken) {
	for no, o := range c.Truth.Orders {
		if c.Books.order(no).OutTradeNo == "" {
			b.say(promiseWrite, "WeChat has %s of %d fen (%s), the books do not", no, o.TotalFee, o.State)
		}
	}
}

func (c Case) acknowledged(b *broken) {
	for _, a := range c.Acks {
		s, n := c.Books.sale(a.Receipt)
		switch {
		case n != 1:
			b.say(promiseAck, "%s of %d fen by %s was shown as paid and is %d times among the sales", a.Receipt, a.Amount, a.Tender, n)
			continue
		case s.Net != a.Amount || s.State != "closed" || s.Tenders != a.Tender || a.Lines > 0 && s.Lines != a.Lines:
			b.say(promiseAck, "%s was shown as %+v, the books have %+v", a.Receipt, a, s)
		}
	}
}

// taken holds every transaction of WeChat's against the rows: in exactly one, with its amount and currency, in a state that
// says that the money is there or went back.
func (c Case) taken(b *broken) {
	for _, m := range c.Truth.Taken {
		rows := c.Books.transactions(m.TransactionID)
		if len(rows) == 0 && c.Truth.Orders[m.OutTradeNo].closedFirst() && !c.Truth.Told[m.TransactionID] {
			continue // nobody has told the till yet
		}
		if len(rows) != 1 {
			b.say(promiseTaken, "WeChat took %d fen for %s by %s, and %d rows have it; the order's row: %+v",
				m.Amount, m.OutTradeNo, m.TransactionID, len(rows), c.Books.order(m.OutTradeNo))
			continue
		}
		r := rows[0]
		if r.OutTradeNo != m.OutTradeNo || r.Amount != m.Amount || r.Currency != m.Currency || !slices.Contains(tookStates, r.State) {
			b.say(promiseTaken, "WeChat has %+v, the books have %+v", m, r)
		}
		if r.Refunded != m.GivenBack {
			b.say(promiseBack, "of %s WeChat gave %d fen back, the books have %d: %+v", m.TransactionID, m.GivenBack, r.Refunded, r)
		}
		if r.State == "paid" && (r.Amount != r.Asked || r.Currency != "CNY") {
			b.say(promiseTaken, "%s settled a sale with another amount or currency than was asked: %+v", r.OutTradeNo, r)
		}
	}
}

var tookStates = []string{"paid", "exception", "refunded", "partly-refunded"}

func (c Case) invented(b *broken) {
	known := map[string]bool{}
	for _, m := range c.Truth.Taken {
		known[m.TransactionID] = true
	}
	for _, r := range c.Books.Payments {
		switch {
		case r.Tender == "cash":
			if r.State == "exception" || !slices.Contains(tookStates, r.State) || r.Receipt == "" {
				b.say(promiseTrue, "cash without its sale: %+v", r)
			}
		case r.Amount != 0 && !known[r.TransactionID], r.Amount == 0 && slices.Contains(tookStates, r.State):
			b.say(promiseTrue, "%+v, of which WeChat knows nothing", r)
		}
	}
}

func (c Case) settledOnce(b *broken) {
	nets := map[int64]string{}
	for _, s := range c.Books.Sales {
		var sum int64
		var n int
		for _, r := range c.Books.Payments {
			if r.Receipt == s.Receipt && r.State != "exception" {
				sum, n = sum+r.Amount, n+1
			}
		}
		if n != 1 || sum != s.Net {
			b.say(promiseOnce, "%s of %d fen has %d payments of %d fen in all", s.Receipt, s.Net, n, sum)
		}
		if other := nets[s.Net]; other != "" && c.Totals[s.Net] {
			b.say(promiseOnce, "%s and %s are one sale of %d fen", other, s.Receipt, s.Net)
		}
		nets[s.Net] = s.Receipt
	}
	for _, r := range c.Books.Payments {
		if _, n := c.Books.sale(r.Receipt); r.Receipt != "" && n != 1 {
			b.say(promiseOnce, "the receipt of %+v is %d times among the sales", r, n)
		}
	}
}

func (c Case) numbered(b *broken) {
	days := map[string][]int{}
	for _, s := range c.Books.Sales {
		i := strings.LastIndexByte(s.Receipt, '-')
		n, err := strconv.Atoi(s.Receipt[i+1:])
		if i < 0 || err != nil {
			b.say(promiseNumber, "%q is no receipt number", s.Receipt)
			continue
		}
		days[s.Receipt[:i]] = append(days[s.Receipt[:i]], n)
	}
	for day, numbers := range days {
		slices.Sort(numbers)
		for i, n := range numbers {
			if n != i+1 {
				b.say(promiseNumber, "%s has %v", day, numbers)
				break
			}
		}
	}
}

// ended wants every payment whose order WeChat has ended at its end, and `ledger pending` to list the others. It may also list
// paid ones, whose refund is on its way, but none that is over.
func (c Case) ended(b *broken) {
	for _, r := range c.Books.Payments {
		live := r.State == "waiting" || r.State == "closing"
		if o := c.Truth.Orders[r.OutTradeNo]; live && o.Ended() {
			b.say(promiseEnd, "WeChat says %s of %s, the books say %s", o.State, r.OutTradeNo, r.State)
		}
		must, over := live || r.State == "exception", slices.Contains([]string{"closed", "refused", "refunded"}, r.State)
		if listed := strings.Contains(c.Books.Pending, r.OutTradeNo); must && !listed || over && listed {
			b.say(promiseEnd, "ledger pending lists %s: %v, although it is %s", r.OutTradeNo, listed, r.State)
		}
	}
}

// shifts holds the closes that were shown, and the paper of each, against the shifts in the books.
func (c Case) shifts(b *broken) {
	byZ := map[int]Shift{}
	for _, s := range c.Books.Shifts {
		if _, twice := byZ[s.Z]; twice {
			b.say(promiseShift, "Z %d is there twice", s.Z)
		}
		byZ[s.Z] = s
		if s.Counted >= 0 && s.Counted-s.Expected != s.Variance {
			b.say(promiseShift, "Z %d: %d counted, %d expected, %d different", s.Z, s.Counted, s.Expected, s.Variance)
		}
	}
	for z := 1; z <= len(byZ); z++ {
		if _, ok := byZ[z]; !ok {
			b.say(promiseShift, "of %d shifts none has Z %d", len(byZ), z)
		}
		if n := c.Paper.Closes(z); n > 1 {
			b.say(promiseShift, "Z %d came out %d times by itself", z, n)
		}
	}
	for _, shown := range c.Closes {
		if s, ok := byZ[shown.Z]; !ok || s.Counted != shown.Counted {
			b.say(promiseShift, "Z %d with %d counted was shown, the books have %+v (%v)", shown.Z, shown.Counted, s, ok)
		}
	}
}

func (c Case) printed(b *broken) {
	var missing []string
	for _, s := range c.Books.Sales {
		switch n := c.Paper.Originals(s.Receipt, s.Net); {
		case n == 0:
			missing = append(missing, s.Receipt)
		case n > 1:
			b.say(promisePaper, "%s came out %d times by itself", s.Receipt, n)
		}
	}
	if len(missing) > c.Excused {
		b.say(promisePaper, "%d receipts are missing, %d may be: %v", len(missing), c.Excused, missing)
	}
	for _, no := range c.Paper.Receipts() {
		if _, n := c.Books.sale(no); n != 1 {
			b.say(promisePaper, "%s is on paper and %d times in the books", no, n)
		}
	}
}

// MissingPaper counts the sales whose receipt has not come out, for those who wait for the spool.
func (c Case) MissingPaper() int {
	n := 0
	for _, s := range c.Books.Sales {
		if c.Paper.Originals(s.Receipt, s.Net) == 0 {
			n++
		}
	}
	return n
}

// Unsettled reports whether something is still on its way that must arrive: money that WeChat took without its row, or an
// order that WeChat ended and the till does not know of.
func (c Case) Unsettled() bool {
	var b broken
	c.taken(&b)
	c.ended(&b)
	return len(b) > 0
}
