package central_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store/central"
)

func testKeep(t *testing.T, url string) {
	c := open(t, url)
	a, b := paired(t, c, "", "T1"), paired(t, c, "", "T2")
	for _, tt := range []struct {
		till         string
		known, taken bool
	}{{a.ID, false, false}, {a.ID, true, false}, {b.ID, false, false}} { // of another till it is another notice
		if known, taken := keep(t, c, tt.till, notice(1)); known != tt.known || taken != tt.taken {
			t.Errorf("%v %v, not %+v", known, taken, tt)
		}
	}
	answer(t, c, a.ID, pos.NoticeOutcome{ID: notice(1).ID, Status: 204})
	if known, taken := keep(t, c, a.ID, notice(1)); !known || !taken {
		t.Error("a copy that comes later is not known as taken")
	}
	if known, taken := keep(t, c, b.ID, notice(1)); !known || taken {
		t.Error("the other till has not taken it")
	}
	if got := mailbox(t, c, noon.Add(time.Hour), 9); len(got[a.ID]) != 0 || len(got[b.ID]) != 1 {
		t.Error(got)
	}
}

func testKeepExact(t *testing.T, url string) {
	c := open(t, url)
	till := paired(t, c, "", "T1")
	sent := pos.RelayRequest{
		ID: "4200001234", Kind: pos.RelayNotice, Method: "GET", Path: "/v1/\xff\x00'; DROP TABLE notice; --", Query: "a=%00&b=\xfe微信",
		Header: map[string]string{"Wechatpay-Signature": "abc\x00", "Content-Type": "应用"}, Body: []byte("\x00\xff<xml>\x80"),
		ReceivedAt: noon.Add(123 * time.Millisecond), Within: time.Second, Attempt: 3,
	}
	keep(t, c, till.ID, sent)
	bare := notice(2)
	bare.Body, bare.Header = nil, nil
	keep(t, c, till.ID, bare)
	box, err := c.Mailbox(t.Context(), []string{till.ID}, noon.Add(time.Minute), 10)
	must(t, err)
	want := sent
	want.Stored, want.Within, want.Attempt = true, 0, 0
	bare.Stored = true
	got := box[till.ID]
	if len(got) != 2 {
		t.Fatalf("%+v", got)
	}
	if got[0].ID == want.ID {
		slices.Reverse(got)
	}
	if len(got[0].Body) == 0 {
		got[0].Body = nil
	}
	if !reflect.DeepEqual(got, []pos.RelayRequest{bare, want}) {
		t.Errorf("\n%+v\n%+v", got, want)
	}
}

