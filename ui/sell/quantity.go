package sell

import (
	"strconv"

	"guitai/pos"
)

// AskQuantity opens the prompt for the chosen line.
func (p *Presenter) AskQuantity() {
	i, ok := p.At()
	if !ok {
		p.cfg.Say(pos.Message{Kind: pos.MsgWarn, ID: "nothing-to-pay"})
		return
	}
	p.asking, p.fresh, p.bad = true, true, false
	p.quantity = strconv.Itoa(p.snap.Cart.Lines[i].Quantity)
	p.cfg.Changed(PartPrompt)
}

// Step makes the chosen line n pieces more, or fewer; the last piece stays.
func (p *Presenter) Step(n int) {
	i, ok := p.At()
	if p.asking || !ok {
		return
	}
	if to := p.snap.Cart.Lines[i].Quantity + n; to >= 1 && to <= pos.MaxQuantity {
		p.cfg.Post(pos.SetQuantity{Line: i, N: to})
	}
}

// quantityMost is how many digits are taken: more than a quantity has, so that one digit too many is refused and not silently left out.
const quantityMost = 6

func (p *Presenter) typeQuantity(r rune) {
	if r >= '０' && r <= '９' {
		r -= 0xFEE0
	}
	if r < '0' || r > '9' {
		return
	}
	if p.fresh || p.quantity == "0" {
		p.quantity, p.fresh = "", false
	}
	if len(p.quantity) < quantityMost {
		p.quantity += string(r)
	}
	p.bad = false
	p.cfg.Changed(PartPrompt)
}

func (p *Presenter) confirm() {
	n, err := strconv.Atoi(p.quantity)
	if err != nil || n < 1 || n > pos.MaxQuantity {
		p.bad, p.fresh = true, true // what is typed next is meant instead of it
		p.cfg.Changed(PartPrompt)
		return
	}
	line := p.Chosen()
	p.close()
	p.cfg.Post(pos.SetQuantity{Line: line, N: n})
}

func (p *Presenter) close() {
	if p.asking {
		p.asking = false
		p.cfg.Changed(PartPrompt)
	}
}
