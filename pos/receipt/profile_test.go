package receipt

import (
	"fmt"
	"strings"
	"testing"

	"guitai/pos"
)

// printerOf is a printer of a family: what it heeds, and what it knows.
func printerOf(p Profile) *device {
	return &device{columns: p.Paper.Columns(), gsOnly: p.Size == SizeGS}
}

func TestProfile_EveryFamilyPrintsTheSameInItsOwnWay(t *testing.T) {
	for _, p := range profiles {
		t.Run(fmt.Sprint(p.Name, p.Paper), func(t *testing.T) {
			device := ESCPOS{Profile: p, Face: goFace}
			setup := Setup{Paper: p.Paper, Device: device}
			job := pos.PrintJob{Document: pos.DocSale}
			out, err := setup.Bytes(job, cash(rareNames(), 10000), shop)
			if err != nil {
				t.Fatal(err)
			}
			d, err := printerOf(p).read(out)
			if err != nil {
				t.Fatalf("%v\n%s", err, d.view())
			}
			want := map[RasterMethod]string{RasterBits: "v", RasterGraph: "L", RasterColumns: "*"}[p.Raster]
			if strings.Trim(d.methods, want) != "" || d.methods == "" {
				t.Errorf("pictures by %q", d.methods)
			}
			last := d.out[len(d.out)-1]
			if cut := map[CutMode]string{CutNone: "", CutPartial: "partial", CutFeedPartial: "feed-partial", CutFull: "full"}[p.Cut]; last.text != cut {
				t.Errorf("cut %q, not %q", last.text, cut)
			}
			native := strings.Contains(d.view(), "[qr S001-T1-20261120-0123]")
			if native != p.NativeQR {
				t.Errorf("a QR of its own: %v", native)
			}
			if p.Chinese {
				doc, err := setup.doc(job, cash(rareNames(), 10000), shop)
				if err != nil {
					t.Fatal(err)
				}
				compare(t, doc, d, goFace)
			}
		})
	}
}

func TestProfile_TheConfigurationHasTheLastWord(t *testing.T) {
	doc := Doc{Paper80, []Block{QR{"S001"}, Cut{}}}
	for _, p := range profiles {
		if p.Paper != Paper80 {
			continue
		}
		out, err := ESCPOS{Profile: p, Cut: CutFull, QR: QRRaster}.Encode(doc)
		if err != nil {
			t.Fatal(err)
		}
		d, err := printerOf(p).read(out)
		if view := d.view(); err != nil || !strings.Contains(view, "[cut full]") || strings.Contains(view, "[qr") {
			t.Errorf("%s: %v\n%s", p.Name, err, view)
		}
	}
}

// TestProfile_APrinterWithoutChinesePrintsThePreview holds the printed dots against those of the preview: exactly the same, but
// for the neighbours that lone dots get where they would be a command.
func TestProfile_APrinterWithoutChinesePrintsThePreview(t *testing.T) {
	for _, base := range []string{"raster", "star", "epson", "xprinter"} {
		for _, paper := range []Paper{Paper58, Paper80} {
			p := ProfileOf(base, paper)
			p.Chinese = false
			setup := Setup{Paper: paper, Device: ESCPOS{Profile: p}}
			job := pos.PrintJob{Document: pos.DocSale}
			out, err := setup.Bytes(job, wechat(rareNames()), shop)
			if err != nil {
				t.Fatal(err)
			}
			want, err := setup.Raster(job, wechat(rareNames()), shop)
			if err != nil {
				t.Fatal(err)
			}
			d, err := printerOf(p).read(out)
			if err != nil {
				t.Fatal(err)
			}
			if d.out[0].kind != "picture" || d.out[0].w != want.W || d.out[0].h != want.H || d.out[1].kind != "feed" {
				t.Fatalf("%s, %d mm: printed %d x %d, then %+v; drawn %d x %d", base, paper, d.out[0].w, d.out[0].h, d.out[1], want.W, want.H)
			}
			added := 0
			for y := range want.H {
				for x := range want.W {
					switch got := d.out[0].black(x, y); {
					case got && !want.Black(x, y):
						added++
					case !got && want.Black(x, y):
						t.Fatalf("%s, %d mm: the dot %d,%d is lost", base, paper, x, y)
					}
				}
			}
			if added > 20 {
				t.Errorf("%s, %d mm: %d dots were added", base, paper, added)
			}
		}
	}
}

func TestEncode_LengthsThatWouldBeACommandAreSentAnotherWay(t *testing.T) {
	// A stored QR of 0x410, 0x510 or 0x1410 bytes has a length of DLE EOT, DLE ENQ or DLE DC4.
	for _, n := range []int{0x410, 0x510, 0x40f} {
		doc := Doc{Paper80, []Block{QR{strings.Repeat("7", n-3)}, Cut{}}}
		out, err := ESCPOS{QR: QRNative}.Encode(doc)
		if err != nil {
			t.Fatal(err)
		}
		d := mustDecode(t, out, Paper80)
		if native := d.out[1].kind == "qr"; native != (n == 0x40f) {
			t.Errorf("%d bytes: %s", n, d.view())
		}
	}
	// So has a picture of GS ( L of 1030 bytes: 10 by 103.
	bm := NewBitmap(80, 103)
	bm.Set(0, 0)
	out, err := ESCPOS{Profile: ProfileOf("epson", Paper80)}.Encode(Doc{Paper80, []Block{Image{Bitmap: bm}, Cut{}}})
	if err != nil {
		t.Fatal(err)
	}
	if d := mustDecode(t, out, Paper80); d.methods != "v" || d.out[0].h != 103 {
		t.Errorf("by %q:\n%s", d.methods, d.view())
	}
}
