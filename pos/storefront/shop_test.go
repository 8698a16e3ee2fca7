package storefront

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"guitai/pos"
)

const (
	testKey   = "example-shop-key-0123456789abcdef"
	testPayer = "oUpF8uMEb4qRXf22hE3X68TekukE"
	testID    = "wx201410272009395522657a690389285100"
	cola      = "6901939621608"
)

var testNow = time.Unix(1795845600, 0)

// desk is the till: it keeps orders by ref and answers as it is told.
type desk struct {
	mu     sync.Mutex
	orders []pos.PhoneOrder
	kept   map[string]pos.PhoneTicket
	lines  map[string]string
	change func(*pos.PhoneTicket)
	err    error
}

func (d *desk) OrderByPhone(ctx context.Context, o pos.PhoneOrder) (pos.PhoneTicket, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.orders = append(d.orders, o)
	if err := ctx.Err(); err != nil {
		return pos.PhoneTicket{}, pos.E(pos.CodeNoAnswer, "order by phone", err)
	}
	if d.err != nil {
		return pos.PhoneTicket{}, d.err
	}
	what := string(o.Origin) // the goods; what they cost is as of the first
	for _, l := range o.Lines {
		what += fmt.Sprintf(" %d:%d", l.Item, l.Quantity)
	}
	t, ok := d.kept[o.Ref]
	switch {
	case ok && d.lines[o.Ref] != what:
		return pos.PhoneTicket{}, pos.E(pos.CodeConflict, "order by phone", nil)
	case !ok:
		t = pos.PhoneTicket{
			OutTradeNo: "S001-T1-261128ABCDEFGHJK" + strconv.Itoa(10+len(d.kept)), PrepayID: testID, State: pos.Waiting, ExpiresAt: testNow.Add(5*time.Minute + 1),
		}
		for _, l := range o.Lines {
			t.Amount += l.Amount()
		}
	}
	if d.kept == nil {
		d.kept, d.lines = map[string]pos.PhoneTicket{}, map[string]string{}
	}
	if d.change != nil {
		d.change(&t)
	}
	d.kept[o.Ref], d.lines[o.Ref] = t, what
	return t, nil
}

func (d *desk) PhoneOrder(_ context.Context, ref string) (pos.PhoneTicket, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err != nil {
		return pos.PhoneTicket{}, d.err
	}
	t, ok := d.kept[ref]
	if !ok {
		return t, pos.E(pos.CodeNotFound, "find phone order", nil)
	}
	return t, nil
}

// shelf is a catalogue of a few items.
type shelf struct {
	pos.Catalogue
	items []pos.Item
	err   error
}

func newShelf() *shelf {
	return &shelf{items: []pos.Item{
		{ID: 1, Barcodes: []string{cola, "6901939000000"}, Name: "可口可乐 330ml", Price: 300, TaxRate: 1300},
		{ID: 2, Barcodes: []string{"6924743915848"}, Name: "乐事薯片", Price: 750},
		{ID: 3, Name: "散装瓜子", PLU: "88"},
		{ID: 4, Barcodes: []string{"含中文"}, Name: "茶", Price: 1200},
		{ID: 5, Barcodes: []string{"6900000000005"}, Name: "电视", Price: pos.MaxAmount},
	}}
}

func (s *shelf) Item(_ context.Context, codes ...string) (pos.Item, error) {
	if s.err != nil {
		return pos.Item{}, s.err
	}
	for _, it := range s.items {
		for _, code := range codes {
			if code == it.PLU && code != "" {
				return it, nil
			}
			for _, b := range it.Barcodes {
				if b == code {
					return it, nil
				}
			}
		}
	}
	return pos.Item{}, pos.E(pos.CodeNotFound, "find item", nil)
}

func (s *shelf) ItemByID(_ context.Context, id pos.ItemID) (pos.Item, error) {
	for _, it := range s.items {
		if it.ID == id {
			return it, nil
		}
	}
	return pos.Item{}, pos.E(pos.CodeNotFound, "find item", nil)
}

// pen signs with words instead of a key. A callback is "OPENID PRODUCT" and is believed unless it begins with "bad".
type pen struct{ name string }

func (pen) ReadCallback(body []byte) (pos.ProductCallback, error) {
	openID, product, ok := strings.Cut(string(body), " ")
	if !ok || openID == "bad" {
		return pos.ProductCallback{}, pos.E(pos.CodeBadSign, "read callback", errors.New("the signature is wrong or missing"))
	}
	return pos.ProductCallback{OpenID: openID, ProductID: product}, nil
}

