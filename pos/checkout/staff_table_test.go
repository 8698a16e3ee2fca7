package checkout_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/checkout"
)

// The people of the tests. Each PIN is the person's alone.
const (
	cashierPIN pos.PIN = "135790"
	managerPIN pos.PIN = "246801"
	ownerPIN   pos.PIN = "8642"
)

// crew are the three of a shop, by role.
type crew struct{ cashier, manager, owner pos.StaffID }

func hireCrew(b *book) crew {
	return crew{b.hire("王芳", pos.RoleCashier, cashierPIN), b.hire("李强", pos.RoleManager, managerPIN), b.hire("陈老板", pos.RoleOwner, ownerPIN)}
}

func (w crew) of(r pos.Role) (pos.StaffID, pos.PIN, string) {
	switch r {
	case pos.RoleManager:
		return w.manager, managerPIN, "李强"
	case pos.RoleOwner:
		return w.owner, ownerPIN, "陈老板"
	}
	return w.cashier, cashierPIN, "王芳"
}

// signIn signs somebody in and waits until that is done.
func (c *counter) signIn(id pos.StaffID, pin pos.PIN) pos.Snapshot {
	c.t.Helper()
	c.do(pos.SignIn{Person: id, PIN: pin})
	s := c.wait(2 * proveTime)
	if s.Staff.Who.ID != id {
		c.t.Fatalf("not signed in: %+v", s.Staff)
	}
	return s
}

// act is a command with what has to be there before it and how to see that it was carried out.
type act struct {
	name   string
	deed   pos.Deed
	before func(b *book)
	steps  []pos.Command
	give   func(s pos.Snapshot) pos.Command
	did    func(c *counter, s pos.Snapshot) bool
	leave  func(b *book) string // by whose leave, as it is on record; nil when the command leaves no such record
}

func plain(c pos.Command) func(pos.Snapshot) pos.Command {
	return func(pos.Snapshot) pos.Command { return c }
}

var (
	scanCola = pos.ScanText{Text: "6901234567892"}
	tenOff   = pos.Cut{Kind: pos.CutPercent, N: 10_00}
	askCola  = []pos.Command{scanCola, pos.PayWeChat{}}
	exactly  = pos.CountDrawer{Count: pos.DrawerCount{Other: 300}} // what sellOnce left in the drawer
)

// sellOnce leaves a cola sold for cash in the book, and so a shift that opened by itself.
func sellOnce(b *book) {
	s := pos.Sale{ID: 1, State: pos.SaleClosed, Gross: 300, Lines: pos.Cart{}.Lines, Receipt: pos.ReceiptNo{Shop: "S001", Till: "T1", Day: 20261120, Epoch: 1, Seq: 1}}
	b.sales[1] = s
	b.payments[1] = pos.Payment{ID: 1, Sale: 1, OutTradeNo: "cash-1", Tender: pos.TenderCash, State: pos.Paid, Asked: 300, Amount: 300, Currency: pos.Currency, Version: 1}
	b.move(300)
}

// soldCola makes the sale of sellOnce one of today, with its goods.
func soldCola(b *book) {
	s := b.sales[1]
	s.Lines, s.ClosedAt = []pos.Line{pos.LineOf(cola, "")}, time.Now()
	b.sales[1] = s
}

// oneStray leaves money without its sale in the book.
func oneStray(b *book) {
	b.payments[2] = pos.Payment{ID: 2, Sale: 1, OutTradeNo: "stray", State: pos.Exception, Asked: 500, Amount: 500, Currency: pos.Currency, Reason: pos.ExceptLate, TransactionID: "42stray", Version: 1}
	b.except(b.payments[2], false, pos.Trade{})
}

