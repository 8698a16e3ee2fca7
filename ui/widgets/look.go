// Package widgets holds the parts that the till's screens are made of. They draw and call back; they decide nothing about
// the sale. None of them but [Entry] takes the keyboard: keys belong to the [Sink], which hands them to the screen in
// front, so a scan works wherever the cashier last touched.
//
// All of it belongs to the goroutine that Fyne draws on.
package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Colours of the till's theme, beside Fyne's own names. Ink is text, Paper what it stands on.
const (
	Ink        fyne.ThemeColorName = theme.ColorNameForeground
	InkSoft    fyne.ThemeColorName = "guitai-ink-soft" // secondary text; still 4.5:1 on every paper
	Paper      fyne.ThemeColorName = "guitai-paper"    // cards, rows, fields
	Ground     fyne.ThemeColorName = theme.ColorNameBackground
	Line       fyne.ThemeColorName = "guitai-line" // hairlines and quiet borders
	Accent     fyne.ThemeColorName = theme.ColorNamePrimary
	OnAccent   fyne.ThemeColorName = theme.ColorNameForegroundOnPrimary
	AccentSoft fyne.ThemeColorName = "guitai-accent-soft" // the selected line, calm notices
	AccentInk  fyne.ThemeColorName = "guitai-accent-ink"  // accent as text on paper
	Danger     fyne.ThemeColorName = theme.ColorNameError
	OnDanger   fyne.ThemeColorName = theme.ColorNameForegroundOnError
	DangerSoft fyne.ThemeColorName = "guitai-danger-soft"
	DangerInk  fyne.ThemeColorName = "guitai-danger-ink"
	Scrim      fyne.ThemeColorName = "guitai-scrim" // over what a prompt covers
	Watermark  fyne.ThemeColorName = "guitai-mark"  // the practice mark: seen at once, in nobody's way
	Clear      fyne.ThemeColorName = "guitai-clear" // nothing at all
	Hover      fyne.ThemeColorName = theme.ColorNameHover
)

// Text sizes in device-independent pixels.
const (
	SizeDetail float32 = 14
	SizeBody   float32 = 17
	SizeStrong float32 = 20
	SizeTitle  float32 = 26
	SizeLarge  float32 = 34
	SizeTotal  float32 = 48
	SizeHuge   float32 = 76
)

// Sizes of targets and spaces in device-independent pixels.
const (
	Target        float32 = 48 // the least a finger or mouse is given
	TargetPrimary float32 = 68
	Gap           float32 = 8
	Space         float32 = 16
	Radius        float32 = 10
)

func paint(name fyne.ThemeColorName) color.Color {
	if name == Clear || name == "" {
		return color.Transparent
	}
	return theme.Color(name)
}
