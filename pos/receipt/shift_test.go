package receipt

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"guitai/pos"
)

const (
	someHead  = "3f7c0a91d2e45b6688aa01cd9e2f7b40117733558899aabbccddeeff00112233"
	someEntry = "a0b1c2d3e4f5061728394a5b6c7d8e9f00112233445566778899aabbccddeeff"
)

// aShift is a Z report with a row of every kind.
func aShift() pos.ShiftReport {
	counted := pos.Fen(1234_50)
	return pos.ShiftReport{
		Z: 12, Shop: "S001", Till: "T1", Day: 20261120, Number: 2,
		OpenedAt: closedAt.Add(-8 * time.Hour).UnixMilli(), At: closedAt.UnixMilli(), OpenedBy: "王芳", ClosedBy: "王芳", Signer: "欧阳买买提·阿布都拉",
		First: "S001-T1-20261120-0001", Last: "S001-T1-20261120-0128",
		Sales: 128, Gross: 3210_00, Discount: 12_34, Net: 3197_66,
		Tenders: []pos.TenderTakings{{Tender: pos.TenderCash, Count: 28, Fen: 800_16}, {Tender: pos.TenderCode, Count: 20, Fen: 397_50}, {Tender: pos.TenderNative, Count: 80, Fen: 2000_00}},
		Refunds: 2, Refunded: 20_00,
		Returned: []pos.TenderTakings{{Tender: pos.TenderCash, Count: 1, Fen: 5_00}, {Tender: pos.TenderNative, Count: 1, Fen: 15_00}},
		Cash: pos.CashReport{
			Start: 100_00, Float: 400_00, Sales: 800_16, Refunds: 5_00, In: 50_00, Dropped: 100_00, PaidOut: 8_00, HandedBack: 2_00, Expected: 1235_16,
			Counted: &counted, Counts: 2, Variance: -66, Reason: "找零多给了",
			Count: &pos.DrawerCount{Pieces: []pos.Pieces{{Fen: 100_00, N: 10}, {Fen: 50_00, N: 4}, {Fen: 5_00, N: 6}, {Fen: 50, N: 9}}}, Kept: 500_00, ToSafe: 734_50,
		},
		Arrived: 13_50, WentBack: 13_50, Drawer: 2, Reprints: 1, Voids: 3,
		Late: []pos.LateFact{{Seq: 900, Kind: pos.EntryRefundDone, At: closedAt.Add(-9 * time.Hour).UnixMilli(), Name: "S001-T1-R2611197K3QX9WZ2MAB", Amount: 15_00}},
		Open: []pos.OpenItem{{Kind: "exception", Name: "S001-T1-2611207K3QX9WZ2MAB", Amount: 13_50, Since: closedAt.UnixMilli()}},
		From: 880, To: 1203, Head: someHead,
	}
}

func shiftJob(t *testing.T, doc pos.Document, facts any) pos.PrintJob {
	t.Helper()
	body, err := json.Marshal(facts)
	if err != nil {
		t.Fatal(err)
	}
	return pos.PrintJob{Document: doc, Facts: body, QueuedAt: closedAt.Add(time.Hour)}
}

// factsCase is a document that brings its facts, of which there is one copy whatever the shop wants of receipts.
func factsCase(t *testing.T, name string, doc pos.Document, facts any) goldenCase {
	t.Helper()
	return goldenCase{name, pos.SaleRecord{}, shiftJob(t, doc, facts), func(s *Setup, _ *pos.Shop) { s.Copies = 2 }}
}

