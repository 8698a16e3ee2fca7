package judge

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// good is a shop of one cash sale, one paid by QR, one exception and one order that WeChat closed.
func good() Case {
	job := func(no string, fen int64) []byte {
		return fmt.Appendf(nil, "receipt %s %d.%02d", no, fen/100, fen%100)
	}
	return Case{
		Books: Books{
			Payments: []Payment{
				{Receipt: "S001-T1-20261120-0001", OutTradeNo: "c1", Tender: "cash", State: "paid", Currency: "CNY", Amount: 101, Asked: 101},
				{Receipt: "S001-T1-20261120-0002", OutTradeNo: "q2", TransactionID: "t2", Tender: "wechat-native", State: "paid", Currency: "CNY", Amount: 102, Asked: 102},
				{OutTradeNo: "q3", TransactionID: "t3", Tender: "wechat-native", State: "exception", Currency: "HKD", Amount: 103, Asked: 103},
				{OutTradeNo: "q4", Tender: "wechat-native", State: "closed", Currency: "CNY", Asked: 104},
			},
			Sales: []Sale{
				{Receipt: "S001-T1-20261120-0001", State: "closed", Tenders: "cash", Lines: 2, Net: 101},
				{Receipt: "S001-T1-20261120-0002", State: "closed", Tenders: "wechat-native", Lines: 2, Net: 102},
			},
			Shifts:  []Shift{{Z: 1, Counted: 5000, Expected: 5101, Variance: -101}, {Z: 2, Counted: -1, Expected: 101}},
			Pending: "q3",
		},
		Truth: Truth{
			Orders: map[string]Order{"q2": {OutTradeNo: "q2", State: "SUCCESS"}, "q3": {OutTradeNo: "q3", State: "SUCCESS"}, "q4": {OutTradeNo: "q4", State: "CLOSED"}},
			Taken:  []Money{{"t2", "q2", "CNY", 102, 0}, {"t3", "q3", "HKD", 103, 0}},
			Told:   map[string]bool{},
		},
		Paper:  Paper{job("S001-T1-20261120-0001", 101), job("S001-T1-20261120-0002", 102)},
		Acks:   []Ack{{"S001-T1-20261120-0001", 101, "cash", 2}, {"S001-T1-20261120-0002", 102, "wechat-native", 2}},
		Closes: []Close{{1, 5000}},
		Totals: map[int64]bool{101: true, 102: true, 103: true, 104: true},
	}
}

func TestJudge_FindsNothingWrongWithAGoodShop(t *testing.T) {
	if b := good().Broken(); len(b) > 0 {
		t.Error(b)
	}
}

