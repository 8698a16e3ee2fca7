package pos

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzClassify: whatever a scanner sends, it is one thing, and a customer's payment code never shows beyond its last four
// digits.
func FuzzClassify(f *testing.F) {
	for _, s := range []string{
		"", " ", "6901234567892", "6901234567893", "012345678905", "96385074", "3*6901234567892", "3*", "*", "0*1", "99999999999*1",
		"134567890123456789", "２＊１３４５６７８９０１２３４５６７８９", "285123456789012345", "4200001234202611201234567890", "S001-T1-20261120-0123",
		"S001-T1-20261120-R2-0001", "s001-t1-2611207k3qx9wz2mab", "1*2*3", "\x1b[A", "\x00", "苹果", strings.Repeat("1", 65), "1×134567890123456789", "2112345015002", "260001200012340560", "3＊260001200012340560",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := Classify(text)
		if again := Classify(" " + text + "\r\n"); again != s && utf8.ValidString(text) && len(text) < 60 {
			t.Errorf("%q is %+v, with a suffix %+v", text, s, again)
		}
		if s.Quantity < 0 || s.Quantity > MaxQuantity || s.Quantity > 0 && !s.Goods() && s.Kind != ScanQuantity {
			t.Errorf("%q: quantity %d of kind %d", text, s.Quantity, s.Kind)
		}
		switch s.Kind {
		case ScanNothing, ScanQuantity, ScanBadQuantity, ScanAlipay:
			if s.Code != "" {
				t.Errorf("%q: kind %d with code %q", text, s.Kind, s.Code)
			}
		case ScanGoods, ScanBadCheck, ScanReceipt, ScanOrder, ScanTransaction, ScanInStore:
			if s.Code == "" || s.Code != strings.TrimSpace(s.Code) || len(s.Code) > 64 || len(s.Codes()) == 0 {
				t.Errorf("%q: kind %d with code %q", text, s.Kind, s.Code)
			}
		}
		if p := s.Paying(); p.Kind == ScanInStore && len(p.Code) == 18 || p.Kind != s.Kind && p.Code != "" {
			t.Errorf("%q: while a payment is open %+v", text, p)
		}
		if Certain(text) && (s.Kind == ScanNothing || s.Kind == ScanBadCheck || s.Kind == ScanBadQuantity) {
			t.Errorf("%q is certain, and of kind %d", text, s.Kind)
		}
		if plain := ASCII(text); ASCII(plain) != plain || utf8.RuneCountInString(plain) != utf8.RuneCountInString(text) && utf8.ValidString(text) {
			t.Errorf("%q in ASCII is %q", text, plain)
		}
		code := string(s.Payment)
		if (s.Kind == ScanWeChat) != (code != "") {
			t.Fatalf("%q: kind %d, a payment code of %d digits", text, s.Kind, len(code))
		}
		if s.Kind != ScanWeChat {
			return
		}
		if len(code) != 18 || !digits(code) || code[0] != '1' || code[1] > '5' {
			t.Errorf("a payment code of another form, %d bytes", len(code))
		}
		for _, shown := range []string{fmt.Sprintf("%v %+v %#v %s %q", s, s, s.Payment, s.Payment, s.Payment), Mask(text)} {
			if strings.Contains(shown, code[:14]) {
				t.Errorf("a payment code shows: its last four are %s", code[14:])
			}
		}
	})
}
