package receipt

import (
	"errors"
	"time"

	"guitai/pos"
)

// Options says how a document is made out.
type Options struct {
	Words      Words
	Paper      Paper
	Letterhead Letterhead
	Tax        bool // say on the receipt of a sale how much tax is in the sum

	Reprint     int       // 0 for the first print, else the count that the 补打 mark shows
	ReprintedAt time.Time // for that mark

	Copy, Copies int // "copy 1 of 2" marks whose it is; nothing is marked when Copies is less than 2
}

// ErrSum is why a sale or refund whose figures do not add up is refused, with CodePrinter.
var ErrSum = errors.New("the figures do not add up")

// Sale makes out the receipt of a sale from what the ledger has of it; nothing is priced again.
//
// It says 支付成功 of a payment only if WeChat proved it. Money that is taken outside is there on the cashier's word, and the paper
// says so. A sale whose payments are not all vouched for, or do not come to what is due, is headed 非付款凭证; so is everything in
// practice mode. What of it was given back stands on it too.
// A sale without lines is one whose goods the ledger does not know: only its sum is on the paper.
func Sale(r pos.SaleRecord, shop pos.Shop, o Options) (Doc, error) {
	s := r.Sale
	if err := checkSale(s); err != nil {
		return Doc{}, err
	}
	b := newBuilder(shop, o)
	b.proof = settled(r) && !shop.Practice
	marks := b.saleMarks()
	switch {
	case voided(r):
		marks = append(marks, b.w.Voided)
	case len(givenBack(r)) > 0:
		marks = append(marks, b.w.HasRefunds)
	}
	b.marks(marks)
	b.letterhead()
	b.saleHead(s)
	if len(s.Lines) > 0 {
		b.lines(s.Lines)
	} else {
		b.add(Text{Text: o.Words.NoGoods})
		b.rule()
	}
	b.totals(s)
	b.tenders(r)
	b.tax(s)
	b.returns(r)
	b.rule()
	for _, p := range r.Payments {
		if p.Tender.WeChat() {
			b.wechat(p)
		}
	}
	if no := s.Receipt.String(); no != "" {
		b.add(QR{Content: no})
		b.centre(no)
	}
	b.farewell(s)
	b.marks(reversed(marks))
	b.add(Cut{})
	return b.doc, nil
}

// builder collects the blocks of one document.
type builder struct {
	doc  Doc
	w    Words
	o    Options
	shop pos.Shop
	wide bool

	proof bool // the paper proves a payment: 支付成功 may stand on it, 非付款凭证 must not
}

func newBuilder(shop pos.Shop, o Options) *builder {
	return &builder{doc: Doc{Paper: o.Paper}, w: o.Words, o: o, shop: shop, wide: o.Paper != Paper58}
}

func (b *builder) add(blocks ...Block) { b.doc.Blocks = append(b.doc.Blocks, blocks...) }

func (b *builder) centre(s string) { b.add(Text{Text: s, Align: Centre}) }

func (b *builder) rule() { b.add(Rule{}) }

// marks are the lines in stars that begin and end a paper which is not simply the customer's first receipt.
func (b *builder) marks(marks []string) {
	const stars = len("***  ***")
	for _, m := range marks {
		for _, part := range wrap(clean(m), b.o.Paper.Columns()-stars) {
			b.add(Text{Text: "*** " + part + " ***", Align: Centre, Bold: true})
		}
	}
}

func reversed(s []string) []string {
	r := make([]string, 0, len(s))
	for i := len(s) - 1; i >= 0; i-- {
		r = append(r, s[i])
	}
	return r
}

func (b *builder) saleMarks() []string {
	var marks []string
	switch {
	case b.shop.Practice:
		marks = append(marks, b.w.Practice+" "+b.w.NotProof)
	case !b.proof:
		marks = append(marks, b.w.NotProof)
	}
	marks = append(marks, b.reprintMarks()...)
	if b.o.Copies > 1 && b.o.Copy >= 1 && b.o.Copy <= len(b.w.Copies) {
		marks = append(marks, b.w.Copies[b.o.Copy-1])
	}
	return marks
}

// reprintMarks say that a paper is not the first of its kind, the how-manieth it is and when it was wanted (补打).
func (b *builder) reprintMarks() []string {
	if b.o.Reprint < 1 {
		return nil
	}
	again, at := b.w.Reprint(b.o.Reprint), b.clock(b.o.ReprintedAt)
	if both := again + " " + at; columns(both)+len("***  ***") <= b.o.Paper.Columns() {
		return []string{both}
	}
	return []string{again, at}
}

func (b *builder) title() {
	b.add(Text{Text: b.shop.Name, Align: Centre, Bold: true, Double: true})
}

func (b *builder) saleHead(s pos.Sale) {
	at := s.ClosedAt
	if at.IsZero() {
		at = s.OpenedAt
	}
	if no := s.Receipt.String(); no != "" {
		b.pair(b.w.ReceiptNo+" "+no, b.w.Till+" "+b.shop.Till)
	} else {
		b.add(Text{Text: b.w.Till + " " + b.shop.Till})
	}
	cashier := ""
	switch {
	case s.Cashier != "":
		cashier = b.w.Cashier + " " + s.Cashier
	case s.Origin != pos.OriginCounter: // nobody at the till sold it
		cashier = b.w.ByPhone
	}
	b.pair(b.w.Time+" "+b.clock(at), cashier)
	b.rule()
}

// clock tells a time as the shop's wall clock shows it.
func (b *builder) clock(t time.Time) string {
	if b.shop.Calendar.Zone != nil {
		t = t.In(b.shop.Calendar.Zone)
	}
	return t.Format("2006-01-02 15:04:05")
}

// pair sets two texts at the two ends of a line, or under each other when they do not fit.
func (b *builder) pair(left, right string) {
	left, right = clean(left), clean(right)
	switch {
	case right == "":
		b.add(Text{Text: left})
	case columns(left)+columns(right)+1 <= b.o.Paper.Columns():
		b.add(Columns{Cells: []Cell{{Text: left}, {Text: right, Width: columns(right), Align: Right}}})
	default:
		b.add(Text{Text: left}, Text{Text: right})
	}
}

// field sets a label and a value that a person or a program looks for: the value is never broken while it fits on a line
// of its own.
func (b *builder) field(label, value string) {
	const labels = 11 // so that the short labels' values stand under each other
	value = clean(value)
	width := max(labels, columns(label)+1)
	if !b.wide {
		width = columns(label) + 1
	}
	if width+columns(value) <= b.o.Paper.Columns() {
		b.add(Columns{Cells: []Cell{{Text: label, Width: width}, {Text: value}}})
		return
	}
	b.add(Text{Text: label}, Text{Text: value})
}

// due is the amount that matters, large.
func (b *builder) due(label string, f pos.Fen) {
	text := "￥" + f.String()
	b.add(Columns{Double: true, Bold: true, Cells: []Cell{{Text: label}, {Text: text, Width: columns(text), Money: true}}})
}

func (b *builder) amount(label string, f pos.Fen) {
	b.add(Columns{Cells: []Cell{{Text: label}, {Text: f.String(), Width: amountColumns, Align: Right, Money: true}}})
}
