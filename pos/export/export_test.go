package export_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/export"
)

var update = flag.Bool("update", false, "write the golden files anew")

// books is a fake of pos.Reports that hands out what it holds.
type books struct {
	pos.Exports
	payments []pos.PaymentRow
	sales    []pos.SaleRow
	days     []pos.DayTakings
	refunds  []pos.RefundRow
	lines    []pos.LineRow
	shifts   []pos.ShiftRow
	links    []pos.Link
	later    []pos.DayTakings // what the days are when they are asked for again
	err      error
}

func (b *books) Takings(context.Context, pos.Span) ([]pos.DayTakings, error) {
	days := b.days
	if b.later != nil {
		b.days = b.later
	}
	return days, b.err
}

func each[R any](rows []R, f func(R) error, end error) error {
	for _, r := range rows {
		if err := f(r); err != nil {
			return err
		}
	}
	return end
}

func (b *books) EachLine(_ context.Context, _ pos.Span, f func(pos.LineRow) error) error {
	return each(b.lines, f, b.err)
}

func (b *books) EachShift(_ context.Context, _ pos.Span, f func(pos.ShiftRow) error) error {
	return each(b.shifts, f, b.err)
}

func (b *books) EachLink(_ context.Context, f func(pos.Link) error) error {
	return each(b.links, f, b.err)
}

func (b *books) EachPayment(_ context.Context, _ pos.Span, f func(pos.PaymentRow) error) error {
	return each(b.payments, f, b.err)
}

func (b *books) EachSale(_ context.Context, _ pos.Span, f func(pos.SaleRow) error) error {
	return each(b.sales, f, b.err)
}

func (b *books) EachRefund(_ context.Context, _ pos.Span, f func(pos.RefundRow) error) error {
	return each(b.refunds, f, b.err)
}

// write is an export of the day.
func write(t *testing.T, w io.Writer, kind pos.ExportKind, format pos.ExportFormat, b pos.Exports) (pos.ExportSummary, error) {
	t.Helper()
	return export.Write(t.Context(), w, request(kind, format), b, nil)
}

func request(kind pos.ExportKind, format pos.ExportFormat) export.Request {
	return export.Request{
		ExportRequest: pos.ExportRequest{Kind: kind, Format: format, Span: span},
		Shop:          pos.Shop{Name: "柜台便利店", ID: "S001", Till: "T1", Calendar: pos.Calendar{Zone: shanghai, Starts: 4 * time.Hour}},
		Lang:          "en",
	}
}

const day pos.Day = 20261120

var (
	shanghai = time.FixedZone("CST", 8*60*60)
	noon     = time.Date(2026, 11, 20, 4, 0, 0, 0, time.UTC)
	span     = pos.Span{From: day, To: day}
)

func receipt(seq int) pos.ReceiptNo {
	return pos.ReceiptNo{Shop: "S001", Till: "T1", Day: day, Epoch: 1, Seq: seq}
}

func order(n int, tender pos.Tender, state pos.State, asked, taken pos.Fen) pos.PaymentRow {
	r := pos.PaymentRow{Day: day, Payment: pos.Payment{
		ID: pos.PaymentID(n), OutTradeNo: "S001-T1-261120" + strconv.Itoa(n), Tender: tender, State: state, Asked: asked,
		Amount: taken, OpenedAt: noon, Cashier: "王芳",
	}}
	if state == pos.Paid {
		r.Receipt, r.Shift = receipt(n), 1
	}
	if taken > 0 {
		r.Payment.Currency, r.Payment.PaidAt = pos.Currency, noon.Add(time.Duration(n)*time.Minute)
		r.Payment.Evidence = pos.ByCashier
		if tender != pos.TenderCash {
			r.Payment.TransactionID, r.Payment.Evidence = "420000000020261120000000000"+strconv.Itoa(n), pos.ByPoll
		}
	}
	return r
}

