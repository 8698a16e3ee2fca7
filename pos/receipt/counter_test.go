package receipt

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"guitai/pos"
)

// soldAs makes a sale of lines as the till does: discounts, rounding and what comes back are worked out, nothing is made up here.
func soldAs(c pos.Cart, rounding pos.Rounding, deals ...pos.Deal) pos.SaleRecord {
	c = c.Priced(deals, shop.Calendar.At(closedAt))
	r := saleOf(c.Lines...)
	r.Sale.Discount, r.Sale.Member, r.Sale.Credits = c.Off(), c.Member, c.Credits
	r.Sale.Rounding = rounding.Of(c.Due())
	return r
}

// paid settles a sale by tenders, each of which takes so much; the last takes what is left.
func paid(r pos.SaleRecord, tenders ...pos.Tender) pos.SaleRecord {
	due := r.Sale.Net() - r.Sale.Credit()
	r.Payments = nil
	for i, t := range tenders {
		p := pos.Payment{
			ID: pos.PaymentID(i + 1), OutTradeNo: "S001-T1-2611207K3QX9WZ2MA" + string(rune('B'+i)), Tender: t, State: pos.Paid, Amount: due, Currency: "CNY",
			Evidence: pos.ByCashier, PaidAt: closedAt.Add(-2 * time.Second),
		}
		if i < len(tenders)-1 {
			p.Part, p.Amount = true, due/2
			r.Sale.Paid += p.Amount
		}
		due -= p.Amount
		switch p.Asked = p.Amount; {
		case t == pos.TenderCash:
			p.Tendered = (p.Amount + 9_99) / 10_00 * 10_00
		case t.WeChat():
			p.Evidence, p.TransactionID = pos.ByPoll, "420000123420261120123456789"+string(rune('0'+i))
		}
		r.Payments = append(r.Payments, p)
	}
	return r
}

const alipay pos.Tender = "other:支付宝"

var (
	secondHalf = pos.Deal{Name: "第二件半价", Kind: pos.DealNth, N: 2, Percent: 50_00, Items: []pos.ItemID{1}}
	apples     = pos.Line{Item: 3, Name: "红富士苹果", Unit: "kg", Price: 1280, Quantity: 1, Weight: 535, TaxRate: 9_00}
	pork       = pos.Line{Item: 4, Name: "五花肉", Unit: "斤", Price: 1880, Quantity: 1, Weight: 812, TaxRate: 9_00}
	tea        = pos.Line{Item: 5, Name: "散装绿茶", Unit: "两", Price: 3500, Quantity: 1, Weight: 75, TaxRate: 13_00}
	cheese     = pos.Line{Item: 6, Name: "奶酪（称重标签）", Unit: "kg", Price: 9900, Quantity: 1, Weight: 212, Label: 2100, TaxRate: 13_00}
	priced     = pos.Line{Item: 7, Name: "烤鸡（标签）", Unit: "kg", Price: 3600, Quantity: 2, Label: 2990, TaxRate: 13_00}
	milk       = pos.Line{Item: 8, Name: "鲜牛奶 950ml", Unit: "盒", Price: 1200, List: 1580, Quantity: 1, Note: "临期", TaxRate: 9_00}
)

func cart(lines ...pos.Line) pos.Cart { return pos.Cart{Lines: lines} }

func cut(l pos.Line, kind pos.CutKind, n int64) pos.Line {
	l.Cut = pos.Cut{Kind: kind, N: n}
	return l
}

// brought is goods that come back and count towards a cart.
func brought(c pos.Cart, amount pos.Fen) pos.Cart {
	c.Credits = append(c.Credits, pos.Credit{Sale: 3, Receipt: "S001-T1-20261119-0042", Payment: 5, Goods: "男袜 黑 42", Amount: amount, Lines: []pos.RefundLine{{N: 1, Quantity: 1, Amount: amount}}})
	return c
}

func taxed(s *Setup, _ *pos.Shop) { s.Tax = true }

