package goods

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

// stock is a catalogue in memory.
type stock struct {
	pos.Goods // what the screen does not ask for
	items     []pos.Item
	changes   []pos.PriceChange
	err       error
	asked     []pos.ItemQuery
	by        string
}

func (s *stock) Item(_ context.Context, codes ...string) (pos.Item, error) {
	for _, it := range s.items {
		for _, c := range codes {
			if slices.Contains(it.Barcodes, c) || c == it.PLU && c != "" {
				return it, nil
			}
		}
	}
	return pos.Item{}, pos.E(pos.CodeNotFound, "find item", nil)
}

func (s *stock) Items(_ context.Context, q pos.ItemQuery) (found []pos.Item, total int, err error) {
	s.asked = append(s.asked, q)
	if q == (pos.ItemQuery{Offset: q.Offset, Limit: q.Limit}) && len(s.items) > 1000 {
		return s.items[q.Offset:min(len(s.items), q.Offset+q.Limit)], len(s.items), nil
	}
	for _, it := range s.items {
		if !strings.Contains(it.Name+strings.Join(it.Barcodes, " "), q.Text) || q.Category != "" && it.Category != q.Category ||
			it.Retired && !q.Retired || !q.Repriced.IsZero() && it.ID != 2 {
			continue
		}
		if total >= q.Offset && len(found) < q.Limit {
			found = append(found, it)
		}
		total++
	}
	return found, total, s.err
}

func (s *stock) Categories(context.Context) ([]string, error) {
	return []string{"饮料", "水果"}, nil
}

func (s *stock) Prices(_ context.Context, id pos.ItemID, _ int) ([]pos.PriceChange, error) {
	if id == 1 {
		return s.changes, nil
	}
	return nil, nil
}

func (s *stock) SaveItem(_ context.Context, it pos.Item, by string, _ time.Time) (pos.Item, error) {
	if s.err != nil {
		return it, s.err
	}
	s.by = by
	if it.ID == 0 {
		it.ID = pos.ItemID(len(s.items) + 1)
		s.items = append(s.items, it)
	}
	s.items[it.ID-1] = it
	return it, nil
}

// bench is a presenter whose catalogue answers when the test lets it.
type bench struct {
	*Presenter
	t      *testing.T
	stock  *stock
	slow   bool
	queue  []func(context.Context) func()
	labels []pos.Item
	leave  string // whose leave is given; "-" for nobody's
	photo  error
}

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func newBench(t *testing.T, change func(*bench)) *bench {
	b := &bench{t: t, leave: "王芳", stock: &stock{
		items: []pos.Item{
			{ID: 1, Name: "可口可乐", Barcodes: []string{"6901028042413"}, Price: 300, Cost: 210, Unit: "罐", Category: "饮料", Pinyin: "kkkl", TaxRate: 1300},
			{ID: 2, Name: "苹果", PLU: "12", Price: 1280, Category: "水果", Weighed: true},
			{ID: 3, Name: "旧可乐", Barcodes: []string{"6901028042420"}, Price: 250, Retired: true},
		},
		changes: []pos.PriceChange{{At: noon, By: "王芳", From: 320, To: 300, MemberTo: 280, Source: "import"}, {At: noon, To: 320}},
	}}
	if change != nil {
		change(b)
	}
	b.Presenter = NewPresenter(b.config(), nil)
	b.Show(pos.Snapshot{Items: 1})
	b.Open()
	b.answer()
	return b
}

func (b *bench) config() Config {
	return Config{
		Words: i18n.For(i18n.English), Goods: b.stock, Now: func() time.Time { return noon },
		Allow: func(d pos.Deed, _ string, then func(string)) {
			if d != pos.DeedGoods {
				b.t.Errorf("asked leave for %s", d)
			}
			if b.leave != "-" {
				then(b.leave)
			}
		},
		Initials:  func(name string) string { return "py" + strings.ToLower(name) },
		TakePhoto: func(context.Context, string) (string, error) { return "a1.jpg", b.photo },
		Labels:    func(items []pos.Item) { b.labels = items },
		Go: func(work func(context.Context) func()) {
			b.queue = append(b.queue, work)
			if !b.slow {
				b.answer()
			}
		},
		Changed: func() {}, Focus: func() {},
	}
}

