package ui

import (
	"guitai/assets/guide"
	"guitai/ui/help"
)

// openHelp lays the guide over the window, at the page of what is in front. What is below stays as it is, half typed or not.
func (s *Shell) openHelp() {
	if s.help == nil {
		pages := make([]help.Page, 0, 24)
		for _, p := range guide.Pages(s.w.Lang()) {
			pages = append(pages, help.Page{ID: p.ID, Text: p.Text})
		}
		s.help = help.New(help.Config{Words: s.w, Pages: pages, Phone: s.cfg.Phone != nil, Close: s.closeHelp, Changed: func() {}})
	}
	if s.sheet != nil && s.sheet.name == "menu" {
		s.closeSheet()
	}
	s.unhelped = s.win.Canvas().Focused()
	s.helps.Put(s.help.Object())
	s.help.Open(s.helpPage())
	s.focus()
	s.chooseInput()
}

func (s *Shell) closeHelp() {
	if !s.helping() {
		return
	}
	s.help.Close()
	s.helps.Close()
	if s.unhelped != nil && s.page != nil && s.sheet == nil { // a field of the page
		s.win.Canvas().Focus(s.unhelped)
	}
	s.unhelped = nil
	s.chooseInput()
}

// helping reports whether the guide is in front.
func (s *Shell) helping() bool { return s.help != nil && s.help.IsOpen() }

// helpPages has the page of the guide for each page and list; what has none has the one of selling.
var helpPages = map[string]string{
	"takings": "takings-and-sales", "sales": "takings-and-sales", "books": "exports", "settings": "setting-up", "labels": "goods", "goods": "goods",
	"inbox": "trouble", "pending": "trouble", "health": "trouble", "prints": "paper-and-printer", "shift": "staff-and-shifts",
	"staff": "staff-and-shifts", "refund": "returns",
	"discount": "discounts", "note": "selling", "want": "finding", "held": "hold", "tenders": "tenders",
}

// helpPage is the page of the guide for what is in front.
func (s *Shell) helpPage() string {
	name := ""
	switch {
	case s.sheet != nil:
		name = s.sheet.name
	case s.page != nil:
		name = s.page.name
	case s.cash.IsOpen() || s.snap.Pay != nil && s.snap.Done == nil:
		return "tenders"
	}
	if page := helpPages[name]; page != "" {
		return page
	}
	return "selling"
}
