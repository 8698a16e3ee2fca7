package reconcile

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"guitai/pos"
)

// Books is what a match asks of our side; [pos.BillBook] has it.
type Books interface {
	EachBillItem(ctx context.Context, day pos.Day, f func(*pos.BillItem) error) error
	FindBillItem(ctx context.Context, row pos.BillItem) (pos.BillItem, error)
	SeenOnBill(ctx context.Context, item pos.BillItem) (pos.Day, error)
	Bills(ctx context.Context, limit int) ([]pos.BillSummary, error)
}

// Options say whose bill is expected.
type Options struct {
	Shop     pos.Shop // its order numbers are ours; a bill of another merchant than its MchID, if it has one, is refused
	AppID    string   // a bill in which nothing is of this app, or of Apps, is refused; "" for any
	Apps     []string // the merchant's others: its mini-program, its app
	Day      pos.Day  // 0: the bill's rows tell it
	Window   int      // how many rows may wait in memory; 0 for [MaxWindow]
	TempDir  string   // for what does not; "" for the system's
	Progress func(rows int)
}

// MaxWindow is how many rows wait for their other side in memory.
const MaxWindow = 100_000

// MaxFindings is from how many differences on a bill is not of these books: nobody works through that many.
const MaxFindings = 20_000

// crossMargin is how near midnight money may be booked by one clock's day and be on the other day's bill.
const crossMargin = 15 * time.Minute

// progressEvery is after how many rows somebody hears of them.
const progressEvery = 4096

// Match reads a bill and holds the books against it. Nothing is written. CodeInvalid with a [pos.BillError] when the bill is not
// believed; else errors are those of the books and of bill, and ctx's.
func Match(ctx context.Context, bill io.Reader, books Books, o Options) (pos.BillResult, error) {
	b, err := open(bill)
	if err != nil {
		return pos.BillResult{}, err
	}
	if b.header.kind() == pos.BillFund {
		return fund(ctx, b, books, o)
	}
	if o.Window <= 0 {
		o.Window = MaxWindow
	}
	m := &match{
		ctx: ctx, bill: b, books: books, o: o, prefix: []byte(o.Shop.OrderPrefix()), others: map[string]*pos.OtherTill{},
		w: newWindow(o.Window, o.TempDir), revoked: map[string]bool{},
	}
	defer m.w.close()
	return m.run()
}

// match is one run over a trade bill.
type match struct {
	ctx    context.Context
	bill   *reader
	books  Books
	o      Options
	prefix []byte

	day     pos.Day
	from    time.Time
	to      time.Time
	row     row
	have    bool // row is read and not used yet
	done    bool
	w       *window
	revoked map[string]bool // orders that the bill has a reversal of: there are few
	others  map[string]*pos.OtherTill
	ownApp  bool // something is of our app
	appRows int  // how many rows tell their app

	result pos.BillResult
}

func (m *match) run() (pos.BillResult, error) {
	if err := m.findDay(); err != nil {
		return pos.BillResult{}, err
	}
	if m.day != 0 {
		if err := m.books.EachBillItem(m.ctx, m.day, m.meetOurs); err != nil {
			return pos.BillResult{}, err
		}
	}
	for !m.done {
		if err := m.meetTheirs(); err != nil {
			return pos.BillResult{}, err
		}
	}
	if m.o.AppID != "" && m.appRows > 0 && !m.ownApp {
		return pos.BillResult{}, refuse(&pos.BillError{ID: "app", Args: []string{m.o.AppID}})
	}
	if m.day == 0 {
		return pos.BillResult{}, refuse(&pos.BillError{ID: "no-day"})
	}
	if err := m.w.finish(m.leftover); err != nil {
		return pos.BillResult{}, err
	}
	s := &m.result.Summary
	s.Kind, s.Day, s.MchID, s.Header, s.SHA256, s.Rows = pos.BillTrade, m.day, m.o.Shop.MchID, m.bill.header.name, m.bill.sha(), m.bill.rows
	for _, o := range m.others {
		s.Others = append(s.Others, *o)
	}
	slices.SortFunc(s.Others, func(a, b pos.OtherTill) int { return strings.Compare(a.Prefix, b.Prefix) })
	slices.SortStableFunc(m.result.Findings, inOrder)
	return m.result, nil
}

// inOrder puts what is on the bill first, in its order, then what is not, by time and number.
func inOrder(a, b pos.Finding) int {
	line := func(f pos.Finding) int {
		if f.Theirs == nil {
			return int(^uint(0) >> 1)
		}
		return f.Theirs.Line
	}
	return cmp.Or(cmp.Compare(line(a), line(b)), a.Item().At.Compare(b.Item().At), strings.Compare(a.Item().OutTradeNo, b.Item().OutTradeNo),
		strings.Compare(a.Item().OutRefundNo, b.Item().OutRefundNo), strings.Compare(string(a.Item().Kind), string(b.Item().Kind)))
}

