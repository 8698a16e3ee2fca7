package pos_test

import (
	"testing"
	"time"

	"guitai/pos"
)

func TestDay_CountsOverMonthsAndYears(t *testing.T) {
	for _, c := range []struct {
		day  pos.Day
		n    int
		want pos.Day
	}{
		{20261130, 1, 20261201},
		{20261231, 1, 20270101},
		{20280228, 1, 20280229},
		{20270301, -1, 20270228},
		{20261120, -7, 20261113},
		{20261120, 0, 20261120},
	} {
		if got := c.day.Add(c.n); got != c.want {
			t.Errorf("%v and %d is %v, want %v", c.day, c.n, got, c.want)
		}
	}
	if got := pos.Day(20261120).Weekday(); got != time.Friday {
		t.Errorf("2026-11-20 is a %v", got)
	}
}

func TestMonth_KnowsItsDaysAndNeighbours(t *testing.T) {
	for _, c := range []struct {
		month int
		span  pos.Span
	}{
		{202611, pos.Span{From: 20261101, To: 20261130}},
		{202612, pos.Span{From: 20261201, To: 20261231}},
		{202802, pos.Span{From: 20280201, To: 20280229}},
	} {
		if got := pos.MonthSpan(c.month); got != c.span {
			t.Errorf("%d: %v", c.month, got)
		}
	}
	for _, c := range []struct{ month, n, want int }{{202612, 1, 202701}, {202701, -1, 202612}, {202611, -12, 202511}} {
		if got := pos.MonthAfter(c.month, c.n); got != c.want {
			t.Errorf("%d and %d is %d", c.month, c.n, got)
		}
	}
}
