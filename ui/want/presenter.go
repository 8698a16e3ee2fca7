// Package want asks the cashier for what the till has to know before a scan can go on: a price, a weight, or what goods a code is that
// nobody knows. Esc leaves the question without an answer; so does the next scan.
package want

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"guitai/pos"
	"guitai/pos/i18n"
)

// Config is what the screen works with. All functions are called on the goroutine that draws.
type Config struct {
	Words *i18n.Words
	Post  func(pos.Command)
	// Give hands a command to the till once it is allowed, and calls then.
	Give func(c pos.Command, what string, then func())
	// Categories lists what a new item can be put under; nil lists none. Called elsewhere than on the goroutine that draws.
	Categories func(context.Context) ([]string, error)
	// Go runs work elsewhere and then, on the drawing goroutine, what it returns.
	Go func(work func(context.Context) (then func()))
	// Changed hears that something is to be drawn again.
	Changed func()
}

// Field is a line of a new item.
type Field int

// The lines of a new item.
const (
	FieldName Field = iota
	FieldPrice
	FieldCategory
)

// unit is what a weight is typed in.
type unit struct {
	grams  int
	places int
}

// units are what a scale may show, in the order they are offered.
var units = []unit{{1000, 3}, {500, 3}, {1, 0}}

const (
	mostName    = 40        // characters of a new item's name
	mostWeight  = 1_000_000 // g, not included: what more is typed is a slip of the finger
	typedLength = 9
)

// Presenter is the screen without its looks. It belongs to the goroutine that draws.
type Presenter struct {
	cfg   Config
	want  pos.Want
	typed pos.Typing // the price, or the weight
	unit  int        // of units
	tried bool       // Enter met something that cannot be

	field      Field
	name       string
	categories []string
	category   int // of categories, -1 for none
}

// NewPresenter makes a presenter that asks nothing.
func NewPresenter(cfg Config) *Presenter { return &Presenter{cfg: cfg, category: -1} }

// Open asks a question.
func (p *Presenter) Open(w pos.Want) {
	p.want, p.tried = w, false
	p.name, p.category, p.field = "", -1, FieldName
	switch w.Kind {
	case pos.WantPrice:
		p.typed = pos.TypedFen(w.Item.Price)
	case pos.WantWeight:
		p.weighIn(unitOf(w.Item.Unit))
	case pos.WantItem:
		p.typed = pos.Typing{Places: 2}
		p.load()
	}
	p.cfg.Changed()
}

// unitOf is what a weight is typed in at first: as the goods are priced, so that the scale's figure can be read off.
func unitOf(name string) int {
	switch pos.GramsOf(name) {
	case 1, 100:
		return 2
	case 50, 500:
		return 1
	}
	return 0
}

func (p *Presenter) weighIn(i int) {
	p.unit, p.tried = i, false
	p.typed = pos.Typing{Places: units[i].places, Most: typedLength}
}

func (p *Presenter) load() {
	if p.cfg.Categories == nil {
		return
	}
	n := p.want.N
	p.cfg.Go(func(ctx context.Context) func() {
		all, err := p.cfg.Categories(ctx)
		if err != nil {
			return nil // an item does without
		}
		return func() {
			if n == p.want.N {
				p.categories = all
				p.cfg.Changed()
			}
		}
	})
}

// Typed takes a character. Where a weight is typed, k, g and j say in which unit: "535g".
func (p *Presenter) Typed(r rune) {
	switch {
	case p.want.Kind == pos.WantItem && p.field == FieldName:
		if unicode.IsPrint(r) && utf8.RuneCountInString(p.name) < mostName {
			p.name += string(r)
		}
	case p.want.Kind == pos.WantWeight && strings.ContainsRune("kKgGjJ", r):
		p.Unit(strings.IndexRune("kjg", unicode.ToLower(r)))
		return
	default:
		if p.want.Kind == pos.WantItem {
			p.field = FieldPrice
		}
		p.typed.Type(r)
	}
	p.tried = false
	p.cfg.Changed()
}

// Digit takes a character of the pad: it is of the figure, whichever line is chosen.
func (p *Presenter) Digit(r rune) {
	if p.want.Kind == pos.WantItem {
		p.field = FieldPrice
	}
	p.Typed(r)
}

// Backspace takes back the last character.
func (p *Presenter) Backspace() {
	if p.want.Kind == pos.WantItem && p.field == FieldName {
		_, n := utf8.DecodeLastRuneInString(p.name)
		p.name = p.name[:len(p.name)-n]
	} else {
		p.typed.Back()
	}
	p.tried = false
	p.cfg.Changed()
}

