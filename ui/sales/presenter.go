// Package sales finds closed sales and tells everything about one: its lines, how it was paid, what went back, and line by line
// who said so and when. From here it is printed again or given back.
//
// Nothing waits for the books: what is asked is answered later, and an answer to an older question is dropped.
package sales

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"guitai/pos"
	"guitai/pos/i18n"
)

// Config is what the screen works with. All functions are called on the goroutine that draws.
type Config struct {
	Words  *i18n.Words
	Shop   pos.Shop
	Finder pos.SaleFinder   // nil finds nothing
	Now    func() time.Time // in the shop's zone
	Post   func(pos.Command)
	// Refund opens the screen that gives this sale back.
	Refund func(no pos.ReceiptNo)
	// Go runs work elsewhere and then, on the drawing goroutine, what it returns.
	Go func(work func(context.Context) (then func()))
	// Changed hears that something is to be drawn again.
	Changed func()
}

const (
	pageSize  = 50
	nearEnd   = 10 // rows before the last one from where the next page is read
	mostTyped = 64
)

// Presenter is the screen without its looks. It belongs to the goroutine that draws.
type Presenter struct {
	cfg    Config
	staff  pos.StaffView
	others []string // names of the tenders that are taken outside
	news   news
	asks   bool // Open was called

	typed  string
	text   string // what was searched for last
	secret bool   // somebody scanned a payment code, which finds nothing and is not shown
	filter filter

	hits  []pos.SaleHit
	more  bool
	at    int
	busy  bool
	bad   pos.Code
	asked int // generation of the list

	chosen   pos.SaleID // what is read of the chosen one
	record   pos.SaleRecord
	evidence map[pos.PaymentID][]pos.PaymentEvent
	reading  int // generation of the sale
	unread   pos.Code
	known    bool
}

// news is what makes a sale look different, or one more be there.
type news struct {
	last    pos.SaleID
	refunds int
	state   pos.RefundState
	message uint64
}

// NewPresenter makes a presenter that shows today's sales.
func NewPresenter(cfg Config) *Presenter { return &Presenter{cfg: cfg} }

// Open looks for the first time; text is what to find, "" for the newest sales.
func (p *Presenter) Open(s pos.Snapshot, text string) {
	p.staff, p.others, p.news, p.asks = s.Staff, s.Rules.Others, newsOf(s), true
	p.typed = text
	p.search()
}

func newsOf(s pos.Snapshot) news {
	n := news{last: s.Last, refunds: len(s.Refunds), message: s.Message.N}
	if n.refunds > 0 {
		n.state = s.Refunds[n.refunds-1].State
	}
	return n
}

// Show takes the till's newest state.
func (p *Presenter) Show(s pos.Snapshot) {
	n := newsOf(s)
	old, every := p.news, p.everyDay()
	p.staff, p.others, p.news = s.Staff, s.Rules.Others, n
	switch {
	case !p.asks:
		return
	case every && !p.everyDay(): // somebody else is at the till, and the list is not his to see
		p.filter.picking = false
		p.again()
		return
	case n == old:
		return
	}
	if n.last != old.last && len(p.hits) <= pageSize {
		p.find(0)
	}
	if p.chosen != 0 {
		p.read(p.chosen)
	}
	p.cfg.Changed()
}

func (p *Presenter) today() pos.Day {
	now := p.cfg.Now()
	return pos.Calendar{Zone: now.Location(), Starts: p.cfg.Shop.Calendar.Starts}.DayOf(now)
}

// Typed takes a character of what to find.
func (p *Presenter) Typed(r rune) {
	if p.filter.picking || !unicode.IsPrint(r) || utf8.RuneCountInString(p.typed) >= mostTyped {
		return
	}
	p.typed += string(r)
	p.cfg.Changed()
}

// Backspace takes back the last character.
func (p *Presenter) Backspace() {
	_, n := utf8.DecodeLastRuneInString(p.typed)
	p.typed = p.typed[:len(p.typed)-n]
	p.cfg.Changed()
}

// Scanned finds what was scanned, whatever stood in the field.
func (p *Presenter) Scanned(code string, _ int) {
	p.filter.picking = false
	switch pos.Classify(code).Kind {
	case pos.ScanWeChat, pos.ScanAlipay:
		// Whoever can read it can take money from the customer.
		p.typed, p.secret = "", true
		p.cfg.Changed()
		return
	default:
	}
	p.typed = code
	p.search()
}

// Enter looks for what is typed, or takes what the calendar shows.
func (p *Presenter) Enter() {
	if p.filter.picking {
		p.Pick(p.filter.picked)
		return
	}
	p.search()
}

// search looks for what is typed.
func (p *Presenter) search() {
	p.text, p.secret = strings.TrimSpace(ascii(p.typed)), false
	p.again()
}

