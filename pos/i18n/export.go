package i18n

import (
	"strings"

	"guitai/pos"
)

// ExportKind names what an export has rows of.
func (w *Words) ExportKind(k pos.ExportKind) string { return w.T("export-kind." + string(k)) }

// Figure names a sum of an export.
func (w *Words) Figure(n pos.FigureName) string { return w.T("figure." + string(n)) }

// Identity writes an equation of an export: "payments 27.50 - refunds 0.00 = net 27.50".
func (w *Words) Identity(i pos.Identity) string {
	var b strings.Builder
	for k, t := range i.Terms {
		switch {
		case t.Minus:
			b.WriteString(" - ")
		case k > 0:
			b.WriteString(" + ")
		}
		b.WriteString(w.Figure(t.Name) + " " + t.Fen.String())
	}
	return b.String() + " = " + w.Figure(i.Total.Name) + " " + i.Total.Fen.String()
}
