package receipt

import (
	"errors"
	"fmt"
	"slices"

	"guitai/pos"
)

// ErrRefundLines is why a refund that gives back goods its sale does not have is refused, with CodePrinter.
var ErrRefundLines = errors.New("the lines of the refund are not those of its sale")

// Refund makes out the receipt of a refund (退款单) of the sale r, or of an exception that came in for it; of goods that came back in
// exchange (换货单) or without a receipt (退货单), and of a sale that was taken back whole on its day (作废单).
//
// It never says more than is proven: that WeChat took a refund on is not that the money is back. A paper about money
// that is not proven to have gone back is headed 非付款凭证; so is everything in practice mode. Money that a person hands over
// has a line to sign on, which stands on the shop's paper when there are several.
func Refund(r pos.SaleRecord, f pos.Refund, shop pos.Shop, o Options) (Doc, error) {
	goods, err := refundGoods(r.Sale, f)
	if err != nil {
		return Doc{}, err
	}
	b := newBuilder(shop, o)
	b.proof = f.State == pos.RefundDone && !shop.Practice
	marks := b.saleMarks()
	b.marks(marks)
	b.letterhead()
	b.add(Text{Text: b.refundTitle(f), Align: Centre, Bold: true, Double: true})
	b.refundHead(r.Sale, f)
	b.refundGoods(r.Sale, goods, f)
	if f.Tender == pos.TenderExchange {
		b.due(b.w.Exchange, f.Amount)
	} else {
		b.due(b.w.RefundAmount, f.Amount)
		b.pair(b.w.RefundWay, b.refundWay(f))
	}
	if f.Amount != f.Total && f.Total != 0 {
		b.amount(b.w.RefundOf, f.Total)
	}
	b.rule()
	b.refundNumbers(f)
	b.refundState(f)
	b.refundPeople(f)
	b.marks(reversed(marks))
	b.add(Cut{})
	return b.doc, nil
}

func (b *builder) refundTitle(f pos.Refund) string {
	switch {
	case f.Void:
		return b.w.VoidTitle
	case f.Tender == pos.TenderExchange:
		return b.w.ExchangeTitle
	case len(f.Goods) > 0:
		return b.w.ReturnTitle
	}
	return b.w.RefundTitle
}

// refundGoods is the lines that go back, with the pieces that do: as the sale has them, or as they were taken back without one. What was
// taken off them shows in the sum: of some of the pieces it is not that of the line.
func refundGoods(s pos.Sale, f pos.Refund) ([]pos.Line, error) {
	var goods []pos.Line
	var sum, most pos.Fen
	for _, l := range f.Lines {
		if l.N < 1 || l.N > len(s.Lines) || l.Quantity < 1 || l.Quantity > s.Lines[l.N-1].Quantity {
			return nil, pos.E(pos.CodePrinter, "make out refund receipt", fmt.Errorf("%w: %d of line %d", ErrRefundLines, l.Quantity, l.N))
		}
		line := s.Lines[l.N-1]
		line.Quantity = l.Quantity
		goods = append(goods, line)
		sum += l.Amount
		most += line.Amount()
	}
	if len(f.Lines) == 0 {
		goods, sum = slices.Clone(f.Goods), f.Amount
		most = pos.Cart{Lines: goods}.Gross()
	}
	if len(goods) > 0 && (sum != f.Amount || f.Amount > most+max(0, -s.Rounding)) {
		return nil, pos.E(pos.CodePrinter, "make out refund receipt", fmt.Errorf("%w: lines %v of gross %v, refund %v", ErrSum, sum, most, f.Amount))
	}
	for i := range goods {
		l := &goods[i]
		l.Deal, l.DealOff, l.Cut, l.CutOff, l.List, l.Note = "", 0, pos.Cut{}, 0, 0, ""
	}
	return goods, nil
}

func (b *builder) refundHead(s pos.Sale, f pos.Refund) {
	switch no := s.Receipt.String(); {
	case no != "":
		b.pair(b.w.OriginalNo+" "+no, b.w.Till+" "+b.shop.Till)
	case len(f.Goods) > 0:
		b.pair(b.w.OriginalNo+" "+b.w.NoReceipt, b.w.Till+" "+b.shop.Till)
	default:
		b.add(Text{Text: b.w.Till + " " + b.shop.Till})
	}
	if !s.ClosedAt.IsZero() {
		b.add(Text{Text: b.w.SoldAt + " " + b.clock(s.ClosedAt)})
	}
	cashier := ""
	if f.Cashier != "" {
		cashier = b.w.Cashier + " " + f.Cashier
	}
	b.pair(b.w.RefundedAt+" "+b.clock(f.AskedAt), cashier)
	b.rule()
}

