package export

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

var noon20 = time.Date(2026, 11, 20, 12, 30, 0, 0, time.FixedZone("CST", 8*3600))

// writer is an exporter that does what the test says.
type writer struct {
	asked []pos.ExportRequest
	err   error
	waits bool // until it is called off
}

func (w *writer) Export(ctx context.Context, r pos.ExportRequest, progress func(pos.ExportProgress)) (pos.ExportFile, error) {
	w.asked = append(w.asked, r)
	progress(pos.ExportProgress{Rows: 7, Permille: 350})
	if w.waits {
		<-ctx.Done()
		return pos.ExportFile{}, ctx.Err()
	}
	if w.err != nil {
		return pos.ExportFile{}, w.err
	}
	return pos.ExportFile{Path: "/data/exports/" + string(r.Kind) + "." + string(r.Format), Size: 2 << 20, Summary: pos.ExportSummary{
		Kind: r.Kind, Rows: 7, Foreign: 1,
		Identities: []pos.Identity{{Terms: []pos.Figure{{Name: pos.FigurePayments, Fen: 2750}, {Name: pos.FigureRefunds, Minus: true, Fen: 50}}, Total: pos.Figure{Name: pos.FigureNet, Fen: 2700}}},
	}}, nil
}

// bench is a presenter whose work waits until the test lets it be done.
type bench struct {
	*Presenter
	w    *writer
	jobs []func(context.Context) func()
	at   time.Time
}

func newBench() *bench {
	b := &bench{w: &writer{}, at: noon20}
	b.Presenter = NewPresenter(Config{
		Words: i18n.For(i18n.English), Shop: pos.Shop{Calendar: pos.Calendar{Starts: 4 * time.Hour}}, Exporter: b.w,
		Now: func() time.Time { return b.at }, Go: func(f func(context.Context) func()) { b.jobs = append(b.jobs, f) },
		Do: func(f func()) { f() }, Changed: func() {},
	})
	return b
}

// work does what waits.
func (b *bench) work() {
	jobs := b.jobs
	b.jobs = nil
	for _, f := range jobs {
		f(context.Background())()
	}
}

func (b *bench) typed(s string) {
	for _, r := range s {
		b.Typed(r)
	}
}

func TestExport_WritesThisMonthsPaymentsAsAWorkbookUnlessAskedForElse(t *testing.T) {
	b := newBench()
	b.Enter()
	if m := b.Model(); !m.Running || m.CanRun {
		t.Errorf("%+v", m)
	}
	b.Enter() // once is enough
	b.work()
	want := pos.ExportRequest{Kind: pos.ExportPayments, Format: pos.FormatXLSX, Span: pos.Span{From: 20261101, To: 20261120}}
	if len(b.w.asked) != 1 || b.w.asked[0] != want {
		t.Fatalf("asked for %+v", b.w.asked)
	}
	m := b.Model()
	if m.Running || m.File == nil || m.File.Name != "payments.xlsx" || m.File.Size != "2.0 MB" || m.Trouble != "" {
		t.Fatalf("%+v", m)
	}
	if facts := m.File.Facts; !strings.Contains(facts, "7 rows") || !strings.Contains(facts, "another currency") {
		t.Errorf("facts %q", facts)
	}
	if proof := strings.Join(m.File.Proof, "\n"); !strings.Contains(proof, "27.50") || !strings.Contains(proof, "= net 27.00") {
		t.Errorf("proof %q", proof)
	}
}

func TestExport_EveryKindAndFormatCanBeChosenByKeys(t *testing.T) {
	b := newBench()
	b.Move(-1, 0)
	b.Move(0, -99)
	for range pos.ExportKinds {
		b.Move(2, 0)
		b.Move(0, -99)
		for range pos.ExportFormats {
			b.Enter()
			b.work()
			b.Move(0, 1)
		}
		b.Move(-2, 0)
		b.Move(0, 1)
	}
	seen := map[pos.ExportRequest]bool{}
	for _, r := range b.w.asked {
		seen[pos.ExportRequest{Kind: r.Kind, Format: r.Format}] = true
	}
	if want := len(pos.ExportKinds) * len(pos.ExportFormats); len(seen) != want {
		t.Errorf("%d kinds and formats, want %d: %v", len(seen), want, b.w.asked)
	}
	if n := len(b.Model().Earlier); n != kept-1 {
		t.Errorf("%d earlier files are listed", n)
	}
}

