package sell

import (
	"context"
	"strings"

	"guitai/pos"
)

func (p *Presenter) search() {
	p.stop()
	p.stop = func() {}
	p.searching++
	p.foundMove = false
	text := strings.TrimSpace(p.field)
	if text == "" {
		if p.found != nil || p.foundFor != "" {
			p.found, p.foundFor, p.foundSel = nil, "", 0
			p.cfg.Changed(PartFound)
		}
		return
	}
	if !isCode(text) { // a word's answer is there in the next frame
		p.find(text, nil)
		return
	}
	p.stop = p.cfg.After(searchPause, func() { p.find(text, nil) }) // digits may be the beginning of a scan, which asks for no results
}

// find asks the catalogue; then may be nil.
func (p *Presenter) find(text string, then func()) {
	p.searching++
	mine := p.searching
	p.cfg.Go(func(ctx context.Context) func() {
		items, err := p.cfg.Catalogue.Find(ctx, text, foundLimit)
		if err != nil {
			return nil
		}
		return func() {
			if mine != p.searching {
				return
			}
			p.found, p.foundFor, p.foundSel = items, text, 0
			p.cfg.Changed(PartFound)
			if then != nil {
				then()
			}
		}
	})
}

// isCode reports whether a typed text is a code rather than a word to look for.
func isCode(s string) bool {
	for _, r := range s {
		if (r < '0' || r > '9') && (r < '０' || r > '９') && !strings.ContainsRune("*×＊", r) {
			return pos.Classify(s).Kind == pos.ScanReceipt
		}
	}
	return true
}

// TapFound adds a search result and ends the search.
func (p *Presenter) TapFound(i int) {
	if i < 0 || i >= len(p.found) {
		return
	}
	id := p.found[i].ID
	p.SetField("")
	p.cfg.Post(pos.AddItem{Item: id})
}
