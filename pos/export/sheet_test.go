package export

import (
	"io"
	"strconv"

	"guitai/pos"
)

// SheetRows is how many rows a sheet has, the header included.
const SheetRows = sheetRows

// WriteSheets writes a workbook of so many rows, each with its number as text and as a number, and limit rows to a sheet.
func WriteSheets(w io.Writer, of Request, rows, limit int) error {
	b, err := newWorkbook(w, []head{{"n", isText}, {"count", isCount}}, of, limit)
	if err != nil {
		return err
	}
	for n := range rows {
		b.text(strconv.Itoa(n + 1))
		b.number(int64(n + 1))
		if err := b.endRow(); err != nil {
			return err
		}
	}
	return b.close(pos.ExportSummary{Kind: of.Kind, Span: of.Span, Rows: rows})
}
