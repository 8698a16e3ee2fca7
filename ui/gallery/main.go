// Command gallery opens the till's real window on made-up states, so that every screen can be looked at without a sale.
//
//	go run ./ui/gallery -state waiting -lang en -dark -size 1024x768
package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"guitai/pos"
	"guitai/ui"
)

func main() {
	state := flag.String("state", "cart", "which state: "+strings.Join(slices.Sorted(maps.Keys(states())), ", "))
	lang := flag.String("lang", "zh-CN", "language")
	dark := flag.Bool("dark", false, "the dark look")
	size := flag.String("size", "1366x768", "window size")
	practice := flag.Bool("practice", true, "with the signs of practice mode")
	list := flag.Bool("list", false, "list the states, one a line")
	flag.Parse()
	if *list {
		for _, name := range slices.Sorted(maps.Keys(states())) {
			fmt.Println(name)
		}
		return
	}

	var w, h float32
	if _, err := fmt.Sscanf(*size, "%gx%g", &w, &h); err != nil {
		fmt.Fprintln(os.Stderr, "size is WIDTHxHEIGHT:", err)
		os.Exit(2)
	}
	snap, ok := states()[*state]
	if !ok {
		fmt.Fprintln(os.Stderr, "no such state:", *state)
		os.Exit(2)
	}
	var phone pos.Phone
	if *practice {
		phone = noPhone{}
	}
	s := shop
	s.Practice = *practice
	shell := ui.New(app.NewWithID("cn.guitai.gallery"), ui.Config{
		Shop: s, Cashier: "王芳", Lang: *lang, Dark: *dark, Version: "1.0.0", Catalogue: shelf{}, Phone: phone,
		Post: func(c pos.Command) { fmt.Printf("%T%+v\n", c, c) },
		Now:  func() time.Time { return shownAt },
	})
	shell.Window().Resize(fyne.NewSize(w, h))
	shell.Show(snap)
	shell.Run()
}

type noPhone struct{}

func (noPhone) Pay(context.Context, string) error { return nil }

func (noPhone) PayAs(context.Context, phoneKind, string) error { return nil }