func TestExport_TheDaysAreTheShopsBusinessDays(t *testing.T) {
	b := newBench()
	b.at = time.Date(2026, 12, 1, 2, 0, 0, 0, noon20.Location()) // still the last of November
	for i, want := range []pos.Span{{From: 20261130, To: 20261130}, {From: 20261129, To: 20261129}, {From: 20261101, To: 20261130}, {From: 20261001, To: 20261031}} {
		b.Choose(ColumnDays, i)
		if r, ok := b.Request(); !ok || r.Span != want {
			t.Errorf("period %d is %v %v, want %v", i, r.Span, ok, want)
		}
	}
	b.Choose(ColumnKind, len(pos.ExportKinds)-1) // the journal
	if r, ok := b.Request(); !ok || r.Span != (pos.Span{}) || b.Model().Whole == "" {
		t.Errorf("%+v %v", r, ok)
	}
}

func TestExport_TypedDays(t *testing.T) {
	for typed, want := range map[string]struct {
		span pos.Span
		ok   bool
		show string
	}{
		"20261103":         {pos.Span{From: 20261103, To: 20261103}, true, "2026-11-03"},
		"2026110320261109": {pos.Span{From: 20261103, To: 20261109}, true, "2026-11-03 – 2026-11-09"},
		"2026110920261103": {show: "2026-11-09 – 2026-11-03"}, // runs backwards
		"20261131":         {show: "2026-11-31"},
		"2026110":          {show: "2026-11-0"},
		"2026110320":       {show: "2026-11-03 – 20"},
	} {
		b := newBench()
		b.typed(typed + "x")
		r, ok := b.Request()
		if ok != want.ok || ok && r.Span != want.span || b.Model().Typed != want.show {
			t.Errorf("%s: %v %v %q", typed, r.Span, ok, b.Model().Typed)
		}
		b.Enter()
		if len(b.jobs) > 0 != want.ok {
			t.Errorf("%s: Enter wrote: %v", typed, len(b.jobs) > 0)
		}
	}
	b := newBench()
	b.typed("20261103999999999999")
	for range 12 {
		b.Backspace()
	}
	if m := b.Model(); m.Typed != "2026" {
		t.Errorf("%q is left", m.Typed)
	}
}

func TestExport_CalledOffLeavesNothingAndSaysSo(t *testing.T) {
	b := newBench()
	b.w.waits = true
	if b.Cancel() {
		t.Error("nothing is under way")
	}
	b.Enter()
	b.Move(0, 1) // nothing else is chosen meanwhile
	b.typed("2026")
	if m := b.Model(); m.Typed != "" {
		t.Errorf("%+v", m)
	}
	for range 2 { // twice is once
		if !b.Cancel() {
			t.Error("it was not called off")
		}
	}
	b.work()
	if m := b.Model(); m.Running || m.Stopped == "" || m.File != nil || m.Trouble != "" {
		t.Errorf("%+v", m)
	}
	b.w.waits = false
	b.Enter()
	b.work()
	if m := b.Model(); m.Stopped != "" || m.File == nil {
		t.Errorf("%+v", m)
	}
}

func TestExport_TroubleInWords(t *testing.T) {
	for _, code := range []pos.Code{pos.CodeFull, pos.CodeReadOnly, pos.CodeCorrupt, pos.CodeInternal} {
		b := newBench()
		b.w.err = pos.E(code, "export", errors.New("x"))
		b.Enter()
		b.work()
		m := b.Model()
		if m.Trouble == "" || !strings.Contains(m.TroubleMoney, "No file was left") || m.TroubleDo == "" || m.File != nil {
			t.Errorf("%s: %+v", code, m)
		}
	}
	p := NewPresenter(Config{Words: i18n.For(i18n.English), Now: func() time.Time { return noon20 }, Changed: func() {}})
	if p.Enter(); p.Model().Trouble == "" || p.Model().CanRun {
		t.Error("a till that writes nothing does not say so")
	}
}
