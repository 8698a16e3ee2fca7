// Package words embeds what the program says, one file per language. Package i18n reads them; nothing else does.
package words

import "embed"

// Files holds zh-CN.json and en.json: a flat object of message ids and words each.
//
//go:embed zh-CN.json en.json
var Files embed.FS
