package apiv2

import (
	"context"
	"errors"
	"strconv"

	"guitai/pos"
	"guitai/pos/wechat"
)

// Reasons a refund cannot be expressed. Each comes with CodeInvalid.
var (
	ErrOutRefundNo   = errors.New("out_refund_no is 1 to 64 of 0-9 A-Z a-z _ - | * @")
	ErrTransactionID = errors.New("transaction_id is 1 to 32 letters and digits")
	ErrRefundAmount  = errors.New("a refund is of 1 fen to the whole of its order, which is at most 1,000,000.00 yuan")
)

// maxReason is the most of refund_desc, in bytes.
const maxReason = 80

// validRefundNo tells whether a text can be an out_refund_no: ours are plainer, those of the merchant platform are not ours.
func validRefundNo(s string) bool { return wechat.Wordy(s, 1, 64, "_-|*@") }

func validTransaction(s string) bool { return wechat.Wordy(s, 1, 32, "_-") }

// ComposeRefund builds the refund request (申请退款), without nonce_str and sign. Its result is posted to the notify_url too.
// Pure. CodeInvalid when the refund cannot be expressed.
func (c *Client) ComposeRefund(o pos.RefundOrder) ([]byte, error) {
	const op = "compose refund"
	switch {
	case !validRefundNo(o.OutRefundNo):
		return nil, pos.E(pos.CodeInvalid, op, ErrOutRefundNo)
	case !validTransaction(o.TransactionID):
		return nil, pos.E(pos.CodeInvalid, op, ErrTransactionID)
	case o.Amount < 1, o.Amount > o.Total, o.Total > pos.MaxAmount:
		return nil, pos.E(pos.CodeInvalid, op, ErrRefundAmount)
	}
	b := append(make([]byte, 0, 768), rootOpen...)
	b = appendField(b, "appid", c.config.Merchant.AppID)
	b = appendField(b, "mch_id", c.config.Merchant.MchID)
	b = appendField(b, "notify_url", *c.notify.Load())
	b = appendField(b, "out_refund_no", o.OutRefundNo)
	if reason := wechat.Cut(wechat.Clean(o.Reason), maxReason); reason != "" {
		b = appendField(b, "refund_desc", reason)
	}
	b = appendField(b, "refund_fee", strconv.FormatInt(int64(o.Amount), 10))
	b = appendField(b, "refund_fee_type", pos.Currency)
	b = appendField(b, "sign_type", string(c.config.Merchant.SignType))
	b = appendField(b, "total_fee", strconv.FormatInt(int64(o.Total), 10))
	b = appendField(b, "transaction_id", o.TransactionID)
	return append(b, rootClose...), nil
}

// CanRefund is CodeNone when the client certificate is there, else why not. In practice none is needed.
func (c *Client) CanRefund() pos.Code {
	switch {
	case c.hasSecret():
		return pos.CodeNone
	case c.config.NoCert != pos.CodeNone:
		return c.config.NoCert
	}
	return pos.CodeSecret
}

// hasSecret tells whether /secapi can be called.
func (c *Client) hasSecret() bool { return c.config.Cert != nil || c.config.Practice }

// Refund sends a composed refund (refund, 申请退款). RefRejected without anything sent when there is no client certificate
// (CodeSecret), or when the request is not a refund of this number by this merchant: CodeConfig when the merchant or sign type was
// changed since it was composed, CodeInternal when it is damaged. Safe to repeat.
func (c *Client) Refund(ctx context.Context, outRefundNo string, request []byte) pos.RefundSignal {
	s := pos.RefundSignal{Kind: pos.RefRejected, Code: pos.CodeSecret}
	if c.hasSecret() {
		if s.Code = c.checkRefund(outRefundNo, request); s.Code == pos.CodeNone {
			a := c.exchange(ctx, &c.lines.secret, "/secapi/pay/refund", request)
			s = c.judgeRefund(a, outRefundNo, request)
		}
	}
	s.To = pos.DoRefund
	if s.Kind != pos.RefUncertain && s.Kind != pos.RefRejected {
		s.Source = pos.ByReply
	}
	return s
}

// checkRefund makes sure that a stored refund is what it should be before it is signed.
func (c *Client) checkRefund(outRefundNo string, request []byte) pos.Code {
	code := c.checkStored(request, "out_refund_no", outRefundNo, "trade_type", "", "out_trade_no", "")
	d := newDocument()
	defer d.release()
	if code != pos.CodeInternal && d.read(request) == nil && validRefundNo(outRefundNo) && validTransaction(string(d.get("transaction_id"))) {
		total, okTotal := fen(d.get("total_fee"))
		amount, okAmount := fen(d.get("refund_fee"))
		if okTotal && okAmount && amount > 0 && amount <= total {
			return code
		}
	}
	return pos.CodeInternal
}

// judgeRefund climbs the ladder with the answer to a refund.
func (c *Client) judgeRefund(a answer, outRefundNo string, request []byte) pos.RefundSignal {
	d, ours := newDocument(), newDocument()
	defer d.release()
	defer ours.release()
	if ours.read(request) != nil { // it was read before it was sent
		return doubt(pos.CodeInternal, "")
	}
	s := c.decideRefund(a, d, outRefundNo, ours)
	if a.acted && s.Kind != pos.RefTaken && s.Kind != pos.RefUncertain {
		// The first host may have taken it on before the second one declined.
		s.Kind, s.Code = pos.RefUncertain, pos.CodeNoAnswer
	}
	s.Detail = c.tell(s.Detail)
	return s
}

// decideRefund compares the answer with what was asked for: our number, our order, our amounts.
func (c *Client) decideRefund(a answer, d *document, outRefundNo string, ours *document) pos.RefundSignal {
	s, succeeded := c.climbRefund(a, d, wechat.RefundError, "out_refund_no", outRefundNo, "transaction_id", string(ours.get("transaction_id")))
	if !succeeded {
		return s
	}
	for _, name := range []string{"out_refund_no", "transaction_id", "refund_fee", "total_fee"} {
		switch v := d.get(name); {
		case v == nil:
			return doubt(pos.CodeBadAnswer, name)
		case string(v) != string(ours.get(name)):
			return doubt(pos.CodeNotOurs, name)
		}
	}
	s = pos.RefundSignal{Kind: pos.RefTaken, OutRefundNo: outRefundNo, RefundID: refundID(d.get("refund_id"))}
	s.Amount, _ = fen(d.get("refund_fee"))
	s.Settlement, _ = fen(d.get("settlement_refund_fee"))
	return s
}

// climbRefund is climb and the table of err_code for a call about refunds.
func (c *Client) climbRefund(
	a answer, d *document, table func(code, words string) wechat.RefundOutcome, about ...string,
) (s pos.RefundSignal, succeeded bool) {
	o, detail, succeeded := c.climb(a, d, about...)
	switch {
	case succeeded:
		return pos.RefundSignal{}, true
	case o.Kind == pos.SigRejected:
		return pos.RefundSignal{Kind: pos.RefRejected, Code: o.Code, Detail: detail}, false
	case o.Kind != "":
		return doubt(o.Code, detail), false
	}
	r := table(string(d.get("err_code")), string(d.get("err_code_des")))
	return pos.RefundSignal{Kind: r.Kind, Code: r.Code, Detail: detail}, false
}

func doubt(code pos.Code, detail string) pos.RefundSignal {
	return pos.RefundSignal{Kind: pos.RefUncertain, Code: code, Detail: detail}
}

// refundID is a refund_id that makes sense, else empty.
func refundID(v []byte) string {
	if wechat.Wordy(string(v), 1, 32, "_-") {
		return string(v)
	}
	return ""
}
