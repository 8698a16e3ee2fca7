// Package labels makes labels for the shelf, prices or codes to pay by: goods are scanned or found, each with how many copies, and printed
// at once.
package labels

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"guitai/pos"
	"guitai/pos/i18n"
)

// Want is a label of the list.
type Want struct {
	Item   pos.Item
	Copies int
}

// The list has so many kinds at most, the text so many bytes, what it finds so many rows.
const (
	mostKinds = 100
	mostTyped = 64
	foundMost = 30
)

// Config is what the screen works with. All functions are called on the goroutine that draws.
type Config struct {
	Words     *i18n.Words
	Catalogue pos.Catalogue
	Kept      []Want // what was on the list when the screen was left
	Post      func(pos.Command)
	// ProductCode is the code by which a customer's phone pays for goods. It reaches nobody. CodeInvalid for goods whose own code WeChat
	// does not take. nil is a till without WeChat Pay or without a relay, which is how WeChat asks what they cost.
	ProductCode func(pos.Item) (string, error)
	// Go runs work elsewhere and then, on the drawing goroutine, what it returns.
	Go func(work func(context.Context) (then func()))
	// Changed hears that something is to be drawn again.
	Changed func()
}

// Presenter is the screen without its looks. It belongs to the goroutine that draws.
type Presenter struct {
	cfg   Config
	wants []Want
	at    int
	sent  []Want // what was handed to the till last, until it has answered

	typed   string
	found   []pos.Item // what the typed text finds
	pick    int
	picked  bool // a person went to one of them
	seeking int  // generation: an answer to an older text is dropped

	asking int  // codes that the catalogue was asked about and has not answered
	print  bool // somebody wants to print as soon as it has

	product product

	bad  bool // said is trouble
	said string
}

// NewPresenter makes the list as it was left. What goods cost is read again: it is what will be on the labels. What is not sold any more
// has none.
func NewPresenter(cfg Config) *Presenter {
	p := &Presenter{cfg: cfg, wants: slices.Clone(cfg.Kept)}
	for _, x := range p.wants {
		cfg.Go(func(ctx context.Context) func() {
			it, err := cfg.Catalogue.ItemByID(ctx, x.Item.ID)
			return func() {
				i := p.index(x.Item.ID)
				switch {
				case i < 0:
				case err == nil:
					p.wants[i].Item = it
				case pos.CodeOf(err) == pos.CodeNotFound:
					p.wants = slices.Delete(p.wants, i, i+1)
					if i < p.at || p.at == len(p.wants) { // the choice stays on its goods
						p.at = max(0, p.at-1)
					}
				}
				p.cfg.Changed()
			}
		})
	}
	return p
}

// Kept is the list, for when the screen is opened again.
func (p *Presenter) Kept() []Want { return slices.Clone(p.wants) }

func (p *Presenter) index(id pos.ItemID) int {
	return slices.IndexFunc(p.wants, func(x Want) bool { return x.Item.ID == id })
}

// Typed takes a character: of a code, a name, pinyin. With nothing typed, + and - are the copies.
func (p *Presenter) Typed(r rune) {
	if p.typed == "" {
		switch r {
		case '+', '＋', '=':
			p.More(1)
			return
		case '-', '－':
			p.More(-1)
			return
		case ' ', '　':
			return
		}
	}
	if len(p.typed) < mostTyped {
		p.typed += string(r)
		p.seek()
	}
}

// Backspace takes back a character.
func (p *Presenter) Backspace() {
	if p.typed != "" {
		_, n := utf8.DecodeLastRuneInString(p.typed)
		p.typed = p.typed[:len(p.typed)-n]
		p.seek()
	}
}

// seek finds what the typed text names.
func (p *Presenter) seek() {
	p.seeking++
	p.picked, p.pick = false, 0
	p.say("", false)
	text := strings.TrimSpace(p.typed)
	if text == "" {
		p.found = nil
		p.cfg.Changed()
		return
	}
	p.cfg.Changed()
	mine := p.seeking
	p.cfg.Go(func(ctx context.Context) func() {
		found, err := p.cfg.Catalogue.Find(ctx, text, foundMost)
		return func() {
			if mine != p.seeking || err != nil { // Enter says why
				return
			}
			p.found = found
			p.cfg.Changed()
		}
	})
}

// Enter adds what is typed: the goods of a code, else the one of the found that is chosen.
func (p *Presenter) Enter() {
	text := strings.TrimSpace(p.typed)
	switch {
	case text == "":
		return
	case p.picked && p.pick < len(p.found):
		p.Choose(p.pick)
		return
	}
	p.clear() // what is typed next is something else
	p.look(text, true)
	p.cfg.Changed()
}

// Scanned takes a whole scan; back characters of it came through Typed before.
func (p *Presenter) Scanned(code string, back int) {
	if back > 0 {
		p.typed = strings.TrimSuffix(p.typed, code)
		p.seek()
	}
	p.look(code, false)
}

