package receipt

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

func TestTestPage_EveryWayOfPrintingIsOnItAndTheSameBytesGoToEveryPaper(t *testing.T) {
	for _, lang := range []string{"zh-CN", "en"} {
		w := WordsOf(lang)
		out, err := TestESCPOS(w)
		if err != nil {
			t.Fatal(err)
		}
		d, err := (&device{columns: 48, always: true}).read(out)
		if err != nil {
			t.Fatalf("%v\n%s", err, d.view())
		}
		if !strings.Contains(d.methods, "v") || !strings.Contains(d.methods, "L") || !strings.Contains(d.methods, "*") {
			t.Errorf("pictures came by %q", d.methods)
		}
		for _, part := range []string{"\x1c.B ", "\x1d(k", "\x1dVB\x00"} {
			if !bytes.Contains(out, []byte(part)) {
				t.Errorf("the page lacks %q", part)
			}
		}
		// The rulers are the only lines that the narrow paper breaks, which is what they are for.
		letters, wide := "", 0
		for _, p := range d.out {
			if p.kind != "text" {
				continue
			}
			if len(p.gbk) > 32 {
				wide++
			}
			if len(p.text) > 1 && (p.text[1] == ' ' || p.text[1] == '-') && strings.Contains(Answers, p.text[:1]) {
				letters += p.text[:1]
			}
		}
		if letters != Answers || wide != 2 {
			t.Errorf("lines with the letters %q, %d of them wider than 58 mm:\n%s", letters, wide, d.view())
		}
		golden(t, "test-page."+lang+".txt", d.view())
		if !strings.HasSuffix(d.out[len(d.out)-3].text, w.Test.Last) {
			t.Errorf("after the last line comes more than the cut:\n%s", d.view())
		}
	}
}

func TestTestPage_PicturesOfUnknownCommandsHoldNoControlCharacter(t *testing.T) {
	for _, c := range append(testMark().Bits, turned(testMark(), 0, columnRows)...) {
		if c != 0 && c != 0xff {
			t.Fatalf("%02x", c)
		}
	}
}

func TestTestPage_ThePreviewIsAsWideAsThePaper(t *testing.T) {
	for _, p := range []Paper{Paper58, Paper80} {
		_, preview, err := Setup{Language: "en", Paper: p}.TestPage()
		if err != nil || preview.W != p.Dots() || preview.H < 20*lineDots {
			t.Errorf("%d mm: %d x %d, %v", p, preview.W, preview.H, err)
		}
	}
}

func TestDiagnose_FindsTheFamilyByWhatItDoes(t *testing.T) {
	for answers, want := range map[string]Diagnosis{
		"ABCEGHIJK":   {"generic", Paper80, CutFeedPartial, QRRaster},
		"aceghm":      {"generic", Paper58, CutNone, QRRaster},
		"A":           {"generic", Paper58, CutNone, QRRaster},
		"ABCEGHIJL":   {"xprinter", Paper80, CutPartial, QRRaster},
		"ACEFGHIJK":   {"gprinter", Paper80, CutFeedPartial, QRNative},
		"ACDEFGHIJK":  {"epson", Paper80, CutFeedPartial, QRNative},
		"AD HIJ K":    {"epson", Paper80, CutFeedPartial, QRRaster},
		"AEFHIJK":     {"star", Paper80, CutFeedPartial, QRNative},
		"CGHIJK":      {"raster", Paper80, CutFeedPartial, QRRaster},
		"C,F,G,H,M 。": {"raster", Paper58, CutNone, QRNative},
		"BCGHIJK":     {"generic", Paper80, CutFeedPartial, QRRaster}, // Chinese mode is on whatever is sent
	} {
		if got, ok := Diagnose(answers); got != want || !ok || ProfileFor(answers) != want.Family {
			t.Errorf("%s: %+v, %v, %s, want %+v", answers, got, ok, ProfileFor(answers), want)
		}
	}
	for _, answers := range []string{"", "HIJ", "EF", "xyz"} {
		if got, ok := Diagnose(answers); ok || ProfileFor(answers) != "generic" {
			t.Errorf("%q: %+v", answers, got)
		}
	}
}

func TestProfileOf_EveryFamilyHasBothPapersAndAnswersForItself(t *testing.T) {
	var names []string
	for _, p := range profiles {
		if got := ProfileOf(p.Name, p.Paper); got != p {
			t.Errorf("%+v was asked for, %+v found", p, got)
		}
		if p.Band < 1 || p.Band > 128 || p.Feed < 1 || p.Paper != Paper58 && p.Paper != Paper80 {
			t.Errorf("%+v", p)
		}
		if p.Paper == Paper80 {
			names = append(names, p.Name)
		}
	}
	if want := []string{"generic", "epson", "xprinter", "gprinter", "star", "raster"}; !slices.Equal(names, want) {
		t.Errorf("%q", names)
	}
	if got := ProfileOf("ESC/POS 9000", Paper58); got != ProfileOf("generic", Paper58) {
		t.Errorf("an unknown family is %+v", got)
	}
}
