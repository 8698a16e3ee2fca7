package receipt

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guitai/pos"
)

// readCodes has zbar, which is none of ours, read every code of a picture: "EAN-13:6901028075831". make test installs it
// (zbar-tools).
func readCodes(t *testing.T, bm Bitmap) []string {
	t.Helper()
	reader, err := exec.LookPath("zbarimg")
	if err != nil {
		t.Skip("no zbarimg here: make test installs it")
	}
	// A scanner wants white around a code, which paper has.
	const margin = 32
	around := NewBitmap(bm.W+2*margin, bm.H+2*margin)
	around.put(margin, margin, bm)
	path := filepath.Join(t.TempDir(), "codes.pbm")
	pbm := append(fmt.Appendf(nil, "P4\n%d %d\n", around.W, around.H), around.Bits...)
	if err := os.WriteFile(path, pbm, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, reader, "--quiet", "-Sean8.enable", "-Sean13.enable", "-Scode128.enable", path).Output()
	if err != nil {
		t.Fatalf("zbarimg: %v, %q", err, out)
	}
	codes := strings.Split(strings.TrimSpace(string(out)), "\n")
	slices.Sort(codes)
	return slices.Compact(codes)
}

// TestCodes_AnotherProgramReadsThemOffThePaper takes the pictures from what came out of the printers, by every method.
func TestCodes_AnotherProgramReadsThemOffThePaper(t *testing.T) {
	for _, family := range []string{"generic", "epson", "star", "raster"} {
		for _, p := range []Paper{Paper58, Paper80} {
			doc := Doc{p, []Block{
				QR{"S001-T1-20261120-0123"}, Feed{2}, Barcode{"6901028075831"}, Feed{2}, Barcode{"96385074"}, Feed{2}, Barcode{"SHELF-42"}, Cut{},
			}}
			profile := ProfileOf(family, p)
			out, err := ESCPOS{Profile: profile, QR: QRRaster}.Encode(doc)
			if err != nil {
				t.Fatal(err)
			}
			d, err := printerOf(profile).read(out)
			if err != nil {
				t.Fatal(err)
			}
			want := []string{"CODE-128:SHELF-42", "EAN-13:6901028075831", "EAN-8:96385074", "QR-Code:S001-T1-20261120-0123"}
			if got := readCodes(t, d.paper()); !slices.Equal(got, want) {
				t.Errorf("%s at %d mm: %q", family, p, got)
			}
		}
	}
}

// paper is what came out of the printer as one picture; text is left out.
func (d *device) paper() Bitmap {
	page := NewBitmap(d.columns*12, 4000)
	y := 0
	for _, p := range d.out {
		switch p.kind {
		case "picture":
			page.put([]int{0, (page.W - p.w) / 2}[p.align], y, Bitmap{p.w, p.h, p.bits})
			y += p.h
		default:
			y += 30
		}
	}
	return Bitmap{page.W, y, page.Bits[:page.Stride()*y]}
}

func TestCodes_TheWholeReceiptAndItsLabelsAreRead(t *testing.T) {
	const link = "QR-Code:https://example.com/r?no=S001-T1-20261120-0123&yuan=13.50&day=2026-11-20"
	for _, p := range []Paper{Paper58, Paper80} {
		setup := Setup{Paper: p}
		headed(t)(&setup, nil)
		bm, err := setup.Raster(pos.PrintJob{Document: pos.DocSale}, wechat(small), shop)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := readCodes(t, bm), []string{"QR-Code:S001-T1-20261120-0123", link}; !slices.Equal(got, want) {
			t.Errorf("the receipt at %d mm: %q", p, got)
		}
		labels, err := setup.Raster(shiftJob(t, pos.DocLabel, someLabels), pos.SaleRecord{}, shop)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := readCodes(t, labels), []string{"CODE-128:SHELF-42", "EAN-13:6901028075831", "EAN-8:96385074"}; !slices.Equal(got, want) {
			t.Errorf("labels at %d mm: %q", p, got)
		}
		codes, err := setup.Raster(shiftJob(t, pos.DocLabel, someCodes), pos.SaleRecord{}, shop)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := readCodes(t, codes), []string{"QR-Code:" + productCode, "QR-Code:" + productCode + "X"}; !slices.Equal(got, want) {
			t.Errorf("codes to pay by at %d mm: %q", p, got)
		}
	}
}

func TestBarcode_IsWhatItsDigitsAre(t *testing.T) {
	for content, want := range map[string]string{
		"6901028075831": "EAN 13",
		"6901028075832": "Code 128", // a check digit that is wrong is no EAN
		"036000291452":  "EAN 13",   // UPC-A is an EAN with a 0 before it
		"96385074":      "EAN 8",
		"96385075":      "Code 128",
		"2112345015002": "EAN 13",
		"A-1":           "Code 128",
	} {
		code, err := barsOf(content)
		if err != nil || code.Metadata().CodeKind != want {
			t.Errorf("%s: %v, %v, want %s", content, code, err, want)
		}
	}
}

func TestBarcode_WithoutRoomOrBarsIsDigits(t *testing.T) {
	for _, content := range []string{"条码", strings.Repeat("A", 40), strings.Repeat("A", 25), "", "caf\u00e9"} {
		text, err := PlainText(Doc{Paper58, []Block{Barcode{content}}})
		if err != nil || !strings.Contains(strings.Join(strings.Fields(text), ""), content) {
			t.Errorf("%q: %q, %v", content, text, err)
		}
		out, err := ESCPOS{}.Encode(Doc{Paper58, []Block{Barcode{content}, Cut{}}})
		if err != nil {
			t.Fatal(err)
		}
		if d := mustDecode(t, out, Paper58); d.out[0].kind != "text" {
			t.Errorf("%q: %s", content, d.view())
		}
	}
}

// TestCodes_HoldNoLoneDot is why a code needs no dot added, which would change what it says.
func TestCodes_HoldNoLoneDot(t *testing.T) {
	for _, p := range []Paper{Paper58, Paper80} {
		for _, content := range []string{"6901028075831", "96385074", "SHELF-42", "160401", "0123456789012345"} {
			bm, ok := drawBarcode(content, p.Dots())
			if !ok {
				t.Fatalf("%s has no bars", content)
			}
			noLoneDot(t, content, bm)
		}
		for n := 1; n < 2000; n += 97 {
			bm, err := drawQR(strings.Repeat("S001-T1/", n/8+1), p.Dots())
			if err != nil {
				t.Fatal(err)
			}
			noLoneDot(t, fmt.Sprint(n), bm)
		}
	}
}

func noLoneDot(t *testing.T, name string, bm Bitmap) {
	t.Helper()
	for y := range bm.H {
		for x := range bm.W {
			if bm.Black(x, y) && (!bm.Black(x-1, y) && !bm.Black(x+1, y) || !bm.Black(x, y-1) && !bm.Black(x, y+1)) {
				t.Fatalf("%s: the dot %d,%d stands alone", name, x, y)
			}
		}
	}
}
