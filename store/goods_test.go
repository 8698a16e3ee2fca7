package store_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"guitai/pos"
	"guitai/store"
)

func apples() pos.Item {
	return pos.Item{
		Barcodes: []string{"A-1", "A-2"}, Name: "苹果", Price: 1280, Member: 1180, Category: "生鲜", Unit: "斤", Pinyin: "pg", PLU: "9001", Cost: 700, TaxRate: 900,
		Weighed: true, Colour: "red", Photo: "apple.png",
	}
}

func mustSave(tb testing.TB, s *store.Store, it pos.Item) pos.Item {
	tb.Helper()
	out, err := s.SaveItem(context.Background(), it, "店长", noon)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

func faultOf(tb testing.TB, err error) pos.ItemFault {
	tb.Helper()
	wantCode(tb, err, pos.CodeInvalid)
	all, ok := errors.AsType[pos.ItemFaults](err)
	if !ok || len(all) != 1 {
		tb.Fatalf("%v", err)
	}
	return all[0]
}

func TestSaveItem_KeepsAnItemAndWhatItCost(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	untidy := apples()
	untidy.Name, untidy.Pinyin, untidy.Barcodes = "  苹果 ", "PG", []string{"A-1", " A-2", "", "A-1"}
	it := mustSave(t, s, untidy)
	want := apples()
	if want.ID = 1; !reflect.DeepEqual(it, want) {
		t.Fatalf("%+v", it)
	}
	if got, err := s.Item(ctx, "A-2"); err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("%+v %v", got, err)
	}
	revision, err := s.Revision(ctx)
	if err != nil || revision != 1 {
		t.Fatal(revision, err)
	}
	mustSave(t, s, it)
	if again, _ := s.Revision(ctx); again != revision {
		t.Error("nothing changed, and everybody was told")
	}
	it.Price, it.Barcodes = 1350, []string{"A-3"}
	it = mustSave(t, s, it)
	it.Name = "红苹果"
	it = mustSave(t, s, it) // that is no other price
	it.Member = 0
	mustSave(t, s, it)
	got, err := s.Prices(ctx, it.ID, 2)
	line := pos.PriceChange{At: noon.UTC(), By: "店长", Source: "edit"}
	second, third := line, line
	second.From, second.To, second.MemberFrom, second.MemberTo = 1280, 1350, 1180, 1180
	third.From, third.To, third.MemberFrom = 1350, 1350, 1180
	if err != nil || !reflect.DeepEqual(got, []pos.PriceChange{third, second}) {
		t.Errorf("%+v %v", got, err)
	}
	if all, _ := s.Prices(ctx, it.ID, 9); len(all) != 3 || all[2].From != 0 || all[2].To != 1280 {
		t.Errorf("%+v", all)
	}
	_, err = s.Item(ctx, "A-1")
	wantCode(t, err, pos.CodeNotFound)
	it.ID = 77
	_, err = s.SaveItem(ctx, it, "店长", noon)
	wantCode(t, err, pos.CodeInvalid) // its codes are another's
	_, err = s.SaveItem(ctx, pos.Item{ID: 77, Name: "x", PLU: "5"}, "店长", noon)
	wantCode(t, err, pos.CodeNotFound)
	mustVerify(t, s)
}

func TestSaveItem_SaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, t.TempDir())
	mustSave(t, s, apples())
	for id, change := range map[string]func(*pos.Item){
		"name":         func(it *pos.Item) { it.Name = " " },
		"price":        func(it *pos.Item) { it.Price = -1 },
		"member":       func(it *pos.Item) { it.Member = pos.MaxAmount + 1 },
		"cost":         func(it *pos.Item) { it.Cost = -1 },
		"tax":          func(it *pos.Item) { it.TaxRate = 10001 },
		"colour":       func(it *pos.Item) { it.Colour = "pink" },
		"photo":        func(it *pos.Item) { it.Photo = "../ledger.db" },
		"weighed-unit": func(it *pos.Item) { it.Unit = "瓶" },
		"no-code":      func(it *pos.Item) { it.Barcodes, it.PLU = nil, "" },
		"text":         func(it *pos.Item) { it.Category = "a\x07b" },
		"code-check":   func(it *pos.Item) { it.Barcodes = []string{"6901234567890"} },
		"code-taken":   func(it *pos.Item) { it.Barcodes = []string{"B", "A-2"} },
		"plu-taken":    func(it *pos.Item) { it.PLU = "9001" },
	} {
		it := apples()
		it.Barcodes, it.PLU = []string{"B"}, "9002"
		change(&it)
		_, err := s.SaveItem(context.Background(), it, "店长", noon)
		f := faultOf(t, err)
		if f.ID != id || f.Line != 0 || !slices.Contains(pos.ItemFaultIDs, f.ID) {
			t.Errorf("%s: %+v", id, f)
		}
		if id == "code-taken" && !reflect.DeepEqual(f.Args, []string{"A-2", "苹果"}) {
			t.Errorf("%+v", f)
		}
	}
}

