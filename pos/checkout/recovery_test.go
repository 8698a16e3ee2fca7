package checkout_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
)

const (
	paperCode pos.RecoveryCode = "23456789ABCDEFGH"
	nextCode  pos.RecoveryCode = "A3456789ABCDEFGH"
)

func TestRecovery_AnOwnerWhoForgotIsBehindTheLockWithANewPIN(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, people := manned(t)
		defer c.close()
		again := pos.Recover{Recovering: pos.Recovering{Code: paperCode, Person: people.owner, PIN: "9753", Next: nextCode}}
		c.do(again)
		if s := c.wait(2 * proveTime); s.Staff.Answer.Code != pos.CodeNotFound || !s.Staff.Locked {
			t.Errorf("without a code: %+v", s.Staff)
		}
		c.signIn(people.owner, ownerPIN)
		c.do(pos.NewRecovery{Code: paperCode})
		s := c.wait(2 * proveTime)
		if r := s.Staff.Recovery; r.N != 1 || r.Code != pos.CodeNone || r.Made.IsZero() {
			t.Errorf("%+v", r)
		}
		c.do(pos.Lock{})
		c.do(pos.Recover{Recovering: pos.Recovering{Code: nextCode, Person: people.owner, PIN: "9753", Next: nextCode}})
		if s = c.wait(2 * proveTime); s.Staff.Answer.Code != pos.CodeWrongPIN || !s.Staff.Locked || s.Staff.Recovery.N != 1 {
			t.Errorf("another code: %+v", s.Staff)
		}
		c.do(again, again) // pressed twice
		s = c.wait(3 * proveTime)
		if s.Staff.Locked || s.Staff.Who.ID != people.owner || s.Staff.Answer.Code != pos.CodeNone || s.Staff.Recovery.N != 2 || s.Staff.Recovery.Code != pos.CodeNone {
			t.Errorf("%+v", s.Staff)
		}
		if c.book.code != nextCode {
			t.Error("the code that was used still counts")
		}
		if shown := strings.ReplaceAll(fmt.Sprintf("%#v", s), " ", ""); strings.Contains(shown, string(paperCode)) || strings.Contains(shown, string(nextCode)) {
			t.Error("a code is in a snapshot")
		}
		c.do(pos.Lock{})
		c.signIn(people.owner, "9753")
	})
}

func TestRecovery_ComesWithTheFirstOwner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, newBook(), nil)
		defer c.close()
		c.do(pos.AddPerson{Name: "陈老板", Role: pos.RoleOwner, PIN: ownerPIN, Recovery: paperCode})
		s := c.wait(3 * proveTime)
		if c.book.code != paperCode || s.Staff.Recovery.N != 1 || s.Staff.Who.Name != "陈老板" {
			t.Errorf("%+v", s.Staff)
		}
		c.do(pos.AddPerson{Name: "王芳", Role: pos.RoleCashier, PIN: cashierPIN, Recovery: nextCode})
		if s := c.wait(3 * proveTime); c.book.code != paperCode || s.Staff.Recovery.N != 1 {
			t.Error("a second person brings another code")
		}
	})
}

func TestRecovery_ACodeThatCannotBeKeptDoesNotCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, people := manned(t)
		defer c.close()
		c.signIn(people.owner, ownerPIN)
		c.book.fail(pos.E(pos.CodeFull, "write", nil))
		c.do(pos.NewRecovery{Code: paperCode})
		if s := c.wait(time.Second); s.Staff.Recovery.Code != pos.CodeFull || s.Staff.Recovery.N != 1 || c.book.code != "" {
			t.Errorf("%+v", s.Staff.Recovery)
		}
		c.book.fail(nil)
		c.do(pos.NewRecovery{Code: paperCode})
		if s := c.wait(time.Second); s.Staff.Recovery.Code != pos.CodeNone || s.Staff.Recovery.N != 2 {
			t.Errorf("%+v", s.Staff.Recovery)
		}
	})
}
