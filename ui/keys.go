package ui

import (
	"time"

	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/ui/widgets"
)

// guarded reports whether somebody is asked who he is, which comes before everything else.
func (s *Shell) guarded() bool {
	return s.snap.Staff.Locked || s.approve.IsOpen() || s.code.IsOpen()
}

// front is the screen that the keys belong to: the question who somebody is, the prompt that is open, else what the snapshot
// shows.
func (s *Shell) front() widgets.Keys {
	switch {
	case s.snap.Staff.Locked:
		return s.lock
	case s.code.IsOpen():
		return s.code
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
	s.inTurn(false, func() {
		rest := s.pinTail()
		s.tail = time.Time{}
		if s.guarded() {
			s.front().Scanned(code, back)
			return
		}
		if rest {
			return
		}
		if s.helping() {
			s.help.TakeBack(back)
			s.closeHelp()
			back = 0
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
	s.inTurn(false, func() {
		if s.guarded() {
			s.front().Typed(r)
			s.pinned()
			return
		}
		if s.pinTail() {
			s.tail = s.cfg.Now()
			return
		}
		if s.helping() {
			s.help.Typed(r)
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

// Acts is for the sink: where goods are sold or paid for, and nothing is typed, some characters are keys.
func (s *Shell) Acts(r rune) bool {
	if s.guarded() || s.helping() || s.sheet != nil || s.page != nil {
		return false
	}
	a, ok := s.front().(widgets.Acting)
	return ok && a.Acts(r)
}

// Pressed is for the sink. A key that has to wait for its turn has a meaning.
func (s *Shell) Pressed(k widgets.Key) (meant bool) {
	if s.does(k) == pos.KeyLock && !s.grabs() {
		s.mayAsk()
	}
	meant = !s.inTurn(s.pastPIN(k), func() { meant = s.pressed(k) }) || meant
	s.settle()
	s.present()
	s.chooseInput()
	return meant
}

// pastPIN reports whether a key is of no use to a question for a PIN, and of some behind it. Who locks a till that asks already would be asked
// once more.
func (s *Shell) pastPIN(k widgets.Key) bool {
	switch s.does(k) {
	case pos.KeyFull, pos.KeyPhone, pos.KeyLock:
		return false
	}
	return isFunction(k) || k.Ctrl || k.Alt
}

// does is what a key does wherever somebody is at the till.
func (s *Shell) does(k widgets.Key) pos.KeyAction {
	return s.w.Keys().Does(k.Chord(), pos.KeysOnPages)
}

// pressed is first the keys that mean the same everywhere, then what is in front.
func (s *Shell) pressed(k widgets.Key) bool {
	rest := s.pinTail() && (k.Name == fyne.KeyReturn || k.Name == fyne.KeyEnter || k.Name == fyne.KeyBackspace)
	s.tail = time.Time{}
	does := s.does(k)
	switch {
	case s.guarded():
		return s.pressedGuarded(k)
	case rest: // of a PIN
	case s.helping() && s.pressedHelp(does, k):
	case s.grabs():
		return s.page.pressed(k)
	case does == pos.KeyHelp:
		s.openHelp()
	case does == pos.KeyMenu:
		s.toggle("menu", s.openMenu)
	case does == pos.KeyFull:
		s.fullScreen()
	case s.sheet == nil && s.page != nil && plain(k) && s.page.pressed(k):
	case s.sheet != nil && s.sheet.does != nil && s.sheet.does(s.w.Keys().Does(k.Chord(), pos.KeysSelling)):
	case s.goes(does):
	case s.sheet != nil:
		return plain(k) && s.sheet.pressed(k)
	case s.page != nil:
		return false
	case does == pos.KeyRefund:
		s.openRefund()
	case s.paidPanel():
		return s.pressedPaid(k)
	default:
		return s.front().Pressed(k)
	}
	return true
}

// pressedHelp is a key while the guide is in front. What leads somewhere else from everywhere puts it away first; what sells and takes money
// does nothing.
func (s *Shell) pressedHelp(does pos.KeyAction, k widgets.Key) bool {
	switch {
	case does == pos.KeyHelp:
		s.closeHelp()
	case does == pos.KeyFull:
		s.win.SetFullScreen(!s.win.FullScreen())
	case does != "" && does != pos.KeyRefund:
		s.closeHelp()
		return false
	default:
		s.help.Pressed(k)
	}
	return true
}

// grabs reports whether the page in front has every key.
func (s *Shell) grabs() bool {
	return s.sheet == nil && s.page != nil && s.page.grabs != nil && s.page.grabs()
}

// plain reports whether a key is one that a page or list may have for itself: none of them holds anything down with a function key, or
// Alt with any.
func plain(k widgets.Key) bool {
	return !k.Alt && !(isFunction(k) && (k.Ctrl || k.Shift))
}

func isFunction(k widgets.Key) bool { return len(k.Name) > 1 && k.Name[0] == 'F' }

// goes does what leads somewhere else from everywhere. It reports whether that was it.
func (s *Shell) goes(does pos.KeyAction) bool {
	switch does {
	case pos.KeyTakings:
		s.togglePage("takings", s.openTakings)
	case pos.KeyGoods:
		s.togglePage("goods", s.openGoods)
	case pos.KeySales:
		s.togglePage("sales", s.openSales)
	case pos.KeyBooks:
		s.togglePage("books", s.openBooks)
	case pos.KeySettings:
		s.togglePage("settings", s.openSettings)
	case pos.KeyLabels:
		s.togglePage("labels", s.openLabels)
	case pos.KeyInbox:
		s.toggle("inbox", s.openInbox)
	case pos.KeyPending:
		s.toggle("pending", s.openPending)
	case pos.KeyHealth:
		s.toggle("health", s.openHealth)
	case pos.KeyPrints:
		s.toggle("prints", s.openPrints)
	case pos.KeyShift:
		s.toggle("shift", s.openShift)
	case pos.KeyReprint:
		s.cfg.Post(pos.ReprintLast{})
	case pos.KeyDrawer:
		s.openDrawer()
	case pos.KeyLock:
		s.lockUp()
	case pos.KeyPhone:
		if s.cfg.Phone == nil {
			return false
		}
		s.openPhone()
	default:
		return false
	}
	return true
}

// pressedGuarded is a key while somebody is asked who he is: the window and the customer's phone have theirs, nothing of the
// shop's has.
func (s *Shell) pressedGuarded(k widgets.Key) bool {
	switch does := s.does(k); {
	case does == pos.KeyFull:
		s.win.SetFullScreen(!s.win.FullScreen())
	case does == pos.KeyPhone && s.cfg.Phone != nil:
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
