package deals

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

// stock keeps promotions in memory.
type stock struct {
	pos.Goods
	deals []pos.Deal
	err   error
	by    string
	saved int
}

var shelf = []pos.Item{
	{ID: 1, Name: "可口可乐", Barcodes: []string{"6901028042413"}, Price: 300, Member: 280, Category: "饮料"},
	{ID: 2, Name: "雪碧", Barcodes: []string{"6901028042420"}, Price: 350, Category: "饮料"},
	{ID: 3, Name: "香蕉", PLU: "12", Price: 450, Weighed: true, Category: "水果"},
}

func (s *stock) ItemByID(_ context.Context, id pos.ItemID) (pos.Item, error) {
	if int(id) > len(shelf) {
		return pos.Item{}, pos.E(pos.CodeNotFound, "read item", nil)
	}
	return shelf[id-1], nil
}

func (s *stock) Item(_ context.Context, codes ...string) (pos.Item, error) {
	for _, it := range shelf {
		if slices.Contains(it.Barcodes, codes[0]) {
			return it, nil
		}
	}
	return pos.Item{}, pos.E(pos.CodeNotFound, "find item", nil)
}

func (s *stock) Find(_ context.Context, text string, _ int) (found []pos.Item, err error) {
	for _, it := range shelf {
		if strings.Contains(it.Name, text) {
			found = append(found, it)
		}
	}
	return found, nil
}

func (s *stock) Categories(context.Context) ([]string, error) {
	return []string{"饮料", "水果"}, nil
}

func (s *stock) InCategory(_ context.Context, c string, _ int) (found []pos.Item, err error) {
	for _, it := range shelf {
		if c == "" || it.Category == c {
			found = append(found, it)
		}
	}
	return found, nil
}

func (s *stock) Deals(context.Context) ([]pos.Deal, error) { return slices.Clone(s.deals), nil }

func (s *stock) SaveDeals(_ context.Context, deals []pos.Deal, by string, _ time.Time) ([]pos.Deal, error) {
	if s.err != nil {
		return nil, s.err
	}
	next := pos.DealID(1)
	for _, d := range deals {
		if err := d.Check(); err != nil {
			return nil, err
		}
		next = max(next, d.ID+1)
	}
	s.deals, s.by = slices.Clone(deals), by
	for i := range s.deals {
		if s.deals[i].ID == 0 {
			s.deals[i].ID = next
		}
	}
	s.saved++
	return slices.Clone(s.deals), nil
}

// friday is 15:12 of 2026-11-20.
var friday = time.Date(2026, 11, 20, 15, 12, 0, 0, time.UTC)

func newBench(t *testing.T, deals ...pos.Deal) (*Presenter, *stock) {
	s := &stock{deals: deals}
	for i := range s.deals {
		s.deals[i].ID = pos.DealID(i + 1)
	}
	p := NewPresenter(Config{
		Words: i18n.For(i18n.Chinese), Goods: s, Now: func() time.Time { return friday }, Changed: func() {}, Focus: func() {},
		Allow: func(d pos.Deed, what string, then func(string)) {
			if d != pos.DeedGoods || what == "" {
				t.Errorf("asked leave for %s, %q", d, what)
			}
			then("王芳")
		},
		Go: func(work func(context.Context) func()) { work(t.Context())() },
	}, nil)
	p.Show(pos.Snapshot{Items: 1})
	p.Open()
	return p, s
}

func fill(p *Presenter, texts ...string) {
	for i := 0; i < len(texts); i += 2 {
		p.Set(Field(texts[i]), texts[i+1])
	}
}

