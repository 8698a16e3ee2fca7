package pos

import (
	"log/slog"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// ScanKind says what a scanned or typed text is.
type ScanKind int

// What a text can be. The till decides by its state what to do with each.
const (
	ScanNothing     ScanKind = iota // empty, or nothing a till understands
	ScanGoods                       // a goods code: an EAN, a UPC or any shop code
	ScanBadCheck                    // an EAN-13 or UPC-A whose check digit is wrong: misread, scan again
	ScanQuantity                    // "n*": the next goods come n at a time
	ScanBadQuantity                 // "n*" with an n that no line can have
	ScanWeChat                      // the customer's own WeChat payment code (付款码): 18 digits beginning 10-15
	ScanAlipay                      // the customer's own Alipay payment code: 16-24 digits beginning 25-30
	ScanReceipt                     // one of our receipt numbers
	ScanOrder                       // an out_trade_no of this system, as on the customer's WeChat bill (商户单号)
	ScanTransaction                 // a transaction_id, as on the customer's WeChat bill (交易单号): 28 digits
	ScanInStore                     // a code that the shop's own scale or label printer made (店内码, 称重码): price or weight may be inside
)

// Scan is a text and what it is.
type Scan struct {
	Kind     ScanKind
	Code     string      // for goods, in-store codes, receipts, orders and transactions: the text in ASCII, trimmed
	Quantity int         // for ScanQuantity, and for goods typed as "n*code": 1..MaxQuantity; else 0
	Payment  PaymentCode // for ScanWeChat
}

// PaymentCode is a customer's payment code (auth_code, 付款码). Whoever has it can take money from the customer for a
// minute, so it prints as its last four digits everywhere; only the gateway converts it back to a string.
type PaymentCode string

func (c PaymentCode) String() string {
	if len(c) < 4 {
		return "…"
	}
	return "…" + string(c[len(c)-4:])
}

// GoString hides the code from %#v.
func (c PaymentCode) GoString() string { return c.String() }

// LogValue hides the code from the log.
func (c PaymentCode) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalText hides the code from JSON and every other encoding.
func (c PaymentCode) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// Classify reads what a scanner or a person sent while no payment is open. Full-width characters of a Chinese input method count
// as their ASCII twins.
//
//	digits                            | is
//	18, beginning 10-15               | ScanWeChat
//	16-24, beginning 25-30            | ScanAlipay, but for the next line
//	18, beginning 26, check digit     | ScanInStore; ScanAlipay while a payment is open (see [Scan.Paying])
//	28                                | ScanTransaction
//	13, beginning 20-29, check digit  | ScanInStore
//	12, 13, check digit wrong         | ScanBadCheck
//	any other                         | ScanGoods
//
// The check digit is that of [ValidEAN]. GS1 leaves 20-29 to the shops (GS1 General Specifications, 1.4, "restricted circulation
// numbers"); the codes of 18 digits are those of Chinese label scales. One of ten Alipay codes that begin with 26 looks like one of
// those: what is not in the catalogue is then taken for what it is dangerous to show.
func Classify(text string) Scan {
	s := strings.TrimSpace(ASCII(text))
	if s == "" || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) || len(s) > 64 {
		return Scan{}
	}
	if n, rest, ok := strings.Cut(s, "*"); ok && digits(n) {
		q, err := strconv.Atoi(n)
		if err != nil || q < 1 || q > MaxQuantity {
			return Scan{Kind: ScanBadQuantity}
		}
		if rest == "" {
			return Scan{Kind: ScanQuantity, Quantity: q}
		}
		goods := Classify(rest)
		if goods.Kind == ScanGoods || goods.Kind == ScanInStore {
			goods.Quantity = q
		}
		return goods
	}
	if !digits(s) {
		if u := strings.ToUpper(s); orderForm.MatchString(u) {
			return Scan{Kind: ScanOrder, Code: u}
		}
		if _, ok := ParseReceiptNo(strings.ToUpper(s)); ok {
			return Scan{Kind: ScanReceipt, Code: strings.ToUpper(s)}
		}
		return Scan{Kind: ScanGoods, Code: s}
	}
	switch n := len(s); {
	case n == 28:
		return Scan{Kind: ScanTransaction, Code: s}
	case n == 18 && s >= "10" && s < "16":
		return Scan{Kind: ScanWeChat, Payment: PaymentCode(s)}
	case n == 18 && s[:2] == "26" && ValidEAN(s):
		return Scan{Kind: ScanInStore, Code: s}
	case n >= 16 && n <= 24 && s >= "25" && s < "31":
		return Scan{Kind: ScanAlipay}
	case (n == 12 || n == 13) && !ValidEAN(s):
		return Scan{Kind: ScanBadCheck, Code: s}
	case n == 13 && s[0] == '2':
		return Scan{Kind: ScanInStore, Code: s}
	}
	return Scan{Kind: ScanGoods, Code: s}
}

