package ui

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"guitai/pos"
)

// The people of the tests.
var (
	chen = pos.Person{ID: 1, Name: "陈刚", Role: pos.RoleOwner, Active: true}
	li   = pos.Person{ID: 2, Name: "李明", Role: pos.RoleCashier, Active: true}
	wang = pos.Person{ID: 3, Name: "王芳", Role: pos.RoleManager, Active: true}
)

func signedIn(who pos.Person) pos.StaffView {
	return pos.StaffView{People: []pos.Person{li, wang, chen}, Who: who}
}

func locked() pos.StaffView {
	return pos.StaffView{People: []pos.Person{li, wang, chen}, Locked: true}
}

const somePIN = "482617"

// sees reports a PIN's digits anywhere in sight, or in what could be written down.
func (c *counter) keepsSecret(pin string) {
	c.t.Helper()
	for _, words := range said(c.win.Content()) {
		if strings.Contains(words, pin) {
			c.t.Errorf("the window shows the PIN: %q", words)
		}
	}
	if all := fmt.Sprintf("%v %+v %#v", c.posted, c.posted, c.posted); strings.Contains(all, pin) {
		c.t.Errorf("a command written down has the PIN: %s", all)
	}
}

func TestLock_CoversEverythingAndSignsIn(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1, Cart: oneCoke(), Staff: signedIn(wang)})
	if !c.says("王芳") {
		t.Error("the header does not say who is at the till")
	}
	c.key(fyne.KeyF7)
	c.key(fyne.KeyF12)
	c.expect(pos.Lock{})
	c.show(pos.Snapshot{Seq: 2, Cart: oneCoke(), Pay: waiting(), Staff: locked()})
	if c.sheet != nil || !c.says("Choose your name") || !c.says("A payment goes on (Waiting for payment)") {
		t.Fatalf("locked, it says %q", said(c.win.Content()))
	}
	for _, k := range []fyne.KeyName{fyne.KeyF1, fyne.KeyF2, fyne.KeyF5, fyne.KeyF7, fyne.KeyF8, fyne.KeyF9, fyne.KeyF10, fyne.KeyF12, fyne.KeyDelete} {
		c.key(k)
	}
	c.ctrl(fyne.KeyP)
	c.ctrl(fyne.KeyE)
	c.ctrl(fyne.KeyJ)
	c.scan("6901028028412")
	c.expect()
	if c.sheet != nil || c.cash.IsOpen() {
		t.Error("something opened under the lock")
	}
	c.key(fyne.KeyEscape)
	c.types("1")
	c.types("4826")
	c.keepsSecret("4826")
	c.key(fyne.KeyReturn)
	c.keepsSecret("4826")
	c.expect(pos.SignIn{Person: li.ID, PIN: "4826"})
	v := locked()
	v.Answer = pos.Proof{N: 1, Person: li.ID, Code: pos.CodeWrongPIN}
	c.show(pos.Snapshot{Seq: 3, Cart: oneCoke(), Pay: waiting(), Staff: v})
	if !c.says("Wrong PIN") {
		t.Errorf("after a wrong PIN it says %q", said(c.win.Content()))
	}
	v.Answer = pos.Proof{N: 2, Person: li.ID, Code: pos.CodePINWait, Until: c.at.Add(90 * time.Second)}
	c.types("4826")
	c.key(fyne.KeyReturn)
	c.posted = nil
	c.show(pos.Snapshot{Seq: 4, Cart: oneCoke(), Pay: waiting(), Staff: v})
	if !c.says("Too many wrong PINs") {
		t.Errorf("it says %q", said(c.win.Content()))
	}
	c.types("4826")
	c.key(fyne.KeyReturn)
	c.expect() // nothing is looked at before the time is up
	c.at = c.at.Add(2 * time.Minute)
	c.types("4826")
	c.key(fyne.KeyReturn)
	c.expect(pos.SignIn{Person: li.ID, PIN: "4826"})
	in := signedIn(li)
	in.Answer = pos.Proof{N: 3, Person: li.ID}
	c.show(pos.Snapshot{Seq: 5, Cart: oneCoke(), Pay: waiting(), Staff: in})
	if c.says("Choose your name") || !c.says("李明") {
		t.Errorf("signed in, it says %q", said(c.win.Content()))
	}
	c.key(fyne.KeyF5)
	c.expect(pos.AskNow{})
}