func TestWords_OfEachKind(t *testing.T) {
	p, _ := newBench(t)
	for says, d := range map[string]pos.Deal{
		"3 件 10.00 元":      {Kind: pos.DealBundle, N: 3, Price: 1000},
		"第二件半价":            {Kind: pos.DealNth, N: 2, Percent: 50_00},
		"每 3 件送最便宜的 1 件":   {Kind: pos.DealNth, N: 3},
		"每 2 件，最便宜的 8.5 折": {Kind: pos.DealNth, N: 2, Percent: 85_00},
		"特价 2.50":          {Kind: pos.DealPrice, Price: 250},
		"9 折":              {Kind: pos.DealCut, Percent: 10_00},
		"会员价":              {Kind: pos.DealMember},
	} {
		if got := p.kind(d); got != says {
			t.Errorf("%+v is %q, want %q", d, got, says)
		}
	}
	weekend := uint8(1<<time.Saturday | 1<<time.Sunday)
	for says, d := range map[string]pos.Deal{
		"":                        {},
		"2026-11-20":              {From: 20261120, To: 20261120},
		"2026-11-20 起":            {From: 20261120},
		"到 2026-11-30 为止":         {To: 20261130},
		"周六、周日 · 17:00–24:00":     {Days: weekend, Starts: 17 * 60, Ends: 24 * 60},
		"2026-11-20 至 2026-12-01": {From: 20261120, To: 20261201, Days: everyDay},
	} {
		if got := p.when(d); got != says {
			t.Errorf("%+v is %q, want %q", d, got, says)
		}
	}
	for says, d := range map[string]pos.Deal{
		"进行中": {}, "还没开始": {From: 20261121}, "已结束": {To: 20261119}, "现在不在时段": {Starts: 17 * 60, Ends: 18 * 60},
	} {
		if got, on := p.state(d); got != says || on != (says == "进行中") {
			t.Errorf("%+v is %q", d, got)
		}
	}
}

func TestTry_OnRealGoods(t *testing.T) {
	p, _ := newBench(t)
	for _, c := range []struct {
		deal pos.Deal
		want []Trial
	}{
		{pos.Deal{Name: "a", Kind: pos.DealNth, N: 2, Percent: 50_00, Items: []pos.ItemID{1}, From: 20300101}, []Trial{{"2 × 可口可乐", "6.00 → 4.50"}}},
		{pos.Deal{Name: "a", Kind: pos.DealBundle, N: 3, Price: 1000, Category: "饮料"}, []Trial{{"3 × 可口可乐", "9.00，没有优惠"}, {"3 × 雪碧", "10.50 → 10.00"}}},
		{pos.Deal{Name: "a", Kind: pos.DealMember, Member: true}, []Trial{{"1 × 可口可乐", "3.00 → 2.80"}}},
		{pos.Deal{Name: "a", Kind: pos.DealCut}, nil},
	} {
		p.Try(c.deal) // what is not known yet is read
		if got := p.Try(c.deal); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %q, want %q", c.deal, got, c.want)
		}
	}
}

func TestForm_SavesWhatItSays(t *testing.T) {
	p, s := newBench(t)
	p.New()
	fill(p, "name", "饮料第二件半价", "kind", "nth", "from", "11-20", "to", "20261130", "starts", "17", "ends", "１７：３０", "who", "members", "mixed", "together", "for", "category")
	if p.Text(FieldN) != "2" || p.Text(FieldPercent) != "50" {
		t.Errorf("usual is %q pieces at %q", p.Text(FieldN), p.Text(FieldPercent))
	}
	p.Take()
	p.Day(5)
	p.Save()
	want := pos.Deal{
		ID: 1, Name: "饮料第二件半价", Kind: pos.DealNth, N: 2, Percent: 50_00, Category: "饮料", Member: true, Mixed: true, From: 20261120, To: 20261130,
		Starts: 17 * 60, Ends: 17*60 + 30, Days: everyDay &^ (1 << time.Saturday),
	}
	if len(s.deals) != 1 || !reflect.DeepEqual(s.deals[0], want) || s.by != "王芳" || p.Editing() {
		t.Errorf("saved %+v\nwant  %+v: %s", s.deals, want, p.Model().Said)
	}
}

func TestForm_GoodsByScanSearchAndOutAgain(t *testing.T) {
	p, s := newBench(t)
	p.New()
	fill(p, "name", "特价", "kind", "price", "price", "2.5")
	p.Scanned("6901028042413")
	p.Arrive(FieldFind)
	p.Set(FieldFind, "雪")
	if e := p.Entries(); len(e) != 1 || e[0].Name != "雪碧" || e[0].In {
		t.Errorf("it finds %+v", e)
	}
	p.Take()
	p.Scanned("6901028042413") // twice is once
	p.Scanned("6901234567892")
	if p.Model().Said == "" {
		t.Error("of an unknown code it says nothing")
	}
	if e := p.Entries(); len(e) != 2 || e[0].Name != "可口可乐" || !e[0].In {
		t.Errorf("it has %+v", e)
	}
	p.Point(0)
	p.Out()
	p.Save()
	if len(s.deals) != 1 || !slices.Equal(s.deals[0].Items, []pos.ItemID{2}) || s.deals[0].Price != 250 {
		t.Errorf("saved %+v", s.deals)
	}
}

