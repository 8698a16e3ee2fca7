package export_test

import (
	"io"
	"testing"

	"guitai/pos"
	"guitai/pos/export"
)

// BenchmarkWrite is what a row costs beside reading it from the books.
func BenchmarkWrite(b *testing.B) {
	for _, format := range pos.ExportFormats {
		b.Run(string(format), func(b *testing.B) {
			rows := &books{payments: make([]pos.PaymentRow, b.N)}
			for i := range rows.payments {
				rows.payments[i] = order(i%1000, pos.TenderNative, pos.Paid, 1350, 1350)
			}
			b.ReportAllocs()
			b.ResetTimer()
			if _, err := export.Write(b.Context(), io.Discard, request(pos.ExportPayments, format), rows, nil); err != nil {
				b.Fatal(err)
			}
		})
	}
}
