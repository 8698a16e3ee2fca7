package apiv2

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"guitai/pos"
	"guitai/pos/wechat"
)

// fullClient has every optional field set, to its limit.
func fullClient(t *testing.T) *Client {
	t.Helper()
	c, err := New(Config{
		Merchant: testMerchant(), BaseURL: testBase,
		NotifyURL:  "https://notify.invalid/" + strings.Repeat("n", 256-len("https://notify.invalid/")),
		DeviceInfo: strings.Repeat("店", 10) + "T1", SpbillCreateIP: "2001:db8::1", Attach: strings.Repeat("附", 42) + "!",
		GoodsTag: strings.Repeat("G", 32), LimitPay: "no_credit", Receipt: true,
		Store: Store{ID: "S001", Name: "柜台便利店", AreaCode: "440305", Address: "深圳市南山区科技中一道\"腾讯大厦\""},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// valuesOf reads a composed request back by encoding/xml, which knows nothing of our writer.
func valuesOf(t *testing.T, request []byte) map[string]string {
	t.Helper()
	list, err := readByTheBook(request)
	if err != nil {
		t.Fatalf("our request is no XML: %v\n%s", err, request)
	}
	m := map[string]string{}
	for _, f := range list {
		m[f[0]] = f[1]
	}
	return m
}

func TestCompose_EveryField(t *testing.T) {
	c := fullClient(t)
	request := composed(t, c, testOrder())
	want := map[string]string{
		"appid": "wx8888888888888888", "mch_id": "1900000109", "sign_type": "HMAC-SHA256", "trade_type": "NATIVE",
		"out_trade_no": testNo, "total_fee": "1350", "fee_type": "CNY",
		"time_start": "20261120151000", "time_expire": "20261120151500", // UTC 07:10 in Beijing
		"body": "可口可乐 330ml等3件", "product_id": "6901939621608", "version": "1.0",
		"detail": `{"cost_price":1350,"goods_detail":[` +
			`{"goods_id":"6901939621608","goods_name":"可口可乐 330ml","quantity":2,"price":300},` +
			`{"goods_id":"6924743915848","goods_name":"乐事薯片 原味 75g","quantity":1,"price":750}]}`,
		"scene_info":  `{"store_info":{"id":"S001","name":"柜台便利店","area_code":"440305","address":"深圳市南山区科技中一道\"腾讯大厦\""}}`,
		"device_info": strings.Repeat("店", 10) + "T1", "attach": strings.Repeat("附", 42) + "!",
		"goods_tag": strings.Repeat("G", 32), "limit_pay": "no_credit", "receipt": "Y", "spbill_create_ip": "2001:db8::1",
		"notify_url": "https://notify.invalid/" + strings.Repeat("n", 256-len("https://notify.invalid/")),
	}
	if got := valuesOf(t, request); !reflect.DeepEqual(got, want) {
		for k := range want {
			if got[k] != want[k] {
				t.Errorf("%s: got %q, want %q", k, got[k], want[k])
			}
			delete(got, k)
		}
		t.Errorf("more than wanted: %q", got)
	}
	if again := composed(t, c, testOrder()); !bytes.Equal(again, request) {
		t.Error("the same order gives other bytes")
	}
}

func TestCompose_FewestFields(t *testing.T) {
	c, _ := newClient(t, nil, nil)
	c.config.DeviceInfo = ""
	o := testOrder()
	o.Sale.Discount, o.Amount = 50, 1300
	want := "appid attach? body fee_type mch_id notify_url out_trade_no product_id sign_type spbill_create_ip time_expire time_start total_fee trade_type"
	got := valuesOf(t, composed(t, c, o))
	for name := range strings.SplitSeq(want, " ") {
		if optional, is := strings.CutSuffix(name, "?"); is {
			if _, there := got[optional]; there {
				t.Errorf("%s is sent without a value", optional)
			}
			continue
		}
		if got[name] == "" {
			t.Errorf("%s is missing", name)
		}
		delete(got, name)
	}
	if len(got) != 0 {
		t.Errorf("more than wanted: %q", got)
	}
}

func TestCompose_Body(t *testing.T) {
	line := func(name string, n int) pos.Line { return pos.Line{Name: name, Quantity: n} }
	for _, c := range []struct {
		name  string
		lines []pos.Line
		want  string
	}{
		{"one piece", []pos.Line{line("可口可乐", 1)}, "可口可乐"},
		{"pieces", []pos.Line{line("可口可乐", 2), line("雪碧", 1)}, "可口可乐等3件"},
		{"no lines", nil, "商品"},
		{"nothing but emoji", []pos.Line{line("🥤\u200d\ufe0f", 1)}, "商品"},
		{"nothing but emoji, then a name", []pos.Line{line("🥤", 1), line("雪碧", 1)}, "雪碧等2件"},
		{"emoji inside", []pos.Line{line("大🥤可乐", 1)}, "大可乐"},
		{"markup", []pos.Line{line("<b>A&B]]></b>", 1)}, "<b>A&B]]></b>"},
		{"control characters", []pos.Line{line("\x00可\x1b口\u0085可\ufffe乐\u202e\r\n\t330ml ", 1)}, "可口 可乐 330ml"},
		{"not UTF-8", []pos.Line{line("可\xb9\xfa乐", 1)}, "可乐"},
		{"127 bytes", []pos.Line{line(strings.Repeat("可", 42)+"x", 1)}, strings.Repeat("可", 42) + "x"},
		{"129 bytes", []pos.Line{line(strings.Repeat("可", 43), 1)}, strings.Repeat("可", 42)},
		{"long, with pieces", []pos.Line{line(strings.Repeat("可", 60), 9999)}, strings.Repeat("可", 39) + "等9999件"},
	} {
		got := wechat.Body(c.lines)
		if got != c.want || len(got) > 127 {
			t.Errorf("%s: got %q (%d bytes), want %q", c.name, got, len(got), c.want)
		}
	}
}

func TestCompose_GoodsAndProduct(t *testing.T) {
	o := testOrder()
	for barcode, want := range map[string]string{
		"6901939621608":         "6901939621608",
		"":                      "item-7",
		"含中文":                   "item-7",
		"a b":                   "item-7",
		strings.Repeat("1", 32): strings.Repeat("1", 32),
		strings.Repeat("1", 33): "item-7",
	} {
		o.Sale.Lines[0].Barcode, o.Sale.Lines[0].Item = barcode, 7
		if got := productOf(o); got != want {
			t.Errorf("barcode %q: product_id %q, want %q", barcode, got, want)
		}
	}
	o.Sale.Lines = nil
	if got := productOf(o); got != testNo {
		t.Errorf("no lines: product_id %q", got)
	}
}

// detail tells the whole truth or is not sent.
func TestCompose_DetailIsTrueOrAbsent(t *testing.T) {
	long := func(n int) pos.Order {
		o := testOrder()
		o.Sale.Lines = cartOf(n)
		o.Amount = pos.Fen(450 * n)
		return o
	}
	change := func(f func(*pos.Order)) pos.Order {
		o := testOrder()
		o.Sale.Lines = append([]pos.Line(nil), o.Sale.Lines...)
		f(&o)
		return o
	}
	for _, c := range []struct {
		name string
		o    pos.Order
		sent bool
	}{
		{"plain", testOrder(), true},
		{"40 lines", long(40), true},
		{"200 lines", long(200), false},
		{"500 lines", long(500), false},
		{"discounted", change(func(o *pos.Order) { o.Sale.Discount, o.Amount = 50, 1300 }), false},
		{"weighed", change(func(o *pos.Order) {
			o.Sale.Lines = []pos.Line{{Item: 3, Name: "苹果", Unit: "kg", Price: 1280, Weight: 535, Quantity: 1}}
			o.Sale.Gross, o.Sale.Discount, o.Amount = 685, 0, 685
		}), true},
		{"labelled", change(func(o *pos.Order) {
			o.Sale.Lines = []pos.Line{{Item: 3, Name: "烤鸡", Unit: "kg", Price: 3600, Label: 2990, Quantity: 2}}
			o.Sale.Gross, o.Sale.Discount, o.Amount = 5980, 0, 5980
		}), true},
		{"a promotion that leaves whole fen", change(func(o *pos.Order) {
			o.Sale.Lines = []pos.Line{{Item: 3, Name: "可乐", Price: 300, Quantity: 2, Deal: "第二件半价", DealOff: 150}}
			o.Sale.Gross, o.Sale.Discount, o.Amount = 600, 150, 450
		}), true},
		{"a promotion that leaves half a fen", change(func(o *pos.Order) {
			o.Sale.Lines = []pos.Line{{Item: 3, Name: "可乐", Price: 301, Quantity: 2, Deal: "第二件半价", DealOff: 151}}
			o.Sale.Gross, o.Sale.Discount, o.Amount = 602, 151, 451
		}), false},
		{"less what came back for it", change(func(o *pos.Order) {
			o.Sale.Credits, o.Amount = []pos.Credit{{Amount: 300}}, 1050
		}), false},
		{"paid in part", change(func(o *pos.Order) { o.Amount = 850 }), false},
		{"no lines", change(func(o *pos.Order) { o.Sale.Lines = nil }), false},
		{"negative price", change(func(o *pos.Order) { o.Sale.Lines[0].Price, o.Amount = -300, 150 }), false},
		{"no quantity", change(func(o *pos.Order) { o.Sale.Lines[0].Quantity, o.Amount = 0, 750 }), false},
	} {
		client, _ := newClient(t, nil, nil)
		got := valuesOf(t, composed(t, client, c.o))
		if (got["detail"] != "") != c.sent || (got["version"] == "1.0") != c.sent {
			t.Errorf("%s: detail %q, version %q", c.name, got["detail"], got["version"])
		}
		if len(got["detail"]) > 6000 {
			t.Errorf("%s: detail of %d bytes", c.name, len(got["detail"]))
		}
	}
}

func TestCompose_SceneInfoFits(t *testing.T) {
	for _, s := range []Store{
		{ID: "S001"},
		{ID: "S001", Name: strings.Repeat("店", 40), Address: strings.Repeat("路", 100)},
		{ID: "S001", Name: strings.Repeat("店", 40), AreaCode: "440305", Address: strings.Repeat("<&>", 60)},
		{ID: strings.Repeat("<", 32), Name: strings.Repeat("&", 60), Address: strings.Repeat("\"", 100)},
		{ID: "S001", Name: strings.Repeat(">", 64)},
	} {
		got := sceneInfo(s)
		var back struct {
			Info storeInfo `json:"store_info"`
		}
		if err := json.Unmarshal([]byte(got), &back); err != nil || len(got) > 256 {
			t.Fatalf("%d bytes, %v: %s", len(got), err, got)
		}
		if back.Info.ID != s.ID || !strings.HasPrefix(s.Name, back.Info.Name) || !strings.HasPrefix(s.Address, back.Info.Address) {
			t.Errorf("%s does not begin %+v", got, s)
		}
	}
	if got := sceneInfo(Store{Name: "柜台便利店"}); got != "" {
		t.Errorf("a store without an id gives %s", got)
	}
}

func TestCompose_RefusesWhatCannotBeSaid(t *testing.T) {
	client, _ := newClient(t, nil, nil)
	for name, change := range map[string]func(*pos.Order){
		"no number":         func(o *pos.Order) { o.OutTradeNo = "" },
		"short number":      func(o *pos.Order) { o.OutTradeNo = "12345" },
		"long number":       func(o *pos.Order) { o.OutTradeNo = strings.Repeat("1", 33) },
		"odd number":        func(o *pos.Order) { o.OutTradeNo = "S001 T1 <x>" },
		"nothing":           func(o *pos.Order) { o.Amount = 0 },
		"less than nothing": func(o *pos.Order) { o.Amount = -1 },
		"too much":          func(o *pos.Order) { o.Amount = pos.MaxAmount + 1 },
		"no start":          func(o *pos.Order) { o.OpenedAt = time.Time{} },
		"no end":            func(o *pos.Order) { o.ExpiresAt = time.Time{} },
		"59 seconds":        func(o *pos.Order) { o.ExpiresAt = o.OpenedAt.Add(59 * time.Second) },
	} {
		o := testOrder()
		change(&o)
		if b, err := client.Compose(o); pos.CodeOf(err) != pos.CodeInvalid || b != nil {
			t.Errorf("%s: got %q, %v", name, b, err)
		}
	}
	o := testOrder()
	o.Amount, o.ExpiresAt = pos.MaxAmount, o.OpenedAt.Add(time.Minute)
	if _, err := client.Compose(o); err != nil {
		t.Errorf("the most, for a minute: %v", err)
	}
}

// limits is what WeChat takes, in bytes (统一下单, request parameters).
var limits = map[string]int{
	"appid": 32, "mch_id": 32, "device_info": 32, "body": 127, "detail": 6000, "attach": 127, "out_trade_no": 32,
	"fee_type": 16, "total_fee": 9, "spbill_create_ip": 64, "time_start": 14, "time_expire": 14, "goods_tag": 32,
	"notify_url": 256, "trade_type": 16, "product_id": 32, "limit_pay": 32, "receipt": 8, "scene_info": 256,
	"sign_type": 32, "version": 32,
}

// Whatever is in the cart, the request stays within every limit and reads back as what was asked.
func TestCompose_AnyCart(t *testing.T) {
	client := fullClient(t)
	r := rand.New(rand.NewPCG(2026, 11))
	alphabet := []rune("可乐薯片等件AZaz09 <>&'\"\\]]>\x00\x1f\r\n\t\u2028\u200d\ufe0f\ufeff\ufffe\uffff\u0085😀𠮷é（）")
	text := func(most int) string {
		var b strings.Builder
		for range r.IntN(most) {
			b.WriteRune(alphabet[r.IntN(len(alphabet))])
		}
		if r.IntN(8) == 0 {
			b.WriteString("\xff\xc0")
		}
		return b.String()
	}
	for range 2000 {
		o := testOrder()
		o.Sale = pos.Sale{Lines: make([]pos.Line, r.IntN(60))}
		var sum pos.Fen
		for i := range o.Sale.Lines {
			l := pos.Line{
				Item: pos.ItemID(r.Int64N(1 << 40)), Name: text(120), Price: pos.Fen(r.IntN(3000)), Quantity: 1 + r.IntN(12),
			}
			switch r.IntN(6) {
			case 0:
				l.Weight, l.Quantity = 1+r.IntN(2000), 1
			case 1:
				l.DealOff = l.Amount() / 2
			}
			if l.Barcode = strconv.FormatInt(r.Int64N(1e13), 10); r.IntN(4) == 0 {
				l.Barcode = text(40)
			}
			o.Sale.Lines[i] = l
			o.Sale.Gross += l.Amount()
			o.Sale.Discount += l.Off()
			sum += l.Net()
		}
		if o.Amount = min(sum, pos.MaxAmount); r.IntN(4) == 0 || sum == 0 {
			o.Amount = 1 + pos.Fen(r.Int64N(int64(pos.MaxAmount)))
		}
		request := composed(t, client, o)
		got := valuesOf(t, request)
		for name, v := range got {
			if limit, known := limits[name]; !known || len(v) > limit || v == "" || !utf8.ValidString(v) || wechat.Clean(v) != v {
				t.Fatalf("%s is unknown, empty, too long (%d bytes) or unclean: %q", name, len(v), v)
			}
		}
		if got["out_trade_no"] != o.OutTradeNo || got["total_fee"] != strconv.FormatInt(int64(o.Amount), 10) || got["product_id"] == "" {
			t.Fatalf("the order reads back as another: %q", got)
		}
		if got["detail"] != "" {
			checkDetail(t, got["detail"], o)
		}
		if code := client.checkStored(request, "out_trade_no", o.OutTradeNo); code != pos.CodeNone {
			t.Fatalf("our own reader finds the request %q", code)
		}
	}
}

func checkDetail(t *testing.T, detail string, o pos.Order) {
	t.Helper()
	var d struct {
		CostPrice int64 `json:"cost_price"`
		Goods     []struct {
			ID       string `json:"goods_id"`
			Quantity int64  `json:"quantity"`
			Price    int64  `json:"price"`
		} `json:"goods_detail"`
	}
	if err := json.Unmarshal([]byte(detail), &d); err != nil {
		t.Fatal(err)
	}
	var sum int64
	for _, g := range d.Goods {
		sum += g.Price * g.Quantity
		if g.ID == "" || len(g.ID) > 32 {
			t.Fatalf("goods_id %q", g.ID)
		}
	}
	if sum != int64(o.Amount) || d.CostPrice != int64(o.Amount) || len(d.Goods) != len(o.Sale.Lines) {
		t.Fatalf("detail says %d and %d in %d lines, the order %d in %d", d.CostPrice, sum, len(d.Goods), o.Amount, len(o.Sale.Lines))
	}
}
