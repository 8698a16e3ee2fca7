package labels

import (
	"guitai/pos"
)

// product is the other kind of label: a code that a customer's phone scans to pay for the goods (商品收款码). It has no price: a code that
// hangs on the shelf pays what the goods cost on that day.
type product struct {
	on    bool
	codes map[pos.ItemID]string // made for the preview, and printed as they were seen; "" for goods that have none
}

// Products reports whether codes to pay by are printed instead of prices.
func (p *Presenter) Products() bool { return p.product.on }

// CanProducts reports whether there are codes to pay by at this till.
func (p *Presenter) CanProducts() bool { return p.cfg.ProductCode != nil }

// ChooseProducts goes over to codes to pay by, or back to prices. Where there are none it says what is missing.
func (p *Presenter) ChooseProducts(on bool) {
	if on && !p.CanProducts() {
		p.say(p.cfg.Words.T("labels.product.off"), true)
		p.cfg.Changed()
		return
	}
	p.product.on = on
	p.say("", false)
	p.cfg.Changed()
}

// code is the code to pay for goods by; ok is false for goods whose own code WeChat does not take.
func (p *Presenter) code(it pos.Item) (code string, ok bool) {
	code, made := p.product.codes[it.ID]
	if !made {
		if p.product.codes == nil {
			p.product.codes = map[pos.ItemID]string{}
		}
		if c, err := p.cfg.ProductCode(it); err == nil {
			code = c
		}
		p.product.codes[it.ID] = code
	}
	return code, code != ""
}

// uncoded goes to the first goods of the list that have no code to pay by, says so, and reports whether there are any: of a list that is
// handed on nobody looks which label is missing.
func (p *Presenter) uncoded() bool {
	for i, x := range p.wants {
		if _, ok := p.code(x.Item); !ok {
			p.at = i
			p.say(p.cfg.Words.T("labels.product.none", x.Item.Name), true)
			p.cfg.Changed()
			return true
		}
	}
	return false
}
