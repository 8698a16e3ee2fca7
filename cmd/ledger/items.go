package main

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"guitai/pos"
	"guitai/store"
)

// importItems adds and updates items from a file: all of it in one transaction, or nothing. A till that is open notices.
func (p *program) importItems(ctx context.Context, args []string) error {
	flags := p.flags("import")
	preview := flags.Bool("preview", false, "")
	others, err := p.parse(flags, args)
	if err != nil {
		return err
	}
	name, err := itemsFile(others)
	if err != nil {
		return err
	}
	if *preview {
		return p.previewItems(ctx, name)
	}
	items, err := readItems(name)
	if err != nil {
		return p.badRows(name, err)
	}
	books, err := p.openToImport(ctx)
	if err != nil {
		return err
	}
	added, updated, err := books.ImportFile(ctx, items)
	if closed := books.Close(); err == nil {
		err = closed
	}
	if pos.CodeOf(err) == pos.CodeInUse {
		return fault(exitFailed, "busy", err)
	}
	if err != nil {
		return p.badRows(name, err)
	}
	printf(p.stdout, "%s\n", p.words().label("imported", added, updated, len(items.Items())-added-updated))
	return nil
}

// itemsFile is the file that the arguments name.
func itemsFile(args []string) (string, error) {
	switch {
	case len(args) == 0 || args[0] != "items":
		return "", usage("import-what")
	case len(args) == 1:
		return "", usage("import-file")
	case len(args) > 2:
		return "", usage("extra", "import items", args[2])
	}
	return args[1], nil
}

// readItems reads the file, which may be CSV or XLSX.
func readItems(name string) (store.ItemsFile, error) {
	items, err := store.ReadItemsFile(name)
	return items, unreadable(name, err)
}

// unreadable says of an error whose rows cannot be blamed that the file cannot be read.
func unreadable(name string, err error) error {
	if _, ok := errors.AsType[pos.ItemFaults](err); ok || err == nil {
		return err
	}
	return fault(exitFailed, "items-unreadable", name, err)
}

// openToImport opens the books for writing. It makes them where a shop is set up and has not sold yet, but not in a folder
// that was only misspelt.
func (p *program) openToImport(ctx context.Context) (*store.Store, error) {
	at, err := p.where()
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(at.folder.LedgerFile()); err != nil && !at.own {
		return nil, at.cannotOpen(pos.E(pos.CodeNotFound, "open ledger", err))
	}
	books, err := store.Open(ctx, at.options())
	if err != nil {
		return nil, at.cannotOpen(err)
	}
	return books, nil
}

// badRows names every bad row on stderr and leaves the conclusion to the last line.
func (p *program) badRows(name string, err error) error {
	bad, ok := errors.AsType[pos.ItemFaults](err)
	if !ok {
		return err
	}
	l := p.words()
	for _, f := range bad {
		printf(p.stderr, "%s:%d: %s\n", plain(name), f.Line, plain(l.ItemFault(f)))
	}
	return fault(exitFailed, "bad-rows", name, len(bad), bad[0].Line, l.ItemFault(bad[0]))
}

// previewItems shows what an import would change and writes nothing.
func (p *program) previewItems(ctx context.Context, name string) error {
	if _, err := readItems(name); err != nil { // before the books: a bad file is bad for every shop
		return p.badRows(name, err)
	}
	books, _, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = books.Close() }() // it only read
	plan, err := books.PlanImport(ctx, name)
	if err != nil {
		return p.badRows(name, unreadable(name, err))
	}
	l := p.words()
	return p.into(ctx, "", func(w io.Writer) error {
		for _, it := range plan.New {
			printf(w, "+ %s\n", plain(l.label("new-item", code(it), it.Name, it.Price)))
		}
		for _, c := range plan.Changed {
			printf(w, "~ %s\n", plain(l.label("changed-item", code(c.To), c.From.Name, l.changes(c.From, c.To))))
		}
		printf(w, "%s\n", l.label("preview", len(plan.New), len(plan.Changed), plan.Same))
		return nil
	})
}

// changes lists what an import changes of an item.
func (l words) changes(was, is pos.Item) string {
	var all []string
	note := func(label, before, after string) {
		if before != after {
			all = append(all, l.label(label)+" "+before+" -> "+after)
		}
	}
	yes := func(on bool) string {
		if on {
			return l.label("yes")
		}
		return l.label("no")
	}
	note("item-name", was.Name, is.Name)
	note("item-price", was.Price.String(), is.Price.String())
	note("item-member", was.Member.String(), is.Member.String())
	note("item-category", was.Category, is.Category)
	note("item-unit", was.Unit, is.Unit)
	note("item-pinyin", was.Pinyin, is.Pinyin)
	note("item-plu", was.PLU, is.PLU)
	note("item-cost", was.Cost.String(), is.Cost.String())
	note("item-tax", percent(was.TaxRate), percent(is.TaxRate))
	note("item-weighed", yes(was.Weighed), yes(is.Weighed))
	note("item-open", yes(was.Open), yes(is.Open))
	note("item-retired", yes(was.Retired), yes(is.Retired))
	note("item-colour", was.Colour, is.Colour)
	for _, b := range is.Barcodes {
		if !slices.Contains(was.Barcodes, b) {
			all = append(all, l.label("item-barcode")+" +"+b)
		}
	}
	if was.Barcode() != is.Barcode() && slices.Contains(was.Barcodes, is.Barcode()) {
		note("item-barcode", was.Barcode(), is.Barcode())
	}
	return strings.Join(all, "; ")
}

func percent(rate int) string {
	if rate%100 == 0 {
		return strconv.Itoa(rate/100) + "%"
	}
	return pos.Fen(rate).String() + "%" // both have two decimals
}

// code is by what a person finds the item again.
func code(it pos.Item) string {
	if len(it.Barcodes) > 0 {
		return it.Barcodes[0]
	}
	return it.PLU
}
