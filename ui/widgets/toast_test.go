package widgets

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestToasts_StackUnderTheHeaderAndGiveWay(t *testing.T) {
	test.NewTempApp(t)
	c := NewToasts()
	room := c.Object()
	room.Resize(fyne.NewSize(1024, 768))
	c.Say(Calm, "one")
	c.Say(Warning, "two")
	c.Say(Calm, "three")
	c.Say(Calm, "four")
	if got := c.Words(); len(got) != MostToasts || MostToasts > 2 || got[0] != "three" || got[1] != "four" {
		t.Errorf("it says %q", got)
	}
	c.Say(Alarm, strings.Repeat("five ", 20))
	away := c.Say(Warning, "six")
	y := float32(toastTop)
	for _, o := range c.room.Objects {
		n := o.(*Notice)
		if n.Position().Y != y || n.Position().X+n.Size().Width != 1024-Space || n.Size().Width > 1024*toastShare {
			t.Errorf("%q stands at %v, %v large", n.Words(), n.Position(), n.Size())
		}
		if n.say.Cut() || n.say.MinSize().Height > n.Size().Height {
			t.Errorf("%q is cut", n.Words())
		}
		y += n.Size().Height + Gap
	}
	test.Tap(c.room.Objects[0].(*Notice))
	if got := c.Words(); len(got) != 1 || got[0] != "six" {
		t.Errorf("a tap leaves %q", got)
	}
	away()
	away()
	if got := c.Words(); len(got) != 0 {
		t.Errorf("it says %q", got)
	}
}

func TestBlank_ShowsItsHintUntilSomethingIsTyped(t *testing.T) {
	test.NewTempApp(t)
	tapped := 0
	b := NewBlank("Why", "a few words", func() { tapped++ })
	b.Set("", true)
	if b.say.Words() != "a few words" {
		t.Errorf("empty it says %q", b.say.Words())
	}
	b.Set("because", true)
	if b.say.Words() != "because▏" {
		t.Errorf("it says %q", b.say.Words())
	}
	b.Set("because", false)
	if b.say.Words() != "because" {
		t.Errorf("elsewhere it says %q", b.say.Words())
	}
	test.Tap(b)
	if tapped != 1 {
		t.Errorf("heard %d taps", tapped)
	}
}

// 付款 is one word, and hanzi break anywhere: whatever the goods are called, the line ends with the sentence before.
func TestToasts_BreakWhereAClauseEnds(t *testing.T) {
	test.NewTempApp(t)
	for _, window := range []float32{1024, 1366} {
		c := NewToasts()
		c.Object().Resize(fyne.NewSize(window, 768))
		for letters := 1; letters <= 30; letters++ {
			c.Say(Calm, "手机下单 ¥13.50："+strings.Repeat("乐", letters)+"，共 3 件。等顾客付款")
			n := c.room.Objects[len(c.room.Objects)-1].(*Notice)
			r := &textRenderer{t: n.say}
			lines := r.broken(n.say.Size().Width)
			if last := lines[len(lines)-1]; len(lines) > 1 && strings.HasPrefix(last, "款") {
				t.Errorf("in %v with %d letters: %q", window, letters, lines)
			}
			if plain := r.wrap(n.say.Size().Width, false); len(plain) < len(lines) {
				t.Errorf("in %v with %d letters it takes %d lines instead of %d", window, letters, len(lines), len(plain))
			}
		}
	}
}
