// Package display is the customer's pole display (客显): a VFD of two lines of twenty characters, or an LED of eight digits, on a
// serial port. It shows the line just scanned, the total while it is paid, what was paid and the change.
//
// What is shown is a pure function of the till's snapshot ([Next]). A [Pole] takes snapshots without ever waiting, writes the newest
// from a goroutine of its own, and finds a display again that was unplugged. What the display does, or fails to do, touches nothing
// else: a sale needs no display.
package display
