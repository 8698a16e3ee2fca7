// Package goods is the page of what the shop sells: the list, everything about an item, what it cost before, and the form to make and
// change items. From here their price labels are printed.
//
// Of the list only what is looked at is in memory: pages are read as they come into sight, and an answer to an older question is dropped.
package goods

import (
	"context"
	"image"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"guitai/pos"
	"guitai/pos/i18n"
)

// Config is what the screen works with. All functions but Find and TakePhoto are called on the goroutine that draws.
type Config struct {
	Words *i18n.Words
	Goods pos.Goods        // nil shows that the catalogue cannot be changed here
	Now   func() time.Time // in the shop's zone
	// Find finds goods as the selling screen does, best first: by pinyin, too. nil leaves all searching to Goods. It is called elsewhere.
	Find func(ctx context.Context, text string, limit int) ([]pos.Item, error)
	// Allow asks for leave for a deed where the one at the till may not do it himself, and calls then with whose leave it is, "" without
	// staff.
	Allow func(d pos.Deed, what string, then func(by string))
	// Initials gives the pinyin initials of a name. nil gives none.
	Initials func(name string) string
	// TakePhoto copies a picture into the shop's folder, as large as a tile needs it, and returns its name there. It is called elsewhere.
	// CodeInvalid for what is no picture or too large. nil is a till without photos.
	TakePhoto func(ctx context.Context, path string) (name string, err error)
	// Photo is a photo by its name; nil for none, and while it is being read: Changed comes then.
	Photo func(name string) image.Image
	// Labels hears which items are to have new price labels.
	Labels func(items []pos.Item)
	// Go runs work elsewhere and then, on the drawing goroutine, what it returns.
	Go func(work func(context.Context) (then func()))
	// Changed hears that something is to be drawn again; Focus that the keyboard is to go where the form is.
	Changed, Focus func()
}

// mostTyped is how much is typed to find something, in characters.
const mostTyped = 64

// Presenter is the screen without its looks. It belongs to the goroutine that draws.
type Presenter struct {
	cfg      Config
	revision uint64
	rules    pos.Rules
	shown    bool

	typed      string
	category   string
	retired    bool
	list       list
	at         int
	last       bool                    // go to the end of the list once it is known: a new item stands there
	want       pos.ItemID              // go to this item once the list is known; 0 for none
	then       func()                  // is done with the chosen item once the list is of what is typed
	marked     map[pos.ItemID]pos.Item // for labels
	categories []string                // as the catalogue has them; read when the choice opens
	choosing   *chooser

	prices prices
	form   *form
	asking bool // what is to be printed

	said string
	sour bool
}

// prices is what the chosen item cost before.
type prices struct {
	of    pos.ItemID
	all   []pos.PriceChange
	known bool
	asked int // generation
}

// mostPrices is how many changes of a price are shown.
const mostPrices = 50

// NewPresenter makes the list as it begins, or with the form that was left; nil for none.
func NewPresenter(cfg Config, old *Draft) *Presenter {
	p := &Presenter{cfg: cfg, marked: map[pos.ItemID]pos.Item{}}
	if old != nil {
		p.form = old.form.again()
	}
	return p
}

// Open reads the first page.
func (p *Presenter) Open() { p.find() }

// Close gives what was changed in the form and not saved; nil for nothing.
func (p *Presenter) Close() *Draft {
	p.list.gone = true
	if p.form == nil || !p.form.dirty() {
		return nil
	}
	return &Draft{p.form}
}

// Show takes the till's newest state. A catalogue that somebody else changed is read again.
func (p *Presenter) Show(s pos.Snapshot) {
	moved := p.shown && s.Items != p.revision
	p.revision, p.rules, p.shown = s.Items, s.Rules, true
	if moved {
		p.list.stale()
		p.find()
	}
}

// query is what the list is of.
func (p *Presenter) query() pos.ItemQuery {
	return pos.ItemQuery{Text: strings.TrimSpace(p.typed), Category: p.category, Retired: p.retired}
}

// Typed takes a character of what to find.
func (p *Presenter) Typed(r rune) {
	switch {
	case p.form != nil || p.asking || p.choosing != nil:
	case r == ' ' && p.typed == "":
	case unicode.IsPrint(r) && utf8.RuneCountInString(p.typed) < mostTyped:
		p.search(p.typed + string(r))
	}
}

// Backspace takes back a character.
func (p *Presenter) Backspace() {
	if p.typed != "" && p.form == nil {
		_, n := utf8.DecodeLastRuneInString(p.typed)
		p.search(p.typed[:len(p.typed)-n])
	}
}

// search looks for something else, from the top.
func (p *Presenter) search(text string) {
	p.typed, p.at, p.then = text, 0, nil
	p.hush()
	p.find()
	p.cfg.Changed()
}

// Retired shows also what is not sold any more, or leaves it out again.
func (p *Presenter) Retired() {
	p.retired, p.at = !p.retired, 0
	p.find()
	p.cfg.Changed()
}

// Scanned finds the goods of a code, or begins a new item with one that nobody knows. In the form it is one more barcode.
func (p *Presenter) Scanned(code string) {
	if p.cfg.Goods == nil {
		return
	}
	p.asking, p.choosing = false, nil
	sc := pos.Classify(code)
	switch {
	case sc.Kind == pos.ScanBadCheck:
		p.say("goods.scan.check", true, sc.Code)
	case !sc.Goods():
		p.say("goods.scan.none", true)
	case p.form != nil:
		p.form.addCode(p, sc.Code)
	default:
		p.findCode(sc)
		return
	}
	p.cfg.Changed()
}

