package receipt

import (
	"math/rand/v2"
	"strings"
	"testing"

	"guitai/pos"
)

// randomHead is a letterhead with what somebody may put on it, the dots of commands in its logo.
func randomHead(r *rand.Rand) Letterhead {
	h := Letterhead{Header: randomText(r, 40) + "\n" + randomText(r, 40), Footer: randomText(r, 60), Hint: randomText(r, 20), Link: "https://x.cn/{receipt}?" + randomText(r, 30)}
	if r.IntN(2) == 0 {
		h.Logo = NewBitmap(1+r.IntN(384), 1+r.IntN(160))
		for i := range h.Logo.Bits {
			h.Logo.Bits[i] = []byte{0x00, 0x10, 0x04, 0x05, 0x14, 0xff, byte(r.IntN(256))}[r.IntN(7)]
		}
	}
	return h
}

func TestSlips_AnyFactsFitTheirPaperAndReadBack(t *testing.T) {
	r := rand.New(rand.NewPCG(20261121, 5))
	kinds := []pos.ExceptionKind{pos.ExceptLate, pos.ExceptTwice, pos.ExceptUnknown, "something new"}
	for range 12 {
		shop := shop
		shop.Practice, shop.Name = r.IntN(3) == 0, randomText(r, 20)+"店"
		exceptions := pos.ExceptionsFacts{At: closedAt, By: randomText(r, 20), More: r.IntN(2) * 9}
		for range r.IntN(5) {
			exceptions.Cases = append(exceptions.Cases, pos.ExceptionFact{
				Kind: kinds[r.IntN(len(kinds))], OutTradeNo: randomText(r, 32), TransactionID: randomText(r, 32), Currency: []string{"", "CNY", "USD", randomText(r, 5)}[r.IntN(4)],
				Amount: pos.Fen(r.Int64N(int64(pos.MaxAmount))), At: closedAt,
			})
		}
		labels := pos.LabelFacts{}
		for range 1 + r.IntN(3) {
			labels.Labels = append(labels.Labels, pos.Label{
				Name: randomText(r, 60), Unit: randomText(r, 8), Price: pos.Fen(r.Int64N(int64(pos.MaxAmount))), Copies: 1 + r.IntN(2),
				Barcode: []string{"", "6901028075831", "16040116", randomText(r, 20)}[r.IntN(4)], QR: []string{"", productCode}[r.IntN(2)],
			})
		}
		pending := aPending
		pending.Cashier, pending.Asked = randomText(r, 30), pos.Fen(r.Int64N(int64(pos.MaxAmount)))
		slip := pos.CashMovement{ID: 7, Kind: pos.CashPaidOut, Amount: 1 + pos.Fen(r.Int64N(100)), Reason: randomText(r, 60), By: randomText(r, 30), At: closedAt}
		z := aShift()
		z.OpenedBy, z.ClosedBy, z.Cash.Reason, z.Open[0].Name = randomText(r, 30), randomText(r, 30), randomText(r, 50), randomText(r, 50)
		for _, job := range []pos.PrintJob{
			shiftJob(t, pos.DocExceptions, exceptions), shiftJob(t, pos.DocLabel, labels), shiftJob(t, pos.DocPending, pending),
			shiftJob(t, pos.DocCash, slip), shiftJob(t, pos.DocZ, pos.ShiftPaper{Report: z, Entry: someEntry}),
		} {
			job.Copy = r.IntN(3)
			check(t, pos.SaleRecord{}, shop, job, randomHead(r))
		}
	}
}

// FuzzEncode looks for bytes that a printer would execute on arrival, in pictures, texts and codes of any content.
func FuzzEncode(f *testing.F) {
	f.Add([]byte{0x10, 0x04, 0x10, 0x05, 0x10, 0x14, 0x10}, 16, "\x10\x04\x01", "7777", 0)
	f.Add([]byte("\x10\x14"), 128, "可口可乐", strings.Repeat("x", 0x40d), 1)
	f.Add([]byte{0x08, 0x20, 0x10}, 80, "🧋", "16040116", 3)
	f.Add([]byte{0xff, 0x10}, 575, "ñ", "", 4)
	f.Fuzz(func(t *testing.T, dots []byte, width int, text, code string, family int) {
		if width < 1 || width > 576 || len(dots) == 0 || len(code) > 2000 || len(text) > 2000 {
			return
		}
		bm := NewBitmap(width, 1+min(300, len(dots)*8/width))
		for i := range bm.Bits {
			bm.Bits[i] = dots[i%len(dots)]
		}
		profile := profiles[uint(family)%uint(len(profiles))]
		blocks := []Block{Text{Text: text}, Text{Text: text, Align: Centre, Double: true}, Barcode{code}, Large{Amount: "￥1.00"}, Cut{}}
		if width <= profile.Paper.Dots() {
			blocks = append(blocks, Image{Bitmap: bm}, Feed{16}, Cut{})
		}
		if code != "" {
			blocks = append(blocks, QR{code}, Cut{})
		}
		out, err := ESCPOS{Profile: profile, Face: goFace, Acknowledge: true}.Encode(Doc{profile.Paper, blocks})
		if err != nil {
			t.Fatal(err)
		}
		if i := realtime(out); i >= 0 {
			t.Fatalf("%s: a real-time command at %d: % x", profile.Name, i, out[i:min(len(out), i+5)])
		}
		d, err := printerOf(profile).read(out)
		if err != nil {
			t.Fatalf("%s: %v\n%s", profile.Name, err, d.view())
		}
	})
}
