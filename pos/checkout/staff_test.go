package checkout_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/checkout"
)

// manned opens a till with a crew, locked as it starts.
func manned(t *testing.T, change ...func(*checkout.Config)) (*counter, crew) {
	t.Helper()
	b := newBook()
	people := hireCrew(b)
	sellOnce(b)
	return open(t, b, newWeChat(), change...), people
}

func autoLock(after time.Duration) func(*checkout.Config) {
	return func(cfg *checkout.Config) { cfg.AutoLock = after }
}

func TestStaff_TheTillOpensLockedAndSellsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, people := manned(t)
		defer c.close()
		s := c.do(scanCola)
		if !s.Staff.Locked || s.Staff.Who.ID != 0 || !s.Cart.Empty() || s.Message.ID != "locked" || len(s.Staff.People) != 3 {
			t.Errorf("%+v, cart %+v, said %q", s.Staff, s.Cart, s.Message.ID)
		}
		for _, a := range acts {
			if a.name == "SignIn" || a.name == "Unpark" {
				continue
			}
			was := c.snap()
			if s := c.do(a.give(was)); !s.Staff.Locked || !s.Cart.Empty() || s.Pay != nil || s.Shift.Counted != nil || s.Taken != was.Taken+1 {
				t.Errorf("%s did something: %+v", a.name, s)
			}
		}
		if c.wait(time.Second); len(c.book.notes)+len(c.book.cash)+len(c.book.refunds)+len(c.book.printed)+c.kicks != 0 || c.book.proofs != 0 {
			t.Errorf("notes %v, %d PINs looked at", c.book.notes, c.book.proofs)
		}
		c.signIn(people.cashier, cashierPIN)
		if s := c.do(scanCola); s.Staff.Locked || len(s.Cart.Lines) != 1 || s.Message.ID != "" {
			t.Errorf("%+v, cart %+v, said %q", s.Staff, s.Cart, s.Message.ID)
		}
	})
}

// The cart stays, and what is sold bears the name of who asked for its money.
func TestStaff_ChangeOfCashierKeepsTheCartAndNamesWhoAskedForTheMoney(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, people := manned(t)
		defer c.close()
		c.signIn(people.cashier, cashierPIN)
		pay := c.sellCola()
		c.do(pos.LeaveCode{})
		s := c.do(pos.Lock{})
		if !s.Staff.Locked || len(s.Cart.Lines) != 1 {
			t.Fatalf("%+v, cart %+v", s.Staff, s.Cart)
		}
		s = c.signIn(people.manager, managerPIN)
		if len(s.Cart.Lines) != 1 {
			t.Fatal("the cart is gone")
		}
		c.do(pos.PayCash{})
		c.wait(10 * time.Second)
		asked, _ := c.book.Payment(t.Context(), pay.OutTradeNo)
		sale := c.book.sales[asked.Sale]
		var cash pos.Payment
		for _, p := range c.book.payments {
			if p.Sale == sale.ID && p.Tender == pos.TenderCash {
				cash = p
			}
		}
		if asked.Cashier != "王芳" || sale.Cashier != "王芳" || cash.Cashier != "李强" || sale.State != pos.SaleClosed {
			t.Errorf("QR by %q, sale by %q (%s), cash by %q", asked.Cashier, sale.Cashier, sale.State, cash.Cashier)
		}
		c.audit()
	})
}

func TestStaff_WhatIsOpenGoesOnBehindTheLock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, people := manned(t)
		defer c.close()
		c.signIn(people.cashier, cashierPIN)
		pay := c.sellCola()
		s := c.do(pos.Lock{})
		if s.Pay == nil || s.Pay.CodeURL == "" || !s.Staff.Locked {
			t.Fatalf("the code left the glass: %+v", s.Pay)
		}
		c.do(pos.LeaveCode{})
		c.wx.pay(pay.OutTradeNo)
		if s := c.wait(3 * time.Second); s.Done == nil || !s.Staff.Locked {
			t.Errorf("done %+v, locked %t", s.Done, s.Staff.Locked)
		}
		c.audit()
	})
}

