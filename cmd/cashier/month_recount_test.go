package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/export"
	"guitai/pos/receipt"
	"guitai/pos/wechat/sim"
	"guitai/store"
)

// paperSetup is the paper that the shop prints on.
var paperSetup = receipt.Setup{Language: "zh-CN", Paper: receipt.Paper80}

// recount counts a shop from its paper alone: receipts, refund slips, slips of cash, Z reports, as text. It knows nothing of the ledger, and
// adds up in its own way. What the cashier counts at a close comes from it.
type recount struct {
	receipts map[string]*paperDay // by the business day in the receipt number: "20261120"
	drawer   pos.Fen
	z        int
	shifts   []pos.ShiftReport // as the screen showed them
	papers   []zPaper
	back     int
}

// paperDay is one day of paper.
type paperDay struct {
	sales, refunds int
	net, refunded  pos.Fen
	tenders        map[string]pos.TenderTakings
	hours          map[int]pos.HourTakings
	people         map[string]pos.HourTakings
	goods          map[string]pos.ItemTakings
}

// zPaper is a Z report on paper.
type zPaper struct {
	z, sales               int
	day                    string
	gross, expected, there pos.Fen
}

func newRecount() *recount { return &recount{receipts: map[string]*paperDay{}} }

func (c *recount) on(day string) *paperDay {
	d := c.receipts[day]
	if d == nil {
		d = &paperDay{
			tenders: map[string]pos.TenderTakings{}, hours: map[int]pos.HourTakings{}, people: map[string]pos.HourTakings{}, goods: map[string]pos.ItemTakings{},
		}
		c.receipts[day] = d
	}
	return d
}

func (c *recount) sales() (n int) {
	for _, d := range c.receipts {
		n += d.sales
	}
	return n
}

func (c *recount) refunds() int { return c.back }

// opened and closed are what the cashier does with the drawer.
func (c *recount) opened(f pos.Fen) { c.drawer = f }

func (c *recount) closed(z pos.ShiftReport, off, keep pos.Fen) {
	c.z = z.Z
	c.shifts = append(c.shifts, z)
	c.drawer = keep
}

var (
	lineNo     = regexp.MustCompile(`(?m)^单号 S001-T1-(\d{8})-\d{4}`)
	lineTime   = regexp.MustCompile(`(?m)^时间 (\d{4}-\d{2}-\d{2} (\d{2}):\d{2}:\d{2})\s+收银员 (\S+)`)
	lineDue    = regexp.MustCompile(`(?m)^应收\s+￥(\S+)$`)
	lineTender = regexp.MustCompile(`(?m)^(现金|微信支付)\s+(\S+)$`)
	lineGoods  = regexp.MustCompile(`(?m)^(\S.*)\n\s+[\d.]+(?:/\S+)?\s+(\d+)\s+([\d.]+)$`)

	lineBack     = regexp.MustCompile(`(?m)^退款金额\s+￥(\S+)$`)
	lineBackTime = regexp.MustCompile(`(?m)^退款时间 (\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})`)
	lineBackCash = regexp.MustCompile(`(?m)^退款方式\s+现金$`)

	lineAmount = regexp.MustCompile(`(?m)^金额\s+￥(\S+)$`)

	lineZ        = regexp.MustCompile(`交班单 Z(\d+)`)
	lineZDay     = regexp.MustCompile(`营业日 (\S+) 第\d+班`)
	lineSold     = regexp.MustCompile(`(?m)^销售\s+(\d+)笔\s+(\S+)$`)
	lineExpected = regexp.MustCompile(`(?m)^应有现金\s+(\S+)$`)
	lineCounted  = regexp.MustCompile(`(?m)^实点现金\s+(\S+)$`)
)

// want finds the one line of a paper that must be there.
func want(text string, line *regexp.Regexp) ([]string, error) {
	all := line.FindAllStringSubmatch(text, -1)
	if len(all) != 1 {
		return nil, fmt.Errorf("%d lines are like %v", len(all), line)
	}
	return all[0], nil
}

// yuan reads an amount in its own way.
func yuan(s string) pos.Fen {
	sign := pos.Fen(1)
	if rest, minus := strings.CutPrefix(s, "-"); minus {
		sign, s = -1, rest
	}
	whole, part, _ := strings.Cut(s, ".")
	n, err := strconv.Atoi(whole + part)
	if err != nil || len(part) != 2 {
		panic("no amount: " + s)
	}
	return sign * pos.Fen(n)
}

