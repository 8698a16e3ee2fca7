package ui

import (
	"guitai/pos"
	"guitai/ui/widgets"
)

// SetScanner says how the shop's scanner sends from now on. It belongs to the goroutine that draws.
func (s *Shell) SetScanner(r widgets.Rule) { s.sink.SetRule(r) }

// Scan takes a code from a scanner that is no keyboard. It means what the same code means that was typed, in turn with the keys. Safe
// for concurrent use; it does not wait.
func (s *Shell) Scan(code string) {
	s.bg.do(func() {
		if s.Private() {
			code = "" // what was scanned while a PIN is asked for is nobody's business
		}
		s.sink.Settle()
		s.wired = true
		s.Scanned(pos.ASCII(code), 0)
		s.wired = false
	})
}

// ShowScanner shows how the scanner that is no keyboard is. Safe for concurrent use; it does not wait.
func (s *Shell) ShowScanner(p pos.Part) {
	s.bg.do(func() {
		s.scanner, s.snap.Health.Scanner = p, p
		if s.sheet != nil && s.sheet.update != nil {
			s.sheet.update()
		}
	})
}

// SlowScan is for the sink: a slow scanner's code is one wherever text is typed, unless it may be a word. Where an amount, a count or a
// PIN is typed it is typing: of eight digits one in ten is a goods code, too.
//
//	in front                                  | digits with their check digit, or a known code
//	selling, search, the field of a page      | a scan
//	pay screen, paid panel                    | a scan
//	name, reason, receipt number              | a scan
//	cash, quantity, count, amount, pieces     | typing
//	PIN                                       | not asked
func (s *Shell) SlowScan(code string) bool {
	if s.typesNumber() {
		return false
	}
	return pos.Certain(code) || s.cfg.Known != nil && s.cfg.Known(code)
}

// typesNumber reports whether what is typed is an amount or a count.
func (s *Shell) typesNumber() bool {
	switch {
	case s.guarded():
		return true
	case s.helping():
		return false
	case s.sheet != nil:
		return s.sheet.number != nil && s.sheet.number()
	case s.page != nil:
		return s.page.number != nil && s.page.number()
	case s.cash.IsOpen():
		return true
	}
	return s.sell.Asking()
}

// Holds is for the sink: on sheets and pages a digit may open something, or the drawer, and a field of money takes only some of a scan's
// characters. The quantity prompt forgets its number when something is scanned.
func (s *Shell) Holds() bool {
	return !s.guarded() && (s.helping() || s.cash.IsOpen() || s.sheet != nil && s.sheet.typed != nil || s.sheet == nil && s.page != nil && s.page.typed != nil)
}
