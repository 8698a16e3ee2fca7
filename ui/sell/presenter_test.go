package sell

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

// bench is a presenter on a workbench: what it posts and draws is kept, pauses and look-ups happen when the test says.
type bench struct {
	*Presenter
	posted  []pos.Command
	drawn   []Part
	said    []string
	cash    int
	pauses  []*pause
	lookups []func()
	shop    []pos.Item
	ahead   bool
}

type pause struct {
	f    func()
	over bool
}

func newBench() *bench {
	b := &bench{}
	for i, name := range []string{"可口可乐", "雪碧", "可口可乐 大瓶", "乐事薯片"} {
		b.shop = append(b.shop, pos.Item{ID: pos.ItemID(i + 1), Name: name, Price: pos.Fen(300 + 100*i), Barcodes: []string{fmt.Sprint("690100000000", i)}, Category: []string{"饮料", "零食"}[i/3]})
	}
	b.Presenter = NewPresenter(Config{
		Words: i18n.For(i18n.English), Catalogue: b,
		Post:  func(c pos.Command) { b.posted = append(b.posted, c) },
		Ahead: func(uint64) bool { return b.ahead },
		Go: func(work func(context.Context) func()) {
			b.lookups = append(b.lookups, func() {
				if then := work(context.Background()); then != nil {
					then()
				}
			})
		},
		After: func(_ time.Duration, f func()) func() {
			p := &pause{f: f}
			b.pauses = append(b.pauses, p)
			return func() { p.over = true }
		},
		Cash:    func() { b.cash++ },
		Say:     func(m pos.Message) { b.said = append(b.said, m.ID) },
		Changed: func(p Part) { b.drawn = append(b.drawn, p) },
	})
	return b
}

func (b *bench) settle() {
	for len(b.pauses)+len(b.lookups) > 0 {
		pauses, lookups := b.pauses, b.lookups
		b.pauses, b.lookups = nil, nil
		for _, p := range pauses {
			if !p.over {
				p.over = true
				p.f()
			}
		}
		for _, l := range lookups {
			l()
		}
	}
}

func (b *bench) typed(s string) {
	for _, r := range s {
		b.Typed(r)
	}
}

func (b *bench) Item(context.Context, ...string) (pos.Item, error)      { panic("the till's business") }
func (b *bench) ItemByID(context.Context, pos.ItemID) (pos.Item, error) { panic("the till's business") }
func (b *bench) Revision(context.Context) (uint64, error)               { return 1, nil }
func (b *bench) Categories(context.Context) ([]string, error) {
	return []string{"饮料", "零食"}, nil
}

func (b *bench) Find(_ context.Context, s string, _ int) ([]pos.Item, error) {
	var found []pos.Item
	for _, it := range b.shop {
		if strings.Contains(it.Name, s) || strings.Contains(it.Barcode(), s) {
			found = append(found, it)
		}
	}
	return found, nil
}

func (b *bench) InCategory(_ context.Context, c string, _ int) ([]pos.Item, error) {
	var found []pos.Item
	for _, it := range b.shop {
		if c == "" || it.Category == c {
			found = append(found, it)
		}
	}
	return found, nil
}

func (b *bench) with(pieces ...int) pos.Snapshot {
	var c pos.Cart
	for i, n := range pieces {
		c, _ = c.Add(b.shop[i], "", n)
	}
	return pos.Snapshot{Cart: c.Select(0), Items: 1}
}

