// Package fonts carries the typeface of the window, the raster receipt and the PDF: Noto Sans SC in two
// weights, TrueType outlines, cut down to GB 2312, Latin and the symbols of a till. README.md beside this
// file says where it comes from and how it is rebuilt.
package fonts

import _ "embed"

var (
	//go:embed NotoSansSC-Regular.ttf
	regular []byte

	//go:embed NotoSansSC-Bold.ttf
	bold []byte
)

// Regular returns the TTF file of the regular weight. The bytes are the program's own and must not be
// written to. Safe for concurrent use.
func Regular() []byte { return regular }

// Bold returns the TTF file of the bold weight, under the same rule as Regular.
func Bold() []byte { return bold }
