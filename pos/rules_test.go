package pos_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"guitai/pos"
)

func TestFen_String(t *testing.T) {
	for f, want := range map[pos.Fen]string{
		0: "0.00", 7: "0.07", 1350: "13.50", -7: "-0.07", -1350: "-13.50", math.MinInt64: "-92233720368547758.08",
	} {
		if got := f.String(); got != want {
			t.Errorf("%d: %q, want %q", int64(f), got, want)
		}
	}
}

func TestParseYuan(t *testing.T) {
	good := map[string]pos.Fen{"13.5": 1350, "13.50": 1350, "13": 1300, ".5": 50, "0.07": 7, " 2.00 ": 200, "1.": 100, "19.90": 1990}
	for s, want := range good {
		if got, err := pos.ParseYuan(s); err != nil || got != want {
			t.Errorf("%q: %d, %v; want %d", s, got, err, want)
		}
	}
	for _, s := range []string{"", ".", "1.234", "-1", "+1", "1,000", "1e3", "1.2.3", "１", "99999999999999999999", "0x10", "1 2"} {
		if f, err := pos.ParseYuan(s); pos.CodeOf(err) != pos.CodeInvalid {
			t.Errorf("%q read as %d, %v", s, f, err)
		}
	}
}

func FuzzParseYuan(f *testing.F) {
	f.Add("13.50")
	f.Add(".")
	f.Fuzz(func(t *testing.T, s string) {
		if v, err := pos.ParseYuan(s); err == nil {
			if again, err := pos.ParseYuan(v.String()); err != nil || again != v || v < 0 {
				t.Errorf("%q -> %d -> %q -> %d, %v", s, v, v.String(), again, err)
			}
		}
	})
}

var (
	cola  = pos.Item{ID: 1, Barcodes: []string{"6901028000017"}, Name: "可口可乐 330ml", Price: 300}
	chips = pos.Item{ID: 2, Barcodes: []string{"6901028000024"}, Name: "乐事薯片", Price: 750}
)

