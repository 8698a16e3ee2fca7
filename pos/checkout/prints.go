package checkout

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"guitai/pos"
)

// recentPrints is how many of the papers that printed last are shown.
const recentPrints = 5

// maxLabels is how many kinds of labels are taken at once. labelsAtOnce labels are a print job: the drawer opens between two jobs only, and
// when the paper ends in one no more than that is in doubt.
const (
	maxLabels    = 200
	labelsAtOnce = 50
)

// prints is the print jobs that people see.
type prints struct {
	list  []pos.PrintView // replaced whole, since snapshots share it
	known bool            // list is as the ledger has it
	again time.Time       // when it is read again after that failed; zero otherwise
}

func (t *Till) hasOther() bool { return t.cfg.HasOther != nil && t.cfg.HasOther() }

// readPrints reads the print jobs when one of them moved since they were read last. What cannot be read is shown as it was: nobody is
// kept from selling over it.
func (t *Till) readPrints() {
	p := &t.prints
	if p.known || t.cfg.Prints == nil || !p.again.IsZero() {
		return
	}
	list, err := t.cfg.Prints.Prints(t.book, recentPrints)
	if err != nil {
		t.cfg.Log.Error("ledger", "op", "list print jobs", "code", pos.CodeOf(err), "err", err)
		p.again = time.Now().Add(retryLedger)
		return
	}
	p.list, p.known = list, true
}

// tickPrints reads them again after that failed.
func (t *Till) tickPrints(now time.Time) {
	if at := t.prints.again; !at.IsZero() && !now.Before(at) {
		t.printsMoved()
	}
}

// printsMoved has the print jobs read again before anything is shown.
func (t *Till) printsMoved() { t.prints.known, t.prints.again, t.dirty = false, time.Time{}, true }

// listed finds a print job among those that people see.
func (t *Till) listed(id int64) (pos.PrintView, bool) {
	t.readPrints()
	for _, v := range t.prints.list {
		if v.Job.ID == id {
			return v, true
		}
	}
	return pos.PrintView{}, false
}

// printed is how a print job is getting on, by its spool.
type printed struct{ job pos.PrintJob }

func (e printed) handle(t *Till) {
	t.showPrint(e.job, e.job.State)
	view := pos.PrintView{Job: e.job}
	waits := e.job.State == pos.PrintQueued || e.job.State == pos.PrintSending
	if shown := slices.ContainsFunc(t.prints.list, func(v pos.PrintView) bool { return v.Job.ID == e.job.ID }); shown || !waits || view.Open() {
		t.printsMoved()
	}
	if e.job.State == pos.PrintFailed || e.job.State == pos.PrintUnconfirmed {
		t.mention(pos.MsgWarn, "printer-trouble", string(cmp.Or(e.job.Code, pos.CodePrinter)))
	}
}

// moved is that print jobs moved in the ledger of which no spool tells one by one.
type moved struct{}

func (moved) handle(t *Till) { t.printsMoved() }

// showPrint shows on the paid panel how its receipt is getting on: the first, or the last that was printed again.
func (t *Till) showPrint(job pos.PrintJob, state pos.PrintState) {
	receipt := job.Document == pos.DocSale || job.Document == pos.DocReprint
	if t.done == nil || !receipt || t.done.Sale != job.Sale || t.done.Print == state {
		return
	}
	d := *t.done // published values are never changed
	d.Print = state
	t.done, t.dirty = &d, true
}

// printing does what a command says that is about paper alone, and reports whether it is one. Nothing of it moves money.
func (t *Till) printing(c pos.Command) bool {
	switch c := c.(type) {
	case pos.RetryPrint:
		t.retryPrint(c)
	case pos.ReprintJob:
		t.reprintJob(c)
	case pos.ConfirmPrint:
		if v, ok := t.endPrint(c.Job, pos.PrintDone); ok {
			t.say(pos.MsgInfo, "print-confirmed", paperOf(v)...)
		}
	case pos.CancelPrint:
		if v, ok := t.endPrint(c.Job, pos.PrintCancelled); ok {
			t.say(pos.MsgInfo, "print-cancelled", paperOf(v)...)
		}
	case pos.PrintPending:
		t.printPending(c.Payment)
	case pos.PrintExceptions:
		t.printExceptions()
	case pos.PrintLabels:
		t.printLabels(c)
	default:
		return false
	}
	return true
}