func giveBack(n int, tender pos.Tender, state pos.RefundState, amount pos.Fen, no pos.ReceiptNo) pos.RefundRow {
	f := pos.Refund{
		ID: pos.RefundID(n), OutRefundNo: "S001-T1-R261120" + strconv.Itoa(n), OutTradeNo: "S001-T1-2611209", Tender: tender, State: state,
		Amount: amount, Total: 2000, Lines: []pos.RefundLine{{N: 1, Quantity: 2, Amount: amount - 100}, {N: 3, Quantity: 1, Amount: 100}},
		Reason: "=包装破损, 换货", Cashier: "王芳", Approver: "李强", AskedAt: noon.Add(time.Duration(n) * time.Minute),
	}
	if tender != pos.TenderCash {
		f.TransactionID = "4200000000202611200000000009"
	}
	switch state {
	case pos.RefundDone:
		f.DoneAt, f.Settlement = f.AskedAt.Add(9*time.Second), amount
	case pos.RefundRefused, pos.RefundStuck:
		f.Cause = pos.CodeRefused
	}
	if tender != pos.TenderCash && state != pos.RefundAsked && state != pos.RefundRefused {
		f.RefundID = "5030000001202611200000000000" + strconv.Itoa(n)
	}
	return pos.RefundRow{Day: day, Refund: f, Receipt: no}
}

func saleLine(sale, n int, discount pos.Fen, l pos.Line) pos.LineRow {
	r := pos.LineRow{Day: day, Receipt: receipt(sale), ClosedAt: noon, N: n, Line: l, Share: pos.Share{Whole: discount, Net: l.Amount() - discount, Tax: pos.Tax(l.Amount()-discount, l.TaxRate)}, Cashier: "王芳", Shift: 1}
	if sale == 1 {
		r.Returned = n
	}
	return r
}

func zReport() pos.ShiftRow {
	counted := pos.Fen(61200)
	report := pos.ShiftReport{
		Z: 1, Shop: "S001", Till: "T1", Day: day, Number: 2, OpenedAt: noon.UnixMilli(), At: noon.Add(8 * time.Hour).UnixMilli(), OpenedBy: "王芳", ClosedBy: "王芳",
		Signer: "李强", First: receipt(1).String(), Last: receipt(9).String(), Sales: 9, Gross: 15000, Discount: 500, Net: 14500,
		Tenders: []pos.TenderTakings{
			{Tender: pos.TenderCash, Count: 4, Fen: 9000},
			{Tender: pos.TenderCode, Count: 1, Fen: 500},
			{Tender: pos.TenderNative, Count: 3, Fen: 4000},
			{Tender: "other:支付宝", Count: 1, Fen: 1000},
		},
		Refunds: 2, Refunded: 1500, Returned: []pos.TenderTakings{{Tender: pos.TenderCash, Count: 1, Fen: 1000}, {Tender: pos.TenderNative, Count: 1, Fen: 500}},
		Cash: pos.CashReport{
			Start: 0, Float: 50000, Sales: 9000, Refunds: 1000, In: 10000, Dropped: 5000, PaidOut: 1500, HandedBack: 200, Expected: 61300,
			Counted: &counted, Counts: 2, Variance: -100, Reason: "=少找一元", Kept: 50000, ToSafe: 11200,
		},
		Arrived: 800, WentBack: 200, Drawer: 1, Reprints: 2, Voids: 3, Late: make([]pos.LateFact, 1), Open: make([]pos.OpenItem, 2), From: 3, To: 40,
		Head: strings.Repeat("ab", 32),
	}
	return pos.ShiftRow{
		Shift:  pos.Shift{ID: 2, Day: day, Number: 2, OpenedAt: noon, OpenedBy: "王芳", Float: true, ClosedAt: noon.Add(8 * time.Hour), Z: 1},
		Report: report, Hash: strings.Repeat("cd", 32),
	}
}

