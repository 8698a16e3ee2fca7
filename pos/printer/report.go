package printer

import "guitai/pos"

// report is what an ESC/POS printer has said of its own state, gathered from its replies to DLE EOT 1 to 4 and from automatic
// status (ASB): Epson, ESC/POS reference, "DLE EOT" and "GS a". The zero report is that of a printer which said nothing.
type report struct {
	said bool // anything at all

	offline  bool
	cover    bool
	stopped  bool // printing stopped for want of paper (n = 2)
	failed   bool // stopped by an error (n = 2)
	cutter   bool
	fault    bool // any other error, also one that goes away by itself, as heat does
	paperEnd bool
	paperLow bool

	drawerHigh bool // the level of the drawer's pin 3
}

// The bits of the replies. Those of n = 1 and of the first byte of an ASB differ in place, not in meaning.
const (
	bitDrawer     = 0x04 // n = 1
	bitOffline    = 0x08
	bitRecovering = 0x20 // waits to be set on line again

	bitCover   = 0x04 // n = 2
	bitStopped = 0x20
	bitFailed  = 0x40

	bitMechanical    = 0x04 // n = 3, and the second byte of an ASB
	bitCutter        = 0x08
	bitUnrecoverable = 0x20
	bitWillRecover   = 0x40

	bitsLow = 0x0c // n = 4: either of the two sensors
	bitsEnd = 0x60

	bitASBCover = 0x20
	bitsASBLow  = 0x03
	bitsASBEnd  = 0x0c
)

// take notes the reply to DLE EOT n.
func (r *report) take(n int, b byte) {
	r.said = true
	switch n {
	case 1:
		r.drawerHigh = b&bitDrawer != 0
		r.offline = b&(bitOffline|bitRecovering) != 0
	case 2:
		r.cover, r.stopped, r.failed = b&bitCover != 0, b&bitStopped != 0, b&bitFailed != 0
	case 3:
		r.cutter = b&bitCutter != 0
		r.fault = b&(bitMechanical|bitUnrecoverable|bitWillRecover) != 0
	case 4:
		r.paperLow, r.paperEnd = b&bitsLow != 0, b&bitsEnd != 0
	}
}

// takeASB notes the four bytes of an automatic status. It says everything anew.
func (r *report) takeASB(b [4]byte) {
	*r = report{
		said:       true,
		drawerHigh: b[0]&bitDrawer != 0, offline: b[0]&bitOffline != 0, cover: b[0]&bitASBCover != 0,
		cutter:   b[1]&bitCutter != 0,
		fault:    b[1]&(bitMechanical|bitUnrecoverable|bitWillRecover) != 0,
		paperLow: b[2]&bitsASBLow != 0, paperEnd: b[2]&bitsASBEnd != 0,
	}
}

// code is the one trouble to tell people of: what they can see and undo comes before what follows from it. An open cover lifts
// the paper from its sensor and takes the printer off line; so does the end of the paper.
func (r *report) code() pos.Code {
	switch {
	case r.cover:
		return pos.CodeCover
	case r.paperEnd, r.stopped:
		return pos.CodePaper
	case r.cutter:
		return pos.CodeCutter
	case r.fault, r.failed:
		return pos.CodePrinterError
	case r.offline:
		return pos.CodePrinterOff
	case r.paperLow:
		return pos.CodePaperLow
	}
	return pos.CodeNone
}

// prints reports whether a printer with this code prints.
func prints(c pos.Code) bool { return c == pos.CodeNone || c == pos.CodePaperLow }

// Sensor is which level of the drawer's pin means that it is open. It depends on the drawer, not on the printer.
type Sensor string

// The sensors, as the configuration names them.
const (
	SensorNone Sensor = "none"
	SensorHigh Sensor = "high"
	SensorLow  Sensor = "low"
)

// drawer reads the drawer's sensor.
func (r *report) drawer(s Sensor) pos.DrawerState {
	switch {
	case !r.said || s != SensorHigh && s != SensorLow:
		return pos.DrawerUnknown
	case r.drawerHigh == (s == SensorHigh):
		return pos.DrawerOpen
	}
	return pos.DrawerShut
}
