package want

import (
	"context"
	"reflect"
	"testing"

	"guitai/pos"
	"guitai/pos/i18n"
)

type bench struct {
	*Presenter
	posted []pos.Command
	asked  []string
}

func newBench(categories ...string) *bench {
	b := &bench{}
	b.Presenter = NewPresenter(Config{
		Words: i18n.For(i18n.English), Post: func(c pos.Command) { b.posted = append(b.posted, c) },
		Give: func(c pos.Command, what string, then func()) {
			b.posted, b.asked = append(b.posted, c), append(b.asked, what)
		},
		Categories: func(context.Context) ([]string, error) { return categories, nil },
		Go: func(work func(context.Context) func()) {
			if then := work(context.Background()); then != nil {
				then()
			}
		},
		Changed: func() {},
	})
	return b
}

func (b *bench) keys(s string) {
	for _, r := range s {
		b.Typed(r)
	}
}

func (b *bench) expect(t *testing.T, want ...pos.Command) {
	t.Helper()
	if len(want)+len(b.posted) > 0 && !reflect.DeepEqual(b.posted, want) {
		t.Errorf("posted %+v, want %+v", b.posted, want)
	}
	b.posted = nil
}

func TestWeight_IsTypedAsTheScaleShowsIt(t *testing.T) {
	for _, c := range []struct {
		name  string
		unit  string // the goods'
		typed string
		g     int // 0: Enter is refused
		sum   string
	}{
		{"kilograms", "kg", "0.535", 535, "¥6.85"},
		{"no unit is kilograms", "", "1", 1000, "¥12.80"},
		{"full-width", "", "０。５", 500, "¥6.40"},
		{"grams", "g", "535", 535, "¥6848.00"},
		{"by 100 g, in grams", "100g", "535", 535, "¥68.48"},
		{"by the jin", "斤", "1.07", 535, "¥13.70"},
		{"half a gram goes up", "斤", "1.071", 536, "¥13.72"},
		{"grams of goods by the kilogram", "kg", "535g", 535, "¥6.85"},
		{"a scale in jin", "kg", "1.07j", 535, "¥6.85"},
		{"and back", "kg", "1.07jk", 1070, "¥13.70"},
		{"nothing", "kg", "", 0, ""},
		{"zero", "kg", "0.000", 0, ""},
		{"a slip of the finger", "kg", "1000", 0, ""},
		{"a fourth place is not taken", "kg", "0.5358", 535, "¥6.85"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench()
			b.Open(pos.Want{N: 1, Kind: pos.WantWeight, Code: "77", Item: pos.Item{ID: 5, Name: "排骨", Price: 1280, Unit: c.unit, Weighed: true}})
			b.keys(c.typed)
			if m := b.Model(); m.Sum != c.sum || m.Ready != (c.g > 0) {
				t.Errorf("%+v", m)
			}
			b.Enter()
			if c.g == 0 {
				b.expect(t)
				if !b.Model().Bad {
					t.Errorf("%+v", b.Model())
				}
				return
			}
			b.expect(t, pos.AddWeighed{Item: 5, Barcode: "77", Weight: c.g})
		})
	}
}

func TestWeight_OfSeveral(t *testing.T) {
	b := newBench()
	b.Open(pos.Want{N: 1, Kind: pos.WantWeight, Times: 3, Item: pos.Item{ID: 5, Price: 1280}})
	b.keys("0.5")
	if m := b.Model(); m.Times != "× 3" || m.Sum != "¥19.20" || m.Hint != "3 × 0.5 kg × 12.80" {
		t.Errorf("%+v", m)
	}
}

func TestPrice(t *testing.T) {
	b := newBench()
	open := pos.Item{ID: 9, Name: "鲜花", Open: true}
	b.Open(pos.Want{N: 1, Kind: pos.WantPrice, Item: open})
	b.Enter() // nothing begins with a price of nothing
	b.expect(t)
	if m := b.Model(); !m.Bad {
		t.Errorf("%+v", m)
	}
	b.keys("12.5")
	b.Enter()
	b.expect(t, pos.AddPriced{Item: 9, Price: 1250})

	open.Price = 880
	b.Open(pos.Want{N: 2, Kind: pos.WantPrice, Item: open, Code: "69"})
	if m := b.Model(); m.Typed != "8.80" || !m.Fresh || !m.Ready {
		t.Errorf("%+v", m)
	}
	b.Enter() // the price that it begins with
	b.expect(t, pos.AddPriced{Item: 9, Barcode: "69", Price: 880})
	b.Leave()
	b.expect(t, pos.DismissWant{})
}

func TestNewItem(t *testing.T) {
	item := func(name string, price pos.Fen, category string) pos.Item {
		return pos.Item{Name: name, Price: price, Category: category, Barcodes: []string{"6901234567892"}}
	}
	for _, c := range []struct {
		name string
		do   func(*bench)
		want []pos.Command
	}{
		{"name, Enter, price, Enter", func(b *bench) { b.keys("米酒"); b.Enter(); b.keys("12.5"); b.Enter() }, []pos.Command{pos.NewItem{Item: item("米酒", 1250, "")}}},
		{"without a name", func(b *bench) { b.Enter(); b.keys("3"); b.Enter() }, []pos.Command{pos.NewItem{Item: item("Sundries", 300, "")}}},
		{"by the pad alone, once", func(b *bench) { b.Digit('3'); b.Once() }, []pos.Command{pos.NewItem{Item: item("Sundries", 300, ""), Once: true}}},
		{"a category names it, too", func(b *bench) { b.Digit('3'); b.Category(1); b.Enter() }, []pos.Command{pos.NewItem{Item: item("烟酒", 300, "烟酒")}}},
		{"category by the arrows", func(b *bench) {
			b.keys("米酒")
			b.Next(1)
			b.keys("3")
			b.Aside(1)
			b.Aside(1)
			b.Enter()
		}, []pos.Command{pos.NewItem{Item: item("米酒", 300, "烟酒")}}},
		{"a category taken back", func(b *bench) { b.Digit('3'); b.Category(1); b.Category(1); b.Enter() }, []pos.Command{pos.NewItem{Item: item("Sundries", 300, "")}}},
		{"no price", func(b *bench) { b.keys("米酒"); b.Enter(); b.Enter() }, nil},
		{"a price of nothing", func(b *bench) { b.Digit('0'); b.Enter() }, nil},
		{"digits of a name stay in it", func(b *bench) { b.keys("7up"); b.Enter(); b.keys("3"); b.Enter() }, []pos.Command{pos.NewItem{Item: item("7up", 300, "")}}},
		{"taken back", func(b *bench) {
			b.keys("米酒x")
			b.Backspace()
			b.Enter()
			b.keys("34")
			b.Backspace()
			b.Enter()
		}, []pos.Command{pos.NewItem{Item: item("米酒", 300, "")}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench("饮料", "烟酒")
			b.Open(pos.Want{N: 1, Kind: pos.WantItem, Code: "6901234567892"})
			c.do(b)
			b.expect(t, c.want...)
			if c.want == nil && !b.Model().Bad {
				t.Errorf("%+v", b.Model())
			}
		})
	}
}

func TestOpen_ForgetsTheQuestionBefore(t *testing.T) {
	b := newBench("饮料")
	b.Open(pos.Want{N: 1, Kind: pos.WantItem, Code: "1"})
	b.keys("米酒")
	b.Category(0)
	b.Open(pos.Want{N: 2, Kind: pos.WantItem, Code: "2"})
	if m := b.Model(); m.Name != "" || m.Category != -1 || m.Detail != "2" || m.Field != FieldName {
		t.Errorf("%+v", m)
	}
}