func TestPresenter_WhatKeysPost(t *testing.T) {
	scan := func(s string) pos.Command { return pos.ScanText{Text: s} }
	for _, c := range []struct {
		name   string
		do     func(*bench)
		posted []pos.Command
		field  string
	}{
		{"typed code and Enter", func(b *bench) { b.typed("6901"); b.Enter() }, []pos.Command{scan("6901")}, ""},
		{"typed code, results in sight, Enter", func(b *bench) { b.typed("6901"); b.settle(); b.Enter() }, []pos.Command{scan("6901")}, ""},
		{"typed code, a result chosen, Enter", func(b *bench) { b.typed("6901"); b.settle(); b.Move(0, 1); b.Enter() }, []pos.Command{pos.AddItem{Item: 2}}, ""},
		{"full-width digits", func(b *bench) { b.typed("６９０１"); b.Enter() }, []pos.Command{scan("６９０１")}, ""},
		{"quantity needs no Enter", func(b *bench) { b.typed("3*") }, []pos.Command{scan("3*")}, ""},
		{"quantity of a Chinese keyboard", func(b *bench) { b.typed("３×") }, []pos.Command{scan("３*")}, ""},
		{"quantity, then a scan", func(b *bench) {
			b.typed("3*6901000000000")
			b.Scanned("6901000000000", 13)
		}, []pos.Command{scan("3*"), scan("6901000000000")}, ""},
		{"quantity and code in one burst", func(b *bench) {
			b.typed("3*6901000000000")
			b.Scanned("3*6901000000000", 15)
		}, []pos.Command{scan("3*"), scan("6901000000000")}, ""},
		{"quantity and code in one burst in the field itself", func(b *bench) {
			b.Scanned("3*6901000000000", 0)
		}, []pos.Command{scan("3*"), scan("6901000000000")}, ""},
		{"a scan leaves what was typed before", func(b *bench) {
			b.typed("雪6901000000000")
			b.Scanned("6901000000000", 13)
		}, []pos.Command{scan("6901000000000")}, "雪"},
		{"zero is no quantity, and said to be none", func(b *bench) { b.typed("0*") }, []pos.Command{scan("0*")}, ""},
		{"nor are too many, and the next scan is one piece", func(b *bench) { b.typed("99999*6901000000000"); b.Scanned("6901000000000", 13) }, []pos.Command{scan("99999*"), scan("6901000000000")}, ""},
		{"word, results, Enter adds the first", func(b *bench) { b.typed("可口"); b.settle(); b.Enter() }, []pos.Command{pos.AddItem{Item: 1}}, ""},
		{"word, down, Enter adds the second", func(b *bench) { b.typed("可口"); b.settle(); b.Move(0, 1); b.Enter() }, []pos.Command{pos.AddItem{Item: 3}}, ""},
		{"word and Enter before the answer: one hit", func(b *bench) { b.typed("雪碧"); b.Enter(); b.settle() }, []pos.Command{pos.AddItem{Item: 2}}, ""},
		{"word and Enter before the answer: several are shown", func(b *bench) { b.typed("可口"); b.Enter(); b.settle() }, nil, "可口"},
		{"a word nobody knows goes to the till", func(b *bench) { b.typed("zzz"); b.Enter(); b.settle() }, []pos.Command{scan("zzz")}, ""},
		{"Enter on nothing does nothing", func(b *bench) { b.Enter() }, nil, ""},
		{"Esc clears", func(b *bench) { b.typed("69"); b.Escape() }, nil, ""},
		{"Backspace", func(b *bench) { b.typed("雪碧"); b.Backspace() }, nil, "雪"},
		{"Del on an empty cart", func(b *bench) { b.Remove(); b.Clear() }, nil, ""},
		{"Del", func(b *bench) { b.Show(b.with(1, 1)); b.Remove() }, []pos.Command{pos.RemoveLine{Line: 0}}, ""},
		{"Ctrl+Del", func(b *bench) { b.Show(b.with(1)); b.Clear() }, []pos.Command{pos.ClearCart{}}, ""},
		{"Ctrl+Z", func(b *bench) { b.Undo() }, []pos.Command{pos.Undo{}}, ""},
		{"F9", func(b *bench) { b.WeChat() }, []pos.Command{pos.PayWeChat{}}, ""},
		{"arrows run ahead of the till", func(b *bench) {
			b.Show(b.with(1, 1, 1))
			b.Move(0, 1)
			b.Move(0, 1)
			b.Move(0, 1)
			b.Remove()
		}, []pos.Command{pos.SelectLine{Line: 1}, pos.SelectLine{Line: 2}, pos.RemoveLine{Line: 2}}, ""},
		{"quantity prompt", func(b *bench) { b.Show(b.with(1)); b.AskQuantity(); b.typed("12"); b.Enter() }, []pos.Command{pos.SetQuantity{Line: 0, N: 12}}, ""},
		{"quantity prompt, full-width", func(b *bench) { b.Show(b.with(1)); b.AskQuantity(); b.typed("１２"); b.Enter() }, []pos.Command{pos.SetQuantity{Line: 0, N: 12}}, ""},
		{"quantity prompt leaves no digit out", func(b *bench) { b.Show(b.with(1)); b.AskQuantity(); b.typed("12345"); b.Enter() }, nil, ""},
		{"quantity after a refused one", func(b *bench) {
			b.Show(b.with(1))
			b.AskQuantity()
			b.typed("0")
			b.Enter()
			b.typed("12")
			b.Enter()
		}, []pos.Command{pos.SetQuantity{Line: 0, N: 12}}, ""},
		{"quantity with a zero in front", func(b *bench) { b.Show(b.with(1)); b.AskQuantity(); b.typed("012"); b.Enter() }, []pos.Command{pos.SetQuantity{Line: 0, N: 12}}, ""},
		{"quantity of none is refused", func(b *bench) { b.Show(b.with(1)); b.AskQuantity(); b.typed("0"); b.Enter() }, nil, ""},
		{"quantity taken back", func(b *bench) { b.Show(b.with(5)); b.AskQuantity(); b.Backspace(); b.Enter() }, nil, ""},
		{"a scan in the quantity prompt is a scan", func(b *bench) {
			b.Show(b.with(1))
			b.AskQuantity()
			b.typed("6901")
			b.Scanned("6901000000000", 13)
		}, []pos.Command{scan("6901000000000")}, ""},
		{"tile by keyboard", func(b *bench) {
			b.Load()
			b.settle()
			b.SetColumns(2)
			b.Tiles()
			b.Move(1, 0)
			b.Move(0, 1)
			b.Enter()
		}, []pos.Command{pos.AddItem{Item: 4}}, ""},
		{"tile of a category", func(b *bench) { b.Load(); b.settle(); b.ChooseTab(2); b.settle(); b.TapTile(0) }, []pos.Command{pos.AddItem{Item: 4}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench()
			c.do(b)
			if !slices.Equal(b.posted, c.posted) {
				t.Errorf("posted %v, want %v", b.posted, c.posted)
			}
			if b.Field() != c.field {
				t.Errorf("the field says %q, want %q", b.Field(), c.field)
			}
		})
	}
}

