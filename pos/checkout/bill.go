package checkout

import (
	"strconv"
	"strings"

	"guitai/pos"
)

// askBilled looks for what WeChat's bill has.
func (t *Till) askBilled(c pos.AskBilled) {
	i := c.Item
	switch {
	case !strings.HasPrefix(i.OutTradeNo, t.cfg.Shop.OrderPrefix()) || t.cfg.Returns == nil:
		t.say(pos.MsgWarn, "bill-not-ours", i.OutTradeNo)
	case i.Kind == pos.BillRefund:
		t.askBilledRefund(i)
	case t.cfg.Finder != nil && i.TransactionID != "" && i.Kind == pos.BillPayment:
		t.findTransaction(i.TransactionID) // the order may be known, and this be other money for it
	case t.cfg.Gateway != nil:
		t.findOrder(i.OutTradeNo)
	case c.Book:
		t.bookBilled(c)
	default:
		t.say(pos.MsgWarn, "wechat-off", string(t.cfg.OffCause))
	}
}

// askBilledRefund asks WeChat for every refund of an order: ours go on, those of the merchant platform are written down.
func (t *Till) askBilledRefund(i pos.BillItem) {
	if t.cfg.Refunder == nil {
		t.say(pos.MsgWarn, "wechat-off", string(t.cfg.OffCause))
		return
	}
	switch _, err := t.cfg.Ledger.Payment(t.book, i.OutTradeNo); {
	case pos.CodeOf(err) == pos.CodeNotFound: // the order first: a refund needs it
		t.findOrder(i.OutTradeNo)
		return
	case err != nil:
		t.ledgerTrouble("find payment", err)
		return
	}
	t.say(pos.MsgInfo, "order-asking", i.OutTradeNo)
	t.lookForRefunds(i.OutTradeNo, 0)
}

// bookBilled takes a payment into the books that only the bill tells of and nobody can be asked about. It waits for a person's second
// word: what it settles, or how it goes back.
func (t *Till) bookBilled(c pos.AskBilled) {
	i := c.Item
	by, reason := strings.TrimSpace(c.By), strings.TrimSpace(c.Reason)
	if by == "" || reason == "" {
		t.say(pos.MsgWarn, "refund-needs-words")
		return
	}
	if i.Kind != pos.BillPayment || i.Amount <= 0 || i.TransactionID == "" {
		t.say(pos.MsgWarn, "order-unknown", i.OutTradeNo)
		return
	}
	now := t.cfg.Clock.Now()
	s := pos.Signal{Kind: pos.SigPaid, Source: pos.ByBill, Trade: pos.Trade{
		TransactionID: i.TransactionID, Amount: i.Amount, Settlement: i.Settlement, Currency: i.Currency, PaidAt: i.At,
	}}
	switch p, err := t.cfg.Returns.Adopt(t.book, adopted(pos.APIShop, i.OutTradeNo, s, now), s, now); {
	case pos.CodeOf(err) == pos.CodeConflict:
		t.say(pos.MsgWarn, "bill-known", i.OutTradeNo)
		return
	case err != nil:
		t.ledgerTrouble("adopt order", err)
		return
	default:
		t.cfg.Log.Warn("an order was booked from the bill", "no", p.OutTradeNo, "fen", int64(p.Amount), "by", by)
	}
	t.readInbox()
	for _, x := range t.inbox.cases {
		if x.OutTradeNo == i.OutTradeNo && x.State == pos.ExceptionOpen && x.Decided == (pos.Decision{}) {
			d := pos.Decision{Action: pos.ActHold, By: by, Reason: reason, At: now}
			if _, err := t.cfg.Returns.ScheduleRefund(t.book, x.ID, x.RefundAt, d); err != nil {
				t.ledgerTrouble("note decision", err)
				return
			}
		}
	}
	t.readInbox()
	t.say(pos.MsgAlarm, "bill-booked", i.Amount.String())
}

// billed is how a bill that was fetched stands to the books.
type billed struct {
	day     pos.Day
	differs int
	err     error
}

func (e billed) handle(t *Till) {
	switch day := e.day.String(); {
	case e.err != nil:
		t.mention(pos.MsgWarn, "bill-trouble", day, string(pos.CodeOf(e.err)))
	case e.differs > 0:
		t.mention(pos.MsgWarn, "bill-differs", day, strconv.Itoa(e.differs))
	default:
		t.mention(pos.MsgInfo, "bill-clean", day)
	}
}
