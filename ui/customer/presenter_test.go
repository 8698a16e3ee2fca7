package customer

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

var shownAt = time.Date(2026, 11, 20, 15, 12, 0, 0, time.UTC)

// screen is a presenter that counts how often it wants to be drawn.
type screen struct {
	*Presenter
	now   time.Time
	draws int
}

func newScreen(lang string) *screen {
	s := &screen{now: shownAt}
	s.Presenter = NewPresenter(Config{
		Words: i18n.For(lang), Shop: "柜台便利店", Now: func() time.Time { return s.now }, Changed: func() { s.draws++ },
	})
	return s
}

func cartOf(t *testing.T, lines ...pos.Line) pos.Cart {
	t.Helper()
	var c pos.Cart
	for i, l := range lines {
		var err error
		if c, err = c.Add(pos.Item{ID: pos.ItemID(i + 1), Name: l.Name, Price: l.Price}, "", l.Quantity); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func payOf(phase pos.PayPhase, f func(*pos.PayView)) *pos.PayView {
	v := &pos.PayView{Payment: 7, OutTradeNo: "S001-T1-X", Tender: pos.TenderNative, Phase: phase, Amount: 1350, ExpiresAt: shownAt.Add(72 * time.Second), Life: 5 * time.Minute}
	if phase == pos.PayWaiting {
		v.CodeURL, v.Shown = "weixin://wxpay/bizpayurl?pr=X", true
	}
	if f != nil {
		f(v)
	}
	return v
}

func TestModel_WhatACustomerSees(t *testing.T) {
	cart := cartOf(t, pos.Line{Name: "可口可乐", Price: 300, Quantity: 2}, pos.Line{Name: "乐事薯片", Price: 750, Quantity: 1})
	shown := func(v *pos.PayView) { v.Shown = true }
	for _, c := range []struct {
		name  string
		snap  pos.Snapshot
		face  Face
		words string // of what stands beside the goods, or instead of them
	}{
		{"nobody", pos.Snapshot{}, Idle, "欢迎光临"},
		{"goods", pos.Snapshot{Cart: cart}, Basket, "应付 ¥13.50"},
		{"locked with goods", pos.Snapshot{Cart: cart, Pay: payOf(pos.PayWaiting, nil), Staff: pos.StaffView{Locked: true}}, Idle, "欢迎光临"},
		{"locked after a sale", pos.Snapshot{Done: &pos.Done{Amount: 1350}, Staff: pos.StaffView{Locked: true}}, Idle, "欢迎光临"},
		{"a code", pos.Snapshot{Cart: cart, Pay: payOf(pos.PayWaiting, nil)}, Code, "¥13.50 请用微信扫一扫付款 还剩 01:12"},
		{
			"a code without a network",
			pos.Snapshot{Cart: cart, Pay: payOf(pos.PayWaiting, func(v *pos.PayView) { v.Cause, v.Detail = pos.CodeUnreachable, "dial tcp" })},
			Code, "¥13.50 付款后请稍候，正在确认 还剩 01:12",
		},
		{"fetching", pos.Snapshot{Cart: cart, Pay: payOf(pos.PayFetching, nil)}, Wait, "¥13.50 请稍候 付款码马上就好"},
		{"fetching again", pos.Snapshot{Cart: cart, Pay: payOf(pos.PayFetching, shown)}, Wait, "¥13.50 正在确认，请稍候 请不要重复付款"},
		{"password", pos.Snapshot{Cart: cart, Pay: payOf(pos.PayPaying, shown)}, Wait, "¥13.50 付款中… 请在手机上输入密码"},
		{"charging", pos.Snapshot{Cart: cart, Pay: payOf(pos.PayCharging, nil)}, Wait, "¥13.50 正在确认，请稍候 如需输入密码，请看手机"},
		{"expired", pos.Snapshot{Cart: cart, Pay: payOf(pos.PayExpired, shown)}, Wait, "¥13.50 正在确认，请稍候 请不要重复付款"},
		{"checking", pos.Snapshot{Cart: cart, Pay: payOf(pos.PayChecking, shown)}, Wait, "¥13.50 正在确认，请稍候 请不要重复付款"},
		{"reversing", pos.Snapshot{Cart: cart, Pay: payOf(pos.PayUndoing, nil)}, Wait, "¥13.50 正在确认，请稍候 请不要重复付款"},
		{"failed", pos.Snapshot{Cart: cart, Pay: payOf(pos.PayFailed, nil)}, Basket, "应付 ¥13.50"},
		{"refused", pos.Snapshot{Cart: cart, Pay: payOf(pos.PayRefused, func(v *pos.PayView) { v.Detail = "NOTENOUGH: 余额不足" })}, Basket, "应付 ¥13.50"},
		{"ended", pos.Snapshot{Cart: cart, Pay: payOf(pos.PayEnded, nil)}, Basket, "应付 ¥13.50"},
		{"paid", pos.Snapshot{Done: &pos.Done{Tender: pos.TenderNative, Amount: 1350}}, Paid, "¥13.50 付款成功 谢谢惠顾，欢迎再来"},
		{"paid late", pos.Snapshot{Done: &pos.Done{Tender: pos.TenderNative, Amount: 1350, Late: true}}, Paid, "¥13.50 付款成功 谢谢惠顾，欢迎再来"},
		{"exact", pos.Snapshot{Done: &pos.Done{Tender: pos.TenderCash, Amount: 1350}}, Paid, "¥13.50 付款成功 谢谢惠顾，欢迎再来"},
		{
			"change",
			pos.Snapshot{Done: &pos.Done{Tender: pos.TenderCash, Amount: 1350, Change: 650, Print: pos.PrintFailed}},
			Paid, "找零 ¥13.50 付款成功 应付 ¥13.50 · 收您 ¥20.00 ¥6.50 谢谢惠顾，欢迎再来",
		},
	} {
		s := newScreen(i18n.Chinese)
		s.Show(c.snap)
		m := s.Model()
		welcome := m.Welcome
		if m.Face != Idle {
			welcome = ""
		}
		got := strings.Join(strings.Fields(strings.Join([]string{welcome, m.Due, m.Amount, m.Title, m.Todo, m.Ask, m.Left, m.Tender, m.Change, m.Thanks}, " ")), " ")
		if m.Face != c.face || got != c.words {
			t.Errorf("%s: face %d %q, want %d %q", c.name, m.Face, got, c.face, c.words)
		}
		if (m.Code != "") != (c.face == Code) {
			t.Errorf("%s: the code says %q", c.name, m.Code)
		}
		if goods := m.Newest.Name != ""; goods != (c.face == Basket || c.face == Code || c.face == Wait) {
			t.Errorf("%s: the goods are %+v", c.name, m.Newest)
		}
	}
}

// Nothing that is not proven is called paid or failed, in either language.
func TestModel_NothingUnprovenIsPaidOrFailed(t *testing.T) {
	phases := []pos.PayPhase{
		pos.PayChecking, pos.PayFetching, pos.PayWaiting, pos.PayPaying, pos.PayCharging, pos.PayUndoing, pos.PayExpired, pos.PayFailed, pos.PayRefused, pos.PayEnded,
	}
	for _, lang := range []string{i18n.Chinese, i18n.English} {
		for _, ph := range phases {
			for _, shown := range []bool{false, true} {
				for _, cause := range []pos.Code{pos.CodeNone, pos.CodeNoAnswer, pos.CodeBadSign, pos.CodeExpired} {
					s := newScreen(lang)
					s.Show(pos.Snapshot{Cart: cartOf(t, pos.Line{Name: "x", Price: 1350, Quantity: 1}), Pay: payOf(ph, func(v *pos.PayView) {
						v.Shown, v.Cause, v.Detail = shown || v.Shown, cause, "STAFF ONLY"
					})})
					all := text(reflect.ValueOf(s.Model()))
					for _, never := range []string{"成功", "已付", "已收", "失败", "Paid", "paid", "failed", "Failed", "STAFF", "S001"} {
						if strings.Contains(all, never) {
							t.Errorf("%s, %s: it says %q in %q", lang, ph, never, all)
						}
					}
				}
			}
		}
	}
}

// text is every text in a value.
func text(v reflect.Value) string {
	switch v.Kind() {
	case reflect.String:
		return v.String() + "|"
	case reflect.Struct:
		var b strings.Builder
		for i := range v.NumField() {
			b.WriteString(text(v.Field(i)))
		}
		return b.String()
	case reflect.Slice:
		var b strings.Builder
		for i := range v.Len() {
			b.WriteString(text(v.Index(i)))
		}
		return b.String()
	default:
		return ""
	}
}

// What is the staff's, and what belongs to other customers, is not in anything that is shown.
func TestModel_NothingOfTheStaffs(t *testing.T) {
	const secret = "王芳"
	snap := pos.Snapshot{
		Cart: cartOf(t, pos.Line{Name: "x", Price: 1350, Quantity: 1}), Excepted: 77, Last: 4711,
		Staff:      pos.StaffView{People: []pos.Person{{Name: secret}}, Who: pos.Person{Name: secret}},
		Message:    pos.Message{N: 1, Kind: pos.MsgAlarm, ID: "exception", Args: []string{"99.99", "twice", secret}},
		Pending:    []pos.PendingView{{OutTradeNo: "S001-T1-OTHER", Amount: 9999}},
		Exceptions: []pos.ExceptionCase{{}}, Health: pos.Health{WeChat: pos.Part{Light: pos.LightBad, Cause: pos.CodeCaptive}},
		Done: &pos.Done{Nth: 128, Amount: 1350, Receipt: pos.ReceiptNo{Shop: "S001", Till: "T1", Seq: 42}},
	}
	for _, done := range []bool{true, false} {
		s := newScreen(i18n.English)
		if !done {
			snap.Done = nil
		}
		s.Show(snap)
		all := text(reflect.ValueOf(s.Model()))
		for _, never := range []string{secret, "77", "99.99", "128", "0042", "S001", "4711"} {
			if strings.Contains(all, never) {
				t.Errorf("it shows %q in %q", never, all)
			}
		}
	}
}

func TestModel_TheNewestLineIsLargeAndTheOthersFollow(t *testing.T) {
	s := newScreen(i18n.Chinese)
	lines := make([]pos.Line, 30)
	for i := range lines {
		lines[i] = pos.Line{Name: string(rune('a' + i)), Price: 100, Quantity: 1}
	}
	cart := cartOf(t, lines...)
	s.Show(pos.Snapshot{Cart: cart})
	cart, _ = cart.Add(pos.Item{ID: 3, Name: "c", Price: 100}, "", 1)
	s.Show(pos.Snapshot{Cart: cart})
	m := s.Model()
	if m.Newest != (Row{Name: "c", Count: "2 × 1.00", Amount: "2.00"}) || m.Lines[0] != (Row{Name: string(rune('a' + 29)), Amount: "1.00"}) || len(m.Lines) != linesMost || m.Others != 29 {
		t.Errorf("%+v, %d of %d others from %+v", m.Newest, len(m.Lines), m.Others, m.Lines[0])
	}
	if m.Pieces != "共 31 件" || m.Amount != "¥31.00" {
		t.Errorf("%s, %s", m.Pieces, m.Amount)
	}
	for _, l := range m.Lines {
		if l.Name == "c" {
			t.Error("the newest line is there twice")
		}
	}
}

// A screen that shows the same is not drawn again, whatever else the till publishes.
func TestShow_DrawsOnlyWhatChanged(t *testing.T) {
	s := newScreen(i18n.English)
	snap := pos.Snapshot{Cart: cartOf(t, pos.Line{Name: "x", Price: 1350, Quantity: 1}), Pay: payOf(pos.PayWaiting, nil)}
	s.Show(snap)
	s.Model()
	draws := s.draws
	for i := range 50 {
		snap.Seq, snap.Taken = uint64(i), uint64(i)
		snap.Health.RoundTrip = time.Duration(i)
		again := *snap.Pay
		snap.Pay = &again
		s.Show(snap)
		s.Tick()
	}
	if s.draws != draws {
		t.Errorf("drawn %d times for nothing", s.draws-draws)
	}
	s.now = s.now.Add(time.Second)
	s.Tick()
	if s.draws != draws+1 || s.Model().Left != "01:11 left" {
		t.Errorf("drawn %d times for a second, says %q", s.draws-draws, s.Model().Left)
	}
}

func TestHint_GoesWithTheFirstGoods(t *testing.T) {
	s := newScreen(i18n.English)
	s.Hint(true)
	if s.Model().Hint == "" {
		t.Error("it does not say how it is moved")
	}
	s.Show(pos.Snapshot{Seq: 1, Staff: pos.StaffView{Locked: true}})
	if !s.Hinting() {
		t.Error("a locked till is no reason to stop saying so")
	}
	s.Show(pos.Snapshot{Cart: cartOf(t, pos.Line{Name: "x", Price: 1, Quantity: 1})})
	s.Show(pos.Snapshot{})
	if s.Hinting() || s.Model().Hint != "" {
		t.Error("it still says how it is moved")
	}
}

func TestModel_SaysWhatIsTakenOffAndWhatWasPaid(t *testing.T) {
	cart := pos.Cart{
		Lines: []pos.Line{
			{Item: 1, Name: "可口可乐", Price: 300, Quantity: 2, Deal: "第二件半价", DealOff: 150},
			{Item: 2, Name: "排骨", Price: 1280, Quantity: 1, Weight: 535},
		},
		Selected: 1, Cut: pos.Cut{Kind: pos.CutAmount, N: 100}, CutOff: 100,
	}
	back := cart
	back.Credits = []pos.Credit{{Goods: "雪碧", Amount: 1500, Receipt: "S001-T1-20261119-0042"}}
	code := payOf(pos.PayWaiting, func(v *pos.PayView) { v.Amount = 500 })
	for _, c := range []struct {
		name    string
		snap    pos.Snapshot
		newest  Row
		lines   []Row
		due     string
		amount  string
		less    string
		changes string
	}{
		{
			"discounts",
			pos.Snapshot{Cart: cart},
			Row{Name: "排骨", Count: "0.535 kg × 12.80", Amount: "6.85"},
			[]Row{{Name: "可口可乐", Count: "2 × 3.00", Off: "第二件半价  -1.50", Amount: "4.50"}},
			"应付", "¥10.35", "优惠 ¥2.50", "",
		},
		{
			"parts",
			pos.Snapshot{Cart: cart, Due: 535, Parts: []pos.PartView{{Tender: pos.OtherTender("支付宝"), Amount: 500}}},
			Row{Name: "排骨", Count: "0.535 kg × 12.80", Amount: "6.85"},
			nil, "还需付", "¥5.35", "优惠 ¥2.50   ·   已付 ¥5.00", "",
		},
		{"a code for a part", pos.Snapshot{Cart: cart, Due: 535, Parts: []pos.PartView{{Amount: 500}}, Pay: code}, Row{}, nil, "", "¥5.00", "优惠 ¥2.50   ·   已付 ¥5.00", ""},
		{
			"goods that come back",
			pos.Snapshot{Cart: back},
			Row{Name: "排骨", Count: "0.535 kg × 12.80", Amount: "6.85"},
			[]Row{{Name: "退回 雪碧", Amount: "-15.00"}, {Name: "可口可乐", Count: "2 × 3.00", Off: "第二件半价  -1.50", Amount: "4.50"}},
			"退给您", "¥4.65", "优惠 ¥2.50", "",
		},
		{"nothing but those", pos.Snapshot{Cart: pos.Cart{Credits: back.Credits}}, Row{Name: "退回 雪碧", Amount: "-15.00"}, nil, "退给您", "¥15.00", "", ""},
		{"paid in parts", pos.Snapshot{Done: &pos.Done{Tender: pos.TenderNative, Amount: 535, Net: 1035, Parts: 500}}, Row{}, nil, "", "¥10.35", "", ""},
		{"given back", pos.Snapshot{Done: &pos.Done{Tender: pos.TenderExchange, Net: 1035, Owed: 465}}, Row{}, nil, "退给您", "¥10.35", "", "¥4.65"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScreen(i18n.Chinese)
			s.Show(c.snap)
			m := s.Model()
			if c.newest != (Row{}) && m.Newest != c.newest || c.lines != nil && !reflect.DeepEqual(m.Lines, c.lines) {
				t.Errorf("%+v and %+v", m.Newest, m.Lines)
			}
			if m.Due != c.due || m.Amount != c.amount || m.Less != c.less || m.Change != c.changes {
				t.Errorf("%+v", m)
			}
			if strings.Contains(text(reflect.ValueOf(m)), "S001") || strings.Contains(text(reflect.ValueOf(m)), "支付宝") {
				t.Errorf("it shows what is not the customer's: %+v", m)
			}
		})
	}
}

// Of a sale in parts the customer reads that all of it is paid, and how much of it came how: the whole is never said to be the last payment.
func TestPaid_InParts(t *testing.T) {
	for _, c := range []struct {
		name       string
		done       pos.Done
		title, how string
		sure       bool
		change     string
	}{
		{"WeChat after cash", pos.Done{Tender: pos.TenderNative, Amount: 535, Net: 1035, Parts: 500}, "已付清", "微信支付 ¥5.35   ·   之前已付 ¥5.00", true, ""},
		{"WeChat after Alipay", pos.Done{Tender: pos.TenderCode, Amount: 535, Net: 1035, Parts: 500, Told: 500}, "已付清", "微信支付 ¥5.35   ·   之前已付 ¥5.00", false, ""},
		{"Alipay after WeChat", pos.Done{Tender: pos.OtherTender("支付宝"), Amount: 535, Net: 1035, Parts: 500}, "收银员已确认收款", "本次 ¥5.35   ·   之前已付 ¥5.00", false, ""},
		{"cash after WeChat", pos.Done{Tender: pos.TenderCash, Amount: 535, Change: 465, Net: 1035, Parts: 500}, "已付清", "现金 ¥5.35 · 收您 ¥10.00   ·   之前已付 ¥5.00", true, "¥4.65"},
		{"exact cash after WeChat", pos.Done{Tender: pos.TenderCash, Amount: 535, Net: 1035, Parts: 500}, "已付清", "现金 ¥5.35   ·   之前已付 ¥5.00", true, ""},
		{"WeChat after goods", pos.Done{Tender: pos.TenderNative, Amount: 535, Net: 1035}, "已付清", "微信支付 ¥5.35   ·   换货抵扣 ¥5.00", true, ""},
		{"all of it", pos.Done{Tender: pos.TenderNative, Amount: 1035, Net: 1035}, "付款成功", "", true, ""},
	} {
		s := newScreen(i18n.Chinese)
		s.Show(pos.Snapshot{Done: &c.done})
		if m := s.Model(); m.Title != c.title || m.Tender != c.how || m.Sure != c.sure || m.Change != c.change || m.Amount != "¥10.35" {
			t.Errorf("%s: %+v", c.name, m)
		}
	}
}

// Who is given money back has not paid.
func TestPaid_AnExchangeThatIsOwed(t *testing.T) {
	s := newScreen(i18n.Chinese)
	s.Show(pos.Snapshot{Done: &pos.Done{Tender: pos.TenderCash, Net: 1035, Owed: 465}})
	if m := s.Model(); m.Title != "换货完成" || m.Due != "退给您" || m.Change != "¥4.65" {
		t.Errorf("%+v", m)
	}
}

func TestPaid_WhatOnlyTheCashierVouchesForHasNoSignOfSuccess(t *testing.T) {
	for _, c := range []struct {
		tender pos.Tender
		title  string
	}{{pos.OtherTender("支付宝"), "收银员已确认收款"}, {pos.TenderNative, "付款成功"}, {pos.TenderCash, "付款成功"}} {
		s := newScreen(i18n.Chinese)
		s.Show(pos.Snapshot{Done: &pos.Done{Tender: c.tender, Amount: 1350, Net: 1350}})
		if m := s.Model(); m.Title != c.title || m.Sure != (c.title == "付款成功") || m.Amount != "¥13.50" {
			t.Errorf("%s: %+v", c.tender, m)
		}
	}
}