func TestPresenter_CashWithNothingDuePostsNothing(t *testing.T) {
	b := newBench()
	b.Cash()
	if len(b.posted) != 0 || b.cash != 0 || !slices.Equal(b.said, []string{"nothing-to-pay"}) {
		t.Errorf("posted %v, opened %d, said %v", b.posted, b.cash, b.said)
	}
	b.Show(b.with(1))
	b.Cash()
	if b.cash != 1 || len(b.posted) != 0 {
		t.Errorf("opened %d, posted %v", b.cash, b.posted)
	}
}

func TestPresenter_OldAnswersAreDropped(t *testing.T) {
	b := newBench()
	b.typed("可口")
	slow := b.lookups
	b.pauses, b.lookups = nil, nil
	b.Escape()
	b.typed("雪碧")
	b.settle()
	for _, answer := range slow {
		answer()
	}
	if name, _, _, _ := b.FoundItem(0); b.Found() != 1 || name != "雪碧" {
		t.Errorf("shows %d results, first %q", b.Found(), name)
	}
	b.Escape()
	if b.Finding() {
		t.Error("results stay after Esc")
	}
}

func TestPresenter_AWordIsAskedForAtOnceACodeAfterAPause(t *testing.T) {
	b := newBench()
	b.typed("雪")
	if len(b.lookups) != 1 || len(b.pauses) != 0 {
		t.Errorf("a word: %d questions, %d pauses", len(b.lookups), len(b.pauses))
	}
	b.settle()
	if name, _, _, _ := b.FoundItem(0); name != "雪碧" {
		t.Errorf("shows %q first", name)
	}
	b.Escape()
	b.typed("6９")
	if len(b.lookups) != 0 || len(b.pauses) != 2 {
		t.Errorf("a code: %d questions, %d pauses", len(b.lookups), len(b.pauses))
	}
	b.typed("k") // no scan after all
	if len(b.lookups) != 1 || !b.pauses[1].over {
		t.Errorf("what became a word: %d questions", len(b.lookups))
	}
}

