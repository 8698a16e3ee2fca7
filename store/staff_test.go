package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store"
)

func mustAdd(tb testing.TB, s *store.Store, name string, role pos.Role, pin pos.PIN) pos.Person {
	tb.Helper()
	p, err := s.AddPerson(context.Background(), name, role, pin, "老板", noon)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

func wantErr(tb testing.TB, err error, code pos.Code, is error) {
	tb.Helper()
	if pos.CodeOf(err) != code || is != nil && !errors.Is(err, is) {
		tb.Errorf("%v, want %s %v", err, code, is)
	}
}

func TestStaff_IsKeptWithEveryChangeOnRecord(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	owner := mustAdd(t, s, " 老板  ", pos.RoleOwner, "1357")
	wang := mustAdd(t, s, "王芳", pos.RoleCashier, "2468")
	mustAdd(t, s, "李\"明", pos.RoleManager, "86420")
	if owner.Name != "老板" || owner.ID != 1 || wang.ID != 2 {
		t.Fatalf("%+v %+v", owner, wang)
	}
	wang.Name, wang.Role = "王小芳", pos.RoleManager
	if got, err := s.ChangePerson(ctx, wang, "老板", noon); err != nil || got != wang {
		t.Fatalf("%+v %v", got, err)
	}
	if _, err := s.ChangePerson(ctx, wang, "老板", noon); err != nil { // nothing changes
		t.Fatal(err)
	}
	if err := s.SetPIN(ctx, wang.ID, "97531", "老板", noon); err != nil {
		t.Fatal(err)
	}
	wang.Active = false
	if _, err := s.ChangePerson(ctx, wang, "老板", noon); err != nil {
		t.Fatal(err)
	}
	again := mustAdd(t, s, "王小芳", pos.RoleCashier, "2580") // whoever left has the name no longer
	wang.Active = true
	_, err := s.ChangePerson(ctx, wang, "老板", noon)
	wantErr(t, err, pos.CodeInvalid, pos.ErrTaken)
	all, err := s.People(ctx)
	if err != nil {
		t.Fatal(err)
	}
	wang.Active = false
	if want := []pos.Person{{ID: 3, Name: "李\"明", Role: pos.RoleManager, Active: true}, again, owner, wang}; !slices.Equal(all, want) {
		t.Errorf("%+v\nwant %+v", all, want)
	}
	want := `added 1: "老板" (owner)
added 2: "王芳" (cashier)
added 3: "李\"明" (manager)
changed 2: "王小芳" (manager), was "王芳"
PIN set 2: "王小芳"
changed 2: "王小芳" (manager, left)
added 4: "王小芳" (cashier)
`
	if got := rowsOf(t, raw(t, dir), `SELECT body ->> '$.note' FROM journal WHERE kind = 'staff' AND body ->> '$.by' = '老板' ORDER BY seq`); got != want {
		t.Errorf("%s", got)
	}
	if got := rowsOf(t, raw(t, dir), `SELECT body FROM journal UNION ALL SELECT pin FROM staff`); strings.Contains(got, "97531") || strings.Contains(got, "1357\"") {
		t.Errorf("a PIN is in the file: %s", got)
	}
	mustVerify(t, s)
}

func TestStaff_RefusesWhatBreaksItsRules(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	add := func(name string, role pos.Role, pin pos.PIN) error {
		_, err := s.AddPerson(ctx, name, role, pin, "", noon)
		return err
	}
	change := func(p pos.Person) error {
		_, err := s.ChangePerson(ctx, p, "", noon)
		return err
	}
	wantErr(t, add("王芳", pos.RoleManager, "2468"), pos.CodeInvalid, pos.ErrNoOwner) // the first
	wantErr(t, add("王芳", "boss", "2468"), pos.CodeInvalid, pos.ErrRole)
	wantErr(t, add(" ", pos.RoleOwner, "2468"), pos.CodeInvalid, pos.ErrName)
	wantErr(t, add("王芳", pos.RoleOwner, "246"), pos.CodeInvalid, pos.ErrPIN)
	wantErr(t, add("王芳", pos.RoleOwner, "1234"), pos.CodeInvalid, pos.ErrEasyPIN)
	if all, err := s.People(ctx); err != nil || len(all) != 0 {
		t.Fatalf("%v %v", all, err)
	}
	owner := mustAdd(t, s, "老板", pos.RoleOwner, "1357")
	wantErr(t, add("老板", pos.RoleCashier, "2468"), pos.CodeInvalid, pos.ErrTaken)
	lower, left := owner, owner
	lower.Role, left.Active = pos.RoleManager, false
	wantErr(t, change(lower), pos.CodeInvalid, pos.ErrNoOwner)
	wantErr(t, change(left), pos.CodeInvalid, pos.ErrNoOwner)
	wantErr(t, change(pos.Person{ID: 9, Name: "谁", Role: pos.RoleCashier, Active: true}), pos.CodeNotFound, nil)
	wantErr(t, s.SetPIN(ctx, 9, "2468", "", noon), pos.CodeNotFound, nil)
	wantErr(t, s.SetPIN(ctx, 1, "1111", "", noon), pos.CodeInvalid, pos.ErrEasyPIN)
	second := mustAdd(t, s, "二老板", pos.RoleOwner, "8642")
	if err := change(left); err != nil { // somebody else is an owner now
		t.Fatal(err)
	}
	second.Active = false
	wantErr(t, change(second), pos.CodeInvalid, pos.ErrNoOwner)
	_, err := s.Prove(ctx, owner.ID, "1357", noon)
	wantErr(t, err, pos.CodeNotFound, nil)
	_, err = s.Prove(ctx, 9, "1357", noon)
	wantErr(t, err, pos.CodeNotFound, nil)
	wantErr(t, s.Note(ctx, pos.Happening{Kind: pos.EntryStaff, Reason: `added 9: "贼" (owner)`, At: noon}), pos.CodeInvalid, nil)
	wantErr(t, s.Note(ctx, pos.Happening{Kind: pos.EntrySale, Reason: "x", At: noon}), pos.CodeInvalid, nil)
	mustVerify(t, s)
}

func TestProve_WrongPINsHaveToWaitAlsoAfterARestart(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	p := mustAdd(t, s, "老板", pos.RoleOwner, "1357")
	at := noon
	try := func(pin pos.PIN, want pos.Code, wait time.Duration) {
		t.Helper()
		got, err := s.Prove(ctx, p.ID, pin, at)
		if pos.CodeOf(err) != want || got.ID != p.ID {
			t.Fatalf("%v, want %q", err, want)
		}
		if wait == 0 && !got.Wait.IsZero() || wait != 0 && !got.Wait.Equal(at.Add(wait)) {
			t.Fatalf("waits until %v and it is %v, want %v", got.Wait, at, wait)
		}
	}
	for range 4 {
		try("2468", pos.CodeWrongPIN, 0)
	}
	try("1357", pos.CodeNone, 0) // forgets them
	for range 4 {
		try("2468", pos.CodeWrongPIN, 0)
	}
	try("2468", pos.CodeWrongPIN, 30*time.Second)
	try("1357", pos.CodePINWait, 30*time.Second) // not looked at, though it is right
	at = at.Add(10 * time.Second)
	_ = s.Close()
	s = mustOpen(t, dir)
	try("1357", pos.CodePINWait, 20*time.Second)
	at = at.Add(20 * time.Second)
	try("2468", pos.CodeWrongPIN, time.Minute)
	at = at.Add(time.Minute)
	for wait := 2 * time.Minute; wait < time.Hour; wait *= 2 {
		try("2468", pos.CodeWrongPIN, wait)
		at = at.Add(wait)
	}
	for range 3 {
		try("2468", pos.CodeWrongPIN, time.Hour)
		at = at.Add(time.Hour)
	}
	if all, err := s.People(ctx); err != nil || all[0].Wait.IsZero() {
		t.Errorf("%+v %v", all, err)
	}
	try("1357", pos.CodeNone, 0)
	if all, err := s.People(ctx); err != nil || !all[0].Wait.IsZero() {
		t.Errorf("%+v %v", all, err)
	}
	got := rowsOf(t, raw(t, dir), `SELECT body ->> '$.note' FROM journal WHERE body ->> '$.note' GLOB 'PIN refused*' ORDER BY seq LIMIT 2`)
	if want := "PIN refused 1: \"老板\" (5 wrong in a row)\nPIN refused 1: \"老板\" (6 wrong in a row)\n"; got != want {
		t.Errorf("%s", got)
	}
	mustVerify(t, s)
}

func TestProve_AClockThatIsSetBackNeitherEndsAWaitNorMakesItLonger(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	p := mustAdd(t, s, "老板", pos.RoleOwner, "1357")
	wrong := noon.AddDate(3, 0, 0) // a clock that is years ahead
	for range 5 {
		_, err := s.Prove(ctx, p.ID, "2468", wrong)
		wantCode(t, err, pos.CodeWrongPIN)
	}
	got, err := s.Prove(ctx, p.ID, "1357", noon)
	wantCode(t, err, pos.CodePINWait)
	if want := noon.Add(30 * time.Second); !got.Wait.Equal(want) {
		t.Errorf("waits until %v", got.Wait)
	}
	_, err = s.Prove(ctx, p.ID, "1357", noon.Add(29*time.Second))
	wantCode(t, err, pos.CodePINWait)
	if _, err := s.Prove(ctx, p.ID, "1357", noon.Add(30*time.Second)); err != nil {
		t.Error(err)
	}
}

// However many guess at once, also from another program, no more are looked at than the rule allows.
func TestProve_GuessesAtTheSameMomentDoNotDodgeTheLimit(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	a, b := mustOpen(t, dir), mustOpen(t, dir)
	p := mustAdd(t, a, "老板", pos.RoleOwner, "1357")
	codes := make(chan pos.Code, 16)
	var all sync.WaitGroup
	for i := range cap(codes) {
		s := []*store.Store{a, b}[i%2]
		pin := pos.PIN(fmt.Sprintf("24%02d", 30+i))
		all.Go(func() {
			_, err := s.Prove(ctx, p.ID, pin, noon)
			codes <- pos.CodeOf(err)
		})
	}
	all.Wait()
	close(codes)
	n := map[pos.Code]int{}
	for c := range codes {
		n[c]++
	}
	if n[pos.CodeWrongPIN] != 5 || n[pos.CodePINWait] != cap(codes)-5 {
		t.Errorf("%v", n)
	}
	_, err := a.Prove(ctx, p.ID, "1357", noon)
	wantCode(t, err, pos.CodePINWait)
	mustVerify(t, a)
}

// A guess that is called off while it is looked at counts.
func TestProve_CountsWhatIsCalledOff(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	p := mustAdd(t, s, "老板", pos.RoleOwner, "1357")
	db := raw(t, dir)
	for n := range 5 {
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() {
			_, err := s.Prove(ctx, p.ID, "2468", noon)
			done <- err
		}()
		for rowsOf(t, db, `SELECT wrong FROM staff`) == fmt.Sprintln(n) { // it is looked at from the moment it is counted
		}
		cancel()
		if err := <-done; pos.CodeOf(err) != pos.CodeWrongPIN {
			t.Fatal(err)
		}
	}
	_, err := s.Prove(context.Background(), p.ID, "1357", noon)
	wantCode(t, err, pos.CodePINWait)
}
