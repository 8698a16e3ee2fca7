package sim

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// The types of trade bill (bill_type).
const (
	BillAll            = "ALL"
	BillSuccess        = "SUCCESS"
	BillRefund         = "REFUND"
	BillRechargeRefund = "RECHARGE_REFUND"
)

// in says whether a row is in a type of bill.
func (r *BillRow) in(kind string) bool {
	switch kind {
	case BillSuccess:
		return !r.back()
	case BillRefund:
		return r.back() && !r.Recharge
	case BillRechargeRefund:
		return r.Recharge
	}
	return !r.Recharge
}

// billColumn is a column of a trade bill: its name, that of accounts from before the coupons that nobody pays for (免充值券) where it
// is another one, and what a row has there.
type billColumn struct {
	name, old string
	value     func(*BillRow) string
}

// The columns. Where an order's row has nothing about refunds it has 0 and blanks, where a refund's has no order amounts 0.00.
var (
	columnsHead = []billColumn{
		{"交易时间", "", func(r *BillRow) string { return billTime(r.At) }},
		{"公众账号ID", "", func(r *BillRow) string { return r.AppID }},
		{"商户号", "", func(r *BillRow) string { return r.MchID }},
		{"特约商户号", "子商户号", func(*BillRow) string { return "0" }},
		{"设备号", "", func(r *BillRow) string { return r.Device }},
		{"微信订单号", "", func(r *BillRow) string { return r.TransactionID }},
		{"商户订单号", "", func(r *BillRow) string { return r.OutTradeNo }},
		{"用户标识", "", func(r *BillRow) string { return r.OpenID }},
		{"交易类型", "", func(r *BillRow) string { return r.TradeType }},
		{"交易状态", "", func(r *BillRow) string { return r.State }},
		{"付款银行", "", func(r *BillRow) string { return r.Bank }},
		{"货币种类", "", func(r *BillRow) string { return r.FeeType }},
	}
	columnSettlement  = billColumn{"应结订单金额", "", func(r *BillRow) string { return yuan(r.Settlement) }}
	columnTotalOld    = billColumn{"总金额", "", func(r *BillRow) string { return yuan(r.Total) }}
	columnCoupon      = billColumn{"代金券金额", "", func(r *BillRow) string { return yuan(r.Coupon) }}
	columnCouponOld   = billColumn{"代金券或立减优惠金额", "", func(r *BillRow) string { return yuan(r.Coupon + r.Total - r.Settlement) }}
	columnRefundAsked = billColumn{"退款申请时间", "", func(r *BillRow) string { return billTime(r.At) }}
	columnRefundDone  = billColumn{"退款成功时间", "", func(r *BillRow) string { return billTime(r.RefundEnded) }}
	columnsRefundNo   = []billColumn{
		{"微信退款单号", "", func(r *BillRow) string { return orZero(r.RefundID) }},
		{"商户退款单号", "", func(r *BillRow) string { return orZero(r.OutRefundNo) }},
	}
	columnRefund          = billColumn{"退款金额", "", func(r *BillRow) string { return yuan(r.Refund) }}
	columnRefundOld       = billColumn{"退款金额", "", func(r *BillRow) string { return yuan(r.RefundTotal) }}
	columnRefundCoupon    = billColumn{"充值券退款金额", "", func(r *BillRow) string { return yuan(r.RefundCoupon) }}
	columnRefundCouponOld = billColumn{"代金券或立减优惠退款金额", "", func(r *BillRow) string { return yuan(r.RefundCoupon + r.RefundTotal - r.Refund) }}
	columnsRefundState    = []billColumn{
		{"退款类型", "", func(r *BillRow) string { return map[bool]string{true: "ORIGINAL"}[r.back()] }},
		{"退款状态", "", func(r *BillRow) string { return r.RefundState }},
	}
	columnsGoods = []billColumn{
		{"商品名称", "", func(r *BillRow) string { return oneLine(r.Body) }},
		{"商户数据包", "", func(r *BillRow) string { return oneLine(r.Attach) }},
	}
	columnFee         = billColumn{"手续费", "", func(r *BillRow) string { return yuan5(r.Fee) }}
	columnFeeBack     = billColumn{"返还手续费", "", func(r *BillRow) string { return yuan5(-r.Fee) }}
	columnTotal       = billColumn{"订单金额", "", func(r *BillRow) string { return yuan(r.Total) }}
	columnRefundTotal = billColumn{"申请退款金额", "", func(r *BillRow) string { return yuan(r.RefundTotal) }}
	columnRateNote    = billColumn{"费率备注", "", func(*BillRow) string { return "" }}
)

