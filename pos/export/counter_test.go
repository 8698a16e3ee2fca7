package export_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/export"
)

const alipay pos.Tender = "other:支付宝"

// shopDay is a day of a counter that does everything, booked by the rules of pos: what its exports say is to be found again in them.
type shopDay struct {
	r      *rand.Rand
	books  books
	total  pos.DayTakings
	report pos.ShiftReport
	seq    int64
	owed   pos.Fen // what parts of open sales took
	drawer pos.Fen
}

func newShopDay(seed uint64) *shopDay {
	return &shopDay{
		r: rand.New(rand.NewPCG(seed, 28)), total: pos.DayTakings{Day: day},
		report: pos.ShiftReport{Z: 1, Shop: "S001", Till: "T1", Day: day, Number: 1, From: 1},
	}
}

// book books an entry, which must be balanced.
func (d *shopDay) book(t *testing.T, e pos.Entry, tender pos.Tender) {
	t.Helper()
	if !e.Balanced() {
		t.Fatalf("%+v", e)
	}
	d.seq++
	if err := d.report.Add(d.seq, e, tender, 0); err != nil {
		t.Fatal(err)
	}
	for _, p := range e.Postings {
		switch p.Account {
		case pos.CashDrawer:
			d.drawer += p.Fen
		case pos.SaleDeposits:
			d.owed -= p.Fen
		}
	}
}

// cart is random goods with random discounts.
func (d *shopDay) cart() pos.Cart {
	r := d.r
	c := pos.Cart{Member: r.IntN(2) == 0}
	for i := range 1 + r.IntN(6) {
		l := pos.Line{
			Item: pos.ItemID(i + 1), Name: fmt.Sprint("货 ", i), Unit: "kg", Price: pos.Fen(1 + r.Int64N(5000)), Quantity: 1 + r.IntN(4),
			TaxRate: []int{0, 9_00, 13_00}[r.IntN(3)], Cut: []pos.Cut{{}, {Kind: pos.CutPercent, N: 1 + r.Int64N(9000)}, {Kind: pos.CutTo, N: 500}}[r.IntN(3)],
		}
		switch r.IntN(4) {
		case 0:
			l.Weight, l.Quantity = 1+r.IntN(3000), 1
		case 1:
			l.Label, l.List = pos.Fen(1+r.Int64N(900)), l.Price+7
		}
		c.Lines = append(c.Lines, l)
	}
	if r.IntN(3) == 0 {
		c.Cut = pos.Cut{Kind: pos.CutPercent, N: 1 + r.Int64N(3000)}
	}
	deals := []pos.Deal{{Name: "第二件半价", Kind: pos.DealNth, N: 2, Percent: 50_00}, {Name: "会员 95 折", Kind: pos.DealCut, Percent: 5_00, Member: true}}
	return c.Priced(deals, pos.ShopTime{Day: day, Minute: 600})
}

