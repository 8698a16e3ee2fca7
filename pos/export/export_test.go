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
	pos.Reports
	payments []pos.PaymentRow
	sales    []pos.SaleRow
	days     []pos.DayTakings
	refunds  []pos.RefundRow
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

func (b *books) EachPayment(_ context.Context, _ pos.Span, f func(pos.PaymentRow) error) error {
	for _, r := range b.payments {
		if err := f(r); err != nil {
			return err
		}
	}
	return b.err
}

func (b *books) EachSale(_ context.Context, _ pos.Span, f func(pos.SaleRow) error) error {
	for _, r := range b.sales {
		if err := f(r); err != nil {
			return err
		}
	}
	return b.err
}

func (b *books) EachRefund(_ context.Context, _ pos.Span, f func(pos.RefundRow) error) error {
	for _, r := range b.refunds {
		if err := f(r); err != nil {
			return err
		}
	}
	return b.err
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
	for _, c := range []struct {
		name  string
		write func(w io.Writer, b *books) error
	}{
		{"payments.csv", func(w io.Writer, b *books) error {
			_, err := export.Payments(t.Context(), w, export.CSV, b, span, shanghai)
			return err
		}},
		{"payments.jsonl", func(w io.Writer, b *books) error {
			_, err := export.Payments(t.Context(), w, export.JSONL, b, span, shanghai)
			return err
		}},
		{"sales.csv", func(w io.Writer, b *books) error {
			_, err := export.Sales(t.Context(), w, export.CSV, b, span, shanghai)
			return err
		}},
		{"sales.jsonl", func(w io.Writer, b *books) error {
			_, err := export.Sales(t.Context(), w, export.JSONL, b, span, shanghai)
			return err
		}},
		{"refunds.csv", func(w io.Writer, b *books) error {
			_, err := export.Refunds(t.Context(), w, export.CSV, b, span, shanghai)
			return err
		}},
		{"refunds.jsonl", func(w io.Writer, b *books) error {
			_, err := export.Refunds(t.Context(), w, export.JSONL, b, span, shanghai)
			return err
		}},
		{"takings.csv", func(w io.Writer, b *books) error { return export.TakingsCSV(w, append(b.days, empty, bank)) }},
		{"takings.json", func(w io.Writer, b *books) error {
			return export.TakingsJSON(w, append(b.days, empty, bank), export.Open{Payments: 3, Exceptions: 1, Refunds: 2})
		}},
	} {
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

func TestPayments_ColumnsAreThoseOfTheContractInTheirOrder(t *testing.T) {
	const want = "day,paid_at,receipt_no,out_trade_no,transaction_id,tender,state,amount_fen,amount_yuan,refunded_fen,evidence," +
		"cashier,shift,asked_fen,currency"
	var got bytes.Buffer
	if _, err := export.Payments(t.Context(), &got, export.CSV, &books{}, span, shanghai); err != nil {
		t.Fatal(err)
	}
	if got.String() != "\uFEFF"+want+"\r\n" {
		t.Errorf("header %q", got.String())
	}
}

func TestSales_ColumnsAreThoseOfTheContractInTheirOrder(t *testing.T) {
	const want = "day,closed_at,receipt_no,state,lines,gross_fen,discount_fen,net_fen,tenders,cashier,shift"
	var got bytes.Buffer
	if _, err := export.Sales(t.Context(), &got, export.CSV, &books{}, span, shanghai); err != nil {
		t.Fatal(err)
	}
	if got.String() != "\uFEFF"+want+"\r\n" {
		t.Errorf("header %q", got.String())
	}
}

func TestIdentity_IsWhatTheRowsSumTo(t *testing.T) {
	var out bytes.Buffer
	id, err := export.Payments(t.Context(), &out, export.JSONL, shop(), span, shanghai)
	if err != nil {
		t.Fatal(err)
	}
	want := export.Identity{
		Rows: 19, Payments: 1350 + 300 + 800 + 600 + 2000 + 300 + 200 + 450 + 600 + 450 + 700, Refunds: 800 + 500 + 200 + 450 + 100 + 700, Foreign: 1,
	}
	if id != want || id.Net() != want.Payments-want.Refunds {
		t.Errorf("identity %+v, want %+v", id, want)
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
	if sum != id.Payments || back != id.Refunds {
		t.Errorf("rows come to %v - %v, identity says %v - %v", sum, back, id.Payments, id.Refunds)
	}
}

func TestRefunds_ColumnsAreThoseThatUsersRelyOn(t *testing.T) {
	const want = "day,asked_at,done_at,receipt_no,out_trade_no,out_refund_no,transaction_id,refund_id,tender,state,amount_fen,amount_yuan," +
		"total_fen,lines,reason,cashier,approver,origin,cause,settlement_fen"
	var got bytes.Buffer
	if _, err := export.Refunds(t.Context(), &got, export.CSV, &books{}, span, shanghai); err != nil {
		t.Fatal(err)
	}
	if got.String() != "\uFEFF"+want+"\r\n" {
		t.Errorf("header %q", got.String())
	}
}

func TestRefundIdentity_IsWhatTheRowsSumTo(t *testing.T) {
	var out bytes.Buffer
	id, err := export.Refunds(t.Context(), &out, export.JSONL, shop(), span, shanghai)
	if err != nil {
		t.Fatal(err)
	}
	want := export.RefundIdentity{Rows: 7, Back: 500 + 1350 + 700, OnTheWay: 300 + 250 + 600, Not: 100}
	if id != want {
		t.Errorf("identity %+v, want %+v", id, want)
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
	if sum != id.Sum() {
		t.Errorf("rows come to %v, identity says %v", sum, id.Sum())
	}
}

func TestPayments_EveryStateHasItsWord(t *testing.T) {
	known := "waiting closing paid exception refunded partly-refunded closed refused"
	for _, state := range pos.States {
		for _, refunded := range []pos.Fen{0, 100, 450} {
			r := order(1, pos.TenderCode, state, 450, 450)
			r.Refunded = refunded
			var out bytes.Buffer
			if _, err := export.Payments(t.Context(), &out, export.JSONL, &books{payments: []pos.PaymentRow{r}}, span, shanghai); err != nil {
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
	got := export.OpenOf([]pos.PendingRow{row(pos.Waiting), row(pos.Reversing), row(pos.Closing), row(pos.Exception), back})
	if want := (export.Open{Payments: 3, Exceptions: 1, Refunds: 1}); got != want {
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
			id, err := export.Sales(t.Context(), io.Discard, export.CSV, b, span, shanghai)
			if pos.CodeOf(err) != c.want {
				t.Errorf("error %v, want code %q", err, c.want)
			}
			if id.Rows != 2 || id.Net() != 1650 {
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
	_, err := export.Payments(t.Context(), &shutWriter{left: 100 << 10}, export.CSV, counted, span, shanghai)
	if !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("error %v", err)
	}
	if seen == len(b.payments) {
		t.Error("read all the books for a reader that had left")
	}
	if _, err := export.Payments(t.Context(), &shutWriter{}, export.CSV, shop(), span, shanghai); !errors.Is(err, io.ErrClosedPipe) {
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
	if _, err := export.Payments(t.Context(), io.Discard, export.CSV, b, span, shanghai); pos.CodeOf(err) != pos.CodeCorrupt {
		t.Errorf("payments: %v", err)
	}
	if _, err := export.Sales(t.Context(), io.Discard, export.CSV, b, span, shanghai); pos.CodeOf(err) != pos.CodeCorrupt {
		t.Errorf("sales: %v", err)
	}
	if _, err := export.Refunds(t.Context(), io.Discard, export.CSV, b, span, shanghai); pos.CodeOf(err) != pos.CodeCorrupt {
		t.Errorf("refunds: %v", err)
	}
	if _, err := export.Refunds(t.Context(), io.Discard, "xlsx", b, span, shanghai); pos.CodeOf(err) != pos.CodeInvalid {
		t.Errorf("unknown format of refunds: %v", err)
	}
	if _, err := export.Payments(t.Context(), io.Discard, "xlsx", b, span, shanghai); pos.CodeOf(err) != pos.CodeInvalid {
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
		want := strings.ToValidUTF8(s, "\uFFFD")
		if want != "" && strings.Contains("=+-@\t\r", want[:1]) {
			want = "'" + want
		}
		want = strings.ReplaceAll(want, "\r\n", "\n") // encoding/csv reads both as one line feed
		if got != want {
			t.Errorf("%q reads back as %q, want %q", s, got, want)
		}
	})
}

// throughCSV writes a payment whose cashier is text, and reads it back.
func throughCSV(t *testing.T, text string) string {
	t.Helper()
	r := order(1, pos.TenderCash, pos.Paid, 1350, 1350)
	r.Payment.Cashier = text
	var out bytes.Buffer
	if _, err := export.Payments(t.Context(), &out, export.CSV, &books{payments: []pos.PaymentRow{r}}, span, shanghai); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(out.String(), "\uFEFF"))).ReadAll()
	if err != nil {
		t.Fatalf("%q: %v", out.String(), err)
	}
	if len(rows) != 2 || len(rows[1]) != 15 || rows[1][13] != "1350" {
		t.Fatalf("%q reads as %q", out.String(), rows)
	}
	return rows[1][11]
}