// findDay reads until a payment tells the bill's day. Refunds before it wait. A bill of refunds alone is of the day that all of them
// tell.
func (m *match) findDay() error {
	if m.o.Day != 0 {
		m.setDay(m.o.Day)
	}
	var refunds pos.Day
	for m.day == 0 {
		switch err := m.read(); {
		case errors.Is(err, errDone):
			if refunds != 0 {
				m.setDay(refunds)
			}
			return nil
		case err != nil:
			return err
		}
		day := pos.BillDay(time.Unix(m.row.at, 0))
		if m.row.kind == pos.BillPayment {
			m.setDay(day)
			return nil
		}
		if refunds != 0 && refunds != day {
			return refuse(&pos.BillError{ID: "no-day"})
		}
		refunds = day
		if err := m.meetTheirs(); err != nil {
			return err
		}
	}
	return nil
}

func (m *match) setDay(d pos.Day) {
	m.day = d
	m.from, m.to = pos.BillSpan(d)
}

// read makes the next row the current one and checks whose it is. errDone after the last.
func (m *match) read() error {
	if m.done {
		return errDone
	}
	if m.have {
		return nil
	}
	b := m.bill
	if err := b.trade(&m.row); err != nil {
		m.done = errors.Is(err, errDone)
		return err
	}
	m.have = true
	if b.rows%progressEvery == 0 {
		if err := m.ctx.Err(); err != nil {
			return err
		}
		if m.o.Progress != nil {
			m.o.Progress(b.rows)
		}
	}
	if mch := m.o.Shop.MchID; mch != "" && string(b.field(colMerchant)) != mch && string(b.field(colSubMerchant)) != mch {
		return b.at("merchant", string(b.field(colMerchant)), mch)
	}
	if len(m.row.app) > 0 {
		m.appRows++
		m.ownApp = m.ownApp || string(m.row.app) == m.o.AppID || slices.Contains(m.o.Apps, string(m.row.app))
	}
	if m.day != 0 && m.row.kind == pos.BillPayment && (m.row.at < m.from.Unix() || m.row.at >= m.to.Unix()) {
		return b.at("day", pos.BillDay(time.Unix(m.row.at, 0)).String(), m.day.String())
	}
	return nil
}

// meetOurs takes something of ours. First come the rows of the bill that are older.
func (m *match) meetOurs(i *pos.BillItem) error {
	for at := i.At.Unix(); !i.At.IsZero() && !m.done; {
		err := m.read()
		if errors.Is(err, errDone) {
			break
		}
		if err != nil {
			return err
		}
		if m.row.at >= at { // of the same second, ours goes first: then the row finds it and need not wait
			break
		}
		if err := m.meetTheirs(); err != nil {
			return err
		}
	}
	if i.Kind != pos.BillPayment && !m.bill.header.refunds() && m.bill.header.name != headerRecharge || i.Kind == pos.BillPayment && !m.bill.header.payments() {
		return nil // such a bill does not have it
	}
	e := m.w.entry()
	e.item = *i
	key := e.key()
	if t := m.w.theirs.take(i.Kind, []byte(key), []byte(i.TransactionID)); t != nil {
		m.w.n--
		err := m.pair(&e.item, &t.item, t.feeWrong)
		m.w.recycle(t)
		m.w.recycle(e)
		return err
	}
	return m.w.wait(&m.w.ours, e)
}

// meetTheirs takes the next row of the bill.
func (m *match) meetTheirs() error {
	if err := m.read(); err != nil {
		if errors.Is(err, errDone) {
			return nil
		}
		return err
	}
	r := &m.row
	m.have = false
	if !bytes.HasPrefix(r.order, m.prefix) {
		m.other(r)
		return nil
	}
	m.result.Summary.Fee += r.fee
	if r.kind == pos.BillReversal {
		m.revoked[string(r.order)] = true
	}
	if o := m.w.ours.take(r.kind, r.key(), r.trans); o != nil {
		m.w.n--
		err := m.pairRow(&o.item, r)
		m.w.recycle(o)
		return err
	}
	e := m.w.entry()
	e.item, e.feeWrong = r.item(), r.feeWrong
	return m.w.wait(&m.w.theirs, e)
}

