// Package sell is the selling screen: find and scan on the left, the cart on the right. The presenter knows what is shown
// and what each key means; the view only draws it.
package sell

import (
	"context"
	"image"
	"strings"
	"time"
	"unicode/utf8"

	"guitai/pos"
	"guitai/pos/i18n"
)

// Part names what changed, so that only that is drawn again.
type Part int

// The parts of the screen.
const (
	PartCart   Part = iota // lines, pieces, total, and what the keys can do
	PartField              // what is typed, and the quantity that waits
	PartFound              // search results, shown instead of the tiles while there is something to find
	PartTabs               // categories
	PartTiles              // the items of the chosen category
	PartTile               // the tile that the keyboard is on
	PartPrompt             // the quantity prompt
)

const (
	searchPause = 70 * time.Millisecond // after a digit: longer than between two characters of a scanner
	foundLimit  = 40
	tileLimit   = 400
)

// Config is what the screen works with. All functions are called on the goroutine that draws.
type Config struct {
	Words     *i18n.Words
	Catalogue pos.Catalogue
	Post      func(pos.Command)
	// Ahead reports whether commands were posted that the till had not carried out when it had carried out taken of them.
	Ahead func(taken uint64) bool
	// Go runs work elsewhere and then, on the drawing goroutine, what it returns.
	Go func(work func(context.Context) (then func()))
	// After calls f on the drawing goroutine after d, unless stopped.
	After func(d time.Duration, f func()) (stop func())
	// Cash opens the cash prompt.
	Cash func()
	// Act does what leads to a screen of its own: a discount, another price, what is on hold, other tenders. It reports whether it knows
	// the action.
	Act func(pos.KeyAction) bool
	// Pending lists what is watched, among it what customers' phones ordered.
	Pending func()
	// Photo is the photo of a tile by its name; nil for none, and while it is being read. nil is a screen without.
	Photo func(name string) image.Image
	// Say shows a message that the till was not asked about.
	Say func(pos.Message)
	// Changed hears what to draw again.
	Changed func(Part)
}

// Presenter is the selling screen without its looks. It belongs to the goroutine that draws.
type Presenter struct {
	cfg  Config
	snap pos.Snapshot
	sel  int // the chosen line; runs ahead of the till while keys repeat

	field     string
	searching int // generation: an answer to an older question is dropped
	stop      func()
	found     []pos.Item
	foundFor  string // what found answers
	foundSel  int
	foundMove bool // the person chose among them

	tabs    []string // "" is all
	tab     int
	tiles   []pos.Item
	loading int
	loaded  bool
	tile    int // keyboard's tile, -1 for none
	columns int

	quantity string // in the prompt
	asking   bool   // the prompt is open
	fresh    bool   // the next digit replaces what stands there
	bad      bool   // it was refused
}

// NewPresenter makes a presenter; Load fills the tiles.
func NewPresenter(cfg Config) *Presenter {
	return &Presenter{cfg: cfg, tabs: []string{""}, tile: -1, columns: 1, stop: func() {}}
}

// Show takes the till's newest state.
func (p *Presenter) Show(s pos.Snapshot) {
	old := p.snap
	p.snap = s
	sel := s.Cart.Selected
	if p.cfg.Ahead(s.Taken) {
		sel = p.sel // an older answer must not pull the choice back under the next key
	}
	if p.sel >= len(old.Cart.Lines) && p.Lines() > 0 && sameLines(old.Cart, s.Cart) {
		sel = min(p.sel, p.Lines()-1) // what comes back in exchange is chosen here alone
	}
	if !drawnAlike(old, s) || p.sel != sel {
		p.sel = sel
		p.cfg.Changed(PartCart)
	}
	if old.Times != s.Times {
		p.cfg.Changed(PartField)
	}
	if p.asking && (len(s.Cart.Lines) == 0 || s.Pay != nil || !old.Cart.Same(s.Cart)) {
		p.close()
	}
	if !p.loaded || old.Items != s.Items {
		p.Load()
	}
}

// Load reads categories and tiles anew.
func (p *Presenter) Load() {
	p.loaded = true
	p.loading++
	mine, tab := p.loading, p.tabs[p.tab]
	p.cfg.Go(func(ctx context.Context) func() {
		tabs, err := p.cfg.Catalogue.Categories(ctx)
		if err != nil {
			return nil // the tiles stay as they are; scanning says what is wrong
		}
		items, err := p.cfg.Catalogue.InCategory(ctx, tab, tileLimit)
		if err != nil {
			return nil
		}
		return func() {
			if mine != p.loading {
				return
			}
			p.tabs = append([]string{""}, tabs...)
			p.tab = 0
			for i, t := range p.tabs {
				if t == tab {
					p.tab = i
				}
			}
			p.cfg.Changed(PartTabs)
			p.fill(items)
		}
	})
}

// ChooseTab shows another category.
func (p *Presenter) ChooseTab(i int) {
	if i < 0 || i >= len(p.tabs) {
		return
	}
	p.tab = i
	p.loading++
	mine, tab := p.loading, p.tabs[i]
	p.cfg.Changed(PartTabs)
	p.cfg.Go(func(ctx context.Context) func() {
		items, err := p.cfg.Catalogue.InCategory(ctx, tab, tileLimit)
		if err != nil {
			return nil
		}
		return func() {
			if mine == p.loading {
				p.fill(items)
			}
		}
	})
}

func (p *Presenter) fill(items []pos.Item) {
	p.tiles = items
	p.tile = min(p.tile, len(items)-1)
	p.cfg.Changed(PartTiles)
}

