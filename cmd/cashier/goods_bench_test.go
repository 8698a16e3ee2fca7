//go:build !windowless

package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"image"
	"log/slog"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"

	"guitai/pos"
	"guitai/pos/checkout"
	"guitai/pos/goods"
	"guitai/pos/i18n"
	"guitai/store"
	"guitai/ui"
)

// frame is what a screen gives a picture, at 60 Hz.
const frame = time.Second / 60

// glass is the real window of a real till on a shop's catalogue, drawn by Fyne's software renderer.
type glass struct {
	b     *testing.B
	books *store.Store
	goods *goods.Catalogue
	till  *checkout.Till
	shell *ui.Shell
	queue chan func() // what is to be drawn, on the benchmark's goroutine
	at    time.Time   // by the window's clock
}

func openGlass(b *testing.B) *glass {
	b.Helper()
	g := &glass{b: b, books: bigShop(b), queue: make(chan func(), 1000), at: time.Now()}
	g.goods = goods.New(g.books, slog.New(slog.DiscardHandler))
	ctx, stop := context.WithCancel(context.Background())
	over := make(chan error, 2)
	go func() { g.goods.Run(ctx); over <- nil }()
	app := test.NewTempApp(b)
	shown := make(chan pos.Snapshot, 1)
	g.till = checkout.New(checkout.Config{
		Shop: testShop, Ledger: g.books, Catalogue: g.books, OffCause: pos.CodeSecret, Clock: systemClock{}, Random: rand.Reader,
		Life: 5 * time.Minute, Log: slog.New(slog.DiscardHandler), Poke: func() {}, Publish: func(p pos.Snapshot) {
			if g.shell != nil {
				g.shell.Show(p)
				return
			}
			shown <- p
		},
	})
	g.shell = ui.New(app, ui.Config{
		Shop: testShop, Lang: i18n.Chinese, Version: "bench", Catalogue: g.goods, Shifts: g.books, People: g.books, Reports: g.books,
		Post: g.till.Post, Do: func(f func()) { g.queue <- f }, Now: func() time.Time { return g.at },
	})
	g.shell.Window().Resize(fyne.NewSize(1366, 768))
	go func() { over <- g.till.Run(ctx) }()
	b.Cleanup(func() {
		stop()
		for n := 2; n > 0; {
			select {
			case err := <-over:
				if n--; err != nil {
					b.Error(err)
				}
			case <-g.queue:
			}
		}
	})
	for deadline := time.After(time.Minute); !g.goods.Ready(); { // and whatever is drawn at the start
		select {
		case f := <-g.queue:
			f()
		case <-time.After(10 * time.Millisecond):
		case <-deadline:
			b.Fatal("no index")
		}
	}
	return g
}

// until draws what waits until a row of a kind says something, and returns the row.
func (g *glass) until(kind, says string) (row fyne.CanvasObject) {
	for {
		select {
		case f := <-g.queue:
			f()
		case <-time.After(10 * time.Second):
			g.b.Fatalf("%s never says %s", kind, says)
		}
		if len(g.queue) == 0 {
			if row = g.row(g.shell.Window().Content(), kind, says, nil); row != nil {
				return row
			}
		}
	}
}

// row looks for a visible row that says something.
func (g *glass) row(o fyne.CanvasObject, kind, says string, in fyne.CanvasObject) fyne.CanvasObject {
	if !o.Visible() {
		return nil
	}
	if fmt.Sprintf("%T", o) == kind {
		in = o
	}
	var inside []fyne.CanvasObject
	switch o := o.(type) {
	case *canvas.Text:
		if in != nil && o.Text == says {
			return in
		}
	case *fyne.Container:
		inside = o.Objects
	case fyne.Widget:
		inside = test.WidgetRenderer(o).Objects()
	}
	for _, o := range inside {
		if row := g.row(o, kind, says, in); row != nil {
			return row
		}
	}
	return nil
}

// paint draws a row's pixels, as it stands in the window.
func (g *glass) paint(row fyne.CanvasObject) image.Image {
	size, at := row.Size(), row.Position()
	c := software.NewCanvas()
	c.SetPadded(false)
	c.SetContent(row)
	c.Resize(size)
	picture := c.Capture()
	row.Resize(size)
	row.Move(at)
	return picture
}

// blank reports whether a picture has one colour only.
func blank(p image.Image) bool {
	r := p.Bounds()
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if p.At(x, y) != p.At(r.Min.X, r.Min.Y) {
				return false
			}
		}
	}
	return true
}

func reportFrame(b *testing.B, name string, all []time.Duration) {
	slices.Sort(all)
	at := func(part float64) float64 { return float64(all[int(part*float64(len(all)-1))]) / 1e3 }
	b.ReportMetric(at(0.5), name+"p50-µs")
	b.ReportMetric(at(0.99), name+"p99-µs")
	b.ReportMetric(float64(frame)/1e3, "frame-µs")
}

// BenchmarkScanToLine is from a scan handed to the window to the line of the cart that it makes, with 200,000 items: through the till and
// the books, into the window's real widgets ("tree"), and drawn by the software renderer.
func BenchmarkScanToLine(b *testing.B) {
	g := openGlass(b)
	var tree, drawn []time.Duration
	for i := 0; b.Loop(); i++ {
		if i%20 == 0 { // a cart of a usual size
			g.till.Post(pos.ClearCart{})
		}
		n := i * 199 % benchItems
		begin := time.Now()
		g.shell.Scan(benchCode(n))
		row := g.until("*sell.cartRow", benchName(n))
		tree = append(tree, time.Since(begin))
		picture := g.paint(row)
		drawn = append(drawn, time.Since(begin))
		if blank(picture) {
			b.Fatal("nothing is drawn")
		}
	}
	reportFrame(b, "tree-", tree)
	reportFrame(b, "", drawn)
}

// BenchmarkKeyToResults is from a key of a search to its results in the window's real widgets, with 200,000 items, the first of them drawn
// by the software renderer.
func BenchmarkKeyToResults(b *testing.B) {
	g := openGlass(b)
	var all []time.Duration
	press := func(k rune) {
		g.at = g.at.Add(time.Second) // no scanner
		g.shell.Window().Canvas().Focused().TypedRune(k)
	}
	for i := 0; b.Loop(); i++ {
		press('s')
		press('p')
		g.until("*sell.foundRow", benchName(0))
		for j, n := 0, 0; j < 6; j++ { // "sp1", "sp13", …: each key has another first result
			n = n*10 + 1 + i*j%9
			first := n
			for first < benchItems/2 {
				first *= 10
			}
			begin := time.Now()
			press(rune('1' + i*j%9))
			g.paint(g.until("*sell.foundRow", benchName(first)))
			all = append(all, time.Since(begin))
		}
		g.at = g.at.Add(time.Second)
		g.shell.Window().Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	}
	reportFrame(b, "", all)
}