func TestRetired_IsFoundByItsCodeAndNowhereElse(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	it := apples()
	it.Retired = true
	it = mustSave(t, s, it)
	sold := apples()
	sold.Barcodes, sold.PLU, sold.Name = []string{"B"}, "9002", "梨"
	sold = mustSave(t, s, sold)
	if got, err := s.Item(ctx, "A-1"); err != nil || !got.Retired {
		t.Errorf("%+v %v", got, err)
	}
	if got, err := s.Find(ctx, "苹果", 9); err != nil || got != nil {
		t.Errorf("%v %v", names(got), err)
	}
	for _, category := range []string{"", "生鲜"} {
		if got, err := s.InCategory(ctx, category, 9); err != nil || names(got) != "梨" {
			t.Errorf("%v %v", names(got), err)
		}
	}
	for _, c := range []struct {
		q     pos.ItemQuery
		want  string
		total int
	}{
		{pos.ItemQuery{}, "梨", 1},
		{pos.ItemQuery{Retired: true}, "苹果|梨", 2},
		{pos.ItemQuery{Retired: true, Offset: 1, Limit: 1}, "梨", 2},
		{pos.ItemQuery{Retired: true, Text: "苹"}, "苹果", 1},
		{pos.ItemQuery{Category: "饮料", Retired: true}, "", 0},
		{pos.ItemQuery{Repriced: noon}, "梨", 1},
		{pos.ItemQuery{Repriced: noon.Add(time.Second), Retired: true}, "", 0},
	} {
		if got, total, err := s.Items(ctx, c.q); err != nil || names(got) != c.want || total != c.total {
			t.Errorf("%+v: %s of %d, %v", c.q, names(got), total, err)
		}
	}
	sold.Retired = true
	mustSave(t, s, sold)
	if got, err := s.Categories(ctx); err != nil || got != nil {
		t.Errorf("%v %v", got, err)
	}
}

func TestPlanImport_SaysWhatWouldChangeAndImportDoesThat(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	it := mustSave(t, s, apples())
	same := apples()
	same.Barcodes, same.PLU, same.Name = []string{"B"}, "9002", "梨"
	same = mustSave(t, s, same)
	file := filepath.Join(t.TempDir(), "items.csv")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("条码,品名,售价,会员价,下架\nA-2,红苹果,13.5,,是\nB,梨,12.80,11.80,\nC,香蕉,5,4.5,\n")
	plan, err := s.PlanImport(ctx, file)
	if err != nil {
		t.Fatal(err)
	}
	to := it
	to.Barcodes, to.Name, to.Price, to.Member, to.Retired = []string{"A-2", "A-1"}, "红苹果", 1350, 0, true
	if plan.Same != 1 || len(plan.New) != 1 || !reflect.DeepEqual(plan.Changed, []pos.ItemChange{{From: it, To: to}}) || plan.Revision != 2 || len(plan.SHA256) != 64 {
		t.Fatalf("%+v", plan)
	}
	mustSave(t, s, pos.Item{Name: "别的", PLU: "1"})
	wantCode(t, s.Import(ctx, plan, "店长", noon), pos.CodeConflict)
	if plan, err = s.PlanImport(ctx, file); err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(file)
	write(string(before) + " ")
	if err := s.Import(ctx, plan, "店长", noon); pos.CodeOf(err) != pos.CodeConflict {
		t.Errorf("another file was imported: %v", err)
	}
	write(string(before))
	if err := s.Import(ctx, plan, "店长", noon); err != nil {
		t.Fatal(err)
	}
	if got, err := s.ItemByID(ctx, it.ID); err != nil || !reflect.DeepEqual(got, to) {
		t.Errorf("%+v %v", got, err)
	}
	if got, err := s.ItemByID(ctx, same.ID); err != nil || !reflect.DeepEqual(got, same) {
		t.Errorf("%+v %v", got, err)
	}
	prices, err := s.Prices(ctx, it.ID, 1)
	if err != nil || prices[0] != (pos.PriceChange{At: noon.UTC(), By: "店长", From: 1280, To: 1350, MemberFrom: 1180, Source: "import"}) {
		t.Errorf("%+v %v", prices, err)
	}
	if prices, _ := s.Prices(ctx, same.ID, 9); len(prices) != 1 {
		t.Errorf("%+v", prices)
	}
	if plan, err := s.PlanImport(ctx, file); err != nil || plan.Same != 3 || plan.New != nil || plan.Changed != nil {
		t.Errorf("%+v %v", plan, err)
	}
	mustVerify(t, s)
}

