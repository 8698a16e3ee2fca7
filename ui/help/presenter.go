// Package help is the user guide in the window: its pages, the one for what is in front first, and every key as it is here. The presenter
// knows what is listed, found and shown; the view only draws it.
package help

import (
	"strings"
	"unicode/utf8"

	"guitai/pos"
	"guitai/pos/i18n"
)

// Page is a page of the guide, in Markdown that begins with its title.
type Page struct {
	ID   string
	Text string
}

// KeysPage is the page of all keys, which is made here.
const KeysPage = "all-keys"

// Config is what the guide works with.
type Config struct {
	Words *i18n.Words
	Pages []Page
	Phone bool // there is a practice phone
	// Close hears that the guide is to be put away.
	Close func()
	// Changed hears that something is to be drawn again.
	Changed func()
}

// Entry is a line of the list: a page, or while something is looked for a part of one that says it.
type Entry struct {
	Title  string
	Detail string // the heading of the part; "" for the page itself
	Chosen bool
}

// place is where an entry leads.
type place struct{ page, block int }

type page struct {
	id, title string
	blocks    []Block
	plain     []string // of each block, for looking things up
}

// Presenter is the guide without its looks. It belongs to the goroutine that draws.
type Presenter struct {
	cfg    Config
	pages  []page
	open   bool
	looked string // what is looked for
	found  []place
	at     int // in the list
}

// NewPresenter makes a closed guide.
func NewPresenter(cfg Config) *Presenter {
	p := &Presenter{cfg: cfg}
	key := func(action string) string { return cfg.Words.Key(pos.KeyAction(action)) }
	for _, x := range append([]Page{{KeysPage, p.keys()}}, cfg.Pages...) {
		blocks := Parse(x.Text, key)
		one := page{id: x.ID, title: x.ID, blocks: blocks}
		if len(blocks) > 0 && blocks[0].Kind == Heading {
			one.title = strings.TrimSpace(blocks[0].Plain())
		}
		for _, b := range blocks {
			one.plain = append(one.plain, strings.ToLower(b.Plain()))
		}
		p.pages = append(p.pages, one)
	}
	p.list()
	return p
}

// keys is the page of all keys, in Markdown.
func (p *Presenter) keys() string {
	w := p.cfg.Words
	var b strings.Builder
	row := func(key, say string) { b.WriteString("| `" + key + "` | " + say + " |\n") }
	b.WriteString("# " + w.T("help.keys") + "\n\n" + w.T("help.keys.say", w.Key(pos.KeySettings)) + "\n")
	for _, g := range pos.KeyGroups {
		b.WriteString("\n## " + w.T("key.group."+string(g)) + "\n\n| " + w.T("help.keys.key") + " | " + w.T("help.keys.does") + " |\n|---|---|\n")
		if g == pos.KeyGroupSell {
			row(w.T("help.scan.key"), w.T("help.scan"))
			row(w.T("help.times.key"), w.T("help.times"))
		}
		for _, a := range pos.KeyActions() {
			if a.Group() == g && (a != pos.KeyPhone || p.cfg.Phone) {
				row(w.Key(a), w.KeyHelp(a))
			}
		}
		if g == pos.KeyGroupSell {
			row("↑ ↓", w.T("help.select"))
			row("Tab", w.T("help.tiles"))
		}
		if g == pos.KeyGroupTill {
			row("Esc", w.T("help.back"))
		}
	}
	return b.String()
}

// Open shows the guide at a page; one that there is not is the keys.
func (p *Presenter) Open(id string) {
	p.open, p.looked, p.at = true, "", 0
	p.list()
	for i, x := range p.pages {
		if x.id == id {
			p.at = i
		}
	}
	p.cfg.Changed()
}

// Close puts it away.
func (p *Presenter) Close() {
	if p.open {
		p.open = false
		p.cfg.Changed()
	}
}

// IsOpen reports whether it is in front.
func (p *Presenter) IsOpen() bool { return p.open }

// Looked is what is looked for.
func (p *Presenter) Looked() string { return p.looked }

// Typed adds a character to what is looked for.
func (p *Presenter) Typed(r rune) {
	if p.looked == "" && r == ' ' {
		return
	}
	p.look(p.looked + string(r))
}

// Backspace takes back the last character, n times.
func (p *Presenter) Backspace(n int) {
	s := p.looked
	for range n {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	if s != p.looked {
		p.look(s)
	}
}

// Escape forgets what is looked for; it reports whether there was anything.
func (p *Presenter) Escape() bool {
	if p.looked == "" {
		return false
	}
	page := p.place().page
	p.looked = ""
	p.list()
	p.at = page
	p.cfg.Changed()
	return true
}

func (p *Presenter) look(s string) {
	p.looked, p.at = s, 0
	p.list()
	p.cfg.Changed()
}

// list is every page, or every part of one that says all words that are looked for.
func (p *Presenter) list() {
	p.found = p.found[:0]
	words := strings.Fields(strings.ToLower(p.looked))
	for i, x := range p.pages {
		if len(words) == 0 {
			p.found = append(p.found, place{i, 0})
			continue
		}
		last := -1
		for b := range x.blocks {
			if !says(x.plain[b], words) {
				continue
			}
			if part := x.part(b); part != last {
				last = part
				p.found = append(p.found, place{i, part})
			}
		}
	}
}

func says(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// part is the heading that a block belongs to.
func (x page) part(block int) int {
	for block > 0 && x.blocks[block].Kind != Heading {
		block--
	}
	return block
}

// Entries is the list.
func (p *Presenter) Entries() []Entry {
	all := make([]Entry, len(p.found))
	for i, at := range p.found {
		x := p.pages[at.page]
		all[i] = Entry{Title: x.title, Chosen: i == p.at}
		if at.block > 0 {
			all[i].Detail = strings.TrimSpace(x.blocks[at.block].Plain())
		}
	}
	return all
}

// Choose shows entry i.
func (p *Presenter) Choose(i int) {
	if n := len(p.found); n > 0 {
		p.at = max(0, min(n-1, i))
		p.cfg.Changed()
	}
}

// Move goes through the list.
func (p *Presenter) Move(by int) { p.Choose(p.at + by) }

// At is the chosen entry.
func (p *Presenter) At() int { return p.at }

func (p *Presenter) place() place {
	if p.at < len(p.found) {
		return p.found[p.at]
	}
	return place{}
}

// Shown is the page in front, and the block that it is shown from.
func (p *Presenter) Shown() (id string, blocks []Block, from int) {
	at := p.place()
	return p.pages[at.page].id, p.pages[at.page].blocks, at.block
}

// None says that nothing was found; "" while there is something.
func (p *Presenter) None() string {
	if len(p.found) > 0 {
		return ""
	}
	return p.cfg.Words.T("help.none", p.looked)
}
