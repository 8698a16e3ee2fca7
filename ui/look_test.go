package ui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"image/color"
	"io/fs"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/ui/widgets"
)

func TestTheme_InkCanBeRead(t *testing.T) {
	on := [][2]fyne.ThemeColorName{
		{widgets.Ink, widgets.Paper},
		{widgets.Ink, widgets.Ground},
		{widgets.Ink, widgets.AccentSoft},
		{widgets.Ink, widgets.DangerSoft},
		{widgets.InkSoft, widgets.Paper},
		{widgets.InkSoft, widgets.Ground},
		{widgets.InkSoft, widgets.AccentSoft},
		{widgets.AccentInk, widgets.Paper},
		{widgets.AccentInk, widgets.Ground},
		{widgets.AccentInk, widgets.AccentSoft},
		{widgets.OnAccent, widgets.Accent},
		{widgets.OnDanger, widgets.Danger},
		{widgets.DangerInk, widgets.Paper},
		{widgets.DangerInk, widgets.Ground},
		{widgets.DangerInk, widgets.DangerSoft},
	}
	for _, c := range pos.TileColours {
		on = append(on, [2]fyne.ThemeColorName{widgets.Ink, widgets.TileFill(c)}, [2]fyne.ThemeColorName{widgets.AccentInk, widgets.TileFill(c)})
	}
	for _, dark := range []bool{false, true} {
		look := NewTheme(dark)
		for _, pair := range on {
			a, b := luminance(look.Color(pair[0], 0)), luminance(look.Color(pair[1], 0))
			if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 4.5 {
				t.Errorf("dark %v: %s on %s is %.2f:1", dark, pair[0], pair[1], ratio)
			}
		}
	}
}

// luminance is the relative luminance of WCAG 2.
func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	lin := func(v uint32) float64 {
		f := float64(v) / 0xFFFF
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(r) + 0.7152*lin(g) + 0.0722*lin(b)
}

// TestScreens_UseTheTillsOwnWidgets keeps Fyne's own widgets, which hold keys back from the scanner, out of the screens, and
// the one way onto the drawing goroutine in one place.
func TestScreens_UseTheTillsOwnWidgets(t *testing.T) {
	does := 0
	err := filepath.WalkDir(".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		for _, i := range f.Imports {
			name, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			if name == "fyne.io/fyne/v2/dialog" {
				t.Errorf("%s imports %s; screens use widgets.Sheet", path, name)
			}
			if strings.HasSuffix(path, "presenter.go") && strings.HasPrefix(name, "fyne.io/") {
				t.Errorf("%s imports %s; presenters know nothing of looks", path, name)
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				x, ok := s.X.(*ast.Ident)
				// What a widget is made from may be used anywhere; what holds the keyboard only inside ours.
				if ok && x.Name == "widget" && filepath.Dir(path) != "widgets" && s.Sel.Name != "BaseWidget" && s.Sel.Name != "NewSimpleRenderer" {
					t.Errorf("%s uses widget.%s; screens use guitai/ui/widgets", path, s.Sel.Name)
				}
				if ok && x.Name == "fyne" && strings.HasPrefix(s.Sel.Name, "Do") {
					does++
					if path != "do.go" || s.Sel.Name != "Do" {
						t.Errorf("%s uses fyne.%s", path, s.Sel.Name)
					}
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if does != 1 {
		t.Errorf("fyne.Do is used %d times", does)
	}
}