var acts = []act{
	{"ScanText", pos.DeedSell, nil, nil, plain(scanCola), func(_ *counter, s pos.Snapshot) bool { return len(s.Cart.Lines) == 1 }, nil},
	{"AddItem", pos.DeedSell, nil, nil, plain(pos.AddItem{Item: 1}), func(_ *counter, s pos.Snapshot) bool { return len(s.Cart.Lines) == 1 }, nil},
	{"SelectLine", pos.DeedSell, nil, []pos.Command{scanCola, pos.AddItem{Item: 2}}, plain(pos.SelectLine{}), func(_ *counter, s pos.Snapshot) bool { return s.Cart.Selected == 0 }, nil},
	{"SetQuantity", pos.DeedSell, nil, []pos.Command{scanCola}, plain(pos.SetQuantity{N: 5}), func(_ *counter, s pos.Snapshot) bool { return s.Cart.Total() == 1500 }, nil},
	{"RemoveLine", pos.DeedSell, nil, []pos.Command{scanCola}, plain(pos.RemoveLine{}), func(_ *counter, s pos.Snapshot) bool { return s.Cart.Empty() }, nil},
	{"ClearCart", pos.DeedSell, nil, []pos.Command{scanCola}, plain(pos.ClearCart{}), func(_ *counter, s pos.Snapshot) bool { return s.Cart.Empty() }, nil},
	{"Undo", pos.DeedSell, nil, []pos.Command{scanCola}, plain(pos.Undo{}), func(_ *counter, s pos.Snapshot) bool { return s.Cart.Empty() }, nil},
	{"AddPriced", pos.DeedSell, nil, nil, plain(pos.AddPriced{Item: 5, Price: 700}), func(_ *counter, s pos.Snapshot) bool { return s.Due == 700 }, nil},
	{"AddWeighed", pos.DeedSell, nil, nil, plain(pos.AddWeighed{Item: 4, Weight: 1000}), func(_ *counter, s pos.Snapshot) bool { return s.Due == 1298 }, nil},
	{
		"NewItem", pos.DeedGoods, nil, nil, plain(pos.NewItem{Item: pos.Item{Name: "雨衣", Price: 1200}}),
		func(_ *counter, s pos.Snapshot) bool { return s.Due == 1200 }, func(b *book) string { return b.saved[0] },
	},
	{
		"NewItem, once", pos.DeedGoods, nil, nil, plain(pos.NewItem{Item: pos.Item{Name: "雨衣", Price: 1200}, Once: true}),
		func(_ *counter, s pos.Snapshot) bool { return s.Due == 1200 }, lastNote(pos.EntryPrice),
	},
	{"DismissWant", pos.DeedSell, nil, []pos.Command{pos.AddItem{Item: 5}}, plain(pos.DismissWant{}), func(_ *counter, s pos.Snapshot) bool { return s.Want == nil }, nil},
	{"CutLine", pos.DeedDiscount, nil, []pos.Command{scanCola}, plain(pos.CutLine{Cut: tenOff}), func(_ *counter, s pos.Snapshot) bool { return s.Due == 270 }, lastNote(pos.EntryCut)},
	{"CutLine, taken away", pos.DeedSell, nil, []pos.Command{scanCola, pos.SetNote{Line: 7}}, plain(pos.CutLine{}), func(_ *counter, s pos.Snapshot) bool { return s.Due == 300 && s.Message.ID == "" }, nil},
	{"CutCart", pos.DeedDiscount, nil, []pos.Command{scanCola}, plain(pos.CutCart{Cut: tenOff}), func(_ *counter, s pos.Snapshot) bool { return s.Due == 270 }, lastNote(pos.EntryCut)},
	{"CutCart, taken away", pos.DeedSell, nil, []pos.Command{scanCola, pos.SetNote{Line: 7}}, plain(pos.CutCart{}), func(_ *counter, s pos.Snapshot) bool { return s.Due == 300 && s.Message.ID == "" }, nil},
	{"SetPrice", pos.DeedPrice, nil, []pos.Command{scanCola}, plain(pos.SetPrice{Price: 100}), func(_ *counter, s pos.Snapshot) bool { return s.Due == 100 }, lastNote(pos.EntryPrice)},
	{"SetNote", pos.DeedSell, nil, []pos.Command{scanCola}, plain(pos.SetNote{Note: "冰的"}), func(_ *counter, s pos.Snapshot) bool { return s.Cart.Lines[0].Note == "冰的" }, nil},
	{"SetMember", pos.DeedSell, nil, []pos.Command{scanCola}, plain(pos.SetMember{On: true}), func(_ *counter, s pos.Snapshot) bool { return s.Due == 280 }, nil},
	{"HoldCart", pos.DeedSell, nil, []pos.Command{scanCola}, plain(pos.HoldCart{}), func(_ *counter, s pos.Snapshot) bool { return len(s.Held) == 1 && s.Cart.Empty() }, nil},
	{"RecallCart", pos.DeedSell, nil, []pos.Command{scanCola, pos.HoldCart{}}, plain(pos.RecallCart{ID: 1}), func(_ *counter, s pos.Snapshot) bool { return s.Due == 300 }, nil},
	{"DropHeld", pos.DeedSell, nil, []pos.Command{scanCola, pos.HoldCart{}}, plain(pos.DropHeld{ID: 1}), func(_ *counter, s pos.Snapshot) bool { return len(s.Held) == 0 }, nil},
	{"PayOther", pos.DeedSell, nil, []pos.Command{scanCola}, plain(pos.PayOther{Name: "银行卡"}), func(_ *counter, s pos.Snapshot) bool { return s.Done != nil }, nil},
	{
		"Exchange", pos.DeedRefund, soldCola,
		[]pos.Command{pos.AddItem{Item: 2}},
		plain(pos.Exchange{Sale: 1, Pieces: map[int]int{1: 1}, Reason: "换口味", Approver: "冒名"}),
		func(_ *counter, s pos.Snapshot) bool { return s.Due == 450 }, nil,
	},
	{"DropCredit", pos.DeedSell, nil, nil, plain(pos.DropCredit{}), func(_ *counter, s pos.Snapshot) bool { return s.Message.ID == "no-line" }, nil},
	{
		"ReturnCart", pos.DeedRefund, nil,
		[]pos.Command{scanCola},
		plain(pos.ReturnCart{Reason: "没带小票", Approver: "冒名"}),
		func(c *counter, s pos.Snapshot) bool { return s.Cart.Empty() && len(c.book.refunds) == 1 }, func(b *book) string { return b.refunds[0].Approver },
	},
	{
		"RefundSale, a void", pos.DeedRefund, soldCola, nil, plain(pos.RefundSale{Sale: 1, Void: true, Reason: "打错", Approver: "冒名"}),
		func(c *counter, _ pos.Snapshot) bool { return len(c.book.refunds) == 1 && c.book.refunds[0].Void }, func(b *book) string { return b.refunds[0].Approver },
	},
	{"GiveBack", pos.DeedSell, nil, []pos.Command{scanCola, pos.PayCash{Part: 100}}, plain(pos.GiveBack{}), func(_ *counter, s pos.Snapshot) bool { return len(s.Parts) == 0 }, nil},
	{"PayWeChat", pos.DeedSell, nil, []pos.Command{scanCola}, plain(pos.PayWeChat{}), func(_ *counter, s pos.Snapshot) bool { return s.Pay != nil }, nil},
	{"PayCash", pos.DeedSell, nil, []pos.Command{scanCola}, plain(pos.PayCash{}), func(_ *counter, s pos.Snapshot) bool { return s.Done != nil }, nil},
	{"LeaveCode", pos.DeedSell, nil, askCola, plain(pos.LeaveCode{}), func(_ *counter, s pos.Snapshot) bool { return s.Pay == nil }, nil},
	{"AskNow", pos.DeedSell, nil, askCola, plain(pos.AskNow{}), func(c *counter, _ pos.Snapshot) bool { return c.wx.count(pos.DoQuery) > 1 }, nil},
	{"NewCode", pos.DeedSell, nil, []pos.Command{scanCola}, plain(pos.NewCode{}), func(_ *counter, s pos.Snapshot) bool { return s.Pay != nil }, nil},
	{"ChargeCode", pos.DeedSell, nil, []pos.Command{scanCola}, plain(pos.ChargeCode{Code: custCode}), func(c *counter, _ pos.Snapshot) bool { return len(c.wx.charged) == 1 }, nil},
	{"Park", pos.DeedSell, nil, askCola, plain(pos.Park{}), func(_ *counter, s pos.Snapshot) bool { return len(s.Pending) == 1 && s.Pending[0].Parked }, nil},
	{
		"Unpark", pos.DeedSell, nil,
		[]pos.Command{scanCola, pos.PayWeChat{}, pos.Park{}},
		func(s pos.Snapshot) pos.Command { return pos.Unpark{Payment: s.Pending[0].Payment} },
		func(_ *counter, s pos.Snapshot) bool { return s.Pay != nil }, nil,
	},
	{
		"EndPhoneOrder", pos.DeedSell, onePhone, nil,
		plain(pos.EndPhoneOrder{Payment: 2}),
		func(c *counter, _ pos.Snapshot) bool { p, ok := c.book.payments[2]; return ok && !p.State.OnGlass() }, nil,
	},
	{
		"RefundSale", pos.DeedRefund, nil, nil, plain(pos.RefundSale{Sale: 1, Amount: 100, Reason: "包装破损", Approver: "冒名"}),
		func(c *counter, _ pos.Snapshot) bool { return len(c.book.refunds) == 1 }, func(b *book) string { return b.refunds[0].Approver },
	},
	{
		"DecideException", pos.DeedDecide, oneStray, nil, plain(pos.DecideException{ID: 1, Action: pos.ActNote, By: "冒名", Reason: "商户平台已退"}),
		func(c *counter, _ pos.Snapshot) bool { return c.book.exceptions[0].State.Ended() }, func(b *book) string { return b.exceptions[0].Decided.By },
	},
	{
		"AskBilled", pos.DeedBooks, nil, nil, plain(pos.AskBilled{Item: pos.BillItem{Kind: pos.BillPayment, OutTradeNo: "S001-T1-261119BILLED000001"}, By: "冒名"}),
		func(_ *counter, s pos.Snapshot) bool { return strings.HasPrefix(s.Message.ID, "order-") }, nil,
	},
	{
		"AskBilled, to book it", pos.DeedDecide, nil, nil,
		plain(pos.AskBilled{Item: pos.BillItem{Kind: pos.BillPayment, OutTradeNo: "S001-T1-261119BILLED000001"}, Book: true, By: "冒名"}),
		func(_ *counter, s pos.Snapshot) bool { return strings.HasPrefix(s.Message.ID, "order-") }, nil,
	},
	{"DismissPay", pos.DeedSell, nil, askCola, plain(pos.DismissPay{}), func(_ *counter, s pos.Snapshot) bool { return s.Pay == nil }, nil},
	{"DismissDone", pos.DeedSell, nil, []pos.Command{scanCola, pos.PayCash{}}, plain(pos.DismissDone{}), func(_ *counter, s pos.Snapshot) bool { return s.Done == nil }, nil},
	{"ReprintLast", pos.DeedSell, nil, []pos.Command{scanCola, pos.PayCash{}}, plain(pos.ReprintLast{}), func(c *counter, _ pos.Snapshot) bool { return len(c.book.reprints) == 1 }, nil},
	{"Reprint", pos.DeedSell, nil, nil, plain(pos.Reprint{Sale: 1}), func(c *counter, _ pos.Snapshot) bool { return len(c.book.reprints) == 1 }, nil},
	{"SignIn", pos.DeedSell, nil, nil, plain(pos.SignIn{Person: 4, PIN: "7391"}), func(_ *counter, s pos.Snapshot) bool { return s.Staff.Who.ID == 4 }, nil},
	{"Lock", pos.DeedSell, nil, nil, plain(pos.Lock{}), func(_ *counter, s pos.Snapshot) bool { return s.Staff.Locked }, nil},
	{"Approved", pos.DeedSell, nil, nil, plain(pos.Approved{Command: pos.PrintX{}, By: 3, PIN: ownerPIN}), func(c *counter, _ pos.Snapshot) bool { return len(c.book.printed) == 1 }, nil},
	{"Look", pos.DeedTakings, nil, nil, plain(pos.Look{Deed: pos.DeedTakings}), func(_ *counter, s pos.Snapshot) bool {
		return s.Message.ID != "forbidden" && s.Staff.Answer.Code == pos.CodeNone
	}, nil},
	{
		"AddPerson", pos.DeedStaff, nil, nil, plain(pos.AddPerson{Name: "赵敏", Role: pos.RoleCashier, PIN: "9753"}),
		func(c *counter, s pos.Snapshot) bool { return len(s.Staff.People) == 5 }, lastStaffNote,
	},
	{
		"ChangePerson", pos.DeedStaff, nil, nil, plain(pos.ChangePerson{Person: pos.Person{ID: 4, Name: "赵敏", Role: pos.RoleCashier, Active: true}}),
		func(c *counter, s pos.Snapshot) bool { return s.Staff.People[3].Name == "赵敏" }, lastStaffNote,
	},
	{"SetPIN", pos.DeedStaff, nil, nil, plain(pos.SetPIN{Person: 4, PIN: "9753"}), func(c *counter, _ pos.Snapshot) bool { return c.book.people[3].pin == "9753" }, lastStaffNote},
	{
		"NewRecovery", pos.DeedStaff, nil, nil, plain(pos.NewRecovery{Code: "23456789ABCDEFGH"}),
		func(c *counter, s pos.Snapshot) bool { return c.book.code != "" && s.Staff.Recovery.N == 1 }, lastStaffNote,
	},
	{
		"Recover", pos.DeedSell, func(b *book) { b.code = "23456789ABCDEFGH" }, nil,
		plain(pos.Recover{Recovering: pos.Recovering{Code: "23456789ABCDEFGH", Person: 3, PIN: "9753", Next: "A3456789ABCDEFGH"}}),
		func(_ *counter, s pos.Snapshot) bool { return s.Staff.Answer.Code == pos.CodeForbidden }, nil, // there is no lock
	},
	{
		"OpenDrawer", pos.DeedDrawer, nil, nil, plain(pos.OpenDrawer{Reason: "换零钱"}),
		func(c *counter, _ pos.Snapshot) bool { return c.kicks == 1 && len(c.book.noted(pos.EntryDrawer)) == 1 },
		func(b *book) string { return b.noted(pos.EntryDrawer)[0].Approver },
	},
	{
		"OpenToCount", pos.DeedClose, nil, nil, plain(pos.OpenToCount{Reason: "点钱箱"}),
		func(c *counter, _ pos.Snapshot) bool { return c.kicks == 1 && len(c.book.noted(pos.EntryDrawer)) == 1 }, nil,
	},
	{
		"OpenToCount, the float", pos.DeedOpenShift, nil, nil, plain(pos.OpenToCount{Float: true, Reason: "点备用金"}),
		func(c *counter, _ pos.Snapshot) bool { return c.kicks == 1 && len(c.book.noted(pos.EntryDrawer)) == 1 }, nil,
	},
	{
		"OpenShift, 10.01 missing", pos.DeedSign, func(b *book) { b.move(701) }, nil, plain(pos.OpenShift{}),
		func(_ *counter, s pos.Snapshot) bool { return s.Shift.Current.Float }, func(b *book) string { return b.signer },
	},
	{
		"OpenShift, 10.00 missing", pos.DeedOpenShift, func(b *book) { b.move(700) }, nil, plain(pos.OpenShift{}),
		func(_ *counter, s pos.Snapshot) bool { return s.Shift.Current.Float }, nil,
	},
	{
		"OpenShift", pos.DeedOpenShift, nil, nil, plain(pos.OpenShift{Count: pos.DrawerCount{Other: 500}}),
		func(_ *counter, s pos.Snapshot) bool { return s.Shift.Current.Float }, nil,
	},
	{
		"MoveCash", pos.DeedCash, nil, nil, plain(pos.MoveCash{Kind: pos.CashIn, Amount: 10000, Reason: "零钱"}),
		func(c *counter, _ pos.Snapshot) bool { return len(c.book.cash) == 1 && c.kicks == 1 }, func(b *book) string { return b.cash[0].Approver },
	},
	{"CountDrawer", pos.DeedClose, nil, nil, plain(exactly), func(_ *counter, s pos.Snapshot) bool { return s.Shift.Counted != nil }, nil},
	{"LeaveClose", pos.DeedClose, nil, []pos.Command{exactly}, plain(pos.LeaveClose{}), func(_ *counter, s pos.Snapshot) bool { return s.Shift.Counted == nil }, nil},
	{"CloseShift", pos.DeedClose, nil, []pos.Command{exactly}, plain(pos.CloseShift{Keep: 300}), func(_ *counter, s pos.Snapshot) bool { return s.Shift.Closed != nil }, nil},
	{
		"CloseShift, 10.01 missing", pos.DeedSign, func(b *book) { b.move(1001) },
		[]pos.Command{exactly},
		plain(pos.CloseShift{Reason: "找错钱"}),
		func(_ *counter, s pos.Snapshot) bool { return s.Shift.Closed != nil }, func(b *book) string { return b.zs[0].Signer },
	},
	{
		"CloseShift, 10.00 missing", pos.DeedClose, func(b *book) { b.move(1000) },
		[]pos.Command{exactly},
		plain(pos.CloseShift{Reason: "找错钱"}),
		func(_ *counter, s pos.Snapshot) bool { return s.Shift.Closed != nil }, nil,
	},
	{
		"CloseShift, a stray payment", pos.DeedSign, oneStray,
		[]pos.Command{exactly},
		plain(pos.CloseShift{}),
		func(_ *counter, s pos.Snapshot) bool { return s.Shift.Closed != nil && len(s.Shift.Closed.Open) == 1 }, func(b *book) string { return b.zs[0].Signer },
	},
	{"PrintX", pos.DeedTakings, nil, nil, plain(pos.PrintX{}), func(c *counter, _ pos.Snapshot) bool { return len(c.book.printed) == 1 }, nil},
	{
		"PrintZ", pos.DeedTakings, func(b *book) { b.zs = append(b.zs, pos.ShiftReport{Z: 1}) }, nil, plain(pos.PrintZ{Z: 1}),
		func(c *counter, _ pos.Snapshot) bool { return len(c.book.printed) == 1 }, nil,
	},
	{"RetryPrint", pos.DeedSell, oneJob(pos.DocX, pos.PrintFailed), nil, plain(pos.RetryPrint{Job: 1}), jobIs(pos.PrintQueued), nil},
	{"RetryPrint, at the other", pos.DeedSell, oneJob(pos.DocSale, pos.PrintQueued), nil, plain(pos.RetryPrint{Job: 1, Other: true}), func(c *counter, _ pos.Snapshot) bool {
		return c.book.jobs[0].Job.Other
	}, nil},
	{"ReprintJob", pos.DeedSell, oneJob(pos.DocSale, pos.PrintUnconfirmed), nil, plain(pos.ReprintJob{Job: 1}), jobIs(pos.PrintSuperseded), nil},
	{"ReprintJob, a reprint", pos.DeedSell, oneJob(pos.DocReprint, pos.PrintUnconfirmed), nil, plain(pos.ReprintJob{Job: 1}), jobIs(pos.PrintSuperseded), nil},
	{"ReprintJob, a refund", pos.DeedSell, oneJob(pos.DocRefund, pos.PrintUnconfirmed), nil, plain(pos.ReprintJob{Job: 1}), jobIs(pos.PrintSuperseded), nil},
	{"ReprintJob, an X report", pos.DeedTakings, oneJob(pos.DocX, pos.PrintUnconfirmed), nil, plain(pos.ReprintJob{Job: 1}), jobIs(pos.PrintSuperseded), nil},
	{"ReprintJob, a Z report", pos.DeedTakings, oneJob(pos.DocZ, pos.PrintUnconfirmed), nil, plain(pos.ReprintJob{Job: 1}), jobIs(pos.PrintSuperseded), nil},
	{"ReprintJob, a slip of cash", pos.DeedCash, oneJob(pos.DocCash, pos.PrintUnconfirmed), nil, plain(pos.ReprintJob{Job: 1}), jobIs(pos.PrintSuperseded), nil},
	{"ReprintJob, a match with a bill", pos.DeedBooks, oneJob(pos.DocBill, pos.PrintUnconfirmed), nil, plain(pos.ReprintJob{Job: 1}), jobIs(pos.PrintSuperseded), nil},
	{"ReprintJob, a pending slip", pos.DeedSell, oneJob(pos.DocPending, pos.PrintUnconfirmed), nil, plain(pos.ReprintJob{Job: 1}), jobIs(pos.PrintSuperseded), nil},
	{"ReprintJob, exceptions", pos.DeedSell, oneJob(pos.DocExceptions, pos.PrintUnconfirmed), nil, plain(pos.ReprintJob{Job: 1}), jobIs(pos.PrintSuperseded), nil},
	{"ReprintJob, a label", pos.DeedSell, oneJob(pos.DocLabel, pos.PrintUnconfirmed), nil, plain(pos.ReprintJob{Job: 1}), jobIs(pos.PrintSuperseded), nil},
	{"ConfirmPrint", pos.DeedSell, oneJob(pos.DocZ, pos.PrintUnconfirmed), nil, plain(pos.ConfirmPrint{Job: 1}), jobIs(pos.PrintDone), nil},
	{"CancelPrint", pos.DeedSell, oneJob(pos.DocZ, pos.PrintFailed), nil, plain(pos.CancelPrint{Job: 1}), jobIs(pos.PrintCancelled), nil},
	{"PrintPending", pos.DeedSell, nil, askCola, plain(pos.PrintPending{}), onePaper, nil},
	{"PrintExceptions", pos.DeedSell, oneStray, nil, plain(pos.PrintExceptions{}), onePaper, nil},
	{"PrintLabels", pos.DeedSell, nil, nil, plain(pos.PrintLabels{Items: []pos.ItemID{1}, Copies: 1}), onePaper, nil},
}

