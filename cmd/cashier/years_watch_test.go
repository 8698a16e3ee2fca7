package main

import (
	"strconv"
	"time"

	"guitai/pos"
	"guitai/pos/wechat/sim"
)

// sent notes a call of the till, in the moment in which it leaves.
func (j *judge) sent(path, no string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.l.tally.add("calls", 1)
	d := j.orders[no]
	if d == nil || path == "/pay/refundquery" || path == "/secapi/pay/refund" {
		return // a question about nothing, by which the till tries the line
	}
	j.calls++
	j.trace("%s %s (%s)", no, path, d.p.State)
	d.asked = time.Now()
	d.calls++
	d.queried = d.queried || path == "/pay/orderquery"
	d.closing = d.closing || path == "/pay/closeorder" || path == "/secapi/pay/reverse"
	if !d.p.State.Live() && time.Since(j.trouble) > time.Minute { // in trouble the till may not know yet what it wrote
		d.after++
		if most := 3 + d.hints + j.wishes - d.wishes; d.after > most {
			j.fault("I6", "%s is %s and is asked about for the %d. time", no, d.p.State, d.after)
		}
	}
}

// noSuchAfter is how long after an order's expiry WeChat's "no such order" is its end.
const noSuchAfter = time.Minute

// heard notes an answer of WeChat that reached the till. clear tells that no byte of it was changed.
func (j *judge) heard(path, no string, body []byte, clear bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	d := j.orders[no]
	if d == nil {
		return
	}
	code := field(body, "err_code")
	switch {
	case path == "/pay/unifiedorder":
		switch code {
		case "PARAM_ERROR", "LACK_PARAMS", "NOAUTH":
			d.refused = true
		}
	case path == "/pay/micropay":
		d.refused = d.refused || field(body, "result_code") == "FAIL"
	case path == "/secapi/pay/reverse":
		d.ended = d.ended || field(body, "recall") == "N"
	case code == "ORDERNOTEXIST":
		d.ended = d.ended || !j.l.clock.Now().Before(d.p.ExpiresAt.Add(noSuchAfter))
	case path == "/pay/orderquery":
		word := ""
		switch state := field(body, "trade_state"); state {
		case sim.StateSuccess, "REFUND":
			word = state
			if clear {
				d.heard[field(body, "transaction_id")] = true
			}
		case sim.StateClosed, "REVOKED", "PAYERROR":
			word, d.ended = state, true
		}
		if clear && word != "" && d.p.State.Live() && d.p.State != pos.Reversing && d.told == "" {
			d.told, d.toldAt = word, time.Now()
		}
	}
}

// noticed judges what the till answered to a document posted to its listener. genuine tells that WeChat wrote it.
func (j *judge) noticed(body []byte, genuine, accepted bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	no, id := field(body, "out_trade_no"), field(body, "transaction_id")
	d := j.orders[no]
	if d != nil {
		d.hints++
	}
	switch {
	case !accepted:
	case !genuine:
		j.fault("I5", "a false notice about %s was accepted", no)
	case d == nil:
		j.fault("I5", "a notice about %s was accepted, which the books do not know", no)
	case j.places[id] == "" && (!d.p.State.Live() || field(body, "total_fee") == strconv.FormatInt(int64(d.p.Asked), 10) && field(body, "fee_type") == "CNY"):
		j.fault("I5", "a notice about %s was accepted; its money %s is not in the books (%s)", no, id, d.p.State)
	default:
		d.heard[id] = true
	}
}

// wished notes a cashier's "ask now".
func (j *judge) wished() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.wishes++
	for _, d := range j.live {
		j.l.tally.cell(d.p, pos.SigAsk)
	}
}

// published is I7 for one snapshot.
func (j *judge) published(s pos.Snapshot) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.l.tally.add("snapshots", 1)
	if s.Seq <= j.screen.Seq {
		j.fault("I7", "snapshot %d after %d", s.Seq, j.screen.Seq)
	}
	checking := s.Pay != nil && s.Pay.Phase == pos.PayChecking
	if !checking {
		j.checking = time.Time{}
	} else if j.checking.IsZero() {
		j.checking = time.Now()
	}
	j.screen = s
	j.phoneIsAside(s)
	if s.Done != nil {
		j.doneIsTrue(*s.Done)
	}
	if s.Last == j.unshown || s.Done != nil && s.Done.Sale == j.unshown {
		j.unshown = 0
	}
	if time.Since(j.behind) < time.Minute {
		return
	}
	if s.Pay != nil && s.Pay.CodeURL != "" {
		j.codeIsTrue(s)
	}
	if s.Pay != nil {
		d := j.orders[s.Pay.OutTradeNo]
		switch s.Pay.Phase {
		case pos.PayEnded, pos.PayRefused:
			if d == nil || d.p.State.Live() && !(d.refused && d.p.State == pos.Reversing) { // a refused charge is asked about once more
				j.fault("I7", "the screen says %s of %s, which is live", s.Pay.Phase, s.Pay.OutTradeNo)
			}
		case pos.PayWaiting, pos.PayPaying, pos.PayFetching, pos.PayCharging:
			if d == nil || !d.p.State.OnGlass() {
				j.fault("I7", "the screen says %s of %s, which is not", s.Pay.Phase, s.Pay.OutTradeNo)
			}
		}
	}
}

