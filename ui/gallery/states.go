package main

import (
	"context"
	"strings"
	"time"

	"guitai/pos"
	"guitai/ui/phone"
)

type phoneKind = phone.Kind

var shop = pos.Shop{Name: "柜台便利店", ID: "S001", Till: "T1", MchID: "1900000109", Calendar: pos.Calendar{Zone: time.FixedZone("CST", 8*3600)}}

var categories = []string{"饮料", "零食", "日用", "烟酒", "生鲜", "粮油调味", "冷冻食品", "文具玩具", "清洁用品"}

var items = func() []pos.Item {
	var all []pos.Item
	for i, x := range []struct {
		name, category string
		price          pos.Fen
	}{
		{"可口可乐 330ml", "饮料", 300},
		{"农夫山泉饮用天然水 550ml", "饮料", 200},
		{"雪碧 330ml", "饮料", 300},
		{"红牛维生素功能饮料 250ml", "饮料", 600},
		{"康师傅冰红茶 500ml", "饮料", 350},
		{"王老吉凉茶 310ml", "饮料", 450},
		{"元气森林白桃味苏打气泡水 480ml", "饮料", 550},
		{"蒙牛纯牛奶 250ml", "饮料", 380},
		{"乐事薯片 原味 75g", "零食", 750},
		{"奥利奥夹心饼干 原味 97g", "零食", 690},
		{"旺旺雪饼 84g", "零食", 550},
		{"卫龙大面筋 102g", "零食", 500},
		{"洽洽香瓜子 五香 160g", "零食", 890},
		{"德芙丝滑牛奶巧克力 43g", "零食", 950},
		{"三只松鼠每日坚果 750g 礼盒装", "零食", 13800},
		{"清风原木纯品抽纸 3层130抽×3包", "日用", 1290},
		{"云南白药牙膏 留兰香 120g", "日用", 2580},
		{"立白洗洁精 500g", "日用", 790},
		{"南孚5号电池 4粒", "日用", 1350},
		{"双喜香烟 硬盒", "烟酒", 1200},
		{"青岛啤酒 经典 500ml", "烟酒", 650},
		{"江小白 100ml", "烟酒", 1800},
		{"鸡蛋 10枚", "生鲜", 1280},
		{"香蕉 约500g", "生鲜", 450},
		{"海天生抽酱油 500ml", "粮油调味", 990},
		{"金龙鱼大豆油 1.8L", "粮油调味", 3290},
		{"太太乐鸡精 100g", "粮油调味", 680},
	} {
		all = append(all, pos.Item{
			ID: pos.ItemID(i + 1), Name: x.name, Category: x.category, Price: x.price,
			Barcodes: []string{"69010280" + string(rune('0'+i/10)) + string(rune('0'+i%10)) + "412"},
		})
	}
	return all
}()

// shelf is a catalogue of a few things.
type shelf struct{}

func (shelf) ItemByID(_ context.Context, id pos.ItemID) (pos.Item, error) {
	if id < 1 || int(id) > len(items) {
		return pos.Item{}, pos.E(pos.CodeNotFound, "find item", nil)
	}
	return items[id-1], nil
}

func (shelf) Find(_ context.Context, text string, limit int) ([]pos.Item, error) {
	var found []pos.Item
	for _, it := range items {
		if strings.Contains(it.Name, text) || strings.Contains(it.Barcode(), text) {
			found = append(found, it)
		}
	}
	return found[:min(limit, len(found))], nil
}

func (shelf) Categories(context.Context) ([]string, error) { return categories, nil }

func (shelf) InCategory(_ context.Context, category string, limit int) ([]pos.Item, error) {
	var found []pos.Item
	for _, it := range items {
		if category == "" || it.Category == category {
			found = append(found, it)
		}
	}
	return found[:min(limit, len(found))], nil
}

func (shelf) Revision(context.Context) (uint64, error) { return 1, nil }

func cartOf(pieces ...int) pos.Cart {
	var c pos.Cart
	for i, n := range pieces {
		if n > 0 {
			c, _ = c.Add(items[i], "", n) // a few of a few: no limit is near
		}
	}
	return c
}