// journal is four entries, of which the last is of a restored ledger.
func journal() []pos.Link {
	var links []pos.Link
	prev := pos.Link{Hash: pos.ChainStart}
	for i, e := range []pos.Entry{
		{Kind: pos.EntryOpened, Note: "real S001 T1", Postings: []pos.Posting{}},
		{Kind: pos.EntrySale, Sale: 1, Receipt: receipt(1).String(), OutTradeNo: "S001-T1-2611201", Postings: []pos.Posting{
			{Account: pos.CashDrawer, Fen: 1350}, {Account: pos.DiscountGiven, Fen: 150}, {Account: pos.Sales, Fen: -1500},
		}},
		{Kind: pos.EntryDrawer, By: "李强", Note: "=换零钱, \"急\"\r\n", Postings: []pos.Posting{}},
		{Kind: pos.EntryRefundCash, By: "李强", Note: "破损\u2028\uFFFF", Postings: []pos.Posting{{Account: pos.SalesReturns, Fen: 300}, {Account: pos.CashDrawer, Fen: -300}}},
	} {
		e.At, e.Day = noon.Add(time.Duration(i)*time.Minute).UnixMilli(), day
		l, err := pos.Chain(prev.Seq, prev.Hash, 1+i/3, e)
		if err != nil {
			panic(err)
		}
		links, prev = append(links, l), l
	}
	return links
}

func shop() *books {
	partly := order(9, pos.TenderNative, pos.Paid, 2000, 2000)
	partly.Refunded = 500
	gone := order(6, pos.TenderNative, pos.Refunded, 800, 800)
	gone.Refunded = 800
	second := order(12, pos.TenderNative, pos.Exception, 0, 300) // paid again by another transaction
	secondBack := order(13, pos.TenderNative, pos.Exception, 0, 200)
	secondBack.Refunded = 200
	reversed := order(14, pos.TenderCode, pos.Refunded, 450, 450)
	reversed.Refunded = 450
	halfStray := order(15, pos.TenderNative, pos.Exception, 600, 600)
	halfStray.Refunded = 100
	dollars := order(8, pos.TenderNative, pos.Exception, 700, 100)
	dollars.Payment.Currency, dollars.Payment.Cashier = "USD", `=HYPERLINK("http://x","a")`
	all := order(19, pos.TenderNative, pos.Paid, 700, 700)
	all.Refunded = 700
	stray := giveBack(6, pos.TenderNative, pos.RefundAsked, 600, pos.ReceiptNo{})
	stray.Refund.Exception, stray.Refund.Reason, stray.Refund.Lines, stray.Refund.Approver = 3, string(pos.ExceptTwice), nil, ""
	platform := giveBack(7, pos.TenderNative, pos.RefundDone, 700, receipt(19))
	platform.Refund.Portal, platform.Refund.Reason, platform.Refund.Lines, platform.Refund.Cashier = true, "", nil, "@SUM(A1)"
	night := order(2, pos.TenderNative, pos.Paid, 300, 300)
	night.Payment.PaidAt = noon.Add(14 * time.Hour) // after midnight, still the same business day
	return &books{
		payments: []pos.PaymentRow{
			order(1, pos.TenderCash, pos.Paid, 1350, 1350),
			night,
			order(3, pos.TenderNative, pos.Opened, 450, 0),
			order(4, pos.TenderNative, pos.Waiting, 450, 0),
			order(5, pos.TenderNative, pos.Closing, 450, 0),
			gone,
			order(7, pos.TenderNative, pos.Exception, 600, 600),
			dollars,
			partly,
			order(10, pos.TenderNative, pos.Closed, 450, 0),
			order(11, pos.TenderNative, pos.Refused, 450, 0),
			second,
			secondBack,
			reversed,
			halfStray,
			order(16, pos.TenderCode, pos.Reversing, 450, 0),
			order(17, pos.TenderCode, pos.Paid, 450, 450),
			order(18, pos.TenderCode, pos.Refused, 450, 0),
			all,
		},
		refunds: []pos.RefundRow{
			giveBack(1, pos.TenderNative, pos.RefundDone, 500, receipt(9)),
			giveBack(2, pos.TenderNative, pos.RefundAccepted, 300, receipt(9)),
			giveBack(3, pos.TenderCash, pos.RefundDone, 1350, receipt(1)),
			giveBack(4, pos.TenderCode, pos.RefundStuck, 250, receipt(17)),
			giveBack(5, pos.TenderNative, pos.RefundRefused, 100, receipt(9)),
			stray,
			platform,
		},
		sales: []pos.SaleRow{
			{Day: day, Lines: 3, Shift: 1, Tenders: []pos.Tender{pos.TenderCash}, Sale: pos.Sale{
				State: pos.SaleClosed, Gross: 1500, Discount: 150, Cashier: "王芳", Receipt: receipt(1), ClosedAt: noon,
			}},
			{Day: day, Lines: 1, Shift: 1, Tenders: []pos.Tender{pos.TenderNative, pos.TenderCash}, Sale: pos.Sale{
				State: pos.SaleClosed, Gross: 300, Cashier: "李, 强", Receipt: receipt(2), ClosedAt: noon.Add(time.Minute),
			}},
		},
		lines: []pos.LineRow{
			saleLine(1, 1, 135, pos.Line{Item: 7, Barcode: "06901234567892", Name: "可口可乐 330ml", Unit: "罐", Category: "饮料", Price: 450, Quantity: 3, TaxRate: 1300}),
			saleLine(1, 2, 15, pos.Line{Item: 8, Barcode: "=1+1", Name: "+86 \"特价\"", Unit: "袋", Category: "-零食", Price: 150, Quantity: 1, TaxRate: 905}),
			saleLine(2, 1, 0, pos.Line{Name: "杂项", Price: 300, Quantity: 1}),
		},
		shifts: []pos.ShiftRow{
			{Shift: pos.Shift{ID: 1, Day: day, Number: 1, OpenedAt: noon, ClosedAt: noon.Add(time.Hour)}}, // before there were Z reports
			zReport(),
		},
		links: journal(),
		days: []pos.DayTakings{
			{Day: day, Sales: 2, Gross: 1800, Discount: 150, Net: 1650, Excepted: 600, Tenders: []pos.TenderTakings{
				{Tender: pos.TenderNative, Count: 1, Fen: 300}, {Tender: pos.TenderCash, Count: 1, Fen: 1350},
			}},
		},
	}
}

