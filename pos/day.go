package pos

import (
	"errors"
	"fmt"
	"time"
)

// Day is a business day as one number, 20261120. It begins at the shop's day_starts, so a sale at 01:30 belongs to the
// day before.
type Day int

// String gives "2026-11-20".
func (d Day) String() string { return fmt.Sprintf("%04d-%02d-%02d", d/10000, d/100%100, d%100) }

// Compact gives "20261120".
func (d Day) Compact() string { return fmt.Sprintf("%08d", int(d)) }

// ParseDay reads "2026-11-20" or "20261120".
func ParseDay(s string) (Day, error) {
	for _, layout := range []string{"2006-01-02", "20060102"} {
		if t, err := time.Parse(layout, s); err == nil && len(s) == len(layout) {
			return dayOf(t), nil
		}
	}
	return 0, E(CodeInvalid, "read day", errors.New("a day is written 2026-11-20"))
}

// Real reports whether there is such a day, from 1970 to 9999.
func (d Day) Real() bool { return d >= 19700101 && d <= 99991231 && dayOf(d.midnight()) == d }

// Next is the day after.
func (d Day) Next() Day { return d.Add(1) }

// Add is the day n days later; earlier when n is negative.
func (d Day) Add(n int) Day { return dayOf(d.midnight().AddDate(0, 0, n)) }

// Weekday is the day of the week that it begins on.
func (d Day) Weekday() time.Weekday { return d.midnight().Weekday() }

// Month is the calendar month it is in, 202611.
func (d Day) Month() int { return int(d) / 100 }

// MonthSpan is the days of a calendar month, 202611.
func MonthSpan(month int) Span {
	first := Day(month*100 + 1)
	return Span{first, dayOf(first.midnight().AddDate(0, 1, -1))}
}

// MonthAfter is the month n months after, 202611; before when n is negative.
func MonthAfter(month, n int) int {
	return dayOf(Day(month*100+1).midnight().AddDate(0, n, 0)).Month()
}

func (d Day) midnight() time.Time {
	return time.Date(int(d)/10000, time.Month(int(d)/100%100), int(d)%100, 0, 0, 0, 0, time.UTC)
}

func dayOf(t time.Time) Day { return Day(t.Year()*10000 + int(t.Month())*100 + t.Day()) }

// Calendar turns instants into business days.
type Calendar struct {
	Zone   *time.Location // the shop's
	Starts time.Duration  // after midnight, by the clock on the wall
}

// DayOf returns the business day that t belongs to. It goes by the wall clock, so it is right on days of 23 or 25 hours.
func (c Calendar) DayOf(t time.Time) Day {
	local := t.In(c.Zone)
	wall := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute + time.Duration(local.Second())*time.Second
	day := dayOf(local)
	if wall < c.Starts {
		day = dayOf(day.midnight().AddDate(0, 0, -1))
	}
	return day
}
