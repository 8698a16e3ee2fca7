package receipt

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"guitai/pos"
)

// TestGolden_PNG compares dot by dot, so that another compression is no difference.
func TestGolden_PNG(t *testing.T) {
	for _, c := range slipCases(t) {
		if c.name != "headed" && c.name != "label" && c.name != "label-code" && c.name != "exceptions-again" {
			continue // four are enough to look at
		}
		setup, shop := Setup{Language: "zh-CN", Paper: Paper58}, shop
		c.change(&setup, &shop)
		setup.Device.Face = nil
		file, err := setup.PNG(c.job, c.record, shop)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", c.name+".58.zh-CN.png")
		if *update {
			if err := os.WriteFile(path, file, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		comparePNG(t, path, file, want)
	}
}

func comparePNG(t *testing.T, name string, got, want []byte) {
	t.Helper()
	a, err := png.Decode(bytes.NewReader(got))
	if err != nil {
		t.Fatal(err)
	}
	b, err := png.Decode(bytes.NewReader(want))
	if err != nil {
		t.Fatal(err)
	}
	if a.Bounds() != b.Bounds() {
		t.Fatalf("%s is %v and was %v", name, a.Bounds(), b.Bounds())
	}
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			if a.At(x, y) != b.At(x, y) {
				t.Fatalf("%s: the dot %d,%d is another", name, x, y)
			}
		}
	}
}

func TestRaster_CutPiecesHaveABrokenLineBetweenThem(t *testing.T) {
	one := Doc{Paper58, []Block{Text{Text: "x"}, Cut{}}}
	two := Doc{Paper58, append(one.Blocks, one.Blocks...)}
	a, err := Raster(one, goFace)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Raster(two, goFace)
	if err != nil {
		t.Fatal(err)
	}
	if a.H != lineDots || b.H != 3*lineDots {
		t.Fatalf("%d and %d rows", a.H, b.H)
	}
	if between := (Bitmap{b.W, 1, b.Bits[(lineDots+lineDots/2)*b.Stride():]}); inked(between, columnDots)[:4] != "#.#." {
		t.Errorf("between them %s", inked(between, columnDots))
	}
}

func TestRaster_OfNothingIsNothing(t *testing.T) {
	bm, err := Raster(Doc{Paper: Paper58}, nil)
	if err != nil || bm.H != 0 {
		t.Errorf("%+v, %v", bm, err)
	}
}

// BenchmarkRaster draws a receipt of 40 lines, as a printer without Chinese characters needs it.
func BenchmarkRaster(b *testing.B) {
	blocks := make([]Block, 40)
	for i := range blocks {
		blocks[i] = Text{Text: fmt.Sprintf("第%02d行 农夫山泉东方树叶青柑普洱茶 ￥12.50", i)}
	}
	doc := Doc{Paper80, append(blocks, Cut{})}
	e := ESCPOS{Profile: ProfileOf("raster", Paper80)}
	for b.Loop() {
		if _, err := e.Encode(doc); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPNG(b *testing.B) {
	setup, rec := Setup{Paper: Paper80}, wechat(small)
	for b.Loop() {
		if _, err := setup.PNG(pos.PrintJob{Document: pos.DocSale}, rec, shop); err != nil {
			b.Fatal(err)
		}
	}
}