// look asks the catalogue for the goods of a code. Of a typed one that it does not know, the best of what the text finds is taken.
func (p *Presenter) look(code string, typed bool) {
	sc := pos.Classify(code)
	switch sc.Kind {
	case pos.ScanGoods:
	case pos.ScanWeChat, pos.ScanAlipay:
		p.say(p.cfg.Words.T("labels.payment-code"), true)
		p.cfg.Changed()
		return
	case pos.ScanBadCheck:
		p.say(p.cfg.Words.T("labels.bad-check", sc.Code), true)
		p.cfg.Changed()
		return
	case pos.ScanNothing, pos.ScanQuantity, pos.ScanBadQuantity, pos.ScanReceipt, pos.ScanOrder, pos.ScanTransaction:
		if !typed {
			p.say(p.cfg.Words.T("labels.no-goods"), true)
			p.cfg.Changed()
			return
		}
	}
	p.asking++
	p.cfg.Go(func(ctx context.Context) func() {
		it, err := p.cfg.Catalogue.Item(ctx, sc.Codes()...)
		if typed && pos.CodeOf(err) == pos.CodeNotFound {
			var found []pos.Item
			if found, err = p.cfg.Catalogue.Find(ctx, code, 1); err == nil && len(found) == 0 {
				err = pos.E(pos.CodeNotFound, "find item", nil)
			} else if err == nil {
				it = found[0]
			}
		}
		return func() {
			p.asking--
			p.answered(code, it, err, typed)
		}
	})
}

func (p *Presenter) answered(code string, it pos.Item, err error, typed bool) {
	w := p.cfg.Words
	switch c := pos.CodeOf(err); {
	case err == nil:
		p.add(it)
	case c == pos.CodeNotFound:
		if typed && p.typed == "" {
			p.typed = code // to be put right
			p.seek()
		}
		p.say(w.T("labels.unknown", pos.Mask(code)), true)
	default:
		what, _, todo := w.Trouble(c)
		p.say(what+" · "+todo, true)
	}
	if err != nil {
		p.print = false // what is missing is to be seen first
	}
	if p.print && p.asking == 0 {
		p.Print()
		return
	}
	p.cfg.Changed()
}

// clear drops what is typed.
func (p *Presenter) clear() {
	p.seeking++
	p.typed, p.found, p.pick, p.picked = "", nil, 0, false
}

// add puts one more label of an item on the list.
func (p *Presenter) add(it pos.Item) {
	w := p.cfg.Words
	i := p.index(it.ID)
	switch {
	case i < 0 && len(p.wants) >= mostKinds:
		p.say(w.T("labels.full", mostKinds), true)
	case i < 0:
		p.wants = append(p.wants, Want{Item: it, Copies: 1})
		p.at = len(p.wants) - 1
		p.say("", false)
	default:
		p.wants[i].Item, p.at = it, i
		p.more(1)
	}
}

// More changes how many copies of the chosen label are printed.
func (p *Presenter) More(n int) {
	if len(p.wants) > 0 {
		p.more(n)
		p.cfg.Changed()
	}
}

func (p *Presenter) more(n int) {
	x := &p.wants[p.at]
	p.say("", false)
	if x.Copies+n > pos.MaxLabelCopies {
		p.say(p.cfg.Words.T("labels.most", pos.MaxLabelCopies), true)
	}
	x.Copies = max(1, min(pos.MaxLabelCopies, x.Copies+n))
}

// Remove takes the chosen label off the list.
func (p *Presenter) Remove() {
	if len(p.wants) == 0 || p.Seeking() {
		return
	}
	p.wants = slices.Delete(p.wants, p.at, p.at+1)
	p.at = max(0, min(p.at, len(p.wants)-1))
	p.say("", false)
	p.cfg.Changed()
}

// Seeking reports whether what the typed text finds stands in the place of the list.
func (p *Presenter) Seeking() bool { return strings.TrimSpace(p.typed) != "" }

// Move goes up or down, in the list or in what was found.
func (p *Presenter) Move(dy int) {
	if p.Seeking() {
		p.pick, p.picked = max(0, min(len(p.found)-1, p.pick+dy)), true
	} else {
		p.at = max(0, min(len(p.wants)-1, p.at+dy))
	}
	p.cfg.Changed()
}

// Choose is a finger on entry i: of the list it is chosen, of what was found it is added.
func (p *Presenter) Choose(i int) {
	switch {
	case p.Seeking() && i < len(p.found):
		it := p.found[i]
		p.clear()
		p.add(it)
		p.cfg.Changed()
	case !p.Seeking() && i < len(p.wants):
		p.at = i
		p.cfg.Changed()
	}
}

// Escape takes one step back. It reports whether there was one.
func (p *Presenter) Escape() bool {
	if p.typed == "" {
		return false
	}
	p.clear()
	p.say("", false)
	p.cfg.Changed()
	return true
}