// other counts a row of another till, under what its order numbers begin with.
func (m *match) other(r *row) {
	p := prefixOf(r.order)
	o := m.others[string(p)]
	if o == nil {
		if len(m.others) >= maxOthers { // numbers that only look like a till's
			p = nil
			o = m.others[""]
		}
		if o == nil {
			o = &pos.OtherTill{Prefix: string(p)}
			m.others[string(p)] = o
		}
	}
	o.Add(pos.BillItem{Kind: r.kind, Amount: r.amount, Currency: currencyOf(r.money)})
	o.Fee += r.fee
}

// maxOthers is how many tills of a merchant are told apart.
const maxOthers = 1000

// prefixOf is the shop and till of a number of our form, nothing for any other.
func prefixOf(no []byte) []byte {
	i := bytes.IndexByte(no, '-')
	if i < 1 || i > 8 {
		return nil
	}
	j := bytes.IndexByte(no[i+1:], '-')
	if j < 1 || j > 4 || len(no) != i+j+2+18 {
		return nil
	}
	for _, c := range no[:i+1+j] {
		if c != '-' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			return nil
		}
	}
	return no[:i+j+2]
}

// currencyOf is the currency as text, without making a new one of ours every time.
func currencyOf(b []byte) string {
	if string(b) == pos.Currency {
		return pos.Currency
	}
	return string(b)
}

// pairRow settles something of ours with the row that is about it. The common case makes nothing new.
func (m *match) pairRow(o *pos.BillItem, r *row) error {
	if r.amount == o.Amount && r.settlement == o.Settlement && !r.feeWrong && string(r.money) == o.Currency && agree(r.kind, o.State, string(r.state)) {
		m.matched(*o)
		return nil
	}
	t := r.item()
	return m.pair(o, &t, r.feeWrong)
}

// pair settles something of ours with a row.
func (m *match) pair(o, t *pos.BillItem, feeWrong bool) error {
	cause := m.cause(o, t, feeWrong)
	if cause == pos.CauseNone {
		m.matched(*o) // what a bill leaves out of a row counts as ours has it
		return nil
	}
	action := pos.FindAsk
	if cause == pos.CauseFee {
		action = pos.FindNote
	}
	if t.Kind == pos.BillPayment && cause == pos.CauseState && nothingTaken(o.State) {
		action = pos.FindBook
	}
	return m.differ(*o, *t, cause, action)
}

// differ counts and keeps a pair that differs.
func (m *match) differ(o, t pos.BillItem, cause pos.FindingCause, action pos.FindingAction) error {
	s := &m.result.Summary
	m.both(o, t)
	s.Differs++
	f := pos.Finding{Class: pos.FindDiffer, Cause: cause, Action: action, Ours: &o, Theirs: &t}
	s.Differ += f.Difference()
	return m.found(f)
}

// matched counts what is the same on both sides.
func (m *match) matched(o pos.BillItem) {
	m.both(o, o)
	m.result.Summary.Match++
}

func (m *match) both(o, t pos.BillItem) {
	m.result.Summary.Ours.Add(o)
	m.result.Summary.Theirs.Add(t)
}

// cause is what differs between ours and theirs, the gravest of several.
func (m *match) cause(o, t *pos.BillItem, feeWrong bool) pos.FindingCause {
	h := m.bill.header
	settled, whole := h.has(colSettlement), h.has(colAmount)
	if t.Kind != pos.BillPayment {
		settled, whole = h.has(colRefundAsked), h.has(colRefundAsked)
		settled = settled && o.State == string(pos.RefundDone) // only then we know
		if !h.has(colRefundAsked) {
			whole = !h.has(colSettlement) // an old bill's 退款金额 is all of it, a new one's is the shop's part
			settled = !whole && o.State == string(pos.RefundDone)
		}
		if t.Kind == pos.BillReversal {
			settled, whole = false, t.Amount != 0
		}
	}
	switch {
	case o.Currency != "" && o.Currency != t.Currency:
		return pos.CauseCurrency
	case !agree(t.Kind, o.State, t.State):
		return pos.CauseState
	case whole && o.Amount != t.Amount:
		return pos.CauseAmount
	case settled && o.Settlement != t.Settlement:
		return pos.CauseCoupon
	case feeWrong:
		return pos.CauseFee
	}
	return pos.CauseNone
}

