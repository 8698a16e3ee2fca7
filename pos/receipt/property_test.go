package receipt

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"guitai/pos"
)

// alphabets are what random names are made of: what shops write, and what somebody may try.
var alphabets = []string{
	"可乐薯片东方树叶青柑普洱茶无糖零卡", "abc XYZ 0123 -/()", "éüà·—…“”℃①│", "¥€®™–ñőß", "🧋👨‍👩‍👧𠮷㐂",
	"\x00\x01\x04\x05\x0a\x0d\x10\x14\x1a\x1b\x1c\x1d\x7f\u0085\u200b\u202e\ue000\ufffd", "e\u0301\u0e01\u0e34",
}

func randomText(r *rand.Rand, most int) string {
	var b strings.Builder
	for range r.IntN(most + 1) {
		a := []rune(alphabets[r.IntN(len(alphabets))])
		b.WriteRune(a[r.IntN(len(a))])
	}
	return b.String()
}

func randomSale(r *rand.Rand) pos.SaleRecord {
	lines := make([]pos.Line, 1+r.IntN(8))
	for i := range lines {
		lines[i] = pos.Line{
			Name: randomText(r, 60), Unit: randomText(r, 6),
			Price: pos.Fen(r.Int64N(10_000)), Quantity: 1 + r.IntN(12),
		}
	}
	rec := saleOf(lines...)
	rec.Sale.Cashier = randomText(r, 30)
	rec.Sale.Discount = pos.Fen(r.Int64N(int64(rec.Sale.Gross) + 1))
	if r.IntN(2) == 0 {
		return cash(rec, rec.Sale.Net()+pos.Fen(r.Int64N(10_000)))
	}
	return wechat(rec)
}

// check puts one document through every width, language and device and reads it back with the printer of decoder_test.go, which
// refuses lines that are too long, bytes that are no text, and real-time commands. head is what the shop has on its papers.
func check(t *testing.T, rec pos.SaleRecord, shop pos.Shop, job pos.PrintJob, head ...Letterhead) {
	t.Helper()
	others := []string{"epson", "xprinter", "gprinter", "star", "raster"}
	family := others[(len(rec.Sale.Lines)+len(job.Facts)+len(shop.Name))%len(others)]
	for _, p := range []Paper{Paper58, Paper80} {
		for _, lang := range []string{"zh-CN", "en"} {
			setup := Setup{Language: lang, Paper: p}
			if len(head) > 0 {
				setup.Letterhead = head[0]
			}
			doc, err := setup.doc(job, rec, shop)
			if err != nil {
				t.Fatal(err)
			}
			text, err := setup.Text(job, rec, shop)
			if err != nil {
				t.Fatal(err)
			}
			for l := range strings.Lines(text) {
				if l = strings.TrimSuffix(l, "\n"); columns(l) > p.Columns() || strings.ContainsFunc(l, unicode.IsControl) {
					t.Fatalf("%d columns of plain text: %q", columns(l), l)
				}
			}
			for _, how := range []ESCPOS{{}, {Face: goFace}, {Face: goFace, Profile: ProfileOf(family, p)}} {
				setup.Device = how
				out, err := setup.Bytes(job, rec, shop)
				if err != nil {
					t.Fatal(err)
				}
				if i := realtime(out); i >= 0 {
					t.Fatalf("a real-time command at %d: % x", i, out[i:i+3])
				}
				dev := &device{columns: p.Columns(), gsOnly: how.Profile.Size == SizeGS}
				d, err := dev.read(out)
				if err != nil {
					t.Fatalf("%s: %v\n%s", setup.Device.Profile.Name, err, d.view())
				}
				if how.Profile.Name == "raster" {
					comparePicture(t, doc, d)
				} else {
					compare(t, doc, d, how.Face)
				}
			}
		}
	}
}

