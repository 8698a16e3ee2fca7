package goods

import (
	"context"
	"slices"
	"strconv"
	"time"

	"guitai/pos"
)

// chooser is the choice of a category: what the list is of, or what an item is in.
type chooser struct {
	at int
}

// Categories opens the choice of a category, or closes it.
func (p *Presenter) Categories() {
	if p.cfg.Goods == nil || p.asking {
		return
	}
	if p.choosing != nil {
		p.choosing = nil
		p.cfg.Changed()
		p.refocus()
		return
	}
	mine := &chooser{}
	p.choosing = mine
	p.cfg.Go(func(ctx context.Context) func() {
		all, err := p.cfg.Goods.Categories(ctx)
		return func() {
			if err != nil {
				p.trouble(pos.CodeOf(err))
				p.choosing = nil
				p.refocus()
			} else {
				p.categories = all
				mine.at = 1 + slices.Index(all, p.chosenCategory())
			}
			p.cfg.Changed()
		}
	})
	p.cfg.Changed()
	p.cfg.Focus()
}

func (p *Presenter) chosenCategory() string {
	if p.form != nil {
		return p.form.texts[FieldCategory]
	}
	return p.category
}

// Choosing gives the open choice: the first entry is every category, or none of them; ok is false while it is closed.
func (p *Presenter) Choosing() (names []string, at int, ok bool) {
	if p.choosing == nil {
		return nil, 0, false
	}
	first := p.cfg.Words.T("goods.category.all")
	if p.form != nil {
		first = p.cfg.Words.T("goods.category.none")
	}
	return append([]string{first}, p.categories...), p.choosing.at, true
}

// Point moves in the choice.
func (p *Presenter) Point(i int) {
	if p.choosing != nil {
		p.choosing.at = max(0, min(len(p.categories), i))
		p.cfg.Changed()
	}
}

// Take chooses the category pointed at.
func (p *Presenter) Take() {
	if p.choosing == nil {
		return
	}
	name := ""
	if i := p.choosing.at; i > 0 && i <= len(p.categories) {
		name = p.categories[i-1]
	}
	p.choosing = nil
	if p.form != nil {
		p.Set(FieldCategory, name)
		p.form.at = FieldCategory
		p.cfg.Changed()
		p.cfg.Focus()
		return
	}
	p.category, p.at = name, 0
	p.find()
	p.cfg.Changed()
}

// mostLabels is how many labels the page of labels takes at once.
const mostLabels = 100

// labelDays are since when prices may have changed that want new labels, in days before today.
var labelDays = []int{0, 1, 7}

// AskLabels asks what is to have new labels; Labelling reports whether it is asked.
func (p *Presenter) AskLabels() {
	if p.cfg.Goods == nil || p.cfg.Labels == nil || p.form != nil {
		return
	}
	p.asking = !p.asking
	p.hush()
	p.cfg.Changed()
}

// Labelling reports whether it is asked what is to have new labels.
func (p *Presenter) Labelling() bool { return p.asking }

// LabelChoice is one answer to that question.
type LabelChoice struct {
	Key, Words string
	Off        bool
}

// LabelChoices are the answers: the marked items or the chosen one, then what changed its price.
func (p *Presenter) LabelChoices() []LabelChoice {
	w := p.cfg.Words
	it, ok := p.Current()
	first := LabelChoice{Key: "1", Words: w.T("goods.labels.one", it.Name), Off: !ok}
	if n := len(p.marked); n > 0 {
		first.Words, first.Off = w.T("goods.labels.marked", n), false
	}
	all := []LabelChoice{first}
	for i, d := range labelDays {
		all = append(all, LabelChoice{Key: strconv.Itoa(i + 2), Words: w.T("label-since." + strconv.Itoa(d))})
	}
	return all
}

// TakeLabels is answer n, from 0.
func (p *Presenter) TakeLabels(n int) {
	if !p.asking || n < 0 || n > len(labelDays) {
		return
	}
	if n > 0 {
		p.repriced(labelDays[n-1])
		return
	}
	var items []pos.Item
	for _, it := range p.marked {
		items = append(items, it)
	}
	slices.SortFunc(items, func(a, b pos.Item) int { return int(a.ID - b.ID) })
	if it, ok := p.Current(); ok && len(items) == 0 {
		items = []pos.Item{it}
	}
	p.hand(items)
}

// repriced hands on everything that was given another price since a day.
func (p *Presenter) repriced(days int) {
	now := p.cfg.Now()
	since := time.Date(now.Year(), now.Month(), now.Day()-days, 0, 0, 0, 0, now.Location())
	p.cfg.Go(func(ctx context.Context) func() {
		items, total, err := p.cfg.Goods.Items(ctx, pos.ItemQuery{Repriced: since, Limit: mostLabels})
		return func() {
			switch {
			case !p.asking:
				return
			case err != nil:
				p.trouble(pos.CodeOf(err))
			case total == 0:
				p.say("goods.labels.none", false)
			case total > mostLabels:
				p.say("goods.labels.many", true, total, mostLabels)
			default:
				p.hand(items)
				return
			}
			p.asking = false
			p.cfg.Changed()
		}
	})
}

func (p *Presenter) hand(items []pos.Item) {
	if len(items) == 0 {
		return
	}
	p.asking, p.marked = false, map[pos.ItemID]pos.Item{}
	p.cfg.Changed()
	p.cfg.Labels(items[:min(len(items), mostLabels)])
}