// paper counts one paper.
func (c *recount) paper(doc pos.Document, text string) error {
	switch doc {
	case pos.DocSale:
		return c.sale(text)
	case pos.DocRefund:
		return c.refund(text)
	case pos.DocCash:
		m, err := want(text, lineAmount)
		if err != nil {
			return err
		}
		if strings.Contains(text, "放入零钱") {
			c.drawer += yuan(m[1])
		} else {
			c.drawer -= yuan(m[1])
		}
	case pos.DocZ:
		return c.zReport(text)
	case pos.DocReprint, pos.DocX, pos.DocBill:
	}
	return nil
}

func (c *recount) sale(text string) error {
	no, err := want(text, lineNo)
	if err != nil {
		return err
	}
	at, err := want(text, lineTime)
	if err != nil {
		return err
	}
	due, err := want(text, lineDue)
	if err != nil {
		return err
	}
	tender, err := want(text, lineTender)
	if err != nil {
		return err
	}
	d, net := c.on(no[1]), yuan(due[1])
	if yuan(tender[2]) != net {
		return fmt.Errorf("%s was paid of %v", tender[2], net)
	}
	d.sales, d.net = d.sales+1, d.net+net
	t := d.tenders[tender[1]]
	d.tenders[tender[1]] = pos.TenderTakings{Count: t.Count + 1, Fen: t.Fen + net}
	hour, _ := strconv.Atoi(at[2]) // two digits
	h := d.hours[hour]
	d.hours[hour] = pos.HourTakings{Count: h.Count + 1, Net: h.Net + net}
	p := d.people[at[3]]
	d.people[at[3]] = pos.HourTakings{Count: p.Count + 1, Net: p.Net + net}
	goods := lineGoods.FindAllStringSubmatch(text, -1)
	if len(goods) == 0 {
		return fmt.Errorf("there are no goods on it")
	}
	for _, g := range goods {
		n, _ := strconv.Atoi(g[2]) // digits
		i := d.goods[g[1]]
		d.goods[g[1]] = pos.ItemTakings{Pieces: i.Pieces + n, Fen: i.Fen + yuan(g[3])}
	}
	if tender[1] == "现金" {
		c.drawer += net
	}
	return nil
}

func (c *recount) refund(text string) error {
	back, err := want(text, lineBack)
	if err != nil {
		return err
	}
	at, err := want(text, lineBackTime)
	if err != nil {
		return err
	}
	asked, err := time.ParseInLocation("2006-01-02 15:04:05", at[1], testShop.Calendar.Zone)
	if err != nil {
		return err
	}
	d := c.on(asked.Add(-4 * time.Hour).Format("20060102"))
	d.refunds, d.refunded = d.refunds+1, d.refunded+yuan(back[1])
	c.back++
	if lineBackCash.MatchString(text) {
		c.drawer -= yuan(back[1])
	}
	return nil
}

func (c *recount) zReport(text string) error {
	var p zPaper
	for _, field := range []struct {
		line *regexp.Regexp
		take func(m []string)
	}{
		{lineZ, func(m []string) { p.z, _ = strconv.Atoi(m[1]) }},
		{lineZDay, func(m []string) { p.day = strings.ReplaceAll(m[1], "-", "") }},
		{lineSold, func(m []string) { p.sales, _ = strconv.Atoi(m[1]); p.gross = yuan(m[2]) }},
		{lineExpected, func(m []string) { p.expected = yuan(m[1]) }},
		{lineCounted, func(m []string) { p.there = yuan(m[1]) }},
	} {
		m, err := want(text, field.line)
		if err != nil {
			return err
		}
		field.take(m)
	}
	c.papers = append(c.papers, p)
	return nil
}