// comparePicture holds what a printer without characters printed against the preview.
func comparePicture(t *testing.T, doc Doc, d *device) {
	t.Helper()
	var pictures []printed
	for _, p := range d.out {
		switch p.kind {
		case "picture":
			pictures = append(pictures, p)
		case "feed", "cut":
		default:
			t.Fatalf("%s on a printer that has no characters:\n%s", p.kind, d.view())
		}
	}
	want, err := drawPieces(doc, goFace)
	if err != nil {
		t.Fatal(err)
	}
	if len(pictures) != len(want) {
		t.Fatalf("%d pictures of %d", len(pictures), len(want))
	}
	for i, p := range pictures {
		if p.w != want[i].W || p.h != want[i].H {
			t.Fatalf("printed %d x %d, drawn %d x %d", p.w, p.h, want[i].W, want[i].H)
		}
		for at, bits := range want[i].Bits {
			if p.bits[at] != bits && (bits != 0x10 || p.bits[at] != 0x18) {
				t.Fatalf("byte %d of picture %d was %02x and is %02x", at, i, bits, p.bits[at])
			}
		}
	}
}

// realtime finds a command that printers execute on arrival.
func realtime(out []byte) int {
	for i := 0; i+1 < len(out); i++ {
		if out[i] == 0x10 && (out[i+1] == 4 || out[i+1] == 5 || out[i+1] == 20) {
			return i
		}
	}
	return -1
}

// compare holds what came out of the printer against the layout, line by line.
func compare(t *testing.T, doc Doc, d *device, face *Face) {
	t.Helper()
	items, err := lay(doc, false)
	if err != nil {
		t.Fatal(err)
	}
	out := d.out
	drawn := 0 // rows of the picture at the head of out that are spoken for
	for _, it := range items {
		l, rows := it.line, 0
		switch b := it.block.(type) {
		case nil:
			rows = 30 * l.scale()
		case Large:
			if l = b.line(); face == nil {
				l.double, rows = true, 60
			} else {
				rows = 30 * largeScale(b.Amount, doc.Paper)
			}
		case Image: // only one as wide as the paper joins what stands about it
			if (b.Bitmap.W+7)/8*8 != doc.Paper.Dots() {
				continue
			}
			rows = b.Bitmap.H
		default:
			continue
		}
		for len(out) > 0 && (out[0].kind != "text" || out[0].text == "" && l.text != "") && (out[0].kind != "picture" || drawn >= out[0].h || out[0].w != doc.Paper.Dots()) {
			out, drawn = out[1:], 0
		}
		if len(out) > 0 && out[0].kind == "picture" {
			if _, image := it.block.(Image); face == nil && !image {
				t.Fatalf("a picture without a face, for %q", l.text)
			}
			if drawn += rows; drawn >= out[0].h {
				out, drawn = out[1:], 0
			}
			continue
		}
		if len(out) == 0 {
			t.Fatalf("the paper ends before %q", l.text)
		}
		want := strings.TrimRight(printerText(l.text), " ")
		if out[0].text != want || out[0].align != int(l.align) || out[0].bold != l.bold || out[0].double != l.double {
			t.Fatalf("printed %+v, laid out %+v", out[0], l)
		}
		out = out[1:]
	}
	for _, p := range out {
		if p.kind == "text" || (p.kind == "picture" && p.w == doc.Paper.Dots()) {
			t.Fatalf("printed although nobody laid it out: %+v", p)
		}
	}
}

// printerText is what a printer makes of a laid-out text: every character that GBK does not write in two bytes is a box.
func printerText(s string) string {
	var b strings.Builder
	for _, r := range s {
		enc, err := simplifiedchinese.GBK.NewEncoder().String(string(r))
		if err != nil || len(enc) > 2 || (r >= 0xe000 && r < 0xf900) || r == 0x80 || r == 0xfffd {
			r = '□'
		}
		b.WriteRune(r)
	}
	return b.String()
}

func TestSale_AnySaleFitsItsPaperAndReadsBack(t *testing.T) {
	r := rand.New(rand.NewPCG(20261120, 8))
	for i := range 40 {
		shop := shop
		shop.Practice = i%3 == 0
		shop.Name = randomText(r, 20) + "店"
		job := pos.PrintJob{Document: pos.DocSale}
		if i%4 == 0 {
			job = pos.PrintJob{Document: pos.DocReprint, Copy: r.IntN(1000), QueuedAt: closedAt}
		}
		check(t, randomSale(r), shop, job, randomHead(r))
	}
}

