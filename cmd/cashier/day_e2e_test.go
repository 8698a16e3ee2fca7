//go:build e2e

package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/wechat/sim"
	"guitai/store"
)

// What the shop of the working day sells beside the practice goods: apples by weight, flowers at the day's price, dayMilk that members get
// for less.
const dayGoods = `barcode,name,price_yuan,category,unit,plu,tax,member_yuan,weighed,open
,苹果,12.80,生鲜,kg,20001,9,,yes,
2900000000018,鲜花,15.00,日用,束,,13,,,yes
6921111111116,会员牛奶,3.50,乳品,盒,,9,3.20,,
`

// The codes of what the day sells, and what it costs in fen by the lists above.
const (
	dayCola    = "6901234567892" // 3.00
	dayWater   = "6991348010209" // 2.00
	dayChips   = "6994759010417" // 7.50
	dayNoodles = "6998307010690" // 5.00
	daySnack   = "6998677011464" // 5.00, the second at half
	dayBalls   = "6996403011320" // 3.00 } three of these two
	daySausage = "6997540011396" // 4.00 } for 10.00
	dayMilk    = "6921111111116" // 3.50, 3.20 for members
)

const (
	dayOwnerPIN   = "48261735"
	dayCashierPIN = "75318642"
)

// day is a shop that is open for one working day, and what a person beside the till would write down of it: nothing here reads the till's
// own idea of a sum.
type day struct {
	*world
	sales   int               // closed
	net     int               // fen
	tenders map[string]int    // what they took for sales, fen
	back    map[string]int    // what went back by them
	drawer  int               // what must be in it
	last    map[string]string // receipt numbers, by the kind of sale
	papers  int               // that came out
	paid    map[string]bool   // orders that were paid by their number
}

func newDay(t *testing.T) *day {
	d := &day{world: newWorld(t), tenders: map[string]int{}, back: map[string]int{}, last: map[string]string{}, paid: map[string]bool{}}
	goods := filepath.Join(d.data, "more.csv")
	d.write(goods, []byte(dayGoods))
	d.ledger("import", "items", goods)
	certs, err := sim.NewCertificates(sim.PracticeMchID)
	if err != nil {
		t.Fatal(err)
	}
	d.write(filepath.Join(d.data, "apiclient_cert.pem"), certs.ClientCert)
	d.write(filepath.Join(d.data, "apiclient_key.pem"), certs.ClientKey)
	conf := filepath.Join(d.data, "config.toml")
	text, err := os.ReadFile(conf)
	if err != nil {
		t.Fatal(err)
	}
	with := strings.Replace(string(text), "till = \"T1\"\n", "till = \"T1\"\nshifts = \"required\"\n", 1)
	with = strings.Replace(with, "[printer]", "client_cert = \"apiclient_cert.pem\"\nclient_key = \"file:apiclient_key.pem\"\n\n[printer]", 1)
	with += `
[barcodes]
layouts = "21PPPPPMMMMMC 22PPPPPWWWWWC"

[tenders]
other = "支付宝 银行卡"
round_cash = "jiao"
`
	d.write(conf, []byte(with))
	d.deals()
	return d
}

// deals writes the shop's promotions down before it opens.
func (d *day) deals() {
	d.t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		d.t.Fatal(err)
	}
	books, err := store.Open(context.Background(), store.Options{
		Dir: d.data, Clock: systemClock{},
		Shop: pos.Shop{ID: "S001", Till: "T1", Calendar: pos.Calendar{Zone: zone, Starts: 4 * time.Hour}},
	})
	if err != nil {
		d.t.Fatal(err)
	}
	defer books.Close()
	item := func(code string) pos.ItemID {
		it, err := books.Item(context.Background(), code)
		if err != nil {
			d.t.Fatal(code, err)
		}
		return it.ID
	}
	_, err = books.SaveDeals(context.Background(), []pos.Deal{
		{Name: "第二件半价", Kind: pos.DealNth, N: 2, Percent: 50_00, Items: []pos.ItemID{item(daySnack)}},
		{Name: "3 件 10 元", Kind: pos.DealBundle, N: 3, Price: 10_00, Mixed: true, Items: []pos.ItemID{item(dayBalls), item(daySausage)}},
	}, "", time.Now())
	if err != nil {
		d.t.Fatal(err)
	}
}

