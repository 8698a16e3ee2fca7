package main

import (
	"fmt"
	"time"

	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui"
	"guitai/ui/customer"
)

// showCustomer makes the customer's window alone, of the screen's whole size or another one.
func showCustomer(a fyne.App, snap pos.Snapshot, o options) fyne.Window {
	a.Settings().SetTheme(ui.NewTheme(o.dark))
	w := a.NewWindow("Guitai customer")
	w.SetPadded(false)
	v := customer.New(customer.Config{
		Words: i18n.For(o.lang), Shop: shop.Name, Practice: o.practice, Now: func() time.Time { return shownAt },
	})
	v.Hint(o.hint)
	v.Show(snap)
	w.SetContent(v.Content())
	var width, height float32
	if n, _ := fmt.Sscanf(o.customer, "%fx%f", &width, &height); n == 2 {
		w.Resize(fyne.NewSize(width, height))
	} else {
		w.Resize(fyne.NewSize(1024, 640))
		w.SetFullScreen(true)
	}
	return w
}
