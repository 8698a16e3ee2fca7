package widgets

import (
	"fmt"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// codes are what scanners send: repeated digits, every length, payment codes, receipts.
var codes = []string{
	"6901028000000", "1111111111116", "0000000000000", "6901234567892", "96385074", "036000291452", "134567890123456789", "281234567890123456",
	"S001-T1-20261120-0001", "2112345015002", "260001200012340560", "S001-T1-2611207K2M9QX4TB8W", "4200001234567890123456789012",
}

// Ten thousand codes at each pace, with the focus on each kind of widget, as Fyne hands keys on: none is lost, none altered, nothing of them
// stays, and their Enter presses nothing. The clock is the test's own.
func TestSink_TenThousandCodesWhereverTheFocusIs(t *testing.T) {
	test.NewTempApp(t)
	many := 10_000
	if testing.Short() {
		many = 500
	}
	for _, focus := range []string{"nothing", "sink", "sink that holds", "field", "entry", "behind a layer"} {
		for _, gap := range []time.Duration{1, 8, 16, 40} {
			n := many
			if focus == "field" || focus == "entry" {
				n = many / 10 // Fyne's own entry measures its text anew for every character
			}
			t.Run(fmt.Sprintf("%s, %d ms", focus, gap), func(t *testing.T) { burst(t, focus, gap*time.Millisecond, n) })
		}
	}
}

func burst(t *testing.T, focus string, gap time.Duration, n int) {
	s, d, w := newDesk(Rule{})
	d.slow, d.hold = true, focus == "sink that holds"
	field, entry := NewField(s, "F2", ""), NewEntry(s)
	entry.SetText("42")
	layer := NewLayer(NewButton("OK", "Enter", Primary, func() { t.Error("a button was pressed") }))
	win := test.NewTempWindow(t, Over(s, Rows(0, nil, field, entry, NewList(40, func() Row { panic("no rows") })), layer.Object()))
	s.Attach(win)
	c := win.Canvas()
	switch focus {
	case "sink", "sink that holds":
		c.Focus(s)
	case "field":
		field.Set("可乐")
		field.Open()
	case "entry":
		c.Focus(entry)
	case "behind a layer":
		layer.Open()
	}
	var to fyne.Focusable = onCanvas{c}
	if f := c.Focused(); f != nil {
		to = f
	}
	for i := range n {
		code := codes[i%len(codes)]
		w.pass(400 * time.Millisecond)
		w.send(to, code+"\n", gap)
		if len(d.scans) != 1 || d.scans[0] != code || d.text != "" || len(d.pressed) != 0 {
			t.Fatalf("code %d, %s: scans %q, %q left, keys %v", i, code, d.scans, d.text, d.pressed)
		}
		d.scans = d.scans[:0]
	}
	if entry.Text != "42" || focus == "field" && field.words != "可乐" {
		t.Errorf("of the scans stays %q, %q", entry.Text, field.words)
	}
}
