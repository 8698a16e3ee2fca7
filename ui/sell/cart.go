package sell

import (
	"slices"
	"strings"

	"guitai/pos"
)

// drawnAlike reports whether the cart's zone shows two states alike, but for what is chosen.
func drawnAlike(a, b pos.Snapshot) bool {
	return a.Cart.Same(b.Cart) && a.CanUndo == b.CanUndo && (a.Last == 0) == (b.Last == 0) && len(a.Held) == len(b.Held) &&
		dueOf(a) == dueOf(b) && a.CashDue == b.CashDue && slices.Equal(a.Parts, b.Parts) && (a.Pay == nil) == (b.Pay == nil)
}

func sameLines(a, b pos.Cart) bool {
	return len(a.Credits) == len(b.Credits) && slices.Equal(a.Lines, b.Lines)
}

// Select chooses a line of the cart, or what comes back in exchange.
func (p *Presenter) Select(i int) {
	i = max(0, min(i, p.Lines()-1))
	if i == p.sel || p.snap.Cart.Empty() {
		return
	}
	p.sel = i
	p.cfg.Changed(PartCart)
	if i < len(p.snap.Cart.Lines) {
		p.cfg.Post(pos.SelectLine{Line: i})
	}
}

// Remove takes the chosen line out, or what comes back.
func (p *Presenter) Remove() {
	switch i, ok := p.At(); {
	case p.asking || p.snap.Cart.Empty():
	case !ok:
		p.cfg.Post(pos.DropCredit{N: i - len(p.snap.Cart.Lines)})
	default:
		p.cfg.Post(pos.RemoveLine{Line: i})
	}
}

// Clear empties the cart.
func (p *Presenter) Clear() {
	if !p.asking && !p.snap.Cart.Empty() {
		p.cfg.Post(pos.ClearCart{})
	}
}

// Undo takes the last change back.
func (p *Presenter) Undo() { p.cfg.Post(pos.Undo{}) }

// Hold puts the cart aside. What is typed is what the customer is called.
func (p *Presenter) Hold() {
	if p.snap.Cart.Empty() {
		p.cfg.Say(pos.Message{Kind: pos.MsgInfo, ID: "nothing-to-pay"})
		return
	}
	p.close()
	name := strings.TrimSpace(p.field)
	p.SetField("")
	p.cfg.Post(pos.HoldCart{Name: name})
}

// Members gives the customer members' prices, or takes them back.
func (p *Presenter) Members() {
	p.close()
	p.cfg.Post(pos.SetMember{On: !p.snap.Cart.Member})
}

// Cash opens the cash prompt, if anything is due.
func (p *Presenter) Cash() {
	if p.snap.Cart.Empty() {
		// Not posted as a payment: a scan on its way to the till could make it a real one.
		p.cfg.Say(pos.Message{Kind: pos.MsgWarn, ID: "nothing-to-pay"})
		return
	}
	p.close()
	p.cfg.Cash()
}

// WeChat asks for a code for what is due.
func (p *Presenter) WeChat() {
	p.close()
	p.cfg.Post(pos.PayWeChat{})
}
