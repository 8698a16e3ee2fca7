package apiv2

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	"guitai/pos"
	"guitai/pos/wechat"
)

// Prepay sends a composed order (unifiedorder, 统一下单), of whichever trade_type it is; SigOrdered has the prepay_id, and of a NATIVE
// order the code_url. Nothing is sent, and the answer is SigRejected, when the request
// is not an order of this number by this merchant: CodeConfig when the merchant or sign type was changed since it was
// composed, CodeInternal when it is damaged. Safe to repeat.
func (c *Client) Prepay(ctx context.Context, outTradeNo string, request []byte) pos.Signal {
	kind, code := c.storedKind(request)
	if code == pos.CodeNone {
		code = c.checkStored(request, "out_trade_no", outTradeNo, "trade_type", kind.tradeType)
	}
	if !validNo(outTradeNo) {
		code = pos.CodeInternal
	}
	if code != pos.CodeNone {
		return pos.Signal{Kind: pos.SigRejected, To: pos.DoOrder, Code: code}
	}
	a := c.exchange(ctx, &c.lines.plain, "/pay/unifiedorder", request)
	s := c.judge(a, "out_trade_no", outTradeNo, c.readOrder(kind), byCode(wechat.OrderError))
	return byReply(s, pos.DoOrder)
}

// orderKind is which of the orders of unifiedorder a request is.
type orderKind struct {
	tradeType string
	phone     bool // paid with the prepay_id: by the payer's own phone, or as the answer to a scanned product code
}

// storedKind reads the kind of a composed request. CodeInternal when it is none of ours.
func (c *Client) storedKind(request []byte) (orderKind, pos.Code) {
	d := newDocument()
	defer d.release()
	if d.read(request) != nil {
		return orderKind{}, pos.CodeInternal
	}
	openID := d.get("openid")
	switch t := string(d.get("trade_type")); {
	case openID != nil && !validOpenID(string(openID)):
	case t == typeNative:
		return orderKind{t, openID != nil}, pos.CodeNone
	case t == typeJSAPI && openID != nil, t == typeApp && openID == nil:
		return orderKind{t, true}, pos.CodeNone
	}
	return orderKind{}, pos.CodeInternal
}

// byReply marks the answer to our own order or charge.
func byReply(s pos.Signal, to pos.EffectKind) pos.Signal {
	s.To = to
	if s.Kind != pos.SigUncertain && s.Kind != pos.SigRejected {
		s.Source = pos.ByReply
	}
	return s
}

// Query asks for the trade as it is now (orderquery, 查询订单). Safe to repeat.
func (c *Client) Query(ctx context.Context, outTradeNo string) pos.Signal {
	s := c.askAbout(ctx, &c.lines.plain, "/pay/orderquery", outTradeNo, c.readTrade, byCode(wechat.QueryError))
	s.To = pos.DoQuery
	return s
}

// QueryTransaction asks for a trade by its transaction_id (交易单号). outTradeNo is empty unless the answer is verified and says of
// both numbers that they are of one trade. Safe to repeat.
func (c *Client) QueryTransaction(ctx context.Context, transactionID string) (outTradeNo string, s pos.Signal) {
	s = uncertain(pos.CodeInvalid, "")
	if validTransaction(transactionID) {
		a := c.exchange(ctx, &c.lines.plain, "/pay/orderquery", c.question("transaction_id", transactionID))
		s = c.judge(a, "transaction_id", transactionID, func(d *document, _ string) pos.Signal {
			no := string(d.get("out_trade_no"))
			if !d.is("transaction_id", transactionID) || !validNo(no) {
				return uncertain(pos.CodeNotOurs, "")
			}
			s := c.readTrade(d, no)
			if s.Kind != pos.SigUncertain {
				outTradeNo = no
			}
			return s
		}, byCode(wechat.QueryError))
	}
	s.To = pos.DoQuery
	return outTradeNo, s
}

