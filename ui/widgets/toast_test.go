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
	c.Say(Alarm, strings.Repeat("two ", 20))
	c.Say(Warning, "three")
	away := c.Say(Calm, "four")
	if got := c.Words(); len(got) != MostToasts || got[0] == "one" || got[2] != "four" {
		t.Errorf("it says %q", got)
	}
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
	if got := c.Words(); len(got) != 2 {
		t.Errorf("a tap leaves %q", got)
	}
	away()
	away()
	if got := c.Words(); len(got) != 1 || got[0] != "three" {
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
