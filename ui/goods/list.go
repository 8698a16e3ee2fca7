package goods

import (
	"context"
	"slices"

	"guitai/pos"
)

// Of the list, so many items are read at once, and so many of such pages are kept: what a person scrolls through, never all of a large
// catalogue.
const (
	pageSize  = 100
	keptPages = 16
)

// list is what was read of the items that a query names.
type list struct {
	query pos.ItemQuery
	total int
	known bool // how many there are
	bad   pos.Code
	pages map[int][]pos.Item
	order []int // of the pages, the one that was looked at last at the end
	old   bool  // the catalogue has changed since
	busy  bool  // a page is being read: one at a time, so that a quick hand leaves no queue behind
	gone  bool
}

// item is entry i, if its page is there.
func (l *list) item(i int) (pos.Item, bool) {
	page := l.pages[i/pageSize]
	if k := i % pageSize; i >= 0 && i < l.total && k < len(page) {
		return page[k], true
	}
	return pos.Item{}, false
}

// stale drops what was read: the catalogue has changed. What is shown stays until the next answer.
func (l *list) stale() { l.old = true }

// keep puts a page in the place of the one that was not looked at for longest.
func (l *list) keep(n int, items []pos.Item) {
	if l.pages == nil {
		l.pages = map[int][]pos.Item{}
	}
	l.pages[n] = items
	l.touch(n)
	for len(l.order) > keptPages {
		delete(l.pages, l.order[0])
		l.order = l.order[1:]
	}
}

func (l *list) touch(n int) {
	if len(l.order) > 0 && l.order[len(l.order)-1] == n {
		return
	}
	l.order = append(slices.DeleteFunc(l.order, func(x int) bool { return x == n }), n)
}

// find reads the page that the chosen entry is on, of what is asked for now.
func (p *Presenter) find() { p.read(p.at / pageSize) }

// read reads a page.
func (p *Presenter) read(n int) {
	l := &p.list
	if p.cfg.Goods == nil || l.gone {
		return
	}
	if l.busy { // what is asked for then is read next
		return
	}
	l.busy = true
	q := p.query()
	same := q == l.query && !l.old
	l.old = false
	ask := q
	ask.Offset, ask.Limit = n*pageSize, pageSize
	p.cfg.Go(func(ctx context.Context) func() {
		items, total, err := p.ask(ctx, ask)
		return func() { p.found(q, n, same, items, total, err) }
	})
}

// mostFound is how many items a search by [Config.Find] lists.
const mostFound = 500

// ask gets a page of what a query names. A search finds what the selling screen finds; it knows nothing of what is not sold any more, and
// where it finds nothing the catalogue has the last word: an item may be newer than the search.
func (p *Presenter) ask(ctx context.Context, q pos.ItemQuery) (items []pos.Item, total int, err error) {
	if p.cfg.Find != nil && q.Text != "" && !q.Retired {
		found, err := p.cfg.Find(ctx, q.Text, mostFound)
		if err != nil {
			return nil, 0, err
		}
		found = slices.DeleteFunc(slices.Clone(found), func(it pos.Item) bool { return it.Retired || q.Category != "" && it.Category != q.Category })
		if total = len(found); total > 0 {
			from := min(q.Offset, total)
			return found[from:min(total, from+q.Limit)], total, nil
		}
	}
	return p.cfg.Goods.Items(ctx, q)
}

// found takes a page. Once something else is asked for it is of no use.
func (p *Presenter) found(q pos.ItemQuery, n int, same bool, items []pos.Item, total int, err error) {
	l := &p.list
	l.busy = false
	if q != p.query() || l.old {
		p.find()
		return
	}
	l.bad = pos.CodeOf(err)
	if err == nil {
		if !same || total != l.total {
			l.pages, l.order = nil, nil
		}
		l.query, l.total, l.known = q, total, true
		l.keep(n, items)
		p.settle()
	}
	p.readPrices()
	p.cfg.Changed()
	if then := p.then; then != nil {
		p.then = nil
		then()
	}
}

// settle keeps the choice within the list, or goes to its end or to the item that is wanted.
func (p *Presenter) settle() {
	if p.last {
		p.last, p.at = false, p.list.total-1
	}
	if want := p.want; want != 0 {
		p.want = 0
		for n, items := range p.list.pages {
			if i := slices.IndexFunc(items, func(it pos.Item) bool { return it.ID == want }); i >= 0 {
				p.at = n*pageSize + i
			}
		}
	}
	p.at = max(0, min(p.at, p.list.total-1))
	if _, ok := p.list.item(p.at); !ok && p.list.total > 0 {
		p.find()
	}
}

// reach gives entry i, and has its page read when it is not there.
func (p *Presenter) reach(i int) (pos.Item, bool) {
	it, ok := p.list.item(i)
	switch {
	case ok:
		p.list.touch(i / pageSize)
	case i < p.list.total && p.list.bad == pos.CodeNone:
		p.read(i / pageSize)
	}
	return it, ok
}