func counterCases(t *testing.T) []goldenCase {
	t.Helper()
	sale := pos.PrintJob{Document: pos.DocSale}
	job := pos.PrintJob{Document: pos.DocRefund, Refund: 1}
	none := func(*Setup, *pos.Shop) {}
	all := cart(cola, crisp, cut(crisp, pos.CutPercent, 10_00), cut(crisp, pos.CutAmount, 50), cut(crisp, pos.CutTo, 500), milk)
	all.Cut = pos.Cut{Kind: pos.CutAmount, N: 200}
	given := paid(soldAs(cart(cola, crisp), pos.RoundNone), alipay)
	given = back(t, given, alipay, pos.RefundDone, 0, map[int]int{1: 1})
	swapped := back(t, wechat(small), pos.TenderExchange, pos.RefundDone, 0, map[int]int{1: 1})
	swapped.Refunds[0].RefundID, swapped.Refunds[0].For = "", 9
	halves := paid(soldAs(cart(cola, cut(crisp, pos.CutAmount, 50)), pos.RoundNone), pos.TenderNative, alipay)
	halves = back(t, halves, pos.TenderNative, pos.RefundAccepted, 0, map[int]int{1: 2, 2: 1})
	first := &halves.Refunds[0]
	first.Void, first.Amount = true, halves.Payments[0].Amount
	first.Lines = []pos.RefundLine{{N: 1, Quantity: 2, Amount: 3_00}, {N: 2, Quantity: 1, Amount: first.Amount - 3_00}}
	halves = back(t, halves, alipay, pos.RefundDone, halves.Payments[1].Amount, nil)
	halves.Refunds[1].Void, halves.Refunds[1].Total = true, halves.Payments[1].Amount
	void := back(t, cash(small, 2000), pos.TenderCash, pos.RefundDone, 0, map[int]int{1: 2, 2: 1})
	void.Refunds[0].Void, void.Refunds[0].Reason = true, "顾客不要了"
	bare := pos.Refund{
		ID: 1, OutRefundNo: "S001-T1-R26112015QZ8MNB40A", Tender: pos.TenderCash, State: pos.RefundDone, Amount: 1285, Goods: []pos.Line{cola, apples}, Reason: "小票丢了",
		Cashier: "王芳", Approver: "李强", AskedAt: closedAt, DoneAt: closedAt,
	}
	up := back(t, paid(soldAs(cart(apples), pos.RoundHalf), pos.TenderCash), pos.TenderCash, pos.RefundDone, 0, map[int]int{1: 1})
	return []goldenCase{
		{"weighed", paid(soldAs(cart(apples, pork, tea, cheese, priced), pos.RoundJiao), pos.TenderCash), sale, none},
		{"discounts", paid(soldAs(all, pos.RoundNone, secondHalf), pos.TenderNative), sale, none},
		{"tax", paid(soldAs(cart(cola, apples, milk, priced), pos.RoundYuan), pos.TenderCash), sale, taxed},
		{"tax-one-rate", paid(soldAs(cart(apples), pos.RoundNone), pos.TenderNative), sale, taxed},
		{"tax-none", wechat(small), sale, taxed},
		{"other", given, sale, func(*Setup, *pos.Shop) {}},
		{"split", paid(soldAs(cart(cola, crisp, milk), pos.RoundJiao), pos.TenderNative, alipay, pos.TenderCash), sale, none},
		{"exchange", paid(soldAs(brought(cart(cola, milk), 990), pos.RoundNone), pos.TenderCode), sale, none},
		{"exchange-even", paid(soldAs(brought(cart(milk), 1200), pos.RoundNone), pos.TenderCash), sale, none},
		{"void-sale", void, pos.PrintJob{Document: pos.DocReprint, Copy: 1, QueuedAt: closedAt.Add(49 * time.Minute)}, none},
		{"refund-other", given, job, none},
		{"refund-exchange", swapped, job, none},
		{"refund-void", void, job, none},
		{"refund-rounded-up", up, job, none},
		{"refund-of-parts", halves, job, none},
		{"refund-of-parts-rest", halves, pos.PrintJob{Document: pos.DocRefund, Refund: 2}, none},
		{"return-without-receipt", pos.SaleRecord{}, shiftJob(t, pos.DocRefund, bare), none},
	}
}