// answer does the work that waits, and what it leads to.
func (b *bench) answer() {
	for len(b.queue) > 0 {
		work := b.queue[0]
		b.queue = b.queue[1:]
		if then := work(b.t.Context()); then != nil {
			then()
		}
	}
}

func (b *bench) typed(text string) {
	for _, r := range text {
		b.Typed(r)
	}
}

func (b *bench) fill(values map[Field]string) {
	for k, v := range values {
		b.Set(k, v)
	}
}

func (b *bench) names() (all []string) {
	for i := range b.Len() {
		all = append(all, b.Row(i).Name)
	}
	return all
}

func (b *bench) expect(want ...string) {
	b.t.Helper()
	if got := b.names(); !slices.Equal(got, want) {
		b.t.Errorf("it lists %q, want %q", got, want)
	}
}

func TestList_SearchCategoryAndRetired(t *testing.T) {
	b := newBench(t, nil)
	b.expect("可口可乐", "苹果")
	b.Retired()
	b.expect("可口可乐", "苹果", "旧可乐")
	b.typed("可乐")
	b.expect("可口可乐", "旧可乐")
	if r := b.Row(1); r.Off == "" || b.Model().Count != "2 items" {
		t.Errorf("row %+v of %q", r, b.Model().Count)
	}
	b.Escape()
	b.Retired()
	b.Categories()
	b.Point(2)
	b.Take()
	b.expect("苹果")
	if got := b.Row(0); got.Price != "12.80/kg" || got.Detail != "PLU 12 · 水果" {
		t.Errorf("row %+v", got)
	}
	b.typed("没有")
	if m := b.Model(); b.Len() != 0 || m.None == "" || m.Todo == "" {
		t.Errorf("nothing is found and it says %+v", m)
	}
}

// A search is the selling screen's, in its order and within the category; what that does not know the catalogue may.
func TestList_FindsAsTheSellingScreenDoes(t *testing.T) {
	b := newBench(t, nil)
	b.cfg.Find = func(_ context.Context, text string, _ int) ([]pos.Item, error) {
		if text == "guo" {
			return []pos.Item{b.stock.items[1], b.stock.items[2], b.stock.items[0]}, nil
		}
		return nil, nil
	}
	b.typed("guo")
	b.expect("苹果", "可口可乐")
	b.category = "水果"
	b.search("guo")
	b.expect("苹果")
	b.search("苹")
	b.expect("苹果")
}

// Whoever types a name and strikes Enter means what was typed, not what was listed before.
func TestList_EnterWaitsForWhatIsTyped(t *testing.T) {
	b := newBench(t, nil)
	b.slow = true
	b.typed("苹")
	b.Enter()
	if b.Editing() {
		t.Fatal("it opens what was chosen before")
	}
	b.answer()
	if b.Text(FieldName) != "苹果" {
		t.Errorf("it opens %q", b.Text(FieldName))
	}
}

func TestList_ReadsOnlyWhatIsLookedAt(t *testing.T) {
	b := newBench(t, func(b *bench) {
		b.stock.items = nil
		for i := range 200_000 {
			b.stock.items = append(b.stock.items, pos.Item{ID: pos.ItemID(i + 1), Name: fmt.Sprint(i), Barcodes: []string{fmt.Sprint(10_000_000 + i)}})
		}
	})
	for i := 0; i < b.Len(); i += 777 {
		b.Row(i)
	}
	b.End()
	if it, ok := b.Current(); !ok || it.Name != "199999" {
		t.Errorf("at the end stands %q", it.Name)
	}
	n := 0
	for _, items := range b.list.pages {
		n += len(items)
	}
	if n > keptPages*pageSize || len(b.list.pages) > keptPages {
		t.Errorf("%d items are in memory", n)
	}
	if r := b.Row(150_000); r.Loading || r.Name != "" && r.Name != "150000" {
		if b.Row(150_000).Name != "150000" {
			t.Errorf("a row in sight is not read: %+v", r)
		}
	}
	for _, q := range b.stock.asked {
		if q.Limit != pageSize {
			t.Fatalf("asked for %d items at once", q.Limit)
		}
	}
}

// A quick hand through a long list leaves no queue of questions behind.
func TestList_OneQuestionAtATime(t *testing.T) {
	b := newBench(t, nil)
	b.slow = true
	for _, r := range "可口可乐" {
		b.Typed(r)
	}
	if len(b.queue) != 1 {
		t.Fatalf("%d questions wait", len(b.queue))
	}
	b.answer()
	b.expect("可口可乐")
	if n := len(b.stock.asked); n != 3 {
		t.Errorf("asked %d times: %v", n, b.stock.asked)
	}
}

