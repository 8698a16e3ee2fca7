package reconcile

import (
	"slices"
	"strings"
	"unicode/utf8"

	"guitai/pos"
)

// column is something that a row tells, whatever a bill calls it.
type column int

const (
	colTime column = iota
	colApp
	colMerchant
	colSubMerchant
	colTransaction
	colOrder
	colState
	colCurrency
	colSettlement
	colAmount
	colRefundID
	colRefundNo
	colRefunded
	colRefundedCoupon
	colRefundAsked
	colRefundState
	colRefundTime
	colFee
	colRate

	colFundTime
	colFundNumber
	colFundName
	colFundType
	colFundWay
	colFundAmount

	colGoods // free text: may hold anything, also what parts columns
	colAttach
	colRateNote
	colRemark
	columns
)

// names are the header's words, of the bills since coupons without prepayment (免充值券) and of those before them.
var names = map[string]column{
	"交易时间": colTime, "公众账号ID": colApp, "商户号": colMerchant, "特约商户号": colSubMerchant, "子商户号": colSubMerchant,
	"微信订单号": colTransaction, "商户订单号": colOrder, "交易状态": colState, "货币种类": colCurrency,
	"应结订单金额": colSettlement, "订单金额": colAmount, "总金额": colAmount,
	"微信退款单号": colRefundID, "商户退款单号": colRefundNo, "退款金额": colRefunded, "充值券退款金额": colRefundedCoupon,
	"代金券或立减优惠退款金额": colRefundedCoupon, "企业红包退款金额": colRefundedCoupon, "申请退款金额": colRefundAsked, "退款状态": colRefundState,
	"退款申请时间": colRefundTime, "手续费": colFee, "返还手续费": colFee, "费率": colRate,
	"商品名称": colGoods, "商户数据包": colAttach, "费率备注": colRateNote,

	"记账时间": colFundTime, "资金流水单号": colFundNumber, "业务名称": colFundName, "业务类型": colFundType, "收支类型": colFundWay,
	"收支金额(元)": colFundAmount, "备注": colRemark,
}

// What a bill must tell.
var (
	mustTrade  = []column{colTime, colMerchant, colTransaction, colOrder, colState, colCurrency, colFee}
	mustRefund = []column{colRefundNo, colRefundID, colRefunded, colRefundState}
	mustFund   = []column{colFundTime, colFundNumber, colFundName, colFundType, colFundWay, colFundAmount}
)

// The headers that a bill may have.
const (
	headerAll      = "ALL"
	headerSuccess  = "SUCCESS"
	headerRefund   = "REFUND"
	headerRecharge = "RECHARGE_REFUND"
	headerFund     = "FUND"
)

// header is where a bill's columns are.
type header struct {
	name  string
	at    [columns]int // -1: not there
	n     int
	texts []int // which are free text, in order
}

func (h *header) has(c column) bool { return h.at[c] >= 0 }

func (h *header) kind() pos.BillKind {
	if h.name == headerFund {
		return pos.BillFund
	}
	return pos.BillTrade
}

// payments and refunds tell which of ours must be on the bill; no bill of refunds out of the recharged balance has all of them.
func (h *header) payments() bool { return h.name == headerAll || h.name == headerSuccess }
func (h *header) refunds() bool  { return h.name == headerAll || h.name == headerRefund }

// readHeader finds the columns in a bill's first line.
func readHeader(line []byte) (*header, error) {
	text := strings.TrimSpace(string(line))
	switch {
	case text == "":
		return nil, &pos.BillError{ID: "empty"}
	case !utf8.ValidString(text):
		return nil, &pos.BillError{ID: "encoding", Line: 1}
	case strings.HasPrefix(text, "PK\x03\x04"):
		return nil, &pos.BillError{ID: "zip"}
	}
	h := &header{}
	for i := range h.at {
		h.at[i] = -1
	}
	labels := map[string]bool{}
	for i, name := range strings.Split(text, ",") {
		name = cleanName(name)
		c, known := names[name]
		labels[name] = true
		h.n++
		if !known {
			continue
		}
		if h.has(c) {
			return nil, &pos.BillError{ID: "column-twice", Line: 1, Args: []string{name}}
		}
		h.at[c] = i
		if c >= colGoods {
			h.texts = append(h.texts, i)
		}
	}
	must := mustTrade
	switch {
	case h.has(colFundNumber) && h.has(colFundWay):
		h.name, must = headerFund, mustFund
	case !h.has(colOrder) && !h.has(colTransaction):
		return nil, &pos.BillError{ID: "no-bill", Line: 1}
	case labels["返还手续费"]:
		h.name, must = headerRecharge, append(mustRefund[:len(mustRefund):len(mustRefund)], mustTrade...)
	case h.has(colRefundTime):
		h.name, must = headerRefund, append(mustRefund[:len(mustRefund):len(mustRefund)], mustTrade...)
	case h.has(colRefundNo):
		h.name, must = headerAll, append(mustRefund[:len(mustRefund):len(mustRefund)], mustTrade...)
	default:
		h.name = headerSuccess
	}
	for _, c := range must {
		if !h.has(c) {
			return nil, &pos.BillError{ID: "column-missing", Line: 1, Args: []string{nameOf(c)}}
		}
	}
	if h.payments() && !h.has(colAmount) && !h.has(colSettlement) {
		return nil, &pos.BillError{ID: "column-missing", Line: 1, Args: []string{"订单金额"}}
	}
	return h, nil
}

// cleanName takes off what may stand around a column's name; brackets of full width count as the others.
func cleanName(s string) string {
	s = strings.Trim(strings.TrimSpace(s), "`\" \ufeff")
	return strings.NewReplacer("（", "(", "）", ")").Replace(s)
}

// older are names that today's bills do not use.
var older = []string{"总金额", "子商户号", "返还手续费", "代金券或立减优惠退款金额", "企业红包退款金额"}

// nameOf is how today's bills call a column.
func nameOf(c column) string {
	for name, is := range names {
		if is == c && !slices.Contains(older, name) {
			return name
		}
	}
	return ""
}

// The summary's columns.
type sum int

const (
	sumRows sum = iota
	sumSettlement
	sumAmount
	sumRefunded
	sumRefundedCoupon
	sumRefundAsked
	sumFee

	sumIncomes
	sumIncome
	sumExpenses
	sumExpense
	sums
)

var sumNames = map[string]sum{
	"总交易单数": sumRows, "应结订单总金额": sumSettlement, "订单总金额": sumAmount, "总交易额": sumAmount,
	"退款总金额": sumRefunded, "总退款金额": sumRefunded, "充值券退款总金额": sumRefundedCoupon, "总代金券或立减优惠退款金额": sumRefundedCoupon,
	"总企业红包退款金额": sumRefundedCoupon, "申请退款总金额": sumRefundAsked, "手续费总金额": sumFee, "返还手续费总金额": sumFee,

	"资金流水总笔数": sumRows, "收入笔数": sumIncomes, "收入金额": sumIncome, "支出笔数": sumExpenses, "支出金额": sumExpense,
}

// isSummary reports whether a line begins the summary.
func isSummary(line []byte) bool {
	text := string(line[:min(len(line), 64)])
	text = cleanName(text)
	return strings.HasPrefix(text, "总交易单数") || strings.HasPrefix(text, "资金流水总笔数")
}
