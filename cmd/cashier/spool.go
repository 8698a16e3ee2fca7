package main

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"guitai/assets/fonts"
	"guitai/pos"
	"guitai/pos/printer"
	"guitai/pos/receipt"
)

// openSpool makes the spool: the sale as the ledger committed it, rendered for the shop's printer.
func (e *engine) openSpool() error {
	c := e.config.Printer
	device, err := printer.Open(c.URL, printer.Options{Dir: string(e.folder)})
	if err != nil {
		return err
	}
	face, err := receipt.ParseFace(fonts.Regular())
	if err != nil {
		return err
	}
	setup := receipt.Setup{
		Language: e.config.Shop.Language, Paper: receipt.Paper(c.Paper), Copies: c.Copies,
		Device: receipt.ESCPOS{
			Profile: receipt.ProfileOf(c.Profile, receipt.Paper(c.Paper)), Cut: receipt.CutMode(c.Cut), QR: receipt.QRMode(c.QR), Face: face,
		},
	}
	record := func(ctx context.Context, job pos.PrintJob) (pos.SaleRecord, error) {
		if job.Sale == 0 { // it brings its facts with it
			return pos.SaleRecord{}, nil
		}
		return e.store.Record(ctx, job.Sale)
	}
	render := func(ctx context.Context, job pos.PrintJob) ([]byte, error) {
		rec, err := record(ctx, job)
		if err != nil {
			return nil, err
		}
		return setup.Bytes(job, rec, e.shop)
	}
	name := func(ctx context.Context, job pos.PrintJob) string {
		rec, err := record(ctx, job)
		if err != nil {
			return "" // then it is named after the job
		}
		return jobName(job, rec)
	}
	var kick []byte
	if e.hasDrawer() {
		kick = receipt.Kick(c.DrawerPin, c.DrawerPulse)
	}
	e.spool = printer.NewSpool(printer.SpoolOptions{
		Outbox: e.store, Printer: device, Render: render, Name: name, Drawer: kick, Clock: systemClock{}, Log: e.log,
		OnState:  func(job pos.PrintJob) { e.till.Printed(job) },
		OnHealth: func(p pos.Part) { e.till.PrinterHealth(p) },
	})
	return nil
}

// jobName is what a job's file is called: the receipt's number, and which refund of it; the Z report's number; else the kind
// of document and the job.
func jobName(job pos.PrintJob, rec pos.SaleRecord) string {
	no := rec.Sale.Receipt.String()
	switch job.Document {
	case pos.DocZ:
		var p pos.ShiftPaper
		if err := json.Unmarshal(job.Facts, &p); err == nil && p.Report.Z > 0 {
			return "Z" + p.Report.ZNo()
		}
		fallthrough
	case pos.DocX, pos.DocCash, pos.DocBill:
		return string(job.Document) + "-" + strconv.FormatInt(job.ID, 10)
	case pos.DocRefund:
	default:
		return no
	}
	if no == "" { // money that came in for a sale that never was
		return "refund-" + strconv.FormatInt(int64(job.Refund), 10)
	}
	return no + "-refund-" + strconv.FormatInt(int64(job.Refund), 10)
}

// drawer opens the cash drawer for the tenders that the setting names.
func (e *engine) drawer(t pos.Tender) {
	c := e.config.Printer
	if e.hasDrawer() && (c.Drawer == "always" || c.Drawer == "cash" && t == pos.TenderCash) {
		e.spool.PostKick()
	}
}

// hasDrawer reports whether there may be a drawer that the till can open: one hangs on a printer, not on a folder. That it is
// never kicked for a sale says that there is none.
func (e *engine) hasDrawer() bool {
	return strings.HasPrefix(e.config.Printer.URL, "tcp:") && e.config.Printer.Drawer != "never"
}
