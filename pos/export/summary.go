package export

import (
	"strconv"

	"guitai/pos"
	"guitai/pos/i18n"
)

// fact is one line of the last sheet of a workbook: a name and a text, an amount or a number. Without a name it is an empty line.
type fact struct {
	name, text string
	n          int64
	money      bool
}

// facts are what a workbook says of itself.
func facts(s pos.ExportSummary, of Request) []fact {
	w := i18n.For(of.Lang)
	all := []fact{{name: w.T("export.of"), text: w.ExportKind(s.Kind)}}
	if of.Shop.Name != "" {
		all = append(all, fact{name: w.T("export.shop"), text: of.Shop.Name})
	}
	if of.Shop.ID != "" {
		all = append(all, fact{name: w.T("export.till"), text: of.Shop.ID + " " + of.Shop.Till})
	}
	if of.Shop.Practice {
		all = append(all, fact{name: w.T("export.books"), text: w.T("mark.practice")})
	}
	if !s.Kind.Whole() {
		all = append(all, fact{name: w.T("export.from"), text: s.Span.From.String()}, fact{name: w.T("export.to"), text: s.Span.To.String()})
	}
	all = append(all, fact{name: w.T("export.zone"), text: of.zone().String()}, fact{}, fact{name: w.T("export.rows"), n: int64(s.Rows)})
	if s.Foreign > 0 {
		all = append(all, fact{name: w.T("export.foreign"), n: int64(s.Foreign)})
	}
	if s.Cut > 0 {
		all = append(all, fact{name: w.T("export.cut"), n: int64(s.Cut)})
	}
	if s.Kind.Whole() {
		all = append(
			all, fact{name: w.T("export.entries"), text: strconv.FormatInt(s.First, 10) + " – " + strconv.FormatInt(s.Last, 10)},
			fact{name: w.T("export.head"), text: s.Head},
		)
	}
	for _, i := range s.Identities {
		all = append(all, fact{})
		for k, f := range i.Terms {
			sign := ""
			switch {
			case f.Minus:
				sign = "− "
			case k > 0:
				sign = "+ "
			}
			all = append(all, fact{name: sign + w.Figure(f.Name), n: int64(f.Fen), money: true})
		}
		all = append(all, fact{name: "= " + w.Figure(i.Total.Name), n: int64(i.Total.Fen), money: true})
	}
	return all
}