func TestCart(t *testing.T) {
	must := func(c pos.Cart, err error) pos.Cart {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	var empty pos.Cart
	c := must(empty.Add(cola, "", 2))
	c = must(c.Add(chips, "", 1))
	c = must(c.Add(cola, "", 1))
	if len(c.Lines) != 2 || c.Total() != 1650 || c.Pieces() != 4 || c.Selected != 0 {
		t.Fatalf("%+v", c)
	}
	before := c
	d := must(c.SetQuantity(1, 3))
	if !c.Same(before) || d.Total() != 3150 {
		t.Fatal("a change must leave the old cart as it was")
	}
	d = must(d.Remove(1))
	if d.Selected != 0 || d.Total() != 900 {
		t.Fatalf("%+v", d)
	}
	dear := cola
	dear.Price = 350
	if d = must(d.Add(dear, "", 1)); len(d.Lines) != 2 {
		t.Fatal("another price is another line")
	}
}

func TestCart_RefusesWhatMakesNoSense(t *testing.T) {
	var c pos.Cart
	for _, n := range []int{0, -1, pos.MaxQuantity + 1, math.MinInt, math.MaxInt} {
		if d, err := c.Add(cola, "", n); pos.CodeOf(err) != pos.CodeInvalid || !d.Empty() {
			t.Errorf("%d pieces: %v", n, err)
		}
	}
	c, _ = c.Add(cola, "", pos.MaxQuantity)
	if _, err := c.Add(cola, "", 1); err == nil {
		t.Error("one more than the most must be refused")
	}
	gold := pos.Item{ID: 9, Name: "金条", Price: pos.MaxAmount}
	if _, err := c.Add(gold, "", 1); err == nil {
		t.Error("too much money must be refused")
	}
	for _, i := range []int{-1, 1} {
		if _, err := c.Remove(i); err == nil {
			t.Errorf("no line %d", i)
		}
		if _, err := c.SetQuantity(i, 1); err == nil {
			t.Errorf("no line %d", i)
		}
	}
	many := pos.Cart{}
	for i := range pos.MaxLines {
		many, _ = many.Add(pos.Item{ID: pos.ItemID(i + 1), Name: "x", Price: 1}, "", 1)
	}
	if _, err := many.Add(gold, "", 1); err == nil {
		t.Error("too many lines must be refused")
	}
}

func TestClassify(t *testing.T) {
	tests := []struct {
		text string
		want pos.Scan
	}{
		{"6901028000018", pos.Scan{Kind: pos.ScanBadCheck, Code: "6901028000018"}},
		{"2112345015002", pos.Scan{Kind: pos.ScanInStore, Code: "2112345015002"}},
		{" 2112345015002\r", pos.Scan{Kind: pos.ScanInStore, Code: "2112345015002"}},
		{"２１１２３４５０１５００２", pos.Scan{Kind: pos.ScanInStore, Code: "2112345015002"}},
		{"036000291452", pos.Scan{Kind: pos.ScanGoods, Code: "036000291452"}},
		{"88", pos.Scan{Kind: pos.ScanGoods, Code: "88"}},
		{"ABC-1", pos.Scan{Kind: pos.ScanGoods, Code: "ABC-1"}},
		{"3*", pos.Scan{Kind: pos.ScanQuantity, Quantity: 3}},
		{"３＊", pos.Scan{Kind: pos.ScanQuantity, Quantity: 3}},
		{"12×", pos.Scan{Kind: pos.ScanQuantity, Quantity: 12}},
		{"3*2112345015002", pos.Scan{Kind: pos.ScanInStore, Code: "2112345015002", Quantity: 3}},
		{"0*2112345015002", pos.Scan{Kind: pos.ScanBadQuantity}},
		{"2*134567890123456789", pos.Scan{Kind: pos.ScanWeChat, Payment: "134567890123456789"}},
		{"0*", pos.Scan{Kind: pos.ScanBadQuantity}},
		{"10000*", pos.Scan{Kind: pos.ScanBadQuantity}},
		{"99999999999999999999*", pos.Scan{Kind: pos.ScanBadQuantity}},
		{"134567890123456789", pos.Scan{Kind: pos.ScanWeChat, Payment: "134567890123456789"}},
		{"159999999999999999", pos.Scan{Kind: pos.ScanWeChat, Payment: "159999999999999999"}},
		{"169999999999999999", pos.Scan{Kind: pos.ScanGoods, Code: "169999999999999999"}},
		{"281234567890123456", pos.Scan{Kind: pos.ScanAlipay}},
		{"2112345015003", pos.Scan{Kind: pos.ScanBadCheck, Code: "2112345015003"}},
		{"260001200012340560", pos.Scan{Kind: pos.ScanInStore, Code: "260001200012340560"}},
		{"260001200012340561", pos.Scan{Kind: pos.ScanAlipay}},
		{"250001200012340563", pos.Scan{Kind: pos.ScanAlipay}},
		{"Ｓ００１—Ｔ１－20261120-0001", pos.Scan{Kind: pos.ScanReceipt, Code: "S001-T1-20261120-0001"}},
		{"s001-t1-20261120-0001", pos.Scan{Kind: pos.ScanReceipt, Code: "S001-T1-20261120-0001"}},
		{"S001-T1-20261399-0001", pos.Scan{Kind: pos.ScanGoods, Code: "S001-T1-20261399-0001"}},
		{"", pos.Scan{}},
		{"  ", pos.Scan{}},
		{"a\x1bp0", pos.Scan{}},
		{strings.Repeat("9", 65), pos.Scan{}},
	}
	for _, tt := range tests {
		if got := pos.Classify(tt.text); got != tt.want {
			t.Errorf("%q: %+v, want %+v", tt.text, got, tt.want)
		}
	}
}

func TestCertain_IsWhatProvesItself(t *testing.T) {
	for text, want := range map[string]bool{
		"6901234567892": true, "６９０１２３４５６７８９２": true, "96385074": true, "036000291452": true, "2112345015002": true, "134567890123456789": true,
		"281234567890123456": true, "260001200012340560": true, "S001-T1-20261120-0001": true, "4200001234567890123456789012": true,
		"6901234567893": false, "12345678": false, "100000": false, "ABC-1": false, "13800138000": false, "3*": false, "": false, "1234567895": false,
	} {
		if got := pos.Certain(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// One of ten Alipay codes that begin with 26 has the check digit of a weighed code: what is open decides.
func TestScan_TheCollisionIsDecidedByWhatIsOpen(t *testing.T) {
	s := pos.Classify("260001200012340560")
	if !s.Goods() || !s.Collides() || s.Paying() != (pos.Scan{Kind: pos.ScanAlipay}) {
		t.Errorf("%+v, while a payment is open %+v", s, s.Paying())
	}
	for _, text := range []string{"2112345015002", "6901234567892", "134567890123456789", "S001-T1-20261120-0001"} {
		if s := pos.Classify(text); s.Collides() || s.Paying() != s {
			t.Errorf("%s is something else while a payment is open", text)
		}
	}
}

func TestScan_Codes(t *testing.T) {
	for code, want := range map[string]string{
		"036000291452": "[036000291452 0036000291452]", "0036000291452": "[0036000291452 036000291452]", "88": "[88]",
	} {
		if got := fmt.Sprint(pos.Classify(code).Codes()); got != want {
			t.Errorf("%s: %s, want %s", code, got, want)
		}
	}
}

func TestPaymentCode_NeverShowsMoreThanFourDigits(t *testing.T) {
	s := pos.Classify("134567890123456789")
	js, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("scan", "code", s.Payment, "scan", s)
	for _, out := range []string{
		fmt.Sprint(s), fmt.Sprintf("%v %+v %#v %s %q", s.Payment, s, s, s.Payment, s.Payment), string(js), log.String(),
	} {
		if strings.Contains(out, "3456789012") || !strings.Contains(out, "6789") {
			t.Errorf("shown as %s", out)
		}
	}
}

func TestValidEAN(t *testing.T) {
	for s, want := range map[string]bool{
		"2112345015002": true, "2112345015003": false, "036000291452": true, "96385074": true, "1234567": false, "": false,
	} {
		if pos.ValidEAN(s) != want {
			t.Errorf("%q: want %v", s, want)
		}
	}
}

func TestCalendar_DayOf(t *testing.T) {
	shanghai := time.FixedZone("CST", 8*3600)
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		c    pos.Calendar
		at   time.Time
		want pos.Day
	}{
		{pos.Calendar{Zone: shanghai, Starts: 4 * time.Hour}, time.Date(2026, 11, 20, 3, 59, 59, 0, shanghai), 20261119},
		{pos.Calendar{Zone: shanghai, Starts: 4 * time.Hour}, time.Date(2026, 11, 20, 4, 0, 0, 0, shanghai), 20261120},
		{pos.Calendar{Zone: shanghai, Starts: 4 * time.Hour}, time.Date(2027, 1, 1, 1, 0, 0, 0, shanghai), 20261231},
		{pos.Calendar{Zone: shanghai}, time.Date(2026, 11, 19, 16, 0, 0, 0, time.UTC), 20261120},
		{pos.Calendar{Zone: newYork, Starts: 4 * time.Hour}, time.Date(2026, 3, 8, 4, 0, 0, 0, newYork), 20260308}, // 23-hour day
		{pos.Calendar{Zone: newYork, Starts: 4 * time.Hour}, time.Date(2026, 11, 1, 3, 59, 0, 0, newYork), 20261031},
	}
	for _, tt := range tests {
		if got := tt.c.DayOf(tt.at); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.at, got, tt.want)
		}
	}
	if got := pos.Day(20261231).Next(); got != 20270101 {
		t.Error(got)
	}
}

func TestParseDay(t *testing.T) {
	for _, s := range []string{"2026-11-20", "20261120"} {
		if d, err := pos.ParseDay(s); err != nil || d != 20261120 || d.String() != "2026-11-20" {
			t.Errorf("%q: %v, %v", s, d, err)
		}
	}
	for _, s := range []string{"", "2026-11-31", "2026-1-2", "20.11.2026", "2026-11-20 "} {
		if _, err := pos.ParseDay(s); pos.CodeOf(err) != pos.CodeInvalid {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestReceiptNo(t *testing.T) {
	for want, r := range map[string]pos.ReceiptNo{
		"S001-T1-20261120-0001":     {Shop: "S001", Till: "T1", Day: 20261120, Epoch: 1, Seq: 1},
		"S001-T1-20261120-12345":    {Shop: "S001", Till: "T1", Day: 20261120, Epoch: 1, Seq: 12345},
		"S001-T1-20261120-R2-0007":  {Shop: "S001", Till: "T1", Day: 20261120, Epoch: 2, Seq: 7},
		"ABCDEFGH-T123-20261120-99": {},
	} {
		got, ok := pos.ParseReceiptNo(want)
		if r.Seq == 0 {
			if ok {
				t.Errorf("%s read as %+v", want, got)
			}
			continue
		}
		if !ok || got != r || r.String() != want {
			t.Errorf("%s: %+v %v %s", want, got, ok, r)
		}
	}
	if (pos.ReceiptNo{}).String() != "" {
		t.Error("no receipt has no number")
	}
}

func TestNewOutTradeNo_FitsAndNeverRepeats(t *testing.T) {
	form := regexp.MustCompile(`^[0-9A-Za-z_-]{6,32}$`)
	shop := pos.Shop{ID: "ABCDEFGH", Till: "T123"}
	seen := map[string]bool{}
	source := &counting{}
	for range 500 {
		no, err := pos.NewOutTradeNo(shop, 20261120, source)
		if err != nil || !form.MatchString(no) || !strings.HasPrefix(no, shop.OrderPrefix()+"261120") || seen[no] {
			t.Fatalf("%q %v", no, err)
		}
		seen[no] = true
	}
	if _, err := pos.NewOutTradeNo(shop, 20261120, strings.NewReader("short")); err == nil {
		t.Error("without randomness there is no number")
	}
}

type counting struct{ n uint64 }

func (c *counting) Read(p []byte) (int, error) {
	c.n++
	for i := range p {
		p[i] = byte(c.n >> (5 * i))
	}
	return len(p), nil
}

func TestJudgeNotice(t *testing.T) {
	good := pos.Notice{OutTradeNo: "n", Success: true, Trade: pos.Trade{TransactionID: "42000001", Amount: 1350, Currency: "CNY"}}
	less, dollars, failed, nameless := good, good, good, good
	less.Trade.Amount = 1
	dollars.Trade.Currency = "USD"
	failed.Success = false
	nameless.Trade.TransactionID = ""
	tests := []struct {
		name  string
		n     pos.Notice
		p     pos.Payment
		known bool
		kind  pos.SignalKind
		want  pos.Verdict
	}{
		{"waiting", good, in(pos.Waiting), true, pos.SigPaid, pos.NoticeSettles},
		{"opened, before the code came back", good, in(pos.Opened), true, pos.SigPaid, pos.NoticeSettles},
		{"closed", good, in(pos.Closed), true, pos.SigPaid, pos.NoticeSettles},
		{"again", good, in(pos.Paid), true, "", pos.NoticeReplay},
		{"again for an exception", good, in(pos.Exception), true, "", pos.NoticeReplay},
		{"another amount", less, in(pos.Waiting), true, pos.SigHint, pos.NoticeLater},
		{"another currency", dollars, in(pos.Waiting), true, pos.SigHint, pos.NoticeLater},
		{"failed", failed, in(pos.Waiting), true, pos.SigHint, pos.NoticeAsks},
		{"no transaction", nameless, in(pos.Waiting), true, pos.SigHint, pos.NoticeAsks},
		{"not ours", good, pos.Payment{}, false, "", pos.NoticeUnknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, v := pos.JudgeNotice(tt.n, tt.p, tt.known)
			if s.Kind != tt.kind || v != tt.want {
				t.Errorf("%s %s, want %s %s", s.Kind, v, tt.kind, tt.want)
			}
		})
	}
	for code, want := range map[pos.Code]pos.Verdict{
		pos.CodeBadSign: pos.NoticeForged, pos.CodeNotOurs: pos.NoticeForeign, pos.CodeBadAnswer: pos.NoticeBroken,
	} {
		if v := pos.VerdictOf(pos.E(code, "read notice", nil)); v != want || v.Accepted() {
			t.Errorf("%s: %s", code, v)
		}
	}
}

func TestEntries_SumToZeroAndChain(t *testing.T) {
	sale := pos.Sale{ID: 3, Gross: 1500, Discount: 150}
	cash := pos.Payment{ID: 1, Tender: pos.TenderCash, Amount: 1350, Currency: "CNY"}
	wx := pos.Payment{ID: 2, Tender: pos.TenderNative, Amount: 1350, Settlement: 1350, Currency: "CNY", TransactionID: "t"}
	coupon := wx
	coupon.Settlement = 1250
	except, ok := pos.ExceptionEntry(wx, noon, 20261120)
	if !ok {
		t.Fatal("an exception in yuan has an entry")
	}
	back, _ := pos.ReturnedEntry(wx, noon, 20261120)
	exceptCoupon, _ := pos.ExceptionEntry(coupon, noon, 20261120)
	backCoupon, _ := pos.ReturnedEntry(coupon, noon, 20261120)
	entries := []pos.Entry{
		pos.SaleEntry(sale, cash, nil, noon, 20261120), pos.SaleEntry(sale, wx, nil, noon, 20261120), except, back,
		pos.SaleEntry(sale, coupon, nil, noon, 20261120), exceptCoupon, backCoupon,
	}
	want := []string{
		"[{cash:drawer 13.50} {discount 1.50} {sales -15.00}]", "[{wechat:receivable 13.50} {discount 1.50} {sales -15.00}]",
		"[{wechat:receivable 13.50} {wechat:exceptions -13.50}]", "[{wechat:receivable -13.50} {wechat:exceptions 13.50}]",
		"[{wechat:receivable 12.50} {wechat:coupons 1.00} {discount 1.50} {sales -15.00}]",
		"[{wechat:receivable 12.50} {wechat:coupons 1.00} {wechat:exceptions -13.50}]",
		"[{wechat:receivable -12.50} {wechat:coupons -1.00} {wechat:exceptions 13.50}]",
	}
	seq, hash := int64(0), pos.ChainStart
	for i, e := range entries {
		if got := fmt.Sprint(e.Postings); got != want[i] || !e.Balanced() {
			t.Errorf("%s: %s, want %s", e.Kind, got, want[i])
		}
		l, err := pos.Chain(seq, hash, 1, e)
		if err != nil || l.Seq != seq+1 || l.PrevHash != hash || l.Hash != l.Sum() {
			t.Fatal(l, err)
		}
		tampered := l
		tampered.Body = bytes.Replace(l.Body, []byte("50}"), []byte("51}"), 1)
		if tampered.Sum() == l.Hash {
			t.Error("the hash must cover the body")
		}
		if back, err := l.Entry(); err != nil || fmt.Sprint(back) != fmt.Sprint(e) {
			t.Errorf("%v, %v", back, err)
		}
		seq, hash = l.Seq, l.Hash
	}
	crooked := entries[0]
	crooked.Postings = crooked.Postings[:1]
	if _, err := pos.Chain(seq, hash, 1, crooked); err == nil {
		t.Error("an entry that does not sum to zero must not be chained")
	}
	wx.Currency = "USD"
	if _, ok := pos.ExceptionEntry(wx, noon, 20261120); ok {
		t.Error("another currency has no posting")
	}
}

func TestCodeOf(t *testing.T) {
	err := fmt.Errorf("sell: %w", pos.E(pos.CodeFull, "commit", fmt.Errorf("inner: %w", pos.E(pos.CodeInternal, "x", nil))))
	if pos.CodeOf(err) != pos.CodeFull || pos.CodeOf(nil) != "" || pos.CodeOf(fmt.Errorf("x")) != pos.CodeInternal {
		t.Error("the outermost code counts")
	}
}

func TestReceiptNo_IsPrintedTheSameHoweverManyDigitsItHas(t *testing.T) {
	for _, seq := range []int{1, 9, 10, 99, 100, 999, 1000, 9999, 10000, 123456789} {
		no := pos.ReceiptNo{Shop: "S001", Till: "T1", Day: 20261120, Epoch: 1, Seq: seq}
		want := fmt.Sprintf("S001-T1-20261120-%04d", seq)
		if got := no.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if back, ok := pos.ParseReceiptNo(want); !ok || back != no {
			t.Errorf("%q reads back as %+v", want, back)
		}
	}
}

// What was agreed on for the goods that were there is not for more of them.
func TestCart_AgreedForWhatWasThere(t *testing.T) {
	at := pos.ShopTime{}
	c, _ := pos.Cart{}.Add(cola, "", 2)
	c, _ = c.SetCut(0, pos.Cut{Kind: pos.CutTo, N: 500})
	c, _ = c.SetCartCut(pos.Cut{Kind: pos.CutTo, N: 450})
	c = c.Priced(nil, at)
	if c.Total() != 450 {
		t.Fatalf("%+v", c)
	}
	if d, _ := c.Add(cola, "", 1); d.Priced(nil, at).Total() != 750 || len(d.Lines) != 2 {
		t.Errorf("one more on a line of its own: %+v", d.Priced(nil, at))
	}
	if d, _ := c.SetQuantity(0, 3); d.Priced(nil, at).Total() != 750 {
		t.Errorf("one more: %+v", d.Priced(nil, at))
	}
	if d, _ := c.SetQuantity(0, 1); d.Priced(nil, at).Total() != 300 || d.Cut.Kind != pos.CutTo {
		t.Errorf("one fewer: %+v", d.Priced(nil, at))
	}
	for q, want := range map[pos.SetQuantity]pos.Deed{
		{Line: 0, N: 3}: pos.DeedDiscount, {Line: 0, N: 2}: pos.DeedSell, {Line: 0, N: 1}: pos.DeedSell, {Line: 1, N: 9}: pos.DeedSell, {Line: -1, N: 9}: pos.DeedSell,
	} {
		if got := pos.DeedToSet(c, q); got != want {
			t.Errorf("%+v takes %q, want %q", q, got, want)
		}
	}
	d, _ := c.SetPrice(0, 100)
	if got := pos.DeedToSet(d, pos.SetQuantity{N: 3}); got != pos.DeedPrice {
		t.Errorf("more at another price takes %q", got)
	}
	if d, _ = c.Remove(0); !d.Same(pos.Cart{}) {
		t.Errorf("emptied: %+v", d)
	}
}