// refundGoods lists what goes back, counted negatively, down to the amount: the customer can follow it from the shelf's
// price to the refund. What the goods are worth beyond it went back by another tender, or before.
func (b *builder) refundGoods(s pos.Sale, goods []pos.Line, f pos.Refund) {
	if len(goods) == 0 {
		b.add(Text{Text: b.w.ByAmount})
		b.rule()
		return
	}
	back := slices.Clone(goods)
	var gross pos.Fen
	pieces := 0
	for i := range back {
		back[i].Quantity = -back[i].Quantity
		gross += back[i].Amount()
		pieces += back[i].Quantity
	}
	b.lines(back)
	b.subtotal(pieces, gross)
	apart := apartFrom(s, f)
	switch share := -gross - f.Amount - apart; {
	case share > 0:
		b.amount(b.w.Discount, share)
	case share < 0: // only where rounding went up
		b.amount(b.w.Rounding, share)
	}
	if apart != 0 {
		b.amount(b.w.Apart, apart)
	}
}

// apartFrom is what the goods of a refund were paid with beyond its amount: of a sale that was paid in parts each goes back by itself,
// and the goods stand on the first. A fen a line is how they may be shared otherwise than they were.
func apartFrom(s pos.Sale, f pos.Refund) pos.Fen {
	pieces := map[int]int{}
	for _, l := range f.Lines {
		pieces[l.N] += l.Quantity
	}
	_, worth, err := pos.PriceLines(s, nil, pieces)
	if err != nil || worth-f.Amount <= pos.Fen(len(s.Lines)) {
		return 0
	}
	return worth - f.Amount
}

func (b *builder) refundWay(f pos.Refund) string {
	if f.Tender.Handed() {
		return b.w.tender(f.Tender)
	}
	return b.w.SameWay + " " + b.w.tender(f.Tender)
}

// refundNumbers is what customer and shop need to find the refund again, at WeChat and in the books.
func (b *builder) refundNumbers(f pos.Refund) {
	if f.Tender.Handed() {
		b.field(b.w.OutRefundNo, f.OutRefundNo)
		return
	}
	if b.shop.MchID != "" {
		b.field(b.w.MchID, b.shop.MchID)
	}
	b.field(b.w.OutTradeNo, f.OutTradeNo)
	if f.TransactionID != "" {
		b.field(b.w.TransactionID, f.TransactionID)
	}
	b.field(b.w.OutRefundNo, f.OutRefundNo)
	if f.RefundID != "" {
		b.field(b.w.RefundID, f.RefundID)
	}
}

// refundState says how far the money is, in words that stay true when the paper is read a week later.
func (b *builder) refundState(f pos.Refund) {
	state, hint := b.w.refundState(f)
	b.field(b.w.RefundStatus, state)
	if f.State == pos.RefundDone && f.Tender.WeChat() && !f.DoneAt.IsZero() {
		b.field(b.w.BackAt, b.clock(f.DoneAt))
	}
	if b.shop.Practice {
		hint = b.w.PractisedRefund
	}
	if hint != "" {
		b.add(Text{Text: hint})
	}
}

func (b *builder) refundPeople(f pos.Refund) {
	b.rule()
	if reason := b.w.refundReason(f); reason != "" {
		b.field(b.w.Reason, reason)
	}
	if f.Portal {
		b.add(Text{Text: b.w.ByPortal})
	}
	if f.Approver != "" {
		b.field(b.w.Approver, f.Approver)
	}
	if f.Tender.Handed() && f.Tender != pos.TenderExchange && (b.o.Copies < 2 || b.o.Copy >= 2) {
		const room = "________________"
		b.add(Feed{Lines: 1}, Text{Text: b.w.Signature + " " + room})
	}
}

// returns is the part of a sale's receipt that says what of it was given back, and what the customer has paid after that.
func (b *builder) returns(r pos.SaleRecord) {
	back := givenBack(r)
	if len(back) == 0 {
		return
	}
	left := r.Sale.Net()
	b.rule()
	for _, f := range back {
		left -= f.Amount
		b.amount(b.w.GivenBack+" "+b.w.tender(f.Tender), -f.Amount)
		state, _ := b.w.refundState(f)
		b.pair(b.clock(f.AskedAt), state)
		for _, l := range f.Lines {
			if l.N >= 1 && l.N <= len(r.Sale.Lines) {
				b.add(Text{Text: fmt.Sprintf("%s %s %d", clean(r.Sale.Lines[l.N-1].Name), b.w.Times, l.Quantity)})
			}
		}
	}
	b.amount(b.w.AfterRefunds, left)
}

// voided reports whether all of a sale was taken back on its own day, and all of it is back.
func voided(r pos.SaleRecord) bool {
	var back pos.Fen
	void := false
	for _, f := range givenBack(r) {
		if f.State != pos.RefundDone {
			return false
		}
		back, void = back+f.Amount, void || f.Void
	}
	return void && back == r.Sale.Net()
}

// givenBack is the refunds of a sale's own money that went back or are on their way. What came in twice and went back was
// never the sale's.
func givenBack(r pos.SaleRecord) []pos.Refund {
	var back []pos.Refund
	for _, f := range r.Refunds {
		if f.Exception == 0 && f.State.Counts() {
			back = append(back, f)
		}
	}
	return back
}
