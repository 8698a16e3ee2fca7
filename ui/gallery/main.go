// Command gallery opens the till's real window on made-up states, so that every screen can be looked at without a sale.
//
//	go run ./ui/gallery -state waiting -lang en -dark
//
// With -draw it opens no window and needs no display: it reads a picture to draw from each line of its input, as its own flags and the keys
// to press, and draws them one after the other.
//
//	echo '-state cart -lang en -size 1024x768 -out cash.png -- F8 2 0' | go run ./ui/gallery -draw
package main

import (
	"bufio"
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
	"guitai/pos/i18n"
	"guitai/ui"
	"guitai/ui/takings"
)

// options are what the program is asked for; for a picture each has options of its own.
type options struct {
	state, lang, customer, counter, size, out string
	dark, practice, hint, list, draw          bool
	keys                                      []string
}

func parse(args []string, how flag.ErrorHandling) (o options, err error) {
	f := flag.NewFlagSet("gallery", how)
	f.StringVar(&o.state, "state", "cart", "which state: "+strings.Join(slices.Sorted(maps.Keys(states())), ", "))
	f.StringVar(&o.lang, "lang", "zh-CN", "language")
	f.BoolVar(&o.dark, "dark", false, "the dark look")
	f.BoolVar(&o.practice, "practice", true, "with the signs of practice mode")
	f.StringVar(&o.customer, "customer", "", "the customer's window instead of the till's: WIDTHxHEIGHT, or full")
	f.BoolVar(&o.hint, "hint", false, "with the customer's window as it opens the first time")
	f.StringVar(&o.counter, "counter", "ready", "what stands on the counter: ready, narrow, no-paper, silent, absent, logo, changed, full, bare, paired, cut-off")
	f.BoolVar(&o.list, "list", false, "list the states, one a line")
	f.BoolVar(&o.draw, "draw", false, "draw pictures, one for each line of the input: flags and keys")
	f.StringVar(&o.size, "size", "1366x768", "of a picture")
	f.StringVar(&o.out, "out", "", "the file of a picture")
	err = f.Parse(args)
	o.keys = f.Args()
	return o, err
}

func main() {
	o, _ := parse(os.Args[1:], flag.ExitOnError)
	switch {
	case o.list:
		for _, name := range slices.Sorted(maps.Keys(states())) {
			fmt.Println(name)
		}
		return
	case o.draw:
		for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
			p, err := parse(strings.Fields(lines.Text()), flag.ContinueOnError)
			if err == nil {
				err = draw(p)
			}
			if err != nil {
				fmt.Fprintln(os.Stderr, lines.Text()+":", err)
				os.Exit(1)
			}
		}
		return
	}
	snap, ok := states()[o.state]
	if !ok {
		fmt.Fprintln(os.Stderr, "no such state:", o.state)
		os.Exit(2)
	}
	a := app.NewWithID("cn.guitai.gallery")
	if o.customer != "" {
		showCustomer(a, snap, o).ShowAndRun()
		return
	}
	shell := open(a, snap, o, nil)
	shell.Show(snap)
	shell.Run()
}

// open makes the till's window; do is nil for the program's own.
func open(a fyne.App, snap pos.Snapshot, o options, do func(func())) *ui.Shell {
	var catalogue pos.Catalogue = shelf{}
	if goods := stockOf(o.state); o.state == "tiles" || o.state == "many-goods" {
		catalogue = goods
	}
	var phone pos.Phone
	if o.practice {
		phone = noPhone{}
	}
	s := shop
	s.Practice = o.practice
	var shell *ui.Shell
	shell = ui.New(a, ui.Config{
		Shop: s, Lang: o.lang, Dark: o.dark, Version: "1.0.0", Catalogue: catalogue, Reports: books{}, Shifts: books{}, People: everybody{o.state}, Phone: phone,
		Goods: stockOf(o.state), GoodsDesk: goodsDesk(o.state),
		ProductCode: productCode,
		Settings:    counter{o.counter, o.lang},
		Exporter:    files{o.state}, Backups: copies{o.state},
		Reconciler: bills{o.state}, SaveFindings: saveFindings, BillFiles: billFiles,
		Overview: figuresOf(o.state), Finder: finderOf(o.state), SaveReport: save,
		Beginning: beginningOf(o.state), MakeRecovery: func() (pos.RecoveryCode, error) { return "7KQMX4RT9BHW2NVP", nil }, PrintRecovery: printRecovery,
		Post: func(c pos.Command) {
			if do == nil {
				fmt.Printf("%T%+v\n", c, c)
			}
			if _, ok := c.(pos.NewRecovery); ok { // the one thing that is done: only then is the code seen
				snap.Seq++
				snap.Staff.Recovery.N++
				shell.Show(snap)
			}
		},
		Do: do, Now: func() time.Time { return shownAt },
	})
	return shell
}

func save(context.Context, takings.Report, *i18n.Words) (string, error) { return saved, nil }

type noPhone struct{}

func (noPhone) Pay(context.Context, string) error { return nil }

func (noPhone) PayAs(context.Context, phoneKind, string) error { return nil }
