package store_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"guitai/pos"
	"guitai/store"
)

const itemsCSV = "\ufeff品名,条码,售价,分类,单位,拼音,店内码,进价,税率\r\n" +
	"可口可乐 330ml,6901234567892;BOX-1,3.00,饮料,瓶,KKKL,101,2.1,13%\r\n" +
	"\"Red Bull, 红牛\",6920202888883,6,饮料,罐,hn,,,13\r\n" +
	"\r\n" +
	"散装苹果,,12.80,生鲜,斤,szpg,9001,,9\r\n" +
	"100%橙汁_1L,12345670,9.9,饮料,盒,cz,,,\r\n"

func mustRead(tb testing.TB, text string) store.ItemsFile {
	tb.Helper()
	f, err := store.ReadItems(strings.NewReader(text))
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

func names(all []pos.Item) string {
	var n []string
	for _, it := range all {
		n = append(n, it.Name)
	}
	return strings.Join(n, "|")
}

func TestCatalogue(t *testing.T) {
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	if added, updated, err := s.ImportFile(ctx, mustRead(t, itemsCSV)); err != nil || added != 4 || updated != 0 {
		t.Fatal(added, updated, err)
	}
	cola, err := s.Item(ctx, "6901234567892")
	want := pos.Item{
		ID: 1, Barcodes: []string{"6901234567892", "BOX-1"}, Name: "可口可乐 330ml", Price: 300, Category: "饮料", Unit: "瓶",
		Pinyin: "kkkl", PLU: "101", Cost: 210, TaxRate: 1300,
	}
	if err != nil || !reflect.DeepEqual(cola, want) {
		t.Fatalf("%+v %v", cola, err)
	}
	for _, codes := range [][]string{{"BOX-1"}, {"101"}, {"none", "6901234567892"}, {"none", "none", "101"}, {"BOX-1", "9001"}} {
		if it, err := s.Item(ctx, codes...); err != nil || it.ID != 1 {
			t.Errorf("%v: %+v %v", codes, it, err)
		}
	}
	for _, codes := range [][]string{nil, {""}, {"690123456789"}, {"none"}, {"6901234567892 "}} {
		_, err := s.Item(ctx, codes...)
		wantCode(t, err, pos.CodeNotFound)
	}
	if it, err := s.ItemByID(ctx, 3); err != nil || it.Name != "散装苹果" || it.Barcodes != nil {
		t.Errorf("%+v %v", it, err)
	}
	_, err = s.ItemByID(ctx, 99)
	wantCode(t, err, pos.CodeNotFound)

	for text, want := range map[string]string{
		"乐": "可口可乐 330ml", "可乐": "可口可乐 330ml", "kk": "可口可乐 330ml", "KKKL": "可口可乐 330ml", "red b": "Red Bull, 红牛", "69": "可口可乐 330ml|Red Bull, 红牛",
		"101": "可口可乐 330ml", "%": "100%橙汁_1L", "_": "100%橙汁_1L", "'": "", "没有": "", "": "", "\x1f": "", " 红牛 ": "Red Bull, 红牛",
		"1": "可口可乐 330ml|100%橙汁_1L|散装苹果", // beginnings first, the shop's order within
	} {
		if got, err := s.Find(ctx, text, 10); err != nil || names(got) != want {
			t.Errorf("find %q: %s %v, want %s", text, names(got), err, want)
		}
	}
	if got, _ := s.Find(ctx, "69", 1); len(got) != 1 {
		t.Errorf("limit: %v", got)
	}
	if cats, err := s.Categories(ctx); err != nil || !reflect.DeepEqual(cats, []string{"饮料", "生鲜"}) {
		t.Errorf("%v %v", cats, err)
	}
	if got, err := s.InCategory(ctx, "饮料", 2); err != nil || names(got) != "可口可乐 330ml|Red Bull, 红牛" {
		t.Errorf("%v %v", names(got), err)
	}
	if got, err := s.InCategory(ctx, "", 10); err != nil || len(got) != 4 {
		t.Errorf("%v %v", names(got), err)
	}
}

func TestImport_UpdatesWhatIsKnown(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	if _, _, err := s.ImportFile(ctx, mustRead(t, itemsCSV)); err != nil {
		t.Fatal(err)
	}
	added, updated, err := s.ImportFile(ctx, mustRead(t, "barcode,price_yuan,name\n6901234567892,3.50,可口可乐\n6911111111117,1,新\n"))
	if err != nil || added != 1 || updated != 1 {
		t.Fatal(added, updated, err)
	}
	it, err := s.Item(ctx, "BOX-1") // columns that the file does not have, and other barcodes, stay
	if err != nil || it.Price != 350 || it.Name != "可口可乐" || it.Pinyin != "kkkl" || it.Cost != 210 || it.ID != 1 {
		t.Fatalf("%+v %v", it, err)
	}
	if got, _ := s.InCategory(ctx, "", 10); names(got) != "可口可乐|Red Bull, 红牛|散装苹果|100%橙汁_1L|新" {
		t.Errorf("order %s", names(got))
	}
	if rev, err := s.Revision(ctx); err != nil || rev != 2 {
		t.Errorf("revision %d %v", rev, err)
	}
	// A list of everything sets the order; codes may move between its items.
	all, err := s.InCategory(ctx, "", 10)
	if err != nil {
		t.Fatal(err)
	}
	all[0], all[4] = all[4], all[0]
	all[1].PLU, all[4].PLU = all[4].PLU, "77"
	if added, updated, err := s.ImportItems(ctx, all); err != nil || added != 0 || updated != 2 {
		t.Fatal(added, updated, err) // only two of them are another item than before
	}
	if got, _ := s.InCategory(ctx, "", 10); names(got) != "新|Red Bull, 红牛|散装苹果|100%橙汁_1L|可口可乐" {
		t.Errorf("order %s", names(got))
	}
	mustVerify(t, s)
}

func TestImport_AllOrNothing(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	if _, _, err := s.ImportFile(ctx, mustRead(t, itemsCSV)); err != nil {
		t.Fatal(err)
	}
	for name, list := range map[string][]pos.Item{
		"barcodes of two items": {{Name: "good", PLU: "555"}, {Name: "x", Barcodes: []string{"6901234567892", "6920202888883"}}},
		"an item twice":         {{Name: "x", Barcodes: []string{"6901234567892"}}, {Name: "y", Barcodes: []string{"BOX-1"}}},
		"a PLU of another item": {{Name: "x", Barcodes: []string{"NEW-1"}, PLU: "101"}},
		"a negative price":      {{Name: "x", PLU: "1", Price: -1}},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := s.ImportItems(ctx, list)
			wantCode(t, err, pos.CodeInvalid)
			if bad, ok := errors.AsType[pos.ItemFaults](err); !ok || len(bad) != 1 {
				t.Errorf("%v", err)
			}
		})
	}
	if got, _ := s.InCategory(ctx, "", 10); len(got) != 4 {
		t.Errorf("%s", names(got))
	}
	if rev, _ := s.Revision(ctx); rev != 1 {
		t.Errorf("revision %d", rev)
	}
}