// sell closes a sale by random tenders, and books it as the ledger does.
func (d *shopDay) sell(t *testing.T, n int) {
	t.Helper()
	r, c := d.r, d.cart()
	if due := c.Due(); due > 2 && r.IntN(4) == 0 {
		c.Credits = []pos.Credit{{Sale: 1, Receipt: receipt(1).String(), Payment: 1, Goods: "旧货", Amount: 1 + pos.Fen(r.Int64N(int64(due)))}}
	}
	s := pos.Sale{
		ID: pos.SaleID(n), State: pos.SaleClosed, Lines: c.Lines, Gross: c.Gross(), Discount: c.Off(), Member: c.Member, Credits: c.Credits,
		Cashier: "王芳", Receipt: receipt(n), ClosedAt: noon.Add(time.Duration(n) * time.Minute),
	}
	last := []pos.Tender{pos.TenderCash, pos.TenderNative, alipay}[r.IntN(3)]
	var parts []pos.PartOf
	var tenders []pos.Tender
	pay := func(tender pos.Tender, amount pos.Fen, part bool) pos.Payment {
		row := order(100*n+len(tenders), tender, pos.Paid, amount, amount)
		row.Receipt, row.Payment.Sale, row.Payment.Part, row.Payment.Settlement = s.Receipt, s.ID, part, amount
		d.books.payments = append(d.books.payments, row)
		tenders = append(tenders, tender)
		return row.Payment
	}
	if s.Due() > 20 && r.IntN(3) == 0 {
		p := pay([]pos.Tender{pos.TenderCash, pos.TenderCode, "other:银行卡"}[r.IntN(3)], s.Due()/2, true)
		d.book(t, pos.PartEntry(p, p.PaidAt, day), p.Tender)
		s.Paid, parts = p.Amount, append(parts, pos.PartOf{Tender: p.Tender, Fen: p.Amount})
	}
	if credit := s.Credit(); credit > 0 {
		f := giveBack(n, pos.TenderExchange, pos.RefundDone, credit, receipt(1))
		f.Refund.For, f.Refund.Lines = s.ID, nil
		e, _ := pos.RefundEntry(f.Refund, false, noon, day)
		d.book(t, e, pos.TenderCash)
		d.books.refunds = append(d.books.refunds, f)
		d.total.Refunds, d.total.Refunded = d.total.Refunds+1, d.total.Refunded+credit
		parts = append(parts, pos.PartOf{Tender: pos.TenderExchange, Fen: credit})
	}
	if last == pos.TenderCash {
		s.Rounding = pos.Roundings[r.IntN(len(pos.Roundings))].Of(s.Due())
	}
	p := pay(last, s.Due(), false)
	d.book(t, pos.SaleEntry(s, p, parts, s.ClosedAt, day), p.Tender)
	for _, x := range parts {
		if x.Tender == pos.TenderExchange {
			tenders = append(tenders, x.Tender)
		}
	}
	d.closed(s, tenders, append(parts, pos.PartOf{Tender: p.Tender, Fen: p.Amount}))
}

// closed is what the ledger has of a closed sale for exports and totals.
func (d *shopDay) closed(s pos.Sale, tenders []pos.Tender, taken []pos.PartOf) {
	slices.Sort(tenders)
	row := pos.SaleRow{Day: day, Lines: len(s.Lines), Sale: s, Tenders: slices.Compact(tenders), Credit: s.Credit(), Shift: 1}
	for i, share := range s.Shares() {
		row.Tax += share.Tax
		d.books.lines = append(d.books.lines, pos.LineRow{Day: day, Receipt: s.Receipt, ClosedAt: s.ClosedAt, N: i + 1, Line: s.Lines[i], Share: share, Cashier: s.Cashier, Shift: 1})
	}
	d.books.sales = append(d.books.sales, row)
	d.total.Sales++
	d.total.Gross, d.total.Discount = d.total.Gross+s.Gross, d.total.Discount+s.Discount
	d.total.Rounding, d.total.Net = d.total.Rounding+s.Rounding, d.total.Net+s.Net()
	for _, x := range taken {
		i := slices.IndexFunc(d.total.Tenders, func(y pos.TenderTakings) bool { return y.Tender == x.Tender })
		if i < 0 {
			i, d.total.Tenders = len(d.total.Tenders), append(d.total.Tenders, pos.TenderTakings{Tender: x.Tender})
		}
		d.total.Tenders[i].Count++
		d.total.Tenders[i].Fen += x.Fen
	}
}

// bareReturn takes goods back without a receipt, in cash.
func (d *shopDay) bareReturn(t *testing.T, n int) {
	t.Helper()
	f := giveBack(n, pos.TenderCash, pos.RefundDone, 300, pos.ReceiptNo{})
	f.Refund.Goods, f.Refund.Lines, f.Refund.OutTradeNo, f.Refund.Total = []pos.Line{{Name: "=袜子", Price: 300, Quantity: 1}}, nil, "", 0
	e, _ := pos.RefundEntry(f.Refund, false, noon, day)
	d.book(t, e, "")
	d.books.refunds = append(d.books.refunds, f)
	d.total.Refunds, d.total.Refunded = d.total.Refunds+1, d.total.Refunded+300
}

