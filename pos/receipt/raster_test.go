package receipt

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/skip2/go-qrcode"
	"golang.org/x/image/font/gofont/goregular"

	"guitai/pos"
)

func qrOf(t *testing.T, content string, p Paper) printed {
	t.Helper()
	out, err := ESCPOS{}.Encode(Doc{p, []Block{QR{content}, Cut{}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range mustDecode(t, out, p).out {
		if b.kind == "picture" {
			return b
		}
	}
	t.Fatal("no picture")
	return printed{}
}

func TestQR_EveryModuleIsTheSameSquareWithAQuietZone(t *testing.T) {
	for _, content := range []string{"S001-T1-20261120-0123", "SHOP0008-TI04-20261120-R123456-123456789", "weixin://wxpay/bizpayurl?pr=abcdEFG12", strings.Repeat("长", 60)} {
		for _, p := range []Paper{Paper58, Paper80} {
			code, err := qrcode.New(content, qrcode.Medium)
			if err != nil {
				t.Fatal(err)
			}
			code.DisableBorder = true
			modules := code.Bitmap()
			pic := qrOf(t, content, p)
			side := len(modules) + 8
			dots := pic.h / side
			if dots < 2 || dots*side != pic.h || (pic.h+7)/8*8 != pic.w || pic.align != 1 {
				t.Fatalf("%d modules drawn on %d x %d dots, align %d", side, pic.w, pic.h, pic.align)
			}
			if p == Paper80 && len(content) < 60 && dots != 6 {
				t.Errorf("modules of %d dots where 6 fit", dots)
			}
			for y := range pic.h {
				for x := range pic.w {
					mx, my := x/dots-4, y/dots-4
					want := mx >= 0 && my >= 0 && mx < len(modules) && my < len(modules) && modules[my][mx]
					if pic.black(x, y) != want {
						t.Fatalf("dot %d,%d of %q is wrong", x, y, content)
					}
				}
			}
		}
	}
}

func TestPicture_NeverCarriesARealTimeCommand(t *testing.T) {
	r := rand.New(rand.NewPCG(16, 4))
	bad := []byte{0x10, 0x10, 0x10, 0x04, 0x05, 0x14, 0x01, 0x00, 0xff}
	for range 300 {
		bm := NewBitmap(1+r.IntN(384), 1+r.IntN(300))
		for i := range bm.Bits {
			bm.Bits[i] = bad[r.IntN(len(bad))]
		}
		out, err := ESCPOS{}.Encode(Doc{Paper58, []Block{Image{Bitmap: bm}, Text{Text: "x"}, Cut{}}})
		if err != nil {
			t.Fatal(err)
		}
		if i := realtime(out); i >= 0 {
			t.Fatalf("% x at %d", out[i:i+3], i)
		}
		pic := mustDecode(t, out, Paper58).out[0]
		if pic.h != bm.H || len(pic.bits) != len(bm.Bits) {
			t.Fatalf("%d x %d became %d x %d", bm.W, bm.H, pic.w, pic.h)
		}
		for i, b := range bm.Bits {
			if got := pic.bits[i]; got != b && (b != 0x10 || got != 0x18 || i+1 == len(bm.Bits)) {
				t.Fatalf("byte %d: %02x became %02x", i, b, got)
			}
		}
	}
}

// inked returns which of the line's columns have a black dot.
func inked(bm Bitmap, columnDots int) string {
	var b strings.Builder
	for c := 0; c < bm.W; c += columnDots {
		mark := byte('.')
		for y := range bm.H {
			for x := c; x < c+columnDots; x++ {
				if bm.Black(x, y) {
					mark = '#'
				}
			}
		}
		b.WriteByte(mark)
	}
	return b.String()
}

func TestFace_DrawsOnTheColumnsOfTheText(t *testing.T) {
	for _, c := range []struct {
		line line
		want string
		dots int
	}{
		{line{text: "ab  W1"}, "##..##" + strings.Repeat(".", 26), 12},
		{line{text: "WW", align: Right}, strings.Repeat(".", 30) + "##", 12},
		{line{text: "lW", align: Centre, double: true}, strings.Repeat(".", 7) + "##" + strings.Repeat(".", 7), 24},
		{line{text: "可x"}, "###" + strings.Repeat(".", 29), 12}, // this font has no 可: a box of two columns
	} {
		if got := inked(goFace.draw(c.line, 384), c.dots); got != c.want {
			t.Errorf("%+v\n%s\n%s", c.line, got, c.want)
		}
	}
}

func TestFace_DrawsALineOnlyIfThatShowsMore(t *testing.T) {
	kind := func(doc Doc) string {
		out, err := ESCPOS{Face: goFace}.Encode(doc)
		if err != nil {
			t.Fatal(err)
		}
		return mustDecode(t, out, Paper58).out[0].kind
	}
	text := func(s string) Doc { return Doc{Paper58, []Block{Text{Text: s}}} }
	for s, want := range map[string]string{
		"jalapeño": "picture", // the font has it, the printer not
		"可乐":       "text",    // the printer has it
		"🧋":        "text",    // nobody has it
		"可乐ñ":      "text",    // drawing would lose two to win one
		"ñőñőñő乐":  "picture",
	} {
		if got := kind(text(s)); got != want {
			t.Errorf("%q is a %s", s, got)
		}
	}
	row := Columns{Cells: []Cell{{Text: "ñőñőñő乐"}, {Text: "1.00", Width: 6, Money: true}}}
	if got := kind(Doc{Paper58, []Block{row}}); got != "text" {
		t.Error("a row with an amount was drawn with a font that lacks part of it")
	}
}

func TestParseFace_RefusesWhatIsNoFont(t *testing.T) {
	if _, err := ParseFace(goregular.TTF[:100]); pos.CodeOf(err) != pos.CodeInvalid {
		t.Error(err)
	}
}

func BenchmarkReceiptToBytes(b *testing.B) {
	setup, rec := Setup{Paper: Paper80, Device: ESCPOS{Face: goFace}}, wechat(small)
	for b.Loop() {
		if _, err := setup.Bytes(pos.PrintJob{Document: pos.DocSale}, rec, shop); err != nil {
			b.Fatal(err)
		}
	}
}