// Six digits typed by a quick hand and their Enter look like a scan; they are a PIN. A real scan is none.
func TestLock_AQuickPINIsNoScan(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1, Staff: locked()})
	c.types("2")
	c.at = c.at.Add(time.Second)
	c.scan(somePIN)
	c.expect(pos.SignIn{Person: wang.ID, PIN: somePIN})
	v := locked()
	v.Answer = pos.Proof{N: 1, Person: wang.ID, Code: pos.CodeWrongPIN}
	c.show(pos.Snapshot{Seq: 2, Staff: v})
	c.scan("6901028028412")
	c.scan("134567890123456789")
	c.expect()
	if !c.says("The scan was not used") {
		t.Errorf("it says %q", said(c.win.Content()))
	}
	c.key(fyne.KeyEscape, fyne.KeyEscape)
	c.at = c.at.Add(time.Second)
	c.scan("1234567") // its first digit chose somebody, the rest is no PIN of his
	c.expect()
}

func TestApprove_AsksInPlaceAndPostsWithThePIN(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1, Cart: oneCoke(), Staff: signedIn(li)})
	c.key(fyne.KeyF7)
	c.types("42")
	c.key(fyne.KeyReturn)
	c.until("S001-T1-20261120-0042")
	c.key(fyne.KeyF4, fyne.KeyReturn, fyne.KeyDown, fyne.KeyReturn)
	c.expect()
	if !c.approve.IsOpen() || !c.says("Give back ¥3.00") && !c.says("¥3.00 to the customer") {
		t.Fatalf("nobody is asked: %q", said(c.win.Content()))
	}
	for _, words := range said(c.approve.Layer()) {
		if words == li.Name {
			t.Error("who may not allow it is asked")
		}
	}
	c.key(fyne.KeyF10, fyne.KeyF9)
	c.scan("6901028028412")
	c.expect()
	c.types("1")
	c.at = c.at.Add(time.Second)
	c.scan(somePIN)
	c.keepsSecret(somePIN)
	if len(c.posted) != 1 {
		t.Fatalf("posted %v", c.posted)
	}
	a, ok := c.posted[0].(pos.Approved)
	if r, refund := a.Command.(pos.RefundSale); !ok || !refund || r.Sale != 5 || a.By != wang.ID || a.PIN != somePIN {
		t.Fatalf("posted %+v", c.posted)
	}
	c.posted = nil
	v := signedIn(li)
	v.Answer = pos.Proof{N: 1, Person: wang.ID, Code: pos.CodeWrongPIN}
	c.show(pos.Snapshot{Seq: 2, Cart: oneCoke(), Staff: v})
	if !c.approve.IsOpen() || c.sheet == nil || !c.says("Wrong PIN") {
		t.Fatalf("after a wrong PIN: %q", said(c.win.Content()))
	}
	c.scan(somePIN)
	v.Answer = pos.Proof{N: 2, Person: wang.ID}
	c.show(pos.Snapshot{Seq: 3, Cart: oneCoke(), Staff: v})
	if c.approve.IsOpen() || c.sheet != nil {
		t.Error("allowed, the prompt or the screen is still open")
	}
}