func TestList_IsReadAgainWhenSomebodyElseChangedIt(t *testing.T) {
	b := newBench(t, nil)
	b.stock.items[0].Price = 350
	b.Show(pos.Snapshot{Items: 1})
	if b.Row(0).Price != "3.00/罐" {
		t.Errorf("read again for nothing: %q", b.Row(0).Price)
	}
	b.Show(pos.Snapshot{Items: 2})
	if b.Row(0).Price != "3.50/罐" {
		t.Errorf("after a change it costs %q", b.Row(0).Price)
	}
}

func TestList_TroubleIsSaid(t *testing.T) {
	b := newBench(t, func(b *bench) { b.stock.err = pos.E(pos.CodeCorrupt, "list", nil) })
	if m := b.Model(); m.None == "" || m.Todo == "" || b.Len() != 0 {
		t.Errorf("the catalogue cannot be read and it says %+v", m)
	}
}

func TestDetail_SaysEverythingAndWhatItCost(t *testing.T) {
	b := newBench(t, nil)
	d := b.Detail()
	if d.Name != "可口可乐" || d.Price != "¥3.00" || d.Per != "per 罐" {
		t.Errorf("detail %+v", d)
	}
	want := []Change{{"2026-11-20 12:00", "3.20 → 3.00  member 2.80", "王芳 · import"}, {"2026-11-20 12:00", "3.20", ""}}
	if !slices.Equal(d.Changes, want) {
		t.Errorf("changes %q", d.Changes)
	}
	if !slices.Contains(d.Facts, Fact{"Cost", "¥2.10, earns 0.90 (30.0 %)"}) {
		t.Errorf("facts %q", d.Facts)
	}
	b.Move(1)
	if d := b.Detail(); d.Name != "苹果" || d.None == "" {
		t.Errorf("the next is %+v", d)
	}
}

func TestScan_FindsWhatIsKnownAndBeginsWhatIsNot(t *testing.T) {
	b := newBench(t, nil)
	b.Scanned("6901028042420")
	b.expect("旧可乐") // although it is retired
	b.Escape()
	b.Scanned("6901234567892")
	if !b.Editing() || b.Text(FieldCodes) != "6901234567892" {
		t.Fatalf("an unknown code opens %q", b.Text(FieldCodes))
	}
	b.Scanned("6901028042413") // one more, and it is another item's
	if got := b.Problem(FieldCodes); !strings.Contains(got, "可口可乐") {
		t.Errorf("of a code that is taken it says %q", got)
	}
	for _, code := range []string{"134567890123456789", "6901234567890"} {
		before := b.Text(FieldCodes)
		if b.Scanned(code); b.Text(FieldCodes) != before || b.Model().Said == "" {
			t.Errorf("%s became a barcode: %q", code, b.Text(FieldCodes))
		}
	}
}

// A label of the shop's scale leads to the goods that it is of, or to new ones by their PLU.
func TestScan_OfAScaleLabelIsItsPLU(t *testing.T) {
	b := newBench(t, nil)
	b.Show(pos.Snapshot{Items: 1, Rules: pos.Rules{Layouts: []pos.Layout{"21PPPPPMMMMMC"}}})
	b.Scanned("2100012012805")
	if it, _ := b.Current(); it.Name != "苹果" {
		t.Errorf("it finds %q", it.Name)
	}
	b.Escape()
	b.Scanned("2100099012804")
	if b.Text(FieldPLU) != "99" || b.Text(FieldCodes) != "" || b.Text(FieldSold) != soldWeight {
		t.Errorf("new goods have the PLU %q, the codes %q and are sold by %q", b.Text(FieldPLU), b.Text(FieldCodes), b.Text(FieldSold))
	}
}

