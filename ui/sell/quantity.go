package sell

import (
	"strconv"

	"guitai/pos"
)

// AskQuantity opens the prompt for the chosen line.
func (p *Presenter) AskQuantity() {
	if p.snap.Cart.Empty() {
		p.cfg.Say(pos.Message{Kind: pos.MsgWarn, ID: "nothing-to-pay"})
		return
	}
	p.asking, p.fresh, p.bad = true, true, false
	p.quantity = strconv.Itoa(p.snap.Cart.Lines[p.sel].Quantity)
	p.cfg.Changed(PartPrompt)
}

func (p *Presenter) typeQuantity(r rune) {
	if r >= '０' && r <= '９' {
		r -= 0xFEE0
	}
	if r < '0' || r > '9' {
		return
	}
	if p.fresh {
		p.quantity, p.fresh = "", false
	}
	if len(p.quantity) < 4 {
		p.quantity += string(r)
	}
	p.bad = false
	p.cfg.Changed(PartPrompt)
}

func (p *Presenter) confirm() {
	n, err := strconv.Atoi(p.quantity)
	if err != nil || n < 1 || n > pos.MaxQuantity {
		p.bad = true
		p.cfg.Changed(PartPrompt)
		return
	}
	line := p.sel
	p.close()
	p.cfg.Post(pos.SetQuantity{Line: line, N: n})
}

func (p *Presenter) close() {
	if p.asking {
		p.asking = false
		p.cfg.Changed(PartPrompt)
	}
}
