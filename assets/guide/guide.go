// Package guide embeds the pages of the guide that a program shows itself.
package guide

import _ "embed"

// The notify relay: for a shop, a dealer, and whoever writes the shop's mini-program or app.
//
//go:embed relay.zh-CN.md
var RelayZH string

// RelayEN is the same in English.
//
//go:embed relay.en.md
var RelayEN string