func TestForm_SavesWhatItSays(t *testing.T) {
	b := newBench(t, nil)
	b.New()
	b.fill(map[Field]string{
		FieldName: " 雪碧 ", FieldPrice: "３．5", FieldMember: "3", FieldCost: "2.1", FieldTax: "13", FieldCodes: "6901234567892;6901028042437 6901234567892",
		FieldPLU: "77", FieldUnit: "罐", FieldCategory: "饮料", FieldColour: "green", FieldState: stateOff,
	})
	b.Photo("/home/x.jpg")
	b.Save()
	if b.Editing() || b.stock.by != "王芳" {
		t.Fatalf("it is not saved: %q %v", b.Model().Said, b.stock.by)
	}
	got := b.stock.items[3]
	want := pos.Item{
		ID: 4, Name: "雪碧", Price: 350, Member: 300, Cost: 210, TaxRate: 1300, Barcodes: []string{"6901234567892", "6901028042437"}, PLU: "77",
		Unit: "罐", Category: "饮料", Colour: "green", Photo: "a1.jpg", Retired: true, Pinyin: "py雪碧",
	}
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("saved %+v\nwant  %+v", got, want)
	}
}

func TestForm_StandsAtTheNewItemAfterwards(t *testing.T) {
	b := newBench(t, nil)
	b.typed("苹")
	b.New()
	b.fill(map[Field]string{FieldName: "雪碧", FieldPrice: "3.5", FieldPLU: "77"})
	b.Save()
	if it, _ := b.Current(); it.Name != "雪碧" || b.Model().Typed != "" {
		t.Errorf("it stands at %q", it.Name)
	}
	b.typed("苹")
	b.Enter()
	b.Set(FieldPrice, "9")
	b.Save()
	if it, _ := b.Current(); it.Price != 900 {
		t.Errorf("it stands at %+v", it)
	}
}

func TestForm_RefusesAtTheField(t *testing.T) {
	for field, values := range map[Field][]string{
		FieldName:   {"", "  ", strings.Repeat("长", 61)},
		FieldPrice:  {"", "x", "1.234", "-1", "1000000.01"},
		FieldMember: {"x", "3.01"},
		FieldCost:   {"1,5"},
		FieldTax:    {"101", "x", "-1", "1.234"},
		FieldCodes:  {"6901234567890", "134567890123456789", "S001-T1-20261120-0001"},
		FieldPLU:    {"123456789013"},
	} {
		for _, v := range values {
			b := newBench(t, nil)
			b.Enter()
			b.Set(field, v)
			b.Left(field)
			if b.Problem(field) == "" {
				t.Errorf("%s takes %q", field, v)
			}
			b.Save()
			if b.stock.by != "" || b.At() != field {
				t.Errorf("%s with %q: saved by %q, stands at %s", field, v, b.stock.by, b.At())
			}
		}
	}
	b := newBench(t, nil)
	b.Enter()
	b.Set(FieldCodes, "")
	b.Save()
	if b.Problem(FieldCodes) == "" || b.stock.by != "" {
		t.Error("an item without any code was saved")
	}
}

func TestForm_AnOpenPriceNeedsNone(t *testing.T) {
	b := newBench(t, nil)
	b.New()
	b.fill(map[Field]string{FieldName: "复印", FieldPLU: "5", FieldSold: soldOpen})
	b.Save()
	if got := b.stock.items[len(b.stock.items)-1]; !got.Open || got.Weighed || got.Price != 0 {
		t.Errorf("saved %+v: %s", got, b.Model().Said)
	}
}

// What the catalogue itself says stands at its field, until that is changed.
func TestForm_ShowsTheCataloguesRefusal(t *testing.T) {
	b := newBench(t, nil)
	b.Enter()
	b.Set(FieldPrice, "4")
	b.stock.err = pos.E(pos.CodeInvalid, "save item", pos.ItemFaults{{ID: "code-taken", Args: []string{"6901028042413", "雪碧"}, What: "x"}})
	b.Save()
	if got := b.Problem(FieldCodes); !b.Editing() || b.At() != FieldCodes || !strings.Contains(got, "雪碧") {
		t.Fatalf("it says %q at %s", got, b.At())
	}
	b.stock.err = pos.E(pos.CodeFull, "save item", errors.New("disk full"))
	b.Set(FieldCodes, "6901234567892")
	b.Save()
	if m := b.Model(); !b.Editing() || !m.Sour {
		t.Errorf("of a full disk it says %+v", m)
	}
}