func TestForm_ACutIsTypedAsWhatIsPaid(t *testing.T) {
	p, s := newBench(t)
	p.New()
	fill(p, "name", "85 折", "kind", "cut", "percent", "85%")
	if got := p.Note(FieldPercent); got != "就是 8.5 折，便宜 15%" {
		t.Errorf("it says %q", got)
	}
	p.Save()
	if len(s.deals) != 1 || s.deals[0].Percent != 15_00 || s.deals[0].N != 0 {
		t.Errorf("saved %+v", s.deals)
	}
	p.Enter()
	if p.Text(FieldPercent) != "85" {
		t.Errorf("opened it says %q", p.Text(FieldPercent))
	}
	if p.Escape(); p.Editing() {
		t.Error("it asks although nothing was changed")
	}
}

func TestForm_RefusesAtTheField(t *testing.T) {
	good := []string{"name", "a", "kind", "bundle", "n", "2", "price", "5"}
	for _, bad := range [][]string{
		{"name", ""},
		{"name", strings.Repeat("长", 21)},
		{"n", "1"},
		{"n", "100"},
		{"n", "x"},
		{"price", "0"},
		{"price", "x"},
		{"from", "2026-13-01"},
		{"to", "x"},
		{"from", "2026-12-01", "to", "2026-11-30"},
		{"starts", "25"},
		{"starts", "24:00"},
		{"ends", "12:60"},
		{"starts", "17:00", "ends", ""},
		{"for", "items"},
		{"for", "category"},
		{"kind", "nth", "percent", "100"},
	} {
		p, s := newBench(t)
		p.New()
		fill(p, good...)
		fill(p, bad...)
		p.Save()
		if s.saved != 0 || !p.Editing() || p.Problem(p.At()) == "" {
			t.Errorf("%q: saved %+v, at %s it says %q", bad, s.deals, p.At(), p.Problem(p.At()))
		}
	}
}

func TestList_OrderStopAndRemove(t *testing.T) {
	p, s := newBench(t, pos.Deal{Name: "a", Kind: pos.DealMember}, pos.Deal{Name: "b", Kind: pos.DealPrice, Price: 100, From: 20261120}, pos.Deal{Name: "c", Kind: pos.DealMember})
	names := func() (all string) {
		for _, d := range s.deals {
			all += d.Name
		}
		return all
	}
	p.Shift(-1)
	if s.saved != 0 {
		t.Error("the first goes up")
	}
	p.Shift(1)
	if names() != "bac" || p.at != 1 {
		t.Errorf("the order is %s, the choice at %d", names(), p.at)
	}
	p.Choose(0)
	p.Stop()
	if d := s.deals[0]; d.To != 20261119 || d.From != 20261119 || !p.over(d) {
		t.Errorf("stopped it is %+v", d)
	}
	p.Stop()
	if d := s.deals[0]; d.To != 0 || p.over(d) {
		t.Errorf("it goes on as %+v", d)
	}
	p.Remove()
	if names() != "bac" {
		t.Error("it is removed unasked")
	}
	p.AskRemove()
	p.Remove()
	if names() != "ac" {
		t.Errorf("the rest is %s", names())
	}
}

func TestList_SomebodyElseChangedIt(t *testing.T) {
	p, s := newBench(t, pos.Deal{Name: "a", Kind: pos.DealMember}, pos.Deal{Name: "b", Kind: pos.DealMember})
	s.deals = s.deals[1:]
	s.err = pos.E(pos.CodeConflict, "save promotions", nil)
	p.Shift(1)
	if p.Len() != 1 || !p.Model().Sour {
		t.Errorf("it lists %d and says %q", p.Len(), p.Model().Said)
	}
	s.deals = append(s.deals, pos.Deal{ID: 9, Name: "c", Kind: pos.DealMember})
	p.Show(pos.Snapshot{Items: 2})
	if p.Len() != 2 {
		t.Errorf("after a change it lists %d", p.Len())
	}
}

func TestForm_NothingTypedIsLost(t *testing.T) {
	p, s := newBench(t)
	p.New()
	fill(p, "name", "双十一")
	p.Escape()
	if !p.Leaving() {
		t.Fatal("it does not ask")
	}
	s.err = pos.E(pos.CodeFull, "save", nil)
	fill(p, "price", "5")
	p.Save()
	if !p.Editing() || !p.Model().Sour {
		t.Error("a full disk closes the form")
	}
	again := NewPresenter(p.cfg, p.Close())
	if again.Text(FieldName) != "双十一" || again.Text(FieldPrice) != "5" {
		t.Errorf("it comes back as %q", again.Text(FieldName))
	}
}
