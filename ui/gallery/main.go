// Command gallery opens the till's real window on made-up states, so that every screen can be looked at without a sale.
//
//	go run ./ui/gallery -state waiting -lang en -dark
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

	"fyne.io/fyne/v2/app"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui"
	"guitai/ui/takings"
)

func main() {
	state := flag.String("state", "cart", "which state: "+strings.Join(slices.Sorted(maps.Keys(states())), ", "))
	lang := flag.String("lang", "zh-CN", "language")
	dark := flag.Bool("dark", false, "the dark look")
	practice := flag.Bool("practice", true, "with the signs of practice mode")
	second := flag.String("customer", "", "the customer's window instead of the till's: WIDTHxHEIGHT, or full")
	hint := flag.Bool("hint", false, "with the customer's window as it opens the first time")
	counting := flag.String("counter", "ready", "what stands on the counter: ready, narrow, no-paper, silent, absent, logo, changed, full, bare, paired, cut-off")
	list := flag.Bool("list", false, "list the states, one a line")
	flag.Parse()
	if *list {
		for _, name := range slices.Sorted(maps.Keys(states())) {
			fmt.Println(name)
		}
		return
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
	if *second != "" {
		showCustomer(*second, snap, s, *lang, *dark, *hint)
		return
	}
	shell := ui.New(app.NewWithID("cn.guitai.gallery"), ui.Config{
		Shop: s, Lang: *lang, Dark: *dark, Version: "1.0.0", Catalogue: shelf{}, Reports: books{}, Shifts: books{}, People: everybody{*state}, Phone: phone,
		ProductCode: productCode,
		Settings:    counter{*counting, *lang},
		Exporter:    files{*state}, Backups: copies{*state},
		Reconciler: bills{*state}, SaveFindings: saveFindings, BillFiles: billFiles,
		Overview: figuresOf(*state), Finder: finderOf(*state), SaveReport: save,
		Post: func(c pos.Command) { fmt.Printf("%T%+v\n", c, c) },
		Now:  func() time.Time { return shownAt },
	})
	shell.Show(snap)
	shell.Run()
}

func save(context.Context, takings.Report, *i18n.Words) (string, error) { return saved, nil }

type noPhone struct{}

func (noPhone) Pay(context.Context, string) error { return nil }

func (noPhone) PayAs(context.Context, phoneKind, string) error { return nil }
