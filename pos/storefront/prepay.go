package storefront

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"

	"guitai/pos"
)

// maxItems is the most entries a request may have.
const maxItems = 100

// maxBody is the largest request, in bytes, as of the relay.
const maxBody = 64 << 10

// request is the body of a request for an order.
type request struct {
	Ref       string     `json:"ref"`
	OpenID    string     `json:"openid"`
	LoginCode string     `json:"login_code"`
	Items     []wantItem `json:"items"`
}

type wantItem struct {
	Code     string `json:"code"` // a barcode or PLU, or "item-" and the item's number
	Quantity int    `json:"quantity"`
}

// way is one of the ways to pay, by its path.
type way struct {
	origin pos.Origin
	tender pos.Tender
	api    pos.API
}

var ways = map[string]way{
	"/jsapi":  {pos.OriginMini, pos.TenderJSAPI, pos.APIShop},
	"/app":    {pos.OriginApp, pos.TenderApp, pos.APIShop},
	"/app-v1": {pos.OriginApp, pos.TenderApp, pos.APIv1},
}

// prepay answers the shop's own server.
func (s *Shop) prepay(ctx context.Context, r pos.RelayRequest) pos.RelayAnswer {
	switch {
	case s.config.Key == "":
		return refuse(503, errNotSetUp, "this till takes no orders from outside: no order key was made (Settings, Phones)")
	case len(r.Body) > maxBody:
		return refuse(400, errInvalid, "the body is larger than 64 KiB")
	}
	if refusal, ok := s.admit(r); !ok {
		s.say(ctx, slog.LevelWarn, "request for an order refused", slog.String("path", shown(r.Path)), slog.Int("status", refusal.Status))
		return refusal
	}
	return s.sealed(s.admitted(ctx, r), r.Header[headerNonce])
}

// admitted answers a request that is signed, of now and new.
func (s *Shop) admitted(ctx context.Context, r pos.RelayRequest) pos.RelayAnswer {
	if r.Query != "" {
		return refuse(400, errInvalid, "there is no query: it would not be signed")
	}
	if ref, ok := strings.CutPrefix(r.Path, "/order/"); ok {
		if r.Method != "GET" {
			return refuse(405, errMethod, "/order/REF is asked with GET")
		}
		return s.standing(ctx, ref)
	}
	w, ok := ways[r.Path]
	switch {
	case !ok:
		return refuse(404, errPath, "the paths are /jsapi, /app, /app-v1 and /order/REF")
	case r.Method != "POST":
		return refuse(405, errMethod, r.Path+" is asked with POST")
	}
	return s.order(ctx, w, r.Body)
}

// order takes an order.
func (s *Shop) order(ctx context.Context, w way, body []byte) pos.RelayAnswer {
	signer := s.signerOf(w)
	if signer == nil {
		return refuse(503, errNotSetUp, "this way of paying is not set up at the till")
	}
	req, err := read(w, body)
	if err != nil {
		return refuse(400, errInvalid, err.Error())
	}
	lines, refusal := s.cart(ctx, req.Items)
	if refusal != nil {
		return s.unlessOrdered(ctx, req.Ref, *refusal)
	}
	o := pos.PhoneOrder{Origin: w.origin, Tender: w.tender, API: w.api, Ref: req.Ref, OpenID: req.OpenID, Lines: lines}
	if req.LoginCode != "" {
		if s.config.Login == nil {
			return refuse(503, errNotSetUp, "the till does no logins (phone.mini_secret): send the openid")
		}
		if o.OpenID, err = s.logins.openID(ctx, s.config.Login, req.Ref, req.LoginCode, s.config.Clock.Now()); err != nil {
			s.note(ctx, "login", o, pos.PhoneTicket{}, err)
			return refuseLogin(err)
		}
	}
	t, err := s.config.Desk.OrderByPhone(ctx, o)
	if err == nil {
		err = ended(t)
	}
	s.note(ctx, string(w.tender), o, t, err)
	if err != nil {
		return refuseOrder(err)
	}
	if !t.State.OnGlass() {
		return s.tell(req.Ref, t, nil)
	}
	pay, err := signer.SignPhone(w.tender, t.PrepayID)
	if err != nil {
		s.say(ctx, slog.LevelError, "sign for a phone", slog.String("no", t.OutTradeNo), slog.Any("err", err))
		return refuseOrder(err)
	}
	return s.tell(req.Ref, t, pay)
}

// unlessOrdered is a refusal by the catalogue as it is now, which says that nothing was ordered: unless the ref is an order already, which
// may be paid, of goods that have gone since.
func (s *Shop) unlessOrdered(ctx context.Context, ref string, refusal pos.RelayAnswer) pos.RelayAnswer {
	switch _, err := s.config.Desk.PhoneOrder(ctx, ref); {
	case pos.CodeOf(err) == pos.CodeNotFound:
		return refusal
	case err != nil:
		return refuseOrder(err)
	}
	return refuseOrder(pos.E(pos.CodeConflict, "order by phone", nil))
}

