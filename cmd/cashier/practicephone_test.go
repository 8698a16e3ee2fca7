//go:build !windowless

package main

import (
	"slices"
	"testing"

	"guitai/pos/wechat/sim"
	"guitai/ui/phone"
)

func TestPracticePhone_DoesWhatTheSimulatorKnows(t *testing.T) {
	var names []string
	for _, a := range sim.CodeActs() {
		names = append(names, a.Name)
	}
	for _, k := range phone.CodeKinds {
		if !slices.Contains(names, string(k)) {
			t.Errorf("the simulator has no customer who does %q with a payment code", k)
		}
	}
	names = nil
	for _, a := range sim.Acts() {
		names = append(names, a.Name)
	}
	for _, k := range phone.Kinds {
		if !slices.Contains(names, string(k)) {
			t.Errorf("the simulator has no customer who does %q with the till's code", k)
		}
	}
}

func TestPracticePhone_ShowsACodeOfThatKind(t *testing.T) {
	s, err := sim.New(sim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	code, err := (&practice{sim: s}).ShowCode(t.Context(), phone.CodeNotEnough)
	if err != nil {
		t.Fatal(err)
	}
	if shown := s.Codes(); len(shown) != 1 || shown[0].Code != code || shown[0].Act != sim.CodeNotEnough {
		t.Errorf("shown %q, the simulator has %+v", code, shown)
	}
}
