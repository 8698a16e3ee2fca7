package receipt

import "time"

// The times a drawer's magnet may be switched on for, in the steps of the command.
const (
	kickStep = 2 * time.Millisecond
	kickMax  = 250 * kickStep
)

// Kick is the command that opens a cash drawer on the given pin of the printer's connector, 2 or 5: as long a pulse as wanted,
// from 2 to 500 ms, and 500 ms of rest, so that a magnet is never on for longer than it is off. All five bytes are sent, since a
// printer takes the next two for the times when they are left out. It is a job of its own and never part of a receipt.
// (ESC p, Epson's ESC/POS command reference: m 0 is pin 2 and 1 is pin 5, times in steps of 2 ms.)
func Kick(pin int, pulse time.Duration) []byte {
	connector := byte(0)
	if pin == 5 {
		connector = 1
	}
	on := min(max(pulse, kickStep), kickMax) / kickStep
	return []byte{esc, 'p', connector, byte(on), byte(kickMax / kickStep)}
}
