package checkout

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"guitai/pos"
)

// maxNotice is the largest notice read, in bytes. Real ones have about one thousand.
const maxNotice = 64 << 10

// maxStray is how much is kept of a notice that moves nothing, in bytes.
const maxStray = 2 << 10

// answerWithin is how long WeChat may wait for our answer: it gives up after five seconds.
const answerWithin = 4500 * time.Millisecond

// Notice takes a raw notice from our own listener and returns the answer for WeChat. It returns after what the notice
// changed is on disk, or with a refusal (WeChat sends it again) when that takes too long. Safe for concurrent use and safe
// to repeat.
func (t *Till) Notice(ctx context.Context, body []byte) (contentType string, reply []byte) {
	return t.posted(ctx, "", body)
}

// posted is [Till.Notice] for one that came with a query.
func (t *Till) posted(ctx context.Context, query string, body []byte) (contentType string, reply []byte) {
	api, from, raw := t.noticeOf(query, body)
	if from == nil {
		return "text/plain; charset=utf-8", []byte("no notices here")
	}
	return t.judge(ctx, api, from, raw).reply(from)
}

// judged is what became of a notice.
type judged struct {
	v   pos.Verdict
	why string // for WeChat's log
	end bool   // it is nothing to this till, however often it comes
}

// judge has the till look at a raw notice of an interface, whose notices are verified by from, and waits until what it changed is on disk.
// It moves nothing but orders that were made by that interface.
func (t *Till) judge(ctx context.Context, api pos.API, from pos.Notices, body []byte) judged {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	n, err := from.ReadNotice(body)
	verdict := make(chan pos.Verdict, 1)
	if !t.box.put(notice{api: api, body: body, n: n, err: err, verdict: verdict}) {
		return judged{v: pos.NoticeLater, why: "stopping"}
	}
	select {
	case v := <-verdict:
		return judged{v: v, why: string(v), end: err != nil || v == pos.NoticeUnknown}
	case <-ctx.Done():
		return judged{v: pos.NoticeLater, why: "busy"}
	}
}

func (j judged) reply(n pos.Notices) (contentType string, body []byte) {
	return n.Reply(j.v.Accepted(), j.why)
}

// ServeHTTP is the till's own notice listener.
func (t *Till) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "notices are posted", http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxNotice))
	if err != nil {
		status := http.StatusBadRequest
		if _, tooBig := errors.AsType[*http.MaxBytesError](err); tooBig {
			status = http.StatusRequestEntityTooLarge
		}
		http.Error(w, "unreadable notice", status)
		return
	}
	contentType, reply := t.posted(r.Context(), r.URL.RawQuery, body)
	w.Header().Set("Content-Type", contentType)
	w.Write(reply) //nolint:errcheck // whoever hung up will send the notice again
}

// notice is a raw notice on its way to the till's goroutine. err is why it could not be verified.
type notice struct {
	api     pos.API
	body    []byte
	n       pos.Notice
	err     error
	verdict chan<- pos.Verdict
}

func (e notice) handle(t *Till) {
	v := t.takeNotice(e)
	t.dirty = true
	e.verdict <- v
}

// takeNotice judges a notice, writes down that it was seen, and lets it do what it may.
func (t *Till) takeNotice(e notice) pos.Verdict {
	if e.err != nil {
		v := pos.VerdictOf(e.err)
		t.keepStray(e, v)
		return v
	}
	if e.n.Refund && e.api == pos.APIShop {
		v := t.refundHint(e.n.OutTradeNo, e.n.OutRefundNo)
		t.keepStray(e, v)
		return v
	}
	w, err := t.find(e.n.OutTradeNo)
	if err != nil {
		t.ledgerTrouble("find payment", err)
		return pos.NoticeBroken // not accepted: WeChat sends it again
	}
	if w != nil && w.p.API != e.api { // signed by the keys of another interface than it was ordered by
		t.release(w)
		w = nil
	} else if w == nil && e.n.Success && strings.HasPrefix(e.n.OutTradeNo, t.cfg.Shop.OrderPrefix()) && t.cfg.Returns != nil {
		// Signed for our shop and till: this ledger was restored, or lost.
		s := pos.Signal{Kind: pos.SigPaid, Source: pos.ByNotify, Trade: e.n.Trade}
		if !t.keepNotice(e, pos.NoticeSettles) || !t.adopt(e.api, e.n.OutTradeNo, s) {
			return pos.NoticeBroken
		}
		return pos.NoticeSettles
	}
	if w == nil {
		t.keepStray(e, pos.NoticeUnknown)
		return pos.NoticeUnknown
	}
	defer t.release(w)
	s, v := pos.JudgeNotice(e.n, w.p, true)
	if v == pos.NoticeReplay {
		t.keepStray(e, v)
		return v
	}
	if !t.keepNotice(e, v) || !t.apply(w, s) {
		return pos.NoticeBroken // not in the books, so not accepted: WeChat sends it again
	}
	if v == pos.NoticeAsks && !w.p.State.Live() {
		return pos.NoticeLater // one question follows and no more, so WeChat shall say it again
	}
	return v
}

// keepStray writes down a notice that moves nothing: in full detail at first, and sparingly in a flood, which must fill
// neither the disk nor the log.
func (t *Till) keepStray(e notice, v pos.Verdict) {
	if !t.strays.take() {
		return
	}
	t.cfg.Log.Warn("notice", "verdict", v, "no", e.n.OutTradeNo, "err", e.err)
	e.body = e.body[:min(len(e.body), maxStray)]
	t.keepNotice(e, v)
}

func (t *Till) keepNotice(e notice, v pos.Verdict) bool {
	if err := t.cfg.Ledger.KeepNotice(t.book, t.cfg.Clock.Now(), e.body, e.n.OutTradeNo, v); err != nil {
		t.ledgerTrouble("keep notice", err)
		return false
	}
	return true
}

// find returns the watch of an order, also of one at its end; nil when the ledger does not know it.
func (t *Till) find(no string) (*watch, error) {
	for _, w := range t.watches {
		if w.p.OutTradeNo == no {
			return w, nil
		}
	}
	p, err := t.cfg.Ledger.Payment(t.book, no)
	if pos.CodeOf(err) == pos.CodeNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return t.watched(p), nil
}

// bucket lets sixty through at once and then one a minute.
type bucket struct {
	left int
	at   time.Time
}

func (b *bucket) take() bool {
	const full = 60
	now := time.Now()
	if b.at.IsZero() {
		b.left, b.at = full, now
	}
	if gained := int(now.Sub(b.at) / time.Minute); gained > 0 {
		b.left, b.at = min(full, b.left+gained), now
	}
	if b.left == 0 {
		return false
	}
	b.left--
	return true
}
