package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"guitai/assets/fonts"
	"guitai/pos"
	"guitai/ui/widgets"
)

// The till's typeface, made once: Fyne caches what it parsed by these values.
var (
	regular = fyne.NewStaticResource("NotoSansSC-Regular.ttf", fonts.Regular())
	bold    = fyne.NewStaticResource("NotoSansSC-Bold.ttf", fonts.Bold())
)

// till is the look of the till: calm grounds, ink that can be read from a step away, one accent and one danger colour. It
// does not follow the system's light or dark: a counter is lit as it is lit, and the cashier chooses.
type till struct{ dark bool }

// NewTheme makes the till's look, light or dark. Two of a kind are equal.
func NewTheme(dark bool) fyne.Theme { return till{dark: dark} }

// wear gives an app the till's look. One that wears it keeps it: whenever a theme is set, Fyne parses the typefaces anew, which takes
// longer than a window.
func wear(app fyne.App, dark bool) {
	if look := NewTheme(dark); app.Settings().Theme() != look {
		app.Settings().SetTheme(look)
	}
}

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xFF}
}

func veil(v uint32, alpha uint8) color.NRGBA {
	c := rgb(v)
	c.A = alpha
	return c
}

const scrollBar fyne.ThemeColorName = "guitai-scroll-bar"

// Contrast: every ink is at least 4.5:1 on every ground it is used on; a test measures it.
var (
	light = map[fyne.ThemeColorName]color.NRGBA{
		widgets.Ground: rgb(0xF1F4F1), widgets.Paper: rgb(0xFFFFFF), widgets.Line: rgb(0xD5DCD7),
		widgets.Ink: rgb(0x14201B), widgets.InkSoft: rgb(0x51605A),
		widgets.Accent: rgb(0x0F7B5F), widgets.OnAccent: rgb(0xFFFFFF), widgets.AccentInk: rgb(0x0B6A51),
		widgets.AccentSoft: rgb(0xDFF0EA),
		widgets.Danger:     rgb(0xB3261E), widgets.OnDanger: rgb(0xFFFFFF), widgets.DangerInk: rgb(0xA8201A),
		widgets.DangerSoft: rgb(0xFBE6E3),
		widgets.Scrim:      veil(0x0C1512, 0x80), widgets.Watermark: rgb(0xE9EFEB), widgets.Hover: veil(0x0C1512, 0x10), scrollBar: rgb(0xB4C0B9),
	}
	dark = map[fyne.ThemeColorName]color.NRGBA{
		widgets.Ground: rgb(0x111715), widgets.Paper: rgb(0x1B2320), widgets.Line: rgb(0x37423D),
		widgets.Ink: rgb(0xEDF3EF), widgets.InkSoft: rgb(0xA9B7B0),
		widgets.Accent: rgb(0x3CBF98), widgets.OnAccent: rgb(0x04211A), widgets.AccentInk: rgb(0x5FD3AF),
		widgets.AccentSoft: rgb(0x17392E),
		widgets.Danger:     rgb(0xF28B82), widgets.OnDanger: rgb(0x2C0704), widgets.DangerInk: rgb(0xF59C94),
		widgets.DangerSoft: rgb(0x401D1A),
		widgets.Scrim:      veil(0x000000, 0xA0), widgets.Watermark: rgb(0x232D29), widgets.Hover: veil(0xFFFFFF, 0x14), scrollBar: rgb(0x56645D),
	}
	// Grounds and edges of coloured tiles, in the order of pos.TileColours. Names and prices stand on the grounds.
	tileLight = [...][2]uint32{
		{0xFBE4E1, 0xE0A39C},
		{0xFDEBD8, 0xE6B98A},
		{0xFBF4CF, 0xD9C568},
		{0xE3F3DF, 0xA3CC99},
		{0xDDF2F0, 0x8FCAC5},
		{0xE0ECFB, 0x9DBDE8},
		{0xEDE5F8, 0xBFA6E2},
		{0xE8ECEA, 0xB4C0B9},
	}
	tileDark = [...][2]uint32{
		{0x3B2321, 0x7A413B},
		{0x3A2B1B, 0x7A5630},
		{0x353019, 0x706428},
		{0x21331F, 0x446A3E},
		{0x1A3332, 0x33706C},
		{0x1E2C40, 0x3B5F92},
		{0x2C243E, 0x5F4A8C},
		{0x2B322E, 0x56645D},
	}
	// fyneNames gives Fyne's own names, which only the text field and the scroll bar still use, a colour of ours.
	fyneNames = map[fyne.ThemeColorName]fyne.ThemeColorName{
		theme.ColorNameInputBackground: widgets.Paper, theme.ColorNameInputBorder: widgets.Paper,
		theme.ColorNamePlaceHolder: widgets.InkSoft, theme.ColorNameDisabled: widgets.InkSoft,
		theme.ColorNameSelection: widgets.AccentSoft, theme.ColorNameFocus: widgets.Accent,
		theme.ColorNameScrollBar: scrollBar, theme.ColorNameSeparator: widgets.Line,
		theme.ColorNameButton: widgets.Paper, theme.ColorNameOverlayBackground: widgets.Paper,
		theme.ColorNameMenuBackground: widgets.Paper, theme.ColorNameHeaderBackground: widgets.Paper,
	}
)

func init() {
	for i, c := range pos.TileColours { // they are looked up like the others
		light[widgets.TileFill(c)], light[widgets.TileEdge(c)] = rgb(tileLight[i][0]), rgb(tileLight[i][1])
		dark[widgets.TileFill(c)], dark[widgets.TileEdge(c)] = rgb(tileDark[i][0]), rgb(tileDark[i][1])
	}
}

// Color is for Fyne.
func (t till) Color(n fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	set, variant := light, theme.VariantLight
	if t.dark {
		set, variant = dark, theme.VariantDark
	}
	if ours, ok := fyneNames[n]; ok {
		n = ours
	}
	if c, ok := set[n]; ok {
		return c
	}
	return theme.DefaultTheme().Color(n, variant)
}

// Font is for Fyne.
func (t till) Font(s fyne.TextStyle) fyne.Resource {
	switch {
	case s.Symbol:
		return theme.DefaultTheme().Font(s)
	case s.Bold:
		return bold
	}
	return regular
}

// Icon is for Fyne.
func (t till) Icon(n fyne.ThemeIconName) fyne.Resource { return theme.DefaultTheme().Icon(n) }

// Size is for Fyne.
func (t till) Size(n fyne.ThemeSizeName) float32 {
	switch n {
	case theme.SizeNameText:
		return widgets.SizeStrong
	case theme.SizeNameCaptionText:
		return widgets.SizeDetail
	case theme.SizeNameInputRadius, theme.SizeNameSelectionRadius:
		return widgets.Radius
	case theme.SizeNameInputBorder:
		return 0
	case theme.SizeNameScrollBar:
		return 14
	case theme.SizeNameScrollBarSmall:
		return 5
	}
	return theme.DefaultTheme().Size(n)
}
