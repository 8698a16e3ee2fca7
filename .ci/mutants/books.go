package main

// booksDefects are in what a manager and a bookkeeper rely on: who may do what, the drawer, totals, search, exports, WeChat's bills,
// backups.
var booksDefects = []defect{
	// Who.
	{name: "approver-may-be-anybody", about: "whose PIN allows something need not be one who may", by: proof{"./pos/checkout", "TestStaff_RoleByCommand"}, edits: []edit{
		{"pos/checkout/staff.go", `case !who.Role.May(t.deedOf(d.what)):`, `case !who.Role.May(pos.DeedSell):`},
	}},
	{name: "big-difference-signs-itself", about: "a difference over the limit is a close like any other", by: proof{"./pos/checkout", "TestShift_CloseAsksForReasonKeepAndSigner"}, edits: []edit{
		{"pos/checkout/shift.go", `max(c.Variance(), -c.Variance()) > t.cfg.VarianceLimit`, `max(c.Variance(), -c.Variance()) < 0`},
	}},
	{name: "approved-behind-the-lock", about: "a locked till does what somebody's PIN allows", by: proof{"./pos/checkout", "TestStaff_TheTillOpensLockedAndSellsNothing"}, edits: []edit{
		{"pos/checkout/staff.go", `	case t.locked():
		t.say(pos.MsgWarn, "locked")`, `	case t.cfg.Staff == nil:
		t.say(pos.MsgWarn, "locked")`},
		{"pos/checkout/staff.go", `case t.locked(): // who wanted it has left himself`, `case t.cfg.Staff == nil:`},
	}},
	{name: "approver-typed", about: "with staff the name that was typed is on record, not who proved it", by: proof{"./pos/checkout", "TestStaff_RoleByCommand"}, edits: []edit{
		{"pos/checkout/cart.go", `		if t.manned() {
			c.Approver = by.Name
		}
		t.refundSale(c)`, `		if c.Approver == "" {
			c.Approver = by.Name
		}
		t.refundSale(c)`},
	}},
	{name: "wrong-pins-not-counted", about: "a wrong PIN costs nothing", by: proof{"./store", "TestProve_WrongPINsHaveToWaitAlsoAfterARestart"}, edits: []edit{
		{"store/staff.go", `		e.wrong++
`, ``},
	}},
	{name: "pin-wait-not-on-disk", about: "a restart ends the wait after wrong PINs", by: proof{"./store", "TestProve_WrongPINsHaveToWaitAlsoAfterARestart"}, edits: []edit{
		{"store/staff.go", `_, err := t.exec(sqlSetWrong, e.wrong, ms(e.Wait), int64(id))`, `_, err := t.exec(sqlSetWrong, e.wrong, nil, int64(id))`},
	}},
	{name: "pin-wait-not-kept-to", about: "who has to wait is let try", by: proof{"./store", "TestProve_WrongPINsHaveToWaitAlsoAfterARestart"}, edits: []edit{
		{"store/staff.go", `if waits = e.Wait.After(at); waits {`, `if waits = e.Wait.After(at) && e.wrong < 0; waits {`},
	}},
	{name: "guess-counted-when-wrong", about: "guesses at the same moment are counted when they have been looked at", by: proof{"./store", "TestProve_GuessesAtTheSameMomentDoNotDodgeTheLimit"}, edits: []edit{
		{"store/staff.go", `_, err := t.exec(sqlSetWrong, e.wrong, ms(e.Wait), int64(id))
		return err
	})`, `return nil
	})`},
		{"store/staff.go", `	if !right {
`, `	if !right {
		_ = s.write(ctx, op, func(t *tx) error { _, err := t.exec(sqlSetWrong, e.wrong, ms(e.Wait), int64(id)); return err })
`},
		{"store/staff.go", `	select { // 64 MiB for each would be too much for a till
	case s.proving <- struct{}{}:
		defer func() { <-s.proving }()
	case <-ctx.Done():
		return pos.Person{}, fail(op, ctx.Err())
	}
`, ``},
	}},

	// The drawer.
	{name: "count-not-blind", about: "what should be in the drawer is shown to who is counting it", by: proof{"./ui/shift", "TestClose_IsBlind"}, edits: []edit{
		{"ui/shift/count.go", `m.Title, m.Todo = w.T("shift.count.drawer"), w.T("shift.count.drawer.todo")`, `m.Title, m.Todo = w.T("shift.count.drawer"), w.T("shift.count.drawer.todo")
		if x, err := p.cfg.Books.XReport(nil, p.cfg.Now()); err == nil {
			m.Todo += " " + w.Money(x.Cash.Expected)
		}`},
	}},
	{name: "sold-after-the-count", about: "goods are sold between the count and the close", by: proof{"./pos/checkout", "TestShift_NothingIsSoldBetweenTheCountAndTheClose"}, edits: []edit{
		{"pos/checkout/cart.go", `if t.shift.counted != nil && t.sells(c) {`, `if t.shift.counted != nil && t.locked() {`},
	}},
	{name: "sold-into-yesterday", about: "where shifts are required, a sale after midnight closes yesterday's with nobody counting", by: proof{"./pos/checkout", "TestShift_RequiredOverTheEndOfTheDay"}, edits: []edit{
		{"pos/checkout/shift.go", `(s == nil || s.Day != t.today() || !s.Float)`, `(s == nil || !s.Float)`},
	}},
	{name: "drawer-moved-since", about: "a shift closes although the drawer moved after the count", by: proof{"./store", "TestCloseShift_RefusesWhatWasNotCountedAsItIs"}, edits: []edit{
		{"store/shift_cash.go", `err != nil || has != c.Expected {`, `err != nil || has < -c.Expected {`},
	}},
	{name: "z-number-again", about: "a Z number is given out twice", by: proof{"./store", "TestShift_OpensByItselfAndOneOfYesterdayClosesByItself"}, edits: []edit{
		{"store/shift_close.go", "sqlNextZ      = `SELECT coalesce(max(z), 0) + 1 FROM shift", "sqlNextZ      = `SELECT coalesce(max(z), 1) FROM shift"},
	}},
	{name: "report-from-the-second-entry", about: "a report leaves out the first entry after the close before", by: proof{"./store", "TestShift_WhatIsBookedBetweenTwoIsLateOnTheNext"}, edits: []edit{
		{"store/shift.go", `ORDER BY id DESC LIMIT 1), 0) + 1, ?4 FROM shift`, `ORDER BY id DESC LIMIT 1), 0) + 2, ?4 FROM shift`},
	}},
	{name: "over-short-not-booked", about: "what is missing at a close is booked as if it lay in the safe", by: proof{"./pos", "TestEntries_OfTheDrawer"}, edits: []edit{
		{"pos/shift_entry.go", `e.add(CashOverShort, -r.Cash.Variance)`, `e.add(CashSafe, -r.Cash.Variance)`},
	}},
	{name: "missing-float-from-the-safe", about: "what the float lacks is booked as if it lay in the safe", by: proof{"./pos", "TestEntries_OfTheDrawer"}, edits: []edit{
		{"pos/shift_entry.go", `		e.add(CashOverShort, drawer-counted)`, `		e.add(CashSafe, drawer-counted)`},
	}},
	{name: "report-not-made-again", about: "verify believes a Z report whose figures are not its entries'", by: proof{"./store", "TestVerify_NamesEveryTamperingWithStaffAndShifts"}, edits: []edit{
		{"store/verify_shift.go", `			if err := c.zReport(where, s, newest, has); err != nil {
				return err
			}
`, `			_ = newest
`},
	}},
	{name: "staff-not-proven", about: "verify believes who works here, whatever the journal says", by: proof{"./store", "TestVerify_NamesEveryTamperingWithStaffAndShifts"}, edits: []edit{
		{"store/verify.go", `c.shifts, c.staff, `, `c.shifts, `},
	}},
	{name: "drawer-open-before-the-line", about: "the drawer opens also when the books did not take who and why", by: proof{"./pos/checkout", "TestDrawer_OpensOnlyWhenThatIsOnRecord"}, edits: []edit{
		{"pos/checkout/drawer.go", `		t.ledgerTrouble("note drawer", err)
		return false
`, `		t.ledgerTrouble("note drawer", err)
`},
	}},
	{name: "drawer-open-to-who-counts-unsaid", about: "the drawer opens to be counted also when the books did not take it", by: proof{"./pos/checkout", "TestDrawer_OpensToBeCounted"}, edits: []edit{
		{
			"pos/checkout/drawer.go", `t.openNoted(strings.TrimSpace(c.Reason), by)`,
			`if !t.openNoted(strings.TrimSpace(c.Reason), by) {
			t.cfg.OpenDrawer()
		}`,
		},
	}},
	{name: "short-float-signs-itself", about: "a float that misses more than the limit needs nobody's leave", by: proof{"./pos/checkout", "TestShift_AFloatThatMissesIsSignedFor"}, edits: []edit{
		{"pos/checkout/staff.go", `err == nil && missing > 0 { // opening it would tell of the error`, `err == nil && missing < 0 {`},
	}},

	// Takings and sales.
	{name: "hours-in-utc", about: "the hours of the takings are Greenwich's", by: proof{"./store", "TestOverview_IsWhatARecountSays"}, edits: []edit{
		{"store/totals.go", `return t.In(s.shop.Calendar.Zone).Hour() }`, `return t.UTC().Hour() }`},
	}},
	{name: "tender-total-of-cash", about: "what payment codes took is in the total of cash", by: proof{"./store", "TestOverview_IsWhatARecountSays"}, edits: []edit{
		{"store/totals.go", `int64(s.Receipt.Day), tenderTotal(p.Tender), int64(p.Amount),`, `int64(s.Receipt.Day), tenderTotal(pos.TenderCash), int64(p.Amount),`},
	}},
	{name: "late-goods-not-totalled", about: "the goods of a sale that comes in late are in no month's total", by: proof{"./store", "TestTotalItems_ALateSaleComesInAtOnce"}, edits: []edit{
		{"store/totals.go", `	if day <= through {
		_, err`, `	if day < 0 {
		_, err`},
	}},
	{name: "month-rolled-up-twice", about: "a day's goods are added to their month again", by: proof{"./store", "TestOverview_IsWhatARecountSays"}, edits: []edit{
		{"store/totals.go", `	_, err := t.exec(sqlMoveThrough, int64(last))
	t.known.through = last`, `	_, err := t.exec(sqlMoveThrough, int64(from))
	t.known.through = from`},
	}},
	{name: "totals-not-proven", about: "verify believes the totals of hours, cashiers and goods", by: proof{"./store", "TestVerify_NamesEveryTamperingWithTotals"}, edits: []edit{
		{"store/verify.go", `c.saleTotals, c.monthItems, `, ``},
	}},
	{name: "last-digits-of-the-first-epoch", about: "the last digits find no receipt of a ledger that was restored", by: proof{"./store", "TestFindSales_FindsWhatAScanOfEverythingFinds"}, edits: []edit{
		{"store/find.go", `e(epoch) AS (SELECT 1 UNION ALL SELECT e.epoch + 1 FROM e WHERE e.epoch < (SELECT CAST(value AS INTEGER) FROM setting WHERE key = 'epoch'))`, `e(epoch) AS (SELECT 1)`},
	}},
	{name: "page-skips-one", about: "the next page of sales begins one too late", by: proof{"./store", "TestFindSales_FindsWhatAScanOfEverythingFinds"}, edits: []edit{
		{"store/find.go", `int64(end.Day), end.Epoch, end.Seq)
	}
	if r :=`, `int64(end.Day), end.Epoch, end.Seq-1)
	}
	if r :=`},
	}},

	// Exports.
	{name: "last-rows-not-written", about: "what is still gathered at the end of an export is not written", by: proof{"./pos/export", "TestExport_Golden"}, edits: []edit{
		{"pos/export/csv.go", `func (c *csvCells) close(pos.ExportSummary) error { return c.flush(1) }`, `func (c *csvCells) close(pos.ExportSummary) error { return c.flush(page) }`},
	}},
	{name: "totals-not-checked", about: "an export of sales is finished whose rows do not come to the totals of their days", by: proof{"./pos/export", "TestSales_ThatDoNotComeToTheirDaysTotalsAreCorrupt"}, edits: []edit{
		{"pos/export/sales.go", `	return between(ctx, "export sales", a.books, a.span, a.before, a.all)`, `	return ctx.Err()`},
	}},
	{name: "formula-in-a-cell", about: "a name that begins like a formula is one in a spreadsheet", by: proof{"./pos/export", "TestCSV_CellsBeginningLikeAFormulaGetAnApostrophe"}, edits: []edit{
		{"pos/export/csv.go", `		return "'" + s`, `		return s`},
	}},
	{name: "workbook-money-in-floats", about: "an amount goes through a float on its way into a workbook", by: proof{"./pos/export", "TestXLSX_NumbersThatASpreadsheetWouldRoundAreText"}, edits: []edit{
		{"pos/export/xlsx.go", `	b.cell(styleMoney)
	b.buf = append(b.buf, valueBegin...)
	b.buf = appendHundredths(b.buf, n)`, `	b.cell(styleMoney)
	b.buf = append(b.buf, valueBegin...)
	b.buf = strconv.AppendFloat(b.buf, float64(float32(n)/100), 'f', 2, 64)`},
	}},
	{name: "unbalanced-entry-proven", about: "a journal's file is proven whose postings do not sum to zero", by: proof{"./pos/export", "TestProveJournal_NamesTheFirstThingThatIsWrong"}, edits: []edit{
		{"pos/export/chain.go", `case !balanced(e):`, `case !balanced(pos.Entry{}):`},
	}},
	{name: "changed-columns-proven", about: "a journal's file is proven whose readable columns say something else than the entries", by: proof{"./pos/export", "TestProveJournal_NamesTheFirstThingThatIsWrong"}, edits: []edit{
		{"pos/export/prove.go", `		if !same {
			return &ChainFault`, `		if !same && c.name == "" {
			return &ChainFault`},
	}},

	// WeChat's bills.
	{name: "bill-by-place", about: "the amount is taken from where older bills have it, whatever the header says", by: proof{"./pos/reconcile", "TestMatch_SameOnBothSidesIsAMatch"}, edits: []edit{
		{"pos/reconcile/header.go", `		h.at[c] = i
`, `		if h.at[c] = i; c == colAmount {
			h.at[c] = 12
		}
`},
	}},
	{name: "older-header-not-known", about: "the amount of bills of the older form is not found", by: proof{"./cmd/ledger", "TestSimBill_TheTruthIsFoundToBeTrueInEveryForm"}, edits: []edit{
		{"pos/reconcile/header.go", `"订单金额": colAmount, "总金额": colAmount,`, `"订单金额": colAmount,`},
	}},
	{name: "bill-summary-not-checked", about: "a bill is believed whose rows do not come to its own summary", by: proof{"./pos/reconcile", "TestMatch_WhatIsNotWholeIsRefusedAndNamesItsLine"}, edits: []edit{
		{"pos/reconcile/read.go", `if !b.agrees(s, value) {`, `if !b.agrees(s, value) && s == sums {`},
	}},
	{name: "fees-rounded-row-by-row", about: "each row's fee is rounded to fen before they are added", by: proof{"./pos/reconcile", "TestMatch_SameOnBothSidesIsAMatch"}, edits: []edit{
		{"pos/reconcile/match.go", `m.result.Summary.Fee += r.fee`, `m.result.Summary.Fee += pos.Mille(r.fee.Fen() * 1000)`},
	}},
	{name: "cross-midnight-is-missing", about: "what the next day's bill has is missing on this one", by: proof{"./pos/reconcile", "TestMatch_WhatTheNextDaysBillHasIsNoDifference"}, edits: []edit{
		{"pos/reconcile/match.go", `if seen != 0 && seen != m.day {`, `if seen != 0 && seen < 0 {`},
	}},
	{name: "theirs-only-given-back", about: "for money that only WeChat's bill has, it is proposed to give it back", by: proof{"./pos/reconcile", "TestMatch_EveryPlantedDifferenceIsFoundAndNothingElse"}, edits: []edit{
		{"pos/reconcile/match.go", `		action := pos.FindBook
		if t.Kind`, `		action := pos.FindRefund
		if t.Kind`},
	}},
	{name: "billed-money-gives-itself-back", about: "money that was booked from a bill refunds itself", by: proof{"./pos/checkout", "TestAskBilled_WithoutKeysAPersonsWordBooksAnExceptionThatWaits"}, edits: []edit{
		{"pos/checkout/bill.go", `t.cfg.Returns.ScheduleRefund(t.book, x.ID, x.RefundAt, d)`, `t.cfg.Returns.ScheduleRefund(t.book, x.ID, now, d)`},
	}},
	{name: "fees-booked-again", about: "reading a bill again books its fees again", by: proof{"./store", "TestKeepBill_BooksFeesOnceAndCorrectionsAsTheDifference"}, edits: []edit{
		{"store/bill.go", `fen := b.Fee.Fen() - before
`, `fen := b.Fee.Fen() - 0*before
`},
	}},
	{name: "payout-booked-again", about: "reading a fund-flow bill again books its payouts again", by: proof{"./store", "TestKeepBill_BooksAPayoutOnceByItsNumber"}, edits: []edit{
		{"store/bill.go", "WHERE kind = 'payout' AND number = ?`", "WHERE kind = 'payout' AND day = 0 AND number = ?`"},
	}},
	{name: "bills-not-proven", about: "verify believes what was kept and booked of a bill", by: proof{"./store", "TestVerify_NamesEveryTamperingWithBills"}, edits: []edit{
		{"store/verify.go", `c.counter, c.bills, `, `c.counter, `},
	}},
	{name: "bill-at-nine", about: "a bill is fetched while WeChat may still be making it", by: proof{"./pos", "TestBill_CanBeFetchedFromTenOfTheNextDay"}, edits: []edit{
		{"pos/billtime.go", `const billHour = 10`, `const billHour = 9`},
	}},

	// Backups.
	{name: "backup-not-proven", about: "a backup takes its name before it has proven itself", by: proof{"./store", "TestBackup_OfBooksThatDoNotProveThemselvesReplacesNothing"}, edits: []edit{
		{"store/backup.go", `if err == nil && prove != nil {`, `if err == nil && prove == nil {`},
	}},
	{name: "restored-into-the-same-epoch", about: "a restored ledger hands out receipt numbers that were handed out before", by: proof{"./store", "TestRestore_BeginsANewEpochAndKeepsTheOldLedger"}, edits: []edit{
		{"store/restore.go", `out.Epoch = max(b.epoch, lastEpoch(ctx, s.dir)) + 1`, `out.Epoch = max(b.epoch, lastEpoch(ctx, s.dir))`},
	}},
	{name: "restored-money-gives-itself-back", about: "money that a restored ledger learns of refunds itself, although its goods may be gone", by: proof{"./pos/checkout", "TestRecheck_MoneyOfTheBackupNeverGivesItselfBack"}, edits: []edit{
		{"pos/checkout/recheck.go", `return id <= t.recheck.newest }`, `return id < 0 }`},
	}},
	{name: "recheck-done-when-asked", about: "an order counts as asked about before WeChat has answered", by: proof{"./pos/checkout", "TestRecheck_IsDoneWithAnOrderWhenItsAnswerIsInTheBooks"}, edits: []edit{
		{"pos/checkout/recheck.go", `	r.busy = true
`, `	r.busy = true
	t.checked(*p, nil)
`},
	}},
}