func TestApprove_EscLeavesEverythingAsItWas(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1, Staff: signedIn(li)})
	c.ctrl(fyne.KeyO)
	c.types("换钱")
	c.key(fyne.KeyReturn)
	c.key(fyne.KeyEscape)
	if c.approve.IsOpen() || c.sheet == nil || !c.says("换钱") {
		t.Errorf("it says %q", said(c.win.Content()))
	}
	c.expect()
	c.key(fyne.KeyReturn)
	c.show(pos.Snapshot{Seq: 2, Staff: locked()}) // locked meanwhile: nobody allows anything any more
	c.show(pos.Snapshot{Seq: 3, Staff: signedIn(wang)})
	if c.approve.IsOpen() || c.sheet != nil {
		t.Error("what was open before the lock is open after it")
	}
	c.ctrl(fyne.KeyO)
	c.types("换钱")
	c.key(fyne.KeyReturn)
	c.expect(pos.OpenDrawer{Reason: "换钱"})
	if c.sheet != nil {
		t.Error("it stays open")
	}
}

// ledgers reads shifts.
type ledgers struct{ x pos.ShiftReport }

func (l ledgers) XReport(context.Context, time.Time) (pos.ShiftReport, error) { return l.x, nil }

func (l ledgers) ZReport(_ context.Context, z int) (pos.ShiftReport, error) {
	return pos.ShiftReport{Z: z, Day: 20261119, Number: 1, Net: pos.Fen(z * 100)}, nil
}
func (l ledgers) LastZ(context.Context) (int, error) { return 2, nil }

func TestShift_ByKeysAlone(t *testing.T) {
	x := pos.ShiftReport{Cash: pos.CashReport{Start: 0, Float: 20000, Sales: 13370, Expected: 33370}}
	c := newCounter(t, func(cfg *Config) { english(cfg); cfg.Shifts = ledgers{x} })
	open := pos.ShiftView{Current: &pos.Shift{ID: 1, Day: 20261120, Number: 1, OpenedAt: noon, OpenedBy: "李明", Float: true}}
	c.show(pos.Snapshot{Seq: 1, Staff: signedIn(li), Shift: pos.ShiftView{Required: true, Blocked: pos.CodeShift}})
	if !c.says("No shift is open today") {
		t.Errorf("blocked, it says %q", said(c.win.Content()))
	}
	c.ctrl(fyne.KeyJ)
	c.key(fyne.KeyReturn)
	c.types("2")
	c.key(fyne.KeyF4)
	c.expectDeep(pos.OpenToCount{Float: true, Reason: "Count the float"}, pos.OpenShift{Count: pos.DrawerCount{Pieces: []pos.Pieces{{Fen: 10000, N: 2}}}})
	c.show(pos.Snapshot{Seq: 2, Staff: signedIn(li), Shift: open})
	c.key(fyne.KeyReturn)
	c.types("3")
	c.key(fyne.KeyReturn, fyne.KeyReturn, fyne.KeyReturn)
	c.types("3")
	if c.says("333.70") {
		t.Errorf("what should be there is seen before the count: %q", said(c.win.Content()))
	}
	c.key(fyne.KeyF4)
	count := pos.DrawerCount{Pieces: []pos.Pieces{{Fen: 10000, N: 3}, {Fen: 1000, N: 3}}}
	c.expectDeep(pos.OpenToCount{Reason: "Count the drawer"}, pos.CountDrawer{Count: count})
	if c.says("333.70") {
		t.Errorf("what should be there is seen before the count is on disk: %q", said(c.win.Content()))
	}
	counted := open
	counted.Counted = &pos.Counted{ID: 4, Count: count, Sum: 33000, Expected: 33370, Nth: 1}
	counted.NeedsSign = true
	c.show(pos.Snapshot{Seq: 3, Staff: signedIn(li), Shift: counted})
	c.until("¥130.00 goes to the safe") // the float stays
	if !c.says("▼ Missing") || !c.says("-¥3.70") || !c.says("A manager has to sign") {
		t.Errorf("it says %q", said(c.win.Content()))
	}
	c.at = c.at.Add(2 * time.Second) // it is looked at
	c.key(fyne.KeyReturn)
	c.expect() // why it differs is missing
	if !c.says("Why it differs") {
		t.Errorf("it says %q", said(c.win.Content()))
	}
	c.types("找错")
	c.key(fyne.KeyReturn)
	c.expect()
	if !c.approve.IsOpen() {
		t.Fatal("nobody is asked to sign")
	}
	c.types("1")
	c.types("4826")
	c.key(fyne.KeyReturn)
	c.expect(pos.Approved{Command: pos.CloseShift{Reason: "找错", Keep: 20000}, By: wang.ID, PIN: "4826"})
	done := pos.ShiftView{Closed: &pos.ShiftReport{Z: 3, Day: 20261120, Number: 1, Net: 13370}}
	v := signedIn(li)
	v.Answer = pos.Proof{N: 1, Person: wang.ID}
	c.show(pos.Snapshot{Seq: 4, Staff: v, Shift: done})
	if !c.says("Closed; the Z report is printing") || !c.says("Z report 0003") {
		t.Errorf("it says %q", said(c.win.Content()))
	}
	c.key(fyne.KeyReturn)
	if c.sheet != nil {
		t.Error("Enter does not put the Z report away")
	}
}

