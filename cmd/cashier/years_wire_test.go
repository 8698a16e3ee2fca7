package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"guitai/pos/wechat"
	"guitai/pos/wechat/sim"
)

// wire is everything between the till and WeChat, in both directions. It delays, loses, repeats, garbles and forges, and it
// tells the judge what truly passed.
type wire struct {
	l       *life
	inner   http.RoundTripper
	flights sync.WaitGroup // requests on their way, also of a till that no longer runs

	mu     sync.Mutex
	met    map[string]int    // how often a call or notice was met
	down   time.Time         // no connection before this
	deaf   time.Time         // WeChat's notices do not get through before this
	flat   bool              // nothing goes wrong any more
	old    map[string][]byte // by number: an honest "not paid yet", which may be said again later
	paid   []byte            // an honest SUCCESS of some order
	heard  [][]byte          // true notices of the past
	portal map[string]string // by number: another word that WeChat has for the same truth
}

func newWire(l *life) *wire {
	return &wire{l: l, met: map[string]int{}, old: map[string][]byte{}, portal: map[string]string{}}
}

// wait returns when nothing is on its way any more.
func (w *wire) wait() { w.flights.Wait() }

func (w *wire) set(f func(w *wire)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f(w)
}

// call is one request and what becomes of it.
type call struct {
	path, no string
	req      *http.Request
	body     []byte
	r        *rand.Rand
}

// said is what comes back.
type said struct {
	status int
	header http.Header
	body   []byte
	err    error
	honest bool // WeChat signed what it says, about this call
	bent   bool // but the document is not byte for byte WeChat's: the till may doubt it
}

var (
	errReset  = errors.New("connection reset by peer")
	errNoLine = &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
)

// RoundTrip carries a call of the till to WeChat.
func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	c := &call{path: req.URL.Path, no: field(body, "out_trade_no"), req: req, body: body}
	w.mu.Lock()
	c.r = w.luck(c.path + c.no)
	down := time.Now().Before(w.down)
	fault := w.draw(c, down)
	w.mu.Unlock()
	w.l.judge.sent(c.path, c.no)
	if fault != nil {
		w.l.tally.add("fault "+fault.name, 1)
	}

	back := make(chan said, 1)
	w.flights.Go(func() {
		if fault != nil {
			back <- fault.do(w, c)
			return
		}
		back <- w.deliver(c)
	})
	select {
	case a := <-back:
		if note, ok := req.Context().Value(noteKey{}).(*note); ok {
			note.tampered, note.body = a.err == nil && !a.honest, a.body
		}
		if a.err != nil {
			return nil, a.err
		}
		if a.honest {
			w.l.judge.heard(c.path, c.no, a.body, !a.bent)
		}
		return &http.Response{
			Status: http.StatusText(a.status), StatusCode: a.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Header: a.header, Body: io.NopCloser(bytes.NewReader(a.body)), ContentLength: int64(len(a.body)), Request: req,
		}, nil
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
}

// luck is the luck of one call or notice. It hangs on what the call is about and not on the order in which calls come, so that
// two at one instant may come in any. Call with w.mu held.
func (w *wire) luck(about string) *rand.Rand {
	w.met[about]++
	return stream(w.l.seed, about+strconv.Itoa(w.met[about]))
}

// draw chooses what goes wrong with a call, nil for nothing. Call with w.mu held.
func (w *wire) draw(c *call, down bool) *wireFault {
	if down {
		return []*wireFault{noRoute, noRoute, blackHole}[c.r.IntN(3)]
	}
	if w.flat || w.l.calm.Load() || c.r.IntN(1000) >= w.l.temper.bad {
		return nil
	}
	return wireFaults[c.r.IntN(len(wireFaults))]
}

// travel takes a while.
func (c *call) travel() {
	time.Sleep(5*time.Millisecond + time.Duration(c.r.Int64N(int64(120*time.Millisecond))))
}

func (c *call) sleep(least, most time.Duration) {
	time.Sleep(least + time.Duration(c.r.Int64N(int64(most-least))))
}

