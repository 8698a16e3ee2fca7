package apiv2

import (
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"guitai/pos"
	"guitai/pos/wechat"
)

// Reasons an order cannot be expressed. Each comes with CodeInvalid.
var (
	ErrOutTradeNo = errors.New("out_trade_no is 6 to 32 of 0-9 A-Z a-z _ -")
	ErrAmount     = errors.New("an order is for 1 fen to 1,000,000.00 yuan")
	ErrLife       = errors.New("an order lives at least a minute")
	ErrTender     = errors.New("an order is paid by a code of ours, in a mini-program or page in WeChat, or in an app")
	ErrOpenID     = errors.New("openid is 1 to 128 of 0-9 A-Z a-z _ -, and an order of a mini-program has one")
	ErrProductID  = errors.New("product_id is 1 to 32 of 0-9 A-Z a-z _ -")
)

// Limits of fields that are cut to fit, in bytes.
const (
	maxDetail    = 6000
	maxScene     = 256
	maxGoodsID   = 32
	maxGoodsName = 128 // WeChat allows 256; shorter names let longer carts keep their detail
)

// minLife is the shortest time from time_start to time_expire that WeChat takes.
const minLife = time.Minute

// beijing is the zone of every time in API v2 (标准北京时间). It has had no summer time since 1991.
var beijing = time.FixedZone("UTC+8", 8*60*60)

const timeForm = "20060102150405"

// Values of trade_type (交易类型) that unifiedorder takes from us.
const (
	typeNative = "NATIVE"
	typeJSAPI  = "JSAPI"
	typeApp    = "APP"
)

// Compose builds the unifiedorder request (统一下单) of an order, without nonce_str and sign: of a code that we show or print
// (NATIVE), of a mini-program or page in WeChat (JSAPI), or of the shop's app (APP), by its Tender. Pure: the same order gives the
// same bytes, for as long as the notify_url is the same. CodeInvalid when the order cannot be expressed.
//
// detail is sent only while it is the whole truth: when its lines add up to the amount asked and it fits into 6000
// bytes. Its prices are per piece and after discounts, so it is left out when a discount leaves no whole fen per piece, and when a
// part of a sale is asked for. Leaving lines out, or leaving out a discount, would make its sums lie.
func (c *Client) Compose(o pos.Order) ([]byte, error) {
	const op = "compose order"
	var tradeType string
	switch o.Tender {
	case "", pos.TenderNative:
		tradeType = typeNative
		switch {
		case o.ProductID != "" && !validProduct(o.ProductID):
			return nil, pos.E(pos.CodeInvalid, op, ErrProductID)
		case o.OpenID != "" && !validOpenID(o.OpenID):
			return nil, pos.E(pos.CodeInvalid, op, ErrOpenID)
		}
	case pos.TenderJSAPI:
		tradeType = typeJSAPI
		if !validOpenID(o.OpenID) {
			return nil, pos.E(pos.CodeInvalid, op, ErrOpenID)
		}
	case pos.TenderApp:
		tradeType, o.OpenID = typeApp, ""
	default:
		return nil, pos.E(pos.CodeInvalid, op, ErrTender)
	}
	return c.compose(op, o, tradeType)
}

// ComposeCharge builds the micropay request (付款码支付), without auth_code, nonce_str and sign. Pure. CodeInvalid when the order
// cannot be expressed.
func (c *Client) ComposeCharge(o pos.Order) ([]byte, error) {
	o.OpenID = ""
	return c.compose("compose charge", o, "")
}

// compose builds what unifiedorder and micropay have in common, and for unifiedorder, which has a trade_type, what it has beside it.
func (c *Client) compose(op string, o pos.Order, tradeType string) ([]byte, error) {
	switch {
	case !validNo(o.OutTradeNo):
		return nil, pos.E(pos.CodeInvalid, op, ErrOutTradeNo)
	case o.Amount < 1 || o.Amount > pos.MaxAmount:
		return nil, pos.E(pos.CodeInvalid, op, ErrAmount)
	case o.OpenedAt.IsZero() || o.ExpiresAt.Sub(o.OpenedAt) < minLife:
		return nil, pos.E(pos.CodeInvalid, op, ErrLife)
	}
	detail := detailOf(o)
	b := make([]byte, 0, 1024+2*len(detail))
	b = append(b, rootOpen...)
	put := func(name, value string) {
		if value != "" {
			b = appendField(b, name, value)
		}
	}
	put("appid", c.appOf(tradeType))
	put("attach", c.config.Attach)
	put("body", wechat.Body(o.Sale.Lines))
	put("detail", detail)
	put("device_info", c.config.DeviceInfo)
	put("fee_type", pos.Currency)
	put("goods_tag", c.config.GoodsTag)
	put("limit_pay", c.config.LimitPay)
	put("mch_id", c.config.Merchant.MchID)
	if tradeType != "" {
		put("notify_url", *c.notify.Load())
	}
	put("openid", o.OpenID)
	put("out_trade_no", o.OutTradeNo)
	if tradeType == typeNative {
		put("product_id", productOf(o))
	}
	if c.config.Receipt {
		put("receipt", "Y")
	}
	put("scene_info", c.scene)
	put("sign_type", string(c.config.Merchant.SignType))
	put("spbill_create_ip", c.config.SpbillCreateIP)
	put("time_expire", o.ExpiresAt.In(beijing).Format(timeForm))
	put("time_start", o.OpenedAt.In(beijing).Format(timeForm))
	put("total_fee", strconv.FormatInt(int64(o.Amount), 10))
	put("trade_type", tradeType)
	if detail != "" {
		put("version", "1.0")
	}
	return append(b, rootClose...), nil
}