func TestExport_Golden(t *testing.T) {
	empty := pos.DayTakings{Day: day + 1}
	bank := pos.DayTakings{Day: day + 2, Sales: 1, Gross: 7, Net: 7, Refunds: 2, Refunded: 850, Tenders: []pos.TenderTakings{{Tender: "other:银行", Count: 1, Fen: 7}}}
	type golden struct {
		name  string
		write func(w io.Writer, b *books) error
	}
	all := []golden{
		{"takings.csv", func(w io.Writer, b *books) error { return export.TakingsCSV(w, append(b.days, empty, bank)) }},
		{"takings.json", func(w io.Writer, b *books) error {
			return export.TakingsJSON(w, append(b.days, empty, bank), export.Open{Payments: 3, Exceptions: 1, Refunds: 2})
		}},
	}
	for _, kind := range pos.ExportKinds {
		for _, format := range []pos.ExportFormat{pos.FormatCSV, pos.FormatJSONL} {
			all = append(all, golden{string(kind) + "." + string(format), func(w io.Writer, b *books) error {
				_, err := write(t, w, kind, format, b)
				return err
			}})
		}
	}
	for _, c := range all {
		t.Run(c.name, func(t *testing.T) {
			var got bytes.Buffer
			if err := c.write(&got, shop()); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", c.name)
			if *update {
				if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("got\n%s\nwant\n%s", got.Bytes(), want)
			}
		})
	}
}

