package receipt

import (
	"errors"
	"strings"
	"testing"

	"guitai/pos"
)

func TestSale_SucceededOnlyWhenProven(t *testing.T) {
	for _, w := range []Words{Chinese, English} {
		for _, state := range pos.States {
			for _, spoil := range []string{"", "no transaction", "no evidence", "currency", "amount", "open sale"} {
				for _, practice := range []bool{false, true} {
					rec, shop := wechat(small), shop
					p := &rec.Payments[0]
					p.State = state
					shop.Practice = practice
					switch spoil {
					case "no transaction":
						p.TransactionID = ""
					case "no evidence":
						p.Evidence = pos.ByNobody
					case "currency":
						p.Currency = "USD"
					case "amount":
						p.Amount--
					case "open sale":
						rec.Sale.State, rec.Sale.Receipt = pos.SaleOpen, pos.ReceiptNo{}
					}
					doc, err := Sale(rec, shop, Options{Words: w, Paper: Paper58})
					if err != nil {
						t.Fatal(err)
					}
					text, err := PlainText(doc)
					if err != nil {
						t.Fatal(err)
					}
					good := state == pos.Paid && spoil == "" && !practice
					first, _, _ := strings.Cut(text, "\n")
					head := strings.Contains(strings.Join(strings.SplitN(text, "\n", 3)[:2], ""), "非付款凭证")
					if head == good {
						t.Errorf("%s, %q, practice %v: headed %q", state, spoil, practice, first)
					}
					if strings.Contains(text, w.Status+" "+w.Succeeded+"\n") != good {
						t.Errorf("%s, %q, practice %v:\n%s", state, spoil, practice, text)
					}
				}
			}
		}
	}
}

func TestSale_RefusesFiguresThatDoNotAddUp(t *testing.T) {
	for name, spoil := range map[string]func(*pos.Sale){
		"gross":             func(s *pos.Sale) { s.Gross++ },
		"negative discount": func(s *pos.Sale) { s.Discount = -1 },
		"discount too high": func(s *pos.Sale) { s.Discount = s.Gross + 1 },
	} {
		rec := cash(small, 2000)
		spoil(&rec.Sale)
		_, err := Sale(rec, shop, Options{Words: Chinese, Paper: Paper80})
		if !errors.Is(err, ErrSum) || pos.CodeOf(err) != pos.CodePrinter {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEncode_RefusesMoneyThatDoesNotFit(t *testing.T) {
	row := func(text string, width int) Doc {
		return Doc{Paper58, []Block{Columns{Cells: []Cell{{Text: "应收"}, {Text: text, Width: width, Money: true}}}}}
	}
	for name, c := range map[string]struct {
		doc  Doc
		want error
	}{
		"too wide":         {row("123456.78", 8), ErrMoneyWidth},
		"no amount":        {row("13.5O", 8), ErrMoneyText},
		"wider than paper": {row("1.00", 40), ErrRow},
		"no such paper":    {Doc{Paper: 76}, ErrPaper},
		"wide picture":     {Doc{Paper58, []Block{Image{Bitmap: NewBitmap(385, 1)}}}, ErrWide},
		"wide qr":          {Doc{Paper58, []Block{QR{strings.Repeat("x", 3000)}}}, nil},
		"no room for text": {Doc{Paper58, []Block{Columns{Cells: []Cell{{Text: "x"}, {Text: "1.00", Width: 32, Money: true}}}}}, ErrRow},
	} {
		_, err := ESCPOS{}.Encode(c.doc)
		if err == nil || (c.want != nil && !errors.Is(err, c.want)) || pos.CodeOf(err) != pos.CodePrinter {
			t.Errorf("%s: %v", name, err)
		}
	}
	big := row("1234567.89", 10)
	cols := big.Blocks[0].(Columns)
	cols.Double, cols.Cells[1].Text, cols.Cells[1].Width = true, "￥12345678.90", 14
	big.Blocks[0] = cols
	out, err := ESCPOS{}.Encode(big)
	if err != nil {
		t.Fatal(err)
	}
	if got := mustDecode(t, out, Paper58).out[0]; got.double || !strings.HasSuffix(got.text, "￥12345678.90") {
		t.Errorf("an amount too wide when doubled came out as %+v", got)
	}
}

func TestSetup_RefusesADocumentItDoesNotKnow(t *testing.T) {
	job := pos.PrintJob{Document: "voucher"}
	if _, err := (Setup{Paper: Paper80}).Bytes(job, small, shop); pos.CodeOf(err) != pos.CodeInvalid {
		t.Error(err)
	}
	if _, err := (Setup{Paper: Paper80}).Text(job, small, shop); pos.CodeOf(err) != pos.CodeInvalid {
		t.Error(err)
	}
}

func TestPending_OnlyWhileTheEndIsUnknown(t *testing.T) {
	for _, state := range pos.States {
		_, err := Pending(pos.PendingFacts{OutTradeNo: "S001", State: state, Asked: 1350}, shop, Options{Words: Chinese, Paper: Paper58})
		if state.Live() != (err == nil) || (err != nil && !errors.Is(err, ErrEnded)) {
			t.Errorf("%s: %v", state, err)
		}
	}
}