// job finds the print job that a command is about. Without one it says so.
func (t *Till) job(id int64) (v pos.PrintView, ok bool) {
	if t.cfg.Prints == nil {
		t.say(pos.MsgInfo, "nothing-to-print")
		return v, false
	}
	if v, ok = t.listed(id); !ok { // it printed long ago, or another one did what this was meant for
		t.say(pos.MsgInfo, "print-over")
	}
	return v, ok
}

// retryPrint sends a job at once of which nothing is on paper.
func (t *Till) retryPrint(c pos.RetryPrint) {
	v, ok := t.job(c.Job)
	if !ok || !t.reaches(c.Other) {
		return
	}
	err := t.cfg.Prints.RetryJob(t.book, c.Job, c.Other, t.cfg.Clock.Now())
	switch moved := t.jobMoved("retry print job", v, err, pos.PrintQueued); {
	case !moved:
	case c.Other == v.Job.Other:
		t.say(pos.MsgInfo, "print-again", paperOf(v)...)
	case c.Other:
		t.say(pos.MsgInfo, "print-moved", paperOf(v)...)
	default:
		t.say(pos.MsgInfo, "print-moved-back", paperOf(v)...)
	}
}

// reprintJob prints a paper once more that nobody confirmed.
func (t *Till) reprintJob(c pos.ReprintJob) {
	v, ok := t.job(c.Job)
	if !ok || !t.reaches(c.Other) {
		return
	}
	_, err := t.cfg.Prints.ReprintJob(t.book, c.Job, c.Other, t.name(), t.cfg.Clock.Now())
	switch moved := t.jobMoved("reprint job", v, err, pos.PrintQueued); {
	case !moved:
	case c.Other:
		t.say(pos.MsgInfo, "print-copy-moved", paperOf(v)...)
	default:
		t.say(pos.MsgInfo, "print-copy", paperOf(v)...)
	}
}

// reaches reports whether there is the printer that a paper is wanted from; if not, it says so.
func (t *Till) reaches(other bool) bool {
	if other && !t.hasOther() {
		t.say(pos.MsgWarn, "print-no-other")
		return false
	}
	return true
}

// endPrint ends a job on the word of the one at the till, and reports whether it did.
func (t *Till) endPrint(id int64, state pos.PrintState) (v pos.PrintView, ok bool) {
	if v, ok = t.job(id); ok {
		ok = t.jobMoved("end print job", v, t.cfg.Prints.EndJob(t.book, id, state, t.name()), state)
	}
	return v, ok
}

// paperOf is a print job in a message: the kind of paper, and what it is of.
func paperOf(v pos.PrintView) []string {
	return []string{string(v.Job.Document), cmp.Or(v.Receipt.String(), v.Title)}
}

// jobMoved reports whether a person's word about a print job was taken, and tells the spools of it; if not, it says why.
func (t *Till) jobMoved(op string, v pos.PrintView, err error, state pos.PrintState) bool {
	t.printsMoved()
	switch pos.CodeOf(err) {
	case pos.CodeNone:
		t.ledgerFine()
		t.showPrint(v.Job, state)
		t.cfg.Poke()
		return true
	case pos.CodeConflict, pos.CodeNotFound: // the spool or another press was quicker
		switch now, _ := t.listed(v.Job.ID); now.Job.State {
		case pos.PrintSending:
			t.say(pos.MsgInfo, "print-busy", paperOf(v)...)
		case pos.PrintUnconfirmed:
			t.say(pos.MsgWarn, "print-maybe", paperOf(v)...)
		default:
			t.say(pos.MsgInfo, "print-over")
		}
	default:
		t.ledgerTrouble(op, err)
	}
	return false
}