// judgeDay holds a day's figures on screen and in files against its paper.
func (c *recount) judgeDay(t *testing.T, s *store.Store, day pos.Day) {
	t.Helper()
	d := c.on(day.Compact())
	got, err := s.Day(t.Context(), day, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	if got.Sales != d.sales || got.Net != d.net || got.Gross-got.Discount != d.net || got.Refunds != d.refunds || got.Refunded != d.refunded {
		t.Errorf("%v: the books have %d sales of %v and %d refunds of %v, the paper %d of %v and %d of %v",
			day, got.Sales, got.Net, got.Refunds, got.Refunded, d.sales, d.net, d.refunds, d.refunded)
	}
	tenders := map[string]pos.TenderTakings{}
	for _, x := range got.Tenders {
		name := "微信支付"
		if x.Tender == pos.TenderCash {
			name = "现金"
		}
		tenders[name] = pos.TenderTakings{Count: tenders[name].Count + x.Count, Fen: tenders[name].Fen + x.Fen}
	}
	same(t, day, "tenders", tenders, d.tenders)
	hours, people, goods := map[int]pos.HourTakings{}, map[string]pos.HourTakings{}, map[string]pos.ItemTakings{}
	for h, x := range got.Hours {
		if x.Count > 0 {
			hours[h] = x
		}
	}
	for _, x := range got.Cashiers {
		people[x.Cashier] = pos.HourTakings{Count: x.Count, Net: x.Net}
	}
	for _, x := range got.Top {
		goods[x.Name] = pos.ItemTakings{Pieces: x.Pieces, Fen: x.Fen}
	}
	same(t, day, "hours", hours, d.hours)
	same(t, day, "people", people, d.people)
	same(t, day, "goods", goods, d.goods)
	c.judgeFiles(t, s, day, d)
}

func same[K comparable, V comparable](t *testing.T, day pos.Day, what string, got, want map[K]V) {
	t.Helper()
	for k, v := range got {
		if want[k] != v {
			t.Errorf("%v, %s: the books have %+v of %v, the paper %+v", day, what, v, k, want[k])
		}
	}
	for k, v := range want {
		if _, ok := got[k]; !ok {
			t.Errorf("%v, %s: the paper has %+v of %v, the books nothing", day, what, v, k)
		}
	}
}

// judgeFiles exports a day as a bookkeeper does, and adds the files up.
func (c *recount) judgeFiles(t *testing.T, s *store.Store, day pos.Day, d *paperDay) {
	t.Helper()
	file := func(kind pos.ExportKind) []map[string]string {
		t.Helper()
		var out bytes.Buffer
		r := export.Request{ExportRequest: pos.ExportRequest{Kind: kind, Format: pos.FormatCSV, Span: pos.Span{From: day, To: day}}, Shop: testShop, Lang: "zh-CN"}
		sum, err := export.Write(t.Context(), &out, r, s, nil)
		if err != nil {
			t.Fatalf("export %s of %v: %v", kind, day, err)
		}
		rows := tableOf(t, out.Bytes())
		if len(rows) != sum.Rows {
			t.Errorf("%v: %d rows of %s, said %d", day, len(rows), kind, sum.Rows)
		}
		for _, i := range sum.Identities {
			if !i.Holds() {
				t.Errorf("%v: %s does not prove itself: %+v", day, kind, i)
			}
		}
		return rows
	}
	sum := func(rows []map[string]string, column string, of func(map[string]string) bool) (n int, f pos.Fen) {
		for _, r := range rows {
			if of(r) {
				fen, err := strconv.Atoi(r[column])
				if err != nil {
					t.Fatalf("%s is %q", column, r[column])
				}
				n, f = n+1, f+pos.Fen(fen)
			}
		}
		return n, f
	}
	all := func(map[string]string) bool { return true }
	if n, f := sum(file(pos.ExportSales), "net_fen", all); n != d.sales || f != d.net {
		t.Errorf("%v: %d sales of %v in the file, %d of %v on paper", day, n, f, d.sales, d.net)
	}
	payments := file(pos.ExportPayments)
	for name, tender := range map[string]string{"现金": "cash", "微信支付": "wechat-"} {
		n, f := sum(payments, "amount_fen", func(r map[string]string) bool { return r["receipt_no"] != "" && strings.HasPrefix(r["tender"], tender) })
		if w := d.tenders[name]; n != w.Count || f != w.Fen {
			t.Errorf("%v: %d payments by %s of %v in the file, %d of %v on paper", day, n, tender, f, w.Count, w.Fen)
		}
	}
	var pieces int
	for _, g := range d.goods {
		pieces += g.Pieces
	}
	lines := file(pos.ExportLines)
	_, f := sum(lines, "net_fen", all)
	_, n := sum(lines, "quantity", all)
	if f != d.net || int(n) != pieces {
		t.Errorf("%v: lines of %v and %d pieces in the file, %v and %d on paper", day, f, n, d.net, pieces)
	}
	if n, f := sum(file(pos.ExportRefunds), "amount_fen", func(r map[string]string) bool {
		return r["receipt_no"] != "" && (r["state"] == "done" || r["state"] == "accepted")
	}); n != d.refunds || f != d.refunded {
		t.Errorf("%v: %d refunds of %v in the file, %d of %v on paper", day, n, f, d.refunds, d.refunded)
	}
	var sold pos.Fen
	z := 0
	for _, p := range c.papers {
		if p.day == day.Compact() {
			sold, z = sold+p.gross, z+1
		}
	}
	if n, f := sum(file(pos.ExportShifts), "net_fen", all); n != z || f != d.net || sold != d.net {
		t.Errorf("%v: %d shifts of %v in the file, %d of %v on paper, receipts of %v", day, n, f, z, sold, d.net)
	}
}

func tableOf(t *testing.T, file []byte) []map[string]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file, []byte("\xef\xbb\xbf")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, name := range rows[0] {
			m[name] = row[i]
		}
		out = append(out, m)
	}
	return out
}

