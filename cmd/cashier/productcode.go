package main

import (
	"strconv"

	"guitai/pos"
)

// productCode makes the codes of goods that are printed for customers to pay by. A code names the goods by the first of their own codes
// that WeChat takes, else by their number in the catalogue; when it is scanned, the storefront finds them by it.
func productCode(s pos.PhoneSigner) func(pos.Item) (string, error) {
	return func(it pos.Item) (string, error) {
		for _, own := range append(it.Barcodes[:len(it.Barcodes):len(it.Barcodes)], it.PLU) {
			if own == "" {
				continue
			}
			if text, err := s.ProductCode(own); err == nil {
				return text, nil
			}
		}
		return s.ProductCode("item-" + strconv.FormatInt(int64(it.ID), 10))
	}
}