// end closes the shift and gives the books of the day.
func (d *shopDay) end(t *testing.T) *books {
	t.Helper()
	d.report.Begin(0)
	counted := d.report.Cash.Expected
	d.report.Cash.Counted, d.report.Cash.ToSafe = &counted, counted
	d.report.To = d.seq
	if err := d.report.Check(); err != nil || counted != d.drawer || d.owed != 0 {
		t.Fatalf("the report: %v, drawer %s of %s, deposits %s", err, counted, d.drawer, d.owed)
	}
	d.books.shifts = []pos.ShiftRow{{Shift: pos.Shift{ID: 1, Day: day, Number: 1, OpenedAt: noon, ClosedAt: noon.Add(time.Hour), Z: 1}, Report: d.report}}
	d.books.days = []pos.DayTakings{d.total}
	return &d.books
}

func someDay(t *testing.T, seed uint64, sales int) *books {
	t.Helper()
	d := newShopDay(seed)
	for n := range sales {
		d.sell(t, n+1)
	}
	d.bareReturn(t, 90)
	return d.end(t)
}

// rowsOf exports a kind as JSON lines and reads them back.
func rowsOf(t *testing.T, kind pos.ExportKind, b *books) ([]map[string]any, pos.ExportSummary) {
	t.Helper()
	var out bytes.Buffer
	s, err := write(t, &out, kind, pos.FormatJSONL, b)
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]any
	for line := range bytes.Lines(out.Bytes()) {
		var row map[string]any
		if err := json.Unmarshal(line, &row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows, s
}

func fenOf(row map[string]any, name string) pos.Fen {
	f, _ := row[name].(float64)
	return pos.Fen(f)
}

func sum(rows []map[string]any, name string, of func(map[string]any) bool) (all pos.Fen) {
	for _, r := range rows {
		if of == nil || of(r) {
			all += fenOf(r, name)
		}
	}
	return all
}

// TestProperty_EveryExportOfADaySumsToTheOthers sells a day of everything and adds up what its exports say, each by itself and against
// the others: a bookkeeper who has only the files comes to the same fen.
func TestProperty_EveryExportOfADaySumsToTheOthers(t *testing.T) {
	for seed := range uint64(40) {
		b := someDay(t, seed, 30)
		sales, sold := rowsOf(t, pos.ExportSales, b)
		lines, _ := rowsOf(t, pos.ExportLines, b)
		payments, taken := rowsOf(t, pos.ExportPayments, b)
		refunds, _ := rowsOf(t, pos.ExportRefunds, b)
		shifts, counted := rowsOf(t, pos.ExportShifts, b)
		for _, s := range sales {
			mine := func(r map[string]any) bool { return r["receipt_no"] == s["receipt_no"] }
			net := fenOf(s, "gross_fen") - fenOf(s, "discount_fen") - fenOf(s, "rounding_fen")
			exchange := fenOf(s, "exchange_fen")
			if net != fenOf(s, "net_fen") || sum(lines, "net_fen", mine) != net || sum(lines, "gross_fen", mine) != fenOf(s, "gross_fen") ||
				sum(lines, "tax_fen", mine) != fenOf(s, "tax_fen") || sum(lines, "discount_fen", mine) != fenOf(s, "discount_fen") ||
				sum(lines, "rounding_fen", mine) != fenOf(s, "rounding_fen") || sum(payments, "amount_fen", mine)+exchange != net ||
				strings.Contains(s["tenders"].(string), "exchange") != (exchange != 0) {
				t.Fatalf("seed %d: %v\n%v\n%v", seed, s, lines, payments)
			}
		}
		for _, l := range lines {
			off := fenOf(l, "promotion_off_fen") + fenOf(l, "line_off_fen") + fenOf(l, "whole_off_fen")
			if off != fenOf(l, "discount_fen") || off < 0 || fenOf(l, "gross_fen")-off-fenOf(l, "rounding_fen") != fenOf(l, "net_fen") {
				t.Fatalf("seed %d: %v", seed, l)
			}
		}
		exchanged := sum(refunds, "amount_fen", func(r map[string]any) bool { return r["kind"] == "exchange" })
		if net := sum(sales, "net_fen", nil); taken.Sum+exchanged != net || sold.Sum != net || counted.Sum != net || fenOf(shifts[0], "exchange_fen") != exchanged {
			t.Fatalf("seed %d: taken %s, exchanged %s of %s", seed, taken.Sum, exchanged, net)
		}
		inDrawer := sum(payments, "amount_fen", func(r map[string]any) bool { return r["tender"] == "cash" })
		if parts := fenOf(shifts[0], "cash_sales_fen") + fenOf(shifts[0], "cash_parts_fen"); parts != inDrawer || fenOf(shifts[0], "cash_fen") != inDrawer {
			t.Fatalf("seed %d: %s in the drawer, %s paid", seed, parts, inDrawer)
		}
		for _, kind := range []pos.ExportKind{pos.ExportSales, pos.ExportLines, pos.ExportPayments, pos.ExportRefunds, pos.ExportShifts} {
			_, s := rowsOf(t, kind, b)
			for _, i := range s.Identities {
				var all pos.Fen
				for _, f := range i.Terms {
					if all += f.Fen; f.Minus {
						all -= 2 * f.Fen
					}
				}
				if all != i.Total.Fen {
					t.Errorf("seed %d, %s: %+v", seed, kind, i)
				}
			}
		}
	}
}

func TestTakings_NameEveryTenderThatWasTaken(t *testing.T) {
	b := someDay(t, 3, 60)
	var out bytes.Buffer
	if err := export.TakingsJSON(&out, b.days, export.Open{}); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Total struct {
			Gross    pos.Fen `json:"gross_fen"`
			Discount pos.Fen `json:"discount_fen"`
			Rounding pos.Fen `json:"rounding_fen"`
			Net      pos.Fen `json:"net_fen"`
			Tenders  []struct {
				Tender string  `json:"tender"`
				Fen    pos.Fen `json:"amount_fen"`
			} `json:"tenders"`
		} `json:"total"`
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	var names []string
	var taken pos.Fen
	for _, x := range got.Total.Tenders {
		names, taken = append(names, x.Tender), taken+x.Fen
	}
	want := []string{"cash", "wechat-native", "exchange", "other:支付宝", "other:银行卡", "wechat-code"}
	if !slices.Equal(names, want) || taken != got.Total.Net || got.Total.Gross-got.Total.Discount-got.Total.Rounding != got.Total.Net || got.Total.Rounding == 0 {
		t.Errorf("%v: %+v", names, got.Total)
	}
	out.Reset()
	if err := export.TakingsCSV(&out, b.days); err != nil {
		t.Fatal(err)
	}
	if head, _, _ := strings.Cut(out.String(), "\r\n"); !strings.Contains(head, ",other:支付宝_count,other:支付宝_fen,other:支付宝_yuan,") || !strings.HasSuffix(head, ",rounding_fen,rounding_yuan") {
		t.Error(head)
	}
}

func TestRefunds_EveryKindHasItsWord(t *testing.T) {
	void := giveBack(1, pos.TenderNative, pos.RefundDone, 500, receipt(9))
	void.Refund.Void = true
	stray := giveBack(2, pos.TenderNative, pos.RefundDone, 500, pos.ReceiptNo{})
	stray.Refund.Exception = 3
	bare := giveBack(3, pos.TenderCash, pos.RefundDone, 500, pos.ReceiptNo{})
	bare.Refund.Goods = []pos.Line{{Name: "可乐", Quantity: 2, Price: 200}, {Name: "苹果", Quantity: 1, Price: 100}}
	b := &books{refunds: []pos.RefundRow{giveBack(4, alipay, pos.RefundDone, 500, receipt(9)), void, giveBack(5, pos.TenderExchange, pos.RefundDone, 500, receipt(9)), bare, stray}}
	rows, _ := rowsOf(t, pos.ExportRefunds, b)
	for i, want := range []string{"refund", "void", "exchange", "no-receipt", "exception"} {
		if rows[i]["kind"] != want {
			t.Errorf("%v, want %s", rows[i]["kind"], want)
		}
	}
	if rows[3]["goods"] != "2x可乐;1x苹果" || rows[0]["goods"] != "" {
		t.Errorf("%v and %v", rows[3]["goods"], rows[0]["goods"])
	}
}

func TestSales_AFenOfRoundingThatIsMissingIsCorrupt(t *testing.T) {
	b := someDay(t, 5, 20)
	b.sales[0].Sale.Rounding++
	if _, err := write(t, io.Discard, pos.ExportSales, pos.FormatCSV, b); pos.CodeOf(err) != pos.CodeCorrupt {
		t.Error(err)
	}
}
