package pos

import "testing"

func TestTyping(t *testing.T) {
	for _, c := range []struct {
		name   string
		begin  Typing
		typed  string
		text   string
		value  int64
		really bool
	}{
		{"nothing", Typing{}, "", "", 0, false},
		{"whole", Typing{}, "12", "12", 12, true},
		{"whole takes no point", Typing{}, "1.2", "12", 12, true},
		{"yuan", Typing{Places: 2}, "13.5", "13.5", 1350, true},
		{"a third decimal is not taken", Typing{Places: 2}, "13.509", "13.50", 1350, true},
		{"a point alone", Typing{Places: 2}, ".", ".", 0, false},
		{"half a yuan", Typing{Places: 2}, ".5", ".5", 50, true},
		{"full-width", Typing{Places: 2}, "２０。５", "20.5", 2050, true},
		{"kilograms", Typing{Places: 3}, "0.535", "0.535", 535, true},
		{"a leading zero", Typing{Places: 2}, "020", "20", 2000, true},
		{"letters are no number", Typing{Places: 2}, "2a0", "20", 2000, true},
		{"no more than there is room for", Typing{Most: 4}, "12345", "1234", 1234, true},
		{"what stood there is replaced", TypedFen(300), "25", "25", 2500, true},
		{"and else stays", TypedFen(350), "", "3.50", 350, true},
		{"whole yuan are written short", TypedFen(300), "", "3", 300, true},
		{"a long one that is replaced", Typing{Text: "1234", Most: 4, Fresh: true}, "5", "5", 5, true},
	} {
		n := c.begin
		for _, r := range c.typed {
			n.Type(r)
		}
		if got, ok := n.Value(); n.Text != c.text || got != c.value || ok != c.really {
			t.Errorf("%s: %q is %d, %v", c.name, n.Text, got, ok)
		}
	}
	n := TypedFen(1350)
	n.Back()
	n.Type('5')
	if f, ok := n.Fen(); f != 1355 || !ok {
		t.Errorf("taken back: %q", n.Text)
	}
	n.TakeBack(3)
	n.Back()
	n.Back()
	n.Back()
	if n.Text != "" {
		t.Errorf("%q", n.Text)
	}
}
