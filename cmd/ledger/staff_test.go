package main

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store"
)

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

func TestStaff_AnOwnerWhoForgotThePINGetsBackIn(t *testing.T) {
	s := newTill(t, false)
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	boss, err := s.books.AddPerson(t.Context(), "陈刚", pos.RoleOwner, "4826", "", at)
	if err != nil {
		t.Fatal(err)
	}
	for range 6 { // and has to wait
		_, _ = s.books.Prove(t.Context(), boss.ID, "9999", at)
	}
	s.run("staff").want(t, exitDone, "陈刚", "")
	if err := s.books.Close(); err != nil {
		t.Fatal(err)
	}

	r := s.run("staff", "pin", "陈刚")
	r.want(t, exitDone, "陈刚", "")
	pin := pos.PIN(sixDigits.FindString(r.out))
	books := s.open(false)
	if _, err := books.Prove(t.Context(), boss.ID, pin, at.Add(time.Hour)); err != nil {
		t.Errorf("the new PIN is not taken: %v", err)
	}
	if _, err := books.Prove(t.Context(), boss.ID, "4826", at.Add(time.Hour)); pos.CodeOf(err) != pos.CodeWrongPIN {
		t.Errorf("the old PIN: %v", err)
	}
	if err := books.Close(); err != nil {
		t.Fatal(err)
	}
	s.run("verify").want(t, exitDone, "", "")
	if journal := s.run("export", "journal", "--format", "jsonl").out; !strings.Contains(journal, fromTerminal) || strings.Contains(journal, string(pin)) {
		t.Errorf("the journal does not say where the PIN came from, or has it:\n%s", journal)
	}
}

func TestStaff_WhatCannotBeDoneChangesNothing(t *testing.T) {
	s := newTill(t, false)
	boss, err := s.books.AddPerson(t.Context(), "陈刚", pos.RoleOwner, "4826", "", time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	s.run("staff", "pin").want(t, exitUsage, "", "whose")
	s.run("staff", "away", "陈刚").want(t, exitUsage, "", "away")
	s.run("staff", "pin", "陈刚", "1234").want(t, exitUsage, "", "1234")
	s.run("staff", "pin", "王芳").want(t, exitFailed, "", "王芳")
	release, err := store.Lock(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	s.run("staff", "pin", "陈刚").want(t, exitInUse, "", "Close the till")
	release()
	if _, err := s.books.Prove(t.Context(), boss.ID, "4826", time.Date(2026, 11, 20, 9, 5, 0, 0, time.UTC)); err != nil {
		t.Errorf("the PIN is another: %v", err)
	}
}