// One bad notice of a batch must not refuse the others.
func testKeepBad(t *testing.T, url string) {
	c := open(t, url)
	till := paired(t, c, "", "T1")
	var wg sync.WaitGroup
	var bad atomic.Int64
	for n := range 200 {
		wg.Go(func() {
			to := till.ID
			if n%10 == 3 {
				to = "nobody"
			}
			_, _, err := c.Keep(t.Context(), to, notice(n))
			switch {
			case to == "nobody":
				bad.Add(1)
				wantCode(t, err, pos.CodeNotFound)
			case err != nil:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := len(mailbox(t, c, noon.Add(time.Hour), 1000)[till.ID]); got != 180 || bad.Load() != 20 {
		t.Errorf("%d kept, %d bad", got, bad.Load())
	}
}

func testKeepAtOnce(t *testing.T, url string) {
	first, second := open(t, url), open(t, url)
	till := paired(t, first, "", "T1")
	var wg sync.WaitGroup
	var fresh [40]atomic.Int64
	for n := range 8 * len(fresh) {
		wg.Go(func() {
			c := first
			if n%2 == 1 {
				c = second
			}
			if known, _, err := c.Keep(t.Context(), till.ID, notice(n/8)); err != nil {
				t.Error(err)
			} else if !known {
				fresh[n/8].Add(1)
			}
		})
	}
	wg.Wait()
	for n := range fresh {
		if got := fresh[n].Load(); got != 1 {
			t.Errorf("notice %d was new to %d", n, got)
		}
	}
	if got := mailbox(t, first, noon.Add(time.Hour), 1000)[till.ID]; len(got) != len(fresh) || !slices.IsSorted(got) {
		t.Errorf("%v", got)
	}
}

func testMailbox(t *testing.T, url string) {
	c := open(t, url)
	a, b := paired(t, c, "", "T1"), paired(t, c, "", "T2")
	for n := range 6 {
		keep(t, c, []string{a.ID, b.ID}[n%2], notice(5-n)) // what came later may be of earlier: no cursor
	}
	later := noon.Add(time.Hour)
	expect := func(what string, got map[string][]string, ofA, ofB string) {
		t.Helper()
		if strings.Join(got[a.ID], " ") != ofA || strings.Join(got[b.ID], " ") != ofB {
			t.Errorf("%s: %v", what, got)
		}
	}
	expect("all", mailbox(t, c, later, 10), "n00001 n00003 n00005", "n00000 n00002 n00004")
	expect("of one", mailbox(t, c, later, 10, b.ID, "nobody"), "", "n00000 n00002 n00004")
	expect("oldest", mailbox(t, c, later, 2, a.ID), "n00001 n00003", "")
	expect("not yet", mailbox(t, c, noon.Add(-time.Second), 10), "", "")
	if box, err := c.Mailbox(t.Context(), []string{}, later, 10); err != nil || len(box) != 0 {
		t.Errorf("of no till: %v %v", box, err)
	}
	answer(t, c, a.ID, pos.NoticeOutcome{ID: "n00003", Status: 200}, pos.NoticeOutcome{ID: "n00001", Status: 503, Again: later.Add(time.Minute)})
	expect("one taken, one deferred", mailbox(t, c, later, 10, a.ID), "n00005", "")
	expect("due again", mailbox(t, c, later.Add(time.Minute), 10, a.ID), "n00005 n00001", "")
	box, err := c.Mailbox(t.Context(), nil, later.Add(time.Minute), 10)
	must(t, err)
	if box[a.ID][1].Attempt != 1 || box[a.ID][0].Attempt != 0 {
		t.Errorf("%+v", box)
	}
	tills, err := c.Tills(t.Context())
	must(t, err)
	if tills[0].Waiting != 2 || tills[1].Waiting != 3 {
		t.Errorf("%+v", tills)
	}
}

func testMailboxShares(t *testing.T, url string) {
	c := open(t, url)
	busy := paired(t, c, "", "busy")
	for n := range 50 {
		keep(t, c, busy.ID, notice(n))
	}
	quiet := []pos.RelayTill{}
	for n := range 3 {
		till := paired(t, c, "", fmt.Sprint("quiet", n))
		keep(t, c, till.ID, notice(100+n))
		quiet = append(quiet, till)
	}
	got := mailbox(t, c, noon.Add(time.Hour), 20)
	total := len(got[busy.ID])
	for _, till := range quiet {
		if len(got[till.ID]) != 1 {
			t.Errorf("%s has to wait for another till's: %v", till.Name, got)
		}
		total++
	}
	if total > 20 || len(got[busy.ID]) < 5 {
		t.Errorf("%v", got)
	}
}

func testAnswered(t *testing.T, url string) {
	c := open(t, url)
	a, b := paired(t, c, "", "T1"), paired(t, c, "", "T2")
	keep(t, c, a.ID, notice(1))
	keep(t, c, b.ID, notice(2))
	// Of another till, unknown, several at once, again, and another verdict after the last.
	answer(t, c, a.ID, pos.NoticeOutcome{ID: "n00002", Status: 200}, pos.NoticeOutcome{ID: "unknown", Status: 200})
	later := noon.Add(time.Hour)
	if got := mailbox(t, c, later, 10); len(got[a.ID]) != 1 || len(got[b.ID]) != 1 {
		t.Errorf("%v", got)
	}
	for _, status := range []int{200, 200, 401, 500} {
		answer(t, c, a.ID, pos.NoticeOutcome{ID: "n00001", Status: status}, pos.NoticeOutcome{ID: "n00001", Status: status})
		if got := mailbox(t, c, later, 10); len(got[a.ID]) != 0 || len(got[b.ID]) != 1 {
			t.Errorf("after %d: %v", status, got)
		}
	}
	wantCode(t, c.Answered(t.Context(), a.ID, []pos.NoticeOutcome{{ID: "n00002", Status: 1000}}, noon), pos.CodeInvalid)
	must(t, c.Answered(t.Context(), "nobody", []pos.NoticeOutcome{{ID: "n00002", Status: 200}}, noon))
	must(t, c.Answered(t.Context(), a.ID, nil, noon))
	if got := mailbox(t, c, later, 10); len(got[b.ID]) != 1 {
		t.Errorf("%v", got)
	}
	many := make([]pos.NoticeOutcome, 600) // in more than one part
	for n := range many {
		many[n] = pos.NoticeOutcome{ID: notice(1000 + n).ID, Status: 200}
	}
	keepAll(t, c, b.ID, 1000, 1600, func(*pos.RelayRequest) {})
	answer(t, c, b.ID, many...)
	if got := mailbox(t, c, later, 1000); len(got[b.ID]) != 1 {
		t.Errorf("%v", got)
	}
}

// keepAll keeps notices from one number to before another, many at once.
func keepAll(t testing.TB, c *central.Central, till string, from, to int, change func(*pos.RelayRequest)) {
	t.Helper()
	var wg sync.WaitGroup
	for n := from; n < to; n++ {
		r := notice(n)
		change(&r)
		wg.Go(func() {
			if _, _, err := c.Keep(t.Context(), till, r); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func testRefused(t *testing.T, url string) {
	c := open(t, url)
	till := paired(t, c, "", "T1")
	keep(t, c, till.ID, notice(1))
	answer(t, c, till.ID, pos.NoticeOutcome{ID: "n00001", Status: 404, Again: noon})
	if got := mailbox(t, c, noon.Add(time.Hour), 10); len(got) != 0 {
		t.Errorf("%v", got)
	}
	if known, taken := keep(t, c, till.ID, notice(1)); !known || !taken {
		t.Error("the copy that WeChat sends again is delivered again")
	}
}

func testPrune(t *testing.T, url string) {
	c := open(t, url)
	till := paired(t, c, "", "T1")
	keepAll(t, c, till.ID, 0, 1200, func(r *pos.RelayRequest) { // more than go at once
		r.ReceivedAt = noon
		if r.ID[5]%2 == 1 {
			r.ReceivedAt = noon.Add(2 * time.Second)
		}
	})
	answer(t, c, till.ID, pos.NoticeOutcome{ID: "n00000", Status: 200})
	must(t, c.Ask(t.Context(), till.ID, pos.RelayRequest{ID: "q"}, noon))
	must(t, c.Reply(t.Context(), pos.RelayAnswer{ID: "a"}, noon))
	must(t, c.Present(t.Context(), "gone", []string{till.ID}, noon))
	must(t, c.Prune(t.Context(), noon.Add(pos.KeepNotices)))
	if got := mailbox(t, c, noon.Add(pos.KeepNotices), 2000); len(got[till.ID]) != 1199 {
		t.Errorf("%d are left of 1199", len(got[till.ID]))
	}
	if known, _ := keep(t, c, till.ID, notice(0)); !known {
		t.Error("what was taken is forgotten too soon")
	}
	must(t, c.Prune(t.Context(), noon.Add(pos.KeepNotices+1500*time.Millisecond)))
	if got := mailbox(t, c, noon.Add(pos.KeepNotices), 2000); len(got[till.ID]) != 600 {
		t.Errorf("%d are left of 600", len(got[till.ID]))
	}
	if known, _ := keep(t, c, till.ID, notice(0)); known {
		t.Error("what was taken is kept for ever")
	}
	asked, err := c.Asked(t.Context(), []string{till.ID}, noon.Add(-time.Hour))
	if err != nil || len(asked) != 0 {
		t.Errorf("%v %v", asked, err)
	}
	replies, err := c.Replies(t.Context(), []string{"a"})
	if err != nil || len(replies) != 0 {
		t.Errorf("%v %v", replies, err)
	}
	at, err := c.Connected(t.Context(), []string{till.ID}, noon.Add(-time.Hour))
	if err != nil || len(at) != 0 {
		t.Errorf("%v %v", at, err)
	}
}

func testPresent(t *testing.T, url string) {
	first, second := open(t, url), open(t, url)
	a, b, d := paired(t, first, "", "T1").ID, paired(t, first, "", "T2").ID, paired(t, first, "", "T3").ID
	expect := func(now time.Time, want map[string]string) {
		t.Helper()
		got, err := second.Connected(t.Context(), []string{a, b, d, "nobody"}, now)
		if err != nil || !maps.Equal(got, want) {
			t.Errorf("%v %v, not %v", got, err, want)
		}
	}
	must(t, first.Present(t.Context(), "r1", []string{a, b}, noon.Add(10*time.Second)))
	must(t, second.Present(t.Context(), "r2", []string{d}, noon.Add(20*time.Second)))
	expect(noon, map[string]string{a: "r1", b: "r1", d: "r2"})
	expect(noon.Add(10*time.Second), map[string]string{d: "r2"})
	must(t, first.Present(t.Context(), "r1", []string{b, d}, noon.Add(30*time.Second))) // instead of what it said before
	expect(noon, map[string]string{b: "r1", d: "r1"})
	must(t, first.Present(t.Context(), "r1", nil, noon.Add(30*time.Second)))
	expect(noon, map[string]string{d: "r2"})
	wantCode(t, first.Present(t.Context(), "r1", []string{"nobody"}, noon), pos.CodeNotFound)
}

func testAsk(t *testing.T, url string) {
	first, second := open(t, url), open(t, url)
	a, b := paired(t, first, "", "T1").ID, paired(t, first, "", "T2").ID
	sent := pos.RelayRequest{ID: "q", Kind: pos.RelayCallback, Method: "POST", Path: "/x", Body: []byte("b"), Within: 3 * time.Second, ReceivedAt: noon}
	must(t, first.Ask(t.Context(), a, sent, noon.Add(3*time.Second)))
	must(t, first.Ask(t.Context(), a, sent, noon.Add(3*time.Second)))
	for _, tt := range []struct {
		till string
		now  time.Time
	}{{b, noon}, {a, noon.Add(3 * time.Second)}} {
		got, err := second.Asked(t.Context(), []string{tt.till}, tt.now)
		if err != nil || len(got) != 0 {
			t.Errorf("%v %v", got, err)
		}
	}
	got, err := second.Asked(t.Context(), []string{b, a}, noon)
	if err != nil || !reflect.DeepEqual(got, map[string][]pos.RelayRequest{a: {sent}}) {
		t.Errorf("%+v %v", got, err)
	}
	wantCode(t, first.Ask(t.Context(), "nobody", sent, noon.Add(time.Second)), pos.CodeNotFound)

	// Each goes to one of those who take at once.
	for n := range 40 {
		must(t, first.Ask(t.Context(), a, pos.RelayRequest{ID: fmt.Sprint("q", n)}, noon.Add(time.Second)))
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	taken := map[string]int{}
	for n := range 4 {
		wg.Go(func() {
			c := first
			if n%2 == 1 {
				c = second
			}
			got, err := c.Asked(t.Context(), []string{a}, noon)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			for _, r := range got[a] {
				taken[r.ID]++
			}
		})
	}
	wg.Wait()
	for n := range 40 {
		if id := fmt.Sprint("q", n); taken[id] != 1 {
			t.Errorf("%s was taken %d times", id, taken[id])
		}
	}
}

func testReply(t *testing.T, url string) {
	first, second := open(t, url), open(t, url)
	sent := pos.RelayAnswer{ID: "q", Status: 200, ContentType: "text/xml; charset=utf-8", Body: []byte("\x00\xff")}
	must(t, second.Reply(t.Context(), sent, noon))
	must(t, second.Reply(t.Context(), pos.RelayAnswer{ID: "q", Status: 500}, noon))
	must(t, second.Reply(t.Context(), pos.RelayAnswer{ID: "other"}, noon))
	got, err := first.Replies(t.Context(), []string{"p", "q"})
	if err != nil || !reflect.DeepEqual(got, []pos.RelayAnswer{sent}) {
		t.Errorf("%+v %v", got, err)
	}
	got, err = first.Replies(t.Context(), []string{"p", "q"})
	if err != nil || len(got) != 0 {
		t.Errorf("taken twice: %+v %v", got, err)
	}
}

func testBlobs(t *testing.T, url string) {
	c, other := open(t, url), open(t, url)
	_, err := c.Blob(t.Context(), "acme/account")
	wantCode(t, err, pos.CodeNotFound)
	wantCode(t, c.DeleteBlob(t.Context(), "acme/account"), pos.CodeNotFound)
	for _, value := range [][]byte{[]byte("\x00one"), []byte("two"), {}} {
		must(t, c.PutBlob(t.Context(), "acme/account", value))
		got, err := other.Blob(t.Context(), "acme/account")
		if err != nil || string(got) != string(value) {
			t.Errorf("%q %v", got, err)
		}
	}
	must(t, c.DeleteBlob(t.Context(), "acme/account"))
	_, err = c.Blob(t.Context(), "acme/account")
	wantCode(t, err, pos.CodeNotFound)
}

func testClosed(t *testing.T, url string) {
	c := open(t, url)
	till := paired(t, c, "", "T1")
	must(t, c.Close())
	must(t, c.Close())
	_, _, err := c.Keep(t.Context(), till.ID, notice(1))
	wantCode(t, err, pos.CodeInternal)
	wantCode(t, c.Answered(t.Context(), till.ID, []pos.NoticeOutcome{{ID: "x", Status: 200}}, noon), pos.CodeInternal)
	_, err = c.Revision(t.Context())
	if err == nil {
		t.Error("it reads after the end")
	}
	again := open(t, url)
	tills, err := again.Tills(t.Context())
	if err != nil || len(tills) != 1 {
		t.Errorf("%v %v", tills, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := again.Keep(ctx, till.ID, notice(1)); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if _, err := again.Tills(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	keep(t, again, till.ID, notice(2)) // what was given up did no harm
}

func testInvalid(t *testing.T, url string) {
	c := open(t, url)
	till := paired(t, c, "", "T1")
	long := strings.Repeat("长", 65)
	for _, shop := range []string{"\x00", "\xff", " x", "a\nb", long} {
		_, err := c.AddTill(t.Context(), shop, "T2", hash("c"), noon.Add(time.Minute), noon)
		wantCode(t, err, pos.CodeInvalid)
	}
	for _, name := range []string{"", "\x00", "\xff", "x ", "a\tb", long} {
		_, err := c.AddTill(t.Context(), "", name, hash("c"), noon.Add(time.Minute), noon)
		wantCode(t, err, pos.CodeInvalid)
	}
	_, err := c.AddTill(t.Context(), "", "T2", pos.TokenHash{}, noon.Add(time.Minute), noon)
	wantCode(t, err, pos.CodeInvalid)
	_, err = c.AddTill(t.Context(), "", "T2", hash("c"), noon, noon)
	wantCode(t, err, pos.CodeInvalid)
	_, err = c.Pair(t.Context(), hash("c"), pos.TokenHash{}, noon)
	wantCode(t, err, pos.CodeInvalid)
	for _, change := range []func(*pos.RelayRequest){
		func(r *pos.RelayRequest) { r.ID = "" },
		func(r *pos.RelayRequest) { r.ID = "a\x00b" },
		func(r *pos.RelayRequest) { r.ID = strings.Repeat("x", 257) },
		func(r *pos.RelayRequest) { r.Kind = pos.RelayCallback },
		func(r *pos.RelayRequest) { r.ReceivedAt = time.Time{} },
	} {
		r := notice(1)
		change(&r)
		_, _, err := c.Keep(t.Context(), till.ID, r)
		wantCode(t, err, pos.CodeInvalid)
	}
	wantCode(t, c.PutKey(t.Context(), pos.RelayKey{Shop: till.Shop, ID: "k"}, noon), pos.CodeInvalid)
	wantCode(t, c.PutBlob(t.Context(), "", nil), pos.CodeInvalid)
	wantCode(t, c.Present(t.Context(), "", nil, noon), pos.CodeInvalid)
	wantCode(t, c.Ask(t.Context(), till.ID, pos.RelayRequest{}, noon), pos.CodeInvalid)
	wantCode(t, c.Reply(t.Context(), pos.RelayAnswer{}, noon), pos.CodeInvalid)
}
