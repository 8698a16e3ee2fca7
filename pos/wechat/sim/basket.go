package sim

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// The ways in which a shop's own server asks the till for an order; each is the end of the address.
const (
	WayMini  = "jsapi"  // a mini-program, or a page in WeChat
	WayApp   = "app"    // the shop's app
	WayAppV1 = "app-v1" // the shop's app by the retired interface of 2014
)

// BasketItem is so many of an item, by its code.
type BasketItem struct {
	Code     string `json:"code"`
	Quantity int    `json:"quantity"`
}

// Basket is what a customer orders in the shop's mini-program or app.
type Basket struct {
	Ref    string       `json:"ref"` // the shop's own number of it; empty makes one. The same again is the same order
	Items  []BasketItem `json:"items"`
	OpenID string       `json:"openid,omitempty"` // WayMini: who is logged in; empty is the practice customer
	Login  bool         `json:"login,omitempty"`  // WayMini: a fresh login code is sent in the openid's place
}

// ShopOrder is a basket and what the till made of it, a copy.
type ShopOrder struct {
	Way     string `json:"way"`
	Basket  `json:"basket"`
	At      time.Time `json:"at"`                // of the last asking
	Trouble string    `json:"trouble,omitempty"` // what the phone says went wrong at last

	OutTradeNo string         `json:"out_trade_no,omitempty"`
	Amount     int64          `json:"amount_fen,omitempty"`
	ExpiresAt  time.Time      `json:"expires_at,omitzero"`
	State      string         `json:"state,omitempty"` // as the till says it
	Pay        map[string]any `json:"pay,omitempty"`   // what the app hands to WeChat, as it came
}

// ErrBadBasket is a basket with nothing in it, or with something that is no item.
var ErrBadBasket = errors.New("nothing that could be ordered")

// ErrNoShop is a shop whose server does not know where to ask.
var ErrNoShop = errors.New("the shop's server knows no till: it has no address, or no key")

const wordsNoShop = "商家还没有接通收银台"

const mostItems = 100

func (b Basket) check(way string) error {
	bad := func(i BasketItem) bool {
		return i.Code == "" || len(i.Code) > 64 || i.Quantity < 1 || i.Quantity > 9999
	}
	if !slices.Contains([]string{WayMini, WayApp, WayAppV1}, way) || len(b.Items) == 0 || len(b.Items) > mostItems || slices.ContainsFunc(b.Items, bad) {
		return ErrBadBasket
	}
	return nil
}

// Ask is the shop's server that asks the till for an order, as the customer pressed for it. The same Ref again asks again. The errors
// are the Err values of this package; with a [Refused] comes what the phone says.
func (s *Sim) Ask(way string, b Basket) (ShopOrder, error) {
	if err := b.check(way); err != nil {
		return ShopOrder{}, err
	}
	done, err := s.enter()
	if err != nil {
		return ShopOrder{}, err
	}
	defer done()
	s.mu.Lock()
	shop := s.shop
	if b.Ref == "" {
		b.Ref = "R" + s.now().Format("060102150405") + rand.Text()[:6]
	}
	if way == WayMini && b.OpenID == "" {
		b.OpenID = s.customerAt(shop.MiniAppID)
	}
	s.mu.Unlock()
	o := ShopOrder{Way: way, Basket: b}
	answer, err := s.askTill(shop, o)
	o.OutTradeNo, o.Amount, o.ExpiresAt, o.State, o.Pay = answer.OutTradeNo, answer.Amount, answer.ExpiresAt, answer.State, answer.Pay
	o.Trouble = wordsOf(err)
	o = s.keepShopOrder(o)
	if kept := s.flush(); err == nil && kept != nil {
		return o, kept
	}
	return o, err
}

