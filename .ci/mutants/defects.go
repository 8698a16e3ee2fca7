package main

// defect is something wrong that is planted into the till.
type defect struct {
	name  string
	about string
	edits []edit
	power bool  // not the years but the power cuts find it
	by    proof // not the years but this test finds it
}

// proof is a test.
type proof struct{ pkg, test string }

// edit changes a text that a file has exactly once.
type edit struct{ file, old, new string }

var defects = []defect{
	{name: "disk-not-awaited", about: "commits with synchronous=NORMAL", power: true},

	// Money.
	{name: "amount-not-checked", about: "another amount than was asked pays the sale", edits: []edit{
		{"pos/step.go", `case t.Amount != p.Asked:`, `case t.Amount < 0:`},
	}},
	{name: "currency-not-checked", about: "100 HKD pay 100 CNY", edits: []edit{
		{"pos/step.go", `case t.Currency != Currency:`, `case t.Currency == "":`},
	}},
	{name: "money-in-floats", about: "the amount goes through yuan on its way to WeChat", edits: []edit{
		{
			"pos/wechat/apiv2/compose.go", `put("total_fee", strconv.FormatInt(int64(o.Amount), 10))`,
			`put("total_fee", strconv.FormatInt(int64(float64(o.Amount)/100*100), 10))`,
		},
	}},
	{name: "second-payment-swallowed", about: "money of a second transaction is taken for a replay", edits: []edit{
		{"pos/step.go", `return s.Kind == SigPaid && p.TransactionID != ""`, `return s.Kind == SigReturning && p.TransactionID != ""`},
	}},
	{name: "replay-booked-again", about: "the same notice again is booked again", edits: []edit{
		{"pos/notify.go", `case p.TransactionID == n.Trade.TransactionID:`, `case p.TransactionID == n.Trade.TransactionID && p.State != Paid:`},
		{"pos/step.go", `&& s.Trade.TransactionID != "" && s.Trade.TransactionID != p.TransactionID`, `&& s.Trade.TransactionID != "" && p.State == Paid`},
		{"store/exception.go", `if trade.TransactionID == "" || trade.TransactionID == p.TransactionID {`, `if trade.TransactionID == "" {`},
	}},
	{name: "late-money-into-another-cart", about: "a changed cart does not give up the sale that money was asked for", edits: []edit{
		{"pos/checkout/cart.go", `if !t.abandon() {
			return false
		}`, ``},
	}},
	{name: "any-order-settles", about: "money of any older order of an abandoned sale settles it", edits: []edit{
		{"pos/checkout/watch.go", `	due := t.sale.Due()
	return p.Asked == due || p.Part && p.Asked < due`, `	return true`},
		{"pos/checkout/watch.go", `	if t.sale == nil || t.sale.ID != p.Sale || t.newest != p.ID {
		return false
	}
`, ``},
	}},
	{name: "exception-without-posting", about: "money without its sale is not in the books", edits: []edit{
		{"pos/journal.go", `		e.take(p)
	}
	e.add(WeChatExceptions, -p.Amount)
	return e, true`, `		_ = p
	}
	return e, true`},
	}},
	{name: "coupon-booked-as-cash-in", about: "what the shop bears of a coupon is booked as WeChat's debt", edits: []edit{
		{"pos/payment.go", `return t.Settlement
}`, `return t.Amount
}`},
	}},

	// The glass.
	{name: "other-code-over-the-old", about: "another order is shown while the old code is on the glass", edits: []edit{
		{"pos/checkout/pay.go", `case t.onGlass() || t.tender != nil:
		// the code is there`, `case t.tender != nil:
		// the code is there`},
	}},
	{name: "cash-over-the-code", about: "cash is taken while the code is on the glass", edits: []edit{
		{
			"pos/checkout/pay.go", `if !t.apply(w, pos.Signal{Kind: pos.SigCancel}) { // the code leaves the glass before the money is booked`,
			`if false {`,
		},
	}},
	{name: "older-order-not-ended-first", about: "a new order is made without asking for and closing the old one", edits: []edit{
		{"pos/checkout/pay.go", `checked := w.closeTried && !w.queried.Before(d.began)`, `checked := w.p.ID > 0`},
	}},
	{name: "older-order-only-asked", about: "the old order is asked about but not asked to close", edits: []edit{
		{"pos/checkout/pay.go", `checked := w.closeTried && !w.queried.Before(d.began)`, `checked := !w.queried.Before(d.began)`},
		{"pos/checkout/pay.go", `if !w.closeTried && w.p.State == pos.Closing {`, `if w.p.State == pos.Opened {`},
		{"pos/step.go", `return leave(p, now), []Effect{{DoClose, 0}}
		}
	case SigExpire:`, `return leave(p, now), []Effect{{DoQuery, 0}}
		}
	case SigExpire:`},
	}},
	{name: "cancel-not-on-disk", about: "a cancelled order is still on the glass after a crash", by: proof{"./pos/checkout", "TestRestart_ACancelledOrderStaysOffTheGlass"}, edits: []edit{
		{"pos/checkout/watch.go", `return a.State != b.State || a.CodeURL`, `return a.State != b.State && b.State != pos.Closing || a.CodeURL`},
	}},
	{name: "paid-before-the-books", about: "the screen says paid of cash although the commit failed", edits: []edit{
		{"pos/checkout/hand.go", `	default:
		t.ledgerTrouble("take money by hand", err)
	}`, `	default:
		t.settledBy(try.p, pos.SaleRecord{Sale: try.sale}, false)
	}`},
	}},
	{name: "notice-accepted-before-the-books", about: "WeChat is told that a notice arrived although its commit failed", edits: []edit{
		{"pos/checkout/notice.go", `if !t.keepNotice(e, v) || !t.apply(w, s) {`, `if t.keepNotice(e, v); !t.apply(w, s) && v != pos.NoticeSettles {`},
	}},

	// Asking.
	{name: "poll-stops-at-expiry", about: "an order that expired on our screen is not asked about any more", edits: []edit{
		{"pos/step.go", `return p, []Effect{{DoQuery, 0}, {DoClose, Grace}}`, `return p, nil`},
	}},
	{name: "cancelled-is-forgotten", about: "an order that left the glass is not watched", edits: []edit{
		{"pos/payment.go", `return s == Opened || s == Waiting || s.Left()`, `return s == Opened || s == Waiting`},
	}},
	{name: "late-tender-goes-round", about: "a payment that waits for WeChat longer than it should lets the till turn in circles", edits: []edit{
		{"pos/checkout/till.go", `if t.tender != nil && time.Now().Before(t.tender.deadline) {`, `if t.tender != nil {`},
	}},
	{name: "order-due-for-ever", about: "a code that nobody wants any more stays due, and is never fetched: the till turns in circles", edits: []edit{
		{"pos/checkout/watch.go", `delete(w.due, pos.DoOrder) // nobody wants its code any more`, `// nothing is taken off`},
	}},
	{name: "restart-forgets", about: "a restart does not ask about what was live", edits: []edit{
		{"pos/checkout/resume.go", `	for _, p := range live {
		t.watched(p)
	}`, `	_ = live`},
	}},
	{name: "asked-for-ever", about: "an order is asked about after it is paid", edits: []edit{
		{"pos/step.go", `	case s.Settled:
		p.Reason = ExceptTwice
	}
	return p, nil`, `	case s.Settled:
		p.Reason = ExceptTwice
	}
	return p, []Effect{{DoQuery, 0}}`},
		{"pos/step.go", `return p, nil // a replay is an outcome, not an error`, `return p, []Effect{{DoQuery, 0}}`},
	}},
	{name: "close-asked-once", about: "an order that WeChat would not close yet is never asked to close again", edits: []edit{
		{"pos/poll.go", `wait = closes[min(p.Closes-1, len(closes)-1)]`, `return 1 << 60`},
	}},
	{name: "timeout-is-failure", about: "no answer to our order is taken for a refusal", edits: []edit{
		{"pos/step.go", `	case SigUnpaid, SigNotExist, SigUncertain:
		p.MayExist =`, `	case SigUncertain:
		p.State = Refused
		return p, nil
	case SigUnpaid, SigNotExist:
		p.MayExist =`},
	}},
	{name: "no-such-order-is-closed", about: "WeChat's \"no such order\" ends an order whose request may be on its way", edits: []edit{
		{"pos/step.go", `if !now.Before(p.ExpiresAt.Add(NeverSeen)) {`, `if !now.IsZero() {`},
	}},
	{name: "refusal-after-a-lost-send", about: "a refusal ends an order that an earlier send may have made", edits: []edit{
		{"pos/step.go", `		if p.MayExist {
			return leave(p, now), []Effect{{DoQuery, 0}}
		}
		p.State = Refused`, `		p.State = Refused`},
		{"pos/wechat/outcome.go", `{"ORDERCLOSED", Outcome{pos.SigHint, pos.CodeNone}}, // 订单已关闭`, `{"ORDERCLOSED", Outcome{pos.SigRefused, pos.CodeNone}},`},
	}},
	{name: "closed-is-not-heard", about: "WeChat's CLOSED is taken for not paid yet", edits: []edit{
		{"pos/wechat/outcome.go", `{"CLOSED", Outcome{pos.SigClosed, pos.CodeNone}},`, `{"CLOSED", Outcome{pos.SigUnpaid, pos.CodeNone}},`},
	}},

	// Trust.
	{name: "unsigned-answer-believed", about: "an answer without signature is WeChat's word", edits: []edit{
		{"pos/wechat/apiv2/order.go", `case !c.signer.verify(d):`, `case d.get("sign") != nil && !c.signer.verify(d):`},
	}},
	{name: "signature-not-checked", about: "any signature will do", edits: []edit{
		{"pos/wechat/apiv2/order.go", `case !c.signer.verify(d):`, `case len(d.get("sign")) == 0:`},
	}},
	{name: "signature-of-known-fields", about: "a field that nobody knows need not be signed", edits: []edit{
		{"pos/wechat/apiv2/sign.go", `string(f.name) == "sign" {`, `string(f.name) == "sign" || string(f.name) == "promotion_tag" {`},
	}},
	{name: "merchant-not-checked", about: "another merchant's answer is ours", edits: []edit{
		{
			"pos/wechat/apiv2/order.go", `app == c.config.MiniAppID || app == c.config.AppAppID) &&
		d.is("mch_id", c.config.Merchant.MchID)`, `app == c.config.MiniAppID || app == c.config.AppAppID) || d.get("mch_id") != nil`,
		},
	}},
	{name: "phone-order-to-the-counter", about: "a phone's order is brought to the counter, and two pay for it", by: proof{"./pos/checkout", "TestPhone_IsNeverOnTheCounter"}, edits: []edit{
		{"pos/checkout/park.go", `if t.phoneOf(w.p.Sale) != nil {`, `if t.phoneOf(w.p.Sale) != nil && w.p.PrepayID == "" {`},
	}},
	{name: "phone-order-twice", about: "a phone that asks again is given a second order", by: proof{"./pos/checkout", "TestPhone_AProductCodeHoldsWhileItMayBePaid"}, edits: []edit{
		{"pos/checkout/phone.go", `w.p.API == o.API && w.p.State.OnGlass() &&`, `w.p.API == o.API && w.p.State == pos.Opened &&`},
	}},
	{name: "phone-order-ended-and-given", about: "a phone is given an order that the till has ended", by: proof{"./pos/checkout", "TestPhone_AProductCodeHoldsWhileItMayBePaid"}, edits: []edit{
		{"pos/checkout/phone.go", `w.p.API == o.API && w.p.State.OnGlass() &&`, `w.p.API == o.API && w.p.State.Live() &&`},
	}},
	{name: "phone-waits-behind-questions", about: "a phone waits for slow answers about other orders", by: proof{"./pos/checkout", "TestPhone_IsSentBesideSlowQuestions"}, edits: []edit{
		{"pos/checkout/pace.go", `|| t.hasty(w) && t.prepays < maxPrepays`, ``},
	}},
	{name: "recalled-cart-rung-twice", about: "a sale does not end the held cart that it was", by: proof{"./pos/checkout", "TestRecall_SurvivesACrash"}, edits: []edit{
		{"pos/checkout/pay.go", `, Held: t.held.recalled,`, `,`},
	}},
	{name: "returned-cart-given-twice", about: "money for goods without a receipt does not end the held cart that they were", by: proof{"./pos/checkout", "TestReturnCart_EndsTheHeldCart"}, edits: []edit{
		{"pos/checkout/exchange.go", `, Held: t.held.recalled,`, `,`},
	}},
	{name: "order-in-doubt-comes-back", about: "a sale whose first commit failed and landed is at the counter again after its goods were sold", by: proof{"./pos/checkout", "TestOrder_InDoubtAndSoldOtherwise"}, edits: []edit{
		{"pos/checkout/pay.go", `t.orderTry = &orderTry{no, time.Now().Add(retryLedger)}`, `t.orderTry = nil`},
	}},
	{name: "held-cart-ends-before-its-sale", about: "a held cart is gone from the books once it is at the counter again", by: proof{"./pos/checkout", "TestRecall_SurvivesACrash"}, edits: []edit{
		{"pos/checkout/hold.go", `	t.held.recalled = id
`, `	_ = t.cfg.Holds.DropHeld(t.book, id)
`},
	}},
	{name: "retired-goes-back", about: "money of the retired interface is refunded by the shop's own", by: proof{"./pos/checkout", "TestV1_NothingIsRefundedThroughWeChat"}, edits: []edit{
		{"pos/checkout/inbox.go", `err == nil && p.API == pos.APIShop && !t.foreign`, `err == nil && !t.foreign`},
	}},
	{name: "notice-of-another-interface", about: "the keys of one interface settle orders of another", by: proof{"./pos/checkout", "TestV1_AnOrderIsAskedAboutByTheInterfaceThatMadeIt"}, edits: []edit{
		{"pos/checkout/notice.go", `if w != nil && w.p.API != e.api {`, `if w != nil && w.p.API != e.api && !e.n.Success {`},
	}},
	{name: "other-orders-answer", about: "an answer about another order is an answer", edits: []edit{
		{"pos/wechat/apiv2/order.go", `	if !d.is("out_trade_no", outTradeNo) {
		return uncertain(pos.CodeNotOurs, "")
	}
	state :=`, `	state :=`},
		{"pos/wechat/apiv2/order.go", `if v := d.get(about[i]); v != nil && string(v) != about[i+1] {`, `if v := d.get(about[i]); v != nil && len(v) == 0 {`},
	}},

	// Payment codes and money that goes back.
	{name: "code-charged-over-the-code", about: "a payment code is charged while our code is on the glass", edits: []edit{
		{
			"pos/checkout/pay.go", `if t.onGlass() && !t.apply(w, pos.Signal{Kind: pos.SigCancel}) { // our code leaves the glass before theirs is charged`,
			`if false {`,
		},
	}},
	{name: "charge-not-reversed", about: "a charge that nobody waits for is not reversed", edits: []edit{
		{"pos/poll.go", `return reverses[min(p.Closes-1, len(reverses)-1)]
	}
	return max(0,`, `return 1 << 60
	}
	return 1<<60 + max(0,`},
	}},
	{name: "reversed-before-it-was", about: "recall=Y is taken for reversed", edits: []edit{
		{"pos/code.go", `	case SigReversed:
		p.Reversed,`, `	case SigReversed, SigRecall, SigUncertain:
		p.Reversed,`},
	}},
	{name: "refund-done-when-accepted", about: "WeChat's \"accepted\" is taken for money that is back", edits: []edit{
		{"pos/refund.go", `		case RefundAsked, RefundRefused:
			return move(RefundAccepted)
		case RefundStuck:`, `		case RefundAsked, RefundRefused:
			return move(RefundDone)
		case RefundStuck:`},
	}},
	{name: "refund-above-what-is-left", about: "what went back before does not count", edits: []edit{
		{"pos/refund.go", `func (s RefundState) Counts() bool { return s.Live() || s == RefundDone }`, `func (s RefundState) Counts() bool { return s == RefundStuck }`},
		{"store/refund_begin.go", `if r.Amount > r.Total-gone {`, `if r.Amount > r.Total {`},
	}},
	{name: "refund-not-followed", about: "a refund that was accepted is not asked about", edits: []edit{
		{"pos/refund.go", `follow := func(r Refund) []Effect { return []Effect{{DoFollow, FollowAfter(r)}} }`, `follow := func(r Refund) []Effect { return nil }`},
	}},

	// The books.
	{name: "number-used-again", about: "order numbers repeat", edits: []edit{
		{"pos/number.go", `raw[i] = orderAlphabet[b&31]`, `raw[i] = orderAlphabet[b&1]
		if i < len(raw)-2 {
			raw[i] = 'A'
		}`},
	}},
	{name: "receipt-by-count", about: "the receipt number counts the sales of all days", edits: []edit{
		{"store/sale.go", "sqlNextReceipt = `SELECT coalesce(max(seq), 0) + 1 FROM sale WHERE day = ? AND epoch = ?`", "sqlNextReceipt = `SELECT count(*) + 1 FROM sale WHERE day <= ? AND epoch = ?`"},
	}},
	{name: "sale-without-paper", about: "a settled sale has no print job", edits: []edit{
		{"store/sale.go", `if err := t.queue(job, sale.ID, at); err != nil {`, `if err := t.ctx.Err(); err != nil {`},
	}},
}
