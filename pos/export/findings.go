package export

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"guitai/pos"
)

// FormatJSON is one JSON document: of a match, where figures and findings belong together.
const FormatJSON pos.ExportFormat = "json"

// Findings writes what a match with WeChat's bill found: one row for every finding with both sides and what is proposed, or with
// [FormatJSON] the summary and the findings as one document. The rows' own figures prove it: theirs, what only one side has and what differs
// come to ours. CodeInvalid for a format there is not; an error of the writer comes back as it is.
func Findings(ctx context.Context, w io.Writer, r Request, m pos.BillResult) (pos.ExportSummary, error) {
	s := m.Summary
	out := pos.ExportSummary{
		Kind: pos.ExportFindings, Span: pos.Span{From: s.Day, To: s.Day}, Rows: len(m.Findings), Sum: s.Theirs.Net(),
		Identities: []pos.Identity{identity(
			plus(pos.FigureTheirs, s.Theirs.Net()), plus(pos.FigureOnlyOurs, s.OnlyOurs), minus(pos.FigureOnlyTheirs, s.OnlyTheirs),
			minus(pos.FigureDiffer, s.Differ), plus(pos.FigureOurs, s.Ours.Net()),
		)},
	}
	if r.Format == FormatJSON {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if m.Findings == nil {
			m.Findings = []pos.Finding{} // a list, also of none
		}
		return out, e.Encode(m)
	}
	t, err := newTable(w, r, findingColumns())
	if err != nil {
		return out, err
	}
	for i := range m.Findings {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		if err := t.write(&m.Findings[i]); err != nil {
			return out, err
		}
	}
	out.Cut = t.lost()
	return out, t.close(out)
}

func findingColumns() []column[pos.Finding] {
	type row = pos.Finding
	item := func(f func(pos.BillItem) string) func(*row) string {
		return func(r *row) string { return f(r.Item()) }
	}
	columns := []column[row]{
		text("bill", func(r *row) string { return string(r.Bill) }),
		day("day", func(r *row) pos.Day { return r.Day }),
		text("class", func(r *row) string { return string(r.Class) }),
		text("cause", func(r *row) string { return string(r.Cause) }),
		text("action", func(r *row) string { return string(r.Action) }),
		text("kind", item(func(i pos.BillItem) string { return string(i.Kind) })),
		text("out_trade_no", item(func(i pos.BillItem) string { return i.OutTradeNo })),
	}
	columns = append(columns, side("theirs", func(r *row) *pos.BillItem { return r.Theirs })...)
	columns = append(columns, side("ours", func(r *row) *pos.BillItem { return r.Ours })...)
	columns = append(columns, both("difference", func(r *row) pos.Fen { return r.Difference() })...)
	return append(
		columns,
		moment("found_at", func(r *row) time.Time { return r.FoundAt }),
		moment("resolved_at", func(r *row) time.Time { return r.Resolved }),
		text("decision", decided(func(d pos.FindingDecision) string { return string(d.Action) })),
		text("decided_by", decided(func(d pos.FindingDecision) string { return d.By })),
		text("decided_why", decided(func(d pos.FindingDecision) string { return d.Reason })),
		moment("decided_at", func(r *row) time.Time {
			if n := len(r.Decisions); n > 0 {
				return r.Decisions[n-1].At
			}
			return time.Time{}
		}),
	)
}

// side is the columns of one side's row, empty when it has none.
func side(name string, of func(*pos.Finding) *pos.BillItem) []column[pos.Finding] {
	type row = pos.Finding
	get := func(r *row) pos.BillItem { return *of(r) }
	columns := []column[row]{
		text(name+"_transaction_id", func(r *row) string { return get(r).TransactionID }),
		text(name+"_out_refund_no", func(r *row) string { return get(r).OutRefundNo }),
		text(name+"_refund_id", func(r *row) string { return get(r).RefundID }),
		moment(name+"_at", func(r *row) time.Time { return get(r).At }),
		text(name+"_state", func(r *row) string { return get(r).State }),
	}
	columns = append(columns, both(name, func(r *row) pos.Fen { return get(r).Amount })...)
	columns = append(columns, both(name+"_settlement", func(r *row) pos.Fen { return get(r).Settlement })...)
	columns = append(columns, text(name+"_fee_yuan", func(r *row) string {
		if fee := get(r).Fee; fee != 0 {
			return fee.String()
		}
		return ""
	}))
	if name == "theirs" {
		columns = append(columns, ordinal("line", func(r *row) int { return get(r).Line }))
	}
	return where(func(r *row) bool { return of(r) != nil }, columns...)
}

// decided is the last decision's part; "" when nobody decided.
func decided(f func(pos.FindingDecision) string) func(*pos.Finding) string {
	return func(r *pos.Finding) string {
		if n := len(r.Decisions); n > 0 {
			return f(r.Decisions[n-1])
		}
		return ""
	}
}
