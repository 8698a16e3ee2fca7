package sell

import (
	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/ui/widgets"
)

// legend is what can be done with the chosen line, and with the whole: every key on its button.
var legend = [2][]pos.KeyAction{
	{pos.KeyLess, pos.KeyMore, pos.KeyQuantity, pos.KeyDiscount, pos.KeyPrice, pos.KeyNote, pos.KeyRemove},
	{pos.KeyHold, pos.KeyRecall, pos.KeyMember, pos.KeyRefund, pos.KeyUndo, pos.KeyClear, pos.KeyReprint},
}

// legendWords are the names of those, as short as the buttons, by message id.
var legendWords = map[pos.KeyAction]string{
	pos.KeyLess: "sell.key.less", pos.KeyMore: "sell.key.more", pos.KeyQuantity: "sell.key.quantity", pos.KeyDiscount: "sell.key.discount",
	pos.KeyPrice: "sell.key.price", pos.KeyNote: "sell.key.note", pos.KeyRemove: "sell.key.remove", pos.KeyHold: "sell.key.hold",
	pos.KeyRecall: "sell.key.recall", pos.KeyMember: "sell.key.member", pos.KeyRefund: "sell.key.return", pos.KeyUndo: "sell.key.undo",
	pos.KeyClear: "sell.key.clear", pos.KeyReprint: "sell.key.reprint",
}

func (v *View) buildLegend() fyne.CanvasObject {
	v.keys = map[pos.KeyAction]*widgets.Button{}
	rows := widgets.Rows(6, nil)
	for _, actions := range legend {
		row := make([]fyne.CanvasObject, 0, len(actions))
		for _, a := range actions {
			do := func() { v.do(a) }
			if a == pos.KeyReprint {
				do = func() { v.post(pos.ReprintLast{}) }
			}
			b := widgets.NewButton(v.w.T(legendWords[a]), v.w.Key(a), widgets.Plain, do).Sized(widgets.SizeBody-1, widgets.Target).Below()
			v.keys[a] = b
			row = append(row, b)
		}
		rows.Add(widgets.Even(6, row...))
	}
	return rows
}

func (v *View) buildRight(practice bool) {
	t := v.w.T
	title := widgets.NewText(t("sell.cart"), widgets.Style{Size: widgets.SizeStrong, Bold: true})
	v.member = widgets.NewText(t("sell.member"), widgets.Style{Size: widgets.SizeBody, Bold: true, Color: widgets.AccentInk})
	v.member.Hide()
	v.pieces = widgets.NewText("", widgets.Style{Size: widgets.SizeBody, Color: widgets.InkSoft, Align: fyne.TextAlignTrailing, Fit: widgets.FitElide})
	v.phones = widgets.NewButton("", v.w.Key(pos.KeyPending), widgets.Quiet, func() { v.p.cfg.Pending() }).Sized(widgets.SizeBody, widgets.Target)
	v.phones.Hide()
	// It stands between the two and moves neither: whoever taps beside it hits what he meant.
	v.head = widgets.Columns(widgets.Gap, widgets.Grow(v.pieces), title, v.member, v.phones, v.pieces)
	head := widgets.Inset(20, 0, widgets.Sized(0, 52, v.head))

	v.lines = widgets.NewList(lineHeight, func() widgets.Row { return newCartRow(v.p) }).Tall(func(i int) float32 {
		return lineHeight + extraHeight*float32(v.p.Extra(i))
	})
	v.empty = widgets.Middle(say(t("sell.empty.what"), t("sell.empty.todo")))
	layers := []fyne.CanvasObject{v.empty, v.lines}
	if practice {
		v.mark = widgets.NewText(t("mark.practice"), widgets.Style{Size: 92, Bold: true, Color: widgets.Watermark, Align: fyne.TextAlignCenter, Fit: widgets.FitShrink})
		bottom := widgets.Rows(0, nil, widgets.Spring(), widgets.Inset(28, 0, v.mark))
		bottom = widgets.Rows(0, widgets.Grow(bottom.Objects[0]), bottom.Objects...)
		layers = append([]fyne.CanvasObject{bottom}, layers...)
	}
	list := widgets.Over(layers...)
	rule := func() fyne.CanvasObject { return widgets.Sized(0, 1, widgets.NewPanel(widgets.Line, 0, 0, nil)) }
	v.bottom = widgets.Rows(0, widgets.Grow(list), head, rule(), list, rule(), v.buildSum(), v.buildPay(), widgets.Sized(0, 12, widgets.Spring()))
	v.right = widgets.NewPanel(widgets.Paper, 0, 0, v.bottom)
}

