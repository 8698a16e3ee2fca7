package widgets

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"guitai/pos/i18n"
)

func TestKeypad_TakesThePlaceOfWhatTheFieldSaid(t *testing.T) {
	test.NewTempApp(t)
	for _, c := range []struct {
		name, typed, want string
		last              rune
		key               fyne.KeyName
	}{
		{"typed", "4.5", "4.5", '.', fyne.KeyReturn},
		{"one point", "4.5.6x", "4.56", '.', fyne.KeyReturn},
		{"no point", "4.5", "45", 0, fyne.KeyReturn},
		{"a day", "12-1", "12-1", '-', fyne.KeyReturn},
		{"nothing typed", "", "as it was", '.', fyne.KeyReturn},
		{"put away", "4", "as it was", '.', fyne.KeyEscape},
	} {
		said, closed := "as it was", 0
		k := NewKeypad(i18n.For(i18n.English), func() { closed++ })
		k.Open("Price", "3.00", c.last, func(s string) { said = s })
		for _, r := range c.typed {
			k.Typed(r)
		}
		k.Pressed(Key{Name: c.key})
		if said != c.want || closed != 1 || k.IsOpen() {
			t.Errorf("%s: the field says %q, want %q; closed %d times, open %t", c.name, said, c.want, closed, k.IsOpen())
		}
	}
	k := NewKeypad(i18n.For(i18n.English), func() {})
	said := "as it was"
	k.Open("Price", "3.00", '.', func(s string) { said = s })
	k.Pressed(Key{Name: fyne.KeyBackspace})
	k.Pressed(Key{Name: fyne.KeyEnter})
	if said != "" {
		t.Errorf("taken back: %q", said)
	}
}
