package note

import (
	"slices"
	"strings"
	"testing"

	"guitai/pos"
	"guitai/pos/i18n"
)

func TestPresenter(t *testing.T) {
	cart := pos.Cart{Lines: []pos.Line{{Item: 1, Name: "可口可乐", Price: 300, Quantity: 1, Note: "要冰的"}, {Item: 2, Name: "薯片", Price: 750, Quantity: 1}}}
	for _, c := range []struct {
		name string
		line int
		do   func(p *Presenter)
		want []pos.Command
	}{
		{"typed", 1, func(p *Presenter) { write(p, " 少盐 ") }, []pos.Command{pos.SetNote{Line: 1, Note: "少盐"}}},
		{"goes on from what is noted", 0, func(p *Presenter) { write(p, "！") }, []pos.Command{pos.SetNote{Line: 0, Note: "要冰的！"}}},
		{"as it was", 0, func(*Presenter) {}, nil},
		{"taken back", 0, func(p *Presenter) { p.Backspace() }, []pos.Command{pos.SetNote{Line: 0, Note: "要冰"}}},
		{"none", 0, func(p *Presenter) { p.Clear() }, []pos.Command{pos.SetNote{Line: 0}}},
		{"a usual one", 1, func(p *Presenter) { p.Move(1) }, []pos.Command{pos.SetNote{Line: 1, Note: "赠品"}}},
		{"the one before", 1, func(p *Presenter) { p.Move(-1) }, []pos.Command{pos.SetNote{Line: 1, Note: "顾客预订"}}},
		{"no longer than there is room for", 1, func(p *Presenter) { write(p, strings.Repeat("冰", 40)) }, []pos.Command{pos.SetNote{Line: 1, Note: strings.Repeat("冰", mostTyped)}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var posted []pos.Command
			closed := 0
			p := NewPresenter(Config{
				Words: i18n.For(i18n.Chinese), Post: func(c pos.Command) { posted = append(posted, c) }, Close: func() { closed++ }, Changed: func() {},
			})
			p.Show(pos.Snapshot{Cart: cart})
			p.Open(c.line)
			c.do(p)
			p.Enter()
			if !slices.Equal(posted, c.want) || closed != 1 {
				t.Errorf("posted %v, closed %d", posted, closed)
			}
			p.Show(pos.Snapshot{Cart: cart})
			if closed != 1 {
				t.Error("closed by the same cart")
			}
			p.Show(pos.Snapshot{})
			if closed != 2 {
				t.Error("it stays over another cart")
			}
		})
	}
}

func write(p *Presenter, s string) {
	for _, r := range s {
		p.Typed(r)
	}
}
