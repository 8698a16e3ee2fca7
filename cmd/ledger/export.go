package main

import (
	"context"
	"io"
	"slices"

	"guitai/pos"
	"guitai/pos/export"
)

// export writes rows for other programs, and the identity that proves them on stderr.
func (p *program) export(ctx context.Context, args []string) error {
	flags := p.flags("export")
	first := flags.String("from", "", "")
	last := flags.String("to", "", "")
	format := flags.String("format", "csv", "")
	file := flags.String("o", "", "")
	others, err := p.parse(flags, args)
	if err != nil {
		return err
	}
	kind, err := exportKind(others)
	if err != nil {
		return err
	}
	if err := oneOf("export", *format, []string{"csv", "jsonl"}, "xlsx"); err != nil {
		return err
	}
	span, err := exportSpan(*first, *last)
	if err != nil {
		return err
	}
	books, at, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = books.Close() }() // it only read

	zone := at.shop.Calendar.Zone
	if kind == "refunds" {
		var id export.RefundIdentity
		err := p.into(ctx, *file, func(w io.Writer) (err error) {
			id, err = export.Refunds(ctx, w, export.Format(*format), books, span, zone)
			return err
		})
		if err != nil {
			return err
		}
		p.refundSummary(kind, span, id)
		return nil
	}
	write := export.Payments
	if kind == "sales" {
		write = export.Sales
	}
	var id export.Identity
	err = p.into(ctx, *file, func(w io.Writer) (err error) {
		id, err = write(ctx, w, export.Format(*format), books, span, zone)
		return err
	})
	if err != nil {
		return err
	}
	p.summary(kind, span, id)
	return nil
}

// exportKind is what to export.
func exportKind(args []string) (string, error) {
	switch {
	case len(args) == 0:
		return "", usage("export-what")
	case slices.Contains([]string{"lines", "shifts", "journal"}, args[0]):
		return "", usage("later", "export "+args[0])
	case !slices.Contains([]string{"payments", "sales", "refunds"}, args[0]):
		return "", usage("export-unknown", args[0])
	case len(args) > 1:
		return "", usage("extra", "export", args[1])
	}
	return args[0], nil
}

func exportSpan(first, last string) (pos.Span, error) {
	if first == "" || last == "" {
		return pos.Span{}, usage("from-to")
	}
	from, err := day("--from", first)
	if err != nil {
		return pos.Span{}, err
	}
	to, err := day("--to", last)
	if err != nil {
		return pos.Span{}, err
	}
	return between(from, to)
}

// summary is the identity in words, on stderr, so that it is seen also when stdout goes into a file.
func (p *program) summary(kind string, span pos.Span, id export.Identity) {
	l := p.words()
	if id.Foreign > 0 {
		printf(p.stderr, "%s\n", l.label("foreign", id.Foreign))
	}
	printf(p.stderr, "%s\n", l.label("identity", kind, span.From, span.To, id.Rows, id.Payments, id.Payments, id.Refunds, id.Net()))
}

func (p *program) refundSummary(kind string, span pos.Span, id export.RefundIdentity) {
	printf(p.stderr, "%s\n", p.words().label("refund-identity", kind, span.From, span.To, id.Rows, id.Sum(), id.Back, id.OnTheWay, id.Not, id.Sum()))
}

// oneOf checks a --format. What comes later is told apart from what there never was.
func oneOf(command, format string, formats []string, later ...string) error {
	switch {
	case slices.Contains(formats, format):
		return nil
	case slices.Contains(later, format):
		return usage("later", command+" --format "+format)
	}
	return usage("format", command, format, list(formats))
}