// wordsOf is what the phone says of an error.
func wordsOf(err error) string {
	if no, ok := errors.AsType[*Refused](err); ok {
		return no.Words
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// keepShopOrder takes the order of a Ref in, in the place of what was there. What a failed asking does not know is not forgotten.
func (s *Sim) keepShopOrder(o ShopOrder) ShopOrder {
	s.mu.Lock()
	defer s.mu.Unlock()
	o.At = s.now()
	kept := s.shopOrder(o.Way, o.Ref)
	if kept == nil {
		kept = &ShopOrder{}
		s.shopOrders = append(s.shopOrders, kept)
		if len(s.shopOrders) > logLimit {
			s.shopOrders = slices.Delete(s.shopOrders, 0, len(s.shopOrders)-logLimit)
		}
	}
	if o.OutTradeNo == "" {
		o.OutTradeNo, o.Amount, o.ExpiresAt, o.State, o.Pay = kept.OutTradeNo, kept.Amount, kept.ExpiresAt, kept.State, kept.Pay
	}
	*kept = o
	s.mark(kept)
	return o
}

// shopOrder finds the order of a Ref. Call with s.mu held.
func (s *Sim) shopOrder(way, ref string) *ShopOrder {
	for _, o := range slices.Backward(s.shopOrders) {
		if o.Way == way && o.Ref == ref {
			return o
		}
	}
	return nil
}

// ShopOrders returns the latest orders of the mini-program and the app, newest first, at most 1000.
func (s *Sim) ShopOrders() []ShopOrder {
	_ = s.flush() // nothing is told that a restart could take back; what fails here, the next request says
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []ShopOrder{}
	for _, o := range slices.Backward(s.shopOrders) {
		list = append(list, *o)
	}
	return list
}

// ShopOrder returns the order of a Ref, or ErrNoOrder.
func (s *Sim) ShopOrder(way, ref string) (ShopOrder, error) {
	if err := s.flush(); err != nil {
		return ShopOrder{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.shopOrder(way, ref)
	if o == nil {
		return ShopOrder{}, ErrNoOrder
	}
	return *o, nil
}

// AskAgain is the shop's server that asks the till how the order of a Ref stands (GET /order/REF), as it does when the phone is back in
// the shop's own app: what the phone says of a payment is no proof. The errors are those of Ask, and ErrNoOrder.
func (s *Sim) AskAgain(way, ref string) (ShopOrder, error) {
	o, err := s.ShopOrder(way, ref)
	if err != nil {
		return o, err
	}
	done, err := s.enter()
	if err != nil {
		return o, err
	}
	defer done()
	s.mu.Lock()
	shop := s.shop
	s.mu.Unlock()
	if shop.PrepayURL == "" || shop.Key == "" {
		return o, refused(ErrNoShop, wordsNoShop)
	}
	answer, err := s.tillSays(shop, http.MethodGet, "/order/"+ref, ref, nil)
	if err != nil {
		return o, err
	}
	o.State, o.Amount, o.OutTradeNo = answer.State, answer.Amount, answer.OutTradeNo
	return s.keepShopOrder(o), s.flush()
}

// tillAnswer is what the till answers a shop's server.
type tillAnswer struct {
	Ref        string         `json:"ref"`
	OutTradeNo string         `json:"out_trade_no"`
	Amount     int64          `json:"amount_fen"`
	ExpiresAt  time.Time      `json:"expires_at"`
	State      string         `json:"state"`
	Pay        map[string]any `json:"pay"`
}

// askTill posts a basket to the till, as the shop's server.
func (s *Sim) askTill(shop Shop, o ShopOrder) (tillAnswer, error) {
	if shop.PrepayURL == "" || shop.Key == "" {
		return tillAnswer{}, refused(ErrNoShop, wordsNoShop)
	}
	body := map[string]any{"ref": o.Ref, "items": o.Items}
	switch {
	case o.Way == WayMini && o.Login:
		code, err := s.LoginCode(shop.MiniAppID, o.OpenID)
		if err != nil {
			return tillAnswer{}, err
		}
		body["login_code"] = code
	case o.Way == WayMini:
		body["openid"] = o.OpenID
	}
	text, err := json.Marshal(body)
	if err != nil {
		return tillAnswer{}, err // strings and integers always marshal
	}
	return s.tillSays(shop, http.MethodPost, "/"+o.Way, o.Ref, text)
}

// tillSays asks the till and reads what it answers of a Ref.
func (s *Sim) tillSays(shop Shop, method, path, ref string, body []byte) (tillAnswer, error) {
	status, answer, err := s.sendSigned(shop, method, path, body)
	if errors.Is(err, errUnsigned) {
		return tillAnswer{}, refused(ErrShopAnswer, "商家返回的数据没有签名")
	}
	if err != nil {
		return tillAnswer{}, refused(ErrShopSilent, "商家没有回答，请稍后再试")
	}
	if status != http.StatusOK { // also one that is not signed: nothing follows from it
		return tillAnswer{}, refused(ErrShopRefused, tillRefusal(status, answer))
	}
	var a tillAnswer
	if err := json.Unmarshal(answer, &a); err != nil || a.Ref != ref {
		return tillAnswer{}, refused(ErrShopAnswer, "商家返回的数据格式错误")
	}
	return a, nil
}

// tillRefusal is why the till refuses, in its words.
func tillRefusal(status int, answer []byte) string {
	var no struct {
		Error   string `json:"error"`
		Message string `json:"message"`
	}
	_ = json.Unmarshal(answer, &no) // what is no JSON has no words
	if words := cmp.Or(no.Message, no.Error); words != "" {
		return words
	}
	return fmt.Sprintf("商家返回 HTTP %d", status)
}

// sendSigned sends what the shop's server asks, signed with its key, and returns the answer.
func (s *Sim) sendSigned(shop Shop, method, path string, body []byte) (int, []byte, error) {
	req, err := http.NewRequestWithContext(s.ctx, method, shop.PrepayURL+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	at, once := strconv.FormatInt(time.Now().Unix(), 10), nonce() // the clock is the shop's, not WeChat's
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/json; charset=utf-8")
	}
	req.Header.Set("Guitai-Time", at)
	req.Header.Set("Guitai-Nonce", once)
	req.Header.Set("Guitai-Signature", shopSignature(shop.Key, method, path, at, once, body))
	resp, err := s.notify.Do(req)
	if err != nil {
		return 0, nil, bareError(err)
	}
	defer func() { _ = resp.Body.Close() }() // only read
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err == nil && resp.StatusCode == http.StatusOK {
		text, err = unsealed(shop.Key, once, text)
	}
	return resp.StatusCode, text, err
}

// errUnsigned is an answer that the till has not signed: whoever passes answers on could say that an order is paid.
var errUnsigned = errors.New("the till has not signed this answer")

// unsealed proves an answer and takes its signature off: ,"signature":"…"} in place of the last }, lower-case hexadecimal HMAC-SHA256 over
// ANSWER, the nonce of the request and the answer without it, joined by line feeds.
func unsealed(key, nonce string, answer []byte) ([]byte, error) {
	const before, sealed = `,"signature":"`, len(`,"signature":""}`) + 2*sha256.Size
	if len(answer) < sealed {
		return nil, errUnsigned
	}
	cut := len(answer) - sealed
	told := append(bytes.Clone(answer[:cut]), '}')
	if seal := string(answer[cut:]); !sameText(seal, before+answerSignature(key, nonce, told)+`"}`) {
		return nil, errUnsigned
	}
	return told, nil
}

func answerSignature(key, nonce string, answer []byte) string {
	h := hmac.New(sha256.New, []byte(key))
	h.Write([]byte("ANSWER\n" + nonce + "\n"))
	h.Write(answer)
	return hex.EncodeToString(h.Sum(nil))
}

// shopSignature is lower-case hexadecimal HMAC-SHA256 over method, path, time, nonce and body, joined by line feeds.
func shopSignature(key, method, path, at, nonce string, body []byte) string {
	h := hmac.New(sha256.New, []byte(key))
	_, _ = fmt.Fprintf(h, "%s\n%s\n%s\n%s\n", method, path, at, nonce) // a hash takes everything
	_, _ = h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}
