package apiv2

import (
	"bytes"
	"context"
	"strings"
	"time"

	"guitai/pos"
	"guitai/pos/wechat"
)

// Prepay sends a composed order (unifiedorder, 统一下单). Nothing is sent, and the answer is SigRejected, when the request
// is not an order of this number by this merchant: CodeConfig when the merchant or sign type was changed since it was
// composed, CodeInternal when it is damaged. Safe to repeat.
func (c *Client) Prepay(ctx context.Context, outTradeNo string, request []byte) pos.Signal {
	if code := c.checkStored(outTradeNo, request); code != pos.CodeNone {
		return pos.Signal{Kind: pos.SigRejected, To: pos.DoOrder, Code: code}
	}
	s := c.ask(ctx, "/pay/unifiedorder", outTradeNo, request, readOrder, wechat.OrderError)
	s.To = pos.DoOrder
	if s.Kind != pos.SigUncertain && s.Kind != pos.SigRejected {
		s.Source = pos.ByReply
	}
	return s
}

// Query asks for the trade as it is now (orderquery, 查询订单). Safe to repeat.
func (c *Client) Query(ctx context.Context, outTradeNo string) pos.Signal {
	s := c.askAbout(ctx, "/pay/orderquery", outTradeNo, c.readTrade, wechat.QueryError)
	s.To = pos.DoQuery
	return s
}

// Close asks WeChat to close the order (closeorder, 关闭订单). Safe to repeat.
func (c *Client) Close(ctx context.Context, outTradeNo string) pos.Signal {
	s := c.askAbout(ctx, "/pay/closeorder", outTradeNo, readClose, wechat.CloseError)
	s.To = pos.DoClose
	return s
}

// checkStored makes sure that a stored request is what it should be before it is signed.
func (c *Client) checkStored(outTradeNo string, request []byte) pos.Code {
	d := newDocument()
	defer d.release()
	m := c.config.Merchant
	switch {
	case d.read(request) != nil, !bytes.HasSuffix(request, []byte(rootClose)),
		!validNo(outTradeNo), !d.is("out_trade_no", outTradeNo), !d.is("trade_type", "NATIVE"),
		d.get("nonce_str") != nil, d.get("sign") != nil:
		return pos.CodeInternal
	case !d.is("appid", m.AppID), !d.is("mch_id", m.MchID), !d.is("sign_type", string(m.SignType)):
		return pos.CodeConfig
	}
	return pos.CodeNone
}

// Ours reports whether a stored request is of this client's app and merchant.
func (c *Client) Ours(request []byte) bool {
	d := newDocument()
	defer d.release()
	return d.read(request) == nil && d.is("appid", c.config.Merchant.AppID) && d.is("mch_id", c.config.Merchant.MchID)
}

// readFunc reads the business fields of an answer that climbed the whole ladder.
type readFunc func(d *document, outTradeNo string) pos.Signal

func (c *Client) askAbout(
	ctx context.Context, path, outTradeNo string, read readFunc, table func(string) wechat.Outcome,
) pos.Signal {
	if !validNo(outTradeNo) {
		return uncertain(pos.CodeInvalid, "")
	}
	b := append(make([]byte, 0, 256), rootOpen...)
	b = appendField(b, "appid", c.config.Merchant.AppID)
	b = appendField(b, "mch_id", c.config.Merchant.MchID)
	b = appendField(b, "out_trade_no", outTradeNo)
	b = appendField(b, "sign_type", string(c.config.Merchant.SignType))
	return c.ask(ctx, path, outTradeNo, append(b, rootClose...), read, table)
}

// ask makes a call and climbs the ladder.
func (c *Client) ask(
	ctx context.Context, path, outTradeNo string, request []byte, read readFunc, table func(string) wechat.Outcome,
) pos.Signal {
	a := c.exchange(ctx, path, request)
	s := c.judge(a, outTradeNo, read, table)
	if s.Kind == pos.SigRefused && a.acted {
		// Refused by the second host, but the first may have made the order: a refusal proves nothing here.
		s.Kind, s.Code = pos.SigUncertain, pos.CodeNoAnswer
	}
	s.Detail = c.tell(s.Detail)
	return s
}

// judge climbs the ladder of the package comment.
func (c *Client) judge(a answer, outTradeNo string, read readFunc, table func(string) wechat.Outcome) pos.Signal {
	if a.code != pos.CodeNone {
		return uncertain(a.code, a.detail)
	}
	d := newDocument()
	defer d.release()
	if d.read(a.body) != nil {
		return uncertain(pos.CodeBadAnswer, "")
	}
	switch {
	case d.is("return_code", "FAIL"):
		o := wechat.Rejection(string(d.get("return_msg")))
		return pos.Signal{Kind: o.Kind, Code: o.Code, Detail: string(d.get("return_msg"))}
	case !d.is("return_code", "SUCCESS"):
		return uncertain(pos.CodeBadAnswer, "")
	}
	if code := c.prove(d); code != pos.CodeNone {
		return uncertain(code, "")
	}
	c.skew.measure(a.date, a.sent, a.received)
	if no := d.get("out_trade_no"); no != nil && string(no) != outTradeNo {
		return uncertain(pos.CodeNotOurs, "")
	}
	switch {
	case d.is("result_code", "SUCCESS"):
		return read(d, outTradeNo)
	case d.is("result_code", "FAIL"):
		o := table(string(d.get("err_code")))
		return pos.Signal{Kind: o.Kind, Code: o.Code, Detail: complaint(d)}
	}
	return uncertain(pos.CodeBadAnswer, "")
}

