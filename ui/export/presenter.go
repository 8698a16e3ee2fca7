// Package export is the screen that writes the books as files: what, of which days, in which form; and then where the file is and
// the figures by which its reader can tell that it adds up.
package export

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

// Config is what the screen works with. All functions are called on the goroutine that draws.
type Config struct {
	Words    *i18n.Words
	Shop     pos.Shop
	Exporter pos.Exporter     // nil writes nothing
	Now      func() time.Time // in the shop's zone
	// Go runs work elsewhere and then, on the drawing goroutine, what it returns. Do brings a call from elsewhere to that goroutine.
	Go func(work func(context.Context) (then func()))
	Do func(f func())
	// Changed hears that something is to be drawn again.
	Changed func()
}

// Column is one of the three things to choose.
type Column int

// The columns, from left to right.
const (
	ColumnKind Column = iota
	ColumnDays
	ColumnFormat
)

// period is days that are asked for often.
type period int

const (
	today period = iota
	yesterday
	thisMonth
	lastMonth
	chosen // typed
	periods
)

// kept is how many of the last files are listed.
const kept = 4

// Presenter is the screen without its looks. It belongs to the goroutine that draws.
type Presenter struct {
	cfg    Config
	column Column
	kind   int // of pos.ExportKinds
	period period
	format int    // of pos.ExportFormats
	typed  string // digits of the chosen days, at most two dates

	running  *run
	progress pos.ExportProgress
	files    []pos.ExportFile // newest first
	failed   pos.Code
	detail   string
	stopped  bool // the last one was called off
}

// run is an export under way; cancel calls it off, and may be called again.
type run struct{ cancel func() }

// NewPresenter makes a presenter that would write this month's payments as a workbook, which is what is asked for most.
func NewPresenter(cfg Config) *Presenter {
	return &Presenter{
		cfg: cfg, period: thisMonth, kind: slices.Index(pos.ExportKinds, pos.ExportPayments), format: slices.Index(pos.ExportFormats, pos.FormatXLSX),
	}
}

// Request is what Enter would write; ok is false while the typed days are none.
func (p *Presenter) Request() (r pos.ExportRequest, ok bool) {
	r = pos.ExportRequest{Kind: pos.ExportKinds[p.kind], Format: pos.ExportFormats[p.format]}
	if r.Kind.Whole() {
		return r, true
	}
	r.Span, ok = p.span(p.period)
	return r, ok
}

func (p *Presenter) span(of period) (s pos.Span, ok bool) {
	now := p.cfg.Now()
	day := pos.Calendar{Zone: now.Location(), Starts: p.cfg.Shop.Calendar.Starts}.DayOf(now)
	switch of {
	case today:
		return pos.Span{From: day, To: day}, true
	case yesterday:
		return pos.Span{From: day.Add(-1), To: day.Add(-1)}, true
	case thisMonth:
		return pos.Span{From: pos.MonthSpan(day.Month()).From, To: day}, true
	case lastMonth:
		return pos.MonthSpan(pos.MonthAfter(day.Month(), -1)), true
	case chosen, periods:
	}
	from, to := p.dates()
	a, err := pos.ParseDay(from)
	b, worse := a, error(nil)
	if to != "" {
		b, worse = pos.ParseDay(to)
	}
	return pos.Span{From: a, To: b}, err == nil && worse == nil && a.Real() && b.Real() && a <= b
}

// dates are the two typed days as far as they go.
func (p *Presenter) dates() (from, to string) {
	if len(p.typed) <= 8 {
		return p.typed, ""
	}
	return p.typed[:8], p.typed[8:]
}

// Choose makes a row of a column the chosen one.
func (p *Presenter) Choose(c Column, i int) {
	if p.running != nil || i < 0 || i >= p.rows(c) {
		return
	}
	p.column = c
	switch c {
	case ColumnKind:
		p.kind = i
	case ColumnDays:
		p.period = period(i)
	case ColumnFormat:
		p.format = i
	}
	p.cfg.Changed()
}

func (p *Presenter) rows(c Column) int {
	return map[Column]int{ColumnKind: len(pos.ExportKinds), ColumnDays: int(periods), ColumnFormat: len(pos.ExportFormats)}[c]
}

func (p *Presenter) at(c Column) int {
	return map[Column]int{ColumnKind: p.kind, ColumnDays: int(p.period), ColumnFormat: p.format}[c]
}

// Move goes up and down in a column, and from one to the next.
func (p *Presenter) Move(dx, dy int) {
	if p.running != nil {
		return
	}
	if dx != 0 {
		p.column = Column(max(0, min(int(ColumnFormat), int(p.column)+dx)))
	}
	p.Choose(p.column, max(0, min(p.rows(p.column)-1, p.at(p.column)+dy)))
}

// Typed takes a digit of a day.
func (p *Presenter) Typed(r rune) {
	if p.running != nil || r < '0' || r > '9' {
		return
	}
	if p.period != chosen {
		p.typed = ""
	}
	p.column, p.period = ColumnDays, chosen
	if len(p.typed) < 16 {
		p.typed += string(r)
	}
	p.cfg.Changed()
}

// Backspace takes back the last digit.
func (p *Presenter) Backspace() {
	if p.running == nil && p.period == chosen && p.typed != "" {
		p.typed = p.typed[:len(p.typed)-1]
		p.cfg.Changed()
	}
}

// Enter writes the file.
func (p *Presenter) Enter() {
	r, ok := p.Request()
	if p.running != nil || p.cfg.Exporter == nil || !ok {
		return
	}
	p.failed, p.detail, p.stopped, p.progress = pos.CodeNone, "", false, pos.ExportProgress{}
	stop := make(chan struct{})
	mine := &run{sync.OnceFunc(func() { close(stop) })}
	p.running = mine
	p.cfg.Go(func(ctx context.Context) func() {
		ctx, cancel := context.WithCancel(ctx)
		var watch sync.WaitGroup
		watch.Go(func() {
			select {
			case <-stop:
				cancel()
			case <-ctx.Done():
			}
		})
		defer watch.Wait()
		defer cancel()
		file, err := p.cfg.Exporter.Export(ctx, r, func(at pos.ExportProgress) {
			p.cfg.Do(func() {
				if p.running == mine {
					p.progress = at
					p.cfg.Changed()
				}
			})
		})
		return func() { p.over(mine, file, err) }
	})
	p.cfg.Changed()
}

// over takes what became of an export.
func (p *Presenter) over(mine *run, file pos.ExportFile, err error) {
	if p.running != mine {
		return
	}
	p.running = nil
	switch {
	case errors.Is(err, context.Canceled):
		p.stopped = true
	case err != nil:
		p.failed, p.detail = pos.CodeOf(err), err.Error()
	default:
		p.files = append([]pos.ExportFile{file}, p.files...)
		p.files = p.files[:min(kept, len(p.files))]
	}
	p.cfg.Changed()
}

// Cancel calls off an export; nothing of it stays. It reports whether there was one.
func (p *Presenter) Cancel() bool {
	if p.running == nil {
		return false
	}
	p.running.cancel()
	return true
}

// Leave calls off what is under way: whoever leaves does not wait for a file.
func (p *Presenter) Leave() { p.Cancel() }

// Running reports whether a file is being written.
func (p *Presenter) Running() bool { return p.running != nil }

// written is a day as it is being typed: 2026-11-2.
func written(digits string) string {
	var b strings.Builder
	for i, r := range digits {
		if i == 4 || i == 6 {
			b.WriteByte('-')
		}
		b.WriteRune(r)
	}
	return b.String()
}
