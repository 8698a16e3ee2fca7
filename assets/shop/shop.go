// Package shop carries the goods of the practice shop: a convenience store in Chengdu, in the form of the
// items file that `ledger import items` reads, fast movers first. The barcodes are well-formed and invented.
package shop

import _ "embed"

// ItemsCSV is the items file: UTF-8 without a byte order mark, a header row, prices in yuan, tax in percent
// (13 or 9). It must not be written to.
//
//go:embed items.csv
var ItemsCSV []byte