func (pen) CallbackReply(prepayID string) (string, []byte) { return "xml", []byte("pay " + prepayID) }
func (pen) CallbackRefusal(words string) (string, []byte)  { return "xml", []byte("no " + words) }
func (pen) ProductCode(string) (string, error)             { return "", nil }

func (p pen) SignPhone(t pos.Tender, prepayID string) (map[string]string, error) {
	if prepayID == "" {
		return nil, pos.E(pos.CodeInvalid, "sign", nil)
	}
	return map[string]string{"by": p.name, "tender": string(t), "package": "prepay_id=" + prepayID}, nil
}

// door is the mini-program's login: a code works once.
type door struct {
	mu    sync.Mutex
	asked []string
	err   error
	wait  chan struct{}
}

func (d *door) OpenID(_ context.Context, code string) (string, error) {
	if d.wait != nil {
		<-d.wait
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, old := range d.asked {
		if old == code {
			return "", pos.E(pos.CodeInvalid, "log in", errors.New("code been used"))
		}
	}
	d.asked = append(d.asked, code)
	return testPayer, d.err
}

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(by)
}

// world is a shop with everything around it.
type world struct {
	*Shop
	desk  *desk
	shelf *shelf
	door  *door
	clock *clock
	log   strings.Builder
	nonce int
}

func newWorld(change func(*Config)) *world {
	w := &world{desk: &desk{}, shelf: newShelf(), door: &door{}, clock: &clock{at: testNow}}
	config := Config{
		Desk: w.desk, Catalogue: w.shelf, Signer: pen{"v2"}, V1: pen{"v1"}, Login: w.door, Key: testKey,
		Say: func(c pos.Code) string { return "say " + string(c) }, Clock: w.clock, Log: slog.New(slog.NewTextHandler(&w.log, nil)),
	}
	if change != nil {
		change(&config)
	}
	w.Shop = New(config)
	return w
}

// asks is a signed request.
func (w *world) asks(method, path, body string) pos.RelayRequest {
	w.nonce++
	r := pos.RelayRequest{
		ID: "r" + strconv.Itoa(w.nonce), Kind: pos.RelayPrepay, Method: method, Path: path, Body: []byte(body), ReceivedAt: w.clock.Now(), Within: 3 * time.Second,
	}
	seconds, nonce := strconv.FormatInt(r.ReceivedAt.Unix(), 10), fmt.Sprintf("nonce-%012d", w.nonce)
	r.Header = map[string]string{headerTime: seconds, headerNonce: nonce, headerSignature: Sign(testKey, method, path, seconds, nonce, r.Body)}
	return r
}

func (w *world) ask(t *testing.T, method, path, body string) (int, map[string]any) {
	t.Helper()
	return read200(t, w.Handle(t.Context(), w.asks(method, path, body)))
}

func read200(t *testing.T, a pos.RelayAnswer) (int, map[string]any) {
	t.Helper()
	var body map[string]any
	if err := json.Unmarshal(a.Body, &body); err != nil || a.ContentType != "application/json; charset=utf-8" {
		t.Fatalf("%v: %s %q", err, a.ContentType, a.Body)
	}
	delete(body, "signature") // it differs each time
	return a.Status, body
}

// refused checks a refusal's form.
func refused(t *testing.T, name string, a pos.RelayAnswer, status int, code string) {
	t.Helper()
	got, body := read200(t, a)
	message, _ := body["message"].(string)
	if got != status || body["error"] != code || message == "" || len(body) != 2 {
		t.Errorf("%s: %d %v, want %d %s", name, got, body, status, code)
	}
}

const twoColas = `{"ref":"order-1","openid":"` + testPayer + `","items":[{"code":"` + cola + `","quantity":2}]}`

func (w *world) scan(t *testing.T, payer, product string) string {
	t.Helper()
	a := w.Handle(t.Context(), pos.RelayRequest{ID: "7", Kind: pos.RelayCallback, Method: "POST", Body: []byte(payer + " " + product), Within: 3 * time.Second})
	if a.Status != 200 || a.ID != "7" || a.ContentType == "" {
		t.Errorf("%+v", a)
	}
	return string(a.Body)
}

func TestHandle_AnotherKind(t *testing.T) {
	w := newWorld(nil)
	refused(t, "a notice", w.Handle(t.Context(), pos.RelayRequest{Kind: pos.RelayNotice}), 404, "not-found")
}
