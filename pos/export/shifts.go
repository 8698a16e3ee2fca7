package export

import (
	"context"
	"strconv"
	"strings"
	"time"

	"guitai/pos"
)

// shiftColumns are those of every closed shift. What a Z report says is empty for shifts that were closed before there were any.
func shiftColumns() []column[pos.ShiftRow] {
	type row = pos.ShiftRow
	type report = pos.ShiftReport
	amount := func(name string, f func(*report) pos.Fen) column[row] {
		return fen(name, func(r *row) pos.Fen { return f(&r.Report) })
	}
	each := func(name string, f func(*report) int) column[row] {
		return number(name, func(r *row) int { return f(&r.Report) })
	}
	says := func(name string, f func(*report) string) column[row] {
		return text(name, func(r *row) string { return f(&r.Report) })
	}
	inYuan := func(name string, f func(*report) pos.Fen) column[row] {
		return yuan(name, func(r *row) pos.Fen { return f(&r.Report) })
	}
	z := func(r *row) bool { return r.Shift.Z != 0 }
	counted := func(r *row) bool { return z(r) && r.Report.Cash.Counted != nil }

	all := []column[row]{
		day("day", func(r *row) pos.Day { return r.Shift.Day }),
		ordinal("shift", func(r *row) int { return r.Shift.Number }),
		ordinal("z", func(r *row) int { return r.Shift.Z }),
		moment("opened_at", func(r *row) time.Time { return r.Shift.OpenedAt }),
		text("opened_by", func(r *row) string { return r.Shift.OpenedBy }),
		moment("closed_at", func(r *row) time.Time { return r.Shift.ClosedAt }),
	}
	all = append(all, where(z,
		says("closed_by", func(r *report) string { return r.ClosedBy }),
		says("signer", func(r *report) string { return r.Signer }),
		says("first_receipt", func(r *report) string { return r.First }),
		says("last_receipt", func(r *report) string { return r.Last }),
		each("sales", func(r *report) int { return r.Sales }),
		amount("gross", func(r *report) pos.Fen { return r.Gross }),
		amount("discount", func(r *report) pos.Fen { return r.Discount }),
		amount("net", func(r *report) pos.Fen { return r.Net }),
		inYuan("net", func(r *report) pos.Fen { return r.Net }),
		amount("cash", func(r *report) pos.Fen { return by(r.Tenders).cash }),
		amount("wechat", func(r *report) pos.Fen { return by(r.Tenders).wechat }),
		amount("other", func(r *report) pos.Fen { return by(r.Tenders).other }),
		says("tenders", func(r *report) string { return listed(r.Tenders) }),
		each("refunds", func(r *report) int { return r.Refunds }),
		amount("refunded", func(r *report) pos.Fen { return r.Refunded }),
		inYuan("refunded", func(r *report) pos.Fen { return r.Refunded }),
		says("returned", func(r *report) string { return listed(r.Returned) }),

		amount("start", func(r *report) pos.Fen { return r.Cash.Start }),
		amount("float", func(r *report) pos.Fen { return r.Cash.Float }),
		amount("cash_sales", func(r *report) pos.Fen { return r.Cash.Sales }),
		amount("cash_refunds", func(r *report) pos.Fen { return r.Cash.Refunds }),
		amount("cash_in", func(r *report) pos.Fen { return r.Cash.In }),
		amount("cash_dropped", func(r *report) pos.Fen { return r.Cash.Dropped }),
		amount("cash_expense", func(r *report) pos.Fen { return r.Cash.PaidOut }),
		amount("cash_handed_back", func(r *report) pos.Fen { return r.Cash.HandedBack }),
		amount("expected", func(r *report) pos.Fen { return r.Cash.Expected }),
		inYuan("expected", func(r *report) pos.Fen { return r.Cash.Expected }),
	)...)
	all = append(all, where(counted,
		amount("counted", func(r *report) pos.Fen { return *r.Cash.Counted }),
		inYuan("counted", func(r *report) pos.Fen { return *r.Cash.Counted }),
		each("counts", func(r *report) int { return r.Cash.Counts }),
		amount("variance", func(r *report) pos.Fen { return r.Cash.Variance }),
		inYuan("variance", func(r *report) pos.Fen { return r.Cash.Variance }),
		says("reason", func(r *report) string { return r.Cash.Reason }),
		amount("kept", func(r *report) pos.Fen { return r.Cash.Kept }),
		amount("to_safe", func(r *report) pos.Fen { return r.Cash.ToSafe }),
	)...)
	return append(all, where(z,
		amount("exceptions", func(r *report) pos.Fen { return r.Arrived }),
		amount("exceptions_back", func(r *report) pos.Fen { return r.WentBack }),
		each("drawer_opened", func(r *report) int { return r.Drawer }),
		each("reprints", func(r *report) int { return r.Reprints }),
		each("voids", func(r *report) int { return r.Voids }),
		each("late", func(r *report) int { return len(r.Late) }),
		each("open", func(r *report) int { return len(r.Open) }),
		number("from_entry", func(r *row) int64 { return r.Report.From }),
		number("to_entry", func(r *row) int64 { return r.Report.To }),
		says("chain_head", func(r *report) string { return r.Head }),
		text("document_sha256", func(r *row) string { return r.Hash }),
		amount("rounding", func(r *report) pos.Fen { return r.Rounding }),
		amount("exchange", func(r *report) pos.Fen { return by(r.Tenders).exchange }),
		amount("cash_parts", func(r *report) pos.Fen { return r.Cash.Parts }),
	)...)
}

