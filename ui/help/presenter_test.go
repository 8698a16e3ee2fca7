package help

import (
	"strings"
	"testing"

	"guitai/pos"
	"guitai/pos/i18n"
)

var pages = []Page{
	{"selling", "# Selling\n\nScan.\n\n## Cash\n\nPress [`F8`](key:cash). Change is shown.\n\nThe drawer opens.\n"},
	{"trouble", "# When something goes wrong\n\n## The drawer\n\n| what | do |\n|---|---|\n| stuck | call for change |\n"},
}

func newBench(keys pos.Keymap) (p *Presenter, drawn *int) {
	drawn = new(int)
	return NewPresenter(Config{Words: i18n.For(i18n.English).With(keys), Pages: pages, Close: func() {}, Changed: func() { *drawn++ }}), drawn
}

func titles(p *Presenter) string {
	var all []string
	for _, e := range p.Entries() {
		s := e.Title
		if e.Detail != "" {
			s += " / " + e.Detail
		}
		if e.Chosen {
			s = "*" + s
		}
		all = append(all, s)
	}
	return strings.Join(all, ", ")
}

func TestPresenter_OpensAtThePageOfWhatIsInFront(t *testing.T) {
	p, drawn := newBench(pos.Keymap{})
	p.Open("trouble")
	if got := titles(p); got != "All keys, Selling, *When something goes wrong" || !p.IsOpen() || *drawn == 0 {
		t.Errorf("list %s", got)
	}
	if id, blocks, from := p.Shown(); id != "trouble" || len(blocks) != 3 || from != 0 {
		t.Errorf("shown %s from %d", id, from)
	}
	p.Open("no such page")
	if id, _, _ := p.Shown(); id != KeysPage {
		t.Errorf("a page that there is not is %s", id)
	}
	p.Move(-1)
	p.Move(9)
	if id, _, _ := p.Shown(); id != "trouble" {
		t.Errorf("the end of the list is %s", id)
	}
	p.Close()
	if p.IsOpen() {
		t.Error("not closed")
	}
}

func TestPresenter_LooksUpWords(t *testing.T) {
	p, _ := newBench(pos.Keymap{})
	p.Open("selling")
	for _, r := range " chan" {
		p.Typed(r)
	}
	if got := titles(p); !strings.Contains(got, "Selling / Cash") || !strings.Contains(got, "When something goes wrong / The drawer") {
		t.Errorf("found %s", got)
	}
	for _, r := range "ge shown" { // all words, in one block
		p.Typed(r)
	}
	if got := titles(p); got != "*Selling / Cash" {
		t.Errorf("found %s", got)
	}
	if id, _, from := p.Shown(); id != "selling" || from != 2 {
		t.Errorf("shown %s from %d", id, from)
	}
	p.Typed('x')
	if len(p.Entries()) != 0 || p.None() != "Nothing found for \"change shownx\". Try another word" {
		t.Errorf("found %s, %q", titles(p), p.None())
	}
	p.Backspace(1)
	if !p.Escape() || p.Looked() != "" || titles(p) != "All keys, *Selling, When something goes wrong" || p.Escape() {
		t.Errorf("after Esc %q, %s", p.Looked(), titles(p))
	}
	p.Backspace(3) // of nothing
}

// The page of keys is made from the keys as they are, and has each of them.
func TestPresenter_EveryKeyIsListedAsItIs(t *testing.T) {
	for _, lang := range []string{i18n.Chinese, i18n.English} {
		w := i18n.For(lang).With(pos.Keymap{}.With(pos.KeyHold, pos.KeyChord{Key: "Q", Ctrl: true}))
		p := NewPresenter(Config{Words: w, Pages: pages, Phone: true, Close: func() {}, Changed: func() {}})
		p.Open(KeysPage)
		_, blocks, _ := p.Shown()
		rows := map[string]string{}
		for _, b := range blocks {
			for _, row := range b.Rows {
				rows[row[1][0].Words] = row[0][0].Words
			}
		}
		for _, a := range pos.KeyActions() {
			if got := rows[w.KeyHelp(a)]; got != w.Key(a) {
				t.Errorf("%s: %s is listed under %q", lang, a, got)
			}
		}
		if w.Key(pos.KeyHold) != "Ctrl+Q" {
			t.Error("the test changed nothing")
		}
		p.Open("selling")
		if _, blocks, _ := p.Shown(); !strings.Contains(blocks[3].Plain(), "F8") {
			t.Errorf("the key in the page is %q", blocks[3].Plain())
		}
	}
}