func TestReadItems_NamesEveryBadRow(t *testing.T) {
	const head = "barcode,name,price_yuan,cost_yuan,tax,plu\n"
	for text, want := range map[string]string{
		"":                                           "line 1: there is no header row",
		"name,price_yuan\n":                          "line 1: column barcode (条码) is missing",
		"barcode,name\n":                             "line 1: column price_yuan (售价) is missing",
		"barcode,name,price_yuan,smell\n":            `line 1: column "smell" is not known`,
		"barcode,条码,name,price_yuan\n":               `line 1: column "条码" stands twice`,
		"\xcc\xf5\xc2\xeb,name\n":                    `line 1: the file is not UTF-8: save it as "CSV UTF-8"`,
		head:                                         "line 2: there are no items",
		head + "A1,,3,,,\n":                          "line 2: the name is missing",
		head + "A1,x,abc,,,\n":                       `line 2: the price "abc" is not an amount in yuan with at most two decimals`,
		head + "A1,x,3.001,,,\n":                     `line 2: the price "3.001" is not an amount in yuan with at most two decimals`,
		head + "A1,x,-3,,,\n":                        `line 2: the price "-3" is not an amount in yuan with at most two decimals`,
		head + "A1,x,99999999,,,\n":                  "line 2: the price is not between 0 and 1000000.00",
		head + "A1,x,3,y,,\n":                        `line 2: the cost "y" is not an amount in yuan with at most two decimals`,
		head + "A1,x,3,,101,\n":                      `line 2: the tax "101" is not a percentage with at most two decimals`,
		"plu,name,price_yuan,weighed\n1,x,3,ja\n":    `line 2: "ja" is neither yes nor no`,
		"plu,name,price_yuan,colour\n1,x,3,pink\n":   `line 2: the colour "pink" is none that a tile can have`,
		"plu,name,price_yuan,member_yuan\n1,x,3,?\n": `line 2: the members' price "?" is not an amount in yuan with at most two decimals`,
		"plu,name,price_yuan,weighed,unit\n1,x,3,是,瓶\n": `line 2: what is sold by weight has a weight as its unit, and "瓶" is none`,
		head + ",x,3,,,\n":                      "line 2: an item needs a barcode or a PLU, or nobody can sell it",
		head + "6901234567890,x,3,,,\n":         "line 2: code 6901234567890 has a wrong check digit",
		head + "6.90123E+12,x,3,,,\n":           "line 2: code 6.90123E+12 was shortened by a spreadsheet: format its column as text",
		head + "134567890123456789,x,3,,,\n":    `line 2: code "134567890123456789" is not one that a till can scan as goods`,
		head + "５,x,3,,,\n":                     `line 2: code "５" is not written in plain characters`,
		head + "A1,x,3,,,,more\n":               "line 2: there are more cells than columns",
		head + "A1,x,3\nA2,y,z\nA1,w,1\n":       "line 3: the price \"z\" is not an amount in yuan with at most two decimals\nline 4: barcode A1 stands on line 2 too",
		head + ",x,3,,,7\n,y,3,,,7\n":           "line 3: PLU 7 stands on line 2 too",
		head + "\"A1\nB\",x,3,,,\n,,,,,\nA2,,1": "line 2: code \"A1\\nB\" is not one that a till can scan as goods\nline 5: the name is missing",
		head + "A1,x,3,,,\n\"A2,y,3\n":          "line 3: extraneous or missing \" in quoted-field",
		head + "A1,#VALUE!,3,,,\n":              "line 2: a cell says #VALUE!: its formula does not work in the spreadsheet",
		head + "6901234567892,x,#N/A,,,\n":      "line 2: a cell says #N/A: its formula does not work in the spreadsheet",
		"plu,name,price_yuan,open\n1,x,,no\n":   `line 2: the price "" is not an amount in yuan with at most two decimals`,
		head + "A1,a\u0007b,3,,,\n":             "line 2: a text is longer than 200 characters or has characters that cannot be printed",
		head + "A1,\xb0\xa1,3,,,\n":             "line 2: a text is longer than 200 characters or has characters that cannot be printed",
	} {
		_, err := store.ReadItems(strings.NewReader(text))
		if bad, ok := errors.AsType[pos.ItemFaults](err); !ok || bad.Error() != want || pos.CodeOf(err) != pos.CodeInvalid {
			t.Errorf("%q:\n got %v\nwant %s", text, err, want)
		}
	}
}

