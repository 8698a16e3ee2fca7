package main

import (
	"errors"

	"guitai/pos"
)

// productCode makes the codes of goods that are printed for customers to pay by. A code names the goods by the first of their own codes
// that WeChat takes; when it is scanned, the catalogue finds them by it as by a scan at the counter.
func productCode(s pos.PhoneSigner) func(pos.Item) (string, error) {
	return func(it pos.Item) (string, error) {
		var err error = pos.E(pos.CodeInvalid, "make a product code", errors.New("the item has no code"))
		for _, own := range append(it.Barcodes[:len(it.Barcodes):len(it.Barcodes)], it.PLU) {
			if own == "" {
				continue
			}
			var text string
			if text, err = s.ProductCode(own); err == nil {
				return text, nil
			}
		}
		return "", err
	}
}
