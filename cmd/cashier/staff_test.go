package main

import (
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/wechat/sim"
)

// The manager's day on the real books: staff is set up, a cashier sells and closes with money missing, the program dies between
// the count and the close, a manager signs. In the end the ledger proves every step of it.
func TestDay_StaffAndShiftsOnTheRealLedger(t *testing.T) {
	inShop(t, true, sim.Options{}, func(s *shopTest) {
		got := s.do(pos.AddPerson{Name: "陈老板", Role: pos.RoleOwner, PIN: "8642"})
		if got.Staff.Locked || got.Staff.Who.Name != "陈老板" {
			t.Fatalf("the owner is locked out: %+v, said %q", got.Staff, got.Message.ID)
		}
		s.do(pos.AddPerson{Name: "王芳", Role: pos.RoleCashier, PIN: "135790"})
		got = s.do(pos.AddPerson{Name: "李强", Role: pos.RoleManager, PIN: "246801"})
		ids := map[string]pos.StaffID{}
		for _, p := range got.Staff.People {
			ids[p.Name] = p.ID
		}
		if len(ids) != 3 {
			t.Fatalf("%+v, said %q", got.Staff.People, got.Message.ID)
		}
		s.do(pos.Lock{}, pos.SignIn{Person: ids["王芳"], PIN: "135791"})
		if got = s.do(pos.ScanText{Text: "6901234567892"}); !got.Staff.Locked || got.Staff.Answer.Code != pos.CodeWrongPIN || !got.Cart.Empty() {
			t.Fatalf("%+v", got.Staff)
		}
		if got = s.do(pos.SignIn{Person: ids["王芳"], PIN: "135790"}); got.Staff.Who.Name != "王芳" {
			t.Fatalf("%+v", got.Staff)
		}

		got = s.do(pos.OpenShift{Count: pos.DrawerCount{Pieces: []pos.Pieces{{Fen: 100_00, N: 3}, {Fen: 1_00, N: 5}}}})
		if got.Shift.Current == nil || !got.Shift.Current.Float || got.Shift.Current.OpenedBy != "王芳" {
			t.Fatalf("%+v, said %q", got.Shift, got.Message.ID)
		}
		got = s.do(pos.ScanText{Text: "6901234567892"}, pos.PayCash{Tendered: 10_00})
		if got.Done == nil {
			t.Fatalf("said %q", got.Message.ID)
		}
		price := got.Done.Amount
		pay := s.sellCola()
		s.payer(pay.OutTradeNo, "pay")
		s.wait(5 * time.Second)
		s.do(pos.ScanText{Text: "6901234567892"}, pos.ClearCart{})
		if got = s.do(pos.MoveCash{Kind: pos.CashDrop, Amount: 200_00, Reason: "存银行"}); got.Message.ID != "forbidden" {
			t.Fatalf("a cashier took cash out: said %q", got.Message.ID)
		}
		got = s.do(pos.Approved{Command: pos.MoveCash{Kind: pos.CashDrop, Amount: 200_00, Reason: "存银行"}, By: ids["李强"], PIN: "246801"})
		if got.Message.ID != "cash-moved" {
			t.Fatalf("said %q, %+v", got.Message.ID, got.Staff.Answer)
		}

		// 105 from the float and one cola should be there; 1 yuan is not.
		should := 105_00 + price
		got = s.do(pos.CountDrawer{Count: pos.DrawerCount{Other: should - 1_00}})
		if c := got.Shift.Counted; c == nil || c.Expected != should || c.Variance() != -1_00 || !got.Shift.NeedsSign {
			t.Fatalf("%+v, said %q", got.Shift, got.Message.ID)
		}
		s.close()
		s.open()
		if got = s.wait(0); got.Shift.Counted == nil || !got.Staff.Locked {
			t.Fatalf("the close does not go on: %+v", got.Shift)
		}
		s.do(pos.SignIn{Person: ids["王芳"], PIN: "135790"})
		if got = s.do(pos.CloseShift{Reason: "找错钱", Keep: 100_00}); got.Shift.Closed != nil || got.Message.ID != "forbidden" {
			t.Fatalf("closed without a signature: said %q", got.Message.ID)
		}
		got = s.do(pos.Approved{Command: pos.CloseShift{Reason: "找错钱", Keep: 100_00}, By: ids["李强"], PIN: "246801"})
		z := got.Shift.Closed
		if z == nil {
			t.Fatalf("said %q, %+v", got.Message.ID, got.Staff.Answer)
		}
		if z.Z != 1 || z.Sales != 2 || z.Voids != 1 || z.Signer != "李强" || z.ClosedBy != "王芳" || z.Cash.Variance != -1_00 || z.Cash.Kept != 100_00 {
			t.Errorf("%+v", z)
		}
		if err := z.Check(); err != nil {
			t.Error(err)
		}
		if got.Shift.Current != nil || got.Shift.Counted != nil {
			t.Errorf("%+v", got.Shift)
		}
		for _, r := range s.rows() {
			if r.Payment.Cashier != "王芳" {
				t.Errorf("%s was asked for by %q", r.Payment.OutTradeNo, r.Payment.Cashier)
			}
		}
		s.audit()
	})
}
