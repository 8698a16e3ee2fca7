package ui

import (
	"fyne.io/fyne/v2"

	"guitai/ui/widgets"
)

// choice is an entry of the menu.
type choice struct {
	label, key string
	do         func()
}

// menu is what F10 offers, column by column: what belongs to selling, what to running the shop, what to this till.
func (s *Shell) menu() [][]choice {
	t := s.w.T
	look := t("menu.dark")
	if s.cfg.Dark {
		look = t("menu.light")
	}
	return [][]choice{
		{
			{t("menu.pending"), "Ctrl+K", s.openPending},
			{t("menu.inbox"), "Ctrl+E", s.openInbox},
			{t("menu.sales"), "Ctrl+F", s.openSales},
			{t("menu.refund"), "F7", s.openRefund},
			{t("menu.prints"), "Ctrl+R", s.openPrints},
			{t("menu.drawer"), "Ctrl+O", s.openDrawer},
			{t("menu.lock"), "F12", s.lockUp},
		},
		{
			{t("menu.takings"), "Ctrl+D", s.openTakings},
			{t("menu.shift"), "Ctrl+J", s.openShift},
			{t("menu.books"), "Ctrl+B", s.openBooks},
			{t("menu.staff"), "", s.openStaff},
			{t("menu.labels"), "Ctrl+L", s.openLabels},
		},
		{
			{t("menu.health"), "Ctrl+H", s.openHealth},
			{t("menu.settings"), "Ctrl+G", s.openSettings},
			{t("menu.language"), "", s.switchLanguage},
			{look, "", s.switchLook},
			{t("menu.full"), "F11", s.fullScreen},
			{t("menu.customer"), "", s.showCustomer},
			{t("menu.help"), "F1", s.openHelp},
			{t("menu.about"), "", s.openAbout},
			{t("menu.quit"), "", s.leave},
		},
	}
}

// menuHeads name the columns.
var menuHeads = []string{"menu.group.counter", "menu.group.shop", "menu.group.till"}

func (s *Shell) openMenu() {
	h := &sheet{name: "menu"}
	columns := make([]fyne.CanvasObject, 0, len(menuHeads))
	for i, choices := range s.menu() {
		h.columns = append(h.columns, len(h.choices))
		head := widgets.NewText(s.w.T(menuHeads[i]), widgets.Style{Size: widgets.SizeDetail + 1, Bold: true, Color: widgets.InkSoft})
		rows := widgets.Rows(4, nil, widgets.Inset(widgets.Space, 4, head))
		for _, c := range choices {
			b := widgets.NewButton(c.label, c.key, widgets.Tab, c.do).Sized(widgets.SizeBody, 52).Left()
			h.choices = append(h.choices, b)
			rows.Add(b)
		}
		columns = append(columns, rows)
	}
	s.open(h, 980, s.w.T("menu.title"), widgets.Even(widgets.Space, columns...))
}