// Close asks WeChat to close the order (closeorder, 关闭订单). Safe to repeat.
func (c *Client) Close(ctx context.Context, outTradeNo string) pos.Signal {
	s := c.askAbout(ctx, &c.lines.plain, "/pay/closeorder", outTradeNo, readClose, byCode(wechat.CloseError))
	s.To = pos.DoClose
	return s
}

// checkStored makes sure that a stored request is what it should be before it is signed: ours, not sealed yet, and with these
// values (name, value, …), none of which may be empty but of fields that must not be there.
func (c *Client) checkStored(request []byte, values ...string) pos.Code {
	d := newDocument()
	defer d.release()
	m := c.config.Merchant
	switch {
	case d.read(request) != nil, !bytes.HasSuffix(request, []byte(rootClose)),
		d.get("nonce_str") != nil, d.get("sign") != nil, d.get("auth_code") != nil:
		return pos.CodeInternal
	}
	for i := 0; i < len(values); i += 2 {
		if !d.is(values[i], values[i+1]) {
			return pos.CodeInternal
		}
	}
	if !d.is("appid", c.appOf(string(d.get("trade_type")))) || !d.is("mch_id", m.MchID) || !d.is("sign_type", string(m.SignType)) {
		return pos.CodeConfig
	}
	return pos.CodeNone
}

// Ours reports whether a stored request is of one of this client's apps and of its merchant.
func (c *Client) Ours(request []byte) bool {
	d := newDocument()
	defer d.release()
	return d.read(request) == nil && c.aboutUs(d)
}

// aboutUs reports whether a document is of our merchant and one of its apps. WeChat tells an order by mch_id and out_trade_no, and
// may be asked about it with any appid of the merchant; what it answers may be of the order's own.
func (c *Client) aboutUs(d *document) bool {
	app := string(d.get("appid"))
	return app != "" && (app == c.config.Merchant.AppID || app == c.config.MiniAppID || app == c.config.AppAppID) &&
		d.is("mch_id", c.config.Merchant.MchID)
}

// readFunc reads the business fields of an answer that climbed the whole ladder. asked is the number that was asked about.
type readFunc func(d *document, asked string) pos.Signal

// errorFunc is what a verified result_code FAIL means.
type errorFunc func(d *document) wechat.Outcome

// byCode makes an errorFunc of a table of err_code.
func byCode(table func(string) wechat.Outcome) errorFunc {
	return func(d *document) wechat.Outcome { return table(string(d.get("err_code"))) }
}

func (c *Client) askAbout(ctx context.Context, line *http.Client, path, outTradeNo string, read readFunc, table errorFunc) pos.Signal {
	if !validNo(outTradeNo) {
		return uncertain(pos.CodeInvalid, "")
	}
	a := c.exchange(ctx, line, path, c.question("out_trade_no", outTradeNo))
	return c.judge(a, "out_trade_no", outTradeNo, read, table)
}

// question is a request that has no more than what it asks about (name, value, …), in the order of the names.
func (c *Client) question(about ...string) []byte {
	return c.questionBy(c.config.Merchant.SignType, about...)
}

// questionBy is question for a call that wants one sign_type whatever is configured.
func (c *Client) questionBy(kind wechat.SignType, about ...string) []byte {
	b := append(make([]byte, 0, 256), rootOpen...)
	b = appendField(b, "appid", c.config.Merchant.AppID)
	b = appendField(b, "mch_id", c.config.Merchant.MchID)
	for i := 0; i < len(about); i += 2 {
		b = appendField(b, about[i], about[i+1])
	}
	b = appendField(b, "sign_type", string(kind))
	return append(b, rootClose...)
}

// judge climbs the ladder of the package comment with an answer about an order, which field told apart.
func (c *Client) judge(a answer, field, asked string, read readFunc, table errorFunc) pos.Signal {
	d := newDocument()
	defer d.release()
	s := c.decide(a, d, field, asked, read, table)
	if s.Kind == pos.SigRefused && a.acted {
		// Refused by the second host, but the first may have made the order: a refusal proves nothing here.
		s.Kind, s.Code = pos.SigUncertain, pos.CodeNoAnswer
	}
	s.Detail = c.tell(s.Detail)
	return s
}

