package main

import (
	"cmp"
	"errors"
	"fmt"
	"image"
	"image/color"
	imagedraw "image/draw"
	"image/png"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"guitai/ui/widgets"
)

// How long nothing must have come of a key before the next, and before the picture: what the window reads, it reads elsewhere.
const (
	afterKey = 150 * time.Millisecond
	atLast   = 700 * time.Millisecond
)

// draw draws one picture by Fyne's own software painter: the same screens with the same keys, without a display.
func draw(o options) error {
	snap, ok := states()[o.state]
	if !ok {
		return errors.New("no such state")
	}
	var size fyne.Size
	if n, _ := fmt.Sscanf(o.size, "%fx%f", &size.Width, &size.Height); n != 2 {
		return fmt.Errorf("no size: %q", o.size)
	}
	a := test.NewApp()
	if o.customer != "" {
		o.customer = o.size
		w := showCustomer(a, snap, o)
		defer w.Close()
		return picture(w, size, o.out)
	}
	queue := make(chan func(), 1000)
	settle := func(quiet time.Duration) {
		for {
			select {
			case f := <-queue:
				f()
			case <-time.After(quiet):
				return
			}
		}
	}
	snap.Taken = 1 << 40 // the till answers everything at once
	shell := open(a, snap, o, func(f func()) { queue <- f })
	defer shell.Quit()
	w := shell.Window()
	w.Resize(size)
	shell.Show(snap)
	settle(atLast)
	for _, k := range o.keys {
		f := w.Canvas().Focused()
		if f == nil {
			return fmt.Errorf("nothing takes the key %s", k)
		}
		press(f, k)
		relayout(w, size)
		settle(afterKey)
	}
	settle(atLast)
	return picture(w, size, o.out)
}

// relayout lays the window out anew, as a window on a screen is whenever something in it grew or shrank.
func relayout(w fyne.Window, size fyne.Size) {
	w.Resize(size.AddWidthHeight(1, 1))
	w.Resize(size)
}

// keyNames are keys that are written otherwise where pictures are listed, by what they type.
var keyNames = map[string]rune{"period": '.', "colon": ':', "slash": '/', "plus": '+', "minus": '-', "space": ' '}

// press presses a key, or types a character.
func press(o fyne.Focusable, k string) {
	ctrl, held := strings.CutPrefix(k, "ctrl+")
	shift, shifted := strings.CutPrefix(k, "shift+")
	r, named := keyNames[k]
	switch {
	case shifted: // no key is held down without a keyboard
		o.(fyne.Shortcutable).TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyName(shift), Modifier: fyne.KeyModifierShift})
	case k == "ctrl+a":
		o.(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutSelectAll{})
	case held:
		if len(ctrl) == 1 {
			ctrl = strings.ToUpper(ctrl)
		}
		o.(fyne.Shortcutable).TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyName(ctrl), Modifier: fyne.KeyModifierShortcutDefault})
	case named:
		o.TypedRune(r)
	case len(k) == 1:
		o.TypedRune(rune(k[0]))
	default:
		o.TypedKey(&fyne.KeyEvent{Name: fyne.KeyName(k)})
	}
}

// picture writes what a window shows.
func picture(w fyne.Window, size fyne.Size, file string) error {
	relayout(w, size)
	hideScrolled(w.Content(), fyne.NewPos(0, 0), -1, size.Height+1)
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	to := png.Encoder{CompressionLevel: png.BestCompression}
	return errors.Join(to.Encode(f, fewColours(w.Canvas().Capture())), f.Close())
}

// hideScrolled hides the fields that are scrolled out of sight, between top and bottom: what stands in one, the software painter draws even
// there, since a field clips its text to itself and to nothing around it. The window on a screen does not.
func hideScrolled(o fyne.CanvasObject, at fyne.Position, top, bottom float32) {
	at = at.Add(o.Position())
	switch x := o.(type) {
	case *widgets.Entry:
		if middle := at.Y + x.Size().Height/2; middle < top || middle > bottom {
			x.Hide()
		}
		return
	case *container.Scroll:
		top, bottom = max(top, at.Y), min(bottom, at.Y+x.Size().Height)
	}
	var inner []fyne.CanvasObject
	switch x := o.(type) {
	case *fyne.Container:
		inner = x.Objects
	case fyne.Widget:
		inner = test.WidgetRenderer(x).Objects()
	}
	for _, c := range inner {
		hideScrolled(c, at, top, bottom)
	}
}

// fewColours gives a picture a palette, which makes its file a third as large: the colours that it has most of stay as they are, each other
// one becomes the nearest of them.
func fewColours(from image.Image) *image.Paletted {
	all := image.NewRGBA(from.Bounds())
	imagedraw.Draw(all, all.Bounds(), from, from.Bounds().Min, imagedraw.Src)
	count := map[[4]uint8]int{}
	for i := 0; i < len(all.Pix); i += 4 {
		count[[4]uint8(all.Pix[i:i+4])]++
	}
	most := slices.SortedFunc(maps.Keys(count), func(a, b [4]uint8) int {
		return cmp.Or(count[b]-count[a], slices.Compare(a[:], b[:]))
	})
	palette := make(color.Palette, 0, 256)
	index := make(map[[4]uint8]uint8, len(most))
	for i, c := range most {
		own := color.RGBA{R: c[0], G: c[1], B: c[2], A: c[3]}
		if i < cap(palette) {
			palette = append(palette, own)
		}
		index[c] = uint8(palette.Index(own)) //nolint:gosec // a palette has no more
	}
	to := image.NewPaletted(all.Bounds(), palette)
	for i := range to.Pix {
		to.Pix[i] = index[[4]uint8(all.Pix[4*i:4*i+4])]
	}
	return to
}
