package ui

import (
	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/ui/widgets"
)

// sheet is a card over the window: the menu, the list of pending payments, help, about. Only one is open at a time.
type sheet struct {
	name    string
	choices []*widgets.Button // what up, down and Enter act on
	columns []int             // where each column of choices begins, for left and right; nil for one
	at      int
	update  func() // draws the newest snapshot; may be nil
	tick    func() // is called every second; may be nil
	close   func()
	leave   func()                 // a person goes back from a sheet; nil just closes it
	gone    func()                 // of a page: it was put away; may be nil
	grabs   func() bool            // of a page: whether every key is its own, whatever it means elsewhere; may be nil
	keys    func(widgets.Key) bool // gets the keys before the sheet itself; may be nil
	typed   func(rune)             // may be nil
	scanned func(string, int)      // takes scans, which otherwise close the sheet and go to the till; may be nil
	deed    pos.Deed               // of a page: who may see it
	private func() bool            // whether a PIN is being typed; may be nil
	number  func() bool            // whether an amount or a count is typed; nil for never
	said    func(widgets.Tone, string)
	mute    func() bool       // of a page: whether the part in front has no line for what is said; nil for never
	dropped func(path string) // of a page: takes a file that was dropped on the window; may be nil

	does func(pos.KeyAction) bool // gets what a key means while goods are sold, before anything else; may be nil
}

func (h *sheet) pressed(k widgets.Key) bool {
	if h.keys != nil && h.keys(k) {
		return true
	}
	switch k.Name {
	case fyne.KeyEscape:
		h.close()
	case fyne.KeyUp:
		h.choose(h.at - 1)
	case fyne.KeyDown, fyne.KeyTab:
		h.choose(h.at + 1)
	case fyne.KeyLeft:
		h.aside(-1)
	case fyne.KeyRight:
		h.aside(1)
	case fyne.KeyReturn, fyne.KeyEnter:
		if h.at < len(h.choices) {
			h.choices[h.at].Tapped(nil)
		}
	default:
		return false
	}
	return true
}

func (h *sheet) choose(i int) {
	if n := len(h.choices); n > 0 {
		h.choices[h.at].SetChosen(false)
		h.at = (i + n) % n
		h.choices[h.at].SetChosen(true)
	}
}

// aside goes to the same place of the next column, or to its end.
func (h *sheet) aside(dx int) {
	n := len(h.columns)
	if n == 0 {
		return
	}
	at := n - 1
	for h.columns[at] > h.at {
		at--
	}
	row := h.at - h.columns[at]
	at = (at + dx + n) % n
	end := len(h.choices)
	if at+1 < n {
		end = h.columns[at+1]
	}
	h.choose(min(h.columns[at]+row, end-1))
}

// open shows a sheet of the given width in place of any other.
func (s *Shell) open(h *sheet, width float32, title string, content fyne.CanvasObject) {
	s.closeSheet()
	if h.close = s.closeSheet; h.leave != nil {
		h.close = h.leave
	}
	s.sheet = h
	head := widgets.NewText(title, widgets.Style{Size: widgets.SizeTitle, Bold: true, Fit: widgets.FitElide})
	back := widgets.NewButton(s.w.T("ask.back"), "Esc", widgets.Quiet, h.close)
	top := widgets.Columns(widgets.Gap, widgets.Grow(head), head, back)
	s.sheets.Put(widgets.Sheet(width, widgets.Rows(widgets.Space, nil, top, content), h.close))
	s.focus()
	h.choose(h.at)
	s.chooseInput()
}

func (s *Shell) closeSheet() {
	if s.sheet == nil {
		return
	}
	s.sheet = nil
	s.sheets.Close()
}

// openPage shows a screen in the place of both zones, under the header. Sheets open over it, and go back to it.
func (s *Shell) openPage(h *sheet, content fyne.CanvasObject) {
	let := s.let
	s.closePage()
	s.let = let
	h.close = s.closePage
	s.page = h
	s.pages.Put(content)
	s.focus()
}

// closePage goes back to selling.
func (s *Shell) closePage() {
	s.closeSheet()
	if h := s.page; h != nil {
		s.page, s.let = nil, ""
		s.pages.Close()
		if h.gone != nil {
			h.gone()
		}
	}
}

func (s *Shell) openAbout() {
	t, shop := s.w.T, s.cfg.Shop
	merchant := t("about.no-merchant")
	if shop.MchID != "" {
		merchant = t("about.merchant", shop.MchID)
	}
	rows := widgets.Rows(widgets.Gap, nil)
	for _, line := range []string{
		t("about.version", s.cfg.Version), t("about.till", shop.Name, shop.ID, shop.Till), merchant,
		s.w.Date(s.now()), t("about.licence"), t("about.voice"),
	} {
		rows.Add(widgets.NewText(line, widgets.Style{Fit: widgets.FitElide}))
	}
	s.open(&sheet{name: "about"}, 600, t("app.name"), rows)
}
