package pos

import (
	"testing"
	"time"
)

func TestBill_CanBeFetchedFromTenOfTheNextDay(t *testing.T) {
	for day, want := range map[Day]string{
		20261120: "2026-11-21T02:00:00Z", 20261130: "2026-12-01T02:00:00Z", 20261231: "2027-01-01T02:00:00Z", 20280228: "2028-02-29T02:00:00Z",
	} {
		if got := BillFrom(day).UTC().Format(time.RFC3339); got != want {
			t.Errorf("%s: from %s, want %s", day, got, want)
		}
	}
}

func TestBill_OlderThanThreeMonthsIsNotGiven(t *testing.T) {
	for _, c := range []struct {
		day Day
		now string
		old bool
	}{
		{20260820, "2026-11-20T12:00:00+08:00", false},
		{20260819, "2026-11-20T12:00:00+08:00", true},
		{20260819, "2026-11-19T23:59:59+08:00", false},
		{20260819, "2026-11-19T16:00:00Z", true},       // the 20th in UTC+8
		{20260227, "2026-05-31T12:00:00Z", true},       // "31 February" is 3 March
		{20260303, "2026-05-31T12:00:00Z", false},      // the first day that counts then
		{20251120, "2026-02-20T00:00:00Z", false},      // across the year
		{20261121, "2026-11-20T12:00:00+08:00", false}, // not yet is not old
	} {
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		if got := BillOld(c.day, now); got != c.old {
			t.Errorf("%s at %s: old is %v", c.day, c.now, got)
		}
	}
}

func TestBill_IsAskedForAgainOnlyWhereThatCanHelp(t *testing.T) {
	for _, code := range []Code{
		CodeNone, CodeInvalid, CodeNotFound, CodeRejected, CodeRefused, CodeConfig, CodeSecret, CodeInternal, CodeFull, CodeReadOnly, CodeCorrupt,
	} {
		if wait, again := BillRetry(code, 1); again || wait != 0 {
			t.Errorf("%q is asked again after %v", code, wait)
		}
	}
	for _, code := range []Code{
		CodeNotYet, CodeNoAnswer, CodeUnreachable, CodeServerFault, CodeBadAnswer, CodeTooMany, CodeUncertain,
		CodeOffline, CodeDNS, CodeCaptive, CodeIntercepted, CodeIPv6, CodeClock,
	} {
		last, sum := time.Duration(0), time.Duration(0)
		for asked := range 30 {
			wait, again := BillRetry(code, asked)
			if !again || wait < time.Minute || wait < last || wait > 2*time.Hour {
				t.Errorf("%q, asked %d times: %v, %v", code, asked, wait, again)
			}
			last, sum = wait, sum+wait
		}
		if sum < 12*time.Hour {
			t.Errorf("%q: thirty times within %v", code, sum)
		}
	}
	if wait, _ := BillRetry(CodeNotYet, 1); wait > 10*time.Minute {
		t.Errorf("a bill in the making is looked at after %v", wait)
	}
}
