package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"

	"guitai/assets/fonts"
	"guitai/pos"
	"guitai/pos/config"
	"guitai/pos/receipt"
)

// receipt makes out the receipt of a closed sale again, from the books alone. It is marked as a copy: the till counts
// what it prints itself, and no second paper may pass for the first.
func (p *program) receipt(ctx context.Context, args []string) error {
	flags := p.flags("receipt")
	format := flags.String("format", "text", "")
	file := flags.String("o", "", "")
	others, err := p.parse(flags, args)
	if err != nil {
		return err
	}
	switch {
	case len(others) == 0:
		return usage("receipt-which")
	case len(others) > 1:
		return usage("extra", "receipt", others[1])
	}
	if err := oneOf("receipt", *format, []string{"text", "escpos", "png", "pdf"}); err != nil {
		return err
	}
	if *format != "text" && slices.Contains(ours, *file) && p.terminal(p.stdout.w) { // ESC/POS could command the terminal
		return usage("receipt-screen", *format)
	}
	no, ok := pos.ParseReceiptNo(others[0])
	if !ok {
		return usage("receipt-form", others[0])
	}
	books, at, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = books.Close() }() // it only read
	record, err := books.SaleByReceipt(ctx, no)
	if pos.CodeOf(err) == pos.CodeNotFound {
		return fault(exitFailed, "no-receipt", no)
	}
	if err != nil {
		return err
	}
	paper, err := p.render(record, at, *format)
	if err != nil {
		return err
	}
	return p.into(ctx, *file, func(w io.Writer) error {
		_, err := w.Write(paper)
		return err
	})
}

func (p *program) render(record pos.SaleRecord, at *place, format string) ([]byte, error) {
	l := p.words()
	words := receipt.WordsOf(l.Lang())
	words.Reprint = func(int) string { return l.label("copy-mark") }
	shop := at.shop
	shop.ID, shop.Till = record.Sale.Receipt.Shop, record.Sale.Receipt.Till // as it was then
	if shop.Name == "" {
		shop.Name = l.T("app.name")
	}
	paper := receipt.Paper(at.config.Printer.Paper)
	doc, err := receipt.Sale(record, shop, receipt.Options{
		Words: words, Paper: paper, Letterhead: p.letterhead(at, paper), Tax: at.config.Receipt.Tax, Reprint: 1, ReprintedAt: p.now(),
	})
	if err != nil {
		return nil, err
	}
	switch format {
	case "text":
		text, err := receipt.PlainText(doc)
		return []byte(text), err
	case "png":
		picture, err := receipt.Raster(doc, nil)
		if err != nil {
			return nil, err
		}
		return receipt.PNG(picture)
	case "pdf":
		return receipt.PDF(doc, nil, shop.Name+" "+record.Sale.Receipt.String(), p.now())
	}
	return encode(doc, at.config.Printer)
}

// letterhead is what the shop has on its papers. A logo that cannot be read is told of and left out: the receipt is worth more.
func (p *program) letterhead(at *place, paper receipt.Paper) receipt.Letterhead {
	c := at.config.Receipt
	head := receipt.Letterhead{Header: c.Header, Footer: c.Footer, Link: c.Link, Hint: c.Hint}
	if c.Logo == "" {
		return head
	}
	path := c.Logo
	if !filepath.IsAbs(path) {
		path = filepath.Join(string(at.folder), path)
	}
	file, err := os.Open(path)
	if err == nil {
		defer func() { _ = file.Close() }() // it was only read
		head.Logo, err = receipt.LoadLogo(file, paper)
	}
	if err != nil {
		printf(p.stderr, "%s\n", plain(p.words().label("no-logo", err)))
	}
	return head
}

// encode renders for the shop's own printer.
func encode(doc receipt.Doc, printer config.Printer) ([]byte, error) {
	face, err := receipt.ParseFace(fonts.Regular())
	if err != nil {
		return nil, err
	}
	return receipt.ESCPOS{Profile: receipt.ProfileOf(printer.Profile, receipt.Paper(printer.Paper)), Cut: receipt.CutMode(printer.Cut), QR: receipt.QRMode(printer.QR), Face: face}.Encode(doc)
}