func FuzzSale(f *testing.F) {
	f.Add("可口可乐 330ml", "瓶", "王芳", "柜台便利店", int64(300), 2)
	f.Add("evil\x1bp\x00\x19\xfa", "\x10\x14\x01", "\xff\xfe", "🧋", int64(100_000_000), 1)
	f.Add(strings.Repeat("¥", 100), "", "", "", int64(0), 9999)
	f.Fuzz(func(t *testing.T, name, unit, cashier, shopName string, price int64, quantity int) {
		if price < 0 || price > int64(pos.MaxAmount) || quantity < 1 || quantity > pos.MaxQuantity ||
			pos.Fen(price).Times(quantity) > pos.MaxAmount || len(name)+len(unit)+len(cashier)+len(shopName) > 4000 {
			return
		}
		rec := saleOf(pos.Line{Name: name, Unit: unit, Price: pos.Fen(price), Quantity: quantity})
		rec.Sale.Cashier = cashier
		shop := shop
		shop.Name = shopName
		check(t, cash(rec, rec.Sale.Net()), shop, pos.PrintJob{Document: pos.DocSale})
	})
}

func TestSale_TheLargestAmountsFitEverywhere(t *testing.T) {
	rec := saleOf(pos.Line{Name: "金条", Unit: "根", Price: pos.MaxAmount, Quantity: 1})
	for _, r := range []pos.SaleRecord{wechat(rec), cash(rec, pos.MaxAmount+100_000), cash(discounted(rec, pos.MaxAmount), 0)} {
		check(t, r, shop, pos.PrintJob{Document: pos.DocSale})
		text, err := Setup{Paper: Paper58}.Text(pos.PrintJob{Document: pos.DocSale}, r, shop)
		if err != nil || !strings.Contains(text, "1000000.00\n") {
			t.Errorf("%v\n%s", err, text)
		}
	}
}

func TestWrap_KeepsEveryCharacterAndEveryLimit(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	squeeze := func(s string) string { return strings.ReplaceAll(s, " ", "") }
	for range 2000 {
		s, width := clean(randomText(r, 120)), 2+r.IntN(47)
		lines := wrap(s, width)
		for _, l := range lines {
			if columns(l) > width || !utf8.ValidString(l) {
				t.Fatalf("%d columns of %d: %q", columns(l), width, l)
			}
		}
		if squeeze(strings.Join(lines, "")) != squeeze(s) {
			t.Fatalf("%q became %q", s, lines)
		}
	}
}

func TestGBK_EveryCharacterIsOneOrTwoSafeBytes(t *testing.T) {
	decoder := simplifiedchinese.GBK.NewDecoder()
	two := 0
	for r := rune(0); r <= utf8.MaxRune; r++ {
		b, ok := gbk(nil, r)
		if !ok {
			if len(b) != 0 {
				t.Fatalf("%U left % x behind", r, b)
			}
			continue
		}
		if len(b) != runeColumns(r) {
			t.Fatalf("%U is counted as %d columns and is % x", r, runeColumns(r), b)
		}
		for _, c := range b {
			if c < 0x20 || c == 0x7f {
				t.Fatalf("%U has a control byte: % x", r, b)
			}
		}
		if back, err := decoder.Bytes(b); err != nil || string(back) != string(r) {
			t.Fatalf("%U reads back as %q", r, back)
		}
		if len(b) == 2 {
			two++
		}
	}
	if two < 21000 {
		t.Errorf("only %d characters of two bytes; GBK has 21,886 with symbols", two)
	}
	for _, s := range []string{"￥", "□", "×", "…"} {
		if unprintable(s) != 0 {
			t.Errorf("printers lack %q", s)
		}
	}
}

func TestSale_ANameCannotCommandThePrinter(t *testing.T) {
	rec := saleOf(pos.Line{Name: "a\x1bp\x00\x19\xfab", Price: 100, Quantity: 1}, pos.Line{Name: "\x10\x14\x01\x00\x01", Unit: "\x1d\x56", Price: 1, Quantity: 1})
	rec.Sale.Cashier = "\x1b@\x1bp00"
	shop := shop
	shop.Name = "\x1bp\x01\x19\xfa"
	check(t, cash(rec, 101), shop, pos.PrintJob{Document: pos.DocSale})
	out, err := Setup{Paper: Paper80}.Bytes(pos.PrintJob{Document: pos.DocSale}, cash(rec, 101), shop)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(out, []byte("\x1bp")) {
		t.Error("a receipt opens the drawer")
	}
}

