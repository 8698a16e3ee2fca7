package receipt

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/font/gofont/goregular"

	"guitai/pos"
)

var update = flag.Bool("update", false, "write the golden files anew; read them before committing")

var beijing = time.FixedZone("CST", 8*3600)

var (
	shop = pos.Shop{
		Name: "柜台便利店", ID: "S001", Till: "T1", MchID: "1900000109",
		Calendar: pos.Calendar{Zone: beijing, Starts: 4 * time.Hour},
	}
	closedAt = time.Date(2026, 11, 20, 7, 12, 30, 0, time.UTC)
)

func saleOf(lines ...pos.Line) pos.SaleRecord {
	s := pos.Sale{
		ID: 7, State: pos.SaleClosed, Lines: lines, Cashier: "王芳",
		OpenedAt: closedAt.Add(-time.Minute), ClosedAt: closedAt,
		Receipt: pos.ReceiptNo{Shop: "S001", Till: "T1", Day: 20261120, Epoch: 1, Seq: 123},
	}
	for _, l := range lines {
		s.Gross += l.Amount()
	}
	return pos.SaleRecord{Sale: s, Nth: 123}
}

func cash(r pos.SaleRecord, given pos.Fen) pos.SaleRecord {
	r.Payments = []pos.Payment{{
		OutTradeNo: "S001-T1-261120000000000000", Tender: pos.TenderCash, State: pos.Paid, Asked: r.Sale.Net(),
		Amount: r.Sale.Net(), Currency: "CNY", Tendered: given, Evidence: pos.ByCashier, PaidAt: closedAt,
	}}
	return r
}

func wechat(r pos.SaleRecord) pos.SaleRecord {
	r.Payments = []pos.Payment{{
		OutTradeNo: "S001-T1-2611207K3QX9WZ2MAB", Tender: pos.TenderNative, State: pos.Paid, Asked: r.Sale.Net(),
		Amount: r.Sale.Net(), Currency: "CNY", TransactionID: "4200001234202611201234567890", Evidence: pos.ByPoll,
		PaidAt: closedAt.Add(-2 * time.Second),
	}}
	return r
}

var (
	cola  = pos.Line{Item: 1, Name: "可口可乐 330ml", Unit: "瓶", Price: 300, Quantity: 2}
	crisp = pos.Line{Item: 2, Name: "乐事薯片 原味 75g", Unit: "袋", Price: 750, Quantity: 1}
	small = saleOf(cola, crisp)
)

func discounted(r pos.SaleRecord, d pos.Fen) pos.SaleRecord {
	r.Sale.Discount = d
	return r
}

func huge() pos.SaleRecord {
	lines := make([]pos.Line, pos.MaxLines)
	for i := range lines {
		lines[i] = pos.Line{Item: pos.ItemID(i + 1), Name: fmt.Sprintf("货品 %d 号 %s", i+1, strings.Repeat("长", i%13)), Unit: "个", Price: pos.Fen(i*7 + 1), Quantity: i%9 + 1}
	}
	return saleOf(lines...)
}

func longNames() pos.SaleRecord {
	r := saleOf(
		pos.Line{Name: "农夫山泉东方树叶青柑普洱茶无糖零卡零脂零添加饮料整箱装五百毫升十五瓶", Unit: "整箱十五瓶装", Price: 7500, Quantity: 12},
		pos.Line{Name: "Imported Dark Chocolate with Hazelnuts and Sea Salt, Limited Edition 100g", Price: 123456, Quantity: 3},
		pos.Line{Name: strings.Repeat("W", 70), Unit: "pc", Price: 1, Quantity: pos.MaxQuantity},
		pos.Line{Name: "金条", Unit: "根", Price: 50000000, Quantity: 1},
	)
	r.Sale.Receipt = pos.ReceiptNo{Shop: "SHOP0008", Till: "TI04", Day: 20261120, Epoch: 123456, Seq: 123456789}
	r.Sale.Cashier = "欧阳买买提·阿布都拉"
	return r
}

func rareNames() pos.SaleRecord {
	return saleOf(
		pos.Line{Name: "Café Señor ½ ® ™ €5 ¥9 – x", Unit: "袋", Price: 990, Quantity: 1}, // ñ is not in GBK
		pos.Line{Name: "🧋珍珠奶茶🧋", Unit: "杯", Price: 1200, Quantity: 2},
		pos.Line{Name: "𠮷野家㐂饭", Unit: "份", Price: 2500, Quantity: 1},
		pos.Line{Name: "jalapeño", Unit: "ñ", Price: 100, Quantity: 3},
		pos.Line{Name: "evil\x1bp\x00\x19\xfa\x10\x14\x01\x00\x01 name\twith\r\nbreaks", Unit: "\x1b@", Price: 100, Quantity: 1},
	)
}

