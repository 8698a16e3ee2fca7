package reconcile

import (
	"time"

	"guitai/pos"
)

// row is one line of a bill. Its bytes are the reader's, good until the next row; numbers are read.
type row struct {
	line  int
	kind  pos.BillItemKind
	order []byte // 商户订单号
	trans []byte
	no    []byte // 商户退款单号
	id    []byte // 微信退款单号
	state []byte
	money []byte // currency

	amount, settlement pos.Fen // as [pos.BillItem] has them
	fee                pos.Mille
	feeWrong           bool  // not what its own rate makes
	at                 int64 // UTC, seconds
	app                []byte
}

// key is what the two sides find each other by.
func (r *row) key() []byte {
	if r.kind == pos.BillRefund {
		if len(r.no) == 0 {
			return r.id
		}
		return r.no
	}
	return r.order
}

// item is the row as something to keep.
func (r *row) item() pos.BillItem {
	return pos.BillItem{
		Kind: r.kind, OutTradeNo: string(r.order), TransactionID: string(r.trans), OutRefundNo: string(r.no), RefundID: string(r.id),
		Amount: r.amount, Settlement: r.settlement, Currency: string(r.money), State: string(r.state), Fee: r.fee,
		At: time.Unix(r.at, 0).UTC(), Line: r.line,
	}
}

// milles reads yuan with up to five decimals. A bill's own numbers have a sign where money goes the other way.
func milles(b []byte) (pos.Mille, bool) {
	negative := len(b) > 0 && b[0] == '-'
	if negative {
		b = b[1:]
	}
	var n int64
	digits, decimals, point := 0, 0, false
	for _, c := range b {
		switch {
		case c == '.' && !point:
			point = true
		case c < '0' || c > '9' || decimals == 5 || digits == 16:
			return 0, false
		default:
			n = n*10 + int64(c-'0')
			digits++
			if point {
				decimals++
			}
		}
	}
	if digits == 0 || digits-decimals > 11 {
		return 0, false
	}
	for ; decimals < 5; decimals++ {
		n *= 10
	}
	if negative {
		n = -n
	}
	return pos.Mille(n), true
}

// fens reads yuan that must be whole fen. Nothing at all is zero: columns that say nothing of a row may be empty.
func fens(b []byte) (pos.Fen, bool) {
	if len(b) == 0 {
		return 0, true
	}
	m, ok := milles(b)
	if !ok || m%1000 != 0 {
		return 0, false
	}
	return pos.Fen(m / 1000), true
}

// rate reads "0.60%" as parts of a million. ok is false for anything else: then the fee is not checked.
func rate(b []byte) (ppm int64, ok bool) {
	if len(b) < 2 || b[len(b)-1] != '%' {
		return 0, false
	}
	m, ok := milles(b[:len(b)-1])
	if !ok || m < 0 || m > 100*100_000 || m%10 != 0 {
		return 0, false
	}
	return int64(m) / 10, true // percent with five decimals: 0.60% is 60000, and 6000 of a million
}

// feeOdd reports whether a fee is more than one fen away from what its rate makes of the money. A refund may also give no fee back.
func feeOdd(kind pos.BillItemKind, settlement pos.Fen, fee pos.Mille, ppm int64) bool {
	if kind != pos.BillPayment && fee == 0 {
		return false
	}
	if fee < 0 {
		fee = -fee
	}
	off := int64(fee) - int64(settlement)*ppm/1000
	return off > 1000 || off < -1000
}

// clock reads a bill's time, of Beijing, where an old bill has colons of full width. It remembers the last day, which is the next
// row's too.
type clock struct {
	day   [10]byte
	start int64
}

func (c *clock) read(b []byte) (sec int64, ok bool) {
	if len(b) < 11 || b[10] != ' ' {
		return 0, false
	}
	if string(b[:10]) != string(c.day[:]) {
		t, err := time.ParseInLocation(time.DateOnly, string(b[:10]), pos.BillZone)
		if err != nil {
			return 0, false
		}
		copy(c.day[:], b)
		c.start = t.Unix()
	}
	var n [3]int64
	rest := b[11:]
	for i := range n {
		if len(rest) < 2 || rest[0] < '0' || rest[0] > '9' || rest[1] < '0' || rest[1] > '9' {
			return 0, false
		}
		n[i] = int64(rest[0]-'0')*10 + int64(rest[1]-'0')
		rest = rest[2:]
		switch {
		case i == 2:
		case len(rest) > 0 && rest[0] == ':':
			rest = rest[1:]
		case len(rest) > 2 && string(rest[:3]) == "：":
			rest = rest[3:]
		default:
			return 0, false
		}
	}
	if len(rest) != 0 || n[0] > 23 || n[1] > 59 || n[2] > 59 {
		return 0, false
	}
	return c.start + n[0]*3600 + n[1]*60 + n[2], true
}