func TestPresenter_AScanAsksTheCatalogueNothing(t *testing.T) {
	b := newBench()
	b.typed("6901000000000")
	b.Scanned("6901000000000", 13)
	if len(b.lookups) != 0 {
		t.Error("a scan asked for results")
	}
	b.settle()
	if b.Finding() {
		t.Error("a scan left search results")
	}
	if slices.Contains(b.drawn, PartTiles) || slices.Contains(b.drawn, PartTabs) {
		t.Errorf("a scan drew tiles: %v", b.drawn)
	}
}

func TestPresenter_DrawsOnlyWhatChanged(t *testing.T) {
	b := newBench()
	b.Show(b.with(1))
	b.settle()
	b.drawn = nil
	s := b.with(1)
	s.Seq, s.Health.WeChat.Light = 9, pos.LightBusy
	b.Show(s)
	if len(b.drawn) != 0 {
		t.Errorf("health alone drew %v", b.drawn)
	}
	b.Show(b.with(1, 1))
	if !slices.Equal(b.drawn, []Part{PartCart}) {
		t.Errorf("a line more drew %v", b.drawn)
	}
	b.drawn = nil
	s = b.with(1, 1)
	s.Items = 2
	b.Show(s)
	b.settle()
	if !slices.Contains(b.drawn, PartTiles) {
		t.Error("another catalogue did not reload the tiles")
	}
}

func TestPresenter_AnOldAnswerDoesNotPullTheChoiceBack(t *testing.T) {
	b := newBench()
	b.Show(b.with(1, 1, 1))
	b.Move(0, 1)
	b.Move(0, 1)
	late := b.with(1, 1, 1)
	late.Cart = late.Cart.Select(1) // the till has heard of the first key only
	b.ahead = true
	b.Show(late)
	b.posted = nil
	b.Remove()
	if !slices.Equal(b.posted, []pos.Command{pos.RemoveLine{Line: 2}}) {
		t.Errorf("posted %v", b.posted)
	}
	b.ahead = false
	b.Show(late)
	if b.Chosen() != 1 {
		t.Errorf("line %d is chosen although the till says 1", b.Chosen())
	}
}

func TestPresenter_CartInWords(t *testing.T) {
	b := newBench()
	if _, total := b.Total(); b.Pieces() != "" || total != "¥0.00" || !b.Empty() {
		t.Errorf("empty: %q %q", b.Pieces(), total)
	}
	s := b.with(2, 1)
	s.Times = 3
	b.Show(s)
	want := Line{Name: "可口可乐", Calc: "2 × 3.00", Amount: "6.00"}
	want.Chosen = true
	if !reflect.DeepEqual(b.Line(0), want) || b.Line(1).Chosen {
		t.Errorf("%+v", b.Line(0))
	}
	if _, total := b.Total(); b.Pieces() != "3 pcs" || total != "¥10.00" || b.Times() != "Next item × 3" {
		t.Errorf("%q %q %q", b.Pieces(), total, b.Times())
	}
	b.AskQuantity()
	if m := b.Prompt(); !m.Open || m.Quantity != fmt.Sprint(s.Cart.Lines[b.Chosen()].Quantity) {
		t.Errorf("%+v", m)
	}
	b.Show(pos.Snapshot{Items: 1})
	if b.Prompt().Open {
		t.Error("the prompt stays for a line that is gone")
	}
}