// taken is what the kinds of tenders took, and what goods that came back counted for.
type taken struct{ cash, wechat, other, exchange pos.Fen }

func by(tenders []pos.TenderTakings) (t taken) {
	for _, one := range tenders {
		switch {
		case one.Tender == pos.TenderCash:
			t.cash += one.Fen
		case one.Tender == pos.TenderExchange:
			t.exchange += one.Fen
		case one.Tender.WeChat():
			t.wechat += one.Fen
		default:
			t.other += one.Fen
		}
	}
	return t
}

// listed is tenders one by one: how often and how much, in fen, as "cash 3 1350;wechat-native 1 300".
func listed(tenders []pos.TenderTakings) string {
	parts := make([]string, len(tenders))
	for i, t := range tenders {
		parts[i] = string(t.Tender) + " " + strconv.Itoa(t.Count) + " " + strconv.FormatInt(int64(t.Fen), 10)
	}
	return strings.Join(parts, ";")
}

// shiftSums: gross - discount - rounding = net; net by tender; and of the drawers that were counted expected + variance = counted. Every report
// proves its own figures.
type shiftSums struct {
	all                         pos.DayTakings
	tenders                     taken
	expected, variance, counted pos.Fen
}

func (a *shiftSums) add(r *pos.ShiftRow) (pos.Day, error) {
	if r.Shift.Z == 0 {
		return r.Shift.Day, nil
	}
	if err := r.Report.Check(); err != nil {
		return 0, err
	}
	t := by(r.Report.Tenders)
	a.all.Gross += r.Report.Gross
	a.all.Discount += r.Report.Discount
	a.all.Rounding += r.Report.Rounding
	a.all.Net += r.Report.Net
	a.tenders.cash += t.cash
	a.tenders.wechat += t.wechat
	a.tenders.other += t.other
	a.tenders.exchange += t.exchange
	if c := r.Report.Cash; c.Counted != nil {
		a.expected += c.Expected
		a.variance += c.Variance
		a.counted += *c.Counted
	}
	return r.Shift.Day, nil
}

func (a *shiftSums) end(_ context.Context, s *pos.ExportSummary) error {
	s.Sum = a.all.Net
	tenders := []pos.Figure{plus(pos.FigureCash, a.tenders.cash), plus(pos.FigureWeChat, a.tenders.wechat), plus(pos.FigureOther, a.tenders.other)}
	if a.tenders.exchange != 0 {
		tenders = append(tenders, plus(pos.FigureExchange, a.tenders.exchange))
	}
	s.Identities = []pos.Identity{
		netOf(a.all),
		identity(append(tenders, plus(pos.FigureNet, a.all.Net))...),
		identity(plus(pos.FigureExpected, a.expected), plus(pos.FigureVariance, a.variance), plus(pos.FigureCounted, a.counted)),
	}
	return nil
}
