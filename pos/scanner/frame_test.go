package scanner

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestFrame_CutsCodes(t *testing.T) {
	at := time.Unix(1, 0)
	for _, c := range []struct {
		name  string
		f     frame
		reads []string // "" is a tenth of a second without any byte
		want  []string
		noise bool
	}{
		{name: "CR", reads: []string{"6901234567892\r"}, want: []string{"6901234567892"}},
		{name: "CR LF in two reads", reads: []string{"6901234567892\r", "\n", ""}, want: []string{"6901234567892"}},
		{name: "LF, Tab, two in one read", reads: []string{"6901234567892\n96385074\t"}, want: []string{"6901234567892", "96385074"}},
		{name: "the same twice is twice", reads: []string{"96385074\r96385074\r"}, want: []string{"96385074", "96385074"}},
		{name: "byte by byte", reads: strings.Split("96385074\r", ""), want: []string{"96385074"}},
		{name: "silence", reads: []string{"69012", "34567892", ""}, want: []string{"6901234567892"}},
		{name: "half, a pause, the rest", reads: []string{"1\r690123", "", "", "4567892\r"}, want: []string{"1", "6901234567892"}},
		{name: "half, and no rest", reads: []string{"1\r690123", "", "", "", "", "", "", "", "", "", "", "", "96385074\r"}, want: []string{"1", "96385074"}},
		{name: "silence where the shop says so", f: frame{silent: true}, reads: []string{"1\r690123", ""}, want: []string{"1", "690123"}},
		{name: "a prefix", f: frame{prefix: "]C1"}, reads: []string{"]C1S001-T1-20261120-0001\r96385074\r"}, want: []string{"S001-T1-20261120-0001", "96385074"}},
		{name: "full width", reads: []string{"９６３８５０７４\r"}, want: []string{"96385074"}},
		{name: "full width in two reads", reads: []string{"９"[:1], "９"[1:] + "6385074\r"}, want: []string{"96385074"}},
		{name: "STX and ETX", reads: []string{"\x0296385074\x03\r"}, want: []string{"96385074"}},
		{name: "spaces", reads: []string{" 96385074 \r"}, want: []string{"96385074"}},
		{name: "nothing", reads: []string{"\r\n\r\n", "", "\x00\x01"}},
		{name: "the wrong speed", reads: []string{"\x86\xF8\x9E\r96385074\r"}, want: []string{"96385074"}, noise: true},
		{name: "too long", reads: []string{strings.Repeat("1", 300), strings.Repeat("1", 300) + "\r96385074\r"}, want: []string{"96385074"}, noise: true},
		{name: "too long, and silence", reads: []string{strings.Repeat("1", 300), "", "96385074\r"}, want: []string{"96385074"}, noise: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			noisy := false
			for _, r := range c.reads {
				at = at.Add(silence)
				codes, noise := []string(nil), false
				if r != "" {
					at = at.Add(-silence)
					codes, noise = c.f.take([]byte(r), at)
				} else if code, bad := c.f.idle(at); code != "" {
					codes = []string{code}
				} else {
					noise = bad
				}
				got, noisy = append(got, codes...), noisy || noise
			}
			if !slices.Equal(got, c.want) || noisy != c.noise {
				t.Errorf("%q, noise %v; want %q", got, noisy, c.want)
			}
		})
	}
}

// FuzzFrame: whatever comes over the cable, in whatever pieces, codes are printable and of a code's length, and the bytes of one code in any
// pieces are that code.
func FuzzFrame(f *testing.F) {
	f.Add([]byte("6901234567892\r\n96385074\t"), uint8(3))
	f.Add([]byte("\x86\xF8\x9E\r\x02S001-T1-20261120-0001\x03"), uint8(1))
	f.Add([]byte(strings.Repeat("９", 60)+"\n"), uint8(7))
	f.Fuzz(func(t *testing.T, all []byte, piece uint8) {
		var whole, pieces frame
		at := time.Unix(1, 0)
		want, _ := whole.take(all, at)
		var got []string
		for p := range slices.Chunk(all, int(piece)%32+1) {
			codes, _ := pieces.take(p, at)
			got = append(got, codes...)
		}
		if !slices.Equal(got, want) {
			t.Errorf("in pieces %q, whole %q", got, want)
		}
		for _, code := range got {
			if code == "" || len(code) > codeMost || strings.ContainsFunc(code, func(r rune) bool { return r < ' ' || r == 0x7F }) {
				t.Errorf("code %q", code)
			}
		}
	})
}