// inStore is a label of the shop's own scale: two digits, the PLU, an amount or a weight, the check digit.
func inStore(prefix string, plu, n int) string {
	code := fmt.Sprintf("%s%05d%05d", prefix, plu, n)
	sum := 0
	for i := range len(code) {
		weight := 1
		if i%2 == 1 {
			weight = 3
		}
		sum += weight * int(code[i]-'0')
	}
	return code + strconv.Itoa((10-sum%10)%10)
}

// scan sends codes as a scanner does: each in one breath, with Enter behind it.
func (d *day) scan(codes ...string) {
	d.t.Helper()
	d.focus()
	args := []string{}
	for _, c := range codes {
		args = append(args, "type", "--delay", "2", "--args", "1", c, "key", "Return")
	}
	d.xdotool(args...)
}

// press is keys of a person's, one after another.
func (d *day) press(keys ...string) {
	d.t.Helper()
	d.xdotool(append([]string{"key", "--delay", "12"}, keys...)...)
}

// write types what a person types, slower than a scanner.
func (d *day) typed(text string, keys ...string) {
	d.t.Helper()
	d.xdotool("type", "--delay", "90", text)
	if len(keys) > 0 {
		d.press(keys...)
	}
}

// allow lets the owner allow in place what the cashier may not do by herself.
func (d *day) allow() {
	d.t.Helper()
	d.eventually("somebody is asked to allow it", d.dimmed)
	d.keys(dayOwnerPIN, "Return")
	d.eventually("it is allowed", func() bool { return !d.dimmed() })
}

// sold waits for the paper of a sale, which is printed once it is in the books, and writes down what it came to.
func (d *day) sold(kind string, net int, tenders ...any) {
	d.t.Helper()
	d.sales++
	d.net += net
	sum := 0
	for i := 0; i < len(tenders); i += 2 {
		tender, fen := tenders[i].(string), tenders[i+1].(int)
		d.tenders[tender] += fen
		if tender == "cash" {
			d.drawer += fen
		}
		sum += fen
	}
	if sum != net {
		d.t.Fatalf("%s: the test's own figures: %d and %d", kind, sum, net)
	}
	paper := d.papered(kind)
	if !strings.Contains(paper, inYuan(net)) {
		d.t.Fatalf("%s: %s is not on the receipt:\n%s", kind, inYuan(net), paper)
	}
	d.last[kind] = receiptOn(paper)
}

// found opens the screen of returns with the receipt of a sale.
func (d *day) found(kind string) {
	d.t.Helper()
	d.press("F7")
	d.eventually("the screen of returns is there", d.dimmed)
	d.scan(d.last[kind])
	d.eventually("the sale is found", func() bool { // its first line is chosen
		r, g, _ := d.pixel("found", 600, 250)
		return g > r+8
	})
}

// gone is money that went back, with its paper.
func (d *day) gone(tender string, fen int) {
	d.t.Helper()
	d.back[tender] += fen
	if tender == "cash" {
		d.drawer -= fen
	}
	if paper := d.papered("what went back"); !strings.Contains(paper, inYuan(fen)) {
		d.t.Fatalf("%s is not on the paper:\n%s", inYuan(fen), paper)
	}
}

// papered waits for one more paper and returns it.
func (d *day) papered(what string) string {
	d.t.Helper()
	d.papers++
	d.eventually("a paper for "+what, func() bool { return len(d.receipts()) >= d.papers })
	return d.receipts()[d.papers-1]
}

func inYuan(fen int) string { return fmt.Sprintf("%d.%02d", fen/100, fen%100) }

