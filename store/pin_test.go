package store

import (
	"strings"
	"testing"
	"time"

	"guitai/pos"
)

func TestProof_IsSaltedWorkThatOnlyItsPINProves(t *testing.T) {
	light := pinWork
	pinWork = pinMemory
	t.Cleanup(func() { pinWork = light })
	start := time.Now()
	a := proof("1357")
	took := time.Since(start)
	if !strings.HasPrefix(a, "$argon2id$v=19$m=65536,t=1,p=1$") || strings.Contains(a, "1357") {
		t.Error(a)
	}
	if took < 10*time.Millisecond {
		t.Errorf("a proof takes only %v", took)
	}
	if b := proof("1357"); a == b {
		t.Error("two people with one PIN have one proof")
	}
	for pin, want := range map[pos.PIN]bool{"1357": true, "1358": false, "": false, "01357": false} {
		if got, err := proves(pin, a); got != want || err != nil {
			t.Errorf("%d digits: %v %v", len(pin), got, err)
		}
	}
	pinWork = light // what was made with more work, or less, is proven with that
	if ok, err := proves("1357", a); !ok || err != nil {
		t.Error(ok, err)
	}
}

func TestProves_ReadsNothingThatIsNoProof(t *testing.T) {
	good := proof("1357")
	for _, bad := range []string{
		"", "1357", strings.Replace(good, "argon2id", "argon2i", 1), strings.Replace(good, "v=19", "v=16", 1), strings.Replace(good, "m=64", "m=0", 1),
		strings.Replace(good, "m=64", "m=999999999", 1), strings.Replace(good, "t=1", "t=0", 1), strings.Replace(good, "p=1", "p=0", 1),
		good[:len(good)-30], good + "$", strings.ReplaceAll(good, "$", "!"),
	} {
		if ok, err := proves("1357", bad); ok || err == nil {
			t.Errorf("%q is taken for a proof", bad)
		}
	}
}

func BenchmarkProve(b *testing.B) {
	light := pinWork
	pinWork = pinMemory
	p := proof("1357")
	pinWork = light
	for b.Loop() {
		if ok, err := proves("1357", p); !ok || err != nil {
			b.Fatal(err)
		}
	}
}
