package receipt

import "strings"

// PlainText renders a document for eyes and terminals, in UTF-8, one line each, no taller or wider than the others. A QR
// shows its content in brackets; feeds are blank lines; a cut shows nothing. CodePrinter when the document is refused.
func PlainText(d Doc) (string, error) {
	items, err := lay(d, true)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	put := func(text string, a Align) {
		var row strings.Builder
		pad(&row, text, d.Paper.Columns(), a)
		b.WriteString(strings.TrimRight(row.String(), " "))
		b.WriteByte('\n')
	}
	for _, it := range items {
		switch block := it.block.(type) {
		case nil:
			put(it.line.text, it.line.align)
		case QR:
			for _, s := range wrap("["+clean(block.Content)+"]", d.Paper.Columns()) {
				put(s, Centre)
			}
		case Large:
			put(block.Amount, Centre)
		case trial:
			shown, err := PlainText(Doc{d.Paper, block.shows})
			if err != nil {
				return "", err
			}
			b.WriteString(shown)
		case Image:
			if block.Alt != "" {
				for _, s := range wrap(clean(block.Alt), d.Paper.Columns()) {
					put(s, Centre)
				}
			}
		case Feed:
			b.WriteString(strings.Repeat("\n", max(0, block.Lines)))
		}
	}
	return b.String(), nil
}