func receiptOn(paper string) string {
	i := strings.Index(paper, "S001-T1-")
	if i < 0 {
		return ""
	}
	return paper[i:min(len(paper), i+len("S001-T1-20261128-0001"))]
}

// order waits for an order of that much that nobody has paid, and remembers it as paid.
func (d *day) order(fen int) sim.Order {
	d.t.Helper()
	var found sim.Order
	d.eventually("WeChat has an order of "+inYuan(fen), func() bool {
		for _, o := range d.orders() {
			if o.State == sim.StateNotPay && o.CodeURL != "" && int(o.TotalFee) == fen && !d.paid[o.OutTradeNo] {
				found = o
				return true
			}
		}
		return false
	})
	d.paid[found.OutTradeNo] = true
	return found
}

// scans is a customer who pays what stands on the glass. A busy window may hear of it later than the printer; until then a key is for the
// code that stands there, and no cashier presses one.
func (d *day) scans(fen int) {
	d.t.Helper()
	d.pay(d.order(fen).OutTradeNo)
	d.eventually("the screen says paid", d.paidOnScreen)
}

// code is a customer's own payment code.
func (d *day) code() string {
	d.t.Helper()
	res, err := http.Post(d.sim+"/sim/code", "application/json", strings.NewReader(`{}`))
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	var answer map[string]any
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		d.t.Fatal(err)
	}
	for _, key := range []string{"code", "auth_code"} {
		if c, ok := answer[key].(string); ok {
			return c
		}
	}
	d.t.Fatalf("no code: %v", answer)
	return ""
}

// rows reads an export of the day as CSV.
func (d *day) rows(what string) []map[string]string {
	d.t.Helper()
	file := filepath.Join(d.t.TempDir(), what+".csv")
	from, to := time.Now().AddDate(0, 0, -2).Format("2006-01-02"), time.Now().AddDate(0, 0, 2).Format("2006-01-02")
	d.ledger("export", what, "--from", from, "--to", to, "-o", file)
	raw, err := os.ReadFile(file)
	if err != nil {
		d.t.Fatal(err)
	}
	all, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")))).ReadAll()
	if err != nil {
		d.t.Fatal(err)
	}
	var out []map[string]string
	for _, row := range all[1:] {
		m := map[string]string{}
		for i, name := range all[0] {
			m[name] = row[i]
		}
		out = append(out, m)
	}
	return out
}

func fen(t *testing.T, row map[string]string, column string) int {
	t.Helper()
	n, err := strconv.Atoi(row[column])
	if err != nil {
		t.Fatalf("%s is %q in %v", column, row[column], row)
	}
	return n
}

