package storefront

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"strings"

	"guitai/pos"
)

// Codes are what [Config.Say] is asked for, each with what it means for who scanned.
var Codes = []pos.Code{
	pos.CodeNotFound,  // there is no such item any more
	pos.CodeInvalid,   // it has no price of its own: it is weighed or priced at the counter
	pos.CodeShift,     // nothing is sold before a shift is opened
	pos.CodeTooMany,   // too many orders are open
	pos.CodeConfig,    // WeChat Pay, or this way of paying, is not set up
	pos.CodeRefused,   // WeChat said no
	pos.CodeUncertain, // the till or WeChat did not answer; scanning again is the same order
}

var (
	errOpenPrice = errors.New("the item has no price of its own")
	errAmount    = errors.New("the order is of another amount than its lines")
)

// callback answers who scanned a product code: the item at today's price, or words why not. WeChat gets HTTP 200 in every case:
// anything else the payer would read as a fault of the shop's server.
func (s *Shop) callback(ctx context.Context, r pos.RelayRequest) pos.RelayAnswer {
	if s.config.Signer == nil {
		return unsignedFail("WeChat Pay is not set up at this till")
	}
	cb, err := s.config.Signer.ReadCallback(r.Body)
	if err != nil {
		s.say(ctx, slog.LevelWarn, "callback of a product code refused", slog.Any("code", pos.CodeOf(err)), slog.Any("err", err))
		return unsignedFail("the callback cannot be read, or its signature is wrong")
	}
	o := pos.PhoneOrder{Origin: pos.OriginProduct, Tender: pos.TenderNative, OpenID: cb.OpenID, ProductID: cb.ProductID}
	var t pos.PhoneTicket
	if o.Lines, err = s.product(ctx, cb.ProductID); err == nil {
		o.Ref = productRef(cb, o.Lines)
		if t, err = s.config.Desk.OrderByPhone(ctx, o); err == nil {
			err = payable(t, o.Lines)
		}
	}
	s.note(ctx, "callback", o, t, err)
	a := pos.RelayAnswer{Status: 200}
	if err != nil {
		a.ContentType, a.Body = s.config.Signer.CallbackRefusal(s.words(pos.CodeOf(err)))
		return a
	}
	a.ContentType, a.Body = s.config.Signer.CallbackReply(t.PrepayID)
	return a
}

// product is one piece of what a product_id stands for: a barcode or PLU, or "item-" and the item's number. CodeNotFound, CodeInvalid
// for an item without a price, or a code of the books.
func (s *Shop) product(ctx context.Context, productID string) ([]pos.Line, error) {
	it, err := s.item(ctx, productID)
	if err != nil {
		return nil, err
	}
	if it.Price < 1 {
		return nil, pos.E(pos.CodeInvalid, "sell by product code", errOpenPrice)
	}
	c, err := pos.Cart{}.Add(it, barcodeOf(it, productID), 1)
	return c.Lines, err
}

// item finds what a code from outside stands for.
func (s *Shop) item(ctx context.Context, code string) (pos.Item, error) {
	it, err := s.config.Catalogue.Item(ctx, code)
	if digits, ok := strings.CutPrefix(code, "item-"); ok && pos.CodeOf(err) == pos.CodeNotFound {
		if n, errNumber := strconv.ParseInt(digits, 10, 64); errNumber == nil && n > 0 {
			return s.config.Catalogue.ItemByID(ctx, pos.ItemID(n))
		}
	}
	return it, err
}

// barcodeOf is the code as it was given where it is one of the item's, else none, which means the main one.
func barcodeOf(it pos.Item, code string) string {
	if slices.Contains(it.Barcodes, code) {
		return code
	}
	return ""
}

// productRef makes the same payer's next scan of the same code the same order, for as long as the item is what it was.
func productRef(cb pos.ProductCallback, lines []pos.Line) string {
	b, _ := json.Marshal([]any{cb.OpenID, cb.ProductID, lines}) // plain data: it does not fail
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// payable makes sure that a ticket can be paid, and is of its lines. CodeUncertain, CodeInternal.
func payable(t pos.PhoneTicket, lines []pos.Line) error {
	switch {
	case !t.State.OnGlass(), t.PrepayID == "":
		return pos.E(pos.CodeUncertain, "order by phone", nil)
	case t.Amount != (pos.Cart{Lines: lines}).Total():
		return pos.E(pos.CodeInternal, "order by phone", errAmount)
	}
	return nil
}

// words are what the payer reads.
func (s *Shop) words(code pos.Code) string {
	switch code {
	case pos.CodeSecret, pos.CodeRejected:
		code = pos.CodeConfig
	default:
		if !slices.Contains(Codes, code) {
			code = pos.CodeUncertain
		}
	}
	if s.config.Say == nil {
		return ""
	}
	return s.config.Say(code)
}

// unsignedFail is the answer to what is not proven to come from WeChat. why has no character that XML would escape.
func unsignedFail(why string) pos.RelayAnswer {
	return pos.RelayAnswer{
		Status: 200, ContentType: "application/xml; charset=utf-8",
		Body: []byte("<xml><return_code>FAIL</return_code><return_msg>" + why + "</return_msg></xml>"),
	}
}