func TestStaff_WrongPINs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, people := manned(t)
		defer c.close()
		for n := range 5 {
			c.do(pos.SignIn{Person: people.cashier, PIN: "1111"})
			if s := c.snap(); !s.Staff.Proving {
				t.Fatal("nobody sees that a PIN is being looked at")
			}
			s := c.wait(2 * proveTime)
			if a := s.Staff.Answer; a.Code != pos.CodeWrongPIN || a.Person != people.cashier || a.N != uint64(n+1) || !s.Staff.Locked || s.Staff.Proving || a.Until.IsZero() != (n < 4) {
				t.Errorf("%d: %+v", n, s.Staff)
			}
		}
		c.do(pos.SignIn{Person: people.cashier, PIN: cashierPIN})
		s := c.wait(2 * proveTime)
		if a := s.Staff.Answer; a.Code != pos.CodePINWait || time.Until(a.Until) <= 0 || s.Staff.People[0].Wait.IsZero() {
			t.Errorf("the right PIN too early: %+v", s.Staff)
		}
		c.wait(30 * time.Second)
		c.signIn(people.cashier, cashierPIN)
		if s := c.snap(); !s.Staff.People[0].Wait.IsZero() || s.Staff.Answer.Code != pos.CodeNone || s.Staff.Answer.N != 7 {
			t.Errorf("%+v", s.Staff)
		}
		c.do(pos.SignIn{Person: 99, PIN: cashierPIN})
		if s := c.wait(2 * proveTime); s.Staff.Answer.Code != pos.CodeNotFound || s.Staff.Who.ID != people.cashier {
			t.Errorf("%+v", s.Staff)
		}
	})
}

func TestStaff_ALedgerThatCannotBeReadProvesNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, people := manned(t)
		defer c.close()
		c.book.fail(pos.E(pos.CodeFull, "prove", nil))
		c.do(pos.SignIn{Person: people.owner, PIN: ownerPIN})
		s := c.wait(time.Second)
		if s.Staff.Answer.Code != pos.CodeFull || !s.Staff.Locked || s.Message.ID != "ledger-trouble" {
			t.Errorf("%+v, said %q", s.Staff, s.Message.ID)
		}
		c.book.fail(nil)
		c.signIn(people.owner, ownerPIN)
	})
}

// refund is what a cashier needs somebody for.
var refund = pos.RefundSale{Sale: 1, Amount: 100, Reason: "包装破损", Approver: "冒名"}

func TestStaff_ApprovedPressedTwiceDoesItOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, people := manned(t)
		defer c.close()
		c.signIn(people.cashier, cashierPIN)
		twice := pos.Approved{Command: refund, By: people.manager, PIN: managerPIN}
		c.till.Post(twice)
		c.till.Post(twice)
		c.wait(50 * time.Millisecond)
		c.till.Post(twice)
		s := c.wait(time.Second)
		if len(c.book.refunds) != 1 || c.book.proofs != 2 || s.Staff.Answer.N != 2 {
			t.Errorf("%d refunds, %d PINs looked at, answer %+v", len(c.book.refunds), c.book.proofs, s.Staff.Answer)
		}
		if r := c.book.refunds[0]; r.Approver != "李强" || r.Cashier != "王芳" {
			t.Errorf("allowed by %q, asked for by %q", r.Approver, r.Cashier)
		}
	})
}

// What was asked for before the lock is not done behind it, and nobody is signed in behind it.
func TestStaff_AProofThatComesAfterTheLockDoesNothing(t *testing.T) {
	for name, give := range map[string]func(crew) pos.Command{
		"an approval": func(w crew) pos.Command {
			return pos.Approved{Command: refund, By: w.manager, PIN: managerPIN}
		},
		"a change of cashier": func(w crew) pos.Command { return pos.SignIn{Person: w.manager, PIN: managerPIN} },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, people := manned(t)
				defer c.close()
				c.signIn(people.cashier, cashierPIN)
				c.do(give(people))
				c.wait(proveTime / 2)
				s := c.do(pos.Lock{})
				if !s.Staff.Locked || s.Staff.Proving {
					t.Fatalf("%+v", s.Staff)
				}
				// Meanwhile somebody else's PIN is looked at; the old answer must not be taken for its.
				c.do(pos.SignIn{Person: people.owner, PIN: "9999"})
				s = c.wait(time.Second)
				if !s.Staff.Locked || len(c.book.refunds) != 0 || s.Staff.Answer.Code != pos.CodeWrongPIN || s.Staff.Answer.Person != people.owner {
					t.Errorf("%+v, %d refunds", s.Staff, len(c.book.refunds))
				}
			})
		})
	}
}