// said collects every text of words by where it stands: fields of fields, entries of maps.
func said(t *testing.T, v reflect.Value, where string, all map[string]string) {
	t.Helper()
	switch v.Kind() {
	case reflect.String:
		all[where] = v.String()
	case reflect.Array:
		for i := range v.Len() {
			said(t, v.Index(i), fmt.Sprintf("%s %d", where, i), all)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			said(t, v.MapIndex(k), fmt.Sprintf("%s %v", where, k), all)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			said(t, v.Field(i), where+"."+v.Type().Field(i).Name, all)
		}
	case reflect.Func:
		if v.Type() == reflect.TypeFor[func(pos.Cut) string]() {
			for _, c := range []pos.Cut{{Kind: pos.CutPercent, N: 12_50}, {Kind: pos.CutTo, N: 500}} {
				all[where+string(c.Kind)] = strings.ReplaceAll(v.Call([]reflect.Value{reflect.ValueOf(c)})[0].String(), "%", "") // that one is no verb
			}
			return
		}
		text := v.Call([]reflect.Value{reflect.ValueOf(12)})[0].String()
		if all[where] = text; !strings.Contains(text, "12") {
			t.Errorf("%s does not say which: %q", where, text)
		}
	default:
		t.Fatalf("%s is a %s", where, v.Kind())
	}
}

func TestWords_BothLanguagesAreCompleteAndPrintable(t *testing.T) {
	zh, en := map[string]string{}, map[string]string{}
	said(t, reflect.ValueOf(WordsOf("zh-CN")), "", zh)
	said(t, reflect.ValueOf(WordsOf("en")), "", en)
	for _, kind := range []pos.ExceptionKind{
		pos.ExceptLate, pos.ExceptTwice, pos.ExceptAmount, pos.ExceptCurrency, pos.ExceptAfterEnd, pos.ExceptReturning,
		pos.ExceptReversed, pos.ExceptUndone, pos.ExceptUnknown, pos.ExceptPart,
	} {
		if zh[".Exceptions "+string(kind)] == "" {
			t.Errorf("no words for the exception %s", kind)
		}
	}
	for _, class := range pos.FindingClasses {
		if zh[".Bill.Classes "+string(class)] == "" {
			t.Errorf("no words for a finding that is %s", class)
		}
	}
	for _, a := range pos.FindingActions {
		if zh[".Bill.Actions "+string(a)] == "" {
			t.Errorf("no words for the action %s", a)
		}
	}
	for _, kind := range pos.CashKinds {
		if zh[".Shift.Slip "+string(kind)] == "" {
			t.Errorf("no words for the slip of %s", kind)
		}
	}
	for lang, words := range map[string]map[string]string{"zh-CN": zh, "en": en} {
		for where, s := range words {
			if s == "" || clean(s) != s || unprintable(s) > 0 {
				t.Errorf("%s, %s: %q", lang, where, s)
			}
			if zh[where] == "" || en[where] == "" || strings.Count(zh[where], "%") != strings.Count(en[where], "%") {
				t.Errorf("%s: %q in Chinese, %q in English", where, zh[where], en[where])
			}
		}
	}
	if English.tender("other:支付宝") != "支付宝" || English.tender("cheque") != "cheque" || fmt.Sprint(WordsOf("de").Cash) != Chinese.Cash {
		t.Error("a tender or language without words")
	}
}

func TestPlainText_ShowsWhatStandsInForAPicture(t *testing.T) {
	got, err := PlainText(Doc{Paper58, []Block{
		Image{Bitmap: NewBitmap(8, 8), Alt: "柜台"}, Image{Bitmap: NewBitmap(8, 8)}, Feed{2}, Text{Text: "x", Align: Right}, Cut{},
	}})
	want := strings.Repeat(" ", 14) + "柜台\n\n\n" + strings.Repeat(" ", 31) + "x\n"
	if err != nil || got != want {
		t.Errorf("%q, %v", got, err)
	}
}
