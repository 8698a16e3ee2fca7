// Package icon carries the program's mark, for window and task bar. icon.svg is its source; icon.png (512 by
// 512 pixels) and icon-256.png are that drawing rendered, transparent outside its rounded square.
package icon

import _ "embed"

// PNG is the mark as a PNG file, 512 by 512 pixels. It must not be written to.
//
//go:embed icon.png
var PNG []byte