// ascii makes full-width letters and digits of a Chinese input method what they stand for.
func ascii(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' && r != '￥' {
			return r - 0xFEE0
		}
		return r
	}, s)
}

// again forgets the list and looks anew.
func (p *Presenter) again() {
	p.hits, p.more, p.at = nil, false, 0
	p.bad = pos.CodeNone
	p.choose(0)
	p.find(0)
	p.cfg.Changed()
}

// query is what to ask the books.
func (p *Presenter) query() pos.SaleQuery {
	q := pos.ParseSaleQuery(p.text)
	q.Limit = pageSize
	if q.Receipt != (pos.ReceiptNo{}) || q.Order != "" || q.Trans != "" {
		return q // there is one, whenever it was
	}
	q.Span = p.span()
	q.Cashier, q.Tender = p.filter.person, p.filter.tender
	q.From, q.To = p.filter.part.minutes()
	return q
}

// find reads the page of the list that follows a sale, 0 for the first.
func (p *Presenter) find(after pos.SaleID) {
	if p.cfg.Finder == nil {
		p.bad = pos.CodeInternal
		return
	}
	q := p.query()
	q.Before = after
	p.asked++
	mine := p.asked
	p.busy = true
	p.cfg.Go(func(ctx context.Context) func() {
		hits, more, err := p.cfg.Finder.FindSales(ctx, q)
		return func() {
			if mine == p.asked {
				p.found(hits, more, after != 0, err)
			}
		}
	})
}

func (p *Presenter) found(hits []pos.SaleHit, more, next bool, err error) {
	p.busy = false
	p.bad = pos.CodeOf(err)
	if err == nil {
		p.more = more
		if next {
			p.hits = append(p.hits, hits...)
		} else {
			p.hits = hits
			p.keep()
		}
	}
	p.cfg.Changed()
}

// keep stays on the chosen sale where it is still listed, and else goes to the first.
func (p *Presenter) keep() {
	p.at = max(0, slices.IndexFunc(p.hits, func(h pos.SaleHit) bool { return h.Sale.ID == p.chosen }))
	if len(p.hits) == 0 {
		p.choose(0)
		return
	}
	if id := p.hits[p.at].Sale.ID; id != p.chosen {
		p.choose(id)
	}
}

// Reach tells that row i is in sight, so that what follows is read in time.
func (p *Presenter) Reach(i int) {
	if p.more && !p.busy && i >= len(p.hits)-nearEnd {
		p.find(p.hits[len(p.hits)-1].Sale.ID)
	}
}

// Move goes up and down the list; in the calendar by weeks.
func (p *Presenter) Move(n int) {
	p.Choose(max(0, min(len(p.hits)-1, p.at+n)))
}

// Choose shows a sale of the list.
func (p *Presenter) Choose(i int) {
	if i < 0 || i >= len(p.hits) {
		return
	}
	p.at = i
	if id := p.hits[i].Sale.ID; id != p.chosen {
		p.choose(id)
	}
	p.Reach(i)
	p.cfg.Changed()
}

func (p *Presenter) choose(id pos.SaleID) {
	p.chosen, p.known, p.unread = id, false, pos.CodeNone
	p.record, p.evidence = pos.SaleRecord{}, nil
	p.reading++
	if id != 0 {
		p.read(id)
	}
}

// read gets everything about a sale; what is shown of it stays until then.
func (p *Presenter) read(id pos.SaleID) {
	p.reading++
	mine := p.reading
	p.cfg.Go(func(ctx context.Context) func() {
		record, err := p.cfg.Finder.Record(ctx, id)
		said := map[pos.PaymentID][]pos.PaymentEvent{}
		for _, x := range record.Payments {
			if err != nil {
				break
			}
			said[x.ID], err = p.cfg.Finder.Evidence(ctx, x.ID)
		}
		return func() {
			if mine != p.reading {
				return
			}
			p.unread = pos.CodeOf(err)
			if err == nil {
				p.record, p.evidence, p.known = record, said, true
			}
			p.cfg.Changed()
		}
	})
}

// Reprint prints the chosen sale's receipt again, marked 补打.
func (p *Presenter) Reprint() {
	if p.known {
		p.cfg.Post(pos.Reprint{Sale: p.chosen})
	}
}

// Refund gives the chosen sale back, on a screen of its own.
func (p *Presenter) Refund() {
	if p.known {
		p.cfg.Refund(p.record.Sale.Receipt)
	}
}

// Escape takes one step back. It reports whether there was one.
func (p *Presenter) Escape() bool {
	switch {
	case p.filter.picking:
		p.filter.picking = false
		p.cfg.Changed()
	case p.typed != "" || p.text != "":
		p.typed = ""
		p.search()
	default:
		return false
	}
	return true
}
