package apiv1

import (
	"context"
	"strconv"
	"time"

	"guitai/pos"
)

// noTrade is the ret_code for an order that WeChat has no trade of (订单不存在).
const noTrade = "88221009"

// answered is the answer of orderquery. The values of order_info are text; some pages print numbers.
type answered struct {
	Info map[string]any `json:"order_info"`
	complaint
}

// Query asks for the trade as it is now (orderquery). This interface knows of a trade once it is paid: until then there is none, SigNotExist,
// and an order that stays so beyond its time_expire is at its end. Safe to repeat.
func (c *Client) Query(ctx context.Context, outTradeNo string) pos.Signal {
	s := c.query(ctx, outTradeNo)
	s.To, s.Detail = pos.DoQuery, c.tell(s.Detail)
	return s
}

func (c *Client) query(ctx context.Context, outTradeNo string) pos.Signal {
	asked := fields{"out_trade_no": outTradeNo, "partner": c.config.PartnerID}.pack(c.config.PartnerKey.Reveal())
	a, fail := call[answered](ctx, c, pathQuery, fields{"package": asked, "timestamp": c.timestamp()})
	if fail != nil {
		return uncertain(fail.code, fail.detail)
	}
	if a.Code != 0 {
		code, _ := callCode(a.Code)
		return uncertain(code, a.String())
	}
	info := texts(a.Info)
	switch code := info["ret_code"]; {
	case code == noTrade:
		return pos.Signal{Kind: pos.SigNotExist, Detail: info["ret_msg"]}
	case code != "0":
		return uncertain(pos.CodeBadAnswer, "ret_code "+code+" "+info["ret_msg"])
	case info["out_trade_no"] != outTradeNo, info["partner"] != c.config.PartnerID:
		return uncertain(pos.CodeNotOurs, "")
	case info["trade_state"] == "":
		return uncertain(pos.CodeBadAnswer, "trade_state")
	case info["trade_state"] != paid:
		return pos.Signal{Kind: pos.SigNotExist, Detail: "trade_state " + info["trade_state"]}
	}
	trade, whole := readTrade(info)
	if !whole {
		return uncertain(pos.CodeBadAnswer, "total_fee, fee_type, transaction_id or time_end")
	}
	if back, _ := strconv.ParseBool(info["is_refund"]); back {
		return pos.Signal{Kind: pos.SigReturning, Trade: trade}
	}
	return pos.Signal{Kind: pos.SigPaid, Trade: trade}
}

func uncertain(code pos.Code, detail string) pos.Signal {
	return pos.Signal{Kind: pos.SigUncertain, Code: code, Detail: detail}
}

// paid is the one trade_state that is documented.
const paid = "0"

// readTrade reads what was paid; whole is false when anything of it is missing or makes no sense.
func readTrade(f fields) (t pos.Trade, whole bool) {
	fee, err := strconv.ParseInt(f["total_fee"], 10, 64)
	at, badTime := time.ParseInLocation(timeForm, f["time_end"], beijing)
	t = pos.Trade{TransactionID: f["transaction_id"], Amount: pos.Fen(fee), Currency: f["fee_type"], PaidAt: at, Bank: f["bank_type"]}
	if f["fee_type"] == "1" || f["fee_type"] == "" {
		t.Currency = pos.Currency
	}
	return t, err == nil && fee > 0 && t.Amount <= pos.MaxAmount && badTime == nil && visible(t.TransactionID, 1, 32)
}

// texts are values as text, whether they were written as text or as numbers.
func texts(raw map[string]any) fields {
	f := fields{}
	for name, value := range raw {
		switch v := value.(type) {
		case string:
			f[name] = v
		case bool:
			f[name] = strconv.FormatBool(v)
		case float64:
			if v == float64(int64(v)) && v < 1<<53 { // a longer number, as of a transaction_id, would not be whole, and is none then
				f[name] = strconv.FormatInt(int64(v), 10)
			}
		}
	}
	return f
}