func TestStaff_AProofThatComesAfterTheWorldChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		people := hireCrew(b)
		sellOnce(b)
		oneStray(b)
		c := open(t, b, newWeChat(), func(cfg *checkout.Config) { cfg.AutoRefund = false })
		c.signIn(people.cashier, cashierPIN)

		// The exception is decided while the PIN is looked at.
		note := pos.DecideException{ID: 1, Action: pos.ActNote, Reason: "商户平台已退"}
		c.do(pos.Approved{Command: note, By: people.manager, PIN: managerPIN})
		b.mu.Lock()
		b.exceptions[0].State = pos.ExceptionSettled
		b.mu.Unlock()
		s := c.wait(time.Second)
		if s.Message.ID != "exception-not-now" || b.exceptions[0].Decided.By != "" || s.Staff.Answer.Code != pos.CodeNone {
			t.Errorf("decided by %q, said %q", b.exceptions[0].Decided.By, s.Message.ID)
		}

		// The count that was to be signed for was left.
		c.do(exactly)
		b.mu.Lock()
		b.exceptions[0].State = pos.ExceptionOpen
		b.mu.Unlock()
		c.do(pos.Approved{Command: pos.CloseShift{Reason: "找错钱"}, By: people.manager, PIN: managerPIN})
		c.do(pos.LeaveClose{})
		if s := c.wait(time.Second); s.Message.ID != "count-first" || len(b.zs) != 0 {
			t.Errorf("said %q, %d Z reports", s.Message.ID, len(b.zs))
		}

		// The till stops: nobody would see what it did.
		c.do(pos.Approved{Command: refund, By: people.manager, PIN: managerPIN})
		c.close()
		if len(b.refunds) != 0 {
			t.Error("a refund was made while the till stopped")
		}
	})
}

// Who was let go meanwhile allows nothing any more, although the PIN was right when it was looked at.
func TestStaff_WhoHasLeftAllowsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, people := manned(t)
		defer c.close()
		c.signIn(people.cashier, cashierPIN)
		c.book.proved = func() { c.book.people[1].Active = false }
		c.do(pos.Approved{Command: refund, By: people.manager, PIN: managerPIN})
		s := c.wait(time.Second)
		if len(c.book.refunds) != 0 || s.Staff.Answer.Code != pos.CodeNotFound || len(s.Staff.People) != 2 {
			t.Errorf("%d refunds, %+v", len(c.book.refunds), s.Staff)
		}
		c.book.proved = func() { c.book.people[0].Active = false }
		c.do(pos.Approved{Command: refund, By: people.owner, PIN: ownerPIN}) // and who is at the till has gone himself
		s = c.wait(time.Second)
		if !s.Staff.Locked || len(c.book.refunds) != 0 {
			t.Errorf("%d refunds, %+v", len(c.book.refunds), s.Staff)
		}
	})
}

func TestStaff_TheFirstIsTheOwnerAndIsSignedIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, newBook(), newWeChat())
		defer c.close()
		s := c.do(scanCola, pos.SignIn{Person: 1, PIN: "1234"}, pos.Approved{Command: refund, By: 1, PIN: "1234"})
		if s.Staff.Locked || s.Staff.Answer.N != 2 || s.Staff.Answer.Code != pos.CodeNotFound || len(s.Cart.Lines) != 1 {
			t.Errorf("%+v", s.Staff)
		}
		if s := c.do(pos.Lock{}); s.Staff.Locked || s.Message.ID != "no-staff" {
			t.Errorf("a till without staff locked itself: %+v, %q", s.Staff, s.Message.ID)
		}
		c.do(pos.AddPerson{Name: "王芳", Role: pos.RoleCashier, PIN: cashierPIN})
		if s := c.wait(time.Second); s.Message.ID != "staff-no-owner" || len(s.Staff.People) != 0 || s.Staff.Locked {
			t.Errorf("%q, %+v", s.Message.ID, s.Staff)
		}
		c.do(pos.AddPerson{Name: "陈老板", Role: pos.RoleOwner, PIN: ownerPIN})
		s = c.wait(time.Second)
		if s.Staff.Locked || s.Staff.Who.Name != "陈老板" || s.Staff.Who.Role != pos.RoleOwner || s.Message.ID != "staff-added" || len(s.Cart.Lines) != 1 {
			t.Errorf("%+v, said %q", s.Staff, s.Message.ID)
		}
		c.do(pos.PayCash{})
		if p := c.book.payments[1]; p.Cashier != "陈老板" {
			t.Errorf("sold by %q", p.Cashier)
		}
	})
}

