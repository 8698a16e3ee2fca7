package main

import (
	"context"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strconv"

	"guitai/pos"
	"guitai/pos/export"
	"guitai/pos/reconcile"
	"guitai/store"
)

// reconcile holds the books against a bill of WeChat. It only reads, unless --book says to keep what was found and to book the day's
// fees and payouts. Its exit code is 1 if anything differs.
func (p *program) reconcile(ctx context.Context, args []string) error {
	flags := p.flags("reconcile")
	bill := flags.String("bill", "", "")
	dayText := flags.String("day", "", "")
	format := flags.String("format", "table", "")
	file := flags.String("o", "", "")
	book := flags.Bool("book", false, "")
	others, err := p.parse(flags, args)
	if err != nil {
		return err
	}
	var of pos.Day
	switch {
	case len(others) > 0:
		return usage("extra", "reconcile", others[0])
	case *bill == "":
		return usage("reconcile-file")
	case *dayText != "":
		if of, err = day("--day", *dayText); err != nil {
			return err
		}
	}
	if err := oneOf("reconcile", *format, []string{"table", "csv", "xlsx", "json"}); err != nil {
		return err
	}
	toScreen := slices.Contains(ours, *file) && p.terminal(p.stdout.w)
	if toScreen && *format == string(pos.FormatXLSX) {
		return usage("export-screen")
	}
	in, err := os.Open(*bill)
	if err != nil {
		return fault(exitFailed, "bill-unreadable", *bill, err)
	}
	defer func() { _ = in.Close() }() // it only read

	books, at, err := p.openBooks(ctx, *book)
	if err != nil {
		return err
	}
	defer func() { _ = books.Close() }() // what was kept is durable
	// Next to nothing lives long here, so collecting often is cheap, and the memory stays that of a small program.
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
	progress, clear := p.progress(false)
	o := reconcile.Options{Shop: at.shop, AppID: at.config.WeChat.AppID, Apps: at.config.OtherApps(), Day: of}
	if progress != nil {
		o.Progress = func(rows int) { progress(pos.ExportProgress{Rows: rows}) }
	}
	m, err := reconcile.Match(ctx, in, books, o)
	clear()
	if text, refused := p.words().BillError(err); refused {
		return fault(exitFailed, "bill-refused", *bill, text)
	}
	if err != nil {
		return err
	}
	if *book {
		if m.Summary, err = books.KeepBill(ctx, m, "", p.now()); err != nil {
			return err
		}
	}
	err = p.into(ctx, *file, func(w io.Writer) error {
		if *format == "table" {
			p.findings(w, at.shop, m)
			return nil
		}
		_, err := export.Findings(ctx, w, export.Request{
			ExportRequest: pos.ExportRequest{Format: pos.ExportFormat(*format)}, Shop: at.shop, Lang: p.words().Lang(),
		}, m)
		return err
	})
	if err != nil {
		return err
	}
	return p.matched(m, *book)
}

// gcPercent is how much garbage there may be beside what lives while a bill is matched.
const gcPercent = 25

// openBooks opens the books for reading, or to write into them what a bill says.
func (p *program) openBooks(ctx context.Context, write bool) (*store.Store, *place, error) {
	if !write {
		return p.open(ctx)
	}
	at, err := p.where()
	if err != nil {
		return nil, nil, err
	}
	if _, err := os.Stat(at.folder.LedgerFile()); err != nil {
		return nil, nil, at.cannotOpen(pos.E(pos.CodeNotFound, "open ledger", err))
	}
	books, err := store.Open(ctx, at.options())
	if err != nil {
		return nil, nil, at.cannotOpen(err)
	}
	return books, at, nil
}