// dayVisits are what customers of the day want, one after another, in rounds. What few want comes in the first rounds only.
var dayVisits = []struct {
	name string
	do   func(*day)
	few  bool
}{
	{name: "exact cash, two keys after the last scan", do: func(d *day) {
		d.scan(dayCola)
		d.press("F8", "Return")
		d.sold("cash", 300, "cash", 300)
	}},
	{name: "cash with change", do: func(d *day) {
		d.scan(dayWater, dayWater)
		d.press("F8")
		d.typed("10", "Return")
		d.sold("change", 400, "cash", 400)
	}},
	{name: "a QR, one key after the last scan", do: func(d *day) {
		d.scan("2*"+dayCola, dayChips)
		d.press("F9")
		d.scans(1350)
		d.sold("qr", 1350, "wechat-native", 1350)
	}},
	{name: "a label with a price, rounded to the jiao", do: func(d *day) {
		d.scan(inStore("21", 20001, 688))
		d.press("F8", "Return")
		d.sold("label", 680, "cash", 680)
	}},
	{name: "a label with a weight: 0.535 kg at 12.80, not rounded at WeChat", do: func(d *day) {
		d.scan(inStore("22", 20001, 535))
		d.press("F9")
		d.scans(685)
		d.sold("weight", 685, "wechat-native", 685)
	}},
	{name: "the second at half, and a bundle of two kinds", do: func(d *day) {
		d.scan(daySnack, dayBalls, daySnack, daySausage, daySausage)
		d.press("F8")
		d.typed("20", "Return")
		d.sold("promotion", 750+1000, "cash", 1750)
	}},
	{name: "a line at nine tenths, allowed by the owner", do: func(d *day) {
		d.scan(dayNoodles)
		d.press("F3")
		d.typed("9", "Return")
		d.allow()
		d.press("F8", "Return")
		d.sold("line discount", 450, "cash", 450)
	}},
	{name: "the whole at four fifths, allowed by the owner", do: func(d *day) {
		d.scan(dayChips, dayCola)
		d.press("ctrl+F3")
		d.typed("8", "Return")
		d.allow()
		d.press("F9")
		d.scans(840)
		d.sold("whole discount", 840, "wechat-native", 840)
	}},
	{name: "a member", do: func(d *day) {
		d.scan(dayMilk)
		d.press("ctrl+m", "F8", "Return")
		d.sold("member", 320, "cash", 320)
	}},
	{name: "one customer held for the next", do: func(d *day) {
		d.scan(dayCola, dayCola)
		d.press("F6")
		d.scan(dayWater)
		d.press("F8", "Return")
		d.sold("between", 200, "cash", 200)
		d.press("shift+F6", "Return")
		d.press("F9")
		d.scans(600)
		d.sold("held", 600, "wechat-native", 600)
	}},
	{name: "in two parts: four yuan in cash, the rest by QR", do: func(d *day) {
		d.scan("2*" + dayNoodles)
		d.press("ctrl+u")
		d.typed("4", "F8", "Return")
		d.drawer += 400
		d.press("F9")
		d.scans(600)
		d.drawer -= 400 // sold adds it
		d.sold("split", 1000, "cash", 400, "wechat-native", 600)
	}},
	{name: "in two parts: by QR first, the rest in cash", do: func(d *day) {
		d.scan(dayChips, dayNoodles)
		d.press("ctrl+u")
		d.typed("7.5", "F9")
		parts := d.entries("sale-part")
		d.pay(d.order(750).OutTradeNo)
		d.eventually("the part is in the books", func() bool { return d.entries("sale-part") > parts })
		d.eventually("its QR is off the glass", func() bool { return d.qr() == "" })
		d.press("F8", "Return")
		d.sold("split back", 1250, "wechat-native", 750, "cash", 500)
	}},
	{name: "Alipay, on the cashier's word", do: func(d *day) {
		d.scan(dayChips)
		d.press("shift+F8", "1", "Return")
		d.sold("alipay", 750, "other:支付宝", 750)
	}},
	{name: "the customer's own code", do: func(d *day) {
		d.scan(dayCola, dayWater)
		d.press("F9")
		d.order(500)
		d.scan(d.code())
		d.eventually("the screen says paid", d.paidOnScreen)
		d.sold("code", 500, "wechat-code", 500)
	}},
	{name: "cleared by mistake and brought back", do: func(d *day) {
		d.scan(dayCola, dayChips)
		d.press("ctrl+Delete", "ctrl+z", "F8", "Return")
		d.sold("undo", 1050, "cash", 1050)
	}},
	{name: "by its short code, more and fewer pieces, a line out", do: func(d *day) {
		d.typed("10001", "Return")                 // a tea egg, 2.00
		d.xdotool("type", "--delay", "150", "++-") // by a finger; a busy window may hear them in one breath with the next code
		d.scan(dayChips)
		d.press("Delete", "F8", "Return")
		d.sold("plu", 400, "cash", 400)
	}},
	{name: "flowers at the day's price", do: func(d *day) {
		d.scan("2900000000018")
		d.typed("12.5", "Return")
		d.press("F8", "Return")
		d.sold("open price", 1250, "cash", 1250)
	}},
	{name: "three customers in one breath: nothing between paid and the next scan", do: func(d *day) {
		d.focus()
		args := []string{}
		for range 3 {
			args = append(args, "type", "--delay", "2", "--args", "1", dayWater, "key", "Return", "key", "F8", "key", "Return")
		}
		d.xdotool(args...)
		for range 3 {
			d.sold("rush", 200, "cash", 200)
		}
	}},
	{name: "one of two things comes back against its receipt", few: true, do: func(d *day) {
		d.scan(dayCola, dayWater)
		d.press("F8", "Return")
		d.sold("to come back", 500, "cash", 500)
		d.found("to come back")
		d.press("Right", "Return", "Down", "Return") // a piece of the first line; one of the usual reasons
		d.allow()
		d.gone("cash", 300)
	}},
	{name: "a sale that was a mistake is taken back on its day, at WeChat", few: true, do: func(d *day) {
		d.scan(dayChips)
		d.press("F9")
		d.scans(750)
		d.sold("mistake", 750, "wechat-native", 750)
		d.found("mistake")
		d.press("F8", "Return")
		d.allow()
		d.gone("wechat-native", 750)
	}},
	{name: "a can for a bag of crisps", few: true, do: func(d *day) {
		d.scan(dayCola)
		d.press("F8", "Return")
		d.sold("to exchange", 300, "cash", 300)
		d.found("to exchange")
		d.press("Right", "F9", "Down", "Return")
		d.allow()
		d.scan(dayChips)
		d.press("F8", "Return")
		d.back["exchange"] += 300
		d.sold("exchange", 750, "exchange", 300, "cash", 450)
	}},
	{name: "goods come back without a receipt", few: true, do: func(d *day) {
		d.scan(dayCola)
		d.press("F7", "F9", "Down", "Return")
		d.allow()
		d.gone("cash", 300)
		d.scan(dayWater)
		d.press("F8", "Return")
		d.sold("after", 200, "cash", 200)
	}},
}

