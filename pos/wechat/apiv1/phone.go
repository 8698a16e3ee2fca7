package apiv1

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"guitai/pos"
	"guitai/pos/wechat"
)

var (
	errPrepayID = errors.New("there is no prepayid to sign for")
	errDeliver  = errors.New("WeChat did not take it")
)

// SignPhone gives the parameters that the app hands to WeChat (PayReq), second-signed with SHA-1. CodeInvalid for another tender or no
// prepayid. It reaches nobody.
func (c *Client) SignPhone(t pos.Tender, prepayID string) (map[string]string, error) {
	const op = "sign for the app"
	switch {
	case t != pos.TenderApp:
		return nil, pos.E(pos.CodeInvalid, op, ErrTender)
	case !wechat.Wordy(prepayID, 1, 64, "_-"):
		return nil, pos.E(pos.CodeInvalid, op, errPrepayID)
	}
	nonce, err := c.nonce()
	if err != nil {
		return nil, pos.E(pos.CodeInternal, op, err)
	}
	return c.signApp(prepayID, nonce, c.timestamp()), nil
}

func (c *Client) signApp(prepayID, nonce, timestamp string) fields {
	f := fields{
		"appid": c.config.AppID, "partnerid": c.config.PartnerID, "prepayid": prepayID, "package": "Sign=WXPay", "noncestr": nonce, "timestamp": timestamp,
	}
	f["sign"] = f.sha1(c.config.PaySignKey.Reveal())
	return f
}

// Delivered tells WeChat that what was paid for has been handed over (delivernotify), or with ok false why it has not been. It moves no
// money. An error has the code of an uncertain answer, or CodeRejected. Safe to repeat.
func (c *Client) Delivered(ctx context.Context, openID, transactionID, outTradeNo string, at time.Time, ok bool, words string) error {
	const op = "tell of the delivery"
	status := "1"
	if !ok {
		status = "0"
	}
	a, fail := call[complaint](ctx, c, pathDeliver, fields{
		"openid": openID, "transid": transactionID, "out_trade_no": outTradeNo, "deliver_timestamp": strconv.FormatInt(at.Unix(), 10),
		"deliver_status": status, "deliver_msg": wechat.Cut(wechat.Clean(words), wechat.MaxBody),
	})
	switch {
	case fail != nil:
		return pos.E(fail.code, op, errors.New(strings.TrimSpace(fail.detail)))
	case a.Code != 0:
		code, _ := callCode(a.Code)
		return pos.E(code, op, errDeliver)
	}
	return nil
}