type goldenCase struct {
	name   string
	record pos.SaleRecord
	job    pos.PrintJob
	change func(*Setup, *pos.Shop)
}

func goldenCases() []goldenCase {
	sale := pos.PrintJob{Document: pos.DocSale}
	reprint := pos.PrintJob{Document: pos.DocReprint, Copy: 2, QueuedAt: closedAt.Add(49 * time.Minute)}
	none := func(*Setup, *pos.Shop) {}
	unproven := wechat(small)
	unproven.Payments[0].TransactionID = ""
	refunded := wechat(small)
	refunded.Payments[0].State = pos.Refunded
	adopted := wechat(small)
	adopted.Sale.Lines = nil
	return []goldenCase{
		{"no-goods", adopted, sale, none},
		{"cash", cash(small, 2000), sale, none},
		{"wechat", wechat(small), sale, none},
		{"discount", cash(discounted(small, 150), 1200), sale, none},
		{"reprint", wechat(small), reprint, none},
		{"practice", wechat(small), sale, func(_ *Setup, s *pos.Shop) { s.Practice = true }},
		{"practice-reprint", cash(small, 1350), reprint, func(_ *Setup, s *pos.Shop) { s.Practice = true }},
		{"unproven", unproven, sale, none},
		{"refunded", refunded, reprint, none},
		{"long-names", wechat(longNames()), sale, none},
		{"rare-names", cash(rareNames(), 10000), sale, none},
		{"rare-names-with-face", cash(rareNames(), 10000), sale, func(s *Setup, _ *pos.Shop) { s.Device.Face = goFace }},
		{"native-qr-full-cut", cash(small, 1350), sale, func(s *Setup, _ *pos.Shop) { s.Device.QR, s.Device.Cut = QRNative, CutFull }},
		{"two-copies-tear", cash(small, 1350), sale, func(s *Setup, _ *pos.Shop) { s.Copies, s.Device.Cut = 2, CutNone }},
		{"partial-acknowledged", cash(small, 1350), sale, func(s *Setup, _ *pos.Shop) { s.Device.Acknowledge, s.Device.Cut = true, CutPartial }},
	}
}

var goFace = func() *Face {
	f, err := ParseFace(goregular.TTF)
	if err != nil {
		panic(err)
	}
	return f
}()

// everyCase is at least one of every document.
func everyCase(t *testing.T) []goldenCase {
	t.Helper()
	return slices.Concat(goldenCases(), refundCases(t), shiftCases(t), billCases(t), slipCases(t), givenBackCases(t), counterCases(t))
}

func TestGolden(t *testing.T) {
	var sums strings.Builder // of the very bytes: what the eye cannot see in the text below
	huge := goldenCase{"500-lines", wechat(huge()), pos.PrintJob{Document: pos.DocSale}, func(*Setup, *pos.Shop) {}}
	for _, c := range append(everyCase(t), huge) {
		for _, p := range []Paper{Paper58, Paper80} {
			for _, lang := range []string{"zh-CN", "en"} {
				if len(c.record.Sale.Lines) > 100 && (p == Paper80) != (lang == "en") {
					continue // two of these are enough to read
				}
				name := fmt.Sprintf("%s.%d.%s", c.name, p, lang)
				t.Run(name, func(t *testing.T) {
					setup, shop := Setup{Language: lang, Paper: p}, shop
					c.change(&setup, &shop)
					text, err := setup.Text(c.job, c.record, shop)
					if err != nil {
						t.Fatal(err)
					}
					bytes, err := setup.Bytes(c.job, c.record, shop)
					if err != nil {
						t.Fatal(err)
					}
					paper := mustDecode(t, bytes, p).view()
					golden(t, name+".txt", "# plain text\n"+text+"# paper\n"+paper)
					fmt.Fprintf(&sums, "%x %6d %s\n", sha256.Sum256(bytes), len(bytes), name)
				})
			}
		}
	}
	if !t.Failed() {
		golden(t, "bytes.sha256", sums.String())
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; it is now\n%s", name, got)
	}
}
