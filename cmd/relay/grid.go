package main

import (
	"io"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// grid is a table for a terminal. The first row is its header. A column stands to the left if left says so, else to the
// right, as numbers do.
type grid struct {
	left []bool
	rows [][]string
}

func (g *grid) add(cells ...string) {
	for i, c := range cells {
		cells[i] = plain(c)
	}
	g.rows = append(g.rows, cells)
}

func (g *grid) print(w io.Writer) error {
	var widths []int
	for _, row := range g.rows {
		for i, c := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], cells(c))
		}
	}
	for _, row := range g.rows {
		var b strings.Builder
		for i, c := range row {
			if i > 0 {
				b.WriteString("  ")
			}
			space := strings.Repeat(" ", widths[i]-cells(c))
			if i < len(g.left) && g.left[i] {
				b.WriteString(c + space)
			} else {
				b.WriteString(space + c)
			}
		}
		if err := say(w, "%s\n", strings.TrimRight(b.String(), " ")); err != nil {
			return err
		}
	}
	return nil
}

// cells is how many cells of a terminal a text takes: a Chinese character takes two, a combining mark none.
func cells(s string) int {
	n := 0
	for _, r := range s {
		switch kind := width.LookupRune(r).Kind(); {
		case kind == width.EastAsianWide || kind == width.EastAsianFullwidth:
			n += 2
		case !unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
			n++
		}
	}
	return n
}
