package main

import (
	"context"
	"io"
	"slices"
	"strings"

	"guitai/pos"
	"guitai/pos/export"
)

// export writes rows for other programs, and the figures that prove them on stderr.
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
	r := export.Request{ExportRequest: pos.ExportRequest{Format: pos.ExportFormat(*format)}}
	if r.Kind, err = exportKind(others); err != nil {
		return err
	}
	if err := oneOf("export", *format, namesOf(pos.ExportFormats)); err != nil {
		return err
	}
	if r.Span, err = exportSpan(r.Kind, *first, *last); err != nil {
		return err
	}
	toScreen := slices.Contains(ours, *file) && p.terminal(p.stdout.w)
	if toScreen && r.Format == pos.FormatXLSX {
		return usage("export-screen")
	}
	books, at, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = books.Close() }() // it only read

	r.Shop, r.Lang = at.shop, p.words().Lang()
	progress, clear := p.progress(toScreen)
	var s pos.ExportSummary
	err = p.into(ctx, *file, func(w io.Writer) (err error) {
		s, err = export.Write(ctx, w, r, books, progress)
		return err
	})
	clear()
	if err != nil {
		return err
	}
	p.summary(s, r.Kind.Whole() && *first+*last != "")
	return nil
}

// exportKind is what to export.
func exportKind(args []string) (pos.ExportKind, error) {
	switch {
	case len(args) == 0:
		return "", usage("export-what", list(namesOf(pos.ExportKinds)))
	case !slices.Contains(pos.ExportKinds, pos.ExportKind(args[0])):
		return "", usage("export-unknown", args[0], list(namesOf(pos.ExportKinds)))
	case len(args) > 1:
		return "", usage("extra", "export", args[1])
	}
	return pos.ExportKind(args[0]), nil
}

func namesOf[S ~string](all []S) []string {
	names := make([]string, len(all))
	for i, s := range all {
		names[i] = string(s)
	}
	return names
}

// exportSpan is the days to export. A kind that is exported whole needs none, but what is written must be right.
func exportSpan(kind pos.ExportKind, first, last string) (pos.Span, error) {
	if kind.Whole() && first == "" && last == "" {
		return pos.Span{}, nil
	}
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

// summary is what proves the rows, in words, on stderr, so that it is seen also when stdout goes into a file.
func (p *program) summary(s pos.ExportSummary, days bool) {
	l := p.words()
	if s.Foreign > 0 {
		printf(p.stderr, "%s\n", l.label("foreign", s.Foreign))
	}
	if s.Cut > 0 {
		printf(p.stderr, "%s\n", l.label("cut", s.Cut))
	}
	if days {
		printf(p.stderr, "%s\n", l.label("whole", s.Kind))
	}
	var equations []string
	for _, i := range s.Identities {
		equations = append(equations, l.Identity(i))
	}
	proof := strings.Join(equations, l.label("and"))
	if s.Kind.Whole() {
		printf(p.stderr, "%s\n", l.label("chain-summary", s.Kind, s.Rows, s.First, s.Last, s.Head, proof))
		return
	}
	printf(p.stderr, "%s\n", l.label("summary", s.Kind, s.Span.From, s.Span.To, s.Rows, s.Sum, proof))
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
