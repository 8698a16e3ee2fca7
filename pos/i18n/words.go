// Package i18n turns message ids into words: for the window, the paper and the terminal, in Chinese and English. It also
// turns codes of trouble into the three things a cashier needs: what happened, what it means for the money, what to do.
//
// Words never decide anything. A missing word shows as its id and breaks a test, not the till.
package i18n

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"sync"
	"time"

	"guitai/assets/words"
	"guitai/pos"
)

// The languages.
const (
	Chinese = "zh-CN"
	English = "en"
)

// Words is one language, and the keys that it speaks of. It is never changed once made, so it is safe for concurrent use.
type Words struct {
	lang  string
	words map[string]string
	keys  pos.Keymap
}

var load = sync.OnceValue(func() map[string]*Words {
	all := map[string]*Words{}
	for _, lang := range []string{Chinese, English} {
		w := &Words{lang: lang, words: map[string]string{}}
		files, _ := fs.Glob(words.Files, lang+"/*.json") // the files are part of the program and read by a test …
		for _, name := range files {
			if raw, err := words.Files.ReadFile(name); err == nil {
				_ = json.Unmarshal(raw, &w.words) // … so only a broken build lacks words here
			}
		}
		all[lang] = w
	}
	return all
})

// For returns a language by its name ("zh-CN", "en"); any other name gives Chinese, the shop's first language.
func For(lang string) *Words {
	if w, ok := load()[lang]; ok {
		return w
	}
	return load()[Chinese]
}

// Lang is the language's name.
func (w *Words) Lang() string { return w.lang }

// Other is the language one would switch to.
func (w *Words) Other() *Words {
	if w.lang == Chinese {
		return For(English).With(w.keys)
	}
	return For(Chinese).With(w.keys)
}

// With is the language speaking of other keys; [For] speaks of the ones that the till comes with.
func (w *Words) With(keys pos.Keymap) *Words {
	other := *w
	other.keys = keys
	return &other
}

// Keys is the keys it speaks of: whoever shows them by these words and asks this map what a key means, says and does the same.
func (w *Words) Keys() pos.Keymap { return w.keys }

// Key is the key of an action, as it is written on its button.
func (w *Words) Key(a pos.KeyAction) string { return w.keys.Legend(a) }

// KeyAction names what a key does.
func (w *Words) KeyAction(a pos.KeyAction) string { return w.T("key." + string(a)) }

// KeyHelp says in a line what a key does.
func (w *Words) KeyHelp(a pos.KeyAction) string { return w.T("key." + string(a) + ".help") }

// keyPlace begins the place of a key among words: "{key:hold}" is the key of [pos.KeyHold].
const keyPlace = "key:"

// Has reports whether there are words for id.
func (w *Words) Has(id string) bool { _, ok := w.words[id]; return ok }

// T gives the words of id with {0}, {1}, … filled from args, and {key:hold} and its like with the key of that action. {0:sale|sales} is the
// one word where argument 0 is 1, and the other where it is any other number. Money among the args is written as decimal yuan. An unknown id
// comes back as itself, and a place without an argument stays empty.
func (w *Words) T(id string, args ...any) string {
	s, ok := w.words[id]
	if !ok {
		return id
	}
	if !strings.Contains(s, "{") {
		return s
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		place, after, closed := strings.Cut(rest, "}")
		if action, ok := strings.CutPrefix(place, keyPlace); ok && closed {
			b.WriteString(w.Key(pos.KeyAction(action)))
			s = after
			continue
		}
		number, forms, counts := strings.Cut(place, ":")
		n, err := strconv.Atoi(number)
		if !closed || err != nil {
			b.WriteString("{")
			s = rest
			continue
		}
		switch {
		case n < 0 || n >= len(args):
		case counts:
			b.WriteString(form(forms, args[n]))
		default:
			fmt.Fprint(&b, args[n])
		}
		s = after
	}
}

// form is which of the forms of a word goes with a number: "sale|sales".
func form(forms string, number any) string {
	one, other, _ := strings.Cut(forms, "|")
	if fmt.Sprint(number) == "1" {
		return one
	}
	return other
}

// Money writes an amount with its currency sign: "¥13.50", "-¥0.07".
func (w *Words) Money(f pos.Fen) string {
	s := f.String()
	if rest, negative := strings.CutPrefix(s, "-"); negative {
		return "-" + w.T("money.sign") + rest
	}
	return w.T("money.sign") + s
}

// Clock writes the minute on the header: date and time of day, as the given instant's zone has it.
func (w *Words) Clock(t time.Time) string { return t.Format(w.T("day.clock")) }

// Date writes a day in full.
func (w *Words) Date(t time.Time) string { return t.Format(w.T("day.full")) }

// Span writes a waiting time as minutes and seconds, "01:12"; a time that is over is "00:00".
func (w *Words) Span(d time.Duration) string {
	s := max(0, int((d+time.Second-1)/time.Second))
	return fmt.Sprintf("%02d:%02d", s/60, s%60)
}