// appOf is the appid that orders of a trade_type carry.
func (c *Client) appOf(tradeType string) string {
	switch {
	case tradeType == typeJSAPI && c.config.MiniAppID != "":
		return c.config.MiniAppID
	case tradeType == typeApp && c.config.AppAppID != "":
		return c.config.AppAppID
	}
	return c.config.Merchant.AppID
}

func validOpenID(s string) bool { return wechat.Wordy(s, 1, 128, "_-") }

func validProduct(s string) bool { return wechat.Wordy(s, 1, maxGoodsID, "_-") }

// validNo tells whether WeChat would take the number. It takes a few more characters; we mint none of them.
func validNo(outTradeNo string) bool { return wechat.Wordy(outTradeNo, 6, 32, "_-") }

// productOf is the goods the code stands for (product_id, 商品ID), which Native orders must have.
func productOf(o pos.Order) string {
	if o.ProductID != "" {
		return o.ProductID
	}
	if len(o.Sale.Lines) == 0 {
		return o.OutTradeNo
	}
	return goodsID(o.Sale.Lines[0])
}

// goodsID is a line's barcode, or its item's number when the barcode is none WeChat would take.
func goodsID(l pos.Line) string {
	if validProduct(l.Barcode) {
		return l.Barcode
	}
	return "item-" + strconv.FormatInt(int64(l.Item), 10)
}

type orderDetail struct {
	CostPrice pos.Fen `json:"cost_price"` // 订单原价: differs from total_fee only when a receipt is paid in parts
	Goods     []goods `json:"goods_detail"`
}

type goods struct {
	ID       string  `json:"goods_id"`
	Name     string  `json:"goods_name"`
	Quantity int     `json:"quantity"`
	Price    pos.Fen `json:"price"` // fen per piece, after discounts
}

// detailOf is the cart for single-item promotions (detail, 商品详情), "" when it cannot be told truly.
func detailOf(o pos.Order) string {
	// A line takes more than 50 bytes, so a longer cart cannot fit.
	if len(o.Sale.Lines) == 0 || len(o.Sale.Lines) > maxDetail/50 {
		return ""
	}
	d := orderDetail{CostPrice: o.Amount, Goods: make([]goods, len(o.Sale.Lines))}
	var sum pos.Fen
	for i, share := range o.Sale.Shares() {
		l, net := o.Sale.Lines[i], share.Net
		if l.Quantity < 1 || l.Quantity > pos.MaxQuantity || net < 0 || net > pos.MaxAmount || net%pos.Fen(l.Quantity) != 0 {
			return ""
		}
		price := net / pos.Fen(l.Quantity) // of what was weighed, of what it weighs
		d.Goods[i] = goods{ID: goodsID(l), Name: wechat.Cut(wechat.Clean(l.Name), maxGoodsName), Quantity: l.Quantity, Price: price}
		sum += net
	}
	if sum != o.Amount {
		return ""
	}
	b, err := json.Marshal(d)
	if err != nil || len(b) > maxDetail { // plain data: it does not fail
		return ""
	}
	return string(b)
}

type storeInfo struct {
	ID       string `json:"id"`
	Name     string `json:"name,omitempty"`
	AreaCode string `json:"area_code,omitempty"`
	Address  string `json:"address,omitempty"`
}

// sceneInfo is where the till stands (scene_info, 场景信息), "" when the store has no id.
func sceneInfo(s Store) string {
	if s.ID == "" {
		return ""
	}
	info := storeInfo{ID: s.ID, Name: wechat.Cut(s.Name, 64), AreaCode: s.AreaCode, Address: wechat.Cut(s.Address, 128)}
	for {
		b, err := json.Marshal(map[string]storeInfo{"store_info": info})
		over := len(b) - maxScene
		switch {
		case err != nil: // plain data: it does not fail
			return ""
		case over <= 0:
			return string(b)
		case info.Address != "":
			info.Address = wechat.Cut(info.Address, max(0, len(info.Address)-over))
		case info.Name != "":
			info.Name = wechat.Cut(info.Name, max(0, len(info.Name)-over))
		default: // the id alone is escaped to more than fits
			return ""
		}
	}
}