// findCode looks a code up.
func (p *Presenter) findCode(sc pos.Scan) {
	codes := sc.Codes()
	in, labelled := pos.ReadInStore(p.rules.Layouts, sc.Code)
	if labelled = labelled && sc.Kind == pos.ScanInStore; labelled {
		codes = append(codes, in.PLUs()...)
	}
	p.cfg.Go(func(ctx context.Context) func() {
		it, err := p.cfg.Goods.Item(ctx, codes...)
		return func() {
			switch c := pos.CodeOf(err); {
			case c == pos.CodeNone:
				p.show(it)
			case c == pos.CodeNotFound:
				p.startNew(sc.Code, in)
			default:
				p.trouble(c)
			}
			p.cfg.Changed()
		}
	})
}

// show goes to an item, whatever the filters were.
func (p *Presenter) show(it pos.Item) {
	p.category, p.want = "", it.ID
	p.retired = p.retired || it.Retired
	text := it.Barcode()
	if text == "" {
		text = it.Name
	}
	p.search(text)
}

// startNew opens the form for what has a code that nobody knows. Of a label it is the PLU that the shop knows it by.
func (p *Presenter) startNew(code string, label pos.InStore) {
	it := pos.Item{Barcodes: []string{code}, Category: p.category}
	if label.PLU != "" {
		it.Barcodes, it.PLU, it.Weighed = nil, label.PLUs()[len(label.PLUs())-1], true
	}
	p.edit(it)
	p.say("goods.new.scanned", false, code)
}

// Move goes up and down the list.
func (p *Presenter) Move(n int) { p.Choose(max(0, min(p.list.total-1, p.at+n))) }

// End goes to the last item.
func (p *Presenter) End() { p.Choose(p.list.total - 1) }

// Choose shows an item of the list.
func (p *Presenter) Choose(i int) {
	if i < 0 || i >= p.list.total {
		return
	}
	p.at = i
	p.hush()
	p.reach(i)
	p.readPrices()
	p.cfg.Changed()
}

// Current is the chosen item; ok is false while it is not read.
func (p *Presenter) Current() (it pos.Item, ok bool) { return p.list.item(p.at) }

// with does something with the chosen item. While the list is not yet of what is typed, it waits: a quick hand means what it typed.
func (p *Presenter) with(do func(pos.Item)) {
	p.then = nil
	if p.query() != p.list.query || !p.list.known {
		p.then = func() { p.with(do) }
		return
	}
	if it, ok := p.Current(); ok {
		do(it)
	}
}

// readPrices reads what the chosen item cost before, if it is another than that of last time.
func (p *Presenter) readPrices() {
	it, ok := p.Current()
	if !ok || p.cfg.Goods == nil || p.prices.of == it.ID {
		return
	}
	p.prices = prices{of: it.ID, asked: p.prices.asked + 1}
	mine := p.prices.asked
	p.cfg.Go(func(ctx context.Context) func() {
		all, err := p.cfg.Goods.Prices(ctx, it.ID, mostPrices)
		return func() {
			if mine == p.prices.asked && err == nil {
				p.prices.all, p.prices.known = all, true
				p.cfg.Changed()
			}
		}
	})
}

// Enter opens the chosen item.
func (p *Presenter) Enter() { p.with(p.edit) }

// New opens the form for a new item.
func (p *Presenter) New() { p.edit(pos.Item{Category: p.category}) }

// Copy opens the form for a new item that is like the chosen one, but for its codes: those are its own.
func (p *Presenter) Copy() {
	p.with(func(it pos.Item) {
		it.ID, it.Barcodes, it.PLU, it.Retired = 0, nil, "", false
		p.edit(it)
	})
}

func (p *Presenter) edit(it pos.Item) {
	if p.cfg.Goods == nil {
		return
	}
	p.hush()
	p.asking, p.choosing = false, nil
	p.form = newForm(it)
	p.form.at = FieldName
	p.cfg.Changed()
	p.cfg.Focus()
}

// Mark takes the chosen item among those that get a new label, or takes it out again.
func (p *Presenter) Mark() {
	p.with(func(it pos.Item) {
		if _, on := p.marked[it.ID]; on {
			delete(p.marked, it.ID)
		} else {
			p.marked[it.ID] = it
		}
		p.cfg.Changed()
	})
}

// Escape takes one step back. It reports whether there was one.
func (p *Presenter) Escape() bool {
	switch {
	case p.choosing != nil:
		p.choosing = nil
		p.refocus()
	case p.form != nil:
		p.quitForm()
		return true
	case p.asking:
		p.asking = false
	case p.typed != "":
		p.search("")
		return true
	default:
		return false
	}
	p.cfg.Changed()
	return true
}

// refocus gives the keyboard back to the form, if one is open.
func (p *Presenter) refocus() {
	if p.form != nil {
		p.cfg.Focus()
	}
}

// say says something that stays until the next step.
func (p *Presenter) say(id string, sour bool, args ...any) {
	p.said, p.sour = p.cfg.Words.T(id, args...), sour
}

// trouble says what happened, what it means and what to do.
func (p *Presenter) trouble(c pos.Code) {
	what, _, todo := p.cfg.Words.Trouble(c)
	p.said, p.sour = what+" · "+todo, true
}

func (p *Presenter) hush() { p.said = "" }

// Tell shows what the till says.
func (p *Presenter) Tell(words string, sour bool) {
	p.said, p.sour = words, sour
	p.cfg.Changed()
}