func TestStaff_WhoChangesHimself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, people := manned(t)
		defer c.close()
		c.signIn(people.owner, ownerPIN)
		change := func(p pos.Person) pos.Snapshot {
			c.do(pos.ChangePerson{Person: p})
			return c.wait(time.Second)
		}
		me := pos.Person{ID: people.owner, Name: "陈太太", Role: pos.RoleOwner, Active: true}
		if s := change(me); s.Staff.Who.Name != "陈太太" || s.Staff.Locked || s.Message.ID != "staff-changed" {
			t.Errorf("%+v", s.Staff)
		}
		me.Role = pos.RoleCashier
		if s := change(me); s.Staff.Who.Role != pos.RoleOwner || s.Message.ID != "staff-no-owner" {
			t.Errorf("the last owner is none any more: %+v, %q", s.Staff, s.Message.ID)
		}
		change(pos.Person{ID: people.manager, Name: "李强", Role: pos.RoleOwner, Active: true})
		if s := change(me); s.Staff.Who.Role != pos.RoleCashier || s.Staff.May(pos.DeedStaff) {
			t.Errorf("%+v", s.Staff.Who)
		}
		if s := change(me); s.Message.ID != "forbidden" {
			t.Errorf("said %q", s.Message.ID)
		}
		c.signIn(people.manager, managerPIN)
		gone := pos.Person{ID: people.cashier, Name: "王芳", Role: pos.RoleCashier}
		if s := change(gone); len(s.Staff.People) != 2 || s.Staff.Locked {
			t.Errorf("%+v", s.Staff)
		}
		me.Role = pos.RoleOwner
		change(me)
		me = pos.Person{ID: people.manager, Name: "李强", Role: pos.RoleOwner}
		if s := change(me); !s.Staff.Locked || s.Staff.Who.ID != 0 {
			t.Errorf("somebody who has left is at the till: %+v", s.Staff)
		}
	})
}

func TestStaff_RefusedChangesSayWhy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, people := manned(t)
		defer c.close()
		c.signIn(people.owner, ownerPIN)
		for _, row := range []struct {
			give pos.Command
			want string
		}{
			{pos.AddPerson{Name: " ", Role: pos.RoleCashier, PIN: "2580"}, "staff-name"},
			{pos.AddPerson{Name: "王芳", Role: pos.RoleCashier, PIN: "2580"}, "staff-taken"},
			{pos.AddPerson{Name: "赵敏", Role: "boss", PIN: "2580"}, "staff-role"},
			{pos.AddPerson{Name: "赵敏", Role: pos.RoleCashier, PIN: "258"}, "staff-pin-form"},
			{pos.AddPerson{Name: "赵敏", Role: pos.RoleCashier, PIN: "2345"}, "staff-pin-easy"},
			{pos.SetPIN{Person: people.cashier, PIN: "1111"}, "staff-pin-easy"},
			{pos.SetPIN{Person: 99, PIN: "2580"}, "staff-refused"},
			{pos.SetPIN{Person: people.cashier, PIN: "2580"}, "staff-pin"},
		} {
			c.do(row.give)
			if s := c.wait(time.Second); s.Message.ID != row.want {
				t.Errorf("%T: said %q, want %q", row.give, s.Message.ID, row.want)
			}
		}
		c.do(pos.AddPerson{Name: "赵敏", Role: pos.RoleCashier, PIN: "2580"}, pos.AddPerson{Name: "周", Role: pos.RoleCashier, PIN: "2580"})
		if s := c.snap(); s.Message.ID != "staff-busy" || s.Staff.Proving {
			t.Errorf("said %q, %+v", s.Message.ID, s.Staff)
		}
		// A PIN that is to be looked at meanwhile is: whoever types it waits for the answer.
		c.do(pos.SignIn{Person: people.owner, PIN: "9999"})
		if s := c.wait(time.Second); s.Staff.Answer.Code != pos.CodeWrongPIN || len(s.Staff.People) != 4 {
			t.Errorf("%+v", s.Staff)
		}
		c.book.fail(pos.E(pos.CodeFull, "write", nil))
		c.do(pos.AddPerson{Name: "周", Role: pos.RoleCashier, PIN: "2580"})
		if s := c.wait(time.Second); s.Message.ID != "ledger-trouble" || len(s.Staff.People) != 4 {
			t.Errorf("said %q, %d people", s.Message.ID, len(s.Staff.People))
		}
	})
}

func TestStaff_LocksItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, people := manned(t, autoLock(3*time.Minute))
		defer c.close()
		locked := func() bool { return c.snap().Staff.Locked }
		c.signIn(people.cashier, cashierPIN)
		c.wait(2 * time.Minute)
		c.do(scanCola) // somebody is there
		c.wait(3*time.Minute - time.Second)
		if locked() {
			t.Error("locked too early")
		}
		if s := c.wait(2 * time.Second); !s.Staff.Locked || len(s.Cart.Lines) != 1 {
			t.Errorf("not locked, or the cart is gone: %+v", s.Staff)
		}
		c.do(scanCola) // at a locked till nobody is there
		c.signIn(people.cashier, cashierPIN)

		// While a customer pays nobody presses a key. The minutes begin when the payment is gone.
		c.do(pos.PayWeChat{})
		if c.wait(4 * time.Minute); locked() {
			t.Fatal("locked before a paying customer")
		}
		c.wx.pay(c.snap().Pay.OutTradeNo)
		if s := c.wait(10 * time.Second); len(s.Cart.Lines) != 0 {
			t.Fatalf("not paid: %+v", s.Pay)
		}
		if c.wait(2 * time.Minute); locked() {
			t.Error("locked as soon as the customer had paid")
		}
		if c.wait(time.Minute); !locked() {
			t.Error("not locked")
		}
	})
}

func TestStaff_NeverLocksItselfWhenNotAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, people := manned(t, autoLock(0))
		defer c.close()
		c.signIn(people.cashier, cashierPIN)
		if s := c.wait(48 * time.Hour); s.Staff.Locked {
			t.Error("locked")
		}
	})
	synctest.Test(t, func(t *testing.T) {
		c := open(t, newBook(), newWeChat(), autoLock(time.Minute)) // without staff there is no lock
		defer c.close()
		if s := c.wait(48 * time.Hour); s.Staff.Locked {
			t.Error("locked")
		}
	})
}

// A code that ran out is nobody's presence, however long WeChat takes to say what became of it.
func TestStaff_LocksItselfOverACodeThatIsOffTheGlass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, people := manned(t, autoLock(2*time.Minute))
		defer c.close()
		c.signIn(people.cashier, cashierPIN)
		c.sellCola()
		c.wx.minAge = time.Hour
		if s := c.wait(5*time.Minute - time.Second); s.Staff.Locked || s.Pay == nil {
			t.Fatalf("locked in front of a customer who pays: %+v", s.Pay)
		}
		if s := c.wait(3 * time.Minute); !s.Staff.Locked || s.Pay == nil {
			t.Errorf("locked %t, pay %+v", s.Staff.Locked, s.Pay)
		}
	})
}

// A proof that is under way keeps the till open: the lock would call it off.
func TestStaff_DoesNotLockItselfWhileAPINIsLookedAt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, people := manned(t, autoLock(time.Minute))
		defer c.close()
		c.signIn(people.cashier, cashierPIN)
		from := time.Now()
		c.wait(time.Minute - time.Since(from) - proveTime - proveTime/2)
		if c.snap().Staff.Locked {
			t.Fatal("locked too early")
		}
		c.do(pos.SignIn{Person: people.manager, PIN: managerPIN})
		if s := c.wait(time.Second); s.Staff.Who.ID != people.manager || s.Staff.Locked {
			t.Errorf("%+v", s.Staff)
		}
	})
}

func TestStaff_PINsAreNowhereInTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var lines strings.Builder
		b := newBook()
		people := hireCrew(b)
		sellOnce(b)
		c := &counter{t: t, book: b, wx: newWeChat(), over: make(chan error, 1)}
		c.till = checkout.New(checkout.Config{
			Shop: pos.Shop{ID: "S001", Till: "T1", Calendar: pos.Calendar{Zone: time.UTC}}, Ledger: b, Returns: b, Staff: b, Shifts: b, Catalogue: shelf{newBook()},
			Clock: now{}, Random: rand.Reader, Life: 5 * time.Minute, Publish: c.show, Poke: func() {}, OffCause: pos.CodeSecret,
			Log: slog.New(slog.NewTextHandler(&lines, &slog.HandlerOptions{Level: slog.LevelDebug})),
		})
		ctx, cancel := context.WithCancel(t.Context())
		c.stop = cancel
		go func() { c.over <- c.till.Run(ctx) }()
		c.do(pos.SignIn{Person: people.owner, PIN: "9999"})
		c.wait(time.Second)
		c.signIn(people.owner, ownerPIN)
		c.do(pos.Approved{Command: refund, By: people.manager, PIN: managerPIN})
		c.wait(time.Second)
		c.do(pos.AddPerson{Name: "赵敏", Role: pos.RoleCashier, PIN: "2580"})
		c.wait(time.Second)
		c.book.fail(errors.New("disk"))
		c.do(pos.SetPIN{Person: people.cashier, PIN: "7410"}, pos.Lock{})
		c.wait(time.Second)
		shown := lines.String() + fmt.Sprintf("%+v %#v", c.snap(), c.snap())
		c.book.fail(nil)
		c.close()
		if !strings.Contains(shown, "signed in") {
			t.Fatal("nothing was logged")
		}
		for _, pin := range []string{"9999", "8642", "246801", "2580", "7410"} {
			if strings.Contains(shown, pin) {
				t.Errorf("%s is written down", pin)
			}
		}
	})
}