// ended is why the order of a ref is not to be paid: the till says so itself, and here it is made sure of. What was paid is no error, nor is
// what may have been: closing is told as such, since to take a new ref then might be to pay twice.
// The amount is as of the first request of the ref, whatever its items cost by now.
func ended(t pos.PhoneTicket) error {
	const op = "order by phone"
	switch {
	case t.State.OnGlass() && t.PrepayID == "":
		return pos.E(pos.CodeUncertain, op, nil)
	case t.State == pos.Closed:
		return pos.E(pos.CodeExpired, op, nil)
	case t.State == pos.Refused:
		return pos.E(pos.CodeRefused, op, nil)
	}
	return nil
}

// signerOf is who signs for a way; nil: it is not set up.
func (s *Shop) signerOf(w way) V1Signer {
	switch {
	case w.api == pos.APIv1:
		return s.config.V1
	case s.config.Signer == nil: // a nil interface in another one would not be nil
		return nil
	}
	return s.config.Signer
}

// standing says how an order stands.
func (s *Shop) standing(ctx context.Context, ref string) pos.RelayAnswer {
	if !wordy(ref, 1, 64) {
		return refuse(400, errInvalid, errRef.Error())
	}
	t, err := s.config.Desk.PhoneOrder(ctx, ref)
	switch {
	case pos.CodeOf(err) == pos.CodeNotFound:
		return refuse(404, errUnknownRef, "there is no order of this ref")
	case err != nil:
		return refuse(503, errUncertain, "the till cannot look it up now: ask again")
	}
	return s.tell(ref, t, nil)
}

var (
	errBody     = errors.New(`the body is one JSON object with ref, items, and for /jsapi openid or login_code, and nothing else`)
	errRef      = errors.New("ref is 1 to 64 of 0-9 A-Z a-z _ -")
	errItems    = errors.New("items has 1 to 100 entries")
	errPayer    = errors.New("/jsapi has either openid (1 to 128 of 0-9 A-Z a-z _ -) or login_code (1 to 128 visible characters)")
	errNoPayer  = errors.New("an app has neither openid nor login_code")
	errCode     = errors.New("code is 1 to 64 bytes of printable text: a barcode, a PLU, or item- and the item's number")
	errQuantity = errors.New("quantity is 1 to 9999")
)

// read reads the body of a request. What it says in an error is what the sender did wrong.
func read(w way, body []byte) (request, error) {
	var req request
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if !utf8.Valid(body) || d.Decode(&req) != nil {
		return req, errBody
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return req, errBody
	}
	switch {
	case !wordy(req.Ref, 1, 64):
		return req, errRef
	case len(req.Items) < 1 || len(req.Items) > maxItems:
		return req, errItems
	case w.tender == pos.TenderApp && (req.OpenID != "" || req.LoginCode != ""):
		return req, errNoPayer
	case w.tender == pos.TenderJSAPI && (req.OpenID == "") == (req.LoginCode == ""),
		!wordy(req.OpenID, 0, 128), !visible(req.LoginCode, 128):
		return req, errPayer
	}
	for _, it := range req.Items {
		switch {
		case it.Code == "" || len(it.Code) > 64 || strings.ContainsFunc(it.Code, func(r rune) bool { return !unicode.IsPrint(r) }):
			return req, errCode
		case it.Quantity < 1 || it.Quantity > pos.MaxQuantity:
			return req, errQuantity
		}
	}
	return req, nil
}

// visible reports whether s is at most so many visible characters of ASCII.
func visible(s string, most int) bool {
	return len(s) <= most && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

// cart makes lines of items at today's prices: the request has none.
func (s *Shop) cart(ctx context.Context, want []wantItem) ([]pos.Line, *pos.RelayAnswer) {
	var c pos.Cart
	no := func(status int, code, words string) ([]pos.Line, *pos.RelayAnswer) {
		a := refuse(status, code, words)
		return nil, &a
	}
	for _, w := range want {
		it, err := s.item(ctx, w.Code)
		switch {
		case pos.CodeOf(err) == pos.CodeNotFound:
			return no(404, errUnknownItem, "no item has the code "+w.Code)
		case err != nil:
			s.say(ctx, slog.LevelError, "look up an item", slog.Any("err", err))
			return no(503, errUncertain, "the till cannot look its items up now; nothing was ordered. Repeat it with the same ref")
		case it.Price < 1:
			return no(422, errNoPrice, "the item "+w.Code+" has no price of its own: it is priced at the counter")
		}
		if c, err = c.Add(it, barcodeOf(it, w.Code), w.Quantity); err != nil {
			return no(400, errInvalid, "a line has at most 9999 pieces and an order comes to at most 1,000,000.00 yuan")
		}
	}
	return c.Lines, nil
}

// shown is a path for the log.
func shown(path string) string {
	if len(path) > 80 {
		return path[:80] + "…"
	}
	return path
}
