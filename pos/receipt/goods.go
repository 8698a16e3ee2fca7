package receipt

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"guitai/pos"
)

// checkSale refuses a sale whose own figures do not add up: what its lines come to, what is taken off them and off the whole, and
// what goods that came back count for.
func checkSale(s pos.Sale) error {
	var sum, off pos.Fen
	sane := true
	for _, l := range s.Lines {
		sum += l.Amount()
		off += l.Off()
		sane = sane && l.DealOff >= 0 && l.CutOff >= 0 && l.Off() <= l.Amount()
	}
	if len(s.Lines) > 0 && (sum != s.Gross || off > s.Discount) {
		sane = false
	}
	for _, c := range s.Credits {
		sane = sane && c.Amount > 0
	}
	if sane && s.Discount >= 0 && s.Discount <= s.Gross && s.Net() >= 0 && s.Paid >= 0 && s.Paid+s.Credit() <= s.Net() {
		return nil
	}
	return pos.E(pos.CodePrinter, "make out receipt", fmt.Errorf("%w: lines %v less %v, gross %v, discount %v, rounding %v, exchange %v, parts %v",
		ErrSum, sum, off, s.Gross, s.Discount, s.Rounding, s.Credit(), s.Paid))
}

// Widths of a receipt's rows, in columns.
const (
	amountColumns = 12 // the largest amount of a sale, with its sign and a space before it
	indent        = 2  // on narrow paper, of what stands under a name
	widePrice     = 14
	wideQuantity  = 10
)

// lines lists goods: each with its price and what it comes to, and under it what is taken off.
func (b *builder) lines(lines []pos.Line) {
	if b.wide {
		b.add(Columns{Cells: b.wideRow(b.w.Item, b.w.Price, b.w.Quantity, Cell{Text: b.w.Amount})})
	} else {
		b.pair(b.w.Item, b.w.Amount)
	}
	for _, l := range lines {
		b.add(Text{Text: l.Name})
		amount := Cell{Text: l.Amount().String(), Money: true}
		if b.wide {
			b.add(Columns{Cells: b.wideRow("", b.unitPrice(l, widePrice), b.many(l), amount)})
		} else {
			b.narrowRow(l, amount)
		}
		if l.List != 0 && l.List != l.Price {
			b.under(b.w.ListPrice + " " + l.List.String())
		}
		if l.DealOff != 0 {
			b.off(l.Deal, l.DealOff)
		}
		if l.CutOff != 0 {
			b.off(b.w.Cut(l.Cut), l.CutOff)
		}
		if note := strings.TrimSpace(l.Note); note != "" {
			b.under(b.w.Note + " " + note)
		}
	}
	b.rule()
}

// narrowRow is "2 × 3.00/瓶      6.00", and of what was weighed "12.80/kg 0.535kg      6.85".
func (b *builder) narrowRow(l pos.Line, amount Cell) {
	amount.Width, amount.Align = amountColumns, Right
	room := b.o.Paper.Columns() - indent - amountColumns
	var what string
	if l.Weight != 0 {
		weight := " " + b.many(l)
		what = b.unitPrice(l, room-columns(weight)) + weight
	} else {
		count := fmt.Sprintf("%d %s ", l.Quantity, b.w.Times)
		what = count + b.unitPrice(l, room-columns(count))
	}
	b.add(Columns{Cells: []Cell{{Width: indent}, {Text: what}, amount}})
}

func (b *builder) wideRow(name, price, quantity string, amount Cell) []Cell {
	amount.Width, amount.Align = amountColumns, Right
	return []Cell{
		{Text: name},
		{Text: price, Width: widePrice, Align: Right},
		{Text: quantity, Width: wideQuantity, Align: Right},
		amount,
	}
}

// off is what is taken off a line, by what.
func (b *builder) off(by string, off pos.Fen) {
	amount := (-off).String()
	b.add(Columns{Cells: []Cell{
		{Width: indent},
		{Text: strings.TrimSpace(b.w.Discount + " " + by)},
		{Text: amount, Width: columns(amount) + 1, Align: Right, Money: true},
	}})
}

// unitPrice is "3.00/瓶": the price as it stands on the shelf. The unit is left out where it does not fit, the price never. What has a
// label and no weight on it costs what the label says: nobody can tell at which price it was weighed.
func (b *builder) unitPrice(l pos.Line, room int) string {
	if l.Label != 0 && l.Weight == 0 {
		return l.Label.String()
	}
	unit := clean(l.Unit)
	if unit == "" && l.Weight != 0 {
		unit = kilo
	}
	if whole := l.Price.String() + "/" + unit; unit != "" && columns(whole) <= room {
		return whole
	}
	return l.Price.String()
}

