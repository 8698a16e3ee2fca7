package apiv2

import (
	"context"
	"strconv"
	"strings"
	"time"

	"guitai/pos"
	"guitai/pos/wechat"
)

// refundTime is the form of refund_success_time, Beijing time.
const refundTime = "2006-01-02 15:04:05"

// pageSize is how many refunds an answer has at most; the rest is asked for by offset.
const pageSize = 10

// QueryRefund asks what became of one refund (refundquery, 查询退款). Another amount than the one given is RefUncertain with
// CodeNotOurs. Needs no certificate. Safe to repeat.
func (c *Client) QueryRefund(ctx context.Context, outRefundNo string, amount pos.Fen) pos.RefundSignal {
	s := doubt(pos.CodeInvalid, "")
	if validRefundNo(outRefundNo) {
		a := c.exchange(ctx, &c.lines.plain, "/pay/refundquery", c.question("out_refund_no", outRefundNo))
		s = c.judgeRefundQuery(a, outRefundNo, amount)
		s.Detail = c.tell(s.Detail)
	}
	s.To = pos.DoFollow
	return s
}

func (c *Client) judgeRefundQuery(a answer, outRefundNo string, amount pos.Fen) pos.RefundSignal {
	d := newDocument()
	defer d.release()
	s, succeeded := c.climbRefund(a, d, refundQueryError)
	if !succeeded {
		return s
	}
	found := pos.RefundSignal{}
	for _, n := range refundsIn(d) {
		if !d.is("out_refund_no_"+n, outRefundNo) {
			continue
		}
		if found.Kind != "" {
			return doubt(pos.CodeBadAnswer, "out_refund_no")
		}
		found = c.readRefund(d, n)
	}
	switch {
	case found.Kind == "":
		return doubt(pos.CodeNotOurs, "out_refund_no")
	case found.Kind != pos.RefUncertain && found.Amount != amount:
		return doubt(pos.CodeNotOurs, "refund_fee")
	}
	return found
}

func refundQueryError(code, _ string) wechat.RefundOutcome { return wechat.RefundQueryError(code) }

// Refunds asks for every refund of an order, also those made in the merchant platform, ten at a time. The second result is
// RefUncertain or RefRejected when there was no verified answer or the answers do not fit together, RefNotExist when there are
// none, else RefSuccess. Safe to repeat.
func (c *Client) Refunds(ctx context.Context, outTradeNo string) ([]pos.RefundSignal, pos.RefundSignal) {
	var all []pos.RefundSignal
	s := doubt(pos.CodeInvalid, "")
	if validNo(outTradeNo) {
		all, s = c.everyRefund(ctx, outTradeNo)
		s.Detail = c.tell(s.Detail)
	}
	s.To = pos.DoFollow
	if s.Kind != pos.RefSuccess {
		return nil, s
	}
	for i := range all {
		all[i].To, all[i].Detail = pos.DoFollow, c.tell(all[i].Detail)
	}
	return all, s
}

func (c *Client) everyRefund(ctx context.Context, outTradeNo string) ([]pos.RefundSignal, pos.RefundSignal) {
	var all []pos.RefundSignal
	seen := map[string]bool{}
	for len(all) < 2*pos.MaxRefunds { // more than WeChat takes: only so that a loop ends
		request := c.question("offset", strconv.Itoa(len(all)), "out_trade_no", outTradeNo)
		page, total, s := c.judgeRefunds(c.exchange(ctx, &c.lines.plain, "/pay/refundquery", request), outTradeNo)
		switch {
		case s.Kind == pos.RefNotExist && len(all) > 0:
			return nil, doubt(pos.CodeBadAnswer, "refund_count")
		case s.Kind != "":
			return nil, s
		}
		for _, r := range page {
			if seen[r.OutRefundNo] { // one was added while we asked: from the beginning, later
				return nil, doubt(pos.CodeBadAnswer, "out_refund_no")
			}
			seen[r.OutRefundNo] = true
		}
		all = append(all, page...)
		switch {
		case total >= 0 && len(all) == total, total < 0 && len(page) < pageSize:
			return all, pos.RefundSignal{Kind: pos.RefSuccess}
		case total >= 0 && len(all) > total, len(page) == 0:
			return nil, doubt(pos.CodeBadAnswer, "total_refund_count")
		}
	}
	return nil, doubt(pos.CodeBadAnswer, "total_refund_count")
}

// judgeRefunds reads one page. total is -1 when WeChat does not say how many there are in all; s has no kind when all is well.
func (c *Client) judgeRefunds(a answer, outTradeNo string) (page []pos.RefundSignal, total int, s pos.RefundSignal) {
	d := newDocument()
	defer d.release()
	s, succeeded := c.climbRefund(a, d, refundQueryError, "out_trade_no", outTradeNo)
	if !succeeded {
		return nil, 0, s
	}
	if !d.is("out_trade_no", outTradeNo) {
		return nil, 0, doubt(pos.CodeNotOurs, "out_trade_no")
	}
	total = -1
	if v := d.get("total_refund_count"); v != nil {
		n, ok := fen(v)
		if !ok {
			return nil, 0, doubt(pos.CodeBadAnswer, "total_refund_count")
		}
		total = int(n)
	}
	for _, n := range refundsIn(d) {
		r := c.readRefund(d, n)
		if !validRefundNo(r.OutRefundNo) || r.Amount == 0 {
			return nil, 0, doubt(pos.CodeBadAnswer, r.Detail)
		}
		if sum, ok := fen(d.get("total_fee")); ok && d.get("transaction_id") != nil {
			r.Total, r.TransactionID = pos.Fen(sum), string(d.get("transaction_id"))
		}
		page = append(page, r)
	}
	if n, ok := fen(d.get("refund_count")); !ok || int(n) != len(page) {
		return nil, 0, doubt(pos.CodeBadAnswer, "refund_count")
	}
	return page, total, pos.RefundSignal{}
}

// refundsIn lists what tells the refunds of an answer apart: the n of their out_refund_no_n, in the order they came.
func refundsIn(d *document) []string {
	var list []string
	for i := range d.fields {
		if n, ok := strings.CutPrefix(string(d.fields[i].name), "out_refund_no_"); ok && n != "" && numeric([]byte(n)) {
			list = append(list, n)
		}
	}
	return list
}

// readRefund reads refund n of an answer. RefUncertain when it makes no sense.
func (c *Client) readRefund(d *document, n string) pos.RefundSignal {
	get := func(name string) []byte { return d.get(name + "_" + n) }
	status := string(get("refund_status"))
	o, ok := wechat.RefundState(status)
	s := pos.RefundSignal{Kind: o.Kind, Code: o.Code, OutRefundNo: string(get("out_refund_no")), RefundID: refundID(get("refund_id"))}
	if !ok {
		s.Kind, s.Code, s.Detail = pos.RefUncertain, pos.CodeBadAnswer, "refund_status "+status
	}
	if o.Kind == pos.RefChange || o.Kind == pos.RefClose {
		s.Detail = status
	}
	var whole bool
	if s.Amount, whole = fen(get("refund_fee")); !whole || s.Amount == 0 {
		s.Kind, s.Code, s.Detail, s.Amount = pos.RefUncertain, pos.CodeBadAnswer, "refund_fee", 0
	}
	s.Settlement, _ = fen(get("settlement_refund_fee"))
	if at, err := time.ParseInLocation(refundTime, string(get("refund_success_time")), beijing); err == nil && s.Kind == pos.RefSuccess {
		s.At = at.UTC()
	}
	return s
}