// columns are those that users rely on, in their order.
var columns = map[pos.ExportKind]string{
	pos.ExportPayments: "day,paid_at,receipt_no,out_trade_no,transaction_id,tender,state,amount_fen,amount_yuan,refunded_fen,evidence," +
		"cashier,shift,asked_fen,currency,part",
	pos.ExportSales: "day,closed_at,receipt_no,state,lines,gross_fen,discount_fen,net_fen,tenders,cashier,shift," +
		"rounding_fen,rounding_yuan,tax_fen,tax_yuan,exchange_fen",
	pos.ExportLines: "day,closed_at,receipt_no,line,item,barcode,name,category,unit,price_fen,price_yuan,quantity,returned,gross_fen,discount_fen," +
		"net_fen,net_yuan,tax_percent,cashier,shift,weight_g,label_fen,label_yuan,list_price_fen,list_price_yuan,promotion,promotion_off_fen," +
		"discount_kind,line_off_fen,whole_off_fen,tax_fen,tax_yuan,note,rounding_fen,rounding_yuan",
	pos.ExportRefunds: "day,asked_at,done_at,receipt_no,out_trade_no,out_refund_no,transaction_id,refund_id,tender,state,amount_fen,amount_yuan," +
		"total_fen,lines,reason,cashier,approver,origin,cause,settlement_fen,kind,goods",
	pos.ExportShifts: "day,shift,z,opened_at,opened_by,closed_at,closed_by,signer,first_receipt,last_receipt,sales,gross_fen,discount_fen,net_fen," +
		"net_yuan,cash_fen,wechat_fen,other_fen,tenders,refunds,refunded_fen,refunded_yuan,returned,start_fen,float_fen,cash_sales_fen," +
		"cash_refunds_fen,cash_in_fen,cash_dropped_fen,cash_expense_fen,cash_handed_back_fen,expected_fen,expected_yuan,counted_fen,counted_yuan," +
		"counts,variance_fen,variance_yuan,reason,kept_fen,to_safe_fen,exceptions_fen,exceptions_back_fen,drawer_opened,reprints,voids,late,open," +
		"from_entry,to_entry,chain_head,document_sha256,rounding_fen,exchange_fen,cash_parts_fen",
	pos.ExportJournal: "seq,epoch,kind,day,at,receipt_no,out_trade_no,debit_fen,debit_yuan,by,note,prev_hash,hash,body",
}

func TestCSV_ColumnsAreThoseThatUsersRelyOnInTheirOrder(t *testing.T) {
	for _, kind := range pos.ExportKinds {
		var got bytes.Buffer
		if _, err := write(t, &got, kind, pos.FormatCSV, &books{}); err != nil {
			t.Fatal(err)
		}
		if got.String() != "\uFEFF"+columns[kind]+"\r\n" {
			t.Errorf("%s: header %q", kind, got.String())
		}
	}
}

func TestIdentity_IsWhatTheRowsSumTo(t *testing.T) {
	var out bytes.Buffer
	id, err := write(t, &out, pos.ExportPayments, pos.FormatJSONL, shop())
	if err != nil {
		t.Fatal(err)
	}
	const taken, given = 1350 + 300 + 800 + 600 + 2000 + 300 + 200 + 450 + 600 + 450 + 700, 800 + 500 + 200 + 450 + 100 + 700
	want := pos.ExportSummary{Kind: pos.ExportPayments, Span: span, Rows: 19, Sum: taken, Foreign: 1, Identities: []pos.Identity{{
		Terms: []pos.Figure{{Name: pos.FigurePayments, Fen: taken}, {Name: pos.FigureRefunds, Minus: true, Fen: given}},
		Total: pos.Figure{Name: pos.FigureNet, Fen: taken - given},
	}}}
	if !reflect.DeepEqual(id, want) {
		t.Errorf("summary %+v, want %+v", id, want)
	}
	var sum, back pos.Fen
	for line := range strings.Lines(out.String()) {
		var row struct {
			Amount   pos.Fen `json:"amount_fen"`
			Refunded pos.Fen `json:"refunded_fen"`
			Currency string  `json:"currency"`
		}
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if row.Currency == pos.Currency {
			sum, back = sum+row.Amount, back+row.Refunded
		}
	}
	if sum != taken || back != given {
		t.Errorf("rows come to %v - %v, the summary says %v - %v", sum, back, taken, given)
	}
}

func TestRefundIdentity_IsWhatTheRowsSumTo(t *testing.T) {
	var out bytes.Buffer
	id, err := write(t, &out, pos.ExportRefunds, pos.FormatJSONL, shop())
	if err != nil {
		t.Fatal(err)
	}
	const back, onWay, not = 500 + 1350 + 700, 300 + 250 + 600, 100
	want := pos.ExportSummary{Kind: pos.ExportRefunds, Span: span, Rows: 7, Sum: back + onWay + not, Identities: []pos.Identity{{
		Terms: []pos.Figure{{Name: pos.FigureBack, Fen: back}, {Name: pos.FigureOnTheWay, Fen: onWay}, {Name: pos.FigureNotBack, Fen: not}},
		Total: pos.Figure{Name: pos.FigureRefSum, Fen: back + onWay + not},
	}}}
	if !reflect.DeepEqual(id, want) {
		t.Errorf("summary %+v, want %+v", id, want)
	}
	var sum pos.Fen
	for line := range strings.Lines(out.String()) {
		var row struct {
			Amount pos.Fen `json:"amount_fen"`
		}
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		sum += row.Amount
	}
	if sum != id.Sum {
		t.Errorf("rows come to %v, the summary says %v", sum, id.Sum)
	}
}