func shiftCases(t *testing.T) []goldenCase {
	t.Helper()
	x := aShift()
	x.Z, x.At, x.ClosedBy, x.Signer, x.Late, x.Open = 0, closedAt.Add(-time.Hour).UnixMilli(), "", "", nil, nil
	x.Cash.Counted, x.Cash.Count, x.Cash.Counts, x.Cash.Variance, x.Cash.Reason, x.Cash.Kept, x.Cash.ToSafe = nil, nil, 0, 0, "", x.Cash.Expected, 0
	empty := pos.ShiftReport{Z: 1, Shop: "S001", Till: "T1", Day: 20261120, Number: 1, OpenedAt: closedAt.UnixMilli(), At: closedAt.UnixMilli(), From: 2, To: 1, Head: someHead}
	huge := aShift()
	huge.Gross, huge.Discount, huge.Net = 9_999_999_999_99, 0, 9_999_999_999_99
	huge.Tenders = []pos.TenderTakings{{Tender: pos.TenderNative, Count: 9_999_999, Fen: 9_999_999_999_99}}
	again := factsCase(t, "shift-z-again", pos.DocZ, pos.ShiftPaper{Report: aShift(), Entry: someEntry})
	again.job.Copy = 2
	restored := aShift()
	restored.Epoch = 2 // the lost ledger's Z0012 may be on paper, too
	full := aShift()   // of a counter that takes everything
	full.Discount, full.Rounding, full.Gross = 150_00, 84, 3348_50
	full.Tenders = append(full.Tenders[:1:1], pos.TenderTakings{Tender: pos.TenderExchange, Count: 2, Fen: 97_50}, pos.TenderTakings{Tender: alipay, Count: 9, Fen: 300_00}, pos.TenderTakings{Tender: pos.TenderNative, Count: 80, Fen: 2000_00})
	full.Returned = append(full.Returned, pos.TenderTakings{Tender: pos.TenderExchange, Count: 2, Fen: 97_50}, pos.TenderTakings{Tender: alipay, Count: 1, Fen: 3_00})
	full.Refunds, full.Refunded = 5, 120_50
	full.Open = append(full.Open, pos.OpenItem{Kind: "part", Name: "S001-T1-2611207K3QX9WZ2MAC", Amount: 20_00, Since: closedAt.UnixMilli()})
	full.Cash.Sales, full.Cash.Parts, full.Late[0].Kind = 780_16, 20_00, pos.EntryPart
	slip := pos.CashMovement{ID: 7, Kind: pos.CashPaidOut, Amount: 35_00, Reason: "买打印纸", By: "王芳", Approver: "李强", At: closedAt}
	return []goldenCase{
		again,
		factsCase(t, "shift-z", pos.DocZ, pos.ShiftPaper{Report: aShift(), Entry: someEntry}),
		factsCase(t, "shift-z-restored", pos.DocZ, pos.ShiftPaper{Report: restored, Entry: someEntry}),
		factsCase(t, "shift-x", pos.DocX, pos.ShiftPaper{Report: x}),
		factsCase(t, "shift-empty", pos.DocZ, pos.ShiftPaper{Report: empty, Entry: someEntry}),
		factsCase(t, "shift-huge", pos.DocZ, pos.ShiftPaper{Report: huge, Entry: someEntry}),
		factsCase(t, "shift-counter", pos.DocZ, pos.ShiftPaper{Report: full, Entry: someEntry}),
		factsCase(t, "cash-slip", pos.DocCash, slip),
	}
}

func TestShift_DoesNotSpeakOfPayments(t *testing.T) {
	for _, c := range shiftCases(t) {
		for _, lang := range []string{"zh-CN", "en"} {
			text, err := Setup{Language: lang, Paper: Paper58}.Text(c.job, c.record, shop)
			if err != nil || strings.Contains(text, "支付成功") || strings.Contains(text, "非付款凭证") {
				t.Errorf("%s, %v:\n%s", c.name, err, text)
			}
		}
	}
}

func TestShift_APracticePaperSaysSo(t *testing.T) {
	shop := shop
	shop.Practice = true
	text, err := Setup{Paper: Paper80}.Text(shiftJob(t, pos.DocZ, pos.ShiftPaper{Report: aShift()}), pos.SaleRecord{}, shop)
	if err != nil || strings.Count(text, "*** 练习 ***") != 2 {
		t.Errorf("%v\n%s", err, text)
	}
}

func TestShift_RefusesFiguresThatDoNotAddUp(t *testing.T) {
	for name, spoil := range map[string]func(*pos.ShiftReport){
		"net":      func(r *pos.ShiftReport) { r.Net++ },
		"tender":   func(r *pos.ShiftReport) { r.Tenders[1].Fen++ },
		"returned": func(r *pos.ShiftReport) { r.Refunded-- },
		"expected": func(r *pos.ShiftReport) { r.Cash.PaidOut++ },
		"variance": func(r *pos.ShiftReport) { r.Cash.Variance++ },
		"kept":     func(r *pos.ShiftReport) { r.Cash.Kept++ },
	} {
		r := aShift()
		spoil(&r)
		if _, err := Shift(r, someEntry, shop, Options{Words: Chinese, Paper: Paper80}); pos.CodeOf(err) != pos.CodePrinter || !errors.Is(err, pos.ErrReport) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSetup_FactsThatCannotBeReadAreRefused(t *testing.T) {
	for _, d := range []pos.Document{pos.DocX, pos.DocZ, pos.DocCash} {
		for _, body := range []string{"", "{", `{"report":7}`, `[]`} {
			if d == pos.DocCash && body == `{"report":7}` {
				continue // it is a slip of nothing, which is refused as such
			}
			_, err := Setup{Paper: Paper80}.Bytes(pos.PrintJob{Document: d, Facts: []byte(body)}, pos.SaleRecord{}, shop)
			if pos.CodeOf(err) != pos.CodeInvalid {
				t.Errorf("%s %q: %v", d, body, err)
			}
		}
	}
	if _, err := (Setup{Paper: Paper80}).Bytes(pos.PrintJob{Document: pos.DocCash, Facts: []byte(`{}`)}, pos.SaleRecord{}, shop); pos.CodeOf(err) != pos.CodePrinter {
		t.Errorf("a slip of nothing: %v", err)
	}
}

func TestShift_ANameOfOneLetterFits(t *testing.T) {
	r := aShift()
	r.OpenedBy, r.ClosedBy, r.Signer = "A", "B", "C"
	for _, p := range []Paper{Paper58, Paper80} {
		if _, err := Shift(r, someEntry, shop, Options{Words: English, Paper: p}); err != nil {
			t.Fatal(err)
		}
		check(t, pos.SaleRecord{}, shop, shiftJob(t, pos.DocZ, pos.ShiftPaper{Report: r, Entry: someEntry}))
	}
}
