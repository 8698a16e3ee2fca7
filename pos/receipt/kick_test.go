package receipt

import (
	"bytes"
	"testing"
	"time"
)

func TestKick_IsOneWholePulse(t *testing.T) {
	for _, c := range []struct {
		pin   int
		pulse time.Duration
		want  []byte
	}{
		{2, 50 * time.Millisecond, []byte{0x1b, 0x70, 0x00, 0x19, 0xfa}},
		{5, 100 * time.Millisecond, []byte{0x1b, 0x70, 0x01, 0x32, 0xfa}},
		{2, 20 * time.Millisecond, []byte{0x1b, 0x70, 0x00, 0x0a, 0xfa}},
		{2, 500 * time.Millisecond, []byte{0x1b, 0x70, 0x00, 0xfa, 0xfa}},
		{0, 0, []byte{0x1b, 0x70, 0x00, 0x01, 0xfa}},
		{2, time.Minute, []byte{0x1b, 0x70, 0x00, 0xfa, 0xfa}}, // a magnet that stays on burns
	} {
		if got := Kick(c.pin, c.pulse); !bytes.Equal(got, c.want) {
			t.Errorf("pin %d, %v: % x, want % x", c.pin, c.pulse, got, c.want)
		}
	}
}

func TestKick_IsNoRealTimeCommandAtAnyLength(t *testing.T) {
	for pulse := time.Duration(0); pulse <= time.Second; pulse += time.Millisecond {
		for _, pin := range []int{2, 5} {
			kick := Kick(pin, pulse)
			if i := realtime(append(kick, kick...)); i >= 0 || kick[3] > kick[4] {
				t.Fatalf("%v on pin %d: % x", pulse, pin, kick)
			}
		}
	}
}
