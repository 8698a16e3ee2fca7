package goods

import (
	"strings"

	"guitai/pos"
)

// Row is an entry of the list in words.
type Row struct {
	Name, Detail, Price, Member string
	Colour                      string
	Off                         string // that it is not sold any more; "" for one that is
	Chosen, Marked              bool
	Loading                     bool
}

// Len is how many entries there are.
func (p *Presenter) Len() int { return p.list.total }

// Row gives entry i; one that is not there yet is read.
func (p *Presenter) Row(i int) Row {
	it, ok := p.reach(i)
	if !ok {
		return Row{Loading: true, Chosen: i == p.at}
	}
	w := p.cfg.Words
	r := Row{Name: it.Name, Detail: p.codes(it), Price: p.price(it), Colour: it.Colour, Chosen: i == p.at}
	_, r.Marked = p.marked[it.ID]
	if it.Category != "" {
		r.Detail = strings.TrimPrefix(r.Detail+" · "+it.Category, " · ")
	}
	if it.Member > 0 {
		r.Member = w.T("goods.row.member", it.Member)
	}
	if it.Retired {
		r.Off = w.T("goods.off")
	}
	return r
}

// price is what an item costs, with what that is for.
func (p *Presenter) price(it pos.Item) string {
	if it.Open {
		if it.Price == 0 {
			return p.cfg.Words.T("item-choice.sold.open")
		}
		return p.cfg.Words.T("goods.row.open", it.Price)
	}
	if it.Unit == "" && !it.Weighed {
		return it.Price.String()
	}
	return it.Price.String() + "/" + p.unit(it.Unit, it.Weighed)
}

func (p *Presenter) codes(it pos.Item) string {
	s := it.Barcode()
	if n := len(it.Barcodes); n > 1 {
		s = p.cfg.Words.T("goods.row.codes", s, n)
	}
	if it.PLU != "" {
		s = strings.TrimPrefix(s+" · "+p.cfg.Words.T("goods.row.plu", it.PLU), " · ")
	}
	return s
}

// Fact is a line about the chosen item.
type Fact struct{ Name, Words string }

// Change is a price that it was given.
type Change struct{ When, Prices, Who string }

// Detail is the chosen item in words.
type Detail struct {
	There   bool
	Item    pos.Item
	Name    string
	Price   string
	Per     string
	Off     string
	Facts   []Fact
	Changes []Change
	None    string // in the place of changes
}

// Detail gives the chosen item in words.
func (p *Presenter) Detail() Detail {
	it, ok := p.Current()
	if !ok {
		return Detail{}
	}
	w := p.cfg.Words
	d := Detail{There: true, Item: it, Name: it.Name, Price: w.Money(it.Price), Per: w.T("goods.per", p.unit(it.Unit, it.Weighed))}
	if it.Open {
		d.Per = w.T("item-note.open")
	}
	if it.Retired {
		d.Off = w.T("goods.off")
	}
	add := func(id, words string) {
		if words != "" {
			d.Facts = append(d.Facts, Fact{w.T("item-fact." + id), words})
		}
	}
	if it.Member > 0 {
		add("member", w.Money(it.Member))
	}
	if earned, part, ok := marginOf(it.Price, it.Cost); ok {
		add("cost", w.T("goods.cost.margin", w.Money(it.Cost), earned, tenth(part)))
	}
	add("tax", w.T("goods.tax.in", percent(it.TaxRate)))
	add("codes", strings.Join(it.Barcodes, "  "))
	add("plu", it.PLU)
	add("category", it.Category)
	if it.Weighed {
		add("sold", w.T("item-choice.sold.weight"))
	}
	add("pinyin", it.Pinyin)
	if p.prices.of != it.ID || !p.prices.known {
		return d
	}
	for _, c := range p.prices.all {
		d.Changes = append(d.Changes, p.change(c))
	}
	if len(d.Changes) == 0 {
		d.None = w.T("goods.history.none")
	}
	return d
}

func (p *Presenter) change(c pos.PriceChange) Change {
	w := p.cfg.Words
	var parts []string
	if c.From != c.To {
		if c.From == 0 {
			parts = append(parts, c.To.String())
		} else {
			parts = append(parts, c.From.String()+" → "+c.To.String())
		}
	}
	if c.MemberFrom != c.MemberTo {
		from, to := amount(c.MemberFrom), amount(c.MemberTo)
		if to == "" {
			to = w.T("goods.history.nothing")
		}
		if from != "" {
			to = from + " → " + to
		}
		parts = append(parts, w.T("goods.history.member", to))
	}
	who := c.By
	if id := "price-source." + c.Source; c.Source != "edit" && w.Has(id) {
		who = strings.TrimPrefix(who+" · "+w.T(id), " · ")
	}
	return Change{When: w.Clock(c.At.In(p.cfg.Now().Location())), Prices: strings.Join(parts, "  "), Who: who}
}

// Model is the screen in words.
type Model struct {
	Typed    string
	Category string
	Retired  bool
	Count    string
	None     string // in the place of an empty list
	Todo     string
	Marked   string
	Said     string
	Sour     bool
}

// Model gives the screen in words.
func (p *Presenter) Model() Model {
	w := p.cfg.Words
	m := Model{Typed: p.typed, Category: p.category, Retired: p.retired, Said: p.said, Sour: p.sour, Marked: w.T("goods.mark")}
	if m.Category == "" {
		m.Category = w.T("goods.category.all")
	}
	if n := len(p.marked); n > 0 {
		m.Marked = w.T("goods.marked", n)
	}
	switch {
	case p.cfg.Goods == nil:
		m.None, m.Todo = w.T("goods.closed"), ""
	case p.list.bad != pos.CodeNone:
		what, _, todo := w.Trouble(p.list.bad)
		m.None, m.Todo = what, todo
	case !p.list.known:
		m.None = w.T("goods.reading")
	case p.list.total > 0:
		m.Count = w.T("goods.count", p.list.total)
	case p.query() == pos.ItemQuery{} || p.query() == pos.ItemQuery{Retired: true}:
		m.None, m.Todo = w.T("goods.empty"), w.T("goods.empty.todo")
	default:
		m.None, m.Todo = w.T("goods.none"), w.T("goods.none.todo")
	}
	return m
}

// FormModel is the form in words, beside its fields.
type FormModel struct {
	Title  string
	Bad    string // how many fields have something wrong in them
	Saving bool
	Photo  bool // there is one
	Item   pos.Item
	Price  string
}

// Form gives the form in words.
func (p *Presenter) Form() FormModel {
	f, w := p.form, p.cfg.Words
	if f == nil {
		return FormModel{}
	}
	m := FormModel{Title: w.T("goods.form.change", f.was.Name), Saving: f.saving, Photo: f.texts[FieldPhoto] != "", Item: f.item()}
	if f.was.ID == 0 {
		m.Title = w.T("goods.form.new")
	}
	m.Price = m.Item.Price.String()
	if m.Item.Name == "" {
		m.Item.Name = w.T("item-field.name")
	}
	return m
}