// Idle reports whether nothing is being typed, so that a character may be a key.
func (p *Presenter) Idle() bool { return !p.asking && p.field == "" }

// Typed takes a character that a person, or a scanner not yet known as one, sent.
func (p *Presenter) Typed(r rune) {
	if p.asking {
		p.typeQuantity(r)
		return
	}
	p.SetField(p.field + string(r))
}

// SetField makes s the text that is typed. Digits and a star become the quantity of the next goods at once, and one that cannot be is refused at
// once: left in the field it would look as if it counted.
func (p *Presenter) SetField(s string) {
	if strings.HasSuffix(narrow(s), "*") {
		if kind := pos.Classify(s).Kind; kind == pos.ScanQuantity || kind == pos.ScanBadQuantity {
			p.cfg.Post(pos.ScanText{Text: narrow(s)})
			s = ""
		}
	}
	if s == p.field {
		p.cfg.Changed(PartField) // the field itself may show more than we keep
		return
	}
	p.field = s
	p.cfg.Changed(PartField)
	p.search()
}

// narrow writes the star of a Chinese keyboard as the one on ours.
func narrow(s string) string {
	return strings.NewReplacer("＊", "*", "×", "*").Replace(s)
}

// Scanned takes a whole scan. back characters of it came through Typed before.
func (p *Presenter) Scanned(code string, back int) {
	if p.asking {
		p.close() // the scan is of the next goods, not a number for the prompt
	} else if back > 0 {
		code = p.takeBack(code, back)
	}
	if i := strings.LastIndex(narrow(code), "*"); i >= 0 && pos.Classify(narrow(code)[:i+1]).Kind == pos.ScanQuantity {
		p.cfg.Post(pos.ScanText{Text: narrow(code)[:i+1]})
		code = narrow(code)[i+1:]
	}
	if code != "" {
		p.cfg.Post(pos.ScanText{Text: code})
	}
}

// takeBack takes the last characters, which were a scan, out of the field again, and returns what is still to be told of the scan. Of
// "3*690…" the field had already given the quantity away, so only the rest is found there.
func (p *Presenter) takeBack(code string, back int) string {
	field := []rune(p.field)
	if i := strings.LastIndex(narrow(code), "*"); len(field) < back && i >= 0 {
		code = narrow(code)[i+1:]
	}
	p.SetField(string(field[:max(0, len(field)-back)]))
	return code
}

// Enter does what the screen stands ready for.
func (p *Presenter) Enter() {
	text := strings.TrimSpace(p.field)
	switch {
	case p.asking:
		p.confirm()
	case text == "" && p.tile >= 0:
		p.TapTile(p.tile)
	case text == "":
	case p.foundMove && p.foundSel < len(p.found):
		p.TapFound(p.foundSel)
	case isCode(text):
		p.SetField("")
		p.cfg.Post(pos.ScanText{Text: text})
	case p.foundFor == text && len(p.found) > 0:
		p.TapFound(p.foundSel)
	case p.foundFor == text:
		p.SetField("")
		p.cfg.Post(pos.ScanText{Text: text}) // nothing is called so: the till says whether it is a code
	default:
		// Enter came before the answer. One hit is what was meant; of several the person chooses.
		p.stop()
		p.find(text, func() {
			if len(p.found) == 1 {
				p.TapFound(0)
			} else if len(p.found) == 0 {
				p.SetField("")
				p.cfg.Post(pos.ScanText{Text: text})
			}
		})
	}
}

// Escape takes one step back. It reports whether there was one.
func (p *Presenter) Escape() bool {
	switch {
	case p.asking:
		p.close()
	case p.field != "":
		p.SetField("")
	case p.tile >= 0:
		p.tile = -1
		p.cfg.Changed(PartTile)
	default:
		return false
	}
	return true
}

// Backspace takes back the last character.
func (p *Presenter) Backspace() {
	if p.asking {
		_, n := utf8.DecodeLastRuneInString(p.quantity)
		p.quantity, p.fresh, p.bad = p.quantity[:len(p.quantity)-n], false, false
		p.cfg.Changed(PartPrompt)
		return
	}
	_, n := utf8.DecodeLastRuneInString(p.field)
	p.SetField(p.field[:len(p.field)-n])
}

// Move is an arrow key: dx right, dy down.
func (p *Presenter) Move(dx, dy int) {
	switch {
	case p.asking:
	case p.Finding() && dy != 0:
		if n := len(p.found); n > 0 {
			p.foundSel, p.foundMove = max(0, min(n-1, p.foundSel+dy)), true
			p.cfg.Changed(PartFound)
		}
	case p.tile >= 0:
		if to := p.tile + dx + dy*p.columns; to >= 0 && to < len(p.tiles) {
			p.tile = to
			p.cfg.Changed(PartTile)
		}
	case dy != 0 && !p.snap.Cart.Empty():
		p.Select(p.Chosen() + dy)
	}
}

// Tiles moves the keyboard to the tiles and back.
func (p *Presenter) Tiles() {
	switch {
	case p.asking || p.Finding() || len(p.tiles) == 0:
		return
	case p.tile >= 0:
		p.tile = -1
	default:
		p.tile = 0
	}
	p.cfg.Changed(PartTile)
}

// TapTile adds a tile's item.
func (p *Presenter) TapTile(i int) {
	if i >= 0 && i < len(p.tiles) {
		p.cfg.Post(pos.AddItem{Item: p.tiles[i].ID})
	}
}

// SetColumns tells how many tiles stand side by side.
func (p *Presenter) SetColumns(n int) { p.columns = max(1, n) }