// Paying is what the text is while a payment is open: then a code that may be a customer's payment code is one.
func (s Scan) Paying() Scan {
	if s.Collides() {
		return Scan{Kind: ScanAlipay}
	}
	return s
}

// Collides reports whether an in-store code may as well be a customer's Alipay payment code.
func (s Scan) Collides() bool { return s.Kind == ScanInStore && len(s.Code) == 18 }

// Goods reports whether the code may be of something that is sold.
func (s Scan) Goods() bool { return s.Kind == ScanGoods || s.Kind == ScanInStore }

// Certain reports whether a text is a code by its own proof, so that nobody can have meant it as anything else: its check digit holds, or
// it has the form of one of our numbers or of a payment code. Of eight digits typed at random one in ten passes.
func Certain(text string) bool {
	switch s := Classify(text); s.Kind {
	case ScanReceipt, ScanOrder, ScanTransaction, ScanWeChat, ScanAlipay, ScanInStore:
		return true
	case ScanGoods:
		n := len(s.Code)
		return (n == 8 || n == 12 || n == 13 || n == 14) && ValidEAN(s.Code)
	case ScanNothing, ScanBadCheck, ScanQuantity, ScanBadQuantity:
	}
	return false
}

// Mask hides runs of sixteen digits and more but for their last four: what a scanner sent in one breath may have a
// customer's payment code in it, and must not be shown or kept.
func Mask(text string) string {
	return longRun.ReplaceAllStringFunc(ASCII(text), func(run string) string { return PaymentCode(run).String() })
}

var longRun = regexp.MustCompile(`[0-9]{16,}`)

// Codes returns the codes under which the catalogue may know a scanned goods code: a UPC-A of 12 digits is the EAN-13
// with a leading zero, and the other way round.
func (s Scan) Codes() []string {
	switch {
	case len(s.Code) == 12 && digits(s.Code):
		return []string{s.Code, "0" + s.Code}
	case len(s.Code) == 13 && s.Code[0] == '0' && digits(s.Code):
		return []string{s.Code, s.Code[1:]}
	}
	return []string{s.Code}
}

// ValidEAN reports whether the last digit of an EAN-8, UPC-A, EAN-13 or longer GTIN is its check digit: from the right,
// the data digits weigh 3, 1, 3, … and the whole sum is a multiple of ten (GS1 General Specifications, 7.9).
func ValidEAN(s string) bool {
	if !digits(s) || len(s) < 8 {
		return false
	}
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			d *= 3
		}
		sum += d
	}
	return sum%10 == 0
}

// ASCII maps what a Chinese input method makes of a scanner's characters back to them, one for one: full-width forms (U+FF01-FF5E), the
// ideographic space, and the Chinese punctuation that stands on the same keys.
func ASCII(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0xFF01 && r <= 0xFF5E && r != '￥':
			return r - 0xFEE0
		case r < 0x80:
			return r
		}
		if a, ok := sameKey[r]; ok {
			return a
		}
		return r
	}, s)
}

// sameKey is which key makes a Chinese punctuation mark.
var sameKey = map[rune]rune{
	0x3000: ' ', '×': '*', '·': '`', '—': '-', '–': '-', '―': '-', '−': '-', '。': '.', '、': '/', '《': '<', '》': '>', '【': '[', '】': ']',
	'「': '[', '」': ']', '‘': '\'', '’': '\'', '“': '"', '”': '"', '￥': '$', '¥': '$', '…': '^',
}