// findings is the table: every difference with both sides, then the tills that share the merchant.
func (p *program) findings(out io.Writer, shop pos.Shop, m pos.BillResult) {
	w := p.words()
	s := m.Summary
	printf(out, "%s\n", w.heading(shop, w.label("reconcile", w.BillKind(s.Kind), s.Day)))
	var list []pos.Finding
	for _, f := range m.Findings {
		if f.Class != pos.FindMatch {
			list = append(list, f)
		}
	}
	if len(list) > 0 {
		g := grid{left: []bool{true, true, true, true, false, true, false, true, true}}
		g.add(w.label("class"), w.label("cause"), w.label("time"), w.label("numbers"), w.label("theirs"), w.label("state"), w.label("ours"), w.label("state"), w.label("proposed"))
		for _, f := range list {
			i := f.Item()
			when := ""
			if !i.At.IsZero() {
				when = i.At.In(pos.BillZone).Format("01-02 15:04:05")
			}
			theirs, theirState := p.billSide(f.Theirs, f.Cause)
			ours, ourState := p.billSide(f.Ours, f.Cause)
			g.add(w.FindingClass(f.Class), w.FindingCause(f.Cause), when, numbersOf(f), theirs, theirState, ours, ourState, w.FindingAction(f.Action))
		}
		g.print(out)
	}
	if s.Kind == pos.BillTrade {
		printf(out, "%s\n", w.label("bill-sides", s.Theirs.Payments, s.Theirs.Paid, s.Theirs.Refunds, s.Theirs.Back, s.Ours.Payments, s.Ours.Paid, s.Ours.Refunds, s.Ours.Back))
	}
	printf(out, "%s\n", w.label("bill-fees", s.Fee, s.Fee.Fen()))
	for _, o := range s.Others {
		name := o.Prefix
		if name == "" {
			name = w.label("bill-elsewhere")
		}
		printf(out, "%s\n", w.label("bill-other", name, o.Payments, o.Paid, o.Refunds, o.Back))
	}
	for _, o := range s.Payouts {
		printf(out, "%s\n", w.label("bill-payout", o.Amount, o.Number))
	}
}

// billSide is an amount with its state; a fee where the fee is what differs.
func (p *program) billSide(i *pos.BillItem, cause pos.FindingCause) (amount, state string) {
	if i == nil {
		return "-", ""
	}
	amount = i.Amount.String()
	switch {
	case cause == pos.CauseFee && i.Fee != 0:
		amount += " (" + i.Fee.String() + ")"
	case cause == pos.CauseCoupon:
		amount += " (" + i.Settlement.String() + ")"
	case i.Currency != "" && i.Currency != pos.Currency:
		amount += " " + i.Currency
	}
	return amount, p.words().BillItemState(*i)
}

// numbersOf are the numbers that a finding is looked for by, at WeChat and here.
func numbersOf(f pos.Finding) string {
	i := f.Item()
	text := i.OutTradeNo
	for _, n := range []string{i.OutRefundNo, i.TransactionID} {
		if n != "" {
			if text != "" {
				text += " "
			}
			text += n
		}
	}
	return text
}

// matched is the closing line on stderr, and whether anything differs.
func (p *program) matched(m pos.BillResult, book bool) error {
	w := p.words()
	s := m.Summary
	printf(p.stderr, "%s\n", w.label("bill-summary", w.BillKind(s.Kind), s.Day, s.Rows, s.Match, s.OursOnly, s.TheirsOnly, s.Differs))
	if s.Kind == pos.BillTrade {
		printf(p.stderr, "%s\n", w.label("bill-identity", s.Theirs.Net(), s.OnlyOurs, s.OnlyTheirs, s.Differ, s.Ours.Net()))
	}
	switch {
	case book && s.ID == 0:
		printf(p.stderr, "%s\n", w.label("bill-part"))
	case book:
		printf(p.stderr, "%s\n", w.label("bill-kept"))
	}
	if !s.Clean() {
		return fault(exitFailed, "bill-differs", strconv.Itoa(s.OursOnly+s.TheirsOnly+s.Differs))
	}
	return nil
}
