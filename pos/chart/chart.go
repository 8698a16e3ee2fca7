// Package chart draws money over time as bars: for the window, at the screen's own pixels, and for the report. There is one
// renderer, so that what a manager saw is what was filed.
//
// It decides nothing and says nothing in words: labels come with the bars, numbers are whole yuan.
package chart

import (
	"slices"
	"strconv"
	"time"

	"guitai/pos"
)

// Chart is bars side by side on one axis from zero.
type Chart struct {
	Bars   []Bar
	Chosen int // the bar whose label has a plate under it; negative for none
}

// Bar is one of them.
type Bar struct {
	Label  string
	Value  pos.Fen // nothing below zero is drawn
	Going  bool    // not over yet: it is striped, because it will grow
	Absent bool    // still to come: it has a label and no bar
}

// quietFrom and quietTo are the hours that a day's chart shows at least, by the clock.
const quietFrom, quietTo = 8, 21

// Hours is a business day by the hours of the shop's clock, from the first to the last that took money, and the usual hours of
// a shop at least. starts is when the business day begins. now is the hour it is, negative when the day is over: that hour is
// marked, and those after it are still to come.
func Hours(r pos.DayReport, starts time.Duration, now int) Chart {
	first := int(starts/time.Hour) % 24
	order := make([]int, 24)
	for i := range order {
		order[i] = (first + i) % 24
	}
	at := func(hour int) int { return (hour - first + 24) % 24 }
	from, to := at(quietFrom), at(quietTo)
	if from > to {
		from, to = 0, 23
	}
	for i, hour := range order {
		if h := r.Hours[hour]; h.Count != 0 || h.Net != 0 || hour == now {
			from, to = min(from, i), max(to, i)
		}
	}
	c := Chart{Chosen: -1}
	for i := from; i <= to; i++ {
		b := Bar{Label: strconv.Itoa(order[i]), Value: r.Hours[order[i]].Net}
		if now >= 0 {
			b.Going, b.Absent = order[i] == now, i > at(now) && b.Value == 0
			if b.Going {
				c.Chosen = len(c.Bars)
			}
		}
		c.Bars = append(c.Bars, b)
	}
	return c
}

// Days is business days in order. today is striped and those after it are still to come; chosen has the plate; zero for neither.
func Days(days []pos.DayTakings, today, chosen pos.Day) Chart {
	c := Chart{Chosen: slices.IndexFunc(days, func(d pos.DayTakings) bool { return d.Day == chosen })}
	for _, d := range days {
		c.Bars = append(c.Bars, Bar{
			Label: strconv.Itoa(int(d.Day) % 100), Value: d.Net, Going: d.Day == today, Absent: today != 0 && d.Day > today,
		})
	}
	return c
}

// most is the highest of the bars.
func (c Chart) most() pos.Fen {
	var most pos.Fen
	for _, b := range c.Bars {
		most = max(most, b.Value)
	}
	return most
}

// step is the distance between two lines of the axis, in whole yuan, so that at most lines of them reach up to most. It is 1, 2
// or 5 times a power of ten.
func step(most pos.Fen, lines int) pos.Fen {
	for unit := pos.Fen(100); ; unit *= 10 {
		for _, s := range []pos.Fen{unit, 2 * unit, 5 * unit} {
			if most <= s*pos.Fen(lines) || s > 1<<55 {
				return s
			}
		}
	}
}

// whole writes an amount in whole yuan, rounded half up.
func whole(f pos.Fen) string {
	if f < 0 {
		return "-" + whole(-f)
	}
	return strconv.FormatInt(int64((f+50)/100), 10)
}
