package config

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guitai/pos"
)

var brokenKeys = []struct {
	name string
	text string
	want []string
}{
	{"no such action", "dance = \"F2\"\n", []string{"10 keys.dance unknown_key"}},
	{"no such key", "hold = \"F13\"\n", []string{"10 keys.hold format"}},
	{"no text", "hold = 6\n", []string{"10 keys.hold wrong_type"}},
	{"a letter alone", "hold = \"H\"\n", []string{"10 keys.hold format"}},
	{"what the scanner ends a code with", "hold = \"Enter\"\n", []string{"10 keys.hold format"}},
	{"what text fields need", "hold = \"Ctrl+V\"\n", []string{"10 keys.hold format"}},
	{"what pages need", "takings = \"F3\"\n", []string{"10 keys.takings format"}},
	{"a default of another", "hold = \"F3\"\n", []string{"10 keys.hold taken"}},
	{"two alike", "hold = \"Ctrl+Q\"\nnote = \"ctrl+q\"\n", []string{"10 keys.hold taken", "11 keys.note taken"}},
	{"one wrong, one in conflict", "hold = \"F3\"\nnote = \"Q\"\n", []string{"10 keys.hold taken", "11 keys.note format"}},
}

func TestParse_Keys(t *testing.T) {
	for _, c := range brokenKeys {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse("f", []byte(minimal+"[keys]\n"+c.text))
			if got := found(t, err); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	_, err := Parse("f", []byte(minimal+"[keys]\nhold = \"F3\"\n"))
	if want := "f:10: keys.hold: cannot be the same as keys.discount (F3), which works in the same places"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestKeys_EmptyAndMissingAreTheDefault(t *testing.T) {
	c, err := Parse("f", []byte(minimal+"[keys]\nhold = \"\"\ncash = \"F8\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	if c.Keys.Map() != (pos.Keymap{}) || c.Keys.Of(pos.KeyCash) != "F8" || c.Keys.Of("nothing") != "" {
		t.Errorf("keys %v", c.Keys)
	}
}

func TestKeys_OneKeyForTwoThatNeverMeet(t *testing.T) {
	c, err := Parse("f", []byte(minimal+"[keys]\nquantity = \"f5\" # asks on the pay screen\nhold = \"Shift+ctrl+F6\"\ndiscount = \"F6\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	m := c.Keys.Map()
	for a, want := range map[pos.KeyAction]string{pos.KeyQuantity: "F5", pos.KeyAsk: "F5", pos.KeyHold: "Ctrl+Shift+F6", pos.KeyDiscount: "F6", pos.KeyCash: "F8"} {
		if got := m.Legend(a); got != want {
			t.Errorf("%s is on %s, want %s", a, got, want)
		}
	}
}

func TestKeys_AreSavedAndReadAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.toml")
	c, err := Parse("f", []byte(minimal))
	if err != nil {
		t.Fatal(err)
	}
	want := pos.Keymap{}.With(pos.KeyHold, pos.KeyChord{Key: "Q", Ctrl: true}).With(pos.KeyMore, pos.KeyChord{Key: "F6"})
	c.Keys = KeysOf(want)
	if err := Save(path, c); err != nil {
		t.Fatal(err)
	}
	got, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if got.Keys.Map() != want || !got.Equal(c) {
		t.Errorf("read %v", got.Keys)
	}
	now := got
	now.Keys = KeysOf(want.With(pos.KeyNote, pos.KeyChord{Key: "F5"}))
	if err := Amend(path, Default(), got, now); err != nil {
		t.Fatal(err)
	}
	if got, err = Load(path); err != nil || got.Keys.Of(pos.KeyNote) != "F5" || got.Keys.Of(pos.KeyHold) != "Ctrl+Q" {
		t.Errorf("amended: %v, %v", got.Keys, err)
	}
	now.Keys = KeysOf(want.With(pos.KeyNote, pos.KeyChord{Key: "F6"}))
	var bad Errors
	if err := Save(path, now); !errors.As(err, &bad) || len(bad) != 2 || bad[0].Problem != Taken {
		t.Errorf("a conflict was saved: %v", err)
	}
}

func TestKeys_EveryActionHasASetting(t *testing.T) {
	if got := keysOf("keys"); len(got) != pos.KeyCount || !slices.Equal(got, strings.Fields(strings.Trim(strings.ReplaceAll(strings.Join(got, " "), ",", ""), "[]"))) {
		t.Errorf("settings %v", got)
	}
	for _, a := range pos.KeyActions() {
		if s := byKey["keys."+string(a)]; s == nil || s.comment != a.Default().String() {
			t.Errorf("%s has no setting that says its default", a)
		}
	}
}