func (c *counter) expectDeep(want ...pos.Command) {
	c.t.Helper()
	if fmt.Sprint(c.posted) != fmt.Sprint(want) {
		c.t.Errorf("posted %v, want %v", c.posted, want)
	}
	c.posted = nil
}

// The till says no to a cashier's float: over the count that stays, a manager is asked to sign for what is missing.
func TestShift_AFloatThatMissesIsSignedForInPlace(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1, Staff: signedIn(li)})
	c.ctrl(fyne.KeyJ)
	c.key(fyne.KeyReturn)
	c.types("1")
	c.key(fyne.KeyF4)
	float := pos.OpenShift{Count: pos.DrawerCount{Pieces: []pos.Pieces{{Fen: 10000, N: 1}}}}
	c.expectDeep(pos.OpenToCount{Float: true, Reason: "Count the float"}, float)
	c.show(pos.Snapshot{Seq: 2, Staff: signedIn(li), Shift: pos.ShiftView{Unsigned: &pos.UnsignedFloat{Count: float.Count, Missing: 20000}}})
	c.expectDeep()
	if !c.approve.IsOpen() || !c.says("¥200.00 less than the books have") {
		t.Fatalf("nobody is asked to sign: %q", said(c.win.Content()))
	}
	c.types("1")
	c.types("4826")
	c.key(fyne.KeyReturn)
	c.expectDeep(pos.Approved{Command: float, By: wang.ID, PIN: "4826"})
}

func TestShift_TheXReportIsForWhoMaySeeIt(t *testing.T) {
	c := newCounter(t, func(cfg *Config) {
		english(cfg)
		cfg.Shifts = ledgers{pos.ShiftReport{Cash: pos.CashReport{Expected: 33370}}}
	})
	open := pos.ShiftView{Current: &pos.Shift{ID: 1, Day: 20261120, Number: 1, OpenedAt: noon}}
	c.show(pos.Snapshot{Seq: 1, Staff: signedIn(li), Shift: open})
	c.ctrl(fyne.KeyJ)
	c.types("5")
	if !c.approve.IsOpen() || c.says("333.70") {
		t.Fatalf("a cashier sees the takings: %q", said(c.win.Content()))
	}
	c.types("1")
	c.types("4826")
	c.key(fyne.KeyReturn)
	c.expect(pos.Approved{Command: pos.Look{Deed: pos.DeedTakings}, By: wang.ID, PIN: "4826"})
	v := signedIn(li)
	v.Answer = pos.Proof{N: 1, Person: wang.ID}
	c.show(pos.Snapshot{Seq: 2, Staff: v, Shift: open})
	c.until("333.70")
	c.key(fyne.KeyEscape, fyne.KeyEscape)
	c.show(pos.Snapshot{Seq: 3, Staff: signedIn(wang), Shift: open})
	c.ctrl(fyne.KeyJ)
	c.types("6")
	c.until("Z report 0002")
	c.key(fyne.KeyReturn, fyne.KeyReturn)
	c.expect(pos.PrintZ{Z: 2})
}