func TestPayments_EveryStateHasItsWord(t *testing.T) {
	known := "waiting closing paid exception refunded partly-refunded closed refused"
	for _, state := range pos.States {
		for _, refunded := range []pos.Fen{0, 100, 450} {
			r := order(1, pos.TenderCode, state, 450, 450)
			r.Refunded = refunded
			var out bytes.Buffer
			if _, err := write(t, &out, pos.ExportPayments, pos.FormatJSONL, &books{payments: []pos.PaymentRow{r}}); err != nil {
				t.Fatal(err)
			}
			var row struct {
				State string `json:"state"`
			}
			if err := json.Unmarshal(out.Bytes(), &row); err != nil {
				t.Fatal(err)
			}
			if !slices.Contains(strings.Fields(known), row.State) {
				t.Errorf("%s with %v refunded is %q", state, refunded, row.State)
			}
			if state.Took() && refunded == 450 && row.State != "refunded" {
				t.Errorf("%s, all of it back, is %q", state, row.State)
			}
		}
	}
}

func TestOpenOf_CountsEachOnce(t *testing.T) {
	row := func(s pos.State) pos.PendingRow { return pos.PendingRow{Payment: pos.Payment{State: s}} }
	back := row(pos.Paid)
	back.Refund = &pos.Refund{State: pos.RefundAsked}
	got := export.OpenOf([]pos.PendingRow{row(pos.Waiting), row(pos.Reversing), row(pos.Closing), row(pos.Exception), row(pos.Paid), back})
	if want := (export.Open{Payments: 4, Exceptions: 1, Refunds: 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestSales_ThatDoNotComeToTheirDaysTotalsAreCorrupt(t *testing.T) {
	one := pos.DayTakings{Day: day, Sales: 1, Gross: 1350, Net: 1350}
	two := pos.DayTakings{Day: day, Sales: 2, Gross: 1800, Discount: 150, Net: 1650}
	three := pos.DayTakings{Day: day, Sales: 3, Gross: 2000, Discount: 150, Net: 1850}
	off := pos.DayTakings{Day: day, Sales: 2, Gross: 1801, Discount: 150, Net: 1651}
	for _, c := range []struct {
		name          string
		before, after pos.DayTakings
		want          pos.Code
	}{
		{"equal", two, two, pos.CodeNone},
		{"a sale closed meanwhile and is in the rows", one, two, pos.CodeNone},
		{"a sale closed meanwhile and is not in the rows", two, three, pos.CodeNone},
		{"a sale is missing", three, three, pos.CodeCorrupt},
		{"a sale too many", one, one, pos.CodeCorrupt},
		{"a fen is missing", off, off, pos.CodeCorrupt},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := shop()
			b.days, b.later = []pos.DayTakings{c.before}, []pos.DayTakings{c.after}
			id, err := write(t, io.Discard, pos.ExportSales, pos.FormatCSV, b)
			if pos.CodeOf(err) != c.want {
				t.Errorf("error %v, want code %q", err, c.want)
			}
			if id.Rows != 2 || id.Sum != 1650 {
				t.Errorf("identity %+v", id)
			}
		})
	}
}

// shutWriter takes some bytes and then is gone.
type shutWriter struct{ left int }

func (w *shutWriter) Write(p []byte) (int, error) {
	if len(p) > w.left {
		return 0, io.ErrClosedPipe
	}
	w.left -= len(p)
	return len(p), nil
}

func TestExport_TellsThatItsWriterIsGone(t *testing.T) {
	b := shop()
	for range 12 { // more than any buffer between
		b.payments = append(b.payments, b.payments...)
	}
	seen := 0
	counted := &countingBooks{books: b, seen: &seen}
	_, err := write(t, &shutWriter{left: 100 << 10}, pos.ExportPayments, pos.FormatCSV, counted)
	if !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("error %v", err)
	}
	if seen == len(b.payments) {
		t.Error("read all the books for a reader that had left")
	}
	if _, err := write(t, &shutWriter{}, pos.ExportPayments, pos.FormatCSV, shop()); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("short export: error %v", err)
	}
	if err := export.TakingsCSV(&shutWriter{}, shop().days); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("takings: error %v", err)
	}
}

