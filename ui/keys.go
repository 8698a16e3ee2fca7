package ui

import (
	"time"

	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/ui/widgets"
)

// guarded reports whether somebody is asked who he is, which comes before everything else.
func (s *Shell) guarded() bool { return s.snap.Staff.Locked || s.approve.IsOpen() }

// front is the screen that the keys belong to: the question who somebody is, the prompt that is open, else what the snapshot
// shows.
func (s *Shell) front() widgets.Keys {
	switch {
	case s.snap.Staff.Locked:
		return s.lock
	case s.approve.IsOpen():
		return s.approve
	case s.cash.IsOpen():
		return s.cash
	case s.snap.Pay != nil && s.snap.Done == nil:
		return s.pay
	}
	return s.sell
}

// Scanned is for the sink. A scan is a scan whatever is open.
func (s *Shell) Scanned(code string, back int) {
	s.inTurn(func() {
		rest := s.pinTail()
		s.tail = time.Time{}
		if s.guarded() {
			s.front().Scanned(code, back)
			return
		}
		if rest {
			return
		}
		if s.sheet != nil && s.sheet.scanned != nil {
			s.sheet.scanned(code, back)
			return
		}
		if s.page != nil && s.page.scanned != nil {
			s.closeSheet()
			s.page.scanned(code, back)
			return
		}
		s.closePage()
		if !s.findScanned(code) {
			s.front().Scanned(code, back)
		}
	})
}

// Typed is for the sink.
func (s *Shell) Typed(r rune) {
	s.inTurn(func() {
		if s.guarded() {
			s.front().Typed(r)
			s.pinned()
			return
		}
		if s.pinTail() {
			s.tail = s.cfg.Now()
			return
		}
		if s.sheet != nil {
			if s.sheet.typed != nil {
				s.sheet.typed(r)
			}
			return
		}
		if s.page != nil {
			if s.page.typed != nil {
				s.page.typed(r)
			}
			return
		}
		if s.paidPanel() {
			s.dismiss()
			s.typedOver = true
		}
		s.front().Typed(r)
	})
	s.present()
}

// Pressed is for the sink. A key that has to wait for its turn has a meaning.
func (s *Shell) Pressed(k widgets.Key) (meant bool) {
	if k.Name == fyne.KeyF12 {
		s.mayAsk()
	}
	meant = !s.inTurn(func() { meant = s.pressed(k) }) || meant
	s.settle()
	s.present()
	s.chooseInput()
	return meant
}

// pressed is first the keys that mean the same everywhere, then what is in front.
func (s *Shell) pressed(k widgets.Key) bool {
	rest := s.pinTail() && (k.Name == fyne.KeyReturn || k.Name == fyne.KeyEnter || k.Name == fyne.KeyBackspace)
	s.tail = time.Time{}
	switch {
	case s.guarded():
		return s.pressedGuarded(k)
	case rest: // of a PIN
	case k.Name == fyne.KeyF1:
		s.toggle("help", s.openHelp)
	case k.Name == fyne.KeyF10:
		s.toggle("menu", s.openMenu)
	case k.Name == fyne.KeyF11:
		s.fullScreen()
	case s.sheet == nil && s.page != nil && s.page.pressed(k):
	case k.Ctrl && k.Name == fyne.KeyD:
		s.togglePage("takings", s.openTakings)
	case k.Ctrl && k.Name == fyne.KeyF:
		s.togglePage("sales", s.openSales)
	case k.Ctrl && k.Name == fyne.KeyB:
		s.togglePage("books", s.openBooks)
	case k.Ctrl && k.Name == fyne.KeyG:
		s.togglePage("settings", s.openSettings)
	case k.Ctrl && k.Name == fyne.KeyE:
		s.toggle("inbox", s.openInbox)
	case k.Ctrl && k.Name == fyne.KeyK:
		s.toggle("pending", s.openPending)
	case k.Ctrl && k.Name == fyne.KeyH:
		s.toggle("health", s.openHealth)
	case k.Ctrl && k.Name == fyne.KeyP:
		s.cfg.Post(pos.ReprintLast{})
	case k.Ctrl && k.Name == fyne.KeyR:
		s.toggle("prints", s.openPrints)
	case k.Ctrl && k.Name == fyne.KeyL:
		s.togglePage("labels", s.openLabels)
	case k.Ctrl && k.Name == fyne.KeyJ:
		s.toggle("shift", s.openShift)
	case k.Ctrl && k.Name == fyne.KeyO:
		s.openDrawer()
	case k.Name == fyne.KeyF12:
		s.lockUp()
	case k.Ctrl && k.Name == fyne.KeyT && s.cfg.Phone != nil:
		s.openPhone()
	case s.sheet != nil:
		return s.sheet.pressed(k)
	case s.page != nil:
		return false
	case k.Name == fyne.KeyF7 && !k.Ctrl:
		s.openRefund()
	case s.paidPanel():
		return s.pressedPaid(k)
	default:
		return s.front().Pressed(k)
	}
	return true
}

// pressedGuarded is a key while somebody is asked who he is: the window and the customer's phone have theirs, nothing of the
// shop's has.
func (s *Shell) pressedGuarded(k widgets.Key) bool {
	switch {
	case k.Name == fyne.KeyF11:
		s.win.SetFullScreen(!s.win.FullScreen())
	case k.Ctrl && k.Name == fyne.KeyT && s.cfg.Phone != nil:
		s.openPhone()
	default:
		return s.front().Pressed(k)
	}
	return true
}

// paidPanel reports whether the paid panel has the keys.
func (s *Shell) paidPanel() bool { return s.snap.Done != nil && !s.cash.IsOpen() }

// dismiss closes the paid panel, once.
func (s *Shell) dismiss() {
	if !s.dismissed {
		s.dismissed = true
		s.cfg.Post(pos.DismissDone{})
	}
}

// pressedPaid is a key while the paid panel stands: it closes the panel, and means what it means for the next sale. Enter
// and Esc only close it, unless something was typed for the next sale, which is then theirs.
func (s *Shell) pressedPaid(k widgets.Key) bool {
	s.dismiss()
	switch k.Name {
	case fyne.KeyEscape, fyne.KeyReturn, fyne.KeyEnter:
		if !s.typedOver {
			return true
		}
	}
	return s.sell.Pressed(k)
}

func (s *Shell) toggle(name string, open func()) {
	if s.sheet != nil && s.sheet.name == name {
		s.closeSheet()
		return
	}
	open()
}

// togglePage opens a page, or closes it.
func (s *Shell) togglePage(name string, open func()) {
	if s.page != nil && s.page.name == name {
		s.closePage()
		return
	}
	open()
}

func (s *Shell) fullScreen() {
	s.closeSheet()
	s.win.SetFullScreen(!s.win.FullScreen())
}