// judgeMonth holds the month's figures against the sum of its days' paper.
func (c *recount) judgeMonth(t *testing.T, s *store.Store, days []pos.Day) {
	t.Helper()
	for month, net := range c.byMonth(days) {
		got, err := s.Month(t.Context(), month, 10_000)
		if err != nil {
			t.Fatal(err)
		}
		var goods pos.Fen
		for _, i := range got.Top {
			goods += i.Fen
		}
		if got.Total.Net != net || goods != net {
			t.Errorf("%d: the books have %v and goods of %v, the paper %v", month, got.Total.Net, goods, net)
		}
	}
}

func (c *recount) byMonth(days []pos.Day) map[int]pos.Fen {
	net := map[int]pos.Fen{}
	for _, d := range days {
		net[int(d)/100] += c.on(d.Compact()).net
	}
	return net
}

// judgeShifts holds the Z reports in the ledger against those on paper and on the screen.
func (c *recount) judgeShifts(t *testing.T, s *store.Store) {
	t.Helper()
	if len(c.papers) != len(c.shifts) {
		t.Fatalf("%d Z reports on paper, %d on screen", len(c.papers), len(c.shifts))
	}
	for i, p := range c.papers {
		z, err := s.ZReport(t.Context(), p.z)
		if err != nil {
			t.Fatal(err)
		}
		shown := c.shifts[i]
		if z.Sales != p.sales || z.Gross != p.gross || z.Cash.Expected != p.expected || *z.Cash.Counted != p.there || shown.Z != p.z || shown.Head != z.Head {
			t.Errorf("Z %d: paper %+v, screen %+v, ledger %+v", p.z, p, shown, z)
		}
	}
}

// judgeMoney holds what WeChat owes by the books, with what it kept and paid out, against WeChat's own payments and refunds.
func (m *month) judgeMoney() {
	m.t.Helper()
	var truth pos.Fen
	for day := m.days[0]; day <= testShop.Calendar.DayOf(time.Now()); day = day.Next() {
		rows, err := m.sim.BillRows("", day.Compact())
		if err != nil {
			m.t.Fatal(err)
		}
		for _, r := range rows {
			if r.State == sim.StateSuccess {
				truth += pos.Fen(r.Settlement)
			} else {
				truth -= pos.Fen(r.Refund)
			}
		}
	}
	books := m.balances()
	if got := books["wechat:receivable"] + books["wechat:fees"] + books["bank"]; got != truth {
		m.t.Errorf("WeChat has %v of ours, the books say %v: %v", truth, got, books)
	}
	if books["wechat:exceptions"] != 0 || books["wechat:refunding"] != 0 {
		m.t.Errorf("something is still owed: %v", books)
	}
	if books["wechat:fees"] <= 0 || books["bank"] <= 0 {
		m.t.Errorf("no fees or no payouts were booked: %v", books)
	}
	if books["cash:drawer"] != m.count.drawer {
		m.t.Errorf("the drawer has %v by the books and %v by hand", books["cash:drawer"], m.count.drawer)
	}
}

// balances are the accounts as a stranger reads them from the file.
func (m *month) balances() map[string]pos.Fen {
	m.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(m.dir, store.File)+"?mode=ro")
	if err != nil {
		m.t.Fatal(err)
	}
	defer func() { _ = db.Close() }() // it was read
	rows, err := db.QueryContext(context.Background(), `SELECT account, sum(fen) FROM posting GROUP BY account`)
	if err != nil {
		m.t.Fatal(err)
	}
	defer func() { _ = rows.Close() }() // its error is in rows.Err
	all := map[string]pos.Fen{}
	for rows.Next() {
		var account string
		var fen pos.Fen
		if err := rows.Scan(&account, &fen); err != nil {
			m.t.Fatal(err)
		}
		all[account] = fen
	}
	if err := rows.Err(); err != nil {
		m.t.Fatal(err)
	}
	return all
}
