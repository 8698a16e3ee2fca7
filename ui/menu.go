package ui

import (
	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/ui/widgets"
)

// choice is an entry of the menu.
type choice struct {
	label string
	key   pos.KeyAction // "" for none
	do    func()
}

// menu is what F10 offers, column by column: what belongs to selling, what to running the shop, what to this till.
func (s *Shell) menu() [][]choice {
	t := s.w.T
	look := t("menu.dark")
	if s.cfg.Dark {
		look = t("menu.light")
	}
	columns := [][]choice{
		{
			{t("menu.pending"), pos.KeyPending, s.openPending},
			{t("menu.inbox"), pos.KeyInbox, s.openInbox},
			{t("menu.sales"), pos.KeySales, s.openSales},
			{t("menu.refund"), pos.KeyRefund, s.openRefund},
			{t("menu.prints"), pos.KeyPrints, s.openPrints},
			{t("menu.drawer"), pos.KeyDrawer, s.openDrawer},
			{t("menu.lock"), pos.KeyLock, s.lockUp},
		},
		{
			{t("menu.takings"), pos.KeyTakings, s.openTakings},
			{t("menu.shift"), pos.KeyShift, s.openShift},
			{t("menu.books"), pos.KeyBooks, s.openBooks},
			{t("menu.staff"), "", s.openStaff},
			{t("menu.goods"), pos.KeyGoods, s.openGoods},
			{t("menu.labels"), pos.KeyLabels, s.openLabels},
		},
		{
			{t("menu.health"), pos.KeyHealth, s.openHealth},
			{t("menu.settings"), pos.KeySettings, s.openSettings},
			{t("menu.language"), "", s.switchLanguage},
			{look, "", s.switchLook},
			{t("menu.full"), pos.KeyFull, s.fullScreen},
			{t("menu.customer"), "", s.showCustomer},
			{t("menu.help"), pos.KeyHelp, s.openHelp},
			{t("menu.about"), "", s.openAbout},
			{t("menu.quit"), "", s.leave},
		},
	}
	if s.cfg.Beginning != nil {
		columns[1] = append(columns[1], choice{t("steps.title"), "", func() { s.closeSheet(); s.openSteps() }})
	}
	return columns
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
			b := widgets.NewButton(c.label, s.w.Key(c.key), widgets.Tab, c.do).Sized(widgets.SizeBody, 52).Left()
			h.choices = append(h.choices, b)
			rows.Add(b)
		}
		columns = append(columns, rows)
	}
	s.open(h, 980, s.w.T("menu.title"), widgets.Even(widgets.Space, columns...))
}
