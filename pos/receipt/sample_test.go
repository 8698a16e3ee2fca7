package receipt

import (
	"strings"
	"testing"

	"guitai/pos"
)

func TestSample_PrintsOnEitherPaperInEitherLanguage(t *testing.T) {
	for _, lang := range []string{"zh-CN", "en"} {
		for _, p := range []Paper{Paper58, Paper80} {
			setup := Setup{Language: lang, Paper: p}
			rec := Sample(shop, lang, closedAt)
			text, err := setup.Text(pos.PrintJob{Document: pos.DocSale}, rec, shop)
			if err != nil || !strings.Contains(text, "148.50") || !strings.Contains(text, "-0128") || !strings.Contains(text, "3.00") {
				t.Errorf("%s on %d mm: %v\n%s", lang, p, err, text)
			}
			sum := pos.Fen(0)
			for _, l := range rec.Sale.Lines {
				sum += l.Amount()
			}
			if sum != rec.Sale.Gross || rec.Sale.Net() != rec.Payments[0].Amount {
				t.Errorf("%s: it does not add up: %+v", lang, rec)
			}
		}
	}
}