// oneJob leaves a print job in the book that somebody has to do something about.
func oneJob(doc pos.Document, state pos.PrintState) func(b *book) {
	return func(b *book) { b.paper(doc, state) }
}

func jobIs(state pos.PrintState) func(*counter, pos.Snapshot) bool {
	return func(c *counter, _ pos.Snapshot) bool { return c.book.jobs[0].Job.State == state && c.pokes > 0 }
}

func onePaper(c *counter, _ pos.Snapshot) bool { return len(c.book.papers) == 1 && c.pokes > 0 }

func lastNote(kind pos.EntryKind) func(*book) string {
	return func(b *book) string {
		notes := b.noted(kind)
		return notes[len(notes)-1].Approver
	}
}

func lastStaffNote(b *book) string {
	notes := b.noted(pos.EntryStaff)
	return notes[len(notes)-1].By
}

// play brings a world to where a is given, and gives it. It returns the snapshots before and after.
func (a act) play(t *testing.T, at pos.Role, wrap func(crew, pos.Command) pos.Command) (c *counter, before, after pos.Snapshot) {
	t.Helper()
	b := newBook()
	people := hireCrew(b)
	b.hire("孙丽", pos.RoleCashier, "7391")
	sellOnce(b)
	if a.before != nil {
		a.before(b)
	}
	c = open(t, b, withCode(charge{answer: pos.SigPaid, then: pos.SigPaid}), jiao, func(cfg *checkout.Config) { cfg.AutoRefund, cfg.VarianceLimit = false, 1000 })
	id, pin, _ := people.of(at)
	c.signIn(id, pin)
	c.do(a.steps...)
	before = c.wait(time.Second)
	c.kicks, c.pokes = 0, 0
	c.do(wrap(people, a.give(before)))
	return c, before, c.wait(time.Second)
}

