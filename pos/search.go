package pos

import (
	"regexp"
	"strconv"
	"strings"
)

// SaleQuery says which closed sales to find. Everything that is set must hold.
type SaleQuery struct {
	Span    Span      // business days; a side that is zero is open
	Receipt ReceiptNo // that one
	Tail    int       // the day's number of the receipt; of a number over 9999 its last four digits do too; 0 for any
	Order   string    // out_trade_no, or a refund's number
	Trans   string    // transaction_id, or a refund's refund_id
	Amount  Fen       // net; 0 for any
	Item    string    // part of a line's name, or its barcode
	Cashier string    // exactly
	Tender  Tender
	From    int    // minute of the day by the shop's clock at the close; From == To == 0 for any
	To      int    // minute, included. Smaller than From: over midnight
	Before  SaleID // only older than this: where the page before ended; 0 for the first page
	Limit   int    // at most; 0 is 50
}

// transactionForm is a transaction_id (微信支付单号) or refund_id: 28 digits as of today.
var transactionForm = regexp.MustCompile(`^\d{26,32}$`)

var amountForm = regexp.MustCompile(`^[¥￥]?\d{1,7}\.\d{1,2}$|^[¥￥]\d{1,7}$`)

// ParseSaleQuery reads what a person types or scans to find a sale: a receipt number, its last digits (at most 7 of them), an
// order number (out_trade_no, 商户单号), a transaction_id (交易单号), an amount with a point or a ￥, else part of an item's name
// or its barcode. What the program knows beside it (days, person) the caller adds.
func ParseSaleQuery(text string) SaleQuery {
	text = strings.TrimSpace(text)
	upper := strings.ToUpper(text)
	no, receipt := ParseReceiptNo(upper)
	switch {
	case text == "":
		return SaleQuery{}
	case receipt:
		return SaleQuery{Receipt: no}
	case orderForm.MatchString(upper):
		return SaleQuery{Order: upper}
	case transactionForm.MatchString(text):
		return SaleQuery{Trans: text}
	case amountForm.MatchString(text):
		if a, err := ParseYuan(strings.TrimLeft(text, "¥￥")); err == nil && a > 0 {
			return SaleQuery{Amount: a}
		}
	case len(text) <= 7 && digits(text):
		if n, err := strconv.Atoi(text); err == nil && n > 0 {
			return SaleQuery{Tail: n}
		}
	}
	return SaleQuery{Item: text}
}