// Print hands the labels to the till and begins a new list. Labels of as many copies are one print job. What is being looked up is waited
// for.
func (p *Presenter) Print() {
	if p.asking > 0 {
		p.print = true
		return
	}
	p.print = false
	if len(p.wants) == 0 || p.product.on && p.uncoded() {
		return
	}
	wants, total := p.wants, p.total()
	p.wants, p.at, p.sent = nil, 0, p.wants
	p.clear()
	said := p.cfg.Words.T("labels.asked", total)
	if p.product.on {
		said = p.cfg.Words.T("labels.product.asked", total)
	}
	p.say(said, false)
	p.cfg.Changed()
	for i, x := range wants {
		if slices.IndexFunc(wants, func(y Want) bool { return y.Copies == x.Copies }) < i {
			continue // among those of the first with as many
		}
		c := pos.PrintLabels{Copies: x.Copies}
		for _, y := range wants {
			if y.Copies == x.Copies {
				c.Items = append(c.Items, y.Item.ID)
				if p.product.on {
					code, _ := p.code(y.Item)
					c.Codes = append(c.Codes, code)
				}
			}
		}
		p.cfg.Post(c)
	}
}

// Answered hears what the till says. If it did not take the labels, they are on the list again.
func (p *Presenter) Answered(refused bool) {
	if refused && len(p.wants) == 0 && len(p.sent) > 0 {
		p.wants = p.sent
		p.say("", false)
		p.cfg.Changed()
	}
	p.sent = nil
}

func (p *Presenter) total() int {
	n := 0
	for _, x := range p.wants {
		n += x.Copies
	}
	return n
}

func (p *Presenter) say(words string, bad bool) { p.said, p.bad = words, bad }

// Row is an entry of the list, or of what was found.
type Row struct {
	Name   string
	Detail string // the barcode
	Price  string
	Copies string // "" in what was found
	Chosen bool
}

// Len is how many entries there are.
func (p *Presenter) Len() int {
	if p.Seeking() {
		return len(p.found)
	}
	return len(p.wants)
}

// At is the chosen entry.
func (p *Presenter) At() int {
	if p.Seeking() {
		return p.pick
	}
	return p.at
}

// Row gives entry i.
func (p *Presenter) Row(i int) Row {
	if i < 0 || i >= p.Len() {
		return Row{}
	}
	if p.Seeking() {
		it := p.found[i]
		return Row{Name: it.Name, Detail: it.Barcode(), Price: it.Price.String(), Chosen: i == p.pick}
	}
	x := p.wants[i]
	return Row{Name: x.Item.Name, Detail: x.Item.Barcode(), Price: x.Item.Price.String(), Copies: "× " + strconv.Itoa(x.Copies), Chosen: i == p.at}
}

// Model is the screen in words.
type Model struct {
	Typed   string
	Label   bool // there is a label to show
	Name    string
	Price   string
	Per     string // what the price is for
	Code    string
	QR      string // the code to pay by, in the place of a price; "" for a price label
	Uncoded string // why there is none
	Copies  string
	None    string // in the place of an empty list
	Todo    string
	Print   string // how printing is called: how many labels
	Ready   bool   // there is something to print
	Said    string
	Bad     bool
}

// Model gives the screen in words.
func (p *Presenter) Model() Model {
	w := p.cfg.Words
	m := Model{Typed: p.typed, Print: w.T("labels.print", p.total()), Ready: len(p.wants) > 0, Said: p.said, Bad: p.bad}
	switch {
	case p.Seeking() && len(p.found) == 0:
		m.None, m.Todo = w.T("labels.found.none"), w.T("labels.found.todo")
	case !p.Seeking() && len(p.wants) == 0:
		m.None, m.Todo = w.T("labels.none"), w.T("labels.none.todo")
	}
	it, ok := p.current()
	if !ok {
		return m
	}
	m.Label, m.Name, m.Price, m.Code = true, it.Name, w.Money(it.Price), it.Barcode()
	unit := it.Unit
	switch {
	case unit == "" && it.Weighed:
		unit = "kg"
	case unit == "":
		unit = w.T("labels.piece")
	}
	m.Per = w.T("labels.per", unit)
	switch {
	case it.Open:
		m.Price, m.Per = w.T("item-choice.sold.open"), ""
	case it.Member > 0:
		m.Per += " · " + w.T("goods.row.member", it.Member)
	}
	if p.product.on {
		m.Price, m.Per, m.Code = "", w.T("labels.product.price"), ""
		if m.QR, ok = p.code(it); !ok {
			m.Per, m.Uncoded = "", w.T("labels.product.none", it.Name)
		}
	}
	if !p.Seeking() {
		m.Copies = w.T("labels.copies", p.wants[p.at].Copies)
	}
	return m
}

// current is the goods whose label is shown.
func (p *Presenter) current() (it pos.Item, ok bool) {
	switch {
	case p.Seeking() && p.pick < len(p.found):
		return p.found[p.pick], true
	case !p.Seeking() && len(p.wants) > 0:
		return p.wants[p.at].Item, true
	}
	return it, false
}
