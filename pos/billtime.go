package pos

import "time"

// billHour is the hour of the next day, in UTC+8, from which a bill can be fetched: WeChat makes it from nine on and says not to come
// before ten (下载交易账单).
const billHour = 10

// billMonths is how many months back WeChat still gives a bill.
const billMonths = 3

// utc8 is how far the days of bills are ahead of UTC, all year.
const utc8 = 8 * time.Hour

// BillFrom is when the bill of a day can be fetched. The day is a calendar day in UTC+8, not the shop's business day.
func BillFrom(day Day) time.Time { return day.Next().midnight().Add(billHour*time.Hour - utc8) }

// BillOld reports whether a day is so long ago that WeChat no longer gives its bill: then the file from the merchant platform is the
// only one.
func BillOld(day Day, now time.Time) bool {
	at := now.UTC().Add(utc8)
	return day < dayOf(time.Date(at.Year(), at.Month()-billMonths, at.Day(), 0, 0, 0, 0, time.UTC))
}

// How long to wait before a bill is asked for again: while WeChat is still making it, and while there is no answer.
var (
	billMaking  = []time.Duration{5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour}
	billTrouble = []time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour}
)

// BillRetry is how long to wait before a bill is asked for again that came with an error of this code; asked is how many times it was
// asked for in a row, at least 1. again is false where asking changes nothing before a person did something, or there is nothing to
// fetch. Add jitter: the tills of a chain should not come in one moment.
func BillRetry(code Code, asked int) (wait time.Duration, again bool) {
	table := billTrouble
	switch code {
	case CodeNone, CodeInvalid, CodeNotFound, CodeRejected, CodeRefused, CodeConfig, CodeSecret, CodeInternal,
		CodeFull, CodeReadOnly, CodeCorrupt:
		return 0, false
	case CodeNotYet:
		table = billMaking
	}
	return table[max(0, min(asked-1, len(table)-1))], true
}