// TestE2E_WorkingDay is a busy shop's day on the real window by key events alone: the shift is opened with a counted float, two hundred
// customers come, and the drawer is counted blind. What a person beside the till wrote down, a recount of the exports, and the Z report are
// the same to the fen.
func TestE2E_WorkingDay(t *testing.T) {
	d := newDay(t)
	d.open()
	d.people()
	d.openShift()
	for n := 0; d.sales < 200; n++ {
		v := dayVisits[n%len(dayVisits)]
		if v.few && n > 2*len(dayVisits) {
			continue
		}
		before := d.sales
		v.do(d)
		if d.sales == before {
			t.Fatalf("%s sold nothing", v.name)
		}
	}
	d.closeShift()
	if code := d.till.end(t); code != 0 {
		t.Errorf("SIGTERM: exit %d\n%s", code, d.till.out)
	}
	d.ledger("verify")
	d.recount()
	d.noSecrets()
	d.never(dayOwnerPIN, dayCashierPIN)
}

// people sets up an owner and a cashier, who signs in.
func (d *day) people() {
	d.hire(dayOwnerPIN, dayCashierPIN)
	d.papered("the recovery code")
	d.eventually("Lily is chosen", func() bool {
		if r, g, _ := d.pixel("lock", 285, 296); g > r+50 {
			return true
		}
		d.keys("", "Down")
		return false
	})
	d.keys("", "Return")
	d.keys(dayCashierPIN, "Return")
	d.eventually("the cashier is at the till", func() bool { return !d.covered() })
}

// openShift counts a float of two hundred yuan: a hundred, a fifty, two twenties, a ten.
func (d *day) openShift() {
	d.keys("", "ctrl+j", "Return")
	for _, pieces := range []string{"1", "1", "2", "1"} {
		d.typed(pieces, "Down")
	}
	d.press("F4")
	d.drawer = 200_00
	d.eventually("the shift is open", func() bool { return d.entries("shift-opened", "Lily") == 1 })
	d.press("Escape")
	d.rest()
}