// act lets WeChat act on the call, whether the till still waits for it or not.
func (w *wire) act(c *call) said {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	req := c.req.Clone(ctx)
	req.Body = io.NopCloser(bytes.NewReader(c.body))
	resp, err := w.inner.RoundTrip(req)
	if err != nil {
		return said{err: err}
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	return said{status: resp.StatusCode, header: resp.Header, body: body, err: err, honest: resp.StatusCode == http.StatusOK && w.signed(body)}
}

// deliver is a call on which nothing goes wrong but what WeChat itself does.
func (w *wire) deliver(c *call) said {
	c.travel()
	a := w.act(c)
	c.travel()
	if a.honest {
		a = w.reword(c, a)
		w.remember(c, a)
	}
	return a
}

// remember keeps honest answers that somebody may use again.
func (w *wire) remember(c *call, a said) {
	if c.path != "/pay/orderquery" {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	switch field(a.body, "trade_state") {
	case sim.StateNotPay:
		w.old[c.no] = a.body
	case sim.StateSuccess:
		w.paid = a.body
		delete(w.old, c.no)
	default:
		delete(w.old, c.no)
	}
}

// reword says the same truth of an order in another of WeChat's words: an order that ended without money as REVOKED or PAYERROR
// instead of CLOSED. Once so, always so.
func (w *wire) reword(c *call, a said) said {
	state := field(a.body, "trade_state")
	if c.path != "/pay/orderquery" || state != sim.StateClosed {
		return a
	}
	w.mu.Lock()
	word, drawn := w.portal[c.no]
	if !drawn {
		if c.r.IntN(20) == 0 && !w.l.calm.Load() {
			word = []string{"REVOKED", "PAYERROR"}[c.r.IntN(2)]
			w.l.tally.add("wechat says "+word, 1)
		}
		w.portal[c.no] = word
	}
	w.mu.Unlock()
	if word == "" {
		return a
	}
	f := fields(a.body)
	f["trade_state"] = word
	a.body = w.seal(f)
	return a
}

// notices is the way from WeChat to the till.
func (w *wire) notices() http.RoundTripper { return noticeWire{w} }

type noticeWire struct{ *wire }

func (w noticeWire) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	r := w.luck(field(body, "transaction_id"))
	off := !w.l.temper.notices || time.Now().Before(w.deaf) || time.Now().Before(w.down)
	bad := !w.flat && !w.l.calm.Load() && r.IntN(1000) < w.l.temper.bad
	w.mu.Unlock()
	time.Sleep(time.Millisecond + time.Duration(r.Int64N(int64(80*time.Millisecond))))
	switch {
	case off:
		return nil, errReset
	case !bad:
		return w.post(body, true)
	}
	fault := noticeFaults[r.IntN(len(noticeFaults))]
	w.l.tally.add("fault "+fault.name, 1)
	return fault.do(w.wire, r, body)
}

// post hands a body to the till's listener and tells the judge what became of it. genuine tells that WeChat wrote it.
func (w *wire) post(body []byte, genuine bool) (*http.Response, error) {
	till := w.l.running()
	if till == nil {
		return nil, errNoLine
	}
	req, err := http.NewRequest(http.MethodPost, "https://till.test/notify", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	resp, err := sim.InProcess(till).RoundTrip(req)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil {
		return nil, err
	}
	accepted := resp.StatusCode == http.StatusOK && field(text, "return_code") == "SUCCESS"
	if genuine && field(body, "req_info") != "" { // a notice of a refund has no signature, and moves nothing: it makes the till ask
		resp.Body = io.NopCloser(bytes.NewReader(text))
		return resp, nil
	}
	genuine = genuine && w.signed(body)
	w.l.judge.noticed(body, genuine, accepted)
	if genuine {
		w.set(func(w *wire) {
			if w.heard = append(w.heard, body); len(w.heard) > 20 {
				w.heard = w.heard[1:]
			}
		})
	}
	resp.Body = io.NopCloser(bytes.NewReader(text))
	return resp, nil
}

var fieldForm = regexp.MustCompile(`<(\w+)>(?:<!\[CDATA\[(.*?)\]\]>|([^<]*))</`)

// fields reads a flat document. It is the judge's own reader, and as simple as that.
func fields(body []byte) map[string]string {
	f := map[string]string{}
	for _, m := range fieldForm.FindAllSubmatch(body, -1) {
		f[string(m[1])] = string(m[2]) + string(m[3])
	}
	return f
}

// field reads one field of a flat document; empty when it is not there.
func field(body []byte, name string) string {
	_, rest, ok := bytes.Cut(body, []byte("<"+name+">"))
	if !ok {
		return ""
	}
	value, _, _ := bytes.Cut(rest, []byte("</"+name+">"))
	if cdata, ok := bytes.CutPrefix(value, []byte("<![CDATA[")); ok {
		value = bytes.TrimSuffix(cdata, []byte("]]>"))
	}
	return string(value)
}

// sign is the signature of fields by the documentation (签名算法), written again here so that the judge does not believe the
// client's.
func sign(f map[string]string, key string, kind wechat.SignType) string {
	var h hash.Hash = md5.New()
	if kind == wechat.HMACSHA256 {
		h = hmac.New(sha256.New, []byte(key))
	}
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if f[name] != "" && name != "sign" {
			io.WriteString(h, name+"="+f[name]+"&") //nolint:errcheck // a hash takes everything
		}
	}
	io.WriteString(h, "key="+key) //nolint:errcheck // as above
	return strings.ToUpper(hex.EncodeToString(h.Sum(nil)))
}

// signed tells whether WeChat's signature is on a document.
func (w *wire) signed(body []byte) bool {
	f := fields(body)
	return f["sign"] != "" && f["sign"] == sign(f, sim.PracticeKey, w.l.temper.signType)
}

// seal writes a document with WeChat's signature.
func (w *wire) seal(f map[string]string) []byte {
	f["sign"] = sign(f, sim.PracticeKey, w.l.temper.signType)
	return document(f)
}

func document(f map[string]string) []byte {
	var b bytes.Buffer
	b.WriteString("<xml>")
	for _, name := range slices.Sorted(maps.Keys(f)) {
		b.WriteString("<" + name + "><![CDATA[" + f[name] + "]]></" + name + ">")
	}
	b.WriteString("</xml>")
	return b.Bytes()
}