// shownAt is the moment at which the gallery stands still, so that two pictures of a state are the same.
var shownAt = time.Date(2026, 11, 20, 15, 12, 0, 0, time.FixedZone("CST", 8*3600))

// states are made-up snapshots, one for every thing the window can say.
func states() map[string]pos.Snapshot {
	now := shownAt
	good := pos.Health{
		WeChat: pos.Part{Light: pos.LightOK, At: now}, Printer: pos.Part{Light: pos.LightOK, At: now}, Ledger: pos.Part{Light: pos.LightOK, At: now},
		Skew: 400 * time.Millisecond, RoundTrip: 84 * time.Millisecond, Vitals: pos.Vitals{DiskFree: 48_600 << 20, BackupAt: now.Add(-9 * time.Hour)},
	}
	cart := cartOf(2, 0, 0, 0, 0, 0, 0, 0, 1)
	long := cartOf(2, 1, 3, 1, 1, 6, 2, 1, 1, 2, 1, 1, 1, 1, 1, 2, 1)
	open := pos.Shift{ID: 31, Day: 20261120, Number: 1, OpenedAt: now.Add(-7 * time.Hour), OpenedBy: "李明", Float: true}
	base := pos.Snapshot{
		Seq: 1, Health: good, Items: 1, Last: 127, Cart: cart, CanUndo: true,
		Staff: pos.StaffView{People: crew, Who: crew[1]}, Shift: pos.ShiftView{Current: &open},
	}
	counted := func(sum, expected pos.Fen) pos.ShiftView {
		return pos.ShiftView{Current: &open, Counted: &pos.Counted{ID: 9, Shift: 31, At: now, By: "李明", Count: drawer, Sum: sum, Expected: expected, Nth: 1}}
	}
	with := func(f func(*pos.Snapshot)) pos.Snapshot {
		s := base
		f(&s)
		return s
	}
	say := func(kind pos.MessageKind, id string, args ...string) pos.Message {
		return pos.Message{N: 1, Kind: kind, ID: id, Args: args}
	}
	pay := func(phase pos.PayPhase, f func(*pos.PayView)) pos.Snapshot {
		v := pos.PayView{
			Payment: 7, OutTradeNo: "S001-T1-2611207K2M9QX4TB8W", Phase: phase, Amount: cart.Total(),
			Tender:    pos.TenderNative,
			ExpiresAt: now.Add(4*time.Minute + 40*time.Second), Life: 5 * time.Minute, Shown: phase != pos.PayFetching && phase != pos.PayFailed,
		}
		if phase == pos.PayWaiting || phase == pos.PayPaying {
			v.CodeURL = "weixin://wxpay/bizpayurl?pr=NwY5Mz9QX"
		}
		if f != nil {
			f(&v)
		}
		return with(func(s *pos.Snapshot) { s.Pay = &v })
	}
	done := func(f func(*pos.Done)) pos.Snapshot {
		d := pos.Done{
			Sale: 128, Nth: 128, Tender: pos.TenderNative, Amount: 1350, Print: pos.PrintSending, At: now,
			Receipt: pos.ReceiptNo{Shop: "S001", Till: "T1", Day: 20261120, Epoch: 1, Seq: 42},
		}
		f(&d)
		return with(func(s *pos.Snapshot) { s.Done, s.Cart, s.CanUndo = &d, pos.Cart{}, false })
	}
	return onSale(onTheLine(onPaper(map[string]pos.Snapshot{
		"empty": with(func(s *pos.Snapshot) { s.Cart, s.CanUndo, s.Last = pos.Cart{}, false, 0 }),
		"cart":  base,
		"real":  base,
		"long": with(func(s *pos.Snapshot) {
			s.Cart, s.Times = long, 3
		}),
		"huge": with(func(s *pos.Snapshot) {
			s.Cart, _ = s.Cart.Add(items[14], "", 7100)
			s.Message = say(pos.MsgWarn, "cart-too-much")
		}),
		"unknown": with(func(s *pos.Snapshot) { s.Message = say(pos.MsgWarn, "unknown-code", "6901234567892") }),
		"alarm": with(func(s *pos.Snapshot) {
			s.Message = say(pos.MsgAlarm, "exception", "13.50", string(pos.ExceptTwice), "S001-T1-2611207K2M9QX4TB8W")
			s.Excepted = 1
		}),
		"offline": with(func(s *pos.Snapshot) {
			s.Health.WeChat = pos.Part{Light: pos.LightBad, Cause: pos.CodeUnreachable}
			s.Health.Printer = pos.Part{Light: pos.LightBad, Cause: pos.CodePrinter}
			s.Health.Ledger = pos.Part{Light: pos.LightBad, Cause: pos.CodeFull}
			s.Health.Skew = 3 * time.Minute
			s.Excepted = 2
			s.Message = say(pos.MsgWarn, "wechat-off", string(pos.CodeUnreachable))
			s.Pending = []pos.PendingView{
				{Payment: 5, OutTradeNo: "S001-T1-2611207K2M9QX4TB8W", Amount: 1350, State: pos.Closing, OpenedAt: now, NextAsk: now.Add(12 * time.Second)},
				{Payment: 6, OutTradeNo: "S001-T1-261120ZZ40PAQ7N1CD", Amount: 880, State: pos.Opened, Cause: pos.CodeNoAnswer, OpenedAt: now, NextAsk: now.Add(time.Minute)},
			}
		}),
		"fetching": pay(pos.PayFetching, nil),
		"no-code": pay(pos.PayFetching, func(v *pos.PayView) {
			v.Cause, v.Detail = pos.CodeUnreachable, "EOF"
		}),
		"no-key": with(func(s *pos.Snapshot) {
			s.Health.WeChat = pos.Part{Light: pos.LightOff, Cause: pos.CodeSecret}
			s.Message = say(pos.MsgWarn, "wechat-off", string(pos.CodeSecret))
		}),
		"recovered": func() pos.Snapshot {
			s := pay(pos.PayWaiting, nil)
			s.Message = say(pos.MsgInfo, "recovered", "13.50")
			return s
		}(),
		"reprint": func() pos.Snapshot {
			s := done(func(*pos.Done) {})
			s.Message = say(pos.MsgInfo, "reprint-queued", "S001-T1-20261120-1-0042")
			return s
		}(),
		"checking": pay(pos.PayChecking, nil),
		"waiting":  pay(pos.PayWaiting, nil),
		"asking":   pay(pos.PayWaiting, func(v *pos.PayView) { v.Asking = true }),
		"paying":   pay(pos.PayPaying, nil),
		"hurry":    pay(pos.PayWaiting, func(v *pos.PayView) { v.ExpiresAt = now.Add(72 * time.Second) }),
		"trouble": pay(pos.PayWaiting, func(v *pos.PayView) {
			v.Cause, v.ExpiresAt = pos.CodeUnreachable, now.Add(50*time.Second)
		}),
		"glass": func() pos.Snapshot {
			s := pay(pos.PayWaiting, nil)
			s.Message = say(pos.MsgWarn, "code-on-glass")
			return s
		}(),
		"charging": pay(pos.PayCharging, func(v *pos.PayView) { v.Tender = pos.TenderCode }),
		"password": pay(pos.PayPaying, func(v *pos.PayView) {
			v.Tender, v.CodeURL, v.ExpiresAt, v.Life = pos.TenderCode, "", now.Add(31*time.Second), pos.CodeWait
		}),
		"undoing": pay(pos.PayUndoing, func(v *pos.PayView) { v.Tender, v.Cause = pos.TenderCode, pos.CodeNoAnswer }),
		"code-refused": pay(pos.PayRefused, func(v *pos.PayView) {
			v.Tender, v.Cause, v.Detail = pos.TenderCode, pos.CodeRefused, "AUTHCODEEXPIRE: 二维码已过期，请用户在微信上刷新后再试"
		}),
		"captive": pay(pos.PayWaiting, func(v *pos.PayView) { v.Cause = pos.CodeCaptive }),
		"watched": with(func(s *pos.Snapshot) {
			s.Pending, s.Refunds = watched(now), refunds(now)
			s.Excepted, s.Exceptions = 2, cases(now)[:2]
		}),
		"exceptions": with(func(s *pos.Snapshot) { s.Exceptions, s.Excepted = cases(now), len(cases(now)) }),
		"no-certificate": with(func(s *pos.Snapshot) {
			s.Exceptions, s.Excepted, s.CanRefund = cases(now)[2:], len(cases(now))-2, pos.CodeSecret
		}),
		"toast":     with(func(s *pos.Snapshot) { s.Message = say(pos.MsgInfo, "parked-paid", "13.50", "S001-T1-20261120-0043") }),
		"returning": with(func(s *pos.Snapshot) { s.Message = say(pos.MsgWarn, "exception-auto", "13.50", "60") }),
		"broken": with(func(s *pos.Snapshot) {
			s.Health.WeChat = pos.Part{Light: pos.LightBad, Cause: pos.CodeCaptive, At: now.Add(-3 * time.Minute)}
			s.Health.Printer = pos.Part{Light: pos.LightBad, Cause: pos.CodePrinter}
			s.Health.Skew = -7 * time.Minute
			s.Health.Vitals = pos.Vitals{DiskFree: 210 << 20, BackupAt: now.Add(-75 * time.Hour)}
		}),
		"expired": pay(pos.PayExpired, func(v *pos.PayView) { v.Cause = pos.CodeExpired }),
		"failed":  pay(pos.PayFailed, func(v *pos.PayView) { v.Cause = pos.CodeNoAnswer }),
		"refused": pay(pos.PayRefused, func(v *pos.PayView) {
			v.Cause, v.Detail = pos.CodeConfig, "APPID_MCHID_NOT_MATCH: appid和mch_id不匹配"
		}),
		"ended": pay(pos.PayEnded, nil),
		"paid":  done(func(*pos.Done) {}),
		"change": done(func(d *pos.Done) {
			d.Tender, d.Change, d.Print = pos.TenderCash, 650, pos.PrintFailed
		}),
		"no-staff": with(func(s *pos.Snapshot) {
			s.Staff, s.Shift = pos.StaffView{}, pos.ShiftView{}
			s.Exceptions, s.Excepted = cases(now), len(cases(now))
		}),
		"locked": func() pos.Snapshot {
			s := pay(pos.PayWaiting, nil)
			s.Staff = pos.StaffView{People: crew, Locked: true}
			return s
		}(),
		"forgot": func() pos.Snapshot {
			s := pay(pos.PayWaiting, nil)
			s.Staff = pos.StaffView{People: crew, Locked: true}
			s.Staff.Recovery.Made = now
			return s
		}(),
		"owner": with(func(s *pos.Snapshot) { s.Staff.Who = crew[3]; s.Staff.Recovery.Made = now.AddDate(0, -8, 0) }),
		"new-shop": with(func(s *pos.Snapshot) {
			s.Cart, s.Staff, s.Shift, s.Last = pos.Cart{}, pos.StaffView{}, pos.ShiftView{}, 0
		}),
		"cashier":    with(func(s *pos.Snapshot) { s.Staff.Who = crew[0]; s.Exceptions, s.Excepted = cases(now), len(cases(now)) }),
		"shift-none": with(func(s *pos.Snapshot) { s.Shift = pos.ShiftView{} }),
		"shift-blocked": with(func(s *pos.Snapshot) {
			s.Shift, s.Cart = pos.ShiftView{Required: true, Blocked: pos.CodeShift}, pos.Cart{}
		}),
		"shift-old": with(func(s *pos.Snapshot) {
			old := open
			old.Day, old.OpenedBy, old.Float = 20261119, "", false
			s.Shift, s.Cart = pos.ShiftView{Current: &old, Blocked: pos.CodeShift}, pos.Cart{}
		}),
		"shift-exact": with(func(s *pos.Snapshot) { s.Shift = counted(53570, 53570) }),
		"shift-short": with(func(s *pos.Snapshot) {
			s.Staff.Who = crew[0]
			s.Shift = counted(53200, 53570)
			s.Shift.Counted.Nth, s.Shift.NeedsSign, s.Shift.Open = 2, true, openItems()
		}),
		"many-goods": base,
		"tiles":      base,
		"late":       done(func(d *pos.Done) { d.Late, d.Print = true, pos.PrintDone }),
	}, now), now), now)
}
