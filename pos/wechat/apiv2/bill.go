package apiv2

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"guitai/pos"
	"guitai/pos/wechat"
)

// Limits of a bill. A day of a large merchant may be hundreds of megabytes, so there is no limit on how long it may take as long as
// it comes.
const (
	// billAnswer is the most that a host takes to begin its answer; it may have to make the file first.
	billAnswer = 30 * time.Second
	// Whoever waits for more of a bill gets billPiece bytes, or its end, within every billStall of waiting.
	billStall = 30 * time.Second
	billPiece = 8 << 10
	// maxBill is the most that a bill may be when it is unpacked: three times what a merchant with a million payments a day has.
	maxBill = 1 << 30
)

// Why a bill is given up.
var (
	errStalled   = errors.New("nothing more came")
	errBillSize  = errors.New("the bill is larger than 1 GiB")
	errNoBill    = errors.New("the answer is no bill")
	errBillEmpty = errors.New("the answer is empty")
	errClosed    = errors.New("the bill was closed")
)

// TradeBill fetches the trade bill of a day (downloadbill, 下载交易账单), all of it but what was refunded out of the merchant's own
// deposit (ALL). See [pos.Biller]. The reader unpacks as it goes: nothing is held but a buffer. Its errors have a code as well: it never
// ends as if the file were whole when the connection failed, the file was cut short or its checksum is wrong. Read and Close are for one
// goroutine at a time; the end of ctx ends a Read that waits.
func (c *Client) TradeBill(ctx context.Context, day pos.Day) (io.ReadCloser, error) {
	ask := billCall{op: "fetch trade bill", path: "/pay/downloadbill", line: &c.lines.plain, by: c.signer}
	ask.request = c.questionBy(ask.by.kind, "bill_date", day.Compact(), "bill_type", "ALL", "tar_type", "GZIP")
	return c.bill(ctx, ask, day)
}

// FundFlow fetches what moved on the merchant's balance on a day (downloadfundflow, 下载资金账单, Basic), as TradeBill does. It needs the
// client certificate, and is signed by HMAC-SHA256 whatever is configured: WeChat takes nothing else here.
func (c *Client) FundFlow(ctx context.Context, day pos.Day) (io.ReadCloser, error) {
	ask := billCall{op: "fetch fund flow", path: "/pay/downloadfundflow", line: &c.lines.secret, by: c.hmac}
	if !c.hasSecret() {
		return nil, pos.E(c.CanRefund(), ask.op, nil)
	}
	ask.request = c.questionBy(ask.by.kind, "account_type", "Basic", "bill_date", day.Compact(), "tar_type", "GZIP")
	return c.bill(ctx, ask, day)
}

// billCall is a call that answers with a file.
type billCall struct {
	op, path string
	line     *http.Client
	by       *signer
	request  []byte
}

func (c *Client) bill(ctx context.Context, ask billCall, day pos.Day) (io.ReadCloser, error) {
	if _, err := pos.ParseDay(day.Compact()); err != nil {
		return nil, pos.E(pos.CodeInvalid, ask.op, err)
	}
	var b *bill
	a := c.either(ctx, func(base string, _ bool) (a answer) {
		b, a = c.openBill(ctx, ask, base)
		return a
	})
	if b != nil {
		return b, nil
	}
	c.explain(ctx, &a)
	switch detail := c.tell(a.detail); {
	case ctx.Err() != nil:
		return nil, pos.E(pos.CodeNoAnswer, ask.op, ctx.Err())
	case detail != "":
		return nil, pos.E(a.code, ask.op, errors.New(detail))
	}
	return nil, pos.E(a.code, ask.op, nil)
}

// openBill asks one host. The bill is nil when there is none, and the answer says why.
func (c *Client) openBill(ctx context.Context, ask billCall, base string) (*bill, answer) {
	ctx, stop := context.WithCancelCause(ctx)
	b := &bill{op: ask.op, ctx: ctx, stop: stop, left: maxBill}
	limit := time.AfterFunc(billAnswer, func() { stop(errStalled) })
	resp, a := c.ask(ctx, ask.line, ask.by, base+ask.path, ask.request, true)
	limit.Stop()
	if resp == nil {
		if context.Cause(ctx) == errStalled {
			a.detail = errStalled.Error()
		}
		stop(nil)
		return nil, a
	}
	b.body = newPatient(resp.Body, stop)
	document, err := b.begin()
	switch {
	case err != nil:
		a.code, a.detail = err.Code, err.Err.Error()
	case document:
		a.code, a.detail = readNoBill(b.text)
	default:
		return b, a
	}
	a.again = a.code == pos.CodeNoAnswer
	_ = b.Close() // nothing more is wanted of it
	return nil, a
}

// readNoBill reads what came in a bill's place, to its end. It is not signed, so it moves nothing: at worst a bill is not fetched.
func readNoBill(from io.Reader) (pos.Code, string) {
	body, err := io.ReadAll(io.LimitReader(from, maxBody+1))
	d := newDocument()
	defer d.release()
	switch {
	case err != nil:
		return pos.CodeNoAnswer, reason(err)
	case isPage(body):
		return pos.CodeCaptive, "HTML"
	case d.read(body) != nil, !d.is("return_code", "FAIL") && !d.is("result_code", "FAIL"):
		return pos.CodeBadAnswer, errNoBill.Error()
	}
	code, words := d.get("error_code"), d.get("return_msg")
	if d.is("result_code", "FAIL") {
		code, words = d.get("err_code"), d.get("err_code_des")
	}
	if len(code) == 0 {
		return wechat.BillError("", string(words)), string(words)
	}
	return wechat.BillError(string(code), string(words)), withWords(string(code), words)
}

// isPlainText reports whether a file can begin like this, after its byte order mark: with Chinese, or with the sign that WeChat puts
// before every field.
func isPlainText(start []byte) bool { return start[0] == '`' || start[0] == '"' || start[0] >= 0x80 }

var byteOrderMark = []byte("\xEF\xBB\xBF")

// trimStart takes a byte order mark and white space off the beginning of a file.
func trimStart(start []byte) []byte {
	return bytes.TrimLeft(bytes.TrimPrefix(start, byteOrderMark), " \t\r\n")
}
