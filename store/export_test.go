package store

import "context"

func init() { pinWork = 64 } // the real work is measured where it is tested

// SearchDays makes a search look through so few days first, until the test ends.
func SearchDays(days int, cleanup func(func())) {
	was := firstDays
	firstDays = days
	cleanup(func() { firstDays = was })
}

// StepAgain runs one of the migrations once more, on a ledger from which somebody took what it brings.
func (s *Store) StepAgain(ctx context.Context, title string) error {
	all, err := readMigrations(migrations)
	if err != nil {
		return err
	}
	newest := len(all)
	for _, m := range all {
		if m.title() == title {
			m.version = newest
			return s.step(ctx, m)
		}
	}
	return invalid("migrate ledger", "there is no such migration")
}

// Watched is the questions that the till asks all day, by the index that answers each.
func Watched() map[string]string {
	return map[string]string{
		"payment_live":          sqlLivePayments,
		"payment_transaction":   sqlPaymentByTrans,
		"exception_unended":     sqlUnended,
		"exception_day":         sqlExcepted,
		"exception_transaction": sqlPaymentOfTrans,
		"exception_first":       sqlFirstHeld,
		"refund_live":           sqlLiveRefunds,
		"refund_payment":        sqlRefundsOf,
		"refund_exception":      sqlExceptionRefunds,
		"refund_number":         sqlRefundByNo,
		"refund_day":            sqlRefundsOfDay,
		"print_job_refund":      sqlRefundJob,
		"sale_open":             sqlOpenSales,
		"shift_open":            sqlOpenTurn,
		"shift_z":               sqlNextZ,
		"print_job_z":           sqlNextZCopy,
		"refund_refund_id":      `SELECT id FROM refund f WHERE f.refund_id = ? AND f.refund_id <> ''`,
	}
}
