package receipt

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"
	"time"

	"guitai/pos"
)

// aLogo is a PNG of a ring with soft edges on nothing, w by h.
func aLogo(t *testing.T, w, h int) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			dx, dy := float64(x)-float64(w)/2, float64(y)-float64(h)/2
			r := (dx*dx + dy*dy) / float64(min(w, h)*min(w, h)/4)
			if r > 0.4 && r < 0.9 {
				img.SetNRGBA(x, y, color.NRGBA{0x10, 0x20, 0x60, 0xff})
			}
		}
	}
	return pngOf(t, img)
}

func pngOf(t *testing.T, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// headed gives the shop everything that can stand on its paper.
func headed(t *testing.T) func(*Setup, *pos.Shop) {
	t.Helper()
	return func(s *Setup, _ *pos.Shop) {
		logo, err := LoadLogo(bytes.NewReader(aLogo(t, 120, 120)), s.Paper)
		if err != nil {
			t.Fatal(err)
		}
		s.Letterhead = Letterhead{
			Logo: logo, Header: "人民路 128 号\n电话 020-12345678", Footer: "凭小票7日内退换\n谢谢惠顾，欢迎再来",
			Link: "https://example.com/r?no={receipt}&yuan={amount}&day={day}", Hint: "扫码开电子发票",
		}
	}
}

var (
	aPending = pos.PendingFacts{
		OutTradeNo: "S001-T1-2611207K3QX9WZ2MAB", Tender: pos.TenderNative, State: pos.Closing, Asked: 1350, Cashier: "王芳", At: closedAt,
	}
	someExceptions = pos.ExceptionsFacts{At: closedAt, By: "李强", Cases: []pos.ExceptionFact{
		{Kind: pos.ExceptLate, OutTradeNo: "S001-T1-2611207K3QX9WZ2MAB", TransactionID: "4200001234202611201234567890", Amount: 1350, Currency: "CNY", At: closedAt, RefundAt: closedAt.Add(time.Minute)},
		{Kind: pos.ExceptCurrency, OutTradeNo: "S001-T1-2611207K3QX9WZ2MAC", Amount: 9999, Currency: "USD", At: closedAt},
		{Kind: pos.ExceptUnknown, OutTradeNo: "S001-T1-2611207K3QX9WZ2MAD", TransactionID: "4200001234202611201234567891", Amount: 100_000_000, At: closedAt},
	}}
	someLabels = pos.LabelFacts{Labels: []pos.Label{
		{Name: "可口可乐 330ml", Unit: "瓶", Price: 300, Barcode: "6901028075831", Copies: 2},
		{Name: "农夫山泉东方树叶青柑普洱茶无糖零卡零脂零添加饮料整箱装五百毫升十五瓶", Unit: "箱", Price: 7500, Barcode: "96385074", Copies: 1},
		{Name: "Dark Chocolate 100g", Price: pos.MaxAmount, Barcode: "SHELF-42", Copies: 1},
		{Name: "散装苹果", Unit: "kg", Price: 1280, Copies: 1},
	}}
)

// productCode is as long as they get: product_id has up to 32 characters.
const productCode = "weixin://wxpay/bizpayurl?sign=0123456789ABCDEF0123456789ABCDEF&appid=wx8888888888888888&mch_id=1900000109" +
	"&product_id=69010280758310123456789012345678&time_stamp=1795158750&nonce_str=kH3vQ9sX2mB7nC5tR8yL1pW4"

var someCodes = pos.LabelFacts{Labels: []pos.Label{
	{Name: "可口可乐 330ml", Unit: "瓶", Price: 300, Barcode: "6901028075831", Copies: 1, QR: productCode},
	{Name: "农夫山泉东方树叶青柑普洱茶无糖零卡零脂零添加饮料整箱装五百毫升十五瓶", Unit: "箱", Price: 7500, Copies: 1, QR: productCode + "X"},
}}

func slipCases(t *testing.T) []goldenCase {
	t.Helper()
	reversing := aPending
	reversing.Tender, reversing.State = pos.TenderCode, pos.Reversing
	cut := someExceptions
	cut.Cases, cut.More = cut.Cases[:1], 42
	again := factsCase(t, "exceptions-again", pos.DocExceptions, someExceptions)
	again.job.Copy = 1
	pendingAgain := factsCase(t, "pending-again", pos.DocPending, aPending)
	pendingAgain.job.Copy = 3
	labels := factsCase(t, "label", pos.DocLabel, someLabels)
	labels.change = func(s *Setup, _ *pos.Shop) { s.Device.Face = goFace }
	codes := factsCase(t, "label-code", pos.DocLabel, someCodes)
	codes.change = labels.change
	return []goldenCase{
		codes,
		factsCase(t, "pending", pos.DocPending, aPending), factsCase(t, "pending-reversing", pos.DocPending, reversing), pendingAgain,
		factsCase(t, "exceptions", pos.DocExceptions, someExceptions), factsCase(t, "exceptions-more", pos.DocExceptions, cut), again,
		factsCase(t, "exceptions-none", pos.DocExceptions, pos.ExceptionsFacts{At: closedAt}),
		labels, factsCase(t, "label-without-face", pos.DocLabel, someLabels),
		factsCase(t, "label-member", pos.DocLabel, pos.LabelFacts{Labels: []pos.Label{{Name: "可口可乐 330ml", Unit: "瓶", Price: 300, Member: 280, Barcode: "6901028075831", Copies: 1}}}),
		{"headed", wechat(small), pos.PrintJob{Document: pos.DocSale}, headed(t)},
		{"headed-refund", back(t, wechat(small), pos.TenderNative, pos.RefundDone, 0, map[int]int{1: 1}), pos.PrintJob{Document: pos.DocRefund, Refund: 1, Copy: 1, QueuedAt: closedAt}, headed(t)},
	}
}

func TestPending_SaysThatItProvesNothingAndUnderWhichNumberToAsk(t *testing.T) {
	for _, lang := range []string{"zh-CN", "en"} {
		text, err := Setup{Language: lang, Paper: Paper58}.Text(shiftJob(t, pos.DocPending, aPending), pos.SaleRecord{}, shop)
		if err != nil {
			t.Fatal(err)
		}
		for _, must := range []string{"非付款凭证", "13.50", aPending.OutTradeNo} {
			if !strings.Contains(text, must) {
				t.Errorf("%s lacks %q:\n%s", lang, must, text)
			}
		}
		if strings.Contains(text, "支付成功") {
			t.Errorf("it says of an unknown payment\n%s", text)
		}
	}
}

// TestSetup_APaperThatIsPrintedAgainSaysSo is the rule for every document but the label.
func TestSetup_APaperThatIsPrintedAgainSaysSo(t *testing.T) {
	for _, c := range everyCase(t) {
		c.job.Copy = 7
		setup, shop := Setup{Paper: Paper80}, shop
		c.change(&setup, &shop)
		setup.Copies = 3
		text, err := setup.Text(c.job, c.record, shop)
		if err != nil {
			t.Fatal(err)
		}
		want := 2
		if c.job.Document == pos.DocLabel {
			want = 0
		}
		if got := strings.Count(text, "补打 第7次"); got != want {
			t.Errorf("%s is marked %d times:\n%s", c.name, got, text)
		}
		out, err := setup.Bytes(c.job, c.record, shop)
		if err != nil {
			t.Fatal(err)
		}
		if cuts := bytes.Count(out, []byte("\x1b@")); cuts != 1 {
			t.Errorf("%s comes %d times", c.name, cuts)
		}
	}
}

func TestExceptions_SumsOnlyTheMoneyOfTheShop(t *testing.T) {
	text, err := Setup{Language: "en", Paper: Paper80}.Text(shiftJob(t, pos.DocExceptions, someExceptions), pos.SaleRecord{}, shop)
	if err != nil {
		t.Fatal(err)
	}
	if sum := (pos.Fen(1350) + 100_000_000).String(); !strings.Contains(text, sum) || !strings.Contains(text, "Amount USD") {
		t.Errorf("no sum of %s:\n%s", sum, text)
	}
}

func TestLabels_RefusesWhatWouldUseUpTheRoll(t *testing.T) {
	many := pos.LabelFacts{}
	for range 26 {
		many.Labels = append(many.Labels, pos.Label{Name: "x", Copies: 20})
	}
	for name, f := range map[string]pos.LabelFacts{
		"none": {}, "no copies": {Labels: []pos.Label{{Name: "x"}}}, "21 copies": {Labels: []pos.Label{{Name: "x", Copies: 21}}}, "520 in all": many,
	} {
		if _, err := Labels(f, shop, Options{Words: Chinese, Paper: Paper58}); !errors.Is(err, ErrLabels) || pos.CodeOf(err) != pos.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, price := range []pos.Fen{-1, pos.MaxAmount + 1} {
		if _, err := Labels(pos.LabelFacts{Labels: []pos.Label{{Price: price, Copies: 1}}}, shop, Options{Words: Chinese, Paper: Paper58}); pos.CodeOf(err) != pos.CodePrinter {
			t.Errorf("%v: %v", price, err)
		}
	}
}

func TestLabels_EachIsAPaperOfItsOwn(t *testing.T) {
	for _, p := range []Paper{Paper58, Paper80} {
		out, err := Setup{Paper: p, Device: ESCPOS{Face: goFace}}.Bytes(shiftJob(t, pos.DocLabel, someLabels), pos.SaleRecord{}, shop)
		if err != nil {
			t.Fatal(err)
		}
		view := mustDecode(t, out, p).view()
		if n := strings.Count(view, "[cut feed-partial]"); n != 5 {
			t.Errorf("%d cuts:\n%s", n, view)
		}
	}
}

func TestLabels_ACodeToPayByHasNoPrice(t *testing.T) {
	for _, lang := range []string{"zh-CN", "en"} {
		text, err := Setup{Language: lang, Paper: Paper58}.Text(shiftJob(t, pos.DocLabel, someCodes), pos.SaleRecord{}, shop)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(text, "3.00") || strings.Contains(text, "75.00") || !strings.Contains(strings.Join(strings.Fields(text), ""), productCode) {
			t.Errorf("%s:\n%s", lang, text)
		}
	}
}

func TestLetterhead_TheCustomersCodeStandsOnlyOnProof(t *testing.T) {
	const link = "[https://example.com/r?no=S001-T1-20261120-0123&yuan=13.50&day=2026-11-20]"
	for _, c := range everyCase(t) {
		setup, shop := Setup{Paper: Paper80}, shop
		c.change(&setup, &shop)
		headed(t)(&setup, &shop)
		text, err := setup.Text(c.job, c.record, shop)
		if err != nil {
			t.Fatal(err)
		}
		sale := c.job.Document == pos.DocSale || c.job.Document == pos.DocReprint
		proof := sale && !strings.Contains(text, "非付款凭证")
		if got := strings.Contains(text, "[https://"); got != proof || strings.Contains(text, setup.Letterhead.Hint) != proof {
			t.Errorf("%s, proof %v:\n%s", c.name, proof, text)
		}
		if sale != strings.Contains(text, "欢迎再来") || sale && strings.Contains(text, "\n"+strings.Repeat(" ", 20)+"谢谢惠顾\n") {
			t.Errorf("%s ends wrongly:\n%s", c.name, text)
		}
		if customers := sale || c.job.Document == pos.DocRefund || c.job.Document == pos.DocPending; customers != strings.Contains(text, "020-12345678") {
			t.Errorf("%s is headed wrongly:\n%s", c.name, text)
		}
		if c.name == "headed" && !strings.Contains(strings.ReplaceAll(strings.ReplaceAll(text, "\n", ""), " ", ""), link) {
			t.Errorf("no link:\n%s", text)
		}
	}
}

func TestLetterhead_WhatIsFilledInIsEscaped(t *testing.T) {
	s := small.Sale
	s.Receipt.Shop = "A&B?"
	if got := fillLink("https://x.cn/{receipt}?a={amount}&d={day}&{other}", s); got != "https://x.cn/A%26B%3F-T1-20261120-0123?a=13.50&d=2026-11-20&{other}" {
		t.Error(got)
	}
	long := Letterhead{Link: "https://x.cn/" + strings.Repeat("x", maxLink)}
	text, err := Setup{Paper: Paper58, Letterhead: long}.Text(pos.PrintJob{Document: pos.DocSale}, wechat(small), shop)
	if err != nil || strings.Contains(text, "x.cn") {
		t.Errorf("a link that is too long for the paper: %v\n%s", err, text)
	}
}

// By the rules on marked prices a label says what its price is for; the members' price stands below the price.
func TestLabels_SayWhatAPriceIsForAndTheMembers(t *testing.T) {
	labels := pos.LabelFacts{Labels: []pos.Label{
		{Name: "可口可乐", Price: 300, Member: 280, Copies: 1}, {Name: "苹果", Price: 1280, Unit: "kg", Copies: 1}, {Name: "海鲜", Price: 100, Asked: true, Copies: 1},
	}}
	text, err := Setup{Paper: Paper58}.Text(shiftJob(t, pos.DocLabel, labels), pos.SaleRecord{}, shop)
	if err != nil {
		t.Fatal(err)
	}
	for _, says := range []string{"3.00", "元/件", "会员价", "2.80", "12.80", "元/kg", "时价"} {
		if !strings.Contains(text, says) {
			t.Errorf("it does not say %q:\n%s", says, text)
		}
	}
	if strings.Count(text, "会员价") != 1 || strings.Contains(text, "1.00") {
		t.Errorf("it says too much:\n%s", text)
	}
	labels.Labels[0].Member = pos.MaxAmount + 1
	if _, err := Labels(labels, shop, Options{Words: Chinese, Paper: Paper58}); pos.CodeOf(err) != pos.CodePrinter {
		t.Errorf("of a price that is none it says %v", err)
	}
}