// every role gives every command alone, and has every role allow it.
func TestStaff_RoleByCommand(t *testing.T) {
	for _, a := range acts {
		for _, at := range pos.Roles {
			t.Run(fmt.Sprintf("%s by a %s", a.name, at), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c, _, s := a.play(t, at, func(_ crew, cmd pos.Command) pos.Command { return cmd })
					defer c.close()
					if did, may := a.did(c, s), at.May(a.deed); did != may {
						t.Fatalf("carried out: %t, may: %t, said %q", did, may, s.Message.ID)
					} else if !did && s.Message.ID != "forbidden" {
						t.Errorf("refused, and said %q", s.Message.ID)
					} else if _, _, name := (crew{}).of(at); did && a.leave != nil && a.leave(c.book) != name {
						t.Errorf("on record is %q, not who did it", a.leave(c.book))
					}
				})
			})
			for _, by := range pos.Roles {
				t.Run(fmt.Sprintf("%s by a %s, allowed by a %s", a.name, at, by), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) { a.allowed(t, at, by) })
				})
			}
		}
	}
}

// allowed gives a command by leave of somebody.
func (a act) allowed(t *testing.T, at, by pos.Role) {
	var given pos.Command
	c, before, s := a.play(t, at, func(w crew, cmd pos.Command) pos.Command {
		given = cmd
		id, pin, _ := w.of(by)
		return pos.Approved{Command: cmd, By: id, PIN: pin}
	})
	defer c.close()
	_, closes := given.(pos.CloseShift)
	want := pos.CodeNone
	switch {
	case pos.RoleCashier.May(a.deed) && !closes:
		want = pos.CodeInvalid // nobody has to be asked, and nobody is
	case !by.May(a.deed):
		want = pos.CodeForbidden
	}
	if s.Staff.Answer.N != before.Staff.Answer.N+1 || s.Staff.Answer.Code != want || s.Staff.Proving {
		t.Errorf("answer %+v after %+v, want code %q", s.Staff.Answer, before.Staff.Answer, want)
	}
	if did := a.did(c, s); did != (want == pos.CodeNone) {
		t.Errorf("carried out: %t, answer %q, said %q", did, s.Staff.Answer.Code, s.Message.ID)
	}
	if _, _, name := (crew{}).of(by); want == pos.CodeNone && a.leave != nil && a.leave(c.book) != name {
		t.Errorf("on record is %q, not who allowed it", a.leave(c.book))
	}
	if _, _, name := (crew{}).of(at); s.Staff.Who.Name != name {
		t.Errorf("%q is at the till, not %q", s.Staff.Who.Name, name)
	}
}

// The table has a row for every command that there is.
func TestStaff_TheTableHasEveryCommand(t *testing.T) {
	rows := map[string]bool{}
	for _, a := range acts {
		rows[a.name] = true
	}
	f, err := parser.ParseFile(token.NewFileSet(), "../command.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Name.Name != "command" {
			continue
		}
		n++
		if name := fn.Recv.List[0].Type.(*ast.Ident).Name; !rows[name] {
			t.Errorf("no row for %s", name)
		}
	}
	if n < 30 {
		t.Errorf("found %d commands; the test no longer reads them", n)
	}
}
