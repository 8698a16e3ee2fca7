package checkout

import (
	"context"
	"net/http"
	"time"

	"guitai/pos"
)

// TakeNotice is [Till.Notice] for a notice that the relay handed down. The status says what becomes of the relay's copy, as [pos.RelayAnswer]
// has it, of a live one as well: the relay may have kept it by the time that the answer arrives. For a live one there are WeChat's words
// beside it. It returns after what the notice changed is on disk. Safe for concurrent use and safe to repeat.
func (t *Till) TakeNotice(ctx context.Context, r pos.RelayRequest) pos.RelayAnswer {
	answer := pos.RelayAnswer{ID: r.ID, Status: http.StatusServiceUnavailable}
	api, from, body := t.noticeOf(r.Query, r.Body)
	if from == nil { // its keys are not to be had just now
		return answer
	}
	j := t.judge(ctx, api, from, body)
	answer.Status = j.status()
	if !r.Stored {
		answer.ContentType, answer.Body = j.reply(from)
	}
	return answer
}

// noticeOf tells by which interface a notice is to be read, and as what. Only the retired one says something in the query.
func (t *Till) noticeOf(query string, body []byte) (pos.API, pos.Notices, []byte) {
	if query == "" {
		return pos.APIShop, t.cfg.Notices, body
	}
	return pos.APIv1, t.cfg.V1Notices, append([]byte(query+"\n"), body...)
}

// status says what becomes of a copy of the notice.
func (j judged) status() int {
	switch {
	case j.v.Accepted():
		return http.StatusOK
	case !j.end: // not in the books, or not all of it is known yet
		return http.StatusServiceUnavailable
	case j.v == pos.NoticeForged:
		return http.StatusUnauthorized
	case j.v == pos.NoticeForeign:
		return http.StatusForbidden
	case j.v == pos.NoticeUnknown:
		return http.StatusNotFound
	}
	return http.StatusUnprocessableEntity
}

// RelayHealth tells the till how the line to the relay is. While it is healthy, payments on the glass are asked about less often ([pos.Relaxed]).
func (t *Till) RelayHealth(p pos.Part) { t.box.put(relayed{p}) }

type relayed struct{ part pos.Part }

func (e relayed) handle(t *Till) {
	was := t.health.Relay.Light
	t.health.Relay, t.dirty = e.part, true
	if was != pos.LightOK || e.part.Light == pos.LightOK {
		return
	}
	// A notice may be lost with the line, and whoever waits has waited: everything is asked about now, and by the table again.
	for _, w := range t.watches {
		if _, waits := w.due[pos.DoQuery]; waits && w.p.Announced() {
			w.due[pos.DoQuery] = time.Now()
		}
	}
}
