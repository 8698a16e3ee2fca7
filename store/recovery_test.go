package store_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"guitai/pos"
)

func newCode(tb testing.TB) pos.RecoveryCode {
	tb.Helper()
	code, err := pos.NewRecoveryCode(rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	return code
}

func TestRecovery_GivesTheOwnerANewPINOnceAndIsVoidThen(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	owner := mustAdd(t, s, "陈老板", pos.RoleOwner, "1357")
	wang := mustAdd(t, s, "王芳", pos.RoleCashier, "2468")
	code, next, third := newCode(t), newCode(t), newCode(t)

	_, err := s.Recover(ctx, pos.Recovering{Code: code, Person: owner.ID, PIN: "8642", Next: next}, noon)
	wantErr(t, err, pos.CodeNotFound, nil)
	if got, err := s.Recovery(ctx); err != nil || !got.Made.IsZero() {
		t.Fatalf("%+v, %v", got, err)
	}
	if got, err := s.SetRecovery(ctx, code, "陈老板", noon); err != nil || !got.Made.Equal(noon) {
		t.Fatalf("%+v, %v", got, err)
	}
	for _, c := range []struct {
		r    pos.Recovering
		code pos.Code
		is   error
	}{
		{pos.Recovering{Code: code, Person: wang.ID, PIN: "8642", Next: next}, pos.CodeNotFound, nil},
		{pos.Recovering{Code: code, Person: 9, PIN: "8642", Next: next}, pos.CodeNotFound, nil},
		{pos.Recovering{Code: code, Person: owner.ID, PIN: "1234", Next: next}, pos.CodeInvalid, pos.ErrEasyPIN},
		{pos.Recovering{Code: code[:15] + "0", Person: owner.ID, PIN: "8642", Next: next}, pos.CodeInvalid, pos.ErrRecoveryCode},
		{pos.Recovering{Code: code, Person: owner.ID, PIN: "8642"}, pos.CodeInvalid, pos.ErrRecoveryCode},
		{pos.Recovering{Code: third, Person: owner.ID, PIN: "8642", Next: next}, pos.CodeWrongPIN, nil},
	} {
		_, err := s.Recover(ctx, c.r, noon)
		wantErr(t, err, c.code, c.is)
	}
	_, err = s.Prove(ctx, owner.ID, "1357", noon)
	wantErr(t, err, pos.CodeNone, nil)

	got, err := s.Recover(ctx, pos.Recovering{Code: code, Person: owner.ID, PIN: "8642", Next: next}, noon)
	if err != nil || got != owner {
		t.Fatalf("%+v, %v", got, err)
	}
	_, err = s.Prove(ctx, owner.ID, "8642", noon)
	wantErr(t, err, pos.CodeNone, nil)
	_, err = s.Prove(ctx, owner.ID, "1357", noon)
	wantErr(t, err, pos.CodeWrongPIN, nil)
	_, err = s.Recover(ctx, pos.Recovering{Code: code, Person: owner.ID, PIN: "9753", Next: third}, noon)
	wantErr(t, err, pos.CodeWrongPIN, nil)
	if _, err = s.Recover(ctx, pos.Recovering{Code: next, Person: owner.ID, PIN: "9753", Next: third}, noon); err != nil {
		t.Error(err)
	}

	want := `recovery code made
recovery code refused (1 wrong in a row)
recovery code used 1: "陈老板"
PIN set 1: "陈老板" by the recovery code
recovery code made
recovery code refused (1 wrong in a row)
recovery code used 1: "陈老板"
PIN set 1: "陈老板" by the recovery code
recovery code made
`
	if got := rowsOf(t, raw(t, dir), `SELECT body ->> '$.note' FROM journal WHERE kind = 'staff' AND body ->> '$.note' NOT LIKE 'added%' ORDER BY seq`); got != want {
		t.Errorf("on record:\n%s", got)
	}
	mustVerify(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			continue // a folder
		}
		for _, c := range []pos.RecoveryCode{code, next, third} {
			if strings.Contains(string(data), string(c)) {
				t.Errorf("%s has a code in it", filepath.Base(file))
			}
		}
	}
}

func TestRecovery_WrongCodesAreSlowedAndARestartShortensNothing(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	owner := mustAdd(t, s, "陈老板", pos.RoleOwner, "1357")
	code := newCode(t)
	if _, err := s.SetRecovery(ctx, code, "", noon); err != nil {
		t.Fatal(err)
	}
	try := func(c pos.RecoveryCode, at time.Time) error {
		_, err := s.Recover(ctx, pos.Recovering{Code: c, Person: owner.ID, PIN: "8642", Next: newCode(t)}, at)
		return err
	}
	for range 4 {
		wantErr(t, try(newCode(t), noon), pos.CodeWrongPIN, nil)
		if got, _ := s.Recovery(ctx); !got.Wait.IsZero() {
			t.Error("the first four are free")
		}
	}
	wantErr(t, try(newCode(t), noon), pos.CodeWrongPIN, nil)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = mustOpen(t, dir)
	if got, _ := s.Recovery(ctx); !got.Wait.Equal(noon.Add(30 * time.Second)) {
		t.Errorf("%+v", got)
	}
	wantErr(t, try(code, noon.Add(29*time.Second)), pos.CodePINWait, nil)
	wantErr(t, try(code, noon.Add(30*time.Second)), pos.CodeNone, nil)
	mustVerify(t, s)
}

// Of two who have the code at the same moment one wins.
func TestRecovery_ACodeIsUsedOnce(t *testing.T) {
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	owner := mustAdd(t, s, "陈老板", pos.RoleOwner, "1357")
	code := newCode(t)
	if _, err := s.SetRecovery(ctx, code, "", noon); err != nil {
		t.Fatal(err)
	}
	var won, lost int
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 4 {
		next := newCode(t)
		all.Go(func() {
			_, err := s.Recover(ctx, pos.Recovering{Code: code, Person: owner.ID, PIN: "8642", Next: next}, noon)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else if pos.CodeOf(err) == pos.CodeWrongPIN {
				lost++
			}
		})
	}
	all.Wait()
	if won != 1 || lost != 3 {
		t.Errorf("won %d, lost %d", won, lost)
	}
	mustVerify(t, s)
}

func TestRecovery_WhatWasNotMadeByWayOfTheJournalIsFound(t *testing.T) {
	for name, c := range map[string]struct{ sql, want string }{
		"as it is": {`UPDATE setting SET value = value WHERE key = 'recovery'`, ""},
		"replaced": {`UPDATE setting SET value = replace(value, '$argon2id$v=19$m=', '$argon2id$v=19$m=0') WHERE key = 'recovery'`, "was not made by way of the journal"},
		"gone":     {`DELETE FROM setting WHERE key = 'recovery'`, "is missing"},
		"spoilt":   {`UPDATE setting SET value = '{' WHERE key = 'recovery'`, "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := mustOpen(t, dir)
			mustAdd(t, s, "陈老板", pos.RoleOwner, "1357")
			if _, err := s.SetRecovery(context.Background(), newCode(t), "", noon); err != nil {
				t.Fatal(err)
			}
			if _, err := raw(t, dir).Exec(c.sql); err != nil {
				t.Fatal(err)
			}
			v, err := s.Verify(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(v.Faults); strings.Contains(got, "recovery code") != (c.want != "") || !strings.Contains(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
