package receipt

import (
	"strings"
	"testing"

	"guitai/pos"
)

// Nobody at the till sold what a phone ordered: where a cashier's name stands, the paper says so, and how it was paid.
func TestReceipt_OfAPhonesOrder(t *testing.T) {
	for lang, want := range map[string][2]string{"zh-CN": {"手机下单", "微信"}, "en": {"Ordered by phone", "WeChat"}} {
		for _, tender := range []pos.Tender{pos.TenderNative, pos.TenderJSAPI, pos.TenderApp} {
			r := wechat(small)
			r.Sale.Cashier, r.Sale.Origin, r.Payments[0].Tender = "", pos.OriginMini, tender
			text, err := Setup{Language: lang, Paper: Paper58}.Text(pos.PrintJob{Document: pos.DocSale}, r, shop)
			if err != nil || !strings.Contains(text, want[0]) || !strings.Contains(text, want[1]) || strings.Contains(text, "wechat-") || strings.Contains(text, "王芳") {
				t.Errorf("%s: %v\n%s", tender, err, text)
			}
			r.Sale.Origin = pos.OriginCounter
			if text, err = (Setup{Language: lang, Paper: Paper58}).Text(pos.PrintJob{Document: pos.DocSale}, r, shop); err != nil || strings.Contains(text, want[0]) {
				t.Errorf("a till without staff: %v\n%s", err, text)
			}
		}
	}
}
