package i18n

import (
	"fmt"
	"strconv"
	"strings"

	"guitai/pos"
)

// Calc says how a line comes to its amount, before anything is taken off: "2 × 3.00", "0.535 kg × 12.80", or that its label says so.
func (w *Words) Calc(l pos.Line) string {
	each := l.Price.String()
	switch weight := w.Weight(l.Weight, l.Unit); {
	case l.Label != 0 && l.Weight != 0:
		each = weight + " · " + w.T("line.label", l.Label)
	case l.Label != 0:
		each = w.T("line.label", l.Label)
	case l.Weight != 0:
		each = weight + " × " + w.Rate(l.Price, l.Unit)
	}
	if l.Quantity == 1 && (l.Weight != 0 || l.Label != 0) {
		return each
	}
	return strconv.Itoa(l.Quantity) + " × " + each
}

// Cut says a discount as people say it: "8.5 折", "减 1.00", "改到 5.00"; "" for none.
func (w *Words) Cut(c pos.Cut) string {
	switch c.Kind {
	case pos.CutPercent:
		if w.lang == Chinese {
			return w.T("cut.percent", scaled(int(100_00-c.N), 1000))
		}
		return w.T("cut.percent", scaled(int(c.N), 100))
	case pos.CutAmount:
		return w.T("cut.amount", pos.Fen(c.N))
	case pos.CutTo:
		return w.T("cut.to", pos.Fen(c.N))
	case pos.CutNone:
	}
	return ""
}

// Weight writes a weight as people say it of goods that are priced by that unit: "0.535 kg", "1.07 斤", "535 g".
func (w *Words) Weight(g int, unit string) string {
	switch of := pos.GramsOf(unit); of {
	case 1, 100:
		return strconv.Itoa(g) + " g"
	case 1000:
		return scaled(g, of) + " kg"
	default:
		if of == 500 {
			return scaled(g, of) + " " + w.T("unit.jin")
		}
		return scaled(g, of) + " " + w.T("unit.liang")
	}
}

// Rate writes the price of something weighed; of what is priced by 100 g it says so.
func (w *Words) Rate(price pos.Fen, unit string) string {
	if pos.GramsOf(unit) == 100 {
		return price.String() + "/100g"
	}
	return price.String()
}

// PerUnit names what the price of something weighed is for: "kg", "斤", "100 g".
func (w *Words) PerUnit(unit string) string {
	switch pos.GramsOf(unit) {
	case 1:
		return "g"
	case 50:
		return w.T("unit.liang")
	case 100:
		return "100 g"
	case 500:
		return w.T("unit.jin")
	}
	return "kg"
}

// scaled writes a number in a unit of so many, without zeros at the end: g as kg, of 1000.
func scaled(g, of int) string {
	n := g * 1000 / of // a unit has at most three places, so it is exact
	s := fmt.Sprintf("%d.%03d", n/1000, n%1000)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}
