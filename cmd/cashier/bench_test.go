package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/checkout"
	"guitai/store"
)

// benchItems is the size of the catalogue that the scan is measured with.
const benchItems = 200_000

func bigShop(b *testing.B) *store.Store {
	b.Helper()
	s, err := store.Open(b.Context(), store.Options{Dir: b.TempDir(), Shop: testShop, Clock: systemClock{}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	items := make([]pos.Item, benchItems)
	for i := range items {
		items[i] = pos.Item{
			Barcodes: []string{benchCode(i)}, Name: benchName(i), Price: pos.Fen(100 + i%900), Category: "饮料",
			Pinyin: fmt.Sprintf("sp%06d", i),
		}
	}
	if _, _, err := s.ImportItems(b.Context(), items); err != nil {
		b.Fatal(err)
	}
	return s
}

func benchName(i int) string { return fmt.Sprintf("商品 %06d 250ml", i) }

// benchCode is a valid EAN-13.
func benchCode(i int) string {
	data := fmt.Sprintf("690%09d", i)
	for check := range 10 {
		if code := fmt.Sprint(data, check); pos.ValidEAN(code) {
			return code
		}
	}
	return data
}

// benchCodes are a thousand codes from all over the catalogue.
func benchCodes() []string {
	codes := make([]string, 1000)
	for i := range codes {
		codes[i] = benchCode(i * 199)
	}
	return codes
}

// BenchmarkScanToSnapshot is from a scan handed to the till to the snapshot that shows it, with 200,000 items. Its floor is
// BenchmarkScanFloor: the look-up alone.
func BenchmarkScanToSnapshot(b *testing.B) {
	s := bigShop(b)
	shown := make(chan pos.Snapshot, 16)
	till := checkout.New(checkout.Config{
		Shop: testShop, Ledger: s, Catalogue: s, OffCause: pos.CodeSecret, Clock: systemClock{}, Random: rand.Reader,
		Life: 5 * time.Minute, Log: slog.New(slog.DiscardHandler), Poke: func() {}, Publish: func(p pos.Snapshot) { shown <- p },
	})
	ctx, stop := context.WithCancel(b.Context())
	over := make(chan error)
	go func() { over <- till.Run(ctx) }()
	<-shown
	codes := benchCodes()
	n := uint64(0)
	for i := 0; b.Loop(); i++ {
		if i%20 == 0 { // a cart of a usual size
			till.Post(pos.ClearCart{})
			n++
		}
		till.Post(pos.ScanText{Text: codes[i%len(codes)]})
		n++
		for p := range shown {
			if p.Taken == n {
				break
			}
		}
	}
	stop()
	for {
		select {
		case <-shown:
		case err := <-over:
			if err != nil {
				b.Fatal(err)
			}
			return
		}
	}
}

func BenchmarkScanFloor(b *testing.B) {
	s := bigShop(b)
	codes := benchCodes()
	for i := 0; b.Loop(); i++ {
		if _, err := s.Item(b.Context(), codes[i%len(codes)]); err != nil {
			b.Fatal(err)
		}
	}
}