// agree reports whether the states of both sides go together. A bill says what was known when WeChat made it, so our books may
// know more.
//
//	theirs               | ours
//	payment SUCCESS      | paid, exception, refunded
//	refund SUCCESS       | done
//	refund PROCESSING    | accepted, done, stuck
//	refund CHANGE        | stuck, closed, refused, done
//	refund FAIL, CLOSED  | closed, refused, stuck
//	reversal             | refunded, closed, refused
func agree(kind pos.BillItemKind, ours, theirs string) bool {
	switch kind {
	case pos.BillPayment:
		return ours == string(pos.Paid) || ours == string(pos.Exception) || ours == string(pos.Refunded)
	case pos.BillReversal:
		return ours == string(pos.Refunded) || nothingTaken(ours)
	}
	o := pos.RefundState(ours)
	switch theirs {
	case "SUCCESS":
		return o == pos.RefundDone
	case "PROCESSING", "":
		return o == pos.RefundAccepted || o == pos.RefundDone || o == pos.RefundStuck
	case "CHANGE":
		return o == pos.RefundStuck || o == pos.RefundClosed || o == pos.RefundRefused || o == pos.RefundDone
	}
	return o == pos.RefundClosed || o == pos.RefundRefused || o == pos.RefundStuck
}

// nothingTaken reports whether our books say that an order ended without money.
func nothingTaken(state string) bool {
	return state == string(pos.Closed) || state == string(pos.Refused)
}

// leftover deals with what has no other side: of the bill first.
func (m *match) leftover(w *window) error {
	err := w.theirs.each(func(e *entry) error { // of a window that was moved out, both sides may be here
		if o := w.ours.take(e.item.Kind, []byte(e.key()), []byte(e.item.TransactionID)); o != nil {
			return m.pair(&o.item, &e.item, e.feeWrong)
		}
		return m.onlyTheirs(e)
	})
	if err != nil {
		return err
	}
	return w.ours.each(func(e *entry) error { return m.onlyOurs(e.item) })
}

// onlyTheirs looks in the books for what a row is about.
func (m *match) onlyTheirs(e *entry) error {
	t := e.item
	o, err := m.books.FindBillItem(m.ctx, t)
	switch code := pos.CodeOf(err); {
	case code == pos.CodeNotFound:
		action := pos.FindBook
		if t.Kind != pos.BillPayment {
			action = pos.FindAsk
		}
		s := &m.result.Summary
		s.Theirs.Add(t)
		s.TheirsOnly++
		f := pos.Finding{Class: pos.FindTheirs, Cause: pos.CauseUnknown, Action: action, Theirs: &t}
		s.OnlyTheirs += f.Difference()
		return m.found(f)
	case err != nil:
		return err
	case nothingTaken(o.State) && m.revoked[t.OutTradeNo]: // it came and was reversed, and our books never counted it
		m.matched(t)
		return nil
	}
	if m.cause(&o, &t, e.feeWrong) != pos.CauseNone || !o.At.IsZero() && pos.BillDay(o.At) == m.day {
		return m.pair(&o, &t, e.feeWrong) // of this day, and booked long after
	}
	m.matched(o)
	m.result.Summary.CrossDay++
	return m.found(pos.Finding{Class: pos.FindMatch, Cause: pos.CauseCrossDay, Action: pos.FindNote, Ours: &o, Theirs: &t})
}

// onlyOurs says what is to be done about money that the bill does not have.
func (m *match) onlyOurs(o pos.BillItem) error {
	if m.bill.header.name == headerRecharge {
		return nil // it has some refunds only
	}
	if o.Kind == pos.BillPayment && m.revoked[o.OutTradeNo] {
		m.matched(o) // the bill's reversal stands for the payment too
		return nil
	}
	seen, err := m.books.SeenOnBill(m.ctx, o)
	if err != nil {
		return err
	}
	if seen != 0 && seen != m.day {
		return nil // it belongs to that day's bill, which had it
	}
	s := &m.result.Summary
	f := pos.Finding{Class: pos.FindOurs, Cause: pos.CauseMissing, Action: pos.FindAsk, Ours: &o}
	if o.Kind != pos.BillPayment || o.At.IsZero() || o.At.Sub(m.from) < crossMargin || m.to.Sub(o.At) < crossMargin {
		f.Cause, f.Action = pos.CauseCrossDay, pos.FindNote
	}
	if o.Kind == pos.BillRefund && o.State == string(pos.RefundDone) && o.At.Sub(m.from) >= crossMargin && m.to.Sub(o.At) >= crossMargin {
		f.Cause, f.Action = pos.CauseMissing, pos.FindAsk
	}
	s.Ours.Add(o)
	s.OursOnly++
	s.OnlyOurs -= f.Difference() // theirs less ours
	return m.found(f)
}

// found keeps a finding.
func (m *match) found(f pos.Finding) error {
	if len(m.result.Findings) >= MaxFindings {
		return refuse(&pos.BillError{ID: "stranger"})
	}
	f.Bill, f.Day = pos.BillTrade, m.day
	m.result.Findings = append(m.result.Findings, f)
	return nil
}