func TestSale_OtherTendersAreTheCashiersWord(t *testing.T) {
	for _, lang := range []string{"zh-CN", "en"} {
		w := WordsOf(lang)
		for _, spoil := range []string{"", "evidence", "state", "amount"} {
			r := paid(soldAs(cart(cola, crisp), pos.RoundNone), alipay)
			p := &r.Payments[0]
			switch spoil {
			case "evidence":
				p.Evidence = pos.ByNobody
			case "state":
				p.State = pos.Opened
			case "amount":
				p.Amount--
			}
			text, err := Setup{Paper: Paper58, Language: lang}.Text(pos.PrintJob{Document: pos.DocSale}, r, shop)
			if err != nil {
				t.Fatal(err)
			}
			good := spoil == ""
			if strings.Contains(text, "非付款凭证") == good || strings.Contains(text, w.Succeeded) {
				t.Errorf("%q: %s", spoil, text)
			}
			if vouched := spoil == "" || spoil == "amount"; strings.Contains(text, w.OnWord) != vouched {
				t.Errorf("%q: whose word is it?\n%s", spoil, text)
			}
		}
	}
}

func TestSale_PartsMustComeToWhatIsDue(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*pos.SaleRecord)
		proof bool
	}{
		"as it is":            {func(*pos.SaleRecord) {}, true},
		"a part is less":      {func(r *pos.SaleRecord) { r.Payments[0].Amount-- }, false},
		"a part is missing":   {func(r *pos.SaleRecord) { r.Payments = r.Payments[1:] }, false},
		"a part is not known": {func(r *pos.SaleRecord) { r.Payments[0].State = pos.Waiting }, false},
		"one went back": {func(r *pos.SaleRecord) {
			r.Payments = append(r.Payments[:1:1], r.Payments...)
			r.Payments[0].State = pos.Refunded
		}, true},
		"the last went back":     {func(r *pos.SaleRecord) { r.Payments[1].State = pos.Refunded }, false},
		"goods count for less":   {func(r *pos.SaleRecord) { r.Sale.Credits[0].Amount-- }, false},
		"goods count for nobody": {func(r *pos.SaleRecord) { r.Sale.Credits = nil }, false},
	} {
		r := paid(soldAs(brought(cart(cola, milk), 300), pos.RoundNone), pos.TenderNative, alipay)
		c.spoil(&r)
		text, err := (Setup{Paper: Paper80}).Text(pos.PrintJob{Document: pos.DocSale}, r, shop)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(text, "非付款凭证") == c.proof || strings.Contains(text, Chinese.Succeeded) != c.proof {
			t.Errorf("%s:\n%s", name, text)
		}
	}
}