// kilo is the unit of what is weighed and has no other.
const kilo = "kg"

// many is how much there is of a line: pieces, or what one piece weighs, in the unit of its price.
func (b *builder) many(l pos.Line) string {
	if l.Weight == 0 {
		return strconv.Itoa(l.Quantity)
	}
	weight := weighed(l)
	if l.Quantity == 1 || l.Quantity == -1 {
		return strings.Repeat("-", (1-l.Quantity)/2) + weight
	}
	return strconv.Itoa(l.Quantity) + b.w.Times + weight
}

// weighed is a weight as exactly as it was weighed: "0.535kg", "1.07斤"; "535g" where the price is for grams.
func weighed(l pos.Line) string {
	unit := clean(l.Unit)
	grams := pos.GramsOf(unit)
	switch {
	case grams == 1, unit != "" && unit[0] >= '0' && unit[0] <= '9':
		return strconv.Itoa(l.Weight) + "g"
	case unit == "":
		unit = kilo
	}
	thousandths := l.Weight * 1000 / grams // every such unit divides a thousand
	s := fmt.Sprintf("%d.%03d", thousandths/1000, thousandths%1000)
	if grams != 1000 {
		s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	return s + unit
}

// totals leads from the lines to what the customer has to pay.
func (b *builder) totals(s pos.Sale) {
	if len(s.Lines) > 0 {
		b.subtotal(pos.Cart{Lines: s.Lines}.Pieces(), s.Gross)
	}
	lines := s.OffLines()
	whole := s.Discount - lines
	if lines != 0 {
		b.amount(b.w.LinesOff, -lines)
	}
	switch {
	case whole != 0 && lines != 0:
		b.amount(b.w.WholeOff, -whole)
	case whole != 0:
		b.amount(b.w.Discount, -whole)
	}
	if s.Rounding != 0 {
		b.amount(b.w.Rounding, -s.Rounding)
	}
	for _, c := range s.Credits {
		b.amount(strings.TrimSpace(b.w.Exchange+" "+c.Goods), -c.Amount)
		if c.Receipt != "" {
			b.under(b.w.OriginalNo + " " + c.Receipt)
		}
	}
	b.due(b.w.Due, s.Net()-s.Credit())
}

func (b *builder) subtotal(pieces int, gross pos.Fen) {
	left, label := b.w.Pieces+" "+strconv.Itoa(pieces), b.w.Subtotal
	b.add(Columns{Cells: []Cell{
		{Text: left},
		{Text: label, Width: columns(label)},
		{Text: gross.String(), Width: amountColumns, Align: Right, Money: true},
	}})
}

// tax says how much tax is in what was paid, by rate. It is that of each line, by [pos.Tax], and of goods without a rate nothing.
func (b *builder) tax(s pos.Sale) {
	if !b.o.Tax {
		return
	}
	type part struct{ net, tax pos.Fen }
	by := map[int]part{}
	var rates []int
	for i, share := range s.Shares() {
		rate := s.Lines[i].TaxRate
		if rate == 0 {
			continue
		}
		p, known := by[rate]
		if !known {
			rates = append(rates, rate)
		}
		by[rate] = part{p.net + share.Net, p.tax + share.Tax}
	}
	if len(rates) == 0 {
		return
	}
	row := func(label string, net, tax Cell) {
		net.Width, net.Align, tax.Width, tax.Align = amountColumns, Right, amountColumns, Right
		b.add(Columns{Cells: []Cell{{Text: label}, net, tax}})
	}
	money := func(f pos.Fen) Cell { return Cell{Text: f.String(), Money: true} }
	b.rule()
	row(b.w.TaxRate, Cell{Text: b.w.Amount}, Cell{Text: b.w.Tax})
	slices.Sort(rates)
	var all part
	for _, rate := range rates {
		p := by[rate]
		all = part{all.net + p.net, all.tax + p.tax}
		row(percent(rate), money(p.net), money(p.tax))
	}
	if len(rates) > 1 {
		row(b.w.Sum, money(all.net), money(all.tax))
	}
}

// percent writes 1/100 of a percent: "13%", "9.05%".
func percent(n int) string {
	s := fmt.Sprintf("%d.%02d", n/100, n%100)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".") + "%"
}