// People part the barcodes in a cell by what is at hand. Taken for one code they would be one that nobody can scan.
func TestReadItems_PartsBarcodesAsPeopleWriteThem(t *testing.T) {
	const a, b = "6901234567892", "6902083881405"
	for cell, want := range map[string][]string{
		a + ";" + b:             {a, b},
		a + "；" + b + "；":       {a, b},
		a + " " + b:             {a, b},
		a + "," + b + " ; " + a: {a, b},
		a + "、 " + b:            {a, b},
		a + "\n" + b:            {a, b},
		"; " + a + " ":          {a},
		"AB 12345678":           {"AB 12345678"}, // a code of a shop's own may have a blank in it
		"1234,5678":             {"1234,5678"},
		"AB 1;" + a + " " + b:   {"AB 1", a, b},
	} {
		file, err := store.ReadItems(strings.NewReader("barcode,name,price_yuan\n\"" + cell + "\",x,3\n"))
		if err != nil {
			t.Errorf("%q: %v", cell, err)
			continue
		}
		if got := file.Items()[0].Barcodes; !slices.Equal(got, want) {
			t.Errorf("%q became %q, want %q", cell, got, want)
		}
	}
}

// An open price is asked for at the counter, so a file need not have one.
func TestReadItems_AnOpenPriceMayBeEmpty(t *testing.T) {
	file, err := store.ReadItems(strings.NewReader("店内码,品名,售价,时价\n7,鲜花,,是\n8,花瓶,12.00,是\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := file.Items(); !got[0].Open || got[0].Price != 0 || got[1].Price != 1200 {
		t.Errorf("%+v", got)
	}
}

func TestItemFaults_StayReadable(t *testing.T) {
	var b strings.Builder
	b.WriteString("barcode,name,price_yuan\n")
	for i := range 100 {
		fmt.Fprintf(&b, "A%d,x,?\n", i)
	}
	_, err := store.ReadItems(strings.NewReader(b.String()))
	bad, ok := errors.AsType[pos.ItemFaults](err)
	if !ok || len(bad) != 100 || strings.Count(bad.Error(), "\n") != 20 || !strings.HasSuffix(bad.Error(), "and 80 more") {
		t.Errorf("%v", err)
	}
}