// closeShift counts the drawer without having seen what should be in it.
func (d *day) closeShift() {
	d.keys("", "ctrl+j", "Return")
	left := d.drawer
	for _, note := range []int{100_00, 50_00, 20_00, 10_00, 5_00, 1_00, 50, 10} {
		d.typed(strconv.Itoa(left/note), "Down")
		left %= note
	}
	if left > 0 {
		d.typed(inYuan(left))
	}
	d.press("F4")
	d.press("Down")
	d.eventually("the shift is closed", func() bool {
		if d.entries("shift-closed") == 0 {
			d.press("Return")
		}
		return d.entries("shift-closed", "Lily") == 1
	})
	d.papered("the Z report")
}

// recount counts the day again from its exports, each for itself, and holds all of it against what was written down and the Z report.
func (d *day) recount() {
	t := d.t
	t.Helper()
	net, gross, off, rounding := 0, 0, 0, 0
	sales := d.rows("sales")
	for _, r := range sales {
		net, gross, off, rounding = net+fen(t, r, "net_fen"), gross+fen(t, r, "gross_fen"), off+fen(t, r, "discount_fen"), rounding+fen(t, r, "rounding_fen")
	}
	if len(sales) != d.sales || net != d.net || gross-off-rounding != net {
		t.Errorf("%d sales of %s (%s less %s less %s) in the export; %d of %s were written down", len(sales), inYuan(net), inYuan(gross), inYuan(off), inYuan(rounding), d.sales, inYuan(d.net))
	}
	lines := 0
	for _, r := range d.rows("lines") {
		if got := fen(t, r, "gross_fen") - fen(t, r, "discount_fen") - fen(t, r, "rounding_fen"); got != fen(t, r, "net_fen") {
			t.Errorf("a line of %d fen is said to be %s: %v", got, r["net_fen"], r)
		}
		lines += fen(t, r, "net_fen")
	}
	if lines != d.net {
		t.Errorf("the lines come to %s, the sales to %s", inYuan(lines), inYuan(d.net))
	}
	took, back := map[string]int{}, map[string]int{}
	for _, r := range d.rows("payments") {
		if fen(t, r, "amount_fen") != 0 {
			took[r["tender"]] += fen(t, r, "amount_fen")
		}
	}
	for _, r := range d.rows("refunds") {
		back[r["tender"]] += fen(t, r, "amount_fen")
	}
	exchanged := d.tenders["exchange"]
	delete(d.tenders, "exchange") // goods pay for goods: there is a refund of it, and no payment
	if !maps.Equal(took, d.tenders) || !maps.Equal(back, d.back) {
		t.Errorf("the exports say %v and back %v; written down were %v and back %v", took, back, d.tenders, d.back)
	}
	shifts := d.rows("shifts")
	if len(shifts) != 1 {
		t.Fatalf("%d shifts", len(shifts))
	}
	z := shifts[0]
	wechat := took["wechat-native"] + took["wechat-code"]
	for column, want := range map[string]int{
		"sales": d.sales, "gross_fen": gross, "discount_fen": off, "rounding_fen": rounding, "net_fen": d.net, "cash_fen": took["cash"], "wechat_fen": wechat,
		"other_fen": took["other:支付宝"] + took["other:银行卡"], "exchange_fen": exchanged, "float_fen": 200_00,
		"expected_fen": d.drawer, "counted_fen": d.drawer, "variance_fen": 0,
	} {
		if got := fen(t, z, column); got != want {
			t.Errorf("the Z report has %s %d, the recount %d", column, got, want)
		}
	}
	if n := len(d.receipts()); n != d.papers {
		t.Errorf("%d papers came out, %d were waited for", n, d.papers)
	}
	paper := d.receipts()[d.papers-1]
	for _, want := range []string{"Z0001", inYuan(d.net), inYuan(d.drawer), inYuan(took["wechat-native"]), inYuan(took["wechat-code"])} {
		if !strings.Contains(paper, want) {
			t.Errorf("%q is not on the Z report:\n%s", want, paper)
		}
	}
	t.Logf("%d sales of %s by %s; %s in the drawer", d.sales, inYuan(d.net), slices.Sorted(maps.Keys(took)), inYuan(d.drawer))
}
