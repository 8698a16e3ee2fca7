package export

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"guitai/pos"
	"guitai/pos/i18n"
)

// itemHeads are the headers of an items file in Chinese, by those in English.
var itemHeads = map[string]string{
	"barcode": "条码", "name": "品名", "price_yuan": "售价", "member_yuan": "会员价", "category": "分类", "unit": "单位", "pinyin": "拼音", "plu": "店内码",
	"cost_yuan": "进价", "tax": "税率", "weighed": "称重", "open": "时价", "retired": "下架", "colour": "颜色",
}

// itemColumns are those of an items file, as an import reads it. A price that is none (for members, what the shop paid) is an empty cell.
func itemColumns(lang string) []column[pos.Item] {
	yes := "yes"
	if lang == i18n.Chinese {
		yes = "是"
	}
	flag := func(name string, on func(*pos.Item) bool) column[pos.Item] {
		return text(name, func(it *pos.Item) string {
			if on(it) {
				return yes
			}
			return ""
		})
	}
	some := func(name string, f func(*pos.Item) pos.Fen) column[pos.Item] {
		return where(func(it *pos.Item) bool { return f(it) != 0 }, yuan(name, f))[0]
	}
	all := []column[pos.Item]{
		text("barcode", func(it *pos.Item) string { return strings.Join(it.Barcodes, ";") }),
		text("name", func(it *pos.Item) string { return it.Name }),
		yuan("price", func(it *pos.Item) pos.Fen { return it.Price }),
		some("member", func(it *pos.Item) pos.Fen { return it.Member }),
		text("category", func(it *pos.Item) string { return it.Category }),
		text("unit", func(it *pos.Item) string { return it.Unit }),
		text("pinyin", func(it *pos.Item) string { return it.Pinyin }),
		text("plu", func(it *pos.Item) string { return it.PLU }),
		some("cost", func(it *pos.Item) pos.Fen { return it.Cost }),
		percent("tax", func(it *pos.Item) int { return it.TaxRate }),
		flag("weighed", func(it *pos.Item) bool { return it.Weighed }),
		flag("open", func(it *pos.Item) bool { return it.Open }),
		flag("retired", func(it *pos.Item) bool { return it.Retired }),
		text("colour", func(it *pos.Item) string { return it.Colour }),
	}
	if lang == i18n.Chinese {
		for i, c := range all {
			all[i].name = itemHeads[c.name]
		}
	}
	return all
}

// itemsAtOnce is how many items are in memory while they are written.
const itemsAtOnce = 5000

// ErrItemsChanged is why a list of items is not written, with CodeConflict.
var ErrItemsChanged = errors.New("somebody changed the goods while they were written")

// Items writes every item of the catalogue, also what is not sold any more, in the shop's order, as an items file that an import reads back
// as it was: CSV or XLSX, with its headers in lang. A workbook has this one sheet and nothing else, so that it can be imported. It returns how
// many items there are. CodeInvalid for another format; CodeConflict when the catalogue changes meanwhile. Errors of the writer and the end of
// ctx come back as they are.
func Items(ctx context.Context, w io.Writer, format pos.ExportFormat, lang string, goods pos.Goods) (n int, err error) {
	const op = "export items"
	if format != pos.FormatCSV && format != pos.FormatXLSX {
		return 0, pos.E(pos.CodeInvalid, op, fmt.Errorf("a list of items is csv or xlsx, not %q", format))
	}
	was, err := goods.Revision(ctx)
	if err != nil {
		return 0, err
	}
	t, err := newTable(w, Request{ExportRequest: pos.ExportRequest{Kind: "items", Format: format}, Lang: lang}, itemColumns(lang))
	if err != nil {
		return 0, err
	}
	if book, ok := t.cells.(*workbook); ok {
		book.bare = true
	}
	for {
		items, _, err := goods.Items(ctx, pos.ItemQuery{Retired: true, Offset: n, Limit: itemsAtOnce})
		if err != nil {
			return n, err
		}
		for i := range items {
			if err := t.write(&items[i]); err != nil {
				return n, err
			}
		}
		n += len(items)
		if len(items) < itemsAtOnce {
			break
		}
	}
	is, err := goods.Revision(ctx)
	switch {
	case err != nil:
		return n, err
	case is != was:
		return n, pos.E(pos.CodeConflict, op, ErrItemsChanged)
	}
	return n, t.close(pos.ExportSummary{Rows: n})
}
