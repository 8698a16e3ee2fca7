package apiv1

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"guitai/pos"
	"guitai/pos/wechat"
)

const (
	pathPrepay  = "/pay/genprepay"
	pathQuery   = "/pay/orderquery"
	pathDeliver = "/pay/delivernotify"
)

// Reasons an order cannot be expressed. Each comes with CodeInvalid.
var (
	ErrTender     = errors.New("the retired interface is for apps alone")
	ErrOutTradeNo = errors.New("out_trade_no is 6 to 32 of 0-9 A-Z a-z _ -")
	ErrAmount     = errors.New("an order is for 1 fen to 1,000,000.00 yuan")
	ErrLife       = errors.New("an order lives at least a minute")
)

// beijing is the zone of every time of this interface (标准北京时间).
var beijing = time.FixedZone("UTC+8", 8*60*60)

const timeForm = "20060102150405"

// request is the exact order as it is stored: everything that does not change when it is sent again.
type request struct {
	AppID   string `json:"appid"`
	TraceID string `json:"traceid"`
	Package string `json:"package"`
}

// Compose builds the genprepay request of an order of the app, without noncestr, timestamp and app_signature. Pure: the same order gives
// the same bytes. CodeInvalid when the order cannot be expressed.
func (c *Client) Compose(o pos.Order) ([]byte, error) {
	const op = "compose order"
	switch {
	case o.Tender != pos.TenderApp:
		return nil, pos.E(pos.CodeInvalid, op, ErrTender)
	case !wechat.Wordy(o.OutTradeNo, 6, 32, "_-"):
		return nil, pos.E(pos.CodeInvalid, op, ErrOutTradeNo)
	case o.Amount < 1 || o.Amount > pos.MaxAmount:
		return nil, pos.E(pos.CodeInvalid, op, ErrAmount)
	case o.OpenedAt.IsZero() || o.ExpiresAt.Sub(o.OpenedAt) < time.Minute:
		return nil, pos.E(pos.CodeInvalid, op, ErrLife)
	}
	f := fields{
		"bank_type": "WX", "body": wechat.Body(o.Sale.Lines), "fee_type": "1", "input_charset": "UTF-8", "notify_url": *c.notify.Load(),
		"out_trade_no": o.OutTradeNo, "partner": c.config.PartnerID, "spbill_create_ip": c.config.SpbillCreateIP,
		"time_expire": o.ExpiresAt.In(beijing).Format(timeForm), "time_start": o.OpenedAt.In(beijing).Format(timeForm),
		"total_fee": strconv.FormatInt(int64(o.Amount), 10),
	}
	return json.Marshal(request{c.config.AppID, o.OutTradeNo, f.pack(c.config.PartnerKey.Reveal())})
}

// stored reads a composed request back.
func (c *Client) stored(composed []byte) (r request, f fields, err error) {
	if err := json.Unmarshal(composed, &r); err != nil {
		return r, nil, err
	}
	f, err = readFields(r.Package)
	return r, f, err
}

// Ours reports whether a stored request is of this account.
func (c *Client) Ours(composed []byte) bool {
	r, f, err := c.stored(composed)
	return err == nil && r.AppID == c.config.AppID && f["partner"] == c.config.PartnerID
}

type prepaid struct {
	PrepayID string `json:"prepayid"`
	complaint
}

// Prepay sends a composed order (genprepay). Nothing is sent, and the answer is SigRejected, when the request is not an order of this number
// by this account: CodeConfig when account or key was changed since it was composed, CodeInternal when it is damaged. What WeChat has against
// an order is not signed, so it is SigRejected too. Safe to repeat.
func (c *Client) Prepay(ctx context.Context, outTradeNo string, composed []byte) pos.Signal {
	rejected := func(code pos.Code, detail string) pos.Signal {
		return pos.Signal{Kind: pos.SigRejected, To: pos.DoOrder, Code: code, Detail: detail}
	}
	r, f, err := c.stored(composed)
	switch {
	case err != nil, f["out_trade_no"] != outTradeNo, outTradeNo == "":
		return rejected(pos.CodeInternal, "")
	case !c.Ours(composed), !f.signed(c.config.PartnerKey.Reveal()):
		return rejected(pos.CodeConfig, "")
	}
	nonce, err := c.nonce()
	if err != nil {
		return rejected(pos.CodeInternal, "")
	}
	a, fail := call[prepaid](ctx, c, pathPrepay, fields{
		"traceid": r.TraceID, "noncestr": nonce, "package": r.Package, "timestamp": c.timestamp(),
	})
	switch {
	case fail != nil:
		return pos.Signal{Kind: pos.SigUncertain, To: pos.DoOrder, Code: fail.code, Detail: fail.detail}
	case a.Code != 0:
		if code, temporary := callCode(a.Code); temporary {
			return pos.Signal{Kind: pos.SigUncertain, To: pos.DoOrder, Code: code, Detail: c.tell(a.String())}
		} else {
			return rejected(code, c.tell(a.String()))
		}
	case !wechat.Wordy(a.PrepayID, 1, 64, "_-"):
		return pos.Signal{Kind: pos.SigUncertain, To: pos.DoOrder, Code: pos.CodeBadAnswer, Detail: "prepayid"}
	}
	return pos.Signal{Kind: pos.SigOrdered, To: pos.DoOrder, Source: pos.ByReply, PrepayID: a.PrepayID}
}

// callCode is what an errcode of a call means, and whether the same call may be answered otherwise later.
func callCode(n int) (code pos.Code, temporary bool) {
	switch n {
	case -1: // 系统繁忙
		return pos.CodeServerFault, true
	case 45009, 45011: // 接口调用超过限制
		return pos.CodeTooMany, true
	case 40001, 40013, 40014, 41001, 42001, 48001, 49001, 49004: // the token, the app, or a signature
		return pos.CodeConfig, false
	}
	return pos.CodeRejected, false
}

func (c *Client) timestamp() string { return strconv.FormatInt(c.config.Clock.Now().Unix(), 10) }

// Close does nothing: this interface has no such call. An order ends by its time_expire.
func (c *Client) Close(context.Context, string) pos.Signal {
	return pos.Signal{Kind: pos.SigCloseDenied, To: pos.DoClose, Detail: "the retired interface closes no orders"}
}
