package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
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
	items, err := readItems(name)
	if err != nil {
		return p.badRows(name, err)
	}
	if *preview {
		return p.previewItems(ctx, items)
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
	printf(p.stdout, "%s\n", p.words().label("imported", added, updated))
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
	case strings.EqualFold(filepath.Ext(args[1]), ".xlsx"):
		return "", usage("later", "import items *.xlsx")
	}
	return args[1], nil
}

func readItems(name string) (store.ItemsFile, error) {
	file, err := os.Open(name)
	if err != nil {
		return store.ItemsFile{}, fault(exitFailed, "items-unreadable", name, err)
	}
	defer func() { _ = file.Close() }() // it only read
	return store.ReadItems(file)
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
	bad, ok := errors.AsType[*store.ImportError](err)
	if !ok {
		return err
	}
	for _, r := range bad.Rows {
		printf(p.stderr, "%s:%d: %s\n", plain(name), r.Line, plain(r.Why))
	}
	return fault(exitFailed, "bad-rows", name, len(bad.Rows), bad.Rows[0].Line, bad.Rows[0].Why)
}

// previewItems shows what an import would change and writes nothing.
func (p *program) previewItems(ctx context.Context, items store.ItemsFile) error {
	books, _, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = books.Close() }() // it only read
	var added, updated, same int
	l := p.words()
	err = p.into(ctx, "", func(w io.Writer) error {
		for _, it := range items.Items() {
			old, err := known(ctx, books, it)
			switch changes := l.changes(old, it); {
			case pos.CodeOf(err) == pos.CodeNotFound:
				added++
				printf(w, "+ %s\n", plain(l.label("new-item", code(it), it.Name, it.Price)))
			case err != nil:
				return err
			case changes == "":
				same++
			default:
				updated++
				printf(w, "~ %s\n", plain(l.label("changed-item", code(it), old.Name, changes)))
			}
		}
		printf(w, "%s\n", l.label("preview", added, updated, same))
		return nil
	})
	return err
}

// known finds the item that a row would update: by its barcodes or, for want of one, its PLU. CodeNotFound for a new one.
func known(ctx context.Context, books pos.Catalogue, it pos.Item) (pos.Item, error) {
	if len(it.Barcodes) == 0 {
		return books.Item(ctx, it.PLU)
	}
	var old pos.Item
	for _, b := range it.Barcodes {
		found, err := books.Item(ctx, b)
		switch {
		case pos.CodeOf(err) == pos.CodeNotFound, err == nil && !slices.Contains(found.Barcodes, b):
			continue // nobody has it, or only as a PLU
		case err != nil:
			return pos.Item{}, err
		case old.ID != 0 && old.ID != found.ID:
			return pos.Item{}, fault(exitFailed, "two-items", b, it.Name, old.Name, found.Name)
		}
		old = found
	}
	if old.ID == 0 {
		return old, pos.E(pos.CodeNotFound, "find item", nil)
	}
	return old, nil
}

// changes lists what a row changes of an item. A cell that is empty may stand for a column that the file does not have.
func (l words) changes(old, it pos.Item) string {
	var all []string
	note := func(label, before, after string) {
		if before != after && after != "" {
			all = append(all, l.label(label)+" "+before+" -> "+after)
		}
	}
	note("item-name", old.Name, it.Name)
	note("item-price", old.Price.String(), it.Price.String())
	note("item-category", old.Category, it.Category)
	note("item-unit", old.Unit, it.Unit)
	note("item-pinyin", old.Pinyin, it.Pinyin)
	note("item-plu", old.PLU, it.PLU)
	if it.Cost != 0 {
		note("item-cost", old.Cost.String(), it.Cost.String())
	}
	if it.TaxRate != 0 {
		note("item-tax", percent(old.TaxRate), percent(it.TaxRate))
	}
	for _, b := range it.Barcodes {
		if !slices.Contains(old.Barcodes, b) {
			all = append(all, l.label("item-barcode")+" +"+b)
		}
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
