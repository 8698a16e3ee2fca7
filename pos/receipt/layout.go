package receipt

import (
	"errors"
	"fmt"
	"strings"

	"guitai/pos"
)

// Reasons a document is refused. Each comes with CodePrinter: the money is not affected, the paper does not come.
var (
	ErrMoneyWidth = errors.New("an amount does not fit its place")
	ErrMoneyText  = errors.New("an amount holds something that is no amount")
	ErrWide       = errors.New("a picture is wider than the paper")
	ErrRow        = errors.New("a row is wider than the paper")
	ErrPaper      = errors.New("paper is 58 or 80 mm wide")
)

// line is one printed line of text: placed, at most as wide as the paper, never wrapped again.
type line struct {
	text   string // with the spaces that put cells in their place; none at the end
	align  Align  // what is left to the device: only a line that has no cells
	bold   bool
	double bool
	money  bool // holds an amount
}

func (l line) scale() int {
	if l.double {
		return 2
	}
	return 1
}

// item is what a renderer gets: a line, or a block that is no text.
type item struct {
	line  line
	block Block // nil for a line
}

// lay turns blocks into lines. With flat set, everything has the same size: a medium that cannot double a character
// still shows the row across its whole width.
func lay(d Doc, flat bool) ([]item, error) {
	if d.Paper != Paper58 && d.Paper != Paper80 {
		return nil, refuse(ErrPaper, fmt.Sprint(int(d.Paper)))
	}
	var items []item
	add := func(l line) { items = append(items, item{line: l}) }
	for _, b := range d.Blocks {
		switch b := b.(type) {
		case Text:
			style := line{align: b.Align, bold: b.Bold, double: b.Double && !flat}
			for _, s := range wrap(clean(b.Text), d.Paper.Columns()/style.scale()) {
				style.text = s
				add(style)
			}
		case Columns:
			lines, err := layRow(b, d.Paper.Columns(), flat)
			if err != nil {
				return nil, err
			}
			for _, l := range lines {
				add(l)
			}
		case Rule:
			add(line{text: strings.Repeat("-", d.Paper.Columns())})
		case Barcode:
			if bm, ok := drawBarcode(b.Content, d.Paper.Dots()); ok {
				items = append(items, item{block: Image{Bitmap: bm}})
			}
			for _, s := range wrap(clean(b.Content), d.Paper.Columns()) {
				add(line{text: s, align: Centre})
			}
		case Large:
			b.Amount = clean(b.Amount)
			if err := layLarge(b.Amount, d.Paper); err != nil {
				return nil, err
			}
			items = append(items, item{block: b})
		default:
			items = append(items, item{block: b})
		}
	}
	return items, nil
}

// layRow places the cells of a row. A doubled row that does not fit on one line is set in normal size instead: an amount
// is worth more than its looks.
func layRow(row Columns, width int, flat bool) ([]line, error) {
	style := line{bold: row.Bold, double: row.Double && !flat}
	lines, err := placeCells(row.Cells, width/style.scale())
	if style.double && (err != nil || len(lines) > 1) {
		style.double = false
		lines, err = placeCells(row.Cells, width)
	}
	if err != nil {
		return nil, err
	}
	for _, c := range row.Cells {
		style.money = style.money || c.Money
	}
	out := make([]line, len(lines))
	for i, s := range lines {
		out[i] = style
		out[i].text = s
	}
	return out, nil
}

// placeCells wraps each cell in its own width and sets them side by side. Amounts stand on the last line of the row, at
// the end of what they are the amount of.
func placeCells(cells []Cell, width int) ([]string, error) {
	widths, err := cellWidths(cells, width)
	if err != nil {
		return nil, err
	}
	parts := make([][]string, len(cells))
	height := 1
	for i, c := range cells {
		text := clean(c.Text)
		if c.Money {
			if !isAmount(text) {
				return nil, refuse(ErrMoneyText, text)
			}
			if columns(text) > widths[i] {
				return nil, refuse(ErrMoneyWidth, text)
			}
			parts[i] = []string{text}
			continue
		}
		if widths[i] < 2 && columns(text) > widths[i] { // wrap needs two
			return nil, refuse(ErrRow, text)
		}
		parts[i] = wrap(text, widths[i])
		height = max(height, len(parts[i]))
	}
	lines := make([]string, height)
	for y := range lines {
		var b strings.Builder
		for i, c := range cells {
			text, at := "", y
			if c.Money {
				at = y - (height - 1)
			}
			if at >= 0 && at < len(parts[i]) {
				text = parts[i][at]
			}
			pad(&b, text, widths[i], c.Align)
		}
		lines[y] = strings.TrimRight(b.String(), " ")
	}
	return lines, nil
}

func cellWidths(cells []Cell, width int) ([]int, error) {
	widths, rest, open := make([]int, len(cells)), width, -1
	for i, c := range cells {
		widths[i] = c.Width
		rest -= c.Width
		if c.Width == 0 {
			open = i
		}
	}
	if rest < 0 {
		return nil, refuse(ErrRow, "")
	}
	if open >= 0 {
		widths[open] = rest
	}
	return widths, nil
}

// layLarge refuses an amount that is none, or wider than the paper when printed as small as it gets large.
func layLarge(amount string, p Paper) error {
	switch {
	case !isAmount(amount):
		return refuse(ErrMoneyText, amount)
	case 2*columns(amount) > p.Columns():
		return refuse(ErrMoneyWidth, amount)
	}
	return nil
}

// isAmount reports whether s is nothing but what an amount is written with, all of which every printer has.
func isAmount(s string) bool {
	return s != "" && strings.Trim(s, "0123456789.-￥") == ""
}

func pad(b *strings.Builder, s string, width int, a Align) {
	free := max(0, width-columns(s))
	before := 0
	switch a {
	case Left:
	case Centre:
		before = free / 2
	case Right:
		before = free
	}
	b.WriteString(strings.Repeat(" ", before))
	b.WriteString(s)
	b.WriteString(strings.Repeat(" ", free-before))
}

// wrap breaks a clean text into lines of at most width columns, which is 2 or more. It breaks after a space if that
// leaves the line at least half full, else between two characters. Nothing but the space at a break is left out. An
// empty text is one empty line.
func wrap(s string, width int) []string {
	var lines []string
	for columns(s) > width {
		end, used, space := 0, 0, 0
		for i, r := range s {
			if used+runeColumns(r) > width {
				if r == ' ' {
					space = i
				}
				break
			}
			used += runeColumns(r)
			end = i + len(string(r))
			if r == ' ' && used > width/2 {
				space = end
			}
		}
		if space > 0 {
			end = space
		}
		lines = append(lines, strings.TrimRight(s[:end], " "))
		s = strings.TrimLeft(s[end:], " ")
	}
	return append(lines, s)
}

func refuse(reason error, what string) error {
	if what != "" {
		reason = fmt.Errorf("%w: %q", reason, what)
	}
	return pos.E(pos.CodePrinter, "lay out receipt", reason)
}
