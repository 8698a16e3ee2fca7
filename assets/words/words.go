// Package words embeds what the program says: one folder per language, one file per part of the program, the same files in
// each. Package i18n reads them; nothing else does.
package words

import "embed"

// Files holds zh-CN/*.json and en/*.json: a flat object of message ids and words each. An id is in one file of a language.
//
//go:embed zh-CN/*.json en/*.json
var Files embed.FS
