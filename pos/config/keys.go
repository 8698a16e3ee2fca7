package config

import (
	"errors"
	"slices"

	"guitai/pos"
)

// Keys is the key of every action, as it is written in the file: "Ctrl+F6"; empty for the default. The order is that of
// [pos.KeyActions].
type Keys [pos.KeyCount]string

// Of is what is written for an action; empty for the default.
func (k Keys) Of(a pos.KeyAction) string {
	if i := slices.Index(pos.KeyActions(), a); i >= 0 {
		return k[i]
	}
	return ""
}

// Map is the keys as the window works with them. What is no key, which no Config that passed [Config.Check] has, is the default.
func (k Keys) Map() (m pos.Keymap) {
	for i, a := range pos.KeyActions() {
		if c, err := pos.ParseKey(k[i]); err == nil && a.Takes(c) == nil {
			m = m.With(a, c)
		}
	}
	return m
}

// KeysOf is a map of keys as it is written: the defaults are left out.
func KeysOf(m pos.Keymap) (k Keys) {
	for i, a := range pos.KeyActions() {
		if c := m.Key(a); c != a.Default() {
			k[i] = c.String()
		}
	}
	return k
}

// keySettings is a setting for every action.
func keySettings() []setting {
	all := make([]setting, 0, pos.KeyCount)
	for i, a := range pos.KeyActions() {
		all = append(all, setting{
			key: keysSection + "." + string(a), field: func(c *Config) any { return &c.Keys[i] }, comment: a.Default().String(),
			rule: func(c *Config) *fault { return keyOf(c, a) },
		})
	}
	return all
}

const keysSection = "keys"

const (
	anyKey  = `F1 to F12, Del, Ins, + or -, or one of them or a letter with Ctrl, Alt or Shift, like "F6" or "Ctrl+Shift+H"`
	freeKey = `a key that neither the scanner nor the text fields need: F1 to F12 or Del, alone or with Ctrl, Alt or Shift, or a letter with Ctrl or Alt`
	pageKey = `a key that no page has for itself: not F2 to F9, Del or Ctrl+S`
)

// keyOf is the rule of an action's key.
func keyOf(c *Config, a pos.KeyAction) *fault {
	text := c.Keys.Of(a)
	if text == "" {
		return nil // whoever wants its default is told
	}
	chord, err := pos.ParseKey(text)
	if err == nil {
		err = a.Takes(chord)
	}
	switch {
	case errors.Is(err, pos.ErrKeyOnPages):
		return &fault{problem: Format, want: pageKey}
	case errors.Is(err, pos.ErrKeyFixed):
		return &fault{problem: Format, want: freeKey}
	case err != nil:
		return &fault{problem: Format, want: anyKey}
	}
	if other := c.Keys.Map().Taken(chord, a); other != "" {
		return &fault{problem: Taken, want: keysSection + "." + string(other) + " (" + chord.String() + ")"}
	}
	return nil
}
