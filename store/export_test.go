package store

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
	}
}