type countingBooks struct {
	*books
	seen *int
}

func (b *countingBooks) EachPayment(ctx context.Context, s pos.Span, f func(pos.PaymentRow) error) error {
	return b.books.EachPayment(ctx, s, func(r pos.PaymentRow) error { *b.seen++; return f(r) })
}

func TestExport_PassesOnWhatTheBooksSay(t *testing.T) {
	b := shop()
	b.err = pos.E(pos.CodeCorrupt, "read", nil)
	if _, err := write(t, io.Discard, pos.ExportPayments, pos.FormatCSV, b); pos.CodeOf(err) != pos.CodeCorrupt {
		t.Errorf("payments: %v", err)
	}
	if _, err := write(t, io.Discard, pos.ExportSales, pos.FormatCSV, b); pos.CodeOf(err) != pos.CodeCorrupt {
		t.Errorf("sales: %v", err)
	}
	if _, err := write(t, io.Discard, pos.ExportRefunds, pos.FormatCSV, b); pos.CodeOf(err) != pos.CodeCorrupt {
		t.Errorf("refunds: %v", err)
	}
	if _, err := write(t, io.Discard, pos.ExportRefunds, "ods", b); pos.CodeOf(err) != pos.CodeInvalid {
		t.Errorf("unknown format of refunds: %v", err)
	}
	if _, err := write(t, io.Discard, pos.ExportPayments, "ods", b); pos.CodeOf(err) != pos.CodeInvalid {
		t.Errorf("unknown format: %v", err)
	}
}

func TestCSV_CellsBeginningLikeAFormulaGetAnApostrophe(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"=1+1", "'=1+1"},
		{"+86", "'+86"},
		{"-5", "'-5"},
		{"@SUM(A1)", "'@SUM(A1)"},
		{"\t=1", "'\t=1"},
		{"\r=1", "'\r=1"},
		{"王芳", "王芳"},
		{"a=1", "a=1"},
		{"'=1", "'=1"},
		{"", ""},
		{"a,\"b\"\nc", "a,\"b\"\nc"},
		{" lead", " lead"},
		{"cut \xe7\x8e", "cut \uFFFD"},
	} {
		if got := throughCSV(t, c.text); got != c.want {
			t.Errorf("%q reads back as %q, want %q", c.text, got, c.want)
		}
	}
}

// FuzzCSV: whatever a text is, one row with one cell of it comes back, and no spreadsheet takes it for a formula.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{"=1", "a,b", `"`, "\r\n", "\r", "\n=", "'", "\uFEFF", "\x00", "\xff=", "a\"\"b", " ", "\t", `\.`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := throughCSV(t, s)
		want := noControls(strings.ToValidUTF8(s, "\uFFFD"))
		if want != "" && strings.Contains("=+-@\t\r", want[:1]) {
			want = "'" + want
		}
		want = strings.ReplaceAll(want, "\r\n", "\n") // encoding/csv reads both as one line feed
		if got != want {
			t.Errorf("%q reads back as %q, want %q", s, got, want)
		}
	})
}

// noControls is a text as a cell can hold it.
func noControls(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' {
			return '\uFFFD'
		}
		return r
	}, s)
}

// throughCSV writes a payment whose cashier is text, and reads it back.
func throughCSV(t *testing.T, text string) string {
	t.Helper()
	r := order(1, pos.TenderCash, pos.Paid, 1350, 1350)
	r.Payment.Cashier = text
	var out bytes.Buffer
	if _, err := write(t, &out, pos.ExportPayments, pos.FormatCSV, &books{payments: []pos.PaymentRow{r}}); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(out.String(), "\uFEFF"))).ReadAll()
	if err != nil {
		t.Fatalf("%q: %v", out.String(), err)
	}
	if len(rows) != 2 || len(rows[1]) != 16 || rows[1][13] != "1350" {
		t.Fatalf("%q reads as %q", out.String(), rows)
	}
	return rows[1][11]
}
