package pos

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
)

// ReceiptNo names a closed sale on paper: S001-T1-20261120-0001. It counts per till and business day without gaps. After
// a restore the epoch shows (S001-T1-20261120-R2-0001), so a number on paper is never used twice.
type ReceiptNo struct {
	Shop, Till string
	Day        Day
	Epoch      int // 1 until the first restore
	Seq        int // from 1
}

// String gives the printed form; the zero value is "".
func (r ReceiptNo) String() string {
	if r.Seq == 0 {
		return ""
	}
	if r.Epoch > 1 {
		return fmt.Sprintf("%s-%s-%s-R%d-%04d", r.Shop, r.Till, r.Day.Compact(), r.Epoch, r.Seq)
	}
	if r.Day < 1000_01_01 || r.Seq < 0 { // of no shop
		return fmt.Sprintf("%s-%s-%s-%04d", r.Shop, r.Till, r.Day.Compact(), r.Seq)
	}
	b := make([]byte, 0, 40) // without fmt: an export writes a million of them
	b = append(append(append(append(b, r.Shop...), '-'), r.Till...), '-')
	b = append(strconv.AppendInt(b, int64(r.Day), 10), '-')
	for least := 1000; r.Seq < least; least /= 10 {
		b = append(b, '0')
	}
	return string(strconv.AppendInt(b, int64(r.Seq), 10))
}

// Tail is the last four digits, which a person reads aloud; after a restore with its epoch, without which they may be those of another receipt
// of the same day.
func (r ReceiptNo) Tail() string {
	if r.Epoch > 1 {
		return fmt.Sprintf("R%d-%04d", r.Epoch, r.Seq%10000)
	}
	return fmt.Sprintf("%04d", r.Seq%10000)
}

var receiptForm = regexp.MustCompile(`^([A-Z0-9]{1,8})-([A-Z0-9]{1,4})-(\d{8})(?:-R(\d{1,6}))?-(\d{4,9})$`)

// ParseReceiptNo reads the printed form.
func ParseReceiptNo(s string) (ReceiptNo, bool) {
	m := receiptForm.FindStringSubmatch(s)
	if m == nil {
		return ReceiptNo{}, false
	}
	day, err := ParseDay(m[3])
	if err != nil {
		return ReceiptNo{}, false
	}
	r := ReceiptNo{Shop: m[1], Till: m[2], Day: day, Epoch: 1}
	if m[4] != "" {
		r.Epoch, _ = strconv.Atoi(m[4]) // the form has made sure of the digits
	}
	r.Seq, _ = strconv.Atoi(m[5])
	return r, r.Seq > 0 && r.Epoch > 0
}

// orderForm is what [NewOutTradeNo] makes, of any shop and till.
var orderForm = regexp.MustCompile(`^[A-Z0-9]{1,8}-[A-Z0-9]{1,4}-\d{6}[0-9A-HJKMNP-TV-Z]{12}$`)

const orderAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ" // Crockford: nothing that can be misread aloud

// NewOutTradeNo mints an order number (out_trade_no, 商户订单号): shop, till and date in front, so that a number that WeChat
// knows and our ledger does not can be told to be ours, then 60 random bits, so that it is unique for the merchant for
// ever, also after a ledger was restored or lost. At most 32 of [0-9A-Z-]. random is a cryptographic source.
func NewOutTradeNo(shop Shop, day Day, random io.Reader) (string, error) {
	var raw [12]byte
	if _, err := io.ReadFull(random, raw[:]); err != nil {
		return "", E(CodeInternal, "mint order number", err)
	}
	for i, b := range raw {
		raw[i] = orderAlphabet[b&31]
	}
	return shop.OrderPrefix() + day.Compact()[2:] + string(raw[:]), nil
}
