package main

import (
	"guitai/pos"
)

// longest is how many years a report may span. It is far beyond any shop's need and catches a slip in the year.
const longest = 100

// day reads a DAY of the command line.
func day(flag, text string) (pos.Day, error) {
	d, err := pos.ParseDay(text)
	if err != nil {
		return 0, usage("bad-day", flag, text)
	}
	return d, nil
}

// between is the days from one to another, both included.
func between(from, to pos.Day) (pos.Span, error) {
	switch {
	case to < from:
		return pos.Span{}, usage("backwards", from, to)
	case int(to)/10000-int(from)/10000 > longest:
		return pos.Span{}, usage("too-long", from, to, longest)
	}
	return pos.Span{From: from, To: to}, nil
}
