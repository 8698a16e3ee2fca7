package central_test

import (
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store/central"
)

// suite is what holds on every engine. fresh returns the URL of a database that nobody has.
func suite(t *testing.T, fresh func(*testing.T) string) {
	for _, one := range []struct {
		name string
		test func(*testing.T, string)
	}{
		{"programs that start at once", testOpenAtOnce},
		{"till is added once for a name", testAddTill},
		{"first shop needs no name", testFirstShop},
		{"revoked till is gone for ever and its name is free", testRevoke},
		{"pairing code works once and in time", testPair},
		{"of two who come with one code one gets a token", testPairAtOnce},
		{"offered token takes the place of the old one when it is used", testOffer},
		{"till is seen, to the minute", testSeen},
		{"routes lead to tills by position", testRoutes},
		{"revision grows with what relays must hear of", testRevision},
		{"keys of a shop: the newest eight", testKeys},
		{"notice is kept once", testKeep},
		{"notice comes back as it came", testKeepExact},
		{"bad notice refuses no other", testKeepBad},
		{"many keep the same at once", testKeepAtOnce},
		{"mailbox has what was not taken", testMailbox},
		{"mailbox is shared out", testMailboxShares},
		{"answers are for one's own notices", testAnswered},
		{"refused is kept, and not delivered", testRefused},
		{"pruned after two days", testPrune},
		{"connections are leases", testPresent},
		{"each request is taken by one relay", testAsk},
		{"answers are taken by who waits", testReply},
		{"blobs", testBlobs},
		{"mailbox is like its model", testModel},
		{"nothing is done after the end", testClosed},
		{"nothing is invented for what makes no sense", testInvalid},
	} {
		t.Run(one.name, func(t *testing.T) { one.test(t, fresh(t)) })
	}
}

func TestSQLite(t *testing.T) {
	t.Parallel()
	suite(t, freshFile)
}

func freshFile(t *testing.T) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "relay.db")
}

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func open(t testing.TB, url string) *central.Central {
	t.Helper()
	c, err := central.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func hash(s string) pos.TokenHash { return sha256.Sum256([]byte(s)) }

// paired adds a till and pairs it; its token is its id.
func paired(t testing.TB, c *central.Central, shop, name string) pos.RelayTill {
	t.Helper()
	code := hash("code " + shop + name)
	added, err := c.AddTill(t.Context(), shop, name, code, noon.Add(time.Minute), noon)
	if err != nil {
		t.Fatal(err)
	}
	till, err := c.Pair(t.Context(), code, hash(added.ID), noon)
	if err != nil {
		t.Fatal(err)
	}
	return till
}

func notice(n int) pos.RelayRequest {
	return pos.RelayRequest{
		ID: fmt.Sprintf("n%05d", n), Kind: pos.RelayNotice, Method: "POST", ReceivedAt: noon.Add(time.Duration(n) * time.Millisecond),
		Body: fmt.Appendf(nil, "body %d", n), Header: map[string]string{"Content-Type": "text/xml"},
	}
}

func keep(t testing.TB, c *central.Central, till string, r pos.RelayRequest) (known, taken bool) {
	t.Helper()
	known, taken, err := c.Keep(t.Context(), till, r)
	if err != nil {
		t.Fatal(err)
	}
	return known, taken
}

func mailbox(t testing.TB, c *central.Central, now time.Time, limit int, tills ...string) map[string][]string {
	t.Helper()
	box, err := c.Mailbox(t.Context(), tills, now, limit)
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string][]string{}
	for till, requests := range box {
		for _, r := range requests {
			ids[till] = append(ids[till], r.ID)
		}
	}
	return ids
}

func answer(t testing.TB, c *central.Central, till string, outcomes ...pos.NoticeOutcome) {
	t.Helper()
	if err := c.Answered(t.Context(), till, outcomes, noon); err != nil {
		t.Fatal(err)
	}
}

func wantCode(t testing.TB, err error, want pos.Code) {
	t.Helper()
	if got := pos.CodeOf(err); got != want {
		t.Errorf("%q is %v, not %q", got, err, want)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
