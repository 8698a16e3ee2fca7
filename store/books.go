package store

import (
	"database/sql"
	"errors"

	"modernc.org/sqlite"

	"guitai/pos"
)

// books is what a sale has to know of everything before it: where the journal ends, which numbers come next, which shift
// is open. The writer keeps it from one commit to the next, so that a sale does not ask the file for what the sale before
// it knew. What is zero is not known and is read when it is needed.
//
// It is never older than the file: a transaction takes it out, only a commit that returned puts it back, and one that any
// other connection committed since makes it forgotten.
type books struct {
	version uint32 // of the file, as SQLite counts what this and other connections committed

	head     link
	sale     int64 // the next number
	payment  int64 // the next number
	job      int64 // the next number
	receipts receipts
	shift    openShift
	through  pos.Day // the months' items are whole
}

// link is the end of the journal.
type link struct {
	seq  int64
	hash string
}

// receipts is where one business day's receipt numbers stand, of the ledger's epoch.
type receipts struct {
	day     pos.Day
	next    int
	earlier int // how many the day had in earlier epochs
}

// openShift is the shift that is open, and of which day.
type openShift struct {
	id  int64
	day pos.Day
}

// takeBooks begins a transaction with what the last one knew, or with nothing when the file was changed in between. The
// transaction must have begun: from then on nobody else commits.
func (t *tx) takeBooks() error {
	t.known, t.kept = t.kept, books{}
	version, err := t.dataVersion()
	if version != t.known.version {
		t.known = books{}
	}
	return err
}

// keepBooks keeps what a transaction knew, now that its commit returned.
func (t *tx) keepBooks() {
	var err error
	if t.known.version, err = t.dataVersion(); err == nil {
		t.kept = t.known
	}
}

// dataVersion counts the changes of the file that this connection has seen: it counts on with every commit of its own,
// and when it begins a transaction on what another one committed.
func (w *writer) dataVersion() (version uint32, err error) {
	err = w.conn.Raw(func(c any) error {
		control, ok := c.(sqlite.FileControl)
		if !ok {
			return errors.New("the driver does not tell the file's version")
		}
		version, err = control.FileControlDataVersion("main")
		return err
	})
	return version, err
}

// take hands out the next number that *n counts; query finds it when it is not known.
func (t *tx) take(n *int64, query string) (int64, error) {
	if *n == 0 {
		if err := t.one(query, nil, n); err != nil {
			return 0, err
		}
	}
	taken := *n
	*n++
	return taken, nil
}

func (t *tx) nextSale() (pos.SaleID, error) {
	id, err := t.take(&t.known.sale, sqlNextSaleID)
	return pos.SaleID(id), err
}

func (t *tx) nextPayment() (pos.PaymentID, error) {
	id, err := t.take(&t.known.payment, sqlNextPaymentID)
	return pos.PaymentID(id), err
}

func (t *tx) nextJob() (int64, error) { return t.take(&t.known.job, sqlNextJobID) }

// end returns where the journal ends.
func (t *tx) end() (link, error) {
	var err error
	if t.known.head.hash == "" {
		err = t.one(sqlHead, nil, &t.known.head.seq, &t.known.head.hash)
	}
	return t.known.head, err
}

// nextReceipt takes the next receipt number of a day and says which sale of the day that is. Numbers have no gaps, so
// they count themselves.
func (t *tx) nextReceipt(day pos.Day) (seq, nth int, err error) {
	r := &t.known.receipts
	if r.day != day {
		*r = receipts{day: day}
		if err := t.one(sqlNextReceipt, []any{int64(day), t.s.epoch}, &r.next); err != nil {
			return 0, 0, err
		}
		if r.earlier, err = earlierReceipts(t.ctx, t, day, t.s.epoch); err != nil {
			return 0, 0, err
		}
	}
	seq = r.next
	r.next++
	return seq, r.earlier + seq, nil
}

// currentShift returns the open shift, the zero one when none is open.
func (t *tx) currentShift() (openShift, error) {
	o := &t.known.shift
	if o.id == 0 {
		if err := t.one(sqlOpenShift, nil, &o.id, &o.day); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return openShift{}, err
		}
	}
	return *o, nil
}