// buildSum is what is due, under what leads to it.
func (v *View) buildSum() fyne.CanvasObject {
	v.over = widgets.Rows(0, nil)
	for range mostSums {
		what := widgets.NewText("", widgets.Style{Size: widgets.SizeBody - 1, Color: widgets.InkSoft, Fit: widgets.FitElide})
		sum := widgets.NewText("", widgets.Style{Size: widgets.SizeBody - 1, Color: widgets.InkSoft, Align: fyne.TextAlignTrailing})
		v.sums, v.takes = append(v.sums, what), append(v.takes, sum)
		v.over.Add(widgets.Sized(0, 25, widgets.Columns(widgets.Gap, widgets.Grow(what), what, sum)))
	}
	v.due = widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Color: widgets.InkSoft})
	v.total = widgets.NewText("", widgets.Style{Size: widgets.SizeTotal, Bold: true, Align: fyne.TextAlignTrailing, Fit: widgets.FitShrink})
	v.row = widgets.Columns(widgets.Gap, widgets.Grow(v.total), v.due, v.total)
	return widgets.Inset(20, 3, widgets.Rows(0, nil, v.over, widgets.Sized(0, 68, v.row)))
}

func (v *View) buildPay() fyne.CanvasObject {
	t := v.w.T
	v.others = widgets.NewButton(t("sell.key.others"), v.w.Key(pos.KeyTenders), widgets.Plain, func() { v.do(pos.KeyTenders) }).
		Sized(widgets.SizeBody, widgets.TargetPrimary).Below()
	v.cash = widgets.NewButton(t("sell.key.cash"), v.w.Key(pos.KeyCash), widgets.Plain, v.p.Cash).Sized(widgets.SizeStrong, widgets.TargetPrimary)
	v.wechat = widgets.NewButton(t("sell.key.wechat"), v.w.Key(pos.KeyWeChat), widgets.Primary, v.p.WeChat)
	return widgets.Inset(widgets.Space, 0, widgets.Columns(widgets.Gap, widgets.Grow(v.wechat), widgets.Sized(74, 0, v.others), widgets.Sized(100, 0, v.cash), v.wechat))
}

func (v *View) drawCart() {
	v.lines.Update(v.p.Lines())
	v.lines.Reveal(v.p.Chosen())
	v.pieces.Set(v.p.Pieces())
	if v.member.Visible() != v.p.Member() {
		show(v.member, v.p.Member())
		v.head.Refresh()
	}
	v.drawSum()
	empty := v.p.Empty()
	show(v.empty, empty)
	if v.mark != nil {
		show(v.mark, v.p.Lines() < 4)
	}
	v.others.SetDisabled(empty)
	v.cash.SetDisabled(empty)
	v.wechat.SetDisabled(empty)
	v.standOut(!empty && v.p.due() <= 0)
	_, line := v.p.At()
	for _, a := range legend[0] {
		v.keys[a].SetDisabled(!line && (a != pos.KeyRemove || empty))
	}
	v.keys[pos.KeyHold].SetDisabled(empty)
	v.keys[pos.KeyClear].SetDisabled(empty)
	v.keys[pos.KeyUndo].SetDisabled(!v.p.CanUndo())
	v.keys[pos.KeyReprint].SetDisabled(!v.p.CanReprint())
	recall := v.w.T(legendWords[pos.KeyRecall])
	if n := v.p.Held(); n > 0 {
		recall = v.w.T("sell.key.recall.some", n)
	}
	v.keys[pos.KeyRecall].SetLabel(recall)
}

// standOut makes the way that ends this sale the one that is seen first: with nothing to pay, cash finishes it. WeChat, tapped, says so.
func (v *View) standOut(nothing bool) {
	cash, wechat := widgets.Plain, widgets.Primary
	if nothing {
		cash, wechat = widgets.Primary, widgets.Plain
	}
	v.cash.SetKind(cash)
	v.wechat.SetKind(wechat)
	v.wechat.SetDimmed(nothing)
}

// drawSum draws what is due; the list gives way to what leads to it.
func (v *View) drawSum() {
	name, amount := v.p.Total()
	v.total.Set(amount)
	if name != v.due.Words() {
		v.due.Set(name)
		v.row.Refresh()
	}
	all, moved := v.p.Sums(), false
	for i := range v.sums {
		line := v.over.Objects[i]
		if on := i < len(all); on != line.Visible() {
			show(line, on)
			moved = true
		}
		if i < len(all) {
			v.sums[i].Set(all[i].What)
			v.takes[i].Set(all[i].Amount)
		}
	}
	v.over.Refresh()
	if moved {
		v.bottom.Refresh()
		v.lines.Reveal(v.p.Chosen())
	}
}
