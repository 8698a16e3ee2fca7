package main

import (
	"context"
	"io"
	"strings"

	"guitai/pos"
	"guitai/store"
)

// verify proves the books, or lists what is wrong with them.
func (p *program) verify(ctx context.Context, args []string) error {
	flags := p.flags("verify")
	journal := flags.String("journal", "", "")
	head := flags.String("head", "", "")
	others, err := p.parse(flags, args)
	switch {
	case err != nil:
		return err
	case len(others) > 0:
		return usage("extra", "verify", others[0])
	case *journal != "":
		return p.verifyJournal(ctx, *journal, *head)
	case *head != "":
		return usage("head-alone")
	}
	books, at, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = books.Close() }() // it only read
	verdict, err := books.Verify(ctx)
	if err != nil && pos.CodeOf(err) != pos.CodeCorrupt {
		return err
	}
	damage := err // the faults found before it are listed all the same
	err = p.into(ctx, "", func(w io.Writer) error {
		p.printVerdict(w, at.shop, verdict, damage != nil)
		return nil
	})
	switch {
	case err != nil:
		return err
	case damage != nil:
		return fault(exitLedger, "damaged", damage)
	case !verdict.OK():
		return fault(exitLedger, "unproven", len(verdict.Faults), verdict.Faults[0])
	}
	return nil
}

func (p *program) printVerdict(w io.Writer, shop pos.Shop, v store.Verdict, damaged bool) {
	l := p.words()
	if v.OK() && !damaged {
		printf(w, "%s\n", plain(l.heading(shop, l.label("proven", v.Entries, v.Sales, v.Payments))))
		return
	}
	for _, f := range v.Faults {
		printf(w, "! %s\n", plain(l.fault(f)))
	}
}

// fault is one fault of the books: what it is of in the reader's language, and what the check found in its own words, which
// is for whoever repairs it.
func (w words) fault(f store.Fault) string {
	noun, number, _ := strings.Cut(f.Where, " ")
	for _, of := range []string{"evidence of payment", "evidence of refund", "posting of entry"} {
		if n, ok := strings.CutPrefix(f.Where, of+" "); ok {
			noun, number = of, n
		}
	}
	if _, known := labels["fault-"+noun]; !known {
		return f.String()
	}
	return w.label("fault", w.label("fault-"+noun), number, f.What)
}
