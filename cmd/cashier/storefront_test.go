package main

import (
	"testing"

	"guitai/pos/i18n"
	"guitai/pos/storefront"
)

// What a payer reads fits into what WeChat shows (err_code_des, 128 bytes), in both languages, whole.
func TestStorefront_WordsFit(t *testing.T) {
	for _, lang := range []string{i18n.Chinese, i18n.English} {
		w := i18n.For(lang)
		for _, code := range storefront.Codes {
			if text := w.T(payerWords[code]); !w.Has(payerWords[code]) || len(text) > 127 {
				t.Errorf("%s %s: %d bytes: %s", lang, code, len(text), text)
			}
		}
	}
	if len(payerWords) != len(storefront.Codes) {
		t.Errorf("words for %d codes, %d are asked for", len(payerWords), len(storefront.Codes))
	}
}