func TestSale_RefusesACounterThatDoesNotAddUp(t *testing.T) {
	for name, spoil := range map[string]func(*pos.Sale){
		"a promotion that adds":   func(s *pos.Sale) { s.Lines[0].DealOff = -1 },
		"a discount that adds":    func(s *pos.Sale) { s.Lines[0].CutOff = -1 },
		"more off than it costs":  func(s *pos.Sale) { s.Lines[0].CutOff = s.Lines[0].Amount() + 1; s.Discount = s.Gross },
		"lines off and not all":   func(s *pos.Sale) { s.Discount = s.OffLines() - 1 },
		"a label that is another": func(s *pos.Sale) { s.Lines[1].Label++ },
		"a weight that is":        func(s *pos.Sale) { s.Lines[2].Weight += 10 },
		"rounded below nothing":   func(s *pos.Sale) { s.Rounding = s.Gross },
		"goods for nothing":       func(s *pos.Sale) { s.Credits[0].Amount = 0 },
		"goods for more":          func(s *pos.Sale) { s.Credits[0].Amount = s.Net() + 1 },
		"parts of more":           func(s *pos.Sale) { s.Paid = s.Net() },
		"parts of less":           func(s *pos.Sale) { s.Paid = -1 },
	} {
		r := paid(soldAs(brought(cart(cola, cheese, apples), 300), pos.RoundNone, secondHalf), pos.TenderCash)
		spoil(&r.Sale)
		if _, err := Sale(r, shop, Options{Words: Chinese, Paper: Paper80}); !errors.Is(err, ErrSum) || pos.CodeOf(err) != pos.CodePrinter {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWeighed_IsExactInTheUnitOfItsPrice(t *testing.T) {
	for unit, want := range map[string]string{
		"": "0.535kg", "kg": "0.535kg", "公斤": "0.535公斤", "斤": "1.07斤", "两": "10.7两", "克": "535g", "g": "535g", "100g": "535g", "500克": "535g",
	} {
		if got := weighed(pos.Line{Weight: 535, Unit: unit}); got != want {
			t.Errorf("%q: %q", unit, got)
		}
	}
}

// randomCounter is a sale of everything a counter does.
func randomCounter(r *rand.Rand) pos.SaleRecord {
	units := []string{"", "kg", "斤", "两", "100g", "克", randomText(r, 6)}
	c := pos.Cart{Member: r.IntN(2) == 0}
	for i := range 1 + r.IntN(8) {
		l := pos.Line{
			Item: pos.ItemID(i + 1), Name: randomText(r, 40), Unit: units[r.IntN(len(units))], Price: pos.Fen(1 + r.Int64N(10_000)), Quantity: 1 + r.IntN(5),
			TaxRate: []int{0, 9_00, 13_00, 5}[r.IntN(4)],
		}
		switch r.IntN(5) {
		case 0:
			l.Weight = 1 + r.IntN(5000)
		case 1:
			l.Weight, l.Label = r.IntN(2)*r.IntN(5000), pos.Fen(1+r.Int64N(9000))
		case 2:
			l.List, l.Note = l.Price+pos.Fen(r.Int64N(100)), randomText(r, 20)
		}
		l.Cut = []pos.Cut{{}, {}, {Kind: pos.CutPercent, N: 1 + r.Int64N(10_000)}, {Kind: pos.CutAmount, N: 1 + r.Int64N(900)}, {Kind: pos.CutTo, N: r.Int64N(900)}}[r.IntN(5)]
		c.Lines = append(c.Lines, l)
	}
	if r.IntN(2) == 0 {
		c.Cut = pos.Cut{Kind: pos.CutAmount, N: 1 + r.Int64N(2000)}
	}
	deals := []pos.Deal{secondHalf, {Name: "促" + randomText(r, 19), Kind: pos.DealBundle, N: 3, Price: 900, Mixed: true}, {Name: "会员", Kind: pos.DealCut, Percent: 5_00, Member: true}}
	if due := c.Priced(deals, shop.Calendar.At(closedAt)).Due(); due > 1 && r.IntN(3) == 0 {
		c = brought(c, 1+pos.Fen(r.Int64N(int64(due))))
	}
	rounding := pos.RoundNone
	last := []pos.Tender{pos.TenderNative, alipay, pos.TenderCash}[r.IntN(3)]
	if last == pos.TenderCash {
		rounding = pos.Roundings[r.IntN(len(pos.Roundings))]
	}
	rec := soldAs(c, rounding, deals...)
	if rec.Sale.Net()-rec.Sale.Credit() < 10 {
		return paid(rec, pos.TenderCash)
	}
	return paid(rec, []pos.Tender{pos.TenderCode, "other:" + pos.Tender(strings.TrimSpace(randomText(r, 12))), pos.TenderCash, last}[r.IntN(4):]...)
}

// figures reads the amounts off a paper, line by line: what stands at the right end of a row.
func figures(t *testing.T, text string) map[string][]pos.Fen {
	t.Helper()
	all := map[string][]pos.Fen{}
	for row := range strings.Lines(text) {
		row = strings.TrimSpace(row)
		at := strings.LastIndexByte(row, ' ')
		f, err := pos.ParseYuan(strings.TrimPrefix(row[at+1:], "-"))
		if err != nil || at < 0 {
			continue
		}
		if strings.HasPrefix(row[at+1:], "-") {
			f = -f
		}
		name := strings.TrimSpace(row[:at])
		all[name] = append(all[name], f)
	}
	return all
}

func total(all map[string][]pos.Fen, names ...string) (sum pos.Fen) {
	for _, n := range names {
		for _, f := range all[n] {
			sum += f
		}
	}
	return sum
}

// TestProperty_WhatStandsOnThePaperSums reads every sale's figures off its paper and adds them up as a customer would.
func TestProperty_WhatStandsOnThePaperSums(t *testing.T) {
	r := rand.New(rand.NewPCG(20261128, 7))
	w := Chinese
	for i := range 120 {
		rec := randomCounter(r)
		for i := range rec.Sale.Lines { // so that only figures look like figures
			l := &rec.Sale.Lines[i]
			l.Name, l.Note, l.Deal = "货", "", strings.Repeat("促", min(1, len(l.Deal)))
		}
		for i := range rec.Payments {
			if _, other := rec.Payments[i].Tender.Other(); other {
				rec.Payments[i].Tender = alipay
			}
		}
		text, err := Setup{Paper: Paper80, Tax: true}.Text(pos.PrintJob{Document: pos.DocSale}, rec, shop)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(text, "非付款凭证") {
			t.Fatalf("sale %d is not proven\n%s", i, text)
		}
		all := figures(t, text)
		var gross pos.Fen
		for _, f := range all[subtotalOf(rec)] {
			gross += f
		}
		s := rec.Sale
		off := total(all, w.LinesOff, w.WholeOff)
		if s.OffLines() == 0 {
			off = total(all, w.Discount)
		}
		exchange := total(all, w.Exchange+" 男袜 黑 42")
		due := total(all, w.Due)
		if len(all[w.Due]) == 0 { // ￥ stands before it
			due = s.Net() - s.Credit()
			if !strings.Contains(text, "￥"+due.String()+"\n") {
				t.Fatalf("sale %d: %s is not there\n%s", i, due, text)
			}
		}
		if gross != s.Gross || gross+off+total(all, w.Rounding)+exchange != due {
			t.Fatalf("sale %d: %s %s %s %s, and %s due\n%s", i, gross, off, total(all, w.Rounding), exchange, due, text)
		}
		if got := total(all, w.Cash, w.WeChat, "支付宝"); got != due {
			t.Fatalf("sale %d: %s paid of %s\n%s", i, got, due, text)
		}
		var tax pos.Fen
		for _, share := range s.Shares() {
			tax += share.Tax
		}
		if tax != taxOn(text) {
			t.Fatalf("sale %d: tax %s, on paper %s\n%s", i, tax, taxOn(text), text)
		}
	}
}

// subtotalOf is what stands before the sum of the lines.
func subtotalOf(r pos.SaleRecord) string {
	doc := newBuilder(shop, Options{Words: Chinese, Paper: Paper80})
	doc.subtotal(pos.Cart{Lines: r.Sale.Lines}.Pieces(), r.Sale.Gross)
	text, _ := PlainText(doc.doc)
	text = strings.TrimSpace(text)
	return strings.TrimSpace(text[:strings.LastIndexByte(text, ' ')])
}

// taxOn sums the last column of the rates.
func taxOn(text string) (sum pos.Fen) {
	for row := range strings.Lines(text) {
		cells := strings.Fields(row)
		if len(cells) == 3 && strings.HasSuffix(cells[0], "%") {
			f, _ := pos.ParseYuan(cells[2])
			sum += f
		}
	}
	return sum
}

func TestProperty_AnythingACounterDoesFitsItsPaper(t *testing.T) {
	r := rand.New(rand.NewPCG(20261128, 9))
	for range 40 {
		rec := randomCounter(r)
		if n := 1 + r.IntN(len(rec.Sale.Lines)); rec.Sale.Shares()[n-1].Net > 0 && r.IntN(2) == 0 {
			rec = back(t, rec, []pos.Tender{pos.TenderCash, pos.TenderExchange, alipay}[r.IntN(3)], pos.RefundDone, 0, map[int]int{n: rec.Sale.Lines[n-1].Quantity})
			check(t, rec, shop, pos.PrintJob{Document: pos.DocRefund, Refund: 1})
		}
		check(t, rec, shop, pos.PrintJob{Document: pos.DocSale}, randomHead(r))
	}
}