func TestWriteItems_ReadsBackAsItWas(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	odd := pos.Item{Barcodes: []string{"=1+1"}, Name: "=HYPERLINK(\"x\")", Price: 5, Unit: "+\"袋\"", Category: "'特价'", Pinyin: "@", TaxRate: 1305, Open: true, Retired: true}
	all := []pos.Item{apples(), odd, {PLU: "7", Name: "白送"}}
	for i := range all {
		all[i].Photo = ""
		all[i] = mustSave(t, s, all[i])
	}
	var b bytes.Buffer
	if err := store.WriteItems(&b, all); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(b.Bytes(), []byte("'=1+1")) || bytes.Contains(b.Bytes(), []byte("\n=")) {
		t.Errorf("a spreadsheet would reckon: %s", &b)
	}
	other := mustOpen(t, t.TempDir())
	if _, _, err := other.ImportFile(ctx, mustRead(t, b.String())); err != nil {
		t.Fatal(err)
	}
	got, _, err := other.Items(ctx, pos.ItemQuery{Retired: true})
	if err != nil || !reflect.DeepEqual(got, all) {
		t.Errorf("%v\n got %+v\nwant %+v", err, got, all)
	}
}

// A workbook as people make them: titles above, codes kept as numbers, amounts that are a hair beside themselves, percent as a format.
func TestReadItemsFile_AWorkbook(t *testing.T) {
	t.Parallel()
	book := excelize.NewFile()
	set := func(cell string, v any, format string) {
		t.Helper()
		if err := book.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
		if format == "" {
			return
		}
		style, err := book.NewStyle(&excelize.Style{CustomNumFmt: &format})
		if err == nil {
			err = book.SetCellStyle("Sheet1", cell, cell, style)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for i, head := range []string{"条码", "品名", "售价", "税率", "店内码", "称重", "单位", "进价"} {
		set(string(rune('A'+i))+"3", head, "")
	}
	set("A4", 6901234567892, "")
	set("B4", "可乐", "")
	set("C4", 3.4500000000000002, "¥0.00")
	set("D4", 0.13, "0%")
	set("E4", 7, "0000")
	set("A5", "B-1", "")
	set("B5", "苹果", "")
	set("C5", 0.1+0.2, "")
	set("D5", "9%", "")
	set("F5", true, "")
	set("G5", "斤", "")
	set("H5", 1e-1, "")
	file := filepath.Join(t.TempDir(), "goods.dat") // the name says nothing
	f, err := os.Create(file)
	if err == nil {
		err = errors.Join(book.Write(f), f.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	got, err := store.ReadItemsFile(file)
	want := []pos.Item{
		{Barcodes: []string{"6901234567892"}, Name: "可乐", Price: 345, TaxRate: 1300, PLU: "0007"},
		{Barcodes: []string{"B-1"}, Name: "苹果", Price: 30, TaxRate: 900, Weighed: true, Unit: "斤", Cost: 10},
	}
	if err != nil || !reflect.DeepEqual(got.Items(), want) {
		t.Fatalf("%+v %v", got.Items(), err)
	}
	set("C5", 3.456, "")
	if f, err = os.Create(file); err == nil {
		err = errors.Join(book.Write(f), f.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	_, err = store.ReadItemsFile(file)
	if f := faultOf(t, err); f.ID != "price" || f.Line != 5 || f.Args[0] != "3.456" {
		t.Errorf("%+v", f)
	}
	for name, body := range map[string]string{"zip.xlsx": "PK\x03\x04 and nothing", "old.xls": "\xd0\xcf\x11\xe0\xa1\xb1"} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := store.ReadItemsFile(path)
		if f := faultOf(t, err); f.ID != "not-items" {
			t.Errorf("%s: %+v", name, f)
		}
	}
	_, err = store.ReadItemsFile(filepath.Join(t.TempDir(), "none.csv"))
	wantCode(t, err, pos.CodeNotFound)
}

func TestDeals_AreSavedWhole(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	half := pos.Deal{Name: "第二件半价", Kind: pos.DealNth, N: 2, Percent: 5000, Items: []pos.ItemID{3, 4}, From: 20261101, Days: 3}
	ten := pos.Deal{Name: "3 件 10 元", Kind: pos.DealBundle, N: 3, Price: 1000, Category: "饮料", Mixed: true}
	list, err := s.SaveDeals(ctx, []pos.Deal{half, ten}, "店长", noon)
	if err != nil || len(list) != 2 || list[0].ID == 0 || list[1].ID == list[0].ID {
		t.Fatalf("%+v %v", list, err)
	}
	half.ID, ten.ID = list[0].ID, list[1].ID
	if got, err := s.Deals(ctx); err != nil || !reflect.DeepEqual(got, []pos.Deal{half, ten}) {
		t.Fatalf("%+v %v", got, err)
	}
	ten.Price = 900
	if list, err = s.SaveDeals(ctx, []pos.Deal{ten, {Name: "九折", Kind: pos.DealCut, Percent: 1000}}, "店长", noon); err != nil || !reflect.DeepEqual(list[0], ten) {
		t.Fatalf("%+v %v", list, err)
	}
	if list[1].ID == half.ID {
		t.Error("a number was given out twice")
	}
	_, err = s.SaveDeals(ctx, []pos.Deal{half}, "店长", noon) // it is not there any more
	wantCode(t, err, pos.CodeConflict)
	_, err = s.SaveDeals(ctx, []pos.Deal{{Name: "?", Kind: "gift"}}, "店长", noon)
	wantCode(t, err, pos.CodeInvalid)
	if got, err := s.Deals(ctx); err != nil || !reflect.DeepEqual(got, list) {
		t.Errorf("%+v %v", got, err)
	}
	if rev, err := s.Revision(ctx); err != nil || rev != 2 {
		t.Errorf("revision %d %v", rev, err)
	}
	mustVerify(t, s)
}

func TestHolds_StayUntilTheirSaleIsOnDisk(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	hold := func(h pos.Held) pos.Held {
		t.Helper()
		h, err := s.HoldCart(ctx, h)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	cart := pos.Cart{Lines: lines(3), Selected: 1, Member: true, Cut: pos.Cut{Kind: pos.CutPercent, N: 1000}, CutOff: 180}
	cart.Lines[1].Note, cart.Lines[2].Weight = "少冰", 500
	plain := pos.Held{Cart: pos.Cart{Lines: lines(1)}}
	a, b, c, d := hold(pos.Held{Name: " 王阿姨 ", At: noon, Cashier: "王芳", Cart: cart}), hold(plain), hold(plain), hold(plain)
	if a.Name != "王阿姨" || !b.At.Equal(noon) {
		t.Fatalf("%+v %+v", a, b)
	}
	_, err := s.HoldCart(ctx, pos.Held{ID: a.ID})
	wantCode(t, err, pos.CodeInvalid)
	want := func(all ...pos.Held) {
		t.Helper()
		if got, err := s.HeldCarts(ctx); err != nil || !reflect.DeepEqual(got, all) {
			t.Fatalf("%+v %v, want %+v", got, err, all)
		}
	}
	want(a, b, c, d)
	_ = s.Close()
	s = mustOpen(t, dir)
	want(a, b, c, d)

	again := a
	again.At = noon.Add(time.Minute)
	again = hold(again)
	if again.ID <= d.ID {
		t.Errorf("number %d was given out again", again.ID)
	}
	want(b, c, d, again)

	sl := sale(1)
	sl.Held = b.ID
	mustTake(t, s, sl, part(1, sl, pos.TenderCash, 100)) // which asks twice
	want(c, d, again)
	sl = sale(1)
	sl.Held = c.ID
	if out := mustTake(t, s, sl, cash(no(2), sl, 300)); out.Sale.Sale.Held != 0 {
		t.Errorf("%+v", out.Sale.Sale)
	}
	want(d, again)
	sl = sale(1)
	sl.Held = d.ID
	for range 2 {
		if got, _, err := s.BeginSale(ctx, sl, native(no(3), sl)); err != nil || got.Held != 0 {
			t.Fatalf("%+v %v", got, err)
		}
		want(again)
	}
	sl = sale(1)
	sl.Held = again.ID
	sl.Gross++
	_, _, err = s.BeginSale(ctx, sl, native(no(4), sl))
	wantCode(t, err, pos.CodeInvalid)
	want(again)
	for range 2 {
		if err := s.DropHeld(ctx, again.ID); err != nil {
			t.Fatal(err)
		}
	}
	want()
	mustVerify(t, s)
}