func TestJudge_HasTeeth(t *testing.T) {
	for name, c := range map[string]struct {
		spoil   func(*Case)
		promise string
	}{
		"the books do not prove themselves": {func(c *Case) { c.Books.VerifyCode = 4 }, promiseVerify},
		"an order was not written down":     {func(c *Case) { c.Books.Payments = c.Books.Payments[:3] }, promiseWrite},
		"an acknowledged sale is lost": {func(c *Case) {
			c.Books.Sales, c.Books.Payments, c.Paper = c.Books.Sales[1:], c.Books.Payments[1:], c.Paper[1:]
		}, promiseAck},
		"an acknowledged sale has another amount": {func(c *Case) { c.Acks[0].Amount++ }, promiseAck},
		"an acknowledged sale is half there":      {func(c *Case) { c.Books.Sales[0].Lines = 1 }, promiseAck},
		"an acknowledged sale has another tender": {func(c *Case) { c.Acks[0].Tender = "wechat-native" }, promiseAck},
		"money is swallowed":                      {func(c *Case) { c.Books.Payments[2].TransactionID = ""; c.Books.Payments[2].Amount = 0 }, promiseTaken},
		"money is booked twice":                   {func(c *Case) { c.Books.Payments = append(c.Books.Payments, c.Books.Payments[2]) }, promiseTaken},
		"money is booked with another amount":     {func(c *Case) { c.Truth.Taken[0].Amount-- }, promiseTaken},
		"another amount settles a sale": {func(c *Case) {
			c.Books.Payments[1].Asked++
		}, promiseTaken},
		"another currency settles a sale":      {func(c *Case) { c.Books.Payments[1].Currency, c.Truth.Taken[0].Currency = "HKD", "HKD" }, promiseTaken},
		"money is made up":                     {func(c *Case) { c.Truth.Taken = c.Truth.Taken[1:] }, promiseTrue},
		"a refund is made up":                  {func(c *Case) { c.Books.Payments[1].Refunded = 102 }, promiseBack},
		"a refund is not booked":               {func(c *Case) { c.Truth.Taken[1].GivenBack = 103 }, promiseBack},
		"a sale has two payments":              {func(c *Case) { c.Books.Payments[0].Receipt = c.Books.Payments[1].Receipt }, promiseOnce},
		"one sale is sold twice":               {func(c *Case) { c.Books.Sales[1].Net = 101 }, promiseOnce},
		"a payment has a receipt without sale": {func(c *Case) { c.Books.Payments[2].Receipt = "S001-T1-20261120-0009" }, promiseOnce},
		"a receipt number is missing":          {func(c *Case) { c.Books.Sales[1].Receipt = "S001-T1-20261120-0003" }, promiseNumber},
		"a receipt number is doubled":          {func(c *Case) { c.Books.Sales = append(c.Books.Sales, c.Books.Sales[0]) }, promiseNumber},
		"a payment waits for ever":             {func(c *Case) { c.Books.Payments[3].State = "closing"; c.Books.Pending += " q4" }, promiseEnd},
		"an exception is not listed":           {func(c *Case) { c.Books.Pending = "" }, promiseEnd},
		"a receipt is missing":                 {func(c *Case) { c.Paper = c.Paper[1:] }, promisePaper},
		"a receipt is doubled":                 {func(c *Case) { c.Paper = append(c.Paper, c.Paper[0]) }, promisePaper},
		"a close is lost":                      {func(c *Case) { c.Books.Shifts = c.Books.Shifts[:0] }, promiseShift},
		"a close has another count":            {func(c *Case) { c.Closes[0].Counted++ }, promiseShift},
		"a close is numbered twice":            {func(c *Case) { c.Books.Shifts[1].Z = 1 }, promiseShift},
		"a close leaves a gap":                 {func(c *Case) { c.Books.Shifts[1].Z = 3 }, promiseShift},
		"a difference is none":                 {func(c *Case) { c.Books.Shifts[0].Variance = 0 }, promiseShift},
		"a close comes out twice": {func(c *Case) {
			z := slices.Concat(closing, []byte("0001 "), signature)
			c.Paper = append(c.Paper, z, z)
		}, promiseShift},
		"paper without a sale": {func(c *Case) { c.Paper = append(c.Paper, []byte("S001-T1-20261120-0007")) }, promisePaper},
	} {
		t.Run(name, func(t *testing.T) {
			shop := good()
			c.spoil(&shop)
			found := shop.Broken()
			if !slices.ContainsFunc(found, func(s string) bool { return strings.HasPrefix(s, c.promise+": ") }) {
				t.Errorf("not found; instead: %v", found)
			}
		})
	}
}

func TestJudge_ExcusesWhatMayBe(t *testing.T) {
	c := good()
	c.Paper, c.Excused = c.Paper[1:], 1
	c.Paper = append(c.Paper, append([]byte("S001-T1-20261120-0002 1.02 "), reprinted...))
	late := c.Truth.Orders["q4"]
	late.Events = []struct {
		What string `json:"what"`
	}{{"closed"}, {"paid"}}
	c.Truth.Orders = maps.Clone(c.Truth.Orders)
	c.Truth.Orders["q4"] = late
	c.Truth.Taken = append(c.Truth.Taken, Money{"t4", "q4", "CNY", 104, 0})
	if b := c.Broken(); len(b) > 0 {
		t.Error(b)
	}
	c.Truth.Told["t4"] = true
	if b := c.Broken(); len(b) != 1 || !strings.HasPrefix(b[0], promiseTaken) {
		t.Errorf("told of money after the close: %v", b)
	}
}
