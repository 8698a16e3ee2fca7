package central_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store/central"
)

// letter is a notice in the model of the mailbox.
type letter struct {
	received, again time.Time
	attempt         int
	done            bool
}

// testModel does at random what relays do, through two programs that are opened again at random, and compares each answer with a model
// that fits on a page.
func testModel(t *testing.T, url string) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	programs := []*central.Central{open(t, url), open(t, url)}
	var tills []string
	model := map[string]map[string]*letter{}
	for n := range 3 {
		till := paired(t, programs[0], "", fmt.Sprint("T", n)).ID
		tills = append(tills, till)
		model[till] = map[string]*letter{}
	}
	now := noon
	for step := range 600 {
		now = now.Add(time.Duration(random.IntN(20)) * time.Millisecond)
		which := random.IntN(2)
		c, till := programs[which], tills[random.IntN(len(tills))]
		id := fmt.Sprint("n", random.IntN(40))
		switch random.IntN(10) {
		case 0, 1, 2, 3:
			r := notice(0)
			r.ID, r.ReceivedAt = id, now
			known, taken := keep(t, c, till, r)
			l := model[till][id]
			if known != (l != nil) || taken != (l != nil && l.done) {
				t.Fatalf("step %d: keep %s: known %v, taken %v; the model has %+v", step, id, known, taken, l)
			}
			if l == nil {
				model[till][id] = &letter{received: now, again: now}
			}
		case 4, 5, 6:
			var outcomes []pos.NoticeOutcome
			for range 1 + random.IntN(12) {
				o := pos.NoticeOutcome{
					ID: fmt.Sprint("n", random.IntN(40)), Status: []int{200, 204, 404, 500, 0, 302}[random.IntN(6)],
					Again: now.Add(time.Duration(random.IntN(100)) * time.Millisecond),
				}
				if !slices.ContainsFunc(outcomes, func(p pos.NoticeOutcome) bool { return p.ID == o.ID }) {
					outcomes = append(outcomes, o)
				}
			}
			answer(t, c, till, outcomes...)
			for _, o := range outcomes {
				l := model[till][o.ID]
				switch {
				case l == nil || l.done:
				case o.Status/100 == 2 || o.Status/100 == 4:
					l.done = true
				default:
					l.again, l.attempt = o.Again, l.attempt+1
				}
			}
		case 7, 8:
			wanted := tills[:random.IntN(len(tills)+1)]
			if random.IntN(3) == 0 {
				wanted = nil
			}
			compareMailbox(t, step, c, model, wanted, now)
		case 9:
			must(t, c.Close())
			programs[which] = open(t, url)
		}
	}
	compareMailbox(t, -1, programs[0], model, nil, now.Add(time.Hour))
	must(t, programs[0].Prune(t.Context(), now.Add(-time.Second).Add(pos.KeepNotices)))
	for _, letters := range model {
		maps.DeleteFunc(letters, func(_ string, l *letter) bool { return l.received.Before(now.Add(-time.Second)) })
	}
	compareMailbox(t, -2, programs[1], model, nil, now.Add(time.Hour))
}

func compareMailbox(t *testing.T, step int, c *central.Central, model map[string]map[string]*letter, tills []string, now time.Time) {
	t.Helper()
	got, err := c.Mailbox(t.Context(), tills, now, 1000)
	must(t, err)
	for till, letters := range model {
		var want []string
		for id, l := range letters {
			if !l.done && !l.again.After(now) && (tills == nil || slices.Contains(tills, till)) {
				want = append(want, fmt.Sprintf("%s %s attempt %d", l.again.Format(time.StampMilli), id, l.attempt))
			}
		}
		slices.Sort(want) // longest due first
		var have []string
		for _, r := range got[till] {
			have = append(have, fmt.Sprintf("%s %s attempt %d", letters[r.ID].again.Format(time.StampMilli), r.ID, r.Attempt))
		}
		if !slices.Equal(have, want) {
			t.Fatalf("step %d: the mailbox has\n%v, the model\n%v", step, have, want)
		}
	}
}
