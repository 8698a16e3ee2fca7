package pos

import (
	"context"
	"time"
)

// Origin says where a sale came from.
type Origin string

const (
	OriginCounter Origin = ""        // a cashier's cart
	OriginProduct Origin = "product" // a printed code of one item that a customer scanned (Native mode 1, 扫码支付模式一)
	OriginMini    Origin = "mini"    // the shop's mini-program or a page in WeChat (小程序, JSAPI)
	OriginApp     Origin = "app"     // the shop's own app (APP支付)
)

// API names the interface of WeChat Pay that an order was made by. An order is asked about, and ended, only by the one that made it.
type API string

const (
	APIShop API = ""   // the shop's own: [wechat] api
	APIv1   API = "v1" // the retired access-token interface for apps of 2014
)

// PhoneOrder is what a customer's own phone asks of the till. The lines are ours: items of the catalogue at today's prices.
type PhoneOrder struct {
	Origin Origin // not OriginCounter
	Tender Tender // TenderNative of a product code, else TenderJSAPI or TenderApp
	API    API
	// Ref makes a repetition the same order. Of a product code it is worked out from payer, item and price, and holds while that order
	// may still be paid; of a mini-program or app it is the caller's own number, and holds for ever.
	Ref       string
	OpenID    string // openid of the payer; empty for an app. It is in the stored request and nowhere else
	ProductID string // product_id of a product code
	Lines     []Line
}

// PhoneTicket is an order that a phone may pay, or has paid.
type PhoneTicket struct {
	OutTradeNo string
	PrepayID   string // prepay_id (预支付交易会话标识); empty while WeChat has not answered, and once it is no use
	Amount     Fen
	State      State
	Receipt    ReceiptNo // once paid for a sale
	ExpiresAt  time.Time
}

// PhoneDesk is the till as a customer's phone may reach it. Safe for concurrent use.
type PhoneDesk interface {
	// OrderByPhone writes the order down, asks WeChat and returns when there is a prepay_id, or a state in which none is coming. The
	// order is on disk before a byte goes to WeChat, and is watched from then on whatever ctx does. Safe to repeat: the same Ref with
	// the same lines is the same order.
	//
	// CodeConflict: that Ref is an order of other lines or another kind. CodeInvalid: nothing to pay, or more than [MaxAmount]. CodeShift:
	// nothing is sold before a shift is opened. CodeConfig, CodeSecret: WeChat Pay, or that way of paying, is not set up. CodeTooMany: more
	// than [MaxPhoneOrders] are open. CodeRefused, CodeRejected: WeChat said no. CodeExpired: that Ref was an order which nobody paid
	// in time, or of which no phone ever got what it pays by. While WeChat has not said whether it was paid the ticket is Closing, without
	// an error. An uncertain code, or ctx's error as CodeNoAnswer: it may have been made; repeat it, or ask with PhoneOrder.
	OrderByPhone(ctx context.Context, o PhoneOrder) (PhoneTicket, error)
	// PhoneOrder says how the order of a Ref of a mini-program or app stands. CodeNotFound.
	PhoneOrder(ctx context.Context, ref string) (PhoneTicket, error)
}

// MaxPhoneOrders is how many orders of phones may be open at once.
const MaxPhoneOrders = 200

// ProductCallback is WeChat asking, for a customer who scanned a product code, what to pay (Native mode 1). Its signature, app and
// merchant were checked.
type ProductCallback struct {
	OpenID    string // of whoever scanned
	ProductID string
}

// PhoneSigner reads and signs what customers' own phones exchange with the till. It reaches nobody. Safe for concurrent use and to repeat.
type PhoneSigner interface {
	// ReadCallback verifies a Native mode 1 callback as WeChat posted it. CodeBadSign, CodeNotOurs or CodeBadAnswer; nothing of the body
	// is in the error.
	ReadCallback(body []byte) (ProductCallback, error)
	// CallbackReply is the signed answer with the order to pay.
	CallbackReply(prepayID string) (contentType string, body []byte)
	// CallbackRefusal is the signed answer that there is nothing to pay (result_code FAIL); the payer reads words (err_code_des), which
	// are cut to fit.
	CallbackRefusal(words string) (contentType string, body []byte)
	// SignPhone gives the parameters that a mini-program, a page in WeChat (TenderJSAPI) or an app (TenderApp) hands to WeChat to start
	// the payment, second-signed: by name, as they are to be passed on. CodeInvalid for another tender or no prepay_id.
	SignPhone(t Tender, prepayID string) (map[string]string, error)
	// ProductCode is the text of the QR that is printed for an item (weixin://wxpay/bizpayurl?…). It works for as long as the API key
	// does. CodeInvalid when the item's code is none that WeChat takes (1 to 32 of 0-9 A-Z a-z _ -).
	ProductCode(productID string) (string, error)
}

// Login turns the code that a mini-program got from wx.login into the payer's openid (jscode2session).
type Login interface {
	// OpenID asks WeChat. CodeInvalid: the code is used up, too old or none. CodeConfig, CodeSecret: the mini-program is not set up here.
	// Else a code of an uncertain answer. Not safe to repeat: a code works once.
	OpenID(ctx context.Context, loginCode string) (string, error)
}
