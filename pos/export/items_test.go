package export

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"guitai/pos"
	"guitai/pos/i18n"
)

// shelf is a catalogue for writing it out.
type shelf struct {
	pos.Goods
	items    []pos.Item
	revision uint64
	moves    bool
}

func (s *shelf) Revision(context.Context) (uint64, error) { return s.revision, nil }

func (s *shelf) Items(_ context.Context, q pos.ItemQuery) ([]pos.Item, int, error) {
	if !q.Retired {
		return nil, 0, errors.New("what is retired is left out")
	}
	if s.moves {
		s.revision++
	}
	from := min(q.Offset, len(s.items))
	return s.items[from:min(len(s.items), from+q.Limit)], len(s.items), nil
}

var goods = []pos.Item{
	{
		Name: "可口可乐, 330ml", Barcodes: []string{"6901028042413", "6901028042420"}, Price: 300, Member: 280, Cost: 210, TaxRate: 1300, Category: "饮料",
		Unit: "罐", Pinyin: "kkkl330ml", PLU: "0012", Colour: "red",
	},
	{Name: "-5度 \"冰\"", PLU: "9", Price: 450, Weighed: true, Unit: "500g", TaxRate: 905, Retired: true},
	{Name: "复印", PLU: "5", Open: true},
}

// unzip reads the parts of a workbook.
func unzip(t *testing.T, body []byte) map[string]string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(text)
	}
	return parts
}

func TestItems_CSVIsWhatAnImportReads(t *testing.T) {
	var out bytes.Buffer
	n, err := Items(t.Context(), &out, pos.FormatCSV, i18n.English, &shelf{items: goods})
	if err != nil || n != 3 {
		t.Fatal(n, err)
	}
	want := "\ufeffbarcode,name,price_yuan,member_yuan,category,unit,pinyin,plu,cost_yuan,tax,weighed,open,retired,colour\r\n" +
		"6901028042413;6901028042420,\"可口可乐, 330ml\",3.00,2.80,饮料,罐,kkkl330ml,0012,2.10,13.00,,,,red\r\n" +
		",\"'-5度 \"\"冰\"\"\",4.50,,,500g,,9,,9.05,yes,,yes,\r\n" +
		",复印,0.00,,,,,5,,0.00,,yes,,\r\n"
	if out.String() != want {
		t.Errorf("it says\n%s\nwant\n%s", out.String(), want)
	}
	out.Reset()
	if _, err := Items(t.Context(), &out, pos.FormatCSV, i18n.Chinese, &shelf{items: goods}); err != nil {
		t.Fatal(err)
	}
	if head, _, _ := strings.Cut(out.String(), "\r\n"); head != "\ufeff条码,品名,售价,会员价,分类,单位,拼音,店内码,进价,税率,称重,时价,下架,颜色" {
		t.Errorf("its header is %q", head)
	}
	if !strings.Contains(out.String(), ",是,") {
		t.Errorf("yes is not said in Chinese: %s", out.String())
	}
}

func TestItems_AWorkbookHasOneSheet(t *testing.T) {
	var out bytes.Buffer
	if _, err := Items(t.Context(), &out, pos.FormatXLSX, i18n.Chinese, &shelf{items: goods}); err != nil {
		t.Fatal(err)
	}
	parts := unzip(t, out.Bytes())
	if parts["xl/worksheets/sheet2.xml"] != "" || strings.Count(parts["xl/workbook.xml"], "<sheet ") != 1 {
		t.Errorf("its parts: %s", parts["xl/workbook.xml"])
	}
	if !strings.Contains(parts["xl/worksheets/sheet1.xml"], "-5度 &quot;冰&quot;") && !strings.Contains(parts["xl/worksheets/sheet1.xml"], "-5度 \"冰\"") {
		t.Error("a name is not in it as it is")
	}
}

func TestItems_ThatChangeMeanwhileAreNotWritten(t *testing.T) {
	many := &shelf{moves: true}
	for range itemsAtOnce + 7 {
		many.items = append(many.items, goods[2])
	}
	if _, err := Items(t.Context(), &bytes.Buffer{}, pos.FormatCSV, i18n.Chinese, many); pos.CodeOf(err) != pos.CodeConflict {
		t.Errorf("the catalogue moved, and it says %v", err)
	}
	many.moves = false
	var out bytes.Buffer
	if n, err := Items(t.Context(), &out, pos.FormatCSV, i18n.Chinese, many); err != nil || n != itemsAtOnce+7 || strings.Count(out.String(), "\r\n") != n+1 {
		t.Errorf("%d items of %d: %v", n, len(many.items), err)
	}
	if _, err := Items(t.Context(), &out, pos.FormatJSONL, i18n.Chinese, many); pos.CodeOf(err) != pos.CodeInvalid {
		t.Errorf("of another format it says %v", err)
	}
}
