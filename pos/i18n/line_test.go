package i18n

import (
	"testing"

	"guitai/pos"
)

func TestCalc(t *testing.T) {
	for _, c := range []struct {
		name string
		line pos.Line
		want string
	}{
		{"pieces", pos.Line{Price: 300, Quantity: 2}, "2 × 3.00"},
		{"one", pos.Line{Price: 300, Quantity: 1}, "1 × 3.00"},
		{"weighed", pos.Line{Price: 1280, Quantity: 1, Weight: 535, Unit: "kg"}, "0.535 kg × 12.80"},
		{"weighed, without a unit", pos.Line{Price: 1280, Quantity: 1, Weight: 1500}, "1.5 kg × 12.80"},
		{"weighed twice", pos.Line{Price: 1280, Quantity: 2, Weight: 535}, "2 × 0.535 kg × 12.80"},
		{"by the jin", pos.Line{Price: 640, Quantity: 1, Weight: 535, Unit: "斤"}, "1.07 斤 × 6.40"},
		{"by the liang", pos.Line{Price: 64, Quantity: 1, Weight: 535, Unit: "两"}, "10.7 两 × 0.64"},
		{"by 100 g", pos.Line{Price: 128, Quantity: 1, Weight: 535, Unit: "100g"}, "535 g × 1.28/100g"},
		{"by the gram", pos.Line{Price: 2, Quantity: 1, Weight: 535, Unit: "g"}, "535 g × 0.02"},
		{"a label", pos.Line{Price: 1280, Quantity: 1, Label: 685}, "标签价 6.85"},
		{"a label with its weight", pos.Line{Price: 1280, Quantity: 1, Label: 685, Weight: 535}, "0.535 kg · 标签价 6.85"},
		{"labels", pos.Line{Price: 1280, Quantity: 2, Label: 685}, "2 × 标签价 6.85"},
	} {
		if got := For(Chinese).Calc(c.line); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