func TestStaff_TheFirstPersonIsExplainedAndAnOwner(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1})
	c.key(fyne.KeyF12)
	if c.sheet == nil || c.sheet.name != "staff" || !c.says("No staff yet") {
		t.Fatalf("it says %q", said(c.win.Content()))
	}
	c.key(fyne.KeyReturn)
	c.types("陈刚")
	c.key(fyne.KeyReturn)
	c.scan(somePIN)
	c.scan(somePIN)
	c.keepsSecret(somePIN)
	add, _ := c.posted[0].(pos.AddPerson)
	if add.Recovery == "" {
		t.Error("the first owner gets no recovery code")
	}
	c.expect(pos.AddPerson{Name: "陈刚", Role: pos.RoleOwner, PIN: somePIN, Recovery: add.Recovery})
}

func TestMenu_GoesAsideAndDownByKeys(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1, Staff: signedIn(wang)})
	c.key(fyne.KeyF10, fyne.KeyRight, fyne.KeyDown, fyne.KeyReturn)
	if c.sheet == nil || c.sheet.name != "shift" {
		t.Error("right of the first entry is not the shift")
	}
	c.key(fyne.KeyF10)
	c.key(fyne.KeyLeft)
	for range 6 {
		c.key(fyne.KeyDown)
	}
	c.key(fyne.KeyRight, fyne.KeyRight) // the column in the middle is shorter
	if c.sheet == nil || c.sheet.at < 0 || c.sheet.at >= len(c.sheet.choices) {
		t.Error("it left the menu")
	}
	c.key(fyne.KeyUp, fyne.KeyLeft, fyne.KeyEscape)
}

// Who counts the drawer gives no command for a long while, and is there all the same.
func TestPresent_TypingKeepsTheTillFromLockingItself(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1, Staff: signedIn(li), Shift: pos.ShiftView{Current: &pos.Shift{Day: 20261120, Number: 1, OpenedAt: noon, Float: true}}})
	c.ctrl(fyne.KeyJ)
	c.key(fyne.KeyReturn)
	c.types("12")
	c.expect(pos.OpenToCount{Reason: "Count the drawer"})
	c.at = c.at.Add(time.Minute)
	c.types("3")
	c.types("4")
	c.expect(pos.Look{Deed: pos.DeedSell})
	if !c.says("1234") {
		t.Errorf("it says %q", said(c.win.Content()))
	}
	c.at = c.at.Add(time.Minute)
	c.show(pos.Snapshot{Seq: 2, Staff: signedIn(li), Shift: c.snap.Shift})
	c.tick()
	c.expect()          // the till's own news is nobody
	c.key(fyne.KeyDown) // an arrow is somebody, too
	c.expect(pos.Look{Deed: pos.DeedSell})
	c.show(pos.Snapshot{Seq: 3, Staff: locked()})
	c.at = c.at.Add(time.Hour)
	c.types("1")
	c.expect() // nobody is there yet
}

// Whoever presses F12 goes on to type his PIN. However long the till takes, no digit of it reaches the screen that is still there.
func TestPIN_TypedBeforeTheLockFallsReachesNothingElse(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1, Staff: signedIn(wang)})
	c.slow = true
	c.key(fyne.KeyF12)
	c.expect(pos.Lock{})
	c.types("1")
	c.at = c.at.Add(time.Second)
	c.scan(somePIN)
	c.waive() // the till takes longer than keys wait for it
	c.keepsSecret(somePIN)
	c.expect()
	c.slow = false
	c.show(pos.Snapshot{Seq: 2, Taken: c.Shell.posted, Staff: locked()})
	c.expect(pos.SignIn{Person: li.ID, PIN: somePIN})
	c.keepsSecret(somePIN)
	c.show(pos.Snapshot{Seq: 3, Staff: signedIn(li)})
	c.scan("6901028028412")
	c.expect(pos.ScanText{Text: "6901028028412"})
}

