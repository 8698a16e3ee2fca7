package checkout

import (
	"strconv"
	"time"

	"guitai/pos"
)

// judgeHealth reads the state of the line from an answer. When it has come back, everything open is asked about at once.
func (t *Till) judgeHealth(s pos.Signal) {
	t.judgeLine(s.Kind != pos.SigUncertain && s.Kind != pos.SigRejected, s.Code)
}

func (t *Till) judgeLine(fine bool, code pos.Code) {
	h := &t.health.WeChat
	if ahead, ok := t.cfg.Gateway.Skew(); ok {
		t.minuteOff(ahead)
		t.health.Skew = ahead
	}
	if !fine {
		if t.work.Err() != nil {
			return // our own stopping is nobody's fault
		}
		if h.Light != pos.LightBad {
			t.probeWait = probeFirst
			t.probeAt = time.Now().Add(t.probeWait)
		}
		*h = pos.Part{Light: pos.LightBad, Cause: code, At: h.At}
		return
	}
	back := h.Light == pos.LightBad
	*h = pos.Part{Light: pos.LightOK, At: t.cfg.Clock.Now()}
	t.probeAt = time.Time{}
	if !back {
		return
	}
	for _, w := range t.watches {
		if w.p.State.Live() {
			t.schedule(w, []pos.Effect{{Kind: pos.DoQuery}})
		}
	}
	for _, w := range t.refunds {
		t.scheduleRefund(w, []pos.Effect{{Kind: pos.DoFollow}})
	}
}

// minuteOff says once that this machine's clock is wrong.
func (t *Till) minuteOff(ahead time.Duration) {
	if ahead.Abs() >= pos.SkewLimit && t.health.Skew.Abs() < pos.SkewLimit {
		t.mention(pos.MsgWarn, "clock-off", strconv.Itoa(int(ahead.Abs().Round(time.Minute)/time.Minute)))
	}
}

// probe asks about an order that nobody made, at start and while the line is bad: WeChat's signed "no such order" proves
// network, merchant and key before a customer waits for them, and brings WeChat's clock, by which orders expire.
func (t *Till) probe(now time.Time) {
	if t.probing || t.probeAt.IsZero() || now.Before(t.probeAt) || t.work.Err() != nil {
		return
	}
	no, err := pos.NewOutTradeNo(t.cfg.Shop, t.cfg.Shop.Calendar.DayOf(t.cfg.Clock.Now()), t.cfg.Random)
	if err != nil {
		return
	}
	t.probing = true
	t.probeWait = min(2*t.probeWait, probeLast)
	t.probeAt = now.Add(t.probeWait)
	t.kids.Go(func() { t.box.put(probed{t.cfg.Gateway.Query(t.work, no)}) })
}

type probed struct{ s pos.Signal }

func (e probed) handle(t *Till) {
	t.probing, t.dirty = false, true
	t.judgeHealth(e.s)
}
