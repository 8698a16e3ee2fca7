package ui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/pos/i18n"
)

// sheetCode is the code that stands on the glass.
func (c *counter) sheetCode() (code pos.RecoveryCode, shown bool) {
	for _, words := range said(c.win.Content()) {
		if code, err := pos.ReadRecoveryCode(words); err == nil {
			return code, true
		}
	}
	return "", false
}

func TestRecovery_TheFirstOwnersCodeIsShownOnceItCounts(t *testing.T) {
	var printed []pos.RecoveryCode
	c := newCounter(t, func(cfg *Config) {
		english(cfg)
		cfg.PrintRecovery = func(_ context.Context, code pos.RecoveryCode, _ *i18n.Words) error {
			printed = append(printed, code)
			return nil
		}
	})
	c.show(pos.Snapshot{Seq: 1})
	c.openStaff()
	c.key(fyne.KeyReturn)
	c.types("Chen")
	c.key(fyne.KeyReturn)
	c.types(somePIN)
	c.key(fyne.KeyReturn)
	c.types(somePIN)
	c.key(fyne.KeyReturn)
	add, ok := c.posted[len(c.posted)-1].(pos.AddPerson)
	if !ok || add.Recovery == "" || add.Role != pos.RoleOwner {
		t.Fatalf("posted %T", c.posted[len(c.posted)-1])
	}
	if _, shown := c.sheetCode(); shown {
		t.Error("shown before it counts")
	}
	v := pos.StaffView{People: []pos.Person{chen}, Who: chen}
	v.Recovery.N, v.Recovery.Made = 1, time.Now()
	c.show(pos.Snapshot{Seq: 2, Staff: v})
	c.until("Printed once")
	if code, shown := c.sheetCode(); !shown || code != add.Recovery || len(printed) != 1 || printed[0] != code {
		t.Fatalf("shown %v, printed %d; it says %q", shown, len(printed), said(c.win.Content()))
	}
	if all := fmt.Sprintf("%v %+v %#v", c.posted, c.posted, c.posted); strings.Contains(all, string(add.Recovery)) {
		t.Error("a command written down has the code")
	}
	c.at = c.at.Add(-time.Second)
	c.key(fyne.KeyReturn) // struck twice
	c.key(fyne.KeyEscape)
	c.scan("6901028028412")
	if _, shown := c.sheetCode(); !shown {
		t.Error("gone before anybody could read it")
	}
	c.at = c.at.Add(2 * time.Second)
	c.key(fyne.KeyReturn)
	if _, shown := c.sheetCode(); shown {
		t.Error("still there")
	}
	c.show(pos.Snapshot{Seq: 3, Staff: v})
	if _, shown := c.sheetCode(); shown {
		t.Error("shown twice")
	}
}

func TestRecovery_AnOwnerWhoForgotChoosesAnotherPINAtTheLock(t *testing.T) {
	c := newCounter(t, english)
	v := locked()
	c.show(pos.Snapshot{Seq: 1, Staff: v})
	c.key(fyne.KeyF4)
	if !c.says("There is no recovery code") {
		t.Errorf("without a code it says %q", said(c.win.Content()))
	}
	c.key(fyne.KeyEscape)
	v.Recovery.Made, v.Recovery.N = time.Now(), 1
	c.show(pos.Snapshot{Seq: 2, Staff: v})
	c.key(fyne.KeyF4)
	paper, err := new(Shell).newRecovery()
	if err != nil {
		t.Fatal(err)
	}
	c.types(strings.ToLower(string(paper[:15])))
	c.key(fyne.KeyReturn)
	if !c.says("This is no recovery code") {
		t.Errorf("a sign missing: %q", said(c.win.Content()))
	}
	c.types(string(paper[15:]))
	c.key(fyne.KeyReturn)
	c.types("1234")
	c.key(fyne.KeyReturn)
	if !c.says("easy to guess") {
		t.Errorf("an easy PIN: %q", said(c.win.Content()))
	}
	for range 4 {
		c.key(fyne.KeyBackspace)
	}
	c.types(somePIN)
	c.key(fyne.KeyReturn)
	c.types(somePIN)
	c.keepsSecret(somePIN)
	c.key(fyne.KeyReturn)
	c.key(fyne.KeyReturn) // an answer is awaited
	if n := len(c.posted); n != 1 {
		t.Fatalf("posted %d", n)
	}
	r, ok := c.posted[0].(pos.Recover)
	if !ok || r.Code != paper || r.Person != chen.ID || r.PIN != somePIN || r.Next == "" || r.Next == paper {
		t.Fatalf("%T", c.posted[0])
	}
	v.Answer = pos.Proof{N: 1, Person: chen.ID, Code: pos.CodeWrongPIN}
	c.show(pos.Snapshot{Seq: 3, Staff: v})
	if !c.says("That is not the code") {
		t.Errorf("after a wrong one: %q", said(c.win.Content()))
	}
	w := signedIn(chen)
	w.Answer.N, w.Recovery.N, w.Recovery.Made = 2, 2, time.Now()
	c.show(pos.Snapshot{Seq: 4, Staff: w})
	if code, shown := c.sheetCode(); !shown || code != r.Next {
		t.Errorf("the next code is not shown: %q", said(c.win.Content()))
	}
	v.Answer.N = 2
	c.show(pos.Snapshot{Seq: 5, Staff: v})
	if _, shown := c.sheetCode(); shown {
		t.Error("the code stands over the lock")
	}
}

func TestRecovery_ACodeThatDoesNotCountIsNotShown(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1, Staff: signedIn(chen)})
	if c.code.New(c.snap.Staff) == "" {
		t.Fatal(errors.New("none made"))
	}
	v := signedIn(chen)
	v.Recovery.N, v.Recovery.Code = 1, pos.CodeFull
	c.show(pos.Snapshot{Seq: 2, Staff: v})
	if _, shown := c.sheetCode(); shown || !c.says("There is no new recovery code") {
		t.Errorf("%q", said(c.win.Content()))
	}
}