func (j *judge) doneIsTrue(d pos.Done) {
	a := j.sales[d.Sale]
	if a == nil || a.state != pos.SaleClosed {
		j.fault("I4", "the screen says paid of sale %d, which is not settled on disk", d.Sale)
		return
	}
	if d.Amount != a.sale.Net() || d.Receipt != a.sale.Receipt {
		j.fault("I7", "the screen says %d fen and %s of sale %d; the books say %d and %s", d.Amount, d.Receipt, d.Sale, a.sale.Net(), a.sale.Receipt)
	}
}

// codeIsTrue judges a code in front of the customer: it is the order's own at WeChat, for what is in the cart, and the only one.
func (j *judge) codeIsTrue(s pos.Snapshot) {
	v := s.Pay
	d := j.orders[v.OutTradeNo]
	if d == nil || d.p.State != pos.Waiting {
		j.fault("I3", "the code of %s is shown, which is not waiting on disk", v.OutTradeNo)
		return
	}
	o, err := j.l.sim.Order(v.CodeURL)
	if err != nil || o.OutTradeNo != v.OutTradeNo {
		j.fault("I5", "the code shown for %s is not its own", v.OutTradeNo)
	} else if o.TotalFee != int64(d.p.Asked) {
		j.fault("I4", "WeChat asks the customer for %d fen, the books for %d", o.TotalFee, d.p.Asked)
	}
	a := j.sales[d.p.Sale]
	if a.state != pos.SaleOpen || v.Amount != s.Cart.Total() || v.Amount != d.p.Asked {
		j.fault("I3", "the code of %s asks %d for a %s sale of %d; in the cart are %d", v.OutTradeNo, d.p.Asked, a.state, a.sale.Net(), s.Cart.Total())
	}
	for _, other := range j.live {
		if other != d && other.p.Sale == d.p.Sale && other.p.State.OnGlass() {
			j.fault("I3", "%s is shown while %s is %s", v.OutTradeNo, other.p.OutTradeNo, other.p.State)
		}
	}
}

// patience is the longest time between two calls about a payment that left the glass, by how many there were: the table the
// shop was promised, and a fifth for the spread.
var patience = []time.Duration{
	time.Second, 2 * time.Second, 3 * time.Second, 5 * time.Second, 10 * time.Second, 20 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 20 * time.Minute, 40 * time.Minute, time.Hour,
}

// slack is what one call may take, and a ledger that is tried again, and a few calls of others before it.
const slack = 45 * time.Second

// look is I6 and the rest of I7, whenever nothing moves.
func (j *judge) look() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.up.IsZero() {
		return
	}
	now := time.Now()
	shown := map[string]bool{}
	for _, p := range j.screen.Pending {
		shown[p.OutTradeNo] = true
	}
	if j.screen.Pay != nil {
		shown[j.screen.Pay.OutTradeNo] = true
	}
	for no, d := range j.live {
		asked := d.asked
		if j.up.After(asked) {
			asked = j.up
		}
		most := slack + 10*time.Second*time.Duration(len(j.live)/4)
		if !d.p.State.OnGlass() {
			most += patience[min(d.calls+1, len(patience)-1)] * 6 / 5 // one more may have been under way when it left
		}
		switch {
		case now.Sub(asked) > most:
			j.fault("I6", "%s is %s and was not asked about for %s", no, d.p.State, now.Sub(asked))
		case d.told != "" && now.Sub(d.toldAt) > time.Second:
			j.fault("I6", "WeChat said %s of %s; %s later it is %s", d.told, no, now.Sub(d.toldAt), d.p.State)
		case !shown[no]:
			j.fault("I7", "%s is %s and is nowhere on the screen", no, d.p.State)
		}
	}
	if j.screen.Excepted != j.exceptions && j.behind.IsZero() {
		j.fault("I7", "the screen says %d exceptions, the books have %d", j.screen.Excepted, j.exceptions)
	}
}
