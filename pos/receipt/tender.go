package receipt

import "guitai/pos"

// proven reports whether a payment is money that this sale has: taken, in our currency, and vouched for. WeChat vouches for its own,
// the cashier for the rest.
func proven(p pos.Payment) bool {
	if p.State != pos.Paid || p.Amount < 0 {
		return false
	}
	if p.Tender == pos.TenderCash {
		return p.Tendered >= p.Amount
	}
	if _, outside := p.Tender.Other(); outside {
		return p.Amount > 0 && p.Evidence == pos.ByCashier
	}
	return p.Amount > 0 && p.Currency == pos.Currency && p.TransactionID != "" && p.Evidence != pos.ByNobody
}

// settled reports whether the sale is closed and its proven payments, with what goods that came back count for, come to exactly what
// was due. A part that went back before is no money of the sale.
func settled(r pos.SaleRecord) bool {
	taken := r.Sale.Credit()
	for _, p := range r.Payments {
		if gaveBack(p) {
			continue
		}
		if !proven(p) {
			return false
		}
		taken += p.Amount
	}
	return r.Sale.State == pos.SaleClosed && r.Sale.Receipt.Seq > 0 && taken == r.Sale.Net()
}

// gaveBack reports whether a payment was a part of the sale that went back to the customer.
func gaveBack(p pos.Payment) bool { return p.Part && p.State == pos.Refunded }

// tenders are the lines that say how it was paid, in order.
func (b *builder) tenders(r pos.SaleRecord) {
	for _, p := range r.Payments {
		if len(r.Sale.Credits) > 0 && proven(p) && p.Amount == 0 && p.Tendered == 0 {
			continue // goods for goods: nobody handed anything over
		}
		b.tender(p)
	}
}

// tender is the line that says how one part, or all, was paid.
func (b *builder) tender(p pos.Payment) {
	name := b.w.tender(p.Tender)
	switch {
	case proven(p):
		b.amount(name, p.Amount)
		if p.Tender == pos.TenderCash {
			b.amount(b.w.Tendered, p.Tendered)
			b.amount(b.w.Change, p.Change())
		} else if _, outside := p.Tender.Other(); outside {
			b.under(b.w.OnWord)
		}
	case p.State == pos.Refunded:
		b.pair(name, b.w.Returned)
	default:
		b.pair(name, b.w.Pending)
	}
}

// wechat is what customer and shop need to find the payment again, at WeChat and in the books.
func (b *builder) wechat(p pos.Payment) {
	if b.shop.MchID != "" {
		b.field(b.w.MchID, b.shop.MchID)
	}
	b.field(b.w.OutTradeNo, p.OutTradeNo)
	if p.TransactionID != "" {
		b.field(b.w.TransactionID, p.TransactionID)
	}
	switch {
	case proven(p):
		b.field(b.w.PaidAt, b.clock(p.PaidAt))
		if b.shop.Practice {
			b.field(b.w.Status, b.w.Practised)
		} else if b.proof {
			b.field(b.w.Status, b.w.Succeeded)
		}
	case p.State == pos.Refunded:
		b.field(b.w.Status, b.w.Returned)
	default:
		b.field(b.w.Status, b.w.Pending)
	}
}