// Unit types the weight in another unit; what is typed stays: it is what the scale shows.
func (p *Presenter) Unit(i int) {
	if p.want.Kind != pos.WantWeight || i < 0 || i >= len(units) {
		return
	}
	text := p.typed.Text
	p.weighIn(i)
	for _, r := range text {
		p.typed.Type(r)
	}
	p.cfg.Changed()
}

// Next goes on to the next unit, or to the next line.
func (p *Presenter) Next(d int) {
	switch p.want.Kind {
	case pos.WantWeight:
		p.Unit((p.unit + d + len(units)) % len(units))
	case pos.WantItem:
		lines := 3
		if len(p.categories) == 0 {
			lines = 2
		}
		p.Go(Field((int(p.field) + d + lines) % lines))
	case pos.WantPrice:
	}
}

// Go goes to a line.
func (p *Presenter) Go(f Field) {
	if p.want.Kind == pos.WantItem {
		p.field, p.tried = f, false
		p.cfg.Changed()
	}
}

// Aside chooses the category beside.
func (p *Presenter) Aside(d int) {
	if n := len(p.categories); p.want.Kind == pos.WantItem && n > 0 {
		p.field = FieldCategory
		p.category = max(-1, min(n-1, p.category+d))
		p.cfg.Changed()
	}
}

// Category chooses a category, or none when it was chosen.
func (p *Presenter) Category(i int) {
	if i == p.category {
		i = -1
	}
	p.category, p.field = i, FieldCategory
	p.cfg.Changed()
}

// weight is what is typed in g; ok is false while it is none that goods can have.
func (p *Presenter) weight() (g int, ok bool) {
	n, ok := p.typed.Value()
	u := units[p.unit]
	per := int64(1)
	for range u.places {
		per *= 10
	}
	g64 := (n*int64(u.grams)*2 + per) / (2 * per)
	return int(g64), ok && g64 > 0 && g64 < mostWeight
}

// line is what would come into the cart; ok is false while that is not known.
func (p *Presenter) line() (l pos.Line, ok bool) {
	l = pos.LineOf(p.want.Item, p.want.Code)
	l.Quantity = max(1, p.want.Times)
	switch p.want.Kind {
	case pos.WantWeight:
		l.Weight, ok = p.weight()
	default:
		l.Price, ok = p.typed.Fen()
		ok = ok && l.Price > 0
	}
	return l, ok && l.Amount() <= pos.MaxAmount
}

// Enter answers; of a new item it goes to the price first, if that is still missing, and keeps the item.
func (p *Presenter) Enter() { p.answer(false) }

// Once sells a new item without keeping it.
func (p *Presenter) Once() {
	if p.want.Kind == pos.WantItem {
		p.answer(true)
	}
}

func (p *Presenter) answer(once bool) {
	l, ok := p.line()
	switch {
	case p.want.Kind == pos.WantItem && p.field == FieldName && p.typed.Text == "":
		p.field = FieldPrice
		p.cfg.Changed()
	case !ok:
		p.tried, p.field = true, FieldPrice
		p.cfg.Changed()
	case p.want.Kind == pos.WantPrice:
		p.cfg.Post(pos.AddPriced{Item: p.want.Item.ID, Barcode: p.want.Code, Price: l.Price})
	case p.want.Kind == pos.WantWeight:
		p.cfg.Post(pos.AddWeighed{Item: p.want.Item.ID, Barcode: p.want.Code, Weight: l.Weight})
	default:
		it := pos.Item{Name: p.called(), Price: l.Price, Category: p.under()}
		if p.want.Code != "" {
			it.Barcodes = []string{p.want.Code}
		}
		p.cfg.Give(pos.NewItem{Item: it, Once: once}, p.cfg.Words.T("want.ask", it.Name, it.Price), nil)
	}
}

// called is the new item's name: a finger without a keyboard types none.
func (p *Presenter) called() string {
	switch name := strings.TrimSpace(p.name); {
	case name != "":
		return name
	case p.under() != "":
		return p.under()
	}
	return p.cfg.Words.T("want.unnamed")
}

func (p *Presenter) under() string {
	if p.category < 0 || p.category >= len(p.categories) {
		return ""
	}
	return p.categories[p.category]
}

// Leave leaves the question without an answer.
func (p *Presenter) Leave() { p.cfg.Post(pos.DismissWant{}) }
