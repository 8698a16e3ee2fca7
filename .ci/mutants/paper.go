package main

// paperDefects are in what stands on the counter: receipts, printer, drawer, scanner.
var paperDefects = []defect{
	{name: "receipt-sent-again", about: "a job that broke off after its first bytes is sent once more", by: proof{"./pos/printer", "TestSpool_NoFaultPrintsTwice"}, edits: []edit{
		{"pos/printer/work.go", `	case began:
		job.State = pos.PrintUnconfirmed`, `	case began && job.ID < 0:
		job.State = pos.PrintUnconfirmed`},
	}},
	{name: "crash-sends-again", about: "a job that was being sent when the till died is queued again", by: proof{"./store", "TestRecoverJobs_OfBothPrintersAndOfTheProgramBeforeOnly"}, edits: []edit{
		{"store/print.go", "sqlRecover      = `UPDATE print_job SET state = 'unconfirmed'", "sqlRecover      = `UPDATE print_job SET state = 'queued'"},
	}},
	{name: "one-job-two-spools", about: "a job may begin to be sent twice", by: proof{"./store", "TestMarkJob_EveryMove"}, edits: []edit{
		{"store/print.go", `(?2 = tries + 1 OR ?2 = tries AND ?1 IN ('queued', 'failed', 'cancelled'))`, `(?2 >= tries)`},
		{"store/print.go", `WHERE id = ?5 AND (state = 'queued' AND`, `WHERE id = ?5 AND ((state = 'queued' OR state = 'sending') AND`},
	}},
	{name: "command-in-dots", about: "dots that a printer takes for a command go out as they are", by: proof{"./pos/receipt", "TestPicture_NeverCarriesARealTimeCommand"}, edits: []edit{
		{"pos/receipt/raster.go", `		if realTime(dots[i], dots[i+1]) {
			dots[i] = 0x18
		}`, ``},
	}},
	{name: "drawer-stays-shut", about: "no sale opens the drawer", by: proof{"./pos/checkout", "TestSale_Cash"}, edits: []edit{
		{"pos/checkout/pay.go", `	t.cfg.Drawer(p.Tender) // before its paper
`, ``},
	}},
	{name: "kick-kept", about: "a drawer opens whenever the printer comes back", by: proof{"./pos/printer", "TestKick_IsNotKeptForLater"}, edits: []edit{
		{"pos/printer/drawer.go", `	if !time.Now().Before(expires) {`, `	if expires.IsZero() {`},
		{"pos/printer/drawer.go", `context.WithDeadline(ctx, expires)`, `context.WithDeadline(ctx, expires.Add(time.Hour))`},
	}},
	{name: "pin-kept", about: "the digits of a PIN stay in the scanner's run", by: proof{"./ui/widgets", "TestSink_WhereAPINIsTypedQuickDigitsAreTyping"}, edits: []edit{
		{"ui/widgets/sink.go", `		r = hidden`, `		r += 0`},
	}},
}