// billColumns are the columns of a type of bill, in their order.
func billColumns(kind string, old bool, rate int64) []billColumn {
	columnRate := billColumn{"费率", "", func(*BillRow) string { return fmt.Sprintf("%d.%02d%%", rate/100, rate%100) }}
	list := append([]billColumn{}, columnsHead...)
	add := func(more ...billColumn) { list = append(list, more...) }
	if old {
		add(columnTotalOld, columnCouponOld)
	} else {
		add(columnSettlement, columnCoupon)
	}
	if kind == BillRefund || kind == BillRechargeRefund {
		add(columnRefundAsked, columnRefundDone)
	}
	if kind != BillSuccess {
		add(columnsRefundNo...)
		if old {
			add(columnRefundOld, columnRefundCouponOld)
		} else {
			add(columnRefund, columnRefundCoupon)
		}
		add(columnsRefundState...)
	}
	add(columnsGoods...)
	if kind == BillRechargeRefund {
		add(columnFeeBack, columnRate)
	} else {
		add(columnFee, columnRate)
	}
	if old {
		return list
	}
	if add(columnTotal); kind != BillSuccess {
		add(columnRefundTotal)
	}
	add(columnRateNote)
	return list
}

// writeBill is a trade bill as text: the names of the columns, the rows, the names of the sums, the sums. wrong is what is wrongly added
// to the sum of what is settled, in fen.
func (s *Sim) writeBill(rows []BillRow, kind string, wrong int64) []byte {
	o := s.opts.Bill
	w := newBillWriter(o, 512*(len(rows)+2))
	columns := billColumns(kind, o.Old, o.Rate)
	var names []string
	for _, c := range columns {
		if o.Old && c.old != "" {
			c.name = c.old
		}
		names = append(names, c.name)
	}
	w.names(names)
	var settlement, total, refund, refundTotal, coupon, fee int64
	values := make([]string, len(columns))
	for i := range rows {
		r := &rows[i]
		for n := range columns {
			values[n] = columns[n].value(r)
		}
		if o.Old {
			values[0] = strings.ReplaceAll(values[0], ":", "：")
		}
		w.values(values)
		settlement, total, fee = settlement+r.Settlement, total+r.Total, fee+r.Fee
		refund, refundTotal, coupon = refund+r.Refund, refundTotal+r.RefundTotal, coupon+r.RefundCoupon
	}
	count := strconv.Itoa(len(rows))
	if o.Old {
		w.names([]string{"总交易单数", "总交易额", "总退款金额", "总代金券或立减优惠退款金额", "手续费总金额"})
		w.values([]string{count, yuan(total + wrong), yuan(refundTotal), yuan(coupon + refundTotal - refund), yuan5(fee)})
		return w.text
	}
	w.names([]string{"总交易单数", "应结订单总金额", "退款总金额", "充值券退款总金额", "手续费总金额", "订单总金额", "申请退款总金额"})
	w.values([]string{count, yuan(settlement + wrong), yuan(refund), yuan(coupon), yuan5(fee), yuan(total), yuan(refundTotal)})
	return w.text
}

// billWriter writes the lines of a bill: names bare, values each behind a backtick, which inside a value is not marked in any way.
type billWriter struct {
	text []byte
	end  string
}

func newBillWriter(o BillOptions, size int) *billWriter {
	w := &billWriter{text: make([]byte, 0, size), end: "\n"}
	if o.CRLF {
		w.end = "\r\n"
	}
	if o.BOM {
		w.text = append(w.text, "\xEF\xBB\xBF"...)
	}
	return w
}

func (w *billWriter) names(list []string) {
	w.text = append(w.text, strings.Join(list, ",")...)
	w.text = append(w.text, w.end...)
}

func (w *billWriter) values(list []string) {
	for i, v := range list {
		if i > 0 {
			w.text = append(w.text, ',')
		}
		w.text = append(w.text, '`')
		w.text = append(w.text, v...)
	}
	w.text = append(w.text, w.end...)
}

func billTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(beijing).Format("2006-01-02 15:04:05")
}

// yuan is fen with two decimals, yuan5 thousandths of a fen with five.
func yuan(fen int64) string { return decimal(fen, 100, 2) }

func yuan5(mille int64) string { return decimal(mille, 100_000, 5) }

func decimal(v, unit int64, places int) string {
	sign := ""
	if v < 0 {
		sign, v = "-", -v
	}
	return fmt.Sprintf("%s%d.%0*d", sign, v/unit, places, v%unit)
}

func orZero(s string) string {
	if s == "" {
		return "0"
	}
	return s
}

// oneLine keeps a row on its line.
func oneLine(s string) string { return strings.NewReplacer("\r", " ", "\n", " ").Replace(s) }