func (c *Client) decide(a answer, d *document, field, asked string, read readFunc, table errorFunc) pos.Signal {
	switch o, detail, succeeded := c.climb(a, d, field, asked); {
	case o.Kind != "":
		return pos.Signal{Kind: o.Kind, Code: o.Code, Detail: detail}
	case succeeded:
		return read(d, asked)
	default:
		o := table(d)
		return pos.Signal{Kind: o.Kind, Code: o.Code, Detail: detail}
	}
}

// climb reads an answer into d and climbs the ladder up to result_code, which succeeded tells. Of the values (name, value, …)
// that were asked about the answer must not name others. A rung that breaks is o: SigUncertain or SigRejected.
func (c *Client) climb(a answer, d *document, about ...string) (o wechat.Outcome, detail string, succeeded bool) {
	broken := func(code pos.Code, detail string) (wechat.Outcome, string, bool) {
		return wechat.Outcome{Kind: pos.SigUncertain, Code: code}, detail, false
	}
	switch {
	case a.code != pos.CodeNone:
		return broken(a.code, a.detail)
	case d.read(a.body) != nil:
		return broken(pos.CodeBadAnswer, "")
	case d.is("return_code", "FAIL"):
		return wechat.Rejection(string(d.get("return_msg"))), string(d.get("return_msg")), false
	case !d.is("return_code", "SUCCESS"):
		return broken(pos.CodeBadAnswer, "")
	}
	if code := c.prove(d); code != pos.CodeNone {
		return broken(code, "")
	}
	c.skew.measure(a.date, a.sent, a.received)
	c.trip.Store(int64(a.took))
	for i := 0; i < len(about); i += 2 {
		if v := d.get(about[i]); v != nil && string(v) != about[i+1] {
			return broken(pos.CodeNotOurs, "")
		}
	}
	switch {
	case d.is("result_code", "SUCCESS"):
		return wechat.Outcome{}, "", true
	case d.is("result_code", "FAIL"):
		return wechat.Outcome{}, complaint(d), false
	}
	return broken(pos.CodeBadAnswer, "")
}

// prove checks that a document is signed, and about us. CodeBadSign or CodeNotOurs.
func (c *Client) prove(d *document) pos.Code {
	switch {
	case !c.signer.verify(d):
		return pos.CodeBadSign
	case !c.aboutUs(d):
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
	return wechat.Cut(wechat.Clean(strings.ReplaceAll(detail, c.config.Merchant.Key.Reveal(), "[hidden]")), 200)
}

// maxCodeURL is the most we take for a code_url; the documentation says 64.
const maxCodeURL = 256

// validPrepay tells whether a text can be a prepay_id; the documentation says 64 characters.
func validPrepay(s string) bool { return wechat.Wordy(s, 1, 64, "_-") }

// readOrder reads the answer to an order. It names no out_trade_no, so it has to be at least of the order's own app and trade_type.
func (c *Client) readOrder(kind orderKind) readFunc {
	return func(d *document, _ string) pos.Signal {
		u, prepay := string(d.get("code_url")), string(d.get("prepay_id"))
		switch t := d.get("trade_type"); {
		case !d.is("appid", c.appOf(kind.tradeType)):
			return uncertain(pos.CodeNotOurs, "appid")
		case t != nil && string(t) != kind.tradeType:
			return uncertain(pos.CodeNotOurs, "trade_type")
		case kind.tradeType != typeNative:
			u = ""
		case !strings.HasPrefix(u, "weixin://") || len(u) > maxCodeURL || strings.ContainsFunc(u, notVisible):
			return uncertain(pos.CodeBadAnswer, "code_url")
		}
		if !validPrepay(prepay) {
			if kind.phone {
				return uncertain(pos.CodeBadAnswer, "prepay_id")
			}
			prepay = "" // a code on the glass is paid without it
		}
		return pos.Signal{Kind: pos.SigOrdered, CodeURL: u, PrepayID: prepay}
	}
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