// prove checks that a document is signed, and about us. CodeBadSign or CodeNotOurs.
func (c *Client) prove(d *document) pos.Code {
	switch {
	case !c.signer.verify(d):
		return pos.CodeBadSign
	case !d.is("appid", c.config.Merchant.AppID), !d.is("mch_id", c.config.Merchant.MchID):
		return pos.CodeNotOurs
	}
	return pos.CodeNone
}

func uncertain(code pos.Code, detail string) pos.Signal {
	return pos.Signal{Kind: pos.SigUncertain, Code: code, Detail: detail}
}

// complaint is WeChat's own words for a FAIL.
func complaint(d *document) string {
	return withWords(string(d.get("err_code")), d.get("err_code_des"))
}

func withWords(code string, words []byte) string {
	if len(words) == 0 {
		return code
	}
	return code + ": " + string(words)
}

// tell makes WeChat's or the transport's words fit for screen and ledger: one line, at most 200 bytes, no secret.
func (c *Client) tell(detail string) string {
	return cut(clean(strings.ReplaceAll(detail, c.config.Merchant.Key.Reveal(), "[hidden]")), 200)
}

// maxCodeURL is the most we take for a code_url; the documentation says 64.
const maxCodeURL = 256

func readOrder(d *document, _ string) pos.Signal {
	u := string(d.get("code_url"))
	if !strings.HasPrefix(u, "weixin://") || len(u) > maxCodeURL || strings.ContainsFunc(u, notVisible) {
		return uncertain(pos.CodeBadAnswer, "code_url")
	}
	return pos.Signal{Kind: pos.SigOrdered, CodeURL: u}
}

func notVisible(r rune) bool { return r <= ' ' || r > '~' }

func readClose(*document, string) pos.Signal { return pos.Signal{Kind: pos.SigCloseDone} }

// readTrade reads a trade. Only SUCCESS must say what was paid: of the other states the documentation promises nothing
// but number and state.
func (c *Client) readTrade(d *document, outTradeNo string) pos.Signal {
	if !d.is("out_trade_no", outTradeNo) {
		return uncertain(pos.CodeNotOurs, "")
	}
	state := string(d.get("trade_state"))
	o, ok := wechat.TradeState(state)
	if !ok {
		return uncertain(pos.CodeBadAnswer, "trade_state "+state)
	}
	s := pos.Signal{Kind: o.Kind, Code: o.Code}
	if o.Kind != pos.SigPaid {
		s.Detail = withWords(state, d.get("trade_state_desc"))
	}
	if o.Kind == pos.SigPaid || o.Kind == pos.SigReturning {
		var whole bool
		if s.Trade, whole = readMoney(d); !whole && o.Kind == pos.SigPaid {
			return uncertain(pos.CodeBadAnswer, "total_fee, fee_type or transaction_id")
		}
		if s.Trade.PaidAt.IsZero() {
			s.Trade.PaidAt = c.now()
		}
	}
	return s
}

// now is the time by WeChat's clock, as well as we know it.
func (c *Client) now() time.Time {
	ahead, _ := c.Skew()
	return c.clock.Now().Add(-ahead).UTC()
}

// readMoney reads what moved. whole is false when amount, currency or transaction are missing or make no sense; what
// does make sense is there all the same. PaidAt is zero when time_end is missing.
func readMoney(d *document) (t pos.Trade, whole bool) {
	amount, okAmount := fen(d.get("total_fee"))
	t.Amount = amount
	t.Settlement, _ = fen(d.get("settlement_total_fee"))
	t.Currency = pos.Currency
	if v := string(d.get("fee_type")); v != "" {
		t.Currency = v
	}
	okCurrency := len(t.Currency) == 3 && wordy(t.Currency, 3, 3, "") && strings.ToUpper(t.Currency) == t.Currency
	if !okCurrency {
		t.Currency = ""
	}
	id := string(d.get("transaction_id"))
	okID := wordy(id, 1, 32, "_-")
	if okID {
		t.TransactionID = id
	}
	if at, err := time.ParseInLocation(timeForm, string(d.get("time_end")), beijing); err == nil {
		t.PaidAt = at.UTC()
	}
	if bank := string(d.get("bank_type")); wordy(bank, 1, 32, "_-") {
		t.Bank = bank
	}
	return t, okAmount && amount > 0 && okCurrency && okID
}

// fen reads an amount: digits and nothing else.
func fen(v []byte) (pos.Fen, bool) {
	const longest = 12 // far more than anybody pays, far less than overflows
	if len(v) == 0 || len(v) > longest || !numeric(v) {
		return 0, false
	}
	var n pos.Fen
	for _, c := range v {
		n = n*10 + pos.Fen(c-'0')
	}
	return n, true
}

func numeric(v []byte) bool {
	for _, c := range v {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}