// Also when F12 itself has to wait for its turn.
func TestPIN_TypedWhileF12WaitsReachesNothingElse(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1, Staff: signedIn(wang)})
	c.slow = true
	c.scan("6901028028412")
	c.key(fyne.KeyF12)
	c.types("1")
	c.types("4826")
	c.key(fyne.KeyReturn)
	c.waive()
	c.keepsSecret("4826")
	c.expect(pos.ScanText{Text: "6901028028412"})
	c.show(pos.Snapshot{Seq: 2, Taken: 1, Staff: signedIn(wang)})
	c.expect(pos.Lock{})
	c.waive()
	c.expect()
	c.show(pos.Snapshot{Seq: 3, Taken: 2, Staff: locked()})
	c.expect(pos.SignIn{Person: li.ID, PIN: "4826"})
}

// And when the till is locked by touch.
func TestPIN_TypedAfterATouchThatLocksReachesNothingElse(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1, Staff: signedIn(wang)})
	c.slow = true
	c.lockUp()
	c.expect(pos.Lock{})
	c.scan(somePIN)
	c.wait(2 * aheadMost)
	c.keepsSecret(somePIN)
	c.expect()
}

// A float that misses something has to be signed for: the Enter that hands it over leads to a question for a PIN.
func TestPIN_TypedBeforeAShortFloatIsAnsweredReachesNothingElse(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1, Staff: signedIn(li)})
	c.slow = true
	c.give(pos.OpenShift{}, "", nil)
	if len(c.posted) != 1 || c.guarded() {
		t.Fatalf("posted %v", c.posted)
	}
	c.types("4826")
	c.waive()
	if said := said(c.win.Content()); strings.Contains(strings.Join(said, " "), "4826") {
		t.Errorf("the window shows the PIN: %q", said)
	}
	if !c.Private() {
		t.Error("what is typed is not taken for a secret")
	}
	c.show(pos.Snapshot{Seq: 2, Taken: c.Shell.posted, Staff: signedIn(li)}) // it was taken as it is
	if c.Private() {
		t.Error("it is still taken for a secret after the answer")
	}
}

// Who types his PIN again because the first one takes long may be let in by it meanwhile. The rest of the second one is still a PIN.
func TestPIN_TypedAgainIsNotForTheScreenBehind(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1, Staff: locked()})
	c.types("1")
	c.types("4826")
	c.key(fyne.KeyReturn)
	c.expect(pos.SignIn{Person: li.ID, PIN: "4826"})
	c.types("48")
	in := signedIn(li)
	in.Answer = pos.Proof{N: 1, Person: li.ID}
	c.show(pos.Snapshot{Seq: 2, Staff: in})
	for _, r := range "26" {
		c.at = c.at.Add(300 * time.Millisecond)
		c.win.Canvas().Focused().TypedRune(r)
	}
	c.at = c.at.Add(300 * time.Millisecond)
	c.win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	c.expect()
	for _, words := range said(c.win.Content()) {
		if words == "26" {
			t.Error("the rest of the PIN is on the selling screen")
		}
	}
	c.types("7")
	c.key(fyne.KeyReturn)
	c.expect(pos.ScanText{Text: "7"})
}

// A PIN takes a while to be looked at. Who presses F8 meanwhile, as one who knows that he will be let in, has not lost it. Digits and Enter are
// the PIN again, before it and behind it: they book no money.
func TestKeys_WaitForThePINThatIsLookedAt(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1, Staff: locked()})
	c.types("1")
	c.types("4826")
	c.key(fyne.KeyReturn)
	c.expect(pos.SignIn{Person: li.ID, PIN: "4826"})
	c.types("48") // again, out of impatience
	c.key(fyne.KeyReturn)
	c.key(fyne.KeyF8)
	c.types("48")
	c.key(fyne.KeyF12, fyne.KeyReturn)
	c.keepsSecret("48")
	c.expect()
	in := signedIn(li)
	in.Answer = pos.Proof{N: 1, Person: li.ID}
	c.show(pos.Snapshot{Seq: 2, Cart: oneCoke(), Staff: in})
	if c.expect(); !c.cash.IsOpen() {
		t.Fatal("F8 was lost")
	}
	c.types("5")
	c.key(fyne.KeyReturn)
	c.expect(pos.PayCash{Tendered: 500})
}