func TestForm_PinyinFollowsTheNameUntilSomebodyWritesTheirOwn(t *testing.T) {
	b := newBench(t, nil)
	b.New()
	b.Set(FieldName, "A")
	if b.Text(FieldPinyin) != "pya" {
		t.Errorf("it is %q", b.Text(FieldPinyin))
	}
	b.Set(FieldPinyin, "zz")
	b.Set(FieldName, "AB")
	if b.Text(FieldPinyin) != "zz" {
		t.Errorf("somebody's own became %q", b.Text(FieldPinyin))
	}
	b.Drop()
	b.Enter() // 可口可乐 has its own, which is not what the name gives
	b.Set(FieldName, "可乐")
	if b.Text(FieldPinyin) != "kkkl" {
		t.Errorf("the catalogue's own became %q", b.Text(FieldPinyin))
	}
}

func TestForm_LeavingAsksAndNothingIsLost(t *testing.T) {
	b := newBench(t, nil)
	b.Enter()
	if b.Escape(); b.Editing() {
		t.Error("it asks although nothing was changed")
	}
	b.Enter()
	b.Set(FieldPrice, "9.9")
	b.Escape()
	if !b.Leaving() {
		t.Fatal("it does not ask")
	}
	b.Escape()
	if b.Leaving() || !b.Editing() {
		t.Fatal("Esc answers the question")
	}
	draft := b.Close() // the lock fell
	again := NewPresenter(b.config(), draft)
	if again.Text(FieldPrice) != "9.9" || again.Text(FieldName) != "可口可乐" {
		t.Errorf("what was typed is %q", again.Text(FieldPrice))
	}
	again.Drop()
	if again.Close() != nil {
		t.Error("what was dropped is kept")
	}
}

func TestForm_WithoutLeaveNothingIsSaved(t *testing.T) {
	b := newBench(t, nil)
	b.leave = "-"
	b.Enter()
	b.Set(FieldPrice, "9")
	b.Save()
	if b.stock.items[0].Price != 300 || !b.Editing() {
		t.Error("it was saved without leave")
	}
}

func TestForm_ACopyHasNoCodesOfTheOther(t *testing.T) {
	b := newBench(t, nil)
	b.Copy()
	if b.Text(FieldName) != "可口可乐" || b.Text(FieldCodes) != "" || b.Text(FieldPLU) != "" {
		t.Errorf("the copy has the codes %q", b.Text(FieldCodes))
	}
	b.Set(FieldCodes, "6901234567892")
	b.Save()
	if len(b.stock.items) != 4 || b.stock.items[0].Name != "可口可乐" {
		t.Errorf("the catalogue has %d items", len(b.stock.items))
	}
}

func TestForm_MarginInWords(t *testing.T) {
	b := newBench(t, nil)
	b.Enter()
	if got := b.Note(FieldCost); got != "Earns 0.90, a margin of 30.0 %" {
		t.Errorf("it says %q", got)
	}
	b.Set(FieldCost, "3.50")
	if got := b.Note(FieldCost); got != "Each sale loses 0.50" {
		t.Errorf("of a loss it says %q", got)
	}
	b.Set(FieldPrice, "113")
	if got := b.Note(FieldTax); got != "13.00 of the price is tax" {
		t.Errorf("of the tax it says %q", got)
	}
}

func TestPhoto_OfWhatIsNone(t *testing.T) {
	b := newBench(t, nil)
	b.Enter()
	b.photo = pos.E(pos.CodeInvalid, "take photo", nil)
	b.Photo("/x.txt")
	if m := b.Model(); !m.Sour || b.Text(FieldPhoto) != "" {
		t.Errorf("it says %q and has %q", m.Said, b.Text(FieldPhoto))
	}
}

func TestLabels_OfTheMarkedTheChosenAndTheRepriced(t *testing.T) {
	b := newBench(t, nil)
	b.AskLabels()
	b.TakeLabels(0)
	if len(b.labels) != 1 || b.labels[0].ID != 1 {
		t.Errorf("of the chosen one: %v", b.labels)
	}
	b.Mark()
	b.Move(1)
	b.Mark()
	b.AskLabels()
	b.TakeLabels(0)
	if len(b.labels) != 2 || b.Row(0).Marked {
		t.Errorf("of the marked ones: %v", b.labels)
	}
	b.AskLabels()
	b.TakeLabels(3)
	q := b.stock.asked[len(b.stock.asked)-1]
	if len(b.labels) != 1 || b.labels[0].ID != 2 || !q.Repriced.Equal(time.Date(2026, 11, 13, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("of the repriced ones: %v since %v", b.labels, q.Repriced)
	}
}
