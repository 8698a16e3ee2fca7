package main

import (
	"fmt"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui"
	"guitai/ui/customer"
)

// showCustomer opens the customer's window alone, on the screen's whole size or another one.
func showCustomer(size string, snap pos.Snapshot, shop pos.Shop, lang string, dark, hint bool) {
	a := app.NewWithID("cn.guitai.gallery")
	a.Settings().SetTheme(ui.NewTheme(dark))
	w := a.NewWindow("Guitai customer")
	w.SetPadded(false)
	v := customer.New(customer.Config{
		Words: i18n.For(lang), Shop: shop.Name, Practice: shop.Practice, Now: func() time.Time { return shownAt },
	})
	v.Hint(hint)
	v.Show(snap)
	w.SetContent(v.Content())
	var width, height float32
	if n, _ := fmt.Sscanf(size, "%fx%f", &width, &height); n == 2 {
		w.Resize(fyne.NewSize(width, height))
	} else {
		w.Resize(fyne.NewSize(1024, 640))
		w.SetFullScreen(true)
	}
	w.ShowAndRun()
}