// printPending prints a slip for a customer who says to have paid: of a payment whose end nobody knows.
func (t *Till) printPending(id pos.PaymentID) {
	if id == 0 {
		id = t.pay
	}
	w := t.watches[id]
	switch {
	case t.cfg.Prints == nil || w == nil:
		t.say(pos.MsgInfo, "nothing-to-print")
		return
	case !w.p.State.Live():
		t.say(pos.MsgInfo, "pending-ended", string(w.p.State))
		return
	}
	now := t.cfg.Clock.Now()
	facts := pos.PendingFacts{
		OutTradeNo: w.p.OutTradeNo, Tender: w.p.Tender, State: w.p.State, Asked: w.p.Asked, Cashier: cmp.Or(t.name(), w.p.Cashier), At: now,
	}
	if t.queuePaper(pos.DocPending, facts, now) {
		t.say(pos.MsgInfo, "pending-queued", w.p.OutTradeNo)
	}
}

// printExceptions prints what nobody decided yet.
func (t *Till) printExceptions() {
	now := t.cfg.Clock.Now()
	facts := pos.ExceptionsFacts{At: now, By: t.name()}
	for _, x := range t.inbox.cases {
		switch {
		case x.State != pos.ExceptionOpen:
		case len(facts.Cases) == pos.MaxPrinted:
			facts.More++
		default:
			facts.Cases = append(facts.Cases, pos.ExceptionFact{
				Kind: x.Reason, OutTradeNo: x.OutTradeNo, TransactionID: x.TransactionID, Amount: x.Amount, Currency: x.Currency,
				At: x.At, RefundAt: x.RefundAt,
			})
		}
	}
	if t.cfg.Prints == nil || len(facts.Cases) == 0 {
		t.say(pos.MsgInfo, "exceptions-none")
		return
	}
	if t.queuePaper(pos.DocExceptions, facts, now) {
		t.say(pos.MsgInfo, "exceptions-queued", strconv.Itoa(len(facts.Cases)+facts.More))
	}
}

// printLabels prints what goods cost, as the catalogue has it now. Goods that it no longer has print nothing of the rest: who asked
// would take the labels for all.
func (t *Till) printLabels(c pos.PrintLabels) {
	switch {
	case t.cfg.Prints == nil || len(c.Items) == 0 || len(c.Codes) > 0 && len(c.Codes) != len(c.Items):
		t.say(pos.MsgInfo, "nothing-to-print")
		return
	case c.Copies < 1 || c.Copies > pos.MaxLabelCopies:
		t.say(pos.MsgWarn, "labels-copies", strconv.Itoa(pos.MaxLabelCopies))
		return
	case len(c.Items) > maxLabels:
		t.say(pos.MsgWarn, "labels-many", strconv.Itoa(maxLabels))
		return
	}
	var facts pos.LabelFacts
	for i, id := range c.Items {
		switch it, err := t.cfg.Catalogue.ItemByID(t.book, id); {
		case pos.CodeOf(err) == pos.CodeNotFound:
			t.say(pos.MsgWarn, "labels-gone")
			return
		case err != nil:
			t.ledgerTrouble("read item", err)
			return
		default:
			l := pos.Label{Name: it.Name, Unit: it.Unit, Price: it.Price, Member: it.Member, Asked: it.Open, Barcode: it.Barcode(), Copies: c.Copies}
			if it.Weighed && it.Unit == "" {
				l.Unit = "kg"
			}
			if len(c.Codes) > 0 {
				l.QR, l.Member = c.Codes[i], 0
			}
			facts.Labels = append(facts.Labels, l)
		}
	}
	now := t.cfg.Clock.Now()
	for some := range slices.Chunk(facts.Labels, max(1, labelsAtOnce/c.Copies)) {
		if !t.queuePaper(pos.DocLabel, pos.LabelFacts{Labels: some}, now) {
			return
		}
	}
	t.say(pos.MsgInfo, "labels-queued", strconv.Itoa(len(c.Items)*c.Copies))
}

// queuePaper queues a paper that brings its facts with it, and reports whether it did.
func (t *Till) queuePaper(doc pos.Document, facts any, at time.Time) bool {
	if _, err := t.cfg.Prints.QueuePaper(t.book, doc, facts, at); err != nil {
		t.ledgerTrouble("queue paper", err)
		return false
	}
	t.ledgerFine()
	t.cfg.Poke()
	return true
}