// The same where the till has not even taken the PIN up when they come.
func TestKeys_WaitForAPINThatIsNotTakenUpYet(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1, Staff: locked()})
	c.types("1")
	c.types("4826")
	c.slow = true
	c.key(fyne.KeyReturn, fyne.KeyF8, fyne.KeyReturn)
	c.expect(pos.SignIn{Person: li.ID, PIN: "4826"})
	c.show(pos.Snapshot{Seq: 2, Taken: c.Shell.posted, Staff: locked()})
	c.wait(2 * aheadMost)
	in := signedIn(li)
	in.Answer = pos.Proof{N: 1, Person: li.ID}
	c.show(pos.Snapshot{Seq: 3, Cart: oneCoke(), Staff: in})
	if c.expect(); !c.cash.IsOpen() {
		t.Error("F8 was lost")
	}
}

// What was meant for the till behind a question is nothing when the PIN was wrong.
func TestKeys_OfAWrongPINAreForgotten(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1, Staff: locked()})
	c.types("1")
	c.types("4826")
	c.key(fyne.KeyReturn)
	c.expect(pos.SignIn{Person: li.ID, PIN: "4826"})
	c.key(fyne.KeyF8)
	c.types("4827")
	v := locked()
	v.Answer = pos.Proof{N: 1, Person: li.ID, Code: pos.CodeWrongPIN}
	c.show(pos.Snapshot{Seq: 2, Staff: v})
	if !c.says("Wrong PIN") {
		t.Errorf("it says %q", said(c.win.Content()))
	}
	c.types("4828")
	c.key(fyne.KeyReturn)
	c.expect(pos.SignIn{Person: li.ID, PIN: "4828"})
	in := signedIn(li)
	in.Answer = pos.Proof{N: 2, Person: li.ID}
	c.show(pos.Snapshot{Seq: 3, Staff: in})
	if c.expect(); c.cash.IsOpen() {
		t.Error("F8 of the wrong PIN opened the cash")
	}
}

// Likewise where leave is asked for in place.
func TestKeys_WaitForLeaveThatIsLookedAt(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1, Cart: oneCoke(), Staff: signedIn(li)})
	c.ctrl(fyne.KeyO)
	c.types("换钱")
	c.key(fyne.KeyReturn)
	c.types("1")
	c.types("4826")
	c.key(fyne.KeyReturn)
	if len(c.posted) != 1 || !c.approve.Checking() {
		t.Fatalf("posted %v", c.posted)
	}
	c.posted = nil
	c.key(fyne.KeyF9)
	c.expect()
	v := signedIn(li)
	v.Answer = pos.Proof{N: 1, Person: wang.ID}
	c.show(pos.Snapshot{Seq: 2, Cart: oneCoke(), Staff: v})
	c.expect(pos.PayWeChat{})
}

// More of what goes at a discount takes the same leave, which is asked for in place; fewer takes none.
func TestQuantity_OfADiscountedLineIsAllowedInPlace(t *testing.T) {
	c := newCounter(t, english)
	cart := someCart()
	cart.Lines[0].Quantity, cart.Lines[0].Cut = 2, pos.Cut{Kind: pos.CutPercent, N: 1000}
	c.show(pos.Snapshot{Seq: 1, Cart: cart, Staff: signedIn(li)})
	c.posted = nil
	c.types("-")
	c.expect(pos.SetQuantity{Line: 0, N: 1})
	c.types("+")
	c.expect()
	if !c.approve.IsOpen() {
		t.Fatal("nobody is asked to allow it")
	}
}
